#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum vol_status vol_error_set(struct vol_error *err, enum vol_status status, const char *format, ...)
{
    va_list args;

    if (err == NULL)
        return status;
    err->status = status;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return status;
}

void vol_error_prefix(struct vol_error *err, const char *format, ...)
{
    char old[sizeof err->text];
    va_list args;
    int n;

    if (err == NULL)
        return;
    memcpy(old, err->text, sizeof old);
    va_start(args, format);
    n = vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof err->text)
        snprintf(err->text + n, sizeof err->text - (size_t)n, ": %.*s", (int)sizeof err->text - n, old);
}

const char *vol_error_words(int number, char out[VOL_ERROR_WORDS_MAX])
{
    if (strerror_r(number, out, VOL_ERROR_WORDS_MAX) != 0)
        snprintf(out, VOL_ERROR_WORDS_MAX, "error %d", number);
    return out;
}
