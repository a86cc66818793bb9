# SPDX-License-Identifier: GPL-2.0
# Read the topics in their order, one a line, then patches/needs, and print what
# -v topic=TOPIC needs, directly or not, in that order. Without a topic, the file is
# checked only. A line of patches/needs is one of
#   TOPIC: TOPIC...            it needs these, which come before it
#   exception: TOPIC TESTS...  so far code does not apply without these topics of tests
# Nothing else may need a topic tests or tests-*, but such a topic itself. The first
# thing that is wrong is printed as "FAIL: ..." and the status is 1.
function fail(why) {
	if (!failed)
		print "FAIL: " why
	failed = 1
	exit 1
}

function is_test(t) { return t ~ /^tests(-|$)/ }

# add TOPIC NEED: it must be one of those that come before.
function add(t, need) {
	if (!(need in at))
		fail(t " needs " need ", which is no topic of patches/series: correct the name")
	if (index(needs[t] " ", " " need " "))
		return
	needs[t] = needs[t] " " need
}

# visit TOPIC PATH: what it needs is marked, and PATH leads to it.
function visit(t, path,    n, i, list) {
	if (index(path " ", " " t " "))
		fail("the needs go round in a circle:" path " " t ": take one of them out")
	n = split(needs[t], list, " ")
	for (i = 1; i <= n; i++) {
		visit(list[i], path " " t)
		marked[list[i]] = 1
	}
}

NR == FNR { at[$1] = ++ntopics; name[ntopics] = $1; next }
{ sub(/#.*/, "") }
!NF { next }
$1 == "exception:" {
	if (NF < 3)
		fail("line " FNR " is no \"exception: TOPIC TESTS\": mend it")
	if (!($2 in at))
		fail("an exception is for " $2 ", which is no topic of patches/series: correct the name")
	for (i = 3; i <= NF; i++) {
		if (!is_test($i))
			fail("an exception of " $2 " is " $i ", which is no topic of tests: say \"" $2 ": " $i "\"")
		add($2, $i)
		allowed[$2, $i] = 1
	}
	next
}
$1 !~ /^[a-z0-9-]+:$/ { fail("line " FNR " is no \"TOPIC: TOPIC...\": mend it") }
{
	t = substr($1, 1, length($1) - 1)
	if (!(t in at))
		fail("the topic " t " is not in patches/series: correct the name or remove the line")
	if (t in line)
		fail("the topic " t " has two lines: make them one")
	line[t] = 1
	for (i = 2; i <= NF; i++)
		add(t, $i)
}
END {
	if (failed)
		exit 1
	for (i = 1; i <= ntopics; i++)
		visit(name[i], "")
	for (i = 1; i <= ntopics; i++) {
		n = split(needs[name[i]], list, " ")
		for (j = 1; j <= n; j++) {
			if (at[list[j]] > i)
				fail(name[i] " needs " list[j] ", which is later in patches/series: put it before")
			if (is_test(list[j]) && !is_test(name[i]) && !((name[i], list[j]) in allowed))
				fail(name[i] " needs " list[j] ", and code needs no tests: mend the patches, or say \"exception: " name[i] " " list[j] "\"")
		}
	}
	if (topic == "")
		exit 0
	for (i in marked)
		delete marked[i]
	visit(topic, "")
	for (i = 1; i <= ntopics; i++)
		if (name[i] in marked)
			print name[i]
}
