/* Deribit's channels (API v2, JSON-RPC 2.0 over WebSocket).
 *
 * On a new connection: authenticate when there is a key, ask for heartbeats, subscribe; every channel must
 * come back acknowledged. A `test_request` is answered at once. A book in increments begins with a snapshot;
 * a change whose prev_change_id is not the change before it means that one was lost: the book is dropped, and
 * the channel subscribed anew.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "source/json.h"
#include "source/stream_deribit.h"

#define REPLY (10 * VOL_SECOND)

enum { HEARTBEAT_SECONDS = 30, CHANNELS_A_CALL = 400 };

/* Numbers of the requests: what an answer is to. */
enum request { AUTH = 1, HEARTBEAT, SUBSCRIBE, UNSUBSCRIBE, TEST };

/* ---- channels ---- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* The instrument that stands in the channel's name from FROM to the next dot. */
static enum vol_status find_instrument(struct vol_stream *s, struct vol_channel *channel, const char *from,
                                       const char *name, struct vol_error *err)
{
    size_t n = strcspn(from, ".");
    enum vol_status status;
    struct vol_live *live;
    bool is_new;

    if (name == NULL)
        name = from;
    else
        n = strlen(name);
    live = vol_stream_live(s, name, n, &is_new);
    if (live == NULL)
        return VOL_EOS;
    channel->live = live;
    if (!is_new)
        return VOL_OK;
    status = vol_instrument_option(&live->instrument, VOL_SYMBOL_DERIBIT, "deribit", name, n, s->config.facts,
                                   err);
    if (status == VOL_NO)
        status = vol_instrument_other(&live->instrument, name, n, err);
    return status == VOL_EDATA ? VOL_EUSAGE : status;
}

static enum vol_status index_channel(struct vol_stream *s, struct vol_channel *channel, struct vol_error *err)
{
    const char *name = strchr(channel->name, '.') + 1;
    char symbol[VOL_INSTRUMENT_NAME];
    size_t n = 0;

    if (channel->type == DERIBIT_INDEX)
        return find_instrument(s, channel, name, NULL, err);
    for (; name[n] != '\0' && name[n] != '_' && n < 16; n++)
        symbol[n] = (char)(name[n] >= 'a' && name[n] <= 'z' ? name[n] - 'a' + 'A' : name[n]);
    memcpy(symbol + n, "-DVOL", 6);
    return find_instrument(s, channel, name, symbol, err);
}

static enum vol_status channel(struct vol_stream *s, struct vol_channel *channel, struct vol_error *err)
{
    static const struct {
        const char *begins;
        enum vol_deribit_channel type;
    } types[] = {{"ticker.", DERIBIT_TICKER},
                 {"quote.", DERIBIT_QUOTE},
                 {"book.", DERIBIT_BOOK},
                 {"deribit_volatility_index.", DERIBIT_DVOL},
                 {"deribit_price_index.", DERIBIT_INDEX},
                 {"markprice.options.", DERIBIT_MARKS}};
    const char *name = channel->name, *rest = NULL, *tail = strrchr(name, '.');
    int dots = 0;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (begins(name, types[i].begins)) {
            rest = name + strlen(types[i].begins);
            channel->type = (int)types[i].type;
        }
    if (rest == NULL || rest[0] == '\0' || rest[0] == '.')
        return vol_error_set(err, VOL_EUSAGE, "%s: not a channel that makes records; those do: %s", name,
                             vol_stream_deribit.facts.channels);
    for (const char *p = rest; *p != '\0'; p++)
        dots += *p == '.';
    if (strcmp(tail, ".raw") == 0 && !s->config.has_key)
        return vol_error_set(err, VOL_EPERM,
                             "%s: Deribit gives raw channels to those with a key (%s, %s); .100ms needs none",
                             name, vol_stream_deribit.facts.keys[0], vol_stream_deribit.facts.keys[1]);
    switch (channel->type) {
    case DERIBIT_TICKER:
    case DERIBIT_BOOK:
        if (channel->type == DERIBIT_BOOK && dots == 3)
            channel->type = DERIBIT_GROUPED;
        if (dots != 1 && dots != 3)
            return vol_error_set(err, VOL_EUSAGE, "%s: expected an interval behind the name, as %.60s.100ms",
                                 name, name);
        return find_instrument(s, channel, rest, NULL, err);
    case DERIBIT_QUOTE:
        return find_instrument(s, channel, rest, NULL, err);
    case DERIBIT_DVOL:
    case DERIBIT_INDEX:
        return index_channel(s, channel, err);
    default:
        return VOL_OK;
    }
}

/* ---- requests ---- */

/* The answer has the number 10 COUNT + WHAT. */
static void request(struct vol_stream *s, enum request what, const char *method, int64_t reply)
{
    struct vol_buf *text = &s->text;
    struct vol_buf whole = VOL_BUF_INIT;

    s->asked++;
    if (vol_buf_addf(&whole, "{\"jsonrpc\":\"2.0\",\"id\":%llu,\"method\":\"%s\",\"params\":%s}",
                     (unsigned long long)s->asked * 10 + (unsigned)what, method,
                     text->len > 0 ? text->data : "{}") != VOL_OK)
        vol_stream_fail(s, VOL_EOS, "out of memory");
    else
        vol_stream_send(s, whole.data, whole.len, reply);
    vol_buf_free(&whole);
    vol_buf_clear(text);
}

static void request_channels(struct vol_stream *s, enum request what, const char *method, size_t from,
                             size_t to)
{
    struct vol_buf *text = &s->text;
    enum vol_status status = vol_buf_add_str(text, "{\"channels\":[");

    for (size_t i = from; i < to && status == VOL_OK; i++)
        status = vol_buf_addf(text, "%s\"%s\"", i > from ? "," : "", s->channel[i].name);
    if (status != VOL_OK || vol_buf_add_str(text, "]}") != VOL_OK)
        vol_stream_fail(s, VOL_EOS, "out of memory");
    request(s, what, method, REPLY);
}

static void subscribe(struct vol_stream *s)
{
    vol_buf_addf(&s->text, "{\"interval\":%d}", HEARTBEAT_SECONDS);
    request(s, HEARTBEAT, "public/set_heartbeat", REPLY);
    for (size_t i = 0; i < s->n_channels; i += CHANNELS_A_CALL)
        request_channels(s, SUBSCRIBE, s->config.has_key ? "private/subscribe" : "public/subscribe", i,
                         i + CHANNELS_A_CALL < s->n_channels ? i + CHANNELS_A_CALL : s->n_channels);
}

static void opened(struct vol_stream *s)
{
    if (!s->config.has_key) {
        subscribe(s);
        return;
    }
    vol_buf_addf(&s->text,
                 "{\"grant_type\":\"client_credentials\",\"client_id\":\"{%s}\",\"client_secret\":\"{%s}\","
                 "\"scope\":\"connection trade:read account:read wallet:none\"}",
                 vol_stream_deribit.facts.keys[0], vol_stream_deribit.facts.keys[1]);
    request(s, AUTH, "public/auth", REPLY);
}

/* The book of CHANNEL is not to be trusted: begin anew. */
void vol_stream_deribit_resubscribe(struct vol_stream *s, struct vol_channel *channel)
{
    size_t i = (size_t)(channel - s->channel);

    channel->has_book = false;
    vol_depth_clear(&channel->depth);
    request_channels(s, UNSUBSCRIBE, s->config.has_key ? "private/unsubscribe" : "public/unsubscribe", i,
                     i + 1);
    request_channels(s, SUBSCRIBE, s->config.has_key ? "private/subscribe" : "public/subscribe", i, i + 1);
}

/* ---- answers (rare: read with Jansson) ---- */

static enum vol_status meaning(int64_t code)
{
    switch (code) {
    case 10000:
    case 13004:
    case 13009:
    case 13012:
    case 13021:
    case 13403:
    case 13778:
        return VOL_EPERM;
    case 10028:
    case 10040:
    case 10041:
    case 10047:
    case 10048:
    case 10066:
    case 11051:
    case 11094:
    case 13028:
    case 13503:
    case 13888:
        return VOL_ETEMP;
    default:
        return VOL_EPROTOCOL;
    }
}

static void refused(struct vol_stream *s, enum request what, const json_t *error)
{
    const char *message = json_string_value(json_object_get(error, "message"));
    long long code = (long long)json_integer_value(json_object_get(error, "code"));
    enum vol_status status = meaning(code);
    char words[200];

    snprintf(words, sizeof words, "Deribit: %.120s (%lld)", message != NULL ? message : "an error", code);
    if (what == SUBSCRIBE && status == VOL_EPROTOCOL && s->was_up)
        vol_stream_gap(s, "%s", words);
    else if (status == VOL_ETEMP || s->was_up)
        s->handler.drop(s->handler.data, words);
    else
        vol_stream_fail(s, what == SUBSCRIBE && status == VOL_EPROTOCOL ? VOL_ENOINPUT : status, "%s", words);
}

/* The channels that the vendor accepted; one that is not among those that are still due is gone. */
static void subscribed(struct vol_stream *s, const json_t *result)
{
    size_t i;
    json_t *name;

    json_array_foreach(result, i, name)
    {
        const char *text = json_string_value(name);
        struct vol_channel *found = text != NULL ? vol_stream_channel(s, text, strlen(text)) : NULL;

        if (found != NULL)
            vol_stream_acknowledged(s, found);
    }
    s->state++; /* answers to SUBSCRIBE */
    if ((size_t)s->state * CHANNELS_A_CALL < s->n_channels)
        return;
    for (i = 0; i < s->n_channels; i++)
        vol_stream_gone(s, &s->channel[i]);
}

static void answer(struct vol_stream *s, const json_t *root)
{
    enum request what = (enum request)(json_integer_value(json_object_get(root, "id")) % 10);
    const json_t *error = json_object_get(root, "error"), *result = json_object_get(root, "result");
    const json_t *out = json_object_get(root, "usOut");

    s->reply_due = s->up ? INT64_MAX : s->now + REPLY;
    if (json_is_integer(out))
        vol_stream_venue_clock(s, (int64_t)json_integer_value(out) * 1000);
    if (json_is_object(error)) {
        refused(s, what, error);
        return;
    }
    switch (what) {
    case AUTH:
        subscribe(s);
        break;
    case SUBSCRIBE:
        if (json_is_array(result))
            subscribed(s, result);
        else
            vol_stream_bad(s, "result: expected the channels that were subscribed");
        break;
    default:
        break;
    }
}

static void slow_message(struct vol_stream *s, const char *text, size_t n)
{
    const char *method;
    struct vol_error err;
    json_t *root;

    if (vol_json_read(text, n, &root, &err) != VOL_OK) {
        vol_stream_bad(s, "%s", err.text);
        return;
    }
    method = json_string_value(json_object_get(root, "method"));
    if (json_is_object(root) && json_object_get(root, "id") != NULL) {
        answer(s, root);
    } else if (method != NULL && strcmp(method, "heartbeat") == 0) {
        const char *type = json_string_value(json_object_get(json_object_get(root, "params"), "type"));

        if (type != NULL && strcmp(type, "test_request") == 0)
            request(s, TEST, "public/test", 0);
    } else {
        vol_stream_bad(s, "neither an answer nor a notification: %.60s", text);
    }
    json_decref(root);
}

static void message(struct vol_stream *s, const char *text, size_t n)
{
    if (!vol_stream_deribit_take(s, text, n))
        slow_message(s, text, n);
}

const struct vol_stream_vendor vol_stream_deribit = {
    .facts = {.name = "deribit",
              .url = "wss://www.deribit.com/ws/api/v2",
              .keys = {"DERIBIT_CLIENT_ID", "DERIBIT_CLIENT_SECRET"},
              .channels = "ticker.NAME.100ms, quote.NAME, book.NAME.100ms, book.NAME.none.10.100ms, "
                          "markprice.options.btc_usd, deribit_volatility_index.btc_usd, "
                          "deribit_price_index.btc_usd"},
    .channel = channel,
    .open = opened,
    .message = message,
};
