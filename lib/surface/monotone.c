#include "surface/monotone.h"

#include <math.h>
#include <stdbool.h>

/* Point I of the data with the origin before them. */
static double at(const double *values, size_t i)
{
    return i > 0 ? values[i - 1] : 0.0;
}

static double secant(const double *time, const double *w, size_t i)
{
    return (at(w, i + 1) - at(w, i)) / (at(time, i + 1) - at(time, i));
}

/* Steffen's slope at point I of N + 1: that of the parabola through its neighbours, no steeper than twice the
 * flatter secant, and flat where the data turn. */
static double slope(size_t n, const double *time, const double *w, size_t i)
{
    double left, right, before, after, parabola;

    if (n == 1)
        return secant(time, w, 0);
    if (i == 0 || i == n) {
        size_t near = i == 0 ? 0 : n - 1, far = i == 0 ? 1 : n - 2;
        double h0 = at(time, near + 1) - at(time, near), h1 = at(time, far + 1) - at(time, far);
        double s0 = secant(time, w, near), s1 = secant(time, w, far);

        parabola = s0 + (s0 - s1) * h0 / (h0 + h1);
        return parabola * s0 <= 0.0 ? 0.0 : fabs(parabola) > 2.0 * fabs(s0) ? 2.0 * s0 : parabola;
    }
    before = at(time, i) - at(time, i - 1);
    after = at(time, i + 1) - at(time, i);
    left = secant(time, w, i - 1);
    right = secant(time, w, i);
    if (left * right <= 0.0)
        return 0.0;
    parabola = (left * after + right * before) / (before + after);
    return copysign(fmin(2.0 * fmin(fabs(left), fabs(right)), fabs(parabola)), left);
}

static bool sane(size_t n, const double *time, const double *w)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (!(time[i] > (i > 0 ? time[i - 1] : 0.0)) || !isfinite(time[i]) || !(w[i] > 0.0) ||
            !isfinite(w[i]))
            return false;
    return n > 0;
}

enum vol_status vol_monotone_variance(size_t n, const double *time, const double *w, double t, double out[2])
{
    double h, x, w0, s, m0, m1, bend, twist;
    size_t i = 0;

    if (!sane(n, time, w))
        return VOL_EDATA;
    if (!(t > 0.0 && t <= time[n - 1]))
        return VOL_NO;
    while (i + 1 < n && t > time[i])
        i++;
    h = at(time, i + 1) - at(time, i);
    x = t - at(time, i);
    w0 = at(w, i);
    s = secant(time, w, i);
    m0 = slope(n, time, w, i);
    m1 = slope(n, time, w, i + 1);
    twist = (m0 + m1 - 2.0 * s) / (h * h);
    bend = (3.0 * s - 2.0 * m0 - m1) / h;
    out[0] = w0 + x * (m0 + x * (bend + x * twist));
    out[1] = m0 + x * (2.0 * bend + 3.0 * x * twist);
    return VOL_OK;
}
