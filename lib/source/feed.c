#include "source/feed.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "source/adapter.h"

enum { PLACE_BYTES = 200 };

struct vol_feed {
    struct vol_feed_config config;
    struct vol_url base;
    struct vol_map asked; /* addresses of this run */
    struct vol_http_answer *answer;
    char (*place)[PLACE_BYTES];
    size_t n_answers;
};

static void forget(struct vol_feed *feed)
{
    for (size_t i = 0; i < feed->n_answers; i++)
        vol_http_answer_free(&feed->answer[i]);
    free(feed->answer);
    free(feed->place);
    feed->answer = NULL;
    feed->place = NULL;
    feed->n_answers = 0;
}

enum vol_status vol_feed_new(struct vol_feed **out, const struct vol_feed_config *config,
                             struct vol_error *err)
{
    const char *base = config->base ? config->base : config->adapter->base;
    struct vol_feed *f = calloc(1, sizeof *f);

    if (!f)
        return vol_error_set(err, VOL_EOS, "out of memory");
    f->config = *config;
    vol_map_init(&f->asked);
    if (vol_url_parse(base, &f->base) != VOL_OK || strpbrk(f->base.path, "?#")) {
        vol_feed_free(f);
        return vol_error_set(err, VOL_EUSAGE, "%s: no http:// or https:// base address", base);
    }
    *out = f;
    return VOL_OK;
}

void vol_feed_free(struct vol_feed *feed)
{
    if (!feed)
        return;
    forget(feed);
    vol_map_free(&feed->asked);
    free(feed);
}

/* ---- addresses
 * ------------------------------------------------------------------------------------------------- */

static bool may_ask(const struct vol_feed *f, const struct vol_url *url)
{
    const struct vol_adapter *a = f->config.adapter;
    struct vol_url own;

    if (vol_url_same_place(&f->base, url) ||
        (vol_url_parse(a->base, &own) == VOL_OK && vol_url_same_place(&own, url)))
        return true;
    for (size_t i = 0; i < VOL_ADAPTER_HOSTS_MAX && a->hosts[i]; i++)
        if (vol_url_parse(a->hosts[i], &own) == VOL_OK && vol_url_same_place(&own, url))
            return true;
    return false;
}

static enum vol_status join(const char *base, const char *path, struct vol_buf *out, struct vol_error *err)
{
    size_t n = strlen(base);

    n -= n > 0 && base[n - 1] == '/' && path[0] == '/';
    if (vol_buf_add(out, base, n) != VOL_OK || vol_buf_add_str(out, path) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    return VOL_OK;
}

/* The whole address of URL; with a base of the user's, every host is that one. NAME: as it is without one,
 * so that a recording does not depend on it. */
static enum vol_status address(const struct vol_feed *f, const char *url, struct vol_buf *out,
                               struct vol_buf *name, struct vol_error *err)
{
    const char *own = f->config.adapter->base, *base = f->config.base ? f->config.base : own;
    enum vol_status status;
    struct vol_url parts;

    if (url[0] != '/') {
        if (vol_url_parse(url, &parts) != VOL_OK)
            return vol_error_set(err, VOL_EPROTOCOL, "%.100s: no address", url);
        if (!may_ask(f, &parts))
            return vol_error_set(err, VOL_EPROTOCOL, "%s: sends us to another host, %s", f->base.host,
                                 parts.host);
        if (!f->config.base || !vol_url_same_place(&f->base, &parts)) {
            status = join(url, "", name, err);
            return status == VOL_OK
                       ? join(f->config.base ? base : url, f->config.base ? parts.path : "", out, err)
                       : status;
        }
        /* The server that stands in for the vendor names itself, perhaps with the path of its base. */
        url = parts.path;
        if (strncmp(url, f->base.path, strlen(f->base.path)) == 0 && f->base.path[0] && f->base.path[1])
            url += strlen(f->base.path);
    }
    status = join(own, url, name, err);
    return status == VOL_OK ? join(base, url, out, err) : status;
}

/* Host and path, for words. */
static void set_place(char out[PLACE_BYTES], const char *url)
{
    const char *host = strstr(url, "://");

    host = host ? host + 3 : url;
    snprintf(out, PLACE_BYTES, "%.*s", (int)strcspn(host, "?#"), host);
}

/* ---- answers
 * --------------------------------------------------------------------------------------------------- */

static const char *first_text(const json_t *root)
{
    static const char *const keys[] = {"error_message", "message", "error", "errorMessage", "detail", "msg"};
    const json_t *inner = json_object_get(root, "error");

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (json_is_string(json_object_get(root, keys[i])))
            return json_string_value(json_object_get(root, keys[i]));
    return json_is_object(inner) ? first_text(inner) : NULL;
}

/* The vendor's own words, if its answer is JSON with a message. */
static void find_words(const char *body, size_t n, char words[VOL_REFUSED_WORDS_MAX])
{
    json_t *root = json_loadb(body, n, 0, NULL);
    const char *text = first_text(root);

    snprintf(words, VOL_REFUSED_WORDS_MAX, "%s", text ? text : "");
    json_decref(root);
}

static enum vol_status by_default(long http)
{
    switch (http) {
    case 401:
    case 403:
        return VOL_EPERM;
    case 400:
    case 404:
    case 410:
    case 422:
        return VOL_ENOINPUT;
    default:
        return VOL_EPROTOCOL;
    }
}

static enum vol_status refused(const struct vol_feed *f, const struct vol_http_answer *a, const char *place,
                               struct vol_error *err)
{
    const struct vol_adapter *adapter = f->config.adapter;
    char words[VOL_REFUSED_WORDS_MAX] = "";
    enum vol_status status = VOL_OK;

    if (adapter->refused)
        status = adapter->refused(a->status, a->body.data, a->body.len, words);
    else
        find_words(a->body.data, a->body.len, words);
    for (char *p = words; *p; p++)
        if ((unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f)
            *p = '?';
    return vol_error_set(err, status == VOL_OK ? by_default(a->status) : status, "%s: HTTP status %ld%s%s",
                         place, a->status, words[0] ? ": " : "", words);
}

static enum vol_status check(const struct vol_feed *f, const struct vol_feed_request *r,
                             const struct vol_http_answer *a, const char *place, struct vol_error *err)
{
    const char *p = a->body.data, *end = p + a->body.len;

    if (a->status < 200 || a->status > 299)
        return r->any_status && a->status >= 400 && a->status < 500 ? VOL_OK : refused(f, a, place, err);
    if (r->body != VOL_FEED_JSON && !a->bounded)
        return vol_error_set(err, VOL_EPROTOCOL, "%s: an answer without a length: a cut would not be seen",
                             place);
    if (r->body == VOL_FEED_TEXT || a->status == 204) /* no content, by its own word */
        return VOL_OK;
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    if (p == end)
        return vol_error_set(err, VOL_EPROTOCOL, "%s: an empty answer", place);
    if (*p == '<')
        return vol_error_set(err, VOL_EPROTOCOL, "%s: expected %s, got HTML", place,
                             r->body == VOL_FEED_JSON ? "JSON" : "CSV");
    if (r->body == VOL_FEED_CSV && end[-1] != '\n')
        return vol_error_set(err, VOL_EPROTOCOL, "%s: the last line has no end: the answer was cut", place);
    return VOL_OK;
}

/* ---- questions
 * ------------------------------------------------------------------------------------------------- */

/* Note the address; one that was noted before means that pages lead back to an earlier one. */
static enum vol_status note(struct vol_feed *f, const char *url, const char *place, struct vol_error *err)
{
    size_t before = f->asked.n, index;

    if (vol_map_add(&f->asked, url, strlen(url), &index) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    if (f->asked.n == before)
        return vol_error_set(err, VOL_EPROTOCOL, "%s: sends us back to a page that we have had", place);
    return VOL_OK;
}

static enum vol_status ask(struct vol_feed *f, const struct vol_feed_request *request, size_t n,
                           struct vol_http_request *http, struct vol_buf *urls, struct vol_error *err)
{
    enum vol_status status = VOL_OK;

    for (size_t i = 0; i < n && status == VOL_OK; i++) {
        if ((status = address(f, request[i].url, &urls[2 * i], &urls[2 * i + 1], err)) == VOL_OK) {
            set_place(f->place[i], urls[2 * i].data);
            status = note(f, urls[2 * i].data, f->place[i], err);
        }
        http[i] = (struct vol_http_request){.url = urls[2 * i].data,
                                            .name = urls[2 * i + 1].data,
                                            .headers = request[i].headers,
                                            .cached = request[i].cached};
    }
    if (status != VOL_OK)
        return status;
    if ((status = vol_http_get_all(f->config.http, http, n, f->answer, err)) != VOL_OK)
        return status;
    f->n_answers = n;
    for (size_t i = 0; i < n && status == VOL_OK; i++)
        status = check(f, &request[i], &f->answer[i], f->place[i], err);
    return status;
}

enum vol_status vol_feed_get_all(struct vol_feed *feed, const struct vol_feed_request *request, size_t n,
                                 struct vol_feed_answer *answer, struct vol_error *err)
{
    struct vol_http_request *http = calloc(n ? n : 1, sizeof *http);
    struct vol_buf *urls = calloc(n ? 2 * n : 1, sizeof *urls);
    enum vol_status status;

    forget(feed);
    feed->answer = calloc(n ? n : 1, sizeof *feed->answer);
    feed->place = calloc(n ? n : 1, sizeof *feed->place);
    if (!http || !urls || !feed->answer || !feed->place) {
        status = vol_error_set(err, VOL_EOS, "out of memory");
    } else {
        for (size_t i = 0; i < 2 * n; i++)
            vol_buf_init(&urls[i]);
        status = ask(feed, request, n, http, urls, err);
        for (size_t i = 0; i < 2 * n; i++)
            vol_buf_free(&urls[i]);
    }
    free(http);
    free(urls);
    for (size_t i = 0; i < n && status == VOL_OK; i++)
        answer[i] = (struct vol_feed_answer){.body = feed->answer[i].body.data,
                                             .len = feed->answer[i].body.len,
                                             .status = feed->answer[i].status,
                                             .received = feed->answer[i].received,
                                             .place = feed->place[i]};
    return status;
}

enum vol_status vol_feed_get(struct vol_feed *feed, const struct vol_feed_request *request,
                             struct vol_feed_answer *answer, struct vol_error *err)
{
    return vol_feed_get_all(feed, request, 1, answer, err);
}

enum vol_status vol_feed_blame(const struct vol_feed_answer *answer, enum vol_status status,
                               struct vol_error *err)
{
    if (status != VOL_OK)
        vol_error_prefix(err, "%s", answer->place);
    return status;
}
