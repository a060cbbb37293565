#include "trade/paper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "book/exposure.h"

void vol_paper_init(struct vol_paper *paper, const char *account, const struct vol_cost *cost)
{
    memset(paper, 0, sizeof *paper);
    snprintf(paper->account, sizeof paper->account, "%s", account);
    paper->cost = *cost;
    vol_book_init(&paper->book);
}

void vol_paper_free(struct vol_paper *paper)
{
    vol_book_free(&paper->book);
    free(paper->working);
    paper->working = NULL;
    paper->n = paper->cap = 0;
}

void vol_paper_events_init(struct vol_paper_events *events)
{
    memset(events, 0, sizeof *events);
}

void vol_paper_events_free(struct vol_paper_events *events)
{
    free(events->fills);
    free(events->changes);
    vol_paper_events_init(events);
}

enum vol_status vol_paper_admit(const struct vol_order *order, char why[VOL_ORDER_REASON_MAX])
{
    size_t i;

    for (i = 0; i < order->n_legs; i++)
        if (order->legs[i].contract.expires <= order->ts) {
            snprintf(why, VOL_ORDER_REASON_MAX, "%s was over when the order was made",
                     order->legs[i].contract.symbol);
            return VOL_NO;
        }
    return VOL_OK;
}

bool vol_paper_is_stale(const struct vol_order *order, int64_t worked, char why[VOL_ORDER_REASON_MAX])
{
    char text[VOL_TIME_MAX];

    if (worked == VOL_TIME_NONE || order->ts >= worked)
        return false;
    vol_time_print(text, worked);
    snprintf(why, VOL_ORDER_REASON_MAX, "stale: the snapshot of %s was worked before it came", text);
    return true;
}

enum vol_status vol_paper_work(struct vol_paper *paper, const struct vol_working *working)
{
    size_t at = paper->n;

    if (paper->n == paper->cap) {
        size_t cap = paper->cap > 0 ? 2 * paper->cap : 8;
        struct vol_working *bigger = realloc(paper->working, cap * sizeof *bigger);

        if (bigger == NULL)
            return VOL_EOS;
        paper->working = bigger;
        paper->cap = cap;
    }
    while (at > 0 && (paper->working[at - 1].order.ts > working->order.ts ||
                      (paper->working[at - 1].order.ts == working->order.ts &&
                       strcmp(paper->working[at - 1].order.id, working->order.id) > 0)))
        at--;
    memmove(&paper->working[at + 1], &paper->working[at], (paper->n - at) * sizeof *working);
    paper->working[at] = *working;
    paper->n++;
    return VOL_OK;
}

static void take_out(struct vol_paper *paper, size_t at)
{
    paper->n--;
    memmove(&paper->working[at], &paper->working[at + 1], (paper->n - at) * sizeof *paper->working);
}

/* Book FILL, whose price, charges and quantity stand; sets its cash. */
static enum vol_status book_fill(struct vol_paper *paper, struct vol_fill *fill, struct vol_error *err)
{
    struct vol_trade trade = {
        paper->account, fill->strategy, &fill->contract, fill->side * fill->quantity, fill->price, 0};

    if (vol_fixed_add(fill->commission, fill->fees, &trade.costs) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "%s: charges beyond the range", fill->trade_id);
    return vol_book_apply(&paper->book, &trade, &fill->cash, err);
}

enum vol_status vol_paper_restore(struct vol_paper *paper, const struct vol_fill *fill, struct vol_error *err)
{
    struct vol_fill again = *fill;
    enum vol_status status = book_fill(paper, &again, err);

    if (status == VOL_OK && again.cash != fill->cash)
        return vol_error_set(err, VOL_EDATA, "fill %s: cash does not agree with price, quantity and charges",
                             fill->trade_id);
    return status;
}

static enum vol_status add_fill(struct vol_paper_events *events, const struct vol_fill *fill,
                                struct vol_error *err)
{
    if (events->n_fills == events->cap_fills) {
        size_t cap = events->cap_fills > 0 ? 2 * events->cap_fills : 8;
        struct vol_fill *bigger = realloc(events->fills, cap * sizeof *bigger);

        if (bigger == NULL)
            return vol_error_set(err, VOL_EOS, "out of memory for fills");
        events->fills = bigger;
        events->cap_fills = cap;
    }
    events->fills[events->n_fills++] = *fill;
    return VOL_OK;
}

static enum vol_status add_change(struct vol_paper_events *events, const struct vol_working *w,
                                  enum vol_order_status status, const char *reason, struct vol_error *err)
{
    struct vol_order_change *change;

    if (events->n_changes == events->cap_changes) {
        size_t cap = events->cap_changes > 0 ? 2 * events->cap_changes : 8;
        struct vol_order_change *bigger = realloc(events->changes, cap * sizeof *bigger);

        if (bigger == NULL)
            return vol_error_set(err, VOL_EOS, "out of memory for orders");
        events->changes = bigger;
        events->cap_changes = cap;
    }
    change = &events->changes[events->n_changes++];
    memset(change, 0, sizeof *change);
    strcpy(change->id, w->order.id);
    change->status = status;
    change->first_date = w->first_date;
    snprintf(change->reason, sizeof change->reason, "%s", reason);
    return VOL_OK;
}

/* ---- settlement ---- */

static enum vol_status settle(struct vol_paper *paper, const struct vol_chain *chain, int64_t worked,
                              const struct vol_position *p, struct vol_paper_events *events,
                              struct vol_error *err)
{
    struct vol_fill fill;
    char price[VOL_FIXED_MAX], late[VOL_TIME_MAX + 32] = "", ts[VOL_TIME_MAX];
    enum vol_status status;

    memset(&fill, 0, sizeof fill);
    fill.ts = chain->ts;
    snprintf(fill.order_id, sizeof fill.order_id, "settlement-%s-%s", p->strategy, p->contract.symbol);
    snprintf(fill.trade_id, sizeof fill.trade_id, "%s/0", fill.order_id);
    strcpy(fill.strategy, p->strategy);
    fill.contract = p->contract;
    fill.side = p->quantity > 0 ? -1 : 1;
    fill.quantity = p->quantity > 0 ? p->quantity : -p->quantity;
    fill.price = vol_contract_intrinsic(&p->contract, chain->underlying_price);
    vol_fixed_print(price, chain->underlying_price);
    if (worked != VOL_TIME_NONE && p->contract.expires <= worked) {
        vol_time_print(ts, chain->ts);
        snprintf(late, sizeof late, " late, from %s,", ts);
    }
    snprintf(fill.reason, sizeof fill.reason, "settled%s at intrinsic value, %s at %s", late,
             chain->underlying, price);
    status = book_fill(paper, &fill, err);
    return status == VOL_OK ? add_fill(events, &fill, err) : status;
}

static enum vol_status settle_all(struct vol_paper *paper, const struct vol_chain *chain, int64_t worked,
                                  struct vol_paper_events *events, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    size_t i;

    if (chain->underlying_price == VOL_FIXED_NONE)
        return VOL_OK;
    /* Booking a fill of a known position moves no entry of the book. */
    for (i = 0; i < paper->book.n && status == VOL_OK; i++) {
        const struct vol_position *p = &paper->book.positions[i];

        if (p->quantity != 0 && strcmp(p->contract.underlying, chain->underlying) == 0 &&
            vol_exposure_is_over(chain, &p->contract))
            status = settle(paper, chain, worked, p, events, err);
    }
    return status;
}

/* ---- orders ---- */

/* Prices of all legs; VOL_NO with a reason: it does not trade on this chain. */
static enum vol_status quote_order(const struct vol_paper *paper, const struct vol_chain *chain,
                                   const struct vol_order *order, int64_t prices[VOL_ORDER_LEGS_MAX],
                                   char why[VOL_ORDER_REASON_MAX])
{
    int64_t net = 0, part;
    const char *code = "";
    char text[VOL_FIXED_MAX];
    size_t i;

    for (i = 0; i < order->n_legs; i++) {
        const struct vol_leg *leg = &order->legs[i];
        const struct vol_market_quote *quote = vol_chain_find(chain, leg->contract.symbol);

        if (vol_cost_price(&paper->cost, quote, leg->side, order->n_legs, &prices[i], &code) != VOL_OK) {
            snprintf(why, VOL_ORDER_REASON_MAX, "%s: %s", code, leg->contract.symbol);
            return VOL_NO;
        }
        if (quote->contract.multiplier != leg->contract.multiplier ||
            quote->contract.strike != leg->contract.strike ||
            quote->contract.option_type != leg->contract.option_type ||
            quote->contract.expiration != leg->contract.expiration) {
            snprintf(why, VOL_ORDER_REASON_MAX, "other_contract: %s", leg->contract.symbol);
            return VOL_NO;
        }
        if (vol_fixed_muldiv(prices[i], leg->side * leg->ratio, 1, &part) != VOL_OK ||
            vol_fixed_add(net, part, &net) != VOL_OK)
            return VOL_EDATA;
    }
    if (order->limit_price != VOL_FIXED_NONE && !(net <= order->limit_price)) {
        vol_fixed_print(text, net);
        snprintf(why, VOL_ORDER_REASON_MAX, "limit: net price %s", text);
        return VOL_NO;
    }
    return VOL_OK;
}

static enum vol_status fill_order(struct vol_paper *paper, const struct vol_chain *chain,
                                  const struct vol_order *order, const int64_t prices[VOL_ORDER_LEGS_MAX],
                                  struct vol_paper_events *events, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    size_t i;

    for (i = 0; i < order->n_legs && status == VOL_OK; i++) {
        const struct vol_leg *leg = &order->legs[i];
        struct vol_fill fill;

        memset(&fill, 0, sizeof fill);
        fill.ts = chain->ts;
        strcpy(fill.order_id, order->id);
        snprintf(fill.trade_id, sizeof fill.trade_id, "%s/%d", order->id, (int)i + 1);
        strcpy(fill.strategy, order->strategy);
        fill.contract = leg->contract;
        fill.side = leg->side;
        fill.quantity = leg->side * vol_order_contracts(order, i);
        fill.price = prices[i];
        status = vol_cost_charges(&paper->cost, vol_date_of_time(chain->ts), leg->side, fill.quantity,
                                  fill.price, leg->contract.multiplier, &fill.commission, &fill.fees);
        if (status != VOL_OK)
            return vol_error_set(err, status, "%s: charges beyond the range", fill.trade_id);
        if ((status = book_fill(paper, &fill, err)) == VOL_OK)
            status = add_fill(events, &fill, err);
    }
    return status;
}

static bool leg_is_over(const struct vol_order *order, const struct vol_chain *chain)
{
    size_t i;

    for (i = 0; i < order->n_legs; i++)
        if (vol_exposure_is_over(chain, &order->legs[i].contract))
            return true;
    return false;
}

/* Whether a leg's premium is in the coin; WHY then says so. */
static bool is_inverse(const struct vol_order *order, const struct vol_chain *chain,
                       char why[VOL_ORDER_REASON_MAX])
{
    size_t i;

    for (i = 0; i < order->n_legs; i++) {
        const struct vol_market_quote *quote = vol_chain_find(chain, order->legs[i].contract.symbol);

        if (quote == NULL || !quote->inverse)
            continue;
        snprintf(why, VOL_ORDER_REASON_MAX, "%s: inverse contract: premium in coin, the account is in money",
                 order->legs[i].contract.symbol);
        return true;
    }
    return false;
}

/* Try one order; *DONE: it works no longer. */
static enum vol_status try_order(struct vol_paper *paper, const struct vol_chain *chain,
                                 struct vol_working *w, struct vol_paper_events *events, bool *done,
                                 struct vol_error *err)
{
    int32_t today = vol_date_of_time(chain->ts);
    int64_t prices[VOL_ORDER_LEGS_MAX];
    char why[VOL_ORDER_REASON_MAX] = "";
    bool first = w->first_date == VOL_NEVER;
    enum vol_status status;

    *done = true;
    if (leg_is_over(&w->order, chain))
        return add_change(events, w, VOL_ORDER_EXPIRED, "a contract of it is over", err);
    if (w->order.tif == VOL_TIF_DAY && !first && today > w->first_date) {
        snprintf(why, sizeof why, "the day is over; %.140s", w->reason);
        return add_change(events, w, VOL_ORDER_EXPIRED, why, err);
    }
    if (is_inverse(&w->order, chain, why))
        return add_change(events, w, VOL_ORDER_REJECTED, why, err);
    if (first)
        w->first_date = today;
    status = quote_order(paper, chain, &w->order, prices, why);
    if (status == VOL_OK) {
        status = fill_order(paper, chain, &w->order, prices, events, err);
        return status == VOL_OK ? add_change(events, w, VOL_ORDER_FILLED, "", err) : status;
    }
    if (status != VOL_NO)
        return vol_error_set(err, status, "order %s: net price beyond the range", w->order.id);
    *done = false;
    if (!first && strcmp(why, w->reason) == 0)
        return VOL_OK;
    strcpy(w->reason, why);
    return add_change(events, w, VOL_ORDER_PENDING, why, err);
}

enum vol_status vol_paper_snapshot(struct vol_paper *paper, const struct vol_chain *chain, int64_t worked,
                                   struct vol_paper_events *events, struct vol_error *err)
{
    enum vol_status status;
    size_t i = 0;
    bool done;

    events->n_fills = events->n_changes = 0;
    if (!chain->complete)
        return vol_error_set(err, VOL_EDATA, "the chain of %s is not complete", chain->underlying);
    status = settle_all(paper, chain, worked, events, err);
    while (status == VOL_OK && i < paper->n) {
        struct vol_working *w = &paper->working[i];

        if (w->order.ts >= chain->ts || strcmp(w->order.underlying, chain->underlying) != 0) {
            i++;
            continue;
        }
        status = try_order(paper, chain, w, events, &done, err);
        if (status == VOL_OK && done)
            take_out(paper, i);
        else
            i++;
    }
    return status;
}
