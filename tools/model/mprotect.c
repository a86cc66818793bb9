// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes of protection: mm/mprotect.c, mm/mapping_dirty_helpers.c, clear_refs.
 */
#include "ops.h"

static u8 with_protection(u8 e, bool write)
{
	const struct trans *t = &w.trans[entry_trans(e)];

	return new_trans(t->page, t->frame, write, t->huge) + 1;
}

/* change_present_ptes() with prot_commit_flush_ptes() */
static void change_pte(struct mmu_gather *tlb, int table, unsigned long addr,
		       bool write)
{
	int index = entry_index(table, addr);
	pte_t old, new;

	old.v = ptep_get(table, index);
	if (!entry_is_leaf(old.v))
		return;
	old.v = get_and_clear(table, index);
	new.v = old.v;
	if (w.trans[entry_trans(old.v)].write != write)
		new.v = with_protection(old.v, write);
	set_pte(table, index, new.v);
	if (pte_needs_flush(old, new))
		tlb_flush_pte_range(tlb, addr, PAGE_SIZE);
}

/* change_pte_range() */
static void change_pte_range(struct mmu_gather *tlb, int pmd_table,
			     unsigned long addr, unsigned long end, bool write)
{
	int table;

	tlb_change_page_size(tlb, PAGE_SIZE);
	table = pte_offset_map_lock(pmd_table, addr);
	if (table < 0)
		return;
	flush_tlb_batched_pending(tlb->mm);
	tlb_start_ptes(tlb, NULL, NULL);
	for (; addr != end; addr += PAGE_SIZE)
		change_pte(tlb, table, addr, write);
	tlb_end_ptes(tlb, NULL, NULL);
	pte_unmap_unlock(table);
}

/* change_huge_pmd() */
static void change_huge_pmd(struct mmu_gather *tlb, int pmd_table,
			    unsigned long addr, bool write)
{
	int index = entry_index(pmd_table, addr);
	pmd_t old, new;
	u8 e;

	tlb_change_page_size(tlb, HPAGE_PMD_SIZE);
	lock_table(pmd_table);
	e = ptep_get(pmd_table, index);
	if (entry_is_leaf(e)) {
		mark(EV_HUGE);
		e = get_and_clear(pmd_table, index);
		old.v = e;
		if (w.trans[entry_trans(e)].write != write)
			e = with_protection(e, write);
		set_pte(pmd_table, index, e);
		new.v = e;
		if (huge_pmd_needs_flush(old, new))
			tlb_flush_pmd_range(tlb, addr, HPAGE_PMD_SIZE);
	}
	unlock_table(pmd_table);
}

/* change_protection_range() */
static void change_protection_range(struct mmu_gather *tlb, int vma,
				    unsigned long addr, unsigned long end,
				    bool write)
{
	tlb_start_vma(tlb, &vmas[vma]);
	while (addr != end) {
		unsigned long next = step_end(addr, end, PMD_SIZE);
		int pmd_table = walk_to(1, addr, NULL);
		u8 e = ENTRY_NONE;

		if (pmd_table >= 0)
			e = read_entry(pmd_table, entry_index(pmd_table, addr));
		if (entry_is_leaf(e))
			change_huge_pmd(tlb, pmd_table, addr, write);
		else if (entry_is_table(e))
			change_pte_range(tlb, pmd_table, addr, next, write);
		addr = next;
	}
	tlb_end_vma(tlb, &vmas[vma]);
}

/* do_mprotect_pkey() */
static void do_mprotect(int vma, int start, int end, bool write)
{
	unsigned long from = (unsigned long)start << PAGE_SHIFT;
	unsigned long to = (unsigned long)end << PAGE_SHIFT;
	struct mmu_gather tlb;

	step("mprotect %d-%d to %s", start, end, write ? "RW" : "R");
	if (!write)
		op_begin(start, end, true);
	write_lock(&w.mmap_lock, "mmap");
	write_lock(&w.vma_lock[vma], "vma");
	tlb_gather_mmu_inval(&tlb, &w.mm, from, to);
	change_protection_range(&tlb, vma, from, to, write);
	tlb_finish_mmu(&tlb);
	op_end("mprotect");
	write_unlock(&w.vma_lock[vma], "vma");
	write_unlock(&w.mmap_lock, "mmap");
	op_done();
}

/* To read only */
void op_mprotect(int vma, int start, int end)
{
	do_mprotect(vma, start, end, false);
}

void op_mprotect_write(int vma, int start, int end)
{
	do_mprotect(vma, start, end, true);
}

/* wp_pte() */
static void wp_pte(struct mmu_gather *tlb, int table, unsigned long addr)
{
	int index = entry_index(table, addr);
	pte_t old, new;

	old.v = ptep_get(table, index);
	if (!entry_is_leaf(old.v) || !w.trans[entry_trans(old.v)].write)
		return;
	old.v = get_and_clear(table, index);
	new.v = with_protection(old.v, false);
	set_pte(table, index, new.v);
	if (pte_needs_flush(old, new))
		tlb_flush_pte_range(tlb, addr, PAGE_SIZE);
}

/* A page table for each page, so that others come in between */
static void wp_range(struct mmu_gather *tlb, int start, int end)
{
	for (int page = start; page < end; page++) {
		unsigned long addr = (unsigned long)page << PAGE_SHIFT;
		int pmd_table = walk_to(1, addr, NULL);
		int table = pmd_table < 0 ? -1 : pte_offset_map_lock(pmd_table, addr);

		if (table < 0)
			continue;
		wp_pte(tlb, table, addr);
		pte_unmap_unlock(table);
	}
}

/* wp_shared_mapping_range(): it comes by the file, and takes no mm lock */
void op_wrprotect(int vma, int start, int end)
{
	unsigned long first = (unsigned long)start << PAGE_SHIFT;
	unsigned long last = (unsigned long)end << PAGE_SHIFT;
	struct mmu_gather tlb;

	step("wrprotect %d-%d", start, end);
	op_begin(start, end, true);
	read_lock(&w.rmap_lock, "rmap");
	tlb_gather_mmu_inval_vma(&tlb, &vmas[vma], first, last);
	tlb_change_page_size(&tlb, PAGE_SIZE);
	if (seen(w.linked[vma]))
		wp_range(&tlb, start, end);
	tlb_finish_mmu(&tlb);
	op_end("wrprotect");
	read_unlock(&w.rmap_lock, "rmap");
	op_done();
}

/* clear_refs_write() of soft-dirty bits: in all VMAs, and none is named */
void op_clear_refs(int vma, int start, int end)
{
	struct mmu_gather tlb;

	step("clear_refs %d-%d", start, end);
	op_begin(start, end, true);
	write_lock(&w.mmap_lock, "mmap");
	tlb_gather_mmu_inval(&tlb, &w.mm, 0, TASK_SIZE);
	write_lock(&w.vma_lock[vma], "vma");
	tlb_change_page_size(&tlb, PAGE_SIZE);
	wp_range(&tlb, start, end);
	flush_tlb_batched_pending(tlb.mm);
	tlb_finish_mmu(&tlb);
	op_end("clear_refs");
	write_unlock(&w.vma_lock[vma], "vma");
	write_unlock(&w.mmap_lock, "mmap");
	op_done();
}
