#include "chain/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/conf.h"

static const char *const names[VOL_CHECK_N] = {
    [VOL_CHECK_BAD_FIELD] = "bad_field",   [VOL_CHECK_NEGATIVE_BID] = "negative_bid",
    [VOL_CHECK_NO_QUOTE] = "no_quote",     [VOL_CHECK_NO_ASK] = "no_ask",
    [VOL_CHECK_NO_BID] = "no_bid",         [VOL_CHECK_ZERO_BID] = "zero_bid",
    [VOL_CHECK_CROSSED] = "crossed",       [VOL_CHECK_LOCKED] = "locked",
    [VOL_CHECK_EXPIRED] = "expired",       [VOL_CHECK_VOL_RANGE] = "vol_range",
    [VOL_CHECK_DTE_WINDOW] = "dte_window", [VOL_CHECK_DELTA_WINDOW] = "delta_window",
    [VOL_CHECK_VERTICAL] = "vertical",
};

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

/* A window that is empty would refuse everything. */
static enum vol_status check_windows(const char *path, const struct vol_profile *p, struct vol_error *err)
{
    const char *name = !(p->vol_min < p->vol_max)        ? "vol"
                       : !(p->dte_min <= p->dte_max)     ? "dte"
                       : !(p->delta_min <= p->delta_max) ? "delta"
                                                         : NULL;

    if (name == NULL)
        return VOL_OK;
    return vol_error_set(err, VOL_ECONFIG, "%s: %s_min is not below %s_max", path, name, name);
}

enum vol_status vol_profile_load(const char *path, struct vol_profile *out, struct vol_error *err)
{
    static const char *const known[] = {"checks",  "vol_min",   "vol_max",   "dte_min",
                                        "dte_max", "delta_min", "delta_max", "vertical_tolerance",
                                        NULL};
    struct vol_profile p = {.vol_max = 10, .dte_max = 36500, .delta_max = 1};
    struct vol_conf conf;
    enum vol_status status = vol_conf_load(path, &conf, err);

    if (status != VOL_OK)
        return status;
    if ((status = vol_conf_known(&conf, known, err)) == VOL_OK &&
        (status = vol_conf_num(&conf, "vol_min", false, 0, 100, &p.vol_min, err)) == VOL_OK &&
        (status = vol_conf_num(&conf, "vol_max", false, 0, 100, &p.vol_max, err)) == VOL_OK &&
        (status = vol_conf_num(&conf, "dte_min", false, 0, 36500, &p.dte_min, err)) == VOL_OK &&
        (status = vol_conf_num(&conf, "dte_max", false, 0, 36500, &p.dte_max, err)) == VOL_OK &&
        (status = vol_conf_num(&conf, "delta_min", false, 0, 1, &p.delta_min, err)) == VOL_OK &&
        (status = vol_conf_num(&conf, "delta_max", false, 0, 1, &p.delta_max, err)) == VOL_OK &&
        (status = vol_conf_num(&conf, "vertical_tolerance", false, 0, 1e6, &p.vertical_tolerance, err)) ==
            VOL_OK &&
        (status = load_actions(&conf, &p, err)) == VOL_OK &&
        (status = check_windows(path, &p, err)) == VOL_OK)
        *out = p;
    vol_conf_free(&conf);
    return status;
}

/* The checks that a quote fails, as a set of bits. */
static uint32_t failed_checks(const struct vol_profile *p, const struct vol_check_quote *q)
{
    uint32_t failed = 0;

#define FAIL(check, condition) failed |= (condition) ? 1u << (check) : 0
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

enum vol_check vol_check_one(const struct vol_profile *p, const struct vol_check_quote *q, uint32_t *flags)
{
    uint32_t failed = failed_checks(p, q), tags = 0;
    int i;

    for (i = 0; failed >> i != 0; i++) {
        if (((failed >> i) & 1) == 0)
            continue;
        if (p->action[i] == VOL_CHECK_REJECT) {
            *flags = 0;
            return (enum vol_check)i;
        }
        if (p->action[i] == VOL_CHECK_TAG)
            tags |= 1u << i;
    }
    *flags = tags;
    return VOL_CHECK_N;
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

static int compare_points(const void *a, const void *b)
{
    const struct vol_check_point *x = a, *y = b;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->strike < y->strike || x->strike > y->strike)
        return x->strike < y->strike ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

void vol_check_vertical(struct vol_check_point *points, size_t n, double tolerance, unsigned char *refused)
{
    double kept = NAN;
    size_t i;

    if (n == 0)
        return;
    qsort(points, n, sizeof *points, compare_points);
    for (i = 0; i < n; i++) {
        bool first = i == 0 || points[i].group != points[i - 1].group || isnan(kept);

        if (!first && !(points[i].mid - kept <= tolerance))
            refused[points[i].index] = 1;
        else
            kept = points[i].mid;
    }
}
