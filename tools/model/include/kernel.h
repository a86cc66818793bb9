/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands for every <linux/...> and <asm/...> header that the compiled kernel
 * sources include (but <asm/tlb.h>): the Makefile makes one-line files of
 * those names. Each function below is a visible step of the model.
 */
#ifndef MODEL_KERNEL_H
#define MODEL_KERNEL_H

#if __SIZEOF_POINTER__ != 8
#error "64-bit hosts only: a batch is to hold as many pointers as there"
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "config.h"
#include "tools/include/linux/kconfig.h"
#include "dup.h"
#include "stubs.h"

int self(void);
void __printf(1, 2) __noreturn fail(const char *fmt, ...);

#define VM_WARN_ON(cond) \
	do { if (cond) fail("%s: VM_WARN_ON(%s)", __func__, #cond); } while (0)
#define VM_WARN_ON_ONCE(cond) VM_WARN_ON(cond)
#define VM_BUG_ON(cond) VM_WARN_ON(cond)
#define VM_BUG_ON_PAGE(cond, page) VM_WARN_ON((page) && (cond))
#define WARN_ON_ONCE(cond) \
	({ bool warns = cond; VM_WARN_ON(warns); warns; })

unsigned long model_read(const unsigned long *slot, const char *name);
void model_write(unsigned long *slot, unsigned long new);
bool model_try_cmpxchg(unsigned long *slot, unsigned long *old, unsigned long new);

/* The ranges of the gathers, which is all that they are used for */
#define READ_ONCE(x) model_read(&(x), #x)
#define WRITE_ONCE(x, v) model_write(&(x), v)
#define try_cmpxchg(p, old, new) model_try_cmpxchg(p, old, new)

int model_atomic_read(const atomic_t *v, const char *name);
void model_atomic_add(int n, atomic_t *v, const char *name);
int model_atomic_cmpxchg(atomic_t *v, int old, int new, const char *name);

#define atomic_set(v, n) ((v)->counter = (n))
#define atomic_read(v) model_atomic_read(v, #v)
#define atomic_inc(v) model_atomic_add(1, v, #v)
#define atomic_dec(v) model_atomic_add(-1, v, #v)
#define atomic_cmpxchg(v, old, new) model_atomic_cmpxchg(v, old, new, #v)
#define atomic_try_cmpxchg(v, old, new)					\
	({								\
		int __was = model_atomic_cmpxchg(v, *(old), new, #v);	\
		bool __ok = __was == *(old);				\
		*(old) = __was;						\
		__ok;							\
	})

/* Page allocator: may fail at any call. */
unsigned long __get_free_page(int gfp);
void free_pages(unsigned long addr, unsigned int order);
#define free_page(addr) free_pages(addr, 0)

/* What is freed at the end of a gather. */
struct encoded_page;
void free_pages_and_swap_cache(struct encoded_page **pages, int nr);
void free_folio_and_swap_cache(struct folio *folio);
void folio_remove_rmap_ptes(struct folio *folio, struct page *page, int nr,
			    struct vm_area_struct *vma);
bool ptdesc_pmd_is_shared(struct ptdesc *ptdesc);
void ptdesc_pmd_pts_dec(struct ptdesc *ptdesc);
void pagetable_dtor(struct ptdesc *ptdesc);
void pagetable_dtor_free(struct ptdesc *ptdesc);

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void synchronize_rcu(void);
void smp_call_function(void (*func)(void *info), void *info, int wait);

/* The architecture's flushes. */
void flush_tlb_mm(struct mm_struct *mm);
void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end);

#include "encoded_page.h"

#endif /* MODEL_KERNEL_H */
