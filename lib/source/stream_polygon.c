/* Polygon's (Massive's) options feed: arrays of events over WebSocket.
 *
 * The server speaks first (`connected`); then the key is sent, and after `auth_success` the subscriptions,
 * each of which comes back as `success`. The feed has no heartbeat of its own: pings of the WebSocket tell a
 * dead connection from a quiet one.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "source/json.h"
#include "source/pull.h"
#include "source/stream_vendor.h"

#define MS    INT64_C(1000000)
#define REPLY (10 * VOL_SECOND)

enum channel_type { TRADE, QUOTE, SECOND_BAR, MINUTE_BAR, FAIR_VALUE, TYPES };
enum state { GREETING, AUTHORISING, SUBSCRIBING };

static const char *const type_names[TYPES] = {"T", "Q", "A", "AM", "FMV"};

static int type_of(const char *text, size_t n)
{
    for (int i = 0; i < TYPES; i++)
        if (strlen(type_names[i]) == n && memcmp(text, type_names[i], n) == 0)
            return i;
    return TYPES;
}

/* ---- channels ---- */

/* The instrument of NAME ("O:SPY261218P00560000"): an option for quotes, something with bars for the others.
 */
static struct vol_live *find_instrument(struct vol_stream *s, int type, const char *name, size_t n,
                                        struct vol_error *err)
{
    bool is_bar = type == SECOND_BAR || type == MINUTE_BAR, is_new;
    char key[VOL_CHANNEL_NAME + 4];
    enum vol_status status;
    struct vol_live *live;
    size_t osi_n = n > 2 && memcmp(name, "O:", 2) == 0 ? n - 2 : 0;

    if (n == 0 || n >= VOL_CHANNEL_NAME) {
        vol_error_set(err, VOL_EDATA, "no name of a contract");
        return NULL;
    }
    /* Bars of a contract and its quotes are two things. */
    snprintf(key, sizeof key, "%s%.*s", is_bar ? type_names[type] : "", (int)n, name);
    live = vol_stream_live(s, key, strlen(key), &is_new);
    if (live == NULL || !is_new)
        return live;
    status = osi_n == 0 ? VOL_NO
                        : vol_instrument_option(&live->instrument, VOL_SYMBOL_OSI, "us", name + 2, osi_n,
                                                s->config.facts, err);
    if (status == VOL_NO)
        status = vol_error_set(err, VOL_EDATA, "%.*s: not the name of an option, as O:SPY261218P00560000",
                               (int)n, name);
    live->instrument.is_option = status == VOL_OK && !is_bar;
    if (status != VOL_OK)
        live->instrument.name[0] = '\0';
    return live;
}

static enum vol_status channel(struct vol_stream *s, struct vol_channel *channel, struct vol_error *err)
{
    size_t n = strcspn(channel->name, ".");
    const char *name = channel->name + n + (channel->name[n] == '.');

    channel->type = type_of(channel->name, n);
    if (channel->type == TYPES || name[0] == '\0')
        return vol_error_set(err, VOL_EUSAGE, "%s: not a channel that makes records; those do: %s",
                             channel->name, vol_stream_polygon.facts.channels);
    if (strcmp(name, "*") == 0 || strcmp(name, "O:*") == 0)
        return VOL_OK;
    channel->live = find_instrument(s, channel->type, name, strlen(name), err);
    if (channel->live == NULL)
        return err != NULL && err->status == VOL_EDATA ? VOL_EUSAGE : VOL_EOS;
    if (channel->live->instrument.name[0] == '\0')
        return vol_error_set(err, VOL_EUSAGE, "%s: not the name of an option, as Q.O:SPY261218P00560000",
                             channel->name);
    return VOL_OK;
}

/* The channel that an event of TYPE and NAME came through. */
static struct vol_channel *channel_of(struct vol_stream *s, int type, const char *name, size_t n)
{
    static const char *const all[] = {".*", ".O:*"};
    char text[VOL_CHANNEL_NAME + 8];
    struct vol_channel *found = NULL;
    int len;

    if (n < VOL_CHANNEL_NAME) {
        len = snprintf(text, sizeof text, "%s.%.*s", type_names[type], (int)n, name);
        found = vol_stream_channel(s, text, (size_t)len);
    }
    for (size_t i = 0; i < 2 && found == NULL; i++) {
        len = snprintf(text, sizeof text, "%s%s", type_names[type], all[i]);
        found = vol_stream_channel(s, text, (size_t)len);
    }
    return found;
}

/* ---- the conversation ---- */

static void opened(struct vol_stream *s)
{
    s->state = GREETING;
    s->reply_due = s->now + REPLY; /* it greets */
}

static void authorise(struct vol_stream *s)
{
    char text[120];
    int n = snprintf(text, sizeof text, "{\"action\":\"auth\",\"params\":\"{%s}\"}",
                     vol_stream_polygon.facts.keys[0]);

    s->state = AUTHORISING;
    s->reply_due = INT64_MAX;
    vol_stream_send(s, text, (size_t)n, REPLY);
}

static void subscribe(struct vol_stream *s)
{
    struct vol_buf *text = &s->text;
    enum vol_status status = vol_buf_add_str(text, "{\"action\":\"subscribe\",\"params\":\"");

    s->state = SUBSCRIBING;
    s->reply_due = INT64_MAX;
    for (size_t i = 0; i < s->n_channels && status == VOL_OK; i++)
        status = vol_buf_addf(text, "%s%s", i > 0 ? "," : "", s->channel[i].name);
    if (status != VOL_OK || vol_buf_add_str(text, "\"}") != VOL_OK)
        vol_stream_fail(s, VOL_EOS, "out of memory");
    else
        vol_stream_send(s, text->data, text->len, REPLY);
    vol_buf_clear(text);
}

/* `success`: "subscribed to: Q.O:SPY261218P00560000". */
static void subscribed(struct vol_stream *s, const char *words)
{
    static const char head[] = "subscribed to: ";
    struct vol_channel *found;

    if (strncmp(words, head, sizeof head - 1) != 0)
        return;
    words += sizeof head - 1;
    for (size_t n; *words != '\0'; words += n + (words[n] == ',')) {
        n = strcspn(words, ",");
        if ((found = vol_stream_channel(s, words, n)) != NULL)
            vol_stream_acknowledged(s, found);
    }
    s->reply_due = s->up ? INT64_MAX : s->now + REPLY;
}

static void status_event(struct vol_stream *s, const json_t *event)
{
    const char *status = json_string_value(json_object_get(event, "status"));
    const char *words = json_string_value(json_object_get(event, "message"));

    if (status == NULL) {
        vol_stream_bad(s, "status: expected text");
        return;
    }
    if (words == NULL)
        words = "";
    if (strcmp(status, "connected") == 0) {
        if (s->state == GREETING)
            authorise(s);
    } else if (strcmp(status, "auth_success") == 0) {
        if (s->state == AUTHORISING)
            subscribe(s);
    } else if (strcmp(status, "success") == 0) {
        subscribed(s, words);
    } else if (strcmp(status, "auth_failed") == 0 || strcmp(status, "auth_timeout") == 0 ||
               strcmp(status, "not_authorized") == 0) {
        vol_stream_fail(s, VOL_EPERM, "Polygon: %s: %.160s", status, words);
    } else if (strcmp(status, "max_connections") == 0) {
        s->handler.drop(s->handler.data, "Polygon: max_connections: another connection uses this key");
    } else if (s->up) {
        vol_stream_gap(s, "Polygon: %s: %.160s", status, words);
    } else {
        vol_stream_fail(s, VOL_ENOINPUT, "Polygon: %s: %.160s", status, words);
    }
}

static void statuses(struct vol_stream *s, const char *text, size_t n)
{
    struct vol_error err;
    json_t *root, *event;
    size_t i;

    if (vol_json_read(text, n, &root, &err) != VOL_OK) {
        vol_stream_bad(s, "%s", err.text);
        return;
    }
    json_array_foreach(root, i, event)
    {
        const char *ev = json_string_value(json_object_get(event, "ev"));

        if (ev != NULL && strcmp(ev, "status") == 0)
            status_event(s, event);
    }
    json_decref(root);
}

/* ---- events ---- */

/* The members that are wanted, by their names of one or two letters. */
enum member { M_BP, M_AP, M_BS, M_AS, M_P, M_T, M_S, M_E, M_V, M_O, M_H, M_L, M_C, M_FMV, MEMBERS };

static const char member_names[MEMBERS][4] = {"bp", "ap", "bs", "as", "p", "t", "s",
                                              "e",  "v",  "o",  "h",  "l", "c", "fmv"};

struct event {
    int type; /* TYPES: not one of ours */
    bool is_status;
    const char *name;
    size_t name_n;
    unsigned seen;
    double num[MEMBERS];
};

static int member_of(const char *key, size_t n)
{
    for (int i = 0; i < MEMBERS; i++)
        if (strlen(member_names[i]) == n && memcmp(key, member_names[i], n) == 0)
            return i;
    return MEMBERS;
}

/* False: a member is there twice. */
static bool take_event(struct vol_pull *pull, struct event *event)
{
    const char *key, *text = NULL;
    size_t n, text_n = 0;
    int i;

    *event = (struct event){.type = TYPES};
    for (i = 0; i < MEMBERS; i++)
        event->num[i] = NAN;
    vol_pull_object(pull);
    while (vol_pull_member(pull, &key, &n)) {
        if (n == 2 && memcmp(key, "ev", 2) == 0) {
            vol_pull_str(pull, &text, &text_n);
        } else if (n == 3 && memcmp(key, "sym", 3) == 0) {
            vol_pull_str(pull, &event->name, &event->name_n);
        } else if ((i = member_of(key, n)) < MEMBERS && !vol_pull_is_array(pull)) {
            if (event->seen & 1U << i)
                return false;
            event->seen |= 1U << i;
            vol_pull_num(pull, &event->num[i]);
        } else {
            vol_pull_skip(pull); /* `c` of a trade is an array of conditions */
        }
        if (pull->wrong != NULL)
            return true;
    }
    if (text != NULL) {
        event->type = type_of(text, text_n);
        event->is_status = text_n == 6 && memcmp(text, "status", 6) == 0;
    }
    return true;
}

static double positive(double x)
{
    return x > 0 ? x : NAN;
}

/* What the event says; null when it has what it must have, else what it lacks. */
static const char *make_tick(const struct event *event, struct vol_tick *tick)
{
    const double *num = event->num;
    const unsigned top = 1U << M_BP | 1U << M_AP, bar = 1U << M_O | 1U << M_H | 1U << M_L | 1U << M_C;

    vol_tick_clear(tick);
    switch (event->type) {
    case QUOTE:
        if ((event->seen & top) != top)
            return "bp, ap";
        tick->bid = num[M_BP] >= 0 ? num[M_BP] : NAN; /* 0: quoted without a bid */
        tick->bid_size = isnan(tick->bid) ? NAN : num[M_BS];
        tick->ask = positive(num[M_AP]);
        tick->ask_size = isnan(tick->ask) ? NAN : num[M_AS];
        tick->groups = VOL_TICK_TOP;
        return NULL;
    case TRADE:
        if (!(num[M_P] > 0))
            return "p";
        tick->last = num[M_P];
        tick->groups = VOL_TICK_LAST;
        return NULL;
    case FAIR_VALUE:
        if (!(num[M_FMV] >= 0))
            return "fmv";
        tick->mark = num[M_FMV];
        tick->groups = VOL_TICK_MARK;
        return NULL;
    default:
        if ((event->seen & bar) != bar)
            return "o, h, l, c";
        tick->open = num[M_O];
        tick->high = num[M_H];
        tick->low = num[M_L];
        tick->close = num[M_C];
        tick->bar_volume = num[M_V];
        tick->groups = VOL_TICK_PRICE;
        return NULL;
    }
}

/* Milliseconds, of a fair value nanoseconds; of a bar its end. 1990 to 2200: another unit is seen. */
static bool instant(const struct event *event, int64_t *out)
{
    double t = event->type == SECOND_BAR || event->type == MINUTE_BAR ? event->num[M_E] : event->num[M_T];
    int64_t unit = event->type == FAIR_VALUE ? 1 : MS;

    if (!(t * (double)unit > 631152000e9 && t * (double)unit < 7258118400e9))
        return false;
    *out = (int64_t)t * unit;
    return true;
}

static void put_event(struct vol_stream *s, const struct event *event)
{
    struct vol_channel *channel;
    struct vol_error err = {.status = VOL_OK};
    struct vol_live *live;
    struct vol_tick tick;
    const char *lacks;
    int64_t quoted;
    int n = (int)(event->name_n < 48 ? event->name_n : 48);

    if (event->type == TYPES || event->name == NULL) {
        vol_stream_bad(s, "an event that was not asked for");
        return;
    }
    channel = channel_of(s, event->type, event->name, event->name_n);
    if (channel == NULL) {
        vol_stream_bad(s, "%s of %.*s, which was not asked for", type_names[event->type], n, event->name);
        return;
    }
    live = channel->live != NULL ? channel->live
                                 : find_instrument(s, event->type, event->name, event->name_n, &err);
    if (live == NULL || live->instrument.name[0] == '\0') {
        vol_stream_bad(s, "%.*s: not the name of an option", n, event->name);
        return;
    }
    lacks = make_tick(event, &tick);
    if (lacks != NULL)
        vol_stream_bad(s, "%s of %.*s: expected %s", type_names[event->type], n, event->name, lacks);
    else if (!instant(event, &quoted))
        vol_stream_bad(s, "%s of %.*s: no instant", type_names[event->type], n, event->name);
    else
        vol_stream_tick(s, channel, live, &tick, quoted);
}

static void message(struct vol_stream *s, const char *text, size_t n)
{
    bool has_status = false;
    struct vol_pull pull;
    struct event event;

    /* The whole message is gone through once before anything of it is believed. */
    vol_pull_init(&pull, text, n);
    vol_pull_skip(&pull);
    if (!vol_pull_end(&pull)) {
        vol_stream_bad(s, "expected %s at byte %td", pull.wrong, pull.p - pull.begin + 1);
        return;
    }
    vol_pull_init(&pull, text, n);
    vol_pull_array(&pull);
    while (vol_pull_element(&pull)) {
        if (!take_event(&pull, &event)) {
            vol_stream_bad(s, "an event with a member that is there twice");
            return;
        }
        if (pull.wrong != NULL)
            break;
        if (event.is_status)
            has_status = true;
        else
            put_event(s, &event);
    }
    if (pull.wrong != NULL)
        vol_stream_bad(s, "expected %s at byte %td", pull.wrong, pull.p - pull.begin + 1);
    else if (has_status)
        statuses(s, text, n);
}

const struct vol_stream_vendor vol_stream_polygon = {
    .facts = {.name = "polygon",
              .url = "wss://socket.massive.com/options",
              .keys = {"POLYGON_API_KEY", NULL},
              .key_required = true,
              .channels =
                  "Q.O:NAME (quotes), T.O:NAME (last trades), A.O:NAME, AM.O:NAME (bars of a second, a "
                  "minute), FMV.O:NAME (fair values); O:* for all contracts"},
    .channel = channel,
    .open = opened,
    .message = message,
};
