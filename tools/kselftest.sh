#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/kselftest.sh CONFIG
#
# Build tools/testing/selftests/mm of the series for CONFIG, static, and run what
# run_vmtests.sh runs by default on mainline and on the series: tools/suite.sh
# compares. The guest's init runs the programs, as the guest has no shell: tests
# that are shell scripts are left out, and named, as is what does not build.
#
# Environment:
#   CATEGORIES       of run_vmtests.sh, comma separated (default: all)
#   TIMEOUT, TOTAL   see tools/suite.sh
set -eu
. "$(dirname "$0")/lib.sh"
[ $# -eq 1 ] || usage
known "$1"
config=$1

lock
"$TOP/tools/need.sh" -k "$config"
log=$BUILD/log/kselftest-$config
"$TOP/tools/kernel.sh" "$config" series >"$log" || exit 1
image=$(sed 1q "$log")
src=$BUILD/series/src
mm=$src/tools/testing/selftests/mm

# known_category NAME...: stop where run_vmtests.sh has none of that name.
for c in $(echo "${CATEGORIES:-}" | tr ',' ' '); do
	grep -q "CATEGORY=\"$c\"" "$mm/run_vmtests.sh" ||
		bad "run_vmtests.sh has no category '$c': it has $(sed -n 's/.*CATEGORY="\([^"]*\)".*/\1/p' \
			"$mm/run_vmtests.sh" | sort -u | tr '\n' ' ')"
done

say "selftests/mm for $config"
obj=${image%/"$(cfg "$config" image)"}
out=$BUILD/series/kselftest/$(cfg "$config" kernel)
mkdir -p "$out"
"$TOP/tools/kernel.sh" "$config" series headers >"$log" 2>&1 ||
	die "cannot make the headers of the kernel: see $log"
# -k: what a missing library keeps from being built is no reason to have nothing.
make -k -j"${JOBS:-$(nproc)}" -C "$mm" ARCH="$(cfg "$config" arch)" \
	CROSS_COMPILE="$(cfg "$config" cross)" OUTPUT="$out" LDFLAGS=-static \
	KHDR_INCLUDES="-isystem $obj/usr/include" >>"$log" 2>&1 || :
have=$(cd "$out" && find . -maxdepth 1 -type f -perm -u+x ! -name '*.sh' | sed 's|^\./||' | sort | tr '\n' ' ')
[ -n "$have" ] || die "no program of selftests/mm builds for $config: $(grep -m1 'error:' "$log" || tail -n 1 "$log") (log: $log)"

dir=$BUILD/series/kselftest/pack
rm -rf "$dir"
mkdir -p "$dir"
awk -f "$TOP/tools/vmtests.awk" -v have="$have" -v categories="$(echo "${CATEGORIES:-}" | tr ',' ' ')" \
	"$mm/run_vmtests.sh" >"$dir/all"
sed -n 's/^# //p' "$dir/all"
grep -v '^#' "$dir/all" >"$dir/list" || die "no test is left to run"
rm "$dir/all"
for p in $have; do
	ln "$out/$p" "$dir/$p"
done
"$TOP/tools/suite.sh" "$config" kselftest "$dir"
