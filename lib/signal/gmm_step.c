#include "signal/gmm_step.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { B = VOL_GMM_BLOCK, D = VOL_GMM_D_MAX };

enum vol_status vol_gmm_rows_init(struct vol_gmm_rows *rows, const double *x, size_t n, size_t d)
{
    size_t i, j, blocks = (n + B - 1) / B, missing = 0;
    struct vol_gmm_rows made = {n, d, blocks, NULL, NULL};

    if (n == 0 || d == 0 || d > D)
        return VOL_EUSAGE;
    for (i = 0; i < n; i++)
        for (j = 0; j < d; j++) {
            if (!isfinite(x[i * d + j]) && !(isnan(x[i * d + j]) && j > 0 && j == d - 1))
                return VOL_EDATA;
            missing += isnan(x[i * d + j]) ? 1 : 0;
        }
    made.x = calloc(blocks * B * (d + 1), sizeof *made.x);
    if (made.x == NULL)
        return VOL_EOS;
    if (missing > 0)
        made.there = made.x + blocks * B * d;
    for (i = 0; i < n; i++) {
        double *at = made.x + i / B * d * B + i % B;

        for (j = 0; j < d; j++)
            at[j * B] = isnan(x[i * d + j]) ? 0 : x[i * d + j];
        if (missing > 0)
            made.there[i] = !isnan(x[i * d + d - 1]);
    }
    *rows = made;
    return VOL_OK;
}

void vol_gmm_rows_free(struct vol_gmm_rows *rows)
{
    free(rows->x);
    rows->x = NULL;
}

/* ---- expectation
 * -------------------------------------------------------------------------------------------- */

/* Y = X - mean of a block, column by column. */
static void centre(const double *restrict x, const double *restrict mean, size_t d, double y[D][B])
{
    size_t j, r;

    for (j = 0; j < d; j++)
        for (r = 0; r < B; r++)
            y[j][r] = x[j * B + r] - mean[j];
}

/* Z = row J of the whitening times Y. */
static void whiten(const struct vol_gmm *gmm, size_t component, size_t j, double y[D][B], double *restrict z)
{
    const double *w = gmm->whiten[component][j];
    size_t i, r;

    for (r = 0; r < B; r++)
        z[r] = w[j] * y[j][r];
    if (gmm->cov == VOL_GMM_DIAG)
        return;
    for (i = 0; i < j; i++)
        for (r = 0; r < B; r++)
            z[r] += w[i] * y[i][r];
}

void vol_gmm_densities(const struct vol_gmm *gmm, const struct vol_gmm_rows *rows, double *out)
{
    const double root_2pi = 0.91893853320467274178; /* ln sqrt(2 pi) */
    size_t d = rows->d, b, k, j, r;
    double y[D][B], z[B], q[B];

    for (b = 0; b < rows->blocks; b++)
        for (k = 0; k < gmm->k; k++) {
            const double *there = rows->there != NULL ? rows->there + b * B : NULL;
            double *to = out + (b * gmm->k + k) * B;

            centre(rows->x + b * d * B, gmm->mean[k], d, y);
            for (r = 0; r < B; r++)
                q[r] = 0;
            for (j = 0; j < d; j++) {
                whiten(gmm, k, j, y, z);
                if (there != NULL && j == d - 1)
                    for (r = 0; r < B; r++)
                        z[r] *= there[r];
                for (r = 0; r < B; r++)
                    q[r] += z[r] * z[r];
            }
            for (r = 0; r < B; r++)
                to[r] = gmm->log_scale[k] - 0.5 * q[r];
            if (there != NULL) {
                double last = log(gmm->whiten[k][d - 1][d - 1]) - root_2pi;

                for (r = 0; r < B; r++)
                    to[r] -= (1 - there[r]) * last;
            }
        }
}

double vol_gmm_expect(const struct vol_gmm_rows *rows, size_t k, double *p)
{
    double total = 0, most, sum;
    size_t i, j;

    for (i = 0; i < rows->n; i++) {
        double *at = p + VOL_GMM_AT(i, 0, k);

        for (j = 1, most = at[0]; j < k; j++)
            most = fmax(most, at[j * B]);
        for (j = 0, sum = 0; j < k; j++)
            sum += at[j * B] = exp(at[j * B] - most);
        for (j = 0; j < k; j++)
            at[j * B] /= sum;
        total += most + log(sum);
    }
    for (; i < rows->blocks * B; i++)
        for (j = 0; j < k; j++)
            p[VOL_GMM_AT(i, j, k)] = 0;
    return total / (double)rows->n;
}

/* ---- maximisation
 * ------------------------------------------------------------------------------------------- */

/* What the rows add up to for one component, about its mean of the step before. */
struct moments {
    double n, missing; /* probability of all rows, of those that lack the last column */
    double first[D], second[D][D];
};

/* Four sums of two lanes each, in a fixed order, so that no addition waits for the one before. */
static double dot(const double *restrict a, const double *restrict b)
{
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0;
    size_t r;

    for (r = 0; r < B; r += 8) {
        s0 += a[r] * b[r];
        s1 += a[r + 1] * b[r + 1];
        s2 += a[r + 2] * b[r + 2];
        s3 += a[r + 3] * b[r + 3];
        t0 += a[r + 4] * b[r + 4];
        t1 += a[r + 5] * b[r + 5];
        t2 += a[r + 6] * b[r + 6];
        t3 += a[r + 7] * b[r + 7];
    }
    return ((s0 + t0) + (s2 + t2)) + ((s1 + t1) + (s3 + t3));
}

/* The last column where it is missing: its expectation given the others, as a difference from the mean. */
static void expect_last(const struct vol_gmm *gmm, size_t k, const double *there, double y[D][B])
{
    size_t last = gmm->d - 1, j, r;
    const double *w = gmm->whiten[k][last];

    for (r = 0; r < B; r++)
        y[last][r] *= there[r];
    if (gmm->cov == VOL_GMM_DIAG)
        return;
    for (j = 0; j < last; j++)
        for (r = 0; r < B; r++)
            y[last][r] -= (1 - there[r]) * (w[j] / w[last]) * y[j][r];
}

static void add_block(const struct vol_gmm *gmm, size_t k, const double *x, const double *there,
                      const double *p, struct moments *m)
{
    static const double one[B] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    double y[D][B], weighted[B], all = dot(p, one);
    size_t i, j, r;

    centre(x, gmm->mean[k], gmm->d, y);
    if (there != NULL) {
        expect_last(gmm, k, there, y);
        m->missing += all - dot(p, there);
    }
    m->n += all;
    for (i = 0; i < gmm->d; i++) {
        for (r = 0; r < B; r++)
            weighted[r] = p[r] * y[i][r];
        m->first[i] += dot(weighted, one);
        for (j = gmm->cov == VOL_GMM_DIAG ? i : 0; j <= i; j++)
            m->second[i][j] += dot(weighted, y[j]);
    }
}

static void set_component(struct vol_gmm *gmm, size_t k, const struct moments *m, double n, double reg_covar)
{
    size_t i, j, last = gmm->d - 1;
    double spread = gmm->whiten[k][last][last];

    gmm->weight[k] = m->n / n;
    for (i = 0; i < gmm->d; i++) {
        for (j = 0; j <= i; j++) {
            double c = m->second[i][j] / m->n - (m->first[i] / m->n) * (m->first[j] / m->n);

            if (gmm->cov == VOL_GMM_DIAG && i != j)
                c = 0;
            gmm->covariance[k][i][j] = gmm->covariance[k][j][i] = c;
        }
        gmm->covariance[k][i][i] += reg_covar;
        gmm->mean[k][i] += m->first[i] / m->n;
    }
    if (m->missing > 0) /* what the expectation leaves open */
        gmm->covariance[k][last][last] += m->missing / m->n / (spread * spread);
}

enum vol_status vol_gmm_maximise(struct vol_gmm *gmm, const struct vol_gmm_rows *rows, const double *p,
                                 double reg_covar, struct vol_error *err)
{
    size_t b, k;

    for (k = 0; k < gmm->k; k++) {
        struct moments m = {0};

        for (b = 0; b < rows->blocks; b++)
            add_block(gmm, k, rows->x + b * rows->d * B, rows->there != NULL ? rows->there + b * B : NULL,
                      p + (b * gmm->k + k) * B, &m);
        if (!(m.n > 10 * DBL_EPSILON))
            return vol_error_set(err, VOL_EDATA, "a component is left without rows");
        set_component(gmm, k, &m, (double)rows->n, reg_covar);
    }
    return vol_gmm_prepare(gmm, err);
}
