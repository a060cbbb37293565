/* The kernels in vectors of 4: run only where isa.c found that the CPU has avx2. */
#include "price/lanes.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

#define LANES 4
#include "price/lanes_greeks.h"
#include "price/lanes_iv.h"

void vol_lanes_iv_avx2(const struct vol_iv_batch *batch)
{
    iv_solve(batch);
}

void vol_lanes_greeks_avx2(const struct vol_greeks_batch *batch)
{
    greeks_solve(batch);
}

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
