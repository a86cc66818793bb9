#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test.sh [CONFIG...]
#
# Test the tools themselves, then, for each configuration (default: all), build
# the series with the debug fragments, boot it with panic_on_warn, run KUnit and
# the selftests of tools/configs/selftests, and print the results as KTAP. They
# stand in build/results/test-CONFIG.tsv too. The last line is
# "N passed, N failed, N skipped".
set -eu
. "$(dirname "$0")/lib.sh"
for config; do
	known "$config"
done
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(configs)

results=$BUILD/results
mkdir -p "$results" "$BUILD/log"
rm -f "$results"/test-*.tsv

# ktap NAME: a results file as KTAP.
ktap() {
	echo "KTAP version 1"
	echo "# $1: build/results/test-$1.tsv"
	awk -F '\t' '{
		printf "%s %d %s.%s%s\n", $3 == "fail" ? "not ok" : "ok", NR, $1, $2,
			$3 == "skip" ? " # SKIP " $4 : $4 != "" ? " # " $4 : ""
	} END { print "1.." NR }' "$results/test-$1.tsv"
}

# one CONFIG: its console to a results file; what stops it is one failure.
one() {
	tsv=$results/test-$1.tsv
	console=$BUILD/log/console-test-$1
	OG_WHY=$BUILD/log/why
	export OG_WHY
	echo 'see the log' >"$OG_WHY"
	if ! image=$("$TOP/tools/kernel.sh" "$1" debug) ||
		! initramfs=$("$TOP/tools/guest.sh" "$1" "$BUILD/debug/src"); then
		printf 'kernel\tbuild\tfail\t%s\n' "$(cat "$OG_WHY")" >"$tsv"
		return
	fi
	programs=$(selftests | awk '{ printf "%s%s", sep, $1; sep = "+" }')
	say "guest $1: booting"
	if "$TOP/tools/boot.sh" "$1" "$image" "$initramfs" "$console" \
		panic_on_warn=1 hugepages=8 "og.run=$programs"; then
		printf 'kernel\tboot\tpass\t\n' >"$tsv.new"
	else
		printf 'kernel\tboot\tfail\t%s\n' "$(cat "$OG_WHY")" >"$tsv.new"
	fi
	awk -f "$TOP/tools/ktap.awk" -v suites="$(suites "$1")" \
		-v programs="$(selftests | wc -l)" "$console" >>"$tsv.new"
	mv "$tsv.new" "$tsv"
}

# How many KUnit suites the fragments of CONFIG ask for.
suites() {
	for f in common "$(cfg "$1" kernel)" $(cfg "$1" debug | tr ',' ' '); do
		cat "$TOP/tools/configs/$f.config"
	done | grep -c '_KUNIT_TEST=y'
}

say "the tools themselves"
"$TOP/tools/selftest.sh" >"$results/test-tools.tsv" || :
ktap tools

"$TOP/tools/need.sh" "$@"
for config; do
	say "$config"
	one "$config"
	ktap "$config"
done

cat "$results"/test-*.tsv | awk -F '\t' '
	{ n[$3]++ }
	END {
		printf "%d passed, %d failed, %d skipped\n", n["pass"], n["fail"], n["skip"]
		exit n["fail"] > 0 || !n["pass"]
	}'
