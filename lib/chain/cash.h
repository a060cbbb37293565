/* cash.h: American quotes whose underlying pays cash dividends before its expiry.
 *
 * Steps of vol_valuation_run (chain/valuation.h) for such quotes: finite differences
 * (price/american_cash.h) in place of the spectral method that knows yields only.
 */
#ifndef VOL_CHAIN_CASH_H
#define VOL_CHAIN_CASH_H

#include "chain/valuation.h"

/* Whether a dividend of CONFIG falls before the expiry of QUOTE, which is American. */
bool vol_cash_is(const struct vol_valuation_config *config, const struct vol_valued *quote);

/* Put-call parity of an expiry that dividends touch, from the PAIRS nearest to the money: the European prices
 * are those of the vols that the dividends give. Begins at *OUT (price/parity_american.h), with SPOT. */
enum { VOL_CASH_PAIRS = 24 };
void vol_cash_parity(const struct vol_valuation *v, const struct vol_valuation_config *config,
                     struct vol_parity_pair *pairs, size_t n, double t, double curve_discount, double spot,
                     double *scratch, struct vol_parity *out);

/* Status, distance, vols and greeks of QUOTE, whose forward, discount and implied spot are set. The vols
 * count in calendar time. */
void vol_cash_value(const struct vol_valuation *v, const struct vol_valuation_config *config,
                    struct vol_valued *quote);

/* Only the greeks of QUOTE, at VOL (of the model that CONFIG names, per calendar time). */
void vol_cash_greeks(const struct vol_valuation *v, const struct vol_valuation_config *config, double vol,
                     struct vol_valued *quote);

#endif
