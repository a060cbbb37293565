/* bspline.h: cubic B-splines between breakpoints.
 *
 * Over M intervals, x[0] < ... < x[m], there are M + 3 of them; four are not zero in an interval I, those
 * numbered I to I + 3. De Boor, "A Practical Guide to Splines" (1978), chapters 9 and 10.
 */
#ifndef VOL_SURFACE_BSPLINE_H
#define VOL_SURFACE_BSPLINE_H

#include <stddef.h>

/* The interval that AT lies in, the last one for the last breakpoint. */
size_t vol_bspline_interval(const double *x, size_t m, double at);

/* The knots, KNOT[m + 7]: the breakpoints, the outermost four times. */
void vol_bspline_knots(const double *x, size_t m, double *knot);

/* The four B-splines at X of interval I, and their first and second derivative: OUT[derivative][spline]. */
void vol_bspline_basis(const double *knot, size_t i, double x, double out[3][4]);

#endif
