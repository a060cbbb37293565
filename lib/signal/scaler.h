/* scaler.h: columns brought to mean 0 and deviation 1, so that no unit outweighs another.
 *
 * The deviation is that of the population (n), as sklearn's StandardScaler has it; a column without any
 * spread is only shifted. NaN is a value that is missing: it counts in neither, and stays NaN. Matrices are
 * row by row: x[i * stride + j].
 */
#ifndef VOL_SIGNAL_SCALER_H
#define VOL_SIGNAL_SCALER_H

#include <stddef.h>

#include "base/error.h"

enum { VOL_SCALER_MAX = 32 }; /* columns */

struct vol_scaler {
    size_t d;
    double mean[VOL_SCALER_MAX], sd[VOL_SCALER_MAX];
};

/* Learn from the first D (1 to VOL_SCALER_MAX) columns of N >= 1 rows. VOL_EDATA: a value that is not finite;
 * VOL_EUSAGE: the size. */
enum vol_status vol_scaler_fit(struct vol_scaler *scaler, const double *x, size_t n, size_t d, size_t stride);

/* OUT[j] = (X[j] - mean) / deviation; X and OUT may be the same. */
void vol_scaler_apply(const struct vol_scaler *scaler, const double *x, double *out);

#endif
