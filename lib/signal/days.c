#include "signal/days.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GAP_DAYS = 7 };

enum vol_status vol_days_init(struct vol_days *days, size_t cap)
{
    struct vol_day *ring;

    if (cap < 2 || cap > 1000000)
        return VOL_EUSAGE;
    ring = malloc(cap * sizeof *ring);
    if (ring == NULL)
        return VOL_EOS;
    memset(days, 0, sizeof *days);
    days->ring = ring;
    days->cap = cap;
    days->before = NAN;
    days->factor = 1;
    return VOL_OK;
}

void vol_days_free(struct vol_days *days)
{
    free(days->ring);
    memset(days, 0, sizeof *days);
}

const struct vol_day *vol_days_back(const struct vol_days *days, size_t i)
{
    return &days->ring[(days->first + days->n - 1 - i) % days->cap];
}

static struct vol_day *newest(struct vol_days *days)
{
    return &days->ring[(days->first + days->n - 1) % days->cap];
}

enum vol_status vol_days_split(struct vol_days *days, int32_t ex_date, double ratio)
{
    if (!(ratio > 0) || !isfinite(ratio) || (days->n > 0 && ex_date <= newest(days)->date))
        return VOL_EDATA;
    days->split_ratio = ratio;
    days->split_date = ex_date;
    days->has_split = true;
    return VOL_OK;
}

enum vol_status vol_days_dividend(struct vol_days *days, int32_t ex_date, double amount)
{
    if (!(amount >= 0) || !isfinite(amount) || (days->n > 0 && ex_date <= newest(days)->date))
        return VOL_EDATA;
    days->dividend_amount = amount;
    days->dividend_date = ex_date;
    days->has_dividend = true;
    return VOL_OK;
}

/* Whether a price that went from BEFORE to NOW overnight did it the way splits do: by one of the usual
 * ratios, either way, within 3 %. */
static bool like_split(double before, double now)
{
    static const double ratios[] = {1.5, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100};
    double move = fabs(log(before / now));
    size_t i;

    for (i = 0; i < sizeof ratios / sizeof ratios[0]; i++)
        if (fabs(move - log(ratios[i])) < 0.03)
            return true;
    return false;
}

/* A price of a bar as it can be used: what is not positive is not given. */
static double price(double x, bool *bad)
{
    if (isnan(x))
        return NAN;
    if (x > 0 && isfinite(x))
        return x;
    *bad = true;
    return NAN;
}

/* The bar as it can be used; true: high and low do not enclose open and close, or a price is none. */
static bool clean(const struct vol_bar *bar, struct vol_bar *out)
{
    bool bad = false;

    *out =
        (struct vol_bar){price(bar->open, &bad), price(bar->high, &bad), price(bar->low, &bad), bar->close};
    /* A last digit may differ between the vendors of open and range; the comparisons are false for NaN. */
    if (out->high < fmax(out->open, out->close) * (1 - 1e-9) ||
        out->low > fmin(out->open, out->close) * (1 + 1e-9) || out->low > out->high)
        bad = true;
    if (bad)
        out->high = out->low = NAN;
    return bad;
}

/* Begin the day of DATE behind the one in hand. */
static void begin_day(struct vol_days *days, int32_t date)
{
    struct vol_day *day;

    days->before = days->n > 0 ? newest(days)->close : NAN;
    days->dividend = 0;
    days->split_today = days->has_split && date >= days->split_date;
    if (days->split_today) {
        days->before /= days->split_ratio;
        days->factor *= days->split_ratio;
        days->has_split = false;
    }
    if (days->has_dividend && date >= days->dividend_date) {
        days->dividend = days->dividend_amount;
        days->has_dividend = false;
    }
    if (days->n == days->cap)
        days->first = (days->first + 1) % days->cap;
    else
        days->n++;
    day = newest(days);
    *day = (struct vol_day){.date = date};
    if (days->n > 1 && date - vol_days_back(days, 1)->date > GAP_DAYS)
        day->flags |= VOL_DAY_GAP;
    days->n_joined = 0;
    days->joined_squares = 0;
    days->bad = false;
}

/* The latest bar is done: it joins those before it. */
static void join_last(struct vol_days *days)
{
    struct vol_bar *all = &days->joined, last;
    double r;

    days->bad |= clean(&days->last, &last);
    r = log(last.close / (days->n_joined > 0 ? all->close : last.open));
    days->joined_squares += r * r;
    if (days->n_joined++ == 0) {
        *all = last;
        return;
    }
    /* A range that one of them lacks is not known: no fmax, which would pass over a NaN. */
    all->high = last.high > all->high || isnan(last.high) ? last.high : all->high;
    all->low = last.low < all->low || isnan(last.low) ? last.low : all->low;
    all->close = last.close;
}

static void flag_day(const struct vol_days *days, struct vol_day *day, double open, double range)
{
    if (isnan(open))
        day->flags |= VOL_DAY_NO_OPEN;
    else if (open == days->before)
        day->flags |= VOL_DAY_OPEN_IS_CLOSE;
    if (!(range > 0))
        day->flags |= VOL_DAY_NO_RANGE;
}

/* The day in hand, from the joined bars and the latest one. */
static void sum_up(struct vol_days *days)
{
    struct vol_days whole = *days; /* a copy whose latest bar is joined too */
    struct vol_day *day = newest(days);
    double open, first;

    join_last(&whole);
    open = whole.joined.open;
    day->flags &= VOL_DAY_GAP;
    day->flags |= whole.bad ? VOL_DAY_BAD_BAR : 0;
    flag_day(days, day, open, log(whole.joined.high / whole.joined.low));
    day->close = whole.joined.close;
    day->bars = whole.n_joined;
    day->squares = whole.joined_squares;
    day->up = log(whole.joined.high / open);
    day->down = log(whole.joined.low / open);
    day->within = log(day->close / open);
    day->overnight = log((open + days->dividend) / days->before);
    first = isnan(open) ? day->close : open;
    day->ret = log((first + days->dividend) / days->before) + (isnan(open) ? 0 : day->within);
    if (!days->split_today && like_split(days->before, first)) {
        day->flags |= VOL_DAY_SPLIT;
        day->ret = day->overnight = NAN;
    }
}

enum vol_status vol_days_take(struct vol_days *days, int32_t date, int64_t ts, const struct vol_bar *bar)
{
    bool first = days->n == 0 || date > newest(days)->date;

    if (!(bar->close > 0) || !isfinite(bar->close) || (days->n > 0 && date < newest(days)->date) ||
        (!first && ts < days->last_ts))
        return VOL_EDATA;
    if (first)
        begin_day(days, date);
    else if (ts > days->last_ts)
        join_last(days);
    days->last = *bar;
    days->last_ts = ts;
    sum_up(days);
    return VOL_OK;
}
