/* import.h: vendor files as an ordered stream of records: rows by instant, quotes gathered into snapshots.
 *
 * Rows of one file must ascend in time, and so must the files, unless their layout says `sort`: the rows of
 * all such files are held and sorted by instant, then by the order of the files. The quotes of one instant
 * are handed out one underlying after the other, that of the first row first and the others by name, each run
 * closed by a `snap`.
 */
#ifndef VOL_SOURCE_IMPORT_H
#define VOL_SOURCE_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "record/writer.h"
#include "source/file.h"

struct vol_import_config {
    struct vol_source_files_config files;
    char *const *paths;
    size_t n_paths;
    int64_t since, until; /* only rows with since <= ts <= until */
};

/* What there is to write or to say. */
struct vol_import_item {
    const char *kind;
    int64_t ts;
    const char *file; /* where it came from */
    uint64_t line_no;
    const char *raw; /* the row */
    size_t raw_len;
    const char *reason; /* VOL_NO */
};

struct vol_import;

enum vol_status vol_import_new(struct vol_import **out, const struct vol_import_config *config,
                               struct vol_error *err);
void vol_import_free(struct vol_import *import);

/* The next item.
 *   VOL_OK        a record: begin it with ITEM->kind and ITEM->ts, then vol_import_put
 *   VOL_END       no more
 *   VOL_NO        a row that ITEM->reason (static) refuses
 *   VOL_EDATA     a malformed row, or a file that cannot be used (passed over); ERR has the words, ITEM the
 * place VOL_ENOINPUT  a file is missing, or was cut: the snapshot that was being read gets no `snap`
 *   VOL_EUSAGE, VOL_EIO, VOL_EOS */
enum vol_status vol_import_next(struct vol_import *import, struct vol_import_item *item,
                                struct vol_error *err);

/* Write the fields of the record that vol_import_next just gave. VOL_EDATA: a cell is malformed; cancel the
 * record. */
enum vol_status vol_import_put(struct vol_import *import, struct vol_writer *out, struct vol_error *err);

/* Rows that were read, how many of them lay outside of since and until, and files that were begun. */
void vol_import_counts(const struct vol_import *import, uint64_t *n_rows, uint64_t *n_outside,
                       size_t *n_files);

#endif
