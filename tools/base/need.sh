#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/need.sh [-c] [-j] [-k] CONFIG...
#
# Have what the configurations need: compilers, a static libc, QEMU and the
# tools of a kernel build (-c: those of make check as well,
# -j: a static jemalloc of each, without which a workload of make run is skipped,
# -k: the libraries of selftests/mm, where the machine itself is an x86_64). As root on Debian
# what is missing is installed, elsewhere it is named and the script stops.
set -eu
. "$(dirname "$0")/../lib.sh"

# lack PACKAGES PROBE...: PACKAGES (commas) are missing unless PROBE succeeds.
lack() {
	pkgs=$1
	shift
	"$@" >/dev/null 2>&1 || missing="$missing $(echo "$pkgs" | tr ',' ' ')"
}

has() { command -v "$1"; }
header() { echo "#include <$1>" | gcc -fsyntax-only -xc -; }
links() { echo 'int main(void) { return 0; }' | "$1gcc" -static -xc -o /dev/null -; }

check='' jemalloc='' libs=''
[ "${1:-}" != -c ] || { check=1; shift; }
[ "${1:-}" != -j ] || { jemalloc=1; shift; }
[ "${1:-}" != -k ] || { libs=1; shift; }
[ $# -gt 0 ] || usage

# probe CONFIG...: the packages that are missing, in $missing.
probe() {
	missing=
	for c in gcc make bc flex bison git perl ccache; do
		lack $c has $c
	done
	lack xz-utils has xz
	lack libc6-dev header stdio.h
	lack libelf-dev header libelf.h
	lack libssl-dev header openssl/evp.h
	for c in ${check:+quilt shellcheck sparse}; do
		lack "$c" has "$c"
	done
	[ -z "$check" ] || lack coccinelle has spatch
	if [ -n "$libs" ] && [ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ]; then
		lack libcap-dev header sys/capability.h
		lack libnuma-dev header numa.h
	fi
	for config; do
		pkgs=$(cfg "$config" packages)
		# An amd64 compiler is no cross compiler on amd64.
		[ "$(dpkg --print-architecture 2>/dev/null)" != amd64 ] ||
			pkgs=$(echo "$pkgs" | sed "s/gcc-x86-64-linux-gnu,libc6-dev-amd64-cross/gcc,libc6-dev/")
		qemu=${pkgs##*,}
		lack "${pkgs%,*}" links "$(cfg "$config" cross)"
		lack "$qemu" has "$(cfg "$config" qemu)"
	done
	missing=$(echo "$missing" | tr " " "\n" | sed '/^$/d' | sort -u | tr "\n" " ")
}

for config; do
	known "$config"
done
[ -z "$jemalloc" ] || for config; do
	OG_WHY='' "$TOP/tools/base/jemalloc.sh" "$config" >/dev/null ||
		say "NOTE: the workloads with jemalloc are skipped on $config: see above"
done
probe "$@"
[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null || die "missing (Debian's names): $missing"
[ "$(id -u)" -eq 0 ] || die "missing: run as root, apt-get install $missing"
say "installing $missing"
log=$BUILD/log/install
mkdir -p "$BUILD/log"
apt-get -q update >"$log" 2>&1 || die "apt-get update fails: check the network (log: $log)"
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
	$missing >>"$log" 2>&1 || die "apt-get cannot install $missing: see $log"
probe "$@"
[ -z "$missing" ] || die "still missing after their installation: $missing(log: $log)"
