/* american_all.h: the further greeks of American options on an asset with a continuous yield.
 *
 * The members of struct vol_greeks_all (greeks.h), in its units, for a price without a closed form:
 *
 *   - an American price is homogeneous of first degree in spot and strike (the boundary is a multiple of the
 * strike), so that K dV/dK = V - S dV/dS (Euler): dual_delta needs no bump;
 *   - what hedges by forward contracts, futures or in the premium's own units follows from the spot delta
 * alone, as for any option: delta_futures = delta S/F, delta_forward = delta S/(D F), less V/S or V/(D F)
 * where the premium counts;
 *   - vanna, volga and charm are central differences of delta and vega, relative error about 1e-4
 * (test_price_american_all.c): the vol is moved by 1 % of itself, time by 1 % of what is left.
 *
 * Early exercise goes by the calendar: with a variance clock the price is the one with the vol of equal total
 * variance, vol sqrt(t_var / t), in calendar time.
 */
#ifndef VOL_PRICE_AMERICAN_ALL_H
#define VOL_PRICE_AMERICAN_ALL_H

#include "price/american.h"
#include "price/greeks.h"

/* IN as for vol_greeks_all; `spot` as for vol_american_greeks_forward. Some hundred microseconds with
 * VOL_AMERICAN_FAST. All NaN where vol_american_greeks gives NaN. */
void vol_american_greeks_all(enum vol_american_preset preset, const struct vol_greeks_input *in,
                             struct vol_greeks_all *out);

#endif
