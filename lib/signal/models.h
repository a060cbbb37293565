/* models.h: the opinions on one underlying: each model's, and the composite of them.
 *
 * A model looks at one number of the measures (measures.h) or at the regime, and thresholds turn it into a
 * level (levels.h):
 *
 *   iv_mean_reversion  percentile of implied vol: high is sold, low is bought
 *   regime             + or - the confidence in a low or high regime: high is sold, low is bought
 *   momentum           vol that rises while prices fall goes on: is bought; the reverse is sold
 *   term_structure     near / three-month vol: contango pays the seller, backwardation is bought
 *   vrp                implied over expected realised vol: dear is sold, cheap is bought
 *   skew               percentile of the skew: dear puts are sold, cheap ones bought
 *   gamma              dealers' gamma over its gross: long dealers damp moves (sold), short ones feed them
 *   composite          weighted mean of the parts' scores; parts without an opinion are left out and their
 *                      weight is shared out, which the record says
 *
 * A model may need more than its thresholds to sell vol: a positive premium, a term structure that is known
 * not to be inverted. Unknown is no. The source chapter's "high regime: sell" without that sold into every
 * crash.
 */
#ifndef VOL_SIGNAL_MODELS_H
#define VOL_SIGNAL_MODELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "signal/levels.h"
#include "signal/measures.h"
#include "signal/panel.h"

enum vol_model {
    VOL_MODEL_IV_MEAN_REVERSION,
    VOL_MODEL_REGIME,
    VOL_MODEL_MOMENTUM,
    VOL_MODEL_TERM_STRUCTURE,
    VOL_MODEL_VRP,
    VOL_MODEL_SKEW,
    VOL_MODEL_GAMMA,
    VOL_MODEL_COMPOSITE,
    VOL_MODELS
};

enum { VOL_MODEL_PARTS = VOL_MODEL_COMPOSITE, VOL_MODEL_MISSING_MAX = 224 };

struct vol_model_config {
    struct vol_levels levels;
    struct vol_steady_config steady;
    bool needs_premium, needs_term; /* to sell vol: vrp > 0; near below three-month vol */
};

struct vol_models_config {
    struct vol_model_config model[VOL_MODELS];
    double weight[VOL_MODEL_PARTS]; /* of the composite; not negative, at least one positive */
    double min_weight;              /* share of the weights that must have an opinion (0.5) */
    struct vol_panel_config panel;
};

/* What is shipped as share/signals/chapter.json: the chapter's thresholds and weights (0.3 iv_mean_reversion,
 * 0.3 regime, 0.2 momentum, 0.2 term_structure; 0.3 and 0.6), and for what it leaves open those that
 * man/vsignal.1 gives. */
void vol_models_defaults(struct vol_models_config *config);

/* "iv_mean_reversion" …; vol_model_find: VOL_MODELS when there is none. */
const char *vol_model_name(enum vol_model model);
enum vol_model vol_model_find(const char *name, size_t len);

/* The inputs of the panel that a model looks at, as a mask for vol_panel_as_of. */
unsigned vol_model_inputs(enum vol_model model);

/* What one model thinks. */
struct vol_opinion {
    bool known; /* false: no opinion, and `reason` says why; the level is 0 */
    int level;  /* levels.h; with hysteresis, holding and what selling needs */
    int raw;    /* of the thresholds alone */
    double value;
    const char *field; /* what `value` is; static */
    size_t n;          /* days that it was made from; maturities of term_structure, quotes of gamma, parts
                          with an opinion of composite */
    int64_t held;      /* days that the direction has stood */
    char reason[VOL_LEVELS_REASON_MAX];
};

struct vol_judgement {
    struct vol_measures measures;
    struct vol_regime_day regime;
    struct vol_rank rank; /* of iv_mean_reversion's field */
    struct vol_opinion opinion[VOL_MODELS];
    double weight;                       /* of the composite's parts with an opinion, as a share */
    char missing[VOL_MODEL_MISSING_MAX]; /* "momentum (warmup), skew (no_value)" */
};

/* Fill the opinions of MASK (bit I: model I) from measures, regime and rank, which are there already, and
 * step the models' STEADY to DATE. The parts of the composite must be in the mask with it. VALUE is what was
 * ranked, NaN when there was nothing. */
void vol_models_judge(const struct vol_models_config *config, unsigned mask, int32_t date, double value,
                      struct vol_steady steady[VOL_MODELS], struct vol_judgement *j);

/* The parts that the composite of CONFIG has, and itself, as a mask. */
unsigned vol_models_of_composite(const struct vol_models_config *config);

#endif
