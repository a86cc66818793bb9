/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An architecture that overrides what asm-generic/tlb.h lets it override, and
 * looks whether each hook is called as the table there says. hooks.c has those
 * that need no inline. It flushes as "plain" does.
 */
#ifndef MODEL_HOOKS_H
#define MODEL_HOOKS_H

void hook_called(struct mmu_gather *tlb, int event, int ptls);
void hook_queued(struct mmu_gather *tlb, void *table, unsigned long address,
		 int level);

#define arch_mmu_gather arch_mmu_gather
struct arch_mmu_gather {
	bool begun;
};

#define arch_tlb_gather_init arch_tlb_gather_init
void arch_tlb_gather_init(struct mmu_gather *tlb);

#define arch_tlb_gather_fini arch_tlb_gather_fini
void arch_tlb_gather_fini(struct mmu_gather *tlb);

#define arch_tlb_start_ptes arch_tlb_start_ptes
void arch_tlb_start_ptes(struct mmu_gather *tlb);

#define arch_tlb_end_ptes arch_tlb_end_ptes
void arch_tlb_end_ptes(struct mmu_gather *tlb);

#define tlb_flush tlb_flush
void tlb_flush(struct mmu_gather *tlb);

#define tlb_needs_table_invalidate tlb_needs_table_invalidate
bool tlb_needs_table_invalidate(void);

#define pte_needs_flush pte_needs_flush
bool pte_needs_flush(pte_t old, pte_t new);

#define huge_pmd_needs_flush huge_pmd_needs_flush
bool huge_pmd_needs_flush(pmd_t old, pmd_t new);

#define nmi_uaccess_okay nmi_uaccess_okay
bool nmi_uaccess_okay(void);

#define __tlb_remove_tlb_entry __tlb_remove_tlb_entry
void __tlb_remove_tlb_entry(struct mmu_gather *tlb, pte_t *ptep,
			    unsigned long address);

/* The level of the table */
#define TLB_TABLE_TAG_MASK 1UL
void pgtable_free(void *table, unsigned int level);

#define __pte_free_tlb __pte_free_tlb
#define __pmd_free_tlb __pmd_free_tlb
#define __pud_free_tlb __pud_free_tlb
#define __p4d_free_tlb __p4d_free_tlb

#include "include/asm-generic/tlb.h"

static inline void __pte_free_tlb(struct mmu_gather *tlb, pgtable_t pte,
				  unsigned long address)
{
	hook_queued(tlb, pte, address, 0);
	pgtable_free_tlb(tlb, pte, 0);
}

static inline void __pmd_free_tlb(struct mmu_gather *tlb, pmd_t *pmd,
				  unsigned long address)
{
	hook_queued(tlb, pmd, address, 1);
	pgtable_free_tlb(tlb, pmd, 1);
}

/* There are none. */
static inline void __pud_free_tlb(struct mmu_gather *tlb, pud_t *pud,
				  unsigned long address)
{
}

static inline void __p4d_free_tlb(struct mmu_gather *tlb, p4d_t *p4d,
				  unsigned long address)
{
}

#endif /* MODEL_HOOKS_H */
