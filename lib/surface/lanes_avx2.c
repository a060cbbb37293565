/* The dense kernels in vectors of 4: run only where price/isa.c found that the CPU has avx2. */
#include "surface/lanes.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

#define LANES 4
#include "surface/lanes_dense.h"

const struct vol_surface_lanes vol_surface_lanes_avx2 = {kernel, combine, factorise, evaluate};

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
