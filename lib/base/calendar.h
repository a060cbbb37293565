/* calendar.h: which days a market trades and when it closes, from a data file (share/calendars).
 *
 * Dates are days since 1970-01-01 (time.h). A calendar knows the years from that of its first entry to that
 * of its last; outside of them every weekday counts as a full trading day (vol_calendar_covers tells).
 */
#ifndef VOL_BASE_CALENDAR_H
#define VOL_BASE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vol_calendar_day {
    int32_t date;
    int32_t close; /* seconds past midnight in New York of the early close; -1: closed all day */
};

struct vol_calendar {
    struct vol_calendar_day *day; /* ascending by date */
    size_t n;
    int32_t first, last; /* the years covered, as dates: 1 January and 31 December */
};

enum { VOL_CALENDAR_CLOSE = 16 * 3600 }; /* the normal close that the file's early closes replace, New York */

/* Read PATH, a CSV `date,kind,note` (kind: `holiday` or HH:MM), ascending by date. VOL_ECONFIG with file and
 * line when it cannot be read or is not such a file, VOL_EOS. The caller frees. */
enum vol_status vol_calendar_load(const char *path, struct vol_calendar *calendar, struct vol_error *err);
void vol_calendar_free(struct vol_calendar *calendar);

bool vol_calendar_covers(const struct vol_calendar *calendar, int32_t date);
bool vol_calendar_is_open(const struct vol_calendar *calendar, int32_t date);

/* Seconds past midnight (New York) at which a market closes on DATE that closes at NORMAL on a full day. On
 * an early day every close moves by as much as that of 16:00 does (16:15 becomes 13:15). NORMAL when DATE is
 * no trading day. */
int32_t vol_calendar_close(const struct vol_calendar *calendar, int32_t date, int32_t normal);

/* The last trading day on or before DATE, and the first on or after it. */
int32_t vol_calendar_on_or_before(const struct vol_calendar *calendar, int32_t date);
int32_t vol_calendar_on_or_after(const struct vol_calendar *calendar, int32_t date);

/* DATE moved by N trading days: N > 0 counts the trading days after it, N < 0 those before it; 0 leaves it.
 */
int32_t vol_calendar_add(const struct vol_calendar *calendar, int32_t date, int n);

/* The third Friday of a month (year 0..9999, month 1..12). */
int32_t vol_calendar_third_friday(int year, int month);

/* The monthly expiration of US options: the third Friday, or the trading day before it when it is a holiday.
 */
int32_t vol_calendar_monthly(const struct vol_calendar *calendar, int year, int month);

#endif
