#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/jemalloc.sh [-n] CONFIG
#
# Have Debian's static jemalloc of a configuration's architecture in the cache, and
# print the directory with its libjemalloc.a and jemalloc/jemalloc.h. It is fetched
# once from the system's own release, whose C library it is linked with, and is not
# installed: no architecture is added to dpkg. -n: fetch nothing.
#
# Environment:
#   MIRROR, APT_ETC   as in tools/base.sh
#   OS_RELEASE        the file that names the release (/etc/os-release)
set -eu
. "$(dirname "$0")/lib.sh"
. "$TOP/tools/apt.sh"
fetch=1
[ "${1:-}" != -n ] || { fetch=; shift; }
[ $# -eq 1 ] || usage
known "$1"

# The name that Debian gives the architecture stands in that of its C library.
arch=$(cfg "$1" packages | sed 's/.*,libc6-dev-\([^,]*\)-cross,.*/\1/')
release=$(sed -n 's/^VERSION_CODENAME=//p' "${OS_RELEASE:-/etc/os-release}" 2>/dev/null || :)
dir=$CACHE/jemalloc/$release-$arch

have() { [ -f "$dir/libjemalloc.a" ]; }

apt_of_arch() {
	private_apt "$@" -o Dir::State::status=/dev/null -o APT::Architecture="$arch" \
		-o APT::Architectures="$arch"
}

fetch_package() {
	[ -n "$release" ] || die "no VERSION_CODENAME in ${OS_RELEASE:-/etc/os-release}: which Debian is this?"
	apt_room "$dir.apt" "jemalloc cannot be had"
	printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$url" "$release" >"$apt/sources.list"
	say "fetching libjemalloc-dev of $release for $arch, about 9 MB"
	log=$CACHE/jemalloc/log
	if ! apt_of_arch apt-get update >"$log" 2>&1 ||
		! (cd "$apt/deb" && apt_of_arch apt-get download libjemalloc-dev >>"$log" 2>&1); then
		die "cannot fetch libjemalloc-dev of $release for $arch: check the network (log: $log)"
	fi
	dpkg-deb -x "$apt"/deb/libjemalloc-dev_*.deb "$apt/root" >>"$log" 2>&1 ||
		die "cannot unpack libjemalloc-dev for $arch (log: $log)"
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
