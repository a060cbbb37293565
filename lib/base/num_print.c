/* num_print.c: the writing half of num.h.
 *
 * |x| = m 2^E with m of 64 bits; the P digits of printf are round(|x| 10^k), k = P - 1 - (exponent of the
 * first digit). With the leading 64 bits of 10^k (num_powers.inc) that is one multiplication: the product's
 * integer part are the digits, the rest says how to round. For k = 0 to 27 the power is exact and so is the
 * rest, ties included; for the others the product may be too small by less than one in its upper 64 bits, and
 * the one value of the rest that leaves the rounding open goes to the C library, as do magnitudes beyond the
 * table.
 */
#include "base/num.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 u128;

enum { POWER_MIN = -64, POWER_MAX = 80, POWER_EXACT = 27, DIGITS_MAX = 17 };

#include "base/num_powers.inc"

static const uint64_t pow10u[DIGITS_MAX + 1] = {1u,
                                                10u,
                                                100u,
                                                1000u,
                                                10000u,
                                                100000u,
                                                1000000u,
                                                10000000u,
                                                100000000u,
                                                1000000000u,
                                                10000000000u,
                                                100000000000u,
                                                1000000000000u,
                                                10000000000000u,
                                                100000000000000u,
                                                1000000000000000u,
                                                10000000000000000u,
                                                100000000000000000u};

/* P significant digits of the number with the bits BITS, as an integer in [10^(P-1), 10^P), and the decimal
 * exponent of the first one; false where the C library must decide. */
static bool digits_of(uint64_t bits, int p, uint64_t *digits, int *exp10)
{
    int exponent = (int)((bits >> 52) & 0x7ff), exp2 = exponent - 1023, e, k, shift;
    uint64_t m = (bits << 11) | (uint64_t)1 << 63, power, high, rest, half, d, sticky;
    u128 product;

    /* The exponent of 2^exp2 in tens, floor(exp2 log10(2)); that of x is one more from the next power on. */
    e = (exp2 * 315653) >> 20;
    if (exponent == 0 || e < POWER_MIN || e + 1 > POWER_MAX)
        return false;
    e += ((((e + 1) * 217706) >> 16) == exp2) & (m >= power_bits[e + 1 - POWER_MIN]);
    k = p - 1 - e;
    if (k < POWER_MIN || k > POWER_MAX)
        return false;
    power = power_bits[k - POWER_MIN];
    product = (u128)m * power;
    high = (uint64_t)(product >> 64);
    shift = 62 - exp2 - ((k * 217706) >> 16); /* 2^shift of `high` are one unit of the last digit */
    d = high >> shift;
    half = (uint64_t)1 << (shift - 1);
    rest = high & (2 * half - 1);
    sticky = (uint64_t)product;
    if (k < 0 || k > POWER_EXACT) {
        if (rest == half - 1)
            return false;
        sticky = 1;
    }
    d += rest + ((d & 1) | (sticky != 0)) > half;
    if (d == pow10u[p]) {
        d = pow10u[p - 1];
        e++;
    }
    *digits = d;
    *exp10 = e;
    return true;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/* The eight digits of X < 10^8, one in each byte, the first in the lowest: halved three times, all parts of a
 * round at once. */
static inline uint64_t eight_digits(uint64_t x)
{
    uint64_t top = x / 10000, v = top | (x - top * 10000) << 32;

    top = ((v * 10486) >> 20) & UINT64_C(0x0000007f0000007f);
    v = top | (v - top * 100) << 16;
    top = ((v * 103) >> 10) & UINT64_C(0x000f000f000f000f);
    return top | (v - top * 10) << 8;
}

/* The digits behind the first, as text, in order of memory and followed by zeros: they stay in registers,
 * where a part of a text just stored could only be loaded after a wait. N: how many there are before the
 * zeros. */
struct digits {
    u128 text;
    int n;
    char first;
};

static inline struct digits behind_first(char first, uint64_t a, uint64_t b)
{
    const uint64_t zeros = UINT64_C(0x3030303030303030);
    struct digits out = {(u128)(b | zeros) << 64 | (a | zeros), 0, first};

    if (b != 0)
        out.n = 16 - __builtin_clzll(b) / 8;
    else if (a != 0)
        out.n = 8 - __builtin_clzll(a) / 8;
    return out;
}

/* D of P digits. Ten are what is written as a rule, and a word and two digits are quicker than two words. */
static inline struct digits spell(uint64_t d, int p)
{
    uint64_t first, a, b;

    if (p <= 10) {
        uint64_t ten = d * pow10u[10 - p], top = ten / 100, low = ten - top * 100, tens = (low * 103) >> 10;

        a = eight_digits(top);
        first = a & 0xff;
        return behind_first((char)('0' + first), a >> 8 | tens << 56, low - tens * 10);
    }
    d *= pow10u[DIGITS_MAX - p];
    first = d / pow10u[DIGITS_MAX - 1];
    d -= first * pow10u[DIGITS_MAX - 1];
    a = d / 100000000;
    b = d - a * 100000000;
    return behind_first((char)('0' + first), eight_digits(a), eight_digits(b));
}

/* The digits from number FROM on; sixteen bytes are written. */
static inline void put_from(char *out, const struct digits *d, int from)
{
    u128 text = d->text >> 8 * from;

    memcpy(out, &text, sizeof text);
}

#else

struct digits {
    char text[32];
    int n;
    char first;
};

static inline struct digits spell(uint64_t d, int p)
{
    struct digits out = {"", 0, '0'};
    int i;

    d *= pow10u[DIGITS_MAX - p];
    for (i = 16; i-- > 0; d /= 10) {
        out.text[i] = (char)('0' + d % 10);
        if (out.n == 0 && out.text[i] != '0')
            out.n = i + 1;
    }
    out.first = (char)('0' + d);
    return out;
}

static inline void put_from(char *out, const struct digits *d, int from)
{
    memcpy(out, d->text + from, 16);
}

#endif

/* "e-05": at least two digits, as printf has it. */
static char *put_exponent(char *o, int exp10)
{
    int e = abs(exp10);

    *o++ = 'e';
    *o++ = exp10 < 0 ? '-' : '+';
    if (e >= 100)
        *o++ = (char)('0' + e / 100);
    *o++ = (char)('0' + e / 10 % 10);
    *o++ = (char)('0' + e % 10);
    return o;
}

/* Lay out P digits, the first worth 10^EXP10, as %.{AS}g does: the first digit and sixteen more. Copies are
 * of fixed lengths and reach beyond what counts: OUT has VOL_NUM_MAX bytes. */
static size_t layout(char *out, uint64_t digits, int exp10, int p, int as, bool negative)
{
    struct digits d = spell(digits, p);
    int n = 1 + d.n, whole = exp10 + 1;
    char *o = out;

    *o = '-';
    o += negative;
    if (exp10 < -4 || exp10 >= as) {
        *o = d.first;
        o[1] = '.';
        put_from(o + 2, &d, 0);
        o = put_exponent(o + (n > 1 ? n + 1 : 1), exp10);
    } else if (whole <= 0) {
        memcpy(o, "0.000000", 8);
        o += 2 - whole;
        *o = d.first;
        put_from(o + 1, &d, 0);
        o += n;
    } else {
        *o = d.first;
        put_from(o + 1, &d, 0);
        if (n > whole) {
            o[whole] = '.';
            put_from(o + whole + 1, &d, whole - 1);
            o += n + 1;
        } else {
            o += whole;
        }
    }
    *o = '\0';
    return (size_t)(o - out);
}

/* The same as digits_of by the C library, whatever its locale takes for a decimal point. X is positive. */
static void slow_digits(double x, int p, uint64_t *digits, int *exp10)
{
    char text[48], *c = text;

    snprintf(text, sizeof text, "%.*e", p - 1, x);
    *digits = 0;
    for (; *c != 'e'; c++)
        if (*c >= '0' && *c <= '9')
            *digits = *digits * 10 + (uint64_t)(*c - '0');
    *exp10 = (int)strtol(c + 1, NULL, 10);
}

/* X, finite and not zero, rounded to P digits and laid out as %.{AS}g does. */
static size_t print_rounded(char *out, double x, int p, int as)
{
    uint64_t bits, digits;
    int exp10;

    memcpy(&bits, &x, sizeof bits);
    if (!digits_of(bits, p, &digits, &exp10))
        slow_digits(fabs(x), p, &digits, &exp10);
    return layout(out, digits, exp10, p, as, bits >> 63 != 0);
}

static size_t print_shortest(char *out, double x)
{
    /* A normal double needs no trial below 15: its text of 15 digits, ends stripped of zeros, is the
     * shortest. */
    int p = fabs(x) < DBL_MIN ? 1 : 15;

    for (; p < 17; p++) {
        size_t n = print_rounded(out, x, p, 17);
        double back;

        if (vol_num_parse(out, n, &back) == VOL_OK && back == x)
            return n;
    }
    return print_rounded(out, x, 17, 17);
}

size_t vol_num_print(char *out, double x, int precision)
{
    size_t n;

    if (fabs(x) > 0 && fabs(x) < INFINITY)
        return precision < VOL_NUM_SHORTEST ? print_rounded(out, x, precision, precision)
                                            : print_shortest(out, x);
    if (!isfinite(x)) {
        memcpy(out, "null", 5);
        return 4;
    }
    n = signbit(x) ? 2 : 1;
    memcpy(out, signbit(x) ? "-0" : "0", n + 1);
    return n;
}

size_t vol_num_print_int(char *out, int64_t x)
{
    uint64_t u = x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
    char text[24], *end = text + sizeof text, *p = end;
    size_t sign = x < 0 ? 1 : 0, n;

    do
        *--p = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    n = (size_t)(end - p);
    out[0] = '-';
    memcpy(out + sign, p, n);
    out[sign + n] = '\0';
    return sign + n;
}
