/* lanes_black.h: what implied vols and greeks over arrays share: black.h in vectors.
 *
 * a = x / (s sqrt 2), d = s / (2 sqrt 2); b(x, s) = exp(-a^2 - d^2) (erfcx(a - d) - erfcx(a + d)) / 2.
 */
#ifndef VOL_PRICE_LANES_BLACK_H
#define VOL_PRICE_LANES_BLACK_H

#include "price/lanes_math.h"

enum { LANES_CHUNK = 128 };

/* Where the vector code computes: the products and quotients of two such numbers are far from the ends of the
 * range. False for a NaN, zero, or a negative number. */
LANES_INLINE mask moderate(vec a)
{
    return less(all_of(1e-15), a) & less(a, all_of(1e15));
}

/* black.c: SERIES_MAX_S and SERIES_MAX_X. */
LANES_INLINE mask by_series(vec x, vec s)
{
    return less(s, all_of(0.7)) & less(x, all_of(3));
}

LANES_INLINE mask is_call(const signed char *type)
{
    cvec t;

    memcpy(&t, type, sizeof t);
    return positive(__builtin_convertvector(t, ivec));
}

/* The options of a chunk, by how b is computed: three lists of places. A list has room for LANES more than
 * the chunk, so that it can be filled up. */
struct lists {
    uint16_t series[LANES_CHUNK + LANES], plain[LANES_CHUNK + LANES], odd[LANES_CHUNK];
    size_t n_series, n_plain, n_odd;
};

/* Put the LANES options at I, of N, on their lists by two masks: OK (ordinary), and SMALL (by_series). No
 * branches: in a chain one strike in ten changes sides.
 */
LANES_INLINE void sort_out(struct lists *l, unsigned ok, unsigned small, size_t i, size_t n)
{
    unsigned j;

    if ((ok & small) == (1u << LANES) - 1) { /* the usual case */
#pragma GCC unroll 16
        for (j = 0; j < LANES; j++)
            l->series[l->n_series + j] = (uint16_t)(i + j);
        l->n_series += i + LANES <= n ? LANES : n - i;
        return;
    }
    for (j = 0; j < LANES && i + j < n; j++) {
        unsigned is_ok = ok >> j & 1, is_small = is_ok & small >> j;

        l->series[l->n_series] = l->plain[l->n_plain] = l->odd[l->n_odd] = (uint16_t)(i + j);
        l->n_series += is_small;
        l->n_plain += is_ok & ~is_small;
        l->n_odd += is_ok ^ 1;
    }
}

/* Fill the last vector of a list up with its last place. */
LANES_INLINE void fill_up(uint16_t *list, size_t n)
{
    size_t i;

    for (i = n; i % LANES != 0; i++)
        list[i] = list[n - 1];
}

/* sum over k = 0 to 8 of y^k m[j + 2k] j! / (j + 2k)! from M and NEXT = m[j], m[j + 2], j = 0 or 1; y =
 * (2d)^2. Two steps of the recurrence of mills.h are one of m[j + 2] = (a^2 + j + 1/2) m[j] - j (j - 1)/4 m[j
 * - 2], half the work, and as stable. All after the first term is small (y < 0.25) and is added to it last.
 */
LANES_INLINE vec moment_sum(int j, vec a2, vec y, vec m, vec next)
{
    vec first = m, power = y, share = 1.0 / ((j + 1) * (j + 2)) * y, tail = share * next, after;
    double factor = 1.0 / ((j + 1) * (j + 2));
    int k;

#pragma GCC unroll 16
    for (k = j + 2; k < 16; k += 2) {
        after = (a2 + (k + 0.5)) * next - (0.25 * k * (k - 1)) * m;
        m = next;
        next = after;
        power *= y;
        factor /= (k + 1) * (k + 2);
        tail += factor * power * next;
    }
    return first + tail;
}

/* ODD (the return value) and EVEN, sums over odd and even j of (2d)^j / j! m[j](a), of which erfcx(a - d) is
 * the sum and erfcx(a + d) the difference; black.c: moment_sum. EVEN may be null. */
LANES_INLINE vec moment_sums(vec a, vec two_d, vec m0, vec m1, vec *even)
{
    vec y = two_d * two_d, a2 = a * a, m2, m3;

    m2 = 0.5 * m0 - a * m1;
    m3 = m1 - a * m2;
    if (even != NULL)
        *even = moment_sum(0, a2, y, m0, m2);
    return two_d * moment_sum(1, a2, y, m1, m3);
}

/* erfcx(a - d) - erfcx(a + d) for what by_series says, and for the rest (d - a < 26). */
LANES_INLINE vec series_difference(vec a, vec two_d)
{
    vec m1, m0 = mills_of(a, &m1);

    return 2 * moment_sums(a, two_d, m0, m1, NULL);
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
