/* fuzz_answers.c: whatever a vendor answers, to any question of any source: no crash, a status of the
 * contract, and either no record at all or records that are JSON objects of a known kind without duplicate
 * keys, in the order of time.
 *
 * The first line of an input is the question, "SOURCE WHAT [SYMBOL]", the rest are the answers one after the
 * other, each ended by a line "@" (the last one stands for all further ones); a "!" before the question:
 * there is no key. This file is the HTTP client of the program: the functions of net/http.h are here, and
 * that of the library is not linked.
 */
#include "fuzz.h"

#include <jansson.h>

#include "base/time.h"
#include "net/http.h"
#include "source/fetch.h"

enum { LAYOUTS = 2, ASKED_MAX = 8, NAME_BYTES = 64 };

static struct vol_layout layouts[LAYOUTS];
static struct vol_source_facts facts;
static const char *answers, *answers_end; /* what is still to be said */
static int n_asked;
static bool keyed;

/* ---- the client ---- */

struct vol_http {
    int64_t now;
};

enum vol_status vol_http_new(struct vol_http **out, const struct vol_http_config *config,
                             struct vol_error *err)
{
    (void)config;
    (void)err;
    *out = malloc(sizeof **out);
    FUZZ_CHECK(*out != NULL);
    (*out)->now = INT64_C(1795176000) * VOL_SECOND;
    return VOL_OK;
}

void vol_http_free(struct vol_http *http)
{
    free(http);
}

int64_t vol_http_now(const struct vol_http *http)
{
    return http->now;
}

bool vol_http_keyed(const struct vol_http *http)
{
    (void)http;
    return keyed;
}

void vol_http_counts_get(const struct vol_http *http, struct vol_http_counts *out)
{
    (void)http;
    *out = (struct vol_http_counts){0};
}

void vol_http_refuse(struct vol_http *http)
{
    (void)http; /* nothing is recorded here */
}

void vol_http_answer_free(struct vol_http_answer *answer)
{
    vol_buf_free(&answer->body);
}

/* The next answer; a digit 4 at its beginning makes it one of status 404. */
static void say(struct vol_http_answer *a)
{
    const char *end = answers, *next = answers;

    while (end < answers_end && !(end[0] == '@' && (end + 1 == answers_end || end[1] == '\n') &&
                                  (end == answers || end[-1] == '\n')))
        end++;
    if (end + 2 < answers_end)
        next = end + 2;
    *a = (struct vol_http_answer){.status = answers < end && *answers == '4' ? 404 : 200,
                                  .body = VOL_BUF_INIT,
                                  .received = INT64_C(1795176001) * VOL_SECOND,
                                  .bounded = true};
    FUZZ_CHECK(vol_buf_add(&a->body, answers, (size_t)(end - answers - (end > answers && next > answers))) ==
               VOL_OK);
    answers = next;
}

enum vol_status vol_http_get_all(struct vol_http *http, const struct vol_http_request *request, size_t n,
                                 struct vol_http_answer *answer, struct vol_error *err)
{
    (void)http;
    if (n_asked++ >= ASKED_MAX || n > 1000)
        return vol_error_set(err, VOL_EUNAVAILABLE, "enough");
    for (size_t i = 0; i < n; i++) {
        FUZZ_CHECK(strncmp(request[i].url, "https://", 8) == 0 && strpbrk(request[i].url, " \r\n\"") == NULL);
        say(&answer[i]);
    }
    return VOL_OK;
}

/* ---- the run ---- */

static void set_up(void)
{
    size_t n;
    const struct vol_adapter *const *table = vol_adapter_table(&n);

    if (facts.contracts.n > 0)
        return;
    FUZZ_CHECK(vol_layout_load("share/layouts/fred.json", &layouts[0], NULL) == VOL_OK &&
               vol_layout_load("share/layouts/fred-index.json", &layouts[1], NULL) == VOL_OK);
    FUZZ_CHECK(vol_calendar_load("share/calendars/us-options.csv", &facts.markets, NULL) == VOL_OK);
    FUZZ_CHECK(vol_calendar_load("share/calendars/us-fed.csv", &facts.fed, NULL) == VOL_OK);
    FUZZ_CHECK(vol_contracts_load("share/contracts/options.csv", &facts.contracts, NULL) == VOL_OK);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < VOL_ADAPTER_KEYS_MAX && table[i]->keys[k].name; k++)
            FUZZ_CHECK(setenv(table[i]->keys[k].name, "canary-0123456789", 1) == 0);
}

static void check_records(const struct vol_gather *gather)
{
    struct vol_gather_item item;
    int64_t last = INT64_MIN;

    for (size_t i = 0; vol_gather_item(gather, i, &item); i++) {
        json_t *json = json_loadb(item.line.bytes, item.line.len, JSON_REJECT_DUPLICATES, NULL);

        FUZZ_CHECK(item.ts >= last);
        last = item.ts;
        FUZZ_CHECK(item.reason || json_is_object(json));
        FUZZ_CHECK(item.reason || (vol_kind_find(item.kind, strlen(item.kind)) != NULL &&
                                   strcmp(json_string_value(json_object_get(json, "kind")), item.kind) == 0));
        json_decref(json);
    }
}

/* The next word of LINE, cut at NAME_BYTES. */
static const char *word(const char **line, const char *end, char out[NAME_BYTES])
{
    size_t n = 0;

    while (*line < end && **line != ' ')
        if (n + 1 < NAME_BYTES && **line != '\0')
            out[n++] = *(*line)++;
        else
            (*line)++;
    *line += *line < end;
    out[n] = '\0';
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *line = size > 0 ? (const char *)data : "", *end = size > 0 ? memchr(line, '\n', size) : NULL;
    char name[NAME_BYTES], what[NAME_BYTES], symbol[NAME_BYTES], *symbols[] = {symbol};
    struct vol_fetch_config config = {.query = {.facts = &facts,
                                                .layouts = layouts,
                                                .n_layouts = LAYOUTS,
                                                .until = INT64_MAX,
                                                .symbols = symbols}};
    struct vol_gather *gather = NULL;
    struct vol_error err = {0};
    enum vol_status status;

    set_up();
    keyed = line[0] != '!';
    line += !keyed && end;
    if (!end || !(config.adapter = vol_adapter_find(word(&line, end, name))) ||
        !(config.query.what = vol_adapter_what_find(config.adapter, word(&line, end, what))))
        return 0;
    config.query.n_symbols = word(&line, end, symbol)[0] != '\0';
    config.query.has_since = true;
    config.query.since = INT64_C(1795000000) * VOL_SECOND;
    if (strcmp(name, "ivolatility") == 0) { /* asks a question a day */
        config.query.since = INT64_C(1764028800) * VOL_SECOND;
        config.query.until = config.query.since + VOL_DAY - 1;
        config.query.has_until = true;
    }
    if (vol_fetch_check(&config.query, NULL) != VOL_OK)
        return 0;
    answers = end + 1;
    answers_end = (const char *)data + size;
    n_asked = 0;
    status = vol_fetch_run(&config, &gather, NULL, &err);
    FUZZ_CHECK((status == VOL_OK) == (gather != NULL));
    FUZZ_CHECK(status != VOL_EINTERNAL && strstr(err.text, "canary") == NULL);
    FUZZ_CHECK(status == VOL_OK || err.text[0] != '\0');
    if (gather)
        check_records(gather);
    vol_gather_free(gather);
    return 0;
}
