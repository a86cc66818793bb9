/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model around the gather: page tables, locks, frames, and what each CPU
 * has cached. See main.c for how to read and to use it.
 */
#ifndef MODEL_H
#define MODEL_H

#include "include/arch.h"

/* clang says it in another way. */
#ifdef __has_feature
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#define MAX_CPUS	3
#define MAX_VMAS	4
#define MAX_RCU		6
#define PTRS		4	/* entries per table (the top one has 2) */

/* Ids are given per thread, so that the order of allocations is no state. */
#define NR_SETUP	16
#define TRANS_PER_CPU	16
#define FRAMES_PER_CPU	8
#define TABLES_SETUP	7
#define TABLES_PER_CPU	3
#define MAX_TRANS	(NR_SETUP + MAX_CPUS * TRANS_PER_CPU)
#define MAX_FRAMES	(NR_SETUP + MAX_CPUS * FRAMES_PER_CPU)
#define MAX_TABLES	(TABLES_SETUP + MAX_CPUS * TABLES_PER_CPU)
#define NR_PAGES	(TASK_SIZE >> PAGE_SHIFT)

/*
 * A page table entry: none, a translation (id + 1), a swap entry, or a table.
 * A translation is one value that an entry has once had: setting an entry, or
 * changing its protection, makes a new one. What is older than an operation is
 * so told from what is newer by its id, and so is a reused frame.
 */
#define ENTRY_NONE	0
#define ENTRY_SWAP	0x7f
#define ENTRY_TABLE	0x80
#define entry_is_table(e) ((e) & ENTRY_TABLE)
#define entry_is_leaf(e) ((e) && (e) < ENTRY_SWAP)
#define entry_table(e) ((e) & ~ENTRY_TABLE)
#define entry_trans(e) ((e) - 1)

enum { FREE, USED, FREED };

struct trans {
	u8 used, page, frame, write, huge, exec;
};

struct table {
	u8 state, level, base;	/* base: the first page that it maps */
	u8 lock;		/* its page table lock: CPU + 1 */
	u8 sharers;		/* other mms that have it in theirs */
	u8 e[PTRS];
};

/*
 * A frame is never handed out a second time: its id is its generation. A folio
 * of several pages has its number of pages in the first frame.
 */
struct frame {
	u8 state, mapcount, file, nr;
};

struct rwlock {
	u8 readers, writer;
};

struct cpu {
	u64 tlb;		/* translations that are cached, and so usable */
	u64 itlb;		/* those that may be executed, for fetches */
	u32 wc;			/* tables that the walk cache leads to */
	/* Broadcast from here and not waited for yet, by the CPU it is for. */
	u64 posted[MAX_CPUS];
	u32 posted_wc[MAX_CPUS];
	u8 loaded;		/* the page table root is in use */
	u8 active;		/* user space may run */
	u8 lazy;		/* x86: is_lazy */
	u8 tlb_gen;		/* x86: caught up to this */
	u8 irqs_off;
	u8 reader;		/* in an RCU read side section */
	u8 walk;		/* the table a software walker is in, + 1 */
	struct tlbflush_unmap_batch tlb_ubc;	/* of the thread that runs here */
};

struct thread {
	u64 hist;		/* hash of all that it has seen */
	u64 old;		/* what its operation has to get rid of */
	u8 done, sync, ipi;	/* CPUs whose readers, or interrupts, it waits for */
	u8 nr_trans, nr_frames, nr_tables, nr_ops;
	/* hooks.c: tables that it has queued, entries not flushed yet */
	u32 unflushed, unasked;
	u8 entries, gathers, in_ptes;
};

struct rcu_slot {
	u64 what;
	u8 wait;
};

struct world {
	struct cpu cpu[MAX_CPUS];
	struct thread thread[MAX_CPUS];
	struct rcu_slot rcu[MAX_RCU];
	u64 gone;		/* translations that nobody may use any more */
	struct trans trans[MAX_TRANS];
	struct frame frame[MAX_FRAMES];
	struct table table[MAX_TABLES];
	struct rwlock mmap_lock, rmap_lock, vma_lock[MAX_VMAS];
	u8 attached[MAX_VMAS], linked[MAX_VMAS];
	u8 slot_owner[8];	/* CPU + 1 whose gather has published its range there */
	struct mm_struct mm;
};

extern struct world w;
extern struct vm_area_struct vmas[MAX_VMAS];
extern struct page frames[MAX_FRAMES];
extern struct ptdesc tables[MAX_TABLES];
extern int nr_cpus;
extern bool poisoning;
extern unsigned int max_batches;

#define for_each_cpu(cpu) for (int cpu = 0; cpu < nr_cpus; cpu++)
#define for_each_other_cpu(cpu) for_each_cpu(cpu) if (cpu == self()) continue; else

/* linux/mm_types.h */
void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm);
void tlb_gather_mmu_range(struct mmu_gather *tlb, struct mm_struct *mm,
			  unsigned long start, unsigned long end);
void tlb_gather_mmu_inval(struct mmu_gather *tlb, struct mm_struct *mm,
			  unsigned long start, unsigned long end);
void tlb_gather_mmu_inval_vma(struct mmu_gather *tlb, struct vm_area_struct *vma,
			      unsigned long start, unsigned long end);
void tlb_gather_next_range(struct mmu_gather *tlb, unsigned long start,
			   unsigned long end);
void tlb_gather_mmu_fullmm(struct mmu_gather *tlb, struct mm_struct *mm);
void tlb_gather_mmu_vma(struct mmu_gather *tlb, struct vm_area_struct *vma,
			unsigned long start, unsigned long end);
void tlb_finish_mmu(struct mmu_gather *tlb);

/* explore.c */
struct scenario {
	const char *name;
	void (*setup)(void);
	void (*cpu[MAX_CPUS])(void);
	const char *skip;	/* why it does not apply to this shape */
	u32 needs;		/* events that have to come about, EV_* */
};

/* What can happen in an execution: a scenario that never gets there shows nothing. */
enum {
	EV_FULL			= 1 << 0,	/* no room: the gather flushes midway */
	EV_BATCH		= 1 << 1,	/* a page is in another batch than the first */
	EV_NO_BATCH		= 1 << 2,	/* none to be had */
	EV_NESTED		= 1 << 3,	/* another gather is seen */
	EV_DEFERRED		= 1 << 4,	/* a flush that reclaim owes is seen */
	EV_TABLE		= 1 << 5,	/* a table is freed */
	EV_DELAYED_RMAP		= 1 << 6,
	EV_FOLIO_RMAP		= 1 << 7,	/* of a folio of several pages */
	EV_UNSHARED		= 1 << 8,
	EV_CAUGHT_UP		= 1 << 9,	/* a lazy CPU has missed a flush */
	EV_REUSED		= 1 << 10,	/* a batch that was flushed is filled again */
	EV_LIMIT		= 1 << 11,	/* as many batches as there may be */
	EV_DELAYED_LIMIT	= 1 << 12,	/* fewer, as there are delayed rmaps */
	EV_AT_ONCE		= 1 << 13,	/* more is to be freed than at once */
	EV_AT_ONCE_FOLIO	= 1 << 14,	/* which a folio goes beyond by one */
	EV_HUGE			= 1 << 15,	/* an entry of a huge page */
	EV_OVERFLOW		= 1 << 16,	/* of what counts deferred flushes */
	EV_MOVED		= 1 << 17,	/* a page has moved */
	EV_WRITTEN		= 1 << 18,	/* a dirty page is written back */
	/* hooks.c: called */
	EV_HOOK_FLUSH		= 1 << 19,
	EV_HOOK_ENTRY		= 1 << 20,
	EV_HOOK_PTE_FREE	= 1 << 21,
	EV_HOOK_PMD_FREE	= 1 << 22,
	EV_HOOK_ASKED		= 1 << 23,	/* tlb_needs_table_invalidate() */
	EV_HOOK_FREE		= 1 << 24,	/* pgtable_free() */
	EV_HOOK_PTE_NEEDS	= 1 << 25,
	EV_HOOK_PMD_NEEDS	= 1 << 26,
	EV_HOOK_INIT		= 1 << 27,
	EV_HOOK_FINI		= 1 << 28,
	EV_HOOK_START		= 1 << 29,
	EV_HOOK_END		= 1 << 30,
};

/* Of executions without preemption, in which each thread is alone. */
struct cost {
	u64 flushes, pages, needed, needless;
	u64 waits;		/* for software walkers: IPIs to all, grace periods */
};

struct result {
	u64 states, interleavings, depth;
	int preemptions;	/* at most, -1: any number */
	bool failed, every_step;
	struct cost cost;	/* of the costliest one */
	struct cost most;	/* of any of them, each */
	u64 least_flushes;
	char why[256];
};

/* What a scenario may cost at most: costs/SHAPE.h. */
struct bound {
	const char *name;
	u8 least_flushes, flushes, pages, needless, waits;
};

extern struct cost *cost;
extern bool every_step;

void explore(const struct scenario *s, u64 max_states, struct result *r);
void explore_randomly(const struct scenario *s, u64 runs, u64 seed, struct result *r);
void measure(const struct scenario *s, struct result *r);
int self(void);
bool running(void);
u64 seen(u64 value);
void op_done(void);
void mark(u32 event);
unsigned int choose(unsigned int n, const char *what);
void __printf(1, 2) step(const char *fmt, ...);
void __printf(1, 2) mover(const char *fmt, ...);
void __printf(3, 4)
step_when(bool (*cond)(void *arg), void *arg, const char *fmt, ...);

/* world.c */
void world_init(void);
void world_check_end(void);
void world_release(void);
int new_trans(int page, int frame, bool write, bool huge);
int new_frame(bool file);
int new_table(int level, int base);
void drop_frame(int frame);
void drop_table(int table);
void set_entry(int table, int index, u8 entry);
void reach(u64 *leaves, u32 *links);
void fill(int cpu);
void valid_now(u64 *leaves, u32 *links);
void check_gone(const char *when);
void check_no_writer(int frame, const char *what);
u64 trans_between(unsigned long start, unsigned long end, bool writable_only);
void lock_table(int table);
bool trylock_table(int table);
void unlock_table(int table);
void read_lock(struct rwlock *lock, const char *name);
void read_unlock(struct rwlock *lock, const char *name);
void write_lock(struct rwlock *lock, const char *name);
void write_unlock(struct rwlock *lock, const char *name);
void write_downgrade(struct rwlock *lock, const char *name);
void rcu_enter(void);
void rcu_exit(void);
void irqs_disable(void);
void irqs_enable(void);

/* flush.c */
void invalidate(int cpu, u64 leaves, u32 links);
void flush_cleared_entry(u8 entry);
void enter_lazy_tlb(void);
void leave_lazy_tlb(void);

/* hooks.c */
void hooks_done(void);

/* gather.c: taken from mm/rmap.c */
bool unmap_deferred(struct mm_struct *mm, pte_t pteval, unsigned long start,
		    unsigned long end);
void try_to_unmap_flush(void);
void try_to_unmap_flush_dirty(void);
void flush_tlb_batched_pending(struct mm_struct *mm);

/* scenarios.c */
extern const struct scenario scenarios[];
extern const int nr_scenarios;

#endif /* MODEL_H */
