#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/series/needs.sh [TOPIC]
#
# Print the topics that TOPIC needs beside the base, one a line in the order of
# patches/series, by patches/needs (tools/series/needs.awk says what a line of it is); a
# topic without a line there needs none. The whole file is checked, and without
# TOPIC that is all. So are the names of the topics.
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -le 1 ] || usage
[ $# -eq 0 ] || chosen "$1" >/dev/null

for topic in $(topics); do
	case $topic in
	*[!a-z0-9-]*) die "the topic '$topic' has a name of more than a-z, 0-9 and '-': rename its folder" ;;
	# What build/series has of make run, and a word of patches/needs.
	src | obj | guest | ltp | kselftest | exception) die "a topic cannot be called '$topic': rename its folder" ;;
	esac
done
needs=$PATCHES/needs
[ -f "$needs" ] || needs=/dev/null
out=$(topics | awk -v topic="${1:-}" -f "$TOP/tools/series/needs.awk" - "$needs") ||
	die "patches/needs: ${out#FAIL: }"
[ -z "$out" ] || printf '%s\n' "$out"
