# SPDX-License-Identifier: GPL-2.0
# Judge one detector of one mutant: print "VERDICT WHAT" parted by a tab, VERDICT
# being caught, survived or error. Reads the results (ktap.awk) of the unmutated
# kernel, then those of the mutant.
#   -v detector=kunit -v detail=[SUITE.CASE] -v suites="A B"
#   -v detector=selftest -v detail=PROGRAM[/TEST]
#   -v detector=model -v detail=[[SHAPE.]SCENARIO]
#   -v began=1   the mutant's guest began what the detector looks at
# A test that fails without the mutant, or that nobody ran, catches nothing.

# mine: is the row in $0 one that the detector looks at?
function mine() {
	if (detector == "kunit")
		return detail == "" ? $1 in kunit : $1 "." $2 == detail
	if (detector == "model")
		return detail == "" || $2 == detail || substr($2, index($2, ".") + 1) == detail
	return $1 == program && (test == "" || $2 == test)
}

# ended: is it one that says that the guest, or a program, did not come to its end?
function ended() {
	if (detector == "model")
		return 0
	if (detector == "kunit")
		return $1 == "kunit"
	return $1 == program && ($2 == "plan" || $2 == "exit") || $1 == "guest"
}

BEGIN {
	FS = OFS = "\t"
	n = split(suites, a, " ")
	for (i = 1; i <= n; i++)
		kunit[a[i]] = 1
	program = test = detail
	sub(/\/.*/, "", program)
	if (!sub(/^[^\/]*\//, "", test))
		test = ""
	name = "the tests"
	if (detail != "")
		name = detail
}
FNR == NR && mine() {
	base++
	if ($3 == "pass")
		passed[$1, $2] = 1
	else if ($3 == "fail" || detector != "model" && test != "" || detector == "kunit" && detail != "")
		bad = $2 " is " ($3 == "fail" ? "not ok" : "skipped") " without the mutant" ($4 ? ": " $4 : "")
}
FNR == NR && ended() && $3 == "fail" {
	before[$1, $2] = 1
	if (detector == "kunit")
		bad = $2 " did not run to its end without the mutant"
}
FNR == NR { next }
mine() && $3 == "fail" && passed[$1, $2] && what == "" { what = $2 }
mine() { rows++ }
ended() && $3 == "fail" && !(($1, $2) in before) && lost == "" { lost = $4 == "" ? $2 : $4 }
END {
	if (bad != "")
		print "error", bad
	else if (!base)
		print "error", name " did not run without the mutant"
	else if (what != "")
		print "caught", what
	else if (!began)
		print "error", "the guest did not get to " name
	else if (lost != "" && (rows < base || test == ""))
		print "caught", "no end: " lost
	else if (!rows)
		print "error", name " gave no result"
	else
		print "survived", ""
}
