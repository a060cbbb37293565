/* row_private.h: what row.c and row_quote.c share. */
#ifndef VOL_SOURCE_ROW_PRIVATE_H
#define VOL_SOURCE_ROW_PRIVATE_H

#include "base/num.h"
#include "base/time.h"
#include "source/pattern.h"
#include "source/row.h"

enum { VOL_ROW_TEXT_CACHE = 64, VOL_ROW_CONTRACTS = 64 };

/* A contract of earlier rows: the next ones have the same root and expiration, or soon have them again. */
struct contract_cache {
    bool known, odd;
    char root[VOL_ROOT_MAX];
    int32_t expiration;
    struct vol_contract_spec contract;
    char expiration_text[VOL_DATE_MAX], expires_text[VOL_TIME_MAX], last_trade_text[VOL_TIME_MAX];
    char multiplier_text[VOL_NUM_MAX];
    char agreed[VOL_ROW_TEXT_CACHE]; /* the last text of a date that agreed with this expiration */
    size_t agreed_len;
    int32_t agreed_date;
    size_t expiration_len, expires_len, last_trade_len, multiplier_len;
};

struct vol_source {
    const struct vol_layout *layout;
    const struct vol_source_facts *facts;
    const struct vol_calendar *calendar;
    struct vol_source_options options;
    char symbol[VOL_SOURCE_NAME_MAX];          /* of the file */
    char *name;                                /* the file's, which `part` points into */
    struct vol_csv_cell part[VOL_PATTERN_MAX]; /* what it says: columns behind those of the rows */
    size_t n_parts;

    int ts_column, since_column, root_column, odd_column;
    int symbol_column[VOL_LAYOUT_SIDES_MAX];
    int field_column[VOL_LAYOUT_SIDES_MAX][VOL_LAYOUT_FIELDS_MAX];
    int series_column[VOL_LAYOUT_SERIES_MAX];
    size_t n_columns; /* of the header; every row has as many */

    char ts_text[VOL_ROW_TEXT_CACHE]; /* the last instant's text, what it says, and what became of it */
    size_t ts_len;
    int64_t ts;
    struct vol_datetime when;
    int32_t date;
    bool closed, file_ts;
    double price;                 /* of the preamble */
    struct contract_cache *cache; /* n_cache for each side, a power of two: one until rows need more */
    size_t n_cache, n_missed;
    struct contract_cache *contract[VOL_LAYOUT_SIDES_MAX]; /* of the row in hand */
};

/* Column AT of a row: a cell of its own, or a part of the file's name. */
static inline const struct vol_csv_cell *vol_row_cell(const struct vol_source *s,
                                                      const struct vol_csv_cell *cells, int at)
{
    return (size_t)at < s->n_columns ? &cells[at] : &s->part[(size_t)at - s->n_columns];
}

/* VOL_EDATA: the text of COLUMN is WHAT. */
enum vol_status vol_row_bad_cell(const char *column, const char *what, const char *text, size_t n,
                                 struct vol_error *err);

/* Write the fields of side SIDE that columns and constants give; N_PUT counts the former. */
enum vol_status vol_row_put_fields(const struct vol_source *s, const struct vol_source_row *row, size_t side,
                                   struct vol_writer *out, size_t *n_put, struct vol_error *err);

/* row_quote.c: find what the contracts of a row are, and write one of them. VOL_NO: the row is of no
 * contract. */
enum vol_status vol_row_read_quotes(struct vol_source *s, const struct vol_csv_cell *cells,
                                    struct vol_source_row *row, const char **reason, struct vol_error *err);
enum vol_status vol_row_put_quote(const struct vol_source *s, const struct vol_source_row *row, size_t side,
                                  struct vol_writer *out, struct vol_error *err);

#endif
