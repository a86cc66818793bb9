#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/differ.sh
#
# tools/compare/differ.awk: what differs between two kernels.
set -u
. "$(dirname "$0")/../expect.sh"

printf 'a\tx\tpass\nb\tx\tpass\n' >"$T/m1"
printf 'a\tx\tfail\nb\tx\tpass\n' >"$T/s1"
printf 'a\tx\tfail\n' >"$T/m2"
expect 'differ: one run' 0 '^a	x	pass	fail	differs	$' \
	awk -f "$TOP/tools/compare/differ.awk" side=m "$T/m1" side=s "$T/s1"
expect 'differ: mainline varies, and shows it' 0 '^a	x	pass 1, fail 1	fail	varies	$' \
	awk -f "$TOP/tools/compare/differ.awk" side=m "$T/m1" "$T/m2" side=s "$T/s1" "$T/s1"
expect 'differ: the series alone varies' 0 '^a	x	pass	fail 1, pass 1	differs	$' \
	awk -f "$TOP/tools/compare/differ.awk" side=m "$T/m1" "$T/m1" side=s "$T/s1" "$T/m1"
printf 'p\tx\tpass\np\texit\t0\n' >"$T/well"
printf 'p\texit\ttimeout\n' >"$T/killed"
expect 'differ: mainline is killed once' 0 '^p	x	pass	pass	same	$' \
	awk -f "$TOP/tools/compare/differ.awk" side=m "$T/killed" "$T/well" side=s "$T/well" "$T/well"
expect 'differ: the series is killed' 0 '^p	x	pass	none	differs	$' \
	awk -f "$TOP/tools/compare/differ.awk" side=m "$T/well" side=s "$T/killed" "$T/killed"
printf 'guest\tend\tsplats\n' >"$T/splat"
expect 'differ: guests that die on both sides' 0 '^guest	end	splats	splats	differs	$' \
	awk -f "$TOP/tools/compare/differ.awk" side=m "$T/splat" side=s "$T/splat"
expect 'differ: what was not run again' 0 '^b	x	pass	pass	same	$' \
	awk -f "$TOP/tools/compare/differ.awk" side=m "$T/m1" "$T/m2" side=s "$T/s1" "$T/s1"
head -n 1 "$T/m1" >"$T/m1.short"
expect 'differ: a result that is missing' 0 '^b	x	none	pass	differs	$' \
	awk -f "$TOP/tools/compare/differ.awk" side=m "$T/m1.short" side=s "$T/s1"
exit "$failed"
