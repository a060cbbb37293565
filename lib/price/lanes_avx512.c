/* The kernels in vectors of 8: run only where isa.c found that the CPU has avx512. */
#include "price/lanes.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vl")
#endif

#define LANES 8
#include "price/lanes_greeks.h"
#include "price/lanes_iv.h"

void vol_lanes_iv_avx512(const struct vol_iv_batch *batch)
{
    iv_solve(batch);
}

void vol_lanes_greeks_avx512(const struct vol_greeks_batch *batch)
{
    greeks_solve(batch);
}

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
