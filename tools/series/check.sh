#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/series/check.sh [-q]
#
# Read the patches and the scripts with the tools made for it: shellcheck,
# checkpatch --strict, git am and quilt on a pristine base, a refresh that must
# change nothing, the model of tools/model (checkpatch; does it compile without
# warnings, and is what it mirrors as it was?), each topic fixes-* by itself as make
# series makes it, patches/needs and tools/test/fixes, each mutant of mutants/ on
# the series (does it apply?), what is left to the gather (tools/series/cocci.sh), and sparse
# on the files the series touches (-q: sparse only where the x86_64 debug kernel is
# built already). Prints a line each and a table build/results/check.tsv; fails when one failed.
set -eu
. "$(dirname "$0")/../lib.sh"
quick=
[ "${1:-}" != -q ] || { quick=1; shift; }
[ $# -eq 0 ] || usage

lock
mkdir -p "$BUILD/results" "$BUILD/log"
tsv=$BUILD/results/check.tsv
: >"$tsv.new"
log=$BUILD/log/check
: >"$log"

# verdict NAME RESULT [WHY]: RESULT is pass, fail or skip.
verdict() {
	printf '%s\t%s\t%s\n' "$1" "$2" "${3:-}" >>"$tsv.new"
	printf '%-4s %s%s\n' "$2" "$1" "${3:+: $3}"
}

# finish: the table and the last line.
finish() {
	mv "$tsv.new" "$tsv"
	awk -F '\t' '{ n[$2]++ } END {
		printf("%d passed, %d failed, %d skipped\n", n["pass"], n["fail"], n["skip"])
		exit n["fail"] > 0
	}' "$tsv"
}

# need NAME COMMAND...: have its output in $log.out, without which nothing goes on.
need() {
	name=$1
	shift
	rm -f "$log.why"
	OG_WHY=$log.why "$@" >"$log.out" || {
		verdict "$name" fail "$(cat "$log.why" 2>/dev/null)"
		finish || exit 1
	}
}

# check NAME COMMAND...: passes when the command does.
check() {
	name=$1
	shift
	if "$@" >"$log.one" 2>&1; then
		verdict "$name" pass
	else
		verdict "$name" fail "$(grep -m1 -E 'ERROR|WARNING|CHECK|error|SC[0-9]' "$log.one" ||
			tail -n 1 "$log.one")"
	fi
	{ echo "== $name"; cat "$log.one"; } >>"$log"
}

# An author's Signed-off-by is for the person who posts the series; a new file
# is listed in MAINTAINERS by the patch that adds it, which checkpatch cannot see.
# checkpatch NAME: of standard input, less what NAME may have (tools/series/checkpatch).
checkpatch() {
	types=MISSING_SIGN_OFF,FILE_PATH_CHANGES
	while read -r pattern type; do
		# shellcheck disable=SC2254
		case $1 in
		\#*) ;;
		$pattern) types=$types,$type ;;
		esac
	done <"$TOP/tools/series/checkpatch"
	# From standard input: a file that git tracks is taken for a source file.
	perl "$src/scripts/checkpatch.pl" --root="$src" --strict --no-summary --terse \
		--show-types --ignore "$types" -
}

# shellcheck disable=SC2094
one_checkpatch() {
	checkpatch "$1" <"$1"
}

# model_checkpatch: of the model's files, as if a patch added them all.
model_checkpatch() {
	find tools/model -type f ! -path "*/generated/*" | sort | while read -r f; do
		git diff --no-index /dev/null "$f" || :
	done | checkpatch tools/model
}

# model_compiles: without a warning.
model_compiles() {
	make -s -C "$TOP/tools/model" -j "$(nproc)" KSRC="$src" OUT="$BUILD/check-model" EXTRA_CFLAGS=-Werror all
}

# shellcheck disable=SC2046
git_am() {
	[ -n "$(series)" ] || return 0
	git -C "$scratch" checkout -q -f --detach "$base" &&
		git -C "$scratch" am -q $(series | sed "s|^|$PATCHES/|")
}

quilt_push() (
	[ -n "$(series)" ] || return 0
	git -C "$scratch" checkout -q -f --detach "$base" &&
		cd "$scratch" && QUILT_PATCHES=$PATCHES QUILT_PC=$scratch/.git/pc \
		quilt --quiltrc /dev/null push -a -q
)

# applies PATCH: does it apply to what is in the index of $scratch?
applies() {
	git -C "$scratch" apply --cached --check "$1"
}

# series_in_index: as tools/base/apply.sh makes it of patches/.
series_in_index() {
	# shellcheck disable=SC2046
	commit=$("$TOP/tools/base/apply.sh" "$scratch/.git" "$base" $(series | sed "s|^|$PATCHES/|")) &&
		git -C "$scratch" read-tree "$commit"
}

# added PATCH: as applies, and it stays there for the next one.
added() {
	git -C "$scratch" apply --cached "$1"
}

# counts SIDE: make run applies tools/count to both, and tools/count/SIDE to one.
counts() {
	for p in "$TOP"/tools/count/*.patch "$TOP/tools/count/$1/"*.patch; do
		check "applies to $1: tools/count/$(basename "$p")" added "$p"
	done
}

refresh_is_quiet() {
	b=$BUILD/scratch-refresh r=0
	rm -rf "$b"
	mkdir -p "$b"
	cp -r "$PATCHES" "$b/patches" &&
		env BUILD="$b" PATCHES="$b/patches" "$TOP/tools/series/tree.sh" &&
		env BUILD="$b" PATCHES="$b/patches" "$TOP/tools/series/refresh.sh" &&
		diff -r "$PATCHES" "$b/patches" || r=1
	rm -rf "$b"
	return "$r"
}

# named_paths: what is named below tools/ is there, or the kernel's; MAINTAINERS has all files.
# shellcheck disable=SC2317
named_paths() {
	wrong=$(
		git -C "$TOP" grep -hoE '(^|[^[:alnum:]_/.}-])tools/[[:alnum:]_./-]+' -- . ':!patches/*/*.patch' ':!mutants' |
			sed -e 's/^[^t]//' -e 's/[.]$//' -e '/[A-Z][A-Z]/d' | sort -u | while read -r path; do
			[ -e "$TOP/$path" ] || [ -e "$TOP/$path.sh" ] || [ -e "$src/$path" ] ||
				echo "error: $path is named, and is not there"
		done
		git -C "$TOP" ls-files | awk 'NR == FNR { if (sub(/^F:\t/, "")) room[$0]; next }
			{ for (r in room) if (index($0, r) == 1) next; print "error: MAINTAINERS has no " $0 }' \
			"$TOP/MAINTAINERS" -
	)
	[ -z "$wrong" ] || { echo "$wrong"; return 1; }
}

need packages "$TOP/tools/base/need.sh" -c x86_64
say "scripts"
check shellcheck shellcheck -x -P "$TOP/tools/base:$TOP/tools/test/tools" \
	"$TOP"/tools/*.sh "$TOP"/tools/*/*.sh "$TOP"/tools/test/tools/*.sh "$TOP/.ci/run"

need 'source tree' "$TOP/tools/base/src.sh" debug
src=$(sed 's/ [^ ]*$//' "$log.out")
check "paths that are named, MAINTAINERS" named_paths
cd "$PATCHES"
for p in $(series); do
	check "checkpatch $p" one_checkpatch "$p"
done
cd "$TOP"
say "the model"
check 'checkpatch tools/model' model_checkpatch
check 'the model compiles without warnings' model_compiles
check 'what the model mirrors' "$TOP/tools/test/mirrors.sh" "$src"
check 'checksums of tools/model/mirrors that were renewed' "$TOP/tools/test/mirrors.sh" -l

say "git am, quilt, refresh"
need base "$TOP/tools/base/base.sh"
where=$(cat "$log.out")
base=${where#* }
scratch=$BUILD/scratch
trap 'rm -rf "$scratch" "$BUILD/scratch-refresh"' EXIT
rm -rf "$scratch"
borrow "$scratch" "${where% *}"
check 'git am of the series' git_am
check 'quilt push -a' quilt_push
say "topics by themselves"
check 'patches/needs' "$TOP/tools/series/needs.sh"
check 'tools/test/fixes' "$TOP/tools/test/fixes.sh" -c
for topic in $(topics | grep '^fixes-'); do
	check "git am of $topic on the base" "$TOP/tools/series/series.sh" "$topic"
done
say "what is applied for measurements and mutants"
check 'the base, for measurements' git -C "$scratch" read-tree "$base"
counts mainline
check 'the series, for measurements' series_in_index
counts series
check 'the series, for mutants' series_in_index
for p in "$TOP"/mutants/*/*.patch "$TOP"/mutants/arch/*/*.patch "$TOP"/tools/test/planted/*.patch; do
	[ ! -r "$p" ] || check "applies: ${p#"$TOP"/}" applies "$p"
done
rm -rf "$scratch"
check 'refresh of an unchanged tree' refresh_is_quiet

say "what is left to the gather"
check 'TLB flushes outside the gather' "$TOP/tools/series/cocci.sh" flushes "$src"
check 'changes of the pending state' "$TOP/tools/series/cocci.sh" pending "$src"

if [ -n "$quick" ] && [ ! -f "$BUILD/debug/obj/x86_64/vmlinux" ]; then
	verdict sparse skip 'the x86_64 debug kernel is not built'
else
	say "sparse"
	check sparse "$TOP/tools/series/sparse.sh"
fi

finish
