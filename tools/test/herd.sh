#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/herd.sh
#
# Have herd7, which runs litmus tests, and print the command that starts it. Debian
# has it in the package herdtools7 of a later suite. That is fetched into the cache,
# once, with the libc and libgmp of the same suite, and runs by their own loader: none
# of it is installed. apt checks the signatures, and herd7 must say a version that
# the kernel's memory model can use.
#
# Environment:
#   HERD7      another herd7 to use instead
#   MIRROR     Debian archive to fetch from (default: the system's own)
#   APT_ETC    where apt keeps its sources (/etc/apt)
set -eu
. "$(dirname "$0")/../lib.sh"
. "$TOP/tools/base/apt.sh"
[ $# -eq 0 ] || usage

suite=forky
# As tools/memory-model/README of the kernel wants it.
least=7.58

# version COMMAND: what herd7 says it is; fails when that is none, or too old.
version() {
	v=$("$1" -version 2>/dev/null </dev/null | sed -n '1s/^\([0-9][0-9.]*\).*/\1/p')
	echo "$v"
	[ -n "$v" ] && [ "$(printf '%s\n' "$least" "$v" | sort -V | head -n 1)" = "$least" ]
}

if [ -n "${HERD7:-}" ]; then
	herd=$(command -v "$HERD7") || bad "HERD7=$HERD7: no such command"
	v=$(version "$herd") ||
		bad "HERD7=$HERD7 is no herd7 of version $least or later (it says '$v')"
	absolute "$herd"
	exit
fi

top=$CACHE/herd
cached() {
	v=$(version "$top/herd7") || return 1
	echo "$top/herd7"
}

! cached || exit 0
# The cache belongs to all clones: one of them fills it, the others wait.
mkdir -p "$CACHE" || die "cannot create $CACHE"
exec 8>"$CACHE/herd.lock"
flock -n 8 || { say "waiting for another fetch of herd7"; flock 8; }
! cached || exit 0

room "$CACHE" 1
say "fetching herdtools7 ($suite), about 41 MB"
read_suite "$CACHE/apt-herd" "$suite" herdtools7 "set HERD7"
new=
trap 'rm -rf "$new" "$apt/deb"' EXIT
[ -n "$have" ] || die "suite $suite has no herdtools7 for this machine: set HERD7"
(cd "$apt/deb" && private_apt apt-get download "herdtools7/$suite" "libc6/$suite" \
	"libgmp10/$suite" >>"$apt/log" 2>&1) ||
	die "cannot fetch herdtools7, libc6 and libgmp10: check the network, or set HERD7 (log: $apt/log)"

# Nothing of it is in place until it has run.
rm -rf "$CACHE"/herd.new.*
new=$(mktemp -d "$CACHE/herd.new.XXXXXX")

# unpack PACKAGE PATH...: of the one file that was fetched.
unpack() {
	deb=$(find "$apt/deb" -name "$1_*.deb")
	shift
	[ -f "$deb" ] && dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$new" "$@" 2>>"$apt/log"
}

unpack herdtools7 ./usr/bin/herd7 ./usr/share/herdtools7/herd ||
	die "herdtools7 of $suite has no herd7, or none for this script: set HERD7"
for p in libc6 libgmp10; do
	unpack "$p" ./usr/lib || die "$p of $suite does not unpack: set HERD7"
done
loader=$(cd "$new" && find usr/lib -type f \( -name 'ld-linux*.so.*' -o -name 'ld64.so.*' \))
libc=$(cd "$new" && find usr/lib -name libc.so.6)
if [ ! -f "$new/$loader" ] || [ ! -f "$new/$libc" ]; then
	die "libc6 of $suite has no loader: set HERD7"
fi
cat >"$new/herd7" <<-END
	#!/bin/sh
	top=\$(dirname "\$0")
	exec "\$top/$loader" --library-path "\$top/${libc%/*}" "\$top/usr/bin/herd7" \\
		-set-libdir "\$top/usr/share/herdtools7/herd" "\$@"
END
chmod +x "$new/herd7"
v=$(version "$new/herd7") ||
	die "herd7 of $suite does not run here, or is older than $least (it says '$v'): set HERD7"
chmod 755 "$new"
rm -rf "$top" "$apt"
mv "$new" "$top"
say "herd7 $v"
echo "$top/herd7"
