#include "surface/tenor.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

enum { BISECTIONS = 80, STEPS = 200 };

enum vol_status vol_tenor_variance(const struct vol_tenor_slice *slices, size_t n, double t, double k,
                                   double *w)
{
    size_t i;
    double w0, w1, share, at;

    if (n == 0 || !(t >= slices[0].t) || !(t <= slices[n - 1].t))
        return VOL_NO;
    for (i = 0; slices[i].t < t; i++)
        ;
    if (slices[i].t == t) {
        at = vol_svi_w(&slices[i].svi, k);
    } else {
        w0 = vol_svi_w(&slices[i - 1].svi, k);
        w1 = vol_svi_w(&slices[i].svi, k);
        share = (t - slices[i - 1].t) / (slices[i].t - slices[i - 1].t);
        at = w0 + share * (w1 - w0);
    }
    if (!(at > 0.0) || !isfinite(at))
        return VOL_NO;
    *w = at;
    return VOL_OK;
}

enum vol_status vol_tenor_vol(const struct vol_tenor_slice *slices, size_t n, double t, double k, double *vol)
{
    double w;

    if (vol_tenor_variance(slices, n, t, k, &w) != VOL_OK)
        return VOL_NO;
    *vol = sqrt(w / t);
    return VOL_OK;
}

/* How far d1 at K lies from TARGET, in the direction that grows with distance from the forward. */
static enum vol_status d1_gap(const struct vol_tenor_slice *slices, size_t n, double t, double k,
                              double target, double *gap)
{
    double w;

    if (vol_tenor_variance(slices, n, t, k, &w) != VOL_OK)
        return VOL_NO;
    *gap = -k / sqrt(w) + 0.5 * sqrt(w) - target;
    return VOL_OK;
}

enum vol_status vol_tenor_strike(const struct vol_tenor_slice *slices, size_t n, double t, double delta,
                                 double *k)
{
    double target, w, step, gap0, gap, near = 0.0, far = 0.0;
    int i;

    if (!(fabs(delta) > 0.0 && fabs(delta) < 1.0))
        return VOL_EDATA;
    target = gsl_cdf_ugaussian_Pinv(delta > 0.0 ? delta : 1.0 + delta);
    if (vol_tenor_variance(slices, n, t, 0.0, &w) != VOL_OK ||
        d1_gap(slices, n, t, 0.0, target, &gap0) != VOL_OK)
        return VOL_NO;
    step = (gap0 >= 0.0 ? 1.0 : -1.0) * 10.0 * sqrt(w) / STEPS; /* d1 falls with k: go where the gap closes */
    gap = gap0;
    for (i = 1; i <= STEPS && gap != 0.0 && (gap > 0.0) == (gap0 > 0.0); i++) {
        near = far;
        far = step * i;
        if (d1_gap(slices, n, t, far, target, &gap) != VOL_OK)
            return VOL_NO;
    }
    if (gap != 0.0 && (gap > 0.0) == (gap0 > 0.0))
        return VOL_NO;
    for (i = 0; i < BISECTIONS && gap0 != 0.0; i++) {
        double middle = 0.5 * (near + far);

        if (d1_gap(slices, n, t, middle, target, &gap) != VOL_OK)
            return VOL_NO;
        if ((gap > 0.0) == (gap0 > 0.0))
            near = middle;
        else
            far = middle;
    }
    *k = 0.5 * (near + far);
    return VOL_OK;
}

enum vol_status vol_tenor_wings(const struct vol_tenor_slice *slices, size_t n, double t, double delta,
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
