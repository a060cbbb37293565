/* An order book kept from changes, held to one that is kept as a plain table of all prices. */
#include "source/depth.h"

#include "random.h"
#include "unit.h"

enum { PRICES = 200, STEPS = 20000 };

static void test_random(void)
{
    double bid[PRICES] = {0}, ask[PRICES] = {0};
    struct vol_depth depth;
    uint64_t state = 7;

    vol_depth_init(&depth);
    for (int step = 0; step < STEPS; step++) {
        size_t at = (size_t)(draw(&state) * PRICES);
        double amount = floor(draw(&state) * 4), price = (double)at / 4;
        size_t low = PRICES, high = 0, n_bids = 0;

        if (draw(&state) < 0.5) {
            UNIT(vol_depth_bid(&depth, price, amount) == VOL_OK);
            bid[at] = amount;
        } else {
            UNIT(vol_depth_ask(&depth, price, amount) == VOL_OK);
            ask[at] = amount;
        }
        for (size_t i = 0; i < PRICES; i++) {
            high = bid[i] > 0 ? i : high;
            n_bids += bid[i] > 0;
            low = ask[i] > 0 && low == PRICES ? i : low;
        }
        UNIT(depth.bids.n == n_bids);
        if (n_bids > 0) {
            UNIT_NEAR(vol_depth_best_bid(&depth).price, (double)high / 4, 0);
            UNIT_NEAR(vol_depth_best_bid(&depth).amount, bid[high], 0);
        } else {
            UNIT(isnan(vol_depth_best_bid(&depth).price));
        }
        if (low < PRICES)
            UNIT_NEAR(vol_depth_best_ask(&depth).price, (double)low / 4, 0);
        UNIT(vol_depth_is_sound(&depth) == (n_bids == 0 || low == PRICES || high < low));
        if (step % 5000 == 4999) {
            vol_depth_clear(&depth);
            memset(bid, 0, sizeof bid);
            memset(ask, 0, sizeof ask);
        }
    }
    vol_depth_free(&depth);
}

static void test_refused(void)
{
    struct vol_depth depth;

    vol_depth_init(&depth);
    UNIT(vol_depth_bid(&depth, NAN, 1) == VOL_EDATA);
    UNIT(vol_depth_bid(&depth, INFINITY, 1) == VOL_EDATA);
    UNIT(vol_depth_ask(&depth, 1, NAN) == VOL_EDATA);
    UNIT(vol_depth_ask(&depth, 1, -1) == VOL_EDATA);
    UNIT(vol_depth_ask(&depth, 1, 0) == VOL_OK && depth.asks.n == 0);
    for (int i = 0; i < VOL_DEPTH_MAX; i++)
        UNIT(vol_depth_ask(&depth, i, 1) == VOL_OK);
    UNIT(vol_depth_ask(&depth, VOL_DEPTH_MAX, 1) == VOL_EDATA);
    UNIT(vol_depth_ask(&depth, 5, 2) == VOL_OK && depth.asks.n == VOL_DEPTH_MAX);
    vol_depth_free(&depth);
    UNIT(depth.asks.n == 0);
}

int main(void)
{
    test_random();
    test_refused();
    return unit_done("source/depth");
}
