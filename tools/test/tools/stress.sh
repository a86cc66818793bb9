#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/stress.sh
#
# tools/test/stress.sh: make stress around a guest that says what it is told.
set -u
. "$(dirname "$0")/../expect.sh"

# stress CONFIG WORDS: make stress, whose guest says WORDS.
# shellcheck disable=SC2317
stress() {
	printf '%b' "$2" >"$T/says"
	"$T/top/tools/test/stress.sh" "$1"
}

stresses() {
	stub boot "cat '$T/says' >\"\$4\""
	e='og: exit stress 0\r\ndebt recorded 9\r\ndebt lost 0\r\nog: done\r\n'
	w='stress read 5 0\r\nstress collapse 0 3\r\n'
	expect 'stress: what was done' 0 '^never done, so not tested: collapse$' stress arm64 "$w$e"
	expect 'stress: its table' 0 '^debt_recorded	9	-$' cat "$BUILD/results/stress-arm64.tsv"
	expect 'stress: nothing is said' 1 'no operation is reported: see' stress arm64 "$e"
	expect 'stress: leaves no old table' 1 '' test -e "$BUILD/results/stress-arm64.tsv"
	expect 'stress: all is refused' 1 'no operation was ever done: see' stress arm64 "stress read 0 5\n$e"
	expect 'stress: debts are lost' 1 'the debt checker lost 2 debts' \
		stress arm64 "$w$(printf %s "$e" | sed 's/lost 0/lost 2/')"
	expect 'stress: no debt is recorded' 1 'the debt checker has recorded nothing' \
		stress arm64 "$w$(printf %s "$e" | sed 's/recorded 9/recorded 0/')"
	expect 'stress: a checker that says nothing' 1 'does not say what the debt checker counted' \
		stress arm64 "${w}og: exit stress 0\n"
	expect 'stress: no checker' 0 'written: ' stress s390x "${w}og: exit stress 0\n"
	expect 'stress: a program that fails' 1 'stress failed: see' stress s390x "${w}og: exit stress 1\n"
}

copy
stresses
exit "$failed"
