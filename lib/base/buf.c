#include "base/buf.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vol_buf_init(struct vol_buf *buf)
{
    buf->data = (char *)"";
    buf->len = 0;
    buf->cap = 0;
}

void vol_buf_clear(struct vol_buf *buf)
{
    buf->len = 0;
    if (buf->cap > 0)
        buf->data[0] = '\0';
}

void vol_buf_free(struct vol_buf *buf)
{
    if (buf->cap > 0)
        free(buf->data);
    vol_buf_init(buf);
}

enum vol_status vol_buf_reserve(struct vol_buf *buf, size_t extra)
{
    size_t want, cap;
    char *data;

    if (extra > SIZE_MAX - buf->len - 1)
        return VOL_EOS;
    want = buf->len + extra;
    if (want <= buf->cap)
        return VOL_OK;
    cap = buf->cap < 64 ? 64 : buf->cap;
    while (cap < want)
        cap = cap > SIZE_MAX / 2 ? want : cap * 2;
    data = realloc(buf->cap > 0 ? buf->data : NULL, cap + 1);
    if (data == NULL)
        return VOL_EOS;
    data[buf->len] = '\0';
    buf->data = data;
    buf->cap = cap;
    return VOL_OK;
}

enum vol_status vol_buf_add(struct vol_buf *buf, const void *bytes, size_t n)
{
    enum vol_status status = vol_buf_reserve(buf, n);

    if (status != VOL_OK || n == 0)
        return status;
    memcpy(buf->data + buf->len, bytes, n);
    buf->len += n;
    buf->data[buf->len] = '\0';
    return VOL_OK;
}

enum vol_status vol_buf_add_str(struct vol_buf *buf, const char *text)
{
    return vol_buf_add(buf, text, strlen(text));
}

enum vol_status vol_buf_add_char(struct vol_buf *buf, char c)
{
    return vol_buf_add(buf, &c, 1);
}

enum vol_status vol_buf_addf(struct vol_buf *buf, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || vol_buf_reserve(buf, (size_t)n) != VOL_OK)
        return VOL_EOS;
    if (n == 0)
        return VOL_OK;
    va_start(args, format);
    vsnprintf(buf->data + buf->len, (size_t)n + 1, format, args);
    va_end(args);
    buf->len += (size_t)n;
    return VOL_OK;
}

/* Whether one of the eight bytes at P is below 0x20, `"` or `\\`. */
static bool needs_escape(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    uint64_t w, quote, slash;

    memcpy(&w, p, 8);
    quote = w ^ (ones * '"');
    slash = w ^ (ones * '\\');
    return (((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & high;
}

enum vol_status vol_buf_add_json(struct vol_buf *buf, const char *text, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    size_t old = buf->len, i;
    char *out;

    /* The longest escape, \u00XX, is six bytes for one. */
    if (n > (SIZE_MAX - 2) / 6 || vol_buf_reserve(buf, n * 6 + 2) != VOL_OK)
        return VOL_EOS;
    out = buf->data + old;
    *out++ = '"';
    for (i = 0; i + 8 <= n && !needs_escape(text + i); i += 8, out += 8)
        memcpy(out, text + i, 8);
    for (; i < n; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '"' || c == '\\') {
            *out++ = '\\';
            *out++ = (char)c;
        } else if (c < 0x20) {
            memcpy(out, "\\u00", 4);
            out[4] = hex[c >> 4];
            out[5] = hex[c & 15];
            out += 6;
        } else {
            *out++ = (char)c;
        }
    }
    *out++ = '"';
    *out = '\0';
    buf->len = (size_t)(out - buf->data);
    return VOL_OK;
}
