#include "signal/scaler.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

/* Mean and deviation of a column; false when it has no value, or one that is infinite. */
static bool fit_column(const double *x, size_t n, size_t stride, double *mean, double *sd)
{
    double sum = 0, squares = 0, size = 0;
    size_t i, used = 0;

    for (i = 0; i < n; i++) {
        if (isnan(x[i * stride]))
            continue;
        sum += x[i * stride];
        used++;
    }
    if (used == 0 || !isfinite(sum))
        return false;
    sum /= (double)used;
    for (i = 0; i < n; i++) {
        if (isnan(x[i * stride]))
            continue;
        squares += (x[i * stride] - sum) * (x[i * stride] - sum);
        size = fmax(size, fabs(x[i * stride]));
    }
    *mean = sum;
    *sd = sqrt(squares / (double)used);
    if (!(*sd > 10 * DBL_EPSILON * size)) /* what is left of rounding is no spread */
        *sd = 1;
    return isfinite(*sd);
}

enum vol_status vol_scaler_fit(struct vol_scaler *scaler, const double *x, size_t n, size_t d, size_t stride)
{
    struct vol_scaler made = {.d = d};
    size_t j;

    if (n == 0 || d == 0 || d > VOL_SCALER_MAX || stride < d)
        return VOL_EUSAGE;
    for (j = 0; j < d; j++)
        if (!fit_column(x + j, n, stride, &made.mean[j], &made.sd[j]))
            return VOL_EDATA;
    *scaler = made;
    return VOL_OK;
}

void vol_scaler_apply(const struct vol_scaler *scaler, const double *x, double *out)
{
    size_t j;

    for (j = 0; j < scaler->d; j++)
        out[j] = (x[j] - scaler->mean[j]) / scaler->sd[j];
}
