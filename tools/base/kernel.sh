#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/base/kernel.sh CONFIG mainline|series|debug|mutants [WORDS...]
#
# Build the kernel of a configuration and print the path of its image. A
# configuration symbol that a fragment asks for and Kconfig drops is an error.
# Nothing is built when sources, fragments, tools and this are those of the last time.
# With WORDS, make is called with them in the tree as it was built last.
#
# Environment:
#   JOBS   how many compilers at a time (default: the CPUs)
#   LAYOUT bytes by which the measurement patch moves what is linked behind it (0):
#          only mainline and series have another layout than 0
#   NO_GATHER  if set, the measurement patch has nothing in mm/mmu_gather.o, for counts of
#          instructions
#   FRAGMENT  a kernel in a directory of its own, from tools/configs/FRAGMENT.config: of mainline
#          and series in place of what the table has in the column run, of debug and mutants besides
set -eu
. "$(dirname "$0")/../lib.sh"
[ $# -ge 2 ] || usage
known "$1"
config=$1 which=$2
shift 2

kernel=$(cfg "$config" kernel)
ARCH=$(cfg "$config" arch)
CROSS_COMPILE=$(cfg "$config" cross)
image=$(cfg "$config" image)
case $which in
debug | mutants) extra=$(cfg "$config" debug)${FRAGMENT:+,$FRAGMENT} name=$kernel${FRAGMENT:+-$FRAGMENT} ;;
mainline | series) extra=${FRAGMENT:-$(cfg "$config" run)} name=$kernel${FRAGMENT:+-$FRAGMENT} ;;
*) usage ;;
esac

tree=$("$TOP/tools/base/src.sh" "$which") || exit 1
src=${tree% *}
out=$BUILD/$which/obj/$name
log=$BUILD/log/kernel-$name-$which
mkdir -p "$out" "$BUILD/log"

CCACHE_DIR=$CACHE/ccache CCACHE_BASEDIR=$BUILD/$which CCACHE_NOHASHDIR=1
KBUILD_BUILD_TIMESTAMP=0 KBUILD_BUILD_USER=one-gather KBUILD_BUILD_HOST=one-gather
export CCACHE_DIR CCACHE_BASEDIR CCACHE_NOHASHDIR KBUILD_BUILD_TIMESTAMP \
	KBUILD_BUILD_USER KBUILD_BUILD_HOST
cc=${CROSS_COMPILE}gcc
! command -v ccache >/dev/null || cc="ccache $cc"

kmake() {
	exec make -C "$src" O="$out" ARCH="$ARCH" CROSS_COMPILE="$CROSS_COMPILE" CC="$cc" "$@"
}

if [ $# -gt 0 ]; then
	[ -f "$out/.og-stamp" ] || die "kernel $name $which is not built"
	kmake "$@"
fi

frags=
for f in common "$kernel" $(echo "$extra" | tr ',' ' '); do
	frags="$frags $TOP/tools/configs/$f.config"
done

# all_else: besides the sources, what a kernel is made from.
all_else() {
	# shellcheck disable=SC2086
	cat $frags "$TOP/tools/base/kernel.sh"
	echo "$ARCH $CROSS_COMPILE $image"
	"${CROSS_COMPILE}gcc" --version | head -n 1
	"${CROSS_COMPILE}ld" --version | head -n 1
}
stamp="$tree $(all_else | sha256sum | cut -c1-32)"
# Each layout has its image, with and without what counts gathers: the tree holds what
# was linked last.
kept=$out/og-layout-${LAYOUT:-0}${NO_GATHER:+-no-gather}
if [ -f "$kept" ] && [ "$(cat "$kept.stamp" 2>/dev/null)" = "$stamp" ]; then
	say "kernel $name $which: unchanged"
	echo "$kept"
	exit
fi
[ -f "$out/vmlinux" ] || room "$BUILD" 2
rm -f "$out/.og-stamp" "$kept.stamp"

# What Kconfig makes of the fragments need not be asked again for each mutant.
kconfig="$(git -C "$src" ls-tree -r HEAD | grep -E "Kconfig|kconfig|config$" |
	sha256sum | cut -c1-32) ${stamp##* }"
configure() {
	# shellcheck disable=SC2086
	(kmake tinyconfig) &&
		(cd "$out" && "$src/scripts/kconfig/merge_config.sh" -m -O "$out" "$out/.config" $frags) &&
		(kmake olddefconfig)
}
if [ "$(cat "$out/.og-config" 2>/dev/null)" = "$kconfig" ] && [ -f "$out/.config" ]; then
	: >"$log"
else
	rm -f "$out/.og-config"
	say "kernel $name $which: configuring"
	configure >"$log" 2>&1 || die "cannot configure $kernel: see $log"
fi
# shellcheck disable=SC2086
lost=$("$TOP/tools/base/dropped.sh" "$out/.config" $frags) ||
	die "cannot compare $out/.config with the fragments"
# Some topics alone have not got what others add to Kconfig.
for symbol in ${TOPICS:+$lost}; do
	word=${symbol#CONFIG_}
	word=${word%%=*}
	has_symbol "$src" "$word" || continue
	still="${still:-} $symbol"
done
[ -z "${TOPICS:-}" ] || lost=${still:-}
# shellcheck disable=SC2086
[ -z "$lost" ] || die "Kconfig dropped" $lost "(kernel $kernel, $which): mend tools/configs/*.config"
echo "$kconfig" >"$out/.og-config"

target=$(basename "$image")
words="${LAYOUT:+TLB_COUNT_PAD=$LAYOUT} ${NO_GATHER:+TLB_COUNT_NO_GATHER=1}"
# shellcheck disable=SC2086
kmake -j"${JOBS:-$(nproc)}" $words "$target" >>"$log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || :' EXIT
begin=$(date +%s) said=0
while kill -0 $pid 2>/dev/null; do
	sleep 1
	n=$(($(date +%s) - begin))
	[ $((n - said)) -lt 15 ] || {
		said=$n
		say "kernel $name $which: $(grep -c '^  [A-Z]' "$log") build steps so far"
	}
done
wait $pid || die "kernel $name $which does not build: $(grep -m1 -E 'error:|Error ' "$log" ||
	tail -n 1 "$log") (log: $log)"
printf '%s\n' "$stamp" >"$out/.og-stamp"
cp "$out/$image" "$kept" || die "cannot keep $kept"
printf '%s\n' "$stamp" >"$kept.stamp"
say "kernel $name $which${LAYOUT:+, layout $LAYOUT}${NO_GATHER:+, gathers not counted}: built in $(($(date +%s) - begin)) s"
echo "$kept"
