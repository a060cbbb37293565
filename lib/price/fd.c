#include "price/fd.h"

#include <math.h>
#include <string.h>

#define WIDTH 5.5                    /* total vols beyond spot, strike and forward */
#define ALPHA 0.58578643762690495120 /* 2 - sqrt 2: both stages then have one matrix */

enum { POLICIES_MAX = 50, BLOCKS = 5 };

const struct vol_fd_grid vol_fd_fast = {401, 50}, vol_fd_fine = {2049, 400};

struct solver {
    const struct vol_fd_option *o;
    struct vol_fd_work *w;
    int n, centre;
    double dx, lower, middle, upper; /* (L V)_i = lower V_(i-1) + middle V_i + upper V_(i+1) inside */
    double first[2], last[2];        /* rows of the ends: V is linear in S there */
    double k;                        /* the matrix is 1 - k L */
    bool two_boundaries;
};

static int usable(double x)
{
    return x > 0 && x < INFINITY;
}

static double payoff(const struct vol_fd_option *o, double spot)
{
    return fmax((double)o->type * (spot - o->strike), 0);
}

/* The mean of the payoff over ln S within half a node of X. */
static double mean_payoff(const struct vol_fd_option *o, double x, double dx)
{
    double k = log(o->strike), low = x - 0.5 * dx, high = x + 0.5 * dx;

    if (!(low < k && k < high))
        return payoff(o, exp(x));
    if (o->type == VOL_CALL)
        return (exp(high) - o->strike - o->strike * (high - k)) / dx;
    return (o->strike * (k - low) - (o->strike - exp(low))) / dx;
}

static int make_grid(struct solver *s, const struct vol_fd_grid *grid)
{
    const struct vol_fd_option *o = s->o;
    double start = o->spot, var = o->vol * o->vol, width = WIDTH * o->vol * sqrt(o->t), mu, low, high,
           forward;
    int i;

    forward = vol_dividends_forward(o->dividends, o->spot, o->r, o->q, o->t);
    if (o->model == VOL_DIVIDENDS_ESCROWED)
        start -= vol_dividends_value(o->dividends, o->r, o->q, 0, o->t);
    if (!(start > 0))
        return -1;
    forward = forward > 0.01 * start ? forward : 0.01 * start;
    low = fmin(fmin(log(start), log(o->strike)), log(forward)) - width;
    high = fmax(fmax(log(start), log(o->strike)), log(forward)) + width;
    s->n = grid->nodes;
    s->dx = (high - low) / (s->n - 1);
    /* nodes that doubles can tell apart, at spots that a double can hold */
    if (!(s->dx > 1e-12 && low > -600 && high < 600))
        return -1;
    s->centre = (int)floor((log(start) - low) / s->dx + 0.5);
    mu = o->r - o->q - 0.5 * var;
    if (!(fabs(mu) * s->dx < var))
        return -1;
    for (i = 0; i < s->n; i++) {
        s->w->x[i] = log(start) + (i - s->centre) * s->dx;
        s->w->spot[i] = exp(s->w->x[i]);
    }
    s->lower = 0.5 * (var / s->dx - mu) / s->dx;
    s->upper = 0.5 * (var / s->dx + mu) / s->dx;
    s->middle = -var / (s->dx * s->dx) - o->r;
    /* V = a + b S at an end: L V = (r - q) S V_S - r V, with V_S from the neighbour */
    s->first[1] = (o->r - o->q) / expm1(s->dx);
    s->first[0] = -s->first[1] - o->r;
    s->last[1] = (o->r - o->q) / expm1(-s->dx);
    s->last[0] = -s->last[1] - o->r;
    return 0;
}

/* Factors of 1 - k L: from the last node down (REVERSE: from the first up), so that substitution begins at
 * the end where exercise is. */
static void factorise(struct solver *s, bool reverse)
{
    struct vol_fd_work *w = s->w;
    int n = s->n, i;
    double k = s->k, below = -k * s->lower, above = -k * s->upper, diagonal = 1 - k * s->middle;

    if (reverse) {
        w->pivot[0] = 1 / (1 - k * s->first[0]);
        w->factor[1] = below * w->pivot[0];
        w->pivot[1] = 1 / (diagonal + w->factor[1] * k * s->first[1]);
        for (i = 2; i < n - 1; i++) {
            w->factor[i] = below * w->pivot[i - 1];
            w->pivot[i] = 1 / (diagonal - w->factor[i] * above);
        }
        w->factor[n - 1] = -k * s->last[1] * w->pivot[n - 2];
        w->pivot[n - 1] = 1 / (1 - k * s->last[0] - w->factor[n - 1] * above);
    } else {
        w->pivot[n - 1] = 1 / (1 - k * s->last[0]);
        w->factor[n - 2] = above * w->pivot[n - 1];
        w->pivot[n - 2] = 1 / (diagonal + w->factor[n - 2] * k * s->last[1]);
        for (i = n - 3; i > 0; i--) {
            w->factor[i] = above * w->pivot[i + 1];
            w->pivot[i] = 1 / (diagonal - w->factor[i] * below);
        }
        w->factor[0] = -k * s->first[1] * w->pivot[1];
        w->pivot[0] = 1 / (1 - k * s->first[0] - w->factor[0] * below);
    }
}

/* Brennan and Schwartz: right = (1 - k L) value with value >= payoff, exercise at high S (call) or low S
 * (put). */
static void solve_one(struct solver *s)
{
    struct vol_fd_work *w = s->w;
    int n = s->n, i;
    double k = s->k, below = -k * s->lower, above = -k * s->upper, *d = w->right, v;

    if (s->o->type == VOL_CALL) {
        for (i = 1; i < n; i++)
            d[i] -= w->factor[i] * d[i - 1];
        v = w->value[n - 1] = fmax(d[n - 1] * w->pivot[n - 1], w->payoff[n - 1]);
        for (i = n - 2; i > 0; i--) {
            v = (d[i] - above * v) * w->pivot[i];
            v = w->value[i] = v > w->payoff[i] ? v : w->payoff[i];
        }
        w->value[0] = fmax((d[0] + k * s->first[1] * v) * w->pivot[0], w->payoff[0]);
        return;
    }
    for (i = n - 2; i >= 0; i--)
        d[i] -= w->factor[i] * d[i + 1];
    v = w->value[0] = fmax(d[0] * w->pivot[0], w->payoff[0]);
    for (i = 1; i < n - 1; i++) {
        v = (d[i] - below * v) * w->pivot[i];
        v = w->value[i] = v > w->payoff[i] ? v : w->payoff[i];
    }
    w->value[n - 1] = fmax((d[n - 1] + k * s->last[1] * v) * w->pivot[n - 1], w->payoff[n - 1]);
}

/* Policy iteration: exercised nodes have value = payoff, the others solve the equation; swap those that are
 * wrong. */
static void solve_policy(struct solver *s)
{
    struct vol_fd_work *w = s->w;
    int n = s->n, i, round, changed = 1;
    double k = s->k;

    for (i = 0; i < n; i++)
        w->exercised[i] = w->value[i] <= w->payoff[i];
    for (round = 0; changed && round < POLICIES_MAX; round++) {
        for (i = 0; i < n; i++) {
            double below = i == 0 ? 0 : -k * (i == n - 1 ? s->last[1] : s->lower);
            double above = i == n - 1 ? 0 : -k * (i == 0 ? s->first[1] : s->upper);
            double diagonal = 1 - k * (i == 0       ? s->first[0]
                                       : i == n - 1 ? s->last[0]
                                                    : s->middle),
                   right = w->right[i];

            if (w->exercised[i]) {
                below = above = 0;
                diagonal = 1;
                right = w->payoff[i];
            }
            if (i > 0) {
                diagonal -= below * w->factor[i - 1];
                right -= below * w->value[i - 1];
            }
            w->factor[i] = above / diagonal;
            w->value[i] = right / diagonal;
        }
        for (i = n - 2; i >= 0; i--)
            w->value[i] -= w->factor[i] * w->value[i + 1];
        changed = 0;
        for (i = 1; i < n - 1; i++) {
            double gap =
                w->value[i] -
                k * (s->lower * w->value[i - 1] + s->middle * w->value[i] + s->upper * w->value[i + 1]) -
                w->right[i];
            unsigned char now = w->exercised[i] ? gap > 0 : w->value[i] < w->payoff[i];

            changed |= now != w->exercised[i];
            w->exercised[i] = now;
        }
    }
}

static void solve(struct solver *s)
{
    if (s->two_boundaries)
        solve_policy(s);
    else
        solve_one(s);
}

/* The exercise value at time AT; below everything for a European. */
static void set_payoff(struct solver *s, double at)
{
    const struct vol_fd_option *o = s->o;
    double later = 0;
    int i;

    if (o->model == VOL_DIVIDENDS_ESCROWED)
        later = vol_dividends_value(o->dividends, o->r, o->q, at, o->t);
    for (i = 0; i < s->n; i++)
        s->w->payoff[i] = o->american ? payoff(o, s->w->spot[i] + later) : -INFINITY;
}

/* One step of TR-BDF2 back from time AT to NEXT; k is set and the matrix factorised. */
static void step(struct solver *s, double at, double next)
{
    struct vol_fd_work *w = s->w;
    double c1 = 1 / (ALPHA * (2 - ALPHA)), c0 = c1 * (1 - ALPHA) * (1 - ALPHA), k = s->k;
    bool moves = s->o->american && s->o->model == VOL_DIVIDENDS_ESCROWED && s->o->dividends != NULL;
    int n = s->n, i;

    memcpy(w->before, w->value, (size_t)n * sizeof *w->value);
    w->right[0] = w->before[0] + k * (s->first[0] * w->before[0] + s->first[1] * w->before[1]);
    for (i = 1; i < n - 1; i++)
        w->right[i] = w->before[i] + k * (s->lower * w->before[i - 1] + s->middle * w->before[i] +
                                          s->upper * w->before[i + 1]);
    w->right[n - 1] = w->before[n - 1] + k * (s->last[0] * w->before[n - 1] + s->last[1] * w->before[n - 2]);
    if (moves)
        set_payoff(s, at - ALPHA * (at - next));
    solve(s);
    for (i = 0; i < n; i++)
        w->right[i] = c1 * w->value[i] - c0 * w->before[i];
    if (moves)
        set_payoff(s, next);
    solve(s);
}

/* The value before the dividend from the value after it. */
static void fall(struct solver *s, double amount, double rest)
{
    const struct vol_fd_option *o = s->o;
    struct vol_fd_work *w = s->w;
    double nothing =
        o->type == VOL_CALL ? 0 : o->strike * (o->american ? fmax(1, exp(-o->r * rest)) : exp(-o->r * rest));
    int n = s->n, i, j;

    memcpy(w->before, w->value, (size_t)n * sizeof *w->value);
    for (i = 0; i < n; i++) {
        double left = w->spot[i] - amount, z, v;

        if (left <= w->spot[0]) { /* between a spot of nothing and the first node */
            v = nothing + (w->before[0] - nothing) * fmax(left, 0) / w->spot[0];
        } else {
            z = (log(left) - w->x[0]) / s->dx;
            j = !(z >= 2) ? 0 : z >= n - 3 ? n - 4 : (int)z - 1; /* also of a Z that fits no integer */
            z -= j;
            v = -w->before[j] * (z - 1) * (z - 2) * (z - 3) / 6 +
                w->before[j + 1] * z * (z - 2) * (z - 3) / 2 - w->before[j + 2] * z * (z - 1) * (z - 3) / 2 +
                w->before[j + 3] * z * (z - 1) * (z - 2) / 6;
        }
        w->value[i] = fmax(v, w->payoff[i]);
    }
}

/* Back from time FROM to TO in blocks of even steps, each block's twice as long as the one before. */
static void segment(struct solver *s, double from, double to, int steps)
{
    int each = (int)ceil(steps * sqrt((from - to) / s->o->t) / BLOCKS), block, i;
    double dt;

    each = each < 2 ? 2 : each;
    dt = (from - to) / (each * ((1 << BLOCKS) - 1));
    for (block = 0; block < BLOCKS; block++, dt *= 2) {
        s->k = 0.5 * ALPHA * dt;
        factorise(s, s->o->type == VOL_CALL);
        for (i = 0; i < each; i++) {
            /* the last one ends there, not a rounding beyond an ex-date */
            double next = block == BLOCKS - 1 && i == each - 1 ? to : from - dt;

            step(s, from, next);
            from = next;
        }
    }
}

/* Where the spot goes ex at time AT: before it, the right to exercise was worth the dividend more. */
static void ex_date(struct solver *s, double at, double amount)
{
    struct vol_fd_work *w = s->w;
    int i;

    if (s->o->model == VOL_DIVIDENDS_SPOT) {
        fall(s, amount, s->o->t - at);
        return;
    }
    set_payoff(s, nextafter(at, -INFINITY));
    for (i = 0; i < s->n; i++)
        w->value[i] = fmax(w->value[i], w->payoff[i]);
}

static void run(struct solver *s, int steps)
{
    const struct vol_fd_option *o = s->o;
    double at = o->t;
    size_t i = o->dividends != NULL ? o->dividends->n : 0;
    int j;

    for (j = 0; j < s->n; j++)
        s->w->value[j] = mean_payoff(o, s->w->x[j], s->dx);
    set_payoff(s, at);
    for (; i > 0; i--) {
        double when = o->dividends->t[i - 1];

        if (when > o->t)
            continue;
        if (!(when > 0))
            break;
        if (when < at)
            segment(s, at, when, steps);
        at = when;
        ex_date(s, at, o->dividends->amount[i - 1]);
    }
    segment(s, at, 0, steps);
}

int vol_fd_solve(const struct vol_fd_option *o, const struct vol_fd_grid *grid, struct vol_fd_work *work,
                 struct vol_fd_value *out)
{
    struct solver s = {.o = o, .w = work};
    const double *v;
    double slope, bend, spot;

    if (!usable(o->spot) || !usable(o->strike) || !usable(o->t) || !usable(o->vol) || !isfinite(o->r) ||
        !isfinite(o->q) || !vol_dividends_valid(o->dividends) || grid->nodes < 9 ||
        grid->nodes > VOL_FD_NODES_MAX || grid->steps < 1 || make_grid(&s, grid) != 0)
        return -1;
    s.two_boundaries =
        o->american && (o->type == VOL_PUT ? o->r < 0 && o->q < o->r : o->q < 0 && o->r < o->q);
    run(&s, grid->steps);
    v = work->value + s.centre;
    spot = work->spot[s.centre];
    slope = (v[1] - v[-1]) / (2 * s.dx);
    bend = (v[1] - 2 * v[0] + v[-1]) / (s.dx * s.dx);
    out->price = v[0];
    out->delta = slope / spot;
    out->gamma = (bend - slope) / (spot * spot);
    out->theta = o->r * v[0] - (o->r - o->q) * slope - 0.5 * o->vol * o->vol * (bend - slope);
    if (o->american && v[0] <= work->payoff[s.centre])
        out->theta = 0;
    return 0;
}
