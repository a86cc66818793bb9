# SPDX-License-Identifier: GPL-2.0
# Read the console of a test guest: KUnit's KTAP (before the first "og: start"),
# then that of each program. Print "SUITE TEST RESULT REASON" parted by tabs,
# one line per test case; RESULT is pass, fail or skip. Failures too are a plan
# that is not kept or not there, a suite or program that fails as a whole, a line
# that a kernel message cuts, and what is missing: KUnit suites by name, programs
# by number (-v suites="A B" -v programs=N). A case that its harness ended for
# taking too long fails with a reason that begins with "timeout".
# What the checker of TLB debts has counted, "debt NAME NUMBER", are rows of the suite
# checker: it fails with -v debt=1 when that is not there or none was recorded, and in any
# case when some were lost, that is, never looked at.
function row(who, test, result, why) { print who, test, result, why }

# result WHO: $0 is a line of a case, without its indentation.
function result(who,    test, why, r) {
	r = /^not/ ? "fail" : "pass"
	test = $0
	sub(/^(not )?ok [0-9]+ *(- *)?/, "", test)
	why = ""
	if (match(test, / *# *SKIP */)) {
		if (r == "pass")
			r = "skip"
		why = substr(test, RSTART + RLENGTH)
		test = substr(test, 1, RSTART - 1)
	} else if (match(test, / *#/))
		test = substr(test, 1, RSTART - 1)
	if (r == "fail" && timeout)
		why = "timeout" (why == "" ? "" : ": " why)
	timeout = 0
	gsub(/ +$/, "", test)
	if (test == "")
		test = /^not/ ? $3 : $2
	row(who, test, r, why)
	return r
}

function plan_kept(who, plan, n) {
	if (plan >= 0 && plan != n)
		row(who, "plan", "fail", n " of " plan " tests reported")
}

# debts_kept: did the checker look at all debts, and at any?
function debts_kept() {
	if (!("lost" in debts) || !("recorded" in debts)) {
		row("checker", "counters", "fail", "the guest does not say what the debt checker counted")
		return
	}
	row("checker", "recorded", debts["recorded"] > 0 ? "pass" : "fail", debts["recorded"] " debts recorded")
	row("checker", "lost", debts["lost"] == 0 ? "pass" : "fail", debts["lost"] " debts lost")
}

# program_ends STATUS: with a status of 0 it must have said what it did.
function program_ends(status) {
	if (status == 4 || (status == 0 && skipped))
		row(program, "exit", "skip", why_skip)
	else if (status != 0)
		row(program, "exit", "fail", "status " status)
	else if (planned < 0 || !got)
		row(program, "exit", "fail", "no plan or no result")
	plan_kept(program, planned, got)
	nprograms++
	program = ""
}

function block_ends() {
	if (kunit || program != "")
		plan_kept(kunit ? "kunit" : program, planned, got)
	planned = -1
	got = skipped = 0
	why_skip = ""
}

# suite_ends: $0 is KUnit's line of a whole suite, which may fail by itself.
function suite_ends(    name) {
	name = /^not/ ? $4 : $3
	if (name == "-")
		name = /^not/ ? $5 : $4
	got++
	ran[name] = 1
	if (name != suite)
		splanned = -1
	if (/# *SKIP/) {
		if (name != suite)
			result("kunit")
	} else
		plan_kept(name, splanned, sgot)
	if (/^not/ && (name != suite || !sfailed))
		row(name, "suite", "fail", "failed as a whole")
	suite = ""
}

BEGIN { OFS = "\t"; planned = splanned = -1; got = 0; kunit = 1 }
{
	sub(/\r+$/, "")
	gsub(/\t/, " ")
	sub(/^\[ *[0-9]+\.[0-9]+\](\[ *[TC][0-9]+\])? ?/, "")
}
/^debt [a-z_]+ [0-9]+$/ { debts[$2] = $3; said++; next }
/^og: start / {
	block_ends()
	kunit = 0
	program = $3
	next
}
/^og: exit / { program_ends($4); block_ends(); next }
# The rest of such a line may look like a pass.
/^ *(n|no|not|not ok.*|o|ok.*) ?\[ *[0-9]+\.[0-9]+\]/ {
	row(kunit ? "kunit" : program, "line", "fail", "cut by a kernel message: " $0)
	next
}
# Just before the case whose line follows.
/^# .*: Test terminated by timeout$/ { timeout = 1 }
kunit && /^ *# .*: (try|test case|test case cleanup) timed out$/ { timeout = 1 }
/^ *Bail out!/ { row(kunit ? "kunit" : program, "bail", "fail", $0); next }
kunit && /^    # Subtest: / { suite = $3; splanned = -1; sgot = sfailed = 0; next }
kunit && /^    1\.\.[0-9]+/ { splanned = substr($1, 4) + 0; next }
kunit && /^    (not )?ok [0-9]/ {
	sub(/^ +/, "")
	sgot++
	if (result(suite) == "fail")
		sfailed = 1
	next
}
kunit && /^(not )?ok [0-9]/ { suite_ends(); next }
!kunit && /^1\.\.0 # *SKIP/ {
	skipped = 1
	why_skip = $0
	sub(/^1\.\.0 # *SKIP */, "", why_skip)
}
/^1\.\.[0-9]+/ { planned = substr($1, 4) + 0; next }
!kunit && /^(not )?ok [0-9]/ { got++; result(program); next }
END {
	if (debt || said)
		debts_kept()
	block_ends()
	n = split(suites, want, " ")
	for (i = 1; i <= n; i++)
		if (!(want[i] in ran))
			row("kunit", want[i], "fail", "this suite did not run to its end")
	if (nprograms + 0 < programs)
		row("guest", "programs", "fail", nprograms + 0 " of " programs " programs ended")
}
