/* ws.h: a WebSocket client (RFC 6455) over TLS, on libwebsockets.
 *
 * One client holds one connection and makes it anew when it is lost, after a wait that doubles and is drawn
 * at random below its bound (full jitter). What happens is told to a handler from inside vol_ws_step, in the
 * order in which it happened: open, messages, closed, open again … Messages arrive whole, whatever their
 * fragments; nothing is dropped, for a client that falls behind reads more slowly, and TCP holds the peer
 * back.
 *
 * The peer's certificate is always verified, and its name; nothing turns that off. Plain ws:// is accepted
 * only for a loopback host, which is where tests and local proxies live. Redirects are refused. No extension
 * is offered, so a compressed frame (RSV1) is a breach of the protocol: the libwebsockets of Debian 12 is
 * built without permessage-deflate. Binary messages are refused, and text that is not UTF-8.
 */
#ifndef VOL_NET_WS_H
#define VOL_NET_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    VOL_WS_SLACK = 64,           /* readable bytes behind a message, the first of them a NUL */
    VOL_WS_MESSAGE_MAX = 4 << 20 /* default of max_message */
};

/* Codes of RFC 6455, section 7.4.1, that callers ask for. */
enum { VOL_WS_NORMAL = 1000, VOL_WS_ABNORMAL = 1006 };

/* How a connection ended, or why there is none. */
struct vol_ws_end {
    enum vol_status status; /* VOL_EUNAVAILABLE: worth another try; VOL_EPROTOCOL: what was said is no
                               WebSocket, or is not what was asked for; VOL_EPERM: 401, 403, or a certificate
                               that is not good */
    bool was_open;
    int code;         /* of the close frame that came or that we sent; VOL_WS_ABNORMAL: none; 0: never open */
    char reason[160]; /* in words, printable ASCII */
};

/* Called from vol_ws_step; NOW is the instant at which the bytes were read. They may call vol_ws_send,
 * vol_ws_drop and vol_ws_settled, nothing else. */
struct vol_ws_handler {
    void *data;
    void (*open)(void *data, int64_t now);
    void (*message)(void *data, int64_t now, const char *text, size_t n);
    void (*closed)(void *data, int64_t now, const struct vol_ws_end *end);
};

struct vol_ws_config {
    const char *url;     /* wss://HOST[:PORT]/PATH */
    const char *ca;      /* PEM file with further roots; null: the system's alone */
    const char *agent;   /* User-Agent; null: none */
    size_t max_message;  /* bytes; 0: VOL_WS_MESSAGE_MAX */
    int connect_seconds; /* for name, TCP, TLS and upgrade together; 0: 10 */
    int ping_seconds;    /* of silence before a ping; as long again without an answer ends it; 0: 15 */
    int64_t wait_min;    /* bound of the first wait before another connection; 0: half a second */
    int64_t wait_max;    /* bound of every later one; 0: a minute */
    uint64_t seed;       /* of the jitter */
};

struct vol_ws;

/* Nothing is connected yet. VOL_EUSAGE: the URL; VOL_ENOINPUT: there is no such CA file; VOL_EOS. What CONFIG
 * points to need not outlive the call; HANDLER is copied. */
enum vol_status vol_ws_new(struct vol_ws **out, const struct vol_ws_config *config,
                           const struct vol_ws_handler *handler, struct vol_error *err);
/* Says goodbye (1000) without waiting for the answer. */
void vol_ws_free(struct vol_ws *ws);

/* Wait until something happens, a signal comes or UNTIL (vol_ws_now) is there, never longer than a quarter of
 * a second, and handle what has happened. Returns VOL_OK, or VOL_EOS when memory has run out. */
enum vol_status vol_ws_step(struct vol_ws *ws, int64_t until, struct vol_error *err);

/* Queue a text message for the connection that stands. It is lost with the connection. VOL_EUNAVAILABLE:
 * there is none; VOL_EOS. */
enum vol_status vol_ws_send(struct vol_ws *ws, const char *text, size_t n);

/* End the connection that stands, telling the peer CODE and REASON (at most 120 bytes); another is made. */
void vol_ws_drop(struct vol_ws *ws, int code, const char *reason);

/* The connection has proved useful: the next loss is followed by the shortest wait again. */
void vol_ws_settled(struct vol_ws *ws);

bool vol_ws_is_open(const struct vol_ws *ws);
/* When the next attempt to connect begins; INT64_MAX while one is under way or stands. */
int64_t vol_ws_next_try(const struct vol_ws *ws);

/* The wall clock: the one place where a stream reads it. */
int64_t vol_ws_now(void);

/* The wait before attempt TRY (0, 1, 2, …): drawn from (0, min(MAX, MIN 2^TRY)], the generator *STATE moves
 * on. */
int64_t vol_ws_wait(uint64_t *state, unsigned try, int64_t min, int64_t max);

#endif
