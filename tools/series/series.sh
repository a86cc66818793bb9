#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/series/series.sh [TOPIC...]
#
# Make of a topic of patches/ what can be posted: build/series/TOPIC has its patches,
# numbered from 0001, as they stand on the base and the topics that it needs
# (patches/needs), the cover letter 0000, which names that base, and in cc the addresses
# that the kernel's scripts/get_maintainer.pl has for them. Plain git am has taken them
# there. Of a topic that does not apply nothing is written.
# Without TOPIC, or with more than one, each is made in turn; a table says which applies.
set -eu
. "$(dirname "$0")/../lib.sh"
case ${1:-} in
-*) usage ;;
esac

# all TOPIC...: a table, and the last line "N passed, N failed, N skipped".
all() {
	OG_WHY=$BUILD/log/series-why
	export OG_WHY
	n=0 failed=0
	printf '%-16s %7s %s\n' topic patches applies
	for topic; do
		rc=0
		"$0" "$topic" >/dev/null 2>"$BUILD/log/series" || rc=$?
		case $rc in
		0) n=$((n + 1)) word=yes ;;
		129 | 130 | 143) exit $rc ;;
		*) failed=$((failed + 1)) word="no: $(tail -n 1 "$BUILD/log/series")" ;;
		esac
		printf '%-16s %7d %s\n' "$topic" "$(patches_of "$topic" | wc -l)" "$word"
	done
	echo "$n passed, $failed failed, 0 skipped"
	[ $failed -eq 0 ]
}

[ $# -eq 0 ] || topics=$(chosen "$@") || exit $?
[ $# -gt 0 ] || topics=$(topics)
lock
if [ $# -ne 1 ]; then
	# shellcheck disable=SC2086
	all $topics
	exit
fi

topic=$1
# Not that of an earlier series, should this one fail; but what make run keeps there is
# no topic, as tools/series/needs.sh says.
case $topic in
src | obj | guest | ltp | kselftest) ;;
*) rm -rf "$BUILD/series/$topic" ;;
esac
needs=$("$TOP/tools/series/needs.sh" "$topic") || exit $?
needs=$(echo "$needs" | tr '\n' ' ')
needs=${needs% }
number=$(patches_of "$topic" | wc -l)
cover=$(find "$PATCHES/$topic" -name '0000-*' | sort | head -n 1)
[ -n "$cover" ] || die "patches/$topic has no cover letter: write $topic/0000-cover-letter.patch"
where=$("$TOP/tools/base/base.sh") || exit 1
base=${where#* }
repo=$BUILD/posting
if [ "$(cat "$repo/.git/objects/info/alternates" 2>/dev/null)" != "${where% *}/objects" ]; then
	rm -rf "$repo"
	borrow "$repo" "${where% *}"
fi
preimages "$repo/.git" "$base"
# shellcheck disable=SC2086
start=$("$TOP/tools/series/topics.sh" "$repo/.git" "$base" $needs) || exit 1
mkdir -p "$BUILD/series"
new=$(mktemp -d "$BUILD/series/.new.XXXXXX")
trap 'rm -rf "$new"' EXIT
mkdir "$new/out"

in_repo() { git --git-dir="$repo/.git" "$@"; }

version=$(in_repo show "$base:Makefile" | awk '
	$1 == "VERSION" { v = $3 } $1 == "PATCHLEVEL" { p = $3 } $1 == "SUBLEVEL" { print "v" v "." p "." $3; exit }')

# what_is FIELD: of what git mailinfo said.
what_is() { sed -n "s/^$1: //p" "$new/info"; }

# commit TREE PARENT: with the message, the author and the date of the patch.
commit() {
	{ what_is Subject; echo; cat "$new/body"; } |
		GIT_AUTHOR_NAME=$(what_is Author) GIT_AUTHOR_EMAIL=$(what_is Email) \
		GIT_AUTHOR_DATE=$(what_is Date) GIT_COMMITTER_DATE=$(what_is Date) \
		in_repo -c i18n.commitEncoding=UTF-8 commit-tree -p "$2" "$1"
}

# pick: the patches of the topic as commits on $start, the last one in $tip.
pick() {
	GIT_INDEX_FILE=$new/index
	export GIT_INDEX_FILE
	in_repo read-tree "$start"
	tip=$start
	for p in $(patches_of "$topic"); do
		git mailinfo -b "$new/body" /dev/null <"$p" >"$new/info"
		in_repo apply --cached --3way --whitespace=nowarn "$p" 2>"$new/err" ||
			die "patches/${p#"$PATCHES/"} (\"$(subject "$p")\") does not apply to $version${needs:+ and $needs} ($(conflict "$new/err")): rebase it in build/linux, or name what it needs in patches/needs"
		tree=$(in_repo write-tree)
		[ "$tree" != "$(in_repo rev-parse "$tip^{tree}")" ] ||
			die "patches/${p#"$PATCHES/"} (\"$(subject "$p")\") changes nothing on $version${needs:+ and $needs}: drop it"
		tip=$(commit "$tree" "$tip")
	done
	unset GIT_INDEX_FILE
}

# export_all: the commits as files.
export_all() {
	number_words=-n
	[ "$number" -gt 1 ] || number_words=-N
	in_repo -c core.quotepath=true -c diff.algorithm=myers -c diff.noprefix=false \
		format-patch -q $number_words --zero-commit --no-signature --full-index \
		--no-renames --no-ext-diff --no-attach -o "$new/out" "$start..$tip"
}

# write_cover: with the number of patches, and last the base.
write_cover() {
	awk -v prefix="[PATCH $(printf "%0${#number}d" 0)/$number]" '
		/^Subject: / && !n++ { sub(/\[[^]]*PATCH[^]]*\]/, prefix) }
		/^-- $/ { exit }
		NF { printf("%s", blank); blank = ""; print }
		!NF { blank = blank "\n" }' "$cover" >"$new/out/0000-cover-letter.patch"
	{
		echo
		echo "base: $version, tree $(in_repo rev-parse "$base^{tree}")"
		[ -z "$needs" ] || echo "after: $needs"
		# Only what others have, too, is worth a name.
		[ -z "${LINUX:-}" ] || echo "base-commit: $base"
	} >>"$new/out/0000-cover-letter.patch"
}

# taken: does git am take the files, and is the tree the same then? Of the work tree
# only what the patches touch is written, by git am itself.
taken() {
	mkdir "$new/am"
	borrow "$new/am" "$repo/.git"
	git -C "$new/am" update-ref HEAD "$start"
	git -C "$new/am" read-tree "$start"
	find "$new/out" -name '*.patch' ! -name '0000-*' | sort >"$new/files"
	# shellcheck disable=SC2046
	git -C "$new/am" am -q $(cat "$new/files") >"$new/err" 2>&1 ||
		die "git am does not take patches/$topic as it was exported: $(grep -m1 '^error' "$new/err" || tail -n 1 "$new/err")"
	[ "$(git -C "$new/am" rev-parse 'HEAD^{tree}')" = "$(in_repo rev-parse "$tip^{tree}")" ] ||
		die "git am makes another tree of patches/$topic: is a file of it no plain patch?"
}

# maintainers: the base as far as get_maintainer.pl looks at it, all directories but
# only the files at the top, in $repo/base.
maintainers() {
	[ "$(cat "$repo/base.is" 2>/dev/null)" != "$base" ] || return 0
	in_repo cat-file -e "$base:scripts/get_maintainer.pl" 2>/dev/null ||
		die "the base has no scripts/get_maintainer.pl: set LINUX to a git checkout of v7.3"
	rm -rf "$repo/base" "$repo/base.is"
	mkdir "$repo/base"
	in_repo ls-tree -rd --name-only "$base" | (cd "$repo/base" && xargs mkdir -p)
	# shellcheck disable=SC2046
	in_repo archive "$base" scripts/get_maintainer.pl \
		$(in_repo ls-tree "$base" | awk '$2 == "blob" { print $4 }') | tar -xC "$repo/base"
	echo "$base" >"$repo/base.is"
}

addresses() {
	maintainers
	# shellcheck disable=SC2046
	(cd "$repo/base" && perl scripts/get_maintainer.pl --nogit --nogit-fallback --norolestats \
		--nofixes --no-n $(cat "$new/files")) >"$new/cc" 2>"$new/err" ||
		die "get_maintainer.pl fails on patches/$topic: $(tail -n 1 "$new/err")"
	[ -s "$new/cc" ] || die "get_maintainer.pl knows nobody for patches/$topic: are its files in the base?"
	sed "s/.*<\(.*\)>.*/\1/" "$new/cc" | sort -u >"$new/out/cc"
}

pick
export_all
write_cover
taken
addresses
mv "$new/out" "$BUILD/series/$topic"
say "$topic: $number patches for $version${needs:+ and $needs}"
echo "$BUILD/series/$topic"
