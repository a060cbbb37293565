/* events.h: scheduled events of underlyings, from the `events` of a variance clock's file or of one like it.
 *
 * A file of share/clocks serves as it is: of each event name, date, time and underlying count here; weight
 * and minutes are the clock's alone. A file of events only has just `events` and may have `zone`.
 */
#ifndef VOL_CHAIN_EVENTS_H
#define VOL_CHAIN_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vol_event_date {
    char underlying[32]; /* "": all */
    int64_t ts;
};

struct vol_events {
    struct vol_event_date *event; /* ascending by ts */
    size_t n;
};

/* Read PATH, a JSON object. An event without `time` takes place at 16:00, as earnings after the close do, of
 * New York, or of UTC where the file's `zone` is utc. VOL_ECONFIG with file, key and what was expected;
 * VOL_EOS. The caller frees. */
enum vol_status vol_events_load(const char *path, struct vol_events *out, struct vol_error *err);
void vol_events_free(struct vol_events *events);

/* The events of UNDERLYING later than TS in years of 365 days from it, ascending, into YEARS (room for
 * events->n); returns how many. */
size_t vol_events_list(const struct vol_events *events, const char *underlying, size_t len, int64_t ts,
                       double *years);

#endif
