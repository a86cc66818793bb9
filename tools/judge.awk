# SPDX-License-Identifier: GPL-2.0
# Say what a results file does not prove, and fail on what contradicts itself:
# wrong data, or counters that differ from the kernel's own trace events.
BEGIN { FS = "\t" }
function far(a, b) { return a - b > 2 || b - a > 2 }
FNR == 1 { next }
{ m[$1, $2] = $3; s[$1, $2] = $4 }
$2 == "data_bad" && ($3 != 0 || $4 != 0) { print "FAIL: " $1 " saw wrong data"; bad = 1 }
$2 == "overlaps" && $1 ~ /_[24]$/ && ($3 == 0 || $4 == 0) {
	print "NOTE: " $1 " had no two gathers in flight at once: it proves nothing about overlaps"
}
$2 ~ /^trace_/ {
	c = substr($2, 7)
	# An event may fall between setting the trigger and reading the counters.
	if (far(m[$1, c], $3) || far(s[$1, c], $4)) {
		print "FAIL: " $1 ": " c " counts " m[$1, c] " and " s[$1, c] ", the trace event " $3 " and " $4
		bad = 1
	}
}
END { exit bad }
