#include "price/american_cash.h"

#include "price/american.h"
#include "price/american_iv.h"
#include "unit.h"

static struct vol_fd_work work;
static const double ex_dates[2] = {60.0 / 360, 150.0 / 360}, cash[2] = {.5, .5};
static const struct vol_dividends hull = {2, ex_dates, cash};

static void test_greeks(void)
{
    int i;

    for (i = 0; i < 4; i++) {
        struct vol_fd_option o = {i & 1 ? VOL_CALL : VOL_PUT,
                                  true,
                                  40,
                                  41,
                                  .09,
                                  .01,
                                  .5,
                                  .3,
                                  &hull,
                                  i & 2 ? VOL_DIVIDENDS_ESCROWED : VOL_DIVIDENDS_SPOT};
        struct vol_fd_option up = o, down = o;
        struct vol_greeks g;

        vol_american_cash_greeks(&o, &vol_fd_fine, &work, &g);
        UNIT(g.price == vol_american_cash_price(&o, &vol_fd_fine, &work));
        up.spot = 40.2;
        down.spot = 39.8;
        UNIT_NEAR(g.delta,
                  (vol_american_cash_price(&up, &vol_fd_fine, &work) -
                   vol_american_cash_price(&down, &vol_fd_fine, &work)) /
                      .4,
                  1e-3);
        up = down = o;
        up.vol = .31;
        down.vol = .29;
        UNIT_NEAR(g.vega,
                  (vol_american_cash_price(&up, &vol_fd_fine, &work) -
                   vol_american_cash_price(&down, &vol_fd_fine, &work)) /
                      2,
                  1e-3);
        up = down = o;
        up.r = .095;
        down.r = .085;
        UNIT_NEAR(g.rho,
                  vol_american_cash_price(&up, &vol_fd_fine, &work) -
                      vol_american_cash_price(&down, &vol_fd_fine, &work),
                  2e-3);
        UNIT(g.gamma > 0 && g.theta < 0);
    }
}

/* The vol of the model comes back, and Black's formula at *BLACK gives the European option of the model. */
static void test_iv(void)
{
    double forward = vol_dividends_forward(&hull, 40, .09, 0, .5), d = exp(-.045);
    int i, all = 0, n = 0;

    for (i = 0; i < 60; i++) {
        struct vol_fd_option o = {i & 1 ? VOL_CALL : VOL_PUT,
                                  true,
                                  40,
                                  30 + i / 3,
                                  .09,
                                  0,
                                  .5,
                                  .25,
                                  &hull,
                                  i & 2 ? VOL_DIVIDENDS_ESCROWED : VOL_DIVIDENDS_SPOT},
                             european;
        double price = vol_american_cash_price(&o, &vol_fd_fast, &work), vol, black, distance;
        struct vol_fd_value value;
        int prices;

        if (price < fmax((double)o.type * (40 - o.strike), 0) + .01)
            continue;
        o.vol = NAN;
        if (!UNIT(vol_american_cash_iv(&o, price, &vol_fd_fast, &work, &vol, &black, &distance, &prices) ==
                  VOL_IV_OK))
            continue;
        UNIT_NEAR(vol, .25, 1e-6);
        UNIT(distance > 0);
        european = o;
        european.american = false;
        european.vol = vol;
        UNIT(vol_fd_solve(&european, &vol_fd_fast, &work, &value) == 0);
        UNIT_NEAR(vol_black_price(o.type, forward, o.strike, d, .5, black), value.price, 1e-3);
        UNIT(o.model == VOL_DIVIDENDS_ESCROWED ? black == vol : fabs(black - vol) < .02);
        all += prices;
        n++;
    }
    printf("price/american_cash: %d vols, %.2f prices each\n", n, (double)all / n);
    UNIT(n > 30 && all <= 6 * n);
}

static void test_without_dividends(void)
{
    static const double later[1] = {.7}, paid[1] = {1};
    static const struct vol_dividends after = {1, later, paid};
    struct vol_fd_option o = {VOL_PUT, true, 40, 41, .09, .01, .5, .3, &after, VOL_DIVIDENDS_SPOT};
    struct vol_greeks g, e;
    double vol, black, other;

    UNIT(vol_american_cash_price(&o, &vol_fd_fast, &work) ==
         vol_american_price(VOL_AMERICAN_FAST, VOL_PUT, 40, 41, .09, .01, .5, .3));
    vol_american_cash_greeks(&o, &vol_fd_fast, &work, &g);
    vol_american_greeks(VOL_AMERICAN_FAST, VOL_PUT, 40, 41, .09, .01, .5, .3, &e);
    UNIT(g.delta == e.delta && g.vega == e.vega);
    UNIT(vol_american_cash_iv(&o, 3, &vol_fd_fast, &work, &vol, &black, NULL, NULL) == VOL_IV_OK);
    vol_american_iv(VOL_PUT, 3, 40 * exp(.04), 41, exp(-.045), .5, 40, &other, NULL, NULL);
    UNIT_NEAR(vol, other, 1e-9);
    UNIT(black == vol);
    /* two boundaries: the grid */
    o = (struct vol_fd_option){VOL_PUT, true, 100, 100, -.01, -.05, 1, .2, NULL, VOL_DIVIDENDS_SPOT};
    UNIT(vol_american_cash_iv(&o, vol_american_cash_price(&o, &vol_fd_fast, &work), &vol_fd_fast, &work, &vol,
                              NULL, NULL, NULL) == VOL_IV_OK);
    UNIT_NEAR(vol, .2, 1e-6);
}

static void test_status(void)
{
    struct vol_fd_option o = {VOL_PUT, true, 40, 45, .09, 0, .5, NAN, &hull, VOL_DIVIDENDS_SPOT}, bad = o;
    double vol = 1, distance;

    UNIT(vol_american_cash_iv(&o, 5, &vol_fd_fast, &work, &vol, NULL, &distance, NULL) ==
         VOL_IV_BELOW_INTRINSIC);
    UNIT(isnan(vol) && distance <= 0);
    UNIT(vol_american_cash_iv(&o, 45, &vol_fd_fast, &work, &vol, NULL, NULL, NULL) == VOL_IV_ABOVE_MAX);
    UNIT(vol_american_cash_iv(&o, NAN, &vol_fd_fast, &work, &vol, NULL, NULL, NULL) == VOL_IV_NO_QUOTE);
    bad.spot = NAN;
    UNIT(vol_american_cash_iv(&bad, 6, &vol_fd_fast, &work, &vol, NULL, NULL, NULL) == VOL_IV_NO_FORWARD);
    bad = o;
    bad.t = 0;
    UNIT(vol_american_cash_iv(&bad, 6, &vol_fd_fast, &work, &vol, NULL, NULL, NULL) == VOL_IV_EXPIRED);
    bad.t = .5;
    bad.vol = .3;
    bad.r = NAN;
    UNIT(isnan(vol_american_cash_price(&bad, &vol_fd_fast, &work)));
}

int main(void)
{
    test_greeks();
    test_iv();
    test_without_dividends();
    test_status();
    return unit_done("price/american_cash");
}
