#include "surface/metrics.h"

#include <math.h>
#include <stdlib.h>

#include "surface/tenor.h"

const int vol_metrics_tenor[VOL_METRICS_TENORS] = {7, 30, 60, 91, 182, 365};

static const double month = 30.0 / 365.0, day = 1.0 / 365.0;

/* ---- the surface ---- */

/* Risk reversal and butterfly at 30 days, where both strikes lie within the fitted quotes. */
static void measure_wings(const struct vol_smiles *s, double delta, double *rr, double *bf)
{
    struct vol_tenor_wings wings;

    if (vol_tenor_wings(s->surface, s->n_surface, month, delta, &wings) != VOL_OK ||
        vol_tenor_place(s->surface, s->n_surface, month, wings.call_k) != VOL_SLICE_INSIDE ||
        vol_tenor_place(s->surface, s->n_surface, month, wings.put_k) != VOL_SLICE_INSIDE)
        return;
    *rr = wings.risk_reversal;
    *bf = wings.butterfly;
}

/* The vol at the forward after DAYS, where the smiles around have quotes on both sides of it. */
static double vol_after(const struct vol_smiles *s, double days)
{
    double vol;

    if (vol_tenor_place(s->surface, s->n_surface, days / 365.0, 0.0) != VOL_SLICE_INSIDE ||
        vol_tenor_vol(s->surface, s->n_surface, days / 365.0, 0.0, &vol) != VOL_OK)
        return NAN;
    return vol;
}

static void measure(const struct vol_smiles *s, struct vol_metrics *out)
{
    struct vol_varswap swap;
    double w[3], w_t;
    size_t i;

    for (i = 0; i < VOL_METRICS_TENORS; i++)
        out->iv[i] = vol_after(s, vol_metrics_tenor[i]);
    measure_wings(s, 0.10, &out->rr10, &out->bf10);
    measure_wings(s, 0.25, &out->rr25, &out->bf25);
    out->term_slope = out->iv[3] - out->iv[1];
    if (isfinite(out->iv[1]) &&
        vol_tenor_derivatives(s->surface, s->n_surface, month, 0.0, w, &w_t) == VOL_OK)
        out->skew_slope = w[1] / (2.0 * sqrt(w[0] * month));
    vol_varswap_run(s->surface, s->n_surface, month, &swap);
    out->var_swap = 100.0 * sqrt(swap.variance);
    out->var_swap_wing = swap.wing;
    out->var_swap_status = swap.status;
}

/* ---- events ---- */

/* The expiries of the surface as nodes, those less than half a day behind the one before left out: their
 * forward variance is that of two roots, or of an afternoon. Returns how many; AT has the expiry of each. */
static size_t make_nodes(const struct vol_smiles *s, struct vol_event_node *nodes, size_t *at)
{
    size_t i, n = 0;

    for (i = 0; i < s->n; i++) {
        const struct vol_smiles_expiry *e = &s->expiry[i];

        if (!vol_smiles_has_fit(e) || !(e->years > 0.0) || !isfinite(e->atm_vol) ||
            (n > 0 && (!(e->t_var > nodes[n - 1].t) || !(e->years >= nodes[n - 1].years + 0.5 * day))))
            continue;
        nodes[n] =
            (struct vol_event_node){.years = e->years, .t = e->t_var, .w = vol_slice_w(&e->slice, 0.0)};
        at[n++] = i;
    }
    return n;
}

static enum vol_status measure_events(struct vol_smiles *s, const struct vol_metrics_config *config,
                                      struct vol_metrics *out)
{
    struct vol_event_node *nodes = calloc(s->n + 1, sizeof *nodes);
    size_t *at = calloc(s->n + 1, sizeof *at), n, i;
    enum vol_status status = nodes != NULL && at != NULL ? VOL_OK : VOL_EOS;

    if (status == VOL_OK) {
        n = make_nodes(s, nodes, at);
        if (vol_event_run(nodes, n, config->events, config->n_events) == VOL_OK) {
            out->event_status = vol_event_vol(nodes, n, month, &out->iv30_ex);
            for (i = n; i-- > 0;) {
                if (nodes[i].events > 0)
                    s->expiry[at[i]].event_variance = nodes[i].variance;
                if (nodes[i].events > 0 && nodes[i].variance > 0.0)
                    out->event_move = sqrt(nodes[i].variance);
            }
        }
    }
    free(nodes);
    free(at);
    return status;
}

/* ---- the variance index ---- */

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
                                struct vol_varindex_candidate *candidates, struct vol_metrics *out,
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
    if (vol_varindex_select(candidates, smiles->n, month, rule, &out->near, &out->next) != VOL_OK)
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
    variance = vol_varindex_blend(t1, near.variance, t2, next.variance, month);
    if (variance > 0.0)
        out->index = 100.0 * sqrt(variance);
    else
        out->index_status = VOL_VARINDEX_NEGATIVE;
    return VOL_OK;
}

enum vol_status vol_metrics_run(struct vol_smiles *smiles, const struct vol_metrics_config *config,
                                struct vol_metrics *out, struct vol_error *err)
{
    struct vol_metrics m = {.rr10 = NAN, .bf10 = NAN, .rr25 = NAN, .bf25 = NAN, .term_slope = NAN};
    struct vol_varindex_candidate *candidates = calloc(smiles->n + 1, sizeof *candidates);
    enum vol_status status;

    m.skew_slope = m.var_swap = m.var_swap_wing = m.iv30_ex = m.event_move = m.index = NAN;
    m.change.change = m.change.roll = m.change.move = NAN;
    m.event_status = VOL_EVENT_UNKNOWN;
    if (candidates == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    measure(smiles, &m);
    if (config->before != NULL)
        (void)vol_roll_split(config->before, smiles, month, &m.change);
    status = index_of(smiles, config->rule, candidates, &m, err);
    free(candidates);
    if (status == VOL_OK && config->events != NULL && measure_events(smiles, config, &m) != VOL_OK)
        status = vol_error_set(err, VOL_EOS, "out of memory");
    if (status == VOL_OK)
        *out = m;
    return status;
}
