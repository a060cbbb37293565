/* fuzz_scan.c: the fast NDJSON scanner against Jansson.
 *
 * Each line of the input goes through one scanner, whose layouts the lines before have taught. Whatever the
 * scanner accepts, Jansson must accept as an object without duplicate keys, with the same members and values;
 * what it cuts must leave the same object less the owned members. (What the scanner leaves to the slow path
 * has Jansson's verdict by construction.)
 */
#include "fuzz.h"

#include <jansson.h>
#include <math.h>

#include "record/input.h"
#include "record/json.h"
#include "record/scan.h"

static const struct vol_want wants[] = {{"kind", false},  {"ts", false},   {"bid", true},     {"ask", false},
                                        {"strike", true}, {"flags", true}, {"symbol", false}, {"t", false},
                                        {"quotes", true}, {"a", true},     {"volume", false}};
enum { N_WANTS = sizeof wants / sizeof wants[0] };

static void same_value(const struct vol_value *v, const json_t *json)
{
    switch (v->type) {
    case VOL_ABSENT:
        FUZZ_CHECK(json == NULL);
        break;
    case VOL_NULL:
        FUZZ_CHECK(json_is_null(json));
        break;
    case VOL_TRUE:
        FUZZ_CHECK(json_is_true(json));
        break;
    case VOL_FALSE:
        FUZZ_CHECK(json_is_false(json));
        break;
    case VOL_STRING:
        FUZZ_CHECK(json_is_string(json) && json_string_length(json) == v->len &&
                   memcmp(json_string_value(json), v->text, v->len) == 0);
        break;
    case VOL_NUMBER: {
        double x;

        FUZZ_CHECK(json_is_real(json));
        x = json_real_value(json);
        FUZZ_CHECK(memcmp(&x, &v->num, sizeof x) == 0);
        break;
    }
    case VOL_NESTED:
        FUZZ_CHECK(!"the scanner hands out no nested value");
    }
}

static json_t *parse(const char *text, size_t n)
{
    return json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);
}

static void check_cuts(const char *line, size_t len, const uint32_t (*cuts)[2], uint16_t n_cuts,
                       json_t *whole)
{
    char *edited = malloc(len + 1);
    size_t at = 0, n = 0, i;
    json_t *rest;

    FUZZ_CHECK(edited != NULL);
    for (i = 0; i < n_cuts; i++) {
        FUZZ_CHECK(cuts[i][0] >= at && cuts[i][1] > cuts[i][0] && cuts[i][1] <= len);
        memcpy(edited + n, line + at, cuts[i][0] - at);
        n += cuts[i][0] - at;
        at = cuts[i][1];
    }
    memcpy(edited + n, line + at, len - at);
    n += len - at;
    for (i = 0; i < N_WANTS; i++)
        if (wants[i].owned)
            json_object_del(whole, wants[i].name);
    rest = parse(edited, n);
    FUZZ_CHECK(rest != NULL && json_equal(rest, whole));
    json_decref(rest);
    free(edited);
}

static void check_line(struct vol_scan *scan, const char *line, size_t len)
{
    static struct vol_value value[N_WANTS];
    uint32_t cuts[VOL_CUT_MAX][2];
    uint16_t n_cuts;
    json_t *json;
    size_t i;

    if (vol_scan_line(scan, line, len, value, cuts, &n_cuts) != VOL_OK)
        return;
    FUZZ_CHECK(vol_json_check(line, len, true, NULL) == VOL_OK);
    json = parse(line, len);
    FUZZ_CHECK(json_is_object(json));
    for (i = 0; i < N_WANTS; i++)
        same_value(&value[i], json_object_get(json, wants[i].name));
    check_cuts(line, len, (const uint32_t(*)[2])cuts, n_cuts, json);
    json_decref(json);
}

/* The walk over members, on whatever Jansson accepts: the keys and values that it names are Jansson's. */
static void check_walk(const char *line, size_t len)
{
    struct vol_buf key = VOL_BUF_INIT;
    struct vol_member m;
    size_t at = 0, n = 0;
    json_t *json;

    if (vol_json_check(line, len, true, NULL) != VOL_OK)
        return;
    json = parse(line, len);
    FUZZ_CHECK(json != NULL);
    while (vol_json_member(line, len, &at, &m)) {
        const json_t *value;

        vol_buf_clear(&key);
        FUZZ_CHECK(vol_json_unescape(line + m.key, m.key_len, &key) == VOL_OK);
        n++;
        /* Jansson's look-up by name stops at a NUL inside a key. */
        if (memchr(key.data, '\0', key.len) != NULL)
            continue;
        value = json_object_get(json, key.data);
        FUZZ_CHECK(value != NULL);
        FUZZ_CHECK((m.type == VOL_NESTED) == (json_is_object(value) || json_is_array(value)));
        FUZZ_CHECK((m.type == VOL_NUMBER) == (json_is_number(value) != 0));
        FUZZ_CHECK((m.type == VOL_STRING) == (json_is_string(value) != 0));
        FUZZ_CHECK((m.type == VOL_NULL) == (json_is_null(value) != 0));
    }
    FUZZ_CHECK(n == json_object_size(json));
    vol_buf_free(&key);
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vol_scan scan;
    char *text = malloc(size + VOL_INPUT_SLACK);
    size_t at = 0;

    FUZZ_CHECK(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    memset(text + size, '\n', VOL_INPUT_SLACK);
    vol_scan_init(&scan, wants, N_WANTS);
    while (at < size) {
        char *lf = memchr(text + at, '\n', size + 1 - at);
        size_t len = (size_t)(lf - (text + at));

        if (len > 0) {
            check_line(&scan, text + at, len);
            check_walk(text + at, len);
        }
        at += len + 1;
    }
    free(text);
    return 0;
}
