#include "signal/records.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"

static void text(struct vol_writer *w, const char *key, size_t key_len, const char *value)
{
    vol_writer_str(w, key, key_len, value, strlen(value));
}

/* A date as text; the caller knows that there is one. */
static void date(struct vol_writer *w, const char *key, size_t key_len, int32_t value)
{
    char out[VOL_DATE_MAX];

    vol_writer_str(w, key, key_len, out, vol_date_print(out, value));
}

/* A measure under its own name. Unknown: null, or with SPARSE nothing. */
static void measure(struct vol_writer *w, const struct vol_measures *m, enum vol_measure which, bool sparse)
{
    char key[VOL_MEASURES_NAME_MAX + 8];
    int len = snprintf(key, sizeof key, ",\"%s\":", vol_measure_name(which));

    if (!sparse || !isnan(m->x[which]))
        vol_writer_num(w, key, (size_t)len, m->x[which]);
}

static void realized_words(struct vol_writer *w, const struct vol_measures *m)
{
    char flags[VOL_REALIZED_FLAGS_MAX];

    vol_realized_flags(m->rv_flags, flags);
    vol_writer_int(w, VOL_KEY("rv_days"), (int64_t)m->rv_n);
    if (flags[0] != '\0')
        text(w, VOL_KEY("rv_flags"), flags);
}

static void term_words(struct vol_writer *w, const struct vol_measures *m)
{
    if (m->term_state == VOL_TERM_UNKNOWN)
        return;
    text(w, VOL_KEY("term_state"), vol_term_state_name(m->term_state));
    text(w, VOL_KEY("term_source"), m->term_source);
}

static void gamma_words(struct vol_writer *w, const struct vol_measures *m)
{
    vol_writer_int(w, VOL_KEY("gex_quotes"), (int64_t)m->gex_n);
    text(w, VOL_KEY("dealer_sign"), vol_dealer_name(m->dealer));
}

void vol_signal_records_measures(struct vol_writer *w, const struct vol_signal_about *about,
                                 const struct vol_measures *m)
{
    size_t i;

    vol_writer_str(w, VOL_KEY("underlying"), about->underlying, about->underlying_len);
    if (!isnan(m->implied))
        vol_writer_num(w, VOL_KEY("implied"), m->implied);
    for (i = 0; i < VOL_MEASURES; i++)
        measure(w, m, (enum vol_measure)i, true);
    if (!isnan(m->price))
        realized_words(w, m);
    if (m->forecast_model[0] != '\0')
        text(w, VOL_KEY("forecast_model"), m->forecast_model);
    term_words(w, m);
    if (!isnan(m->x[VOL_M_BASIS]))
        date(w, VOL_KEY("basis_expiration"), m->basis_expiration);
    if (m->skew_source != NULL)
        text(w, VOL_KEY("skew_source"), m->skew_source);
    if (m->gex_n > 0)
        gamma_words(w, m);
}

/* ---- what a model's opinion was made from
 * ------------------------------------------------------------------- */

static void regime_inputs(struct vol_writer *w, const struct vol_signal_about *about,
                          const struct vol_judgement *j)
{
    const struct vol_regime_day *day = &j->regime;

    if (day->regime != VOL_REGIME_NONE) {
        text(w, VOL_KEY("regime"), vol_regime_name((size_t)day->regime, day->k));
        vol_writer_num(w, VOL_KEY("confidence"), day->confidence);
        vol_writer_num(w, VOL_KEY("p_low"), day->p[0]);
        vol_writer_num(w, VOL_KEY("p_high"), day->p[day->k - 1]);
        date(w, VOL_KEY("fitted"), day->fitted);
    }
    if (about->panel != NULL && about->panel->regime != NULL)
        text(w, VOL_KEY("regime_model"),
             vol_regime_model_name(vol_regime_config_of(about->panel->regime)->model));
    measure(w, &j->measures, VOL_M_VRP, false);
    measure(w, &j->measures, VOL_M_TERM_MID, false);
}

static void premium_inputs(struct vol_writer *w, const struct vol_measures *m)
{
    vol_writer_num(w, VOL_KEY("implied"), m->implied);
    measure(w, m, VOL_M_FORECAST_VOL, false);
    if (m->forecast_model[0] != '\0')
        text(w, VOL_KEY("forecast_model"), m->forecast_model);
    measure(w, m, VOL_M_VRP, false);
    measure(w, m, VOL_M_VRP_EXPOST, false);
    realized_words(w, m);
}

static void term_inputs(struct vol_writer *w, const struct vol_measures *m)
{
    measure(w, m, VOL_M_TERM_FRONT, false);
    measure(w, m, VOL_M_TERM_BACK, false);
    term_words(w, m);
    if (isnan(m->x[VOL_M_BASIS]))
        return;
    measure(w, m, VOL_M_BASIS, false);
    date(w, VOL_KEY("basis_expiration"), m->basis_expiration);
    measure(w, m, VOL_M_BASIS_30D, false);
    measure(w, m, VOL_M_FUTURES_SLOPE, false);
}

static void composite_inputs(struct vol_writer *w, const struct vol_signal_about *about,
                             const struct vol_judgement *j)
{
    char key[VOL_MEASURES_NAME_MAX + 16];
    size_t i;

    for (i = 0; i < VOL_MODEL_PARTS; i++) {
        const struct vol_opinion *part = &j->opinion[i];
        int len = snprintf(key, sizeof key, ",\"score_%s\":", vol_model_name((enum vol_model)i));

        if (about->config->weight[i] > 0)
            vol_writer_num(w, key, (size_t)len, part->known ? vol_level_score(part->level) : NAN);
    }
    vol_writer_num(w, VOL_KEY("weight"), j->weight);
    if (j->missing[0] != '\0')
        text(w, VOL_KEY("missing"), j->missing);
}

static void rank_inputs(struct vol_writer *w, const struct vol_judgement *j)
{
    vol_writer_num(w, VOL_KEY("iv_rank"), j->rank.rank);
    vol_writer_num(w, VOL_KEY("iv_percentile"), j->rank.percentile);
    vol_writer_num(w, VOL_KEY("iv_zscore"), j->rank.zscore);
    vol_writer_num(w, VOL_KEY("window_min"), j->rank.min);
    vol_writer_num(w, VOL_KEY("window_max"), j->rank.max);
}

static void inputs(struct vol_writer *w, const struct vol_signal_about *about, const struct vol_judgement *j,
                   enum vol_model model)
{
    switch (model) {
    case VOL_MODEL_IV_MEAN_REVERSION:
        rank_inputs(w, j);
        break;
    case VOL_MODEL_REGIME:
        regime_inputs(w, about, j);
        break;
    case VOL_MODEL_MOMENTUM:
        measure(w, &j->measures, VOL_M_VOL_MOMENTUM, false);
        measure(w, &j->measures, VOL_M_PRICE_MOMENTUM, false);
        break;
    case VOL_MODEL_TERM_STRUCTURE:
        term_inputs(w, &j->measures);
        break;
    case VOL_MODEL_VRP:
        premium_inputs(w, &j->measures);
        break;
    case VOL_MODEL_SKEW:
        measure(w, &j->measures, VOL_M_SKEW, false);
        if (j->measures.skew_source != NULL)
            text(w, VOL_KEY("skew_source"), j->measures.skew_source);
        break;
    case VOL_MODEL_GAMMA:
        measure(w, &j->measures, VOL_M_GEX, false);
        measure(w, &j->measures, VOL_M_DEX, false);
        gamma_words(w, &j->measures);
        break;
    default:
        composite_inputs(w, about, j);
        break;
    }
}

/* The latest instant of what the opinion was made from. */
static int64_t as_of(const struct vol_signal_about *about, const struct vol_judgement *j,
                     enum vol_model model)
{
    int64_t ts = model == VOL_MODEL_IV_MEAN_REVERSION ? about->field_ts : INT64_MIN, part;
    size_t i;

    if (model == VOL_MODEL_COMPOSITE) {
        for (i = 0; i < VOL_MODEL_PARTS; i++)
            if (about->config->weight[i] > 0 && j->opinion[i].known) {
                part = as_of(about, j, (enum vol_model)i);
                ts = part > ts ? part : ts;
            }
    } else if (about->panel != NULL && model != VOL_MODEL_IV_MEAN_REVERSION) {
        ts = vol_panel_as_of(about->panel, vol_model_inputs(model));
    }
    return ts == INT64_MIN ? about->ts : ts;
}

static int64_t lookback_of(const struct vol_signal_about *about, enum vol_model model)
{
    const struct vol_panel_config *panel = &about->config->panel;

    switch (model) {
    case VOL_MODEL_IV_MEAN_REVERSION:
        return about->lookback;
    case VOL_MODEL_MOMENTUM:
        return (int64_t)panel->deviation_days;
    case VOL_MODEL_VRP:
        return (int64_t)panel->rv_days;
    case VOL_MODEL_SKEW:
        return (int64_t)panel->skew_days;
    default:
        return 0;
    }
}

/* The composite's own sum, unless something else than its thresholds made it neutral. */
static double score_of(const struct vol_opinion *o, enum vol_model model)
{
    bool own = model == VOL_MODEL_COMPOSITE && o->known && (o->level != 0 || o->raw == 0);

    return own ? o->value : vol_level_score(o->level);
}

void vol_signal_records_opinion(struct vol_writer *w, const struct vol_signal_about *about,
                                const struct vol_judgement *j, enum vol_model model)
{
    const struct vol_opinion *o = &j->opinion[model];
    const struct vol_steady_config *steady = &about->config->model[model].steady;
    bool ranked = model == VOL_MODEL_IV_MEAN_REVERSION;
    int64_t lookback = lookback_of(about, model);

    vol_writer_str(w, VOL_KEY("underlying"), about->underlying, about->underlying_len);
    text(w, VOL_KEY("model"), vol_model_name(model));
    text(w, VOL_KEY("signal"), vol_level_signal(o->level));
    text(w, VOL_KEY("strength"), vol_level_strength(o->level));
    vol_writer_num(w, VOL_KEY("score"), score_of(o, model));
    text(w, VOL_KEY("field"), ranked ? about->field : o->field);
    vol_writer_num(w, VOL_KEY("value"), ranked ? about->value : o->value);
    inputs(w, about, j, model);
    vol_writer_int(w, VOL_KEY("n"), (int64_t)o->n);
    if (lookback > 0)
        vol_writer_int(w, VOL_KEY("lookback"), lookback);
    vol_writer_time(w, VOL_KEY("as_of"), as_of(about, j, model));
    text(w, VOL_KEY("reason"), o->reason);
    if (o->known && (steady->hysteresis > 0 || steady->min_hold > 1)) {
        text(w, VOL_KEY("raw_signal"), vol_level_signal(o->raw));
        vol_writer_int(w, VOL_KEY("held_days"), o->held);
    }
}

void vol_signal_records_cone(struct vol_writer *w, const char *underlying, size_t len, size_t horizon,
                             const struct vol_cone *cone)
{
    vol_writer_str(w, VOL_KEY("underlying"), underlying, len);
    vol_writer_int(w, VOL_KEY("horizon"), (int64_t)horizon);
    vol_writer_int(w, VOL_KEY("n"), (int64_t)cone->n);
    vol_writer_num(w, VOL_KEY("now"), cone->now);
    vol_writer_num(w, VOL_KEY("percentile"), cone->percentile);
    vol_writer_num(w, VOL_KEY("window_min"), cone->min);
    vol_writer_num(w, VOL_KEY("q10"), cone->q[0]);
    vol_writer_num(w, VOL_KEY("q25"), cone->q[1]);
    vol_writer_num(w, VOL_KEY("q50"), cone->q[2]);
    vol_writer_num(w, VOL_KEY("q75"), cone->q[3]);
    vol_writer_num(w, VOL_KEY("q90"), cone->q[4]);
    vol_writer_num(w, VOL_KEY("window_max"), cone->max);
}
