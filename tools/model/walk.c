// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks of page tables, what an operation promises, and what is there when a
 * scenario begins.
 */
#include "ops.h"

/* Of a table: where @addr is in it. */
int entry_index(int table, unsigned long addr)
{
	static const int shifts[] = { PAGE_SHIFT, PMD_SHIFT, PUD_SHIFT };
	static const int masks[] = { 3, 1, 1 };

	return (addr >> shifts[w.table[table].level]) & masks[w.table[table].level];
}

unsigned long page_of(unsigned long addr)
{
	return addr >> PAGE_SHIFT;
}

static u8 read_now(int table, int index)
{
	if (w.table[table].state == FREED)
		fail("table %d is read after it was freed", table);
	return seen(w.table[table].e[index]);
}

/* A read without a lock. */
u8 read_entry(int table, int index)
{
	step("read table %d[%d]", table, index);
	return read_now(table, index);
}

/* A read under the table's lock. */
u8 ptep_get(int table, int index)
{
	mover("read table %d[%d]", table, index);
	return seen(w.table[table].e[index]);
}

u8 get_and_clear(int table, int index)
{
	u8 old;

	step("clear table %d[%d]", table, index);
	old = seen(w.table[table].e[index]);
	set_entry(table, index, ENTRY_NONE);
	if (entry_is_leaf(old))
		flush_cleared_entry(old);
	return old;
}

void set_pte(int table, int index, u8 entry)
{
	step("set table %d[%d]", table, index);
	set_entry(table, index, entry);
}

/* The table that an address is mapped by at @level, or -1. */
int walk_to(int level, unsigned long addr, u8 *entry)
{
	int table = 0;

	for (;;) {
		u8 e = read_entry(table, entry_index(table, addr));

		if (entry)
			*entry = e;
		if (!entry_is_table(e))
			return -1;
		table = entry_table(e);
		if (w.table[table].level == level)
			return table;
	}
}

/*
 * pte_offset_map_lock(). The first read, which no lock protects, follows
 * rcu_read_lock() in the same step. Nothing is lost: who clears the entry holds
 * the PTE lock, so that the second read, in the step of the lock, tells; or it is
 * free_pmd_range(), which has excluded all walkers. An operation that clears it
 * in another way would need a step here.
 */
int pte_offset_map_lock(int pmd_table, unsigned long addr)
{
	int index = entry_index(pmd_table, addr);
	u8 e;

	rcu_enter();
	mover("read table %d[%d]", pmd_table, index);
	e = read_now(pmd_table, index);
	for (;;) {
		if (!entry_is_table(e)) {
			rcu_exit();
			return -1;
		}
		lock_table(entry_table(e));
		if (seen(w.table[pmd_table].e[index]) == e)
			return entry_table(e);
		unlock_table(entry_table(e));
		e = read_entry(pmd_table, index);
	}
}

void pte_unmap_unlock(int table)
{
	unlock_table(table);
	rcu_exit();
}

unsigned long step_end(unsigned long addr, unsigned long end, unsigned long size)
{
	return min(round_down(addr, size) + size, end);
}

bool vma_start_read(int vma)
{
	read_lock(&w.vma_lock[vma], "vma");
	if (seen(w.attached[vma]))
		return true;
	read_unlock(&w.vma_lock[vma], "vma");
	return false;
}

/* ---- What an operation promises ---- */

void op_begin(int start, int end, bool protect)
{
	w.thread[self()].old = trans_between((unsigned long)start << PAGE_SHIFT,
					     (unsigned long)end << PAGE_SHIFT,
					     protect);
}

/* op_end - what was there before the operation has to be gone */
void op_end(const char *name)
{
	step("%s returns", name);
	w.gone |= w.thread[self()].old;
	w.thread[self()].old = 0;
	check_gone("although the operation has returned");
}

/* __pmd_alloc(), __pte_alloc() */
int alloc_table(int above, unsigned long addr)
{
	int level = w.table[above].level - 1;
	int index = entry_index(above, addr);
	unsigned long base = round_down(addr, level ? PUD_SIZE : PMD_SIZE);
	u8 e = read_entry(above, index);
	int table;

	if (entry_is_table(e))
		return entry_table(e);
	lock_table(above);
	e = ptep_get(above, index);
	if (e == ENTRY_NONE) {
		table = new_table(level, page_of(base));
		set_pte(above, index, ENTRY_TABLE | table);
	} else {
		table = entry_is_table(e) ? entry_table(e) : -1;
	}
	unlock_table(above);
	return table;
}

/* ---- What is there at the beginning ---- */

void map_vma(int vma, int start, int end, unsigned long flags)
{
	vmas[vma].vm_start = (unsigned long)start << PAGE_SHIFT;
	vmas[vma].vm_end = (unsigned long)end << PAGE_SHIFT;
	vmas[vma].vm_flags = flags;
	w.attached[vma] = 1;
	w.linked[vma] = 1;
}

static int setup_table(int above, unsigned long addr)
{
	int level = w.table[above].level - 1;
	u8 *e = &w.table[above].e[entry_index(above, addr)];

	if (!*e)
		*e = ENTRY_TABLE | new_table(level, page_of(round_down(addr,
						level ? PUD_SIZE : PMD_SIZE)));
	return entry_table(*e);
}

static void setup_page(int page, int frame, bool write)
{
	unsigned long addr = (unsigned long)page << PAGE_SHIFT;
	int table = setup_table(setup_table(0, addr), addr);

	w.table[table].e[entry_index(table, addr)] =
		new_trans(page, frame, write, false) + 1;
}

void map_page(int page, bool write, bool file)
{
	setup_page(page, new_frame(file), write);
}

/* A folio of @nr pages, mapped by as many entries. */
void map_folio(int page, int nr, bool file)
{
	int first = new_frame(file);

	w.frame[first].nr = nr;
	setup_page(page, first, true);
	for (int i = 1; i < nr; i++) {
		int frame = new_frame(file);

		frames[frame].index = i;
		setup_page(page + i, frame, true);
	}
}

/* A huge page, mapped by one entry. */
void map_huge(int page)
{
	unsigned long addr = (unsigned long)page << PAGE_SHIFT;
	int table = setup_table(0, addr);

	w.table[table].e[entry_index(table, addr)] =
		new_trans(page, new_frame(false), true, true) + 1;
}

/* map_shared - a table of huge pages that another mm shares; its id */
int map_shared(int page)
{
	int table;

	map_huge(page);
	map_huge(page + PTRS);
	table = entry_table(w.table[0].e[entry_index(0, (unsigned long)page << PAGE_SHIFT)]);
	w.table[table].sharers = 1;
	return table;
}
