/* damped.h: the damped step of Levenberg-Marquardt for a handful of parameters.
 *
 * In a header, so that the compiler sees N and unrolls: the fits of smiles solve a system of 3 or 5 unknowns
 * for every pass over 40 quotes. Marquardt, "An algorithm for least-squares estimation of nonlinear
 * parameters" (1963).
 */
#ifndef VOL_SURFACE_DAMPED_H
#define VOL_SURFACE_DAMPED_H

#include <float.h>
#include <math.h>
#include <stdbool.h>

enum { VOL_DAMPED_MOST = 8 };

/* Solve (H + LAMBDA diag H) D = -G by Cholesky for N <= VOL_DAMPED_MOST unknowns; of H the lower triangle is
 * read. D[i] is 0 where HELD[i]. False when the system is not positive definite; D is then undefined. */
static inline bool vol_damped_step(int n, const double h[n][n], const double *g, const bool *held,
                                   double lambda, double *d)
{
    double l[VOL_DAMPED_MOST][VOL_DAMPED_MOST], inverse[VOL_DAMPED_MOST];
    int i, j, k;

    for (i = 0; i < n; i++)
        for (j = 0; j <= i; j++) {
            double sum = i != j && (held[i] || held[j]) ? 0.0 : h[i][j];

            if (i == j)
                sum += lambda * h[i][i] + DBL_MIN;
            for (k = 0; k < j; k++)
                sum -= l[i][k] * l[j][k];
            if (i == j && !(sum > 0.0))
                return false;
            if (i == j)
                inverse[i] = 1.0 / sqrt(sum);
            l[i][j] = i == j ? sum * inverse[i] : sum * inverse[j];
        }
    for (i = 0; i < n; i++) {
        d[i] = held[i] ? 0.0 : -g[i];
        for (k = 0; k < i; k++)
            d[i] -= l[i][k] * d[k];
        d[i] *= inverse[i];
    }
    for (i = n - 1; i >= 0; i--) {
        for (k = i + 1; k < n; k++)
            d[i] -= l[k][i] * d[k];
        d[i] *= inverse[i];
    }
    return true;
}

#endif
