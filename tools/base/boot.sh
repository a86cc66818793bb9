#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/boot.sh CONFIG IMAGE INITRAMFS CONSOLE [WORDS...]
#
# Boot a kernel in QEMU with WORDS on its command line, its console kept in the
# file CONSOLE. Succeeds when the guest says "og: done" and nothing in the
# console is a kernel splat. A guest that says nothing for HANG seconds, or is
# not done after LIMIT seconds, is ended.
#
# Environment:
#   ACCEL   tcg (default), icount (one CPU, the clock counts instructions) or kvm
#   THREAD  multi (default) or single: how TCG runs the CPUs
#   MEMORY  of the guest, in MiB (1536)
#   HANG, LIMIT   seconds (300, 1500)
#   QEMU    another QEMU
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -ge 4 ] || usage
known "$1"
config=$1 image=$2 initramfs=$3 console=$4
shift 4
case $console in
*=*) bad "CONSOLE is '$console', which looks like a word for the kernel: is one argument missing?" ;;
*/*) ;;
*) bad "CONSOLE is '$console': give a path with a slash in it" ;;
esac
HANG=${HANG:-300} LIMIT=${LIMIT:-1500} MEMORY=${MEMORY:-1536}
case $MEMORY in
*[!0-9]*) bad "MEMORY is a number of MiB, not '$MEMORY'" ;;
esac
# CPUs that take turns of 100 ms do so at each broadcast TLB flush: a range of 32 pages takes
# 6 s where two others run, and who waits for its page table lock spins so long.
stall=
[ "${THREAD:-}" != single ] || stall="rcupdate.rcu_cpu_stall_timeout=120 "

DONE='og: done'

machine=$(cfg "$config" machine) cpu=$(cfg "$config" cpu)
case ${ACCEL:-tcg} in
tcg) accel="-accel tcg,thread=${THREAD:-multi} -smp $(cfg "$config" cpus)" ;;
# Nothing of the host gets in: no time of day, no random bytes, and so no addresses
# but always the same. How often a page table is shared depends on these.
icount)
	accel="-accel tcg,thread=single -icount shift=0,sleep=off -smp 1"
	accel="$accel -seed 1 -rtc base=2026-01-01,clock=vm"
	set -- norandmaps "$@"
	;;
kvm)
	[ -w /dev/kvm ] || die "ACCEL=kvm: no /dev/kvm to write to; leave ACCEL out"
	accel="-accel kvm -smp 4" cpu=host
	;;
*) bad "unknown ACCEL '$ACCEL': it is tcg, icount or kvm" ;;
esac

mkdir -p "$(dirname "$console")"
: >"$console"
# shellcheck disable=SC2086
"${QEMU:-$(cfg "$config" qemu)}" -M "$machine" -cpu "$cpu" $accel -m "$MEMORY" \
	-nographic -nic none -no-reboot -kernel "$image" -initrd "$initramfs" \
	-append "console=$(cfg "$config" console) panic=-1 nokaslr $stall$*" \
	</dev/null >"$console" 2>&1 &
pid=$!
trap 'kill -9 $pid 2>/dev/null || :' EXIT

begin=$(date +%s) heard=$begin size=0 said=0 end=
while kill -0 $pid 2>/dev/null; do
	sleep 1
	now=$(date +%s)
	t=$((now - begin))
	new=$(wc -c <"$console")
	[ "$new" -eq "$size" ] || heard=$now
	size=$new quiet=$((now - heard))
	if grep -qa "$DONE" "$console"; then
		# It powers off by itself; an arch that cannot is ended.
		[ "$quiet" -lt 5 ] || break
	elif [ "$quiet" -ge "$HANG" ]; then
		end="hangs: no word for $HANG s"
		break
	fi
	if [ "$t" -ge "$LIMIT" ]; then
		end="is not done after $LIMIT s"
		break
	fi
	[ $((t - said)) -lt 20 ] || {
		said=$t
		say "guest $config: $t s, $(grep -aoE 'og: start .*|ok [0-9]+ [a-z_.]+' "$console" | tail -n 1 | tr -d '\r')"
	}
done
# A status of 137 is that of the kill here; any other one is QEMU's own.
kill -9 $pid 2>/dev/null || :
status=0
wait $pid 2>/dev/null || status=$?

last() { tail -n 1 "$console" | tr -d '\r'; }
splat=$(grep -aEm1 "$SPLAT" "$console" | tr -d '\r' || :)
[ -z "$splat" ] || die "the $config kernel splats: $splat (console: $console)"
[ -z "$end" ] || die "the $config guest $end (console: $console)"
grep -qa "$DONE" "$console" ||
	die "the $config guest did not come to its end: $(last) (console: $console)"
[ $status -eq 0 ] || [ $status -eq 137 ] ||
	die "QEMU ended with status $status: $(last) (console: $console)"
