#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/fixes.sh
#
# tools/test/fixes.sh: make fixes-proof around guests that say what they are told.
set -u
. "$(dirname "$0")/../expect.sh"

# fix LINE...: the lines of the table of fixes, whose cells are parted by "|".
fix() {
	printf '%s\n' "$@" | tr '|' '\t' >"$T/top/tools/test/fixes"
}

# proof [CONFIG]: make fixes-proof, of guests that say what $T/says does.
# shellcheck disable=SC2317
proof() { of_many env RUNS="${runs-1}" "$T/top/tools/test/fixes.sh" "$@"; }

# shown NAME STATUS REGEX WORDS: the row or the last line, when the test a says WORDS.
shown() {
	printf '%s\n' "$4" >"$T/says"
	expect "fixes: $1" "$2" "$3" sh -c "env LINUX='$T/many' PATCHES='$T/topics' BUILD='$T/many-build' RUNS=${runs-1} '$T/top/tools/test/fixes.sh' >/dev/null; rc=\$?; cat '$T/many-build/results/fixes.tsv'; exit \$rc"
}

fixes_table() {
	rest='[tag] file: Fix more|fixes-a|machine:two vax'
	fix 'file: Fix|fixes-a|arm64|tlb_regress.t.a' "$rest"
	expect 'fixes: a patch without a line' 1 'has 1 mistakes, the first: no line for fixes-b: file: Fix what a did: mend' proof -c
	rest="$rest
fixes-b/0001-file-Fix-what-a-did.patch|fixes-b||machine:none"
	fix 'file: Fix|fixes-a|arm64|tlb_regress.t.a' "$rest"
	expect 'fixes: a table that is right' 0 'test/fixes: 3 fixes, 3 lines$' proof -c
	fix 'file: Fix|fixes-b|arm64|tlb_regress.t.a' "$rest"
	expect 'fixes: a patch of another topic' 1 'no such patch: "file: Fix" in topic "fixes-b"' proof -c
	fix 'file: Fix|fixes-a|vax|tlb_regress.t.a' "$rest"
	expect 'fixes: an unknown CONFIG' 1 'unknown CONFIG "vax" of "file: Fix"' proof -c
	fix 'file: Fix|fixes-a|arm64' "$rest"
	expect 'fixes: a line without a test' 1 'not SUBJECT, TOPIC, CONFIG, SUITE.TEST' proof -c
	fix 'file: Fix|fixes-a|arm64|tlb_regress' "$rest"
	expect 'fixes: a test without a suite' 1 'not SUBJECT, TOPIC, CONFIG, SUITE.TEST' proof
	fix 'file: Fix|fixes-a|machine:' "$rest"
	expect 'fixes: a machine without a name' 1 'not SUBJECT, TOPIC, CONFIG, SUITE.TEST' proof
	expect 'fixes: an unknown CONFIG is asked for' 2 "unknown ARCH or CONFIG 'vax'" proof vax
	runs=x
	expect 'fixes: RUNS' 2 "RUNS is a number of runs, not 'x'" proof
	runs=1
	expect 'fixes: LOAD' 2 "LOAD is a number of loops below 100, not 'x'" env LOAD=x "$T/top/tools/test/fixes.sh"
	fix 'file: Fix|fixes-a|arm64|tlb_regress.t.a' "$rest"
	expect 'fixes: ONLY names no test' 2 "no line of .* has a test named by ONLY='t.b,none'" of_many env ONLY=t.b,none "$T/top/tools/test/fixes.sh"
	expect 'fixes: an unknown BEFORE' 2 "unknown topic 'none'" env BEFORE=none PATCHES="$T/topics" "$T/top/tools/test/fixes.sh"
	expect 'fixes: no fixes' 1 'has no topic fixes-\*|no such patch' "$T/top/tools/test/fixes.sh"
}

fixes_shown() {
	# A guest that runs what og.run= has; what a test says and its status are in $T/says.
	# shellcheck disable=SC2016
	stub boot 'for w; do runs=${w#og.run=}; done; printf "%s\n" "$runs" >>"$BUILD/boots"
		ran=0; IFS=+
		{ for r in $runs; do
			t=${r##*,} st=0; echo "og: start ${r%%,*}"
			. "'"$T"'/says"; echo "og: exit ${r%%,*} $st"
		done; echo "og: done"; } >"$4"'
	stub kernel 'echo image'
	stub guest 'echo initramfs'
	# shellcheck disable=SC2016
	good='case $TOPICS in *fixes-b*) echo "ok 1 t.$t" ;; *) echo "not ok 1 t.$t"; st=1 ;; esac'
	shown 'one that is shown' 0 '^file: Fix	fails-before	pass	arm64 tlb_regress.t.a: not ok 1 t.t.a	1 of 1$' "$good"
	shown 'and passes then' 0 '^file: Fix	passes-after	pass	arm64 tlb_regress.t.a	1 of 1$' "$good"
	shown 'no machine' 0 'Fix more	passes-after	skip	no machine: two vax	0 of 0$' "$good"
	expect 'fixes: the last line' 0 '^2 passed, 0 failed, 4 skipped$' proof
	expect 'fixes: of one CONFIG' 0 '^2 passed, 0 failed, 0 skipped$' proof arm64
	expect 'fixes: what is run' 0 '^tlb_regress,-r,t.a$' cat "$T/many-build/boots"
	shown 'a test that passes before' 1 '	fails-before	fail	arm64 tlb_regress.t.a: it passes	0 of 1$' 'echo "ok 1 t"'
	shown 'a test that fails after' 1 '	passes-after	fail	arm64 tlb_regress.t.a: status 3	0 of 1$' 'echo "ok 1 t"; st=3'
	shown 'a test that is not there' 1 '	fails-before	fail	.*: no result \(status 0\)	0 of 1$' ''
	shown 'a test that skips' 0 '	fails-before	skip	.*: skipped: no THP	0 of 1$' 'echo "ok 1 t # SKIP no THP"'
	# shellcheck disable=SC2016
	shown 'a splat' 0 '	fails-before	pass	.*: \[    1.0\] WARNING: x	1 of 1$' \
		'case $TOPICS in *fixes-b*) ;; *) echo "[    1.0] WARNING: x" ;; esac; echo "ok 1 t"'
	runs=3
	# shellcheck disable=SC2016
	shown 'a race' 0 '	fails-before	pass	.*	1 of 3$' \
		'case $TOPICS,$(grep -c . "$BUILD/boots") in *fixes-b*,* | *[!2]) echo "ok 1 t" ;; *) echo "not ok 1 t" ;; esac; [ -n "${2:-}" ] || :'
	runs=1
}

fixes_dying() {
	fix 'file: Fix|fixes-a|arm64|tlb_regress.t.a' '[tag] file: Fix more|fixes-a|arm64|tlb_regress.t.b' \
		'file: Fix what a did|fixes-b|s390x|mmu_gather.range'
	# shellcheck disable=SC2016
	shown 'a test that ends the guest' 1 '^file: Fix	fails-before	pass	arm64 tlb_regress.t.a: the guest ends: it dies	1 of 1$' \
		'case $TOPICS,$t in *fixes-b*,*) echo "ok 1 t" ;; *t.a) echo "it dies" >"$OG_WHY"; exit 1 ;; *) echo "not ok 1 t" ;; esac'
	expect 'fixes: ONLY has a table of its own' 0 '^2 passed, 0 failed, 0 skipped$' of_many env RUNS=1 ONLY=none,t.b "$T/top/tools/test/fixes.sh"
	expect 'fixes: with its lines alone' 0 '^2$' grep -c . "$T/many-build/results/fixes-part.tsv"
	expect 'fixes: and the one after it' 0 'Fix more	fails-before	pass	arm64 tlb_regress.t.b: not ok' cat "$T/many-build/results/fixes.tsv"
	expect 'fixes: has a guest of its own' 0 '^tlb_regress,-r,t.b$' cat "$T/many-build/boots"
	expect 'fixes: no such suite' 0 'did	passes-after	fail	s390x mmu_gather.range: no result	0 of 1$' cat "$T/many-build/results/fixes.tsv"
	# shellcheck disable=SC2016
	stub boot 'w="ok 1"; case $TOPICS in *fixes-b*) ;; *) w="not ok 1" ;; esac
		printf "# Subtest: mmu_gather\n    # Subtest: mmu_gather\n    1..1\n    %s range\nog: start tlb_regress\n%s x\nog: exit tlb_regress 0\nog: start tlb_regress\n%s x\nog: exit tlb_regress 0\nog: done\n" "$w" "$w" "$w" >"$4"'
	shown 'KUnit' 0 '^file: Fix what a did	fails-before	pass	s390x mmu_gather.range	1 of 1$' ''
	shown 'and the rest' 0 '^file: Fix what a did	passes-after	pass	s390x mmu_gather.range	1 of 1$' ''
	fix 'file: Fix|fixes-a|arm64|kernel.boot' "$rest"
	# shellcheck disable=SC2016
	stub kernel 'case $TOPICS in *fixes-b*) echo "no compiler" >"$OG_WHY"; exit 1 ;; esac; echo image'
	# shellcheck disable=SC2016
	stub boot 'echo "it dies" >"$OG_WHY"; exit 1'
	shown 'the guest as a whole' 1 '^file: Fix	fails-before	pass	arm64 kernel.boot: it dies	1 of 1$' ''
	shown 'a kernel that does not build' 1 '^file: Fix	passes-after	fail	arm64 kernel.boot: not built: no compiler	0 of 1$' ''
	stub boot 'exit 143'
	expect 'fixes: a boot that a signal ends' 143 'run 1 of 1' proof
	expect 'fixes: leaves no old table' 1 '' test -e "$T/many-build/results/fixes.tsv"
	expect 'make fixes-proof' 0 '^RUNS="2" ONLY="a.b" LOAD="1" tools/test/fixes.sh arm64$' make -s -n -C "$TOP" fixes-proof RUNS=2 CONFIG=arm64 ONLY=a.b LOAD=1
}

fake_topics
sed -i '/range/d' "$T/topics/series"
copy
fixes_table
fixes_shown
fixes_dying
exit "$failed"
