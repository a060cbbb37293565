/* regime_history.h: the closes of the S&P 500, VIX and VIX9D of the data folder, 1990 to 2026, joined by
 * date. */
#ifndef VOL_TESTS_REGIME_HISTORY_H
#define VOL_TESTS_REGIME_HISTORY_H

#include <stdlib.h>

#include "base/time.h"
#include "signal/features.h"
#include "unit.h"

enum { HISTORY_MAX = 12000, HISTORY_FROM = 7305 }; /* 1990-01-01 */

static struct vol_features_day history[HISTORY_MAX];

/* The place of DATE, or -1. */
static inline long history_find(size_t n, int32_t date)
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (history[mid].date < date)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && history[lo].date == date ? (long)lo : -1;
}

/* The dates and closes (fifth column) of a file, its days written 2026-07-22 or 07/22/2026, handed to TAKE.
 */
static inline void history_read(const char *root, const char *name,
                                void (*take)(int32_t date, double close, size_t *n), size_t *n)
{
    char command[600], line[256];
    FILE *in;

    snprintf(command, sizeof command, "gzip -dc '%s/history/%s' 2>/dev/null", root, name);
    in = popen(command, "r");
    while (in != NULL && fgets(line, sizeof line, in) != NULL) {
        int a, b, c, used = 0;
        double close;
        int32_t date;

        if (sscanf(line, "%d-%d-%d,%n", &a, &b, &c, &used) == 3 && used > 0) {
            if (vol_date_from_ymd(a, b, c, &date) != VOL_OK)
                continue;
        } else if (sscanf(line, "%d/%d/%d,%n", &a, &b, &c, &used) != 3 || used == 0 ||
                   vol_date_from_ymd(c, a, b, &date) != VOL_OK) {
            continue;
        }
        if (sscanf(line + used, "%*f,%*f,%*f,%lf", &close) == 1 && date >= HISTORY_FROM)
            take(date, close, n);
    }
    if (in != NULL)
        pclose(in);
}

static inline void history_take_price(int32_t date, double close, size_t *n)
{
    if (*n < HISTORY_MAX)
        history[(*n)++] = (struct vol_features_day){date, close, NAN, NAN};
}

static inline void history_take_vix(int32_t date, double close, size_t *n)
{
    long at = history_find(*n, date);

    if (at >= 0)
        history[at].vix = close;
}

static inline void history_take_near(int32_t date, double close, size_t *n)
{
    long at = history_find(*n, date);

    if (at >= 0)
        history[at].near = close;
}

/* How many days were read, those without VIX left out; 0 where the data folder is absent. */
static inline size_t history_load(void)
{
    const char *root = getenv("VOLPIPE_DATA");
    size_t n = 0, i, kept = 0;

    root = root != NULL ? root : "../shared/data";
    history_read(root, "spx_ohlc_1927_2026.csv.gz", history_take_price, &n);
    history_read(root, "vix-daily.csv.gz", history_take_vix, &n);
    history_read(root, "VIX9D_History.csv.gz", history_take_near, &n);
    for (i = 0; i < n; i++)
        if (isfinite(history[i].vix))
            history[kept++] = history[i];
    return kept;
}

/* The days from YEAR-MONTH (month 0: January) to the end of that month (month 0: of the year): [*FROM, *TO).
 */
static inline void history_span(size_t n, int year, int month, size_t *from, size_t *to)
{
    int32_t first, last;
    size_t i;

    (void)vol_date_from_ymd(year, month > 0 ? month : 1, 1, &first);
    (void)vol_date_from_ymd(month == 0 || month == 12 ? year + 1 : year,
                            month == 0 || month == 12 ? 1 : month + 1, 1, &last);
    for (i = 0; i < n && history[i].date < first;)
        i++;
    *from = i;
    for (; i < n && history[i].date < last;)
        i++;
    *to = i;
}

#endif
