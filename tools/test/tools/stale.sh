#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/stale.sh
#
# tools/measure/stale.sh: around a guest that says what it is told.
set -u
. "$(dirname "$0")/../expect.sh"

copy
expect 'stale: nothing to measure' 2 'nothing to measure on ppc64le-hash' \
	"$T/top/tools/measure/stale.sh" ppc64le-hash
mkdir -p "$T/top/mutants"
# shellcheck disable=SC2016
stub boot 'printf "stale: 2 disturbances\nstale nothing 9 8 7 6 5 4 3\nog: exit stale 0\n" >"$4"'
expect 'stale: not all measured' 1 'arm64 did not measure all' "$T/top/tools/measure/stale.sh" arm64
expect 'stale: leaves no table' 1 '' test -e "$BUILD/results/stale-arm64.tsv"
# shellcheck disable=SC2016
stub boot 'printf "stale: 1 disturbances\nstale nothing 9 8 7 6 5 4 3\nog: exit stale 0\n" >"$4"'
expect 'stale: all measured' 0 '^arm64 +nothing +9 +8 +7 +6 +5 +4 +3$' "$T/top/tools/measure/stale.sh" arm64
exit "$failed"
