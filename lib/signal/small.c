#include "signal/small.h"

#include <math.h>

/* The lower Cholesky factor of A with unit diagonal in place; false where a pivot is not positive. */
static int factor(double *a, size_t k)
{
    size_t i, j, l;

    for (i = 0; i < k; i++) {
        for (j = 0; j <= i; j++) {
            double sum = a[i * k + j];

            for (l = 0; l < j; l++)
                sum -= a[i * k + l] * a[j * k + l];
            if (i != j)
                a[i * k + j] = sum / a[j * k + j];
            else if (sum > 1e-14) /* of a diagonal of ones: less is rounding */
                a[i * k + i] = sqrt(sum);
            else
                return 0;
        }
    }
    return 1;
}

/* X = (L L')^-1 e, e the unit vector of UNIT. */
static void solve_unit(const double *l, size_t k, size_t unit, double *x)
{
    size_t i, j;

    for (i = 0; i < k; i++) {
        double sum = i == unit ? 1 : 0;

        for (j = 0; j < i; j++)
            sum -= l[i * k + j] * x[j];
        x[i] = sum / l[i * k + i];
    }
    for (i = k; i-- > 0;) {
        for (j = i + 1; j < k; j++)
            x[i] -= l[j * k + i] * x[j];
        x[i] /= l[i * k + i];
    }
}

enum vol_status vol_small_invert(const double *a, size_t k, double *out)
{
    double l[VOL_SMALL_MAX * VOL_SMALL_MAX], scale[VOL_SMALL_MAX], x[VOL_SMALL_MAX];
    double inverse[VOL_SMALL_MAX * VOL_SMALL_MAX];
    size_t i, j;

    if (k > VOL_SMALL_MAX)
        return VOL_EDATA;
    for (i = 0; i < k; i++) {
        if (!(a[i * k + i] > 0 && isfinite(a[i * k + i])))
            return VOL_EDATA;
        scale[i] = 1 / sqrt(a[i * k + i]);
    }
    for (i = 0; i < k; i++)
        for (j = 0; j < k; j++)
            l[i * k + j] = a[i * k + j] * scale[i] * scale[j];
    if (!factor(l, k))
        return VOL_EDATA;
    for (i = 0; i < k; i++) {
        solve_unit(l, k, i, x);
        for (j = 0; j < k; j++)
            inverse[j * k + i] = x[j] * scale[i] * scale[j];
    }
    for (i = 0; i < k * k; i++)
        out[i] = inverse[i];
    return VOL_OK;
}

void vol_small_sandwich(const double *b, const double *m, size_t k, double *out)
{
    double bm[VOL_SMALL_MAX * VOL_SMALL_MAX];
    size_t i, j, l;

    for (i = 0; i < k; i++) {
        for (j = 0; j < k; j++) {
            bm[i * k + j] = 0;
            for (l = 0; l < k; l++)
                bm[i * k + j] += b[i * k + l] * m[l * k + j];
        }
    }
    for (i = 0; i < k; i++) {
        for (j = 0; j < k; j++) {
            out[i * k + j] = 0;
            for (l = 0; l < k; l++)
                out[i * k + j] += bm[i * k + l] * b[j * k + l];
        }
    }
}
