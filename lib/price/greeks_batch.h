/* greeks_batch.h: price and greeks of many European options at once: greeks.h over arrays.
 *
 * The members mean what they mean in greeks.h, in the same units; an option with an argument that is missing,
 * not positive or infinite gets NaN in every output. No allocation, no lock, no state; the same input gives
 * the same bits at every level of isa.h and at every place in the arrays.
 */
#ifndef VOL_PRICE_GREEKS_BATCH_H
#define VOL_PRICE_GREEKS_BATCH_H

#include <stddef.h>

#include "price/isa.h"

/* Arrays of N, owned by the caller; those that are written must not overlap those that are read. `type` holds
 * VOL_CALL or VOL_PUT. `spot` may be null: then forward times discount stands for it, as it does where a spot
 * is NaN or not positive. `t_var` and `speed` are those of struct vol_greeks_input; null: t, and 1. */
struct vol_greeks_batch {
    size_t n;
    const signed char *type;
    const double *forward, *strike, *discount, *t, *vol, *spot, *t_var, *speed;
    double *price, *delta, *gamma, *theta, *vega, *rho;
    enum vol_isa isa; /* 0, VOL_ISA_BEST: the widest that the CPU has */
};

void vol_greeks_solve(const struct vol_greeks_batch *batch);

#endif
