#include "source/deribit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/time.h"
#include "net/url.h"
#include "source/adapter.h"

enum {
    NAME_MAX_BYTES = 64,
    CANDLES_MAX = 4000, /* asked for at once */
    CANDLES_DEFAULT = 1000,
    DAYS_DEFAULT = 365, /* of daily candles without --since: a year of ranks */
    TRADES_MAX = 1000   /* of one page, by the vendor */
};

/* ---- asking
 * ----------------------------------------------------------------------------------------------------- */

static enum vol_status no_memory(struct vol_error *err)
{
    return vol_error_set(err, VOL_EOS, "out of memory");
}

/* "/api/v2/public/METHOD?KEY=VALUE&…": pairs of key and value, ended by null. */
static enum vol_status address(struct vol_buf *url, const char *method, const char *const *pairs,
                               struct vol_error *err)
{
    enum vol_status status = vol_buf_addf(url, "/api/v2/public/%s", method);

    for (; *pairs && status == VOL_OK; pairs += 2)
        status = vol_url_param(url, pairs[0], pairs[1]);
    return status == VOL_OK ? VOL_OK : no_memory(err);
}

static struct vol_deribit_body body_of(const struct vol_feed_answer *a)
{
    return (struct vol_deribit_body){
        .text = a->body, .len = a->len, .received = a->received, .test = strncmp(a->place, "test.", 5) == 0};
}

/* One question. */
static enum vol_status ask(struct vol_feed *feed, const char *method, const char *const *pairs,
                           struct vol_feed_answer *answer, struct vol_error *err)
{
    struct vol_buf url = VOL_BUF_INIT;
    enum vol_status status = address(&url, method, pairs, err);

    if (status == VOL_OK)
        status = vol_feed_get(feed, &(struct vol_feed_request){.url = url.data}, answer, err);
    vol_buf_free(&url);
    return status;
}

/* Names become part of an address and of records. */
static enum vol_status check_name(const char *name, struct vol_error *err)
{
    size_t n = strlen(name);

    for (size_t i = 0; i < n; i++)
        if (!(name[i] >= 'A' && name[i] <= 'Z') && !(name[i] >= 'a' && name[i] <= 'z') &&
            !(name[i] >= '0' && name[i] <= '9') && !strchr("_-.", name[i]))
            n = 0;
    if (n == 0 || n >= NAME_MAX_BYTES)
        return vol_error_set(err, VOL_EUSAGE, "\"%.40s\" is no name of Deribit's", name);
    return VOL_OK;
}

static bool was_named(const struct vol_query *query, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(query->symbols[k], query->symbols[i]) == 0)
            return true;
    return false;
}

static void milliseconds(int64_t ts, char out[VOL_NUM_MAX])
{
    out[vol_num_print_int(out, ts / VOL_DERIBIT_MS - (ts % VOL_DERIBIT_MS < 0))] = '\0';
}

/* ---- chain, instruments
 * ----------------------------------------------------------------------------------------- */

/* The currency that the vendor files a root under: that behind the `_` of a linear book. */
static const char *currency_of(const char *root)
{
    const char *mark = strrchr(root, '_');

    return mark ? mark + 1 : root;
}

/* Both questions of a chain at once: fewer seconds between them, and listings of the same moment. */
static enum vol_status fetch_books(const struct vol_query *query, const char *currency, bool prices,
                                   struct vol_feed *feed, struct vol_gather *out, struct vol_error *err)
{
    const char *const pairs[] = {"currency", currency, "kind", "option", NULL};
    const struct vol_deribit_wanted want = {query->symbols, query->n_symbols};
    struct vol_buf list = VOL_BUF_INIT, summary = VOL_BUF_INIT;
    struct vol_feed_answer answer[2];
    enum vol_status status = address(&list, "get_instruments", pairs, err);

    if (status == VOL_OK)
        status = address(&summary, "get_book_summary_by_currency", pairs, err);
    if (status == VOL_OK)
        status = vol_feed_get_all(
            feed, (struct vol_feed_request[]){{.url = list.data, .cached = true}, {.url = summary.data}},
            prices ? 2 : 1, answer, err);
    if (status == VOL_OK) {
        const struct vol_deribit_body listed = body_of(&answer[0]);

        vol_gather_received(out, answer[prices].received);
        if (prices) {
            const struct vol_deribit_body priced = body_of(&answer[1]);

            status = vol_deribit_chain(query->facts, &want, &priced, &listed, out, err);
        } else {
            status = vol_deribit_instruments(query->facts, &want, &listed, out, err);
        }
        vol_feed_blame(&answer[prices], status, err);
    }
    vol_buf_free(&list);
    vol_buf_free(&summary);
    return status;
}

static enum vol_status fetch_chain(const struct vol_query *query, bool prices, struct vol_feed *feed,
                                   struct vol_gather *out, struct vol_error *err)
{
    enum vol_status status = VOL_OK;

    for (size_t i = 0; i < query->n_symbols && status == VOL_OK; i++) {
        const char *currency = currency_of(query->symbols[i]);
        bool asked = false;

        for (size_t k = 0; k < i; k++)
            asked = asked || strcmp(currency_of(query->symbols[k]), currency) == 0;
        if (!asked)
            status = fetch_books(query, currency, prices, feed, out, err);
    }
    return status;
}

/* ---- ticker, book, index
 * ---------------------------------------------------------------------------------------- */

enum point { POINT_TICKER, POINT_BOOK, POINT_INDEX };

/* btc_usd of BTC; every other name as it stands, in small letters. */
static void index_name(const char *name, char out[NAME_MAX_BYTES + 8])
{
    snprintf(out, NAME_MAX_BYTES + 8, "%s%s", name, strchr(name, '_') ? "" : "_usd");
    for (char *p = out; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
}

/* The least depth that the vendor knows and that is enough. */
static const char *book_depth(int64_t wanted)
{
    static const char *const word[] = {"1", "5", "10", "20", "50", "100", "1000", "10000"};
    static const int64_t depth[] = {1, 5, 10, 20, 50, 100, 1000, 10000};

    for (size_t i = 0; i < sizeof depth / sizeof depth[0]; i++)
        if (depth[i] >= wanted)
            return word[i];
    return "10000";
}

static enum vol_status point_address(const struct vol_query *query, enum point point, const char *name,
                                     struct vol_buf *url, struct vol_error *err)
{
    switch (point) {
    case POINT_TICKER:
        return address(url, "ticker", (const char *const[]){"instrument_name", name, NULL}, err);
    case POINT_BOOK:
        return address(url, "get_order_book",
                       (const char *const[]){"instrument_name", name, "depth",
                                             book_depth(query->depth ? query->depth : 20), NULL},
                       err);
    default:
        return address(url, "get_index_price", (const char *const[]){"index_name", name, NULL}, err);
    }
}

static enum vol_status read_point(const struct vol_query *query, enum point point, const char *name,
                                  const struct vol_feed_answer *answer, struct vol_gather *out,
                                  struct vol_error *err)
{
    const struct vol_deribit_body body = body_of(answer);
    enum vol_status status;

    vol_gather_received(out, answer->received);
    if (point == POINT_TICKER)
        status = vol_deribit_read_ticker(&body, name, out, err);
    else if (point == POINT_BOOK)
        status = vol_deribit_book(&body, name, query->depth ? query->depth : 20, out, err);
    else
        status = vol_deribit_index(&body, name, out, err);
    return vol_feed_blame(answer, status, err);
}

/* One question for each name, all at once. */
static enum vol_status fetch_points(const struct vol_query *query, enum point point, struct vol_feed *feed,
                                    struct vol_gather *out, struct vol_error *err)
{
    size_t n = 0, n_max = query->n_symbols;
    struct vol_feed_request *request = calloc(n_max + 1, sizeof *request);
    struct vol_feed_answer *answer = calloc(n_max + 1, sizeof *answer);
    struct vol_buf *url = calloc(n_max + 1, sizeof *url);
    char(*name)[NAME_MAX_BYTES + 8] = calloc(n_max + 1, sizeof *name);
    enum vol_status status = request && answer && url && name ? VOL_OK : no_memory(err);

    for (size_t i = 0; i < n_max && status == VOL_OK; i++) {
        if (was_named(query, i))
            continue;
        snprintf(name[n], sizeof name[n], "%s", query->symbols[i]);
        if (point == POINT_INDEX)
            index_name(query->symbols[i], name[n]);
        vol_buf_init(&url[n]);
        status = point_address(query, point, name[n], &url[n], err);
        request[n].url = url[n].data;
        n++;
    }
    if (status == VOL_OK)
        status = vol_feed_get_all(feed, request, n, answer, err);
    for (size_t i = 0; i < n && status == VOL_OK; i++)
        status = read_point(query, point, name[i], &answer[i], out, err);
    for (size_t i = 0; url && i < n; i++)
        vol_buf_free(&url[i]);
    free(request);
    free(answer);
    free(url);
    free(name);
    return status;
}

/* ---- candles
 * ---------------------------------------------------------------------------------------------------- */

struct step {
    int64_t length;
    const char *word; /* the vendor's */
};

static const struct step dvol_steps[] = {
    {VOL_DAY, "1D"},           {VOL_SECOND, "1"},           {VOL_MINUTE, "60"},
    {60 * VOL_MINUTE, "3600"}, {720 * VOL_MINUTE, "43200"}, {0}};
static const struct step chart_steps[] = {{VOL_DAY, "1D"},
                                          {VOL_MINUTE, "1"},
                                          {3 * VOL_MINUTE, "3"},
                                          {5 * VOL_MINUTE, "5"},
                                          {10 * VOL_MINUTE, "10"},
                                          {15 * VOL_MINUTE, "15"},
                                          {30 * VOL_MINUTE, "30"},
                                          {60 * VOL_MINUTE, "60"},
                                          {120 * VOL_MINUTE, "120"},
                                          {180 * VOL_MINUTE, "180"},
                                          {360 * VOL_MINUTE, "360"},
                                          {720 * VOL_MINUTE, "720"},
                                          {0}};

/* What is asked for: candles that begin from FROM to TO. */
struct range {
    const struct step *step;
    int64_t from, to;
};

static enum vol_status find_range(const struct vol_query *query, const struct step *steps, struct range *out,
                                  struct vol_error *err)
{
    const struct step *step = steps;
    int64_t until = query->has_until && query->until < query->now ? query->until : query->now, since;

    while (step->word && query->interval != 0 && step->length != query->interval)
        step++;
    if (!step->word)
        return vol_error_set(err, VOL_EUSAGE, "--interval: Deribit has no candles of this length");
    since = query->has_since
                ? query->since
                : until - (step->length == VOL_DAY ? DAYS_DEFAULT : CANDLES_DEFAULT) * step->length;
    *out = (struct range){step, since - step->length, until};
    return VOL_OK;
}

static enum vol_status fetch_dvol(const struct vol_query *query, const char *currency, struct vol_feed *feed,
                                  struct vol_gather *out, struct vol_error *err)
{
    char from[VOL_NUM_MAX], to[VOL_NUM_MAX];
    int64_t before = INT64_MAX, end;
    enum vol_status status;
    struct range range;

    if ((status = find_range(query, dvol_steps, &range, err)) != VOL_OK)
        return status;
    milliseconds(range.from, from);
    for (end = range.to; end != 0 && status == VOL_OK;) {
        struct vol_feed_answer answer;
        struct vol_deribit_body body;

        milliseconds(end, to);
        status = ask(feed, "get_volatility_index_data",
                     (const char *const[]){"currency", currency, "start_timestamp", from, "end_timestamp", to,
                                           "resolution", range.step->word, NULL},
                     &answer, err);
        if (status != VOL_OK)
            return status;
        body = body_of(&answer);
        vol_gather_received(out, answer.received);
        status = vol_deribit_dvol(&body, currency, range.step->length, &before, &end, out, err);
        vol_feed_blame(&answer, status, err);
    }
    return status;
}

/* The candles of NAME that begin from FROM to TO; *FIRST and *LAST as vol_deribit_chart. */
static enum vol_status ask_chart(const char *name, const struct step *step, int64_t from, int64_t to,
                                 struct vol_feed *feed, int64_t *first, int64_t *last, struct vol_gather *out,
                                 struct vol_error *err)
{
    char from_text[VOL_NUM_MAX], to_text[VOL_NUM_MAX];
    struct vol_feed_answer answer;
    struct vol_deribit_body body;
    enum vol_status status;

    milliseconds(from, from_text);
    milliseconds(to, to_text);
    status = ask(feed, "get_tradingview_chart_data",
                 (const char *const[]){"instrument_name", name, "start_timestamp", from_text, "end_timestamp",
                                       to_text, "resolution", step->word, NULL},
                 &answer, err);
    if (status != VOL_OK)
        return status;
    body = body_of(&answer);
    vol_gather_received(out, answer.received);
    return vol_feed_blame(&answer, vol_deribit_chart(&body, name, step->length, first, last, out, err), err);
}

/* A window of candles. The vendor publishes no bound of an answer, so that one which does not reach the ends
 * of the window may have been cut there: what is missing is asked for until nothing more comes. */
static enum vol_status fetch_window(const char *name, const struct step *step, int64_t from, int64_t to,
                                    struct vol_feed *feed, struct vol_gather *out, struct vol_error *err)
{
    int64_t first, last, least, most;
    enum vol_status status = ask_chart(name, step, from, to, feed, &first, &last, out, err);

    least = first;
    most = last;
    while (status == VOL_OK && first != 0 && least - step->length > from) {
        status = ask_chart(name, step, from, least - VOL_DERIBIT_MS, feed, &first, &last, out, err);
        if (status == VOL_OK && (first == 0 || first >= least))
            break;
        least = first;
    }
    last = most;
    while (status == VOL_OK && last != 0 && most + step->length < to) {
        status = ask_chart(name, step, most + step->length, to, feed, &first, &last, out, err);
        if (status == VOL_OK && last <= most)
            break;
        most = last;
    }
    return status;
}

static enum vol_status fetch_chart(const struct vol_query *query, const char *name, struct vol_feed *feed,
                                   struct vol_gather *out, struct vol_error *err)
{
    enum vol_status status;
    struct range range;

    if ((status = find_range(query, chart_steps, &range, err)) != VOL_OK)
        return status;
    for (int64_t from = range.from; from <= range.to && status == VOL_OK;) {
        int64_t to = from + CANDLES_MAX * range.step->length - VOL_DERIBIT_MS;

        to = to < range.to ? to : range.to;
        status = fetch_window(name, range.step, from, to, feed, out, err);
        from = to + VOL_DERIBIT_MS;
    }
    return status;
}

/* ---- trades
 * ----------------------------------------------------------------------------------------------------- */

#define COUNT "1000"

/* NAME: the only instrument that may be in the answer; null: any. */
static enum vol_status ask_trades(const struct vol_query *query, const char *name, const char *method,
                                  const char *const *pairs, struct vol_feed *feed,
                                  struct vol_deribit_page *page, struct vol_gather *out,
                                  struct vol_error *err)
{
    struct vol_feed_answer answer;
    struct vol_deribit_body body;
    enum vol_status status = ask(feed, method, pairs, &answer, err);

    if (status != VOL_OK)
        return status;
    body = body_of(&answer);
    vol_gather_received(out, answer.received);
    return vol_feed_blame(&answer, vol_deribit_trades(query->facts, &body, name, page, out, err), err);
}

/* From an instant on, then by number: a page boundary inside of a millisecond loses nothing. */
static enum vol_status trades_of_instrument(const struct vol_query *query, const char *name, const char *from,
                                            const char *to, struct vol_feed *feed, struct vol_gather *out,
                                            struct vol_error *err)
{
    struct vol_deribit_page page;
    char seq[VOL_NUM_MAX];
    enum vol_status status =
        ask_trades(query, name, "get_last_trades_by_instrument_and_time",
                   (const char *const[]){"instrument_name", name, "start_timestamp", from, "end_timestamp",
                                         to, "count", COUNT, "sorting", "asc", NULL},
                   feed, &page, out, err);

    while (status == VOL_OK && page.more && page.n > 0 && page.last_ts <= query->until) {
        int64_t before = page.last_seq;

        seq[vol_num_print_int(seq, before + 1)] = '\0';
        status = ask_trades(query, name, "get_last_trades_by_instrument",
                            (const char *const[]){"instrument_name", name, "start_seq", seq, "count", COUNT,
                                                  "sorting", "asc", NULL},
                            feed, &page, out, err);
        if (status == VOL_OK && page.more && page.last_seq <= before)
            return vol_error_set(err, VOL_EPROTOCOL, "%s: the pages of trades do not go on", name);
    }
    return status;
}

/* A currency has no number of its own: the next page begins with the instant of the last trade, and what
 * comes twice is dropped by the gatherer. */
static enum vol_status trades_of_currency(const struct vol_query *query, const char *currency,
                                          const char *from, const char *to, struct vol_feed *feed,
                                          struct vol_gather *out, struct vol_error *err)
{
    struct vol_deribit_page page = {.more = true};
    char start[VOL_NUM_MAX];
    enum vol_status status = VOL_OK;
    int64_t before = INT64_MIN;

    snprintf(start, sizeof start, "%s", from);
    while (status == VOL_OK && page.more) {
        status =
            ask_trades(query, NULL, "get_last_trades_by_currency_and_time",
                       (const char *const[]){"currency", currency, "kind", "option", "start_timestamp", start,
                                             "end_timestamp", to, "count", COUNT, "sorting", "asc", NULL},
                       feed, &page, out, err);
        if (status != VOL_OK || !page.more)
            break;
        if (page.n == 0 || page.last_ts <= before || page.first_ts == page.last_ts)
            return vol_error_set(err, VOL_EPROTOCOL,
                                 "%s: more than %d trades in a millisecond, or pages that do not go on",
                                 currency, TRADES_MAX);
        before = page.last_ts;
        milliseconds(before, start);
    }
    return status;
}

static enum vol_status fetch_trades(const struct vol_query *query, const char *name, struct vol_feed *feed,
                                    struct vol_gather *out, struct vol_error *err)
{
    bool is_currency = strchr(name, '-') == NULL;
    struct vol_deribit_page page;
    char from[VOL_NUM_MAX], to[VOL_NUM_MAX];

    if (!query->has_since) /* the latest ones */
        return ask_trades(query, is_currency ? NULL : name,
                          is_currency ? "get_last_trades_by_currency" : "get_last_trades_by_instrument",
                          is_currency ? (const char *const[]){"currency", name, "kind", "option", "count",
                                                              COUNT, "sorting", "desc", NULL}
                                      : (const char *const[]){"instrument_name", name, "count", COUNT,
                                                              "sorting", "desc", NULL},
                          feed, &page, out, err);
    milliseconds(query->since, from);
    milliseconds(query->has_until && query->until < query->now ? query->until : query->now, to);
    return is_currency ? trades_of_currency(query, name, from, to, feed, out, err)
                       : trades_of_instrument(query, name, from, to, feed, out, err);
}

/* ---- the adapter
 * ------------------------------------------------------------------------------------------------ */

static const struct vol_adapter_what whats[] = {
    {"chain", "CURRENCY...", "quote", "all options of BTC, ETH, USDC (all linear books) or SOL_USDC (one)",
     false},
    {"instruments", "CURRENCY...", "quote", "their contracts, without prices", false},
    {"ticker", "INSTRUMENT...", "quote", "one option with sizes, vols and greeks; a future as a bar", false},
    {"book", "INSTRUMENT...", "quote", "the same and its order book, a level a record (--depth)", false},
    {"index", "NAME...", "bar", "the price of an index: BTC (btc_usd), eth_usdc", false},
    {"dvol", "CURRENCY...", "bar", "candles of the volatility index, in points (--interval)", true},
    {"history", "INSTRUMENT...", "bar", "candles of an instrument (--interval)", true},
    {"trades", "INSTRUMENT|CURRENCY...", "trade",
     "trades, a currency's in its options; the latest 1000 without --since", true},
    {0}};

static enum vol_status fetch(const struct vol_query *query, struct vol_feed *feed, struct vol_gather *out,
                             struct vol_error *err)
{
    const char *what = query->what->name;
    enum vol_status status = VOL_OK;

    for (size_t i = 0; i < query->n_symbols && status == VOL_OK; i++)
        status = check_name(query->symbols[i], err);
    if (status != VOL_OK)
        return status;
    if (strcmp(what, "chain") == 0 || strcmp(what, "instruments") == 0)
        return fetch_chain(query, what[0] == 'c', feed, out, err);
    if (strcmp(what, "ticker") == 0)
        return fetch_points(query, POINT_TICKER, feed, out, err);
    if (strcmp(what, "book") == 0)
        return fetch_points(query, POINT_BOOK, feed, out, err);
    if (strcmp(what, "index") == 0)
        return fetch_points(query, POINT_INDEX, feed, out, err);
    for (size_t i = 0; i < query->n_symbols && status == VOL_OK; i++) {
        if (was_named(query, i))
            continue;
        if (strcmp(what, "dvol") == 0)
            status = fetch_dvol(query, query->symbols[i], feed, out, err);
        else if (strcmp(what, "history") == 0)
            status = fetch_chart(query, query->symbols[i], feed, out, err);
        else
            status = fetch_trades(query, query->symbols[i], feed, out, err);
    }
    return status;
}

/* A 4xx answer carries the same error object as any other. */
static enum vol_status refused(long http_status, const char *body, size_t n,
                               char words[VOL_REFUSED_WORDS_MAX])
{
    json_t *root = json_loadb(body, n, JSON_REJECT_DUPLICATES, NULL);
    struct vol_json error = {.value = json_object_get(root, "error")};
    enum vol_status status = VOL_OK;

    (void)http_status;
    words[0] = '\0';
    if (json_is_object(error.value)) {
        vol_deribit_words(&error, words, VOL_REFUSED_WORDS_MAX);
        status = vol_deribit_meaning(json_integer_value(json_object_get(error.value, "code")));
    }
    json_decref(root);
    return status;
}

const struct vol_adapter vol_adapter_deribit = {
    .name = "deribit",
    .summary = "Deribit: options, futures and volatility indices on coins",
    .access =
        "free and without a key; live; DVOL since 2021, candles and trades of listed and expired instruments",
    .base = "https://www.deribit.com",
    .rate = 5,
    .burst = 10,
    .whats = whats,
    .fetch = fetch,
    .refused = refused,
};
