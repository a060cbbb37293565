#include "trade/strategy.h"

#include <math.h>
#include <string.h>

#include "record/conf.h"

#define STRENGTHS "weak|moderate|strong"

static bool is(const char *word, size_t len, const char *text)
{
    return strlen(text) == len && memcmp(word, text, len) == 0;
}

enum vol_status vol_strategy_direction(const char *word, size_t len, int *out)
{
    if (is(word, len, "buy_vol"))
        *out = 1;
    else if (is(word, len, "sell_vol"))
        *out = -1;
    else if (is(word, len, "neutral"))
        *out = 0;
    else
        return VOL_EDATA;
    return VOL_OK;
}

enum vol_status vol_strategy_strength(const char *word, size_t len, enum vol_strength *out)
{
    static const char *const words[] = {"none", "weak", "moderate", "strong"};
    int i;

    for (i = 0; i < 4; i++)
        if (is(word, len, words[i])) {
            *out = (enum vol_strength)i;
            return VOL_OK;
        }
    return VOL_EDATA;
}

static enum vol_status get_name(const struct vol_conf *conf, const char *key, bool required, char *out,
                                struct vol_error *err)
{
    const char *text = NULL;
    enum vol_status status = vol_conf_str(conf, key, required, NULL, &text, err);

    if (status == VOL_OK && text != NULL &&
        vol_contract_name(out, VOL_NAME_MAX, text, strlen(text), key, NULL) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "%s: %s: not a name (plain characters, no space): \"%s\"",
                             conf->where, key, text);
    return status;
}

static enum vol_status read_entry(const struct vol_conf *conf, struct vol_strategy *s, struct vol_error *err)
{
    static const char *const known[] = {"model", "signal", "min_strength", NULL};
    struct vol_conf part;
    const char *signal = NULL, *strength = "weak";
    enum vol_status status = vol_conf_object(conf, "entry", true, &part, err);

    if (status != VOL_OK || (status = vol_conf_known(&part, known, err)) != VOL_OK ||
        (status = get_name(&part, "model", true, s->model, err)) != VOL_OK ||
        (status = vol_conf_str(&part, "signal", true, "buy_vol|sell_vol", &signal, err)) != VOL_OK ||
        (status = vol_conf_str(&part, "min_strength", false, STRENGTHS, &strength, err)) != VOL_OK)
        return status;
    vol_strategy_direction(signal, strlen(signal), &s->direction);
    vol_strategy_strength(strength, strlen(strength), &s->min_strength);
    return VOL_OK;
}

static enum vol_status read_expiry(const struct vol_conf *conf, struct vol_strategy *s, struct vol_error *err)
{
    static const char *const known[] = {"dte_min", "dte_target", "dte_max", "root", NULL};
    struct vol_conf part;
    enum vol_status status = vol_conf_object(conf, "expiry", true, &part, err);

    if (status != VOL_OK || (status = vol_conf_known(&part, known, err)) != VOL_OK ||
        (status = vol_conf_num(&part, "dte_min", true, 0, 10000, &s->dte_min, err)) != VOL_OK ||
        (status = vol_conf_num(&part, "dte_target", true, 0, 10000, &s->dte_target, err)) != VOL_OK ||
        (status = vol_conf_num(&part, "dte_max", true, 0, 10000, &s->dte_max, err)) != VOL_OK ||
        (status = get_name(&part, "root", false, s->root, err)) != VOL_OK)
        return status;
    if (!(s->dte_min <= s->dte_target && s->dte_target <= s->dte_max))
        return vol_error_set(err, VOL_ECONFIG, "%s: dte_min, dte_target and dte_max do not ascend",
                             part.where);
    return VOL_OK;
}

static enum vol_status read_leg(const struct vol_conf *conf, struct vol_strategy_leg *leg,
                                struct vol_error *err)
{
    static const char *const known[] = {"side", "option_type", "ratio", "delta", "strike", NULL};
    const char *side = NULL, *type = NULL, *strike = NULL;
    enum vol_status status = vol_conf_known(conf, known, err);

    leg->ratio = 1;
    if (status != VOL_OK || (status = vol_conf_str(conf, "side", true, "buy|sell", &side, err)) != VOL_OK ||
        (status = vol_conf_str(conf, "option_type", true, "C|P", &type, err)) != VOL_OK ||
        (status = vol_conf_int(conf, "ratio", false, 1, 100, &leg->ratio, err)) != VOL_OK ||
        (status = vol_conf_num(conf, "delta", false, 0.001, 0.999, &leg->delta, err)) != VOL_OK ||
        (status = vol_conf_str(conf, "strike", false, "atm", &strike, err)) != VOL_OK)
        return status;
    if (vol_conf_has(conf, "delta") == (strike != NULL))
        return vol_error_set(err, VOL_ECONFIG,
                             "%s: a leg needs one of \"delta\": 0.16 and \"strike\": \"atm\"", conf->where);
    leg->atm = strike != NULL;
    leg->side = strcmp(side, "buy") == 0 ? 1 : -1;
    leg->option_type = type[0];
    return VOL_OK;
}

static enum vol_status read_legs(const struct vol_conf *conf, struct vol_strategy *s, struct vol_error *err)
{
    struct vol_conf part;
    size_t i, j, n = 0;
    enum vol_status status = vol_conf_array(conf, "legs", true, &n, err);

    if (status != VOL_OK)
        return status;
    if (n < 1 || n > VOL_ORDER_LEGS_MAX)
        return vol_error_set(err, VOL_ECONFIG, "%s: legs: 1 to %d of them are possible", conf->where,
                             VOL_ORDER_LEGS_MAX);
    for (i = 0; i < n; i++) {
        if ((status = vol_conf_element(conf, "legs", i, &part, err)) != VOL_OK ||
            (status = read_leg(&part, &s->legs[i], err)) != VOL_OK)
            return status;
        for (j = 0; j < i; j++)
            if (s->legs[j].option_type == s->legs[i].option_type && s->legs[j].atm == s->legs[i].atm &&
                s->legs[j].delta == s->legs[i].delta)
                return vol_error_set(err, VOL_ECONFIG, "%s: the same contract as an earlier leg", part.where);
    }
    s->n_legs = n;
    return VOL_OK;
}

static enum vol_status read_size(const struct vol_conf *conf, struct vol_strategy *s, struct vol_error *err)
{
    static const char *const known[] = {"quantity", "max_vega", "max_premium", "max_units", NULL};
    struct vol_conf part;
    enum vol_status status = vol_conf_object(conf, "size", true, &part, err);

    s->max_vega = s->max_premium = (double)INFINITY;
    if (status != VOL_OK || (status = vol_conf_known(&part, known, err)) != VOL_OK ||
        (status = vol_conf_int(&part, "quantity", true, 1, 10000, &s->quantity, err)) != VOL_OK ||
        (status = vol_conf_num(&part, "max_vega", false, 1e-6, 1e12, &s->max_vega, err)) != VOL_OK ||
        (status = vol_conf_num(&part, "max_premium", false, 1e-6, 1e12, &s->max_premium, err)) != VOL_OK)
        return status;
    return vol_conf_int(&part, "max_units", true, 1, 10000, &s->max_units, err);
}

static enum vol_status read_exit(const struct vol_conf *conf, struct vol_strategy *s, struct vol_error *err)
{
    static const char *const known[] = {"dte", "opposite_signal", NULL};
    struct vol_conf part;
    enum vol_status status = vol_conf_object(conf, "exit", true, &part, err);

    s->exit_dte = -1;
    if (status != VOL_OK || (status = vol_conf_known(&part, known, err)) != VOL_OK ||
        (status = vol_conf_num(&part, "dte", false, 0, 10000, &s->exit_dte, err)) != VOL_OK ||
        (status = vol_conf_bool(&part, "opposite_signal", false, &s->exit_opposite, err)) != VOL_OK)
        return status;
    if (s->exit_dte >= s->dte_min)
        return vol_error_set(err, VOL_ECONFIG, "%s: dte: would close at once what was opened (dte_min is %g)",
                             part.where, s->dte_min);
    return VOL_OK;
}

static enum vol_status read_order(const struct vol_conf *conf, struct vol_strategy *s, struct vol_error *err)
{
    static const char *const known[] = {"limit", "aggressiveness", "tick", "tif", NULL};
    struct vol_conf part;
    const char *tif = "day";
    double tick = 0;
    enum vol_status status = vol_conf_object(conf, "order", true, &part, err);

    if (status != VOL_OK || (status = vol_conf_known(&part, known, err)) != VOL_OK ||
        (status = vol_conf_bool(&part, "limit", true, &s->limit, err)) != VOL_OK ||
        (status = vol_conf_num(&part, "aggressiveness", s->limit, -1, 100, &s->aggressiveness, err)) !=
            VOL_OK ||
        (status = vol_conf_num(&part, "tick", s->limit, 1e-8, 1e6, &tick, err)) != VOL_OK ||
        (status = vol_conf_str(&part, "tif", false, "day|gtc", &tif, err)) != VOL_OK)
        return status;
    s->tif = strcmp(tif, "day") == 0 ? VOL_TIF_DAY : VOL_TIF_GTC;
    if (vol_fixed_from(tick, &s->tick) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "%s: tick out of its range", part.where);
    return VOL_OK;
}

enum vol_status vol_strategy_load(const char *path, struct vol_strategy *out, struct vol_error *err)
{
    static const char *const known[] = {"name", "entry", "expiry", "legs", "delta_tolerance",
                                        "size", "exit",  "order",  NULL};
    struct vol_strategy s;
    struct vol_conf conf;
    enum vol_status status = vol_conf_load(path, &conf, err);

    if (status != VOL_OK)
        return status;
    memset(&s, 0, sizeof s);
    s.delta_tolerance = 0.05;
    if ((status = vol_conf_known(&conf, known, err)) == VOL_OK &&
        (status = get_name(&conf, "name", true, s.name, err)) == VOL_OK &&
        (status = read_entry(&conf, &s, err)) == VOL_OK && (status = read_expiry(&conf, &s, err)) == VOL_OK &&
        (status = read_legs(&conf, &s, err)) == VOL_OK &&
        (status = vol_conf_num(&conf, "delta_tolerance", false, 0, 1, &s.delta_tolerance, err)) == VOL_OK &&
        (status = read_size(&conf, &s, err)) == VOL_OK && (status = read_exit(&conf, &s, err)) == VOL_OK &&
        (status = read_order(&conf, &s, err)) == VOL_OK)
        *out = s;
    vol_conf_free(&conf);
    return status;
}
