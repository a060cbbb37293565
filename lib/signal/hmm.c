#include "signal/hmm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "signal/gmm_step.h"

static const double stay = 0.95; /* the start: a state lasts 1 / (1 - stay) days */

/* Probabilities before today's values are seen. */
static void predict(const struct vol_hmm *hmm, const double *before, double *p)
{
    size_t k = hmm->emission.k, i, j;

    for (j = 0; j < k; j++) {
        p[j] = before == NULL ? hmm->start[j] : 0;
        for (i = 0; before != NULL && i < k; i++)
            p[j] += before[i] * hmm->turn[i][j];
    }
}

double vol_hmm_filter(const struct vol_hmm *hmm, const double *x, const double *before, double *p)
{
    double joint[VOL_GMM_K_MAX], prior[VOL_GMM_K_MAX], unused[VOL_GMM_K_MAX], most = -INFINITY, sum = 0;
    size_t k = hmm->emission.k, j;

    vol_gmm_posterior(&hmm->emission, x, unused, joint);
    predict(hmm, before, prior);
    for (j = 0; j < k; j++) {
        joint[j] -= log(hmm->emission.weight[j]);
        if (!(joint[j] <= most) && !(prior[j] <= 0))
            most = joint[j];
    }
    for (j = 0; j < k; j++)
        sum += p[j] = prior[j] > 0 ? prior[j] * exp(joint[j] - most) : prior[j];
    for (j = 0; j < k; j++)
        p[j] /= sum;
    return most + log(sum);
}

void vol_hmm_order(struct vol_hmm *hmm, size_t column)
{
    struct vol_hmm from = *hmm;
    size_t k = hmm->emission.k, at[VOL_GMM_K_MAX], i, j;

    for (i = 0; i < k; i++) { /* the order that vol_gmm_order will make */
        for (j = i; j > 0 && from.emission.mean[i][column] < from.emission.mean[at[j - 1]][column]; j--)
            at[j] = at[j - 1];
        at[j] = i;
    }
    vol_gmm_order(&hmm->emission, column);
    for (i = 0; i < k; i++) {
        hmm->start[i] = from.start[at[i]];
        for (j = 0; j < k; j++)
            hmm->turn[i][j] = from.turn[at[i]][at[j]];
    }
}

bool vol_hmm_check(const struct vol_hmm *hmm)
{
    size_t k = hmm->emission.k, i, j;
    double start = 0, sum;

    for (i = 0; i < k; i++) {
        for (j = 0, sum = 0; j < k; j++) {
            if (!(hmm->turn[i][j] >= 0))
                return false;
            sum += hmm->turn[i][j];
        }
        if (!(hmm->start[i] >= 0) || !(fabs(sum - 1) < 1e-6))
            return false;
        start += hmm->start[i];
    }
    return fabs(start - 1) < 1e-6;
}

/* ---- estimation
 * --------------------------------------------------------------------------------------------- */

struct work {
    double *p;               /* by VOL_GMM_AT: log-densities, then the probabilities given all rows */
    double *b;               /* n * k: densities, each row's greatest is 1 */
    double *forward, *scale; /* n * k, n: what a row's forward probabilities were divided by */
    double turns[VOL_GMM_K_MAX][VOL_GMM_K_MAX]; /* expected number of turns */
};

/* The forward pass; the mean log-likelihood per row. */
static double forward(const struct vol_hmm *hmm, const struct vol_gmm_rows *rows, struct work *w)
{
    size_t k = hmm->emission.k, i, j;
    double total = 0;

    for (i = 0; i < rows->n; i++) {
        double *b = w->b + i * k, *to = w->forward + i * k, most = -INFINITY, sum = 0;

        for (j = 0; j < k; j++) {
            b[j] = w->p[VOL_GMM_AT(i, j, k)] - log(hmm->emission.weight[j]);
            if (!(b[j] <= most))
                most = b[j];
        }
        predict(hmm, i > 0 ? to - k : NULL, to);
        for (j = 0; j < k; j++) {
            b[j] = exp(b[j] - most);
            sum += to[j] *= b[j];
        }
        for (j = 0; j < k; j++)
            to[j] /= sum;
        w->scale[i] = sum;
        total += most + log(sum);
    }
    return total / (double)rows->n;
}

/* The backward pass: P becomes the probability of each state given all rows, TURNS what they say of turns. */
static void backward(const struct vol_hmm *hmm, const struct vol_gmm_rows *rows, struct work *w)
{
    size_t k = hmm->emission.k, t, i, j;
    double beta[VOL_GMM_K_MAX], next[VOL_GMM_K_MAX];

    memset(w->turns, 0, sizeof w->turns);
    for (j = 0; j < k; j++)
        beta[j] = 1;
    for (t = rows->n; t-- > 0;) {
        const double *a = w->forward + t * k;

        for (j = 0; j < k; j++)
            w->p[VOL_GMM_AT(t, j, k)] = a[j] * beta[j];
        if (t == 0)
            break;
        for (j = 0; j < k; j++)
            next[j] = w->b[t * k + j] * beta[j] / w->scale[t];
        for (i = 0; i < k; i++)
            for (j = 0, beta[i] = 0; j < k; j++) {
                beta[i] += hmm->turn[i][j] * next[j];
                w->turns[i][j] += a[(ptrdiff_t)i - (ptrdiff_t)k] * hmm->turn[i][j] * next[j];
            }
    }
    for (t = rows->n; t < rows->blocks * VOL_GMM_BLOCK; t++)
        for (j = 0; j < k; j++)
            w->p[VOL_GMM_AT(t, j, k)] = 0;
}

static void set_chain(struct vol_hmm *hmm, const struct work *w)
{
    size_t k = hmm->emission.k, i, j;

    for (i = 0; i < k; i++) {
        double sum = 0;

        hmm->start[i] = fmin(w->p[VOL_GMM_AT(0, i, k)], 1); /* but for rounding */
        for (j = 0; j < k; j++)
            sum += w->turns[i][j];
        for (j = 0; j < k && sum > 0; j++) /* else: the state was never left, nor kept, and its row stays */
            hmm->turn[i][j] = w->turns[i][j] / sum;
    }
}

static enum vol_status iterate(struct vol_hmm *hmm, const struct vol_gmm_rows *rows, struct work *w,
                               const struct vol_gmm_options *options, struct vol_gmm_fit *fit,
                               struct vol_error *err)
{
    struct vol_gmm_fit done = {-INFINITY, 0, false};
    enum vol_status status = VOL_OK;

    while (status == VOL_OK && !done.converged && done.steps < options->max_steps) {
        double before = done.log_likelihood;

        vol_gmm_densities(&hmm->emission, rows, w->p);
        done.log_likelihood = forward(hmm, rows, w);
        if (!isfinite(done.log_likelihood))
            return vol_error_set(err, VOL_EDATA, "the likelihood of the chain is not finite");
        backward(hmm, rows, w);
        set_chain(hmm, w);
        status = vol_gmm_maximise(&hmm->emission, rows, w->p, options->reg_covar, err);
        done.steps++;
        done.converged = fabs(done.log_likelihood - before) < options->tolerance;
    }
    *fit = done;
    return status;
}

enum vol_status vol_hmm_refit(struct vol_hmm *hmm, const double *x, size_t n,
                              const struct vol_gmm_options *options, struct vol_gmm_fit *fit,
                              struct vol_error *err)
{
    struct vol_hmm made = *hmm;
    size_t k = made.emission.k, cells;
    struct vol_gmm_rows rows;
    struct vol_gmm_fit done;
    struct work w;
    enum vol_status status = vol_gmm_prepare(&made.emission, err);

    if (status != VOL_OK)
        return status;
    if (!vol_hmm_check(&made))
        return vol_error_set(err, VOL_EUSAGE, "the start's probabilities do not sum to 1");
    status = vol_gmm_rows_init(&rows, x, n, made.emission.d);
    if (status != VOL_OK)
        return vol_error_set(err, status, status == VOL_EOS ? "out of memory" : "no rows, or not finite");
    cells = rows.blocks * VOL_GMM_BLOCK * k;
    w.p = malloc((cells + n * (2 * k + 1)) * sizeof *w.p);
    if (w.p == NULL) {
        vol_gmm_rows_free(&rows);
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    w.b = w.p + cells;
    w.forward = w.b + n * k;
    w.scale = w.forward + n * k;
    status = iterate(&made, &rows, &w, options, &done, err);
    if (status == VOL_OK) {
        *hmm = made;
        if (fit != NULL)
            *fit = done;
    }
    free(w.p);
    vol_gmm_rows_free(&rows);
    return status;
}

enum vol_status vol_hmm_fit(struct vol_hmm *hmm, const double *x, size_t n, size_t d, size_t k,
                            const struct vol_gmm_options *options, struct vol_gmm_fit *fit,
                            struct vol_error *err)
{
    struct vol_hmm made;
    enum vol_status status = vol_gmm_fit(&made.emission, x, n, d, k, options, NULL, err);
    size_t i, j;

    if (status != VOL_OK)
        return status;
    for (i = 0; i < k; i++) {
        made.start[i] = 1 / (double)k;
        for (j = 0; j < k; j++)
            made.turn[i][j] = k == 1 ? 1 : i == j ? stay : (1 - stay) / (double)(k - 1);
    }
    status = vol_hmm_refit(&made, x, n, options, fit, err);
    if (status == VOL_OK)
        *hmm = made;
    return status;
}
