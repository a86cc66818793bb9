/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations: mainline's call sites of the gather, cut down to what they
 * do to page tables, locks and TLBs. Each names the function that it mirrors,
 * as it was in 7.3; they are copies, and do not follow when that changes.
 */
#ifndef MODEL_OPS_H
#define MODEL_OPS_H

#include "model.h"

/* walk.c */
int entry_index(int table, unsigned long addr);
unsigned long page_of(unsigned long addr);
unsigned long step_end(unsigned long addr, unsigned long end, unsigned long size);
u8 read_entry(int table, int index);
u8 ptep_get(int table, int index);
u8 get_and_clear(int table, int index);
void set_pte(int table, int index, u8 entry);
int walk_to(int level, unsigned long addr, u8 *entry);
int pte_offset_map_lock(int pmd_table, unsigned long addr);
void pte_unmap_unlock(int table);
int alloc_table(int above, unsigned long addr);
bool vma_start_read(int vma);
void op_begin(int start, int end, bool protect);
void op_end(const char *name);

/* Addresses in pages. */
void map_vma(int vma, int start, int end, unsigned long flags);
void map_page(int page, bool write, bool file);
void map_folio(int page, int nr, bool file);
void map_huge(int page);
int map_shared(int page);

/* zap.c */
struct zap_details {
	bool reclaim_pt;
};

void unmap_page_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
		      unsigned long addr, unsigned long end,
		      const struct zap_details *details);
void gather_huge(struct mmu_gather *tlb, struct page *page);
void op_dontneed(int vma, int start, int end);
void op_dontneed_over(int vma1, int vma2);
void op_dontneed2(int vma1, int start1, int end1, int vma2, int start2, int end2);
void op_unmap_mapping(int vma, int start, int end);
void op_punch_hole(int vma, int start, int end);
void op_nested(int vma);

/* munmap.c */
void op_munmap(int vma);
void op_munmap2(int vma1, int vma2);
void op_mmap(int vma);
void op_exit(void);

/* mprotect.c */
void op_mprotect(int vma, int start, int end, bool write);
void op_wrprotect(int vma, int start, int end);
void op_clear_refs(int vma, int start, int end);

/* reclaim.c */
void op_reclaim(int vma, int start, int end);
void op_mremap(int vma, int from, int to);

/* fault.c */
void op_fault(int vma, int page, bool write);
void op_gup_fast(int page);
void op_walk(int page);
void op_lazy(void);
void op_lazy_until_exit(void);

/* hugetlb.c */
void unmap_hugetlb_vma(struct mmu_gather *tlb, struct vm_area_struct *vma);
void op_unmap_hugetlb_folio(int vma, int page);
void op_unmap_in_other_mm(int table);

#endif /* MODEL_OPS_H */
