/* SPDX-License-Identifier: GPL-2.0 */
/* reclaim.c: a workload that ages pages */
#ifndef OG_RECLAIM_H
#define OG_RECLAIM_H

struct run;

const char *reclaim_young(struct run *r, int arg);

#endif /* OG_RECLAIM_H */
