/* SPDX-License-Identifier: GPL-2.0 */
/* What workload.c has for the workloads */
#ifndef OG_WORKLOAD_H
#define OG_WORKLOAD_H

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

extern int force;
unsigned long scaled(unsigned long n, unsigned long least);
void settle(void);
void run_begin(struct run *r);
void run_end(struct run *r);
void run_pause(struct run *r);
void run_resume(struct run *r);

#endif /* OG_WORKLOAD_H */
