#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"
#include "record/csv.h"
#include "source/cboe.h"
#include "source/cells.h"
#include "source/datefmt.h"

enum { ROW_BYTES_MAX = 1 << 16, SHOWN = 40, CLOSE_SECONDS = 16 * 3600 + 15 * 60, DAYS_BEFORE_FRIDAY = 30 };

/* ---- rows
 * ------------------------------------------------------------------------------------------------------- */

/* A row behind the header, as the caller of each_row reads it. */
struct table {
    const struct vol_csv_cell *cell;
    size_t n;
    size_t line;
    const char *raw;
    size_t raw_len;
};

struct reader {
    void *data;
    enum vol_status (*header)(void *data, const struct table *row, struct vol_error *err);
    enum vol_status (*row)(void *data, const struct table *row, struct vol_error *err);
};

static enum vol_status each_row(const char *body, size_t n, const struct reader *reader,
                                struct vol_error *err)
{
    const struct vol_csv_cell *cells;
    size_t n_cells, line = 0, n_header = 0;
    struct vol_csv *csv;
    enum vol_status status = vol_csv_new(&csv, ROW_BYTES_MAX, err);

    if (status != VOL_OK)
        return status;
    for (const char *p = body, *end = body + n; p < end && status == VOL_OK;) {
        const char *feed = memchr(p, '\n', (size_t)(end - p)), *stop = feed ? feed : end;
        size_t len = (size_t)(stop - p);
        struct table row;

        line++;
        len -= len > 0 && p[len - 1] == '\r';
        if (len > 0) {
            status = vol_csv_split(csv, p, len, &cells, &n_cells, err);
            row = (struct table){cells, n_cells, line, p, len};
            if (status == VOL_OK && n_header > 0 && n_cells != n_header)
                status = vol_error_set(err, VOL_EPROTOCOL, "%zu cells where the header has %zu", n_cells,
                                       n_header);
            if (status == VOL_OK)
                status = n_header > 0 ? reader->row(reader->data, &row, err)
                                      : reader->header(reader->data, &row, err);
            n_header = n_header > 0 ? n_header : n_cells;
            if (status != VOL_OK)
                vol_error_prefix(err, "line %zu", line);
        }
        p = stop + (feed != NULL);
    }
    if (status == VOL_OK && n_header == 0)
        status = vol_error_set(err, VOL_EPROTOCOL, "no header");
    vol_csv_free(csv);
    return status == VOL_EDATA ? VOL_EPROTOCOL : status;
}

/* The cell of NAME in a header, or VOL_CELL_ABSENT. */
static int find(const struct table *header, const char *name)
{
    for (size_t i = 0; i < header->n; i++)
        if (vol_cell_is(&header->cell[i], name, strlen(name)))
            return (int)i;
    return VOL_CELL_ABSENT;
}

static enum vol_status bad_cell(const char *column, const char *expected, const struct vol_csv_cell *cell,
                                struct vol_error *err)
{
    return vol_error_set(err, VOL_EPROTOCOL, "%s: expected %s, got \"%.*s\"", column, expected,
                         (int)(cell->len < SHOWN ? cell->len : SHOWN), cell->text);
}

static enum vol_status read_date(const struct table *row, int at, const char *column, int32_t *out,
                                 struct vol_error *err)
{
    struct vol_datetime when;
    const char *text;
    size_t n;

    vol_cell_trim(&row->cell[at], &text, &n);
    if (vol_datefmt_parse("%m/%d/%Y|%Y-%m-%d", text, n, &when) != VOL_OK)
        return bad_cell(column, "a date", &row->cell[at], err);
    *out = when.date;
    return VOL_OK;
}

/* A number; NaN for an empty cell and for what is not above 0, which no index or future is. */
static enum vol_status read_number(const struct table *row, int at, const char *column, double *out,
                                   struct vol_error *err)
{
    const char *text;
    size_t n;
    double x;

    *out = NAN;
    if (at == VOL_CELL_ABSENT)
        return VOL_OK;
    vol_cell_trim(&row->cell[at], &text, &n);
    if (n == 0)
        return VOL_OK;
    if (vol_num_parse_loose(text, n, &x) != VOL_OK)
        return bad_cell(column, "a number", &row->cell[at], err);
    *out = x > 0 ? x : (double)NAN;
    return VOL_OK;
}

int64_t vol_cboe_close(const struct vol_source_facts *facts, int32_t date)
{
    return vol_time_new_york(date, vol_calendar_close(&facts->markets, date, CLOSE_SECONDS));
}

/* ---- histories of indices
 * --------------------------------------------------------------------------------------- */

enum { OPEN, HIGH, LOW, CLOSE, N_PRICES };

static const char *const price_columns[N_PRICES] = {"OPEN", "HIGH", "LOW", "CLOSE"};
static const char *const price_fields[N_PRICES] = {"open", "high", "low", "close"};

struct history {
    const struct vol_source_facts *facts;
    const char *name;
    struct vol_gather *out;
    int date, price[N_PRICES];
};

/* DATE,OPEN,HIGH,LOW,CLOSE, or DATE and the index's own name; a column of the four that is missing was
 * renamed. */
static enum vol_status history_header(void *data, const struct table *row, struct vol_error *err)
{
    struct history *h = data;
    int found = 0;

    h->date = find(row, "DATE");
    for (int k = 0; k < N_PRICES; k++) {
        h->price[k] = find(row, price_columns[k]);
        found += h->price[k] != VOL_CELL_ABSENT;
    }
    if (found == 0)
        h->price[CLOSE] = find(row, h->name);
    if (h->date == VOL_CELL_ABSENT || h->price[CLOSE] == VOL_CELL_ABSENT || (found > 0 && found < N_PRICES))
        return vol_error_set(err, VOL_EPROTOCOL,
                             "expected the columns DATE, OPEN, HIGH, LOW, CLOSE or DATE, %s", h->name);
    return VOL_OK;
}

static enum vol_status history_row(void *data, const struct table *row, struct vol_error *err)
{
    const struct history *h = data;
    double price[N_PRICES];
    enum vol_status status;
    int32_t date;

    if ((status = read_date(row, h->date, "DATE", &date, err)) != VOL_OK)
        return status;
    for (int k = 0; k < N_PRICES && status == VOL_OK; k++)
        status = read_number(row, h->price[k], price_columns[k], &price[k], err);
    if (status != VOL_OK)
        return status;
    if (isnan(price[CLOSE])) {
        struct vol_buf raw = VOL_BUF_INIT;

        status = vol_buf_add_json(&raw, row->raw, row->raw_len);
        status = status == VOL_OK ? vol_gather_reject(h->out, "bar", vol_cboe_close(h->facts, date),
                                                      "no_value", raw.data, raw.len, err)
                                  : vol_error_set(err, VOL_EOS, "out of memory");
        vol_buf_free(&raw);
        return status;
    }
    vol_gather_begin(h->out, "bar", vol_cboe_close(h->facts, date));
    vol_gather_str(h->out, "symbol", h->name);
    for (int k = 0; k < N_PRICES; k++)
        vol_gather_num(h->out, price_fields[k], price[k]);
    return vol_gather_end(h->out, err);
}

enum vol_status vol_cboe_index(const struct vol_source_facts *facts, const char *name, const char *body,
                               size_t n, struct vol_gather *out, struct vol_error *err)
{
    struct history h = {.facts = facts, .name = name, .out = out};

    return each_row(body, n, &(struct reader){&h, history_header, history_row}, err);
}

/* ---- settlements of futures
 * ------------------------------------------------------------------------------------- */

int32_t vol_cboe_vix_expiration(const struct vol_calendar *calendar, int32_t date)
{
    int year, month, day;
    int32_t expiration;

    vol_date_to_ymd(date, &year, &month, &day);
    do {
        month++;
        if (month > 12) {
            month = 1;
            year++;
        }
        expiration = vol_calendar_on_or_before(calendar, vol_calendar_monthly(calendar, year, month) -
                                                             DAYS_BEFORE_FRIDAY);
    } while (expiration <= date);
    return expiration;
}

struct settlements {
    const struct vol_source_facts *facts;
    int32_t date, front;
    char *const *product;
    size_t n_products;
    struct vol_gather *out;
    int column[4]; /* Product, Symbol, Expiration Date, Price */
    bool has_vx, has_front;
};

enum { PRODUCT, SYMBOL, EXPIRATION, PRICE };

static const char *const settlement_columns[] = {"Product", "Symbol", "Expiration Date", "Price"};

static enum vol_status settlement_header(void *data, const struct table *row, struct vol_error *err)
{
    struct settlements *s = data;

    for (int k = 0; k < 4; k++) {
        s->column[k] = find(row, settlement_columns[k]);
        if (s->column[k] == VOL_CELL_ABSENT)
            return vol_error_set(err, VOL_EPROTOCOL, "no column \"%s\"", settlement_columns[k]);
    }
    return VOL_OK;
}

static bool is_wanted(const struct settlements *s, const struct vol_csv_cell *product)
{
    for (size_t i = 0; i < s->n_products; i++)
        if (vol_cell_is(product, s->product[i], strlen(s->product[i])))
            return true;
    return false;
}

static enum vol_status settlement_row(void *data, const struct table *row, struct vol_error *err)
{
    struct settlements *s = data;
    const struct vol_csv_cell *product = &row->cell[s->column[PRODUCT]];
    char symbol[32];
    int32_t expiration;
    enum vol_status status;
    const char *text;
    double price;
    size_t n;

    if ((status = read_date(row, s->column[EXPIRATION], settlement_columns[EXPIRATION], &expiration, err)) !=
            VOL_OK ||
        (status = read_number(row, s->column[PRICE], settlement_columns[PRICE], &price, err)) != VOL_OK)
        return status;
    if (expiration < s->date)
        return vol_error_set(err, VOL_EPROTOCOL,
                             "a contract that had expired: these are another day's settlements");
    if (vol_cell_is(product, "VX", 2)) {
        s->has_vx = true;
        s->has_front = s->has_front || expiration == s->front;
    }
    if (!is_wanted(s, product))
        return VOL_OK;
    vol_cell_trim(&row->cell[s->column[SYMBOL]], &text, &n);
    if (n == 0 || n >= sizeof symbol || isnan(price))
        return vol_error_set(err, VOL_EPROTOCOL, "a settlement without %s",
                             isnan(price) ? "a price" : "a symbol");
    memcpy(symbol, text, n);
    symbol[n] = '\0';
    vol_gather_begin(s->out, "bar", vol_cboe_close(s->facts, s->date));
    vol_gather_str(s->out, "symbol", symbol);
    vol_gather_num(s->out, "close", price);
    vol_gather_date(s->out, "expiration", expiration);
    return vol_gather_end(s->out, err);
}

enum vol_status vol_cboe_futures(const struct vol_source_facts *facts, int32_t date, char *const *product,
                                 size_t n_products, const char *body, size_t n, struct vol_gather *out,
                                 struct vol_error *err)
{
    struct settlements s = {.facts = facts,
                            .date = date,
                            .front = vol_cboe_vix_expiration(&facts->markets, date),
                            .product = product,
                            .n_products = n_products,
                            .out = out};
    char text[VOL_DATE_MAX];
    enum vol_status status = each_row(body, n, &(struct reader){&s, settlement_header, settlement_row}, err);

    if (status == VOL_OK && s.has_vx && !s.has_front) {
        vol_date_print(text, s.front);
        return vol_error_set(err, VOL_EPROTOCOL, "no VX of %s: these are another day's settlements", text);
    }
    return status;
}
