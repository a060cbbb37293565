/* ivol_rows.h: rows of IVolatility's answers, JSON or CSV, with one spelling of their columns.
 *
 * The vendor spells a column `Call/Put`, `call_put` or `callPut`, by endpoint, format and even by row. Here a
 * name is what is left in lower case without anything but letters and digits: `callput`, `openinterest`,
 * `30divmean`.
 */
#ifndef VOL_SOURCE_IVOL_ROWS_H
#define VOL_SOURCE_IVOL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum { VOL_IVOL_NAME_MAX = 40, VOL_IVOL_CELLS_MAX = 96 };

struct vol_ivol_cell {
    char name[VOL_IVOL_NAME_MAX];
    const char *text; /* null: a number, or no value */
    size_t len;
    double num; /* of a JSON number; NaN */
};

struct vol_ivol_row {
    struct vol_ivol_cell cell[VOL_IVOL_CELLS_MAX];
    size_t n;
    char place[32]; /* "data[3]", "line 4" */
};

/* What is done with a row; another status than VOL_OK ends the reading. */
typedef enum vol_status vol_ivol_reader(void *data, const struct vol_ivol_row *row, struct vol_error *err);

/* The cell of one of NAMES, separated by `|`; null when there is none or it has no value (null, empty). */
const struct vol_ivol_cell *vol_ivol_find(const struct vol_ivol_row *row, const char *names);

/* The same, which the row must have (with a value, or NULLABLE: without). VOL_EPROTOCOL. */
enum vol_status vol_ivol_text(const struct vol_ivol_row *row, const char *names, const char **text, size_t *n,
                              struct vol_error *err);
enum vol_status vol_ivol_num(const struct vol_ivol_row *row, const char *names, bool nullable, double *out,
                             struct vol_error *err);

/* The number in CELL (written as text in a CSV). VOL_EPROTOCOL. */
enum vol_status vol_ivol_cell_num(const struct vol_ivol_row *row, const struct vol_ivol_cell *cell,
                                  double *out, struct vol_error *err);

/* Complain about a row: "data[3].strike: WORDS" (NAME null: the row as a whole). Returns VOL_EPROTOCOL. */
enum vol_status vol_ivol_wrong(const struct vol_ivol_row *row, const char *name, const char *words,
                               struct vol_error *err);

/* What the envelope of a JSON answer says. */
struct vol_ivol_head {
    int64_t found;       /* rows that there are, here or in a file */
    int64_t left;        /* questions that the plan leaves; INT64_MAX: unknown */
    struct vol_buf file; /* address that tells of the file with the rows; empty: they are here */
};

/* A JSON answer. HEAD->file is the caller's to free. VOL_EPROTOCOL, also when there are not as many rows as
 * the envelope says; what READ returns. */
enum vol_status vol_ivol_json(const char *body, size_t n, vol_ivol_reader *read, void *data,
                              struct vol_ivol_head *head, struct vol_error *err);

/* What HEAD->file answers: the address of the file in URL, empty while it is being made. VOL_EUNAVAILABLE: it
 * never will be. */
enum vol_status vol_ivol_info(const char *body, size_t n, struct vol_buf *url, struct vol_error *err);

/* The file: a CSV, packed with gzip or not, of FOUND rows. VOL_EPROTOCOL, VOL_EOS; what READ returns. */
enum vol_status vol_ivol_file(const char *body, size_t n, int64_t found, vol_ivol_reader *read, void *data,
                              struct vol_error *err);

#endif
