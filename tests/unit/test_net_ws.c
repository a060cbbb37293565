/* The WebSocket client against a peer that says what it is told to, byte for byte, whole and broken. TLS is
 * tested with real certificates in tests/bats/vfetch_stream.bats. */
#include "net/ws.h"

#include <arpa/inet.h>
#include <libwebsockets.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "unit.h"

#define SECOND INT64_C(1000000000)

/* ---- the peer, in a process of its own ---- */

static void upgrade(int fd)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char request[4096], key[100], accept[64], text[300];
    unsigned char digest[20];
    size_t n = 0;
    const char *at;

    while (n < sizeof request - 1 && read(fd, request + n, 1) == 1) {
        request[++n] = '\0';
        if (n > 4 && strcmp(request + n - 4, "\r\n\r\n") == 0)
            break;
    }
    at = strstr(request, "Sec-WebSocket-Key: ");
    if (at == NULL || strstr(request, "Sec-WebSocket-Extensions") != NULL)
        _exit(1);
    snprintf(key, sizeof key, "%.24s%s", at + 19, guid);
    lws_SHA1((unsigned char *)key, strlen(key), digest);
    lws_b64_encode_string((char *)digest, 20, accept, sizeof accept);
    n = (size_t)snprintf(text, sizeof text,
                         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Accept: %s\r\n\r\n",
                         accept);
    if (write(fd, text, n) != (ssize_t)n)
        _exit(1);
}

/* Listen, take one connection after the other, say BYTES (behind an upgrade, when UPGRADES), and read until
 * the client goes; with CUT the connection is closed instead. */
static pid_t play(const char *bytes, size_t n, int upgrades, int cut, int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    char block[4096];
    pid_t child;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    UNIT(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 8) == 0);
    UNIT(getsockname(listener, (struct sockaddr *)&at, &len) == 0);
    *port = ntohs(at.sin_port);
    child = fork();
    if (child != 0) {
        close(listener);
        return child;
    }
    for (;;) {
        int fd = accept(listener, NULL, NULL);

        if (fd < 0)
            _exit(1);
        if (upgrades)
            upgrade(fd);
        for (size_t i = 0; i < n;) {
            ssize_t sent = send(fd, bytes + i, n - i, MSG_NOSIGNAL);

            if (sent <= 0)
                break;
            i += (size_t)sent;
        }
        /* Closed with what the client said unread, the connection would be reset, and what was sent be lost.
         */
        if (cut)
            shutdown(fd, SHUT_WR);
        while (read(fd, block, sizeof block) > 0)
            ;
        close(fd);
    }
}

/* ---- the client ---- */

struct seen {
    struct vol_ws *ws;
    struct vol_buf text; /* messages, a line each */
    size_t n_bytes;
    int n_open, n_closed;
    struct vol_ws_end end;
};

static void on_open(void *data, int64_t now)
{
    struct seen *s = data;

    UNIT(now > 0 && vol_ws_is_open(s->ws));
    s->n_open++;
    UNIT(vol_ws_send(s->ws, "hello", 5) == VOL_OK);
}

static void on_message(void *data, int64_t now, const char *text, size_t n)
{
    struct seen *s = data;

    UNIT(now > 0 && text[n] == '\0' && text[n + VOL_WS_SLACK - 1] == '\0');
    s->n_bytes += n;
    if (n < 100)
        UNIT(vol_buf_addf(&s->text, "%s\n", text) == VOL_OK);
}

static void on_closed(void *data, int64_t now, const struct vol_ws_end *end)
{
    struct seen *s = data;

    UNIT(now > 0 && !vol_ws_is_open(s->ws));
    s->n_closed++;
    s->end = *end;
}

/* Connect until it has ended ENDS times, ten seconds at most. */
static struct seen converse(const char *bytes, size_t n, int upgrades, int cut, int ends)
{
    struct seen s = {.text = VOL_BUF_INIT};
    struct vol_ws_handler handler = {&s, on_open, on_message, on_closed};
    struct vol_ws_config config = {
        .max_message = 100000, .wait_min = 1000000, .wait_max = 4000000, .ping_seconds = 1};
    char url[64];
    int port;
    pid_t child = play(bytes, n, upgrades, cut, &port);
    int64_t until = vol_ws_now() + 10 * SECOND;

    snprintf(url, sizeof url, "ws://127.0.0.1:%d/x?y=z", port);
    config.url = url;
    UNIT(vol_ws_new(&s.ws, &config, &handler, NULL) == VOL_OK);
    while (s.n_closed < ends && vol_ws_now() < until)
        UNIT(vol_ws_step(s.ws, until, NULL) == VOL_OK);
    vol_ws_free(s.ws);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return s;
}

static void test_frames(void)
{
    static const struct {
        const char *what, *bytes;
        size_t n;
        const char *text; /* the messages */
        enum vol_status status;
        int code;
        const char *reason;
    } cases[] = {
#define CASE(what, bytes, text, status, code, reason) \
    {what, bytes, sizeof bytes - 1, text, status, code, reason}
        CASE("a message and a close",
             "\x81\x03one\x88\x05\x0f\xa1"
             "bye",
             "one\n", VOL_EUNAVAILABLE, 4001, "bye"),
        CASE("fragments, a ping between them, one of them empty",
             "\x01\x03one\x89\x01p\x00\x04 two\x00\x00\x80\x01!\x88\x02\x03\xe9", "one two!\n",
             VOL_EUNAVAILABLE, 1001, "the peer closed the connection"),
        CASE("a close without a code", "\x88\x00", "", VOL_EUNAVAILABLE, 1005,
             "the peer closed the connection"),
        CASE("compressed, unasked",
             "\x81\x01"
             "a\xc1\x03\xca\x48\xcd",
             "a\n", VOL_EPROTOCOL, 1002, "a frame that breaks the protocol"),
        CASE("an opcode of no one", "\x83\x01z", "", VOL_EPROTOCOL, 1002, "a frame that breaks the protocol"),
        CASE("a continuation of nothing", "\x80\x01z", "", VOL_EPROTOCOL, 1002,
             "a frame that breaks the protocol"),
        CASE("a control frame in parts", "\x09\x01z", "", VOL_EPROTOCOL, 1002,
             "a frame that breaks the protocol"),
        CASE("binary", "\x82\x01z", "", VOL_EPROTOCOL, 1003, "a binary message where text was due"),
        CASE("no UTF-8", "\x81\x02\xc3\x28", "", VOL_EPROTOCOL, 1007, "text that is not UTF-8"),
        CASE("too long", "\x81\x7f\x00\x00\x00\x00\x00\x01\x86\xa1", "", VOL_EPROTOCOL, 1009,
             "a message longer than the bound"),
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vol_buf bytes = VOL_BUF_INIT;
        struct seen s;

        UNIT(vol_buf_add(&bytes, cases[i].bytes, cases[i].n) == VOL_OK);
        if (strcmp(cases[i].what, "too long") == 0) /* and much more behind it */
            for (int k = 0; k < 400000; k++)
                UNIT(vol_buf_add_char(&bytes, 'x') == VOL_OK);
        s = converse(bytes.data, bytes.len, 1, 0, 1);
        if (!UNIT(s.n_open == 1 && s.n_closed == 1 && s.end.was_open && s.end.status == cases[i].status &&
                  s.end.code == cases[i].code && strcmp(s.end.reason, cases[i].reason) == 0))
            printf("    %s: %d %d %s\n", cases[i].what, s.end.status, s.end.code, s.end.reason);
        UNIT_STR(s.text.data, cases[i].text);
        vol_buf_free(&s.text);
        vol_buf_free(&bytes);
    }
}

/* Cut in the middle of a frame, and again; each time another connection is made, and nothing of the half is
 * told. */
static void test_cut(void)
{
    struct seen s = converse("\x81\x01"
                             "a\x81\x7e\x01\x00half of it",
                             17, 1, 1, 3);

    UNIT(s.n_open == 3 && s.n_closed == 3);
    UNIT(s.end.status == VOL_EUNAVAILABLE && s.end.code == VOL_WS_ABNORMAL);
    UNIT_STR(s.end.reason, "the connection was cut");
    UNIT_STR(s.text.data, "a\na\na\n");
    vol_buf_free(&s.text);
}

/* Messages up to the bound arrive whole, whatever is read at a time. */
static void test_long(void)
{
    static const unsigned char head[] = {0x81, 0x7f, 0, 0, 0, 0, 0, 1, 0x86, 0xa0}; /* 100000 */
    struct vol_buf bytes = VOL_BUF_INIT;
    struct seen s;

    for (int i = 0; i < 3; i++) {
        UNIT(vol_buf_add(&bytes, head, sizeof head) == VOL_OK);
        for (int k = 0; k < 100000; k++)
            UNIT(vol_buf_add_char(&bytes, 'x') == VOL_OK);
    }
    UNIT(vol_buf_add(&bytes, "\x88\x02\x03\xe8", 4) == VOL_OK);
    s = converse(bytes.data, bytes.len, 1, 0, 1);
    UNIT(s.n_bytes == 300000 && s.end.code == VOL_WS_NORMAL);
    vol_buf_free(&s.text);
    vol_buf_free(&bytes);
}

static void test_silence(void)
{
    struct seen s = converse("\x81\x01"
                             "a",
                             3, 1, 0, 1);

    UNIT(s.end.status == VOL_EUNAVAILABLE && s.end.code == VOL_WS_ABNORMAL);
    UNIT_STR(s.end.reason, "silence, and no answer to a ping");
    vol_buf_free(&s.text);
}

static void test_no_upgrade(void)
{
    static const struct {
        const char *answer, *reason;
        enum vol_status status;
    } cases[] = {
        {"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "HTTP status 403 in place of an upgrade", VOL_EPERM},
        {"HTTP/1.1 302 No\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
         "HTTP status 302 in place of an upgrade", VOL_EPROTOCOL},
        {"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "HTTP status 404 in place of an upgrade",
         VOL_EPROTOCOL},
        {"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", "HTTP status 503 in place of an upgrade",
         VOL_EUNAVAILABLE},
        {"HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n", "HTTP status 429 in place of an upgrade",
         VOL_EUNAVAILABLE},
        {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Accept: "
         "AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
         "HS: Accept hash wrong", VOL_EPROTOCOL},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct seen s = converse(cases[i].answer, strlen(cases[i].answer), 0, 0, 1);

        UNIT(s.n_open == 0 && s.n_closed == 1 && !s.end.was_open && s.end.code == 0);
        if (!UNIT(s.end.status == cases[i].status))
            printf("    %s: %d\n", cases[i].reason, s.end.status);
        UNIT_STR(s.end.reason, cases[i].reason);
        vol_buf_free(&s.text);
    }
}

/* Nobody listens: tried again after waits that grow. */
static void test_nobody(void)
{
    struct seen s = {.text = VOL_BUF_INIT};
    struct vol_ws_handler handler = {&s, on_open, on_message, on_closed};
    struct vol_ws_config config = {.url = "ws://127.0.0.1:1/", .wait_min = 1000000, .wait_max = 2000000};
    int64_t until = vol_ws_now() + 10 * SECOND;

    UNIT(vol_ws_new(&s.ws, &config, &handler, NULL) == VOL_OK);
    UNIT(vol_ws_send(s.ws, "x", 1) == VOL_EUNAVAILABLE);
    while (s.n_closed < 5 && vol_ws_now() < until)
        UNIT(vol_ws_step(s.ws, until, NULL) == VOL_OK);
    UNIT(s.n_closed == 5 && s.end.status == VOL_EUNAVAILABLE && s.end.code == 0);
    UNIT(vol_ws_next_try(s.ws) != INT64_MAX);
    vol_ws_free(s.ws);
}

static void test_urls(void)
{
    static const struct vol_ws_handler handler = {NULL, on_open, on_message, on_closed};
    static const struct {
        const char *url;
        enum vol_status status;
    } cases[] = {{"wss://www.deribit.com/ws/api/v2", VOL_OK},
                 {"wss://localhost:8443", VOL_OK},
                 {"ws://localhost:8080/", VOL_OK},
                 {"ws://www.deribit.com/", VOL_EUSAGE}, /* without TLS, not beyond this machine */
                 {"https://www.deribit.com/", VOL_EUSAGE},
                 {"wss://", VOL_EUSAGE},
                 {"wss://host:99999/", VOL_EUSAGE},
                 {"wss://user@host/", VOL_EUSAGE},
                 {"wss://ho st/", VOL_EUSAGE},
                 {"wss://host/\r\nX: y", VOL_EUSAGE},
                 {"", VOL_EUSAGE}};
    struct vol_ws_config config = {.url = NULL};
    struct vol_error err;
    struct vol_ws *ws;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ws = NULL;
        config.url = cases[i].url;
        if (!UNIT(vol_ws_new(&ws, &config, &handler, &err) == cases[i].status))
            printf("    %s\n", cases[i].url);
        vol_ws_free(ws);
    }
    config.url = cases[0].url;
    config.ca = "/nowhere/ca.pem";
    UNIT(vol_ws_new(&ws, &config, &handler, &err) == VOL_ENOINPUT);
}

/* Full jitter: even below a bound that doubles up to its end. */
static void test_wait(void)
{
    enum { DRAWS = 20000 };
    uint64_t state = 3, again = 3;

    for (unsigned try = 0; try < 70; try += try < 10 ? 1 : 20) {
        int64_t bound = try < 7 ? SECOND / 2 <<
        try:
            60 * SECOND;
        double sum = 0, least = 1e18, most = 0;

        for (int i = 0; i < DRAWS; i++) {
            int64_t wait = vol_ws_wait(&state, try, SECOND / 2, 60 * SECOND);

            UNIT(wait == vol_ws_wait(&again, try, SECOND / 2, 60 * SECOND));
            sum += (double)wait;
            least = fmin(least, (double)wait);
            most = fmax(most, (double)wait);
        }
        UNIT(bound <= 60 * SECOND && least >= 1 && most <= (double)bound);
        /* The mean of 20000 even draws: half, within 6 of its standard deviations, 0.289 / sqrt(20000). */
        UNIT_NEAR(sum / DRAWS / (double)bound, 0.5, 0.0123);
        UNIT(least < 0.01 * (double)bound && most > 0.99 * (double)bound);
    }
}

int main(void)
{
    test_frames();
    test_cut();
    test_long();
    test_silence();
    test_no_upgrade();
    test_nobody();
    test_urls();
    test_wait();
    return unit_done("net/ws");
}
