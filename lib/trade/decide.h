/* decide.h: a strategy's decision on one signal: what to close, what to open.
 *
 * The decision is a function of the strategy, the complete chain of the signal's underlying, the positions
 * and the working orders, and of nothing else: the same arguments give the same orders, to the byte. vstrat
 * and the backtest call it.
 *
 * Ids are STRATEGY-UNDERLYING-INSTANT, with -close-ROOTyymmdd (and -2, -3 … beyond 8 legs) for closing
 * orders, so that a decision that is made again is recognised.
 */
#ifndef VOL_TRADE_DECIDE_H
#define VOL_TRADE_DECIDE_H

#include "base/error.h"
#include "book/book.h"
#include "book/market.h"
#include "book/order.h"
#include "trade/strategy.h"

struct vol_signal {
    int64_t ts;
    char underlying[VOL_NAME_MAX];
    char model[VOL_NAME_MAX];
    int direction; /* -1 sell_vol, 0 neutral, 1 buy_vol */
    enum vol_strength strength;
};

/* Append to *OUT the orders of S on SIGNAL; WORKING are those that are sent and not yet done.
 *
 * Leaving: positions of the strategy in the signal's underlying are closed, an order per expiration and root,
 * when its rule says so; what working orders already close is not closed twice. Entering: the expiration
 * within the window that is nearest to dte_target (ties: the earlier settlement, then the root in byte order)
 * in which every leg finds a contract. A leg by delta takes the least distance (ties: the smaller |delta|,
 * the lower strike, the symbol); legs at the money take the one strike nearest to the forward at which all of
 * them can trade (ties: the lower). A contract is taken only with bid < ask, a bid where it is sold, finite
 * greeks, and a known multiplier and settlement. Units that are held or may come of working orders count
 * against max_units; closing orders that may not fill free nothing.
 *
 * WHY becomes the reason why an entry that the signal asks for is not made, else "". VOL_EOS; VOL_EDATA when
 * the chain is open or of another underlying. */
enum vol_status vol_decide(const struct vol_strategy *s, const struct vol_chain *chain,
                           const struct vol_signal *signal, const struct vol_book *book,
                           const struct vol_orders *working, struct vol_orders *out,
                           char why[VOL_ORDER_REASON_MAX], struct vol_error *err);

#endif
