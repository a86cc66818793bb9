// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What memory is like when a scenario begins. Addresses are pages; a PTE table maps
 * four, a PMD table eight, and there are sixteen.
 */
#include "ops.h"

/* This CPU's thread does not run on the mm. */
static void not_on_mm(int cpu)
{
	w.cpu[cpu].loaded = 0;
	w.cpu[cpu].active = 0;
}

static void map_pages(int nr, bool file)
{
	map_vma(0, 0, nr, 0);
	for (int i = 0; i < nr; i++)
		map_page(i, true, file);
}

void setup_pages(int nr)
{
	map_pages(nr, false);
}

/* Dirty pages of a file */
void setup_files(int nr)
{
	map_pages(nr, true);
}

void setup_reclaim(int unused)
{
	map_pages(2, false);
	not_on_mm(0);
}

/* The counters are about to overflow: TLB_FLUSH_BATCH_PENDING_LARGE, all flushed. */
void setup_reclaim_overflow(int unused)
{
	setup_reclaim(0);
	w.mm.tlb_flush_batched.counter = 0x3fff << 16 | 0x3fff;
}

/* A clean page, then a dirty one. */
void setup_reclaim_files(int unused)
{
	map_vma(0, 0, 2, 0);
	map_page(0, false, true);
	map_page(1, true, true);
	not_on_mm(0);
}

void setup_two_reclaims(int unused)
{
	map_pages(2, false);
	not_on_mm(0);
	not_on_mm(1);
}

/* Two PTE tables and the PMD table above them, and something beside. */
void setup_tables(int unused)
{
	map_vma(0, 0, 8, 0);
	map_page(1, true, false);
	map_page(5, true, false);
	map_vma(1, 8, 9, 0);
	map_page(8, true, false);
}

void setup_thp(int unused)
{
	map_vma(0, 0, 6, 0);
	map_huge(0);
	map_page(4, true, false);
	map_page(5, true, false);
}

/* Two pages in a large mapping */
void setup_sparse(int unused)
{
	map_vma(0, 0, 12, 0);
	map_page(1, true, false);
	map_page(2, true, false);
}

/* The second half of the mapping has no page. */
void setup_half(int unused)
{
	map_vma(0, 0, 4, 0);
	map_page(0, true, false);
	map_page(1, true, false);
}

/* A dirty page is what fills the first batch. */
void setup_many_files(int unused)
{
	map_vma(0, 0, 9, 0);
	for (int i = 0; i < 9; i++)
		map_page(i, true, i >= 5);
}

/* The first batch is full before the dirty pages come. */
void setup_files_last(int unused)
{
	map_vma(0, 0, 10, 0);
	for (int i = 0; i < 10; i++)
		map_page(i, true, i >= 8);
}

void setup_folios(int unused)
{
	map_vma(0, 0, 12, 0);
	for (int i = 0; i < 12; i += 4) {
		map_folio(i, 2, false);
		map_page(i + 2, true, false);
	}
}

/* One entry, then two for each folio: they come when there is room for one. */
void setup_folios_odd(int unused)
{
	map_vma(0, 0, 12, 0);
	map_page(0, true, false);
	map_folio(1, 2, false);
	for (int i = 4; i < 12; i += 2)
		map_folio(i, 2, false);
}

void setup_file_folios(int unused)
{
	map_vma(0, 0, 4, 0);
	map_folio(0, 2, true);
	map_folio(2, 2, true);
}

/* The dirty folio is in the second batch. */
void setup_file_folio_last(int unused)
{
	map_vma(0, 0, 10, 0);
	for (int i = 0; i < 8; i++)
		map_page(i, true, false);
	map_folio(8, 2, true);
}

/* The seventh entry fills the first batch: it is one of a huge page. */
void setup_huge_full(int unused)
{
	map_vma(0, 0, 16, 0);
	for (int i = 0; i < 6; i++)
		map_page(i, true, false);
	map_huge(8);
	map_huge(12);
}

/* The dirty page is in the second batch. It is flushed; both are filled again. */
void setup_reuse(int unused)
{
	map_vma(0, 0, 16, 0);
	for (int i = 0; i < 16; i++)
		map_page(i, true, i == 7);
}

/* The second batch is full while the rmap of a page in it is delayed. */
void setup_delayed_limit(int unused)
{
	map_vma(0, 0, 13, 0);
	for (int i = 0; i < 13; i++)
		map_page(i, true, i == 8);
}

/* Two batches are full, and there may be no third one. */
void setup_batch_limit(int unused)
{
	map_pages(13, false);
	max_batches = 1;
}

void setup_poisoning(int unused)
{
	setup_folios_odd(0);
	poisoning = true;
}

/* All six tables, which are more than a batch of tables holds. */
void setup_all_tables(int unused)
{
	map_vma(0, 0, 16, 0);
	for (int i = 0; i < 16; i += 4)
		map_page(i, true, false);
}

void setup_two_vmas(int unused)
{
	map_vma(0, 0, 2, VM_EXEC);
	map_vma(1, 6, 8, 0);
	map_page(0, true, false);
	map_page(6, true, false);
	map_page(7, true, true);
}

static void setup_special(unsigned long flags)
{
	map_vma(0, 0, 2, flags);
	map_page(0, true, false);
	map_page(1, true, false);
}

void setup_pfnmap(int unused)
{
	setup_special(VM_PFNMAP);
}

void setup_mixedmap(int unused)
{
	setup_special(VM_MIXEDMAP);
}

/* What follows on the VMA with PFNs has none. */
void setup_pfnmap_and_plain(int unused)
{
	setup_pfnmap(0);
	map_vma(1, 2, 3, 0);
	map_page(2, true, false);
}

/* Flags of the one VMA say nothing of what the other one needs. */
void setup_vma_and_hugetlb(int unused)
{
	map_vma(0, 0, 2, VM_EXEC);
	map_page(0, true, false);
	map_vma(1, 8, 16, VM_HUGETLB);
	map_huge(8);
	map_huge(12);
}

void setup_hugetlb(int unused)
{
	map_vma(0, 0, 8, VM_HUGETLB);
	map_huge(0);
	map_huge(4);
}

/* CPU1 is another mm's. */
void setup_shared(int unused)
{
	map_vma(0, 0, 8, VM_HUGETLB);
	map_shared(0);
	not_on_mm(1);
}

/* Two more mms have the table: it stays shared. */
void setup_shared_by_three(int unused)
{
	setup_shared(0);
	w.table[entry_table(w.table[0].e[0])].sharers = 2;
	w.cpu[1] = w.cpu[0];
}

void setup_lazy_exit(int unused)
{
	setup_tables(0);
	w.cpu[1].active = 0;
}

void setup_mremap(int unused)
{
	map_vma(0, 0, 1, 0);
	map_page(0, true, false);
	map_vma(1, 4, 5, 0);
	map_page(4, true, false);
	map_vma(2, 8, 9, 0);
}

void setup_mremap_reclaim(int unused)
{
	setup_mremap(0);
	not_on_mm(0);
}

void setup_reclaims_in_tables(int unused)
{
	map_pages(5, false);
	not_on_mm(0);
	not_on_mm(1);
}
