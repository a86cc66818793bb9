// SPDX-License-Identifier: GPL-2.0
/*
 * workload - run what flushes TLBs and print how often the kernel flushed
 *
 * Usage: workload [-f] [-l] [-s SCALE] [-t] [NAME...]
 *
 *   -f	run with fewer CPUs than threads too
 *   -l	list the workloads
 *   -s	divide sizes and repetitions by SCALE
 *   -t	x86: also count with the tlb:tlb_flush trace event
 *
 * Prints "row WORKLOAD METRIC VALUE": by how much each line of /proc/tlb_count
 * grew, and those of /proc/tlb_count_self (own_*) where it matters who sent a flush,
 * ops (calls of the kind measured), data_bad (wrong data seen); or
 * "skip WORKLOAD REASON". Exit status 1 if data was wrong.
 *
 * The counters are read right before and after the calls measured, while all
 * threads already (or still) spin in user space on their own CPUs: starting and
 * ending threads, setting up memory and printing is not in the numbers.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dontneed.h"
#include "guest.h"
#include "protect.h"
#include "reclaim.h"
#include "team.h"
#include "workload.h"

#define BIG		32768UL	/* pages: 128 MiB of 4 KiB ones */
#define FORK_PAGES	64UL
#define HIST		"hist:keys=reason,pages"
#define REMOTE_SHOOTDOWN	1	/* enum tlb_flush_reason */
#define REMOTE_SEND_IPI		4

static unsigned long scale = 1;
int force;
static int tracing;
static const char *count_file = "/proc/tlb_count";
static const char *trace_dir = "/sys/kernel/tracing/events/tlb/tlb_flush";

unsigned long scaled(unsigned long n, unsigned long least)
{
	return n / scale > least ? n / scale : least;
}

/* ---- counters ---- */

static void read_counters(const char *path, char *buf, size_t size)
{
	if (read_file(path, buf, size) <= 0)
		die("no counters in %s: is this a kernel with the counting patch?",
		    path);
}

/* What the calling thread alone has counted. */
static void read_own(const struct run *r, char *buf, size_t size)
{
	char path[256];

	snprintf(path, sizeof(path), "%s_self", count_file);
	if (r->own)
		read_counters(path, buf, size);
}

/* The trigger file, opened to append: truncating it removes all triggers. */
static int trigger(const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/trigger", trace_dir);
	return write_file(path, O_APPEND, text);
}

/*
 * settle - have all of the program's own writable pages present and writable
 *
 * Else its first write to one of them during a run, where a file's page or one
 * shared with a child is replaced, would be counted as a flush of the workload.
 */
void settle(void)
{
	if (!mlockall(MCL_CURRENT))
		munlockall();
}

void run_begin(struct run *r)
{
	if (tracing && trigger(HIST))
		die("cannot set a hist trigger in %s", trace_dir);
	read_own(r, r->own_before, sizeof(r->own_before));
	read_counters(count_file, r->before, sizeof(r->before));
	shortage(1);
}

void run_end(struct run *r)
{
	shortage(0);
	read_counters(count_file, r->after, sizeof(r->after));
	read_own(r, r->own_after, sizeof(r->own_after));
	if (tracing && trigger(HIST ":pause"))
		die("cannot pause the hist trigger in %s", trace_dir);
}

/* counter - the value of @name in @text, 0 if it has none */
static unsigned long counter(const char *text, const char *name)
{
	char got[64];
	unsigned long v;
	int len;

	while (sscanf(text, "%63s %lu\n%n", got, &v, &len) == 2) {
		if (!strcmp(got, name))
			return v;
		text += len;
	}
	return 0;
}

/* run_pause - what is done from here to run_resume() is not counted, but in own_* */
void run_pause(struct run *r)
{
	shortage(0);
	read_counters(count_file, r->paused, sizeof(r->paused));
	if (tracing && trigger(HIST ":pause"))
		die("cannot pause the hist trigger in %s", trace_dir);
}

/* run_resume - as if the counters had been as much greater when the run began */
void run_resume(struct run *r)
{
	static char now[sizeof(r->before)], then[sizeof(r->before)];
	char got[64], *at = now;
	size_t used = 0;
	unsigned long v;
	int len;

	if (tracing && trigger(HIST ":continue"))
		die("cannot resume the hist trigger in %s", trace_dir);
	read_counters(count_file, now, sizeof(now));
	for (; sscanf(at, "%63s %lu\n%n", got, &v, &len) == 2; at += len) {
		v += counter(r->before, got) - counter(r->paused, got);
		used += snprintf(then + used, sizeof(then) - used, "%s %lu\n", got, v);
		if (used >= sizeof(then))
			die("too many counters");
	}
	memcpy(r->before, then, used + 1);
	shortage(1);
}

static void print_counters(const char *name, const char *prefix,
			   const char *before, const char *after)
{
	unsigned long v;
	char got[64];
	int len;

	while (sscanf(after, "%63s %lu\n%n", got, &v, &len) == 2) {
		printf("row %s %s%s %lu\n", name, prefix, got,
		       v - counter(before, got));
		after += len;
	}
}

/* Totals of a histogram's lines, named as the counters at the same places. */
struct trace_sum {
	unsigned long ipi_full, ipi_ranged;
	unsigned long remote_full, remote_ranged;
};

static void add_trace(struct trace_sum *s, int reason, unsigned long pages,
		      unsigned long hits)
{
	if (reason == REMOTE_SEND_IPI)
		*(pages == -1UL ? &s->ipi_full : &s->ipi_ranged) += hits;
	else if (reason == REMOTE_SHOOTDOWN)
		*(pages == -1UL ? &s->remote_full : &s->remote_ranged) += hits;
}

/* print_trace - and remove the trigger */
static void print_trace(const char *name)
{
	static char hist[256 << 10];
	struct trace_sum s = { 0 };
	unsigned long pages, hits;
	char path[256], *p;
	int reason;

	snprintf(path, sizeof(path), "%s/hist", trace_dir);
	if (read_file(path, hist, sizeof(hist)) < 0)
		die("cannot read %s: %s", path, strerror(errno));
	if (trigger("!" HIST))
		die("cannot remove the hist trigger in %s", trace_dir);

	for (p = hist; (p = strstr(p, "{ reason:")); p++)
		if (sscanf(p, "{ reason: %d, pages: %lu } hitcount: %lu",
			   &reason, &pages, &hits) == 3)
			add_trace(&s, reason, pages, hits);

	printf("row %s trace_ipi_full %lu\n", name, s.ipi_full);
	printf("row %s trace_ipi_ranged %lu\n", name, s.ipi_ranged);
	printf("row %s trace_remote_full %lu\n", name, s.remote_full);
	printf("row %s trace_remote_ranged %lu\n", name, s.remote_ranged);
}

/* ---- fork ---- */

/* A child sees what was there, and its writes stay its own. */
static __always_inline void
fork_child(void *p, unsigned long first, unsigned long rest, unsigned long dirty)
{
	unsigned long n, bad = 0;

	for (n = 0; n < FORK_PAGES; n++)
		bad |= *word(p, n) != (n < dirty ? first : rest) + n;
	*word(p, FORK_PAGES - 1) = 0;
	raw_exit(!!bad);
}

/*
 * fork_once - in which the parent and its child look at all pages
 *
 * The parent writes nothing while the child may still share its pages.
 */
static __attribute__((noinline)) unsigned long
fork_once(void *p, unsigned long i, unsigned long dirty)
{
	int status = -1;
	long pid, got;

	touch(p, dirty, i);
	pid = raw_fork();
	if (!pid)
		fork_child(p, i, 1, dirty);
	got = raw_syscall4(SYS_wait4, pid, (long)&status, 0, 0);
	if (pid < 0 || got != pid)
		die("fork: %s", strerror(pid < 0 ? -pid : -got));
	return !!status + (*word(p, FORK_PAGES - 1) != FORK_PAGES);
}

/* The children's own flushes, when they write and exit, are counted with it. */
static const char *fork_dirty(struct run *r, int dirty)
{
	unsigned long i, calls = scaled(50, 10);
	const char *reason = need_cpus(2);
	struct team t;
	char *p;

	if (reason)
		return reason;
	p = map_guarded(FORK_PAGES);
	touch(p, FORK_PAGES, 1);
	team_start(&t, 2, NULL, NULL);
	/* The first one write-protects all pages: only later ones are alike. */
	r->bad += fork_once(p, 1, 0);
	run_begin(r);
	for (i = 0; i < calls; i++)
		r->bad += fork_once(p, i + 2, dirty);
	run_end(r);
	team_end(&t);

	r->ops = calls;
	r->bad += check_pages(p, dirty, calls + 1);
	r->bad += check_pages(p + dirty * page_size, FORK_PAGES - dirty,
			      1 + dirty);
	unmap_pages(p, FORK_PAGES);
	return NULL;
}

/* ---- big mappings ---- */

static const char *need_big(size_t pages)
{
	const char *reason = need_cpus(2);

	if (!reason && !enough_memory(pages))
		reason = "not enough memory";
	return reason;
}

/* unmapped - how many of the pages at @p still are, or show what they held */
static unsigned long unmapped(void *p, size_t pages)
{
	unsigned char *vec = malloc(pages);
	unsigned long bad, n;
	void *q;

	bad = !mincore(p, pages * page_size, vec) || errno != ENOMEM;
	free(vec);
	q = mmap(p, pages * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE |
		 MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (q != p)
		return bad + 1;
	for (n = 0; n < pages; n += 61) {
		word(p, n)[1] = 1;
		bad += *word(p, n) != 0;
	}
	unmap_pages(p, pages);
	return bad;
}

static const char *munmap_big(struct run *r, int ops)
{
	size_t pages = scaled(BIG, 64);
	const char *reason = need_big(pages);
	struct team t;
	char *p;

	if (reason)
		return reason;
	p = map_pages(pages);
	touch(p, pages, 1);
	team_start(&t, 2, NULL, NULL);
	run_begin(r);
	unmap_pages(p, pages);
	run_end(r);
	team_end(&t);
	r->ops = ops;
	r->bad += unmapped(p, pages);
	return NULL;
}

/*
 * munmap_own_table - unmap a few pages that have a page table of their own
 *
 * At as many offsets in the table as there are calls. What is mapped on both sides of
 * the hole that they are in has other page tables, but the same PMD table.
 */
static const char *munmap_own_table(struct run *r, int pages)
{
	unsigned long i, calls = scaled(64, 8);
	size_t hole = TABLE_ALIGN / page_size, step = (512 - pages) / calls;
	const char *reason = need_cpus(2);
	struct team t;
	char *p, *q;

	if (reason)
		return reason;
	p = map_aligned(3 * hole, 0);
	unmap_pages(p + TABLE_ALIGN, hole);
	team_start(&t, 2, NULL, NULL);
	run_begin(r);
	for (i = 0; i < calls; i++) {
		q = p + TABLE_ALIGN + i * step * page_size;
		if (mmap(q, pages * page_size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != q)
			die("mmap: %s", strerror(errno));
		touch(q, pages, i + 1);
		unmap_pages(q, pages);
	}
	run_end(r);
	team_end(&t);
	r->ops = calls;
	r->bad += unmapped(q, pages);
	unmap_pages(p, hole);
	unmap_pages(p + 2 * TABLE_ALIGN, hole);
	return NULL;
}

/* From a table-aligned address to one that is a page off. */
static const char *mremap_big(struct run *r, int ops)
{
	size_t pages = scaled(BIG, 64);
	const char *reason = need_big(pages);
	char *p, *to, *q;
	struct team t;

	if (reason)
		return reason;
	p = map_aligned(pages, 0);
	touch(p, pages, 1);
	to = map_aligned(pages, page_size);
	team_start(&t, 2, NULL, NULL);
	unmap_pages(to, pages);
	run_begin(r);
	q = mremap(p, pages * page_size, pages * page_size,
		   MREMAP_MAYMOVE | MREMAP_FIXED, to);
	run_end(r);
	team_end(&t);
	if (q != to)
		die("mremap: %s", strerror(errno));
	r->ops = ops;
	r->bad += check_pages(to, pages, 1);
	r->bad += unmapped(p, pages);
	unmap_pages(to, pages);
	return NULL;
}

/* ---- short of memory ---- */

/* shortage_of - @fn, where what must not wait for memory gets none while it is counted */
static const char *shortage_of(const char *(*fn)(struct run *r, int arg), struct run *r,
			       int arg)
{
	const char *reason = shortage_begin();

	if (!reason)
		reason = fn(r, arg);
	r->failed = shortage_end();
	return reason;
}

static const char *munmap_short(struct run *r, int ops)
{
	return shortage_of(munmap_big, r, ops);
}

static const char *mprotect_short(struct run *r, int pages)
{
	return shortage_of(mprotect_pages, r, pages);
}

static const char *reclaim_young_short(struct run *r, int arg)
{
	return shortage_of(reclaim_young, r, arg);
}

/* ---- CPU hotplug ---- */

#ifdef __powerpc__
#define CPU_ONLINE	"/sys/devices/system/cpu/cpu1/online"
#define SETTLE_STEP	100	/* ms */
#define SETTLE_QUIET	30	/* steps without a change */
#define SETTLE_MAX	300	/* steps */

/* vmstat - one line of /proc/vmstat, 0 if it has none of that name */
static unsigned long vmstat(const char *name)
{
	static char text[16 << 10];

	if (read_file("/proc/vmstat", text, sizeof(text) - 1) <= 0)
		return 0;
	return counter(text, name);
}

/*
 * settled_tables - how many pages page tables have, once that changes no more
 *
 * RCU frees some of them, which takes a while on a busy machine, and vmstat learns of
 * what other CPUs have freed within a second or two.
 */
static long settled_tables(void)
{
	unsigned long n = vmstat("nr_page_table_pages"), last;
	int i, quiet = 0;

	for (i = 0; i < SETTLE_MAX && quiet < SETTLE_QUIET; i++) {
		usleep(SETTLE_STEP * 1000);
		last = n;
		n = vmstat("nr_page_table_pages");
		quiet = n == last ? quiet + 1 : 0;
	}
	return n;
}

/*
 * cpu_hotplug - take a CPU away and bring it back, and count the page tables
 * that are left behind. powerpc radix has a patching mm for each CPU.
 */
static const char *cpu_hotplug(struct run *r, int rounds)
{
	long before, left;
	int i;

	if (access(CPU_ONLINE, W_OK))
		return "no CPU hotplug";
	if (write_file(CPU_ONLINE, 0, "0") || write_file(CPU_ONLINE, 0, "1"))
		return "CPU 1 cannot be taken away";
	before = settled_tables();
	run_begin(r);
	for (i = 0; i < rounds; i++)
		if (write_file(CPU_ONLINE, 0, "0") || write_file(CPU_ONLINE, 0, "1"))
			die("cannot switch %s", CPU_ONLINE);
	run_end(r);
	r->ops = rounds;
	left = settled_tables() - before;
	r->tables = left > 0 ? left : 0;
	return NULL;
}
#else
static const char *cpu_hotplug(struct run *r, int rounds)
{
	(void)r;
	(void)rounds;
	return "no patching mm on this architecture";
}
#endif

/* ---- a program that lives on its allocator ---- */

/* A child with its standard input and output; it waits for a line of each. */
struct peer {
	pid_t pid;
	int to, from;
};

/* beside - the path of another program where this one is */
static void beside(const char *name, char *path, size_t size)
{
	char own[192];
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);

	own[n > 0 ? n : 0] = '\0';
	if (strrchr(own, '/'))
		*strrchr(own, '/') = '\0';
	snprintf(path, size, "%s/%s", own, name);
}

static void peer_exec(const char *path, char *flag, int in, int out)
{
	char number[24];
	char *argv[] = { "allocator", "-s", number, flag, NULL };

	snprintf(number, sizeof(number), "%lu", scale);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	unpin();
	execv(path, argv);
	_exit(127);
}

static void peer_start(struct peer *p, const char *path, char *flag)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	p->pid = fork();
	if (!p->pid)
		peer_exec(path, flag, in[0], out[1]);
	if (p->pid < 0)
		die("fork: %s", strerror(errno));
	close(in[0]);
	close(out[1]);
	p->to = in[1];
	p->from = out[0];
}

static void peer_says(struct peer *p, const char *line)
{
	char byte;

	for (; *line; line++)
		if (read(p->from, &byte, 1) != 1 || byte != *line)
			die("the program under test does not say %s", line);
}

static void peer_go(struct peer *p)
{
	if (write(p->to, "\n", 1) != 1)
		die("the program under test has died");
}

/* peer_results - print what it has counted itself; ops and data_bad are ours */
static void peer_results(struct peer *p, struct run *r, const char *name)
{
	FILE *f = fdopen(p->from, "r");
	unsigned long v;
	char got[64];
	int status;

	while (f && fscanf(f, "%63s %lu", got, &v) == 2) {
		if (!strcmp(got, "ops"))
			r->ops = v;
		else if (!strcmp(got, "data_bad"))
			r->bad += v;
		else
			printf("row %s %s %lu\n", name, got, v);
	}
	fclose(f);
	close(p->to);
	r->bad += waitpid(p->pid, &status, 0) != p->pid || status || !r->ops;
}

static const char *jemalloc(struct run *r, int by_phase)
{
	const char *reason = need_cpus(ALLOCATOR_THREADS);
	char path[256];
	struct peer p;

	beside("allocator", path, sizeof(path));
	if (reason)
		return reason;
	if (access(path, X_OK))
		return "no libjemalloc for this architecture, see what need.sh said";
	peer_start(&p, path, by_phase ? "-p" : NULL);
	peer_says(&p, "ready\n");
	settle();	/* fork has made the pages here copy-on-write */
	run_begin(r);
	peer_go(&p);
	peer_says(&p, "done\n");
	run_end(r);
	peer_go(&p);
	peer_results(&p, r, by_phase ? "jemalloc_phases" : "jemalloc");
	return NULL;
}

/* ---- main ---- */

/* Of N threads by 16 pages, which has no size in its name, and by others. */
#define SWEEP(kind, n)							\
	{ "dontneed_" #kind "_" #n "x4", dontneed_##kind, DONTNEED(n, 4) },	\
	{ "dontneed_" #kind "_" #n, dontneed_##kind, DONTNEED(n, 16) },	\
	{ "dontneed_" #kind "_" #n "x64", dontneed_##kind, DONTNEED(n, 64) },	\
	{ "dontneed_" #kind "_" #n "x512", dontneed_##kind, DONTNEED(n, 512) }

static const struct workload {
	const char *name;
	const char *(*fn)(struct run *r, int arg);
	int arg;
} workloads[] = {
	SWEEP(disjoint, 1), SWEEP(disjoint, 2), SWEEP(disjoint, 4), SWEEP(disjoint, 8),
	SWEEP(same, 1), SWEEP(same, 2), SWEEP(same, 4), SWEEP(same, 8),
	{ "dontneed_empty", beside_empty, 4 },
	{ "dontneed_munmap", beside_munmap, 4 },
	{ "dontneed_mprotect", beside_mprotect, 4 },
	{ "dontneed_vectors", beside_vectors, 4 },
	{ "dontneed_ksm", beside_ksm, 3 },
	{ "mprotect_512", mprotect_pages, 512 },
	{ "mprotect_512_short", mprotect_short, 512 },
	{ "hugetlb_mprotect", hugetlb_mprotect, 0 },
	{ "hugetlb_mprotect_write", hugetlb_mprotect, HUGETLB_WRITTEN },
	{ "hugetlb_mprotect_shared", hugetlb_mprotect, HUGETLB_WRITTEN | HUGETLB_SHARED },
	{ "madv_free_thp", madv_free_thp, 0 },
	{ "pagemap_scan_0", pagemap_scan, 0 },
	{ "pagemap_scan_1", pagemap_scan, 1 },
	{ "pagemap_scan_tables", pagemap_scan, SCAN_TABLES },
	{ "fork_0", fork_dirty, 0 },
	{ "fork_8", fork_dirty, 8 },
	{ "clear_refs_0", clear_refs, 0 },
	{ "clear_refs_1", clear_refs, CLEAR_REFS_DIRTY },
	{ "clear_refs_thp", clear_refs, CLEAR_REFS_THP },
	{ "munmap_1_own_table", munmap_own_table, 1 },
	{ "munmap_32_own_table", munmap_own_table, 32 },
	{ "munmap_128m", munmap_big, 1 },
	{ "munmap_128m_short", munmap_short, 1 },
	{ "mremap_128m", mremap_big, 1 },
	{ "reclaim_young", reclaim_young, 0 },
	{ "reclaim_young_short", reclaim_young_short, 0 },
	{ "cpu_hotplug", cpu_hotplug, 20 },
	{ "jemalloc", jemalloc, 0 },
	{ "jemalloc_phases", jemalloc, 1 },
};

static void print_rows(const char *name, const struct run *r)
{
	print_counters(name, "", r->before, r->after);
	if (r->own)
		print_counters(name, "own_", r->own_before, r->own_after);
	printf("row %s ops %lu\n", name, r->ops);
	if (r->members)
		printf("row %s members %d\n", name, r->members);
	if (r->worker_ops)
		printf("row %s worker_ops %lu\n", name, r->worker_ops);
	if (r->tables >= 0)
		printf("row %s table_pages %ld\n", name, r->tables);
	if (r->merged >= 0)
		printf("row %s merged %ld\n", name, r->merged);
	if (r->failed >= 0)
		printf("row %s failed %ld\n", name, r->failed);
}

static unsigned long run_one(const struct workload *w)
{
	static struct run r;
	const char *reason;

	memset(&r, 0, sizeof(r));
	r.tables = -1;
	r.merged = -1;
	r.failed = -1;
	pin_to_cpu(0);
	settle();
	reason = w->fn(&r, w->arg);
	if (reason) {
		printf("skip %s %s\n", w->name, reason);
		return 0;
	}
	print_rows(w->name, &r);
	if (tracing)
		print_trace(w->name);
	printf("row %s data_bad %lu\n", w->name, r.bad);
	return r.bad;
}

static const struct workload *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(workloads); i++)
		if (!strcmp(workloads[i].name, name))
			return &workloads[i];
	die("no workload %s: -l lists them", name);
}

static void list(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(workloads); i++)
		puts(workloads[i].name);
	exit(0);
}

static void setup_tracing(void)
{
	if (!access(trace_dir, F_OK))
		tracing = 1;
	else
		printf("skip trace no %s\n", trace_dir);
}

static void options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "fls:t")) != -1) {
		if (c == 'f')
			force = 1;
		else if (c == 'l')
			list();
		else if (c == 's' && atol(optarg) > 0)
			scale = atol(optarg);
		else if (c == 't')
			setup_tracing();
		else
			die("usage: workload [-f] [-l] [-s SCALE] [-t] [NAME...]");
	}
}

int main(int argc, char **argv)
{
	unsigned long bad = 0;
	static char buf[8192];
	size_t i;

	guest_setup();
	if (getenv("TLB_COUNT"))
		count_file = getenv("TLB_COUNT");
	if (getenv("TLB_TRACE"))
		trace_dir = getenv("TLB_TRACE");
	options(argc, argv);
	read_counters(count_file, buf, sizeof(buf));
	for (i = optind; i < (size_t)argc; i++)
		find(argv[i]);

	if (optind == argc) {
		for (i = 0; i < ARRAY_SIZE(workloads); i++)
			bad += run_one(&workloads[i]);
	} else {
		for (i = optind; i < (size_t)argc; i++)
			bad += run_one(find(argv[i]));
	}
	return bad ? 1 : 0;
}
