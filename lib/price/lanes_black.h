/* lanes_black.h: what implied vols and greeks over arrays share: black.h in vectors.
 *
 * a = x / (s sqrt 2), d = s / (2 sqrt 2); b(x, s) = exp(-a^2 - d^2) (erfcx(a - d) - erfcx(a + d)) / 2.
 */
#ifndef VOL_PRICE_LANES_BLACK_H
#define VOL_PRICE_LANES_BLACK_H

#include "price/lanes_math.h"

/* Where the vector code computes: the products and quotients of two such numbers are far from the ends of the
 * range. False for a NaN, zero, or a negative number. */
LANES_INLINE mask moderate(vec a)
{
    return less(all_of(1e-60), a) & less(a, all_of(1e60));
}

/* black.c: SERIES_MAX_S and SERIES_MAX_X. */
LANES_INLINE mask by_series(vec x, vec s)
{
    return less(s, all_of(0.35)) & less(x, all_of(1));
}

/* The sums over even and over odd j of (2d)^j / j! m[j](a): erfcx(a - d) is EVEN + ODD, erfcx(a + d) is EVEN
 * - ODD; black.c: moment_sum. EVEN may be null. */
LANES_INLINE vec moment_sums(vec a, vec two_d, vec *even)
{
    vec y = two_d * two_d, m[14], sum;
    int j;

    m[0] = mills_of(a, &m[1]);
    for (j = 2; j < 14; j++)
        m[j] = (0.5 * (j - 1)) * m[j - 2] - a * m[j - 1];
    if (even != NULL) {
        sum = m[10] + y * (1.0 / 132) * m[12];
        for (j = 8; j >= 0; j -= 2)
            sum = m[j] + y * (1.0 / ((j + 1) * (j + 2))) * sum;
        *even = sum;
    }
    sum = m[11] + y * (1.0 / 156) * m[13];
    for (j = 9; j > 0; j -= 2)
        sum = m[j] + y * (1.0 / ((j + 1) * (j + 2))) * sum;
    return two_d * sum;
}

/* erfcx(a - d) - erfcx(a + d) for what by_series says, and for the rest (d - a < 26). */
LANES_INLINE vec series_difference(vec a, vec two_d)
{
    return 2 * moment_sums(a, two_d, NULL);
}

LANES_INLINE vec plain_difference(vec a, vec d)
{
    vec w = a - d, near = erfcx_of(magnitude(w));
    mask beyond = less(a, d);

    if (mask_bits(beyond) != 0) /* erfcx(-w) = 2 exp(w^2) - erfcx(w) */
        near = choose(beyond, 2 * exp_of(least_of(w * w, all_of(700))) - near, near);
    return near - erfcx_of(a + d);
}

#endif
