/* datefmt.h: dates and times as vendors write them, read by a format.
 *
 * A format is text with conversions in the manner of strptime(3): %Y (4 digits) %m %d (1 or 2 digits) %b
 * (Jan) %B (January) %a (Thu, passed over) %H %I (1 or 2 digits) %M %S (2 digits) %f (decimals of a second)
 * %p (AM, PM) %Z (UTC, GMT, Z, EST, EDT, ET) %z (+00:00, +0000, Z) %% . Alone: %s, seconds since 1970 UTC,
 * with %3s, %6s and %9s for milli-, micro- and nanoseconds. A blank stands for any run of blanks. `|`
 * separates formats that are tried one after the other.
 */
#ifndef VOL_SOURCE_DATEFMT_H
#define VOL_SOURCE_DATEFMT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum vol_zone { VOL_ZONE_NONE, VOL_ZONE_OFFSET, VOL_ZONE_NEW_YORK };

struct vol_datetime {
    int32_t date;
    int32_t seconds; /* past midnight; -1: the format has no hour */
    int64_t nanos;   /* decimals of the second */
    enum vol_zone zone;
    int32_t offset; /* VOL_ZONE_OFFSET: seconds east of UTC */
};

/* Read the whole of TEXT[0..N). VOL_EDATA, also for years before 1678 and after 2261. */
enum vol_status vol_datefmt_parse(const char *format, const char *text, size_t n, struct vol_datetime *out);

/* Whether FORMAT is one: VOL_ECONFIG for an unknown conversion or one without a day, month and year. */
enum vol_status vol_datefmt_check(const char *format, struct vol_error *err);

/* The instant; without a zone in the text, ZONE is taken (VOL_ZONE_OFFSET: UTC); without an hour, midnight.
 */
int64_t vol_datetime_instant(const struct vol_datetime *datetime, enum vol_zone zone);

#endif
