#include "source/row.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"
#include "source/cells.h"
#include "source/row_private.h"

enum { SHOWN = 60, COMPUTED_DIGITS = 15, PLAIN_MAX = 19 };

/* ---- cells
 * ----------------------------------------------------------------------------------------------------- */

enum vol_status vol_row_bad_cell(const char *column, const char *what, const char *text, size_t n,
                                 struct vol_error *err)
{
    return vol_error_set(err, VOL_EDATA, "%s: %s: \"%.*s\"", column, what, (int)(n < SHOWN ? n : SHOWN),
                         text);
}

/* ---- a file: name, bind
 * --------------------------------------------------------------------------------------- */

/* NAME[0..N) in capitals; false: it is no name of an instrument. */
static bool capitals(const char *name, size_t n, char out[VOL_SOURCE_NAME_MAX])
{
    if (n == 0 || n >= VOL_SOURCE_NAME_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = name[i];

        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
            return false;
        out[i] = c;
    }
    out[n] = '\0';
    return true;
}

/* The part {symbol} of the file's name where its layout has one; else `vix-daily.csv.gz` is VIX and
 * `DGS1MO.csv` is DGS1MO: the name up to its first mark. */
static bool name_of_file(const struct vol_source *s, const char *path, char out[VOL_SOURCE_NAME_MAX])
{
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    struct vol_csv_cell names[VOL_PATTERN_MAX];

    if (s->n_parts > 0)
        (void)vol_pattern_names(s->layout->pattern, names);
    for (size_t i = 0; i < s->n_parts; i++)
        if (vol_cell_is(&names[i], "{symbol}", 8))
            return capitals(s->part[i].text, s->part[i].len, out);
    return capitals(base, strcspn(base, "-_. "), out);
}

static enum vol_status name_bars(struct vol_source *s, const char *path, struct vol_error *err)
{
    const char *given = s->options.symbol;

    if (!s->layout->symbol_from_file)
        return VOL_OK;
    if (!given)
        return name_of_file(s, path, s->symbol)
                   ? VOL_OK
                   : vol_error_set(err, VOL_EUSAGE, "%s: the name gives no symbol; say --symbol NAME", path);
    if (strlen(given) >= sizeof s->symbol || !*given)
        return vol_error_set(err, VOL_EUSAGE, "--symbol: empty or too long");
    memcpy(s->symbol, given, strlen(given) + 1);
    return VOL_OK;
}

/* What the file's name says, kept behind the cells of every row. */
static enum vol_status read_name(struct vol_source *s, const char *path, struct vol_error *err)
{
    if (!s->layout->pattern)
        return VOL_OK;
    s->name = strdup(path);
    if (!s->name)
        return vol_error_set(err, VOL_EOS, "out of memory");
    if (!vol_pattern_match(s->layout->pattern, s->name, s->part))
        return vol_error_set(err, VOL_EDATA, "layout %s: the file's name is not \"%s\"", s->layout->name,
                             s->layout->pattern);
    s->n_parts = vol_pattern_names(s->layout->pattern, (struct vol_csv_cell[VOL_PATTERN_MAX]){{0}});
    return VOL_OK;
}

enum vol_status vol_source_new(struct vol_source **out, const struct vol_layout *layout,
                               const struct vol_source_facts *facts, const struct vol_source_options *options,
                               const char *path, struct vol_error *err)
{
    struct vol_source *s = calloc(1, sizeof *s);
    enum vol_status status;

    if (!s)
        return vol_error_set(err, VOL_EOS, "out of memory");
    s->layout = layout;
    s->facts = facts;
    s->options = *options;
    s->price = NAN;
    s->calendar = strcmp(layout->ts.calendar, "us-fed") == 0 ? &facts->fed : &facts->markets;
    status = read_name(s, path, err);
    if (status == VOL_OK)
        status = name_bars(s, path, err);
    if (status != VOL_OK) {
        vol_source_free(s);
        return status;
    }
    *out = s;
    return VOL_OK;
}

void vol_source_free(struct vol_source *source)
{
    if (source) {
        free(source->cache);
        free(source->name);
    }
    free(source);
}

const struct vol_layout *vol_source_layout(const struct vol_source *source)
{
    return source->layout;
}

/* The place of COLUMN among the cells of the header and, behind them, the parts of the file's name. */
static int find(const struct vol_source *s, const struct vol_layout_column *column,
                const struct vol_csv_cell *cells)
{
    struct vol_csv_cell parts[VOL_PATTERN_MAX];
    int at = vol_cells_find(s->layout, column, cells, s->n_columns);

    if (at != VOL_CELL_ABSENT || s->n_parts == 0)
        return at;
    (void)vol_pattern_names(s->layout->pattern, parts);
    at = vol_cells_find(s->layout, column, parts, s->n_parts);
    return at == VOL_CELL_ABSENT ? at : (int)s->n_columns + at;
}

/* A column that must be there (or, when it is NULL in the layout, is not used). */
static enum vol_status need(const struct vol_source *s, const struct vol_layout_column *column,
                            const struct vol_csv_cell *cells, int *at, struct vol_error *err)
{
    *at = find(s, column, cells);
    if (*at == VOL_CELL_ABSENT && column->name)
        return vol_error_set(err, VOL_EDATA, "layout %s: no column \"%s\"", s->layout->name, column->name);
    return VOL_OK;
}

enum vol_status vol_source_bind(struct vol_source *source, const struct vol_csv_cell *cells, size_t n,
                                struct vol_error *err)
{
    const struct vol_layout *l = source->layout;
    enum vol_status status;
    size_t found = 0;

    source->n_columns = n;
    if ((status = need(source, &l->ts.column, cells, &source->ts_column, err)) != VOL_OK ||
        (status = need(source, &l->ts.since_midnight, cells, &source->since_column, err)) != VOL_OK ||
        ((status = need(source, &l->root, cells, &source->root_column, err)) != VOL_OK &&
         find(source, &l->side[0].symbol, cells) == VOL_CELL_ABSENT))
        return status;
    source->odd_column = find(source, &l->odd, cells); /* some vintages lack it */
    for (size_t i = 0; i < l->n_sides; i++) {
        status = need(source, &l->side[i].symbol, cells, &source->symbol_column[i], err);
        if (status != VOL_OK && !l->parts)
            return status;
        for (size_t j = 0; j < l->side[i].n_fields; j++) {
            int at = find(source, &l->side[i].field[j].column, cells);

            source->field_column[i][j] = at;
            found += at != VOL_CELL_ABSENT;
        }
    }
    for (size_t i = 0; i < l->n_series; i++) {
        source->series_column[i] = find(source, &(struct vol_layout_column){l->series[i].column, 1}, cells);
        found += source->series_column[i] != VOL_CELL_ABSENT;
    }
    return found > 0
               ? VOL_OK
               : vol_error_set(err, VOL_EDATA, "layout %s: none of its columns is in the header", l->name);
}

/* ---- the instant
 * ----------------------------------------------------------------------------------------------- */

/* The instant of a date and hour by the layout's rule. */
static int64_t instant(const struct vol_source *s, const struct vol_datetime *when)
{
    const struct vol_layout_ts *rule = &s->layout->ts;
    struct vol_datetime d = *when;

    d.date = vol_calendar_add(s->calendar, d.date, rule->trading_days);
    if (rule->seconds >= 0) {
        d.seconds = rule->early ? vol_calendar_close(s->calendar, d.date, rule->seconds) : rule->seconds;
        d.nanos = 0;
    }
    return vol_datetime_instant(&d, rule->zone) + rule->delay * VOL_SECOND;
}

void vol_source_preamble(struct vol_source *source, const struct vol_csv_cell *cells, size_t n)
{
    const struct vol_layout *l = source->layout;
    struct vol_datetime when;

    for (size_t i = 0; i < n; i++) {
        const char *text;
        size_t len, mark = l->preamble_price ? strlen(l->preamble_price) : 0;

        vol_cell_trim(&cells[i], &text, &len);
        if (l->ts.preamble && !source->file_ts &&
            vol_datefmt_parse(l->ts.format, text, len, &when) == VOL_OK) {
            source->ts = instant(source, &when);
            source->date = when.date;
            source->file_ts = true;
        }
        if (mark > 0 && len > mark && memcmp(text, l->preamble_price, mark) == 0)
            (void)vol_num_parse_loose(text + mark, len - mark, &source->price);
    }
}

/* The hour of a row that a column of its own counts from midnight. */
static enum vol_status add_clock(const struct vol_source *s, const struct vol_csv_cell *cells,
                                 struct vol_source_row *row, struct vol_error *err)
{
    const struct vol_layout_ts *rule = &s->layout->ts;
    struct vol_datetime when = s->when;
    const char *text;
    double seconds;
    size_t n;

    vol_cell_trim(vol_row_cell(s, cells, s->since_column), &text, &n);
    if (vol_num_parse(text, n, &seconds) != VOL_OK ||
        !((seconds /= rule->per_second) >= 0 && seconds < VOL_DAY / VOL_SECOND))
        return vol_row_bad_cell(rule->since_midnight.name, "not a time of the day", text, n, err);
    when.seconds = (int32_t)seconds;
    when.nanos = llround((seconds - floor(seconds)) * (double)VOL_SECOND);
    row->ts = vol_datetime_instant(&when, rule->zone) + rule->delay * VOL_SECOND;
    return VOL_OK;
}

static enum vol_status row_instant(struct vol_source *s, const struct vol_csv_cell *cells,
                                   struct vol_source_row *row, const char **reason, struct vol_error *err)
{
    const struct vol_layout_ts *rule = &s->layout->ts;
    struct vol_datetime when;
    enum vol_status status;
    const char *text;
    size_t n;

    if (rule->preamble) {
        if (!s->file_ts && !s->options.has_ts)
            return vol_error_set(err, VOL_EDATA, "no instant before the header (format \"%s\")",
                                 rule->format);
    } else {
        vol_cell_trim(vol_row_cell(s, cells, s->ts_column), &text, &n);
        if (n != s->ts_len || n == 0 || memcmp(text, s->ts_text, n) != 0) {
            if (vol_datefmt_parse(rule->format, text, n, &when) != VOL_OK)
                return vol_row_bad_cell(rule->column.name, "not a date of the format", text, n, err);
            s->ts = instant(s, &when);
            s->when = when;
            s->date = when.date;
            s->closed = rule->closed_refused && !vol_calendar_is_open(s->calendar, when.date);
            s->ts_len = n < sizeof s->ts_text ? n : 0;
            memcpy(s->ts_text, text, s->ts_len);
        }
    }
    row->ts = s->options.has_ts ? s->options.ts : s->ts;
    if (rule->since_midnight.name && !s->options.has_ts && (status = add_clock(s, cells, row, err)) != VOL_OK)
        return status;
    row->date = s->date;
    if (s->closed) {
        *reason = "market_closed";
        return VOL_NO;
    }
    return VOL_OK;
}

enum vol_status vol_source_row(struct vol_source *source, const struct vol_csv_cell *cells, size_t n,
                               struct vol_source_row *row, const char **reason, struct vol_error *err)
{
    const struct vol_layout *l = source->layout;
    enum vol_status status;
    const char *text;
    size_t len;

    if (n != source->n_columns)
        return vol_error_set(err, VOL_EDATA, "%zu cells where the header has %zu", n, source->n_columns);
    row->cell = cells;
    row->underlying = "";
    if ((status = row_instant(source, cells, row, reason, err)) != VOL_OK)
        return status;
    if (l->venue)
        return vol_row_read_quotes(source, cells, row, reason, err);
    row->n_records = 0;
    if (l->n_series == 0)
        row->record[row->n_records++] = 0;
    for (size_t i = 0; i < l->n_series; i++) {
        int at = source->series_column[i];

        if (at != VOL_CELL_ABSENT && vol_cell_value(l, vol_row_cell(source, cells, at), &text, &len))
            row->record[row->n_records++] = (uint8_t)i;
    }
    if (row->n_records > 0)
        return VOL_OK;
    *reason = "no_value";
    return VOL_NO;
}

/* ---- writing
 * --------------------------------------------------------------------------------------------------- */

static void put_number(struct vol_writer *out, const struct vol_layout_field *f, double x)
{
    char text[VOL_NUM_MAX];

    vol_writer_raw(out, f->key, f->key_len, text, vol_num_print(text, x, COMPUTED_DIGITS));
}

/* Whether a text is a JSON number of few digits and without an exponent, which needs no further look. */
static bool is_plain(const char *text, size_t n)
{
    const char *p = text, *end = text + n;

    if (n > PLAIN_MAX)
        return false;
    p += *p == '-';
    if (p == end || *p < '0' || *p > '9' || (*p == '0' && p + 1 < end && p[1] != '.'))
        return false;
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    if (p == end)
        return true;
    if (*p++ != '.' || p == end)
        return false;
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p == end;
}

/* Whether nothing but 0 means "no value" and TEXT, if it is a plain number, is another. */
static bool cannot_miss(const struct vol_layout_field *f, const char *text, size_t n)
{
    if (f->n_missing != 1 || f->missing[0] < 0 || f->missing[0] > 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (text[i] >= '1' && text[i] <= '9')
            return true;
    return false;
}

static enum vol_status put_date(const struct vol_layout_field *f, const char *text, size_t n,
                                struct vol_writer *out, struct vol_error *err)
{
    struct vol_datetime when;
    char date[VOL_DATE_MAX];

    if (vol_datefmt_parse(f->format, text, n, &when) != VOL_OK)
        return vol_row_bad_cell(f->column.name, "not a date of the format", text, n, err);
    vol_writer_str(out, f->key, f->key_len, date, vol_date_print(date, when.date));
    return VOL_OK;
}

/* The field of a cell with a value. */
static enum vol_status put_cell(const struct vol_layout_field *f, const char *text, size_t n,
                                struct vol_writer *out, struct vol_error *err)
{
    enum vol_status status;
    bool plain = true, converted = f->divide < 1 || f->divide > 1;
    double x;

    if (f->field->type == VOL_FIELD_STR) {
        vol_writer_str(out, f->key, f->key_len, text, n);
        return VOL_OK;
    }
    if (f->field->type == VOL_FIELD_DATE)
        return put_date(f, text, n, out, err);
    if (f->field->type != VOL_FIELD_NUM && f->field->type != VOL_FIELD_INT)
        return vol_row_bad_cell(f->column.name, "a field of this type cannot be read from a column", text, n,
                                err);
    if (!converted && (f->n_missing == 0 || cannot_miss(f, text, n)) && is_plain(text, n)) {
        vol_writer_raw(out, f->key, f->key_len, text, n);
        return VOL_OK;
    }
    status = vol_num_parse(text, n, &x);
    if (status == VOL_EDATA) {
        plain = false;
        status = vol_num_parse_loose(text, n, &x);
    }
    if (status != VOL_OK)
        return vol_row_bad_cell(f->column.name, "not a number", text, n, err);
    for (size_t i = 0; i < f->n_missing; i++)
        if (!(x < f->missing[i]) && !(x > f->missing[i]))
            return VOL_OK;
    if (plain && !converted)
        vol_writer_raw(out, f->key, f->key_len, text, n);
    else
        put_number(out, f, x / f->divide);
    return VOL_OK;
}

enum vol_status vol_row_put_fields(const struct vol_source *s, const struct vol_source_row *row, size_t side,
                                   struct vol_writer *out, size_t *n_put, struct vol_error *err)
{
    const struct vol_layout_side *l = &s->layout->side[side];
    enum vol_status status;
    const char *text;
    size_t n;

    for (size_t j = 0; j < l->n_fields; j++) {
        const struct vol_layout_field *f = &l->field[j];
        int at = s->field_column[side][j];

        if (f->value) {
            vol_writer_raw(out, f->key, f->key_len, f->value, strlen(f->value));
        } else if (at != VOL_CELL_ABSENT && !f->compared) {
            if (!vol_cell_value(s->layout, vol_row_cell(s, row->cell, at), &text, &n))
                continue;
            if ((status = put_cell(f, text, n, out, err)) != VOL_OK)
                return status;
            (*n_put)++;
        }
    }
    return VOL_OK;
}

static void put_str(struct vol_writer *out, const char *key, size_t key_len, const char *text)
{
    vol_writer_str(out, key, key_len, text, strlen(text));
}

/* A series of a file about one instrument is named after both: SPY.IV30. */
static void put_series_symbol(const struct vol_source *s, const struct vol_layout_series *series,
                              struct vol_writer *out)
{
    char name[VOL_SOURCE_NAME_MAX + 64];
    int n = snprintf(name, sizeof name, "%s%s%s", s->symbol, *s->symbol ? "." : "", series->symbol);

    vol_writer_str(out, VOL_KEY("symbol"), name, (size_t)n < sizeof name ? (size_t)n : sizeof name - 1);
}

static enum vol_status put_series(const struct vol_source *s, const struct vol_source_row *row, size_t i,
                                  struct vol_writer *out, struct vol_error *err)
{
    const struct vol_layout_series *series = &s->layout->series[i];
    char date[VOL_DATE_MAX];
    const char *text;
    char number[VOL_NUM_MAX];
    double x, rate;
    size_t n;

    vol_cell_trim(vol_row_cell(s, row->cell, s->series_column[i]), &text, &n);
    if (vol_num_parse_loose(text, n, &x) != VOL_OK)
        return vol_row_bad_cell(series->column, "not a number", text, n, err);
    put_series_symbol(s, series, out);
    if (strcmp(s->layout->kind->name, "bar") == 0) {
        if (vol_num_parse(text, n, &x) == VOL_OK)
            vol_writer_raw(out, VOL_KEY("close"), text, n);
        else
            vol_writer_raw(out, VOL_KEY("close"), number, vol_num_print(number, x, COMPUTED_DIGITS));
        return VOL_OK;
    }
    rate = vol_layout_rate(series, x);
    if (!isfinite(rate))
        return vol_row_bad_cell(series->column, "no rate follows from this yield", text, n, err);
    vol_writer_int(out, VOL_KEY("tenor_days"), series->tenor_days);
    vol_writer_num(out, VOL_KEY("rate"), rate);
    vol_writer_str(out, VOL_KEY("date"), date, vol_date_print(date, row->date));
    return VOL_OK;
}

enum vol_status vol_source_put(struct vol_source *source, const struct vol_source_row *row, size_t i,
                               struct vol_writer *out, struct vol_error *err)
{
    const struct vol_layout *l = source->layout;
    enum vol_status status;
    size_t n_put = 0;

    if (l->venue)
        return vol_row_put_quote(source, row, row->record[i], out, err);
    if (l->n_series > 0) {
        status = put_series(source, row, row->record[i], out, err);
    } else {
        if (l->symbol_from_file)
            put_str(out, VOL_KEY("symbol"), source->symbol);
        status = vol_row_put_fields(source, row, 0, out, &n_put, err);
        if (status == VOL_OK && n_put == 0)
            status = vol_error_set(err, VOL_EDATA, "a bar without a price");
    }
    if (status == VOL_OK)
        put_str(out, VOL_KEY("source"), l->name);
    return status;
}
