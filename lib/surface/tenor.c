#include "surface/tenor.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "surface/monotone.h"

enum { BISECTIONS = 80, STEPS = 200 };

enum vol_status vol_tenor_bracket(const struct vol_slice *slices, size_t n, double t, size_t *at,
                                  double *share)
{
    size_t i;

    if (n == 0 || !(t >= slices[0].t) || !(t <= slices[n - 1].t))
        return VOL_NO;
    for (i = 0; slices[i].t < t; i++)
        ;
    *at = i;
    *share = slices[i].t == t ? 1.0 : (t - slices[i - 1].t) / (slices[i].t - slices[i - 1].t);
    return VOL_OK;
}

enum vol_status vol_tenor_derivatives(const struct vol_slice *slices, size_t n, double t, double k,
                                      double w[3], double *w_t)
{
    double at[2][3], mixed[3], share, speed = NAN;
    size_t i, from;
    int j;

    if (vol_tenor_bracket(slices, n, t, &i, &share) != VOL_OK ||
        vol_slice_derivatives(&slices[i], k, at[1]) != VOL_OK)
        return VOL_NO;
    memcpy(at[0], at[1], sizeof at[0]);
    if (share < 1.0 && vol_slice_derivatives(&slices[i - 1], k, at[0]) != VOL_OK)
        return VOL_NO;
    for (j = 0; j < 3; j++)
        mixed[j] = at[0][j] + share * (at[1][j] - at[0][j]);
    if (!(mixed[0] > 0.0))
        return VOL_NO;
    from = share < 1.0 || i == n - 1 ? i : i + 1; /* the interval that ends with slice FROM */
    if (from > 0)
        speed = (vol_slice_w(&slices[from], k) - vol_slice_w(&slices[from - 1], k)) /
                (slices[from].t - slices[from - 1].t);
    memcpy(w, mixed, sizeof mixed);
    *w_t = speed;
    return VOL_OK;
}

enum vol_status vol_tenor_derivatives_by(const struct vol_slice *slices, size_t n, enum vol_tenor_time time,
                                         double t, double k, double w[3], double *w_t)
{
    double times[VOL_MONOTONE_MAX], columns[VOL_MONOTONE_MAX][3], made[3], speed, share;
    size_t at, first, m = 0;

    if (time == VOL_TENOR_LINEAR)
        return vol_tenor_derivatives(slices, n, t, k, w, w_t);
    if (vol_tenor_bracket(slices, n, t, &at, &share) != VOL_OK)
        return VOL_NO;
    for (first = at < 2 ? 0 : at - 2; first < n && first <= at + 1; first++, m++) {
        times[m] = slices[first].t;
        if (vol_slice_derivatives(&slices[first], k, columns[m]) != VOL_OK)
            return VOL_NO;
    }
    if (vol_monotone_derivatives(m, times, (const double(*)[3])columns, t, made, &speed) != VOL_OK ||
        !(made[0] > 0.0))
        return VOL_NO;
    memcpy(w, made, sizeof made);
    *w_t = n > 1 ? speed : NAN;
    return VOL_OK;
}

enum vol_status vol_tenor_variance(const struct vol_slice *slices, size_t n, double t, double k, double *w)
{
    double share, before, at;
    size_t i;

    if (vol_tenor_bracket(slices, n, t, &i, &share) != VOL_OK)
        return VOL_NO;
    at = vol_slice_w(&slices[i], k);
    if (share < 1.0) {
        before = vol_slice_w(&slices[i - 1], k);
        at = before + share * (at - before);
    }
    if (!(at > 0.0) || !isfinite(at))
        return VOL_NO;
    *w = at;
    return VOL_OK;
}

enum vol_status vol_tenor_vol(const struct vol_slice *slices, size_t n, double t, double k, double *vol)
{
    double w;

    if (vol_tenor_variance(slices, n, t, k, &w) != VOL_OK)
        return VOL_NO;
    *vol = sqrt(w / t);
    return VOL_OK;
}

enum vol_slice_place vol_tenor_place(const struct vol_slice *slices, size_t n, double t, double k)
{
    enum vol_slice_place before, at;
    double share;
    size_t i;

    if (vol_tenor_bracket(slices, n, t, &i, &share) != VOL_OK)
        return VOL_SLICE_OUTSIDE;
    at = vol_slice_place_of(&slices[i], k);
    before = share < 1.0 ? vol_slice_place_of(&slices[i - 1], k) : at;
    return before > at ? before : at;
}

double vol_tenor_forward(const struct vol_slice *slices, size_t n, double t)
{
    double share, last;
    size_t i;

    if (vol_tenor_bracket(slices, n, t, &i, &share) != VOL_OK)
        return NAN;
    if (!(share < 1.0))
        return slices[i].forward;
    last = log(slices[i - 1].forward);
    return exp(last + share * (log(slices[i].forward) - last));
}

static enum vol_status variance(const struct vol_slice *slices, size_t n, enum vol_tenor_time time, double t,
                                double k, double *w)
{
    double all[3], speed;

    if (time == VOL_TENOR_LINEAR)
        return vol_tenor_variance(slices, n, t, k, w);
    if (vol_tenor_derivatives_by(slices, n, time, t, k, all, &speed) != VOL_OK)
        return VOL_NO;
    *w = all[0];
    return VOL_OK;
}

/* How far d1 at K lies from TARGET, in the direction that grows with distance from the forward. */
static enum vol_status d1_gap(const struct vol_slice *slices, size_t n, enum vol_tenor_time time, double t,
                              double k, double target, double *gap)
{
    double w;

    if (variance(slices, n, time, t, k, &w) != VOL_OK)
        return VOL_NO;
    *gap = -k / sqrt(w) + 0.5 * sqrt(w) - target;
    return VOL_OK;
}

enum vol_status vol_tenor_strike(const struct vol_slice *slices, size_t n, double t, double delta, double *k)
{
    return vol_tenor_strike_by(slices, n, VOL_TENOR_LINEAR, t, delta, k);
}

enum vol_status vol_tenor_strike_by(const struct vol_slice *slices, size_t n, enum vol_tenor_time time,
                                    double t, double delta, double *k)
{
    double target, w, step, gap0, gap, near = 0.0, far = 0.0;
    int i;

    if (!(fabs(delta) > 0.0 && fabs(delta) < 1.0))
        return VOL_EDATA;
    target = gsl_cdf_ugaussian_Pinv(delta > 0.0 ? delta : 1.0 + delta);
    if (variance(slices, n, time, t, 0.0, &w) != VOL_OK ||
        d1_gap(slices, n, time, t, 0.0, target, &gap0) != VOL_OK)
        return VOL_NO;
    step = (gap0 >= 0.0 ? 1.0 : -1.0) * 10.0 * sqrt(w) / STEPS; /* d1 falls with k: go where the gap closes */
    gap = gap0;
    for (i = 1; i <= STEPS && gap != 0.0 && (gap > 0.0) == (gap0 > 0.0); i++) {
        near = far;
        far = step * i;
        if (d1_gap(slices, n, time, t, far, target, &gap) != VOL_OK)
            return VOL_NO;
    }
    if (gap != 0.0 && (gap > 0.0) == (gap0 > 0.0))
        return VOL_NO;
    for (i = 0; i < BISECTIONS && gap0 != 0.0; i++) {
        double middle = 0.5 * (near + far);

        if (d1_gap(slices, n, time, t, middle, target, &gap) != VOL_OK)
            return VOL_NO;
        if ((gap > 0.0) == (gap0 > 0.0))
            near = middle;
        else
            far = middle;
    }
    *k = 0.5 * (near + far);
    return VOL_OK;
}

enum vol_status vol_tenor_wings(const struct vol_slice *slices, size_t n, double t, double delta,
                                struct vol_tenor_wings *out)
{
    struct vol_tenor_wings v;

    if (!(delta > 0.0 && delta < 0.5))
        return VOL_EDATA;
    if (vol_tenor_strike(slices, n, t, delta, &v.call_k) != VOL_OK ||
        vol_tenor_strike(slices, n, t, -delta, &v.put_k) != VOL_OK ||
        vol_tenor_vol(slices, n, t, 0.0, &v.atm) != VOL_OK ||
        vol_tenor_vol(slices, n, t, v.call_k, &v.call) != VOL_OK ||
        vol_tenor_vol(slices, n, t, v.put_k, &v.put) != VOL_OK)
        return VOL_NO;
    v.risk_reversal = v.call - v.put;
    v.butterfly = 0.5 * (v.call + v.put) - v.atm;
    *out = v;
    return VOL_OK;
}
