/* tenor.h: constant-maturity vols, and the 25-delta numbers of an interpolated smile.
 *
 * Between two expiries total variance is linear in the vols' own time at equal log-moneyness. There is no
 * extrapolation: a maturity before the first or after the last expiry has no value.
 */
#ifndef VOL_SURFACE_TENOR_H
#define VOL_SURFACE_TENOR_H

#include <stddef.h>

#include "base/error.h"
#include "surface/svi.h"

/* The smile of one expiry. */
struct vol_tenor_slice {
    double t; /* years of the clock that the vols count in, positive */
    struct vol_svi svi;
};

/* Total variance at log-moneyness K and T years; SLICES[N] ascending in t (of slices with equal t the first
 * counts). VOL_NO: T lies outside the listed expiries, or the total variance there is not positive. */
enum vol_status vol_tenor_variance(const struct vol_tenor_slice *slices, size_t n, double t, double k,
                                   double *w);

/* The vol of the same. */
enum vol_status vol_tenor_vol(const struct vol_tenor_slice *slices, size_t n, double t, double k,
                              double *vol);

/* The log-moneyness at which an option of T years has undiscounted forward delta DELTA under the smile's own
 * vol at its strike: N(d1) for a call (DELTA in (0, 1)), N(d1) - 1 for a put (DELTA in (-1, 0)). Found by
 * bisection outward from k = 0, so that of several strikes the one nearest to the forward counts. VOL_NO:
 * none within ten standard deviations, or no smile at T. VOL_EDATA: DELTA outside its domain. */
enum vol_status vol_tenor_strike(const struct vol_tenor_slice *slices, size_t n, double t, double delta,
                                 double *k);

struct vol_tenor_wings {
    double atm;       /* vol at k = 0 */
    double call, put; /* vols of the two strikes of the asked delta */
    double call_k, put_k;
    double risk_reversal; /* call - put */
    double butterfly;     /* (call + put) / 2 - atm */
};

/* The wings of the smile at T years at +DELTA and -DELTA, DELTA in (0, 0.5). VOL_NO and VOL_EDATA as above.
 */
enum vol_status vol_tenor_wings(const struct vol_tenor_slice *slices, size_t n, double t, double delta,
                                struct vol_tenor_wings *out);

#endif
