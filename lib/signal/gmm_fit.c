#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "signal/gmm.h"
#include "signal/gmm_step.h"
#include "signal/kmeans.h"

static bool options_are_good(const struct vol_gmm_options *o)
{
    return (o->cov == VOL_GMM_FULL || o->cov == VOL_GMM_DIAG) && o->reg_covar > 0 && isfinite(o->reg_covar) &&
           o->tolerance > 0 && isfinite(o->tolerance) && o->max_steps > 0 && o->starts > 0;
}

/* EM from GMM, which is prepared, until it rests. P: room for the probabilities. */
static enum vol_status iterate(struct vol_gmm *gmm, const struct vol_gmm_rows *rows, double *p,
                               const struct vol_gmm_options *options, struct vol_gmm_fit *fit,
                               struct vol_error *err)
{
    struct vol_gmm_fit done = {-INFINITY, 0, false};
    enum vol_status status = VOL_OK;

    while (status == VOL_OK && !done.converged && done.steps < options->max_steps) {
        double before = done.log_likelihood;

        vol_gmm_densities(gmm, rows, p);
        done.log_likelihood = vol_gmm_expect(rows, gmm->k, p);
        if (!isfinite(done.log_likelihood))
            return vol_error_set(err, VOL_EDATA, "the likelihood of the mixture is not finite");
        status = vol_gmm_maximise(gmm, rows, p, options->reg_covar, err);
        done.steps++;
        done.converged = fabs(done.log_likelihood - before) < options->tolerance;
    }
    *fit = done;
    return status;
}

/* Each row wholly in the cluster of its label, about the column means 0: what k-means knows. */
static enum vol_status from_labels(struct vol_gmm *gmm, const struct vol_gmm_rows *rows,
                                   const uint32_t *labels, double *p, double reg_covar, struct vol_error *err)
{
    size_t i, j;

    memset(gmm->mean, 0, sizeof gmm->mean);
    for (j = 0; j < gmm->k; j++) /* of the missing values nothing is known yet but their column */
        for (i = 0; i < gmm->d; i++)
            gmm->whiten[j][i][i] = 1;
    memset(p, 0, rows->blocks * VOL_GMM_BLOCK * gmm->k * sizeof *p);
    for (i = 0; i < rows->n; i++)
        p[VOL_GMM_AT(i, labels[i], gmm->k)] = 1;
    return vol_gmm_maximise(gmm, rows, p, reg_covar, err);
}

/* One start: k-means++, k-means, EM. */
static enum vol_status start(struct vol_gmm *gmm, const double *x, const struct vol_gmm_rows *rows, double *p,
                             uint32_t *labels, const struct vol_gmm_options *options, uint64_t *seed,
                             struct vol_gmm_fit *fit, struct vol_error *err)
{
    double centres[VOL_GMM_K_MAX * VOL_GMM_D_MAX];
    enum vol_status status = vol_kmeans_seed(centres, gmm->k, x, rows->n, rows->d, seed);

    if (status == VOL_EDATA)
        return vol_error_set(err, status, "there are fewer different rows than components");
    if (status == VOL_OK)
        status = vol_kmeans_fit(centres, labels, gmm->k, x, rows->n, rows->d, 1e-4, 300, NULL);
    if (status != VOL_OK)
        return vol_error_set(err, status, "out of memory");
    status = from_labels(gmm, rows, labels, p, options->reg_covar, err);
    return status == VOL_OK ? iterate(gmm, rows, p, options, fit, err) : status;
}

static enum vol_status say_rows(enum vol_status status, struct vol_error *err)
{
    return vol_error_set(err, status, "%s",
                         status == VOL_EOS     ? "out of memory"
                         : status == VOL_EDATA ? "a value to fit is not finite"
                                               : "no rows, or too many columns");
}

enum vol_status vol_gmm_fit(struct vol_gmm *gmm, const double *x, size_t n, size_t d, size_t k,
                            const struct vol_gmm_options *options, struct vol_gmm_fit *fit,
                            struct vol_error *err)
{
    struct vol_gmm made = {.k = k, .d = d, .cov = options->cov};
    struct vol_gmm_fit best = {-INFINITY, 0, false}, one;
    struct vol_gmm_rows rows;
    uint64_t seed = options->seed;
    enum vol_status status;
    uint32_t *labels;
    double *p;
    size_t i;

    if (k == 0 || k > VOL_GMM_K_MAX || n < k || !options_are_good(options))
        return vol_error_set(err, VOL_EUSAGE, "1 to %d components, a row for each, and good options",
                             VOL_GMM_K_MAX);
    status = vol_gmm_rows_init(&rows, x, n, d);
    if (status != VOL_OK)
        return say_rows(status, err);
    p = malloc(rows.blocks * VOL_GMM_BLOCK * k * sizeof *p + n * sizeof *labels);
    if (p == NULL) {
        status = say_rows(VOL_EOS, err);
        goto done;
    }
    labels = (uint32_t *)(p + rows.blocks * VOL_GMM_BLOCK * k);
    for (i = 0; i < options->starts; i++) {
        status = start(&made, x, &rows, p, labels, options, &seed, &one, err);
        if (status == VOL_EOS)
            goto done;
        if (status == VOL_OK && one.log_likelihood > best.log_likelihood) {
            *gmm = made;
            best = one;
        }
    }
    if (best.steps > 0)
        status = VOL_OK;
    if (status == VOL_OK && fit != NULL)
        *fit = best;
done:
    free(p);
    vol_gmm_rows_free(&rows);
    return status;
}

enum vol_status vol_gmm_refit(struct vol_gmm *gmm, const double *x, size_t n,
                              const struct vol_gmm_options *options, struct vol_gmm_fit *fit,
                              struct vol_error *err)
{
    struct vol_gmm made = *gmm;
    struct vol_gmm_rows rows;
    struct vol_gmm_fit done;
    enum vol_status status;
    double *p;

    if (!options_are_good(options) || n == 0)
        return vol_error_set(err, VOL_EUSAGE, "a row at least, and good options");
    made.cov = options->cov;
    status = vol_gmm_prepare(&made, err);
    if (status != VOL_OK)
        return status;
    status = vol_gmm_rows_init(&rows, x, n, made.d);
    if (status != VOL_OK)
        return say_rows(status, err);
    p = malloc(rows.blocks * VOL_GMM_BLOCK * made.k * sizeof *p);
    status = p != NULL ? iterate(&made, &rows, p, options, &done, err) : say_rows(VOL_EOS, err);
    if (status == VOL_OK) {
        *gmm = made;
        if (fit != NULL)
            *fit = done;
    }
    free(p);
    vol_gmm_rows_free(&rows);
    return status;
}
