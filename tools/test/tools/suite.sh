#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/suite.sh
#
# tools/compare/suite.awk: what the console of a list of tests becomes.
set -u
. "$(dirname "$0")/../expect.sh"

printf 'og: start suite\nsuite: p: ok 1 at 0x7f12 took 1.25 s\nsuite: p: not ok 2 b # why\nsuite: p: # ok 3 c # SKIP no\nsuite: p exit 1\n' >"$T/console"
expect 'suite: TAP' 0 '^p	at 0x took N s	pass$' awk -f "$TOP/tools/compare/suite.awk" "$T/console"
expect 'suite: a skip' 0 '^p	c	skip$' awk -f "$TOP/tools/compare/suite.awk" "$T/console"
exit "$failed"
