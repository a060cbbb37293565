#include "price/american_iv.h"

#include <stdint.h>

#include "price/american_search.h"
#include "unit.h"

static uint64_t seed = 88172645463325252u;

static double uniform(double low, double high)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return low + (high - low) * (double)(seed >> 11) / 9007199254740992.0;
}

/* vol -> price -> vol: the vol that is found gives the price back. */
static void test_round_trip(void)
{
    double worst = 0, worst_vol = 0;
    long prices = 0, n = 0, most = 0;
    int i;

    for (i = 0; i < 4000; i++) {
        enum vol_option_type type = i % 2 ? VOL_CALL : VOL_PUT;
        double r = uniform(0, .1), q = i % 3 ? uniform(0, .1) : 0, v = uniform(.05, .9), s = 100;
        double t = (1 + 900 * uniform(0, 1) * uniform(0, 1)) / 365, k = s * exp(uniform(-3, 3) * v * sqrt(t));
        double f = s * exp((r - q) * t), d = exp(-r * t), p, vol, distance, again;
        int took;

        p = vol_american_price_forward(VOL_AMERICAN_FAST, type, f, k, d, t, v, s);
        if (!(p > fmax((double)type * (s - k), 0) + 0.005)) /* half a cent of time value */
            continue;
        UNIT(vol_american_iv(type, p, f, k, d, t, s, &vol, &distance, &took) == VOL_IV_OK);
        UNIT(distance > 0);
        again = vol_american_price_forward(VOL_AMERICAN_FAST, type, f, k, d, t, vol, s);
        worst = fmax(worst, fabs(again - p) / p);
        worst_vol = fmax(worst_vol, fabs(vol - v) / v);
        if (took > 0) {
            prices += took;
            n++;
            most = took > most ? took : most;
        }
    }
    printf(
        "price/american_iv: %ld vols, %.2f prices each, at most %ld; price comes back to %.2g, vol to %.2g\n",
        n, (double)prices / (double)n, most, worst, worst_vol);
    UNIT(worst <= 1e-10);
    UNIT(worst_vol <= 1e-7); /* where the price carries it */
    UNIT((double)prices <= 5.0 * (double)n);
}

static void test_status(void)
{
    double vol = 1, distance = 1, european, f = 100 * exp(.05), d = exp(-.05);

    UNIT(vol_american_iv(VOL_PUT, 20, f, 120, d, 1, 100, &vol, &distance, NULL) == VOL_IV_BELOW_INTRINSIC);
    UNIT(isnan(vol) && distance == 0);
    UNIT(vol_american_iv(VOL_PUT, 19, f, 120, d, 1, 100, &vol, &distance, NULL) == VOL_IV_BELOW_INTRINSIC);
    UNIT_NEAR(distance, -1, 1e-12);
    UNIT(vol_american_iv(VOL_PUT, 20.01, f, 120, d, 1, 100, &vol, &distance, NULL) == VOL_IV_OK);
    UNIT(vol > 0.05 && vol < 0.2);
    UNIT(vol_american_iv(VOL_PUT, 120, f, 120, d, 1, 100, &vol, NULL, NULL) == VOL_IV_ABOVE_MAX);
    UNIT(vol_american_iv(VOL_PUT, 119.5, f, 120, d, 1, 100, &vol, NULL, NULL) ==
         VOL_IV_OK); /* no European vol */
    UNIT_NEAR(vol_american_price_forward(VOL_AMERICAN_FAST, VOL_PUT, f, 120, d, 1, vol, 100), 119.5, 1e-8);
    UNIT(vol_american_iv(VOL_PUT, NAN, f, 120, d, 1, 100, &vol, NULL, NULL) == VOL_IV_NO_QUOTE);
    UNIT(vol_american_iv(VOL_PUT, 0, f, 120, d, 1, 100, &vol, NULL, NULL) == VOL_IV_NO_QUOTE);
    UNIT(vol_american_iv(VOL_PUT, 20, f, 0, d, 1, 100, &vol, NULL, NULL) == VOL_IV_NO_QUOTE);
    UNIT(vol_american_iv(VOL_PUT, 20, NAN, 120, d, 1, 100, &vol, NULL, NULL) == VOL_IV_NO_FORWARD);
    UNIT(vol_american_iv(VOL_PUT, 20, f, 120, d, 0, 100, &vol, NULL, NULL) == VOL_IV_EXPIRED);
    UNIT(isnan(vol));
    /* two boundaries */
    UNIT(vol_american_iv(VOL_PUT, 20, 100 * exp(.04), 120, exp(.01), 1, 100, &vol, NULL, NULL) ==
         VOL_IV_NO_FORWARD);
    /* a call on an asset without yield is European; without a spot the forward is such an asset's */
    UNIT(vol_american_iv(VOL_CALL, 12, f, 100, d, 1, NAN, &vol, &distance, NULL) == VOL_IV_OK);
    vol_iv(VOL_CALL, 12, f, 100, d, 1, &european, NULL);
    UNIT(vol == european);
    /* de-Americanised: the put of the same vol obeys put-call parity with that call */
    UNIT(vol_american_iv(VOL_PUT,
                         vol_american_price(VOL_AMERICAN_FAST, VOL_PUT, 100, 100, .05, 0, 1, european), f,
                         100, d, 1, 100, &vol, NULL, NULL) == VOL_IV_OK);
    UNIT_NEAR(12 - vol_black_price(VOL_PUT, f, 100, d, 1, vol), d * (f - 100), 1e-8);
}

static void test_batch(void)
{
    signed char type[3] = {VOL_PUT, VOL_CALL, VOL_PUT};
    double price[3] = {8, 9, 30}, forward[3] = {102, 102, 102}, strike[3] = {100, 105, 130},
           discount[3] = {.97, .97, .97};
    double t[3] = {.5, .5, .5}, spot[3] = {100, 100, 100}, vol[3], distance[3], one;
    unsigned char status[3];
    struct vol_american_iv_batch batch = {3, type, price, forward,  strike, discount,
                                          t, spot, vol,   distance, status};
    int i;

    vol_american_iv_solve(&batch);
    for (i = 0; i < 3; i++) {
        UNIT(status[i] == vol_american_iv(type[i] > 0 ? VOL_CALL : VOL_PUT, price[i], forward[i], strike[i],
                                          discount[i], t[i], spot[i], &one, NULL, NULL));
        UNIT(vol[i] == one || (isnan(one) && isnan(vol[i])));
    }
    UNIT(status[2] == VOL_IV_BELOW_INTRINSIC);
    batch.spot = NULL;
    batch.distance = NULL;
    vol_american_iv_solve(&batch);
    UNIT(status[1] == VOL_IV_OK);
}

static double square_at(void *context, double vol)
{
    return vol < 0.01 ? NAN : *(double *)context + vol * vol;
}

/* A pricer whose answer is known, with a start on either side, and one that cannot price what it would take.
 */
static void test_search(void)
{
    double base = 5;
    struct vol_american_search search = {square_at, &base, VOL_PUT, 5.09, 105, 100, 1, 1, 5, 1e-10};
    int prices;

    UNIT_NEAR(vol_american_search_vol(&search, 0.4, &prices), 0.3, 1e-9);
    UNIT(prices <= 6);
    UNIT_NEAR(vol_american_search_vol(&search, 0.1, &prices), 0.3, 1e-9); /* no bound after all */
    UNIT_NEAR(vol_american_search_vol(&search, NAN, &prices), 0.3, 1e-9);
    search.price = 5 + 1e-6;
    UNIT(isnan(vol_american_search_vol(&search, 0.4, &prices)));
}

int main(void)
{
    test_search();
    test_round_trip();
    test_status();
    test_batch();
    return unit_done("price/american_iv");
}
