/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shapes of architecture that the gather is compiled for: what an
 * architecture's Kconfig selects. One of SHAPE_* is given by the Makefile.
 */
#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H

#define CONFIG_MMU			1
#define CONFIG_SMP			1
#define CONFIG_DEBUG_VM			1
#define CONFIG_PGTABLE_LEVELS		3

/* Of 16 that there are */
#define MMU_GATHER_OVERLAP_PAGES	8

/* Of up to three threads one finds no room for its range. */
#ifndef NR_TLB_PENDING_RANGES
#define NR_TLB_PENDING_RANGES		2
#endif

#if defined(SHAPE_PLAIN)
/* No option at all: flush_tlb_range() by IPI, tables are freed as pages. */
#define SHAPE_NAME			"plain"
#define SHAPE				AS_PLAIN
#define FLUSH_BY_IPI			1

#elif defined(SHAPE_X86)
#define SHAPE_NAME			"x86"
#define SHAPE				AS_X86
#define FLUSH_BY_IPI			1
#define CONFIG_MMU_GATHER_MERGE_VMAS	1
#define CONFIG_MMU_GATHER_TABLE_FREE	1
#define CONFIG_MMU_GATHER_RCU_TABLE_FREE 1
#define CONFIG_PT_RECLAIM		1
#define CONFIG_HUGETLB_PMD_PAGE_TABLE_SHARING 1
#define CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH 1

#elif defined(SHAPE_ARM64)
#define SHAPE_NAME			"arm64"
#define SHAPE				AS_ARM64
#define CONFIG_MMU_GATHER_TABLE_FREE	1
#define CONFIG_MMU_GATHER_RCU_TABLE_FREE 1
#define CONFIG_PT_RECLAIM		1
#define CONFIG_HUGETLB_PMD_PAGE_TABLE_SHARING 1
#define CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH 1

#elif defined(SHAPE_MERGE)
/* plain, but what VMAs have in common is flushed at the end. */
#define SHAPE_NAME			"merge"
#define SHAPE				AS_MERGE
#define FLUSH_BY_IPI			1
#define CONFIG_MMU_GATHER_MERGE_VMAS	1

#elif defined(SHAPE_RADIX)
/* powerpc radix: invalidations name the size of the page they mean. */
#define SHAPE_NAME			"radix"
#define SHAPE				AS_RADIX
#define CONFIG_MMU_GATHER_PAGE_SIZE	1
#define CONFIG_MMU_GATHER_MERGE_VMAS	1
#define CONFIG_MMU_GATHER_TABLE_FREE	1
#define CONFIG_MMU_GATHER_RCU_TABLE_FREE 1

#elif defined(SHAPE_NORANGE)
/* Every flush is one of the whole mm. */
#define SHAPE_NAME			"norange"
#define SHAPE				AS_NORANGE
#define FLUSH_BY_IPI			1
#define CONFIG_MMU_GATHER_NO_RANGE	1
#define CONFIG_MMU_GATHER_MERGE_VMAS	1

#elif defined(SHAPE_HOOKS)
/* plain, but that it overrides all hooks, and tags its page tables. */
#define SHAPE_NAME			"hooks"
#define SHAPE				AS_HOOKS
#define FLUSH_BY_IPI			1
#define CONFIG_MMU_GATHER_MERGE_VMAS	1
#define CONFIG_MMU_GATHER_TABLE_FREE	1
#define CONFIG_MMU_GATHER_RCU_TABLE_FREE 1
#define CONFIG_HAVE_ARCH_TLB_REMOVE_TABLE 1

#elif defined(SHAPE_S390)
/* Entries are flushed as they are cleared; pages are not gathered. */
#define SHAPE_NAME			"s390"
#define SHAPE				AS_S390
#define CONFIG_MMU_GATHER_NO_GATHER	1
#define CONFIG_MMU_GATHER_MERGE_VMAS	1
#define CONFIG_MMU_GATHER_TABLE_FREE	1
#define CONFIG_MMU_GATHER_RCU_TABLE_FREE 1
#define CONFIG_PT_RECLAIM		1

#elif defined(SHAPE_PENDING)
/* For pending.c, whose name and slots are given as well. Nothing is gathered. */
#ifndef PAGE_SHIFT
#define PAGE_SHIFT			12
#endif
#define CONFIG_MMU_GATHER_NO_GATHER	1
#define CONFIG_MMU_GATHER_NO_RANGE	1

#else
#error One of SHAPE_* has to be defined
#endif

#endif /* MODEL_CONFIG_H */
