// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The architectures' flushes, down to what they do to the model's TLBs.
 *
 * An invalidation is one step per CPU, for all of its range, and the CPU caches
 * again at once what is still valid. A real one takes page by page, with walks
 * of the hardware between. That makes no difference to any check: each is of one
 * translation or one table, software does not read a TLB, and a walk for a page
 * goes through tables that map this page, whose links go with it in the same
 * instruction (on radix before it: the walk cache comes first there). So for
 * the page in question all of the others may be taken at its moment.
 */
#include "model.h"

#define FLUSH_CEILING	6	/* more than this many pages: all */

void invalidate(int cpu, u64 leaves, u32 links)
{
	w.cpu[cpu].tlb &= ~leaves;
	w.cpu[cpu].itlb &= ~leaves;
	w.cpu[cpu].wc &= ~links;
	fill(cpu);
}

/* links_between - tables that map a part of a range */
static u32 links_between(unsigned long start, unsigned long end)
{
	u32 mask = 0;

	for (int i = 1; i < MAX_TABLES; i++) {
		unsigned long at = (unsigned long)w.table[i].base << PAGE_SHIFT;
		unsigned long size = w.table[i].level ? PUD_SIZE : PMD_SIZE;

		if (w.table[i].state && at < end && at + size > start)
			mask |= 1U << i;
	}
	return mask;
}

/* account - a flush of so many pages was asked for: how many of them were stale? */
static void account(unsigned long start, unsigned long end)
{
	u64 leaves, stale = 0, pages = 0;
	u32 links, stale_links = 0;

	valid_now(&leaves, &links);
	for_each_cpu(cpu) {
		stale |= (w.cpu[cpu].tlb | w.cpu[cpu].itlb) & ~leaves;
		stale_links |= w.cpu[cpu].wc & ~links;
	}
	stale &= trans_between(start, end, false);
	stale_links &= links_between(start, end);
	for (int i = 0; i < MAX_TRANS; i++)
		if (stale & (1ULL << i))
			pages |= (w.trans[i].huge ? 0xfULL : 1ULL) << w.trans[i].page;
	cost->flushes++;
	end = min(end, TASK_SIZE);
	start = min(start, end);
	cost->pages += (end - start + PAGE_SIZE - 1) >> PAGE_SHIFT;
	cost->needed += __builtin_popcountll(pages);
	cost->needless += !stale && !stale_links;
}

#ifdef SHAPE_ARM64
/*
 * linked_above - of @links, those that an invalidation with a level hint is sure of
 *
 * The architecture manual (D8, TLB maintenance, on the TTL field) lets hardware
 * with a hint keep what is not an entry of that level or leads to it. The table
 * that an entry of the hinted level links, and those below, may stay cached.
 */
static u32 linked_above(u32 links, int tlb_level)
{
	for (int i = 1; tlb_level != TLBI_TTL_UNKNOWN && i < MAX_TABLES; i++)
		if (2 - w.table[i].level >= tlb_level)
			links &= ~(1U << i);
	return links;
}
#endif

static u64 of_size(u64 leaves, bool huge)
{
	for (int i = 0; i < MAX_TRANS; i++)
		if (w.trans[i].huge != huge)
			leaves &= ~(1ULL << i);
	return leaves;
}

#ifdef FLUSH_BY_IPI
static bool irqs_on(void *cpu)
{
	return !((struct cpu *)cpu)->irqs_off;
}

/* on_cpus - call @func for each CPU of @mask, in any order, and wait */
static void on_cpus(u8 mask, void (*func)(int cpu, const void *info),
		    const void *info)
{
	while (mask) {
		unsigned int n = choose(__builtin_popcount(mask), NULL);
		u8 rest = mask;
		int cpu;

		while (n--)
			rest &= rest - 1;
		cpu = __builtin_ctz(rest);
		step_when(irqs_on, &w.cpu[cpu], "flush on CPU%d", cpu);
		func(cpu, info);
		mask &= ~(1U << cpu);
	}
}

static u8 cpus_loaded(void)
{
	u8 mask = 0;

	for_each_cpu(cpu)
		if (w.cpu[cpu].loaded)
			mask |= 1U << cpu;
	return mask;
}
#endif

#if defined(SHAPE_PLAIN) || defined(SHAPE_MERGE) || defined(SHAPE_NORANGE) || \
	defined(SHAPE_HOOKS)

struct range {
	unsigned long start, end, vm_flags;
};

/*
 * As little as an architecture does with the flags: arm flushes what is cached
 * for fetches only if VM_EXEC is set, mips no base pages if VM_HUGETLB is. The
 * flags of VMAs that a gather merges tell nothing.
 */
static void flush_range_here(int cpu, const void *info)
{
	bool flags_count = !IS_ENABLED(CONFIG_MMU_GATHER_MERGE_VMAS);
	const struct range *r = info;
	u64 leaves = trans_between(r->start, r->end, false);
	u64 itlb = w.cpu[cpu].itlb;

	if (flags_count && r->vm_flags & VM_HUGETLB)
		leaves = of_size(leaves, true);
	invalidate(cpu, leaves, links_between(r->start, r->end));
	if (flags_count && !(r->vm_flags & VM_EXEC))
		w.cpu[cpu].itlb |= itlb;
}

void flush_tlb_mm(struct mm_struct *mm)
{
	struct range r = { 0, TASK_SIZE, VM_EXEC };

	account(r.start, r.end);
	on_cpus(seen(cpus_loaded()), flush_range_here, &r);
}

void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end)
{
	struct range r = { start, end, vma->vm_flags };

	account(start, end);
	on_cpus(seen(cpus_loaded()), flush_range_here, &r);
}

#elif defined(SHAPE_X86)

/* arch/x86/mm/pgtable.c */
void __pte_free_tlb(struct mmu_gather *tlb, struct page *pte, unsigned long addr)
{
	tlb_remove_ptdesc(tlb, page_ptdesc(pte));
}

void __pmd_free_tlb(struct mmu_gather *tlb, pmd_t *pmd, unsigned long addr)
{
	tlb_remove_ptdesc(tlb, virt_to_ptdesc(pmd));
}

/* arch/x86/mm/tlb.c, without INVLPGB */
struct flush_tlb_info {
	bool mm;
	unsigned long start, end;
	unsigned int stride_shift;
	bool freed_tables;
	u8 new_tlb_gen;		/* 0: TLB_GENERATION_INVALID */
};

static void flush_all_here(int cpu)
{
	invalidate(cpu, ~0ULL, ~0U);
}

/*
 * INVLPG drops what leads to its address from the walk cache: all of it on Intel,
 * but no more than this on AMD with EFER.TCE, which the kernel sets.
 */
static void flush_part_here(int cpu, const struct flush_tlb_info *f)
{
	u64 leaves = 0;
	u32 links = 0;

	for (unsigned long addr = f->start; addr < f->end;
	     addr += 1UL << f->stride_shift) {
		leaves |= trans_between(addr, addr + 1, false);
		links |= links_between(addr, addr + 1);
	}
	invalidate(cpu, leaves, links);
}

static void flush_tlb_func(int cpu, const void *info)
{
	const struct flush_tlb_info *f = info;
	u8 mm_tlb_gen = w.mm.context.tlb_gen;
	struct cpu *c = &w.cpu[cpu];

	if (!c->loaded)
		return;
	if (c->lazy) {
		/* switch_mm_irqs_off(NULL, &init_mm, NULL) */
		c->loaded = 0;
		return;
	}
	if (f->new_tlb_gen && f->new_tlb_gen <= c->tlb_gen)
		return;
	if (c->tlb_gen == mm_tlb_gen)
		return;
	if (f->end != TLB_FLUSH_ALL && f->new_tlb_gen == c->tlb_gen + 1 &&
	    f->new_tlb_gen == mm_tlb_gen)
		flush_part_here(cpu, f);
	else
		flush_all_here(cpu);
	c->tlb_gen = mm_tlb_gen;
}

/* native_flush_tlb_multi() with should_flush_tlb() */
static void flush_tlb_multi(const struct flush_tlb_info *f)
{
	u8 mask;

	step("send IPIs for %#lx-%#lx%s", f->start, min(f->end, TASK_SIZE),
	     f->freed_tables ? ", lazy ones too" : "");
	mask = cpus_loaded();
	if (!f->freed_tables)
		for_each_cpu(cpu)
			if (w.cpu[cpu].lazy)
				mask &= ~(1U << cpu);
	on_cpus(seen(mask), flush_tlb_func, f);
}

void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
			unsigned long end, unsigned int stride_shift,
			bool freed_tables)
{
	struct flush_tlb_info info = {
		.mm = true, .start = start, .end = end,
		.stride_shift = stride_shift, .freed_tables = freed_tables,
	};

	if ((end - start) >> stride_shift > FLUSH_CEILING) {
		info.start = 0;
		info.end = TLB_FLUSH_ALL;
	}
	step("tlb_gen++");
	account(info.start, info.end);
	info.new_tlb_gen = seen(++mm->context.tlb_gen);
	flush_tlb_multi(&info);
}

void flush_tlb_mm(struct mm_struct *mm)
{
	flush_tlb_mm_range(mm, 0, TLB_FLUSH_ALL, 0, true);
}

void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end)
{
	flush_tlb_mm_range(vma->vm_mm, start, end, PAGE_SHIFT, true);
}

void arch_tlbbatch_add_pending(struct arch_tlbflush_unmap_batch *batch,
			       struct mm_struct *mm, unsigned long start,
			       unsigned long end)
{
	step("tlb_gen++");
	mm->context.tlb_gen++;
	batch->cpumask |= cpus_loaded();
	batch->unmapped_pages = true;
}

void arch_tlbbatch_flush(struct arch_tlbflush_unmap_batch *batch)
{
	struct flush_tlb_info info = { .end = TLB_FLUSH_ALL };

	account(0, TASK_SIZE);
	flush_tlb_multi(&info);
	batch->cpumask = 0;
}

#else /* broadcast by the hardware: arm64, radix, s390 */

/*
 * post - the CPUs are told, none has done it yet. What can be loaded again now
 * may be cached when they are done, so only what cannot is sure to go.
 */
static void post(u64 leaves, u32 links)
{
	struct cpu *here = &w.cpu[self()];

	for_each_cpu(cpu) {
		u64 tlb = w.cpu[cpu].tlb & ~leaves;
		u32 wc = w.cpu[cpu].wc & ~links;

		if (w.cpu[cpu].loaded)
			reach(&tlb, &wc);
		here->posted[cpu] |= w.cpu[cpu].tlb & ~tlb;
		here->posted_wc[cpu] |= w.cpu[cpu].wc & ~wc;
	}
}

/* wait_for_broadcast - for what this CPU has posted; that of others may be due */
static void wait_for_broadcast(void)
{
	struct cpu *here = &w.cpu[self()];

	step("wait for the broadcast");
	for_each_cpu(cpu) {
		invalidate(cpu, here->posted[cpu], here->posted_wc[cpu]);
		here->posted[cpu] = 0;
		here->posted_wc[cpu] = 0;
	}
}

static void flush_all(void)
{
	step("broadcast a flush of all");
	account(0, TASK_SIZE);
	post(~0ULL, ~0U);
	wait_for_broadcast();
}

#if defined(SHAPE_ARM64)

void flush_tlb_mm(struct mm_struct *mm)
{
	flush_all();
}

/* arch/arm64/include/asm/tlbflush.h, without TLBI RANGE */
void __flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		       unsigned long end, unsigned long stride, int tlb_level,
		       tlbf_t flags)
{
	u64 leaves = 0;
	u32 links = 0;

	start = round_down(start, stride);
	end = round_up(end, stride);
	if ((end - start) / stride > FLUSH_CEILING) {
		flush_all();
		return;
	}
	step("broadcast %#lx-%#lx stride %#lx%s", start, end, stride,
	     flags & TLBF_NOWALKCACHE ? " last level" : "");
	account(start, end);
	for (unsigned long addr = start; addr < end; addr += stride) {
		leaves |= trans_between(addr, addr + 1, false);
		links |= links_between(addr, addr + 1);
	}
	if (tlb_level != TLBI_TTL_UNKNOWN)
		leaves = of_size(leaves, tlb_level == 2);
	links = linked_above(links, tlb_level);
	post(leaves, flags & TLBF_NOWALKCACHE ? 0 : links);
	if (!(flags & TLBF_NOSYNC))
		wait_for_broadcast();
}

void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end)
{
	__flush_tlb_range(vma, start, end, PAGE_SIZE, TLBI_TTL_UNKNOWN, TLBF_NONE);
}

void arch_tlbbatch_add_pending(struct arch_tlbflush_unmap_batch *batch,
			       struct mm_struct *mm, unsigned long start,
			       unsigned long end)
{
	struct vm_area_struct vma = TLB_FLUSH_VMA(mm, 0);

	__flush_tlb_range(&vma, start, end, PAGE_SIZE, 3,
			  TLBF_NOWALKCACHE | TLBF_NOSYNC);
}

void arch_tlbbatch_flush(struct arch_tlbflush_unmap_batch *batch)
{
	wait_for_broadcast();
}

#elif defined(SHAPE_RADIX)

/* arch/powerpc/mm/book3s64/radix_tlb.c */
void flush_tlb_mm(struct mm_struct *mm)
{
	/* RIC_FLUSH_TLB: not the walk cache */
	step("tlbie of all translations");
	account(0, TASK_SIZE);
	post(~0ULL, 0);
	wait_for_broadcast();
}

static void flush_sizes(unsigned long start, unsigned long end, bool base,
			bool huge, bool pwc)
{
	u64 leaves = trans_between(start, end, false);
	u64 mask = 0;

	step("tlbie %#lx-%#lx%s%s%s", start, end, base ? " base" : "",
	     huge ? " huge" : "", pwc ? " pwc" : "");
	account(start, end);
	if (base)
		mask |= of_size(leaves, false);
	if (huge)
		mask |= of_size(trans_between(round_up(start, PMD_SIZE),
					      end & PMD_MASK, false), true);
	post(mask, pwc ? ~0U : 0);
	wait_for_broadcast();
}

/* radix__flush_tlb_range() */
void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end)
{
	if ((end - start) >> PAGE_SHIFT > FLUSH_CEILING)
		flush_all();
	else
		flush_sizes(start, end, true, true, end - start >= PMD_SIZE);
}

static void flush_any_size(struct mmu_gather *tlb)
{
	unsigned long pages = (tlb->end - tlb->start) >> PAGE_SHIFT;

	if (pages > FLUSH_CEILING) {
		flush_all();
		return;
	}
	flush_sizes(tlb->start, tlb->end, true, false, tlb->freed_tables);
	flush_sizes(tlb->start & PMD_MASK, round_up(tlb->end, PMD_SIZE), false,
		    true, false);
}

/* radix__tlb_flush() */
void tlb_flush(struct mmu_gather *tlb)
{
	if (tlb->fullmm || tlb->need_flush_all ||
	    (!tlb->page_size && tlb->freed_tables))
		flush_all();
	else if (tlb->overlapped)
		flush_any_size(tlb);
	else if (!tlb->page_size)
		flush_tlb_mm(tlb->mm);
	else if ((tlb->end - tlb->start) / tlb->page_size > FLUSH_CEILING &&
		 tlb->freed_tables)
		flush_all();
	else if ((tlb->end - tlb->start) / tlb->page_size > FLUSH_CEILING)
		flush_tlb_mm(tlb->mm);
	else
		flush_sizes(tlb->start, tlb->end, tlb->page_size == PAGE_SIZE,
			    tlb->page_size != PAGE_SIZE, tlb->freed_tables);
}

#elif defined(SHAPE_S390)

static bool context_unlocked(void *mm)
{
	return !((struct mm_struct *)mm)->context.lock;
}

/* arch/s390/include/asm/tlbflush.h */
void __tlb_flush_mm_lazy(struct mm_struct *mm)
{
	step_when(context_unlocked, mm, "lock context");
	mm->context.lock = 1;
	if (seen(mm->context.flush_mm)) {
		mm->context.flush_mm = 0;
		flush_all();
	}
	mover("unlock context");
	mm->context.lock = 0;
}

void flush_tlb_mm(struct mm_struct *mm)
{
	__tlb_flush_mm_lazy(mm);
}

void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end)
{
	__tlb_flush_mm_lazy(vma->vm_mm);
}

#endif
#endif

/* flush_cleared_entry - s390: IPTE and IDTE clear an entry and flush it in one */
void flush_cleared_entry(u8 entry)
{
#ifdef SHAPE_S390
	const struct trans *t = &w.trans[entry_trans(entry)];
	unsigned long at = (unsigned long)t->page << PAGE_SHIFT;

	account(at, at + (t->huge ? PMD_SIZE : PAGE_SIZE));
	for_each_cpu(cpu)
		invalidate(cpu, 1ULL << entry_trans(entry), 0);
#endif
}

/*
 * A kernel thread runs and borrows the mm. The hardware may still load from its
 * tables; user space does not run, so stale translations do no harm until the
 * CPU comes back.
 */
void enter_lazy_tlb(void)
{
	step("goes lazy");
	w.cpu[self()].active = 0;
	w.cpu[self()].lazy = 1;
}

/* switch_mm_irqs_off(), from the mm itself or from init_mm */
void leave_lazy_tlb(void)
{
	struct cpu *c = &w.cpu[self()];
	u8 gen, was_loaded;

	irqs_disable();
	was_loaded = seen(c->loaded);
	c->lazy = 0;
	step("tlb_gen?");
	gen = seen(w.mm.context.tlb_gen);
	if (!was_loaded) {
		for (int i = 1; i < MAX_TABLES && c->tlb_gen == gen; i++)
			if (c->wc & (1U << i) && w.table[i].state == FREED)
				fail("CPU%d loads the mm and can walk freed table %d",
				     self(), i);
	}
	if (c->tlb_gen != gen) {
		mark(EV_CAUGHT_UP);
		step("catch up by a full flush");
		c->tlb_gen = gen;
		c->loaded = 1;
		invalidate(self(), ~0ULL, ~0U);
	}
	c->loaded = 1;
	irqs_enable();
	c->active = 1;
	check_gone("as a CPU comes back from lazy mode");
}
