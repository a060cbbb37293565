#include "record/gunzip.h"

#include <limits.h>
#include <stdint.h>
#include <zlib.h>

enum { BLOCK = 1 << 16, GZIP_WINDOW = 15 + 16 };

bool vol_gunzip_is(const char *data, size_t n)
{
    return n >= 2 && (unsigned char)data[0] == 0x1f && (unsigned char)data[1] == 0x8b;
}

/* One block out of Z. Z_OK, Z_STREAM_END, or zlib's error; VOL_EOS and the limit come by STATUS. */
static int block(z_stream *z, size_t max, size_t before, struct vol_buf *out, enum vol_status *status,
                 struct vol_error *err)
{
    int code;

    *status = vol_buf_reserve(out, BLOCK);
    if (*status != VOL_OK) {
        vol_error_set(err, VOL_EOS, "out of memory");
        return Z_MEM_ERROR;
    }
    z->next_out = (Bytef *)out->data + out->len;
    z->avail_out = BLOCK;
    code = inflate(z, Z_NO_FLUSH);
    out->len += BLOCK - z->avail_out;
    out->data[out->len] = '\0';
    if (out->len - before > max)
        *status = vol_error_set(err, VOL_EDATA, "more than %zu bytes when unpacked", max);
    return code;
}

static enum vol_status unpack(z_stream *z, size_t max, struct vol_buf *out, struct vol_error *err)
{
    size_t before = out->len;
    enum vol_status status;

    for (;;) {
        int code = block(z, max, before, out, &status, err);

        if (status != VOL_OK)
            return status;
        if (code == Z_STREAM_END) {
            if (z->avail_in == 0)
                return VOL_OK;
            /* Another member follows, or something that is none. */
            if (!vol_gunzip_is((const char *)z->next_in, z->avail_in) || inflateReset(z) != Z_OK)
                return vol_error_set(err, VOL_EDATA, "other bytes behind the gzip data");
        } else if (code == Z_BUF_ERROR || (code == Z_OK && z->avail_in == 0 && z->avail_out > 0)) {
            return vol_error_set(err, VOL_ENOINPUT, "the gzip data are cut");
        } else if (code != Z_OK) {
            return vol_error_set(err, VOL_EDATA, "the gzip data are damaged");
        }
    }
}

enum vol_status vol_gunzip(const char *data, size_t n, size_t max, struct vol_buf *out, struct vol_error *err)
{
    z_stream z = {0};
    size_t before = out->len;
    enum vol_status status;

    if (n > UINT_MAX)
        return vol_error_set(err, VOL_EDATA, "more than 4 GiB of gzip data");
    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return vol_error_set(err, VOL_EOS, "out of memory");
    z.next_in = (Bytef *)(uintptr_t)data; /* zlib reads only */
    z.avail_in = (uInt)n;
    status = unpack(&z, max, out, err);
    inflateEnd(&z);
    if (status != VOL_OK) {
        out->len = before;
        if (out->cap > 0)
            out->data[before] = '\0';
    }
    return status;
}
