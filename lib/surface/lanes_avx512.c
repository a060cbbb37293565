/* The dense kernels in vectors of 8: run only where price/isa.c found that the CPU has avx512. */
#include "surface/lanes.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vl")
#endif

#define LANES 8
#include "surface/lanes_dense.h"

const struct vol_surface_lanes vol_surface_lanes_avx512 = {kernel, combine, factorise, evaluate};

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
