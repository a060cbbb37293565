#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "source/deribit.h"

enum { WORDS = 160, VOL_DIGITS = 15 };

/* Beyond these nothing is traded: amounts of the perpetual in USD come to 1e10. */
#define NUMBER_MAX 1e12
#define VOL_MAX    1e3

static const char venue[] = "deribit";

/* ---- the envelope
 * ----------------------------------------------------------------------------------------------- */

enum vol_status vol_deribit_meaning(int64_t code)
{
    switch (code) {
    case 10028: /* too_many_requests */
    case 10040: /* retry */
    case 10041: /* settlement_in_progress */
    case 10047: /* matching_engine_queue_full */
    case 10066: /* too_many_concurrent_requests */
    case 13888: /* timed_out */
        return VOL_ETEMP;
    case 10048: /* not_on_this_server */
    case 11051: /* system_maintenance */
    case 11094: /* internal_server_error */
    case 13028: /* temporarily_unavailable */
    case 13503: /* unavailable */
        return VOL_EUNAVAILABLE;
    case 10000:
    case 11056:
    case 13004:
    case 13009:
    case 13012:
    case 13021:
    case 13403:
    case 13778:
        return VOL_EPERM;
    case -32602: /* invalid params: a name that it does not have */
    case 10020:
    case 11029:
    case 13010:
    case 13016:
    case 13020:
        return VOL_ENOINPUT;
    default:
        return VOL_EPROTOCOL;
    }
}

void vol_deribit_words(const struct vol_json *at, char *out, size_t size)
{
    const json_t *data = json_object_get(at->value, "data"), *code = json_object_get(at->value, "code");
    const char *message = json_string_value(json_object_get(at->value, "message"));
    const char *reason = json_string_value(json_object_get(data, "reason"));
    const char *param = json_string_value(json_object_get(data, "param"));

    snprintf(out, size, "%s (%lld)%s%s%s%s", message ? message : "an error",
             (long long)json_integer_value(code), reason || param ? ": " : "", reason ? reason : "",
             reason && param ? " " : "", param ? param : "");
    for (char *p = out; *p; p++)
        if ((unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f)
            *p = '?';
}

static enum vol_status read_envelope(const struct vol_deribit_body *body, struct vol_deribit_answer *a,
                                     struct vol_error *err)
{
    enum vol_status status;
    struct vol_json error;
    char words[WORDS];
    bool test = body->test;

    if ((status = vol_json_object(&a->root, "error", VOL_JSON_OPTIONAL, &error, err)) != VOL_OK)
        return status;
    if (error.value) {
        vol_deribit_words(&error, words, sizeof words);
        return vol_error_set(
            err, vol_deribit_meaning(json_integer_value(json_object_get(error.value, "code"))), "%s", words);
    }
    if ((status = vol_json_bool(&a->root, "testnet", VOL_JSON_OPTIONAL, &test, err)) != VOL_OK)
        return status;
    if (test != body->test)
        return vol_error_set(err, VOL_EPROTOCOL, "testnet: an answer of the %s system",
                             test ? "test" : "real");
    a->ts = body->received;
    if ((status = vol_json_time(&a->root, "usOut", VOL_JSON_OPTIONAL, 1000, &a->ts, err)) != VOL_OK)
        return status;
    return vol_json_any(&a->root, "result", VOL_JSON_REQUIRED, &a->result, err);
}

enum vol_status vol_deribit_open(const struct vol_deribit_body *body, struct vol_deribit_answer *answer,
                                 struct vol_error *err)
{
    enum vol_status status;

    *answer = (struct vol_deribit_answer){0};
    if ((status = vol_json_read(body->text, body->len, &answer->json, err)) != VOL_OK)
        return status;
    answer->root = vol_json_root(answer->json);
    if ((status = read_envelope(body, answer, err)) != VOL_OK)
        vol_deribit_close(answer);
    return status;
}

void vol_deribit_close(struct vol_deribit_answer *answer)
{
    json_decref(answer->json);
    answer->json = NULL;
}

/* ---- numbers
 * ---------------------------------------------------------------------------------------------------- */

/* A vol in percent; 0 is none. */
static enum vol_status percent(const struct vol_json *at, const char *key, enum vol_json_need need,
                               double *out, struct vol_error *err)
{
    enum vol_status status = vol_json_num(at, key, need, out, err);

    if (status == VOL_OK)
        *out = *out > 0 ? *out / 100 : NAN;
    return status;
}

/* A side of the book: no order is null, or 0, or an amount of 0. */
static enum vol_status side(const struct vol_json *at, const char *price_key, const char *size_key,
                            double *price, double *size, struct vol_error *err)
{
    enum vol_status status = vol_json_num(at, price_key, VOL_JSON_NULLABLE, price, err);

    *size = NAN;
    if (status == VOL_OK && size_key)
        status = vol_json_num(at, size_key, VOL_JSON_NULLABLE, size, err);
    if (status == VOL_OK && (!(*price > 0) || *size <= 0))
        *price = *size = NAN;
    return status;
}

/* A price that must be above 0 to be one. */
static enum vol_status positive(const struct vol_json *at, const char *key, enum vol_json_need need,
                                double *out, struct vol_error *err)
{
    enum vol_status status = vol_json_num(at, key, need, out, err);

    if (status == VOL_OK && !(*out > 0))
        *out = NAN;
    return status;
}

static bool is_option(const char *name)
{
    struct vol_symbol symbol;

    return vol_symbol_parse(VOL_SYMBOL_DERIBIT, name, strlen(name), &symbol) == VOL_OK;
}

static const struct vol_deribit_market nothing = {.bid = NAN,
                                                  .ask = NAN,
                                                  .bid_size = NAN,
                                                  .ask_size = NAN,
                                                  .last = NAN,
                                                  .mark = NAN,
                                                  .volume = NAN,
                                                  .open_interest = NAN,
                                                  .underlying_price = NAN,
                                                  .index_price = NAN,
                                                  .iv = NAN,
                                                  .iv_bid = NAN,
                                                  .iv_ask = NAN,
                                                  .delta = NAN,
                                                  .gamma = NAN,
                                                  .theta = NAN,
                                                  .vega = NAN,
                                                  .rho = NAN};

enum vol_status vol_deribit_possible(const struct vol_json *at, double x, const char *name,
                                     struct vol_error *err)
{
    return fabs(x) > NUMBER_MAX ? vol_json_wrong(at, err, "%s %.4g: beyond anything that is traded", name, x)
                                : VOL_OK;
}

/* Numbers that JSON allows and no market has. */
static enum vol_status check_market(const struct vol_json *at, const struct vol_deribit_market *m,
                                    struct vol_error *err)
{
    const struct {
        const char *name;
        double value;
    } values[] = {{"bid", m->bid},
                  {"ask", m->ask},
                  {"bid amount", m->bid_size},
                  {"ask amount", m->ask_size},
                  {"last price", m->last},
                  {"mark_price", m->mark},
                  {"volume", m->volume},
                  {"open_interest", m->open_interest},
                  {"underlying_price", m->underlying_price},
                  {"delta", m->delta},
                  {"gamma", m->gamma},
                  {"theta", m->theta},
                  {"vega", m->vega},
                  {"rho", m->rho}};
    enum vol_status status = VOL_OK;

    for (size_t i = 0; i < sizeof values / sizeof values[0] && status == VOL_OK; i++)
        status = vol_deribit_possible(at, values[i].value, values[i].name, err);
    if (status == VOL_OK && (m->iv > VOL_MAX || m->iv_bid > VOL_MAX || m->iv_ask > VOL_MAX))
        return vol_json_wrong(at, err, "a vol above %.10g %%", 100 * VOL_MAX);
    return status;
}

/* What only options have. */
static enum vol_status read_option(const struct vol_json *at, struct vol_deribit_market *m,
                                   struct vol_error *err)
{
    const struct {
        const char *key;
        double *out;
    } greeks[] = {{"delta", &m->delta},
                  {"gamma", &m->gamma},
                  {"theta", &m->theta},
                  {"vega", &m->vega},
                  {"rho", &m->rho}};
    enum vol_status status;
    struct vol_json g;

    if (!(m->last > 0)) /* a combo's price may be negative, an option's is not */
        m->last = NAN;
    if ((status = percent(at, "mark_iv", VOL_JSON_NULLABLE, &m->iv, err)) != VOL_OK ||
        (status = percent(at, "bid_iv", VOL_JSON_NULLABLE, &m->iv_bid, err)) != VOL_OK ||
        (status = percent(at, "ask_iv", VOL_JSON_NULLABLE, &m->iv_ask, err)) != VOL_OK ||
        (status = positive(at, "underlying_price", VOL_JSON_NULLABLE, &m->underlying_price, err)) != VOL_OK ||
        (status = vol_json_object(at, "greeks", VOL_JSON_NULLABLE, &g, err)) != VOL_OK)
        return status;
    for (size_t i = 0; g.value && i < sizeof greeks / sizeof greeks[0] && status == VOL_OK; i++)
        status = vol_json_num(&g, greeks[i].key, VOL_JSON_NULLABLE, greeks[i].out, err);
    if (isnan(m->bid))
        m->iv_bid = NAN;
    if (isnan(m->ask))
        m->iv_ask = NAN;
    return status;
}

enum vol_status vol_deribit_ticker(const struct vol_json *at, struct vol_deribit_market *out,
                                   struct vol_error *err)
{
    struct vol_deribit_market m = nothing;
    enum vol_status status;
    struct vol_json stats;

    if ((status = vol_json_str(at, "instrument_name", VOL_JSON_REQUIRED, &m.name, err)) != VOL_OK ||
        (status = vol_json_time(at, "timestamp", VOL_JSON_REQUIRED, VOL_DERIBIT_MS, &m.ts, err)) != VOL_OK ||
        (status = side(at, "best_bid_price", "best_bid_amount", &m.bid, &m.bid_size, err)) != VOL_OK ||
        (status = side(at, "best_ask_price", "best_ask_amount", &m.ask, &m.ask_size, err)) != VOL_OK ||
        (status = vol_json_num(at, "last_price", VOL_JSON_NULLABLE, &m.last, err)) != VOL_OK ||
        (status = vol_json_num(at, "mark_price", VOL_JSON_NULLABLE, &m.mark, err)) != VOL_OK ||
        (status = vol_json_num(at, "open_interest", VOL_JSON_OPTIONAL, &m.open_interest, err)) != VOL_OK ||
        (status = positive(at, "index_price", VOL_JSON_OPTIONAL, &m.index_price, err)) != VOL_OK ||
        (status = vol_json_object(at, "stats", VOL_JSON_OPTIONAL, &stats, err)) != VOL_OK ||
        (status = vol_json_num(&stats, "volume", VOL_JSON_OPTIONAL, &m.volume, err)) != VOL_OK)
        return status;
    if ((is_option(m.name) && (status = read_option(at, &m, err)) != VOL_OK) ||
        (status = check_market(at, &m, err)) != VOL_OK)
        return status;
    *out = m;
    return VOL_OK;
}

enum vol_status vol_deribit_summary(const struct vol_json *at, struct vol_deribit_market *out,
                                    struct vol_error *err)
{
    struct vol_deribit_market m = nothing;
    enum vol_status status;

    if ((status = vol_json_str(at, "instrument_name", VOL_JSON_REQUIRED, &m.name, err)) != VOL_OK ||
        (status = vol_json_time(at, "creation_timestamp", VOL_JSON_REQUIRED, VOL_DERIBIT_MS, &m.ts, err)) !=
            VOL_OK ||
        (status = side(at, "bid_price", NULL, &m.bid, &m.bid_size, err)) != VOL_OK ||
        (status = side(at, "ask_price", NULL, &m.ask, &m.ask_size, err)) != VOL_OK ||
        (status = positive(at, "last", VOL_JSON_NULLABLE, &m.last, err)) != VOL_OK ||
        (status = vol_json_num(at, "mark_price", VOL_JSON_NULLABLE, &m.mark, err)) != VOL_OK ||
        (status = vol_json_num(at, "open_interest", VOL_JSON_NULLABLE, &m.open_interest, err)) != VOL_OK ||
        (status = vol_json_num(at, "volume", VOL_JSON_NULLABLE, &m.volume, err)) != VOL_OK ||
        (status = percent(at, "mark_iv", VOL_JSON_NULLABLE, &m.iv, err)) != VOL_OK ||
        (status = positive(at, "underlying_price", VOL_JSON_NULLABLE, &m.underlying_price, err)) != VOL_OK ||
        (status = check_market(at, &m, err)) != VOL_OK)
        return status;
    *out = m;
    return VOL_OK;
}

/* ---- records
 * ---------------------------------------------------------------------------------------------------- */

enum vol_status vol_deribit_begin_quote(struct vol_gather *out, const char *name, int64_t ts,
                                        struct vol_error *err)
{
    enum vol_status status;

    vol_gather_begin(out, "quote", ts);
    status = vol_gather_contract(out, VOL_SYMBOL_DERIBIT, venue, name, strlen(name), err);
    if (status != VOL_OK)
        vol_gather_cancel(out);
    return status == VOL_EDATA ? VOL_NO : status;
}

/* A percentage over 100 has digits that the vendor never wrote: 41.01 becomes 0.4101. */
void vol_deribit_put_vol(struct vol_gather *out, const char *name, double vol)
{
    char text[VOL_NUM_MAX];

    if (isfinite(vol))
        vol_gather_raw(out, name, text, vol_num_print(text, vol, VOL_DIGITS));
}

void vol_deribit_put_quote(struct vol_gather *out, const struct vol_deribit_market *market)
{
    vol_gather_num(out, "bid", market->bid);
    vol_gather_num(out, "ask", market->ask);
    vol_gather_num(out, "bid_size", market->bid_size);
    vol_gather_num(out, "ask_size", market->ask_size);
    vol_gather_num(out, "last", market->last);
    vol_gather_num(out, "mark", market->mark);
    vol_gather_num(out, "volume", market->volume);
    vol_gather_num(out, "open_interest", market->open_interest);
    vol_gather_num(out, "underlying_price", market->underlying_price);
    vol_deribit_put_vol(out, "vendor_iv", market->iv);
    vol_deribit_put_vol(out, "vendor_iv_bid", market->iv_bid);
    vol_deribit_put_vol(out, "vendor_iv_ask", market->iv_ask);
    vol_gather_num(out, "vendor_delta", market->delta);
    vol_gather_num(out, "vendor_gamma", market->gamma);
    vol_gather_num(out, "vendor_theta", market->theta);
    vol_gather_num(out, "vendor_vega", market->vega);
    vol_gather_num(out, "vendor_rho", market->rho);
}

enum vol_status vol_deribit_put(struct vol_gather *out, const struct vol_deribit_market *market,
                                struct vol_error *err)
{
    enum vol_status status;

    if (is_option(market->name)) {
        status = vol_deribit_begin_quote(out, market->name, market->ts, err);
        if (status != VOL_OK)
            return status == VOL_NO ? VOL_ECONFIG : status;
        vol_deribit_put_quote(out, market);
    } else {
        vol_gather_begin(out, "bar", market->ts);
        vol_gather_str(out, "symbol", market->name);
        vol_gather_num(out, "close", market->last);
        vol_gather_num(out, "mark", market->mark);
    }
    return vol_gather_end(out, err);
}

/* ---- answers
 * ---------------------------------------------------------------------------------------------------- */

/* The ticker in ANSWER, which must be that of NAME: a proxy or a cache may answer another question. */
static enum vol_status ticker_of(const struct vol_deribit_answer *answer, const char *name,
                                 struct vol_deribit_market *out, struct vol_error *err)
{
    enum vol_status status = vol_deribit_ticker(&answer->result, out, err);

    if (status == VOL_OK && strcmp(out->name, name) != 0)
        return vol_json_wrong(&answer->result, err, "an answer about %.40s", out->name);
    return status;
}

enum vol_status vol_deribit_read_ticker(const struct vol_deribit_body *body, const char *name,
                                        struct vol_gather *out, struct vol_error *err)
{
    struct vol_deribit_market m;
    struct vol_deribit_answer a;
    enum vol_status status = vol_deribit_open(body, &a, err);

    if (status != VOL_OK)
        return status;
    if ((status = ticker_of(&a, name, &m, err)) == VOL_OK)
        status = vol_deribit_put(out, &m, err);
    vol_deribit_close(&a);
    return status;
}

/* One side of a ladder, best first. */
static enum vol_status put_levels(const struct vol_json *at, const char *key, const char *side_word,
                                  int64_t depth, const struct vol_deribit_market *m, struct vol_gather *out,
                                  struct vol_error *err)
{
    double price = NAN, size = NAN, before = NAN, sign = strcmp(side_word, "bid") == 0 ? 1 : -1;
    struct vol_json list, level;
    enum vol_status status = vol_json_array(at, key, VOL_JSON_REQUIRED, &list, err);

    for (size_t i = 0; status == VOL_OK && i < vol_json_size(&list) && (depth == 0 || (int64_t)i < depth);
         i++) {
        level = vol_json_element_any(&list, i);
        if (!json_is_array(level.value) || json_array_size(level.value) != 2)
            return vol_json_wrong(&level, err, "expected [price, amount]");
        if ((status = vol_json_num_at(&level, 0, &price, err)) != VOL_OK ||
            (status = vol_json_num_at(&level, 1, &size, err)) != VOL_OK)
            break;
        if (!isfinite(price) || !(size > 0) || (i > 0 && !(sign * price < sign * before)))
            return vol_json_wrong(&level, err, "the %ss are not in order, best first", side_word);
        before = price;
        vol_gather_begin(out, "level", m->ts);
        vol_gather_str(out, "symbol", m->name);
        vol_gather_str(out, "side", side_word);
        vol_gather_int(out, "level", (int64_t)i + 1);
        vol_gather_num(out, "price", price);
        vol_gather_num(out, "size", size);
        status = vol_gather_end(out, err);
    }
    return status;
}

enum vol_status vol_deribit_book(const struct vol_deribit_body *body, const char *name, int64_t depth,
                                 struct vol_gather *out, struct vol_error *err)
{
    struct vol_deribit_market m;
    struct vol_deribit_answer a;
    enum vol_status status = vol_deribit_open(body, &a, err);

    if (status != VOL_OK)
        return status;
    if ((status = ticker_of(&a, name, &m, err)) == VOL_OK &&
        (status = vol_deribit_put(out, &m, err)) == VOL_OK &&
        (status = put_levels(&a.result, "bids", "bid", depth, &m, out, err)) == VOL_OK)
        status = put_levels(&a.result, "asks", "ask", depth, &m, out, err);
    vol_deribit_close(&a);
    return status;
}

enum vol_status vol_deribit_index(const struct vol_deribit_body *body, const char *name,
                                  struct vol_gather *out, struct vol_error *err)
{
    struct vol_deribit_answer a;
    double price;
    enum vol_status status = vol_deribit_open(body, &a, err);

    if (status != VOL_OK)
        return status;
    status = vol_json_num(&a.result, "index_price", VOL_JSON_REQUIRED, &price, err);
    if (status == VOL_OK && !(price > 0))
        status =
            vol_error_set(err, VOL_EPROTOCOL, "result.index_price: expected a price above 0, got %g", price);
    if (status == VOL_OK) {
        vol_gather_begin(out, "bar", a.ts);
        vol_gather_str(out, "symbol", name);
        vol_gather_num(out, "close", price);
        status = vol_gather_end(out, err);
    }
    vol_deribit_close(&a);
    return status;
}
