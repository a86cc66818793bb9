#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/bisect.sh
#
# tools/measure/bisect.sh: the patch that moved a count, of guests that count what they are told.
set -u
. "$(dirname "$0")/../expect.sh"

# bisect COUNT...: make bisect, where the base counts the first, and each patch gives the next
# one; x is a guest that fails. $row and $config are asked for, by default clear_refs_1 sent_full of arm64.
# shellcheck disable=SC2317
bisect() {
	printf '%s\n' "$@" >"$T/counts"
	rm -f "$T/counted"
	of_many env PATH="$T/no-gcc:$PATH" "$T/top/tools/measure/bisect.sh" "${config-arm64}" "${row-clear_refs_1 sent_full}"
}

bisects() {
	# shellcheck disable=SC2016
	stub kernel 'echo "$2.$OG_PREFIX"'
	# shellcheck disable=SC2016
	stub boot 'n=${2#*.}; echo "$2" >>"'"$T"'/counted"; c=$(sed -n "$((n + 1))p" "'"$T"'/counts")
		[ "$c" != x ] || { echo "it splats" >"$OG_WHY"; exit 1; }
		echo "row clear_refs_1 ops 1
row clear_refs_1 sent_full $c
og: exit workload 0" >"$4"'
	mkdir -p "$T/no-gcc"
	printf '#!/bin/sh\nexit 1\n' >"$T/no-gcc/gcc"
	chmod +x "$T/no-gcc/gcc"
	b4='patches/fixes-b/0001-file-Fix-what-a-did.patch'
	expect 'bisect: the patch' 0 "^FIRST: $b4: count 50 -> 0\$" bisect 50 50 50 50 0 0
	expect 'bisect: what is counted' 0 '^mainline.0;series.5;series.2;series.3;series.4$' paste -s -d ';' "$T/counted"
	expect 'bisect: its file' 0 '^5	4	0	after	fixes-b/0001-.*.patch	$' cat "$T/many-build/results/bisect-arm64.tsv"
	expect 'bisect: its table' 0 '^ +3 +2 +50 +before +fixes-a/0001-file-Fix.patch$' bisect 50 50 50 50 0 0
	expect 'bisect: the same on both' 0 '^clear_refs_1 sent_full is 50 on both: no patch from 1 to 5 moves it' bisect 50 0 0 0 0 50
	expect 'bisect: and no more is counted' 0 '^2$' grep -c . "$T/counted"
	expect 'bisect: counts between' 0 "^FIRST: $b4: count 60 -> 10\$" bisect 100 90 95 60 10 0
	expect 'bisect: and that it says so' 0 '^NOTE: 3 counts are neither 100 nor 0, and are taken for the nearer one$' \
		bisect 100 90 95 60 10 0
	expect 'bisect: a prefix that is passed over' 0 "^FIRST: $b4: count 50 -> 0\$" bisect 50 50 x 50 0 0
	expect 'bisect: is named' 0 '^3	2	-	skip	fixes-a/0001-file-Fix.patch	it splats$' cat "$T/many-build/results/bisect-arm64.tsv"
	expect 'bisect: nothing is left between' 1 'it is one of 3 patches: what lies between cannot be counted' bisect 50 50 x x 0 0
	expect 'bisect: which are named' 1 "^FIRST, maybe: $b4: count 50 -> 0\$" bisect 50 50 x x 0 0
	expect 'bisect: a base that fails' 1 'the first 0 patches cannot be counted: it splats' bisect x 50 50 50 0 0
	expect 'bisect: leaves no old table' 1 '' test -e "$T/many-build/results/bisect-arm64.tsv"
	export FROM=fixes-a TO=fixes-b
	expect 'bisect: FROM and TO' 0 "^FIRST: $b4: count 7 -> 8\$" bisect 5 7 7 7 8 6
	expect 'bisect: and what is counted' 0 '^series.1;series.4;series.2;series.3$' paste -s -d ';' "$T/counted"
	export FROM=2 TO=2
	expect 'bisect: one patch' 0 '^FIRST: patches/fixes-a/0001-file-Fix.patch: count 50 -> 0$' bisect 50 50 0 0 0 0
	unset FROM TO
	bisects_refused
}

bisects_refused() {
	expect 'bisect: an unknown CONFIG' 2 "unknown ARCH or CONFIG 'vax'" "$TOP/tools/measure/bisect.sh" vax 'a b'
	expect 'bisect: nothing is counted there' 2 'nothing is counted on sparc64' "$TOP/tools/measure/bisect.sh" sparc64 'a b'
	expect 'bisect: no ROW' 2 'ROW names no row: give one' make -s -C "$TOP" bisect
	for row in a 'a b c' 'a, b'; do
		expect "bisect: ROW is $row" 2 "ROW is '$row', not a workload and a counter" bisect 1
	done
	row='vax sent_full'
	expect 'bisect: an unknown workload' 2 "no workload 'vax': it is one of dontneed_disjoint_1x4 " \
		of_many "$T/top/tools/measure/bisect.sh" arm64 "$row"
	row='clear_refs_1 vax'
	expect 'bisect: an unknown counter' 2 "clear_refs_1 has no counter 'vax' on arm64: it has ops sent_full $" bisect 5 5 5 5 5 5
	unset row
	for n in 0 6 08 9999999999999999999; do
		expect "bisect: patch $n" 2 "the series has the patches 1 to 5, not '$n'" env FROM=$n PATCHES="$T/topics" \
			"$T/top/tools/measure/bisect.sh" arm64 'a b'
	done
	expect 'bisect: an unknown topic' 2 "unknown topic 'none': it is one of tests" env TO=none PATCHES="$T/topics" \
		"$T/top/tools/measure/bisect.sh" arm64 'a b'
	expect 'bisect: TO before FROM' 2 'FROM is patch 4, which is behind TO, patch 1' \
		env FROM=fixes-b TO=tests PATCHES="$T/topics" "$T/top/tools/measure/bisect.sh" arm64 'a b'
	# shellcheck disable=SC2016
	stub boot 'printf "skip clear_refs_1 no bits\nog: exit workload 0\n" >"$4"'
	expect 'bisect: a workload that is skipped' 1 'clear_refs_1 is skipped on arm64: no bits' bisect 1
	# shellcheck disable=SC2016
	stub boot 'printf "row clear_refs_1 sent_full 1\nog: exit workload 1\n" >"$4"'
	expect 'bisect: a workload that fails' 1 'cannot be counted: the workload fails \(console: ' bisect 1
	stub boot 'exit 143'
	expect 'bisect: a boot that a signal ends' 143 'booting' bisect 1
	expect 'make bisect' 0 '^FROM="" TO="7" tools/measure/bisect.sh s390x "a b"$' \
		env FROM=x make -s -n -C "$TOP" bisect ROW='a b' TO=7 CONFIG=s390x
}

fake_topics
copy
bisects
exit "$failed"
