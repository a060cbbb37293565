/* greeks.h: price and greeks of a European option, from its forward.
 *
 * The forward is F = S exp(b t) with spot S and carry b (rate less yield less borrow), the discount D =
 * exp(-r t). Derivatives hold b and the vol of the option fixed (sticky strike), and are per unit of SPOT:
 * dF/dS = F / S. When the spot is not known (NaN or not positive) the discounted forward F D takes its place,
 * as for an asset without yield. For a future, or a quote whose underlying price is the forward itself, give
 * S = F: then b = 0.
 *
 * Domain of both functions: forward, discount, times and vol, and the spot when it is known, from 1e-100 to
 * 1e100; the strike from 1e-290 to 1e290. Otherwise every member is NaN. A member that a double cannot hold
 * is NaN too, never infinite. Neither function allocates, locks or keeps state.
 *
 * Formulas: Haug, "The Complete Guide to Option Pricing Formulas", 2nd edition, chapter 2, written in terms
 * of F and D. Relative error below 1e-12, down to values of 1e-290 of the spot's scale; or below 1e-12 of the
 * largest value that options of the same expiry and vol have, near the strike where a greek changes sign
 * (test_price_greeks_oracle.c: prices and greeks in 50 digits).
 */
#ifndef VOL_PRICE_GREEKS_H
#define VOL_PRICE_GREEKS_H

#include "price/black.h"

#define VOL_GREEKS_MIN 1e-100
#define VOL_GREEKS_MAX 1e100

struct vol_greeks {
    double price; /* D (undiscounted price) */
    double delta; /* spot delta: change of price per 1.00 of spot */
    double gamma; /* change of delta per 1.00 of spot */
    double theta; /* change of price per calendar day of 1/365 year that passes; negative is decay */
    double vega;  /* change of price per vol point, 0.01 */
    double
        rho; /* change of price per 0.01 of the rate r, at fixed spot and yield: the forward moves with it */
};

/* The five greeks when variance time is calendar time. SPOT: see above. */
void vol_greeks(enum vol_option_type type, double forward, double strike, double discount, double t,
                double vol, double spot, struct vol_greeks *out);

/* An option whose variance may run on a clock of its own (weekends that count less, an event that counts
 * more): the vol is per sqrt(year of that clock), the total vol is vol sqrt(t_var), while discount and carry
 * run on the calendar. For the plain clock give t_var = t and speed = 1. */
struct vol_greeks_input {
    enum vol_option_type type;
    double forward, strike, discount;
    double t;     /* calendar years to settlement */
    double t_var; /* years of variance left, > 0 */
    double speed; /* d t_var / d t at the moment, >= 0; 0: the clock stands, and no variance decays */
    double vol;   /* per sqrt(year of variance) */
    double spot;  /* may be unknown, see above */
};

/* The deltas bear the names of the currency market (Reiswich and Wystup, "FX Volatility Smile Construction",
 * 2010, section 1) and of Black (1976). With q = 1 for a call and -1 for a put:
 *
 *     spot delta     q D F/S N(q d1)   units of spot; vol_greeks.delta
 *     forward delta  q N(q d1)         forward contracts, whose gain is paid at settlement
 *     futures delta  q D N(q d1)       futures, whose gain is paid today: dV/dF, the delta of Black-76
 *
 * Premium-adjusted deltas are what is left to hedge when the premium was paid in the underlying (a coin, a
 * foreign currency), as units of which it changes value too:
 *
 *     spot           q D K/S N(q d2)   = spot delta - V/S
 *     forward        q K/F N(q d2)     = forward delta - V/(D F)
 */
struct vol_greeks_all {
    struct vol_greeks first; /* price and the five greeks, on the given clock */
    double vanna;            /* change of delta per vol point, and of vega per 1.00 of spot */
    double volga;            /* change of vega (per point) per vol point */
    double charm;            /* change of delta per calendar day that passes */
    double dual_delta;       /* change of price per 1.00 of strike; -q D N(q d2) */
    double delta_forward;    /* forward delta */
    double delta_futures;    /* futures delta */
    double delta_pa;         /* premium-adjusted spot delta */
    double delta_forward_pa; /* premium-adjusted forward delta */
};

void vol_greeks_all(const struct vol_greeks_input *in, struct vol_greeks_all *out);

/* The spot delta when the smile moves with the spot. SLOPE = d sigma / d k is that of the smile in
 * log-moneyness k = ln(K/F) at the strike, vol (1.00) per unit of k. The smile keeps its shape; STICKINESS is
 * Bergomi's skew stickiness ratio ("Smile dynamics IV", Risk, December 2009), which says how the vol of a
 * strike then moves: d sigma / d ln S = (stickiness - 1) slope.
 *
 *     0   sticky moneyness: sigma is a function of k alone, delta - vega slope / S
 *     1   sticky strike: the delta of Black's formula
 *     2   about what a local vol surface does at short dates; the minimum-variance delta of equity
 *         indices (Hull and White, 2017) lies on this side of Black's
 *
 * SPOT as it was given to the greeks (where unknown: F D). NaN when SLOPE or STICKINESS is not finite. */
double vol_greeks_smile_delta(const struct vol_greeks *greeks, double spot, double slope, double stickiness);

#endif
