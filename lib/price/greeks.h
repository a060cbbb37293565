/* greeks.h: price and first-order greeks (and gamma) of a European option, from its forward.
 *
 * The forward is F = S exp(b t) with spot S and carry b (rate less yield less borrow), the discount D =
 * exp(-r t). Derivatives hold b and the vol of the option fixed (sticky strike), and are per unit of SPOT:
 * dF/dS = F / S. When the spot is not known (NaN or not positive) the discounted forward F D takes its place,
 * as for an asset without yield. For a future, or a quote whose underlying price is the forward itself, give
 * S = F: then b = 0.
 */
#ifndef VOL_PRICE_GREEKS_H
#define VOL_PRICE_GREEKS_H

#include "price/black.h"

struct vol_greeks {
    double price; /* D (undiscounted price) */
    double delta; /* change of price per 1.00 of spot */
    double gamma; /* change of delta per 1.00 of spot */
    double theta; /* change of price per calendar day of 1/365 year that passes; negative is decay */
    double vega;  /* change of price per vol point, 0.01 */
    double
        rho; /* change of price per 0.01 of the rate r, at fixed spot and yield: the forward moves with it */
};

/* FORWARD, STRIKE, DISCOUNT, T and VOL positive and finite; otherwise every member is NaN. SPOT: see above.
 * Formulas: Haug, "The Complete Guide to Option Pricing Formulas", chapter 2, in terms of F and D. */
void vol_greeks(enum vol_option_type type, double forward, double strike, double discount, double t,
                double vol, double spot, struct vol_greeks *out);

#endif
