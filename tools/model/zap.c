// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What takes pages out of page tables, and leaves the VMA alone: mm/memory.c,
 * mm/madvise.c.
 */
#include "ops.h"

struct zap_state {
	bool force_flush, force_break;
};

/* folio_pte_batch(): how many entries from here map one folio in order? */
static int folio_pte_batch(int table, int index, u8 e, int most)
{
	int first = w.trans[entry_trans(e)].frame;
	int nr = 1;

	most = min(most, w.frame[first].nr);
	while (nr < most && entry_is_leaf(w.table[table].e[index + nr]) &&
	       w.trans[entry_trans(w.table[table].e[index + nr])].frame == first + nr)
		nr++;
	return seen(nr);
}

#ifdef CONFIG_MMU_GATHER_NO_GATHER
static bool gather_pages(struct mmu_gather *tlb, struct page *page, int nr,
			 bool delay_rmap)
{
	return __tlb_remove_folio_pages(tlb, page, nr, delay_rmap);
}

static void check_rmaps(struct mmu_gather *tlb)
{
}

void gather_huge(struct mmu_gather *tlb, struct page *page)
{
	mark(EV_HUGE);
	tlb_remove_page_size(tlb, page, HPAGE_PMD_SIZE);
}
#else
/* check_batches - who adds a page does not ask for room: it has to be there */
static void check_batches(struct mmu_gather *tlb)
{
	unsigned int nr = 0;

	for (struct mmu_gather_batch *b = tlb->local.next; b; b = b->next)
		nr++;
	if (nr > max_batches)
		fail("the gather has %d batches more, not %d", nr, max_batches);
	if (tlb->active->nr > tlb->active->max - 2)
		fail("the gather is left without room for a folio");
}

/* __tlb_remove_folio_pages(), and what it does to the batches */
static bool gather_pages(struct mmu_gather *tlb, struct page *page, int nr,
			 bool delay_rmap)
{
	struct mmu_gather_batch *batch = tlb->active;
	bool again = batch->next;

	if (batch != &tlb->local)
		mark(EV_BATCH);
	if (!__tlb_remove_folio_pages(tlb, page, nr, delay_rmap)) {
		if (again && tlb->active != batch)
			mark(EV_REUSED);
		check_batches(tlb);
		return false;
	}
	if (batch != &tlb->local && tlb->delayed_rmap)
		mark(EV_DELAYED_LIMIT);
	else if (tlb->batch_count == max_batches)
		mark(EV_LIMIT);
	return true;
}

/* check_rmaps - those that were delayed are done */
static void check_rmaps(struct mmu_gather *tlb)
{
	if (tlb->delayed_rmap)
		fail("the gather has delayed rmaps after it has done them");
}

void gather_huge(struct mmu_gather *tlb, struct page *page)
{
	mark(EV_HUGE);
	tlb_remove_page_size(tlb, page, HPAGE_PMD_SIZE);
	if (tlb->active == &tlb->local && !tlb->local.nr)
		mark(EV_FULL);
	check_batches(tlb);
}
#endif

/* zap_present_folio_ptes() */
static int zap_present_ptes(struct mmu_gather *tlb, struct vm_area_struct *vma,
			    int table, unsigned long addr, unsigned long end,
			    u8 e, struct zap_state *zap)
{
	int index = entry_index(table, addr);
	int nr = folio_pte_batch(table, index, e, (end - addr) >> PAGE_SHIFT);
	struct page *page = &frames[w.trans[entry_trans(e)].frame];
	bool delay_rmap = false;
	pte_t pte = { e };

	for (int i = 0; i < nr; i++)
		get_and_clear(table, index + i);
	if (w.frame[page->id].file && w.trans[entry_trans(e)].write &&
	    tlb_delay_rmap(tlb)) {
		delay_rmap = true;
		mark(EV_DELAYED_RMAP);
		zap->force_flush = true;
	}
	tlb_remove_tlb_entries(tlb, &pte, nr, addr);
	if (!delay_rmap)
		folio_remove_rmap_ptes(page_folio(page), page, nr, vma);
	if (gather_pages(tlb, page, nr, delay_rmap)) {
		mark(EV_FULL);
		zap->force_flush = true;
		zap->force_break = true;
	}
	return nr;
}

/* do_zap_pte_range() */
static int do_zap_pte_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
			    int table, unsigned long addr, unsigned long end,
			    struct zap_state *zap)
{
	u8 e = ptep_get(table, entry_index(table, addr));

	if (e == ENTRY_NONE)
		return 1;
	if (entry_is_leaf(e))
		return zap_present_ptes(tlb, vma, table, addr, end, e, zap);
	/* A swap entry: no translation of it. */
	get_and_clear(table, entry_index(table, addr));
	return 1;
}

/* zap_empty_pte_table() */
static bool zap_empty_pte_table(int pmd_table, unsigned long addr)
{
	if (!trylock_table(pmd_table))
		return false;
	set_pte(pmd_table, entry_index(pmd_table, addr), ENTRY_NONE);
	unlock_table(pmd_table);
	return true;
}

/* zap_pte_table_if_empty() */
static bool zap_pte_table_if_empty(int pmd_table, unsigned long addr, int *table)
{
	bool empty = true;
	u8 e;

	lock_table(pmd_table);
	rcu_enter();
	e = ptep_get(pmd_table, entry_index(pmd_table, addr));
	if (!entry_is_table(e)) {
		rcu_exit();
		unlock_table(pmd_table);
		return false;
	}
	*table = entry_table(e);
	lock_table(*table);
	for (int i = 0; i < PTRS; i++)
		empty &= ptep_get(*table, i) == ENTRY_NONE;
	if (empty)
		set_pte(pmd_table, entry_index(pmd_table, addr), ENTRY_NONE);
	pte_unmap_unlock(*table);
	unlock_table(pmd_table);
	return empty;
}

/* zap_pte_range() from "retry" to the unlock; returns where it stopped */
static unsigned long zap_ptes(struct mmu_gather *tlb, struct vm_area_struct *vma,
			      int pmd_table, unsigned long addr,
			      unsigned long end, bool reclaim, int *table,
			      bool *direct)
{
	struct zap_state zap = {};

	tlb_change_page_size(tlb, PAGE_SIZE);
	*table = pte_offset_map_lock(pmd_table, addr);
	if (*table < 0)
		return addr;
	flush_tlb_batched_pending(tlb->mm);
	tlb_start_ptes(tlb, NULL, NULL);
	do {
		addr += PAGE_SIZE * do_zap_pte_range(tlb, vma, *table, addr, end,
						     &zap);
	} while (addr != end && !zap.force_break);
	tlb_end_ptes(tlb, NULL, NULL);
	if (zap.force_flush) {
		tlb_flush_mmu_tlbonly(tlb);
		tlb_flush_rmaps(tlb, vma);
		check_rmaps(tlb);
	}
	*direct = reclaim && *direct && !zap.force_break && addr == end;
	if (*direct)
		*direct = zap_empty_pte_table(pmd_table, addr - PAGE_SIZE);
	pte_unmap_unlock(*table);
	if (zap.force_flush)
		tlb_flush_mmu(tlb);
	return addr;
}

/* zap_pte_range() */
static unsigned long zap_pte_range(struct mmu_gather *tlb,
				   struct vm_area_struct *vma, int pmd_table,
				   unsigned long addr, unsigned long end,
				   const struct zap_details *details)
{
	bool reclaim = IS_ENABLED(CONFIG_PT_RECLAIM) && details->reclaim_pt &&
		       end - addr >= PMD_SIZE;
	unsigned long start = addr;
	bool direct = true;
	int table;

	do {
		addr = zap_ptes(tlb, vma, pmd_table, addr, end, reclaim, &table,
				&direct);
		if (table < 0)
			return addr;
	} while (addr != end);
	if (reclaim &&
	    (direct || zap_pte_table_if_empty(pmd_table, start, &table)))
		pte_free_tlb(tlb, &tables[table].page, start);
	return addr;
}

/* zap_huge_pmd() */
static bool zap_huge_pmd(struct mmu_gather *tlb, struct vm_area_struct *vma,
			 int pmd_table, unsigned long addr)
{
	int index = entry_index(pmd_table, addr);
	struct page *page;
	u8 e;

	tlb_change_page_size(tlb, HPAGE_PMD_SIZE);
	lock_table(pmd_table);
	e = ptep_get(pmd_table, index);
	if (!entry_is_leaf(e)) {
		unlock_table(pmd_table);
		return false;
	}
	get_and_clear(pmd_table, index);
	tlb_remove_pmd_tlb_entry(tlb, NULL, addr);
	page = &frames[w.trans[entry_trans(e)].frame];
	folio_remove_rmap_ptes(page_folio(page), page, 1, vma);
	unlock_table(pmd_table);
	gather_huge(tlb, page);
	return true;
}

/*
 * zap_pmd_range(). A part of a huge page would have to be split, which is not
 * modelled: it is left alone, and nothing is promised.
 */
static void zap_pmd_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
			  int pmd_table, unsigned long addr, unsigned long end,
			  const struct zap_details *details)
{
	while (addr != end) {
		unsigned long next = step_end(addr, end, PMD_SIZE);
		u8 e = read_entry(pmd_table, entry_index(pmd_table, addr));

		if (entry_is_leaf(e) && next - addr != PMD_SIZE) {
			w.thread[self()].old = 0;
			addr = next;
			continue;
		}
		if (entry_is_leaf(e) && zap_huge_pmd(tlb, vma, pmd_table, addr)) {
			addr = next;
			continue;
		}
		if (e == ENTRY_NONE) {
			addr = next;
			continue;
		}
		/* Stops early where the table went away: look again. */
		addr = zap_pte_range(tlb, vma, pmd_table, addr, next, details);
	}
}

/* __zap_vma_range(), of what is no hugetlb VMA */
void unmap_page_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
		      unsigned long addr, unsigned long end,
		      const struct zap_details *details)
{
	tlb_start_vma(tlb, vma);
	while (addr != end) {
		unsigned long next = step_end(addr, end, PUD_SIZE);
		u8 e = read_entry(0, entry_index(0, addr));

		if (entry_is_table(e))
			zap_pmd_range(tlb, vma, entry_table(e), addr, next, details);
		addr = next;
	}
	tlb_end_vma(tlb, vma);
}

/* ---- MADV_DONTNEED ---- */

/*
 * madvise_do_behavior(), under a VMA lock, with madvise_dontneed_single_vma(), for the
 * first range or a @next one: is there a gather now?
 */
static bool dontneed_vma(struct mmu_gather *tlb, int vma, int start, int end,
			 bool next)
{
	const struct zap_details details = { .reclaim_pt = true };
	unsigned long from = (unsigned long)start << PAGE_SHIFT;
	unsigned long to = (unsigned long)end << PAGE_SHIFT;

	if (!vma_start_read(vma)) {
		/* -ENOMEM, which promises nothing. */
		w.thread[self()].old = 0;
		return next;
	}
	if (next)
		tlb_gather_next_range(tlb, from, to);
	else
		tlb_gather_mmu_range(tlb, &w.mm, from, to);
	unmap_page_range(tlb, &vmas[vma], from, to, &details);
	read_unlock(&w.vma_lock[vma], "vma");
	return true;
}

/* do_madvise(): the flush comes when the VMA lock is dropped already */
void op_dontneed(int vma, int start, int end)
{
	struct mmu_gather tlb;

	step("DONTNEED %d-%d", start, end);
	op_begin(start, end, false);
	if (dontneed_vma(&tlb, vma, start, end, false))
		tlb_finish_mmu(&tlb);
	op_end("DONTNEED");
	op_done();
}

/* vector_madvise(): one gather for two ranges, the second one is all of the next VMA */
void op_dontneed2(int vma, int start, int end)
{
	struct vm_area_struct *next = &vmas[vma + 1];
	int start2 = page_of(next->vm_start), end2 = page_of(next->vm_end);
	struct mmu_gather tlb;
	bool gathering;

	step("DONTNEED %d-%d and %d-%d", start, end, start2, end2);
	op_begin(start, end, false);
	w.thread[self()].old |= trans_between(next->vm_start, next->vm_end, false);
	gathering = dontneed_vma(&tlb, vma, start, end, false);
	if (dontneed_vma(&tlb, vma + 1, start2, end2, gathering))
		tlb_finish_mmu(&tlb);
	op_end("DONTNEED");
	op_done();
}

/* madvise_walk_vmas() under the mmap lock: one range over this VMA and the next one */
void op_dontneed_over(int vma, int start, int end)
{
	const struct zap_details details = { .reclaim_pt = true };
	unsigned long from = vmas[vma].vm_start, to = vmas[vma + 1].vm_end;
	struct mmu_gather tlb;

	step("DONTNEED %lu-%lu", page_of(from), page_of(to));
	op_begin(page_of(from), page_of(to), false);
	read_lock(&w.mmap_lock, "mmap");
	tlb_gather_mmu_range(&tlb, &w.mm, from, to);
	unmap_page_range(&tlb, &vmas[vma], from, vmas[vma].vm_end, &details);
	unmap_page_range(&tlb, &vmas[vma + 1], vmas[vma + 1].vm_start, to, &details);
	tlb_finish_mmu(&tlb);
	op_end("DONTNEED");
	read_unlock(&w.mmap_lock, "mmap");
	op_done();
}

static void unmap_mapping(int vma, int start, int end)
{
	const struct zap_details details = {};
	unsigned long from = (unsigned long)start << PAGE_SHIFT;
	unsigned long to = (unsigned long)end << PAGE_SHIFT;
	struct mmu_gather tlb;

	read_lock(&w.rmap_lock, "rmap");
	if (seen(w.linked[vma])) {
		tlb_gather_mmu_range(&tlb, &w.mm, from, to);
		unmap_page_range(&tlb, &vmas[vma], from, to, &details);
		tlb_finish_mmu(&tlb);
	}
	read_unlock(&w.rmap_lock, "rmap");
}

/*
 * unmap_mapping_range(): when it returns, nobody can reach the pages, whose
 * owner may do with them what it wants: pages of a VM_PFNMAP mapping are not
 * counted.
 */
void op_unmap_mapping(int vma, int start, int end)
{
	step("unmap_mapping_range %d-%d", start, end);
	op_begin(start, end, false);
	unmap_mapping(vma, start, end);
	op_end("unmap_mapping_range");
	op_done();
}

/*
 * fallocate(FALLOC_FL_PUNCH_HOLE) of all file pages that there are. They are
 * locked, so that no fault maps them again: once unmapped, they have no mapping,
 * see filemap_unaccount_folio().
 */
void op_punch_hole(int vma, int start, int end)
{
	step("punch hole %d-%d", start, end);
	op_begin(start, end, false);
	unmap_mapping(vma, start, end);
	for (int i = 0; i < MAX_FRAMES; i++)
		if (w.frame[i].file && w.frame[i].mapcount)
			fail("frame %d is mapped, and no longer in the file", i);
	op_end("punch hole");
	op_done();
}

/* One gather inside of another: zap_vma_range() of page 1 under that of page 0. */
void op_nested(int vma, int unused, int end)
{
	unsigned long start = vmas[vma].vm_start;
	const struct zap_details details = {};
	struct mmu_gather outer, inner;

	step("nested gathers");
	op_begin(page_of(start), page_of(start) + 2, false);
	read_lock(&w.vma_lock[vma], "vma");
	tlb_gather_mmu_range(&outer, &w.mm, start, start + PAGE_SIZE);
	unmap_page_range(&outer, &vmas[vma], start, start + PAGE_SIZE, &details);
	tlb_gather_mmu_range(&inner, &w.mm, start + PAGE_SIZE,
			     start + 2 * PAGE_SIZE);
	unmap_page_range(&inner, &vmas[vma], start + PAGE_SIZE,
			 start + 2 * PAGE_SIZE, &details);
	tlb_finish_mmu(&inner);
	tlb_finish_mmu(&outer);
	read_unlock(&w.vma_lock[vma], "vma");
	op_end("nested gathers");
	op_done();
}
