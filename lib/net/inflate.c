#include "net/inflate.h"

#define ZLIB_CONST
#include <limits.h>
#include <string.h>
#include <zlib.h>

enum { STEP = 1 << 16, EITHER = 15 + 32 /* gzip or zlib, as its head says */ };

static enum vol_status inflate_all(z_stream *z, size_t max, struct vol_buf *out, struct vol_error *err)
{
    size_t start = out->len;
    int code = Z_OK;

    while (code != Z_STREAM_END) {
        if (vol_buf_reserve(out, STEP) != VOL_OK)
            return vol_error_set(err, VOL_EOS, "out of memory");
        z->next_out = (unsigned char *)out->data + out->len;
        z->avail_out = STEP;
        code = inflate(z, Z_NO_FLUSH);
        out->len += STEP - z->avail_out;
        if (code == Z_MEM_ERROR)
            return vol_error_set(err, VOL_EOS, "out of memory");
        if (code == Z_BUF_ERROR || (code == Z_OK && z->avail_in == 0 && z->avail_out > 0))
            return vol_error_set(err, VOL_EPROTOCOL, "the compressed answer was cut");
        if (code != Z_OK && code != Z_STREAM_END)
            return vol_error_set(err, VOL_EPROTOCOL, "the compressed answer is damaged");
        if (out->len - start > max)
            return vol_error_set(err, VOL_EPROTOCOL, "the answer is longer than %zu bytes", max);
    }
    if (z->avail_in > 0)
        return vol_error_set(err, VOL_EPROTOCOL, "something stands behind the compressed answer");
    return VOL_OK;
}

enum vol_status vol_inflate(const void *bytes, size_t n, size_t max, struct vol_buf *out,
                            struct vol_error *err)
{
    z_stream z = {.next_in = (const unsigned char *)bytes, .avail_in = (unsigned)n};
    size_t start = out->len;
    enum vol_status status;

    if (n > UINT_MAX)
        return vol_error_set(err, VOL_EPROTOCOL, "the answer is longer than %u bytes", UINT_MAX);
    if (inflateInit2(&z, EITHER) != Z_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    status = inflate_all(&z, max, out, err);
    inflateEnd(&z);
    if (status != VOL_OK)
        out->len = start;
    if (out->cap > 0)
        out->data[out->len] = '\0';
    return status;
}
