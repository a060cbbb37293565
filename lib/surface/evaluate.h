/* evaluate.h: one point of a surface: vol, local vol, density, and where it lies.
 */
#ifndef VOL_SURFACE_EVALUATE_H
#define VOL_SURFACE_EVALUATE_H

#include <stddef.h>

#include "base/error.h"
#include "surface/tenor.h"

enum vol_evaluate_status {
    VOL_EVALUATE_OK,
    VOL_EVALUATE_WING,       /* on a wing: the model's extrapolation within Lee's slopes, not quotes */
    VOL_EVALUATE_MATURITY,   /* before the first or behind the last expiry */
    VOL_EVALUATE_STRIKE,     /* beyond what the model says anything of */
    VOL_EVALUATE_NO_DELTA,   /* no strike of the smile has that delta */
    VOL_EVALUATE_NO_FORWARD, /* a strike was asked for, and the forward is unknown */
    VOL_EVALUATE_NEGATIVE    /* total variance is not positive there */
};

/* "ok", "wing", "outside_maturities", "outside_strikes", "no_such_delta", "no_forward", "not_positive". */
const char *vol_evaluate_status_name(enum vol_evaluate_status status);

enum vol_evaluate_axis { VOL_EVALUATE_STRIKES, VOL_EVALUATE_K, VOL_EVALUATE_DELTAS };

struct vol_evaluate {
    enum vol_evaluate_status status;
    double t, forward;
    double k, strike,
        delta;        /* of the point; the delta is undiscounted, of the option on the side asked for */
    double vol;       /* NaN, as the two below, unless status is OK or WING */
    double local_vol; /* of Dupire, at this forward and time; NaN also with one expiry only, and where the
                         surface has calendar or butterfly arbitrage */
    double density;   /* risk-neutral, per 1 of price; NaN also where it would be negative */
};

/* The point of the surface SLICES[N] (tenor.h) T years away, between the expiries by TIME, at X on AXIS: a
 * strike, a log-moneyness, or an undiscounted forward delta (a put's is negative). Without a forward strike
 * and density are NaN. Local variance is dw/dT / g(k): Gatheral, "The Volatility Surface" (2006),
 * equation 1.10, whose denominator is Durrleman's g; density is g(k) n(d2) / (K sqrt(w)): Gatheral and
 * Jacquier, arXiv:1204.0646, section 2.2. */
void vol_evaluate_at(const struct vol_slice *slices, size_t n, double t, enum vol_tenor_time time,
                     enum vol_evaluate_axis axis, double x, struct vol_evaluate *out);

#endif
