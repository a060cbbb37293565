/* fuzz_num.c: number text against the C library: strtod for reading, printf for writing. */
#include "fuzz.h"

#include <math.h>

#include "base/num.h"
#include "record/input.h"
#include "record/scan.h"

/* Whether TEXT is a number of RFC 8259. */
static int is_json_number(const char *p)
{
    if (*p == '-')
        p++;
    if (*p == '0')
        p++;
    else if (*p >= '1' && *p <= '9')
        p += strspn(p, "0123456789");
    else
        return 0;
    if (*p == '.') {
        size_t n = strspn(p + 1, "0123456789");

        if (n == 0)
            return 0;
        p += n + 1;
    }
    if (*p == 'e' || *p == 'E') {
        size_t n;

        p++;
        if (*p == '+' || *p == '-')
            p++;
        n = strspn(p, "0123456789");
        if (n == 0)
            return 0;
        p += n;
    }
    return *p == '\0';
}

static void check_read(const char *text, size_t len)
{
    double x, y, expected;
    enum vol_status status = vol_num_parse(text, len, &x);
    const char *end;

    if (memchr(text, '\0', len) != NULL || !is_json_number(text)) {
        FUZZ_CHECK(status == VOL_EDATA);
        return;
    }
    expected = strtod(text, NULL);
    FUZZ_CHECK(status == (isinf(expected) ? VOL_NO : VOL_OK));
    if (status == VOL_OK)
        FUZZ_CHECK(memcmp(&x, &expected, sizeof x) == 0);
    end = vol_scan_number(text, &y);
    if (end == text + len)
        FUZZ_CHECK(memcmp(&y, &expected, sizeof y) == 0);
}

static void check_write(double x)
{
    char ours[VOL_NUM_MAX], theirs[64];
    double back;
    size_t n;
    int precision;

    if (!isfinite(x))
        return;
    for (precision = 1; precision <= 16; precision++) {
        n = vol_num_print(ours, x, precision);
        snprintf(theirs, sizeof theirs, "%.*g", precision, x);
        FUZZ_CHECK(n == strlen(ours) && strcmp(ours, theirs) == 0);
    }
    n = vol_num_print(ours, x, VOL_NUM_SHORTEST);
    FUZZ_CHECK(vol_num_parse(ours, n, &back) == VOL_OK && memcmp(&back, &x, sizeof x) == 0);
    /* No shorter text reads back: one digit less must not. */
    for (precision = 1; precision < 17; precision++) {
        snprintf(theirs, sizeof theirs, "%.*g", precision, x);
        if (strtod(theirs, NULL) == x) {
            FUZZ_CHECK(n <= strlen(theirs) + 5);
            break;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[512 + VOL_INPUT_SLACK] = {0};
    double x;

    if (size >= sizeof x) {
        memcpy(&x, data, sizeof x);
        check_write(x);
    }
    if (size <= 512) {
        if (size > 0)
            memcpy(text, data, size);
        check_read(text, size);
    }
    return 0;
}
