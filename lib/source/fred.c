#include "source/fred.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"
#include "record/csv.h"
#include "source/json.h"

enum { COLUMNS_MAX = 64, ROW_BYTES_MAX = 1 << 16, PAGE = 100000 };

/* A series and the layout that knows it. */
struct series {
    const struct vol_layout *layout;
    const struct vol_layout_series *is;
};

static bool find_series(const struct vol_query *query, const char *name, size_t n, struct series *out)
{
    static const char *const layouts[] = {"fred", "fred-index"};

    for (size_t k = 0; k < sizeof layouts / sizeof layouts[0]; k++) {
        const struct vol_layout *l = vol_query_layout(query, layouts[k]);

        for (size_t i = 0; l && i < l->n_series; i++)
            if (strlen(l->series[i].column) == n && memcmp(l->series[i].column, name, n) == 0) {
                *out = (struct series){l, &l->series[i]};
                return true;
            }
    }
    return false;
}

/* One value of a series: known at its release, as the layout says. */
static enum vol_status gather(const struct vol_query *query, const struct series *s, int32_t date,
                              double value, struct vol_gather *out, struct vol_error *err)
{
    const struct vol_layout_ts *rule = &s->layout->ts;
    const struct vol_calendar *calendar =
        strcmp(rule->calendar, "us-fed") == 0 ? &query->facts->fed : &query->facts->markets;
    int64_t ts = vol_time_new_york(vol_calendar_add(calendar, date, rule->trading_days), rule->seconds);
    bool is_bar = strcmp(s->layout->kind->name, "bar") == 0;
    double rate = is_bar ? 0 : vol_layout_rate(s->is, value);

    if (!isfinite(rate))
        return vol_error_set(err, VOL_EPROTOCOL, "no rate follows from %.10g", value);
    vol_gather_begin(out, s->layout->kind->name, ts);
    vol_gather_str(out, "symbol", is_bar ? s->is->symbol : s->is->column);
    if (is_bar) {
        vol_gather_num(out, "close", value);
    } else {
        char text[VOL_NUM_MAX];

        vol_gather_int(out, "tenor_days", s->is->tenor_days);
        vol_gather_raw(out, "rate", text, vol_num_print(text, rate, VOL_NUM_DEFAULT));
        vol_gather_date(out, "date", date);
    }
    return vol_gather_end(out, err);
}

/* ---- fredgraph.csv
 * --------------------------------------------------------------------------------------------- */

static bool is_missing(const struct vol_csv_cell *cell)
{
    return cell->len == 0 || (cell->len == 1 && cell->text[0] == '.');
}

static bool is_text(const struct vol_csv_cell *cell, const char *text)
{
    return cell->len == strlen(text) && memcmp(cell->text, text, cell->len) == 0;
}

/* Where each series that was asked for stands; other columns are passed over. */
static enum vol_status read_header(const struct vol_query *query, const struct vol_csv_cell *cells, size_t n,
                                   struct series *series, struct vol_error *err)
{
    if (n < 2 || n > COLUMNS_MAX || (!is_text(&cells[0], "observation_date") && !is_text(&cells[0], "DATE")))
        return vol_error_set(err, VOL_EPROTOCOL, "line 1: expected observation_date and the series");
    for (size_t k = 0; k < query->n_symbols; k++) {
        size_t i = 1;

        while (i < n && !is_text(&cells[i], query->symbols[k]))
            i++;
        if (i == n)
            return vol_error_set(err, VOL_EPROTOCOL, "line 1: %s: is missing", query->symbols[k]);
        find_series(query, cells[i].text, cells[i].len, &series[i]);
    }
    return VOL_OK;
}

static enum vol_status read_cells(const struct vol_query *query, const struct vol_csv_cell *cells, size_t n,
                                  const struct series *series, struct vol_gather *out, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    int32_t date;
    double value;

    if (vol_date_parse(cells[0].text, cells[0].len, &date) != VOL_OK || !vol_date_has_instants(date))
        return vol_error_set(err, VOL_EPROTOCOL, "expected a date, got \"%.*s\"",
                             (int)(cells[0].len > 20 ? 20 : cells[0].len), cells[0].text);
    for (size_t i = 1; i < n && status == VOL_OK; i++) {
        if (!series[i].is || is_missing(&cells[i]))
            continue;
        if (vol_num_parse_loose(cells[i].text, cells[i].len, &value) != VOL_OK)
            return vol_error_set(err, VOL_EPROTOCOL, "%s: expected a number, got \"%.*s\"",
                                 series[i].is->column, (int)(cells[i].len > 20 ? 20 : cells[i].len),
                                 cells[i].text);
        status = gather(query, &series[i], date, value, out, err);
    }
    return status;
}

enum vol_status vol_fred_csv(const struct vol_query *query, const char *body, size_t n,
                             struct vol_gather *out, struct vol_error *err)
{
    struct series series[COLUMNS_MAX] = {{0}};
    const struct vol_csv_cell *cells;
    size_t line = 0, n_cells, n_header = 0;
    struct vol_csv *csv = NULL;
    enum vol_status status = vol_csv_new(&csv, ROW_BYTES_MAX, err);

    for (const char *p = body, *end = body + n; p < end && status == VOL_OK;) {
        const char *feed = memchr(p, '\n', (size_t)(end - p)), *stop = feed ? feed : end;
        size_t len = (size_t)(stop - p);

        line++;
        len -= len > 0 && p[len - 1] == '\r';
        if (len > 0 && (status = vol_csv_split(csv, p, len, &cells, &n_cells, err)) == VOL_OK) {
            if (line == 1) {
                n_header = n_cells;
                status = read_header(query, cells, n_cells, series, err);
            } else {
                status = n_cells == n_header
                             ? read_cells(query, cells, n_cells, series, out, err)
                             : vol_error_set(err, VOL_EPROTOCOL, "%zu cells where the header has %zu",
                                             n_cells, n_header);
                if (status != VOL_OK)
                    vol_error_prefix(err, "line %zu", line);
            }
        }
        p = stop + (feed != NULL);
    }
    vol_csv_free(csv);
    if (status == VOL_OK && n_header == 0)
        return vol_error_set(err, VOL_EPROTOCOL, "line 1: expected observation_date and the series");
    return status == VOL_EDATA ? VOL_EPROTOCOL : status;
}

/* ---- series/observations
 * --------------------------------------------------------------------------------------- */

static enum vol_status read_observation(const struct vol_query *query, const struct series *s,
                                        const struct vol_json *at, struct vol_gather *out,
                                        struct vol_error *err)
{
    enum vol_status status;
    const char *text;
    int32_t date;
    double value;

    if ((status = vol_json_str(at, "date", VOL_JSON_REQUIRED, &text, err)) != VOL_OK)
        return status;
    if (vol_date_parse(text, strlen(text), &date) != VOL_OK || !vol_date_has_instants(date))
        return vol_json_wrong(at, err, "date: expected YYYY-MM-DD");
    if ((status = vol_json_num_text(at, "value", VOL_JSON_REQUIRED, ".|", &value, err)) != VOL_OK ||
        isnan(value))
        return status;
    return gather(query, s, date, value, out, err);
}

enum vol_status vol_fred_json(const struct vol_query *query, const char *series, const char *body, size_t n,
                              struct vol_gather *out, int64_t *n_seen, int64_t *count, struct vol_error *err)
{
    struct vol_json root, list, at;
    enum vol_status status;
    struct series s;
    json_t *json;

    if (!find_series(query, series, strlen(series), &s))
        return vol_error_set(err, VOL_EUSAGE, "%s: no such series", series);
    if ((status = vol_json_read(body, n, &json, err)) != VOL_OK)
        return status;
    root = vol_json_root(json);
    if ((status = vol_json_int(&root, "count", VOL_JSON_REQUIRED, 0, INT32_MAX, count, err)) == VOL_OK)
        status = vol_json_array(&root, "observations", VOL_JSON_REQUIRED, &list, err);
    for (size_t i = 0; status == VOL_OK && i < vol_json_size(&list); i++)
        if ((status = vol_json_element(&list, i, &at, err)) == VOL_OK)
            status = read_observation(query, &s, &at, out, err);
    if (status == VOL_OK)
        *n_seen += (int64_t)vol_json_size(&list);
    json_decref(json);
    return status;
}

/* ---- the adapter
 * ----------------------------------------------------------------------------------------------- */

/* The days of observation that can have been released in the query's range: a release comes at most a long
 * weekend behind its day, and the gatherer cuts to the instant. */
static enum vol_status add_range(const struct vol_query *query, const char *from, const char *to,
                                 struct vol_buf *url)
{
    enum { RELEASE_DAYS = 10 };
    char date[VOL_DATE_MAX];
    enum vol_status status = VOL_OK;

    if (query->has_since) {
        vol_date_print(date, vol_date_of_time(query->since) - RELEASE_DAYS);
        status = vol_url_param(url, from, date);
    }
    if (query->has_until && status == VOL_OK) {
        vol_date_print(date, vol_date_of_time(query->until));
        status = vol_url_param(url, to, date);
    }
    return status;
}

static enum vol_status fetch_csv(const struct vol_query *query, struct vol_feed *feed, struct vol_gather *out,
                                 struct vol_error *err)
{
    struct vol_buf url = VOL_BUF_INIT, ids = VOL_BUF_INIT;
    struct vol_feed_answer answer;
    enum vol_status status = vol_buf_add_str(&url, "https://fred.stlouisfed.org/graph/fredgraph.csv");

    for (size_t i = 0; i < query->n_symbols && status == VOL_OK; i++)
        if ((status = vol_buf_add_str(&ids, i ? "," : "")) == VOL_OK)
            status = vol_buf_add_str(&ids, query->symbols[i]);
    if (status == VOL_OK)
        status = vol_url_param(&url, "id", ids.data);
    if (status == VOL_OK)
        status = add_range(query, "cosd", "coed", &url);
    vol_buf_free(&ids);
    if (status != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "out of memory");
    else
        status = vol_feed_get(
            feed, &(struct vol_feed_request){.url = url.data, .body = VOL_FEED_CSV, .cached = true}, &answer,
            err);
    vol_buf_free(&url);
    if (status != VOL_OK)
        return status;
    vol_gather_received(out, answer.received);
    return vol_feed_blame(&answer, vol_fred_csv(query, answer.body, answer.len, out, err), err);
}

static enum vol_status series_url(const struct vol_query *query, const char *series, int64_t offset,
                                  struct vol_buf *url)
{
    char number[VOL_NUM_MAX];
    enum vol_status status =
        vol_buf_addf(url, "/fred/series/observations?file_type=json&sort_order=asc&limit=%d", PAGE);

    if (status == VOL_OK)
        status = vol_url_param(url, "series_id", series);
    vol_num_print_int(number, offset);
    if (status == VOL_OK)
        status = vol_url_param(url, "offset", number);
    if (status == VOL_OK)
        status = add_range(query, "observation_start", "observation_end", url);
    return status == VOL_OK ? vol_buf_add_str(url, "&api_key={FRED_API_KEY}") : status;
}

static enum vol_status fetch_series(const struct vol_query *query, const char *series, struct vol_feed *feed,
                                    struct vol_gather *out, struct vol_error *err)
{
    int64_t seen = 0, count = 0, before;
    enum vol_status status;

    do {
        struct vol_buf url = VOL_BUF_INIT;
        struct vol_feed_answer answer;

        before = seen;
        if ((status = series_url(query, series, seen, &url)) != VOL_OK)
            status = vol_error_set(err, VOL_EOS, "out of memory");
        else
            status = vol_feed_get(
                feed, &(struct vol_feed_request){.url = url.data, .body = VOL_FEED_JSON, .cached = true},
                &answer, err);
        vol_buf_free(&url);
        if (status != VOL_OK)
            return status;
        vol_gather_received(out, answer.received);
        status = vol_fred_json(query, series, answer.body, answer.len, out, &seen, &count, err);
        if (status == VOL_OK && seen == before && seen < count)
            status = vol_error_set(err, VOL_EPROTOCOL, "%lld observations of %lld, and no more pages",
                                   (long long)seen, (long long)count);
        if (status != VOL_OK)
            return vol_feed_blame(&answer, status, err);
    } while (seen < count);
    return VOL_OK;
}

static enum vol_status fetch(const struct vol_query *query, struct vol_feed *feed, struct vol_gather *out,
                             struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    struct series s;

    for (size_t i = 0; i < query->n_symbols; i++)
        if (!find_series(query, query->symbols[i], strlen(query->symbols[i]), &s))
            return vol_error_set(
                err, VOL_EUSAGE,
                "%s: no such series: DFF, SOFR, DGS1MO ... DGS30, VIXCLS and those of the layouts "
                "fred and fred-index are known",
                query->symbols[i]);
    if (!query->has_key)
        return fetch_csv(query, feed, out, err);
    for (size_t i = 0; i < query->n_symbols && status == VOL_OK; i++)
        status = fetch_series(query, query->symbols[i], feed, out, err);
    return status;
}

static const struct vol_adapter_what whats[] = {
    {"series", "SERIES...", "rate",
     "yields (DGS1MO ... DGS30, DFF, SOFR) as rates, VIXCLS and its like as bars", true},
    {0}};

const struct vol_adapter vol_adapter_fred = {
    .name = "fred",
    .summary = "St. Louis Fed: Treasury yields, overnight rates, VIX closes",
    .access = "free, next business day, decades; the key is free and for the API only",
    .keys = {{"FRED_API_KEY", false}},
    .base = "https://api.stlouisfed.org",
    .hosts = {"https://fred.stlouisfed.org"},
    .rate = 2,
    .burst = 10,
    .whats = whats,
    .fetch = fetch,
};
