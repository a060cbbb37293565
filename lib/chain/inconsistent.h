/* inconsistent.h: whether a vendor's price, implied vol and greeks of one option can belong together.
 *
 * From strike, time, vol and delta follow the forward and with it the price and the other greeks (Black's
 * formula, price/black.h): d1 = N^-1(|delta|) and F = K exp(d1 s - s^2/2) with s = vol sqrt(t); gamma =
 * n(d1) / (F s), vega = F n(d1) sqrt(t), theta = -vega vol / (2 t). No rate, no dividend and no spot is
 * asked for: what they may be is in the allowances, which are wide, since it is contradictions that are
 * sought and no third decimals. The units of a vendor's vega and theta are not known: any that is in use will
 * do.
 */
#ifndef VOL_CHAIN_INCONSISTENT_H
#define VOL_CHAIN_INCONSISTENT_H

#include <stdbool.h>

/* NaN: the vendor does not say. */
struct vol_vendor_quote {
    double strike, bid, ask, t;
    double vol, delta, gamma, vega, theta;
    double unit; /* what a price of 1 is in the strike's currency */
    bool put, american;
};

enum {
    VOL_INCONSISTENT_PRICE = 1, /* vol and delta give a price outside of bid and ask and the allowance */
    VOL_INCONSISTENT_GAMMA = 2, /* not within the allowance of what vol and delta give */
    VOL_INCONSISTENT_VEGA = 4,
    VOL_INCONSISTENT_THETA = 8
};

/* What contradicts itself, as bits; 0: nothing, or too little is given. TOLERANCE scales the allowances:
 *
 * price   beyond bid and ask, what a vol that is off by 0.02 and 5 % of itself, a time off by a day, and a
 *         delta off by 0.02 make, and 3 % per year (10 % at most) of price and delta for a discount in them
 * gamma, vega, theta   a factor of 1 + 0.4 TOLERANCE and what these errors make of it; theta besides what
 *         interest at 6 % on the strike times delta makes of it
 *
 * Judged are options of 3 days and more with |delta| from 0.1 to 0.9, American ones to 0.5: outside of that a
 * greek of few decimals says little, and an American price is not Black's. */
int vol_inconsistent(const struct vol_vendor_quote *quote, double tolerance);

#endif
