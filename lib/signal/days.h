/* days.h: the past of a price, day by day, made from its bars.
 *
 * A bar is one session or a part of it: bars of one date join into the date's open, high, low and close, and
 * their squared log returns add up to the realised variance within the day. A second bar of the same instant
 * replaces the first (a correction). What lies between two days, the overnight return ln(open / close
 * before), is kept beside, free of splits and of cash dividends.
 *
 * What cannot be trusted is flagged and not mended: a bar whose high and low do not enclose its open and
 * close gives a day without a range; a jump overnight that looks like a split that nobody announced leaves
 * the day without a return. Prices are positive; a bar without a positive close is refused.
 */
#ifndef VOL_SIGNAL_DAYS_H
#define VOL_SIGNAL_DAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    VOL_DAY_OPEN_IS_CLOSE = 1, /* the open equals the close before */
    VOL_DAY_NO_RANGE = 2,      /* high = low, or not given */
    VOL_DAY_NO_OPEN = 4,       /* not given */
    VOL_DAY_BAD_BAR = 8,       /* high and low do not enclose open and close */
    VOL_DAY_SPLIT = 16,        /* looks like a split that was not announced */
    VOL_DAY_GAP = 32           /* more than a week since the day before */
};

struct vol_bar {
    double open, high, low, close; /* NaN: not given */
};

/* One date. Logarithms are of the day's own units; NaN where what they need is not known. */
struct vol_day {
    int32_t date; /* days since 1970-01-01 */
    unsigned flags;
    double close;
    double ret;       /* ln(close / close before), splits and dividends taken out; NaN on the first day */
    double overnight; /* the part of it up to the open */
    double up, down;  /* ln(high / open), ln(low / open) */
    double within;    /* ln(close / open) */
    double squares;   /* sum of the squared log returns of the day's bars, open to first close included */
    size_t bars;
};

/* The last days of one price. The one in hand may still change. */
struct vol_days {
    struct vol_day *ring; /* of `cap`; the newest is the one at (first + n - 1) % cap */
    size_t cap, first, n;
    /* The day in hand: its bars but the latest joined into one, their squares and number; the latest bar. */
    struct vol_bar joined, last;
    double joined_squares;
    size_t n_joined;
    bool bad; /* one of the joined bars was */
    int64_t last_ts;
    double before;   /* close of the day before, in units of today; NaN: none */
    double factor;   /* shares today for one at the beginning: close times it is a price without splits */
    double dividend; /* that left the unit today */
    /* Announced, for dates to come. */
    double split_ratio, dividend_amount;
    int32_t split_date, dividend_date;
    bool has_split, has_dividend, split_today;
};

/* Keep the last CAP days (2 or more). VOL_EUSAGE, VOL_EOS. */
enum vol_status vol_days_init(struct vol_days *days, size_t cap);
void vol_days_free(struct vol_days *days);

/* From EX_DATE on a unit is RATIO (> 0) new ones, or AMOUNT (>= 0) of cash has left it. To be told before the
 * first bar of that date; another announcement replaces one whose date has not come. VOL_EDATA: not such a
 * number, or a bar of that date or a later one is there already. */
enum vol_status vol_days_split(struct vol_days *days, int32_t ex_date, double ratio);
enum vol_status vol_days_dividend(struct vol_days *days, int32_t ex_date, double amount);

/* Take a bar of DATE, known at TS. VOL_EDATA: its close is not a positive number, DATE is before the latest
 * one, or TS is before the latest bar of the date; nothing is taken then. */
enum vol_status vol_days_take(struct vol_days *days, int32_t date, int64_t ts, const struct vol_bar *bar);

/* Day I back from the newest (0); I < days->n. */
const struct vol_day *vol_days_back(const struct vol_days *days, size_t i);

#endif
