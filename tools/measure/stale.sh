#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/measure/stale.sh [CONFIG...]
#
# How long does an emulated CPU keep a TLB entry that nobody flushes? Boot the
# mutant that clears entries without a flush, and there run tools/guest/stale.c;
# default: each configuration that has such a mutant. The table is
# build/results/stale-CONFIG.tsv: disturbance, rounds, rounds in which the entry
# was kept to the end (500 ms), reads it served (least, median), microseconds it
# lived (least, median, most). There is none unless all were measured. Here times
# mean something: nothing is compared.
#
# Environment:
#   THREAD   multi or single TCG threads (default: the table's)
set -eu
. "$(dirname "$0")/../lib.sh"

# mutant CONFIG: the one whose MADV_DONTNEED flushes nothing.
mutant() {
	case $1 in
	x86_64 | arm64 | ppc64le-radix) echo gather/no-flush ;;
	s390x) echo arch/s390/s390-local-only ;;
	*) return 1 ;;
	esac
}

# measured CONSOLE: its rows, parted by tabs; fails unless each disturbance has one
# and the program has come to its end.
measured() {
	tr -d '\r' <"$1" | awk '
		BEGIN { OFS = "\t" }
		/^stale: [0-9]+ disturbances$/ { want = $2 }
		/^stale [a-z0-9_]+( -?[0-9]+)+$/ && NF == 9 { n++; $1 = $1; sub(/^stale\t/, ""); print }
		/^og: exit stale / { status = $4 }
		END { exit !(want > 0 && n == want && status == "0") }'
}

for config; do
	known "$config"
	mutant "$config" >/dev/null ||
		bad "nothing to measure on $config: there the kernel and QEMU's TLB drop an entry in one call"
done
[ $# -gt 0 ] || set -- x86_64 arm64 ppc64le-radix s390x

lock
results=$BUILD/results
mkdir -p "$results" "$BUILD/log"
"$TOP/tools/base/need.sh" "$@"
for config; do
	tsv=$results/stale-$config.tsv
	rm -f "$tsv" "$tsv.new"
	MUTANT=$TOP/mutants/$(mutant "$config").patch
	export MUTANT
	image=$("$TOP/tools/base/kernel.sh" "$config" mutants) || exit 1
	initramfs=$("$TOP/tools/base/guest.sh" "$config" "$BUILD/mutants/src") || exit 1
	console=$BUILD/log/console-stale-$config
	say "guest $config: booting"
	# Its KUnit fails, and it may splat: it was broken for that.
	THREAD=${THREAD:-$(cfg "$config" thread)} MEMORY=$(cfg "$config" memory) "$TOP/tools/base/boot.sh" "$config" "$image" \
		"$initramfs" "$console" og.quiet og.run=stale 2>"$BUILD/log/boot-stale" || {
		rc=$?
		[ $rc -lt 129 ] || exit $rc
	}
	measured "$console" >"$tsv.new" ||
		die "$config did not measure all: $(tail -n 1 "$BUILD/log/boot-stale") (console: $console)"
	mv "$tsv.new" "$tsv"
	awk -F '\t' -v c="$config" '
		BEGIN { printf("%-14s %-14s %6s %4s %11s %11s %9s %9s %9s\n", "config", "between reads",
			"rounds", "kept", "reads least", "median", "us least", "median", "most") }
		{ printf("%-14s %-14s %6d %4d %11d %11d %9d %9d %9d\n", c, $1, $2, $3, $4, $5, $6, $7, $8) }
		' "$tsv"
done
