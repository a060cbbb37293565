#include "surface/monotone.h"

#include "unit.h"

int main(void)
{
    static const double t[] = {0.1, 0.25, 0.3, 1.0, 2.0}, w[] = {0.004, 0.012, 0.0121, 0.05, 0.08};
    static const double line[] = {0.004, 0.01, 0.012, 0.04, 0.08}, falling[] = {0.3, 0.1};
    double out[2] = {7.0, 7.0}, before = 0.0, slope;
    int i;

    /* Through the data, rising between them as they rise, with the derivative that it says. */
    for (i = 0; i < 5; i++) {
        UNIT(vol_monotone_variance(5, t, w, t[i], out) == VOL_OK);
        UNIT_NEAR(out[0], w[i], 1e-17);
        slope = out[1];
        if (i < 4 && UNIT(vol_monotone_variance(5, t, w, t[i] * (1 + 1e-9), out) == VOL_OK))
            UNIT_NEAR(out[1], slope, 1e-6); /* no jump of the forward variance */
    }
    for (i = 1; i <= 2000; i++) {
        double up[2], down[2], at = i / 1000.0 - 1e-4;

        UNIT(vol_monotone_variance(5, t, w, at, out) == VOL_OK);
        UNIT(out[0] > before && out[1] >= 0.0);
        before = out[0];
        UNIT(vol_monotone_variance(5, t, w, at + 1e-7, up) == VOL_OK);
        UNIT(vol_monotone_variance(5, t, w, at - 1e-7, down) == VOL_OK);
        UNIT_NEAR((up[0] - down[0]) / 2e-7, out[1], 1e-5);
    }
    /* One vol for all times is a straight line, and stays one; so does a single expiry. */
    for (i = 1; i <= 20; i++) {
        UNIT(vol_monotone_variance(5, t, line, i / 10.0, out) == VOL_OK);
        UNIT_NEAR(out[0], 0.04 * i / 10.0, 1e-16);
        UNIT_NEAR(out[1], 0.04, 1e-15);
        UNIT(vol_monotone_variance(1, t, line, i / 200.0, out) == VOL_OK);
        UNIT_NEAR(out[0], 0.04 * i / 200.0, 1e-17);
    }
    out[0] = 7.0;
    UNIT(vol_monotone_variance(5, t, w, 2.1, out) == VOL_NO);
    UNIT(vol_monotone_variance(5, t, w, 0.0, out) == VOL_NO);
    UNIT(vol_monotone_variance(5, t, w, NAN, out) == VOL_NO);
    UNIT(vol_monotone_variance(2, falling, w, 0.1, out) == VOL_EDATA);
    UNIT(vol_monotone_variance(0, t, w, 0.1, out) == VOL_EDATA);
    UNIT(out[0] == 7.0);
    return unit_done("surface/monotone");
}
