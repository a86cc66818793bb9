// SPDX-License-Identifier: GPL-2.0
/*
 * vmloop - look for stale translations by one process at a time
 *
 * A software-loaded TLB, or a TSB in front of it, keeps an entry until it is flushed or
 * replaced, so each page is touched, changed, and looked at again. Prints KTAP.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t page;
static sigjmp_buf trap;
static volatile int armed;

static void on_segv(int sig)
{
	if (!armed)
		_exit(100 + sig);
	siglongjmp(trap, 1);
}

static char *map(size_t n)
{
	char *p = mmap(NULL, n * page, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		printf("# mmap of %zu pages failed\n", n);
		exit(1);
	}
	return p;
}

static void fill(char *p, size_t n, unsigned long seed)
{
	size_t i;

	for (i = 0; i < n; i++)
		*(volatile unsigned long *)(p + i * page) = seed + i;
}

static size_t differ(char *p, size_t n, unsigned long seed, int step)
{
	size_t i, bad = 0;

	for (i = 0; i < n; i++)
		bad += *(volatile unsigned long *)(p + i * page) != seed + i * step;
	return bad;
}

/* faults - how many pages fault on an access */
static size_t faults(char *p, size_t n, int write)
{
	volatile size_t i, hit = 0;

	for (i = 0; i < n; i++) {
		armed = 1;
		if (sigsetjmp(trap, 1)) {
			hit++;
		} else if (write) {
			*(volatile char *)(p + i * page + 8) = 1;
		} else {
			(void)*(volatile char *)(p + i * page);
		}
		armed = 0;
	}
	return hit;
}

static size_t t_munmap(size_t n)
{
	char *p = map(n), *q;
	size_t bad;

	fill(p, n, 1000);
	munmap(p, n * page);
	bad = n - faults(p, n, 0);
	q = mmap(p, n * page, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	bad += q != p || differ(p, n, 0, 0);
	munmap(p, n * page);
	return bad;
}

static size_t t_dontneed(size_t n)
{
	char *p = map(n);
	size_t bad;

	fill(p, n, 1000);
	madvise(p, n * page, MADV_DONTNEED);
	bad = differ(p, n, 0, 0);
	fill(p, n, 77);
	bad += differ(p, n, 77, 1);
	munmap(p, n * page);
	return bad;
}

static size_t t_mprotect(size_t n)
{
	char *p = map(n);
	size_t bad;

	fill(p, n, 5);
	mprotect(p, n * page, PROT_READ);
	bad = n - faults(p, n, 1);
	bad += differ(p, n, 5, 1);
	mprotect(p, n * page, PROT_READ | PROT_WRITE);
	fill(p, n, 6);
	mprotect(p, n * page, PROT_NONE);
	bad += n - faults(p, n, 0);
	mprotect(p, n * page, PROT_READ);
	bad += differ(p, n, 6, 1);
	munmap(p, n * page);
	return bad;
}

static size_t t_mremap(size_t n)
{
	char *p = map(n), *q = map(2 * n + 2);
	size_t bad;

	fill(p, n, 9);
	fill(q, 2 * n + 2, 3);
	if (mremap(p, n * page, n * page, MREMAP_MAYMOVE | MREMAP_FIXED, q + page) !=
	    q + page)
		return n;
	bad = n - faults(p, n, 0);
	bad += differ(q + page, n, 9, 1);
	bad += differ(q, 1, 3, 1);
	munmap(q, (2 * n + 2) * page);
	return bad;
}

static size_t t_fork(size_t n)
{
	char *p = map(n);
	int status;
	size_t bad;
	pid_t pid;

	fill(p, n, 21);
	pid = fork();
	if (!pid) {
		bad = differ(p, n, 21, 1);
		fill(p, n, 99);
		bad += differ(p, n, 99, 1);
		_exit(!!bad);
	}
	/* A stale writable entry of the parent would change what the child sees. */
	fill(p, n, 42);
	waitpid(pid, &status, 0);
	bad = status != 0;
	bad += differ(p, n, 42, 1);
	munmap(p, n * page);
	return bad;
}

/* deep - exit with as many register windows of this process as there are */
static __attribute__((noinline)) int deep(int n, volatile int *sum)
{
	volatile int here[16];

	here[n & 15] = n;
	if (!n)
		_exit(7);
	*sum += deep(n - 1, sum) + here[n & 15];
	return *sum;
}

/* Exit must not leave entries that the next owner of its pages or context meets. */
static size_t t_exit(size_t n)
{
	char *p = map(n);
	size_t bad = 0;
	int i, status, sum = 0;

	fill(p, n, 1);
	for (i = 0; i < 20; i++) {
		pid_t pid = fork();

		if (!pid) {
			char *q = map(n);

			fill(p, n, 1000 * i);
			fill(q, n, 2000 * i);
			if (differ(p, n, 1000 * i, 1) || differ(q, n, 2000 * i, 1))
				_exit(1);
			deep(i, &sum);
		}
		bad += waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
			WEXITSTATUS(status) != 7;
		bad += differ(p, n, 1, 1);
	}
	munmap(p, n * page);
	return bad;
}

static size_t t_huge(size_t n)
{
	size_t size = 16UL << 20, pages = size / page, bad;
	char *p = map(2 * pages), *q = (char *)(((unsigned long)p + size - 1) & -size);

	madvise(q, size, MADV_HUGEPAGE);
	fill(q, pages, n);
	bad = differ(q, pages, n, 1);
	mprotect(q, size / 2, PROT_READ);
	bad += pages / 2 - faults(q, pages / 2, 1);
	madvise(q + size / 4, size / 4, MADV_DONTNEED);
	bad += differ(q + size / 4, pages / 4, 0, 0);
	bad += differ(q, pages / 4, n, 1);
	munmap(q, size);
	bad += 64 - faults(q, 64, 0);
	return bad;
}

static const size_t sizes[] = { 1, 2, 7, 8, 9, 16, 64, 191, 192, 193, 400, 1024, 2500 };

static const struct {
	const char *name;
	size_t (*run)(size_t n);
	int rounds;
} tests[] = {
	{ "munmap", t_munmap, 4 },
	{ "dontneed", t_dontneed, 4 },
	{ "mprotect", t_mprotect, 4 },
	{ "mremap", t_mremap, 4 },
	{ "fork", t_fork, 4 },
	{ "exit", t_exit, 1 },
	{ "huge", t_huge, 1 },
};

/* More processes than there are context numbers, each with data of its own. */
static int wrap(int n)
{
	int i, bad = 0, status;
	char *p = map(8);

	for (i = 0; i < n; i++) {
		pid_t pid;

		fill(p, 8, i);
		pid = fork();
		if (!pid) {
			int wrong = !!differ(p, 8, i, 1);

			fill(p, 8, ~i);
			_exit(wrong || differ(p, 8, ~i, 1));
		}
		bad += waitpid(pid, &status, 0) != pid || status != 0;
		bad += differ(p, 8, i, 1) != 0;
	}
	return bad;
}

int main(int argc, char **argv)
{
	size_t t, s, nt = sizeof(tests) / sizeof(tests[0]);
	int i, n = argc > 1 ? atoi(argv[1]) : 0, any = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	page = sysconf(_SC_PAGESIZE);
	signal(SIGSEGV, on_segv);
	printf("KTAP version 1\n1..%zu\n", nt + 1);
	for (t = 0; t < nt; t++) {
		size_t bad = 0;

		for (i = 0; i < tests[t].rounds; i++)
			for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
				size_t now = tests[t].run(sizes[s]);

				if (now)
					printf("# %s of %zu pages: %zu wrong\n",
					       tests[t].name, sizes[s], now);
				bad += now;
			}
		printf("%sok %zu %s\n", bad ? "not " : "", t + 1, tests[t].name);
		any |= !!bad;
	}
	i = wrap(n);
	printf("%sok %zu contexts%s\n", i ? "not " : "", nt + 1, n ? "" : " # SKIP");
	return any || i;
}
