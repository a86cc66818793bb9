// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is run side by side. Addresses are pages; a PTE table maps four, a PMD
 * table eight, and there are sixteen.
 */
#include "ops.h"

#ifdef CONFIG_PT_RECLAIM
#define NEEDS_PT_RECLAIM NULL
#else
#define NEEDS_PT_RECLAIM "no PT_RECLAIM"
#endif

#ifdef CONFIG_MMU_GATHER_RCU_TABLE_FREE
#define NEEDS_RCU NULL
#else
#define NEEDS_RCU "tables are not freed by RCU"
#endif

#ifdef CONFIG_HUGETLB_PMD_PAGE_TABLE_SHARING
#define NEEDS_SHARING NULL
#else
#define NEEDS_SHARING "no shared page tables"
#endif

#ifdef CONFIG_MMU_GATHER_NO_GATHER
#define NEEDS_GATHER "pages are not gathered"
#else
#define NEEDS_GATHER NULL
#endif

#ifdef CONFIG_MMU_GATHER_PAGE_SIZE
#define NEEDS_SIZES "pages of two sizes are not gathered together"
#else
#define NEEDS_SIZES NEEDS_GATHER
#endif

#ifdef SHAPE_HOOKS
#define NEEDS_HOOKS NULL
#else
#define NEEDS_HOOKS "hooks are counted where all are overridden"
#endif

/* Many states, and the slots are the same for all. */
#ifdef SHAPE_ARM64
#define NEEDS_ARM64 NULL
#else
#define NEEDS_ARM64 "explored for arm64"
#endif

/* Events that only some architectures know. */
#ifdef CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH
#define NEEDS_DEFER NULL
#define DEFERS EV_DEFERRED
#else
#define NEEDS_DEFER "no flush is deferred"
#define DEFERS 0
#endif

#ifdef SHAPE_X86
#define CATCHES_UP EV_CAUGHT_UP
#else
#define CATCHES_UP 0
#endif

#ifdef CONFIG_MMU_GATHER_NO_GATHER
#define DELAYS_RMAP 0
#else
#define DELAYS_RMAP EV_DELAYED_RMAP
#endif

/* A CPU whose only part is to have cached what there is. */
static void idle(void) { }

/* This CPU's thread does not run on the mm. */
static void not_on_mm(int cpu)
{
	w.cpu[cpu].loaded = 0;
	w.cpu[cpu].active = 0;
}

static void setup_pages(int nr, bool file)
{
	map_vma(0, 0, nr, 0);
	for (int i = 0; i < nr; i++)
		map_page(i, true, file);
}

static void setup_2(void) { setup_pages(2, false); }
static void setup_3(void) { setup_pages(3, false); }
static void setup_4(void) { setup_pages(4, false); }
static void setup_5(void) { setup_pages(5, false); }
static void setup_file(void) { setup_pages(3, true); }
static void setup_file_4(void) { setup_pages(4, true); }

static void munmap_0(void) { op_munmap(0); }
static void dontneed_0_2(void) { op_dontneed(0, 0, 2); }
static void dontneed_1_3(void) { op_dontneed(0, 1, 3); }
static void dontneed_0_4(void) { op_dontneed(0, 0, 4); }
static void dontneed_0_5(void) { op_dontneed(0, 0, 5); }
static void dontneed_4_5(void) { op_dontneed(0, 4, 5); }
static void punch_0_4(void) { op_punch_hole(0, 0, 4); }
static void dontneed_0_1(void) { op_dontneed(0, 0, 1); }
static void dontneed_1_2(void) { op_dontneed(0, 1, 2); }
static void dontneed_1_6(void) { op_dontneed(0, 1, 6); }
static void dontneed_0_12(void) { op_dontneed(0, 0, 12); }
static void dontneed_2_4(void) { op_dontneed(0, 2, 4); }
static void touch_0(void) { op_fault(0, 0, true); }
static void touch_1(void) { op_fault(0, 1, true); }
static void gup_1(void) { op_gup_fast(1); }
static void walk_1(void) { op_walk(1); }
static void lazy(void) { op_lazy(); }
static void reclaim_0_2(void) { op_reclaim(0, 0, 2); }
static void reclaim_0_1(void) { op_reclaim(0, 0, 1); }
static void reclaim_1_2(void) { op_reclaim(0, 1, 2); }
static void wrprotect_0_2(void) { op_wrprotect(0, 0, 2); }
static void clear_refs_0_2(void) { op_clear_refs(0, 0, 2); }
static void mprotect_0_2(void) { op_mprotect(0, 0, 2, false); }

static void mprotect_down_up(void)
{
	op_mprotect(0, 0, 2, false);
	op_mprotect(0, 0, 2, true);
}

static void dontneed_touch(void)
{
	op_dontneed(0, 0, 2);
	op_fault(0, 0, true);
}

/* A munmap, and a new mapping at the same place. */
static void munmap_mmap_touch(void)
{
	op_munmap(0);
	op_mmap(0);
	op_fault(0, 0, true);
}

static void setup_reclaim(void)
{
	setup_pages(2, false);
	not_on_mm(0);
}

/* The counters are about to overflow: TLB_FLUSH_BATCH_PENDING_LARGE, all flushed. */
static void setup_reclaim_overflow(void)
{
	setup_reclaim();
	w.mm.tlb_flush_batched.counter = 0x3fff << 16 | 0x3fff;
}

/* A clean page, then a dirty one. */
static void setup_reclaim_files(void)
{
	map_vma(0, 0, 2, 0);
	map_page(0, false, true);
	map_page(1, true, true);
	not_on_mm(0);
}

static void setup_two_reclaims(void)
{
	setup_pages(2, false);
	not_on_mm(0);
	not_on_mm(1);
}

/* Two PTE tables and the PMD table above them, and something beside. */
static void setup_tables(void)
{
	map_vma(0, 0, 8, 0);
	map_page(1, true, false);
	map_page(5, true, false);
	map_vma(1, 8, 9, 0);
	map_page(8, true, false);
}

static void setup_thp(void)
{
	map_vma(0, 0, 6, 0);
	map_huge(0);
	map_page(4, true, false);
	map_page(5, true, false);
}

/* Two pages in a large mapping */
static void setup_sparse(void)
{
	map_vma(0, 0, 12, 0);
	map_page(1, true, false);
	map_page(2, true, false);
}

/* The second half of the mapping has no page. */
static void setup_half(void)
{
	map_vma(0, 0, 4, 0);
	map_page(0, true, false);
	map_page(1, true, false);
}

static void dontneed_0_6(void) { op_dontneed(0, 0, 6); }
static void dontneed_4_6(void) { op_dontneed(0, 4, 6); }
static void mprotect_0_6(void) { op_mprotect(0, 0, 6, false); }

/* Twelve pages in three tables: more than a batch holds. */
static void setup_many(void) { setup_pages(12, false); }

/* A dirty page is what fills the first batch. */
static void setup_many_files(void)
{
	map_vma(0, 0, 9, 0);
	for (int i = 0; i < 9; i++)
		map_page(i, true, i >= 5);
}

/* The first batch is full before the dirty pages come. */
static void setup_files_last(void)
{
	map_vma(0, 0, 10, 0);
	for (int i = 0; i < 10; i++)
		map_page(i, true, i >= 8);
}

static void setup_folios(void)
{
	map_vma(0, 0, 12, 0);
	for (int i = 0; i < 12; i += 4) {
		map_folio(i, 2, false);
		map_page(i + 2, true, false);
	}
}

/* One entry, then two for each folio: they come when there is room for one. */
static void setup_folios_odd(void)
{
	map_vma(0, 0, 12, 0);
	map_page(0, true, false);
	map_folio(1, 2, false);
	for (int i = 4; i < 12; i += 2)
		map_folio(i, 2, false);
}

static void setup_file_folios(void)
{
	map_vma(0, 0, 4, 0);
	map_folio(0, 2, true);
	map_folio(2, 2, true);
}

/* The dirty folio is in the second batch. */
static void setup_file_folio_last(void)
{
	map_vma(0, 0, 10, 0);
	for (int i = 0; i < 8; i++)
		map_page(i, true, false);
	map_folio(8, 2, true);
}

/* The seventh entry fills the first batch: it is one of a huge page. */
static void setup_huge_full(void)
{
	map_vma(0, 0, 16, 0);
	for (int i = 0; i < 6; i++)
		map_page(i, true, false);
	map_huge(8);
	map_huge(12);
}

/* The dirty page is in the second batch. It is flushed; both are filled again. */
static void setup_reuse(void)
{
	map_vma(0, 0, 16, 0);
	for (int i = 0; i < 16; i++)
		map_page(i, true, i == 7);
}

/* The second batch is full while the rmap of a page in it is delayed. */
static void setup_delayed_limit(void)
{
	map_vma(0, 0, 13, 0);
	for (int i = 0; i < 13; i++)
		map_page(i, true, i == 8);
}

/* Two batches are full, and there may be no third one. */
static void setup_batch_limit(void)
{
	setup_pages(13, false);
	max_batches = 1;
}

static void setup_poisoning(void)
{
	setup_folios_odd();
	poisoning = true;
}

/* All six tables, which are more than a batch of tables holds. */
static void setup_all_tables(void)
{
	map_vma(0, 0, 16, 0);
	for (int i = 0; i < 16; i += 4)
		map_page(i, true, false);
}

static void setup_two_vmas(void)
{
	map_vma(0, 0, 2, VM_EXEC);
	map_vma(1, 6, 8, 0);
	map_page(0, true, false);
	map_page(6, true, false);
	map_page(7, true, true);
}

static void munmap_both(void) { op_munmap2(0, 1); }
static void dontneed_both(void) { op_dontneed2(0, 0, 1, 1, 6, 8); }
static void dontneed_over(void) { op_dontneed_over(0, 1); }
static void dontneed_in_1(void) { op_dontneed(1, 6, 8); }

static void setup_special(unsigned long flags)
{
	map_vma(0, 0, 2, flags);
	map_page(0, true, false);
	map_page(1, true, false);
}

static void setup_pfnmap(void) { setup_special(VM_PFNMAP); }
static void setup_mixedmap(void) { setup_special(VM_MIXEDMAP); }

/* What follows on the VMA with PFNs has none. */
static void setup_pfnmap_and_plain(void)
{
	setup_pfnmap();
	map_vma(1, 2, 3, 0);
	map_page(2, true, false);
}

static void unmap_mapping(void) { op_unmap_mapping(0, 0, 2); }
static void unmap_all(void) { op_unmap_mapping(0, 0, page_of(vmas[0].vm_end)); }
static void exit_mm(void) { op_exit(); }
static void nested(void) { op_nested(0); }

/* Flags of the one VMA say nothing of what the other one needs. */
static void setup_vma_and_hugetlb(void)
{
	map_vma(0, 0, 2, VM_EXEC);
	map_page(0, true, false);
	map_vma(1, 8, 16, VM_HUGETLB);
	map_huge(8);
	map_huge(12);
}

static void setup_hugetlb(void)
{
	map_vma(0, 0, 8, VM_HUGETLB);
	map_huge(0);
	map_huge(4);
}

/* CPU1 is another mm's. */
static void setup_shared(void)
{
	map_vma(0, 0, 8, VM_HUGETLB);
	map_shared(0);
	not_on_mm(1);
}

/* Two more mms have the table: it stays shared. */
static void setup_shared_by_three(void)
{
	setup_shared();
	w.table[entry_table(w.table[0].e[0])].sharers = 2;
	w.cpu[1] = w.cpu[0];
}

#define SHARED_TABLE 1	/* the first one below the top */
/* Not the first page of the table, all of which goes. */
static void unmap_folio(void) { op_unmap_hugetlb_folio(0, PTRS); }
static void other_unmaps(void) { op_unmap_in_other_mm(SHARED_TABLE); }

static void setup_lazy_exit(void)
{
	setup_tables();
	w.cpu[1].active = 0;
}

static void setup_mremap(void)
{
	map_vma(0, 0, 1, 0);
	map_page(0, true, false);
	map_vma(1, 4, 5, 0);
	map_page(4, true, false);
	map_vma(2, 8, 9, 0);
}

static void setup_mremap_reclaim(void)
{
	setup_mremap();
	not_on_mm(0);
}

static void setup_reclaims_in_tables(void)
{
	setup_pages(5, false);
	not_on_mm(0);
	not_on_mm(1);
}

static void mremap_0_to_8(void) { op_mremap(0, 0, 8); }
static void dontneed_moved(void) { op_dontneed(2, 8, 9); }
static void dontneed_other(void) { op_dontneed(1, 4, 5); }
static void reclaim_other(void) { op_reclaim(1, 4, 5); }
static void reclaim_4_5(void) { op_reclaim(0, 4, 5); }

const struct scenario scenarios[] = {
	{ "munmap_dontneed_touch", setup_2, { munmap_0, dontneed_0_2, touch_0 }, NULL,
	  EV_NESTED },
	{ "dontneed_overlap", setup_3, { dontneed_0_2, dontneed_1_3 }, NULL,
	  EV_NESTED },
	{ "dontneed_overlap_touch", setup_3, { dontneed_touch, dontneed_1_3, touch_1 }, NULL,
	  EV_NESTED },
	{ "dontneed_disjoint", setup_5, { dontneed_0_2, dontneed_4_5 }, NULL,
	  EV_NESTED },
	{ "dontneed_same", setup_2, { dontneed_0_2, dontneed_0_2 }, NULL,
	  EV_NESTED },
	{ "dontneed_no_slot", setup_2, { dontneed_0_1, dontneed_1_2, dontneed_0_1 }, NEEDS_ARM64,
	  EV_NESTED },
	{ "dontneed_wide", setup_sparse, { dontneed_0_12, dontneed_1_3 }, NULL,
	  EV_NESTED },
	{ "dontneed_empty", setup_half, { dontneed_0_2, dontneed_2_4 }, NULL,
	  EV_NESTED },
	{ "dontneed_outlives_vma", setup_2, { dontneed_0_2, munmap_mmap_touch }, NULL,
	  EV_NESTED },
	{ "mprotect_wrprotect", setup_2, { wrprotect_0_2, mprotect_0_2 }, NULL,
	  EV_NESTED },
	{ "mprotect_up_wrprotect", setup_2, { wrprotect_0_2, mprotect_down_up }, NULL,
	  EV_NESTED },
	{ "clear_refs_wrprotect", setup_2, { wrprotect_0_2, clear_refs_0_2 }, NULL,
	  EV_NESTED },
	{ "clear_refs_dontneed", setup_3, { clear_refs_0_2, dontneed_1_3 }, NULL,
	  EV_NESTED },
	{ "mprotect_dontneed", setup_3, { mprotect_0_2, dontneed_1_3 }, NULL,
	  EV_NESTED },
	{ "table_reclaim_touch", setup_4, { dontneed_0_4, touch_1 }, NEEDS_PT_RECLAIM,
	  EV_TABLE },
	{ "table_reclaim_twice", setup_4, { dontneed_0_4, dontneed_0_4 }, NEEDS_PT_RECLAIM,
	  EV_TABLE },
	{ "table_reclaim_beside", setup_5, { dontneed_0_5, dontneed_4_5 }, NEEDS_PT_RECLAIM,
	  EV_TABLE },
	{ "table_reclaim_gup", setup_4, { dontneed_0_4, gup_1, touch_1 }, NEEDS_PT_RECLAIM,
	  EV_TABLE },
	{ "table_reclaim_punch", setup_file_4, { dontneed_0_4, punch_0_4 }, NEEDS_PT_RECLAIM,
	  EV_TABLE | DELAYS_RMAP },
	{ "munmap_gup", setup_tables, { munmap_0, gup_1 }, NULL,
	  EV_TABLE },
	{ "munmap_walk", setup_tables, { munmap_0, walk_1 }, NEEDS_RCU,
	  EV_TABLE | EV_NO_BATCH },
	{ "munmap_tables", setup_tables, { munmap_0, idle }, NULL,
	  EV_TABLE },
	{ "munmap_all_tables", setup_all_tables, { munmap_0, idle }, NULL,
	  EV_TABLE },
	{ "thp_zap", setup_thp, { dontneed_0_6, idle }, NULL,
	  EV_HUGE },
	{ "thp_zap_dontneed", setup_thp, { dontneed_0_6, dontneed_4_6 }, NULL,
	  EV_HUGE },
	{ "thp_zap_part", setup_thp, { dontneed_0_4, dontneed_1_6 }, NULL,
	  EV_HUGE | EV_NESTED },
	{ "thp_mprotect", setup_thp, { mprotect_0_6, idle }, NULL,
	  EV_HUGE },
	{ "thp_munmap", setup_thp, { munmap_0, idle }, NULL,
	  EV_TABLE },
	{ "hooks_munmap", setup_thp, { munmap_0, idle }, NEEDS_HOOKS,
	  EV_HOOK_INIT | EV_HOOK_FINI | EV_HOOK_FLUSH | EV_HOOK_ENTRY |
	  EV_HOOK_START | EV_HOOK_END |
	  EV_HOOK_PTE_FREE | EV_HOOK_PMD_FREE | EV_HOOK_ASKED | EV_HOOK_FREE },
	{ "hooks_mprotect", setup_thp, { mprotect_0_6, idle }, NEEDS_HOOKS,
	  EV_HOOK_FLUSH | EV_HOOK_PTE_NEEDS | EV_HOOK_PMD_NEEDS |
	  EV_HOOK_START | EV_HOOK_END },
	{ "batch_full", setup_many, { munmap_0, idle }, NEEDS_GATHER,
	  EV_FULL | EV_BATCH },
	{ "batch_full_folios", setup_folios, { munmap_0, idle }, NEEDS_GATHER,
	  EV_FULL | EV_BATCH },
	{ "batch_full_folios_odd", setup_folios_odd, { munmap_0, idle }, NEEDS_GATHER,
	  EV_FULL | EV_BATCH | EV_AT_ONCE_FOLIO },
	{ "batch_full_poisoning", setup_poisoning, { munmap_0, idle }, NEEDS_GATHER,
	  EV_FULL | EV_BATCH | EV_AT_ONCE },
	{ "batch_full_huge", setup_huge_full, { munmap_0, idle }, NEEDS_SIZES,
	  EV_FULL | EV_HUGE },
	{ "batch_limit", setup_batch_limit, { unmap_all, idle }, NEEDS_GATHER,
	  EV_LIMIT },
	{ "batch_reused", setup_reuse, { unmap_all, idle }, NEEDS_GATHER,
	  EV_REUSED | EV_DELAYED_RMAP },
	{ "batch_full_touch", setup_many, { munmap_0, touch_0 }, NEEDS_GATHER,
	  EV_FULL | EV_BATCH },
	{ "dirty_file", setup_file, { munmap_0, idle }, NULL,
	  DELAYS_RMAP },
	{ "dirty_file_full", setup_many_files, { munmap_0, idle }, NEEDS_GATHER,
	  EV_FULL | EV_DELAYED_RMAP },
	{ "dirty_file_second_batch", setup_files_last, { munmap_0, idle }, NEEDS_GATHER,
	  EV_DELAYED_RMAP | EV_BATCH },
	{ "dirty_file_limit", setup_delayed_limit, { unmap_all, idle }, NEEDS_GATHER,
	  EV_DELAYED_LIMIT },
	{ "dirty_file_folios", setup_file_folios, { munmap_0, idle }, NEEDS_GATHER,
	  EV_FOLIO_RMAP },
	{ "dirty_file_folio_second_batch", setup_file_folio_last, { munmap_0, idle },
	  NEEDS_GATHER, EV_FOLIO_RMAP | EV_BATCH },
	{ "dirty_file_dontneed", setup_file, { dontneed_0_2, dontneed_1_3 }, NULL,
	  DELAYS_RMAP },
	{ "two_vmas", setup_two_vmas, { munmap_both, idle }, NULL,
	  EV_TABLE },
	{ "two_vmas_dontneed", setup_two_vmas, { dontneed_both, dontneed_in_1 }, NULL,
	  EV_NESTED },
	{ "two_vmas_dontneed_first", setup_two_vmas, { dontneed_both, dontneed_0_2 }, NULL,
	  EV_NESTED },
	{ "two_vmas_munmap_first", setup_two_vmas, { munmap_both, dontneed_0_2 }, NULL,
	  EV_NESTED | EV_TABLE },
	{ "two_vmas_one_range", setup_two_vmas, { dontneed_over, unmap_mapping }, NULL,
	  EV_NESTED },
	{ "two_vmas_hugetlb", setup_vma_and_hugetlb, { munmap_both, idle }, NULL,
	  EV_HUGE },
	{ "nested_gathers", setup_2, { nested, dontneed_0_2 }, NULL,
	  EV_NESTED },
	{ "pfnmap_munmap_unmap", setup_pfnmap, { munmap_0, unmap_mapping }, NULL,
	  EV_TABLE },
	{ "pfnmap_munmap2_unmap", setup_pfnmap_and_plain, { munmap_both, unmap_mapping }, NULL,
	  EV_TABLE },
	{ "mixedmap_munmap_unmap", setup_mixedmap, { munmap_0, unmap_mapping }, NULL,
	  EV_TABLE },
	{ "reclaim_munmap", setup_reclaim, { reclaim_0_2, munmap_0 }, NULL,
	  DEFERS },
	{ "reclaim_dontneed", setup_reclaim, { reclaim_0_2, dontneed_0_2 }, NULL,
	  DEFERS },
	{ "reclaim_mprotect", setup_reclaim, { reclaim_0_2, mprotect_0_2 }, NULL,
	  DEFERS },
	{ "reclaim_clear_refs", setup_reclaim, { reclaim_0_2, clear_refs_0_2 }, NULL,
	  DEFERS },
	{ "reclaim_overflow", setup_reclaim_overflow, { reclaim_0_2, dontneed_0_2 }, NEEDS_DEFER,
	  EV_OVERFLOW | EV_DEFERRED },
	{ "reclaim_files", setup_reclaim_files, { reclaim_0_2, idle }, NULL,
	  EV_WRITTEN },
	{ "two_reclaims_dontneed", setup_two_reclaims,
	  { reclaim_0_1, reclaim_1_2, dontneed_0_2 }, NULL,
	  DEFERS },
	{ "reclaims_in_two_tables", setup_reclaims_in_tables,
	  { reclaim_0_1, reclaim_4_5, dontneed_0_5 }, NULL,
	  DEFERS },
	{ "mremap_dontneed", setup_mremap, { mremap_0_to_8, dontneed_moved }, NULL,
	  EV_MOVED },
	{ "mremap_reclaim", setup_mremap_reclaim,
	  { reclaim_other, mremap_0_to_8, dontneed_other }, NULL,
	  DEFERS },
	{ "lazy_munmap", setup_tables, { munmap_0, lazy }, NULL,
	  CATCHES_UP },
	{ "lazy_dontneed", setup_2, { dontneed_0_2, lazy }, NULL,
	  CATCHES_UP },
	{ "lazy_two_dontneeds", setup_3, { dontneed_0_2, dontneed_1_3, lazy }, NULL,
	  CATCHES_UP },
	{ "exit", setup_all_tables, { exit_mm, idle }, NULL,
	  EV_TABLE },
	{ "exit_lazy", setup_lazy_exit, { exit_mm, op_lazy_until_exit }, NULL,
	  EV_TABLE },
	{ "exit_reclaim", setup_reclaim, { reclaim_0_2, exit_mm }, NULL,
	  DEFERS },
	{ "hugetlb_munmap", setup_hugetlb, { munmap_0, idle }, NULL,
	  EV_TABLE },
	{ "hugetlb_unshare", setup_shared, { munmap_0, other_unmaps, idle },
	  NEEDS_SHARING, EV_UNSHARED },
	{ "hugetlb_unshare_gup", setup_shared, { munmap_0, other_unmaps, gup_1 },
	  NEEDS_SHARING, EV_UNSHARED },
	{ "hugetlb_unshare_folio", setup_shared, { unmap_folio, other_unmaps, gup_1 },
	  NEEDS_SHARING, EV_UNSHARED },
	{ "hugetlb_still_shared", setup_shared_by_three, { unmap_folio, gup_1 },
	  NEEDS_SHARING, EV_UNSHARED },
	{ "hugetlb_unshare_lazy", setup_shared, { munmap_0, other_unmaps, lazy },
	  NEEDS_SHARING, EV_UNSHARED },
};

const int nr_scenarios = ARRAY_SIZE(scenarios);
