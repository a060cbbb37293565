#include "surface/essvifit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surface/damped.h"

enum { MOST = 40, SWEEPS = 2, ROUNDS = 8 };

static const double least_half_spread = 1e-4;
static const double poor_share = 0.10, poor_spreads = 3.0; /* as in svifit.c */

const char *vol_essvifit_status_name(enum vol_essvifit_status status)
{
    static const char *const names[] = {"ok", "too_few_quotes", "poor_fit"};

    return names[status];
}

/* A slice in the coordinates of the search: theta, r, l. */
enum { THETA, RIGHT, LEFT, N_PARAMS };

struct point {
    double x[N_PARAMS];
    double cost;
};

/* What the neighbours leave: each coordinate between two numbers, and theta inside the closed-form bounds
 * that the slices BEFORE and AFTER set to it (null: none there). */
struct bounds {
    double low[N_PARAMS], high[N_PARAMS];
    const struct vol_essvi *before, *after;
};

/* 4 less a hair, so that rounding cannot break Lee's bound; no slope that vanishes, so that |rho| < 1. */
static const struct bounds no_bounds = {{0.0, 1e-6, 1e-6}, {INFINITY, 3.9999, 3.9999}, NULL, NULL};

struct normal {
    double h[N_PARAMS][N_PARAMS], g[N_PARAMS], cost;
};

static struct vol_essvi slice_of(const double x[N_PARAMS])
{
    double r = x[RIGHT], l = x[LEFT];

    return (struct vol_essvi){x[THETA], (r - l) / (r + l), 0.5 * (r + l)};
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* ---- the interval of theta ---- */

/* What the neighbours say about theta beside the slopes of X. */
static double least_by_time(const struct bounds *b, const double x[N_PARAMS])
{
    struct vol_essvi slice = slice_of(x);

    return b->before != NULL ? vol_essvi_least_theta(b->before, &slice) : 0.0;
}

static double most_by_time(const struct bounds *b, const double x[N_PARAMS])
{
    struct vol_essvi slice = slice_of(x);

    return b->after != NULL ? vol_essvi_most_theta(&slice, b->after) : INFINITY;
}

/* The derivatives of F in r and l, one-sided where the other side is outside. They are infinite where a slope
 * leaves its bound; a difference is what a step can use. */
static void differentiate(double (*f)(const struct bounds *, const double *), const struct bounds *b,
                          const double x[N_PARAMS], double slope[N_PARAMS])
{
    double h = 1e-6 * (x[RIGHT] + x[LEFT]);
    int i;

    for (i = RIGHT; i <= LEFT; i++) {
        double up[N_PARAMS], down[N_PARAMS];

        memcpy(up, x, sizeof up);
        memcpy(down, x, sizeof down);
        up[i] = fmin(x[i] + h, b->high[i]);
        down[i] = fmax(x[i] - h, b->low[i]);
        slope[i] = up[i] > down[i] ? (f(b, up) - f(b, down)) / (up[i] - down[i]) : 0.0;
    }
}

/* The least theta for the slopes of X, and, if SLOPE is not null, its derivatives in r and l. */
static double least_theta(const struct bounds *b, const double x[N_PARAMS], double slope[N_PARAMS])
{
    double r = x[RIGHT], l = x[LEFT], psi = 0.5 * (r + l), steep = r > l ? r : l;
    double by_density = 0.25 * psi * steep * (1.0 + 1e-13), by_time = least_by_time(b, x);
    double least = fmax(b->low[THETA], fmax(by_density, by_time));

    if (slope == NULL)
        return least;
    slope[RIGHT] = slope[LEFT] = 0.0;
    if (by_density >= least) {
        slope[RIGHT] = 0.125 * steep + (r > l ? 0.25 * psi : 0.0);
        slope[LEFT] = 0.125 * steep + (r > l ? 0.0 : 0.25 * psi);
    } else if (by_time >= least) {
        differentiate(least_by_time, b, x, slope);
    }
    return least;
}

/* The greatest likewise. */
static double most_theta(const struct bounds *b, const double x[N_PARAMS], double slope[N_PARAMS])
{
    double by_time = most_by_time(b, x);

    if (slope != NULL)
        slope[RIGHT] = slope[LEFT] = 0.0;
    if (slope != NULL && by_time < b->high[THETA])
        differentiate(most_by_time, b, x, slope);
    return fmin(by_time, b->high[THETA]);
}

/* Draw X into the bounds; false when its slopes leave theta nothing. */
static bool into_bounds(const struct bounds *b, double x[N_PARAMS])
{
    double least, most;

    x[RIGHT] = clamp(x[RIGHT], b->low[RIGHT], b->high[RIGHT]);
    x[LEFT] = clamp(x[LEFT], b->low[LEFT], b->high[LEFT]);
    least = least_theta(b, x, NULL);
    most = most_theta(b, x, NULL);
    x[THETA] = clamp(x[THETA], least, most);
    return least <= most;
}

/* ---- one slice ---- */

/* Cost of the quotes at P, and the normal equations in (theta, r, l). */
static void equations(const struct vol_essvifit_expiry *e, struct point *p, struct normal *eq)
{
    double theta = p->x[THETA], lean = 0.5 * (p->x[RIGHT] - p->x[LEFT]),
           psi = 0.5 * (p->x[RIGHT] + p->x[LEFT]);
    size_t n;
    int i, j;

    memset(eq, 0, sizeof *eq);
    for (n = 0; n < e->n; n++) {
        const struct vol_svifit_quote *q = &e->quotes[n];
        double k = q->k, half = fmax(0.5 * (q->vol_ask - q->vol_bid), least_half_spread), y = psi * k;
        double root = sqrt(fmax(theta * (theta + 2.0 * lean * k) + y * y, DBL_MIN));
        double w = 0.5 * (theta + lean * k + root), vol = sqrt(w / e->t), over = 0.5 / root;
        double scale = 1.0 / (2.0 * vol * e->t * half), error = (vol - q->vol) / half, row[N_PARAMS];
        double by_lean = 0.5 * k + over * theta * k, by_psi = over * psi * k * k;

        row[THETA] = scale * (0.5 + over * (theta + lean * k));
        row[RIGHT] = scale * 0.5 * (by_psi + by_lean);
        row[LEFT] = scale * 0.5 * (by_psi - by_lean);
        eq->cost += error * error;
        for (i = 0; i < N_PARAMS; i++) {
            eq->g[i] += row[i] * error;
            for (j = 0; j <= i; j++)
                eq->h[i][j] += row[i] * row[j];
        }
    }
    p->cost = eq->cost;
}

/* Theta lies at an end of its interval and would leave it: it follows that end, with the derivatives SLOPE.
 */
static void follow(struct normal *eq, const double slope[N_PARAMS])
{
    double r = slope[RIGHT], l = slope[LEFT], tt = eq->h[THETA][THETA];
    double tr = eq->h[RIGHT][THETA], tl = eq->h[LEFT][THETA];

    eq->h[RIGHT][RIGHT] += 2.0 * r * tr + r * r * tt;
    eq->h[LEFT][RIGHT] += l * tr + r * tl + r * l * tt;
    eq->h[LEFT][LEFT] += 2.0 * l * tl + l * l * tt;
    eq->g[RIGHT] += r * eq->g[THETA];
    eq->g[LEFT] += l * eq->g[THETA];
}

/* One damped step from P inside the bounds; false when there is none. */
static bool step(const struct bounds *b, const struct point *p, const struct normal *raw, double lambda,
                 bool only_theta, struct point *next)
{
    struct normal eq = *raw;
    double slope[N_PARAMS], d[N_PARAMS];
    bool held[N_PARAMS], low, high;
    int i;

    high = eq.g[THETA] < 0.0 && p->x[THETA] >= most_theta(b, p->x, slope) * (1.0 - 1e-12);
    low = eq.g[THETA] > 0.0 && p->x[THETA] <= least_theta(b, p->x, slope) * (1.0 + 1e-12);
    if (low || high)
        follow(&eq, slope);
    held[THETA] = low || high;
    for (i = RIGHT; i <= LEFT; i++)
        held[i] =
            only_theta || (p->x[i] <= b->low[i] && eq.g[i] > 0.0) || (p->x[i] >= b->high[i] && eq.g[i] < 0.0);
    if (!vol_damped_step(N_PARAMS, eq.h, eq.g, held, lambda, d))
        return false;
    *next = *p;
    for (i = RIGHT; i <= LEFT; i++)
        next->x[i] = clamp(p->x[i] + d[i], b->low[i], b->high[i]);
    next->x[THETA] = low    ? least_theta(b, next->x, NULL)
                     : high ? most_theta(b, next->x, NULL)
                            : p->x[THETA] * clamp(1.0 + d[THETA] / p->x[THETA], 0.2, 5.0);
    return into_bounds(b, next->x);
}

/* Levenberg-Marquardt from P, which lies in the bounds; INFO, if not null, becomes the diagonal of J'J. */
static void descend(const struct vol_essvifit_expiry *e, const struct bounds *b, bool only_theta,
                    struct point *p, double info[N_PARAMS])
{
    struct normal eq, next_eq;
    struct point next;
    double lambda = 1e-3;
    int i;

    equations(e, p, &eq);
    for (i = 0; i < MOST && lambda < 1e12; i++) {
        bool settled;

        if (!step(b, p, &eq, lambda, only_theta, &next)) {
            lambda *= 10.0;
            continue;
        }
        equations(e, &next, &next_eq);
        if (!(next.cost < p->cost)) {
            lambda *= 5.0;
            continue;
        }
        settled = p->cost - next.cost <= 1e-8 * p->cost;
        *p = next;
        eq = next_eq;
        lambda = fmax(lambda * 0.2, 1e-12);
        if (settled || p->cost < 1e-24)
            break;
    }
    for (i = 0; i < N_PARAMS && info != NULL; i++)
        info[i] = eq.h[i][i];
}

/* The total variance at the forward, by a line between the quotes on both sides, or of the nearest quote. */
static double variance_at_forward(const struct vol_essvifit_expiry *e)
{
    const struct vol_svifit_quote *q = e->quotes;
    size_t i = 0;
    double vol;

    while (i < e->n && q[i].k < 0.0)
        i++;
    if (i == 0)
        vol = q[0].vol;
    else if (i == e->n || !(q[i].k > q[i - 1].k))
        vol = q[i - 1].vol;
    else
        vol = q[i - 1].vol + (q[i].vol - q[i - 1].vol) * -q[i - 1].k / (q[i].k - q[i - 1].k);
    return vol * vol * e->t;
}

/* The fit of one expiry by itself, from the best of a few shapes. */
static void fit_alone(const struct vol_essvifit_expiry *e, struct point *best, double info[N_PARAMS])
{
    static const double rhos[] = {-0.85, -0.5, 0.0, 0.5}, shares[] = {0.1, 0.35, 0.75};
    double theta = variance_at_forward(e);
    size_t i, j;

    best->cost = INFINITY;
    for (i = 0; i < sizeof rhos / sizeof rhos[0]; i++)
        for (j = 0; j < sizeof shares / sizeof shares[0]; j++) {
            double psi = shares[j] * 2.0 * sqrt(theta / (1.0 + fabs(rhos[i])));
            struct point p = {{theta, psi * (1.0 + rhos[i]), psi * (1.0 - rhos[i])}, 0.0};
            struct normal eq;

            if (!into_bounds(&no_bounds, p.x))
                continue;
            equations(e, &p, &eq);
            if (p.cost < best->cost)
                *best = p;
        }
    descend(e, &no_bounds, false, best, info);
}

/* ---- the surface ---- */

/* One expiry in the work: its fit alone, what the quotes say about each coordinate, the regression's values,
 * and the slice as it stands. */
struct work {
    struct vol_essvifit_expiry *expiry;
    struct point alone, now;
    double info[N_PARAMS];
    double target[N_PARAMS];
    bool thin;
};

/* The weighted isotonic regression of coordinate AT over WORK[N], by pooling adjacent violators. */
static void make_monotone(struct work *work, size_t n, int at)
{
    size_t i, j;

    for (i = 0; i < n; i++) {
        double sum = work[i].info[at] * work[i].alone.x[at], weight = work[i].info[at];
        size_t first = i;

        /* blocks to the left end with a target above: swallow them, element by element */
        work[i].target[at] = sum / weight;
        while (first > 0 && work[first - 1].target[at] > sum / weight) {
            double level = work[first - 1].target[at];

            for (; first > 0 && work[first - 1].target[at] == level; first--) {
                sum += work[first - 1].info[at] * work[first - 1].alone.x[at];
                weight += work[first - 1].info[at];
            }
        }
        for (j = first; j <= i; j++)
            work[j].target[at] = sum / weight;
    }
}

/* The slopes of a thin expiry: linear in the root of time between those of its neighbours that are not. */
static bool borrow(struct work *work, size_t n, size_t at)
{
    size_t before = at, after = at;
    double lambda;
    int i;

    while (before > 0 && work[before].thin)
        before--;
    while (after + 1 < n && work[after].thin)
        after++;
    if (work[before].thin && work[after].thin)
        return false;
    before = work[before].thin ? after : before;
    after = work[after].thin ? before : after;
    lambda = sqrt(work[at].expiry->t);
    for (i = RIGHT; i <= LEFT; i++) {
        double x0 = work[before].alone.x[i], x1 = work[after].alone.x[i];
        double s0 = sqrt(work[before].expiry->t), s1 = sqrt(work[after].expiry->t);

        work[at].alone.x[i] = s1 > s0 ? x0 + (x1 - x0) * (lambda - s0) / (s1 - s0) : x0 * lambda / s0;
    }
    return true;
}

/* Fit all expiries alone; false when none determines a slice. */
static bool fit_each(struct work *work, size_t n)
{
    bool any = false;
    size_t i, j;

    for (i = 0; i < n; i++) {
        const struct vol_essvifit_expiry *e = work[i].expiry;
        size_t left = 0;

        while (left < e->n && e->quotes[left].k < 0.0)
            left++;
        work[i].thin = e->n < VOL_ESSVIFIT_MIN || left < 2 || e->n - left < 2;
        if (!work[i].thin)
            fit_alone(e, &work[i].alone, work[i].info);
        any = any || !work[i].thin;
    }
    for (i = 0; i < n && any; i++) {
        if (!work[i].thin)
            continue;
        borrow(work, n, i);
        work[i].alone.x[THETA] = variance_at_forward(work[i].expiry);
        into_bounds(&no_bounds, work[i].alone.x);
        descend(work[i].expiry, &no_bounds, true, &work[i].alone, work[i].info);
        for (j = RIGHT; j <= LEFT; j++)
            work[i].info[j] = 0.0;
    }
    for (i = 0; i < n && any; i++)
        for (j = 0; j < N_PARAMS; j++) /* what is not known at all still has a place in the regression */
            work[i].info[j] = fmax(work[i].info[j], 1e-6);
    return any;
}

/* The slice at AT as it is best between the one before and the values HIGH (null: no end), and, with AFTER,
 * the slice after as it stands; from START if that lies there. */
static void place(struct work *work, size_t at, const double *high, const struct vol_essvi *after,
                  const struct point *start)
{
    struct bounds b = no_bounds;
    struct vol_essvi before;
    struct point p = *start;
    int i;

    if (at > 0) {
        before = slice_of(work[at - 1].now.x);
        memcpy(b.low, work[at - 1].now.x, sizeof b.low);
        b.before = &before;
    }
    for (i = 0; i < N_PARAMS && high != NULL; i++)
        b.high[i] = fmax(fmin(b.high[i], high[i]), b.low[i]);
    b.after = after;
    if (!into_bounds(&b, p.x) && at > 0)
        p = work[at - 1].now;                  /* it is in order with itself, and below HIGH */
    while (at == 0 && !into_bounds(&b, p.x)) { /* smaller slopes leave theta something */
        p.x[RIGHT] *= 0.9;
        p.x[LEFT] *= 0.9;
    }
    descend(work[at].expiry, &b, work[at].thin, &p, NULL);
    work[at].now = p;
}

/* All slices in order, one after the other below the regression's next values; then again between their
 * neighbours. */
static void place_all(struct work *work, size_t n)
{
    size_t i, sweep;
    int at;

    for (at = 0; at < N_PARAMS; at++)
        make_monotone(work, n, at);
    for (i = 0; i < n; i++) {
        struct point start = {{work[i].target[THETA], work[i].target[RIGHT], work[i].target[LEFT]}, 0.0};

        place(work, i, i + 1 < n ? work[i + 1].target : NULL, NULL, &start);
    }
    for (sweep = 0; sweep < SWEEPS; sweep++)
        for (i = n; i-- > 0;) {
            struct point start = work[i].now;
            struct vol_essvi after = {0};

            if (i + 1 < n)
                after = slice_of(work[i + 1].now.x);
            place(work, i, i + 1 < n ? work[i + 1].now.x : NULL, i + 1 < n ? &after : NULL, &start);
        }
}

/* How well the slice of POINT describes the quotes, and the status that follows. */
static void score(struct work *work, const struct point *point)
{
    struct vol_essvifit_expiry *e = work->expiry;
    double sum_vol = 0.0, sum_spread = 0.0;
    size_t i, inside = 0;

    e->slice = slice_of(point->x);
    e->borrowed = work->thin;
    for (i = 0; i < e->n; i++) {
        const struct vol_svifit_quote *q = &e->quotes[i];
        double vol = vol_essvi_vol(&e->slice, q->k, e->t), miss = vol - q->vol;
        double spreads = miss / fmax(0.5 * (q->vol_ask - q->vol_bid), least_half_spread);

        sum_vol += miss * miss;
        sum_spread += spreads * spreads;
        inside += vol >= q->vol_bid * (1.0 - 1e-9) && vol <= q->vol_ask * (1.0 + 1e-9);
    }
    e->rmse_vol = sqrt(sum_vol / (double)e->n);
    e->rmse_spread = sqrt(sum_spread / (double)e->n);
    e->inside = (double)inside / (double)e->n;
    e->status = e->rmse_vol <= poor_share * sqrt(e->slice.theta / e->t) || e->rmse_spread <= poor_spreads
                    ? VOL_ESSVIFIT_OK
                    : VOL_ESSVIFIT_POOR;
}

/* Take those that are poor out of WORK[N]; how many are left. With ONE only the worst of them. */
static size_t take_out(struct work *work, size_t n, bool one)
{
    const struct vol_essvifit_expiry *worst = NULL;
    size_t i, kept = 0;

    for (i = 0; i < n; i++) {
        const struct vol_essvifit_expiry *e = work[i].expiry;

        if (e->status == VOL_ESSVIFIT_POOR && (worst == NULL || !(e->rmse_spread <= worst->rmse_spread)))
            worst = e;
    }
    for (i = 0; i < n; i++)
        if (work[i].expiry->status == VOL_ESSVIFIT_OK || (one && work[i].expiry != worst))
            work[kept++] = work[i];
    return kept;
}

/* Fit the N expiries of WORK. One that no slice of the model describes is taken out at once; then, as long as
 * there are poor ones, the worst of them, because it may be what makes the others poor. */
static void fit_surface(struct work *work, size_t n)
{
    size_t i, kept;
    int round;

    for (kept = 0; kept < n; n = kept) {
        if (!fit_each(work, n)) {
            for (i = 0; i < n; i++)
                work[i].expiry->status = VOL_ESSVIFIT_TOO_FEW;
            return;
        }
        for (i = 0; i < n; i++)
            score(&work[i], &work[i].alone);
        kept = take_out(work, n, false);
        if (kept == n)
            break;
    }
    for (round = 1; n > 0; round++, n = kept) {
        place_all(work, n);
        for (i = 0; i < n; i++)
            score(&work[i], &work[i].now);
        kept = take_out(work, n, round < ROUNDS);
        if (kept == n)
            return;
    }
}

static enum vol_status check(const struct vol_essvifit_expiry *e, size_t n, struct vol_error *err)
{
    size_t i, j;

    for (i = 0; i < n; i++) {
        if (!(e[i].t > 0.0) || !isfinite(e[i].t) || (i > 0 && !(e[i].t >= e[i - 1].t)))
            return vol_error_set(err, VOL_EDATA,
                                 "essvi: time %g of expiry %zu is not positive or not ascending", e[i].t, i);
        for (j = 0; j < e[i].n; j++) {
            const struct vol_svifit_quote *q = &e[i].quotes[j];

            if (!isfinite(q->k) || !(q->vol_bid > 0.0) || !(q->vol >= q->vol_bid) ||
                !(q->vol_ask >= q->vol) || !isfinite(q->vol_ask) || (j > 0 && !(q->k >= q[-1].k)))
                return vol_error_set(err, VOL_EDATA,
                                     "essvi: quote %zu of expiry %zu is not a number or out of order", j, i);
        }
    }
    return VOL_OK;
}

enum vol_status vol_essvifit_run(struct vol_essvifit_expiry *expiry, size_t n, struct vol_error *err)
{
    struct work *work;
    size_t i, used = 0;

    if (check(expiry, n, err) != VOL_OK)
        return VOL_EDATA;
    work = calloc(n + 1, sizeof *work);
    if (work == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    for (i = 0; i < n; i++) {
        expiry[i].status = VOL_ESSVIFIT_TOO_FEW;
        expiry[i].borrowed = false;
        expiry[i].rmse_vol = expiry[i].rmse_spread = expiry[i].inside = NAN;
        if (expiry[i].n > 0)
            work[used++].expiry = &expiry[i];
    }
    fit_surface(work, used);
    free(work);
    return VOL_OK;
}
