#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/ktap.sh
#
# tools/test/ktap.awk: what a console becomes.
set -u
. "$(dirname "$0")/../expect.sh"

# ktap NAME EXPECTED CONSOLE: the lines that tools/test/ktap.awk makes of a console.
ktap() {
	# shellcheck disable=SC2016
	expect "ktap: $1" 0 "$2" sh -c 'printf "$1" | awk -v suites=mg -v programs=1 -f "$2"' sh \
		"$3" "$TOP/tools/test/ktap.awk"
}

reports() {
	k='[    0.1] KTAP version 1\n[    0.1] 1..1\n[    0.1]     # Subtest: mg\n'
	k="${k}[    0.1]     1..1\n[    0.1]     ok 1 range\n[    0.1] ok 1 mg\n"
	p='og: start prog\nTAP version 13\n1..1\n'
	ktap 'a KUnit case' '^mg	range	pass	$' "$k${p}ok 1 x\nog: exit prog 0\n"
	ktap 'a failed case' '^prog	a.b	fail	$' "$k${p}not ok 1 a.b\nog: exit prog 1\n"
	ktap 'a failed program' '^prog	exit	fail	status 1' "$k${p}not ok 1 a\nog: exit prog 1\n"
	ktap 'a skipped case' '^prog	a	skip	no THP' "$k${p}ok 1 a # SKIP no THP\nog: exit prog 0\n"
	ktap 'a plan not kept' '^prog	plan	fail	0 of 1' "$k${p}og: exit prog 0\n"
	ktap 'a KUnit plan not kept' '^kunit	plan	fail	0 of 1' "[    0.1] 1..1\n$p"
	ktap 'no KUnit' '^kunit	mg	fail	this suite did not run' "${p}ok 1 a\nog: exit prog 0\n"
	ktap 'no program' '^guest	programs	fail	0 of 1' "$k"
	kf=$(printf %s "$k" | sed "s/ok 1 mg/not ok 1 mg/")
	ktap 'a KUnit suite that fails as a whole' '^mg	suite	fail	failed as a whole' "$kf"
	ktap 'a KUnit suite without its plan kept' '^mg	plan	fail	1 of 2' \
		"$(printf %s "$k" | sed "s/    1..1/    1..2/")"
	ktap 'a KUnit case with parameters' '^mg	range	pass	$' \
		"$(printf %s "$k" | sed "s/     ok 1 r/         not ok 1 a\\\\n[ 0.1]     ok 1 r/")"
	ktap 'a program that says nothing' '^prog	exit	fail	no plan or no result' \
		"${k}og: start prog\\nog: exit prog 0\\n"
	ktap 'a program that skips' '^prog	exit	skip	no THP$' \
		"${k}og: start prog\\n1..0 # SKIP no THP\\nog: exit prog 4\\n"
	ktap 'a skip without a name' '^prog	1	skip	why$' "$k${p}ok 1 # SKIP why\\nog: exit prog 0\\n"
	ktap 'a name with "not ok" in it' '^prog	is not ok	pass	$' "$k${p}ok 1 is not ok\\nog: exit prog 0\\n"
	ktap 'a line that is cut' '^prog	line	fail	cut by' "$k${p}not [    3.4] msg\\nok 1 a\\nog: exit prog 0\\n"
	ktap 'bail out' '^prog	bail	fail	Bail out! no memory' "$k${p}Bail out! no memory\\n"
	ktap 'a case that took too long' '^prog	a	fail	timeout$' \
		"${k}${p}# a: Test terminated by timeout\\nnot ok 1 a\\nog: exit prog 1\\n"
	ktap 'a KUnit case that took too long' '^mg	range	fail	timeout$' \
		"$(printf %s "$k" | sed 's/    ok 1 range/    # range: try timed out\\n[ 0.1]     not ok 1 range/')"
	ktap 'a program that speaks of time' '^prog	a	fail	$' \
		"${k}${p}# it timed out\\nnot ok 1 a\\nog: exit prog 1\\n"
	ktap 'debts that are lost' '^checker	lost	fail	3 debts lost$' \
		"$k${p}ok 1 x\nog: exit prog 0\ndebt recorded 7\ndebt lost 3\n"
	ktap 'no debt recorded' '^checker	recorded	fail	0 debts recorded$' \
		"$k${p}ok 1 x\nog: exit prog 0\ndebt recorded 0\ndebt lost 0\n"
	ktap 'no debt lost' '^checker	lost	pass	0 debts lost$' "${k}debt recorded 7\r\ndebt lost 0\r\n"
	ktap 'half of the debts' '^checker	counters	fail	the guest does not say' "${k}debt recorded 7\n"
	expect 'ktap: a checker that says nothing' 0 '^checker	counters	fail	the guest does not say' \
		awk -v debt=1 -f "$TOP/tools/test/ktap.awk" /dev/null
}

reports
exit "$failed"
