#include "surface/rbf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surface/lanes.h"

enum { POLY = 3, STRIP = 256 };

void vol_rbf_init(struct vol_rbf *rbf)
{
    *rbf = (struct vol_rbf){.n = 0};
}

void vol_rbf_free(struct vol_rbf *rbf)
{
    free(rbf->x);
    vol_rbf_init(rbf);
}

static const struct vol_surface_lanes *lanes_of(enum vol_isa isa)
{
#ifdef __x86_64__
    switch (vol_isa_usable(isa)) {
    case VOL_ISA_AVX512:
        return &vol_surface_lanes_avx512;
    case VOL_ISA_AVX2:
        return &vol_surface_lanes_avx2;
    case VOL_ISA_BEST:
    case VOL_ISA_GENERIC:
        break;
    }
#else
    (void)isa;
#endif
    return &vol_surface_lanes_generic;
}

static size_t round_up(size_t n)
{
    return (n + VOL_LANES_ROUND - 1) / VOL_LANES_ROUND * VOL_LANES_ROUND;
}

/* The problem while it is solved. The reflections I - v v' (v of length sqrt 2) turn the polynomials P into a
 * triangle in the last three rows: the first n - 3 rows of the turned system are the vectors with P'c = 0. */
struct work {
    const struct vol_surface_lanes *lanes;
    size_t n, padded;
    double *a;           /* [padded * padded] */
    double *v[POLY];     /* reflections */
    double *w[POLY];     /* A (v[0] v[1] v[2]), then what is taken off A with them */
    double *p[POLY];     /* polynomials, turned */
    double *right;       /* values, turned; then c */
    double *cross[POLY]; /* last three rows of the turned matrix */
    double *pack, *block;
};

static double dot(size_t n, const double *a, const double *b)
{
    double sum[4] = {0.0};
    size_t i;

    for (i = 0; i + 4 <= n; i += 4) {
        sum[0] += a[i] * b[i];
        sum[1] += a[i + 1] * b[i + 1];
        sum[2] += a[i + 2] * b[i + 2];
        sum[3] += a[i + 3] * b[i + 3];
    }
    for (; i < n; i++)
        sum[0] += a[i] * b[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void reflect(size_t n, const double *v, double *z)
{
    double by = dot(n, v, z);
    size_t i;

    for (i = 0; i < n; i++)
        z[i] -= by * v[i];
}

/* Reflections that make P zero above a triangle in its last rows. Returns 0 when its columns depend on each
 * other. */
static int turn_polynomials(struct work *k)
{
    size_t q, i;

    for (q = 0; q < POLY; q++) {
        size_t m = k->n - q; /* rows that still count; the last of them keeps the length */
        double *p = k->p[q], *v = k->v[q], length = sqrt(dot(m, p, p)), by;

        if (!(length > 1e-10 * sqrt((double)k->n)))
            return 0;
        memcpy(v, p, m * sizeof *v);
        v[m - 1] += p[m - 1] < 0.0 ? -length : length;
        by = sqrt(2.0 / dot(m, v, v));
        for (i = 0; i < m; i++)
            v[i] *= by;
        for (i = q; i < POLY; i++)
            reflect(k->n, v, k->p[i]);
    }
    return 1;
}

/* A = H2 H1 H0 K H0 H1 H2 with H = I - v v': K less V B' + B V' for a B that is found from K V alone. The
 * product of the three is I - V T V' with T upper triangular. */
static void turn_matrix(struct work *k)
{
    double t[POLY][POLY] = {{0.0}}, s[POLY][POLY], y[POLY][POLY];
    size_t n = k->n, i, j, q, r;

    for (q = 0; q < POLY; q++) {
        t[q][q] = 1.0;
        for (r = 0; r < q; r++) { /* T[r][q] = -sum over m of T[r][m] v[m].v[q] */
            t[r][q] = 0.0;
            for (i = r; i < q; i++)
                t[r][q] -= t[r][i] * dot(n, k->v[i], k->v[q]);
        }
    }
    for (i = 0; i < n; i++) { /* W = K V T */
        double kv[POLY] = {k->w[0][i], k->w[1][i], k->w[2][i]};

        for (q = 0; q < POLY; q++) {
            k->w[q][i] = 0.0;
            for (r = 0; r <= q; r++)
                k->w[q][i] += kv[r] * t[r][q];
        }
    }
    for (q = 0; q < POLY; q++)
        for (r = 0; r < POLY; r++)
            s[q][r] = dot(n, k->v[q], k->w[r]);
    for (q = 0; q < POLY; q++) /* Y = T' V' W */
        for (r = 0; r < POLY; r++) {
            y[q][r] = 0.0;
            for (i = 0; i <= q; i++)
                y[q][r] += t[i][q] * s[i][r];
        }
    for (i = 0; i < n; i++) /* B = W - V Y / 2 */
        for (q = 0; q < POLY; q++)
            for (r = 0; r < POLY; r++)
                k->w[q][i] -= k->v[r][i] * y[r][q] / 2.0;
    for (j = 0; j < n; j++) {
        double *column = k->a + j * k->padded;
        size_t from = j / VOL_LANES_ROUND * VOL_LANES_ROUND;

        for (q = 0; q < POLY; q++)
            k->lanes->combine(from, k->padded, -k->w[q][j], k->v[q], -k->v[q][j], k->w[q], column);
    }
}

/* The columns of the kernel, and their products with the reflections while they are at hand. */
static void fill(struct work *k, const struct vol_rbf *rbf, double smoothing, const double *weight)
{
    size_t j, q;

    for (j = 0; j < k->n; j++) {
        double *column = k->a + j * k->padded;

        k->lanes->kernel(k->padded, rbf->x, rbf->y, rbf->x[j], rbf->y[j], column);
        column[j] = smoothing * (weight != NULL ? weight[j] : 1.0);
        for (q = 0; q < POLY; q += 1)
            k->lanes->combine(0, k->padded, k->v[q][j], column, 0.0, column, k->w[q]);
    }
}

/* Keep the last three rows aside and put the identity where the problem ends. */
static void cut(struct work *k)
{
    size_t m = k->n - POLY, i, j, q;

    for (j = 0; j < k->padded; j++) {
        double *column = k->a + j * k->padded;

        for (q = 0; q < POLY && j < m; q++)
            k->cross[q][j] = column[m + q];
        for (i = j < m ? m : j; i < k->padded; i++)
            column[i] = i == j ? 1.0 : 0.0;
    }
}

static void substitute(const struct work *k, double *z)
{
    size_t m = k->n - POLY, j, i;

    for (j = 0; j < m; j++) {
        const double *column = k->a + j * k->padded;
        double at = z[j] / column[j];

        z[j] = at;
        for (i = j + 1; i < m; i++)
            z[i] -= at * column[i];
    }
    for (j = m; j-- > 0;) {
        const double *column = k->a + j * k->padded;

        z[j] = (z[j] - dot(m - j - 1, column + j + 1, z + j + 1)) / column[j];
    }
}

/* With b the first part of the turned c: d from the last three rows, R d = right - cross b. */
static void solve_rest(const struct work *k, double *d)
{
    size_t n = k->n, m = n - POLY, q, i;
    double rest[POLY];

    for (q = 0; q < POLY; q++)
        rest[q] = k->right[m + q] - dot(m, k->cross[q], k->right);
    /* polynomial q was turned into the rows up to n - 1 - q: the triangle has its corner at the top right */
    for (q = POLY; q-- > 0;) {
        size_t row = POLY - 1 - q;
        double at = rest[row];

        for (i = q + 1; i < POLY; i++)
            at -= k->p[i][m + row] * d[i];
        d[q] = at / k->p[q][m + row];
    }
}

static enum vol_status reserve(struct work *k, size_t n, struct vol_error *err)
{
    size_t p = round_up(n), q, vectors = 4 * POLY + 1;
    double *at;

    *k = (struct work){.n = n, .padded = p};
    k->block = calloc(p * p + vectors * p + 2 * p * VOL_LANES_BLOCK, sizeof *k->block);
    if (k->block == NULL)
        return vol_error_set(err, VOL_EOS, "rbf: no memory for %zu points", n);
    k->a = k->block;
    at = k->a + p * p;
    for (q = 0; q < POLY; q++) {
        k->v[q] = at, k->w[q] = at + p, k->p[q] = at + 2 * p, k->cross[q] = at + 3 * p;
        at += 4 * p;
    }
    k->right = at;
    k->pack = at + p;
    return VOL_OK;
}

static enum vol_status solve(struct work *k, struct vol_rbf *rbf, const double *value, double smoothing,
                             const double *weight, struct vol_error *err)
{
    size_t i, q, n = k->n;

    for (i = 0; i < n; i++) {
        k->p[0][i] = 1.0;
        k->p[1][i] = (rbf->x[i] - rbf->shift[0]) / rbf->scale[0];
        k->p[2][i] = (rbf->y[i] - rbf->shift[1]) / rbf->scale[1];
        k->right[i] = value[i];
    }
    if (!turn_polynomials(k))
        return vol_error_set(err, VOL_EDATA, "rbf: the points lie on a line");
    fill(k, rbf, smoothing, weight);
    turn_matrix(k);
    for (q = 0; q < POLY; q++)
        reflect(n, k->v[q], k->right);
    cut(k);
    if (!k->lanes->factorise(k->padded, k->a, k->pack))
        return vol_error_set(err, VOL_NO, "rbf: singular (points in one place need smoothing)");
    substitute(k, k->right);
    solve_rest(k, rbf->d);
    memset(k->right + n - POLY, 0, POLY * sizeof *k->right);
    for (q = POLY; q-- > 0;)
        reflect(n, k->v[q], k->right);
    for (i = 0; i < n; i++)
        if (!isfinite(k->right[i]))
            return vol_error_set(err, VOL_NO, "rbf: singular (points in one place need smoothing)");
    memcpy(rbf->c, k->right, n * sizeof *rbf->c);
    return VOL_OK;
}

static enum vol_status place(struct vol_rbf *rbf, size_t n, const double *x, const double *y,
                             struct vol_error *err)
{
    size_t i;
    int d;

    rbf->n = n;
    rbf->padded = round_up(n);
    rbf->x = calloc(3 * rbf->padded, sizeof *rbf->x);
    if (rbf->x == NULL)
        return vol_error_set(err, VOL_EOS, "rbf: no memory for %zu points", n);
    rbf->y = rbf->x + rbf->padded;
    rbf->c = rbf->y + rbf->padded;
    memcpy(rbf->x, x, n * sizeof *x);
    memcpy(rbf->y, y, n * sizeof *y);
    for (d = 0; d < 2; d++) {
        const double *z = d == 0 ? x : y;

        rbf->low[d] = rbf->high[d] = z[0];
        for (i = 1; i < n; i++) {
            rbf->low[d] = fmin(rbf->low[d], z[i]);
            rbf->high[d] = fmax(rbf->high[d], z[i]);
        }
        rbf->shift[d] = (rbf->high[d] + rbf->low[d]) / 2.0;
        rbf->scale[d] = (rbf->high[d] - rbf->low[d]) / 2.0;
        if (rbf->scale[d] == 0.0)
            rbf->scale[d] = 1.0;
    }
    return VOL_OK;
}

enum vol_status vol_rbf_fit(size_t n, const double *x, const double *y, const double *value, double smoothing,
                            const double *weight, enum vol_isa isa, struct vol_rbf *rbf,
                            struct vol_error *err)
{
    struct vol_rbf made;
    struct work k;
    enum vol_status status;
    size_t i;

    if (n < POLY || n > VOL_RBF_MAX)
        return vol_error_set(err, VOL_EDATA, "rbf: %zu points, not %d to %d", n, POLY, VOL_RBF_MAX);
    for (i = 0; i < n; i++)
        if (!(fabs(x[i]) < 1e100) || !(fabs(y[i]) < 1e100) || !isfinite(value[i]) ||
            (weight != NULL && !(weight[i] >= 0.0 && weight[i] < 1e100)))
            return vol_error_set(err, VOL_EDATA, "rbf: point %zu is not finite", i);
    if (!(smoothing >= 0.0 && smoothing < 1e100))
        return vol_error_set(err, VOL_EDATA, "rbf: smoothing %g", smoothing);
    status = reserve(&k, n, err);
    if (status != VOL_OK)
        return status;
    k.lanes = lanes_of(isa);
    vol_rbf_init(&made);
    made.isa = isa;
    status = place(&made, n, x, y, err);
    if (status == VOL_OK)
        status = solve(&k, &made, value, smoothing, weight, err);
    if (status == VOL_OK) {
        vol_rbf_free(rbf);
        *rbf = made;
    } else {
        vol_rbf_free(&made);
    }
    free(k.block);
    return status;
}

void vol_rbf_evaluate(const struct vol_rbf *rbf, size_t points, const double *x, const double *y, double *out)
{
    const struct vol_surface_lanes *lanes = lanes_of(rbf->isa);
    double px[STRIP], py[STRIP], sum[STRIP];
    size_t at, i;

    for (at = 0; at < points; at += STRIP) {
        size_t n = points - at < STRIP ? points - at : STRIP, all = round_up(n);

        for (i = 0; i < all; i++) {
            px[i] = x[at + (i < n ? i : n - 1)];
            py[i] = y[at + (i < n ? i : n - 1)];
        }
        lanes->evaluate(rbf->n, rbf->x, rbf->y, rbf->c, all, px, py, sum);
        for (i = 0; i < n; i++)
            out[at + i] = sum[i] + (rbf->d[0] + rbf->d[1] * ((px[i] - rbf->shift[0]) / rbf->scale[0]) +
                                    rbf->d[2] * ((py[i] - rbf->shift[1]) / rbf->scale[1]));
    }
}

void vol_rbf_derivatives(const struct vol_rbf *rbf, double x, double y, double out[3])
{
    double f = 0.0, slope = 0.0, bend = 0.0;
    size_t j;

    for (j = 0; j < rbf->n; j++) {
        double dx = x - rbf->x[j], dy = y - rbf->y[j], r2 = dx * dx + dy * dy, log_r2 = log(fmax(r2, 1e-12));

        f += rbf->c[j] * 0.5 * r2 * log_r2;
        slope += rbf->c[j] * dx * (log_r2 + 1.0);
        bend += rbf->c[j] * (log_r2 + 1.0 + 2.0 * dx * dx / fmax(r2, 1e-12));
    }
    out[0] = f + rbf->d[0] + rbf->d[1] * ((x - rbf->shift[0]) / rbf->scale[0]) +
             rbf->d[2] * ((y - rbf->shift[1]) / rbf->scale[1]);
    out[1] = slope + rbf->d[1] / rbf->scale[0];
    out[2] = bend;
}

static void smile_derivatives(const void *parameters, double k, double w[3])
{
    const struct vol_rbf_smile *smile = parameters;
    double v[3];

    vol_rbf_derivatives(smile->rbf, k, smile->log_t, v);
    w[0] = v[0] > 0.0 ? v[0] * v[0] * smile->t : NAN;
    w[1] = 2.0 * v[0] * v[1] * smile->t;
    w[2] = 2.0 * (v[1] * v[1] + v[0] * v[2]) * smile->t;
}

void vol_rbf_smile_set(struct vol_rbf_smile *smile, const struct vol_rbf *rbf, double t)
{
    smile->rbf = rbf;
    smile->t = t;
    smile->log_t = log(t);
}

struct vol_slice vol_rbf_slice(const struct vol_rbf_smile *smile, double k_min, double k_max)
{
    struct vol_slice slice = vol_slice_make("rbf", smile_derivatives, smile, smile->t, k_min, k_max);

    slice.reach_min = k_min; /* no wings */
    slice.reach_max = k_max;
    return slice;
}
