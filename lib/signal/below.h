/* below.h: how many numbers of an array are less than X: the inner loop of ranks and percentiles.
 *
 * Compiled for two, four and eight lanes and chosen once; a count is exact, so that all give the same.
 */
#ifndef VOL_SIGNAL_BELOW_H
#define VOL_SIGNAL_BELOW_H

#include <stddef.h>

#include "price/isa.h"

/* How many of N VALUES are less than X; NaN never is. */
typedef size_t vol_below(const double *values, size_t n, double x);

/* The one for ISA, or what this CPU has of it (vol_isa_usable). */
vol_below *vol_below_for(enum vol_isa isa);

#endif
