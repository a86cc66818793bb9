// SPDX-License-Identifier: GPL-2.0
/*
 * A workload of reclaim, which looks at the young bits of what is mapped
 *
 * Reclaim finds a page that was used, and looks at its neighbours as well while it has
 * the page table: lru_gen_look_around(). That clears up to 64 young bits in one go. It is
 * asked for by debugfs, and has PF_MEMALLOC then, as the reclaim of a task that needs
 * memory has. The pages are those of a RAM disk: file pages, which need no swap.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"
#include "reclaim.h"
#include "workload.h"

#define DISK		"/dev/ram0"
#define READ_AHEAD	"/sys/block/ram0/queue/read_ahead_kb"
#define ENABLED		"/sys/kernel/mm/lru_gen/enabled"
#define GENERATIONS	"/sys/kernel/debug/lru_gen"
#define PAGES		512UL
#define ROUNDS		10

/* youngest - the last generation of the only node */
static unsigned long youngest(void)
{
	static char text[8192];
	unsigned long seq = 0, got, age;
	char *line, *next;

	if (read_file(GENERATIONS, text, sizeof(text)) <= 0)
		die("cannot read %s: %s", GENERATIONS, strerror(errno));
	for (line = strtok_r(text, "\n", &next); line; line = strtok_r(NULL, "\n", &next))
		if (sscanf(line, " %lu %lu", &got, &age) == 2)
			seq = got;
	return seq;
}

static void command(const char *format, unsigned long seq)
{
	char text[64];

	snprintf(text, sizeof(text), format, seq);
	if (write_file(GENERATIONS, 0, text))
		die("%s in %s: %s", text, GENERATIONS, strerror(errno));
}

/* What was the youngest is old enough to be reclaimed after that. */
static void age(void)
{
	command("+ 0 0 %lu", youngest());
	command("+ 0 0 %lu", youngest());
}

/* disk_map - the pages of the disk, each written as touch() does, by itself */
static void *disk_map(void)
{
	unsigned long *page = calloc(1, page_size), n;
	int fd = open(DISK, O_RDWR | O_CLOEXEC);
	void *p = MAP_FAILED;

	for (n = 0; page && fd >= 0 && n < PAGES; n++) {
		*page = 1 + n;
		if (pwrite(fd, page, page_size, n * page_size) != (ssize_t)page_size)
			die("%s: %s", DISK, strerror(errno));
	}
	if (fd >= 0 && !fsync(fd))
		p = mmap(NULL, PAGES * page_size, PROT_READ, MAP_SHARED, fd, 0);
	free(page);
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

/* Each page is read between, and so is young again. */
static void reclaim_measure(struct run *r, void *p)
{
	unsigned long seq;

	run_begin(r);
	while (r->ops < ROUNDS) {
		run_pause(r);
		r->bad += check_pages(p, PAGES, 1);
		seq = youngest();
		age();
		run_resume(r);
		/* Of files alone, and as many as there are */
		command("- 0 0 %lu 0", seq);
		r->ops++;
	}
	run_end(r);
}

const char *reclaim_young(struct run *r, int arg)
{
	void *p;

	(void)arg;
	if (access(ENABLED, W_OK) || access(GENERATIONS, W_OK))
		return "kernel without LRU_GEN, or no debugfs";
	/* Else what was reclaimed comes back in folios of more than one page. */
	if (write_file(READ_AHEAD, 0, "0"))
		return "no RAM disk";
	if (write_file(ENABLED, 0, "y"))
		return "LRU_GEN cannot be enabled";
	p = disk_map();
	if (!p)
		return "the RAM disk cannot be mapped";
	reclaim_measure(r, p);
	r->bad += check_pages(p, PAGES, 1);
	munmap(p, PAGES * page_size);
	write_file(ENABLED, 0, "n");
	return NULL;
}
