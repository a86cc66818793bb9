#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/apply.sh GITDIR BASE PATCH...
#
# Apply patches to the tree of a commit without a work tree and print the
# resulting commit. The same input gives the same commit.
set -eu
. "$(dirname "$0")/lib.sh"
[ $# -ge 2 ] || usage
GIT_DIR=$1 base=$2
shift 2

GIT_INDEX_FILE=$(mktemp "${TMPDIR:-/tmp}/og-index.XXXXXX")
trap 'rm -f "$GIT_INDEX_FILE" "$GIT_INDEX_FILE.err"' EXIT
export GIT_DIR GIT_INDEX_FILE
rm -f "$GIT_INDEX_FILE"
git read-tree "$base" || die "no commit $base in $GIT_DIR"
for p; do
	[ -r "$p" ] || die "no patch $p"
	git apply --cached --whitespace=nowarn "$p" 2>"$GIT_INDEX_FILE.err" ||
		die "$p does not apply ($(head -n 1 "$GIT_INDEX_FILE.err")): rebase it in build/linux"
done
GIT_AUTHOR_NAME=one-gather GIT_AUTHOR_EMAIL=one-gather@localhost
GIT_COMMITTER_NAME=one-gather GIT_COMMITTER_EMAIL=one-gather@localhost
GIT_AUTHOR_DATE='2026-11-15T00:00:00Z' GIT_COMMITTER_DATE='2026-11-15T00:00:00Z'
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL \
	GIT_AUTHOR_DATE GIT_COMMITTER_DATE
git commit-tree -m 'one-gather build tree' "$(git write-tree)"
