/* lanes_vector.h: LANES doubles at a time: the few operations that the compilers' vector types lack.
 *
 * Sums, products, quotients and comparisons are those of GCC's and clang's vector types, which lower them to
 * the instructions of the level; with LANES of 2 they need no more than SSE2, NEON or plain scalars. What has
 * no operator in C is here: square roots, the choice between two values lane by lane, and reading rows of
 * tables.
 */
#ifndef VOL_PRICE_LANES_VECTOR_H
#define VOL_PRICE_LANES_VECTOR_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define LANES_INLINE static inline __attribute__((always_inline))

typedef double vec __attribute__((vector_size(8 * LANES)));
typedef int64_t ivec __attribute__((vector_size(8 * LANES)));
typedef uint64_t uvec __attribute__((vector_size(8 * LANES)));
typedef signed char cvec __attribute__((vector_size(LANES)));

#if LANES == 8

typedef __mmask8 mask;

LANES_INLINE mask less(vec a, vec b)
{
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ);
}

LANES_INLINE mask equal(vec a, vec b)
{
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_EQ_OQ);
}

LANES_INLINE mask positive(ivec a)
{
    return _mm512_cmpgt_epi64_mask((__m512i)a, _mm512_setzero_si512());
}

LANES_INLINE vec choose(mask m, vec yes, vec no)
{
    return (vec)_mm512_mask_blend_pd(m, (__m512d)no, (__m512d)yes);
}

LANES_INLINE unsigned mask_bits(mask m)
{
    return m;
}

LANES_INLINE vec root_of(vec a)
{
    return (vec)_mm512_sqrt_pd((__m512d)a);
}

LANES_INLINE vec least_of(vec a, vec b)
{
    return (vec)_mm512_min_pd((__m512d)a, (__m512d)b);
}

#else /* masks are lanes of all ones or all zeros */

typedef ivec mask;

LANES_INLINE mask less(vec a, vec b)
{
    return (ivec)(a < b);
}

LANES_INLINE mask equal(vec a, vec b)
{
    return (ivec)(a == b);
}

LANES_INLINE mask positive(ivec a)
{
    return (ivec)(a > 0);
}

#if LANES == 4

LANES_INLINE vec choose(mask m, vec yes, vec no)
{
    return (vec)_mm256_blendv_pd((__m256d)no, (__m256d)yes, (__m256d)m);
}

LANES_INLINE unsigned mask_bits(mask m)
{
    return (unsigned)_mm256_movemask_pd((__m256d)m);
}

LANES_INLINE vec root_of(vec a)
{
    return (vec)_mm256_sqrt_pd((__m256d)a);
}

#else

LANES_INLINE vec choose(mask m, vec yes, vec no)
{
    return (vec)((m & (ivec)yes) | (~m & (ivec)no));
}

LANES_INLINE unsigned mask_bits(mask m)
{
    return (unsigned)((m[0] & 1) | (m[1] & 2));
}

LANES_INLINE vec root_of(vec a)
{
#ifdef __x86_64__
    return (vec)_mm_sqrt_pd((__m128d)a);
#else
    return (vec){sqrt(a[0]), sqrt(a[1])};
#endif
}

#endif

LANES_INLINE vec least_of(vec a, vec b)
{
    return choose(less(a, b), a, b);
}

#endif

LANES_INLINE vec all_of(double a)
{
    return (vec){0} + a;
}

LANES_INLINE vec greatest_of(vec a, vec b)
{
    return choose(less(b, a), a, b);
}

LANES_INLINE vec magnitude(vec a)
{
    return (vec)((ivec)a & INT64_MAX);
}

LANES_INLINE vec load(const double *from)
{
    vec a;

    memcpy(&a, from, sizeof a);
    return a;
}

LANES_INLINE void store(double *to, vec a)
{
    memcpy(to, &a, sizeof a);
}

/* The N < LANES numbers at FROM, filled up with zeros in PAD; a null FROM stays null. */
LANES_INLINE const double *padded(const double *from, size_t n, double pad[LANES])
{
    if (from == NULL)
        return NULL;
    memset(pad, 0, LANES * sizeof *pad);
    memcpy(pad, from, n * sizeof *pad);
    return pad;
}

/* INDEX rises, but for repetitions of the last one that fill it up. */
LANES_INLINE int neighbours(const uint16_t *index)
{
    return index[LANES - 1] - index[0] == LANES - 1 && index[LANES - 1] != index[LANES - 2];
}

/* The lanes of ARRAY at INDEX. Neighbours, the usual case, are one load. */
LANES_INLINE vec pick(const double *array, const uint16_t *index)
{
    if (neighbours(index))
        return load(array + index[0]);
#if LANES == 2
    return (vec){array[index[0]], array[index[1]]};
#elif LANES == 4
    return (vec){array[index[0]], array[index[1]], array[index[2]], array[index[3]]};
#else
    return (vec){array[index[0]], array[index[1]], array[index[2]], array[index[3]],
                 array[index[4]], array[index[5]], array[index[6]], array[index[7]]};
#endif
}

LANES_INLINE void place(double *array, const uint16_t *index, vec a)
{
    int i;

    if (neighbours(index)) {
        store(array + index[0], a);
        return;
    }
#pragma GCC unroll 16
    for (i = 0; i < LANES; i++)
        array[index[i]] = a[i];
}

/* LANES rows of LANES numbers become columns. */
LANES_INLINE void transpose(vec r[LANES])
{
#if LANES == 2
    vec t = r[0];

    r[0] = __builtin_shufflevector(t, r[1], 0, 2);
    r[1] = __builtin_shufflevector(t, r[1], 1, 3);
#elif LANES == 4
    vec t0 = __builtin_shufflevector(r[0], r[1], 0, 4, 2, 6),
        t1 = __builtin_shufflevector(r[0], r[1], 1, 5, 3, 7);
    vec t2 = __builtin_shufflevector(r[2], r[3], 0, 4, 2, 6),
        t3 = __builtin_shufflevector(r[2], r[3], 1, 5, 3, 7);

    r[0] = __builtin_shufflevector(t0, t2, 0, 1, 4, 5);
    r[1] = __builtin_shufflevector(t1, t3, 0, 1, 4, 5);
    r[2] = __builtin_shufflevector(t0, t2, 2, 3, 6, 7);
    r[3] = __builtin_shufflevector(t1, t3, 2, 3, 6, 7);
#else
    vec t[8], u[8];
    int i;

#pragma GCC unroll 16
    for (i = 0; i < 8; i += 2) { /* pairs of rows: columns 0 2 4 6, and 1 3 5 7 */
        t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        t[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
#pragma GCC unroll 16
    for (i = 0; i < 8; i += 4) { /* four rows: columns 0 4, 1 5, 2 6, 3 7 */
        u[i] = __builtin_shufflevector(t[i], t[i + 2], 0, 1, 4, 5, 8, 9, 12, 13);
        u[i + 1] = __builtin_shufflevector(t[i + 1], t[i + 3], 0, 1, 4, 5, 8, 9, 12, 13);
        u[i + 2] = __builtin_shufflevector(t[i], t[i + 2], 2, 3, 6, 7, 10, 11, 14, 15);
        u[i + 3] = __builtin_shufflevector(t[i + 1], t[i + 3], 2, 3, 6, 7, 10, 11, 14, 15);
    }
#pragma GCC unroll 16
    for (i = 0; i < 4; i++) {
        r[i] = __builtin_shufflevector(u[i], u[i + 4], 0, 1, 4, 5, 8, 9, 12, 13);
        r[i + 4] = __builtin_shufflevector(u[i], u[i + 4], 2, 3, 6, 7, 10, 11, 14, 15);
    }
#endif
}

/* Columns of the rows CELL of a table with N columns, N a multiple of 8: whole rows are read and transposed,
 * which is faster than gathering the columns one by one (8 loads and 24 shuffles against 8 gathers). */
LANES_INLINE void columns(const double *table, int n, ivec cell, vec *column)
{
    int64_t row[LANES];
    int i, j;

    memcpy(row, &cell, sizeof row);
#pragma GCC unroll 16
    for (j = 0; j < n; j += LANES) {
#pragma GCC unroll 16
        for (i = 0; i < LANES; i++)
            column[j + i] = load(table + row[i] * n + j);
        transpose(column + j);
    }
}

#endif
