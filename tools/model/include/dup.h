/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small definitions repeated from the kernel's headers. What could be taken
 * from the headers themselves is: see the rules for generated/ in the Makefile.
 */
#ifndef MODEL_DUP_H
#define MODEL_DUP_H

#define __printf(a, b) __attribute__((format(printf, a, b)))
#define __noreturn __attribute__((noreturn))

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define struct_group(name, ...) union { struct { __VA_ARGS__ }; struct { __VA_ARGS__ } name; }
#define BITS_PER_LONG 64
#define BIT(n) (1UL << (n))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define fls_long(x) (64 - __builtin_clzl(x))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define ALIGN(x, a) (((x) + (a) - 1) & ~((a) - 1))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define clamp(val, lo, hi) min(max(val, lo), hi)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define round_down(x, y) ((x) & ~((y) - 1))
#define round_up(x, y) round_down((x) + (y) - 1, (y))
#define static_assert _Static_assert
#define GFP_NOWAIT 0

/*
 * A small address space: two top level entries, each of two page tables of
 * four pages. What the gather allocates has the size of a page as well, so
 * that a batch is full after a few entries.
 */
#ifndef PAGE_SHIFT
#define PAGE_SHIFT	6
#endif
#define PMD_SHIFT	8
#define PUD_SHIFT	9
#define P4D_SHIFT	10
#define PAGE_SIZE	BIT(PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PMD_SIZE	BIT(PMD_SHIFT)
#define PUD_SIZE	BIT(PUD_SHIFT)
#define P4D_SIZE	BIT(P4D_SHIFT)
#define PMD_MASK	(~(PMD_SIZE - 1))
#define PUD_MASK	(~(PUD_SIZE - 1))
#define HPAGE_PMD_SIZE	PMD_SIZE
#define HPAGE_PUD_SIZE	PUD_SIZE
#define TASK_SIZE	P4D_SIZE
#define TASK_SIZE_MAX	TASK_SIZE
#define STACK_TOP_MAX	TASK_SIZE

/* Not 512 entries: see the rule for mmu_gather.c in the Makefile. */
#define FREE_AT_ONCE	4

#define VM_EXEC		0x4
#define VM_PFNMAP	0x400
#define VM_HUGETLB	0x400000
#define VM_MIXEDMAP	0x10000000

typedef struct { int counter; } atomic_t;

struct rcu_head { void *next; void *func; };

/* One for each frame and each page table; "index" counts within a folio. */
struct page { int id, index; };
struct folio { struct page page; };
struct ptdesc { struct page page; struct rcu_head pt_rcu_head; };

#define page_folio(p) ((struct folio *)((p) - (p)->index))
#define page_ptdesc(p) ((struct ptdesc *)(p))
#define ptdesc_page(pt) (&(pt)->page)
#define virt_to_ptdesc(p) page_ptdesc(p)

typedef struct page *pgtable_t;
typedef struct { u8 v; } pte_t;
typedef struct { u8 v; } pmd_t;
typedef struct { u8 v; } spinlock_t;
typedef struct { u8 v; } pud_t;
typedef struct { u8 v; } p4d_t;

struct mm_struct {
	unsigned long task_size;
	unsigned long tlb_pending_range[NR_TLB_PENDING_RANGES];
	atomic_t tlb_flush_pending;
	atomic_t tlb_flush_batched;
	struct {
		u8 tlb_gen;	/* x86 */
		u8 flush_mm, lock;	/* s390 */
	} context;
};

struct vm_area_struct {
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
	unsigned long vm_start, vm_end;
};

struct arch_tlbflush_unmap_batch {
	u8 cpumask, unmapped_pages;
};

struct tlbflush_unmap_batch {
	struct arch_tlbflush_unmap_batch arch;
	bool flush_required, writable;
};

#define TLB_FLUSH_VMA(mm, flags) { .vm_mm = (mm), .vm_flags = (flags) }

static inline bool is_vm_hugetlb_page(struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_HUGETLB;
}

#endif /* MODEL_DUP_H */
