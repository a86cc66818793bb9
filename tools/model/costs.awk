# SPDX-License-Identifier: GPL-2.0-or-later
# Read what the programs print with -c, one shape after the other, and print for each
# scenario what scenarios.c has of it: .cost = { ALL(..), SHAPE(..) }. ALL is what most
# shapes have; zeros at the end are left out.
BEGIN {
	FS = "\t"
	n = split("plain merge hooks x86 arm64 radix norange s390", shape, " ")
}

{
	if (!($2 in had))
		name[++k] = $2
	had[$2] = 1
	v = $3 ", " $4 ", " $5
	if ($6 || $7)
		v = v ", " $6
	if ($7)
		v = v ", " $7
	cost[$2, $1] = v
}

# word TEXT: behind what is printed, or on the next line.
function word(text,    wide) {
	wide = line
	gsub(/\t/, "        ", wide)
	if (length(wide) + length(text) > 92) {
		print line
		line = "\t\t   "
	}
	line = line " " text
}

function scenario(s,    i, v, most, times) {
	for (i in times)
		delete times[i]
	most = ""
	for (i = 1; i <= n; i++)
		if ((s, shape[i]) in cost) {
			v = cost[s, shape[i]]
			if (++times[v] > times[most] + 0)
				most = v
		}
	line = "\t  .cost = {"
	word("ALL(" most ")")
	for (i = 1; i <= n; i++)
		if ((s, shape[i]) in cost && cost[s, shape[i]] != most) {
			line = line ","
			word(toupper(shape[i]) "(" cost[s, shape[i]] ")")
		}
	print line " } },"
}

END {
	for (j = 1; j <= k; j++) {
		print "\t{ \"" name[j] "\","
		scenario(name[j])
	}
}
