/* meanrev.h: the mean-reversion signal on a percentile.
 *
 * Implied vol that stands high among its own past is sold, low is bought (the source chapter, l. 783 ff.).
 * The chapter's thresholds 80, 60, 40 and 20 act on what it calls "IV rank" and what is the percentile
 * (rank.h); on the true rank they would say "strong buy" on nearly half of all days since 1990. Its
 * comparisons are strict: a percentile that equals a threshold belongs to the calmer side.
 *
 *     percentile > 80   sell_vol strong     score -1
 *     percentile > 60   sell_vol moderate   score -0.5
 *     percentile < 20   buy_vol  strong     score  1
 *     percentile < 40   buy_vol  moderate   score  0.5
 *     else              neutral  none       score  0
 */
#ifndef VOL_SIGNAL_MEANREV_H
#define VOL_SIGNAL_MEANREV_H

#include "base/error.h"

/* 100 >= sell_strong >= sell > buy >= buy_strong >= 0; 100 and 0 switch their side off. */
struct vol_meanrev_config {
    double sell_strong, sell, buy, buy_strong;
};

/* The chapter's thresholds. */
#define VOL_MEANREV_CHAPTER \
    {                       \
        80, 60, 40, 20      \
    }

enum { VOL_MEANREV_REASON_MAX = 64 };

struct vol_meanrev {
    const char *signal;   /* "buy_vol", "sell_vol" or "neutral" */
    const char *strength; /* "none", "moderate" or "strong" */
    double score;         /* in [-1, 1]; positive buys vol */
    double threshold;     /* the one that was passed; NaN for neutral */
};

/* Read "80,60,40,20" in the order of the struct. VOL_ECONFIG with words when there are not four numbers that
 * descend. */
enum vol_status vol_meanrev_parse(const char *text, struct vol_meanrev_config *config, struct vol_error *err);

/* PERCENTILE in [0, 100]; NaN (too few samples) is neutral. The words are static. */
struct vol_meanrev vol_meanrev_of(const struct vol_meanrev_config *config, double percentile);

/* Why that is the opinion: "iv_percentile > 80", "iv_percentile from 40 to 60", or "warmup" for a NaN. */
void vol_meanrev_reason(const struct vol_meanrev_config *config, double percentile,
                        char out[VOL_MEANREV_REASON_MAX]);

#endif
