// SPDX-License-Identifier: GPL-2.0
/*
 * MADV_DONTNEED by several threads of one mm, and beside other calls
 *
 * What is looked at is that no thread still sees what it has dropped, unmapped
 * or write-protected itself: each does that in pages of its own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dontneed.h"
#include "guest.h"
#include "team.h"
#include "workload.h"

#define PIECE		16UL	/* pages of one call beside another */
#define CALLS		400UL	/* of PIECE pages */
#define FEW_CALLS	20UL	/* the least of them */
#define VECTORS		64
#define VECTOR_PAGES	4UL
#define KSM_PAGES	64UL
#define KSM_ROUNDS	40
#define KSM_POLLS	2000	/* of a millisecond, until a round gives up */
#define KSM		"/sys/kernel/mm/ksm/"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open		434
#endif
#ifndef SYS_process_madvise
#define SYS_process_madvise	440
#endif

struct dontneed {
	char *piece[MAX_MEMBERS];
	size_t pages;
	unsigned long iters;
	unsigned long ops[MAX_MEMBERS], bad[MAX_MEMBERS];
	int stop;
	/* What member 0 calls where it does not drop pages like all: wrong data */
	unsigned long (*beside)(struct dontneed *d, unsigned long i);
	int fd;
	long merged;
};

/*
 * calls - how many times each thread drops @pages
 *
 * The claims are about PIECE pages. What shows how it changes with their number is
 * called less often, so that a run takes a bounded time.
 */
static unsigned long calls(size_t pages)
{
	if (pages == PIECE)
		return scaled(CALLS, FEW_CALLS);
	return scaled(pages < PIECE ? 100 : pages < 512 ? 50 : 10, 5);
}

static void do_dontneed(void *p, size_t pages)
{
	if (madvise(p, pages * page_size, MADV_DONTNEED))
		die("MADV_DONTNEED: %s", strerror(errno));
}

/*
 * write_round - write all pages of a piece which was dropped since round @i - 1
 *
 * Round @i writes one word of each page and then looks at the one that round
 * @i - 1 wrote, which is nonzero if that page was not dropped. Looking first
 * would map the zero page, and replacing that costs a flush of its own, on some
 * architectures even if it is looked at by an atomic exchange.
 */
static unsigned long write_round(void *p, size_t pages, unsigned long i)
{
	unsigned long bad = 0;
	size_t n;

	for (n = 0; n < pages; n++) {
		volatile unsigned long *w = word(p, n);

		w[i & 1] = i + 1;
		bad += w[~i & 1] != 0;
	}
	return bad;
}

static unsigned long dontneed_round(void *p, size_t pages, unsigned long i)
{
	unsigned long bad = write_round(p, pages, i);

	do_dontneed(p, pages);
	return bad;
}

static void dontneed_fn(int member, void *arg)
{
	struct dontneed *d = arg;
	unsigned long bad = 0, i;

	if (!d->piece[member])
		return;		/* only there to have a second CPU in the mm */
	for (i = 0; i < d->iters; i++)
		bad += dontneed_round(d->piece[member], d->pages, i);
	d->ops[member] = i;
	d->bad[member] = bad;
}

/* The last drop of each: its round's word must be gone, as all else. */
static void dontneed_sum(struct run *r, struct dontneed *d, int first)
{
	int i;

	for (i = first; i < MAX_MEMBERS; i++)
		if (d->piece[i])
			r->bad += dontneed_round(d->piece[i], d->pages, d->ops[i]);
	for (i = 0; i < MAX_MEMBERS; i++)
		r->bad += d->bad[i];
}

static void measure(struct run *r, int members,
		    void (*fn)(int member, void *arg), struct dontneed *d)
{
	struct team t;

	team_start(&t, members, fn, d);
	run_begin(r);
	team_run(&t);
	run_end(r);
	team_end(&t);
}

/* guard - make the page at @p inaccessible, so that it parts two mappings */
static void guard(char *p)
{
	if (mprotect(p, page_size, PROT_NONE))
		die("mprotect: %s", strerror(errno));
}

/*
 * map_pieces - @pages for each thread in one row, which begins with a page table
 *
 * So in how many tables a piece lies depends on neither the boot nor what ran before.
 * First comes an inaccessible page: else a piece of 512 pages were all of a table (x86,
 * arm64), and to drop that is to free the table as well. Two such pages part a piece
 * from the next, unless all are to be the @same mapping.
 */
static char *map_pieces(struct dontneed *d, int threads, size_t pages, int same)
{
	size_t step = same ? pages : pages + 2;
	char *row = map_aligned(threads * (pages + 2), 0);
	int i;

	for (i = 0; i < threads; i++) {
		d->piece[i] = row + (1 + i * step) * page_size;
		if (!same || !i)
			guard(d->piece[i] - page_size);
		if (!same || i == threads - 1)
			guard(d->piece[i] + pages * page_size);
	}
	return row;
}

static const char *dontneed(struct run *r, int arg, int same)
{
	static struct dontneed d;
	int threads = arg & 255, i;
	/* Two threads may share a CPU, but there are some CPUs that meet. */
	const char *reason = need_cpus(threads < 2 ? 2 : threads > 4 ? 4 : threads);
	size_t pages = arg >> 8;
	char *row;

	if (!reason && !enough_memory(threads * pages))
		reason = "not enough memory";
	if (reason)
		return reason;
	memset(&d, 0, sizeof(d));
	d.pages = pages;
	d.iters = calls(pages);
	row = map_pieces(&d, threads, pages, same);

	r->members = threads;
	measure(r, threads > 1 ? threads : 2, dontneed_fn, &d);

	dontneed_sum(r, &d, 0);
	for (i = 0; i < threads; i++)
		r->ops += d.ops[i];
	unmap_pages(row, threads * (pages + 2));
	return NULL;
}

const char *dontneed_disjoint(struct run *r, int arg)
{
	return dontneed(r, arg, 0);
}

const char *dontneed_same(struct run *r, int arg)
{
	return dontneed(r, arg, 1);
}

/* ---- one thread does something else, beside others that drop pages ---- */

static void beside_worker(int member, struct dontneed *d)
{
	unsigned long bad = 0, i;

	for (i = 0; !__atomic_load_n(&d->stop, __ATOMIC_RELAXED); i++) {
		bad += dontneed_round(d->piece[member], d->pages, i);
		__atomic_store_n(&d->ops[member], i + 1, __ATOMIC_RELAXED);
	}
	d->bad[member] = bad;
}

static void beside_fn(int member, void *arg)
{
	struct dontneed *d = arg;
	unsigned long bad = 0, i;
	int m;

	if (member) {
		beside_worker(member, d);
		return;
	}
	for (m = 1; m < MAX_MEMBERS; m++)
		while (d->piece[m] && !__atomic_load_n(&d->ops[m], __ATOMIC_RELAXED))
			sched_yield();
	for (i = 0; i < d->iters; i++)
		bad += d->beside(d, i);
	d->ops[0] = i;
	d->bad[0] = bad;
	__atomic_store_n(&d->stop, 1, __ATOMIC_RELAXED);
}

/*
 * beside - @call by member 0, in @pages of its own, while the others drop theirs
 *
 * The caller sets up and looks at member 0's pages itself.
 */
static void beside(struct run *r, int members, struct dontneed *d,
		   unsigned long (*call)(struct dontneed *d, unsigned long i),
		   size_t pages)
{
	int i;

	d->pages = PIECE;
	d->beside = call;
	if (!d->iters)
		d->iters = scaled(CALLS, FEW_CALLS);
	d->piece[0] = map_guarded(pages);
	for (i = 1; i < members; i++)
		d->piece[i] = map_guarded(PIECE);

	r->members = members;
	r->own = 1;
	measure(r, members, beside_fn, d);

	dontneed_sum(r, d, 1);
	r->ops = d->ops[0];
	for (i = 1; i < members; i++) {
		r->worker_ops += d->ops[i];
		unmap_pages(d->piece[i], PIECE);
	}
}

static unsigned long worker_ops(const struct dontneed *d)
{
	unsigned long sum = 0;
	int m;

	for (m = 1; m < MAX_MEMBERS; m++)
		sum += __atomic_load_n(&d->ops[m], __ATOMIC_RELAXED);
	return sum;
}

/*
 * What was never there is dropped: the call itself owes no flush. It is short: of a
 * few calls none may meet the gather of another thread, and CALLS take little time
 * in a slow guest, too, so that scale does not divide them. Nor may all meet one and
 * the same: each waits until another thread has dropped something again.
 */
static unsigned long call_empty(struct dontneed *d, unsigned long i)
{
	unsigned long before = worker_ops(d);

	while (i && worker_ops(d) == before)
		cpu_relax();
	do_dontneed(d->piece[0], PIECE);
	return 0;
}

const char *beside_empty(struct run *r, int members)
{
	const char *reason = need_cpus(members);
	struct dontneed d = { .fd = -1, .iters = CALLS };

	if (reason)
		return reason;
	beside(r, members, &d, call_empty, PIECE);
	unmap_pages(d.piece[0], PIECE);
	return NULL;
}

/* readable - by the kernel on the caller's behalf, which gets EFAULT otherwise */
static int readable(const char *p)
{
	return !access(p, F_OK) || errno != EFAULT;
}

/* The place stays the caller's: nobody else maps where it is not told to. */
static unsigned long call_munmap(struct dontneed *d, unsigned long i)
{
	char *p = d->piece[0];
	unsigned long bad = write_round(p, PIECE, i);

	unmap_pages(p, PIECE);
	bad += readable(p + i % PIECE * page_size);
	if (mmap(p, PIECE * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE |
		 MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) != p)
		die("mmap where it was: %s", strerror(errno));
	madvise(p, PIECE * page_size, MADV_NOHUGEPAGE);
	return bad;
}

const char *beside_munmap(struct run *r, int members)
{
	const char *reason = need_cpus(members);
	struct dontneed d = { .fd = -1 };

	if (reason)
		return reason;
	beside(r, members, &d, call_munmap, PIECE);
	r->bad += write_round(d.piece[0], PIECE, d.ops[0]);
	unmap_pages(d.piece[0], PIECE);
	return NULL;
}

/* To read-only, which must keep the kernel's writes out too, and back. */
static unsigned long call_mprotect(struct dontneed *d, unsigned long i)
{
	char *p = d->piece[0];
	unsigned long bad;

	touch(p, PIECE, i);
	if (mprotect(p, PIECE * page_size, PROT_READ))
		die("mprotect: %s", strerror(errno));
	bad = read(d->fd, p + i % PIECE * page_size, 1) != -1 || errno != EFAULT;
	if (mprotect(p, PIECE * page_size, PROT_READ | PROT_WRITE))
		die("mprotect: %s", strerror(errno));
	return bad + check_pages(p, PIECE, i);
}

const char *beside_mprotect(struct run *r, int members)
{
	const char *reason = need_cpus(members);
	struct dontneed d = { .fd = -1 };

	if (reason)
		return reason;
	d.fd = open("/dev/zero", O_RDONLY);
	if (d.fd < 0)
		return "no /dev/zero";
	beside(r, members, &d, call_mprotect, PIECE);
	r->ops *= 2;
	unmap_pages(d.piece[0], PIECE);
	close(d.fd);
	return NULL;
}

static char *vector(struct dontneed *d, int v)
{
	/* One page between, so that they cannot be taken as one. */
	return d->piece[0] + v * (VECTOR_PAGES + 1) * page_size;
}

static unsigned long call_vectors(struct dontneed *d, unsigned long i)
{
	struct iovec iov[VECTORS];
	unsigned long bad = 0;
	long got;
	int v;

	for (v = 0; v < VECTORS; v++) {
		iov[v] = (struct iovec){ vector(d, v), VECTOR_PAGES * page_size };
		bad += write_round(vector(d, v), VECTOR_PAGES, i);
	}
	got = syscall(SYS_process_madvise, d->fd, iov, VECTORS, MADV_DONTNEED, 0);
	if (got != (long)(VECTORS * VECTOR_PAGES * page_size))
		die("process_madvise: %ld, %s", got, got < 0 ? strerror(errno) : "a part");
	return bad;
}

const char *beside_vectors(struct run *r, int members)
{
	const char *reason = need_cpus(members);
	struct dontneed d = { .fd = -1 };
	size_t pages = VECTORS * (VECTOR_PAGES + 1);

	if (reason)
		return reason;
	d.iters = scaled(CALLS / 4, FEW_CALLS);
	d.fd = syscall(SYS_pidfd_open, getpid(), 0);
	if (d.fd < 0 || (syscall(SYS_process_madvise, d.fd, NULL, 0,
				 MADV_DONTNEED, 0) && errno != EINVAL)) {
		close(d.fd);
		return "no process_madvise of MADV_DONTNEED on the caller's own memory";
	}
	beside(r, members, &d, call_vectors, pages);
	r->bad += call_vectors(&d, d.ops[0]);
	unmap_pages(d.piece[0], pages);
	close(d.fd);
	return NULL;
}

/* ---- KSM ---- */

static unsigned long ksm_merged(void)
{
	char buf[32];

	return read_file("/proc/self/ksm_merging_pages", buf, sizeof(buf)) > 0 ?
	       strtoul(buf, NULL, 10) : 0;
}

/* fill - all pages alike, and unlike those of the last round */
static void fill(void *p, unsigned long value)
{
	size_t n;

	for (n = 0; n < KSM_PAGES; n++)
		*word(p, n) = value;
}

/*
 * Writing undoes what was merged, so that ksmd begins anew, which write-protects
 * and replaces each page once. It is waited for asleep: it has this CPU too.
 */
static unsigned long call_ksm(struct dontneed *d, unsigned long i)
{
	unsigned long bad = 0, got = 0;
	int polls;
	size_t n;

	fill(d->piece[0], i + 1);
	for (polls = 0; polls < KSM_POLLS && got < KSM_PAGES; polls++) {
		usleep(1000);
		got = ksm_merged();
	}
	d->merged += got;
	for (n = 0; n < KSM_PAGES; n++)
		bad += *word(d->piece[0], n) != i + 1;
	*word(d->piece[0], i % KSM_PAGES) = 0;
	for (n = 0; n < KSM_PAGES; n++)
		bad += *word(d->piece[0], n) != (n == i % KSM_PAGES ? 0 : i + 1);
	return bad;
}

static unsigned long call_ksm_first(struct dontneed *d, unsigned long i)
{
	if (!i && madvise(d->piece[0], KSM_PAGES * page_size, MADV_MERGEABLE))
		die("MADV_MERGEABLE: %s", strerror(errno));
	return call_ksm(d, i);
}

const char *beside_ksm(struct run *r, int members)
{
	const char *reason = need_cpus(members + 1);
	struct dontneed d = { .fd = -1 };

	if (reason)
		return reason;
	if (access(KSM "run", W_OK))
		return "kernel without KSM";
	if (write_file(KSM "sleep_millisecs", 0, "0") ||
	    write_file(KSM "pages_to_scan", 0, "1000") ||
	    write_file(KSM "run", 0, "1"))
		return "KSM cannot be switched on";
	write_file(KSM "smart_scan", 0, "0");
	d.iters = scaled(KSM_ROUNDS, 3);
	beside(r, members, &d, call_ksm_first, KSM_PAGES);
	write_file(KSM "run", 0, "0");
	r->merged = d.merged;
	unmap_pages(d.piece[0], KSM_PAGES);
	return NULL;
}
