#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/stress.sh CONFIG [SECONDS [SEED]]
#
# Boot the debug kernel of a configuration with panic_on_warn and let
# tools/guest/stress.c change page tables at random for SECONDS (default 60).
# Fails on anything the kernel reports, when nothing was done, and, where the kernel has
# the checker of TLB debts, when that has recorded none or lost one. Prints how often each
# operation was done and what the checker has counted; both stand in
# build/results/stress-CONFIG.tsv.
set -eu
. "$(dirname "$0")/../lib.sh"
case $# in 1 | 2 | 3) ;; *) usage ;; esac
known "$1"
config=$1 secs=${2:-60} seed=${3:-1}
whole "SECONDS and SEED" "$secs" "$seed"

lock
results=$BUILD/results tsv=$BUILD/results/stress-$config.tsv
console=$BUILD/log/console-stress-$config
mkdir -p "$results" "$BUILD/log"
rm -f "$tsv"
"$TOP/tools/base/need.sh" "$config"
image=$("$TOP/tools/base/kernel.sh" "$config" debug) || exit 1
initramfs=$("$TOP/tools/base/guest.sh" "$config" "$BUILD/debug/src") || exit 1

say "guest $config: $secs s of stress, seed $seed"
# KUnit has its place in make test; its suites do not run here.
THREAD=$(cfg "$config" thread) MEMORY=$(cfg "$config" memory) LIMIT=$((secs + secs / 4 + 900)) \
	"$TOP/tools/base/boot.sh" "$config" "$image" "$initramfs" "$console" \
	panic_on_warn=1 kunit.enable=0 hugepages=8 "og.run=stress,$secs,$seed" || exit 1

grep -qa '^og: exit stress 0' "$console" || die "stress failed: see $console"
tr -d '\r' <"$console" | awk -v OFS='\t' '
	/^stress [a-z_]+ [0-9]+ [0-9]+$/ { print $2, $3, $4; next }
	/^debt [a-z_]+ [0-9]+$/ { print "debt_" $2, $3, "-" }' >"$tsv.new"
never=$(awk -F '\t' '!/^debt_/ && $2 == 0 { printf(" %s", $1) }' "$tsv.new")
awk -F '\t' 'BEGIN { printf("%-14s %10s %10s\n", "operation", "done", "refused") }
	{ printf("%-14s %10s %10s\n", $1, $2, $3) }' "$tsv.new"
[ -z "$never" ] || echo "never done, so not tested:$never"
why=$(awk -F '\t' -v debt="$(owes "$config" && echo 1)" '
	/^debt_/ { n[$1] = $2; debt = 1; next }
	{ rows++; done += $2 }
	END {
		if (!rows)
			print "no operation is reported"
		else if (!done)
			print "no operation was ever done"
		else if (debt && (!("debt_recorded" in n) || !("debt_lost" in n)))
			print "the guest does not say what the debt checker counted"
		else if (debt && n["debt_recorded"] == 0)
			print "the debt checker has recorded nothing"
		else if (debt && n["debt_lost"] > 0)
			print "the debt checker lost " n["debt_lost"] " debts, which nobody looked at"
	}' "$tsv.new")
[ -z "$why" ] || die "$why: see $console"
mv "$tsv.new" "$tsv"
say "written: $tsv"
