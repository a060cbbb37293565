#include "record/gunzip.h"

#include <stdlib.h>
#include <zlib.h>

#include "unit.h"

/* printf 'a,b\n1,2\n' | gzip -n9 */
static const unsigned char small[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                      0x4b, 0xd4, 0x49, 0xe2, 0x32, 0xd4, 0x31, 0xe2, 0x02, 0x00,
                                      0x7b, 0x07, 0x97, 0x0a, 0x08, 0x00, 0x00, 0x00};

static void good(void)
{
    struct vol_buf out = VOL_BUF_INIT;
    struct vol_error err = {0};
    char twice[2 * sizeof small];

    UNIT(vol_gunzip_is((const char *)small, sizeof small));
    UNIT(!vol_gunzip_is("{\"a\":1}", 7));
    UNIT(!vol_gunzip_is("\x1f", 1));
    UNIT(vol_gunzip((const char *)small, sizeof small, 8, &out, &err) == VOL_OK);
    UNIT_STR(out.data, "a,b\n1,2\n");
    /* Members follow each other, and what was there stays. */
    memcpy(twice, small, sizeof small);
    memcpy(twice + sizeof small, small, sizeof small);
    UNIT(vol_gunzip(twice, sizeof twice, 16, &out, &err) == VOL_OK);
    UNIT_STR(out.data, "a,b\n1,2\na,b\n1,2\na,b\n1,2\n");
    vol_buf_free(&out);
}

static void bad(void)
{
    struct vol_buf out = VOL_BUF_INIT;
    struct vol_error err = {0};
    char text[sizeof small + 1];

    UNIT(vol_buf_add_str(&out, "kept") == VOL_OK);
    for (size_t n = 0; n < sizeof small; n++) /* cut anywhere: never VOL_OK, nothing comes out */
        UNIT(vol_gunzip((const char *)small, n, 100, &out, &err) == VOL_ENOINPUT);
    UNIT_STR(err.text, "the gzip data are cut");
    memcpy(text, small, sizeof small);
    text[21] ^= 1; /* a bit of the checksum */
    UNIT(vol_gunzip(text, sizeof small, 100, &out, &err) == VOL_EDATA);
    UNIT_STR(err.text, "the gzip data are damaged");
    text[21] ^= 1;
    text[sizeof small] = 'x';
    UNIT(vol_gunzip(text, sizeof small + 1, 100, &out, &err) == VOL_EDATA);
    UNIT_STR(err.text, "other bytes behind the gzip data");
    UNIT(vol_gunzip("no gzip at all", 14, 100, &out, &err) == VOL_EDATA);
    UNIT_STR(out.data, "kept");
    vol_buf_free(&out);
}

/* 64 MB of zeros in about 64 kB: refused at the limit, long before it is unpacked. */
static void bomb(void)
{
    enum { ZEROS = 1 << 16, BLOCKS = 1024, LIMIT = 100000 };
    static unsigned char zeros[ZEROS], packed[1 << 18];
    struct vol_buf out = VOL_BUF_INIT;
    struct vol_error err = {0};
    z_stream z = {0};

    UNIT(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    z.next_out = packed;
    z.avail_out = sizeof packed;
    for (int i = 0; i < BLOCKS; i++) {
        z.next_in = zeros;
        z.avail_in = ZEROS;
        UNIT(deflate(&z, i + 1 < BLOCKS ? Z_NO_FLUSH : Z_FINISH) >= 0);
    }
    UNIT(vol_gunzip((const char *)packed, z.total_out, LIMIT, &out, &err) == VOL_EDATA);
    UNIT_STR(err.text, "more than 100000 bytes when unpacked");
    UNIT(out.len == 0 && out.cap < 4 * LIMIT);
    deflateEnd(&z);
    vol_buf_free(&out);
}

int main(void)
{
    good();
    bad();
    bomb();
    return unit_done("record/gunzip");
}
