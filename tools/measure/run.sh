#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/measure/run.sh CONFIG
#
# Build the mainline and the series kernel of a configuration with the
# measurement patch, boot both on the same workloads and compare: a table on
# standard output and build/results/run-CONFIG.tsv. With ACCEL=icount the
# workload is the cost in instructions, of which the median of some layouts of each
# kernel and their spread are in run-CONFIG-icount.tsv; a whole run on x86_64 does
# that after the counts, one of another configuration with FULL=1. What WORKLOADS or
# ACCEL=kvm leave is no full table of its kind and has its own file:
# run-CONFIG-part.tsv, run-CONFIG-kvm.tsv.
#
# Environment:
#   ACCEL       tcg, icount or kvm (tools/base/boot.sh)
#   WORKLOADS   names, comma separated (default: all)
#   LAYOUTS     of icount: by how many bytes what is linked behind the measurement
#               patch is moved (default: 0, and two more)
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 1 ] || usage
known "$1"
config=$1
[ "$(cfg "$config" run)" != - ] || bad "nothing is counted on $config: make test CONFIG=$config boots it"

case ${ACCEL:-tcg} in
tcg) name=run-$config ;;
icount | kvm) name=run-$config-$ACCEL ;;
*) bad "unknown ACCEL '$ACCEL': it is tcg, icount or kvm" ;;
esac
trace=
! traced "$config" || trace=1
case ${ACCEL:-tcg} in
icount) trace='' words="icount,-m,$((32768 / $(cfg "$config" scale)))" ;;
*) words=$(counting "$config") ;;
esac
[ -z "${WORKLOADS:-}" ] || words="$words,$WORKLOADS" name=$name-part

# One layout where what is counted does not depend on it.
[ "${ACCEL:-tcg}" = icount ] || LAYOUTS=0
: "${LAYOUTS:=0 4160 147520}"

lock
results=$BUILD/results
mkdir -p "$results"
# A run that fails must not leave the table of an earlier one behind.
rm -f "$results/$name.tsv"
"$TOP/tools/base/need.sh" -j "$config"
tmp=$(mktemp -d "$results/.$name.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# boot WHICH LAYOUT: boot the workloads and leave their rows in $tmp/WHICH.LAYOUT.
# With each layout the page allocator of icount is in another state as well: else the
# numbers of some layouts are the same, and yet others than those of the next build.
# Nothing of the measurement patch is in the gather then: calls there cost more or less
# by the registers that the kernel has in use around them.
# Addresses of user space are the same in each boot (of icount boot.sh sees to that): where each
# page table is flushed by itself, as by powerpc hash, it counts in how many of them a range lies.
boot() {
	layout='' no_gather='' fixed=1
	[ "$2" = 0 ] || layout=$2
	case $words in
	icount,*) run=icount,-k,$(($2 % 61)),${words#*,} no_gather=1 fixed='' ;;
	*) run=$words ;;
	esac
	image=$(LAYOUT=$layout NO_GATHER=$no_gather "$TOP/tools/base/kernel.sh" "$config" "$1") || exit 1
	initramfs=$("$TOP/tools/base/guest.sh" "$config" "$BUILD/$1/src") || exit 1
	console=$BUILD/log/console-$name-$1${layout:+-$layout}
	say "guest $config $1${layout:+, layout $layout}: booting"
	"$TOP/tools/base/boot.sh" "$config" "$image" "$initramfs" "$console" og.quiet \
		${fixed:+norandmaps} "og.run=$run" || exit 1
	tr -d '\r' <"$console" | grep -aE '^(row [a-z]|skip [a-z]|og: exit )' >"$tmp/$1.$2" || :
	grep -q '^og: exit .* 0$' "$tmp/$1.$2" ||
		die "a workload failed on the $1 kernel: $(grep -m1 -E 'data_bad [1-9]|^og: exit' "$tmp/$1.$2") (console: $console)"
}

for which in mainline series; do
	files=
	for l in $LAYOUTS; do
		boot $which "$l"
		files="$files $tmp/$which.$l"
	done
	if [ "$LAYOUTS" = 0 ]; then
		mv "$tmp/$which.0" "$tmp/$which"
	else
		# shellcheck disable=SC2086
		awk -f "$TOP/tools/measure/layouts.awk" $files >"$tmp/$which" ||
			die "the layouts of $which did not count the same: see $BUILD/log/console-$name-$which*"
	fi
done

awk -f "$TOP/tools/measure/join.awk" "$tmp/mainline" "$tmp/series" >"$tmp/tsv" ||
	die "mainline and series did not count the same workloads: see $BUILD/log/console-$name-*"
awk -f "$TOP/tools/measure/table.awk" "$tmp/tsv" ||
	die "no workload was counted: see $BUILD/log/console-$name-*"
grep -h '^skip' "$tmp/mainline" | sed 's/^skip/skipped:/' || :
awk -f "$TOP/tools/measure/judge.awk" -v trace="$trace" "$tmp/tsv" ||
	die "the counts above prove nothing: see $BUILD/log/console-$name-*"
mv "$tmp/tsv" "$results/$name.tsv"
say "written: $results/$name.tsv"
[ -z "${WORKLOADS:-}" ] || exit 0
awk -f "$TOP/tools/measure/claims.awk" -v results="$results" -v only="$name" "$TOP/Documentation/claims" ||
	die "a claim of Documentation/claims does not hold: see above"
case $config,${ACCEL:-tcg},${FULL:+1} in
x86_64,tcg, | *,tcg,1) ACCEL=icount "$TOP/tools/measure/run.sh" "$config" ;;
esac
