#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/shell.sh CONFIG [mainline|series|debug]
#
# Build a kernel of a configuration (series, unless another one is named) and boot it to a
# prompt. In /bin are the guest programs of make run, the selftests of make test and the
# commands of busybox. "exit" powers the guest off, Ctrl-A X leaves QEMU. The console is
# kept in build/log.
#
# Commands may come from a file or a pipe as well: they are typed when the prompt is there,
# and behind them "exit". The guest must get to its prompt then in HANG seconds, and the
# status is 1 unless the last command succeeds.
#
# Environment:
#   HANG   seconds (300)
#   QEMU   another QEMU
set -eu
. "$(dirname "$0")/../lib.sh"
case $# in 1 | 2) ;; *) usage ;; esac
known "$1"
config=$1 which=${2:-series}
case $which in
mainline | series) memory=1536 thread=multi ;;
debug) memory=$(cfg "$config" memory) thread=$(cfg "$config" thread) ;;
*) bad "unknown KERNEL '$which': it is mainline, series or debug" ;;
esac
name=$config-$which HANG=${HANG:-300}
busybox=$("$TOP/tools/base/busybox.sh" "$config") || exit $?

lock
console=$BUILD/log/console-shell-$name
"$TOP/tools/base/need.sh" "$config"
image=$("$TOP/tools/base/kernel.sh" "$config" "$which") || exit 1
initramfs=$("$TOP/tools/base/guest.sh" -b "$busybox" "$config" "$BUILD/$which/src") || exit 1
: >"$console"

# emulate DEVICE WORDS...: QEMU, whose console is standard input and output by a character
# device with these words.
emulate() {
	exec "${QEMU:-$(cfg "$config" qemu)}" -M "$(cfg "$config" machine)" -cpu "$(cfg "$config" cpu)" \
		-accel tcg,thread="$thread" -smp "$(cfg "$config" cpus)" -m "$memory" \
		-display none -vga none -nic none -no-reboot -kernel "$image" -initrd "$initramfs" \
		-chardev "stdio,id=og,signal=off,logfile=$console,$1" -serial chardev:og \
		-append "console=$(cfg "$config" console) panic=-1 nokaslr kunit.enable=0 hugepages=8 og.quiet og.shell=$name$size" \
		-monitor "$2"
}

last() { tail -n 1 "$console" | tr -d '\r'; }

# await: until the guest of the process $pid has its prompt.
await() {
	begin=$(date +%s)
	until grep -qaF "$name# " "$console"; do
		kill -0 $pid 2>/dev/null || die "the $name guest has no prompt: $(last) (console: $console)"
		[ $(($(date +%s) - begin)) -lt "$HANG" ] ||
			die "the $name guest has no prompt after $HANG s: $(last) (console: $console)"
		sleep 1
	done
	say "guest $name: a prompt after $(($(date +%s) - begin)) s"
}

# typed: what stands in standard input, at the prompt.
typed() {
	tmp=$(mktemp -d "$BUILD/log/.shell.XXXXXX") pid='' typist=''
	trap 'kill -9 $pid $typist 2>/dev/null || :; rm -rf "$tmp"' EXIT
	mkfifo "$tmp/in"
	# The first one is refused where jobs are stopped.
	printf 'exit\nexit\n' >"$tmp/exit"
	(emulate mux=off none) <"$tmp/in" &
	pid=$!
	exec 3<&0 4>"$tmp/in"
	await
	cat - "$tmp/exit" <&3 >&4 &
	typist=$!
	wait $pid || die "QEMU ended with status $?: $(last) (console: $console)"
	status=$(tr -d '\r' <"$console" | sed -n 's/^og: exit sh //p' | tail -n 1)
	[ -n "$status" ] || die "the $name guest did not come to its end: $(last) (console: $console)"
	[ "$status" -eq 0 ] || die "the shell ended with status $status (console: $console)"
}

if [ -t 0 ]; then
	size=$(stty size 2>/dev/null | tr ' ' ,) size=${size:+,$size}
	say "guest $name: booting; exit powers it off, Ctrl-A X leaves QEMU"
	(emulate mux=on chardev:og)
else
	size=
	say "guest $name: booting"
	typed
fi
