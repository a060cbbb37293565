#include "price/dividends.h"

#include <math.h>

int vol_dividends_valid(const struct vol_dividends *dividends)
{
    size_t i;

    for (i = 0; dividends != NULL && i < dividends->n; i++)
        if (!isfinite(dividends->t[i]) || !(dividends->amount[i] >= 0 && dividends->amount[i] < INFINITY) ||
            (i > 0 && !(dividends->t[i] >= dividends->t[i - 1])))
            return 0;
    return 1;
}

double vol_dividends_value(const struct vol_dividends *dividends, double r, double q, double at, double t)
{
    double sum = 0;
    size_t i;

    for (i = 0; dividends != NULL && i < dividends->n; i++)
        if (dividends->t[i] > at && dividends->t[i] <= t)
            sum += dividends->amount[i] * exp(-(r - q) * (dividends->t[i] - at));
    return sum;
}

double vol_dividends_forward(const struct vol_dividends *dividends, double spot, double r, double q, double t)
{
    return (spot - vol_dividends_value(dividends, r, q, 0, t)) * exp((r - q) * t);
}

double vol_dividends_escrowed(const struct vol_dividends *dividends, enum vol_option_type type, double spot,
                              double strike, double r, double q, double t, double vol)
{
    return vol_black_price(type, vol_dividends_forward(dividends, spot, r, q, t), strike, exp(-r * t), t,
                           vol);
}
