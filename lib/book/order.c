#include "book/order.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"

static const char *const tif_names[] = {"day", "gtc", NULL};
static const char *const intent_names[] = {"open", "close", "hedge", NULL};
static const char *const status_names[] = {"pending", "filled", "cancelled", "rejected", "expired", NULL};

const char *vol_tif_name(enum vol_tif tif)
{
    return tif_names[tif];
}

const char *vol_intent_name(enum vol_intent intent)
{
    return intent_names[intent];
}

const char *vol_order_status_name(enum vol_order_status status)
{
    return status_names[status];
}

/* A place in the JSON text and where the words of the first failure go. */
struct source {
    const json_t *object;
    char where[24]; /* "" or "legs[2]." */
    struct vol_error *err;
};

static enum vol_status bad(const struct source *in, const char *key, const char *what)
{
    return vol_error_set(in->err, VOL_EDATA, "order: %s%s: %s", in->where, key, what);
}

static enum vol_status text_of(const struct source *in, const char *key, const char **out)
{
    const json_t *value = json_object_get(in->object, key);

    if (value == NULL || json_is_null(value))
        return bad(in, key, "is missing");
    if (!json_is_string(value))
        return bad(in, key, "not a string");
    if (strlen(json_string_value(value)) != json_string_length(value))
        return bad(in, key, "holds a NUL");
    *out = json_string_value(value);
    return VOL_OK;
}

static enum vol_status name_of(const struct source *in, const char *key, char *out, size_t max)
{
    const char *text;
    enum vol_status status = text_of(in, key, &text);

    if (status != VOL_OK)
        return status;
    if (vol_contract_name(out, max, text, strlen(text), key, NULL) != VOL_OK)
        return bad(in, key, "not a name (plain characters, no space, not too long)");
    return VOL_OK;
}

static enum vol_status word_of(const struct source *in, const char *key, const char *const *words, int *out)
{
    const char *text;
    enum vol_status status = text_of(in, key, &text);
    int i;

    if (status != VOL_OK)
        return status;
    for (i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], text) == 0) {
            *out = i;
            return VOL_OK;
        }
    return bad(in, key, "not one of the words allowed");
}

/* A whole number in 1..VOL_ORDER_QUANTITY_MAX, written without fraction or exponent. */
static enum vol_status count_of(const struct source *in, const char *key, int64_t *out)
{
    const json_t *value = json_object_get(in->object, key);

    if (value == NULL || json_is_null(value))
        return bad(in, key, "is missing");
    if (!json_is_integer(value) || json_integer_value(value) < 1 ||
        json_integer_value(value) > VOL_ORDER_QUANTITY_MAX)
        return bad(in, key, "not a whole number from 1 to 1000000");
    *out = json_integer_value(value);
    return VOL_OK;
}

static enum vol_status fixed_of(const struct source *in, const char *key, double lo, int64_t *out)
{
    const json_t *value = json_object_get(in->object, key);

    if (value == NULL || json_is_null(value))
        return bad(in, key, "is missing");
    if (!json_is_number(value))
        return bad(in, key, "not a number");
    if (!(json_number_value(value) >= lo) || vol_fixed_from(json_number_value(value), out) != VOL_OK)
        return bad(in, key, "out of its range");
    return VOL_OK;
}

static double number_of(const struct source *in, const char *key)
{
    const json_t *value = json_object_get(in->object, key);

    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static enum vol_status instant_of(const struct source *in, const char *key, int64_t *out)
{
    const char *text;
    enum vol_status status = text_of(in, key, &text);

    if (status == VOL_OK && vol_time_parse(text, strlen(text), out) != VOL_OK)
        return bad(in, key, "not an RFC 3339 instant");
    return status;
}

static enum vol_status read_leg(const struct source *in, const char *underlying, struct vol_leg *leg)
{
    static const char *const sides[] = {"sell", "buy", NULL}, *const types[] = {"C", "P", NULL};
    struct vol_contract *c = &leg->contract;
    const char *text;
    int word = 0;
    enum vol_status status;

    memset(leg, 0, sizeof *leg);
    strcpy(c->underlying, underlying);
    if ((status = name_of(in, "symbol", c->symbol, sizeof c->symbol)) != VOL_OK ||
        (status = word_of(in, "side", sides, &word)) != VOL_OK)
        return status;
    leg->side = word == 1 ? 1 : -1;
    if ((status = count_of(in, "ratio", &leg->ratio)) != VOL_OK ||
        (status = word_of(in, "option_type", types, &word)) != VOL_OK)
        return status;
    c->option_type = word == 0 ? 'C' : 'P';
    if (json_object_get(in->object, "root") != NULL && !json_is_null(json_object_get(in->object, "root")) &&
        (status = name_of(in, "root", c->root, sizeof c->root)) != VOL_OK)
        return status;
    if ((status = text_of(in, "expiration", &text)) != VOL_OK)
        return status;
    if (vol_date_parse(text, strlen(text), &c->expiration) != VOL_OK)
        return bad(in, "expiration", "not a date");
    if ((status = instant_of(in, "expires", &c->expires)) != VOL_OK ||
        (status = fixed_of(in, "strike", 1e-8, &c->strike)) != VOL_OK ||
        (status = fixed_of(in, "multiplier", 1e-8, &c->multiplier)) != VOL_OK)
        return status;
    leg->bid = number_of(in, "bid");
    leg->ask = number_of(in, "ask");
    leg->delta = number_of(in, "delta");
    leg->gamma = number_of(in, "gamma");
    leg->theta = number_of(in, "theta");
    leg->vega = number_of(in, "vega");
    return VOL_OK;
}

static enum vol_status read_legs(const struct source *in, struct vol_order *order)
{
    const json_t *legs = json_object_get(in->object, "legs");
    struct source at = *in;
    enum vol_status status = VOL_OK;
    size_t i;

    if (!json_is_array(legs) || json_array_size(legs) == 0)
        return bad(in, "legs", "not an array of legs");
    if (json_array_size(legs) > VOL_ORDER_LEGS_MAX)
        return bad(in, "legs", "more than 8 legs");
    for (i = 0; i < json_array_size(legs) && status == VOL_OK; i++) {
        at.object = json_array_get(legs, i);
        if (!json_is_object(at.object))
            return bad(in, "legs", "a leg is not an object");
        strcpy(at.where, "legs[0].");
        at.where[5] = (char)('0' + i);
        status = read_leg(&at, order->underlying, &order->legs[i]);
    }
    order->n_legs = json_array_size(legs);
    return status;
}

static enum vol_status read_order(const struct source *in, struct vol_order *order)
{
    const char *text = "";
    int word = 0;
    enum vol_status status;

    if ((status = text_of(in, "kind", &text)) != VOL_OK)
        return status;
    if (strcmp(text, "order") != 0)
        return bad(in, "kind", "not \"order\"");
    if ((status = name_of(in, "id", order->id, sizeof order->id)) != VOL_OK ||
        (status = instant_of(in, "ts", &order->ts)) != VOL_OK ||
        (status = name_of(in, "strategy", order->strategy, sizeof order->strategy)) != VOL_OK ||
        (status = name_of(in, "underlying", order->underlying, sizeof order->underlying)) != VOL_OK ||
        (status = count_of(in, "quantity", &order->quantity)) != VOL_OK ||
        (status = word_of(in, "intent", intent_names, &word)) != VOL_OK)
        return status;
    order->intent = (enum vol_intent)word;
    order->tif = VOL_TIF_DAY;
    if (json_object_get(in->object, "tif") != NULL) {
        if ((status = word_of(in, "tif", tif_names, &word)) != VOL_OK)
            return status;
        order->tif = (enum vol_tif)word;
    }
    /* No price is an order at any price; a price that cannot be read must not become one. */
    order->limit_price = VOL_FIXED_NONE;
    if (json_object_get(in->object, "limit_price") != NULL &&
        (status = fixed_of(in, "limit_price", -1e9, &order->limit_price)) != VOL_OK)
        return status;
    if (json_object_get(in->object, "reason") != NULL) {
        size_t n;

        if ((status = text_of(in, "reason", &text)) != VOL_OK)
            return status;
        n = strlen(text) < sizeof order->reason ? strlen(text) : sizeof order->reason - 1;
        while (n > 0 && n < strlen(text) && ((unsigned char)text[n] & 0xC0) == 0x80)
            n--; /* not inside a UTF-8 sequence */
        memcpy(order->reason, text, n);
    }
    return read_legs(in, order);
}

enum vol_status vol_order_from_json(const char *text, size_t n, struct vol_order *out, struct vol_error *err)
{
    struct source in = {NULL, "", err};
    struct vol_order *order = calloc(1, sizeof *order);
    json_error_t why;
    json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &why);
    enum vol_status status;

    in.object = root;
    if (order == NULL)
        status = vol_error_set(err, VOL_EOS, "out of memory for an order");
    else if (!json_is_object(root))
        status = vol_error_set(err, VOL_EDATA, "order: not a JSON object: %s", why.text);
    else
        status = read_order(&in, order);
    if (status == VOL_OK)
        status = vol_order_check(order, err);
    if (status == VOL_OK)
        *out = *order;
    free(order);
    json_decref(root);
    return status;
}

enum vol_status vol_order_check(const struct vol_order *order, struct vol_error *err)
{
    size_t i, j;

    if (!vol_contract_name_ok(order->id, strlen(order->id), sizeof order->id) ||
        !vol_contract_name_ok(order->strategy, strlen(order->strategy), sizeof order->strategy) ||
        !vol_contract_name_ok(order->underlying, strlen(order->underlying), sizeof order->underlying))
        return vol_error_set(err, VOL_EDATA, "order: id, strategy or underlying is not a name");
    if (order->quantity < 1 || order->quantity > VOL_ORDER_QUANTITY_MAX)
        return vol_error_set(err, VOL_EDATA, "order: quantity out of its range");
    if (order->n_legs < 1 || order->n_legs > VOL_ORDER_LEGS_MAX)
        return vol_error_set(err, VOL_EDATA, "order: no legs or too many");
    for (i = 0; i < order->n_legs; i++) {
        const struct vol_leg *leg = &order->legs[i];
        const struct vol_contract *c = &leg->contract;

        if ((leg->side != 1 && leg->side != -1) || leg->ratio < 1 ||
            leg->ratio > VOL_ORDER_QUANTITY_MAX / order->quantity)
            return vol_error_set(err, VOL_EDATA, "order: legs[%zu]: side or ratio out of its range", i);
        if (c->strike <= 0 || c->multiplier <= 0 || c->expires == VOL_TIME_NONE ||
            (c->option_type != 'C' && c->option_type != 'P') ||
            !vol_contract_name_ok(c->symbol, strlen(c->symbol), sizeof c->symbol))
            return vol_error_set(err, VOL_EDATA, "order: legs[%zu]: not a whole option contract", i);
        for (j = 0; j < i; j++)
            if (strcmp(c->symbol, order->legs[j].contract.symbol) == 0)
                return vol_error_set(err, VOL_EDATA, "order: %s stands in two legs", c->symbol);
    }
    return VOL_OK;
}

int64_t vol_order_contracts(const struct vol_order *order, size_t leg)
{
    /* In range: vol_order_check holds ratio * quantity to 1e6. */
    return order->legs[leg].side * order->legs[leg].ratio * order->quantity * VOL_FIXED_ONE;
}

static enum vol_status add_number(struct vol_buf *out, const char *key, double x)
{
    char text[VOL_NUM_MAX];

    if (!isfinite(x))
        return VOL_OK;
    vol_num_print(text, x, VOL_NUM_DEFAULT);
    return vol_buf_addf(out, ",\"%s\":%s", key, text);
}

/* A leg as JSON; what binds first, then what was seen when SEEN. */
static enum vol_status add_leg(struct vol_buf *out, const struct vol_leg *leg, bool seen)
{
    const struct vol_contract *c = &leg->contract;
    char strike[VOL_FIXED_MAX], multiplier[VOL_FIXED_MAX], expires[VOL_TIME_MAX], expiration[VOL_DATE_MAX];
    enum vol_status status;

    vol_fixed_print(strike, c->strike);
    vol_fixed_print(multiplier, c->multiplier);
    vol_time_print(expires, c->expires);
    vol_date_print(expiration, c->expiration);
    status = vol_buf_addf(out, "{\"symbol\":\"%s\",\"side\":\"%s\",\"ratio\":%lld", c->symbol,
                          leg->side > 0 ? "buy" : "sell", (long long)leg->ratio);
    if (status == VOL_OK && c->root[0] != '\0')
        status = vol_buf_addf(out, ",\"root\":\"%s\"", c->root);
    if (status == VOL_OK)
        status =
            vol_buf_addf(out,
                         ",\"expiration\":\"%s\",\"expires\":\"%s\",\"strike\":%s,\"option_type\":\"%c\","
                         "\"multiplier\":%s",
                         expiration, expires, strike, c->option_type, multiplier);
    if (seen) {
        const struct {
            const char *key;
            double x;
        } all[] = {{"bid", leg->bid},     {"ask", leg->ask},     {"delta", leg->delta},
                   {"gamma", leg->gamma}, {"theta", leg->theta}, {"vega", leg->vega}};
        size_t i;

        for (i = 0; i < sizeof all / sizeof all[0] && status == VOL_OK; i++)
            status = add_number(out, all[i].key, all[i].x);
    }
    return status == VOL_OK ? vol_buf_add_char(out, '}') : status;
}

static enum vol_status add_legs(struct vol_buf *out, const struct vol_order *order, bool seen)
{
    enum vol_status status = vol_buf_add_char(out, '[');
    size_t i;

    for (i = 0; i < order->n_legs && status == VOL_OK; i++) {
        if (i > 0)
            status = vol_buf_add_char(out, ',');
        if (status == VOL_OK)
            status = add_leg(out, &order->legs[i], seen);
    }
    return status == VOL_OK ? vol_buf_add_char(out, ']') : status;
}

enum vol_status vol_order_write(const struct vol_order *order, struct vol_writer *writer)
{
    struct vol_buf legs = VOL_BUF_INIT;
    char price[VOL_FIXED_MAX];
    enum vol_status status = add_legs(&legs, order, true);

    if (status == VOL_OK) {
        vol_writer_str(writer, VOL_KEY("id"), order->id, strlen(order->id));
        vol_writer_str(writer, VOL_KEY("strategy"), order->strategy, strlen(order->strategy));
        vol_writer_str(writer, VOL_KEY("underlying"), order->underlying, strlen(order->underlying));
        vol_writer_raw(writer, VOL_KEY("legs"), legs.data, legs.len);
        vol_writer_int(writer, VOL_KEY("quantity"), order->quantity);
        if (order->limit_price != VOL_FIXED_NONE)
            vol_writer_raw(writer, VOL_KEY("limit_price"), price, vol_fixed_print(price, order->limit_price));
        vol_writer_str(writer, VOL_KEY("tif"), vol_tif_name(order->tif), 3);
        vol_writer_str(writer, VOL_KEY("intent"), vol_intent_name(order->intent),
                       strlen(vol_intent_name(order->intent)));
        if (order->reason[0] != '\0')
            vol_writer_str(writer, VOL_KEY("reason"), order->reason, strlen(order->reason));
    }
    vol_buf_free(&legs);
    return status;
}

enum vol_status vol_order_terms(const struct vol_order *order, struct vol_buf *out)
{
    char ts[VOL_TIME_MAX], price[VOL_FIXED_MAX];
    enum vol_status status;

    vol_time_print(ts, order->ts);
    vol_fixed_print(price, order->limit_price);
    status = vol_buf_addf(
        out,
        "{\"id\":\"%s\",\"ts\":\"%s\",\"strategy\":\"%s\",\"underlying\":\"%s\",\"quantity\":%lld,"
        "\"limit_price\":%s,\"tif\":\"%s\",\"intent\":\"%s\",\"legs\":",
        order->id, ts, order->strategy, order->underlying, (long long)order->quantity, price,
        vol_tif_name(order->tif), vol_intent_name(order->intent));
    if (status == VOL_OK)
        status = add_legs(out, order, false);
    return status == VOL_OK ? vol_buf_add_char(out, '}') : status;
}

void vol_orders_init(struct vol_orders *orders)
{
    orders->list = NULL;
    orders->n = orders->cap = 0;
}

void vol_orders_free(struct vol_orders *orders)
{
    free(orders->list);
    vol_orders_init(orders);
}

enum vol_status vol_orders_add(struct vol_orders *orders, const struct vol_order *order)
{
    if (orders->n == orders->cap) {
        size_t cap = orders->cap > 0 ? 2 * orders->cap : 4;
        struct vol_order *bigger = realloc(orders->list, cap * sizeof *bigger);

        if (bigger == NULL)
            return VOL_EOS;
        orders->list = bigger;
        orders->cap = cap;
    }
    orders->list[orders->n++] = *order;
    return VOL_OK;
}

const struct vol_order *vol_orders_find(const struct vol_orders *orders, const char *id)
{
    size_t i;

    for (i = 0; i < orders->n; i++)
        if (strcmp(orders->list[i].id, id) == 0)
            return &orders->list[i];
    return NULL;
}
