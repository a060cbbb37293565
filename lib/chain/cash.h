/* cash.h: one American quote whose underlying pays cash dividends before its expiry.
 *
 * The step of vol_valuation_run (chain/valuation.h) for such quotes: finite differences
 * (price/american_cash.h) in place of the spectral method that knows yields only.
 */
#ifndef VOL_CHAIN_CASH_H
#define VOL_CHAIN_CASH_H

#include "chain/valuation.h"
#include "price/fd.h"

/* Whether a dividend of CONFIG falls before the expiry of QUOTE, which is American. */
bool vol_cash_is(const struct vol_valuation_config *config, const struct vol_valued *quote);

/* Status, distance, vols and greeks of QUOTE, whose forward, discount and implied spot are set. The vols
 * count in calendar time. */
void vol_cash_value(const struct vol_valuation_config *config, struct vol_fd_work *work,
                    struct vol_valued *quote);

#endif
