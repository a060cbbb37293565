#include <math.h>
#include <string.h>

#include "base/time.h"
#include "source/cboe.h"
#include "source/datefmt.h"
#include "source/json.h"
#include "source/us_chain.h"

/* How far the quotes lie behind the file when nothing in it has a time. */
#define DELAY (15 * VOL_MINUTE)
/* The index is not computed at night, when its options are traded: a price so much older is not theirs. */
#define PRICE_BEHIND (30 * VOL_MINUTE)

/* New York's clock; INT64_MIN when there is no value. */
static enum vol_status trade_time(const struct vol_json *at, enum vol_json_need need, int64_t *out,
                                  struct vol_error *err)
{
    struct vol_datetime when;
    struct vol_json place;
    const char *text;
    enum vol_status status = vol_json_str(at, "last_trade_time", need, &text, err);

    *out = INT64_MIN;
    if (status != VOL_OK || !text)
        return status;
    if (vol_datefmt_parse("%Y-%m-%dT%H:%M:%S", text, strlen(text), &when) != VOL_OK) {
        if ((status = vol_json_any(at, "last_trade_time", need, &place, err)) != VOL_OK)
            return status;
        return vol_json_wrong(&place, err, "expected YYYY-MM-DDTHH:MM:SS, got \"%.40s\"", text);
    }
    *out = vol_datetime_instant(&when, VOL_ZONE_NEW_YORK);
    return VOL_OK;
}

static enum vol_status file_time(const struct vol_json *root, int64_t *out, struct vol_error *err)
{
    struct vol_datetime when;
    const char *text;
    enum vol_status status = vol_json_str(root, "timestamp", VOL_JSON_REQUIRED, &text, err);

    if (status != VOL_OK)
        return status;
    if (vol_datefmt_parse("%Y-%m-%d %H:%M:%S", text, strlen(text), &when) != VOL_OK)
        return vol_json_wrong(root, err, "timestamp: expected YYYY-MM-DD HH:MM:SS, got \"%.40s\"", text);
    *out = vol_datetime_instant(&when, VOL_ZONE_OFFSET);
    return VOL_OK;
}

static enum vol_status add_option(const struct vol_json *at, int64_t made, struct vol_us_chain *chain,
                                  struct vol_error *err)
{
    struct vol_us_quote *q;
    int64_t traded;
    enum vol_status status = vol_us_chain_add(chain, at, "option", &q, err);

    if (status != VOL_OK)
        return status;
    {
        const struct {
            const char *key;
            double *out;
        } numbers[] = {{"bid", &q->bid},
                       {"ask", &q->ask},
                       {"bid_size", &q->bid_size},
                       {"ask_size", &q->ask_size},
                       {"last_trade_price", &q->last},
                       {"volume", &q->volume},
                       {"open_interest", &q->open_interest},
                       {"iv", &q->iv},
                       {"delta", &q->delta},
                       {"gamma", &q->gamma},
                       {"theta", &q->theta},
                       {"vega", &q->vega},
                       {"rho", &q->rho}};

        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && status == VOL_OK; i++)
            status = vol_json_num(at, numbers[i].key, VOL_JSON_NULLABLE, numbers[i].out, err);
    }
    if (status != VOL_OK || (status = trade_time(at, VOL_JSON_NULLABLE, &traded, err)) != VOL_OK)
        return status;
    if (traded > made)
        return vol_json_wrong(at, err, "last_trade_time is later than the file's timestamp");
    if (!(q->iv > 0)) /* greeks of a vol that there is not */
        q->delta = q->gamma = q->theta = q->vega = q->rho = NAN;
    vol_us_chain_time(chain, traded);
    return VOL_OK;
}

static enum vol_status add_price(const struct vol_json *data, int64_t made, struct vol_us_chain *chain,
                                 struct vol_error *err)
{
    enum vol_status status;
    int64_t traded;
    double price;

    if ((status = vol_json_num(data, "current_price", VOL_JSON_NULLABLE, &price, err)) != VOL_OK ||
        (status = trade_time(data, VOL_JSON_NULLABLE, &traded, err)) != VOL_OK)
        return status;
    if (traded > made)
        return vol_json_wrong(data, err, "last_trade_time is later than the file's timestamp");
    vol_us_chain_time(chain, traded);
    if (chain->newest == INT64_MIN)
        vol_us_chain_time(chain, made - DELAY);
    if (traded == INT64_MIN || traded >= chain->newest - PRICE_BEHIND)
        vol_us_chain_price(chain, price, traded);
    return VOL_OK;
}

static enum vol_status read_chain(const struct vol_json *root, struct vol_us_chain *chain,
                                  struct vol_error *err)
{
    struct vol_json data, options, at;
    enum vol_status status;
    int64_t made = 0;

    if ((status = file_time(root, &made, err)) != VOL_OK ||
        (status = vol_json_object(root, "data", VOL_JSON_REQUIRED, &data, err)) != VOL_OK ||
        (status = vol_json_array(&data, "options", VOL_JSON_REQUIRED, &options, err)) != VOL_OK)
        return status;
    for (size_t i = 0; i < vol_json_size(&options) && status == VOL_OK; i++)
        if ((status = vol_json_element(&options, i, &at, err)) == VOL_OK)
            status = add_option(&at, made, chain, err);
    return status == VOL_OK ? add_price(&data, made, chain, err) : status;
}

enum vol_status vol_cboe_chain(const struct vol_source_facts *facts, const char *body, size_t n,
                               int64_t received, struct vol_gather *out, struct vol_error *err)
{
    struct vol_us_chain chain;
    struct vol_json root;
    json_t *json;
    enum vol_status status = vol_json_read(body, n, &json, err);

    if (status != VOL_OK)
        return status;
    vol_us_chain_init(&chain);
    vol_us_chain_received(&chain, received);
    root = vol_json_root(json);
    if ((status = read_chain(&root, &chain, err)) == VOL_OK &&
        (status = vol_us_chain_check(&chain, err)) == VOL_OK)
        status = vol_us_chain_gather(&chain, facts, out, err);
    vol_us_chain_free(&chain);
    json_decref(json);
    return status;
}
