#include "record/scan.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "record/digits.h"
#include "record/input.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The loops over members are the whole of the scanner: a call for each value costs a tenth of it. */
#ifdef __GNUC__
#define ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define ALWAYS_INLINE inline
#endif

/* Lines between two tries to find a member repeated. */
enum { WAIT = 32 };

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

#ifdef __SSE2__
/* A bit for each of the sixteen bytes at P that ends a plain string: a quote, a backslash, a control
 * character, or a byte above 0x7f. */
static inline unsigned string_stops(const char *p)
{
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
    /* As signed bytes, those below 0x20 are the control characters and everything above 0x7f. */
    __m128i stop = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'))),
        _mm_cmplt_epi8(x, _mm_set1_epi8(0x20)));

    return (unsigned)_mm_movemask_epi8(stop);
}
#endif

/* The closing quote of a plain string whose first byte is at P; null when the string is not plain. */
static inline const char *plain_string(const char *p)
{
#ifdef __SSE2__
    unsigned stops;

    while ((stops = string_stops(p)) == 0)
        p += 16;
    p += __builtin_ctz(stops);
#else
    for (; (signed char)*p >= 0x20 && *p != '"' && *p != '\\'; p++)
        ;
#endif
    return *p == '"' ? p : NULL;
}

/* The same for a string that is as long as its last one was, most times. The processor can go on behind the
 * guessed end while the guess is still being checked, where otherwise each member waits for the end of the
 * one before; that is worth a quarter of the whole scan. The empty asm keeps the compiler from seeing that
 * guess and length are equal. */
static inline const char *guessed_string(const char *p, uint8_t *guess)
{
    const char *end;
#if defined(__SSE2__) && defined(__GNUC__)
    unsigned expected = *guess, jump = expected, stops = string_stops(p);

    __asm__("" : "+r"(jump));
    if (expected >= 16)
        stops |= string_stops(p + 16) << 16;
    if (stops != 0 && (unsigned)__builtin_ctz(stops) == expected && p[expected] == '"')
        return p + jump;
#endif
    end = plain_string(p);
    *guess = (uint8_t)(end != NULL && end - p < 32 ? end - p : 0);
    return end;
}

static inline int same_key(const char *p, const struct vol_scan_key *key)
{
#ifdef __SSE2__
    const __m128i *a = (const __m128i *)(const void *)p, *b = (const __m128i *)(const void *)key->text;
    unsigned low = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(a), _mm_loadu_si128(b)));
    unsigned high;

    if ((~low & key->low) != 0)
        return 0;
    if (key->high == 0)
        return 1;
    high = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(a + 1), _mm_loadu_si128(b + 1)));
    return (~high & key->high) == 0;
#else
    return memcmp(p, key->text, key->len) == 0;
#endif
}

/* Over the number at P, its value not wanted; null when there is no number, or one that may be beyond the
 * range of a double. */
static inline const char *skip_number(const char *p)
{
    const char *first;

    if (*p == '-')
        p++;
    first = p;
    if (!vol_is_digit(*p) || (*p == '0' && vol_is_digit(p[1])))
        return NULL;
    while (vol_is_digit(*p))
        p++;
    if (p - first > 300)
        return NULL;
    if (*p == '.') {
        if (!vol_is_digit(p[1]))
            return NULL;
        for (p++; vol_is_digit(*p); p++)
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
    if (!vol_is_digit(*p))
        return NULL;
    do
        digits = digits * 10 + (uint64_t)(*p++ - '0');
    while (vol_is_digit(*p));
    if (*first == '0' && p - first > 1)
        return NULL;
    if (*p == '.') {
        point = p++;
        if (!vol_is_digit(*p))
            return NULL;
        do
            digits = digits * 10 + (uint64_t)(*p++ - '0');
        while (vol_is_digit(*p));
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
        if (!vol_is_digit(*p))
            return NULL;
        while (vol_is_digit(*p) && e < 1000)
            e = e * 10 + (*p++ - '0');
        exp10 += minus ? -e : e;
    }
    if (exp10 < -27 || exp10 > 27)
        return NULL;
    *out = vol_num_scale(digits, exp10, negative);
    return p;
}

/* 10^0 to 10^15, all exact. */
static const double powers[16] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

static const uint64_t whole_powers[9] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* How many of the bytes at P are digits or points (or `/`, which the caller finds), 16 at most: where the
 * number ends is known at once, while its value is still being computed. */
static inline unsigned number_length(const char *p)
{
#ifdef __SSE2__
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
    /* The range 0x2e to 0x39, moved to the lowest signed bytes. */
    __m128i in = _mm_cmplt_epi8(_mm_add_epi8(x, _mm_set1_epi8(0x80 - 0x2e)), _mm_set1_epi8(-128 + 12));

    return (unsigned)__builtin_ctz(~(unsigned)_mm_movemask_epi8(in));
#else
    unsigned n = 0;

    while (n < 16 && p[n] >= '.' && p[n] <= '9')
        n++;
    return n;
#endif
}

/* Whether the N digits and points at P are a number without exponent, up to seven digits before the point and
 * fifteen in all: the spellings of prices, sizes and vols. WHOLE and PART become the digits before and behind
 * the point. */
static inline int is_usual_number(const char *p, unsigned n, unsigned *whole, unsigned *part)
{
    *whole = vol_digits_run(p);
    *part = 0;
    if (n > 15 || *whole - 1 > 6 || (*p == '0' && *whole > 1) || (p[n] | 0x20) == 'e')
        return 0;
    if (*whole == n)
        return 1;
    *part = n - *whole - 1;
    p += *whole;
    if (*p != '.' || *part == 0)
        return 0;
    if (*part <= 8)
        return vol_digits_run(p + 1) >= *part;
    return vol_digits_run(p + 1) == 8 && vol_digits_run(p + 9) >= *part - 8;
}

/* vol_scan_number, where digits and power of ten are exact doubles and one division rounds once. */
static ALWAYS_INLINE const char *scan_number(const char *start, double *out)
{
    const char *p = start + (*start == '-');
    uint64_t digits;
    unsigned whole, part, n = vol_digits_short(p, &digits, &part);
    double x;

    if (n != 0) {
        x = (double)(int64_t)digits / powers[part];
        *out = *start == '-' ? -x : x;
        return p + n;
    }
    n = number_length(p);
    if (!is_usual_number(p, n, &whole, &part))
        return vol_scan_number(start, out);
    digits = vol_digits_value(p, whole);
    if (part > 8) {
        digits = digits * 100000000 + vol_digits_value(p + whole + 1, 8);
        digits = digits * whole_powers[part - 8] + vol_digits_value(p + whole + 9, part - 8);
    } else if (part > 0) {
        digits = digits * whole_powers[part] + vol_digits_value(p + whole + 1, part);
    }
    x = (double)digits;
    if (part > 0)
        x /= powers[part];
    *out = *start == '-' ? -x : x;
    return p + n;
}

/* Over the number at P, its value not wanted; null for the slow path. */
static inline const char *pass_number(const char *start)
{
    const char *p = start + (*start == '-'), *end;
    uint64_t digits;
    unsigned whole, part, n = vol_digits_short(p, &digits, &part);
    double ignored;

    if (n != 0)
        return p + n;
    n = number_length(p);
    if (is_usual_number(p, n, &whole, &part))
        return p + n;
    end = skip_number(start);
    return end != NULL ? end : vol_scan_number(start, &ignored);
}

static inline void set_value(struct vol_value *v, const char *text, const char *end, enum vol_type type)
{
    v->text = text;
    v->len = (uint32_t)(end - text);
    v->type = type;
    v->num = NAN;
}

/* Behind the literal at P, or null. */
static inline const char *scan_literal(const char *p, enum vol_type *type)
{
    if (memcmp(p, "null", 4) == 0) {
        *type = VOL_NULL;
        return p + 4;
    }
    if (memcmp(p, "true", 4) == 0) {
        *type = VOL_TRUE;
        return p + 4;
    }
    if (memcmp(p, "false", 5) == 0) {
        *type = VOL_FALSE;
        return p + 5;
    }
    return NULL;
}

/* The value at P into V; behind it, or null for the slow path. */
static ALWAYS_INLINE const char *scan_value(const char *p, uint8_t *guess, struct vol_value *v)
{
    const char *end;
    enum vol_type type;
    double x;

    if (*p == '"') {
        end = guessed_string(p + 1, guess);
        if (end == NULL)
            return NULL;
        set_value(v, p + 1, end, VOL_STRING);
        return end + 1;
    }
    if (*p >= 'a') {
        end = scan_literal(p, &type);
        if (end != NULL)
            set_value(v, p, end, type);
        return end;
    }
    end = scan_number(p, &x);
    if (end != NULL) {
        set_value(v, p, end, VOL_NUMBER);
        v->num = x;
    }
    return end;
}

/* The same for a value that no one wants. */
static ALWAYS_INLINE const char *pass_value(const char *p, uint8_t *guess)
{
    const char *end;
    enum vol_type type;

    if (*p == '"')
        return (end = guessed_string(p + 1, guess)) != NULL ? end + 1 : NULL;
    return *p >= 'a' ? scan_literal(p, &type) : pass_number(p);
}

static inline const char *skip_blank(const char *p)
{
    while (*p == ' ' || *p == '\t' || *p == '\r')
        p++;
    return p;
}

/* Whether the whole member at P is the one that is kept. Three comparisons that overlap cover it. */
static inline int same_member(const char *p, const struct vol_scan_key *key)
{
#ifdef __SSE2__
    size_t last = key->last, middle = key->middle;
    __m128i a = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)p),
                               _mm_loadu_si128((const __m128i *)(const void *)key->text));
    __m128i b = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + middle)),
                               _mm_loadu_si128((const __m128i *)(const void *)(key->text + middle)));
    __m128i c = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + last)),
                               _mm_loadu_si128((const __m128i *)(const void *)(key->text + last)));

    return _mm_movemask_epi8(_mm_and_si128(_mm_and_si128(a, b), c)) == 0xffff;
#else
    return memcmp(p, key->text, key->keep) == 0;
#endif
}

/* Keep the member [P, BEHIND) with its value V (null: not wanted), and the byte that ends a number; at least
 * the sixteen bytes of a comparison. What changes with every line is tried once in WAIT of them. */
static void keep_member(struct vol_scan_key *key, const char *p, const char *behind, const char *end,
                        const struct vol_value *v)
{
    size_t n = (size_t)(behind - p) + 1;

    n = n < 16 ? 16 : n;
    key->wait = WAIT;
    if (n > sizeof key->text || n > (size_t)(end - p))
        return;
    memcpy(key->text, p, sizeof key->text);
    key->keep = (uint8_t)n;
    key->last = (uint8_t)(n - 16);
    key->middle = (uint8_t)(n < 32 ? n - 16 : 16);
    key->step = (uint8_t)(behind - p);
    if (v != NULL) {
        key->kept = *v;
        key->at = (uint8_t)(v->text - p);
    }
}

/* The member of KEY at P, its key known to be there; behind it, or null for the slow path. */
static ALWAYS_INLINE const char *read_member(struct vol_scan_key *key, const char *p, const char *end,
                                             struct vol_value *value)
{
    struct vol_value *v = key->slot >= 0 ? &value[key->slot] : NULL;
    const char *behind;

    behind = v != NULL ? scan_value(p + key->len, &key->guess, v) : pass_value(p + key->len, &key->guess);
    if (key->wait > 0)
        key->wait--;
    else if (behind != NULL)
        keep_member(key, p, behind, end, v);
    return behind;
}

/* Whether nothing but blanks stands between P, a closing brace, and END. */
static inline int closes(const char *p, const char *end)
{
    return *p == '}' && (p + 1 == end || skip_blank(p + 1) == end);
}

/* Read LINE along LAYOUT. Members of the layout may be missing; one that is not in it ends the attempt. *SEEN
 * gets a bit for each want that was found. */
static enum vol_status follow(struct vol_scan_layout *layout, const char *line, const char *end,
                              struct vol_value *value, uint64_t *seen, uint32_t (*cuts)[2], uint16_t *n_cuts)
{
    const char *p = line;
    struct vol_scan_key *key = layout->key, *behind = key + layout->n;
    uint64_t found = 0;

    *n_cuts = 0;
    for (; key < behind; key++) {
        const char *start = p;

        if (key->keep != 0 && same_member(p, key)) {
            if (key->slot >= 0) {
                value[key->slot] = key->kept;
                value[key->slot].text = p + key->at;
            }
            p += key->step;
        } else {
            key->keep = 0;
            if (!same_key(p, key)) {
                if (p == line)
                    return VOL_NO;
                if (*p == '}')
                    break;
                continue;
            }
            p = read_member(key, p, end, value);
            if (p == NULL)
                return VOL_NO;
        }
        found |= key->bit;
        if (key->owned) {
            if (*n_cuts == VOL_CUT_MAX)
                return VOL_NO;
            start += key->skip;
            vol_scan_cut(line, (size_t)(start - line), (size_t)(p - line), cuts, n_cuts);
        }
    }
    *seen = found;
    return closes(skip_blank(p), end) ? VOL_OK : VOL_NO;
}

/* Read LINE member by member and note its layout in `fresh`; *SEEN as above. */
static enum vol_status learn(struct vol_scan *scan, const char *line, const char *end,
                             struct vol_value *value, uint64_t *seen, uint32_t (*cuts)[2], uint16_t *n_cuts)
{
    struct vol_scan_layout *layout = &scan->fresh;
    const char *p = line, *from = line;
    size_t i;

    layout->n = 0;
    *seen = 0;
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
        key->guess = 0;
        key->low = (uint16_t)(key->len >= 16 ? 0xffff : (1u << key->len) - 1);
        key->high = (uint16_t)(key->len <= 16 ? 0 : (1u << (key->len - 16)) - 1);
        key->skip = (uint8_t)(start - from);
        key->slot = (int8_t)vol_scan_slot(scan, start + 1, (size_t)(close - start - 1));
        key->bit = key->slot >= 0 ? UINT64_C(1) << key->slot : 0;
        key->owned = key->slot >= 0 && scan->wants[key->slot].owned;
        key->keep = key->wait = 0;
        /* A key twice is refused by the slow path. The text of a key is compared from quote to quote. */
        for (i = 0; i < layout->n; i++) {
            const struct vol_scan_key *old = &layout->key[i];

            if (strncmp(old->text + old->skip, start, (size_t)(close - start) + 1) == 0)
                return VOL_NO;
        }
        layout->n++;
        *seen |= key->bit;
        p = key->slot >= 0 ? scan_value(p, &key->guess, &value[key->slot]) : pass_value(p, &key->guess);
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
    static const struct vol_value absent = {"", 0, VOL_ABSENT, NAN};
    const char *end = line + len;
    uint64_t seen = 0, missing;
    size_t at = scan->last, tried;

    for (tried = 0; tried < scan->n_layouts; tried++) {
        if (follow(&scan->layout[at], line, end, value, &seen, cuts, n_cuts) == VOL_OK) {
            scan->last = at;
            goto found;
        }
        at = at + 1 < scan->n_layouts ? at + 1 : 0;
    }
    if (learn(scan, line, end, value, &seen, cuts, n_cuts) != VOL_OK)
        return VOL_NO;
    scan->layout[scan->next] = scan->fresh;
    scan->last = scan->next;
    if (scan->n_layouts < VOL_SCAN_LAYOUTS)
        scan->n_layouts++;
    scan->next = (scan->next + 1) % VOL_SCAN_LAYOUTS;
found:
    scan->seen = seen;
    missing = ~seen;
    if (scan->n_wants < 64)
        missing &= (UINT64_C(1) << scan->n_wants) - 1;
    for (; missing != 0; missing &= missing - 1)
        value[__builtin_ctzll(missing)] = absent;
    return VOL_OK;
}
