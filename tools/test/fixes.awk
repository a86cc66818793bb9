# SPDX-License-Identifier: GPL-2.0
# Read the console of a guest that ran each test by itself, "PROG,-r,TEST" and so on in
# og.run=, and print "TEST RESULT REASON" parted by tabs for those that were begun:
#   -v tests="PROG.TEST..."  what og.run= had, in that order
#   -v splats="LINE..."      the numbers of the lines of the console that are a splat
#   -v why=REASON            why the guest did not come to its end, if it did not
# RESULT is pass, fail, skip, or none where there is no such test. A splat while a test
# runs is a failure of it, and so is the end of the guest.
function ends(status,    result, reason) {
	if (splat != "") {
		result = "fail"
		reason = splat
	} else if (bad != "" || died) {
		result = "fail"
		reason = died ? "the guest ends: " why : bad
	} else if (skipped != "") {
		result = "skip"
		reason = skipped
	} else if (!good) {
		result = "none"
		reason = "no result (status " status ")"
	} else if (status != 0) {
		result = "fail"
		reason = "status " status
	} else
		result = "pass"
	print test[running], result, reason
	running = 0
}

BEGIN {
	OFS = "\t"
	ntests = split(tests, test, " ")
	n = split(splats, lines, " ")
	for (i = 1; i <= n; i++)
		is_splat[lines[i]] = 1
}
{
	sub(/\r+$/, "")
	gsub(/\t/, " ")
}
/^og: start / && begun < ntests {
	running = ++begun
	splat = bad = skipped = ""
	good = 0
	next
}
!running { next }
(FNR in is_splat) && splat == "" { splat = $0 }
/^og: exit / { ends($4); next }
/^not ok / { bad = bad == "" ? $0 : bad }
/^ok .*# *SKIP|^1\.\.0 # *SKIP/ { skipped = $0; sub(/.*# *SKIP */, "", skipped); skipped = "skipped: " skipped; next }
/^ok [0-9]/ { good++ }
END {
	if (!running)
		exit
	died = 1
	ends("none")
}
