/* small.h: matrices of a handful of rows, by rows in plain arrays: what standard errors are made of. */
#ifndef VOL_SIGNAL_SMALL_H
#define VOL_SIGNAL_SMALL_H

#include <stddef.h>

#include "base/error.h"

enum { VOL_SMALL_MAX = 8 };

/* OUT = A^-1 of the symmetric A, K x K, K <= VOL_SMALL_MAX, by Cholesky after its diagonal was scaled to ones
 * (parameters differ by many orders of magnitude). OUT may be A. VOL_EDATA: A is not positive definite, or
 * not finite. */
enum vol_status vol_small_invert(const double *a, size_t k, double *out);

/* OUT = B M B' with B and M K x K; OUT is neither of them. */
void vol_small_sandwich(const double *b, const double *m, size_t k, double *out);

#endif
