#include "signal/models.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *field;
    struct vol_levels levels;
    double weight;
    bool needs; /* premium and term structure, to sell */
    unsigned inputs;
} models[VOL_MODELS] = {
    {"iv_mean_reversion", "iv_percentile", VOL_LEVELS_CHAPTER, 0.3, false, 0},
    /* More than 0.7 sure, without a strong side: the chapter's. */
    {"regime",
     "regime_score",
     {-1, -0.7, 0.7, 1},
     0.3,
     true,
     1u << VOL_IN_VIX | 1u << VOL_IN_VIX9D | 1u << VOL_INPUTS},
    {"momentum",
     "momentum",
     {-1, -0.5, 0.5, 1},
     0.2,
     false,
     1u << VOL_IN_VIX | 1u << VOL_IN_IV30 | 1u << VOL_INPUTS},
    {"term_structure",
     "term_mid",
     {0.82, 0.9, 1, 1.05},
     0.2,
     false,
     1u << VOL_IN_VIX9D | 1u << VOL_IN_VIX | 1u << VOL_IN_VIX3M | 1u << VOL_IN_VIX6M | 1u << VOL_IN_IV7 |
         1u << VOL_IN_IV30 | 1u << VOL_IN_IV91 | 1u << VOL_IN_IV182},
    {"vrp",
     "vrp_ratio",
     {1.8, 1.5, 1, 0.85},
     0,
     false,
     1u << VOL_IN_VIX | 1u << VOL_IN_IV30 | 1u << VOL_IN_FORECAST | 1u << VOL_INPUTS},
    {"skew", "skew_percentile", VOL_LEVELS_CHAPTER, 0, false, 1u << VOL_IN_SKEW | 1u << VOL_IN_RR25},
    {"gamma", "gex_ratio", {0.4, 0.15, -0.15, -0.4}, 0, false, 0},
    {"composite", "score", {-0.6, -0.3, 0.3, 0.6}, 0, false, 0},
};

void vol_models_defaults(struct vol_models_config *config)
{
    struct vol_models_config made = {.min_weight = 0.5, .panel = VOL_PANEL_DEFAULTS};
    size_t i;

    for (i = 0; i < VOL_MODELS; i++)
        made.model[i] = (struct vol_model_config){.levels = models[i].levels,
                                                  .steady = {0, 0},
                                                  .needs_premium = models[i].needs,
                                                  .needs_term = models[i].needs};
    for (i = 0; i < VOL_MODEL_PARTS; i++)
        made.weight[i] = models[i].weight;
    *config = made;
}

const char *vol_model_name(enum vol_model model)
{
    return models[model].name;
}

enum vol_model vol_model_find(const char *name, size_t len)
{
    size_t i;

    for (i = 0; i < VOL_MODELS; i++)
        if (strlen(models[i].name) == len && memcmp(models[i].name, name, len) == 0)
            break;
    return (enum vol_model)i;
}

unsigned vol_model_inputs(enum vol_model model)
{
    return models[model].inputs;
}

unsigned vol_models_of_composite(const struct vol_models_config *config)
{
    unsigned mask = 1u << VOL_MODEL_COMPOSITE;
    size_t i;

    for (i = 0; i < VOL_MODEL_PARTS; i++)
        if (config->weight[i] > 0)
            mask |= 1u << i;
    return mask;
}

/* ---- parts
 * -------------------------------------------------------------------------------------------------- */

/* + the confidence in the lowest regime, - that in the highest; 0 between them. */
static double regime_score(const struct vol_regime_day *day)
{
    if (day->regime == VOL_REGIME_NONE || isnan(day->confidence))
        return NAN;
    if (day->regime == 0)
        return day->confidence;
    return (size_t)day->regime + 1 == day->k ? -day->confidence : 0;
}

/* What the model looks at, how many days are behind it, and why there is nothing to look at. */
static void look(enum vol_model model, double value, const struct vol_judgement *j, struct vol_opinion *o)
{
    const struct vol_measures *m = &j->measures;
    const char *why = "no_value";

    o->field = models[model].field;
    switch (model) {
    case VOL_MODEL_IV_MEAN_REVERSION:
        o->value = j->rank.percentile;
        o->n = j->rank.n;
        why = isfinite(value) ? "warmup" : "no_value";
        break;
    case VOL_MODEL_REGIME:
        o->value = regime_score(&j->regime);
        o->n = j->regime.n;
        why = j->regime.reason;
        break;
    case VOL_MODEL_MOMENTUM:
        o->value = m->x[VOL_M_MOMENTUM];
        o->n = m->momentum_n;
        why = m->momentum_n > 0 && !isnan(m->price) ? "warmup" : "no_value";
        break;
    case VOL_MODEL_TERM_STRUCTURE:
        o->value = m->x[VOL_M_TERM_MID];
        o->n = m->term_n;
        break;
    case VOL_MODEL_VRP:
        o->value = m->x[VOL_M_VRP_RATIO];
        o->n = m->rv_n;
        why = isnan(m->implied) || isnan(m->price) ? "no_value"
              : m->rv_flags & VOL_DAY_SPLIT        ? "suspect_split"
                                                   : "warmup";
        break;
    case VOL_MODEL_SKEW:
        o->value = m->x[VOL_M_SKEW_PERCENTILE];
        o->n = m->skew_n;
        why = isnan(m->x[VOL_M_SKEW]) ? "no_value" : "warmup";
        break;
    default: /* gamma */
        o->value = m->x[VOL_M_GEX_RATIO];
        o->n = m->gex_n;
        break;
    }
    o->known = !isnan(o->value);
    if (!o->known)
        snprintf(o->reason, sizeof o->reason, "%s", why);
}

/* Why vol may not be sold, or null. */
static const char *refusal(const struct vol_model_config *config, const struct vol_measures *m)
{
    double vrp = m->x[VOL_M_VRP], mid = m->x[VOL_M_TERM_MID];

    if (config->needs_premium && !(vrp > 0))
        return isnan(vrp) ? "vrp unknown" : "vrp not positive";
    if (config->needs_term && !(mid < 1))
        return isnan(mid) ? "term structure unknown" : "term structure inverted";
    return NULL;
}

/* The level of an opinion whose value is known or NaN, and the words for it. */
static void settle(const struct vol_model_config *config, const char *name, int32_t date,
                   const struct vol_measures *m, struct vol_steady *steady, struct vol_opinion *o)
{
    const char *no;

    o->raw = vol_levels_of(&config->levels, o->value, 0);
    o->level = vol_steady_step(steady, &config->levels, &config->steady, date, o->value);
    no = o->level < 0 ? refusal(config, m) : NULL;
    if (no != NULL) {
        vol_steady_end(steady, date);
        o->level = 0;
    }
    o->held = steady->days;
    if (!o->known)
        return;
    vol_levels_reason(&config->levels, name, o->value, o->reason);
    if (no != NULL) {
        size_t len = strlen(o->reason);

        snprintf(o->reason + len, sizeof o->reason - len, ", not sold: %s", no);
    } else if (o->level != o->raw) {
        size_t len = strlen(o->reason);

        snprintf(o->reason + len, sizeof o->reason - len, ", held: day %lld", (long long)o->held);
    }
}

/* ---- composite
 * ---------------------------------------------------------------------------------------------- */

static void name_missing(struct vol_judgement *j, enum vol_model part)
{
    size_t len = strlen(j->missing);

    snprintf(j->missing + len, sizeof j->missing - len, "%s%s (%s)", len > 0 ? ", " : "", models[part].name,
             j->opinion[part].reason);
}

static void compose(const struct vol_models_config *config, struct vol_judgement *j, struct vol_opinion *o)
{
    double all = 0, there = 0, sum = 0;
    size_t i;

    j->missing[0] = '\0';
    for (i = 0; i < VOL_MODEL_PARTS; i++) {
        if (!(config->weight[i] > 0))
            continue;
        all += config->weight[i];
        if (!j->opinion[i].known) {
            name_missing(j, (enum vol_model)i);
            continue;
        }
        there += config->weight[i];
        sum += config->weight[i] * vol_level_score(j->opinion[i].level);
        o->n++;
    }
    j->weight = there / all;
    o->field = models[VOL_MODEL_COMPOSITE].field;
    o->value = NAN;
    o->known = j->weight >= config->min_weight && there > 0;
    /* Twelve digits: 0.3 of a sum of tenths is 0.3, which is not above the threshold of 0.3. */
    if (o->known)
        o->value = nearbyint(sum / there * 1e12) / 1e12;
    else
        snprintf(o->reason, sizeof o->reason, "too_few_parts");
}

void vol_models_judge(const struct vol_models_config *config, unsigned mask, int32_t date, double value,
                      struct vol_steady steady[VOL_MODELS], struct vol_judgement *j)
{
    size_t i;

    for (i = 0; i < VOL_MODELS; i++) {
        struct vol_opinion *o = &j->opinion[i];

        *o = (struct vol_opinion){.value = NAN};
        if (!(mask >> i & 1))
            continue;
        if (i == VOL_MODEL_COMPOSITE)
            compose(config, j, o);
        else
            look((enum vol_model)i, value, j, o);
        settle(&config->model[i], o->field, date, &j->measures, &steady[i], o);
    }
}
