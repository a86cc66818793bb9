#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/preempt.sh
#
# tools/measure/preempt.sh: around a guest that says what it is told.
set -u
. "$(dirname "$0")/../expect.sh"

copy
expect 'preempt: no clock that counts' 2 'the timebase of powerpc, not of x86_64: CONFIG is one of ppc64le-radix ppc64le-hash' \
	"$T/top/tools/measure/preempt.sh" x86_64
# shellcheck disable=SC2016
stub kernel 'echo "$FRAGMENT"'
# shellcheck disable=SC2016
stub boot 'printf "row preempt_vmap_9 longest 8\nlongest preempt_vmap_9 8 a b\nog: exit preempt 0\n" >"$4"; [ "$2,$ACCEL" = preempt,icount ]'
expect 'preempt: a table' 0 '^ppc64le-hash series, preempt_vmap_9: 8 instructions from a to b$' \
	"$T/top/tools/measure/preempt.sh" ppc64le-hash
expect 'preempt: its file' 0 '^preempt_vmap_9	longest	8	8$' cat "$BUILD/results/preempt-ppc64le-hash.tsv"
# shellcheck disable=SC2016
stub boot 'printf "row preempt_vmap_9 longest %d\nog: exit preempt 0\n" "${4##*-}" >"$4"'
expect 'preempt: two boots that differ' 1 'two boots of the mainline kernel differ' \
	"$T/top/tools/measure/preempt.sh" ppc64le-hash
expect 'preempt: leaves no old table' 1 '' test -e "$BUILD/results/preempt-ppc64le-hash.tsv"
# shellcheck disable=SC2016
stub boot 'printf "preempt: no clock\nog: exit preempt 1\n" >"$4"'
expect 'preempt: a guest that cannot' 1 'was not measured: preempt: no clock' \
	"$T/top/tools/measure/preempt.sh" ppc64le-hash
exit "$failed"
