/* realvar.h: the variance of one day as it was measured: what forecasts of variance are made from and judged
 * by. */
#ifndef VOL_SIGNAL_REALVAR_H
#define VOL_SIGNAL_REALVAR_H

#include "signal/days.h"

enum vol_realvar {
    VOL_REALVAR_RANGE,  /* Garman-Klass of the session plus the overnight return squared (realized.h, one day)
                         */
    VOL_REALVAR_SQUARED /* the return squared: unbiased too, with fourteen times the noise */
};

/* The variance of DAY into *Y; null, or why it has none, in a word: no_return (the first day), gap (more than
 * a week since the day before, so that its return is of more than a day), suspect_split, bad_bar, no_open,
 * no_range. */
const char *vol_realvar_of(enum vol_realvar measure, const struct vol_day *day, double *y);

#endif
