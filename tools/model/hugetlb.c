// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hugetlb: huge pages of one size in PMD tables, which another mm may share:
 * mm/hugetlb.c, and mm/rmap.c for a folio that is taken out of a shared table.
 */
#include "ops.h"

#ifdef CONFIG_HUGETLB_PMD_PAGE_TABLE_SHARING
/* __huge_pmd_unshare() */
static bool huge_pmd_unshare(struct mmu_gather *tlb, unsigned long addr, int table)
{
	if (!ptdesc_pmd_is_shared(&tables[table]))
		return false;
	set_pte(0, entry_index(0, addr), ENTRY_NONE);
	tlb_unshare_pmd_ptdesc(tlb, &tables[table], addr);
	mark(EV_UNSHARED);
	return true;
}

/* huge_pmd_unshare_flush() */
static void huge_pmd_unshare_flush(struct mmu_gather *tlb)
{
	tlb_flush_unshared_tables(tlb);
}
#else
static bool huge_pmd_unshare(struct mmu_gather *tlb, unsigned long addr, int table)
{
	return false;
}

static void huge_pmd_unshare_flush(struct mmu_gather *tlb)
{
}
#endif

/* __unmap_hugepage_range(), of one page; where to go on */
static unsigned long unmap_hugepage(struct mmu_gather *tlb, unsigned long addr)
{
	int table = walk_to(1, addr, NULL);
	struct page *page;
	u8 e;

	if (table < 0)
		return round_down(addr, PUD_SIZE) + PUD_SIZE;
	lock_table(table);
	if (huge_pmd_unshare(tlb, addr, table)) {
		unlock_table(table);
		return round_down(addr, PUD_SIZE) + PUD_SIZE;
	}
	e = ptep_get(table, entry_index(table, addr));
	if (!entry_is_leaf(e)) {
		unlock_table(table);
		return addr + PMD_SIZE;
	}
	get_and_clear(table, entry_index(table, addr));
	tlb_remove_huge_tlb_entry(NULL, tlb, NULL, addr);
	page = &frames[w.trans[entry_trans(e)].frame];
	w.frame[page->id].mapcount--;
	unlock_table(table);
	gather_huge(tlb, page);
	return addr + PMD_SIZE;
}

/* __zap_vma_range() of a hugetlb VMA, and __unmap_hugepage_range() */
void unmap_hugetlb_vma(struct mmu_gather *tlb, struct vm_area_struct *vma)
{
	unsigned long addr = vma->vm_start;

	write_lock(&w.rmap_lock, "i_mmap");
	tlb_change_page_size(tlb, PMD_SIZE);
	tlb_start_vma(tlb, vma);
	while (addr < vma->vm_end)
		addr = unmap_hugepage(tlb, addr);
	tlb_end_vma(tlb, vma);
	huge_pmd_unshare_flush(tlb);
	write_unlock(&w.rmap_lock, "i_mmap");
}

/*
 * try_to_unmap_poisoned_hugetlb_one(): a folio in a shared table takes the table with
 * it. The gather begins and ends under the page table lock. It frees nothing.
 */
void op_unmap_hugetlb_folio(int vma, int page, int end)
{
	unsigned long addr = (unsigned long)page << PAGE_SHIFT;
	bool unshared = false;
	struct mmu_gather tlb;
	int table;

	step("unmap a hugetlb folio");
	op_begin(page, page + 1, false);
	write_lock(&w.rmap_lock, "i_mmap");
	/* The folio is looked for in the VMAs that its file has. */
	table = seen(w.linked[vma]) ? walk_to(1, addr, NULL) : -1;
	if (table >= 0) {
		lock_table(table);
		tlb_gather_mmu_inval_vma(&tlb, &vmas[vma], addr, addr + HPAGE_PMD_SIZE);
		unshared = huge_pmd_unshare(&tlb, addr, table);
		if (unshared)
			huge_pmd_unshare_flush(&tlb);
		tlb_finish_mmu(&tlb);
		unlock_table(table);
	}
	/* Else huge_ptep_clear_flush() is next, which has no gather. */
	if (!unshared)
		w.thread[self()].old = 0;
	op_end("unmap");
	write_unlock(&w.rmap_lock, "i_mmap");
	op_done();
}

/*
 * munmap() by another mm that shares the table. If it is the last one, it frees
 * what the table maps, and the table, and no CPU of this mm hears of that.
 */
void op_unmap_in_other_mm(int vma, int start, int end)
{
	const int table = SHARED_TABLE;

	write_lock(&w.rmap_lock, "i_mmap");
	step("another mm unmaps table %d", table);
	if (seen(w.table[table].sharers)) {
		w.table[table].sharers--;
		write_unlock(&w.rmap_lock, "i_mmap");
		op_done();
		return;
	}
	for (int i = 0; i < PTRS; i++) {
		u8 e = seen(w.table[table].e[i]);

		if (!entry_is_leaf(e))
			continue;
		set_entry(table, i, ENTRY_NONE);
		w.frame[w.trans[entry_trans(e)].frame].mapcount--;
		drop_frame(w.trans[entry_trans(e)].frame);
	}
	step("another mm frees table %d", table);
	drop_table(table);
	write_unlock(&w.rmap_lock, "i_mmap");
	op_done();
}
