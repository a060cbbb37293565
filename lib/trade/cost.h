/* cost.h: what a trade costs: the price within the spread, commission and fees.
 *
 * Price: a buy pays bid + p (ask - bid), a sell gets ask - p (ask - bid), with p = 0.75 for one leg and 0.66
 * for two and more (ORATS, "Answers to common questions": the share of the spread that trades of so many legs
 * give up). There is no fill on a quote with a side missing, locked or crossed, and no sale where nobody
 * bids.
 *
 * Commission and fees come from a file of share/fees: rows with a rate, what it is charged on, the side, and
 * the days on which it held (`from` and `to`, both included; the day is the UTC date of the trade, on which a
 * US session lies whole). Amounts are not rounded to the cent: brokers round each in their own way, per
 * order.
 */
#ifndef VOL_TRADE_COST_H
#define VOL_TRADE_COST_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "book/market.h"

enum { VOL_COST_ROWS_MAX = 64 };

enum vol_cost_basis { VOL_COST_CONTRACT, VOL_COST_MILLION /* of traded value */ };

struct vol_cost_row {
    char name[VOL_NAME_MAX];
    int commission; /* 1: the broker's, 0: exchange's or regulator's */
    enum vol_cost_basis basis;
    int side;         /* 1 buys, -1 sells, 0 both */
    int64_t rate;     /* fixed, money */
    int32_t from, to; /* dates, both included */
};

struct vol_cost {
    int64_t one_leg, more_legs; /* p, fixed, 0 to 1 */
    struct vol_cost_row rows[VOL_COST_ROWS_MAX];
    size_t n_rows;
};

/* p as above, commission 0.65 and regulatory fee 0.02 per contract: what share/fees/chapter.json says. */
void vol_cost_default(struct vol_cost *cost);

/* Read a file of share/fees. VOL_ECONFIG with words; *OUT untouched. */
enum vol_status vol_cost_load(const char *path, struct vol_cost *out, struct vol_error *err);

/* Price of a trade of SIDE (1 buys, -1 sells) in an order of N_LEGS. VOL_NO: no fill on this quote (null
 * included); *WHY (may be null) becomes a reason code. */
enum vol_status vol_cost_price(const struct vol_cost *cost, const struct vol_market_quote *quote, int side,
                               size_t n_legs, int64_t *price, const char **why);

/* Commission and fees of CONTRACTS (fixed, positive) at PRICE on DATE. VOL_EDATA: beyond the range. */
enum vol_status vol_cost_charges(const struct vol_cost *cost, int32_t date, int side, int64_t contracts,
                                 int64_t price, int64_t multiplier, int64_t *commission, int64_t *fees);

#endif
