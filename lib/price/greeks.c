#include "price/greeks.h"

#include <math.h>

#include "price/mills.h"

#define SQRT1_2   0.70710678118654752440
#define SQRT1_2PI 0.39894228040143267794

/* N(y sqrt 2) from its tail, with G = exp(-y^2): no library erfc, whose exp we have already. */
static double normal(double y, double g)
{
    double tail = 0.5 * g * vol_mills_erfcx(fabs(y));

    return y > 0 ? 1 - tail : tail;
}

static int usable(double x)
{
    return x > 0 && x < INFINITY;
}

void vol_greeks(enum vol_option_type type, double forward, double strike, double discount, double t,
                double vol, double spot, struct vol_greeks *out)
{
    double q = type, k, s, root_t, y1, y2, density, n1, n2, ratio, rate, carry, x;

    if (!usable(forward) || !usable(strike) || !usable(discount) || !usable(t) || !usable(vol)) {
        out->price = out->delta = out->gamma = out->theta = out->vega = out->rho = NAN;
        return;
    }
    spot = usable(spot) ? spot : forward * discount;
    k = vol_black_log_ratio(forward, strike);
    x = fabs(k);
    root_t = sqrt(t);
    s = vol * root_t;
    y1 = (k / s + 0.5 * s) * SQRT1_2; /* d1 / sqrt 2 */
    y2 = (k / s - 0.5 * s) * SQRT1_2;
    density = exp(-y1 * y1);
    n1 = normal(q * y1, density);
    n2 = normal(q * y2, exp(-y2 * y2));
    ratio = forward / spot;
    rate = -log(discount) / t;
    carry = log(ratio) / t;
    out->price =
        discount * (fmax(q * (forward - strike), 0) + sqrt(forward) * sqrt(strike) * vol_black_norm(x, s));
    out->delta = q * discount * ratio * n1;
    out->gamma = discount * ratio * ratio * density * SQRT1_2PI / (forward * s);
    out->vega = 0.01 * discount * forward * density * SQRT1_2PI * root_t;
    out->theta = (rate * out->price -
                  discount * forward * (q * carry * n1 + density * SQRT1_2PI * vol / (2 * root_t))) /
                 365;
    out->rho = 0.01 * q * t * strike * discount * n2;
}
