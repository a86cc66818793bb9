// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables, frames, locks, RCU, and the maximal TLB.
 *
 * A CPU has cached all that was valid since its last flush covered it: an entry
 * is cached by every CPU that has the mm loaded at the moment it becomes
 * reachable from the top level or from any table that the CPU's walk cache
 * still leads to. A real CPU may have cached less, never more, so the hardware
 * makes no choices here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* Of the scenario, which its setup may change. */
bool poisoning;
unsigned int max_batches;

struct world w;
struct vm_area_struct vmas[MAX_VMAS];
struct page frames[MAX_FRAMES];
struct ptdesc tables[MAX_TABLES];
int nr_cpus;

/* Memory that the gather has allocated and not freed, for the whole run. */
#define MAX_BATCHES 64
static void *batches[MAX_BATCHES];

static struct { struct rcu_head *head; void (*func)(struct rcu_head *head); }
	callbacks[MAX_RCU];

static u8 setup_trans, setup_frames, setup_tables;

void world_init(void)
{
	setup_trans = 0;
	setup_frames = 0;
	setup_tables = 1;	/* the top level is table 0 */
	poisoning = false;
	max_batches = 2;
	memset(&w, 0, sizeof(w));
	w.mm.task_size = TASK_SIZE;
	w.table[0].state = USED;
	w.table[0].level = 2;
	for_each_cpu(cpu)
		w.cpu[cpu] = (struct cpu){ .loaded = 1, .active = 1 };
	for (int i = 0; i < MAX_FRAMES; i++)
		frames[i] = (struct page){ .id = i };
	for (int i = 0; i < MAX_TABLES; i++)
		tables[i].page.id = MAX_FRAMES + i;
	for (int i = 0; i < MAX_VMAS; i++)
		vmas[i] = (struct vm_area_struct){ .vm_mm = &w.mm };
}

/* ---- The TLB ---- */

/* reach - all that @cpu can load now, beginning at the tables of @links */
void reach(u64 *leaves, u32 *links)
{
	u32 todo = *links | 1;

	for (u32 done = 0; todo & ~done; ) {
		int table = __builtin_ctz(todo & ~done);

		done |= 1U << table;
		for (int i = 0; i < PTRS; i++) {
			u8 e = w.table[table].e[i];

			if (entry_is_table(e))
				todo |= 1U << entry_table(e);
			else if (entry_is_leaf(e))
				*leaves |= 1ULL << entry_trans(e);
		}
	}
	*links = todo & ~1U;
}

void valid_now(u64 *leaves, u32 *links)
{
	*leaves = 0;
	*links = 0;
	reach(leaves, links);
}

static u64 executable(u64 leaves)
{
	for (u64 rest = leaves; rest; rest &= rest - 1)
		if (!w.trans[__builtin_ctzll(rest)].exec)
			leaves &= ~(rest & -rest);
	return leaves;
}

/* fill - let @cpu cache all that it can */
void fill(int cpu)
{
	struct cpu *c = &w.cpu[cpu];
	u64 leaves = 0;

	if (!c->loaded)
		return;
	reach(&leaves, &c->wc);
	c->tlb |= leaves;
	c->itlb |= executable(leaves);
}

/* trans_between - translations of pages in a range, those that may write or all */
u64 trans_between(unsigned long start, unsigned long end, bool writable_only)
{
	u64 mask = 0;

	for (int i = 0; i < MAX_TRANS; i++) {
		const struct trans *t = &w.trans[i];
		unsigned long at = (unsigned long)t->page << PAGE_SHIFT;
		unsigned long size = t->huge ? PMD_SIZE : PAGE_SIZE;

		if (t->used && at < end && at + size > start &&
		    (t->write || !writable_only))
			mask |= 1ULL << i;
	}
	return mask;
}

/* check_gone - nobody in user space has what is gone */
void check_gone(const char *when)
{
	for_each_cpu(cpu) {
		u64 stale = (w.cpu[cpu].tlb | w.cpu[cpu].itlb) & w.gone;

		if (w.cpu[cpu].active && stale) {
			const struct trans *t = &w.trans[__builtin_ctzll(stale)];

			fail("CPU%d has a stale translation of page %d %s", cpu,
			     t->page, when);
		}
	}
}

bool model_pte_needs_flush(pte_t old, pte_t new)
{
	if (!entry_is_leaf(old.v))
		return false;
	if (!entry_is_leaf(new.v))
		return true;
	return w.trans[entry_trans(old.v)].write && !w.trans[entry_trans(new.v)].write;
}

/* ---- What the model allocates ---- */

static int new_id(u8 *count, int setup, int per_cpu, const char *what)
{
	int n = (*count)++;

	if (n >= (running() ? per_cpu : setup))
		fail("the model has too few %s", what);
	return running() ? setup + self() * per_cpu + n : n;
}

static bool page_is_exec(unsigned long addr)
{
	for (int i = 0; i < MAX_VMAS; i++)
		if (vmas[i].vm_flags & VM_EXEC && addr >= vmas[i].vm_start &&
		    addr < vmas[i].vm_end)
			return true;
	return false;
}

int new_trans(int page, int frame, bool write, bool huge)
{
	int id = new_id(running() ? &w.thread[self()].nr_trans : &setup_trans,
			NR_SETUP, TRANS_PER_CPU, "translations");

	w.trans[id] = (struct trans){ 1, page, frame, write, huge,
		page_is_exec((unsigned long)page << PAGE_SHIFT) };
	return id;
}

int new_frame(bool file)
{
	int id = new_id(running() ? &w.thread[self()].nr_frames : &setup_frames,
			NR_SETUP, FRAMES_PER_CPU, "frames");

	w.frame[id] = (struct frame){ USED, 1, file, 1 };
	return id;
}

int new_table(int level, int base)
{
	int id = new_id(running() ? &w.thread[self()].nr_tables : &setup_tables,
			TABLES_SETUP, TABLES_PER_CPU, "tables");

	w.table[id] = (struct table){ .state = USED, .level = level, .base = base };
	return id;
}

/* drop_frame - @frame goes back to the page allocator */
void drop_frame(int frame)
{
	u64 mask = 0;

	if (w.frame[frame].state != USED)
		fail("frame %d is freed twice", frame);
	if (w.frame[frame].mapcount)
		fail("frame %d is freed while it is mapped", frame);
	w.frame[frame].state = FREED;
	for (int i = 0; i < MAX_TRANS; i++)
		if (w.trans[i].used && w.trans[i].frame == frame)
			mask |= 1ULL << i;
	w.gone |= mask;
	check_gone("whose frame is freed");
}

void drop_table(int table)
{
	if (w.table[table].state != USED)
		fail("table %d is freed twice", table);
	if (w.table[table].lock)
		fail("table %d is freed while it is locked", table);
	w.table[table].state = FREED;
	mark(EV_TABLE);
	for_each_cpu(cpu) {
		if (w.cpu[cpu].loaded && w.cpu[cpu].wc & (1U << table))
			fail("table %d is freed while CPU%d can walk it", table, cpu);
		if (w.cpu[cpu].walk == table + 1)
			fail("table %d is freed under a software walker on CPU%d",
			     table, cpu);
	}
}

/* set_entry - write an entry, which all CPUs that can reach it cache at once */
void set_entry(int table, int index, u8 entry)
{
	if (w.table[table].state != USED)
		fail("a write to table %d, which is freed", table);
	w.table[table].e[index] = entry;
	for_each_cpu(cpu)
		fill(cpu);
}

static void drop_page(struct page *page)
{
	if (page->id >= MAX_FRAMES)
		drop_table(page->id - MAX_FRAMES);
	else
		drop_frame(page->id);
}

/*
 * check_at_once - are so many entries more than are to be freed without a pause?
 * One that reaches the limit may go beyond it.
 */
static void check_at_once(int nr, int nr_pages, int last)
{
	int count = poisoning ? nr_pages - last : nr - 2;

	if (count >= FREE_AT_ONCE)
		fail("%d entries, of %d pages, are freed at once", nr, nr_pages);
	if (poisoning ? nr_pages >= FREE_AT_ONCE : nr >= FREE_AT_ONCE)
		mark(EV_AT_ONCE);
	if (!poisoning && nr > FREE_AT_ONCE)
		mark(EV_AT_ONCE_FOLIO);
}

void free_pages_and_swap_cache(struct encoded_page **pages, int nr)
{
	int n = 0, nr_pages = 0;

	step("free %d gathered entries", nr);
	for (int i = 0; i < nr; i++) {
		struct page *page = encoded_page_ptr(pages[i]);

		n = 1;
		if (encoded_page_flags(pages[i]) & ENCODED_PAGE_BIT_NR_PAGES_NEXT) {
			if (++i == nr)
				fail("an entry is freed without its number of pages");
			n = encoded_nr_pages(pages[i]);
		}
		nr_pages += n;
		for (int k = 0; k < n; k++)
			drop_page(page++);
	}
	check_at_once(nr, nr_pages, n);
}

void free_folio_and_swap_cache(struct folio *folio)
{
	step("free frame %d", folio->page.id);
	drop_page(&folio->page);
}

/* check_no_writer - no CPU may write to @frame any more */
void check_no_writer(int frame, const char *what)
{
	for (int i = 0; i < MAX_TRANS; i++)
		for_each_cpu(cpu)
			if (w.trans[i].used && w.trans[i].write &&
			    w.trans[i].frame == frame &&
			    w.cpu[cpu].active && w.cpu[cpu].tlb & (1ULL << i))
				fail("dirty frame %d %s while CPU%d can write",
				     frame, what, cpu);
}

/*
 * A dirty page of a file: who looks for mappings of it, finds none and begins
 * to write it back must not be followed by a write through a TLB.
 */
void folio_remove_rmap_ptes(struct folio *folio, struct page *page, int nr,
			    struct vm_area_struct *vma)
{
	if (nr > 1 && w.frame[page->id].file)
		mark(EV_FOLIO_RMAP);
	for (; nr--; page++) {
		struct frame *f = &w.frame[page->id];

		if (!f->mapcount)
			fail("frame %d is not mapped any more", page->id);
		f->mapcount--;
		if (f->file)
			check_no_writer(page->id, "loses its rmap");
	}
}

void pagetable_dtor(struct ptdesc *ptdesc)
{
}

void pagetable_dtor_free(struct ptdesc *ptdesc)
{
	step("free table %d", ptdesc->page.id - MAX_FRAMES);
	drop_page(&ptdesc->page);
}

unsigned long __get_free_page(int gfp)
{
	void **slot = batches;
	void *page;

	if (choose(2, "no page for a batch")) {
		mark(EV_NO_BATCH);
		return 0;
	}
	while (*slot)
		if (++slot == batches + MAX_BATCHES)
			fail("the model has too few batches");
	page = malloc(PAGE_SIZE);
	memset(page, 0xaa, PAGE_SIZE);
	*slot = page;
	return (unsigned long)page;
}

void free_pages(unsigned long addr, unsigned int order)
{
	for (void **slot = batches; slot < batches + MAX_BATCHES; slot++)
		if (*slot == (void *)addr) {
			*slot = NULL;
			free((void *)addr);
			return;
		}
	fail("a batch is freed twice");
}

/* world_release - what an execution has left behind, ended or not */
void world_release(void)
{
	for (int i = 0; i < MAX_BATCHES; i++) {
		free(batches[i]);
		batches[i] = NULL;
	}
}

/* ---- Tables that other mms have in theirs, too ---- */

bool ptdesc_pmd_is_shared(struct ptdesc *ptdesc)
{
	step("is table %d shared?", ptdesc->page.id - MAX_FRAMES);
	return seen(w.table[ptdesc->page.id - MAX_FRAMES].sharers);
}

void ptdesc_pmd_pts_dec(struct ptdesc *ptdesc)
{
	step("leave table %d to others", ptdesc->page.id - MAX_FRAMES);
	w.table[ptdesc->page.id - MAX_FRAMES].sharers--;
}

/* ---- The end ---- */

/* What is in a table that other mms share is theirs. */
static void check_frames(void)
{
	bool mapped[MAX_FRAMES] = {};
	u64 leaves = 0;
	u32 links = 0;

	for (int i = 1; i < MAX_TABLES; i++)
		if (w.table[i].sharers)
			links |= 1U << i;
	reach(&leaves, &links);
	for (int i = 0; i < MAX_TRANS; i++)
		if (leaves & (1ULL << i))
			mapped[w.trans[i].frame] = true;
	for (int i = 0; i < MAX_FRAMES; i++)
		if (w.frame[i].state == USED && w.frame[i].mapcount && !mapped[i])
			fail("frame %d is not mapped and its rmap is not removed", i);
		else if (w.frame[i].state == USED && !mapped[i])
			fail("frame %d is not mapped and never freed", i);
	for (int i = 1; i < MAX_TABLES; i++)
		if (w.table[i].state == USED && !(links & (1U << i)))
			fail("table %d is not in use and never freed", i);
}

/* world_check_end - all threads have ended: is anything left over? */
void world_check_end(void)
{
	check_gone("at the end");
	for (int i = 0; i < MAX_RCU; i++)
		if (w.rcu[i].wait)
			fail("an RCU callback was not called");
	check_frames();
	for (int i = 0; i < MAX_BATCHES; i++)
		if (batches[i])
			fail("a batch of the gather is never freed");
	for (int i = 0; i < NR_TLB_PENDING_RANGES; i++)
		if (w.mm.tlb_pending_range[i])
			fail("range %d is still published at the end", i);
	if (w.mm.tlb_flush_pending.counter)
		fail("tlb_flush_pending is %d at the end",
		     w.mm.tlb_flush_pending.counter);
}

/* ---- Atomics ---- */

static const char *field(const char *name)
{
	const char *arrow = strstr(name, "->");

	while (arrow) {
		name = arrow + 2;
		arrow = strstr(name, "->");
	}
	return name;
}

int model_atomic_read(const atomic_t *v, const char *name)
{
	step("%s?", field(name));
	if (!strcmp(field(name), "tlb_flush_pending") && v->counter > 1)
		mark(EV_NESTED);
	return seen(v->counter);
}

void model_atomic_add(int n, atomic_t *v, const char *name)
{
	step("%s%s", field(name), n > 0 ? "++" : "--");
	v->counter += n;
}

int model_atomic_cmpxchg(atomic_t *v, int old, int new, const char *name)
{
	int was;

	step("%s = %d if %d", field(name), new, old);
	if (!strcmp(field(name), "tlb_flush_batched"))
		mark(new >> 16 ? EV_DEFERRED : EV_OVERFLOW);
	was = v->counter;
	if (was == old)
		v->counter = new;
	return seen(was);
}

/* ---- The ranges of the gathers ---- */

static int slot_of(const unsigned long *slot)
{
	return slot - w.mm.tlb_pending_range;
}

/*
 * Only the owner writes to a slot that is in use: to read one's own is no step. Nor
 * is the look before try_cmpxchg(): not to try, and to try in vain, is the same.
 */
unsigned long model_read(const unsigned long *slot, const char *name)
{
	if (w.slot_owner[slot_of(slot)] == self() + 1)
		return *slot;
	if (!strncmp(name, "*range", 6))
		return seen(*slot);
	step("range %d?", slot_of(slot));
	if (*slot)
		mark(EV_NESTED);
	return seen(*slot);
}

void model_write(unsigned long *slot, unsigned long new)
{
	if (w.slot_owner[slot_of(slot)] != self() + 1)
		fail("writes to slot %d, which is not its own", slot_of(slot));
	step("range %d = %#lx", slot_of(slot), new);
	*slot = new;
	if (!new)
		w.slot_owner[slot_of(slot)] = 0;
}

bool model_try_cmpxchg(unsigned long *slot, unsigned long *old, unsigned long new)
{
	unsigned long was;

	step("range %d = %#lx if %#lx", slot_of(slot), new, *old);
	was = seen(*slot);
	if (was != *old) {
		*old = was;
		return false;
	}
	*slot = new;
	w.slot_owner[slot_of(slot)] = self() + 1;
	return true;
}

/* ---- Locks ---- */

static bool byte_is_zero(void *arg)
{
	return !*(u8 *)arg;
}

static bool nobody_has(void *arg)
{
	struct rwlock *lock = arg;

	return !lock->readers && !lock->writer;
}

void lock_table(int table)
{
	u8 *lock = &w.table[table].lock;

	step_when(byte_is_zero, lock, "lock table %d", table);
	if (w.table[table].state == FREED)
		fail("table %d is locked after it was freed", table);
	*lock = self() + 1;
}

bool trylock_table(int table)
{
	u8 *lock = &w.table[table].lock;

	step("trylock table %d", table);
	if (seen(*lock))
		return false;
	*lock = self() + 1;
	return true;
}

/* Above the PTE tables there are trylocks, which an unlock does not commute with. */
void unlock_table(int table)
{
	if (w.table[table].level)
		step("unlock table %d", table);
	else
		mover("unlock table %d", table);
	w.table[table].lock = 0;
}

void read_lock(struct rwlock *lock, const char *name)
{
	step_when(byte_is_zero, &lock->writer, "read_lock %s", name);
	lock->readers++;
}

void read_unlock(struct rwlock *lock, const char *name)
{
	mover("read_unlock %s", name);
	lock->readers--;
}

void write_lock(struct rwlock *lock, const char *name)
{
	step_when(nobody_has, lock, "write_lock %s", name);
	lock->writer = 1;
}

void write_unlock(struct rwlock *lock, const char *name)
{
	mover("write_unlock %s", name);
	lock->writer = 0;
}

void write_downgrade(struct rwlock *lock, const char *name)
{
	mover("downgrade %s", name);
	lock->writer = 0;
	lock->readers++;
}

/* ---- RCU: a grace period ends as early as it can ---- */

static u8 readers(void)
{
	u8 mask = 0;

	for_each_other_cpu(cpu) {
		if (w.cpu[cpu].reader || w.cpu[cpu].irqs_off)
			mask |= 1U << cpu;
	}
	return mask;
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	u8 wait;

	step("call_rcu");
	wait = seen(readers());
	if (!wait) {
		func(head);
		return;
	}
	for (int i = 0; i < MAX_RCU; i++)
		if (!w.rcu[i].wait) {
			w.rcu[i].wait = wait;
			w.rcu[i].what = w.thread[self()].hist;
			callbacks[i].head = head;
			callbacks[i].func = func;
			return;
		}
	fail("the model has too few RCU callbacks");
}

void synchronize_rcu(void)
{
	step("wait for readers");
	cost->waits++;
	w.thread[self()].sync = readers();
	step_when(byte_is_zero, &w.thread[self()].sync, "readers have left");
}

/* An IPI waits for interrupts to be on, and for no RCU reader. */
void smp_call_function(void (*func)(void *info), void *info, int wait)
{
	u8 mask = 0;

	step("IPIs to all");
	cost->waits++;
	for_each_other_cpu(cpu) {
		if (w.cpu[cpu].irqs_off)
			mask |= 1U << cpu;
	}
	w.thread[self()].ipi = mask;
	step_when(byte_is_zero, &w.thread[self()].ipi, "IPIs are taken");
}

static void reader_left(void)
{
	u8 bit = 1U << self();

	if (w.cpu[self()].reader || w.cpu[self()].irqs_off)
		return;
	for_each_cpu(cpu)
		w.thread[cpu].sync &= ~bit;
	for (int i = 0; i < MAX_RCU; i++) {
		if (!(w.rcu[i].wait & bit))
			continue;
		w.rcu[i].wait &= ~bit;
		if (w.rcu[i].wait)
			continue;
		/* What the callback does depends on what it was given. */
		seen(w.rcu[i].what);
		w.rcu[i].what = 0;
		callbacks[i].func(callbacks[i].head);
	}
}

void rcu_enter(void)
{
	step("rcu_read_lock");
	w.cpu[self()].reader = 1;
}

void rcu_exit(void)
{
	mover("rcu_read_unlock");
	w.cpu[self()].reader = 0;
	reader_left();
}

void irqs_disable(void)
{
	step("irqs off");
	w.cpu[self()].irqs_off = 1;
}

void irqs_enable(void)
{
	step("irqs on");
	w.cpu[self()].irqs_off = 0;
	for_each_cpu(cpu)
		w.thread[cpu].ipi &= ~(1U << self());
	reader_left();
}
