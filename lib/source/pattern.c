#include "source/pattern.h"

#include <string.h>

enum vol_status vol_pattern_check(const char *pattern, struct vol_error *err)
{
    size_t n = 0;

    for (const char *p = pattern; *p; p++) {
        const char *close = strchr(p, '}');

        if (*p == '}' || (*p == '{' && (!close || memchr(p + 1, '{', (size_t)(close - p) - 1))))
            return vol_error_set(err, VOL_ECONFIG, "\"%s\": a brace without its other", pattern);
        if (*p != '{')
            continue;
        if (close[1] == '{')
            return vol_error_set(err, VOL_ECONFIG, "\"%s\": nothing tells one part from the next", pattern);
        if (close > p + 1 && ++n > VOL_PATTERN_MAX)
            return vol_error_set(err, VOL_ECONFIG, "\"%s\": more than %d parts", pattern,
                                 (int)VOL_PATTERN_MAX);
        p = close;
    }
    return VOL_OK;
}

size_t vol_pattern_names(const char *pattern, struct vol_csv_cell names[VOL_PATTERN_MAX])
{
    size_t n = 0;

    for (const char *p = pattern; (p = strchr(p, '{')) != NULL; p++) {
        size_t len = strcspn(p, "}") + 1;

        if (len > 2)
            names[n++] = (struct vol_csv_cell){.text = p, .len = (uint32_t)len};
    }
    return n;
}

/* The first place in TEXT, behind one byte at least, where WORD[0..LEN) stands; an empty word: the end. */
static const char *next_stop(const char *text, const char *word, size_t len)
{
    if (*text == '\0')
        return NULL;
    if (len == 0)
        return text + strlen(text);
    for (const char *p = text + 1; (p = strchr(p, *word)) != NULL; p++)
        if (strncmp(p, word, len) == 0)
            return p;
    return NULL;
}

bool vol_pattern_match(const char *pattern, const char *path, struct vol_csv_cell parts[VOL_PATTERN_MAX])
{
    const char *p = pattern, *text = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    size_t n = 0;

    while (*p) {
        const char *name = p, *stop;

        if (*p != '{') {
            if (*p++ != *text++)
                return false;
            continue;
        }
        p = strchr(p, '}') + 1;
        stop = next_stop(text, p, strcspn(p, "{"));
        if (stop == NULL)
            return false;
        if (p > name + 2)
            parts[n++] = (struct vol_csv_cell){.text = text, .len = (uint32_t)(stop - text)};
        text = stop;
    }
    return *text == '\0' || strcmp(text, ".gz") == 0 || strcmp(text, ".zst") == 0;
}
