#include "surface/arbitrage.h"

#include <math.h>

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

/* The least g in [low, high], where it has one minimum, by golden section. */
static double refine(const struct vol_svi *svi, double low, double high, double *where)
{
    const double golden = 0.6180339887498949;
    double x1 = high - golden * (high - low), x2 = low + golden * (high - low);
    double g1 = vol_svi_g(svi, x1), g2 = vol_svi_g(svi, x2);
    int i;

    for (i = 0; i < REFINE; i++) {
        if (g1 < g2) {
            high = x2;
            x2 = x1;
            g2 = g1;
            x1 = high - golden * (high - low);
            g1 = vol_svi_g(svi, x1);
        } else {
            low = x1;
            x1 = x2;
            g1 = g2;
            x2 = low + golden * (high - low);
            g2 = vol_svi_g(svi, x2);
        }
    }
    *where = g1 < g2 ? x1 : x2;
    return g1 < g2 ? g1 : g2;
}

enum vol_status vol_arbitrage_butterfly(const struct vol_svi *svi, double low, double high, double tolerance,
                                        struct vol_butterfly *out, struct vol_error *err)
{
    struct vol_butterfly v = {.min_g = INFINITY, .bad_low = NAN, .bad_high = NAN};
    double y0, step, before = low, after = high;
    int i, at = 0;

    if (check(svi, low, high, err) != VOL_OK)
        return VOL_EDATA;
    y0 = asinh((low - svi->m) / svi->sigma);
    step = (asinh((high - svi->m) / svi->sigma) - y0) / GRID;
    for (i = 0; i <= GRID; i++) {
        double k = i == 0 ? low : i == GRID ? high : svi->m + svi->sigma * sinh(y0 + step * i);
        double g = vol_svi_g(svi, k);

        if (g < v.min_g) {
            v.min_g = g;
            v.min_k = k;
            at = i;
        }
        if (!(g >= -tolerance)) {
            v.bad_low = isnan(v.bad_low) ? k : v.bad_low;
            v.bad_high = k;
        }
    }
    if (at > 0 && at < GRID && isfinite(v.min_g)) {
        double k, g;

        before = svi->m + svi->sigma * sinh(y0 + step * (at - 1));
        after = svi->m + svi->sigma * sinh(y0 + step * (at + 1));
        g = refine(svi, before, after, &k);
        if (g < v.min_g) {
            v.min_g = g;
            v.min_k = k;
        }
    }
    v.slope_left = vol_svi_slope_left(svi);
    v.slope_right = vol_svi_slope_right(svi);
    v.lee = v.slope_left <= lee_bound && v.slope_right <= lee_bound;
    v.free = v.min_g >= -tolerance && v.lee;
    *out = v;
    return VOL_OK;
}

enum vol_status vol_arbitrage_calendar(const struct vol_svi *earlier, const struct vol_svi *later, double low,
                                       double high, double tolerance, struct vol_crossing *out,
                                       struct vol_error *err)
{
    struct vol_crossing v = {.free = true, .worst_drop = 0.0, .bad_low = NAN, .bad_high = NAN};
    double worst = INFINITY;
    int i;

    if (check(earlier, low, high, err) != VOL_OK || check(later, low, high, err) != VOL_OK)
        return VOL_EDATA;
    if (!(tolerance > 0.0 && tolerance < 1.0))
        return vol_error_set(err, VOL_EDATA, "arbitrage check: tolerance %g is not in (0, 1)", tolerance);
    for (i = 0; i <= CALENDAR_GRID; i++) {
        double k = low + (high - low) * i / CALENDAR_GRID;
        double w0 = vol_svi_w(earlier, k), w1 = vol_svi_w(later, k);
        double rise = (w1 - w0) / fmax(w0, 1e-300);

        if (rise < worst) {
            worst = rise;
            v.worst_k = k;
            v.worst_drop = w0 - w1;
        }
        if (!(w1 >= w0 * (1.0 - tolerance))) {
            v.free = false;
            v.bad_low = isnan(v.bad_low) ? k : v.bad_low;
            v.bad_high = k;
        }
    }
    *out = v;
    return VOL_OK;
}
