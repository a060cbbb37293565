#include "surface/isotonic.h"

#include <math.h>

/* Blocks lie at the front of Z (their mean) and COUNT (their length); the weight of a block is kept in TOTAL
 * at the place of its first element. N elements, the i-th with value Y[i] and weight WEIGHT[i] / DIVISOR[i].
 */
static void pool(size_t n, const double *y, const double *weight, const double *divisor, double *z,
                 double *total, size_t *count)
{
    size_t blocks = 0, i, j, at;

    for (i = 0; i < n; i++) {
        double mean = y[i], mass = (weight != NULL ? weight[i] : 1.0) / (divisor != NULL ? divisor[i] : 1.0);
        size_t length = 1;

        while (blocks > 0 && z[blocks - 1] >= mean) {
            double both;

            blocks--;
            both = total[blocks] + mass;
            mean = z[blocks] + (mean - z[blocks]) * (mass / both);
            mass = both;
            length += count[blocks];
        }
        z[blocks] = mean;
        total[blocks] = mass;
        count[blocks++] = length;
    }
    for (at = n; blocks > 0;) { /* spread the means, from the end so that none is overwritten */
        double mean = z[--blocks];

        for (j = count[blocks]; j > 0; j--)
            z[--at] = mean;
    }
}

enum vol_status vol_isotonic(size_t n, const double *y, const double *weight, double *z, double *scratch,
                             size_t *count)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (!isfinite(y[i]) || !(weight[i] > 0.0) || !isfinite(weight[i]))
            return VOL_EDATA;
    pool(n, y, weight, NULL, z, scratch, count);
    return VOL_OK;
}

enum vol_status vol_isotonic_vols(size_t n, const double *t, const double *vol, const double *weight,
                                  double *out, double *scratch, size_t *count)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (!(t[i] > (i > 0 ? t[i - 1] : 0.0)) || !isfinite(t[i]) || !(vol[i] >= 0.0) || !isfinite(vol[i]) ||
            (weight != NULL && (!(weight[i] > 0.0) || !isfinite(weight[i]))))
            return VOL_EDATA;
    for (i = 0; i < n; i++)
        out[i] = vol[i] * sqrt(t[i]);
    pool(n, out, weight, t, out, scratch, count);
    for (i = 0; i < n; i++)
        out[i] /= sqrt(t[i]);
    return VOL_OK;
}
