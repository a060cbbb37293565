/* diebold.h: whether one forecast loses less than another, or was lucky (Diebold-Mariano 1995). */
#ifndef VOL_SIGNAL_DIEBOLD_H
#define VOL_SIGNAL_DIEBOLD_H

#include <stddef.h>

#include "base/error.h"

struct vol_diebold {
    size_t n;
    double mean; /* of loss A less loss B: below 0 where A is better */
    double t;    /* mean / its Newey-West standard error */
    double p;    /* two-sided, standard normal */
};

/* Compare the losses A[i] and B[i] of the same N days, in their order. Forecasts HORIZON days ahead overlap,
 * so that their errors are correlated over HORIZON - 1 days: the variance of the mean counts so many lags
 * with Bartlett's weights (Newey-West 1987), which keeps it above 0. VOL_EDATA: fewer than 2 HORIZON + 8
 * days, a loss that is not finite, or differences that do not vary. */
enum vol_status vol_diebold_mariano(const double *a, const double *b, size_t n, size_t horizon,
                                    struct vol_diebold *out);

#endif
