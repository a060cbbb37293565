#include "signal/desk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum vol_status vol_desk_init(struct vol_desk *desk, const struct vol_desk_config *config)
{
    struct vol_desk made = {.config = *config};
    enum vol_status status = vol_track_init(&made.track, config->lookback);

    if (status != VOL_OK)
        return status;
    vol_map_init(&made.names);
    *desk = made;
    return VOL_OK;
}

void vol_desk_free(struct vol_desk *desk)
{
    size_t i;

    for (i = 0; i < desk->names.n; i++)
        if (desk->entry[i].panel != NULL) {
            vol_panel_free(desk->entry[i].panel);
            free(desk->entry[i].panel);
        }
    free(desk->entry);
    vol_map_free(&desk->names);
    vol_track_free(&desk->track);
    memset(desk, 0, sizeof *desk);
}

static enum vol_status new_panel(const struct vol_desk_config *config, struct vol_panel **out,
                                 struct vol_error *err)
{
    struct vol_regime *regime = NULL;
    struct vol_panel *panel;
    enum vol_status status = VOL_OK;

    if (config->mask >> VOL_MODEL_REGIME & 1)
        status = config->regime_file != NULL ? vol_regime_load(config->regime_file, &regime, err)
                                             : vol_regime_new(&config->regime, &regime, err);
    if (status != VOL_OK)
        return status;
    panel = malloc(sizeof *panel);
    status = panel != NULL ? vol_panel_init(panel, &config->models.panel, regime) : VOL_EOS;
    if (status != VOL_OK) {
        vol_regime_free(regime);
        free(panel);
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    *out = panel;
    return VOL_OK;
}

enum vol_status vol_desk_find(struct vol_desk *desk, const char *name, size_t len, size_t *index,
                              struct vol_error *err)
{
    struct vol_desk_entry made = {.value = NAN, .date = INT32_MIN, .ts = INT64_MIN};
    enum vol_status status;

    *index = vol_map_find(&desk->names, name, len);
    if (*index != VOL_MAP_NONE)
        return VOL_OK;
    if (desk->names.n == desk->cap) {
        size_t cap = desk->cap > 0 ? 2 * desk->cap : 16;
        struct vol_desk_entry *entry = realloc(desk->entry, cap * sizeof *entry);

        if (entry == NULL)
            return vol_error_set(err, VOL_EOS, "out of memory");
        desk->entry = entry;
        desk->cap = cap;
    }
    if (desk->config.panels) {
        status = new_panel(&desk->config, &made.panel, err);
        if (status != VOL_OK)
            return status;
    }
    status = vol_map_add(&desk->names, name, len, index);
    if (status != VOL_OK) {
        if (made.panel != NULL)
            vol_panel_free(made.panel);
        free(made.panel);
        return vol_error_set(err, VOL_EOS, "out of memory");
    }
    desk->entry[*index] = made;
    return VOL_OK;
}

enum vol_status vol_desk_sample(struct vol_desk *desk, size_t index, int32_t date, int64_t ts, double x)
{
    struct vol_desk_entry *entry = &desk->entry[index];
    size_t len;
    const char *name = vol_map_name(&desk->names, index, &len);
    enum vol_status status =
        vol_track_sample(&desk->track, name, len, date, x, desk->config.min_samples, &entry->rank);

    if (status != VOL_OK)
        return status;
    entry->value = x;
    entry->ts = ts;
    entry->date = date;
    return VOL_OK;
}

/* What is ranked, and where it stands. */
static enum vol_status rank_now(struct vol_desk *desk, size_t index, int32_t date, int64_t ts, bool sampled,
                                struct vol_judgement *j, double *value)
{
    const struct vol_desk_entry *entry = &desk->entry[index];
    enum vol_measure field = desk->config.field;
    enum vol_status status = VOL_OK;
    const char *name;
    size_t len;

    if (field != VOL_MEASURES && entry->panel != NULL) {
        status = vol_desk_sample(desk, index, date, ts, j->measures.x[field]);
        sampled = status == VOL_OK;
        if (status == VOL_EOS)
            return status;
    }
    *value = NAN;
    j->rank = (struct vol_rank){0, NAN, NAN, NAN, NAN, NAN};
    if (sampled) {
        *value = entry->value;
        j->rank = entry->rank;
    } else {
        name = vol_map_name(&desk->names, index, &len);
        j->rank.n = vol_track_count(&desk->track, name, len, date);
    }
    return VOL_OK;
}

enum vol_status vol_desk_judge(struct vol_desk *desk, size_t index, int32_t date, int64_t ts, bool sampled,
                               struct vol_judgement *out, double *value, int64_t *value_ts)
{
    struct vol_desk_entry *entry = &desk->entry[index];
    struct vol_judgement made;
    enum vol_status status = VOL_OK;

    memset(&made, 0, sizeof made);
    made.regime.regime = VOL_REGIME_NONE;
    if (entry->panel != NULL) {
        vol_panel_measure(entry->panel, date, ts, &made.measures);
        if (desk->config.mask >> VOL_MODEL_REGIME & 1)
            status = vol_panel_regime(entry->panel, date, &made.regime);
    }
    if (status == VOL_OK)
        status = rank_now(desk, index, date, ts, sampled, &made, value);
    if (status != VOL_OK)
        return status;
    *value_ts = isnan(*value) ? ts : entry->ts;
    vol_models_judge(&desk->config.models, desk->config.mask, date, *value, entry->steady, &made);
    *out = made;
    return VOL_OK;
}

enum vol_status vol_desk_train(struct vol_desk *desk, const char *library, struct vol_buf *out,
                               struct vol_error *err)
{
    struct vol_regime *regime = NULL;
    struct vol_regime_day day;
    enum vol_status status;
    size_t i;

    for (i = 0; i < desk->names.n; i++) {
        struct vol_panel *panel = desk->entry[i].panel;

        if (vol_panel_regime(panel, panel->today, &day) != VOL_OK) /* the last day is over */
            return vol_error_set(err, VOL_EOS, "out of memory");
        if (panel->vix_is_iv30 || panel->days.n == 0)
            continue;
        if (regime != NULL)
            return vol_error_set(err, VOL_EDATA,
                                 "the input has prices and indices of more than one underlying");
        regime = panel->regime;
    }
    if (regime == NULL)
        return vol_error_set(err, VOL_EDATA,
                             "the input has no underlying with prices and a thirty-day index");
    status = vol_regime_train(regime, err);
    return status == VOL_OK ? vol_regime_save(regime, library, out, err) : status;
}
