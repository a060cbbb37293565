#include "price/carry.h"

#include "unit.h"

static void test_yield(void)
{
    double s = 2939.88, r = 0.024, q = 0.019, t = 0.25;

    UNIT_NEAR(vol_carry_yield(s, s * exp((r - q) * t), exp(-r * t), t), q, 1e-14);
    UNIT_NEAR(vol_carry_yield(s, s * exp((r - q) * 30), exp(-r * 30), 30), q, 1e-16);
    /* a minute to go: F and S agree in six digits, and the last place of each still counts little */
    t = 1.0 / 525600;
    UNIT_NEAR(vol_carry_yield(100, 100 * (1 + 1e-8), 1, t), -log1p(1e-8) / t, 1e-8);
    /* hard to borrow: the forward lies under the spot */
    UNIT_NEAR(vol_carry_yield(20, 18, 1, 0.5), 2 * log(20.0 / 18), 1e-15);
    UNIT(vol_carry_yield(100, 100, 1, 1) == 0);
}

/* The error is that of q when F and D are off by theirs, one at a time. */
static void test_error(void)
{
    double s = 100, f = 101, d = 0.98, t = 0.4, e_f = 0.02, e_d = 0.003;
    double by_f = vol_carry_yield(s, f + e_f, d, t) - vol_carry_yield(s, f, d, t);
    double by_d = vol_carry_yield(s, f, d + e_d, t) - vol_carry_yield(s, f, d, t);

    UNIT_NEAR(vol_carry_yield_error(f, d, t, e_f, 0), fabs(by_f), 1e-3 * fabs(by_f));
    UNIT_NEAR(vol_carry_yield_error(f, d, t, 0, e_d), fabs(by_d), 2e-3 * fabs(by_d));
    UNIT_NEAR(vol_carry_yield_error(f, d, t, e_f, e_d), sqrt(by_f * by_f + by_d * by_d), 2e-5);
    UNIT(vol_carry_yield_error(f, d, t, 0, 0) == 0);
}

static void test_bad(void)
{
    const double bad[] = {0, -1, NAN, INFINITY, -INFINITY};
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        UNIT(isnan(vol_carry_yield(bad[i], 100, 1, 1)));
        UNIT(isnan(vol_carry_yield(100, bad[i], 1, 1)));
        UNIT(isnan(vol_carry_yield(100, 100, bad[i], 1)));
        UNIT(isnan(vol_carry_yield(100, 100, 1, bad[i])));
        UNIT(isnan(vol_carry_yield_error(bad[i], 1, 1, 0.1, 0.1)));
        UNIT(isnan(vol_carry_yield_error(100, bad[i], 1, 0.1, 0.1)));
        UNIT(isnan(vol_carry_yield_error(100, 1, bad[i], 0.1, 0.1)));
        UNIT(bad[i] == 0 || isnan(vol_carry_yield_error(100, 1, 1, bad[i], 0.1)));
        UNIT(bad[i] == 0 || isnan(vol_carry_yield_error(100, 1, 1, 0.1, bad[i])));
    }
    UNIT(isnan(vol_carry_yield(100, 90, 1, 1e-310)));
    UNIT(isnan(vol_carry_yield_error(100, 1, 1e-310, 1, 1)));
}

int main(void)
{
    test_yield();
    test_error();
    test_bad();
    return unit_done("price/carry");
}
