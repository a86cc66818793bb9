# SPDX-License-Identifier: GPL-2.0
# Read the console of a test guest: KUnit's KTAP (before the first "og: start"),
# then that of each program. Print "SUITE TEST RESULT REASON" parted by tabs,
# one line per test case; RESULT is pass, fail or skip. A plan that is not kept,
# a program that fails and a missing KUnit or program (-v suites=N -v programs=N:
# at least so many) are failures too.
function row(suite, test, result, why) { print suite, test, result, why }

function result(suite,    test, why, r) {
	match($0, /ok [0-9]+ */)
	test = substr($0, RSTART + RLENGTH)
	sub(/^- /, "", test)
	r = /not ok/ ? "fail" : "pass"
	why = ""
	if (match(test, / *# *SKIP */)) {
		r = "skip"
		why = substr(test, RSTART + RLENGTH)
		test = substr(test, 1, RSTART - 1)
	} else if (match(test, / *#/))
		test = substr(test, 1, RSTART - 1)
	gsub(/ +$/, "", test)
	row(suite, test, r, why)
}

function plan_kept(who) {
	if (planned >= 0 && planned != got)
		row(who, "plan", "fail", got " of " planned " tests reported")
	planned = -1
	got = 0
}

BEGIN { OFS = "\t"; planned = -1; got = 0; kunit = 1 }
{ sub(/\r$/, ""); sub(/^\[ *[0-9]+\.[0-9]+\](\[ *[TC][0-9]+\])? ?/, "") }
/^og: start / {
	plan_kept(kunit ? "kunit" : program)
	kunit = 0
	program = $3
	next
}
/^og: exit / {
	plan_kept(program)
	if ($4 == 4)
		row(program, "exit", "skip", why_skip)
	else if ($4 != 0)
		row(program, "exit", "fail", "status " $4)
	else
		ended++
	nprograms++
	next
}
kunit && /^    # Subtest: / { suite = $3; next }
kunit && /^    (not )?ok [0-9]/ { sub(/^ +/, ""); result(suite); next }
kunit && /^(not )?ok [0-9]/ {
	got++
	nsuites++
	if (/# SKIP/ && suite != $3 && suite != $4)
		result("kunit")
	next
}
/^1\.\.[0-9]+/ { planned = substr($1, 4) + 0; next }
!kunit && /^1\.\.0 # SKIP/ { why_skip = substr($0, 11) }
!kunit && /^(not )?ok [0-9]/ { got++; result(program); next }
END {
	plan_kept(kunit ? "kunit" : program)
	if (nsuites + 0 < suites)
		row("kunit", "suites", "fail", nsuites + 0 " of at least " suites " suites ran")
	if (nprograms + 0 < programs)
		row("guest", "programs", "fail", nprograms + 0 " of " programs " programs ended")
}
