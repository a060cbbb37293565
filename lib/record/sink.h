/* sink.h: where code of the library puts records that come by themselves, as a live feed's do: a tool's
 * frame, or a test.
 */
#ifndef VOL_RECORD_SINK_H
#define VOL_RECORD_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "record/writer.h"

struct vol_sink {
    void *data;
    struct vol_writer *out; /* takes the fields between begin and end */
    bool (*begin)(void *data, const char *kind,
                  int64_t ts); /* a record; false: it is not wanted, no fields, no end */
    void (*end)(void *data);
    void (*malformed)(void *data, const char *words); /* input was malformed: it is counted and shown */
    void (*note)(void *data, const char *words); /* something that a person at a terminal may want to know */
    void (*idle)(void *data);                    /* nothing more is at hand: what is written must go out */
};

#endif
