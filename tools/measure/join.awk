# SPDX-License-Identifier: GPL-2.0
# Join the "row WORKLOAD METRIC VALUE" lines of two consoles, mainline first,
# into a table of tabs. Fails when a row stands in one of them only, or was cut.
BEGIN { OFS = "\t"; print "workload", "metric", "mainline", "series" }
$1 != "row" { next }
NF != 4 || $4 !~ /^-?[0-9]+(\.[0-9]+)?$/ { bad = 1; next }
FNR == NR { mainline[$2, $3] = $4; order[++n] = $2 OFS $3; next }
{ series[$2, $3] = $4; seen++ }
END {
	for (i = 1; i <= n; i++) {
		split(order[i], k, OFS)
		if (!((k[1], k[2]) in series))
			exit 1
		print order[i], mainline[k[1], k[2]], series[k[1], k[2]]
	}
	if (bad || !n || seen != n)
		exit 1
}
