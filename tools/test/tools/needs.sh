#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/needs.sh
#
# tools/series/needs.sh: which lines of patches/needs are refused.
set -u
. "$(dirname "$0")/../expect.sh"

# needs NAME REGEX LINE...: these lines of patches/needs are refused, and nothing is left.
needs() {
	name=$1 regex=$2
	shift 2
	printf '%s\n' "$@" >"$T/topics/needs"
	expect "needs: $name" 1 "^needs: patches/needs: $regex" posted fixes-b
}

needs_refused() {
	needs 'a circle' 'the needs go round in a circle: fixes-a fixes-b fixes-a: take one' \
		'fixes-b: fixes-a' 'fixes-a: fixes-b'
	needs 'itself' 'the needs go round in a circle: fixes-b fixes-b: take' 'fixes-b: fixes-b'
	needs 'a topic that is none' 'fixes-b needs none, which is no topic of patches/series: correct' \
		'fixes-b: none'
	needs 'a line of no topic' 'the topic none is not in patches/series: correct' 'none: fixes-a'
	needs 'a later topic' 'fixes-b needs range, which is later in patches/series: put it before' \
		'fixes-b: fixes-a range'
	needs 'code and tests' 'fixes-b needs tests, and code needs no tests: mend the patches, or say' \
		'fixes-b: tests'
	needs 'two lines' 'the topic fixes-b has two lines: make them one' 'fixes-b: fixes-a' 'fixes-b:'
	needs 'no line of it' 'line 2 is no "TOPIC: TOPIC...": mend it' '# x' 'fixes-b fixes-a'
	needs 'an exception for none' 'an exception is for none, which is no topic' 'exception: none tests'
	needs 'an exception that is no test' 'an exception of range is fixes-a, which is no topic of tests' \
		'exception: range fixes-a'
	needs 'a cut exception' 'line 1 is no "exception: TOPIC TESTS": mend it' 'exception: range'
	expect 'series: nothing half-written' 1 '' sh -c "ls -A '$T/many-build/series' | grep ."
	printf 'fixes-b: fixes-a\nexception: range tests # so far\nrange: fixes-b\n' >"$T/topics/needs"
	expect 'needs: all, in their order' 0 '^tests;fixes-a;fixes-b$' \
		of_many sh -c "'$TOP/tools/series/needs.sh' range | paste -s -d ';'"
}

# A topic whose name cannot be the name of a directory.
names_refused() {
	cp "$T/topics/series" "$T/series"
	sed 's|fixes-a/|Fixes_a/|' "$T/series" >"$T/topics/series"
	expect 'needs: a name of a topic' 1 "the topic 'Fixes_a' has a name of more than" posted tests
	sed 's|fixes-a/|obj/|' "$T/series" >"$T/topics/series"
	expect 'needs: a name that is taken' 1 "a topic cannot be called 'obj': rename its folder" posted tests
}

fake_topics
needs_refused
rm "$T/topics/needs"
names_refused
exit "$failed"
