#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/series.sh
#
# tools/series/series.sh: a topic, ready to be posted.
set -u
. "$(dirname "$0")/../expect.sh"

# What is exported, and that a mail of it is what git am takes.
series_made() {
	s=$T/many-build/series/fixes-a
	expect 'series: a topic' 0 "^$s\$" posted fixes-a
	expect 'series: the cover' 0 '^Subject: \[PATCH 0/2\] fixes-a$' cat "$s/0000-cover-letter.patch"
	expect 'series: says the base' 0 "^base: v7.3.0, tree $(in_many rev-parse 'HEAD^{tree}')\$" \
		cat "$s/0000-cover-letter.patch"
	expect 'series: and of a checkout its commit' 0 "^base-commit: $(in_many rev-parse HEAD)\$" \
		cat "$s/0000-cover-letter.patch"
	printf '%s x\n' package suite version tarball >"$T/many.base"
	in_many archive --prefix=linux/ HEAD | xz -0 >"$T/many.tar.xz"
	printf 'sha256 %s\ntree %s\n' "$(sha256sum "$T/many.tar.xz" | cut -d' ' -f1)" \
		"$(in_many rev-parse 'HEAD^{tree}')" >>"$T/many.base"
	expect 'series: of the package none' 0 '^base: v7.3.0, tree [0-9a-f]{40}$' sh -c \
		"LINUX= BASE_FILE='$T/many.base' BASE_TARBALL='$T/many.tar.xz' PATCHES='$T/topics' BUILD='$T/many-build' '$TOP/tools/series/series.sh' fixes-a >&2 &&
		tail -n 1 '$s/0000-cover-letter.patch'"
	expect 'series: the patches' 0 '^Subject: \[PATCH 2/2\] \[tag\] file: Fix more$' cat "$s"/0002-*
	expect 'series: the addresses' 0 '^a@x;b@x$' paste -s -d ';' "$s/cc"
	expect 'series: and no more files' 0 '^4$' sh -c "ls -A '$s' | wc -l"
	rm -rf "$T/am"
	git clone -q "$T/many" "$T/am"
	expect 'series: git am' 0 '' git -C "$T/am" -c user.name=o -c user.email=o am -q "$s"/0001-* "$s"/0002-*
	expect 'series: of that base alone' 0 '^8;9;a;11;12;13;a;15$' sh -c "sed -n 8,15p '$T/am/file' | paste -s -d ';'"
	expect 'series: a topic that needs another' 0 'fixes-b: 1 patches for v7.3.0 and fixes-a$' posted fixes-b
	expect 'series: which the cover says' 0 '^after: fixes-a$' cat "$T/many-build/series/fixes-b/0000-cover-letter.patch"
	expect 'series: one patch' 0 '^Subject: \[PATCH\] file: Fix what' cat "$T/many-build/series/fixes-b"/0001-*
	expect 'series: an exception' 0 'range: 1 patches for v7.3.0 and tests fixes-a fixes-b$' posted range
	expect 'series: all of them' 0 '^fixes-b +1 yes$' posted
	expect 'series: all are counted' 0 '^4 passed, 0 failed, 0 skipped$' posted
	expect 'make series: a topic' 0 '^tools/series/series.sh fixes-a$' make -s -n -C "$TOP" series TOPIC=fixes-a
	expect 'make series: TOPIC in the environment' 0 '^tools/series/series.sh *$' \
		env TOPIC=x make -s -n -C "$TOP" series
}

series_refused() {
	expect 'series: an unknown topic' 2 "series: unknown topic 'none': it is one of tests fixes-a fixes-b range" posted none
	expect 'series: an option' 2 '^Usage: tools/series/series.sh' posted -x
	rm "$T/topics/needs"
	expect 'series: a conflict' 1 \
		'^series: patches/fixes-b/0001-.*.patch \("file: Fix what a did"\) does not apply to v7.3.0 \(.*file.* with conflicts' \
		posted fixes-b
	expect 'series: leaves no old one' 1 '' test -e "$T/many-build/series/fixes-b"
	expect 'series: a conflict among all' 1 '^fixes-b +1 no: series: patches/fixes-b/0001-.*does not apply' posted
	expect 'series: the others are made' 1 '^2 passed, 2 failed, 0 skipped$' posted
	expect 'series: a file of the tests' 1 'range/0001-.*does not apply to v7.3.0 \(error: test: does not exist' posted range
	mv "$T/topics/fixes-a/0000-cover-letter.patch" "$T/cover"
	expect 'series: no cover letter' 1 'patches/fixes-a has no cover letter: write fixes-a/0000' posted fixes-a
	mv "$T/cover" "$T/topics/fixes-a/0000-cover-letter.patch"
	cp -r "$T/many" "$T/many-other"
	seq 101 120 >"$T/many-other/file"
	git -C "$T/many-other" commit -q -a -m other
	expect 'series: another base' 1 '^apply: .*0001-.* does not apply|^series: .* does not apply to v7.3.0' \
		env LINUX="$T/many-other" PATCHES="$T/topics" BUILD="$T/many-build" "$TOP/tools/series/series.sh" fixes-a
	git -C "$T/many-other" reset -q --hard HEAD^
	git -C "$T/many-other" rm -q scripts/get_maintainer.pl
	git -C "$T/many-other" commit -q -m other
	expect 'series: a base without get_maintainer.pl' 1 'series: the base has no scripts/get_maintainer.pl' \
		env LINUX="$T/many-other" PATCHES="$T/topics" BUILD="$T/many-build" "$TOP/tools/series/series.sh" fixes-a
	expect 'series: nothing of them is left' 0 '^tests$' ls -A "$T/many-build/series"
}

fake_topics
printf 'fixes-b: fixes-a\nexception: range tests # so far\nrange: fixes-b\n' >"$T/topics/needs"
series_made
series_refused
exit "$failed"
