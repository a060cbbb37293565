/* levels.h: from a number to an opinion, by four thresholds; and how to keep it from flapping.
 *
 * Level -2 sells vol strongly, -1 moderately, 0 is neutral, 1 and 2 buy it. Comparisons are strict, as in the
 * source chapter (l. 783 ff.): a number that equals a threshold belongs to the calmer side. The order of the
 * thresholds tells which end sells: 80, 60, 40, 20 (the chapter's, on the percentile of implied vol; what it
 * calls its "rank" is one) sell what is high, 0.82, 0.9, 1, 1.05 sell what is low. A NaN is neutral: nothing
 * is traded on what is not known.
 */
#ifndef VOL_SIGNAL_LEVELS_H
#define VOL_SIGNAL_LEVELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* sell_strong >= sell > buy >= buy_strong, or all the other way round. Infinite: never. */
struct vol_levels {
    double sell_strong, sell, buy, buy_strong;
};

/* The chapter's. */
#define VOL_LEVELS_CHAPTER \
    {                      \
        80, 60, 40, 20     \
    }

enum { VOL_LEVELS_REASON_MAX = 96 };

/* Whether they are in one of the two orders. */
bool vol_levels_are_good(const struct vol_levels *levels);

/* Read "80,60,40,20", percentiles in the order of the struct. VOL_ECONFIG with words when they are not four
 * numbers with 100 >= strong sell >= sell > buy >= strong buy >= 0. */
enum vol_status vol_levels_parse(const char *text, struct vol_levels *levels, struct vol_error *err);

/* The level of X, with every threshold moved by SLACK (0 or more) towards neutral. */
int vol_levels_of(const struct vol_levels *levels, double x, double slack);

/* "buy_vol", "sell_vol", "neutral"; "none", "moderate", "strong"; 1, 0.5, 0, -0.5, -1. */
const char *vol_level_signal(int level);
const char *vol_level_strength(int level);
double vol_level_score(int level);

/* Which thresholds speak for LEVEL: "iv_percentile > 80", "iv_percentile from 40 to 60", "warmup" for a NaN.
 */
void vol_levels_reason(const struct vol_levels *levels, const char *name, double x,
                       char out[VOL_LEVELS_REASON_MAX]);

/* ---- hysteresis and holding ------------------------------------------------------------------------------
 */

struct vol_steady_config {
    double
        hysteresis; /* how far behind its threshold X must fall back before a level is left; 0: not at all */
    int64_t min_hold; /* days that a signal stands before it may change; 0 and 1: no rule */
};

/* What stood at the last step. */
struct vol_steady {
    int level;
    int32_t date;
    int64_t days; /* that its direction has stood, the date the last one; 0: no step yet */
};

/* The level that stands on DATE (not before that of the last step) given X. A stronger level of the same
 * direction is taken at once, a weaker one when X is behind the threshold by the hysteresis; another
 * direction when it is behind by that and the minimum of days is over. Days are the dates of steps. A NaN
 * ends what stood: neutral, and what comes next begins anew. */
int vol_steady_step(struct vol_steady *steady, const struct vol_levels *levels,
                    const struct vol_steady_config *config, int32_t date, double x);

/* End what stands, for a reason outside of the thresholds: neutral from DATE on. */
void vol_steady_end(struct vol_steady *steady, int32_t date);

#endif
