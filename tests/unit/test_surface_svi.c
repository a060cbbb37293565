#include "surface/svi.h"

#include "unit.h"

/* Values of Gatheral and Jacquier's Vogt example (arXiv:1204.0646, example 3.1) to 10 digits, and derivatives
 * against central differences. */
int main(void)
{
    const struct vol_svi vogt = {-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};
    struct vol_svi bad;
    double w[3];
    double k;

    UNIT_NEAR(vol_svi_w(&vogt, -0.5), 0.0509765716903, 1e-12);
    UNIT_NEAR(vol_svi_w(&vogt, 0.5), 0.0231515656122, 1e-12);
    UNIT_NEAR(vol_svi_w(&vogt, 0.0), 0.01742625, 1e-8); /* its jump-wings v at t = 1 */
    for (k = -2.0; k <= 2.0; k += 0.25) {
        double h = 1e-5;

        vol_svi_derivatives(&vogt, k, w);
        UNIT_NEAR(w[0], vol_svi_w(&vogt, k), 1e-15);
        UNIT_NEAR(w[1], (vol_svi_w(&vogt, k + h) - vol_svi_w(&vogt, k - h)) / (2 * h), 1e-9);
        UNIT_NEAR(w[2], (vol_svi_w(&vogt, k + h) - 2 * w[0] + vol_svi_w(&vogt, k - h)) / (h * h), 1e-5);
        UNIT_NEAR(vol_svi_vol(&vogt, k, 0.25), sqrt(w[0] / 0.25), 1e-15);
    }
    UNIT_NEAR(vol_svi_slope_left(&vogt), 0.1331 * (1 - 0.3060), 1e-15);
    UNIT_NEAR(vol_svi_slope_right(&vogt), 0.1331 * (1 + 0.3060), 1e-15);
    UNIT(vol_svi_is_sane(&vogt));
    UNIT(isnan(vol_svi_vol(&vogt, 0.0, 0.0)));
    UNIT(isnan(vol_svi_vol(&vogt, 0.0, NAN)));

    bad = vogt;
    bad.a = -0.06; /* below -b sigma sqrt(1 - rho^2) = -0.0526 */
    UNIT(!vol_svi_is_sane(&bad));
    UNIT(isnan(vol_svi_vol(&bad, 0.22, 1.0)));
    UNIT(vol_svi_g(&bad, 0.22) == -INFINITY);
    bad = vogt;
    bad.b = -0.1;
    UNIT(!vol_svi_is_sane(&bad));
    bad = vogt;
    bad.rho = 1.5;
    UNIT(!vol_svi_is_sane(&bad));
    bad = vogt;
    bad.sigma = 0.0;
    UNIT(!vol_svi_is_sane(&bad));
    bad = vogt;
    bad.m = NAN;
    UNIT(!vol_svi_is_sane(&bad));
    return unit_done("surface/svi");
}
