#include "signal/diebold.h"

#include <math.h>

enum vol_status vol_diebold_mariano(const double *a, const double *b, size_t n, size_t horizon,
                                    struct vol_diebold *out)
{
    double mean = 0, variance = 0, error;
    size_t i, lag;

    if (horizon < 1 || n < 2 * horizon + 8)
        return VOL_EDATA;
    for (i = 0; i < n; i++)
        mean += a[i] - b[i];
    mean /= (double)n;
    for (lag = 0; lag < horizon; lag++) {
        double sum = 0;

        for (i = lag; i < n; i++)
            sum += (a[i] - b[i] - mean) * (a[i - lag] - b[i - lag] - mean);
        variance += (lag == 0 ? 1 : 2 * (1 - (double)lag / (double)horizon)) * sum / (double)n;
    }
    error = sqrt(variance / (double)n);
    if (!(error > 0 && isfinite(error)))
        return VOL_EDATA;
    out->n = n;
    out->mean = mean;
    out->t = mean / error;
    out->p = erfc(fabs(out->t) * 0.70710678118654752440);
    return VOL_OK;
}
