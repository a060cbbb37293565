/* gmm_step.h: the two halves of a step of EM over many rows, which mixture and Markov chain share.
 *
 * The rows are kept turned round in blocks, so that the loops over a block run in vectors; what belongs to a
 * row is found by VOL_GMM_AT. A NaN in the last column is a missing value: the density is that of the other
 * columns then, and the sums take its expectation given the others (Dempster, Laird and Rubin 1977,
 * section 4.1.3).
 */
#ifndef VOL_SIGNAL_GMM_STEP_H
#define VOL_SIGNAL_GMM_STEP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "signal/gmm.h"

enum { VOL_GMM_BLOCK = 64 };

struct vol_gmm_rows {
    size_t n, d, blocks;
    double *x;     /* blocks * d * VOL_GMM_BLOCK; behind the last row zeros; 0 for what is missing */
    double *there; /* blocks * VOL_GMM_BLOCK: 1, or 0 where the last column is missing; null: nowhere */
};

/* Where (row I, component J of K) stands in the arrays of densities and probabilities, which have
 * blocks * k * VOL_GMM_BLOCK elements. */
#define VOL_GMM_AT(i, j, k) (((i) / VOL_GMM_BLOCK * (k) + (j)) * VOL_GMM_BLOCK + (i) % VOL_GMM_BLOCK)

/* Copy N rows of D columns. VOL_EUSAGE: sizes; VOL_EDATA: a value that is not finite (NaN in the last column
 * excepted); VOL_EOS. */
enum vol_status vol_gmm_rows_init(struct vol_gmm_rows *rows, const double *x, size_t n, size_t d);
void vol_gmm_rows_free(struct vol_gmm_rows *rows);

/* ln(weight_j N_j(x_i)) into OUT by VOL_GMM_AT; behind the last row anything finite. */
void vol_gmm_densities(const struct vol_gmm *gmm, const struct vol_gmm_rows *rows, double *out);

/* Turn the log-densities of all rows into probabilities, in place; returns the mean log-likelihood. */
double vol_gmm_expect(const struct vol_gmm_rows *rows, size_t k, double *p);

/* Weights, means and covariances (REG_COVAR added to the variances) from the probabilities P of the rows,
 * then vol_gmm_prepare. VOL_EDATA with words as there, or for a component that no row belongs to; GMM is
 * undefined then. */
enum vol_status vol_gmm_maximise(struct vol_gmm *gmm, const struct vol_gmm_rows *rows, const double *p,
                                 double reg_covar, struct vol_error *err);

#endif
