#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/mirrors.sh
#
# tools/test/mirrors.sh: of a repository with a model of its own.
set -u
. "$(dirname "$0")/../expect.sh"

# mirror WORDS: tools/test/mirrors.sh of a repository with a model of its own.
# shellcheck disable=SC2317
mirror() { "$T/mirrored/tools/test/mirrors.sh" "$@"; }

# mirrored_commit MESSAGE: all that is in it.
mirrored_commit() {
	git -C "$T/mirrored" add -f -A
	git -C "$T/mirrored" -c user.name=o -c user.email=o commit -q -m "$1"
}

mirrors() {
	mkdir -p "$T/mirrored/tools/model" "$T/mirrored/tools/test" "$T/kern/mm"
	cp "$TOP/tools/lib.sh" "$T/mirrored/tools"
	cp "$TOP/tools/test/mirrors.sh" "$TOP/tools/test/mirrors.awk" "$T/mirrored/tools/test"
	git init -q --template= "$T/mirrored"
	printf 'static int zap(int a,\n\t       int b)\n{\n\treturn a; /* one */\n}\n\nint other(void);\n' >"$T/kern/mm/memory.c"
	printf 'int op_zap(void)\n{\n\treturn 1;\n}\n' >"$T/mirrored/tools/model/zap.c"
	echo 'zap.c op_zap mm/memory.c zap -' >"$T/mirrored/tools/model/mirrors"
	expect 'mirrors: one that is another' 1 '^mm/memory.c: zap\(\) has changed: compare op_zap\(\) of zap.c' mirror "$T/kern"
	mirror -p "$T/kern" >"$T/table"
	cp "$T/table" "$T/mirrored/tools/model/mirrors"
	expect 'mirrors: all as they were' 0 'mirrors: 1 functions$' mirror "$T/kern"
	mirrored_commit first
	printf 'static int zap(int a, int b)\n{\n\treturn  a;\n}\n' >"$T/kern/mm/memory.c"
	expect 'mirrors: comments and white space' 0 'mirrors: 1 functions$' mirror "$T/kern"
	printf 'int zap(int a);\nint unzap(int a)\n{\n}\n' >"$T/kern/mm/memory.c"
	expect 'mirrors: one that is gone' 1 '^mm/memory.c has no zap\(\), which op_zap\(\) of zap.c mirrors' mirror "$T/kern"
	renewed_mirrors
}

# A checksum that somebody renews.
renewed_mirrors() {
	printf 'static int zap(int a, int b)\n{\n\treturn b;\n}\n' >"$T/kern/mm/memory.c"
	expect 'mirrors: one that has changed' 1 '1 of 1 mirrored functions are not what they were' mirror "$T/kern"
	mirror -p "$T/kern" >"$T/table"
	cp "$T/table" "$T/mirrored/tools/model/mirrors"
	mirrored_commit 'renew it'
	expect 'mirrors: renewed for nothing' 1 'renews zap\(\) of mm/memory.c, and neither changes op_zap\(\) of zap.c' mirror -l
	expect 'mirrors: of a range' 0 '' mirror -l HEAD..HEAD
	git -C "$T/mirrored" -c user.name=o -c user.email=o commit -q --amend -m 'renew it

mirrors: zap: the model has no b'
	expect 'mirrors: renewed, and said why' 0 '' mirror -l
	git -C "$T/mirrored" reset -q --soft HEAD^
	printf 'int op_zap(void)\n{\n\treturn 2;\n}\n' >"$T/mirrored/tools/model/zap.c"
	mirrored_commit 'op_zap: return b'
	expect 'mirrors: renewed with the model' 0 '' mirror -l
	echo 'zap.c op_none mm/memory.c zap' >"$T/mirrored/tools/model/mirrors"
	expect 'mirrors: a line that is cut' 1 '^no line of five words: zap.c op_none mm/memory.c zap' mirror "$T/kern"
	echo 'zap.c op_none mm/memory.c zap 1' >"$T/mirrored/tools/model/mirrors"
	expect 'mirrors: no such function of the model' 1 '^zap.c has no op_none\(\)' mirror "$T/kern"
	expect 'mirrors: no kernel tree' 1 'is no kernel tree: make tree, or name one' mirror "$T/bin"
}

mirrors
exit "$failed"
