/* hmm.h: a hidden Markov chain whose states show themselves through Gaussians.
 *
 * The state of a day hangs on that of the day before by fixed probabilities; what is seen, on the state. What
 * is told of a day is its forward (filtered) probability given that day and those before, never a smoothed
 * one, which would know the days after. Estimation by Baum and Welch (1970), scaled as in Rabiner (1989,
 * section V.A); within the span that is fitted it does look both ways, which is why the span must end where
 * the knowledge of the caller ends.
 */
#ifndef VOL_SIGNAL_HMM_H
#define VOL_SIGNAL_HMM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "signal/gmm.h"

struct vol_hmm {
    struct vol_gmm emission;     /* a component a state; its weights are the shares of the states */
    double start[VOL_GMM_K_MAX]; /* probability of each state on the first day */
    double turn[VOL_GMM_K_MAX][VOL_GMM_K_MAX]; /* from the state of the row to that of the column */
};

/* Fit K states to N rows, in time's order, of D columns (NaN in the last: missing, as in gmm.h), from a
 * mixture (vol_gmm_fit with OPTIONS) whose states last 20 days. OPTIONS' tolerance and max_steps hold for the
 * mixture and again for the chain; FIT, which may be null, tells of the latter. Errors as vol_gmm_fit. */
enum vol_status vol_hmm_fit(struct vol_hmm *hmm, const double *x, size_t n, size_t d, size_t k,
                            const struct vol_gmm_options *options, struct vol_gmm_fit *fit,
                            struct vol_error *err);

/* The same from the parameters that HMM has. */
enum vol_status vol_hmm_refit(struct vol_hmm *hmm, const double *x, size_t n,
                              const struct vol_gmm_options *options, struct vol_gmm_fit *fit,
                              struct vol_error *err);

/* Whether `start` and each row of `turn` are probabilities that sum to 1 (to 1e-6). */
bool vol_hmm_check(const struct vol_hmm *hmm);

/* One day of the filter: P[K], the probabilities after X, from BEFORE[K], those of the day before (null on
 * the first day); they may be the same. Returns ln p(x | days before), NaN when X is not finite (P is NaN
 * then). */
double vol_hmm_filter(const struct vol_hmm *hmm, const double *x, const double *before, double *p);

/* Sort the states by their mean in COLUMN, the least first. */
void vol_hmm_order(struct vol_hmm *hmm, size_t column);

#endif
