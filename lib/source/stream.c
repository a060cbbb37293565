#include "source/stream.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "source/stream_vendor.h"

#define REPLY_WAIT  (10 * VOL_SECOND)
#define SETTLE_WAIT (10 * VOL_SECOND)
#define AHEAD_MAX   VOL_MINUTE /* of the venue's clock before ours */

const struct vol_stream_vendor *vol_stream_vendor_find(const char *name)
{
    static const struct vol_stream_vendor *const table[] = {&vol_stream_deribit, &vol_stream_polygon};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(table[i]->facts.name, name) == 0)
            return table[i];
    return NULL;
}

const struct vol_stream_facts *vol_stream_vendor_facts(const struct vol_stream_vendor *vendor)
{
    return &vendor->facts;
}

/* ---- channels and instruments ---- */

static enum vol_status add_channel(struct vol_stream *s, const char *name, struct vol_error *err)
{
    struct vol_channel *channel = &s->channel[s->n_channels];
    size_t n = strlen(name), index;
    enum vol_status status;

    if (n == 0 || n >= VOL_CHANNEL_NAME)
        return vol_error_set(err, VOL_EUSAGE, "a channel's name has 1 to %d bytes", VOL_CHANNEL_NAME - 1);
    for (const char *p = name; *p != '\0'; p++)
        if (*p <= ' ' || *p > '~' || *p == '"' || *p == '\\' || *p == ',' || *p == '{')
            return vol_error_set(err, VOL_EUSAGE, "no name of a channel: \"%s\"", name);
    if (vol_map_find(&s->channels, name, n) != VOL_MAP_NONE)
        return VOL_OK; /* asked for twice */
    memcpy(channel->name, name, n + 1);
    vol_depth_init(&channel->depth);
    status = s->vendor->channel(s, channel, err);
    if (status != VOL_OK)
        return status;
    if (vol_map_add(&s->channels, name, n, &index) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    s->n_channels++;
    return VOL_OK;
}

enum vol_status vol_stream_new(struct vol_stream **out, const struct vol_stream_config *config,
                               const struct vol_stream_handler *handler, struct vol_error *err)
{
    struct vol_stream *s = calloc(1, sizeof *s);
    enum vol_status status = VOL_OK;

    if (s == NULL || (s->channel = calloc(config->n_channels + 1, sizeof *s->channel)) == NULL) {
        free(s);
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    s->config = *config;
    s->handler = *handler;
    s->vendor = config->vendor;
    s->last = INT64_MIN;
    s->now = s->lost_at = INT64_MIN;
    s->next_snap = s->reply_due = INT64_MAX;
    vol_map_init(&s->channels);
    vol_map_init(&s->names);
    vol_buf_init(&s->text);
    if (config->n_channels == 0)
        status = vol_error_set(err, VOL_EUSAGE, "%s stream: expected channels: %s", s->vendor->facts.name,
                               s->vendor->facts.channels);
    for (size_t i = 0; i < config->n_channels && status == VOL_OK; i++)
        status = add_channel(s, config->channels[i], err);
    if (status == VOL_OK && s->error.status != VOL_OK) {
        status = s->error.status;
        if (err != NULL)
            *err = s->error;
    }
    if (status != VOL_OK) {
        vol_stream_free(s);
        return status;
    }
    *out = s;
    return VOL_OK;
}

void vol_stream_free(struct vol_stream *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i <= s->n_channels && i < s->config.n_channels; i++)
        vol_depth_free(&s->channel[i].depth);
    for (size_t i = 0; i < s->n_live; i++)
        free(s->live[i]);
    free(s->live);
    free(s->order);
    free(s->channel);
    vol_map_free(&s->channels);
    vol_map_free(&s->names);
    vol_buf_free(&s->text);
    free(s);
}

struct vol_live *vol_stream_live(struct vol_stream *s, const char *name, size_t n, bool *is_new)
{
    size_t index = vol_map_find(&s->names, name, n);
    struct vol_live *live;

    *is_new = index == VOL_MAP_NONE;
    if (!*is_new)
        return s->live[index];
    if (s->n_live == s->cap_live) {
        size_t cap = s->cap_live == 0 ? 64 : 2 * s->cap_live;
        struct vol_live **grown = realloc(s->live, cap * sizeof *grown);

        if (grown == NULL)
            goto full;
        s->live = grown;
        s->cap_live = cap;
    }
    live = calloc(1, sizeof *live);
    if (live == NULL || vol_map_add(&s->names, name, n, &index) != VOL_OK) {
        free(live);
        goto full;
    }
    vol_tick_clear(&live->known);
    s->live[s->n_live++] = live;
    return live;
full:
    vol_stream_fail(s, VOL_EOS, "out of memory");
    return NULL;
}

struct vol_channel *vol_stream_channel(struct vol_stream *s, const char *name, size_t n)
{
    size_t index = vol_map_find(&s->channels, name, n);

    return index == VOL_MAP_NONE ? NULL : &s->channel[index];
}

/* ---- time ---- */

/* The venue's clock at the instant NOW of ours. */
static int64_t venue_at(const struct vol_stream *s, int64_t now)
{
    return now > s->venue_at ? s->venue + (now - s->venue_at) : s->venue;
}

void vol_stream_venue_clock(struct vol_stream *s, int64_t venue)
{
    if (venue - s->now > AHEAD_MAX || (s->has_clock && venue <= s->venue))
        return;
    s->has_clock = true;
    s->venue = venue;
    s->venue_at = s->now;
}

bool vol_stream_begin(struct vol_stream *s, const char *kind, int64_t ts, int64_t *at)
{
    if (ts > s->last)
        s->last = ts;
    *at = s->last;
    return s->handler.begin(s->handler.data, kind, s->last);
}

void vol_stream_end(struct vol_stream *s)
{
    s->handler.end(s->handler.data);
}

/* ---- health ---- */

static void put_str(struct vol_writer *out, const char *key, size_t n, const char *text)
{
    vol_writer_str(out, key, n, text, strlen(text));
}

/* News of the instant AT by our clock. */
static void health(struct vol_stream *s, int64_t at, const char *status, const char *words)
{
    struct vol_writer *out = s->handler.out;
    int64_t ts = s->has_clock ? venue_at(s, at) : s->last != INT64_MIN ? s->last : at;

    if (!vol_stream_begin(s, "health", ts, &ts))
        return;
    put_str(out, VOL_KEY("source"), s->vendor->facts.name);
    put_str(out, VOL_KEY("status"), status);
    if (words[0] != '\0')
        put_str(out, VOL_KEY("message"), words);
    vol_writer_time(out, VOL_KEY("received"), at);
    vol_stream_end(s);
}

static void healthf(struct vol_stream *s, int64_t at, const char *status, const char *format, ...)
{
    char words[400];
    va_list args;

    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    health(s, at, status, words);
}

static void say_up(struct vol_stream *s)
{
    s->up_due = false;
    if (s->was_up)
        healthf(s, s->now, "reconnected", "%zu channels, after %.1f s", s->n_acknowledged,
                (double)(s->now - s->lost_at) / 1e9);
    else
        healthf(s, s->now, "up", "%zu channels", s->n_acknowledged);
    s->was_up = true;
}

static void see_if_up(struct vol_stream *s)
{
    if (s->up || s->n_acknowledged + s->n_gone < s->n_channels)
        return;
    if (s->n_acknowledged == 0) {
        vol_stream_fail(s, VOL_ENOINPUT, "%s has none of the channels any more", s->vendor->facts.name);
        return;
    }
    s->up = true;
    s->reply_due = INT64_MAX;
    s->heard_at = s->now;
    s->settle_at = s->now + SETTLE_WAIT;
    s->handler.settled(s->handler.data);
    /* A venue that does not say what time it is: its first tick will. */
    if (s->has_clock || s->last != INT64_MIN)
        say_up(s);
    else
        s->up_due = true;
}

void vol_stream_acknowledged(struct vol_stream *s, struct vol_channel *channel)
{
    if (channel->acknowledged || channel->gone)
        return;
    channel->acknowledged = true;
    s->n_acknowledged++;
    see_if_up(s);
}

void vol_stream_gone(struct vol_stream *s, struct vol_channel *channel)
{
    if (channel->acknowledged || channel->gone)
        return;
    channel->gone = true;
    s->n_gone++;
    if (!s->was_up) {
        vol_stream_fail(s, VOL_ENOINPUT, "%s does not have the channel %s", s->vendor->facts.name,
                        channel->name);
        return;
    }
    vol_stream_gap(s, "%s is no more", channel->name);
    see_if_up(s);
}

void vol_stream_gap(struct vol_stream *s, const char *format, ...)
{
    char words[400];
    va_list args;

    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    s->counts.gaps++;
    health(s, s->now, "gap", words);
}

void vol_stream_bad(struct vol_stream *s, const char *format, ...)
{
    char words[400];
    va_list args;

    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    s->handler.malformed(s->handler.data, words);
}

void vol_stream_fail(struct vol_stream *s, enum vol_status status, const char *format, ...)
{
    char words[400];
    va_list args;

    if (s->error.status != VOL_OK)
        return;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    vol_error_set(&s->error, status, "%s", words);
}

void vol_stream_send(struct vol_stream *s, const char *text, size_t n, int64_t reply)
{
    if (reply > 0 && s->reply_due == INT64_MAX)
        s->reply_due = s->now + reply;
    s->handler.send(s->handler.data, text, n);
}

/* ---- ticks ---- */

static void heard(struct vol_stream *s, struct vol_channel *channel)
{
    if (s->stale) {
        s->stale = false;
        healthf(s, s->now, "up", "a tick after %.1f s", (double)(s->now - s->heard_at) / 1e9);
    }
    s->heard_at = s->now;
    if (channel != NULL && !channel->heard) {
        channel->heard = true;
        s->n_heard++;
    }
}

void vol_stream_put(struct vol_stream *s, const struct vol_live *live, const struct vol_tick *tick,
                    int64_t ts, int64_t quoted, int64_t received)
{
    struct vol_tick_stamp stamp = {.quoted = quoted, .received = received, .source = s->vendor->facts.name};
    const struct vol_instrument *in = &live->instrument;
    struct vol_writer *out = s->handler.out;

    if (in->is_option) {
        if (!vol_stream_begin(s, "quote", ts, &stamp.ts))
            return;
        vol_tick_put_quote(in, tick, &stamp, out);
        vol_stream_end(s);
        return;
    }
    if (tick->groups & VOL_TICK_PRICE && vol_stream_begin(s, "bar", ts, &stamp.ts)) {
        vol_tick_put_bar(in, tick, &stamp, out);
        vol_stream_end(s);
    }
    for (int bid = 1; tick->groups & VOL_TICK_TOP && bid >= 0; bid--) {
        if (isnan(bid ? tick->bid : tick->ask) || !vol_stream_begin(s, "level", ts, &stamp.ts))
            continue;
        vol_tick_put_level(in, tick, bid, &stamp, out);
        vol_stream_end(s);
    }
}

void vol_stream_tick(struct vol_stream *s, struct vol_channel *channel, struct vol_live *live,
                     const struct vol_tick *tick, int64_t quoted)
{
    if (quoted - s->now > AHEAD_MAX) {
        vol_stream_bad(s, "%s: a stamp %.1f s ahead of this machine's clock", live->instrument.name,
                       (double)(quoted - s->now) / 1e9);
        return;
    }
    s->counts.ticks++;
    vol_stream_venue_clock(s, quoted);
    if (s->up_due)
        say_up(s);
    heard(s, channel);
    live->heard = true;
    if (s->config.snap > 0) {
        if (quoted >= s->next_snap)
            vol_stream_snap(s, quoted);
        if (s->next_snap == INT64_MAX)
            s->next_snap = quoted - quoted % s->config.snap + s->config.snap;
        vol_tick_merge(&live->known, tick);
        live->quoted = quoted;
        live->received = s->now;
        live->changed = s->dirty = true;
        return;
    }
    vol_stream_put(s, live, tick, quoted, quoted, s->now);
}

/* ---- what happens ---- */

static void tell_time(struct vol_stream *s, int64_t now)
{
    if (now > s->now)
        s->now = now;
}

void vol_stream_open(struct vol_stream *s, int64_t now)
{
    vol_stream_advance(s, now);
    s->connected = true;
    s->state = 0;
    s->opened_at = s->heard_at = s->now;
    s->counts.connections++;
    s->n_acknowledged = s->n_heard = s->n_gone = 0;
    for (size_t i = 0; i < s->n_channels; i++) {
        struct vol_channel *channel = &s->channel[i];

        channel->acknowledged = channel->heard = channel->gone = channel->has_book = false;
        vol_depth_clear(&channel->depth);
    }
    s->vendor->open(s);
}

void vol_stream_message(struct vol_stream *s, int64_t now, const char *text, size_t n)
{
    vol_stream_advance(s, now);
    s->counts.messages++;
    if (s->error.status == VOL_OK && s->connected)
        s->vendor->message(s, text, n);
}

void vol_stream_closed(struct vol_stream *s, int64_t now, const char *words)
{
    vol_stream_advance(s, now);
    if (s->up) {
        s->counts.gaps++;
        s->lost_at = s->now;
        healthf(s, s->now, "gap", "connection lost: %s", words);
    }
    vol_stream_stop(s);
}

void vol_stream_stop(struct vol_stream *s)
{
    if (s->up)
        s->lost_at = s->now;
    s->connected = s->up = s->stale = s->up_due = s->dirty = false;
    s->reply_due = INT64_MAX;
    /* What was known is not known to hold any more. */
    for (size_t i = 0; i < s->n_live; i++) {
        s->live[i]->heard = s->live[i]->changed = false;
        vol_tick_clear(&s->live[i]->known);
    }
}

void vol_stream_advance(struct vol_stream *s, int64_t now)
{
    tell_time(s, now);
    if (!s->connected)
        return;
    if (s->reply_due <= s->now) {
        s->reply_due = INT64_MAX;
        s->handler.drop(s->handler.data, "no answer to a request");
    }
    if (s->config.snap > 0 && s->has_clock && venue_at(s, s->now) >= s->next_snap)
        vol_stream_snap(s, venue_at(s, s->now));
    if (s->up && !s->stale && s->now - s->heard_at >= s->config.stale) {
        s->stale = true;
        healthf(s, s->heard_at + s->config.stale, "stale", "no tick for %.1f s",
                (double)s->config.stale / 1e9);
    }
}

int64_t vol_stream_due(const struct vol_stream *s)
{
    int64_t due = s->reply_due, at;

    if (!s->connected)
        return INT64_MAX;
    if (s->up && !s->stale && s->heard_at + s->config.stale < due)
        due = s->heard_at + s->config.stale;
    if (s->config.snap > 0 && s->has_clock && s->dirty) {
        at = s->venue_at + (s->next_snap - s->venue);
        if (at < due)
            due = at;
    }
    return due;
}

enum vol_status vol_stream_failed(const struct vol_stream *s, struct vol_error *err)
{
    if (s->error.status != VOL_OK && err != NULL)
        *err = s->error;
    return s->error.status;
}

void vol_stream_counts_get(const struct vol_stream *s, struct vol_stream_counts *out)
{
    *out = s->counts;
}

int64_t vol_stream_last(const struct vol_stream *s)
{
    return s->last;
}
