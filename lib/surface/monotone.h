/* monotone.h: total variance between expiries that never falls where the expiries' own does not.
 *
 * At one log-moneyness the total variances of the expiries, nothing at time zero, are joined by Steffen's
 * cubics
 * ("A simple method for monotonic interpolation in one dimension", Astronomy and Astrophysics 239, 1990):
 * once continuously differentiable, so that the forward variance does not jump at an expiry as it does
 * between straight lines, and monotone wherever the data are. Each depends on the four expiries around it.
 */
#ifndef VOL_SURFACE_MONOTONE_H
#define VOL_SURFACE_MONOTONE_H

#include <stddef.h>

#include "base/error.h"

/* Expiries at a time in vol_monotone_derivatives: each interval depends on four. */
enum { VOL_MONOTONE_MAX = 4 };

/* Total variance OUT[0] at T and its derivative in time OUT[1] (the forward variance), from total variances
 * W[n] > 0 at times TIME[n], ascending and positive, all at one log-moneyness. Before the first expiry it
 * starts at zero; there is no value after the last. VOL_NO: T is not in (0, TIME[n - 1]]; VOL_EDATA: no
 * expiry, or numbers outside their domain. */
enum vol_status vol_monotone_variance(size_t n, const double *time, const double *w, double t, double out[2]);

/* The same for total variances with their first and second derivatives in log-moneyness, W[n][3]: at T all
 * three, OUT[0..2], and the derivative in time *OUT_T. N is at most VOL_MONOTONE_MAX, the expiries around T
 * (fewer than two before T only when there are no more). Which secant bounds a slope is a choice among linear
 * functions of the data, so the derivatives pass through it (from one side, where the choice changes). */
enum vol_status vol_monotone_derivatives(size_t n, const double *time, const double (*w)[3], double t,
                                         double out[3], double *out_t);

#endif
