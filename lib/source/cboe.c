#include "source/cboe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/time.h"
#include "net/url.h"
#include "source/adapter.h"

enum { NAME_BYTES = 16, DAYS_AT_ONCE = 8 };

/* The content network has turned away what does not look like a browser. */
static const char *const headers[] = {"User-Agent: Mozilla/5.0 (compatible; volpipe)", NULL};

static enum vol_status ask(struct vol_feed *feed, const char *url, enum vol_feed_body body,
                           struct vol_feed_answer *answer, struct vol_gather *out, struct vol_error *err)
{
    enum vol_status status = vol_feed_get(
        feed, &(struct vol_feed_request){.url = url, .body = body, .headers = headers, .cached = true},
        answer, err);

    if (status == VOL_OK)
        vol_gather_received(out, answer->received);
    return status;
}

/* Letters and digits, with the mark that some vendors put before the names of indices taken off. */
static enum vol_status clean_name(const char *typed, char out[NAME_BYTES], struct vol_error *err)
{
    const char *p = typed + (*typed == '^' || *typed == '_');
    size_t n = strlen(p);

    for (size_t i = 0; i < n; i++)
        if (!(p[i] >= 'A' && p[i] <= 'Z') && !(p[i] >= '0' && p[i] <= '9') && p[i] != '.')
            n = 0;
    if (n == 0 || n >= NAME_BYTES)
        return vol_error_set(err, VOL_EUSAGE, "\"%.40s\" is no symbol (capitals and digits)", typed);
    memcpy(out, p, n + 1);
    return VOL_OK;
}

/* Whether an operand before I leads to the same file. */
static bool was_named(const struct vol_query *query, size_t i)
{
    const char *name = query->symbols[i] + strspn(query->symbols[i], "^_");

    for (size_t k = 0; k < i; k++)
        if (strcmp(query->symbols[k] + strspn(query->symbols[k], "^_"), name) == 0)
            return true;
    return false;
}

/* ---- chain
 * ------------------------------------------------------------------------------------------------------ */

/* The files of indices begin with `_`, those of shares do not. A mark before what was typed says it for an
 * index that is not in the list. */
static bool is_index(const char *typed)
{
    static const char *const indices[] = {"SPX",  "XSP", "VIX", "NDX", "XND",  "RUT",
                                          "MRUT", "DJX", "OEX", "XEO", "NANOS"};

    for (size_t i = 0; i < sizeof indices / sizeof indices[0]; i++)
        if (strcmp(typed, indices[i]) == 0)
            return true;
    return *typed == '^' || *typed == '_';
}

static enum vol_status fetch_chain(const struct vol_query *query, const char *typed, struct vol_feed *feed,
                                   struct vol_gather *out, struct vol_error *err)
{
    struct vol_feed_answer answer;
    char name[NAME_BYTES], url[96];
    enum vol_status status = clean_name(typed, name, err);

    if (status != VOL_OK)
        return status;
    snprintf(url, sizeof url, "/api/global/delayed_quotes/options/%s%s.json", is_index(typed) ? "_" : "",
             name);
    if ((status = ask(feed, url, VOL_FEED_JSON, &answer, out, err)) != VOL_OK)
        return status;
    return vol_feed_blame(
        &answer, vol_cboe_chain(query->facts, answer.body, answer.len, answer.received, out, err), err);
}

/* ---- index
 * ------------------------------------------------------------------------------------------------------ */

static enum vol_status fetch_index(const struct vol_query *query, const char *typed, struct vol_feed *feed,
                                   struct vol_gather *out, struct vol_error *err)
{
    struct vol_feed_answer answer;
    char name[NAME_BYTES], url[96];
    enum vol_status status = clean_name(typed, name, err);

    if (status != VOL_OK)
        return status;
    snprintf(url, sizeof url, "/api/global/us_indices/daily_prices/%s_History.csv", name);
    if ((status = ask(feed, url, VOL_FEED_CSV, &answer, out, err)) != VOL_OK)
        return status;
    return vol_feed_blame(&answer, vol_cboe_index(query->facts, name, answer.body, answer.len, out, err),
                          err);
}

/* ---- futures
 * ---------------------------------------------------------------------------------------------------- */

/* The trading days whose settlements lie in the query's range, without today: during a day its address may
 * still give the day before. */
static void find_days(const struct vol_query *query, int32_t *first, int32_t *last)
{
    const struct vol_calendar *markets = &query->facts->markets;
    int32_t seconds, today;

    vol_time_to_new_york(query->now, &today, &seconds);
    *last = today - 1;
    if (query->has_until) {
        vol_time_to_new_york(query->until, first, &seconds);
        *last = *first < *last ? *first : *last;
    }
    *last = vol_calendar_on_or_before(markets, *last);
    *first = *last;
    if (query->has_since) {
        vol_time_to_new_york(query->since, first, &seconds);
        *first = vol_calendar_on_or_after(markets, *first);
        if (vol_cboe_close(query->facts, *first) < query->since)
            *first = vol_calendar_add(markets, *first, 1);
    }
}

static enum vol_status fetch_days(const struct vol_query *query, const int32_t *day, size_t n,
                                  struct vol_feed *feed, struct vol_gather *out, struct vol_error *err)
{
    char vx[] = "VX", *only_vx[] = {vx};
    struct vol_feed_request request[DAYS_AT_ONCE] = {{0}};
    struct vol_feed_answer answer[DAYS_AT_ONCE];
    char url[DAYS_AT_ONCE][128], text[VOL_DATE_MAX];
    enum vol_status status;

    for (size_t i = 0; i < n; i++) {
        vol_date_print(text, day[i]);
        snprintf(url[i], sizeof url[i],
                 "https://www-api.cboe.com/us/futures/market_statistics/settlement/csv/?dt=%s", text);
        request[i] = (struct vol_feed_request){.url = url[i], .body = VOL_FEED_CSV, .headers = headers};
    }
    status = vol_feed_get_all(feed, request, n, answer, err);
    for (size_t i = 0; i < n && status == VOL_OK; i++) {
        vol_gather_received(out, answer[i].received);
        status = vol_cboe_futures(query->facts, day[i], query->n_symbols ? query->symbols : only_vx,
                                  query->n_symbols ? query->n_symbols : 1, answer[i].body, answer[i].len, out,
                                  err);
        if (status != VOL_OK) {
            vol_date_print(text, day[i]);
            vol_error_prefix(err, "%s?dt=%s", answer[i].place, text);
        }
    }
    return status;
}

static enum vol_status fetch_futures(const struct vol_query *query, struct vol_feed *feed,
                                     struct vol_gather *out, struct vol_error *err)
{
    int32_t day[DAYS_AT_ONCE], first, last;
    enum vol_status status = VOL_OK;
    size_t n = 0;

    find_days(query, &first, &last);
    for (int32_t date = vol_calendar_on_or_after(&query->facts->markets, first);
         date <= last && status == VOL_OK; date = vol_calendar_add(&query->facts->markets, date, 1)) {
        day[n++] = date;
        if (n == DAYS_AT_ONCE || vol_calendar_add(&query->facts->markets, date, 1) > last) {
            status = fetch_days(query, day, n, feed, out, err);
            n = 0;
        }
    }
    return status;
}

/* ---- the adapter
 * ------------------------------------------------------------------------------------------------ */

static const struct vol_adapter_what whats[] = {
    {"chain", "SYMBOL...", "quote", "all options of an index (SPX with SPXW, VIX, ^NAME), a share or a fund",
     false},
    {"index", "NAME...", "bar", "the whole daily history of VIX, VIX9D, VIX3M, VVIX, SKEW, OVX ...", true},
    {"futures", "[PRODUCT...]", "bar",
     "settlements of VX (or others), a day a question; without --since the last day", true},
    {0}};

static enum vol_status fetch(const struct vol_query *query, struct vol_feed *feed, struct vol_gather *out,
                             struct vol_error *err)
{
    const char *what = query->what->name;
    enum vol_status status = VOL_OK;

    if (strcmp(what, "futures") == 0)
        return fetch_futures(query, feed, out, err);
    for (size_t i = 0; i < query->n_symbols && status == VOL_OK; i++)
        if (!was_named(query, i))
            status = what[0] == 'c' ? fetch_chain(query, query->symbols[i], feed, out, err)
                                    : fetch_index(query, query->symbols[i], feed, out, err);
    return status;
}

/* The content network says 403 also to a name that it does not have: the words tell both. */
static enum vol_status refused(long http_status, const char *body, size_t n,
                               char words[VOL_REFUSED_WORDS_MAX])
{
    (void)body;
    (void)n;
    words[0] = '\0';
    if (http_status != 403)
        return VOL_OK;
    snprintf(words, VOL_REFUSED_WORDS_MAX, "no such symbol, or this machine is kept out");
    return VOL_EPERM;
}

const struct vol_adapter vol_adapter_cboe = {
    .name = "cboe",
    .summary = "Cboe: delayed option chains, index histories, VIX futures settlements",
    .access =
        "free and without a key; chains a quarter of an hour late, unofficial: ask at most every 15 minutes; "
        "histories since the index began; about a year of settlements",
    .base = "https://cdn.cboe.com",
    .hosts = {"https://www-api.cboe.com"},
    .rate = 1,
    .burst = 4,
    .whats = whats,
    .fetch = fetch,
    .refused = refused,
};
