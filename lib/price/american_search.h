/* american_search.h: the vol at which a pricer gives a price, in few prices.
 *
 * Prices are compared on a scale on which they are nearly linear in the vol: for an option out of the money
 * the European vol of the price, else the square root of what the price is above immediate exercise (which
 * begins as a parabola in the vol). Secant and inverse quadratic steps on it, inside a bracket that never
 * grows.
 */
#ifndef VOL_PRICE_AMERICAN_SEARCH_H
#define VOL_PRICE_AMERICAN_SEARCH_H

#include "price/black.h"

struct vol_american_search {
    double (*price_at)(void *context, double vol); /* NaN: cannot be priced */
    void *context;
    enum vol_option_type type;
    double price, strike, forward, discount, t;
    double intrinsic; /* immediate exercise; zero out of the money */
    double accuracy;  /* relative, of the vol */
};

/* EUROPEAN is the European vol of the price, too high for an American, or NaN where there is none. *PRICES,
 * when not null, receives how often the pricer was called. Returns NaN when no vol was found. */
double vol_american_search_vol(const struct vol_american_search *search, double european, int *prices);

#endif
