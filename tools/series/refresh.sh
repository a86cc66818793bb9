#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/series/refresh.sh
#
# Write the commits of build/linux back into patches/. A commit stays in the
# folder that patches/series has its subject in; a new one goes where the commit
# before it is, or to TOPIC=NAME. Cover letters (0000-*) are left alone.
# Nothing is replaced unless what was exported gives the same tree again.
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 0 ] || usage

lock
case ${TOPIC:-} in
*[!a-z0-9-]*) bad "TOPIC is a name of a-z, 0-9 and '-', not '$TOPIC'" ;;
esac
tree=$BUILD/linux
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
[ -z "$(git -C "$tree" rev-list --merges "$base..HEAD")" ] ||
	die "build/linux has a merge, which is no patch: rebase it"

new=$(mktemp -d "$BUILD/refresh.XXXXXX")
trap 'rm -rf "$new"' EXIT

# Subject, tab, folder of each patch there is.
series >"$new/old"
while read -r p; do
	printf '%s\t%s\n' "$(subject "$PATCHES/$p")" "${p%/*}"
done <"$new/old" >"$new/topics"

# one_patch COMMIT SUBJECT TOPIC: export it as the next one of its folder.
one_patch() {
	case $2 in
	fixup!* | squash!* | amend!*)
		die "build/linux has '$2': git rebase -i --autosquash first"
		;;
	esac
	! git -C "$tree" diff-tree --quiet "$1^" "$1" ||
		die "'$2' changes nothing: drop it from build/linux"
	mkdir -p "$new/$3"
	n=$(($(find "$new/$3" -name '*.patch' | wc -l) + 1))
	git -C "$tree" -c core.quotepath=true -c diff.algorithm=myers -c diff.noprefix=false \
		format-patch -q -1 -N --zero-commit --no-signature --full-index --no-renames \
		--no-ext-diff --no-attach --start-number "$n" -o "$new/$3" "$1"
	echo "$3/$(basename "$new/$3/$(printf %04d $n)"-*)" >>"$new/list"
	printf '%s\n' "$2" >>"$new/subjects"
}

topic=$(sed -n '1s|/.*||p' "$new/old")
topic=${topic:-${TOPIC:-}}
: >"$new/list"
: >"$new/subjects"
for c in $(git -C "$tree" rev-list --reverse "$base..HEAD"); do
	subject=$(git -C "$tree" show -s --format=%s "$c")
	known=$(awk -F '\t' -v s="$subject" '$1 == s { print $2; exit }' "$new/topics")
	topic=${known:-${TOPIC:-$topic}}
	[ -n "$topic" ] || die "which folder is '$subject' for? Say TOPIC=NAME"
	one_patch "$c" "$subject" "$topic"
done

# After a patch that did not apply, what came behind it is not in the tree.
if grep -q '^[^ ]* [^ ]* unfinished$' "$mark" && [ -z "${FORCE:-}" ]; then
	lost=$(cut -f1 "$new/topics" | grep -vxFf "$new/subjects" | head -n 1) || :
	[ -z "$lost" ] ||
		die "'$lost' is not in build/linux yet: git am it there, or FORCE=1 to drop it"
fi

# shellcheck disable=SC2046
again=$("$TOP/tools/base/apply.sh" "$tree/.git" "$base" $(sed "s|^|$new/|" "$new/list")) || exit 1
[ "$(git -C "$tree" rev-parse "$again^{tree}")" = "$(git -C "$tree" rev-parse 'HEAD^{tree}')" ] ||
	die "the exported patches do not give the tree of build/linux: nothing is changed"

while read -r p; do
	mkdir -p "$PATCHES/${p%/*}"
	mv "$new/$p" "$PATCHES/$p"
done <"$new/list"
{
	echo '# The series, in order. One folder is one posting; its 0000 is the cover letter.'
	cat "$new/list"
} >"$PATCHES/series.new"
mv "$PATCHES/series.new" "$PATCHES/series"
# grep finds nothing to remove when all names stay.
{ grep -vxFf "$new/list" "$new/old" || :; } | while read -r p; do
	rm -f "$PATCHES/$p"
	rmdir "$PATCHES/${p%/*}" 2>/dev/null || :
done
{
	printf '%s %s\n' "$(sed -n '1s/ [^ ]*$//p' "$mark")" \
		"$(cd "$PATCHES" && series | xargs -r sha256sum series | sha256sum | cut -c1-16)"
	git -C "$tree" rev-parse HEAD
} >"$mark.new"
mv "$mark.new" "$mark"
say "patches/: $(series | wc -l) patches"
