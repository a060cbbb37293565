/* garch.h: GARCH(1,1), GJR and EGARCH: variances of a series of returns, their likelihood, their forecasts.
 *
 * Returns r with constant mean: e = r - mu, z = e / sqrt(h), z standard normal.
 *
 *   GARCH   h' = omega + alpha e^2 + beta h                                         Bollerslev 1986
 *   GJR     h' = omega + (alpha + gamma [e < 0]) e^2 + beta h Glosten-Jagannathan-Runkle 1993 EGARCH  ln h' =
 * omega + alpha (|z| - sqrt(2/pi)) + gamma z + beta ln h          Nelson 1991
 *
 * where h' is the variance of the next return. Before the first return stands the sample: e^2 = h = the mean
 * of all e^2 (Fiorentini-Calzolari-Panattoni 1996); GJR takes half of gamma for it, EGARCH no news. Variances
 * have the unit of the returns squared. A vector of parameters has VOL_GARCH_N places in the order of the
 * enum; GARCH keeps gamma at 0.
 */
#ifndef VOL_SIGNAL_GARCH_H
#define VOL_SIGNAL_GARCH_H

#include <stddef.h>

#include "base/error.h"

enum vol_garch_kind { VOL_GARCH, VOL_GARCH_GJR, VOL_GARCH_EGARCH };

enum { VOL_GARCH_MU, VOL_GARCH_OMEGA, VOL_GARCH_ALPHA, VOL_GARCH_GAMMA, VOL_GARCH_BETA, VOL_GARCH_N };

/* What a pass over the returns gives. */
struct vol_garch_pass {
    double loglik; /* Gaussian, with its constant; -infinity or NaN where a variance is not positive */
    double next;   /* variance of the return after the last */
    double grad[VOL_GARCH_N];                 /* d loglik / d parameter */
    double matrix[VOL_GARCH_N * VOL_GARCH_N]; /* what vol_garch_score was asked for */
};

/* Run the filter over R[0..N), N >= 1, all finite. H (may be null): the variance of each return. */
void vol_garch_filter(enum vol_garch_kind kind, const double p[VOL_GARCH_N], const double *r, size_t n,
                      double *h, struct vol_garch_pass *out);

/* The same with the gradient, and a matrix: none, the sum of the outer products of the scores of the returns,
 * or the information that they are expected to have given their variances: the sum of d d' / 2, d the
 * derivative of ln h, and of 1 / h for mu (Fiorentini-Calzolari-Panattoni 1996, eq. 6). */
enum vol_garch_matrix { VOL_GARCH_NONE, VOL_GARCH_OUTER, VOL_GARCH_INFORMATION };
void vol_garch_score(enum vol_garch_kind kind, const double p[VOL_GARCH_N], const double *r, size_t n,
                     enum vol_garch_matrix matrix, struct vol_garch_pass *out);

/* The variance of the next return, from that of this one, H, and this return, R: the filter's step. */
double vol_garch_step(enum vol_garch_kind kind, const double p[VOL_GARCH_N], double h, double r);

/* Expected variance of the K-th return ahead, K >= 1, NEXT being that of the first. EGARCH: the closed form
 * of the expectation for normal z (Nelson 1991, Theorem A1.2 for a finite horizon). */
double vol_garch_ahead(enum vol_garch_kind kind, const double p[VOL_GARCH_N], double next, size_t k);

/* The mean of vol_garch_ahead over 1 .. HORIZON. */
double vol_garch_mean_ahead(enum vol_garch_kind kind, const double p[VOL_GARCH_N], double next,
                            size_t horizon);

/* What a shock decays by in a day: alpha + gamma / 2 + beta, or beta for EGARCH. */
double vol_garch_persistence(enum vol_garch_kind kind, const double p[VOL_GARCH_N]);

#endif
