#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base.sh
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
#   BASE_FILE    another BASE
#   BASE_TARBALL a tarball to use in place of the one in the package
set -eu
. "$(dirname "$0")/lib.sh"
[ $# -eq 0 ] || usage

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
SERIES=${PACKAGE_SERIES:-7.3}

from_checkout() {
	git -C "$LINUX" rev-parse --git-dir >/dev/null 2>&1 ||
		die "LINUX=$LINUX is no git checkout: give a checkout of v7.3"
	ver=$(git -C "$LINUX" show HEAD:Makefile 2>/dev/null |
		awk '$1 == "VERSION" { v = $3 } $1 == "PATCHLEVEL" { print v "." $3; exit }')
	[ "$ver" = "$SERIES" ] ||
		die "LINUX=$LINUX is at version '$ver': check out v$SERIES there"
	printf '%s %s\n' "$(git -C "$LINUX" rev-parse --path-format=absolute --git-common-dir)" \
		"$(git -C "$LINUX" rev-parse HEAD)"
}

# The system's Debian archive, unless MIRROR says another.
mirror() {
	if [ -n "${MIRROR:-}" ]; then
		echo "$MIRROR"
		return
	fi
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
		/etc/apt/sources.list.d/*.sources 2>/dev/null |
		sed -e 's/#.*//' -e 's/\[[^]]*\]//' |
		awk '$1 == "deb" || $1 == "URIs:" {
			for (i = 2; i <= NF; i++)
				if ($i ~ /:\/\/.*\/debian\/?$/) { print $i; exit }
		}'
}

# apt in a root of its own: the system's lists and sources stay as they are.
private_apt() {
	cmd=$1
	shift
	"$cmd" -q -o Dir::Etc::sourcelist="$apt/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$apt/lists" \
		-o Dir::Cache="$apt/cache" -o APT::Sandbox::User="" \
		-o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

fetch_package() {
	command -v apt-get >/dev/null ||
		die "no apt-get here: set LINUX to a git checkout of v$SERIES"
	[ -r "$KEYRING" ] || die "no $KEYRING: install debian-archive-keyring"
	url=$(mirror)
	[ -n "$url" ] || die "no Debian archive among the system's apt sources: set MIRROR"
	apt=$CACHE/apt
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/deb"
	printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$url" "$suite" >"$apt/sources.list"
	say "fetching $package $version ($suite), about 167 MB"
	if ! private_apt apt-get update >"$apt/log" 2>&1 || grep -q "^[EW]:" "$apt/log"; then
		die "cannot read suite $suite of the Debian archive: check the network, or set LINUX (log: $apt/log)"
	fi
	have=$(private_apt apt-cache madison "$package" | awk '{ print $3 }')
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
	rm -rf "$CACHE/import"
	mkdir -p "$CACHE/import"
	tar -xJf "$tar" -C "$CACHE/import" --strip-components=1 ||
		die "cannot unpack $tar: remove it and run again"
	[ -d "$git" ] || git init -q --bare "$git"
	GIT_DIR=$git GIT_WORK_TREE=$CACHE/import GIT_INDEX_FILE=$CACHE/import.index
	export GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
	rm -f "$GIT_INDEX_FILE"
	git -c core.autocrlf=false add -A -f
	GIT_AUTHOR_NAME=one-gather GIT_AUTHOR_EMAIL=one-gather@localhost
	GIT_COMMITTER_NAME=one-gather GIT_COMMITTER_EMAIL=one-gather@localhost
	GIT_AUTHOR_DATE='2026-11-15T00:00:00Z' GIT_COMMITTER_DATE='2026-11-15T00:00:00Z'
	export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME \
		GIT_COMMITTER_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE
	commit=$(git commit-tree -m "$package $version" "$(git write-tree)")
	git update-ref "$ref" "$commit"
	unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
	rm -rf "$CACHE/import" "$CACHE/import.index"
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
git=$CACHE/linux.git
ref=refs/heads/base-$sha256

in_cache() { git --git-dir="$git" rev-parse -q --verify "$1^{commit}" 2>/dev/null; }

# A ref in place names the version that was taken when BASE's was gone.
if [ -z "${BASE_TARBALL:-}" ]; then
	if commit=$(in_cache "$ref"); then
		echo "$git $commit"
		exit
	fi
	if commit=$(in_cache "refs/in-place/$sha256"); then
		say "NOTE: $(git --git-dir="$git" show -s --format=%s "$commit") stands in for $version, which was gone"
		echo "$git $commit"
		exit
	fi
fi

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
