/* correct.h: static arbitrage on the nodes of a grid of vols, found and taken out.
 *
 * A grid is vols at expiries times log-moneynesses. Its nodes are free of arbitrage when some arbitrage-free
 * surface of prices goes through all of them. In undiscounted call prices over the forward, c, at x = K / F,
 * that is, expiry by expiry, c convex with c(0) = 1, decreasing, and above its intrinsic value; and between
 * neighbouring expiries, at equal x: no earlier node above the chord of the later nodes around it, and no
 * later node below the lines through two earlier nodes that end before it. All are linear in the prices
 * (Cohen, Reisinger and Wang, "Detecting and repairing arbitrage in traded option prices", Applied
 * Mathematical Finance 27, 2020; arXiv:2008.09454). With the same log-moneynesses at every expiry the last
 * two are simply: total variance does not fall.
 */
#ifndef VOL_SURFACE_CORRECT_H
#define VOL_SURFACE_CORRECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Row-major: node (i, j) of expiry i and strike j lies at i * strikes + j. */
struct vol_correct_grid {
    size_t expiries, strikes;
    const double *t;   /* [expiries] years of the vols' clock, ascending, positive */
    const double *k;   /* log-moneyness, ascending: [strikes], or [expiries * strikes] when OWN */
    bool own;          /* every expiry has its own log-moneynesses (a grid of strikes) */
    const double *vol; /* [expiries * strikes], positive */
    const double
        *spread; /* half-spreads in vol, positive, by which deviations are measured; null: all equal */
};

enum vol_correct_kind {
    VOL_CORRECT_BUTTERFLY, /* convexity, also against c(0) = 1 */
    VOL_CORRECT_VERTICAL,  /* the call grows with the strike */
    VOL_CORRECT_CALENDAR
};

/* "butterfly", "vertical", "calendar". */
const char *vol_correct_kind_name(enum vol_correct_kind kind);

struct vol_correct_verdict {
    size_t butterfly, vertical, calendar; /* violations */
    enum vol_correct_kind worst_kind;     /* of the largest; valid when there is any */
    double worst;                         /* what it yields, over the forward */
    size_t expiry, strike;                /* its node (calendar: that of the later expiry) */
};

/* Count the conditions that the grid breaks by more than TOLERANCE times the sum of the sizes of its terms
 * (prices out of the money, so that a wing counts as a share of itself). Nodes whose price is below 1e-250
 * are not looked at. VOL_EDATA: a number that is not finite or not in its domain, nothing ascending,
 * tolerance not in [0, 1); VOL_EOS. */
enum vol_status vol_correct_check(const struct vol_correct_grid *grid, double tolerance,
                                  struct vol_correct_verdict *out, struct vol_error *err);

struct vol_correct_result {
    struct vol_correct_verdict before, after; /* the check at 1e-12 */
    double most;                              /* largest change of a vol */
    double spread; /* root mean square of the changes in half-spreads (in vol when there are none) */
    int steps;     /* of the interior-point method; 0 when nothing had to change */
};

/* The nearest grid without calendar arbitrage alone: each log-moneyness by exact isotonic regression
 * (isotonic.h), weights 1 / spread^2. Butterflies are counted, not mended. OUT[expiries * strikes] may be the
 * grid's own vols. VOL_EDATA as above, or a grid with OWN log-moneynesses; VOL_EOS. */
enum vol_status vol_correct_calendar(const struct vol_correct_grid *grid, double *out,
                                     struct vol_correct_result *result, struct vol_error *err);

/* The nearest grid without any of the three: least squares in prices out of the money, each in units of what
 * its half-spread in vol is worth there, under the linear conditions (bandqp.h). A grid without violations
 * comes back as it is. VOL_NO: no solution was found (never seen), OUT is untouched. VOL_EDATA and VOL_EOS as
 * above. */
enum vol_status vol_correct_grid(const struct vol_correct_grid *grid, double *out,
                                 struct vol_correct_result *result, struct vol_error *err);

#endif
