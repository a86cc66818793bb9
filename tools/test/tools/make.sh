#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/make.sh
#
# The words of make: what they become, and which are refused.
set -u
. "$(dirname "$0")/../expect.sh"

expect 'make run: unknown ARCH' 2 "unknown ARCH or CONFIG 'vax'" make -s -C "$TOP" run ARCH=vax
expect 'make: ARCH in the environment' 0 '^tools/measure/run.sh x86_64$' \
	env ARCH=vax make -s -n -C "$TOP" run
expect 'make: CONFIG for run' 0 '^tools/measure/run.sh arm64$' make -s -n -C "$TOP" run CONFIG=arm64
expect 'make: ARCH for test' 0 '^TOPICS="" tools/test/test.sh arm64$' make -s -n -C "$TOP" test ARCH=arm64
expect 'make: KEEP for mutants' 0 '^ONLY="" KEEP="1" tools/test/mutants.sh *$' make -s -n -C "$TOP" mutants KEEP=1
expect 'make: both, and they differ' 2 'ARCH=arm64 and CONFIG=s390x differ' \
	make -s -n -C "$TOP" test ARCH=arm64 CONFIG=s390x
exit "$failed"
