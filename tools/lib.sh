# SPDX-License-Identifier: GPL-2.0
# Shared by the scripts of tools/: paths and messages. Sourced, never run.
# shellcheck shell=sh disable=SC2034

TOP=$(cd "$(dirname "$0")/.." && pwd)
BUILD=${BUILD:-$TOP/build}
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/one-gather
LC_ALL=C
export LC_ALL

# say WORDS: one line of progress, with the time since the command began.
: "${OG_START:=$(date +%s)}"
export OG_START
say() {
	og_t=$(($(date +%s) - OG_START))
	printf '[%3d:%02d] %s\n' $((og_t / 60)) $((og_t % 60)) "$*" >&2
}

# die WORDS: the one clear line that says what is wrong and what to do.
# It is kept in the file OG_WHY, where a caller wants it for a report.
die() {
	printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2
	[ -z "${OG_WHY:-}" ] || printf "%s\n" "$*" >"$OG_WHY"
	exit 1
}

# bad WORDS: the caller's words are off (exit status 2).
bad() {
	printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2
	exit 2
}

# usage: print the script's own head comment and stop.
usage() {
	sed -n '/^# Usage/,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

# room DIR GIB: stop unless DIR's file system has GIB GiB free.
room() {
	mkdir -p "$1" || die "cannot create $1"
	og_free=$(df -Pk "$1" | awk 'NR == 2 { print int($4 / 1048576) }')
	[ "$og_free" -ge "$2" ] ||
		die "$1 has $og_free GiB free and $2 GiB are needed: make room or set BUILD and XDG_CACHE_HOME"
}

# base_field NAME: one field of BASE.
base_field() {
	awk -v f="$1" '$1 == f { print $2; n++ } END { exit !n }' "${BASE_FILE:-$TOP/BASE}"
}

# series: the patches in order, relative to patches/.
series() {
	sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "${PATCHES:-$TOP/patches}/series"
}

# The table of configurations: configs lists them, cfg CONFIG FIELD reads one cell.
TABLE=$TOP/tools/configs/table
configs() {
	awk '!/^#/ && NF { print $1 }' "$TABLE"
}

cfg() {
	awk -v c="$1" -v f="$2" '
		/^# config / { for (i = 2; i <= NF; i++) col[$i] = i - 1 }
		!/^#/ && $1 == c { print $col[f]; n++ }
		END { exit n != 1 }' "$TABLE"
}

# known CONFIG: stop with the list of those that exist when it is none.
known() {
	configs | grep -qxF -- "$1" ||
		bad "unknown ARCH or CONFIG '$1': it is one of $(configs | tr '\n' ' ')"
}

# selftests: the kernel's own selftests that make test runs, one name a line.
selftests() {
	sed -e 's/#.*//' -e '/^$/d' "$TOP/tools/configs/selftests"
}

# borrow DIR GITDIR: make DIR a git repository that reads GITDIR's objects.
borrow() {
	git init -q "$1"
	echo "$2/objects" >"$1/.git/objects/info/alternates"
	[ ! -f "$2/shallow" ] || cp "$2/shallow" "$1/.git/shallow"
	git -C "$1" config user.name one-gather
	git -C "$1" config user.email one-gather@localhost
}
