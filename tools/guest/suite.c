// SPDX-License-Identifier: GPL-2.0
/*
 * suite - run a list of other people's tests in a guest, one after the other
 *
 *   suite [-t SECONDS] [-T SECONDS] LIST [NAME...]
 *
 * A line of LIST is "NAME COMMAND ARG...", parted by blanks; a COMMAND with no
 * slash is one of the directory LIST is in, where every one is run. With NAMEs
 * only those lines are. A test that takes longer than -t is killed, with what it
 * has started; after -T seconds no further one is begun.
 *
 * Of what a test prints, the lines that are results of TAP or of LTP are passed
 * on as "suite: NAME: LINE"; at its end "suite: NAME exit STATUS" is printed,
 * STATUS being "timeout", "late" (not begun), or 128 + N for signal N.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_ARGS	64
#define MAX_LINE	1024

static long limit = 60, total = 1200;
static const char *dir;

static long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void say(const char *name, const char *what, const char *line)
{
	char out[MAX_LINE + 256];
	int n = snprintf(out, sizeof(out), "suite: %s%s %s\n", name, what, line);

	if (n >= (int)sizeof(out)) {
		n = sizeof(out) - 1;
		out[n - 1] = '\n';
	}
	if (write(STDOUT_FILENO, out, n) < 0)
		return;		/* no console: nobody to tell */
}

/* is_result - of TAP ("ok 1 x", also indented), or of LTP ("x  1  TPASS : y") */
static int is_result(const char *line)
{
	static const char * const words[] = {
		"TPASS", "TFAIL", "TBROK", "TCONF", "TWARN"
	};
	size_t i;

	line += strspn(line, " #");
	if (!strncmp(line, "ok ", 3) || !strncmp(line, "not ok ", 7))
		return 1;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *w = strstr(line, words[i]);

		/* LTP's own summary does not say these words, but a text may. */
		if (w && w > line && w[-1] == ' ' && strchr(" :", w[5]))
			return 1;
	}
	return 0;
}

/* feed - pass on the whole lines of @buf, and keep what is left of it */
static size_t feed(const char *name, char *buf, size_t len)
{
	char *line = buf, *end;

	while ((end = memchr(line, '\n', len - (line - buf)))) {
		*end = '\0';
		if (is_result(line))
			say(name, ":", line);
		line = end + 1;
	}
	len -= line - buf;
	memmove(buf, line, len);
	return len < MAX_LINE - 1 ? len : 0;
}

static void child(char *words, int out)
{
	char *argv[MAX_ARGS + 1];
	int argc = 0, null = open("/dev/null", O_RDONLY);

	while (argc < MAX_ARGS && (argv[argc] = strtok(argc ? NULL : words, " ")))
		argc++;
	argv[argc] = NULL;
	setpgid(0, 0);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	if (!argc || chdir(dir))
		_exit(126);
	/* From its own directory, where several tests look for their parts. */
	execvp(argv[0], argv);
	_exit(127);
}

/* watch - until @pid ends or is late; its status as a string */
static const char *watch(const char *name, pid_t pid, int fd)
{
	static char status[16];
	char buf[MAX_LINE];
	long end = now() + limit * 1000;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	ssize_t n;
	int st;

	for (;;) {
		n = 0;
		if (poll(&p, 1, 100) > 0)
			n = read(fd, buf + len, sizeof(buf) - len);
		if (n > 0)
			len = feed(name, buf, len + n);
		else if (waitpid(pid, &st, WNOHANG) == pid)
			break;
		else if (p.revents & POLLHUP)
			usleep(10000);
		if (now() > end) {
			kill(-pid, SIGKILL);
			waitpid(pid, &st, 0);
			return "timeout";
		}
	}
	kill(-pid, SIGKILL);
	snprintf(status, sizeof(status), "%d", WIFSIGNALED(st) ?
		 128 + WTERMSIG(st) : WEXITSTATUS(st));
	return status;
}

static void run(const char *name, char *words)
{
	const char *status;
	int p[2];
	pid_t pid;

	if (pipe(p))
		exit(1);
	pid = fork();
	if (!pid) {
		close(p[0]);
		child(words, p[1]);
	}
	close(p[1]);
	status = pid < 0 ? "255" : watch(name, pid, p[0]);
	close(p[0]);
	say(name, " exit", status);
	/* What it has left behind; children of ours, once it is gone. */
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static int chosen(const char *name, int n, char **names)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(name, names[i]))
			return 1;
	return !n;
}

static void setup(char *list)
{
	static char path[512];

	dir = dirname(strdup(list));
	snprintf(path, sizeof(path), "%s:/bin", dir);
	setenv("PATH", path, 1);
	setenv("TMPDIR", "/tmp", 1);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	mkdir("/dev/shm", 01777);
}

static void usage(void)
{
	fprintf(stderr, "usage: suite [-t SECONDS] [-T SECONDS] LIST [NAME...]\n");
	exit(2);
}

int main(int argc, char **argv)
{
	char line[MAX_LINE], *name, *words;
	long begin = now();
	FILE *f;
	int c;

	while ((c = getopt(argc, argv, "t:T:")) != -1) {
		if (c == 't' && atol(optarg) > 0)
			limit = atol(optarg);
		else if (c == 'T' && atol(optarg) > 0)
			total = atol(optarg);
		else
			usage();
	}
	if (optind == argc)
		usage();
	f = fopen(argv[optind], "r");
	if (!f) {
		fprintf(stderr, "suite: %s: %s\n", argv[optind], strerror(errno));
		return 1;
	}
	setup(argv[optind]);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		name = strtok_r(line, " ", &words);
		if (!name || !chosen(name, argc - optind - 1, argv + optind + 1))
			continue;
		if (now() - begin > total * 1000)
			say(name, " exit", "late");
		else
			run(name, words);
	}
	fclose(f);
	return 0;
}
