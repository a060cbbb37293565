#include "notify/cooldown.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "record/conf.h"

struct vol_cooldown_entry {
    int64_t fired;
    bool armed;
};

enum { FORMAT = 1 };

void vol_cooldown_init(struct vol_cooldown *state)
{
    memset(state, 0, sizeof *state);
    vol_map_init(&state->keys);
}

void vol_cooldown_free(struct vol_cooldown *state)
{
    free(state->entries);
    vol_map_free(&state->keys);
    vol_cooldown_init(state);
}

static enum vol_status make_key(struct vol_buf *key, const char *rule, const char *symbol, size_t len)
{
    enum vol_status status = vol_buf_add(key, rule, strlen(rule) + 1);

    return status == VOL_OK ? vol_buf_add(key, symbol, len) : status;
}

static struct vol_cooldown_entry *find(const struct vol_cooldown *state, const char *rule, const char *symbol,
                                       size_t len)
{
    struct vol_buf key = VOL_BUF_INIT;
    size_t index = VOL_MAP_NONE;

    if (make_key(&key, rule, symbol, len) == VOL_OK)
        index = vol_map_find(&state->keys, key.data, key.len);
    vol_buf_free(&key);
    return index == VOL_MAP_NONE ? NULL : &state->entries[index];
}

static enum vol_status put(struct vol_cooldown *state, const char *rule, const char *symbol, size_t len,
                           struct vol_cooldown_entry entry)
{
    struct vol_buf key = VOL_BUF_INIT;
    enum vol_status status = VOL_OK;
    size_t index;

    if (state->keys.n == state->cap) {
        size_t cap = state->cap > 0 ? 2 * state->cap : 16;
        struct vol_cooldown_entry *entries = realloc(state->entries, cap * sizeof *entries);

        if (entries == NULL)
            return VOL_EOS;
        state->entries = entries;
        state->cap = cap;
    }
    status = make_key(&key, rule, symbol, len);
    if (status == VOL_OK)
        status = vol_map_add(&state->keys, key.data, key.len, &index);
    if (status == VOL_OK) {
        state->entries[index] = entry;
        state->changed = true;
    }
    vol_buf_free(&key);
    return status;
}

static enum vol_status load_entry(struct vol_cooldown *state, const struct vol_conf *conf,
                                  struct vol_error *err)
{
    static const char *const known[] = {"rule", "symbol", "fired", "armed", NULL};
    struct vol_cooldown_entry entry;
    const char *rule, *symbol, *fired;
    enum vol_status status = vol_conf_known(conf, known, err);

    if (status == VOL_OK)
        status = vol_conf_str(conf, "rule", true, NULL, &rule, err);
    if (status == VOL_OK)
        status = vol_conf_str(conf, "symbol", true, NULL, &symbol, err);
    if (status == VOL_OK)
        status = vol_conf_str(conf, "fired", true, NULL, &fired, err);
    if (status == VOL_OK)
        status = vol_conf_bool(conf, "armed", true, &entry.armed, err);
    if (status != VOL_OK)
        return status;
    if (vol_time_parse(fired, strlen(fired), &entry.fired) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "%s.fired: expected an instant, got \"%.64s\"", conf->where,
                             fired);
    status = put(state, rule, symbol, strlen(symbol), entry);
    return status == VOL_OK ? status : vol_error_set(err, status, "out of memory");
}

enum vol_status vol_cooldown_load(struct vol_cooldown *state, const char *path, struct vol_error *err)
{
    static const char *const known[] = {"format", "entries", NULL};
    struct vol_cooldown made;
    struct vol_conf conf, entry;
    enum vol_status status;
    int64_t format;
    size_t i, n = 0;

    if (access(path, F_OK) != 0)
        return VOL_OK;
    status = vol_conf_load(path, &conf, err);
    if (status != VOL_OK)
        return status;
    vol_cooldown_init(&made);
    status = vol_conf_known(&conf, known, err);
    if (status == VOL_OK)
        status = vol_conf_int(&conf, "format", true, FORMAT, FORMAT, &format, err);
    if (status == VOL_OK)
        status = vol_conf_array(&conf, "entries", true, &n, err);
    for (i = 0; i < n && status == VOL_OK; i++) {
        status = vol_conf_element(&conf, "entries", i, &entry, err);
        if (status == VOL_OK)
            status = load_entry(&made, &entry, err);
    }
    vol_conf_free(&conf);
    if (status != VOL_OK) {
        vol_cooldown_free(&made);
        return status;
    }
    vol_cooldown_free(state);
    *state = made;
    state->changed = false;
    return VOL_OK;
}

static enum vol_status add_entry(const struct vol_cooldown *state, size_t i, struct vol_buf *text)
{
    char fired[VOL_TIME_MAX];
    size_t len, rule_len;
    const char *key = vol_map_name(&state->keys, i, &len);
    enum vol_status status = vol_buf_add_str(text, i == 0 ? "\n    {\"rule\": " : ",\n    {\"rule\": ");

    rule_len = strlen(key);
    vol_time_print(fired, state->entries[i].fired);
    if (status == VOL_OK)
        status = vol_buf_add_json(text, key, rule_len);
    if (status == VOL_OK)
        status = vol_buf_add_str(text, ", \"symbol\": ");
    if (status == VOL_OK)
        status = vol_buf_add_json(text, key + rule_len + 1, len - rule_len - 1);
    if (status == VOL_OK)
        status = vol_buf_addf(text, ", \"fired\": \"%s\", \"armed\": %s}", fired,
                              state->entries[i].armed ? "true" : "false");
    return status;
}

enum vol_status vol_cooldown_save(struct vol_cooldown *state, const char *path, struct vol_error *err)
{
    struct vol_buf text = VOL_BUF_INIT;
    enum vol_status status = vol_buf_addf(&text, "{\n  \"format\": %d,\n  \"entries\": [", (int)FORMAT);
    size_t i;

    for (i = 0; i < state->keys.n && status == VOL_OK; i++)
        status = add_entry(state, i, &text);
    if (status == VOL_OK)
        status = vol_buf_add_str(&text, "\n  ]\n}\n");
    if (status != VOL_OK)
        vol_error_set(err, status, "out of memory");
    else
        status = vol_file_replace(path, text.data, text.len, err);
    if (status == VOL_OK)
        state->changed = false;
    vol_buf_free(&text);
    return status;
}

bool vol_cooldown_ready(const struct vol_cooldown *state, const char *rule, const char *symbol, size_t len,
                        int64_t ts, int64_t cooldown)
{
    const struct vol_cooldown_entry *entry = find(state, rule, symbol, len);

    /* Instants span 583 years at most, so that a difference may not fit; the comparison of the two comes
     * first. */
    if (entry == NULL)
        return true;
    return entry->armed && ts >= entry->fired && (uint64_t)ts - (uint64_t)entry->fired >= (uint64_t)cooldown;
}

enum vol_status vol_cooldown_fired(struct vol_cooldown *state, const char *rule, const char *symbol,
                                   size_t len, int64_t ts, bool disarm)
{
    struct vol_cooldown_entry entry = {ts, !disarm};

    return put(state, rule, symbol, len, entry);
}

void vol_cooldown_rearm(struct vol_cooldown *state, const char *rule, const char *symbol, size_t len)
{
    struct vol_cooldown_entry *entry = find(state, rule, symbol, len);

    if (entry != NULL && !entry->armed) {
        entry->armed = true;
        state->changed = true;
    }
}
