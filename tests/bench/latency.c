/* latency.c: how long a record takes through a pipe of filters.
 *
 *     latency N RECORDS EXPECT -- COMMAND     (COMMAND is run by sh; RECORDS holds the lines of one round)
 *
 * The lines of one round are written at once, each with its @TS@ replaced by a later instant; the round ends
 * when a line that contains EXPECT has come out (the last line of RECORDS goes out after the clock was
 * started). Prints p50, p99 and p99.9 in milliseconds over N rounds.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void nap(int milliseconds)
{
    struct timespec t = {.tv_sec = 0, .tv_nsec = milliseconds * 1000000L};

    nanosleep(&t, NULL);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void send_all(int fd, const char *text, size_t n)
{
    while (n > 0) {
        ssize_t sent = write(fd, text, n);

        if (sent <= 0)
            exit(74);
        text += sent;
        n -= (size_t)sent;
    }
}

/* TEXT with its @TS@ replaced. */
static void expand(struct vol_buf *out, const char *text, int64_t ts)
{
    char instant[VOL_TIME_MAX];
    const char *at;

    vol_time_print(instant, ts);
    vol_buf_clear(out);
    while ((at = strstr(text, "@TS@")) != NULL) {
        vol_buf_add(out, text, (size_t)(at - text));
        vol_buf_add_str(out, instant);
        text = at + 4;
    }
    vol_buf_add_str(out, text);
}

/* Read until a line with EXPECT was seen. */
static void wait_for(int fd, struct vol_buf *seen, const char *expect)
{
    char block[65536];

    vol_buf_clear(seen);
    for (;;) {
        ssize_t n = read(fd, block, sizeof block);
        const char *at;

        if (n <= 0)
            exit(66);
        vol_buf_add(seen, block, (size_t)n);
        at = strstr(seen->data, expect);
        if (at != NULL && strchr(at, '\n') != NULL)
            return;
    }
}

static pid_t start(const char *command, int *to, int *from)
{
    int in[2], out[2];
    pid_t pid;

    if (pipe(in) != 0 || pipe(out) != 0 || (pid = fork()) < 0)
        exit(71);
    if (pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[0]);
        close(in[1]);
        close(out[0]);
        close(out[1]);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    *to = in[1];
    *from = out[0];
    return pid;
}

int main(int argc, char **argv)
{
    struct vol_buf text = VOL_BUF_INIT, round = VOL_BUF_INIT, seen = VOL_BUF_INIT;
    char block[65536];
    int n, i, to, from;
    double *ms;
    size_t got, last;
    FILE *f;

    if (argc != 6 || (n = atoi(argv[1])) <= 0 || (f = fopen(argv[2], "r")) == NULL) {
        fprintf(stderr, "usage: latency N RECORDS EXPECT -- COMMAND\n");
        return 64;
    }
    while ((got = fread(block, 1, sizeof block, f)) > 0)
        vol_buf_add(&text, block, got);
    fclose(f);
    ms = calloc((size_t)n, sizeof *ms);
    if (ms == NULL)
        return 71;
    signal(SIGPIPE, SIG_DFL);
    start(argv[5], &to, &from);
    for (i = -5; i < n; i++) {
        double started;

        expand(&round, text.data, INT64_C(1556309700) * VOL_SECOND + (i + 6) * VOL_SECOND);
        for (last = round.len - 1; last > 0 && round.data[last - 1] != '\n'; last--)
            ;
        if (last > 0) {
            send_all(to, round.data, last);
            nap(i < 0 ? 300 : 40); /* let the held records be read before the clock starts */
        }
        started = now();
        send_all(to, round.data + last, round.len - last);
        wait_for(from, &seen, argv[3]);
        if (i >= 0)
            ms[i] = now() - started;
    }
    close(to);
    while (read(from, block, sizeof block) > 0)
        ;
    wait(NULL);
    qsort(ms, (size_t)n, sizeof *ms, compare);
    printf("%.4f %.4f %.4f\n", ms[n / 2], ms[n - 1 - n / 100], ms[n - 1 - n / 1000]);
    vol_buf_free(&text);
    vol_buf_free(&round);
    vol_buf_free(&seen);
    free(ms);
    return 0;
}
