/* rec.h: one record as a reader hands it out.
 *
 * A tool names the fields that it wants before the first record. The reader finds them in one pass over the
 * line; numbers among them are parsed, everything else stays text. All pointers of a record are valid until
 * the next call of the reader; a tool that keeps a record copies its line (vol_line) and the values that it
 * needs.
 */
#ifndef VOL_RECORD_REC_H
#define VOL_RECORD_REC_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include <string.h>

#include "record/field.h"

enum { VOL_WANT_MAX = 64, VOL_CUT_MAX = 48 };

/* The first three wants of every tool; its own begin at VOL_W_OWN. */
enum { VOL_W_KIND, VOL_W_TS, VOL_W_OWN };

/* A field that a tool reads (`owned` false), or one that it writes anew (`owned` true: cut out of the line
 * when the record is edited, readable before that). Types come from the field tables; a name that is in no
 * table is read as text or number as it stands. */
struct vol_want {
    const char *name;
    bool owned;
};

enum vol_type {
    VOL_ABSENT, /* no such member, an empty CSV cell */
    VOL_NULL,
    VOL_NUMBER,
    VOL_STRING,
    VOL_TRUE,
    VOL_FALSE,
    VOL_NESTED /* object or array; the value is its raw JSON text */
};

/* A value. TEXT is the number's spelling, the string without quotes and with escapes undone, or raw JSON. */
struct vol_value {
    const char *text;
    uint32_t len;
    enum vol_type type;
    double num; /* NaN unless type is VOL_NUMBER */
};

enum vol_format { VOL_NDJSON, VOL_CSV };

struct vol_csv_header; /* the columns of one CSV input; lives as long as its reader */

/* The bytes of a record without the line end, and what an edit leaves out of them: cuts are [start, end)
 * offsets into BYTES, ascending, and take one comma with them. */
struct vol_line {
    const char *bytes;
    uint32_t len;
    uint16_t n_cuts;
    enum vol_format format;
    const struct vol_csv_header *header; /* VOL_CSV only */
    const uint32_t (*cuts)[2];
};

struct vol_rec {
    const struct vol_kind *kind; /* null: a kind that is in no table */
    int64_t ts;                  /* nanoseconds since 1970-01-01T00:00:00Z, no leap seconds */
    struct vol_line line;
    struct vol_value value[VOL_WANT_MAX]; /* by the index of the tool's wants; kind and ts lead */
    const char *file;                     /* where it came from, for messages */
    uint64_t line_no;
    bool in_order; /* false: ts is earlier than that of the record before */
};

/* Whether the value's text equals S. Here, so that a comparison with a literal is one of known length. */
static inline bool vol_value_is(const struct vol_value *value, const char *s)
{
    return value->type == VOL_STRING && value->len == strlen(s) && memcmp(value->text, s, value->len) == 0;
}

/* Whether the record's kind is NAME, also for a kind that is in no table. */
static inline bool vol_rec_is(const struct vol_rec *rec, const char *kind)
{
    return vol_value_is(&rec->value[VOL_W_KIND], kind);
}

#endif
