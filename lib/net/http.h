/* http.h: the HTTP client: many GETs at once, bounded in time and size, with TLS always verified.
 *
 * A client serves one run. Only GET is asked, which is safe to repeat: connection failures, cut answers, and
 * the statuses 408, 429, 500, 502, 503 and 504 are tried again with exponential backoff and full jitter (a
 * wait drawn evenly from zero to 0.5 s 2^n, 30 s at most), after Retry-After where the server says one, as
 * long as the total deadline leaves room. Every request passes the token bucket of its host (bucket.h).
 * Redirects are followed on the same scheme, host and port; one to another place ends the request (a key
 * never goes where it was not meant to). Secrets stand as `{NAME}` in addresses and headers (secret.h).
 */
#ifndef VOL_NET_HTTP_H
#define VOL_NET_HTTP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "net/secret.h"

struct vol_http;

/* What a progress bar shows. */
struct vol_http_counts {
    uint64_t asked, done, retried; /* requests */
    uint64_t bytes;                /* of answers, uncompressed */
};

struct vol_http_config {
    double timeout;         /* seconds from vol_http_new to the end of the last answer; at least 0.001 */
    double attempt_timeout; /* seconds of one try; 0: 60 */
    int retries;            /* further tries of one request */
    int parallel;           /* requests in flight at most; 0: 4 */
    size_t max_body;        /* bytes of one answer, uncompressed; 0: 64 MiB */
    double rate, burst;     /* requests per second to a host, and how many at once; rate 0: no limit */
    const char *rate_dir;   /* where the token buckets are kept between runs; null: in memory only */
    const char *cache_dir; /* answers with an ETag or a Last-Modified, for requests that say so; null: none */
    const char *record_dir; /* keep every answer here (tape.h); null: do not */
    bool resume;            /* record_dir holds a recording of `command` already: go on with it */
    const char *replay_dir; /* answer from here, without a network; null: do not */
    const char *command;    /* what the recording is of */
    bool keyed;             /* whether there is a key: kept in a recording */
    bool cookies;           /* keep cookies for the length of the run */
    const char *ca;         /* PEM file of roots beside the system's; null: none */
    const char *user_agent;
    uint64_t seed; /* of the jitter */
    const struct vol_secrets *secrets;
    const volatile sig_atomic_t *stop;                              /* a signal ends the wait: VOL_ETEMP */
    void (*tick)(void *data, const struct vol_http_counts *counts); /* now and then; null: never */
    void (*note)(void *data, const char *words); /* a try failed and there will be another; null: never */
    void *data;                                  /* of both */
};

struct vol_http_request {
    const char *url;            /* absolute, secrets as {NAME} */
    const char *name;           /* the address by which a recording knows it; null: url */
    const char *const *headers; /* "Name: value", ended by null; null: none */
    bool cached;                /* keep the answer in cache_dir, and ask only whether it has changed */
};

/* An answer whose status is final: 2xx, or another one that is not worth another try (403, 404). */
struct vol_http_answer {
    long status;
    struct vol_buf body; /* uncompressed, secrets masked */
    int64_t received;    /* the instant at which the last byte came; of a replay, the recorded one */
    char type[64];       /* Content-Type without parameters, lower case; "" when there is none */
    bool bounded;        /* its length was announced: false when only the end of the connection told */
};

/* CONFIG is copied, what it points to outlives the client. VOL_EUSAGE, VOL_ECONFIG, VOL_ECREATE, VOL_EOS. */
enum vol_status vol_http_new(struct vol_http **out, const struct vol_http_config *config,
                             struct vol_error *err);

void vol_http_free(struct vol_http *http);

/* The instant at which the run began; of a replay, that of the recorded run: what "today" means to it. */
int64_t vol_http_now(const struct vol_http *http);

/* `keyed` of the configuration; of a replay, that of the recorded run. */
bool vol_http_keyed(const struct vol_http *http);

/* Ask for REQUEST[0..N) and give the ANSWERs in the same order; the caller frees each (vol_http_answer_free).
 * On failure there is none, and ERR says host, path and cause:
 *   VOL_EUNAVAILABLE  cannot be reached, 5xx, cut, stalled, beyond the deadline
 *   VOL_ETEMP         429, or told to come back after the deadline; a signal
 *   VOL_EPROTOCOL     no HTTP, an answer too long, a redirect to another place or in a circle, a certificate
 *                     that does not hold
 *   VOL_ENOINPUT      a replay that has no such answer
 *   VOL_EDATA         a recording that was changed
 *   VOL_ECREATE, VOL_EIO, VOL_EOS, VOL_EUSAGE (an address that is none, or http:// beyond loopback) */
enum vol_status vol_http_get_all(struct vol_http *http, const struct vol_http_request *request, size_t n,
                                 struct vol_http_answer *answer, struct vol_error *err);

/* What the answers of the last vol_http_get_all say was refused by whoever read them: a recording of them
 * notes it, so that --resume asks again. */
void vol_http_refuse(struct vol_http *http);

void vol_http_answer_free(struct vol_http_answer *answer);

void vol_http_counts_get(const struct vol_http *http, struct vol_http_counts *out);

#endif
