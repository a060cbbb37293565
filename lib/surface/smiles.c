#include "surface/smiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const int vol_smiles_tenor[VOL_SMILES_TENORS] = {7, 30, 60, 91, 182, 365};

/* Quotes farther out than this many at-the-money standard deviations are not fitted. */
static const double window = 3.0;
/* A fall of total variance below this share of itself is no crossing: it is a hundredth of a vol point at 20.
 */
static const double calendar_tolerance = 1e-3;
static const double index_target = 30.0 / 365.0;

bool vol_smiles_has_fit(const struct vol_smiles_expiry *expiry)
{
    return expiry->status == VOL_SMILES_FIT && expiry->fit.status == VOL_SVIFIT_OK;
}

const char *vol_smiles_reason(const struct vol_smiles_expiry *expiry)
{
    switch (expiry->status) {
    case VOL_SMILES_NO_FORWARD:
        return "no_forward";
    case VOL_SMILES_EXPIRED:
        return "expired";
    case VOL_SMILES_NO_QUOTES:
        return "no_quotes";
    case VOL_SMILES_FIT:
        break;
    }
    return vol_svifit_status_name(expiry->fit.status);
}

const char *vol_smiles_calendar_name(enum vol_smiles_calendar calendar)
{
    static const char *const names[] = {"unknown", "first", "free", "crosses"};

    return names[calendar];
}

/* ---- collecting ---- */

void vol_smiles_init(struct vol_smiles *smiles)
{
    memset(smiles, 0, sizeof *smiles);
}

void vol_smiles_clear(struct vol_smiles *smiles)
{
    smiles->n = 0;
    smiles->quotes = 0;
    smiles->last = 0;
}

void vol_smiles_free(struct vol_smiles *smiles)
{
    size_t i;

    for (i = 0; i < smiles->cap; i++) {
        free(smiles->expiry[i].quotes);
        free(smiles->expiry[i].fitted);
    }
    free(smiles->expiry);
    vol_smiles_init(smiles);
}

/* Double the array; new entries have no memory of their own yet. */
static enum vol_status grow(struct vol_smiles *smiles)
{
    size_t cap = smiles->cap > 0 ? 2 * smiles->cap : 32;
    struct vol_smiles_expiry *expiry = realloc(smiles->expiry, cap * sizeof *expiry);

    if (expiry == NULL)
        return VOL_EOS;
    memset(expiry + smiles->cap, 0, (cap - smiles->cap) * sizeof *expiry);
    smiles->expiry = expiry;
    smiles->cap = cap;
    return VOL_OK;
}

static bool is_expiry(const struct vol_smiles_expiry *e, const char *root, size_t root_len, int64_t expires)
{
    return e->expires == expires && strlen(e->root) == root_len && memcmp(e->root, root, root_len) == 0;
}

enum vol_status vol_smiles_find(struct vol_smiles *smiles, const char *root, size_t root_len, int64_t expires,
                                size_t *at, bool *fresh)
{
    struct vol_smiles_expiry *e, kept;
    size_t i;

    root_len = root_len < sizeof e->root ? root_len : sizeof e->root - 1;
    for (i = 0; i < smiles->n; i++) {
        size_t j = (smiles->last + i) % smiles->n; /* the last one first */

        if (is_expiry(&smiles->expiry[j], root, root_len, expires)) {
            *at = smiles->last = j;
            *fresh = false;
            return VOL_OK;
        }
    }
    if (smiles->n == smiles->cap && grow(smiles) != VOL_OK)
        return VOL_EOS;
    e = &smiles->expiry[smiles->n];
    kept = *e; /* its memory is used again */
    memset(e, 0, sizeof *e);
    e->quotes = kept.quotes;
    e->cap = kept.cap;
    e->fitted = kept.fitted;
    memcpy(e->root, root, root_len);
    e->expires = expires;
    e->years = e->t = e->t_var = e->forward = e->discount = e->rate = e->atm_vol = e->calendar_k = NAN;
    *at = smiles->last = smiles->n++;
    *fresh = true;
    return VOL_OK;
}

enum vol_status vol_smiles_add(struct vol_smiles *smiles, size_t at, const struct vol_smiles_quote *quote)
{
    struct vol_smiles_expiry *e = &smiles->expiry[at];

    if (!(quote->strike > 0.0) || !isfinite(quote->strike))
        return VOL_EDATA;
    if (e->n == e->cap) {
        size_t cap = e->cap > 0 ? 2 * e->cap : 128;
        struct vol_smiles_quote *quotes = realloc(e->quotes, cap * sizeof *quotes);
        struct vol_svifit_quote *fitted;

        if (quotes == NULL)
            return VOL_EOS;
        e->quotes = quotes;
        fitted = realloc(e->fitted, cap * sizeof *fitted);
        if (fitted == NULL)
            return VOL_EOS;
        e->fitted = fitted;
        e->cap = cap;
    }
    e->quotes[e->n++] = *quote;
    smiles->quotes++;
    return VOL_OK;
}

/* ---- sorting ---- */

/* Numbers ascending, NaN behind them all. */
static int by_number(double x, double y)
{
    if (isnan(x) || isnan(y))
        return isnan(x) - isnan(y);
    return (x > y) - (x < y);
}

static int by_strike(const void *a, const void *b)
{
    const struct vol_smiles_quote *x = a, *y = b;
    int order = by_number(x->strike, y->strike);

    order = order != 0 ? order : by_number(x->call, y->call);
    order = order != 0 ? order : by_number(x->bid, y->bid);
    return order != 0 ? order : by_number(x->ask, y->ask);
}

static int by_settlement(const void *a, const void *b)
{
    const struct vol_smiles_expiry *x = a, *y = b;

    if (x->expires != y->expires)
        return x->expires < y->expires ? -1 : 1;
    return strcmp(x->root, y->root);
}

static void sort_quotes(struct vol_smiles_expiry *e)
{
    size_t i, kept = 0;

    if (e->n > 1)
        qsort(e->quotes, e->n, sizeof e->quotes[0], by_strike);
    for (i = 0; i < e->n; i++)
        if (kept == 0 || e->quotes[i].strike != e->quotes[kept - 1].strike ||
            e->quotes[i].call != e->quotes[kept - 1].call)
            e->quotes[kept++] = e->quotes[i];
    e->n = kept;
}

/* ---- one expiry ---- */

/* Out of the money, with a bid and the three vols in order. */
static bool is_usable(const struct vol_smiles_quote *q, double forward)
{
    if ((q->call > 0.0) != (q->strike >= forward))
        return false;
    return q->bid > 0.0 && q->vol_bid > 0.0 && q->vol >= q->vol_bid && q->vol_ask >= q->vol &&
           isfinite(q->vol_ask);
}

/* The vol at the forward by a line between the usable quotes on both sides, or the nearest one. */
static double vol_at_forward(const struct vol_svifit_quote *q, size_t n)
{
    size_t i = 0;

    while (i < n && q[i].k < 0.0)
        i++;
    if (i == 0 || i == n)
        return i == 0 ? q[0].vol : q[n - 1].vol;
    return q[i - 1].vol + (q[i].vol - q[i - 1].vol) * q[i - 1].k / (q[i - 1].k - q[i].k);
}

static enum vol_status fit_expiry(struct vol_smiles_expiry *e, struct vol_error *err)
{
    double reach;
    size_t i, n = 0, first = 0;

    e->fit = (struct vol_svifit){.status = VOL_SVIFIT_TOO_FEW};
    e->status = VOL_SMILES_FIT;
    if (!(e->t > 0.0) || !(e->t_var > 0.0))
        e->status = VOL_SMILES_EXPIRED;
    else if (!(e->forward > 0.0) || !isfinite(e->forward))
        e->status = VOL_SMILES_NO_FORWARD;
    if (e->status != VOL_SMILES_FIT)
        return VOL_OK;
    for (i = 0; i < e->n; i++) {
        const struct vol_smiles_quote *q = &e->quotes[i];

        if (is_usable(q, e->forward))
            e->fitted[n++] =
                (struct vol_svifit_quote){log(q->strike / e->forward), q->vol, q->vol_bid, q->vol_ask};
    }
    if (n == 0) {
        e->status = VOL_SMILES_NO_QUOTES;
        return VOL_OK;
    }
    reach = window * vol_at_forward(e->fitted, n) * sqrt(e->t_var);
    while (first < n && e->fitted[first].k < -reach)
        first++;
    while (n > first && e->fitted[n - 1].k > reach)
        n--;
    n -= first;
    memmove(e->fitted, e->fitted + first, n * sizeof e->fitted[0]);
    if (vol_svifit_run(e->fitted, n, e->t_var, &e->fit, err) == VOL_EOS)
        return VOL_EOS;
    if (vol_smiles_has_fit(e))
        e->atm_vol = vol_svi_vol(&e->fit.svi, 0.0, e->t_var);
    return VOL_OK;
}

/* Compare with the smile before it where both were fitted to quotes. */
static void judge_calendar(const struct vol_smiles_expiry *before, struct vol_smiles_expiry *e)
{
    double low = fmax(before->fit.k_min, e->fit.k_min), high = fmin(before->fit.k_max, e->fit.k_max);
    struct vol_crossing crossing;

    if (vol_arbitrage_calendar(&before->fit.svi, &e->fit.svi, low, high, calendar_tolerance, &crossing,
                               NULL) != VOL_OK)
        return;
    e->calendar = crossing.free ? VOL_SMILES_FREE : VOL_SMILES_CROSSES;
    e->calendar_k = crossing.free ? NAN : crossing.worst_k;
}

/* ---- the whole ---- */

static void measure(const struct vol_smiles *smiles, struct vol_tenor_slice *slices,
                    struct vol_smiles_numbers *out)
{
    struct vol_tenor_wings wings;
    size_t i, n = 0;

    for (i = 0; i < smiles->n; i++) {
        const struct vol_smiles_expiry *e = &smiles->expiry[i];

        if (!vol_smiles_has_fit(e))
            continue;
        if (n == 0 || e->t_var > slices[n - 1].t)
            slices[n++] = (struct vol_tenor_slice){e->t_var, e->fit.svi};
        out->fitted++;
        out->butterfly_violations += !e->fit.butterfly.free;
        out->calendar_violations += e->calendar == VOL_SMILES_CROSSES;
    }
    for (i = 0; i < VOL_SMILES_TENORS; i++)
        if (vol_tenor_vol(slices, n, vol_smiles_tenor[i] / 365.0, 0.0, &out->iv[i]) != VOL_OK)
            out->iv[i] = NAN;
    if (vol_tenor_wings(slices, n, index_target, 0.25, &wings) == VOL_OK) {
        out->rr25 = wings.risk_reversal;
        out->bf25 = wings.butterfly;
    }
    out->term_slope = out->iv[3] - out->iv[1];
}

/* The quotes of an expiry as strikes with a call and a put. */
static size_t pair_strikes(const struct vol_smiles_expiry *e, struct vol_varindex_strike *strikes)
{
    size_t i, n = 0;

    for (i = 0; i < e->n; i++) {
        const struct vol_smiles_quote *q = &e->quotes[i];

        if (n == 0 || strikes[n - 1].strike != q->strike)
            strikes[n++] = (struct vol_varindex_strike){q->strike, NAN, NAN, NAN, NAN};
        if (q->call > 0.0) {
            strikes[n - 1].call_bid = q->bid;
            strikes[n - 1].call_ask = q->ask;
        } else {
            strikes[n - 1].put_bid = q->bid;
            strikes[n - 1].put_ask = q->ask;
        }
    }
    return n;
}

static enum vol_status index_variance(const struct vol_smiles_expiry *e, struct vol_varindex *v,
                                      struct vol_error *err)
{
    struct vol_varindex_strike *strikes = malloc((e->n + 1) * sizeof *strikes);
    double rate = isfinite(e->rate) ? e->rate : -log(e->discount) / e->t;
    enum vol_status status;

    if (strikes == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    status = vol_varindex_variance(strikes, pair_strikes(e, strikes), e->years, rate, v, err);
    free(strikes);
    return status;
}

static enum vol_status index_of(const struct vol_smiles *smiles, enum vol_varindex_rule rule,
                                struct vol_varindex_candidate *candidates, struct vol_smiles_numbers *out,
                                struct vol_error *err)
{
    struct vol_varindex near, next;
    enum vol_status status;
    double t1, t2, variance;
    size_t i;

    for (i = 0; i < smiles->n; i++) {
        const struct vol_smiles_expiry *e = &smiles->expiry[i];

        candidates[i] = (struct vol_varindex_candidate){e->years, e->date, e->weekly};
    }
    out->index_status = VOL_VARINDEX_NO_EXPIRIES;
    if (vol_varindex_select(candidates, smiles->n, index_target, rule, &out->near, &out->next) != VOL_OK)
        return VOL_OK;
    status = index_variance(&smiles->expiry[out->near], &near, err);
    if (status == VOL_OK)
        status = index_variance(&smiles->expiry[out->next], &next, err);
    if (status != VOL_OK)
        return status;
    out->index_status = near.status != VOL_VARINDEX_OK ? near.status : next.status;
    if (out->index_status != VOL_VARINDEX_OK)
        return VOL_OK;
    t1 = smiles->expiry[out->near].years;
    t2 = smiles->expiry[out->next].years;
    variance = vol_varindex_blend(t1, near.variance, t2, next.variance, index_target);
    if (variance > 0.0)
        out->index = 100.0 * sqrt(variance);
    else
        out->index_status = VOL_VARINDEX_NEGATIVE;
    return VOL_OK;
}

enum vol_status vol_smiles_run(struct vol_smiles *smiles, enum vol_varindex_rule rule,
                               struct vol_smiles_numbers *out, struct vol_error *err)
{
    struct vol_smiles_numbers numbers = {.rr25 = NAN, .bf25 = NAN, .term_slope = NAN, .index = NAN};
    struct vol_tenor_slice *slices = calloc(smiles->n + 1, sizeof *slices);
    struct vol_varindex_candidate *candidates = calloc(smiles->n + 1, sizeof *candidates);
    struct vol_smiles_expiry *before = NULL;
    enum vol_status status = VOL_OK;
    size_t i;

    if (slices == NULL || candidates == NULL) {
        status = vol_error_set(err, VOL_EOS, "out of memory");
        goto done;
    }
    if (smiles->n > 1)
        qsort(smiles->expiry, smiles->n, sizeof smiles->expiry[0], by_settlement);
    smiles->last = 0;
    for (i = 0; i < smiles->n && status == VOL_OK; i++) {
        struct vol_smiles_expiry *e = &smiles->expiry[i];

        e->t = isfinite(e->t) ? e->t : e->years;
        e->t_var = isfinite(e->t_var) ? e->t_var : e->t;
        sort_quotes(e);
        status = fit_expiry(e, err);
        if (status != VOL_OK || !vol_smiles_has_fit(e))
            continue;
        if (before == NULL)
            e->calendar = VOL_SMILES_FIRST;
        else
            judge_calendar(before, e);
        before = e;
    }
    if (status == VOL_OK) {
        measure(smiles, slices, &numbers);
        status = index_of(smiles, rule, candidates, &numbers, err);
    }
    if (status == VOL_OK)
        *out = numbers;
done:
    free(slices);
    free(candidates);
    return status;
}
