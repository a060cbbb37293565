/* garchfit.h: the models of garch.h fitted to returns by maximum likelihood.
 *
 * Gaussian likelihood (quasi maximum likelihood when the returns are not normal: then the robust standard
 * errors hold, Bollerslev-Wooldridge 1992). GARCH and GJR are held to omega > 0, alpha >= 0, alpha + gamma >=
 * 0, beta >= 0 and a persistence below 1, EGARCH to |beta| < 1. The search climbs by the expected information
 * (scoring, damped where a step would fall) on free coordinates: logarithm of the long-run variance, logits
 * of the rest; Newton steps in the parameters themselves close it.
 */
#ifndef VOL_SIGNAL_GARCHFIT_H
#define VOL_SIGNAL_GARCHFIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "signal/garch.h"

enum { VOL_GARCH_LEAST = 100 }; /* returns that a fit needs */

struct vol_garch_fit {
    enum vol_garch_kind kind;
    double p[VOL_GARCH_N];
    double se[VOL_GARCH_N]; /* from the inverse Hessian; NaN: gamma of GARCH, or held at its bound */
    double
        robust_se[VOL_GARCH_N]; /* Bollerslev-Wooldridge: H^-1 S H^-1, S the outer products of the scores */
    bool at_bound[VOL_GARCH_N]; /* held: alpha or beta at 0, or gamma at -alpha, which would else go beyond */
    double loglik;
    double next;     /* variance of the return after the last */
    double variance; /* of the returns about mu, by n */
    size_t n;
    int iterations;
};

/* Fit KIND to R[0..N). START (may be null): a fit of the same kind to a similar sample, where the search
 * begins. VOL_EDATA with words: fewer than VOL_GARCH_LEAST returns, one that is not finite, no variance, or
 * no maximum found (the likelihood is flat, or highest at a persistence of 1). VOL_EOS. */
enum vol_status vol_garch_fit(enum vol_garch_kind kind, const double *r, size_t n,
                              const struct vol_garch_fit *start, struct vol_garch_fit *out,
                              struct vol_error *err);

#endif
