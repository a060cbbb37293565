#include "surface/tenor.h"

#include "unit.h"

static const struct vol_svi flat_svi[] = {
    {0.04 * 7 / 365, 0.0, 0.0, 0.0, 0.1},    /* 20 vol */
    {0.0625 * 37 / 365, 0.0, 0.0, 0.0, 0.1}, /* 25 vol */
};
static const struct vol_svi skewed_svi[] = {
    {0.0008, 0.030, -0.40, 0.010, 0.04},
    {0.0011, 0.031, -0.42, 0.012, 0.05},
};

/* Delta from the C library's erfc, apart from the code under test. */
static double call_delta(double k, double w)
{
    return 0.5 * erfc((k / sqrt(w) - 0.5 * sqrt(w)) / sqrt(2.0));
}

/* Between the slices: derivatives in k by differences, in time the slope of the interval; forwards, places.
 */
static void between(void)
{
    struct vol_slice s[2] = {vol_slice_of_svi(&skewed_svi[0], 28.0 / 365, -0.2, 0.1),
                             vol_slice_of_svi(&skewed_svi[1], 35.0 / 365, -0.3, 0.15)};
    double t = 30.0 / 365, h = 1e-5, w[3], w_t, up = NAN, down = NAN, k = -0.05, share;
    size_t at;

    UNIT(vol_tenor_bracket(s, 2, t, &at, &share) == VOL_OK && at == 1);
    UNIT_NEAR(share, 2.0 / 7, 1e-14);
    UNIT(vol_tenor_bracket(s, 2, 28.0 / 365, &at, &share) == VOL_OK && at == 0 && share == 1.0);
    UNIT(vol_tenor_derivatives(s, 2, t, k, w, &w_t) == VOL_OK);
    UNIT(vol_tenor_variance(s, 2, t, k + h, &up) == VOL_OK &&
         vol_tenor_variance(s, 2, t, k - h, &down) == VOL_OK);
    UNIT_NEAR(w[1], (up - down) / (2 * h), 1e-9);
    UNIT_NEAR(w[2], (up - 2 * w[0] + down) / (h * h), 1e-4);
    UNIT_NEAR(w_t, (vol_svi_w(&skewed_svi[1], k) - vol_svi_w(&skewed_svi[0], k)) / (7.0 / 365), 1e-14);
    UNIT(vol_tenor_derivatives(s, 2, 35.0 / 365, k, w, &up) == VOL_OK &&
         up == w_t); /* the last: to the left */
    UNIT(vol_tenor_derivatives(s, 1, 28.0 / 365, k, w, &up) == VOL_OK && isnan(up));
    UNIT(vol_tenor_place(s, 2, t, -0.2) == VOL_SLICE_INSIDE);
    UNIT(vol_tenor_place(s, 2, t, -0.25) == VOL_SLICE_WING); /* the shorter smile has no quotes there */
    UNIT(vol_tenor_place(s, 2, 35.0 / 365, -0.25) == VOL_SLICE_INSIDE);
    UNIT(vol_tenor_place(s, 2, 36.0 / 365, 0.0) == VOL_SLICE_OUTSIDE);
    UNIT(isnan(vol_tenor_forward(s, 2, t)));
    s[0].forward = 100;
    s[1].forward = 107;
    UNIT_NEAR(vol_tenor_forward(s, 2, t), 100 * pow(1.07, 2.0 / 7), 1e-11);
    UNIT(vol_tenor_forward(s, 2, 28.0 / 365) == 100.0);
    s[0].reach_min = s[0].k_min; /* no wing on the left: nothing there, at either maturity that needs it */
    UNIT(vol_tenor_place(s, 2, t, -0.25) == VOL_SLICE_OUTSIDE);
    UNIT(vol_tenor_variance(s, 2, t, -0.25, &up) == VOL_NO);
    UNIT(vol_tenor_variance(s, 2, 35.0 / 365, -0.25, &up) == VOL_OK);
}

int main(void)
{
    struct vol_slice flat[2] = {vol_slice_of_svi(&flat_svi[0], 7.0 / 365, -0.3, 0.3),
                                vol_slice_of_svi(&flat_svi[1], 37.0 / 365, -0.3, 0.3)};
    struct vol_slice skewed[2] = {vol_slice_of_svi(&skewed_svi[0], 28.0 / 365, -0.3, 0.2),
                                  vol_slice_of_svi(&skewed_svi[1], 35.0 / 365, -0.3, 0.2)};
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
    between();
    return unit_done("surface/tenor");
}
