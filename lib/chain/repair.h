/* repair.h: the arbitrage-free mids that are nearest to the quoted ones, as a linear program.
 *
 * Cohen, Reisinger and Wang, "Detecting and repairing arbitrage in traded option prices" (arXiv 2008.09454):
 * prices of one expiry are free of static arbitrage where the call price is a function of the strike that is
 * not negative, falls by no more than D per unit, and is convex, with D F at strike 0. Sought are the prices
 * with that property that move the mids least, the paper's l1-BA objective: a move inside of bid and ask
 * costs its share of the half-spread, one outside 100 times as much, so that prices leave a quote only where
 * there are none inside of all of them.
 *
 * European options: one function for calls and puts, by parity at the discount D of the expiry; the forward
 * is a variable of the program. American options: calls and puts each for themselves, with D = 1, no parity.
 * Each expiry is solved alone; constraints between expiries are not entered.
 *
 * Where prices have to leave a quote, a second program finds why: the least sum of what they must be moved
 * beyond their bids and asks; its dual solution is a position in the quotes, of at most one unit each, that
 * earns that sum at executable prices whatever happens.
 *
 * Solved with GLPK's dual simplex. GLPK keeps an environment per process: vol_repair_free gives it back, and
 * programs are not to be solved in two threads at a time.
 */
#ifndef VOL_CHAIN_REPAIR_H
#define VOL_CHAIN_REPAIR_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "chain/ladder.h"
#include "chain/static_arbitrage.h"

enum vol_repair_status {
    VOL_REPAIR_NONE,    /* not tried: no bid and ask, expired, or no discount is known */
    VOL_REPAIR_INSIDE,  /* the mid lies inside its bid and ask */
    VOL_REPAIR_OUTSIDE, /* it does not: there are no such prices */
    VOL_REPAIR_FAILED   /* the program was not solved */
};

/* "none", "inside", "outside", "failed" */
const char *vol_repair_status_name(enum vol_repair_status status);

struct vol_repaired {
    uint32_t index; /* of the caller */
    enum vol_repair_status status;
    double mid;      /* as quoted (an inverse option's in the coin); NaN unless INSIDE or OUTSIDE */
    double distance; /* from bid or ask, in half-spreads; 0 inside */
};

/* Why the quotes of an expiry have no arbitrage-free prices. */
struct vol_repair_reason {
    size_t slice;
    size_t leg, n_legs; /* in `legs` */
    double profit;      /* of the position, in the strike's currency */
};

struct vol_repair {
    struct vol_repaired *quote;
    size_t n;
    size_t n_expiries;      /* tried */
    size_t n_inside;        /* with all prices inside */
    size_t n_outside;       /* quotes outside */
    double worst;           /* distance; NaN: none is outside */
    struct vol_buf reasons; /* struct vol_repair_reason */
    struct vol_buf legs;    /* struct vol_static_leg */
    /* private */
    size_t cap;
    struct vol_buf work;
    struct vol_buf pasts, points; /* the expiries that are solved */
};

void vol_repair_init(struct vol_repair *repair);
void vol_repair_free(struct vol_repair *repair);

/* Repair all slices of LADDERS (built), with the discounts of TERMS (by slice). Crossed quotes are left out.
 * VOL_EOS. */
enum vol_status vol_repair_run(struct vol_repair *repair, const struct vol_ladders *ladders,
                               const struct vol_static_terms *terms);

#endif
