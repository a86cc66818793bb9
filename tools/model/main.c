// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mmu_gather: a user-space model that explores mm/mmu_gather.c
 *
 *	make run			all shapes, all scenarios
 *	make run ARGS='-n 20000'	a smaller bound, for a first look
 *	generated/mmu_gather-x86 -s dontneed_overlap
 *
 * WHAT IS REAL. mm/mmu_gather.c, include/asm-generic/tlb.h, asm/tlb.h of x86,
 * arm64 and s390, the pending counter of linux/tlb_pending.h and the deferred
 * flushes of mm/rmap.c are compiled as they are, once for each shape: plain (no
 * option), merge (merged VMAs), x86 (RCU table free, merged VMAs, lazy CPUs),
 * arm64 (RCU table free; last level, level and stride), radix (page sizes), norange,
 * s390 (no gather), hooks (all that an architecture may override is, and says when it
 * is called under other locks or in another order than asm-generic/tlb.h states).
 * TABLE_FREE without RCU is selected by nobody and does not compile. Two limits are
 * lower, so that they are reached: how many entries are freed at once, and how many
 * batches a gather may have.
 *
 * WHAT IS A MODEL. What ops.h declares are the call sites, each after the function
 * that it names: zap, munmap, exit, mprotect, write protection, clear_refs, reclaim,
 * mremap, faults, hugetlb. They are copies: the file mirrors names the kernel function
 * of each, and tools/test/mirrors.sh says when that is not what it was any more.
 * world.c has page tables of three levels, locks, frames, RCU, and for each CPU
 * a maximal TLB: it holds all that was valid since it was last flushed, so that
 * the hardware leaves nothing to choose. flush.c has the architectures' flushes
 * below asm/tlb.h; an invalidation takes effect as late as it may. Batches are
 * small, and allocations for them fail or not, at any call.
 *
 * WHAT IS CHECKED, in every interleaving:
 *  - no CPU in user space has a translation of a frame that is freed. That is looked
 *    at when one is freed, when an operation returns, when a CPU comes back from
 *    lazy mode, and at the end. That is enough: a CPU that can load it later can load
 *    it then, and so has it cached;
 *  - when an operation returns, no CPU has a translation in its range that is
 *    older than the operation (for mprotect and write protection: a writable one);
 *  - no table is freed that a walk cache leads to or a software walker is in;
 *  - a dirty page of a file keeps its rmap, and is not written back, while a CPU
 *    can write to it;
 *  - each frame, table and batch is freed once, and none is left over;
 *  - there is room when a page is added, and no more batches than the limit;
 *  - the event that a scenario is for comes about in some interleaving;
 *  - without preemption, no more flushes, of no more pages, of no more ranges in which
 *    nothing was stale, and no more waits for software walkers than the scenario says.
 * A lazy CPU may hold what is stale until it comes back. Memory is sequentially
 * consistent: barriers are not tested here. Nor are huge pages that are split,
 * faults on shared page tables, ASIDs and INVLPGB; nor entries and tables above the
 * PMDs (pud_free_tlb(), tlb_remove_pud_tlb_entry() and p4d_free_tlb() are not used);
 * nor nmi_uaccess_okay(), and sleeping: a step here may always be preempted;
 * nor hugetlb in a gather that no VMA is named to. No architecture
 * here needs VM_HUGETLB for a flush. Another mm is there only as one that shares a
 * table. free_pgtables() looks at the neighbours of a VMA as if they could not
 * change, which mmap_lock is for.
 *
 * THE BOUND. Two or three CPUs of one operation each, some of two or three. Per
 * scenario all interleavings are explored, or, where there are more states than
 * -n says, those of as many preemptions as possible, and at least one; the
 * output says which, and "every step" where explore.c's own shortcuts were left
 * out as well: it says what they are and why they lose nothing.
 * Beyond the bound -r runs random interleavings of a printed seed.
 *
 * Two or three say nothing of many: pending.c counts how those find each other.
 *
 * A FAILURE is shown as the shortest interleaving found that leads to it, of
 * the fewest preemptions, one column per CPU.
 *
 * THE COST of a scenario is what it does when no thread is preempted, which depends
 * on no bound: the least and the most flushes of such an execution, and of the
 * costliest one the pages that were asked for and those of them that were stale in
 * any TLB; and the most flushes in whose range no TLB held anything stale. The bounds
 * that a scenario has for a shape are the fewest and the most flushes of any such
 * execution, the most pages, the most flushes of nothing stale and the most waits.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "model.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

static u64 max_states = 500000, runs, seed;
static const char *only;
static bool tsv;
static int passed, failed, skipped, planned;
static const struct scenario *running_one;

enum { PASSED, FAILED, SKIPPED, NO_ROW };

const char *__asan_default_options(void)
{
	return "detect_stack_use_after_return=0:detect_leaks=0";
}

static void usage(void)
{
	fprintf(stderr,
		"Usage: mmu_gather-%s [-l] [-c] [-e] [-t] [-s SCENARIO] [-n STATES] [-r RUNS [-S SEED]]\n"
		"  -l  list the scenarios\n"
		"  -c  what each costs, for costs.awk: shape scenario least_flushes flushes\n"
		"      pages needless waits\n"
		"  -e  every step is a point of decision\n"
		"  -t  tab separated: shape scenario result reason states interleavings\n"
		"      depth bound least-most_flushes pages stale needless\n"
		"  -n  give up a scenario after so many states (%llu)\n"
		"  -r  afterwards, so many random executions of each\n",
		SHAPE_NAME, (unsigned long long)max_states);
	exit(2);
}

static void report(const struct scenario *s, const struct result *r,
		   const char *result, const char *why, const char *bound)
{
	const struct cost *c = &r->cost;

	if (tsv) {
		printf("%s\t%s\t%s\t%s\t%llu\t%llu\t%llu\t%s\t%llu-%llu\t%llu\t%llu\t%llu\n",
		       SHAPE_NAME, s->name, result, why,
		       (unsigned long long)r->states,
		       (unsigned long long)r->interleavings,
		       (unsigned long long)r->depth, bound,
		       (unsigned long long)r->least_flushes,
		       (unsigned long long)c->flushes, (unsigned long long)c->pages,
		       (unsigned long long)c->needed, (unsigned long long)c->needless);
		return;
	}
	printf("%s %d %s.%s # ", *result == 'f' ? "not ok" : "ok", ++planned,
	       SHAPE_NAME, s->name);
	if (*result == 's')
		printf("SKIP %s\n", why);
	else
		printf("%s%s%llu states, %llu interleavings, depth %llu, %s; "
		       "%llu-%llu flushes, of %llu pages at most, %llu stale, %llu flushes needless\n",
		       why, *why ? "; " : "", (unsigned long long)r->states,
		       (unsigned long long)r->interleavings,
		       (unsigned long long)r->depth, bound,
		       (unsigned long long)r->least_flushes,
		       (unsigned long long)c->flushes, (unsigned long long)c->pages,
		       (unsigned long long)c->needed, (unsigned long long)c->needless);
}

/* A sanitizer ends the process: say in which scenario. */
static void died(void)
{
	struct result r = {};

	report(running_one, &r, "fail", "a sanitizer has ended it", "-");
	fflush(stdout);
	_exit(FAILED);
}

static bool known(const char *name)
{
	for (int i = 0; i < nr_scenarios; i++)
		if (!strcmp(name, scenarios[i].name))
			return true;
	return false;
}

/* In a process of its own, which a sanitizer may end. */
static int run_one(const struct scenario *s)
{
	char bound[32] = "complete";
	struct result r = {};

	running_one = s;
	if (s->skip) {
		report(s, &r, "skip", s->skip, "-");
		return SKIPPED;
	}
	explore(s, max_states, &r);
	if (!r.failed && runs)
		explore_randomly(s, runs, seed, &r);
	if (r.every_step)
		strcpy(bound, "complete, every step");
	if (r.preemptions >= 0)
		snprintf(bound, sizeof(bound), "up to %d preemptions", r.preemptions);
	report(s, &r, r.failed ? "fail" : "pass", r.why, bound);
	return r.failed ? FAILED : PASSED;
}

static void run(const struct scenario *s)
{
	struct result r = {};
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		exit(run_one(s));
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("mmu_gather");
		exit(2);
	}
	status = WIFEXITED(status) ? WEXITSTATUS(status) : NO_ROW;
	if (status >= NO_ROW)
		report(s, &r, "fail", "its process has ended without a result", "-");
	else
		planned++;
	passed += status == PASSED;
	skipped += status == SKIPPED;
	failed += status != PASSED && status != SKIPPED;
}

static void costs(void)
{
	for (int i = 0; i < nr_scenarios; i++) {
		struct result r = {};

		if (scenarios[i].skip)
			continue;
		measure(&scenarios[i], &r);
		printf("%s\t%s\t%d\t%d\t%d\t%d\t%d\n", SHAPE_NAME, scenarios[i].name,
		       (int)r.least_flushes, (int)r.most.flushes, (int)r.most.pages,
		       (int)r.most.needless, (int)r.most.waits);
	}
	exit(0);
}

static void list(void)
{
	for (int i = 0; i < nr_scenarios; i++)
		printf("%s\n", scenarios[i].name);
	exit(0);
}

static void options(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "lcets:n:r:S:")) != -1) {
		switch (opt) {
		case 'l':
			list();
			break;
		case 'c':
			costs();
			break;
		case 'e':
			every_step = true;
			break;
		case 't':
			tsv = true;
			break;
		case 's':
			only = optarg;
			break;
		case 'n':
			max_states = strtoull(optarg, NULL, 0);
			break;
		case 'r':
			runs = strtoull(optarg, NULL, 0);
			break;
		case 'S':
			seed = strtoull(optarg, NULL, 0);
			break;
		default:
			usage();
		}
	}
	if (optind != argc || (only && !known(only)))
		usage();
}

int main(int argc, char **argv)
{
	seed = time(NULL);
	options(argc, argv);
#ifdef __SANITIZE_ADDRESS__
	__sanitizer_set_death_callback(died);
#endif
	if (!tsv)
		printf("KTAP version 1\n");
	if (runs && !tsv)
		printf("# seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < nr_scenarios; i++)
		if (!only || !strcmp(only, scenarios[i].name))
			run(&scenarios[i]);
	if (tsv)
		return failed > 0;
	printf("1..%d\n", planned);
	printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
	return failed > 0 || !planned;
}
