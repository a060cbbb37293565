/* feeds.h: a stream with the test as its surroundings: what it writes, sends, complains of. */
#ifndef VOL_TESTS_FEEDS_H
#define VOL_TESTS_FEEDS_H

#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"
#include "source/stream.h"

#define FEEDS_T0 INT64_C(1780000000000000000) /* 2026-05-28T20:26:40Z by this machine's clock */

struct feeds {
    struct vol_source_facts facts;
    struct vol_stream *stream;
    struct vol_writer *out;
    FILE *file;
    struct vol_buf sent, malformed, dropped, text; /* a line each */
    int n_settled;
    int64_t now;
    struct vol_error err;
};

static bool feeds_begin_record(void *data, const char *kind, int64_t ts)
{
    struct feeds *f = data;

    return vol_writer_begin(f->out, kind, ts) == VOL_OK;
}

static void feeds_end_record(void *data)
{
    struct feeds *f = data;

    UNIT(vol_writer_end(f->out, NULL) == VOL_OK);
}

static void feeds_line(struct vol_buf *to, const char *text)
{
    UNIT(vol_buf_add_str(to, text) == VOL_OK && vol_buf_add_char(to, '\n') == VOL_OK);
}

static void feeds_malformed(void *data, const char *words)
{
    feeds_line(&((struct feeds *)data)->malformed, words);
}

static void feeds_send(void *data, const char *text, size_t n)
{
    UNIT(strlen(text) == n);
    feeds_line(&((struct feeds *)data)->sent, text);
}

static void feeds_drop(void *data, const char *words)
{
    feeds_line(&((struct feeds *)data)->dropped, words);
}

static void feeds_settled(void *data)
{
    ((struct feeds *)data)->n_settled++;
}

static inline enum vol_status feeds_new(struct feeds *f, const char *vendor, char *const *channels, size_t n,
                                        int64_t snap, bool has_key)
{
    struct vol_writer_config writing = {.format = VOL_NDJSON, .name = "test"};
    struct vol_stream_handler handler = {
        f,          NULL,       feeds_begin_record, feeds_end_record, feeds_malformed,
        feeds_send, feeds_drop, feeds_settled};
    struct vol_stream_config config = {.vendor = vol_stream_vendor_find(vendor),
                                       .channels = channels,
                                       .n_channels = n,
                                       .facts = &f->facts,
                                       .has_key = has_key,
                                       .stale = 30 * VOL_SECOND,
                                       .snap = snap};

    *f = (struct feeds){.sent = VOL_BUF_INIT,
                        .malformed = VOL_BUF_INIT,
                        .dropped = VOL_BUF_INIT,
                        .text = VOL_BUF_INIT,
                        .now = FEEDS_T0};
    UNIT(vol_calendar_load("share/calendars/us-options.csv", &f->facts.markets, &f->err) == VOL_OK);
    UNIT(vol_contracts_load("share/contracts/options.csv", &f->facts.contracts, &f->err) == VOL_OK);
    f->file = tmpfile();
    UNIT(f->file != NULL);
    writing.fd = fileno(f->file);
    UNIT(vol_writer_new(&f->out, &writing, NULL) == VOL_OK);
    handler.out = f->out;
    return vol_stream_new(&f->stream, &config, &handler, &f->err);
}

static inline void feeds_free(struct feeds *f)
{
    vol_stream_free(f->stream);
    UNIT(vol_writer_close(f->out, NULL) == VOL_OK);
    fclose(f->file);
    vol_calendar_free(&f->facts.markets);
    vol_contracts_free(&f->facts.contracts);
    vol_buf_free(&f->sent);
    vol_buf_free(&f->malformed);
    vol_buf_free(&f->dropped);
    vol_buf_free(&f->text);
}

/* What was written since the last call. */
static inline const char *feeds_text(struct feeds *f)
{
    char block[4096];
    size_t n;

    vol_buf_clear(&f->text);
    UNIT(vol_writer_flush(f->out, NULL) == VOL_OK);
    rewind(f->file);
    while ((n = fread(block, 1, sizeof block, f->file)) > 0)
        UNIT(vol_buf_add(&f->text, block, n) == VOL_OK);
    rewind(f->file);
    UNIT(ftruncate(fileno(f->file), 0) == 0);
    return f->text.data;
}

/* A message, LATER nanoseconds after what came before. */
static inline void feeds_message(struct feeds *f, int64_t later, const char *text)
{
    size_t n = strlen(text);
    char *copy = calloc(1, n + 64);

    UNIT(copy != NULL);
    memcpy(copy, text, n);
    f->now += later;
    vol_stream_message(f->stream, f->now, copy, n);
    free(copy);
}

/* The complaints so far, which are then forgotten. */
static inline void feeds_complains(struct feeds *f, const char *expected)
{
    UNIT_STR(f->malformed.data, expected);
    vol_buf_clear(&f->malformed);
}

/* ---- Deribit ---- */

static char feeds_message_text[4096];

static inline const char *feeds_notify(const char *channel, const char *data)
{
    snprintf(feeds_message_text, sizeof feeds_message_text,
             "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{\"channel\":\"%s\",\"data\":%s}}",
             channel, data);
    return feeds_message_text;
}

/* The answer to the NTH request, a subscription, by the venue's clock LATER microseconds after the beginning.
 */
static inline const char *feeds_acknowledge(int nth, int64_t later, const char *channels)
{
    snprintf(feeds_message_text, sizeof feeds_message_text,
             "{\"jsonrpc\":\"2.0\",\"id\":%d3,\"result\":[%s],\"usIn\":"
             "1780000000000000"
             ",\"usOut\":%lld,\"usDiff\":1,"
             "\"testnet\":false}",
             nth, channels, (long long)(FEEDS_T0 / 1000 + later));
    return feeds_message_text;
}

/* A stream of CHANNEL that is up; what it has written so far is forgotten. */
static inline void feeds_deribit(struct feeds *f, const char *channel, int64_t snap)
{
    char name[100], quoted[110];
    char *const channels[] = {name};

    snprintf(name, sizeof name, "%s", channel);
    snprintf(quoted, sizeof quoted, "\"%s\"", channel);
    UNIT(feeds_new(f, "deribit", channels, 1, snap, false) == VOL_OK);
    vol_stream_open(f->stream, f->now);
    feeds_message(f, 0, feeds_acknowledge(2, 0, quoted));
    UNIT(strstr(feeds_text(f), "\"status\":\"up\"") != NULL);
    vol_buf_clear(&f->sent);
}

#endif
