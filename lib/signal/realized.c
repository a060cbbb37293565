#include "signal/realized.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sums over the days of a window; those of logarithms that a day lacks are NaN from then on. */
struct sums {
    double ret, overnight, within; /* of the logarithms, for the means */
    double parkinson, garman_klass, rogers_satchell, squares, overnight2;
    size_t bars_min, opens_are_closes;
};

static void add_day(struct sums *s, const struct vol_day *d)
{
    double range = d->up - d->down;

    s->ret += d->ret;
    s->overnight += d->overnight;
    s->within += d->within;
    s->overnight2 += d->overnight * d->overnight;
    s->parkinson += range * range / (4 * 0.69314718055994531);
    s->garman_klass += range * range / 2 - (2 * 0.69314718055994531 - 1) * d->within * d->within;
    s->rogers_satchell += d->up * (d->up - d->within) + d->down * (d->down - d->within);
    s->squares += d->squares;
    s->bars_min = d->bars < s->bars_min ? d->bars : s->bars_min;
    s->opens_are_closes += (d->flags & VOL_DAY_OPEN_IS_CLOSE) != 0;
}

/* Sample variance (n - 1) of one logarithm over the last N days, about MEAN. */
static double variance(const struct vol_days *days, size_t n, size_t offset, double mean)
{
    double sum = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        double x;

        memcpy(&x, (const char *)vol_days_back(days, i) + offset, sizeof x);
        sum += (x - mean) * (x - mean);
    }
    return sum / (double)(n - 1);
}

/* The vol of a daily variance; a negative one (Garman-Klass on a day of pure trend) is none. */
static double annual(double daily, double per_year)
{
    return daily >= 0 && isfinite(daily) ? sqrt(daily * per_year) : NAN;
}

static void estimate(const struct vol_days *days, const struct sums *s, size_t n, double per_year,
                     struct vol_realized *out)
{
    double count = (double)n, k = 0.34 / (1.34 + (count + 1) / (count - 1)), o2 = s->overnight2 / count;
    bool range = (out->flags & (VOL_DAY_NO_RANGE | VOL_DAY_NO_OPEN | VOL_DAY_BAD_BAR)) == 0;
    double night, day;

    out->close_close = annual(variance(days, n, offsetof(struct vol_day, ret), s->ret / count), per_year);
    if ((out->flags & VOL_DAY_NO_OPEN) == 0)
        out->overnight = annual(o2, per_year);
    if (s->bars_min >= VOL_REALIZED_BARS_MIN)
        out->intraday = annual(s->squares / count + o2, per_year);
    if (!range)
        return;
    out->parkinson = annual(s->parkinson / count + o2, per_year);
    out->garman_klass = annual(s->garman_klass / count + o2, per_year);
    out->rogers_satchell = annual(s->rogers_satchell / count + o2, per_year);
    if (out->flags & VOL_DAY_OPEN_IS_CLOSE)
        return;
    night = variance(days, n, offsetof(struct vol_day, overnight), s->overnight / count);
    day = variance(days, n, offsetof(struct vol_day, within), s->within / count);
    out->yang_zhang = annual(night + k * day + (1 - k) * s->rogers_satchell / count, per_year);
}

struct vol_realized vol_realized_of(const struct vol_days *days, size_t n, double per_year)
{
    struct vol_realized out = {0, 0, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    struct sums sums = {.bars_min = (size_t)-1};
    size_t i;

    for (i = 0; i < n && i < days->n; i++) {
        const struct vol_day *day = vol_days_back(days, i);

        if (isnan(day->ret) && (day->flags & VOL_DAY_SPLIT) == 0)
            break; /* the first day of all */
        out.flags |= day->flags & ~(unsigned)VOL_DAY_OPEN_IS_CLOSE;
        add_day(&sums, day);
    }
    out.n = i;
    if (2 * sums.opens_are_closes > i)
        out.flags |= VOL_DAY_OPEN_IS_CLOSE;
    if (n >= 2 && i == n && (out.flags & VOL_DAY_SPLIT) == 0)
        estimate(days, &sums, n, per_year, &out);
    return out;
}

double vol_realized_since(const struct vol_days *days, int32_t after, int32_t span, size_t *n)
{
    double sum = 0;
    size_t i;

    *n = 0;
    for (i = 0; i < days->n && vol_days_back(days, i)->date > after; i++)
        sum += vol_days_back(days, i)->ret * vol_days_back(days, i)->ret;
    if (i == days->n || i == 0)
        return NAN;
    *n = i;
    return sum * 365 / span;
}

void vol_realized_flags(unsigned flags, char out[VOL_REALIZED_FLAGS_MAX])
{
    static const struct {
        unsigned flag;
        const char *name;
    } names[] = {{VOL_DAY_OPEN_IS_CLOSE, "open_is_prev_close"},
                 {VOL_DAY_NO_RANGE, "no_range"},
                 {VOL_DAY_NO_OPEN, "no_open"},
                 {VOL_DAY_BAD_BAR, "bad_bar"},
                 {VOL_DAY_SPLIT, "suspect_split"},
                 {VOL_DAY_GAP, "gap"}};
    size_t i, len = 0;

    out[0] = '\0';
    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (flags & names[i].flag)
            len += (size_t)snprintf(out + len, VOL_REALIZED_FLAGS_MAX - len, "%s%s", len > 0 ? "," : "",
                                    names[i].name);
}

/* ---- cones
 * -------------------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    double x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* The Q-quantile of N sorted values, linear between the order statistics (Hyndman-Fan 7, numpy's default). */
static double quantile(const double *sorted, size_t n, double q)
{
    double at = q * (double)(n - 1), whole = floor(at);
    size_t i = (size_t)whole;

    return i + 1 < n ? sorted[i] + (at - whole) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

/* Vol of the HORIZON returns from day BACK on into the past; NaN when one is missing. */
static double window(const struct vol_days *days, size_t back, size_t horizon, double per_year)
{
    double sum = 0, squares = 0, n = (double)horizon;
    size_t i;

    for (i = back; i < back + horizon; i++)
        sum += vol_days_back(days, i)->ret;
    for (i = back; i < back + horizon; i++) {
        double x = vol_days_back(days, i)->ret - sum / n;

        squares += x * x;
    }
    return annual(squares / (n - 1), per_year);
}

enum vol_status vol_realized_cone(const struct vol_days *days, size_t horizon, double per_year,
                                  struct vol_cone *out)
{
    static const double at[] = {0.1, 0.25, 0.5, 0.75, 0.9};
    double *vols, now;
    size_t i, n = 0, below = 0;

    if (horizon < 2 || days->n < horizon)
        return VOL_NO;
    vols = malloc((days->n - horizon + 1) * sizeof *vols);
    if (vols == NULL)
        return VOL_EOS;
    now = window(days, 0, horizon, per_year);
    for (i = 0; i + horizon <= days->n; i++) {
        vols[n] = i > 0 ? window(days, i, horizon, per_year) : now;
        below += vols[n] < now;
        n += isnan(vols[n]) ? 0 : 1;
    }
    if (n > 0) {
        qsort(vols, n, sizeof *vols, ascending);
        *out = (struct vol_cone){.n = n, .now = now, .min = vols[0], .max = vols[n - 1]};
        out->percentile = n > 1 && !isnan(now) ? 100 * (double)below / (double)(n - 1) : NAN;
        for (i = 0; i < 5; i++)
            out->q[i] = quantile(vols, n, at[i]);
    }
    free(vols);
    return n > 0 ? VOL_OK : VOL_NO;
}
