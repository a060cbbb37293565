#include "net/http_transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/inflate.h"

enum { HEADER_BYTES_MAX = 1 << 17, REDIRECTS_MAX = 5, STALL_SECONDS = 20, CONNECT_SECONDS = 15 };

/* Host and path without the query, where keys and cursors are. */
static void set_place(char out[VOL_PLACE_MAX], const char *url)
{
    const char *host = strstr(url, "://");

    host = host ? host + 3 : url;
    snprintf(out, VOL_PLACE_MAX, "%.*s", (int)strcspn(host, "?#"), host);
}

enum vol_status vol_transfer_init(struct vol_transfer *transfer, const struct vol_http_config *config,
                                  const struct vol_http_request *request, struct vol_http_answer *answer,
                                  struct vol_error *err)
{
    struct vol_transfer *t = transfer;

    *t = (struct vol_transfer){
        .config = config, .request = request, .answer = answer, .url = VOL_BUF_INIT, .raw = VOL_BUF_INIT};
    *answer = (struct vol_http_answer){.body = VOL_BUF_INIT};
    vol_tape_answer_init(&t->kept);
    set_place(t->place, request->url);
    if (vol_secrets_expand(config->secrets, request->url, 1, &t->url) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    if (vol_url_parse(t->url.data, &t->parts) != VOL_OK)
        return vol_error_set(err, VOL_EUSAGE, "%s: no https:// address", t->place);
    if (!t->parts.https && !t->parts.loopback)
        return vol_error_set(err, VOL_EUSAGE, "%s: http:// is for this machine only: https://", t->place);
    return VOL_OK;
}

static void drop_handle(struct vol_transfer *t)
{
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    t->easy = NULL;
    t->headers = NULL;
}

void vol_transfer_free(struct vol_transfer *transfer)
{
    drop_handle(transfer);
    vol_buf_free(&transfer->url);
    vol_buf_free(&transfer->raw);
    vol_tape_answer_free(&transfer->kept);
}

/* ---- what comes in
 * --------------------------------------------------------------------------------------------- */

static size_t max_body(const struct vol_transfer *t)
{
    return t->config->max_body > 0 ? t->config->max_body : (size_t)64 << 20;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *data)
{
    struct vol_transfer *t = data;

    n *= size;
    t->too_long = n > max_body(t) - t->raw.len;
    if (t->too_long)
        return 0;
    t->out_of_memory = vol_buf_add(&t->raw, bytes, n) != VOL_OK;
    return t->out_of_memory ? 0 : n;
}

/* The value of the header NAME in LINE, its blanks cut, into OUT; one that is too long counts as none. */
static bool take_value(const char *line, size_t n, const char *name, char *out, size_t size)
{
    size_t len = strlen(name);

    if (n <= len || strncasecmp(line, name, len) != 0 || line[len] != ':')
        return false;
    line += len + 1;
    n -= len + 1;
    while (n > 0 && (*line == ' ' || *line == '\t'))
        line++, n--;
    while (n > 0 && (unsigned char)line[n - 1] <= ' ')
        n--;
    if (n >= size)
        n = 0;
    memcpy(out, line, n);
    out[n] = '\0';
    return true;
}

static size_t take_header(char *line, size_t size, size_t n, void *data)
{
    struct vol_transfer *t = data;
    char value[64];

    n *= size;
    t->header_bytes += n;
    if (t->header_bytes > HEADER_BYTES_MAX) {
        t->too_long = true;
        return 0;
    }
    if (n > 5 && memcmp(line, "HTTP/", 5) == 0) { /* another head: after a 100 */
        t->type[0] = t->encoding[0] = t->etag[0] = t->modified[0] = t->location[0] = '\0';
        t->has_length = t->is_chunked = false;
    }
    take_value(line, n, "Content-Type", t->type, sizeof t->type);
    take_value(line, n, "Content-Encoding", t->encoding, sizeof t->encoding);
    take_value(line, n, "ETag", t->etag, sizeof t->etag);
    take_value(line, n, "Last-Modified", t->modified, sizeof t->modified);
    take_value(line, n, "Location", t->location, sizeof t->location);
    t->has_length = t->has_length || take_value(line, n, "Content-Length", value, sizeof value);
    t->is_chunked = t->is_chunked || take_value(line, n, "Transfer-Encoding", value, sizeof value);
    return n;
}

/* ---- what goes out
 * --------------------------------------------------------------------------------------------- */

/* A header whose value would begin another one is refused by the caller's table, not by us: keys are checked
 * when they are loaded (secret.h), names and values are literals of the adapters. */
static enum vol_status add_header(struct vol_transfer *t, const char *line)
{
    struct vol_buf text = VOL_BUF_INIT;
    struct curl_slist *longer = NULL;

    if (vol_secrets_expand(t->config->secrets, line, 0, &text) == VOL_OK && !strpbrk(text.data, "\r\n"))
        longer = curl_slist_append(t->headers, text.data);
    vol_buf_free(&text);
    if (!longer)
        return VOL_EOS;
    t->headers = longer;
    return VOL_OK;
}

static enum vol_status add_headers(struct vol_transfer *t)
{
    const char *const *extra = t->request->headers;
    char line[VOL_TAPE_TEXT_MAX + 32];
    enum vol_status status = add_header(t, "Accept-Encoding: gzip, deflate");

    for (; extra && *extra && status == VOL_OK; extra++)
        status = add_header(t, *extra);
    if (status == VOL_OK && t->has_kept && t->kept.etag[0]) {
        snprintf(line, sizeof line, "If-None-Match: %s", t->kept.etag);
        status = add_header(t, line);
    }
    if (status == VOL_OK && t->has_kept && t->kept.modified[0]) {
        snprintf(line, sizeof line, "If-Modified-Since: %s", t->kept.modified);
        status = add_header(t, line);
    }
    return status;
}

#define SET(option, value) (ok = ok && curl_easy_setopt(t->easy, (option), (value)) == CURLE_OK)

/* Verification stays at libcurl's defaults (on); no option of volpipe reaches it. */
static bool set_options(struct vol_transfer *t, double seconds, CURLSH *share)
{
    bool ok = true;

    SET(CURLOPT_URL, t->url.data);
    SET(CURLOPT_PRIVATE, t);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_TIMEOUT_MS, (long)(seconds * 1000) + 1);
    SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
    SET(CURLOPT_HTTPHEADER, t->headers);
    SET(CURLOPT_USERAGENT, t->config->user_agent);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, t);
    SET(CURLOPT_ERRORBUFFER, t->words);
    if (t->config->ca)
        SET(CURLOPT_CAINFO, t->config->ca);
    if (share) {
        SET(CURLOPT_SHARE, share);
        SET(CURLOPT_COOKIEFILE, "");
    }
    return ok;
}

enum vol_status vol_transfer_start(struct vol_transfer *transfer, double seconds, CURLSH *share,
                                   struct vol_error *err)
{
    struct vol_transfer *t = transfer;

    vol_buf_clear(&t->raw);
    t->header_bytes = 0;
    t->too_long = t->out_of_memory = false;
    t->words[0] = '\0';
    t->type[0] = t->encoding[0] = t->etag[0] = t->modified[0] = t->location[0] = '\0';
    t->easy = curl_easy_init();
    if (!t->easy || add_headers(t) != VOL_OK || !set_options(t, seconds, share)) {
        drop_handle(t);
        return vol_error_set(err, VOL_EOS, "%s: out of memory", t->place);
    }
    return VOL_OK;
}

/* ---- what it means
 * --------------------------------------------------------------------------------------------- */

/* libcurl's words for this try: they may hold the address, keys filled in. */
static const char *curl_words(struct vol_transfer *t, CURLcode code)
{
    if (t->words[0] == '\0')
        return curl_easy_strerror(code);
    vol_secrets_mask(t->config->secrets, t->words, strlen(t->words));
    for (char *p = t->words; *p; p++)
        if ((unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f)
            *p = '?';
    return t->words;
}

/* A handshake that broke off may be a bad line; one that was refused will be refused again. */
static bool is_broken_handshake(const char *words)
{
    return strstr(words, "reset") || strstr(words, "SYSCALL") || strstr(words, "timed out");
}

static enum vol_outcome transport_failed(struct vol_transfer *t, CURLcode code, struct vol_error *err)
{
    const char *words = curl_words(t, code);

    switch (code) {
    case CURLE_OUT_OF_MEMORY:
        vol_error_set(err, VOL_EOS, "%s: out of memory", t->place);
        return VOL_OUTCOME_FAILED;
    case CURLE_SSL_CACERT_BADFILE:
        vol_error_set(err, VOL_ECONFIG, "--ca %s: %s", t->config->ca ? t->config->ca : "", words);
        return VOL_OUTCOME_FAILED;
    case CURLE_WRITE_ERROR:
        vol_error_set(err, t->out_of_memory ? VOL_EOS : VOL_EPROTOCOL,
                      t->out_of_memory ? "%s: out of memory" : "%s: the answer is longer than %zu bytes",
                      t->place, max_body(t));
        return VOL_OUTCOME_FAILED;
    case CURLE_SSL_CONNECT_ERROR:
        if (is_broken_handshake(words))
            break;
        /* fall through */
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ISSUER_ERROR:
        vol_error_set(err, VOL_EPROTOCOL, "%s: TLS: %s", t->place, words);
        return VOL_OUTCOME_FAILED;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_URL_MALFORMAT:
        vol_error_set(err, VOL_EPROTOCOL, "%s: %s", t->place, words);
        return VOL_OUTCOME_FAILED;
    default:
        break;
    }
    vol_error_set(err, VOL_EUNAVAILABLE, "%s: %s", t->place, words);
    return VOL_OUTCOME_AGAIN;
}

static enum vol_outcome redirect(struct vol_transfer *t, long http, struct vol_error *err)
{
    CURLU *url = curl_url();
    char *whole = NULL;
    struct vol_url to;
    enum vol_outcome outcome = VOL_OUTCOME_FAILED;

    if (t->redirects++ == REDIRECTS_MAX) {
        vol_error_set(err, VOL_EPROTOCOL, "%s: more than %d redirects", t->place, REDIRECTS_MAX);
    } else if (!url || curl_url_set(url, CURLUPART_URL, t->url.data, 0) != CURLUE_OK ||
               curl_url_set(url, CURLUPART_URL, t->location, 0) != CURLUE_OK ||
               curl_url_get(url, CURLUPART_URL, &whole, 0) != CURLUE_OK || t->location[0] == '\0' ||
               vol_url_parse(whole, &to) != VOL_OK) {
        vol_error_set(err, VOL_EPROTOCOL, "%s: HTTP status %ld without an address to go to", t->place, http);
    } else if (!vol_url_same_place(&t->parts, &to)) {
        vol_error_set(err, VOL_EPROTOCOL, "%s: redirects to another place, %s%s", t->place,
                      to.https ? "https://" : "http://", to.host);
    } else {
        vol_buf_clear(&t->url);
        outcome = vol_buf_add_str(&t->url, whole) == VOL_OK ? VOL_OUTCOME_REDIRECT : VOL_OUTCOME_FAILED;
        if (outcome == VOL_OUTCOME_FAILED)
            vol_error_set(err, VOL_EOS, "%s: out of memory", t->place);
    }
    curl_free(whole);
    curl_url_cleanup(url);
    return outcome;
}

/* Statuses that may be better the next time. */
static bool is_transient(long http)
{
    return http == 408 || http == 429 || http == 500 || http == 502 || http == 503 || http == 504;
}

static enum vol_outcome not_now(struct vol_transfer *t, long http, int64_t retry_after, struct vol_error *err)
{
    bool later = http == 429 || (http == 503 && retry_after > 0);

    vol_error_set(err, later ? VOL_ETEMP : VOL_EUNAVAILABLE, "%s: HTTP status %ld%s", t->place, http,
                  http == 429 ? " (too many requests)" : "");
    return VOL_OUTCOME_AGAIN;
}

static void set_type(char out[64], const char *type)
{
    size_t n = strcspn(type, "; ");

    for (size_t i = 0; i < n; i++)
        out[i] = type[i] >= 'A' && type[i] <= 'Z' ? (char)(type[i] + 'a' - 'A') : type[i];
    out[n] = '\0';
}

enum vol_status vol_transfer_unpack(const struct vol_transfer *transfer, struct vol_buf *body,
                                    struct vol_error *err)
{
    const struct vol_transfer *t = transfer;
    enum vol_status status;

    vol_buf_clear(body);
    if (t->encoding[0] == '\0' || strcasecmp(t->encoding, "identity") == 0 || t->raw.len == 0)
        status = vol_buf_add(body, t->raw.data, t->raw.len) == VOL_OK
                     ? VOL_OK
                     : vol_error_set(err, VOL_EOS, "out of memory");
    else if (strcasecmp(t->encoding, "gzip") == 0 || strcasecmp(t->encoding, "x-gzip") == 0 ||
             strcasecmp(t->encoding, "deflate") == 0)
        status = vol_inflate(t->raw.data, t->raw.len, max_body(t), body, err);
    else
        status = vol_error_set(err, VOL_EPROTOCOL, "compressed in a way that was not asked for");
    if (status != VOL_OK)
        vol_buf_clear(body);
    return status;
}

/* Open the body into the answer. */
static enum vol_outcome open_body(struct vol_transfer *t, struct vol_error *err)
{
    struct vol_buf *body = &t->answer->body;

    if (vol_transfer_unpack(t, body, err) == VOL_OK) {
        vol_secrets_mask(t->config->secrets, body->data, body->len);
        return VOL_OUTCOME_GOOD;
    }
    vol_error_prefix(err, "%s", t->place);
    return VOL_OUTCOME_FAILED;
}

static enum vol_outcome unchanged(struct vol_transfer *t, struct vol_error *err)
{
    if (!t->has_kept) {
        vol_error_set(err, VOL_EPROTOCOL, "%s: HTTP status 304 to a question that had no condition",
                      t->place);
        return VOL_OUTCOME_FAILED;
    }
    vol_buf_clear(&t->answer->body);
    if (vol_buf_add(&t->answer->body, t->kept.body.data, t->kept.body.len) != VOL_OK) {
        vol_error_set(err, VOL_EOS, "%s: out of memory", t->place);
        return VOL_OUTCOME_FAILED;
    }
    t->answer->status = t->kept.status;
    t->answer->bounded = true;
    memcpy(t->answer->type, t->kept.type, sizeof t->answer->type);
    return VOL_OUTCOME_GOOD;
}

static enum vol_outcome judge_answer(struct vol_transfer *t, int64_t retry_after, struct vol_error *err)
{
    long http = 0, version = 0;

    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &http);
    curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
    if (http == 304)
        return unchanged(t, err);
    if (http >= 300 && http < 400)
        return redirect(t, http, err);
    if (is_transient(http))
        return not_now(t, http, retry_after, err);
    if (http < 200 || http > 599) {
        vol_error_set(err, VOL_EPROTOCOL, "%s: HTTP status %ld", t->place, http);
        return VOL_OUTCOME_FAILED;
    }
    if (http > 500) {
        vol_error_set(err, VOL_EUNAVAILABLE, "%s: HTTP status %ld", t->place, http);
        return VOL_OUTCOME_FAILED;
    }
    t->answer->status = http;
    t->answer->bounded = t->has_length || t->is_chunked || version >= CURL_HTTP_VERSION_2_0;
    set_type(t->answer->type, t->type);
    return open_body(t, err);
}

enum vol_outcome vol_transfer_judge(struct vol_transfer *transfer, CURLcode code, int64_t *retry_after,
                                    struct vol_error *err)
{
    curl_off_t seconds = 0;
    enum vol_outcome outcome;

    curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds);
    *retry_after = (int64_t)seconds;
    if (code == CURLE_OK)
        outcome = judge_answer(transfer, *retry_after, err);
    else if (transfer->too_long) {
        vol_error_set(err, VOL_EPROTOCOL, "%s: the answer is longer than %zu bytes", transfer->place,
                      transfer->header_bytes > HEADER_BYTES_MAX ? (size_t)HEADER_BYTES_MAX
                                                                : max_body(transfer));
        outcome = VOL_OUTCOME_FAILED;
    } else {
        outcome = transport_failed(transfer, code, err);
    }
    drop_handle(transfer);
    return outcome;
}
