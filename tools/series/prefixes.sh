#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/series/prefixes.sh
#
# Every prefix of the series must compile: after each patch, build what it
# touches (and what includes it) for x86_64 and arm64 with the debug fragments.
# Long. Prints a table build/results/prefixes.tsv; fails when one failed.
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 0 ] || usage

lock
"$TOP/tools/base/need.sh" x86_64 arm64
tsv=$BUILD/results/prefixes.tsv
mkdir -p "$BUILD/results"
all=$PATCHES
PATCHES=$BUILD/prefix-patches
export PATCHES
rm -rf "$PATCHES"
cp -r "$all" "$PATCHES"
n=$(series | wc -l)
i=0 bad=0
# The tree goes back to the whole series, however this ends.
trap 'rm -rf "$PATCHES"; PATCHES=$all "$TOP/tools/base/src.sh" debug >/dev/null' EXIT
: >"$tsv.new"
while [ $i -lt "$n" ]; do
	i=$((i + 1))
	(PATCHES=$all series) | head -n $i >"$PATCHES/series"
	p=$(tail -n 1 "$PATCHES/series")
	for config in x86_64 arm64; do
		say "prefix $i of $n, $config: $p"
		r=pass
		"$TOP/tools/base/kernel.sh" $config debug >/dev/null || { r=fail bad=1; }
		printf '%s\t%s\t%s\n' "$p" $config $r | tee -a "$tsv.new"
	done
done
mv "$tsv.new" "$tsv"
exit $bad
