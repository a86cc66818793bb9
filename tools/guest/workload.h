/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the program workload share. */
#ifndef OG_WORKLOAD_H
#define OG_WORKLOAD_H

#include <pthread.h>
#include <stddef.h>
#include <sys/types.h>

#define MAX_MEMBERS	8

/* What one workload reports. Touched by one thread only. */
struct run {
	unsigned long ops;
	unsigned long worker_ops;
	unsigned long bad;
	int members;	/* threads at work: from two on gathers can overlap */
	int own;	/* print what the thread that measures has sent itself */
	long tables;	/* page tables left behind, -1 where that is not measured */
	long merged;	/* pages that KSM has merged, -1 the same */
	long failed;	/* allocations made to fail, -1 the same */
	char before[8192], after[8192];
	char own_before[4096], own_after[4096];
	char paused[8192];
};

/*
 * Threads, each on its own CPU, of which the caller is member 0. They spin in
 * user space before and after @fn, so that their CPUs stay in the mm. Where
 * there are more than CPUs, they share these, and yield instead: else one that
 * waits would hold up the one that it waits for.
 */
struct team {
	int n;
	void (*fn)(int member, void *arg);
	void *arg;
	int ready, go, done, quit;
	pthread_t thread[MAX_MEMBERS];
};

/* workload.c */
extern int force;
unsigned long scaled(unsigned long n, unsigned long least);
void settle(void);
void run_begin(struct run *r);
void run_end(struct run *r);
void run_pause(struct run *r);
void run_resume(struct run *r);

/* team.c */
const char *need_cpus(int n);
void team_start(struct team *t, int n, void (*fn)(int member, void *arg),
		void *arg);
void team_run(struct team *t);
void team_end(struct team *t);

/*
 * dontneed.c: workloads. DONTNEED() is what the first two of them take: how
 * many threads drop how many pages by each call.
 */
#define DONTNEED(threads, pages)	((threads) | (pages) << 8)
const char *dontneed_disjoint(struct run *r, int arg);
const char *dontneed_same(struct run *r, int arg);
const char *beside_empty(struct run *r, int members);
const char *beside_munmap(struct run *r, int members);
const char *beside_mprotect(struct run *r, int members);
const char *beside_vectors(struct run *r, int members);
const char *beside_ksm(struct run *r, int members);

/* protect.c: workloads, and what they take (mprotect_pages(): how many) */
#define HUGETLB_WRITTEN		1
#define HUGETLB_SHARED		2
#define SCAN_TABLES		4
#define CLEAR_REFS_DIRTY	1
#define CLEAR_REFS_THP		2
const char *mprotect_pages(struct run *r, int pages);
const char *hugetlb_mprotect(struct run *r, int how);
const char *madv_free_thp(struct run *r, int arg);
const char *pagemap_scan(struct run *r, int written);
const char *clear_refs(struct run *r, int how);

/* reclaim.c: a workload */
const char *reclaim_young(struct run *r, int arg);

#endif /* OG_WORKLOAD_H */
