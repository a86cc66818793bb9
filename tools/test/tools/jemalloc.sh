#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/jemalloc.sh
#
# tools/base/jemalloc.sh: another architecture's static jemalloc, in the cache or not to be had.
set -u
. "$(dirname "$0")/../expect.sh"

no_apt "jemalloc: no network" || expect 'jemalloc: no network' 1 'cannot fetch libjemalloc-dev of .* for arm64: check the network' \
	env MIRROR=http://127.0.0.1:9/none "$TOP/tools/base/jemalloc.sh" arm64
echo "VERSION_CODENAME=forky" >"$T/os-release"
expect 'jemalloc: not in the cache' 1 'no jemalloc for ppc64el in the cache' \
	env OS_RELEASE="$T/os-release" "$TOP/tools/base/jemalloc.sh" -n ppc64le-hash
mkdir -p "$T/cache/one-gather/jemalloc/forky-ppc64el"
touch "$T/cache/one-gather/jemalloc/forky-ppc64el/libjemalloc.a"
expect 'jemalloc: in the cache' 0 '/one-gather/jemalloc/forky-ppc64el$' \
	env OS_RELEASE="$T/os-release" "$TOP/tools/base/jemalloc.sh" ppc64le-hash
expect 'jemalloc: an unknown release' 1 'no VERSION_CODENAME in' \
	env OS_RELEASE=/dev/null "$TOP/tools/base/jemalloc.sh" arm64
exit "$failed"
