#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/join.sh
#
# tools/measure/join.awk: two consoles side by side.
set -u
. "$(dirname "$0")/../expect.sh"

printf 'row w sent_full 4\nrow w overlaps 3\nrow w data_bad 0\n' >"$T/m"
printf 'row w sent_full 1\nrow w overlaps 2\nrow w data_bad 0\n' >"$T/s"
expect 'join: two consoles' 0 '^w	sent_full	4	1$' \
	awk -f "$TOP/tools/measure/join.awk" "$T/m" "$T/s"
head -n 2 "$T/s" >"$T/short"
expect 'join: a row in one of them only' 1 '' \
	awk -f "$TOP/tools/measure/join.awk" "$T/m" "$T/short"
printf 'row w sent_full 4[    1.0] msg\n' >"$T/cut"
expect 'join: a row that is cut' 1 '' awk -f "$TOP/tools/measure/join.awk" "$T/cut" "$T/cut"
exit "$failed"
