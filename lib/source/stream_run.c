#include "source/stream_run.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/time.h"
#include "net/clock.h"
#include "net/ws.h"
#include "source/fetch.h"
#include "source/stream_tape.h"

#define PROVEN (10 * VOL_SECOND) /* a feed that has worked for so long is a good one */

struct run {
    const struct vol_stream_run_config *config;
    struct vol_secrets secrets;
    struct vol_stream *stream;
    struct vol_ws *ws;
    struct vol_stream_tape *tape;
    struct vol_buf text;
    int64_t down_since; /* INT64_MAX: the feed works */
    int64_t up_since;
    int64_t ends;
    bool has_worked;
    struct vol_error failure; /* why there is no connection */
    const char *place;
};

enum vol_status vol_stream_interval(const char *text, int64_t *out, struct vol_error *err)
{
    static const struct {
        const char *unit;
        double nanos;
    } units[] = {{"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}};
    size_t n = strspn(text, "0123456789.");
    double x;

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(text + n, units[i].unit) == 0 && vol_num_parse_loose(text, n, &x) == VOL_OK &&
            x * units[i].nanos >= 1e6 && x * units[i].nanos <= 10000 * 86400e9) {
            *out = (int64_t)(x * units[i].nanos);
            return VOL_OK;
        }
    return vol_error_set(err, VOL_EUSAGE, "expected 1ms to 10000d, as 250ms, 1s, 5m, 2h: \"%s\"", text);
}

/* ---- what the stream asks ---- */

static bool on_begin(void *data, const char *kind, int64_t ts)
{
    const struct run *run = data;

    return run->config->sink.begin(run->config->sink.data, kind, ts);
}

static void on_end(void *data)
{
    const struct run *run = data;

    run->config->sink.end(run->config->sink.data);
}

static void on_malformed(void *data, const char *words)
{
    const struct run *run = data;
    char text[480];

    snprintf(text, sizeof text, "%s: %s", run->place, words);
    run->config->sink.malformed(run->config->sink.data, text);
}

static void on_send(void *data, const char *text, size_t n)
{
    struct run *run = data;

    (void)n;
    if (run->ws == NULL)
        return;
    vol_buf_clear(&run->text);
    if (vol_secrets_expand(&run->secrets, text, 0, &run->text) != VOL_OK ||
        vol_ws_send(run->ws, run->text.data, run->text.len) == VOL_EOS)
        vol_ws_drop(run->ws, VOL_WS_NORMAL, "out of memory");
    memset(run->text.data, 0, run->text.len);
}

static void on_drop(void *data, const char *words)
{
    struct run *run = data;

    if (run->ws != NULL)
        vol_ws_drop(run->ws, VOL_WS_NORMAL, words);
}

static void on_settled(void *data)
{
    struct run *run = data;

    run->down_since = INT64_MAX;
    run->up_since = vol_clock_now();
    run->has_worked = true;
}

/* ---- what the connection tells ---- */

static void on_open(void *data, int64_t now)
{
    struct run *run = data;

    if (run->tape != NULL)
        vol_stream_tape_add(run->tape, VOL_STREAM_OPEN, now, NULL, 0);
    vol_stream_open(run->stream, now);
}

static void on_message(void *data, int64_t now, const char *text, size_t n)
{
    struct run *run = data;

    if (now >= run->ends)
        return;
    if (run->tape != NULL)
        vol_stream_tape_add(run->tape, VOL_STREAM_MESSAGE, now, text, n);
    vol_stream_message(run->stream, now, text, n);
}

static void on_closed(void *data, int64_t now, const struct vol_ws_end *end)
{
    struct run *run = data;
    char words[400];

    if (end->was_open && end->code > 0)
        snprintf(words, sizeof words, "%s (%d)", end->reason, end->code);
    else
        snprintf(words, sizeof words, "%s", end->reason);
    if (end->was_open) {
        if (run->tape != NULL)
            vol_stream_tape_add(run->tape, VOL_STREAM_CLOSED, now, words, strlen(words));
        vol_stream_closed(run->stream, now, words);
    }
    if (run->down_since == INT64_MAX)
        run->down_since = now;
    vol_error_set(&run->failure, end->status, "%s: %s", run->place, words);
    /* Waiting mends no certificate, no address and no key; a feed that has worked is given its time. */
    if (!run->has_worked && !end->was_open && end->status != VOL_EUNAVAILABLE)
        run->ends = now;
    else
        run->config->sink.note(run->config->sink.data, run->failure.text);
}

/* ---- running ---- */

static enum vol_status load_keys(struct run *run, bool *has_key, struct vol_error *err)
{
    const struct vol_stream_facts *facts = vol_stream_vendor_facts(run->config->vendor);

    *has_key = false;
    for (size_t i = 0; i < 2 && facts->keys[i] != NULL; i++) {
        enum vol_status status =
            vol_fetch_key(&run->secrets, facts->keys[i], i == 0 ? run->config->key_file : NULL, err);

        if (status == VOL_NO && (facts->key_required || i > 0) && (facts->key_required || *has_key))
            return vol_error_set(
                err, VOL_EPERM, "%s wants a key: set %s_FILE to the path of a 0600 file that holds it, or %s",
                facts->name, facts->keys[i], facts->keys[i]);
        if (status != VOL_OK && status != VOL_NO)
            return status;
        if (status == VOL_OK && strpbrk(run->secrets.secret[run->secrets.n - 1].value, "\"\\") != NULL)
            return vol_error_set(err, VOL_EPERM, "%s: a key with a quote or a backslash in it",
                                 facts->keys[i]);
        *has_key = status == VOL_OK;
    }
    return VOL_OK;
}

static bool stopped(const struct run *run)
{
    return run->config->stop != NULL && *run->config->stop != 0;
}

static enum vol_status live(struct run *run, struct vol_error *err)
{
    const struct vol_stream_run_config *config = run->config;
    const struct vol_stream_facts *facts = vol_stream_vendor_facts(config->vendor);
    struct vol_ws_config connection = {.url = config->url != NULL ? config->url : facts->url,
                                       .ca = config->ca,
                                       .agent = config->agent,
                                       .seed = config->seed};
    const struct vol_ws_handler handler = {run, on_open, on_message, on_closed};
    int64_t patience = (int64_t)(config->timeout * 1e9), now = vol_clock_now(), due;
    enum vol_status status;
    bool gave_up = false;

    connection.connect_seconds = config->timeout < 10 ? (int)config->timeout + 1 : 10;
    status = vol_ws_new(&run->ws, &connection, &handler, err);
    run->down_since = now;
    if (config->lasts > 0 && now + config->lasts < run->ends)
        run->ends = now + config->lasts;
    while (status == VOL_OK && !stopped(run) && now < run->ends &&
           vol_stream_failed(run->stream, err) == VOL_OK) {
        due = vol_stream_due(run->stream);
        if (run->ends < due)
            due = run->ends;
        if (run->down_since != INT64_MAX && now - run->down_since >= patience) {
            if (run->failure.status == VOL_OK)
                vol_error_set(&run->failure, VOL_EUNAVAILABLE, "%s: no answer within %g s", run->place,
                              config->timeout);
            gave_up = true;
            break;
        }
        /* One that is lost as soon as it works is waited for longer and longer. */
        if (run->down_since == INT64_MAX && now - run->up_since >= PROVEN)
            vol_ws_settled(run->ws);
        config->sink.idle(config->sink.data);
        if (run->tape != NULL && (status = vol_stream_tape_flush(run->tape, err)) != VOL_OK)
            break;
        status = vol_ws_step(run->ws, due, err);
        now = vol_clock_now();
        vol_stream_advance(run->stream, now < run->ends ? now : run->ends);
    }
    if (status == VOL_OK && (status = vol_stream_failed(run->stream, err)) == VOL_OK && !stopped(run) &&
        run->down_since != INT64_MAX && run->failure.status != VOL_OK && (gave_up || !run->has_worked)) {
        status = run->failure.status;
        if (err != NULL)
            *err = run->failure;
    }
    if (run->tape != NULL)
        vol_stream_tape_add(run->tape, VOL_STREAM_STOP, now < run->ends ? now : run->ends, NULL, 0);
    vol_ws_free(run->ws);
    run->ws = NULL;
    return status;
}

static bool play(void *data, enum vol_stream_event event, int64_t at, const char *text, size_t n)
{
    struct run *run = data;

    if (at >= run->ends)
        at = run->ends;
    switch (event) {
    case VOL_STREAM_OPEN:
        vol_stream_open(run->stream, at);
        break;
    case VOL_STREAM_MESSAGE:
        vol_stream_message(run->stream, at, text, n);
        break;
    case VOL_STREAM_CLOSED:
        vol_stream_closed(run->stream, at, text);
        break;
    default:
        vol_stream_advance(run->stream, at);
        vol_stream_stop(run->stream);
    }
    return !stopped(run) && at < run->ends && vol_stream_failed(run->stream, NULL) == VOL_OK;
}

enum vol_status vol_stream_run(const struct vol_stream_run_config *config, int64_t *last,
                               struct vol_stream_counts *counts, struct vol_error *err)
{
    struct run run = {.config = config, .ends = config->until, .text = VOL_BUF_INIT};
    struct vol_stream_handler handler = {&run,         config->sink.out, on_begin, on_end,
                                         on_malformed, on_send,          on_drop,  on_settled};
    struct vol_stream_config feed = {.vendor = config->vendor,
                                     .channels = config->channels,
                                     .n_channels = config->n_channels,
                                     .facts = config->facts,
                                     .stale = config->stale,
                                     .snap = config->snap};
    enum vol_status status = VOL_OK, closing;

    run.place = vol_stream_vendor_facts(config->vendor)->name;
    *last = INT64_MIN;
    *counts = (struct vol_stream_counts){0};
    if (config->replay_dir == NULL)
        status = load_keys(&run, &feed.has_key, err);
    else
        feed.has_key = true; /* nobody is asked */
    if (status == VOL_OK)
        status = vol_stream_new(&run.stream, &feed, &handler, err);
    if (status == VOL_OK && config->record_dir != NULL)
        status = vol_stream_tape_new(&run.tape, config->record_dir, run.place, vol_clock_now(),
                                     config->channels, config->n_channels, &run.secrets, err);
    if (status == VOL_OK) {
        if (config->replay_dir == NULL) {
            status = live(&run, err);
        } else if ((status = vol_stream_tape_play(config->replay_dir, run.place, play, &run, err)) ==
                   VOL_OK) {
            status = vol_stream_failed(run.stream, err);
        }
        *last = vol_stream_last(run.stream);
        vol_stream_counts_get(run.stream, counts);
    }
    closing = vol_stream_tape_free(run.tape, status == VOL_OK ? err : NULL);
    vol_stream_free(run.stream);
    vol_buf_free(&run.text);
    vol_secrets_free(&run.secrets);
    return status != VOL_OK ? status : closing;
}
