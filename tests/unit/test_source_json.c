/* The members of an answer: what is missing, renamed, of another type or out of range is named by its path.
 */
#include "unit.h"

#include <stdint.h>

#include "source/json.h"

static json_t *read(const char *text)
{
    json_t *root = NULL;

    UNIT(vol_json_read(text, strlen(text), &root, NULL) == VOL_OK);
    return root;
}

static void test_refused(void)
{
    static const char *const bad[] = {"",
                                      "{",
                                      "{\"a\":1}x",
                                      "{\"a\":1,\"a\":2}",
                                      "[1e999]",
                                      "[1,]",
                                      "{\"a\":NaN}",
                                      "[9223372036854775808]",
                                      "\xff\xfe{}",
                                      "{'a':1}",
                                      "[01]",
                                      "// x\n{}",
                                      "{\"a\":1}{\"a\":1}",
                                      "{\"a\":\"x\\u0000y\"}" /* a NUL would cut a text */};
    json_t *root = NULL;
    struct vol_error err = {0};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (!UNIT(vol_json_read(bad[i], strlen(bad[i]), &root, &err) == VOL_EPROTOCOL && root == NULL &&
                  strstr(err.text, "no JSON: line") != NULL))
            printf("    %s\n", bad[i]);
}

static void test_paths(void)
{
    json_t *json = read("{\"result\":[{\"strike\":100},{\"strike\":\"abc\",\"greeks\":{\"delta\":[1]}}]}");
    struct vol_json root = vol_json_root(json), list, at, greeks, none;
    struct vol_error err = {0};
    double x = 7;

    UNIT(vol_json_array(&root, "result", VOL_JSON_REQUIRED, &list, &err) == VOL_OK &&
         vol_json_size(&list) == 2);
    UNIT(vol_json_element(&list, 0, &at, &err) == VOL_OK);
    UNIT(vol_json_num(&at, "strike", VOL_JSON_REQUIRED, &x, &err) == VOL_OK);
    UNIT_NEAR(x, 100, 0);
    UNIT(vol_json_element(&list, 1, &at, &err) == VOL_OK);
    UNIT(vol_json_num(&at, "strike", VOL_JSON_REQUIRED, &x, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "result[1].strike: expected a number, got text \"abc\"");
    UNIT_NEAR(x, 100, 0); /* untouched */
    UNIT(vol_json_num(&at, "bid", VOL_JSON_REQUIRED, &x, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "result[1].bid: is missing");
    UNIT(vol_json_object(&at, "greeks", VOL_JSON_REQUIRED, &greeks, &err) == VOL_OK);
    UNIT(vol_json_num(&greeks, "delta", VOL_JSON_OPTIONAL, &x, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "result[1].greeks.delta: expected a number, got an array");
    UNIT(vol_json_object(&root, "result", VOL_JSON_OPTIONAL, &none, &err) == VOL_EPROTOCOL);
    UNIT(vol_json_element(&list, 2, &at, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "result[2]: is missing");
    /* an optional object that is not there has no members, and none is missed unless it must be there */
    UNIT(vol_json_object(&root, "day", VOL_JSON_OPTIONAL, &none, &err) == VOL_OK && none.value == NULL);
    UNIT(vol_json_num(&none, "close", VOL_JSON_OPTIONAL, &x, &err) == VOL_OK && isnan(x));
    UNIT(vol_json_num(&none, "close", VOL_JSON_REQUIRED, &x, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "day.close: is missing");
    json_decref(json);
    json = read("[1,\"x\",null]");
    root = vol_json_root(json);
    UNIT(vol_json_num(&root, "a", VOL_JSON_OPTIONAL, &x, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "the answer: expected an object, got an array");
    UNIT(vol_json_num_at(&root, 0, &x, &err) == VOL_OK &&
         vol_json_num_at(&root, 1, &x, &err) == VOL_EPROTOCOL);
    UNIT(vol_json_num_at(&root, 2, &x, &err) == VOL_OK && isnan(x));
    json_decref(json);
}

static void test_needs(void)
{
    json_t *json =
        read("{\"n\":null,\"t\":\"4.25\",\"dot\":\".\",\"none\":\"null\",\"bad\":\"4,25\",\"b\":true}");
    struct vol_json root = vol_json_root(json);
    struct vol_error err = {0};
    const char *text = "x";
    bool flag = false;
    double x = 0;

    UNIT(vol_json_num(&root, "n", VOL_JSON_REQUIRED, &x, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "n: expected a value, got null");
    UNIT(vol_json_num(&root, "n", VOL_JSON_NULLABLE, &x, &err) == VOL_OK && isnan(x));
    UNIT(vol_json_num(&root, "m", VOL_JSON_NULLABLE, &x, &err) == VOL_EPROTOCOL); /* a renamed one is seen */
    UNIT(vol_json_num(&root, "m", VOL_JSON_OPTIONAL, &x, &err) == VOL_OK && isnan(x));
    UNIT(vol_json_str(&root, "m", VOL_JSON_OPTIONAL, &text, &err) == VOL_OK && text == NULL);
    UNIT(vol_json_num_text(&root, "t", VOL_JSON_REQUIRED, NULL, &x, &err) == VOL_OK);
    UNIT_NEAR(x, 4.25, 0);
    UNIT(vol_json_num_text(&root, "dot", VOL_JSON_REQUIRED, ".|null", &x, &err) == VOL_OK && isnan(x));
    UNIT(vol_json_num_text(&root, "none", VOL_JSON_REQUIRED, ".|null", &x, &err) == VOL_OK && isnan(x));
    UNIT(vol_json_num_text(&root, "dot", VOL_JSON_REQUIRED, NULL, &x, &err) == VOL_EPROTOCOL);
    UNIT(vol_json_num_text(&root, "bad", VOL_JSON_REQUIRED, ".", &x, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "bad: expected a number, got text \"4,25\"");
    UNIT(vol_json_bool(&root, "b", VOL_JSON_REQUIRED, &flag, &err) == VOL_OK && flag);
    UNIT(vol_json_bool(&root, "t", VOL_JSON_REQUIRED, &flag, &err) == VOL_EPROTOCOL);
    json_decref(json);
}

static void test_whole(void)
{
    json_t *json = read("{\"a\":12.0,\"b\":12.5,\"c\":-1,\"e\":1e300,\"ms\":"
                        "1764000000000,\"sec\":1764000000}");
    struct vol_json root = vol_json_root(json);
    struct vol_error err = {0};
    int64_t n = 5, ts = 0;

    UNIT(vol_json_int(&root, "a", VOL_JSON_REQUIRED, 0, 100, &n, &err) == VOL_OK && n == 12);
    UNIT(vol_json_int(&root, "b", VOL_JSON_REQUIRED, 0, 100, &n, &err) == VOL_EPROTOCOL);
    UNIT(vol_json_int(&root, "c", VOL_JSON_REQUIRED, 0, 100, &n, &err) == VOL_EPROTOCOL && n == 12);
    UNIT_STR(err.text, "c: expected 0 to 100, got -1");
    UNIT(vol_json_int(&root, "e", VOL_JSON_REQUIRED, INT64_MIN, INT64_MAX, &n, &err) == VOL_EPROTOCOL);
    UNIT(vol_json_int(&root, "z", VOL_JSON_OPTIONAL, 0, 1, &n, &err) == VOL_OK && n == 12);
    /* a vendor that changes its unit is seen */
    UNIT(vol_json_time(&root, "ms", VOL_JSON_REQUIRED, 1000000, &ts, &err) == VOL_OK &&
         ts == INT64_C(1764000000000000000));
    UNIT(vol_json_time(&root, "sec", VOL_JSON_REQUIRED, 1000000000, &ts, &err) == VOL_OK &&
         ts == INT64_C(1764000000000000000));
    UNIT(vol_json_time(&root, "sec", VOL_JSON_REQUIRED, 1000000, &ts, &err) == VOL_EPROTOCOL);
    UNIT(vol_json_time(&root, "ms", VOL_JSON_REQUIRED, 1000000000, &ts, &err) == VOL_EPROTOCOL);
    UNIT(vol_json_time(&root, "a", VOL_JSON_REQUIRED, 1, &ts, &err) == VOL_EPROTOCOL);
    json_decref(json);
}

int main(void)
{
    test_refused();
    test_paths();
    test_needs();
    test_whole();
    return unit_done("source/json");
}
