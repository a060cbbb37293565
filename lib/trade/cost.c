#include "trade/cost.h"

#include <string.h>

#include "base/time.h"
#include "book/book.h"
#include "record/conf.h"

static const int64_t one_leg = 75000000, more_legs = 66000000; /* 0.75 and 0.66 */

void vol_cost_default(struct vol_cost *cost)
{
    static const struct vol_cost_row rows[] = {
        {"commission", 1, VOL_COST_CONTRACT, 0, 65000000, INT32_MIN, INT32_MAX},
        {"regulatory", 0, VOL_COST_CONTRACT, 0, 2000000, INT32_MIN, INT32_MAX},
    };

    memset(cost, 0, sizeof *cost);
    cost->one_leg = one_leg;
    cost->more_legs = more_legs;
    memcpy(cost->rows, rows, sizeof rows);
    cost->n_rows = sizeof rows / sizeof rows[0];
}

static enum vol_status read_date(const struct vol_conf *conf, const char *key, int32_t *out,
                                 struct vol_error *err)
{
    const char *text = NULL;
    enum vol_status status = vol_conf_str(conf, key, false, NULL, &text, err);

    if (status == VOL_OK && text != NULL && vol_date_parse(text, strlen(text), out) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "%s: %s: not a date: \"%s\"", conf->where, key, text);
    return status;
}

static enum vol_status read_row(const struct vol_conf *conf, struct vol_cost_row *row, struct vol_error *err)
{
    static const char *const known[] = {"name", "type", "per", "side", "rate", "from", "to", "source", NULL};
    const char *name = NULL, *type = NULL, *per = NULL, *side = "both", *source = NULL;
    double rate = 0;
    enum vol_status status = vol_conf_known(conf, known, err);

    row->from = INT32_MIN;
    row->to = INT32_MAX;
    if (status != VOL_OK || (status = vol_conf_str(conf, "name", true, NULL, &name, err)) != VOL_OK ||
        (status = vol_conf_str(conf, "type", true, "commission|fee", &type, err)) != VOL_OK ||
        (status = vol_conf_str(conf, "per", true, "contract|million", &per, err)) != VOL_OK ||
        (status = vol_conf_str(conf, "side", false, "both|buy|sell", &side, err)) != VOL_OK ||
        (status = vol_conf_str(conf, "source", false, NULL, &source, err)) != VOL_OK ||
        (status = vol_conf_num(conf, "rate", true, 0, 1e6, &rate, err)) != VOL_OK ||
        (status = read_date(conf, "from", &row->from, err)) != VOL_OK ||
        (status = read_date(conf, "to", &row->to, err)) != VOL_OK)
        return status;
    if (row->from > row->to)
        return vol_error_set(err, VOL_ECONFIG, "%s: `from` is after `to`", conf->where);
    if (vol_contract_name(row->name, sizeof row->name, name, strlen(name), "name", err) != VOL_OK) {
        vol_error_prefix(err, "%s", conf->where);
        return err != NULL ? (err->status = VOL_ECONFIG) : VOL_ECONFIG;
    }
    row->commission = strcmp(type, "commission") == 0;
    row->basis = strcmp(per, "contract") == 0 ? VOL_COST_CONTRACT : VOL_COST_MILLION;
    row->side = strcmp(side, "both") == 0 ? 0 : strcmp(side, "buy") == 0 ? 1 : -1;
    return vol_fixed_from(rate, &row->rate);
}

static enum vol_status read_cost(const struct vol_conf *conf, struct vol_cost *cost, struct vol_error *err)
{
    static const char *const known[] = {"spread_share", "charges", NULL};
    static const char *const shares[] = {"one_leg", "more_legs", NULL};
    struct vol_conf part;
    double p[2] = {0, 0};
    size_t i, n = 0;
    enum vol_status status = vol_conf_known(conf, known, err);

    memset(cost, 0, sizeof *cost);
    if (status != VOL_OK || (status = vol_conf_object(conf, "spread_share", true, &part, err)) != VOL_OK ||
        (status = vol_conf_known(&part, shares, err)) != VOL_OK ||
        (status = vol_conf_num(&part, "one_leg", true, 0, 1, &p[0], err)) != VOL_OK ||
        (status = vol_conf_num(&part, "more_legs", true, 0, 1, &p[1], err)) != VOL_OK ||
        (status = vol_conf_array(conf, "charges", true, &n, err)) != VOL_OK)
        return status;
    if (n > VOL_COST_ROWS_MAX)
        return vol_error_set(err, VOL_ECONFIG, "%s: more than %d charges", conf->where, VOL_COST_ROWS_MAX);
    if (vol_fixed_from(p[0], &cost->one_leg) != VOL_OK || vol_fixed_from(p[1], &cost->more_legs) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "%s: spread_share out of its range", conf->where);
    for (i = 0; i < n && status == VOL_OK; i++)
        if ((status = vol_conf_element(conf, "charges", i, &part, err)) == VOL_OK)
            status = read_row(&part, &cost->rows[i], err);
    cost->n_rows = n;
    return status;
}

enum vol_status vol_cost_load(const char *path, struct vol_cost *out, struct vol_error *err)
{
    struct vol_cost cost;
    struct vol_conf conf;
    enum vol_status status = vol_conf_load(path, &conf, err);

    if (status != VOL_OK)
        return status;
    status = read_cost(&conf, &cost, err);
    vol_conf_free(&conf);
    if (status == VOL_OK)
        *out = cost;
    return status;
}

enum vol_status vol_cost_price(const struct vol_cost *cost, const struct vol_market_quote *quote, int side,
                               size_t n_legs, int64_t *price, const char **why)
{
    const char *ignored;
    int64_t give, at;

    if (why == NULL)
        why = &ignored;
    if (quote == NULL || quote->bid == VOL_FIXED_NONE || quote->ask == VOL_FIXED_NONE) {
        *why = "no_quote";
        return VOL_NO;
    }
    if (!vol_market_two_sided(quote)) {
        *why = quote->bid == quote->ask ? "locked" : "crossed";
        return VOL_NO;
    }
    if (side < 0 && quote->bid == 0) {
        *why = "no_bid";
        return VOL_NO;
    }
    if (vol_fixed_mul(n_legs > 1 ? cost->more_legs : cost->one_leg, quote->ask - quote->bid, &give) != VOL_OK)
        return VOL_NO;
    at = side > 0 ? quote->bid + give : quote->ask - give;
    *price = at;
    return VOL_OK;
}

enum vol_status vol_cost_charges(const struct vol_cost *cost, int32_t date, int side, int64_t contracts,
                                 int64_t price, int64_t multiplier, int64_t *commission, int64_t *fees)
{
    int64_t sum[2] = {0, 0}, value, part;
    size_t i;

    if (vol_book_value(price, contracts, multiplier, &value) != VOL_OK)
        return VOL_EDATA;
    for (i = 0; i < cost->n_rows; i++) {
        const struct vol_cost_row *row = &cost->rows[i];

        if (date < row->from || date > row->to || (row->side != 0 && row->side != side))
            continue;
        if ((row->basis == VOL_COST_CONTRACT
                 ? vol_fixed_mul(row->rate, contracts, &part)
                 : vol_fixed_muldiv(row->rate, value, 1000000 * VOL_FIXED_ONE, &part)) != VOL_OK ||
            vol_fixed_add(sum[row->commission], part, &sum[row->commission]) != VOL_OK)
            return VOL_EDATA;
    }
    *commission = sum[1];
    *fees = sum[0];
    return VOL_OK;
}
