/* paper.h: the paper exchange: orders against the quotes of snapshots, in memory.
 *
 * It has no clock but the snapshots' and no storage: venue/paper.h puts a journal under it, the backtest uses
 * it as it stands. On a complete chain, in this order:
 *
 *  1. Positions in the chain's underlying whose settlement instant is not after the snapshot are settled in
 * cash at their intrinsic value on the snapshot's underlying price, without charges, and orders with such a
 * leg expire. An AM settlement's opening print is not in a chain: the price of the first snapshot at or after
 * it stands in for it. Without an underlying price they wait for the next snapshot, and the fill's reason
 * tells that it is late.
 *  2. Each working order on the underlying with ts before the snapshot's, by ts and then id: all legs are
 * filled at once, whole, at cost.h's prices, if every leg has a usable quote and the net price is not beyond
 * the limit; else it goes on working. Displayed sizes are not looked at. A leg whose quote is inverse makes
 * the order rejected: its premium is in the coin, the account in money.
 *
 * A `day` order is good for the UTC date of the first snapshot after it and ends at the first snapshot of a
 * later date; with one snapshot a day it has one chance, the next day. A `gtc` order ends when a leg does.
 */
#ifndef VOL_TRADE_PAPER_H
#define VOL_TRADE_PAPER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "book/book.h"
#include "book/market.h"
#include "trade/cost.h"
#include "book/order.h"

struct vol_fill {
    int64_t ts;
    char order_id[VOL_ID_MAX];
    char trade_id[VOL_ID_MAX + 4]; /* order_id/leg, from 1; settlement-STRATEGY-SYMBOL/0 */
    char strategy[VOL_NAME_MAX];
    struct vol_contract contract;
    int side;                          /* 1 bought, -1 sold */
    int64_t quantity;                  /* contracts, fixed, positive */
    int64_t price, commission, fees;   /* fixed */
    int64_t cash;                      /* change of the account's cash, costs included */
    char reason[VOL_ORDER_REASON_MAX]; /* "" for an order's fill */
};

enum { VOL_NEVER = INT32_MIN }; /* first_date of an order that no snapshot has tried */

/* A working order. */
struct vol_working {
    struct vol_order order;
    int32_t first_date;                /* UTC date of the first snapshot that tried it */
    char reason[VOL_ORDER_REASON_MAX]; /* why it did not fill at the last one */
};

/* What became of an order at a snapshot; PENDING: only first_date or the reason changed. */
struct vol_order_change {
    char id[VOL_ID_MAX];
    enum vol_order_status status;
    int32_t first_date;
    char reason[VOL_ORDER_REASON_MAX];
};

struct vol_paper_events {
    struct vol_fill *fills;
    size_t n_fills, cap_fills;
    struct vol_order_change *changes;
    size_t n_changes, cap_changes;
};

struct vol_paper {
    char account[VOL_NAME_MAX];
    struct vol_cost cost;
    struct vol_book book;
    struct vol_working *working; /* by ts, then id */
    size_t n, cap;
};

void vol_paper_init(struct vol_paper *paper, const char *account, const struct vol_cost *cost);
void vol_paper_free(struct vol_paper *paper);

/* Whether an order can work at all; VOL_NO with a reason in WHY: a contract of it is over at its ts. */
enum vol_status vol_paper_admit(const struct vol_order *order, char why[VOL_ORDER_REASON_MAX]);

/* Put an order among the working ones. VOL_EOS. */
enum vol_status vol_paper_work(struct vol_paper *paper, const struct vol_working *working);

/* Book a fill that a journal has kept. */
enum vol_status vol_paper_restore(struct vol_paper *paper, const struct vol_fill *fill,
                                  struct vol_error *err);

/* Whether an order comes too late: WORKED, the last snapshot of its underlying that was worked
 * (VOL_TIME_NONE: none), is after its ts, so that its chance is past. WHY then says so. */
bool vol_paper_is_stale(const struct vol_order *order, int64_t worked, char why[VOL_ORDER_REASON_MAX]);

/* Run the exchange on a complete chain; *EVENTS (made by vol_paper_events_init) becomes what happened. WORKED
 * is the last snapshot of its underlying that was worked before; VOL_TIME_NONE: none.
 * VOL_EDATA for an open chain or an amount beyond the range, VOL_EOS: the exchange must then be thrown away.
 */
enum vol_status vol_paper_snapshot(struct vol_paper *paper, const struct vol_chain *chain, int64_t worked,
                                   struct vol_paper_events *events, struct vol_error *err);

void vol_paper_events_init(struct vol_paper_events *events);
void vol_paper_events_free(struct vol_paper_events *events);

#endif
