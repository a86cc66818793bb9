#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: LTP=DIR tools/compare/ltp.sh CONFIG
#
# Run LTP's list runtest/mm and, of runtest/syscalls, the tests of memory system
# calls on mainline and on the series: tools/compare/suite.sh compares. DIR is an LTP tree
# that was built for CONFIG, or an installed one; nothing is downloaded or built.
# Tests that are scripts, or whose program is not there, are left out and named.
#
# Environment:
#   TIMEOUT, TOTAL   see tools/compare/suite.sh
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 1 ] || usage
known "$1"
config=$1

# The first words of syscalls' lines that are about memory.
CALLS='^(mmap|munmap|mprotect|pkey|mremap|madvise|process_madvise|mlock|munlock|mlockall|munlockall|msync|mincore|move_pages|migrate_pages|mbind|set_mempolicy|get_mempolicy|remap_file_pages|brk|sbrk|userfaultfd|memfd_create|shmat|shmdt|cachestat|mseal)_?[0-9]*'

[ -n "${LTP:-}" ] || bad "give a built LTP tree: make ltp LTP=DIR"
LTP=$(absolute "$LTP")
[ -f "$LTP/runtest/mm" ] || die "$LTP has no runtest/mm: LTP is the top of a built LTP tree"

lock
dir=$BUILD/series/ltp
rm -rf "$dir"
mkdir -p "$dir"
cat "$LTP/runtest/mm" >"$dir/all"
[ ! -f "$LTP/runtest/syscalls" ] || grep -E "$CALLS" "$LTP/runtest/syscalls" >>"$dir/all" || :

# machine FILE: what an ELF file is made for, nothing for another file.
machine() { readelf -h "$1" 2>/dev/null | sed -n 's/^ *Machine: *//p'; }

echo 'int x;' | "$(cfg "$config" cross)gcc" -c -xc -o "$dir/o" - ||
	die "no compiler for $config: run tools/base/need.sh $config"
want=$(machine "$dir/o")
rm "$dir/o"

# take FILE: a program and the libraries that it is linked with.
take() {
	cp "$1" "$dir/"
	readelf -ld "$1" 2>/dev/null | sed -n -e 's/.*Shared library: \[\(.*\)\]/\1/p' \
		-e 's/.*program interpreter: \(.*\)\]/\1/p' | while read -r lib; do
		lib=$(basename "$lib")
		[ ! -f "$dir/lib/$lib" ] || continue
		path=$("$(cfg "$config" cross)gcc" -print-file-name="$lib")
		[ -f "$path" ] || die "$1 needs $lib, which the compiler for $config has not"
		mkdir -p "$dir/lib"
		cp -L "$path" "$dir/lib/$lib"
	done
}

find "$LTP/testcases" -type f -perm -u+x >"$dir/files" 2>/dev/null || :
: >"$dir/list"
: >"$dir/wrong"
while read -r test prog args; do
	case $test in
	'' | \#*) continue ;;
	esac
	# A test of both lists is run once.
	! grep -q "^$test " "$dir/list" || continue
	file=$(grep "/$prog\$" "$dir/files" | sed 1q)
	if [ -z "$file" ]; then
		echo "left out: $test: no program $prog"
	elif [ -z "$(machine "$file")" ]; then
		echo "left out: $test: $prog is a script"
	elif [ "$(machine "$file")" != "$want" ]; then
		machine "$file" >"$dir/wrong"
		echo "left out: $test: $prog is for $(machine "$file")"
	else
		[ -f "$dir/$prog" ] || take "$file"
		echo "$test $prog $args" >>"$dir/list"
	fi
done <"$dir/all" >"$dir/out"
[ -s "$dir/list" ] || [ ! -s "$dir/wrong" ] ||
	die "$LTP is built for $(cat "$dir/wrong"), $config is $want: build it with --host"
[ -s "$dir/list" ] || die "$LTP is not built: run make in it first"
cat "$dir/out"
rm "$dir/all" "$dir/files" "$dir/wrong" "$dir/out"
"$TOP/tools/base/need.sh" "$config"
for which in mainline series; do
	"$TOP/tools/base/kernel.sh" "$config" $which >/dev/null || exit 1
done
"$TOP/tools/compare/suite.sh" "$config" ltp "$dir"
