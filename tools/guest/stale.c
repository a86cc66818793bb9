// SPDX-License-Identifier: GPL-2.0
/*
 * stale - how long does an (emulated) CPU keep a TLB entry that nobody flushes?
 *
 *   stale [-c MILLISECONDS] [-r ROUNDS]
 *
 * For a kernel that was broken on purpose: MADV_DONTNEED there clears an entry
 * without its flush. A thread on CPU 1 reads a page, one on CPU 0 discards it, and
 * the former reads on, with something else done between two reads, until it sees
 * that the page is gone (a zero) or for -c ms (500). A child that has forked off
 * keeps the pages from being used again, so what is read is either.
 *
 * Prints "stale: N disturbances" and, for each of them,
 *   stale NAME ROUNDS KEPT READS_LEAST READS_MEDIAN US_LEAST US_MEDIAN US_MOST
 * KEPT being the rounds in which the entry was still there at the end.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MARK		0x5741
#define MAX_ROUNDS	64
#define OTHERS		4096	/* pages to disturb with */

static long cap = 500, rounds = 10;
static size_t page_size;
static char *others;
static volatile long *page;	/* of this round */
static int discarded, cached, done, stop;
static struct result {
	long reads, us;
	int kept;
} results[MAX_ROUNDS];

static long us_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		exit(4);
}

static void nothing(int arg)
{
	(void)arg;
}

/* One word each, not at the same offset: softmmu has no cache to thrash. */
static void touch(int pages)
{
	int i;

	for (i = 0; i < pages; i++)
		(void)*(volatile char *)(others + i * page_size);
}

static void enter(int arg)
{
	(void)arg;
	syscall(SYS_getppid);
}

static void nap(int us)
{
	usleep(us);
}

static void yield(int arg)
{
	(void)arg;
	sched_yield();
}

static const struct kind {
	const char *name;
	void (*fn)(int arg);
	int arg;
	int company;		/* on CPU 1: 1 a thread, 2 a process, that yields */
} kinds[] = {
	{ "nothing", nothing, 0, 0 },
	{ "pages_8", touch, 8, 0 },
	{ "pages_64", touch, 64, 0 },
	{ "pages_256", touch, 256, 0 },
	{ "pages_1024", touch, 1024, 0 },
	{ "pages_4096", touch, OTHERS, 0 },
	{ "syscall", enter, 0, 0 },
	{ "sleep_1ms", nap, 1000, 0 },
	{ "switch_thread", yield, 0, 1 },
	{ "switch_process", yield, 0, 2 },
};

/* read_on - until the page is gone; the time is looked at now and then only */
static void read_on(const struct kind *k, struct result *r)
{
	long begin = us_now(), every = k->fn == nothing ? 256 : 1;

	memset(r, 0, sizeof(*r));
	while (*page == MARK) {
		r->reads++;
		k->fn(k->arg);
		if (r->reads % every)
			continue;
		if (us_now() - begin > cap * 1000) {
			r->kept = 1;
			break;
		}
	}
	r->us = us_now() - begin;
}

static void *reader(void *arg)
{
	const struct kind *k = arg;
	long i;

	pin(1);
	touch(OTHERS);
	for (i = 0; i < rounds; i++) {
		while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) != i)
			;
		if (*page != MARK)
			exit(1);
		__atomic_store_n(&cached, i + 1, __ATOMIC_RELEASE);
		while (__atomic_load_n(&discarded, __ATOMIC_ACQUIRE) != i + 1)
			(void)*page;
		read_on(k, &results[i]);
		__atomic_store_n(&cached, -i - 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void *company(void *arg)
{
	(void)arg;
	pin(1);
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE))
		sched_yield();
	return NULL;
}

static int compare(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return x < y ? -1 : x > y;
}

static void report(const char *name)
{
	long reads[MAX_ROUNDS], us[MAX_ROUNDS], kept = 0, i;

	for (i = 0; i < rounds; i++) {
		reads[i] = results[i].reads;
		us[i] = results[i].us;
		kept += results[i].kept;
	}
	qsort(reads, rounds, sizeof(long), compare);
	qsort(us, rounds, sizeof(long), compare);
	printf("stale %s %ld %ld %ld %ld %ld %ld %ld\n", name, rounds, kept,
	       reads[0], reads[rounds / 2], us[0], us[rounds / 2], us[rounds - 1]);
	fflush(stdout);
}

/* keep - pages with the mark in each, and a child that has them too */
static char *keep(pid_t *child)
{
	char *p = mmap(NULL, (rounds + 2) * page_size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long i;

	if (p == MAP_FAILED)
		exit(1);
	madvise(p, (rounds + 2) * page_size, MADV_NOHUGEPAGE);
	for (i = 0; i < rounds + 2; i++)
		*(long *)(p + i * page_size) = MARK;
	*child = fork();
	if (!*child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	if (*child < 0)
		exit(1);
	return p;
}

static pid_t other_process(void)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pin(1);
		for (;;)
			sched_yield();
	}
	return pid;
}

static void measure(const struct kind *k)
{
	pthread_t thread, mate;
	pid_t child, other = 0;
	char *p = keep(&child);
	long i;

	discarded = cached = done = stop = 0;
	if (k->company == 2)
		other = other_process();
	page = (volatile long *)(p + page_size);
	pthread_create(&thread, NULL, reader, (void *)k);
	if (k->company == 1)
		pthread_create(&mate, NULL, company, NULL);
	for (i = 0; i < rounds; i++) {
		while (__atomic_load_n(&cached, __ATOMIC_ACQUIRE) != i + 1)
			;
		usleep(2000);
		madvise((void *)page, page_size, MADV_DONTNEED);
		__atomic_store_n(&discarded, i + 1, __ATOMIC_RELEASE);
		while (__atomic_load_n(&cached, __ATOMIC_ACQUIRE) != -i - 1)
			usleep(100);
		page = (volatile long *)(p + (i + 2) * page_size);
		__atomic_store_n(&done, i + 1, __ATOMIC_RELEASE);
	}
	pthread_join(thread, NULL);
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	if (k->company == 1)
		pthread_join(mate, NULL);
	if (other > 0)
		kill(other, SIGKILL);
	kill(child, SIGKILL);
	while (wait(NULL) > 0)
		;
	munmap(p, (rounds + 2) * page_size);
	report(k->name);
}

int main(int argc, char **argv)
{
	size_t i;
	int c;

	while ((c = getopt(argc, argv, "c:r:")) != -1) {
		if (c == 'c' && atol(optarg) > 0)
			cap = atol(optarg);
		else if (c == 'r' && atol(optarg) > 0 && atol(optarg) <= MAX_ROUNDS)
			rounds = atol(optarg);
		else
			return 2;
	}
	page_size = sysconf(_SC_PAGESIZE);
	others = mmap(NULL, OTHERS * page_size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (others == MAP_FAILED)
		return 1;
	madvise(others, OTHERS * page_size, MADV_NOHUGEPAGE);
	for (i = 0; i < OTHERS; i++)
		others[i * page_size] = 1;
	pin(0);
	printf("stale: %zu disturbances\n", sizeof(kinds) / sizeof(kinds[0]));
	fflush(stdout);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		measure(&kinds[i]);
	return 0;
}
