#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/clean.sh
#
# Remove what the scripts make in build, but not what somebody did in
# build/linux (FORCE=1 does), nor what is there of anybody else.
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 0 ] || usage

[ -d "$BUILD" ] || exit 0
lock
# The mark is what tells our commits from others: without one all are work.
if tree_work '' && [ -z "${FORCE:-}" ]; then
	die "$BUILD/linux has work that patches/ does not have: make refresh first, or FORCE=1 to drop it"
fi
cd "$BUILD"
rm -rf mainline series debug mutants model check-model posting linux log results results-* scratch scratch-refresh prefix-patches refresh.* lock
cd "$TOP"
rmdir "$BUILD" 2>/dev/null || say "not ours, left: $(find "$BUILD" -mindepth 1 -maxdepth 1 | tr '\n' ' ')"
