#include "source/yahoo.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "base/time.h"
#include "source/us_bars.h"

const char *vol_yahoo_name(const char *symbol)
{
    if (strcasecmp(symbol, "^GSPC") == 0)
        return "SPX";
    return symbol[0] == '^' ? symbol + 1 : symbol;
}

/* The shortest decimal number that is X in single precision, where X has no more than that. */
static double of_single(double x)
{
    char text[VOL_NUM_MAX];
    double shortest;

    if (!(fabs(x) < 1e30) || (double)(float)x < x || (double)(float)x > x)
        return x;
    for (int digits = 6; digits <= 9; digits++) {
        size_t n = vol_num_print(text, x, digits);

        if (vol_num_parse(text, n, &shortest) == VOL_OK && (double)(float)shortest >= x &&
            (double)(float)shortest <= x)
            return shortest;
    }
    return x;
}

/* How the bars of a symbol are dated. */
struct session {
    bool new_york, late; /* the calendar of US markets; an index: 16:15 */
    int64_t length;      /* of a session, elsewhere */
    const char *symbol;  /* as Yahoo spells it */
};

static enum vol_status read_meta(const struct vol_json *meta, const char *symbol, struct session *out,
                                 struct vol_error *err)
{
    struct vol_json period, regular;
    enum vol_status status;
    const char *name, *zone, *type, *step;
    int64_t start = 0, end = 0;

    if ((status = vol_json_str(meta, "symbol", VOL_JSON_REQUIRED, &name, err)) != VOL_OK ||
        (status = vol_json_str(meta, "exchangeTimezoneName", VOL_JSON_REQUIRED, &zone, err)) != VOL_OK ||
        (status = vol_json_str(meta, "instrumentType", VOL_JSON_REQUIRED, &type, err)) != VOL_OK ||
        (status = vol_json_str(meta, "dataGranularity", VOL_JSON_REQUIRED, &step, err)) != VOL_OK ||
        (status = vol_json_object(meta, "currentTradingPeriod", VOL_JSON_REQUIRED, &period, err)) != VOL_OK ||
        (status = vol_json_object(&period, "regular", VOL_JSON_REQUIRED, &regular, err)) != VOL_OK ||
        (status = vol_json_time(&regular, "start", VOL_JSON_REQUIRED, VOL_SECOND, &start, err)) != VOL_OK ||
        (status = vol_json_time(&regular, "end", VOL_JSON_REQUIRED, VOL_SECOND, &end, err)) != VOL_OK)
        return status;
    if (strcasecmp(name, symbol) != 0)
        return vol_json_wrong(meta, err, "symbol: asked for %s, got another one", symbol);
    if (strcmp(step, "1d") != 0)
        return vol_json_wrong(meta, err, "dataGranularity: expected 1d");
    if (!(end > start))
        return vol_json_wrong(&regular, err, "ends before it starts");
    out->late = strcmp(type, "INDEX") == 0;
    out->new_york = strcmp(zone, "America/New_York") == 0 &&
                    (out->late || strcmp(type, "EQUITY") == 0 || strcmp(type, "ETF") == 0);
    out->length = end - start;
    out->symbol = name;
    return VOL_OK;
}

enum { OPEN, HIGH, LOW, CLOSE, VOLUME, N_COLUMNS };

static enum vol_status read_columns(const struct vol_json *quote, size_t n, struct vol_json column[N_COLUMNS],
                                    struct vol_error *err)
{
    static const char *const keys[N_COLUMNS] = {"open", "high", "low", "close", "volume"};
    enum vol_status status;

    for (size_t i = 0; i < N_COLUMNS; i++) {
        if ((status = vol_json_array(quote, keys[i], VOL_JSON_REQUIRED, &column[i], err)) != VOL_OK)
            return status;
        if (vol_json_size(&column[i]) != n)
            return vol_json_wrong(&column[i], err, "%zu elements, and %zu times", vol_json_size(&column[i]),
                                  n);
    }
    return VOL_OK;
}

static enum vol_status read_row(const struct vol_json column[N_COLUMNS], size_t i, struct vol_us_bar *bar,
                                struct vol_error *err)
{
    double *const field[N_COLUMNS] = {&bar->open, &bar->high, &bar->low, &bar->close, &bar->volume};
    enum vol_status status;

    for (size_t k = 0; k < N_COLUMNS; k++) {
        if ((status = vol_json_num_at(&column[k], i, field[k], err)) != VOL_OK)
            return status;
        if (k != VOLUME)
            *field[k] = of_single(*field[k]);
    }
    return VOL_OK;
}

static enum vol_status read_time(const struct vol_json *times, size_t i, int64_t *out, struct vol_error *err)
{
    double x;
    enum vol_status status = vol_json_num_at(times, i, &x, err);

    if (status != VOL_OK)
        return status;
    if (!(x > -9.2e9 && x < 9.2e9)) /* bars of 1927 have a negative time; milliseconds are seen */
        return vol_json_wrong(times, err, "element %zu is no time in seconds", i);
    *out = (int64_t)x * VOL_SECOND;
    return VOL_OK;
}

/* Rows of one session: while it runs, and for a while behind it, Yahoo adds one of the last trade. The last
 * counts. */
static enum vol_status read_rows(const struct vol_json *times, const struct vol_json column[N_COLUMNS],
                                 const struct session *session, const char *name, int64_t received,
                                 const struct vol_source_facts *facts, struct vol_gather *out,
                                 struct vol_error *err)
{
    size_t n = vol_json_size(times);
    enum vol_status status = VOL_OK;

    for (size_t i = 0; i < n && status == VOL_OK; i++) {
        struct vol_us_bar bar;
        int64_t start = 0, next = 0, ts;

        if ((status = read_time(times, i, &start, err)) != VOL_OK ||
            (i + 1 < n && (status = read_time(times, i + 1, &next, err)) != VOL_OK) ||
            (status = read_row(column, i, &bar, err)) != VOL_OK)
            return status;
        if (session->new_york && i + 1 < n && vol_us_date(next) == vol_us_date(start))
            continue;
        ts = session->new_york ? vol_us_close(facts, vol_us_date(start), session->late)
                               : start + session->length;
        status = vol_us_bar_gather(out, name, ts, received, &bar, err);
    }
    return status;
}

static enum vol_status read_bars(const struct vol_json *result, const char *symbol, int64_t received,
                                 const struct vol_source_facts *facts, struct vol_gather *out,
                                 struct vol_error *err)
{
    struct vol_json meta, times, indicators, quotes, quote, column[N_COLUMNS];
    struct session session = {0};
    enum vol_status status;

    if ((status = vol_json_object(result, "meta", VOL_JSON_REQUIRED, &meta, err)) != VOL_OK ||
        (status = read_meta(&meta, symbol, &session, err)) != VOL_OK ||
        (status = vol_json_object(result, "indicators", VOL_JSON_REQUIRED, &indicators, err)) != VOL_OK ||
        (status = vol_json_array(&indicators, "quote", VOL_JSON_REQUIRED, &quotes, err)) != VOL_OK ||
        (status = vol_json_element(&quotes, 0, &quote, err)) != VOL_OK ||
        (status = vol_json_array(result, "timestamp",
                                 json_object_size(quote.value) > 0 ? VOL_JSON_REQUIRED : VOL_JSON_OPTIONAL,
                                 &times, err)) != VOL_OK)
        return status;
    if (vol_json_size(&times) == 0) /* no bars in the range: `quote` is [{}] then, and there are no times */
        return VOL_OK;
    if ((status = read_columns(&quote, vol_json_size(&times), column, err)) != VOL_OK)
        return status;
    return read_rows(&times, column, &session, vol_yahoo_name(session.symbol), received, facts, out, err);
}

enum vol_status vol_yahoo_bars(const char *body, size_t n, const char *symbol, int64_t received,
                               const struct vol_source_facts *facts, struct vol_gather *out,
                               struct vol_error *err)
{
    struct vol_json answer, envelope, list, result;
    json_t *root = NULL;
    enum vol_status status;

    if ((status = vol_json_read(body, n, &root, err)) != VOL_OK)
        return status;
    answer = vol_json_root(root);
    status = vol_yahoo_result(&answer, "chart", &envelope, &list, &result, err);
    if (status == VOL_OK && result.value)
        status = read_bars(&result, symbol, received, facts, out, err);
    json_decref(root);
    return status;
}
