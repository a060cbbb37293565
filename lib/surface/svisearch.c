#include "surface/svisearch.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "surface/damped.h"
#include "surface/sviguard.h"

enum { N_PARAMS = VOL_SVISEARCH_PARAMS, N_STARTS = VOL_SVISEARCH_STARTS, MERGED = VOL_SVISEARCH_MERGED };

static const double lee_slope = 1.9999; /* a hair inside the bound of 2, so that rounding cannot break it */
static const double least_sigma = 2e-2;
/* What a total variance may fall to, as a share of the quote's, before its root is taken. */
static const double least_share = 1e-4;

/* Two quotes at a time: the width that every CPU has, so that all give the same bits. */
typedef double pair __attribute__((vector_size(16)));
typedef long long pair_mask __attribute__((vector_size(16)));

static inline pair both(double a)
{
    return (pair){a, a};
}

static inline pair load(const double *from)
{
    pair a;

    memcpy(&a, from, sizeof a);
    return a;
}

static inline pair root_of(pair a)
{
#ifdef __SSE2__
    return (pair)_mm_sqrt_pd((__m128d)a);
#else
    return (pair){sqrt(a[0]), sqrt(a[1])};
#endif
}

static inline pair choose(pair_mask mask, pair yes, pair no)
{
    return (pair)((mask & (pair_mask)yes) | (~mask & (pair_mask)no));
}

static inline pair magnitude(pair a)
{
    return (pair)((pair_mask)a & (pair_mask){INT64_MAX, INT64_MAX});
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static double slope_most(const struct vol_svisearch *s)
{
    return lee_slope / s->s;
}

static double sigma_most(const struct vol_svisearch *s)
{
    return 20.0 * (s->high - s->low);
}

/* Back into the box that the search never leaves. */
static void into_box(const struct vol_svisearch *s, struct vol_svisearch_state *st)
{
    double range = s->high - s->low;

    st->right = clamp(st->right, 0.0, slope_most(s));
    st->left = clamp(st->left, 0.0, slope_most(s));
    st->m = clamp(st->m, s->low - 2.0 * range, s->high + 2.0 * range);
    st->sigma = clamp(st->sigma, least_sigma, sigma_most(s));
}

void vol_svisearch_to_svi(const struct vol_svisearch *s, const struct vol_svisearch_state *state,
                          struct vol_svi *svi)
{
    double sum = state->right + state->left;

    svi->a = state->a * s->s * s->s;
    svi->b = 0.5 * sum * s->s;
    svi->rho = sum > 0.0 ? (state->right - state->left) / sum : 0.0;
    svi->m = state->m * s->s;
    svi->sigma = state->sigma * s->s;
}

void vol_svisearch_from_svi(const struct vol_svisearch *s, const struct vol_svi *svi,
                            struct vol_svisearch_state *state)
{
    state->a = svi->a / (s->s * s->s);
    state->right = vol_svi_slope_right(svi) / s->s;
    state->left = vol_svi_slope_left(svi) / s->s;
    state->m = svi->m / s->s;
    state->sigma = svi->sigma / s->s;
    state->cost = INFINITY;
    into_box(s, state);
}

/* ---- the inner problem: given (m, sigma), the best a, right, left ---- */

/* Weighted sums over the quotes: of the weight, of P, Q, PP, QQ, PQ, and with the target W. */
struct sums {
    double one, p, q, pp, qq, pq, w, pw, qw, ww;
};

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
        double open = a_free > 0.0 ? clamp(b_free / a_free, 0.0, hi) : 0.0;
        double x1 = first ? held : open, x2 = first ? open : held;
        double value = a11 * x1 * x1 + 2.0 * a12 * x1 * x2 + a22 * x2 * x2 - 2.0 * (b1 * x1 + b2 * x2);

        if (value < best) {
            best = value;
            x[0] = x1;
            x[1] = x2;
        }
    }
    return best;
}

/* The best a and slopes of the sums; what is left of the sum of squares. */
static double solve_sums(const struct sums *u, double slope, double sigma, struct vol_svisearch_state *st)
{
    double inverse = 1.0 / u->one, x[2] = {0.0, 0.0}, cost;

    cost = box_minimum(u->pp - u->p * u->p * inverse, u->pq - u->p * u->q * inverse,
                       u->qq - u->q * u->q * inverse, u->pw - u->p * u->w * inverse,
                       u->qw - u->q * u->w * inverse, slope, x);
    st->a = (u->w - x[0] * u->p - x[1] * u->q) * inverse;
    st->right = x[0];
    st->left = x[1];
    st->sigma = sigma;
    return u->ww - u->w * u->w * inverse + cost;
}

/* The sums of both lanes; ww is left to the caller. */
static void collect(const pair sums[8], double sigma, struct sums *u)
{
    u->one = sums[0][0] + sums[0][1];
    u->p = sums[1][0] + sums[1][1];
    u->q = sums[2][0] + sums[2][1];
    u->pp = sums[3][0] + sums[3][1];
    u->qq = sums[4][0] + sums[4][1];
    u->w = sums[5][0] + sums[5][1];
    u->pw = sums[6][0] + sums[6][1];
    u->qw = sums[7][0] + sums[7][1];
    u->pq = 0.25 * sigma * sigma * u->one; /* P Q is sigma^2 / 4 everywhere */
    u->ww = 0.0;
}

void vol_svisearch_merge(const struct vol_svisearch *s, double room[3 * VOL_SVISEARCH_MERGED],
                         struct vol_svisearch *out)
{
    size_t per = (s->n + MERGED - 1) / MERGED, i, j;

    *out = *s;
    out->x = room;
    out->v = room + MERGED;
    out->h = room + 2 * MERGED;
    out->n = 0;
    for (i = 0; i < s->n; i = j) {
        double weight = 0.0, sum_x = 0.0, sum_v = 0.0;

        for (j = i; j < s->n && j < i + per; j++) {
            double one = s->h[j] * s->h[j];

            weight += one;
            sum_x += one * s->x[j];
            sum_v += one * s->v[j];
        }
        out->x[out->n] = sum_x / weight;
        out->v[out->n] = sum_v / weight;
        out->h[out->n++] = sqrt(weight);
    }
    vol_svisearch_fill_up(out);
}

void vol_svisearch_fill_up(struct vol_svisearch *s)
{
    s->count = s->n + s->n % 2;
    if (s->count > s->n) {
        s->x[s->n] = s->x[s->n - 1];
        s->v[s->n] = s->v[s->n - 1];
        s->h[s->n] = 0.0;
    }
}

/* The best smile for (M, SIGMA) by total variances, weighted as vols are; what is left of the squares. */
static double best_for(const struct vol_svisearch *s, double m, double sigma, struct vol_svisearch_state *st)
{
    pair sums[9] = {{0}}, half = both(0.5), s2 = both(sigma * sigma);
    struct sums u;
    size_t n;

    for (n = 0; n < s->count; n += 2) {
        pair y = load(s->x + n) - both(m), root = root_of(y * y + s2), away = magnitude(y);
        pair big = half * (root + away), small = big - away;
        pair_mask above = (pair_mask)(y >= both(0.0));
        pair p = choose(above, big, small), q = choose(above, small, big);
        pair v = load(s->v + n), slope = half * load(s->h + n) / v, weight = slope * slope, w = v * v;
        pair wp = weight * p, wq = weight * q;

        sums[0] += weight;
        sums[1] += wp;
        sums[2] += wq;
        sums[3] += wp * p;
        sums[4] += wq * q;
        sums[5] += weight * w;
        sums[6] += wp * w;
        sums[7] += wq * w;
        sums[8] += weight * w * w;
    }
    collect(sums, sigma, &u);
    u.ww = sums[8][0] + sums[8][1];
    st->m = m;
    return solve_sums(&u, slope_most(s), sigma, st);
}

void vol_svisearch_best_for(const struct vol_svisearch *s, double m, double sigma,
                            struct vol_svisearch_state *out)
{
    out->cost = best_for(s, m, sigma, out);
    into_box(s, out);
}

void vol_svisearch_seed(const struct vol_svisearch *s, struct vol_svisearch_state best[N_STARTS])
{
    static const double ms[] = {-2.5, -1.0, -0.3, 0.2, 0.7, 1.5, 3.0};
    static const double sigmas[] = {0.1, 0.3, 0.8, 1.8, 4.0};
    size_t i, j, at;

    for (at = 0; at < N_STARTS; at++)
        best[at].cost = INFINITY;
    for (i = 0; i < sizeof ms / sizeof ms[0]; i++)
        for (j = 0; j < sizeof sigmas / sizeof sigmas[0]; j++) {
            struct vol_svisearch_state st;
            double cost = best_for(s, ms[i], sigmas[j], &st);

            if (!(cost < best[N_STARTS - 1].cost))
                continue;
            for (at = N_STARTS - 1; at > 0 && cost < best[at - 1].cost; at--)
                best[at] = best[at - 1];
            best[at] = st;
            best[at].cost = cost;
            into_box(s, &best[at]);
        }
}

/* ---- the outer problem ---- */

/* Normal equations: the lower triangle of J'J, J'r, and the cost. */
struct normal {
    double h[N_PARAMS][N_PARAMS];
    double g[N_PARAMS];
    double cost;
};

/* The root of the loss of error R, SCORE, and its derivative, SLOPE: least squares on SCORE is the loss. */
static inline void robust(pair r, double width, double flat, pair *score, pair *slope)
{
    pair q = r * both(1.0 / width), q2 = q * q, q4 = q2 * q2, one = both(1.0), tail = one / (one + q4);
    pair flatness = both(flat);
    /* loss / r^2, which has no zero */
    pair share = flatness + q2 * tail * both(1.0 / (width * width));
    pair root = root_of(share);

    *score = r * root;
    *slope = (flatness + both(2.0 / (width * width)) * q2 * tail * tail) / root;
}

/* One pass over the quotes: cost, and the normal equations in (a, right, left, m, ln sigma). */
static void quote_equations(const struct vol_svisearch *s, const struct vol_svisearch_state *st,
                            struct normal *eq)
{
    pair h[N_PARAMS][N_PARAMS] = {{{0}}}, g[N_PARAMS] = {{0}}, cost = {0}, row[N_PARAMS];
    pair half = both(0.5), s2 = both(st->sigma * st->sigma), right = both(st->right), left = both(st->left);
    pair mean = half * (right + left);
    size_t n;
    int i, j;

    for (n = 0; n < s->count; n += 2) {
        pair y = load(s->x + n) - both(st->m), root = root_of(y * y + s2), away = magnitude(y);
        pair big = half * (root + away), small = big - away;
        pair_mask above = (pair_mask)(y >= both(0.0));
        pair p = choose(above, big, small), q = choose(above, small, big);
        pair v = load(s->v + n), up = right * p, down = left * q, w = both(st->a) + up + down;
        pair floor = both(least_share) * v * v, per = load(s->h + n), vol, r, slope, over;

        w = choose((pair_mask)(w > floor), w, floor);
        vol = root_of(w);
        r = (vol - v) * per;
        slope = per * half / vol;
        if (s->loss.width > 0.0) {
            pair score, factor;

            robust(r, s->loss.width, s->loss.flat, &score, &factor);
            r = score;
            slope *= factor;
        }
        over = slope / root;
        row[0] = slope;
        row[1] = slope * p;
        row[2] = slope * q;
        row[3] = over * (down - up);
        row[4] = over * mean * s2;
        cost += r * r;
#pragma GCC unroll 8
        for (i = 0; i < N_PARAMS; i++) {
            g[i] += row[i] * r;
#pragma GCC unroll 8
            for (j = 0; j <= i; j++)
                h[i][j] += row[i] * row[j];
        }
    }
    eq->cost = cost[0] + cost[1];
    for (i = 0; i < N_PARAMS; i++) {
        eq->g[i] = g[i][0] + g[i][1];
        for (j = 0; j <= i; j++)
            eq->h[i][j] = h[i][j][0] + h[i][j][1];
    }
}

static void equations(const struct vol_svisearch *s, struct vol_svisearch_state *st, struct normal *eq)
{
    quote_equations(s, st, eq);
    if (s->penalty > 0.0)
        vol_sviguard_add(s, st, eq->h, eq->g, &eq->cost);
    st->cost = eq->cost;
}

/* The best a and slopes for the m and sigma of ST, to first order in vol around its smile: the inner problem
 * again, with target and weight of each quote linearised there. */
static void refresh(const struct vol_svisearch *s, struct vol_svisearch_state *st)
{
    pair sums[8] = {{0}}, half = both(0.5), s2 = both(st->sigma * st->sigma);
    struct sums u;
    size_t n;

    for (n = 0; n < s->count; n += 2) {
        pair y = load(s->x + n) - both(st->m), root = root_of(y * y + s2), away = magnitude(y);
        pair big = half * (root + away), small = big - away;
        pair_mask above = (pair_mask)(y >= both(0.0));
        pair p = choose(above, big, small), q = choose(above, small, big);
        pair v = load(s->v + n), per = load(s->h + n);
        pair w = both(st->a) + both(st->right) * p + both(st->left) * q, floor = both(least_share) * v * v;
        pair vol, miss, slope, weight, target, wp, wq;

        w = choose((pair_mask)(w > floor), w, floor);
        vol = root_of(w);
        miss = vol - v;
        slope = per * half / vol;
        if (s->loss.width > 0.0) {
            pair score, factor;

            robust(miss * per, s->loss.width, s->loss.flat, &score, &factor);
            slope *= factor;
            target = w - score / slope;
            slope = choose((pair_mask)(per > both(0.0)), slope, both(0.0));
            target = choose((pair_mask)(per > both(0.0)), target, w);
        } else {
            target = w - both(2.0) * miss * vol;
        }
        weight = slope * slope;
        wp = weight * p;
        wq = weight * q;
        sums[0] += weight;
        sums[1] += wp;
        sums[2] += wq;
        sums[3] += wp * p;
        sums[4] += wq * q;
        sums[5] += weight * target;
        sums[6] += wp * target;
        sums[7] += wq * target;
    }
    collect(sums, st->sigma, &u);
    solve_sums(&u, slope_most(s), st->sigma, st);
}

/* Whether a parameter lies on a side of its box beyond which the cost would fall. */
static void find_held(const struct vol_svisearch *s, const struct vol_svisearch_state *st,
                      const struct normal *eq, bool held[N_PARAMS])
{
    double most = slope_most(s);

    held[0] = held[3] = false;
    held[1] = (st->right <= 0.0 && eq->g[1] > 0.0) || (st->right >= most && eq->g[1] < 0.0);
    held[2] = (st->left <= 0.0 && eq->g[2] > 0.0) || (st->left >= most && eq->g[2] < 0.0);
    held[4] = (st->sigma <= least_sigma && eq->g[4] > 0.0) || (st->sigma >= sigma_most(s) && eq->g[4] < 0.0);
}

static void take_step(const struct vol_svisearch *s, const struct vol_svisearch_state *from,
                      const double d[N_PARAMS], struct vol_svisearch_state *to)
{
    *to = *from;
    to->a += d[0];
    to->right += d[1];
    to->left += d[2];
    to->m += d[3];
    to->sigma *= exp(clamp(d[4], -2.0, 2.0));
    into_box(s, to);
}

void vol_svisearch_descend(const struct vol_svisearch *s, struct vol_svisearch_state *state, int steps)
{
    struct normal eq, next_eq;
    struct vol_svisearch_state next;
    double lambda = 1e-3, d[N_PARAMS];
    bool held[N_PARAMS];
    int i;

    equations(s, state, &eq);
    for (i = 0; i < steps && lambda < 1e12; i++) {
        find_held(s, state, &eq, held);
        if (!vol_damped_step(N_PARAMS, eq.h, eq.g, held, lambda, d)) {
            lambda *= 10.0;
            continue;
        }
        take_step(s, state, d, &next);
        if (!(s->penalty > 0.0))
            refresh(s, &next);
        equations(s, &next, &next_eq);
        if (next.cost < state->cost) {
            bool settled = state->cost - next.cost <= 1e-8 * state->cost;

            *state = next;
            eq = next_eq;
            lambda = fmax(lambda * 0.2, 1e-12);
            if (settled || state->cost < 1e-24)
                return;
        } else {
            lambda *= 5.0;
        }
    }
}
