#include "surface/spline.h"

#include <math.h>
#include <stdlib.h>

#include "price/black.h"
#include "price/iv.h"
#include "price/mills.h"

static const double sqrt_half = 0.70710678118654752440;
static const double two_by_root_two_pi = 0.79788456080286535588;

const char *vol_spline_status_name(enum vol_spline_status status)
{
    static const char *const names[] = {"ok",       "too_few_quotes", "one_sided",
                                        "unsolved", "poor_fit",       "arbitrage"};

    return names[status];
}

void vol_spline_init(struct vol_spline *spline)
{
    *spline = (struct vol_spline){.point = NULL};
}

void vol_spline_free(struct vol_spline *spline)
{
    free(spline->point);
    vol_spline_init(spline);
}

/* The last breakpoint at or before X, which lies between the first and the last. */
static size_t find(const struct vol_spline *spline, double x)
{
    size_t low = 0, high = spline->n - 1;

    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (spline->point[middle].x <= x)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void inside(const struct vol_spline *spline, double k, double x, double v[3])
{
    size_t at = find(spline, x);
    const struct vol_spline_point *p = &spline->point[at], *next = p + 1;
    double h = next->x - p->x, bend = (next->density - p->density) / h, d = x - p->x;
    double price, slope, density;

    if (d > h / 2.0 && (p->x < 1.0) == (next->x < 1.0)) {
        p = next;
        d = x - p->x;
    }
    density = p->density + bend * d;
    slope = p->slope + d * (p->density + d * bend / 2.0);
    price = p->price + d * (p->slope + d * (p->density / 2.0 + d * bend / 6.0));
    if ((p->x < 1.0) != (k < 0.0)) { /* across the forward: from put to call, c = p + 1 - x */
        price += 1.0 - x;
        slope -= 1.0;
    }
    v[0] = log(price);
    v[1] = x * slope / price;
    v[2] = (x * slope + x * x * density) / price;
}

void vol_spline_price(const struct vol_spline *spline, double k, double v[3])
{
    const struct vol_spline_point *first = spline->point, *last = first + (spline->n > 0 ? spline->n - 1 : 0);
    double x = exp(k);

    if (spline->n < 2 || isnan(k)) {
        v[0] = v[1] = v[2] = NAN;
    } else if (x < first->x) {
        v[0] = log(first->price) + spline->left * (k - log(first->x));
        v[1] = spline->left;
        v[2] = spline->left * spline->left;
    } else if (x > last->x) {
        v[0] = log(last->price) - spline->right * (k - log(last->x));
        v[1] = -spline->right;
        v[2] = spline->right * spline->right;
    } else {
        inside(spline, k, x, v);
    }
}

static double erfcx_of(double a)
{
    return a < 0.0 ? 2.0 * exp(a * a) - vol_mills_erfcx(-a) : vol_mills_erfcx(a);
}

/* The derivatives of Black's price, all divided by the price itself so that nothing underflows in the wings:
 * with a = |k| / (s sqrt 2), d = s / (2 sqrt 2), price = sqrt(x) exp(-a^2 - d^2) D / 2 where D = erfcx(a - d)
 * - erfcx(a + d), and the normal density in every derivative is the same exponential. */
void vol_spline_derivatives(const struct vol_spline *spline, double k, double w[3])
{
    double v[3], z = fabs(k), log_beta, beta, s, a, d, difference, vega, slope, by_w, cross, bend, d1;

    vol_spline_price(spline, k, v);
    log_beta = v[0] - k / 2.0;
    beta = exp(log_beta);
    w[0] = w[1] = w[2] = NAN;
    if (!(log_beta < -z / 2.0) || !isfinite(v[1]) || !isfinite(v[2]))
        return;
    s = vol_iv_norm(z, beta, log_beta, exp(-z / 2.0) - beta, NULL);
    if (!(s > 0.0))
        return;
    a = z / s * sqrt_half;
    d = s * sqrt_half / 2.0;
    difference = vol_black_difference(z, s);
    vega = two_by_root_two_pi / difference;
    slope = k < 0.0 ? erfcx_of(a - d) / difference : -erfcx_of(a + d) / difference;
    d1 = -k / s + s / 2.0;
    w[0] = s * s;
    by_w = vega / (2.0 * s);
    cross = -by_w * (k / w[0] - 0.5);
    bend = by_w / (2.0 * s) * (-d1 * (k / w[0] + 0.5) - 1.0 / s);
    w[1] = (v[1] - slope) / by_w;
    w[2] = (v[2] - slope - vega / s - 2.0 * cross * w[1] - bend * w[1] * w[1]) / by_w;
}

/* 2 - 4 (sqrt(q^2 + q) - q), without the cancellation of large q. */
static double lee_slope(double q)
{
    double root = sqrt(q * q + q) + q;

    return q > 0.0 ? 2.0 * q / (root * root) : 2.0;
}

double vol_spline_slope_left(const struct vol_spline *spline)
{
    return lee_slope(spline->left - 1.0);
}

double vol_spline_slope_right(const struct vol_spline *spline)
{
    return lee_slope(spline->right);
}

static void derivatives(const void *parameters, double k, double w[3])
{
    vol_spline_derivatives(parameters, k, w);
}

struct vol_slice vol_spline_slice(const struct vol_spline *spline, double t, double k_min, double k_max)
{
    return vol_slice_make("spline", derivatives, spline, t, k_min, k_max);
}

void vol_spline_judge(const struct vol_svifit_quote *q, size_t n, double t, const struct vol_spline *before,
                      const struct vol_spline *spline, struct vol_spline_fit *out)
{
    struct vol_slice slice = vol_spline_slice(spline, t, q[0].k, q[n - 1].k), earlier;
    double vol = 0.0, spread = 0.0, miss = 0.0, left = log(spline->point[0].x);
    double right = log(spline->point[spline->n - 1].x);
    size_t i, inside = 0;

    for (i = 0; i < n; i++) {
        double w[3], v, half = fmax((q[i].vol_ask - q[i].vol_bid) / 2.0, VOL_SPLINE_LEAST), off;

        vol_spline_derivatives(spline, q[i].k, w);
        v = sqrt(w[0] / t);
        off = fmax(fmax(q[i].vol_bid - v, v - q[i].vol_ask), 0.0);
        inside += off <= 1e-9;
        miss += off * off / (half * half);
        vol += (v - q[i].vol) * (v - q[i].vol);
        spread += (v - q[i].vol) * (v - q[i].vol) / (half * half);
    }
    out->inside = (double)inside / (double)n;
    out->rmse_vol = sqrt(vol / (double)n);
    out->rmse_spread = sqrt(spread / (double)n);
    out->miss = sqrt(miss / (double)n);
    if (vol_arbitrage_slice(&slice, left - 0.5, right + 0.5, 1e-9, &out->butterfly, NULL) != VOL_OK)
        out->butterfly.free = false;
    out->butterfly.slope_left = vol_spline_slope_left(spline);
    out->butterfly.slope_right = vol_spline_slope_right(spline);
    if (before == NULL)
        return;
    earlier = vol_spline_slice(before, t, q[0].k, q[n - 1].k);
    if (vol_arbitrage_crossing(&earlier, &slice, left - 0.5, right + 0.5, 1e-7, &out->calendar, NULL) !=
        VOL_OK)
        out->calendar.free = false;
}
