/* svifit.h: fits raw SVI to the quotes of one expiry.
 *
 * The error of a quote is (model vol - mid vol) / half-spread in vol, so that each quote counts by how well
 * the market knows it. First the sum of the squares is minimised (svisearch.h). Where that leaves quotes
 * outside their spread, a second search starts from there with a loss that asks less how far a quote is
 * missed than whether its spread is (struct vol_svisearch_loss): SVI has five parameters, a few quotes that
 * it cannot bend to then do not drag it out of the spreads of all others. Its smile is taken when it has more
 * quotes inside and its root mean square error in vol is at most 2.5 times the first one's.
 *
 * A smile with butterfly arbitrage never stands: the search is run again with a growing penalty on
 * Durrleman's condition (sviguard.h) until the verdict is "free". The box of the search holds |rho| <= 1 and
 * Lee's bound.
 */
#ifndef VOL_SURFACE_SVIFIT_H
#define VOL_SURFACE_SVIFIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "surface/arbitrage.h"
#include "surface/svi.h"

enum vol_svifit_status {
    VOL_SVIFIT_OK,
    VOL_SVIFIT_TOO_FEW,    /* fewer than VOL_SVIFIT_MIN quotes */
    VOL_SVIFIT_ONE_SIDED,  /* fewer than two quotes on one side of the forward */
    VOL_SVIFIT_DEGENERATE, /* no parameters inside the domain describe the quotes */
    VOL_SVIFIT_POOR        /* the error is larger than the data deserve: VOL_SVIFIT_POOR_SHARE */
};

/* "ok", "too_few_quotes", "one_sided", "degenerate", "poor_fit". */
const char *vol_svifit_status_name(enum vol_svifit_status status);

enum { VOL_SVIFIT_MIN = 7 }; /* five parameters and two degrees of freedom */

/* One quote: log-moneyness and the vols of mid, bid and ask (bid > 0, bid <= mid <= ask). */
struct vol_svifit_quote {
    double k;
    double vol, vol_bid, vol_ask;
};

struct vol_svifit {
    enum vol_svifit_status status;
    struct vol_svi svi; /* set when status is VOL_SVIFIT_OK or VOL_SVIFIT_POOR */
    size_t points;
    double k_min, k_max;            /* of the quotes fitted */
    double rmse_vol;                /* root mean square of model vol - mid vol */
    double rmse_spread;             /* the same in half-spreads */
    double inside;                  /* share of quotes with vol_bid <= model vol <= vol_ask */
    bool robust;                    /* the second search was taken: more quotes inside, larger squares */
    bool penalised;                 /* the butterfly penalty was needed */
    struct vol_butterfly butterfly; /* verdict over VOL_SVIFIT_REACH times the fitted range, and the wings */
};

/* Half-spreads in vol below this count as this: locked quotes must not rule a fit. */
#define VOL_SVIFIT_LEAST_HALF_SPREAD 1e-4

/* A fit is poor when it misses by more than this share of the at-the-forward vol and this many half-spreads,
 * root mean squares both. */
#define VOL_SVIFIT_POOR_SHARE   0.10
#define VOL_SVIFIT_POOR_SPREADS 3.0

/* The butterfly verdict reaches this many times beyond the fitted quotes on each side. */
#define VOL_SVIFIT_REACH 3.0

/* Fit QUOTES[N], ascending in k, of an expiry T > 0 years away. The same quotes give the same bits. VOL_OK
 * with a status inside *OUT; VOL_EDATA: quotes not ascending, not finite, not positive, or T not positive;
 * VOL_EOS.
 */
enum vol_status vol_svifit_run(const struct vol_svifit_quote *quotes, size_t n, double t,
                               struct vol_svifit *out, struct vol_error *err);

#endif
