#include "surface/smiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surface/models.h"

/* Quotes farther out than this many at-the-money standard deviations are not fitted. */
static const double window = 3.0;
/* A fall of total variance below this share of itself is no crossing: it is a hundredth of a vol point at 20.
 */
static const double calendar_tolerance = 1e-3;

bool vol_smiles_has_fit(const struct vol_smiles_expiry *expiry)
{
    return expiry->status == VOL_SMILES_OK;
}

const char *vol_smiles_reason(const struct vol_smiles_expiry *expiry)
{
    static const char *const names[] = {"ok",        "no_forward", "expired", "no_quotes", "too_few_quotes",
                                        "one_sided", "degenerate", "poor_fit"};

    return names[expiry->status];
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
    smiles->n_surface = 0;
}

void vol_smiles_free(struct vol_smiles *smiles)
{
    size_t i;

    for (i = 0; i < smiles->cap; i++) {
        free(smiles->expiry[i].quotes);
        free(smiles->expiry[i].fitted);
        vol_spline_free(&smiles->expiry[i].spline);
    }
    free(smiles->expiry);
    free(smiles->surface);
    if (smiles->rbf != NULL)
        vol_rbf_free(smiles->rbf);
    free(smiles->rbf);
    vol_smiles_init(smiles);
}

/* Double the array; new entries have no memory of their own yet. */
static enum vol_status grow(struct vol_smiles *smiles)
{
    size_t cap = smiles->cap > 0 ? 2 * smiles->cap : 32;
    struct vol_smiles_expiry *expiry = realloc(smiles->expiry, cap * sizeof *expiry);
    size_t i;

    if (expiry == NULL)
        return VOL_EOS;
    memset(expiry + smiles->cap, 0, (cap - smiles->cap) * sizeof *expiry);
    for (i = smiles->cap; i < cap; i++)
        vol_spline_init(&expiry[i].spline);
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
    e->spline = kept.spline;
    memcpy(e->root, root, root_len);
    e->expires = expires;
    e->years = e->t = e->t_var = e->forward = e->discount = e->rate = NAN;
    e->atm_vol = e->forward_vol = e->event_variance = NAN;
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

const struct vol_smiles_expiry *vol_smiles_of_slice(const struct vol_smiles *smiles, size_t i)
{
    size_t j;

    for (j = 0; j < smiles->n; j++)
        if (vol_smiles_has_fit(&smiles->expiry[j]) && smiles->expiry[j].t_var == smiles->surface[i].t)
            return &smiles->expiry[j];
    return NULL;
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

/* Choose the quotes of the fit. The status is that of an expiry without a smile where there is nothing to
 * fit, else OK. */
static void choose_quotes(struct vol_smiles_expiry *e)
{
    double reach;
    size_t i, n = 0, first = 0;

    e->status = VOL_SMILES_OK;
    e->n_fitted = 0;
    if (!(e->t > 0.0) || !(e->t_var > 0.0))
        e->status = VOL_SMILES_EXPIRED;
    else if (!(e->forward > 0.0) || !isfinite(e->forward))
        e->status = VOL_SMILES_NO_FORWARD;
    if (e->status != VOL_SMILES_OK)
        return;
    for (i = 0; i < e->n; i++) {
        const struct vol_smiles_quote *q = &e->quotes[i];

        if (is_usable(q, e->forward))
            e->fitted[n++] =
                (struct vol_svifit_quote){log(q->strike / e->forward), q->vol, q->vol_bid, q->vol_ask};
    }
    if (n == 0) {
        e->status = VOL_SMILES_NO_QUOTES;
        return;
    }
    reach = window * vol_at_forward(e->fitted, n) * sqrt(e->t_var);
    while (first < n && e->fitted[first].k < -reach)
        first++;
    while (n > first && e->fitted[n - 1].k > reach)
        n--;
    n -= first;
    memmove(e->fitted, e->fitted + first, n * sizeof e->fitted[0]);
    e->n_fitted = n;
}

/* Compare with the smile before it where both were fitted to quotes. */
static void judge_calendar(const struct vol_smiles_expiry *before, struct vol_smiles_expiry *e)
{
    double low = fmax(before->score.k_min, e->score.k_min), high = fmin(before->score.k_max, e->score.k_max);

    e->calendar = VOL_SMILES_UNKNOWN;
    if (vol_arbitrage_crossing(&before->slice, &e->slice, low, high, calendar_tolerance, &e->crossing,
                               NULL) == VOL_OK)
        e->calendar = e->crossing.free ? VOL_SMILES_FREE : VOL_SMILES_CROSSES;
}

/* ---- the whole ---- */

/* Total variance at the forward, where the smile has quotes on both sides of it; else NaN. */
static double at_forward(const struct vol_smiles_expiry *e)
{
    return vol_slice_place_of(&e->slice, 0.0) == VOL_SLICE_INSIDE ? vol_slice_w(&e->slice, 0.0) : NAN;
}

/* Read the smiles that were fitted: verdicts, and the surface that they make. */
static enum vol_status collect(struct vol_smiles *s)
{
    const struct vol_smiles_expiry *before = NULL;
    size_t i;

    s->n_surface = s->fitted = s->refused = s->butterfly_violations = s->calendar_violations = 0;
    if (s->cap_surface < s->n) {
        struct vol_slice *surface = realloc(s->surface, s->cap * sizeof *surface);

        if (surface == NULL)
            return VOL_EOS;
        s->surface = surface;
        s->cap_surface = s->cap;
    }
    for (i = 0; i < s->n; i++) {
        struct vol_smiles_expiry *e = &s->expiry[i];
        double from = before != NULL ? at_forward(before) : 0.0;

        s->refused += e->status == VOL_SMILES_DEGENERATE || e->status == VOL_SMILES_POOR;
        if (!vol_smiles_has_fit(e))
            continue;
        e->slice.forward = e->forward;
        e->slice.discount = e->discount;
        e->atm_vol = sqrt(at_forward(e) / e->t_var);
        e->forward_vol = sqrt((at_forward(e) - from) / (e->t_var - (before != NULL ? before->t_var : 0.0)));
        e->calendar = VOL_SMILES_FIRST;
        if (before != NULL)
            judge_calendar(before, e);
        before = e;
        if (s->n_surface == 0 || e->t_var > s->surface[s->n_surface - 1].t)
            s->surface[s->n_surface++] = e->slice;
        s->fitted++;
        s->butterfly_violations += !e->butterfly.free;
        s->calendar_violations += e->calendar == VOL_SMILES_CROSSES;
    }
    return VOL_OK;
}

enum vol_status vol_smiles_run(struct vol_smiles *smiles, enum vol_smiles_model model, enum vol_isa isa,
                               struct vol_error *err)
{
    enum vol_status status;
    size_t i;

    if (smiles->n > 1)
        qsort(smiles->expiry, smiles->n, sizeof smiles->expiry[0], by_settlement);
    smiles->last = 0;
    smiles->model = model;
    for (i = 0; i < smiles->n; i++) {
        struct vol_smiles_expiry *e = &smiles->expiry[i];

        e->t = isfinite(e->t) ? e->t : e->years;
        e->t_var = isfinite(e->t_var) ? e->t_var : e->t;
        e->score = (struct vol_score){.k_min = NAN, .k_max = NAN};
        e->atm_vol = e->forward_vol = e->event_variance = NAN;
        e->calendar = VOL_SMILES_UNKNOWN;
        sort_quotes(e);
        choose_quotes(e);
    }
    status = vol_models_fit(smiles, isa, err);
    if (status == VOL_OK && collect(smiles) != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "out of memory");
    return status;
}
