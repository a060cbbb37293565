#include "price/median.h"

#include <math.h>

/* The element of V[0..N) that sorting would put at index K, with none greater before it (Hoare's selection).
 */
static double select_kth(double *v, size_t n, size_t k)
{
    size_t lo = 0, hi = n - 1;

    while (lo < hi) {
        double pivot = v[lo + (hi - lo) / 2], swap;
        size_t i = lo, j = hi;

        for (;;) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i >= j)
                break;
            swap = v[i];
            v[i++] = v[j];
            v[j--] = swap;
        }
        if (k <= j)
            hi = j;
        else
            lo = j + 1;
    }
    return v[k];
}

double vol_median(double *v, size_t n)
{
    double upper, lower;
    size_t i;

    if (n == 0)
        return NAN;
    upper = lower = select_kth(v, n, n / 2);
    if (n % 2 == 1)
        return upper;
    for (i = 1, lower = v[0]; i < n / 2; i++)
        lower = fmax(lower, v[i]);
    return 0.5 * (lower + upper);
}
