#include "venue/journal.h"

#include <string.h>

#include "venue/db.h"
#include "venue/journal_file.h"

enum vol_status vol_journal_latest(struct vol_journal *j, int64_t *ts, struct vol_error *err)
{
    return vol_db_ask_int(
        j->db, j->path,
        "SELECT max(ts) FROM (SELECT ts FROM orders UNION ALL SELECT status_ts FROM orders UNION ALL"
        " SELECT ts FROM fills UNION ALL SELECT ts FROM snapshots)",
        VOL_TIME_NONE, ts, err);
}

enum vol_status vol_journal_worked(struct vol_journal *j, const char *underlying, int64_t *ts,
                                   struct vol_error *err)
{
    struct vol_db_call call;
    enum vol_status status;

    vol_db_begin(&call, j->db, j->path, "SELECT ts FROM snapshots WHERE underlying = ?");
    vol_db_text(&call, underlying);
    status = vol_db_step(&call, err);
    if (status == VOL_OK)
        *ts = vol_db_get_int(&call, 0, VOL_TIME_NONE);
    else if (status == VOL_END)
        *ts = VOL_TIME_NONE;
    vol_db_end(&call);
    return status == VOL_END ? VOL_OK : status;
}

static enum vol_status read_contract(const struct vol_db_call *call, int at, const char *underlying,
                                     struct vol_contract *c)
{
    char type[4];

    strcpy(c->underlying, underlying);
    if (vol_db_get_text(call, at, c->symbol, sizeof c->symbol) != VOL_OK ||
        vol_db_get_text(call, at + 1, c->root, sizeof c->root) != VOL_OK ||
        vol_db_get_text(call, at + 5, type, sizeof type) != VOL_OK)
        return VOL_EDATA;
    c->expiration = (int32_t)vol_db_get_int(call, at + 2, 0);
    c->expires = vol_db_get_int(call, at + 3, 0);
    c->strike = vol_db_get_int(call, at + 4, 0);
    c->option_type = type[0];
    c->multiplier = vol_db_get_int(call, at + 6, 0);
    return VOL_OK;
}

static enum vol_status read_legs(struct vol_journal *j, int64_t seq, struct vol_order *order,
                                 struct vol_error *err)
{
    struct vol_db_call call;
    enum vol_status status;

    vol_db_begin(
        &call, j->db, j->path,
        "SELECT side, ratio, symbol, root, expiration, expires, strike, option_type, multiplier FROM legs"
        " WHERE order_seq = ? ORDER BY leg");
    vol_db_int(&call, seq);
    order->n_legs = 0;
    while ((status = vol_db_step(&call, err)) == VOL_OK) {
        struct vol_leg *leg = &order->legs[order->n_legs];

        if (order->n_legs == VOL_ORDER_LEGS_MAX ||
            read_contract(&call, 2, order->underlying, &leg->contract) != VOL_OK) {
            status = vol_error_set(err, VOL_EDATA, "%s: order %s: its legs are damaged", j->path, order->id);
            break;
        }
        leg->side = (int)vol_db_get_int(&call, 0, 0);
        leg->ratio = vol_db_get_int(&call, 1, 0);
        leg->bid = leg->ask = leg->delta = leg->gamma = leg->theta = leg->vega = vol_fixed_to(VOL_FIXED_NONE);
        order->n_legs++;
    }
    vol_db_end(&call);
    return status == VOL_END ? VOL_OK : status;
}

static int index_of(const char *word, const char *const *words)
{
    int i = 0;

    while (words[i] != NULL && strcmp(words[i], word) != 0)
        i++;
    return i;
}

static enum vol_status read_order(struct vol_journal *j, const struct vol_db_call *call,
                                  struct vol_journal_order *row, struct vol_error *err)
{
    static const char *const tifs[] = {"day", "gtc", NULL}, *const intents[] = {"open", "close", "hedge",
                                                                                NULL};
    static const char *const states[] = {"pending", "filled", "cancelled", "rejected", "expired", NULL};
    struct vol_order *o = &row->working.order;
    char tif[8], intent[8], state[16];
    enum vol_status status;

    memset(row, 0, sizeof *row);
    if (vol_db_get_text(call, 1, o->id, sizeof o->id) != VOL_OK ||
        vol_db_get_text(call, 3, o->strategy, sizeof o->strategy) != VOL_OK ||
        vol_db_get_text(call, 4, o->underlying, sizeof o->underlying) != VOL_OK ||
        vol_db_get_text(call, 7, tif, sizeof tif) != VOL_OK ||
        vol_db_get_text(call, 8, intent, sizeof intent) != VOL_OK ||
        vol_db_get_text(call, 9, o->reason, sizeof o->reason) != VOL_OK ||
        vol_db_get_text(call, 10, state, sizeof state) != VOL_OK ||
        vol_db_get_text(call, 12, row->working.reason, sizeof row->working.reason) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "%s: an order is damaged", j->path);
    o->ts = vol_db_get_int(call, 2, 0);
    o->quantity = vol_db_get_int(call, 5, 0);
    o->limit_price = vol_db_get_int(call, 6, VOL_FIXED_NONE);
    o->tif = (enum vol_tif)index_of(tif, tifs);
    o->intent = (enum vol_intent)index_of(intent, intents);
    row->status = (enum vol_order_status)index_of(state, states);
    row->status_ts = vol_db_get_int(call, 11, VOL_TIME_NONE);
    row->working.first_date = (int32_t)vol_db_get_int(call, 13, VOL_NEVER);
    if ((status = read_legs(j, vol_db_get_int(call, 0, 0), o, err)) != VOL_OK)
        return status;
    if ((status = vol_order_check(o, err)) != VOL_OK)
        vol_error_prefix(err, "%s: order %s", j->path, o->id);
    return status;
}

enum vol_status vol_journal_orders(struct vol_journal *j, bool pending_only,
                                   enum vol_status (*each)(void *arg, const struct vol_journal_order *order),
                                   void *arg, struct vol_error *err)
{
    struct vol_journal_order row;
    struct vol_db_call call;
    enum vol_status status;

    vol_db_begin(&call, j->db, j->path,
                 pending_only
                     ? "SELECT seq, id, ts, strategy, underlying, quantity, limit_price, tif, intent, reason,"
                       " status, status_ts, status_reason, first_date FROM orders WHERE status = 'pending'"
                       " ORDER BY seq"
                     : "SELECT seq, id, ts, strategy, underlying, quantity, limit_price, tif, intent, reason,"
                       " status, status_ts, status_reason, first_date FROM orders ORDER BY seq");
    while ((status = vol_db_step(&call, err)) == VOL_OK) {
        status = read_order(j, &call, &row, err);
        if (status == VOL_OK)
            status = each(arg, &row);
        if (status != VOL_OK)
            break;
    }
    vol_db_end(&call);
    return status == VOL_END ? VOL_OK : status;
}

enum vol_status vol_journal_fills(struct vol_journal *j,
                                  enum vol_status (*each)(void *arg, const struct vol_fill *fill), void *arg,
                                  struct vol_error *err)
{
    struct vol_db_call call;
    struct vol_fill fill;
    char underlying[VOL_NAME_MAX];
    enum vol_status status;

    vol_db_begin(
        &call, j->db, j->path,
        "SELECT trade_id, ts, order_id, strategy, underlying, symbol, root, expiration, expires, strike,"
        " option_type, multiplier, side, quantity, price, commission, fees, cash, reason FROM fills"
        " ORDER BY seq");
    while ((status = vol_db_step(&call, err)) == VOL_OK) {
        memset(&fill, 0, sizeof fill);
        if (vol_db_get_text(&call, 0, fill.trade_id, sizeof fill.trade_id) != VOL_OK ||
            vol_db_get_text(&call, 2, fill.order_id, sizeof fill.order_id) != VOL_OK ||
            vol_db_get_text(&call, 3, fill.strategy, sizeof fill.strategy) != VOL_OK ||
            vol_db_get_text(&call, 4, underlying, sizeof underlying) != VOL_OK ||
            read_contract(&call, 5, underlying, &fill.contract) != VOL_OK ||
            vol_db_get_text(&call, 18, fill.reason, sizeof fill.reason) != VOL_OK) {
            status = vol_error_set(err, VOL_EDATA, "%s: a fill is damaged", j->path);
            break;
        }
        fill.ts = vol_db_get_int(&call, 1, 0);
        fill.side = (int)vol_db_get_int(&call, 12, 0);
        fill.quantity = vol_db_get_int(&call, 13, 0);
        fill.price = vol_db_get_int(&call, 14, 0);
        fill.commission = vol_db_get_int(&call, 15, 0);
        fill.fees = vol_db_get_int(&call, 16, 0);
        fill.cash = vol_db_get_int(&call, 17, 0);
        if ((status = each(arg, &fill)) != VOL_OK)
            break;
    }
    vol_db_end(&call);
    return status == VOL_END ? VOL_OK : status;
}
