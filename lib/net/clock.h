/* clock.h: the one place at which the library looks at the clock: the ends of the pipe need one. */
#ifndef VOL_NET_CLOCK_H
#define VOL_NET_CLOCK_H

#include <stdint.h>

/* The instant now: nanoseconds since 1970-01-01T00:00:00Z (time.h). It may jump. */
int64_t vol_clock_now(void);

/* Nanoseconds that only grow, for durations and deadlines. */
int64_t vol_clock_steady(void);

/* Wait; a signal may end the wait early. */
void vol_clock_sleep(int64_t nanos);

#endif
