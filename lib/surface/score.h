/* score.h: how well a slice of any model fits the quotes of its expiry, and whether it is free of arbitrage.
 *
 * The measures are those of svifit.h, read off the slice, so that models compare.
 */
#ifndef VOL_SURFACE_SCORE_H
#define VOL_SURFACE_SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "surface/arbitrage.h"
#include "surface/slice.h"
#include "surface/svifit.h"

struct vol_score {
    size_t points;
    double k_min, k_max; /* of the quotes; NaN without any */
    double rmse_vol;     /* root mean square of model vol - mid vol */
    double rmse_spread;  /* the same in half-spreads in vol; those below 0.01 vol points count as that */
    double inside;       /* share of quotes with vol_bid <= model vol <= vol_ask, to 1e-9 of them */
};

/* Score SLICE against QUOTES[N], ascending in k. VOL_NO: there are none, or the slice has no vol at one. */
enum vol_status vol_score_run(const struct vol_slice *slice, const struct vol_svifit_quote *quotes, size_t n,
                              struct vol_score *out);

/* The butterfly verdict of any slice: Durrleman's g on a uniform grid of [LOW, HIGH] cut to the slice's
 * reach, its least value refined by golden section, and Lee's bound on the slope of total variance at the
 * ends of that reach (far out, when the wings go on for ever). At the ends of a smile without wings there is
 * no slope to bound. VOL_EDATA: LOW >= HIGH after the cut. */
enum vol_status vol_score_butterfly(const struct vol_slice *slice, double low, double high, double tolerance,
                                    struct vol_butterfly *out, struct vol_error *err);

/* The calendar verdict of two slices of any model for k in [LOW, HIGH]: they cross where w_later < w_earlier
 * (1 - TOLERANCE), as in arbitrage.h; where one of them says nothing they are not compared. VOL_EDATA. */
enum vol_status vol_score_calendar(const struct vol_slice *earlier, const struct vol_slice *later, double low,
                                   double high, double tolerance, struct vol_crossing *out,
                                   struct vol_error *err);

#endif
