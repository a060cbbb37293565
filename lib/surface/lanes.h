/* lanes.h: the dense kernels behind rbf.h, one compilation of lanes_dense.h for every level of price/isa.h.
 *
 * Private to this room: rbf.h is the door. As in price/lanes.h the levels give the same bits: vectors run
 * over the rows of a matrix or over the points of an evaluation, so that every number comes from the same
 * operations in the same order, however many are worked on at a time.
 */
#ifndef VOL_SURFACE_LANES_H
#define VOL_SURFACE_LANES_H

#include <stddef.h>

enum {
    VOL_LANES_ROUND = 16, /* sizes are multiples of this: two of the widest vectors */
    VOL_LANES_BLOCK = 128 /* columns that are eliminated at a time */
};

/* phi(r) = r^2 ln r of two points, by the square of their distance, is r2 ln(r2) / 2. Matrices are square, of
 * N columns one behind the other, N a multiple of VOL_LANES_ROUND. */
struct vol_surface_lanes {
    /* COLUMN[i] = phi of the distance of (X[i], Y[i]) from (X0, Y0), i < N. */
    void (*kernel)(size_t n, const double *x, const double *y, double x0, double y0, double *column);
    /* OUT[i] += A COLUMN[i] + B SECOND[i], i from FROM (a multiple of VOL_LANES_ROUND) to N. */
    void (*combine)(size_t from, size_t n, double a, const double *column, double b, const double *second,
                    double *out);
    /* The lower half of A becomes its Cholesky factor; what is above is garbage after. PACK holds 2 N
     * VOL_LANES_BLOCK doubles. Returns 0 when A is not positive definite in rounding. */
    int (*factorise)(size_t n, double *a, double *pack);
    /* OUT[p] = sum over j < N of WEIGHT[j] phi(distance of (X[j], Y[j]) from (PX[p], PY[p])), p < POINTS,
     * POINTS a multiple of VOL_LANES_ROUND. */
    void (*evaluate)(size_t n, const double *x, const double *y, const double *weight, size_t points,
                     const double *px, const double *py, double *out);
};

extern const struct vol_surface_lanes vol_surface_lanes_generic;
#ifdef __x86_64__
extern const struct vol_surface_lanes vol_surface_lanes_avx2, vol_surface_lanes_avx512;
#endif

#endif
