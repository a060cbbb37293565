#include "source/polygon.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "source/us_bars.h"

enum { NANOSECOND = 1, MILLISECOND = 1000000 };

/* ---- pages ---- */

static const char *words_of(const struct vol_json *answer)
{
    static const char *const keys[] = {"error", "message"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const json_t *text = json_object_get(answer->value, keys[i]);

        if (json_is_string(text))
            return json_string_value(text);
    }
    return "no reason given";
}

/* What the envelope says: a page with status 200 may still be a refusal. */
static enum vol_status check_status(const struct vol_json *answer, struct vol_error *err)
{
    enum vol_status status;
    const char *word;

    if ((status = vol_json_str(answer, "status", VOL_JSON_REQUIRED, &word, err)) != VOL_OK)
        return status;
    if (strcmp(word, "OK") == 0 || strcmp(word, "DELAYED") == 0)
        return VOL_OK;
    if (strcmp(word, "NOT_AUTHORIZED") == 0)
        status = VOL_EPERM;
    else
        status = strcmp(word, "NOT_FOUND") == 0 ? VOL_ENOINPUT : VOL_EPROTOCOL;
    return vol_error_set(err, status, "status %.20s: %.200s", word, words_of(answer));
}

static enum vol_status read_next(const struct vol_json *answer, struct vol_buf *next, struct vol_error *err)
{
    enum vol_status status;
    const char *url;

    vol_buf_clear(next);
    if ((status = vol_json_str(answer, "next_url", VOL_JSON_OPTIONAL, &url, err)) != VOL_OK || !url)
        return status;
    return vol_buf_add_str(next, url) == VOL_OK ? VOL_OK : vol_error_set(err, VOL_EOS, "out of memory");
}

/* Every element of the results of a page by READ. */
static enum vol_status each_contract(
    const char *body, size_t n, struct vol_us_chain *chain, struct vol_buf *next,
    enum vol_status (*read)(const struct vol_json *at, struct vol_us_chain *chain, struct vol_error *err),
    struct vol_error *err)
{
    json_t *root = NULL;
    struct vol_json answer, results, element;
    enum vol_status status;

    if ((status = vol_json_read(body, n, &root, err)) != VOL_OK)
        return status;
    answer = vol_json_root(root);
    if ((status = check_status(&answer, err)) == VOL_OK)
        status = vol_json_array(&answer, "results", VOL_JSON_REQUIRED, &results, err);
    for (size_t i = 0; status == VOL_OK && i < vol_json_size(&results); i++)
        if ((status = vol_json_element(&results, i, &element, err)) == VOL_OK)
            status = read(&element, chain, err);
    if (status == VOL_OK)
        status = read_next(&answer, next, err);
    json_decref(root);
    return status;
}

/* ---- contracts ---- */

/* What chain and list say of a contract in the same words. */
static enum vol_status read_terms(const struct vol_json *at, struct vol_us_chain *chain,
                                  struct vol_us_quote **quote, struct vol_error *err)
{
    enum vol_status status;
    const char *style, *type;

    if ((status = vol_us_chain_add(chain, at, "ticker", quote, err)) != VOL_OK ||
        (status = vol_json_str(at, "contract_type", VOL_JSON_OPTIONAL, &type, err)) != VOL_OK ||
        (status = vol_json_str(at, "exercise_style", VOL_JSON_OPTIONAL, &style, err)) != VOL_OK ||
        (status = vol_json_num(at, "shares_per_contract", VOL_JSON_OPTIONAL, &(*quote)->multiplier, err)) !=
            VOL_OK)
        return status;
    if (style && strcmp(style, "american") == 0)
        (*quote)->exercise = 'A';
    else if (style && strcmp(style, "european") == 0)
        (*quote)->exercise = 'E';
    return vol_us_quote_agrees(*quote, at, "expiration_date", "strike_price",
                               type && strcmp(type, "other") == 0 ? NULL : "contract_type", err);
}

static enum vol_status read_contract(const struct vol_json *at, struct vol_us_chain *chain,
                                     struct vol_error *err)
{
    struct vol_us_quote *quote;
    struct vol_json more;
    enum vol_status status;

    if ((status = read_terms(at, chain, &quote, err)) != VOL_OK ||
        (status = vol_json_array(at, "additional_underlyings", VOL_JSON_OPTIONAL, &more, err)) != VOL_OK)
        return status;
    quote->adjusted = vol_json_size(&more) > 0;
    return VOL_OK;
}

enum vol_status vol_polygon_contracts(const char *body, size_t n, struct vol_us_chain *chain,
                                      struct vol_buf *next, struct vol_error *err)
{
    return each_contract(body, n, chain, next, read_contract, err);
}

/* ---- chain: any part of an element may be missing or {} (by plan); one that is there is whole ---- */

static enum vol_status read_quote(const struct vol_json *at, struct vol_us_chain *chain,
                                  struct vol_us_quote *q, struct vol_error *err)
{
    struct vol_json last;
    enum vol_status status;
    int64_t ts = INT64_MIN;

    if ((status = vol_json_object(at, "last_quote", VOL_JSON_OPTIONAL, &last, err)) != VOL_OK ||
        json_object_size(last.value) == 0)
        return status;
    if ((status = vol_json_num(&last, "bid", VOL_JSON_NULLABLE, &q->bid, err)) != VOL_OK ||
        (status = vol_json_num(&last, "ask", VOL_JSON_NULLABLE, &q->ask, err)) != VOL_OK ||
        (status = vol_json_num(&last, "bid_size", VOL_JSON_OPTIONAL, &q->bid_size, err)) != VOL_OK ||
        (status = vol_json_num(&last, "ask_size", VOL_JSON_OPTIONAL, &q->ask_size, err)) != VOL_OK ||
        (status = vol_us_time(&last, "last_updated", NANOSECOND, &ts, err)) != VOL_OK)
        return status;
    vol_us_chain_time(chain, ts);
    return VOL_OK;
}

static enum vol_status read_trades(const struct vol_json *at, struct vol_us_quote *q, struct vol_error *err)
{
    struct vol_json trade, day;
    enum vol_status status;
    double close;

    if ((status = vol_json_object(at, "last_trade", VOL_JSON_OPTIONAL, &trade, err)) != VOL_OK ||
        (status = vol_json_num(&trade, "price", VOL_JSON_OPTIONAL, &q->last, err)) != VOL_OK ||
        (status = vol_json_object(at, "day", VOL_JSON_OPTIONAL, &day, err)) != VOL_OK ||
        (status = vol_json_num(&day, "close", VOL_JSON_OPTIONAL, &close, err)) != VOL_OK ||
        (status = vol_json_num(&day, "volume", VOL_JSON_OPTIONAL, &q->volume, err)) != VOL_OK ||
        (status = vol_us_time(&day, "last_updated", NANOSECOND, &q->traded, err)) != VOL_OK)
        return status;
    if (isnan(q->last)) /* plans without trades have the day's last price */
        q->last = close;
    return vol_json_num(at, "open_interest", VOL_JSON_OPTIONAL, &q->open_interest, err);
}

static enum vol_status read_model(const struct vol_json *at, struct vol_us_quote *q, struct vol_error *err)
{
    struct vol_json greeks;
    enum vol_status status;

    if ((status = vol_json_num(at, "implied_volatility", VOL_JSON_OPTIONAL, &q->iv, err)) != VOL_OK ||
        (status = vol_json_object(at, "greeks", VOL_JSON_OPTIONAL, &greeks, err)) != VOL_OK ||
        json_object_size(greeks.value) == 0)
        return status;
    if ((status = vol_json_num(&greeks, "delta", VOL_JSON_NULLABLE, &q->delta, err)) != VOL_OK ||
        (status = vol_json_num(&greeks, "gamma", VOL_JSON_NULLABLE, &q->gamma, err)) != VOL_OK ||
        (status = vol_json_num(&greeks, "theta", VOL_JSON_NULLABLE, &q->theta, err)) != VOL_OK)
        return status;
    return vol_json_num(&greeks, "vega", VOL_JSON_NULLABLE, &q->vega, err);
}

/* A share has a price, an index a value. */
static enum vol_status read_underlying(const struct vol_json *at, struct vol_us_chain *chain,
                                       struct vol_error *err)
{
    struct vol_json asset;
    enum vol_status status;
    double price, value;
    int64_t ts = INT64_MIN;

    if ((status = vol_json_object(at, "underlying_asset", VOL_JSON_OPTIONAL, &asset, err)) != VOL_OK ||
        (status = vol_json_num(&asset, "price", VOL_JSON_OPTIONAL, &price, err)) != VOL_OK ||
        (status = vol_json_num(&asset, "value", VOL_JSON_OPTIONAL, &value, err)) != VOL_OK ||
        (status = vol_us_time(&asset, "last_updated", NANOSECOND, &ts, err)) != VOL_OK)
        return status;
    vol_us_chain_price(chain, isnan(price) ? value : price, ts);
    return VOL_OK;
}

static enum vol_status read_element(const struct vol_json *at, struct vol_us_chain *chain,
                                    struct vol_error *err)
{
    struct vol_us_quote *quote;
    struct vol_json details;
    enum vol_status status;

    if ((status = vol_json_object(at, "details", VOL_JSON_REQUIRED, &details, err)) != VOL_OK ||
        (status = read_terms(&details, chain, &quote, err)) != VOL_OK ||
        (status = read_quote(at, chain, quote, err)) != VOL_OK ||
        (status = read_trades(at, quote, err)) != VOL_OK || (status = read_model(at, quote, err)) != VOL_OK)
        return status;
    return read_underlying(at, chain, err);
}

enum vol_status vol_polygon_chain(const char *body, size_t n, struct vol_us_chain *chain,
                                  struct vol_buf *next, struct vol_error *err)
{
    return each_contract(body, n, chain, next, read_element, err);
}

/* ---- bars ---- */

/* When the day that begins at TS is over: with its session, or, where days begin at midnight UTC
 * (currencies), a day later. */
static bool day_end(int64_t ts, bool late, const struct vol_source_facts *facts, int64_t *out)
{
    int32_t date, seconds;

    vol_time_to_new_york(ts, &date, &seconds);
    if (seconds != 0 && ts % VOL_DAY != 0)
        return false;
    *out = seconds == 0 ? vol_us_close(facts, date, late) : ts + VOL_DAY;
    return true;
}

static enum vol_status read_bar(const struct vol_json *at, const char *ticker, int64_t received,
                                const struct vol_source_facts *facts, struct vol_gather *out,
                                struct vol_error *err)
{
    bool prefixed = strncmp(ticker, "I:", 2) == 0 || strncmp(ticker, "O:", 2) == 0;
    struct vol_us_bar bar;
    enum vol_status status;
    int64_t start = 0, ts;

    if ((status = vol_json_time(at, "t", VOL_JSON_REQUIRED, MILLISECOND, &start, err)) != VOL_OK ||
        (status = vol_json_num(at, "o", VOL_JSON_REQUIRED, &bar.open, err)) != VOL_OK ||
        (status = vol_json_num(at, "h", VOL_JSON_REQUIRED, &bar.high, err)) != VOL_OK ||
        (status = vol_json_num(at, "l", VOL_JSON_REQUIRED, &bar.low, err)) != VOL_OK ||
        (status = vol_json_num(at, "c", VOL_JSON_REQUIRED, &bar.close, err)) != VOL_OK ||
        (status = vol_json_num(at, "v", VOL_JSON_OPTIONAL, &bar.volume, err)) != VOL_OK)
        return status;
    if (!day_end(start, prefixed, facts, &ts))
        return vol_json_wrong(at, err, "t: a day that begins neither at midnight in New York nor in UTC");
    return vol_us_bar_gather(out, prefixed ? ticker + 2 : ticker, ts, received, &bar, err);
}

/* The envelope of bars: of what was asked for, adjusted for splits as asked, and as many as it says. */
static enum vol_status read_bars_head(const struct vol_json *answer, const char *ticker,
                                      struct vol_json *results, struct vol_error *err)
{
    int64_t count = 0;
    bool adjusted = true;
    enum vol_status status;
    const char *of;

    if ((status = check_status(answer, err)) != VOL_OK ||
        (status = vol_json_str(answer, "ticker", VOL_JSON_REQUIRED, &of, err)) != VOL_OK ||
        (status = vol_json_bool(answer, "adjusted", VOL_JSON_OPTIONAL, &adjusted, err)) != VOL_OK ||
        (status = vol_json_int(answer, "resultsCount", VOL_JSON_REQUIRED, 0, INT32_MAX, &count, err)) !=
            VOL_OK ||
        (status = vol_json_array(answer, "results", count > 0 ? VOL_JSON_REQUIRED : VOL_JSON_OPTIONAL,
                                 results, err)) != VOL_OK)
        return status;
    if (strcmp(of, ticker) != 0)
        return vol_error_set(err, VOL_EPROTOCOL, "ticker: asked for %s, got another one", ticker);
    if (!adjusted)
        return vol_error_set(err, VOL_EPROTOCOL,
                             "adjusted: asked for bars adjusted for splits, got raw ones");
    if ((size_t)count != vol_json_size(results))
        return vol_error_set(err, VOL_EPROTOCOL, "resultsCount: %lld, and %zu results", (long long)count,
                             vol_json_size(results));
    return VOL_OK;
}

enum vol_status vol_polygon_bars(const char *body, size_t n, const char *ticker, int64_t received,
                                 const struct vol_source_facts *facts, struct vol_gather *out,
                                 struct vol_buf *next, struct vol_error *err)
{
    json_t *root = NULL;
    struct vol_json answer, results, element;
    enum vol_status status;

    if ((status = vol_json_read(body, n, &root, err)) != VOL_OK)
        return status;
    answer = vol_json_root(root);
    status = read_bars_head(&answer, ticker, &results, err);
    for (size_t i = 0; status == VOL_OK && i < vol_json_size(&results); i++)
        if ((status = vol_json_element(&results, i, &element, err)) == VOL_OK)
            status = read_bar(&element, ticker, received, facts, out, err);
    if (status == VOL_OK)
        status = read_next(&answer, next, err);
    json_decref(root);
    return status;
}

/* ---- questions ---- */

static enum vol_status ask(struct vol_feed *feed, const char *url, struct vol_feed_answer *answer,
                           struct vol_error *err)
{
    /* In a header the key is in no address that anybody logs. */
    static const char *const headers[] = {"Authorization: Bearer {POLYGON_API_KEY}", NULL};

    return vol_feed_get(
        feed, &(struct vol_feed_request){.url = url, .headers = headers, .body = VOL_FEED_JSON}, answer, err);
}

/* The pages of chain or contracts, beginning at URL. */
static enum vol_status fetch_pages(struct vol_feed *feed, struct vol_buf *url, bool prices,
                                   struct vol_us_chain *chain, struct vol_error *err)
{
    struct vol_feed_answer answer;
    enum vol_status status;

    while (url->len > 0) {
        if ((status = ask(feed, url->data, &answer, err)) != VOL_OK)
            return status;
        vol_us_chain_received(chain, answer.received);
        status = prices ? vol_polygon_chain(answer.body, answer.len, chain, url, err)
                        : vol_polygon_contracts(answer.body, answer.len, chain, url, err);
        if (status != VOL_OK)
            return vol_feed_blame(&answer, status, err);
    }
    return VOL_OK;
}

static enum vol_status chain_url(const char *symbol, struct vol_buf *url)
{
    enum vol_status status = vol_buf_add_str(url, "/v3/snapshot/options/");

    if (status == VOL_OK)
        status = vol_url_add(url, symbol, strlen(symbol));
    return status == VOL_OK ? vol_buf_add_str(url, "?limit=250&order=asc&sort=ticker") : status;
}

static enum vol_status contracts_url(const struct vol_query *query, const char *symbol, struct vol_buf *url)
{
    char date[VOL_DATE_MAX];
    enum vol_status status =
        vol_buf_add_str(url, "/v3/reference/options/contracts?limit=1000&order=asc&sort=ticker");

    if (status == VOL_OK)
        status = vol_url_param(url, "underlying_ticker", symbol);
    if (status == VOL_OK && query->has_until) {
        vol_date_print(date, vol_us_date(query->until));
        status = vol_url_param(url, "as_of", date);
    }
    return status;
}

/* The list of a past day was known when it closed. */
static int64_t past_list(const struct vol_query *query)
{
    int64_t close = vol_us_close(query->facts, vol_us_date(query->until), true);

    return close < query->until ? close : query->until;
}

static enum vol_status fetch_chain(const struct vol_query *query, const char *symbol, bool prices,
                                   struct vol_feed *feed, struct vol_gather *out, struct vol_error *err)
{
    struct vol_buf url = VOL_BUF_INIT;
    struct vol_us_chain chain;
    enum vol_status status;

    vol_us_chain_init(&chain);
    status = prices ? chain_url(symbol, &url) : contracts_url(query, symbol, &url);
    if (status != VOL_OK)
        vol_error_set(err, status, "out of memory");
    else
        status = fetch_pages(feed, &url, prices, &chain, err);
    if (status == VOL_OK) {
        if (!prices && query->has_until)
            vol_us_chain_time(&chain, past_list(query));
        if ((status = prices ? vol_us_chain_check(&chain, err) : VOL_OK) != VOL_OK ||
            (status = vol_us_chain_gather(&chain, query->facts, out, err)) != VOL_OK)
            vol_error_prefix(err, "%s", symbol);
    }
    vol_us_chain_free(&chain);
    vol_buf_free(&url);
    return status;
}

static enum vol_status bars_url(const struct vol_query *query, const char *ticker, struct vol_buf *url)
{
    char from[VOL_DATE_MAX], to[VOL_DATE_MAX];
    enum vol_status status = vol_buf_add_str(url, "/v2/aggs/ticker/");

    vol_us_range(query, from, to);
    if (status == VOL_OK)
        status = vol_url_add(url, ticker, strlen(ticker));
    return status == VOL_OK
               ? vol_buf_addf(url, "/range/1/day/%s/%s?adjusted=true&sort=asc&limit=50000", from, to)
               : status;
}

static enum vol_status fetch_bars(const struct vol_query *query, const char *ticker, struct vol_feed *feed,
                                  struct vol_gather *out, struct vol_error *err)
{
    struct vol_buf url = VOL_BUF_INIT;
    struct vol_feed_answer answer;
    enum vol_status status = bars_url(query, ticker, &url);

    if (status != VOL_OK)
        vol_error_set(err, status, "out of memory");
    while (status == VOL_OK && url.len > 0) {
        if ((status = ask(feed, url.data, &answer, err)) == VOL_OK)
            status = vol_feed_blame(&answer,
                                    vol_polygon_bars(answer.body, answer.len, ticker, answer.received,
                                                     query->facts, out, &url, err),
                                    err);
    }
    vol_buf_free(&url);
    return status;
}

static enum vol_status fetch(const struct vol_query *query, struct vol_feed *feed, struct vol_gather *out,
                             struct vol_error *err)
{
    bool bars = strcmp(query->what->name, "bars") == 0, prices = strcmp(query->what->name, "chain") == 0;
    enum vol_status status = vol_us_query_check(query, err);

    for (size_t i = 0; i < query->n_symbols && status == VOL_OK; i++)
        status = bars ? fetch_bars(query, query->symbols[i], feed, out, err)
                      : fetch_chain(query, query->symbols[i], prices, feed, out, err);
    return status;
}

static const struct vol_adapter_what whats[] = {
    {"chain", "SYMBOL...", "quote", "option chain now; an index is I:SPX", false},
    {"contracts", "SYMBOL...", "quote", "listed contracts without prices, now or (--until) on a past day",
     true},
    {"bars", "TICKER...", "bar", "daily bars, adjusted for splits, of a share, I:INDEX or O:OPTION", true},
    {0}};

const struct vol_adapter vol_adapter_polygon = {
    .name = "polygon",
    .summary = "Polygon.io (Massive): US chains, contracts, daily bars",
    .access =
        "live or 15 minutes by plan; the free plan has contracts and bars of 2 years, 5 requests a minute",
    .keys = {{"POLYGON_API_KEY", true}},
    .base = "https://api.massive.com",
    .hosts = {"https://api.polygon.io"},
    .rate = 5,
    .burst = 5,
    .whats = whats,
    .fetch = fetch,
};
