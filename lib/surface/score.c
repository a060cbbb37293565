#include "surface/score.h"

#include <math.h>

enum { GRID = 640, CALENDAR_GRID = 400, REFINE = 48 };

static const double least_half_spread = 1e-4, edge = 1e-9, lee_bound = 2.0;
/* Where a wing that never ends is taken to be straight. */
static const double far_out = 1e6;

enum vol_status vol_score_run(const struct vol_slice *slice, const struct vol_svifit_quote *quotes, size_t n,
                              struct vol_score *out)
{
    double sum_vol = 0.0, sum_spread = 0.0, inside = 0.0;
    size_t i;

    if (n == 0)
        return VOL_NO;
    for (i = 0; i < n; i++) {
        const struct vol_svifit_quote *q = &quotes[i];
        double vol = vol_slice_vol(slice, q->k),
               half = fmax(0.5 * (q->vol_ask - q->vol_bid), least_half_spread);
        double error = vol - q->vol;

        if (!isfinite(vol))
            return VOL_NO;
        sum_vol += error * error;
        sum_spread += error / half * (error / half);
        inside += vol >= q->vol_bid * (1.0 - edge) && vol <= q->vol_ask * (1.0 + edge);
    }
    *out = (struct vol_score){.points = n,
                              .k_min = quotes[0].k,
                              .k_max = quotes[n - 1].k,
                              .rmse_vol = sqrt(sum_vol / (double)n),
                              .rmse_spread = sqrt(sum_spread / (double)n),
                              .inside = inside / (double)n};
    return VOL_OK;
}

/* ---- butterfly ---- */

static double g_at(const struct vol_slice *slice, double k)
{
    double w[3];

    return vol_slice_derivatives(slice, k, w) == VOL_OK ? vol_slice_durrleman(k, w) : -INFINITY;
}

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
    return fmin(g1, g2);
}

/* How steeply total variance rises outward at the end of a reach, on the side of SIGN; 0 where a smile
 * without wings just ends. */
static double wing_slope(const struct vol_slice *slice, double sign)
{
    double end = sign < 0.0 ? slice->reach_min : slice->reach_max;
    double trusted = sign < 0.0 ? slice->k_min : slice->k_max, w[3];

    if (end == trusted || vol_slice_derivatives(slice, isfinite(end) ? end : sign * far_out, w) != VOL_OK)
        return 0.0;
    return sign * w[1];
}

enum vol_status vol_score_butterfly(const struct vol_slice *slice, double low, double high, double tolerance,
                                    struct vol_butterfly *out, struct vol_error *err)
{
    struct vol_butterfly v = {.min_g = INFINITY, .bad_low = NAN, .bad_high = NAN};
    double step, k, g;
    int i, at = 0;

    low = fmax(low, slice->reach_min);
    high = fmin(high, slice->reach_max);
    if (!isfinite(low) || !isfinite(high) || !(low < high))
        return vol_error_set(err, VOL_EDATA, "arbitrage check: empty range %g to %g", low, high);
    step = (high - low) / GRID;
    for (i = 0; i <= GRID; i++) {
        k = i == GRID ? high : low + step * i;
        g = g_at(slice, k);
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
    if (at > 0 && at < GRID && isfinite(v.min_g) &&
        (g = refine(slice, low + step * (at - 1), low + step * (at + 1), &k)) < v.min_g) {
        v.min_g = g;
        v.min_k = k;
    }
    if (!(v.min_g >= -tolerance) && isnan(v.bad_low)) /* only between two points of the grid */
        v.bad_low = v.bad_high = v.min_k;
    v.slope_left = wing_slope(slice, -1.0);
    v.slope_right = wing_slope(slice, 1.0);
    v.lee = v.slope_left <= lee_bound && v.slope_right <= lee_bound;
    v.free = v.min_g >= -tolerance && v.lee;
    *out = v;
    return VOL_OK;
}

/* ---- calendar ---- */

enum vol_status vol_score_calendar(const struct vol_slice *earlier, const struct vol_slice *later, double low,
                                   double high, double tolerance, struct vol_crossing *out,
                                   struct vol_error *err)
{
    struct vol_crossing v = {.free = true, .worst_drop = 0.0, .bad_low = NAN, .bad_high = NAN};
    double worst = INFINITY;
    int i;

    if (!isfinite(low) || !isfinite(high) || !(low < high))
        return vol_error_set(err, VOL_EDATA, "arbitrage check: empty range %g to %g", low, high);
    if (!(tolerance > 0.0 && tolerance < 1.0))
        return vol_error_set(err, VOL_EDATA, "arbitrage check: tolerance %g is not in (0, 1)", tolerance);
    for (i = 0; i <= CALENDAR_GRID; i++) {
        double k = low + (high - low) * i / CALENDAR_GRID;
        double w0 = vol_slice_w(earlier, k), w1 = vol_slice_w(later, k), rise = (w1 - w0) / w0;

        if (isnan(rise))
            continue;
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
    if (!isfinite(worst))
        return vol_error_set(err, VOL_EDATA, "arbitrage check: nothing to compare from %g to %g", low, high);
    *out = v;
    return VOL_OK;
}
