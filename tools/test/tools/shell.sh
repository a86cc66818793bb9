#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/shell.sh
#
# tools/base/shell.sh: a prompt of a guest that is a shell script.
set -u
. "$(dirname "$0")/../expect.sh"

# prompt COMMANDS [CONFIG [KERNEL]]: make shell, with these typed to the QEMU of guest_shell.
# shellcheck disable=SC2317
prompt() {
	typed=$1
	shift
	# shellcheck disable=SC2016
	env QEMU="$T/qemu" HANG=3 sh -c 'printf "$1" | { shift; "$@"; }' sh "$typed" \
		"$T/top/tools/base/shell.sh" "${@:-x86_64}"
}

# guest_shell SCRIPT: a QEMU that says what SCRIPT does, and keeps its own words.
guest_shell() {
	# shellcheck disable=SC2016
	qemu 'echo "$*" >"$BUILD/words"
		for a; do case $a in *logfile=*) log=${a#*logfile=} ;; *og.shell=*) name=${a#*og.shell=} ;; esac; done
		exec >"${log%%,*}"; '"$1"'; cat "${log%%,*}" >&2'
}

shells() {
	# shellcheck disable=SC2016
	stub guest 'echo "guest $*" >&2; echo initramfs'
	stub busybox 'echo box'
	# shellcheck disable=SC2016
	guest_shell 'echo booting; echo "${name%%,*}# "; while read -r l; do echo "typed $l"; [ "$l" != exit ] || break; done; echo "og: exit sh 0"'
	expect 'shell: what is typed' 0 '^typed uname -a$' prompt 'uname -a\n'
	expect 'shell: its words' 0 'm 1536 .* kunit.enable=0 .* og.shell=x86_64-series -monitor none$' cat "$BUILD/words"
	expect 'shell: ends where nothing is typed' 0 '^typed exit$' prompt ''
	expect 'shell: does not wait for more' 0 '^typed exit$' prompt 'exit\nx\n'
	expect 'shell: has busybox' 0 "^guest -b box s390x $BUILD/mainline/src\$" prompt '' s390x mainline
	expect 'shell: a debug kernel' 0 'prompt after' prompt '' x86_64 debug
	expect 'shell: its memory' 0 'm 4096 ' cat "$BUILD/words"
	expect 'shell: of powerpc' 0 'prompt after' prompt '' ppc64le-hash debug
	expect 'shell: one thread' 0 'thread=single' cat "$BUILD/words"
	shells_refused
}

shells_refused() {
	# shellcheck disable=SC2016
	guest_shell 'echo "$name# "; echo "og: exit sh 3"'
	expect 'shell: a last command that fails' 1 'the shell ended with status 3 \(console: .*/console-shell-x86_64-series\)' prompt 'x\n'
	# shellcheck disable=SC2016
	guest_shell 'echo "$name# "; echo "Kernel panic"'
	expect 'shell: a guest that dies' 1 'did not come to its end: Kernel panic' prompt ''
	guest_shell 'echo booting'
	expect 'shell: a guest without a prompt' 1 'guest has no prompt: booting' prompt ''
	guest_shell 'echo booting; exec sleep 60'
	expect 'shell: a guest that hangs' 1 'guest has no prompt after 3 s: booting' prompt ''
	expect 'shell: an unknown CONFIG' 2 "unknown ARCH or CONFIG 'vax'" prompt '' vax
	expect 'shell: an unknown KERNEL' 2 "unknown KERNEL 'vax': it is mainline, series or debug" prompt '' x86_64 vax
	cp "$TOP/tools/base/busybox.sh" "$T/top/tools/base/busybox.sh"
	expect 'shell: no busybox' 2 'Debian has no busybox for sparc64' prompt '' sparc64
	stub busybox 'echo box'
	stub kernel 'exit 1'
	expect 'shell: no kernel' 1 '' prompt ''
	expect 'make shell' 0 '^tools/base/shell.sh arm64 debug$' make -s -n -C "$TOP" shell ARCH=arm64 KERNEL=debug
	expect 'make shell: KERNEL in the environment' 0 '^tools/base/shell.sh x86_64 series$' \
		env KERNEL=debug make -s -n -C "$TOP" shell
}

copy
shells
exit "$failed"
