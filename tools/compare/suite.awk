# SPDX-License-Identifier: GPL-2.0
# Read the console of a guest that has run tools/guest/suite.c and print
# "NAME TEST RESULT" parted by tabs: a line for each result of TAP (addresses and
# numbers that differ from run to run are cut from its text; where a text comes
# again it gets a number), for each kind of result of LTP with how often it came,
# and the status of each program as the test "exit".
#   -v done=1   the guest has come to its end
function row(name, test, result) {
	if (seen[name, test]++)
		test = test " (" seen[name, test] ")"
	print name, test, result
}

BEGIN { OFS = "\t" }
{
	sub(/\r+$/, "")
	gsub(/\t/, " ")
}
!/^suite: / { next }
$3 == "exit" && NF == 4 {
	for (w in count) {
		row($2, w, count[w])
		delete count[w]
	}
	row($2, "exit", $4)
	next
}
{
	name = $2
	sub(/:$/, "", name)
	line = $0
	sub(/^suite: [^ ]*: */, "", line)
	gsub(/\033\[[0-9;]*m/, "", line)
	sub(/^[ #]+/, "", line)
}
line ~ /^(not )?ok / {
	result = line ~ /^not/ ? "fail" : "pass"
	sub(/^(not )?ok [0-9]* *(- *)?/, "", line)
	if (line ~ /# *SKIP/)
		result = "skip"
	sub(/ *# .*/, "", line)
	sub(/Extra pages .*/, "Extra pages", line)
	gsub(/0x[0-9a-f]+/, "0x", line)
	gsub(/[0-9]+\.[0-9]+/, "N", line)
	gsub(/[0-9][0-9][0-9][0-9][0-9]+/, "N", line)
	row(name, line == "" ? "-" : line, result)
	next
}
match(line, /T(PASS|FAIL|BROK|CONF|WARN)/) { count[substr(line, RSTART, 5)]++ }
