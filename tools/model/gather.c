// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The code under test, as it is in the kernel: mm/mmu_gather.c, and of
 * mm/rmap.c what reclaim's deferred flushes are.
 */
#include "model.h"
#include "include/linux/tlb_pending.h"

/* Generated: mm/mmu_gather.c with another FREE_AT_ONCE. */
#include "mmu_gather.c"
#if !defined(CONFIG_MMU_GATHER_NO_GATHER) && MAX_NR_FOLIOS_PER_FREE != FREE_AT_ONCE
#error "mm/mmu_gather.c does not define MAX_NR_FOLIOS_PER_FREE as it did"
#endif

#define TTU_BATCH_FLUSH 1
enum ttu_flags { TTU_NONE };

#define current (&w.cpu[self()])
#define pte_dirty(pte) (w.trans[entry_trans((pte).v)].write)
#define pte_accessible(mm, start, end, pte) entry_is_leaf((pte).v)
#define arch_tlbbatch_should_defer(mm) true

void arch_tlbbatch_add_pending(struct arch_tlbflush_unmap_batch *batch,
			       struct mm_struct *mm, unsigned long start,
			       unsigned long end);
void arch_tlbbatch_flush(struct arch_tlbflush_unmap_batch *batch);

#include "rmap.h"

#ifndef CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH
void try_to_unmap_flush(void) { }
void try_to_unmap_flush_dirty(void) { }
void flush_tlb_batched_pending(struct mm_struct *mm) { }
#endif

/* unmap_deferred - as try_to_unmap_one() does; false: flush at once */
bool unmap_deferred(struct mm_struct *mm, pte_t pteval, unsigned long start,
		    unsigned long end)
{
	if (!should_defer_flush(mm, TTU_BATCH_FLUSH))
		return false;
	set_tlb_ubc_flush_pending(mm, pteval, start, end);
	return true;
}
