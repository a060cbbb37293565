#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "surface/bandqp.h"
#include "surface/bspline.h"
#include "surface/spline.h"
#include "surface/splinequote.h"

enum { BAND = 4, ROUNDS = 4, ACROSS = 4, WEIGHINGS = 20, FINE_WEIGHINGS = 8 };

static const double least_gap = 0.01;  /* between breakpoints, in standard deviations */
static const double near_quote = 0.15; /* fine breakpoints: of the way to the next quote */
static const double far_gap = 0.25;    /* the same where there are no quotes */
static const double mid_weight = 0.02, full_smooth = 1e-3;
static const double penalty = 1e3, ceiling_penalty = 30.0;
static const double least_density = 1e-4; /* of the density that the quotes' own vols have there */
static const double least_power =
    0.35; /* of a wing, as a share of what the outermost quote's vol has there */
static const double calendar_margin =
    2e-3; /* in half-spreads: smiles that touch must not cross by rounding */
static const double tolerance = 1e-9;
static const double slight = 1.0, finer = 0.6; /* a miss, in half-spreads, that halves the weight of a quote;
                                                  by how much less it is in the next round */
static const double sparse_smooth = 1e-5,
                    fine_smooth = 1e-8; /* smoothness where quotes are missed: few misses come first */

/* The program of one slice: breakpoints x[0..m], where the quotes' own vols give a price of the call,
 * a density and half a spread; knots of the B-splines, and for each of the m + 3 coefficients its base and
 * its unit: coefficient = base + unit z. */
struct fit {
    struct vol_splinequote *quote;
    size_t n;
    double *x, *call, *density, *half;
    size_t m;
    double *knot, *base, *unit, *z;
    double *block, deviation, power[2], margin, least_power, smooth, gap;
    bool fine;
    double *ceiling_x, *ceiling_w;
    const struct vol_spline *before;
    const struct vol_spline_ceiling *ceiling;
    size_t n_ceilings;
    struct vol_bandqp qp;
};

/* Total vol at the forward: from the quotes nearest to it. */
static double at_forward(const struct fit *fit)
{
    size_t i = 1;

    while (i + 1 < fit->n && fit->quote[i].x < 1.0)
        i++;
    return (fit->quote[i - 1].s + fit->quote[i].s) / 2.0;
}

static void add_point(struct fit *fit, double x)
{
    if (fit->m == 0 || x > fit->x[fit->m - 1] * (1.0 + fit->gap * fit->deviation))
        fit->x[fit->m++] = x;
}

/* Breakpoints in (FROM, TO) where there are no quotes. */
static size_t far_count(const struct fit *fit, double from, double to)
{
    double steps = log(to / from) / (far_gap * fit->deviation);

    return steps > 0.0 ? (size_t)fmin(ceil(steps), 40.0) : 0;
}

static void far_points(struct fit *fit, double from, double to)
{
    size_t i, n = far_count(fit, from, to);

    for (i = 1; i < n; i++)
        add_point(fit, from * pow(to / from, (double)i / (double)n));
}

static void add_between(struct fit *fit, double x, double next)
{
    if (fit->fine)
        add_point(fit, x + near_quote * (next - x));
    add_point(fit, (x + next) / 2.0);
    if (fit->fine)
        add_point(fit, next - near_quote * (next - x));
}

/* Every quote and the middle between two; FINE also close to each quote, since the density is linear between
 * breakpoints and a bend as sharp as they are close; the range of the expiry before, where that goes further.
 */
static void place(struct fit *fit, bool fine)
{
    const struct vol_spline *b = fit->before;
    double first = fit->quote[0].x, last = fit->quote[fit->n - 1].x;
    size_t i;

    fit->fine = fine;
    fit->gap = fine ? least_gap * near_quote : least_gap;
    fit->smooth = fine ? fine_smooth : full_smooth;
    fit->m = 0;
    if (b != NULL && b->point[0].x < first) {
        add_point(fit, b->point[0].x);
        far_points(fit, b->point[0].x, first);
    }
    for (i = 0; i < fit->n; i++) {
        if (i > 0)
            add_between(fit, fit->quote[i - 1].x, fit->quote[i].x);
        if (fit->m > 1 && !(fit->quote[i].x > fit->x[fit->m - 1] * (1.0 + fit->gap * fit->deviation)))
            fit->m--;
        add_point(fit, fit->quote[i].x);
    }
    if (b != NULL && b->point[b->n - 1].x > last * (1.0 + fit->gap * fit->deviation)) {
        far_points(fit, last, b->point[b->n - 1].x);
        add_point(fit, b->point[b->n - 1].x);
    }
    fit->m--; /* the number of intervals */
}

/* Beyond the outermost quote Q: the power wing that leaves it with the slope of its own vol. */
static void refer_beyond(struct fit *fit, size_t at, const struct vol_splinequote *q)
{
    double side = q->x < 1.0 ? -1.0 : 1.0, price = vol_splinequote_otm(log(q->x), q->s),
           power = vol_splinequote_power(q);

    price *= exp(-side * power * log(fit->x[at] / q->x));
    fit->call[at] = price + (side < 0.0 ? 1.0 - fit->x[at] : 0.0);
    fit->density[at] = power * (power + side) * price / (fit->x[at] * fit->x[at]);
    fit->half[at] = price / 2.0;
}

static void refer(struct fit *fit)
{
    const struct vol_splinequote *q = fit->quote;
    size_t i, at = 0;

    fit->power[0] = vol_splinequote_power(&q[0]);
    fit->power[1] = vol_splinequote_power(&q[fit->n - 1]);
    for (i = 0; i <= fit->m; i++) {
        double x = fit->x[i], k = log(x), share, s;

        if (x < q[0].x * (1.0 - 1e-12) || x > q[fit->n - 1].x * (1.0 + 1e-12)) {
            refer_beyond(fit, i, x < q[0].x ? &q[0] : &q[fit->n - 1]);
            continue;
        }
        while (at + 2 < fit->n && q[at + 1].x < x)
            at++;
        share = fmin(fmax((x - q[at].x) / (q[at + 1].x - q[at].x), 0.0), 1.0);
        s = q[at].s + share * (q[at + 1].s - q[at].s);
        fit->call[i] = vol_splinequote_call(k, s);
        fit->density[i] = vol_splinequote_density(k, s);
        fit->half[i] = exp((1.0 - share) * log(q[at].half) + share * log(q[at + 1].half));
    }
}

/* Linear between the breakpoints. */
static double between(const struct fit *fit, const double *values, double x)
{
    size_t i = vol_bspline_interval(fit->x, fit->m, x);
    double share = (x - fit->x[i]) / (fit->x[i + 1] - fit->x[i]);

    return values[i] + share * (values[i + 1] - values[i]);
}

static void start(struct fit *fit)
{
    size_t j;

    vol_bspline_knots(fit->x, fit->m, fit->knot);
    for (j = 0; j < fit->m + 3; j++) {
        double x = (fit->knot[j + 1] + fit->knot[j + 2] + fit->knot[j + 3]) / 3.0;

        fit->base[j] = between(fit, fit->call, x);
        fit->unit[j] = between(fit, fit->half, x);
        fit->z[j] = 0.0;
    }
}

/* The row of c, c' and c'' at X with weights BY, all over SCALE, not less than LOW (before the base is taken
 * off). */
static struct vol_bandqp_row row_at(const struct fit *fit, double x, const double by[3], double scale,
                                    double low, double price_of_violation)
{
    struct vol_bandqp_row row = {.count = 4, .penalty = price_of_violation};
    size_t i = vol_bspline_interval(fit->x, fit->m, x);
    double b[3][4];
    int j;

    vol_bspline_basis(fit->knot, i, x, b);
    row.low = low / scale;
    for (j = 0; j < 4; j++) {
        double a = (by[0] * b[0][j] + by[1] * b[1][j] + by[2] * b[2][j]) / scale;

        row.at[j] = (int)i + j;
        row.a[j] = a * fit->unit[row.at[j]];
        row.low -= a * fit->base[row.at[j]];
    }
    return row;
}

static const double value[3] = {1.0, 0.0, 0.0}, below[3] = {-1.0, 0.0, 0.0}, second[3] = {0.0, 0.0, 1.0};

static enum vol_status add_quotes(struct fit *fit)
{
    size_t i;

    for (i = 0; i < fit->n; i++) {
        const struct vol_splinequote *q = &fit->quote[i];
        double inside = 1e-7 * q->half;
        struct vol_bandqp_row mid = row_at(fit, q->x, value, q->half, q->mid, mid_weight);
        struct vol_bandqp_row bid = row_at(fit, q->x, value, q->half, q->bid + inside, penalty * q->weight);
        struct vol_bandqp_row ask = row_at(fit, q->x, below, q->half, inside - q->ask, penalty * q->weight);

        if (vol_bandqp_term(&fit->qp, &mid) != VOL_OK || vol_bandqp_bound(&fit->qp, &bid) != VOL_OK ||
            vol_bandqp_bound(&fit->qp, &ask) != VOL_OK)
            return VOL_EOS;
    }
    return VOL_OK;
}

/* Density positive at every breakpoint; the ratio to the quotes' own as straight as it can be. */
static enum vol_status add_density(struct fit *fit)
{
    struct vol_bandqp_row row[3];
    size_t i;
    int j;

    for (i = 0; i <= fit->m; i++) {
        row[2] = row_at(fit, fit->x[i], second, fit->density[i], least_density * fit->density[i], INFINITY);
        if (vol_bandqp_bound(&fit->qp, &row[2]) != VOL_OK)
            return VOL_EOS;
        if (i >= 2) {
            double h0 = log(fit->x[i - 1] / fit->x[i - 2]) / fit->deviation;
            double h1 = log(fit->x[i] / fit->x[i - 1]) / fit->deviation;
            double by[3] = {2.0 / (h0 * (h0 + h1)), -2.0 / (h0 * h1), 2.0 / (h1 * (h0 + h1))};
            struct vol_bandqp_row bend = {.penalty = fit->smooth * (h0 + h1) / 2.0};
            double sum[12] = {0.0};
            int r, first = row[0].at[0];

            for (r = 0; r < 3; r++)
                for (j = 0; j < 4; j++)
                    sum[row[r].at[j] - first] += by[r] * row[r].a[j];
            for (r = 0; r < 3; r++)
                bend.low += by[r] * (row[r].low - least_density);
            for (j = 0; j < 8; j++)
                if (sum[j] != 0.0 && bend.count < VOL_BANDQP_ENTRIES) {
                    bend.at[bend.count] = first + j;
                    bend.a[bend.count++] = sum[j];
                }
            if (vol_bandqp_term(&fit->qp, &bend) != VOL_OK)
                return VOL_EOS;
        }
        row[0] = row[1];
        row[1] = row[2];
    }
    return VOL_OK;
}

/* The wings: positive prices, powers in their domain, and no fatter than those of the expiry before are thin.
 */
static enum vol_status add_wings(struct fit *fit)
{
    const struct vol_spline *b = fit->before;
    double x0 = fit->x[0], x1 = fit->x[fit->m], put = fit->call[0] - (1.0 - x0), call = fit->call[fit->m];
    double left = fit->least_power * fit->power[0], right = fit->least_power * fit->power[1];
    struct vol_bandqp_row row[6];
    int i, n = 0;

    left = fmax(b != NULL ? fmin(left, 0.9 * b->left) : left, 1.0 + 1e-3);
    right = b != NULL ? fmin(right, 0.9 * b->right) : right;
    row[n++] = row_at(fit, x0, value, put, 1.0 - x0 + 1e-3 * put, INFINITY);
    row[n++] = row_at(fit, x1, value, call, 1e-3 * call, INFINITY);
    /* x p' >= left p with p = c - 1 + x */
    row[n++] = row_at(fit, x0, (double[]){-left, x0, 0.0}, put, left * (x0 - 1.0) - x0, INFINITY);
    row[n++] = row_at(fit, x1, (double[]){-right, -x1, 0.0}, call, 0.0, INFINITY);
    if (b != NULL) {
        row[n++] = row_at(fit, x0, (double[]){b->left, -x0, 0.0}, put, x0 - b->left * (x0 - 1.0), INFINITY);
        row[n++] = row_at(fit, x1, (double[]){b->right, x1, 0.0}, call, 0.0, INFINITY);
    }
    for (i = 0; i < n; i++)
        if (vol_bandqp_bound(&fit->qp, &row[i]) != VOL_OK)
            return VOL_EOS;
    return VOL_OK;
}

/* The price of the call of a smile. */
static double call_at(const struct vol_spline *b, double x)
{
    double v[3];

    vol_spline_price(b, log(x), v);
    return exp(v[0]) + (x < 1.0 ? 1.0 - x : 0.0);
}

static enum vol_status add_calendar(struct fit *fit, double x)
{
    double half = between(fit, fit->half, x), low = call_at(fit->before, x);
    struct vol_bandqp_row row = row_at(fit, x, value, half, low + fit->margin * half, INFINITY);

    return vol_bandqp_bound(&fit->qp, &row);
}

/* At ACROSS places of every interval, and of those of the expiry before its own breakpoints. */
static enum vol_status add_floor(struct fit *fit)
{
    size_t i;
    int j;

    if (fit->before == NULL)
        return VOL_OK;
    for (i = 0; i < fit->m; i++)
        for (j = 0; j < ACROSS; j++)
            if (add_calendar(fit, fit->x[i] + (fit->x[i + 1] - fit->x[i]) * j / ACROSS) != VOL_OK)
                return VOL_EOS;
    return add_calendar(fit, fit->x[fit->m]);
}

/* Of the ceilings in one interval the lowest counts. */
static enum vol_status add_ceilings(struct fit *fit)
{
    double *x = fit->ceiling_x, *w = fit->ceiling_w;
    size_t i;

    for (i = 0; i < fit->m; i++)
        w[i] = INFINITY;
    for (i = 0; i < fit->n_ceilings; i++) {
        double at = exp(fit->ceiling[i].k);
        size_t in;

        if (!(at >= fit->x[0] && at <= fit->x[fit->m]) || !(fit->ceiling[i].w > 0.0))
            continue;
        in = vol_bspline_interval(fit->x, fit->m, at);
        if (fit->ceiling[i].w < w[in]) {
            w[in] = fit->ceiling[i].w;
            x[in] = at;
        }
    }
    for (i = 0; i < fit->m; i++) {
        double half = fit->half[i];
        struct vol_bandqp_row row;

        if (isinf(w[i]))
            continue;
        row = row_at(fit, x[i], below, half,
                     2.0 * fit->margin * half - vol_splinequote_call(log(x[i]), sqrt(w[i])), ceiling_penalty);
        if (vol_bandqp_bound(&fit->qp, &row) != VOL_OK)
            return VOL_EOS;
    }
    return VOL_OK;
}

static enum vol_status assemble(struct fit *fit)
{
    enum vol_status status;

    vol_bandqp_begin(&fit->qp, (int)fit->m + 3, BAND);
    if ((status = add_quotes(fit)) != VOL_OK || (status = add_density(fit)) != VOL_OK ||
        (status = add_wings(fit)) != VOL_OK || (status = add_floor(fit)) != VOL_OK)
        return status;
    return add_ceilings(fit);
}

/* The solution as breakpoints. */
static void extract(const struct fit *fit, struct vol_spline *spline)
{
    const struct vol_spline_point *first = spline->point, *last = spline->point + fit->m;
    size_t i;
    int j, d;

    for (i = 0; i <= fit->m; i++) {
        struct vol_spline_point *p = &spline->point[i];
        size_t at = vol_bspline_interval(fit->x, fit->m, fit->x[i]);
        double b[3][4], c[3] = {0.0};

        vol_bspline_basis(fit->knot, at, fit->x[i], b);
        for (d = 0; d < 3; d++)
            for (j = 0; j < 4; j++)
                c[d] += b[d][j] *
                        (fit->base[at + (size_t)j] + fit->unit[at + (size_t)j] * fit->z[at + (size_t)j]);
        p->x = fit->x[i];
        p->price = p->x < 1.0 ? c[0] - (1.0 - p->x) : c[0];
        p->slope = p->x < 1.0 ? c[1] + 1.0 : c[1];
        p->density = c[2];
    }
    spline->n = fit->m + 1;
    spline->left = first->x * first->slope / first->price;
    spline->right = -last->x * last->slope / last->price;
}

static enum vol_status reserve(struct vol_spline *spline, size_t n)
{
    struct vol_spline_point *grown;

    if (n <= spline->cap)
        return VOL_OK;
    grown = realloc(spline->point, n * sizeof *grown);
    if (grown == NULL)
        return VOL_EOS;
    spline->point = grown;
    spline->cap = n;
    return VOL_OK;
}

static enum vol_status allocate(struct fit *fit)
{
    size_t far = 0, points, first;

    if (fit->before != NULL)
        far = far_count(fit, fit->before->point[0].x, fit->quote[0].x) +
              far_count(fit, fit->quote[fit->n - 1].x, fit->before->point[fit->before->n - 1].x) + 2;
    points = 4 * fit->n + far + 2;
    first = points + 8;
    fit->block = malloc((6 * points + 4 * first) * sizeof *fit->block);
    if (fit->block == NULL)
        return VOL_EOS;
    fit->x = fit->block, fit->call = fit->x + points, fit->density = fit->call + points;
    fit->half = fit->density + points, fit->knot = fit->half + points, fit->base = fit->knot + first;
    fit->unit = fit->base + first, fit->z = fit->unit + first;
    fit->ceiling_x = fit->z + first, fit->ceiling_w = fit->ceiling_x + points;
    return VOL_OK;
}

/* One program, one smile and its verdicts. */
static enum vol_status solve(struct fit *fit, const struct vol_svifit_quote *quotes, double t,
                             struct vol_spline *spline, struct vol_spline_fit *out)
{
    enum vol_status status;

    start(fit);
    out->status = VOL_SPLINE_UNSOLVED;
    status = assemble(fit);
    if (status == VOL_OK)
        status = vol_bandqp_solve(&fit->qp, tolerance, fit->z, NULL);
    out->steps += fit->qp.steps;
    if (status != VOL_OK)
        return status == VOL_EOS ? VOL_EOS : VOL_OK;
    extract(fit, spline);
    vol_spline_judge(quotes, fit->n, t, fit->before, spline, out);
    if (!out->butterfly.free || !out->calendar.free)
        out->status = VOL_SPLINE_ARBITRAGE;
    else if (!(out->rmse_vol <= VOL_SPLINE_SHARE * fit->deviation / sqrt(t)) &&
             !(out->miss <= VOL_SPLINE_MISS))
        out->status = VOL_SPLINE_POOR;
    else
        out->status = VOL_SPLINE_OK;
    return VOL_OK;
}

static bool usable(const struct vol_spline_fit *out)
{
    return out->status == VOL_SPLINE_OK || out->status == VOL_SPLINE_POOR;
}

/* Smiles that touched between the places looked at are held further apart; a program without a solution gets
 * wider wings. */
static enum vol_status attempt(struct fit *fit, const struct vol_svifit_quote *quotes, double t,
                               struct vol_spline *spline, struct vol_spline_fit *out)
{
    enum vol_status status;
    int round;

    fit->margin = calendar_margin;
    fit->least_power = least_power;
    if (reserve(spline, fit->m + 1) != VOL_OK)
        return VOL_EOS;
    for (round = 0; round < ROUNDS; round++) {
        status = solve(fit, quotes, t, spline, out);
        if (status != VOL_OK || usable(out))
            return status;
        if (out->status == VOL_SPLINE_UNSOLVED)
            fit->least_power /= 3.0;
        else
            fit->margin *= 5.0;
    }
    return VOL_OK;
}

/* What SPLINE misses by much weighs little from now on. */
static void reweigh(struct fit *fit, const struct vol_spline *spline, double half)
{
    size_t i;

    for (i = 0; i < fit->n; i++) {
        struct vol_splinequote *q = &fit->quote[i];
        double price = call_at(spline, q->x),
               miss = fmax(fmax(q->bid - price, price - q->ask), 0.0) / q->half;

        q->weight = half / (half + miss);
    }
}

/* Where no smile is inside of every quote, the one with the least sum of misses is not the one with the
 * fewest: the program is solved again and again with weights that fall with the miss (Candes, Wakin and Boyd,
 * "Enhancing sparsity by reweighted l1 minimization", 2008), and the smile that holds most quotes counts. */
static enum vol_status hold_most(struct fit *fit, const struct vol_svifit_quote *quotes, double t,
                                 struct vol_spline *spline, struct vol_spline_fit *out)
{
    struct vol_spline next = {.point = NULL};
    enum vol_status status;
    double half = slight;
    int weighing;

    place(fit, false);
    refer(fit);
    status = attempt(fit, quotes, t, spline, out);
    if (status != VOL_OK || !usable(out))
        return status;
    fit->smooth = sparse_smooth;
    reweigh(fit, spline, half);
    for (weighing = 0; weighing < WEIGHINGS && out->inside < 1.0; weighing++) {
        struct vol_spline_fit v = *out;

        if (weighing == WEIGHINGS - FINE_WEIGHINGS) {
            place(fit, true);
            refer(fit);
            reweigh(fit, spline, half = slight);
        }
        status = attempt(fit, quotes, t, &next, &v);
        out->steps = v.steps;
        if (status != VOL_OK)
            break;
        if (usable(&v))
            reweigh(fit, &next, half *= finer);
        if (usable(&v) && v.inside > out->inside && v.status <= out->status) {
            struct vol_spline old = *spline;

            *out = v;
            *spline = next;
            next = old;
        }
    }
    vol_spline_free(&next);
    return status;
}

enum vol_status vol_spline_fit(const struct vol_svifit_quote *quotes, size_t n, double t,
                               const struct vol_spline *before, const struct vol_spline_ceiling *ceilings,
                               size_t n_ceilings, struct vol_spline *spline, struct vol_spline_fit *out,
                               struct vol_error *err)
{
    struct vol_spline_fit v = {.points = n, .k_min = NAN, .k_max = NAN};
    struct fit fit = {.n = n, .before = before, .ceiling = ceilings, .n_ceilings = n_ceilings};
    struct vol_spline made;
    enum vol_status status = VOL_EOS;

    if (!(t > 0.0) || !isfinite(t) || !vol_splinequote_sane(quotes, n))
        return vol_error_set(err, VOL_EDATA, "spline: quotes not ascending, or not positive, or no time");
    v.calendar = (struct vol_crossing){.free = true, .worst_k = NAN, .bad_low = NAN, .bad_high = NAN};
    if (n < VOL_SPLINE_MIN || !(quotes[0].k < 0.0 && quotes[n - 1].k > 0.0)) {
        v.status = n < VOL_SPLINE_MIN ? VOL_SPLINE_TOO_FEW : VOL_SPLINE_ONE_SIDED;
        *out = v;
        return VOL_OK;
    }
    v.k_min = quotes[0].k;
    v.k_max = quotes[n - 1].k;
    vol_spline_init(&made);
    vol_bandqp_init(&fit.qp);
    fit.quote = malloc(n * sizeof *fit.quote);
    if (fit.quote != NULL) {
        vol_splinequote_set(quotes, n, t, fit.quote);
        fit.deviation = at_forward(&fit);
        status = allocate(&fit) == VOL_OK ? hold_most(&fit, quotes, t, &made, &v) : VOL_EOS;
    }
    if (status == VOL_OK) {
        *out = v;
        if (usable(&v)) {
            struct vol_spline old = *spline;

            *spline = made;
            made = old;
        }
    }
    vol_spline_free(&made);
    vol_bandqp_free(&fit.qp);
    free(fit.quote);
    free(fit.block);
    return status == VOL_OK ? VOL_OK : vol_error_set(err, status, "spline: out of memory");
}
