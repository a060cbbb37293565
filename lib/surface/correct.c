#include "surface/correct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "price/black.h"
#include "price/iv.h"
#include "surface/bandqp.h"
#include "surface/isotonic.h"

static const double least_price = 1e-250;
static const double margin = 1e-9;      /* by which conditions hold, as a share of their terms */
static const double strict = 1e-12;     /* the check before and after */
static const double least_share = 1e-6; /* of its price that a node keeps */
static const double even_spread = 0.01;

/* A condition: sum of a[i] price[at[i]] >= low, prices out of the money. */
struct condition {
    enum vol_correct_kind kind;
    int count;
    size_t at[4], node;
    double a[4], low;
};

struct world {
    const struct vol_correct_grid *grid;
    double *x, *price; /* of each node */
    struct condition *list;
    size_t n, cap;
    enum vol_status status;
};

const char *vol_correct_kind_name(enum vol_correct_kind kind)
{
    static const char *const names[] = {"butterfly", "vertical", "calendar"};

    return names[kind];
}

static const double *ks(const struct vol_correct_grid *grid, size_t expiry)
{
    return grid->own ? grid->k + expiry * grid->strikes : grid->k;
}

static bool sane(const struct vol_correct_grid *g)
{
    size_t i, j, nodes = g->expiries * g->strikes;

    if (g->expiries < 1 || g->strikes < 2 || nodes / g->strikes != g->expiries || nodes > 1u << 24)
        return false;
    for (i = 0; i < g->expiries; i++)
        if (!(g->t[i] > (i > 0 ? g->t[i - 1] : 0.0)) || !isfinite(g->t[i]))
            return false;
    for (i = 0; i < (g->own ? g->expiries : 1); i++)
        for (j = 0; j < g->strikes; j++)
            if (!(fabs(ks(g, i)[j]) < 20.0) || (j > 0 && !(ks(g, i)[j] > ks(g, i)[j - 1])))
                return false;
    for (i = 0; i < nodes; i++)
        if (!(g->vol[i] > 0.0) || !isfinite(g->vol[i]) ||
            (g->spread != NULL && (!(g->spread[i] > 0.0) || !isfinite(g->spread[i]))))
            return false;
    return true;
}

static double otm(double k, double s)
{
    return exp(k / 2.0) * vol_black_norm(fabs(k), s);
}

/* c less the price out of the money. */
static double intrinsic(double x)
{
    return x < 1.0 ? 1.0 - x : 0.0;
}

/* Add the condition sum of a[i] c(node at[i]) >= low. Nodes too far out to have a price are left out with it.
 */
static void add(struct world *w, enum vol_correct_kind kind, size_t node, int count, const size_t *at,
                const double *a, double low)
{
    struct condition c = {.kind = kind, .node = node, .count = count, .low = low};
    double linear = low;
    bool across = false;
    int i;

    for (i = 0; i < count; i++) {
        if (!(w->price[at[i]] > least_price))
            return;
        c.at[i] = at[i];
        c.a[i] = a[i];
        across = across || (w->x[at[i]] < 1.0) != (w->x[at[0]] < 1.0);
        linear -= a[i] * intrinsic(w->x[at[i]]);
    }
    /* On one side of the forward the intrinsic values cancel, but for rounding, in conditions that are
     * homogeneous in lines; elsewhere what is left of them is the lower bound. */
    c.low = across || low != 0.0 || (kind == VOL_CORRECT_VERTICAL && w->x[at[0]] < 1.0) ? linear : 0.0;
    if (w->n == w->cap) {
        size_t more = w->cap ? 2 * w->cap : 1024;
        struct condition *grown = realloc(w->list, more * sizeof *grown);

        if (grown == NULL) {
            w->status = VOL_EOS;
            return;
        }
        w->list = grown;
        w->cap = more;
    }
    w->list[w->n++] = c;
}

static void add_expiry(struct world *w, size_t first, size_t n)
{
    const double *x = w->x + first;
    size_t j;

    /* c(0) = 1: on the left of the forward that is put(0) = 0 */
    if (x[0] < 1.0 && x[1] < 1.0)
        add(w, VOL_CORRECT_BUTTERFLY, first, 2, (size_t[]){first, first + 1}, (double[]){-1.0, x[0] / x[1]},
            0.0);
    else
        add(w, VOL_CORRECT_BUTTERFLY, first, 2, (size_t[]){first, first + 1}, (double[]){-1.0, x[0] / x[1]},
            -(x[1] - x[0]) / x[1]);
    for (j = 1; j + 1 < n; j++) {
        double wide = x[j + 1] - x[j - 1];

        add(w, VOL_CORRECT_BUTTERFLY, first + j, 3, (size_t[]){first + j - 1, first + j, first + j + 1},
            (double[]){(x[j + 1] - x[j]) / wide, -1.0, (x[j] - x[j - 1]) / wide}, 0.0);
    }
    add(w, VOL_CORRECT_VERTICAL, first + n - 1, 2, (size_t[]){first + n - 2, first + n - 1},
        (double[]){1.0, -1.0}, 0.0);
}

/* The same log-moneynesses: node against node. */
static void add_calendar(struct world *w, size_t early, size_t late, size_t n)
{
    size_t j;

    for (j = 0; j < n; j++)
        add(w, VOL_CORRECT_CALENDAR, late + j, 2, (size_t[]){early + j, late + j}, (double[]){-1.0, 1.0},
            0.0);
}

/* Early node E against the chord of the later nodes around it. */
static void add_chord(struct world *w, size_t e, size_t late, size_t n)
{
    const double *x = w->x + late;
    double at = w->x[e], share;
    size_t j = 0;

    while (j + 2 < n && x[j + 1] < at)
        j++;
    if (!(at >= x[0] && at <= x[n - 1]))
        return;
    share = (at - x[j]) / (x[j + 1] - x[j]);
    add(w, VOL_CORRECT_CALENDAR, late + j, 3, (size_t[]){e, late + j, late + j + 1},
        (double[]){-1.0, 1.0 - share, share}, 0.0);
}

/* Later node L against the lines through the two early nodes on its left, and on its right. */
static void add_lines(struct world *w, size_t l, size_t early, size_t n)
{
    const double *x = w->x + early;
    double at = w->x[l];
    size_t j = 0;

    while (j < n && x[j] <= at)
        j++;
    if (j >= 2) {
        double steep = (at - x[j - 1]) / (x[j - 1] - x[j - 2]);

        add(w, VOL_CORRECT_CALENDAR, l, 3, (size_t[]){early + j - 2, early + j - 1, l},
            (double[]){steep, -1.0 - steep, 1.0}, 0.0);
    }
    if (j + 1 < n) {
        double steep = (x[j] - at) / (x[j + 1] - x[j]);

        add(w, VOL_CORRECT_CALENDAR, l, 3, (size_t[]){early + j, early + j + 1, l},
            (double[]){-1.0 - steep, steep, 1.0}, 0.0);
    }
}

static void list_conditions(struct world *w)
{
    size_t i, j, n = w->grid->strikes;

    for (i = 0; i < w->grid->expiries; i++) {
        size_t late = i * n, early = late - n;

        add_expiry(w, late, n);
        if (i == 0)
            continue;
        if (!w->grid->own) {
            add_calendar(w, early, late, n);
            continue;
        }
        for (j = 0; j < n; j++) {
            add_chord(w, early + j, late, n);
            add_lines(w, late + j, early, n);
        }
    }
}

static void world_free(struct world *w)
{
    free(w->x);
    free(w->list);
}

static enum vol_status world_make(struct world *w, const struct vol_correct_grid *grid, struct vol_error *err)
{
    size_t i, j, nodes;

    *w = (struct world){.grid = grid};
    if (!sane(grid))
        return vol_error_set(err, VOL_EDATA, "grid: not ascending, not positive or not finite");
    nodes = grid->expiries * grid->strikes;
    w->x = malloc(2 * nodes * sizeof *w->x);
    if (w->x == NULL)
        return vol_error_set(err, VOL_EOS, "grid: out of memory");
    w->price = w->x + nodes;
    for (i = 0; i < grid->expiries; i++)
        for (j = 0; j < grid->strikes; j++) {
            size_t at = i * grid->strikes + j;

            w->x[at] = i > 0 && !grid->own ? w->x[j] : exp(ks(grid, i)[j]);
            w->price[at] = otm(ks(grid, i)[j], grid->vol[at] * sqrt(grid->t[i]));
        }
    list_conditions(w);
    return w->status == VOL_OK ? VOL_OK : vol_error_set(err, VOL_EOS, "grid: out of memory");
}

static void judge(const struct world *w, const double *price, double tolerance,
                  struct vol_correct_verdict *out)
{
    size_t i;
    int j;

    *out = (struct vol_correct_verdict){.worst = 0.0};
    for (i = 0; i < w->n; i++) {
        const struct condition *c = &w->list[i];
        double value = -c->low, size = fabs(c->low);

        for (j = 0; j < c->count; j++) {
            value += c->a[j] * price[c->at[j]];
            size += fabs(c->a[j] * price[c->at[j]]);
        }
        if (value >= -tolerance * size)
            continue;
        *(c->kind == VOL_CORRECT_BUTTERFLY  ? &out->butterfly
          : c->kind == VOL_CORRECT_VERTICAL ? &out->vertical
                                            : &out->calendar) += 1;
        if (-value > out->worst) {
            out->worst = -value;
            out->worst_kind = c->kind;
            out->expiry = c->node / w->grid->strikes;
            out->strike = c->node % w->grid->strikes;
        }
    }
}

enum vol_status vol_correct_check(const struct vol_correct_grid *grid, double tolerance,
                                  struct vol_correct_verdict *out, struct vol_error *err)
{
    struct world w;
    enum vol_status status;

    if (!(tolerance >= 0.0 && tolerance < 1.0))
        return vol_error_set(err, VOL_EDATA, "grid: tolerance %g is not in [0, 1)", tolerance);
    status = world_make(&w, grid, err);
    if (status == VOL_OK)
        judge(&w, w.price, tolerance, out);
    world_free(&w);
    return status;
}

static size_t violations(const struct vol_correct_verdict *v)
{
    return v->butterfly + v->vertical + v->calendar;
}

/* What has changed, and the check on the vols as they are given out. */
static enum vol_status report(const struct vol_correct_grid *grid, const double *out,
                              struct vol_correct_result *result, struct vol_error *err)
{
    struct vol_correct_grid made = *grid;
    size_t i, nodes = grid->expiries * grid->strikes;
    double sum = 0.0;

    made.vol = out;
    result->most = 0.0;
    for (i = 0; i < nodes; i++) {
        double change = fabs(out[i] - grid->vol[i]), unit = grid->spread != NULL ? grid->spread[i] : 1.0;

        result->most = fmax(result->most, change);
        sum += change * change / (unit * unit);
    }
    result->spread = sqrt(sum / (double)nodes);
    return vol_correct_check(&made, strict, &result->after, err);
}

enum vol_status vol_correct_calendar(const struct vol_correct_grid *grid, double *out,
                                     struct vol_correct_result *result, struct vol_error *err)
{
    struct vol_correct_result r = {.steps = 0};
    size_t i, j, m = grid->expiries, n = grid->strikes;
    double *column, *weight, *scratch, *made;
    size_t *count;
    enum vol_status status;

    if (grid->own)
        return vol_error_set(err, VOL_EDATA,
                             "grid: calendar alone needs the same log-moneynesses at all expiries");
    status = vol_correct_check(grid, strict, &r.before, err);
    if (status != VOL_OK)
        return status;
    made = malloc((3 * m + m * n) * sizeof *made);
    count = malloc(m * sizeof *count);
    if (made == NULL || count == NULL) {
        status = vol_error_set(err, VOL_EOS, "grid: out of memory");
        goto done;
    }
    column = made + m * n, weight = column + m, scratch = weight + m;
    for (j = 0; j < n; j++) {
        for (i = 0; i < m; i++) {
            double unit = grid->spread != NULL ? grid->spread[i * n + j] : 1.0;

            column[i] = grid->vol[i * n + j];
            weight[i] = 1.0 / (unit * unit);
        }
        status = vol_isotonic_vols(m, grid->t, column, weight, column, scratch, count);
        if (status != VOL_OK)
            goto done;
        for (i = 0; i < m; i++)
            made[i * n + j] = column[i];
    }
    status = report(grid, made, &r, err);
    if (status == VOL_OK) {
        memcpy(out, made, m * n * sizeof *out);
        *result = r;
    }
done:
    free(made);
    free(count);
    return status;
}

/* What half a spread is worth at each node, no more than the price itself: prices far out are measured as
 * shares. But no less than further out or, on the same log-moneynesses, earlier: there prices must not be
 * larger, and where noise has made them so the smaller one has to give way too. */
static void set_units(const struct world *w, double *unit)
{
    const struct vol_correct_grid *g = w->grid;
    size_t i, j, n = g->strikes;

    for (i = 0; i < g->expiries; i++) {
        double *row = unit + i * n, root = sqrt(g->t[i]);

        for (j = 0; j < n; j++) {
            double vol = g->vol[i * n + j], half = g->spread != NULL ? g->spread[i * n + j] : even_spread;
            double k = ks(g, i)[j], low = fmax(vol - half, vol / 2.0);

            row[j] = fmin((otm(k, (vol + half) * root) - otm(k, low * root)) / 2.0, w->price[i * n + j]);
            row[j] = fmax(row[j], i > 0 && !g->own ? row[j - n] : least_price);
        }
        for (j = 1; j < n && w->x[i * n + j] < 1.0; j++)
            row[j] = fmax(row[j], row[j - 1]);
        for (j = n - 1; j-- > 0 && w->x[i * n + j] >= 1.0;)
            row[j] = fmax(row[j], row[j + 1]);
    }
}

/* The place of a node among the unknowns: the shorter side of the grid runs first where that makes a narrower
 * band. */
static int place(const struct vol_correct_grid *g, bool turned, size_t node)
{
    return (int)(turned ? node % g->strikes * g->expiries + node / g->strikes : node);
}

static void sort_entries(struct vol_bandqp_row *row)
{
    int i, j;

    for (i = 1; i < row->count; i++)
        for (j = i; j > 0 && row->at[j] < row->at[j - 1]; j--) {
            int at = row->at[j];
            double a = row->a[j];

            row->at[j] = row->at[j - 1];
            row->a[j] = row->a[j - 1];
            row->at[j - 1] = at;
            row->a[j - 1] = a;
        }
}

/* A condition as a row over z, price = price0 + unit z, its largest coefficient one. */
static struct vol_bandqp_row row_of(const struct world *w, const struct condition *c, const double *unit,
                                    bool turned)
{
    struct vol_bandqp_row row = {.count = c->count, .penalty = INFINITY};
    double largest = 0.0, size = fabs(c->low), low = c->low;
    int i;

    for (i = 0; i < c->count; i++) {
        double term = c->a[i] * w->price[c->at[i]];

        row.at[i] = place(w->grid, turned, c->at[i]);
        row.a[i] = c->a[i] * unit[c->at[i]];
        largest = fmax(largest, fabs(row.a[i]));
        low -= term;
        size += fabs(term);
    }
    for (i = 0; i < c->count; i++)
        row.a[i] /= largest;
    row.low = (low + margin * size) / largest;
    sort_entries(&row);
    return row;
}

static int band_of(const struct world *w, bool turned)
{
    int band = 1;
    size_t i;

    for (i = 0; i < w->n; i++) {
        const struct condition *c = &w->list[i];
        int low = place(w->grid, turned, c->at[0]), high = low, j;

        for (j = 1; j < c->count; j++) {
            int at = place(w->grid, turned, c->at[j]);

            low = at < low ? at : low;
            high = at > high ? at : high;
        }
        band = high - low > band ? high - low : band;
    }
    return band;
}

static enum vol_status assemble(const struct world *w, const double *unit, bool turned, struct vol_bandqp *qp)
{
    size_t i, nodes = w->grid->expiries * w->grid->strikes;

    vol_bandqp_begin(qp, (int)nodes, band_of(w, turned));
    for (i = 0; i < nodes; i++) {
        struct vol_bandqp_row term = {
            .count = 1, .at = {place(w->grid, turned, i)}, .a = {1.0}, .penalty = 1.0};
        struct vol_bandqp_row keep = term;

        keep.low = (least_share - 1.0) * w->price[i] / unit[i];
        keep.penalty = INFINITY;
        if (vol_bandqp_term(qp, &term) != VOL_OK || vol_bandqp_bound(qp, &keep) != VOL_OK)
            return VOL_EOS;
    }
    for (i = 0; i < w->n; i++) {
        struct vol_bandqp_row row = row_of(w, &w->list[i], unit, turned);

        if (vol_bandqp_bound(qp, &row) != VOL_OK)
            return VOL_EOS;
    }
    return VOL_OK;
}

/* Prices back to vols. Nodes without a price are kept between their neighbours in time. */
static void revalue(const struct world *w, const double *unit, const double *z, bool turned, double *vol)
{
    const struct vol_correct_grid *g = w->grid;
    size_t i, j;

    for (i = 0; i < g->expiries; i++)
        for (j = 0; j < g->strikes; j++) {
            size_t at = i * g->strikes + j;
            double k = ks(g, i)[j], far = fabs(k), price = w->price[at] + unit[at] * z[place(g, turned, at)],
                   beta;

            vol[at] = g->vol[at];
            if (w->price[at] > least_price) {
                beta = price * exp(-k / 2.0);
                vol[at] = vol_iv_norm(far, beta, log(beta), exp(-far / 2.0) - beta, NULL) / sqrt(g->t[i]);
            }
            if (!g->own && i > 0 && !(w->price[at] > least_price))
                vol[at] = fmax(vol[at], vol[at - g->strikes] * sqrt(g->t[i - 1] / g->t[i]));
        }
}

enum vol_status vol_correct_grid(const struct vol_correct_grid *grid, double *out,
                                 struct vol_correct_result *result, struct vol_error *err)
{
    struct vol_correct_result r = {.steps = 0};
    struct vol_bandqp qp;
    struct world w;
    double *unit = NULL, *z;
    size_t nodes = grid->expiries * grid->strikes;
    bool turned = !grid->own && 2 * grid->expiries < grid->strikes;
    enum vol_status status = world_make(&w, grid, err);

    vol_bandqp_init(&qp);
    if (status != VOL_OK)
        goto done;
    judge(&w, w.price, strict, &r.before);
    unit = calloc(3 * nodes, sizeof *unit);
    if (unit == NULL) {
        status = vol_error_set(err, VOL_EOS, "grid: out of memory");
        goto done;
    }
    z = unit + nodes;
    if (violations(&r.before) == 0) {
        memcpy(z + nodes, grid->vol, nodes * sizeof *z);
    } else {
        set_units(&w, unit);
        status = assemble(&w, unit, turned, &qp);
        if (status == VOL_OK)
            status = vol_bandqp_solve(&qp, 1e-9, z, err);
        if (status != VOL_OK)
            goto done;
        revalue(&w, unit, z, turned, z + nodes);
        r.steps = qp.steps;
    }
    status = report(grid, z + nodes, &r, err);
    if (status == VOL_OK) {
        memcpy(out, z + nodes, nodes * sizeof *out);
        *result = r;
    }
done:
    free(unit);
    vol_bandqp_free(&qp);
    world_free(&w);
    return status;
}
