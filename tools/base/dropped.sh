#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/dropped.sh DOTCONFIG FRAGMENT...
#
# Print each line of the fragments that a kernel's .config does not have. A
# later fragment overrides an earlier one.
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -ge 2 ] || usage
for f; do
	[ -r "$f" ] || die "no $f"
done
config=$1
shift

cat "$@" | awk -v config="$config" '
	BEGIN {
		while ((getline l < config) > 0) {
			have[l] = 1
			if (split(l, p, "=") > 1)
				set[p[1]] = 1
		}
	}
	/^CONFIG_/ { split($0, p, "="); want[p[1]] = $0 }
	/^# CONFIG_.* is not set$/ { want[$2] = $0 }
	END {
		for (s in want)
			if (want[s] ~ /^#/ ? (s in set) : !(want[s] in have))
				print want[s]
	}' | sort
