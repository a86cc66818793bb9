// SPDX-License-Identifier: GPL-2.0
/*
 * allocator - threads that live on jemalloc, for workload.c to count what is flushed
 *
 * Usage: allocator [-p] [-s SCALE]
 *
 *   -p	jemalloc keeps what is freed until a phase ends; then all threads purge,
 *	each an arena of its own. Else each free purges (dirty_decay_ms:0).
 *   -s	divide the number of blocks by SCALE
 *
 * Prints "ready" when all threads spin, begins when it reads a line, prints "done"
 * while all threads spin again, and after one more line "METRIC VALUE" lines: ops
 * (allocations), what jemalloc says of its purges, and data_bad: words of a block
 * that were not what was written there, or of a zeroed block that were not zero.
 * Exit status 1 if there was one.
 *
 * Each thread makes the same calls in each run. Addresses are not the same, as a
 * phase ends with the threads freeing each other's blocks in no given order, so how
 * many pages are next to each other when they are purged, and with that the number of
 * madvise calls, varies a little. No clock decides when something is purged.
 */
#define _GNU_SOURCE
#include <jemalloc/jemalloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define THREADS		ALLOCATOR_THREADS
#define SLOTS		512UL	/* blocks of a thread */
#define PHASES		6
#define ZEROED_FROM	4096UL	/* bytes: some blocks from here on are to be zeroed */
#define TEXT(x)		#x
#define NUMBER(x)	TEXT(x)

/* Read by jemalloc at its start. Memory goes back at once, never by MADV_FREE. */
const char *malloc_conf = "narenas:" NUMBER(THREADS) ",dirty_decay_ms:0,muzzy_decay_ms:0";

struct block {
	uint64_t *p;	/* NULL: none */
	size_t words;
	uint64_t key;	/* word i is key + i */
};

struct worker {
	struct block slot[SLOTS];
	uint64_t random;
	unsigned long ops, bad;
	pthread_t thread;
	int member;
} __attribute__((aligned(128)));

static struct worker worker[THREADS];
static unsigned long slots = SLOTS;
static int by_phase;
static int arrived, met;

/* meet - wait, in user space, until all threads are here */
static void meet(void)
{
	int before = __atomic_load_n(&met, __ATOMIC_ACQUIRE);

	if (__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL) == THREADS) {
		__atomic_store_n(&arrived, 0, __ATOMIC_RELAXED);
		__atomic_store_n(&met, before + 1, __ATOMIC_RELEASE);
		return;
	}
	while (__atomic_load_n(&met, __ATOMIC_ACQUIRE) == before)
		cpu_relax();
}

/* ---- jemalloc's controls ---- */

static void control(const char *name, void *value, size_t size)
{
	int err = mallctl(name, NULL, NULL, value, size);

	if (err)
		die("mallctl %s: %s", name, strerror(err));
}

static void control_arena(int arena, const char *what, void *value, size_t size)
{
	char name[64];

	snprintf(name, sizeof(name), "arena.%d.%s", arena, what);
	control(name, value, size);
}

/* statistic - of all arenas together */
static unsigned long statistic(const char *what)
{
	uint64_t value = 0;
	size_t size = sizeof(value);
	char name[64];
	int err;

	snprintf(name, sizeof(name), "stats.arenas.%d.dirty_%s",
		 MALLCTL_ARENAS_ALL, what);
	err = mallctl(name, &value, &size, NULL, 0);
	if (err)
		die("mallctl %s: %s", name, strerror(err));
	return value;
}

struct purged {
	unsigned long calls, madvises, kib;
};

static struct purged purged_so_far(void)
{
	uint64_t epoch = 1;
	size_t page = 0, size = sizeof(page);

	control("epoch", &epoch, sizeof(epoch));
	mallctl("arenas.page", &page, &size, NULL, 0);
	return (struct purged) {
		.calls = statistic("npurge"),
		.madvises = statistic("nmadvise"),
		.kib = statistic("purged") * (page >> 10),
	};
}

/* An arena each, so that threads purge at once and not one after the other. */
static void own_arena(int member)
{
	unsigned int arena = member;
	ssize_t never = -1;

	control("thread.arena", &arena, sizeof(arena));
	if (by_phase)
		control_arena(member, "dirty_decay_ms", &never, sizeof(never));
}

/* ---- blocks ---- */

static uint64_t next_random(struct worker *w)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return w->random;
}

/*
 * some_words - many small blocks and few big ones, as programs have them
 *
 * Every other phase has more of the big ones: then the pages of one phase are not
 * those that the next one takes again.
 */
static size_t some_words(struct worker *w, int phase)
{
	static const struct {
		unsigned int upto[2];	/* percent, even and odd phases */
		size_t bytes;		/* at most twice as many */
	} sizes[] = {
		{ { 40, 25 }, 16 }, { { 60, 40 }, 128 }, { { 78, 60 }, 1 << 10 },
		{ { 90, 76 }, 4 << 10 }, { { 96, 88 }, 16 << 10 },
		{ { 99, 96 }, 64 << 10 }, { { 100, 100 }, 256 << 10 },
	};
	unsigned int percent = next_random(w) % 100;
	int i = 0;

	while (percent >= sizes[i].upto[phase & 1])
		i++;
	return (sizes[i].bytes + next_random(w) % sizes[i].bytes) / sizeof(uint64_t);
}

/* wrong - @i-th word of @b; only the first one is told */
static void wrong(struct worker *w, const struct block *b, size_t i, uint64_t want)
{
	static int told;

	if (!__atomic_exchange_n(&told, 1, __ATOMIC_RELAXED))
		fprintf(stderr, "allocator: word %zu of %zu at %p is %#llx, not %#llx\n",
			i, b->words, (void *)b->p, (unsigned long long)b->p[i],
			(unsigned long long)want);
	w->bad++;
}

/*
 * put - allocate a block and write it
 *
 * Of a block that is to be zeroed every other word is looked at, each after the one
 * before it, of the same page, is written: looking first would map the zero page, and
 * replacing that costs a flush of its own.
 */
static void put(struct worker *w, struct block *b, int phase)
{
	int zeroed;
	size_t i;

	b->words = some_words(w, phase);
	b->key = next_random(w);
	zeroed = b->words * sizeof(*b->p) >= ZEROED_FROM && b->key & 1;
	b->p = zeroed ? calloc(b->words, sizeof(*b->p)) :
			malloc(b->words * sizeof(*b->p));
	if (!b->p)
		die("no memory for %zu words", b->words);
	for (i = 0; i < b->words; i++) {
		if (zeroed && i & 1 && b->p[i])
			wrong(w, b, i, 0);
		b->p[i] = b->key + i;
	}
	w->ops++;
}

static void drop(struct worker *w, struct block *b)
{
	size_t i;

	for (i = 0; i < b->words; i++)
		if (b->p[i] != b->key + i)
			wrong(w, b, i, b->key + i);
	free(b->p);
	b->p = NULL;
}

/* ---- phases ---- */

/*
 * phase - fill what is empty, replace at random, and free blocks of the others
 *
 * A quarter of the blocks stays: a thread frees the others' blocks of its number.
 */
static void phase(struct worker *w, int nr)
{
	unsigned long i;
	int o;

	for (i = 0; i < slots; i++)
		if (!w->slot[i].p)
			put(w, &w->slot[i], nr);
	for (i = 0; i < slots; i++) {
		struct block *b = &w->slot[next_random(w) % slots];

		drop(w, b);
		put(w, b, nr);
	}
	meet();
	for (o = 1; o < THREADS; o++)
		for (i = w->member; i < slots; i += THREADS)
			drop(w, &worker[(w->member + o) % THREADS].slot[i]);
	control("thread.tcache.flush", NULL, 0);
	meet();
	if (by_phase)
		control_arena(w->member, "purge", NULL, 0);
}

static void work(struct worker *w)
{
	int i;

	meet();
	for (i = 0; i < PHASES; i++)
		phase(w, i);
	meet();
}

static void *member(void *arg)
{
	struct worker *w = arg;

	pin_to_cpu(w->member);
	own_arena(w->member);
	meet();
	work(w);
	meet();		/* until "done" has been heard */
	return NULL;
}

/* ---- main ---- */

static void say(const char *word)
{
	puts(word);
	fflush(stdout);
}

/* heard - wait for a line; the end of the input is one too */
static void heard(void)
{
	char byte = 0;

	while (byte != '\n' && read(STDIN_FILENO, &byte, 1) == 1)
		;
}

static void start(void)
{
	int i;

	for (i = 0; i < THREADS; i++) {
		worker[i].member = i;
		worker[i].random = 0x9e3779b97f4a7c15ULL * (i + 1);
		if (i && pthread_create(&worker[i].thread, NULL, member, &worker[i]))
			die("cannot start a thread");
	}
	pin_to_cpu(0);
	own_arena(0);
	meet();
}

static void options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "ps:")) != -1) {
		if (c == 'p')
			by_phase = 1;
		else if (c == 's' && atol(optarg) > 0)
			slots = SLOTS / atol(optarg);
		else
			die("usage: allocator [-p] [-s SCALE]");
	}
	if (slots < THREADS)
		slots = THREADS;
}

static void join(void)
{
	int i;

	meet();
	for (i = 1; i < THREADS; i++)
		pthread_join(worker[i].thread, NULL);
}

/* report - returns how much was wrong */
static unsigned long report(const struct purged *before)
{
	struct purged after = purged_so_far();
	unsigned long ops = 0, bad = 0;
	int i;

	for (i = 0; i < THREADS; i++) {
		ops += worker[i].ops;
		bad += worker[i].bad;
	}
	printf("ops %lu\n", ops);
	printf("purges %lu\n", after.calls - before->calls);
	printf("madvises %lu\n", after.madvises - before->madvises);
	printf("purged_kib %lu\n", after.kib - before->kib);
	printf("data_bad %lu\n", bad);
	return bad;
}

int main(int argc, char **argv)
{
	struct purged before;

	guest_setup();
	options(argc, argv);
	start();
	before = purged_so_far();
	say("ready");
	heard();
	work(&worker[0]);
	say("done");
	heard();
	join();
	return report(&before) ? 1 : 0;
}
