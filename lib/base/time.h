/* time.h: instants, dates and the clock of New York, without libc's time zone state.
 *
 * An instant is int64_t nanoseconds since 1970-01-01T00:00:00Z (UTC, no leap seconds; 1678 to 2261). A date
 * is int32_t days since 1970-01-01 in the proleptic Gregorian calendar.
 */
#ifndef VOL_BASE_TIME_H
#define VOL_BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define VOL_SECOND INT64_C(1000000000)
#define VOL_MINUTE (60 * VOL_SECOND)
#define VOL_DAY    (86400 * VOL_SECOND)

enum { VOL_TIME_MAX = 32, VOL_DATE_MAX = 16 }; /* bytes of any printed instant and date, NUL included */

/* Years of 365 days between two instants: the `t` of every formula (ACT/365 fixed, to the nanosecond). Any
 * two: a difference of more than 292 years does not fit int64_t, but its amount fits uint64_t. */
#define VOL_YEARS(from, to) vol_time_years((from), (to))
static inline double vol_time_years(int64_t from, int64_t to)
{
    double nanos =
        to >= from ? (double)((uint64_t)to - (uint64_t)from) : -(double)((uint64_t)from - (uint64_t)to);

    return nanos / (365.0 * 86400e9);
}

/* RFC 3339 with `Z` or an offset (converted to UTC), 0 to 9 decimals of a second; `t` and `z` are as good as
 * `T` and `Z`, a space is not. 24:00:00, second 60 and instants that do not fit are refused. VOL_EDATA. */
enum vol_status vol_time_parse(const char *text, size_t n, int64_t *ts);

/* UTC with `Z`; decimals of a second only when there are any, in groups of three. Returns the length. */
size_t vol_time_print(char out[VOL_TIME_MAX], int64_t ts);

/* YYYY-MM-DD, years 0000 to 9999 on reading. Printing returns the length. */
enum vol_status vol_date_parse(const char *text, size_t n, int32_t *date);
size_t vol_date_print(char out[VOL_DATE_MAX], int32_t date);

/* Year, month 1..12 and day 1..31, both ways. VOL_EDATA for a day that does not exist. */
enum vol_status vol_date_from_ymd(int year, int month, int day, int32_t *date);
void vol_date_to_ymd(int32_t date, int *year, int *month, int *day);

/* Whether every instant of DATE fits: 1678-01-01 to 2261-12-31. */
bool vol_date_has_instants(int32_t date);

/* 0 Sunday … 6 Saturday. */
int vol_date_weekday(int32_t date);

/* The UTC date on which TS falls. */
int32_t vol_date_of_time(int64_t ts);

/* The instant at which clocks in New York show SECONDS past midnight of DATE (1678 to 2261). The rules are
 * those of the law: US rules of 1967 and after (1974 and 1975 as decreed, 1987, 2007), the city's of 1920 to
 * 1966 with war time, the US rule of 1918 and 1919, standard time before that (also before 1883-11-18, when
 * the city kept its own mean time). In the hour that spring skips: the instant of the skip; in the hour that
 * autumn repeats: the first of the two. Outside of those years the first or last instant there is. */
int64_t vol_time_new_york(int32_t date, int32_t seconds);

/* The date and the seconds past midnight that clocks in New York show at TS. */
void vol_time_to_new_york(int64_t ts, int32_t *date, int32_t *seconds);

#endif
