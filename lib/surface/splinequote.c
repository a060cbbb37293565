#include "surface/splinequote.h"

#include <math.h>

#include "price/black.h"
#include "surface/spline.h"

double vol_splinequote_otm(double k, double s)
{
    return exp(k / 2.0) * vol_black_norm(fabs(k), s);
}

double vol_splinequote_call(double k, double s)
{
    return vol_splinequote_otm(k, s) + (k < 0.0 ? -expm1(k) : 0.0);
}

double vol_splinequote_density(double k, double s)
{
    double d2 = -k / s - s / 2.0;

    return exp(-d2 * d2 / 2.0) * 0.39894228040143267794 / (exp(k) * s);
}

bool vol_splinequote_sane(const struct vol_svifit_quote *q, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (!isfinite(q[i].k) || !(q[i].vol_bid > 0.0) || !(q[i].vol_bid <= q[i].vol) ||
            !(q[i].vol <= q[i].vol_ask) || !isfinite(q[i].vol_ask) || (i > 0 && !(q[i].k > q[i - 1].k)))
            return false;
    return true;
}

void vol_splinequote_set(const struct vol_svifit_quote *q, size_t n, double t, struct vol_splinequote *out)
{
    double root = sqrt(t);
    size_t i;

    for (i = 0; i < n; i++) {
        double half = fmax((q[i].vol_ask - q[i].vol_bid) / 2.0, VOL_SPLINE_LEAST);
        double low = fmax(fmin(q[i].vol_bid, q[i].vol - half), q[i].vol_bid / 2.0);
        double high = fmax(q[i].vol_ask, q[i].vol + half), sum = 0.0, weights = 0.0;
        size_t from = i < 2 ? 0 : i - 2, to = i + 2 < n ? i + 2 : n - 1, j;

        if (q[i].vol_ask - q[i].vol_bid >= 2.0 * VOL_SPLINE_LEAST) {
            low = q[i].vol_bid;
            high = q[i].vol_ask;
        }
        for (j = from; j <= to; j++) {
            double weight = 1.0 / fmax(q[j].vol_ask - q[j].vol_bid, VOL_SPLINE_LEAST);

            sum += weight * q[j].vol;
            weights += weight;
        }
        out[i] = (struct vol_splinequote){.x = exp(q[i].k),
                                          .bid = vol_splinequote_call(q[i].k, low * root),
                                          .mid = vol_splinequote_call(q[i].k, q[i].vol * root),
                                          .ask = vol_splinequote_call(q[i].k, high * root),
                                          .s = sum / weights * root,
                                          .weight = 1.0};
        out[i].half =
            (vol_splinequote_otm(q[i].k, high * root) - vol_splinequote_otm(q[i].k, low * root)) / 2.0;
    }
}

double vol_splinequote_power(const struct vol_splinequote *q)
{
    double k = log(q->x), d2 = -k / q->s - q->s / 2.0;

    return q->x * 0.5 * erfc((k < 0.0 ? d2 : -d2) * 0.70710678118654752440) / vol_splinequote_otm(k, q->s);
}
