/* stream.h: inputs for tests of the record layer: files, pipes that are fed piece by piece, and readers of
 * both. */
#ifndef VOL_TESTS_STREAM_H
#define VOL_TESTS_STREAM_H

#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/reader.h"
#include "unit.h"

struct stream {
    char path[64]; /* of a temporary file, or of a descriptor */
    int fd;        /* the end of a pipe that we read, or -1 */
    pid_t feeder;
};

static inline void stream_write(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);

        if (done <= 0)
            abort();
        bytes += done;
        n -= (size_t)done;
    }
}

/* A file that holds BYTES. */
static inline struct stream stream_file(const char *bytes, size_t n)
{
    struct stream s = {"/tmp/volpipe-test-XXXXXX", -1, 0};
    int fd = mkstemp(s.path);

    if (fd < 0)
        abort();
    stream_write(fd, bytes, n);
    close(fd);
    return s;
}

/* A pipe into which a child writes BYTES, PIECE bytes with each write. */
static inline struct stream stream_pipe(const char *bytes, size_t n, size_t piece)
{
    struct stream s = {"", -1, 0};
    int fds[2];

    if (pipe(fds) != 0 || (s.feeder = fork()) < 0)
        abort();
    if (s.feeder == 0) {
        close(fds[0]);
        while (n > 0) {
            size_t some = n < piece ? n : piece;

            stream_write(fds[1], bytes, some);
            bytes += some;
            n -= some;
        }
        _exit(0);
    }
    close(fds[1]);
    s.fd = fds[0];
    snprintf(s.path, sizeof s.path, "/dev/fd/%d", s.fd);
    return s;
}

static inline void stream_end(struct stream *s)
{
    if (s->fd < 0) {
        unlink(s->path);
        return;
    }
    close(s->fd);
    waitpid(s->feeder, NULL, 0);
}

#endif
