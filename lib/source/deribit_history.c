#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/time.h"
#include "source/deribit.h"

enum { CANDLE_CELLS = 5 }; /* of DVOL: ts, open, high, low, close */

/* ---- candles
 * ---------------------------------------------------------------------------------------------------- */

struct candle {
    int64_t begins;
    double open, high, low, close, volume;
};

/* The instant COUNT, in milliseconds. */
static enum vol_status begin_of(const struct vol_json *at, double count, int64_t *out, struct vol_error *err)
{
    if (!(count >= 6.3e11 && count <= 7.3e12) || floor(count) < count) /* 1990 to 2200 */
        return vol_json_wrong(at, err, "expected an instant in milliseconds");
    *out = (int64_t)count * VOL_DERIBIT_MS;
    return VOL_OK;
}

/* A candle that goes on: its close is not known yet. */
static enum vol_status unfinished(const struct candle *c, const char *symbol, int64_t step,
                                  struct vol_gather *out, struct vol_error *err)
{
    struct vol_buf raw = VOL_BUF_INIT;
    enum vol_status status = vol_buf_add_str(&raw, "{\"symbol\":");

    if (status == VOL_OK)
        status = vol_buf_add_json(&raw, symbol, strlen(symbol));
    if (status == VOL_OK)
        status = vol_buf_addf(&raw, ",\"open\":%.15g,\"high\":%.15g,\"low\":%.15g,\"close\":%.15g}", c->open,
                              c->high, c->low, c->close);
    status = status == VOL_OK
                 ? vol_gather_reject(out, "bar", c->begins + step, "unfinished", raw.data, raw.len, err)
                 : vol_error_set(err, VOL_EOS, "out of memory");
    vol_buf_free(&raw);
    return status;
}

static enum vol_status put_candle(const struct vol_json *at, const char *symbol, const struct candle *c,
                                  int64_t step, int64_t now, struct vol_gather *out, struct vol_error *err)
{
    if (!(c->high >= c->low) || !(c->open <= c->high && c->open >= c->low) ||
        !(c->close <= c->high && c->close >= c->low))
        return vol_json_wrong(at, err, "open %.10g high %.10g low %.10g close %.10g is no candle", c->open,
                              c->high, c->low, c->close);
    if (vol_deribit_possible(at, c->high, "high", err) != VOL_OK ||
        vol_deribit_possible(at, c->low, "low", err) != VOL_OK ||
        vol_deribit_possible(at, c->volume, "volume", err) != VOL_OK)
        return VOL_EPROTOCOL;
    if (c->begins + step > now)
        return unfinished(c, symbol, step, out, err);
    vol_gather_begin(out, "bar", c->begins + step);
    vol_gather_str(out, "symbol", symbol);
    vol_gather_num(out, "open", c->open);
    vol_gather_num(out, "high", c->high);
    vol_gather_num(out, "low", c->low);
    vol_gather_num(out, "close", c->close);
    vol_gather_num(out, "volume", c->volume);
    return vol_gather_end(out, err);
}

/* ---- DVOL
 * ------------------------------------------------------------------------------------------------------- */

void vol_deribit_dvol_symbol(const char *currency, char out[VOL_DERIBIT_SYMBOL_MAX])
{
    snprintf(out, VOL_DERIBIT_SYMBOL_MAX, "%.32s-DVOL", currency);
}

/* [ms, open, high, low, close] */
static enum vol_status read_dvol_row(const struct vol_json *rows, size_t i, struct candle *c,
                                     struct vol_error *err)
{
    struct vol_json at = vol_json_element_any(rows, i);
    double cell[CANDLE_CELLS];
    enum vol_status status = VOL_OK;

    if (!json_is_array(at.value) || json_array_size(at.value) < CANDLE_CELLS)
        return vol_json_wrong(&at, err, "expected [time, open, high, low, close]");
    for (size_t k = 0; k < CANDLE_CELLS && status == VOL_OK; k++)
        status = vol_json_num_at(&at, k, &cell[k], err);
    if (status != VOL_OK || (status = begin_of(&at, cell[0], &c->begins, err)) != VOL_OK)
        return status;
    c->open = cell[1];
    c->high = cell[2];
    c->low = cell[3];
    c->close = cell[4];
    c->volume = NAN;
    return VOL_OK;
}

static enum vol_status put_dvol(const struct vol_deribit_answer *a, const char *currency, int64_t step,
                                int64_t *before, int64_t *more, struct vol_gather *out, struct vol_error *err)
{
    char symbol[VOL_DERIBIT_SYMBOL_MAX];
    int64_t first = *before, next = 0;
    struct vol_json rows, row;
    struct candle c;
    enum vol_status status = vol_json_array(&a->result, "data", VOL_JSON_REQUIRED, &rows, err);

    if (status != VOL_OK || (status = vol_json_time(&a->result, "continuation", VOL_JSON_NULLABLE,
                                                    VOL_DERIBIT_MS, &next, err)) != VOL_OK)
        return status;
    vol_deribit_dvol_symbol(currency, symbol);
    for (size_t i = 0; i < vol_json_size(&rows) && status == VOL_OK; i++) {
        row = vol_json_element_any(&rows, i);
        if ((status = read_dvol_row(&rows, i, &c, err)) != VOL_OK || c.begins >= *before)
            continue;
        first = c.begins < first ? c.begins : first;
        status = put_candle(&row, symbol, &c, step, a->ts, out, err);
    }
    if (status != VOL_OK)
        return status;
    if (next != 0 && (first >= *before || next >= *before))
        return vol_json_wrong(&a->result, err, "the pages do not go back in time");
    *before = first;
    *more = next;
    return VOL_OK;
}

enum vol_status vol_deribit_dvol(const struct vol_deribit_body *body, const char *currency, int64_t step,
                                 int64_t *before, int64_t *more, struct vol_gather *out,
                                 struct vol_error *err)
{
    struct vol_deribit_answer a;
    enum vol_status status = vol_deribit_open(body, &a, err);

    if (status != VOL_OK)
        return status;
    status = put_dvol(&a, currency, step, before, more, out, err);
    vol_deribit_close(&a);
    return status;
}

/* ---- charts
 * ----------------------------------------------------------------------------------------------------- */

enum { TICKS, OPEN, HIGH, LOW, CLOSE, VOLUME, N_COLUMNS };

static enum vol_status read_columns(const struct vol_json *at, struct vol_json column[N_COLUMNS],
                                    struct vol_error *err)
{
    static const char *const names[N_COLUMNS] = {"ticks", "open", "high", "low", "close", "volume"};
    enum vol_status status;

    for (int k = 0; k < N_COLUMNS; k++) {
        if ((status = vol_json_array(at, names[k], VOL_JSON_REQUIRED, &column[k], err)) != VOL_OK)
            return status;
        if (vol_json_size(&column[k]) != vol_json_size(&column[TICKS]))
            return vol_json_wrong(&column[k], err, "%zu values for %zu ticks", vol_json_size(&column[k]),
                                  vol_json_size(&column[TICKS]));
    }
    return VOL_OK;
}

static enum vol_status read_candle(const struct vol_json column[N_COLUMNS], size_t i, struct candle *c,
                                   struct vol_error *err)
{
    double cell[N_COLUMNS];
    enum vol_status status = VOL_OK;
    struct vol_json at = vol_json_element_any(&column[TICKS], i);

    for (int k = 0; k < N_COLUMNS && status == VOL_OK; k++)
        status = vol_json_num_at(&column[k], i, &cell[k], err);
    if (status != VOL_OK)
        return status;
    *c = (struct candle){.open = cell[OPEN],
                         .high = cell[HIGH],
                         .low = cell[LOW],
                         .close = cell[CLOSE],
                         .volume = cell[VOLUME]};
    return begin_of(&at, cell[TICKS], &c->begins, err);
}

static enum vol_status put_chart(const struct vol_deribit_answer *a, const char *name, int64_t step,
                                 int64_t *first, int64_t *last, struct vol_gather *out, struct vol_error *err)
{
    struct vol_json column[N_COLUMNS];
    struct candle c = {0};
    const char *word;
    int64_t begins = 0;
    enum vol_status status = vol_json_str(&a->result, "status", VOL_JSON_REQUIRED, &word, err);

    if (status == VOL_OK && strcmp(word, "no_data") == 0)
        goto none;
    if (status == VOL_OK && strcmp(word, "ok") != 0)
        return vol_json_wrong(&a->result, err, "status: expected ok or no_data, got \"%.40s\"", word);
    if (status != VOL_OK || (status = read_columns(&a->result, column, err)) != VOL_OK)
        return status;
    if (vol_json_size(&column[TICKS]) == 0)
        goto none;
    for (size_t i = 0; i < vol_json_size(&column[TICKS]) && status == VOL_OK; i++) {
        struct vol_json at = vol_json_element_any(&column[TICKS], i);
        int64_t before = c.begins;

        if ((status = read_candle(column, i, &c, err)) != VOL_OK)
            break;
        if (i > 0 && c.begins <= before)
            return vol_json_wrong(&at, err, "the ticks do not ascend");
        begins = i == 0 ? c.begins : begins;
        status = put_candle(&at, name, &c, step, a->ts, out, err);
    }
    if (status == VOL_OK) {
        *first = begins;
        *last = c.begins;
    }
    return status;
none:
    *first = *last = 0;
    return VOL_OK;
}

enum vol_status vol_deribit_chart(const struct vol_deribit_body *body, const char *name, int64_t step,
                                  int64_t *first, int64_t *last, struct vol_gather *out,
                                  struct vol_error *err)
{
    struct vol_deribit_answer a;
    enum vol_status status = vol_deribit_open(body, &a, err);

    if (status != VOL_OK)
        return status;
    status = put_chart(&a, name, step, first, last, out, err);
    vol_deribit_close(&a);
    return status;
}

/* ---- trades
 * ----------------------------------------------------------------------------------------------------- */

struct trade {
    const char *name, *id, *direction, *liquidation, *combo, *block;
    int64_t ts, seq;
    double price, amount, iv, mark, index;
};

static enum vol_status read_trade(const struct vol_json *at, struct trade *t, struct vol_error *err)
{
    enum vol_status status;

    if ((status = vol_json_str(at, "instrument_name", VOL_JSON_REQUIRED, &t->name, err)) != VOL_OK ||
        (status = vol_json_str(at, "trade_id", VOL_JSON_REQUIRED, &t->id, err)) != VOL_OK ||
        (status = vol_json_int(at, "trade_seq", VOL_JSON_REQUIRED, 0, INT64_MAX, &t->seq, err)) != VOL_OK ||
        (status = vol_json_time(at, "timestamp", VOL_JSON_REQUIRED, VOL_DERIBIT_MS, &t->ts, err)) != VOL_OK ||
        (status = vol_json_str(at, "direction", VOL_JSON_REQUIRED, &t->direction, err)) != VOL_OK ||
        (status = vol_json_num(at, "price", VOL_JSON_REQUIRED, &t->price, err)) != VOL_OK ||
        (status = vol_json_num(at, "amount", VOL_JSON_REQUIRED, &t->amount, err)) != VOL_OK ||
        (status = vol_json_num(at, "iv", VOL_JSON_OPTIONAL, &t->iv, err)) != VOL_OK ||
        (status = vol_json_num(at, "mark_price", VOL_JSON_OPTIONAL, &t->mark, err)) != VOL_OK ||
        (status = vol_json_num(at, "index_price", VOL_JSON_OPTIONAL, &t->index, err)) != VOL_OK ||
        (status = vol_json_str(at, "liquidation", VOL_JSON_OPTIONAL, &t->liquidation, err)) != VOL_OK ||
        (status = vol_json_str(at, "combo_id", VOL_JSON_OPTIONAL, &t->combo, err)) != VOL_OK ||
        (status = vol_json_str(at, "block_trade_id", VOL_JSON_OPTIONAL, &t->block, err)) != VOL_OK)
        return status;
    if ((status = vol_deribit_possible(at, t->price, "price", err)) != VOL_OK ||
        (status = vol_deribit_possible(at, t->amount, "amount", err)) != VOL_OK)
        return status;
    if (!(t->amount > 0))
        return vol_json_wrong(at, err, "amount %.10g", t->amount);
    if (strcmp(t->direction, "buy") != 0 && strcmp(t->direction, "sell") != 0)
        return vol_json_wrong(at, err, "direction: expected buy or sell, got \"%.40s\"", t->direction);
    return VOL_OK;
}

static enum vol_status put_trade(const struct vol_source_facts *facts, const struct trade *t,
                                 struct vol_gather *out, struct vol_error *err)
{
    struct vol_contract_spec contract;
    struct vol_symbol symbol;

    vol_gather_begin(out, "trade", t->ts);
    vol_gather_str(out, "symbol", t->name);
    if (vol_symbol_parse(VOL_SYMBOL_DERIBIT, t->name, strlen(t->name), &symbol) == VOL_OK &&
        vol_contracts_find(&facts->contracts, "deribit", &symbol, &contract) == VOL_OK) {
        vol_gather_str(out, "underlying", contract.underlying);
        vol_gather_str(out, "currency", contract.currency);
        if (contract.inverse)
            vol_gather_bool(out, "inverse", true);
    }
    vol_gather_num(out, "price", t->price);
    vol_gather_num(out, "size", t->amount);
    vol_gather_str(out, "side", t->direction);
    vol_deribit_put_vol(out, "vendor_iv", t->iv > 0 ? t->iv / 100 : NAN);
    vol_gather_num(out, "mark", t->mark);
    vol_gather_num(out, "index_price", t->index);
    vol_gather_str(out, "combo", t->combo);
    if (t->block)
        vol_gather_bool(out, "block", true);
    vol_gather_str(out, "liquidation", t->liquidation);
    vol_gather_str(out, "trade_id", t->id);
    vol_gather_int(out, "trade_seq", t->seq);
    return vol_gather_end(out, err);
}

/* Whether the trades come latest first: records of one instant are to leave in the order of trading. */
static enum vol_status descends(const struct vol_json *trades, bool *out, struct vol_error *err)
{
    size_t n = vol_json_size(trades);
    struct vol_json first, last;
    struct trade x, y;
    enum vol_status status;

    *out = false;
    if (n < 2)
        return VOL_OK;
    if ((status = vol_json_element(trades, 0, &first, err)) != VOL_OK ||
        (status = vol_json_element(trades, n - 1, &last, err)) != VOL_OK ||
        (status = read_trade(&first, &x, err)) != VOL_OK || (status = read_trade(&last, &y, err)) != VOL_OK)
        return status;
    *out = x.ts > y.ts || (x.ts == y.ts && strcmp(x.name, y.name) == 0 && x.seq > y.seq);
    return VOL_OK;
}

static enum vol_status put_trades(const struct vol_source_facts *facts, const struct vol_deribit_answer *a,
                                  const char *name, struct vol_deribit_page *page, struct vol_gather *out,
                                  struct vol_error *err)
{
    struct vol_deribit_page p = {0};
    struct vol_json trades, at;
    struct trade t = {0};
    bool backwards;
    enum vol_status status = vol_json_array(&a->result, "trades", VOL_JSON_REQUIRED, &trades, err);

    if (status != VOL_OK ||
        (status = vol_json_bool(&a->result, "has_more", VOL_JSON_REQUIRED, &p.more, err)) != VOL_OK)
        return status;
    if ((status = descends(&trades, &backwards, err)) != VOL_OK)
        return status;
    for (size_t i = 0, n = vol_json_size(&trades); i < n && status == VOL_OK; i++) {
        if ((status = vol_json_element(&trades, backwards ? n - 1 - i : i, &at, err)) != VOL_OK ||
            (status = read_trade(&at, &t, err)) != VOL_OK)
            break;
        if (name && strcmp(t.name, name) != 0)
            return vol_json_wrong(&at, err, "a trade of %.40s", t.name);
        p.first_ts = i == 0 ? t.ts : p.first_ts;
        status = put_trade(facts, &t, out, err);
    }
    if (status != VOL_OK)
        return status;
    p.n = vol_json_size(&trades);
    p.last_seq = t.seq;
    p.last_ts = t.ts;
    *page = p;
    return VOL_OK;
}

enum vol_status vol_deribit_trades(const struct vol_source_facts *facts, const struct vol_deribit_body *body,
                                   const char *name, struct vol_deribit_page *page, struct vol_gather *out,
                                   struct vol_error *err)
{
    struct vol_deribit_answer a;
    enum vol_status status = vol_deribit_open(body, &a, err);

    if (status != VOL_OK)
        return status;
    status = put_trades(facts, &a, name, page, out, err);
    vol_deribit_close(&a);
    return status;
}
