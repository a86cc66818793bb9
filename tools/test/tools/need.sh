#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/need.sh
#
# tools/base/need.sh: what it refuses.
set -u
. "$(dirname "$0")/../expect.sh"

expect 'need: an unknown configuration' 2 "'vax'" "$TOP/tools/base/need.sh" vax
exit "$failed"
