#include "signal/gmm_step.h"
#include "signal/hmm.h"
#include "regime_oracle.h"

enum { K = STARTS, D = ORACLE_D };

static double rows[N_ROWS * D];

/* The chain of the oracle: sklearn's mixture with a start and turns that were chosen. */
static struct vol_hmm chain(void)
{
    struct vol_hmm hmm = {.emission = {.k = K, .d = D, .cov = VOL_GMM_FULL}};
    size_t i, j;

    for (i = 0; i < K; i++) {
        hmm.start[i] = hmm_start[i];
        hmm.emission.weight[i] = gmm_full_weight[i];
        memcpy(hmm.emission.mean[i], gmm_full_mean + i * D, D * sizeof(double));
        memcpy(hmm.turn[i], hmm_turn + i * K, K * sizeof(double));
        for (j = 0; j < D; j++)
            memcpy(hmm.emission.covariance[i][j], gmm_full_cov + (i * D + j) * D, D * sizeof(double));
    }
    UNIT(vol_gmm_prepare(&hmm.emission, NULL) == VOL_OK);
    return hmm;
}

/* The forward probabilities, against logarithms in numpy; the filter knows no day after. */
static void test_filter(void)
{
    struct vol_hmm hmm = chain();
    double p[K], sum = 0;
    size_t i, at = 0, n = sizeof hmm_p / sizeof(double) / (K + 1);

    UNIT(vol_hmm_check(&hmm));
    for (i = 0; i < N_ROWS; i++) {
        sum += vol_hmm_filter(&hmm, rows + i * D, i > 0 ? p : NULL, p);
        if (at < n && (size_t)hmm_p[at * (K + 1)] == i) {
            UNIT_NEAR(oracle_gap(p, hmm_p + at * (K + 1) + 1, K), 0, 1e-9);
            at++;
        }
    }
    UNIT(at == n && n > 30);
    UNIT_NEAR(sum, hmm_log_likelihood[0], 1e-7);
    rows[3] = NAN;
    UNIT(isnan(vol_hmm_filter(&hmm, rows, p, p)) && isnan(p[0]) && isnan(p[1]) && isnan(p[2]));
    oracle_rows(rows);
}

/* Twelve steps of Baum and Welch, against sums over pairs of days in numpy. */
static void test_baum_welch(void)
{
    struct vol_gmm_options options = VOL_GMM_OPTIONS;
    struct vol_hmm hmm = chain();
    struct vol_gmm_fit fit;
    size_t i, j;

    options.tolerance = 1e-15;
    options.max_steps = 12;
    UNIT(vol_hmm_refit(&hmm, rows, N_ROWS, &options, &fit, NULL) == VOL_OK && fit.steps == 12);
    UNIT_NEAR(fit.log_likelihood * N_ROWS, bw_log_likelihood[0], 1e-6);
    UNIT_NEAR(oracle_gap(hmm.start, bw_start, K), 0, 1e-8);
    for (i = 0; i < K; i++) {
        UNIT_NEAR(oracle_gap(hmm.turn[i], bw_turn + i * K, K), 0, 1e-8);
        UNIT_NEAR(oracle_gap(hmm.emission.mean[i], bw_mean + i * D, D), 0, 1e-8);
        for (j = 0; j < D; j++)
            UNIT_NEAR(oracle_gap(hmm.emission.covariance[i][j], bw_cov + (i * D + j) * D, D), 0, 1e-8);
    }
}

/* Starts of its own; each step of EM is no less likely than the one before. */
static void test_own_start(void)
{
    struct vol_gmm_options options = VOL_GMM_OPTIONS;
    struct vol_hmm hmm, again;
    struct vol_gmm_fit fit, longer;
    double before = -INFINITY;
    size_t i, j;

    options.tolerance = 1e-12;
    for (options.max_steps = 1; options.max_steps < 8; options.max_steps++) {
        struct vol_hmm one = chain();

        UNIT(vol_hmm_refit(&one, rows, N_ROWS, &options, &fit, NULL) == VOL_OK);
        UNIT(fit.log_likelihood >= before);
        before = fit.log_likelihood;
    }
    options = (struct vol_gmm_options)VOL_GMM_OPTIONS;
    UNIT(vol_hmm_fit(&hmm, rows, N_ROWS, D, K, &options, &fit, NULL) == VOL_OK && fit.converged);
    UNIT(vol_hmm_fit(&again, rows, N_ROWS, D, K, &options, &longer, NULL) == VOL_OK);
    UNIT(memcmp(hmm.turn, again.turn, sizeof hmm.turn) == 0);
    UNIT(vol_hmm_check(&hmm));
    again = hmm;
    vol_hmm_order(&again, 0);
    UNIT(again.emission.mean[0][0] < again.emission.mean[1][0]);
    UNIT(again.emission.mean[1][0] < again.emission.mean[2][0] && vol_hmm_check(&again));
    for (i = 0; i < K; i++) { /* states moved, their turns with them */
        for (j = 0; j < K && again.emission.mean[i][0] != hmm.emission.mean[j][0];)
            j++;
        UNIT(j < K && again.turn[i][i] == hmm.turn[j][j] && again.start[i] == hmm.start[j]);
        UNIT(again.turn[i][i] > 0.5); /* regimes last */
    }
}

static void test_refused(void)
{
    struct vol_gmm_options options = VOL_GMM_OPTIONS;
    struct vol_hmm hmm = chain();
    struct vol_gmm_rows turned;
    struct vol_error err;
    double inf[2] = {INFINITY, 1};

    hmm.turn[1][1] = 0.5;
    UNIT(!vol_hmm_check(&hmm));
    UNIT(vol_hmm_refit(&hmm, rows, N_ROWS, &options, NULL, &err) == VOL_EUSAGE && hmm.turn[1][1] == 0.5);
    hmm = chain();
    hmm.start[0] = NAN;
    UNIT(!vol_hmm_check(&hmm));
    UNIT(vol_hmm_fit(&hmm, rows, 2, D, K, &options, NULL, &err) == VOL_EUSAGE);
    UNIT(vol_gmm_rows_init(&turned, inf, 1, 2) == VOL_EDATA &&
         vol_gmm_rows_init(&turned, inf, 0, 2) == VOL_EUSAGE);
}

int main(void)
{
    oracle_rows(rows);
    test_filter();
    test_baum_welch();
    test_own_start();
    test_refused();
    return unit_done("signal/hmm");
}
