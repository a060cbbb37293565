#include "surface/varswap.h"

#include <math.h>
#include <stdbool.h>

#include "price/black.h"
#include "surface/tenor.h"

/* The strip is summed by Simpson's rule over u, k = s sinh(u) with s the standard deviation at the forward:
 * as fine as the smile is curved there, and a long way out. */
enum { STEPS = 576 };
static const double u_max = 11.04; /* sinh: thirty thousand standard deviations */
static const double rest_max = 1e-3, wing_max = 1.0 / 3.0;

const char *vol_varswap_status_name(enum vol_varswap_status status)
{
    static const char *const names[] = {"ok", "no_smile", "no_wing", "steep_wing", "wing_share"};

    return names[status];
}

/* The strip's integrand at K: the option out of the money, per unit of forward, times e^-k. With n(d1) e^-k =
 * n(d2) both normal probabilities are that density times erfcx, so that nothing overflows however far out. */
static double integrand(double k, double w)
{
    double s = sqrt(w), d2 = -k / s - 0.5 * s;

    return 0.5 * exp(-0.5 * d2 * d2) * vol_black_difference(fabs(k), s);
}

struct side {
    double sum, wing, rest; /* REST: about what is left out */
    bool ends;              /* the smile does */
};

/* One side of the strip, until it is worth nothing or the smile ends. */
static struct side sum_side(const struct vol_slice *slices, size_t n, double t, double s, double sign)
{
    struct side v = {.sum = 0.0};
    double h = u_max / STEPS, last = 0.0, before = 0.0, w, k = 0.0, from = 0.0;
    int i;

    for (i = 0; i <= STEPS; i++) {
        double u = h * i, weight = i == 0 || i == STEPS ? 1.0 : i % 2 ? 4.0 : 2.0, term;

        if (vol_tenor_variance(slices, n, t, sign * s * sinh(u), &w) != VOL_OK) {
            v.ends = true;
            break;
        }
        from = k, before = last;
        k = s * sinh(u);
        last = integrand(sign * k, w);
        term = weight * last * s * cosh(u) * h / 3.0;
        v.sum += term;
        if (vol_tenor_place(slices, n, t, sign * k) != VOL_SLICE_INSIDE)
            v.wing += term;
        if (last < 1e-14 * s && last * k < 1e-12 * s)
            return v;
    }
    /* Where it ends the strip falls exponentially, or it does not fall. */
    v.rest = last > 0.0 ? last * (k - from) / log(before / last) : 0.0;
    v.rest = v.rest >= 0.0 ? fmax(v.rest, v.ends ? last * 10.0 * s : 0.0) : INFINITY;
    return v;
}

void vol_varswap_run(const struct vol_slice *slices, size_t n, double t, struct vol_varswap *out)
{
    struct side puts, calls;
    double w, sum;

    *out = (struct vol_varswap){VOL_VARSWAP_NO_SMILE, NAN, NAN};
    if (vol_tenor_variance(slices, n, t, 0.0, &w) != VOL_OK)
        return;
    puts = sum_side(slices, n, t, sqrt(w), -1.0);
    calls = sum_side(slices, n, t, sqrt(w), 1.0);
    sum = puts.sum + calls.sum;
    if (!(sum > 0.0) || !isfinite(sum) || !(puts.rest + calls.rest <= rest_max * sum)) {
        out->status = puts.ends || calls.ends ? VOL_VARSWAP_NO_WING : VOL_VARSWAP_STEEP_WING;
        return;
    }
    out->wing = (puts.wing + calls.wing) / sum;
    out->status = out->wing <= wing_max ? VOL_VARSWAP_OK : VOL_VARSWAP_WING_SHARE;
    if (out->status == VOL_VARSWAP_OK)
        out->variance = 2.0 * sum / t;
}
