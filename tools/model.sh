#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/model.sh [-q] [DIR [SHAPE.SCENARIO...]]
#
# Build the model of tools/testing/mmu_gather of the kernel tree DIR (default:
# the base and the series) with the host's compiler, run it, and print KTAP; the
# last line is "N passed, N failed, N skipped". The table is
# build/results/model.tsv (suite, test, result, reason, then what main.c of the
# model says of its option -t). Fails when a scenario fails.
#   -q               a smaller bound, for a first look: see STATES
#   SHAPE.SCENARIO   these only, "plain.dontneed_overlap"; all of a shape: "plain"
#
# Environment:
#   STATES   give up a scenario's full search after so many states (500000; -q: 20000)
#   RUNS     as many random interleavings of each scenario beyond it (0)
#   SEED     which ones (the time; it is printed)
set -eu
. "$(dirname "$0")/lib.sh"
states=500000
[ "${1:-}" != -q ] || { states=20000; shift; }
case ${1:-} in
-*) usage ;;
esac
for n in "${STATES:-1}" "${RUNS:-0}" "${SEED:-1}"; do
	case $n in
	'' | *[!0-9]*) bad "STATES, RUNS and SEED are numbers, not '$n'" ;;
	esac
done

lock
if [ $# -gt 0 ]; then
	src=$(absolute "$1")
	shift
else
	tree=$("$TOP/tools/src.sh" debug) || exit 1
	src=${tree% *}
fi
[ -f "$src/tools/testing/mmu_gather/Makefile" ] ||
	die "$src has no tools/testing/mmu_gather: is it a tree of the series?"

# wanted SHAPE: is it to run?
wanted() {
	[ -n "$words" ] || return 0
	for word in $words; do
		[ "${word%%.*}" != "$1" ] || return 0
	done
	return 1
}

words=$*
all=$(sed -n "s/^SHAPES := //p" "$src/tools/testing/mmu_gather/Makefile")
for word in $words; do
	case " $all " in
	*" ${word%%.*} "*) ;;
	*) bad "unknown shape in '$word': it is one of $all" ;;
	esac
done

out=$BUILD/model/$(printf "%s" "$src" | cksum | cut -d " " -f 1)
log=$BUILD/log/model
mkdir -p "$out" "$BUILD/log" "$BUILD/results"
shapes=
for s in $all; do
	if wanted "$s"; then shapes="$shapes $s"; fi
done
# shellcheck disable=SC2046
make -s -C "$src/tools/testing/mmu_gather" -j "$(nproc)" OUT="$out" \
	$(for s in $shapes; do echo "$out/mmu_gather-$s"; done) >"$log" 2>&1 ||
	die "the model does not build: see $log ($(grep -m1 error "$log" || echo no error))"

tmp=$(mktemp -d "$BUILD/results/.model.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
seed=${SEED:-$(date +%s)}
[ "${RUNS:-0}" -eq 0 ] || echo "# SEED=$seed"

# not_run SHAPE: a row for each of its scenarios that has none: where a sanitizer
# ends the program, those after it were not looked at.
not_run() {
	"$out/mmu_gather-$1" -l >"$tmp/$1.list"
	awk -F '\t' -v s="$1" '
		NR == FNR { had[$2] = 1; next }
		!($1 in had) { print s "\t" $1 "\tfail\tnot run: the program ended before" }
		' "$tmp/$1" "$tmp/$1.list" >"$tmp/$1.not"
	cat "$tmp/$1.not" >>"$tmp/$1"
}

# shape NAME [SCENARIO...]: its rows, and tables of failures as comments.
shape() {
	shape=$1
	shift
	[ $# -gt 0 ] || set -- ''
	for scenario; do
		rc=0
		"$out/mmu_gather-$shape" -t -n "${STATES:-$states}" -r "${RUNS:-0}" -S "$seed" \
			${scenario:+-s "$scenario"} >>"$tmp/$shape" 2>"$tmp/$shape.err" || rc=$?
		[ $rc -le 1 ] || printf '%s\t%s\tfail\tends with status %s: %s\n' "$shape" \
			"${scenario:-exit}" $rc "$(grep -m1 ERROR "$tmp/$shape.err")" >>"$tmp/$shape"
		[ $rc -le 1 ] || [ -n "$scenario" ] || not_run "$shape"
	done
}

say "model: exploring"
# Two at a time.
for s in $shapes; do
	scenarios=
	for word in $words; do
		[ "${word%%.*}" = "$s" ] || continue
		[ "$word" != "$s" ] || { scenarios=; break; }
		scenarios="$scenarios ${word#*.}"
	done
	# shellcheck disable=SC2086
	shape "$s" $scenarios &
	[ -n "${other:-}" ] && wait "$other"
	other=$!
done
wait

for s in $shapes; do
	[ ! -f "$tmp/$s" ] || cat "$tmp/$s"
done | tee "$tmp/all" | awk -F '\t' 'BEGIN { OFS = "\t" } !/^#/ && NF > 3 {
	$2 = $1 "." $2; $1 = "model"; print }' >"$BUILD/results/model.tsv"

awk -F '\t' '
	BEGIN { print "KTAP version 1" }
	/^#/ || NF < 4 { print; next }
	{
		n[$3]++
		printf("%s %d %s.%s # ", $3 == "fail" ? "not ok" : "ok", ++k, $1, $2)
		if ($3 == "skip") { print "SKIP " $4; next }
		if (NF < 12) { print $4; next }
		printf("%s%s states, %s interleavings, %s; %s flushes, of %s pages at most, %s stale, %s flushes needless\n",
			$4 == "" ? "" : $4 "; ", $5, $6, $8, $9, $10, $11, $12)
	}
	END {
		print "1.." k
		printf("%d passed, %d failed, %d skipped\n", n["pass"], n["fail"], n["skip"])
		exit n["fail"] > 0 || !n["pass"]
	}' "$tmp/all"
