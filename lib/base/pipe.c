#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include "base/pipe.h"

#include <errno.h>
#include <fcntl.h>

void vol_pipe_widen(int fd)
{
#ifdef F_SETPIPE_SZ
    int saved = errno;
    int held = fcntl(fd, F_GETPIPE_SZ);

    if (held >= 0 && held < VOL_PIPE_BLOCK)
        (void)fcntl(fd, F_SETPIPE_SZ, VOL_PIPE_BLOCK);
    errno = saved;
#else
    (void)fd;
#endif
}
