/* american_iv.h: the vol that gives an American price: de-Americanisation.
 *
 * Black's formula at that vol (black.h) gives the price of the European option with the same contract, which
 * obeys put-call parity and can stand on a surface beside others; vol_black_price(type, forward, strike,
 * discount, t, vol) is all it takes.
 *
 * Each trial is a full price (VOL_AMERICAN_FAST; american_search.h), three or four of them a quote. No
 * function allocates, locks or keeps state.
 */
#ifndef VOL_PRICE_AMERICAN_IV_H
#define VOL_PRICE_AMERICAN_IV_H

#include "price/american.h"
#include "price/iv.h"

/* Arguments as for vol_iv, with SPOT (NaN or not positive: forward * discount, the asset without yield). The
 * vol gives PRICE back by vol_american_price_forward with VOL_AMERICAN_FAST to about 1e-10 of it. Where early
 * exercise cannot pay the answer is vol_iv's.
 *
 * VOL_IV_BELOW_INTRINSIC: at or below what a certain path would give, by exercise now or on a later day; also
 * where the price is so near it that no vol was found. VOL_IV_ABOVE_MAX: at or above the greatest price, the
 * spot (call) or the strike (put). VOL_IV_NO_FORWARD: also where there are two exercise boundaries
 * (american.h): no price, no vol; american_cash.h has one.
 *
 * *VOL, *DISTANCE as in vol_iv; *PRICES, when not null, receives the number of American prices that it took.
 */
enum vol_iv_status vol_american_iv(enum vol_option_type type, double price, double forward, double strike,
                                   double discount, double t, double spot, double *vol, double *distance,
                                   int *prices);

/* Arrays of N options as in struct vol_iv_batch; `spot` and `distance` may be null. */
struct vol_american_iv_batch {
    size_t n;
    const signed char *type;
    const double *price, *forward, *strike, *discount, *t, *spot;
    double *vol, *distance;
    unsigned char *status;
};

void vol_american_iv_solve(const struct vol_american_iv_batch *batch);

#endif
