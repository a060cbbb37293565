#include "source/tradier.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "source/us_bars.h"

enum { MILLISECOND = 1000000, EXPIRATIONS_MAX = 1000 };

/* ---- lists of a converted XML ---- */

struct list {
    struct vol_json at;
    size_t n;
};

/* The list KEY of the object AT, in whatever shape it comes. */
static enum vol_status open_list(const struct vol_json *at, const char *key, struct list *out,
                                 struct vol_error *err)
{
    enum vol_status status = vol_json_any(at, key, VOL_JSON_NULLABLE, &out->at, err);

    if (status != VOL_OK)
        return status;
    out->n = json_is_array(out->at.value) ? vol_json_size(&out->at) : !json_is_null(out->at.value);
    return VOL_OK;
}

static struct vol_json list_element(const struct list *list, size_t i)
{
    return json_is_array(list->at.value) ? vol_json_element_any(&list->at, i) : list->at;
}

/* The object KEY of the answer that holds a list; *OUT has no value when the list is empty. */
static enum vol_status open_holder(const struct vol_json *answer, const char *key, struct vol_json *out,
                                   struct vol_error *err)
{
    enum vol_status status = vol_json_any(answer, key, VOL_JSON_NULLABLE, out, err);

    if (status != VOL_OK)
        return status;
    if (json_is_null(out->value) ||
        (json_is_string(out->value) && strcmp(json_string_value(out->value), "null") == 0)) {
        out->value = NULL;
        return VOL_OK;
    }
    return vol_json_object(answer, key, VOL_JSON_REQUIRED, out, err);
}

/* ---- answers ---- */

static enum vol_status add_date(const struct vol_json *at, struct vol_buf *dates, struct vol_error *err)
{
    const char *text = json_string_value(at->value);
    int32_t date;

    if (!text || vol_date_parse(text, strlen(text), &date) != VOL_OK)
        return vol_json_wrong(at, err, "expected a date (YYYY-MM-DD)");
    return vol_buf_add(dates, text, strlen(text) + 1) == VOL_OK
               ? VOL_OK
               : vol_error_set(err, VOL_EOS, "out of memory");
}

enum vol_status vol_tradier_expirations(const char *body, size_t n, struct vol_buf *dates, size_t *n_dates,
                                        struct vol_error *err)
{
    struct vol_json answer, holder;
    struct list list = {.n = 0};
    json_t *root = NULL;
    enum vol_status status;

    if ((status = vol_json_read(body, n, &root, err)) != VOL_OK)
        return status;
    answer = vol_json_root(root);
    status = open_holder(&answer, "expirations", &holder, err);
    if (status == VOL_OK && holder.value)
        status = open_list(&holder, "date", &list, err);
    if (status == VOL_OK && list.n > EXPIRATIONS_MAX)
        status = vol_json_wrong(&list.at, err, "%zu expirations", list.n);
    for (size_t i = 0; i < list.n && status == VOL_OK; i++) {
        struct vol_json at = list_element(&list, i);

        status = add_date(&at, dates, err);
    }
    if (status == VOL_OK)
        *n_dates = list.n;
    json_decref(root);
    return status;
}

static enum vol_status read_quote(const struct vol_json *at, struct vol_us_chain *chain,
                                  struct vol_us_quote *q, struct vol_error *err)
{
    enum vol_status status;
    int64_t bid_ts = INT64_MIN, ask_ts = INT64_MIN;

    if ((status = vol_json_num(at, "bid", VOL_JSON_NULLABLE, &q->bid, err)) != VOL_OK ||
        (status = vol_json_num(at, "ask", VOL_JSON_NULLABLE, &q->ask, err)) != VOL_OK ||
        (status = vol_json_num(at, "bidsize", VOL_JSON_OPTIONAL, &q->bid_size, err)) != VOL_OK ||
        (status = vol_json_num(at, "asksize", VOL_JSON_OPTIONAL, &q->ask_size, err)) != VOL_OK ||
        (status = vol_json_num(at, "last", VOL_JSON_OPTIONAL, &q->last, err)) != VOL_OK ||
        (status = vol_json_num(at, "volume", VOL_JSON_OPTIONAL, &q->volume, err)) != VOL_OK ||
        (status = vol_json_num(at, "open_interest", VOL_JSON_OPTIONAL, &q->open_interest, err)) != VOL_OK ||
        (status = vol_json_num(at, "contract_size", VOL_JSON_OPTIONAL, &q->multiplier, err)) != VOL_OK ||
        (status = vol_us_time(at, "bid_date", MILLISECOND, &bid_ts, err)) != VOL_OK ||
        (status = vol_us_time(at, "ask_date", MILLISECOND, &ask_ts, err)) != VOL_OK ||
        (status = vol_us_time(at, "trade_date", MILLISECOND, &q->traded, err)) != VOL_OK)
        return status;
    vol_us_chain_time(chain, bid_ts);
    vol_us_chain_time(chain, ask_ts);
    return VOL_OK;
}

static enum vol_status read_greeks(const struct vol_json *at, struct vol_us_quote *q, struct vol_error *err)
{
    struct vol_json greeks;
    enum vol_status status;

    if ((status = vol_json_object(at, "greeks", VOL_JSON_NULLABLE, &greeks, err)) != VOL_OK || !greeks.value)
        return status;
    if ((status = vol_json_num(&greeks, "mid_iv", VOL_JSON_NULLABLE, &q->iv, err)) != VOL_OK ||
        (status = vol_json_num(&greeks, "delta", VOL_JSON_NULLABLE, &q->delta, err)) != VOL_OK ||
        (status = vol_json_num(&greeks, "gamma", VOL_JSON_NULLABLE, &q->gamma, err)) != VOL_OK ||
        (status = vol_json_num(&greeks, "theta", VOL_JSON_NULLABLE, &q->theta, err)) != VOL_OK ||
        (status = vol_json_num(&greeks, "vega", VOL_JSON_NULLABLE, &q->vega, err)) != VOL_OK)
        return status;
    return vol_json_num(&greeks, "rho", VOL_JSON_OPTIONAL, &q->rho, err);
}

static enum vol_status read_option(const struct vol_json *at, struct vol_us_chain *chain,
                                   struct vol_error *err)
{
    struct vol_us_quote *q;
    enum vol_status status;
    const char *root;

    if (!json_is_object(at->value))
        return vol_json_wrong(at, err, "expected an object");
    if ((status = vol_us_chain_add(chain, at, "symbol", &q, err)) != VOL_OK ||
        (status = vol_us_quote_agrees(q, at, "expiration_date", "strike", "option_type", err)) != VOL_OK ||
        (status = vol_json_str(at, "root_symbol", VOL_JSON_OPTIONAL, &root, err)) != VOL_OK ||
        (status = read_quote(at, chain, q, err)) != VOL_OK)
        return status;
    if (root && strcmp(root, q->symbol.root) != 0)
        return vol_json_wrong(at, err, "root_symbol: not the root in the contract's name");
    return read_greeks(at, q, err);
}

enum vol_status vol_tradier_chain(const char *body, size_t n, struct vol_us_chain *chain,
                                  struct vol_error *err)
{
    struct vol_json answer, holder;
    struct list list = {.n = 0};
    json_t *root = NULL;
    enum vol_status status;

    if ((status = vol_json_read(body, n, &root, err)) != VOL_OK)
        return status;
    answer = vol_json_root(root);
    status = open_holder(&answer, "options", &holder, err);
    if (status == VOL_OK && holder.value)
        status = open_list(&holder, "option", &list, err);
    for (size_t i = 0; i < list.n && status == VOL_OK; i++) {
        struct vol_json at = list_element(&list, i);

        status = read_option(&at, chain, err);
    }
    json_decref(root);
    return status;
}

static enum vol_status read_price(const struct vol_json *at, const char *symbol, struct vol_us_chain *chain,
                                  struct vol_error *err)
{
    enum vol_status status;
    const char *name;
    int64_t ts = INT64_MIN;
    double price;

    if (!json_is_object(at->value))
        return vol_json_wrong(at, err, "expected an object");
    if ((status = vol_json_str(at, "symbol", VOL_JSON_REQUIRED, &name, err)) != VOL_OK ||
        (status = vol_json_num(at, "last", VOL_JSON_NULLABLE, &price, err)) != VOL_OK ||
        (status = vol_us_time(at, "trade_date", MILLISECOND, &ts, err)) != VOL_OK)
        return status;
    if (strcasecmp(name, symbol) == 0)
        vol_us_chain_price(chain, price, ts);
    return VOL_OK;
}

enum vol_status vol_tradier_quote(const char *body, size_t n, const char *symbol, struct vol_us_chain *chain,
                                  struct vol_error *err)
{
    struct vol_json answer, holder;
    struct list list = {.n = 0};
    json_t *root = NULL;
    enum vol_status status;

    if ((status = vol_json_read(body, n, &root, err)) != VOL_OK)
        return status;
    answer = vol_json_root(root);
    status = open_holder(&answer, "quotes", &holder, err);
    /* {"unmatched_symbols":{…}} alone: it is unknown. */
    if (status == VOL_OK && json_object_get(holder.value, "quote"))
        status = open_list(&holder, "quote", &list, err);
    for (size_t i = 0; i < list.n && status == VOL_OK; i++) {
        struct vol_json at = list_element(&list, i);

        status = read_price(&at, symbol, chain, err);
    }
    json_decref(root);
    return status;
}

/* ---- questions ---- */

static const char *const headers[] = {"Authorization: Bearer {TRADIER_TOKEN}", "Accept: application/json",
                                      NULL};

static enum vol_status add_symbol(struct vol_buf *url, const char *path, const char *name, const char *symbol)
{
    enum vol_status status = vol_buf_add_str(url, path);

    return status == VOL_OK ? vol_url_param(url, name, symbol) : status;
}

/* Without includeAllRoots the weeklies of an index (SPXW) are not listed. */
static enum vol_status fetch_expirations(const char *symbol, struct vol_feed *feed,
                                         struct vol_us_chain *chain, struct vol_buf *dates, size_t *n_dates,
                                         struct vol_error *err)
{
    struct vol_buf url[2] = {VOL_BUF_INIT, VOL_BUF_INIT};
    struct vol_feed_request request[2];
    struct vol_feed_answer answer[2];
    enum vol_status status;

    if ((status = add_symbol(&url[0], "/v1/markets/options/expirations?includeAllRoots=true&strikes=false",
                             "symbol", symbol)) != VOL_OK ||
        (status = add_symbol(&url[1], "/v1/markets/quotes?greeks=false", "symbols", symbol)) != VOL_OK) {
        vol_error_set(err, status, "out of memory");
    } else {
        for (size_t i = 0; i < 2; i++)
            request[i] =
                (struct vol_feed_request){.url = url[i].data, .headers = headers, .body = VOL_FEED_JSON};
        status = vol_feed_get_all(feed, request, 2, answer, err);
    }
    for (size_t i = 0; i < 2; i++)
        vol_buf_free(&url[i]);
    if (status != VOL_OK)
        return status;
    vol_us_chain_received(chain, answer[1].received);
    status =
        vol_feed_blame(&answer[1], vol_tradier_quote(answer[1].body, answer[1].len, symbol, chain, err), err);
    if (status != VOL_OK)
        return status;
    return vol_feed_blame(&answer[0],
                          vol_tradier_expirations(answer[0].body, answer[0].len, dates, n_dates, err), err);
}

static enum vol_status ask_chains(const char *symbol, const char *dates, size_t n, struct vol_feed *feed,
                                  struct vol_feed_answer *answer, struct vol_error *err)
{
    struct vol_feed_request *request = calloc(n, sizeof *request);
    struct vol_buf *url = calloc(n, sizeof *url);
    enum vol_status status = request && url ? VOL_OK : VOL_EOS;

    for (size_t i = 0; i < n && url; i++)
        vol_buf_init(&url[i]);
    for (size_t i = 0; i < n && status == VOL_OK; i++, dates += strlen(dates) + 1) {
        status = add_symbol(&url[i], "/v1/markets/options/chains?greeks=true", "symbol", symbol);
        if (status == VOL_OK)
            status = vol_url_param(&url[i], "expiration", dates);
        request[i] = (struct vol_feed_request){.url = url[i].data, .headers = headers, .body = VOL_FEED_JSON};
    }
    status = status == VOL_OK ? vol_feed_get_all(feed, request, n, answer, err)
                              : vol_error_set(err, status, "out of memory");
    for (size_t i = 0; i < n && url; i++)
        vol_buf_free(&url[i]);
    free(url);
    free(request);
    return status;
}

static enum vol_status fetch_chains(const char *symbol, const char *dates, size_t n, struct vol_feed *feed,
                                    struct vol_us_chain *chain, struct vol_error *err)
{
    struct vol_feed_answer *answer = calloc(n ? n : 1, sizeof *answer);
    enum vol_status status;

    if (!answer)
        return vol_error_set(err, VOL_EOS, "out of memory");
    status = n ? ask_chains(symbol, dates, n, feed, answer, err) : VOL_OK;
    for (size_t i = 0; i < n && status == VOL_OK; i++) {
        vol_us_chain_received(chain, answer[i].received);
        status =
            vol_feed_blame(&answer[i], vol_tradier_chain(answer[i].body, answer[i].len, chain, err), err);
    }
    free(answer);
    return status;
}

static enum vol_status fetch_symbol(const struct vol_query *query, const char *symbol, struct vol_feed *feed,
                                    struct vol_gather *out, struct vol_error *err)
{
    struct vol_buf dates = VOL_BUF_INIT;
    struct vol_us_chain chain;
    enum vol_status status;
    size_t n = 0;

    vol_us_chain_init(&chain);
    status = fetch_expirations(symbol, feed, &chain, &dates, &n, err);
    if (status == VOL_OK)
        status = fetch_chains(symbol, dates.data, n, feed, &chain, err);
    if (status == VOL_OK && ((status = vol_us_chain_check(&chain, err)) != VOL_OK ||
                             (status = vol_us_chain_gather(&chain, query->facts, out, err)) != VOL_OK))
        vol_error_prefix(err, "%s", symbol);
    vol_us_chain_free(&chain);
    vol_buf_free(&dates);
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
    {"chain", "SYMBOL...", "quote", "option chain of all expirations and roots now", false}, {0}};

const struct vol_adapter vol_adapter_tradier = {
    .name = "tradier",
    .summary = "Tradier: US chains with greeks of ORATS",
    .access =
        "live for customers; the free sandbox (--base-url https://sandbox.tradier.com) is 15 minutes late",
    .keys = {{"TRADIER_TOKEN", true}},
    .base = "https://api.tradier.com",
    .rate = 1.6,
    .burst = 20,
    .whats = whats,
    .fetch = fetch,
};
