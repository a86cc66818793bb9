#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/series/tree.sh
#
# Lay out build/linux: the base, then one commit per patch, on branch series.
# Work there that patches/ does not have is never thrown away: FORCE=1 does it.
# A patch that does not apply leaves the tree at the one before it.
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 0 ] || usage

lock
tree=$BUILD/linux
base=$("$TOP/tools/base/base.sh") || exit 1
want="$base $(cd "$PATCHES" && series | xargs -r sha256sum series | sha256sum | cut -c1-16)"
mark=$tree/.git/og-tree

same=
[ "$(sed -n 1p "$mark" 2>/dev/null)" != "$want" ] || same=1
if tree_work "${base#* }"; then
	[ -z "$same" ] || { say "build/linux holds your work"; exit 0; }
	[ -n "${FORCE:-}" ] ||
		die "build/linux has work that patches/ does not have: make refresh first, or FORCE=1 to drop it"
elif [ -n "$same" ]; then
	say "build/linux: unchanged"
	exit
fi

# mark STATE: the tree as it is now is ours; until the last patch is in, STATE
# is one that no series has.
mark() {
	{ echo "$1"; git rev-parse HEAD; } >"$mark.new"
	mv "$mark.new" "$mark"
}

[ -d "$tree/.git" ] || room "$BUILD" 4
mkdir -p "$tree" "$BUILD/log"
borrow "$tree" "${base% *}"
cd "$tree"
rm -rf .git/rebase-apply .git/rebase-merge
say "build/linux: the base"
git checkout -q -f -B series "${base#* }"
mark "$base unfinished"
for p in $(series); do
	git am -q --keep-non-patch --committer-date-is-author-date "$PATCHES/$p" \
		>"$BUILD/log/am" 2>&1 || {
		git am --abort >/dev/null 2>&1 || :
		die "patches/$p does not apply: $(grep -m1 '^error' "$BUILD/log/am"); build/linux ends before it. Mend it and make tree, or git am -3 it and the rest there and make refresh"
	}
	mark "$base unfinished"
done
mark "$want"
say "build/linux: $(series | wc -l) patches on branch series"
