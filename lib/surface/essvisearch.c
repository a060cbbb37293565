#include "surface/essvisearch.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "surface/damped.h"

enum { N_PARAMS = VOL_ESSVISEARCH_PARAMS, MOST = 40 };

/* 4 less a hair, so that rounding cannot break Lee's bound; no slope that vanishes, so that |rho| < 1. */
const struct vol_essvisearch_bounds vol_essvisearch_no_bounds = {
    {0.0, 1e-6, 1e-6}, {INFINITY, 3.9999, 3.9999}, NULL, NULL};

/* Normal equations: the lower triangle of J'J, J'r, and the cost. */
struct normal {
    double h[N_PARAMS][N_PARAMS], g[N_PARAMS], cost;
};

struct vol_essvi vol_essvisearch_slice(const double x[N_PARAMS])
{
    double r = x[VOL_ESSVI_RIGHT], l = x[VOL_ESSVI_LEFT];

    return (struct vol_essvi){x[VOL_ESSVI_THETA], (r - l) / (r + l), 0.5 * (r + l)};
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* What the neighbours say about theta beside the slopes of X. */
static double least_by_time(const struct vol_essvisearch_bounds *b, const double x[N_PARAMS])
{
    struct vol_essvi slice = vol_essvisearch_slice(x);

    return b->before != NULL ? vol_essvi_least_theta(b->before, &slice) : 0.0;
}

static double most_by_time(const struct vol_essvisearch_bounds *b, const double x[N_PARAMS])
{
    struct vol_essvi slice = vol_essvisearch_slice(x);

    return b->after != NULL ? vol_essvi_most_theta(&slice, b->after) : INFINITY;
}

/* The derivatives of F in r and l, one-sided where the other side is outside. They are infinite where a slope
 * leaves its bound; a difference is what a step can use. */
static void differentiate(double (*f)(const struct vol_essvisearch_bounds *, const double *),
                          const struct vol_essvisearch_bounds *b, const double x[N_PARAMS],
                          double slope[N_PARAMS])
{
    double h = 1e-6 * (x[VOL_ESSVI_RIGHT] + x[VOL_ESSVI_LEFT]);
    int i;

    for (i = VOL_ESSVI_RIGHT; i <= VOL_ESSVI_LEFT; i++) {
        double up[N_PARAMS], down[N_PARAMS];

        memcpy(up, x, sizeof up);
        memcpy(down, x, sizeof down);
        up[i] = fmin(x[i] + h, b->high[i]);
        down[i] = fmax(x[i] - h, b->low[i]);
        slope[i] = up[i] > down[i] ? (f(b, up) - f(b, down)) / (up[i] - down[i]) : 0.0;
    }
}

/* The least theta for the slopes of X, and, if SLOPE is not null, its derivatives in r and l. */
static double least_theta(const struct vol_essvisearch_bounds *b, const double x[N_PARAMS],
                          double slope[N_PARAMS])
{
    double r = x[VOL_ESSVI_RIGHT], l = x[VOL_ESSVI_LEFT], psi = 0.5 * (r + l), steep = r > l ? r : l;
    double by_density = 0.25 * psi * steep * (1.0 + 1e-13), by_time = least_by_time(b, x);
    double least = fmax(b->low[VOL_ESSVI_THETA], fmax(by_density, by_time));

    if (slope == NULL)
        return least;
    slope[VOL_ESSVI_RIGHT] = slope[VOL_ESSVI_LEFT] = 0.0;
    if (by_density >= least) {
        slope[VOL_ESSVI_RIGHT] = 0.125 * steep + (r > l ? 0.25 * psi : 0.0);
        slope[VOL_ESSVI_LEFT] = 0.125 * steep + (r > l ? 0.0 : 0.25 * psi);
    } else if (by_time >= least) {
        differentiate(least_by_time, b, x, slope);
    }
    return least;
}

/* The greatest likewise. */
static double most_theta(const struct vol_essvisearch_bounds *b, const double x[N_PARAMS],
                         double slope[N_PARAMS])
{
    double by_time = most_by_time(b, x);

    if (slope != NULL)
        slope[VOL_ESSVI_RIGHT] = slope[VOL_ESSVI_LEFT] = 0.0;
    if (slope != NULL && by_time < b->high[VOL_ESSVI_THETA])
        differentiate(most_by_time, b, x, slope);
    return fmin(by_time, b->high[VOL_ESSVI_THETA]);
}

bool vol_essvisearch_into_bounds(const struct vol_essvisearch_bounds *b, double x[N_PARAMS])
{
    double least, most;

    x[VOL_ESSVI_RIGHT] = clamp(x[VOL_ESSVI_RIGHT], b->low[VOL_ESSVI_RIGHT], b->high[VOL_ESSVI_RIGHT]);
    x[VOL_ESSVI_LEFT] = clamp(x[VOL_ESSVI_LEFT], b->low[VOL_ESSVI_LEFT], b->high[VOL_ESSVI_LEFT]);
    least = least_theta(b, x, NULL);
    most = most_theta(b, x, NULL);
    x[VOL_ESSVI_THETA] = clamp(x[VOL_ESSVI_THETA], least, most);
    return least <= most;
}

/* Cost of the quotes at P, and the normal equations in (theta, r, l). */
static void equations(const struct vol_essvisearch_quotes *e, struct vol_essvisearch_point *p,
                      struct normal *eq)
{
    double theta = p->x[VOL_ESSVI_THETA], lean = 0.5 * (p->x[VOL_ESSVI_RIGHT] - p->x[VOL_ESSVI_LEFT]),
           psi = 0.5 * (p->x[VOL_ESSVI_RIGHT] + p->x[VOL_ESSVI_LEFT]);
    size_t n;
    int i, j;

    memset(eq, 0, sizeof *eq);
    for (n = 0; n < e->n; n++) {
        const struct vol_svifit_quote *q = &e->quotes[n];
        double k = q->k, half = fmax(0.5 * (q->vol_ask - q->vol_bid), VOL_SVIFIT_LEAST_HALF_SPREAD),
               y = psi * k;
        double root = sqrt(fmax(theta * (theta + 2.0 * lean * k) + y * y, DBL_MIN));
        double w = 0.5 * (theta + lean * k + root), vol = sqrt(w / e->t), over = 0.5 / root;
        double scale = 1.0 / (2.0 * vol * e->t * half), error = (vol - q->vol) / half, row[N_PARAMS];
        double by_lean = 0.5 * k + over * theta * k, by_psi = over * psi * k * k;

        row[VOL_ESSVI_THETA] = scale * (0.5 + over * (theta + lean * k));
        row[VOL_ESSVI_RIGHT] = scale * 0.5 * (by_psi + by_lean);
        row[VOL_ESSVI_LEFT] = scale * 0.5 * (by_psi - by_lean);
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
    double r = slope[VOL_ESSVI_RIGHT], l = slope[VOL_ESSVI_LEFT],
           tt = eq->h[VOL_ESSVI_THETA][VOL_ESSVI_THETA];
    double tr = eq->h[VOL_ESSVI_RIGHT][VOL_ESSVI_THETA], tl = eq->h[VOL_ESSVI_LEFT][VOL_ESSVI_THETA];

    eq->h[VOL_ESSVI_RIGHT][VOL_ESSVI_RIGHT] += 2.0 * r * tr + r * r * tt;
    eq->h[VOL_ESSVI_LEFT][VOL_ESSVI_RIGHT] += l * tr + r * tl + r * l * tt;
    eq->h[VOL_ESSVI_LEFT][VOL_ESSVI_LEFT] += 2.0 * l * tl + l * l * tt;
    eq->g[VOL_ESSVI_RIGHT] += r * eq->g[VOL_ESSVI_THETA];
    eq->g[VOL_ESSVI_LEFT] += l * eq->g[VOL_ESSVI_THETA];
}

/* One damped step from P inside the bounds; false when there is none. */
static bool step(const struct vol_essvisearch_bounds *b, const struct vol_essvisearch_point *p,
                 const struct normal *raw, double lambda, bool only_theta, struct vol_essvisearch_point *next)
{
    struct normal eq = *raw;
    double slope[N_PARAMS], d[N_PARAMS];
    bool held[N_PARAMS], low, high;
    int i;

    high = eq.g[VOL_ESSVI_THETA] < 0.0 && p->x[VOL_ESSVI_THETA] >= most_theta(b, p->x, slope) * (1.0 - 1e-12);
    low = eq.g[VOL_ESSVI_THETA] > 0.0 && p->x[VOL_ESSVI_THETA] <= least_theta(b, p->x, slope) * (1.0 + 1e-12);
    if (low || high)
        follow(&eq, slope);
    held[VOL_ESSVI_THETA] = low || high;
    for (i = VOL_ESSVI_RIGHT; i <= VOL_ESSVI_LEFT; i++)
        held[i] =
            only_theta || (p->x[i] <= b->low[i] && eq.g[i] > 0.0) || (p->x[i] >= b->high[i] && eq.g[i] < 0.0);
    if (!vol_damped_step(N_PARAMS, eq.h, eq.g, held, lambda, d))
        return false;
    *next = *p;
    for (i = VOL_ESSVI_RIGHT; i <= VOL_ESSVI_LEFT; i++)
        next->x[i] = clamp(p->x[i] + d[i], b->low[i], b->high[i]);
    next->x[VOL_ESSVI_THETA] =
        low    ? least_theta(b, next->x, NULL)
        : high ? most_theta(b, next->x, NULL)
               : p->x[VOL_ESSVI_THETA] * clamp(1.0 + d[VOL_ESSVI_THETA] / p->x[VOL_ESSVI_THETA], 0.2, 5.0);
    return vol_essvisearch_into_bounds(b, next->x);
}

void vol_essvisearch_descend(const struct vol_essvisearch_quotes *e, const struct vol_essvisearch_bounds *b,
                             bool only_theta, struct vol_essvisearch_point *p, double info[N_PARAMS])
{
    struct normal eq, next_eq;
    struct vol_essvisearch_point next;
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

double vol_essvisearch_variance_at_forward(const struct vol_essvisearch_quotes *e)
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

void vol_essvisearch_alone(const struct vol_essvisearch_quotes *e, struct vol_essvisearch_point *best,
                           double info[N_PARAMS])
{
    static const double rhos[] = {-0.85, -0.5, 0.0, 0.5}, shares[] = {0.1, 0.35, 0.75};
    double theta = vol_essvisearch_variance_at_forward(e);
    size_t i, j;

    best->cost = INFINITY;
    for (i = 0; i < sizeof rhos / sizeof rhos[0]; i++)
        for (j = 0; j < sizeof shares / sizeof shares[0]; j++) {
            double psi = shares[j] * 2.0 * sqrt(theta / (1.0 + fabs(rhos[i])));
            struct vol_essvisearch_point p = {{theta, psi * (1.0 + rhos[i]), psi * (1.0 - rhos[i])}, 0.0};
            struct normal eq;

            if (!vol_essvisearch_into_bounds(&vol_essvisearch_no_bounds, p.x))
                continue;
            equations(e, &p, &eq);
            if (p.cost < best->cost)
                *best = p;
        }
    vol_essvisearch_descend(e, &vol_essvisearch_no_bounds, false, best, info);
}
