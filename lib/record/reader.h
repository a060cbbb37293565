/* reader.h: NDJSON or CSV, plain or gzip or zstd, as records.
 *
 * Each input is recognised by its first bytes: gzip or zstd magic, then `{` for NDJSON, anything else is a
 * CSV header. A well-formed line is scanned in place (scan.c); whatever is unusual in it goes to Jansson, a
 * CSV row with quotes goes to libcsv, and their verdict is final. volpipe-records(5) lists what is refused
 * and why.
 */
#ifndef VOL_RECORD_READER_H
#define VOL_RECORD_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "record/rec.h"

enum { VOL_LINE_MAX_DEFAULT = 1 << 20 };

struct vol_reader_config {
    const struct vol_want *wants; /* the tool's own; indices in vol_rec.value start at VOL_W_OWN */
    size_t n_wants;
    size_t max_line;                 /* bytes of the longest line that is read; 0: VOL_LINE_MAX_DEFAULT */
    const char *csv_kind;            /* kind of the rows of a CSV that has no `kind` column; null: "quote" */
    void (*before_wait)(void *data); /* called when a read would wait: flush what was written; may be null */
    void *wait_data;
};

struct vol_reader;

/* A reader of PATHS (none, or "-": standard input), one after the other as one stream. The arrays must
 * outlive it. Nothing is opened yet. VOL_EOS, or VOL_EUSAGE for too many wants. */
enum vol_status vol_reader_new(struct vol_reader **out, const struct vol_reader_config *config,
                               char *const *paths, size_t n_paths, struct vol_error *err);
void vol_reader_free(struct vol_reader *reader);

/* The next record.
 *   VOL_OK          *REC is filled
 *   VOL_END         the inputs are at their end
 *   VOL_EDATA       one record was malformed and has been skipped; ERR names file, line, field, value and
 * what was expected; the next call goes on behind it. REC->line holds its bytes (kind and values unset).
 *   VOL_ENOINPUT    a file is missing or a compressed stream was cut; the next call goes on with the next
 * file VOL_EIO, _EOS   reading failed for good */
enum vol_status vol_reader_next(struct vol_reader *reader, struct vol_rec *rec, struct vol_error *err);

/* The reader will report the end at the next record boundary. Async-signal-safe. */
void vol_reader_stop(struct vol_reader *reader);

/* Lines that were handed to Jansson or libcsv, and all lines: a bench fails when the fast path is not taken.
 */
void vol_reader_counts(const struct vol_reader *reader, uint64_t *n_slow, uint64_t *n_lines);

#endif
