#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/busybox.sh
#
# tools/base/busybox.sh: of another architecture, in the cache, fetched or not to be had.
set -u
. "$(dirname "$0")/../expect.sh"

# busybox of another architecture, in the cache, fetched or not to be had.
# shellcheck disable=SC2317
busybox() {
	env OS_RELEASE="$T/os-release" PATH="$T/boxes:$PATH" MIRROR=http://127.0.0.1:9/none \
		"$TOP/tools/base/busybox.sh" "$@"
}

busyboxes() {
	expect 'busybox: sparc64 has none' 2 'Debian has no busybox for sparc64 in its releases: CONFIG is one of x86_64' \
		busybox sparc64
	mkdir -p "$T/cache/one-gather/busybox/forky-ppc64el" "$T/boxes"
	touch "$T/cache/one-gather/busybox/forky-ppc64el/busybox"
	chmod +x "$T/cache/one-gather/busybox/forky-ppc64el/busybox"
	expect 'busybox: in the cache' 0 '/one-gather/busybox/forky-ppc64el/busybox$' busybox ppc64le-hash
	expect 'busybox: an unknown release' 1 'no VERSION_CODENAME in' \
		env OS_RELEASE=/dev/null "$TOP/tools/base/busybox.sh" arm64
	no_apt "busybox: no network" && return
	expect 'busybox: no network' 1 'cannot fetch busybox-static of forky for arm64: check the network' busybox arm64
	mkdir -p "$T/debs"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\ncase "$*" in *download*) cp "%s"/busybox-static_* . ;; esac\n' "$T/debs" >"$T/boxes/apt-get"
	chmod +x "$T/boxes/apt-get"
	mkdir -p "$T/deb/usr/share/doc/busybox"
	package busybox-static
	expect 'busybox: a package without it' 1 'no busybox in busybox-static for arm64' busybox arm64
	expect 'busybox: nothing half-written' 1 '' test -e "$T/cache/one-gather/busybox/forky-arm64"
	mkdir -p "$T/deb/bin" "$T/deb/usr/share/doc/busybox"
	printf '#!/bin/sh\n' >"$T/deb/bin/busybox"
	chmod +x "$T/deb/bin/busybox"
	package busybox-static
	expect 'busybox: a good one' 0 '/one-gather/busybox/forky-arm64/busybox$' busybox arm64
	printf '#!/bin/sh\nexit 1\n' >"$T/boxes/apt-get"
	expect 'busybox: a second time' 0 '/one-gather/busybox/forky-arm64/busybox$' busybox arm64
}

echo "VERSION_CODENAME=forky" >"$T/os-release"
busyboxes
exit "$failed"
