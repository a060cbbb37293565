#include "signal/garchfit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "signal/small.h"

enum { MU = VOL_GARCH_MU, OMEGA, ALPHA, GAMMA, BETA, N = VOL_GARCH_N };
enum { SEARCH_MAX = 300, NEWTON_MAX = 40, GOLDEN_STEPS = 24, ROUNDS_MAX = 8 };

#define BOUND     1e-7    /* a parameter that the search left below this is at its bound */
#define SEARCHED  1e-4    /* gain of log likelihood from which on Newton's steps do better */
#define CONVERGED 1e-7    /* of a standard error: the last step */
#define MU_STEP   0.02    /* of a central difference in its mu: across many returns */
#define UNIT_ROOT 0.99999 /* a persistence above this is none that returns to a mean */

/* The search works on returns with variance 1. */
struct problem {
    enum vol_garch_kind kind;
    const double *r;
    size_t n;
    size_t k;        /* free coordinates: 4 without gamma, else 5 */
    size_t place[N]; /* of each free parameter, in the order of the coordinates */
    bool tied;       /* gamma = -alpha: falls bring no news */
};

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

static double logit(double p)
{
    return log(p / (1 - p));
}

static double clamp(double x, double lo, double hi)
{
    return x > lo ? x < hi ? x : hi : lo;
}

/* Coordinates to parameters. GARCH and GJR: mu, log of the long-run variance, logit of the persistence, logit
 * of the share of the news in it, and for GJR logit of the share of the rises in the news. EGARCH: mu,
 * long-run mean of the log variance, alpha, gamma, atanh beta. The long run in place of omega, which hangs on
 * all others. JACOBIAN[i * N + j]: d p[j] / d x[i]. */
static void to_parameters(const struct problem *q, const double *x, double p[N], double *jacobian)
{
    double persistence, share, rises, dp, ds, dr, level;

    memset(jacobian, 0, N * N * sizeof *jacobian);
    memset(p, 0, N * sizeof *p);
    p[MU] = x[0];
    jacobian[0 * N + MU] = 1;
    if (q->kind == VOL_GARCH_EGARCH) {
        p[ALPHA] = x[2];
        p[GAMMA] = x[3];
        p[BETA] = tanh(x[4]);
        p[OMEGA] = x[1] * (1 - p[BETA]);
        jacobian[1 * N + OMEGA] = 1 - p[BETA];
        jacobian[2 * N + ALPHA] = jacobian[3 * N + GAMMA] = 1;
        jacobian[4 * N + BETA] = 1 - p[BETA] * p[BETA];
        jacobian[4 * N + OMEGA] = -x[1] * jacobian[4 * N + BETA];
        return;
    }
    persistence = logistic(x[2]);
    share = logistic(x[3]);
    rises = q->k == N ? logistic(x[4]) : 0.5;
    dp = persistence * (1 - persistence);
    ds = share * (1 - share);
    dr = q->k == N ? rises * (1 - rises) : 0;
    level = exp(x[1]);
    p[OMEGA] = jacobian[1 * N + OMEGA] = level * (1 - persistence);
    jacobian[2 * N + OMEGA] = -level * dp;
    p[ALPHA] = 2 * persistence * share * rises;
    p[GAMMA] = 2 * persistence * share * (1 - 2 * rises);
    p[BETA] = persistence * (1 - share);
    jacobian[2 * N + ALPHA] = 2 * dp * share * rises;
    jacobian[2 * N + GAMMA] = 2 * dp * share * (1 - 2 * rises);
    jacobian[2 * N + BETA] = dp * (1 - share);
    jacobian[3 * N + ALPHA] = 2 * persistence * ds * rises;
    jacobian[3 * N + GAMMA] = 2 * persistence * ds * (1 - 2 * rises);
    jacobian[3 * N + BETA] = -persistence * ds;
    jacobian[4 * N + ALPHA] = 2 * persistence * share * dr;
    jacobian[4 * N + GAMMA] = -4 * persistence * share * dr;
}

static void to_coordinates(const struct problem *q, const double p[N], double *x)
{
    double news = p[ALPHA] + p[GAMMA] / 2, persistence = clamp(news + p[BETA], 1e-3, 0.9999);

    x[0] = p[MU];
    if (q->kind == VOL_GARCH_EGARCH) {
        x[1] = p[OMEGA] / (1 - clamp(p[BETA], -0.9999, 0.9999));
        x[2] = p[ALPHA];
        x[3] = p[GAMMA];
        x[4] = atanh(clamp(p[BETA], -0.9999, 0.9999));
        return;
    }
    x[1] = log(clamp(p[OMEGA] / (1 - persistence), 1e-3, 1e3));
    x[2] = logit(persistence);
    x[3] = logit(clamp(news / persistence, 1e-3, 0.999));
    x[4] = logit(clamp(news > 0 ? p[ALPHA] / (2 * news) : 0.5, 1e-3, 0.999));
}

/* The coordinates X moved by STEP, no further than 2 in any of them; the parameters there, and their log
 * likelihood. */
static double moved_by(const struct problem *q, const double *x, const double *step, double *moved,
                       double p[N])
{
    double jacobian[N * N];
    struct vol_garch_pass pass;
    size_t i;

    for (i = 0; i < q->k; i++)
        moved[i] = x[i] + clamp(step[i], -2, 2);
    to_parameters(q, moved, p, jacobian);
    vol_garch_filter(q->kind, p, q->r, q->n, NULL, &pass);
    return pass.loglik;
}

/* Gradient and expected information in the coordinates X. */
static double scoring(const struct problem *q, const double *x, double *gradient, double *info)
{
    double p[N], jacobian[N * N], full[N * N];
    struct vol_garch_pass pass;
    size_t i, j;

    to_parameters(q, x, p, jacobian);
    vol_garch_score(q->kind, p, q->r, q->n, VOL_GARCH_INFORMATION, &pass);
    vol_small_sandwich(jacobian, pass.matrix, N, full);
    for (i = 0; i < q->k; i++) {
        gradient[i] = 0;
        for (j = 0; j < N; j++)
            gradient[i] += jacobian[i * N + j] * pass.grad[j];
        for (j = 0; j < q->k; j++)
            info[i * q->k + j] = full[i * N + j];
    }
    return pass.loglik;
}

/* From P, uphill until a step gains next to nothing, into P. */
static enum vol_status search(const struct problem *q, double p[N], int *iterations)
{
    double x[N] = {0}, moved[N] = {0}, gradient[N], info[N * N], damped[N * N], damping = 1e-3;
    size_t i, j;
    int n;

    to_coordinates(q, p, x);
    for (n = 0; n < SEARCH_MAX; n++) {
        double now = scoring(q, x, gradient, info), then = -INFINITY, step[N] = {0};

        if (!isfinite(now))
            return VOL_EDATA;
        for (; damping < 1e12; damping *= 10) {
            memcpy(damped, info, sizeof damped);
            for (i = 0; i < q->k; i++)
                damped[i * q->k + i] += damping * info[i * q->k + i] + 1e-9 * (double)q->n;
            if (vol_small_invert(damped, q->k, damped) != VOL_OK)
                continue;
            for (i = 0; i < q->k; i++)
                for (step[i] = 0, j = 0; j < q->k; j++)
                    step[i] += damped[i * q->k + j] * gradient[j];
            then = moved_by(q, x, step, moved, p);
            if (then >= now)
                break;
        }
        if (!(then >= now))
            break;
        memcpy(x, moved, sizeof x);
        damping = fmax(damping / 100, 1e-6);
        if (then - now < SEARCHED)
            break;
    }
    *iterations += n;
    to_parameters(q, x, p, damped);
    return n < SEARCH_MAX ? VOL_OK : VOL_EDATA;
}

/* How much parameter J moves with free parameter I. */
static double moves(const struct problem *q, size_t i, size_t j)
{
    return q->place[i] == j ? 1 : q->tied && q->place[i] == ALPHA && j == GAMMA ? -1 : 0;
}

/* The derivative by free parameter I. */
static double slope(const struct problem *q, const double grad[N], size_t i)
{
    return grad[q->place[i]] - (q->tied && q->place[i] == ALPHA ? grad[GAMMA] : 0);
}

/* Minus the Hessian of the log likelihood in the free parameters, by central differences of the gradient. */
static void information(const struct problem *q, const double p[N], double *out)
{
    double moved[N], up[N] = {0}, step;
    struct vol_garch_pass pass;
    size_t i, j, a;

    for (i = 0; i < q->k; i++) {
        a = q->place[i];
        step = 1e-5 * fmax(fabs(p[a]), 1e-2);
        if (a == OMEGA && q->kind != VOL_GARCH_EGARCH)
            step = 1e-5 * p[a];
        if (a == MU && q->kind == VOL_GARCH_EGARCH)
            step = MU_STEP;
        for (j = 0; j < N; j++)
            moved[j] = p[j] + step * moves(q, i, j);
        vol_garch_score(q->kind, moved, q->r, q->n, VOL_GARCH_NONE, &pass);
        memcpy(up, pass.grad, sizeof up);
        for (j = 0; j < N; j++)
            moved[j] = p[j] - step * moves(q, i, j);
        vol_garch_score(q->kind, moved, q->r, q->n, VOL_GARCH_NONE, &pass);
        for (j = 0; j < q->k; j++)
            out[i * q->k + j] = -(slope(q, up, j) - slope(q, pass.grad, j)) / (2 * step);
    }
    for (i = 0; i < q->k; i++)
        for (j = 0; j < i; j++)
            out[i * q->k + j] = out[j * q->k + i] = 0.5 * (out[i * q->k + j] + out[j * q->k + i]);
}

static bool allowed(enum vol_garch_kind kind, const double p[N])
{
    if (kind == VOL_GARCH_EGARCH)
        return fabs(p[BETA]) < UNIT_ROOT;
    return p[OMEGA] > 0 && p[ALPHA] >= 0 && p[ALPHA] + p[GAMMA] >= 0 && p[BETA] >= 0 &&
           vol_garch_persistence(kind, p) < UNIT_ROOT;
}

/* P one step on: INVERSE times the gradient, halved until it is allowed and does not fall. The step's size in
 * standard errors; NaN: no such step. */
static double climb(const struct problem *q, const double *inverse, double p[N])
{
    struct vol_garch_pass pass, next;
    double step[N] = {0}, moved[N], scale, worst = 0;
    size_t i, j;

    vol_garch_score(q->kind, p, q->r, q->n, VOL_GARCH_NONE, &pass);
    for (i = 0; i < q->k; i++) {
        double along = 0;

        for (j = 0; j < q->k; j++)
            along += inverse[i * q->k + j] * slope(q, pass.grad, j);
        for (j = 0; j < N; j++)
            step[j] += along * moves(q, i, j);
        worst = fmax(worst, fabs(along) / sqrt(inverse[i * q->k + i]));
    }
    if (!isfinite(pass.loglik) || worst < CONVERGED)
        return isfinite(pass.loglik) ? worst : NAN;
    for (scale = 1; scale > 1e-6; scale /= 2) {
        for (i = 0; i < N; i++)
            moved[i] = p[i] + scale * step[i];
        if (q->tied)
            moved[GAMMA] = -moved[ALPHA];
        if (!allowed(q->kind, moved))
            continue;
        vol_garch_filter(q->kind, moved, q->r, q->n, NULL, &next);
        if (next.loglik >= pass.loglik - 1e-12 * fabs(pass.loglik)) {
            memcpy(p, moved, sizeof moved);
            return worst;
        }
    }
    return worst < 1e-4 ? 0 : NAN; /* at the maximum as far as its rounding tells */
}

/* Newton's steps until they are nothing beside the standard errors; a Hessian serves as long as they shrink.
 * COV: the inverse information at the end. */
static enum vol_status polish(const struct problem *q, double p[N], double *cov, int *iterations)
{
    double worst = INFINITY, before;
    int n = 0;

    while (n < NEWTON_MAX) {
        information(q, p, cov);
        if (vol_small_invert(cov, q->k, cov) != VOL_OK)
            return VOL_EDATA;
        if (worst < CONVERGED)
            return VOL_OK;
        do {
            before = worst;
            worst = climb(q, cov, p);
            if (isnan(worst))
                return VOL_EDATA;
            n++;
            ++*iterations;
        } while (worst >= CONVERGED && worst < 0.3 * before && n < NEWTON_MAX);
    }
    return VOL_EDATA;
}

static double loglik_at(const struct problem *q, const double p[N], double mu)
{
    struct vol_garch_pass pass;
    double moved[N];

    memcpy(moved, p, sizeof moved);
    moved[MU] = mu;
    vol_garch_filter(q->kind, moved, q->r, q->n, NULL, &pass);
    return isfinite(pass.loglik) ? pass.loglik : -INFINITY;
}

/* The mu within WIDTH of P's that is best, the others as they are, by golden section. */
static void best_mu(const struct problem *q, double p[N], double width)
{
    const double golden = 0.61803398874989484820;
    double lo = p[MU] - width, hi = p[MU] + width, a = hi - golden * (hi - lo), b = lo + golden * (hi - lo);
    double at_a = loglik_at(q, p, a), at_b = loglik_at(q, p, b), mu;
    int i;

    for (i = 0; i < GOLDEN_STEPS; i++) {
        if (at_a > at_b) {
            hi = b;
            b = a;
            at_b = at_a;
            a = hi - golden * (hi - lo);
            at_a = loglik_at(q, p, a);
        } else {
            lo = a;
            a = b;
            at_a = at_b;
            b = lo + golden * (hi - lo);
            at_b = loglik_at(q, p, b);
        }
    }
    mu = at_a > at_b ? a : b;
    if (fmax(at_a, at_b) > loglik_at(q, p, p[MU]))
        p[MU] = mu;
}

/* The |z| of EGARCH breaks the slope of the likelihood wherever mu meets a return, and the maximum tends to
 * sit on such a corner, where Newton's steps go astray. So mu is found by section, the others by Newton's
 * steps, in turns until nothing is gained. */
static enum vol_status polish_corners(const struct problem *q, double p[N], double *cov, int *iterations)
{
    struct problem others = *q;
    double width = 1 / sqrt((double)q->n), gain = INFINITY; /* a standard error of the mean */
    enum vol_status status = VOL_OK;
    int round;

    others.k = 0;
    for (round = 0; (size_t)round < q->k; round++)
        if (q->place[round] != MU)
            others.place[others.k++] = q->place[round];
    for (round = 0; round < ROUNDS_MAX && gain > 1e-6; round++, width /= 4) {
        double before = loglik_at(q, p, p[MU]);

        best_mu(q, p, width);
        status = polish(&others, p, cov, iterations);
        if (status != VOL_OK)
            return status;
        gain = loglik_at(q, p, p[MU]) - before;
    }
    information(q, p, cov);
    return vol_small_invert(cov, q->k, cov);
}

/* Hold at 0 what the search has driven there. */
static void hold_bounds(struct problem *q, double p[N], bool at_bound[N])
{
    size_t i, k = 0;

    if (q->kind == VOL_GARCH_EGARCH)
        return;
    if (p[ALPHA] < BOUND) {
        at_bound[ALPHA] = true;
        p[GAMMA] = fmax(p[GAMMA] + p[ALPHA], 0);
        p[ALPHA] = 0;
    } else if (q->kind == VOL_GARCH_GJR && p[ALPHA] + p[GAMMA] < BOUND) {
        at_bound[GAMMA] = q->tied = true;
        p[GAMMA] = -p[ALPHA];
    }
    if (p[BETA] < BOUND) {
        at_bound[BETA] = true;
        p[BETA] = 0;
    }
    for (i = 0; i < q->k; i++)
        if (!at_bound[q->place[i]])
            q->place[k++] = q->place[i];
    q->k = k;
}

/* Standard errors from the inverse information COV, in the scaled parameters of Q; J[i * N + j]: d p[i] of
 * the unscaled by p[j] of the scaled. */
static void errors(const struct problem *q, const double p[N], const double *cov, const double *j,
                   struct vol_garch_fit *out)
{
    double outer[N * N], robust[N * N], full[2][N * N] = {{0}, {0}}, unscaled[N * N];
    struct vol_garch_pass pass;
    size_t a, b, i, l, which;

    vol_garch_score(q->kind, p, q->r, q->n, VOL_GARCH_OUTER, &pass);
    for (a = 0; a < q->k; a++)
        for (b = 0; b < q->k; b++)
            for (outer[a * q->k + b] = 0, i = 0; i < N; i++)
                for (l = 0; l < N; l++)
                    outer[a * q->k + b] += moves(q, a, i) * moves(q, b, l) * pass.matrix[i * N + l];
    vol_small_sandwich(cov, outer, q->k, robust);
    for (a = 0; a < q->k; a++) {
        for (b = 0; b < q->k; b++) {
            full[0][q->place[a] * N + q->place[b]] = cov[a * q->k + b];
            full[1][q->place[a] * N + q->place[b]] = robust[a * q->k + b];
        }
    }
    for (a = 0; a < N; a++)
        out->se[a] = out->robust_se[a] = NAN;
    for (which = 0; which < 2; which++) {
        vol_small_sandwich(j, full[which], N, unscaled);
        for (a = 0; a < q->k; a++)
            (which == 0 ? out->se : out->robust_se)[q->place[a]] =
                sqrt(unscaled[q->place[a] * N + q->place[a]]);
    }
}

/* Parameters for returns divided by SD to those of the returns (BACK) or the other way. */
static void rescale(enum vol_garch_kind kind, double p[N], double sd, bool back)
{
    double factor = back ? sd : 1 / sd;

    p[MU] *= factor;
    if (kind == VOL_GARCH_EGARCH)
        p[OMEGA] += (1 - p[BETA]) * 2 * log(factor);
    else
        p[OMEGA] *= factor * factor;
}

/* Where a search without a START begins, for returns of mean MEAN and variance 1. */
static void usual_start(enum vol_garch_kind kind, double mean, double p[N])
{
    memset(p, 0, N * sizeof *p);
    p[MU] = mean;
    if (kind == VOL_GARCH_EGARCH) {
        p[ALPHA] = 0.15;
        p[GAMMA] = -0.02;
        p[BETA] = 0.97;
        p[OMEGA] = -0.1 * (1 - p[BETA]);
        return;
    }
    p[ALPHA] = kind == VOL_GARCH_GJR ? 0.04 : 0.07;
    p[GAMMA] = kind == VOL_GARCH_GJR ? 0.06 : 0;
    p[BETA] = 0.9;
    p[OMEGA] = 1 - vol_garch_persistence(kind, p);
}

/* The maximum for the scaled returns of Q from P on; on VOL_OK *Q holds the free parameters that are left. */
static enum vol_status maximise(struct problem *q, double p[N], double *cov, struct vol_garch_fit *out,
                                struct vol_error *err)
{
    enum vol_status status = search(q, p, &out->iterations);

    if (status != VOL_OK)
        return vol_error_set(err, status, "no maximum: the search did not end");
    if (!(fabs(vol_garch_persistence(q->kind, p)) < UNIT_ROOT))
        return vol_error_set(err, VOL_EDATA, "no maximum: the persistence goes to 1");
    hold_bounds(q, p, out->at_bound);
    status = q->kind == VOL_GARCH_EGARCH ? polish_corners(q, p, cov, &out->iterations)
                                         : polish(q, p, cov, &out->iterations);
    if (status != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "no maximum: the likelihood is flat or ends at a bound");
    return VOL_OK;
}

static enum vol_status moments(const double *r, size_t n, double *mean, double *sd, struct vol_error *err)
{
    double sum = 0, squares = 0;
    size_t i;

    if (n < VOL_GARCH_LEAST)
        return vol_error_set(err, VOL_EDATA, "%zu returns, fewer than %d", n, VOL_GARCH_LEAST);
    for (i = 0; i < n; i++)
        sum += r[i];
    *mean = sum / (double)n;
    for (i = 0; i < n; i++)
        squares += (r[i] - *mean) * (r[i] - *mean);
    *sd = sqrt(squares / (double)n);
    if (!(*sd > 0 && isfinite(*sd)))
        return vol_error_set(err, VOL_EDATA, "the returns do not vary, or are not finite");
    return VOL_OK;
}

enum vol_status vol_garch_fit(enum vol_garch_kind kind, const double *r, size_t n,
                              const struct vol_garch_fit *start, struct vol_garch_fit *out,
                              struct vol_error *err)
{
    struct problem q = {kind, NULL, n, kind == VOL_GARCH ? 4 : 5, {MU, OMEGA, ALPHA, GAMMA, BETA}, false};
    struct vol_garch_fit fit = {.kind = kind, .n = n};
    double mean = 0, sd = 0, cov[N * N], jacobian[N * N] = {0}, *scaled;
    struct vol_garch_pass pass;
    enum vol_status status = moments(r, n, &mean, &sd, err);
    size_t i;

    if (status != VOL_OK)
        return status;
    scaled = malloc(n * sizeof *scaled);
    if (scaled == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    for (i = 0; i < n; i++)
        scaled[i] = r[i] / sd;
    q.r = scaled;
    if (kind == VOL_GARCH)
        q.place[3] = BETA;
    usual_start(kind, mean / sd, fit.p);
    if (start != NULL) {
        memcpy(fit.p, start->p, sizeof fit.p);
        rescale(kind, fit.p, sd, false);
    }
    status = maximise(&q, fit.p, cov, &fit, err);
    if (status == VOL_OK) {
        for (i = 0; i < N; i++)
            jacobian[i * N + i] = i == MU ? sd : i == OMEGA && kind != VOL_GARCH_EGARCH ? sd * sd : 1;
        if (kind == VOL_GARCH_EGARCH)
            jacobian[OMEGA * N + BETA] = -2 * log(sd);
        errors(&q, fit.p, cov, jacobian, &fit);
        rescale(kind, fit.p, sd, true);
        vol_garch_filter(kind, fit.p, r, n, NULL, &pass);
        fit.loglik = pass.loglik;
        fit.next = pass.next;
        fit.variance = sd * sd + (mean - fit.p[MU]) * (mean - fit.p[MU]);
        *out = fit;
    }
    free(scaled);
    return status;
}
