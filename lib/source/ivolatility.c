#include "source/ivolatility.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "base/time.h"
#include "source/us_bars.h"

enum { POLLS_MAX = 600, DATE_BYTES = 10 };

/* 2010-05-14: by then every option had an OSI name. */
enum { OSI_SINCE = 14743 };

/* ---- rows ---- */

/* "2021-12-16", "2021-12-16 00:00:00". */
static enum vol_status read_date(const struct vol_ivol_row *row, const char *names, int32_t *out,
                                 struct vol_error *err)
{
    enum vol_status status;
    const char *text;
    size_t n;

    if ((status = vol_ivol_text(row, names, &text, &n, err)) != VOL_OK)
        return status;
    return n >= DATE_BYTES && vol_date_parse(text, DATE_BYTES, out) == VOL_OK
               ? VOL_OK
               : vol_ivol_wrong(row, names, "expected a date (YYYY-MM-DD)", err);
}

/* Root and terms of a contract that is older than the names of today. */
static enum vol_status old_symbol(const struct vol_ivol_row *row, int32_t expiration, double strike,
                                  char type, struct vol_symbol *out, struct vol_error *err)
{
    enum vol_status status;
    const char *root;
    size_t n;

    if ((status = vol_ivol_text(row, "symbol", &root, &n, err)) != VOL_OK)
        return status;
    if (n >= sizeof out->root)
        return vol_ivol_wrong(row, "symbol", "too long", err);
    *out = (struct vol_symbol){
        .root_len = (uint32_t)n, .expiration = expiration, .strike = strike, .option_type = type};
    memcpy(out->root, root, n);
    return VOL_OK;
}

static enum vol_status read_symbol(const struct vol_ivol_row *row, int32_t date, struct vol_symbol *out,
                                   struct vol_error *err)
{
    enum vol_status status;
    const char *name, *type;
    size_t name_len, type_len;
    int32_t expiration;
    double strike;

    if ((status = vol_ivol_text(row, "optionsymbol", &name, &name_len, err)) != VOL_OK ||
        (status = vol_ivol_text(row, "callput", &type, &type_len, err)) != VOL_OK ||
        (status = read_date(row, "expiration|expirationdate", &expiration, err)) != VOL_OK ||
        (status = vol_ivol_num(row, "strike", false, &strike, err)) != VOL_OK)
        return status;
    if (vol_symbol_parse(VOL_SYMBOL_OSI, name, name_len, out) != VOL_OK) {
        if (date >= OSI_SINCE)
            return vol_ivol_wrong(row, "optionsymbol", "not the name of an option (OSI)", err);
        if (vol_symbol_is_type(type, type_len, 'C') || vol_symbol_is_type(type, type_len, 'P'))
            return old_symbol(row, expiration, strike, type[0] == 'C' || type[0] == 'c' ? 'C' : 'P', out,
                              err);
        return vol_ivol_wrong(row, "callput", "neither call nor put", err);
    }
    if (!vol_symbol_is_type(type, type_len, out->option_type))
        return vol_ivol_wrong(row, "callput", "is not the type in the contract's name", err);
    if (abs(expiration - out->expiration) > 1)
        return vol_ivol_wrong(row, "expiration", "is not the date in the contract's name", err);
    if (!(fabs(strike - out->strike) <= 0.0005))
        return vol_ivol_wrong(row, "strike", "is not the strike in the contract's name", err);
    return VOL_OK;
}

static enum vol_status read_values(const struct vol_ivol_row *row, struct vol_us_quote *q,
                                   struct vol_error *err)
{
    const struct {
        const char *names;
        double *out;
    } values[] = {{"bid", &q->bid},
                  {"ask", &q->ask},
                  {"iv", &q->iv},
                  {"volume", &q->volume},
                  {"openinterest", &q->open_interest},
                  {"delta", &q->delta},
                  {"gamma", &q->gamma},
                  {"theta", &q->theta},
                  {"vega", &q->vega},
                  {"rho", &q->rho}};
    enum vol_status status = VOL_OK;

    for (size_t i = 0; i < sizeof values / sizeof values[0] && status == VOL_OK; i++)
        status = vol_ivol_num(row, values[i].names, true, values[i].out, err);
    if (status == VOL_OK && (!(q->iv > 0) || vol_ivol_find(row, "*|isinterpolated")))
        q->iv = q->delta = q->gamma = q->theta = q->vega = q->rho = NAN;
    return status;
}

enum vol_status vol_ivol_read_quote(void *data, const struct vol_ivol_row *row, struct vol_error *err)
{
    const struct vol_ivol_chain *to = data;
    struct vol_symbol symbol;
    struct vol_us_quote *q;
    enum vol_status status;
    const char *style;
    size_t n;
    int32_t date;
    double price;

    if ((status = read_date(row, "date", &date, err)) != VOL_OK ||
        (status = read_symbol(row, to->date, &symbol, err)) != VOL_OK)
        return status;
    if (date != to->date)
        return vol_ivol_wrong(row, "date", "is not the day that was asked for", err);
    if ((status = vol_us_chain_add_symbol(to->chain, &symbol, &q, err)) != VOL_OK ||
        (status = read_values(row, q, err)) != VOL_OK ||
        (status = vol_ivol_text(row, "style", &style, &n, err)) != VOL_OK ||
        (status = vol_ivol_num(row, "stockpriceforiv", true, &price, err)) != VOL_OK)
        return status;
    if (n == 1 && (style[0] == 'A' || style[0] == 'E'))
        q->exercise = style[0];
    vol_us_chain_price(to->chain, price, INT64_MIN);
    return VOL_OK;
}

enum vol_status vol_ivol_read_price(void *data, const struct vol_ivol_row *row, struct vol_error *err)
{
    const struct vol_ivol_bars *to = data;
    struct vol_us_bar bar;
    enum vol_status status;
    int32_t date;

    if ((status = read_date(row, "date", &date, err)) != VOL_OK ||
        (status = vol_ivol_num(row, "open|openprice", true, &bar.open, err)) != VOL_OK ||
        (status = vol_ivol_num(row, "high|highprice", true, &bar.high, err)) != VOL_OK ||
        (status = vol_ivol_num(row, "low|lowprice", true, &bar.low, err)) != VOL_OK ||
        (status = vol_ivol_num(row, "close|closeprice", true, &bar.close, err)) != VOL_OK ||
        (status = vol_ivol_num(row, "volume", true, &bar.volume, err)) != VOL_OK)
        return status;
    return vol_us_bar_gather(to->out, to->symbol,
                             vol_us_close(to->facts, date, vol_us_is_index(to->facts, to->symbol)),
                             to->received, &bar, err);
}

/* The days in `30divmean`; 0: another column. */
static int maturity(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits > 0 && digits < 5 && strcmp(name + digits, "divmean") == 0 ? atoi(name) : 0;
}

enum vol_status vol_ivol_read_ivx(void *data, const struct vol_ivol_row *row, struct vol_error *err)
{
    const struct vol_ivol_bars *to = data;
    enum vol_status status;
    int32_t date;
    int found = 0;

    if ((status = read_date(row, "date", &date, err)) != VOL_OK)
        return status;
    for (size_t i = 0; i < row->n && status == VOL_OK; i++) {
        struct vol_us_bar bar = {NAN, NAN, NAN, NAN, NAN};
        char symbol[64];
        int days = maturity(row->cell[i].name);

        found += days > 0;
        if (days == 0 || !(row->cell[i].text || isfinite(row->cell[i].num)))
            continue;
        if ((status = vol_ivol_cell_num(row, &row->cell[i], &bar.close, err)) != VOL_OK)
            return status;
        if (!(bar.close > 0))
            continue;
        snprintf(symbol, sizeof symbol, "%.32s.IVX%d", to->symbol, days);
        status =
            vol_us_bar_gather(to->out, symbol, vol_us_close(to->facts, date, true), to->received, &bar, err);
    }
    return status == VOL_OK && found == 0 ? vol_ivol_wrong(row, "30divmean", "is missing", err) : status;
}

/* ---- questions ---- */

/* One question, and what became of it. */
struct question {
    struct vol_feed *feed;
    vol_ivol_reader *read;
    void *data;
    int64_t *received; /* set before rows are read */
    int64_t left;      /* what the plan leaves */
};

static enum vol_status add_key(struct vol_buf *url, int attempt)
{
    /* The same page may be asked for once only, so that a wait has addresses of its own. */
    enum vol_status status = vol_buf_add_str(url, strchr(url->data, '?') ? "&" : "?");

    if (status == VOL_OK)
        status = vol_buf_add_str(url, "apiKey={IVOLATILITY_API_KEY}");
    return status == VOL_OK && attempt > 0 ? vol_buf_addf(url, "&try=%d", attempt) : status;
}

/* Where the file with the rows lies, as soon as the vendor has made it; the limit of questions a second paces
 * this, the deadline of the run ends it. */
static enum vol_status wait_for_file(struct question *q, const char *details, struct vol_buf *file,
                                     struct vol_error *err)
{
    enum vol_status status = VOL_OK;

    for (int i = 0; i < POLLS_MAX && status == VOL_OK && file->len == 0; i++) {
        struct vol_buf url = VOL_BUF_INIT;
        struct vol_feed_answer answer;

        if ((status = vol_buf_add_str(&url, details)) != VOL_OK || (status = add_key(&url, i)) != VOL_OK)
            vol_error_set(err, status, "out of memory");
        else
            status = vol_feed_get(q->feed, &(struct vol_feed_request){.url = url.data, .body = VOL_FEED_JSON},
                                  &answer, err);
        vol_buf_free(&url);
        if (status == VOL_OK)
            status = vol_feed_blame(&answer, vol_ivol_info(answer.body, answer.len, file, err), err);
    }
    return status == VOL_OK && file->len == 0
               ? vol_error_set(err, VOL_EUNAVAILABLE, "the vendor has not made its file in %d tries",
                               POLLS_MAX)
               : status;
}

static enum vol_status ask_file(struct question *q, const struct vol_ivol_head *head, struct vol_error *err)
{
    struct vol_buf url = VOL_BUF_INIT;
    struct vol_feed_answer answer;
    enum vol_status status = wait_for_file(q, head->file.data, &url, err);

    if (status == VOL_OK && (status = add_key(&url, 0)) != VOL_OK)
        vol_error_set(err, status, "out of memory");
    if (status == VOL_OK)
        status = vol_feed_get(q->feed, &(struct vol_feed_request){.url = url.data, .body = VOL_FEED_TEXT},
                              &answer, err);
    vol_buf_free(&url);
    if (status != VOL_OK)
        return status;
    *q->received = answer.received;
    return vol_feed_blame(&answer, vol_ivol_file(answer.body, answer.len, head->found, q->read, q->data, err),
                          err);
}

/* Ask PATH?PARAMS; status 204 is an answer without rows. */
static enum vol_status ask(struct question *q, struct vol_buf *url, struct vol_error *err)
{
    struct vol_ivol_head head = {.file = VOL_BUF_INIT};
    struct vol_feed_answer answer;
    enum vol_status status;

    if (q->left <= 0)
        return vol_error_set(err, VOL_ETEMP, "ivolatility: the plan has no questions left today");
    if ((status = add_key(url, 0)) != VOL_OK)
        return vol_error_set(err, status, "out of memory");
    status = vol_feed_get(q->feed, &(struct vol_feed_request){.url = url->data, .body = VOL_FEED_JSON},
                          &answer, err);
    if (status != VOL_OK || answer.status == 204)
        return status;
    *q->received = answer.received;
    status =
        vol_feed_blame(&answer, vol_ivol_json(answer.body, answer.len, q->read, q->data, &head, err), err);
    q->left = head.left;
    if (status == VOL_OK && head.file.len > 0)
        status = ask_file(q, &head, err);
    vol_buf_free(&head.file);
    return status;
}

static enum vol_status question_url(const char *path, const char *symbol, const char *from_name, int32_t from,
                                    int32_t to, struct vol_buf *url)
{
    char date[VOL_DATE_MAX];
    enum vol_status status = vol_buf_add_str(url, path);

    if (status == VOL_OK)
        status = vol_url_param(url, "symbol", symbol);
    vol_date_print(date, from);
    if (status == VOL_OK)
        status = vol_url_param(url, from_name, date);
    if (status != VOL_OK || to < from)
        return status;
    vol_date_print(date, to);
    return vol_url_param(url, "to", date);
}

static enum vol_status fetch_day(const struct vol_query *query, const char *symbol, int32_t date,
                                 struct question *q, struct vol_gather *out, struct vol_error *err)
{
    struct vol_buf url = VOL_BUF_INIT;
    char text[VOL_DATE_MAX];
    struct vol_us_chain chain;
    struct vol_ivol_chain to = {&chain, date};
    enum vol_status status =
        question_url("/equities/eod/options-rawiv", symbol, "date", date, date - 1, &url);

    vol_us_chain_init(&chain);
    q->read = vol_ivol_read_quote;
    q->data = &to;
    q->received = &chain.received;
    status = status == VOL_OK ? ask(q, &url, err) : vol_error_set(err, status, "out of memory");
    if (status == VOL_OK) {
        vol_us_chain_time(&chain, vol_us_close(query->facts, date, true));
        vol_date_print(text, date);
        if ((status = vol_us_chain_check(&chain, err)) != VOL_OK ||
            (status = vol_us_chain_gather(&chain, query->facts, out, err)) != VOL_OK)
            vol_error_prefix(err, "%s of %s", symbol, text);
    }
    vol_us_chain_free(&chain);
    vol_buf_free(&url);
    return status;
}

/* The sessions of the range that are over; without --since the last of them. */
static enum vol_status fetch_chains(const struct vol_query *query, const char *symbol, struct question *q,
                                    struct vol_gather *out, struct vol_error *err)
{
    const struct vol_calendar *markets = &query->facts->markets;
    enum vol_status status = VOL_OK;
    int32_t from, to;

    vol_us_range_days(query, &from, &to);
    to = vol_calendar_on_or_before(markets, to);
    if (vol_us_close(query->facts, to, true) > query->now)
        to = vol_calendar_add(markets, to, -1);
    from = query->has_since ? vol_calendar_on_or_after(markets, from) : to;
    for (int32_t date = from; date <= to && status == VOL_OK; date = vol_calendar_add(markets, date, 1))
        status = fetch_day(query, symbol, date, q, out, err);
    return status;
}

static enum vol_status fetch_bars(const struct vol_query *query, const char *symbol, bool ivx,
                                  struct question *q, struct vol_gather *out, struct vol_error *err)
{
    struct vol_ivol_bars bars = {.facts = query->facts, .out = out, .symbol = symbol};
    struct vol_buf url = VOL_BUF_INIT;
    enum vol_status status;
    int32_t from, to;

    vol_us_range_days(query, &from, &to);
    q->read = ivx ? vol_ivol_read_ivx : vol_ivol_read_price;
    q->data = &bars;
    q->received = &bars.received;
    status = question_url(ivx ? "/equities/eod/ivx" : "/equities/eod/stock-prices", symbol, "from", from, to,
                          &url);
    status = status == VOL_OK ? ask(q, &url, err) : vol_error_set(err, status, "out of memory");
    vol_buf_free(&url);
    return status;
}

static enum vol_status fetch(const struct vol_query *query, struct vol_feed *feed, struct vol_gather *out,
                             struct vol_error *err)
{
    struct question q = {.feed = feed, .left = INT64_MAX};
    const char *what = query->what->name;
    enum vol_status status = vol_us_query_check(query, err);

    for (size_t i = 0; i < query->n_symbols && status == VOL_OK; i++)
        status = strcmp(what, "chain") == 0
                     ? fetch_chains(query, query->symbols[i], &q, out, err)
                     : fetch_bars(query, query->symbols[i], strcmp(what, "ivx") == 0, &q, out, err);
    return status;
}

static const struct vol_adapter_what whats[] = {
    {"chain", "SYMBOL...", "quote", "chains of the last session, or of every session since --since", true},
    {"bars", "SYMBOL...", "bar", "daily prices", true},
    {"ivx", "SYMBOL...", "bar", "the IV index of 7 to 1080 days, as bars of SYMBOL.IVX30 and so on", true},
    {0}};

const struct vol_adapter vol_adapter_ivolatility = {
    .name = "ivolatility",
    .summary = "IVolatility: US end-of-day chains, prices, IV index",
    .access = "by subscription, end of day, chains since 2000; 1 request a second, so many a day",
    .keys = {{"IVOLATILITY_API_KEY", true}},
    .base = "https://restapi.ivolatility.com",
    .hosts = {"https://cloud.ivolatility.com"},
    .rate = 0.95,
    .burst = 1,
    .whats = whats,
    .fetch = fetch,
};
