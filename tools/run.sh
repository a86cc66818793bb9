#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/run.sh CONFIG
#
# Build the mainline and the series kernel of a configuration with the
# measurement patch, boot both on the same workloads and compare: a table on
# standard output and build/results/run-CONFIG.tsv. With ACCEL=icount the
# workload is the cost in instructions, and the file run-CONFIG-icount.tsv. What
# WORKLOADS or ACCEL=kvm leave is no full table of its kind and has its own file:
# run-CONFIG-part.tsv, run-CONFIG-kvm.tsv.
#
# Environment:
#   ACCEL       tcg, icount or kvm (tools/boot.sh)
#   WORKLOADS   names, comma separated (default: all)
set -eu
. "$(dirname "$0")/lib.sh"
[ $# -eq 1 ] || usage
known "$1"
config=$1

case ${ACCEL:-tcg} in
tcg) name=run-$config ;;
icount | kvm) name=run-$config-$ACCEL ;;
*) bad "unknown ACCEL '$ACCEL': it is tcg, icount or kvm" ;;
esac
trace=
case ${ACCEL:-tcg},$(cfg "$config" run), in
icount,*) words="icount,-m,$((32768 / $(cfg "$config" scale)))" ;;
*,trace,*) trace=1 words="workload,-s,$(cfg "$config" scale),-t" ;;
*) words="workload,-s,$(cfg "$config" scale)" ;;
esac
[ -z "${WORKLOADS:-}" ] || words="$words,$WORKLOADS" name=$name-part

lock
results=$BUILD/results
mkdir -p "$results"
# A run that fails must not leave the table of an earlier one behind.
rm -f "$results/$name.tsv"
"$TOP/tools/need.sh" -j "$config"
tmp=$(mktemp -d "$results/.$name.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

for which in mainline series; do
	image=$("$TOP/tools/kernel.sh" "$config" $which) || exit 1
	initramfs=$("$TOP/tools/guest.sh" "$config" "$BUILD/$which/src") || exit 1
	console=$BUILD/log/console-$name-$which
	say "guest $config $which: booting"
	"$TOP/tools/boot.sh" "$config" "$image" "$initramfs" "$console" "og.run=$words" || exit 1
	tr -d '\r' <"$console" | grep -aE '^(row [a-z]|skip [a-z]|og: exit )' >"$tmp/$which" || :
	grep -q '^og: exit .* 0$' "$tmp/$which" ||
		die "a workload failed on the $which kernel: $(grep -m1 -E 'data_bad [1-9]|^og: exit' "$tmp/$which") (console: $console)"
done

awk -f "$TOP/tools/join.awk" "$tmp/mainline" "$tmp/series" >"$tmp/tsv" ||
	die "mainline and series did not count the same workloads: see $BUILD/log/console-$name-*"
awk -f "$TOP/tools/table.awk" "$tmp/tsv" ||
	die "no workload was counted: see $BUILD/log/console-$name-*"
grep -h '^skip' "$tmp/mainline" | sed 's/^skip/skipped:/' || :
awk -f "$TOP/tools/judge.awk" -v trace="$trace" "$tmp/tsv" ||
	die "the counts above prove nothing: see $BUILD/log/console-$name-*"
mv "$tmp/tsv" "$results/$name.tsv"
say "written: $results/$name.tsv"
[ -z "${WORKLOADS:-}" ] || exit 0
awk -f "$TOP/tools/claims.awk" -v results="$results" -v only="$name" "$TOP/Documentation/claims" ||
	die "a claim of Documentation/claims does not hold: see above"
