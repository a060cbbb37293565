#include "chain/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "chain/clock_table.h"

const char *vol_clock_name(const struct vol_clock_set *set)
{
    return set->name;
}

void vol_clock_free(struct vol_clock_set *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->n_clocks; i++)
        free(set->clock[i].corner);
    free(set->clock);
    free(set->day);
    vol_calendar_free(&set->calendar);
    free(set);
}

/* ---- days
 * --------------------------------------------------------------------------------------------------- */

static int64_t instant(const struct vol_clock_rule *rule, int32_t date, int32_t seconds)
{
    return rule->utc ? (int64_t)date * VOL_DAY + (int64_t)seconds * VOL_SECOND
                     : vol_time_new_york(date, seconds);
}

/* The share of a full session's length that is left of one that ends at CLOSE. */
static double left_of_session(const struct vol_clock_rule *rule, int32_t close)
{
    return close > rule->open ? (double)(close - rule->open) / (double)(rule->close - rule->open) : 0;
}

/* The weight of DATE in trading days. *DAY: its session. */
static double weigh(const struct vol_clock_set *set, int32_t date, struct vol_clock_day *day)
{
    const struct vol_clock_rule *rule = &set->rule;
    int weekday = vol_date_weekday(date);
    int32_t moved;
    double left, whole;

    day->close = 0;
    day->share = 0;
    if (weekday == 0 || weekday == 6)
        return rule->weekend;
    if (!vol_calendar_is_open(&set->calendar, date))
        return rule->holiday;
    moved = vol_calendar_close(&set->calendar, date, rule->close) - rule->close;
    left = rule->share > 0 ? left_of_session(rule, rule->close + moved) : 1;
    whole = 1 - rule->share + rule->share * left; /* what the day is worth when nothing else is said */
    if (rule->share > 0 && left > 0) {
        day->close = rule->close + moved;
        day->share = rule->share * left / whole;
    }
    if (moved == 0)
        return 1;
    return isnan(rule->early) ? whole : rule->early;
}

static int32_t new_year(int32_t date, int32_t *next)
{
    int year, month, day;
    int32_t first = date;

    vol_date_to_ymd(date, &year, &month, &day);
    vol_date_from_ymd(year, 1, 1, &first);
    *next = first + (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365);
    return first;
}

/* The weights of N days from DATE on where the calendar says nothing. */
static double weigh_weekdays(const struct vol_clock_rule *rule, int32_t date, int32_t n)
{
    double sum = n / 7 * (5 + 2 * rule->weekend);
    int weekday = vol_date_weekday(date);

    for (int32_t i = 0; i < n % 7; i++, weekday = (weekday + 1) % 7)
        sum += weekday == 0 || weekday == 6 ? rule->weekend : 1;
    return sum;
}

/* Where a year of LENGTH nanoseconds from START stands after DONE of its TOTAL weight. */
static int64_t share_out(int64_t start, int64_t length, double done, double total)
{
    return start + (int64_t)((double)length * (done / total) + 0.5);
}

/* The day of DATE, any date that has instants and is not in the table. */
static struct vol_clock_day make_day(const struct vol_clock_set *set, int32_t date)
{
    int64_t start;
    struct vol_clock_day day;
    int32_t next, first = new_year(date, &next);

    start = instant(&set->rule, first, 0);
    weigh(set, date, &day);
    day.start = instant(&set->rule, date, 0);
    day.at = share_out(start, instant(&set->rule, next, 0) - start,
                       weigh_weekdays(&set->rule, first, date - first),
                       weigh_weekdays(&set->rule, first, next - first));
    return day;
}

enum vol_status vol_clock_table_days(struct vol_clock_set *set)
{
    const struct vol_clock_rule *rule = &set->rule;
    int32_t date = set->calendar.first, last = set->calendar.last;
    size_t n = set->calendar.n > 0 ? (size_t)(last - date + 1) : 0;

    set->rule.plain = rule->weekend == 1 && rule->share == 0 &&
                      (n == 0 || (rule->holiday == 1 && (isnan(rule->early) || rule->early == 1)));
    if (n == 0 || rule->plain)
        return VOL_OK;
    set->day = malloc((n + 1) * sizeof *set->day);
    if (set->day == NULL)
        return VOL_EOS;
    while (date <= last) { /* year by year: first the weights, then what they are worth */
        struct vol_clock_day *day = set->day + (date - set->calendar.first);
        int32_t next, first = new_year(date, &next);
        int64_t start = instant(rule, first, 0), length = instant(rule, next, 0) - start;
        double weight[366], total = 0, done = 0;

        for (int32_t i = 0; i < next - first; i++)
            total += weight[i] = weigh(set, first + i, &day[i]);
        for (int32_t i = 0; i < next - first; done += weight[i++]) {
            day[i].start = instant(rule, first + i, 0);
            day[i].at = share_out(start, length, done, total);
        }
        day[next - first] = (struct vol_clock_day){.start = start + length, .at = start + length};
        date = next;
    }
    set->n_days = n;
    return VOL_OK;
}

/* The day of TS and the one behind it; false: time itself is the clock there. */
static bool find_days(const struct vol_clock_set *set, int64_t ts, struct vol_clock_day day[2])
{
    int32_t date, seconds;

    if (set->rule.plain)
        return false;
    if (set->n_days > 0 && ts >= set->day[0].start && ts < set->day[set->n_days].start) {
        /* no day begins more than an hour beside the even ones */
        size_t i = (size_t)((ts - set->day[0].start) / VOL_DAY);

        while (set->day[i].start > ts)
            i--;
        while (set->day[i + 1].start <= ts)
            i++;
        day[0] = set->day[i];
        day[1] = set->day[i + 1];
        return true;
    }
    if (set->rule.utc)
        date = vol_date_of_time(ts);
    else
        vol_time_to_new_york(ts, &date, &seconds);
    if (!vol_date_has_instants(date))
        return false;
    day[0] = make_day(set, date);
    day[1] = (struct vol_clock_day){0};
    day[1].start = day[1].at = instant(&set->rule, date + 1, 0); /* of a day that begins a year */
    if (vol_date_has_instants(date + 1))
        day[1] = make_day(set, date + 1);
    return true;
}

/* What lies of a day before an instant. */
struct day_part {
    double worth, share;      /* variance time of the whole day, and the session's part of it */
    int64_t length, session;  /* of the day and of its session, in time */
    int64_t passed, in_there; /* time since midnight, and how much of it in the session */
    bool open;                /* the session is on */
};

static struct day_part part_of(const struct vol_clock_rule *rule, const struct vol_clock_day day[2],
                               int64_t ts)
{
    struct day_part p = {.worth = (double)(day[1].at - day[0].at)};

    p.length = day[1].start - day[0].start;
    p.passed = ts - day[0].start;
    p.share = floor(p.worth * day[0].share);
    if (day[0].close > 0) {
        /* clocks change on Sundays; a weekday on which they do (in 1942) has its session an hour off */
        int64_t opens = rule->open * VOL_SECOND, closes = day[0].close * VOL_SECOND;

        p.session = closes - opens;
        p.in_there = p.passed <= opens ? 0 : p.passed >= closes ? p.session : p.passed - opens;
        p.open = p.passed >= opens && p.passed < closes;
    }
    return p;
}

/* PART of WHOLE, of which WORTH is the value: monotone in PART, and WORTH at the end. */
static int64_t prorate(double worth, int64_t part, int64_t whole)
{
    return whole > 0 ? (int64_t)(worth * ((double)part / (double)whole) + 0.5) : 0;
}

/* Variance time of the days at TS. */
static int64_t days_at(const struct vol_clock_set *set, int64_t ts)
{
    struct vol_clock_day day[2];
    struct day_part p;

    if (!find_days(set, ts, day))
        return ts;
    p = part_of(&set->rule, day, ts);
    return day[0].at + prorate(p.share, p.in_there, p.session) +
           prorate(p.worth - p.share, p.passed - p.in_there, p.length - p.session);
}

static double days_speed(const struct vol_clock_set *set, int64_t ts)
{
    struct vol_clock_day day[2];
    struct day_part p;

    if (!find_days(set, ts, day))
        return 1;
    p = part_of(&set->rule, day, ts);
    return p.open ? p.share / (double)p.session : (p.worth - p.share) / (double)(p.length - p.session);
}

/* ---- events
 * ------------------------------------------------------------------------------------------------- */

/* An event with its instants and its worth in variance time. */
struct span {
    int64_t start, end, worth;
};

/* What a trading day of weight 1 is worth in the year of DATE. */
static double trading_day(const struct vol_clock_set *set, int32_t date)
{
    struct vol_clock_day unused;
    int32_t next, first = new_year(date, &next);
    double total = 0;

    if (set->rule.plain)
        return (double)VOL_DAY;
    for (int32_t i = first; i < next; i++)
        total += weigh(set, i, &unused);
    return (double)(instant(&set->rule, next, 0) - instant(&set->rule, first, 0)) / total;
}

static int by_instant(const void *a, const void *b)
{
    const struct vol_clock_corner *x = a, *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

/* The corners of all SPANS together; they may overlap. */
static enum vol_status add_corners(struct vol_clock *clock, const struct span *span, size_t n)
{
    size_t kept = 0;

    if (n == 0)
        return VOL_OK;
    clock->corner = malloc(2 * n * sizeof *clock->corner);
    if (clock->corner == NULL)
        return VOL_EOS;
    for (size_t i = 0; i < n; i++) {
        clock->corner[2 * i] = (struct vol_clock_corner){span[i].start, 0};
        clock->corner[2 * i + 1] = (struct vol_clock_corner){span[i].end, 0};
    }
    qsort(clock->corner, 2 * n, sizeof *clock->corner, by_instant);
    for (size_t i = 0; i < 2 * n; i++)
        if (kept == 0 || clock->corner[i].at != clock->corner[kept - 1].at)
            clock->corner[kept++] = clock->corner[i];
    clock->n = kept;
    for (size_t i = 0; i < kept; i++) {
        int64_t at = clock->corner[i].at;

        for (size_t j = 0; j < n; j++)
            clock->corner[i].sum += at <= span[j].start ? 0
                                    : at >= span[j].end ? span[j].worth
                                                        : prorate((double)span[j].worth, at - span[j].start,
                                                                  span[j].end - span[j].start);
    }
    return VOL_OK;
}

static bool has_clock(const struct vol_clock_set *set, const char *underlying)
{
    for (size_t i = 0; i < set->n_clocks; i++)
        if (strcmp(set->clock[i].underlying, underlying) == 0)
            return true;
    return false;
}

enum vol_status vol_clock_table_events(struct vol_clock_set *set, const struct vol_clock_event *event,
                                       size_t n)
{
    struct span *span = malloc((n + 1) * sizeof *span), *own = malloc((n + 1) * sizeof *own);
    enum vol_status status = VOL_EOS;

    set->clock = calloc(n + 1, sizeof *set->clock);
    if (span == NULL || own == NULL || set->clock == NULL)
        goto done;
    set->n_clocks = 1; /* the one of everybody else */
    for (size_t i = 0; i < n; i++) {
        span[i].start = instant(&set->rule, event[i].date, event[i].start);
        span[i].end = instant(&set->rule, event[i].date, event[i].end);
        span[i].worth = (int64_t)(event[i].weight * trading_day(set, event[i].date) + 0.5);
        if (!has_clock(set, event[i].underlying))
            memcpy(set->clock[set->n_clocks++].underlying, event[i].underlying, sizeof event[i].underlying);
    }
    for (size_t c = 0; c < set->n_clocks; c++) {
        size_t n_own = 0;

        set->clock[c].set = set;
        for (size_t i = 0; i < n; i++)
            if (event[i].underlying[0] == '\0' || strcmp(event[i].underlying, set->clock[c].underlying) == 0)
                own[n_own++] = span[i];
        if (add_corners(&set->clock[c], own, n_own) != VOL_OK)
            goto done;
    }
    status = VOL_OK;
done:
    free(span);
    free(own);
    return status;
}

/* The last corner at or before AT; n: there is none. */
static size_t corner_before(const struct vol_clock *clock, int64_t at)
{
    size_t lo = 0, hi = clock->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (clock->corner[mid].at <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo > 0 ? lo - 1 : clock->n;
}

static int64_t events_at(const struct vol_clock *clock, int64_t at)
{
    size_t i = corner_before(clock, at);
    const struct vol_clock_corner *c;

    if (i == clock->n)
        return 0;
    c = &clock->corner[i];
    if (i + 1 == clock->n)
        return c->sum;
    return c->sum + prorate((double)(c[1].sum - c->sum), at - c->at, c[1].at - c->at);
}

static double events_speed(const struct vol_clock *clock, int64_t at)
{
    size_t i = corner_before(clock, at);
    const struct vol_clock_corner *c;

    if (i + 1 >= clock->n)
        return 0;
    c = &clock->corner[i];
    return (double)(c[1].sum - c->sum) / (double)(c[1].at - c->at);
}

/* ---- the clock
 * ---------------------------------------------------------------------------------------------- */

const struct vol_clock *vol_clock_of(const struct vol_clock_set *set, const char *underlying, size_t len)
{
    for (size_t i = 1; i < set->n_clocks; i++)
        if (strlen(set->clock[i].underlying) == len && memcmp(set->clock[i].underlying, underlying, len) == 0)
            return &set->clock[i];
    return &set->clock[0];
}

double vol_clock_years(const struct vol_clock *clock, int64_t from, int64_t to)
{
    double years = VOL_YEARS(days_at(clock->set, from), days_at(clock->set, to));

    if (clock->n == 0)
        return years;
    return years + VOL_YEARS(events_at(clock, from), events_at(clock, to));
}

double vol_clock_speed(const struct vol_clock *clock, int64_t at)
{
    return days_speed(clock->set, at) + events_speed(clock, at);
}
