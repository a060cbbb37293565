#include "signal/gmm.h"

#include <math.h>
#include <string.h>

static const double ln_2pi = 1.83787706640934548356;

/* The inverse W of the lower Cholesky factor of C, both D * D; the sum of ln W[j][j], or NaN when C is not
 * positive definite. GSL's factorisation ends the process in that case unless a handler that all threads
 * share is changed, hence these lines. */
static double whitening(double c[VOL_GMM_D_MAX][VOL_GMM_D_MAX], size_t d,
                        double w[VOL_GMM_D_MAX][VOL_GMM_D_MAX])
{
    double l[VOL_GMM_D_MAX][VOL_GMM_D_MAX], sum, logs = 0;
    size_t i, j, m;

    for (i = 0; i < d; i++)
        for (j = 0; j <= i; j++) {
            for (m = 0, sum = c[i][j]; m < j; m++)
                sum -= l[i][m] * l[j][m];
            if (i == j && !(sum > 0 && isfinite(sum)))
                return NAN;
            l[i][j] = i == j ? sqrt(sum) : sum / l[j][j];
        }
    for (j = 0; j < d; j++)
        for (i = 0; i < d; i++) {
            for (m = j, sum = i == j; m < i; m++)
                sum -= l[i][m] * w[m][j];
            w[i][j] = i < j ? 0 : sum / l[i][i];
        }
    for (i = 0; i < d; i++)
        logs += log(w[i][i]);
    return logs;
}

enum vol_status vol_gmm_prepare(struct vol_gmm *gmm, struct vol_error *err)
{
    size_t i, j;

    if (gmm->k == 0 || gmm->k > VOL_GMM_K_MAX || gmm->d == 0 || gmm->d > VOL_GMM_D_MAX)
        return vol_error_set(err, VOL_EDATA, "a mixture has 1 to %d components of 1 to %d columns",
                             VOL_GMM_K_MAX, VOL_GMM_D_MAX);
    for (i = 0; i < gmm->k; i++) {
        double logs = whitening(gmm->covariance[i], gmm->d, gmm->whiten[i]);

        for (j = 0; j < gmm->d; j++)
            if (!isfinite(gmm->mean[i][j]))
                return vol_error_set(err, VOL_EDATA, "component %zu: a mean is not finite", i + 1);
        if (!(gmm->weight[i] > 0 && gmm->weight[i] <= 1 + 1e-9))
            return vol_error_set(err, VOL_EDATA, "component %zu: its weight is not in (0, 1]", i + 1);
        if (!isfinite(logs))
            return vol_error_set(err, VOL_EDATA, "component %zu: its covariance is not positive definite",
                                 i + 1);
        gmm->log_scale[i] = log(gmm->weight[i]) + logs - 0.5 * (double)gmm->d * ln_2pi;
    }
    return VOL_OK;
}

/* ln(weight N(x)) of component J; a missing last value is left out. */
static double log_joint_of(const struct vol_gmm *gmm, size_t component, const double *x)
{
    size_t d = gmm->d, i, j;
    bool missing = d > 1 && isnan(x[d - 1]);
    double sum = 0, z, scale = gmm->log_scale[component];

    if (missing) {
        d--;
        scale -= log(gmm->whiten[component][d][d]) - 0.5 * ln_2pi;
    }
    for (i = 0; i < d; i++) {
        for (j = 0, z = 0; j <= i; j++)
            z += gmm->whiten[component][i][j] * (x[j] - gmm->mean[component][j]);
        sum += z * z;
    }
    return scale - 0.5 * sum;
}

double vol_gmm_posterior(const struct vol_gmm *gmm, const double *x, double p[VOL_GMM_K_MAX],
                         double *log_joint)
{
    double joint[VOL_GMM_K_MAX], most = -INFINITY, sum = 0;
    size_t j;

    for (j = 0; j < gmm->k; j++) {
        joint[j] = log_joint_of(gmm, j, x);
        if (!(joint[j] <= most)) /* a NaN stays */
            most = joint[j];
    }
    for (j = 0; j < gmm->k; j++)
        sum += p[j] = exp(joint[j] - most);
    for (j = 0; j < gmm->k; j++)
        p[j] /= sum;
    if (log_joint != NULL)
        memcpy(log_joint, joint, gmm->k * sizeof *joint);
    return most + log(sum);
}

double vol_gmm_score(const struct vol_gmm *gmm, const double *x, size_t n)
{
    double p[VOL_GMM_K_MAX], sum = 0;
    size_t i;

    for (i = 0; i < n; i++)
        sum += vol_gmm_posterior(gmm, x + i * gmm->d, p, NULL);
    return sum / (double)n;
}

size_t vol_gmm_parameters(const struct vol_gmm *gmm)
{
    size_t d = gmm->d, shape = gmm->cov == VOL_GMM_FULL ? d * (d + 1) / 2 : d;

    return gmm->k * (d + shape) + gmm->k - 1;
}

double vol_gmm_bic(const struct vol_gmm *gmm, const double *x, size_t n)
{
    return -2 * (double)n * vol_gmm_score(gmm, x, n) + (double)vol_gmm_parameters(gmm) * log((double)n);
}

static void swap(void *a, void *b, size_t size)
{
    unsigned char *p = a, *q = b, t;

    for (; size > 0; size--, p++, q++) {
        t = *p;
        *p = *q;
        *q = t;
    }
}

void vol_gmm_order(struct vol_gmm *gmm, size_t column)
{
    size_t i, j;

    for (i = 1; i < gmm->k; i++)
        for (j = i; j > 0 && gmm->mean[j][column] < gmm->mean[j - 1][column]; j--) {
            swap(&gmm->weight[j], &gmm->weight[j - 1], sizeof gmm->weight[j]);
            swap(&gmm->log_scale[j], &gmm->log_scale[j - 1], sizeof gmm->log_scale[j]);
            swap(gmm->mean[j], gmm->mean[j - 1], sizeof gmm->mean[j]);
            swap(gmm->covariance[j], gmm->covariance[j - 1], sizeof gmm->covariance[j]);
            swap(gmm->whiten[j], gmm->whiten[j - 1], sizeof gmm->whiten[j]);
        }
}
