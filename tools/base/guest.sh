#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/guest.sh [-b BUSYBOX] CONFIG SRC
#
# Build the guest programs of tools/guest/ and, from the kernel source tree SRC,
# its own selftests that make test runs, all static; pack them into an initramfs
# with the kernel's gen_init_cpio and print its path. -b: into one of another name, with
# this busybox besides, which is /bin/sh there.
set -eu
. "$(dirname "$0")/../lib.sh"
busybox=
[ "${1:-}" != -b ] || [ $# -ne 4 ] || { busybox=$2; shift 2; }
[ $# -eq 2 ] || usage
known "$1"
config=$1 src=$2

cross=$(cfg "$config" cross)
out=$(dirname "$src")/guest/$(cfg "$config" kernel)
mkdir -p "$out"
gen=$(dirname "$out")/gen_init_cpio
if ! cmp -s "$src/usr/gen_init_cpio.c" "$gen.c"; then
	gcc -O2 -o "$gen" "$src/usr/gen_init_cpio.c" || die "cannot build gen_init_cpio"
	cp "$src/usr/gen_init_cpio.c" "$gen.c"
fi

# compile NAME INCLUDES SOURCE...
compile() {
	name=$1 inc=$2
	shift 2
	# shellcheck disable=SC2086
	"${cross}gcc" -static -pthread -O2 -Wall -Wextra $inc -o "$out/$name" "$@" \
		>"$out/$name.log" 2>&1 || die "cannot build $name for $config: see $out/$name.log"
}

guest=$TOP/tools/guest
compile init "" "$guest/init.c"
compile suite "" "$guest/suite.c"
compile stale "" "$guest/stale.c"
# shellcheck disable=SC2046
compile workload "" $(workload_sources)
compile preempt "" "$guest/preempt.c" "$guest/guest.c" "$guest/proc.c"
compile icount "" "$guest/icount.c" "$guest/guest.c" "$guest/proc.c"
compile stress "" "$guest/stress.c" "$guest/guest.c"
programs="workload icount preempt stress stale"
case $config in
sparc64)
	compile vmloop "" "$guest/vmloop.c"
	programs="$programs vmloop"
	;;
esac
# Where it is not in the cache, the workload says that it is skipped.
if jemalloc=$(OG_WHY='' "$TOP/tools/base/jemalloc.sh" -n "$config" 2>"$out/jemalloc.log"); then
	compile allocator "-I$jemalloc" "$guest/allocator.c" "$guest/guest.c" \
		"$jemalloc/libjemalloc.a" -lm
	programs="$programs allocator"
fi
# The system's headers are older than the tests.
mm=$src/tools/testing/selftests/mm
make -C "$src" O="$out/headers" ARCH="$(cfg "$config" arch)" headers >"$out/headers.log" 2>&1 ||
	die "cannot export the kernel's headers for $config: see $out/headers.log"
tests=
for t in $(selftests); do
	[ -f "$mm/$t.c" ] || continue
	compile "$t" "-Wno-unused -Wno-sign-compare -I$src/tools/testing/selftests -isystem $out/headers/usr/include" \
		"$mm/$t.c" "$mm/vm_util.c" "$mm/hugepage_settings.c"
	tests="$tests $t"
done

{
	for d in dev proc sys tmp bin; do
		echo "dir /$d 0755 0 0"
	done
	echo "nod /dev/console 0600 0 0 c 5 1"
	echo "nod /dev/null 0666 0 0 c 1 3"
	echo "file /init $out/init 0755 0 0"
	for p in $programs $tests; do
		echo "file /bin/$p $out/$p 0755 0 0"
	done
	[ -z "$busybox" ] || {
		echo "file /bin/busybox $busybox 0755 0 0"
		echo "slink /bin/sh busybox 0777 0 0"
	}
} >"$out/list"
initramfs=$out/initramfs${busybox:+-shell}
"$gen" -t 0 "$out/list" >"$initramfs" || die "cannot pack $initramfs"
echo "$initramfs"
