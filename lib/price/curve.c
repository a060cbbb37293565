#include "price/curve.h"

#include <math.h>
#include <string.h>

void vol_curve_init(struct vol_curve *curve)
{
    curve->n = 0;
}

enum vol_status vol_curve_set(struct vol_curve *curve, double t, double rate)
{
    size_t i = 0;

    if (!(t > 0 && t < INFINITY) || !isfinite(rate))
        return VOL_EDATA;
    while (i < curve->n && curve->t[i] < t)
        i++;
    if (i == curve->n || curve->t[i] != t) {
        if (curve->n == VOL_CURVE_MAX)
            return VOL_EOS;
        memmove(&curve->t[i + 1], &curve->t[i], (curve->n - i) * sizeof curve->t[0]);
        memmove(&curve->rate[i + 1], &curve->rate[i], (curve->n - i) * sizeof curve->rate[0]);
        curve->n++;
    }
    curve->t[i] = t;
    curve->rate[i] = rate;
    return VOL_OK;
}

double vol_curve_rate(const struct vol_curve *curve, double t)
{
    size_t i = 0;
    double weight;

    if (curve->n == 0 || !(t >= 0 && t < INFINITY))
        return NAN;
    while (i < curve->n && curve->t[i] < t)
        i++;
    if (i == 0)
        return curve->rate[0];
    if (i == curve->n)
        return curve->rate[i - 1];
    weight = (t - curve->t[i - 1]) / (curve->t[i] - curve->t[i - 1]);
    return ((1 - weight) * curve->rate[i - 1] * curve->t[i - 1] + weight * curve->rate[i] * curve->t[i]) / t;
}

double vol_curve_discount(const struct vol_curve *curve, double t)
{
    return exp(-vol_curve_rate(curve, t) * t);
}
