#include "base/num.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 u128;

enum { POW5_MAX = 27 };

static const uint64_t pow5[POW5_MAX + 1] = {
    1u,
    5u,
    25u,
    125u,
    625u,
    3125u,
    15625u,
    78125u,
    390625u,
    1953125u,
    9765625u,
    48828125u,
    244140625u,
    1220703125u,
    6103515625u,
    30517578125u,
    152587890625u,
    762939453125u,
    3814697265625u,
    19073486328125u,
    95367431640625u,
    476837158203125u,
    2384185791015625u,
    11920928955078125u,
    59604644775390625u,
    298023223876953125u,
    1490116119384765625u,
    7450580596923828125u,
};

static const double pow10d[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static int bits_of(u128 x)
{
    uint64_t high = (uint64_t)(x >> 64);

    return high != 0 ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll((uint64_t)x);
}

/* The double nearest to N * 2^EXP2, N > 0; STICKY says that a fraction below N's last bit was cut off. */
static double round_to_double(u128 n, int exp2, int sticky)
{
    int drop = bits_of(n) - 53;
    uint64_t mantissa;

    if (drop <= 0)
        return ldexp((double)(uint64_t)n, exp2);
    mantissa = (uint64_t)(n >> drop);
    if ((n >> (drop - 1)) & 1) {
        u128 below = n & (((u128)1 << (drop - 1)) - 1);

        if (below != 0 || sticky || (mantissa & 1))
            mantissa++;
    }
    return ldexp((double)mantissa, exp2 + drop);
}

double vol_num_scale(uint64_t digits, int exp10, int negative)
{
    double x;

    if (digits <= (uint64_t)1 << 53 && exp10 >= -22 && exp10 <= 22) {
        /* Both operands are exact doubles, so that one IEEE operation rounds once. */
        x = (double)digits;
        x = exp10 < 0 ? x / pow10d[-exp10] : x * pow10d[exp10];
    } else if (digits == 0) {
        x = 0;
    } else if (exp10 >= 0) {
        x = round_to_double((u128)digits * pow5[exp10], exp10, 0);
    } else {
        /* A quotient of at least 64 bits, whatever the sizes: 53 for the mantissa, the rest for rounding. */
        uint64_t d = pow5[-exp10];
        int shift = 63 + __builtin_clzll(digits);
        u128 n = (u128)digits << shift, q = n / d;

        x = round_to_double(q, exp10 - shift, n != q * d);
    }
    return negative ? -x : x;
}

/* strtod in the C locale. A program that embeds the library may have set another one for its thread. */
static double slow_parse(const char *text, size_t n)
{
    char local[128], *copy = local;
    locale_t c_locale, old = (locale_t)0;
    double x;

    if (n >= sizeof local && (copy = malloc(n + 1)) == NULL)
        return NAN;
    memcpy(copy, text, n);
    copy[n] = '\0';
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c_locale != (locale_t)0)
        old = uselocale(c_locale);
    x = strtod(copy, NULL);
    if (c_locale != (locale_t)0) {
        uselocale(old);
        freelocale(c_locale);
    }
    if (copy != local)
        free(copy);
    return x;
}

struct decimal {
    uint64_t digits;
    long exp10;
    int negative, exact; /* exact: no non-zero digit was left out of DIGITS */
};

static const char *read_digits(const char *p, const char *end, struct decimal *d, int *n_sig)
{
    for (; p < end && *p >= '0' && *p <= '9'; p++) {
        if (*n_sig > 0 || *p != '0')
            (*n_sig)++;
        if (*n_sig <= 19)
            d->digits = d->digits * 10 + (uint64_t)(*p - '0');
        else {
            d->exact = 0;
            d->exp10++;
        }
    }
    return p;
}

static enum vol_status read_decimal(const char *text, size_t n, int strict, struct decimal *d)
{
    const char *p = text, *end = text + n, *start;
    int n_sig = 0, n_digits;

    d->digits = 0;
    d->exp10 = 0;
    d->exact = 1;
    d->negative = p < end && *p == '-';
    if (d->negative || (!strict && p < end && *p == '+'))
        p++;
    start = p;
    p = read_digits(p, end, d, &n_sig);
    n_digits = (int)(p - start);
    if (strict && (n_digits == 0 || (n_digits > 1 && *start == '0')))
        return VOL_EDATA;
    if (p < end && *p == '.') {
        start = ++p;
        p = read_digits(p, end, d, &n_sig);
        if (p == start && (strict || n_digits == 0))
            return VOL_EDATA;
        n_digits += (int)(p - start);
        d->exp10 -= p - start;
    }
    if (n_digits == 0)
        return VOL_EDATA;
    if (p < end && (*p == 'e' || *p == 'E')) {
        int minus;
        long e = 0;

        p++;
        minus = p < end && *p == '-';
        if (p < end && (*p == '-' || *p == '+'))
            p++;
        if (p == end)
            return VOL_EDATA;
        for (; p < end && *p >= '0' && *p <= '9'; p++)
            if (e < 100000000)
                e = e * 10 + (*p - '0');
        d->exp10 += minus ? -e : e;
    }
    return p == end ? VOL_OK : VOL_EDATA;
}

static enum vol_status parse(const char *text, size_t n, int strict, double *out)
{
    struct decimal d;
    double x;

    if (read_decimal(text, n, strict, &d) != VOL_OK)
        return VOL_EDATA;
    if (d.exact && d.exp10 >= -POW5_MAX && d.exp10 <= POW5_MAX)
        x = vol_num_scale(d.digits, (int)d.exp10, d.negative);
    else
        x = slow_parse(text, n);
    if (isnan(x))
        return VOL_EOS;
    if (isinf(x))
        return VOL_NO;
    *out = x;
    return VOL_OK;
}

enum vol_status vol_num_parse(const char *text, size_t n, double *out)
{
    return parse(text, n, 1, out);
}

enum vol_status vol_num_parse_loose(const char *text, size_t n, double *out)
{
    return parse(text, n, 0, out);
}

enum vol_status vol_num_parse_int(const char *text, size_t n, int64_t *out)
{
    const char *p = text, *end = text + n;
    int negative = n > 0 && *p == '-';
    uint64_t x = 0, limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);

    if (negative)
        p++;
    if (p == end)
        return VOL_EDATA;
    for (; p < end; p++) {
        uint64_t digit = (uint64_t)(unsigned char)*p - '0';

        if (digit > 9 || x > (limit - digit) / 10)
            return VOL_EDATA;
        x = x * 10 + digit;
    }
    *out = negative ? (int64_t)(0 - x) : (int64_t)x;
    return VOL_OK;
}
