/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the compiled kernel sources need and the model has no use for.
 */
#ifndef MODEL_STUBS_H
#define MODEL_STUBS_H

extern bool poisoning;

#undef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#define noinline
#define likely(x) (x)
#define unlikely(x) (x)
#define unrolled_full
#define barrier() __asm__ __volatile__("" : : : "memory")
/* The model is sequentially consistent: see Documentation/litmus-tests/mm. */
#define smp_rmb() barrier()
#define smp_wmb() barrier()
#define smp_mb__after_atomic() barrier()
#define BUILD_BUG_ON(cond) ((void)(cond))
#define cond_resched() do { } while (0)
#define page_poisoning_enabled_static() poisoning
#define want_init_on_free() false

/* The model has no lazy MMU mode: its entries change at once. */
static inline void lazy_mmu_mode_enable(void)
{
}

static inline void lazy_mmu_mode_disable(void)
{
}

/* Its page tables are locked by their number. */
#define lockdep_assert_held(lock) ((void)(lock))

static inline spinlock_t *pte_lockptr(struct mm_struct *mm, pmd_t *pmd)
{
	return NULL;
}

/* The kernel's own checker looks at the same rules in another way. */
#define tlb_debt_table(mm, addr, level, pfn) do { } while (0)
#define tlb_debt_batch_add(mm, start, end) do { } while (0)

/* Nor is it held back: every interleaving is explored. */
#define tlb_hold(point) do { } while (0)

/* guard(preempt)(), in parts of x86's asm/tlb.h that nobody calls */
#define guard(lock) guard_##lock
static inline void guard_preempt(void) { }

#define flush_hugetlb_tlb_range(vma, start, end) flush_tlb_range(vma, start, end)

static inline void flush_cache_range(struct vm_area_struct *vma,
				     unsigned long start, unsigned long end)
{
}

/* Beside base pages there is one size of huge pages. */
struct hstate;

static inline struct hstate *hstate_vma(struct vm_area_struct *vma)
{
	return NULL;
}

static inline unsigned long huge_page_size(struct hstate *h)
{
	return PMD_SIZE;
}

/* s390: PMDs are the only level between PTEs and the top one. */
static inline bool mm_pmd_folded(struct mm_struct *mm)
{
	return false;
}

static inline bool mm_pud_folded(struct mm_struct *mm)
{
	return true;
}

static inline bool mm_p4d_folded(struct mm_struct *mm)
{
	return true;
}

#endif /* MODEL_STUBS_H */
