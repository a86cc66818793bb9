// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hooks of include/hooks.h, and whether they are called in the context and
 * in the order that the table in asm-generic/tlb.h states.
 */
#include "model.h"

#ifdef SHAPE_HOOKS

/* More than one lock is held for a moment only: by those who take a table away. */
static int ptls_held(void)
{
	int nr = 0;

	for (int i = 0; i < MAX_TABLES; i++)
		nr += w.table[i].lock == self() + 1;
	return nr;
}

static bool pte_table_locked(void)
{
	for (int i = 0; i < MAX_TABLES; i++)
		if (w.table[i].lock == self() + 1 && !w.table[i].level)
			return true;
	return false;
}

/* hook_called - under so many page table locks, -1: any */
void hook_called(struct mmu_gather *tlb, int event, int ptls)
{
	if (ptls >= 0 && ptls_held() != ptls)
		fail("a hook is called under %d page table locks, not %d",
		     ptls_held(), ptls);
	if (w.cpu[self()].irqs_off)
		fail("a hook is called with interrupts off");
	if (tlb && (tlb->mm != &w.mm || !tlb->arch.begun))
		fail("a hook is called for what is no gather of this mm");
	mark(event);
}

static void in_range(struct mmu_gather *tlb, unsigned long address)
{
	if (address < tlb->start || address >= tlb->end)
		fail("a hook is called for what is not in the range");
}

static u32 table_bit(void *table)
{
	return 1U << (((struct ptdesc *)table)->page.id - MAX_FRAMES);
}

/* Queued: a flush has to follow, or the question whether tables need one. */
void hook_queued(struct mmu_gather *tlb, void *table, unsigned long address,
		 int level)
{
	struct thread *t = &w.thread[self()];

	hook_called(tlb, level ? EV_HOOK_PMD_FREE : EV_HOOK_PTE_FREE, 0);
	in_range(tlb, tlb_table_address(tlb, address, level ? PUD_SIZE : PMD_SIZE));
	if (!tlb->freed_tables)
		fail("a table is queued, and the gather does not say so");
	t->unflushed |= table_bit(table);
	t->unasked |= table_bit(table);
}

void __tlb_remove_tlb_entry(struct mmu_gather *tlb, pte_t *ptep,
			    unsigned long address)
{
	hook_called(tlb, EV_HOOK_ENTRY, 1);
	in_range(tlb, address);
	if (!tlb->cleared_ptes && !tlb->cleared_pmds)
		fail("an entry was cleared, and the gather does not say so");
	if (pte_table_locked() && !w.thread[self()].in_ptes)
		fail("an entry was cleared before arch_tlb_start_ptes()");
	w.thread[self()].entries = 1;
}

void arch_tlb_gather_init(struct mmu_gather *tlb)
{
	tlb->arch.begun = true;
	w.thread[self()].gathers++;
	hook_called(tlb, EV_HOOK_INIT, -1);
}

void arch_tlb_gather_fini(struct mmu_gather *tlb)
{
	hook_called(tlb, EV_HOOK_FINI, -1);
	if (tlb->pending >= 0 && w.slot_owner[tlb->pending] == self() + 1)
		fail("what was queued is freed, and the range still published");
	tlb->arch.begun = false;
	if (!--w.thread[self()].gathers)
		hooks_done();
}

void arch_tlb_start_ptes(struct mmu_gather *tlb)
{
	hook_called(tlb, EV_HOOK_START, 1);
	if (w.thread[self()].in_ptes++)
		fail("%s() is called a second time", __func__);
}

void arch_tlb_end_ptes(struct mmu_gather *tlb)
{
	hook_called(tlb, EV_HOOK_END, 1);
	if (!w.thread[self()].in_ptes--)
		fail("%s() is called before arch_tlb_start_ptes()", __func__);
}

/* As the default does */
void tlb_flush(struct mmu_gather *tlb)
{
	struct vm_area_struct vma = { .vm_mm = tlb->mm };

	hook_called(tlb, EV_HOOK_FLUSH, -1);
	if (!tlb->end && !tlb->need_flush_all)
		fail("%s() is called for nothing", __func__);
	w.thread[self()].unflushed = 0;
	/* Nothing that reads tables needs to be asked about behind a flush. */
	w.thread[self()].unasked = 0;
	w.thread[self()].entries = 0;
	if (tlb->fullmm || tlb->need_flush_all)
		flush_tlb_mm(tlb->mm);
	else
		flush_tlb_range(&vma, tlb->start, tlb->end);
}

bool tlb_needs_table_invalidate(void)
{
	hook_called(NULL, EV_HOOK_ASKED, 0);
	if (!w.thread[self()].unasked)
		fail("%s() is called for no table", __func__);
	w.thread[self()].unasked = 0;
	return true;
}

/* Whoever runs RCU's callbacks */
void pgtable_free(void *table, unsigned int level)
{
	struct ptdesc *ptdesc = table;

	mark(EV_HOOK_FREE);
	for_each_cpu(cpu) {
		if (w.thread[cpu].unasked & table_bit(table))
			fail("a table is freed without a flush or tlb_needs_table_invalidate()");
		if (w.thread[cpu].unflushed & table_bit(table))
			fail("a table is freed before tlb_flush()");
	}
	if (w.table[ptdesc->page.id - MAX_FRAMES].level != level)
		fail("a table is freed as one of another level");
	pagetable_dtor_free(ptdesc);
}

bool pte_needs_flush(pte_t old, pte_t new)
{
	hook_called(NULL, EV_HOOK_PTE_NEEDS, 1);
	return model_pte_needs_flush(old, new);
}

bool huge_pmd_needs_flush(pmd_t old, pmd_t new)
{
	pte_t old_pte = { old.v }, new_pte = { new.v };

	hook_called(NULL, EV_HOOK_PMD_NEEDS, 1);
	return model_pte_needs_flush(old_pte, new_pte);
}

/* hooks_done - at the end of an operation, all that was cleared is flushed */
void hooks_done(void)
{
	struct thread *t = &w.thread[self()];

	if (t->in_ptes)
		fail("an operation ends, and arch_tlb_end_ptes() was not called");
	if (t->gathers)
		fail("an operation ends, and its gather has not");
	if (t->entries || t->unflushed)
		fail("an operation ends, and tlb_flush() was not called");
	if (t->unasked)
		fail("an operation ends, and a table that it queued is there still");
}

#else

void hooks_done(void)
{
}

#endif
