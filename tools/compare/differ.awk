# SPDX-License-Identifier: GPL-2.0
# Compare the results (tools/compare/suite.awk) of mainline and of the series, each run
# once or more: files named m1 m2 .. and s1 s2 .. by -v side=m and -v side=s before
# them. Print "NAME TEST MAINLINE SERIES VERDICT REASON" parted by tabs, VERDICT being
#   same       one result, on both sides and in all runs
#   varies     mainline has had more than one, and all of the series among them
#   differs    the series has had a result that mainline never had, or has no other
#   explained  differs, and -v explained=FILE has a line "NAME TEST REASON" for it,
#              parted by tabs, NAME and TEST being what awk takes for a regex
# A result of more than one run is given with the number of runs that had it, as in
# "pass 3, fail 1". A later run counts for those programs only that it has. The rows
# of "guest" differ if any guest ended otherwise than well.
# A case that is missing as its program was killed has no result in that run.
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
	# What a test that was killed had no time for says nothing.
	if ((s, r, prog[i] OFS "exit") in got && got[s, r, prog[i] OFS "exit"] == "timeout")
		return ""
	return (s, r, prog[i]) in ran ? "none" : ""
}

# count SIDE ROW: fill seen[SIDE, RESULT] and kinds[SIDE]; all of them, with their numbers.
function count(s, i,    r, x, list, k, text) {
	kinds[s] = 0
	for (r = 1; r <= run[s]; r++) {
		x = result(s, r, i)
		if (prog[i] == "guest" && x == "")
			x = "well"
		if (x == "")
			continue
		if (!seen[s, x]++)
			list[++kinds[s]] = x
	}
	if (kinds[s] == 1)
		return list[1]
	for (k = 1; k <= kinds[s]; k++)
		text = text (k > 1 ? ", " : "") list[k] " " seen[s, list[k]]
	return text
}

function verdict(i,    m, s, x, k) {
	split("", seen)
	text["m"] = count("m", i)
	text["s"] = count("s", i)
	for (k in seen) {
		split(k, f, SUBSEP)
		if (f[1] == "s" && !(("m", f[2]) in seen) || prog[i] == "guest" && f[2] != "well")
			return "differs"
	}
	if (!kinds["m"] != !kinds["s"])
		return "differs"
	return kinds["m"] > 1 ? "varies" : "same"
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
		print keys[i], text["m"] == "" ? "none" : text["m"], text["s"] == "" ? "none" : text["s"], v, why
	}
}
