// SPDX-License-Identifier: GPL-2.0
/*
 * stress - all that changes page tables, at random, by threads that meet
 *
 *	stress SECONDS [SEED]
 *
 * Each of NR_PROCS processes has NR_THREADS threads on a few slots of memory.
 * Nothing orders them: what one touches another may just unmap, truncate, move or
 * protect, so a fault is no failure. What is wrong here the kernel must say
 * itself: boot one that checks its flushes, with panic_on_warn=1.
 *
 * Ends in one line "stress OPERATION DONE REFUSED" for each kind of operation:
 * one that never succeeded was not tested.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

#define NR_PROCS	2
#define NR_THREADS	4
#define NR_SLOTS	6
#define SLOT_SIZE	(4UL << 20)
#define SAY_SECONDS	20

#ifndef MADV_COLD
#define MADV_COLD	20
#define MADV_PAGEOUT	21
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

struct thread {
	unsigned int seed;
	unsigned long done, sum;
};

struct operation {
	const char *name;
	int weight;
	int (*run)(struct thread *t);
};

/* Shared by all processes: how often each operation was done, or refused */
struct counts {
	unsigned long done, refused;
};

static struct counts *counts;
static char *slots;
static int file;
static time_t end;
static __thread sigjmp_buf fault_jmp;
static __thread volatile sig_atomic_t fault_expected;

static unsigned int any(struct thread *t, unsigned int n)
{
	t->seed = t->seed * 1103515245 + 12345;
	return (t->seed >> 16) % n;
}

static char *any_slot(struct thread *t)
{
	return slots + any(t, NR_SLOTS) * SLOT_SIZE;
}

/* any_range - some pages of a slot: few, many or all */
static char *any_range(struct thread *t, size_t *len)
{
	size_t pages = SLOT_SIZE / page_size, n, at;

	switch (any(t, 4)) {
	case 0:
		n = pages;
		break;
	case 1:
		n = 1 + any(t, pages);
		break;
	default:
		n = 1 + any(t, 8);
	}
	at = any(t, pages - n + 1);
	*len = n * page_size;
	return any_slot(t) + at * page_size;
}

static void on_fault(int sig)
{
	if (!fault_expected) {
		signal(sig, SIG_DFL);
		raise(sig);
		return;
	}
	siglongjmp(fault_jmp, 1);
}

static int touch_range(struct thread *t, int write)
{
	size_t len, step = (1 + any(t, 3)) * page_size;
	char *p = any_range(t, &len);
	volatile size_t at = 0;

	fault_expected = 1;
	if (sigsetjmp(fault_jmp, 0)) {
		fault_expected = 0;
		return at ? 0 : -1;
	}
	for (; at < len; at += step) {
		if (write)
			*(volatile char *)(p + at) = t->seed;
		else
			t->sum += *(volatile char *)(p + at);
	}
	fault_expected = 0;
	return 0;
}

static int op_read(struct thread *t)
{
	return touch_range(t, 0);
}

static int op_write(struct thread *t)
{
	return touch_range(t, 1);
}

static int advise(struct thread *t, int advice)
{
	size_t len;
	char *p = any_range(t, &len);

	return madvise(p, len, advice);
}

static int op_dontneed(struct thread *t)
{
	return advise(t, MADV_DONTNEED);
}

static int op_free(struct thread *t)
{
	return advise(t, MADV_FREE);
}

static int op_pageout(struct thread *t)
{
	return advise(t, MADV_PAGEOUT);
}

static int op_cold(struct thread *t)
{
	return advise(t, MADV_COLD);
}

static int op_remove(struct thread *t)
{
	return advise(t, MADV_REMOVE);
}

static int op_populate(struct thread *t)
{
	return advise(t, MADV_POPULATE_WRITE);
}

static int op_mergeable(struct thread *t)
{
	return advise(t, any(t, 2) ? MADV_MERGEABLE : MADV_UNMERGEABLE);
}

static int op_hugepage(struct thread *t)
{
	return madvise(any_slot(t), SLOT_SIZE,
		       any(t, 3) ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

static int op_collapse(struct thread *t)
{
	return madvise(any_slot(t), SLOT_SIZE, MADV_COLLAPSE);
}

static int op_protect(struct thread *t)
{
	static const int prots[] = { PROT_READ, PROT_NONE, PROT_READ | PROT_WRITE,
		PROT_READ | PROT_WRITE };
	size_t len;
	char *p = any_range(t, &len);

	return mprotect(p, len, prots[any(t, ARRAY_SIZE(prots))]);
}

static int op_munmap(struct thread *t)
{
	size_t len;
	char *p = any_range(t, &len);

	return munmap(p, len);
}

static int op_map(struct thread *t)
{
	char *p = any_slot(t);
	int flags = MAP_FIXED, fd = -1;

	switch (any(t, 4)) {
	case 0:
		flags |= MAP_SHARED;
		fd = file;
		break;
	case 1:
		flags |= MAP_PRIVATE;
		fd = file;
		break;
	default:
		flags |= MAP_PRIVATE | MAP_ANONYMOUS;
	}
	return mmap(p, SLOT_SIZE, PROT_READ | PROT_WRITE, flags, fd, 0) == p ? 0 : -1;
}

static int op_map_hugetlb(struct thread *t)
{
	char *p = any_slot(t);

	return mmap(p, SLOT_SIZE, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE |
		    MAP_ANONYMOUS | MAP_HUGETLB, -1, 0) == p ? 0 : -1;
}

static int op_mremap(struct thread *t)
{
	size_t len;
	char *from = any_range(t, &len);
	char *to = any_slot(t) + any(t, (SLOT_SIZE - len) / page_size + 1) * page_size;

	/* Whole tables are moved only where both sides are aligned alike. */
	if (any(t, 2)) {
		from = any_slot(t);
		to = any_slot(t);
		len = SLOT_SIZE;
	}
	return mremap(from, len, len, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to ? 0 : -1;
}

static int op_punch(struct thread *t)
{
	return fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			 any(t, SLOT_SIZE / page_size) * page_size,
			 (1 + any(t, 64)) * page_size);
}

static int op_truncate(struct thread *t)
{
	return ftruncate(file, any(t, SLOT_SIZE / page_size) * page_size) ? -1 :
		ftruncate(file, SLOT_SIZE);
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	ssize_t n = -1;

	if (fd >= 0) {
		n = write(fd, text, strlen(text));
		close(fd);
	}
	return n < 0 ? -1 : 0;
}

static int op_clear_refs(struct thread *t)
{
	return write_text("/proc/self/clear_refs", any(t, 2) ? "4" : "1");
}

static int op_compact(struct thread *t)
{
	(void)t;
	return write_text("/proc/sys/vm/compact_memory", "1");
}

static int op_drop_caches(struct thread *t)
{
	(void)t;
	return write_text("/proc/sys/vm/drop_caches", "1");
}

/* op_fork - only what is safe in a child of threads; a fault ends it */
static int op_fork(struct thread *t)
{
	pid_t pid = fork();

	if (pid < 0)
		return -1;
	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		for (int i = 0; i < 4; i++)
			touch_range(t, i & 1);
		_exit(0);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static const struct operation ops[] = {
	{ "read", 20, op_read },
	{ "write", 30, op_write },
	{ "dontneed", 15, op_dontneed },
	{ "free", 8, op_free },
	{ "pageout", 6, op_pageout },
	{ "cold", 2, op_cold },
	{ "remove", 2, op_remove },
	{ "populate", 4, op_populate },
	{ "mergeable", 2, op_mergeable },
	{ "hugepage", 4, op_hugepage },
	{ "collapse", 3, op_collapse },
	{ "protect", 15, op_protect },
	{ "munmap", 4, op_munmap },
	{ "map", 8, op_map },
	{ "map_hugetlb", 1, op_map_hugetlb },
	{ "mremap", 4, op_mremap },
	{ "punch", 4, op_punch },
	{ "truncate", 2, op_truncate },
	{ "clear_refs", 2, op_clear_refs },
	{ "compact", 1, op_compact },
	{ "drop_caches", 1, op_drop_caches },
	{ "fork", 2, op_fork },
};

static size_t any_op(struct thread *t)
{
	int total = 0, pick;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		total += ops[i].weight;
	pick = any(t, total);
	for (i = 0; (pick -= ops[i].weight) >= 0; i++)
		;
	return i;
}

static void *work(void *arg)
{
	struct thread *t = arg;

	while (time(NULL) < end) {
		size_t i = any_op(t);

		__atomic_fetch_add(ops[i].run(t) ? &counts[i].refused : &counts[i].done,
				   1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void catch_faults(void)
{
	struct sigaction sa = { .sa_handler = on_fault, .sa_flags = SA_NODEFER };

	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
}

static void process(unsigned int seed)
{
	static struct thread threads[NR_THREADS];
	pthread_t id[NR_THREADS];

	catch_faults();
	slots = mmap(NULL, (NR_SLOTS + 1) * SLOT_SIZE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (slots == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	slots += -(uintptr_t)slots & (SLOT_SIZE - 1);

	for (int i = 0; i < NR_THREADS; i++) {
		threads[i].seed = seed * NR_THREADS + i;
		if (pthread_create(&id[i], NULL, work, &threads[i]))
			die("no thread");
	}
	for (int i = 0; i < NR_THREADS; i++)
		pthread_join(id[i], NULL);
	exit(0);
}

static unsigned long total(void)
{
	unsigned long n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		n += __atomic_load_n(&counts[i].done, __ATOMIC_RELAXED);
	return n;
}

/* wait_for_all - with a sign of life now and then; the status of the worst */
static int wait_for_all(void)
{
	int status, bad = 0, left = NR_PROCS;
	time_t said = time(NULL);

	while (left) {
		if (waitpid(-1, &status, WNOHANG) > 0) {
			bad |= status;
			left--;
			continue;
		}
		if (time(NULL) - said >= SAY_SECONDS) {
			said = time(NULL);
			printf("stress: %lu operations, %ld s left\n", total(),
			       (long)(end - said));
		}
		usleep(200000);
	}
	return bad;
}

int main(int argc, char **argv)
{
	unsigned int seed = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;
	int bad;

	guest_setup();
	if (argc < 2 || atol(argv[1]) < 1)
		die("usage: stress SECONDS [SEED]");
	end = time(NULL) + atol(argv[1]);
	write_text("/sys/kernel/mm/ksm/run", "1");
	file = memfd_create("stress", 0);
	counts = mmap(NULL, sizeof(*counts) * ARRAY_SIZE(ops), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (file < 0 || ftruncate(file, SLOT_SIZE) || counts == MAP_FAILED)
		die("no memory: %s", strerror(errno));

	for (int i = 0; i < NR_PROCS; i++)
		if (!fork())
			process(seed + i);
	bad = wait_for_all();
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		printf("stress %s %lu %lu\n", ops[i].name, counts[i].done,
		       counts[i].refused);
	return bad ? 1 : 0;
}
