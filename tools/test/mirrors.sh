#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/mirrors.sh [-p | -l [RANGE]] [DIR]
#
# The model has copies of kernel functions, which do not follow when those change.
# tools/model/mirrors names them: MODEL_FILE MODEL_FUNCTION KERNEL_FILE KERNEL_FUNCTION
# CHECKSUM, the last one of what the kernel function was when somebody last compared
# the two (without comments, white space alike). Say for each one that is another now in
# the kernel tree DIR (build/linux), or that is not there, and fail.
#   -p          print the table with the checksums of DIR, for the commit that follows
#   -l [RANGE]  of the commits that renew a checksum (RANGE, all): each changes the model
#               function as well, or its message has a line "mirrors: KERNEL_FUNCTION: why"
set -eu
. "$(dirname "$0")/../lib.sh"
mode=compare
case ${1:-} in
-p) mode=print; shift ;;
-l) mode=log; shift ;;
-*) usage ;;
esac
[ $# -le 1 ] || usage
MODEL=$(absolute "${MODEL:-$TOP/tools/model}")
table=$MODEL/mirrors
[ -r "$table" ] || die "no table $table: restore it from git"

# text NAME: the function of standard input.
text() { awk -v name="$1" -f "$TOP/tools/test/mirrors.awk"; }

sum() { sha256sum | cut -c 1-12; }

# rows: the table, a line each of "MODEL_FILE MODEL_FUNCTION KERNEL_FILE KERNEL_FUNCTION CHECKSUM".
rows() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$table"; }

tmp=$(mktemp -d "${TMPDIR:-/tmp}/og-mirrors.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
bad=0

# wrong WORDS: one more that is.
wrong() {
	echo "$*"
	bad=$((bad + 1))
}

# now: the checksum of the kernel function of this row in $is, empty without one.
now() {
	is=
	[ -r "$src/$kfile" ] || return 0
	text "$kernel" <"$src/$kfile" >"$tmp/text"
	[ ! -s "$tmp/text" ] || is=$(sum <"$tmp/text")
}

# compare: each row with the tree, and with the model.
compare() {
	while read -r file model kfile kernel was more; do
		if [ -z "$was" ] || [ -n "$more" ]; then
			wrong "no line of five words: $file $model $kfile $kernel"
			continue
		fi
		[ -r "$MODEL/$file" ] || { wrong "the model has no $file"; continue; }
		[ -n "$(text "$model" <"$MODEL/$file")" ] ||
			wrong "$file has no $model(), which tools/model/mirrors names"
		now
		if [ -z "$is" ]; then
			wrong "$kfile has no $kernel(), which $model() of $file mirrors"
		elif [ "$is" != "$was" ]; then
			wrong "$kfile: $kernel() has changed: compare $model() of $file, then renew the checksum ($is)"
		fi
	done <"$tmp/rows"
	[ "$bad" -eq 0 ] || die "$bad of $(wc -l <"$tmp/rows") mirrored functions are not what they were"
	say "tools/model/mirrors: $(wc -l <"$tmp/rows") functions"
}

# print: the table, with the checksums of the tree.
print() {
	sed '/^#/!d' "$table"
	while read -r file model kfile kernel was; do
		now
		printf '%s %s %s %s %s\n' "$file" "$model" "$kfile" "$kernel" "${is:-$was}"
	done <"$tmp/rows"
}

# renewed COMMIT: the rows whose checksum it changes.
renewed() {
	git -C "$TOP" show "$1^:$path/mirrors" 2>/dev/null >"$tmp/before" || return 0
	git -C "$TOP" show "$1:$path/mirrors" 2>/dev/null | awk -v before="$tmp/before" '
		BEGIN { while ((getline l < before) > 0) { split(l, f, " "); was[f[1], f[2], f[3], f[4]] = f[5] } }
		/^#/ || NF != 5 { next }
		($1, $2, $3, $4) in was && was[$1, $2, $3, $4] != $5'
}

# moved COMMIT FILE FUNCTION: does the commit change that of the model?
moved() {
	before=$(git -C "$TOP" show "$1^:$path/$2" 2>/dev/null | text "$3" | sum)
	after=$(git -C "$TOP" show "$1:$path/$2" 2>/dev/null | text "$3" | sum)
	[ "$before" != "$after" ]
}

# log [RANGE]: of git, what renewed a checksum.
log() {
	path=${MODEL#"$TOP"/}
	git -C "$TOP" log --format=%h ${1:+"$1"} -- "$path/mirrors" >"$tmp/commits"
	while read -r c; do
		renewed "$c" >"$tmp/renewed"
		while read -r file model kfile kernel is; do
			moved "$c" "$file" "$model" ||
				git -C "$TOP" show -s --format=%B "$c" | grep -qE "^mirrors: $kernel: ." ||
				wrong "$c renews $kernel() of $kfile, and neither changes $model() of $file nor says why not"
		done <"$tmp/renewed"
	done <"$tmp/commits"
	[ "$bad" -eq 0 ] || die "$bad checksums were renewed for nothing: say \"mirrors: FUNCTION: why\" in the commit"
}

rows >"$tmp/rows"
if [ $mode = log ]; then
	log "$@"
	exit
fi
src=$(absolute "${1:-$BUILD/linux}")
[ -d "$src/mm" ] || die "$src is no kernel tree: make tree, or name one"
$mode
