#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/run.sh
#
# tools/measure/run.sh: make run around kernels and guests that do not exist.
set -u
. "$(dirname "$0")/../expect.sh"

expect 'run: unknown ARCH' 2 "unknown ARCH or CONFIG 'vax': it is one of x86_64 arm64" \
	"$TOP/tools/measure/run.sh" vax
expect 'run: unknown ACCEL' 2 "unknown ACCEL 'warp'" \
	env ACCEL=warp "$TOP/tools/measure/run.sh" x86_64
copy
printf 'Claim: c\nCheck: run-arm64 w sent_full series <= 1\n' >"$T/top/Documentation/claims"
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
exit "$failed"
