#include "trade/holdings.h"

#include <string.h>

#include "base/time.h"

enum {
    ACCOUNT = VOL_W_OWN,
    STRATEGY,
    UNDERLYING,
    SYMBOL,
    ROOT,
    QUANTITY,
    PRICE,
    MULTIPLIER,
    CASH,
    REALISED,
    COSTS,
    EXPIRATION,
    EXPIRES,
    STRIKE,
    TYPE,
    STATUS
};

void vol_holdings_init(struct vol_holdings *holdings)
{
    vol_book_init(&holdings->book);
    vol_orders_init(&holdings->working);
}

void vol_holdings_free(struct vol_holdings *holdings)
{
    vol_book_free(&holdings->book);
    vol_orders_free(&holdings->working);
}

static enum vol_status get_name(const struct vol_rec *rec, int i, const char *what, bool required, char *out,
                                struct vol_error *err)
{
    const struct vol_value *v = &rec->value[i];

    if (v->type == VOL_ABSENT && !required)
        return VOL_OK;
    if (v->type != VOL_STRING)
        return vol_error_set(err, VOL_EDATA, "position: %s: is missing or no string", what);
    if (vol_contract_name(out, VOL_NAME_MAX, v->text, v->len, what, err) != VOL_OK) {
        vol_error_prefix(err, "position");
        return VOL_EDATA;
    }
    return VOL_OK;
}

/* Absent and not required: 0. */
static enum vol_status get_fixed(const struct vol_rec *rec, int i, const char *what, bool required,
                                 bool positive, int64_t *out, struct vol_error *err)
{
    const struct vol_value *v = &rec->value[i];

    *out = 0;
    if (!required && (v->type == VOL_ABSENT || v->type == VOL_NULL))
        return VOL_OK;
    if (v->type != VOL_NUMBER || vol_fixed_from(v->num, out) != VOL_OK || (positive && *out <= 0))
        return vol_error_set(err, VOL_EDATA, "position: %s: is missing, no number or out of its range", what);
    return VOL_OK;
}

static enum vol_status get_contract(const struct vol_rec *rec, struct vol_contract *c, struct vol_error *err)
{
    const struct vol_value *date = &rec->value[EXPIRATION], *time = &rec->value[EXPIRES],
                           *type = &rec->value[TYPE];
    enum vol_status status;

    if ((status = get_name(rec, UNDERLYING, "underlying", true, c->underlying, err)) != VOL_OK ||
        (status = get_name(rec, SYMBOL, "symbol", true, c->symbol, err)) != VOL_OK ||
        (status = get_name(rec, ROOT, "root", false, c->root, err)) != VOL_OK ||
        (status = get_fixed(rec, MULTIPLIER, "multiplier", true, true, &c->multiplier, err)) != VOL_OK ||
        (status = get_fixed(rec, STRIKE, "strike", true, true, &c->strike, err)) != VOL_OK)
        return status;
    if (date->type != VOL_STRING || vol_date_parse(date->text, date->len, &c->expiration) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "position: expiration: is missing or no date");
    if (time->type != VOL_STRING || vol_time_parse(time->text, time->len, &c->expires) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "position: expires: is missing or no instant");
    if (type->type != VOL_STRING || type->len != 1 || (type->text[0] != 'C' && type->text[0] != 'P'))
        return vol_error_set(err, VOL_EDATA, "position: option_type: not C or P");
    c->option_type = type->text[0];
    return VOL_OK;
}

static enum vol_status take_position(struct vol_holdings *holdings, const struct vol_rec *rec,
                                     struct vol_error *err)
{
    struct vol_position p;
    int64_t price;
    enum vol_status status;

    memset(&p, 0, sizeof p);
    if ((status = get_name(rec, ACCOUNT, "account", true, p.account, err)) != VOL_OK ||
        (status = get_name(rec, STRATEGY, "strategy", false, p.strategy, err)) != VOL_OK ||
        (status = get_contract(rec, &p.contract, err)) != VOL_OK ||
        (status = get_fixed(rec, QUANTITY, "quantity", true, false, &p.quantity, err)) != VOL_OK ||
        (status = get_fixed(rec, PRICE, "price", false, false, &price, err)) != VOL_OK ||
        (status = get_fixed(rec, CASH, "cash", false, false, &p.cash, err)) != VOL_OK ||
        (status = get_fixed(rec, REALISED, "realised", false, false, &p.realised, err)) != VOL_OK ||
        (status = get_fixed(rec, COSTS, "costs", false, false, &p.costs, err)) != VOL_OK)
        return status;
    if (holdings->book.n > 0 && strcmp(holdings->book.positions[0].account, p.account) != 0)
        return vol_error_set(err, VOL_EDATA, "position: account: %s and %s in one file", p.account,
                             holdings->book.positions[0].account);
    /* cash = realised - basis is exact; the printed average price is not. */
    status = rec->value[CASH].type == VOL_NUMBER
                 ? vol_fixed_sub(p.realised, p.cash, &p.basis)
                 : vol_book_value(price, p.quantity, p.contract.multiplier, &p.basis);
    if (status != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "position: %s: amount beyond the range", p.contract.symbol);
    return vol_book_put(&holdings->book, &p, err);
}

static enum vol_status take_order(struct vol_holdings *holdings, const struct vol_rec *rec,
                                  struct vol_error *err)
{
    struct vol_order order;
    enum vol_status status;

    if (rec->value[STATUS].type != VOL_ABSENT && !vol_value_is(&rec->value[STATUS], "pending"))
        return VOL_OK;
    status = vol_order_from_json(rec->line.bytes, rec->line.len, &order, err);
    if (status != VOL_OK)
        return status;
    if (vol_orders_find(&holdings->working, order.id) != NULL)
        return vol_error_set(err, VOL_EDATA, "order %s stands twice", order.id);
    status = vol_orders_add(&holdings->working, &order);
    return status == VOL_OK ? VOL_OK : vol_error_set(err, status, "out of memory for orders");
}

enum vol_status vol_holdings_take(struct vol_holdings *holdings, const struct vol_rec *rec,
                                  struct vol_error *err)
{
    if (vol_rec_is(rec, "position"))
        return take_position(holdings, rec, err);
    if (vol_rec_is(rec, "order"))
        return take_order(holdings, rec, err);
    return VOL_OK;
}

enum vol_status vol_holdings_read(struct vol_holdings *holdings, struct vol_reader *reader,
                                  struct vol_error *err)
{
    struct vol_rec rec = {0};
    enum vol_status status;

    while ((status = vol_reader_next(reader, &rec, err)) == VOL_OK)
        if ((status = vol_holdings_take(holdings, &rec, err)) != VOL_OK) {
            vol_error_prefix(err, "%s:%llu", rec.file, (unsigned long long)rec.line_no);
            return status;
        }
    return status == VOL_END ? VOL_OK : status;
}
