#include "price/curve.h"

#include "unit.h"

static void test_empty_and_refused(void)
{
    struct vol_curve curve;

    vol_curve_init(&curve);
    UNIT(isnan(vol_curve_rate(&curve, 1.0)));
    UNIT(isnan(vol_curve_discount(&curve, 0.0)));
    UNIT(vol_curve_set(&curve, 0.0, 0.02) == VOL_EDATA);
    UNIT(vol_curve_set(&curve, -1.0, 0.02) == VOL_EDATA);
    UNIT(vol_curve_set(&curve, NAN, 0.02) == VOL_EDATA);
    UNIT(vol_curve_set(&curve, 1.0, INFINITY) == VOL_EDATA);
    UNIT(curve.n == 0);
}

static void test_interpolation(void)
{
    struct vol_curve curve;
    double last = 1.0, t;

    vol_curve_init(&curve);
    UNIT(vol_curve_set(&curve, 1.0, 0.05) == VOL_OK);
    UNIT(vol_curve_set(&curve, 0.25, 0.02) == VOL_OK);
    UNIT(vol_curve_set(&curve, 2.0, 0.10) == VOL_OK);
    UNIT(vol_curve_set(&curve, 2.0, 0.04) == VOL_OK); /* replaces */
    UNIT(curve.n == 3);
    UNIT_NEAR(vol_curve_rate(&curve, 0.25), 0.02, 1e-16);
    UNIT_NEAR(vol_curve_rate(&curve, 1.0), 0.05, 1e-16);
    UNIT_NEAR(vol_curve_rate(&curve, 2.0), 0.04, 1e-16);
    UNIT_NEAR(vol_curve_rate(&curve, 0.0), 0.02, 0);
    UNIT_NEAR(vol_curve_rate(&curve, 0.1), 0.02, 0);
    UNIT_NEAR(vol_curve_rate(&curve, 30.0), 0.04, 0);
    /* r t at 1.5 is half way between 0.05 and 0.08 */
    UNIT_NEAR(vol_curve_rate(&curve, 1.5), 0.065 / 1.5, 1e-15);
    UNIT_NEAR(vol_curve_discount(&curve, 1.5), exp(-0.065), 1e-15);
    UNIT_NEAR(vol_curve_discount(&curve, 0.0), 1.0, 0);
    for (t = 0.01; t < 5; t += 0.01) {
        double discount = vol_curve_discount(&curve, t);

        UNIT(discount < last);
        last = discount;
    }
    UNIT(isnan(vol_curve_rate(&curve, -0.1)));
    UNIT(isnan(vol_curve_rate(&curve, INFINITY)));
    UNIT(isnan(vol_curve_discount(&curve, NAN)));
}

static void test_full(void)
{
    struct vol_curve curve;
    int i;

    vol_curve_init(&curve);
    for (i = VOL_CURVE_MAX; i >= 1; i--)
        UNIT(vol_curve_set(&curve, i, 0.001 * i) == VOL_OK);
    UNIT(vol_curve_set(&curve, 0.5, 0.01) == VOL_EOS);
    UNIT(vol_curve_set(&curve, 7, 0.5) == VOL_OK);
    UNIT_NEAR(vol_curve_rate(&curve, 7), 0.5, 1e-16);
}

int main(void)
{
    test_empty_and_refused();
    test_interpolation();
    test_full();
    return unit_done("price/curve");
}
