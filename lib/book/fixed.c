#include "book/fixed.h"

#include <math.h>
#include <string.h>

typedef __int128 wide;

enum vol_status vol_fixed_from(double x, int64_t *out)
{
    /* 2^63 as a double is exact; the comparison is false for a NaN. */
    double scaled = round(x * (double)VOL_FIXED_ONE);

    if (!(scaled > -0x1p63 && scaled < 0x1p63))
        return VOL_EDATA;
    *out = (int64_t)scaled;
    return VOL_OK;
}

double vol_fixed_to(int64_t x)
{
    return x == VOL_FIXED_NONE ? (double)NAN : (double)x / (double)VOL_FIXED_ONE;
}

static enum vol_status narrow(wide x, int64_t *out)
{
    if (x > INT64_MAX || x <= INT64_MIN)
        return VOL_EDATA;
    *out = (int64_t)x;
    return VOL_OK;
}

enum vol_status vol_fixed_add(int64_t a, int64_t b, int64_t *out)
{
    if (a == VOL_FIXED_NONE || b == VOL_FIXED_NONE)
        return VOL_EDATA;
    return narrow((wide)a + b, out);
}

enum vol_status vol_fixed_sub(int64_t a, int64_t b, int64_t *out)
{
    if (a == VOL_FIXED_NONE || b == VOL_FIXED_NONE)
        return VOL_EDATA;
    return narrow((wide)a - b, out);
}

enum vol_status vol_fixed_muldiv(int64_t a, int64_t b, int64_t c, int64_t *out)
{
    wide product, quotient, rest;

    if (a == VOL_FIXED_NONE || b == VOL_FIXED_NONE || c == VOL_FIXED_NONE || c == 0)
        return VOL_EDATA;
    product = (wide)a * b;
    quotient = product / c;
    rest = product % c;
    if (rest < 0)
        rest = -rest;
    if (2 * rest >= (c < 0 ? -(wide)c : (wide)c))
        quotient += (product < 0) == (c < 0) ? 1 : -1;
    return narrow(quotient, out);
}

enum vol_status vol_fixed_mul(int64_t a, int64_t b, int64_t *out)
{
    return vol_fixed_muldiv(a, b, VOL_FIXED_ONE, out);
}

enum vol_status vol_fixed_floor(int64_t x, int64_t step, int64_t *out)
{
    wide rest;

    if (x == VOL_FIXED_NONE || step <= 0)
        return VOL_EDATA;
    rest = (wide)x % step;
    if (rest < 0)
        rest += step;
    return narrow((wide)x - rest, out);
}

size_t vol_fixed_print(char out[VOL_FIXED_MAX], int64_t x)
{
    char digits[VOL_FIXED_MAX];
    uint64_t rest, fraction;
    size_t n = 0, len = 0;
    int decimals;

    if (x == VOL_FIXED_NONE) {
        memcpy(out, "null", 5);
        return 4;
    }
    if (x < 0)
        out[len++] = '-';
    rest = x < 0 ? (uint64_t)-x : (uint64_t)x;
    fraction = rest % (uint64_t)VOL_FIXED_ONE;
    rest /= (uint64_t)VOL_FIXED_ONE;
    do
        digits[n++] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    while (n > 0)
        out[len++] = digits[--n];
    if (fraction > 0) {
        for (decimals = 8; fraction % 10 == 0; decimals--)
            fraction /= 10;
        out[len++] = '.';
        for (n = (size_t)decimals; n > 0; n--, fraction /= 10)
            out[len + n - 1] = (char)('0' + fraction % 10);
        len += (size_t)decimals;
    }
    out[len] = '\0';
    return len;
}
