#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/cocci.sh
#
# tools/series/cocci.sh: who flushes outside the gather, and who changes what is pending.
set -u
. "$(dirname "$0")/../expect.sh"

# A kernel tree with one gather, and a rule that lets one function flush by itself.
fake_gather() {
	g=$T/gather
	mkdir -p "$g/scripts/coccinelle/api" "$g/mm/tests" "$g/include/linux" "$g/arch/x86"
	git init -q --template= "$g"
	cat >"$g/scripts/coccinelle/api/flush_tlb_range.cocci" <<-'EOS'
		virtual context
		virtual all
		@allowed depends on context && !all@
		identifier f = {move};
		symbol flush_tlb_range;
		position p;
		@@
		f(...)
		{
		<...
		flush_tlb_range@p
		...>
		}
		@depends on context@
		symbol flush_tlb_mm, flush_hugetlb_tlb_range, flush_pmd_tlb_range, flush_pud_tlb_range;
		position p != allowed.p;
		@@
		(
		* flush_tlb_range@p
		|
		* flush_tlb_mm@p
		|
		* flush_hugetlb_tlb_range@p
		|
		* flush_pmd_tlb_range@p
		|
		* flush_pud_tlb_range@p
		)
	EOS
	printf 'static void %s(struct mm_struct *mm)\n{\n\tmm->tlb_pending_range[0]++;\n\t%s(\n\t\t&mm->%s);\n}\n' \
		publish atomic_inc tlb_flush_pending >"$g/mm/mmu_gather.c"
	printf 'static inline void %s(struct mm_struct *mm)\n{\n\t%s(&mm->%s, 0);\n}\n' \
		init_tlb_flush_pending atomic_set tlb_flush_pending >"$g/include/linux/tlb_pending.h"
	printf 'struct mm_struct {\n\tunsigned long tlb_pending_range[4];\n\tatomic_t tlb_flush_pending;\n};\n' \
		>"$g/include/linux/mm_types.h"
	printf 'void mm_init(struct mm_struct *mm)\n{\n\tinit_tlb_flush_pending(mm);\n}\n' \
		>"$g/mm/fork.c"
	mkdir "$g/kernel" && mv "$g/mm/fork.c" "$g/kernel/fork.c"
	printf '/* As flush_tlb_range(),\n * flush_tlb_mm() */\nvoid flush_tlb_mm(struct mm_struct *mm);\n#ifndef %s\n#endif\nvoid move(void)\n{\n\t%s(vma, "%s", 1);\n}\n' \
		flush_tlb_range flush_tlb_range 'flush_tlb_mm(' >"$g/mm/mremap.c"
	printf 'void f(void)\n{\n\tflush_tlb_mm(mm);\n}\n' >"$g/arch/x86/tlb.c"
	git -C "$g" add -A -f
	git -C "$g" -c user.name=o -c user.email=o commit -q -m base
}

# bypass CHECK CODE: tools/series/cocci.sh on that tree, where a function of a file does that.
# shellcheck disable=SC2317
bypass() {
	printf 'void f(void)\n{\n%b\n}\n' "$2" >"$g/mm/tests/new.c"
	git -C "$g" add -A -f
	"$TOP/tools/series/cocci.sh" "$1" "$g"
}

bypasses() {
	expect 'cocci: an unknown check' 2 "unknown check 'flush': it is flushes or pending" "$TOP/tools/series/cocci.sh" flush
	expect 'cocci: no tree' 1 'nowhere is no git tree' "$TOP/tools/series/cocci.sh" pending "$T/nowhere"
	expect 'cocci: another tree' 1 'has no mm/mmu_gather.c: is it a kernel tree' "$TOP/tools/series/cocci.sh" pending "$LINUX"
	fake_gather
	expect 'cocci: who may change what is pending' 0 '^5 lines change the pending state, all where they may$' \
		bypass pending '\tif (atomic_read(&mm->tlb_flush_pending))\n\t\tx(READ_ONCE(\n\t\t\tmm->tlb_pending_range[i])); // mm->tlb_flush_pending = 0'
	while read -r code; do
		expect "cocci: $code" 1 '^cocci: the pending state changes in 1 lines elsewhere: mm/tests/new.c:3$' \
			bypass pending "$code"
	done <<-'EOS'
		inc_tlb_flush_pending(mm);
		init_tlb_flush_pending(mm);
		atomic_read(&x); atomic_dec(&mm->tlb_flush_pending);
		WRITE_ONCE(mm->tlb_pending_range[0], 0);
		unsigned long *word = &t->mm->tlb_pending_range[1];
		mm->tlb_flush_pending = (atomic_t)ATOMIC_INIT(1);
		memset(mm.tlb_pending_range, 0, 8);
		x(READ_ONCE(mm->y) && cmpxchg(mm->tlb_pending_range, 0, 1));
		memset((void *)mm + offsetof(struct mm_struct, tlb_flush_pending), 0, 4);
	EOS
	sed 's/tlb_pending_range/tlb_ranges/' "$g/mm/mmu_gather.c" >"$T/renamed" && cp "$T/renamed" "$g/mm/mmu_gather.c"
	expect 'cocci: state of another name' 1 'nobody changes mm->tlb_pending_range in .*: has it another name' \
		bypass pending ''
	if ! command -v spatch >/dev/null; then
		printf 'tools\tcocci: flushes\tskip\tno spatch\n'
		return
	fi
	expect 'cocci: who may flush' 0 '^1 uses, all in functions that .*/flush_tlb_range.cocci names$' bypass flushes ''
	expect 'cocci: a flush' 1 '^cocci: 1 flushes outside a gather: mm/tests/new.c:4$' \
		bypass flushes '\tif (x)\n\t\tflush_pmd_tlb_range(vma, 0, 1);'
	expect 'cocci: its line' 1 '^mm/tests/new.c:3:on_each\(flush_tlb_mm\);$' bypass flushes 'on_each(flush_tlb_mm);'
	expect 'cocci: a flush that spatch does not see' 1 \
		'^cocci: spatch and tools/series/uses.awk do not see the same uses: mm/tests/new.c:4$' \
		bypass flushes '#define X(v) \\\\\n\tif (v) flush_tlb_range(v, 0, 1)'
	rule=$g/scripts/coccinelle/api/flush_tlb_range.cocci
	cp "$rule" "$T/rule"
	sed 's/^\* flush_tlb_mm@p/flush_tlb_mm@p/' "$T/rule" >"$rule"
	expect 'cocci: a rule that lists less' 1 'the rule does not list all of' bypass flushes ''
	echo '@@' >>"$rule"
	expect 'cocci: a rule that does not parse' 1 'spatch fails on ' bypass flushes ''
	rm "$rule"
	expect 'cocci: no rule' 1 'has no scripts/coccinelle/api/flush_tlb_range.cocci: is it a tree of the series' bypass flushes ''
}

bypasses
exit "$failed"
