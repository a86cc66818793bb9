#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/vmtests.sh
#
# tools/compare/vmtests.awk: the programs that run_vmtests.sh names.
set -u
. "$(dirname "$0")/../expect.sh"

# shellcheck disable=SC2016
printf 'CATEGORY="mmap" run_test ./a -x\nCATEGORY="thp" run_test bash ./b.sh\nCATEGORY="thp" run_test ./c ${P}\n' >"$T/vm"
expect 'vmtests: a line' 0 '^mmap:a:-x ./a -x$' awk -f "$TOP/tools/compare/vmtests.awk" "$T/vm"
expect 'vmtests: a script' 0 '^# left out: bash ./b.sh$' awk -f "$TOP/tools/compare/vmtests.awk" "$T/vm"
expect 'vmtests: what is not built' 0 '^# left out: ./c$' \
	awk -v have=a -f "$TOP/tools/compare/vmtests.awk" "$T/vm"
exit "$failed"
