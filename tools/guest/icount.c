// SPDX-License-Identifier: GPL-2.0
/*
 * icount - what one call costs a single thread, by number of pages
 *
 * Usage: icount [-k PAGES] [-m MAXPAGES]
 *
 * Keeps PAGES pages first, so that the page allocator is in another state.
 *
 * Prints "row icount_OP_PAGES insn_per_call N" and "... insn_per_page N.N" for
 * munmap, dontneed, mprotect (to read-only), fork (the parent's part) and mremap
 * (to an address that is not table-aligned relative to the old one). Every page
 * has been written before the call. The numbers are the least of some
 * rounds, so without the page allocator's batches and the timer, of what
 * CLOCK_MONOTONIC says, less the cost of reading it: instructions under QEMU's
 * -icount shift=0,sleep=off, and else nanoseconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

#define LARGE		4096	/* pages, from which on few rounds must do */
#define ROUNDS_SMALL	21
#define ROUNDS_LARGE	5

static unsigned long clock_cost;

static unsigned long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000UL + ts.tv_nsec;
}

static void measure_clock(void)
{
	int i;

	clock_cost = -1UL;
	for (i = 0; i < 1000; i++) {
		unsigned long t = now();

		t = now() - t;
		if (t < clock_cost)
			clock_cost = t;
	}
}

static unsigned long since(unsigned long start)
{
	unsigned long t = now() - start;

	return t > clock_cost ? t - clock_cost : 0;
}

static unsigned long one_munmap(size_t pages)
{
	char *p = map_aligned(pages, 0);
	unsigned long t;

	touch(p, pages, 1);
	t = now();
	unmap_pages(p, pages);
	t = since(t);
	return t;
}

static unsigned long one_dontneed(size_t pages)
{
	char *p = map_aligned(pages, 0);
	unsigned long t;
	int ret;

	touch(p, pages, 1);
	t = now();
	ret = madvise(p, pages * page_size, MADV_DONTNEED);
	t = since(t);
	if (ret)
		die("MADV_DONTNEED: %s", strerror(errno));
	unmap_pages(p, pages);
	return t;
}

static unsigned long one_mprotect(size_t pages)
{
	char *p = map_aligned(pages, 0);
	unsigned long t;
	int ret;

	touch(p, pages, 1);
	t = now();
	ret = mprotect(p, pages * page_size, PROT_READ);
	t = since(t);
	if (ret)
		die("mprotect: %s", strerror(errno));
	unmap_pages(p, pages);
	return t;
}

/* one_fork - ahead of the child, which else may run in the middle of it */
static unsigned long one_fork(size_t pages)
{
	static const struct sched_param fifo = { .sched_priority = 1 }, other;
	char *p = map_aligned(pages, 0);
	unsigned long t;
	long pid;

	touch(p, pages, 1);
	sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &fifo);
	t = now();
	pid = raw_fork();
	if (!pid)
		raw_exit(0);
	t = since(t);
	sched_setscheduler(0, SCHED_OTHER, &other);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		die("fork: %s", strerror(pid < 0 ? -pid : errno));
	unmap_pages(p, pages);
	return t;
}

static unsigned long one_mremap(size_t pages)
{
	size_t len = pages * page_size;
	char *p = map_aligned(pages, 0);
	char *to = map_aligned(pages, page_size);
	unsigned long t;
	void *q;

	unmap_pages(to, pages);
	touch(p, pages, 1);
	t = now();
	q = mremap(p, len, len, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	t = since(t);
	if (q != to)
		die("mremap: %s", strerror(errno));
	if (check_pages(to, pages, 1))
		die("mremap lost data");
	unmap_pages(to, pages);
	return t;
}

static const struct {
	const char *name;
	unsigned long (*once)(size_t pages);
} ops[] = {
	{ "munmap", one_munmap },
	{ "dontneed", one_dontneed },
	{ "mprotect", one_mprotect },
	{ "fork", one_fork },
	{ "mremap", one_mremap },
};

static void measure(size_t op, size_t pages)
{
	int rounds = pages < LARGE ? ROUNDS_SMALL : ROUNDS_LARGE;
	unsigned long m = -1UL, v;
	int i;

	if (!enough_memory(pages)) {
		printf("skip icount_%s_%zu not enough memory\n", ops[op].name, pages);
		return;
	}
	for (i = 0; i < rounds; i++) {
		v = ops[op].once(pages);
		m = v < m ? v : m;
	}
	printf("row icount_%s_%zu insn_per_call %lu\n", ops[op].name, pages, m);
	printf("row icount_%s_%zu insn_per_page %lu.%lu\n", ops[op].name, pages,
	       m / pages, m % pages * 10 / pages);
}

int main(int argc, char **argv)
{
	static const size_t sizes[] = { 1, 16, 512, 32768 };
	size_t max = -1UL, keep = 0, op, i;
	int c;

	guest_setup();
	while ((c = getopt(argc, argv, "k:m:")) != -1) {
		if (c == 'k') {
			keep = strtoul(optarg, NULL, 0);
			continue;
		}
		max = c == 'm' ? strtoul(optarg, NULL, 0) : 0;
		if (!max)
			die("usage: icount [-k PAGES] [-m MAXPAGES]");
	}
	if (keep)
		touch(map_pages(keep), keep, 1);
	pin_to_cpu(0);
	measure_clock();
	for (op = 0; op < ARRAY_SIZE(ops); op++)
		for (i = 0; i < ARRAY_SIZE(sizes); i++)
			if (sizes[i] <= max)
				measure(op, sizes[i]);
	return 0;
}
