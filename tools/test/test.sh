#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/test.sh [CONFIG...]
#
# Test the tools themselves, run the litmus tests (tools/test/litmus.sh), and explore the model
# of the gather (tools/test/model.sh), also with the mutants that it is to catch
# (tools/test/mutants.sh -q). Then, for each
# configuration (default: all), build the series with the debug fragments, boot
# it with panic_on_warn (not with TOPICS), run KUnit and the selftests of tools/test/selftests,
# and print the results as KTAP. They stand in build/results/test-CONFIG.tsv too.
# With TOPICS="TOPIC..." only the configurations are tested, with these topics of the
# series alone, and the results stand in build/results-TOPIC+TOPIC. TOPICS=tests is
# mainline. What these topics have not got is not run.
# Before the end is a line with the seconds of each, also in build/results/seconds.tsv. The last line is
# "N passed, N failed, N skipped".
set -eu
. "$(dirname "$0")/../lib.sh"
for config; do
	known "$config"
done
# sparc64 has one CPU, and is tested when it is named.
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(configs | grep -vx sparc64)

joined=
if [ -n "${TOPICS:-}" ]; then
	# shellcheck disable=SC2086
	TOPICS=$(chosen $TOPICS) || exit $?
	joined=-$(echo "$TOPICS" | paste -s -d +)
	[ "$joined" != - ] || bad "TOPICS names no topic: it is of $(topics | tr '\n' ' ')"
fi
export TOPICS
# Where that is known, what it has not got is not asked for.
has=${joined:+$BUILD/debug/src}
# The whole of it, whatever the caller has been doing by hand.
unset ONLY MUTANTS MUTANT WORKLOADS KEEP
lock
# Topics that do not go together are none of the results.
[ -z "$joined" ] || "$TOP/tools/base/src.sh" debug >/dev/null || exit $?
results=$BUILD/results$joined
OG_WHY=$BUILD/log/why
export OG_WHY
mkdir -p "$results" "$BUILD/log"

# ktap NAME: a results file as KTAP.
ktap() {
	echo "KTAP version 1"
	echo "# $1: build/${results##*/}/test-$1.tsv"
	awk -F '\t' '{
		printf("%s %d %s.%s%s\n", $3 == "fail" ? "not ok" : "ok", NR, $1, $2,
			$3 == "skip" ? " # SKIP " $4 : $4 != "" ? " # " $4 : "")
	} END { print "1.." NR }' "$results/test-$1.tsv"
}

# try COMMAND...: run it; one that a signal ended ends this script as well.
try() {
	echo 'see the log' >"$OG_WHY"
	rc=0
	"$@" || rc=$?
	case $rc in
	129 | 130 | 143) exit $rc ;;
	esac
	return $rc
}

# its_status NAME: a status of the last try that no row of test-NAME explains is one more.
its_status() {
	[ $rc -eq 0 ] || cut -f 3 "$results/test-$1.tsv" | grep -qx fail ||
		printf '%s\tend\tfail\tended with status %s: %s\n' "$1" $rc "$(cat "$OG_WHY")" \
			>>"$results/test-$1.tsv"
}

tools() {
	try "$TOP/tools/test/tools.sh" >"$results/test-tools.tsv" || :
	# Its last row says that it came to its end.
	last=$(tail -n 1 "$results/test-tools.tsv")
	[ "${last#tools?end?pass}" != "$last" ] ||
		printf 'tools\tend\tfail\tended early with status %s\n' $rc >>"$results/test-tools.tsv"
	its_status tools
}

# suite NAME COMMAND...: run it, print its results, and keep how long it took.
suite() {
	suite=$1 since=$(date +%s)
	shift
	"$@"
	ktap "$suite"
	printf "%s\t%d\n" "$suite" $(($(date +%s) - since)) >>"$results/seconds.tsv"
}

# litmus: what the kernel's memory model says of the order of publication.
litmus() {
	rm -f "$results/litmus.tsv"
	try "$TOP/tools/test/litmus.sh" >"$BUILD/log/litmus.table" || :
	if [ -s "$results/litmus.tsv" ]; then
		cut -f 1-4 "$results/litmus.tsv" >"$results/test-litmus.tsv"
	else
		printf "litmus\tend\tfail\t%s\n" "$(cat "$OG_WHY")" >"$results/test-litmus.tsv"
	fi
	its_status litmus
}

# model: what the user-space model of the series finds.
model() {
	rm -f "$results/model.tsv"
	try "$TOP/tools/test/model.sh" >"$BUILD/log/model.ktap" || :
	if [ -s "$results/model.tsv" ]; then
		cut -f 1-4 "$results/model.tsv" >"$results/test-model.tsv"
		# What a failure says more is a table of the interleaving.
		grep "^#" "$BUILD/log/model.ktap" || :
	else
		printf "model\tbuild\tfail\t%s\n" "$(cat "$OG_WHY")" >"$results/test-model.tsv"
	fi
	its_status model
}

# mutants: those of mutants/ that the user-space model is to catch.
mutants() {
	tsv=$results/test-mutants.tsv
	rm -f "$results/mutants-quick.tsv"
	try "$TOP/tools/test/mutants.sh" -q >"$BUILD/log/mutants" || :
	if [ -s "$results/mutants-quick.tsv" ]; then
		awk -F "\t" '{ print "mutants\t" $1 "." $2 "\t" ($3 == "caught" ? "pass" : "fail") "\t" $3 " " $4 }' \
			"$results/mutants-quick.tsv" >"$tsv"
	else
		printf "mutants\tend\tfail\t%s\n" "$(cat "$OG_WHY")" >"$tsv"
	fi
	its_status mutants
}

# one CONFIG: its console to a results file; what stops it is one failure.
one() {
	tsv=$results/test-$1.tsv
	console=$BUILD/log/console-test$joined-$1
	# What mainline warns of is not to hide what comes after it.
	fatal=1
	[ -z "$joined" ] || fatal=0
	built=$BUILD/log/built$joined
	if ! try "$TOP/tools/base/kernel.sh" "$1" debug >"$built" ||
		! try "$TOP/tools/base/guest.sh" "$1" "$BUILD/debug/src" >>"$built"; then
		printf 'kernel\tbuild\tfail\t%s\n' "$(cat "$OG_WHY")" >"$tsv"
		return
	fi
	programs=$(programs "$1" "$has" | awk '{ printf("%s%s", sep, $1); sep = "+" }')
	# Not that of an earlier boot, should this one not begin.
	: >"$console"
	say "guest $1: booting"
	if try env THREAD="$(cfg "$1" thread)" MEMORY="$(cfg "$1" memory)" "$TOP/tools/base/boot.sh" "$1" \
		"$(sed -n 1p "$built")" "$(sed -n 2p "$built")" "$console" \
		panic_on_warn=$fatal hugepages=8 "og.run=$programs"; then
		printf 'kernel\tboot\tpass\t\n' >"$tsv.new"
	else
		printf 'kernel\tboot\tfail\t%s\n' "$(cat "$OG_WHY")" >"$tsv.new"
	fi
	awk -f "$TOP/tools/test/ktap.awk" -v suites="$(suites "$1" "$has")" \
		-v programs="$(programs "$1" "$has" | wc -l)" -v debt="$(owes "$1" "$has" && echo 1)" "$console" >>"$tsv.new"
	mv "$tsv.new" "$tsv"
}

: >"$results/seconds.tsv"
say "the tools themselves"
for config in tools litmus model mutants "$@"; do
	rm -f "$results/test-$config.tsv"
done
if [ -z "$joined" ]; then
	suite tools tools
else
	for config in tools litmus model mutants; do
		: >"$results/test-$config.tsv"
	done
fi

if ! try "$TOP/tools/base/need.sh" "$@"; then
	printf 'need\tpackages\tfail\t%s\n' "$(cat "$OG_WHY")" >>"$results/test-tools.tsv"
	tail -n 1 "$results/test-tools.tsv"
	set --
fi
[ $# -eq 0 ] || [ -n "$joined" ] || {
	suite litmus litmus
	suite model model
	say "mutants, in the model"
	suite mutants mutants
}
for config; do
	say "$config"
	suite "$config" one "$config"
done

awk -F "\t" '{ printf("%s%s %d", NR > 1 ? ", " : "# seconds: ", $1, $2) } END { if (NR) print "" }' \
	"$results/seconds.tsv"
# Where a package is missing, there is no model and no litmus test either: see above.
for config in tools ${1:+litmus model mutants} "$@"; do
	cat "$results/test-$config.tsv"
done | awk -F '\t' '
	{ n[$3]++ }
	END {
		printf("%d passed, %d failed, %d skipped\n", n["pass"], n["fail"], n["skip"])
		exit n["fail"] > 0 || !n["pass"]
	}'
