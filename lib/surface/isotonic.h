/* isotonic.h: the nearest sequence that does not fall.
 *
 * Weighted least squares under z[0] <= z[1] <= ..., solved exactly by pooling adjacent violators (Ayer and
 * others, "An empirical distribution function for sampling with incomplete information", 1955; Barlow and
 * others, "Statistical Inference under Order Restrictions", 1972): O(n).
 */
#ifndef VOL_SURFACE_ISOTONIC_H
#define VOL_SURFACE_ISOTONIC_H

#include <stddef.h>

#include "base/error.h"

/* Minimise the sum of weight[i] (z[i] - y[i])^2 over nondecreasing z. Z may be Y; otherwise they do not
 * overlap. SCRATCH[n] and COUNT[n] are the caller's. VOL_EDATA, with Z untouched: a value that is not finite
 * or a weight that is not positive and finite. */
enum vol_status vol_isotonic(size_t n, const double *y, const double *weight, double *z, double *scratch,
                             size_t *count);

/* The nearest vols without calendar arbitrage at one log-moneyness: T[n], ascending and positive, years of
 * the vols' clock; minimise the sum of weight[i] (out[i] - vol[i])^2 where out^2 t does not fall. With u =
 * vol sqrt(t) that is isotonic regression with weights weight / t, so the answer is the optimum and not an
 * approximation of it. WEIGHT may be null (all one). OUT may be VOL. SCRATCH[n] and COUNT[n] are the
 * caller's. VOL_EDATA as above, or for times that do not ascend, or vols that are negative. */
enum vol_status vol_isotonic_vols(size_t n, const double *t, const double *vol, const double *weight,
                                  double *out, double *scratch, size_t *count);

#endif
