/* The dense kernels in vectors of two, for every CPU. */
#define LANES 2
#include "surface/lanes_dense.h"

const struct vol_surface_lanes vol_surface_lanes_generic = {kernel, combine, factorise, evaluate};
