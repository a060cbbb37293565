#include "source/row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"
#include "source/cells.h"

enum { TEXT_CACHE = 64, SHOWN = 60, COMPUTED_DIGITS = 15, OSI_TAIL = 15, PLAIN_MAX = 19 };

/* The contract of the last row: rows of one expiration follow each other. */
struct contract_cache {
    bool known;
    char root[VOL_ROOT_MAX];
    int32_t expiration;
    struct vol_contract_spec contract;
    char expiration_text[VOL_DATE_MAX], expires_text[VOL_TIME_MAX], last_trade_text[VOL_TIME_MAX];
    char multiplier_text[VOL_NUM_MAX];
    size_t expiration_len, expires_len, last_trade_len, multiplier_len;
};

struct vol_source {
    const struct vol_layout *layout;
    const struct vol_source_facts *facts;
    const struct vol_calendar *calendar;
    struct vol_source_options options;
    char symbol[VOL_SOURCE_NAME_MAX]; /* of bars */

    int ts_column;
    int symbol_column[VOL_LAYOUT_SIDES_MAX];
    int field_column[VOL_LAYOUT_SIDES_MAX][VOL_LAYOUT_FIELDS_MAX];
    int series_column[VOL_LAYOUT_SERIES_MAX];
    size_t n_columns; /* of the header; every row has as many */

    char ts_text[TEXT_CACHE]; /* the last instant's text, what it says, and what became of it */
    size_t ts_len;
    int64_t ts;
    int32_t date;
    bool closed, file_ts;
    double price; /* of the preamble */
    struct contract_cache cache[VOL_LAYOUT_SIDES_MAX];
};

/* ---- cells
 * ----------------------------------------------------------------------------------------------------- */

static enum vol_status bad_cell(const char *column, const char *what, const char *text, size_t n,
                                struct vol_error *err)
{
    return vol_error_set(err, VOL_EDATA, "%s: %s: \"%.*s\"", column, what, (int)(n < SHOWN ? n : SHOWN),
                         text);
}

/* ---- a file: name, bind
 * --------------------------------------------------------------------------------------- */

/* `vix-daily.csv.gz` is VIX, `DGS1MO.csv` is DGS1MO: the name up to its first mark, in capitals. */
static bool name_of_file(const char *path, char out[VOL_SOURCE_NAME_MAX])
{
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    size_t n = strcspn(base, "-_. ");

    if (n == 0 || n >= VOL_SOURCE_NAME_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = base[i];

        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
            return false;
        out[i] = c;
    }
    out[n] = '\0';
    return true;
}

static enum vol_status name_bars(struct vol_source *s, const char *path, struct vol_error *err)
{
    const char *given = s->options.symbol;

    if (!s->layout->symbol_from_file)
        return VOL_OK;
    if (!given)
        return name_of_file(path, s->symbol)
                   ? VOL_OK
                   : vol_error_set(err, VOL_EUSAGE, "%s: the name gives no symbol; say --symbol NAME", path);
    if (strlen(given) >= sizeof s->symbol || !*given)
        return vol_error_set(err, VOL_EUSAGE, "--symbol: empty or too long");
    memcpy(s->symbol, given, strlen(given) + 1);
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
    status = name_bars(s, path, err);
    if (status != VOL_OK) {
        free(s);
        return status;
    }
    *out = s;
    return VOL_OK;
}

void vol_source_free(struct vol_source *source)
{
    free(source);
}

const struct vol_layout *vol_source_layout(const struct vol_source *source)
{
    return source->layout;
}

/* A column that must be there (or, when it is NULL in the layout, is not used). */
static enum vol_status need(struct vol_source *s, const struct vol_layout_column *column,
                            const struct vol_csv_cell *cells, size_t n, int *at, struct vol_error *err)
{
    *at = vol_cells_find(column, cells, n);
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
    if ((status = need(source, &l->ts.column, cells, n, &source->ts_column, err)) != VOL_OK)
        return status;
    for (size_t i = 0; i < l->n_sides; i++) {
        if ((status = need(source, &l->side[i].symbol, cells, n, &source->symbol_column[i], err)) != VOL_OK)
            return status;
        for (size_t j = 0; j < l->side[i].n_fields; j++) {
            int at = vol_cells_find(&l->side[i].field[j].column, cells, n);

            source->field_column[i][j] = at;
            found += at != VOL_CELL_ABSENT;
        }
    }
    for (size_t i = 0; i < l->n_series; i++) {
        source->series_column[i] =
            vol_cells_find(&(struct vol_layout_column){l->series[i].column, 1}, cells, n);
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
    return vol_datetime_instant(&d, rule->zone);
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

static enum vol_status row_instant(struct vol_source *s, const struct vol_csv_cell *cells,
                                   struct vol_source_row *row, const char **reason, struct vol_error *err)
{
    const struct vol_layout_ts *rule = &s->layout->ts;
    struct vol_datetime when;
    const char *text;
    size_t n;

    if (rule->preamble) {
        if (!s->file_ts && !s->options.has_ts)
            return vol_error_set(err, VOL_EDATA, "no instant before the header (format \"%s\")",
                                 rule->format);
    } else {
        vol_cell_trim(&cells[s->ts_column], &text, &n);
        if (n != s->ts_len || n == 0 || memcmp(text, s->ts_text, n) != 0) {
            if (vol_datefmt_parse(rule->format, text, n, &when) != VOL_OK)
                return bad_cell(rule->column.name, "not a date of the format", text, n, err);
            s->ts = instant(s, &when);
            s->date = when.date;
            s->closed = rule->closed_refused && !vol_calendar_is_open(s->calendar, when.date);
            s->ts_len = n < sizeof s->ts_text ? n : 0;
            memcpy(s->ts_text, text, s->ts_len);
        }
    }
    row->ts = s->options.has_ts ? s->options.ts : s->ts;
    row->date = s->date;
    if (s->closed) {
        *reason = "market_closed";
        return VOL_NO;
    }
    return VOL_OK;
}

/* ---- quotes
 * ---------------------------------------------------------------------------------------------------- */

static enum vol_status find_contract(struct vol_source *s, struct contract_cache *c,
                                     const struct vol_symbol *symbol, struct vol_error *err)
{
    if (c->known && c->expiration == symbol->expiration && strcmp(c->root, symbol->root) == 0)
        return VOL_OK;
    c->known = false;
    if (vol_contracts_find(&s->facts->contracts, s->layout->venue, symbol, &c->contract) != VOL_OK)
        return vol_error_set(err, VOL_EDATA, "%s: no contract of %s has this root", symbol->root,
                             s->layout->venue);
    memcpy(c->root, symbol->root, sizeof c->root);
    c->expiration = symbol->expiration;
    c->expiration_len = vol_date_print(c->expiration_text, symbol->expiration);
    c->expires_len = vol_time_print(
        c->expires_text, vol_contract_expires(&c->contract, &s->facts->markets, symbol->expiration));
    c->last_trade_len = vol_time_print(
        c->last_trade_text, vol_contract_last_trade(&c->contract, &s->facts->markets, symbol->expiration));
    c->multiplier_len = vol_num_print(c->multiplier_text, c->contract.multiplier, VOL_NUM_SHORTEST);
    c->known = true;
    return VOL_OK;
}

static bool is_option_type(const char *text, size_t n, char type)
{
    static const char *const calls[] = {"C", "c", "call", "Call", "CALL"}, *const puts[] = {"P", "p", "put",
                                                                                            "Put", "PUT"};

    for (size_t i = 0; i < 5; i++) {
        const char *word = type == 'C' ? calls[i] : puts[i];

        if (strlen(word) == n && memcmp(word, text, n) == 0)
            return true;
    }
    return false;
}

/* A column that says again what the name says must not contradict it. A day's difference in the expiration is
 * the custom of some vendors (the last trading day, or the Saturday behind it): the name's date is taken. */
static bool agrees(const struct vol_layout_field *f, const struct vol_symbol *symbol, const char *text,
                   size_t n)
{
    struct vol_datetime date;
    double x;

    switch (f->field->type) {
    case VOL_FIELD_DATE:
        return vol_datefmt_parse(f->format, text, n, &date) == VOL_OK &&
               abs(date.date - symbol->expiration) <= 1;
    case VOL_FIELD_NUM:
        return vol_num_parse_loose(text, n, &x) == VOL_OK && fabs(x / f->divide - symbol->strike) <= 0.0005;
    default:
        return is_option_type(text, n, symbol->option_type);
    }
}

static enum vol_status read_side(struct vol_source *s, size_t side, const struct vol_csv_cell *cells,
                                 struct vol_source_row *row, struct vol_error *err)
{
    const struct vol_layout_side *l = &s->layout->side[side];
    struct vol_symbol *symbol = &row->symbol[side];
    const char *text;
    size_t n;

    vol_cell_trim(&cells[s->symbol_column[side]], &text, &n);
    if (vol_symbol_parse(s->layout->family, text, n, symbol) != VOL_OK)
        return bad_cell(l->symbol.name, "not the name of a contract", text, n, err);
    for (size_t j = 0; j < l->n_fields; j++) {
        int at = s->field_column[side][j];

        if (at == VOL_CELL_ABSENT || !l->field[j].compared)
            continue;
        vol_cell_trim(&cells[at], &text, &n);
        if (!agrees(&l->field[j], symbol, text, n))
            return bad_cell(l->field[j].column.name, "differs from the name of the contract", text, n, err);
    }
    return find_contract(s, &s->cache[side], symbol, err);
}

static enum vol_status read_quotes(struct vol_source *s, const struct vol_csv_cell *cells,
                                   struct vol_source_row *row, struct vol_error *err)
{
    enum vol_status status;

    for (size_t i = 0; i < s->layout->n_sides; i++) {
        if ((status = read_side(s, i, cells, row, err)) != VOL_OK)
            return status;
        row->record[i] = (uint8_t)i;
    }
    row->underlying = s->cache[0].contract.underlying;
    if (s->layout->n_sides > 1 && strcmp(row->underlying, s->cache[1].contract.underlying) != 0)
        return vol_error_set(err, VOL_EDATA, "the two sides are on different underlyings: %s and %s",
                             row->underlying, s->cache[1].contract.underlying);
    row->n_records = s->layout->n_sides;
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
        return read_quotes(source, cells, row, err);
    row->n_records = 0;
    if (l->n_series == 0)
        row->record[row->n_records++] = 0;
    for (size_t i = 0; i < l->n_series; i++) {
        int at = source->series_column[i];

        if (at != VOL_CELL_ABSENT && vol_cell_value(l, &cells[at], &text, &len))
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

/* A date, in the layout's way of writing it. */
static enum vol_status put_date(const struct vol_layout_field *f, const char *text, size_t n,
                                struct vol_writer *out, struct vol_error *err)
{
    struct vol_datetime when;
    char date[VOL_DATE_MAX];

    if (vol_datefmt_parse(f->format, text, n, &when) != VOL_OK)
        return bad_cell(f->column.name, "not a date of the format", text, n, err);
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
        return bad_cell(f->column.name, "a field of this type cannot be read from a column", text, n, err);
    if (!converted && f->n_missing == 0 && is_plain(text, n)) {
        vol_writer_raw(out, f->key, f->key_len, text, n);
        return VOL_OK;
    }
    status = vol_num_parse(text, n, &x);
    if (status == VOL_EDATA) {
        plain = false;
        status = vol_num_parse_loose(text, n, &x);
    }
    if (status != VOL_OK)
        return bad_cell(f->column.name, "not a number", text, n, err);
    for (size_t i = 0; i < f->n_missing; i++)
        if (!(x < f->missing[i]) && !(x > f->missing[i]))
            return VOL_OK;
    if (plain && !converted)
        vol_writer_raw(out, f->key, f->key_len, text, n);
    else
        put_number(out, f, x / f->divide);
    return VOL_OK;
}

static enum vol_status put_fields(const struct vol_source *s, const struct vol_source_row *row, size_t side,
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
            if (!vol_cell_value(s->layout, &row->cell[at], &text, &n))
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

/* What the contract is, as far as no column says it. */
static void put_contract(const struct vol_source *s, const struct vol_source_row *row, size_t side,
                         struct vol_writer *out)
{
    const struct vol_layout_side *l = &s->layout->side[side];
    const struct contract_cache *c = &s->cache[side];
    const struct vol_symbol *symbol = &row->symbol[side];
    double whole = floor(symbol->strike);
    char strike[VOL_NUM_MAX];
    const char *name;
    size_t n;

    vol_cell_trim(&row->cell[s->symbol_column[side]], &name, &n);
    if (s->layout->family == VOL_SYMBOL_OSI &&
        n != symbol->root_len + OSI_TAIL) { /* padded, or with a prefix */
        char osi[VOL_SYMBOL_MAX];

        n = vol_symbol_print_osi(symbol, false, osi);
        vol_writer_str(out, VOL_KEY("symbol"), osi, n);
    } else {
        vol_writer_str(out, VOL_KEY("symbol"), name, n);
    }
    vol_writer_str(out, VOL_KEY("root"), symbol->root, symbol->root_len);
    vol_writer_str(out, VOL_KEY("expiration"), c->expiration_text, c->expiration_len);
    vol_writer_str(out, VOL_KEY("expires"), c->expires_text, c->expires_len);
    vol_writer_str(out, VOL_KEY("last_trade"), c->last_trade_text, c->last_trade_len);
    if (symbol->strike < 1e15 && !(whole < symbol->strike))
        vol_writer_int(out, VOL_KEY("strike"), (int64_t)whole);
    else
        vol_writer_raw(out, VOL_KEY("strike"), strike,
                       vol_num_print(strike, symbol->strike, VOL_NUM_SHORTEST));
    vol_writer_str(out, VOL_KEY("option_type"), &symbol->option_type, 1);
    if (!l->gives_exercise)
        vol_writer_str(out, VOL_KEY("exercise"), &c->contract.exercise, 1);
    if (!l->gives_multiplier && isfinite(c->contract.multiplier))
        vol_writer_raw(out, VOL_KEY("multiplier"), c->multiplier_text, c->multiplier_len);
    if (!l->gives_currency)
        put_str(out, VOL_KEY("currency"), c->contract.currency);
    if (!l->gives_inverse && c->contract.inverse)
        vol_writer_bool(out, VOL_KEY("inverse"), true);
    if (!isfinite(c->contract.multiplier))
        vol_writer_bool(out, VOL_KEY("adjusted"), true);
}

static enum vol_status put_quote(const struct vol_source *s, const struct vol_source_row *row, size_t side,
                                 struct vol_writer *out, struct vol_error *err)
{
    double price = isfinite(s->options.spot) ? s->options.spot : s->price;
    enum vol_status status;
    size_t n_put = 0;

    put_str(out, VOL_KEY("underlying"), row->underlying);
    put_contract(s, row, side, out);
    if ((status = put_fields(s, row, side, out, &n_put, err)) != VOL_OK)
        return status;
    if (isfinite(price) && !s->layout->side[side].gives_price)
        vol_writer_num(out, VOL_KEY("underlying_price"), price);
    put_str(out, VOL_KEY("source"), s->layout->name);
    return VOL_OK;
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

    vol_cell_trim(&row->cell[s->series_column[i]], &text, &n);
    if (vol_num_parse_loose(text, n, &x) != VOL_OK)
        return bad_cell(series->column, "not a number", text, n, err);
    put_str(out, VOL_KEY("symbol"), series->symbol);
    if (strcmp(s->layout->kind->name, "bar") == 0) {
        if (vol_num_parse(text, n, &x) == VOL_OK)
            vol_writer_raw(out, VOL_KEY("close"), text, n);
        else
            vol_writer_raw(out, VOL_KEY("close"), number, vol_num_print(number, x, COMPUTED_DIGITS));
        return VOL_OK;
    }
    rate = vol_layout_rate(series, x);
    if (!isfinite(rate))
        return bad_cell(series->column, "no rate follows from this yield", text, n, err);
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
        return put_quote(source, row, row->record[i], out, err);
    if (l->n_series > 0) {
        status = put_series(source, row, row->record[i], out, err);
    } else {
        if (l->symbol_from_file)
            put_str(out, VOL_KEY("symbol"), source->symbol);
        status = put_fields(source, row, 0, out, &n_put, err);
        if (status == VOL_OK && n_put == 0)
            status = vol_error_set(err, VOL_EDATA, "a bar without a price");
    }
    if (status == VOL_OK)
        put_str(out, VOL_KEY("source"), l->name);
    return status;
}
