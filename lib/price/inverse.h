/* inverse.h: greeks of an inverse option in the coin that its premium is paid in.
 *
 * An inverse option (Deribit's and OKX's BTC and ETH books) is a call or put on one coin struck in dollars
 * whose premium, margin and payoff are coins. Its greeks in dollars are those of greeks.h; the NUMERAIRE here
 * is the coin. With V the dollar value and S the dollar price of the coin, by which the premium counts:
 *
 *     price   V / S            coins; what the venue quotes
 *     delta   dV/dS - V/S      coins to hold against it, net of the premium: S d(V/S)/dS
 *     gamma   d delta / dS     change of that delta per 1.00 of the coin's price
 *     theta, vega, rho         coins per calendar day, vol point, 1 % of rate: the dollar
 *                              greek / S, since S is held fixed
 *
 * The delta is Deribit's "net transaction delta", which its delta_total sums (the `delta` of its ticker is
 * the dollar delta dV/dS), and the premium-adjusted ("PA") delta of OKX. For gamma OKX states the pure number
 * S^2 d^2(V/S)/dS^2, which is S gamma - delta in these terms. Venues cut theta down in the last day (Deribit:
 * to what decays in the life that is left); this one is the plain derivative.
 *
 * One `struct vol_greeks` serves, its members in these units. Deribit's `underlying_price` is the forward of
 * the expiry: there S = F and D = 1. On OKX it is the spot, and F comes from parity.
 */
#ifndef VOL_PRICE_INVERSE_H
#define VOL_PRICE_INVERSE_H

#include "price/greeks.h"

/* From the dollar greeks G, made with SPOT. All NaN when SPOT is not positive and finite. */
void vol_inverse_greeks(const struct vol_greeks_all *g, double spot, struct vol_greeks *coin);

#endif
