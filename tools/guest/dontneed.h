/* SPDX-License-Identifier: GPL-2.0 */
/* dontneed.c: workloads that drop pages beside each other */
#ifndef OG_DONTNEED_H
#define OG_DONTNEED_H

struct run;

/* What the first two of them take: how many threads drop how many pages by each call */
#define DONTNEED(threads, pages)	((threads) | (pages) << 8)
const char *dontneed_disjoint(struct run *r, int arg);
const char *dontneed_same(struct run *r, int arg);
const char *beside_empty(struct run *r, int members);
const char *beside_munmap(struct run *r, int members);
const char *beside_mprotect(struct run *r, int members);
const char *beside_vectors(struct run *r, int members);
const char *beside_ksm(struct run *r, int members);

#endif /* OG_DONTNEED_H */
