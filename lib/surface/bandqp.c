#include "surface/bandqp.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ATTEMPTS = 4, MAX_STEPS = 60, STUCK = 5, SHORTER = 8 };

static const double short_step = 0.1;
static const double behind = 1e-3; /* of the mean product, that of a pair which has fallen behind */
static const double loose = 1e3; /* times the tolerance: what is good enough when rounding stops the method */

void vol_bandqp_init(struct vol_bandqp *qp)
{
    *qp = (struct vol_bandqp){.n = 0};
}

void vol_bandqp_free(struct vol_bandqp *qp)
{
    free(qp->rows);
    free(qp->terms);
    free(qp->work);
    vol_bandqp_init(qp);
}

void vol_bandqp_begin(struct vol_bandqp *qp, int n, int band)
{
    qp->n = n;
    qp->band = band < n ? band : n - 1;
    qp->n_rows = qp->n_terms = 0;
    qp->steps = 0;
}

static bool sane(const struct vol_bandqp *qp, const struct vol_bandqp_row *row)
{
    int i;

    if (row->count < 1 || row->count > VOL_BANDQP_ENTRIES || !isfinite(row->low) || !(row->penalty >= 0.0))
        return false;
    for (i = 0; i < row->count; i++)
        if (row->at[i] < 0 || row->at[i] >= qp->n || !isfinite(row->a[i]) ||
            (i > 0 && row->at[i] <= row->at[i - 1]))
            return false;
    return row->at[row->count - 1] - row->at[0] <= qp->band;
}

static enum vol_status append(struct vol_bandqp_row **list, size_t *n, size_t *cap,
                              const struct vol_bandqp_row *row)
{
    if (*n == *cap) {
        size_t more = *cap ? 2 * *cap : 256;
        struct vol_bandqp_row *grown = realloc(*list, more * sizeof **list);

        if (grown == NULL)
            return VOL_EOS;
        *list = grown;
        *cap = more;
    }
    (*list)[(*n)++] = *row;
    return VOL_OK;
}

enum vol_status vol_bandqp_term(struct vol_bandqp *qp, const struct vol_bandqp_row *row)
{
    if (!sane(qp, row) || isinf(row->penalty))
        return VOL_EDATA;
    return append(&qp->terms, &qp->n_terms, &qp->cap_terms, row);
}

enum vol_status vol_bandqp_bound(struct vol_bandqp *qp, const struct vol_bandqp_row *row)
{
    if (!sane(qp, row) || !(row->penalty > 0.0))
        return VOL_EDATA;
    return append(&qp->rows, &qp->n_rows, &qp->cap_rows, row);
}

/* The state of a solution. For row r: slack s > 0, multiplier y > 0; for a soft one also its violation t > 0
 * and the rest of its penalty, v = penalty - y > 0. The products s y and t v go to zero together. */
struct state {
    struct vol_bandqp *qp;
    size_t m;
    double *z, *best, *dz, *hessian, *factor, *gradient, *dual; /* unknowns */
    double *s, *y, *t, *ds, *dy, *dt;                           /* rows */
    double *primal, *weight, *centre_s, *centre_t;
};

static double dot(const struct vol_bandqp_row *row, const double *z)
{
    double sum = 0.0;
    int i;

    for (i = 0; i < row->count; i++)
        sum += row->a[i] * z[row->at[i]];
    return sum;
}

static void scatter(const struct vol_bandqp_row *row, double factor, double *out)
{
    int i;

    for (i = 0; i < row->count; i++)
        out[row->at[i]] += factor * row->a[i];
}

/* Banded matrices are stored by columns of their lower half: entry (i, j) at j (band + 1) + i - j. */
static void add_square(const struct vol_bandqp *qp, const struct vol_bandqp_row *row, double weight,
                       double *h)
{
    int i, j;

    for (j = 0; j < row->count; j++) {
        double *column = h + (size_t)row->at[j] * (size_t)(qp->band + 1) - row->at[j];

        for (i = j; i < row->count; i++)
            column[row->at[i]] += weight * row->a[i] * row->a[j];
    }
}

static void multiply(const struct vol_bandqp *qp, const double *h, const double *z, double *out)
{
    int i, j, n = qp->n, b = qp->band;

    memset(out, 0, (size_t)n * sizeof *out);
    for (j = 0; j < n; j++) {
        const double *column = h + (size_t)j * (size_t)(b + 1);

        out[j] += column[0] * z[j];
        for (i = 1; i <= b && i + j < n; i++) {
            out[i + j] += column[i] * z[j];
            out[j] += column[i] * z[i + j];
        }
    }
}

typedef double four __attribute__((vector_size(32))); /* as wide as the build has them: the same operations */

/* OUT -= BY COLUMN, N numbers that do not overlap. */
static void subtract(int n, double by, const double *column, double *out)
{
    int i = 0;

    for (; i + 4 <= n; i += 4) {
        four a, b;

        memcpy(&a, column + i, sizeof a);
        memcpy(&b, out + i, sizeof b);
        b -= a * by;
        memcpy(out + i, &b, sizeof b);
    }
    for (; i < n; i++)
        out[i] -= column[i] * by;
}

/* Cholesky's factor in place. A pivot that rounding has eaten gets a size that keeps its unknown where it is.
 */
static void factorise(int n, int b, double *h)
{
    int i, j, k;

    for (j = 0; j < n; j++) {
        double *column = h + (size_t)j * (size_t)(b + 1), pivot, inverse;
        int last = j + b < n ? b : n - 1 - j;

        pivot = column[0] > 1e-280 ? column[0] : 1e280;
        pivot = sqrt(pivot);
        inverse = 1.0 / pivot;
        column[0] = pivot;
        for (i = 1; i <= last; i++)
            column[i] *= inverse;
        for (k = 1; k <= last; k++) {
            double *other = h + (size_t)(j + k) * (size_t)(b + 1), by = column[k];

            if (by == 0.0)
                continue;
            subtract(last + 1 - k, by, column + k, other);
        }
    }
}

static void back_substitute(int n, int b, const double *h, double *z)
{
    int i, j;

    for (j = 0; j < n; j++) {
        const double *column = h + (size_t)j * (size_t)(b + 1);
        int last = j + b < n ? b : n - 1 - j;
        double at = z[j] / column[0];

        z[j] = at;
        for (i = 1; i <= last; i++)
            z[j + i] -= column[i] * at;
    }
    for (j = n - 1; j >= 0; j--) {
        const double *column = h + (size_t)j * (size_t)(b + 1);
        int last = j + b < n ? b : n - 1 - j;
        double at = z[j];

        for (i = 1; i <= last; i++)
            at -= column[i] * z[j + i];
        z[j] = at / column[0];
    }
}

static bool soft(const struct state *st, size_t r)
{
    return isfinite(st->qp->rows[r].penalty);
}

static double rest(const struct state *st, size_t r)
{
    return st->qp->rows[r].penalty - st->y[r];
}

/* Residuals: DUAL = H z + g - A'y, PRIMAL = A z + t - low - s. Returns the mean product of the pairs. */
static double residuals(struct state *st, double *worst_dual, double *worst_primal)
{
    const struct vol_bandqp *qp = st->qp;
    double mu = 0.0, pairs = 0.0;
    size_t r;
    int i;

    multiply(qp, st->hessian, st->z, st->dual);
    for (i = 0; i < qp->n; i++)
        st->dual[i] += st->gradient[i];
    *worst_primal = *worst_dual = 0.0;
    for (r = 0; r < st->m; r++) {
        scatter(&qp->rows[r], -st->y[r], st->dual);
        st->primal[r] = dot(&qp->rows[r], st->z) + st->t[r] - qp->rows[r].low - st->s[r];
        *worst_primal = fmax(*worst_primal, fabs(st->primal[r]));
        mu += st->s[r] * st->y[r];
        pairs += 1.0;
        if (soft(st, r)) {
            mu += st->t[r] * rest(st, r);
            pairs += 1.0;
        }
    }
    for (i = 0; i < qp->n; i++)
        *worst_dual = fmax(*worst_dual, fabs(st->dual[i]));
    return pairs > 0.0 ? mu / pairs : 0.0;
}

/* The matrix of this step, factorised. */
static void prepare(struct state *st)
{
    const struct vol_bandqp *qp = st->qp;
    size_t r, entries = (size_t)qp->n * (size_t)(qp->band + 1);

    memcpy(st->factor, st->hessian, entries * sizeof *st->factor);
    for (r = 0; r < st->m; r++) {
        double flat = st->s[r] / st->y[r] + (soft(st, r) ? st->t[r] / rest(st, r) : 0.0);

        st->weight[r] = 1.0 / flat;
        add_square(qp, &qp->rows[r], st->weight[r], st->factor);
    }
    factorise(qp->n, qp->band, st->factor);
}

/* Newton's direction towards products that fall short of zero by CENTRE_S and CENTRE_T. */
static void direction(struct state *st)
{
    const struct vol_bandqp *qp = st->qp;
    size_t r;
    int i;

    for (i = 0; i < qp->n; i++)
        st->dz[i] = -st->dual[i];
    for (r = 0; r < st->m; r++) {
        double right = -st->primal[r] - st->centre_s[r] / st->y[r];

        if (soft(st, r))
            right += st->centre_t[r] / rest(st, r);
        st->dy[r] = right;
        scatter(&qp->rows[r], st->weight[r] * right, st->dz);
    }
    back_substitute(qp->n, qp->band, st->factor, st->dz);
    for (r = 0; r < st->m; r++) {
        st->dy[r] = st->weight[r] * (st->dy[r] - dot(&qp->rows[r], st->dz));
        st->ds[r] = (-st->centre_s[r] - st->s[r] * st->dy[r]) / st->y[r];
        st->dt[r] = soft(st, r) ? (-st->centre_t[r] + st->t[r] * st->dy[r]) / rest(st, r) : 0.0;
    }
}

static double limit(double length, double value, double change)
{
    return change < 0.0 ? fmin(length, -value / change) : length;
}

/* The longest step, at most one, that keeps every pair positive. */
static double longest(const struct state *st)
{
    double length = 1.0;
    size_t r;

    for (r = 0; r < st->m; r++) {
        length = limit(length, st->s[r], st->ds[r]);
        length = limit(length, st->y[r], st->dy[r]);
        if (soft(st, r)) {
            length = limit(length, st->t[r], st->dt[r]);
            length = limit(length, rest(st, r), -st->dy[r]);
        }
    }
    return length;
}

static double mean_after(const struct state *st, double length)
{
    double mu = 0.0, pairs = 0.0;
    size_t r;

    for (r = 0; r < st->m; r++) {
        mu += (st->s[r] + length * st->ds[r]) * (st->y[r] + length * st->dy[r]);
        pairs += 1.0;
        if (soft(st, r)) {
            mu += (st->t[r] + length * st->dt[r]) * (rest(st, r) - length * st->dy[r]);
            pairs += 1.0;
        }
    }
    return mu / pairs;
}

/* Whether after a step of LENGTH no pair has fallen far behind the others: one that has stops the steps
 * after. */
static bool balanced(const struct state *st, double length)
{
    double least = behind * mean_after(st, length);
    size_t r;

    for (r = 0; r < st->m; r++) {
        double s = st->s[r], y = st->y[r], t = st->t[r], v = rest(st, r), dy = length * st->dy[r];

        if ((s + length * st->ds[r]) * (y + dy) < fmin(least, s * y) ||
            (soft(st, r) && (t + length * st->dt[r]) * (v - dy) < fmin(least, t * v)))
            return false;
    }
    return true;
}

/* Aim the products at AIM; SECOND is how much of the product of the last direction's changes is counted in.
 */
static double direction_towards(struct state *st, double aim, double second)
{
    size_t r;

    for (r = 0; r < st->m; r++) {
        double change_s = 0.0, change_t = 0.0;

        if (second > 0.0) {
            change_s = second * st->ds[r] * st->dy[r];
            change_t = -second * st->dt[r] * st->dy[r];
        }

        st->centre_s[r] = st->s[r] * st->y[r] + change_s - aim;
        st->centre_t[r] = soft(st, r) ? st->t[r] * rest(st, r) + change_t - aim : 0.0;
    }
    direction(st);
    return longest(st);
}

/* Mehrotra: a step towards the boundary tells how much to centre and what the product of the changes is (as
 * far as that step goes: Colombo and Gondzio, "Further development of multiple centrality correctors", 2008).
 * Where it leads into a wall (it can go round in circles there) the step only centres. Products far below
 * LEAST, where the method stops, would only spoil the matrix. */
static double corrected_direction(struct state *st, double mu, double least)
{
    double length = direction_towards(st, 0.0, 0.0), share = mean_after(st, length) / mu, corrected;

    corrected = direction_towards(st, fmax(share * share * share * mu, least), length * length);
    return corrected >= short_step ? corrected : direction_towards(st, fmax(mu, least), 0.0);
}

static void advance(struct state *st, double length)
{
    size_t r;
    int i;

    for (i = 0; i < st->qp->n; i++)
        st->z[i] += length * st->dz[i];
    for (r = 0; r < st->m; r++) {
        st->s[r] += length * st->ds[r];
        st->y[r] += length * st->dy[r];
        st->t[r] += length * st->dt[r];
    }
}

static void load(struct state *st)
{
    const struct vol_bandqp *qp = st->qp;
    size_t r;

    memset(st->gradient, 0, (size_t)qp->n * sizeof *st->gradient);
    memset(st->hessian, 0, (size_t)qp->n * (size_t)(qp->band + 1) * sizeof *st->hessian);
    for (r = 0; r < qp->n_terms; r++) {
        const struct vol_bandqp_row *term = &qp->terms[r];

        add_square(qp, term, term->penalty, st->hessian);
        scatter(term, -term->penalty * term->low, st->gradient);
    }
}

/* Begin at Z with slacks of at least SLACK and products of PRODUCT: the larger, the longer the way, and the
 * surer. */
static void start(struct state *st, const double *z, double slack, double product)
{
    const struct vol_bandqp *qp = st->qp;
    size_t r;

    memcpy(st->z, z, (size_t)qp->n * sizeof *z);
    for (r = 0; r < st->m; r++) {
        double gap = dot(&qp->rows[r], z) - qp->rows[r].low;

        st->s[r] = fmax(gap, slack);
        st->y[r] = fmin(product / st->s[r], qp->rows[r].penalty / 2.0);
        st->t[r] = soft(st, r) ? fmax(product / rest(st, r), -gap) : 0.0;
    }
}

/* By how much the worst of the hard rows is short at Z. */
static double short_by(const struct state *st, const double *z)
{
    double worst = 1.0;
    size_t r;

    for (r = 0; r < st->m; r++)
        if (!soft(st, r))
            worst = fmax(worst, st->qp->rows[r].low - dot(&st->qp->rows[r], z));
    return worst;
}

static enum vol_status reserve(struct state *st)
{
    struct vol_bandqp *qp = st->qp;
    size_t n = (size_t)qp->n, m = st->m, matrix = n * (size_t)(qp->band + 1),
           need = 5 * n + 2 * matrix + 10 * m;
    double *w;

    if (need > qp->cap_work) {
        w = realloc(qp->work, need * sizeof *w);
        if (w == NULL)
            return VOL_EOS;
        qp->work = w;
        qp->cap_work = need;
    }
    w = qp->work;
    st->z = w, st->dz = w + n, st->gradient = w + 2 * n, st->dual = w + 3 * n, st->best = w + 4 * n;
    w += 5 * n;
    st->hessian = w, st->factor = w + matrix, w += 2 * matrix;
    st->s = w, st->y = w + m, st->t = w + 2 * m, st->ds = w + 3 * m, st->dy = w + 4 * m, st->dt = w + 5 * m;
    st->primal = w + 6 * m, st->weight = w + 7 * m, st->centre_s = w + 8 * m, st->centre_t = w + 9 * m;
    return VOL_OK;
}

/* How far from a solution: 1 is the tolerance. */
static double distance(double dual, double primal, double mu, double scale, double tolerance)
{
    return fmax(dual / (1.0 + scale), fmax(1e3 * primal, mu)) / tolerance;
}

/* Steps from the start until the tolerance, or until nothing moves. Returns how far the best point, in BEST,
 * is. */
static double walk(struct state *st, double tolerance)
{
    double dual, primal, mu, scale = 0.0, best = INFINITY, far, length;
    int steps, shorter, stuck = 0;

    for (steps = 0; steps < MAX_STEPS && stuck < STUCK; steps++, st->qp->steps++) {
        mu = residuals(st, &dual, &primal);
        scale = fmax(scale, 1e-3 * dual); /* rounding of the sums is of the order of their terms */
        far = distance(dual, primal, mu, scale, tolerance);
        if (!(far < INFINITY))
            break;
        if (far < best) {
            memcpy(st->best, st->z, (size_t)st->qp->n * sizeof *st->z);
            best = far;
        }
        if (far <= 1.0)
            break;
        prepare(st);
        length = 1.0;
        if (st->m == 0) {
            direction(st);
        } else {
            length = corrected_direction(st, mu, tolerance / 10.0);
            length = length < 1.0 ? fmax(0.99, 1.0 - mu) * length : 1.0;
            for (shorter = 0; shorter < SHORTER && !balanced(st, length); shorter++)
                length *= 0.8;
        }
        stuck = length < 0.02 ? stuck + 1 : 0;
        advance(st, length);
    }
    return best;
}

enum vol_status vol_bandqp_solve(struct vol_bandqp *qp, double tolerance, double *z, struct vol_error *err)
{
    struct state st = {.qp = qp, .m = qp->n_rows};
    double slack = 1.0, product = 1.0;
    int attempt;

    qp->steps = 0;
    if (qp->n < 1)
        return vol_error_set(err, VOL_EDATA, "quadratic program: no unknowns");
    if (reserve(&st) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "quadratic program: out of memory");
    load(&st);
    for (attempt = 0; attempt < ATTEMPTS; attempt++) {
        start(&st, z, slack, product);
        if (walk(&st, tolerance) <= loose) {
            memcpy(z, st.best, (size_t)qp->n * sizeof *z);
            return VOL_OK;
        }
        slack = short_by(&st, z);
        product = (attempt == 0 ? 10.0 * slack * slack : 1e3 * product);
    }
    return vol_error_set(err, VOL_NO, "quadratic program: no solution in %d steps", qp->steps);
}
