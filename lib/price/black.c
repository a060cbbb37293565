#include "price/black.h"

#include <float.h>
#include <math.h>

#include "price/mills.h"

#define SQRT1_2 0.70710678118654752440

/* Below these the sum of moments is used: nine terms reach the last place, and its recurrence, whose error
 * grows with (a d)^2 = (x/4)^2, is stable. Above, the plain difference loses no digits that matter. */
#define SERIES_MAX_S 0.7
#define SERIES_MAX_X 3.0

double vol_black_log_ratio(double forward, double strike)
{
    if (forward > 0.5 * strike && forward < 2 * strike)
        return log1p((forward - strike) / strike);
    if (forward / strike > DBL_MIN && forward / strike < INFINITY)
        return log(forward / strike);
    return log(forward) - log(strike);
}

/* erfcx(a - d) - erfcx(a + d) = 2 sum over odd j of (2d)^j / j! m[j](a). Two steps of the recurrence of
 * mills.h are one of m[j + 2] = (a^2 + j + 1/2) m[j] - j (j - 1)/4 m[j - 2]. What follows the first term is
 * small, and is added to it last. */
static double moment_sum(double a, double two_d)
{
    static const double factor[] = {
        1.0 / 120,        1.0 / 5040,          1.0 / 362880,         1.0 / 39916800,
        1.0 / 6227020800, 1.0 / 1307674368000, 1.0 / 355687428096000};
    double a2 = a * a, y = two_d * two_d, power = y, m0, m1, m, next, after, tail;
    int i, j;

    vol_mills(a, &m0, &m1);
    m = m1;
    next = m1 - a * (0.5 * m0 - a * m1);
    tail = y * (1.0 / 6) * next;
    for (i = 0; i < 7; i++) {
        j = 2 * i + 3;
        after = (a2 + (j + 0.5)) * next - 0.25 * j * (j - 1) * m;
        m = next;
        next = after;
        power *= y;
        tail += factor[i] * power * next;
    }
    return 2 * two_d * (m1 + tail);
}

double vol_black_difference(double x, double s)
{
    double a = x / s * SQRT1_2, d = s * (0.5 * SQRT1_2);

    if (s <= SERIES_MAX_S && x <= SERIES_MAX_X)
        return moment_sum(a, 2 * d);
    if (a >= d)
        return vol_mills_erfcx(a - d) - vol_mills_erfcx(a + d);
    return 2 * exp((d - a) * (d - a)) - vol_mills_erfcx(d - a) - vol_mills_erfcx(a + d);
}

double vol_black_norm_rest(double x, double s)
{
    double a, d;

    if (!(x >= 0 && x < INFINITY) || !(s >= 0))
        return NAN;
    if (s == 0)
        return exp(-0.5 * x);
    a = x / s * SQRT1_2;
    d = s * (0.5 * SQRT1_2);
    if (a > d)
        return exp(-0.5 * x) - vol_black_norm(x, s);
    return d < INFINITY ? 0.5 * exp(-(a * a + d * d)) * (vol_mills_erfcx(d - a) + vol_mills_erfcx(d + a)) : 0;
}

double vol_black_norm(double x, double s)
{
    double a, d;

    if (!(x >= 0 && x < INFINITY) || !(s >= 0))
        return NAN;
    a = x / s * SQRT1_2;
    d = s * (0.5 * SQRT1_2);
    if (!(s > 0) || a > 28) /* exp(-28^2) is below the smallest double */
        return 0;
    if (a >= d || (s <= SERIES_MAX_S && x <= SERIES_MAX_X))
        return 0.5 * exp(-(a * a + d * d)) * vol_black_difference(x, s);
    return exp(-0.5 * x) - vol_black_norm_rest(x, s);
}

double vol_black_undiscounted(enum vol_option_type type, double forward, double strike, double total_vol)
{
    double q = type, intrinsic, x;

    if (!(forward > 0 && forward < INFINITY) || !(strike >= 0 && strike < INFINITY) || !(total_vol >= 0))
        return NAN;
    intrinsic = fmax(q * (forward - strike), 0);
    if (strike == 0)
        return intrinsic;
    x = fabs(vol_black_log_ratio(forward, strike));
    return intrinsic + sqrt(forward) * sqrt(strike) * vol_black_norm(x, total_vol);
}

double vol_black_price(enum vol_option_type type, double forward, double strike, double discount, double t,
                       double vol)
{
    if (!(discount > 0 && discount < INFINITY) || !(t >= 0) || !(vol >= 0))
        return NAN;
    return discount * vol_black_undiscounted(type, forward, strike, t == 0 ? 0 : vol * sqrt(t));
}

double vol_black_scholes(enum vol_option_type type, double spot, double strike, double r, double q, double t,
                         double vol)
{
    return vol_black_price(type, spot * exp((r - q) * t), strike, exp(-r * t), t, vol);
}
