#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/ltp.sh
#
# tools/compare/ltp.sh and suite.sh: an LTP of two programs.
set -u
. "$(dirname "$0")/../expect.sh"

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

copy
ltp_tests
exit "$failed"
