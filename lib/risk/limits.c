#include "risk/limits.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "record/conf.h"

static const char *const scope_names[VOL_SCOPES] = {"order", "underlying", "portfolio"};

static const char *const names[VOL_MEASURES] = {
    [VOL_DELTA] = "max_delta",
    [VOL_GAMMA] = "max_gamma",
    [VOL_THETA] = "max_theta",
    [VOL_VEGA] = "max_vega",
    [VOL_DOLLAR_DELTA] = "max_dollar_delta",
    [VOL_DOLLAR_GAMMA] = "max_dollar_gamma",
    [VOL_NOTIONAL] = "max_notional",
    [VOL_QUANTITY] = "max_quantity",
};

const char *vol_limits_name(enum vol_measure measure)
{
    return names[measure];
}

bool vol_limits_has(enum vol_scope scope, enum vol_measure measure)
{
    switch (scope) {
    case VOL_SCOPE_ORDER:
        return measure == VOL_QUANTITY || measure == VOL_NOTIONAL;
    case VOL_SCOPE_UNDERLYING:
        return measure != VOL_DOLLAR_DELTA && measure != VOL_DOLLAR_GAMMA;
    case VOL_SCOPE_PORTFOLIO:
        return measure != VOL_DELTA && measure != VOL_GAMMA;
    case VOL_SCOPES:
        break;
    }
    return false;
}

/* The object {"value": …, "unit": UNIT} under KEY. */
static enum vol_status read_limit(const struct vol_conf *conf, const char *key, const char *unit, double *out,
                                  struct vol_error *err)
{
    static const char *const known[] = {"value", "unit", NULL};
    struct vol_conf part;
    const char *given = NULL;
    double value = 0;
    enum vol_status status = vol_conf_object(conf, key, true, &part, err);

    if (status != VOL_OK || (status = vol_conf_known(&part, known, err)) != VOL_OK ||
        (status = vol_conf_num(&part, "value", true, 0, 1e15, &value, err)) != VOL_OK ||
        (status = vol_conf_str(&part, "unit", true, NULL, &given, err)) != VOL_OK)
        return status;
    if (strcmp(given, unit) != 0)
        return vol_error_set(err, VOL_ECONFIG, "%s: unit: expected \"%s\", found \"%.60s\"", part.where, unit,
                             given);
    *out = value;
    return VOL_OK;
}

static enum vol_status read_scope(const struct vol_conf *conf, enum vol_scope scope,
                                  struct vol_limits *limits, struct vol_error *err)
{
    const char *known[VOL_MEASURES + 1] = {NULL};
    struct vol_conf part;
    enum vol_status status = vol_conf_object(conf, scope_names[scope], true, &part, err);
    size_t n = 0;
    int m;

    for (m = 0; m < VOL_MEASURES; m++) {
        limits->max[scope][m] = (double)NAN;
        if (vol_limits_has(scope, (enum vol_measure)m))
            known[n++] = names[m];
    }
    if (status == VOL_OK)
        status = vol_conf_known(&part, known, err);
    for (m = 0; m < VOL_MEASURES && status == VOL_OK; m++)
        if (vol_limits_has(scope, (enum vol_measure)m))
            status = read_limit(&part, names[m], vol_measure_unit((enum vol_measure)m),
                                &limits->max[scope][m], err);
    return status;
}

static enum vol_status read_run(const struct vol_conf *conf, struct vol_limits *limits, struct vol_error *err)
{
    static const char *const known[] = {"max_orders", NULL};
    struct vol_conf part;
    double orders = 0;
    enum vol_status status = vol_conf_object(conf, "run", true, &part, err);

    if (status != VOL_OK || (status = vol_conf_known(&part, known, err)) != VOL_OK ||
        (status = read_limit(&part, "max_orders", "orders", &orders, err)) != VOL_OK)
        return status;
    if (floor(orders) != orders)
        return vol_error_set(err, VOL_ECONFIG, "%s: max_orders: not a whole number", part.where);
    limits->max_orders = (int64_t)orders;
    return VOL_OK;
}

enum vol_status vol_limits_load(const char *path, struct vol_limits *out, struct vol_error *err)
{
    static const char *const known[] = {"order", "underlying", "portfolio", "run", NULL};
    struct vol_limits limits = {0};
    struct vol_conf conf;
    enum vol_status status = vol_conf_load(path, &conf, err);
    int scope;

    if (status != VOL_OK)
        return status;
    status = vol_conf_known(&conf, known, err);
    for (scope = 0; scope < VOL_SCOPES && status == VOL_OK; scope++)
        status = read_scope(&conf, (enum vol_scope)scope, &limits, err);
    if (status == VOL_OK)
        status = read_run(&conf, &limits, err);
    vol_conf_free(&conf);
    if (status == VOL_OK)
        *out = limits;
    return status;
}
