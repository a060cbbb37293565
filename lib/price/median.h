/* median.h: the middle of a set of numbers, in linear time. */
#ifndef VOL_PRICE_MEDIAN_H
#define VOL_PRICE_MEDIAN_H

#include <stddef.h>

/* The median of V[0..N), none of them NaN (the mean of the two middle ones when N is even); NaN for N = 0.
 * The order of V is lost. */
double vol_median(double *v, size_t n);

#endif
