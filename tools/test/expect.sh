# SPDX-License-Identifier: GPL-2.0
# Shared by the tools' own tests, tools/test/tools/*.sh: what they expect, and stand-ins for
# what takes long. Sourced, never run. A stand-in for the base is a git tree of two files.
# shellcheck shell=sh disable=SC2034
. "$(dirname "$0")/../../lib.sh"
[ $# -eq 0 ] || usage

T=$(mktemp -d "${TMPDIR:-/tmp}/og-tools.XXXXXX")
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

# stub NAME SCRIPT: a shell script in place of a tool, in a copy of this repository.
stub() {
	for stubbed in "$T/top/tools/"*/"$1.sh"; do
		printf '#!/bin/sh\n%s\n' "$2" >"$stubbed"
		chmod +x "$stubbed"
	done
}

# package NAME: what is in $T/deb, as the package that the fake apt-get "downloads".
package() {
	mkdir -p "$T/deb/DEBIAN"
	printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: x <x@localhost>\nDescription: x\n' \
		"$1" >"$T/deb/DEBIAN/control"
	dpkg-deb -b "$T/deb" "$T/debs/$1_1_all.deb" >/dev/null
	rm -rf "$T/deb"
}

# copy: of this repository, some of whose tools are stubs then. Of two suites the guests here say nothing.
copy() {
	mkdir -p "$T/top/Documentation" "$BUILD/log"
	: >"$T/top/Documentation/claims"
	cp -r "$TOP/tools" "$T/top"
	sed -i "/MAPPING_DIRTY_KUNIT/d; /MIGRATE_DEVICE_KUNIT/d" "$T/top/tools/configs/debug.config" \
		"$T/top/tools/configs/debug-hmm.config"
	stub need ''
	stub kernel 'echo image'
	stub guest 'echo initramfs'
}

# no_apt NAME: the row of a test that cannot be made without apt-get, where there is none.
no_apt() {
	if command -v apt-get >/dev/null && [ -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
		return 1
	fi
	printf 'tools\t%s\tskip\tno apt-get\n' "$1"
}

fake_df "$T/bin" 99
PATH=$T/bin:$PATH
fake_base
