#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/boot.sh
#
# tools/base/boot.sh: guests that are shell scripts.
set -u
. "$(dirname "$0")/../expect.sh"

# shellcheck disable=SC2317
boot() {
	env QEMU="$T/qemu" HANG=4 LIMIT=9 "$TOP/tools/base/boot.sh" x86_64 image initramfs \
		"$T/guest.console"
}

# What the kernels of all archs say when they splat; booted side by side.
splats() {
	i=0
	while read -r line; do
		i=$((i + 1))
		printf '#!/bin/sh\ncat <<-%s\n%s\nog: done\n%s\n' "'EOF'" "$line" EOF >"$T/qemu.$i"
		chmod +x "$T/qemu.$i"
		expect "boot: $line" 1 'the x86_64 kernel splats: ' env QEMU="$T/qemu.$i" \
			"$TOP/tools/base/boot.sh" x86_64 image initramfs "$T/console.$i" >"$T/splat.$i" &
	done <<-'EOF'
		[    1.000000] Call trace:
		[    1.000000] kernel BUG at mm/mmu_gather.c:500!
		[    1.000000] BUG kmalloc-64 (Not tainted): Poison overwritten
		[    1.000000][   T12] Internal error: Oops: 0000000096000004 [#1] SMP
		[    1.000000] INFO: trying to register non-static key.
		[    1.000000] list_del corruption. prev->next should be c0
		[    1.000000] bad: scheduling from the idle thread!
		[    1.000000] specification exception: 0006 ilc:2 [#1] SMP
		[    1.000000] Oops: Kernel access of bad area, sig: 11 [#1]
		[    1.000000] rcu: INFO: rcu_preempt self-detected stall on CPU
		a word of a program[    1.000000] WARNING: CPU: 1 PID: 7
	EOF
	wait
	cat "$T"/splat.*
}

guests() {
	splats
	expect 'boot: a word in the place of CONSOLE' 2 "CONSOLE is 'panic_on_warn=1', which looks like" \
		"$TOP/tools/base/boot.sh" x86_64 image initramfs panic_on_warn=1 console
	expect 'boot: a CONSOLE without a directory' 2 "CONSOLE is 'console': give a path" \
		"$TOP/tools/base/boot.sh" x86_64 image initramfs console
	qemu 'echo "og: start x"; echo "og: done"'
	expect 'boot: a good guest' 0 '' boot
	qemu 'echo booting; sleep 60'
	expect 'boot: a guest that hangs' 1 'guest hangs: no word for 4 s \(console: .*/guest.console\)' boot
	qemu 'while :; do echo on and on; sleep 1; done'
	expect 'boot: a guest that never ends' 1 'guest is not done after 9 s' boot
	qemu 'echo "[    1.0] WARNING: CPU: 1 PID: 7 at mm/mmu_gather.c:500"; echo "og: done"'
	expect 'boot: a guest that prints a WARNING' 1 \
		'kernel splats: .*WARNING: CPU: 1 PID: 7 at mm/mmu_gather.c' boot
	qemu 'echo "Kernel panic - not syncing: VFS"'
	expect 'boot: a guest that panics' 1 'kernel splats: Kernel panic' boot
	qemu 'echo "og: start x"; exit 3'
	expect 'boot: a guest that goes away' 1 'did not come to its end: og: start x' boot
	qemu 'echo booting; sleep 1; echo "[    1.0] WARNING: soon"; sleep 60'
	expect 'boot: a splat, then a hang' 1 'kernel splats: .*WARNING: soon' boot
	qemu 'echo "[    1.0]     # t: WARNING: expected"; echo "ok 3 BUG: or not"; echo "# Call trace: none"; echo "og: done"'
	expect 'boot: a test that has the words of a splat' 0 '' boot
	qemu 'echo "og: done"; while :; do echo on and on; sleep 1; done'
	expect 'boot: a guest that stays on' 1 'guest is not done after 9 s' boot
	qemu 'echo "og: done"; echo "qemu: no such thing"; exit 1'
	expect 'boot: a QEMU that fails' 1 'QEMU ended with status 1: qemu: no such thing' boot
}

guests
exit "$failed"
