#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/src.sh
#
# tools/base/src.sh: some topics, or the first patches, and the measurement patch.
set -u
. "$(dirname "$0")/../expect.sh"

# file_of TOPICS: a line of the file in the tree of make test TOPICS=.
# shellcheck disable=SC2317
file_of() {
	of_many env TOPICS="$1" "$TOP/tools/base/src.sh" debug >/dev/null && paste -s -d ';' "$T/many-build/debug/src/file"
}

topics_chosen() {
	expect 'src: two topics, in their order' 0 '^1;2;3;4;5;6;7;test;9;a;11;12;13;a;15' file_of 'fixes-a tests'
	expect 'src: one of them' 0 '^1;2;3;4;5;6;7;8;9;a;11;12;13;a;15' file_of fixes-a
	expect 'src: all again' 0 '^1;2;3;4;5;6;7;test;9;b;11;12;13;a;15;16;code' file_of ''
	expect 'src: a conflict' 1 'fixes-b/0001-.*\("file: Fix what a did"\) does not apply \(.*file.* with conflicts' file_of fixes-b
	expect 'src: an unknown topic' 2 "unknown topic 'none': it is one of tests fixes-a" file_of 'tests none'
}

# measurement LINE WORDS: a measurement patch that changes a line, as made for both sides.
measurement() {
	rm -rf "$T/top/tools/count"
	mkdir -p "$T/top/tools/count/mainline" "$T/top/tools/count/series"
	printf 'diff --git a/counted b/counted\nnew file mode 100644\n--- /dev/null\n+++ b/counted\n@@ -0,0 +1 @@\n+x\n' \
		>"$T/top/tools/count/0001-a.patch"
	for side in mainline series; do
		# shellcheck disable=SC2046
		in_many checkout -q -f "$(of_many "$TOP/tools/base/apply.sh" "$T/many/.git" "$base_of_many" \
			$([ $side = mainline ] || sed "s|^|$T/topics/|" "$T/topics/series"))"
		line "$1" "$2"
		in_many diff --full-index >"$T/top/tools/count/$side/0003-b.patch"
	done
	in_many checkout -q -f "$base_of_many"
}

# prefix N: a line of the file in the tree of the first N patches and the measurement patch.
# shellcheck disable=SC2317
prefix() {
	of_many env OG_PREFIX="$1" "$T/top/tools/base/src.sh" series >/dev/null && paste -s -d ';' "$T/many-build/series/src/file"
}

prefixes() {
	base_of_many=$(in_many rev-parse HEAD)
	measurement 12 count
	expect 'src: the first patch, and what counts for mainline' 0 '^1;2;3;4;5;6;7;test;9;10;11;count;13;14;15' prefix 1
	expect 'src: all patches, and what counts for them' 0 ';test;9;b;11;count;13;a;15;16;code;' prefix 5
	expect 'src: is all' 0 "^$(git -C "$T/many-build/series/src" rev-parse HEAD)\$" \
		sh -c "env LINUX='$T/many' PATCHES='$T/topics' BUILD='$T/many-build' '$T/top/tools/base/src.sh' series | sed 's/.* //'"
	expect 'src: between them, merged' 0 ';test;9;a;11;count;13;14;15;' prefix 2
	expect 'src: with what counts besides' 0 '^x$' cat "$T/many-build/series/src/counted"
	measurement 10 count
	expect 'src: what counts conflicts' 1 'series/0003-b.patch .*does not apply' prefix 2
	expect 'src: and elsewhere does not' 0 ';count;11;12;13;a;15;' prefix 4
}

fake_topics
topics_chosen
copy
prefixes
exit "$failed"
