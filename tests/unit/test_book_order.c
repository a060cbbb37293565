#include "unit.h"

#include <stdlib.h>

#include "book/contract.h"
#include "book/order.h"
#include "trade_world.h"

static const char good[] =
    "{\"kind\":\"order\",\"ts\":\"2019-04-25T20:15:00Z\",\"id\":\"s-SPX-1\",\"strategy\":\"s\","
    "\"underlying\":\"SPX\","
    "\"legs\":[{\"symbol\":\"SPXW190524P02820000\",\"side\":\"sell\",\"ratio\":1,\"root\":\"SPXW\","
    "\"expiration\":\"2019-05-24\",\"expires\":\"2019-05-24T20:00:00Z\",\"strike\":2820,\"option_type\":"
    "\"P\","
    "\"multiplier\":100,\"bid\":10,\"ask\":10.5,\"delta\":-0.16}],\"quantity\":2,\"limit_price\":-10.1,"
    "\"tif\":\"day\","
    "\"intent\":\"open\",\"reason\":\"because\"}";

static void test_good(void)
{
    struct vol_order o;
    struct vol_error err = {VOL_OK, ""};
    struct vol_buf terms = VOL_BUF_INIT, again = VOL_BUF_INIT;

    UNIT(vol_order_from_json(good, sizeof good - 1, &o, &err) == VOL_OK);
    UNIT_STR(err.text, "");
    UNIT_STR(o.id, "s-SPX-1");
    UNIT(o.ts == WORLD_T0 && o.n_legs == 1 && o.quantity == 2 && o.limit_price == fixed(-10.1));
    UNIT(o.legs[0].side == -1 && o.legs[0].contract.strike == fixed(2820) &&
         o.legs[0].contract.multiplier == fixed(100));
    UNIT(vol_order_contracts(&o, 0) == -fixed(2));
    UNIT_NEAR(o.legs[0].delta, -0.16, 0);
    UNIT(isnan(o.legs[0].vega));
    /* terms: what binds and nothing else */
    UNIT(vol_order_terms(&o, &terms) == VOL_OK);
    o.legs[0].bid = 11;
    strcpy(o.reason, "other");
    UNIT(vol_order_terms(&o, &again) == VOL_OK);
    UNIT_STR(terms.data, again.data);
    vol_buf_clear(&again);
    o.limit_price = VOL_FIXED_NONE;
    UNIT(vol_order_terms(&o, &again) == VOL_OK && strcmp(terms.data, again.data) != 0);
    vol_buf_free(&terms);
    vol_buf_free(&again);
}

/* The text of KEY's value in the good order, from behind the colon to before the next comma or brace. */
static const char *value_of(const char *key, size_t *len)
{
    char quoted[32];
    const char *at, *end;

    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    at = strstr(good, quoted);
    if (at == NULL)
        exit(70);
    at += strlen(quoted);
    end = *at == '[' ? strchr(at, ']') + 1 : at + strcspn(at, ",}");
    *len = (size_t)(end - at);
    return at;
}

static int accepts(const char *key, const char *value)
{
    char text[2048];
    struct vol_order o, before;
    struct vol_error err = {VOL_OK, ""};
    size_t len;
    const char *at = value_of(key, &len);
    enum vol_status status;

    memset(&o, 0x5a, sizeof o);
    before = o;
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, value, at + len);
    status = vol_order_from_json(text, strlen(text), &o, &err);
    if (status == VOL_OK)
        return 1;
    UNIT(status == VOL_EDATA && err.text[0] != '\0' && memcmp(&o, &before, sizeof o) == 0);
    return 0;
}

/* Every field that binds, with every value that is no value: none is accepted (reliability: R1). */
static void test_matrix(void)
{
    static const char *const numbers[] = {"ratio", "strike", "multiplier", "quantity", "limit_price"};
    static const char *const texts[] = {"kind",        "ts",   "id",    "strategy",   "underlying",
                                        "symbol",      "side", "root",  "expiration", "expires",
                                        "option_type", "tif",  "intent"};
    static const char *const no_number[] = {"NaN",
                                            "nan",
                                            "Infinity",
                                            "-Infinity",
                                            "1e999",
                                            "-1e999",
                                            "null",
                                            "true",
                                            "\"\"",
                                            "\"1\"",
                                            "\"1e3\"",
                                            "\"NaN\"",
                                            "[]",
                                            "{}",
                                            "[1]",
                                            "1e309",
                                            "9223372036854775808",
                                            "1e18",
                                            "0x10",
                                            "+1",
                                            "01",
                                            "1.",
                                            ""};
    static const char *const not_positive[] = {"0", "-0", "-0.0", "-1", "-1e-9", "4.9e-324", "1e-9"};
    static const char *const no_count[] = {"1.5", "1.0", "1e0", "1000001", "-2147483648", "4294967297"};
    static const char *const no_text[] = {"null",
                                          "1",
                                          "true",
                                          "[]",
                                          "{}",
                                          "\"\"",
                                          "\" \"",
                                          "\"a b\"",
                                          "\"a\\u0000b\"",
                                          "\"a\\nb\"",
                                          "\"..\"",
                                          "\"../../x\"",
                                          "\"caf\\u00e9\"",
                                          "\"\\u202ex\"",
                                          ""};
    size_t i, j;
    char lengthy[1200];

    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        for (j = 0; j < sizeof no_number / sizeof no_number[0]; j++)
            if (!UNIT(!accepts(numbers[i], no_number[j])))
                printf("    %s: %s\n", numbers[i], no_number[j]);
        for (j = 0; i < 4 && j < sizeof not_positive / sizeof not_positive[0]; j++)
            if (!UNIT(!accepts(numbers[i], not_positive[j])))
                printf("    %s: %s\n", numbers[i], not_positive[j]);
    }
    for (j = 0; j < sizeof no_count / sizeof no_count[0]; j++)
        UNIT(!accepts("ratio", no_count[j]) && !accepts("quantity", no_count[j]));
    UNIT(accepts("quantity", "1000000") && accepts("limit_price", "-0.05") && accepts("limit_price", "0"));
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (j = 0; j < sizeof no_text / sizeof no_text[0]; j++)
            if (!UNIT(!accepts(texts[i], no_text[j]) ||
                      (strcmp(texts[i], "root") == 0 && j == 0))) /* root may be null */
                printf("    %s: %s\n", texts[i], no_text[j]);
    memset(lengthy, 'x', sizeof lengthy);
    lengthy[0] = lengthy[400] = '"';
    lengthy[401] = '\0';
    UNIT(!accepts("id", lengthy) && !accepts("symbol", lengthy) && !accepts("strategy", lengthy));
    UNIT(!accepts("side", "\"BUY\"") && !accepts("side", "\"short\"") && accepts("side", "\"buy\""));
    UNIT(!accepts("intent", "\"\"") && !accepts("tif", "\"ioc\"") && !accepts("option_type", "\"call\""));
    UNIT(!accepts("ts", "\"2019-04-25\"") && !accepts("ts", "\"2019-04-25T20:15:00\"") &&
         !accepts("expires", "\"tomorrow\"") && !accepts("expiration", "\"2019-02-30\""));
    UNIT(!accepts("legs", "[]") && !accepts("legs", "[1]") && !accepts("legs", "{}") &&
         !accepts("legs", "null"));
}

/* A field that is not there at all. */
static void test_absent(void)
{
    static const char *const keys[] = {
        "kind",   "ts",   "id",    "strategy",   "underlying", "legs",   "quantity",    "intent",
        "symbol", "side", "ratio", "expiration", "expires",    "strike", "option_type", "multiplier"};
    struct vol_order o;
    size_t i, len;

    for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char text[2048];
        const char *at = value_of(keys[i], &len), *from = at - strlen(keys[i]) - 3, *to = at + len;

        if (*to == ',')
            to++;
        else if (from[-1] == ',')
            from--;
        snprintf(text, sizeof text, "%.*s%s", (int)(from - good), good, to);
        if (!UNIT(vol_order_from_json(text, strlen(text), &o, NULL) == VOL_EDATA))
            printf("    %s\n", text);
    }
    UNIT(vol_order_from_json("", 0, &o, NULL) == VOL_EDATA);
    UNIT(vol_order_from_json("{}", 2, &o, NULL) == VOL_EDATA);
    UNIT(vol_order_from_json(good, sizeof good - 2, &o, NULL) == VOL_EDATA);
}

static void test_legs(void)
{
    struct vol_contract c = world_contract("SPXW", 29, 2900, 'C');
    struct vol_order o = world_order("o", 1, 1, &c);

    UNIT(vol_order_check(&o, NULL) == VOL_OK);
    world_leg(&o, -1, 1, &c);
    UNIT(vol_order_check(&o, NULL) == VOL_EDATA); /* the same contract in two legs */
    o.n_legs = 0;
    UNIT(vol_order_check(&o, NULL) == VOL_EDATA);
    o = world_order("o", 1, 1000, &c);
    o.legs[0].ratio = 1001;
    UNIT(vol_order_check(&o, NULL) == VOL_EDATA);
    o.legs[0].ratio = 1000;
    UNIT(vol_order_check(&o, NULL) == VOL_OK);
}

int main(void)
{
    test_good();
    test_matrix();
    test_absent();
    test_legs();
    return unit_done("book/order");
}
