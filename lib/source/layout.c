#include "source/layout.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum vol_status wrong(const struct vol_conf *at, const char *key, const char *what,
                             struct vol_error *err)
{
    return vol_error_set(err, VOL_ECONFIG, "%s: %s: %s", at->where, key, what);
}

/* ---- columns and fields
 * ---------------------------------------------------------------------------------------- */

static const char *const field_keys[] = {"column", "nth", "value", "divide", "format", "missing", NULL};

static enum vol_status load_column(const struct vol_conf *at, struct vol_layout_column *out,
                                   struct vol_error *err)
{
    enum vol_status status;
    int64_t nth = 1;

    if ((status = vol_conf_str(at, "column", false, NULL, &out->name, err)) != VOL_OK ||
        (status = vol_conf_int(at, "nth", false, 1, VOL_LAYOUT_FIELDS_MAX, &nth, err)) != VOL_OK)
        return status;
    out->nth = (int)nth;
    return VOL_OK;
}

/* `missing` of a field: numbers. */
static enum vol_status load_missing(const struct vol_conf *at, struct vol_layout_field *f,
                                    struct vol_error *err)
{
    const json_t *array = json_object_get(at->object, "missing"), *x;
    size_t i;

    if (!array)
        return VOL_OK;
    if (!json_is_array(array) || json_array_size(array) > VOL_LAYOUT_MISSING_MAX)
        return wrong(at, "missing", "expected an array of at most 8 numbers", err);
    json_array_foreach(array, i, x)
    {
        if (!json_is_number(x))
            return wrong(at, "missing", "expected numbers", err);
        f->missing[f->n_missing++] = json_number_value(x);
    }
    return VOL_OK;
}

/* `value`: a constant; kept as JSON text beside the configuration, which owns the value. */
static enum vol_status load_value(const struct vol_conf *at, struct vol_layout_field *f,
                                  struct vol_error *err)
{
    json_t *value = json_object_get(at->object, "value");
    char *text;
    int status;

    if (!value)
        return VOL_OK;
    if (!(f->field->type == VOL_FIELD_NUM || f->field->type == VOL_FIELD_INT ? json_is_number(value)
          : f->field->type == VOL_FIELD_BOOL                                 ? json_is_boolean(value)
          : f->field->type == VOL_FIELD_STR                                  ? json_is_string(value)
                                                                             : 0))
        return wrong(at, "value", "is not of the field's type", err);
    text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    if (!text)
        return vol_error_set(err, VOL_EOS, "out of memory");
    /* Moved into the configuration, so that it is freed with it. */
    status = json_object_set_new(at->object, "value", json_string(text));
    free(text);
    if (status != 0)
        return vol_error_set(err, VOL_EOS, "out of memory");
    f->value = json_string_value(json_object_get(at->object, "value"));
    return VOL_OK;
}

static enum vol_status load_field_object(const struct vol_conf *at, struct vol_layout_field *f,
                                         struct vol_error *err)
{
    enum vol_status status;

    if ((status = vol_conf_known(at, field_keys, err)) != VOL_OK ||
        (status = load_column(at, &f->column, err)) != VOL_OK ||
        (status = vol_conf_num(at, "divide", false, 1e-9, 1e9, &f->divide, err)) != VOL_OK ||
        (status = vol_conf_str(at, "format", false, NULL, &f->format, err)) != VOL_OK ||
        (status = load_missing(at, f, err)) != VOL_OK || (status = load_value(at, f, err)) != VOL_OK)
        return status;
    if (!f->column.name == !f->value)
        return wrong(at, "column", "expected either a column or a value", err);
    if (f->format && (status = vol_datefmt_check(f->format, err)) != VOL_OK)
        vol_error_prefix(err, "%s: format", at->where);
    return status;
}

/* Fields that the rows are made with and no column may give: the name of a contract is the source of the
 * first four. */
static bool is_taken(const struct vol_kind *kind, const char *name)
{
    static const char *const taken[] = {"underlying", "symbol", "root", "adjusted", "source"};
    bool quote = strcmp(kind->name, "quote") == 0;

    for (size_t i = quote ? 0 : 4; i < sizeof taken / sizeof taken[0]; i++)
        if (strcmp(name, taken[i]) == 0)
            return true;
    return false;
}

/* One member NAME of `fields`: an object, or the column's name alone. */
static enum vol_status load_field(const struct vol_conf *at, const struct vol_kind *kind, const char *name,
                                  struct vol_layout_field *f, struct vol_error *err)
{
    struct vol_conf inner;
    enum vol_status status;

    *f = (struct vol_layout_field){.divide = 1, .column = {.nth = 1}};
    f->field = vol_field_find(kind, name, strlen(name));
    if (!f->field || f->field == &kind->fields[0] || f->field == &kind->fields[1] ||
        f->field->type == VOL_FIELD_TIME || f->field->type == VOL_FIELD_JSON || is_taken(kind, name))
        return wrong(at, name, "the kind has no such field that a column may give", err);
    f->key_len = (size_t)snprintf(f->key, sizeof f->key, ",\"%s\":", name);
    if (f->key_len >= sizeof f->key)
        return wrong(at, name, "name too long", err);
    if (json_is_string(json_object_get(at->object, name))) {
        f->column.name = json_string_value(json_object_get(at->object, name));
    } else if ((status = vol_conf_object(at, name, true, &inner, err)) != VOL_OK ||
               (status = load_field_object(&inner, f, err)) != VOL_OK) {
        return status;
    }
    if (f->field->type == VOL_FIELD_DATE && !f->value && !f->format)
        return wrong(at, name, "a date needs a format", err);
    return VOL_OK;
}

/* Note what the fields of SIDE take over, so that no row asks again. */
static void note_fields(struct vol_layout_side *side, bool quote)
{
    for (size_t i = 0; i < side->n_fields; i++) {
        const char *name = side->field[i].field->name;

        side->field[i].compared = quote && (strcmp(name, "expiration") == 0 || strcmp(name, "strike") == 0 ||
                                            strcmp(name, "option_type") == 0);
        side->gives_exercise |= strcmp(name, "exercise") == 0;
        side->gives_multiplier |= strcmp(name, "multiplier") == 0;
        side->gives_currency |= strcmp(name, "currency") == 0;
        side->gives_inverse |= strcmp(name, "inverse") == 0;
        side->gives_price |= strcmp(name, "underlying_price") == 0;
    }
}

static int by_table(const void *a, const void *b)
{
    const struct vol_layout_field *x = a, *y = b;

    return (x->field > y->field) - (x->field < y->field);
}

/* Add the members of `fields` of AT to SIDE. */
static enum vol_status load_fields(const struct vol_conf *at, const struct vol_kind *kind,
                                   struct vol_layout_side *side, struct vol_error *err)
{
    struct vol_conf fields;
    enum vol_status status = vol_conf_object(at, "fields", false, &fields, err);
    void *iter;

    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    for (iter = json_object_iter(fields.object); iter; iter = json_object_iter_next(fields.object, iter)) {
        const char *name = json_object_iter_key(iter);

        if (strcmp(name, "comment") == 0)
            continue;
        if (side->n_fields == VOL_LAYOUT_FIELDS_MAX)
            return wrong(at, "fields", "too many", err);
        if ((status = load_field(&fields, kind, name, &side->field[side->n_fields], err)) != VOL_OK)
            return status;
        for (size_t i = 0; i < side->n_fields; i++)
            if (side->field[i].field == side->field[side->n_fields].field)
                return wrong(&fields, name, "given twice", err);
        side->n_fields++;
    }
    qsort(side->field, side->n_fields, sizeof side->field[0], by_table);
    note_fields(side, strcmp(kind->name, "quote") == 0);
    return VOL_OK;
}

/* ---- the contract's name and the sides
 * ------------------------------------------------------------------------- */

static enum vol_status load_quote_symbol(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {"rule", "venue", "column", "nth", NULL};
    const char *rule = NULL;
    struct vol_conf at;
    enum vol_status status;

    if ((status = vol_conf_object(&l->conf, "symbol", true, &at, err)) != VOL_OK ||
        (status = vol_conf_known(&at, keys, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "rule", true, "osi|deribit|okx", &rule, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "venue", true, NULL, &l->venue, err)) != VOL_OK ||
        (status = load_column(&at, &l->side[0].symbol, err)) != VOL_OK)
        return status;
    (void)vol_symbol_family_find(rule, &l->family);
    if (vol_conf_has(&l->conf, "sides") == (l->side[0].symbol.name != NULL))
        return wrong(&at, "column", "expected here, or in each of the sides", err);
    return VOL_OK;
}

static enum vol_status load_sides(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {"symbol", "nth", "fields", NULL};
    enum vol_status status;
    size_t n;

    if (!vol_conf_has(&l->conf, "sides")) {
        l->n_sides = 1;
        return load_fields(&l->conf, l->kind, &l->side[0], err);
    }
    if ((status = vol_conf_array(&l->conf, "sides", true, &n, err)) != VOL_OK)
        return status;
    if (n != VOL_LAYOUT_SIDES_MAX)
        return wrong(&l->conf, "sides", "expected two", err);
    for (l->n_sides = 0; l->n_sides < n; l->n_sides++) {
        struct vol_layout_side *side = &l->side[l->n_sides];
        struct vol_conf at;
        int64_t nth = 1;

        if ((status = vol_conf_element(&l->conf, "sides", l->n_sides, &at, err)) != VOL_OK ||
            (status = vol_conf_known(&at, keys, err)) != VOL_OK ||
            (status = vol_conf_str(&at, "symbol", true, NULL, &side->symbol.name, err)) != VOL_OK ||
            (status = vol_conf_int(&at, "nth", false, 1, VOL_LAYOUT_FIELDS_MAX, &nth, err)) != VOL_OK ||
            (status = load_fields(&at, l->kind, side, err)) != VOL_OK ||
            (status = load_fields(&l->conf, l->kind, side, err)) != VOL_OK)
            return status;
        side->symbol.nth = (int)nth;
    }
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
        return rate ? wrong(&l->conf, "series", "a layout of rates needs it", err) : VOL_OK;
    for (void *iter = status == VOL_OK ? json_object_iter(at.object) : NULL; iter;
         iter = json_object_iter_next(at.object, iter)) {
        if (l->n_series == VOL_LAYOUT_SERIES_MAX)
            return wrong(&l->conf, "series", "too many", err);
        if ((status = load_one_series(&at, json_object_iter_key(iter), rate, &l->series[l->n_series++],
                                      err)) != VOL_OK)
            return status;
    }
    if (status == VOL_OK && l->n_series == 0)
        return wrong(&l->conf, "series", "empty", err);
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

static enum vol_status load_ts(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {"column", "nth",          "preamble", "format", "time", "zone",
                                       "early",  "trading_days", "calendar", "closed", NULL};
    const char *clock = NULL, *zone = "utc", *closed = "keep";
    struct vol_layout_ts *ts = &l->ts;
    int64_t days = 0;
    struct vol_conf at;
    enum vol_status status;

    ts->calendar = "us-options";
    if ((status = vol_conf_object(&l->conf, "ts", true, &at, err)) != VOL_OK ||
        (status = vol_conf_known(&at, keys, err)) != VOL_OK ||
        (status = load_column(&at, &ts->column, err)) != VOL_OK ||
        (status = vol_conf_bool(&at, "preamble", false, &ts->preamble, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "format", true, NULL, &ts->format, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "time", false, NULL, &clock, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "zone", false, "utc|new-york", &zone, err)) != VOL_OK ||
        (status = vol_conf_bool(&at, "early", false, &ts->early, err)) != VOL_OK ||
        (status = vol_conf_int(&at, "trading_days", false, 0, 10, &days, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "calendar", false, "us-options|us-fed", &ts->calendar, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "closed", false, "keep|refuse", &closed, err)) != VOL_OK)
        return status;
    if ((status = vol_datefmt_check(ts->format, err)) != VOL_OK) {
        vol_error_prefix(err, "%s: format", at.where);
        return status;
    }
    ts->seconds = -1;
    if (clock && !parse_clock(clock, &ts->seconds))
        return wrong(&at, "time", "expected HH:MM", err);
    if (ts->preamble == (ts->column.name != NULL))
        return wrong(&at, "column", "expected either a column or \"preamble\": true", err);
    ts->zone = zone[0] == 'u' ? VOL_ZONE_OFFSET : VOL_ZONE_NEW_YORK;
    ts->trading_days = (int)days;
    ts->closed_refused = closed[0] == 'r';
    return VOL_OK;
}

static enum vol_status load_texts(const struct vol_conf *at, const char *key, const char **out, size_t max,
                                  size_t *n, struct vol_error *err)
{
    enum vol_status status = vol_conf_array(at, key, false, n, err);

    if (status == VOL_OK && *n > max)
        return wrong(at, key, "too many", err);
    for (size_t i = 0; status == VOL_OK && i < *n; i++)
        status = vol_conf_element_str(at, key, i, NULL, &out[i], err);
    return status;
}

static enum vol_status load_detect(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {"columns", "column", "nth", "value", NULL};
    struct vol_conf at;
    enum vol_status status;

    if ((status = vol_conf_object(&l->conf, "detect", true, &at, err)) != VOL_OK ||
        (status = vol_conf_known(&at, keys, err)) != VOL_OK ||
        (status = load_texts(&at, "columns", l->detect, VOL_LAYOUT_DETECT_MAX, &l->n_detect, err)) !=
            VOL_OK ||
        (status = load_column(&at, &l->detect_column, err)) != VOL_OK ||
        (status = vol_conf_str(&at, "value", false, NULL, &l->detect_value, err)) != VOL_OK)
        return status;
    if (l->n_detect == 0)
        return wrong(&at, "columns", "expected the names of columns that tell the file", err);
    if (!l->detect_column.name != !l->detect_value)
        return wrong(&at, "value", "column and value go together", err);
    return VOL_OK;
}

static enum vol_status load_preamble(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {"rows", "underlying_price", NULL};
    struct vol_conf at;
    int64_t rows = 0;
    enum vol_status status = vol_conf_object(&l->conf, "preamble", false, &at, err);

    if (status == VOL_NO)
        return l->ts.preamble ? wrong(&l->conf, "preamble", "ts is to come from it", err) : VOL_OK;
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
    if (l->symbol_from_file)
        n++;
    return n == 1
               ? VOL_OK
               : wrong(&l->conf, "symbol", "expected from the file, a field or a series, and only one", err);
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
        return wrong(&l->conf, "sides", "only quotes have sides", err);
    if ((l->n_series == 0) == (l->side[0].n_fields == 0))
        return wrong(&l->conf, "fields", "expected either fields or series", err);
    return check_bar_symbol(l, err);
}

static enum vol_status load_all(struct vol_layout *l, struct vol_error *err)
{
    static const char *const keys[] = {"summary", "kind",   "sort",   "missing", "detect", "preamble",
                                       "ts",      "symbol", "fields", "sides",   "series", NULL};
    enum vol_status status;

    if ((status = vol_conf_known(&l->conf, keys, err)) != VOL_OK ||
        (status = vol_conf_str(&l->conf, "summary", true, NULL, &l->summary, err)) != VOL_OK ||
        (status = vol_conf_bool(&l->conf, "sort", false, &l->sort, err)) != VOL_OK ||
        (status = load_texts(&l->conf, "missing", l->missing, VOL_LAYOUT_MISSING_MAX, &l->n_missing, err)) !=
            VOL_OK ||
        (status = load_detect(l, err)) != VOL_OK || (status = load_ts(l, err)) != VOL_OK ||
        (status = load_preamble(l, err)) != VOL_OK)
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
