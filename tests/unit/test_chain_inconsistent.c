/* Figures of one option by Black's formula agree with one another in every unit; the chapter's do not. */
#include "chain/inconsistent.h"

#include "price/greeks.h"
#include "unit.h"

/* A vendor that computes with Black-76, discount D, in units of `vega` and `theta`. */
static struct vol_vendor_quote vendor(bool put, double strike, double t, double vol, double discount)
{
    double f = 100, price = vol_black_price(put ? VOL_PUT : VOL_CALL, f, strike, discount, t, vol);
    struct vol_greeks g;

    vol_greeks(put ? VOL_PUT : VOL_CALL, f, strike, discount, t, vol, f * discount, &g);
    return (struct vol_vendor_quote){.strike = strike,
                                     .bid = price * 0.98,
                                     .ask = price * 1.02,
                                     .t = t,
                                     .vol = vol,
                                     .delta = g.delta,
                                     .gamma = g.gamma,
                                     .vega = g.vega,
                                     .theta = g.theta,
                                     .unit = 1,
                                     .put = put};
}

static void test_consistent(void)
{
    static const double strikes[] = {70, 85, 95, 100, 105, 120, 150}, times[] = {4.0 / 365, 0.08, 0.5, 2},
                        vols[] = {0.08, 0.2, 0.6, 1.5};
    size_t i, j, k, n_judged = 0;

    for (i = 0; i < 7; i++)
        for (j = 0; j < 4; j++)
            for (k = 0; k < 4; k++) {
                struct vol_vendor_quote q = vendor(i % 2, strikes[i], times[j], vols[k],
                                                   exp(-0.05 * times[j])),
                                        far;

                if (!UNIT(vol_inconsistent(&q, 1) == 0))
                    printf("    %g %g %g: %d\n", strikes[i], times[j], vols[k], vol_inconsistent(&q, 1));
                far = q;
                far.bid *= 3;
                far.ask *= 3;
                n_judged += vol_inconsistent(&far, 1) == VOL_INCONSISTENT_PRICE;
                q.vega *= 100;  /* per 1.00 of vol */
                q.theta *= 365; /* per year */
                UNIT(vol_inconsistent(&q, 1) == 0);
            }
    UNIT(n_judged > 20);
}

/* Each figure by itself, changed beyond its allowance. */
static void test_contradictions(void)
{
    struct vol_vendor_quote q = vendor(false, 105, 0.25, 0.25, 0.99), x;

    x = q;
    x.bid = q.ask + 2;
    x.ask = q.ask + 2.1;
    UNIT(vol_inconsistent(&x, 1) == VOL_INCONSISTENT_PRICE);
    x.bid = 0.1;
    x.ask = 0.2;
    UNIT(vol_inconsistent(&x, 1) == VOL_INCONSISTENT_PRICE);
    UNIT(vol_inconsistent(&x, 20) == 0);
    x = q;
    x.gamma *= 2;
    UNIT(vol_inconsistent(&x, 1) == VOL_INCONSISTENT_GAMMA);
    x = q;
    x.vega *= 0.5;
    UNIT(vol_inconsistent(&x, 1) == VOL_INCONSISTENT_VEGA);
    x = q;
    x.theta *= 3;
    UNIT(vol_inconsistent(&x, 1) == VOL_INCONSISTENT_THETA);
    /* nothing is judged without vol or delta, near the end, far from the money, or with a delta of the other
     * side */
    x = q;
    x.bid *= 9;
    x.ask *= 9;
    UNIT(vol_inconsistent(&x, 1) != 0);
    x.vol = NAN;
    UNIT(vol_inconsistent(&x, 1) == 0);
    x.vol = 0;
    UNIT(vol_inconsistent(&x, 1) == 0);
    x.vol = q.vol;
    x.delta = NAN;
    UNIT(vol_inconsistent(&x, 1) == 0);
    x.delta = 0.05;
    UNIT(vol_inconsistent(&x, 1) == 0);
    x.delta = -0.4;
    UNIT(vol_inconsistent(&x, 1) == 0);
    x.delta = q.delta;
    x.t = 2.0 / 365;
    UNIT(vol_inconsistent(&x, 1) == 0);
    x.t = NAN;
    UNIT(vol_inconsistent(&x, 1) == 0);
    /* without prices and greeks there is nothing to contradict */
    x = q;
    x.bid = x.ask = x.gamma = x.vega = x.theta = NAN;
    UNIT(vol_inconsistent(&x, 1) == 0);
    /* American: not in the money */
    x = vendor(true, 115, 0.25, 0.25, 0.99);
    x.bid *= 1.5;
    x.ask *= 1.5;
    UNIT(vol_inconsistent(&x, 1) == VOL_INCONSISTENT_PRICE);
    x.american = true;
    UNIT(vol_inconsistent(&x, 1) == 0);
}

/* finance.md row 32: vol 0.187 and delta 0.342 make about 5.3, a vega of 0.48 and a theta of -0.14. */
static void test_chapter(void)
{
    struct vol_vendor_quote q = {.strike = 450,
                                 .bid = 12.50,
                                 .ask = 12.65,
                                 .t = 32 / 365.0,
                                 .vol = 0.187,
                                 .delta = 0.342,
                                 .gamma = 0.018,
                                 .vega = 0.234,
                                 .theta = -0.045,
                                 .unit = 1};

    UNIT(vol_inconsistent(&q, 1) ==
         (VOL_INCONSISTENT_PRICE | VOL_INCONSISTENT_VEGA | VOL_INCONSISTENT_THETA));
    q.bid = 5.2;
    q.ask = 5.4;
    q.vega = 0.48;
    q.theta = -0.14;
    UNIT(vol_inconsistent(&q, 1) == 0);
    /* an inverse option of the same, its price in the coin */
    q.unit = 439;
    UNIT(vol_inconsistent(&q, 1) == VOL_INCONSISTENT_PRICE);
    q.bid /= 439;
    q.ask /= 439;
    UNIT(vol_inconsistent(&q, 1) == 0);
    q.vega /= 439;
    q.theta /= 439;
    UNIT(vol_inconsistent(&q, 1) == 0);
}

int main(void)
{
    test_consistent();
    test_contradictions();
    test_chapter();
    return unit_done("chain/inconsistent");
}
