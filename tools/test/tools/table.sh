#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/table.sh
#
# tools/measure/table.awk: a results file for a person.
set -u
. "$(dirname "$0")/../expect.sh"

head='workload\tmetric\tmainline\tseries\n'
printf "%b" "${head}w\tsent_full\t4\t1\nw\tipis\t0\t3\n" >"$T/t"
expect 'table: a ratio' 0 '^w +sent_full +4 +1 +0.25$' awk -f "$TOP/tools/measure/table.awk" "$T/t"
expect 'table: what is new' 0 '^ +ipis +0 +3 +new$' awk -f "$TOP/tools/measure/table.awk" "$T/t"
printf "%b" "${head}w_4x64\tipis\t4\t1\nw_4x64\tsent_full\t0\t0\n" >"$T/t"
expect 'table: of a size, what was sent' 0 '^w_4x64 +sent_full +0 +0 +-$' awk -f "$TOP/tools/measure/table.awk" "$T/t"
printf "%b" "${head}w\tfailed\t0\t0\nw\thash_flushes\t7\t6\n" >"$T/t"
expect 'table: that nothing failed' 0 '^w +failed +0 +0 +-$' awk -f "$TOP/tools/measure/table.awk" "$T/t"
printf "%b" "$head" >"$T/t"
expect 'table: an empty one' 1 '^workload' awk -f "$TOP/tools/measure/table.awk" "$T/t"
exit "$failed"
