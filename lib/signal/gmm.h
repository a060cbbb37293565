/* gmm.h: a mixture of Gaussians, fitted by expectation and maximisation.
 *
 * p(x) = sum_j weight_j N(x; mean_j, cov_j). EM as in Dempster, Laird and Rubin (1977), with the
 * log-densities through the Cholesky factor of the covariance and a constant on its diagonal (reg_covar) at
 * each step, and the stop when the mean log-likelihood per row changes by less than a tolerance: the same
 * steps as sklearn's GaussianMixture, to which the tests compare it from the same start. The start of its own
 * is a k-means (kmeans.h) from a seeded k-means++ start: the same input and seed give the same bytes.
 *
 * Matrices are row by row and without gaps: x[i * d + j]. A NaN in the last column is a value that is missing
 * (the nine-day index before 2011): such a row is judged by the density of its other columns, and fitted by
 * the expectation of what is missing given them.
 */
#ifndef VOL_SIGNAL_GMM_H
#define VOL_SIGNAL_GMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { VOL_GMM_K_MAX = 8, VOL_GMM_D_MAX = 16 };

enum vol_gmm_cov { VOL_GMM_FULL, VOL_GMM_DIAG };

struct vol_gmm {
    size_t k, d; /* components, columns */
    enum vol_gmm_cov cov;
    double weight[VOL_GMM_K_MAX];
    double mean[VOL_GMM_K_MAX][VOL_GMM_D_MAX];
    double covariance[VOL_GMM_K_MAX][VOL_GMM_D_MAX][VOL_GMM_D_MAX]; /* off the diagonal 0 for VOL_GMM_DIAG */
    /* Made from those by vol_gmm_prepare: the inverse of the lower Cholesky factor of each covariance, and
     * the logarithm of weight_j (2 pi)^(-d/2) det(cov_j)^(-1/2). */
    double whiten[VOL_GMM_K_MAX][VOL_GMM_D_MAX][VOL_GMM_D_MAX];
    double log_scale[VOL_GMM_K_MAX];
};

struct vol_gmm_options {
    enum vol_gmm_cov cov;
    double reg_covar; /* > 0, added to each variance; in units of the columns, so scale them */
    double tolerance; /* of the mean log-likelihood; > 0 */
    size_t max_steps; /* of EM */
    size_t starts;    /* k-means++ starts of which the most likely fit is kept; at least 1 */
    uint64_t seed;
};

/* sklearn's own tolerances. */
#define VOL_GMM_OPTIONS                      \
    {                                        \
        VOL_GMM_FULL, 1e-6, 1e-3, 200, 1, 42 \
    }

struct vol_gmm_fit {
    double log_likelihood; /* mean per row, of the parameters before the last step (sklearn's lower_bound_) */
    size_t steps;
    bool converged;
};

/* Compute `whiten` and `log_scale`. VOL_EDATA with words: a covariance that is not positive definite, or a
 * parameter that is not finite. */
enum vol_status vol_gmm_prepare(struct vol_gmm *gmm, struct vol_error *err);

/* Fit K components to N rows of D columns from starts of its own. VOL_EUSAGE for sizes and options,
 * VOL_EDATA for a value that is not finite, fewer than K different rows, or a component that collapses;
 * VOL_EOS. FIT may be null. */
enum vol_status vol_gmm_fit(struct vol_gmm *gmm, const double *x, size_t n, size_t d, size_t k,
                            const struct vol_gmm_options *options, struct vol_gmm_fit *fit,
                            struct vol_error *err);

/* The same from the parameters that GMM has; they stay when it fails. */
enum vol_status vol_gmm_refit(struct vol_gmm *gmm, const double *x, size_t n,
                              const struct vol_gmm_options *options, struct vol_gmm_fit *fit,
                              struct vol_error *err);

/* The probability of each component given X, which sums to 1; returns ln p(X). Without LOG_JOINT null, that
 * gets ln(weight_j N_j(X)) too. NaN everywhere when X is not finite (but for its last value). */
double vol_gmm_posterior(const struct vol_gmm *gmm, const double *x, double p[VOL_GMM_K_MAX],
                         double *log_joint);

/* Mean log-likelihood per row. */
double vol_gmm_score(const struct vol_gmm *gmm, const double *x, size_t n);

/* Free parameters, and Schwarz's criterion -2 n score + parameters ln n: less is better. */
size_t vol_gmm_parameters(const struct vol_gmm *gmm);
double vol_gmm_bic(const struct vol_gmm *gmm, const double *x, size_t n);

/* Sort the components by their mean in COLUMN, the least first, so that a component's index means something.
 */
void vol_gmm_order(struct vol_gmm *gmm, size_t column);

#endif
