#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/dropped.sh
#
# tools/base/dropped.sh: what Kconfig has not taken of a fragment.
set -u
. "$(dirname "$0")/../expect.sh"

printf 'CONFIG_A=y\n# CONFIG_B is not set\n' >"$T/frag"
printf 'CONFIG_B=y\n' >"$T/config"
expect 'dropped: a symbol asked for' 0 '^CONFIG_A=y$' "$TOP/tools/base/dropped.sh" "$T/config" "$T/frag"
expect 'dropped: a symbol asked to be off' 0 '^# CONFIG_B is not set$' \
	"$TOP/tools/base/dropped.sh" "$T/config" "$T/frag"
exit "$failed"
