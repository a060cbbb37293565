#include "source/pull.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/num.h"
#include "record/scan.h"

void vol_pull_init(struct vol_pull *pull, const char *text, size_t n)
{
    *pull = (struct vol_pull){.begin = text, .p = text, .end = text + n, .first = true};
}

static bool wrong(struct vol_pull *pull, const char *expected)
{
    if (pull->wrong == NULL)
        pull->wrong = expected;
    return false;
}

static inline void blanks(struct vol_pull *pull)
{
    while (*pull->p == ' ' || *pull->p == '\t' || *pull->p == '\n' || *pull->p == '\r')
        pull->p++;
}

static bool enter(struct vol_pull *pull, char open, const char *expected)
{
    if (pull->wrong != NULL)
        return false;
    blanks(pull);
    if (*pull->p != open)
        return wrong(pull, expected);
    pull->p++;
    pull->first = true;
    return true;
}

bool vol_pull_object(struct vol_pull *pull)
{
    return enter(pull, '{', "an object");
}

bool vol_pull_array(struct vol_pull *pull)
{
    return enter(pull, '[', "an array");
}

static bool is_next(struct vol_pull *pull, char c)
{
    if (pull->wrong != NULL)
        return false;
    blanks(pull);
    return *pull->p == c;
}

bool vol_pull_is_object(struct vol_pull *pull)
{
    return is_next(pull, '{');
}

bool vol_pull_is_array(struct vol_pull *pull)
{
    return is_next(pull, '[');
}

/* Step over the comma before the next one, or out at CLOSE: false. */
static bool next(struct vol_pull *pull, char close, const char *expected)
{
    if (pull->wrong != NULL)
        return false;
    blanks(pull);
    if (*pull->p == close) {
        pull->p++;
        pull->first = false;
        return false;
    }
    if (!pull->first) {
        if (*pull->p != ',')
            return wrong(pull, expected);
        pull->p++;
        blanks(pull);
    }
    pull->first = false;
    return true;
}

/* The first byte from P on that ends a run of plain characters of a string: a quote, a backslash, a control;
 * eight at a time (a byte below N, or equal to one, by the borrow of a subtraction: Mycroft's test). */
static inline const char *plain_end(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
    uint64_t w, quote, backslash;

    for (;; p += 8) {
        memcpy(&w, p, 8);
        quote = w ^ (ones * '"');
        backslash = w ^ (ones * '\\');
        if ((((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | ((w - ones * ' ') & ~w)) & tops)
            break;
    }
    while ((unsigned char)*p >= ' ' && *p != '"' && *p != '\\')
        p++;
    return p;
}

/* A string: what stands between its quotes, and whether it holds an escape. */
static bool string(struct vol_pull *pull, const char **text, size_t *n, bool *escaped)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    const char *p = pull->p;

    if (*p != '"')
        return wrong(pull, "a string");
    *text = ++p;
    *escaped = false;
    for (p = plain_end(p); *p != '"'; p = plain_end(p + 1)) {
        if ((unsigned char)*p < ' ') {
            pull->p = p;
            return wrong(pull, "the end of a string");
        }
        if (*p != '\\')
            continue;
        *escaped = true;
        p++;
        if (*p == 'u') {
            for (int i = 0; i < 4; i++, p++)
                if (p[1] == '\0' || strchr(hex, p[1]) == NULL)
                    return wrong(pull, "an escape");
        } else if (*p == '\0' || strchr("\"\\/bfnrt", *p) == NULL) {
            return wrong(pull, "an escape");
        }
    }
    *n = (size_t)(p - *text);
    pull->p = p + 1;
    return true;
}

bool vol_pull_member(struct vol_pull *pull, const char **key, size_t *n)
{
    bool escaped;

    if (!next(pull, '}', "a comma or a closing brace") || !string(pull, key, n, &escaped))
        return false;
    blanks(pull);
    if (*pull->p != ':')
        return wrong(pull, "a colon");
    pull->p++;
    return true;
}

bool vol_pull_element(struct vol_pull *pull)
{
    return next(pull, ']', "a comma or a closing bracket");
}

static bool word(struct vol_pull *pull, const char *text)
{
    size_t n = strlen(text);

    if ((size_t)(pull->end - pull->p) < n || memcmp(pull->p, text, n) != 0)
        return wrong(pull, "a value");
    pull->p += n;
    return true;
}

static bool number(struct vol_pull *pull, double *out)
{
    const char *end = vol_scan_number(pull->p, out);

    if (end == NULL) {
        end = pull->p + strspn(pull->p, "+-.0123456789eE");
        if (vol_num_parse(pull->p, (size_t)(end - pull->p), out) != VOL_OK)
            return wrong(pull, "a number");
    }
    pull->p = end;
    return true;
}

bool vol_pull_num(struct vol_pull *pull, double *out)
{
    if (pull->wrong != NULL)
        return false;
    blanks(pull);
    if (*pull->p == 'n') {
        *out = NAN;
        return word(pull, "null");
    }
    return number(pull, out);
}

bool vol_pull_str(struct vol_pull *pull, const char **text, size_t *n)
{
    bool escaped;

    if (pull->wrong != NULL)
        return false;
    blanks(pull);
    if (*pull->p == 'n') {
        *text = NULL;
        *n = 0;
        return word(pull, "null");
    }
    if (!string(pull, text, n, &escaped))
        return false;
    return !escaped || wrong(pull, "a string without escapes");
}

/* The usual number, over which one can step without its value; what has an exponent or is very long may be
 * beyond a double, and is read. */
static bool skip_number(struct vol_pull *pull)
{
    const char *p = pull->p + (*pull->p == '-'), *first = p;
    double x;

    while (*p >= '0' && *p <= '9')
        p++;
    if (p == first || (*first == '0' && p - first > 1))
        return wrong(pull, "a number");
    if (*p == '.') {
        first = ++p;
        while (*p >= '0' && *p <= '9')
            p++;
        if (p == first)
            return wrong(pull, "a number");
    }
    if ((*p | 0x20) == 'e' || p - pull->p > 300)
        return number(pull, &x);
    pull->p = p;
    return true;
}

/* A value that holds no other. */
static bool skip_plain(struct vol_pull *pull)
{
    const char *text;
    size_t n;
    bool escaped;

    switch (*pull->p) {
    case '"':
        return string(pull, &text, &n, &escaped);
    case 't':
        return word(pull, "true");
    case 'f':
        return word(pull, "false");
    case 'n':
        return word(pull, "null");
    default:
        return skip_number(pull);
    }
}

bool vol_pull_skip(struct vol_pull *pull)
{
    uint32_t objects = 0; /* a bit for each level: it is an object */
    const char *key;
    size_t n;
    int depth = 0;
    bool more;

    if (pull->wrong != NULL)
        return false;
    do {
        blanks(pull);
        if (*pull->p == '{' || *pull->p == '[') {
            if (depth == VOL_PULL_DEPTH)
                return wrong(pull, "fewer levels");
            objects = objects << 1 | (*pull->p == '{');
            depth++;
            pull->p++;
            pull->first = true;
        } else if (!skip_plain(pull)) {
            return false;
        }
        /* To the next value, out of all that end here. */
        while (depth > 0) {
            more = objects & 1 ? vol_pull_member(pull, &key, &n) : vol_pull_element(pull);
            if (pull->wrong != NULL)
                return false;
            if (more)
                break;
            objects >>= 1;
            depth--;
        }
    } while (depth > 0);
    pull->first = false;
    return true;
}

bool vol_pull_end(struct vol_pull *pull)
{
    if (pull->wrong != NULL)
        return false;
    blanks(pull);
    return pull->p == pull->end || wrong(pull, "nothing more");
}
