#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/run.sh CONFIG
#
# Build the mainline and the series kernel of a configuration with the
# measurement patch, boot both on the same workloads and compare: a table on
# standard output and build/results/run-CONFIG.tsv. With ACCEL=icount the
# workload is the cost in instructions, and the file run-CONFIG-icount.tsv.
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
tcg | kvm) words="workload,-s,$(cfg "$config" scale)" name=run-$config ;;
icount) words="icount,-m,$((32768 / $(cfg "$config" scale)))" name=run-$config-icount ;;
*) bad "unknown ACCEL '$ACCEL': it is tcg, icount or kvm" ;;
esac
cfg "$config" run | grep -q trace && [ "${ACCEL:-tcg}" != icount ] && words="$words,-t"
[ -z "${WORKLOADS:-}" ] || words="$words,$WORKLOADS"

"$TOP/tools/need.sh" "$config"
results=$BUILD/results
mkdir -p "$results"
tmp=$(mktemp -d "$results/.$name.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

for which in mainline series; do
	image=$("$TOP/tools/kernel.sh" "$config" $which) || exit 1
	initramfs=$("$TOP/tools/guest.sh" "$config" "$BUILD/$which/src") || exit 1
	console=$BUILD/log/console-$name-$which
	say "guest $config $which: booting"
	"$TOP/tools/boot.sh" "$config" "$image" "$initramfs" "$console" "og.run=$words" || exit 1
	tr -d '\r' <"$console" | sed -n -e 's/^.*\(row [a-z]\)/\1/p' -e 's/^.*\(skip [a-z]\)/\1/p' \
		-e 's/^.*\(og: exit\)/\1/p' >"$tmp/$which"
	grep -q '^og: exit .* 0$' "$tmp/$which" ||
		die "a workload failed on the $which kernel: $(grep -m1 -E 'data_bad [1-9]|^og: exit' "$tmp/$which") (console: $console)"
done

awk -f "$TOP/tools/join.awk" "$tmp/mainline" "$tmp/series" >"$tmp/tsv" ||
	die "mainline and series did not count the same workloads: see $BUILD/log/console-$name-*"
mv "$tmp/tsv" "$results/$name.tsv"
awk -f "$TOP/tools/table.awk" "$results/$name.tsv"
grep -h '^skip' "$tmp/mainline" | sed 's/^skip/skipped:/' || :
awk -f "$TOP/tools/judge.awk" "$results/$name.tsv" ||
	die "the counts above contradict each other: see $results/$name.tsv"
say "written: $results/$name.tsv"
awk -f "$TOP/tools/claims.awk" -v results="$results" -v only="$name" "$TOP/Documentation/claims" ||
	die "a claim of Documentation/claims does not hold: see above"
