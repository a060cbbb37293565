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

enum vol_varswap_status {
    VOL_VARSWAP_OK,
    VOL_VARSWAP_NO_SMILE,   /* no smile at that time */
    VOL_VARSWAP_NO_WING,    /* the smile ends where the options are still worth something */
    VOL_VARSWAP_STEEP_WING, /* the strip has no finite value */
    VOL_VARSWAP_WING_SHARE  /* more than a third of it is the wings': the model's word, not the market's */
};

/* "ok", "no_smile", "no_wing", "steep_wing", "wing_share". */
const char *vol_varswap_status_name(enum vol_varswap_status status);

struct vol_varswap {
    enum vol_varswap_status status;
    double variance; /* fair, per year of the surface's clock; NaN unless OK */
    double wing;     /* the share of it that strikes beyond the fitted quotes contribute; NaN unless OK or
                        WING_SHARE */
};

/* Of the surface SLICES[N] (tenor.h) at T years. The strip is summed until it is worth nothing, at most to
 * thirty thousand standard deviations: a wing just below Lee's slope of 2 falls that slowly. NO_WING and
 * STEEP_WING: the rest of the strip where the smile, or the sum, ends would be more than a thousandth of it.
 */
void vol_varswap_run(const struct vol_slice *slices, size_t n, double t, struct vol_varswap *out);

#endif
