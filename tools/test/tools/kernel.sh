#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/kernel.sh
#
# tools/base/kernel.sh: each kind of kernel has its image.
set -u
. "$(dirname "$0")/../expect.sh"

# kernel [ENV...]: what the image says that tools/base/kernel.sh makes, or has.
# shellcheck disable=SC2016,SC2317
kernel() {
	env "$@" sh -c 'cat "$("$1" x86_64 mainline)"' sh "$T/kernels/tools/base/kernel.sh"
}

# Each kind of kernel has its image. In place of a kernel is what make was told.
kernels() {
	mkdir -p "$T/kernels/src/scripts/kconfig"
	cp -r "$TOP/tools" "$T/kernels"
	# shellcheck disable=SC2016
	printf '%s\n\t%s\n' 'tinyconfig olddefconfig:' '@touch $(O)/.config' 'bzImage:' \
		'@mkdir -p $(O)/arch/x86/boot && echo "pad=$(TLB_COUNT_PAD),no_gather=$(TLB_COUNT_NO_GATHER)" >$(O)/arch/x86/boot/$@' \
		>"$T/kernels/src/Makefile"
	printf '#!/bin/sh\n' >"$T/kernels/src/scripts/kconfig/merge_config.sh"
	chmod +x "$T/kernels/src/scripts/kconfig/merge_config.sh"
	cp "$T/kernels/src/scripts/kconfig/merge_config.sh" "$T/kernels/tools/base/dropped.sh"
	printf '#!/bin/sh\necho "%s 1"\n' "$T/kernels/src" >"$T/kernels/tools/base/src.sh"
	expect 'kernel: one that counts' 0 '^pad=,no_gather=$' kernel
	expect 'kernel: with nothing in the gather' 0 '^pad=,no_gather=1$' kernel NO_GATHER=1
	expect 'kernel: the same, of another layout' 0 '^pad=64,no_gather=1$' kernel NO_GATHER=1 LAYOUT=64
	expect 'kernel: the one that counts is kept' 0 'kernel x86_64 mainline: unchanged$' kernel
	expect 'kernel: and is that one' 0 '^pad=,no_gather=$' kernel
}

kernels
exit "$failed"
