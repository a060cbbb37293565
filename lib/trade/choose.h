/* choose.h: the contracts of a strategy's legs in one chain (the rules stand in decide.h). */
#ifndef VOL_TRADE_CHOOSE_H
#define VOL_TRADE_CHOOSE_H

#include "base/error.h"
#include "book/market.h"
#include "trade/strategy.h"

/* CHOSEN[i] becomes the quote of leg i, all of one expiration and root. VOL_NO: there is no such set, WHY
 * says what is wanting; VOL_EOS. */
enum vol_status vol_choose(const struct vol_strategy *s, const struct vol_chain *chain, int64_t ts,
                           const struct vol_market_quote *chosen[VOL_ORDER_LEGS_MAX],
                           char why[VOL_ORDER_REASON_MAX]);

#endif
