# SPDX-License-Identifier: GPL-2.0
# Compare the results (tools/suite.awk) of mainline and of the series, each run
# once or more: files named m1 m2 .. and s1 s2 .. by -v side=m and -v side=s before
# them. Print "NAME TEST MAINLINE SERIES VERDICT REASON" parted by tabs, VERDICT being
#   same       both have the same result, in the first run
#   varies     not in the first run, but a result of one is among those of the other
#   differs    no result in common
#   explained  the same, and -v explained=FILE has a line "NAME TEST REASON" for it,
#              parted by tabs, NAME and TEST being what awk takes for a regex
# A later run counts for those programs only that it has.
BEGIN {
	FS = OFS = "\t"
	while (explained != "" && (getline line < explained) > 0) {
		if (line ~ /^#/ || split(line, f, "\t") < 3)
			continue
		en[++ne] = f[1]
		et[ne] = f[2]
		er[ne] = f[3]
	}
}
FNR == 1 { run[side]++ }
{
	key = $1 OFS $2
	if (!(key in order)) {
		order[key] = ++n
		keys[n] = key
		prog[n] = $1
	}
	got[side, run[side], key] = $3
	ran[side, run[side], $1] = 1
}
function result(s, r, i) {
	if ((s, r, keys[i]) in got)
		return got[s, r, keys[i]]
	return (s, r, prog[i]) in ran ? "none" : ""
}
function verdict(i,    m, s, x, y) {
	x = result("m", 1, i)
	y = result("s", 1, i)
	if (x == y)
		return "same"
	for (m = 1; m <= run["m"]; m++)
		for (s = 1; s <= run["s"]; s++) {
			x = result("m", m, i)
			y = result("s", s, i)
			if (x != "" && x == y)
				return "varies"
		}
	return "differs"
}
function reason(i,    j, f) {
	split(keys[i], f, OFS)
	for (j = 1; j <= ne; j++)
		if (f[1] ~ "^(" en[j] ")$" && f[2] ~ "^(" et[j] ")$")
			return er[j]
	return ""
}
END {
	for (i = 1; i <= n; i++) {
		v = verdict(i)
		why = v == "differs" ? reason(i) : ""
		if (why != "")
			v = "explained"
		x = result("m", 1, i)
		y = result("s", 1, i)
		print keys[i], x == "" ? "none" : x, y == "" ? "none" : y, v, why
	}
}
