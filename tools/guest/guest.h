/* SPDX-License-Identifier: GPL-2.0 */
/* What the guest programs that measure share. */
#ifndef OG_GUEST_H
#define OG_GUEST_H

#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>

/*
 * One page beyond a multiple of this is table-aligned on no configuration: a
 * PTE table maps 1 MiB (s390), 2 MiB (x86, arm64, radix) or 16 MiB (hash, 64K).
 */
#define TABLE_ALIGN	(16UL << 20)

/* Threads of the program allocator, each on a CPU of its own. */
#define ALLOCATOR_THREADS	4

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

extern size_t page_size;

void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void guest_setup(void);
int nr_cpus(void);
void pin_to_cpu(int nr);
void unpin(void);
void *map_pages(size_t pages);
void *map_aligned(size_t pages, size_t offset);
void *map_guarded(size_t pages);
void unmap_pages(void *p, size_t pages);
void touch(void *p, size_t pages, unsigned long value);
unsigned long check_pages(void *p, size_t pages, unsigned long value);
int enough_memory(size_t pages);

/* proc.c */
ssize_t read_file(const char *path, char *buf, size_t size);
int write_file(const char *path, int flags, const char *text);
int kernel_writes(char *p);
const char *take_huge_pages(int nr, size_t *size);
void give_huge_pages(int nr);
long soft_dirty(void *p, size_t pages);
int soft_dirty_works(void);
void shortage(int on);
const char *shortage_begin(void);
long shortage_end(void);

/* word - the first word of page @n at @p */
static inline volatile unsigned long *word(void *p, size_t n)
{
	return (volatile unsigned long *)((char *)p + n * page_size);
}

/*
 * raw_syscall4 - a system call that writes no user memory
 *
 * A call of the C library pushes onto the stack and so dirties a page, which
 * is what clear_refs and fork look at.
 */
static __always_inline long
raw_syscall4(long nr, long a, long b, long c, long d)
{
#if defined(__x86_64__)
	register long r10 __asm__("r10") = d;
	long ret;

	__asm__ volatile("syscall" : "=a"(ret) : "0"(nr), "D"(a), "S"(b), "d"(c),
			 "r"(r10)
			 : "rcx", "r11", "memory");
	return ret;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;

	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2),
			 "r"(x3)
			 : "memory", "cc");
	return x0;
#elif defined(__powerpc64__)
	register long r0 __asm__("r0") = nr;
	register long r3 __asm__("r3") = a;
	register long r4 __asm__("r4") = b;
	register long r5 __asm__("r5") = c;
	register long r6 __asm__("r6") = d;

	__asm__ volatile("sc; bns+ 1f; neg %1, %1; 1:"
			 : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5),
			 "+r"(r6)
			 : : "r7", "r8", "r9", "r10", "r11", "r12", "ctr",
			 "cr0", "memory");
	return r3;
#elif defined(__s390x__)
	register long r1 __asm__("1") = nr;
	register long r2 __asm__("2") = a;
	register long r3 __asm__("3") = b;
	register long r4 __asm__("4") = c;
	register long r5 __asm__("5") = d;

	__asm__ volatile("svc 0" : "+d"(r2) : "d"(r1), "d"(r3), "d"(r4),
			 "d"(r5)
			 : "memory", "cc");
	return r2;
#elif defined(__riscv) && __riscv_xlen == 64
	register long a7 __asm__("a7") = nr;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;
	register long a3 __asm__("a3") = d;

	__asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2),
			 "r"(a3)
			 : "memory");
	return a0;
#elif defined(__sparc__) && defined(__arch64__)
	register long g1 __asm__("g1") = nr;
	register long o0 __asm__("o0") = a;
	register long o1 __asm__("o1") = b;
	register long o2 __asm__("o2") = c;
	register long o3 __asm__("o3") = d;

	/* Of a fork, o1 says whether this is the child; o0 is a PID in both. */
	__asm__ volatile("ta 0x6d; bcc,pt %%xcc, 1f; nop; neg %0; 1:"
			 : "+r"(o0), "+r"(o1)
			 : "r"(g1), "r"(o2), "r"(o3)
			 : "g2", "g3", "g4", "g5", "o7", "memory", "cc");
	return nr == SYS_clone && o0 > 0 && o1 == 1 ? 0 : o0;
#else
#error "no system call instruction for this architecture"
#endif
}

/* raw_fork - fork without the handlers and the memory writes of the C library */
static __always_inline long raw_fork(void)
{
#ifdef __s390x__
	return raw_syscall4(SYS_clone, 0, SIGCHLD, 0, 0);
#else
	return raw_syscall4(SYS_clone, SIGCHLD, 0, 0, 0);
#endif
}

static __always_inline void raw_exit(int status)
{
	for (;;)
		raw_syscall4(SYS_exit_group, status, 0, 0, 0);
}

static inline void cpu_relax(void)
{
#ifdef __x86_64__
	__builtin_ia32_pause();
#else
	__asm__ volatile("" : : : "memory");
#endif
}

#endif /* OG_GUEST_H */
