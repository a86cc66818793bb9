# SPDX-License-Identifier: GPL-2.0
# Make one of the "row WORKLOAD METRIC VALUE" lines that several layouts of one
# kernel gave, one file each: the median, and for insn_per_call also insn_spread,
# the largest less the least. Fails when a layout lacks a row of another one, or a
# row was cut.
$1 == "skip" && FNR == NR
$1 != "row" { next }
NF != 4 || $4 !~ /^[0-9]+(\.[0-9]+)?$/ { bad = 1; next }
{ row = $2 " " $3 }
!(row in n) { order[++nrows] = row }
{ v[row, ++n[row]] = $4 + 0 }
# sort - the values of @row, a few of them, from the least on
function sort(row, k,    i, j, t) {
	for (i = 2; i <= k; i++)
		for (j = i; j > 1 && v[row, j] < v[row, j - 1]; j--) {
			t = v[row, j]; v[row, j] = v[row, j - 1]; v[row, j - 1] = t
		}
}
END {
	for (i = 1; i <= nrows; i++) {
		row = order[i]
		if (n[row] != n[order[1]])
			bad = 1
		sort(row, n[row])
		print "row", row, v[row, int((n[row] + 1) / 2)]
		if (sub(/ insn_per_call$/, " insn_spread", row))
			print "row", row, v[order[i], n[order[i]]] - v[order[i], 1]
	}
	exit bad || !nrows
}
