/* svisearch.h: the search for the raw SVI smile that describes quotes best, in scaled units.
 *
 * svifit.h is the door; this is the machinery behind it. Lengths of k are counted in at-the-forward standard
 * deviations s and total variances in s^2, so that every slice looks alike. A smile is (a, right, left, m,
 * sigma): W(x) = a + right P + left Q with y = x - m, P = (sqrt(y^2 + sigma^2) + y) / 2 and Q = P - y; right
 * and left are the slopes of the wings, in which |rho| <= 1 and Lee's bound are the box [0, 2 / s]^2.
 *
 * For given (m, sigma) the other three are a linear least squares problem in total variance with box
 * constraints, which has a closed form (De Marco and Martini, "Quasi-explicit calibration of Gatheral's SVI
 * model", Zeliade 2009). A grid over (m, sigma) gives the starts;
 * Levenberg-Marquardt with the exact derivatives and the error in vol finishes them, and after each of its
 * steps the linear problem is solved again, which follows the curved valley in which m and sigma trade off
 * against the rest. The starts are tried on the quotes merged into a few (vol_svisearch_merge).
 */
#ifndef VOL_SURFACE_SVISEARCH_H
#define VOL_SURFACE_SVISEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "surface/svi.h"

enum {
    VOL_SVISEARCH_PARAMS = 5,
    VOL_SVISEARCH_STARTS = 3,
    VOL_SVISEARCH_MERGED = 16, /* quotes on which the starts are tried */
    VOL_SVISEARCH_GUARDS = 40  /* places where the penalty looks at Durrleman's g */
};

/* A smile in scaled units, and its cost: the sum of the losses, and of the penalty where there is one. */
struct vol_svisearch_state {
    double a, right, left, m, sigma;
    double cost;
};

/* How an error of r half-spreads counts: r^2 where WIDTH is 0, else 1 - 1 / (1 + (r / WIDTH)^4) + FLAT r^2,
 * which is almost flat inside the spread, almost flat outside, and steep at its ends. */
struct vol_svisearch_loss {
    double width, flat;
};

/* The quotes of one slice: arrays of COUNT numbers, COUNT even and N or N + 1 (the last one then weighs
 * nothing). */
struct vol_svisearch {
    double *x; /* k / s, ascending */
    double *v; /* vol sqrt(t) / s */
    double *h; /* half-spreads in one unit of v: 1 / half-spread in v */
    size_t n, count;
    double s;         /* at-the-forward standard deviation, a pure number */
    double low, high; /* of x */
    struct vol_svisearch_loss loss;
    double penalty; /* 0: butterfly arbitrage costs nothing */
    double guard[VOL_SVISEARCH_GUARDS];
};

/* The smile of STATE in k, and back (with slopes and sigma drawn into their box). */
void vol_svisearch_to_svi(const struct vol_svisearch *s, const struct vol_svisearch_state *state,
                          struct vol_svi *svi);
void vol_svisearch_from_svi(const struct vol_svisearch *s, const struct vol_svi *svi,
                            struct vol_svisearch_state *state);

/* Complete COUNT, and the arrays behind N quotes. */
void vol_svisearch_fill_up(struct vol_svisearch *s);

/* S with its quotes merged into at most VOL_SVISEARCH_MERGED, neighbours together, in the arrays of ROOM. */
void vol_svisearch_merge(const struct vol_svisearch *s, double room[3 * VOL_SVISEARCH_MERGED],
                         struct vol_svisearch *out);

/* The best starts, best first, unfinished ones with an infinite cost. */
void vol_svisearch_seed(const struct vol_svisearch *s, struct vol_svisearch_state best[VOL_SVISEARCH_STARTS]);

/* The smile that is best for (M, SIGMA) by the linear problem alone. */
void vol_svisearch_best_for(const struct vol_svisearch *s, double m, double sigma,
                            struct vol_svisearch_state *out);

/* Levenberg-Marquardt from STATE, at most STEPS steps, on the loss and with the penalty that S has. */
void vol_svisearch_descend(const struct vol_svisearch *s, struct vol_svisearch_state *state, int steps);

#endif
