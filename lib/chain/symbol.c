#include "chain/symbol.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"

enum { OSI_TAIL = 15, OSI_ROOT = 6, CENTURY = 2000 };

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number of N digits at P, or -1. */
static int32_t digits(const char *p, size_t n)
{
    int32_t x = 0;

    for (size_t i = 0; i < n; i++) {
        if (!is_digit(p[i]))
            return -1;
        x = 10 * x + (p[i] - '0');
    }
    return x;
}

static bool set_root(struct vol_symbol *out, const char *text, size_t n)
{
    if (n == 0 || n >= VOL_ROOT_MAX)
        return false;
    memcpy(out->root, text, n);
    out->root[n] = '\0';
    out->root_len = (uint32_t)n;
    return true;
}

static bool yymmdd(const char *p, int32_t *date)
{
    int32_t year = digits(p, 2), month = digits(p + 2, 2), day = digits(p + 4, 2);

    return year >= 0 && vol_date_from_ymd(CENTURY + year, month, day, date) == VOL_OK;
}

static bool parse_osi(const char *text, size_t n, struct vol_symbol *out)
{
    const char *tail;
    size_t root;
    int32_t strike;

    if (n > 2 && text[0] == 'O' && text[1] == ':') {
        text += 2;
        n -= 2;
    }
    if (n <= OSI_TAIL || n > OSI_TAIL + OSI_ROOT)
        return false;
    root = n - OSI_TAIL;
    tail = text + root;
    if (n == OSI_TAIL + OSI_ROOT)
        while (root > 0 && text[root - 1] == ' ')
            root--;
    for (size_t i = 0; i < root; i++)
        if (!is_upper(text[i]) && !is_digit(text[i]))
            return false;
    strike = digits(tail + 7, 8);
    if ((tail[6] != 'C' && tail[6] != 'P') || strike <= 0 || !yymmdd(tail, &out->expiration) ||
        !set_root(out, text, root))
        return false;
    out->option_type = tail[6];
    out->strike = strike / 1000.0;
    out->adjusted = is_digit(text[root - 1]);
    return true;
}

/* DMMMYY or DDMMMYY in [p, end). */
static bool deribit_date(const char *p, const char *end, int32_t *date)
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    size_t day_len = (size_t)(end - p) - 5;
    int32_t year, day;

    if (end - p < 6 || end - p > 7 || *p == '0')
        return false;
    day = digits(p, day_len);
    year = digits(p + day_len + 3, 2);
    if (day < 0 || year < 0)
        return false;
    for (int m = 0; m < 12; m++)
        if (memcmp(p + day_len, months + 3 * m, 3) == 0)
            return vol_date_from_ymd(CENTURY + year, m + 1, day, date) == VOL_OK;
    return false;
}

/* Digits, with POINT (0: none allowed) once between digits as the decimal point. */
static bool plain_strike(const char *p, const char *end, char point, double *strike)
{
    char text[24];
    size_t n = (size_t)(end - p), points = 0;

    if (n == 0 || n >= sizeof text || !is_digit(*p) || !is_digit(end[-1]))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (point && p[i] == point)
            points++;
        else if (!is_digit(p[i]))
            return false;
        text[i] = p[i] == point ? '.' : p[i];
    }
    return points <= 1 && vol_num_parse_loose(text, n, strike) == VOL_OK && *strike > 0;
}

/* The last N `-` of [text, end), ascending; false when there are fewer. */
static bool dashes(const char *text, const char *end, const char **at, size_t n)
{
    for (const char *p = end; n > 0;) {
        if (p == text)
            return false;
        if (*--p == '-')
            at[--n] = p;
    }
    return true;
}

static bool is_option_type(const char *p, const char *end, char *type)
{
    if (end - p != 1 || (*p != 'C' && *p != 'P'))
        return false;
    *type = *p;
    return true;
}

static bool parse_deribit(const char *text, const char *end, struct vol_symbol *out)
{
    const char *at[3];

    if (!dashes(text, end, at, 3))
        return false;
    for (const char *p = text; p < at[0]; p++)
        if (!is_upper(*p) && !is_digit(*p) && *p != '_')
            return false;
    return deribit_date(at[0] + 1, at[1], &out->expiration) &&
           plain_strike(at[1] + 1, at[2], 'd', &out->strike) &&
           is_option_type(at[2] + 1, end, &out->option_type) && set_root(out, text, (size_t)(at[0] - text));
}

static bool parse_okx(const char *text, const char *end, struct vol_symbol *out)
{
    const char *at[4];

    if (!dashes(text, end, at, 4) || at[0] == text || at[1] == at[0] + 1)
        return false;
    for (const char *p = text; p < at[1]; p++)
        if (!is_upper(*p) && !is_digit(*p) && p != at[0])
            return false;
    return at[2] - at[1] == 7 && yymmdd(at[1] + 1, &out->expiration) &&
           plain_strike(at[2] + 1, at[3], '.', &out->strike) &&
           is_option_type(at[3] + 1, end, &out->option_type) && set_root(out, text, (size_t)(at[1] - text));
}

enum vol_status vol_symbol_parse(enum vol_symbol_family family, const char *text, size_t n,
                                 struct vol_symbol *out)
{
    struct vol_symbol made = {0};
    bool good = false;

    switch (family) {
    case VOL_SYMBOL_OSI:
        good = parse_osi(text, n, &made);
        break;
    case VOL_SYMBOL_DERIBIT:
        good = parse_deribit(text, text + n, &made);
        break;
    case VOL_SYMBOL_OKX:
        good = parse_okx(text, text + n, &made);
        break;
    }
    if (!good)
        return VOL_EDATA;
    *out = made;
    return VOL_OK;
}

size_t vol_symbol_print_osi(const struct vol_symbol *symbol, bool padded, char out[VOL_SYMBOL_MAX])
{
    double thousandths = rint(symbol->strike * 1000);
    int year, month, day;

    vol_date_to_ymd(symbol->expiration, &year, &month, &day);
    if (!(thousandths > 0 && thousandths < 1e8) || !(fabs(symbol->strike * 1000 - thousandths) < 1e-6) ||
        year < CENTURY || year > CENTURY + 99 || symbol->root_len == 0 || symbol->root_len > OSI_ROOT)
        return 0;
    return (size_t)snprintf(out, VOL_SYMBOL_MAX, "%-*s%02d%02d%02d%c%08d", padded ? OSI_ROOT : 0,
                            symbol->root, year - CENTURY, month, day, symbol->option_type, (int)thousandths);
}

bool vol_symbol_family_find(const char *name, enum vol_symbol_family *family)
{
    static const char *const names[] = {"osi", "deribit", "okx"};

    for (int i = 0; i < 3; i++) {
        if (strcmp(name, names[i]) == 0) {
            *family = (enum vol_symbol_family)i;
            return true;
        }
    }
    return false;
}

bool vol_symbol_is_type(const char *text, size_t n, char type)
{
    static const char *const calls[] = {"C", "c", "call", "Call", "CALL"}, *const puts[] = {"P", "p", "put",
                                                                                            "Put", "PUT"};

    for (size_t i = 0; i < 5; i++) {
        const char *word = type == 'C' ? calls[i] : puts[i];

        if (strlen(word) == n && memcmp(word, text, n) == 0)
            return true;
    }
    return false;
}
