#include "record/scan.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "record/input.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void vol_scan_init(struct vol_scan *scan, const struct vol_want *wants, size_t n_wants)
{
    scan->wants = wants;
    scan->n_wants = n_wants;
    scan->n_layouts = scan->next = scan->last = 0;
}

int vol_scan_slot(const struct vol_scan *scan, const char *key, size_t n)
{
    size_t i;

    for (i = 0; i < scan->n_wants; i++)
        if (strlen(scan->wants[i].name) == n && memcmp(scan->wants[i].name, key, n) == 0)
            return (int)i;
    return -1;
}

void vol_scan_cut(const char *line, size_t start, size_t end, uint32_t (*cuts)[2], uint16_t *n_cuts)
{
    size_t before = *n_cuts > 0 ? cuts[*n_cuts - 1][1] : 0, from = start, to = end;

    while (from > before && line[from - 1] != ',' && line[from - 1] != '{')
        from--;
    if (from > before && line[from - 1] == ',') {
        from--;
    } else {
        while (line[to] == ' ' || line[to] == '\t' || line[to] == '\r')
            to++;
        if (line[to] == ',')
            to++;
    }
    cuts[*n_cuts][0] = (uint32_t)from;
    cuts[*n_cuts][1] = (uint32_t)to;
    (*n_cuts)++;
}

/* The closing quote of a plain string whose first byte is at P; null when the string is not plain. */
static inline const char *plain_string(const char *p)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(0x20);

    for (;; p += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
        /* As signed bytes, those below 0x20 are the control characters and everything above 0x7f. */
        __m128i stop = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, backslash)),
                                    _mm_cmplt_epi8(x, space));
        int mask = _mm_movemask_epi8(stop);

        if (mask != 0) {
            p += __builtin_ctz((unsigned)mask);
            return *p == '"' ? p : NULL;
        }
    }
#else
    for (; (signed char)*p >= 0x20 && *p != '"' && *p != '\\'; p++)
        ;
    return *p == '"' ? p : NULL;
#endif
}

static inline int same_key(const char *p, const struct vol_scan_key *key)
{
#ifdef __SSE2__
    const __m128i *a = (const __m128i *)(const void *)p, *b = (const __m128i *)(const void *)key->text;
    unsigned diff =
        (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(a), _mm_loadu_si128(b))) ^ 0xffffu;

    if (key->len <= 16)
        return (diff & ((1u << key->len) - 1)) == 0;
    if (diff != 0)
        return 0;
    diff =
        (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(a + 1), _mm_loadu_si128(b + 1))) ^ 0xffffu;
    return (diff & ((1u << (key->len - 16)) - 1)) == 0;
#else
    return memcmp(p, key->text, key->len) == 0;
#endif
}

static inline int is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* Over the number at P, its value not wanted; null when there is no number, or one that may be beyond the
 * range of a double. */
static inline const char *skip_number(const char *p)
{
    const char *first;

    if (*p == '-')
        p++;
    first = p;
    if (!is_digit(*p) || (*p == '0' && is_digit(p[1])))
        return NULL;
    while (is_digit(*p))
        p++;
    if (p - first > 300)
        return NULL;
    if (*p == '.') {
        if (!is_digit(p[1]))
            return NULL;
        for (p++; is_digit(*p); p++)
            ;
    }
    return (*p | 0x20) == 'e' ? NULL : p;
}

const char *vol_scan_number(const char *p, double *out)
{
    const char *first, *point = NULL;
    uint64_t digits = 0;
    int negative = *p == '-', exp10 = 0;

    p += negative;
    first = p;
    if (!is_digit(*p))
        return NULL;
    do
        digits = digits * 10 + (uint64_t)(*p++ - '0');
    while (is_digit(*p));
    if (*first == '0' && p - first > 1)
        return NULL;
    if (*p == '.') {
        point = p++;
        if (!is_digit(*p))
            return NULL;
        do
            digits = digits * 10 + (uint64_t)(*p++ - '0');
        while (is_digit(*p));
        exp10 = (int)(point + 1 - p);
    }
    /* 19 digits always fit 64 bits; leading zeros count here too, which only sends rare spellings the long
     * way. */
    if (p - first - (point != NULL) > 19)
        return NULL;
    if ((*p | 0x20) == 'e') {
        int e = 0, minus;

        p++;
        minus = *p == '-';
        p += *p == '-' || *p == '+';
        if (!is_digit(*p))
            return NULL;
        while (is_digit(*p) && e < 1000)
            e = e * 10 + (*p++ - '0');
        exp10 += minus ? -e : e;
    }
    if (exp10 < -27 || exp10 > 27)
        return NULL;
    *out = vol_num_scale(digits, exp10, negative);
    return p;
}

static inline void set_value(struct vol_value *v, const char *text, const char *end, enum vol_type type)
{
    v->text = text;
    v->len = (uint32_t)(end - text);
    v->type = type;
    v->num = NAN;
}

/* The value at P; behind it, or null for the slow path. V may be null: the value is only stepped over. */
static inline const char *scan_value(const char *p, struct vol_value *v)
{
    const char *start = p, *end;
    double x;

    if (*p == '"') {
        end = plain_string(p + 1);
        if (end == NULL)
            return NULL;
        if (v != NULL)
            set_value(v, p + 1, end, VOL_STRING);
        return end + 1;
    }
    if (*p == 'n' && memcmp(p, "null", 4) == 0) {
        if (v != NULL)
            set_value(v, p, p + 4, VOL_NULL);
        return p + 4;
    }
    if (*p == 't' && memcmp(p, "true", 4) == 0) {
        if (v != NULL)
            set_value(v, p, p + 4, VOL_TRUE);
        return p + 4;
    }
    if (*p == 'f' && memcmp(p, "false", 5) == 0) {
        if (v != NULL)
            set_value(v, p, p + 5, VOL_FALSE);
        return p + 5;
    }
    if (v == NULL)
        return (end = skip_number(p)) != NULL ? end : vol_scan_number(p, &x);
    end = vol_scan_number(p, &x);
    if (end != NULL) {
        set_value(v, start, end, VOL_NUMBER);
        v->num = x;
    }
    return end;
}

static inline const char *skip_blank(const char *p)
{
    while (*p == ' ' || *p == '\t' || *p == '\r')
        p++;
    return p;
}

/* Whether nothing but blanks stands between P, a closing brace, and END. */
static inline int closes(const char *p, const char *end)
{
    return *p == '}' && (p + 1 == end || skip_blank(p + 1) == end);
}

/* Read LINE along LAYOUT. Members of the layout may be missing; one that is not in it ends the attempt. */
static enum vol_status follow(const struct vol_scan_layout *layout, const char *line, const char *end,
                              struct vol_value *value, uint32_t (*cuts)[2], uint16_t *n_cuts)
{
    const char *p = line;
    size_t i;

    *n_cuts = 0;
    for (i = 0; i < layout->n; i++) {
        const struct vol_scan_key *key = &layout->key[i];
        const char *start;

        if (!same_key(p, key)) {
            if (i == 0)
                return VOL_NO;
            if (*p == '}')
                break;
            continue;
        }
        start = p + key->skip;
        p = scan_value(p + key->len, key->slot >= 0 ? &value[key->slot] : NULL);
        if (p == NULL)
            return VOL_NO;
        if (key->owned) {
            if (*n_cuts == VOL_CUT_MAX)
                return VOL_NO;
            vol_scan_cut(line, (size_t)(start - line), (size_t)(p - line), cuts, n_cuts);
        }
    }
    return closes(skip_blank(p), end) ? VOL_OK : VOL_NO;
}

/* Read LINE member by member and note its layout in `fresh`. */
static enum vol_status learn(struct vol_scan *scan, const char *line, const char *end,
                             struct vol_value *value, uint32_t (*cuts)[2], uint16_t *n_cuts)
{
    struct vol_scan_layout *layout = &scan->fresh;
    const char *p = line, *from = line;
    size_t i;

    layout->n = 0;
    *n_cuts = 0;
    p = skip_blank(p);
    if (*p++ != '{')
        return VOL_NO;
    for (;;) {
        struct vol_scan_key *key = &layout->key[layout->n];
        const char *start = skip_blank(p), *close;

        if (layout->n == VOL_SCAN_MEMBERS || *start != '"' || (close = plain_string(start + 1)) == NULL)
            return VOL_NO;
        p = skip_blank(close + 1);
        if (*p++ != ':')
            return VOL_NO;
        p = skip_blank(p);
        if (p - from > VOL_SCAN_KEY)
            return VOL_NO;
        memset(key->text, 0, sizeof key->text);
        memcpy(key->text, from, (size_t)(p - from));
        key->len = (uint8_t)(p - from);
        key->skip = (uint8_t)(start - from);
        key->slot = (int8_t)vol_scan_slot(scan, start + 1, (size_t)(close - start - 1));
        key->owned = key->slot >= 0 && scan->wants[key->slot].owned;
        /* A key twice is refused by the slow path. The text of a key is compared from quote to quote. */
        for (i = 0; i < layout->n; i++) {
            const struct vol_scan_key *old = &layout->key[i];

            if (strncmp(old->text + old->skip, start, (size_t)(close - start) + 1) == 0)
                return VOL_NO;
        }
        layout->n++;
        p = scan_value(p, key->slot >= 0 ? &value[key->slot] : NULL);
        if (p == NULL)
            return VOL_NO;
        if (key->owned) {
            if (*n_cuts == VOL_CUT_MAX)
                return VOL_NO;
            vol_scan_cut(line, (size_t)(start - line), (size_t)(p - line), cuts, n_cuts);
        }
        from = p;
        p = skip_blank(p);
        if (*p == '}')
            return closes(p, end) ? VOL_OK : VOL_NO;
        if (*p++ != ',')
            return VOL_NO;
    }
}

enum vol_status vol_scan_line(struct vol_scan *scan, const char *line, size_t len, struct vol_value *value,
                              uint32_t (*cuts)[2], uint16_t *n_cuts)
{
    const char *end = line + len;
    size_t i, tried;

    for (i = 0; i < scan->n_wants; i++)
        value[i].type = VOL_ABSENT;
    for (tried = 0; tried < scan->n_layouts; tried++) {
        size_t at = (scan->last + tried) % scan->n_layouts;

        if (follow(&scan->layout[at], line, end, value, cuts, n_cuts) == VOL_OK) {
            scan->last = at;
            goto found;
        }
        for (i = 0; i < scan->n_wants; i++)
            value[i].type = VOL_ABSENT;
    }
    if (learn(scan, line, end, value, cuts, n_cuts) != VOL_OK)
        return VOL_NO;
    scan->layout[scan->next] = scan->fresh;
    scan->last = scan->next;
    if (scan->n_layouts < VOL_SCAN_LAYOUTS)
        scan->n_layouts++;
    scan->next = (scan->next + 1) % VOL_SCAN_LAYOUTS;
found:
    for (i = 0; i < scan->n_wants; i++)
        if (value[i].type == VOL_ABSENT) {
            value[i].text = "";
            value[i].len = 0;
            value[i].num = NAN;
        }
    return VOL_OK;
}
