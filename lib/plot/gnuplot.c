#include "plot/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The system's words for errno value NUMBER, put before the place in ERR. */
static enum vol_status fail(struct vol_error *err, enum vol_status status, const char *what, int number)
{
    char words[128];

    if (strerror_r(number, words, sizeof words) != 0)
        strcpy(words, "unknown error");
    return vol_error_set(err, status, "%s: %s", what, words);
}

/* A file without a name, for what goes into gnuplot and for its complaints: no pipe can fill up or break. */
static int unnamed_file(void)
{
    const char *dir = getenv("TMPDIR");
    char path[512];
    size_t len;
    int fd;

    dir = dir != NULL && *dir != '\0' ? dir : "/tmp";
    len = strlen(dir);
    if (len + sizeof "/volpipe-XXXXXX" > sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(path, dir, len);
    memcpy(path + len, "/volpipe-XXXXXX", sizeof "/volpipe-XXXXXX");
    fd = mkstemp(path);
    if (fd >= 0) {
        unlink(path);
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    return fd;
}

static enum vol_status write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return VOL_EIO;
        bytes += done;
        n -= (size_t)done;
    }
    return lseek(fd, 0, SEEK_SET) == 0 ? VOL_OK : VOL_EIO;
}

static enum vol_status not_installed(struct vol_error *err)
{
    return vol_error_set(err, VOL_EUNAVAILABLE, "gnuplot is not installed (apt-get install gnuplot-nox)");
}

/* Start gnuplot on the three descriptors and wait for it; *EXITED becomes its wait status. */
static enum vol_status spawn(int in, int out, int complaints, int *exited, struct vol_error *err)
{
    static const char *const arguments[] = {"gnuplot", "-d", NULL}; /* -d: no start-up file */
    posix_spawn_file_actions_t actions;
    char *argv[3];
    pid_t pid;
    int failed;

    memcpy(argv, arguments, sizeof argv);
    if (posix_spawn_file_actions_init(&actions) != 0)
        return vol_error_set(err, VOL_EOS, "out of memory");
    failed = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    failed = failed != 0 ? failed : posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    failed = failed != 0 ? failed : posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
    failed = failed != 0 ? failed : posix_spawnp(&pid, "gnuplot", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed == ENOENT)
        return not_installed(err);
    if (failed != 0)
        return fail(err, VOL_EUNAVAILABLE, "gnuplot cannot be started", failed);
    while (waitpid(pid, exited, 0) < 0)
        if (errno != EINTR)
            return fail(err, VOL_EOS, "waiting for gnuplot failed", errno);
    /* Where the child cannot tell its parent (posix_spawn(3)), 127 says that it never became gnuplot. */
    return WIFEXITED(*exited) && WEXITSTATUS(*exited) == 127 ? not_installed(err) : VOL_OK;
}

/* The first line of gnuplot's complaints that says something, for the message. */
static enum vol_status complain(int complaints, struct vol_error *err)
{
    char text[400];
    ssize_t n = pread(complaints, text, sizeof text - 1, 0);
    char *line, *rest = text;

    text[n > 0 ? n : 0] = '\0';
    while ((line = strtok_r(rest, "\n", &rest)) != NULL)
        if (line[strspn(line, " ^\t")] != '\0')
            return vol_error_set(err, VOL_EINTERNAL, "gnuplot refused the script: %s", line);
    return vol_error_set(err, VOL_EINTERNAL, "gnuplot failed without a word");
}

/* Whether the file ends as a whole SVG or PNG does. */
static enum vol_status check_whole(int fd, const char *path, struct vol_error *err)
{
    static const char svg[] = "</svg>", png[] = "IEND\xae\x42\x60\x82";
    char tail[32] = "";
    off_t size = lseek(fd, 0, SEEK_END);
    ssize_t n;

    if (size > (off_t)sizeof tail) {
        n = pread(fd, tail, sizeof tail - 1, size - (off_t)(sizeof tail - 1));
        if (n == sizeof tail - 1 &&
            (strstr(tail, svg) != NULL || memcmp(tail + n - (sizeof png - 1), png, sizeof png - 1) == 0))
            return VOL_OK;
    }
    return vol_error_set(err, VOL_EIO, "%s: the picture is not whole (is the disk full?)", path);
}

/* Run SCRIPT[N] with OUT as gnuplot's standard output. */
static enum vol_status run(const char *script, size_t n, int out, struct vol_error *err)
{
    int in = unnamed_file(), complaints = unnamed_file(), exited = 0;
    enum vol_status status;

    if (in < 0 || complaints < 0 || write_all(in, script, n) != VOL_OK)
        status = fail(err, VOL_EIO, "a temporary file for gnuplot", errno);
    else
        status = spawn(in, out, complaints, &exited, err);
    if (status == VOL_OK && (!WIFEXITED(exited) || WEXITSTATUS(exited) != 0))
        status = complain(complaints, err);
    if (in >= 0)
        close(in);
    if (complaints >= 0)
        close(complaints);
    return status;
}

enum vol_status vol_gnuplot_draw(const char *script, size_t n, const char *path, struct vol_error *err)
{
    enum vol_status status;
    char *beside = malloc(strlen(path) + sizeof ".tmp");
    int out;

    if (beside == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    strcpy(beside, path);
    strcat(beside, ".tmp");
    out = open(beside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (out < 0) {
        status = fail(err, VOL_ECREATE, path, errno); /* `beside` is a name that nobody gave */
        goto done;
    }
    status = run(script, n, out, err);
    if (status == VOL_OK)
        status = check_whole(out, path, err);
    if (status == VOL_OK && rename(beside, path) != 0)
        status = fail(err, VOL_ECREATE, path, errno);
    close(out);
    if (status != VOL_OK)
        unlink(beside);
done:
    free(beside);
    return status;
}

enum vol_status vol_gnuplot_text(const char *script, size_t n, struct vol_buf *text, struct vol_error *err)
{
    char block[4096];
    int out = unnamed_file();
    enum vol_status status;
    ssize_t got = 0;

    if (out < 0)
        return fail(err, VOL_EIO, "a temporary file for gnuplot", errno);
    status = run(script, n, out, err);
    if (status == VOL_OK && lseek(out, 0, SEEK_SET) != 0)
        status = fail(err, VOL_EIO, "a temporary file for gnuplot", errno);
    while (status == VOL_OK && (got = read(out, block, sizeof block)) > 0)
        if (vol_buf_add(text, block, (size_t)got) != VOL_OK)
            status = vol_error_set(err, VOL_EOS, "out of memory");
    if (status == VOL_OK && got < 0)
        status = fail(err, VOL_EIO, "a temporary file for gnuplot", errno);
    close(out);
    return status;
}
