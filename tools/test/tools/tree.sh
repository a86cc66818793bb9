#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/tree.sh
#
# tools/series/tree.sh and refresh.sh, tools/base/src.sh and clean.sh, which work on each other's trees, and lib.sh.
set -u
. "$(dirname "$0")/../expect.sh"

# A person whose git is set up to change all that it writes.
# shellcheck disable=SC2317
hostile() {
	mkdir -p "$T/home/template/hooks"
	printf '#!/bin/sh\nexit 1\n' >"$T/home/template/hooks/pre-applypatch"
	chmod +x "$T/home/template/hooks/pre-applypatch"
	printf '[%s]\n\t%s\n' core 'autocrlf = true' init "templateDir = $T/home/template" \
		format 'subjectPrefix = RFC' format 'signOff = true' diff 'noprefix = true' \
		diff 'context = 9' am 'threeWay = true' commit 'gpgSign = true' >"$T/home/.gitconfig"
	env -u GIT_CONFIG_GLOBAL -u GIT_CONFIG_NOSYSTEM -u GIT_CONFIG_COUNT HOME="$T/home" \
		GIT_DIR="$T/nowhere" BUILD="$T/hostile" "$@"
}

habits() {
	expect 'tree: a hostile ~/.gitconfig' 0 '1 patches on branch' hostile "$TOP/tools/series/tree.sh"
	expect 'refresh: a hostile ~/.gitconfig' 0 '1 patches' hostile "$TOP/tools/series/refresh.sh"
	expect 'refresh: is byte-identical there' 0 '' diff -r "$T/before" "$PATCHES"
	expect 'src: a hostile ~/.gitconfig' 0 "src $(git -C "$BUILD/debug/src" rev-parse HEAD)" \
		hostile "$TOP/tools/base/src.sh" debug
	expect 'lib: no HOME' 1 'no HOME: set it, or XDG_CACHE_HOME' \
		env -u HOME -u XDG_CACHE_HOME "$TOP/tools/base/base.sh"
	expect 'lib: a blank in a path' 1 'a blank or a colon in' \
		env BUILD="$T/a b" "$TOP/tools/series/tree.sh"
	# shellcheck disable=SC2016
	expect 'lib: a relative BUILD' 0 "^$T/rel/debug/src " \
		sh -c 'cd "$1" && BUILD=rel "$2/tools/base/src.sh" debug' sh "$T" "$TOP"
	flock "$BUILD/lock" sleep 2 &
	sleep 1
	expect 'lock: a second command' 1 'another make works in .*: wait for its end' \
		"$TOP/tools/series/tree.sh"
	wait $!
}

in_linux() { git -C "$BUILD/linux" "$@"; }

# Commits that are no patches, and a subject that begins with a tag.
commits() {
	in_linux commit -q --allow-empty -m 'file: Nothing'
	expect 'refresh: an empty commit' 1 "'file: Nothing' changes nothing" "$TOP/tools/series/refresh.sh"
	in_linux reset -q --hard HEAD^
	echo five >>"$BUILD/linux/file"
	in_linux commit -q -a -m 'fixup! file: Say it in digits'
	expect 'refresh: a fixup' 1 'git rebase -i --autosquash first' "$TOP/tools/series/refresh.sh"
	in_linux commit -q --amend -m '[tag] file: Count further'
	expect 'refresh: a tag in a subject' 0 '3 patches' "$TOP/tools/series/refresh.sh"
	cp -r "$PATCHES" "$T/tagged"
	expect 'tree: after a refresh' 0 'unchanged' "$TOP/tools/series/tree.sh"
	expect 'tree: the tag' 0 '3 patches' env BUILD="$T/again" "$TOP/tools/series/tree.sh"
	expect 'refresh: the tag' 0 '3 patches' env BUILD="$T/again" "$TOP/tools/series/refresh.sh"
	expect 'refresh: keeps the tag' 0 '' diff -r "$T/tagged" "$PATCHES"
	in_linux checkout -q -b side HEAD^
	in_linux merge -q -s ours -m 'a merge' series
	expect 'refresh: a merge' 1 'has a merge, which is no patch' "$TOP/tools/series/refresh.sh"
	in_linux checkout -q series
	in_linux branch -q -D side
}

# After a patch that does not apply: what is before it, and what is done then.
stopped() {
	expect 'tree: ends before it' 0 '^base$' in_linux log -1 --format=%s
	expect 'tree: once more' 1 'does not apply: error' "$TOP/tools/series/tree.sh"
	expect 'refresh: the rest is not there' 1 "'file: .*' is not in build/linux yet" \
		"$TOP/tools/series/refresh.sh"
	sed 's/two/2/' "$BUILD/linux/file" >"$T/file" && cp "$T/file" "$BUILD/linux/file"
	in_linux commit -q -a -m 'file: Say it in digits'
	expect 'tree: work after it is kept' 1 'make refresh first, or FORCE=1' "$TOP/tools/series/tree.sh"
	expect 'clean: work is not thrown away' 1 'make refresh first, or FORCE=1' "$TOP/tools/base/clean.sh"
	in_linux am -q --keep-non-patch "$PATCHES"/one/0002* "$PATCHES"/one/0003*
	expect 'refresh: all is there again' 0 '3 patches' "$TOP/tools/series/refresh.sh"
	echo six >>"$BUILD/linux/file"
	rm "$BUILD/linux/.git/og-tree"
	expect 'tree: work without a mark' 1 'make refresh first, or FORCE=1' "$TOP/tools/series/tree.sh"
	expect 'tree: forced' 0 '3 patches on branch series' env FORCE=1 "$TOP/tools/series/tree.sh"
	"$TOP/tools/base/src.sh" debug >/dev/null 2>&1
	echo edited >>"$BUILD/debug/src/file"
	expect 'src: an edited file' 0 'source tree debug' "$TOP/tools/base/src.sh" debug
	expect 'src: is mended' 0 '' git -C "$BUILD/debug/src" diff --quiet
	mkdir -p "$BUILD/results-one" "$BUILD/model"
	touch "$BUILD/mine"
	expect 'clean: leaves what is not ours' 0 'left: .*/mine' "$TOP/tools/base/clean.sh"
	expect 'clean: removes what is' 1 '' test -e "$BUILD/linux"
	expect 'clean: the results of TOPICS' 1 '' test -e "$BUILD/results-one"
	expect 'clean: the model' 1 '' test -e "$BUILD/model"
}

tree() {
	expect 'tree: a series that applies' 0 '1 patches on branch series' "$TOP/tools/series/tree.sh"
	expect 'tree: a second time' 0 'unchanged' "$TOP/tools/series/tree.sh"
	cp -r "$PATCHES" "$T/before"
	expect 'refresh: an unchanged tree' 0 '1 patches' "$TOP/tools/series/refresh.sh"
	expect 'refresh: is byte-identical' 0 '' diff -r "$T/before" "$PATCHES"
	expect 'src: a series that applies' 0 'build/debug/src [0-9a-f]{40}' \
		"$TOP/tools/base/src.sh" debug
	habits
	echo four >>"$BUILD/linux/file"
	expect 'refresh: changes that are not committed' 1 'commit them first' \
		"$TOP/tools/series/refresh.sh"
	git -C "$BUILD/linux" commit -q -a -m 'file: Count on'
	expect 'refresh: a new commit' 0 '2 patches' "$TOP/tools/series/refresh.sh"
	expect 'refresh: keeps its topic' 0 '' test -f "$PATCHES/one/0002-file-Count-on.patch"
	commits
	git -C "$BUILD/linux" commit -q --allow-empty -m 'Work of hours'
	sed -i 's/^-two/-deux/' "$PATCHES"/one/0001*
	expect 'tree: work is not thrown away' 1 'make refresh first, or FORCE=1' \
		"$TOP/tools/series/tree.sh"
	expect 'tree: a patch that does not apply' 1 \
		'patches/one/0001-.*does not apply: error' env FORCE=1 "$TOP/tools/series/tree.sh"
	expect 'src: a patch that does not apply' 1 '0001-.* does not apply' \
		"$TOP/tools/base/src.sh" debug
	stopped
}

tree
exit "$failed"
