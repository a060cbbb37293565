#include "price/carry.h"

#include <math.h>

#include "price/black.h"

static int usable(double x)
{
    return x > 0 && x < INFINITY;
}

double vol_carry_yield(double spot, double forward, double discount, double t)
{
    double q;

    if (!usable(spot) || !usable(forward) || !usable(discount) || !usable(t))
        return NAN;
    q = (vol_black_log_ratio(spot, forward) - log(discount)) / t;
    return fabs(q) < INFINITY ? q : NAN;
}

double vol_carry_yield_error(double forward, double discount, double t, double forward_error,
                             double discount_error)
{
    double error;

    if (!usable(forward) || !usable(discount) || !usable(t) || !(forward_error >= 0) ||
        !(discount_error >= 0))
        return NAN;
    error = hypot(forward_error / forward, discount_error / discount) / t;
    return error < INFINITY ? error : NAN;
}
