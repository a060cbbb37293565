#include "surface/svifit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_PARAMS = 5, N_PENALTY = 64, N_STARTS = 4, LM_FIRST = 3, LM_MAX = 60 };

static const double least_half_spread = 1e-4;
/* A fit is poor when it misses by more than this share of the at-the-forward vol and this many half-spreads.
 */
static const double poor_share = 0.10, poor_spreads = 3.0;
static const double lee_slope = 1.9999; /* a hair inside the bound of 2, so that rounding cannot break it */

/* One quote as the search sees it: w-space target and weight, vol-space target and weight. */
struct point {
    double k;
    double w, weight; /* total variance of the mid, and 1 / (2 vol t half-spread), squared */
    double vol, per_spread;
};

struct search {
    struct point *points;
    size_t n;
    double t;
    double scale; /* at-the-money standard deviation: the unit of k */
    double sum_weight, sum_w, sum_ww;
    double penalty;         /* 0: no butterfly penalty */
    double grid[N_PENALTY]; /* where the penalty looks */
};

/* Parameters of Levenberg-Marquardt: a, ln u, ln v, m, ln sigma (u, v: header comment, divided by sigma). */
struct state {
    double x[N_PARAMS];
    double cost;
};

const char *vol_svifit_status_name(enum vol_svifit_status status)
{
    static const char *const names[] = {"ok", "too_few_quotes", "one_sided", "degenerate", "poor_fit"};

    return names[status];
}

/* ---- the inner problem: given (m, sigma), the best a, u, v ---- */

/* Minimise x'Ax - 2 b'x over [0, hi]^2; A = [[a11, a12], [a12, a22]] positive semi-definite. */
static double box_minimum(double a11, double a12, double a22, double b1, double b2, double hi, double x[2])
{
    double det = a11 * a22 - a12 * a12;
    double best = INFINITY;
    int edge;

    if (det > 1e-12 * a11 * a22) {
        double x1 = (a22 * b1 - a12 * b2) / det, x2 = (a11 * b2 - a12 * b1) / det;

        if (x1 >= 0.0 && x1 <= hi && x2 >= 0.0 && x2 <= hi) {
            x[0] = x1;
            x[1] = x2;
            return -(b1 * x1 + b2 * x2);
        }
    }
    for (edge = 0; edge < 4; edge++) {
        bool first = edge < 2; /* the first coordinate is held */
        double held = edge % 2 ? hi : 0.0;
        double a_free = first ? a22 : a11, b_free = (first ? b2 : b1) - a12 * held;
        double open = a_free > 0.0 ? b_free / a_free : 0.0;
        double x1, x2, value;

        open = open < 0.0 ? 0.0 : open > hi ? hi : open;
        x1 = first ? held : open;
        x2 = first ? open : held;
        value = a11 * x1 * x1 + 2.0 * a12 * x1 * x2 + a22 * x2 * x2 - 2.0 * (b1 * x1 + b2 * x2);
        if (value < best) {
            best = value;
            x[0] = x1;
            x[1] = x2;
        }
    }
    return best;
}

/* The least weighted sum of squares in total variance for (M, SIGMA), and its smile. With y = (k - m) / sigma
 * and z = sqrt(y^2 + 1): w = a + u p + v q, p = (z + y) / 2, q = (z - y) / 2, p q = 1/4. */
static double inner(const struct search *s, double m, double sigma, struct vol_svi *svi)
{
    double sp = 0, sq = 0, spp = 0, sqq = 0, spw = 0, sqw = 0;
    double inverse = 1.0 / sigma, total = s->sum_weight, x[2] = {0.0, 0.0}, cost, sum;
    size_t i;

    for (i = 0; i < s->n; i++) {
        const struct point *pt = &s->points[i];
        double y = (pt->k - m) * inverse;
        double big = (sqrt(y * y + 1.0) + fabs(y)) * 0.5, small = 0.25 / big;
        double p = y >= 0.0 ? big : small, q = y >= 0.0 ? small : big;
        double wp = pt->weight * p, wq = pt->weight * q;

        sp += wp;
        sq += wq;
        spp += wp * p;
        sqq += wq * q;
        spw += wp * pt->w;
        sqw += wq * pt->w;
    }
    cost = box_minimum(spp - sp * sp / total, total * 0.25 - sp * sq / total, sqq - sq * sq / total,
                       spw - sp * s->sum_w / total, sqw - sq * s->sum_w / total, lee_slope * sigma, x);
    sum = x[0] + x[1];
    svi->a = (s->sum_w - x[0] * sp - x[1] * sq) / total;
    svi->b = sum * 0.5 * inverse;
    svi->rho = sum > 0.0 ? (x[0] - x[1]) / sum : 0.0;
    svi->m = m;
    svi->sigma = sigma;
    return s->sum_ww - s->sum_w * s->sum_w / total + cost;
}
/* ---- the outer problem ---- */

/* The smile of a state. The logarithms keep both slopes and sigma positive. */
static void state_to_svi(const struct state *st, struct vol_svi *svi)
{
    double right = exp(st->x[1]), left = exp(st->x[2]);

    svi->a = st->x[0];
    svi->b = 0.5 * (right + left);
    svi->rho = (right - left) / (right + left);
    svi->m = st->x[3];
    svi->sigma = exp(st->x[4]);
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Back into the box that the search never leaves. */
static void state_clamp(const struct search *s, struct state *st)
{
    double low = s->points[0].k, high = s->points[s->n - 1].k, range = high - low;
    double least = log(1e-7 * s->scale);

    st->x[1] = clamp(st->x[1], least, log(lee_slope));
    st->x[2] = clamp(st->x[2], least, log(lee_slope));
    st->x[3] = clamp(st->x[3], low - 2.0 * range, high + 2.0 * range);
    st->x[4] = clamp(st->x[4], log(2e-2 * s->scale), log(20.0 * range));
}

static void state_from_svi(const struct search *s, const struct vol_svi *svi, struct state *st)
{
    double floor = 1e-7 * s->scale;

    st->x[0] = svi->a;
    st->x[1] = log(fmax(vol_svi_slope_right(svi), floor));
    st->x[2] = log(fmax(vol_svi_slope_left(svi), floor));
    st->x[3] = svi->m;
    st->x[4] = log(svi->sigma);
    state_clamp(s, st);
}

/* Normal equations: the lower triangle of J'J and J'r. */
struct normal {
    double h[N_PARAMS][N_PARAMS];
    double g[N_PARAMS];
};

static void normal_add(struct normal *eq, const double row[N_PARAMS], double residual)
{
    int i, j;

    for (i = 0; i < N_PARAMS; i++) {
        eq->g[i] += row[i] * residual;
        for (j = 0; j <= i; j++)
            eq->h[i][j] += row[i] * row[j];
    }
}

/* One quote's error at the state, and its derivatives when ROW is not null. */
static double quote_error(const struct search *s, const struct point *pt, const double slopes[3],
                          const struct state *st, double row[N_PARAMS])
{
    double right = slopes[0], left = slopes[1], sigma2 = slopes[2];
    double x = pt->k - st->x[3], root = sqrt(x * x + sigma2);
    double big = 0.5 * (root + fabs(x)), small = 0.25 * sigma2 / big;
    double up = right * (x >= 0.0 ? big : small), down = left * (x >= 0.0 ? small : big);
    double w = st->x[0] + up + down, floor = 1e-4 * pt->vol * pt->vol * s->t, vol, slope;

    w = w > floor ? w : floor;
    vol = sqrt(w / s->t);
    if (row != NULL) {
        slope = pt->per_spread / (2.0 * vol * s->t);
        row[0] = slope;
        row[1] = slope * up;
        row[2] = slope * down;
        row[3] = slope * (down - up) / root;
        row[4] = slope * 0.5 * sigma2 * (right + left) / root;
    }
    return (vol - pt->vol) * pt->per_spread;
}

/* The penalty's errors: how far g falls short at each point of the grid, and the least total variance of
 * zero. */
static void penalty_errors(const struct search *s, const struct state *st, double error[N_PENALTY + 1])
{
    struct vol_svi svi;
    double least;
    int i;

    state_to_svi(st, &svi);
    for (i = 0; i < N_PENALTY; i++) {
        double lack = 2e-3 - vol_svi_g(&svi, s->grid[i]);

        error[i] = lack > 0.0 ? s->penalty * fmin(lack, 10.0) : 0.0;
    }
    least = svi.a + svi.b * svi.sigma * sqrt(1.0 - svi.rho * svi.rho);
    least = 1e-3 - least / (s->scale * s->scale);
    error[N_PENALTY] = least > 0.0 ? s->penalty * least : 0.0;
}

static double total_cost(const struct search *s, const struct state *st)
{
    double slopes[3] = {exp(st->x[1]), exp(st->x[2]), exp(2.0 * st->x[4])};
    double cost = 0.0, error[N_PENALTY + 1];
    size_t i;

    for (i = 0; i < s->n; i++) {
        double r = quote_error(s, &s->points[i], slopes, st, NULL);

        cost += r * r;
    }
    if (s->penalty > 0.0) {
        penalty_errors(s, st, error);
        for (i = 0; i <= N_PENALTY; i++)
            cost += error[i] * error[i];
    }
    return cost;
}

static void penalty_equations(const struct search *s, const struct state *st, struct normal *eq)
{
    double base[N_PENALTY + 1], moved[N_PARAMS][N_PENALTY + 1], step[N_PARAMS], row[N_PARAMS];
    struct state other;
    int i, j;

    penalty_errors(s, st, base);
    for (j = 0; j < N_PARAMS; j++) {
        other = *st;
        step[j] = j == 0 ? 1e-6 * s->scale * s->scale : j == 3 ? 1e-6 * s->scale : 1e-6;
        other.x[j] += step[j];
        penalty_errors(s, &other, moved[j]);
    }
    for (i = 0; i <= N_PENALTY; i++) {
        if (base[i] == 0.0)
            continue;
        for (j = 0; j < N_PARAMS; j++)
            row[j] = (moved[j][i] - base[i]) / step[j];
        normal_add(eq, row, base[i]);
    }
}

static void equations(const struct search *s, const struct state *st, struct normal *eq)
{
    double slopes[3] = {exp(st->x[1]), exp(st->x[2]), exp(2.0 * st->x[4])};
    double row[N_PARAMS];
    size_t i;

    memset(eq, 0, sizeof *eq);
    for (i = 0; i < s->n; i++) {
        double r = quote_error(s, &s->points[i], slopes, st, row);

        normal_add(eq, row, r);
    }
    if (s->penalty > 0.0)
        penalty_equations(s, st, eq);
}

/* Solve (H + lambda diag H) d = -g by Cholesky; false when it is not positive definite. */
static bool damped_step(const struct normal *eq, double lambda, double d[N_PARAMS])
{
    double l[N_PARAMS][N_PARAMS];
    int i, j, k;

    for (i = 0; i < N_PARAMS; i++)
        for (j = 0; j <= i; j++) {
            double sum = eq->h[i][j];

            if (i == j)
                sum += lambda * eq->h[i][i] + DBL_MIN;
            for (k = 0; k < j; k++)
                sum -= l[i][k] * l[j][k];
            if (i == j && !(sum > 0.0))
                return false;
            l[i][j] = i == j ? sqrt(sum) : sum / l[j][j];
        }
    for (i = 0; i < N_PARAMS; i++) {
        d[i] = -eq->g[i];
        for (k = 0; k < i; k++)
            d[i] -= l[i][k] * d[k];
        d[i] /= l[i][i];
    }
    for (i = N_PARAMS - 1; i >= 0; i--) {
        for (k = i + 1; k < N_PARAMS; k++)
            d[i] -= l[k][i] * d[k];
        d[i] /= l[i][i];
    }
    return true;
}

/* The best a and slopes for the m and sigma of ST, to first order in vol around its smile: the inner problem
 * again, with target and weight of each quote linearised there. It follows the curved valley in which m and
 * sigma trade off against the rest, along which plain steps creep. */
static void refresh(struct search *s, const struct state *st, struct state *out)
{
    double slopes[3] = {exp(st->x[1]), exp(st->x[2]), exp(2.0 * st->x[4])};
    struct vol_svi svi;
    size_t i;

    s->sum_weight = s->sum_w = s->sum_ww = 0.0;
    for (i = 0; i < s->n; i++) {
        struct point *pt = &s->points[i];
        double vol = pt->vol + quote_error(s, pt, slopes, st, NULL) / pt->per_spread;
        double root = pt->per_spread / (2.0 * vol * s->t);

        pt->w = vol * (2.0 * pt->vol - vol) * s->t;
        pt->weight = root * root;
        s->sum_weight += pt->weight;
        s->sum_w += pt->weight * pt->w;
        s->sum_ww += pt->weight * pt->w * pt->w;
    }
    inner(s, st->x[3], exp(st->x[4]), &svi);
    state_from_svi(s, &svi, out);
    out->cost = total_cost(s, out);
}

/* Levenberg-Marquardt from ST, at most STEPS accepted or refused steps. */
static void descend(struct search *s, struct state *st, int steps)
{
    double lambda = 1e-3, d[N_PARAMS];
    struct normal eq;
    bool fresh = false;
    int i, j;

    st->cost = total_cost(s, st);
    for (i = 0; i < steps && lambda < 1e12; i++) {
        struct state next = *st, better;

        if (!fresh)
            equations(s, st, &eq);
        fresh = true;
        if (!damped_step(&eq, lambda, d)) {
            lambda *= 10.0;
            continue;
        }
        for (j = 0; j < N_PARAMS; j++)
            next.x[j] += j == 0 || j == 3 ? d[j] : clamp(d[j], -2.0, 2.0);
        state_clamp(s, &next);
        next.cost = total_cost(s, &next);
        if (s->penalty == 0.0) {
            refresh(s, &next, &better);
            next = better.cost < next.cost ? better : next;
        }
        if (next.cost < st->cost) {
            bool settled = st->cost - next.cost <= 1e-9 * st->cost;

            *st = next;
            fresh = false;
            lambda = fmax(lambda * 0.2, 1e-12);
            if (settled || st->cost < 1e-24)
                return;
        } else {
            lambda *= 5.0;
        }
    }
}

/* The best smiles of a grid over (m, sigma), best first, by the inner problem alone. */
static void seed(const struct search *s, struct state best[N_STARTS])
{
    static const double ms[] = {-2.5, -1.0, -0.3, 0.2, 0.7, 1.5, 3.0};
    static const double sigmas[] = {0.1, 0.3, 0.8, 1.8, 4.0};
    size_t i, j, at;

    for (at = 0; at < N_STARTS; at++)
        best[at].cost = INFINITY;
    for (i = 0; i < sizeof ms / sizeof ms[0]; i++)
        for (j = 0; j < sizeof sigmas / sizeof sigmas[0]; j++) {
            struct vol_svi svi;
            double cost = inner(s, ms[i] * s->scale, sigmas[j] * s->scale, &svi);

            if (!(cost < best[N_STARTS - 1].cost))
                continue;
            for (at = N_STARTS - 1; at > 0 && cost < best[at - 1].cost; at--)
                best[at] = best[at - 1];
            state_from_svi(s, &svi, &best[at]);
            best[at].cost = cost;
        }
}

/* The penalty looks where the verdict will: over REACH times the fitted range on both sides, denser near m.
 */
static void place_grid(struct search *s, const struct vol_svi *svi)
{
    double reach = VOL_SVIFIT_REACH * fmax(-s->points[0].k, s->points[s->n - 1].k);
    double low = asinh((-reach - svi->m) / svi->sigma), high = asinh((reach - svi->m) / svi->sigma);
    int i;

    for (i = 0; i < N_PENALTY; i++)
        s->grid[i] = svi->m + svi->sigma * sinh(low + (high - low) * i / (N_PENALTY - 1));
}

/* The verdict on SVI; whether it may stand (free, and total variance positive wherever its least lies). */
static bool judge(const struct search *s, const struct vol_svi *svi, struct vol_butterfly *out)
{
    double reach = VOL_SVIFIT_REACH * fmax(-s->points[0].k, s->points[s->n - 1].k);

    if (vol_arbitrage_butterfly(svi, -reach, reach, 1e-9, out, NULL) != VOL_OK)
        *out = (struct vol_butterfly){.min_g = NAN, .min_k = NAN, .bad_low = NAN, .bad_high = NAN};
    return out->free && vol_svi_is_sane(svi);
}

/* The search with a growing penalty from ST until its smile may stand. False: it never may; FIT is as it was.
 */
static bool tame(struct search *s, struct state st, struct vol_svifit *fit)
{
    struct vol_butterfly verdict;
    struct vol_svi svi;
    bool done = false;
    int i;

    for (i = 0, s->penalty = 30.0; i < 5 && !done; i++, s->penalty *= 10.0) {
        state_to_svi(&st, &svi);
        place_grid(s, &svi);
        descend(s, &st, LM_MAX);
        state_to_svi(&st, &svi);
        done = judge(s, &svi, &verdict);
    }
    if (done) {
        fit->svi = svi;
        fit->butterfly = verdict;
        fit->penalised = true;
    }
    return done;
}

/* The free search, then, when its smile has butterfly arbitrage, the penalised one: from there, or, where
 * that leads nowhere, from the other starts and at last from a plain wide smile. */
static void search_smile(struct search *s, struct vol_svifit *fit)
{
    struct state start[N_STARTS], best = {.cost = INFINITY}, wide;
    struct vol_svi svi;
    bool done;
    int i;

    seed(s, start);
    inner(s, 0.0, 2.0 * s->scale, &svi);
    state_from_svi(s, &svi, &wide);
    for (i = 0; i < N_STARTS; i++) {
        descend(s, &start[i], LM_FIRST);
        if (start[i].cost < best.cost)
            best = start[i];
    }
    if (!isfinite(best.cost))
        return;
    descend(s, &best, LM_MAX);
    state_to_svi(&best, &fit->svi);
    done = judge(s, &fit->svi, &fit->butterfly) || tame(s, best, fit);
    for (i = 0; i < N_STARTS && !done; i++)
        done = tame(s, start[i], fit);
    if (!done)
        tame(s, wide, fit);
}

/* ---- the fit as a whole ---- */

static enum vol_status check_quotes(const struct vol_svifit_quote *q, size_t n, double t,
                                    struct vol_error *err)
{
    size_t i;

    if (!(t > 0.0) || !isfinite(t))
        return vol_error_set(err, VOL_EDATA, "svi: time to expiry %g is not positive", t);
    for (i = 0; i < n; i++) {
        if (!isfinite(q[i].k) || !(q[i].vol_bid > 0.0) || !(q[i].vol >= q[i].vol_bid) ||
            !(q[i].vol_ask >= q[i].vol) || !isfinite(q[i].vol_ask))
            return vol_error_set(err, VOL_EDATA,
                                 "svi: quote %zu is not a number or its vols are out of order", i);
        if (i > 0 && !(q[i].k >= q[i - 1].k))
            return vol_error_set(err, VOL_EDATA, "svi: quote %zu is not ascending in log-moneyness", i);
    }
    return VOL_OK;
}

/* The vol at k = 0 by a line between the quotes on both sides; they exist (checked before). */
static double vol_at_forward(const struct vol_svifit_quote *q, size_t n)
{
    size_t i;

    for (i = 1; i < n && q[i].k < 0.0; i++)
        ;
    if (!(q[i].k > q[i - 1].k))
        return q[i].vol;
    return q[i - 1].vol + (q[i].vol - q[i - 1].vol) * -q[i - 1].k / (q[i].k - q[i - 1].k);
}

static void prepare(struct search *s, const struct vol_svifit_quote *q, size_t n, double t)
{
    size_t i;

    s->n = n;
    s->t = t;
    s->scale = vol_at_forward(q, n) * sqrt(t);
    for (i = 0; i < n; i++) {
        struct point *pt = &s->points[i];
        double half = fmax(0.5 * (q[i].vol_ask - q[i].vol_bid), least_half_spread);
        double root = 1.0 / (2.0 * q[i].vol * t * half);

        pt->k = q[i].k;
        pt->vol = q[i].vol;
        pt->per_spread = 1.0 / half;
        pt->w = q[i].vol * q[i].vol * t;
        pt->weight = root * root;
        s->sum_weight += pt->weight;
        s->sum_w += pt->weight * pt->w;
        s->sum_ww += pt->weight * pt->w * pt->w;
    }
}

/* How well the smile describes the quotes, and the status that follows. */
static void score(const struct search *s, const struct vol_svifit_quote *q, struct vol_svifit *fit)
{
    double sum_vol = 0.0, sum_spread = 0.0;
    size_t i, inside = 0;

    for (i = 0; i < s->n; i++) {
        double vol = vol_svi_vol(&fit->svi, q[i].k, s->t), miss = vol - q[i].vol;

        sum_vol += miss * miss;
        sum_spread += miss * miss * s->points[i].per_spread * s->points[i].per_spread;
        inside += vol >= q[i].vol_bid * (1.0 - 1e-9) && vol <= q[i].vol_ask * (1.0 + 1e-9);
    }
    fit->rmse_vol = sqrt(sum_vol / (double)s->n);
    fit->rmse_spread = sqrt(sum_spread / (double)s->n);
    fit->inside = (double)inside / (double)s->n;
    if (!vol_svi_is_sane(&fit->svi) || !isfinite(fit->rmse_vol) || !isfinite(fit->rmse_spread))
        fit->status = VOL_SVIFIT_DEGENERATE;
    else if (fit->rmse_vol > poor_share * s->scale / sqrt(s->t) && fit->rmse_spread > poor_spreads)
        fit->status = VOL_SVIFIT_POOR;
    else
        fit->status = VOL_SVIFIT_OK;
}

enum vol_status vol_svifit_run(const struct vol_svifit_quote *quotes, size_t n, double t,
                               struct vol_svifit *out, struct vol_error *err)
{
    struct vol_svifit fit = {.status = VOL_SVIFIT_DEGENERATE, .points = n, .butterfly = {.min_g = NAN}};
    struct search s = {0};
    size_t left = 0;

    if (check_quotes(quotes, n, t, err) != VOL_OK)
        return VOL_EDATA;
    while (left < n && quotes[left].k < 0.0)
        left++;
    if (n < VOL_SVIFIT_MIN) {
        fit.status = VOL_SVIFIT_TOO_FEW;
    } else if (left < 2 || n - left < 2) {
        fit.status = VOL_SVIFIT_ONE_SIDED;
    } else {
        s.points = malloc(n * sizeof *s.points);
        if (s.points == NULL)
            return vol_error_set(err, VOL_EOS, "out of memory");
        prepare(&s, quotes, n, t);
        search_smile(&s, &fit);
        score(&s, quotes, &fit);
        free(s.points);
    }
    if (n > 0) {
        fit.k_min = quotes[0].k;
        fit.k_max = quotes[n - 1].k;
    }
    *out = fit;
    return VOL_OK;
}
