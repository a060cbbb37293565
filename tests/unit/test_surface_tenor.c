#include "surface/tenor.h"

#include "unit.h"

static const struct vol_tenor_slice flat[] = {
    {7.0 / 365, {0.04 * 7 / 365, 0.0, 0.0, 0.0, 0.1}},     /* 20 vol */
    {37.0 / 365, {0.0625 * 37 / 365, 0.0, 0.0, 0.0, 0.1}}, /* 25 vol */
};
static const struct vol_tenor_slice skewed[] = {
    {28.0 / 365, {0.0008, 0.030, -0.40, 0.010, 0.04}},
    {35.0 / 365, {0.0011, 0.031, -0.42, 0.012, 0.05}},
};

/* Delta from the C library's erfc, apart from the code under test. */
static double call_delta(double k, double w)
{
    return 0.5 * erfc((k / sqrt(w) - 0.5 * sqrt(w)) / sqrt(2.0));
}

int main(void)
{
    struct vol_tenor_wings wings;
    double vol = -1.0, k = -1.0, w;

    /* Linear in total variance: at 30 days (0.04 * 7 * 7 + 0.0625 * 37 * 23) / 30 / 30 of variance. */
    UNIT(vol_tenor_vol(flat, 2, 30.0 / 365, 0.0, &vol) == VOL_OK);
    UNIT_NEAR(vol, sqrt((0.04 * 7 * 7 + 0.0625 * 37 * 23) / 30 / 30), 1e-14);
    UNIT(vol_tenor_vol(flat, 2, 7.0 / 365, 0.3, &vol) == VOL_OK);
    UNIT_NEAR(vol, 0.2, 1e-15);
    UNIT(vol_tenor_vol(flat, 2, 37.0 / 365, 0.0, &vol) == VOL_OK);
    UNIT_NEAR(vol, 0.25, 1e-15);
    vol = 5.0;
    UNIT(vol_tenor_vol(flat, 2, 6.9 / 365, 0.0, &vol) == VOL_NO);  /* nothing before the first expiry */
    UNIT(vol_tenor_vol(flat, 2, 37.1 / 365, 0.0, &vol) == VOL_NO); /* nor after the last */
    UNIT(vol_tenor_vol(flat, 0, 30.0 / 365, 0.0, &vol) == VOL_NO);
    UNIT(vol_tenor_vol(flat, 2, NAN, 0.0, &vol) == VOL_NO);
    UNIT(vol == 5.0);

    /* On a flat smile of vol s, the 25-delta strikes are k = w/2 -+ 0.6744897502 sqrt(w). */
    UNIT(vol_tenor_strike(flat, 1, 7.0 / 365, 0.25, &k) == VOL_OK);
    w = 0.04 * 7 / 365;
    UNIT_NEAR(k, 0.5 * w + 0.67448975019608171 * sqrt(w), 1e-12);
    UNIT(vol_tenor_strike(flat, 1, 7.0 / 365, -0.25, &k) == VOL_OK);
    UNIT_NEAR(k, 0.5 * w - 0.67448975019608171 * sqrt(w), 1e-12);
    UNIT(vol_tenor_wings(flat, 1, 7.0 / 365, 0.25, &wings) == VOL_OK);
    UNIT_NEAR(wings.risk_reversal, 0.0, 1e-14);
    UNIT_NEAR(wings.butterfly, 0.0, 1e-14);

    /* On a skewed one the strikes have the asked delta under their own vol; puts are dearer. */
    UNIT(vol_tenor_wings(skewed, 2, 30.0 / 365, 0.25, &wings) == VOL_OK);
    UNIT(vol_tenor_variance(skewed, 2, 30.0 / 365, wings.call_k, &w) == VOL_OK);
    UNIT_NEAR(call_delta(wings.call_k, w), 0.25, 1e-10);
    UNIT(vol_tenor_variance(skewed, 2, 30.0 / 365, wings.put_k, &w) == VOL_OK);
    UNIT_NEAR(call_delta(wings.put_k, w) - 1.0, -0.25, 1e-10);
    UNIT(wings.put_k < 0.0 && wings.call_k > 0.0 && wings.risk_reversal < 0.0);
    UNIT_NEAR(wings.butterfly, 0.5 * (wings.call + wings.put) - wings.atm, 1e-15);

    k = 9.0;
    UNIT(vol_tenor_strike(flat, 2, 30.0 / 365, 0.0, &k) == VOL_EDATA);
    UNIT(vol_tenor_strike(flat, 2, 30.0 / 365, 1.0, &k) == VOL_EDATA);
    UNIT(vol_tenor_strike(flat, 2, 30.0 / 365, NAN, &k) == VOL_EDATA);
    UNIT(vol_tenor_wings(flat, 2, 30.0 / 365, 0.5, &wings) == VOL_EDATA);
    UNIT(vol_tenor_strike(flat, 2, 90.0 / 365, 0.25, &k) == VOL_NO);
    UNIT(k == 9.0);
    return unit_done("surface/tenor");
}
