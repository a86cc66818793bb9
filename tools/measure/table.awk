# SPDX-License-Identifier: GPL-2.0
# A results file (tools/measure/join.awk) for a person: what is zero on both sides,
# but full flushes and failed allocations, and what only checks the counting is left
# out, and of the sizes of a workload beside its first ("_4x64") all but what was sent.
# Ratio is series / mainline. A table without a row fails.
BEGIN { FS = "\t"; line = "%-27s %-16s %12s %12s %8s\n" }
# In printf's own arguments a bare > would name a file.
function ratio(a, b) { return a > 0 ? sprintf("%.2f", b / a) : b > 0 ? "new" : "-" }
FNR == 1 { printf(line, "workload", "counted", "mainline", "series", "ratio"); next }
$2 ~ /^(trace_|local_|data_bad|gathers|members|own_(local_|gathers))/ { next }
$1 ~ /_[0-9]+x[0-9]+$/ && $2 !~ /^(overlaps|sent_|s390_asce|hash_flushes)/ { next }
$2 !~ /^((own_)?sent_full|failed)$/ && $3 == 0 && $4 == 0 { next }
{
	printf(line, $1 == last ? "" : $1, $2, $3, $4, ratio($3, $4))
	last = $1
	n++
}
END { exit !n }
