// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page faults, walkers without locks, and CPUs that go lazy.
 */
#include "ops.h"

/* handle_mm_fault() with do_anonymous_page(), under the VMA lock */
void op_fault(int vma, int page, int end)
{
	unsigned long addr = (unsigned long)page << PAGE_SHIFT;
	int pmd_table, table = -1, index;

	step("fault %d", page);
	if (!vma_start_read(vma)) {
		op_done();
		return;
	}
	pmd_table = alloc_table(0, addr);
	if (pmd_table >= 0 && alloc_table(pmd_table, addr) >= 0)
		table = pte_offset_map_lock(pmd_table, addr);
	if (table >= 0) {
		index = entry_index(table, addr);
		if (ptep_get(table, index) == ENTRY_NONE) {
			int frame = new_frame(false);

			set_pte(table, index, new_trans(page, frame, true, false) + 1);
		}
		pte_unmap_unlock(table);
	}
	read_unlock(&w.vma_lock[vma], "vma");
	op_done();
}

/* A CPU whose only part is to have cached what there is. */
void op_idle(int vma, int start, int end)
{
}

/* gup_fast(): tables cannot be freed under it while interrupts are off */
void op_gup_fast(int vma, int page, int end)
{
	unsigned long addr = (unsigned long)page << PAGE_SHIFT;
	int table = 0;
	u8 e;

	irqs_disable();
	for (;;) {
		e = read_entry(table, entry_index(table, addr));
		if (!entry_is_table(e))
			break;
		table = entry_table(e);
		w.cpu[self()].walk = table + 1;
	}
	w.cpu[self()].walk = 0;
	irqs_enable();
	op_done();
}

/* A walk under RCU, as that of pte_offset_map(): where tables are freed by RCU. */
void op_walk(int vma, int page, int end)
{
	unsigned long addr = (unsigned long)page << PAGE_SHIFT;
	int table;

	rcu_enter();
	table = walk_to(0, addr, NULL);
	if (table >= 0) {
		w.cpu[self()].walk = table + 1;
		read_entry(table, entry_index(table, addr));
		w.cpu[self()].walk = 0;
	}
	rcu_exit();
	op_done();
}

/* The CPU runs a kernel thread for a while. */
void op_lazy(int vma, int start, int end)
{
	enter_lazy_tlb();
	leave_lazy_tlb();
	op_done();
}

/* The kernel thread ends on another mm. */
void op_lazy_until_exit(int vma, int start, int end)
{
	enter_lazy_tlb();
	step("switches to another mm");
	w.cpu[self()].loaded = 0;
	op_done();
}
