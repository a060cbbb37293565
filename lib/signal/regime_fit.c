#include "signal/regime_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "signal/kmeans.h"

double vol_regime_outcome(const double *price, size_t horizon)
{
    double sum = 0, r;
    size_t i;

    for (i = 0; i < horizon; i++) {
        r = log(price[i + 1] / price[i]);
        sum += r * r;
    }
    return sqrt(sum / (double)horizon * 252);
}

/* The nine-day index joins when enough rows have it. */
static size_t columns(const struct vol_regime_config *config, const struct vol_regime_rows *rows, size_t n)
{
    size_t i, with = 0;

    if (config->near_days == 0)
        return VOL_FEATURES_ALWAYS;
    for (i = 0; i < n; i++)
        with += isfinite(rows->x[i * VOL_FEATURES + VOL_FEATURE_TERM]) ? 1 : 0;
    return with >= config->near_days ? VOL_FEATURES : VOL_FEATURES_ALWAYS;
}

/* The rows scaled, without gaps; the caller frees. Null: out of memory. */
static double *scaled(const struct vol_regime_fit *fit, const struct vol_regime_rows *rows, size_t n)
{
    double *x = malloc(n * fit->d * sizeof *x);
    size_t i;

    for (i = 0; x != NULL && i < n; i++)
        vol_scaler_apply(&fit->scaler, rows->x + i * VOL_FEATURES, x + i * fit->d);
    return x;
}

/* ---- k-means
 * ------------------------------------------------------------------------------------------------ */

static void order_centres(double *centre, size_t k, size_t d)
{
    double one[VOL_FEATURES];
    size_t i, j;

    for (i = 1; i < k; i++)
        for (j = i; j > 0 && centre[j * d] < centre[(j - 1) * d]; j--) {
            memcpy(one, centre + j * d, d * sizeof *one);
            memcpy(centre + j * d, centre + (j - 1) * d, d * sizeof *one);
            memcpy(centre + (j - 1) * d, one, d * sizeof *one);
        }
}

static enum vol_status fit_kmeans(struct vol_regime_fit *fit, const struct vol_regime_config *config,
                                  const double *x, struct vol_error *err)
{
    struct vol_kmeans_fit done, best = {INFINITY, 0};
    double centre[VOL_GMM_K_MAX * VOL_FEATURES];
    uint32_t *labels = malloc(fit->n * sizeof *labels);
    uint64_t seed = config->fit.seed;
    enum vol_status status = labels != NULL ? VOL_OK : VOL_EOS;
    size_t i;

    for (i = 0; i < config->fit.starts && status == VOL_OK; i++) {
        status = vol_kmeans_seed(centre, fit->k, x, fit->n, fit->d, &seed);
        if (status == VOL_OK)
            status = vol_kmeans_fit(centre, labels, fit->k, x, fit->n, fit->d, 1e-4, 300, &done);
        if (status == VOL_OK && done.inertia < best.inertia) {
            memcpy(fit->centre, centre, sizeof centre);
            best = done;
        }
    }
    free(labels);
    if (status != VOL_OK)
        return vol_error_set(err, status, status == VOL_EOS ? "out of memory" : "too few different rows");
    order_centres(fit->centre, fit->k, fit->d);
    return VOL_OK;
}

/* ---- the forest
 * --------------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* A class of realised vol for each row: equal shares of the rows, by quantiles of this span alone. */
static enum vol_status label(struct vol_regime_fit *fit, const struct vol_regime_rows *rows, uint32_t *labels)
{
    double *outcome = malloc(2 * fit->n * sizeof *outcome), *sorted = outcome + fit->n;
    size_t i, j;

    if (outcome == NULL)
        return VOL_EOS;
    for (i = 0; i < fit->n; i++)
        sorted[i] = outcome[i] = vol_regime_outcome(rows->price + i, fit->horizon);
    qsort(sorted, fit->n, sizeof *sorted, by_size);
    for (j = 1; j < fit->k; j++)
        fit->bound[j - 1] = sorted[j * fit->n / fit->k];
    for (i = 0; i < fit->n; i++)
        for (j = 0, labels[i] = 0; j < fit->k - 1; j++)
            labels[i] += outcome[i] >= fit->bound[j] ? 1 : 0;
    free(outcome);
    return VOL_OK;
}

static enum vol_status fit_forest(struct vol_regime_fit *fit, const struct vol_regime_config *config,
                                  const struct vol_regime_rows *rows, const double *x, struct vol_error *err)
{
    struct vol_forest_options options = VOL_FOREST_OPTIONS;
    uint32_t *labels = malloc(fit->n * sizeof *labels);
    enum vol_status status = labels != NULL ? label(fit, rows, labels) : VOL_EOS;

    options.trees = config->trees;
    options.seed = config->fit.seed;
    if (status == VOL_OK)
        status = vol_forest_train(&fit->forest, x, labels, fit->n, fit->d, fit->k, &options, err);
    else
        vol_error_set(err, status, "out of memory");
    free(labels);
    return status;
}

/* ---- any model
 * ---------------------------------------------------------------------------------------------- */

static enum vol_status fit_model(struct vol_regime_fit *fit, const struct vol_regime_config *config,
                                 const struct vol_regime_rows *rows, const double *x, struct vol_error *err)
{
    struct vol_gmm_fit done = {.converged = true};
    enum vol_status status = VOL_OK;

    switch (config->model) {
    case VOL_REGIME_KMEANS:
        return fit_kmeans(fit, config, x, err);
    case VOL_REGIME_FOREST:
        return fit_forest(fit, config, rows, x, err);
    case VOL_REGIME_GMM:
        status = vol_gmm_fit(&fit->hmm.emission, x, fit->n, fit->d, fit->k, &config->fit, &done, err);
        break;
    case VOL_REGIME_HMM:
        status = vol_hmm_fit(&fit->hmm, x, fit->n, fit->d, fit->k, &config->fit, &done, err);
        break;
    }
    if (status == VOL_OK && !done.converged)
        return vol_error_set(err, VOL_EDATA, "no convergence in %zu steps", done.steps);
    if (status == VOL_OK && config->model == VOL_REGIME_GMM && config->refit == 0)
        fit->bic = vol_gmm_bic(&fit->hmm.emission, x, fit->n);
    if (status == VOL_OK && config->model == VOL_REGIME_HMM)
        vol_hmm_order(&fit->hmm, VOL_FEATURE_VIX);
    else if (status == VOL_OK)
        vol_gmm_order(&fit->hmm.emission, VOL_FEATURE_VIX);
    return status;
}

enum vol_status vol_regime_fit_make(struct vol_regime_fit *fit, const struct vol_regime_config *config,
                                    const struct vol_regime_rows *rows, struct vol_error *err)
{
    struct vol_regime_fit made = {
        .model = config->model, .k = config->k, .horizon = config->horizon, .bic = NAN};
    enum vol_status status;
    size_t ahead = config->model == VOL_REGIME_FOREST ? config->horizon : 0;
    double *x;

    if (rows->n < config->min_days + ahead || rows->n == ahead)
        return vol_error_set(err, VOL_EDATA, "%zu days with all features, and %zu are needed", rows->n,
                             config->min_days + ahead);
    made.n = rows->n - ahead;
    made.d = columns(config, rows, made.n);
    made.first = rows->date[0];
    made.last = rows->date[made.n - 1];
    made.seen = rows->date[rows->n - 1];
    if (vol_scaler_fit(&made.scaler, rows->x, made.n, made.d, VOL_FEATURES) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "a feature is not finite");
    x = scaled(&made, rows, made.n);
    if (x == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    status = fit_model(&made, config, rows, x, err);
    free(x);
    if (status == VOL_OK)
        *fit = made;
    return status;
}

enum vol_status vol_regime_fit_judge(const struct vol_regime_fit *fit, const double *x, const double *before,
                                     double *p, struct vol_error *err)
{
    double z[VOL_FEATURES];
    enum vol_status status = VOL_OK;
    size_t i, best;

    vol_scaler_apply(&fit->scaler, x, z);
    switch (fit->model) {
    case VOL_REGIME_GMM:
        vol_gmm_posterior(&fit->hmm.emission, z, p, NULL);
        break;
    case VOL_REGIME_HMM:
        vol_hmm_filter(&fit->hmm, z, before, p);
        break;
    case VOL_REGIME_KMEANS:
        best = vol_kmeans_nearest(fit->centre, fit->k, z, fit->d, NULL);
        for (i = 0; i < fit->k; i++)
            p[i] = i == best;
        break;
    case VOL_REGIME_FOREST:
        status = vol_forest_predict(fit->forest, z, p, err);
        break;
    }
    for (i = 0; i < fit->k && status == VOL_OK; i++)
        if (!(p[i] >= 0 && p[i] <= 1 + 1e-6))
            status = vol_error_set(err, VOL_EDATA, "a probability is not finite");
    return status;
}
