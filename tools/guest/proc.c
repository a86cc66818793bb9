// SPDX-License-Identifier: GPL-2.0
/* What the kernel says, and is told, in /proc and /sys. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define SOFT_DIRTY	55	/* bit of an entry of pagemap */
#define CHUNK		64UL	/* entries read at a time */

/* read_file - whole, as a string; returns its length, -1 if it does not open */
ssize_t read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY);
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -1;
	while (len < size - 1 && (n = read(fd, buf + len, size - 1 - len)) > 0)
		len += n;
	close(fd);
	buf[len] = '\0';
	return n < 0 ? -1 : (ssize_t)len;
}

int write_file(const char *path, int flags, const char *text)
{
	int fd = open(path, O_WRONLY | flags);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	close(fd);
	return n < 0 ? -1 : 0;
}

/* kernel_writes - at @p on the caller's behalf? It gets EFAULT otherwise. */
int kernel_writes(char *p)
{
	int fd = open("/dev/zero", O_RDONLY);
	int refused;

	if (fd < 0)
		die("/dev/zero: %s", strerror(errno));
	refused = read(fd, p, 1) == -1 && errno == EFAULT;
	close(fd);
	return !refused;
}

/* ---- huge pages ---- */

static unsigned long huge_page_size(void)
{
	static const char field[] = "Hugepagesize:";
	static char buf[8192];
	char *p;

	if (read_file("/proc/meminfo", buf, sizeof(buf)) < 0)
		return 0;
	p = strstr(buf, field);
	return p ? strtoul(p + strlen(field), NULL, 10) << 10 : 0;
}

/*
 * nr_hugepages - set it, unless @nr is negative, and return what it is
 *
 * By sysfs, which a kernel without /proc/sys has too.
 */
static long nr_hugepages(unsigned long size, long nr)
{
	char path[96], buf[32];

	snprintf(path, sizeof(path),
		 "/sys/kernel/mm/hugepages/hugepages-%lukB/nr_hugepages", size >> 10);
	if (nr >= 0) {
		snprintf(buf, sizeof(buf), "%ld", nr);
		write_file(path, 0, buf);
	}
	return read_file(path, buf, sizeof(buf)) > 0 ? atol(buf) : -1;
}

/* take_huge_pages - reserve @nr more, of @size bytes each, or say why not */
const char *take_huge_pages(int nr, size_t *size)
{
	long had;

	*size = huge_page_size();
	had = nr_hugepages(*size, -1);
	if (!*size || had < 0)
		return "kernel without hugetlb";
	if (nr_hugepages(*size, had + nr) >= had + nr)
		return NULL;
	nr_hugepages(*size, had);
	return "huge pages cannot be reserved";
}

void give_huge_pages(int nr)
{
	unsigned long size = huge_page_size();

	nr_hugepages(size, nr_hugepages(size, -1) - nr);
}

/* ---- soft-dirty pages ---- */

/* soft_dirty - how many of the @pages at @p are, -1 if nobody says */
long soft_dirty(void *p, size_t pages)
{
	unsigned long long entry[CHUNK];
	int fd = open("/proc/self/pagemap", O_RDONLY);
	size_t at, n, i;
	long sum = 0;

	if (fd < 0)
		return -1;
	for (at = 0; at < pages && sum >= 0; at += n) {
		n = pages - at < CHUNK ? pages - at : CHUNK;
		if (pread(fd, entry, n * sizeof(*entry), ((unsigned long)p / page_size + at) *
			  sizeof(*entry)) != (ssize_t)(n * sizeof(*entry)))
			sum = -1;
		for (i = 0; i < n && sum >= 0; i++)
			sum += entry[i] >> SOFT_DIRTY & 1;
	}
	close(fd);
	return sum;
}

/* soft_dirty_works - is a page clean after clear_refs and dirty after a write? */
int soft_dirty_works(void)
{
	char *p = map_pages(1);
	int works;

	*word(p, 0) = 1;
	works = !write_file("/proc/self/clear_refs", 0, "4") && !soft_dirty(p, 1);
	*word(p, 0) = 2;
	works = works && soft_dirty(p, 1) == 1;
	unmap_pages(p, 1);
	return works;
}

/* ---- allocations that fail ---- */

/*
 * What fails is each allocation of a page, and each from the caches of KMALLOC, that must
 * not wait, of the one thread, and only while that is switched on. times is counted down
 * by each that has failed.
 */
#define SHORTAGE_PAGE	"/sys/kernel/debug/fail_page_alloc/"
#define SHORTAGE_SLAB	"/sys/kernel/debug/failslab/"
#define SHORTAGE_TIMES	1000000000L
#define SHORTAGE_PAGES	64	/* more than a gather holds without an allocation */

/* In which room for a batch of powerpc hash is; others have too much else in them. */
#define KMALLOC		"/sys/kernel/slab/kmalloc-8k/failslab"

static int make_it_fail = -1;

/* shortage - switch it on or off: nothing happens before shortage_begin() */
void shortage(int on)
{
	if (make_it_fail >= 0 && write(make_it_fail, on ? "1" : "0", 1) != 1)
		die("cannot switch the failing of allocations: %s", strerror(errno));
}

static int shortage_set(const char *dir, const char *file, long value)
{
	char path[96], text[24];

	snprintf(path, sizeof(path), "%s%s", dir, file);
	snprintf(text, sizeof(text), "%ld", value);
	return write_file(path, 0, text);
}

/* What both have; returns 0 if it can be set */
static int shortage_set_both(const char *file, long value)
{
	return shortage_set(SHORTAGE_PAGE, file, value) |
	       shortage_set(SHORTAGE_SLAB, file, value);
}

static long shortage_failed_of(const char *times)
{
	char buf[24];

	if (read_file(times, buf, sizeof(buf)) <= 0)
		return 0;
	return SHORTAGE_TIMES - atol(buf);
}

static long shortage_failed(void)
{
	return shortage_failed_of(SHORTAGE_PAGE "times") +
	       shortage_failed_of(SHORTAGE_SLAB "times");
}

/* shortage_works - does anything fail in a munmap(), which asks for pages without waiting? */
static int shortage_works(void)
{
	char *p = map_pages(SHORTAGE_PAGES);

	touch(p, SHORTAGE_PAGES, 1);
	shortage(1);
	unmap_pages(p, SHORTAGE_PAGES);
	shortage(0);
	return shortage_failed() > 0;
}

static int shortage_setup(void)
{
	return shortage_set_both("task-filter", 1) ||
	       shortage_set_both("ignore-gfp-wait", 1) ||
	       shortage_set(SHORTAGE_PAGE, "ignore-gfp-highmem", 0) ||
	       shortage_set(SHORTAGE_PAGE, "min-order", 0) ||
	       shortage_set(SHORTAGE_SLAB, "cache-filter", 1) ||
	       write_file(KMALLOC, 0, "1") ||
	       shortage_set_both("interval", 1) || shortage_set_both("space", 0) ||
	       shortage_set_both("verbose", 0) ||
	       shortage_set_both("times", SHORTAGE_TIMES) ||
	       shortage_set_both("probability", 100);
}

/* shortage_begin - get ready, or say why not; shortage_end() is called after both */
const char *shortage_begin(void)
{
	if (access(SHORTAGE_PAGE "times", F_OK) || access(SHORTAGE_SLAB "times", F_OK))
		return "kernel without FAIL_PAGE_ALLOC and FAILSLAB, or no debugfs";
	make_it_fail = open("/proc/thread-self/make-it-fail", O_WRONLY | O_CLOEXEC);
	if (make_it_fail < 0)
		return "no make-it-fail in /proc";
	if (shortage_setup())
		return "fail_page_alloc or failslab cannot be set";
	if (!shortage_works())
		return "no allocation fails that should";
	return shortage_set_both("times", SHORTAGE_TIMES) ? "times cannot be set" : NULL;
}

/* shortage_end - returns how many have failed */
long shortage_end(void)
{
	long failed = shortage_failed();

	if (make_it_fail < 0)
		return 0;
	if (shortage_set_both("probability", 0))
		die("allocations cannot be made to succeed again");
	close(make_it_fail);
	make_it_fail = -1;
	return failed;
}
