#include "source/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "net/url.h"

enum vol_status vol_fetch_check(const struct vol_query *query, struct vol_error *err)
{
    const char *wants = query->what->operands;

    if (wants[0] == '\0' && query->n_symbols > 0)
        return vol_error_set(err, VOL_EUSAGE, "%s takes no operands", query->what->name);
    if (wants[0] != '\0' && wants[0] != '[' && query->n_symbols == 0)
        return vol_error_set(err, VOL_EUSAGE, "%s wants %s", query->what->name, wants);
    for (size_t i = 0; i < query->n_symbols; i++)
        if (query->symbols[i][0] == '\0' || strcmp(query->symbols[i], ".") == 0 ||
            strcmp(query->symbols[i], "..") == 0)
            return vol_error_set(err, VOL_EUSAGE, "%s: operand %zu is no name", query->what->name, i + 1);
    if (query->since > query->until)
        return vol_error_set(err, VOL_EUSAGE, "--since is later than --until");
    return VOL_OK;
}

enum vol_status vol_fetch_key(struct vol_secrets *secrets, const char *name, const char *file,
                              struct vol_error *err)
{
    char variable[128];
    const char *value;

    snprintf(variable, sizeof variable, "%s_FILE", name);
    if (!file && (file = getenv(variable)) != NULL && file[0] == '\0')
        file = NULL;
    if (file)
        return vol_secrets_read(secrets, name, file, err);
    value = getenv(name);
    if (value && value[0] != '\0')
        return vol_secrets_add(secrets, name, value, strlen(value), err);
    return VOL_NO;
}

static enum vol_status load_keys(const struct vol_fetch_config *config, struct vol_secrets *secrets,
                                 bool *has_key, struct vol_error *err)
{
    for (size_t i = 0; i < VOL_ADAPTER_KEYS_MAX && config->adapter->keys[i].name; i++) {
        const struct vol_adapter_key *key = &config->adapter->keys[i];
        enum vol_status status = vol_fetch_key(secrets, key->name, i == 0 ? config->key_file : NULL, err);

        if (status == VOL_NO && key->required)
            return vol_error_set(
                err, VOL_EPERM, "%s wants a key: set %s_FILE to the path of a 0600 file that holds it, or %s",
                config->adapter->name, key->name, key->name);
        if (status != VOL_OK && status != VOL_NO)
            return status;
        if (i == 0)
            *has_key = status == VOL_OK;
    }
    return VOL_OK;
}

/* What a recording is of: all that decides which questions are asked. */
static enum vol_status add_command(const struct vol_fetch_config *config, struct vol_buf *out)
{
    const struct vol_query *q = &config->query;
    enum vol_status status = vol_buf_addf(out, "%s %s", config->adapter->name, q->what->name);
    char ts[VOL_TIME_MAX];

    for (size_t i = 0; i < q->n_symbols && status == VOL_OK; i++) {
        status = vol_buf_add_char(out, ' ');
        if (status == VOL_OK)
            status = vol_url_add(out, q->symbols[i], strlen(q->symbols[i]));
    }
    if (q->has_since && status == VOL_OK) {
        vol_time_print(ts, q->since);
        status = vol_buf_addf(out, " --since %s", ts);
    }
    if (q->has_until && status == VOL_OK) {
        vol_time_print(ts, q->until);
        status = vol_buf_addf(out, " --until %s", ts);
    }
    if (q->depth > 0 && status == VOL_OK)
        status = vol_buf_addf(out, " --depth %lld", (long long)q->depth);
    if (q->interval > 0 && status == VOL_OK)
        status = vol_buf_addf(out, " --interval %llds", (long long)(q->interval / VOL_SECOND));
    return status;
}

/* What the client tells while it waits, with what has been gathered. */
struct watch {
    const struct vol_fetch_config *config;
    const struct vol_gather *gather;
};

static void tick(void *data, const struct vol_http_counts *counts)
{
    const struct watch *w = data;
    struct vol_gather_counts gathered;

    vol_gather_counts_get(w->gather, &gathered);
    w->config->progress(w->config->data, counts, &gathered);
}

static void note(void *data, const char *words)
{
    const struct watch *w = data;

    w->config->http.note(w->config->data, words);
}

static enum vol_status ask(const struct vol_fetch_config *config, const struct vol_query *query,
                           struct vol_http *http, struct vol_gather *gather, struct vol_error *err)
{
    struct vol_feed_config feeding = {.adapter = config->adapter, .base = config->base, .http = http};
    struct vol_feed *feed = NULL;
    enum vol_status status = vol_feed_new(&feed, &feeding, err);

    if (status == VOL_OK)
        status = config->adapter->fetch(query, feed, gather, err);
    if (status != VOL_OK)
        vol_http_refuse(http);
    vol_feed_free(feed);
    return status == VOL_OK ? vol_gather_finish(gather, err) : status;
}

enum vol_status vol_fetch_run(const struct vol_fetch_config *config, struct vol_gather **out,
                              struct vol_http_counts *counts, struct vol_error *err)
{
    struct vol_secrets secrets = {0};
    struct vol_query query = config->query;
    struct vol_http_config client = config->http;
    struct vol_gather_config gathering = {
        .source = config->adapter->name, .facts = query.facts, .since = query.since, .until = query.until};
    struct vol_gather *gather = NULL;
    struct vol_http *http = NULL;
    struct watch watch = {.config = config};
    struct vol_buf command = VOL_BUF_INIT;
    enum vol_status status;

    if (add_command(config, &command) != VOL_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    client.command = command.data;
    client.tick = config->progress ? tick : NULL;
    client.note = config->http.note ? note : NULL;
    client.data = &watch;

    client.secrets = &secrets;
    client.cookies = config->adapter->cookies;
    if (!(client.rate > 0)) {
        client.rate = config->adapter->rate;
        client.burst = config->adapter->burst;
    }
    /* A replay asks nobody: it wants no key, and goes the way of the recorded run. */
    status = client.replay_dir ? VOL_OK : load_keys(config, &secrets, &client.keyed, err);
    if (status == VOL_OK && (status = vol_gather_new(&gather, &gathering, err)) == VOL_OK &&
        (status = vol_http_new(&http, &client, err)) == VOL_OK) {
        watch.gather = gather;
        query.now = vol_http_now(http);
        query.has_key = vol_http_keyed(http);
        status = ask(config, &query, http, gather, err);
        if (counts)
            vol_http_counts_get(http, counts);
    }
    vol_http_free(http);
    vol_buf_free(&command);
    vol_secrets_free(&secrets);
    if (status == VOL_OK)
        *out = gather;
    else
        vol_gather_free(gather);
    return status;
}
