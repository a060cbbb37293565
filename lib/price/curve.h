/* curve.h: a zero curve: continuously compounded rates at a few tenors, and the discount between them.
 *
 * Between two tenors the logarithm of the discount, -r(t) t, is linear in t (so the instantaneous forward
 * rate is constant there, and the discount falls monotonically when no forward rate is negative). Before the
 * first and behind the last tenor the rate is that of the nearest one. Rates are decimals per year, times
 * years of 365 days.
 */
#ifndef VOL_PRICE_CURVE_H
#define VOL_PRICE_CURVE_H

#include <stddef.h>

#include "base/error.h"

enum { VOL_CURVE_MAX = 64 };

struct vol_curve {
    size_t n;                   /* points, ascending by t */
    double t[VOL_CURVE_MAX];    /* years, positive */
    double rate[VOL_CURVE_MAX]; /* 1/year, continuously compounded */
};

/* No points. */
void vol_curve_init(struct vol_curve *curve);

/* Add the point (T, RATE), or replace the rate of a point at exactly T. VOL_EDATA: T is not positive and
 * finite, or RATE is not finite; VOL_EOS: there are VOL_CURVE_MAX points already. */
enum vol_status vol_curve_set(struct vol_curve *curve, double t, double rate);

/* The zero rate to T; NaN for an empty curve or a T that is negative or not finite. T = 0 gives the first
 * rate. */
double vol_curve_rate(const struct vol_curve *curve, double t);

/* exp(-rate T); NaN as above, 1 at T = 0. */
double vol_curve_discount(const struct vol_curve *curve, double t);

#endif
