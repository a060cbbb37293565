/* random.h: the same numbers in every run (splitmix64). */
#ifndef VOL_TESTS_RANDOM_H
#define VOL_TESTS_RANDOM_H

#include <math.h>
#include <stdint.h>

/* In [0, 1). */
static inline double draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Between LOW and HIGH, both positive, evenly in the logarithm. */
static inline double draw_log(uint64_t *state, double low, double high)
{
    return low * exp(draw(state) * log(high / low));
}

#endif
