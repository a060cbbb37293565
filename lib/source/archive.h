/* archive.h: one's own point-in-time history: gathered records as files by day, never overwritten.
 *
 * DIR/SOURCE/WHAT/YYYY-MM-DD/NAME-HHMMSSZ.ndjson holds what was knowable on that UTC day: NAME is made of the
 * symbols, the time is that of the first record. A file appears whole or not at all. What is there already is
 * kept: the same records once more (receive times aside) change nothing, others become NAME-HHMMSSZ.2.ndjson,
 * .3 and so on, so that what was known first stays known.
 */
#ifndef VOL_SOURCE_ARCHIVE_H
#define VOL_SOURCE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "source/gather.h"

struct vol_archive {
    const char *dir, *source, *what;
    char *const *symbols;
    size_t n_symbols;
};

struct vol_archive_counts {
    uint64_t written, kept, revised; /* files: new, already there, there with other records */
};

/* Put the records of GATHER (finished) into the archive; rejects are left out. WROTE is called with the path
 * of each new file (null: not). VOL_ECREATE, VOL_EIO, VOL_EOS: the files before are there, whole. */
enum vol_status vol_archive_put(const struct vol_archive *archive, const struct vol_gather *gather,
                                void (*wrote)(void *data, const char *path), void *data,
                                struct vol_archive_counts *counts, struct vol_error *err);

/* The last day of which there is a file of these symbols. VOL_NO: there is none; VOL_EIO. */
enum vol_status vol_archive_last(const struct vol_archive *archive, int32_t *date, struct vol_error *err);

#endif
