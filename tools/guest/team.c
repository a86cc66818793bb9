// SPDX-License-Identifier: GPL-2.0
/* team - threads on CPUs of their own that begin and end together */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"
#include "team.h"
#include "workload.h"

#define STACK_SIZE	(256UL << 10)

struct seat {
	struct team *team;
	int member;
};

static void team_wait(const struct team *t, int *word, int value)
{
	int crowded = t->n > nr_cpus();

	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) < value) {
		if (crowded)
			sched_yield();
		else
			cpu_relax();
	}
}

static void *team_member(void *arg)
{
	struct team *t = ((struct seat *)arg)->team;
	int member = ((struct seat *)arg)->member;

	pin_to_cpu(member);
	__atomic_add_fetch(&t->ready, 1, __ATOMIC_RELEASE);
	team_wait(t, &t->go, 1);
	if (t->fn)
		t->fn(member, t->arg);
	__atomic_add_fetch(&t->done, 1, __ATOMIC_RELEASE);
	team_wait(t, &t->quit, 1);
	return NULL;
}

/* team_start - returns when all others spin; without @fn they only ever spin */
void team_start(struct team *t, int n, void (*fn)(int member, void *arg),
		void *arg)
{
	static struct seat seat[MAX_MEMBERS];
	pthread_attr_t attr;
	int i;

	memset(t, 0, sizeof(*t));
	t->n = n;
	t->fn = fn;
	t->arg = arg;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	for (i = 1; i < n; i++) {
		seat[i] = (struct seat){ t, i };
		if (pthread_create(&t->thread[i], &attr, team_member, &seat[i]))
			die("cannot start a thread");
	}
	pthread_attr_destroy(&attr);
	team_wait(t, &t->ready, n - 1);
}

/* team_run - let all members run @fn, the caller too, until all are through */
void team_run(struct team *t)
{
	__atomic_store_n(&t->go, 1, __ATOMIC_RELEASE);
	t->fn(0, t->arg);
	team_wait(t, &t->done, t->n - 1);
}

void team_end(struct team *t)
{
	int i;

	__atomic_store_n(&t->go, 1, __ATOMIC_RELEASE);
	__atomic_store_n(&t->quit, 1, __ATOMIC_RELEASE);
	for (i = 1; i < t->n; i++)
		pthread_join(t->thread[i], NULL);
}

const char *need_cpus(int n)
{
	static char reason[32];

	if (force || nr_cpus() >= n)
		return NULL;
	snprintf(reason, sizeof(reason), "needs %d CPUs", n);
	return reason;
}
