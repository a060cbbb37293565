/* lanes_math.h: exp, ln and erfcx of LANES arguments, for arguments in the ranges that the kernels give them.
 *
 * The polynomials interpolate at Chebyshev nodes (50-digit arithmetic, the error is stated); the tables are
 * those of mills.h.
 */
#ifndef VOL_PRICE_LANES_MATH_H
#define VOL_PRICE_LANES_MATH_H

#include "price/lanes.h"
#include "price/lanes_vector.h"

#define LANES_SQRT1_2 0.70710678118654752440
#define LANES_LN2_HI  0.69314718036912381649 /* 32 bits: its multiples by an exponent are exact */
#define LANES_LN2_LO  1.9082149292705877e-10
#define LANES_ROUND   6755399441055744.0 /* 1.5 * 2^52: a sum with it has no place for a fraction */

/* floor(A) of 0 <= A < 2^31, at most LAST, as a double and as an integer. (At a whole A it may be A - 1: the
 * polynomials of neighbouring cells agree there.) A NaN gives LAST. */
LANES_INLINE vec cell_of(vec a, int last, ivec *cell)
{
    vec r = least_of(a - 0.5, all_of(last)) + LANES_ROUND;

    *cell = (ivec)r & 63; /* whatever A is, a row of the table */
    return r - LANES_ROUND;
}

/* exp(A) for -700 < A < 700, to 1 unit in the last place: A = n ln 2 + r, |r| <= ln(2)/2, and exp(r) = 1 + r
 * + r^2 Q(r) with an error of 2e-17. */
LANES_INLINE vec exp_of(vec a)
{
    vec n = a * 1.4426950408889633870 + LANES_ROUND, whole = n - LANES_ROUND;
    vec r = (a - whole * LANES_LN2_HI) - whole * LANES_LN2_LO, r2 = r * r, r4 = r2 * r2;
    vec q0 = (0.50000000000000011 + r * 0.16666666666666669) +
             r2 * (0.041666666666624039 + r * 0.0083333333333300546);
    vec q4 = (0.0013888888917258759 + r * 0.00019841269863088255) +
             r2 * (2.4801521225986432e-05 + r * 2.7557268406190795e-06);
    vec q8 = 2.7620121717381933e-07 + r * 2.51004110820149e-08;
    vec p = 1 + (r + r2 * (q0 + r4 * (q4 + r4 * q8)));

    return (vec)((uvec)p + ((uvec)n << 52));
}

/* 2 atanh(w) = ln((1 + w) / (1 - w)), to the last place for |w| <= 0.21: the error of the polynomial is 1e-16
 * of a term that is at most 0.045/3 of the whole. */
LANES_INLINE vec twice_atanh(vec w)
{
    vec y = w * w, y2 = y * y;
    vec p = (0.66666666666666663 + y * 0.40000000000018127) +
            y2 * (0.28571428562983842 + y * 0.22222223718775783);
    vec q =
        (0.18181688218307748 + y * 0.1539072314948686) + y2 * (0.13175368382500613 + y * 0.1385748884639332);

    return 2 * w + w * y * (p + y2 * y2 * q);
}

/* ln(F / K), as vol_black_log_ratio; F and K normal, their exponents less than 1000 apart. F is scaled by the
 * power of two 2^-n that brings it near K (within a factor of 1.5, by the difference of the bits): then F - K
 * is exact, and so is the logarithm of an option near the money, where n = 0. */
LANES_INLINE vec log_ratio(vec f, vec k)
{
    uvec bits = (uvec)f - (uvec)k + ((UINT64_C(1023) << 52) + (UINT64_C(1) << 51));
    uvec biased = bits >> 52;
    vec n = (vec)(biased | UINT64_C(0x4330000000000000)) - (4503599627370496.0 + 1023);
    vec g = (vec)((uvec)f - ((biased - 1023) << 52));
    vec near = twice_atanh((g - k) / (g + k));

    return n * LANES_LN2_HI + (near + n * LANES_LN2_LO);
}

/* ln(A) for a normal A >= 1, to 6e-9 of itself: enough for the start of an iteration. */
LANES_INLINE vec rough_log(vec a)
{
    uvec bits = (uvec)a - UINT64_C(0x3fe6a09e667f3bcd); /* of sqrt(1/2) */
    uvec n = bits >> 52;
    vec whole = (vec)(n | UINT64_C(0x4330000000000000)) - 4503599627370496.0;
    vec f = (vec)((uvec)a - (n << 52)) - 1, f2 = f * f, f4 = f2 * f2;
    vec p = (0.99999999938325501 + f * -0.49999988496142866) +
            f2 * (0.33333345349807464 + f * -0.2500157909915946);
    vec q = (0.20000939440373094 + f * -0.16608369414088409) +
            f2 * (0.14199650097916022 + f * -0.1326603136091708);
    vec r = 0.12806610435006952 + f * -0.074511862267575085;

    return whole * 0.69314718055994530942 + f * (p + f4 * (q + f4 * r));
}

LANES_INLINE vec eight_terms(const vec c[8], vec z)
{
    vec z2 = z * z;

    return (c[0] + z * c[1]) + z2 * ((c[2] + z * c[3]) + z2 * ((c[4] + z * c[5]) + z2 * (c[6] + z * c[7])));
}

/* erfcx(A), A >= 0, as vol_mills_erfcx. */
LANES_INLINE vec erfcx_of(vec a)
{
    vec u = 2 / (2 + a), v = u * 64, c[8];
    ivec cell;
    vec z = 2 * (v - cell_of(v, 63, &cell)) - 1;

    columns(vol_mills_erfcx_cells[0], 8, cell, c);
    return u * eight_terms(c, z);
}

/* erfcx(A) and its first moment, as vol_mills. */
LANES_INLINE vec mills_of(vec a, vec *moment)
{
    vec u = 2 / (2 + a), v = u * 64, c[8], m[8];
    ivec cell;
    vec z = 2 * (v - cell_of(v, 63, &cell)) - 1;

    columns(vol_mills_erfcx_cells[0], 8, cell, c);
    columns(vol_mills_moment_cells[0], 8, cell, m);
    *moment = u * u * eight_terms(m, z);
    return u * eight_terms(c, z);
}

#endif
