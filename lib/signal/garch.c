#include "signal/garch.h"

#include <math.h>
#include <string.h>

#define LN_2PI    1.8378770664093454836
#define SQRT_2_PI 0.79788456080286535588 /* E |z| */
#define SQRT_HALF 0.70710678118654752440

enum { MU = VOL_GARCH_MU, OMEGA, ALPHA, GAMMA, BETA, N = VOL_GARCH_N };

/* The mean of (r - mu)^2, and of r - mu. */
static double presample(const double *r, size_t n, double mu, double *mean)
{
    double sum = 0, squares = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        double e = r[i] - mu;

        sum += e;
        squares += e * e;
    }
    *mean = sum / (double)n;
    return squares / (double)n;
}

double vol_garch_step(enum vol_garch_kind kind, const double p[VOL_GARCH_N], double h, double r)
{
    double e = r - p[MU], z;

    if (kind != VOL_GARCH_EGARCH)
        return p[OMEGA] + (p[ALPHA] + (e < 0 ? p[GAMMA] : 0)) * e * e + p[BETA] * h;
    z = e / sqrt(h);
    return exp(p[OMEGA] + p[ALPHA] * (fabs(z) - SQRT_2_PI) + p[GAMMA] * z + p[BETA] * log(h));
}

/* The variance of the first return. */
static double first_variance(enum vol_garch_kind kind, const double p[N], double sample)
{
    if (kind == VOL_GARCH_EGARCH)
        return exp(p[OMEGA] + p[BETA] * log(sample));
    return p[OMEGA] + (p[ALPHA] + p[GAMMA] / 2 + p[BETA]) * sample;
}

void vol_garch_filter(enum vol_garch_kind kind, const double p[VOL_GARCH_N], const double *r, size_t n,
                      double *h, struct vol_garch_pass *out)
{
    double mean, sum = 0, variance = first_variance(kind, p, presample(r, n, p[MU], &mean));
    size_t i;

    for (i = 0; i < n; i++) {
        double e = r[i] - p[MU];

        if (h != NULL)
            h[i] = variance;
        sum += log(variance) + e * e / variance;
        variance = vol_garch_step(kind, p, variance, r[i]);
    }
    memset(out, 0, sizeof *out);
    out->loglik = -0.5 * (sum + (double)n * LN_2PI);
    out->next = variance;
}

/* Add the score of one return, and what it adds to the matrix. D: d ln h by parameter; Z: standardised, by
 * ROOT = 1 / sqrt(h). */
static inline void add_score(struct vol_garch_pass *out, const double d[N], double z, double root,
                             enum vol_garch_matrix matrix)
{
    double half = 0.5 * (z * z - 1), score[N];
    size_t i, j;

    for (i = 0; i < N; i++)
        score[i] = half * d[i];
    score[MU] += z * root;
    for (i = 0; i < N; i++)
        out->grad[i] += score[i];
    if (matrix == VOL_GARCH_NONE)
        return;
    if (matrix == VOL_GARCH_INFORMATION) {
        for (i = 0; i < N; i++)
            score[i] = d[i] * SQRT_HALF;
        out->matrix[MU * N + MU] += root * root;
    }
    for (i = 0; i < N; i++)
        for (j = 0; j < N; j++)
            out->matrix[i * N + j] += score[i] * score[j];
}

static void score_linear(const double p[N], const double *r, size_t n, enum vol_garch_matrix matrix,
                         struct vol_garch_pass *out)
{
    double mean, sample = presample(r, n, p[MU], &mean), sum = 0;
    double news = p[ALPHA] + p[GAMMA] / 2, h = p[OMEGA] + (news + p[BETA]) * sample;
    double dh[N] = {-2 * mean * (news + p[BETA]), 1, sample, sample / 2, sample}, d[N];
    size_t i, j;

    for (i = 0; i < n; i++) {
        double e = r[i] - p[MU], root = 1 / sqrt(h), inverse = root * root, z = e * root,
               down = e < 0 ? 1 : 0;

        sum += log(h) + z * z;
        for (j = 0; j < N; j++)
            d[j] = dh[j] * inverse;
        add_score(out, d, z, root, matrix);
        news = p[ALPHA] + down * p[GAMMA];
        for (j = 0; j < N; j++)
            dh[j] *= p[BETA];
        dh[MU] -= 2 * news * e;
        dh[OMEGA] += 1;
        dh[ALPHA] += e * e;
        dh[GAMMA] += down * e * e;
        dh[BETA] += h;
        h = p[OMEGA] + news * e * e + p[BETA] * h;
    }
    out->loglik = -0.5 * (sum + (double)n * LN_2PI);
    out->next = h;
}

static void score_log(const double p[N], const double *r, size_t n, enum vol_garch_matrix matrix,
                      struct vol_garch_pass *out)
{
    double mean, sample = presample(r, n, p[MU], &mean), sum = 0;
    double log_h = p[OMEGA] + p[BETA] * log(sample);
    double d[N] = {-2 * mean / sample * p[BETA], 1, 0, 0, log(sample)}; /* d ln h */
    size_t i, j;

    for (i = 0; i < n; i++) {
        double inverse = exp(-0.5 * log_h), e = r[i] - p[MU], z = e * inverse, size = fabs(z);
        double slope = p[ALPHA] * (z < 0 ? -1 : 1) + p[GAMMA]; /* d news / d z */
        double decay = p[BETA] - 0.5 * slope * z;

        sum += log_h + z * z;
        add_score(out, d, z, inverse, matrix);
        for (j = 0; j < N; j++)
            d[j] *= decay;
        d[MU] -= slope * inverse;
        d[OMEGA] += 1;
        d[ALPHA] += size - SQRT_2_PI;
        d[GAMMA] += z;
        d[BETA] += log_h;
        log_h = p[OMEGA] + p[ALPHA] * (size - SQRT_2_PI) + p[GAMMA] * z + p[BETA] * log_h;
    }
    out->loglik = -0.5 * (sum + (double)n * LN_2PI);
    out->next = exp(log_h);
}

void vol_garch_score(enum vol_garch_kind kind, const double p[VOL_GARCH_N], const double *r, size_t n,
                     enum vol_garch_matrix matrix, struct vol_garch_pass *out)
{
    memset(out, 0, sizeof *out);
    if (kind == VOL_GARCH_EGARCH)
        score_log(p, r, n, matrix, out);
    else
        score_linear(p, r, n, matrix, out);
}

double vol_garch_persistence(enum vol_garch_kind kind, const double p[VOL_GARCH_N])
{
    return kind == VOL_GARCH_EGARCH ? p[BETA] : p[ALPHA] + p[GAMMA] / 2 + p[BETA];
}

/* ln E exp(b g(z)) for g(z) = alpha (|z| - E|z|) + gamma z and normal z. */
static double log_news(const double p[N], double b)
{
    double up = b * (p[GAMMA] + p[ALPHA]), down = b * (p[ALPHA] - p[GAMMA]);

    return log(exp(0.5 * up * up) * 0.5 * erfc(-up * SQRT_HALF) +
               exp(0.5 * down * down) * 0.5 * erfc(-down * SQRT_HALF)) -
           b * p[ALPHA] * SQRT_2_PI;
}

double vol_garch_ahead(enum vol_garch_kind kind, const double p[VOL_GARCH_N], double next, size_t k)
{
    double decay = vol_garch_persistence(kind, p), log_h, news = 0, power = 1;
    size_t i;

    if (kind != VOL_GARCH_EGARCH) {
        double h = next;

        for (i = 1; i < k; i++)
            h = p[OMEGA] + decay * h;
        return h;
    }
    log_h = log(next);
    for (i = 1; i < k; i++) {
        log_h = p[OMEGA] + decay * log_h;
        news += log_news(p, power); /* of day k - i: it counts with beta^(i - 1) on day k */
        power *= decay;
    }
    return exp(log_h + news);
}

double vol_garch_mean_ahead(enum vol_garch_kind kind, const double p[VOL_GARCH_N], double next,
                            size_t horizon)
{
    double sum = 0;
    size_t k;

    for (k = 1; k <= horizon; k++)
        sum += vol_garch_ahead(kind, p, next, k);
    return sum / (double)horizon;
}
