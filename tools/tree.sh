#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/tree.sh
#
# Lay out build/linux: the base, then one commit per patch, on branch series.
# Work there that patches/ does not have is never thrown away: FORCE=1 does it.
set -eu
. "$(dirname "$0")/lib.sh"
[ $# -eq 0 ] || usage

tree=$BUILD/linux
base=$("$TOP/tools/base.sh") || exit 1
want="$base $(cd "${PATCHES:-$TOP/patches}" && series | xargs -r sha256sum series | sha256sum | cut -c1-16)"
mark=$tree/.git/og-tree

if [ -f "$mark" ]; then
	if [ -n "$(git -C "$tree" status --porcelain -uno)" ] ||
		[ "$(git -C "$tree" rev-parse HEAD)" != "$(sed -n 2p "$mark")" ]; then
		[ "$(sed -n 1p "$mark")" != "$want" ] || { say "build/linux holds your work"; exit 0; }
		[ -n "${FORCE:-}" ] ||
			die "build/linux has work that patches/ does not have: make refresh first, or FORCE=1 to drop it"
	elif [ "$(sed -n 1p "$mark")" = "$want" ]; then
		say "build/linux: unchanged"
		exit
	fi
fi

[ -d "$tree/.git" ] || room "$BUILD" 4
mkdir -p "$tree"
borrow "$tree" "${base% *}"
cd "$tree"
git am --abort 2>/dev/null || :
say "build/linux: the base"
git checkout -q -f -B series "${base#* }"
for p in $(series); do
	git am -q --committer-date-is-author-date "${PATCHES:-$TOP/patches}/$p" >"$BUILD/am.log" 2>&1 || {
		git am --abort
		git checkout -q -f -B series "${base#* }"
		rm -f "$mark"
		die "patches/$p does not apply: $(grep -m1 '^error' "$BUILD/am.log")"
	}
done
{ echo "$want"; git rev-parse HEAD; } >"$mark"
say "build/linux: $(series | wc -l) patches on branch series"
