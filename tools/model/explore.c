// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads as coroutines, and the search through what they may do.
 *
 * A thread runs until its next visible step, where the explorer decides whose
 * step comes next. The search is depth first; it goes back by running the
 * scenario anew with the choices made before. A state that was met is not
 * entered again.
 *
 * Why that loses nothing: a state is the shared state (struct world) and, per
 * thread, a hash of all values that it has read from there since it began its
 * operation. As threads are deterministic, that fixes all that is on their
 * stacks, hence all that can follow. What is left is a collision of two hashes
 * of 64 bits.
 *
 * Some steps are no points of decision. Nothing that another thread can do is in
 * conflict with a read of an entry under its lock. All that others do with a
 * lock or a VMA lock (not those above the PTE tables, see unlock_table()) is to
 * wait for it, so that an unlock may follow the step before it, and so may a
 * downgrade: any interleaving is equivalent to one where they do (Lipton's
 * movers). rcu_read_unlock() may, as what waits for it is freed no later than,
 * and a use of it found no less often; rcu_read_lock() may not, and is a step.
 * pte_offset_map_lock() is no such case, see there.
 * every_step makes all of them visible, to check just that: what is small
 * enough is explored in this way as well.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#define STACK_SIZE	(48 * 1024)
#define MAX_NODES	4096
#define MAX_STEPS	8192
#define MAX_OPTS	8
#define SMALL		3000	/* states; few enough to make every step visible */
#define MEASURED	20000	/* executions */

struct context {
	void *sp;
	void *fake;
	char *stack;
};

/* A point where there was more than one way to go on. */
struct node {
	u8 opts[MAX_OPTS];
	u8 nr, at;
};

static struct context main_context, contexts[MAX_CPUS];
static const struct scenario *scenario;
static struct { bool (*cond)(void *arg); void *arg; } waits[MAX_CPUS];
static int current_cpu;
static bool started[MAX_CPUS];
static struct node nodes[MAX_NODES];
static unsigned int nr_nodes, at_node;
static unsigned int nr_steps;
static struct result *result;
static struct cost one_cost;	/* of this execution */
struct cost *cost = &one_cost;
static u64 events;	/* that have come about */
bool every_step;

/* What limits the search: states, preemptions (-1: any number). */
static u64 max_states;
static int max_preemptions, preemptions;
static bool random_mode, measuring;
static u64 random_state;

/* How an execution ended. */
static enum { RUNNING, ENDED, KNOWN, FAILED } verdict;
static char why[256];

/* The steps of one execution, written down only when it is to be printed. */
static struct { int cpu; char what[64]; } *trace;
static unsigned int nr_trace;

bool running(void)
{
	return verdict == RUNNING;
}

int self(void)
{
	return current_cpu;
}

static u64 mix(u64 h, u64 v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15ULL;
	return h ^ (h >> 29);
}

/* seen - the current thread now knows @value */
u64 seen(u64 value)
{
	struct thread *t = &w.thread[current_cpu];

	t->hist = mix(t->hist, value + 1);
	return value;
}

/* mark - @event has come about in this scenario */
void mark(enum event event)
{
	events |= 1ULL << event;
}

/* op_done - the current thread carries nothing from its operations so far */
void op_done(void)
{
	struct thread *t = &w.thread[current_cpu];

	hooks_done();
	t->hist = mix(0, ++t->nr_ops);
}

/* ---- Coroutines ---- */

#if defined(__x86_64__)
void switch_stack(void **save, void *load);
__asm__(".text\n"
	".globl switch_stack\n"
	"switch_stack:\n"
	"	push %rbp; push %rbx; push %r12; push %r13; push %r14; push %r15\n"
	"	mov %rsp, (%rdi)\n"
	"	mov %rsi, %rsp\n"
	"	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbx; pop %rbp\n"
	"	ret\n");

static void prepare_stack(struct context *c, void (*entry)(void))
{
	void **sp = (void **)(c->stack + STACK_SIZE);

	*--sp = NULL;		/* no return address, and the alignment */
	*--sp = (void *)entry;
	sp -= 6;
	memset(sp, 0, 6 * sizeof(*sp));
	c->sp = sp;
}
#else
#include <ucontext.h>

static void switch_stack(void **save, void *load)
{
	ucontext_t here;

	*save = &here;
	swapcontext(&here, load);
}

static void prepare_stack(struct context *c, void (*entry)(void))
{
	static ucontext_t first[MAX_CPUS];
	ucontext_t *uc = &first[c - contexts];

	getcontext(uc);
	uc->uc_stack.ss_sp = c->stack;
	uc->uc_stack.ss_size = STACK_SIZE;
	uc->uc_link = NULL;
	makecontext(uc, entry, 0);
	c->sp = uc;
}
#endif

static const void *main_stack;
static size_t main_size;

static void switched(struct context *c)
{
#ifdef __SANITIZE_ADDRESS__
	const void *bottom;
	size_t size;

	__sanitizer_finish_switch_fiber(c->fake, &bottom, &size);
	/* The very first switch leaves the stack of main(). */
	if (!main_stack) {
		main_stack = bottom;
		main_size = size;
	}
#endif
}

static void switch_to(struct context *from, struct context *to)
{
#ifdef __SANITIZE_ADDRESS__
	__sanitizer_start_switch_fiber(&from->fake, to->stack ?: main_stack,
				       to->stack ? STACK_SIZE : main_size);
#endif
	switch_stack(&from->sp, to->sp);
	switched(from);
}

static void leave(int how)
{
	verdict = how;
	switch_to(&contexts[current_cpu], &main_context);
	abort();
}

void fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	if (verdict == RUNNING)
		leave(FAILED);
	fprintf(stderr, "setup of %s: %s\n", scenario->name, why);
	exit(2);
}

/* ---- States that were met ---- */

static u64 *known;
static u64 nr_known, size_known;

static void known_clear(void)
{
	if (!size_known) {
		size_known = 1 << 16;
		known = malloc(size_known * sizeof(*known));
	}
	memset(known, 0, size_known * sizeof(*known));
	nr_known = 0;
}

static bool known_insert(u64 *set, u64 size, u64 key)
{
	u64 i = key & (size - 1);

	for (; set[i]; i = (i + 1) & (size - 1))
		if (set[i] == key)
			return false;
	set[i] = key;
	return true;
}

static void known_grow(void)
{
	u64 *bigger = calloc(size_known * 2, sizeof(*bigger));

	for (u64 i = 0; i < size_known; i++)
		if (known[i])
			known_insert(bigger, size_known * 2, known[i]);
	free(known);
	known = bigger;
	size_known *= 2;
}

static bool known_state(void)
{
	u64 key = mix(nr_steps && max_preemptions >= 0 ? current_cpu + 1 : 0,
		      max_preemptions >= 0 ? preemptions : 0);
	u64 word[sizeof(w) / 8];

	static_assert(sizeof(w) % 8 == 0, "struct world has a tail");
	memcpy(word, &w, sizeof(word));
	for (size_t i = 0; i < ARRAY_SIZE(word); i++)
		key = mix(key, word[i]);
	key = key ?: 1;
	if (!known_insert(known, size_known, key))
		return true;
	if (++nr_known > size_known / 2)
		known_grow();
	return false;
}

/* ---- Decisions ---- */

static u64 random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* decide - one of @opts, the first one first */
static u8 decide(const u8 *opts, unsigned int nr)
{
	struct node *n = &nodes[at_node];

	if (nr == 1)
		return opts[0];
	if (at_node == MAX_NODES)
		fail("more than %d decisions", MAX_NODES);
	if (random_mode && at_node == nr_nodes) {
		n->opts[0] = opts[random_next() % nr];
		n->nr = 1;
		n->at = 0;
		nr_nodes++;
	} else if (at_node == nr_nodes) {
		memcpy(n->opts, opts, nr);
		n->nr = nr;
		n->at = 0;
		nr_nodes++;
	}
	at_node++;
	return n->opts[n->at];
}

static bool enabled(int cpu)
{
	return !w.thread[cpu].done &&
		(!waits[cpu].cond || waits[cpu].cond(waits[cpu].arg));
}

static void check_progress(void)
{
	for_each_cpu(cpu)
		if (!w.thread[cpu].done)
			fail("deadlock: no CPU can go on");
	world_check_end();
	leave(ENDED);
}

/* schedule - let one of the threads that can go on do so */
static void schedule(void)
{
	bool stay = enabled(current_cpu);
	int from = current_cpu;
	unsigned int nr = 0;
	u8 opts[MAX_CPUS];

	/* Its first step is the one that it was started for. */
	if (!started[from] && stay) {
		started[from] = true;
		return;
	}
	if (!started[from]) {
		started[from] = true;
		seen(0);
	}

	if (++nr_steps > MAX_STEPS)
		fail("no end after %d steps", MAX_STEPS);
	if (stay)
		opts[nr++] = from;
	if (!stay || max_preemptions < 0 || preemptions < max_preemptions) {
		for_each_other_cpu(cpu) {
			if (enabled(cpu))
				opts[nr++] = cpu;
		}
	}
	if (!nr)
		check_progress();
	if (nr > 1 && at_node == nr_nodes && !random_mode && !trace && !measuring) {
		if (known_state())
			leave(KNOWN);
		if (nr_known > max_states)
			leave(KNOWN);
	}
	current_cpu = decide(opts, nr);
	if (current_cpu == from)
		return;
	if (stay)
		preemptions++;
	switch_to(&contexts[from], &contexts[current_cpu]);
}

unsigned int choose(unsigned int n, const char *what)
{
	u8 opts[MAX_OPTS];

	/* The order of IPIs costs nothing. */
	if (measuring && !what)
		return 0;
	for (unsigned int i = 0; i < n; i++)
		opts[i] = i;
	n = decide(opts, n);
	if (n && what)
		mover("%s", what);
	return seen(n);
}

/* ---- Steps ---- */

static void note(const char *fmt, va_list args)
{
	if (!trace || nr_trace == MAX_STEPS)
		return;
	trace[nr_trace].cpu = current_cpu;
	vsnprintf(trace[nr_trace].what, sizeof(trace[0].what), fmt, args);
	nr_trace++;
}

/* step - whose step is next? When this returns, it is the caller's. */
void step(const char *fmt, ...)
{
	va_list args;

	if (verdict == RUNNING) {
		schedule();
		seen(0);
	}
	va_start(args, fmt);
	note(fmt, args);
	va_end(args);
}

void mover(const char *fmt, ...)
{
	va_list args;

	if (every_step && verdict == RUNNING) {
		schedule();
		seen(0);
	}
	va_start(args, fmt);
	note(fmt, args);
	va_end(args);
}

void step_when(bool (*cond)(void *arg), void *arg, const char *fmt, ...)
{
	va_list args;

	waits[current_cpu].cond = cond;
	waits[current_cpu].arg = arg;
	schedule();
	waits[current_cpu].cond = NULL;
	seen(0);
	va_start(args, fmt);
	note(fmt, args);
	va_end(args);
}

static void thread_main(void)
{
	const struct op *ops = scenario->cpu[current_cpu];

	switched(&contexts[current_cpu]);
	for (int i = 0; i < MAX_OPS && ops[i].run; i++)
		ops[i].run(ops[i].vma, ops[i].start, ops[i].end);
	op_done();
	w.thread[current_cpu].done = 1;
	schedule();
	abort();
}

/* ---- Executions ---- */

static void prepare_threads(void)
{
	for_each_cpu(cpu) {
		struct context *c = &contexts[cpu];

		if (!c->stack)
			c->stack = aligned_alloc(4096, STACK_SIZE);
#ifdef __SANITIZE_ADDRESS__
		/* An execution that was given up has left its red zones. */
		__asan_unpoison_memory_region(c->stack, STACK_SIZE);
#endif
		c->fake = NULL;
		waits[cpu].cond = NULL;
		started[cpu] = false;
		prepare_stack(c, thread_main);
	}
}

static void run_setup(void)
{
	current_cpu = 0;
	world_init();
	scenario->setup.run(scenario->setup.nr);
	for_each_cpu(cpu)
		fill(cpu);
}

/* first_thread - the choice of the first one is a decision like any other */
static void first_thread(void)
{
	u8 opts[MAX_CPUS];

	for_each_cpu(cpu)
		opts[cpu] = cpu;
	current_cpu = decide(opts, nr_cpus);
}

static void execute(void)
{
	at_node = 0;
	nr_steps = 0;
	preemptions = 0;
	one_cost = (struct cost){};
	nr_cpus = 0;
	while (nr_cpus < MAX_CPUS && scenario->cpu[nr_cpus][0].run)
		nr_cpus++;
	verdict = ENDED;
	run_setup();
	prepare_threads();
	verdict = RUNNING;
	first_thread();
	switch_to(&main_context, &contexts[current_cpu]);
	world_release();
	result->interleavings++;
	result->depth = max(result->depth, nr_steps);
}

/* advance - to the next execution; false when there is none */
static bool advance(void)
{
	while (nr_nodes && ++nodes[nr_nodes - 1].at == nodes[nr_nodes - 1].nr)
		nr_nodes--;
	return nr_nodes;
}

static void begin(const struct scenario *s, struct result *r)
{
	scenario = s;
	result = r;
	nr_nodes = 0;
	known_clear();
}

/* ---- Failures ---- */

static struct node shortest[MAX_NODES];
static unsigned int shortest_nodes, shortest_steps;
static int shortest_limit;	/* decisions are numbered under this one */

static void keep_shortest(void)
{
	if (shortest_steps && nr_steps >= shortest_steps)
		return;
	shortest_steps = nr_steps;
	shortest_nodes = at_node;
	shortest_limit = max_preemptions;
	memcpy(shortest, nodes, at_node * sizeof(*nodes));
}

static void print_table(void)
{
	printf("# %s, %s: %s\n#", SHAPE_NAME, scenario->name, why);
	for_each_cpu(cpu)
		printf(" CPU%-30d", cpu);
	printf("\n");
	for (unsigned int i = 0; i < nr_trace; i++)
		printf("# %*s%s\n", 34 * trace[i].cpu, "", trace[i].what);
	printf("# ==> %s\n", why);
}

/* show - run the shortest failure once more and write it down */
static void show(struct result *r)
{
	struct result again = {};

	trace = calloc(MAX_STEPS, sizeof(*trace));
	nr_trace = 0;
	memcpy(nodes, shortest, sizeof(nodes));
	nr_nodes = shortest_nodes;
	result = &again;
	max_preemptions = shortest_limit;
	execute();
	max_preemptions = -1;
	if (verdict != FAILED)
		snprintf(why, sizeof(why), "a failure did not happen again");
	print_table();
	snprintf(r->why, sizeof(r->why), "%s", why);
	free(trace);
	trace = NULL;
	result = r;
}

/* search - all within the limits; stop at a failure, or find the shortest one */
static bool search(struct result *r, bool first_only)
{
	bool failed = false;

	do {
		execute();
		if (verdict == FAILED) {
			failed = true;
			keep_shortest();
			if (first_only)
				break;
		}
	} while (nr_known <= max_states && advance());
	r->states = nr_known;
	return failed;
}

/* shorten - look for the failure with as few preemptions as possible */
static void shorten(const struct scenario *s, u64 states)
{
	struct result r = {};

	max_states = states;
	for (max_preemptions = 0; max_preemptions < 5; max_preemptions++) {
		unsigned int before = shortest_steps;

		begin(s, &r);
		shortest_steps = 0;
		if (search(&r, false))
			break;
		shortest_steps = before;
	}
	max_preemptions = -1;
}

/* within - a search of at most @preemptions; false if it had to be given up */
static bool within(const struct scenario *s, int limit, struct result *r)
{
	struct result found = { .preemptions = limit };

	max_preemptions = limit;
	begin(s, &found);
	found.failed = search(&found, true);
	if (nr_known > max_states && !found.failed)
		return false;
	*r = found;
	return !r->failed;
}

static bool __printf(2, 3) give_up(struct result *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	r->failed = true;
	vsnprintf(r->why, sizeof(r->why), fmt, args);
	va_end(args);
	return false;
}

/* search_within_limits - all of it, or all of one preemption, of two, .. */
static bool search_within_limits(const struct scenario *s, struct result *r)
{
	int limit = 1;

	if (within(s, -1, r) || r->failed)
		return !r->failed;
	while (within(s, limit, r))
		limit++;
	if (!r->failed && limit == 1)
		return give_up(r, "one preemption takes more than %llu states",
			       (unsigned long long)max_states);
	return !r->failed;
}

/* search_every_step - once more, if it is small, with no step left out */
static bool search_every_step(const struct scenario *s, struct result *r)
{
	struct result again = {};

	if (r->preemptions >= 0 || r->states > SMALL)
		return true;
	every_step = true;
	r->every_step = within(s, -1, &again);
	if (again.failed)
		*r = again;
	return !r->failed;
}

/* at_least - raise @most to @one, each of it for itself */
static void at_least(struct cost *most, const struct cost *one)
{
	most->flushes = max(most->flushes, one->flushes);
	most->pages = max(most->pages, one->pages);
	most->needless = max(most->needless, one->needless);
	most->waits = max(most->waits, one->waits);
}

/**
 * measure - what the threads cost when none is preempted
 * @s: the scenario
 * @r: where that goes
 *
 * The order of IPIs costs nothing, and is not tried. Where batches can fail in very
 * many ways, not all of them are.
 */
void measure(const struct scenario *s, struct result *r)
{
	struct result unused = {};
	u64 left = MEASURED;

	measuring = true;
	max_preemptions = 0;
	r->least_flushes = ~0ULL;
	begin(s, &unused);
	do {
		execute();
		r->least_flushes = min(r->least_flushes, one_cost.flushes);
		at_least(&r->most, &one_cost);
		if (one_cost.flushes >= r->cost.flushes)
			r->cost = one_cost;
	} while (--left && advance());
	r->cost.needless = r->most.needless;
	measuring = false;
	max_preemptions = -1;
}

/* check_cost - is it what the scenario says, or less? */
static void check_cost(const struct scenario *s, struct result *r)
{
	const struct bound *b = &s->cost[SHAPE];
	const struct cost *c = &r->most;

	if (!b->flushes && c->flushes)
		give_up(r, "it does not say what it may cost: { %d, %d, %d, %d, %d }",
			(int)r->least_flushes, (int)c->flushes, (int)c->pages,
			(int)c->needless, (int)c->waits);
	else if (r->least_flushes > b->least_flushes)
		give_up(r, "%d flushes at least, not %d", (int)r->least_flushes,
			b->least_flushes);
	else if (c->flushes > b->flushes)
		give_up(r, "%d flushes, not %d", (int)c->flushes, b->flushes);
	else if (c->pages > b->pages)
		give_up(r, "flushes of %d pages, not %d", (int)c->pages, b->pages);
	else if (c->needless > b->needless)
		give_up(r, "%d flushes of nothing that is stale, not %d",
			(int)c->needless, b->needless);
	else if (c->waits > b->waits)
		give_up(r, "%d waits for software walkers, not %d", (int)c->waits,
			b->waits);
}

#define EVENT_NAME(name) #name,
static const char *const event_names[] = { "NONE", EVENTS(EVENT_NAME) };

/* check_events - has all come about that the scenario is for? */
static bool check_events(const struct scenario *s, struct result *r)
{
	for (int i = 0; i < MAX_EVENTS; i++)
		if (s->events[i] && !(events & 1ULL << s->events[i]))
			return give_up(r, "an event did not come about: %s",
				       event_names[s->events[i]]);
	return true;
}

/**
 * explore - search a scenario
 * @s: the scenario
 * @states: give up after so many states
 * @r: what was found
 *
 * Search all interleavings; where there are too many of them, those of one
 * preemption, of two, and so on, as far as that goes. A preemption is a switch
 * away from a thread that could go on. Less than one preemption is a failure,
 * as is an event that the scenario is for and that did not come about, and a
 * cost beyond the one that is known.
 */
void explore(const struct scenario *s, u64 states, struct result *r)
{
	bool asked = every_step;

	random_mode = false;
	max_states = states;
	shortest_steps = 0;
	events = 0;
	if (search_within_limits(s, r) && !asked)
		search_every_step(s, r);
	max_preemptions = -1;
	if (r->failed && shortest_steps) {
		shorten(s, states);
		show(r);
	}
	every_step = asked;
	if (r->failed || !check_events(s, r))
		return;
	measure(s, r);
	check_cost(s, r);
}

/**
 * explore_randomly - run a scenario with random decisions
 * @s: the scenario
 * @runs: how often
 * @seed: the decisions follow from it
 * @r: what was found
 */
void explore_randomly(const struct scenario *s, u64 runs, u64 seed,
		      struct result *r)
{
	random_mode = true;
	random_state = seed ?: 1;
	max_preemptions = -1;
	shortest_steps = 0;
	begin(s, r);
	while (runs-- && !r->failed) {
		nr_nodes = 0;
		execute();
		r->failed = verdict == FAILED;
	}
	random_mode = false;
	if (!r->failed)
		return;
	keep_shortest();
	shorten(s, 200000);
	show(r);
}
