#include "price/greeks_batch.h"

#include <math.h>

#include "price/greeks.h"

void vol_greeks_solve(const struct vol_greeks_batch *b)
{
    struct vol_greeks g;
    size_t i;

    for (i = 0; i < b->n; i++) {
        vol_greeks(b->type[i] > 0 ? VOL_CALL : VOL_PUT, b->forward[i], b->strike[i], b->discount[i], b->t[i],
                   b->vol[i], b->spot != NULL ? b->spot[i] : NAN, &g);
        b->price[i] = g.price;
        b->delta[i] = g.delta;
        b->gamma[i] = g.gamma;
        b->theta[i] = g.theta;
        b->vega[i] = g.vega;
        b->rho[i] = g.rho;
    }
}
