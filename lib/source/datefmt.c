#include "source/datefmt.h"

#include <stdbool.h>
#include <string.h>

#include "base/time.h"

/* Years whose every instant fits int64_t nanoseconds. */
enum { HALF_DAY = 12, FIRST_YEAR = 1678, LAST_YEAR = 2261 };

/* What the conversions found so far. */
struct found {
    int year, month, day, hour, minute, second, half; /* half: 0 none, 1 AM, 2 PM */
    bool has_hour;
    struct vol_datetime out;
};

static bool number(const char **p, const char *end, int least, int most, int *out)
{
    int x = 0, n = 0;

    while (*p < end && n < most && **p >= '0' && **p <= '9') {
        x = 10 * x + (**p - '0');
        (*p)++;
        n++;
    }
    *out = x;
    return n >= least;
}

static bool word(const char **p, const char *end, const char *expected)
{
    size_t n = strlen(expected);

    if ((size_t)(end - *p) < n || memcmp(*p, expected, n) != 0)
        return false;
    *p += n;
    return true;
}

static bool month_name(const char **p, const char *end, bool whole, int *month)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};

    for (int m = 0; m < 12; m++) {
        size_t n = whole ? strlen(names[m]) : 3;

        if ((size_t)(end - *p) >= n && memcmp(*p, names[m], n) == 0) {
            *p += n;
            *month = m + 1;
            return true;
        }
    }
    return false;
}

static bool weekday_name(const char **p, const char *end)
{
    static const char *const names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

    for (int i = 0; i < 7; i++)
        if (word(p, end, names[i]))
            return true;
    return false;
}

static bool decimals(const char **p, const char *end, int64_t *nanos)
{
    int64_t scale = VOL_SECOND / 10;
    const char *first = *p;

    *nanos = 0;
    for (; *p < end && **p >= '0' && **p <= '9' && scale > 0; (*p)++, scale /= 10)
        *nanos += (**p - '0') * scale;
    return *p > first;
}

static bool zone_name(const char **p, const char *end, struct vol_datetime *out)
{
    static const struct {
        const char *name;
        enum vol_zone zone;
        int32_t offset;
    } names[] = {{"UTC", VOL_ZONE_OFFSET, 0},         {"GMT", VOL_ZONE_OFFSET, 0},
                 {"EST", VOL_ZONE_OFFSET, -5 * 3600}, {"EDT", VOL_ZONE_OFFSET, -4 * 3600},
                 {"ET", VOL_ZONE_NEW_YORK, 0},        {"Z", VOL_ZONE_OFFSET, 0}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (word(p, end, names[i].name)) {
            out->zone = names[i].zone;
            out->offset = names[i].offset;
            return true;
        }
    }
    return false;
}

static bool zone_offset(const char **p, const char *end, struct vol_datetime *out)
{
    int sign, h, m;

    out->zone = VOL_ZONE_OFFSET;
    out->offset = 0;
    if (word(p, end, "Z"))
        return true;
    if (*p == end || (**p != '+' && **p != '-'))
        return false;
    sign = *(*p)++ == '-' ? -1 : 1;
    if (!number(p, end, 2, 2, &h))
        return false;
    (void)word(p, end, ":");
    if (!number(p, end, 2, 2, &m) || h > 23 || m > 59)
        return false;
    out->offset = sign * (h * 3600 + m * 60);
    return true;
}

static bool half_day(const char **p, const char *end, int *half)
{
    *half = word(p, end, "AM") || word(p, end, "am") ? 1 : word(p, end, "PM") || word(p, end, "pm") ? 2 : 0;
    return *half != 0;
}

/* One conversion; false: the text does not have it. */
static bool convert(char c, const char **p, const char *end, struct found *f)
{
    switch (c) {
    case 'Y':
        return number(p, end, 4, 4, &f->year);
    case 'm':
        return number(p, end, 1, 2, &f->month);
    case 'd':
        return number(p, end, 1, 2, &f->day);
    case 'b':
        return month_name(p, end, false, &f->month);
    case 'B':
        return month_name(p, end, true, &f->month);
    case 'a':
        return weekday_name(p, end);
    case 'H':
    case 'I':
        f->has_hour = true;
        return number(p, end, 1, 2, &f->hour) && (c == 'H' || (f->hour >= 1 && f->hour <= HALF_DAY));
    case 'M':
        return number(p, end, 2, 2, &f->minute);
    case 'S':
        return number(p, end, 2, 2, &f->second);
    case 'f':
        return decimals(p, end, &f->out.nanos);
    case 'p':
        return half_day(p, end, &f->half);
    case 'Z':
        return zone_name(p, end, &f->out);
    case 'z':
        return zone_offset(p, end, &f->out);
    default:
        return c == '%' && word(p, end, "%");
    }
}

/* The unit of %s, %3s, %6s or %9s, the whole of a format in [format, stop), in nanoseconds; 0: it is another.
 */
static int64_t epoch_unit(const char *format, const char *stop)
{
    static const struct {
        const char *text;
        int64_t nanos;
    } units[] = {{"%s", VOL_SECOND}, {"%3s", VOL_SECOND / 1000}, {"%6s", VOL_SECOND / 1000000}, {"%9s", 1}};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if ((size_t)(stop - format) == strlen(units[i].text) &&
            memcmp(format, units[i].text, strlen(units[i].text)) == 0)
            return units[i].nanos;
    return 0;
}

/* TEXT, so many UNITs since 1970. */
static bool parse_epoch(const char *text, size_t n, int64_t unit, struct vol_datetime *out)
{
    int64_t x = 0, ts, in_day;
    int32_t first, last;

    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9' || x > (INT64_MAX / unit - 9) / 10)
            return false;
        x = 10 * x + (text[i] - '0');
    }
    ts = x * unit;
    if (n == 0 || vol_date_from_ymd(FIRST_YEAR, 1, 1, &first) != VOL_OK ||
        vol_date_from_ymd(LAST_YEAR, 12, 31, &last) != VOL_OK || ts / VOL_DAY > last)
        return false;
    in_day = ts % VOL_DAY;
    *out = (struct vol_datetime){.date = (int32_t)(ts / VOL_DAY),
                                 .seconds = (int32_t)(in_day / VOL_SECOND),
                                 .nanos = in_day % VOL_SECOND,
                                 .zone = VOL_ZONE_OFFSET};
    return true;
}

/* The format in [format, stop). */
static bool parse_one(const char *format, const char *stop, const char *text, size_t n,
                      struct vol_datetime *out)
{
    struct found f = {.year = -1, .out = {.zone = VOL_ZONE_NONE}};
    const char *p = text, *end = text + n;
    int64_t unit = epoch_unit(format, stop);

    if (unit > 0)
        return parse_epoch(text, n, unit, out);
    for (const char *c = format; c < stop; c++) {
        if (*c == ' ') {
            if (p == end || *p != ' ')
                return false;
            while (p < end && *p == ' ')
                p++;
        } else if (*c != '%') {
            if (p == end || *p++ != *c)
                return false;
        } else if (!convert(*++c, &p, end, &f)) {
            return false;
        }
    }
    if (p != end || f.year < FIRST_YEAR || f.year > LAST_YEAR ||
        vol_date_from_ymd(f.year, f.month, f.day, &f.out.date) != VOL_OK)
        return false;
    if (f.half != 0)
        f.hour = f.hour % HALF_DAY + (f.half == 2 ? HALF_DAY : 0);
    if (f.hour > 23 || f.minute > 59 || f.second > 59)
        return false;
    f.out.seconds = f.has_hour ? f.hour * 3600 + f.minute * 60 + f.second : -1;
    *out = f.out;
    return true;
}

enum vol_status vol_datefmt_parse(const char *format, const char *text, size_t n, struct vol_datetime *out)
{
    for (;;) {
        const char *stop = strchr(format, '|');

        if (parse_one(format, stop ? stop : format + strlen(format), text, n, out))
            return VOL_OK;
        if (!stop)
            return VOL_EDATA;
        format = stop + 1;
    }
}

enum vol_status vol_datefmt_check(const char *format, struct vol_error *err)
{
    bool year = false, month = false, day = false;

    for (const char *c = format;; c++) {
        const char *stop = c == format || c[-1] == '|' ? c + strcspn(c, "|") : NULL;

        if (stop && epoch_unit(c, stop) > 0) {
            year = month = day = true;
            c = stop;
        }
        if (*c == '|' || *c == '\0') {
            if (!year || !month || !day)
                return vol_error_set(err, VOL_ECONFIG,
                                     "\"%s\": a date format needs %%Y, %%d and one of %%m %%b %%B", format);
            if (*c == '\0')
                return VOL_OK;
            year = month = day = false;
        }
        if (*c != '%')
            continue;
        c++;
        if (*c == '\0' || !strchr("YmdbBaHIMSfpZz%", *c))
            return vol_error_set(err, VOL_ECONFIG, "\"%s\": no conversion %%%c (see volpipe-layouts(5))",
                                 format, *c ? *c : ' ');
        year |= *c == 'Y';
        month |= *c == 'm' || *c == 'b' || *c == 'B';
        day |= *c == 'd';
    }
}

int64_t vol_datetime_instant(const struct vol_datetime *datetime, enum vol_zone zone)
{
    int32_t seconds = datetime->seconds < 0 ? 0 : datetime->seconds;
    int32_t offset = datetime->zone == VOL_ZONE_NONE ? 0 : datetime->offset;

    if (datetime->zone != VOL_ZONE_NONE)
        zone = datetime->zone;
    if (zone == VOL_ZONE_NEW_YORK)
        return vol_time_new_york(datetime->date, seconds) + datetime->nanos;
    return (int64_t)datetime->date * VOL_DAY + (int64_t)(seconds - offset) * VOL_SECOND + datetime->nanos;
}
