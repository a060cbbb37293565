#include "base/buf.h"

#include <jansson.h>
#include <stdint.h>

#include "unit.h"

static void test_growth(void)
{
    struct vol_buf buf = VOL_BUF_INIT;
    size_t i, ok = 0;

    UNIT(buf.len == 0 && buf.data[0] == '\0');
    for (i = 0; i < 100000; i++)
        ok += vol_buf_add_char(&buf, (char)('a' + i % 26)) == VOL_OK && buf.data[buf.len] == '\0';
    UNIT(ok == 100000 && buf.len == 100000 && buf.cap >= buf.len);
    for (ok = 0, i = 0; i < 100000; i++)
        ok += buf.data[i] == (char)('a' + i % 26);
    UNIT(ok == 100000);

    vol_buf_clear(&buf);
    UNIT(buf.len == 0 && buf.cap >= 100000 && buf.data[0] == '\0');
    vol_buf_free(&buf);
    UNIT(buf.len == 0 && buf.cap == 0 && buf.data[0] == '\0');
    vol_buf_free(&buf); /* twice is harmless */
    UNIT(vol_buf_add_str(&buf, "usable again") == VOL_OK);
    UNIT_STR(buf.data, "usable again");
    vol_buf_free(&buf);
}

static void test_additions(void)
{
    struct vol_buf buf = VOL_BUF_INIT;

    UNIT(vol_buf_add(&buf, "", 0) == VOL_OK && buf.len == 0);
    UNIT(vol_buf_addf(&buf, "%s", "") == VOL_OK && buf.len == 0 && buf.data[0] == '\0');
    UNIT(vol_buf_addf(&buf, "%d-%s", 42, "x") == VOL_OK);
    UNIT(vol_buf_add(&buf, "a\0b", 3) == VOL_OK);
    UNIT(buf.len == 7 && memcmp(buf.data, "42-xa\0b", 8) == 0);
    UNIT(vol_buf_addf(&buf, "%0200d", 7) == VOL_OK && buf.len == 207 && buf.data[206] == '7');
    vol_buf_free(&buf);
}

/* A request that no machine can meet leaves the buffer as it was. */
static void test_refusal(void)
{
    struct vol_buf buf = VOL_BUF_INIT;

    UNIT(vol_buf_add_str(&buf, "kept") == VOL_OK);
    UNIT(vol_buf_reserve(&buf, SIZE_MAX) == VOL_EOS);
    UNIT(vol_buf_reserve(&buf, SIZE_MAX - 4) == VOL_EOS);
    UNIT(vol_buf_add_json(&buf, "x", SIZE_MAX / 6) == VOL_EOS);
    UNIT(buf.len == 4);
    UNIT_STR(buf.data, "kept");
    vol_buf_free(&buf);
}

/* Every byte below 0x80, as Jansson reads the escaped text back. */
static void test_json(void)
{
    struct vol_buf buf = VOL_BUF_INIT;
    char text[130];
    json_error_t error;
    json_t *value;
    int c, n = 0;

    for (c = 0; c < 128; c++)
        text[n++] = (char)c;
    memcpy(text + n, "\xc3\xa9", 2); /* é */
    UNIT(vol_buf_add_json(&buf, text, sizeof text) == VOL_OK);
    value = json_loadb(buf.data, buf.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    UNIT(value != NULL && json_string_length(value) == sizeof text);
    UNIT(value != NULL && memcmp(json_string_value(value), text, sizeof text) == 0);
    json_decref(value);
    vol_buf_clear(&buf);
    UNIT(vol_buf_add_json(&buf, "a\"b\\c\n\x7f", 7) == VOL_OK);
    UNIT_STR(buf.data, "\"a\\\"b\\\\c\\u000a\x7f\"");
    vol_buf_clear(&buf);
    UNIT(vol_buf_add_json(&buf, "", 0) == VOL_OK);
    UNIT_STR(buf.data, "\"\"");
    vol_buf_free(&buf);
}

int main(void)
{
    test_growth();
    test_additions();
    test_refusal();
    test_json();
    return unit_done("base/buf");
}
