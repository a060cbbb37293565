#include "net/http.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "net/clock.h"
#include "net/url.h"

struct vol_http {
    struct vol_http_config config;
    int64_t now;
    struct vol_http_counts counts;
};

enum vol_status vol_http_new(struct vol_http **out, const struct vol_http_config *config,
                             struct vol_error *err)
{
    struct vol_http *h = calloc(1, sizeof *h);

    if (!h || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(h);
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    h->config = *config;
    h->now = vol_clock_now();
    *out = h;
    return VOL_OK;
}

enum vol_status vol_http_free(struct vol_http *http, struct vol_error *err)
{
    (void)err;
    if (http)
        curl_global_cleanup();
    free(http);
    return VOL_OK;
}

int64_t vol_http_now(const struct vol_http *http)
{
    return http->now;
}

void vol_http_counts_get(const struct vol_http *http, struct vol_http_counts *out)
{
    *out = http->counts;
}

void vol_http_answer_free(struct vol_http_answer *answer)
{
    vol_buf_free(&answer->body);
}

static size_t take(char *bytes, size_t size, size_t n, void *data)
{
    return vol_buf_add(data, bytes, size * n) == VOL_OK ? size * n : 0;
}

static enum vol_status get(struct vol_http *h, const struct vol_http_request *r, struct vol_http_answer *a,
                           struct vol_error *err)
{
    struct vol_buf url = VOL_BUF_INIT;
    struct vol_url parts;
    CURL *easy = curl_easy_init();
    CURLcode code;

    if (!easy || vol_secrets_expand(h->config.secrets, r->url, 1, &url) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    if (vol_url_parse(url.data, &parts) != VOL_OK || (!parts.https && !parts.loopback))
        return vol_error_set(err, VOL_EUSAGE, "%s: no https:// address", r->url);
    curl_easy_setopt(easy, CURLOPT_URL, url.data);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(h->config.timeout * 1000));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &a->body);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, h->config.user_agent);
    if (h->config.ca)
        curl_easy_setopt(easy, CURLOPT_CAINFO, h->config.ca);
    code = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &a->status);
    curl_easy_cleanup(easy);
    vol_buf_free(&url);
    if (code != CURLE_OK)
        return vol_error_set(err, VOL_EUNAVAILABLE, "%s: %s", parts.host, curl_easy_strerror(code));
    a->received = vol_clock_now();
    h->counts.done++;
    h->counts.bytes += a->body.len;
    return VOL_OK;
}

enum vol_status vol_http_get_all(struct vol_http *http, const struct vol_http_request *request, size_t n,
                                 struct vol_http_answer *answer, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    size_t i;

    for (i = 0; i < n && status == VOL_OK; i++) {
        answer[i] = (struct vol_http_answer){.body = VOL_BUF_INIT};
        status = get(http, &request[i], &answer[i], err);
    }
    for (size_t k = 0; status != VOL_OK && k < i; k++)
        vol_http_answer_free(&answer[k]);
    return status;
}
