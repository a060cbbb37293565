/* stream_vendor.h: between a stream and the vendors that it speaks to. Private to lib/source.
 *
 * A vendor turns channel names into instruments, says what to send, and reads messages; the stream does what
 * is alike for all: order, health, snapshots.
 */
#ifndef VOL_SOURCE_STREAM_VENDOR_H
#define VOL_SOURCE_STREAM_VENDOR_H

#include "base/buf.h"
#include "base/map.h"
#include "source/depth.h"
#include "source/stream.h"
#include "source/tick.h"

/* An instrument with what is known of it. */
struct vol_live {
    struct vol_instrument instrument;
    struct vol_tick known;
    int64_t quoted, received;
    bool heard;   /* since the connection stands */
    bool changed; /* since the last snapshot */
};

enum { VOL_CHANNEL_NAME = 80 };

struct vol_channel {
    char name[VOL_CHANNEL_NAME];
    int type;              /* the vendor's */
    struct vol_live *live; /* of a channel of one instrument; null: of several */
    bool acknowledged, heard, gone;
    /* a book that is kept from changes */
    bool has_book;
    int64_t change_id;
    struct vol_depth depth;
};

struct vol_stream {
    struct vol_stream_config config;
    struct vol_stream_handler handler;
    const struct vol_stream_vendor *vendor;
    struct vol_channel *channel;
    size_t n_channels, n_acknowledged, n_heard, n_gone;
    struct vol_map channels; /* by name */
    struct vol_map names;    /* of instruments */
    struct vol_live **live;  /* by index of `names` */
    size_t n_live, cap_live;

    /* the connection */
    bool connected, up, was_up, stale, up_due;
    int state; /* the vendor's, 0 when a connection is made */
    int64_t now, opened_at, lost_at, heard_at, reply_due;
    uint64_t asked; /* number of the last request */

    /* time */
    bool has_clock;
    int64_t venue, venue_at; /* the latest instant of the venue's clock, and when we heard of it */
    int64_t last;            /* ts of the last record */

    /* snapshots */
    struct vol_live **order; /* of n_ordered instruments, sorted */
    size_t n_ordered;
    int64_t next_snap, settle_at;
    bool dirty;

    struct vol_stream_counts counts;
    struct vol_error error; /* status not VOL_OK: the stream has failed */
    struct vol_buf text;    /* of what is sent, and of words */
    unsigned hint;          /* where the vendor found the last key */
};

struct vol_stream_vendor {
    struct vol_stream_facts facts;
    /* Fill in type and instrument of the channel NAME. VOL_EUSAGE, VOL_EPERM, VOL_EOS. */
    enum vol_status (*channel)(struct vol_stream *stream, struct vol_channel *channel, struct vol_error *err);
    void (*open)(struct vol_stream *stream);
    void (*message)(struct vol_stream *stream, const char *text, size_t n);
};

extern const struct vol_stream_vendor vol_stream_deribit, vol_stream_polygon;

/* ---- for vendors ---- */

/* The instrument that has the key NAME, or a new one (*IS_NEW) whose `instrument` the caller fills in. Null:
 * out of memory, the stream has failed. */
struct vol_live *vol_stream_live(struct vol_stream *stream, const char *name, size_t n, bool *is_new);

/* Null: it was not asked for. */
struct vol_channel *vol_stream_channel(struct vol_stream *stream, const char *name, size_t n);

/* A tick of LIVE with the venue's stamp QUOTED; CHANNEL may be null. */
void vol_stream_tick(struct vol_stream *stream, struct vol_channel *channel, struct vol_live *live,
                     const struct vol_tick *tick, int64_t quoted);

/* The vendor says what time it is. */
void vol_stream_venue_clock(struct vol_stream *stream, int64_t venue);

/* CHANNEL is acknowledged; when it is the last one, the feed is up. */
void vol_stream_acknowledged(struct vol_stream *stream, struct vol_channel *channel);

/* The vendor no longer has CHANNEL. */
void vol_stream_gone(struct vol_stream *stream, struct vol_channel *channel);

/* The venue's own failure to tell us everything. */
void vol_stream_gap(struct vol_stream *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The message is malformed; it is counted and left out. */
void vol_stream_bad(struct vol_stream *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Send what FORMAT makes, and expect a reply within REPLY nanoseconds (0: none is expected). */
void vol_stream_send(struct vol_stream *stream, const char *text, size_t n, int64_t reply);

void vol_stream_fail(struct vol_stream *stream, enum vol_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- snapshots (stream_snap.c) ---- */

/* Write what has changed as of the instants of the grid up to VENUE. */
void vol_stream_snap(struct vol_stream *stream, int64_t venue);

/* ---- for stream_snap.c ---- */

/* Begin a record at TS or, when that is too early, at the ts of the last one, which *AT becomes. */
bool vol_stream_begin(struct vol_stream *stream, const char *kind, int64_t ts, int64_t *at);
void vol_stream_end(struct vol_stream *stream);

/* The records that say TICK of LIVE. */
void vol_stream_put(struct vol_stream *stream, const struct vol_live *live, const struct vol_tick *tick,
                    int64_t ts, int64_t quoted, int64_t received);

#endif
