#include "signal/config.h"

#include <math.h>
#include <string.h>

#include "record/conf.h"

/* A whole number of days. */
static enum vol_status days_of(const struct vol_conf *conf, const char *key, int64_t lo, size_t *out,
                               struct vol_error *err)
{
    int64_t days = (int64_t)*out;
    enum vol_status status = vol_conf_int(conf, key, false, lo, 10000, &days, err);

    if (status == VOL_OK)
        *out = (size_t)days;
    return status;
}

static enum vol_status load_model(const struct vol_conf *conf, struct vol_model_config *model,
                                  struct vol_error *err)
{
    static const char *const known[] = {"sell_strong",   "sell",       "buy",
                                        "buy_strong",    "hysteresis", "min_hold",
                                        "needs_premium", "needs_term", NULL};
    struct vol_levels *l = &model->levels;
    enum vol_status status = vol_conf_known(conf, known, err);

    if (status == VOL_OK)
        status = vol_conf_num(conf, "sell_strong", false, -INFINITY, INFINITY, &l->sell_strong, err);
    if (status == VOL_OK)
        status = vol_conf_num(conf, "sell", false, -INFINITY, INFINITY, &l->sell, err);
    if (status == VOL_OK)
        status = vol_conf_num(conf, "buy", false, -INFINITY, INFINITY, &l->buy, err);
    if (status == VOL_OK)
        status = vol_conf_num(conf, "buy_strong", false, -INFINITY, INFINITY, &l->buy_strong, err);
    if (status == VOL_OK && !vol_levels_are_good(l))
        return vol_error_set(err, VOL_ECONFIG,
                             "%s: the thresholds must go from sell_strong over sell and buy to "
                             "buy_strong, up or down",
                             conf->where);
    /* Beyond half of what lies between them the thresholds of both sides would overlap. */
    if (status == VOL_OK)
        status = vol_conf_num(conf, "hysteresis", false, 0, fabs(l->sell - l->buy) * (0.5 + 1e-9),
                              &model->steady.hysteresis, err);
    if (status == VOL_OK)
        status = vol_conf_int(conf, "min_hold", false, 0, 10000, &model->steady.min_hold, err);
    if (status == VOL_OK)
        status = vol_conf_bool(conf, "needs_premium", false, &model->needs_premium, err);
    if (status == VOL_OK)
        status = vol_conf_bool(conf, "needs_term", false, &model->needs_term, err);
    return status;
}

static enum vol_status load_models(const struct vol_conf *conf, struct vol_models_config *config,
                                   struct vol_error *err)
{
    const char *names[VOL_MODELS + 1] = {NULL};
    struct vol_conf all, one;
    enum vol_status status = vol_conf_object(conf, "models", false, &all, err);
    size_t i;

    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    for (i = 0; i < VOL_MODELS; i++)
        names[i] = vol_model_name((enum vol_model)i);
    status = vol_conf_known(&all, names, err);
    for (i = 0; i < VOL_MODELS && status == VOL_OK; i++) {
        status = vol_conf_object(&all, names[i], false, &one, err);
        if (status == VOL_OK)
            status = load_model(&one, &config->model[i], err);
        else if (status == VOL_NO)
            status = VOL_OK;
    }
    return status;
}

static enum vol_status load_weights(const struct vol_conf *conf, struct vol_models_config *config,
                                    struct vol_error *err)
{
    const char *names[VOL_MODEL_PARTS + 1] = {NULL};
    double weight[VOL_MODEL_PARTS] = {0}, sum = 0;
    struct vol_conf weights;
    enum vol_status status = vol_conf_object(conf, "weights", false, &weights, err);
    size_t i;

    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    for (i = 0; i < VOL_MODEL_PARTS; i++)
        names[i] = vol_model_name((enum vol_model)i);
    status = vol_conf_known(&weights, names, err);
    for (i = 0; i < VOL_MODEL_PARTS && status == VOL_OK; i++) {
        status = vol_conf_num(&weights, names[i], false, 0, 1e6, &weight[i], err);
        sum += weight[i];
    }
    if (status == VOL_OK && !(sum > 0))
        return vol_error_set(err, VOL_ECONFIG, "%s: no weight is positive", weights.where);
    if (status == VOL_OK)
        memcpy(config->weight, weight, sizeof weight);
    return status;
}

static enum vol_status load_windows(const struct vol_conf *conf, struct vol_panel_config *panel,
                                    struct vol_error *err)
{
    static const char *const known[] = {"realized", "momentum", "deviation", "skew",
                                        "max_age",  "per_year", "flat_band", NULL};
    struct vol_conf windows;
    int64_t age = panel->max_age;
    enum vol_status status = vol_conf_object(conf, "windows", false, &windows, err);

    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    status = vol_conf_known(&windows, known, err);
    if (status == VOL_OK)
        status = days_of(&windows, "realized", 2, &panel->rv_days, err);
    if (status == VOL_OK)
        status = days_of(&windows, "momentum", 1, &panel->momentum_days, err);
    if (status == VOL_OK)
        status = days_of(&windows, "deviation", 2, &panel->deviation_days, err);
    if (status == VOL_OK)
        status = days_of(&windows, "skew", 1, &panel->skew_days, err);
    if (status == VOL_OK)
        status = vol_conf_int(&windows, "max_age", false, 0, 366, &age, err);
    if (status == VOL_OK)
        status = vol_conf_num(&windows, "per_year", false, 1, 366, &panel->per_year, err);
    if (status == VOL_OK)
        status = vol_conf_num(&windows, "flat_band", false, 0, 0.5, &panel->band, err);
    if (status == VOL_OK && panel->momentum_days > panel->deviation_days)
        return vol_error_set(err, VOL_ECONFIG, "%s: momentum is longer than deviation", windows.where);
    panel->max_age = (int32_t)age;
    return status;
}

static enum vol_status load_regime(const struct vol_conf *conf, struct vol_regime_config *regime,
                                   struct vol_error *err)
{
    static const char *const known[] = {"regimes", "min_days", "near_days", "refit",
                                        "window",  "dwell",    "confirm",   NULL};
    struct vol_conf own;
    int64_t k = (int64_t)regime->k;
    enum vol_status status = vol_conf_object(conf, "regime", false, &own, err);

    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    status = vol_conf_known(&own, known, err);
    if (status == VOL_OK)
        status = vol_conf_int(&own, "regimes", false, 2, VOL_GMM_K_MAX, &k, err);
    if (status == VOL_OK)
        status = days_of(&own, "min_days", VOL_REGIME_DAYS_LEAST, &regime->min_days, err);
    if (status == VOL_OK)
        status = days_of(&own, "near_days", 0, &regime->near_days, err);
    if (status == VOL_OK)
        status = days_of(&own, "refit", 1, &regime->refit, err);
    if (status == VOL_OK)
        status = days_of(&own, "window", 0, &regime->window, err);
    if (status == VOL_OK)
        status = days_of(&own, "dwell", 0, &regime->dwell, err);
    if (status == VOL_OK)
        status = days_of(&own, "confirm", 0, &regime->confirm, err);
    if (status == VOL_OK && regime->window != 0 && regime->window < regime->min_days)
        return vol_error_set(err, VOL_ECONFIG, "%s: window: %zu days, fewer than the %zu of min_days",
                             own.where, regime->window, regime->min_days);
    regime->k = (size_t)k;
    return status;
}

static enum vol_status load(const struct vol_conf *conf, struct vol_models_config *config,
                            struct vol_regime_config *regime, struct vol_error *err)
{
    static const char *const known[] = {"models", "weights", "min_weight", "windows",
                                        "regime", "dealer",  NULL};
    const char *dealer = NULL;
    enum vol_status status = vol_conf_known(conf, known, err);

    if (status == VOL_OK)
        status = load_models(conf, config, err);
    if (status == VOL_OK)
        status = load_weights(conf, config, err);
    if (status == VOL_OK)
        status = vol_conf_num(conf, "min_weight", false, 0, 1, &config->min_weight, err);
    if (status == VOL_OK)
        status = load_windows(conf, &config->panel, err);
    if (status == VOL_OK)
        status = load_regime(conf, regime, err);
    if (status == VOL_OK)
        status =
            vol_conf_str(conf, "dealer", false, "calls_long_puts_short|short_all|long_all", &dealer, err);
    if (status == VOL_OK && dealer != NULL)
        (void)vol_dealer_find(dealer, &config->panel.dealer); /* one of the three words */
    return status;
}

enum vol_status vol_signal_config_load(const char *path, struct vol_models_config *config,
                                       struct vol_regime_config *regime, struct vol_error *err)
{
    struct vol_models_config made = *config;
    struct vol_regime_config made_regime = *regime;
    struct vol_conf conf;
    enum vol_status status = vol_conf_load(path, &conf, err);

    if (status != VOL_OK)
        return status;
    status = load(&conf, &made, &made_regime, err);
    vol_conf_free(&conf);
    if (status == VOL_OK) {
        *config = made;
        *regime = made_regime;
    }
    return status;
}
