/* essvisearch.h: the search for the eSSVI slice of one expiry inside the bounds that its neighbours set.
 *
 * essvifit.h is the door; this is the machinery behind it. The coordinates are theta, r = psi (1 + rho) and l
 * = psi (1 - rho), in which the conditions of essvi.h are a box for r and l and a closed-form interval for
 * theta. Levenberg-Marquardt with exact derivatives never leaves them: where theta lies at an end of its
 * interval and would go on, it follows that end as r and l move.
 */
#ifndef VOL_SURFACE_ESSVISEARCH_H
#define VOL_SURFACE_ESSVISEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "surface/essvi.h"
#include "surface/svifit.h"

enum { VOL_ESSVI_THETA, VOL_ESSVI_RIGHT, VOL_ESSVI_LEFT, VOL_ESSVISEARCH_PARAMS };

/* A slice in the coordinates of the search: theta, r, l; and the sum of squared errors in half-spreads. */
struct vol_essvisearch_point {
    double x[VOL_ESSVISEARCH_PARAMS];
    double cost;
};

/* What the neighbours leave: each coordinate between two numbers, and theta inside the bounds that the slices
 * BEFORE and AFTER set to it (null: none there; not owned). */
struct vol_essvisearch_bounds {
    double low[VOL_ESSVISEARCH_PARAMS], high[VOL_ESSVISEARCH_PARAMS];
    const struct vol_essvi *before, *after;
};

/* A slice without neighbours: free of butterfly arbitrage, and no more. */
extern const struct vol_essvisearch_bounds vol_essvisearch_no_bounds;

/* The quotes of one expiry, ascending in k, and its time in years. */
struct vol_essvisearch_quotes {
    const struct vol_svifit_quote *quotes;
    size_t n;
    double t;
};

struct vol_essvi vol_essvisearch_slice(const double x[VOL_ESSVISEARCH_PARAMS]);

/* Draw X into the bounds; false when its slopes leave theta nothing. */
bool vol_essvisearch_into_bounds(const struct vol_essvisearch_bounds *b, double x[VOL_ESSVISEARCH_PARAMS]);

/* Levenberg-Marquardt from P, which lies in the bounds; with ONLY_THETA the slopes stay. INFO, if not null,
 * becomes the diagonal of J'J: how much the quotes say about each coordinate. */
void vol_essvisearch_descend(const struct vol_essvisearch_quotes *e, const struct vol_essvisearch_bounds *b,
                             bool only_theta, struct vol_essvisearch_point *p,
                             double info[VOL_ESSVISEARCH_PARAMS]);

/* The total variance at the forward, by a line between the quotes on both sides, or of the nearest quote; N >
 * 0.
 */
double vol_essvisearch_variance_at_forward(const struct vol_essvisearch_quotes *e);

/* The fit of one expiry by itself, from the best of a few shapes; N > 0. */
void vol_essvisearch_alone(const struct vol_essvisearch_quotes *e, struct vol_essvisearch_point *best,
                           double info[VOL_ESSVISEARCH_PARAMS]);

#endif
