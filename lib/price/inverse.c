#include "price/inverse.h"

#include <math.h>

static double held(double x)
{
    return fabs(x) < INFINITY ? x : NAN;
}

void vol_inverse_greeks(const struct vol_greeks_all *g, double spot, struct vol_greeks *coin)
{
    double s = spot > 0 && spot < INFINITY ? spot : NAN;

    coin->price = held(g->first.price / s);
    coin->delta = s > 0 ? g->delta_pa : NAN; /* not the difference, which cancels deep in the money */
    coin->gamma = held(g->first.gamma - g->delta_pa / s);
    coin->theta = held(g->first.theta / s);
    coin->vega = held(g->first.vega / s);
    coin->rho = held(g->first.rho / s);
}
