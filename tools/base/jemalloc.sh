#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/jemalloc.sh [-n] CONFIG
#
# Have Debian's static jemalloc of a configuration's architecture in the cache, and
# print the directory with its libjemalloc.a and jemalloc/jemalloc.h. It is fetched
# once from the system's own release, whose C library it is linked with, and is not
# installed: no architecture is added to dpkg. -n: fetch nothing.
#
# Environment:
#   MIRROR, APT_ETC   as in tools/base/base.sh
#   OS_RELEASE        the file that names the release (/etc/os-release)
set -eu
. "$(dirname "$0")/../lib.sh"
. "$TOP/tools/base/apt.sh"
fetch=1
[ "${1:-}" != -n ] || { fetch=; shift; }
[ $# -eq 1 ] || usage
known "$1"

arch=$(debian_arch "$1")
release=$(os_release)
dir=$CACHE/jemalloc/$release-$arch

have() { [ -f "$dir/libjemalloc.a" ]; }

fetch_package() {
	unpack_of_arch "$dir.apt" libjemalloc-dev 9
	mkdir "$apt/out"
	mv "$apt"/root/usr/lib/*/libjemalloc.a "$apt/root/usr/include/jemalloc" "$apt/out" ||
		die "no static library in libjemalloc-dev for $arch"
	rm -rf "$dir"
	mv "$apt/out" "$dir"
	rm -rf "$apt"
}

if ! have; then
	[ -n "$fetch" ] || die "no jemalloc for $arch in the cache: make run fetches it"
	mkdir -p "$CACHE/jemalloc" || die "cannot create $CACHE/jemalloc"
	# The cache belongs to all clones, as the base in it does.
	exec 8>"$CACHE/jemalloc/lock"
	flock 8
	have || fetch_package
fi
echo "$dir"
