# SPDX-License-Identifier: GPL-2.0
# Usage: awk -v touched="FILE..." -f races.awk RACES CONSOLE
#
# Of the races that KCSAN reports in CONSOLE, "A / B" each once with how often: those that
# name a function which one of the files touched defines, and that RACES does not explain. A
# line of RACES is "FUNCTION<tab>REASON": this function's accesses race by intent.
BEGIN {
	n = split(touched, file, " ")
	for (i = 1; i <= n; i++)
		while ((getline line < file[i]) > 0)
			if (line ~ /^[a-z].*[a-z0-9_]+\(/ && line !~ /;/) {
				sub(/\(.*/, "", line)
				sub(/.*[ *]/, "", line)
				defined[line] = 1
			}
}
NR == FNR {
	if (!/^#/ && split($0, cell, "\t") == 2)
		explained[cell[1]] = 1
	next
}
match($0, /BUG: KCSAN: (data-race|assert: race) in /) {
	pair = substr($0, RSTART + RLENGTH)
	split(pair, f, " / ")
	for (k in f)
		sub(/[.+].*/, "", f[k])
	if ((f[1] in defined || f[2] in defined) && !(f[1] in explained || f[2] in explained))
		count[f[1] " / " f[2]]++
}
END {
	for (pair in count)
		print pair ": " count[pair]
}
