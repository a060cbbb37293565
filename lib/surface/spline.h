/* spline.h: a smile without a formula: an arbitrage-free cubic spline through bid and ask.
 *
 * The unknown is the undiscounted call price over the forward, c(x) at x = K / F, a cubic spline (C2) between
 * its breakpoints: its density c'' is linear between them, so that it is positive everywhere when it is at
 * the breakpoints. Beyond the outermost the price goes on as a power of x: c ~ x^-q on the right, put ~ x^q
 * on the left, with price and slope continuous; that is free of butterfly arbitrage for q > 0 and q > 1, and
 * total variance ends in a straight line with slope 2 - 4 (sqrt(q^2 + q) - q) (left: q - 1 in place of q),
 * below Lee's bound (Roger Lee, "The moment formula for implied volatility at extreme strikes", 2004; the
 * family is that of Benaim, Dodgson and Kainth, "An arbitrage-free method for smile extrapolation", 2008).
 *
 * The fit is a quadratic program in the spirit of Fengler ("Arbitrage-free smoothing of the implied
 * volatility surface", Quantitative Finance 9, 2009), in B-spline coefficients, which make every condition a
 * row of at most five neighbours (bandqp.h): positive density; prices between bid and ask, soft, at a
 * penalty that is exact where the quotes allow it; no less than the price of the expiry before at equal x
 * (calendar), on both wings too; as near to mid as the spread says and as smooth a density as that leaves.
 */
#ifndef VOL_SURFACE_SPLINE_H
#define VOL_SURFACE_SPLINE_H

#include <stddef.h>

#include "base/error.h"
#include "surface/arbitrage.h"
#include "surface/slice.h"
#include "surface/svifit.h"

/* A breakpoint: x, and there the price (of the put for x < 1, of the call otherwise), its slope and the
 * density. */
struct vol_spline_point {
    double x, price, slope, density;
};

struct vol_spline {
    struct vol_spline_point *point; /* ascending in x */
    size_t n, cap;
    double left, right; /* the powers q of the two wings */
};

enum vol_spline_status {
    VOL_SPLINE_OK,
    VOL_SPLINE_TOO_FEW,   /* fewer than VOL_SPLINE_MIN quotes */
    VOL_SPLINE_ONE_SIDED, /* no quote on one side of the forward */
    VOL_SPLINE_UNSOLVED,  /* the program found no solution (never seen on market data) */
    VOL_SPLINE_POOR,      /* more quotes are missed than the data deserve */
    VOL_SPLINE_ARBITRAGE  /* the verdict on the result is not "free" */
};

/* "ok", "too_few_quotes", "one_sided", "unsolved", "poor_fit", "arbitrage". */
const char *vol_spline_status_name(enum vol_spline_status status);

enum { VOL_SPLINE_MIN = 5 };

/* A fit is poor when its vols are off mid by more than this share of the vol at the forward and beyond bid
 * and ask by more than this many half-spreads, both as root mean squares. (Stale quotes that contradict each
 * other let no arbitrage-free smile inside all of them.) */
#define VOL_SPLINE_SHARE 0.05
#define VOL_SPLINE_MISS  1.0

struct vol_spline_fit {
    enum vol_spline_status status;
    size_t points;
    double k_min, k_max;            /* of the quotes */
    double rmse_vol;                /* root mean square of model vol - mid vol */
    double rmse_spread;             /* the same in half-spreads */
    double inside;                  /* share of quotes with vol_bid <= model vol <= vol_ask (to 1e-9) */
    double miss;                    /* root mean square of the distance beyond bid or ask, in half-spreads */
    int steps;                      /* of the interior-point method, all rounds together */
    struct vol_butterfly butterfly; /* verdict on the whole range of the breakpoints, and the wings */
    struct vol_crossing calendar; /* against the expiry before; free, with worst_k NaN, when there is none */
};

/* A point that the smile should not exceed: total variance W at log-moneyness K (the asks of later expiries,
 * so that an early smile leaves room for them). */
struct vol_spline_ceiling {
    double k, w;
};

void vol_spline_init(struct vol_spline *spline);
void vol_spline_free(struct vol_spline *spline);

/* Fit QUOTES[N], ascending in k, of an expiry T > 0 years of the vols' clock away. BEFORE is the smile of the
 * expiry before (null for the first), below which this one does not fall; CEILINGS[N_CEILINGS], in any order,
 * are soft. SPLINE holds a smile when the status in *OUT is VOL_SPLINE_OK or VOL_SPLINE_POOR, and is
 * untouched otherwise. Quotes with a half-spread below a hundredth of a vol point count as that. The same
 * quotes give the same bits. VOL_EDATA: quotes not strictly ascending, not finite, not positive, bid above
 * ask, or T not positive; VOL_EOS. */
enum vol_status vol_spline_fit(const struct vol_svifit_quote *quotes, size_t n, double t,
                               const struct vol_spline *before, const struct vol_spline_ceiling *ceilings,
                               size_t n_ceilings, struct vol_spline *spline, struct vol_spline_fit *out,
                               struct vol_error *err);

/* Fill the numbers of OUT from rmse_vol on (but for `steps`): how SPLINE keeps to the quotes, and its
 * verdicts. Half a spread counts as at least VOL_SPLINE_LEAST. */
#define VOL_SPLINE_LEAST 1e-4
void vol_spline_judge(const struct vol_svifit_quote *quotes, size_t n, double t,
                      const struct vol_spline *before, const struct vol_spline *spline,
                      struct vol_spline_fit *out);

/* Out-of-the-money price over forward at x = exp(K) (put for K < 0, call otherwise) and the ratios of its
 * first two derivatives in K to it: V[0] is the logarithm of the price. */
void vol_spline_price(const struct vol_spline *spline, double k, double v[3]);

/* Total variance at log-moneyness K and its first and second derivative, through Black's formula; defined for
 * every K. NaN where rounding leaves no price. */
void vol_spline_derivatives(const struct vol_spline *spline, double k, double w[3]);

/* Lee's slopes of total variance, both as positive numbers. */
double vol_spline_slope_left(const struct vol_spline *spline);
double vol_spline_slope_right(const struct vol_spline *spline);

/* The smile as a slice, trusted between K_MIN and K_MAX. SPLINE must outlive it. */
struct vol_slice vol_spline_slice(const struct vol_spline *spline, double t, double k_min, double k_max);

#endif
