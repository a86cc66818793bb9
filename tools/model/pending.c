// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How gathers in flight find each other: a simulation in one thread, that counts.
 *
 *	generated/mmu_gather-slots-4	as many slots as an mm has
 *	generated/mmu_gather-slots-0	none: all are counted, and so meet all others
 *	generated/mmu_gather-blocks-4	a slot holds an aligned block of 2^n pages
 *
 * With -t, as main.c: shape row result reason in_flight, then percent that met another,
 * percent of these that did not overlap, atomics and those in vain per gather, words
 * read per finish, percent that had a slot, cache lines that each read or wrote; bytes
 * in the mm and the cache lines that these are in at least.
 *
 * mm/mmu_gather.c and linux/tlb_pending.h are compiled as they are, for so many slots;
 * without one, the counter is used as before there were any. With blocks, a slot gets
 * the word of the smallest block around the range, which is like any word.
 *
 * A row is a load, and how many gathers are in flight all the time: one at random
 * finishes, and begins again at once. With "racing" it is the mean: each rests for
 * as long as it works, and at each fourth try for a slot another one begins or
 * finishes after the slot was seen free.
 *
 * WHAT IS CHECKED. A gather that truly overlaps with another one meets it, and one on
 * its own meets nobody. While there are slots for all, each does one atomic
 * operation, and those whose ranges are disjoint, and published exactly, do not
 * meet. In the end nothing is pending. "pack" asks the words of ranges, at the edges
 * of what there is, for other ranges.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gather.c"

#define LAST_PAGE	(~0UL >> PAGE_SHIFT)
#define MAX_IN_FLIGHT	1000
#define NR_FINISHES	4000

/* These pages, and those beside them, at the first two bytes and the last one. */
static const unsigned long around[] = {
	1, 32, TLB_PENDING_EXACT, PAGE_SIZE, 2 * PAGE_SIZE, 1UL << 40, LAST_PAGE - 1
};

static unsigned long edges[ARRAY_SIZE(around) * 9];

static bool has_page(unsigned long start, unsigned long end,
		     unsigned long first, unsigned long last)
{
	return start >> PAGE_SHIFT <= last && (end - 1) >> PAGE_SHIFT >= first;
}

/* check_word - does the word of a range overlap with those that it should? */
static const char *check_word(unsigned long start, unsigned long end)
{
	unsigned long word = tlb_pending_pack(start, end);
	unsigned long first = start >> PAGE_SHIFT, last = (end - 1) >> PAGE_SHIFT;
	unsigned long up_to = last;

	if (last - first + 1 > TLB_PENDING_EXACT)
		up_to = first + (1UL << fls_long(last - first)) - 1;
	for (int i = 0; i < ARRAY_SIZE(edges); i++)
		for (int k = 0; k < ARRAY_SIZE(edges); k++) {
			bool found;

			if (edges[i] >= edges[k])
				continue;
			found = tlb_pending_overlaps(word, edges[i], edges[k]);
			if (!found && has_page(edges[i], edges[k], first, last))
				return "a range is not found by its word";
			if (found && !has_page(edges[i], edges[k], first, up_to))
				return up_to == last ? "a word is not exact" :
						       "a word is rounded too far";
		}
	return "";
}

/* What tlb_pending_pack() is for. */
static bool may_publish(unsigned long start, unsigned long end)
{
	return !((start | end) & ~PAGE_MASK);
}

static const char *check_pack(void)
{
	const char *why = "";

	for (int i = 0; i < ARRAY_SIZE(edges); i++)
		edges[i] = ((around[i / 9] + i / 3 % 3 - 1) << PAGE_SHIFT) +
			   (i % 3 == 2 ? PAGE_SIZE - 1 : i % 3);
	for (int i = 0; i < ARRAY_SIZE(edges); i++)
		for (int k = 0; k < ARRAY_SIZE(edges) && !*why; k++) {
			if (edges[i] >= edges[k])
				continue;
			if (may_publish(edges[i], edges[k]))
				why = check_word(edges[i], edges[k]);
			if (!tlb_pending_overlaps(TLB_PENDING_ALL, edges[i], edges[k]))
				why = "all of the mm does not have a range";
		}
	return why;
}

static const struct load {
	const char *name;
	unsigned int stride, least, most;	/* in pages, that a range has */
	bool racing;
} loads[] = {
	{ "neighbours", 16, 16, 16 },
	{ "sizes", 65, 1, 64 },
	{ "large", 5000, 5000, 5000 },
	{ "same", 0, 16, 16 },
	{ "racing", 40, 1, 64, true },
}, *load;

static const unsigned int numbers[] = { 1, 2, 3, 4, 5, 8, 64, MAX_IN_FLIGHT };

static struct gatherer {
	enum { IDLE, BEGINS, IN_FLIGHT } state;
	unsigned long start, end;
	u64 lines;		/* that it has read or written, of 64 bytes of the mm */
	struct mmu_gather tlb;
} gatherers[2 * MAX_IN_FLIGHT], *acting;

static struct counts {
	u64 begun, slots, finished, met, falsely, missed, locked, failed, lines;
	u64 reads;		/* by those that finish */
} nr;

static struct mm_struct mm = { .task_size = ~0UL };
static unsigned int nr_gatherers;
static const char *only;
static bool flushed, list, tsv;
static u64 random_state;
static int planned, failed;

static unsigned int random_below(unsigned int n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % n;
}

static void begin(struct gatherer *g)
{
	unsigned long pages = load->least + random_below(load->most - load->least + 1);
	unsigned long first = (g - gatherers) * load->stride;

	if (pages < load->stride)
		first += 1 + random_below(load->stride - pages);
	g->start = first << PAGE_SHIFT;
	g->end = (first + pages) << PAGE_SHIFT;
	g->state = BEGINS;
	g->lines = 0;
	acting = g;
	if (SLOTS)
		tlb_gather_mmu_range(&g->tlb, &mm, g->start, g->end);
	else
		inc_tlb_flush_pending(&mm);
	g->state = IN_FLIGHT;
	nr.begun++;
}

static bool truly_overlaps(const struct gatherer *g)
{
	for (struct gatherer *o = gatherers; o < gatherers + nr_gatherers; o++)
		if (o != g && o->state == IN_FLIGHT &&
		    o->start < g->end && g->start < o->end)
			return true;
	return false;
}

/* It has changed nothing, and flushes if it meets another one only. */
static void finish(struct gatherer *g)
{
	bool overlaps = truly_overlaps(g);

	acting = g;
	flushed = !SLOTS && atomic_read(&mm.tlb_flush_pending) > 1;
	if (SLOTS)
		tlb_finish_mmu(&g->tlb);
	else
		dec_tlb_flush_pending(&mm);
	g->state = IDLE;
	nr.finished++;
	nr.met += flushed;
	nr.falsely += flushed && !overlaps;
	nr.missed += !flushed && overlaps;
	nr.lines += __builtin_popcountll(g->lines);
}

static void go_on(void)
{
	struct gatherer *before = acting, *g = &gatherers[random_below(nr_gatherers)];
	bool finishes = g->state == IN_FLIGHT;

	if (finishes)
		finish(g);
	if (g->state == IDLE && !(finishes && load->racing))
		begin(g);
	acting = before;
}

/* ---- What mm/mmu_gather.c calls ---- */

static void touch(const void *word)
{
	acting->lines |= BIT(((const char *)word - (const char *)&mm) / 64);
}

unsigned long model_read(const unsigned long *slot, const char *name)
{
	touch(slot);
	nr.reads += acting->state == IN_FLIGHT;
	return *slot;
}

void model_write(unsigned long *slot, unsigned long new)
{
	touch(slot);
	*slot = new;
}

/* The word of the smallest aligned block that has all of the range. */
static unsigned long block(unsigned long start, unsigned long end)
{
	unsigned long differ = (start ^ (end - 1)) >> PAGE_SHIFT;
	unsigned long size = PAGE_SIZE << (differ ? fls_long(differ) : 0);

	start = round_down(start, size);
	return tlb_pending_pack(start, start + size);
}

bool model_try_cmpxchg(unsigned long *slot, unsigned long *old, unsigned long new)
{
	static bool others;

	if (load->racing && !others && !random_below(4)) {
		others = true;
		go_on();
		others = false;
	}
	touch(slot);
	nr.locked++;
	if (*slot != *old) {
		nr.failed++;
		*old = *slot;
		return false;
	}
	nr.slots++;
	*slot = BLOCKS ? block(acting->start, acting->end) : new;
	return true;
}

int model_atomic_read(const atomic_t *v, const char *name)
{
	touch(v);
	nr.reads += acting->state == IN_FLIGHT;
	return v->counter;
}

void model_atomic_add(int n, atomic_t *v, const char *name)
{
	touch(v);
	nr.locked++;
	v->counter += n;
}

void flush_tlb_mm(struct mm_struct *mm)
{
	flushed = true;
}

void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end)
{
	flushed = true;
}

void fail(const char *fmt, ...)
{
	fprintf(stderr, "%s\n", fmt);
	exit(2);
}

/* ---- Rows ---- */

static const char *check(unsigned int in_flight, const struct counts *c)
{
	bool enough = in_flight <= SLOTS && !load->racing;
	bool exact = !BLOCKS && load->most <= TLB_PENDING_EXACT;

	if (nr.missed)
		return "a gather that overlaps is not met";
	if (in_flight == 1 && !load->racing && c->met)
		return "a gather on its own meets another";
	if (enough && exact && c->falsely)
		return "gathers on disjoint ranges meet";
	if (enough && c->locked != c->finished)
		return "not one atomic operation per gather";
	if (mm_tlb_pending_any(&mm, 0))
		return "a gather that has finished is pending";
	return "";
}

static void report(const char *name, const char *why, unsigned int in_flight,
		   const struct counts *c)
{
	unsigned int bytes = SLOTS * sizeof(long) + sizeof(mm.tlb_flush_pending);
	double each = c->finished ?: 1;

	planned++;
	failed += !!*why;
	if (tsv)
		printf("%s\t%s\t%s\t%s\t%u\t", SHAPE_NAME, name, *why ? "fail" : "pass",
		       why, in_flight);
	else
		printf("%s %d %s.%-15s # %s%s", *why ? "not ok" : "ok", planned,
		       SHAPE_NAME, name, why, *why && in_flight ? "; " : "");
	if (!in_flight && !tsv) {
		puts("");
		return;
	}
	printf(tsv ? "%.1f\t%.1f\t%.2f\t%.2f\t%.1f\t%.1f\t%.2f\t%u\t%u\n" :
	       "%5.1f%% meet, %5.1f%% of them falsely; %.2f atomics, %.2f in vain; %4.1f words read, %5.1f%% had a slot; %.2f lines of %3u bytes in %u\n",
	       100 * c->met / each, 100 * c->falsely / (c->met ?: 1.0),
	       c->locked / each, c->failed / each, c->reads / each,
	       100 * c->slots / (c->begun ?: 1.0), c->lines / each, bytes, (bytes + 63) / 64);
}

static void simulate(const char *name, unsigned int in_flight)
{
	struct counts c;

	random_state = 1;
	nr_gatherers = load->racing ? 2 * in_flight : in_flight;
	init_tlb_flush_pending(&mm);
	for (unsigned int i = 0; i < in_flight; i++)
		if (gatherers[i].state == IDLE)
			begin(&gatherers[i]);
	nr = (struct counts){};
	while (nr.finished < NR_FINISHES)
		go_on();
	c = nr;
	for (unsigned int i = 0; i < nr_gatherers; i++)
		if (gatherers[i].state == IN_FLIGHT)
			finish(&gatherers[i]);
	report(name, check(in_flight, &c), in_flight, &c);
}

static bool wanted(const char *name)
{
	if (list)
		puts(name);
	return !list && (!only || !strcmp(only, name));
}

static void run(void)
{
	char name[32];

	if (!BLOCKS && wanted("pack"))
		report("pack", check_pack(), 0, &nr);
	for (load = loads; load < loads + ARRAY_SIZE(loads); load++)
		for (int i = 0; i < ARRAY_SIZE(numbers); i++) {
			snprintf(name, sizeof(name), "%s-%u", load->name, numbers[i]);
			if (wanted(name))
				simulate(name, numbers[i]);
		}
}

int main(int argc, char **argv)
{
	int opt;

	/* As main.c; its other options mean nothing here. */
	while ((opt = getopt(argc, argv, "lets:n:r:S:")) != -1) {
		list |= opt == 'l';
		tsv |= opt == 't';
		if (opt == 's')
			only = optarg;
		if (opt == '?')
			return 2;
	}
	if (!list && !tsv)
		puts("KTAP version 1");
	run();
	if (list)
		return 0;
	if (!tsv)
		printf("1..%d\n%d passed, %d failed, 0 skipped\n", planned,
		       planned - failed, failed);
	return failed || !planned;
}
