/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations: mainline's call sites of the gather, cut down to what they
 * do to page tables, locks and TLBs. Each names the function that it mirrors. They
 * are copies, and do not follow when that changes: see the file mirrors.
 */
#ifndef MODEL_OPS_H
#define MODEL_OPS_H

#include "model.h"

/*
 * What a thread of a scenario may do, struct op of model.h. Most work on the pages from
 * @start to @end of a VMA; what needs less leaves the rest alone.
 */
typedef void op_fn(int vma, int start, int end);

/* setups.c */
typedef void setup_fn(int nr);
setup_fn setup_pages, setup_files, setup_reclaim, setup_reclaim_overflow,
	 setup_reclaim_files, setup_two_reclaims, setup_tables, setup_thp, setup_sparse,
	 setup_half, setup_many_files, setup_files_last, setup_folios, setup_folios_odd,
	 setup_file_folios, setup_file_folio_last, setup_huge_full, setup_reuse,
	 setup_delayed_limit, setup_batch_limit, setup_poisoning, setup_all_tables,
	 setup_two_vmas, setup_pfnmap, setup_mixedmap, setup_pfnmap_and_plain,
	 setup_vma_and_hugetlb, setup_hugetlb, setup_shared, setup_shared_by_three,
	 setup_lazy_exit, setup_mremap, setup_mremap_reclaim, setup_reclaims_in_tables;

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
op_fn op_dontneed, op_dontneed2, op_dontneed_over, op_unmap_mapping, op_punch_hole, op_nested;

/* munmap.c */
op_fn op_munmap, op_munmap2, op_mmap, op_exit;

/* mprotect.c */
op_fn op_mprotect, op_mprotect_write, op_wrprotect, op_clear_refs;

/* reclaim.c */
op_fn op_reclaim, op_mremap;

/* fault.c */
op_fn op_fault, op_idle, op_gup_fast, op_walk, op_lazy, op_lazy_until_exit;

/* hugetlb.c */
#define SHARED_TABLE 1	/* the first one below the top */

void unmap_hugetlb_vma(struct mmu_gather *tlb, struct vm_area_struct *vma);
op_fn op_unmap_hugetlb_folio, op_unmap_in_other_mm;

#endif /* MODEL_OPS_H */
