#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/selftest.sh
#
# Test the tools without a kernel: what they must refuse, with which line and
# exit status. Prints "tools TEST RESULT REASON" lines parted by tabs; the status
# is 1 when one failed. A stand-in for the base is a git tree of two files.
set -u
. "$(dirname "$0")/../lib.sh"
[ $# -eq 0 ] || usage

T=$(mktemp -d "${TMPDIR:-/tmp}/og-selftest.XXXXXX")
trap 'rm -rf "$T"' EXIT
unset AGAIN ACCEL THREAD MEMORY WORKLOADS ONLY MUTANTS MUTANT LTP CATEGORIES TIMEOUT TOTAL CONFIG ARCH FORCE TOPIC OG_WHY OG_LOCK BASE_FILE MIRROR APT_ETC QEMU KEEP TOPICS BEFORE STATES RUNS LOAD SEED \
	PACKAGE_SERIES BASE_TARBALL OS_RELEASE OG_PREFIX FROM TO HANG LIMIT JOBS HERD7 LAYOUT LAYOUTS NO_GATHER FRAGMENT
export XDG_CACHE_HOME="$T/cache" BUILD="$T/build" PATCHES="$T/patches" LINUX="$T/linux"
failed=0

# fake_df DIR GIB: a df in DIR that always finds so many GiB free.
fake_df() {
	mkdir -p "$1"
	printf '#!/bin/sh\necho h; echo fs 9 9 %d 9%% /\n' $(($2 * 1048576)) >"$1/df"
	chmod +x "$1/df"
}

# expect NAME STATUS REGEX COMMAND...: the status, and a line of the output.
expect() {
	name=$1 status=$2 regex=$3
	shift 3
	out=$("$@" 2>&1 </dev/null)
	got=$?
	if [ "$got" -ne "$status" ]; then
		why="status $got, not $status: $(printf '%s' "$out" | tail -n 1)"
	elif ! printf '%s\n' "$out" | grep -qE "$regex"; then
		why="no line like '$regex' but: $(printf '%s' "$out" | tail -n 1)"
	else
		printf 'tools\t%s\tpass\t\n' "$name"
		return
	fi
	failed=1
	printf 'tools\t%s\tfail\t%s\n' "$name" "$why"
}

# qemu SCRIPT: a QEMU for tools/base/boot.sh that is this shell script.
qemu() {
	printf '#!/bin/sh\n%s\n' "$1" >"$T/qemu"
	chmod +x "$T/qemu"
}

# shellcheck disable=SC2317
boot() {
	env QEMU="$T/qemu" HANG=4 LIMIT=9 "$TOP/tools/base/boot.sh" x86_64 image initramfs \
		"$T/guest.console"
}

# A base of two files, and a series of one patch to it.
fake_base() {
	mkdir -p "$LINUX" "$PATCHES/one"
	git init -q --template= "$LINUX"
	git -C "$LINUX" config user.name one-gather
	git -C "$LINUX" config user.email one-gather@localhost
	printf 'VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 0\n' >"$LINUX/Makefile"
	printf 'one\ntwo\nthree\n' >"$LINUX/file"
	git -C "$LINUX" add -A
	git -C "$LINUX" commit -q -m base
	sed 's/two/2/' "$LINUX/file" >"$T/file" && mv "$T/file" "$LINUX/file"
	git -C "$LINUX" commit -q -a -m 'file: Say it in digits

Assisted-by: LLM'
	git -C "$LINUX" format-patch -q -1 -N --zero-commit --no-signature --full-index \
		-o "$PATCHES/one"
	git -C "$LINUX" reset -q --hard HEAD^
	(cd "$PATCHES" && { echo '# The series, in order. One folder is one posting; its 0000 is the cover letter.'; ls one/*; }) >"$T/s"
	mv "$T/s" "$PATCHES/series"
}

arguments() {
	expect 'run: unknown ARCH' 2 "unknown ARCH or CONFIG 'vax': it is one of x86_64 arm64" \
		"$TOP/tools/measure/run.sh" vax
	expect 'make run: unknown ARCH' 2 "unknown ARCH or CONFIG 'vax'" \
		make -s -C "$TOP" run ARCH=vax
	expect 'test: unknown CONFIG' 2 "unknown ARCH or CONFIG 'vax'" "$TOP/tools/test/test.sh" vax
	expect "test: unknown TOPICS" 2 "test: unknown topic 'none': it is one of one $" \
		env TOPICS="one none" "$TOP/tools/test/test.sh" x86_64
	expect "test: no TOPICS" 2 "test: TOPICS names no topic: it is of one $" \
		env TOPICS=" " "$TOP/tools/test/test.sh" x86_64
	expect 'model: no such tree' 1 'has no include/linux/tlb_pending.h' \
		"$TOP/tools/test/model.sh" "$T"
	expect 'model: SEED' 2 "STATES, RUNS and SEED are numbers, not 'x'" \
		env SEED=x "$TOP/tools/test/model.sh" "$T"
	expect 'run: unknown ACCEL' 2 "unknown ACCEL 'warp'" \
		env ACCEL=warp "$TOP/tools/measure/run.sh" x86_64
	arguments_of_make
}

# What needs apt, whose address here is a closed port of this machine.
no_network() {
	if ! command -v apt-get >/dev/null || [ ! -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
		printf 'tools\tbase: no network\tskip\tno apt-get\n'
		return
	fi
	expect 'base: no network' 1 'cannot read suite .*: check the network, or set LINUX' \
		env LINUX= MIRROR=http://127.0.0.1:9/none "$TOP/tools/base/base.sh"
	mkdir -p "$T/etc/sources.list.d"
	printf 'URIs: mirror+file:%s\n' "$T/etc/mirrors" >"$T/etc/sources.list.d/debian.sources"
	echo 'http://127.0.0.1:9/debian' >"$T/etc/mirrors"
	expect 'base: a file of mirrors' 1 'cannot read suite' \
		env LINUX= APT_ETC="$T/etc" "$TOP/tools/base/base.sh"
	expect 'base: the first of its mirrors' 0 'http://127.0.0.1:9/debian' \
		cat "$T/cache/one-gather/apt/sources.list"
	expect 'jemalloc: no network' 1 'cannot fetch libjemalloc-dev of .* for arm64: check the network' \
		env MIRROR=http://127.0.0.1:9/none "$TOP/tools/base/jemalloc.sh" arm64
}

# The static jemalloc of another architecture, in the cache or not to be had.
jemalloc() {
	echo "VERSION_CODENAME=forky" >"$T/os-release"
	expect 'jemalloc: not in the cache' 1 'no jemalloc for ppc64el in the cache' \
		env OS_RELEASE="$T/os-release" "$TOP/tools/base/jemalloc.sh" -n ppc64le-hash
	mkdir -p "$T/cache/one-gather/jemalloc/forky-ppc64el"
	touch "$T/cache/one-gather/jemalloc/forky-ppc64el/libjemalloc.a"
	expect 'jemalloc: in the cache' 0 '/one-gather/jemalloc/forky-ppc64el$' \
		env OS_RELEASE="$T/os-release" "$TOP/tools/base/jemalloc.sh" ppc64le-hash
	expect 'jemalloc: an unknown release' 1 'no VERSION_CODENAME in' \
		env OS_RELEASE=/dev/null "$TOP/tools/base/jemalloc.sh" arm64
}

# A tarball, a BASE for it, and two first runs at once.
first_runs() {
	mkdir -p "$T/src/linux"
	cp "$LINUX/file" "$T/src/linux"
	tar -cJf "$T/cache/one-gather/linux-source.tar.xz" -C "$T/src" linux
	sum=$(sha256sum "$T/cache/one-gather/linux-source.tar.xz" | cut -d' ' -f1)
	printf '%s x\n' package suite version tarball >"$T/BASE"
	echo "sha256 $sum" >>"$T/BASE"
	cp "$T/BASE" "$T/BASE.bad"
	echo "tree $(git -C "$LINUX" write-tree)" >>"$T/BASE.bad"
	echo "tree $(cd "$T/src/linux" && git init -q --template= . && git add file && git write-tree)" >>"$T/BASE"
	expect 'base: another tree' 1 'the base unpacks to tree .*, BASE says' \
		env LINUX= BASE_FILE="$T/BASE.bad" "$TOP/tools/base/base.sh"
	env LINUX= BASE_FILE="$T/BASE" "$TOP/tools/base/base.sh" >"$T/other" 2>&1 &
	expect 'base: two first runs' 0 '/linux.git [0-9a-f]{40}$' \
		env LINUX= BASE_FILE="$T/BASE" "$TOP/tools/base/base.sh"
	wait $!
	expect 'base: the other of them' 0 '/linux.git [0-9a-f]{40}$' cat "$T/other"
}

base() {
	echo 'no tarball' >"$T/tar"
	expect 'base: wrong checksum' 1 'checksum of the base is [0-9a-f]{64}, BASE says' \
		env LINUX= BASE_TARBALL="$T/tar" "$TOP/tools/base/base.sh"
	expect 'base: nothing half-written' 1 '' test -e "$T/cache/one-gather/linux.git"
	no_network
	printf 'package p\n' >"$T/BASE"
	expect 'base: a BASE that lacks a field' 1 'BASE lacks suite: restore it' \
		env LINUX= BASE_FILE="$T/BASE" "$TOP/tools/base/base.sh"
	expect 'base: LINUX is no checkout' 1 'is no git checkout: give a checkout of v7.3' \
		env LINUX=/ "$TOP/tools/base/base.sh"
	expect 'base: LINUX of another version' 1 "is at version '7.3': check out v6.1" \
		env PACKAGE_SERIES=6.1 "$TOP/tools/base/base.sh"
	fake_df "$T/full" 0
	expect 'base: no disk' 1 'has 0 GiB free and 6 GiB are needed: make room' \
		env LINUX= PATH="$T/full:$PATH" "$TOP/tools/base/base.sh"
	first_runs
	jemalloc
}

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

arguments_of_make() {
	expect 'make: ARCH in the environment' 0 '^tools/measure/run.sh x86_64$' \
		env ARCH=vax make -s -n -C "$TOP" run
	expect 'make: CONFIG for run' 0 '^tools/measure/run.sh arm64$' make -s -n -C "$TOP" run CONFIG=arm64
	expect 'make: ARCH for test' 0 '^TOPICS="" tools/test/test.sh arm64$' make -s -n -C "$TOP" test ARCH=arm64
	expect 'make: KEEP for mutants' 0 '^ONLY="" KEEP="1" tools/test/mutants.sh *$' make -s -n -C "$TOP" mutants KEEP=1
	expect 'make: both, and they differ' 2 'ARCH=arm64 and CONFIG=s390x differ' \
		make -s -n -C "$TOP" test ARCH=arm64 CONFIG=s390x
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

# in_many ARGS: git in the base of several topics.
in_many() { git -C "$T/many" "$@"; }

# many_commit TOPIC SUBJECT: what is changed in that base as the next patch of a topic.
many_commit() {
	in_many add -A
	in_many commit -q -m "$2" -m 'Assisted-by: LLM'
	mkdir -p "$T/topics/$1"
	n=$(($(find "$T/topics/$1" -name '*.patch' ! -name '0000-*' | wc -l) + 1))
	in_many format-patch -q -1 -N --zero-commit --no-signature --full-index \
		--start-number $n -o "$T/topics/$1"
	printf 'From: one-gather <one-gather@localhost>\nDate: Sat, 21 Nov 2026 00:00:00 +0000\nSubject: [PATCH 00/77] %s\n\nWhy.\n\n' \
		"$1" >"$T/topics/$1/0000-cover-letter.patch"
	echo "$1/$(basename "$T/topics/$1/000$n"-*)" >>"$T/topics/series"
}

# line N WORDS: of the one file that the topics change.
line() {
	sed "$1s/.*/$2/" "$T/many/file" >"$T/file" && cp "$T/file" "$T/many/file"
}

# A base, and topics on it that were made for another order: tests stand before the
# fixes, fixes-b changes what fixes-a does, and code changes a file of the tests.
fake_topics() {
	mkdir -p "$T/many/scripts" "$T/topics"
	git init -q --template= "$T/many"
	in_many config user.name one-gather
	in_many config user.email one-gather@localhost
	cp "$LINUX/Makefile" "$T/many"
	seq 1 20 >"$T/many/file"
	printf 'print "B <b\\@x> (maintainer)\\n", "a\\@x\\n", "a\\@x\\n";\n' >"$T/many/scripts/get_maintainer.pl"
	in_many add -A
	in_many commit -q -m base
	line 8 test
	echo test >"$T/many/test"
	many_commit tests 'file: Test'
	line 10 a
	many_commit fixes-a 'file: Fix'
	line 14 a
	many_commit fixes-a '[tag] file: Fix more'
	line 10 b
	many_commit fixes-b 'file: Fix what a did'
	line 17 code
	echo code >"$T/many/test"
	many_commit range 'file: Code'
	in_many reset -q --hard HEAD~5
}

# of_many COMMAND...: with that base and these topics.
# shellcheck disable=SC2317
of_many() { env LINUX="$T/many" PATCHES="$T/topics" BUILD="$T/many-build" "$@"; }

# posted TOPIC...: make series.
# shellcheck disable=SC2317
posted() { of_many "$TOP/tools/series/series.sh" "$@"; }

# needs NAME REGEX LINE...: these lines of patches/needs are refused, and nothing is left.
needs() {
	name=$1 regex=$2
	shift 2
	printf '%s\n' "$@" >"$T/topics/needs"
	expect "needs: $name" 1 "^needs: patches/needs: $regex" posted fixes-b
}

needs_refused() {
	needs 'a circle' 'the needs go round in a circle: fixes-a fixes-b fixes-a: take one' \
		'fixes-b: fixes-a' 'fixes-a: fixes-b'
	needs 'itself' 'the needs go round in a circle: fixes-b fixes-b: take' 'fixes-b: fixes-b'
	needs 'a topic that is none' 'fixes-b needs none, which is no topic of patches/series: correct' \
		'fixes-b: none'
	needs 'a line of no topic' 'the topic none is not in patches/series: correct' 'none: fixes-a'
	needs 'a later topic' 'fixes-b needs range, which is later in patches/series: put it before' \
		'fixes-b: fixes-a range'
	needs 'code and tests' 'fixes-b needs tests, and code needs no tests: mend the patches, or say' \
		'fixes-b: tests'
	needs 'two lines' 'the topic fixes-b has two lines: make them one' 'fixes-b: fixes-a' 'fixes-b:'
	needs 'no line of it' 'line 2 is no "TOPIC: TOPIC...": mend it' '# x' 'fixes-b fixes-a'
	needs 'an exception for none' 'an exception is for none, which is no topic' 'exception: none tests'
	needs 'an exception that is no test' 'an exception of range is fixes-a, which is no topic of tests' \
		'exception: range fixes-a'
	needs 'a cut exception' 'line 1 is no "exception: TOPIC TESTS": mend it' 'exception: range'
	expect 'series: nothing half-written' 1 '' sh -c "ls -A '$T/many-build/series' | grep ."
	printf 'fixes-b: fixes-a\nexception: range tests # so far\nrange: fixes-b\n' >"$T/topics/needs"
	expect 'needs: all, in their order' 0 '^tests;fixes-a;fixes-b$' \
		of_many sh -c "'$TOP/tools/series/needs.sh' range | paste -s -d ';'"
}

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
	sed 's|fixes-a/|Fixes_a/|' "$T/topics/series" >"$T/s" && cp "$T/topics/series" "$T/series.was" && cp "$T/s" "$T/topics/series"
	expect 'needs: a name of a topic' 1 "the topic 'Fixes_a' has a name of more than" posted tests
	sed 's|fixes-a/|obj/|' "$T/series.was" >"$T/topics/series"
	expect 'needs: a name that is taken' 1 "a topic cannot be called 'obj': rename its folder" posted tests
	cp "$T/series.was" "$T/topics/series"
}

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
	expect 'test: topics that conflict' 1 'fixes-b/0001-.*does not apply' of_many env TOPICS=fixes-b "$TOP/tools/test/test.sh" arm64
	expect 'test: have no results' 1 '' test -e "$T/many-build/results-fixes-b"
	expect 'archs: an unknown topic' 2 "archs: unknown topic 'none': it is one of tests fixes-a" \
		of_many "$TOP/tools/series/archs.sh" -c none arc
}

several_topics() {
	fake_topics
	topics_chosen
	needs_refused
	series_made
	series_refused
}

# What the kernels of all archs say when they splat; booted side by side.
splats() {
	i=0
	while read -r line; do
		i=$((i + 1))
		printf '#!/bin/sh\ncat <<-%s\n%s\nog: done\n%s\n' "'EOF'" "$line" EOF >"$T/qemu.$i"
		chmod +x "$T/qemu.$i"
		expect "boot: $line" 1 'the x86_64 kernel splats: ' env QEMU="$T/qemu.$i" \
			"$TOP/tools/base/boot.sh" x86_64 image initramfs "$T/console.$i" >"$T/splat.$i" &
	done <<-'EOF'
		[    1.000000] Call trace:
		[    1.000000] kernel BUG at mm/mmu_gather.c:500!
		[    1.000000] BUG kmalloc-64 (Not tainted): Poison overwritten
		[    1.000000][   T12] Internal error: Oops: 0000000096000004 [#1] SMP
		[    1.000000] INFO: trying to register non-static key.
		[    1.000000] list_del corruption. prev->next should be c0
		[    1.000000] bad: scheduling from the idle thread!
		[    1.000000] specification exception: 0006 ilc:2 [#1] SMP
		[    1.000000] Oops: Kernel access of bad area, sig: 11 [#1]
		[    1.000000] rcu: INFO: rcu_preempt self-detected stall on CPU
		a word of a program[    1.000000] WARNING: CPU: 1 PID: 7
	EOF
	wait
	cat "$T"/splat.*
}

guests() {
	splats
	expect 'boot: a word in the place of CONSOLE' 2 "CONSOLE is 'panic_on_warn=1', which looks like" \
		"$TOP/tools/base/boot.sh" x86_64 image initramfs panic_on_warn=1 console
	expect 'boot: a CONSOLE without a directory' 2 "CONSOLE is 'console': give a path" \
		"$TOP/tools/base/boot.sh" x86_64 image initramfs console
	qemu 'echo "og: start x"; echo "og: done"'
	expect 'boot: a good guest' 0 '' boot
	qemu 'echo booting; sleep 60'
	expect 'boot: a guest that hangs' 1 'guest hangs: no word for 4 s \(console: .*/guest.console\)' boot
	qemu 'while :; do echo on and on; sleep 1; done'
	expect 'boot: a guest that never ends' 1 'guest is not done after 9 s' boot
	qemu 'echo "[    1.0] WARNING: CPU: 1 PID: 7 at mm/mmu_gather.c:500"; echo "og: done"'
	expect 'boot: a guest that prints a WARNING' 1 \
		'kernel splats: .*WARNING: CPU: 1 PID: 7 at mm/mmu_gather.c' boot
	qemu 'echo "Kernel panic - not syncing: VFS"'
	expect 'boot: a guest that panics' 1 'kernel splats: Kernel panic' boot
	qemu 'echo "og: start x"; exit 3'
	expect 'boot: a guest that goes away' 1 'did not come to its end: og: start x' boot
	qemu 'echo booting; sleep 1; echo "[    1.0] WARNING: soon"; sleep 60'
	expect 'boot: a splat, then a hang' 1 'kernel splats: .*WARNING: soon' boot
	qemu 'echo "[    1.0]     # t: WARNING: expected"; echo "ok 3 BUG: or not"; echo "# Call trace: none"; echo "og: done"'
	expect 'boot: a test that has the words of a splat' 0 '' boot
	qemu 'echo "og: done"; while :; do echo on and on; sleep 1; done'
	expect 'boot: a guest that stays on' 1 'guest is not done after 9 s' boot
	qemu 'echo "og: done"; echo "qemu: no such thing"; exit 1'
	expect 'boot: a QEMU that fails' 1 'QEMU ended with status 1: qemu: no such thing' boot
}

# ktap NAME EXPECTED CONSOLE: the lines that tools/test/ktap.awk makes of a console.
ktap() {
	# shellcheck disable=SC2016
	expect "ktap: $1" 0 "$2" sh -c 'printf "$1" | awk -v suites=mg -v programs=1 -f "$2"' sh \
		"$3" "$TOP/tools/test/ktap.awk"
}

reports() {
	k='[    0.1] KTAP version 1\n[    0.1] 1..1\n[    0.1]     # Subtest: mg\n'
	k="${k}[    0.1]     1..1\n[    0.1]     ok 1 range\n[    0.1] ok 1 mg\n"
	p='og: start prog\nTAP version 13\n1..1\n'
	ktap 'a KUnit case' '^mg	range	pass	$' "$k${p}ok 1 x\nog: exit prog 0\n"
	ktap 'a failed case' '^prog	a.b	fail	$' "$k${p}not ok 1 a.b\nog: exit prog 1\n"
	ktap 'a failed program' '^prog	exit	fail	status 1' "$k${p}not ok 1 a\nog: exit prog 1\n"
	ktap 'a skipped case' '^prog	a	skip	no THP' "$k${p}ok 1 a # SKIP no THP\nog: exit prog 0\n"
	ktap 'a plan not kept' '^prog	plan	fail	0 of 1' "$k${p}og: exit prog 0\n"
	ktap 'a KUnit plan not kept' '^kunit	plan	fail	0 of 1' "[    0.1] 1..1\n$p"
	ktap 'no KUnit' '^kunit	mg	fail	this suite did not run' "${p}ok 1 a\nog: exit prog 0\n"
	ktap 'no program' '^guest	programs	fail	0 of 1' "$k"
	kf=$(printf %s "$k" | sed "s/ok 1 mg/not ok 1 mg/")
	ktap 'a KUnit suite that fails as a whole' '^mg	suite	fail	failed as a whole' "$kf"
	ktap 'a KUnit suite without its plan kept' '^mg	plan	fail	1 of 2' \
		"$(printf %s "$k" | sed "s/    1..1/    1..2/")"
	ktap 'a KUnit case with parameters' '^mg	range	pass	$' \
		"$(printf %s "$k" | sed "s/     ok 1 r/         not ok 1 a\\\\n[ 0.1]     ok 1 r/")"
	ktap 'a program that says nothing' '^prog	exit	fail	no plan or no result' \
		"${k}og: start prog\\nog: exit prog 0\\n"
	ktap 'a program that skips' '^prog	exit	skip	no THP$' \
		"${k}og: start prog\\n1..0 # SKIP no THP\\nog: exit prog 4\\n"
	ktap 'a skip without a name' '^prog	1	skip	why$' "$k${p}ok 1 # SKIP why\\nog: exit prog 0\\n"
	ktap 'a name with "not ok" in it' '^prog	is not ok	pass	$' "$k${p}ok 1 is not ok\\nog: exit prog 0\\n"
	ktap 'a line that is cut' '^prog	line	fail	cut by' "$k${p}not [    3.4] msg\\nok 1 a\\nog: exit prog 0\\n"
	ktap 'bail out' '^prog	bail	fail	Bail out! no memory' "$k${p}Bail out! no memory\\n"
	ktap 'a case that took too long' '^prog	a	fail	timeout$' \
		"${k}${p}# a: Test terminated by timeout\\nnot ok 1 a\\nog: exit prog 1\\n"
	ktap 'a KUnit case that took too long' '^mg	range	fail	timeout$' \
		"$(printf %s "$k" | sed 's/    ok 1 range/    # range: try timed out\\n[ 0.1]     not ok 1 range/')"
	ktap 'a program that speaks of time' '^prog	a	fail	$' \
		"${k}${p}# it timed out\\nnot ok 1 a\\nog: exit prog 1\\n"
	ktap 'debts that are lost' '^checker	lost	fail	3 debts lost$' \
		"$k${p}ok 1 x\nog: exit prog 0\ndebt recorded 7\ndebt lost 3\n"
	ktap 'no debt recorded' '^checker	recorded	fail	0 debts recorded$' \
		"$k${p}ok 1 x\nog: exit prog 0\ndebt recorded 0\ndebt lost 0\n"
	ktap 'no debt lost' '^checker	lost	pass	0 debts lost$' "${k}debt recorded 7\r\ndebt lost 0\r\n"
	ktap 'half of the debts' '^checker	counters	fail	the guest does not say' "${k}debt recorded 7\n"
	expect 'ktap: a checker that says nothing' 0 '^checker	counters	fail	the guest does not say' \
		awk -v debt=1 -f "$TOP/tools/test/ktap.awk" /dev/null
}

tables() {
	printf 'row w sent_full 4\nrow w overlaps 3\nrow w data_bad 0\n' >"$T/m"
	printf 'row w sent_full 1\nrow w overlaps 2\nrow w data_bad 0\n' >"$T/s"
	expect 'join: two consoles' 0 '^w	sent_full	4	1$' \
		awk -f "$TOP/tools/measure/join.awk" "$T/m" "$T/s"
	head -n 2 "$T/s" >"$T/short"
	expect 'join: a row in one of them only' 1 '' \
		awk -f "$TOP/tools/measure/join.awk" "$T/m" "$T/short"
	printf 'row w sent_full 4[    1.0] msg\n' >"$T/cut"
	expect 'join: a row that is cut' 1 '' awk -f "$TOP/tools/measure/join.awk" "$T/cut" "$T/cut"
}

judged() {
	head='workload\tmetric\tmainline\tseries\n'
	printf "%b" "${head}w\tdata_bad\t0\t1\n" >"$T/bad"
	expect 'judge: wrong data' 1 'FAIL: w saw wrong data' awk -f "$TOP/tools/measure/judge.awk" "$T/bad"
	printf "%b" "${head}w\tipi_full\t5\t5\nw\ttrace_ipi_full\t5\t8\n" >"$T/bad"
	expect 'judge: counters against the trace event' 1 'FAIL: w: ipi_full counts 5 and 5' \
		awk -f "$TOP/tools/measure/judge.awk" "$T/bad"
	printf "%b" "${head}w\toverlaps\t0\t9\nw\tmembers\t4\t4\n" >"$T/bad"
	printf "%b" "${head}w\tops\t5\t5\n" >"$T/none"
	expect 'judge: data not looked at' 1 'FAIL: w does not say whether' awk -f "$TOP/tools/measure/judge.awk" "$T/none"
	expect 'judge: no trace events' 1 'FAIL: w lacks ipi_full or trace_ipi_full' \
		awk -v trace=1 -f "$TOP/tools/measure/judge.awk" "$T/none"
	expect 'judge: no overlap is said' 0 'NOTE: w .* proves nothing' \
		awk -f "$TOP/tools/measure/judge.awk" "$T/bad"
	printf "%b" "${head}w\toverlaps\t0\t9\nw\tmembers\t1\t1\n" >"$T/bad"
	expect 'judge: one thread cannot overlap' 0 '^$' awk -f "$TOP/tools/measure/judge.awk" "$T/bad"
	printf "%b" "${head}w\town_gathers\t5\t5\nw\tmerged\t0\t7\n" >"$T/bad"
	expect 'judge: nothing merged is said' 0 'NOTE: in w KSM merged nothing' \
		awk -f "$TOP/tools/measure/judge.awk" "$T/bad"
	printf "%b" "${head}w\town_gathers\t5\t5\nw\town_overlaps\t0\t5\nw\tops\t1\t1\nw\tdata_bad\t0\t0\n" >"$T/bad"
	expect 'judge: a call that met nobody is said' 0 'NOTE: w met no gather' \
		awk -f "$TOP/tools/measure/judge.awk" "$T/bad"
	sed "s/0\t5$/5\t5/" "$T/bad" >"$T/met"
	expect 'judge: a call that met others' 0 '^$' awk -f "$TOP/tools/measure/judge.awk" "$T/met"
	printf "%b" "${head}w\tfailed\t0\t7\n" >"$T/bad"
	expect 'judge: nothing that failed is said' 0 '^NOTE: in w no allocation failed on mainline' \
		awk -f "$TOP/tools/measure/judge.awk" "$T/bad"
	printf "%b" "${head}w\tfailed\t7\t0\n" >"$T/bad"
	expect 'judge: of the series too' 0 '^NOTE: in w no allocation failed on the series' \
		awk -f "$TOP/tools/measure/judge.awk" "$T/bad"
	printf "%b" "${head}w\tfailed\t7\t7\n" >"$T/bad"
	expect 'judge: allocations that failed' 0 '^$' awk -f "$TOP/tools/measure/judge.awk" "$T/bad"
	printf "%b" "${head}jemalloc\toverlaps\t0\t9\n" >"$T/bad"
	expect 'judge: no overlap of a program' 0 'NOTE: jemalloc .* proves nothing' \
		awk -f "$TOP/tools/measure/judge.awk" "$T/bad"
	printf "%b" "${head}w\tsent_full\t4\t1\nw\tipis\t0\t3\n" >"$T/t"
	expect 'table: a ratio' 0 '^w +sent_full +4 +1 +0.25$' awk -f "$TOP/tools/measure/table.awk" "$T/t"
	expect 'table: what is new' 0 '^ +ipis +0 +3 +new$' awk -f "$TOP/tools/measure/table.awk" "$T/t"
	printf "%b" "${head}w_4x64\tipis\t4\t1\nw_4x64\tsent_full\t0\t0\n" >"$T/t"
	expect 'table: of a size, what was sent' 0 '^w_4x64 +sent_full +0 +0 +-$' awk -f "$TOP/tools/measure/table.awk" "$T/t"
	printf "%b" "${head}w\tfailed\t0\t0\nw\thash_flushes\t7\t6\n" >"$T/t"
	expect 'table: that nothing failed' 0 '^w +failed +0 +0 +-$' awk -f "$TOP/tools/measure/table.awk" "$T/t"
	printf "%b" "$head" >"$T/t"
	expect 'table: an empty one' 1 '^workload' awk -f "$TOP/tools/measure/table.awk" "$T/t"
	printf "Claim: few\nCheck: r w sent_full series <= 1\nCheck: r w sent_full mainline >= 5\n" >"$T/claims"
	awk -f "$TOP/tools/measure/join.awk" "$T/m" "$T/s" >"$T/r.tsv"
	expect "claims: one that holds" 1 "claims: 1 of 2 checks hold" \
		awk -f "$TOP/tools/measure/claims.awk" -v results="$T" "$T/claims"
	expect "claims: one that does not" 1 "FAIL: w sent_full mainline is 4, not >= 5: few" \
		awk -f "$TOP/tools/measure/claims.awk" -v results="$T" "$T/claims"
	expect "claims: no results yet" 0 "no results yet: r: few" \
		awk -f "$TOP/tools/measure/claims.awk" -v results="$T/none" "$T/claims"
	printf 'CONFIG_A=y\n# CONFIG_B is not set\n' >"$T/frag"
	printf 'CONFIG_B=y\n' >"$T/config"
	expect 'dropped: a symbol asked for' 0 '^CONFIG_A=y$' "$TOP/tools/base/dropped.sh" "$T/config" "$T/frag"
	expect 'dropped: a symbol asked to be off' 0 '^# CONFIG_B is not set$' \
		"$TOP/tools/base/dropped.sh" "$T/config" "$T/frag"
	expect 'need: an unknown configuration' 2 "'vax'" "$TOP/tools/base/need.sh" vax
}

# What several layouts of a kernel counted.
layouts() {
	for n in 30 10 20; do
		printf 'skip x why\nrow a_1 insn_per_call %d\nrow a_1 insn_per_page %d.5\n' $n $n >"$T/l$n"
	done
	set -- awk -f "$TOP/tools/measure/layouts.awk" "$T/l30" "$T/l10" "$T/l20"
	expect 'layouts: the median' 0 '^row a_1 insn_per_call 20$' "$@"
	expect 'layouts: of what has a dot' 0 '^row a_1 insn_per_page 20.5$' "$@"
	expect 'layouts: the spread' 0 '^row a_1 insn_spread 20$' "$@"
	expect 'layouts: what was skipped' 0 '^skip x why$' "$@"
	sed '/per_call/d' "$T/l30" >"$T/l10"
	expect 'layouts: one lacks a row' 1 '' "$@"
	cp "$T/l30" "$T/l10"
	echo 'row a_1 insn_per_call 3[    1.0]' >>"$T/l10"
	expect 'layouts: a row that is cut' 1 '' "$@"
}

# stub NAME SCRIPT: a shell script in place of a tool, in a copy of this repository.
stub() {
	for stubbed in "$T/top/tools/"*/"$1.sh"; do
		printf '#!/bin/sh\n%s\n' "$2" >"$stubbed"
		chmod +x "$stubbed"
	done
}

# kernel [ENV...]: what the image says that tools/base/kernel.sh makes, or has.
# shellcheck disable=SC2016,SC2317
kernel() {
	env "$@" sh -c 'cat "$("$1" x86_64 mainline)"' sh "$T/kernels/tools/base/kernel.sh"
}

# Each kind of kernel has its image. In place of a kernel is what make was told.
kernels() {
	mkdir -p "$T/kernels/src/scripts/kconfig"
	cp -r "$TOP/tools" "$T/kernels"
	# shellcheck disable=SC2016
	printf '%s\n\t%s\n' 'tinyconfig olddefconfig:' '@touch $(O)/.config' 'bzImage:' \
		'@mkdir -p $(O)/arch/x86/boot && echo "pad=$(TLB_COUNT_PAD),no_gather=$(TLB_COUNT_NO_GATHER)" >$(O)/arch/x86/boot/$@' \
		>"$T/kernels/src/Makefile"
	printf '#!/bin/sh\n' >"$T/kernels/src/scripts/kconfig/merge_config.sh"
	chmod +x "$T/kernels/src/scripts/kconfig/merge_config.sh"
	cp "$T/kernels/src/scripts/kconfig/merge_config.sh" "$T/kernels/tools/base/dropped.sh"
	printf '#!/bin/sh\necho "%s 1"\n' "$T/kernels/src" >"$T/kernels/tools/base/src.sh"
	expect 'kernel: one that counts' 0 '^pad=,no_gather=$' kernel
	expect 'kernel: with nothing in the gather' 0 '^pad=,no_gather=1$' kernel NO_GATHER=1
	expect 'kernel: the same, of another layout' 0 '^pad=64,no_gather=1$' kernel NO_GATHER=1 LAYOUT=64
	expect 'kernel: the one that counts is kept' 0 'kernel x86_64 mainline: unchanged$' kernel
	expect 'kernel: and is that one' 0 '^pad=,no_gather=$' kernel
}

# make run and make test around kernels and guests that do not exist.
whole() {
	mkdir -p "$T/top/Documentation" "$BUILD/log"
	cp -r "$TOP/tools" "$T/top"
	# Of these the guests here say nothing.
	sed -i "/MAPPING_DIRTY_KUNIT/d; /MIGRATE_DEVICE_KUNIT/d" "$T/top/tools/configs/debug.config" \
		"$T/top/tools/configs/debug-hmm.config"
	printf 'Claim: c\nCheck: run-arm64 w sent_full series <= 1\n' >"$T/top/Documentation/claims"
	# shellcheck disable=SC2016
	stub litmus 'printf "litmus\ta\tpass\t\n" >"$BUILD/results/litmus.tsv"'
	stub kernel 'echo image'
	stub guest 'echo initramfs'
	stub need ''
	# shellcheck disable=SC2016
	stub boot 'printf "row w ops 1\nrow w sent_full 1\nrow w insn_per_call 7\nrow w data_bad 0\nog: exit w 0\n" >"$4"'
	expect 'run: a table' 0 '^ +sent_full +1 +1 +1.00$' "$T/top/tools/measure/run.sh" arm64
	expect 'run: its file' 0 '^w	sent_full	1	1$' cat "$BUILD/results/run-arm64.tsv"
	expect 'run: a part' 0 'written: .*/run-arm64-part.tsv' \
		env WORKLOADS=w "$T/top/tools/measure/run.sh" arm64
	# shellcheck disable=SC2016
	stub kernel 'printf "%s %s,%s\n" "$2" "$LAYOUT" "$NO_GATHER" >>"$BUILD/kernels"; echo image'
	# shellcheck disable=SC2016
	stub boot 'echo "$ACCEL$*" >>"$BUILD/boots"; printf "row w ops 1\nrow w sent_full 1\nrow w insn_per_call 7\nrow w data_bad 0\nog: exit w 0\n" >"$4"'
	expect 'run: of icount, the spread' 0 '^w	insn_spread	0	0$' sh -c "FULL=1 \"\$1\" arm64 >&2 && cat \"\$2\"" sh \
		"$T/top/tools/measure/run.sh" "$BUILD/results/run-arm64-icount.tsv"
	# The counts are of both as they are, instructions of three layouts with nothing in the gather.
	expect 'run: of which kernels' 0 '^mainline ,;series ,;mainline ,1;mainline 4160,1;mainline 147520,1;series ,1;series 4160,1;series 147520,1$' \
		paste -s -d ';' "$BUILD/kernels"
	# boot.sh itself adds that word to those of icount.
	expect 'run: of which guests the addresses are fixed' 0 '^2$' grep -c '^arm64 .* norandmaps ' "$BUILD/boots"
	expect 'run: and of no other' 0 '^2$' grep -c norandmaps "$BUILD/boots"
	# shellcheck disable=SC2016
	stub boot 'printf "row w sent_full 2\nog: exit w 0\n" >"$4"'
	expect 'run: a claim that does not hold' 1 'FAIL: w sent_full series is 2, not <= 1' \
		"$T/top/tools/measure/run.sh" arm64
	stub boot 'exit 1'
	expect 'run: no guest' 1 'booting' "$T/top/tools/measure/run.sh" arm64
	expect 'run: leaves no old table' 1 '' test -e "$BUILD/results/run-arm64.tsv"
	stub selftest 'exit 7'
	expect 'test: a selftest that dies' 1 'tools.end # ended early with status 7' \
		"$T/top/tools/test/test.sh" arm64
	stub selftest 'printf "tools\tend\tpass\t\n"'
	stub need 'exit 1'
	expect 'test: packages that are missing' 1 '^1 passed, 1 failed, 0 skipped$' \
		"$T/top/tools/test/test.sh" arm64
	stub need ''
	mkdir -p "$T/top/mutants"
	echo "Detectors: model" >"$T/top/mutants/1.patch"
	cp "$T/top/tools/test/mutants.sh" "$T/mutants.sh"
	# shellcheck disable=SC2016
	stub mutants 'echo "no model" >"$OG_WHY"; exit 1'
	stub boot 'exit 1'
	expect 'test: mutants that cannot be had' 1 '^not ok 1 mutants.end # no model$' \
		"$T/top/tools/test/test.sh" arm64
	cp "$T/mutants.sh" "$T/top/tools/test/mutants.sh"
	rm -r "$T/top/mutants"
	# shellcheck disable=SC2016
	stub model 'printf "model\tplain.a\tpass\t\n" >"$BUILD/results/model.tsv"; exit 1'
	# shellcheck disable=SC2016
	stub mutants 'printf "1-a\tmodel\tcaught\tx\n" >"$BUILD/results/mutants-quick.tsv"; exit 1'
	stub boot 'exit 1'
	expect 'test: a model that fails without a row' 1 '^not ok 2 model.end # ended with status 1: see the log$' \
		"$T/top/tools/test/test.sh" arm64
	expect 'test: mutants that fail without a row' 1 '^not ok 2 mutants.end # ended with status 1: see the log$' \
		"$T/top/tools/test/test.sh" arm64
	# shellcheck disable=SC2016
	stub litmus 'echo "no tests" >"$OG_WHY"; exit 1'
	expect 'test: litmus tests that cannot be run' 1 '^not ok 1 litmus.end # no tests$' \
		"$T/top/tools/test/test.sh" arm64
	# shellcheck disable=SC2016
	stub litmus 'printf "litmus\ta\tskip\tno herd7\n" >"$BUILD/results/litmus.tsv"'
	expect 'test: litmus tests that are skipped' 1 '^ok 1 litmus.a # SKIP no herd7$' \
		"$T/top/tools/test/test.sh" arm64
	expect 'test: a guest that counts no debts' 1 '^not ok .* checker.counters # the guest does not say' \
		"$T/top/tools/test/test.sh" arm64
	expect 'test: a guest without the checker' 1 '^1\.\.3$' "$T/top/tools/test/test.sh" s390x
	# shellcheck disable=SC2016
	stub boot 'echo "$*" >"$BUILD/words"; exit 1'
	expect 'test: TOPICS has results of its own' 1 '^# arm64: build/results-one/test-arm64.tsv$' \
		env TOPICS=one "$T/top/tools/test/test.sh" arm64
	expect 'test: and a console' 0 '' test -f "$BUILD/log/console-test-one-arm64"
	expect 'test: and its warnings do not end the guest' 0 '' grep -q panic_on_warn=0 "$BUILD/words"
	expect 'test: and what they have not got is not run' 0 ' og.run=$' cat "$BUILD/words"
	expect 'test: nor asked for' 0 '^kernel	boot	fail	' cat "$BUILD/results-one/test-arm64.tsv"
	expect 'test: and no row more' 0 '^1$' grep -c . "$BUILD/results-one/test-arm64.tsv"
	# shellcheck disable=SC2016
	stub mutants 'printf "1-a\tmodel\tcaught\tONLY=${ONLY-}\n" >"$BUILD/results/mutants-quick.tsv"'
	expect 'test: ONLY is not for it' 1 '^ok 1 mutants.1-a.model # caught ONLY=$' \
		env ONLY=1 "$T/top/tools/test/test.sh" arm64
	cp "$T/mutants.sh" "$T/top/tools/test/mutants.sh"
	cp "$TOP/tools/test/model.sh" "$T/top/tools/test/model.sh"
	stub boot 'exit 143'
	expect 'test: a boot that a signal ends' 143 'guest arm64: booting' \
		"$T/top/tools/test/test.sh" arm64
}


# fix LINE...: the lines of the table of fixes, whose cells are parted by "|".
fix() {
	printf '%s\n' "$@" | tr '|' '\t' >"$T/top/tools/test/fixes"
}

# proof [CONFIG]: make fixes-proof, of guests that say what $T/says does.
# shellcheck disable=SC2317
proof() { of_many env RUNS="${runs-1}" "$T/top/tools/test/fixes.sh" "$@"; }

# shown NAME STATUS REGEX WORDS: the row or the last line, when the test a says WORDS.
shown() {
	printf '%s\n' "$4" >"$T/says"
	expect "fixes: $1" "$2" "$3" sh -c "env LINUX='$T/many' PATCHES='$T/topics' BUILD='$T/many-build' RUNS=${runs-1} '$T/top/tools/test/fixes.sh' >/dev/null; rc=\$?; cat '$T/many-build/results/fixes.tsv'; exit \$rc"
}

fixes_table() {
	rest='[tag] file: Fix more|fixes-a|machine:two vax'
	fix 'file: Fix|fixes-a|arm64|tlb_regress.t.a' "$rest"
	expect 'fixes: a patch without a line' 1 'has 1 mistakes, the first: no line for fixes-b: file: Fix what a did: mend' proof -c
	rest="$rest
fixes-b/0001-file-Fix-what-a-did.patch|fixes-b||machine:none"
	fix 'file: Fix|fixes-a|arm64|tlb_regress.t.a' "$rest"
	expect 'fixes: a table that is right' 0 'configs/fixes: 3 fixes, 3 lines$' proof -c
	fix 'file: Fix|fixes-b|arm64|tlb_regress.t.a' "$rest"
	expect 'fixes: a patch of another topic' 1 'no such patch: "file: Fix" in topic "fixes-b"' proof -c
	fix 'file: Fix|fixes-a|vax|tlb_regress.t.a' "$rest"
	expect 'fixes: an unknown CONFIG' 1 'unknown CONFIG "vax" of "file: Fix"' proof -c
	fix 'file: Fix|fixes-a|arm64' "$rest"
	expect 'fixes: a line without a test' 1 'not SUBJECT, TOPIC, CONFIG, SUITE.TEST' proof -c
	fix 'file: Fix|fixes-a|arm64|tlb_regress' "$rest"
	expect 'fixes: a test without a suite' 1 'not SUBJECT, TOPIC, CONFIG, SUITE.TEST' proof
	fix 'file: Fix|fixes-a|machine:' "$rest"
	expect 'fixes: a machine without a name' 1 'not SUBJECT, TOPIC, CONFIG, SUITE.TEST' proof
	expect 'fixes: an unknown CONFIG is asked for' 2 "unknown ARCH or CONFIG 'vax'" proof vax
	runs=x
	expect 'fixes: RUNS' 2 "RUNS is a number of runs, not 'x'" proof
	runs=1
	expect 'fixes: LOAD' 2 "LOAD is a number of loops below 100, not 'x'" env LOAD=x "$T/top/tools/test/fixes.sh"
	fix 'file: Fix|fixes-a|arm64|tlb_regress.t.a' "$rest"
	expect 'fixes: ONLY names no test' 2 "no line of .* has a test named by ONLY='t.b,none'" of_many env ONLY=t.b,none "$T/top/tools/test/fixes.sh"
	expect 'fixes: an unknown BEFORE' 2 "unknown topic 'none'" env BEFORE=none PATCHES="$T/topics" "$T/top/tools/test/fixes.sh"
	expect 'fixes: no fixes' 1 'has no topic fixes-\*|no such patch' "$T/top/tools/test/fixes.sh"
}

fixes_shown() {
	# A guest that runs what og.run= has; what a test says and its status are in $T/says.
	# shellcheck disable=SC2016
	stub boot 'for w; do runs=${w#og.run=}; done; printf "%s\n" "$runs" >>"$BUILD/boots"
		ran=0; IFS=+
		{ for r in $runs; do
			t=${r##*,} st=0; echo "og: start ${r%%,*}"
			. "'"$T"'/says"; echo "og: exit ${r%%,*} $st"
		done; echo "og: done"; } >"$4"'
	stub kernel 'echo image'
	stub guest 'echo initramfs'
	# shellcheck disable=SC2016
	good='case $TOPICS in *fixes-b*) echo "ok 1 t.$t" ;; *) echo "not ok 1 t.$t"; st=1 ;; esac'
	shown 'one that is shown' 0 '^file: Fix	fails-before	pass	arm64 tlb_regress.t.a: not ok 1 t.t.a	1 of 1$' "$good"
	shown 'and passes then' 0 '^file: Fix	passes-after	pass	arm64 tlb_regress.t.a	1 of 1$' "$good"
	shown 'no machine' 0 'Fix more	passes-after	skip	no machine: two vax	0 of 0$' "$good"
	expect 'fixes: the last line' 0 '^2 passed, 0 failed, 4 skipped$' proof
	expect 'fixes: of one CONFIG' 0 '^2 passed, 0 failed, 0 skipped$' proof arm64
	expect 'fixes: what is run' 0 '^tlb_regress,-r,t.a$' cat "$T/many-build/boots"
	shown 'a test that passes before' 1 '	fails-before	fail	arm64 tlb_regress.t.a: it passes	0 of 1$' 'echo "ok 1 t"'
	shown 'a test that fails after' 1 '	passes-after	fail	arm64 tlb_regress.t.a: status 3	0 of 1$' 'echo "ok 1 t"; st=3'
	shown 'a test that is not there' 1 '	fails-before	fail	.*: no result \(status 0\)	0 of 1$' ''
	shown 'a test that skips' 0 '	fails-before	skip	.*: skipped: no THP	0 of 1$' 'echo "ok 1 t # SKIP no THP"'
	# shellcheck disable=SC2016
	shown 'a splat' 0 '	fails-before	pass	.*: \[    1.0\] WARNING: x	1 of 1$' \
		'case $TOPICS in *fixes-b*) ;; *) echo "[    1.0] WARNING: x" ;; esac; echo "ok 1 t"'
	runs=3
	# shellcheck disable=SC2016
	shown 'a race' 0 '	fails-before	pass	.*	1 of 3$' \
		'case $TOPICS,$(grep -c . "$BUILD/boots") in *fixes-b*,* | *[!2]) echo "ok 1 t" ;; *) echo "not ok 1 t" ;; esac; [ -n "${2:-}" ] || :'
	runs=1
}

fixes_dying() {
	fix 'file: Fix|fixes-a|arm64|tlb_regress.t.a' '[tag] file: Fix more|fixes-a|arm64|tlb_regress.t.b' \
		'file: Fix what a did|fixes-b|s390x|mmu_gather.range'
	# shellcheck disable=SC2016
	shown 'a test that ends the guest' 1 '^file: Fix	fails-before	pass	arm64 tlb_regress.t.a: the guest ends: it dies	1 of 1$' \
		'case $TOPICS,$t in *fixes-b*,*) echo "ok 1 t" ;; *t.a) echo "it dies" >"$OG_WHY"; exit 1 ;; *) echo "not ok 1 t" ;; esac'
	expect 'fixes: ONLY has a table of its own' 0 '^2 passed, 0 failed, 0 skipped$' of_many env RUNS=1 ONLY=none,t.b "$T/top/tools/test/fixes.sh"
	expect 'fixes: with its lines alone' 0 '^2$' grep -c . "$T/many-build/results/fixes-part.tsv"
	expect 'fixes: and the one after it' 0 'Fix more	fails-before	pass	arm64 tlb_regress.t.b: not ok' cat "$T/many-build/results/fixes.tsv"
	expect 'fixes: has a guest of its own' 0 '^tlb_regress,-r,t.b$' cat "$T/many-build/boots"
	expect 'fixes: no such suite' 0 'did	passes-after	fail	s390x mmu_gather.range: no result	0 of 1$' cat "$T/many-build/results/fixes.tsv"
	# shellcheck disable=SC2016
	stub boot 'w="ok 1"; case $TOPICS in *fixes-b*) ;; *) w="not ok 1" ;; esac
		printf "# Subtest: mmu_gather\n    # Subtest: mmu_gather\n    1..1\n    %s range\nog: start tlb_regress\n%s x\nog: exit tlb_regress 0\nog: start tlb_regress\n%s x\nog: exit tlb_regress 0\nog: done\n" "$w" "$w" "$w" >"$4"'
	shown 'KUnit' 0 '^file: Fix what a did	fails-before	pass	s390x mmu_gather.range	1 of 1$' ''
	shown 'and the rest' 0 '^file: Fix what a did	passes-after	pass	s390x mmu_gather.range	1 of 1$' ''
	fix 'file: Fix|fixes-a|arm64|kernel.boot' "$rest"
	# shellcheck disable=SC2016
	stub kernel 'case $TOPICS in *fixes-b*) echo "no compiler" >"$OG_WHY"; exit 1 ;; esac; echo image'
	# shellcheck disable=SC2016
	stub boot 'echo "it dies" >"$OG_WHY"; exit 1'
	shown 'the guest as a whole' 1 '^file: Fix	fails-before	pass	arm64 kernel.boot: it dies	1 of 1$' ''
	shown 'a kernel that does not build' 1 '^file: Fix	passes-after	fail	arm64 kernel.boot: not built: no compiler	0 of 1$' ''
	stub boot 'exit 143'
	expect 'fixes: a boot that a signal ends' 143 'run 1 of 1' proof
	expect 'fixes: leaves no old table' 1 '' test -e "$T/many-build/results/fixes.tsv"
	expect 'make fixes-proof' 0 '^RUNS="2" ONLY="a.b" LOAD="1" tools/test/fixes.sh arm64$' make -s -n -C "$TOP" fixes-proof RUNS=2 CONFIG=arm64 ONLY=a.b LOAD=1
}

fixes_proved() {
	[ ! -f "$T/topics/needs" ] || rm "$T/topics/needs"
	sed '/range/d' "$T/series.was" >"$T/topics/series"
	stub need ''
	fixes_table
	fixes_shown
	fixes_dying
}

# stress CONFIG WORDS: make stress, whose guest says WORDS.
# shellcheck disable=SC2317
stress() {
	printf '%b' "$2" >"$T/says"
	"$T/top/tools/test/stress.sh" "$1"
}

stresses() {
	stub boot "cat '$T/says' >\"\$4\""
	e='og: exit stress 0\r\ndebt recorded 9\r\ndebt lost 0\r\nog: done\r\n'
	w='stress read 5 0\r\nstress collapse 0 3\r\n'
	expect 'stress: what was done' 0 '^never done, so not tested: collapse$' stress arm64 "$w$e"
	expect 'stress: its table' 0 '^debt_recorded	9	-$' cat "$BUILD/results/stress-arm64.tsv"
	expect 'stress: nothing is said' 1 'no operation is reported: see' stress arm64 "$e"
	expect 'stress: leaves no old table' 1 '' test -e "$BUILD/results/stress-arm64.tsv"
	expect 'stress: all is refused' 1 'no operation was ever done: see' stress arm64 "stress read 0 5\n$e"
	expect 'stress: debts are lost' 1 'the debt checker lost 2 debts' \
		stress arm64 "$w$(printf %s "$e" | sed 's/lost 0/lost 2/')"
	expect 'stress: no debt is recorded' 1 'the debt checker has recorded nothing' \
		stress arm64 "$w$(printf %s "$e" | sed 's/recorded 9/recorded 0/')"
	expect 'stress: a checker that says nothing' 1 'does not say what the debt checker counted' \
		stress arm64 "${w}og: exit stress 0\n"
	expect 'stress: no checker' 0 'written: ' stress s390x "${w}og: exit stress 0\n"
	expect 'stress: a program that fails' 1 'stress failed: see' stress s390x "${w}og: exit stress 1\n"
}

# mutant NAME DETECTORS [RULE [LIKE [ROOM]]]: a patch of mutants/ without a diff.
mutant() {
	printf 'Subject: s\nRule: %s\nDetectors: %s\n%s\ndiff --git a/f b/f\n' "${3-r}" "$2" \
		"${4:+Like: $4
}" >"$T/mutants/${5:-gather}/$1.patch"
}

# shellcheck disable=SC2317
breaks() {
	env MUTANTS="$T/mutants" "$T/top/tools/test/mutants.sh" "$@"
}

# What a guest of the unmutated kernel says, and those of mutants.
mutant_console() {
	k='[ 0.1] KTAP version 1\n[ 0.1] 1..1\n[ 0.1]     # Subtest: mmu_gather\n[ 0.1]     1..1\n'
	ok='[ 0.1]     ok 1 range\n[ 0.1] ok 1 mmu_gather\n'
	p='og: start prog\nTAP version 13\n1..1\n#  RUN           prog.a ...\n'
	e='og: exit prog 0\nog: done\n'
	owes='[ 1.0] TLB flush missed: page freed\n'
	printf '%b' "$k$ok${p}ok 1 prog.a\n$e" >"$T/good"
	printf '%b' "${k}[ 0.1]     not ok 1 range\n[ 0.1] not ok 1 mmu_gather\n${p}not ok 1 prog.a\nog: exit prog 1\nog: done\n" >"$T/caught"
	printf '%b' "${k}[ 0.1] Kernel panic - not syncing: x\n" >"$T/dies"
	printf '%b' "[ 0.1] Kernel panic - not syncing: x\n" >"$T/early"
	printf '%b' "$k$ok${p}[ 0.1] Kernel panic - not syncing: x\n" >"$T/late"
	printf '%b' "$k$ok$p" >"$T/hangs"
	printf '%b' "${k}[ 0.1]     o[ 0.1] a message\n[ 0.1] ok 1 mmu_gather\n${p}ok 1 prog.a\n$e" >"$T/torn"
	printf '%b' "$k$ok${p}# a: Test terminated by timeout\nnot ok 1 prog.a\n$e" >"$T/slow"
	printf '%b' "$k$ok${p}ok 1 prog.a # SKIP no THP\n$e" >"$T/skips"
	printf '%b' "$k$ok$p${owes}ok 1 prog.a\n$e" >"$T/owes"
	printf '%b' "$k$owes$ok${p}ok 1 prog.a\n$e" >"$T/owes-early"
	printf '%b' "$k$ok${p}ok 1 prog.a\nog: exit prog 0\ndebt recorded 9\r\ndebt lost 4\r\nog: done\n" >"$T/loses"
}

# boots BASE MUTANT [AGAIN]: the consoles of the next guests.
boots() {
	stub boot "case \$4 in *base*) cat '$T/$1' ;; *again*) cat '$T/${3:-$1}' ;; *) cat '$T/$2' ;; esac >\"\$4\""
}

mutants_refused() {
	expect 'mutants: no directory' 1 'no mutants in' breaks
	mutant 1-a kunit ''
	expect 'mutants: no rule' 1 "mutant 1-a has no line 'Rule:'" breaks
	mutant 1-a magic
	expect 'mutants: an unknown detector' 1 "no detector 'magic'" breaks
	mutant 1-a selftest
	expect 'mutants: a selftest without a name' 1 "no detector 'selftest'" breaks
	mutant 1-a kunit@vax
	expect 'mutants: a detector of no configuration' 2 "unknown ARCH or CONFIG 'vax'" breaks
	mutant 1-a kunit r "" callsite
	expect 'mutants: a name in two rooms' 1 "two mutants are called 1-a$" breaks
	rm "$T/mutants/callsite/1-a.patch"
	expect 'mutants: an unknown CONFIG' 2 "unknown ARCH or CONFIG 'vax'" breaks vax
	mutant 1-a kunit
	expect 'mutants: ONLY names none' 1 "no mutant for this: ONLY='2'" env ONLY=2 \
		MUTANTS="$T/mutants" "$T/top/tools/test/mutants.sh"
	mutant 1-a kunit r 2-b
	expect 'mutants: like one that is not there' 1 "mutant 1-a is like '2-b', which is none" breaks
	mutant 1-a checker@arm64
	expect 'mutants: none for this CONFIG' 1 "no mutant for this: .*CONFIG='x86_64'" breaks x86_64
}

# What is no word of the detector catches nothing.
mutants_no_word() {
	boots good dies
	expect 'mutants: a guest that dies in KUnit' 1 'crash +1-a by kunit: Kernel panic' breaks
	expect 'mutants: and so before the program' 1 'crash +1-a by selftest:prog.a: Kernel panic' breaks
	boots good early
	expect 'mutants: a guest that dies at boot' 1 'crash +1-a by kunit: Kernel panic' breaks
	boots good hangs
	expect 'mutants: a guest that hangs' 1 'error +1-a by selftest:prog.a: prog/prog.a gave no result' breaks
	boots good torn
	expect 'mutants: a line that is torn' 1 'error +1-a by kunit: 0 of 1 cases gave a result: cut by' breaks
	boots good slow
	expect 'mutants: a test that takes too long' 1 'error +1-a by selftest:prog.a: prog.a ran out of time' breaks
	boots good skips
	expect 'mutants: a test that skips then' 1 'error +1-a by selftest:prog.a: skipped with the mutant: prog.a: no THP' breaks
	boots skips caught
	expect 'mutants: a test that skips anyhow' 1 'error +1-a by selftest:prog.a: prog.a is skipped without' breaks
	boots good caught caught
	expect 'mutants: a second boot of the series fails' 1 'error +1-a by kunit: in a second boot of the series: range is not ok' breaks
	expect 'mutants: and that is the row' 1 '' grep -q caught "$BUILD/results/mutants.tsv"
}

mutants_judged() {
	mutant 1-a 'kunit selftest:prog.a kunit@s390x'
	boots good caught
	expect 'mutants: caught' 0 '^1 mutants, 1 caught$' breaks
	expect 'mutants: the rows' 0 '^1-a	kunit@s390x	caught	range$' cat "$BUILD/results/mutants.tsv"
	boots good good
	expect 'mutants: a survivor' 1 '^1 mutants, 0 caught$' breaks
	expect 'mutants: a detector that is dead' 1 '^FAIL: the detector kunit caught nothing$' breaks
	boots caught caught
	expect 'mutants: a test that fails anyhow' 1 'error +1-a by kunit: range is not ok without the mutant' breaks
	mutants_no_word
	boots dies caught
	expect 'mutants: the series itself dies' 1 'the unmutated series does not come to its end' breaks
	mutant 1-a kunit@arm64
	boots good caught
	expect 'mutants: a suite that is not there' 1 'error .*lazy_mmu_mode did not run to its end without' breaks
	mutant 1-a checker
	mkdir -p "$BUILD/mutants/obj/x86_64"
	: >"$BUILD/mutants/obj/x86_64/.config"
	boots good caught
	expect 'mutants: a kernel without the checker' 1 'error +1-a by checker: this kernel has no debt checker' breaks
	echo CONFIG_TLB_DEBT=y >"$BUILD/mutants/obj/x86_64/.config"
	boots good owes
	expect 'mutants: the checker warns' 0 'caught +1-a by checker: TLB flush missed: page freed' breaks
	boots owes owes
	expect 'mutants: the checker always warns' 1 'error .*warns without the mutant' breaks
	boots good owes-early
	expect 'mutants: the checker warns before' 0 'caught +1-a by checker: TLB flush missed' breaks
	boots good loses
	expect 'mutants: a checker that lost debts' 1 'error +1-a by checker: no warning, but the checker lost 4 debts$' breaks
	mutant 1-a checker:prog.a
	boots good owes
	expect 'mutants: the checker warns in a test' 0 'caught +1-a by checker:prog.a: TLB flush' breaks
	boots good owes-early
	expect 'mutants: the checker warns before the test' 1 'error +1-a by checker:prog.a: warns, but not while prog.prog.a runs' breaks
	mutant 1-a checker:prog.b
	expect 'mutants: the checker and no such test' 1 'error +1-a by checker:prog.b: prog/prog.b did not pass without' breaks
	mutant 1-a checker
	boots owes owes
	# shellcheck disable=SC2016
	stub kernel '[ -z "${MUTANT:-}" ] || { echo "p does not apply" >"$OG_WHY"; exit 1; }; echo '"$T/image"
	boots good caught
	expect 'mutants: a patch that does not apply' 1 'error +1-a by checker: p does not apply' breaks
	stub kernel "echo '$T/image'"
	mutants_that_die
}

mutants_that_die() {
	mutant 1-a 'crash:prog.a kunit:mmu_gather.range'
	boots good late
	expect 'mutants: a crash that is awaited' 1 'caught +1-a by crash:prog.a: Kernel panic' breaks
	expect 'mutants: and what passed before it' 1 'survived 1-a by kunit:mmu_gather.range' breaks
	boots good early
	expect 'mutants: a crash elsewhere' 1 'error +1-a by crash:prog.a: dies, but not while prog/prog.a runs' breaks
	boots good good
	expect 'mutants: no crash' 1 'survived 1-a by crash:prog.a' breaks
	mutant 1-a kunit
	mutant 2-b kunit r 1-a
	boots good caught
	expect 'mutants: one that is like another' 0 '^1 of them break what another of them does' breaks
	rm "$T/mutants/gather/2-b.patch"
	mutant 1-a 'kunit kunit@s390x:mmu_gather.range'
	stub boot "case \$4 in *base-s390x) cat '$T/dies' ;; *1-a*) cat '$T/caught' ;; *) cat '$T/good' ;; esac >\"\$4\""
	expect 'mutants: ended in the middle' 1 'the unmutated series does not come to its end' breaks
	expect 'mutants: what was known by then' 0 '^1-a	kunit	caught	range$' cat "$BUILD/results/mutants.tsv.new"
	expect 'mutants: is no table yet' 1 '' test -e "$BUILD/results/mutants.tsv"
}

# kept STATUS REGEX NAME [KEEP]: the one mutant again, whose guest now says what $T/now has.
kept() {
	expect "mutants: $3" "$1" "$2" env KEEP="${4-1}" MUTANTS="$T/mutants" "$T/top/tools/test/mutants.sh"
}

mutants_kept() {
	mutant 1-a kunit
	boots good now
	cp "$T/caught" "$T/now"
	kept 0 '^1 mutants, 1 caught$' 'KEEP, and there is nothing'
	cp "$T/good" "$T/now"
	kept 0 '^1 mutants, 1 caught$' 'KEEP takes a console over'
	kept 0 'guest x86_64: 1-a: the console of an earlier run' 'KEEP says so'
	boots caught now
	kept 1 'range is not ok without' 'KEEP and a series that fails'
	boots good now
	kept 1 '^survived 1-a by kunit' 'KEEP after an error'
	cp "$T/caught" "$T/now"
	kept 1 '^survived 1-a by kunit' 'KEEP takes a survivor over'
	kept 0 '^1 mutants, 1 caught$' 'no KEEP' ''
	cp "$T/good" "$T/now"
	echo "# x" >>"$T/top/tools/base/clean.sh"
	kept 1 '^survived 1-a by kunit' 'KEEP after a tool has changed'
	cp "$T/caught" "$T/now"
	kept 0 '^1 mutants, 1 caught$' 'no KEEP again' ''
	cp "$T/good" "$T/now"
	mutant 1-a kunit another
	kept 1 '^survived 1-a by kunit' 'KEEP after the patch has changed'
	cp "$T/caught" "$T/now"
	cp "$PATCHES"/one/0001* "$T/0001"
	echo >>"$(echo "$PATCHES"/one/0001*)"
	kept 0 '^1 mutants, 1 caught$' 'KEEP after the series has changed'
	cp "$T/good" "$T/now"
	cp "$T/0001" "$(echo "$PATCHES"/one/0001*)"
	kept 1 '^survived 1-a by kunit' 'KEEP and a series of before'
	cp "$T/dies" "$T/now"
	echo >>"$BUILD/log/console-mutant-1-a-x86_64"
	kept 1 '^crash +1-a by kunit' 'KEEP and a console of another run'
	cp "$T/caught" "$T/now"
	kept 0 '^1 mutants, 1 caught$' 'KEEP after a crash'
}

mutants() {
	mkdir -p "$T/mutants/gather" "$T/mutants/callsite"
	: >"$T/image"
	: >"$T/initramfs"
	stub kernel "echo '$T/image'"
	stub guest "echo '$T/initramfs'"
	# The fake guests run the one suite that every configuration has.
	sed -i "s/,debug-debt//" "$T/top/tools/configs/table"
	mutant_console
	mutants_refused
	mutants_judged
	mutants_kept
	models_judged
}


# A kernel tree, and a model that passes as long as mm/mmu_gather.c of it says "flush", and
# fails else for the reason that $T/why has.
fake_model() {
	mkdir -p "$T/modelled" "$T/noseries"
	(cd "$T/modelled" && for d in mm include arch/x86/include arch/arm64/include \
		arch/powerpc/include arch/s390/include tools/include; do
		mkdir -p $d && : >$d/keep
	done)
	: >"$T/noseries/series"
	cp "$LINUX/Makefile" "$T/modelled"
	printf 'flush\n' >"$T/modelled/mm/mmu_gather.c"
	# shellcheck disable=SC2016
	printf 'all:\nrun:\n\t@if grep -q flush $(KSRC)/mm/mmu_gather.c; then echo ok 1 plain.a; else echo "not ok 1 plain.a # $$(cat %s); 7 states, 8 interleavings"; fi\n\t@echo ok 2 plain.b $(ARGS)\n' "$T/why" \
		>"$T/top/tools/model/Makefile"
	git init -q --template= "$T/modelled"
	git -C "$T/modelled" add -A
	git -C "$T/modelled" -c user.name=o -c user.email=o commit -q -m base
}

# model_mutant NAME DETECTORS FROM TO
model_mutant() {
	printf 'Subject: s\nRule: r\nDetectors: %s\n\n--- a/mm/mmu_gather.c\n+++ b/mm/mmu_gather.c\n@@ -1 +1 @@\n-%s\n+%s\n' \
		"$2" "$3" "$4" >"$T/mutants/gather/$1.patch"
}

# shellcheck disable=SC2317
models() {
	env MUTANTS="$T/mutants" LINUX="$T/modelled" PATCHES="$T/noseries" "$T/top/tools/test/mutants.sh" -q
}

models_judged() {
	rm -f "$T"/mutants/*/*
	fake_model
	model_mutant 1-a 'model:plain.a kunit' flush free
	echo "page 1 is stale" >"$T/why"
	expect 'mutants: the model catches' 0 '^caught +1-a by model:plain.a: plain.a: page 1 is stale$' models
	for why in 'one preemption takes more than 500 states' \
		'an event did not come about: NESTED' 'its process has ended without a result' \
		'more than 9 decisions' 'no end after 9 steps'; do
		echo "$why" >"$T/why"
		expect "mutants: $why" 1 "^error +1-a by model:plain.a: plain.a fails by no rule: $why\$" models
	done
	: >"$T/why"
	expect 'mutants: a model without a reason' 1 'fails by no rule: no reason$' models
	echo 'a sanitizer has ended it' >"$T/why"
	expect 'mutants: QUICK boots nothing' 0 '^1 mutants, 1 caught$' models
	echo whole >"$BUILD/results/mutants-quick.tsv"
	expect 'mutants: QUICK and ONLY' 0 '^1 mutants, 1 caught$' env ONLY=1-a MUTANTS="$T/mutants" \
		LINUX="$T/modelled" PATCHES="$T/noseries" "$T/top/tools/test/mutants.sh" -q
	expect 'mutants: have a table of their own' 0 '^whole$' cat "$BUILD/results/mutants-quick.tsv"
	model_mutant 2-b 'model:b' flush free
	expect 'mutants: the model does not' 1 '^survived 2-b by model:b' models
	model_mutant 2-b 'model:c' flush free
	expect 'mutants: no such scenario' 1 '^error .*2-b by model:c: c did not run without the mutant' models
	model_mutant 2-b model never free
	expect 'mutants: a patch that does not apply there' 1 '^error +2-b by model: error: patch failed' models
	rm "$T/mutants/gather/2-b.patch"
	expect 'mutants: is as before after it' 0 '^1 mutants, 1 caught$' models
	expect 'mutants: a series without what the model is made of' 1 'the series lacks what the model is made of: fatal: pathspec .mm. did' \
		env MUTANTS="$T/mutants" "$T/top/tools/test/mutants.sh" -q
}

# A tree of LTP with a program that differs, one that does not, and a script.
fake_ltp() {
	mkdir -p "$T/ltp/runtest" "$T/ltp/testcases/kernel/mem"
	printf 'mmap01 mmap01 -x\nsh01 sh01.sh\nnone01 none01\n' >"$T/ltp/runtest/mm"
	printf 'mmap01 mmap01\nmunmap01 munmap01\nopen01 open01\n' >"$T/ltp/runtest/syscalls"
}

fake_ltp_programs() {
	echo '#include <stdio.h>
		int main(void) { puts("t.c:1: TPASS: fine"); return 0; }' |
		gcc -xc -static -o "$T/ltp/testcases/kernel/mem/mmap01" -
	echo '#include <stdio.h>
		int main(void)
		{
			int c = getc(fopen("'"$T/which"'", "r"));
			puts(c == 109 ? "t.c:1: TPASS: fine" : "t.c:1: TFAIL: broken");
			return c != 109;
		}' | gcc -xc -static -o "$T/ltp/testcases/kernel/mem/munmap01" -
	printf '#!/bin/sh\n' >"$T/ltp/testcases/kernel/mem/sh01.sh"
	chmod +x "$T/ltp/testcases/kernel/mem/sh01.sh"
}

# shellcheck disable=SC2317
ltp() { env LTP="$T/ltp" "$T/top/tools/compare/ltp.sh" x86_64; }

# Guests that are this machine: the list is run by the real tools/guest/suite.c.
ltp_guests() {
	gcc -O2 -static -o "$T/suite" "$TOP/tools/guest/suite.c"
	printf '#!/bin/sh\n' >"$T/gen_init_cpio"
	mkdir -p "$T/guest/x86_64"
	cp "$T/gen_init_cpio" "$T/guest/gen_init_cpio"
	chmod +x "$T/guest/gen_init_cpio"
	: >"$T/guest/x86_64/list"
	stub guest "echo '$T/guest/x86_64/initramfs'"
	stub kernel "echo \$2 >'$T/which'; echo image"
	stub boot "'$T/suite' -t 5 '$BUILD/series/ltp/list' >\"\$4\""
}

ltp_tests() {
	expect 'ltp: no LTP' 2 'give a built LTP tree: make ltp LTP=DIR' "$T/top/tools/compare/ltp.sh" x86_64
	expect 'ltp: another directory' 1 'has no runtest/mm: LTP is the top' ltp
	fake_ltp
	expect 'ltp: a tree that is not built' 1 'ltp is not built: run make in it first' ltp
	fake_ltp_programs
	ltp_guests
	expect 'ltp: what differs' 1 '^differs +munmap01: exit: mainline 0, series 1$' ltp
	expect 'ltp: the totals' 1 '^2 of 2 tests run \(0 without an end\), 5 results: 3 alike, 0 vary, 0 differ and are explained, 3 differ$' ltp
	expect 'ltp: what is left out' 1 '^left out: sh01: sh01.sh is a script$' ltp
	printf 'munmap01\t.*\ta known one\n' >"$T/top/tools/compare/explained-ltp"
	expect 'ltp: what is explained' 0 '^explained munmap01: TFAIL: mainline none, series 1 \(a known one\)$' ltp
	stub boot "'$T/suite' -t 5 '$BUILD/series/ltp/list' >\"\$4\"; echo 'boot: the x86_64 kernel splats: WARNING' >&2; exit 1"
	expect 'ltp: guests that splat on both sides' 1 '^FAIL: a guest did not end well$' ltp
	printf 'guest\tend\tknown\n' >>"$T/top/tools/compare/explained-ltp"
	expect 'ltp: and that is explained' 0 '^explained guest: end: mainline the xN_N kernel splats: WARNING' ltp
	stub boot "echo 'suite: mmap01 exit 0' >\"\$4\"; echo 'suite: munmap01 exit late' >>\"\$4\""
	expect 'ltp: a test that was not begun' 1 '^FAIL: not all tests were begun' ltp
	stub boot "echo 'suite: mmap01 exit 0' >\"\$4\""
	expect 'ltp: a test that is not there' 1 '^1 of 2 tests run' ltp
	expect 'suite: AGAIN is no number' 2 "AGAIN is a number, not 'x'" \
		env AGAIN=x LTP="$T/ltp" "$T/top/tools/compare/ltp.sh" x86_64
	stub boot 'exit 1'
	expect 'ltp: guests that run nothing' 1 '^0 of 2 tests run' ltp
}

# A model whose program says what $T/says has, which a test writes.
# shellcheck disable=SC2317
says() {
	printf '%s\n' "$1" >"$T/says"
	shift
	"$T/top/tools/test/model.sh" "$T/ended" "$@"
}

ended_model() {
	d=$T/top/tools/model
	mkdir -p "$T/ended/include/linux"
	: >"$T/ended/include/linux/tlb_pending.h"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\n[ "$1" != -l ] || { . "%s/lists"; exit; }\nrow() { printf "plain\\t%%s\\t%%s\\t\\t1\\t1\\t1\\tcomplete\\t1-1\\t1\\t1\\t0\\n" "$@"; }\n. "%s/says"\n' \
		"$T" "$T" >"$d/ended"
	# shellcheck disable=SC2016
	printf 'SHAPES := plain\n$(OUT)/mmu_gather-plain: ended; cp ended $@; chmod +x $@\n' >"$d/Makefile"
	echo "echo a; echo b; echo c" >"$T/lists"
	all='row a pass; row b pass; row c skip'
	expect 'model: all rows' 0 '^2 passed, 0 failed, 1 skipped$' says "$all"
	expect 'model: a program that ends early' 1 '^not ok 4 plain.program # ends with status 99' \
		says 'row a pass; exit 99'
	expect 'model: the scenarios after it' 1 '^not ok 3 plain.c # no result$' \
		says 'row a pass; exit 99'
	expect 'model: a program that says nothing' 1 '^not ok 1 plain.a # no result$' says 'exit 1'
	expect 'model: and ends well' 1 '^0 passed, 3 failed, 0 skipped$' says 'exit 0'
	expect 'model: rows that are lost' 1 '^not ok 3 plain.c # no result$' says 'row a pass; row b pass'
	expect 'model: a row that is cut' 1 '^not ok 3 plain.c # its row is cut$' \
		says "${all%;*}; printf 'plain\tc\tpass\t'"
	expect 'model: a row that comes twice' 1 '^not ok 2 plain.a # a second row$' says "row a pass; $all"
	expect 'model: a status without a reason' 1 '^not ok 4 plain.program # ends with status 1$' \
		says "$all; exit 1"
	expect 'model: a reason for the status' 1 '^2 passed, 1 failed, 0 skipped$' \
		says 'row a pass; row b pass; row c fail; exit 1'
	# shellcheck disable=SC2016
	expect 'model: a run that is killed' 1 '^not ok 4 plain.program # was not run to its end: status 137$' \
		says "$all; kill -9 \$PPID"
	echo whole >"$BUILD/results/model.tsv"
	expect 'model: one scenario' 0 '^1 passed, 0 failed, 0 skipped$' says 'row a pass' plain.a
	expect 'model: has a table of its own' 0 '^whole$' cat "$BUILD/results/model.tsv"
	expect 'model: which has it' 0 '^model	plain.a	pass	' cat "$BUILD/results/model-part.tsv"
	expect 'model: one scenario without a row' 1 '^not ok 1 plain.a # no result$' says 'exit 1' plain.a
	expect 'model: an unknown scenario' 2 "unknown scenario 'plain.d': plain has a b c" says '' plain.d
	counted_model
	echo 'exit 1' >"$T/lists"
	expect 'model: a program that lists nothing' 1 'the program of plain does not list' says "$all"
	expect 'model: leaves no old table' 1 '' test -e "$BUILD/results/model-part.tsv"
}

# What its pending.c counts, of gathers in flight.
counted_model() {
	# shellcheck disable=SC2016
	printf 'SHAPES := plain slots-4\n$(OUT)/mmu_gather-%%: ended; cp ended $@; chmod +x $@\n' >"$d/Makefile"
	echo "echo pack; echo sizes-4" >"$T/lists"
	counted='counted() { printf "slots-4\\t%s\\t%s\\t%s\\t%s\\t7.0\\t0.0\\t1.25\\t0.00\\t6.0\\t100.0\\t1.00\\t36\\t1\\n" "$@"; }; counted pack pass "" 0'
	rows="$counted; counted sizes-4 pass '' 4"
	expect 'model: gathers in flight' 0 '^ok 2 slots-4.sizes-4 # 7.0% meet, 0.0% of them falsely; 1.25 atomics' \
		says "$rows" slots-4
	expect 'model: their results' 0 '^model	slots-4.sizes-4	pass	$' cat "$BUILD/results/model-part.tsv"
	expect 'model: their table' 0 '^slots-4	sizes-4	pass		4	7.0	' cat "$BUILD/results/pending-part.tsv"
	expect 'model: its columns' 0 '^#scheme	load	result	reason	in_flight	' cat "$BUILD/results/pending-part.tsv"
	expect 'model: a check is none of them' 1 '' grep pack "$BUILD/results/pending-part.tsv"
	expect 'model: and in short' 0 '^# slots-4 +36 +1 +7% 1.25$' says "$rows" slots-4
	expect 'model: gathers that meet' 1 '^not ok 2 slots-4.sizes-4 # they meet; 7.0% meet' \
		says "$counted; counted sizes-4 fail 'they meet' 4; exit 1" slots-4
	expect 'model: a count that is cut' 1 '^not ok 2 slots-4.sizes-4 # its row is cut$' \
		says "$counted; printf 'slots-4\tsizes-4\tpass\t\t4\n'" slots-4
	echo "echo a; echo b; echo c" >"$T/lists"
	expect 'model: nothing counted' 0 '^1 passed' says 'row a pass' plain.a
	expect 'model: leaves no old count' 1 '' test -e "$BUILD/results/pending-part.tsv"
}

# mirror WORDS: tools/test/mirrors.sh of a repository with a model of its own.
# shellcheck disable=SC2317
mirror() { "$T/mirrored/tools/test/mirrors.sh" "$@"; }

# mirrored_commit MESSAGE: all that is in it.
mirrored_commit() {
	git -C "$T/mirrored" add -f -A
	git -C "$T/mirrored" -c user.name=o -c user.email=o commit -q -m "$1"
}

mirrors() {
	mkdir -p "$T/mirrored/tools/model" "$T/mirrored/tools/test" "$T/kern/mm"
	cp "$TOP/tools/lib.sh" "$T/mirrored/tools"
	cp "$TOP/tools/test/mirrors.sh" "$TOP/tools/test/mirrors.awk" "$T/mirrored/tools/test"
	git init -q --template= "$T/mirrored"
	printf 'static int zap(int a,\n\t       int b)\n{\n\treturn a; /* one */\n}\n\nint other(void);\n' >"$T/kern/mm/memory.c"
	printf 'int op_zap(void)\n{\n\treturn 1;\n}\n' >"$T/mirrored/tools/model/zap.c"
	echo 'zap.c op_zap mm/memory.c zap -' >"$T/mirrored/tools/model/mirrors"
	expect 'mirrors: one that is another' 1 '^mm/memory.c: zap\(\) has changed: compare op_zap\(\) of zap.c' mirror "$T/kern"
	mirror -p "$T/kern" >"$T/table"
	cp "$T/table" "$T/mirrored/tools/model/mirrors"
	expect 'mirrors: all as they were' 0 'mirrors: 1 functions$' mirror "$T/kern"
	mirrored_commit first
	printf 'static int zap(int a, int b)\n{\n\treturn  a;\n}\n' >"$T/kern/mm/memory.c"
	expect 'mirrors: comments and white space' 0 'mirrors: 1 functions$' mirror "$T/kern"
	printf 'int zap(int a);\nint unzap(int a)\n{\n}\n' >"$T/kern/mm/memory.c"
	expect 'mirrors: one that is gone' 1 '^mm/memory.c has no zap\(\), which op_zap\(\) of zap.c mirrors' mirror "$T/kern"
	renewed_mirrors
}

# A checksum that somebody renews.
renewed_mirrors() {
	printf 'static int zap(int a, int b)\n{\n\treturn b;\n}\n' >"$T/kern/mm/memory.c"
	expect 'mirrors: one that has changed' 1 '1 of 1 mirrored functions are not what they were' mirror "$T/kern"
	mirror -p "$T/kern" >"$T/table"
	cp "$T/table" "$T/mirrored/tools/model/mirrors"
	mirrored_commit 'renew it'
	expect 'mirrors: renewed for nothing' 1 'renews zap\(\) of mm/memory.c, and neither changes op_zap\(\) of zap.c' mirror -l
	expect 'mirrors: of a range' 0 '' mirror -l HEAD..HEAD
	git -C "$T/mirrored" -c user.name=o -c user.email=o commit -q --amend -m 'renew it

mirrors: zap: the model has no b'
	expect 'mirrors: renewed, and said why' 0 '' mirror -l
	git -C "$T/mirrored" reset -q --soft HEAD^
	printf 'int op_zap(void)\n{\n\treturn 2;\n}\n' >"$T/mirrored/tools/model/zap.c"
	mirrored_commit 'op_zap: return b'
	expect 'mirrors: renewed with the model' 0 '' mirror -l
	echo 'zap.c op_none mm/memory.c zap' >"$T/mirrored/tools/model/mirrors"
	expect 'mirrors: a line that is cut' 1 '^no line of five words: zap.c op_none mm/memory.c zap' mirror "$T/kern"
	echo 'zap.c op_none mm/memory.c zap 1' >"$T/mirrored/tools/model/mirrors"
	expect 'mirrors: no such function of the model' 1 '^zap.c has no op_none\(\)' mirror "$T/kern"
	expect 'mirrors: no kernel tree' 1 'is no kernel tree: make tree, or name one' mirror "$T/bin"
}

# A kernel tree with one litmus test and its twin, and a herd7 that says what $T/says has.
# shellcheck disable=SC2317
litmus() {
	printf '%s\n' "$1" >"$T/says"
	env HERD7="$T/herd7" "$TOP/tools/test/litmus.sh" "$T/litmus"
}

# litmus_test NAME RESULT
litmus_test() {
	printf 'C %s\n\n(*\n * Result: %s\n *)\n' "$1" "$2" >"$tests/$1.litmus"
}

# shellcheck disable=SC2016
litmus_tests() {
	tests=$T/litmus/Documentation/litmus-tests/mm
	mkdir -p "$tests" "$T/litmus/tools/memory-model"
	expect 'litmus: no memory model' 1 'memory-model has no linux-kernel.cfg: is .* a kernel tree' litmus ''
	for f in cfg def bell cat; do
		: >"$T/litmus/tools/memory-model/linux-kernel.$f"
	done
	expect 'litmus: no tests' 1 'no tests in .*: is it a tree of the series' litmus ''
	# The last word is the file of the test.
	printf '#!/bin/sh\n[ "$1" != -version ] || { echo "7.58, Rev: x"; exit; }\nfor f; do :; done\nt=$(basename "$f" .litmus)\n. "%s/says"\n' \
		"$T" >"$T/herd7"
	chmod +x "$T/herd7"
	litmus_test a Never
	good='case $t in *-broken) echo "Observation $t Sometimes 1 3" ;; *) echo "Observation $t Never 0 3" ;; esac'
	expect 'litmus: a test without a twin' 1 '^a .* fail: has no twin a-broken$' litmus "$good"
	litmus_test a-broken Sometimes
	expect 'litmus: all as stated' 0 '^2 passed, 0 failed, 0 skipped$' litmus "$good"
	expect 'litmus: its table' 0 '^litmus	a	pass		Never	Never	0	3$' cat "$BUILD/results/litmus-part.tsv"
	expect 'litmus: another result' 1 '^a .* fail: states Never, and herd7 says Sometimes$' \
		litmus 'echo "Observation $t Sometimes 1 3"'
	expect 'litmus: its twin is not broken' 1 '^a-broken .* fail: states Sometimes, and herd7 says Never$' \
		litmus 'echo "Observation $t Never 0 3"'
	expect 'litmus: a deadlock' 1 '^a .* fail: no execution comes to its end$' \
		litmus 'echo "Observation $t Never 0 0"'
	expect 'litmus: a data race' 1 '^a .* fail: Flag data-race$' litmus "echo Flag data-race; $good"
	expect 'litmus: a test that is not understood' 1 '^a .* fail: herd7 has no result: unexpected x$' \
		litmus 'echo "unexpected x"'
	expect 'litmus: the result of another test' 1 '^a .* fail: herd7 has no result' \
		litmus 'echo "Observation b Never 0 3"'
	expect 'litmus: a herd7 that fails' 1 '^a .* fail: herd7 ends with status 3: ' litmus "$good; exit 3"
	litmus_test a-broken Never
	expect 'litmus: a twin that states Never' 1 '^a-broken .* fail: is -broken, and states Never$' litmus "$good"
	echo ' * Result: Sometimes' >>"$tests/a-broken.litmus"
	expect 'litmus: a test that states two results' 1 '^a-broken .* fail: has no one line Result' litmus "$good"
	litmus_test a-broken Maybe
	expect 'litmus: a test that states none' 1 '^0 passed, 1 failed, 0 skipped$' \
		sh -c 'rm "$1/a.litmus" && env HERD7="$2" "$3/tools/test/litmus.sh" "$4"' sh "$tests" "$T/herd7" "$TOP" "$T/litmus"
	litmus_test a Sometimes
	expect 'litmus: not broken, and states Sometimes' 1 '^a .* fail: states Sometimes, and is not -broken$' litmus "$good"
	litmus_test a Never
	litmus_test a-broken Sometimes
	expect 'litmus: a HERD7 that is none' 2 'HERD7=true is no herd7 of version 7.58 or later' \
		env HERD7=true "$TOP/tools/test/litmus.sh" "$T/litmus"
	expect 'litmus: leaves no old table' 1 '' test -e "$BUILD/results/litmus-part.tsv"
	expect 'herd: HERD7 does not exist' 2 'HERD7=/nowhere: no such command' env HERD7=/nowhere "$TOP/tools/test/herd.sh"
	sed 's/7\.58/7.56.1/' "$T/herd7" >"$T/old" && chmod +x "$T/old"
	expect 'herd: HERD7 is too old' 2 "of version 7.58 or later \\(it says '7.56.1'\\)" env HERD7="$T/old" "$TOP/tools/test/herd.sh"
	expect 'herd: HERD7' 0 "^$T/herd7\$" env HERD7="$T/herd7" "$TOP/tools/test/herd.sh"
	herd_packages
}

# package NAME: what is in $T/deb, as the package that the fake apt-get "downloads".
package() {
	mkdir -p "$T/deb/DEBIAN"
	printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: x <x@localhost>\nDescription: x\n' \
		"$1" >"$T/deb/DEBIAN/control"
	dpkg-deb -b "$T/deb" "$T/debs/$1_1_all.deb" >/dev/null
	rm -rf "$T/deb"
}

# herd_package SCRIPT: a herdtools7 whose herd7 is a script, for a loader that is a shell.
herd_package() {
	mkdir -p "$T/deb/usr/bin" "$T/deb/usr/share/herdtools7/herd"
	printf '%s\n' "$1" >"$T/deb/usr/bin/herd7"
	package herdtools7
}

# shellcheck disable=SC2317
herd() { env PATH="$T/apt:$PATH" MIRROR=http://127.0.0.1:9/none "$TOP/tools/test/herd.sh"; }

herd_packages() {
	if ! command -v apt-get >/dev/null || [ ! -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
		printf 'tools\therd: no network\tskip\tno apt-get\n'
		return
	fi
	expect 'litmus: herd7 cannot be had' 0 '^0 passed, 0 failed, 2 skipped$' \
		env MIRROR=http://127.0.0.1:9/none "$TOP/tools/test/litmus.sh" "$T/litmus"
	expect 'litmus: and why' 0 '^litmus	a	skip	no herd7: cannot read suite' cat "$BUILD/results/litmus-part.tsv"
	mkdir -p "$T/apt" "$T/debs"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\ncase "$*" in *download*) cp "%s"/*.deb . ;; esac\n' "$T/debs" >"$T/apt/apt-get"
	printf '#!/bin/sh\n' >"$T/apt/apt-cache"
	chmod +x "$T/apt/apt-get" "$T/apt/apt-cache"
	expect 'herd: a suite without it' 1 'has no herdtools7 for this machine: set HERD7' herd
	printf '#!/bin/sh\necho "herdtools7 | 1 | x"\n' >"$T/apt/apt-cache"
	expect 'herd: nothing is fetched' 1 'cannot fetch herdtools7, libc6 and libgmp10' herd
	herd_package 'exit 1'
	expect 'herd: no libc6' 1 'libc6 of .* does not unpack' herd
	mkdir -p "$T/deb/usr/lib/x"
	: >"$T/deb/usr/lib/x/libc.so.6"
	package libc6
	mkdir -p "$T/deb/usr/lib/x"
	package libgmp10
	expect 'herd: a libc6 without a loader' 1 'libc6 of .* has no loader' herd
	mkdir -p "$T/deb/usr/lib/x"
	: >"$T/deb/usr/lib/x/libc.so.6"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nshift 2\nexec sh "$@"\n' >"$T/deb/usr/lib/x/ld-linux-x.so.2"
	chmod +x "$T/deb/usr/lib/x/ld-linux-x.so.2"
	package libc6
	expect 'herd: a herd7 that does not run' 1 "does not run here, or is older than 7.58 \\(it says ''\\)" herd
	herd_package 'echo "7.57, Rev: x"'
	expect 'herd: a herd7 that is too old' 1 "older than 7.58 \\(it says '7.57'\\)" herd
	expect 'herd: nothing half-written' 1 '' sh -c "ls -d '$T/cache/one-gather/herd' '$T'/cache/one-gather/herd.new.* '$T'/cache/one-gather/apt-herd/deb | grep ."
	herd_package 'echo "7.60, Rev: x"'
	expect 'herd: a good one' 0 '/one-gather/herd/herd7$' herd
	printf '#!/bin/sh\nexit 1\n' >"$T/apt/apt-get"
	expect 'herd: a second time' 0 '/one-gather/herd/herd7$' herd
	rm "$T/cache/one-gather/herd/usr/bin/herd7"
	expect 'herd: one that has been damaged' 1 'cannot read suite' herd
	rm -rf "$T/cache/one-gather/herd"
}

# A kernel tree with one gather, and a rule that lets one function flush by itself.
fake_gather() {
	g=$T/gather
	mkdir -p "$g/scripts/coccinelle/api" "$g/mm/tests" "$g/include/linux" "$g/arch/x86"
	git init -q --template= "$g"
	cat >"$g/scripts/coccinelle/api/flush_tlb_range.cocci" <<-'EOS'
		virtual context
		virtual all
		@allowed depends on context && !all@
		identifier f = {move};
		symbol flush_tlb_range;
		position p;
		@@
		f(...)
		{
		<...
		flush_tlb_range@p
		...>
		}
		@depends on context@
		symbol flush_tlb_mm, flush_hugetlb_tlb_range, flush_pmd_tlb_range, flush_pud_tlb_range;
		position p != allowed.p;
		@@
		(
		* flush_tlb_range@p
		|
		* flush_tlb_mm@p
		|
		* flush_hugetlb_tlb_range@p
		|
		* flush_pmd_tlb_range@p
		|
		* flush_pud_tlb_range@p
		)
	EOS
	printf 'static void %s(struct mm_struct *mm)\n{\n\tmm->tlb_pending_range[0]++;\n\t%s(\n\t\t&mm->%s);\n}\n' \
		publish atomic_inc tlb_flush_pending >"$g/mm/mmu_gather.c"
	printf 'static inline void %s(struct mm_struct *mm)\n{\n\t%s(&mm->%s, 0);\n}\n' \
		init_tlb_flush_pending atomic_set tlb_flush_pending >"$g/include/linux/tlb_pending.h"
	printf 'struct mm_struct {\n\tunsigned long tlb_pending_range[4];\n\tatomic_t tlb_flush_pending;\n};\n' \
		>"$g/include/linux/mm_types.h"
	printf 'void mm_init(struct mm_struct *mm)\n{\n\tinit_tlb_flush_pending(mm);\n}\n' \
		>"$g/mm/fork.c"
	mkdir "$g/kernel" && mv "$g/mm/fork.c" "$g/kernel/fork.c"
	printf '/* As flush_tlb_range(),\n * flush_tlb_mm() */\nvoid flush_tlb_mm(struct mm_struct *mm);\n#ifndef %s\n#endif\nvoid move(void)\n{\n\t%s(vma, "%s", 1);\n}\n' \
		flush_tlb_range flush_tlb_range 'flush_tlb_mm(' >"$g/mm/mremap.c"
	printf 'void f(void)\n{\n\tflush_tlb_mm(mm);\n}\n' >"$g/arch/x86/tlb.c"
	git -C "$g" add -A -f
	git -C "$g" -c user.name=o -c user.email=o commit -q -m base
}

# bypass CHECK CODE: tools/series/cocci.sh on that tree, where a function of a file does that.
# shellcheck disable=SC2317
bypass() {
	printf 'void f(void)\n{\n%b\n}\n' "$2" >"$g/mm/tests/new.c"
	git -C "$g" add -A -f
	"$TOP/tools/series/cocci.sh" "$1" "$g"
}

bypasses() {
	expect 'cocci: an unknown check' 2 "unknown check 'flush': it is flushes or pending" "$TOP/tools/series/cocci.sh" flush
	expect 'cocci: no tree' 1 'nowhere is no git tree' "$TOP/tools/series/cocci.sh" pending "$T/nowhere"
	expect 'cocci: another tree' 1 'has no mm/mmu_gather.c: is it a kernel tree' "$TOP/tools/series/cocci.sh" pending "$LINUX"
	fake_gather
	expect 'cocci: who may change what is pending' 0 '^5 lines change the pending state, all where they may$' \
		bypass pending '\tif (atomic_read(&mm->tlb_flush_pending))\n\t\tx(READ_ONCE(\n\t\t\tmm->tlb_pending_range[i])); // mm->tlb_flush_pending = 0'
	while read -r code; do
		expect "cocci: $code" 1 '^cocci: the pending state changes in 1 lines elsewhere: mm/tests/new.c:3$' \
			bypass pending "$code"
	done <<-'EOS'
		inc_tlb_flush_pending(mm);
		init_tlb_flush_pending(mm);
		atomic_read(&x); atomic_dec(&mm->tlb_flush_pending);
		WRITE_ONCE(mm->tlb_pending_range[0], 0);
		unsigned long *word = &t->mm->tlb_pending_range[1];
		mm->tlb_flush_pending = (atomic_t)ATOMIC_INIT(1);
		memset(mm.tlb_pending_range, 0, 8);
		x(READ_ONCE(mm->y) && cmpxchg(mm->tlb_pending_range, 0, 1));
		memset((void *)mm + offsetof(struct mm_struct, tlb_flush_pending), 0, 4);
	EOS
	sed 's/tlb_pending_range/tlb_ranges/' "$g/mm/mmu_gather.c" >"$T/renamed" && cp "$T/renamed" "$g/mm/mmu_gather.c"
	expect 'cocci: state of another name' 1 'nobody changes mm->tlb_pending_range in .*: has it another name' \
		bypass pending ''
	if ! command -v spatch >/dev/null; then
		printf 'tools\tcocci: flushes\tskip\tno spatch\n'
		return
	fi
	expect 'cocci: who may flush' 0 '^1 uses, all in functions that .*/flush_tlb_range.cocci names$' bypass flushes ''
	expect 'cocci: a flush' 1 '^cocci: 1 flushes outside a gather: mm/tests/new.c:4$' \
		bypass flushes '\tif (x)\n\t\tflush_pmd_tlb_range(vma, 0, 1);'
	expect 'cocci: its line' 1 '^mm/tests/new.c:3:on_each\(flush_tlb_mm\);$' bypass flushes 'on_each(flush_tlb_mm);'
	expect 'cocci: a flush that spatch does not see' 1 \
		'^cocci: spatch and tools/series/uses.awk do not see the same uses: mm/tests/new.c:4$' \
		bypass flushes '#define X(v) \\\\\n\tif (v) flush_tlb_range(v, 0, 1)'
	rule=$g/scripts/coccinelle/api/flush_tlb_range.cocci
	cp "$rule" "$T/rule"
	sed 's/^\* flush_tlb_mm@p/flush_tlb_mm@p/' "$T/rule" >"$rule"
	expect 'cocci: a rule that lists less' 1 'the rule does not list all of' bypass flushes ''
	echo '@@' >>"$rule"
	expect 'cocci: a rule that does not parse' 1 'spatch fails on ' bypass flushes ''
	rm "$rule"
	expect 'cocci: no rule' 1 'has no scripts/coccinelle/api/flush_tlb_range.cocci: is it a tree of the series' bypass flushes ''
}

# kselftest PROGRAM...: these build on the series; a, b, c, d on mainline.
# shellcheck disable=SC2317
kselftest() {
	for which in mainline series; do
		d=$BUILD/$which/src/tools/testing/selftests/mm
		mkdir -p "$d"
		rm -f "$d"/*.in
		# shellcheck disable=SC2016
		printf 'all: $(addprefix $(OUTPUT)/,a b c d)\n$(OUTPUT)/%%: %%.in\n\tcp $< $@\n\tchmod +x $@\n' \
			>"$d/Makefile"
		printf 'CATEGORY="mmap" run_test ./%s\n' a b c d e >"$d/run_vmtests.sh"
	done
	for p in ${on_mainline-a b c d}; do : >"$BUILD/mainline/src/tools/testing/selftests/mm/$p.in"; done
	for p; do : >"$BUILD/series/src/tools/testing/selftests/mm/$p.in"; done
	"$T/top/tools/compare/kselftest.sh" x86_64
}

kselftests() {
	cp "$T/top/tools/compare/suite.sh" "$T/suite.sh"
	# shellcheck disable=SC2016
	stub kernel 'echo "$BUILD/$2/obj/arch/x86/boot/bzImage"'
	# shellcheck disable=SC2016
	stub suite 'echo "suite $(grep -c . "$3/list")"'
	# As in a new build directory
	rm -rf "$BUILD/log"
	expect 'kselftest: all that builds' 0 '^suite 4$' kselftest a b c d
	expect 'kselftest: what does not is named' 0 '^left out: ./e$' kselftest a b c d
	expect 'kselftest: what builds on mainline only' 1 'these build on mainline, and not on the series: b d \(log' \
		kselftest a c
	on_mainline='a b'
	expect 'kselftest: most do not build' 1 'only 2 of 5 tests that are programs build for x86_64' kselftest a b
	on_mainline=
	expect 'kselftest: none builds' 1 'no program of selftests/mm builds for x86_64' kselftest
	mv "$T/suite.sh" "$T/top/tools/compare/suite.sh"
}

differences() {
	printf 'og: start suite\nsuite: p: ok 1 at 0x7f12 took 1.25 s\nsuite: p: not ok 2 b # why\nsuite: p: # ok 3 c # SKIP no\nsuite: p exit 1\n' >"$T/console"
	expect 'suite: TAP' 0 '^p	at 0x took N s	pass$' awk -f "$TOP/tools/compare/suite.awk" "$T/console"
	expect 'suite: a skip' 0 '^p	c	skip$' awk -f "$TOP/tools/compare/suite.awk" "$T/console"
	printf 'a\tx\tpass\nb\tx\tpass\n' >"$T/m1"
	printf 'a\tx\tfail\nb\tx\tpass\n' >"$T/s1"
	printf 'a\tx\tfail\n' >"$T/m2"
	expect 'differ: one run' 0 '^a	x	pass	fail	differs	$' \
		awk -f "$TOP/tools/compare/differ.awk" side=m "$T/m1" side=s "$T/s1"
	expect 'differ: mainline varies, and shows it' 0 '^a	x	pass 1, fail 1	fail	varies	$' \
		awk -f "$TOP/tools/compare/differ.awk" side=m "$T/m1" "$T/m2" side=s "$T/s1" "$T/s1"
	expect 'differ: the series alone varies' 0 '^a	x	pass	fail 1, pass 1	differs	$' \
		awk -f "$TOP/tools/compare/differ.awk" side=m "$T/m1" "$T/m1" side=s "$T/s1" "$T/m1"
	printf 'p\tx\tpass\np\texit\t0\n' >"$T/well"
	printf 'p\texit\ttimeout\n' >"$T/killed"
	expect 'differ: mainline is killed once' 0 '^p	x	pass	pass	same	$' \
		awk -f "$TOP/tools/compare/differ.awk" side=m "$T/killed" "$T/well" side=s "$T/well" "$T/well"
	expect 'differ: the series is killed' 0 '^p	x	pass	none	differs	$' \
		awk -f "$TOP/tools/compare/differ.awk" side=m "$T/well" side=s "$T/killed" "$T/killed"
	printf 'guest\tend\tsplats\n' >"$T/splat"
	expect 'differ: guests that die on both sides' 0 '^guest	end	splats	splats	differs	$' \
		awk -f "$TOP/tools/compare/differ.awk" side=m "$T/splat" side=s "$T/splat"
	expect 'differ: what was not run again' 0 '^b	x	pass	pass	same	$' \
		awk -f "$TOP/tools/compare/differ.awk" side=m "$T/m1" "$T/m2" side=s "$T/s1" "$T/s1"
	head -n 1 "$T/m1" >"$T/m1.short"
	expect 'differ: a result that is missing' 0 '^b	x	none	pass	differs	$' \
		awk -f "$TOP/tools/compare/differ.awk" side=m "$T/m1.short" side=s "$T/s1"
	# shellcheck disable=SC2016
	printf 'CATEGORY="mmap" run_test ./a -x\nCATEGORY="thp" run_test bash ./b.sh\nCATEGORY="thp" run_test ./c ${P}\n' >"$T/vm"
	expect 'vmtests: a line' 0 '^mmap:a:-x ./a -x$' awk -f "$TOP/tools/compare/vmtests.awk" "$T/vm"
	expect 'vmtests: a script' 0 '^# left out: bash ./b.sh$' awk -f "$TOP/tools/compare/vmtests.awk" "$T/vm"
	expect 'vmtests: what is not built' 0 '^# left out: ./c$' \
		awk -v have=a -f "$TOP/tools/compare/vmtests.awk" "$T/vm"
	mkdir -p "$BUILD/series/src/tools/testing/selftests/mm"
	cp "$T/vm" "$BUILD/series/src/tools/testing/selftests/mm/run_vmtests.sh"
	expect 'kselftest: an unknown category' 2 "no category 'vax': it has mmap thp" \
		env CATEGORIES=vax "$T/top/tools/compare/kselftest.sh" x86_64
	kselftests
	expect 'stale: nothing to measure' 2 'nothing to measure on ppc64le-hash' \
		"$T/top/tools/measure/stale.sh" ppc64le-hash
	mkdir -p "$T/top/mutants"
	stub need ''
	stub kernel 'echo image'
	stub guest 'echo initramfs'
	# shellcheck disable=SC2016
	stub boot 'printf "stale: 2 disturbances\nstale nothing 9 8 7 6 5 4 3\nog: exit stale 0\n" >"$4"'
	expect 'stale: not all measured' 1 'arm64 did not measure all' "$T/top/tools/measure/stale.sh" arm64
	expect 'stale: leaves no table' 1 '' test -e "$BUILD/results/stale-arm64.tsv"
	# shellcheck disable=SC2016
	stub boot 'printf "stale: 1 disturbances\nstale nothing 9 8 7 6 5 4 3\nog: exit stale 0\n" >"$4"'
	expect 'stale: all measured' 0 '^arm64 +nothing +9 +8 +7 +6 +5 +4 +3$' "$T/top/tools/measure/stale.sh" arm64
	expect 'preempt: no clock that counts' 2 'the timebase of powerpc, not of x86_64: CONFIG is one of ppc64le-radix ppc64le-hash' \
		"$T/top/tools/measure/preempt.sh" x86_64
	# shellcheck disable=SC2016
	stub kernel 'echo "$FRAGMENT"'
	# shellcheck disable=SC2016
	stub boot 'printf "row preempt_vmap_9 longest 8\nlongest preempt_vmap_9 8 a b\nog: exit preempt 0\n" >"$4"; [ "$2,$ACCEL" = preempt,icount ]'
	expect 'preempt: a table' 0 '^ppc64le-hash series, preempt_vmap_9: 8 instructions from a to b$' \
		"$T/top/tools/measure/preempt.sh" ppc64le-hash
	expect 'preempt: its file' 0 '^preempt_vmap_9	longest	8	8$' cat "$BUILD/results/preempt-ppc64le-hash.tsv"
	# shellcheck disable=SC2016
	stub boot 'printf "row preempt_vmap_9 longest %d\nog: exit preempt 0\n" "${4##*-}" >"$4"'
	expect 'preempt: two boots that differ' 1 'two boots of the mainline kernel differ' \
		"$T/top/tools/measure/preempt.sh" ppc64le-hash
	expect 'preempt: leaves no old table' 1 '' test -e "$BUILD/results/preempt-ppc64le-hash.tsv"
	# shellcheck disable=SC2016
	stub boot 'printf "preempt: no clock\nog: exit preempt 1\n" >"$4"'
	expect 'preempt: a guest that cannot' 1 'was not measured: preempt: no clock' \
		"$T/top/tools/measure/preempt.sh" ppc64le-hash
	stub kernel 'echo image'
	ended_model
}

# busybox of another architecture, in the cache, fetched or not to be had.
# shellcheck disable=SC2317
busybox() {
	env OS_RELEASE="$T/os-release" PATH="$T/boxes:$PATH" MIRROR=http://127.0.0.1:9/none \
		"$TOP/tools/base/busybox.sh" "$@"
}

busyboxes() {
	expect 'busybox: sparc64 has none' 2 'Debian has no busybox for sparc64 in its releases: CONFIG is one of x86_64' \
		busybox sparc64
	mkdir -p "$T/cache/one-gather/busybox/forky-ppc64el" "$T/boxes"
	touch "$T/cache/one-gather/busybox/forky-ppc64el/busybox"
	chmod +x "$T/cache/one-gather/busybox/forky-ppc64el/busybox"
	expect 'busybox: in the cache' 0 '/one-gather/busybox/forky-ppc64el/busybox$' busybox ppc64le-hash
	expect 'busybox: an unknown release' 1 'no VERSION_CODENAME in' \
		env OS_RELEASE=/dev/null "$TOP/tools/base/busybox.sh" arm64
	if ! command -v apt-get >/dev/null || [ ! -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
		printf 'tools\tbusybox: no network\tskip\tno apt-get\n'
		return
	fi
	expect 'busybox: no network' 1 'cannot fetch busybox-static of forky for arm64: check the network' busybox arm64
	mkdir -p "$T/debs"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\ncase "$*" in *download*) cp "%s"/busybox-static_* . ;; esac\n' "$T/debs" >"$T/boxes/apt-get"
	chmod +x "$T/boxes/apt-get"
	mkdir -p "$T/deb/usr/share/doc/busybox"
	package busybox-static
	expect 'busybox: a package without it' 1 'no busybox in busybox-static for arm64' busybox arm64
	expect 'busybox: nothing half-written' 1 '' test -e "$T/cache/one-gather/busybox/forky-arm64"
	mkdir -p "$T/deb/bin" "$T/deb/usr/share/doc/busybox"
	printf '#!/bin/sh\n' >"$T/deb/bin/busybox"
	chmod +x "$T/deb/bin/busybox"
	package busybox-static
	expect 'busybox: a good one' 0 '/one-gather/busybox/forky-arm64/busybox$' busybox arm64
	printf '#!/bin/sh\nexit 1\n' >"$T/boxes/apt-get"
	expect 'busybox: a second time' 0 '/one-gather/busybox/forky-arm64/busybox$' busybox arm64
}

# prompt COMMANDS [CONFIG [KERNEL]]: make shell, with these typed to the QEMU of guest_shell.
# shellcheck disable=SC2317
prompt() {
	typed=$1
	shift
	# shellcheck disable=SC2016
	env QEMU="$T/qemu" HANG=3 sh -c 'printf "$1" | { shift; "$@"; }' sh "$typed" \
		"$T/top/tools/base/shell.sh" "${@:-x86_64}"
}

# guest_shell SCRIPT: a QEMU that says what SCRIPT does, and keeps its own words.
guest_shell() {
	# shellcheck disable=SC2016
	qemu 'echo "$*" >"$BUILD/words"
		for a; do case $a in *logfile=*) log=${a#*logfile=} ;; *og.shell=*) name=${a#*og.shell=} ;; esac; done
		exec >"${log%%,*}"; '"$1"'; cat "${log%%,*}" >&2'
}

shells() {
	stub need ''
	stub kernel 'echo image'
	# shellcheck disable=SC2016
	stub guest 'echo "guest $*" >&2; echo initramfs'
	stub busybox 'echo box'
	# shellcheck disable=SC2016
	guest_shell 'echo booting; echo "${name%%,*}# "; while read -r l; do echo "typed $l"; [ "$l" != exit ] || break; done; echo "og: exit sh 0"'
	expect 'shell: what is typed' 0 '^typed uname -a$' prompt 'uname -a\n'
	expect 'shell: its words' 0 'm 1536 .* kunit.enable=0 .* og.shell=x86_64-series -monitor none$' cat "$BUILD/words"
	expect 'shell: ends where nothing is typed' 0 '^typed exit$' prompt ''
	expect 'shell: does not wait for more' 0 '^typed exit$' prompt 'exit\nx\n'
	expect 'shell: has busybox' 0 "^guest -b box s390x $BUILD/mainline/src\$" prompt '' s390x mainline
	expect 'shell: a debug kernel' 0 'prompt after' prompt '' x86_64 debug
	expect 'shell: its memory' 0 'm 4096 ' cat "$BUILD/words"
	expect 'shell: of powerpc' 0 'prompt after' prompt '' ppc64le-hash debug
	expect 'shell: one thread' 0 'thread=single' cat "$BUILD/words"
	shells_refused
}

shells_refused() {
	# shellcheck disable=SC2016
	guest_shell 'echo "$name# "; echo "og: exit sh 3"'
	expect 'shell: a last command that fails' 1 'the shell ended with status 3 \(console: .*/console-shell-x86_64-series\)' prompt 'x\n'
	# shellcheck disable=SC2016
	guest_shell 'echo "$name# "; echo "Kernel panic"'
	expect 'shell: a guest that dies' 1 'did not come to its end: Kernel panic' prompt ''
	guest_shell 'echo booting'
	expect 'shell: a guest without a prompt' 1 'guest has no prompt: booting' prompt ''
	guest_shell 'echo booting; exec sleep 60'
	expect 'shell: a guest that hangs' 1 'guest has no prompt after 3 s: booting' prompt ''
	expect 'shell: an unknown CONFIG' 2 "unknown ARCH or CONFIG 'vax'" prompt '' vax
	expect 'shell: an unknown KERNEL' 2 "unknown KERNEL 'vax': it is mainline, series or debug" prompt '' x86_64 vax
	cp "$TOP/tools/base/busybox.sh" "$T/top/tools/base/busybox.sh"
	expect 'shell: no busybox' 2 'Debian has no busybox for sparc64' prompt '' sparc64
	stub busybox 'echo box'
	stub kernel 'exit 1'
	expect 'shell: no kernel' 1 '' prompt ''
	expect 'make shell' 0 '^tools/base/shell.sh arm64 debug$' make -s -n -C "$TOP" shell ARCH=arm64 KERNEL=debug
	expect 'make shell: KERNEL in the environment' 0 '^tools/base/shell.sh x86_64 series$' \
		env KERNEL=debug make -s -n -C "$TOP" shell
}

# bisect COUNT...: make bisect, where the base counts the first, and each patch gives the next
# one; x is a guest that fails. $row and $config are asked for, by default clear_refs_1 sent_full of arm64.
# shellcheck disable=SC2317
bisect() {
	printf '%s\n' "$@" >"$T/counts"
	rm -f "$T/counted"
	of_many env PATH="$T/no-gcc:$PATH" "$T/top/tools/measure/bisect.sh" "${config-arm64}" "${row-clear_refs_1 sent_full}"
}

bisects() {
	cp "$T/series.was" "$T/topics/series"
	stub need ''
	stub guest 'echo initramfs'
	# shellcheck disable=SC2016
	stub kernel 'echo "$2.$OG_PREFIX"'
	# shellcheck disable=SC2016
	stub boot 'n=${2#*.}; echo "$2" >>"'"$T"'/counted"; c=$(sed -n "$((n + 1))p" "'"$T"'/counts")
		[ "$c" != x ] || { echo "it splats" >"$OG_WHY"; exit 1; }
		echo "row clear_refs_1 ops 1
row clear_refs_1 sent_full $c
og: exit workload 0" >"$4"'
	mkdir -p "$T/no-gcc"
	printf '#!/bin/sh\nexit 1\n' >"$T/no-gcc/gcc"
	chmod +x "$T/no-gcc/gcc"
	b4='patches/fixes-b/0001-file-Fix-what-a-did.patch'
	expect 'bisect: the patch' 0 "^FIRST: $b4: count 50 -> 0\$" bisect 50 50 50 50 0 0
	expect 'bisect: what is counted' 0 '^mainline.0;series.5;series.2;series.3;series.4$' paste -s -d ';' "$T/counted"
	expect 'bisect: its file' 0 '^5	4	0	after	fixes-b/0001-.*.patch	$' cat "$T/many-build/results/bisect-arm64.tsv"
	expect 'bisect: its table' 0 '^ +3 +2 +50 +before +fixes-a/0001-file-Fix.patch$' bisect 50 50 50 50 0 0
	expect 'bisect: the same on both' 0 '^clear_refs_1 sent_full is 50 on both: no patch from 1 to 5 moves it' bisect 50 0 0 0 0 50
	expect 'bisect: and no more is counted' 0 '^2$' grep -c . "$T/counted"
	expect 'bisect: counts between' 0 "^FIRST: $b4: count 60 -> 10\$" bisect 100 90 95 60 10 0
	expect 'bisect: and that it says so' 0 '^NOTE: 3 counts are neither 100 nor 0, and are taken for the nearer one$' \
		bisect 100 90 95 60 10 0
	expect 'bisect: a prefix that is passed over' 0 "^FIRST: $b4: count 50 -> 0\$" bisect 50 50 x 50 0 0
	expect 'bisect: is named' 0 '^3	2	-	skip	fixes-a/0001-file-Fix.patch	it splats$' cat "$T/many-build/results/bisect-arm64.tsv"
	expect 'bisect: nothing is left between' 1 'it is one of 3 patches: what lies between cannot be counted' bisect 50 50 x x 0 0
	expect 'bisect: which are named' 1 "^FIRST, maybe: $b4: count 50 -> 0\$" bisect 50 50 x x 0 0
	expect 'bisect: a base that fails' 1 'the first 0 patches cannot be counted: it splats' bisect x 50 50 50 0 0
	expect 'bisect: leaves no old table' 1 '' test -e "$T/many-build/results/bisect-arm64.tsv"
	export FROM=fixes-a TO=fixes-b
	expect 'bisect: FROM and TO' 0 "^FIRST: $b4: count 7 -> 8\$" bisect 5 7 7 7 8 6
	expect 'bisect: and what is counted' 0 '^series.1;series.4;series.2;series.3$' paste -s -d ';' "$T/counted"
	export FROM=2 TO=2
	expect 'bisect: one patch' 0 '^FIRST: patches/fixes-a/0001-file-Fix.patch: count 50 -> 0$' bisect 50 50 0 0 0 0
	unset FROM TO
	bisects_refused
}

bisects_refused() {
	expect 'bisect: an unknown CONFIG' 2 "unknown ARCH or CONFIG 'vax'" "$TOP/tools/measure/bisect.sh" vax 'a b'
	expect 'bisect: nothing is counted there' 2 'nothing is counted on sparc64' "$TOP/tools/measure/bisect.sh" sparc64 'a b'
	expect 'bisect: no ROW' 2 'ROW names no row: give one' make -s -C "$TOP" bisect
	for row in a 'a b c' 'a, b'; do
		expect "bisect: ROW is $row" 2 "ROW is '$row', not a workload and a counter" bisect 1
	done
	row='vax sent_full'
	expect 'bisect: an unknown workload' 2 "no workload 'vax': it is one of dontneed_disjoint_1x4 " \
		of_many "$T/top/tools/measure/bisect.sh" arm64 "$row"
	row='clear_refs_1 vax'
	expect 'bisect: an unknown counter' 2 "clear_refs_1 has no counter 'vax' on arm64: it has ops sent_full $" bisect 5 5 5 5 5 5
	unset row
	for n in 0 6 08 9999999999999999999; do
		expect "bisect: patch $n" 2 "the series has the patches 1 to 5, not '$n'" env FROM=$n PATCHES="$T/topics" \
			"$T/top/tools/measure/bisect.sh" arm64 'a b'
	done
	expect 'bisect: an unknown topic' 2 "unknown topic 'none': it is one of tests" env TO=none PATCHES="$T/topics" \
		"$T/top/tools/measure/bisect.sh" arm64 'a b'
	expect 'bisect: TO before FROM' 2 'FROM is patch 4, which is behind TO, patch 1' \
		env FROM=fixes-b TO=tests PATCHES="$T/topics" "$T/top/tools/measure/bisect.sh" arm64 'a b'
	# shellcheck disable=SC2016
	stub boot 'printf "skip clear_refs_1 no bits\nog: exit workload 0\n" >"$4"'
	expect 'bisect: a workload that is skipped' 1 'clear_refs_1 is skipped on arm64: no bits' bisect 1
	# shellcheck disable=SC2016
	stub boot 'printf "row clear_refs_1 sent_full 1\nog: exit workload 1\n" >"$4"'
	expect 'bisect: a workload that fails' 1 'cannot be counted: the workload fails \(console: ' bisect 1
	stub boot 'exit 143'
	expect 'bisect: a boot that a signal ends' 143 'booting' bisect 1
	expect 'make bisect' 0 '^FROM="" TO="7" tools/measure/bisect.sh s390x "a b"$' \
		env FROM=x make -s -n -C "$TOP" bisect ROW='a b' TO=7 CONFIG=s390x
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

fake_df "$T/bin" 99
PATH=$T/bin:$PATH
fake_base
# Guests take their time: they run beside the rest.
guests >"$T/guests" &
guests=$!
arguments
base
tree
several_topics
kernels
whole
fixes_proved
stresses
mutants
ltp_tests
mirrors
litmus_tests
bypasses
differences
reports
tables
judged
layouts
busyboxes
shells
bisects
prefixes
wait $guests
cat "$T/guests"
! grep -q '	fail	' "$T/guests" || failed=1
printf 'tools\tend\tpass\t\n'
exit $failed
