/* file.h: one vendor file after the other: opened (plain, gzip, zstd, or the members of a zip archive), its
 * layout found, its rows handed out. */
#ifndef VOL_SOURCE_FILE_H
#define VOL_SOURCE_FILE_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "record/csv.h"
#include "source/layout.h"
#include "source/row.h"

struct vol_source_files_config {
    const struct vol_layout *layouts; /* a file has the layout that fits its header best */
    size_t n_layouts;
    const struct vol_source_facts *facts;
    struct vol_source_options options;
    size_t max_line;
    const volatile sig_atomic_t *stop;
    void (*before_wait)(void *);
    void *wait_data;
};

/* A row as it stands; pointers hold until the next call. */
struct vol_source_line {
    const struct vol_csv_cell *cells;
    size_t n_cells;
    const char *raw;
    size_t raw_len;
    uint64_t line_no; /* of its first line */
};

struct vol_source_files;

/* CONFIG is copied; what it points to outlives the result. */
enum vol_status vol_source_files_new(struct vol_source_files **out,
                                     const struct vol_source_files_config *config, struct vol_error *err);
void vol_source_files_free(struct vol_source_files *files);

/* Open PATH ("-": standard input), or with null the next member of the archive in hand, find its layout and
 * bind it: *SOURCE is the caller's to free. *LINE_NO: where the words of an error point to.
 *   VOL_END       nothing in it; for null: no more members, the archive is closed
 *   VOL_EDATA     no layout fits its header, or several do equally, or a column is not there
 *   VOL_ENOINPUT  no such file, or a damaged archive, which is closed; VOL_EUSAGE, VOL_EIO, VOL_EOS */
enum vol_status vol_source_files_open(struct vol_source_files *files, const char *path,
                                      struct vol_source **source, uint64_t *line_no, struct vol_error *err);

/* The name of the archive's member in hand; null: it is a file of its own, or there is none. */
const char *vol_source_files_member(const struct vol_source_files *files);

/* The next row behind the header. Statuses as vol_csv_next; LINE->line_no is set for VOL_EDATA too. */
enum vol_status vol_source_files_next(struct vol_source_files *files, struct vol_source_line *line,
                                      struct vol_error *err);

#endif
