#include "surface/svi.h"

#include <math.h>

double vol_svi_w(const struct vol_svi *svi, double k)
{
    double x = k - svi->m;

    return svi->a + svi->b * (svi->rho * x + sqrt(x * x + svi->sigma * svi->sigma));
}

void vol_svi_derivatives(const struct vol_svi *svi, double k, double w[3])
{
    double x = k - svi->m;
    double root = sqrt(x * x + svi->sigma * svi->sigma);

    w[0] = svi->a + svi->b * (svi->rho * x + root);
    w[1] = svi->b * (svi->rho + x / root);
    w[2] = svi->b * svi->sigma * svi->sigma / (root * root * root);
}

double vol_svi_vol(const struct vol_svi *svi, double k, double t)
{
    double w = vol_svi_w(svi, k);

    return w >= 0.0 && t > 0.0 ? sqrt(w / t) : NAN;
}

double vol_svi_g(const struct vol_svi *svi, double k)
{
    double w[3];
    double lever;

    vol_svi_derivatives(svi, k, w);
    if (!(w[0] > 0.0))
        return -INFINITY;
    lever = 1.0 - k * w[1] / (2.0 * w[0]);
    return lever * lever - w[1] * w[1] / 4.0 * (1.0 / w[0] + 0.25) + w[2] / 2.0;
}

double vol_svi_slope_left(const struct vol_svi *svi)
{
    return svi->b * (1.0 - svi->rho);
}

double vol_svi_slope_right(const struct vol_svi *svi)
{
    return svi->b * (1.0 + svi->rho);
}

bool vol_svi_is_sane(const struct vol_svi *svi)
{
    double least;

    if (!isfinite(svi->a) || !isfinite(svi->b) || !isfinite(svi->m) || !isfinite(svi->sigma))
        return false;
    if (!(svi->b >= 0.0) || !(fabs(svi->rho) <= 1.0) || !(svi->sigma > 0.0))
        return false;
    least = svi->a + svi->b * svi->sigma * sqrt(1.0 - svi->rho * svi->rho);
    return least >= 0.0;
}
