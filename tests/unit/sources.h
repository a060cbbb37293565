/* sources.h: what the tests of vendors' answers share: recorded bodies, the facts of share/, the records that
 * came out.
 */
#ifndef VOL_TESTS_SOURCES_H
#define VOL_TESTS_SOURCES_H

#include "unit.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/time.h"
#include "source/gather.h"

struct sources {
    struct vol_source_facts facts;
    struct vol_error err;
    struct vol_gather *gather;
    struct vol_buf text; /* the records, a line each; a reject is "REASON RAW" */
};

static inline int64_t sources_time(const char *text)
{
    int64_t ts = 0;

    UNIT(vol_time_parse(text, strlen(text), &ts) == VOL_OK);
    return ts;
}

/* The bytes of PATH; "" when it is not there. The caller frees. */
static inline struct vol_buf sources_read(const char *path)
{
    struct vol_buf body = VOL_BUF_INIT;
    FILE *in = fopen(path, "rb");
    char block[4096];
    size_t n;

    if (!in)
        return body;
    while ((n = fread(block, 1, sizeof block, in)) > 0)
        UNIT(vol_buf_add(&body, block, n) == VOL_OK);
    fclose(in);
    return body;
}

/* tests/data/sources/NAME. */
static inline struct vol_buf sources_body(const char *name)
{
    char path[512];

    snprintf(path, sizeof path, "tests/data/sources/%s", name);
    return sources_read(path);
}

/* shared/data/NAME, which lies beside the checkout (or in VOLPIPE_DATA). */
static inline struct vol_buf sources_shared(const char *name)
{
    const char *dirs[] = {getenv("VOLPIPE_DATA"), "../shared/data", "../../shared/data"};
    struct vol_buf body = VOL_BUF_INIT;
    char path[4096];

    for (size_t i = 0; i < 3 && body.len == 0; i++) {
        if (!dirs[i])
            continue;
        snprintf(path, sizeof path, "%s/%s", dirs[i], name);
        body = sources_read(path);
    }
    return body;
}

/* The body with every FROM replaced by TO. */
static inline struct vol_buf sources_edit(const char *name, const char *from, const char *to)
{
    struct vol_buf body = sources_body(name), out = VOL_BUF_INIT;
    const char *p = body.data, *found;

    UNIT(strstr(p, from) != NULL);
    while ((found = strstr(p, from)) != NULL) {
        UNIT(vol_buf_add(&out, p, (size_t)(found - p)) == VOL_OK && vol_buf_add_str(&out, to) == VOL_OK);
        p = found + strlen(from);
    }
    UNIT(vol_buf_add_str(&out, p) == VOL_OK);
    vol_buf_free(&body);
    return out;
}

static inline void sources_begin(struct sources *s, const char *source)
{
    struct vol_gather_config config = {
        .source = source, .facts = &s->facts, .since = INT64_MIN, .until = INT64_MAX};

    *s = (struct sources){.text = VOL_BUF_INIT};
    UNIT(vol_calendar_load("share/calendars/us-options.csv", &s->facts.markets, &s->err) == VOL_OK);
    UNIT(vol_calendar_load("share/calendars/us-fed.csv", &s->facts.fed, &s->err) == VOL_OK);
    UNIT(vol_contracts_load("share/contracts/options.csv", &s->facts.contracts, &s->err) == VOL_OK);
    config.facts = &s->facts;
    UNIT(vol_gather_new(&s->gather, &config, &s->err) == VOL_OK);
}

/* Finish, and give the records as text. */
static inline const char *sources_text(struct sources *s)
{
    struct vol_gather_item item;

    UNIT(vol_gather_finish(s->gather, &s->err) == VOL_OK);
    for (size_t i = 0; vol_gather_item(s->gather, i, &item); i++) {
        if (item.reason)
            UNIT(vol_buf_addf(&s->text, "%s ", item.reason) == VOL_OK);
        UNIT(vol_buf_add(&s->text, item.line.bytes, item.line.len) == VOL_OK);
        UNIT(vol_buf_add_char(&s->text, '\n') == VOL_OK);
    }
    return s->text.data;
}

static inline void sources_end(struct sources *s)
{
    vol_gather_free(s->gather);
    vol_calendar_free(&s->facts.markets);
    vol_calendar_free(&s->facts.fed);
    vol_contracts_free(&s->facts.contracts);
    vol_buf_free(&s->text);
}

#endif
