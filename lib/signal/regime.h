/* regime.h: the regime of volatility as of each day.
 *
 * One classifier for one underlying: it takes the closes of each day, makes the chapter's features of them
 * (features.h), and says how probable each regime is and which one stands. Regimes are ordered by the mean of
 * the index, so that 0 is always "low" and the last one "high". Nothing later than the day goes into its
 * answer: the scaler and the model are fitted to the days up to and including it (all, or the last `window`
 * ones), every `refit` days, and a day's probabilities never change afterwards.
 *
 *   gmm      Gaussian mixture (gmm.h): the day's features alone give the probabilities
 *   kmeans   k-means (kmeans.h): the nearest centre; its probabilities are 1 and 0
 *   hmm      hidden Markov chain (hmm.h): forward probabilities given all days so far, never smoothed ones
 *   forest   random forest (forest.h): the regime of realised vol of the coming days; only from a trained
 * model
 *
 * The nine-day index joins the features as soon as enough days of the fit have it (`near_days`); a day
 * without it is judged by what the model says of the seven others.
 *
 * The regime that stands changes only when it has stood for `dwell` days and another has been the most
 * probable one for `confirm` days in a row. The first value of a date is provisional, as is each answer to
 * it: a newer value of the same date replaces both.
 *
 * Memory: all rows of an expanding fit (64 bytes a day), or `window` of them.
 */
#ifndef VOL_SIGNAL_REGIME_H
#define VOL_SIGNAL_REGIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "signal/features.h"
#include "signal/gmm.h"

enum vol_regime_model { VOL_REGIME_GMM, VOL_REGIME_KMEANS, VOL_REGIME_HMM, VOL_REGIME_FOREST };

enum { VOL_REGIME_NONE = -1, VOL_REGIME_DAYS_LEAST = 60 };

struct vol_regime_config {
    enum vol_regime_model model;
    size_t k;         /* regimes, 2 to VOL_GMM_K_MAX */
    size_t min_days;  /* rows with seven features before the first fit, at least VOL_REGIME_DAYS_LEAST */
    size_t near_days; /* rows with the nine-day index before it is used; 0: it never is */
    size_t refit;     /* days from one fit to the next; 0: no fit but by vol_regime_train */
    size_t window;    /* rows of a rolling fit, at least min_days; 0: all */
    size_t dwell;     /* days that a regime stands at least; 0 and 1: no rule */
    size_t confirm;   /* days in a row that its successor is the most probable; 0 and 1: no rule */
    size_t horizon;   /* forest: days of the realised vol that it foresees */
    size_t trees;     /* forest */
    struct vol_gmm_options fit;
};

/* MODEL with the defaults that the tests on real history hold. */
void vol_regime_defaults(struct vol_regime_config *config, enum vol_regime_model model);

/* "gmm", "kmeans", "hmm", "forest"; vol_regime_model_find: VOL_NO when there is none of that name. */
const char *vol_regime_model_name(enum vol_regime_model model);
enum vol_status vol_regime_model_find(const char *name, size_t len, enum vol_regime_model *out);

/* The name of regime I of K: low and high are the ends ("low", "normal", "high" for 3). Static. */
const char *vol_regime_name(size_t i, size_t k);

/* What is known at the close of a day. */
struct vol_regime_day {
    int32_t date;
    int regime;              /* that stands; VOL_REGIME_NONE before the first fit or without features */
    int likeliest;           /* the most probable one today, before the dwell */
    size_t k;                /* regimes */
    double p[VOL_GMM_K_MAX]; /* their probabilities; NaN when there are none */
    double confidence;       /* probability of the regime that stands */
    size_t held;             /* days that it has stood, this one included */
    bool changed;            /* it began today */
    double features[VOL_FEATURES];
    size_t n_features; /* of the model that judged: 7 or 8 */
    size_t n;          /* rows that the model was fitted to */
    int32_t fitted;    /* the date of the last one */
    /* "ok"; else there is no regime and no probability: "warmup" (too few days), "unfit" (the fit failed, and
     * there is none before), "in_sample" (a trained model was fitted to this day, or to its outcome). Static.
     */
    const char *reason;
};

struct vol_regime; /* private */

/* VOL_EUSAGE with words for a configuration out of its bounds; VOL_EOS. */
enum vol_status vol_regime_new(const struct vol_regime_config *config, struct vol_regime **out,
                               struct vol_error *err);
void vol_regime_free(struct vol_regime *regime);

/* Take DAY, or a newer value of the latest one, and say what is known then. VOL_EDATA as for
 * vol_features_take (nothing is taken); VOL_EOS. */
enum vol_status vol_regime_take(struct vol_regime *regime, const struct vol_features_day *day,
                                struct vol_regime_day *out, struct vol_error *err);

const struct vol_regime_config *vol_regime_config_of(const struct vol_regime *regime);

/* ---- models that are trained once and kept: regime_file.c
 * -------------------------------------------------- */

/* Fit the model to all days taken so far (but for the forest the last `horizon` ones, whose outcome lies
 * ahead), and let it be the model from here on: no refit. VOL_EDATA: too few days, or the fit failed;
 * VOL_EUNAVAILABLE: a forest, and this build has none. */
enum vol_status vol_regime_train(struct vol_regime *regime, struct vol_error *err);

/* Append the trained model as a JSON object and a line end: its kind, feature names, scaling, training span,
 * parameters, and LIBRARY ("volpipe 0.1.0"), which made it. VOL_EUSAGE: nothing was trained; VOL_EOS. */
enum vol_status vol_regime_save(const struct vol_regime *regime, const char *library, struct vol_buf *out,
                                struct vol_error *err);

/* A classifier with the model of the file PATH, ready for days (it still needs VOL_FEATURES_WARMUP of them).
 * VOL_ECONFIG with file, place and reason; VOL_EUNAVAILABLE: a forest, and this build has none; VOL_EOS. */
enum vol_status vol_regime_load(const char *path, struct vol_regime **out, struct vol_error *err);

#endif
