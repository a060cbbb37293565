#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* Bytes of the sequence that begins at P, 0 when it is not well-formed. RFC 3629, section 4: the second
 * byte's range depends on the first, all further ones are 80..BF. */
static size_t sequence(const unsigned char *p, size_t n)
{
    size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
    unsigned low = 0x80, high = 0xbf;
    size_t i;

    if (len < 2)
        return len;
    if (len > n)
        return 0;
    if (p[0] == 0xe0)
        low = 0xa0;
    else if (p[0] == 0xed)
        high = 0x9f;
    else if (p[0] == 0xf0)
        low = 0x90;
    else if (p[0] == 0xf4)
        high = 0x8f;
    if (p[1] < low || p[1] > high)
        return 0;
    for (i = 2; i < len; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

bool vol_utf8_is_valid(const char *text, size_t n)
{
    size_t at = 0, len;

    while (at < n) {
        uint64_t eight;

        if (n - at >= sizeof eight) {
            memcpy(&eight, text + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        if ((len = sequence((const unsigned char *)text + at, n - at)) == 0)
            return false;
        at += len;
    }
    return true;
}
