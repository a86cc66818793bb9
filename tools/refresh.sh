#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/refresh.sh
#
# Write the commits of build/linux back into patches/. A commit stays in the
# folder that patches/series has its subject in; a new one goes where the commit
# before it is, or to TOPIC=NN-NAME. Cover letters (0000-*) are left alone.
set -eu
. "$(dirname "$0")/lib.sh"
[ $# -eq 0 ] || usage

tree=$BUILD/linux
patches=${PATCHES:-$TOP/patches}
mark=$tree/.git/og-tree
[ -f "$mark" ] || die "no build/linux: make tree first"
[ -z "$(git -C "$tree" status --porcelain -uno)" ] ||
	die "build/linux has changes that are not committed: commit them first"
if [ -d "$tree/.git/rebase-apply" ] || [ -d "$tree/.git/rebase-merge" ]; then
	die "build/linux is in the middle of a rebase: finish it first"
fi
base=$(sed -n '1s/^[^ ]* \([^ ]*\).*/\1/p' "$mark")
git -C "$tree" merge-base --is-ancestor "$base" HEAD ||
	die "build/linux is not on top of its base: make tree FORCE=1, or rebase onto $base"

new=$(mktemp -d "$BUILD/refresh.XXXXXX")
trap 'rm -rf "$new"' EXIT

# Subject, tab, folder of each patch there is.
for p in $(series); do
	printf '%s\t%s\n' "$(git mailinfo /dev/null /dev/null <"$patches/$p" |
		sed -n 's/^Subject: //p')" "${p%/*}"
done >"$new/topics"

topic=$(series | sed -n '1s|/.*||p')
topic=${topic:-${TOPIC:-}}
for c in $(git -C "$tree" rev-list --reverse "$base..HEAD"); do
	subject=$(git -C "$tree" show -s --format=%s "$c")
	known=$(awk -F '\t' -v s="$subject" '$1 == s { print $2; exit }' "$new/topics")
	topic=${known:-${TOPIC:-$topic}}
	[ -n "$topic" ] || die "which folder is '$subject' for? Say TOPIC=NN-NAME"
	mkdir -p "$new/$topic"
	n=$(($(find "$new/$topic" -name '*.patch' | wc -l) + 1))
	git -C "$tree" -c core.quotepath=true -c diff.algorithm=myers -c diff.noprefix=false \
		format-patch -q -1 -N --zero-commit --no-signature --full-index --no-renames \
		--no-ext-diff --no-attach --start-number "$n" -o "$new/$topic" "$c"
	echo "$topic/$(basename "$new/$topic/$(printf %04d $n)"-*)" >>"$new/list"
done

{
	echo '# The series, in order. One folder is one posting; its 0000 is the cover letter.'
	cat "$new/list" 2>/dev/null || :
} >"$new/series"
for p in $(series); do
	rm -f "$patches/$p"
done
for d in "$new"/*/; do
	[ -d "$d" ] || continue
	mkdir -p "$patches/$(basename "$d")"
	mv "$d"*.patch "$patches/$(basename "$d")/"
done
mv "$new/series" "$patches/series"
{
	printf '%s %s\n' "$(sed -n '1s/ [^ ]*$//p' "$mark")" \
		"$(cd "$patches" && series | xargs -r sha256sum series | sha256sum | cut -c1-16)"
	git -C "$tree" rev-parse HEAD
} >"$mark.new"
mv "$mark.new" "$mark"
say "patches/: $(series | wc -l) patches"
