// SPDX-License-Identifier: GPL-2.0
/* Workloads that take rights away, or bits that say what was done with a page. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/types.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "protect.h"
#include "team.h"
#include "workload.h"

#define HUGETLB_PAGES	2
#define PROBES		2	/* pages that the kernel tries to write while they are read-only */
#define PAGES		64UL	/* of clear_refs and of a scan of one table */

#ifndef PAGEMAP_SCAN
struct page_region {
	__u64 start;
	__u64 end;
	__u64 categories;
};

struct pm_scan_arg {
	__u64 size;
	__u64 flags;
	__u64 start;
	__u64 end;
	__u64 walk_end;
	__u64 vec;
	__u64 vec_len;
	__u64 max_pages;
	__u64 category_inverted;
	__u64 category_mask;
	__u64 category_anyof_mask;
	__u64 return_mask;
};

#define PAGEMAP_SCAN		_IOWR('f', 16, struct pm_scan_arg)
#define PAGE_IS_WRITTEN		0x2
#define PM_SCAN_WP_MATCHING	0x1
#define PM_SCAN_CHECK_WPASYNC	0x2
#endif
#ifndef UFFD_FEATURE_WP_ASYNC
#define UFFD_FEATURE_WP_ASYNC	0x8000
#endif

static unsigned long calls(void)
{
	return scaled(50, 10);
}

/* ---- mprotect ---- */

static void protect(char *p, size_t len, int prot)
{
	if (mprotect(p, len, prot))
		die("mprotect: %s", strerror(errno));
}

/*
 * toggle_written - read-only and back, all pages read after the one, written after the other
 *
 * So each second call takes a right away. Where the CPU looks into a table of another
 * kind (powerpc hash), only what was used since the last flush has an entry to flush there.
 */
static void toggle_written(struct run *r, char *p, size_t len)
{
	size_t n, pages = len / page_size;

	for (; r->ops < 2 * calls(); r->ops += 2) {
		protect(p, len, PROT_READ);
		run_pause(r);
		for (n = 0; n < PROBES; n++)
			r->bad += kernel_writes(p + n * (len / PROBES));
		r->bad += check_pages(p, pages, r->ops + 1);
		run_resume(r);
		protect(p, len, PROT_READ | PROT_WRITE);
		run_pause(r);
		touch(p, pages, r->ops + 3);
		run_resume(r);
	}
}

/* From the start of a page table on. */
const char *mprotect_pages(struct run *r, int pages)
{
	const char *reason = need_cpus(2);
	struct team t;
	char *p;

	if (reason)
		return reason;
	p = map_aligned(pages, 0);
	touch(p, pages, 1);
	team_start(&t, 2, NULL, NULL);
	run_begin(r);
	toggle_written(r, p, pages * page_size);
	run_end(r);
	team_end(&t);
	r->bad += check_pages(p, pages, r->ops + 1);
	unmap_pages(p, pages);
	return NULL;
}

/* ---- hugetlb ---- */

/* Nothing is written between: a private mapping's entries stay read-only. */
static void hugetlb_toggle(struct run *r, char *p, size_t len)
{
	for (; r->ops < 2 * calls(); r->ops += 2) {
		protect(p, len, PROT_READ);
		protect(p, len, PROT_READ | PROT_WRITE);
	}
}

static const char *hugetlb_measure(struct run *r, size_t len, int how)
{
	struct team t;
	size_t pages = len / page_size;
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_HUGETLB |
		       (how & HUGETLB_SHARED ? MAP_SHARED : MAP_PRIVATE), -1, 0);

	if (p == MAP_FAILED)
		return "huge pages cannot be mapped";
	touch(p, pages, 1);
	team_start(&t, 2, NULL, NULL);
	run_begin(r);
	if (how & HUGETLB_WRITTEN)
		toggle_written(r, p, len);
	else
		hugetlb_toggle(r, p, len);
	run_end(r);
	team_end(&t);
	r->bad += check_pages(p, pages, how & HUGETLB_WRITTEN ? r->ops + 1 : 1);
	touch(p, pages, 2);
	r->bad += check_pages(p, pages, 2);
	munmap(p, len);
	return NULL;
}

const char *hugetlb_mprotect(struct run *r, int how)
{
	const char *reason = need_cpus(2);
	size_t size;

	if (!reason)
		reason = take_huge_pages(HUGETLB_PAGES, &size);
	if (reason)
		return reason;
	reason = hugetlb_measure(r, HUGETLB_PAGES * size, how);
	give_huge_pages(HUGETLB_PAGES);
	return reason;
}

/* ---- transparent huge pages ---- */

/* smaps - the KiB of @field for the mapping that begins at @p, -1 if nobody says */
static long smaps(const void *p, const char *field)
{
	static char text[64 << 10];
	char start[32], *at;
	long kib;

	if (read_file("/proc/self/smaps", text, sizeof(text)) < 0)
		return -1;
	snprintf(start, sizeof(start), "\n%08lx-", (unsigned long)p);
	at = strstr(text, start);
	at = at ? strstr(at, field) : NULL;
	return at && sscanf(at + strlen(field), " %ld kB", &kib) == 1 ? kib : -1;
}

/* thp_pages - how many base pages one has, 0 if there are none */
static size_t thp_pages(void)
{
	char buf[32];

	return read_file("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size",
			 buf, sizeof(buf)) > 0 ? strtoul(buf, NULL, 10) / page_size : 0;
}

/* map_thp - one, written as touch() does */
static void *map_thp(void)
{
	size_t pages = thp_pages();
	void *p = map_aligned(pages, 0);

	madvise(p, pages * page_size, MADV_HUGEPAGE);
	touch(p, pages, 1);
	return p;
}

static int is_thp(const void *p)
{
	return smaps(p, "AnonHugePages:") == (long)(thp_pages() * page_size >> 10);
}

static const char *need_thp(void)
{
	void *p;
	int got;

	if (!thp_pages())
		return "kernel without THPs";
	p = map_thp();
	got = is_thp(p);
	unmap_pages(p, thp_pages());
	return got ? NULL : "no THP could be had";
}

/* Each call finds a page that was written; what it frees is there until it is needed. */
static void madv_free_measure(struct run *r, char *p, size_t pages)
{
	size_t len = pages * page_size;

	while (r->ops < calls()) {
		if (madvise(p, len, MADV_FREE))
			die("MADV_FREE: %s", strerror(errno));
		r->ops++;
		run_pause(r);
		r->bad += smaps(p, "LazyFree:") != (long)(len >> 10);
		r->bad += check_pages(p, pages, r->ops);
		touch(p, pages, r->ops + 1);
		r->bad += smaps(p, "LazyFree:") != 0;
		run_resume(r);
	}
}

const char *madv_free_thp(struct run *r, int arg)
{
	const char *reason = need_cpus(2);
	struct team t;
	char *p;

	(void)arg;
	if (!reason)
		reason = need_thp();
	if (reason)
		return reason;
	p = map_thp();
	team_start(&t, 2, NULL, NULL);
	run_begin(r);
	madv_free_measure(r, p, thp_pages());
	run_end(r);
	team_end(&t);
	r->bad += !is_thp(p);
	r->bad += check_pages(p, thp_pages(), r->ops + 1);
	unmap_pages(p, thp_pages());
	return NULL;
}

/* ---- PAGEMAP_SCAN ---- */

/* Memory of @tables page tables, of each of which @step pages are mapped. */
struct scan {
	char *p;
	size_t step;
	int tables;
	int written;	/* how many of the tables have one page written between scans */
	int pagemap, uffd;
};

/* scan - find the written pages and protect them; returns the number of regions */
static long scan(const struct scan *s, struct page_region *found)
{
	struct pm_scan_arg arg = {
		.size = sizeof(arg),
		.flags = PM_SCAN_WP_MATCHING | PM_SCAN_CHECK_WPASYNC,
		.start = (unsigned long)s->p,
		.end = (unsigned long)s->p + s->tables * s->step * page_size,
		.vec = (unsigned long)found,
		.vec_len = SCAN_TABLES + 1,
		.category_mask = PAGE_IS_WRITTEN,
		.return_mask = PAGE_IS_WRITTEN,
	};

	return ioctl(s->pagemap, PAGEMAP_SCAN, &arg);
}

/* is_region - of @pages written pages from page @n on? */
static int is_region(const struct scan *s, const struct page_region *found,
		     size_t n, size_t pages)
{
	return found->start == (unsigned long)s->p + n * page_size &&
	       found->end == found->start + pages * page_size &&
	       found->categories == PAGE_IS_WRITTEN;
}

/* scan_bad - does a scan find anything but the pages that were written? */
static int scan_bad(const struct scan *s)
{
	struct page_region found[SCAN_TABLES + 1];
	int i, bad = scan(s, found) != s->written;

	for (i = 0; i < s->written && !bad; i++)
		bad = !is_region(s, &found[i], i * s->step + s->step / 2, 1);
	return bad;
}

/* The page in the middle of each table: others may be before and behind it. */
static void scan_write(const struct scan *s, unsigned long value)
{
	int i;

	for (i = 0; i < s->written; i++)
		*word(s->p, i * s->step + s->step / 2) = value;
}

/* scan_open - or say what is missing */
static const char *scan_open(struct scan *s)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_WP_ASYNC };

	s->uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	s->pagemap = open("/proc/self/pagemap", O_RDONLY);
	if (s->uffd < 0)
		return "kernel without userfaultfd";
	if (s->pagemap < 0)
		return "no /proc/self/pagemap";
	if (ioctl(s->uffd, UFFDIO_API, &api) || !(api.features & UFFD_FEATURE_WP_ASYNC))
		return "kernel without uffd-wp that resolves faults by itself";
	return enough_memory(s->tables * s->step) ? NULL : "not enough memory";
}

static const char *scan_register(struct run *r, const struct scan *s)
{
	struct uffdio_register reg = {
		.range = { (unsigned long)s->p, s->tables * s->step * page_size },
		.mode = UFFDIO_REGISTER_MODE_WP,
	};
	struct page_region found[SCAN_TABLES + 1];
	long regions;

	if (ioctl(s->uffd, UFFDIO_REGISTER, &reg))
		return "uffd-wp cannot be had for this memory";
	/* The first scan protects all pages: only later ones are alike. */
	regions = scan(s, found);
	if (regions < 0)
		return "kernel without PAGEMAP_SCAN";
	r->bad += regions != 1 || !is_region(s, found, 0, s->tables * s->step);
	return NULL;
}

static void scan_measure(struct run *r, struct scan *s)
{
	unsigned long n, last;
	struct team t;

	team_start(&t, 2, NULL, NULL);
	run_begin(r);
	while (r->ops < calls()) {
		if (s->written) {
			run_pause(r);
			scan_write(s, r->ops);
			run_resume(r);
		}
		r->bad += scan_bad(s);
		r->ops++;
	}
	run_end(r);
	team_end(&t);

	s->written = 0;
	r->bad += scan_bad(s);
	last = r->ops;
	s->written = s->tables;
	scan_write(s, last);
	r->bad += scan_bad(s);
	for (n = 0; n < s->tables * s->step; n++)
		r->bad += *word(s->p, n) != (n % s->step == s->step / 2 ? last : 1 + n);
}

static const char *scan_mapped(struct run *r, struct scan *s)
{
	size_t pages = s->tables * s->step;
	const char *reason;

	s->p = map_aligned(pages, 0);
	touch(s->p, pages, 1);
	reason = scan_register(r, s);
	if (!reason)
		scan_measure(r, s);
	unmap_pages(s->p, pages);
	return reason;
}

/* pagemap_scan - where there is uffd-wp, a table is a page of 8-byte entries */
const char *pagemap_scan(struct run *r, int written)
{
	struct scan s = { .step = PAGES, .tables = 1, .written = written };
	const char *reason = need_cpus(2);

	if (reason)
		return reason;
	if (written > 1) {
		s.tables = written;
		s.step = page_size / 8;
	}
	reason = scan_open(&s);
	if (!reason)
		reason = scan_mapped(r, &s);
	close(s.pagemap);
	close(s.uffd);
	return reason;
}

/* ---- clear_refs ---- */

/*
 * Shared with the process under test, whose memory must stay clean between the
 * calls: it runs them from registers, while its parent reads the counters.
 */
struct clear_refs {
	int go;			/* 1: run, 2: the counters have been read */
	int ready[2];		/* the child's news: a byte when it is ready, done */
	int fd;			/* the child's clear_refs */
	int how;
	unsigned long calls;
	unsigned long bad;
};

/* No function may be called here: a call writes to the stack. */
static __attribute__((noinline)) void
clear_refs_loop(struct clear_refs *c, void *p, int dirty)
{
	static const char four[] = "4";
	unsigned long i, calls = c->calls;
	int fd = c->fd, news = c->ready[1];

	raw_syscall4(SYS_write, fd, (long)four, 1, 0);
	raw_syscall4(SYS_write, news, (long)four, 1, 0);
	while (!__atomic_load_n(&c->go, __ATOMIC_ACQUIRE))
		cpu_relax();
	for (i = 0; i < calls; i++) {
		if (dirty)
			*word(p, 0) = i;
		raw_syscall4(SYS_write, fd, (long)four, 1, 0);
	}
	raw_syscall4(SYS_write, news, (long)four, 1, 0);
	while (__atomic_load_n(&c->go, __ATOMIC_ACQUIRE) < 2)
		cpu_relax();
}

static void clear_refs_child(struct clear_refs *c)
{
	size_t pages = c->how & CLEAR_REFS_THP ? thp_pages() : PAGES;
	char *p = c->how & CLEAR_REFS_THP ? map_thp() : map_guarded(pages);
	int dirty = c->how & CLEAR_REFS_DIRTY;
	struct team t;

	c->fd = open("/proc/self/clear_refs", O_WRONLY);
	if (c->fd < 0)
		die("clear_refs: %s", strerror(errno));
	touch(p, pages, 1);
	team_start(&t, 2, NULL, NULL);
	clear_refs_loop(c, p, dirty);
	c->bad += soft_dirty(p, pages) != 0;
	c->bad += *word(p, 0) != (dirty ? c->calls - 1 : 1);
	*word(p, 0) = 1;
	c->bad += soft_dirty(p, 1) != 1;
	c->bad += check_pages(p, pages, 1);
	if (c->how & CLEAR_REFS_THP)
		c->bad += !is_thp(p);
	team_end(&t);
	_exit(0);
}

static void clear_refs_news(struct clear_refs *c)
{
	char byte;

	if (read(c->ready[0], &byte, 1) != 1)
		die("the process under test has died");
}

static void clear_refs_measure(struct run *r, struct clear_refs *c)
{
	int status;
	pid_t pid;

	if (pipe(c->ready))
		die("pipe: %s", strerror(errno));
	c->calls = calls();
	pid = fork();
	if (!pid)
		clear_refs_child(c);
	if (pid < 0)
		die("fork: %s", strerror(errno));
	close(c->ready[1]);
	pin_to_cpu(2);
	clear_refs_news(c);
	settle();	/* fork has made the parent's pages copy-on-write */
	run_begin(r);
	__atomic_store_n(&c->go, 1, __ATOMIC_RELEASE);
	clear_refs_news(c);
	run_end(r);
	__atomic_store_n(&c->go, 2, __ATOMIC_RELEASE);
	r->bad += waitpid(pid, &status, 0) != pid || status;
	close(c->ready[0]);
	pin_to_cpu(0);
	r->ops = c->calls;
	r->bad += c->bad;
}

const char *clear_refs(struct run *r, int how)
{
	const char *reason = need_cpus(2);
	struct clear_refs *c;

	if (!reason && !soft_dirty_works())
		reason = "kernel without soft-dirty";
	if (!reason && how & CLEAR_REFS_THP)
		reason = need_thp();
	if (reason)
		return reason;
	c = mmap(NULL, page_size, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	c->how = how;
	clear_refs_measure(r, c);
	munmap(c, page_size);
	return NULL;
}
