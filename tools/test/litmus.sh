#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/litmus.sh [DIR]
#
# Run herd7 with the kernel's memory model on each test in Documentation/litmus-tests/mm
# of the kernel tree DIR (default: the base and the series), and hold what it says
# against the line "Result:" of the test. One named *-broken* has to say Sometimes, and one
# that says Never needs a twin, NAME-broken*, that shows what it guards against. Prints
# a table; the last line is "N passed, N failed, N skipped". The table is
# build/results/litmus.tsv (suite, test, result, reason, what the test states, what herd7
# says, final states that meet the condition, those that do not); with DIR,
# litmus-part.tsv. All is skipped where herd7 cannot be had (tools/test/herd.sh).
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -le 1 ] || usage
case ${1:-} in
-*) usage ;;
esac

lock
name=litmus
if [ $# -gt 0 ]; then
	name=litmus-part
	src=$(absolute "$1")
else
	tree=$("$TOP/tools/base/src.sh" debug) || exit 1
	src=${tree% *}
fi
tsv=$BUILD/results/$name.tsv
log=$BUILD/log/$name
mkdir -p "$BUILD/results" "$BUILD/log"
rm -f "$tsv" "$tsv.new"
dir=$src/Documentation/litmus-tests/mm
model=$src/tools/memory-model
for f in cfg def bell cat; do
	[ -f "$model/linux-kernel.$f" ] || die "$model has no linux-kernel.$f: is $src a kernel tree?"
done
set -- "$dir"/*.litmus
[ -f "$1" ] || die "no tests in $dir: is it a tree of the series?"

rc=0
why=
rm -f "$log.why"
herd=$(OG_WHY=$log.why "$TOP/tools/test/herd.sh") || rc=$?
[ $rc -le 1 ] || exit $rc
[ $rc -eq 0 ] || why="no herd7: $(cat "$log.why" 2>/dev/null || echo see above)"

# row TEST RESULT REASON [STATED SAID MEET NOT]
row() {
	printf 'litmus\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" \
		"${4:--}" "${5:--}" "${6:--}" "${7:--}" >>"$tsv.new"
}

# odd FILE TEST STATED: what is wrong with a test before it is run, if it is.
odd() {
	case $2:$3 in
	*:) echo "has no one line Result: Never or Sometimes" ;;
	*-broken*:Sometimes) ;;
	*-broken*:*) echo "is -broken, and states $3" ;;
	*:Never)
		for twin in "${1%.litmus}"-broken*.litmus; do
			[ ! -f "$twin" ] || return 0
		done
		echo "has no twin $2-broken" ;;
	*) echo "states $3, and is not -broken" ;;
	esac
}

# judge FILE: run one test.
judge() {
	t=$(basename "$1" .litmus)
	stated=$(awk '/^ \* Result:/ { n++ } /^ \* Result: (Never|Sometimes)$/ { r = $3 }
		END { if (n == 1) print r }' "$1")
	wrong=$(odd "$1" "$t" "$stated")
	if [ -n "$wrong" ]; then
		row "$t" fail "$wrong" "$stated"
		return
	fi
	if [ -n "$why" ]; then
		row "$t" skip "$why" "$stated"
		return
	fi
	rc=0
	(cd "$model" && timeout 300 "$herd" -conf linux-kernel.cfg "$1") >"$log.one" 2>&1 \
		</dev/null || rc=$?
	case $rc in
	129 | 130 | 143) exit $rc ;;
	esac
	cat "$log.one" >>"$log"
	# "Observation NAME Never 0 3", of the test by that name and of no other.
	said=$(awk -v t="$t" '$1 == "Observation" { n++ }
		$1 == "Observation" && $2 == t && NF == 5 { s = $3 " " $4 " " $5 }
		END { if (n == 1) print s }' "$log.one")
	# shellcheck disable=SC2086
	set -- $said
	if [ $rc -ne 0 ]; then
		row "$t" fail "herd7 ends with status $rc: $(tail -n 1 "$log.one")" "$stated"
	elif [ $# -ne 3 ]; then
		row "$t" fail "herd7 has no result: $(tail -n 1 "$log.one")" "$stated"
	elif [ "$2$3" = 00 ]; then
		row "$t" fail "no execution comes to its end" "$stated" "$@"
	elif grep -q '^Flag ' "$log.one"; then
		row "$t" fail "$(grep -m1 '^Flag ' "$log.one")" "$stated" "$@"
	elif [ "$1" != "$stated" ]; then
		row "$t" fail "states $stated, and herd7 says $1" "$stated" "$@"
	else
		row "$t" pass '' "$stated" "$@"
	fi
}

say "litmus: $# tests"
: >"$log"
for f; do
	judge "$f"
done
rm -f "$log.one"
mv "$tsv.new" "$tsv"

awk -F '\t' '
	BEGIN { printf("%-34s %-10s %-10s %5s %5s  %s\n", "test", "states", "herd7", "meet", "not", "result") }
	{
		n[$3]++
		printf("%-34s %-10s %-10s %5s %5s  %s%s\n", $2, $5, $6, $7, $8, $3, $4 == "" ? "" : ": " $4)
	}
	END {
		printf("%d passed, %d failed, %d skipped\n", n["pass"], n["fail"], n["skip"])
		exit n["fail"] > 0
	}' "$tsv"
