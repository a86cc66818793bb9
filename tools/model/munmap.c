// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * munmap, mmap and exit: mm/vma.c and mm/mmap.c, with free_pgtables().
 */
#include "ops.h"

/* free_pmd_range() */
static void free_pmd_range(struct mmu_gather *tlb, int pmd_table,
			   unsigned long addr, unsigned long end,
			   unsigned long floor, unsigned long ceiling)
{
	unsigned long start = addr;

	while (addr != end) {
		int index = entry_index(pmd_table, addr);
		u8 e = read_entry(pmd_table, index);

		if (entry_is_table(e)) {
			set_pte(pmd_table, index, ENTRY_NONE);
			pte_free_tlb(tlb, &tables[entry_table(e)].page, addr);
		}
		addr = step_end(addr, end, PMD_SIZE);
	}
	start &= PUD_MASK;
	ceiling &= PUD_MASK;
	if (start < floor || !ceiling || end - 1 > ceiling - 1)
		return;
	set_pte(0, entry_index(0, start), ENTRY_NONE);
	pmd_free_tlb(tlb, (pmd_t *)&tables[pmd_table].page, start);
}

/* free_pgd_range() */
static void free_pgd_range(struct mmu_gather *tlb, unsigned long addr,
			   unsigned long end, unsigned long floor,
			   unsigned long ceiling)
{
	addr &= PMD_MASK;
	if (addr < floor)
		addr += PMD_SIZE;
	ceiling &= PMD_MASK;
	if (end - 1 > ceiling - 1)
		end -= PMD_SIZE;
	if (!end || addr > end - 1)
		return;
	tlb_change_page_size(tlb, PAGE_SIZE);
	while (addr != end) {
		unsigned long next = step_end(addr, end, PUD_SIZE);
		u8 e = read_entry(0, entry_index(0, addr));

		if (entry_is_table(e))
			free_pmd_range(tlb, entry_table(e), addr, next, floor,
				       ceiling);
		addr = next;
	}
}

/* unlink_file_vma(), unlink_anon_vmas() */
static void unlink_vma(int vma)
{
	write_lock(&w.rmap_lock, "rmap");
	w.linked[vma] = 0;
	write_unlock(&w.rmap_lock, "rmap");
}

/* free_pgtables(); the neighbours, if any, do not change meanwhile */
static void free_pgtables(struct mmu_gather *tlb, const int *which, int nr)
{
	unsigned long floor = 0, last = TASK_SIZE;

	tlb_free_vmas(tlb);
	for (int i = 0; i < MAX_VMAS; i++) {
		if (w.attached[i] && vmas[i].vm_end <= vmas[which[0]].vm_start)
			floor = max(floor, vmas[i].vm_end);
		else if (w.attached[i])
			last = min(last, vmas[i].vm_start);
	}
	for (int i = 0; i < nr; i++) {
		unsigned long addr = vmas[which[i]].vm_start;

		unlink_vma(which[i]);
		while (i + 1 < nr && vmas[which[i + 1]].vm_start <=
		       vmas[which[i]].vm_end + PMD_SIZE)
			unlink_vma(which[++i]);
		free_pgd_range(tlb, addr, vmas[which[i]].vm_end, floor,
			       i + 1 < nr ? vmas[which[i + 1]].vm_start : last);
	}
}

/* vms_gather_munmap_vmas() */
static void detach_vma(int vma)
{
	write_lock(&w.vma_lock[vma], "vma");
	w.attached[vma] = 0;
}

/* __zap_vma_range() */
static void unmap_vma(struct mmu_gather *tlb, struct vm_area_struct *vma)
{
	const struct zap_details details = {};

	if (is_vm_hugetlb_page(vma))
		unmap_hugetlb_vma(tlb, vma);
	else
		unmap_page_range(tlb, vma, vma->vm_start, vma->vm_end, &details);
}

/* do_munmap() with vms_clear_ptes() */
static void unmap_region(const int *which, int nr)
{
	struct mmu_gather tlb;

	write_lock(&w.mmap_lock, "mmap");
	for (int i = 0; i < nr; i++)
		detach_vma(which[i]);
	for (int i = 0; i < nr; i++)
		write_unlock(&w.vma_lock[which[i]], "vma");
	write_downgrade(&w.mmap_lock, "mmap");
	tlb_gather_mmu_range(&tlb, &w.mm, vmas[which[0]].vm_start,
			     vmas[which[nr - 1]].vm_end);
	for (int i = 0; i < nr; i++)
		unmap_vma(&tlb, &vmas[which[i]]);
	free_pgtables(&tlb, which, nr);
	tlb_finish_mmu(&tlb);
}

void op_munmap(int vma, int start, int end)
{
	step("munmap %lu-%lu", page_of(vmas[vma].vm_start), page_of(vmas[vma].vm_end));
	op_begin(page_of(vmas[vma].vm_start), page_of(vmas[vma].vm_end), false);
	unmap_region(&vma, 1);
	op_end("munmap");
	read_unlock(&w.mmap_lock, "mmap");
	op_done();
}

/* One munmap over this VMA and the next one, with a hole between them or not. */
void op_munmap2(int vma, int start, int end)
{
	const int both[] = { vma, vma + 1 };

	step("munmap %lu-%lu", page_of(vmas[vma].vm_start),
	     page_of(vmas[vma + 1].vm_end));
	op_begin(page_of(vmas[vma].vm_start), page_of(vmas[vma + 1].vm_end), false);
	unmap_region(both, 2);
	op_end("munmap");
	read_unlock(&w.mmap_lock, "mmap");
	op_done();
}

/* A new mapping, at addresses that had one before or not. */
void op_mmap(int vma, int start, int end)
{
	write_lock(&w.mmap_lock, "mmap");
	step("mmap %lu-%lu", page_of(vmas[vma].vm_start), page_of(vmas[vma].vm_end));
	w.attached[vma] = 1;
	w.linked[vma] = 1;
	write_unlock(&w.mmap_lock, "mmap");
	op_done();
}

/* exit_mmap(): no user space runs on this mm any more */
void op_exit(int vma, int start, int end)
{
	struct mmu_gather tlb;
	int which[MAX_VMAS], nr = 0;

	step("exit");
	for_each_cpu(cpu)
		w.cpu[cpu].active = 0;
	tlb_gather_mmu_fullmm(&tlb, &w.mm);
	for (int i = 0; i < MAX_VMAS; i++) {
		if (!w.attached[i])
			continue;
		unmap_vma(&tlb, &vmas[i]);
		w.attached[i] = 0;
		which[nr++] = i;
	}
	free_pgtables(&tlb, which, nr);
	tlb_finish_mmu(&tlb);
	op_done();
}
