#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/series/sparse.sh
#
# Run sparse on the files of the x86_64 debug kernel that the series touches and
# print the warnings that stand on lines it adds; there must be none. Files that
# this kernel does not compile are named.
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -eq 0 ] || usage

"$TOP/tools/base/kernel.sh" x86_64 debug >/dev/null
src=$(cd "$BUILD/debug/src" && pwd -P)
out=$BUILD/debug/obj/x86_64
base=$("$TOP/tools/base/base.sh")
base=${base#* }

objects=""
left=""
for f in $(git -C "$src" diff --name-only --no-renames --diff-filter=AM "$base" HEAD -- '*.c'); do
	o=${f%.c}.o
	if [ -f "$out/$o" ]; then objects="$objects $o"; else left="$left $f"; fi
done
[ -z "$left" ] || echo "not compiled for x86_64:$left"
[ -n "$objects" ] || exit 0

# Debian 12's sparse does not know __typeof_unqual__.
# shellcheck disable=SC2086
"$TOP/tools/base/kernel.sh" x86_64 debug -k C=2 \
	CHECK="sparse -D__typeof_unqual__=__typeof__" $objects >"$BUILD/log/sparse" 2>&1 ||
	die "sparse does not run: see $BUILD/log/sparse"
# Kbuild leaves sparse out, without failing, when it does not know the compiler.
[ "$(grep -c "^  CHECK" "$BUILD/log/sparse")" -ge "$(echo "$objects" | wc -w)" ] ||
	die "sparse was not run on all of$objects: see $BUILD/log/sparse"

git -C "$src" diff -U0 --no-renames --no-ext-diff --no-color --src-prefix=a/ --dst-prefix=b/ \
	"$base" HEAD -- '*.c' '*.h' | awk -v log_="$BUILD/log/sparse" -v src="$src/" '
	/^\+\+\+ b\// { file = substr($2, 3); next }
	/^@@/ { split(substr($3, 2), at, ","); n = at[1]; next }
	# Its static assertion on strlen() is no constant to sparse 0.6.4.
	/^\+MODULE_/ { n++; next }
	/^\+/ { added[file ":" n++] = 1 }
	END {
		while ((getline l < log_) > 0) {
			w = l
			if (index(w, src) == 1)
				w = substr(w, length(src) + 1)
			sub(/^\.\.\//, "", w)
			if (split(w, p, ":") > 3 && (p[1] ":" p[2]) in added && w ~ /(warning|error):/) {
				print w
				bad = 1
			}
		}
		exit bad
	}'
