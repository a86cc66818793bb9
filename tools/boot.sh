#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/boot.sh CONFIG IMAGE INITRAMFS CONSOLE [WORDS...]
#
# Boot a kernel in QEMU with WORDS on its command line, its console kept in the
# file CONSOLE. Succeeds when the guest says "og: done" and nothing in the
# console is a kernel splat. A guest that says nothing for HANG seconds, or is
# not done after LIMIT seconds, is ended.
#
# Environment:
#   ACCEL   tcg (default), icount (one CPU, the clock counts instructions) or kvm
#   HANG, LIMIT   seconds (300, 1500)
#   QEMU    another QEMU
set -eu
. "$(dirname "$0")/lib.sh"
[ $# -ge 4 ] || usage
known "$1"
config=$1 image=$2 initramfs=$3 console=$4
shift 4
HANG=${HANG:-300} LIMIT=${LIMIT:-1500}

SPLAT='WARNING: |BUG: |Oops[ :]|Kernel panic|INFO: (rcu|task|lockdep|possible)|Call Trace:|\[ cut here \]|UBSAN: |possible (circular|recursive)|suspicious RCU|Unable to handle|unreferenced object|general protection'

machine=$(cfg "$config" machine) cpu=$(cfg "$config" cpu)
case ${ACCEL:-tcg} in
tcg) accel="-accel tcg,thread=multi -smp 4" ;;
icount) accel="-accel tcg,thread=single -icount shift=0,sleep=off -smp 1" ;;
kvm)
	[ -w /dev/kvm ] || die "ACCEL=kvm: no /dev/kvm to write to; leave ACCEL out"
	accel="-accel kvm -smp 4" cpu=host
	;;
*) bad "unknown ACCEL '$ACCEL': it is tcg, icount or kvm" ;;
esac

mkdir -p "$(dirname "$console")"
: >"$console"
# shellcheck disable=SC2086
"${QEMU:-$(cfg "$config" qemu)}" -M "$machine" -cpu "$cpu" $accel -m 1536 \
	-nographic -nic none -no-reboot -kernel "$image" -initrd "$initramfs" \
	-append "console=$(cfg "$config" console) panic=-1 nokaslr $*" \
	</dev/null >"$console" 2>&1 &
pid=$!
trap 'kill -9 $pid 2>/dev/null || :' EXIT
trap 'exit 130' INT TERM

size=0 quiet=0 t=0 end=
while kill -0 $pid 2>/dev/null; do
	sleep 1
	t=$((t + 1))
	new=$(wc -c <"$console")
	if [ "$new" -eq "$size" ]; then quiet=$((quiet + 1)); else quiet=0; fi
	size=$new
	if grep -qaE '^[^o]*og: done' "$console"; then
		# It powers off by itself; an arch that cannot is ended.
		[ "$quiet" -lt 5 ] || break
	elif [ "$quiet" -ge "$HANG" ]; then
		end="hangs: no word for $HANG s"
		break
	elif [ "$t" -ge "$LIMIT" ]; then
		end="is not done after $LIMIT s"
		break
	fi
	[ $((t % 20)) -ne 0 ] ||
		say "guest $config: $t s, $(grep -aoE 'og: start .*|ok [0-9]+ [a-z_.]+' "$console" | tail -n 1 | tr -d '\r')"
done
kill -9 $pid 2>/dev/null || :
wait $pid 2>/dev/null || :

splat=$(grep -aEm1 "$SPLAT" "$console" | tr -d '\r' || :)
[ -z "$splat" ] || die "the $config kernel splats: $splat (console: $console)"
[ -z "$end" ] || die "the $config guest $end (console: $console)"
grep -qa 'og: done' "$console" ||
	die "the $config guest did not come to its end: $(tail -n 1 "$console" | tr -d '\r') (console: $console)"
