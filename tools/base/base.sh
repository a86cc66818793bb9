#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/base.sh
#
# Have the base kernel as a git repository and print "GITDIR COMMIT".
# LINUX=DIR takes HEAD of a git checkout of v7.3. Otherwise Debian's source
# package that BASE names is fetched into the cache, its signature checked by
# apt and the tarball inside by BASE's checksum, and committed to a bare
# repository there, once.
#
# Environment:
#   LINUX        a git checkout of v7.3 to use instead of the package
#   MIRROR       Debian archive to fetch from (default: the system's own)
#   APT_ETC      where apt keeps its sources (/etc/apt)
#   BASE_FILE    another BASE
#   BASE_TARBALL a tarball to use in place of the one in the package
set -eu
. "$(dirname "$0")/../lib.sh"
. "$TOP/tools/base/apt.sh"
[ $# -eq 0 ] || usage

SERIES=${PACKAGE_SERIES:-7.3}

# Whose checkout it is does not matter: the caller names it, and it is only read.
from_checkout() {
	case $LINUX in
	*[[:space:]]*) die "LINUX=$LINUX has a blank in its path: move it" ;;
	esac
	git_there rev-parse --git-dir >/dev/null 2>&1 ||
		die "LINUX=$LINUX is no git checkout: give a checkout of v7.3"
	ver=$(git_there show HEAD:Makefile 2>/dev/null |
		awk '$1 == "VERSION" { v = $3 } $1 == "PATCHLEVEL" { print v "." $3; exit }')
	[ "$ver" = "$SERIES" ] ||
		die "LINUX=$LINUX is at version '$ver': check out v$SERIES there"
	printf '%s %s\n' "$(git_there rev-parse --path-format=absolute --git-common-dir)" \
		"$(git_there rev-parse HEAD)"
}

git_there() { git -c safe.directory='*' -C "$LINUX" "$@"; }

fetch_package() {
	say "fetching $package $version ($suite), about 167 MB"
	read_suite "$CACHE/apt" "$suite" "$package" "set LINUX to a git checkout of v$SERIES"
	if ! printf '%s\n' "$have" | grep -qxF "$version"; then
		new=$(printf '%s\n' "$have" | grep "^$SERIES\." | sort -V | tail -n 1)
		[ -n "$new" ] ||
			die "$package is gone from $suite: set LINUX to a git checkout of v$SERIES"
		say "NOTE: $package $version is gone from $suite, taking $new (its checksum is apt's, not BASE's)"
		version=$new
		sha256=
	fi
	(cd "$apt/deb" && private_apt apt-get download "$package=$version" >>"$apt/log" 2>&1) ||
		die "cannot fetch $package $version: check the network, or set LINUX (log: $apt/log)"
	deb=$(find "$apt/deb" -name "${package}_*.deb" | head -n 1)
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "./$tarball" >"$tar.part" ||
		die "no $tarball in $package $version"
	rm -rf "$apt/deb"
	mv "$tar.part" "$tar"
}

# Commit the tarball to the bare repository under a ref named by its checksum.
# Author and dates are fixed, so the commit is the same on every machine.
import() {
	say "unpacking $package $version into git (a minute, once)"
	rm -rf "$CACHE"/import.*
	work=$(mktemp -d "$CACHE/import.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	mkdir "$work/tree"
	tar -xJf "$tar" -C "$work/tree" --strip-components=1 ||
		die "cannot unpack $tar: remove it and run again"
	[ -d "$git" ] || git init -q --template= --bare "$git"
	GIT_DIR=$git GIT_WORK_TREE=$work/tree GIT_INDEX_FILE=$work/index
	export GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
	git -c core.autocrlf=false add -A -f
	tree=$(git write-tree)
	# Of a version that stands in for BASE's the tree is not known.
	[ -z "$sha256" ] || [ "$tree" = "$want" ] ||
		die "the base unpacks to tree $tree, BASE says $want: correct BASE, or look at tar and git here"
	GIT_AUTHOR_NAME=one-gather GIT_AUTHOR_EMAIL=one-gather@localhost
	GIT_COMMITTER_NAME=one-gather GIT_COMMITTER_EMAIL=one-gather@localhost
	GIT_AUTHOR_DATE='2026-11-15T00:00:00Z' GIT_COMMITTER_DATE='2026-11-15T00:00:00Z'
	export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME \
		GIT_COMMITTER_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE
	git update-ref "$ref" "$(git commit-tree -m "$package $version" "$tree")"
	unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
}

if [ -n "${LINUX:-}" ]; then
	from_checkout
	exit
fi

field() { base_field "$1" || die "BASE lacks $1: restore it from git"; }
package=$(field package)
suite=$(field suite)
version=$(field version)
tarball=$(field tarball)
sha256=$(field sha256)
want=$(field tree)
git=$CACHE/linux.git
ref=refs/heads/base-$sha256

in_cache() { git --git-dir="$git" rev-parse -q --verify "$1^{commit}" 2>/dev/null; }

# cached: print what is in the cache already. A ref in place names the version
# that was taken when BASE's was gone.
cached() {
	[ -z "${BASE_TARBALL:-}" ] || return 1
	if ! commit=$(in_cache "$ref"); then
		commit=$(in_cache "refs/in-place/$sha256") || return 1
		say "NOTE: $(git --git-dir="$git" show -s --format=%s "$commit") stands in for $version, which was gone"
	fi
	echo "$git $commit"
}

! cached || exit 0
# The cache belongs to all clones: one of them fills it, the others wait.
mkdir -p "$CACHE" || die "cannot create $CACHE"
exec 8>"$CACHE/lock"
flock -n 8 || { say "waiting for another fetch of the base"; flock 8; }
! cached || exit 0

room "$CACHE" 6
tar=${BASE_TARBALL:-$CACHE/linux-source.tar.xz}
if [ ! -f "$tar" ]; then
	[ -z "${BASE_TARBALL:-}" ] || die "BASE_TARBALL=$tar: no such file"
	fetch_package
fi
got=$(sha256sum "$tar" | cut -d' ' -f1)
if [ -n "$sha256" ] && [ "$got" != "$sha256" ]; then
	[ -n "${BASE_TARBALL:-}" ] || rm -f "$tar"
	die "checksum of the base is $got, BASE says $sha256: fetch it again, or correct BASE"
fi
[ -n "$sha256" ] || ref=refs/in-place/$(field sha256)
[ -z "${BASE_TARBALL:-}" ] || ref=refs/heads/base-$got
import
[ -n "${BASE_TARBALL:-}" ] || rm -f "$tar"
printf '%s %s\n' "$git" "$(git --git-dir="$git" rev-parse "$ref")"
