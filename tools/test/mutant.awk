# SPDX-License-Identifier: GPL-2.0
# Judge one detector of one mutant: print "VERDICT WHAT" parted by a tab, VERDICT
# being caught, survived, crash or error. Reads the results (ktap.awk) of the
# unmutated kernel, then those of the mutant.
#   -v detector=kunit -v detail=[SUITE.CASE] -v suites="A B"
#   -v detector=selftest -v detail=PROGRAM[/TEST]
#   -v detector=model -v detail=[[SHAPE.]SCENARIO]
#   -v began=1    the mutant's guest began what the detector looks at
#   -v died=LINE  what the mutant's kernel said last, if it died
# Caught is a case that passes without the mutant and is "not ok" with it, by its own
# word: neither a case that ran out of time, nor one that gave no result, as its line
# was cut or the guest ended, catches anything. A test that fails without the mutant,
# or that nobody ran, does not either. The model catches by a rule that is broken, or
# a sanitizer: that it was ended or searched too little, or gives no reason, is no catch.

# no_rule REASON: is it that the model itself did not do what it should?
function no_rule(why) {
	return why == "" || why ~ /more than [0-9]+ (states|decisions)|no end after|event.* (did not|never)|without a result/
}

# mine: is the row in $0 a case that the detector looks at?
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
	single = detector == "selftest" ? test != "" : detail != ""
	name = "the tests"
	if (detail != "")
		name = detail
}
FNR == NR && mine() {
	base++
	if ($3 == "pass") {
		passed[$1, $2] = 1
		npassed++
	} else if ($3 == "fail" || detector != "model" && single)
		bad = $2 " is " ($3 == "fail" ? "not ok" : "skipped") " without the mutant" ($4 ? ": " $4 : "")
}
FNR == NR && ended() && $3 == "fail" {
	before[$1, $2] = 1
	if (detector == "kunit" && !single)
		bad = $2 " did not run to its end without the mutant"
}
FNR == NR { next }
mine() && passed[$1, $2] {
	if (!(($1, $2) in had))
		rows++
	had[$1, $2] = 1
	if ($3 == "fail" && $4 ~ /^timeout/)
		late = late == "" ? $2 : late
	else if ($3 == "fail" && detector == "model" && no_rule($4))
		bound = bound == "" ? $2 " fails by no rule: " ($4 == "" ? "no reason" : $4) : bound
	else if ($3 == "fail" && what == "")
		what = $2 (detector == "model" ? ": " $4 : "")
	else if ($3 == "skip" && skipped == "")
		skipped = $2 ($4 ? ": " $4 : "")
}
ended() && $3 == "fail" && !(($1, $2) in before) && lost == "" { lost = $4 == "" ? $2 : $4 }
END {
	if (bad != "")
		print "error", bad
	else if (!base)
		print "error", name " did not run without the mutant"
	else if (!npassed)
		print "error", name " is skipped without the mutant"
	else if (what != "")
		print "caught", what
	else if (bound != "")
		print "error", bound
	else if (late != "")
		print "error", late " ran out of time"
	else if (died != "" && rows < npassed)
		print "crash", died
	else if (!began)
		print "error", "the guest did not get to " name
	else if (rows < npassed && single)
		print "error", name " gave no result" (lost != "" ? ": " lost : "")
	else if (rows < npassed)
		print "error", rows + 0 " of " npassed " cases gave a result" (lost != "" ? ": " lost : "")
	else if (skipped != "")
		print "error", "skipped with the mutant: " skipped
	else
		print "survived", ""
}
