/* svifit.h: fits raw SVI to the quotes of one expiry.
 *
 * The error of a quote is (model vol - mid vol) / half-spread in vol, so that each quote counts by how well
 * the market knows it; the fit minimises the sum of their squares. Method: for given (m, sigma) the other
 * three parameters are a linear least squares problem in total variance with box constraints, solved in
 * closed form (Zeliade Systems, De Marco and Martini, "Quasi-explicit calibration of Gatheral's SVI model",
 * 2009; here in the coordinates u = b sigma (1 + rho), v = b sigma (1 - rho), in which |rho| <= 1 and Lee's
 * bound are the box [0, 2 sigma]^2). A grid over (m, sigma) gives the starts, the best of which are finished
 * by Levenberg-Marquardt on all five parameters with the exact error. When the best smile has butterfly
 * arbitrage, a second search adds Durrleman's condition as a penalty that grows until the verdict is "free".
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
    VOL_SVIFIT_POOR        /* the error is larger than the data deserve: see vol_svifit_limits */
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
    bool penalised;                 /* the butterfly penalty was needed */
    struct vol_butterfly butterfly; /* verdict over VOL_SVIFIT_REACH times the fitted range, and the wings */
};

/* The butterfly verdict reaches this many times beyond the fitted quotes on each side. */
#define VOL_SVIFIT_REACH 3.0

/* Fit QUOTES[N], ascending in k, of an expiry T > 0 years away. Half-spreads below a hundredth of a vol point
 * count as that (locked quotes must not rule the fit). The same quotes give the same bits. VOL_OK with a
 * status inside *OUT; VOL_EDATA: quotes not ascending, not finite, not positive, or T not positive; VOL_EOS.
 */
enum vol_status vol_svifit_run(const struct vol_svifit_quote *quotes, size_t n, double t,
                               struct vol_svifit *out, struct vol_error *err);

#endif
