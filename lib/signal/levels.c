#include "signal/levels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

bool vol_levels_are_good(const struct vol_levels *l)
{
    return (l->sell_strong >= l->sell && l->sell > l->buy && l->buy >= l->buy_strong) ||
           (l->sell_strong <= l->sell && l->sell < l->buy && l->buy <= l->buy_strong);
}

enum vol_status vol_levels_parse(const char *text, struct vol_levels *levels, struct vol_error *err)
{
    double x[4];
    const char *p = text;
    size_t i;

    for (i = 0; i < 4; i++) {
        size_t len = strcspn(p, ",");

        if (vol_num_parse_loose(p, len, &x[i]) != VOL_OK || (p[len] == ',') != (i < 3))
            return vol_error_set(err, VOL_ECONFIG, "expected four numbers such as 80,60,40,20, got \"%.80s\"",
                                 text);
        p += len + (p[len] == ',');
    }
    if (!(100 >= x[0] && x[0] >= x[1] && x[1] > x[2] && x[2] >= x[3] && x[3] >= 0))
        return vol_error_set(err, VOL_ECONFIG,
                             "expected 100 >= strong sell >= sell > buy >= strong buy >= 0, got \"%.80s\"",
                             text);
    *levels = (struct vol_levels){x[0], x[1], x[2], x[3]};
    return VOL_OK;
}

static bool high_sells(const struct vol_levels *levels)
{
    return levels->sell > levels->buy;
}

int vol_levels_of(const struct vol_levels *levels, double x, double slack)
{
    double sign = high_sells(levels) ? 1 : -1, y = sign * x;

    if (y > sign * levels->sell_strong - slack)
        return -2;
    if (y > sign * levels->sell - slack)
        return -1;
    if (y < sign * levels->buy_strong + slack)
        return 2;
    if (y < sign * levels->buy + slack)
        return 1;
    return 0;
}

const char *vol_level_signal(int level)
{
    return level > 0 ? "buy_vol" : level < 0 ? "sell_vol" : "neutral";
}

const char *vol_level_strength(int level)
{
    return level == 0 ? "none" : level == 1 || level == -1 ? "moderate" : "strong";
}

double vol_level_score(int level)
{
    return 0.5 * level;
}

void vol_levels_reason(const struct vol_levels *levels, const char *name, double x,
                       char out[VOL_LEVELS_REASON_MAX])
{
    int level = vol_levels_of(levels, x, 0);
    const double at[] = {levels->sell_strong, levels->sell, NAN, levels->buy, levels->buy_strong};
    double low = fmin(levels->buy, levels->sell), high = fmax(levels->buy, levels->sell);

    if (isnan(x))
        snprintf(out, VOL_LEVELS_REASON_MAX, "warmup");
    else if (level == 0)
        snprintf(out, VOL_LEVELS_REASON_MAX, "%s from %g to %g", name, low, high);
    else
        snprintf(out, VOL_LEVELS_REASON_MAX, "%s %c %g", name, (level < 0) == high_sells(levels) ? '>' : '<',
                 at[level + 2]);
}

/* ---- hysteresis and holding ------------------------------------------------------------------------------
 */

static int sign_of(int level)
{
    return (level > 0) - (level < 0);
}

/* What X says to one who stands at LEVEL. */
static int with_hysteresis(const struct vol_levels *levels, double hysteresis, int level, double x)
{
    int in = vol_levels_of(levels, x, 0), out, kept;

    if (level == 0 || (sign_of(in) == sign_of(level) && in * in >= level * level))
        return in;
    out = vol_levels_of(levels, x, hysteresis);
    if (sign_of(out) != sign_of(level))
        return in;
    kept = out * out < level * level ? out : level;
    return kept;
}

int vol_steady_step(struct vol_steady *steady, const struct vol_levels *levels,
                    const struct vol_steady_config *config, int32_t date, double x)
{
    bool new_day = steady->days == 0 || date != steady->date;
    int level;

    if (isnan(x)) {
        vol_steady_end(steady, date);
        steady->days = 0;
        return 0;
    }
    level = with_hysteresis(levels, config->hysteresis, steady->level, x);
    if (steady->days == 0) {
        *steady = (struct vol_steady){level, date, 1};
        return level;
    }
    if (sign_of(level) == sign_of(steady->level)) {
        steady->days += new_day;
    } else if (steady->days + new_day <= config->min_hold) {
        steady->days += new_day;
        level = sign_of(steady->level); /* held, but no longer with strength */
    } else {
        steady->days = 1;
    }
    steady->level = level;
    steady->date = date;
    return level;
}

void vol_steady_end(struct vol_steady *steady, int32_t date)
{
    bool new_day = steady->days == 0 || date != steady->date;

    steady->days = steady->level == 0 ? steady->days + new_day : 1;
    steady->level = 0;
    steady->date = date;
}
