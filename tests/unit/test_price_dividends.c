#include "price/dividends.h"

#include "unit.h"

int main(void)
{
    double t[3] = {60.0 / 360, 150.0 / 360, 240.0 / 360}, amount[3] = {0.5, 0.5, 0.5}, bad_t[2] = {0.5, 0.2},
           f;
    struct vol_dividends two = {2, t, amount}, three = {3, t, amount}, bad = {2, bad_t, amount};

    /* Hull's example as in QuantLib dividendoption.cpp:166-210: 3.67 +- 1e-2; worth of the dividends 0.9742
     * (9 %) */
    UNIT_NEAR(vol_dividends_escrowed(&two, VOL_CALL, 40, 40, .09, 0, .5, .3), 3.67, 1e-2);
    UNIT_NEAR(vol_dividends_value(&two, .09, 0, 0, .5), 0.5 * exp(-.015) + 0.5 * exp(-.0375), 1e-15);
    /* only those in (at, t] count */
    UNIT(vol_dividends_value(&three, .09, 0, 0, .5) == vol_dividends_value(&two, .09, 0, 0, .5));
    UNIT_NEAR(vol_dividends_value(&two, .09, 0, t[0], .5), 0.5 * exp(-.09 * 90 / 360), 1e-15);
    UNIT(vol_dividends_value(&two, .09, 0, t[1], .5) == 0);
    UNIT(vol_dividends_value(NULL, .09, 0, 0, .5) == 0);
    /* the forward carries at r - q; parity holds */
    f = (40 - 0.5 * exp(-.06 / 6) - 0.5 * exp(-.06 * 150 / 360)) * exp(.03);
    UNIT_NEAR(vol_dividends_forward(&two, 40, .09, .03, .5), f, 1e-13);
    UNIT_NEAR(vol_dividends_escrowed(&two, VOL_CALL, 40, 42, .09, .03, .5, .3) -
                  vol_dividends_escrowed(&two, VOL_PUT, 40, 42, .09, .03, .5, .3),
              exp(-.045) * (f - 42), 1e-13);
    UNIT(
        isnan(vol_dividends_escrowed(&two, VOL_CALL, .9, 40, .09, 0, .5, .3))); /* worth more than the spot */
    UNIT(vol_dividends_valid(&two) && vol_dividends_valid(NULL) && !vol_dividends_valid(&bad));
    amount[1] = NAN;
    UNIT(!vol_dividends_valid(&two));
    amount[1] = -1;
    UNIT(!vol_dividends_valid(&two));
    return unit_done("price/dividends");
}
