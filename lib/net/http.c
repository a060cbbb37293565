#include "net/http.h"

#include <curl/curl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/time.h"
#include "net/bucket.h"
#include "net/clock.h"
#include "net/http_transfer.h"
#include "net/sha256.h"
#include "net/tape.h"

enum { PATH_BYTES = 4096, PARALLEL_DEFAULT = 4, ATTEMPT_SECONDS = 60, BACKOFF_MAX = 30, POLL_MS = 200 };

struct vol_http {
    struct vol_http_config config;
    struct vol_tape_run run;
    int64_t deadline; /* steady */
    uint64_t random;
    CURLM *multi;
    CURLSH *cookies;
    struct vol_bucket bucket;
    struct vol_tape *recording, *replay;
    struct vol_http_counts counts;
    bool has_curl;
    bool has_batch; /* the last questions were all answered */
};

/* ---- life
 * ------------------------------------------------------------------------------------------------------ */

static enum vol_status open_tapes(struct vol_http *h, struct vol_error *err)
{
    const struct vol_http_config *c = &h->config;

    if (c->record_dir && c->replay_dir)
        return vol_error_set(err, VOL_EUSAGE, "a replay is not recorded: either --record or --replay");
    if (c->replay_dir)
        return vol_tape_replay(&h->replay, c->replay_dir, c->command, &h->run, err);
    if (c->record_dir)
        return vol_tape_record(&h->recording, c->record_dir, c->command ? c->command : "", c->resume, &h->run,
                               err);
    return VOL_OK;
}

static enum vol_status open_curl(struct vol_http *h, struct vol_error *err)
{
    long parallel = h->config.parallel > 0 ? h->config.parallel : PARALLEL_DEFAULT;

    if (h->replay)
        return VOL_OK;
    h->has_curl = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (h->has_curl)
        h->multi = curl_multi_init();
    if (h->multi && h->config.cookies && (h->cookies = curl_share_init()) != NULL)
        curl_share_setopt(h->cookies, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    if (!h->multi || (h->config.cookies && !h->cookies) ||
        curl_multi_setopt(h->multi, CURLMOPT_MAX_HOST_CONNECTIONS, parallel) != CURLM_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    return VOL_OK;
}

enum vol_status vol_http_new(struct vol_http **out, const struct vol_http_config *config,
                             struct vol_error *err)
{
    struct vol_http *h = calloc(1, sizeof *h);
    enum vol_status status;

    if (!h)
        return vol_error_set(err, VOL_EOS, "out of memory");
    h->config = *config;
    h->run = (struct vol_tape_run){.begun = vol_clock_now(), .keyed = config->keyed};
    h->deadline = vol_clock_steady() + (int64_t)(config->timeout * 1e9);
    h->random = config->seed;
    vol_bucket_init(&h->bucket, config->rate, config->burst, config->rate_dir);
    if ((status = open_tapes(h, err)) == VOL_OK)
        status = open_curl(h, err);
    if (status != VOL_OK) {
        vol_http_free(h);
        return status;
    }
    *out = h;
    return VOL_OK;
}

void vol_http_free(struct vol_http *http)
{
    if (!http)
        return;
    if (http->multi)
        curl_multi_cleanup(http->multi);
    if (http->cookies)
        curl_share_cleanup(http->cookies);
    if (http->has_curl)
        curl_global_cleanup();
    vol_tape_free(http->recording);
    vol_tape_free(http->replay);
    vol_bucket_free(&http->bucket);
    free(http);
}

int64_t vol_http_now(const struct vol_http *http)
{
    return http->run.begun;
}

bool vol_http_keyed(const struct vol_http *http)
{
    return http->run.keyed;
}

void vol_http_counts_get(const struct vol_http *http, struct vol_http_counts *out)
{
    *out = http->counts;
}

void vol_http_answer_free(struct vol_http_answer *answer)
{
    vol_buf_free(&answer->body);
}

/* ---- answers that are at hand
 * ---------------------------------------------------------------------------------- */

static enum vol_status from_tape(struct vol_http_answer *a, const struct vol_tape_answer *kept)
{
    a->status = kept->status;
    a->received = kept->received;
    a->bounded = !kept->unbounded;
    memcpy(a->type, kept->type, sizeof a->type);
    vol_buf_clear(&a->body);
    return vol_buf_add(&a->body, kept->body.data, kept->body.len);
}

static const char *name_of(const struct vol_transfer *t)
{
    return t->request->name ? t->request->name : t->request->url;
}

/* VOL_NO: the tape has no answer. */
static enum vol_status play(struct vol_tape *tape, struct vol_transfer *t, struct vol_error *err)
{
    struct vol_tape_answer kept;
    enum vol_status status = vol_tape_find(tape, name_of(t), &kept, err);

    if (status != VOL_OK)
        return status;
    if (from_tape(t->answer, &kept) != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "out of memory");
    else
        t->state = VOL_TRANSFER_DONE;
    vol_tape_answer_free(&kept);
    return status;
}

/* The cache holds an answer under the SHA-256 of its address. */
static bool cache_path(const struct vol_http *h, const struct vol_transfer *t, char out[PATH_BYTES])
{
    char sum[VOL_SHA256_MAX];
    int n;

    if (!h->config.cache_dir || !t->request->cached ||
        vol_sha256(t->request->url, strlen(t->request->url), sum) != VOL_OK)
        return false;
    n = snprintf(out, PATH_BYTES, "%s/%s", h->config.cache_dir, sum);
    return n > 0 && n < PATH_BYTES;
}

/* What is not there or not as it should be is asked for anew. */
static void load_kept(const struct vol_http *h, struct vol_transfer *t)
{
    char path[PATH_BYTES];

    if (!cache_path(h, t, path))
        return;
    t->has_kept = vol_tape_read(path, &t->kept, NULL) == VOL_OK && t->kept.status == 200 &&
                  (t->kept.etag[0] || t->kept.modified[0]) && strcmp(t->kept.url.data, t->request->url) == 0;
    if (!t->has_kept) {
        vol_tape_answer_free(&t->kept);
        vol_tape_answer_init(&t->kept);
    }
}

static enum vol_status fill_tape(const struct vol_transfer *t, const char *url, struct vol_tape_answer *out)
{
    vol_tape_answer_init(out);
    out->received = t->answer->received;
    out->status = t->answer->status;
    out->final = true;
    out->unbounded = !t->answer->bounded;
    memcpy(out->type, t->answer->type, sizeof out->type);
    memcpy(out->etag, t->etag, sizeof out->etag);
    memcpy(out->modified, t->modified, sizeof out->modified);
    if (vol_buf_add_str(&out->url, url) != VOL_OK ||
        vol_buf_add(&out->body, t->answer->body.data, t->answer->body.len) != VOL_OK)
        return VOL_EOS;
    return VOL_OK;
}

/* Into the file PATH of the cache, or (null) the recording. */
static enum vol_status put_answer(struct vol_http *h, const struct vol_transfer *t, const char *url,
                                  const char *path, struct vol_error *err)
{
    struct vol_tape_answer kept;
    enum vol_status status;

    if (fill_tape(t, url, &kept) != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "out of memory");
    else
        status = path ? vol_tape_write(path, &kept, err) : vol_tape_add(h->recording, &kept, err);
    vol_tape_answer_free(&kept);
    return status;
}

static enum vol_status keep(struct vol_http *h, const struct vol_transfer *t, struct vol_error *err)
{
    char path[PATH_BYTES];
    enum vol_status status = VOL_OK;
    bool cache = t->answer->status == 200 && t->answer->bounded && (t->etag[0] || t->modified[0]) &&
                 cache_path(h, t, path);

    if (h->recording)
        status = put_answer(h, t, name_of(t), NULL, err);
    if (status == VOL_OK && cache && (status = vol_file_make_dirs(h->config.cache_dir, err)) == VOL_OK)
        status = put_answer(h, t, t->request->url, path, err);
    return status;
}

/* A try that will be followed by another is recorded with what it brought. */
static enum vol_status keep_failed(struct vol_http *h, const struct vol_transfer *t,
                                   const struct vol_error *why, long http, struct vol_error *err)
{
    struct vol_tape_answer kept;
    enum vol_status status;

    if (!h->recording)
        return VOL_OK;
    vol_tape_answer_init(&kept);
    kept.received = vol_clock_now();
    kept.status = http;
    snprintf(kept.error, sizeof kept.error, "%.200s", why->text);
    if (vol_buf_add_str(&kept.url, name_of(t)) != VOL_OK ||
        vol_transfer_unpack(t, &kept.body, NULL) == VOL_EOS) {
        status = vol_error_set(err, VOL_EOS, "out of memory");
    } else {
        vol_secrets_mask(h->config.secrets, kept.body.data, kept.body.len);
        status = vol_tape_add(h->recording, &kept, err);
    }
    vol_tape_answer_free(&kept);
    return status;
}

/* ---- tries
 * ----------------------------------------------------------------------------------------------------- */

/* SplitMix64 (Steele, Lea, Flood 2014): jitter needs no more. */
static double draw(struct vol_http *h)
{
    uint64_t z = h->random += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* When and whether there will be another try after a failure, whose words ERR has. */
static enum vol_status plan_again(struct vol_http *h, struct vol_transfer *t, int64_t retry_after,
                                  struct vol_error *err)
{
    double seconds = fmin(0.5 * pow(2, t->tries - 1), BACKOFF_MAX) * draw(h);
    int64_t now = vol_clock_steady();
    char words[sizeof err->text];

    memcpy(words, err->text, sizeof words);
    if (retry_after > 0)
        seconds += (double)retry_after;
    if (t->tries > h->config.retries)
        return t->tries > 1 ? vol_error_set(err, err->status, "%.400s (%d tries)", words, t->tries)
                            : err->status;
    if (retry_after > 0 && vol_bucket_hold(&h->bucket, t->parts.host, vol_clock_now(),
                                           vol_clock_now() + retry_after * VOL_SECOND, NULL) != VOL_OK)
        retry_after = 0; /* then this run alone knows of it */
    if (!(seconds * 1e9 < (double)(h->deadline - now))) {
        return vol_error_set(err, retry_after > 0 ? VOL_ETEMP : err->status,
                             retry_after > 0 ? "%.300s; it asks us to wait %.0f s, beyond --timeout %g"
                                             : "%.300s; the next try in %.1f s would be beyond --timeout %g",
                             words, retry_after > 0 ? (double)retry_after : seconds, h->config.timeout);
    }
    if (h->config.note) {
        snprintf(words, sizeof words, "%.300s: again in %.1f s (try %d of %d)", err->text, seconds,
                 t->tries + 1, h->config.retries + 1);
        h->config.note(h->config.data, words);
    }
    h->counts.retried++;
    t->state = VOL_TRANSFER_WAITS;
    t->has_token = false;
    t->ready = now + (int64_t)(seconds * 1e9);
    return VOL_OK;
}

/* Take a token, then start; or wait for the token. */
static enum vol_status start(struct vol_http *h, struct vol_transfer *t, struct vol_error *err)
{
    double attempt = h->config.attempt_timeout > 0 ? h->config.attempt_timeout : ATTEMPT_SECONDS;
    int64_t wait = 0, now = vol_clock_steady();
    enum vol_status status;

    if (!t->has_token) {
        if ((status = vol_bucket_take(&h->bucket, t->parts.host, vol_clock_now(), &wait, err)) != VOL_OK)
            return status;
        t->has_token = true;
        if (wait >= h->deadline - now)
            return vol_error_set(
                err, VOL_ETEMP,
                "%s: %g requests per second are allowed: the next one in %.0f s, beyond --timeout %g",
                t->place, h->config.rate, (double)wait * 1e-9, h->config.timeout);
        if (wait > 0) {
            t->ready = now + wait;
            return VOL_OK;
        }
    }
    attempt = fmin(attempt, (double)(h->deadline - now) * 1e-9);
    if ((status = vol_transfer_start(t, attempt, h->cookies, err)) != VOL_OK)
        return status;
    if (curl_multi_add_handle(h->multi, t->easy) != CURLM_OK)
        return vol_error_set(err, VOL_EOS, "%s: out of memory", t->place);
    t->tries++;
    t->state = VOL_TRANSFER_RUNS;
    return VOL_OK;
}

/* A try has ended. */
static enum vol_status finish(struct vol_http *h, struct vol_transfer *t, CURLcode code,
                              struct vol_error *err)
{
    int64_t retry_after = 0;
    struct vol_error why = {0};
    long http = 0;
    enum vol_status status;

    curl_multi_remove_handle(h->multi, t->easy);
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &http);
    switch (vol_transfer_judge(t, code, &retry_after, &why)) {
    case VOL_OUTCOME_GOOD:
        t->state = VOL_TRANSFER_DONE;
        t->answer->received = vol_clock_now();
        h->counts.done++;
        h->counts.bytes += t->answer->body.len;
        return keep(h, t, err);
    case VOL_OUTCOME_REDIRECT:
        t->state = VOL_TRANSFER_WAITS;
        t->has_token = false;
        t->tries--; /* the same try goes on elsewhere */
        return VOL_OK;
    case VOL_OUTCOME_AGAIN:
        if ((status = keep_failed(h, t, &why, http, err)) != VOL_OK)
            return status;
        status = plan_again(h, t, retry_after, &why);
        break;
    default:
        if ((status = keep_failed(h, t, &why, http, err)) != VOL_OK)
            return status;
        status = why.status;
    }
    return status == VOL_OK ? VOL_OK : vol_error_set(err, why.status, "%s", why.text);
}

/* ---- the loop
 * -------------------------------------------------------------------------------------------------- */

static enum vol_status start_ready(struct vol_http *h, struct vol_transfer *list, size_t n,
                                   struct vol_error *err)
{
    int parallel = h->config.parallel > 0 ? h->config.parallel : PARALLEL_DEFAULT;
    int64_t now = vol_clock_steady();
    enum vol_status status = VOL_OK;

    for (size_t i = 0; i < n; i++)
        parallel -= list[i].state == VOL_TRANSFER_RUNS;
    for (size_t i = 0; i < n && parallel > 0 && status == VOL_OK; i++)
        if (list[i].state == VOL_TRANSFER_WAITS && list[i].ready <= now) {
            status = start(h, &list[i], err);
            /* One that waits for its token has its place in the row already: those behind it wait too. */
            parallel -= list[i].state == VOL_TRANSFER_RUNS;
        }
    return status;
}

static enum vol_status read_messages(struct vol_http *h, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    CURLMsg *message;
    int left;

    while (status == VOL_OK && (message = curl_multi_info_read(h->multi, &left)) != NULL) {
        struct vol_transfer *t = NULL;

        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t) == CURLE_OK)
            status = finish(h, t, message->data.result, err);
    }
    return status;
}

/* Milliseconds until something is due. */
static int due_in(const struct vol_http *h, const struct vol_transfer *list, size_t n)
{
    int64_t now = vol_clock_steady(), wait = h->deadline - now;

    for (size_t i = 0; i < n; i++)
        if (list[i].state == VOL_TRANSFER_WAITS && list[i].ready > now && list[i].ready - now < wait)
            wait = list[i].ready - now;
    return wait > POLL_MS * (VOL_SECOND / 1000) ? POLL_MS : wait > 0 ? (int)(wait / 1000000) + 1 : 0;
}

static const struct vol_transfer *first_open(const struct vol_transfer *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].state != VOL_TRANSFER_DONE)
            return &list[i];
    return NULL;
}

static enum vol_status run(struct vol_http *h, struct vol_transfer *list, size_t n, struct vol_error *err)
{
    const struct vol_transfer *open;
    enum vol_status status = VOL_OK;
    int running;

    while (status == VOL_OK && (open = first_open(list, n)) != NULL) {
        if (h->config.stop && *h->config.stop)
            return vol_error_set(err, VOL_ETEMP, "%s: stopped by a signal", open->place);
        if (vol_clock_steady() >= h->deadline)
            return vol_error_set(err, VOL_EUNAVAILABLE, "%s: no whole answer within --timeout %g s",
                                 open->place, h->config.timeout);
        if ((status = start_ready(h, list, n, err)) != VOL_OK)
            break;
        if (curl_multi_perform(h->multi, &running) != CURLM_OK)
            return vol_error_set(err, VOL_EOS, "out of memory");
        status = read_messages(h, err);
        if (h->config.tick)
            h->config.tick(h->config.data, &h->counts);
        if (status == VOL_OK && first_open(list, n))
            curl_multi_poll(h->multi, NULL, 0, due_in(h, list, n), NULL);
    }
    return status;
}

/* Fill in LIST and answer what needs no network. *N_READY grows by those that must be freed. */
static enum vol_status prepare(struct vol_http *h, const struct vol_http_request *request, size_t n,
                               struct vol_http_answer *answer, struct vol_transfer *list, size_t *n_ready,
                               struct vol_error *err)
{
    enum vol_status status = VOL_OK;

    for (size_t i = 0; i < n && status == VOL_OK; i++) {
        struct vol_transfer *t = &list[i];

        (*n_ready)++;
        if ((status = vol_transfer_init(t, &h->config, &request[i], &answer[i], err)) != VOL_OK)
            break;
        h->counts.asked++;
        if (h->replay || h->recording) {
            status = play(h->replay ? h->replay : h->recording, t, err);
            if (status == VOL_NO)
                status = h->replay
                             ? vol_error_set(err, VOL_ENOINPUT, "%s: the recording %s has no answer to this",
                                             t->place, h->config.replay_dir)
                             : VOL_OK;
        }
        if (status == VOL_OK && t->state == VOL_TRANSFER_DONE) {
            h->counts.done++;
            h->counts.bytes += t->answer->body.len;
        } else if (status == VOL_OK) {
            load_kept(h, t);
        }
    }
    return status;
}

enum vol_status vol_http_get_all(struct vol_http *http, const struct vol_http_request *request, size_t n,
                                 struct vol_http_answer *answer, struct vol_error *err)
{
    struct vol_transfer *list = calloc(n ? n : 1, sizeof *list);
    enum vol_status status;
    size_t n_ready = 0;

    http->has_batch = false;
    if (!list)
        return vol_error_set(err, VOL_EOS, "out of memory");
    if (http->recording)
        vol_tape_batch(http->recording);
    status = prepare(http, request, n, answer, list, &n_ready, err);
    if (status == VOL_OK && first_open(list, n))
        status = run(http, list, n, err);
    for (size_t i = 0; i < n_ready; i++) {
        if (list[i].easy)
            curl_multi_remove_handle(http->multi, list[i].easy);
        vol_transfer_free(&list[i]);
        if (status != VOL_OK)
            vol_http_answer_free(&answer[i]);
    }
    free(list);
    http->has_batch = status == VOL_OK;
    return status;
}

void vol_http_refuse(struct vol_http *http)
{
    /* The run has failed already, with better words than that its recording could not be marked. */
    if (http->recording && http->has_batch)
        vol_tape_refuse(http->recording, NULL);
}
