#include "chain/clean.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "chain/inconsistent.h"

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

static void read_expiry(const struct vol_clean_config *config, const struct vol_rec *rec,
                        struct vol_clean_memo *m, struct vol_clean_quote *q)
{
    const struct vol_value *date = &rec->value[VOL_C_EXPIRATION], *expires = &rec->value[VOL_C_EXPIRES];
    int32_t seconds;

    if (m->ts != rec->ts) {
        vol_time_to_new_york(rec->ts, &m->today, &seconds);
        m->closed = config->calendar != NULL && !vol_calendar_is_open(config->calendar, m->today);
        m->ts = rec->ts;
    }
    q->check.dte = NAN;
    q->check.expired = 0;
    if (date->type != VOL_STRING)
        return;
    if (!is_repeated(date, m->expiration_text, sizeof m->expiration_text, &m->expiration_len)) {
        if (vol_date_parse(date->text, date->len, &m->expiration) != VOL_OK ||
            !vol_date_has_instants(m->expiration)) {
            m->expiration_len = 0;
            return;
        }
        m->close = vol_time_new_york(m->expiration, VOL_CALENDAR_CLOSE);
    }
    if (expires->type == VOL_STRING &&
        !is_repeated(expires, m->expires_text, sizeof m->expires_text, &m->expires_len) &&
        vol_time_parse(expires->text, expires->len, &m->expires) != VOL_OK) {
        m->expires_len = 0;
        return;
    }
    q->expiration = m->expiration;
    q->expires = expires->type == VOL_STRING ? m->expires : m->close;
    q->check.dte = m->expiration - m->today;
    q->check.expired = expires->type == VOL_STRING ? m->expires <= rec->ts : q->check.dte < 0;
}

static double either(const struct vol_value *first, const struct vol_value *second)
{
    return first->type == VOL_NUMBER ? first->num : second->num;
}

/* Names of Deribit and OKX have hyphens, those of the OCC have none. */
static bool has_hyphen(const struct vol_value *symbol)
{
    return symbol->type == VOL_STRING && memchr(symbol->text, '-', symbol->len) != NULL;
}

static bool is_nonstandard(const struct vol_rec *rec)
{
    const struct vol_value *root = &rec->value[VOL_C_ROOT];

    if (rec->value[VOL_C_ADJUSTED].type == VOL_TRUE)
        return true;
    return root->type == VOL_STRING && root->len > 1 && root->text[root->len - 1] >= '0' &&
           root->text[root->len - 1] <= '9' && !has_hyphen(&rec->value[VOL_C_SYMBOL]);
}

static bool contradicts(const struct vol_rec *rec, const struct vol_clean_quote *q, double tolerance)
{
    const struct vol_value *v = rec->value;
    bool ours = v[VOL_C_IV_STATUS].type != VOL_ABSENT;
    struct vol_vendor_quote vendor = {
        .strike = q->check.strike,
        .bid = q->check.bid,
        .ask = q->check.ask,
        .t = VOL_YEARS(rec->ts, q->expires),
        .unit = v[VOL_C_INVERSE].type == VOL_TRUE ? v[VOL_C_UNDERLYING_PRICE].num : 1,
        .put = q->check.option_type == 'P',
        .american = vol_value_is(&v[VOL_C_EXERCISE], "A")};

#define GIVEN(vendors, other) (ours ? v[vendors].num : either(&v[vendors], &v[other]))
    vendor.vol = GIVEN(VOL_C_VENDOR_IV, VOL_C_IV);
    vendor.delta = GIVEN(VOL_C_VENDOR_DELTA, VOL_C_DELTA);
    vendor.gamma = GIVEN(VOL_C_VENDOR_GAMMA, VOL_C_GAMMA);
    vendor.vega = GIVEN(VOL_C_VENDOR_VEGA, VOL_C_VEGA);
    vendor.theta = GIVEN(VOL_C_VENDOR_THETA, VOL_C_THETA);
#undef GIVEN
    return vol_inconsistent(&vendor, tolerance) != 0;
}

void vol_clean_read(const struct vol_clean_config *config, const struct vol_rec *rec,
                    struct vol_clean_memo *memo, struct vol_clean_quote *q)
{
    const struct vol_value *v = rec->value, *type = &v[VOL_C_OPTION_TYPE];
    const struct vol_profile *p = &config->profile;

    q->check.strike = v[VOL_C_STRIKE].num;
    q->check.bid = v[VOL_C_BID].num;
    q->check.ask = v[VOL_C_ASK].num;
    q->check.vol = either(&v[VOL_C_IV], &v[VOL_C_VENDOR_IV]);
    q->check.delta = either(&v[VOL_C_DELTA], &v[VOL_C_VENDOR_DELTA]);
    q->check.option_type = type->type == VOL_STRING && type->len == 1 ? type->text[0] : '\0';
    read_expiry(config, rec, memo, q);
    q->check.holiday = memo->closed && !has_hyphen(&v[VOL_C_SYMBOL]);
    q->check.nonstandard = vol_profile_makes(p, VOL_CHECK_NONSTANDARD) && is_nonstandard(rec);
    q->check.inconsistent = vol_profile_makes(p, VOL_CHECK_INCONSISTENT_VENDOR) && !isnan(q->check.dte) &&
                            contradicts(rec, q, p->vendor_tolerance);
}

/* ---- a snapshot */

void vol_clean_init(struct vol_clean *c, const struct vol_clean_config *config)
{
    memset(c, 0, sizeof *c);
    c->config = config;
    vol_snapshot_init(&c->snap);
    vol_ladders_init(&c->ladders);
    vol_static_init(&c->arbitrage);
    vol_repair_init(&c->repair);
    vol_prints_init(&c->prints);
    vol_buf_init(&c->verdicts);
    vol_buf_init(&c->marks);
    vol_buf_init(&c->names);
    vol_buf_init(&c->name_at);
}

void vol_clean_clear(struct vol_clean *c)
{
    vol_snapshot_clear(&c->snap);
    vol_ladders_clear(&c->ladders);
    vol_static_clear(&c->arbitrage);
    vol_buf_clear(&c->verdicts);
    vol_buf_clear(&c->marks);
    vol_buf_clear(&c->names);
    vol_buf_clear(&c->name_at);
}

void vol_clean_free(struct vol_clean *c)
{
    vol_snapshot_free(&c->snap);
    vol_ladders_free(&c->ladders);
    vol_static_free(&c->arbitrage);
    vol_repair_free(&c->repair);
    vol_prints_free(&c->prints);
    vol_buf_free(&c->verdicts);
    vol_buf_free(&c->marks);
    vol_buf_free(&c->names);
    vol_buf_free(&c->name_at);
}

bool vol_clean_holds(const struct vol_clean_config *config)
{
    return config->quality || config->repair || vol_profile_holds(&config->profile);
}

static struct vol_clean_verdict *verdict_of(struct vol_clean *c, size_t i)
{
    return (struct vol_clean_verdict *)(void *)c->verdicts.data + i;
}

const struct vol_clean_verdict *vol_clean_verdict_of(const struct vol_clean *c, size_t i)
{
    return (const struct vol_clean_verdict *)(const void *)c->verdicts.data + i;
}

const char *vol_clean_symbol(const struct vol_clean *c, size_t i)
{
    return c->names.data + ((const uint32_t *)(const void *)c->name_at.data)[i];
}

static enum vol_status add_name(struct vol_clean *c, const struct vol_value *symbol)
{
    uint32_t at = (uint32_t)c->names.len;

    if (vol_buf_add(&c->name_at, &at, sizeof at) != VOL_OK ||
        vol_buf_add(&c->names, symbol->text, symbol->type == VOL_STRING ? symbol->len : 0) != VOL_OK)
        return VOL_EOS;
    return vol_buf_add_char(&c->names, '\0');
}

/* The quote as one of a slice: for the ladders where it STAYS, and its print in any case. */
static enum vol_status add_contract(struct vol_clean *c, const struct vol_rec *rec,
                                    const struct vol_clean_quote *q, uint32_t index, bool stays)
{
    const struct vol_value *v = rec->value, *root = &v[VOL_C_ROOT];
    struct vol_price_print print;
    size_t at;
    bool is_new;

    if (isnan(q->check.dte) || !(q->check.strike > 0) || q->check.option_type == '\0')
        return VOL_OK;
    if (vol_ladders_slice(&c->ladders, root->text, root->type == VOL_STRING ? root->len : 0, q->expiration,
                          &at, &is_new) != VOL_OK)
        return VOL_EOS;
    if (is_new) {
        struct vol_slice *s = &c->ladders.slice[at];

        s->expires = q->expires;
        s->spot = v[VOL_C_UNDERLYING_PRICE].num;
        s->forward = v[VOL_C_FORWARD].num;
        s->discount = v[VOL_C_DISCOUNT].num;
        s->american = vol_value_is(&v[VOL_C_EXERCISE], "A");
        s->inverse = v[VOL_C_INVERSE].type == VOL_TRUE;
    }
    print = vol_print_of(c->ladders.slice[at].hash, q->check.strike, q->check.option_type == 'P',
                         q->check.bid, q->check.ask);
    if (vol_buf_add(&c->marks, &print, sizeof print) != VOL_OK)
        return VOL_EOS;
    if (!stays)
        return VOL_OK;
    return vol_ladders_add(&c->ladders, &(struct vol_ladder_quote){.strike = q->check.strike,
                                                                   .bid = q->check.bid,
                                                                   .ask = q->check.ask,
                                                                   .index = index,
                                                                   .slice = (uint32_t)at,
                                                                   .put = q->check.option_type == 'P'});
}

enum vol_status vol_clean_add(struct vol_clean *c, const struct vol_rec *rec, const struct vol_clean_quote *q,
                              const struct vol_clean_verdict *verdict)
{
    double spot = rec->value[VOL_C_UNDERLYING_PRICE].num;
    size_t index = c->verdicts.len / sizeof *verdict;

    if (!c->snap.open) {
        c->spot = NAN;
        c->mixed = false;
    }
    if (index >= UINT32_MAX ||
        vol_snapshot_add_quote(&c->snap, &rec->line, rec->ts, &rec->value[VOL_C_UNDERLYING]) != VOL_OK ||
        vol_buf_add(&c->verdicts, verdict, sizeof *verdict) != VOL_OK ||
        add_name(c, &rec->value[VOL_C_SYMBOL]) != VOL_OK)
        return VOL_EOS;
    if (!isnan(spot)) {
        c->mixed |= rec->value[VOL_C_INVERSE].type == VOL_TRUE || c->spot < spot || c->spot > spot;
        c->spot = spot;
    }
    return add_contract(c, rec, q, (uint32_t)index, verdict->refused == VOL_CHECK_N);
}

/* ---- judging */

static void enter(struct vol_clean *c, size_t i, uint32_t failed)
{
    struct vol_clean_verdict *v = verdict_of(c, i);

    vol_check_enter(&c->config->profile, failed, &v->tags, &v->refused);
}

static void enter_all(struct vol_clean *c, uint32_t failed)
{
    size_t i;

    c->quality.snapshot |= failed;
    for (i = 0; i < c->verdicts.len / sizeof(struct vol_clean_verdict); i++)
        enter(c, i, failed);
}

static void check_duplicates(struct vol_clean *c)
{
    size_t i;

    for (i = c->ladders.n; i-- > 0 && c->ladders.quote[i].again;)
        enter(c, c->ladders.quote[i].index, 1u << VOL_CHECK_DUPLICATE);
}

/* The chapter's rule for the calls of a slice: from the lowest strike on, none may be dearer than the last
 * that was kept. */
static void check_monotone(struct vol_clean *c)
{
    size_t i, k;

    for (i = 0; i < c->ladders.n_slices; i++) {
        const struct vol_slice *s = &c->ladders.slice[i];
        double kept = NAN;

        for (k = s->call; k < s->call + s->n_call; k++) {
            const struct vol_ladder_quote *q = &c->ladders.quote[k];
            double mid = 0.5 * (q->bid + q->ask);

            if (isnan(mid))
                continue;
            if (!isnan(kept) && !(mid - kept <= c->config->profile.monotone_tolerance))
                enter(c, q->index, 1u << VOL_CHECK_MONOTONE);
            else
                kept = mid;
        }
    }
}

static enum vol_status check_arbitrage(struct vol_clean *c, int tests)
{
    const struct vol_profile *p = &c->config->profile;
    const struct vol_static_config config = {p->least_profit, p->rate_error, tests};
    size_t i, k;

    if (vol_static_test(&c->arbitrage, &c->ladders, &config) != VOL_OK)
        return VOL_EOS;
    for (i = 0; i < vol_static_count(&c->arbitrage); i++) {
        const struct vol_static_finding *f = vol_static_get(&c->arbitrage, i);

        c->quality.n_findings[f->kind]++;
        if (!(f->profit <= c->quality.profit))
            c->quality.profit = f->profit;
        for (k = 0; k < f->n_legs; k++)
            enter(c, f->leg[k].index, 1u << (VOL_CHECK_VERTICAL + (int)f->kind));
    }
    return VOL_OK;
}

static enum vol_status check_stale(struct vol_clean *c)
{
    const struct vol_profile *p = &c->config->profile;

    if (vol_prints_compare(&c->prints, c->snap.underlying.data, c->snap.underlying.len, c->snap.ts,
                           p->stale_hours, p->stale_share,
                           (const struct vol_price_print *)(const void *)c->marks.data,
                           c->marks.len / sizeof(struct vol_price_print), &c->quality) != VOL_OK)
        return VOL_EOS;
    if (vol_quality_unchanged(&c->quality) >= p->stale_share)
        enter_all(c, 1u << VOL_CHECK_STALE);
    return VOL_OK;
}

/* Most that dividends, borrow and funding can make of a spot, per year. */
#define CARRY_MOST 0.03

static void check_spot(struct vol_clean *c)
{
    struct vol_quality *q = &c->quality;
    double t = 0;

    if (c->mixed || !(c->spot > 0))
        return;
    q->spot = c->spot;
    q->implied_spot = vol_static_spot(&c->arbitrage, &c->ladders, &t);
    q->spot_gap = q->spot / q->implied_spot - 1;
    if (!isnan(q->spot_gap) && !(fabs(q->spot_gap) <= c->config->profile.spot_gap + CARRY_MOST * t))
        enter_all(c, 1u << VOL_CHECK_SPOT_MISMATCH);
}

static void count(struct vol_clean *c)
{
    struct vol_quality *q = &c->quality;
    size_t i;
    int k;

    q->n_refused = q->n_tagged = 0;
    memset(q->failed, 0, sizeof q->failed);
    for (i = 0; i < q->n; i++) {
        const struct vol_clean_verdict *v = verdict_of(c, i);

        q->n_refused += v->refused != VOL_CHECK_N;
        q->n_tagged += v->tags != 0;
        if (v->refused != VOL_CHECK_N)
            q->failed[v->refused]++;
        for (k = 0; v->tags >> k != 0; k++)
            q->failed[k] += v->tags >> k & 1;
    }
}

static enum vol_status repair(struct vol_clean *c)
{
    size_t i;

    for (i = 0; i < c->ladders.n; i++) /* what was refused is no price to keep to */
        if (verdict_of(c, c->ladders.quote[i].index)->refused != VOL_CHECK_N)
            c->ladders.quote[i].bid = c->ladders.quote[i].ask = NAN;
    if (vol_repair_run(&c->repair, &c->ladders, c->arbitrage.terms) != VOL_OK)
        return VOL_EOS;
    for (i = 0; i < c->repair.n; i++) {
        const struct vol_repaired *r = &c->repair.quote[i];
        struct vol_clean_verdict *v = verdict_of(c, r->index);

        v->repair = r->status;
        v->mid_repaired = r->mid;
    }
    c->quality.n_expiries = c->repair.n_expiries;
    c->quality.n_repaired = c->repair.n_inside;
    c->quality.n_outside = c->repair.n_outside;
    c->quality.worst = c->repair.worst;
    return VOL_OK;
}

enum vol_status vol_clean_judge(struct vol_clean *c)
{
    const struct vol_profile *p = &c->config->profile;
    struct vol_quality *q = &c->quality;
    enum vol_status status = VOL_OK;
    bool all = c->config->quality;
    int tests = 0, i;

    *q = (struct vol_quality){.n = c->verdicts.len / sizeof(struct vol_clean_verdict),
                              .before = INT64_MIN,
                              .spot = NAN,
                              .implied_spot = NAN,
                              .spot_gap = NAN,
                              .profit = NAN,
                              .worst = NAN};
    for (i = 0; i < VOL_STATIC_N; i++)
        tests |= (int)(all || vol_profile_makes(p, (enum vol_check)(VOL_CHECK_VERTICAL + i))) << i;
    vol_ladders_build(&c->ladders);
    check_duplicates(c);
    if (vol_profile_makes(p, VOL_CHECK_MONOTONE))
        check_monotone(c);
    if (tests != 0 || all || c->config->repair || vol_profile_makes(p, VOL_CHECK_SPOT_MISMATCH))
        status = vol_static_find_terms(&c->arbitrage, &c->ladders, c->snap.ts);
    if (status == VOL_OK && tests != 0)
        status = check_arbitrage(c, tests);
    if (status == VOL_OK && c->config->repair)
        status = repair(c);
    if (status == VOL_OK && (all || vol_profile_makes(p, VOL_CHECK_STALE)))
        status = check_stale(c);
    if (status != VOL_OK)
        return status;
    if (all || vol_profile_makes(p, VOL_CHECK_SPOT_MISMATCH))
        check_spot(c);
    count(c);
    if (q->failed[VOL_CHECK_HOLIDAY] > 0)
        q->snapshot |= 1u << VOL_CHECK_HOLIDAY;
    if (!((double)q->n_refused <= p->refused_share * (double)q->n)) {
        enter_all(c, 1u << VOL_CHECK_REFUSED_SHARE);
        count(c);
    }
    return VOL_OK;
}

enum vol_status vol_clean_legs(const struct vol_clean *c, const struct vol_static_leg *leg, size_t n,
                               int precision, struct vol_buf *out)
{
    enum vol_status status = VOL_OK;
    char ratio[VOL_NUM_MAX], price[VOL_NUM_MAX];
    size_t i;

    for (i = 0; i < n; i++, leg++) {
        const char *symbol = vol_clean_symbol(c, leg->index);

        vol_num_print(ratio, fabs(leg->quantity), precision);
        vol_num_print(price, leg->price, precision);
        status |= vol_buf_addf(out, "%s{\"symbol\":", i == 0 ? "[" : ",");
        status |= vol_buf_add_json(out, symbol, strlen(symbol));
        status |= vol_buf_addf(out, ",\"side\":\"%s\",\"ratio\":%s,\"price\":%s}",
                               leg->quantity > 0 ? "buy" : "sell", ratio, price);
    }
    return (status | vol_buf_add_char(out, ']')) == VOL_OK ? VOL_OK : VOL_EOS;
}
