/* Pipes that hold a block. */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include "base/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "unit.h"

/* How many bytes go into FD before it would block. */
static size_t room(int fd)
{
    static const char page[4096];
    size_t n = 0;

    while (write(fd, page, sizeof page) == (ssize_t)sizeof page)
        n += sizeof page;
    UNIT(errno == EAGAIN);
    return n;
}

static void test_widen(void)
{
    int ends[2];

    UNIT(pipe(ends) == 0);
    UNIT(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    vol_pipe_widen(ends[1]);
    UNIT(room(ends[1]) >= VOL_PIPE_BLOCK);
    vol_pipe_widen(ends[0]); /* wide already, and full: as it was */
    close(ends[0]);
    close(ends[1]);
}

/* Whether the system lets this user have such a pipe at all. */
static int is_allowed(void)
{
    int ends[2], held;

    if (!UNIT(pipe(ends) == 0))
        return 0;
    held = fcntl(ends[1], F_SETPIPE_SZ, VOL_PIPE_BLOCK);
    close(ends[0]);
    close(ends[1]);
    return held >= VOL_PIPE_BLOCK;
}

/* What is no pipe, or not open, is let be, and errno with it. */
static void test_others(void)
{
    int fd = open("/dev/null", O_WRONLY);

    errno = ENOTTY;
    vol_pipe_widen(fd);
    close(fd);
    vol_pipe_widen(fd);
    UNIT(errno == ENOTTY);
}

int main(void)
{
    if (is_allowed())
        test_widen();
    else
        printf("    skipped: this user may not have a pipe of %d bytes\n", (int)VOL_PIPE_BLOCK);
    test_others();
    return unit_done("base/pipe");
}
