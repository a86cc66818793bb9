#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/sanitize.sh
#
# tools/test/sanitize.sh: guests that find, or do not, what they are told.
set -u
. "$(dirname "$0")/../expect.sh"

# sanitized SAN PLANTED TESTS STRESS: what three guests say, each a file of $T.
# shellcheck disable=SC2317
sanitized() {
	stub boot "case \$4 in *-planted) cat '$T/$2' ;; *-tests) cat '$T/$3' ;; *) cat '$T/$4' ;; esac >\"\$4\"
		! grep -q 'BUG: ' \"\$4\" || { sed -n 's/.*\(BUG: .*\)/the kernel splats: \1/p' \"\$4\" >\"\$OG_WHY\"; exit 1; }"
	"$T/top/tools/test/sanitize.sh" "$1" x86_64 5
}

expect 'sanitize: an unknown SAN' 2 "unknown SAN 'x': it is kasan" "$TOP/tools/test/sanitize.sh" x x86_64
expect 'sanitize: an unknown CONFIG' 2 "unknown ARCH or CONFIG 'vax'" "$TOP/tools/test/sanitize.sh" kasan vax
expect 'sanitize: a CONFIG without it' 2 'no kasan for s390x here: CONFIG is x86_64 or arm64' "$TOP/tools/test/sanitize.sh" kasan s390x
expect 'sanitize: SECS' 2 "SECONDS and SEED are whole numbers from 1: 'x' is not" "$TOP/tools/test/sanitize.sh" kasan x86_64 x
expect 'make sanitize' 0 '^tools/test/sanitize.sh "kasan" arm64 1200 1$' \
	make -s -n -C "$TOP" sanitize SAN=kasan CONFIG=arm64
copy
# No KUnit suite or selftest that is asked for.
sed -i 's/_KUNIT_TEST=y/_KUNIT=y/' "$T/top/tools/configs"/*.config
: >"$T/top/tools/test/selftests"
end='og: start stress\nog: exit stress 0\nog: leaks looked for\nog: done\n'
printf '%b' "$end" >"$T/good"
printf 'og: leaks looked for\nog: done\n' >"$T/tests"
printf '[    1.0] BUG: KASAN: use-after-free in tlb_finish_mmu+0x1/0x2\n' >"$T/planted"
expect 'sanitize: a bug in the tests' 1 '^fail kasan.tests: the kernel splats: BUG: KASAN: use-after-free in tlb_f' \
	sanitized kasan planted planted good
expect 'sanitize: all is well' 0 '^pass kasan.stress$' sanitized kasan planted tests good
expect 'sanitize: its file' 0 '^kasan	planted	pass	$' cat "$BUILD/results/sanitize-kasan-x86_64.tsv"
expect 'sanitize: what was planted is not found' 1 '^fail kasan.planted: not found: BUG: KASAN' sanitized kasan good tests good
printf 'og: exit stress 0\nog: done\n' >"$T/leaks"
expect 'sanitize: nobody looked for leaks' 1 '^fail kasan.stress: nobody looked for leaks' sanitized kasan planted tests leaks
printf 'og: exit stress 1\nog: leaks looked for\nog: done\n' >"$T/fails"
expect 'sanitize: stress that fails' 1 '^fail stress.exit: stress failed' sanitized kasan planted tests fails
expect 'sanitize: another KASAN bug is not the planted one' 1 '^fail kasan.planted' sanitized kasan fails tests good
exit "$failed"
