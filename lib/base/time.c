#include "base/time.h"

#include <stdbool.h>

enum { EST = -5 * 3600, EDT = -4 * 3600 };

/* Days from 0000-03-01 to 1970-01-01. Years begin on 1 March inside the formulas: the leap day comes last. */
#define EPOCH_MARCH 719468

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
    static const unsigned char days[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month] + (month == 2 && is_leap(year));
}

/* The date of a day that exists. Years of 0 to 9999 are the fast case; 400 years of exactly 146097 days are
 * added and taken away so that no division sees a negative number. */
static int32_t days_of(int year, int month, int day)
{
    uint32_t y = (uint32_t)(year + 400 - (month <= 2));
    uint32_t m = (uint32_t)(month + (month > 2 ? -3 : 9));
    uint32_t n = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + (uint32_t)day - 1;

    return (int32_t)n - EPOCH_MARCH - 146097;
}

enum vol_status vol_date_from_ymd(int year, int month, int day, int32_t *date)
{
    if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return VOL_EDATA;
    *date = days_of(year, month, day);
    return VOL_OK;
}

void vol_date_to_ymd(int32_t date, int *year, int *month, int *day)
{
    int64_t z = (int64_t)date + EPOCH_MARCH;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    uint32_t doe = (uint32_t)(z - era * 146097);                          /* day of the 400 years */
    uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365; /* year of them */
    uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);               /* day from 1 March */
    uint32_t mp = (5 * doy + 2) / 153;                                    /* month from March */

    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(era * 400 + yoe) + (*month <= 2);
}

bool vol_date_has_instants(int32_t date)
{
    return date >= -106650 && date <= 106650;
}

int vol_date_weekday(int32_t date)
{
    int r = (int)(((int64_t)date + 4) % 7); /* 1970-01-01 was a Thursday */

    return r < 0 ? r + 7 : r;
}

int32_t vol_date_of_time(int64_t ts)
{
    int64_t d = ts / VOL_DAY;

    return (int32_t)(ts % VOL_DAY < 0 ? d - 1 : d);
}

/* Two digits at P, or a number of at least 100 when they are not digits. */
static inline uint32_t two(const char *p)
{
    uint32_t a = (uint32_t)(unsigned char)p[0] - '0', b = (uint32_t)(unsigned char)p[1] - '0';

    return ((a > 9) | (b > 9)) ? 100 : 10 * a + b;
}

/* YYYY-MM-DD at P. */
static inline bool parse_date(const char *p, int32_t *date)
{
    uint32_t c = two(p), y = two(p + 2), m = two(p + 5), d = two(p + 8);

    if ((c > 99) | (y > 99) | (p[4] != '-') | (p[7] != '-') | (m - 1 > 11) | (d - 1 > 30))
        return false;
    if (d > 28 && d > (uint32_t)month_days((int)(100 * c + y), (int)m))
        return false;
    *date = days_of((int)(100 * c + y), (int)m, (int)d);
    return true;
}

/* What follows the seconds: decimals and the zone. *NANOS of the decimals, *OFFSET in seconds east of UTC. */
static bool parse_tail(const char *p, const char *end, int64_t *nanos, int32_t *offset)
{
    *nanos = 0;
    *offset = 0;
    if (p < end && *p == '.') {
        int64_t scale = 100000000;
        const char *first = ++p;

        for (; p < end && *p >= '0' && *p <= '9'; p++, scale /= 10) {
            if (scale == 0)
                return false;
            *nanos += (*p - '0') * scale;
        }
        if (p == first)
            return false;
    }
    if (end - p == 1)
        return *p == 'Z' || *p == 'z';
    if (end - p == 6 && (*p == '+' || *p == '-') && p[3] == ':') {
        uint32_t h = two(p + 1), m = two(p + 4);

        if (h > 23 || m > 59)
            return false;
        *offset = (int32_t)(3600 * h + 60 * m) * (*p == '-' ? -1 : 1);
        return true;
    }
    return false;
}

enum vol_status vol_time_parse(const char *text, size_t n, int64_t *ts)
{
    int64_t nanos = 0, seconds, sum;
    int32_t date, offset = 0;
    uint32_t h, m, s;

    if (n < 20 || !parse_date(text, &date) || (text[10] != 'T' && text[10] != 't'))
        return VOL_EDATA;
    h = two(text + 11);
    m = two(text + 14);
    s = two(text + 17);
    if ((h > 23) | (m > 59) | (s > 59) | (text[13] != ':') | (text[16] != ':'))
        return VOL_EDATA;
    if ((n != 20 || text[19] != 'Z') && !parse_tail(text + 19, text + n, &nanos, &offset))
        return VOL_EDATA;
    seconds = (int64_t)date * 86400 + (int64_t)(3600 * h + 60 * m + s) - offset;
    if (seconds < 0 &&
        nanos > 0) { /* towards zero, so that the earliest instants do not overflow on the way */
        seconds++;
        nanos -= VOL_SECOND;
    }
    if (__builtin_mul_overflow(seconds, VOL_SECOND, &sum) || __builtin_add_overflow(sum, nanos, &sum))
        return VOL_EDATA;
    *ts = sum;
    return VOL_OK;
}

static inline char *put2(char *p, uint32_t x)
{
    p[0] = (char)('0' + x / 10);
    p[1] = (char)('0' + x % 10);
    return p + 2;
}

size_t vol_date_print(char out[VOL_DATE_MAX], int32_t date)
{
    int year, month, day;
    uint32_t y, top = 1000;
    char *p = out;

    vol_date_to_ymd(date, &year, &month, &day);
    if (year < 0)
        *p++ = '-';
    y = (uint32_t)(year < 0 ? -year : year);
    while (y / top > 9)
        top *= 10;
    for (; top > 0; top /= 10)
        *p++ = (char)('0' + y / top % 10);
    *p++ = '-';
    p = put2(p, (uint32_t)month);
    *p++ = '-';
    p = put2(p, (uint32_t)day);
    *p = '\0';
    return (size_t)(p - out);
}

size_t vol_time_print(char out[VOL_TIME_MAX], int64_t ts)
{
    char date_text[VOL_DATE_MAX];
    int32_t date = vol_date_of_time(ts);
    /* The product may leave int64_t by less than a day at the low end of the range: unsigned arithmetic wraps
     * back. */
    uint64_t in_day = (uint64_t)ts - (uint64_t)date * (uint64_t)VOL_DAY;
    uint32_t s = (uint32_t)(in_day / (uint64_t)VOL_SECOND);
    uint32_t nanos = (uint32_t)(in_day % (uint64_t)VOL_SECOND);
    size_t n = vol_date_print(date_text, date);
    char *p = out;

    for (size_t i = 0; i < n; i++)
        *p++ = date_text[i];
    *p++ = 'T';
    p = put2(p, s / 3600);
    *p++ = ':';
    p = put2(p, s / 60 % 60);
    *p++ = ':';
    p = put2(p, s % 60);
    if (nanos > 0) {
        uint32_t digits = nanos % 1000000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9;

        *p++ = '.';
        for (uint32_t i = 0, top = 100000000; i < digits; i++, top /= 10)
            *p++ = (char)('0' + nanos / top % 10);
    }
    *p++ = 'Z';
    *p = '\0';
    return (size_t)(p - out);
}

enum vol_status vol_date_parse(const char *text, size_t n, int32_t *date)
{
    return n == 10 && parse_date(text, date) ? VOL_OK : VOL_EDATA;
}

/* The WEEK-th Sunday of a month, or the last one when WEEK is 0. */
static int32_t sunday(int year, int month, int week)
{
    int32_t date = days_of(year, month, week > 0 ? 7 * week : month_days(year, month));

    return date - vol_date_weekday(date);
}

/* Daylight saving time in New York runs in each year of [first, last] from the Sunday of (start_month,
 * start_week) to that of (end_month, end_week), both at 2:00 of the clock that ends. */
struct rule {
    int16_t first, last;
    int8_t start_month, start_week, end_month, end_week;
};

static const struct rule rules[] = {
    {2007, INT16_MAX, 3, 2, 11, 1},                            /* Energy Policy Act of 2005 */
    {1987, 2006, 4, 1, 10, 0},                                 /* amendment of 1986 */
    {1976, 1986, 4, 0, 10, 0},                                 /* Uniform Time Act of 1966 */
    {1967, 1973, 4, 0, 10, 0},      {1955, 1966, 4, 0, 10, 0}, /* the city's own law */
    {1946, 1954, 4, 0, 9, 0},       {1921, 1941, 4, 0, 9, 0},
    {1918, 1920, 3, 0, 10, 0}, /* Standard Time Act of 1918, and the city's first year alone */
};

/* The dates between which daylight saving time of YEAR lies; false: there is none. War time (1942 to 1945,
 * without a break) and the years of the oil embargo follow no rule. */
static bool summer(int year, int32_t *start, int32_t *end)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (year >= rules[i].first && year <= rules[i].last) {
            *start = sunday(year, rules[i].start_month, rules[i].start_week);
            *end = sunday(year, rules[i].end_month, rules[i].end_week);
            return true;
        }
    }
    if (year < 1918)
        return false;
    *start = year == 1974   ? days_of(1974, 1, 6)
             : year == 1975 ? days_of(1975, 2, 23)
                            : days_of(1942, 2, 9); /* 1942 to 1945 */
    *end = year >= 1974 ? sunday(year, 10, 0) : days_of(1945, 9, 30);
    return true;
}

int64_t vol_time_new_york(int32_t date, int32_t seconds)
{
    int64_t local = (int64_t)date * 86400 + seconds, utc;
    int32_t day = (int32_t)((local >= 0 ? local : local - 86399) / 86400), start, end;
    int year, month, dom;

    vol_date_to_ymd(day, &year, &month, &dom);
    utc = local - EST;
    if (summer(year, &start, &end)) {
        int64_t from = (int64_t)start * 86400 + 2 * 3600; /* standard clock */
        int64_t to = (int64_t)end * 86400 + 2 * 3600;     /* daylight clock */

        if (local >= from && local < from + 3600)
            utc = from - EST;
        else if (local >= from && local < to)
            utc = local - EDT;
    }
    if (utc < INT64_MIN / VOL_SECOND || utc > INT64_MAX / VOL_SECOND)
        return utc < 0 ? INT64_MIN : INT64_MAX;
    return utc * VOL_SECOND;
}

void vol_time_to_new_york(int64_t ts, int32_t *date, int32_t *seconds)
{
    int64_t utc = ts / VOL_SECOND - (ts % VOL_SECOND < 0), local = utc + EST, day;
    int32_t start, end;
    int year, month, dom;

    day = (local >= 0 ? local : local - 86399) / 86400;
    vol_date_to_ymd((int32_t)day, &year, &month, &dom);
    if (summer(year, &start, &end) && utc >= (int64_t)start * 86400 + 2 * 3600 - EST &&
        utc < (int64_t)end * 86400 + 2 * 3600 - EDT) {
        local = utc + EDT;
        day = (local >= 0 ? local : local - 86399) / 86400;
    }
    *date = (int32_t)day;
    *seconds = (int32_t)(local - day * 86400);
}
