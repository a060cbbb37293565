#include "surface/evaluate.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdbool.h>

const char *vol_evaluate_status_name(enum vol_evaluate_status status)
{
    static const char *const names[] = {
        "ok", "wing", "outside_maturities", "outside_strikes", "no_such_delta", "no_forward", "not_positive",
    };

    return names[status];
}

/* Find k of the point. */
static enum vol_evaluate_status place(const struct vol_slice *slices, size_t n, enum vol_tenor_time time,
                                      enum vol_evaluate_axis axis, double x, struct vol_evaluate *v)
{
    double share;
    size_t at;

    if (vol_tenor_bracket(slices, n, v->t, &at, &share) != VOL_OK)
        return VOL_EVALUATE_MATURITY;
    if (axis == VOL_EVALUATE_STRIKES) {
        v->strike = x;
        if (!(v->forward > 0.0))
            return VOL_EVALUATE_NO_FORWARD;
        v->k = log(x / v->forward);
    } else if (axis == VOL_EVALUATE_K) {
        v->k = x;
    } else {
        v->delta = x;
        if (vol_tenor_strike_by(slices, n, time, v->t, x, &v->k) != VOL_OK)
            return VOL_EVALUATE_NO_DELTA;
    }
    v->strike = axis == VOL_EVALUATE_STRIKES ? x : v->forward * exp(v->k);
    switch (vol_tenor_place(slices, n, v->t, v->k)) {
    case VOL_SLICE_INSIDE:
        return VOL_EVALUATE_OK;
    case VOL_SLICE_WING:
        return VOL_EVALUATE_WING;
    case VOL_SLICE_OUTSIDE:
        break;
    }
    return VOL_EVALUATE_STRIKE;
}

/* Whether the slices beyond the two around T, which bend the monotone curve, say anything of K. */
static bool neighbours_reach(const struct vol_slice *slices, size_t n, double t, double k)
{
    double share;
    size_t i, at;

    if (vol_tenor_bracket(slices, n, t, &at, &share) != VOL_OK)
        return false;
    for (i = at < 2 ? 0 : at - 2; i < n && i <= at + 1; i++)
        if (vol_slice_place_of(&slices[i], k) == VOL_SLICE_OUTSIDE)
            return false;
    return true;
}

void vol_evaluate_at(const struct vol_slice *slices, size_t n, double t, enum vol_tenor_time time,
                     enum vol_evaluate_axis axis, double x, struct vol_evaluate *out)
{
    struct vol_evaluate v = {.t = t, .k = NAN, .strike = NAN, .delta = NAN, .vol = NAN};
    double w[3], w_t, s, d1, d2, g, local;

    v.local_vol = v.density = NAN;
    v.forward = vol_tenor_forward(slices, n, t);
    v.status = place(slices, n, time, axis, x, &v);
    if (time == VOL_TENOR_MONOTONE && v.status <= VOL_EVALUATE_WING && !neighbours_reach(slices, n, t, v.k))
        v.status = VOL_EVALUATE_STRIKE;
    if (v.status <= VOL_EVALUATE_WING && vol_tenor_derivatives_by(slices, n, time, t, v.k, w, &w_t) != VOL_OK)
        v.status = VOL_EVALUATE_NEGATIVE;
    if (v.status <= VOL_EVALUATE_WING) {
        s = sqrt(w[0]);
        d1 = -v.k / s + 0.5 * s;
        d2 = d1 - s;
        g = vol_slice_durrleman(v.k, w);
        local = w_t / g;
        v.vol = sqrt(w[0] / t);
        if (axis != VOL_EVALUATE_DELTAS) /* of the option that is out of the money; plus 0: no -0 */
            v.delta = v.k < 0.0 ? 0.0 - 0.5 * erfc(d1 * M_SQRT1_2) : 0.5 * erfc(-d1 * M_SQRT1_2);
        if (g > 0.0 && local >= 0.0)
            v.local_vol = sqrt(local);
        if (g >= 0.0)
            v.density = g * exp(-0.5 * d2 * d2) / (sqrt(2.0 * M_PI) * s * v.strike);
    }
    *out = v;
}
