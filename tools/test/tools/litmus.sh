#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/litmus.sh
#
# tools/test/litmus.sh: of a tree with one test and its twin, by a herd7 that says what it is told.
set -u
. "$(dirname "$0")/../expect.sh"

# A kernel tree with one litmus test and its twin, and a herd7 that says what $T/says has.
# shellcheck disable=SC2317
litmus() {
	printf '%s\n' "$1" >"$T/says"
	env HERD7="$T/herd7" "$TOP/tools/test/litmus.sh" "$T/litmus"
}

# litmus_test NAME RESULT
litmus_test() {
	printf 'C %s\n\n(*\n * Result: %s\n *)\n' "$1" "$2" >"$tests/$1.litmus"
}

# shellcheck disable=SC2016
litmus_tests() {
	tests=$T/litmus/Documentation/litmus-tests/mm
	mkdir -p "$tests" "$T/litmus/tools/memory-model"
	expect 'litmus: no memory model' 1 'memory-model has no linux-kernel.cfg: is .* a kernel tree' litmus ''
	for f in cfg def bell cat; do
		: >"$T/litmus/tools/memory-model/linux-kernel.$f"
	done
	expect 'litmus: no tests' 1 'no tests in .*: is it a tree of the series' litmus ''
	# The last word is the file of the test.
	printf '#!/bin/sh\n[ "$1" != -version ] || { echo "7.58, Rev: x"; exit; }\nfor f; do :; done\nt=$(basename "$f" .litmus)\n. "%s/says"\n' \
		"$T" >"$T/herd7"
	chmod +x "$T/herd7"
	litmus_test a Never
	good='case $t in *-broken) echo "Observation $t Sometimes 1 3" ;; *) echo "Observation $t Never 0 3" ;; esac'
	expect 'litmus: a test without a twin' 1 '^a .* fail: has no twin a-broken$' litmus "$good"
	litmus_test a-broken Sometimes
	expect 'litmus: all as stated' 0 '^2 passed, 0 failed, 0 skipped$' litmus "$good"
	expect 'litmus: its table' 0 '^litmus	a	pass		Never	Never	0	3$' cat "$BUILD/results/litmus-part.tsv"
	expect 'litmus: another result' 1 '^a .* fail: states Never, and herd7 says Sometimes$' \
		litmus 'echo "Observation $t Sometimes 1 3"'
	expect 'litmus: its twin is not broken' 1 '^a-broken .* fail: states Sometimes, and herd7 says Never$' \
		litmus 'echo "Observation $t Never 0 3"'
	expect 'litmus: a deadlock' 1 '^a .* fail: no execution comes to its end$' \
		litmus 'echo "Observation $t Never 0 0"'
	expect 'litmus: a data race' 1 '^a .* fail: Flag data-race$' litmus "echo Flag data-race; $good"
	expect 'litmus: a test that is not understood' 1 '^a .* fail: herd7 has no result: unexpected x$' \
		litmus 'echo "unexpected x"'
	expect 'litmus: the result of another test' 1 '^a .* fail: herd7 has no result' \
		litmus 'echo "Observation b Never 0 3"'
	expect 'litmus: a herd7 that fails' 1 '^a .* fail: herd7 ends with status 3: ' litmus "$good; exit 3"
	litmus_test a-broken Never
	expect 'litmus: a twin that states Never' 1 '^a-broken .* fail: is -broken, and states Never$' litmus "$good"
	echo ' * Result: Sometimes' >>"$tests/a-broken.litmus"
	expect 'litmus: a test that states two results' 1 '^a-broken .* fail: has no one line Result' litmus "$good"
	litmus_test a-broken Maybe
	expect 'litmus: a test that states none' 1 '^0 passed, 1 failed, 0 skipped$' \
		sh -c 'rm "$1/a.litmus" && env HERD7="$2" "$3/tools/test/litmus.sh" "$4"' sh "$tests" "$T/herd7" "$TOP" "$T/litmus"
	litmus_test a Sometimes
	expect 'litmus: not broken, and states Sometimes' 1 '^a .* fail: states Sometimes, and is not -broken$' litmus "$good"
	litmus_test a Never
	litmus_test a-broken Sometimes
	expect 'litmus: a HERD7 that is none' 2 'HERD7=true is no herd7 of version 7.58 or later' \
		env HERD7=true "$TOP/tools/test/litmus.sh" "$T/litmus"
	expect 'litmus: leaves no old table' 1 '' test -e "$BUILD/results/litmus-part.tsv"
	no_herd7
}

# Where it is not in Debian, or is, and cannot be fetched.
no_herd7() {
	no_apt "litmus: herd7 cannot be had" && return
	expect 'litmus: herd7 cannot be had' 0 '^0 passed, 0 failed, 2 skipped$' \
		env MIRROR=http://127.0.0.1:9/none "$TOP/tools/test/litmus.sh" "$T/litmus"
	expect 'litmus: and why' 0 '^litmus	a	skip	no herd7: cannot read suite' cat "$BUILD/results/litmus-part.tsv"
}

litmus_tests
exit "$failed"
