#include "chain/inconsistent.h"

#include <math.h>

#include "price/black.h"

#define DAY                 (1.0 / 365)
#define SHORTEST            (3 * DAY)
#define DELTA_LEAST         0.1
#define DELTA_MOST          0.9
#define DELTA_MOST_AMERICAN 0.5
#define RATE_MOST           0.06 /* per year: what theta holds of interest */
#define SQRT_2PI            2.5066282746310002
#define SQRT_HALF           0.70710678118654752

/* N^-1(p) for 0 < p < 1: Abramowitz and Stegun 26.2.23 (to 4.5e-4), then one Newton step on erfc. */
static double normal_quantile(double p)
{
    double tail = p < 0.5 ? p : 1 - p, u = sqrt(-2 * log(tail));
    double x =
        u - (2.515517 + u * (0.802853 + u * 0.010328)) / (1 + u * (1.432788 + u * (0.189269 + u * 0.001308)));

    x += (0.5 * erfc(x * SQRT_HALF) - tail) * SQRT_2PI * exp(0.5 * x * x);
    return p < 0.5 ? -x : x;
}

/* Whether GIVEN, in one of the units, is OURS to a FACTOR either way and SLACK beyond. */
static bool agrees(double given, double ours, double factor, double slack, const double *units, int n)
{
    double least = fmin(ours * factor, ours / factor) - slack,
           most = fmax(ours * factor, ours / factor) + slack;
    int i;

    for (i = 0; i < n; i++)
        if (given >= least * units[i] && given <= most * units[i])
            return true;
    return false;
}

int vol_inconsistent(const struct vol_vendor_quote *q, double tolerance)
{
    /* of vega: per 1.00 and per 0.01 of vol; of theta: per year, day, trading day; of an inverse option also
     * in the coin */
    double vegas[] = {0.01, 1, 0.01 / q->unit, 1 / q->unit};
    double thetas[] = {DAY, 1.0 / 252, 1, DAY / q->unit, 1.0 / 252 / q->unit};
    int inverse = q->unit > 1 || q->unit < 1, found = 0;
    double root, s, d1, density, forward, price, vega, gamma, theta, slack, vol_off, delta_off;

    if (!(q->t >= SHORTEST) || !(q->vol > 0 && q->vol < 10) || !(q->strike > 0 && q->strike < 1e100) ||
        !(fabs(q->delta) >= DELTA_LEAST &&
          fabs(q->delta) <= (q->american ? DELTA_MOST_AMERICAN : DELTA_MOST)) ||
        (q->delta < 0) != q->put || !(q->unit > 0))
        return 0;
    root = sqrt(q->t);
    s = q->vol * root;
    d1 = normal_quantile(q->put ? 1 + q->delta : q->delta);
    density = exp(-0.5 * d1 * d1) / SQRT_2PI;
    forward = q->strike * exp(s * (d1 - 0.5 * s));
    vega = forward * density * root;
    gamma = density / (forward * s);
    theta = -0.5 * vega * q->vol / q->t;
    vol_off = tolerance * (0.02 + 0.05 * q->vol + 0.5 * q->vol * DAY / q->t);
    delta_off = tolerance * (0.02 + fabs(q->delta) * fmin(0.03 * q->t, 0.1));
    /* d price / d delta at equal vol: delta dF, dF = F s d(d1), d(d1) = d delta / n(d1) */
    slack = vega * vol_off + fabs(q->delta) * forward * s / density * delta_off;
    price = vol_black_undiscounted(q->put ? VOL_PUT : VOL_CALL, forward, q->strike, s);
    slack += price * fmin(0.03 * q->t, 0.1) * tolerance;
    if ((q->bid > 0 && price + slack < q->bid * q->unit) || (q->ask > 0 && price - slack > q->ask * q->unit))
        found |= VOL_INCONSISTENT_PRICE;
    slack = 1 + vol_off / q->vol + fabs(d1) / density * delta_off;
    /* rounded to four decimals as vendors do */
    if (q->gamma > 0.001 && !agrees(q->gamma, gamma, slack + 0.4 * tolerance, 0, (const double[]){1}, 1))
        found |= VOL_INCONSISTENT_GAMMA;
    if (q->vega > 0.01 && !agrees(q->vega, vega, slack + 0.4 * tolerance, 0, vegas, inverse ? 4 : 2))
        found |= VOL_INCONSISTENT_VEGA;
    if (q->theta < -0.01 &&
        !agrees(q->theta, theta, slack + 0.4 * tolerance, tolerance * RATE_MOST * fabs(q->delta) * q->strike,
                thetas, inverse ? 5 : 3))
        found |= VOL_INCONSISTENT_THETA;
    return found;
}
