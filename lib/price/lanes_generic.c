/* The kernels in vectors of two, for every CPU: compilers lower them to SSE2, NEON or plain scalars. */
#define LANES 2
#include "price/lanes_greeks.h"
#include "price/lanes_iv.h"

void vol_lanes_iv_generic(const struct vol_iv_batch *batch)
{
    iv_solve(batch);
}

void vol_lanes_greeks_generic(const struct vol_greeks_batch *batch)
{
    greeks_solve(batch);
}
