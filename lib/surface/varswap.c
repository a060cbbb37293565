#include "surface/varswap.h"

#include <math.h>
#include <stdbool.h>

#include "surface/tenor.h"

/* The strip is summed by Simpson's rule over u, k = s sinh(u) with s the standard deviation at the forward:
 * as fine as the smile is curved there, and a long way out. */
enum { STEPS = 240 };
static const double u_max = 4.6; /* sinh: fifty standard deviations */
static const double rest_max = 1e-3;

static double ncdf(double x)
{
    return 0.5 * erfc(-x * 0.70710678118654752);
}

/* The strip's integrand at K: the option out of the money, per unit of forward, times e^-k. */
static double integrand(double k, double w)
{
    double s = sqrt(w), d1 = -k / s + 0.5 * s, d2 = d1 - s;

    return k < 0.0 ? ncdf(-d2) - exp(-k) * ncdf(-d1) : exp(-k) * ncdf(d1) - ncdf(d2);
}

struct side {
    double sum, wing, last; /* LAST: the integrand where it ends */
};

/* One side of the strip, until it is worth nothing or the smile ends. */
static struct side sum_side(const struct vol_slice *slices, size_t n, double t, double s, double sign)
{
    struct side v = {0.0, 0.0, 0.0};
    double h = u_max / STEPS, w;
    int i;

    for (i = 0; i <= STEPS; i++) {
        double u = h * i, k = sign * s * sinh(u), weight = i == 0 || i == STEPS ? 1.0 : i % 2 ? 4.0 : 2.0;
        double term;

        if (vol_tenor_variance(slices, n, t, k, &w) != VOL_OK)
            break;
        v.last = integrand(k, w);
        term = weight * v.last * s * cosh(u) * h / 3.0;
        v.sum += term;
        if (vol_tenor_place(slices, n, t, k) != VOL_SLICE_INSIDE)
            v.wing += term;
        if (v.last < 1e-14 * s) {
            v.last = 0.0;
            break;
        }
    }
    return v;
}

enum vol_status vol_varswap_run(const struct vol_slice *slices, size_t n, double t, struct vol_varswap *out)
{
    struct side puts, calls;
    double w, sum;

    if (vol_tenor_variance(slices, n, t, 0.0, &w) != VOL_OK)
        return VOL_NO;
    puts = sum_side(slices, n, t, sqrt(w), -1.0);
    calls = sum_side(slices, n, t, sqrt(w), 1.0);
    sum = puts.sum + calls.sum;
    /* What is left out: about the last value over ten more standard deviations. */
    if (!(sum > 0.0) || !isfinite(sum) || !((puts.last + calls.last) * 10.0 * sqrt(w) <= rest_max * sum))
        return VOL_NO;
    out->variance = 2.0 * sum / t;
    out->wing = (puts.wing + calls.wing) / sum;
    return VOL_OK;
}
