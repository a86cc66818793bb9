#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/herd.sh
#
# tools/test/herd.sh: a herd7 that is there, is fetched, or cannot be had.
set -u
. "$(dirname "$0")/../expect.sh"

# herd_package SCRIPT: a herdtools7 whose herd7 is a script, for a loader that is a shell.
herd_package() {
	mkdir -p "$T/deb/usr/bin" "$T/deb/usr/share/herdtools7/herd"
	printf '%s\n' "$1" >"$T/deb/usr/bin/herd7"
	package herdtools7
}

# shellcheck disable=SC2317
herd() { env PATH="$T/apt:$PATH" MIRROR=http://127.0.0.1:9/none "$TOP/tools/test/herd.sh"; }

herd_packages() {
	no_apt "herd: no network" && return
	mkdir -p "$T/apt" "$T/debs"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\ncase "$*" in *download*) cp "%s"/*.deb . ;; esac\n' "$T/debs" >"$T/apt/apt-get"
	printf '#!/bin/sh\n' >"$T/apt/apt-cache"
	chmod +x "$T/apt/apt-get" "$T/apt/apt-cache"
	expect 'herd: a suite without it' 1 'has no herdtools7 for this machine: set HERD7' herd
	printf '#!/bin/sh\necho "herdtools7 | 1 | x"\n' >"$T/apt/apt-cache"
	expect 'herd: nothing is fetched' 1 'cannot fetch herdtools7, libc6 and libgmp10' herd
	herd_package 'exit 1'
	expect 'herd: no libc6' 1 'libc6 of .* does not unpack' herd
	mkdir -p "$T/deb/usr/lib/x"
	: >"$T/deb/usr/lib/x/libc.so.6"
	package libc6
	mkdir -p "$T/deb/usr/lib/x"
	package libgmp10
	expect 'herd: a libc6 without a loader' 1 'libc6 of .* has no loader' herd
	mkdir -p "$T/deb/usr/lib/x"
	: >"$T/deb/usr/lib/x/libc.so.6"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nshift 2\nexec sh "$@"\n' >"$T/deb/usr/lib/x/ld-linux-x.so.2"
	chmod +x "$T/deb/usr/lib/x/ld-linux-x.so.2"
	package libc6
	expect 'herd: a herd7 that does not run' 1 "does not run here, or is older than 7.58 \\(it says ''\\)" herd
	herd_package 'echo "7.57, Rev: x"'
	expect 'herd: a herd7 that is too old' 1 "older than 7.58 \\(it says '7.57'\\)" herd
	expect 'herd: nothing half-written' 1 '' sh -c "ls -d '$T/cache/one-gather/herd' '$T'/cache/one-gather/herd.new.* '$T'/cache/one-gather/apt-herd/deb | grep ."
	herd_package 'echo "7.60, Rev: x"'
	expect 'herd: a good one' 0 '/one-gather/herd/herd7$' herd
	printf '#!/bin/sh\nexit 1\n' >"$T/apt/apt-get"
	expect 'herd: a second time' 0 '/one-gather/herd/herd7$' herd
	rm "$T/cache/one-gather/herd/usr/bin/herd7"
	expect 'herd: one that has been damaged' 1 'cannot read suite' herd
	rm -rf "$T/cache/one-gather/herd"
}

# HERD7 names another one, which is looked at.
another() {
	expect 'herd: HERD7 does not exist' 2 'HERD7=/nowhere: no such command' env HERD7=/nowhere "$TOP/tools/test/herd.sh"
	printf '#!/bin/sh\necho "7.56.1, Rev: x"\n' >"$T/old"
	printf '#!/bin/sh\necho "7.58, Rev: x"\n' >"$T/herd7"
	chmod +x "$T/old" "$T/herd7"
	expect 'herd: HERD7 is too old' 2 "of version 7.58 or later \\(it says '7.56.1'\\)" env HERD7="$T/old" "$TOP/tools/test/herd.sh"
	expect 'herd: HERD7' 0 "^$T/herd7\$" env HERD7="$T/herd7" "$TOP/tools/test/herd.sh"
}

another
herd_packages
exit "$failed"
