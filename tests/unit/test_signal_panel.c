#include "signal/panel.h"
#include "unit.h"

static const struct vol_panel_config config = VOL_PANEL_DEFAULTS;
static const int64_t day = INT64_C(86400000000000);

static enum vol_status take(struct vol_panel *panel, enum vol_input input, int32_t date, double x)
{
    return vol_panel_take(panel, input, date, date * day + input, x);
}

static enum vol_status bar(struct vol_panel *panel, int32_t date, double close)
{
    struct vol_bar made = {close, close + 1, close - 1, close};

    return vol_panel_bar(panel, date, date * day, &made);
}

static struct vol_measures measure(struct vol_panel *panel, int32_t date)
{
    struct vol_measures m;

    vol_panel_measure(panel, date, date * day, &m);
    return m;
}

/* An index of yesterday is no index of today; a price may be older, but not for ever. */
static void test_age(void)
{
    struct vol_panel panel;
    struct vol_measures m;

    UNIT(vol_panel_init(&panel, &config, NULL) == VOL_OK);
    UNIT(take(&panel, VOL_IN_VIX, 10, 20) == VOL_OK && take(&panel, VOL_IN_VIX3M, 10, 25) == VOL_OK);
    m = measure(&panel, 10);
    UNIT(m.x[VOL_M_TERM_MID] == 0.8 && m.term_state == VOL_TERM_CONTANGO && isnan(m.x[VOL_M_TERM_FRONT]));
    UNIT_STR(m.term_source, "index");
    UNIT(take(&panel, VOL_IN_VIX, 11, 30) == VOL_OK);
    m = measure(&panel, 11);
    UNIT(isnan(m.x[VOL_M_TERM_MID]) && m.term_state == VOL_TERM_UNKNOWN && m.term_source == NULL);
    UNIT(m.implied == 0.3);
    /* The surface's own maturities stand in, and only they. */
    UNIT(take(&panel, VOL_IN_IV30, 11, 0.3) == VOL_OK && take(&panel, VOL_IN_IV91, 11, 0.2) == VOL_OK);
    m = measure(&panel, 11);
    UNIT_NEAR(m.x[VOL_M_TERM_MID], 1.5, 1e-15);
    UNIT_STR(m.term_source, "surface");
    UNIT(m.term_state == VOL_TERM_BACKWARDATION);
    UNIT(bar(&panel, 11, 100) == VOL_OK && measure(&panel, 16).price == 100 &&
         isnan(measure(&panel, 17).price));
    vol_panel_free(&panel);
}

static void test_refused(void)
{
    struct vol_panel panel;

    UNIT(vol_panel_init(&panel, &config, NULL) == VOL_OK);
    UNIT(take(&panel, VOL_IN_VIX, 10, 0) == VOL_EDATA && take(&panel, VOL_IN_VIX, 10, -3) == VOL_EDATA);
    UNIT(take(&panel, VOL_IN_VIX, 10, NAN) == VOL_EDATA &&
         take(&panel, VOL_IN_VIX, 10, INFINITY) == VOL_EDATA);
    UNIT(bar(&panel, 10, 0) == VOL_EDATA && bar(&panel, 10, NAN) == VOL_EDATA && panel.days.n == 0);
    UNIT(take(&panel, VOL_IN_RR25, 10, -0.05) == VOL_OK); /* a skew may be negative */
    UNIT(take(&panel, VOL_IN_VIX, 10, 20) == VOL_OK && take(&panel, VOL_IN_VIX, 9, 20) == VOL_EDATA);
    UNIT(vol_panel_as_of(&panel, 1u << VOL_IN_VIX | 1u << VOL_IN_RR25) == 10 * day + VOL_IN_RR25);
    UNIT(vol_panel_as_of(&panel, 1u << VOL_IN_VVIX) == INT64_MIN);
    vol_panel_free(&panel);
}

/* Prices that go up and down by 1 %, vol of 20, 30 and more days of both: the premium by hand. */
static void test_premium(void)
{
    struct vol_panel panel;
    struct vol_measures m;
    double r = log(1.01), expected;
    int32_t d;

    UNIT(vol_panel_init(&panel, &config, NULL) == VOL_OK);
    for (d = 0; d < 60; d++) {
        struct vol_bar flat = {NAN, NAN, NAN, d % 2 ? 101 : 100};

        UNIT(vol_panel_bar(&panel, d, d * day, &flat) == VOL_OK &&
             take(&panel, VOL_IN_VIX, d, 20 + d % 2) == VOL_OK);
    }
    m = measure(&panel, 59);
    /* 21 returns, 11 up and 10 down or the reverse: n - 1 about a mean of r / 21. */
    expected = sqrt(252 * (21 * r * r - r * r / 21) / 20);
    UNIT_NEAR(m.x[VOL_M_FORECAST_VOL], expected, 1e-12);
    UNIT_STR(m.forecast_model, "trailing_rv_cc"); /* closes have no range */
    UNIT_NEAR(m.x[VOL_M_VRP], 0.21 * 0.21 - expected * expected, 1e-12);
    UNIT_NEAR(m.x[VOL_M_VRP_RATIO], 0.21 / expected, 1e-12);
    /* Implied of day 29, against the thirty returns since, over thirty days of 365. */
    UNIT_NEAR(m.x[VOL_M_VRP_EXPOST], 0.21 * 0.21 - 30 * r * r * 365 / 30, 1e-12);
    UNIT(m.expost_n == 30);
    vol_panel_forecast_model(&panel, "har_log", 7);
    UNIT(take(&panel, VOL_IN_FORECAST, 59, 0.18) == VOL_OK);
    m = measure(&panel, 59);
    UNIT_STR(m.forecast_model, "har_log");
    UNIT_NEAR(m.x[VOL_M_VRP], 0.21 * 0.21 - 0.18 * 0.18, 1e-15);
    UNIT(measure(&panel, 60).forecast_model[0] == 't'); /* a forecast of yesterday */
    vol_panel_free(&panel);
}

/* Steady growth of both for 20 days at the end of a year that wobbled. */
static void test_momentum(void)
{
    struct vol_panel panel;
    struct vol_measures m;
    double vix = 20, price = 100, deviation;
    int32_t d;

    UNIT(vol_panel_init(&panel, &config, NULL) == VOL_OK);
    for (d = 0; d <= 252; d++) {
        double x = d <= 232 ? (d % 2 ? 0.02 : -0.02) : 0.03;

        vix *= exp(x);
        price *= exp(-x / 2);
        UNIT(bar(&panel, d, price) == VOL_OK && take(&panel, VOL_IN_VIX, d, vix) == VOL_OK);
        if (d == 251)
            UNIT(isnan(measure(&panel, d).x[VOL_M_MOMENTUM]) && measure(&panel, d).momentum_n == 251);
    }
    m = measure(&panel, 252);
    /* 232 changes of +-0.02, half of them up, and 20 of 0.03. */
    deviation = sqrt((232 * 0.0004 + 20 * 0.0009 - 252 * pow(20 * 0.03 / 252, 2)) / 251);
    UNIT_NEAR(m.x[VOL_M_VOL_MOMENTUM], 0.6 / (sqrt(20) * deviation), 1e-9);
    UNIT_NEAR(m.x[VOL_M_PRICE_MOMENTUM], -0.6 / (sqrt(20) * deviation), 1e-9);
    UNIT_NEAR(m.x[VOL_M_MOMENTUM], 0.6 / (sqrt(20) * deviation), 1e-9);
    UNIT_NEAR(m.x[VOL_M_VOL_OF_VOL], 0, 1e-9); /* the last 20 changes are all alike */
    UNIT(m.momentum_n == 252);
    vol_panel_free(&panel);
}

/* The surface's skew is better than the index; what the index gave is no past of it. So is the index of vol.
 */
static void test_sources(void)
{
    struct vol_panel panel;
    struct vol_measures m;
    int32_t d;

    UNIT(vol_panel_init(&panel, &config, NULL) == VOL_OK);
    for (d = 0; d < 300; d++)
        UNIT(take(&panel, VOL_IN_SKEW, d, 120 + d % 50) == VOL_OK &&
             take(&panel, VOL_IN_IV30, d, 0.2) == VOL_OK);
    m = measure(&panel, 299);
    UNIT_STR(m.skew_source, "SKEW");
    UNIT(m.skew_n == 252 && m.x[VOL_M_SKEW] == 69 && m.x[VOL_M_SKEW_PERCENTILE] > 95);
    UNIT(m.momentum_n == 252 && panel.vix_is_iv30 && m.implied == 0.2);
    UNIT(take(&panel, VOL_IN_RR25, 300, -0.06) == VOL_OK && take(&panel, VOL_IN_VIX, 300, 22) == VOL_OK);
    m = measure(&panel, 300);
    UNIT_STR(m.skew_source, "rr25");
    UNIT(m.skew_n == 0 && m.x[VOL_M_SKEW] == 0.06 && isnan(m.x[VOL_M_SKEW_PERCENTILE]));
    UNIT(m.momentum_n == 0 && panel.vix_n == 1 && m.implied == 0.22);
    vol_panel_free(&panel);
}

/* A chain is that of its instant; futures are those of their date. */
static void test_chain(void)
{
    struct vol_future future = {60, 22}, next = {88, 23}, bad = {70, NAN};
    struct vol_panel panel;
    struct vol_measures m;

    UNIT(vol_panel_init(&panel, &config, NULL) == VOL_OK);
    vol_panel_option(&panel, 50 * day, true, 0.5, 0.01, 1000, 100, 100);
    m = measure(&panel, 50);
    UNIT(m.x[VOL_M_GEX_RATIO] == 1 && m.gex_n == 1 && isnan(measure(&panel, 51).x[VOL_M_GEX]));
    vol_panel_option(&panel, 51 * day, false, 0.5, 0.01, 1000, 100, 100);
    UNIT(measure(&panel, 51).x[VOL_M_GEX_RATIO] == -1);
    UNIT(take(&panel, VOL_IN_VIX, 51, 20) == VOL_OK);
    UNIT(vol_panel_future(&panel, 51, &future) == VOL_OK && vol_panel_future(&panel, 51, &next) == VOL_OK);
    UNIT(vol_panel_future(&panel, 51, &bad) == VOL_EDATA && vol_panel_future(&panel, 50, &next) == VOL_EDATA);
    m = measure(&panel, 51);
    UNIT_NEAR(m.x[VOL_M_BASIS], 0.1, 1e-15);
    UNIT(m.basis_expiration == 60);
    UNIT(take(&panel, VOL_IN_VIX, 52, 20) == VOL_OK && isnan(measure(&panel, 52).x[VOL_M_BASIS]));
    vol_panel_free(&panel);
}

int main(void)
{
    test_age();
    test_refused();
    test_premium();
    test_momentum();
    test_sources();
    test_chain();
    return unit_done("signal/panel");
}
