# SPDX-License-Identifier: GPL-2.0
# Say what a results file does not prove, and fail on what contradicts itself:
# wrong data, or counters that differ from the kernel's own trace events. What
# is not there proves nothing either: each workload that counts its ops must say
# that it looked at its data and, with -v trace=1, what the trace events were.
BEGIN {
	FS = "\t"
	ntraced = split("ipi_full ipi_ranged remote_full remote_ranged", traced, " ")
}
function far(a, b) { return a - b > 2 || b - a > 2 }
function fail(why) { print "FAIL: " why; bad = 1 }
function zero(w, metric) { return m[w, metric] == 0 || s[w, metric] == 0 }
function enough(w, side) { print "NOTE: in " w " no allocation failed on " side ": there it counts what it counts with enough memory" }
FNR == 1 { next }
{ m[$1, $2] = $3; s[$1, $2] = $4 }
$2 == "ops" { workload[++nworkloads] = $1 }
$2 == "data_bad" && ($3 != 0 || $4 != 0) { fail($1 " saw wrong data") }
# More than one thread was at work.
(($2 == "members" && $3 > 1) || ($2 == "overlaps" && $1 ~ /^jemalloc/)) && zero($1, "overlaps") {
	print "NOTE: " $1 " had no two gathers in flight at once: it proves nothing about overlaps"
}
$2 == "merged" && ($3 == 0 || $4 == 0) {
	print "NOTE: in " $1 " KSM merged nothing: it proves nothing about KSM"
}
# Where nothing asked for memory without waiting, the row is that of enough memory.
$2 == "failed" && $3 == 0 { enough($1, "mainline") }
$2 == "failed" && $4 == 0 { enough($1, "the series") }
$2 ~ /^trace_/ {
	c = substr($2, 7)
	# An event may fall between setting the trigger and reading the counters.
	if (far(m[$1, c], $3) || far(s[$1, c], $4))
		fail($1 ": " c " counts " m[$1, c] " and " s[$1, c] ", the trace event " $3 " and " $4)
}
END {
	for (i = 1; i <= nworkloads; i++) {
		w = workload[i]
		if ((w, "own_gathers") in m && m[w, "own_gathers"] && zero(w, "own_overlaps"))
			print "NOTE: " w " met no gather of the threads beside it: it proves nothing about overlaps"
		if (!((w, "data_bad") in m))
			fail(w " does not say whether its data was right")
		for (t = 1; trace && t <= ntraced; t++)
			if (!((w, "trace_" traced[t]) in m) || !((w, traced[t]) in m))
				fail(w " lacks " traced[t] " or trace_" traced[t])
	}
	exit bad
}
