# SPDX-License-Identifier: GPL-2.0
# Fetch Debian packages of another suite, in a root of their own: the system's
# lists and sources stay as they are. Sourced after lib.sh, never run.
# shellcheck shell=sh disable=SC2154

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# The system's Debian archive, unless MIRROR says another. A cloud image may name
# a file of mirrors; the first one is taken.
mirror() {
	if [ -n "${MIRROR:-}" ]; then
		echo "$MIRROR"
		return
	fi
	etc=${APT_ETC:-/etc/apt}
	cat "$etc/sources.list" "$etc"/sources.list.d/*.list \
		"$etc"/sources.list.d/*.sources 2>/dev/null |
		sed -e 's/#.*//' -e 's/\[[^]]*\]//' |
		awk '$1 == "deb" || $1 == "URIs:" { for (i = 2; i <= NF; i++) print $i }' |
		while read -r uri; do
			case $uri in
			mirror+file:*)
				file=${uri#mirror+file:}
				awk '/^[a-z]+:/ { print $1; exit }' "/${file#//}" 2>/dev/null || :
				;;
			*) echo "$uri" ;;
			esac
		done | awk '/^[a-z]+:\/\/.*\/debian\/?$/ && !n++'
}

# private_apt COMMAND...: apt-get or apt-cache in the root $apt.
private_apt() {
	cmd=$1
	shift
	"$cmd" -q -o Dir::Etc::sourcelist="$apt/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$apt/lists" \
		-o Dir::Cache="$apt/cache" -o APT::Sandbox::User="" \
		-o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

# apt_room DIR ELSE: make DIR the root $apt, for the archive $url. ELSE is what to do
# where that fails.
apt_room() {
	apt=$1
	command -v apt-get >/dev/null || die "no apt-get here: $2"
	[ -r "$KEYRING" ] || die "no $KEYRING: install debian-archive-keyring"
	url=$(mirror)
	[ -n "$url" ] || die "no Debian archive among the system's apt sources: set MIRROR"
	# What an earlier fetch left may be another version.
	rm -rf "$apt/deb"
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/deb"
}

# read_suite DIR SUITE PACKAGE ELSE: read SUITE's lists in the root DIR and leave the
# versions of PACKAGE in $have.
read_suite() {
	apt_room "$1" "$4"
	printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$url" "$2" >"$apt/sources.list"
	updated=1
	private_apt apt-get update >"$apt/log" 2>&1 || updated=
	have=$(private_apt apt-cache madison "$3" 2>>"$apt/log" | awk '{ print $3 }')
	# A warning alone is no failure, unless nothing was read.
	if [ -z "$updated" ] || grep -q '^E:' "$apt/log" ||
		{ [ -z "$have" ] && grep -q '^W:' "$apt/log"; }; then
		die "cannot read suite $2 of the Debian archive: check the network, or $4 (log: $apt/log)"
	fi
}

# debian_arch CONFIG: the name that Debian gives its architecture, which stands in that of
# the C library.
debian_arch() {
	cfg "$1" packages | sed 's/.*,libc6-dev-\([^,]*\)-cross,.*/\1/'
}

# os_release: the system's own release, nothing where that is not said.
os_release() {
	sed -n 's/^VERSION_CODENAME=//p' "${OS_RELEASE:-/etc/os-release}" 2>/dev/null || :
}

apt_of_arch() {
	private_apt "$@" -o Dir::State::status=/dev/null -o APT::Architecture="$arch" \
		-o APT::Architectures="$arch"
}

# unpack_of_arch DIR PACKAGE MB: have what PACKAGE of the system's $release for $arch
# holds in $apt/root, where DIR is the root $apt. Nothing is installed.
unpack_of_arch() {
	[ -n "$release" ] || die "no VERSION_CODENAME in ${OS_RELEASE:-/etc/os-release}: which Debian is this?"
	apt_room "$1" "$2 cannot be had"
	rm -rf "$apt/root" "$apt/out"
	printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$url" "$release" >"$apt/sources.list"
	say "fetching $2 of $release for $arch, about $3 MB"
	log=$(dirname "$1")/log
	if ! apt_of_arch apt-get update >"$log" 2>&1 ||
		! (cd "$apt/deb" && apt_of_arch apt-get download "$2" >>"$log" 2>&1); then
		die "cannot fetch $2 of $release for $arch: check the network (log: $log)"
	fi
	dpkg-deb -x "$apt/deb/$2"_*.deb "$apt/root" >>"$log" 2>&1 ||
		die "cannot unpack $2 for $arch (log: $log)"
}
