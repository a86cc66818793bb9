#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/model.sh [-q] [DIR [SHAPE.SCENARIO...]]
#
# Build the model of tools/model with what is real in it from the kernel tree DIR
# (default: the base and the series) by the host's compiler, run it, and print KTAP;
# the last line is "N passed, N failed, N skipped". The table is
# build/results/model.tsv (suite, test, result, reason, then what main.c of the
# model says of its option -t); of a part, with -q or DIR, model-part.tsv. What pending.c
# of it counts of gathers in flight is in build/results/pending.tsv (pending-part.tsv),
# a line says in what columns, and in short in comments before the KTAP. Fails when a
# scenario fails, or has no result of its own.
#   -q               a smaller bound, for a first look: see STATES
#   SHAPE.SCENARIO   these only, "plain.dontneed_overlap"; all of a shape: "plain"
#
# Environment:
#   STATES   give up a scenario's full search after so many states (500000; -q: 20000)
#   RUNS     as many random interleavings of each scenario beyond it (0)
#   SEED     which ones (the time; it is printed)
set -eu
. "$(dirname "$0")/../lib.sh"
name=model
states=500000
[ "${1:-}" != -q ] || { states=20000 name=model-part; shift; }
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
	name=model-part
	src=$(absolute "$1")
	shift
else
	tree=$("$TOP/tools/base/src.sh" debug) || exit 1
	src=${tree% *}
fi
pending=pending${name#model}.tsv
rm -f "$BUILD/results/$name.tsv" "$BUILD/results/$pending"
[ -f "$src/include/linux/tlb_pending.h" ] ||
	die "$src has no include/linux/tlb_pending.h: is it a tree of the series?"

# wanted SHAPE: is it to run?
wanted() {
	[ -n "$words" ] || return 0
	for word in $words; do
		[ "${word%%.*}" != "$1" ] || return 0
	done
	return 1
}

words=$*
all=$(sed -n "s/^SHAPES := //p" "$TOP/tools/model/Makefile")
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
[ -n "$shapes" ] || die "tools/model/Makefile names no SHAPES"
# shellcheck disable=SC2046
make -s -C "$TOP/tools/model" -j "$(nproc)" KSRC="$src" OUT="$out" \
	$(for s in $shapes; do echo "$out/mmu_gather-$s"; done) >"$log" 2>&1 ||
	die "the model does not build: see $log ($(grep -m1 error "$log" || echo no error))"

tmp=$(mktemp -d "$BUILD/results/.model.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
seed=${SEED:-$(date +%s)}
[ "${RUNS:-0}" -eq 0 ] || echo "# SEED=$seed"

# asked SHAPE: the scenarios of it that are to run, in $tmp/SHAPE.asked; in
# $tmp/SHAPE.args what its program is told to run: -s SCENARIO or all.
asked() {
	if ! "$out/mmu_gather-$1" -l >"$tmp/list" 2>&1 || [ ! -s "$tmp/list" ]; then
		die "the program of $1 does not list its scenarios: $(tail -n 1 "$tmp/list")"
	fi
	: >"$tmp/$1.args"
	for word in $words; do
		[ "$word" != "$1" ] || { : >"$tmp/$1.args"; break; }
		[ "${word%%.*}" = "$1" ] || continue
		grep -xF -- "${word#*.}" "$tmp/list" >>"$tmp/$1.args" ||
			bad "unknown scenario '$word': $1 has $(tr '\n' ' ' <"$tmp/list")"
	done
	if [ -s "$tmp/$1.args" ]; then
		sort -u -o "$tmp/$1.args" "$tmp/$1.args"
		cp "$tmp/$1.args" "$tmp/$1.asked"
	else
		cp "$tmp/list" "$tmp/$1.asked"
		echo >"$tmp/$1.args"
	fi
}

# explore SHAPE: its rows, and tables of failures as comments, in $tmp/SHAPE; the
# statuses of its program in $tmp/SHAPE.rc.
explore() {
	: >"$tmp/$1"
	while read -r scenario; do
		rc=0
		"$out/mmu_gather-$1" -t -n "${STATES:-$states}" -r "${RUNS:-0}" -S "$seed" \
			${scenario:+-s "$scenario"} >>"$tmp/$1" 2>>"$tmp/$1.err" </dev/null || rc=$?
		echo $rc >>"$tmp/$1.rc"
	done <"$tmp/$1.args"
}

# hold SHAPE STATUS: each scenario that was asked has one row that is whole, and the
# statuses, also that of explore(), say the same as the rows: else there is one more
# row, or another, which fails.
hold() {
	awk -F '\t' -v s="$1" -v how="$2" -v err="$(grep -am1 ERROR "$tmp/$1.err")" '
		function fail(name, why) {
			print s "\t" name "\tfail\t" why (err == "" ? "" : ": " err)
			failed = 1
		}
		FILENAME ~ /\.asked$/ { asked[++n] = $1; want[$1] = 1; next }
		FILENAME ~ /\.rc$/ { if ($1 > worst) worst = $1; runs++; next }
		/^#/ || /^$/ { print; next }
		!($2 in want) || $1 != s { fail("program", "no row of a scenario: " $0); next }
		$3 !~ /^(pass|fail|skip)$/ || NF < 12 { torn[$2] = 1; next }
		had[$2]++ { fail($2, "a second row"); next }
		{ print; if ($3 == "fail") failed = 1 }
		END {
			for (i = 1; i <= n; i++)
				if (!had[asked[i]])
					fail(asked[i], torn[asked[i]] ? "its row is cut" : "no result")
			if (worst > 1 || worst == 1 && !failed)
				fail("program", "ends with status " worst)
			if (how || !runs)
				fail("program", "was not run to its end: status " how)
		}' "$tmp/$1.asked" "$tmp/$1.rc" "$tmp/$1"
}

for s in $shapes; do
	asked "$s"
	: >"$tmp/$s"
	: >"$tmp/$s.rc"
	: >"$tmp/$s.err"
done

# ends SHAPE PID: wait for it, and add its rows to those of all.
ends() {
	[ -n "$2" ] || return 0
	how=0
	wait "$2" || how=$?
	hold "$1" $how >"$tmp/$1.rows"
}

say "model: exploring"
# Two at a time.
before='' pid=
for s in $shapes; do
	explore "$s" &
	next=$!
	ends "$before" "$pid"
	before=$s pid=$next
done
ends "$before" "$pid"

for s in $shapes; do
	cat "$tmp/$s.rows"
done >"$tmp/all"
# Those of pending.c have other columns.
awk -F '\t' 'BEGIN { OFS = "\t" } !/^#/ && NF > 3 {
	$2 = $1 "." $2
	if ($1 ~ /^(slots|blocks)-/)
		NF = 4
	$1 = "model"; print }' "$tmp/all" >"$BUILD/results/$name.tsv.new"
mv "$BUILD/results/$name.tsv.new" "$BUILD/results/$name.tsv"

# in_flight: what pending.c has counted, to a table, and to one to be read.
in_flight() {
	{
		printf '#scheme\tload\tresult\treason\tin_flight\tmet%%\tfalsely%%\tatomics\tin_vain\t'
		printf 'words_read\twith_slot%%\tlines\tbytes\tbytes_in_lines\n'
		cat "$tmp/counted"
	} >"$BUILD/results/$pending.new"
	mv "$BUILD/results/$pending.new" "$BUILD/results/$pending"
	awk -F '\t' -v tsv="$pending" '
		$2 !~ /^sizes-/ { next }
		!($1 in mm) { scheme[++n] = $1; mm[$1] = sprintf("%5d %5d", $13, $14) }
		!had[$5]++ { number[++k] = $5 }
		{ cell[$1, $5] = sprintf("%3.0f%% %s", $6, $8) }
		END {
			if (!n)
				exit
			print "# Gathers in flight on disjoint ranges of 1 to 64 pages: how many meet another one,"
			print "# and the atomics of each. More is in build/results/" tsv
			printf("# %-9s %5s %5s", "", "bytes", "lines")
			for (i = 1; i <= k; i++)
				printf(" %10d", number[i])
			for (s = 1; s <= n; s++) {
				printf("\n# %-9s %s", scheme[s], mm[scheme[s]])
				for (i = 1; i <= k; i++)
					printf(" %10s", cell[scheme[s], number[i]])
			}
			print ""
		}' "$tmp/counted"
}

awk -F '\t' '$1 ~ /^(slots|blocks)-/ && $5 > 0' "$tmp/all" >"$tmp/counted"
[ ! -s "$tmp/counted" ] || in_flight

awk -F '\t' '
	BEGIN { print "KTAP version 1" }
	/^#/ || NF < 4 { print; next }
	{
		n[$3]++
		printf("%s %d %s.%s # ", $3 == "fail" ? "not ok" : "ok", ++k, $1, $2)
		if ($3 == "skip") { print "SKIP " $4; next }
		if (NF < 12) { print $4; next }
		if ($1 ~ /^(slots|blocks)-/) {
			printf("%s%s%% meet, %s%% of them falsely; %s atomics, %s in vain; %s words read, %s%% had a slot; %s lines\n",
				$4 == "" ? "" : $4 "; ", $6, $7, $8, $9, $10, $11, $12)
			next
		}
		printf("%s%s states, %s interleavings, %s; %s flushes, of %s pages at most, %s stale, %s flushes needless\n",
			$4 == "" ? "" : $4 "; ", $5, $6, $8, $9, $10, $11, $12)
	}
	END {
		print "1.." k
		printf("%d passed, %d failed, %d skipped\n", n["pass"], n["fail"], n["skip"])
		exit n["fail"] > 0 || !n["pass"]
	}' "$tmp/all"
