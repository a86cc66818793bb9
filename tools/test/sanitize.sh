#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/sanitize.sh kasan CONFIG [SECONDS [SEED]]
#
# Run the debug kernel of a configuration with a sanitizer: KASAN and kmemleak. First with
# what tools/test/planted has for it, which it has to find. Then, without it, KUnit and the
# selftests of make test, and tools/guest/stress.c for SECONDS (default 1200). Prints a row
# each; the table is build/results/sanitize-SAN-CONFIG.tsv, the last line
# "N passed, N failed, N skipped".
set -eu
. "$(dirname "$0")/../lib.sh"
case $# in 2 | 3 | 4) ;; *) usage ;; esac
san=$1 config=$2 secs=${3:-1200} seed=${4:-1}
case $san in kasan) ;; *) bad "unknown SAN '$san': it is kasan" ;; esac
known "$config"
case $config in
x86_64 | arm64) ;;
*) bad "no $san for $config here: CONFIG is x86_64 or arm64" ;;
esac
whole "SECONDS and SEED" "$secs" "$seed"

lock
name=sanitize-$san-$config
results=$BUILD/results tsv=$BUILD/results/$name.tsv planted=$TOP/tools/test/planted/$san.patch
mkdir -p "$results" "$BUILD/log"
rm -f "$tsv"
"$TOP/tools/base/need.sh" "$config"
OG_WHY=$BUILD/log/why
export OG_WHY FRAGMENT="$san"

# guest WHAT SECONDS WORDS...: boot $image; what it says is in $console, and why it failed in $OG_WHY.
guest() {
	console=$BUILD/log/console-$name-$1 limit=$2
	shift 2
	say "guest $config: ${console##*-}"
	: >"$console"
	echo 'see the log' >"$OG_WHY"
	THREAD=$(cfg "$config" thread) MEMORY=4096 HANG=900 LIMIT=$((limit + 900)) \
		"$TOP/tools/base/boot.sh" "$config" "$image" "$initramfs" "$console" \
		panic_on_warn=1 hugepages=8 "$@"
}

# row SUITE TEST RESULT [WHY]
row() {
	printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}" >>"$tsv.new"
	printf '%-4s %s.%s%s\n' "$3" "$1" "$2" "${4:+: $4}"
}

# clean WHAT: the row of a guest that was to find nothing, and to look for leaks.
clean() {
	if [ "$rc" -ne 0 ]; then
		row "$san" "$1" fail "$(cat "$OG_WHY")"
	elif ! grep -qa "^og: leaks looked for" "$console"; then
		row "$san" "$1" fail "nobody looked for leaks (console: $console)"
	else
		row "$san" "$1" pass
	fi
}

: >"$tsv.new"
image=$(MUTANT=$planted "$TOP/tools/base/kernel.sh" "$config" mutants) || exit 1
initramfs=$("$TOP/tools/base/guest.sh" "$config" "$BUILD/mutants/src") || exit 1
found=$(sed -n 's/^Found: //p' "$planted")
guest planted 120 kunit.enable=0 "og.run=stress,60,$seed" || :
if grep -qaE "$found" "$console"; then
	row "$san" planted pass
else
	row "$san" planted fail "not found: $found (console: $console)"
fi

image=$("$TOP/tools/base/kernel.sh" "$config" mutants) || exit 1
"$TOP/tools/base/guest.sh" "$config" "$BUILD/mutants/src" >/dev/null || exit 1
programs=$(programs "$config" | awk '{ printf("%s%s", sep, $1); sep = "+" }')
rc=0
guest tests 4500 "og.run=$programs" || rc=$?
clean tests
awk -f "$TOP/tools/test/ktap.awk" -v suites="$(suites "$config")" -v programs="$(programs "$config" | wc -l)" \
	"$console" >>"$tsv.new"
rc=0
guest stress "$((secs + secs / 4))" kunit.enable=0 "og.run=stress,$secs,$seed" || rc=$?
clean stress
grep -qa '^og: exit stress 0' "$console" || row stress exit fail "stress failed (console: $console)"

mv "$tsv.new" "$tsv"
awk -F '\t' '$3 == "fail" { print "FAIL: " $1 "." $2 ": " $4 } { n[$3]++ }
	END {
		printf("%d passed, %d failed, %d skipped\n", n["pass"], n["fail"], n["skip"])
		exit n["fail"] > 0 || !n["pass"]
	}' "$tsv"
