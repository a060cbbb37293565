#include "source/us_chain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "source/us_bars.h"

enum { FIRST_QUOTES = 256 };

/* A price that is that much newer than the quotes is not theirs. */
#define PRICE_AHEAD VOL_MINUTE

void vol_us_chain_init(struct vol_us_chain *chain)
{
    *chain = (struct vol_us_chain){
        .newest = INT64_MIN, .price = NAN, .price_ts = INT64_MIN, .received = INT64_MIN};
}

void vol_us_chain_free(struct vol_us_chain *chain)
{
    free(chain->quote);
    vol_us_chain_init(chain);
}

void vol_us_chain_received(struct vol_us_chain *chain, int64_t received)
{
    if (received > chain->received)
        chain->received = received;
}

static enum vol_status grow(struct vol_us_chain *chain, struct vol_error *err)
{
    size_t cap = chain->cap ? 2 * chain->cap : FIRST_QUOTES;
    struct vol_us_quote *quote = realloc(chain->quote, cap * sizeof *quote);

    if (!quote)
        return vol_error_set(err, VOL_EOS, "out of memory");
    chain->quote = quote;
    chain->cap = cap;
    return VOL_OK;
}

enum vol_status vol_us_chain_add_symbol(struct vol_us_chain *chain, const struct vol_symbol *symbol,
                                        struct vol_us_quote **quote, struct vol_error *err)
{
    enum vol_status status = chain->n == chain->cap ? grow(chain, err) : VOL_OK;

    if (status != VOL_OK)
        return status;
    *quote = &chain->quote[chain->n++];
    **quote = (struct vol_us_quote){.symbol = *symbol,
                                    .bid = NAN,
                                    .ask = NAN,
                                    .bid_size = NAN,
                                    .ask_size = NAN,
                                    .last = NAN,
                                    .volume = NAN,
                                    .open_interest = NAN,
                                    .iv = NAN,
                                    .delta = NAN,
                                    .gamma = NAN,
                                    .theta = NAN,
                                    .vega = NAN,
                                    .rho = NAN,
                                    .multiplier = NAN,
                                    .traded = INT64_MIN};
    return VOL_OK;
}

enum vol_status vol_us_chain_add_name(struct vol_us_chain *chain, const struct vol_json *at, const char *name,
                                      size_t n, struct vol_us_quote **quote, struct vol_error *err)
{
    struct vol_symbol symbol;

    if (vol_symbol_parse(VOL_SYMBOL_OSI, name, n, &symbol) != VOL_OK)
        return vol_json_wrong(at, err, "not the name of an option (OSI)");
    return vol_us_chain_add_symbol(chain, &symbol, quote, err);
}

enum vol_status vol_us_chain_add(struct vol_us_chain *chain, const struct vol_json *at, const char *key,
                                 struct vol_us_quote **quote, struct vol_error *err)
{
    struct vol_json name;
    enum vol_status status;
    const char *text;

    if ((status = vol_json_str(at, key, VOL_JSON_REQUIRED, &text, err)) != VOL_OK ||
        (status = vol_json_any(at, key, VOL_JSON_REQUIRED, &name, err)) != VOL_OK)
        return status;
    return vol_us_chain_add_name(chain, &name, text, strlen(text), quote, err);
}

static enum vol_status date_agrees(const struct vol_us_quote *quote, const struct vol_json *at,
                                   const char *key, struct vol_error *err)
{
    enum { DATE_BYTES = 10 };
    enum vol_status status;
    struct vol_json place;
    const char *text;
    int32_t date;

    if ((status = vol_json_str(at, key, VOL_JSON_OPTIONAL, &text, err)) != VOL_OK || !text ||
        (status = vol_json_any(at, key, VOL_JSON_OPTIONAL, &place, err)) != VOL_OK)
        return status;
    if (strlen(text) < DATE_BYTES || vol_date_parse(text, DATE_BYTES, &date) != VOL_OK)
        return vol_json_wrong(&place, err, "expected a date (YYYY-MM-DD)");
    if (abs(date - quote->symbol.expiration) > 1)
        return vol_json_wrong(&place, err, "%.10s is not the date in the contract's name", text);
    return VOL_OK;
}

static enum vol_status strike_agrees(const struct vol_us_quote *quote, const struct vol_json *at,
                                     const char *key, struct vol_error *err)
{
    enum vol_status status;
    struct vol_json place;
    double x;

    if ((status = vol_json_num(at, key, VOL_JSON_OPTIONAL, &x, err)) != VOL_OK || isnan(x) ||
        (status = vol_json_any(at, key, VOL_JSON_OPTIONAL, &place, err)) != VOL_OK)
        return status;
    return fabs(x - quote->symbol.strike) <= 0.0005
               ? VOL_OK
               : vol_json_wrong(&place, err, "%.10g is not the strike in the contract's name", x);
}

static enum vol_status type_agrees(const struct vol_us_quote *quote, const struct vol_json *at,
                                   const char *key, struct vol_error *err)
{
    enum vol_status status;
    struct vol_json place;
    const char *text;

    if ((status = vol_json_str(at, key, VOL_JSON_OPTIONAL, &text, err)) != VOL_OK || !text ||
        (status = vol_json_any(at, key, VOL_JSON_OPTIONAL, &place, err)) != VOL_OK)
        return status;
    return vol_symbol_is_type(text, strlen(text), quote->symbol.option_type)
               ? VOL_OK
               : vol_json_wrong(&place, err, "is not the type in the contract's name, %c",
                                quote->symbol.option_type);
}

enum vol_status vol_us_quote_agrees(const struct vol_us_quote *quote, const struct vol_json *at,
                                    const char *expiration, const char *strike, const char *type,
                                    struct vol_error *err)
{
    enum vol_status status = VOL_OK;

    if (expiration)
        status = date_agrees(quote, at, expiration, err);
    if (strike && status == VOL_OK)
        status = strike_agrees(quote, at, strike, err);
    if (type && status == VOL_OK)
        status = type_agrees(quote, at, type, err);
    return status;
}

enum vol_status vol_us_time(const struct vol_json *at, const char *key, int64_t unit, int64_t *out,
                            struct vol_error *err)
{
    double count;
    enum vol_status status = vol_json_num(at, key, VOL_JSON_OPTIONAL, &count, err);

    if (status != VOL_OK || !(count > 0))
        return status;
    return vol_json_time(at, key, VOL_JSON_OPTIONAL, unit, out, err);
}

void vol_us_chain_time(struct vol_us_chain *chain, int64_t ts)
{
    if (ts > chain->newest)
        chain->newest = ts;
}

void vol_us_chain_price(struct vol_us_chain *chain, double price, int64_t ts)
{
    if (!(price > 0) || ts < chain->price_ts)
        return;
    chain->price = price;
    chain->price_ts = ts;
}

int64_t vol_us_chain_ts(const struct vol_us_chain *chain)
{
    int64_t ts = chain->newest != INT64_MIN ? chain->newest : chain->price_ts;

    return ts == INT64_MIN || ts > chain->received ? chain->received : ts;
}

/* Dearer than any option is: the dearest share has seven digits. */
#define PRICE_MAX 1e8
#define COUNT_MAX 1e12

/* The name of a value that cannot be; null: there is none. NaN is no value and may be. */
static const char *absurd(const struct vol_us_quote *q)
{
    const struct {
        const char *name;
        double value, limit;
    } values[] = {{"bid", q->bid, PRICE_MAX},
                  {"ask", q->ask, PRICE_MAX},
                  {"last", q->last, PRICE_MAX},
                  {"bid_size", q->bid_size, COUNT_MAX},
                  {"ask_size", q->ask_size, COUNT_MAX},
                  {"volume", q->volume, COUNT_MAX},
                  {"open_interest", q->open_interest, COUNT_MAX},
                  {"vol", q->iv, 1e3},
                  {"delta", q->delta, PRICE_MAX},
                  {"gamma", q->gamma, PRICE_MAX},
                  {"theta", q->theta, PRICE_MAX},
                  {"vega", q->vega, PRICE_MAX},
                  {"rho", q->rho, PRICE_MAX}};

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (fabs(values[i].value) > values[i].limit)
            return values[i].name;
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The median of the vols that there are, 0 when there are fewer than ten. */
static enum vol_status median_vol(const struct vol_us_chain *chain, double *out, struct vol_error *err)
{
    enum { LEAST = 10 };
    double *vol = malloc((chain->n + 1) * sizeof *vol);
    size_t n = 0;

    if (!vol)
        return vol_error_set(err, VOL_EOS, "out of memory");
    for (size_t i = 0; i < chain->n; i++)
        if (chain->quote[i].iv > 0)
            vol[n++] = chain->quote[i].iv;
    qsort(vol, n, sizeof *vol, by_size);
    *out = n < LEAST ? 0 : vol[n / 2];
    free(vol);
    return VOL_OK;
}

enum vol_status vol_us_chain_check(const struct vol_us_chain *chain, struct vol_error *err)
{
    enum vol_status status;
    bool says = chain->n == 0;
    double median = 0;

    for (size_t i = 0; i < chain->n; i++) {
        const struct vol_us_quote *q = &chain->quote[i];
        char name[VOL_SYMBOL_MAX] = "";
        const char *field = absurd(q);

        if (field) {
            vol_symbol_print_osi(&q->symbol, false, name);
            return vol_error_set(err, VOL_EPROTOCOL, "%s: %s beyond anything that is traded", name, field);
        }
        says = says || isfinite(q->bid) || isfinite(q->ask) || isfinite(q->last) || isfinite(q->iv);
    }
    if (!says)
        return vol_error_set(err, VOL_EPROTOCOL, "%zu contracts, and no quote, trade or vol of any",
                             chain->n);
    if ((status = median_vol(chain, &median, err)) != VOL_OK)
        return status;
    return median > 8
               ? vol_error_set(err, VOL_EPROTOCOL,
                               "the median of the vols is %.4g: percent where decimals were promised", median)
               : VOL_OK;
}

static double positive(double x)
{
    return x > 0 ? x : (double)NAN;
}

static void put_prices(const struct vol_us_quote *q, int64_t ts, struct vol_gather *out)
{
    bool none = !(q->bid > 0 || q->bid < 0) && !(q->ask > 0 || q->ask < 0);
    bool no_ask = none || !(q->ask > 0 || q->ask < 0);

    vol_gather_num(out, "bid", none ? (double)NAN : q->bid);
    vol_gather_num(out, "ask", no_ask ? (double)NAN : q->ask);
    vol_gather_num(out, "bid_size", none ? (double)NAN : q->bid_size);
    vol_gather_num(out, "ask_size", no_ask ? (double)NAN : q->ask_size);
    vol_gather_num(out, "last", positive(q->last));
    if (q->traded == INT64_MIN || vol_us_date(q->traded) == vol_us_date(ts))
        vol_gather_num(out, "volume", q->volume);
    vol_gather_num(out, "open_interest", q->open_interest);
}

/* Whether one of the greeks says something: neither NaN nor 0. */
static bool has_greeks(const struct vol_us_quote *q)
{
    const double greek[] = {q->delta, q->gamma, q->theta, q->vega, q->rho};

    for (size_t i = 0; i < sizeof greek / sizeof greek[0]; i++)
        if (greek[i] < 0 || greek[i] > 0)
            return true;
    return false;
}

static void put_model(const struct vol_us_quote *q, struct vol_gather *out)
{
    vol_gather_num(out, "vendor_iv", positive(q->iv));
    if (!has_greeks(q))
        return;
    vol_gather_num(out, "vendor_delta", q->delta);
    vol_gather_num(out, "vendor_gamma", q->gamma);
    vol_gather_num(out, "vendor_theta", q->theta);
    vol_gather_num(out, "vendor_vega", q->vega);
    vol_gather_num(out, "vendor_rho", q->rho);
}

/* Whether it delivers something else than its root promises. */
static bool is_adjusted(const struct vol_us_quote *q, const struct vol_source_facts *facts)
{
    struct vol_contract_spec spec;

    if (q->adjusted || q->symbol.adjusted)
        return true;
    return isfinite(q->multiplier) &&
           vol_contracts_find(&facts->contracts, "us", &q->symbol, &spec) == VOL_OK &&
           (q->multiplier < spec.multiplier || q->multiplier > spec.multiplier);
}

static enum vol_status put_quote(const struct vol_us_chain *chain, const struct vol_us_quote *q, int64_t ts,
                                 const struct vol_source_facts *facts, struct vol_gather *out,
                                 struct vol_error *err)
{
    enum vol_status status;

    vol_gather_begin(out, "quote", ts);
    if ((status = vol_gather_symbol(out, &q->symbol, "us", NULL, err)) != VOL_OK) {
        vol_gather_cancel(out);
        return status;
    }
    if (q->exercise)
        vol_gather_str(out, "exercise", (const char[]){q->exercise, '\0'});
    if (is_adjusted(q, facts)) {
        vol_gather_bool(out, "adjusted", true);
        vol_gather_raw(out, "multiplier", "null",
                       4); /* units of the underlying do not say what it delivers */
    }
    put_prices(q, ts, out);
    put_model(q, out);
    if (chain->price_ts == INT64_MIN || chain->price_ts - PRICE_AHEAD <= ts)
        vol_gather_num(out, "underlying_price", chain->price);
    if (chain->source)
        vol_gather_str(out, "source", chain->source);
    return vol_gather_end(out, err);
}

enum vol_status vol_us_chain_gather(const struct vol_us_chain *chain, const struct vol_source_facts *facts,
                                    struct vol_gather *out, struct vol_error *err)
{
    int64_t ts = vol_us_chain_ts(chain);
    enum vol_status status = VOL_OK;

    if (chain->n == 0)
        return vol_error_set(err, VOL_ENOINPUT, "no options");
    vol_gather_received(out, chain->received);
    for (size_t i = 0; i < chain->n && status == VOL_OK; i++)
        status = put_quote(chain, &chain->quote[i], ts, facts, out, err);
    return status;
}
