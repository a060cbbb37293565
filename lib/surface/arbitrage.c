#include "surface/arbitrage.h"

#include <math.h>
#include <stdlib.h>

enum { GRID = 640, CALENDAR_GRID = 400, REFINE = 48 };

static const double lee_bound = 2.0;

static bool in_domain(const struct vol_svi *svi)
{
    return isfinite(svi->a) && isfinite(svi->b) && isfinite(svi->m) && isfinite(svi->sigma) &&
           svi->b >= 0.0 && fabs(svi->rho) <= 1.0 && svi->sigma > 0.0;
}

static enum vol_status check(const struct vol_svi *svi, double low, double high, struct vol_error *err)
{
    if (!isfinite(low) || !isfinite(high) || !(low < high))
        return vol_error_set(err, VOL_EDATA, "arbitrage check: empty range %g to %g", low, high);
    if (!in_domain(svi))
        return vol_error_set(err, VOL_EDATA, "arbitrage check: SVI parameters outside their domain");
    return VOL_OK;
}

/* g of a smile at K: minus infinity where the model gives no positive total variance. */
static double g_at(const struct vol_slice *slice, double k)
{
    double w[3];

    slice->derivatives(slice->parameters, k, w);
    if (!(w[0] > 0.0) || !isfinite(w[0] + w[1] + w[2]))
        return -INFINITY;
    return vol_slice_durrleman(k, w);
}

/* The least g in [low, high], where it has one minimum, by golden section. */
static double refine(const struct vol_slice *slice, double low, double high, double *where)
{
    const double golden = 0.6180339887498949;
    double x1 = high - golden * (high - low), x2 = low + golden * (high - low);
    double g1 = g_at(slice, x1), g2 = g_at(slice, x2);
    int i;

    for (i = 0; i < REFINE; i++) {
        if (g1 < g2) {
            high = x2;
            x2 = x1;
            g2 = g1;
            x1 = high - golden * (high - low);
            g1 = g_at(slice, x1);
        } else {
            low = x1;
            x1 = x2;
            g1 = g2;
            x2 = low + golden * (high - low);
            g2 = g_at(slice, x2);
        }
    }
    *where = g1 < g2 ? x1 : x2;
    return g1 < g2 ? g1 : g2;
}

/* The verdict over GRID + 1 points, ascending. */
static void look(const struct vol_slice *slice, const double *k, double tolerance, struct vol_butterfly *v)
{
    int i, at = 0;

    v->min_g = INFINITY;
    v->bad_low = v->bad_high = NAN;
    for (i = 0; i <= GRID; i++) {
        double g = g_at(slice, k[i]);

        if (g < v->min_g) {
            v->min_g = g;
            v->min_k = k[i];
            at = i;
        }
        if (!(g >= -tolerance)) {
            v->bad_low = isnan(v->bad_low) ? k[i] : v->bad_low;
            v->bad_high = k[i];
        }
    }
    if (at > 0 && at < GRID && isfinite(v->min_g)) {
        double where, g = refine(slice, k[at - 1], k[at + 1], &where);

        if (g < v->min_g) {
            v->min_g = g;
            v->min_k = where;
        }
    }
    if (!(v->min_g >= -tolerance)) { /* the worst place may lie between two points of the grid */
        v->bad_low = fmin(v->bad_low, v->min_k);
        v->bad_high = fmax(v->bad_high, v->min_k);
    }
}

static void conclude(double tolerance, struct vol_butterfly *v)
{
    v->lee = !(v->slope_left > lee_bound) && !(v->slope_right > lee_bound);
    v->free = v->min_g >= -tolerance && v->lee;
}

enum vol_status vol_arbitrage_butterfly(const struct vol_svi *svi, double low, double high, double tolerance,
                                        struct vol_butterfly *out, struct vol_error *err)
{
    struct vol_slice slice = vol_slice_of_svi(svi, 1.0, low, high);
    struct vol_butterfly v;
    double k[GRID + 1], y0, step;
    int i;

    if (check(svi, low, high, err) != VOL_OK)
        return VOL_EDATA;
    y0 = asinh((low - svi->m) / svi->sigma);
    step = (asinh((high - svi->m) / svi->sigma) - y0) / GRID;
    for (i = 0; i <= GRID; i++)
        k[i] = i == 0 ? low : i == GRID ? high : svi->m + svi->sigma * sinh(y0 + step * i);
    look(&slice, k, tolerance, &v);
    v.slope_left = vol_svi_slope_left(svi);
    v.slope_right = vol_svi_slope_right(svi);
    conclude(tolerance, &v);
    *out = v;
    return VOL_OK;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The slope of a wing that reaches without end, as it is far out, and the least g on the way. */
static double wing(const struct vol_slice *slice, double end, struct vol_butterfly *v)
{
    static const double times[] = {1.0, 2.0, 5.0, 20.0};
    double slope = 0.0;
    size_t i;

    for (i = 0; i < sizeof times / sizeof *times; i++) {
        double k = end * times[i], g = g_at(slice, k), w[3];

        if (g < v->min_g) {
            v->min_g = g;
            v->min_k = k;
        }
        slice->derivatives(slice->parameters, k, w);
        slope = w[1] * (end < 0.0 ? -1.0 : 1.0);
    }
    return slope;
}

enum vol_status vol_arbitrage_slice(const struct vol_slice *slice, double low, double high, double tolerance,
                                    struct vol_butterfly *out, struct vol_error *err)
{
    struct vol_butterfly v;
    double k[GRID + 1], w[3], scale, y0, step;
    int i;

    low = fmax(low, slice->reach_min);
    high = fmin(high, slice->reach_max);
    if (!isfinite(low) || !isfinite(high) || !(low < high))
        return vol_error_set(err, VOL_EDATA, "arbitrage check: empty range %g to %g", low, high);
    slice->derivatives(slice->parameters, fmin(fmax(0.0, low), high), w);
    scale = w[0] > 0.0 && isfinite(w[0]) ? sqrt(w[0]) : 0.1;
    y0 = asinh(low / scale);
    step = (asinh(high / scale) - y0) * 2.0 / GRID;
    for (i = 0; i <= GRID; i++)
        k[i] =
            i % 2 ? low + (high - low) * i / GRID : fmin(fmax(scale * sinh(y0 + step * (i / 2)), low), high);
    qsort(k, GRID + 1, sizeof *k, ascending);
    look(slice, k, tolerance, &v);
    v.slope_left = isinf(slice->reach_min) ? wing(slice, fmin(low, -1.0), &v) : NAN;
    v.slope_right = isinf(slice->reach_max) ? wing(slice, fmax(high, 1.0), &v) : NAN;
    conclude(tolerance, &v);
    *out = v;
    return VOL_OK;
}

static void compare(const struct vol_slice *earlier, const struct vol_slice *later, double low, double high,
                    double tolerance, struct vol_crossing *out)
{
    struct vol_crossing v = {.free = true, .worst_drop = 0.0, .bad_low = NAN, .bad_high = NAN};
    double worst = INFINITY, fall = -INFINITY, fall_k = NAN;
    int i;

    for (i = 0; i <= CALENDAR_GRID; i++) {
        double k = low + (high - low) * i / CALENDAR_GRID, w0[3], w1[3], rise;

        earlier->derivatives(earlier->parameters, k, w0);
        later->derivatives(later->parameters, k, w1);
        rise = (w1[0] - w0[0]) / fmax(w0[0], 1e-300);
        if (rise < worst) {
            worst = rise;
            v.worst_k = k;
            v.worst_drop = w0[0] - w1[0];
        }
        if (!(w1[0] >= w0[0] * (1.0 - tolerance))) {
            v.free = false;
            v.bad_low = isnan(v.bad_low) ? k : v.bad_low;
            v.bad_high = k;
            if (!(w0[0] - w1[0] <= fall)) {
                fall = w0[0] - w1[0];
                fall_k = k;
            }
        }
    }
    if (!v.free) {
        v.worst_k = fall_k;
        v.worst_drop = fall;
    }
    *out = v;
}

enum vol_status vol_arbitrage_crossing(const struct vol_slice *earlier, const struct vol_slice *later,
                                       double low, double high, double tolerance, struct vol_crossing *out,
                                       struct vol_error *err)
{
    low = fmax(low, fmax(earlier->reach_min, later->reach_min));
    high = fmin(high, fmin(earlier->reach_max, later->reach_max));
    if (!isfinite(low) || !isfinite(high) || !(low < high))
        return vol_error_set(err, VOL_EDATA, "arbitrage check: empty range %g to %g", low, high);
    if (!(tolerance > 0.0 && tolerance < 1.0))
        return vol_error_set(err, VOL_EDATA, "arbitrage check: tolerance %g is not in (0, 1)", tolerance);
    compare(earlier, later, low, high, tolerance, out);
    return VOL_OK;
}

enum vol_status vol_arbitrage_calendar(const struct vol_svi *earlier, const struct vol_svi *later, double low,
                                       double high, double tolerance, struct vol_crossing *out,
                                       struct vol_error *err)
{
    struct vol_slice one = vol_slice_of_svi(earlier, 1.0, low, high),
                     two = vol_slice_of_svi(later, 1.0, low, high);

    if (check(earlier, low, high, err) != VOL_OK || check(later, low, high, err) != VOL_OK)
        return VOL_EDATA;
    return vol_arbitrage_crossing(&one, &two, low, high, tolerance, out, err);
}
