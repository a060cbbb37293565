/* stream.h: what the messages of a live feed become: records, news of the feed's health, snapshots.
 *
 * A stream knows no network and no clock. It is told when a connection stands, what came in at which instant
 * and when the connection was lost; it says what to send. The same messages at the same instants give the
 * same bytes, so that a recorded day can be told again.
 *
 * Time. The `ts` of a record is the venue's own instant of the tick, so that a record that was long under way
 * does not look new; `received` is the instant at which it came in. Venues stamp each instrument by itself
 * and send old stamps too (the first picture of a quiet book), but the `ts` of a stream never falls: a tick
 * whose stamp is older than what was written before it gets the `ts` of that record, and its own stamp in
 * `quoted`. A stamp more than a minute ahead of this machine's clock is malformed: it would hold back all
 * that follow.
 *
 * Health. `up`: every channel is acknowledged (and again after `stale`); `gap`: what was kept is no longer
 * known to be right (connection lost, a change of a book missing); `reconnected`: the channels are
 * acknowledged anew; `stale`: connected, but no tick for a while.
 *
 * Snapshots. With `snap`, ticks are not written one by one: at every multiple of that interval by the venue's
 * clock, each underlying of which something has changed is written whole (every option heard of since the
 * connection stands and not expired), closed by its `snap`; prices of other instruments come as bars before
 * them. After a connection is made the first snapshot waits until each channel has been heard, ten seconds at
 * most.
 */
#ifndef VOL_SOURCE_STREAM_H
#define VOL_SOURCE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "record/writer.h"
#include "source/row.h"

struct vol_stream;
struct vol_stream_vendor;

/* What a stream asks of its surroundings, from inside the calls below. */
struct vol_stream_handler {
    void *data;
    struct vol_writer *out;
    bool (*begin)(void *data, const char *kind, int64_t ts); /* a record; false: it is not wanted */
    void (*end)(void *data);
    void (*malformed)(void *data, const char *words);
    void (*send)(void *data, const char *text, size_t n); /* keys as {NAME} (net/secret.h) */
    void (*drop)(void *data, const char *words);          /* end this connection, make another */
    void (*settled)(void *data);                          /* the feed works: waits begin anew */
};

struct vol_stream_config {
    const struct vol_stream_vendor *vendor;
    char *const *channels;
    size_t n_channels;
    const struct vol_source_facts *facts;
    bool has_key;  /* whether the vendor's keys were given */
    int64_t stale; /* nanoseconds without a tick */
    int64_t snap;  /* interval of the snapshots; 0: every tick is a record */
};

/* null: there is no such vendor. */
const struct vol_stream_vendor *vol_stream_vendor_find(const char *name);

/* Facts of a vendor: what `vfetch sources` shows, and where it is. */
struct vol_stream_facts {
    const char *name;
    const char *url;
    const char *keys[2]; /* environment variables; null: none */
    bool key_required;
    const char *channels; /* for people */
};
const struct vol_stream_facts *vol_stream_vendor_facts(const struct vol_stream_vendor *vendor);

/* VOL_EUSAGE: a channel that the vendor does not have or that makes no records; VOL_EPERM: one that wants a
 * key; VOL_EOS. */
enum vol_status vol_stream_new(struct vol_stream **out, const struct vol_stream_config *config,
                               const struct vol_stream_handler *handler, struct vol_error *err);
void vol_stream_free(struct vol_stream *stream);

/* A connection stands; a message came (VOL_WS_SLACK readable bytes follow TEXT, valid UTF-8); the connection
 * is lost; time has passed. NOW never falls by much: a clock that is set back is taken as standing. */
void vol_stream_open(struct vol_stream *stream, int64_t now);
void vol_stream_message(struct vol_stream *stream, int64_t now, const char *text, size_t n);
void vol_stream_closed(struct vol_stream *stream, int64_t now, const char *words);
void vol_stream_advance(struct vol_stream *stream, int64_t now);

/* The run ends here, without a word of its own: what is known is forgotten. For recordings of several runs.
 */
void vol_stream_stop(struct vol_stream *stream);

/* When vol_stream_advance has something to do next; INT64_MAX: nothing waits. */
int64_t vol_stream_due(const struct vol_stream *stream);

/* VOL_OK, or why the stream cannot go on: the vendor refuses a channel or the key, memory has run out. */
enum vol_status vol_stream_failed(const struct vol_stream *stream, struct vol_error *err);

struct vol_stream_counts {
    uint64_t messages, ticks, gaps, connections;
};
void vol_stream_counts_get(const struct vol_stream *stream, struct vol_stream_counts *out);

/* The ts of the last record; INT64_MIN: there was none. */
int64_t vol_stream_last(const struct vol_stream *stream);

#endif
