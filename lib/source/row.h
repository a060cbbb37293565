/* row.h: the rows of one vendor file as records: a layout (layout.h) bound to the file's header.
 *
 * What a row is, and when, is found first (vol_source_row); its fields are read while they are written
 * (vol_source_put), so that a plain number goes from file to stream byte for byte.
 */
#ifndef VOL_SOURCE_ROW_H
#define VOL_SOURCE_ROW_H

#include <stddef.h>
#include <stdint.h>

#include "base/calendar.h"
#include "base/error.h"
#include "chain/contract.h"
#include "record/csv.h"
#include "record/writer.h"
#include "source/layout.h"

/* The facts of the world that rows are read with; they outlive the source. */
struct vol_source_facts {
    struct vol_calendar markets, fed; /* "us-options", "us-fed" */
    struct vol_contracts contracts;
};

/* Load them from share/ (vol_share_path with FALLBACK); the caller frees, on failure too. VOL_ECONFIG,
 * VOL_EOS. */
enum vol_status vol_source_facts_load(struct vol_source_facts *facts, const char *fallback,
                                      struct vol_error *err);
void vol_source_facts_free(struct vol_source_facts *facts);

/* What the user knows better than the file. */
struct vol_source_options {
    const char *symbol; /* of the bars; null: from the file's name */
    bool has_ts;
    int64_t ts;  /* of every row */
    double spot; /* underlying_price of quotes whose layout has none; NaN: unknown */
};

enum { VOL_SOURCE_NAME_MAX = 32, VOL_SOURCE_RECORDS_MAX = VOL_LAYOUT_SERIES_MAX };

/* A row that was understood. Pointers hold as long as its cells do. */
struct vol_source_row {
    int64_t ts;
    int32_t date; /* of the row, before any delay of its release */
    const struct vol_csv_cell *cell;
    size_t n_records;
    const char *underlying;                 /* quotes: the key of their snapshot; "" for other kinds */
    uint8_t record[VOL_SOURCE_RECORDS_MAX]; /* the side or series of each record */
    struct vol_symbol symbol[VOL_LAYOUT_SIDES_MAX]; /* quotes */
};

struct vol_source;

/* A source of the rows of PATH (named in nothing but the symbol of bars). VOL_EUSAGE: bars need a name and
 * PATH gives none; VOL_EOS. LAYOUT, FACTS and the text of OPTIONS outlive it. */
enum vol_status vol_source_new(struct vol_source **out, const struct vol_layout *layout,
                               const struct vol_source_facts *facts, const struct vol_source_options *options,
                               const char *path, struct vol_error *err);
void vol_source_free(struct vol_source *source);

/* A row before the header: the instant of the file and the underlying's price may stand in it. */
void vol_source_preamble(struct vol_source *source, const struct vol_csv_cell *cells, size_t n);

/* The header. VOL_EDATA: a column that the layout cannot do without is not there. */
enum vol_status vol_source_bind(struct vol_source *source, const struct vol_csv_cell *cells, size_t n,
                                struct vol_error *err);

/* Understand a row. VOL_EDATA: malformed, ERR says which column; VOL_NO: refused by a rule, *REASON (static)
 * names it: `market_closed` (the date is no trading day), `no_value` (every series is blank). */
enum vol_status vol_source_row(struct vol_source *source, const struct vol_csv_cell *cells, size_t n,
                               struct vol_source_row *row, const char **reason, struct vol_error *err);

/* Write the fields of record I of ROW into the record begun in OUT. VOL_EDATA: a cell is malformed; cancel
 * it. */
enum vol_status vol_source_put(struct vol_source *source, const struct vol_source_row *row, size_t i,
                               struct vol_writer *out, struct vol_error *err);

const struct vol_layout *vol_source_layout(const struct vol_source *source);

#endif
