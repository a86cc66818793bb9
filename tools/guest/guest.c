// SPDX-License-Identifier: GPL-2.0
/* What the guest programs that measure share. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "guest.h"

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

size_t page_size;
static cpu_set_t allowed;

void die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

/* guest_setup - what every program does first */
void guest_setup(void)
{
	static char line[1024];

	/* Whole lines, so that the kernel's messages do not cut them. */
	setvbuf(stdout, line, _IOLBF, sizeof(line));
	page_size = sysconf(_SC_PAGESIZE);
	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		die("sched_getaffinity: %s", strerror(errno));
}

int nr_cpus(void)
{
	return CPU_COUNT(&allowed);
}

/* pin_to_cpu - bind the caller to the @nr-th CPU it may use, wrapping around */
void pin_to_cpu(int nr)
{
	cpu_set_t one;
	int cpu = 0;

	nr %= nr_cpus();
	while (!CPU_ISSET(cpu, &allowed) || nr--)
		cpu++;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		die("cannot bind to CPU %d: %s", cpu, strerror(errno));
}

/* unpin - let the caller run on all CPUs it may use, again */
void unpin(void)
{
	if (sched_setaffinity(0, sizeof(allowed), &allowed))
		die("sched_setaffinity: %s", strerror(errno));
}

static void *map(void *at, size_t len, int prot, int flags)
{
	void *p = mmap(at, len, prot, ANON | MAP_NORESERVE | flags, -1, 0);

	if (p == MAP_FAILED)
		die("mmap of %zu KiB: %s", len >> 10, strerror(errno));

	/* Refused by a kernel without huge pages, where nothing is to refuse. */
	madvise(p, len, MADV_NOHUGEPAGE);
	return p;
}

/* map_pages - untouched private memory */
void *map_pages(size_t pages)
{
	return map(NULL, pages * page_size, RW, 0);
}

/* map_aligned - the same, @offset bytes beyond a multiple of TABLE_ALIGN */
void *map_aligned(size_t pages, size_t offset)
{
	size_t len = pages * page_size;
	size_t room = len + offset + TABLE_ALIGN;
	char *base = map(NULL, room, PROT_NONE, 0);
	char *p = base + (-(unsigned long)base & (TABLE_ALIGN - 1)) + offset;

	map(p, len, RW, MAP_FIXED);
	if (p > base)
		munmap(base, p - base);
	if (p + len < base + room)
		munmap(p + len, base + room - p - len);
	return p;
}

/*
 * map_guarded - the same with an inaccessible page on both sides, so that it
 * does not become one VMA with its neighbours
 */
void *map_guarded(size_t pages)
{
	char *p = map(NULL, (pages + 2) * page_size, PROT_NONE, 0);

	return map(p + page_size, pages * page_size, RW, MAP_FIXED);
}

void unmap_pages(void *p, size_t pages)
{
	if (munmap(p, pages * page_size))
		die("munmap: %s", strerror(errno));
}

/* touch - write @value + n into page n */
void touch(void *p, size_t pages, unsigned long value)
{
	size_t n;

	for (n = 0; n < pages; n++)
		*word(p, n) = value + n;
}

/* check_pages - how many pages do not hold what touch() wrote */
unsigned long check_pages(void *p, size_t pages, unsigned long value)
{
	unsigned long bad = 0;
	size_t n;

	for (n = 0; n < pages; n++)
		bad += *word(p, n) != value + n;
	return bad;
}

/* enough_memory - may @pages be touched without reclaim or OOM? */
int enough_memory(size_t pages)
{
	struct sysinfo si;

	if (sysinfo(&si))
		return 0;
	return pages * page_size / 3 * 4 < (si.freeram + si.bufferram) * si.mem_unit;
}
