#include "base/error.h"

#include "unit.h"

int main(void)
{
    struct vol_error err = {VOL_OK, ""};
    char text[600];

    UNIT(vol_error_set(&err, VOL_EDATA, "strike: not a number: \"%s\"", "abc") == VOL_EDATA);
    UNIT(err.status == VOL_EDATA);
    UNIT_STR(err.text, "strike: not a number: \"abc\"");
    vol_error_prefix(&err, "%s:%d", "chain.ndjson", 17);
    UNIT_STR(err.text, "chain.ndjson:17: strike: not a number: \"abc\"");

    /* a caller that does not want the words */
    UNIT(vol_error_set(NULL, VOL_EIO, "%d", 1) == VOL_EIO);
    vol_error_prefix(NULL, "%s", "place");

    /* words that are too long are cut, at the front and at the end */
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    vol_error_set(&err, VOL_EIO, "%s", text);
    UNIT(strlen(err.text) == sizeof err.text - 1);
    vol_error_prefix(&err, "place");
    UNIT(strlen(err.text) == sizeof err.text - 1 && strncmp(err.text, "place: xxx", 10) == 0);
    vol_error_prefix(&err, "%s", text);
    UNIT(strlen(err.text) == sizeof err.text - 1 && err.text[sizeof err.text - 2] == 'x');
    return unit_done("base/error");
}
