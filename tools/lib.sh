# SPDX-License-Identifier: GPL-2.0
# Shared by the scripts in the rooms of tools/: paths, messages, the lock. Sourced, never run.
# shellcheck shell=sh disable=SC2034

# die WORDS: the one clear line that says what is wrong and what to do.
# It is kept in the file OG_WHY, where a caller wants it for a report.
die() {
	printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2
	[ -z "${OG_WHY:-}" ] || printf "%s\n" "$*" >"$OG_WHY"
	exit 1
}

# absolute PATH: the same path, whatever directory a script goes to.
absolute() {
	case $1 in
	/*) echo "$1" ;;
	*) echo "$PWD/$1" ;;
	esac
}

# The script that runs lies in a room of tools/.
TOP=$(cd "$(dirname "$0")" && pwd -P)
until [ -f "$TOP/tools/lib.sh" ]; do
	[ "$TOP" != / ] || die "$0 lies in no tools/"
	TOP=$(dirname "$TOP")
done
BUILD=$(absolute "${BUILD:-$TOP/build}")
PATCHES=$(absolute "${PATCHES:-$TOP/patches}")
[ -n "${XDG_CACHE_HOME:-}${HOME:-}" ] || die "no HOME: set it, or XDG_CACHE_HOME"
CACHE=$(absolute "${XDG_CACHE_HOME:-${HOME:-}/.cache}/one-gather")
case $TOP$BUILD$PATCHES$CACHE in
*[[:space:]]* | *:*)
	die "a blank or a colon in $TOP, $BUILD or $CACHE: kbuild cannot work there, move it"
	;;
esac
export BUILD

# The caller's habits must not change what is made: not those of git, and not
# the flags of a make around this, whose -s would silence kbuild's own make.
LC_ALL=C GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1
GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=core.attributesFile GIT_CONFIG_VALUE_0=/dev/null
GIT_CONFIG_KEY_1=core.excludesFile GIT_CONFIG_VALUE_1=/dev/null
export LC_ALL GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM GIT_ATTR_NOSYSTEM GIT_CONFIG_COUNT \
	GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 GIT_CONFIG_KEY_1 GIT_CONFIG_VALUE_1
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_CONFIG \
	GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_CONFIG_PARAMETERS GIT_NAMESPACE \
	GIT_TEMPLATE_DIR GIT_EXTERNAL_DIFF GIT_DIFF_OPTS MAKEFLAGS MFLAGS MAKELEVEL GNUMAKEFLAGS

# A script that is ended ends by its EXIT trap, which ends what it started.
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# lock: only one command at a time works in BUILD, with the scripts it calls.
lock() {
	[ "${OG_LOCK:-}" != "$BUILD" ] || return 0
	mkdir -p "$BUILD/log" || die "cannot create $BUILD"
	exec 9>"$BUILD/lock"
	flock -n 9 || die "another make works in $BUILD: wait for its end, or set BUILD"
	OG_LOCK=$BUILD
	export OG_LOCK
}

# tree_work KNOWN: does build/linux hold what would be lost? The mark has the
# HEAD that was written last; KNOWN is the one to expect where there is no mark.
tree_work() {
	og_git=$BUILD/linux/.git
	[ -d "$og_git" ] || return 1
	[ ! -d "$og_git/rebase-apply" ] && [ ! -d "$og_git/rebase-merge" ] || return 0
	og_head=$(git --git-dir="$og_git" rev-parse -q --verify HEAD) || return 1
	og_known=$(sed -n 2p "$og_git/og-tree" 2>/dev/null) || og_known=$1
	[ "$og_head" = "$og_known" ] || return 0
	[ -n "$(git -C "$BUILD/linux" status --porcelain)" ]
}

# say WORDS: one line of progress, with the time since the command began.
: "${OG_START:=$(date +%s)}"
export OG_START
say() {
	og_t=$(($(date +%s) - OG_START))
	printf '[%3d:%02d] %s\n' $((og_t / 60)) $((og_t % 60)) "$*" >&2
}

# bad WORDS: the caller's words are off (exit status 2).
bad() {
	printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2
	exit 2
}

# whole NAMES NUMBER...: stop unless each is a whole number from 1.
whole() {
	og_names=$1
	shift
	for og_n; do
		case $og_n in
		'' | *[!0-9]* | 0* | ??????????*) bad "$og_names are whole numbers from 1: '$og_n' is not" ;;
		esac
	done
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
	sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$PATCHES/series"
}

# topics: the folders of patches/, in the order of the series.
topics() {
	series | awk -F / '!n[$1]++ { print $1 }'
}

# chosen TOPIC...: these in the order of the series; stop at one that is none.
chosen() {
	for og_t; do
		topics | grep -qxF -- "$og_t" ||
			bad "unknown topic '$og_t': it is one of $(topics | tr '\n' ' ')"
	done
	topics | while read -r og_t; do
		case " $* " in
		*" $og_t "*) echo "$og_t" ;;
		esac
	done
}

# up_to TOPIC: the topics that the series has up to that one.
up_to() {
	topics | sed "/^$1\$/q"
}

# patches_of TOPIC...: the paths of their patches, in the order of the series.
patches_of() {
	series | awk -F / -v topics=" $* " -v dir="$PATCHES" 'index(topics, " " $1 " ") { print dir "/" $0 }'
}

# preimages GITDIR BASE: have there all that the patches were made for, which a three-way
# merge asks for. Of a series that does not apply it is what comes before that patch.
preimages() {
	# shellcheck disable=SC2046
	og_want="$2 $(cd "$PATCHES" && sha256sum $(series) /dev/null | sha256sum | cut -c1-32)"
	[ "$(cat "$1/og-preimages" 2>/dev/null)" != "$og_want" ] || return 0
	# shellcheck disable=SC2046
	! OG_WHY='' "$TOP/tools/base/apply.sh" "$1" "$2" $(series | sed "s|^|$PATCHES/|") >/dev/null 2>&1 ||
		echo "$og_want" >"$1/og-preimages"
}

# subject PATCH: as git takes it, without [PATCH].
subject() {
	git mailinfo -b /dev/null /dev/null <"$1" | sed -n 's/^Subject: //p'
}

# conflict FILE: of what git apply said, the line that matters.
conflict() {
	grep -m1 -E "with conflicts|^error: .*(does not|already) exist|^error: patch failed" "$1" ||
		head -n 1 "$1"
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
	sed -e 's/#.*//' -e '/^$/d' "$TOP/tools/test/selftests"
}

# programs CONFIG [SRC]: all that make test runs in a guest, one name a line. With SRC,
# those that this tree has.
programs() {
	selftests | while read -r og_p; do
		[ -n "${2:-}" ] && [ ! -f "$2/tools/testing/selftests/mm/$og_p.c" ] || echo "$og_p"
	done
	[ "$1" != sparc64 ] || echo vmloop
}

# traced CONFIG: do its counting kernels have the trace events to hold the counters against?
traced() {
	case ,$(cfg "$1" run), in *,trace,*) ;; *) return 1 ;; esac
}

# counting CONFIG: the program that og.run= names to count, and what it is told. Names of
# workloads may follow; it counts all without.
counting() {
	echo "workload,-s,$(cfg "$1" scale)$(traced "$1" && echo ,-t)"
}

# workload_sources: the files that this program is made from.
workload_sources() {
	for og_f in workload dontneed protect reclaim team guest proc; do
		echo "$TOP/tools/guest/$og_f.c"
	done
}

# borrow DIR GITDIR: make DIR a git repository that reads GITDIR's objects.
borrow() {
	git init -q --template= "$1"
	mkdir -p "$1/.git/objects/info"
	echo "$2/objects" >"$1/.git/objects/info/alternates"
	[ ! -f "$2/shallow" ] || cp "$2/shallow" "$1/.git/shallow"
	git -C "$1" config user.name one-gather
	git -C "$1" config user.email one-gather@localhost
}

# fragments CONFIG: the files of tools/configs that its debug kernel is made from.
fragments() {
	for og_f in common "$(cfg "$1" kernel)" $(cfg "$1" debug | tr ',' ' '); do
		echo "$TOP/tools/configs/$og_f.config"
	done
}

# owes CONFIG [SRC]: does its debug kernel have the checker of TLB debts? With SRC, of that tree.
owes() {
	[ -z "${2:-}" ] || has_symbol "$2" TLB_DEBT || return 1
	# shellcheck disable=SC2046
	grep -qx CONFIG_TLB_DEBT=y $(fragments "$1")
}

# has_symbol SRC NAME: does a Kconfig file of that tree define CONFIG_NAME?
has_symbol() {
	git -C "$1" grep -qE "^[[:space:]]*(menu)?config $2\$" HEAD -- "*Kconfig*"
}

# suites CONFIG [SRC]: the KUnit suites that its debug fragments ask for, by the names
# they have: CONFIG_MMU_GATHER_KUNIT_TEST is mmu_gather. With SRC, those that it has.
suites() {
	# shellcheck disable=SC2046
	sed -n "s/^CONFIG_\(.*\)_KUNIT_TEST=y$/\1/p" $(fragments "$1") |
		while read -r symbol; do
			[ -z "${2:-}" ] || has_symbol "$2" "${symbol}_KUNIT_TEST" || continue
			printf "%s " "$symbol"
		done | tr '[:upper:]' '[:lower:]'
}

# What starts a line of the kernel that is a splat. It is behind the time stamp,
# or at the start of a line; what a test says about itself (KTAP) starts otherwise.
# "[#1]" counts the oopses; the archs' names for them differ.
SPLAT='WARNING: |BUG: |BUG [[:alnum:]_-]+ \(.*\): |kernel BUG at|Oops[ :]|Internal error: |Kernel panic|INFO: (rcu|task|lockdep|possible|trying to register)|Call [Tt]race:|(-+)?\[ cut here \]|UBSAN: |possible (circular|recursive)|suspicious RCU|Unable to handle|unreferenced object|general protection|list_(add|del) corruption|bad: scheduling|.*hard LOCKUP|Bad kernel stack|Unrecoverable |page dumped because|[^#]*(: [0-9a-f]{4,}|ilc:[0-9]+|sig: [0-9]+) \[#[0-9]+\]'
SPLAT="(^|\\[ *[0-9]+\\.[0-9]+\\](\\[ *[TC][0-9]+\\])? )([[:alnum:]_./-]+: )?($SPLAT)"
