#include "chain/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/share.h"
#include "base/time.h"
#include "chain/clock_table.h"
#include "record/conf.h"

enum { EVENTS_MAX = 4096, EVENT_MINUTES = 60, DAY_MINUTES = 24 * 60, WEIGHT_MAX = 1000, PATH_BYTES = 4096 };

/* HH:MM, 00:00 to 23:59, as seconds past midnight. An absent key leaves *OUT. */
static enum vol_status read_hour(const struct vol_conf *conf, const char *key, bool required, int32_t *out,
                                 struct vol_error *err)
{
    const char *text = NULL;
    char instant[32];
    int64_t ts;
    enum vol_status status = vol_conf_str(conf, key, required, NULL, &text, err);

    if (status != VOL_OK || text == NULL)
        return status;
    snprintf(instant, sizeof instant, "1970-01-01T%.6s:00Z", text);
    if (strlen(text) != 5 || vol_time_parse(instant, strlen(instant), &ts) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "%s: %s: expected an hour as HH:MM, got \"%.40s\"",
                             conf->where, key, text);
    *out = (int32_t)(ts / VOL_SECOND);
    return VOL_OK;
}

static enum vol_status read_session(const struct vol_conf *conf, struct vol_clock_rule *rule,
                                    struct vol_error *err)
{
    static const char *const known[] = {"open", "close", "share", NULL};
    struct vol_conf at;
    enum vol_status status = vol_conf_object(conf, "session", false, &at, err);

    if (status == VOL_NO)
        return VOL_OK;
    if (status != VOL_OK || (status = vol_conf_known(&at, known, err)) != VOL_OK ||
        (status = read_hour(&at, "open", true, &rule->open, err)) != VOL_OK ||
        (status = read_hour(&at, "close", true, &rule->close, err)) != VOL_OK ||
        (status = vol_conf_num(&at, "share", true, 0, 1, &rule->share, err)) != VOL_OK)
        return status;
    if (rule->close <= rule->open)
        return vol_error_set(err, VOL_ECONFIG, "%s: close: expected an hour after `open`", at.where);
    return VOL_OK;
}

static enum vol_status read_rule(const struct vol_conf *conf, struct vol_clock_rule *rule,
                                 struct vol_error *err)
{
    const char *zone = "new_york";
    enum vol_status status;

    *rule = (struct vol_clock_rule){.weekend = 1, .early = NAN, .close = VOL_CALENDAR_CLOSE};
    if ((status = vol_conf_str(conf, "zone", false, "new_york|utc", &zone, err)) != VOL_OK ||
        (status = vol_conf_num(conf, "weekend", true, 0, WEIGHT_MAX, &rule->weekend, err)) != VOL_OK)
        return status;
    rule->utc = strcmp(zone, "utc") == 0;
    rule->holiday = rule->weekend;
    if ((status = vol_conf_num(conf, "holiday", false, 0, WEIGHT_MAX, &rule->holiday, err)) != VOL_OK ||
        (status = vol_conf_num(conf, "early_close", false, 0, WEIGHT_MAX, &rule->early, err)) != VOL_OK)
        return status;
    return read_session(conf, rule, err);
}

static enum vol_status read_calendar(const struct vol_conf *conf, const char *installed,
                                     struct vol_calendar *calendar, struct vol_error *err)
{
    const char *name = NULL;
    char file[64], path[PATH_BYTES];
    enum vol_status status = vol_conf_str(conf, "calendar", false, NULL, &name, err);

    if (status != VOL_OK)
        return status;
    if (name == NULL && (vol_conf_has(conf, "holiday") || vol_conf_has(conf, "early_close")))
        return vol_error_set(err, VOL_ECONFIG,
                             "%s: calendar: missing, expected a name of share/calendars beside `%s`",
                             conf->where, vol_conf_has(conf, "holiday") ? "holiday" : "early_close");
    if (name == NULL)
        return VOL_OK;
    if (*name == '\0' || strchr(name, '/') != NULL || strlen(name) + sizeof ".csv" > sizeof file)
        return vol_error_set(err, VOL_ECONFIG,
                             "%s: calendar: expected a name of share/calendars (us-options), got \"%.40s\"",
                             conf->where, name);
    snprintf(file, sizeof file, "%s.csv", name);
    status = vol_share_path(installed, "calendars", file, path, sizeof path, err);
    return status != VOL_OK ? status : vol_calendar_load(path, calendar, err);
}

/* The hours of an event: what the file says, else the session of a full day, else the whole day. */
static enum vol_status read_event_hours(const struct vol_conf *at, const struct vol_clock_rule *rule,
                                        struct vol_clock_event *event, struct vol_error *err)
{
    int64_t minutes = EVENT_MINUTES;
    enum vol_status status;

    event->start = rule->share > 0 ? rule->open : 0;
    event->end = rule->share > 0 ? rule->close : DAY_MINUTES * 60;
    if ((status = read_hour(at, "time", vol_conf_has(at, "minutes"), &event->start, err)) != VOL_OK ||
        (status = vol_conf_int(at, "minutes", false, 1, DAY_MINUTES, &minutes, err)) != VOL_OK)
        return status;
    if (vol_conf_has(at, "time"))
        event->end = event->start + (int32_t)minutes * 60;
    return VOL_OK;
}

static enum vol_status read_event(const struct vol_conf *at, const struct vol_clock_rule *rule,
                                  struct vol_clock_event *event, struct vol_error *err)
{
    static const char *const known[] = {"name", "date", "weight", "underlying", "time", "minutes", NULL};
    const char *name = NULL, *date = NULL, *underlying = "";
    enum vol_status status = vol_conf_known(at, known, err);

    if (status != VOL_OK || (status = vol_conf_str(at, "name", true, NULL, &name, err)) != VOL_OK ||
        (status = vol_conf_str(at, "date", true, NULL, &date, err)) != VOL_OK ||
        (status = vol_conf_num(at, "weight", true, 0, WEIGHT_MAX, &event->weight, err)) != VOL_OK ||
        (status = vol_conf_str(at, "underlying", false, NULL, &underlying, err)) != VOL_OK)
        return status;
    /* the year of the event is weighed, and its last hour may be one of the next day */
    if (vol_date_parse(date, strlen(date), &event->date) != VOL_OK ||
        !vol_date_has_instants(event->date - 366) || !vol_date_has_instants(event->date + 366))
        return vol_error_set(err, VOL_ECONFIG, "%s: date: expected YYYY-MM-DD, got \"%.40s\"", at->where,
                             date);
    if (strlen(underlying) >= sizeof event->underlying ||
        (*underlying == '\0' && vol_conf_has(at, "underlying")))
        return vol_error_set(err, VOL_ECONFIG,
                             "%s: underlying: expected a name of at most %d bytes, got \"%.40s\"", at->where,
                             VOL_CLOCK_NAME_MAX - 1, underlying);
    memcpy(event->underlying, underlying, strlen(underlying) + 1);
    return read_event_hours(at, rule, event, err);
}

static enum vol_status read_events(const struct vol_conf *conf, struct vol_clock_set *set,
                                   struct vol_error *err)
{
    struct vol_clock_event *event = NULL;
    struct vol_conf at;
    size_t n = 0;
    enum vol_status status = vol_conf_array(conf, "events", false, &n, err);

    if (status == VOL_OK && n > EVENTS_MAX)
        status = vol_error_set(err, VOL_ECONFIG, "%s: events: expected at most %d, got %zu", conf->where,
                               EVENTS_MAX, n);
    if (status != VOL_OK)
        return status;
    event = calloc(n + 1, sizeof *event);
    if (event == NULL)
        return vol_error_set(err, VOL_EOS, "%s: out of memory", conf->where);
    for (size_t i = 0; i < n && status == VOL_OK; i++) {
        status = vol_conf_element(conf, "events", i, &at, err);
        if (status == VOL_OK)
            status = read_event(&at, &set->rule, &event[i], err);
    }
    if (status == VOL_OK && vol_clock_table_events(set, event, n) != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "%s: out of memory", conf->where);
    free(event);
    return status;
}

static enum vol_status name_clock(const char *path, char out[VOL_CLOCK_NAME_MAX], struct vol_error *err)
{
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    size_t n = strlen(base);

    if (n > 5 && strcmp(base + n - 5, ".json") == 0)
        n -= 5;
    if (n == 0 || n >= VOL_CLOCK_NAME_MAX ||
        strspn(base, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") < n)
        return vol_error_set(err, VOL_ECONFIG,
                             "%s: the file's name is the clock's: expected letters, digits, `.`, `-` and "
                             "`_`, at most %d",
                             path, VOL_CLOCK_NAME_MAX - 1);
    memcpy(out, base, n);
    out[n] = '\0';
    return VOL_OK;
}

enum vol_status vol_clock_load(const char *path, const char *installed, struct vol_clock_set **out,
                               struct vol_error *err)
{
    static const char *const known[] = {"zone",        "calendar", "weekend", "holiday",
                                        "early_close", "session",  "events",  NULL};
    struct vol_clock_set *made = calloc(1, sizeof *made);
    struct vol_conf conf = {0};
    enum vol_status status;

    if (made == NULL)
        return vol_error_set(err, VOL_EOS, "%s: out of memory", path);
    if ((status = name_clock(path, made->name, err)) != VOL_OK ||
        (status = vol_conf_load(path, &conf, err)) != VOL_OK ||
        (status = vol_conf_known(&conf, known, err)) != VOL_OK ||
        (status = read_rule(&conf, &made->rule, err)) != VOL_OK ||
        (status = read_calendar(&conf, installed, &made->calendar, err)) != VOL_OK)
        goto done;
    if (vol_clock_table_days(made) != VOL_OK) {
        status = vol_error_set(err, VOL_EOS, "%s: out of memory", path);
        goto done;
    }
    status = read_events(&conf, made, err);
    if (status == VOL_OK) {
        *out = made;
        made = NULL;
    }
done:
    vol_conf_free(&conf);
    vol_clock_free(made);
    return status;
}
