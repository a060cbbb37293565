#include "source/json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"

enum { DEPTH_MAX = 16, PATH_BYTES = 200, SHOWN_MAX = 40 };

/* 1990-01-01 and 2200-01-01 in days since 1970. */
#define FIRST_INSTANT (INT64_C(7305) * VOL_DAY)
#define LAST_INSTANT  (INT64_C(84006) * VOL_DAY)

enum vol_status vol_json_read(const char *body, size_t n, json_t **root, struct vol_error *err)
{
    json_error_t why;
    json_t *read = json_loadb(body, n, JSON_REJECT_DUPLICATES, &why);

    if (!read)
        return vol_error_set(err, VOL_EPROTOCOL, "no JSON: line %d, column %d: %s", why.line, why.column,
                             why.text);
    *root = read;
    return VOL_OK;
}

struct vol_json vol_json_root(const json_t *root)
{
    return (struct vol_json){.value = root};
}

const char *vol_json_path(const struct vol_json *at, char *out, size_t size)
{
    const struct vol_json *step[DEPTH_MAX];
    size_t depth = 0, len = 0;

    for (const struct vol_json *p = at; p->up && depth < DEPTH_MAX; p = p->up)
        step[depth++] = p;
    snprintf(out, size, "%s", depth ? "" : "the answer");
    while (depth-- > 0 && len < size) {
        int n = step[depth]->key ? snprintf(out + len, size - len, "%s%s", len ? "." : "", step[depth]->key)
                                 : snprintf(out + len, size - len, "[%zu]", step[depth]->index);

        len += n > 0 ? (size_t)n : 0;
    }
    return out;
}

enum vol_status vol_json_wrong(const struct vol_json *at, struct vol_error *err, const char *format, ...)
{
    char path[PATH_BYTES], words[256];
    va_list args;

    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    return vol_error_set(err, VOL_EPROTOCOL, "%s: %s", vol_json_path(at, path, sizeof path), words);
}

/* What a value is, with as much of it as tells it apart; controls would reach a terminal. */
static const char *describe(const json_t *value, char out[80])
{
    char number[VOL_NUM_MAX];
    size_t n;

    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        n = json_string_length(value);
        snprintf(out, 80, "text \"%.*s%s\"", (int)(n > SHOWN_MAX ? SHOWN_MAX : n), json_string_value(value),
                 n > SHOWN_MAX ? "..." : "");
        for (char *p = out; *p; p++)
            if ((unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f)
                *p = '?';
        return out;
    case JSON_INTEGER:
        snprintf(out, 80, "%lld", (long long)json_integer_value(value));
        return out;
    case JSON_REAL:
        vol_num_print(number, json_real_value(value), VOL_NUM_SHORTEST);
        snprintf(out, 80, "%s", number);
        return out;
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    default:
        return "null";
    }
}

static enum vol_status expected(const struct vol_json *at, const char *what, struct vol_error *err)
{
    char seen[80];

    return vol_json_wrong(at, err, "expected %s, got %s", what, describe(at->value, seen));
}

/* The member, or VOL_NO with OUT->value null where there need be no value. */
static enum vol_status member(const struct vol_json *at, const char *key, enum vol_json_need need, bool nulls,
                              struct vol_json *out, struct vol_error *err)
{
    struct vol_json found = {.up = at, .key = key};

    if (at->value && !json_is_null(at->value) && !json_is_object(at->value))
        return expected(at, "an object", err);
    found.value = at->value ? json_object_get(at->value, key) : NULL;
    if (!found.value && need != VOL_JSON_OPTIONAL)
        return vol_json_wrong(&found, err, "is missing");
    if (found.value && json_is_null(found.value) && !nulls) {
        if (need == VOL_JSON_REQUIRED)
            return vol_json_wrong(&found, err, "expected a value, got null");
        found.value = NULL;
    }
    *out = found;
    return found.value ? VOL_OK : VOL_NO;
}

enum vol_status vol_json_any(const struct vol_json *at, const char *key, enum vol_json_need need,
                             struct vol_json *out, struct vol_error *err)
{
    enum vol_status status = member(at, key, need, need != VOL_JSON_REQUIRED, out, err);

    return status == VOL_NO ? VOL_OK : status;
}

enum vol_status vol_json_object(const struct vol_json *at, const char *key, enum vol_json_need need,
                                struct vol_json *out, struct vol_error *err)
{
    struct vol_json found;
    enum vol_status status = member(at, key, need, false, &found, err);

    if (status == VOL_OK && !json_is_object(found.value))
        return expected(&found, "an object", err);
    if (status == VOL_OK || status == VOL_NO) {
        *out = found;
        return VOL_OK;
    }
    return status;
}

enum vol_status vol_json_array(const struct vol_json *at, const char *key, enum vol_json_need need,
                               struct vol_json *out, struct vol_error *err)
{
    struct vol_json found;
    enum vol_status status = member(at, key, need, false, &found, err);

    if (status == VOL_OK && !json_is_array(found.value))
        return expected(&found, "an array", err);
    if (status == VOL_OK || status == VOL_NO) {
        *out = found;
        return VOL_OK;
    }
    return status;
}

size_t vol_json_size(const struct vol_json *at)
{
    return json_array_size(at->value);
}

struct vol_json vol_json_element_any(const struct vol_json *at, size_t i)
{
    return (struct vol_json){.value = json_array_get(at->value, i), .up = at, .index = i};
}

enum vol_status vol_json_element(const struct vol_json *at, size_t i, struct vol_json *out,
                                 struct vol_error *err)
{
    struct vol_json found = vol_json_element_any(at, i);

    if (!found.value)
        return vol_json_wrong(&found, err, "is missing");
    if (!json_is_object(found.value))
        return expected(&found, "an object", err);
    *out = found;
    return VOL_OK;
}

static enum vol_status number(const struct vol_json *at, double *out, struct vol_error *err)
{
    double x;

    if (!json_is_number(at->value))
        return expected(at, "a number", err);
    x = json_number_value(at->value);
    if (!isfinite(x))
        return vol_json_wrong(at, err, "is beyond the range of a double");
    *out = x;
    return VOL_OK;
}

enum vol_status vol_json_num(const struct vol_json *at, const char *key, enum vol_json_need need, double *out,
                             struct vol_error *err)
{
    struct vol_json found;
    enum vol_status status = member(at, key, need, false, &found, err);

    if (status == VOL_NO) {
        *out = NAN;
        return VOL_OK;
    }
    return status == VOL_OK ? number(&found, out, err) : status;
}

/* Whether TEXT is one of the words of LIST, which `|` separates. */
static bool is_word(const char *text, const char *list)
{
    size_t n = strlen(text);

    for (const char *p = list; p; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL)
        if (strcspn(p, "|") == n && memcmp(p, text, n) == 0)
            return true;
    return false;
}

enum vol_status vol_json_num_text(const struct vol_json *at, const char *key, enum vol_json_need need,
                                  const char *missing, double *out, struct vol_error *err)
{
    struct vol_json found;
    enum vol_status status = member(at, key, need, false, &found, err);
    const char *text;
    double x;

    if (status != VOL_OK && status != VOL_NO)
        return status;
    if (status == VOL_NO ||
        (json_is_string(found.value) && is_word(json_string_value(found.value), missing))) {
        *out = NAN;
        return VOL_OK;
    }
    if (!json_is_string(found.value))
        return number(&found, out, err);
    text = json_string_value(found.value);
    if (vol_num_parse_loose(text, json_string_length(found.value), &x) != VOL_OK)
        return expected(&found, "a number", err);
    *out = x;
    return VOL_OK;
}

enum vol_status vol_json_int(const struct vol_json *at, const char *key, enum vol_json_need need, int64_t lo,
                             int64_t hi, int64_t *out, struct vol_error *err)
{
    struct vol_json found;
    enum vol_status status = member(at, key, need, false, &found, err);
    int64_t whole;
    double x;

    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    if (json_is_real(found.value)) { /* 12.0 is a whole number */
        x = json_real_value(found.value);
        if (!(fabs(x) < 9e15) || floor(x) < x)
            return expected(&found, "a whole number", err);
        whole = (int64_t)x;
    } else if (json_is_integer(found.value)) {
        whole = json_integer_value(found.value);
    } else {
        return expected(&found, "a whole number", err);
    }
    if (whole < lo || whole > hi)
        return vol_json_wrong(&found, err, "expected %lld to %lld, got %lld", (long long)lo, (long long)hi,
                              (long long)whole);
    *out = whole;
    return VOL_OK;
}

static enum vol_status text_of(const struct vol_json *at, const char **out, struct vol_error *err)
{
    if (!json_is_string(at->value))
        return expected(at, "text", err);
    if (strlen(json_string_value(at->value)) != json_string_length(at->value))
        return vol_json_wrong(at, err, "text with a NUL inside");
    *out = json_string_value(at->value);
    return VOL_OK;
}

enum vol_status vol_json_str(const struct vol_json *at, const char *key, enum vol_json_need need,
                             const char **out, struct vol_error *err)
{
    struct vol_json found;
    enum vol_status status = member(at, key, need, false, &found, err);

    if (status == VOL_NO) {
        *out = NULL;
        return VOL_OK;
    }
    return status == VOL_OK ? text_of(&found, out, err) : status;
}

enum vol_status vol_json_bool(const struct vol_json *at, const char *key, enum vol_json_need need, bool *out,
                              struct vol_error *err)
{
    struct vol_json found;
    enum vol_status status = member(at, key, need, false, &found, err);

    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    if (!json_is_boolean(found.value))
        return expected(&found, "true or false", err);
    *out = json_is_true(found.value);
    return VOL_OK;
}

enum vol_status vol_json_num_at(const struct vol_json *at, size_t i, double *out, struct vol_error *err)
{
    struct vol_json found = vol_json_element_any(at, i);

    if (!found.value)
        return vol_json_wrong(&found, err, "is missing");
    if (json_is_null(found.value)) {
        *out = NAN;
        return VOL_OK;
    }
    return number(&found, out, err);
}

enum vol_status vol_json_time(const struct vol_json *at, const char *key, enum vol_json_need need,
                              int64_t unit, int64_t *out, struct vol_error *err)
{
    struct vol_json found;
    enum vol_status status = member(at, key, need, false, &found, err);
    int64_t count = 0;

    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    if ((status = vol_json_int(at, key, need, INT64_MIN, INT64_MAX, &count, err)) != VOL_OK)
        return status;
    if (count < FIRST_INSTANT / unit || count > LAST_INSTANT / unit)
        return vol_json_wrong(&found, err,
                              "expected an instant between 1990 and 2200 in units of %lld ns, got %lld",
                              (long long)unit, (long long)count);
    *out = count * unit;
    return VOL_OK;
}
