#include "signal/gmm.h"
#include "signal/random.h"
#include "regime_oracle.h"

enum { K = STARTS, D = ORACLE_D };

static double rows[N_ROWS * D];

/* The start that the oracle has: rows as means, unit covariances, equal weights. */
static struct vol_gmm begin(enum vol_gmm_cov cov)
{
    struct vol_gmm gmm = {.k = K, .d = D, .cov = cov};
    size_t i, j;

    for (i = 0; i < K; i++) {
        gmm.weight[i] = 1.0 / K;
        for (j = 0; j < D; j++) {
            gmm.mean[i][j] = rows[start_row[i] * D + (int)j];
            gmm.covariance[i][j][j] = 1;
        }
    }
    return gmm;
}

static double gap(const struct vol_gmm *gmm, const double *weight, const double *mean, const double *cov)
{
    double most = oracle_gap(gmm->weight, weight, K);
    size_t i, j;

    for (i = 0; i < K; i++) {
        most = fmax(most, oracle_gap(gmm->mean[i], mean + i * D, D));
        for (j = 0; j < D; j++)
            most = fmax(most, oracle_gap(gmm->covariance[i][j], cov + (i * D + j) * D, D));
    }
    return most;
}

/* Against sklearn's GaussianMixture, tolerance 1e-10: parameters, likelihood, BIC and probabilities to 1e-6.
 */
static void test_sklearn(enum vol_gmm_cov cov, const double *weight, const double *mean,
                         const double *covariance, const double *fitted, const double *p, size_t n_p)
{
    struct vol_gmm_options options = VOL_GMM_OPTIONS;
    struct vol_gmm gmm = begin(cov);
    struct vol_gmm_fit fit;
    double got[VOL_GMM_K_MAX];
    size_t i;

    options.cov = cov;
    options.tolerance = 1e-10;
    options.max_steps = 10000;
    UNIT(vol_gmm_refit(&gmm, rows, N_ROWS, &options, &fit, NULL) == VOL_OK && fit.converged);
    UNIT_NEAR(gap(&gmm, weight, mean, covariance), 0, 1e-6);
    UNIT_NEAR(fit.log_likelihood, fitted[0], 1e-8);
    UNIT_NEAR(vol_gmm_score(&gmm, rows, N_ROWS), fitted[1], 1e-8);
    UNIT_NEAR(vol_gmm_bic(&gmm, rows, N_ROWS), fitted[2], 1e-4);
    for (i = 0; i < n_p; i++, p += K + 1) {
        vol_gmm_posterior(&gmm, rows + (int)p[0] * D, got, NULL);
        UNIT_NEAR(oracle_gap(got, p + 1, K), 0, 1e-6);
    }
}

/* The last column of some rows missing, against an EM with conditional Gaussians. */
static void test_missing(void)
{
    static double x[N_ROWS * D];
    struct vol_gmm_options options = VOL_GMM_OPTIONS;
    struct vol_gmm gmm = begin(VOL_GMM_FULL);
    struct vol_gmm_fit fit;
    double p[VOL_GMM_K_MAX], joint[VOL_GMM_K_MAX];
    size_t i;

    memcpy(x, rows, sizeof x);
    for (i = 0; i < 300; i++)
        x[i * D + D - 1] = NAN;
    options.tolerance = 1e-14;
    options.max_steps = 15;
    UNIT(vol_gmm_refit(&gmm, x, N_ROWS, &options, &fit, NULL) == VOL_OK && fit.steps == 15 && !fit.converged);
    UNIT_NEAR(gap(&gmm, missing_weight, missing_mean, missing_cov), 0, 1e-8);
    UNIT_NEAR(fit.log_likelihood, missing_log_likelihood[0], 1e-9);
    UNIT(isfinite(vol_gmm_posterior(&gmm, x, p, joint)) && p[0] + p[1] + p[2] > 0.999999);
    x[1] = NAN; /* but only the last column may be missing */
    UNIT(isnan(vol_gmm_posterior(&gmm, x, p, NULL)) && isnan(p[0]) && isnan(p[1]) && isnan(p[2]));
    UNIT(vol_gmm_refit(&gmm, x, N_ROWS, &options, &fit, NULL) == VOL_EDATA);
}

/* Starts of its own: no worse than sklearn's optimum but for luck; more starts are no worse; one seed, one
 * result. */
static void test_own_start(void)
{
    struct vol_gmm_options options = VOL_GMM_OPTIONS;
    struct vol_gmm a = {0}, b = {0};
    struct vol_gmm_fit one, many;
    size_t k;
    double best = INFINITY, bic;

    UNIT(vol_gmm_fit(&a, rows, N_ROWS, D, K, &options, &one, NULL) == VOL_OK && one.converged);
    UNIT(vol_gmm_fit(&b, rows, N_ROWS, D, K, &options, &many, NULL) == VOL_OK);
    UNIT(memcmp(&a, &b, sizeof a) == 0 && one.steps == many.steps);
    options.starts = 10;
    UNIT(vol_gmm_fit(&b, rows, N_ROWS, D, K, &options, &many, NULL) == VOL_OK);
    UNIT(many.log_likelihood >= one.log_likelihood);
    UNIT(many.log_likelihood > gmm_full_fit[0] - 0.05);
    vol_gmm_order(&b, 0);
    UNIT(b.mean[0][0] < b.mean[1][0] && b.mean[1][0] < b.mean[2][0]);
    for (k = 1; k <= 4; k++) {
        UNIT(vol_gmm_fit(&a, rows, N_ROWS, D, k, &options, NULL, NULL) == VOL_OK);
        UNIT(vol_gmm_parameters(&a) == k * (D + D * (D + 1) / 2) + k - 1);
        bic = vol_gmm_bic(&a, rows, N_ROWS);
        UNIT(bic < best); /* three years with a crisis have more than one regime */
        best = bic;
    }
}

/* A mixture that is known is found again, and BIC knows how many parts it has. */
static void test_known(void)
{
    enum { N = 6000 };
    static double x[N * 2];
    struct vol_gmm_options options = VOL_GMM_OPTIONS;
    struct vol_gmm gmm[5];
    uint64_t seed = 5;
    double bic[5];
    size_t i, k, best = 1;

    for (i = 0; i < N;
         i++) { /* shares 1/6, 2/6, 3/6 at (0, 0), (4, 4), (8, 0) with deviations 1, 0.5 and 2 */
        double u = vol_random_unit(&seed), v = vol_random_unit(&seed), r = sqrt(-2 * log(1 - u));
        size_t part = i % 6 == 0 ? 0 : i % 6 < 3 ? 1 : 2;
        double sd = part == 0 ? 1 : part == 1 ? 0.5 : 2;

        x[2 * i] = 4.0 * (double)part + sd * r * cos(6.283185307179586 * v);
        x[2 * i + 1] = (part == 1 ? 4 : 0) + sd * r * sin(6.283185307179586 * v);
    }
    options.starts = 3;
    for (k = 1; k <= 4; k++) {
        UNIT(vol_gmm_fit(&gmm[k], x, N, 2, k, &options, NULL, NULL) == VOL_OK);
        bic[k] = vol_gmm_bic(&gmm[k], x, N);
        if (bic[k] < bic[best])
            best = k;
    }
    UNIT(best == 3);
    vol_gmm_order(&gmm[3], 0);
    UNIT_NEAR(gmm[3].weight[0], 1.0 / 6, 0.01);
    UNIT_NEAR(gmm[3].weight[1], 2.0 / 6, 0.01);
    UNIT_NEAR(gmm[3].mean[2][0], 8, 0.1);
    UNIT_NEAR(sqrt(gmm[3].covariance[1][0][0]), 0.5, 0.02);
    UNIT_NEAR(sqrt(gmm[3].covariance[2][1][1]), 2, 0.05);
}

static void test_refused(void)
{
    struct vol_gmm_options options = VOL_GMM_OPTIONS, bad = options;
    struct vol_gmm gmm = {.k = 77}, broken = begin(VOL_GMM_FULL);
    struct vol_error err = {0};
    double same[20] = {0}, inf[4] = {1, 2, INFINITY, 3};

    UNIT(vol_gmm_fit(&gmm, same, 10, 2, 2, &options, NULL, &err) == VOL_EDATA && gmm.k == 77);
    UNIT(vol_gmm_fit(&gmm, inf, 4, 1, 2, &options, NULL, &err) == VOL_EDATA);
    UNIT(vol_gmm_fit(&gmm, same, 10, 2, 0, &options, NULL, &err) == VOL_EUSAGE);
    UNIT(vol_gmm_fit(&gmm, same, 10, 2, VOL_GMM_K_MAX + 1, &options, NULL, &err) == VOL_EUSAGE);
    UNIT(vol_gmm_fit(&gmm, rows, N_ROWS, VOL_GMM_D_MAX + 1, 2, &options, NULL, &err) == VOL_EUSAGE);
    UNIT(vol_gmm_fit(&gmm, same, 1, 2, 2, &options, NULL, &err) == VOL_EUSAGE);
    bad.reg_covar = NAN;
    UNIT(vol_gmm_fit(&gmm, rows, N_ROWS, D, 2, &bad, NULL, &err) == VOL_EUSAGE && gmm.k == 77);
    broken.covariance[1][0][1] = broken.covariance[1][1][0] = 2; /* not positive definite */
    UNIT(vol_gmm_prepare(&broken, &err) == VOL_EDATA && strstr(err.text, "component 2") != NULL);
    broken = begin(VOL_GMM_FULL);
    broken.weight[0] = NAN;
    UNIT(vol_gmm_refit(&broken, rows, N_ROWS, &options, NULL, &err) == VOL_EDATA);
}

#define P(kind) gmm_##kind##_p, sizeof gmm_##kind##_p / sizeof(double) / (K + 1)

int main(void)
{
    oracle_rows(rows);
    test_sklearn(VOL_GMM_FULL, gmm_full_weight, gmm_full_mean, gmm_full_cov, gmm_full_fit, P(full));
    test_sklearn(VOL_GMM_DIAG, gmm_diag_weight, gmm_diag_mean, gmm_diag_cov, gmm_diag_fit, P(diag));
    test_missing();
    test_own_start();
    test_known();
    test_refused();
    return unit_done("signal/gmm");
}
