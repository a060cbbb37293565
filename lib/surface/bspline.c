#include "surface/bspline.h"

#include <string.h>

size_t vol_bspline_interval(const double *x, size_t m, double at)
{
    size_t low = 0, high = m;

    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (x[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void vol_bspline_knots(const double *x, size_t m, double *knot)
{
    size_t i, j;

    for (j = 0; j < m + 7; j++) {
        i = j < 3 ? 0 : j - 3;
        knot[j] = x[i < m ? i : m];
    }
}

void vol_bspline_basis(const double *knot, size_t i, double x, double out[3][4])
{
    const double *t = knot + i + 3;
    double low[4] = {1.0}, two[4], one[4];
    int degree, j;

    for (degree = 1; degree <= 3; degree++) {
        double saved = 0.0;

        if (degree == 2)
            memcpy(one, low, sizeof one);
        if (degree == 3)
            memcpy(two, low, sizeof two);
        for (j = 0; j < degree; j++) {
            double right = t[j + 1], left = t[j + 1 - degree], term = low[j] / (right - left);

            low[j] = saved + (right - x) * term;
            saved = (x - left) * term;
        }
        low[degree] = saved;
    }
    memcpy(out[0], low, sizeof low);
    for (j = 0; j < 4; j++) { /* differences of the quadratic ones */
        double a = j > 0 ? two[j - 1] / (t[j] - t[j - 3]) : 0.0,
               b = j < 3 ? two[j] / (t[j + 1] - t[j - 2]) : 0.0;

        out[1][j] = 3.0 * (a - b);
    }
    for (j = 0; j < 4; j++) { /* of the linear ones, twice */
        double h0 = j > 0 ? t[j] - t[j - 3] : 1.0, h1 = j < 3 ? t[j + 1] - t[j - 2] : 1.0;
        double a = j > 1 ? one[j - 2] / (t[j - 1] - t[j - 3]) : 0.0;
        double b = j > 0 && j < 3 ? one[j - 1] / (t[j] - t[j - 2]) : 0.0;
        double c = j < 2 ? one[j] / (t[j + 1] - t[j - 1]) : 0.0;

        out[2][j] = 6.0 * ((a - b) / h0 - (b - c) / h1);
    }
}
