#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/src.sh mainline|series|debug|mutants
#
# Lay a source tree out in build and print "DIR COMMIT":
#   mainline   the base and the measurement patch
#   series     the base, the series and the measurement patch
#   debug      the base and the series
#   mutants    the same, and the patch that MUTANT names, if it does
# With TOPICS="TOPIC...", debug has these topics of the series only.
# With OG_PREFIX=N, series has the first N patches of the series only. The measurement patch
# was made for mainline and for the whole series: between them the one that applies is
# taken, else one that can be merged three-way.
# Only files that changed are written, so that a build redoes no more.
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 1 ] || usage

cd "$TOP"
patches=
case $1 in
mainline | series | debug | mutants) ;;
*) usage ;;
esac
[ "$1" = mainline ] || patches=$(series | sed "s|^|$PATCHES/|")
case $1 in
mainline | series) patches="$patches $(ls tools/count/*.patch tools/count/"$1"/*.patch)" ;;
mutants) patches="$patches ${MUTANT:-}" ;;
esac

# counted WAY COMMIT SIDE: the commit with the measurement patch for that side.
counted() {
	# shellcheck disable=SC2086
	tools/base/apply.sh $1 "$src/.git" "$2" tools/count/*.patch tools/count/"$3"/*.patch
}

# prefix BASE: the commit of OG_PREFIX.
prefix() {
	# shellcheck disable=SC2046
	first=$(tools/base/apply.sh "$src/.git" "$1" \
		$(series | sed "${OG_PREFIX}q" | sed "s|^|$PATCHES/|")) || return 1
	for way in '' -3; do
		# A three-way merge asks for what the patches were made for.
		[ -z "$way" ] || {
			preimages "$src/.git" "$1"
			OG_WHY='' counted '' "$1" mainline >/dev/null 2>&1 || :
		}
		for side in series mainline; do
			! OG_WHY='' counted "$way" "$first" $side 2>/dev/null || return 0
		done
	done
	counted '' "$first" series
}

base=$(tools/base/base.sh) || exit 1
src=$BUILD/$1/src
[ -d "$src/.git" ] || room "$BUILD" 8
if [ "$(cat "$src/.git/objects/info/alternates" 2>/dev/null)" != "${base% *}/objects" ]; then
	rm -rf "$src"
	borrow "$src" "${base% *}"
fi
if [ "$1" = debug ] && [ -n "${TOPICS:-}" ]; then
	# shellcheck disable=SC2086
	commit=$(tools/series/topics.sh "$src/.git" "${base#* }" $TOPICS) || exit $?
elif [ "$1" = series ] && [ -n "${OG_PREFIX:-}" ]; then
	commit=$(prefix "${base#* }") || exit 1
else
	# shellcheck disable=SC2086
	commit=$(tools/base/apply.sh "$src/.git" "${base#* }" $patches) || exit 1
fi
# A file that was edited meanwhile is not what was asked for either.
if [ "$(git -C "$src" rev-parse -q --verify HEAD 2>/dev/null)" != "$commit" ] ||
	! git -C "$src" diff --quiet HEAD; then
	say "source tree $1"
	git -C "$src" checkout -q -f --detach "$commit" || die "cannot write $src: see above"
fi
echo "$src $commit"
