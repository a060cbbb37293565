#include "base/calendar.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

enum { CLOSED = -1, LINE_BYTES = 256, FRIDAY = 5 };

/* One line of the file without its end. */
static bool parse_line(const char *line, struct vol_calendar_day *day)
{
    const char *kind = line + 11, *end;
    size_t n;

    if (strlen(line) < 12 || line[10] != ',' || vol_date_parse(line, 10, &day->date) != VOL_OK)
        return false;
    end = strchr(kind, ',');
    n = end ? (size_t)(end - kind) : strlen(kind);
    if (n == 7 && memcmp(kind, "holiday", 7) == 0) {
        day->close = CLOSED;
        return true;
    }
    if (n != 5 || kind[2] != ':')
        return false;
    for (size_t i = 0; i < 5; i++)
        if (i != 2 && (kind[i] < '0' || kind[i] > '9'))
            return false;
    day->close = ((kind[0] - '0') * 10 + kind[1] - '0') * 3600 + ((kind[3] - '0') * 10 + kind[4] - '0') * 60;
    return kind[3] < '6' && day->close > 0 && day->close < VOL_CALENDAR_CLOSE;
}

static enum vol_status add_day(struct vol_calendar *cal, size_t *cap, struct vol_calendar_day day)
{
    if (cal->n == *cap) {
        size_t wide = *cap ? 2 * *cap : 256;
        struct vol_calendar_day *grown = realloc(cal->day, wide * sizeof *grown);

        if (!grown)
            return VOL_EOS;
        cal->day = grown;
        *cap = wide;
    }
    cal->day[cal->n++] = day;
    return VOL_OK;
}

static enum vol_status read_days(FILE *file, const char *path, struct vol_calendar *cal,
                                 struct vol_error *err)
{
    char line[LINE_BYTES];
    size_t cap = 0;

    for (size_t no = 1; fgets(line, sizeof line, file); no++) {
        struct vol_calendar_day day;
        size_t n = strcspn(line, "\r\n");

        if (line[n] == '\0' && !feof(file))
            return vol_error_set(err, VOL_ECONFIG, "%s:%zu: line too long, or a NUL in it", path, no);
        line[n] = '\0';
        if (no == 1) {
            if (strcmp(line, "date,kind,note") != 0)
                return vol_error_set(err, VOL_ECONFIG, "%s:1: expected the header date,kind,note", path);
            continue;
        }
        if (!parse_line(line, &day))
            return vol_error_set(
                err, VOL_ECONFIG,
                "%s:%zu: expected YYYY-MM-DD, then `holiday` or the hour of an early close (HH:MM)", path,
                no);
        if (cal->n > 0 && day.date <= cal->day[cal->n - 1].date)
            return vol_error_set(err, VOL_ECONFIG, "%s:%zu: dates must ascend", path, no);
        if (add_day(cal, &cap, day) != VOL_OK)
            return vol_error_set(err, VOL_EOS, "%s: out of memory", path);
    }
    if (ferror(file))
        return vol_error_set(err, VOL_ECONFIG, "%s: cannot read: %s", path, strerror(errno));
    if (cal->n == 0)
        return vol_error_set(err, VOL_ECONFIG, "%s: no days in it", path);
    return VOL_OK;
}

enum vol_status vol_calendar_load(const char *path, struct vol_calendar *calendar, struct vol_error *err)
{
    struct vol_calendar made = {0};
    FILE *file = fopen(path, "re");
    enum vol_status status;
    int year, month, day;

    if (!file)
        return vol_error_set(err, VOL_ECONFIG, "%s: cannot open: %s", path, strerror(errno));
    status = read_days(file, path, &made, err);
    fclose(file);
    if (status != VOL_OK) {
        vol_calendar_free(&made);
        return status;
    }
    vol_date_to_ymd(made.day[0].date, &year, &month, &day);
    vol_date_from_ymd(year, 1, 1, &made.first);
    vol_date_to_ymd(made.day[made.n - 1].date, &year, &month, &day);
    vol_date_from_ymd(year, 12, 31, &made.last);
    *calendar = made;
    return VOL_OK;
}

void vol_calendar_free(struct vol_calendar *calendar)
{
    free(calendar->day);
    *calendar = (struct vol_calendar){0};
}

bool vol_calendar_covers(const struct vol_calendar *calendar, int32_t date)
{
    return date >= calendar->first && date <= calendar->last;
}

/* The entry of DATE, or null. */
static const struct vol_calendar_day *find(const struct vol_calendar *cal, int32_t date)
{
    size_t lo = 0, hi = cal->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (cal->day[mid].date < date)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < cal->n && cal->day[lo].date == date ? &cal->day[lo] : NULL;
}

bool vol_calendar_is_open(const struct vol_calendar *calendar, int32_t date)
{
    int weekday = vol_date_weekday(date);
    const struct vol_calendar_day *day;

    if (weekday == 0 || weekday == 6)
        return false;
    day = find(calendar, date);
    return !day || day->close != CLOSED;
}

int32_t vol_calendar_close(const struct vol_calendar *calendar, int32_t date, int32_t normal)
{
    const struct vol_calendar_day *day = find(calendar, date);

    if (!day || day->close == CLOSED)
        return normal;
    return normal - (VOL_CALENDAR_CLOSE - day->close);
}

int32_t vol_calendar_on_or_before(const struct vol_calendar *calendar, int32_t date)
{
    while (!vol_calendar_is_open(calendar, date))
        date--;
    return date;
}

int32_t vol_calendar_on_or_after(const struct vol_calendar *calendar, int32_t date)
{
    while (!vol_calendar_is_open(calendar, date))
        date++;
    return date;
}

int32_t vol_calendar_add(const struct vol_calendar *calendar, int32_t date, int n)
{
    for (; n > 0; n--)
        date = vol_calendar_on_or_after(calendar, date + 1);
    for (; n < 0; n++)
        date = vol_calendar_on_or_before(calendar, date - 1);
    return date;
}

int32_t vol_calendar_third_friday(int year, int month)
{
    int32_t first = 0;

    vol_date_from_ymd(year, month, 1, &first);
    return first + (FRIDAY - vol_date_weekday(first) + 7) % 7 + 14;
}

int32_t vol_calendar_monthly(const struct vol_calendar *calendar, int year, int month)
{
    return vol_calendar_on_or_before(calendar, vol_calendar_third_friday(year, month));
}
