#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/fixes.sh [-c] [CONFIG...]
#
# Prove each fix of the topics fixes-*: tools/test/fixes names a test for it, which has
# to fail on the base with the topics BEFORE, and to pass with all fixes as well. Each
# configuration is built twice, and each side is booted RUNS times, or more often where a
# test ends the guest. Where the bug is a race, one failure is enough; no run may fail
# with the fixes. A fix that no machine here can show says which machine is missing.
# build/results/fixes.tsv (of some only: fixes-part.tsv) has two rows for each line
# of the table: fix, fails-before or passes-after, result, reason, "n of m" runs. The last
# line is "N passed, N failed, N skipped". Long.
#   -c  only read the table: every patch of these topics must be in it, and nothing else
#
# Environment:
#   RUNS    how often each test is run on each side (3)
#   ONLY    parts of SUITE.TEST, comma separated: the lines of those tests only
#   LOAD    how many endless loops run beside the guests and take their CPUs away (0)
#   BEFORE  the topics that have the tests (tests, tests-*)
set -eu
. "$(dirname "$0")/../lib.sh"
check=
[ "${1:-}" != -c ] || { check=1; shift; }
case ${1:-} in
-*) usage ;;
esac
for config; do
	known "$config"
done
RUNS=${RUNS:-3}
case $RUNS in
*[!0-9]* | 0) bad "RUNS is a number of runs, not '$RUNS'" ;;
esac
LOAD=${LOAD:-0}
case $LOAD in
*[!0-9]* | ???*) bad "LOAD is a number of loops below 100, not '$LOAD'" ;;
esac

table=$TOP/tools/test/fixes
[ -r "$table" ] || die "no table $table: restore it from git"
fixes=$(topics | grep '^fixes-' | tr '\n' ' ') || :
tab=$(printf '\t')

# lines: the table, cells parted by one tab.
lines() { sed -e '/^#/d' -e '/^[[:space:]]*$/d' -e "s/$tab$tab*/$tab/g" "$table"; }

# patches: "TOPIC PATH SUBJECT" by tabs, of the fixes.
patches() {
	patches_of "$fixes" | while read -r p; do
		p_path=${p#"$PATCHES/"}
		printf '%s\t%s\t%s\n' "${p_path%%/*}" "$p_path" "$(subject "$p")"
	done
}

# table_is_right: what is wrong with it, a line each.
table_is_right() {
	patches >"$tmp/patches"
	lines | awk -F '\t' -v configs=" $(configs | tr '\n' ' ')" -v patches="$tmp/patches" '
		BEGIN {
			while ((getline l < patches) > 0) {
				split(l, p, "\t")
				of[p[1], p[3]] = of[p[1], p[2]] = p[2]
				order[++n] = p[2]
				words[p[2]] = p[1] ": " p[3]
			}
		}
		function fail(why) { print why; bad = 1 }
		!(($2, $1) in of) { fail("no such patch: \"" $1 "\" in topic \"" $2 "\""); next }
		{ has[of[$2, $1]] = 1 }
		$3 ~ /^machine:./ && NF == 3 { next }
		NF != 4 || $4 !~ /^[^. ]+\.[^ ]+$/ { fail("not SUBJECT, TOPIC, CONFIG, SUITE.TEST, nor SUBJECT, TOPIC, machine:WHY: \"" $1 "\""); next }
		!index(configs, " " $3 " ") { fail("unknown CONFIG \"" $3 "\" of \"" $1 "\"") }
		END {
			for (i = 1; i <= n; i++)
				if (!(order[i] in has))
					fail("no line for " words[order[i]])
			exit bad
		}' >"$tmp/wrong" || {
		cat "$tmp/wrong"
		die "tools/test/fixes has $(wc -l <"$tmp/wrong") mistakes, the first: $(head -n 1 "$tmp/wrong"): mend the table"
	}
}

# asked: the lines of the table that ONLY names a part of, or all.
asked() {
	lines | awk -F '\t' -v only="${ONLY:-}" '
		BEGIN { n = split(only, part, ",") }
		!n { print; next }
		$4 != "" {
			for (i = 1; i <= n; i++)
				if (part[i] != "" && index($4, part[i])) {
					print
					next
				}
		}'
}

# tests_of CONFIG: those of the table, each once.
tests_of() { asked | awk -F '\t' -v c="$1" '$3 == c && !n[$4]++ { print $4 }'; }

# wanted CONFIG...: those that the table has, of these or all.
wanted() {
	for c in $(configs); do
		case " $* " in
		*" $c "* | '  ') [ -z "$(tests_of "$c")" ] || echo "$c" ;;
		esac
	done
}

# result TEST RESULT REASON: of this run.
result() { printf '%s\t%s\t%s\t%s\t%s\n' "$side" "$config" "$@" >>"$tmp/results"; }

# boot WORDS: of the kernel as it is built; $why is why it did not come to its end. After an
# oops nothing that it says counts.
boot() {
	: >"$console"
	rc=0 why=
	OG_WHY=$tmp/why THREAD=$(cfg "$config" thread) MEMORY=$(cfg "$config" memory) "$TOP/tools/base/boot.sh" "$config" "$image" \
		"$initramfs" "$console" panic_on_warn=0 oops=panic hugepages=8 "og.run=$1" || rc=$?
	case $rc in
	0) return ;;
	129 | 130 | 143) exit $rc ;;
	esac
	why=$(cat "$tmp/why")
}

# of_kunit: the pending tests that are no program's, by the console.
of_kunit() {
	awk -f "$TOP/tools/test/ktap.awk" "$console" >"$tmp/kunit"
	while read -r test; do
		if [ "$test" = kernel.boot ]; then
			[ -z "$why" ] && r=pass || r=fail
			result "$test" "$r" "$why"
			continue
		fi
		r=$(awk -F '\t' -v t="$test" '$1 "." $2 == t { print $3 "\t" $4; exit }' "$tmp/kunit")
		if [ -n "$r" ]; then
			result "$test" "${r%%"$tab"*}" "${r#*"$tab"}"
		elif [ -n "$why" ] && ! grep -qa '^og: start' "$console" &&
			[ "$(sed -n 's/.*# Subtest: \([a-z0-9_]*\).*/\1/p' "$console" | tail -n 1)" = "${test%%.*}" ]; then
			result "$test" fail "the guest ends: $why"
		else
			result "$test" none "${why:-no result}"
		fi
	done <"$tmp/kunits"
}

# run_guest: all tests of $config, once; a test that ends the guest is left out of the
# boot that follows.
run_guest() {
	programs "$config" >"$tmp/programs"
	tests_of "$config" | awk -v programs="$tmp/programs" -v pending="$tmp/pending" -v kunits="$tmp/kunits" '
		BEGIN {
			while ((getline p < programs) > 0) is[p] = 1
			printf "" >pending
			printf "" >kunits
		}
		{ split($0, w, "."); print >(w[1] in is ? pending : kunits) }'
	first=1
	while [ -n "$first" ] || [ -s "$tmp/pending" ]; do
		# A command line has room for these.
		now=$(head -n 16 "$tmp/pending")
		boot "$(printf '%s\n' "$now" | sed 's/\./,-r,/' | paste -s -d +)"
		[ -z "$first" ] || of_kunit
		first=
		awk -f "$TOP/tools/test/fixes.awk" -v tests="$(echo "$now" | tr '\n' ' ')" -v why="$why" \
			-v splats="$(grep -naE "$SPLAT" "$console" | sed 's/:.*//' | tr '\n' ' ')" "$console" >"$tmp/done"
		while IFS=$tab read -r test r reason; do
			result "$test" "$r" "$reason"
		done <"$tmp/done"
		cut -f 1 "$tmp/done" >"$tmp/names"
		grep -vxFf "$tmp/names" "$tmp/pending" >"$tmp/left" || :
		if [ ! -s "$tmp/done" ]; then
			while read -r test; do
				result "$test" none "not begun: ${why:-no word of it}"
			done <"$tmp/left"
			: >"$tmp/left"
		fi
		mv "$tmp/left" "$tmp/pending"
	done
}

# build: of $config with TOPICS, or no result for all its tests.
build() {
	echo 'see the log' >"$tmp/why"
	rc=0
	OG_WHY=$tmp/why "$TOP/tools/base/kernel.sh" "$config" debug >"$tmp/built" &&
		OG_WHY=$tmp/why "$TOP/tools/base/guest.sh" "$config" "$BUILD/debug/src" >>"$tmp/built" || rc=$?
	case $rc in
	0)
		image=$(sed -n 1p "$tmp/built") initramfs=$(sed -n 2p "$tmp/built")
		return
		;;
	129 | 130 | 143) exit $rc ;;
	esac
	for test in $(tests_of "$config"); do
		result "$test" none "not built: $(cat "$tmp/why")"
	done
	return 1
}

# load: LOAD endless loops, until unload.
load() {
	loops=
	while [ "$(echo "$loops" | wc -w)" -lt "$LOAD" ]; do
		while :; do :; done &
		loops="$loops $!"
	done
}

# unload: the end of them.
unload() {
	# shellcheck disable=SC2086
	[ -z "$loops" ] || kill $loops
	loops=
}

# one_side: each configuration with TOPICS, RUNS times.
one_side() {
	for config in $configs; do
		say "$side: $config with $TOPICS"
		console=$BUILD/log/console-fixes-$side-$config
		build || continue
		load
		i=0
		while [ "$i" -lt "$RUNS" ]; do
			i=$((i + 1))
			say "$side: $config, run $i of $RUNS"
			run_guest
		done
		unload
	done
}

# rows: the table of results, two rows for each line of the table of fixes.
rows() {
	asked | awk -F '\t' -v configs=" $configs " -v all="${given:-1}" -v results="$tmp/results" '
		BEGIN {
			OFS = "\t"
			while ((getline l < results) > 0) {
				split(l, r, "\t")
				key = r[1] SUBSEP r[2] SUBSEP r[3]
				n[key]++
				got[key, r[4]]++
				if (!((key, r[4]) in why))
					why[key, r[4]] = r[5]
			}
		}
		function row(name, side, good, bad, least,    key, k, m, result, reason) {
			key = side SUBSEP $3 SUBSEP $4
			m = n[key] + 0
			k = got[key, good] + 0
			if (m && k >= (least ? 1 : m)) {
				result = "pass"
				reason = why[key, good]
			} else if (m && got[key, "skip"] == m) {
				result = "skip"
				reason = why[key, "skip"]
			} else {
				result = "fail"
				reason = got[key, "none"] ? why[key, "none"] : got[key, bad] ? (bad == "pass" ? "it passes" : why[key, bad]) : m ? "skipped in some runs" : "not run"
			}
			print $1, name, result, $3 " " $4 (reason == "" ? "" : ": " reason), k " of " m
		}
		$3 ~ /^machine:/ {
			if (all)
				for (i = 1; i <= 2; i++)
					print $1, i == 1 ? "fails-before" : "passes-after", "skip", "no machine: " substr($3, 9), "0 of 0"
			next
		}
		!index(configs, " " $3 " ") { next }
		{
			row("fails-before", "before", "fail", "pass", 1)
			row("passes-after", "after", "pass", "fail", 0)
		}'
}

tmp=$(mktemp -d "${TMPDIR:-/tmp}/og-fixes.XXXXXX")
loops=
trap 'unload; rm -rf "$tmp"' EXIT
table_is_right
[ -z "$check" ] || { say "tools/test/fixes: $(wc -l <"$tmp/patches") fixes, $(lines | wc -l) lines"; exit; }
[ -n "$(asked)" ] || bad "no line of tools/test/fixes has a test named by ONLY='$ONLY'"
[ -n "$fixes" ] || die "patches/series has no topic fixes-*: nothing to prove"
# shellcheck disable=SC2046,SC2086
before=$(chosen ${BEFORE:-$(topics | grep -E "^tests(-|\$)")}) || exit $?
before=$(echo "$before" | tr '\n' ' ')
lock
mkdir -p "$BUILD/results" "$BUILD/log"
given='' name=fixes
[ -z "$*${ONLY:-}" ] || given=0 name=fixes-part
tsv=$BUILD/results/$name.tsv
rm -f "$tsv"
configs=$(wanted "$@" | tr '\n' ' ')
: >"$tmp/results"
[ -z "${configs% }" ] || for config in $configs; do
	"$TOP/tools/base/need.sh" "$config"
done
side=before TOPICS=$before
export TOPICS
one_side
side=after TOPICS="$before$fixes"
one_side
rows >"$tmp/tsv"
mv "$tmp/tsv" "$tsv"
awk -F '\t' '{ printf("%-4s %-12s %-8s %s (%s)\n", $3, $2, $5, $1, $4); n[$3]++ }
	END {
		printf("%d passed, %d failed, %d skipped\n", n["pass"], n["fail"], n["skip"])
		exit n["fail"] > 0
	}' "$tsv"
