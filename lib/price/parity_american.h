/* parity_american.h: forward and discount of one expiry from put-call parity of American options.
 *
 * Parity binds European prices. So the forward of the prices as they are, the vols that they have with it
 * (american_iv.h), the European prices of those vols, their forward, and again until it stands: three to five
 * rounds. That takes the spot, on which early exercise depends: with F and D it says what the asset yields
 * until then.
 */
#ifndef VOL_PRICE_PARITY_AMERICAN_H
#define VOL_PRICE_PARITY_AMERICAN_H

#include "price/black.h"
#include "price/parity.h"

/* The European prices of an American CALL and PUT of one strike: each less its early exercise premium at the
 * vol of the one that is out of the money (american_iv.h). The vol of the other is worth little: where
 * immediate exercise is near, a price says nothing of vol, but one less the premium still says whether the
 * two agree. NaN: no such vol. */
void vol_parity_american_sides(double strike, double call, double put, double forward, double discount,
                               double t, double spot, double *european_call, double *european_put);

/* The European price of the option that has the vol of an American MID; NaN: it has none. DATA is the
 * caller's. */
typedef double vol_parity_european(enum vol_option_type type, double mid, double strike, double forward,
                                   double discount, const void *data);

/* That of an asset with a continuous yield. SPOT NaN or not positive: F D, without yield. */
struct vol_parity_yield {
    double t, spot;
};
vol_parity_european vol_parity_with_yield; /* DATA: struct vol_parity_yield */

/* As vol_parity_estimate, from the pairs (at most MOST, 96 at most) whose call and put are nearest in price;
 * the order of PAIRS is lost. OUT->tried_forward and tried_discount are where it begins: NaN for the prices
 * as they are. The residual and the errors are of the European prices, the spreads being what they are. */
enum vol_parity_status vol_parity_american_estimate(struct vol_parity_pair *pairs, size_t n, size_t most,
                                                    double t, double curve_discount,
                                                    vol_parity_european *european, const void *data,
                                                    double *scratch, struct vol_parity *out);

#endif
