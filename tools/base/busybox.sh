#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/busybox.sh CONFIG
#
# Have Debian's static busybox of a configuration's architecture in the cache, and
# print its path. It is fetched once from the system's own release and is not
# installed, as jemalloc (tools/base/jemalloc.sh).
#
# Environment:
#   MIRROR, APT_ETC   as in tools/base/base.sh
#   OS_RELEASE        the file that names the release (/etc/os-release)
set -eu
. "$(dirname "$0")/../lib.sh"
. "$TOP/tools/base/apt.sh"
[ $# -eq 1 ] || usage
known "$1"

arch=$(debian_arch "$1")
# What debian-ports has is no part of a release.
[ "$arch" != sparc64 ] || bad "Debian has no busybox for sparc64 in its releases: CONFIG is one of $(configs |
	grep -vx sparc64 | tr '\n' ' ')"
release=$(os_release)
dir=$CACHE/busybox/$release-$arch

have() { [ -x "$dir/busybox" ]; }

fetch_package() {
	unpack_of_arch "$dir.apt" busybox-static 3
	mkdir "$apt/out"
	# /bin is a part of /usr in later releases.
	mv "$(find "$apt/root" -type f -name busybox -perm -100)" "$apt/out" 2>/dev/null ||
		die "no busybox in busybox-static for $arch"
	rm -rf "$dir"
	mv "$apt/out" "$dir"
	rm -rf "$apt"
}

if ! have; then
	mkdir -p "$CACHE/busybox" || die "cannot create $CACHE/busybox"
	# The cache belongs to all clones, as the base in it does.
	exec 8>"$CACHE/busybox/lock"
	flock 8
	have || fetch_package
fi
echo "$dir/busybox"
