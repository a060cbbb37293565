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

/* Total variance OUT[0] at T and its derivative in time OUT[1] (the forward variance), from total variances
 * W[n] > 0 at times TIME[n], ascending and positive, all at one log-moneyness. Before the first expiry it
 * starts at zero; there is no value after the last. VOL_NO: T is not in (0, TIME[n - 1]]; VOL_EDATA: no
 * expiry, or numbers outside their domain. */
enum vol_status vol_monotone_variance(size_t n, const double *time, const double *w, double t, double out[2]);

#endif
