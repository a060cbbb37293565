#include "price/mills.h"

#include "price/lanes.h"
#include "price/mills_table.inc"

enum { CELLS = 64 };

static inline double horner(const double c[8], double z)
{
    double z2 = z * z;

    return (c[0] + z * c[1]) + z2 * ((c[2] + z * c[3]) + z2 * ((c[4] + z * c[5]) + z2 * (c[6] + z * c[7])));
}

/* u = 2 / (2 + a) in (0, 1]: its cell and the place in the cell, -1 to 1. A NaN stays one, in the last cell.
 */
static inline int cell_of(double u, double *z)
{
    double v = u * CELLS;
    int cell = v >= 0 && v < CELLS ? (int)v : CELLS - 1;

    *z = 2 * (v - cell) - 1;
    return cell;
}

double vol_mills_erfcx(double a)
{
    double u = 2 / (2 + a), z;
    int cell = cell_of(u, &z);

    return u * horner(vol_mills_erfcx_cells[cell], z);
}

void vol_mills(double a, double *erfcx, double *moment)
{
    double u = 2 / (2 + a), z;
    int cell = cell_of(u, &z);

    *erfcx = u * horner(vol_mills_erfcx_cells[cell], z);
    *moment = u * u * horner(vol_mills_moment_cells[cell], z);
}
