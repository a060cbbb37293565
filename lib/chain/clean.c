#include "chain/clean.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading */

/* Whether V repeats TEXT[0..*LEN). If not, it is remembered there, given that it fits. */
static bool is_repeated(const struct vol_value *v, char *text, size_t size, uint32_t *len)
{
    if (*len > 0 && v->len == *len && memcmp(v->text, text, v->len) == 0)
        return true;
    *len = v->len <= size ? v->len : 0;
    memcpy(text, v->text, *len);
    return false;
}

static void read_expiry(const struct vol_rec *rec, struct vol_clean_memo *m, struct vol_check_quote *q)
{
    const struct vol_value *date = &rec->value[VOL_C_EXPIRATION], *expires = &rec->value[VOL_C_EXPIRES];
    int32_t seconds;

    if (m->ts != rec->ts) {
        vol_time_to_new_york(rec->ts, &m->today, &seconds);
        m->ts = rec->ts;
    }
    q->dte = NAN;
    q->expired = 0;
    if (date->type != VOL_STRING)
        return;
    if (!is_repeated(date, m->expiration_text, sizeof m->expiration_text, &m->expiration_len) &&
        (vol_date_parse(date->text, date->len, &m->expiration) != VOL_OK ||
         !vol_date_has_instants(m->expiration))) {
        m->expiration_len = 0;
        return;
    }
    if (expires->type == VOL_STRING &&
        !is_repeated(expires, m->expires_text, sizeof m->expires_text, &m->expires_len) &&
        vol_time_parse(expires->text, expires->len, &m->expires) != VOL_OK) {
        m->expires_len = 0;
        return;
    }
    q->dte = m->expiration - m->today;
    q->expired = expires->type == VOL_STRING ? m->expires <= rec->ts : q->dte < 0;
}

static double either(const struct vol_value *ours, const struct vol_value *vendor)
{
    return ours->type == VOL_NUMBER ? ours->num : vendor->num;
}

void vol_clean_read(const struct vol_rec *rec, struct vol_clean_memo *memo, struct vol_check_quote *q)
{
    const struct vol_value *type = &rec->value[VOL_C_OPTION_TYPE];

    q->strike = rec->value[VOL_C_STRIKE].num;
    q->bid = rec->value[VOL_C_BID].num;
    q->ask = rec->value[VOL_C_ASK].num;
    q->vol = either(&rec->value[VOL_C_IV], &rec->value[VOL_C_VENDOR_IV]);
    q->delta = either(&rec->value[VOL_C_DELTA], &rec->value[VOL_C_VENDOR_DELTA]);
    q->option_type = type->type == VOL_STRING && type->len == 1 ? type->text[0] : '\0';
    read_expiry(rec, memo, q);
}

/* ---- a snapshot */

void vol_clean_init(struct vol_clean_snapshot *s)
{
    memset(s, 0, sizeof *s);
    vol_hold_init(&s->lines);
    vol_buf_init(&s->underlying);
}

void vol_clean_clear(struct vol_clean_snapshot *s)
{
    vol_hold_clear(&s->lines);
    s->n_points = 0;
}

void vol_clean_free(struct vol_clean_snapshot *s)
{
    vol_hold_free(&s->lines);
    vol_buf_free(&s->underlying);
    free(s->verdicts);
    free(s->points);
    vol_clean_init(s);
}

bool vol_clean_goes_on(const struct vol_clean_snapshot *s, const struct vol_rec *rec)
{
    const struct vol_value *u = &rec->value[VOL_C_UNDERLYING];

    if (s->lines.n == 0)
        return true;
    if (rec->ts != s->ts)
        return false;
    return vol_rec_is(rec, "reject") || (vol_rec_is(rec, "quote") && u->len == s->underlying.len &&
                                         memcmp(u->text, s->underlying.data, u->len) == 0);
}

static enum vol_status make_room(struct vol_clean_snapshot *s)
{
    size_t cap = s->cap == 0 ? 1024 : 2 * s->cap;
    struct vol_clean_verdict *verdicts;
    struct vol_check_point *points;

    if (s->lines.n < s->cap)
        return VOL_OK;
    if ((verdicts = realloc(s->verdicts, cap * sizeof *verdicts)) == NULL)
        return VOL_EOS;
    s->verdicts = verdicts;
    if ((points = realloc(s->points, cap * sizeof *points)) == NULL)
        return VOL_EOS;
    s->points = points;
    s->cap = cap;
    return VOL_OK;
}

/* FNV-1a over the value and its end. */
static uint64_t hash(uint64_t h, const struct vol_value *v)
{
    uint32_t i;

    for (i = 0; i < v->len; i++)
        h = (h ^ (unsigned char)v->text[i]) * UINT64_C(1099511628211);
    return (h ^ 0xff) * UINT64_C(1099511628211);
}

enum vol_status vol_clean_add(struct vol_clean_snapshot *s, const struct vol_rec *rec,
                              const struct vol_check_quote *q, const struct vol_clean_verdict *verdict)
{
    const struct vol_value *u = &rec->value[VOL_C_UNDERLYING];
    size_t i = s->lines.n;

    if (i == 0) {
        s->ts = rec->ts;
        vol_buf_clear(&s->underlying);
        if (vol_buf_add(&s->underlying, u->text, u->len) != VOL_OK)
            return VOL_EOS;
    }
    if (make_room(s) != VOL_OK || vol_hold_add(&s->lines, &rec->line) != VOL_OK)
        return VOL_EOS;
    s->verdicts[i] = *verdict;
    /* Without a bid or an ask there is no mid to compare. */
    if (verdict->is_quote && verdict->refused == VOL_CHECK_N && q->option_type == 'C' &&
        !isnan(q->bid + q->ask)) {
        struct vol_check_point *p = &s->points[s->n_points++];

        p->index = i;
        p->group = hash(hash(UINT64_C(14695981039346656037), &rec->value[VOL_C_ROOT]),
                        &rec->value[VOL_C_EXPIRATION]);
        p->strike = q->strike;
        p->mid = 0.5 * (q->bid + q->ask);
    }
    return VOL_OK;
}

enum vol_status vol_clean_compare(struct vol_clean_snapshot *s, const struct vol_profile *profile)
{
    unsigned char *failed;
    size_t i;

    if (s->n_points == 0)
        return VOL_OK;
    if ((failed = calloc(s->lines.n, 1)) == NULL)
        return VOL_EOS;
    vol_check_vertical(s->points, s->n_points, profile->vertical_tolerance, failed);
    for (i = 0; i < s->lines.n; i++) {
        if (!failed[i])
            continue;
        if (profile->action[VOL_CHECK_VERTICAL] == VOL_CHECK_REJECT)
            s->verdicts[i].refused = VOL_CHECK_VERTICAL;
        else if (profile->action[VOL_CHECK_VERTICAL] == VOL_CHECK_TAG)
            s->verdicts[i].tags |= 1u << VOL_CHECK_VERTICAL;
    }
    free(failed);
    return VOL_OK;
}
