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
 * has been written before the call. Then
 *
 *   hugetlb_mprotect	the same of one huge page
 *   clear_refs		of a whole process, in which that many pages are soft-dirty
 *   clear_refs_clean	the same; that many pages are there, and nothing is
 *   soft_dirty_fault	writes to that many pages after clear_refs
 *
 * The numbers are the least of some rounds, so without the page allocator's batches
 * and the timer, of what CLOCK_MONOTONIC says, less the cost of reading it:
 * instructions under QEMU's -icount shift=0,sleep=off, and else nanoseconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
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
static int clear_refs_fd = -1;

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

static unsigned long one_hugetlb_mprotect(size_t pages)
{
	const char *reason;
	unsigned long t;
	size_t size;
	char *p;
	int ret;

	reason = take_huge_pages(pages, &size);
	p = mmap(NULL, pages * size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (reason || p == MAP_FAILED)
		die("huge pages: %s", reason ? reason : strerror(errno));
	touch(p, pages * size / page_size, 1);
	t = now();
	ret = mprotect(p, pages * size, PROT_READ);
	t = since(t);
	if (ret || kernel_writes(p) || check_pages(p, pages * size / page_size, 1))
		die("mprotect of huge pages: %s", strerror(errno));
	munmap(p, pages * size);
	give_huge_pages(pages);
	return t;
}

static const char *need_huge_page(void)
{
	size_t size;
	const char *reason = take_huge_pages(1, &size);

	if (!reason)
		give_huge_pages(1);
	return reason;
}

/*
 * soft_dirty_calls - clear_refs, then writes to @written pages, then that @again
 *
 * The difference of two of these is what a part costs: reading the clock makes the
 * stack dirty, which only the first clear_refs finds. So no function may be called
 * between, as a call writes to the stack.
 */
static __attribute__((noinline)) unsigned long
soft_dirty_calls(size_t pages, size_t written, int again)
{
	static const char four[] = "4";
	char *p = map_aligned(pages, 0);
	long got, fd = clear_refs_fd;
	unsigned long t;
	size_t n;

	touch(p, pages, 1);
	got = write(fd, four, 1);
	t = now();
	got += raw_syscall4(SYS_write, fd, (long)four, 1, 0);
	for (n = 0; n < written; n++)
		*word(p, n) = 2 + n;
	if (again)
		got += raw_syscall4(SYS_write, fd, (long)four, 1, 0);
	t = since(t);
	if (got != 2 + again || soft_dirty(p, pages) != (again ? 0 : (long)written) ||
	    check_pages(p, pages, written ? 2 : 1))
		die("clear_refs of %zu pages, %zu written, went wrong", pages, written);
	unmap_pages(p, pages);
	return t;
}

static unsigned long written_cleared(size_t pages)
{
	return soft_dirty_calls(pages, pages, 1);
}

static unsigned long written_only(size_t pages)
{
	return soft_dirty_calls(pages, pages, 0);
}

static unsigned long clean_cleared(size_t pages)
{
	return soft_dirty_calls(pages, 0, 1);
}

static unsigned long clean_only(size_t pages)
{
	return soft_dirty_calls(pages, 0, 0);
}

static const char *need_soft_dirty(void)
{
	if (clear_refs_fd < 0)
		clear_refs_fd = open("/proc/self/clear_refs", O_WRONLY);
	return clear_refs_fd >= 0 && soft_dirty_works() ? NULL : "kernel without soft-dirty";
}

/*
 * What costs @once, or as much more than @less, for up to @max pages. All that comes
 * after the first one with @less walks the whole process.
 */
static const struct {
	const char *name;
	unsigned long (*once)(size_t pages);
	unsigned long (*less)(size_t pages);
	const char *(*need)(void);
	size_t max;
} ops[] = {
	{ "munmap", one_munmap, .max = -1UL },
	{ "dontneed", one_dontneed, .max = -1UL },
	{ "mprotect", one_mprotect, .max = -1UL },
	{ "fork", one_fork, .max = -1UL },
	{ "mremap", one_mremap, .max = -1UL },
	{ "hugetlb_mprotect", one_hugetlb_mprotect, NULL, need_huge_page, 1 },
	{ "clear_refs", written_cleared, written_only, need_soft_dirty, 512 },
	{ "clear_refs_clean", clean_cleared, clean_only, need_soft_dirty, 512 },
	{ "soft_dirty_fault", written_only, clean_only, need_soft_dirty, 1 },
};

static unsigned long least(unsigned long (*once)(size_t pages), size_t pages)
{
	int rounds = pages < LARGE ? ROUNDS_SMALL : ROUNDS_LARGE;
	unsigned long m = -1UL, v;
	int i;

	for (i = 0; i < rounds; i++) {
		v = once(pages);
		m = v < m ? v : m;
	}
	return m;
}

static void measure(size_t op, size_t pages)
{
	const char *reason = ops[op].need ? ops[op].need() : NULL;
	unsigned long m;

	if (!reason && !enough_memory(pages))
		reason = "not enough memory";
	if (reason) {
		printf("skip icount_%s_%zu %s\n", ops[op].name, pages, reason);
		return;
	}
	m = least(ops[op].once, pages);
	if (ops[op].less)
		m -= least(ops[op].less, pages);
	printf("row icount_%s_%zu insn_per_call %lu\n", ops[op].name, pages, m);
	printf("row icount_%s_%zu insn_per_page %lu.%lu\n", ops[op].name, pages,
	       m / pages, m % pages * 10 / pages);
}

/* measure_all - those that walk the whole process without the @keep pages at @kept */
static void measure_all(size_t max, void *kept, size_t keep)
{
	static const size_t sizes[] = { 1, 16, 512, 32768 };
	size_t op, i;

	for (op = 0; op < ARRAY_SIZE(ops); op++) {
		if (ops[op].less && keep) {
			unmap_pages(kept, keep);
			keep = 0;
		}
		for (i = 0; i < ARRAY_SIZE(sizes); i++)
			if (sizes[i] <= max && sizes[i] <= ops[op].max)
				measure(op, sizes[i]);
	}
}

int main(int argc, char **argv)
{
	size_t max = -1UL, keep = 0;
	void *kept = NULL;
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
	if (keep) {
		kept = map_pages(keep);
		touch(kept, keep, 1);
	}
	pin_to_cpu(0);
	measure_clock();
	measure_all(max, kept, keep);
	return 0;
}
