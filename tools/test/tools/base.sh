#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/base.sh
#
# tools/base/base.sh: the kernel's source, fetched and checked.
set -u
. "$(dirname "$0")/../expect.sh"

# What needs apt, whose address here is a closed port of this machine.
no_network() {
	no_apt 'base: no network' && return
	expect 'base: no network' 1 'cannot read suite .*: check the network, or set LINUX' \
		env LINUX= MIRROR=http://127.0.0.1:9/none "$TOP/tools/base/base.sh"
	mkdir -p "$T/etc/sources.list.d"
	printf 'URIs: mirror+file:%s\n' "$T/etc/mirrors" >"$T/etc/sources.list.d/debian.sources"
	echo 'http://127.0.0.1:9/debian' >"$T/etc/mirrors"
	expect 'base: a file of mirrors' 1 'cannot read suite' \
		env LINUX= APT_ETC="$T/etc" "$TOP/tools/base/base.sh"
	expect 'base: the first of its mirrors' 0 'http://127.0.0.1:9/debian' \
		cat "$T/cache/one-gather/apt/sources.list"
}

# A tarball, a BASE for it, and two first runs at once.
first_runs() {
	mkdir -p "$T/src/linux"
	cp "$LINUX/file" "$T/src/linux"
	tar -cJf "$T/cache/one-gather/linux-source.tar.xz" -C "$T/src" linux
	sum=$(sha256sum "$T/cache/one-gather/linux-source.tar.xz" | cut -d' ' -f1)
	printf '%s x\n' package suite version tarball >"$T/BASE"
	echo "sha256 $sum" >>"$T/BASE"
	cp "$T/BASE" "$T/BASE.bad"
	echo "tree $(git -C "$LINUX" write-tree)" >>"$T/BASE.bad"
	echo "tree $(cd "$T/src/linux" && git init -q --template= . && git add file && git write-tree)" >>"$T/BASE"
	expect 'base: another tree' 1 'the base unpacks to tree .*, BASE says' \
		env LINUX= BASE_FILE="$T/BASE.bad" "$TOP/tools/base/base.sh"
	env LINUX= BASE_FILE="$T/BASE" "$TOP/tools/base/base.sh" >"$T/other" 2>&1 &
	expect 'base: two first runs' 0 '/linux.git [0-9a-f]{40}$' \
		env LINUX= BASE_FILE="$T/BASE" "$TOP/tools/base/base.sh"
	wait $!
	expect 'base: the other of them' 0 '/linux.git [0-9a-f]{40}$' cat "$T/other"
}

base() {
	echo 'no tarball' >"$T/tar"
	expect 'base: wrong checksum' 1 'checksum of the base is [0-9a-f]{64}, BASE says' \
		env LINUX= BASE_TARBALL="$T/tar" "$TOP/tools/base/base.sh"
	expect 'base: nothing half-written' 1 '' test -e "$T/cache/one-gather/linux.git"
	no_network
	printf 'package p\n' >"$T/BASE"
	expect 'base: a BASE that lacks a field' 1 'BASE lacks suite: restore it' \
		env LINUX= BASE_FILE="$T/BASE" "$TOP/tools/base/base.sh"
	expect 'base: LINUX is no checkout' 1 'is no git checkout: give a checkout of v7.3' \
		env LINUX=/ "$TOP/tools/base/base.sh"
	expect 'base: LINUX of another version' 1 "is at version '7.3': check out v6.1" \
		env PACKAGE_SERIES=6.1 "$TOP/tools/base/base.sh"
	fake_df "$T/full" 0
	expect 'base: no disk' 1 'has 0 GiB free and 6 GiB are needed: make room' \
		env LINUX= PATH="$T/full:$PATH" "$TOP/tools/base/base.sh"
	first_runs
}

base
exit "$failed"
