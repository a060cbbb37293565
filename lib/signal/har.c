#include "signal/har.h"

#include <gsl/gsl_multifit.h>
#include <math.h>
#include <string.h>

enum { K = VOL_HAR_K, MONTH = VOL_HAR_MONTH };

static double mean_of(const double *y, size_t n)
{
    double sum = 0;
    size_t i;

    for (i = 0; i < n; i++)
        sum += y[i];
    return sum / (double)n;
}

/* The regressors of the day END - 1: of the values before END. */
static void regressors(const double *end, bool log_form, double x[K])
{
    size_t i;

    x[0] = 1;
    x[1] = end[-1];
    x[2] = mean_of(end - 5, 5);
    x[3] = mean_of(end - MONTH, MONTH);
    for (i = 1; log_form && i < K; i++)
        x[i] = log(x[i]);
}

static enum vol_status check(const double *y, size_t n, size_t horizon, bool log_form, struct vol_error *err)
{
    size_t i;

    if (horizon < 1 || n < MONTH + horizon + VOL_HAR_LEAST - 1)
        return vol_error_set(err, VOL_EDATA, "%zu days are too few for a horizon of %zu", n, horizon);
    for (i = 0; i < n; i++)
        if (!(log_form ? y[i] > 0 : y[i] >= 0) || !isfinite(y[i]))
            return vol_error_set(err, VOL_EDATA, "variance %g of day %zu is none%s", y[i], i,
                                 log_form ? " that has a logarithm" : "");
    return VOL_OK;
}

/* Newey-West standard errors: INVERSE is (X'X)^-1, E the residuals. */
static void hac(const gsl_matrix *x, const gsl_vector *e, const double *inverse, struct vol_har_fit *fit)
{
    size_t n = fit->n, lags = (size_t)(4 * pow((double)n / 100, 2.0 / 9)), lag, t, i, j, l;
    double s[K * K] = {0}, half[K * K] = {0}, sum;

    if (lags < fit->horizon - 1)
        lags = fit->horizon - 1;
    for (lag = 0; lag <= lags && lag < n; lag++) {
        double weight = 1 - (double)lag / ((double)lags + 1), g[K * K] = {0};

        for (t = lag; t < n; t++) {
            double ee = gsl_vector_get(e, t) * gsl_vector_get(e, t - lag);
            const double *now = gsl_matrix_const_ptr(x, t, 0), *then = gsl_matrix_const_ptr(x, t - lag, 0);

            for (i = 0; i < K; i++)
                for (j = 0; j < K; j++)
                    g[i * K + j] += ee * now[i] * then[j];
        }
        for (i = 0; i < K; i++)
            for (j = 0; j < K; j++)
                s[i * K + j] += lag == 0 ? g[i * K + j] : weight * (g[i * K + j] + g[j * K + i]);
    }
    for (i = 0; i < K; i++)
        for (j = 0; j < K; j++)
            for (l = 0; l < K; l++)
                half[i * K + j] += inverse[i * K + l] * s[l * K + j];
    for (i = 0; i < K; i++) {
        for (sum = 0, l = 0; l < K; l++)
            sum += half[i * K + l] * inverse[l * K + i];
        fit->hac_se[i] = sqrt(sum);
    }
}

/* What the fit of GSL says, into FIT. */
static enum vol_status summarise(const gsl_matrix *x, const gsl_vector *y, const gsl_vector *b,
                                 const gsl_matrix *cov, double chisq, gsl_vector *e, bool robust,
                                 struct vol_har_fit *fit, struct vol_error *err)
{
    double inverse[K * K], total = 0, mean = 0, variance = chisq / (double)(fit->n - K);
    size_t i, j;

    for (i = 0; i < fit->n; i++)
        mean += gsl_vector_get(y, i) / (double)fit->n;
    for (i = 0; i < fit->n; i++)
        total += (gsl_vector_get(y, i) - mean) * (gsl_vector_get(y, i) - mean);
    for (i = 0; i < K; i++) {
        fit->b[i] = gsl_vector_get(b, i);
        fit->se[i] = sqrt(gsl_matrix_get(cov, i, i));
        for (j = 0; j < K; j++)
            inverse[i * K + j] = gsl_matrix_get(cov, i, j) / variance;
        if (!(fit->se[i] > 0 && isfinite(fit->b[i]) && isfinite(fit->se[i])))
            return vol_error_set(err, VOL_EDATA, "the variances of the past do not vary enough");
    }
    (void)gsl_multifit_linear_residuals(x, y, b, e);
    for (i = 0; i < K; i++)
        fit->hac_se[i] = NAN;
    if (robust)
        hac(x, e, inverse, fit);
    fit->r2 = 1 - chisq / total;
    fit->sigma = sqrt(variance);
    return VOL_OK;
}

enum vol_status vol_har_fit(const double *y, size_t n, size_t horizon, bool log_form, bool robust,
                            struct vol_har_fit *out, struct vol_error *err)
{
    struct vol_har_fit fit = {.log = log_form, .horizon = horizon, .least = INFINITY};
    enum vol_status status = check(y, n, horizon, log_form, err);
    gsl_multifit_linear_workspace *work = NULL;
    gsl_matrix *x = NULL, *cov = gsl_matrix_alloc(K, K);
    gsl_vector *target = NULL, *e = NULL, *b = gsl_vector_alloc(K);
    double chisq = 0, x_scale = 0;
    size_t i, j;

    if (status != VOL_OK)
        goto done;
    fit.n = n - MONTH - horizon + 1;
    work = gsl_multifit_linear_alloc(fit.n, K);
    x = gsl_matrix_alloc(fit.n, K);
    target = gsl_vector_alloc(fit.n);
    e = gsl_vector_alloc(fit.n);
    status = vol_error_set(err, VOL_EOS, "out of memory");
    if (work == NULL || x == NULL || target == NULL || e == NULL || cov == NULL || b == NULL)
        goto done;
    for (i = 0; i < fit.n; i++) {
        double ahead = mean_of(y + MONTH + i, horizon);

        regressors(y + MONTH + i, log_form, gsl_matrix_ptr(x, i, 0));
        fit.least = ahead < fit.least ? ahead : fit.least;
        gsl_vector_set(target, i, log_form ? log(ahead) : ahead);
        for (j = 1; j < K; j++)
            x_scale = fmax(x_scale, fabs(gsl_matrix_get(x, i, j) - gsl_matrix_get(x, 0, j)));
    }
    status = vol_error_set(err, VOL_EDATA, "the variances of the past do not vary");
    if (x_scale > 0 && gsl_multifit_linear(x, target, b, cov, &chisq, work) == 0)
        status = summarise(x, target, b, cov, chisq, e, robust, &fit, err);
done:
    gsl_multifit_linear_free(work);
    gsl_matrix_free(x);
    gsl_matrix_free(cov);
    gsl_vector_free(target);
    gsl_vector_free(e);
    gsl_vector_free(b);
    if (status == VOL_OK)
        *out = fit;
    return status;
}

double vol_har_predict(const struct vol_har_fit *fit, const double *y, size_t n)
{
    double x[K], sum = 0;
    size_t i;

    regressors(y + n, fit->log, x);
    for (i = 0; i < K; i++)
        sum += fit->b[i] * x[i];
    if (fit->log)
        sum = exp(sum + fit->sigma * fit->sigma / 2);
    else if (sum < fit->least)
        sum = fit->least;
    return isfinite(sum) && sum > 0 ? sum : NAN;
}
