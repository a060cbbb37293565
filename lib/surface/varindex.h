/* varindex.h: model-free implied variance of an expiry, and the 30-day index made of two.
 *
 * The rules of Cboe's "VIX White Paper" (2009 and later editions): the forward from the strike with the least
 * |call - put|, K0 the highest strike at or below it, out-of-the-money mids of all strikes with a bid up to
 * the second of two neighbouring strikes without one, each weighted by dK / K^2.
 */
#ifndef VOL_SURFACE_VARINDEX_H
#define VOL_SURFACE_VARINDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum vol_varindex_status {
    VOL_VARINDEX_OK,
    VOL_VARINDEX_NO_PAIR,     /* no strike with a two-sided call and put */
    VOL_VARINDEX_NO_K0,       /* no such strike at or below the forward */
    VOL_VARINDEX_FEW_STRIKES, /* no put below K0 or no call above it has a bid */
    VOL_VARINDEX_NO_RATE,     /* the discount rate is unknown */
    VOL_VARINDEX_NO_EXPIRIES, /* no two expiries around the target that the rule admits */
    VOL_VARINDEX_NEGATIVE     /* the variance is not positive */
};

/* "ok", "no_pair", "no_k0", "few_strikes", "no_rate", "no_expiries", "negative_variance". */
const char *vol_varindex_status_name(enum vol_varindex_status status);

/* Both options of a strike. A bid of 0, or one that is not a number, is no bid and counts towards the
 * cut-off; a crossed or askless quote is passed over as if it were not listed. */
struct vol_varindex_strike {
    double strike;
    double call_bid, call_ask, put_bid, put_ask;
};

struct vol_varindex {
    enum vol_varindex_status status;
    double forward, k0;
    double variance;   /* annualised: the square of the index of this expiry alone, as a decimal */
    double correction; /* (F/K0 - 1)^2 / t, which VARIANCE is net of */
    double low, high;  /* lowest and highest strike used */
    size_t strikes;    /* strikes used, K0 counted once */
};

/* The variance of one expiry T > 0 years away (the index counts minutes: T = minutes / 525600) with the
 * continuously compounded RATE; STRIKES[N] strictly ascending. A NaN rate gives VOL_VARINDEX_NO_RATE. VOL_OK
 * with the status in *OUT; VOL_EDATA: strikes not positive or not ascending, T not positive. */
enum vol_status vol_varindex_variance(const struct vol_varindex_strike *strikes, size_t n, double t,
                                      double rate, struct vol_varindex *out, struct vol_error *err);

/* An expiry that might be one of the two. */
struct vol_varindex_candidate {
    double t;    /* years */
    long date;   /* expiration date, any count of days: tells whether two settle on the same day */
    bool weekly; /* a Friday, or the day before one that is a holiday */
};

enum vol_varindex_rule {
    VOL_VARINDEX_FRIDAY, /* Cboe: weekly dates with 23 < days < 37 */
    VOL_VARINDEX_ANY     /* any expiry more than 7 days away: the nearest on both sides */
};

/* The two candidates on both sides of TARGET years: the last with t <= target and the first with t > target.
 * Of several that settle on one date the first to settle stands (the monthly SPX at the open, not the SPXW at
 * the close: Cboe's rule on third Fridays). CANDIDATES[N] ascending in t. VOL_NO when there are no two. */
enum vol_status vol_varindex_select(const struct vol_varindex_candidate *candidates, size_t n, double target,
                                    enum vol_varindex_rule rule, size_t *near, size_t *next);

/* The variance per year over TARGET years, linear in total variance between (T1, V1) and (T2, V2), T1 < T2.
 * The index in points is 100 times its root. */
double vol_varindex_blend(double t1, double v1, double t2, double v2, double target);

/* One option of a replicating strip. */
struct vol_varindex_option {
    double strike;
    double price; /* undiscounted (forward) price of the put below BOUNDARY, of the call above it */
};

/* Fair variance of a variance swap by a finite strip of options: Demeterfi, Derman, Kamal and Zou, "More than
 * you ever wanted to know about volatility swaps" (Goldman Sachs 1999), equations 26 to 30 and appendix A.
 * The log payoff around BOUNDARY is replaced by lines between the strikes; beyond the last strike on each
 * side the line goes on to one more step. PUTS descend from BOUNDARY, CALLS ascend from it, and both begin
 * with BOUNDARY itself; at least two of each. VOL_EDATA when they do not, or for a number out of its domain.
 */
enum vol_status vol_varindex_replicate(double forward, double boundary, double t,
                                       const struct vol_varindex_option *puts, size_t n_puts,
                                       const struct vol_varindex_option *calls, size_t n_calls,
                                       double *variance, struct vol_error *err);

#endif
