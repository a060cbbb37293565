#include "surface/monotone.h"

#include <math.h>
#include <stdbool.h>

/* Point I of the data with the origin before them. */
static double at(const double *values, size_t i)
{
    return i > 0 ? values[i - 1] : 0.0;
}

static double secant(const double *time, const double *v, size_t i)
{
    return (at(v, i + 1) - at(v, i)) / (at(time, i + 1) - at(time, i));
}

/* The slope at an end, the parabola of the two intervals nearest to it, no steeper than twice
 * its own secant, and flat where the two disagree. */
static double end_slope(size_t n, const double *time, const double *w, const double *v, size_t i)
{
    size_t near = i == 0 ? 0 : n - 1, far = i == 0 ? 1 : n - 2;
    double h0 = at(time, near + 1) - at(time, near), h1 = at(time, far + 1) - at(time, far);
    double w0 = secant(time, w, near), w1 = secant(time, w, far);
    double v0 = secant(time, v, near), v1 = secant(time, v, far);
    double parabola = w0 + (w0 - w1) * h0 / (h0 + h1);

    if (parabola * w0 <= 0.0)
        return 0.0;
    return fabs(parabola) > 2.0 * fabs(w0) ? 2.0 * v0 : v0 + (v0 - v1) * h0 / (h0 + h1);
}

/* Steffen's slope of V at point I of N + 1: that of the parabola through its neighbours, no steeper than
 * twice the flatter secant, and flat where the data turn: which of the three is decided on W. */
static double slope(size_t n, const double *time, const double *w, const double *v, size_t i)
{
    double left, right, before, after, parabola;

    if (n == 1)
        return secant(time, v, 0);
    if (i == 0 || i == n)
        return end_slope(n, time, w, v, i);
    before = at(time, i) - at(time, i - 1);
    after = at(time, i + 1) - at(time, i);
    left = secant(time, w, i - 1);
    right = secant(time, w, i);
    if (left * right <= 0.0)
        return 0.0;
    parabola = (left * after + right * before) / (before + after);
    if (2.0 * fmin(fabs(left), fabs(right)) < fabs(parabola))
        return 2.0 * secant(time, v, fabs(left) < fabs(right) ? i - 1 : i);
    return (secant(time, v, i - 1) * after + secant(time, v, i) * before) / (before + after);
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

/* V at T and its derivative, by the cubic of its interval, the slopes decided on W. */
static void join(size_t n, const double *time, const double *w, const double *v, double t, double out[2])
{
    double h, x, s, m0, m1, bend, twist;
    size_t i = 0;

    while (i + 1 < n && t > time[i])
        i++;
    h = at(time, i + 1) - at(time, i);
    x = t - at(time, i);
    s = secant(time, v, i);
    m0 = slope(n, time, w, v, i);
    m1 = slope(n, time, w, v, i + 1);
    twist = (m0 + m1 - 2.0 * s) / (h * h);
    bend = (3.0 * s - 2.0 * m0 - m1) / h;
    out[0] = at(v, i) + x * (m0 + x * (bend + x * twist));
    out[1] = m0 + x * (2.0 * bend + 3.0 * x * twist);
}

enum vol_status vol_monotone_variance(size_t n, const double *time, const double *w, double t, double out[2])
{
    if (!sane(n, time, w))
        return VOL_EDATA;
    if (!(t > 0.0 && t <= time[n - 1]))
        return VOL_NO;
    join(n, time, w, w, t, out);
    return VOL_OK;
}

enum vol_status vol_monotone_derivatives(size_t n, const double *time, const double (*w)[3], double t,
                                         double out[3], double *out_t)
{
    double column[3][VOL_MONOTONE_MAX], made[3][2];
    size_t i;
    int j;

    if (n > VOL_MONOTONE_MAX)
        return VOL_EDATA;
    for (i = 0; i < n; i++)
        for (j = 0; j < 3; j++)
            column[j][i] = w[i][j];
    if (!sane(n, time, column[0]))
        return VOL_EDATA;
    if (!(t > 0.0 && t <= time[n - 1]))
        return VOL_NO;
    for (j = 0; j < 3; j++) {
        join(n, time, column[0], column[j], t, made[j]);
        out[j] = made[j][0];
    }
    *out_t = made[0][1];
    return VOL_OK;
}
