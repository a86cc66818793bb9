/* SPDX-License-Identifier: GPL-2.0 */
/* protect.c: workloads that take rights away, and what they are told */
#ifndef OG_PROTECT_H
#define OG_PROTECT_H

struct run;

#define HUGETLB_WRITTEN		1
#define HUGETLB_SHARED		2
#define SCAN_TABLES		4
#define CLEAR_REFS_DIRTY	1
#define CLEAR_REFS_THP		2
const char *mprotect_pages(struct run *r, int pages);
const char *hugetlb_mprotect(struct run *r, int how);
const char *madv_free_thp(struct run *r, int arg);
const char *pagemap_scan(struct run *r, int written);
const char *clear_refs(struct run *r, int how);

#endif /* OG_PROTECT_H */
