#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/judge.sh
#
# tools/measure/judge.awk: what a table shows to be wrong, or to prove nothing.
set -u
. "$(dirname "$0")/../expect.sh"

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
exit "$failed"
