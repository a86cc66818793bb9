/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * <asm/tlb.h>: the architecture's own where it can be compiled, with the few
 * things it needs. flush.c has the primitives below these.
 */
#ifndef MODEL_ARCH_H
#define MODEL_ARCH_H

#include "kernel.h"

struct mmu_gather;

/* Does a change from @old to @new take a right away? world.c knows. */
bool model_pte_needs_flush(pte_t old, pte_t new);

#if defined(SHAPE_X86)

#define pte_needs_flush model_pte_needs_flush
#define TLB_FLUSH_ALL (~0UL)
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
			unsigned long end, unsigned int stride_shift,
			bool freed_tables);
#include "arch/x86/include/asm/tlb.h"

#elif defined(SHAPE_ARM64)

typedef unsigned int tlbf_t;
#define TLBF_NONE		0
#define TLBF_NOWALKCACHE	1
#define TLBF_NOSYNC		2
#define TLBI_TTL_UNKNOWN	(-1)
#define pte_needs_flush model_pte_needs_flush
void __flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		       unsigned long end, unsigned long stride, int tlb_level,
		       tlbf_t flags);
#include "arch/arm64/include/asm/tlb.h"

#elif defined(SHAPE_S390)

void __tlb_flush_mm_lazy(struct mm_struct *mm);
static inline bool __tlb_remove_page_size(struct mmu_gather *tlb,
					  struct page *page, int page_size);
#include "arch/s390/include/asm/tlb.h"

#elif defined(SHAPE_HOOKS)

#include "hooks.h"

#else

#if defined(SHAPE_RADIX)
#define pte_needs_flush model_pte_needs_flush
#define tlb_flush tlb_flush
void tlb_flush(struct mmu_gather *tlb);
#endif
#if defined(SHAPE_PENDING)
bool __tlb_remove_page_size(struct mmu_gather *tlb, struct page *page, int page_size);
#endif
#include "include/asm-generic/tlb.h"

#endif

/* A limit that can be reached. */
#undef MAX_GATHER_BATCH_COUNT
#define MAX_GATHER_BATCH_COUNT max_batches
extern unsigned int max_batches;

#endif /* MODEL_ARCH_H */
