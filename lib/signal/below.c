#include "signal/below.h"

#include <string.h>

/* Four accumulators keep the compare ports of any x86-64 busy; the round is 4 * LANES values, the rest goes
 * one by one. The vectors are the compiler's own, so that the same text serves every width (and every CPU).
 */
#define BELOW(name, attribute, LANES)                                      \
    attribute static size_t name(const double *values, size_t n, double x) \
    {                                                                      \
        typedef double vec __attribute__((vector_size(LANES * 8)));        \
        typedef long long mask __attribute__((vector_size(LANES * 8)));    \
        const mask none = {0};                                             \
        mask count[4] = {none, none, none, none};                          \
        const vec zero = {0}, at = zero + x;                               \
        size_t i, k, below = 0;                                            \
        vec v[4];                                                          \
                                                                           \
        for (i = 0; i + 4 * LANES <= n; i += 4 * LANES) {                  \
            memcpy(v, values + i, sizeof v);                               \
            count[0] += (mask)(v[0] < at); /* a true lane is -1 */         \
            count[1] += (mask)(v[1] < at);                                 \
            count[2] += (mask)(v[2] < at);                                 \
            count[3] += (mask)(v[3] < at);                                 \
        }                                                                  \
        for (; i < n; i++)                                                 \
            below += values[i] < x;                                        \
        count[0] += count[1] + count[2] + count[3];                        \
        for (k = 0; k < LANES; k++)                                        \
            below += (size_t)-count[0][k];                                 \
        return below;                                                      \
    }

BELOW(below_generic, , 2)
#ifdef __x86_64__
BELOW(below_avx2, __attribute__((target("avx2"))), 4)
BELOW(below_avx512, __attribute__((target("avx512f,avx512dq,avx512vl"))), 8)
#endif

vol_below *vol_below_for(enum vol_isa isa)
{
    switch (vol_isa_usable(isa)) {
#ifdef __x86_64__
    case VOL_ISA_AVX2:
        return below_avx2;
    case VOL_ISA_AVX512:
        return below_avx512;
#endif
    default:
        return below_generic;
    }
}
