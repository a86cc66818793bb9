#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/measure/bisect.sh CONFIG "WORKLOAD COUNTER"
#
# Name the patch that moved a count, a row of build/results/run-CONFIG.tsv. The row is counted
# on the base and on the whole series; where these differ, on prefixes of the series that
# halve what is left. A count that is neither is taken for the one that it is nearer to. A
# prefix that cannot be counted (it does not build, the measurement patch does not apply
# there, the guest fails) is named, and a neighbour stands in for it.
# Prints a table, and last "FIRST: patches/TOPIC/NNNN-....patch: count A -> B"; the table is
# build/results/bisect-CONFIG.tsv too: step, prefix (how many patches), count, what it is
# like (before, after, skip), last patch, reason.
#
# Environment:
#   FROM, TO   the first and the last patch that it may be: a topic or a number, of which 1
#              is the first patch of patches/series
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 2 ] || usage
known "$1"
config=$1 row=$2
[ "$(cfg "$config" run)" != - ] || bad "nothing is counted on $config"
[ -n "$row" ] || bad 'ROW names no row: give one as in ROW="clear_refs_1 sent_full"'
echo "$row" | grep -qxE '[a-z0-9_]+ [a-z0-9_]+' ||
	bad "ROW is '$row', not a workload and a counter with a blank between"
workload=${row% *} counter=${row#* }

# place WORD LAST: the number of the patch that FROM (TO, with LAST) names.
place() {
	case $1 in
	*[!0-9]*)
		chosen "$1" >/dev/null || return $?
		series | awk -F / -v topic="$1" -v last="$2" '
			$1 == topic && (last || !n) { n = NR }
			END { print n }'
		;;
	0* | ??????*) bad "the series has the patches 1 to $all, not '$1'" ;;
	*)
		[ "$1" -le "$all" ] || bad "the series has the patches 1 to $all, not '$1'"
		echo "$1"
		;;
	esac
}

# listed: the workloads there are, nothing where this machine cannot tell.
listed() {
	# shellcheck disable=SC2046
	! gcc -pthread -o "$tmp/workload" $(workload_sources) 2>/dev/null || "$tmp/workload" -l
}

# patch N: the Nth patch of the series.
patch() { series | sed -n "${1}p"; }

# tried COMMAND...: its status; one that a signal ended ends this script as well.
tried() {
	rc=0
	OG_WHY=$tmp/why "$@" || rc=$?
	case $rc in
	129 | 130 | 143) exit $rc ;;
	esac
	return $rc
}

# booted N: boot the first N patches with the workload, its console in $console.
booted() {
	side=series
	[ "$1" -gt 0 ] || side=mainline
	console=$BUILD/log/console-bisect-$config-$1
	tried env OG_PREFIX="$1" "$TOP/tools/base/kernel.sh" "$config" $side >"$tmp/image" || return 1
	# The guest is the same for all.
	[ -s "$tmp/initramfs" ] ||
		"$TOP/tools/base/guest.sh" "$config" "$BUILD/$side/src" >"$tmp/initramfs" || exit 1
	say "guest $config, $1 patches: booting"
	tried "$TOP/tools/base/boot.sh" "$config" "$(cat "$tmp/image")" "$(cat "$tmp/initramfs")" \
		"$console" og.quiet norandmaps "og.run=$(counting "$config"),$workload"
}

# counts N: leave the count of the first N patches in $value, or the reason in $tmp/why.
counts() {
	value=-
	echo "see above" >"$tmp/why"
	booted "$1" || return 1
	tr -d '\r' <"$console" >"$tmp/console"
	if ! grep -q '^og: exit workload 0$' "$tmp/console"; then
		echo "the workload fails (console: $console)" >"$tmp/why"
		return 1
	fi
	: >"$tmp/why"
	why=$(sed -n "s/^skip $workload //p" "$tmp/console")
	[ -z "$why" ] || die "$workload is skipped on $config: $why"
	value=$(awk -v w="$workload" -v c="$counter" \
		'$1 == "row" && $2 == w && $3 == c { print $4 }' "$tmp/console")
	[ -n "$value" ] || bad "$workload has no counter '$counter' on $config: it has $(awk -v w="$workload" \
		'$1 == "row" && $2 == w { print $3 }' "$tmp/console" | tr '\n' ' ')"
}

# like COUNT: "after" where it is nearer to the count of the last patch, else "before".
like() {
	awk -v n="$1" -v a="$before" -v b="$after" '
		function far(x, y) { return x > y ? x - y : y - x }
		BEGIN { print far(n, b) < far(n, a) ? "after" : "before" }'
}

# step N LIKE: a line of the table for the first N patches.
step() {
	steps=$((steps + 1))
	printf '%d\t%d\t%s\t%s\t%s\t%s\n' $steps "$1" "$value" "$2" \
		"$([ "$1" -gt 0 ] && patch "$1" || echo mainline)" "$(cat "$tmp/why")" >>"$tmp/tsv"
	say "step $steps, $1 patches: $row is $value ($2)"
}

# end N LIKE: count one end of the range, without which nothing can be said.
end() {
	counts "$1" || die "the first $1 patches cannot be counted: $(cat "$tmp/why")"
	step "$1" "$2"
}

# middle: the prefix nearest to the middle of those that are left, in $mid.
middle() {
	mid=$(awk -v lo="$lo" -v hi="$hi" -v skipped="$skipped" '
		function left(n) { return n > lo && n < hi && !(n in no) }
		BEGIN {
			n = split(skipped, s, " ")
			for (i = 1; i <= n; i++)
				no[s[i]]
			m = int((lo + hi) / 2)
			for (d = 0; d < hi - lo; d++) {
				if (left(m - d) || left(m + d)) {
					print left(m - d) ? m - d : m + d
					exit
				}
			}
			exit 1
		}')
}

# halve: until the patch is found, or nothing is left that can be counted.
halve() {
	skipped=
	while middle; do
		if ! counts "$mid"; then
			skipped="$skipped $mid"
			step "$mid" skip
			continue
		fi
		step "$mid" "$(like "$value")"
		case $(like "$value") in
		before) lo=$mid lo_value=$value ;;
		after) hi=$mid hi_value=$value ;;
		esac
	done
}

# table: the steps, for a person.
table() {
	awk -F '\t' 'BEGIN { printf("%4s  %6s  %10s  %-6s  %s\n", "step", "prefix", "count", "like", "last patch") }
		{ printf("%4d  %6d  %10s  %-6s  %s%s\n", $1, $2, $3, $4, $5, $6 == "" ? "" : ": " $6) }' "$tmp/tsv"
	awk -F '\t' -v a="$before" -v b="$after" '$3 != "-" && $3 != a && $3 != b { n++ } END {
		if (n)
			printf("NOTE: %d counts are neither %s nor %s, and are taken for the nearer one\n", n, a, b)
	}' "$tmp/tsv"
	mv "$tmp/tsv" "$results/bisect-$config.tsv"
	say "written: $results/bisect-$config.tsv"
}

# first: the last line.
first() {
	if [ $((hi - lo)) -eq 1 ]; then
		echo "FIRST: patches/$(patch "$hi"): count $lo_value -> $hi_value"
		return
	fi
	series | sed -n "$((lo + 1)),${hi}s|.*|FIRST, maybe: patches/&: count $lo_value -> $hi_value|p"
	die "it is one of $((hi - lo)) patches: what lies between cannot be counted, see above"
}

all=$(series | wc -l)
lo=$(place "${FROM:-1}" '') || exit $?
hi=$(place "${TO:-$all}" 1) || exit $?
[ "$lo" -le "$hi" ] || bad "FROM is patch $lo, which is behind TO, patch $hi"
lo=$((lo - 1))

lock
results=$BUILD/results
mkdir -p "$results"
tmp=$(mktemp -d "$results/.bisect-$config.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
listed >"$tmp/workloads"
[ ! -s "$tmp/workloads" ] || grep -qxF "$workload" "$tmp/workloads" ||
	bad "no workload '$workload': it is one of $(tr '\n' ' ' <"$tmp/workloads")"
rm -f "$results/bisect-$config.tsv"
"$TOP/tools/base/need.sh" -j "$config"

steps=0
end "$lo" before
before=$value lo_value=$value
end "$hi" after
after=$value hi_value=$value
if [ "$before" = "$after" ]; then
	table
	echo "$row is $before on both: no patch from $((lo + 1)) to $hi moves it, or some that cancel"
	exit
fi
halve
table
first
