/* desk.h: many underlyings at once: each with its past, its panel and what stands of its signals.
 *
 * Everything is made on first sight of a name. Where only iv_mean_reversion is asked for there are no panels,
 * and an underlying costs the lookback; with panels about 60 kB more.
 */
#ifndef VOL_SIGNAL_DESK_H
#define VOL_SIGNAL_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/map.h"
#include "signal/models.h"
#include "signal/panel.h"
#include "signal/track.h"

struct vol_desk_config {
    struct vol_models_config models;
    unsigned mask;                /* bit I: model I is judged; with the composite its parts too */
    bool panels;                  /* measures are wanted, or a model that looks at them */
    size_t lookback, min_samples; /* of iv_mean_reversion */
    enum vol_measure field; /* what it ranks is this measure; VOL_MEASURES: what vol_desk_sample is given */
    struct vol_regime_config regime; /* with the model in the mask */
    const char *regime_file;         /* a trained model in its place; null: none */
};

/* One underlying. */
struct vol_desk_entry {
    struct vol_panel *panel; /* null: none is wanted */
    struct vol_steady steady[VOL_MODELS];
    struct vol_rank rank; /* of the latest sample */
    double value;         /* that sample; NaN: none yet */
    int64_t ts;
    int32_t date;
};

struct vol_desk {
    struct vol_desk_config config;
    struct vol_map names;
    struct vol_desk_entry *entry; /* by index in `names` */
    size_t cap;
    struct vol_track track;
};

/* CONFIG is copied, its file name is not. VOL_EUSAGE for a lookback that rank.h refuses. */
enum vol_status vol_desk_init(struct vol_desk *desk, const struct vol_desk_config *config);
void vol_desk_free(struct vol_desk *desk);

/* The index of the underlying NAME, made when it is new. VOL_ECONFIG with words: the file of the regime;
 * VOL_EOS. */
enum vol_status vol_desk_find(struct vol_desk *desk, const char *name, size_t len, size_t *index,
                              struct vol_error *err);

/* The value of DATE that iv_mean_reversion ranks, known at TS. VOL_EDATA: it is not finite, or DATE is before
 * the latest; VOL_EOS. */
enum vol_status vol_desk_sample(struct vol_desk *desk, size_t index, int32_t date, int64_t ts, double x);

/* Judge the underlying on DATE at TS. With SAMPLED its latest sample is the value of now; else there is none.
 * *VALUE and *VALUE_TS get the value that was ranked. VOL_EOS. */
enum vol_status vol_desk_judge(struct vol_desk *desk, size_t index, int32_t date, int64_t ts, bool sampled,
                               struct vol_judgement *out, double *value, int64_t *value_ts);

/* Fit the regime of the one underlying that has prices and a thirty-day index to all its days, and append it
 * to OUT as vol_regime_save does. VOL_EDATA with words: there is none, or more than one, or too few days;
 * VOL_EOS. */
enum vol_status vol_desk_train(struct vol_desk *desk, const char *library, struct vol_buf *out,
                               struct vol_error *err);

#endif
