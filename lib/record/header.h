/* header.h: the columns of a CSV of records. Private to lib/record. */
#ifndef VOL_RECORD_HEADER_H
#define VOL_RECORD_HEADER_H

#include "record/csv.h"
#include "record/rec.h"

struct vol_csv_column {
    const char *name;
    uint32_t len;
    int8_t slot;                   /* index of the want, or -1 */
    bool owned;                    /* cut out of an edited record */
    const struct vol_field *field; /* null: a column of no table, its cells are strings */
    bool is_text;                  /* its cells are no numbers */
    bool keeps_empty;              /* an empty cell in quotes is an empty string; else it is missing */
};

struct vol_csv_header {
    const struct vol_kind *kind; /* of rows without a `kind` column, or of all when there is none */
    const char *kind_name;
    bool has_kind;
    size_t n, kind_at, ts_at; /* columns, and where those two are among them; kind_at is N without has_kind */
    struct vol_csv_column *column;
    struct vol_buf names;
    struct vol_csv_header *next; /* the reader's list, for freeing */
};

#endif
