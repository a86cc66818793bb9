// SPDX-License-Identifier: GPL-2.0
/*
 * init - PID 1 of a guest: mounts, runs what the command line says, powers off
 *
 *   og.run=PROG[,ARG...][+PROG[,ARG...]...]
 *		programs of /bin, or absolute paths, one after the other; ';' may
 *		stand for '+'
 *	og.quiet	no kernel message below a warning on the console
 *	og.shell=NAME[,ROWS,COLUMNS]
 *		then a shell (/bin/sh, busybox) on the console, whose prompt is "NAME# "
 *
 * Prints "og: start PROG", "og: exit PROG STATUS" (128 + N for signal N), and
 * "debt NAME NUMBER" for each counter of the kernel's checker of TLB debts, where it
 * has one, what kmemleak finds where the kernel has that, and "og: done" when all programs
 * have been run.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_ARGS	32
#define KLOG_CONSOLE_LEVEL	8
#define SHOW_WARNINGS	5

static const char * const env[] = { "PATH=/bin", "HOME=/", "TMPDIR=/tmp", NULL };

/*
 * For workload: of a thread that is preempted, the kernel writes where it ran into
 * its rseq area. That makes a page dirty, which clear_refs then has to flush.
 */
static const char * const env_no_rseq[] = {
	"PATH=/bin", "HOME=/", "TMPDIR=/tmp", "GLIBC_TUNABLES=glibc.pthread.rseq=0", NULL
};

static const struct {
	const char *type, *dir;
} mounts[] = {
	{ "devtmpfs", "/dev" },
	{ "proc", "/proc" },
	{ "sysfs", "/sys" },
	{ "tmpfs", "/tmp" },
	{ "tracefs", "/sys/kernel/tracing" },
	{ "debugfs", "/sys/kernel/debug" },
};

/* say - one line by one write, so that kernel messages do not cut it */
static __attribute__((format(printf, 1, 2))) void say(const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(line)) {
		n = sizeof(line) - 1;
		line[n - 1] = '\n';
	}
	if (write(STDOUT_FILENO, line, n) < 0)
		return;		/* no console: nobody to tell */
}

static void open_console(const char *path)
{
	int fd = open(path, O_RDWR);
	int i;

	if (fd < 0)
		return;
	for (i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

static void mount_all(void)
{
	size_t i;

	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].dir, 0755);
		mount(mounts[i].type, mounts[i].dir, mounts[i].type, 0, NULL);
	}
	open_console("/dev/console");
}

/* read_cmdline - the kernel command line, empty when there is no /proc */
static char *read_cmdline(void)
{
	static char buf[4096];
	int fd = open("/proc/cmdline", O_RDONLY);
	ssize_t n = 0;

	if (fd >= 0) {
		n = read(fd, buf, sizeof(buf) - 1);
		close(fd);
	}
	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

static void exec_prog(char **argv)
{
	const char * const *vars = strcmp(argv[0], "workload") ? env : env_no_rseq;
	char path[256];

	snprintf(path, sizeof(path), "%s%s", *argv[0] == '/' ? "" : "/bin/", argv[0]);
	setsid();
	execve(path, argv, (char **)vars);
	say("og: cannot run %s: %s\n", path, strerror(errno));
	_exit(127);
}

/* wait_for - until @pid ends, reaping orphans meanwhile */
static int wait_for(pid_t pid)
{
	pid_t got;
	int status;

	do {
		got = wait(&status);
		if (got < 0 && errno != EINTR)
			return 255;
	} while (got != pid);

	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* run - one program, @spec is "PROG,ARG,..." and is cut up */
static void run(char *spec)
{
	char *argv[MAX_ARGS + 1];
	int argc = 0;
	pid_t pid;

	while (spec && argc < MAX_ARGS)
		argv[argc++] = strsep(&spec, ",");
	argv[argc] = NULL;

	say("og: start %s\n", argv[0]);
	pid = fork();
	if (pid == 0)
		exec_prog(argv);
	say("og: exit %s %d\n", argv[0], pid < 0 ? 255 : wait_for(pid));

	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/*
 * exec_shell - with a link to busybox for each of its commands that is no program here
 *
 * It reads /dev/tty: a job in the background that reads /dev/console is not stopped.
 */
static void exec_shell(const char *name)
{
	char prompt[128];
	char * const argv[] = { "sh", "-c", "busybox --install -s /bin; exec sh", NULL };
	char * const vars[] = { "PATH=/bin", "HOME=/", "TMPDIR=/tmp", "TERM=vt100", prompt, NULL };

	snprintf(prompt, sizeof(prompt), "PS1=%s# ", name);
	open_console("/dev/tty");
	execve("/bin/sh", argv, vars);
	say("og: cannot run /bin/sh: %s\n", strerror(errno));
	_exit(127);
}

/*
 * shell - at the console, as the terminal that its jobs have
 *
 * The session is this process's: when the leader of one ends its terminal is hung up,
 * and what was not sent yet is lost. @spec is "NAME[,ROWS,COLUMNS]" and is cut up.
 */
static void shell(char *spec)
{
	struct winsize size = { 0 };
	char *name = strsep(&spec, ",");
	pid_t pid;

	setsid();
	ioctl(STDIN_FILENO, TIOCSCTTY, 1);
	if (spec && sscanf(spec, "%hu,%hu", &size.ws_row, &size.ws_col) == 2)
		ioctl(STDIN_FILENO, TIOCSWINSZ, &size);

	pid = fork();
	if (pid == 0)
		exec_shell(name);
	say("og: exit sh %d\n", pid < 0 ? 255 : wait_for(pid));
}

/* say_debts - what the debt checker of the kernel has counted, where it is */
static void say_debts(void)
{
	static const char dir[] = "/sys/kernel/debug/tlb_debt";
	DIR *d = opendir(dir);
	struct dirent *e;
	unsigned long n;
	char path[512];
	FILE *f;

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		f = fopen(path, "r");
		if (f && fscanf(f, "%lu", &n) == 1)
			say("debt %s %lu\n", e->d_name, n);
		if (f)
			fclose(f);
	}
	if (d)
		closedir(d);
}

/* say_leaks - what kmemleak finds that nobody refers to, where it is */
static void say_leaks(void)
{
	static const char file[] = "/sys/kernel/debug/kmemleak";
	char line[256];
	FILE *f;

	/* The first scan sees what is young, which counts from the second one on. */
	for (int i = 0; i < 2; i++) {
		f = fopen(file, "w");
		if (!f)
			return;
		fputs("scan", f);
		fclose(f);
		sleep(6);
	}
	f = fopen(file, "r");
	while (f && fgets(line, sizeof(line), f))
		say("%s", line);
	if (f)
		fclose(f);
	say("og: leaks looked for\n");
}

/*
 * can_power_off - would RB_POWER_OFF end the machine?
 *
 * Where it would not, the kernel halts instead and never comes back. Of the
 * machines used here only a PC without ACPI has no way to switch itself off.
 */
static int can_power_off(void)
{
#ifdef __x86_64__
	return !access("/sys/firmware/acpi", F_OK);
#else
	return 1;
#endif
}

int main(void)
{
	char *cmdline, *opt, *runs = NULL, *prompt = NULL, *spec;

	mount_all();
	cmdline = read_cmdline();
	while ((opt = strsep(&cmdline, " \n"))) {
		if (!strncmp(opt, "og.run=", 7))
			runs = opt + 7;
		else if (!strncmp(opt, "og.shell=", 9))
			prompt = opt + 9;
		else if (!strcmp(opt, "og.quiet"))
			klogctl(KLOG_CONSOLE_LEVEL, NULL, SHOW_WARNINGS);
	}

	if (!runs && !prompt)
		say("og: no og.run= on the kernel command line\n");
	while ((spec = strsep(&runs, "+;")))
		if (*spec)
			run(spec);
	if (prompt)
		shell(prompt);

	say_debts();
	say_leaks();
	say("og: done\n");
	sync();
	if (can_power_off())
		reboot(RB_POWER_OFF);
	reboot(RB_AUTOBOOT);	/* QEMU's -no-reboot makes it an end */
	for (;;)
		pause();
}
