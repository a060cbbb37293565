#include "signal/structure.h"
#include "unit.h"

static void test_term(void)
{
    /* Closes of Cboe's indices: a calm day, the day of 2018-02-05, and one without a three-month index. */
    struct vol_term_points calm = {14.88, 16.64, 19.54, 22.1}, crash = {59.34, 37.32, 28.12, 24.53};
    struct vol_term_points early = {NAN, 20, NAN, 21}, event = {18, 16, 17, 18}, flat = {15, 16, 16.1, 17};
    struct vol_term term = vol_term_of(&calm, 0.01);

    UNIT_STR(vol_term_state_name(term.state), "contango");
    UNIT_NEAR(term.mid, 16.64 / 19.54, 1e-15);
    UNIT_NEAR(term.front, 14.88 / 16.64, 1e-15);
    UNIT_NEAR(term.back, 19.54 / 22.1, 1e-15);
    UNIT_STR(vol_term_state_name(vol_term_of(&crash, 0.01).state), "backwardation");
    UNIT_STR(vol_term_state_name(vol_term_of(&event, 0.01).state), "front_inverted");
    UNIT_STR(vol_term_state_name(vol_term_of(&flat, 0.01).state), "flat");
    term = vol_term_of(&early, 0.01);
    UNIT(term.state == VOL_TERM_UNKNOWN && vol_term_state_name(term.state) == NULL && isnan(term.mid));
    calm.mid = 0;
    UNIT(vol_term_of(&calm, 0.01).state == VOL_TERM_UNKNOWN);
    calm.mid = -5;
    UNIT(isnan(vol_term_of(&calm, 0.01).mid));
}

/* The curve of 2026-07-22 (data/history/VIX_FUTURES_CURVE_20260722.csv), its monthly futures, VIX 16.64 that
 * day; by hand. */
static void test_futures(void)
{
    enum { TODAY = 20656 }; /* 2026-07-22 */
    struct vol_future curve[] = {{20684, 19.5133}, {20712, 20.2246}, {20747, 20.9009}, {20775, 21.1439}};
    struct vol_basis basis = {0};

    UNIT(vol_basis_of(curve, 4, 16.64, TODAY, &basis) == VOL_OK);
    UNIT(basis.expiration == 20684);
    UNIT_NEAR(basis.basis, 19.5133 / 16.64 - 1, 1e-15);
    UNIT_NEAR(basis.slope, (20.2246 / 19.5133 - 1) * 30 / 28, 1e-15);
    UNIT_NEAR(basis.at_30d, (19.5133 + (20.2246 - 19.5133) * 2 / 28) / 16.64 - 1, 1e-15);
    /* In its last week a future is no measure of anything to come. */
    UNIT(vol_basis_of(curve, 4, 16.64, 20678, &basis) == VOL_OK && basis.expiration == 20712);
    UNIT(isnan(basis.at_30d)); /* none before 30 days, 34 is the first */
    UNIT(vol_basis_of(curve, 4, 16.64, 20682, &basis) == VOL_OK);
    UNIT_NEAR(basis.at_30d, 20.2246 / 16.64 - 1, 1e-15); /* 30 days on the day */
    UNIT(vol_basis_of(curve, 1, 16.64, TODAY, &basis) == VOL_OK && isnan(basis.slope) && isnan(basis.at_30d));
    basis.expiration = 1;
    UNIT(vol_basis_of(curve, 4, 16.64, 20770, &basis) == VOL_NO && basis.expiration == 1);
    UNIT(vol_basis_of(curve, 4, NAN, TODAY, &basis) == VOL_NO &&
         vol_basis_of(curve, 0, 17, TODAY, &basis) == VOL_NO);
    curve[0].price = NAN;
    UNIT(vol_basis_of(curve, 4, 16.64, TODAY, &basis) == VOL_OK && basis.expiration == 20712);
}

/* 1000 calls of gamma 0.01 at 100: a move of 1 % changes delta by 0.01 each, 100 units each: 1000 deltas, 100
 * 000 of money. */
static void test_gamma(void)
{
    struct vol_gex gex = {0};
    enum vol_dealer dealer;

    vol_gex_add(&gex, VOL_DEALER_CALLS_LONG, true, 0.5, 0.01, 1000, 100, 100);
    UNIT_NEAR(gex.net, 1e5, 1e-6);
    UNIT_NEAR(gex.delta, 5e6, 1e-6);
    vol_gex_add(&gex, VOL_DEALER_CALLS_LONG, false, -0.4, 0.01, 3000, 100, 100);
    UNIT_NEAR(gex.net, 1e5 - 3e5, 1e-6);
    UNIT_NEAR(gex.gross, 4e5, 1e-6);
    UNIT_NEAR(gex.delta, 5e6 + 12e6, 1e-6); /* short puts are long delta */
    UNIT(gex.n == 2);
    vol_gex_add(&gex, VOL_DEALER_CALLS_LONG, true, 0.5, NAN, 1000, 100, 100);
    vol_gex_add(&gex, VOL_DEALER_CALLS_LONG, true, 0.5, 0.01, NAN, 100, 100);
    vol_gex_add(&gex, VOL_DEALER_CALLS_LONG, true, 0.5, 0.01, 0, 100, 100);
    vol_gex_add(&gex, VOL_DEALER_CALLS_LONG, true, 0.5, 0.01, 10, NAN, 100);
    UNIT(gex.n == 2 && gex.gross < 4.1e5);
    memset(&gex, 0, sizeof gex);
    vol_gex_add(&gex, VOL_DEALER_SHORT_ALL, true, 0.5, 0.01, 1, 100, 100);
    UNIT(gex.net == -gex.gross && gex.delta < 0);
    vol_gex_add(&gex, VOL_DEALER_LONG_ALL, false, -0.5, 0.01, 1, 100, 100);
    UNIT(gex.net == 0);
    UNIT(vol_dealer_find("short_all", &dealer) == VOL_OK && dealer == VOL_DEALER_SHORT_ALL);
    UNIT(vol_dealer_find("dealers", &dealer) == VOL_NO && dealer == VOL_DEALER_SHORT_ALL);
    UNIT_STR(vol_dealer_name(VOL_DEALER_CALLS_LONG), "calls_long_puts_short");
}

int main(void)
{
    test_term();
    test_futures();
    test_gamma();
    return unit_done("signal/structure");
}
