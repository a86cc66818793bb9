#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/series/archs.sh [-c BASE] [ARCH...]
#
# Compile mm/ and arch/ARCH/mm/ of the series for every architecture that has an
# asm/tlb.h, as far as there is a cross compiler. ARCH is a name of arch/, or of one
# configuration in the table below; an architecture that the table does not have, or has
# no compiler for, is listed as skipped.
# With -c, the same is done for BASE as well, and each object has to have the same
# functions, but for those configurations that DIFFER names. BASE is a topic of the
# series (protect: the series up to it), or a commit where TREE is given. What does
# not compile in BASE either is no failure.
#
# The last line is "N passed, N failed, N skipped"; build/results/archs.tsv has one line per
# configuration: name, arch, result, objects, objects that differ, reason.
#
# Environment:
#   JOBS  how many compilers at a time (default: the CPUs)
#   TREE  a kernel tree to take in place of the series: its HEAD is compiled
#   OBJS  compile these only, in place of mm/; what a configuration has not got is left out
#   DIFFER  configurations whose objects may differ from those of BASE
set -eu
. "$(dirname "$0")/../lib.sh"

base=
while getopts c: opt; do
	case $opt in
	c) base=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))

# name arch compiler defconfig words: a word is SYMBOL=VALUE. A compiler that
# the host has is "-".
table() {
	cat <<-'END'
	alpha		alpha	alpha-linux-gnu-		defconfig
	alpha-smp	alpha	alpha-linux-gnu-		defconfig SMP=y
	arc		arc	arc-linux-gnu-			haps_hs_smp_defconfig
	arc-thp		arc	arc-linux-gnu-			haps_hs_smp_defconfig TRANSPARENT_HUGEPAGE=y
	arm		arm	arm-linux-gnueabi-		multi_v7_defconfig
	arm-lpae	arm	arm-linux-gnueabi-		multi_v7_lpae_defconfig
	arm-nommu	arm	arm-linux-gnueabi-		mps2_defconfig
	arm-v5		arm	arm-linux-gnueabi-		multi_v5_defconfig
	arm64		arm64	aarch64-linux-gnu-		defconfig
	i386		x86	-				i386_defconfig
	i386-pae	x86	-				i386_defconfig X86_PAE=y
	m68k		m68k	m68k-linux-gnu-			multi_defconfig
	m68k-coldfire	m68k	m68k-linux-gnu-			m5475evb_defconfig
	m68k-sun3	m68k	m68k-linux-gnu-			sun3_defconfig
	mips		mips	mips-linux-gnu-			malta_defconfig
	mips64		mips	mips64el-linux-gnuabi64-	loongson3_defconfig
	parisc		parisc	hppa-linux-gnu-			generic-32bit_defconfig
	parisc64	parisc	hppa64-linux-gnu-		generic-64bit_defconfig
	powerpc-44x	powerpc	powerpc-linux-gnu-		ppc44x_defconfig
	powerpc-85xx	powerpc	powerpc-linux-gnu-		mpc85xx_smp_defconfig
	powerpc-hash32	powerpc	powerpc-linux-gnu-		pmac32_defconfig
	powerpc-hash32-smp powerpc powerpc-linux-gnu-		pmac32_defconfig SMP=y
	powerpc64	powerpc	powerpc64-linux-gnu-		ppc64_defconfig
	powerpc64e	powerpc	powerpc64-linux-gnu-		ppc64e_defconfig
	powerpc64le	powerpc	powerpc64le-linux-gnu-		ppc64le_defconfig
	riscv		riscv	riscv64-linux-gnu-		defconfig
	riscv-32	riscv	riscv64-linux-gnu-		rv32_defconfig
	riscv-nommu	riscv	riscv64-linux-gnu-		nommu_virt_defconfig
	s390		s390	s390x-linux-gnu-		defconfig
	sh		sh	sh4-linux-gnu-			sh7785lcr_defconfig
	sh-x2tlb	sh	sh4-linux-gnu-			sdk7786_defconfig
	sparc		sparc	sparc64-linux-gnu-		sparc32_defconfig
	sparc64		sparc	sparc64-linux-gnu-		sparc64_defconfig
	sparc64-up	sparc	sparc64-linux-gnu-		sparc64_defconfig SMP=n
	um		um	-				x86_64_defconfig
	x86_64		x86	-				x86_64_defconfig
	END
}

# make_arch NAME ARCH: what ARCH= is to be.
make_arch() {
	case $1 in
	i386*) echo i386 ;;
	x86_64) echo x86_64 ;;
	*) echo "$2" ;;
	esac
}

lock
src=$BUILD/archs/src
if [ -n "${TREE:-}" ]; then
	TREE=$(cd "$TREE" && pwd -P) || bad "no directory TREE=$TREE"
	git=$(git -C "$TREE" rev-parse --git-common-dir 2>/dev/null) || bad "TREE=$TREE is no git tree"
	git=$(cd "$TREE" && cd "$git" && pwd -P)
	head=$(git -C "$TREE" rev-parse -q --verify HEAD) || bad "TREE=$TREE has no HEAD"
	given=$base
	[ -z "$base" ] || base=$(git -C "$TREE" rev-parse -q --verify "$base^{commit}") ||
		bad "TREE=$TREE has no commit '$given'"
else
	[ -z "$base" ] || topics | grep -qxF -- "$base" ||
		bad "unknown topic '$base': it is one of $(topics | tr '\n' ' ')"
	[ -z "$base" ] || { tree=$(TOPICS=$(up_to "$base") "$TOP/tools/base/src.sh" debug) && base=${tree#* }; } || exit 1
	tree=$(TOPICS="" "$TOP/tools/base/src.sh" debug) || exit 1
	head=${tree#* }
	git=${tree% *}/.git
fi
mkdir -p "$BUILD/archs" "$BUILD/log"
room "$BUILD" 4
if [ "$(cat "$src/.git/objects/info/alternates" 2>/dev/null)" != "$git/objects" ]; then
	rm -rf "$src"
	borrow "$src" "$git"
fi

all=$(cd "${TREE:-${tree% *}}" && for f in arch/*/include/asm/tlb.h arch/*/include/asm/Kbuild; do
	case $f in
	*Kbuild) grep -q '^generic-y += tlb\.h' "$f" || continue ;;
	esac
	f=${f#arch/}
	echo "${f%%/*}"
done | sort -u)
for a; do
	{ echo "$all"; table | awk '{ print $1 }'; } | grep -qxF -- "$a" ||
		bad "unknown ARCH '$a': it is one of $(echo "$all" | tr '\n' ' ')"
done

CCACHE_DIR=$CACHE/ccache CCACHE_BASEDIR=$BUILD/archs CCACHE_NOHASHDIR=1
KBUILD_BUILD_TIMESTAMP=0 KBUILD_BUILD_USER=one-gather KBUILD_BUILD_HOST=one-gather
export CCACHE_DIR CCACHE_BASEDIR CCACHE_NOHASHDIR KBUILD_BUILD_TIMESTAMP \
	KBUILD_BUILD_USER KBUILD_BUILD_HOST

# kmake NAME ARCH CROSS WORDS...: make in the object tree of a configuration.
kmake() {
	k_out=$BUILD/archs/obj/$1 k_arch=$(make_arch "$1" "$2") k_cross=${3#-}
	shift 3
	k_cc=${k_cross}gcc
	! command -v ccache >/dev/null || k_cc="ccache $k_cc"
	make -C "$src" O="$k_out" ARCH="$k_arch" CROSS_COMPILE="$k_cross" CC="$k_cc" \
		-k -j"${JOBS:-$(nproc)}" "$@"
}

# configure NAME ARCH CROSS DEFCONFIG WORDS...: say which word Kconfig drops.
configure() {
	c_name=$1 c_arch=$2 c_cross=$3 c_config=$4 c_out=$BUILD/archs/obj/$1
	shift 4
	kmake "$c_name" "$c_arch" "$c_cross" "$c_config" || return 1
	for word in DEBUG_INFO_NONE=y WERROR=n GCC_PLUGINS=n MODVERSIONS=n "$@"; do
		case $word in
		*=n) echo "# CONFIG_${word%=n} is not set" ;;
		*=*) echo "CONFIG_$word" ;;
		esac
	done >>"$c_out/.config"
	kmake "$c_name" "$c_arch" "$c_cross" olddefconfig || return 1
	for word; do
		case $word in
		*=n) ! grep -q "^CONFIG_${word%=n}=" "$c_out/.config" ;;
		*=*) grep -qx "CONFIG_$word" "$c_out/.config" ;;
		esac || { echo "Error: Kconfig dropped $word"; return 1; }
	done
}

# objects NAME ARCH CROSS: compile them.
objects() {
	o_out=$BUILD/archs/obj/$1
	o_mm="arch/$2/mm/"
	case $2 in
	um) o_mm=arch/um/kernel/ ;;
	esac
	# What is there from another OBJS would not be made anew.
	[ ! -d "$o_out/mm" ] || find "$o_out/mm" -name '*.o' -exec rm -f {} +
	[ ! -d "$o_out/$o_mm" ] || find "$o_out/$o_mm" -name '*.o' -exec rm -f {} +
	if [ -z "${OBJS:-}" ]; then
		kmake "$1" "$2" "$3" mm/ "$o_mm"
		return
	fi
	o_have=
	for o in $OBJS; do
		case $o in
		mm/huge_memory.o) grep -q ^CONFIG_TRANSPARENT_HUGEPAGE=y "$o_out/.config" || continue ;;
		mm/hugetlb.o) grep -q ^CONFIG_HUGETLB_PAGE=y "$o_out/.config" || continue ;;
		esac
		case $o in
		mm/mmu_gather.o | mm/memory.o | mm/mprotect.o | mm/mremap.o | mm/madvise.o | mm/rmap.o)
			grep -q ^CONFIG_MMU=y "$o_out/.config" || continue
			;;
		esac
		o_have="$o_have $o"
	done
	# shellcheck disable=SC2086
	kmake "$1" "$2" "$3" $o_have "$o_mm"
}

# by_name: functions one a line, without addresses. Where a function is in its object,
# and what pads it, is not compared. The file is read twice.
# shellcheck disable=SC2016
by_name='
	function strip(hex) { sub(/^0+/, "", hex); return hex }
	function out() {
		if (block == "")
			return
		sub(/(\001[ \t]*(b,a|nop)[^\001]*)+$/, "", block)
		print block
	}
	/^$/ { next }
	NR == FNR { if ($0 ~ /^[0-9a-f]+ <.*>:$/) start[strip($1)] = $2; next }
	/^[0-9a-f]+ <.*>:$/ { out(); block = $2; next }
	{
		sub(/^[ \t]*[0-9a-f]+:/, "")
		gsub(/[0-9a-f]+ </, "<")
		if (match($0, /\.text\+0x[0-9a-f]+/)) {
			at = strip(substr($0, RSTART + 8, RLENGTH - 8))
			if (at in start)
				$0 = substr($0, 1, RSTART - 1) start[at] substr($0, RSTART + RLENGTH)
		}
		block = block "\001" $0
	}
	END { out() }'

# disassemble NAME ARCH CROSS DIR: one file per object. The numbers of local symbols
# count the declarations before them, and are left out.
disassemble() {
	d_out=$BUILD/archs/obj/$1
	rm -rf "$4"
	mkdir -p "$4"
	(cd "$d_out" && find mm "arch/$2/mm" arch/um/kernel -name '*.o' ! -name built-in.o ! -name '*.mod.o' 2>/dev/null) |
		while read -r o; do
			"${3#-}objdump" -dr --no-show-raw-insn "$d_out/$o" |
				sed -e 1,3d -e 's/\([A-Za-z_]\)\.[0-9][0-9]*/\1.N/g' \
					-e 's/\.L[A-Z]*[0-9][0-9]*/.L/g' >"$BUILD/archs/dis/raw"
			awk "$by_name" "$BUILD/archs/dis/raw" "$BUILD/archs/dis/raw" | sort |
				tr '\001' '\n' >"$4/$(echo "$o" | tr / _)"
		done
}

wanted() {
	[ -n "$names" ] || return 0
	for w in $names; do
		[ "$w" != "$1" ] && [ "$w" != "$2" ] || return 0
	done
	return 1
}
names="$*"

# all_of WHICH COMMIT: compile every configuration of that commit.
all_of() {
	git -C "$src" checkout -q -f --detach "$2" || die "cannot write $src: see above"
	table | while read -r name arch cross words; do
		wanted "$name" "$arch" || continue
		log=$BUILD/log/archs-$name-$1
		state=$BUILD/archs/$name.$1
		command -v "${cross#-}gcc" >/dev/null || continue
		begin=$(date +%s)
		rm -f "$state"
		: >"$log"
		# shellcheck disable=SC2086
		if { [ "$1" = head ] && [ -n "$base" ]; } ||
			configure "$name" "$arch" "$cross" $words >>"$log" 2>&1 </dev/null; then
			! objects "$name" "$arch" "$cross" >>"$log" 2>&1 </dev/null || echo ok >"$state"
		fi
		[ -f "$state" ] || sed -n '/[Ee]rror[: ]/{p;q;}' "$log" >"$state"
		disassemble "$name" "$arch" "$cross" "$BUILD/archs/dis/$name/$1"
		say "$1 $name: $(head -n 1 "$state") in $(($(date +%s) - begin)) s"
	done
}

# compare NAME: print "OBJECTS DIFFERENT NAMES", of both commits or of one.
compare() {
	p_dir=$BUILD/archs/dis/$1
	n=0 differ=0 which=
	for f in "$p_dir"/head/*; do
		[ -f "$f" ] || continue
		n=$((n + 1))
		[ -n "$base" ] || continue
		cmp -s "$f" "$p_dir/base/${f##*/}" && continue
		differ=$((differ + 1))
		which="$which ${f##*/}"
	done
	echo "$n $differ$which"
}

[ -z "$base" ] || all_of base "$base"
all_of head "$head"

mkdir -p "$BUILD/results"
tsv=$BUILD/results/archs.tsv
tab=$(printf '\t')
{
	table | while read -r name arch cross words; do
		wanted "$name" "$arch" || continue
		state=$(head -n 1 "$BUILD/archs/$name.head" 2>/dev/null) || state=
		result=pass why=
		if ! command -v "${cross#-}gcc" >/dev/null; then
			echo "$name$tab$arch${tab}skip${tab}0${tab}0${tab}not built: no ${cross#-}gcc"
			continue
		fi
		counted=$(compare "$name")
		n=${counted%% *} counted=${counted#* }
		differ=${counted%% *}
		[ "$state" = ok ] || result=fail why=$state
		if [ -n "$base" ] && [ "$result" = fail ] &&
			cmp -s "$BUILD/archs/$name.head" "$BUILD/archs/$name.base"; then
			result=pass why="not in BASE either: $state"
		fi
		if [ "$n" = 0 ]; then
			result=fail why="no object: $state"
		elif [ "$differ" != 0 ]; then
			why="differ: ${counted#* }${why:+; $why}"
			case " ${DIFFER:-} " in
			*" $name "*) ;;
			*) result=fail ;;
			esac
		fi
		echo "$name$tab$arch$tab$result$tab$n$tab$differ$tab$why"
	done
	for arch in $all; do
		wanted "$arch" "$arch" || continue
		table | awk -v a="$arch" '$2 == a { n++ } END { exit !n }' ||
			echo "$arch$tab$arch${tab}skip${tab}0${tab}0${tab}not built: no compiler in Debian 12"
	done
} >"$tsv"
cat "$tsv"
awk -F '\t' '{ n[$3]++ }
	END { printf "%d passed, %d failed, %d skipped\n", n["pass"], n["fail"], n["skip"]; exit n["fail"] > 0 }' "$tsv"
