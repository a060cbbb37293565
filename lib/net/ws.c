#include "net/ws.h"

#include <errno.h>
#include <libwebsockets.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"

#define GOODBYE INT64_C(200000000) /* how long the end waits for the close frame to leave */

enum {
    READ_BYTES = 32768, /* of one read; a TLS record has at most half of that */
    STEP_US = 250000,   /* a signal that comes just before the wait is seen after this */
    URL_BYTES = 2048,
    CLOSE_BYTES = 123 /* of a reason in a close frame */
};

struct vol_ws {
    struct vol_ws_handler handler;
    struct lws_context *context;
    struct lws *wsi; /* the connection that stands or is being made */
    struct lws_protocols protocols[2];
    lws_retry_bo_t idle;
    lws_sorted_usec_list_t timer;
    char url[URL_BYTES], path[URL_BYTES], host[300], agent[100];
    const char *address;
    int port, use_tls;
    size_t max_message;
    int64_t wait_min, wait_max, next_try, confirmed;
    uint64_t random;
    unsigned tries;
    bool open, dropping, peer_closed, failed;
    struct vol_ws_end end;
    struct vol_buf in;  /* the message so far */
    struct vol_buf out; /* queued messages: size_t, then LWS_PRE bytes, then the text */
    size_t out_at;
};

int64_t vol_ws_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int64_t vol_ws_wait(uint64_t *state, unsigned try, int64_t min, int64_t max)
{
    int64_t bound = min;

    while (try-- > 0 && bound < max)
        bound = bound > max / 2 ? max : bound * 2;
    if (bound > max)
        bound = max;
    return 1 + (int64_t)((double)(draw(state) >> 11) * 0x1p-53 * (double)(bound - 1));
}

/* ---- how it ends ---- */

/* The first cause is the one that is told. */
static void ends(struct vol_ws *ws, enum vol_status status, int code, const char *reason, size_t n)
{
    struct vol_ws_end *end = &ws->end;
    size_t at = 0;

    if (end->status != VOL_OK)
        return;
    end->status = status;
    end->code = code;
    for (size_t i = 0; i < n && at + 1 < sizeof end->reason && reason[i] != '\0'; i++)
        end->reason[at++] = reason[i] >= ' ' && reason[i] <= '~' ? reason[i] : '?';
    end->reason[at] = '\0';
}

/* Say goodbye as soon as the peer takes it, and read no more. The callback that reads never asks
 * libwebsockets to close: 4.1 then forgets to empty the buffer of the frame, and the next bytes run over its
 * end. */
static void drop(struct vol_ws *ws, enum vol_status status, int code, const char *reason)
{
    if (!ws->open || ws->dropping)
        return;
    ends(ws, status, code, reason, strlen(reason));
    ws->dropping = true;
    lws_callback_on_writable(ws->wsi);
    /* A peer that does not even take the goodbye is cut off. */
    lws_set_timeout(ws->wsi, PENDING_TIMEOUT_CLOSE_SEND, 3);
}

/* An open connection ended without a close frame. libwebsockets does not tell whether the peer or it itself
 * cut it (for a frame that it refuses: RSV bits, an unknown opcode, a continuation of nothing); the socket
 * does. */
static void why_cut(struct vol_ws *ws, int64_t now)
{
    int fd = lws_get_socket_fd(ws->wsi);
    char byte;
    ssize_t n = fd >= 0 ? recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) : 0;

    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK))
        ends(ws, VOL_EUNAVAILABLE, VOL_WS_ABNORMAL, "the connection was cut", 22);
    else if (now - ws->confirmed >= ws->idle.secs_since_valid_hangup * INT64_C(1000000000))
        ends(ws, VOL_EUNAVAILABLE, VOL_WS_ABNORMAL, "silence, and no answer to a ping", 32);
    else
        ends(ws, VOL_EPROTOCOL, LWS_CLOSE_STATUS_PROTOCOL_ERR, "a frame that breaks the protocol", 32);
}

/* The connection is no more: say why, and set the time of the next one. */
static void closed(struct vol_ws *ws)
{
    struct vol_ws_end end;
    int64_t now = vol_ws_now();

    if (ws->wsi == NULL)
        return;
    if (ws->open && ws->end.status == VOL_OK)
        why_cut(ws, now);
    ends(ws, VOL_EUNAVAILABLE, 0, "no connection", 13);
    end = ws->end;
    end.was_open = ws->open;
    ws->wsi = NULL;
    ws->open = ws->dropping = ws->peer_closed = false;
    ws->end = (struct vol_ws_end){.status = VOL_OK};
    vol_buf_clear(&ws->in);
    vol_buf_clear(&ws->out);
    ws->out_at = 0;
    ws->next_try = now + vol_ws_wait(&ws->random, ws->tries, ws->wait_min, ws->wait_max);
    ws->tries += ws->tries < 64;
    ws->handler.closed(ws->handler.data, now, &end);
}

/* What libwebsockets says of a connection that did not come about, as a status. */
static enum vol_status status_of(struct lws *wsi, const char *words)
{
    unsigned http = wsi != NULL ? lws_http_client_http_response(wsi) : 0;

    if (http == 401 || http == 403)
        return VOL_EPERM;
    if (http >= 300 && http != 429 && http < 500)
        return VOL_EPROTOCOL;
    if (strncmp(words, "HS: ", 4) == 0 && http < 300)
        return VOL_EPROTOCOL;
    return VOL_EUNAVAILABLE;
}

static void not_connected(struct vol_ws *ws, struct lws *wsi, const char *in, size_t n)
{
    unsigned http = wsi != NULL ? lws_http_client_http_response(wsi) : 0;
    char words[sizeof ws->end.reason];
    size_t len = in == NULL ? 0 : strnlen(in, n < sizeof words - 1 ? n : sizeof words - 1);

    memcpy(words, len > 0 ? in : "", len);
    words[len] = '\0';
    if (len == 0)
        lws_strncpy(words, "no connection", sizeof words);
    if (http >= 200) {
        char with[sizeof words];

        lws_snprintf(with, sizeof with, "HTTP status %u in place of an upgrade", http);
        memcpy(words, with, sizeof with);
    }
    ends(ws, status_of(wsi, words), 0, words, strlen(words));
}

static void not_trusted(struct vol_ws *ws, X509_STORE_CTX *store)
{
    char words[sizeof ws->end.reason];

    lws_snprintf(words, sizeof words, "certificate: %s",
                 X509_verify_cert_error_string(X509_STORE_CTX_get_error(store)));
    ends(ws, VOL_EPROTOCOL, 0, words, strlen(words));
}

/* ---- what comes in and goes out ---- */

static void receive(struct vol_ws *ws, struct lws *wsi, const char *bytes, size_t n)
{
    int64_t now;

    if (ws->dropping)
        return;
    if (lws_frame_is_binary(wsi)) {
        drop(ws, VOL_EPROTOCOL, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE, "a binary message where text was due");
        return;
    }
    if (n > ws->max_message - ws->in.len) {
        drop(ws, VOL_EPROTOCOL, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, "a message longer than the bound");
        return;
    }
    if (vol_buf_add(&ws->in, bytes, n) != VOL_OK || vol_buf_reserve(&ws->in, VOL_WS_SLACK) != VOL_OK) {
        ws->failed = true;
        return;
    }
    if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi) > 0)
        return;
    if (!vol_utf8_is_valid(ws->in.data, ws->in.len)) {
        drop(ws, VOL_EPROTOCOL, LWS_CLOSE_STATUS_INVALID_PAYLOAD, "text that is not UTF-8");
        return;
    }
    now = vol_ws_now();
    if (now - ws->confirmed >= 1000000000 || now < ws->confirmed) {
        lws_validity_confirmed(wsi); /* data is as good a sign of life as a pong */
        ws->confirmed = now;
    }
    memset(ws->in.data + ws->in.len, 0, VOL_WS_SLACK);
    ws->handler.message(ws->handler.data, now, ws->in.data, ws->in.len);
    vol_buf_clear(&ws->in);
}

static int transmit(struct vol_ws *ws, struct lws *wsi)
{
    unsigned char *text;
    size_t n;

    if (ws->dropping) {
        lws_close_reason(wsi, (enum lws_close_status)ws->end.code, (unsigned char *)ws->end.reason,
                         strnlen(ws->end.reason, CLOSE_BYTES));
        return -1;
    }
    if (ws->out_at == ws->out.len)
        return 0;
    memcpy(&n, ws->out.data + ws->out_at, sizeof n);
    text = (unsigned char *)ws->out.data + ws->out_at + sizeof n + LWS_PRE;
    if (lws_write(wsi, text, n, LWS_WRITE_TEXT) < 0)
        return -1;
    ws->out_at += sizeof n + LWS_PRE + n;
    if (ws->out_at < ws->out.len) {
        lws_callback_on_writable(wsi);
    } else {
        vol_buf_clear(&ws->out);
        ws->out_at = 0;
    }
    return 0;
}

static void peer_closes(struct vol_ws *ws, const unsigned char *in, size_t n)
{
    int code = n >= 2 ? in[0] << 8 | in[1] : 1005;

    ends(ws, VOL_EUNAVAILABLE, code, n > 2 ? (const char *)in + 2 : "the peer closed the connection",
         n > 2 ? n - 2 : 30);
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t n)
{
    struct vol_ws *ws = user;

    switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        ws->open = true;
        ws->confirmed = vol_ws_now();
        ws->handler.open(ws->handler.data, ws->confirmed);
        break;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        receive(ws, wsi, in, n);
        break;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return transmit(ws, wsi);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        peer_closes(ws, in, n);
        break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        not_connected(ws, wsi, in, n);
        closed(ws);
        break;
    case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION:
        if (n == 0) /* OpenSSL has refused it; nothing here takes that back */
            not_trusted(lws_wsi_user(wsi), user);
        break;
    case LWS_CALLBACK_CLIENT_CLOSED:
        closed(ws);
        break;
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER: {
        unsigned char **at = in;

        if (ws->agent[0] != '\0' &&
            lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_USER_AGENT, (unsigned char *)ws->agent,
                                         (int)strlen(ws->agent), at, *at + n) != 0)
            return -1;
        break;
    }
    default:
        break;
    }
    return 0;
}

/* ---- the connection ---- */

/* A timer that is due before the library goes to wait is taken off first, and the wait would then be for the
 * next of the library's own, half a minute: the pipe that cancels a wait ends it. */
static void wake(lws_sorted_usec_list_t *timer)
{
    struct vol_ws *ws = lws_container_of(timer, struct vol_ws, timer);

    lws_cancel_service(ws->context);
}

static void connect_now(struct vol_ws *ws)
{
    struct lws_client_connect_info info = {.context = ws->context,
                                           .address = ws->address,
                                           .port = ws->port,
                                           .path = ws->path,
                                           .host = ws->host,
                                           .origin = NULL,
                                           .protocol = NULL,
                                           .local_protocol_name = ws->protocols[0].name,
                                           .alpn = "http/1.1",
                                           .retry_and_idle_policy = &ws->idle,
                                           .userdata = ws,
                                           .pwsi = &ws->wsi};
    struct lws *made;

    info.ssl_connection =
        (ws->use_tls ? LCCSCF_USE_SSL : 0) | LCCSCF_HTTP_NO_FOLLOW_REDIRECT | LCCSCF_PRIORITIZE_READS;
    ws->next_try = INT64_MAX;
    made = lws_client_connect_via_info(&info);
    if (made == NULL && ws->next_try == INT64_MAX) {
        /* It failed before the callback could be told. */
        struct lws *none = ws->wsi;

        ends(ws, VOL_EUNAVAILABLE, 0, "no connection", 13);
        if (none == NULL)
            ws->wsi = (struct lws *)ws;
        closed(ws);
    }
}

enum vol_status vol_ws_step(struct vol_ws *ws, int64_t until, struct vol_error *err)
{
    int64_t now = vol_ws_now(), us;

    if (ws->wsi == NULL && now >= ws->next_try)
        connect_now(ws);
    if (until > ws->next_try)
        until = ws->next_try;
    us = until <= now ? 1 : (until - now) / 1000 + 1;
    if (until - now > (int64_t)STEP_US * 1000)
        us = STEP_US;
    lws_sul_schedule(ws->context, 0, &ws->timer, wake, us);
    if (lws_service(ws->context, 0) < 0 || ws->failed)
        return vol_error_set(err, VOL_EOS, "%s: out of memory", ws->address);
    return VOL_OK;
}

enum vol_status vol_ws_send(struct vol_ws *ws, const char *text, size_t n)
{
    static const char room[LWS_PRE];
    struct vol_buf *out = &ws->out;

    if (!ws->open || ws->dropping)
        return VOL_EUNAVAILABLE;
    if (vol_buf_reserve(out, sizeof n + LWS_PRE + n) != VOL_OK)
        return VOL_EOS;
    vol_buf_add(out, &n, sizeof n);
    vol_buf_add(out, room, sizeof room);
    vol_buf_add(out, text, n);
    lws_callback_on_writable(ws->wsi);
    return VOL_OK;
}

void vol_ws_drop(struct vol_ws *ws, int code, const char *reason)
{
    drop(ws, VOL_EUNAVAILABLE, code, reason);
}

void vol_ws_settled(struct vol_ws *ws)
{
    ws->tries = 0;
}

bool vol_ws_is_open(const struct vol_ws *ws)
{
    return ws->open && !ws->dropping;
}

int64_t vol_ws_next_try(const struct vol_ws *ws)
{
    return ws->wsi == NULL ? ws->next_try : INT64_MAX;
}

/* ---- beginning and end ---- */

static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0;
}

static enum vol_status take_url(struct vol_ws *ws, const char *url, struct vol_error *err)
{
    const char *scheme, *path;

    if (strlen(url) >= sizeof ws->url)
        return vol_error_set(err, VOL_EUSAGE, "a URL of more than %d bytes", URL_BYTES - 1);
    if (strncmp(url, "wss://", 6) != 0 && strncmp(url, "ws://", 5) != 0)
        return vol_error_set(err, VOL_EUSAGE, "%s: expected a URL that begins with wss://", url);
    for (const char *p = url; *p != '\0'; p++)
        if (*p <= ' ' || *p > '~')
            return vol_error_set(err, VOL_EUSAGE, "a URL with a byte that is not printable ASCII");
    memcpy(ws->url, url, strlen(url) + 1);
    if (lws_parse_uri(ws->url, &scheme, &ws->address, &ws->port, &path) != 0 || ws->address[0] == '\0' ||
        ws->port <= 0 || ws->port > 65535 || strchr(ws->address, '@') != NULL ||
        strlen(ws->address) >= sizeof ws->host - 10)
        return vol_error_set(err, VOL_EUSAGE, "%s: not wss://HOST[:PORT]/PATH", url);
    ws->use_tls = strcmp(scheme, "wss") == 0;
    if (!ws->use_tls && !is_loopback(ws->address))
        return vol_error_set(err, VOL_EUSAGE, "%s: without TLS (ws://) only a loopback host is spoken to",
                             url);
    lws_snprintf(ws->path, sizeof ws->path, "/%s", path[0] == '/' ? path + 1 : path);
    if (ws->port == (ws->use_tls ? 443 : 80))
        lws_snprintf(ws->host, sizeof ws->host, "%s", ws->address);
    else
        lws_snprintf(ws->host, sizeof ws->host, "%s:%d", ws->address, ws->port);
    return VOL_OK;
}

static enum vol_status make_context(struct vol_ws *ws, const struct vol_ws_config *config,
                                    struct vol_error *err)
{
    struct lws_context_creation_info info = {0};
    unsigned seconds = config->connect_seconds > 0 ? (unsigned)config->connect_seconds : 10;

    lws_set_log_level(0, NULL); /* it would print */
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = ws->protocols;
    info.gid = info.uid = -1;
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.client_ssl_ca_filepath = config->ca;
    info.ssl_client_options_set = (long)(SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1);
    info.pt_serv_buf_size = READ_BYTES;
    info.fd_limit_per_thread = 16;
    info.timeout_secs = info.connect_timeout_secs = seconds;
    ws->context = lws_create_context(&info);
    return ws->context != NULL ? VOL_OK : vol_error_set(err, VOL_EOS, "libwebsockets cannot begin");
}

enum vol_status vol_ws_new(struct vol_ws **out, const struct vol_ws_config *config,
                           const struct vol_ws_handler *handler, struct vol_error *err)
{
    int ping = config->ping_seconds > 0 ? config->ping_seconds : 15;
    enum vol_status status;
    struct vol_ws *ws;

    if (config->ca != NULL && access(config->ca, R_OK) != 0)
        return vol_error_set(err, VOL_ENOINPUT, "%s: no such file of certificates, or it cannot be read",
                             config->ca);
    ws = calloc(1, sizeof *ws);
    if (ws == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    ws->handler = *handler;
    ws->protocols[0] =
        (struct lws_protocols){.name = "volpipe", .callback = callback, .rx_buffer_size = READ_BYTES};
    ws->idle.secs_since_valid_ping = (uint16_t)(ping > 30000 ? 30000 : ping);
    ws->idle.secs_since_valid_hangup = (uint16_t)(2 * ws->idle.secs_since_valid_ping);
    ws->max_message = config->max_message > 0 ? config->max_message : VOL_WS_MESSAGE_MAX;
    ws->wait_min = config->wait_min > 0 ? config->wait_min : 500000000;
    ws->wait_max = config->wait_max > 0 ? config->wait_max : INT64_C(60000000000);
    ws->random = config->seed;
    vol_buf_init(&ws->in);
    vol_buf_init(&ws->out);
    if (config->agent != NULL)
        lws_strncpy(ws->agent, config->agent, sizeof ws->agent);
    if ((status = take_url(ws, config->url, err)) != VOL_OK ||
        (status = make_context(ws, config, err)) != VOL_OK) {
        vol_ws_free(ws);
        return status;
    }
    *out = ws;
    return VOL_OK;
}

static void not_opened(void *data, int64_t now)
{
    (void)data;
    (void)now;
}

static void not_read(void *data, int64_t now, const char *text, size_t n)
{
    (void)data;
    (void)now;
    (void)text;
    (void)n;
}

static void not_told(void *data, int64_t now, const struct vol_ws_end *end)
{
    (void)data;
    (void)now;
    (void)end;
}

void vol_ws_free(struct vol_ws *ws)
{
    static const struct vol_ws_handler quiet = {NULL, not_opened, not_read, not_told};

    if (ws == NULL)
        return;
    ws->handler = quiet;
    vol_ws_drop(ws, VOL_WS_NORMAL, "");
    for (int64_t until = vol_ws_now() + GOODBYE; ws->open && vol_ws_now() < until;)
        if (vol_ws_step(ws, until, NULL) != VOL_OK)
            break;
    if (ws->context != NULL)
        lws_context_destroy(ws->context);
    vol_buf_free(&ws->in);
    vol_buf_free(&ws->out);
    free(ws);
}
