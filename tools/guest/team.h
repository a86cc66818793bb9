/* SPDX-License-Identifier: GPL-2.0 */
/* team.c: threads that do the same at the same time */
#ifndef OG_TEAM_H
#define OG_TEAM_H

#include <pthread.h>

#define MAX_MEMBERS	8

/*
 * Threads, each on its own CPU, of which the caller is member 0. They spin in
 * user space before and after @fn, so that their CPUs stay in the mm. Where
 * there are more than CPUs, they share these, and yield instead: else one that
 * waits would hold up the one that it waits for.
 */
struct team {
	int n;
	void (*fn)(int member, void *arg);
	void *arg;
	int ready, go, done, quit;
	pthread_t thread[MAX_MEMBERS];
};

const char *need_cpus(int n);
void team_start(struct team *t, int n, void (*fn)(int member, void *arg),
		void *arg);
void team_run(struct team *t);
void team_end(struct team *t);

#endif /* OG_TEAM_H */
