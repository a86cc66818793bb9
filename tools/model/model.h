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

/* What can happen in an execution: a scenario that never gets there shows nothing. */
#define EVENTS(E)								\
	E(FULL)			/* no room: the gather flushes midway */	\
	E(BATCH)		/* a page is in another batch than the first */	\
	E(NO_BATCH)		/* none to be had */				\
	E(NESTED)		/* another gather is seen */			\
	E(DEFERRED)		/* a flush that reclaim owes is seen */		\
	E(TABLE)		/* a table is freed */				\
	E(DELAYED_RMAP)								\
	E(FOLIO_RMAP)		/* of a folio of several pages */		\
	E(UNSHARED)								\
	E(CAUGHT_UP)		/* a lazy CPU has missed a flush */		\
	E(REUSED)		/* a batch that was flushed is filled again */	\
	E(LIMIT)		/* as many batches as there may be */		\
	E(DELAYED_LIMIT)	/* fewer, as there are delayed rmaps */		\
	E(AT_ONCE)		/* more is to be freed than at once */		\
	E(AT_ONCE_FOLIO)	/* which a folio goes beyond by one */		\
	E(HUGE)			/* an entry of a huge page */			\
	E(OVERFLOW)		/* of what counts deferred flushes */		\
	E(MOVED)		/* a page has moved */				\
	E(WRITTEN)		/* a dirty page is written back */		\
	/* hooks.c: called */							\
	E(HOOK_FLUSH)								\
	E(HOOK_ENTRY)								\
	E(HOOK_PTE_FREE)							\
	E(HOOK_PMD_FREE)							\
	E(HOOK_ASKED)		/* tlb_needs_table_invalidate() */		\
	E(HOOK_FREE)		/* pgtable_free() */				\
	E(HOOK_PTE_NEEDS)							\
	E(HOOK_PMD_NEEDS)							\
	E(HOOK_INIT)								\
	E(HOOK_FINI)								\
	E(HOOK_START)								\
	E(HOOK_END)

#define EVENT_ENUM(name) EV_##name,
enum event { EV_NONE, EVENTS(EVENT_ENUM) NR_EVENTS };

/* In this order where shapes are named by numbers: SHAPE is the one compiled. */
#define SHAPES(S) S(PLAIN) S(MERGE) S(HOOKS) S(X86) S(ARM64) S(RADIX) S(NORANGE) S(S390)
#define SHAPE_ENUM(name) AS_##name,
enum shape { SHAPES(SHAPE_ENUM) NR_SHAPES };

#define MAX_OPS		3	/* of a thread */
#define MAX_EVENTS	10	/* of a scenario */

/* One operation of a thread, on the pages from @start to @end of a VMA: ops.h. */
struct op {
	void (*run)(int vma, int start, int end);
	u8 vma, start, end;
};

/* What a scenario may cost on one shape: scenarios.c. */
struct bound {
	u8 least_flushes, flushes, pages, needless, waits;
};

struct scenario {
	const char *name;
	struct {
		void (*run)(int nr);
		u8 nr;
	} setup;
	struct op cpu[MAX_CPUS][MAX_OPS];
	const char *skip;		/* why it does not apply to this shape */
	u8 events[MAX_EVENTS];		/* that have to come about, enum event */
	struct bound cost[NR_SHAPES];
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

/* explore.c */
extern struct cost *cost;
extern bool every_step;

void explore(const struct scenario *s, u64 max_states, struct result *r);
void explore_randomly(const struct scenario *s, u64 runs, u64 seed, struct result *r);
void measure(const struct scenario *s, struct result *r);
int self(void);
bool running(void);
u64 seen(u64 value);
void op_done(void);
void mark(enum event event);
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
