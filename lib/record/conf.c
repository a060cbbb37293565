#include "record/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/num.h"

enum { SHOWN_MAX = 64 }; /* bytes of a refused value that a message shows */

/* ---- loading
 * ------------------------------------------------------------------------------------------------ */

static enum vol_status read_file(const char *path, struct vol_buf *out, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    char words[VOL_ERROR_WORDS_MAX];
    ssize_t n = 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return vol_error_set(err, VOL_ECONFIG, "%s: cannot open: %s", path, vol_error_words(errno, words));
    while (status == VOL_OK && n > 0) {
        if (vol_buf_reserve(out, 1 << 14) != VOL_OK) {
            status = vol_error_set(err, VOL_EOS, "%s: out of memory", path);
            break;
        }
        n = read(fd, out->data + out->len, 1 << 14);
        if (n < 0 && errno == EINTR) {
            n = 1;
            continue;
        }
        if (n < 0)
            status =
                vol_error_set(err, VOL_ECONFIG, "%s: cannot read: %s", path, vol_error_words(errno, words));
        else if ((out->len += (size_t)n) > VOL_CONF_BYTES_MAX)
            status =
                vol_error_set(err, VOL_ECONFIG, "%s: longer than %d bytes", path, (int)VOL_CONF_BYTES_MAX);
    }
    close(fd);
    return status;
}

/* The end of a long path tells more than its beginning. */
static void name_file(struct vol_conf *conf, const char *path)
{
    size_t len = strlen(path), room = sizeof conf->where / 2;

    snprintf(conf->where, sizeof conf->where, "%s%s", len > room ? "..." : "",
             len > room ? path + len - room : path);
    conf->name_len = strlen(conf->where);
}

enum vol_status vol_conf_load(const char *path, struct vol_conf *conf, struct vol_error *err)
{
    struct vol_buf text = VOL_BUF_INIT;
    struct vol_conf made = {0};
    json_error_t why;
    enum vol_status status = read_file(path, &text, err);
    size_t i = 0;

    if (status != VOL_OK)
        goto done;
    while (i < text.len && strchr(" \t\r\n", text.data[i]) != NULL && text.data[i] != '\0')
        i++;
    if (i == text.len) {
        status = vol_error_set(err, VOL_ECONFIG, "%s: the file is empty, expected a JSON object", path);
        goto done;
    }
    made.object = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &why);
    if (made.object == NULL) {
        status = json_error_code(&why) == json_error_out_of_memory ? VOL_EOS : VOL_ECONFIG;
        vol_error_set(err, status, "%s:%d: column %d: %s", path, why.line, why.column, why.text);
        goto done;
    }
    if (!json_is_object(made.object)) {
        json_decref(made.object);
        status = vol_error_set(err, VOL_ECONFIG, "%s: expected a JSON object, got an array", path);
        goto done;
    }
    name_file(&made, path);
    *conf = made;
done:
    vol_buf_free(&text);
    return status;
}

void vol_conf_free(struct vol_conf *conf)
{
    json_decref(conf->object);
    conf->object = NULL;
}

/* ---- words
 * -------------------------------------------------------------------------------------------------- */

static size_t append(char *out, size_t size, size_t at, const char *text)
{
    size_t n = strlen(text), room = size - 1 - at;

    n = n < room ? n : room;
    memcpy(out + at, text, n);
    out[at + n] = '\0';
    return at + n;
}

/* The place of KEY under CONF: "limits.json: max_vega", "limits.json: orders.max_vega"; cut when too long. */
static void place(const struct vol_conf *conf, const char *key, char *out, size_t size)
{
    size_t at = append(out, size, 0, conf->where);

    at = append(out, size, at, conf->where[conf->name_len] == '\0' ? ": " : ".");
    append(out, size, at, key);
}

/* VALUE as JSON, cut to a length that fits a message. */
static void show(const json_t *value, char out[SHOWN_MAX + 4])
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));

    if (text == NULL) {
        snprintf(out, SHOWN_MAX + 4, "a value that cannot be shown");
        return;
    }
    snprintf(out, SHOWN_MAX, "%s", text);
    if (strlen(text) >= SHOWN_MAX)
        strcat(out, "...");
    free(text);
}

static enum vol_status refuse(const struct vol_conf *conf, const char *key, const char *expected,
                              const json_t *value, struct vol_error *err)
{
    char where[sizeof conf->where + 64], shown[SHOWN_MAX + 4];

    place(conf, key, where, sizeof where);
    if (value == NULL)
        return vol_error_set(err, VOL_ECONFIG, "%s: missing, expected %s", where, expected);
    show(value, shown);
    return vol_error_set(err, VOL_ECONFIG, "%s: expected %s, got %s", where, expected, shown);
}

/* A bound as people write it: 1e9 rather than 1e+09 or 1000000000. */
static void show_bound(double x, char out[VOL_NUM_MAX])
{
    size_t n = vol_num_print(out, x, 6);
    double back;
    char *e;

    if (vol_num_parse(out, n, &back) != VOL_OK || back != x)
        vol_num_print(out, x, VOL_NUM_SHORTEST);
    e = strchr(out, 'e');
    if (e != NULL) {
        char *digits = e + 2, *to = e[1] == '-' ? e + 2 : e + 1;

        digits += strspn(digits, "0");
        memmove(to, digits, strlen(digits) + 1);
    }
}

static void show_range(const char *what, double lo, double hi, char *out, size_t size)
{
    char low[VOL_NUM_MAX], high[VOL_NUM_MAX];

    show_bound(lo, low);
    show_bound(hi, high);
    if (isfinite(lo) && isfinite(hi))
        snprintf(out, size, "%s in [%s, %s]", what, low, high);
    else if (isfinite(lo))
        snprintf(out, size, "%s of at least %s", what, low);
    else if (isfinite(hi))
        snprintf(out, size, "%s of at most %s", what, high);
    else
        snprintf(out, size, "%s", what);
}

/* ---- members
 * ------------------------------------------------------------------------------------------------ */

enum vol_status vol_conf_known(const struct vol_conf *conf, const char *const *known, struct vol_error *err)
{
    const char *key;
    json_t *value;

    json_object_foreach(conf->object, key, value)
    {
        struct vol_buf list = VOL_BUF_INIT;
        size_t i;

        if (strcmp(key, "comment") == 0)
            continue;
        for (i = 0; known[i] != NULL && strcmp(known[i], key) != 0; i++)
            ;
        if (known[i] != NULL)
            continue;
        for (i = 0; known[i] != NULL; i++)
            if (vol_buf_addf(&list, "%s%s", i > 0 ? ", " : "", known[i]) != VOL_OK)
                break;
        vol_error_set(err, VOL_ECONFIG, "%s: unknown key \"%.*s\"; known are: %s", conf->where, SHOWN_MAX,
                      key, list.data);
        vol_buf_free(&list);
        return VOL_ECONFIG;
    }
    return VOL_OK;
}

bool vol_conf_has(const struct vol_conf *conf, const char *key)
{
    return json_object_get(conf->object, key) != NULL;
}

enum vol_status vol_conf_num(const struct vol_conf *conf, const char *key, bool required, double lo,
                             double hi, double *out, struct vol_error *err)
{
    const json_t *value = json_object_get(conf->object, key);
    char expected[128];
    double x;

    if (value == NULL && !required)
        return VOL_OK;
    x = json_is_number(value) ? json_number_value(value) : NAN;
    if (!(x >= lo && x <= hi)) {
        show_range("a number", lo, hi, expected, sizeof expected);
        return refuse(conf, key, expected, value, err);
    }
    *out = x;
    return VOL_OK;
}

enum vol_status vol_conf_int(const struct vol_conf *conf, const char *key, bool required, int64_t lo,
                             int64_t hi, int64_t *out, struct vol_error *err)
{
    const json_t *value = json_object_get(conf->object, key);
    char expected[128];
    int64_t x = 0;
    bool whole = json_is_integer(value);

    if (value == NULL && !required)
        return VOL_OK;
    if (whole) {
        x = json_integer_value(value);
    } else if (json_is_real(value)) {
        double real = json_real_value(value);

        /* 1e3 and 30.0 are whole numbers too, as far as a double counts in ones. */
        whole = real == floor(real) && fabs(real) <= 9007199254740992.0;
        if (whole)
            x = (int64_t)real;
    }
    if (!whole || x < lo || x > hi) {
        show_range("a whole number", lo == INT64_MIN ? -INFINITY : (double)lo,
                   hi == INT64_MAX ? INFINITY : (double)hi, expected, sizeof expected);
        return refuse(conf, key, expected, value, err);
    }
    *out = x;
    return VOL_OK;
}

enum vol_status vol_conf_bool(const struct vol_conf *conf, const char *key, bool required, bool *out,
                              struct vol_error *err)
{
    const json_t *value = json_object_get(conf->object, key);

    if (value == NULL && !required)
        return VOL_OK;
    if (!json_is_boolean(value))
        return refuse(conf, key, "true or false", value, err);
    *out = json_is_true(value);
    return VOL_OK;
}

/* Whether TEXT is one of the words of "a|b|c". */
static bool is_word(const char *words, const char *text)
{
    size_t len = strlen(text);
    const char *p = words;

    while (p != NULL) {
        size_t n = strcspn(p, "|");

        if (n == len && memcmp(p, text, n) == 0)
            return true;
        p = p[n] == '|' ? p + n + 1 : NULL;
    }
    return false;
}

static enum vol_status take_str(const struct vol_conf *conf, const char *key, const json_t *value,
                                const char *words, const char **out, struct vol_error *err)
{
    char expected[160];

    if (json_is_string(value) && (words == NULL || is_word(words, json_string_value(value)))) {
        *out = json_string_value(value);
        return VOL_OK;
    }
    snprintf(expected, sizeof expected, words != NULL ? "one of %s" : "a string", words);
    return refuse(conf, key, expected, value, err);
}

enum vol_status vol_conf_str(const struct vol_conf *conf, const char *key, bool required, const char *words,
                             const char **out, struct vol_error *err)
{
    const json_t *value = json_object_get(conf->object, key);

    if (value == NULL && !required)
        return VOL_OK;
    return take_str(conf, key, value, words, out, err);
}

/* VALUE, found at KEY under CONF, as an object of its own. */
static enum vol_status descend(const struct vol_conf *conf, const char *key, json_t *value,
                               struct vol_conf *out, struct vol_error *err)
{
    struct vol_conf child;

    if (!json_is_object(value))
        return refuse(conf, key, "an object", value, err);
    child.object = value;
    child.name_len = conf->name_len;
    place(conf, key, child.where, sizeof child.where);
    *out = child;
    return VOL_OK;
}

enum vol_status vol_conf_object(const struct vol_conf *conf, const char *key, bool required,
                                struct vol_conf *out, struct vol_error *err)
{
    json_t *value = json_object_get(conf->object, key);

    if (value == NULL && !required)
        return VOL_NO;
    return descend(conf, key, value, out, err);
}

enum vol_status vol_conf_array(const struct vol_conf *conf, const char *key, bool required, size_t *n,
                               struct vol_error *err)
{
    const json_t *value = json_object_get(conf->object, key);

    if (value == NULL && !required) {
        *n = 0;
        return VOL_OK;
    }
    if (!json_is_array(value))
        return refuse(conf, key, "an array", value, err);
    *n = json_array_size(value);
    return VOL_OK;
}

enum vol_status vol_conf_element(const struct vol_conf *conf, const char *key, size_t i, struct vol_conf *out,
                                 struct vol_error *err)
{
    json_t *value = json_array_get(json_object_get(conf->object, key), i);
    char element[96];

    snprintf(element, sizeof element, "%.64s[%zu]", key, i);
    return descend(conf, element, value, out, err);
}

enum vol_status vol_conf_element_str(const struct vol_conf *conf, const char *key, size_t i,
                                     const char *words, const char **out, struct vol_error *err)
{
    const json_t *value = json_array_get(json_object_get(conf->object, key), i);
    char element[96];

    snprintf(element, sizeof element, "%.64s[%zu]", key, i);
    return take_str(conf, element, value, words, out, err);
}

enum vol_status vol_conf_numbers(const struct vol_conf *conf, const char *key, size_t n, double lo, double hi,
                                 double *out, struct vol_error *err)
{
    const json_t *value = json_object_get(conf->object, key);
    char expected[128], element[96];
    double x;
    size_t i;

    if (!json_is_array(value) || json_array_size(value) != n) {
        snprintf(expected, sizeof expected, "an array of %zu numbers", n);
        return refuse(conf, key, expected, value, err);
    }
    for (i = 0; i < n; i++) {
        const json_t *one = json_array_get(value, i);

        x = json_is_number(one) ? json_number_value(one) : NAN;
        if (!(x >= lo && x <= hi)) {
            snprintf(element, sizeof element, "%.64s[%zu]", key, i);
            show_range("a number", lo, hi, expected, sizeof expected);
            return refuse(conf, element, expected, one, err);
        }
    }
    for (i = 0; i < n; i++)
        out[i] = json_number_value(json_array_get(value, i));
    return VOL_OK;
}

enum vol_status vol_conf_text(const struct vol_conf *conf, struct vol_buf *out)
{
    char *text = json_dumps(conf->object, JSON_COMPACT | JSON_REAL_PRECISION(17));
    enum vol_status status = text != NULL ? vol_buf_add_str(out, text) : VOL_EOS;

    free(text);
    return status;
}
