#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/tools.sh
#
# tools/test/tools.sh: files of tests that pass, fail and end early.
set -u
. "$(dirname "$0")/../expect.sh"

expect 'tools: an unknown TOOL' 2 "tools: unknown TOOL 'none': it is one of archs base" "$TOP/tools/test/tools.sh" none
expect 'make test-tools' 0 '^tools/test/tools.sh a b$' make -s -n -C "$TOP" test-tools TOOL='a b'
copy
rm "$T/top/tools/test/tools"/*
# file NAME SCRIPT: of the tests that this copy has.
file() {
	printf '#!/bin/sh\n%s\n' "$2" >"$T/top/tools/test/tools/$1.sh"
	chmod +x "$T/top/tools/test/tools/$1.sh"
}
file boot 'printf "tools\tboot: x\tpass\t\n"'
file a 'printf "tools\ta: x\tpass\t\n"'
expect 'tools: all of them' 0 '^tools	boot: x	pass	$' "$T/top/tools/test/tools.sh"
expect 'tools: the end' 0 '^tools	end	pass	$' "$T/top/tools/test/tools.sh"
expect 'tools: one of them' 0 '^2$' sh -c "'$T/top/tools/test/tools.sh' a | grep -c ."
file a 'echo why >&2; exit 3'
expect 'tools: one that ends early' 1 '^tools	a: end	fail	ended with status 3: why$' "$T/top/tools/test/tools.sh"
file a 'printf "tools\ta: x\tfail\t\n"; exit 1'
expect 'tools: one that fails' 1 '^tools	a: x	fail	$' "$T/top/tools/test/tools.sh"
expect 'tools: has no row more' 1 '^2$' sh -c "'$T/top/tools/test/tools.sh' a >'$T/rows'; rc=\$?; grep -c . '$T/rows'; exit \$rc"
file boot 'printf "tools\tboot: x\tfail\t\n"; exit 1'
file a 'printf "tools\ta: x\tpass\t\n"'
expect 'tools: one that fails beside the rest' 1 '^tools	boot: x	fail	$' "$T/top/tools/test/tools.sh"
exit "$failed"
