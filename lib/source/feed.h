/* feed.h: how an adapter asks its vendor: addresses below its base, answers checked for what they are.
 *
 * The feed knows the base address, the key and the limits; an adapter says only what it wants. An answer that
 * an adapter gets to see is complete, has status 200 (or another 2xx), and is of the kind it asked for; what
 * is not ends the request with host, path and cause in the words.
 */
#ifndef VOL_SOURCE_FEED_H
#define VOL_SOURCE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "net/http.h"
#include "net/url.h"

struct vol_adapter; /* adapter.h */
struct vol_feed;

enum vol_feed_body {
    VOL_FEED_JSON, /* an HTML page or an empty body is refused (VOL_EPROTOCOL), but for status 204 */
    VOL_FEED_CSV,  /* the same, and one whose last line has no end: a cut that no length tells */
    VOL_FEED_TEXT  /* as it is */
};

struct vol_feed_request {
    const char
        *url; /* "/v3/snapshot/…" below the base (vol_url_add escapes what a user typed), or an absolute
               * address whose host is the base's or one of the adapter's `hosts`; keys as {NAME} */
    enum vol_feed_body body;
    const char *const *headers; /* "Name: value", ended by null; keys as {NAME}; null: none */
    bool cached;                /* changes rarely: ask with ETag or If-Modified-Since */
    bool any_status;            /* 4xx is an answer too, not a failure */
};

/* Valid until the next question or vol_feed_free. */
struct vol_feed_answer {
    const char *body;
    size_t len;
    long status;
    int64_t received;
    const char *place; /* "api.stlouisfed.org/fred/series/observations", for words */
};

struct vol_feed_config {
    const struct vol_adapter *adapter;
    const char *base; /* in place of the adapter's, and of all its hosts; null: its own */
    struct vol_http *http;
};

enum vol_status vol_feed_new(struct vol_feed **out, const struct vol_feed_config *config,
                             struct vol_error *err);
void vol_feed_free(struct vol_feed *feed);

/* Ask once; statuses as vol_http_get_all, and for 4xx those of vol_adapter.refused: by default VOL_EPERM for
 * 401 and 403, VOL_ENOINPUT for 400, 404, 410 and 422, VOL_EPROTOCOL for others. A page that was asked for
 * before in this run is VOL_EPROTOCOL: pagination goes in a circle. */
enum vol_status vol_feed_get(struct vol_feed *feed, const struct vol_feed_request *request,
                             struct vol_feed_answer *answer, struct vol_error *err);

/* Ask N at once (a few in flight at a time); ANSWER[i] is that of REQUEST[i]. */
enum vol_status vol_feed_get_all(struct vol_feed *feed, const struct vol_feed_request *request, size_t n,
                                 struct vol_feed_answer *answer, struct vol_error *err);

/* Put the place of ANSWER before the words of a parser that failed with STATUS; returns STATUS. */
enum vol_status vol_feed_blame(const struct vol_feed_answer *answer, enum vol_status status,
                               struct vol_error *err);

#endif
