/* tenor.h: the surface between the expiries: constant maturities, strikes by delta, wings.
 *
 * A surface is an array of slices (slice.h), strictly ascending in t. Between
 * two of them total variance is linear in the vols' own time at equal log-moneyness, unless a function is
 * told otherwise. There is no extrapolation in time: a maturity before the first or after the last expiry has
 * no value.
 */
#ifndef VOL_SURFACE_TENOR_H
#define VOL_SURFACE_TENOR_H

#include <stddef.h>

#include "base/error.h"
#include "surface/slice.h"

/* How total variance runs in time between two expiries, at equal log-moneyness. */
enum vol_tenor_time {
    VOL_TENOR_LINEAR,
    VOL_TENOR_MONOTONE /* monotone.h: no jump of the forward variance at an expiry; from up to four expiries
                        */
};

/* The slices around T years: *AT the first with t >= T, *SHARE the weight of it, 1 when it is T itself; the
 * rest is the one before's. VOL_NO: T lies outside the listed expiries. */
enum vol_status vol_tenor_bracket(const struct vol_slice *slices, size_t n, double t, size_t *at,
                                  double *share);

/* Total variance at log-moneyness K and T years. VOL_NO: T lies outside the listed expiries, K outside what
 * one of the two slices says anything of, or the total variance there is not positive. */
enum vol_status vol_tenor_variance(const struct vol_slice *slices, size_t n, double t, double k, double *w);

/* The same with its first two derivatives in k, W[0..2], and its derivative in time *W_T. At an expiry the
 * derivative in time is that to the right; at the last one, to the left; NaN with a single slice. */
enum vol_status vol_tenor_derivatives(const struct vol_slice *slices, size_t n, double t, double k,
                                      double w[3], double *w_t);

/* The same by TIME; with MONOTONE the derivative in time is that of the curve. VOL_NO also where one of the
 * other slices of MONOTONE says nothing of K. */
enum vol_status vol_tenor_derivatives_by(const struct vol_slice *slices, size_t n, enum vol_tenor_time time,
                                         double t, double k, double w[3], double *w_t);

/* The vol of the same. */
enum vol_status vol_tenor_vol(const struct vol_slice *slices, size_t n, double t, double k, double *vol);

/* Where (T, K) lies: the worse of its two slices; outside when T is. */
enum vol_slice_place vol_tenor_place(const struct vol_slice *slices, size_t n, double t, double k);

/* The forward of T years: ln F is linear in time between the two expiries. NaN outside, or when one of the
 * two is unknown. */
double vol_tenor_forward(const struct vol_slice *slices, size_t n, double t);

/* The log-moneyness at which an option of T years has undiscounted forward delta DELTA under the smile's own
 * vol at its strike: N(d1) for a call (DELTA in (0, 1)), N(d1) - 1 for a put (DELTA in (-1, 0)). Found by
 * bisection outward from k = 0, so that of several strikes the one nearest to the forward counts. VOL_NO:
 * none within ten standard deviations or before the smile ends, or no smile at T. VOL_EDATA: DELTA outside
 * its domain. */
enum vol_status vol_tenor_strike(const struct vol_slice *slices, size_t n, double t, double delta, double *k);

/* The same by TIME. */
enum vol_status vol_tenor_strike_by(const struct vol_slice *slices, size_t n, enum vol_tenor_time time,
                                    double t, double delta, double *k);

struct vol_tenor_wings {
    double atm;       /* vol at k = 0 */
    double call, put; /* vols of the two strikes of the asked delta */
    double call_k, put_k;
    double risk_reversal; /* call - put */
    double butterfly;     /* (call + put) / 2 - atm */
};

/* The wings of the smile at T years at +DELTA and -DELTA, DELTA in (0, 0.5). VOL_NO and VOL_EDATA as above.
 */
enum vol_status vol_tenor_wings(const struct vol_slice *slices, size_t n, double t, double delta,
                                struct vol_tenor_wings *out);

#endif
