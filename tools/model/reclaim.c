// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reclaim's deferred flushes, mm/rmap.c and mm/vmscan.c, and mm/mremap.c, which
 * has no gather but relies on reclaim's barrier.
 */
#include "ops.h"

/* try_to_unmap_one() for an anonymous page; its frame, or -1 */
static int try_to_unmap_one(int vma, unsigned long addr)
{
	int pmd_table = walk_to(1, addr, NULL);
	int table = pmd_table < 0 ? -1 : pte_offset_map_lock(pmd_table, addr);
	int frame = -1;
	pte_t pte;

	if (table < 0)
		return -1;
	pte.v = ptep_get(table, entry_index(table, addr));
	if (entry_is_leaf(pte.v)) {
		get_and_clear(table, entry_index(table, addr));
		if (!unmap_deferred(&w.mm, pte, addr, addr + PAGE_SIZE))
			flush_tlb_range(&vmas[vma], addr, addr + PAGE_SIZE);
		set_pte(table, entry_index(table, addr), ENTRY_SWAP);
		frame = w.trans[entry_trans(pte.v)].frame;
		w.frame[frame].mapcount--;
	}
	pte_unmap_unlock(table);
	return frame;
}

/* pageout(): of a dirty folio, which none of its entries need say any more */
static void pageout(int frame)
{
	try_to_unmap_flush_dirty();
	step("write frame %d", frame);
	mark(EV_WRITTEN);
	check_no_writer(frame, "is written back");
}

/* shrink_folio_list(): unmap some pages, write them, flush once, free them */
void op_reclaim(int vma, int start, int end)
{
	int unmapped[PTRS], nr = 0, frame;

	for (int page = start; page < end; page++) {
		read_lock(&w.rmap_lock, "rmap");
		frame = -1;
		if (seen(w.linked[vma]))
			frame = try_to_unmap_one(vma, (unsigned long)page << PAGE_SHIFT);
		read_unlock(&w.rmap_lock, "rmap");
		if (frame < 0)
			continue;
		if (w.frame[frame].file)
			pageout(frame);
		unmapped[nr++] = frame;
	}
	try_to_unmap_flush();
	for (int i = 0; i < nr; i++) {
		step("free frame %d", unmapped[i]);
		drop_frame(unmapped[i]);
	}
	op_done();
}

/* move_ptes(), of one page */
static void move_pte(int vma, unsigned long old_addr, unsigned long new_addr)
{
	int old_pmd = walk_to(1, old_addr, NULL);
	int new_pmd = alloc_table(0, new_addr);
	int new_table = alloc_table(new_pmd, new_addr);
	int old_table = old_pmd < 0 ? -1 : pte_offset_map_lock(old_pmd, old_addr);
	u8 e;

	if (old_table < 0)
		return;
	lock_table(new_table);
	flush_tlb_batched_pending(&w.mm);
	e = ptep_get(old_table, entry_index(old_table, old_addr));
	if (e != ENTRY_NONE) {
		get_and_clear(old_table, entry_index(old_table, old_addr));
		if (entry_is_leaf(e)) {
			const struct trans *t = &w.trans[entry_trans(e)];

			e = new_trans(page_of(new_addr), t->frame, t->write, false) + 1;
		}
		set_pte(new_table, entry_index(new_table, new_addr), e);
		mark(EV_MOVED);
	}
	if (entry_is_leaf(e))
		flush_tlb_range(&vmas[vma], old_addr, old_addr + PAGE_SIZE);
	unlock_table(new_table);
	pte_unmap_unlock(old_table);
}

/* move_vma() with MREMAP_DONTUNMAP; no gather, but reclaim's barrier is there */
void op_mremap(int vma, int from, int to)
{
	step("mremap %d to %d", from, to);
	op_begin(from, from + 1, false);
	write_lock(&w.mmap_lock, "mmap");
	write_lock(&w.vma_lock[vma], "vma");
	move_pte(vma, (unsigned long)from << PAGE_SHIFT,
		 (unsigned long)to << PAGE_SHIFT);
	op_end("mremap");
	write_unlock(&w.vma_lock[vma], "vma");
	write_unlock(&w.mmap_lock, "mmap");
	op_done();
}
