#include "net/clock.h"

#include <time.h>

#include "base/time.h"

static int64_t read_clock(clockid_t id)
{
    struct timespec t;

    return clock_gettime(id, &t) == 0 ? (int64_t)t.tv_sec * VOL_SECOND + t.tv_nsec : 0;
}

int64_t vol_clock_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t vol_clock_steady(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

void vol_clock_sleep(int64_t nanos)
{
    struct timespec t = {.tv_sec = (time_t)(nanos / VOL_SECOND), .tv_nsec = (long)(nanos % VOL_SECOND)};

    if (nanos > 0)
        nanosleep(&t, NULL);
}
