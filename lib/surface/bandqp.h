/* bandqp.h: convex quadratic programs whose unknowns only meet their neighbours.
 *
 *     minimise    sum over terms  1/2 weight (a.z - target)^2  +  sum over soft rows  penalty t
 *     subject to  a.z >= low            for each hard row,
 *                 a.z + t >= low, t >= 0 for each soft row.
 *
 * Each a has at most VOL_BANDQP_ENTRIES entries, whose places lie no further apart than the band. The method
 * is Mehrotra's predictor and corrector for the primal and dual problem together (Wright, "Primal-Dual
 * Interior-Point Methods", 1997, chapter 10; Nocedal and Wright, "Numerical Optimization", section 16.6):
 * every step solves one banded system by Cholesky's method, O(n band^2). The t of the soft rows are
 * eliminated: they cost no unknown. A penalty larger than the multiplier of a row is exact: the row then
 * holds when it can.
 *
 * The caller scales: unknowns, rows and targets of the order of one. No randomness, no clock: same program,
 * same bits.
 */
#ifndef VOL_SURFACE_BANDQP_H
#define VOL_SURFACE_BANDQP_H

#include <stddef.h>

#include "base/error.h"

enum { VOL_BANDQP_ENTRIES = 8 };

/* One row: entries A at the places AT (ascending). */
struct vol_bandqp_row {
    int count;
    int at[VOL_BANDQP_ENTRIES];
    double a[VOL_BANDQP_ENTRIES];
    double low;     /* target of a term */
    double penalty; /* weight of a term; infinite for a hard row */
};

struct vol_bandqp {
    int n, band;
    struct vol_bandqp_row *rows, *terms;
    size_t n_rows, cap_rows, n_terms, cap_terms;
    double *work;
    size_t cap_work;
    int steps; /* that the last solution took */
};

void vol_bandqp_init(struct vol_bandqp *qp);
void vol_bandqp_free(struct vol_bandqp *qp);

/* Begin a program of N unknowns; two of one row or term lie at most BAND apart. Keeps the memory. */
void vol_bandqp_begin(struct vol_bandqp *qp, int n, int band);

/* Add the term or row ROW. VOL_EOS; VOL_EDATA: places outside [0, n), not ascending or further apart than the
 * band, a weight that is negative or a number that is not finite (a penalty may be infinite: a hard row). */
enum vol_status vol_bandqp_term(struct vol_bandqp *qp, const struct vol_bandqp_row *row);
enum vol_status vol_bandqp_bound(struct vol_bandqp *qp, const struct vol_bandqp_row *row);

/* Solve from the start Z[n], which receives the solution: hard rows hold to rounding (the iterates approach
 * from inside), the objective is least to TOLERANCE (or, where rounding stops the method, to 1000 times
 * that). VOL_NO: no such point was reached, mostly because the hard rows contradict each other; Z is
 * untouched then. VOL_EOS. */
enum vol_status vol_bandqp_solve(struct vol_bandqp *qp, double tolerance, double *z, struct vol_error *err);

#endif
