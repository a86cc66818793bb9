#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/measure/preempt.sh CONFIG
#
# Build the mainline and the series kernel of a powerpc configuration with
# tools/configs/preempt.config, and let tools/guest/preempt.c ask each for the longest
# stretch that a large vmap, a change of its protection and its vunmap run with preemption
# off, in instructions (QEMU -icount). Each is booted twice, and must say the same both
# times. Prints a table, and who began and ended the longest stretches, and writes
# build/results/preempt-CONFIG.tsv.
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 1 ] || usage
known "$1"
config=$1 name=preempt-$1
# The clock of the trace events is powerpc's timebase.
[ "$(cfg "$config" arch)" = powerpc ] ||
	bad "the clock is the timebase of powerpc, not of $config: CONFIG is one of $(configs |
		grep ^ppc | tr '\n' ' ')"

lock
results=$BUILD/results
mkdir -p "$results"
# A run that fails must not leave the table of an earlier one behind.
rm -f "$results/$name.tsv"
"$TOP/tools/base/need.sh" "$config"
tmp=$(mktemp -d "$results/.$name.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# boot WHICH N: leave what the guest says in $tmp/WHICH.N.
boot() {
	console=$BUILD/log/console-$name-$1-$2
	say "guest $config $1: booting ($2 of 2)"
	ACCEL=icount "$TOP/tools/base/boot.sh" "$config" "$image" "$initramfs" "$console" \
		og.quiet og.run=preempt || exit 1
	tr -d '\r' <"$console" | grep -aE '^(row|longest) preempt_' >"$tmp/$1.$2" || :
	grep -qa '^og: exit preempt 0' "$console" ||
		die "the $1 kernel was not measured: $(grep -am1 '^preempt: ' "$console" | tr -d '\r') (console: $console)"
}

for which in mainline series; do
	image=$(FRAGMENT=preempt "$TOP/tools/base/kernel.sh" "$config" $which) || exit 1
	initramfs=$("$TOP/tools/base/guest.sh" "$config" "$BUILD/$which/src") || exit 1
	boot $which 1
	boot $which 2
	cmp -s "$tmp/$which.1" "$tmp/$which.2" ||
		die "two boots of the $which kernel differ: see $BUILD/log/console-$name-$which-*"
done

awk -f "$TOP/tools/measure/join.awk" "$tmp/mainline.1" "$tmp/series.1" >"$tmp/tsv" ||
	die "mainline and series did not measure the same: see $BUILD/log/console-$name-*"
awk -f "$TOP/tools/measure/table.awk" "$tmp/tsv" ||
	die "nothing was measured: see $BUILD/log/console-$name-*"
for which in mainline series; do
	awk -v which="$config $which" '$1 == "longest" {
		printf("%s, %s: %s instructions from %s to %s\n", which, $2, $3, $4, $5)
	}' "$tmp/$which.1"
done
mv "$tmp/tsv" "$results/$name.tsv"
say "written: $results/$name.tsv"
awk -f "$TOP/tools/measure/claims.awk" -v results="$results" -v only="$name" "$TOP/Documentation/claims" ||
	die "a claim of Documentation/claims does not hold: see above"
