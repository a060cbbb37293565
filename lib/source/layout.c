#include "source/layout.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/layout_field.h"
#include "source/pattern.h"

static enum vol_status load_texts(const struct vol_conf *at, const char *key, const char **out, size_t max,
                                  size_t *n, struct vol_error *err)
{
    enum vol_status status = vol_conf_array(at, key, false, n, err);

    if (status == VOL_OK && *n > max)
        return vol_layout_wrong(at, key, "too many", err);
    for (size_t i = 0; status == VOL_OK && i < *n; i++)
        status = vol_conf_element_str(at, key, i, NULL, &out[i], err);
    return status;
}

/* ---- the contract's name and the sides
 * ------------------------------------------------------------------------- */

/* `adjusted` of `symbol`: a column, and what it holds for standard contracts. */
static enum vol_status load_adjusted(struct vol_layout *l, const struct vol_conf *symbol,
                                     struct vol_error *err)
{
    static const char *const keys[] = {"column", "nth", "standard", NULL};
    struct vol_conf at;
    enum vol_status status = vol_conf_object(symbol, "adjusted", false, &at, err);

    if (status == VOL_NO)
        return VOL_OK;
    if (status != VOL_OK || (status = vol_conf_known(&at, keys, err)) != VOL_OK ||
        (status = vol_layout_column_load(&at, &l->odd, err)) != VOL_OK)
        return status;
    if (!l->odd.name)
        return vol_layout_wrong(&at, "column", "expected a column", err);
    return load_texts(&at, "standard", l->odd_none, VOL_LAYOUT_MISSING_MAX, &l->n_odd_none, err);
}

static enum vol_status load_quote_symbol(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {"rule", "venue", "column", "nth", "root", "adjusted", NULL};
    const char *rule = NULL;
    struct vol_conf at;
    enum vol_status status;

    if ((status = vol_conf_object(&l->conf, "symbol", true, &at, err)) != VOL_OK ||
        (status = vol_conf_known(&at, keys, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "rule", true, "osi|deribit|okx|parts", &rule, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "venue", true, NULL, &l->venue, err)) != VOL_OK ||
        (status = vol_layout_column_load(&at, &l->side[0].symbol, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "root", false, NULL, &l->root.name, err)) != VOL_OK ||
        (status = load_adjusted(l, &at, err)) != VOL_OK)
        return status;
    l->parts = strcmp(rule, "parts") == 0;
    l->root.nth = 1;
    l->symbol_from_file = l->parts && l->root.name == NULL;
    (void)vol_symbol_family_find(rule, &l->family);
    if (!l->parts && l->root.name)
        return vol_layout_wrong(&at, "root", "only the rule parts has it", err);
    if (!l->parts && vol_conf_has(&l->conf, "sides") == (l->side[0].symbol.name != NULL))
        return vol_layout_wrong(&at, "column", "expected here, or in each of the sides", err);
    return VOL_OK;
}

/* The parts of a contract that a column of SIDE must give. */
static enum vol_status check_parts(const struct vol_layout *l, const struct vol_layout_side *side,
                                   struct vol_error *err)
{
    static const char *const needed[] = {"expiration", "strike", "option_type"};

    for (size_t i = 0; l->parts && i < 3; i++) {
        bool has = i == 2 && side->option_type != 0;

        for (size_t j = 0; j < side->n_fields; j++)
            has |= strcmp(side->field[j].field->name, needed[i]) == 0;
        if (!has)
            return vol_layout_wrong(&l->conf, needed[i], "the rule parts needs this field", err);
    }
    return VOL_OK;
}

/* One of the two sides of a row: what it is comes from the name of its contract, or is said here. */
static enum vol_status load_side(struct vol_layout *l, struct vol_layout_side *side, struct vol_error *err)
{
    static const char *const named[] = {"symbol", "nth", "fields", NULL}, *const said[] = {"option_type",
                                                                                           "fields", NULL};
    const char *type = NULL;
    struct vol_conf at;
    int64_t nth = 1;
    enum vol_status status;

    if ((status = vol_conf_element(&l->conf, "sides", l->n_sides, &at, err)) != VOL_OK ||
        (status = vol_conf_known(&at, l->parts ? said : named, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "symbol", !l->parts, NULL, &side->symbol.name, err)) != VOL_OK ||
        (status = vol_conf_int(&at, "nth", false, 1, VOL_LAYOUT_FIELDS_MAX, &nth, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "option_type", l->parts, "C|P", &type, err)) != VOL_OK ||
        (status = vol_layout_fields_load(&at, l->kind, side, err)) != VOL_OK ||
        (status = vol_layout_fields_load(&l->conf, l->kind, side, err)) != VOL_OK)
        return status;
    side->symbol.nth = (int)nth;
    side->option_type = type ? *type : 0;
    return check_parts(l, side, err);
}

static enum vol_status load_sides(struct vol_layout *l, struct vol_error *err)
{
    enum vol_status status;
    size_t n;

    if (!vol_conf_has(&l->conf, "sides")) {
        l->n_sides = 1;
        status = vol_layout_fields_load(&l->conf, l->kind, &l->side[0], err);
        return status == VOL_OK ? check_parts(l, &l->side[0], err) : status;
    }
    if ((status = vol_conf_array(&l->conf, "sides", true, &n, err)) != VOL_OK)
        return status;
    if (n != VOL_LAYOUT_SIDES_MAX)
        return vol_layout_wrong(&l->conf, "sides", "expected two", err);
    for (l->n_sides = 0; l->n_sides < n; l->n_sides++)
        if ((status = load_side(l, &l->side[l->n_sides], err)) != VOL_OK)
            return status;
    return VOL_OK;
}

/* `symbol` of a bar: {"rule": "file"}, or a field `symbol` with a column or a value. */
static enum vol_status load_bar_symbol(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {"rule", NULL};
    const char *rule = NULL;
    struct vol_conf at;
    enum vol_status status = vol_conf_object(&l->conf, "symbol", false, &at, err);

    if (status == VOL_NO)
        return VOL_OK;
    if (status != VOL_OK || (status = vol_conf_known(&at, keys, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "rule", true, "file", &rule, err)) != VOL_OK)
        return status;
    l->symbol_from_file = true;
    return VOL_OK;
}

/* ---- series
 * ---------------------------------------------------------------------------------------------------- */

static enum vol_status load_one_series(const struct vol_conf *at, const char *name, bool rate,
                                       struct vol_layout_series *s, struct vol_error *err)
{
    static const char *const rate_keys[] = {"tenor_days", "yield", NULL}, *const bar_keys[] = {"symbol",
                                                                                               NULL};
    const char *yield = "bond-equivalent";
    struct vol_conf in;
    enum vol_status status;

    s->column = s->symbol = name;
    if ((status = vol_conf_object(at, name, true, &in, err)) != VOL_OK ||
        (status = vol_conf_known(&in, rate ? rate_keys : bar_keys, err)) != VOL_OK)
        return status;
    if (!rate)
        return vol_conf_str(&in, "symbol", false, NULL, &s->symbol, err);
    if ((status = vol_conf_int(&in, "tenor_days", true, 1, 36600, &s->tenor_days, err)) != VOL_OK ||
        (status = vol_conf_str(&in, "yield", false, "bond-equivalent|money-market|continuous", &yield,
                               err)) != VOL_OK)
        return status;
    s->yield = yield[0] == 'b'   ? VOL_YIELD_BOND_EQUIVALENT
               : yield[0] == 'm' ? VOL_YIELD_MONEY_MARKET
                                 : VOL_YIELD_CONTINUOUS;
    return VOL_OK;
}

static enum vol_status load_series(struct vol_layout *l, struct vol_error *err)
{
    struct vol_conf at;
    enum vol_status status = vol_conf_object(&l->conf, "series", false, &at, err);
    bool rate = strcmp(l->kind->name, "rate") == 0;

    if (status == VOL_NO)
        return rate ? vol_layout_wrong(&l->conf, "series", "a layout of rates needs it", err) : VOL_OK;
    for (void *iter = status == VOL_OK ? json_object_iter(at.object) : NULL; iter;
         iter = json_object_iter_next(at.object, iter)) {
        if (l->n_series == VOL_LAYOUT_SERIES_MAX)
            return vol_layout_wrong(&l->conf, "series", "too many", err);
        if ((status = load_one_series(&at, json_object_iter_key(iter), rate, &l->series[l->n_series++],
                                      err)) != VOL_OK)
            return status;
    }
    if (status == VOL_OK && l->n_series == 0)
        return vol_layout_wrong(&l->conf, "series", "empty", err);
    return status;
}

/* ---- time, detection, the whole
 * -------------------------------------------------------------------------------- */

/* HH:MM. */
static bool parse_clock(const char *text, int32_t *seconds)
{
    if (strlen(text) != 5 || text[2] != ':')
        return false;
    for (int i = 0; i < 5; i++)
        if (i != 2 && (text[i] < '0' || text[i] > '9'))
            return false;
    *seconds = ((text[0] - '0') * 10 + text[1] - '0') * 3600 + ((text[3] - '0') * 10 + text[4] - '0') * 60;
    return text[3] < '6' && *seconds < 86400;
}

/* `since_midnight` of `ts`: a column of seconds, or of `divide` of them a second. */
static enum vol_status load_since_midnight(const struct vol_conf *at, struct vol_layout_ts *ts,
                                           struct vol_error *err)
{
    static const char *const keys[] = {"column", "nth", "divide", NULL};
    struct vol_conf in;
    enum vol_status status = vol_conf_object(at, "since_midnight", false, &in, err);

    if (status == VOL_NO)
        return VOL_OK;
    ts->per_second = 1;
    if (status != VOL_OK || (status = vol_conf_known(&in, keys, err)) != VOL_OK ||
        (status = vol_layout_column_load(&in, &ts->since_midnight, err)) != VOL_OK ||
        (status = vol_conf_num(&in, "divide", false, 1, 1e9, &ts->per_second, err)) != VOL_OK)
        return status;
    return ts->since_midnight.name ? VOL_OK : vol_layout_wrong(&in, "column", "expected a column", err);
}

static enum vol_status load_ts(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {
        "column",       "nth",      "preamble", "format",         "time",  "zone", "early",
        "trading_days", "calendar", "closed",   "since_midnight", "delay", NULL};
    const char *clock = NULL, *zone = "utc", *closed = "keep";
    struct vol_layout_ts *ts = &l->ts;
    int64_t days = 0, delay = 0;
    struct vol_conf at;
    enum vol_status status;

    ts->calendar = "us-options";
    if ((status = vol_conf_object(&l->conf, "ts", true, &at, err)) != VOL_OK ||
        (status = vol_conf_known(&at, keys, err)) != VOL_OK ||
        (status = vol_layout_column_load(&at, &ts->column, err)) != VOL_OK ||
        (status = vol_conf_bool(&at, "preamble", false, &ts->preamble, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "format", true, NULL, &ts->format, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "time", false, NULL, &clock, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "zone", false, "utc|new-york", &zone, err)) != VOL_OK ||
        (status = vol_conf_bool(&at, "early", false, &ts->early, err)) != VOL_OK ||
        (status = vol_conf_int(&at, "trading_days", false, 0, 10, &days, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "calendar", false, "us-options|us-fed", &ts->calendar, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "closed", false, "keep|refuse", &closed, err)) != VOL_OK ||
        (status = vol_conf_int(&at, "delay", false, 0, 86400, &delay, err)) != VOL_OK ||
        (status = load_since_midnight(&at, ts, err)) != VOL_OK)
        return status;
    ts->delay = (int32_t)delay;
    if ((status = vol_datefmt_check(ts->format, err)) != VOL_OK) {
        vol_error_prefix(err, "%s: format", at.where);
        return status;
    }
    ts->seconds = -1;
    if (clock && !parse_clock(clock, &ts->seconds))
        return vol_layout_wrong(&at, "time", "expected HH:MM", err);
    if (ts->preamble == (ts->column.name != NULL))
        return vol_layout_wrong(&at, "column", "expected either a column or \"preamble\": true", err);
    ts->zone = zone[0] == 'u' ? VOL_ZONE_OFFSET : VOL_ZONE_NEW_YORK;
    ts->trading_days = (int)days;
    ts->closed_refused = closed[0] == 'r';
    return VOL_OK;
}

/* `file`, `header` and `names`: what a file is called, and what its columns are. */
static enum vol_status load_shape(struct vol_layout *l, struct vol_error *err)
{
    const char *names = "exact";
    enum vol_status status;

    if ((status = vol_conf_str(&l->conf, "file", false, NULL, &l->pattern, err)) != VOL_OK ||
        (status = vol_conf_str(&l->conf, "names", false, "exact|loose", &names, err)) != VOL_OK ||
        (status = load_texts(&l->conf, "header", l->header, VOL_LAYOUT_HEADER_MAX, &l->n_header, err)) !=
            VOL_OK)
        return status;
    l->loose_names = names[0] == 'l';
    if (l->pattern && (status = vol_pattern_check(l->pattern, err)) != VOL_OK) {
        vol_error_prefix(err, "%s: file", l->conf.where);
        return status;
    }
    if (l->n_header > 0 && !l->pattern)
        return vol_layout_wrong(&l->conf, "file", "a file without a header is told by its name", err);
    return VOL_OK;
}

static enum vol_status load_detect(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {"columns", "column", "nth", "value", NULL};
    struct vol_conf at;
    enum vol_status status;

    if (l->n_header > 0)
        return vol_conf_has(&l->conf, "detect")
                   ? vol_layout_wrong(&l->conf, "detect", "a file without a header is told by its name", err)
                   : VOL_OK;
    if ((status = vol_conf_object(&l->conf, "detect", true, &at, err)) != VOL_OK ||
        (status = vol_conf_known(&at, keys, err)) != VOL_OK ||
        (status = load_texts(&at, "columns", l->detect, VOL_LAYOUT_DETECT_MAX, &l->n_detect, err)) !=
            VOL_OK ||
        (status = vol_layout_column_load(&at, &l->detect_column, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "value", false, NULL, &l->detect_value, err)) != VOL_OK)
        return status;
    if (l->n_detect == 0)
        return vol_layout_wrong(&at, "columns", "expected the names of columns that tell the file", err);
    if (!l->detect_column.name != !l->detect_value)
        return vol_layout_wrong(&at, "value", "column and value go together", err);
    return VOL_OK;
}

static enum vol_status load_preamble(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {"rows", "underlying_price", NULL};
    struct vol_conf at;
    int64_t rows = 0;
    enum vol_status status = vol_conf_object(&l->conf, "preamble", false, &at, err);

    if (status == VOL_NO)
        return l->ts.preamble ? vol_layout_wrong(&l->conf, "preamble", "ts is to come from it", err) : VOL_OK;
    if (status != VOL_OK || (status = vol_conf_known(&at, keys, err)) != VOL_OK ||
        (status = vol_conf_int(&at, "rows", true, 1, VOL_LAYOUT_PREAMBLE_MAX, &rows, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "underlying_price", false, NULL, &l->preamble_price, err)) != VOL_OK)
        return status;
    l->preamble = (size_t)rows;
    return VOL_OK;
}

/* A bar has one symbol: from a column, a value, the file's name, or its series. */
static enum vol_status check_bar_symbol(const struct vol_layout *l, struct vol_error *err)
{
    size_t n = l->n_series > 0;

    for (size_t i = 0; i < l->side[0].n_fields; i++)
        n += strcmp(l->side[0].field[i].field->name, "symbol") == 0;
    if (l->symbol_from_file &&
        l->n_series == 0) /* with series: the file's symbol, a point, the series' own */
        n++;
    return n == 1 ? VOL_OK
                  : vol_layout_wrong(&l->conf, "symbol",
                                     "expected from the file, a field or a series, and only one", err);
}

static enum vol_status load_kind(struct vol_layout *l, struct vol_error *err)
{
    const char *kind = NULL;
    enum vol_status status;

    if ((status = vol_conf_str(&l->conf, "kind", true, "quote|bar|rate", &kind, err)) != VOL_OK)
        return status;
    l->kind = vol_kind_find(kind, strlen(kind));
    if (kind[0] == 'q')
        return (status = load_quote_symbol(l, err)) != VOL_OK ? status : load_sides(l, err);
    if ((status = load_bar_symbol(l, err)) != VOL_OK || (status = load_series(l, err)) != VOL_OK ||
        (status = load_sides(l, err)) != VOL_OK)
        return status;
    if (vol_conf_has(&l->conf, "sides"))
        return vol_layout_wrong(&l->conf, "sides", "only quotes have sides", err);
    if ((l->n_series == 0) == (l->side[0].n_fields == 0))
        return vol_layout_wrong(&l->conf, "fields", "expected either fields or series", err);
    return check_bar_symbol(l, err);
}

static enum vol_status load_all(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {"summary",  "kind",   "sort",   "missing", "detect",
                                       "preamble", "file",   "ts",     "symbol",  "fields",
                                       "sides",    "series", "header", "names",   NULL};
    enum vol_status status;

    if ((status = vol_conf_known(&l->conf, keys, err)) != VOL_OK ||
        (status = vol_conf_str(&l->conf, "summary", true, NULL, &l->summary, err)) != VOL_OK ||
        (status = vol_conf_bool(&l->conf, "sort", false, &l->sort, err)) != VOL_OK ||
        (status = load_texts(&l->conf, "missing", l->missing, VOL_LAYOUT_MISSING_MAX, &l->n_missing, err)) !=
            VOL_OK ||
        (status = load_shape(l, err)) != VOL_OK || (status = load_detect(l, err)) != VOL_OK ||
        (status = load_ts(l, err)) != VOL_OK || (status = load_preamble(l, err)) != VOL_OK)
        return status;
    return load_kind(l, err);
}

static void name_layout(struct vol_layout *l, const char *path)
{
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    size_t n = strlen(base);

    if (n > 5 && strcmp(base + n - 5, ".json") == 0)
        n -= 5;
    snprintf(l->name, sizeof l->name, "%.*s", (int)n, base);
}

enum vol_status vol_layout_load(const char *path, struct vol_layout *layout, struct vol_error *err)
{
    struct vol_layout made = {0};
    enum vol_status status = vol_conf_load(path, &made.conf, err);

    if (status != VOL_OK)
        return status;
    name_layout(&made, path);
    status = load_all(&made, err);
    if (status != VOL_OK) {
        vol_layout_free(&made);
        return status;
    }
    *layout = made;
    return VOL_OK;
}

void vol_layout_free(struct vol_layout *layout)
{
    vol_conf_free(&layout->conf);
    *layout = (struct vol_layout){0};
}

double vol_layout_rate(const struct vol_layout_series *series, double percent)
{
    double y = percent / 100, days = (double)series->tenor_days;

    switch (series->yield) {
    case VOL_YIELD_BOND_EQUIVALENT:
        return 2 * log1p(y / 2);
    case VOL_YIELD_MONEY_MARKET:
        return log1p(y * days / 360) * 365 / days;
    default:
        return y;
    }
}
