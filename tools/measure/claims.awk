# SPDX-License-Identifier: GPL-2.0
# Hold the claims of Documentation/claims against build/results (-v results=DIR,
# -v only=NAME for one results file). Prints one line a check; fails when one
# does not hold. What has no results file yet is said and does not count.
#
#   Check: FILE WORKLOAD METRIC mainline|series OP VALUE
#
# where OP is = <= >= and VALUE a number.
BEGIN { FS = "[ \t]+" }

function load(file,    l, f, path) {
	if (file in loaded)
		return loaded[file]
	path = results "/" file ".tsv"
	loaded[file] = 0
	while ((getline l < path) > 0) {
		split(l, f, "\t")
		v[file, f[1], f[2], "mainline"] = f[3]
		v[file, f[1], f[2], "series"] = f[4]
		loaded[file] = 1
	}
	return loaded[file]
}

function holds(got, op, want) {
	return op == "=" ? got == want : op == "<=" ? got <= want : op == ">=" ? got >= want : 0
}

/^Claim:/ { sub(/^Claim:[ \t]*/, ""); claim = $0 }
/^Check:/ {
	if (NF != 7 || $5 !~ /^(mainline|series)$/ || $6 !~ /^([<>]?=)$/) {
		print FILENAME ":" FNR ": not a check: " $0
		bad = 1
		next
	}
	if (only != "" && $2 != only)
		next
	if (!load($2)) {
		print "no results yet: " $2 ": " claim
		next
	}
	n++
	if (!(($2, $3, $4, $5) in v)) {
		print "FAIL: " $2 " has no " $3 " " $4 ": " claim
		bad = 1
	} else if (!holds(v[$2, $3, $4, $5] + 0, $6, $7 + 0)) {
		print "FAIL: " $3 " " $4 " " $5 " is " v[$2, $3, $4, $5] ", not " $6 " " $7 ": " claim
		bad = 1
	} else
		held++
}
END {
	printf "claims: %d of %d checks hold\n", held, n
	exit bad
}
