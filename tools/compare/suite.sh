#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/compare/suite.sh CONFIG NAME DIR
#
# Run other people's tests on mainline and on the series, and compare: DIR has the
# programs and the file "list" of tools/guest/suite.c. The kernels are those of
# make run. What differs is run again on both, AGAIN times: it varies by itself only
# if mainline alone shows all that the series does. Prints what differs or varies,
# and the totals; the table is build/results/NAME-CONFIG.tsv. Fails when a difference
# is not explained in tools/compare/explained-NAME, and when not all was run to its
# end: a test that is not there or was not begun, a guest that died or splat, be it
# on both sides (a line "guest<tab>end<tab>REASON" of that file allows that).
#
# Environment:
#   TIMEOUT, TOTAL   seconds for one test (60) and for all in one guest (1200)
#   AGAIN            how often what differs is run again (3), if not more than 30 differ
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 3 ] || usage
known "$1"
config=$1 name=$2 dir=$3
case ${AGAIN:-3} in
*[!0-9]*) bad "AGAIN is a number, not '$AGAIN'" ;;
esac
[ -s "$dir/list" ] || die "$dir/list is empty: no test to run"

lock
results=$BUILD/results
mkdir -p "$results"
rm -f "$results/$name-$config.tsv"
tmp=$(mktemp -d "$results/.$name.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# pack WHICH: the initramfs of guest.sh with DIR in /t and the list runner.
pack() {
	base=$("$TOP/tools/base/guest.sh" "$config" "$BUILD/$1/src") || exit 1
	guest=$(dirname "$base")
	{
		cat "$guest/list"
		echo "file /bin/suite $guest/suite 0755 0 0"
		(cd "$dir" && find . -mindepth 1 -type d | sed 's|^\./||' | sort) |
			awk 'BEGIN { print "dir /t 0755 0 0" } { print "dir /t/" $0 " 0755 0 0" }'
		# What a program is linked with has to be where it looks for it.
		(cd "$dir" && find . -type f | sed 's|^\./||') | awk -v d="$dir" '
			/^lib\// || /^lib64\// { next }
			{ print "file /t/" $0 " " d "/" $0 " 0755 0 0" }'
		[ ! -d "$dir/lib" ] || (cd "$dir/lib" && find . -type f | sed 's|^\./||') |
			awk -v d="$dir" 'BEGIN { print "dir /lib 0755 0 0"; print "slink /lib64 lib 0777 0 0" }
				{ print "file /lib/" $0 " " d "/lib/" $0 " 0755 0 0" }'
	} >"$tmp/list"
	"$(dirname "$guest")/gen_init_cpio" -t 0 "$tmp/list" >"$tmp/initramfs" ||
		die "cannot pack the programs of $dir"
}

# run WHICH OUT [NAME...]: results in $tmp/OUT.
run() {
	which=$1 out=$2
	shift 2
	image=$("$TOP/tools/base/kernel.sh" "$config" "$which") || exit 1
	pack "$which"
	console=$BUILD/log/console-$name-$config-$out
	: >"$console"
	say "guest $config $which: booting for $name"
	words="suite,-t,${TIMEOUT:-60},-T,${TOTAL:-1200},/t/list$(printf ',%s' "$@" | sed 's/^,$//')"
	rc=0
	HANG=$((${TIMEOUT:-60} + 120)) LIMIT=$((${TOTAL:-1200} + 300)) "$TOP/tools/base/boot.sh" "$config" \
		"$image" "$tmp/initramfs" "$console" og.quiet "og.run=$words" 2>"$tmp/boot" || rc=$?
	case $rc in
	129 | 130 | 143) exit $rc ;;
	esac
	awk -f "$TOP/tools/compare/suite.awk" "$console" >"$tmp/$out"
	# A guest that dies, or splats, does so as one more test of its own.
	printf 'guest\tend\t%s\n' "$(sed -n 's/^boot: //p' "$tmp/boot" | sed -e 's/(console: .*//' \
		-e 's/[0-9][0-9]*/N/g' | sed 1q)" >>"$tmp/$out"
}

# differ: all runs so far, in $tmp/tsv.
differ() {
	m='' s=''
	for f in "$tmp"/m[0-9]*; do [ ! -f "$f" ] || m="$m $f"; done
	for f in "$tmp"/s[0-9]*; do [ ! -f "$f" ] || s="$s $f"; done
	# shellcheck disable=SC2086
	awk -v explained="$TOP/tools/compare/explained-$name" -f "$TOP/tools/compare/differ.awk" \
		side=m $m side=s $s >"$tmp/tsv"
}

run mainline m1
run series s1
differ
# By the first cell: one program may have many lines.
again=$(awk -F '\t' '$5 == "differs" && $1 != "guest" { print $1 }' "$tmp/tsv" | sort -u)
n=$(echo "$again" | grep -c .) || :
i=1
[ "$n" -gt 0 ] && [ "$n" -le 30 ] || i=$((${AGAIN:-3} + 1))
while [ $i -le "${AGAIN:-3}" ]; do
	say "$n tests differ: run $i of ${AGAIN:-3} more"
	i=$((i + 1))
	# shellcheck disable=SC2086
	run mainline m$i $again
	# shellcheck disable=SC2086
	run series s$i $again
done
[ "$n" -eq 0 ] || differ

awk -F '\t' '$5 != "same" {
	printf("%-9s %s: %s: mainline %s, series %s%s\n", $5, $1, $2, $3, $4, $6 ? " (" $6 ")" : "")
}' "$tmp/tsv"
cp "$tmp/tsv" "$results/$name-$config.tsv"
awk -F '\t' -v tests="$(grep -c . "$dir/list")" '
	$2 == "exit" {
		ran[$1] = 1
		if ($3 $4 ~ /timeout|late/)
			slow++
		if ($3 $4 ~ /late/)
			late++
	}
	$1 == "guest" && ($3 != "well" || $4 != "well") && $5 != "explained" { died = 1 }
	$1 != "guest" { n++; v[$5]++; r[$4]++ }
	$1 == "guest" { v[$5]++ }
	END {
		for (t in ran) programs++
		if (programs < tests || late)
			print "FAIL: not all tests were begun: give more time by TOTAL"
		if (died)
			print "FAIL: a guest did not end well"
		printf("%d of %d tests run (%d without an end), %d results: %d alike, %d vary, %d differ and are explained, %d differ\n",
			programs, tests, slow, n, v["same"], v["varies"], v["explained"], v["differs"])
		exit v["differs"] > 0 || programs < tests || late || died || n <= slow
	}' "$tmp/tsv"
