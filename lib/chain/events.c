#include "chain/events.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "record/conf.h"

enum { EVENTS_MAX = 4096 };

static enum vol_status read_event(const struct vol_conf *at, bool utc, struct vol_event_date *event,
                                  struct vol_error *err)
{
    static const char *const known[] = {"name", "date", "weight", "underlying", "time", "minutes", NULL};
    const char *name = NULL, *date = NULL, *hour = "16:00", *underlying = "";
    enum vol_status status = vol_conf_known(at, known, err);
    char instant[32];
    int64_t seconds;
    int32_t day;

    if (status != VOL_OK || (status = vol_conf_str(at, "name", true, NULL, &name, err)) != VOL_OK ||
        (status = vol_conf_str(at, "date", true, NULL, &date, err)) != VOL_OK ||
        (status = vol_conf_str(at, "time", false, NULL, &hour, err)) != VOL_OK ||
        (status = vol_conf_str(at, "underlying", false, NULL, &underlying, err)) != VOL_OK)
        return status;
    if (vol_date_parse(date, strlen(date), &day) != VOL_OK || !vol_date_has_instants(day))
        return vol_error_set(err, VOL_ECONFIG, "%s: date: expected YYYY-MM-DD, got \"%.40s\"", at->where,
                             date);
    snprintf(instant, sizeof instant, "1970-01-01T%.6s:00Z", hour);
    if (strlen(hour) != 5 || vol_time_parse(instant, strlen(instant), &seconds) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "%s: time: expected an hour as HH:MM, got \"%.40s\"",
                             at->where, hour);
    if (strlen(underlying) >= sizeof event->underlying)
        return vol_error_set(err, VOL_ECONFIG,
                             "%s: underlying: expected a name of at most %zu bytes, got \"%.40s\"", at->where,
                             sizeof event->underlying - 1, underlying);
    memcpy(event->underlying, underlying, strlen(underlying) + 1);
    event->ts = utc ? day * VOL_DAY + seconds : vol_time_new_york(day, (int32_t)(seconds / VOL_SECOND));
    return VOL_OK;
}

static int by_instant(const void *a, const void *b)
{
    const struct vol_event_date *x = a, *y = b;

    if (x->ts != y->ts)
        return x->ts < y->ts ? -1 : 1;
    return strcmp(x->underlying, y->underlying);
}

static enum vol_status read_events(const struct vol_conf *conf, struct vol_events *out, struct vol_error *err)
{
    struct vol_event_date *event;
    const char *zone = "new_york";
    struct vol_conf at;
    size_t n = 0, i;
    enum vol_status status = vol_conf_array(conf, "events", true, &n, err);

    if (status != VOL_OK ||
        (status = vol_conf_str(conf, "zone", false, "new_york|utc", &zone, err)) != VOL_OK)
        return status;
    if (n > EVENTS_MAX)
        return vol_error_set(err, VOL_ECONFIG, "%s: events: expected at most %d, got %zu", conf->where,
                             EVENTS_MAX, n);
    event = calloc(n + 1, sizeof *event);
    if (event == NULL)
        return vol_error_set(err, VOL_EOS, "%s: out of memory", conf->where);
    for (i = 0; i < n && status == VOL_OK; i++) {
        status = vol_conf_element(conf, "events", i, &at, err);
        if (status == VOL_OK)
            status = read_event(&at, strcmp(zone, "utc") == 0, &event[i], err);
    }
    if (status != VOL_OK) {
        free(event);
        return status;
    }
    qsort(event, n, sizeof event[0], by_instant);
    out->event = event;
    out->n = n;
    return VOL_OK;
}

enum vol_status vol_events_load(const char *path, struct vol_events *out, struct vol_error *err)
{
    static const char *const known[] = {"zone",        "calendar", "weekend", "holiday",
                                        "early_close", "session",  "events",  NULL};
    struct vol_conf conf = {0};
    enum vol_status status = vol_conf_load(path, &conf, err);

    if (status == VOL_OK)
        status = vol_conf_known(&conf, known, err);
    if (status == VOL_OK)
        status = read_events(&conf, out, err);
    vol_conf_free(&conf);
    return status;
}

void vol_events_free(struct vol_events *events)
{
    free(events->event);
    events->event = NULL;
    events->n = 0;
}

size_t vol_events_list(const struct vol_events *events, const char *underlying, size_t len, int64_t ts,
                       double *years)
{
    size_t i, n = 0;

    for (i = 0; i < events->n; i++) {
        const struct vol_event_date *e = &events->event[i];

        if (e->ts > ts && (e->underlying[0] == '\0' ||
                           (strlen(e->underlying) == len && memcmp(e->underlying, underlying, len) == 0)))
            years[n++] = VOL_YEARS(ts, e->ts);
    }
    return n;
}
