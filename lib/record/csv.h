/* csv.h: rows of a CSV (RFC 4180): plain rows by a fast splitter, rows with quotes by libcsv.
 *
 * Rows end with LF or CRLF; a quoted cell may hold commas, quotes and line ends; blanks belong to the cell;
 * empty lines are passed over. The first row is a header like any other row: its meaning is the caller's.
 */
#ifndef VOL_RECORD_CSV_H
#define VOL_RECORD_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "record/input.h"

enum { VOL_CSV_COLUMNS_MAX = 512 };

/* A cell without its quotes. A byte that is no part of a number follows the text. */
struct vol_csv_cell {
    const char *text;
    uint32_t len;
    bool quoted; /* of an empty cell: it stood in quotes, and is an empty string, not a missing value */
};

struct vol_csv;

/* Where a reader of rows is: all 0 at the start of an input, then kept by vol_csv_next. */
struct vol_csv_place {
    uint64_t read; /* lines read so far */
    uint64_t row;  /* number of the line on which the row just read begins */
};

/* MAX_ROW: bytes of the longest row with quotes, over all its lines. */
enum vol_status vol_csv_new(struct vol_csv **out, size_t max_row, struct vol_error *err);
void vol_csv_free(struct vol_csv *csv);

/* The next row of INPUT. All pointers hold until the next call.
 *   *RAW, *RAW_LEN  the row as it stands, without its line end
 *   *WAS_QUOTED     libcsv read it
 * VOL_END; VOL_EDATA: a malformed row (skipped; RAW holds it): a quote where none may be, more than
 * VOL_CSV_COLUMNS_MAX cells, a line too long; VOL_ENOINPUT, VOL_EIO, VOL_EOS as vol_input_line. */
enum vol_status vol_csv_next(struct vol_csv *csv, struct vol_input *input, const struct vol_csv_cell **cells,
                             size_t *n_cells, const char **raw, size_t *raw_len, struct vol_csv_place *place,
                             bool *was_quoted, struct vol_error *err);

/* Split one row that is already here (RAW of vol_csv_next), with the same result. */
enum vol_status vol_csv_split(struct vol_csv *csv, const char *raw, size_t raw_len,
                              const struct vol_csv_cell **cells, size_t *n_cells, struct vol_error *err);

/* Append TEXT as a cell, quoted where RFC 4180 wants it, where blanks at its ends would be lost, and where it
 * is an empty string (nothing is appended for a missing value). */
enum vol_status vol_csv_add_cell(struct vol_buf *out, const char *text, size_t n);

#endif
