#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/compare/kselftest.sh CONFIG
#
# Build tools/testing/selftests/mm of mainline and of the series for CONFIG, static, and
# run what run_vmtests.sh of the series runs by default on both kernels:
# tools/compare/suite.sh compares. The guest's init runs the programs of the series, as the
# guest has no shell: tests that are shell scripts are left out, and named, as is what
# does not build. Fails when a program builds on mainline only, or most do not build.
#
# Environment:
#   CATEGORIES       of run_vmtests.sh, comma separated (default: all)
#   TIMEOUT, TOTAL   see tools/compare/suite.sh
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 1 ] || usage
known "$1"
config=$1

lock
"$TOP/tools/base/need.sh" -k "$config"
log=$BUILD/log/kselftest-$config
"$TOP/tools/base/kernel.sh" "$config" series >"$log" || exit 1
src=$BUILD/series/src
mm=$src/tools/testing/selftests/mm

# known_category NAME...: stop where run_vmtests.sh has none of that name.
for c in $(echo "${CATEGORIES:-}" | tr ',' ' '); do
	grep -q "CATEGORY=\"$c\"" "$mm/run_vmtests.sh" ||
		bad "run_vmtests.sh has no category '$c': it has $(sed -n 's/.*CATEGORY="\([^"]*\)".*/\1/p' \
			"$mm/run_vmtests.sh" | sort -u | tr '\n' ' ')"
done

# programs WHICH: build its selftests/mm; their names are in $log-WHICH.have.
programs() {
	say "selftests/mm of $1 for $config"
	image=$("$TOP/tools/base/kernel.sh" "$config" "$1") || exit 1
	obj=${image%/"$(cfg "$config" image)"}
	out=$BUILD/$1/kselftest/$(cfg "$config" kernel)
	# What does not build any more is not there.
	rm -rf "$out"
	mkdir -p "$out"
	"$TOP/tools/base/kernel.sh" "$config" "$1" headers >"$log-$1" 2>&1 ||
		die "cannot make the headers of the kernel: see $log-$1"
	# -k: what a missing library keeps from being built is no reason to have nothing.
	make -k -j"${JOBS:-$(nproc)}" -C "$BUILD/$1/src/tools/testing/selftests/mm" \
		ARCH="$(cfg "$config" arch)" CROSS_COMPILE="$(cfg "$config" cross)" OUTPUT="$out" \
		LDFLAGS=-static KHDR_INCLUDES="-isystem $obj/usr/include" >>"$log-$1" 2>&1 || :
	(cd "$out" && find . -maxdepth 1 -type f -perm -u+x ! -name '*.sh') |
		sed 's|^\./||' | sort >"$log-$1.have"
}

programs series
have=$(tr '\n' ' ' <"$log-series.have")
[ -n "$have" ] || die "no program of selftests/mm builds for $config: $(grep -m1 'error:' "$log-series" || tail -n 1 "$log-series") (log: $log-series)"
programs mainline
lost=$(comm -13 "$log-series.have" "$log-mainline.have" | tr '\n' ' ')
[ -z "$lost" ] || die "these build on mainline, and not on the series: $lost(log: $log-series)"

dir=$BUILD/series/kselftest/pack
rm -rf "$dir"
mkdir -p "$dir"
# lines HAVE: what is run where these programs are there, all if none is named.
lines() {
	awk -f "$TOP/tools/compare/vmtests.awk" -v have="$1" \
		-v categories="$(echo "${CATEGORIES:-}" | tr ',' ' ')" "$mm/run_vmtests.sh"
}
lines "$have" >"$dir/all"
sed -n 's/^# //p' "$dir/all"
grep -v '^#' "$dir/all" >"$dir/list" || die "no test is left to run"
rm "$dir/all"
n=$(grep -c . "$dir/list") of=$(lines '' | grep -vc '^#')
[ $((2 * n)) -ge "$of" ] ||
	die "only $n of $of tests that are programs build for $config: see $log-series"
for p in $have; do
	ln "$BUILD/series/kselftest/$(cfg "$config" kernel)/$p" "$dir/$p"
done
"$TOP/tools/compare/suite.sh" "$config" kselftest "$dir"
