/* parity.h: forward and discount of one expiry from put-call parity of European options.
 *
 * At each strike with both sides quoted, C - P = D (F - K). With h = half the call's spread + half the put's
 * the difference of the mids cannot be off by more than h without an executable arbitrage. So: a weighted
 * regression of C - P on K near the money, weights 1/h^2, made robust by Tukey's biweight on the residuals in
 * units of h (stale or crossed pairs get weight 0).
 *
 * The slope says little about D at short dates (on SPX 2019 the rate implied is off by 719 bp under 3 days,
 * 35 bp at 30 to 60 days), so D is anchored. There is a prior rate with an uncertainty:
 *     - with a curve, t < 60/365: the curve's discount is taken as it is, and only F is estimated;
 *     - with a curve, longer:     the curve's rate +- 0.50 % enters the regression as one more observation,
 * so that D is the curve's where quotes are poor and the quotes' where they are good;
 *     - without a curve:          a rate of 0 +- 5 % enters likewise: the slope decides as soon as its
 * standard error is below some per cent, and D tends to 1 where it is not.
 *
 * Within the bounds that no trade may break: where the executable bands of all pairs that count have a level
 * in common, F lies in it.
 *
 * American options break the equality by their early-exercise premium; near the money and for short dates
 * that is below the spread, beyond it the status says so.
 */
#ifndef VOL_PRICE_PARITY_H
#define VOL_PRICE_PARITY_H

#include <stddef.h>

/* Call and put of one strike. */
struct vol_parity_pair {
    double strike, call_bid, call_ask, put_bid, put_ask;
};

/* Of the rate, around 0, when there is no curve: per year. */
#define VOL_PARITY_BLIND_SD 0.05

enum vol_parity_status {
    VOL_PARITY_OK,
    VOL_PARITY_NO_PAIRS,     /* no strike with a positive bid and an ask not below it on both sides */
    VOL_PARITY_INCONSISTENT, /* half or more of the pairs near the money cannot be traded at this forward */
    VOL_PARITY_UNSETTLED     /* American: forward and spot, each of which needs the other, were not found */
};

struct vol_parity {
    enum vol_parity_status status;
    double forward, discount; /* NaN unless VOL_PARITY_OK */
    double tried_forward,
        tried_discount; /* what fits best, also where it is refused; NaN: nothing was fitted */
    double forward_error, discount_error; /* standard errors; discount_error 0: taken from the curve */
    size_t n_pairs;                       /* pairs that are usable */
    size_t n_used;                        /* pairs near the money that were given a weight */
    double residual;                      /* median |C - P - D (F - K)| / h of the pairs near the money */
};

/* Whether both sides are quoted: positive strike and bids, no ask below its bid, all of a size that can be
 * squared. */
int vol_parity_usable(const struct vol_parity_pair *pair);

/* "ok", "no_pairs", "inconsistent", "unsettled" */
const char *vol_parity_status_name(enum vol_parity_status status);

/* Estimate from N pairs in ascending order of strike (each strike once). T > 0 in years. CURVE_DISCOUNT: of
 * the curve, or NaN. SCRATCH: room for 5 N doubles. Always fills *OUT; returns out->status. */
enum vol_parity_status vol_parity_estimate(const struct vol_parity_pair *pairs, size_t n, double t,
                                           double curve_discount, double *scratch, struct vol_parity *out);

/* The same with the discount as it is given, positive, and its standard error: only F is estimated. */
enum vol_parity_status vol_parity_estimate_at(const struct vol_parity_pair *pairs, size_t n, double t,
                                              double discount, double discount_error, double *scratch,
                                              struct vol_parity *out);

#endif
