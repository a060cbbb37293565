/* pattern.h: what the name of a vendor's file says, read by a pattern.
 *
 * A pattern is text with `{name}`, which stands for one byte or more up to the next text of the pattern, and
 * `{}`, the same without keeping it: `{root}_quote_{}_{option_type}_{strike}_{expiration}.csv`.
 */
#ifndef VOL_SOURCE_PATTERN_H
#define VOL_SOURCE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "record/csv.h"

enum { VOL_PATTERN_MAX = 8 };

/* A pattern is well formed and keeps at most VOL_PATTERN_MAX parts. VOL_ECONFIG with words. */
enum vol_status vol_pattern_check(const char *pattern, struct vol_error *err);

/* The names of the parts, braces included, as cells that point into PATTERN. Returns their number. */
size_t vol_pattern_names(const char *pattern, struct vol_csv_cell names[VOL_PATTERN_MAX]);

/* Whether the last part of PATH (behind `/`), or that part without a `.gz` or `.zst` at its end, is of the
 * PATTERN; PARTS then point into PATH, one for each of the pattern's names. */
bool vol_pattern_match(const char *pattern, const char *path, struct vol_csv_cell parts[VOL_PATTERN_MAX]);

#endif
