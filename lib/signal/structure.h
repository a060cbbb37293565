/* structure.h: the term structure of vol, the curve of VIX futures, and the dealers' gamma.
 *
 * Pure arithmetic on numbers of one instant. Missing numbers are NaN, and so is what needs them.
 */
#ifndef VOL_SIGNAL_STRUCTURE_H
#define VOL_SIGNAL_STRUCTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* ---- term structure
 * ---------------------------------------------------------------------------------------- */

/* Vols of one instant by tenor, in one unit (points or decimals): VIX9D, VIX, VIX3M, VIX6M, or constant
 * maturities of 7, 30, 91 and 182 days. */
struct vol_term_points {
    double front, near, mid, back;
};

enum vol_term_state {
    VOL_TERM_UNKNOWN,
    VOL_TERM_CONTANGO,      /* near < mid: the usual one */
    VOL_TERM_FLAT,          /* within the band of 1 */
    VOL_TERM_BACKWARDATION, /* near > mid: fear is about now */
    VOL_TERM_FRONT_INVERTED /* near <= mid, but front > near: an event within days */
};

struct vol_term {
    double front, mid, back; /* front / near, near / mid, mid / back */
    enum vol_term_state state;
    size_t n; /* points that there are */
};

/* BAND: how far from 1 a ratio of near to mid is still flat (0.01). The state needs near and mid. */
struct vol_term vol_term_of(const struct vol_term_points *points, double band);

/* "contango" …; null for VOL_TERM_UNKNOWN. */
const char *vol_term_state_name(enum vol_term_state state);

/* ---- futures
 * ------------------------------------------------------------------------------------------------ */

struct vol_future {
    int32_t expiration; /* a date */
    double price;
};

struct vol_basis {
    double basis;       /* nearest future of a week and more / index - 1 */
    int32_t expiration; /* of that future */
    double at_30d;      /* futures at 30 days, linear in days between the two around it, / index - 1 */
    double slope;       /* second over nearest, less 1, scaled to 30 days between them */
};

/* FUTURES in any order; those that settle before DATE + 7 days are left out, since they converge to the index
 * whatever the market thinks. VOL_NO: there is none, or INDEX is not positive. */
enum vol_status vol_basis_of(const struct vol_future *futures, size_t n, double index, int32_t date,
                             struct vol_basis *out);

/* ---- dealers' gamma
 * ----------------------------------------------------------------------------------------- */

/* Who holds what is not published; these are assumptions, and the figure is worth no more than they are. */
enum vol_dealer {
    VOL_DEALER_CALLS_LONG, /* customers sell calls and buy puts: dealers are long calls and short puts */
    VOL_DEALER_SHORT_ALL,  /* customers buy everything */
    VOL_DEALER_LONG_ALL    /* customers sell everything */
};

const char *vol_dealer_name(enum vol_dealer dealer);
enum vol_status vol_dealer_find(const char *name, enum vol_dealer *out);

struct vol_gex {
    double net, gross; /* dollar gamma per move of 1 %, with and without the dealers' signs */
    double delta;      /* dollar delta of the dealers' options; they hedge with its opposite */
    size_t n;          /* quotes */
};

/* Add the open interest of one contract: OPEN contracts of MULTIPLIER units, gamma and delta per 1.00 of the
 * underlying, SPOT its price. What is not finite, or has no open interest, adds nothing. */
void vol_gex_add(struct vol_gex *gex, enum vol_dealer dealer, bool is_call, double delta, double gamma,
                 double open, double multiplier, double spot);

#endif
