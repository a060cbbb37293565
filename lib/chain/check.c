#include "chain/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "record/conf.h"

static const char *const names[VOL_CHECK_N] = {
    [VOL_CHECK_HOLIDAY] = "holiday",
    [VOL_CHECK_BAD_FIELD] = "bad_field",
    [VOL_CHECK_NEGATIVE_BID] = "negative_bid",
    [VOL_CHECK_NO_QUOTE] = "no_quote",
    [VOL_CHECK_NO_ASK] = "no_ask",
    [VOL_CHECK_NO_BID] = "no_bid",
    [VOL_CHECK_ZERO_BID] = "zero_bid",
    [VOL_CHECK_CROSSED] = "crossed",
    [VOL_CHECK_LOCKED] = "locked",
    [VOL_CHECK_EXPIRED] = "expired",
    [VOL_CHECK_NONSTANDARD] = "nonstandard",
    [VOL_CHECK_VOL_RANGE] = "vol_range",
    [VOL_CHECK_DTE_WINDOW] = "dte_window",
    [VOL_CHECK_DELTA_WINDOW] = "delta_window",
    [VOL_CHECK_INCONSISTENT_VENDOR] = "inconsistent_vendor",
    [VOL_CHECK_DUPLICATE] = "duplicate",
    [VOL_CHECK_MONOTONE] = "monotone",
    [VOL_CHECK_VERTICAL] = "vertical",
    [VOL_CHECK_BUTTERFLY] = "butterfly",
    [VOL_CHECK_PARITY] = "parity",
    [VOL_CHECK_CALENDAR] = "calendar",
    [VOL_CHECK_STALE] = "stale",
    [VOL_CHECK_SPOT_MISMATCH] = "spot_mismatch",
    [VOL_CHECK_REFUSED_SHARE] = "refused_share",
};

/* The thresholds: key of a profile and of --set, where it is kept, its range, and what it is where none is
 * given. */
static const struct threshold {
    const char *name;
    size_t at;
    double lo, hi, usual;
} thresholds[] = {
#define AT(member) #member, offsetof(struct vol_profile, member)
    {AT(vol_min), 0, 100, 0},
    {AT(vol_max), 0, 100, 10},
    {AT(dte_min), 0, 36500, 0},
    {AT(dte_max), 0, 36500, 36500},
    {AT(delta_min), 0, 1, 0},
    {AT(delta_max), 0, 1, 1},
    {AT(monotone_tolerance), 0, 1e6, 0},
    {AT(vendor_tolerance), 0, 100, 1},
    {AT(least_profit), 0, 1e6, 0.01},
    {AT(rate_error), 0, 1, 0.01},
    {AT(stale_share), 0, 1, 0.95},
    {AT(stale_hours), 0, 8760, 1},
    {AT(spot_gap), 0, 1, 0.005},
    {AT(refused_share), 0, 1, 0.5},
#undef AT
};
enum { N_THRESHOLDS = sizeof thresholds / sizeof thresholds[0] };

static double *threshold_of(struct vol_profile *p, size_t i)
{
    return (double *)(void *)((char *)p + thresholds[i].at);
}

const char *vol_check_name(enum vol_check check)
{
    return names[check];
}

static enum vol_status load_actions(const struct vol_conf *conf, struct vol_profile *profile,
                                    struct vol_error *err)
{
    const char *known[VOL_CHECK_N + 1];
    struct vol_conf checks;
    enum vol_status status;
    size_t i;

    for (i = 0; i < VOL_CHECK_N; i++)
        known[i] = names[i];
    known[VOL_CHECK_N] = NULL;
    if ((status = vol_conf_object(conf, "checks", true, &checks, err)) != VOL_OK ||
        (status = vol_conf_known(&checks, known, err)) != VOL_OK)
        return status;
    for (i = 0; i < VOL_CHECK_N; i++) {
        const char *word = "off";

        if ((status = vol_conf_str(&checks, names[i], false, "off|tag|reject", &word, err)) != VOL_OK)
            return status;
        profile->action[i] = strcmp(word, "reject") == 0 ? VOL_CHECK_REJECT
                             : strcmp(word, "tag") == 0  ? VOL_CHECK_TAG
                                                         : VOL_CHECK_OFF;
    }
    return VOL_OK;
}

enum vol_status vol_profile_windows(const struct vol_profile *p, const char *who, struct vol_error *err)
{
    const char *name = !(p->vol_min < p->vol_max)        ? "vol"
                       : !(p->dte_min <= p->dte_max)     ? "dte"
                       : !(p->delta_min <= p->delta_max) ? "delta"
                                                         : NULL;

    if (name == NULL)
        return VOL_OK;
    return vol_error_set(err, VOL_ECONFIG, "%s: %s_min is not below %s_max", who, name, name);
}

enum vol_status vol_profile_load(const char *path, struct vol_profile *out, struct vol_error *err)
{
    const char *known[N_THRESHOLDS + 2] = {"checks"};
    struct vol_profile p = {0};
    struct vol_conf conf;
    enum vol_status status = vol_conf_load(path, &conf, err);
    size_t i;

    if (status != VOL_OK)
        return status;
    for (i = 0; i < N_THRESHOLDS; i++) {
        known[i + 1] = thresholds[i].name;
        *threshold_of(&p, i) = thresholds[i].usual;
    }
    status = vol_conf_known(&conf, known, err);
    for (i = 0; i < N_THRESHOLDS && status == VOL_OK; i++)
        status = vol_conf_num(&conf, thresholds[i].name, false, thresholds[i].lo, thresholds[i].hi,
                              threshold_of(&p, i), err);
    if (status == VOL_OK && (status = load_actions(&conf, &p, err)) == VOL_OK &&
        (status = vol_profile_windows(&p, path, err)) == VOL_OK)
        *out = p;
    vol_conf_free(&conf);
    return status;
}

/* The next word of a comma-separated list; null at its end. */
static const char *next_word(const char **list, size_t *n)
{
    const char *word = *list;

    if (*word == '\0')
        return NULL;
    *n = strcspn(word, ",");
    *list = word + *n + (word[*n] == ',');
    return word;
}

static bool is_word(const char *name, const char *word, size_t n)
{
    return strlen(name) == n && memcmp(name, word, n) == 0;
}

enum vol_status vol_profile_act(struct vol_profile *profile, const char *list, enum vol_check_action action,
                                struct vol_error *err)
{
    struct vol_profile p = *profile;
    const char *word;
    size_t n = 0, i;
    bool found;

    while ((word = next_word(&list, &n)) != NULL) {
        bool all = is_word("all", word, n);

        for (found = all, i = 0; i < VOL_CHECK_N; i++)
            if (all || is_word(names[i], word, n)) {
                p.action[i] = action;
                found = true;
            }
        if (!found)
            return vol_error_set(err, VOL_EUSAGE, "no check is called \"%.*s\" (see vclean(1))", (int)n,
                                 word);
    }
    *profile = p;
    return VOL_OK;
}

enum vol_status vol_profile_set(struct vol_profile *profile, const char *list, struct vol_error *err)
{
    struct vol_profile p = *profile;
    const char *word;
    size_t n = 0, i;

    while ((word = next_word(&list, &n)) != NULL) {
        const char *equals = memchr(word, '=', n);
        size_t len = equals == NULL ? n : (size_t)(equals - word);
        double x;

        for (i = 0; i < N_THRESHOLDS && !is_word(thresholds[i].name, word, len); i++)
            ;
        if (i == N_THRESHOLDS || equals == NULL)
            return vol_error_set(err, VOL_EUSAGE,
                                 "no threshold is called \"%.*s\" (NAME=VALUE, see vclean(1))", (int)len,
                                 word);
        if (vol_num_parse_loose(equals + 1, n - len - 1, &x) != VOL_OK ||
            !(x >= thresholds[i].lo && x <= thresholds[i].hi))
            return vol_error_set(err, VOL_EUSAGE, "%s: not a number from %g to %g: \"%.*s\"",
                                 thresholds[i].name, thresholds[i].lo, thresholds[i].hi, (int)(n - len - 1),
                                 equals + 1);
        *threshold_of(&p, i) = x;
    }
    *profile = p;
    return VOL_OK;
}

bool vol_profile_holds(const struct vol_profile *p)
{
    int i;

    for (i = VOL_CHECK_DUPLICATE; i < VOL_CHECK_N; i++)
        if (vol_profile_makes(p, (enum vol_check)i))
            return true;
    return false;
}

/* The checks that a quote fails, as a set of bits. */
static uint32_t failed_checks(const struct vol_profile *p, const struct vol_check_quote *q)
{
    uint32_t failed = 0;

#define FAIL(check, condition) failed |= (condition) ? 1u << (check) : 0
    FAIL(VOL_CHECK_HOLIDAY, q->holiday);
    FAIL(VOL_CHECK_NONSTANDARD, q->nonstandard);
    FAIL(VOL_CHECK_INCONSISTENT_VENDOR, q->inconsistent);
    FAIL(VOL_CHECK_BAD_FIELD,
         !(q->strike > 0) || (q->option_type != 'C' && q->option_type != 'P') || isnan(q->dte));
    FAIL(VOL_CHECK_NEGATIVE_BID, q->bid < 0);
    FAIL(VOL_CHECK_NO_QUOTE, (isnan(q->bid) && isnan(q->ask)) || q->ask <= 0);
    FAIL(VOL_CHECK_NO_ASK, !isnan(q->bid) && isnan(q->ask));
    FAIL(VOL_CHECK_NO_BID, isnan(q->bid) && !isnan(q->ask));
    FAIL(VOL_CHECK_ZERO_BID, !(q->bid < 0) && !(q->bid > 0) && !isnan(q->bid));
    FAIL(VOL_CHECK_CROSSED, q->bid > q->ask);
    FAIL(VOL_CHECK_LOCKED, q->bid <= q->ask && q->bid >= q->ask);
    FAIL(VOL_CHECK_EXPIRED, q->expired);
    FAIL(VOL_CHECK_VOL_RANGE, q->vol > 0 && !(q->vol > p->vol_min && q->vol < p->vol_max));
    FAIL(VOL_CHECK_DTE_WINDOW, !(q->dte >= p->dte_min && q->dte <= p->dte_max));
    FAIL(VOL_CHECK_DELTA_WINDOW,
         !isnan(q->delta) && !(fabs(q->delta) >= p->delta_min && fabs(q->delta) <= p->delta_max));
#undef FAIL
    return failed;
}

void vol_check_enter(const struct vol_profile *p, uint32_t failed, uint32_t *flags, enum vol_check *refused)
{
    int i;

    for (i = 0; failed >> i != 0; i++) {
        if (((failed >> i) & 1) == 0)
            continue;
        if (p->action[i] == VOL_CHECK_REJECT && i < (int)*refused)
            *refused = (enum vol_check)i;
        if (p->action[i] == VOL_CHECK_TAG)
            *flags |= 1u << i;
    }
    if (*refused != VOL_CHECK_N)
        *flags = 0;
}

enum vol_check vol_check_one(const struct vol_profile *p, const struct vol_check_quote *q, uint32_t *flags)
{
    enum vol_check refused = VOL_CHECK_N;

    *flags = 0;
    vol_check_enter(p, failed_checks(p, q), flags, &refused);
    return refused;
}

enum vol_status vol_check_flags_text(uint32_t flags, struct vol_buf *out)
{
    enum vol_status status = VOL_OK;
    const char *comma = "";
    int i;

    for (i = 0; flags >> i != 0 && status == VOL_OK; i++)
        if ((flags >> i) & 1) {
            status = vol_buf_addf(out, "%s%s", comma, names[i]);
            comma = ",";
        }
    return status;
}
