#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/series/topics.sh GITDIR BASE TOPIC...
#
# Apply the patches of these topics only, in the order of patches/series, to the
# tree of the commit BASE without a work tree, and print the resulting commit. A
# patch stands behind others in the series than here, so each is merged three-way.
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -ge 2 ] || usage
git=$1 base=$2
shift 2

topics=$(chosen "$@") || exit 2
# shellcheck disable=SC2046,SC2086
set -- $(patches_of $topics)
# Those that begin the series were made for what is there.
# shellcheck disable=SC2046
[ "$(series | sed "s|^|$PATCHES/|" | head -n $#)" = "$(printf '%s\n' "$@")" ] ||
	preimages "$git" "$base"
exec "$TOP/tools/base/apply.sh" -3 "$git" "$base" "$@"
