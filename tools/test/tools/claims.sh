#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/claims.sh
#
# tools/measure/claims.awk: claims that hold, and that do not.
set -u
. "$(dirname "$0")/../expect.sh"

printf 'row w sent_full 4\nrow w overlaps 3\n' >"$T/m"
printf 'row w sent_full 1\nrow w overlaps 2\n' >"$T/s"
printf "Claim: few\nCheck: r w sent_full series <= 1\nCheck: r w sent_full mainline >= 5\n" >"$T/claims"
awk -f "$TOP/tools/measure/join.awk" "$T/m" "$T/s" >"$T/r.tsv"
expect "claims: one that holds" 1 "claims: 1 of 2 checks hold" \
	awk -f "$TOP/tools/measure/claims.awk" -v results="$T" "$T/claims"
expect "claims: one that does not" 1 "FAIL: w sent_full mainline is 4, not >= 5: few" \
	awk -f "$TOP/tools/measure/claims.awk" -v results="$T" "$T/claims"
expect "claims: no results yet" 0 "no results yet: r: few" \
	awk -f "$TOP/tools/measure/claims.awk" -v results="$T/none" "$T/claims"
exit "$failed"
