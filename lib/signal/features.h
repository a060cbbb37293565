/* features.h: what the regime of volatility is read from, day by day.
 *
 * The features of the source chapter (l. 815 ff.) of one underlying and its volatility indices, made from
 * closes of the day and of days before, nothing later. In this order, so that the first seven are those of a
 * day without a nine-day index:
 *
 *   vix_level           the thirty-day index, in points
 *   realized_vol_20d    sample deviation (n - 1) of the last 20 log returns, times sqrt(252), a decimal
 *   realized_vol_60d    the same of 60
 *   vix_ma_ratio        index / mean of its last 20 values, today's among them
 *   vol_of_vol          sample deviation (n - 1) of these 20 values, in points
 *   returns_20d         price / price 20 days ago - 1
 *   max_drawdown_60d    the least price / highest price before it within the last 60 closes - 1; not positive
 *   vol_term_structure  nine-day index - thirty-day index, in points; above 0 the near end is inverted
 *
 * A day counts once: its last value does. Days that lack price or index are not days here; the return over
 * such a gap is one return. Pure arithmetic; memory is constant.
 */
#ifndef VOL_SIGNAL_FEATURES_H
#define VOL_SIGNAL_FEATURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum vol_feature {
    VOL_FEATURE_VIX,
    VOL_FEATURE_RV20,
    VOL_FEATURE_RV60,
    VOL_FEATURE_VIX_RATIO,
    VOL_FEATURE_VOL_OF_VOL,
    VOL_FEATURE_RETURN20,
    VOL_FEATURE_DRAWDOWN60,
    VOL_FEATURE_TERM,
    VOL_FEATURES
};

enum {
    VOL_FEATURES_ALWAYS = VOL_FEATURE_TERM, /* those that need no nine-day index */
    VOL_FEATURES_WARMUP = 61                /* days until the first full row */
};

/* The closes of a day. */
struct vol_features_day {
    int32_t date; /* days since 1970-01-01 */
    double price; /* of the underlying, > 0 */
    double vix;   /* thirty-day index, points, > 0 */
    double near;  /* nine-day index, points; NaN when there is none */
};

struct vol_features {
    double price[VOL_FEATURES_WARMUP], vix[20]; /* rings: the days before the latest */
    size_t n;                                   /* days in them so far */
    struct vol_features_day latest;
    bool any;
};

void vol_features_init(struct vol_features *features);

/* Take DAY, or a newer value of the latest one, and write its features; those that lack days (or the nine-day
 * index) are NaN. VOL_EDATA with words: an earlier date, or a price or index that is not finite and positive;
 * nothing is taken then. */
enum vol_status vol_features_take(struct vol_features *features, const struct vol_features_day *day,
                                  double out[VOL_FEATURES], struct vol_error *err);

/* "vix_level" … */
const char *vol_feature_name(enum vol_feature feature);

#endif
