#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools.sh [TOOL...]
#
# Test the tools themselves without a kernel: what they must refuse, with which line and
# exit status. Without TOOL all files of tools/test/tools are run, each with a directory
# of its own. Prints "tools TEST RESULT REASON" lines parted by tabs, and "tools end pass" when
# it has come to its end; the status is 1 when one failed.
set -u
. "$(dirname "$0")/../lib.sh"
dir=$TOP/tools/test/tools

# names: of all of them.
names() {
	for f in "$dir"/*.sh; do
		basename "$f" .sh
	done
}

for tool; do
	[ -f "$dir/$tool.sh" ] || bad "unknown TOOL '$tool': it is one of $(names | paste -s -d ' ')"
done
[ $# -gt 0 ] || {
	# The guests of boot.sh take their time: they run beside the rest.
	beside=boot
	# shellcheck disable=SC2046
	set -- $(names | grep -vx boot)
}

tmp=$(mktemp -d "${TMPDIR:-/tmp}/og-tools.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
failed=0

# rows TOOL: its rows, and one more where its status says what none of them does.
rows() {
	rc=0
	"$dir/$1.sh" >"$tmp/$1" 2>"$tmp/$1.err" || rc=$?
	[ $rc -eq 0 ] || cut -f 3 "$tmp/$1" | grep -qx fail ||
		printf 'tools\t%s: end\tfail\tended with status %s: %s\n' "$1" $rc \
			"$(tail -n 1 "$tmp/$1.err")" >>"$tmp/$1"
	rm "$tmp/$1.err"
}

[ -z "${beside:-}" ] || rows "$beside" &
for tool; do
	rows "$tool"
	cat "$tmp/$tool"
done
wait
[ -z "${beside:-}" ] || cat "$tmp/$beside"
! cat "$tmp"/* | cut -f 3 | grep -qx fail || failed=1
printf 'tools\tend\tpass\t\n'
exit $failed
