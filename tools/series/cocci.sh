#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/series/cocci.sh flushes|pending [DIR]
#
# Look in the C code of the kernel tree DIR (default: the base and the series) for what
# is left to the gather, list it, and fail when there is any:
#   flushes   flush_tlb_range() and the like in generic code, outside the functions
#             that scripts/coccinelle/api/flush_tlb_range.cocci of the tree names. spatch
#             runs it twice: with "-D all" it has to see each use that tools/series/uses.awk finds.
#   pending   what changes the pending state of an mm, but mm/mmu_gather.c and
#             init_tlb_flush_pending() for kernel/fork.c (tools/series/uses.awk says what that is)
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 1 ] || [ $# -eq 2 ] || usage
case $1 in
flushes | pending) ;;
-*) usage ;;
*) bad "unknown check '$1': it is flushes or pending" ;;
esac

if [ $# -gt 1 ]; then
	src=$(absolute "$2")
	git -C "$src" rev-parse -q --verify HEAD >/dev/null 2>&1 || die "$src is no git tree"
else
	lock
	tree=$("$TOP/tools/base/src.sh" debug) || exit 1
	src=${tree% *}
fi
cd "$src"
[ -f mm/mmu_gather.c ] || die "$src has no mm/mmu_gather.c: is it a kernel tree?"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/og-cocci.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

names='flush_tlb_range|flush_tlb_mm|flush_hugetlb_tlb_range|flush_pmd_tlb_range|flush_pud_tlb_range'
rule=scripts/coccinelle/api/flush_tlb_range.cocci

# spot OUT FILE [WORDS]: the lines of a file that the rule lists, as FILE:LINE, into OUT.
spot() {
	out=$1 f=$2
	shift 2
	spatch -D context "$@" --no-includes --include-headers --very-quiet \
		--cocci-file "$rule" "$f" >"$tmp/diff" 2>"$tmp/err" ||
		die "spatch fails on $f: $(head -n 1 "$tmp/err")"
	awk -v file="$f" '
		left <= 0 && /^@@ / {
			split(substr($2, 2), at, ",")
			n = at[1]
			left = at[2] == "" ? 1 : at[2]
			next
		}
		left <= 0 || /^[+\\]/ { next }
		/^-/ { print file ":" n }
		{ n++; left-- }' "$tmp/diff" >>"$out"
}

# shown: each FILE:LINE of the input with what stands there.
shown() {
	while IFS=: read -r f n; do
		printf '%s:%s:%s\n' "$f" "$n" "$(sed -n "${n}p" "$f")"
	done
}

# places FILE: FILE:LINE of each of its lines, in one line.
places() {
	cut -d: -f 1,2 "$1" | paste -s -d ' ' -
}

flushes() {
	command -v spatch >/dev/null || die "no spatch: install Debian's package coccinelle"
	[ -f "$rule" ] || die "$src has no $rule: is it a tree of the series?"
	# That the rule lists nothing must not be because it lists nothing ever.
	{
		echo 'void probe(void)'
		echo '{'
		echo "$names" | tr '|' '\n' | sed 's/.*/	&(x);/'
		echo '}'
	} >"$tmp/probe.c"
	: >"$tmp/probe"
	spot "$tmp/probe" "$tmp/probe.c"
	[ "$(wc -l <"$tmp/probe")" -eq 5 ] ||
		die "the rule does not list all of $names in a new function: see $rule"

	git grep -lwE "$names" -- '*.c' '*.h' ':!arch' ':!tools' ':!Documentation' >"$tmp/files" ||
		die "nobody calls flush_tlb_range() in $src: has it another name?"
	: >"$tmp/listed"
	: >"$tmp/all"
	while read -r f; do
		spot "$tmp/listed" "$f"
		spot "$tmp/all" "$f" -D all
	done <"$tmp/files"
	xargs awk -v names="$names" -f "$TOP/tools/series/uses.awk" <"$tmp/files" >"$tmp/uses"
	for f in listed all uses; do
		sort -o "$tmp/$f" "$tmp/$f"
	done

	comm -3 "$tmp/uses" "$tmp/all" | tr -d '\t' >"$tmp/odd"
	shown <"$tmp/odd"
	[ ! -s "$tmp/odd" ] ||
		die "spatch and tools/series/uses.awk do not see the same uses: $(places "$tmp/odd")"
	shown <"$tmp/listed"
	[ ! -s "$tmp/listed" ] ||
		die "$(wc -l <"$tmp/listed") flushes outside a gather: $(places "$tmp/listed")"
	echo "$(wc -l <"$tmp/all") uses, all in functions that $rule names"
}

pending() {
	git grep -lE 'tlb_flush_pending|tlb_pending_range' -- '*.c' '*.h' ':!tools' ':!Documentation' \
		>"$tmp/files" || :
	xargs -r awk -v pending=1 -f "$TOP/tools/series/uses.awk" <"$tmp/files" >"$tmp/uses"
	for f in tlb_flush_pending tlb_pending_range; do
		grep -q "^may .*[^a-z_]$f" "$tmp/uses" ||
			die "nobody changes mm->$f in $src: has it another name?"
	done
	sed -n 's/^not //p' "$tmp/uses" >"$tmp/listed"
	cat "$tmp/listed"
	[ ! -s "$tmp/listed" ] ||
		die "the pending state changes in $(wc -l <"$tmp/listed") lines elsewhere: $(places "$tmp/listed")"
	echo "$(wc -l <"$tmp/uses") lines change the pending state, all where they may"
}

"$1"
