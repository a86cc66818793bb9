#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/archs.sh
#
# tools/series/archs.sh: what it refuses.
set -u
. "$(dirname "$0")/../expect.sh"

fake_topics
expect 'archs: an unknown topic' 2 "archs: unknown topic 'none': it is one of tests fixes-a" \
	of_many "$TOP/tools/series/archs.sh" -c none arc
exit "$failed"
