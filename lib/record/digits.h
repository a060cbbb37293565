/* digits.h: runs of decimal digits eight bytes at a time, for the scanner. Private to lib/record.
 *
 * Lengths of numbers vary from row to row, and a loop over digits pays for that with a branch that is guessed
 * wrong about once a number. Here the length of a run is computed without a branch, and so is its value. At
 * least 24 readable bytes must follow P.
 */
#ifndef VOL_RECORD_DIGITS_H
#define VOL_RECORD_DIGITS_H

#include <stdint.h>
#include <string.h>

static inline int vol_is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

static inline uint64_t vol_digits_load(const char *p)
{
    uint64_t x;

    memcpy(&x, p, sizeof x);
    return x;
}

/* How many of the eight bytes at P are digits before the first that is none. A byte is a digit when its high
 * half is 3 and stays so when 6 is added to it. */
static inline unsigned vol_digits_run(const char *p)
{
    uint64_t x = vol_digits_load(p) ^ UINT64_C(0x3030303030303030);
    uint64_t other = ((x + UINT64_C(0x0606060606060606)) | x) & UINT64_C(0xf0f0f0f0f0f0f0f0);

    return other != 0 ? (unsigned)__builtin_ctzll(other) / 8 : 8;
}

/* Digits in the bytes of X, the first in the lowest byte that is not zero, joined three times: digits to
 * pairs, pairs to fours, fours to the eight. */
static inline uint64_t vol_digits_join(uint64_t x)
{
    x = (x * 10 + (x >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
    x = (x * 100 + (x >> 16)) & UINT64_C(0x0000ffff0000ffff);
    return (x * 10000 + (x >> 32)) & UINT64_C(0xffffffff);
}

/* The number that the N digits at P write, 1 <= N <= 8: they are moved to the far end of the word, zeros
 * come before them. */
static inline uint64_t vol_digits_value(const char *p, unsigned n)
{
    return vol_digits_join((vol_digits_load(p) << (64 - 8 * n)) & UINT64_C(0x0f0f0f0f0f0f0f0f));
}

/* The length of the number at P when it and the byte behind it fit one word: digits, or digits, a point and
 * digits; 0 for everything else. *DIGITS becomes what is to be divided by 10^*PART. */
static inline unsigned vol_digits_short(const char *p, uint64_t *digits, unsigned *part)
{
    uint64_t x = vol_digits_load(p) ^ UINT64_C(0x3030303030303030);
    uint64_t other = (((x & UINT64_C(0x7f7f7f7f7f7f7f7f)) + UINT64_C(0x7676767676767676)) | x) &
                     UINT64_C(0x8080808080808080);
    uint64_t next = other & (other - 1), whole_bits = ((other - 1) & ~other) >> 7, joined;
    unsigned whole, n, is_point;

    if (other == 0 || (other & 0x80) != 0 || ((x & 0xff) == 0 && (other & 0x8000) == 0))
        return 0;
    whole = (unsigned)__builtin_ctzll(other) / 8;
    is_point = p[whole] == '.';
    /* The digits before a point move up onto it. Without a branch: prices come with and without one. */
    joined = (x & whole_bits) << 8 | (x & ~(whole_bits << 8 | 0xff));
    other = is_point ? next : other;
    x = is_point ? joined : x;
    if (other == 0)
        return 0;
    n = (unsigned)__builtin_ctzll(other) / 8;
    *part = n - whole - is_point;
    if (*part < is_point || (p[n] | 0x20) == 'e')
        return 0;
    *digits = vol_digits_join(x << (64 - 8 * n));
    return n;
}

#else

static inline unsigned vol_digits_run(const char *p)
{
    unsigned n = 0;

    while (n < 8 && vol_is_digit(p[n]))
        n++;
    return n;
}

static inline uint64_t vol_digits_value(const char *p, unsigned n)
{
    uint64_t x = 0;

    while (n-- > 0)
        x = x * 10 + (uint64_t)(*p++ - '0');
    return x;
}

static inline unsigned vol_digits_short(const char *p, uint64_t *digits, unsigned *part)
{
    (void)p, (void)digits, (void)part;
    return 0;
}

#endif
#endif
