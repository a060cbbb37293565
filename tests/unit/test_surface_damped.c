#include "surface/damped.h"

#include "unit.h"

/* A system whose answer numpy gives: numpy.linalg.solve([[4, 1, -2], [1, 3, 0.5], [-2, 0.5, 6]] * damping,
 * -[1, -2, 3]). */
int main(void)
{
    const double h[3][3] = {{4.0, 99.0, 99.0}, {1.0, 3.0, 99.0}, {-2.0, 0.5, 6.0}}, g[3] = {1.0, -2.0, 3.0};
    const double flat[2][2] = {{1.0, 0.0}, {1.0, 1.0}}, g2[2] = {1.0, 1.0};
    const bool none[3] = {false, false, false}, middle[3] = {false, true, false};
    double d[3];

    UNIT(vol_damped_step(3, h, g, none, 0.0, d)); /* only the lower triangle is read */
    UNIT_NEAR(d[0], -1.0049019607843137, 1e-14);
    UNIT_NEAR(d[1], 1.1568627450980393, 1e-14);
    UNIT_NEAR(d[2], -0.93137254901960786, 1e-14);
    UNIT(vol_damped_step(3, h, g, none, 0.5, d));
    UNIT_NEAR(d[0], -0.41764705882352943, 1e-14);
    UNIT_NEAR(d[1], 0.58823529411764708, 1e-14);
    UNIT_NEAR(d[2], -0.45882352941176469, 1e-14);
    UNIT(vol_damped_step(3, h, g, middle, 0.0, d)); /* [[4, -2], [-2, 6]] x = -[1, 3] */
    UNIT_NEAR(d[0], -0.6, 1e-15);
    UNIT(d[1] == 0.0);
    UNIT_NEAR(d[2], -0.7, 1e-15);
    UNIT(!vol_damped_step(2, flat, g2, none, 0.0, d)); /* singular */
    UNIT(vol_damped_step(2, flat, g2, none, 0.1, d));
    return unit_done("surface/damped");
}
