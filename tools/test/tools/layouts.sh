#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/layouts.sh
#
# tools/measure/layouts.awk: what several layouts of a kernel counted.
set -u
. "$(dirname "$0")/../expect.sh"

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
exit "$failed"
