/* score.h: how well a slice of any model fits the quotes of its expiry.
 *
 * The measures are those of svifit.h, read off the slice, so that models compare.
 */
#ifndef VOL_SURFACE_SCORE_H
#define VOL_SURFACE_SCORE_H

#include <stddef.h>

#include "base/error.h"
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

#endif
