#include "source/alpaca.h"

#include <string.h>

#include "base/time.h"
#include "source/us_bars.h"

/* ---- answers ---- */

/* A time of the vendor (RFC 3339, nanoseconds); none: a zero of its language, 0001-01-01. */
static enum vol_status read_time(const struct vol_json *at, enum vol_json_need need, int64_t *out,
                                 struct vol_error *err)
{
    enum vol_status status;
    struct vol_json place;
    const char *text;
    int64_t ts;

    if ((status = vol_json_str(at, "t", need, &text, err)) != VOL_OK || !text ||
        (status = vol_json_any(at, "t", need, &place, err)) != VOL_OK || strncmp(text, "0001-", 5) == 0)
        return status;
    if (vol_time_parse(text, strlen(text), &ts) != VOL_OK)
        return vol_json_wrong(&place, err, "expected an instant (RFC 3339)");
    if (ts > 0)
        *out = ts;
    return VOL_OK;
}

static enum vol_status read_quote(const struct vol_json *at, struct vol_us_chain *chain,
                                  struct vol_us_quote *q, struct vol_error *err)
{
    struct vol_json latest;
    enum vol_status status;
    int64_t ts = INT64_MIN;

    if ((status = vol_json_object(at, "latestQuote", VOL_JSON_OPTIONAL, &latest, err)) != VOL_OK ||
        !latest.value)
        return status;
    if ((status = vol_json_num(&latest, "bp", VOL_JSON_REQUIRED, &q->bid, err)) != VOL_OK ||
        (status = vol_json_num(&latest, "ap", VOL_JSON_REQUIRED, &q->ask, err)) != VOL_OK ||
        (status = vol_json_num(&latest, "bs", VOL_JSON_OPTIONAL, &q->bid_size, err)) != VOL_OK ||
        (status = vol_json_num(&latest, "as", VOL_JSON_OPTIONAL, &q->ask_size, err)) != VOL_OK ||
        (status = read_time(&latest, VOL_JSON_REQUIRED, &ts, err)) != VOL_OK)
        return status;
    vol_us_chain_time(chain, ts);
    return VOL_OK;
}

static enum vol_status read_trades(const struct vol_json *at, struct vol_us_quote *q, struct vol_error *err)
{
    struct vol_json trade, day;
    enum vol_status status;

    if ((status = vol_json_object(at, "latestTrade", VOL_JSON_OPTIONAL, &trade, err)) != VOL_OK ||
        (status = vol_json_num(&trade, "p", VOL_JSON_OPTIONAL, &q->last, err)) != VOL_OK ||
        (status = vol_json_object(at, "dailyBar", VOL_JSON_OPTIONAL, &day, err)) != VOL_OK || !day.value)
        return status;
    if ((status = vol_json_num(&day, "v", VOL_JSON_REQUIRED, &q->volume, err)) != VOL_OK)
        return status;
    return read_time(&day, VOL_JSON_REQUIRED, &q->traded, err);
}

/* Greeks are absent where they cannot be computed. */
static enum vol_status read_model(const struct vol_json *at, struct vol_us_quote *q, struct vol_error *err)
{
    struct vol_json greeks;
    enum vol_status status;

    if ((status = vol_json_num(at, "impliedVolatility", VOL_JSON_OPTIONAL, &q->iv, err)) != VOL_OK ||
        (status = vol_json_object(at, "greeks", VOL_JSON_OPTIONAL, &greeks, err)) != VOL_OK || !greeks.value)
        return status;
    if ((status = vol_json_num(&greeks, "delta", VOL_JSON_REQUIRED, &q->delta, err)) != VOL_OK ||
        (status = vol_json_num(&greeks, "gamma", VOL_JSON_REQUIRED, &q->gamma, err)) != VOL_OK ||
        (status = vol_json_num(&greeks, "theta", VOL_JSON_REQUIRED, &q->theta, err)) != VOL_OK ||
        (status = vol_json_num(&greeks, "vega", VOL_JSON_REQUIRED, &q->vega, err)) != VOL_OK)
        return status;
    return vol_json_num(&greeks, "rho", VOL_JSON_OPTIONAL, &q->rho, err);
}

static enum vol_status read_snapshots(const struct vol_json *all, struct vol_us_chain *chain,
                                      struct vol_error *err)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)all->value, name, value)
    {
        struct vol_json at = {.value = value, .up = all, .key = name};
        struct vol_us_quote *q;
        enum vol_status status;

        if (!json_is_object(value))
            return vol_json_wrong(&at, err, "expected an object");
        if ((status = vol_us_chain_add_name(chain, &at, name, strlen(name), &q, err)) != VOL_OK ||
            (status = read_quote(&at, chain, q, err)) != VOL_OK ||
            (status = read_trades(&at, q, err)) != VOL_OK || (status = read_model(&at, q, err)) != VOL_OK)
            return status;
    }
    return VOL_OK;
}

enum vol_status vol_alpaca_chain(const char *body, size_t n, struct vol_us_chain *chain, struct vol_buf *next,
                                 struct vol_error *err)
{
    struct vol_json answer, all;
    json_t *root = NULL;
    const char *token = NULL;
    enum vol_status status;

    if ((status = vol_json_read(body, n, &root, err)) != VOL_OK)
        return status;
    answer = vol_json_root(root);
    status = vol_json_object(&answer, "snapshots", VOL_JSON_NULLABLE, &all, err);
    if (status == VOL_OK && all.value)
        status = read_snapshots(&all, chain, err);
    if (status == VOL_OK)
        status = vol_json_str(&answer, "next_page_token", VOL_JSON_NULLABLE, &token, err);
    vol_buf_clear(next);
    if (status == VOL_OK && token && vol_buf_add_str(next, token) != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "out of memory");
    json_decref(root);
    return status;
}

enum vol_status vol_alpaca_trade(const char *body, size_t n, struct vol_us_chain *chain,
                                 struct vol_error *err)
{
    struct vol_json answer, trade;
    json_t *root = NULL;
    enum vol_status status;
    int64_t ts = INT64_MIN;
    double price = 0;

    if ((status = vol_json_read(body, n, &root, err)) != VOL_OK)
        return status;
    answer = vol_json_root(root);
    if ((status = vol_json_object(&answer, "trade", VOL_JSON_REQUIRED, &trade, err)) == VOL_OK &&
        (status = vol_json_num(&trade, "p", VOL_JSON_REQUIRED, &price, err)) == VOL_OK &&
        (status = read_time(&trade, VOL_JSON_REQUIRED, &ts, err)) == VOL_OK)
        vol_us_chain_price(chain, price, ts);
    json_decref(root);
    return status;
}

/* ---- questions ---- */

static enum vol_status ask(struct vol_feed *feed, const char *url, struct vol_feed_answer *answer,
                           struct vol_error *err)
{
    static const char *const headers[] = {"APCA-API-KEY-ID: {APCA_API_KEY_ID}",
                                          "APCA-API-SECRET-KEY: {APCA_API_SECRET_KEY}", NULL};

    return vol_feed_get(
        feed, &(struct vol_feed_request){.url = url, .headers = headers, .body = VOL_FEED_JSON}, answer, err);
}

static enum vol_status page_url(const char *symbol, const char *quotes, const char *token,
                                struct vol_buf *url)
{
    enum vol_status status;

    vol_buf_clear(url);
    status = vol_buf_add_str(url, "/v1beta1/options/snapshots/");
    if (status == VOL_OK)
        status = vol_url_add(url, symbol, strlen(symbol));
    if (status == VOL_OK)
        status = vol_url_param(url, "feed", quotes);
    if (status == VOL_OK)
        status = vol_buf_add_str(url, "&limit=1000");
    return status == VOL_OK && token[0] ? vol_url_param(url, "page_token", token) : status;
}

static enum vol_status fetch_pages(const char *symbol, const char *quotes, struct vol_feed *feed,
                                   struct vol_us_chain *chain, struct vol_error *err)
{
    struct vol_buf url = VOL_BUF_INIT, token = VOL_BUF_INIT;
    struct vol_feed_answer answer;
    enum vol_status status;

    do {
        if ((status = page_url(symbol, quotes, token.data, &url)) != VOL_OK) {
            vol_error_set(err, status, "out of memory");
            break;
        }
        if ((status = ask(feed, url.data, &answer, err)) != VOL_OK)
            break;
        vol_us_chain_received(chain, answer.received);
        status = vol_feed_blame(&answer, vol_alpaca_chain(answer.body, answer.len, chain, &token, err), err);
    } while (status == VOL_OK && token.len > 0);
    vol_buf_free(&url);
    vol_buf_free(&token);
    return status;
}

/* IEX is the exchange whose trades every account may see. */
static enum vol_status fetch_price(const char *symbol, struct vol_feed *feed, struct vol_us_chain *chain,
                                   struct vol_error *err)
{
    struct vol_buf url = VOL_BUF_INIT;
    struct vol_feed_answer answer;
    enum vol_status status = vol_buf_add_str(&url, "/v2/stocks/");

    if (status == VOL_OK)
        status = vol_url_add(&url, symbol, strlen(symbol));
    if (status == VOL_OK)
        status = vol_buf_add_str(&url, "/trades/latest?feed=iex");
    if (status != VOL_OK)
        vol_error_set(err, status, "out of memory");
    else
        status = ask(feed, url.data, &answer, err);
    vol_buf_free(&url);
    if (status != VOL_OK)
        return status;
    vol_us_chain_received(chain, answer.received);
    return vol_feed_blame(&answer, vol_alpaca_trade(answer.body, answer.len, chain, err), err);
}

static enum vol_status fetch_symbol(const struct vol_query *query, const char *symbol, struct vol_feed *feed,
                                    struct vol_gather *out, struct vol_error *err)
{
    bool indicative = strcmp(query->what->name, "indicative") == 0;
    struct vol_us_chain chain;
    enum vol_status status;

    vol_us_chain_init(&chain);
    if (indicative)
        chain.source = "alpaca-indicative";
    if ((status = fetch_price(symbol, feed, &chain, err)) == VOL_OK &&
        (status = fetch_pages(symbol, indicative ? "indicative" : "opra", feed, &chain, err)) == VOL_OK &&
        ((status = vol_us_chain_check(&chain, err)) != VOL_OK ||
         (status = vol_us_chain_gather(&chain, query->facts, out, err)) != VOL_OK))
        vol_error_prefix(err, "%s", symbol);
    vol_us_chain_free(&chain);
    return status;
}

static enum vol_status fetch(const struct vol_query *query, struct vol_feed *feed, struct vol_gather *out,
                             struct vol_error *err)
{
    enum vol_status status = vol_us_query_check(query, err);

    for (size_t i = 0; i < query->n_symbols && status == VOL_OK; i++)
        status = fetch_symbol(query, query->symbols[i], feed, out, err);
    return status;
}

static const struct vol_adapter_what whats[] = {
    {"chain", "SYMBOL...", "quote", "option chain now (OPRA, by subscription)", false},
    {"indicative", "SYMBOL...", "quote", "the free chain: trades are delayed, quotes are modified by Alpaca",
     false},
    {0}};

const struct vol_adapter vol_adapter_alpaca = {
    .name = "alpaca",
    .summary = "Alpaca: US chains of shares and funds",
    .access = "free with an account (indicative), OPRA by subscription; no index options, no open interest",
    .keys = {{"APCA_API_KEY_ID", true}, {"APCA_API_SECRET_KEY", true}},
    .base = "https://data.alpaca.markets",
    .rate = 3,
    .burst = 10,
    .whats = whats,
    .fetch = fetch,
};
