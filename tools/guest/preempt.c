// SPDX-License-Identifier: GPL-2.0
/*
 * preempt - the longest stretch that vmap and vunmap run with preemption off
 *
 * Usage: preempt [-p PAGES] [-r ROUNDS]
 *
 * Lets the kernel (/proc/vmap_count of the measurement patch) map PAGES pages, read
 * each by that mapping, make it read-only, read each again, and unmap it. The kernel
 * records its trace events preempt_disable and preempt_enable meanwhile, by a clock
 * that counts the cycles of the timebase. Prints
 *
 *   row preempt_OP_PAGES longest N	instructions from one event to the other, and
 *   row preempt_OP_PAGES stretches N	how many such pairs there were
 *   row preempt_OP_PAGES tracer_usec N	the longest by the kernel's own latency tracer
 *   longest preempt_OP_PAGES N FROM TO	the longest one, and who began and ended it
 *
 * for vmap, protect (by apply_to_existing_page_range()), vunmap, and of 1 page for
 * empty, a pair with nothing between: what the events themselves cost.
 *
 * The longest is that of the round where it is the least, so without what interrupts
 * do. Wants QEMU's -icount shift=0,sleep=off, and looks whether a loop of known length is
 * as long by that clock.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define TRACING		"/sys/kernel/tracing/"
#define TRACER		"preemptoff"
#define LOOP		100000

struct stretch {
	unsigned long length;		/* cycles of the timebase */
	unsigned long pairs;
	char from[128], to[128];
};

enum op { VMAP, PROTECT, VUNMAP, EMPTY, NR_OPS };

static const struct {
	const char *name, *call;
} ops[NR_OPS] = {
	[VMAP]		= { "vmap", "map" },
	[PROTECT]	= { "protect", "protect" },
	[VUNMAP]	= { "vunmap", "unmap" },
	[EMPTY]		= { "empty", "empty" },
};

static struct stretch best[NR_OPS];
static int seen[NR_OPS];
static unsigned long tracer_usec[NR_OPS];
static unsigned long pages = 1024, timebase;

static void set(const char *file, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), TRACING "%s", file);
	if (write_file(path, O_TRUNC, text))
		die("cannot write %s to %s: %s", text, path, strerror(errno));
}

static void call(const char *what)
{
	char text[32];

	snprintf(text, sizeof(text), strcmp(what, "map") ? "%s" : "%s %lu", what, pages);
	if (write_file("/proc/vmap_count", 0, text))
		die("%s of /proc/vmap_count: %s", text, strerror(errno));
}

/* who - the symbol behind "caller=" */
static void who(char *name, size_t size, const char *line)
{
	const char *p = strstr(line, "caller=");

	p = p ? p + strlen("caller=") : "?";
	snprintf(name, size, "%.*s", (int)strcspn(p, " \n"), p);
}

/* event - is this @line that event? Then when it was, which stands before its name. */
static int event(const char *line, const char *name, unsigned long *when)
{
	const char *p = strstr(line, name);

	if (!p)
		return 0;
	while (p > line && p[-1] != ' ')
		p--;
	return sscanf(p, "%lu: ", when) == 1;
}

/* longest - of the pairs in the trace buffer, which must have had room for all */
static void longest(struct stretch *s)
{
	unsigned long kept = 0, written = 1, from, to;
	char line[512], who_from[128] = "";
	FILE *f = fopen(TRACING "trace", "r");

	memset(s, 0, sizeof(*s));
	while (f && fgets(line, sizeof(line), f)) {
		if (*line == '#') {
			sscanf(line, "# entries-in-buffer/entries-written: %lu/%lu", &kept,
			       &written);
		} else if (event(line, " preempt_disable: ", &from)) {
			who(who_from, sizeof(who_from), line);
		} else if (event(line, " preempt_enable: ", &to) && *who_from) {
			s->pairs++;
			if (to - from > s->length) {
				s->length = to - from;
				strcpy(s->from, who_from);
				who(s->to, sizeof(s->to), line);
			}
			*who_from = '\0';
		}
	}
	if (f)
		fclose(f);
	if (kept != written)
		die("the trace buffer has %lu of %lu events", kept, written);
}

/* by_events - the longest of one call by the trace events */
static void by_events(enum op op)
{
	struct stretch s;

	set("trace", "");
	call(ops[op].call);
	longest(&s);
	if (!s.pairs && op == EMPTY)
		die("no event of a pair with nothing between");
	if (!seen[op] || s.length < best[op].length)
		best[op] = s;
	seen[op] = 1;
}

/* by_tracer - the longest of one call as the tracer has it */
static void by_tracer(enum op op)
{
	unsigned long usec;
	char buf[32];

	set("tracing_max_latency", "0");
	call(ops[op].call);
	if (read_file(TRACING "tracing_max_latency", buf, sizeof(buf)) <= 0)
		die("tracing_max_latency: %s", strerror(errno));
	usec = strtoul(buf, NULL, 10);
	if (usec < tracer_usec[op])
		tracer_usec[op] = usec;
}

static void one_round(void (*measure)(enum op op))
{
	measure(EMPTY);
	measure(VMAP);
	call("touch");
	measure(PROTECT);
	call("touch");
	measure(VUNMAP);
}

static unsigned long insn(unsigned long ticks)
{
	return ticks * 1000000000ULL / timebase;
}

/*
 * loop_insn - what the clock says of LOOP instructions; the least of some rounds
 *
 * Else than by instructions the lengths here would be times of an emulated machine.
 */
static unsigned long loop_insn(void)
{
	unsigned long least = -1UL;
#ifdef __powerpc64__
	unsigned long t;
	int i;

	for (i = 0; i < 5; i++) {
		t = __builtin_ppc_get_timebase();
		__asm__ volatile("mtctr %0; 1: bdnz 1b" : : "r"((unsigned long)LOOP) : "ctr");
		t = __builtin_ppc_get_timebase() - t;
		least = t < least ? t : least;
	}
	least = insn(least);
#endif
	return least;
}

static void setup(void)
{
	static char buf[65536];
	char *p;

	if (access("/proc/vmap_count", W_OK))
		die("no /proc/vmap_count: this is no kernel of make preempt");
	if (read_file("/proc/cpuinfo", buf, sizeof(buf)) < 0 ||
	    !(p = strstr(buf, "timebase")) || !(p = strchr(p, ':')) ||
	    !(timebase = strtoul(p + 1, NULL, 10)))
		die("/proc/cpuinfo does not say what the timebase is");
	set("tracing_on", "0");
	set("buffer_size_kb", "8192");
	set("trace_clock", "ppc-tb");
}

static void print_op(enum op op, unsigned long nr)
{
	const struct stretch *s = &best[op];
	unsigned long n = insn(s->length);

	printf("row preempt_%s_%lu longest %lu\n", ops[op].name, nr, n);
	printf("row preempt_%s_%lu stretches %lu\n", ops[op].name, nr, s->pairs);
	printf("row preempt_%s_%lu tracer_usec %lu\n", ops[op].name, nr, tracer_usec[op]);
	printf("longest preempt_%s_%lu %lu %s %s\n", ops[op].name, nr, n,
	       s->pairs ? s->from : "-", s->pairs ? s->to : "-");
}

int main(int argc, char **argv)
{
	unsigned long rounds = 7, i, n;
	int c;

	guest_setup();
	while ((c = getopt(argc, argv, "p:r:")) != -1) {
		if (c == 'p')
			pages = strtoul(optarg, NULL, 0);
		else
			rounds = c == 'r' ? strtoul(optarg, NULL, 0) : 0;
		if (!pages || !rounds)
			die("usage: preempt [-p PAGES] [-r ROUNDS]");
	}
	setup();
	n = loop_insn();
	if (n < LOOP || n > LOOP + LOOP / 100)
		die("the clock does not count instructions: %lu of %u", n, LOOP);
	set("events/preemptirq/enable", "1");
	for (i = 0; i < rounds; i++)
		one_round(by_events);
	set("events/preemptirq/enable", "0");

	memset(tracer_usec, 0xff, sizeof(tracer_usec));
	set("trace_clock", "local");
	/* The tracer starts where the buffer is on; the kernel switches it off after a call. */
	set("tracing_on", "1");
	set("current_tracer", TRACER);
	call(ops[EMPTY].call);
	for (i = 0; i < rounds; i++)
		one_round(by_tracer);
	set("current_tracer", "nop");

	for (c = 0; c < NR_OPS; c++)
		print_op(c, c == EMPTY ? 1 : pages);
	return 0;
}
