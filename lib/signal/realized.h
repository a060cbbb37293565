/* realized.h: how much a price moved: estimators of realised volatility over a window of days.
 *
 * Each estimates the variance of a day, close to close; times the trading days of a year (252; 365 for what
 * trades always), and the root of that. With o the overnight return, u, d and c the logarithms of high, low
 * and close over the open (days.h), over n days:
 *
 *   close-close     sample variance (n - 1) of the returns
 *   Parkinson       mean (u - d)^2 / (4 ln 2), plus mean o^2           Journal of Business 53 (1980)
 *   Garman-Klass    mean [(u - d)^2 / 2 - (2 ln 2 - 1) c^2] + mean o^2   Journal of Business 53 (1980), eq.
 * 20 Rogers-Satchell mean [u (u - c) + d (d - c)], plus mean o^2        Annals of Applied Probability 1
 * (1991) Yang-Zhang      var(o) + k var(c) + (1 - k) RS, n - 1 in both variances, RS without its o, k = 0.34
 * / (1.34 + (n + 1) / (n - 1))              Journal of Business 73 (2000) intraday        mean of the day's
 * squared bar returns, plus mean o^2; days of at least five bars
 *
 * Range estimators without the overnight part see only the session (of SPY's variance from 1998 to 2021 three
 * quarters), so that it is always added here, and given apart.
 *
 * A window with a day that has no return (a suspected split) has no estimate; one with a day without range
 * has none of those that need it. Where more than half of the opens equal the close before (the S&P 500
 * before 2006), the overnight part is not known: Yang-Zhang, which rests on it, is refused, the others stand,
 * since the range then begins at the close before.
 */
#ifndef VOL_SIGNAL_REALIZED_H
#define VOL_SIGNAL_REALIZED_H

#include <stddef.h>

#include "signal/days.h"

enum { VOL_REALIZED_BARS_MIN = 5, VOL_REALIZED_FLAGS_MAX = 96 };

/* Annual vols as decimals; NaN: none. */
struct vol_realized {
    size_t n;       /* days of the window that are there */
    unsigned flags; /* of days.h: those of any day; VOL_DAY_OPEN_IS_CLOSE only for more than half */
    double close_close, parkinson, garman_klass, rogers_satchell, yang_zhang, intraday, overnight;
};

/* The window of the last N (2 or more) days, PER_YEAR of them a year; all NaN while there are fewer, n then
 * tells how many. A day counts once it has a return: the first one of a history has none. */
struct vol_realized vol_realized_of(const struct vol_days *days, size_t n, double per_year);

/* The sum of the squared returns of the days with a date in (AFTER, newest], over SPAN calendar days, per
 * year of 365: the variance that a swap over that span pays. NaN: a return is missing, or the history does
 * not reach back to AFTER. *N gets the days. */
double vol_realized_since(const struct vol_days *days, int32_t after, int32_t span, size_t *n);

/* "no_range,suspect_split", or "" */
void vol_realized_flags(unsigned flags, char out[VOL_REALIZED_FLAGS_MAX]);

/* ---- cones ----------------------------------------------------------------------------------------------
 */

/* Where the realised vol of one horizon stands among all its windows. */
struct vol_cone {
    size_t n;              /* windows */
    double now;            /* of the latest window */
    double percentile;     /* share of the other windows below it, 0 to 100 */
    double min, q[5], max; /* q: 10, 25, 50, 75, 90 %, linear between the order statistics */
};

/* Close-close vol of every window of HORIZON (2 or more) days. VOL_NO: there is no window; VOL_EOS. */
enum vol_status vol_realized_cone(const struct vol_days *days, size_t horizon, double per_year,
                                  struct vol_cone *out);

#endif
