/* http_transfer.h: one request on its way: a curl handle, what it has brought, and what that means. Private
 * to http.c.
 */
#ifndef VOL_NET_HTTP_TRANSFER_H
#define VOL_NET_HTTP_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "net/http.h"
#include "net/tape.h"
#include "net/url.h"

enum { VOL_PLACE_MAX = 256 };

enum vol_transfer_state { VOL_TRANSFER_WAITS, VOL_TRANSFER_RUNS, VOL_TRANSFER_DONE };

struct vol_transfer {
    const struct vol_http_config *config;
    const struct vol_http_request *request;
    struct vol_http_answer *answer;
    enum vol_transfer_state state;
    char place[VOL_PLACE_MAX]; /* host and path as the request has them, for words */
    struct vol_buf url;        /* keys filled in; after a redirect, where that leads */
    struct vol_url parts;
    struct vol_tape_answer kept; /* of the cache */
    bool has_kept;
    bool has_token; /* of the bucket */
    int64_t ready;  /* steady instant before which it is not started */
    int tries;      /* begun so far */
    int redirects;

    CURL *easy;
    struct curl_slist *headers;
    char words[CURL_ERROR_SIZE];
    struct vol_buf raw; /* as it came */
    size_t header_bytes;
    char type[64], encoding[32], etag[VOL_TAPE_TEXT_MAX], modified[VOL_TAPE_TEXT_MAX], location[2048];
    bool has_length, is_chunked, too_long, out_of_memory;
};

/* What became of a try. */
enum vol_outcome { VOL_OUTCOME_GOOD, VOL_OUTCOME_AGAIN, VOL_OUTCOME_REDIRECT, VOL_OUTCOME_FAILED };

/* Fill in TRANSFER for REQUEST. VOL_EUSAGE: no address, or http:// to another machine; VOL_EOS. It is the
 * caller's to free whatever the status. */
enum vol_status vol_transfer_init(struct vol_transfer *transfer, const struct vol_http_config *config,
                                  const struct vol_http_request *request, struct vol_http_answer *answer,
                                  struct vol_error *err);
void vol_transfer_free(struct vol_transfer *transfer);

/* Make the curl handle of a try that may take SECONDS; SHARE: the cookies, or null. */
enum vol_status vol_transfer_start(struct vol_transfer *transfer, double seconds, CURLSH *share,
                                   struct vol_error *err);

/* The body as it was before it was compressed into BODY, which is empty on failure (ERR says why). What was
 * cut or damaged is not kept as it came: a key that a vendor repeats cannot be seen in it. */
enum vol_status vol_transfer_unpack(const struct vol_transfer *transfer, struct vol_buf *body,
                                    struct vol_error *err);

/* Judge the try that ended with CODE. GOOD: the answer is filled in (body opened and masked, not yet
 * `received`). AGAIN and FAILED: ERR has status and words; *RETRY_AFTER are the seconds that the server asks
 * for, 0 when it does not. REDIRECT: `url` leads there. The curl handle is gone then. */
enum vol_outcome vol_transfer_judge(struct vol_transfer *transfer, CURLcode code, int64_t *retry_after,
                                    struct vol_error *err);

#endif
