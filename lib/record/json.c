#include "record/json.h"

#include <jansson.h>
#include <string.h>

enum vol_status vol_json_check(const char *text, size_t n, bool record, struct vol_error *err)
{
    /* As doubles: a whole number beyond 64 bits is a number all the same, and its spelling is kept anyway. */
    size_t flags =
        JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL | (record ? JSON_REJECT_DUPLICATES : JSON_DECODE_ANY);
    json_error_t jerr;
    json_t *value;
    bool is_object;

    /* Jansson 2.14 overlooks a NUL byte that follows a number; none may stand in JSON text. */
    if (memchr(text, '\0', n) != NULL)
        return vol_error_set(err, VOL_EDATA, "not JSON: a NUL byte");
    value = json_loadb(text, n, flags, &jerr);
    is_object = json_is_object(value);
    if (value == NULL)
        return vol_error_set(err, VOL_EDATA, "not JSON: %s (column %d)", jerr.text, jerr.column);
    json_decref(value);
    if (record && !is_object)
        return vol_error_set(err, VOL_EDATA, "not a record: expected an object");
    return VOL_OK;
}

static size_t skip_space(const char *text, size_t n, size_t at)
{
    while (at < n && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n'))
        at++;
    return at;
}

/* From the opening quote to behind the closing one. */
static size_t skip_string(const char *text, size_t n, size_t at, bool *escaped)
{
    for (at++; at < n && text[at] != '"'; at++)
        if (text[at] == '\\') {
            *escaped = true;
            at++;
        }
    return at < n ? at + 1 : n;
}

static size_t skip_value(const char *text, size_t n, size_t at, struct vol_member *m)
{
    int depth = 0;
    bool ignored;

    switch (text[at]) {
    case '"':
        m->type = VOL_STRING;
        return skip_string(text, n, at, &m->escaped);
    case '{':
    case '[':
        m->type = VOL_NESTED;
        do {
            if (text[at] == '"') {
                at = skip_string(text, n, at, &ignored);
                continue;
            }
            if (text[at] == '{' || text[at] == '[')
                depth++;
            else if (text[at] == '}' || text[at] == ']')
                depth--;
            at++;
        } while (depth > 0 && at < n);
        return at;
    default:
        m->type = text[at] == 't'   ? VOL_TRUE
                  : text[at] == 'f' ? VOL_FALSE
                  : text[at] == 'n' ? VOL_NULL
                                    : VOL_NUMBER;
        while (at < n && strchr(" \t\r\n,}", text[at]) == NULL)
            at++;
        return at;
    }
}

bool vol_json_member(const char *text, size_t n, size_t *at, struct vol_member *m)
{
    size_t i = skip_space(text, n, *at);

    if (i < n && (text[i] == '{' || text[i] == ',') && *at < n)
        i = skip_space(text, n, i + 1);
    if (i >= n || text[i] == '}') {
        *at = i;
        return false;
    }
    m->escaped = false;
    m->start = i;
    m->key = i + 1;
    i = skip_string(text, n, i, &m->escaped);
    m->key_len = i - 1 - m->key;
    i = skip_space(text, n, skip_space(text, n, i) + 1);
    if (i >= n)
        return false;
    m->value = i;
    i = skip_value(text, n, i, m);
    m->value_len = i - m->value;
    if (m->type == VOL_STRING) {
        m->value++;
        m->value_len -= 2;
    }
    *at = i;
    return true;
}

enum vol_status vol_json_unescape(const char *text, size_t n, struct vol_buf *out)
{
    struct vol_buf quoted = VOL_BUF_INIT;
    enum vol_status status = VOL_EOS;
    json_t *value = NULL;

    if (vol_buf_add_char(&quoted, '"') != VOL_OK || vol_buf_add(&quoted, text, n) != VOL_OK ||
        vol_buf_add_char(&quoted, '"') != VOL_OK)
        goto done;
    value = json_loadb(quoted.data, quoted.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    if (value == NULL) {
        status = VOL_EDATA;
        goto done;
    }
    status = vol_buf_add(out, json_string_value(value), json_string_length(value));
done:
    json_decref(value);
    vol_buf_free(&quoted);
    return status;
}
