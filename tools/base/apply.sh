#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/apply.sh [-3] GITDIR BASE PATCH...
#
# Apply patches to the tree of a commit without a work tree and print the
# resulting commit. The same input gives the same commit.
#   -3   by a three-way merge with the files that a patch was made for, as far
#        as GITDIR has them (tools/series/topics.sh sees to that)
set -eu
. "$(dirname "$0")/../lib.sh"
way=
[ "${1:-}" != -3 ] || { way=--3way; shift; }
[ $# -ge 2 ] || usage
GIT_DIR=$1 base=$2
shift 2

GIT_INDEX_FILE=$(mktemp "${TMPDIR:-/tmp}/og-index.XXXXXX")
trap 'rm -f "$GIT_INDEX_FILE" "$GIT_INDEX_FILE.err"' EXIT
export GIT_DIR GIT_INDEX_FILE
for p; do
	[ -r "$p" ] || die "no patch $p"
done

# apply PATCH...: to the index, which is read and written once.
apply() {
	# shellcheck disable=SC2086
	git apply --cached $way --whitespace=nowarn "$@" 2>"$GIT_INDEX_FILE.err"
}

fresh() {
	rm -f "$GIT_INDEX_FILE"
	git read-tree "$base" || die "no commit $base in $GIT_DIR"
}

fresh
# Of all at once git does not say which one fails.
if [ $# -gt 0 ] && ! apply "$@"; then
	fresh
	for p; do
		apply "$p" ||
			die "$p (\"$(subject "$p")\") does not apply ($(conflict "$GIT_INDEX_FILE.err")): rebase it in build/linux"
	done
fi
GIT_AUTHOR_NAME=one-gather GIT_AUTHOR_EMAIL=one-gather@localhost
GIT_COMMITTER_NAME=one-gather GIT_COMMITTER_EMAIL=one-gather@localhost
GIT_AUTHOR_DATE='2026-11-15T00:00:00Z' GIT_COMMITTER_DATE='2026-11-15T00:00:00Z'
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL \
	GIT_AUTHOR_DATE GIT_COMMITTER_DATE
git commit-tree -m 'one-gather build tree' "$(git write-tree)"
