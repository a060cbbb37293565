/* varswap.h: the fair rate of a variance swap by replication over a fitted smile.
 *
 * The log contract as a strip of out-of-the-money options at all strikes: Demeterfi, Derman, Kamal and Zou,
 * "More than you ever wanted to know about volatility swaps" (Goldman Sachs 1999), equation 26, around the
 * forward: fair total variance = 2 (integral of P(k) e^-k for k < 0 + integral of C(k) e^-k for k > 0) dk
 * with undiscounted Black-76 prices per unit of forward. varindex.h has the same of a finite strip of quotes.
 */
#ifndef VOL_SURFACE_VARSWAP_H
#define VOL_SURFACE_VARSWAP_H

#include <stddef.h>

#include "base/error.h"
#include "surface/slice.h"

struct vol_varswap {
    double variance; /* fair, per year of the surface's clock */
    double wing;     /* the share of it that strikes beyond the fitted quotes contribute: the model's word */
};

/* Of the surface SLICES[N] (tenor.h) at T years. VOL_NO: no smile there, or it ends where the options are
 * still worth something (the rest of the strip would be more than a thousandth of it), or its wings are so
 * steep that the strip has no finite value within fifty standard deviations. */
enum vol_status vol_varswap_run(const struct vol_slice *slices, size_t n, double t, struct vol_varswap *out);

#endif
