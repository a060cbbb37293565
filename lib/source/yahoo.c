#include "source/yahoo.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "source/us_bars.h"

enum { CRUMB_BYTES_MAX = 64, DATES_MAX = 1000 };

/* Yahoo's word for "no implied vol". */
#define NO_VOL 1.0000000000000003e-05

void vol_yahoo_dates_free(struct vol_yahoo_dates *dates)
{
    free(dates->date);
    *dates = (struct vol_yahoo_dates){0};
}

/* ---- answers ---- */

enum vol_status vol_yahoo_result(const struct vol_json *answer, const char *name, struct vol_json *envelope,
                                 struct vol_json *list, struct vol_json *out, struct vol_error *err)
{
    struct vol_json error;
    enum vol_status status;
    const char *code, *words;

    *out = (struct vol_json){0};
    if ((status = vol_json_object(answer, name, VOL_JSON_REQUIRED, envelope, err)) != VOL_OK ||
        (status = vol_json_object(envelope, "error", VOL_JSON_OPTIONAL, &error, err)) != VOL_OK ||
        (status = vol_json_str(&error, "code", VOL_JSON_OPTIONAL, &code, err)) != VOL_OK ||
        (status = vol_json_str(&error, "description", VOL_JSON_OPTIONAL, &words, err)) != VOL_OK)
        return status;
    if (error.value)
        return vol_error_set(err, code && strcmp(code, "Not Found") == 0 ? VOL_ENOINPUT : VOL_EPROTOCOL,
                             "%.40s: %.200s", code ? code : "error", words ? words : "no reason given");
    if ((status = vol_json_array(envelope, "result", VOL_JSON_REQUIRED, list, err)) != VOL_OK ||
        vol_json_size(list) == 0)
        return status;
    if (vol_json_size(list) > 1)
        return vol_json_wrong(list, err, "expected one result, got %zu", vol_json_size(list));
    return vol_json_element(list, 0, out, err);
}

/* ---- chains ---- */

static enum vol_status read_contract(const struct vol_json *at, struct vol_us_chain *chain, const char *type,
                                     struct vol_error *err)
{
    struct vol_us_quote *q;
    enum vol_status status;
    const char *size, *currency;
    int64_t expiration = 0;
    double strike;

    if ((status = vol_us_chain_add(chain, at, "contractSymbol", &q, err)) != VOL_OK ||
        (status = vol_json_num(at, "strike", VOL_JSON_REQUIRED, &strike, err)) != VOL_OK ||
        (status = vol_us_quote_agrees(q, at, NULL, "strike", NULL, err)) != VOL_OK ||
        (status = vol_json_time(at, "expiration", VOL_JSON_REQUIRED, VOL_SECOND, &expiration, err)) !=
            VOL_OK ||
        (status = vol_json_num(at, "bid", VOL_JSON_OPTIONAL, &q->bid, err)) != VOL_OK ||
        (status = vol_json_num(at, "ask", VOL_JSON_OPTIONAL, &q->ask, err)) != VOL_OK ||
        (status = vol_json_num(at, "lastPrice", VOL_JSON_OPTIONAL, &q->last, err)) != VOL_OK ||
        (status = vol_json_num(at, "volume", VOL_JSON_OPTIONAL, &q->volume, err)) != VOL_OK ||
        (status = vol_json_num(at, "openInterest", VOL_JSON_OPTIONAL, &q->open_interest, err)) != VOL_OK ||
        (status = vol_json_num(at, "impliedVolatility", VOL_JSON_REQUIRED, &q->iv, err)) != VOL_OK ||
        (status = vol_us_time(at, "lastTradeDate", VOL_SECOND, &q->traded, err)) != VOL_OK ||
        (status = vol_json_str(at, "contractSize", VOL_JSON_OPTIONAL, &size, err)) != VOL_OK ||
        (status = vol_json_str(at, "currency", VOL_JSON_OPTIONAL, &currency, err)) != VOL_OK)
        return status;
    if (q->symbol.option_type != type[0])
        return vol_json_wrong(at, err, "contractSymbol: among the %s", type[0] == 'C' ? "calls" : "puts");
    if (abs(vol_date_of_time(expiration) - q->symbol.expiration) > 1)
        return vol_json_wrong(at, err, "expiration: not the date in the contract's name");
    if (currency && strcmp(currency, "USD") != 0)
        return vol_json_wrong(at, err, "currency: expected USD");
    q->adjusted = size && strcmp(size, "REGULAR") != 0;
    if (!(q->iv > NO_VOL) || !(q->bid > 0 || q->ask > 0))
        q->iv = NAN;
    return VOL_OK;
}

static enum vol_status read_side(const struct vol_json *options, const char *key, const char *type,
                                 struct vol_us_chain *chain, struct vol_error *err)
{
    struct vol_json list, contract;
    enum vol_status status = vol_json_array(options, key, VOL_JSON_REQUIRED, &list, err);

    for (size_t i = 0; status == VOL_OK && i < vol_json_size(&list); i++)
        if ((status = vol_json_element(&list, i, &contract, err)) == VOL_OK)
            status = read_contract(&contract, chain, type, err);
    return status;
}

/* Yahoo answers an expiration that it does not have with another one. */
static enum vol_status read_options(const struct vol_json *result, int64_t wanted, struct vol_us_chain *chain,
                                    struct vol_error *err)
{
    struct vol_json list, options;
    enum vol_status status;
    int64_t expiration = 0;

    if ((status = vol_json_array(result, "options", VOL_JSON_REQUIRED, &list, err)) != VOL_OK ||
        vol_json_size(&list) == 0)
        return status;
    if ((status = vol_json_element(&list, 0, &options, err)) != VOL_OK ||
        (status = vol_json_int(&options, "expirationDate", VOL_JSON_REQUIRED, 0, INT64_MAX, &expiration,
                               err)) != VOL_OK)
        return status;
    if (wanted != 0 && expiration != wanted)
        return vol_json_wrong(&options, err, "expirationDate: asked for %lld, got %lld", (long long)wanted,
                              (long long)expiration);
    if ((status = read_side(&options, "calls", "C", chain, err)) != VOL_OK)
        return status;
    return read_side(&options, "puts", "P", chain, err);
}

static enum vol_status read_dates(const struct vol_json *result, struct vol_yahoo_dates *dates,
                                  struct vol_error *err)
{
    struct vol_json list;
    enum vol_status status = vol_json_array(result, "expirationDates", VOL_JSON_REQUIRED, &list, err);
    size_t n = status == VOL_OK ? vol_json_size(&list) : 0;
    double x;

    if (status != VOL_OK)
        return status;
    if (n > DATES_MAX)
        return vol_json_wrong(&list, err, "%zu expirations", n);
    dates->date = calloc(n ? n : 1, sizeof *dates->date);
    if (!dates->date)
        return vol_error_set(err, VOL_EOS, "out of memory");
    for (size_t i = 0; i < n; i++) {
        if ((status = vol_json_num_at(&list, i, &x, err)) != VOL_OK)
            return status;
        if (!(x > 0 && x < 1e11) || fmod(x, 86400) > 0)
            return vol_json_wrong(&list, err, "element %zu is no midnight in seconds", i);
        dates->date[dates->n++] = (int64_t)x;
    }
    return VOL_OK;
}

static enum vol_status read_chain(const struct vol_json *result, int64_t wanted, struct vol_us_chain *chain,
                                  struct vol_yahoo_dates *dates, struct vol_error *err)
{
    struct vol_json quote;
    enum vol_status status;
    int64_t ts = INT64_MIN;
    double price;

    if ((status = vol_json_object(result, "quote", VOL_JSON_REQUIRED, &quote, err)) != VOL_OK ||
        (status = vol_json_num(&quote, "regularMarketPrice", VOL_JSON_OPTIONAL, &price, err)) != VOL_OK ||
        (status = vol_us_time(&quote, "regularMarketTime", VOL_SECOND, &ts, err)) != VOL_OK ||
        (status = read_options(result, wanted, chain, err)) != VOL_OK)
        return status;
    vol_us_chain_price(chain, price, ts);
    return wanted == 0 ? read_dates(result, dates, err) : VOL_OK;
}

enum vol_status vol_yahoo_chain(const char *body, size_t n, int64_t wanted, struct vol_us_chain *chain,
                                struct vol_yahoo_dates *dates, struct vol_error *err)
{
    struct vol_json answer, envelope, list, result;
    json_t *root = NULL;
    enum vol_status status;

    if ((status = vol_json_read(body, n, &root, err)) != VOL_OK)
        return status;
    answer = vol_json_root(root);
    status = vol_yahoo_result(&answer, "optionChain", &envelope, &list, &result, err);
    if (status == VOL_OK && result.value)
        status = read_chain(&result, wanted, chain, dates, err);
    json_decref(root);
    return status;
}

/* ---- questions ---- */

/* Without a browser's name every question is refused. */
static const char *const headers[] = {"User-Agent: Mozilla/5.0", NULL};

/* What the options are asked with; new ones when Yahoo wants no more of the old. */
struct pass {
    char crumb[CRUMB_BYTES_MAX + 1]; /* "" before the first handshake */
    int handshakes;
};

static enum vol_status take_crumb(const struct vol_feed_answer *answer, struct pass *pass,
                                  struct vol_error *err)
{
    size_t n = answer->len;

    if (n >= 8 && strncmp(answer->body, "Too Many", 8) == 0)
        return vol_error_set(err, VOL_ETEMP, "too many requests");
    if (n == 0)
        return vol_error_set(err, VOL_EPROTOCOL, "expected a crumb, got an empty answer");
    if (answer->body[0] == '<')
        return vol_error_set(err, VOL_EPROTOCOL, "expected a crumb, got HTML");
    for (size_t i = 0; i < n; i++)
        if (answer->body[i] <= ' ' || answer->body[i] >= 0x7f || strchr("<>{}\"", answer->body[i]))
            n = 0;
    if (n == 0 || n > CRUMB_BYTES_MAX)
        return vol_error_set(err, VOL_EPROTOCOL, "expected a crumb, got something else");
    memcpy(pass->crumb, answer->body, n);
    pass->crumb[n] = '\0';
    return VOL_OK;
}

/* A cookie (the page that sets it does not exist: 404), and the crumb that belongs to it. */
static enum vol_status handshake(struct vol_feed *feed, struct pass *pass, struct vol_error *err)
{
    static const char *const pages[][2] = {
        {"https://fc.yahoo.com/", "https://query1.finance.yahoo.com/v1/test/getcrumb"},
        {"https://fc.yahoo.com/?again", "https://query1.finance.yahoo.com/v1/test/getcrumb?again"}};
    const char *const *page = pages[pass->handshakes > 0];
    struct vol_feed_request request = {
        .url = page[0], .headers = headers, .body = VOL_FEED_TEXT, .any_status = true};
    struct vol_feed_answer answer;
    enum vol_status status;

    if ((status = vol_feed_get(feed, &request, &answer, err)) != VOL_OK)
        return status;
    request = (struct vol_feed_request){.url = page[1], .headers = headers, .body = VOL_FEED_TEXT};
    if ((status = vol_feed_get(feed, &request, &answer, err)) != VOL_OK)
        return status;
    pass->handshakes++;
    return vol_feed_blame(&answer, take_crumb(&answer, pass, err), err);
}

static enum vol_status options_url(const char *symbol, int64_t date, const struct pass *pass,
                                   struct vol_buf *url)
{
    enum vol_status status = vol_buf_add_str(url, "/v7/finance/options/");

    if (status == VOL_OK)
        status = vol_url_add(url, symbol, strlen(symbol));
    if (status == VOL_OK && date != 0)
        status = vol_buf_addf(url, "?date=%lld", (long long)date);
    return status == VOL_OK ? vol_url_param(url, "crumb", pass->crumb) : status;
}

/* Ask for N expirations at once (N = 1 and DATE 0: the nearest one). */
static enum vol_status ask_dates(struct vol_feed *feed, const char *symbol, const int64_t *date, size_t n,
                                 const struct pass *pass, struct vol_feed_answer *answer,
                                 struct vol_error *err)
{
    struct vol_feed_request *request = calloc(n, sizeof *request);
    struct vol_buf *url = calloc(n, sizeof *url);
    enum vol_status status = request && url ? VOL_OK : VOL_EOS;

    for (size_t i = 0; i < n && url; i++)
        vol_buf_init(&url[i]);
    for (size_t i = 0; i < n && status == VOL_OK; i++) {
        status = options_url(symbol, date[i], pass, &url[i]);
        request[i] = (struct vol_feed_request){.url = url[i].data, .headers = headers, .body = VOL_FEED_JSON};
    }
    if (status == VOL_OK)
        status = vol_feed_get_all(feed, request, n, answer, err);
    else
        vol_error_set(err, status, "out of memory");
    for (size_t i = 0; i < n && url; i++)
        vol_buf_free(&url[i]);
    free(url);
    free(request);
    return status;
}

/* The same, with a handshake before the first question and once more when the pair is refused. */
static enum vol_status ask(struct vol_feed *feed, const char *symbol, const int64_t *date, size_t n,
                           struct pass *pass, struct vol_feed_answer *answer, struct vol_error *err)
{
    enum vol_status status = pass->handshakes == 0 ? handshake(feed, pass, err) : VOL_OK;

    if (status != VOL_OK)
        return status;
    status = ask_dates(feed, symbol, date, n, pass, answer, err);
    if (status != VOL_EPERM || pass->handshakes > 1)
        return status;
    status = handshake(feed, pass, err);
    return status == VOL_OK ? ask_dates(feed, symbol, date, n, pass, answer, err) : status;
}

static enum vol_status fetch_dates(struct vol_feed *feed, const char *symbol, const int64_t *date, size_t n,
                                   struct pass *pass, struct vol_us_chain *chain,
                                   struct vol_yahoo_dates *dates, struct vol_error *err)
{
    struct vol_feed_answer *answer = calloc(n ? n : 1, sizeof *answer);
    enum vol_status status;

    if (!answer)
        return vol_error_set(err, VOL_EOS, "out of memory");
    status = n ? ask(feed, symbol, date, n, pass, answer, err) : VOL_OK;
    for (size_t i = 0; i < n && status == VOL_OK; i++) {
        vol_us_chain_received(chain, answer[i].received);
        status = vol_feed_blame(
            &answer[i], vol_yahoo_chain(answer[i].body, answer[i].len, date[i], chain, dates, err), err);
    }
    free(answer);
    return status;
}

/* The first answer has the nearest expiration and the list of all; the others are asked for by their date. */
static enum vol_status fetch_chain(const struct vol_query *query, const char *symbol, struct pass *pass,
                                   struct vol_feed *feed, struct vol_gather *out, struct vol_error *err)
{
    struct vol_yahoo_dates dates = {0};
    struct vol_us_chain chain;
    enum vol_status status;
    int64_t any = 0;

    vol_us_chain_init(&chain);
    status = fetch_dates(feed, symbol, &any, 1, pass, &chain, &dates, err);
    if (status == VOL_OK && dates.n > 1)
        status = fetch_dates(feed, symbol, dates.date + 1, dates.n - 1, pass, &chain, NULL, err);
    if (status == VOL_OK && ((status = vol_us_chain_check(&chain, err)) != VOL_OK ||
                             (status = vol_us_chain_gather(&chain, query->facts, out, err)) != VOL_OK))
        vol_error_prefix(err, "%s", symbol);
    vol_yahoo_dates_free(&dates);
    vol_us_chain_free(&chain);
    return status;
}

static enum vol_status fetch_bars(const struct vol_query *query, const char *symbol, struct vol_feed *feed,
                                  struct vol_gather *out, struct vol_error *err)
{
    struct vol_buf url = VOL_BUF_INIT;
    struct vol_feed_answer answer;
    int32_t from, to;
    enum vol_status status = vol_buf_add_str(&url, "/v8/finance/chart/");

    vol_us_range_days(query, &from, &to);
    if (status == VOL_OK)
        status = vol_url_add(&url, symbol, strlen(symbol));
    if (status == VOL_OK) /* whole UTC days that hold every session of the range */
        status = vol_buf_addf(&url, "?interval=1d&period1=%lld&period2=%lld&includePrePost=false",
                              (long long)from * 86400, (long long)(to + 2) * 86400);
    if (status != VOL_OK)
        vol_error_set(err, status, "out of memory");
    else
        status = vol_feed_get(
            feed, &(struct vol_feed_request){.url = url.data, .headers = headers, .body = VOL_FEED_JSON},
            &answer, err);
    if (status == VOL_OK)
        status = vol_feed_blame(
            &answer, vol_yahoo_bars(answer.body, answer.len, symbol, answer.received, query->facts, out, err),
            err);
    vol_buf_free(&url);
    return status;
}

static enum vol_status fetch(const struct vol_query *query, struct vol_feed *feed, struct vol_gather *out,
                             struct vol_error *err)
{
    struct pass pass = {.crumb = ""};
    enum vol_status status = vol_us_query_check(query, err);

    for (size_t i = 0; i < query->n_symbols && status == VOL_OK; i++)
        status = strcmp(query->what->name, "bars") == 0
                     ? fetch_bars(query, query->symbols[i], feed, out, err)
                     : fetch_chain(query, query->symbols[i], &pass, feed, out, err);
    return status;
}

/* {"finance":{"error":{"description":…}}}, and the like with "chart" and "optionChain". */
static enum vol_status refused(long http_status, const char *body, size_t n,
                               char words[VOL_REFUSED_WORDS_MAX])
{
    json_t *root = json_loadb(body, n, 0, NULL), *member;
    const char *key;

    (void)http_status;
    words[0] = '\0';
    if (json_is_object(root)) {
        json_object_foreach(root, key, member)
        {
            const json_t *text = json_object_get(json_object_get(member, "error"), "description");

            if (json_is_string(text))
                snprintf(words, VOL_REFUSED_WORDS_MAX, "%s", json_string_value(text));
        }
    }
    json_decref(root);
    return VOL_OK;
}

static const struct vol_adapter_what whats[] = {
    {"chain", "SYMBOL...", "quote", "option chain of all expirations now", false},
    {"bars", "SYMBOL...", "bar", "daily bars, adjusted for splits; an index is ^VIX", true},
    {0}};

const struct vol_adapter vol_adapter_yahoo = {
    .name = "yahoo",
    .summary = "Yahoo Finance: US chains, daily bars of anything (unofficial, often refused)",
    .access = "free, delayed 15 minutes, no vols out of hours; refuses many programs: never the only source",
    .base = "https://query2.finance.yahoo.com",
    .hosts = {"https://query1.finance.yahoo.com", "https://fc.yahoo.com"},
    .rate = 2,
    .burst = 4,
    .cookies = true,
    .whats = whats,
    .fetch = fetch,
    .refused = refused,
};
