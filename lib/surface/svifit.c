#include "surface/svifit.h"

#include <math.h>
#include <stdlib.h>

#include "surface/sviguard.h"
#include "surface/svisearch.h"

enum {
    N_STARTS = VOL_SVISEARCH_STARTS,
    N_WIDTHS = 3,
    FIRST = 2, /* steps from every start, before the best is finished */
    FEW = 6,
    MOST = 60,
    AT_ONCE = 128 /* quotes that need no memory from the heap */
};

/* The second search: loss widths in half-spreads, each but the last for a few steps; the loss inside the
 * spread; and how much the root mean square error may grow for the sake of more quotes inside. */
static const double widths[N_WIDTHS] = {3.0, 1.8, 1.15};
static const double flat = 0.005, most_growth = 2.5;

const char *vol_svifit_status_name(enum vol_svifit_status status)
{
    static const char *const names[] = {"ok", "too_few_quotes", "one_sided", "degenerate", "poor_fit"};

    return names[status];
}

/* ---- the search ---- */

/* What is being fitted, and how it stands. */
struct job {
    struct vol_svisearch search;
    const struct vol_svifit_quote *quotes;
    size_t n;
    double t, reach; /* reach: in k, where the butterfly verdict ends */
};

/* How many quotes have the vol of SVI inside their spread. */
static size_t count_inside(const struct job *job, const struct vol_svi *svi)
{
    size_t i, inside = 0;

    for (i = 0; i < job->n; i++) {
        const struct vol_svifit_quote *q = &job->quotes[i];
        double w = vol_svi_w(svi, q->k), low = q->vol_bid * (1.0 - 1e-9), high = q->vol_ask * (1.0 + 1e-9);

        inside += w >= low * low * job->t && w <= high * high * job->t;
    }
    return inside;
}

/* The verdict on SVI; whether it may stand (free, and total variance positive wherever its least lies). */
static bool judge(const struct job *job, const struct vol_svi *svi, struct vol_butterfly *out)
{
    if (vol_sviguard_verdict(svi, -job->reach, job->reach, 1e-9, out, NULL) != VOL_OK)
        *out = (struct vol_butterfly){.min_g = NAN, .min_k = NAN, .bad_low = NAN, .bad_high = NAN};
    return out->free && vol_svi_is_sane(svi);
}

/* The search with a growing penalty from STATE until its smile may stand. False: it never may; FIT is as it
 * was. */
static bool tame(struct job *job, struct vol_svisearch_state state, struct vol_svifit *fit)
{
    struct vol_svisearch *s = &job->search;
    struct vol_butterfly verdict;
    struct vol_svi svi;
    bool done = false;
    int i;

    for (i = 0, s->penalty = 30.0; i < 5 && !done; i++, s->penalty *= 10.0) {
        vol_sviguard_place(s, &state, job->reach / s->s);
        vol_svisearch_descend(s, &state, MOST);
        vol_svisearch_to_svi(s, &state, &svi);
        done = judge(job, &svi, &verdict);
    }
    s->penalty = 0.0;
    if (done) {
        fit->svi = svi;
        fit->butterfly = verdict;
        fit->penalised = true;
    }
    return done;
}

/* Take the smile of STATE when it may stand, else the best one near it that may. */
static bool settle(struct job *job, const struct vol_svisearch_state *state, struct vol_svifit *fit)
{
    vol_svisearch_to_svi(&job->search, state, &fit->svi);
    fit->penalised = false;
    return judge(job, &fit->svi, &fit->butterfly) || tame(job, *state, fit);
}

/* The root mean square of model vol less mid vol. */
static double miss_of(const struct job *job, const struct vol_svi *svi)
{
    double sum = 0.0;
    size_t i;

    for (i = 0; i < job->n; i++) {
        double miss = vol_svi_vol(svi, job->quotes[i].k, job->t) - job->quotes[i].vol;

        sum += miss * miss;
    }
    return sqrt(sum / (double)job->n);
}

/* Where the least squares smile of FIT, at FROM, leaves quotes outside their spread: the smile near it that
 * has most inside, if it has more and is not much farther from the mids on the whole. */
static void look_inside(struct job *job, const struct vol_svisearch_state *from, struct vol_svifit *fit)
{
    struct vol_svisearch_state state = *from;
    struct vol_svifit other = *fit;
    size_t inside = count_inside(job, &fit->svi);
    int i;

    if (inside == job->n)
        return;
    for (i = 0; i < N_WIDTHS; i++) {
        job->search.loss = (struct vol_svisearch_loss){widths[i], flat};
        vol_svisearch_descend(&job->search, &state, i < N_WIDTHS - 1 ? FEW : MOST);
    }
    if (settle(job, &state, &other) && count_inside(job, &other.svi) > inside &&
        miss_of(job, &other.svi) <= most_growth * miss_of(job, &fit->svi)) {
        *fit = other;
        fit->robust = true;
    }
    job->search.loss = (struct vol_svisearch_loss){0.0, 0.0};
}

/* The free search, then, when its smile has butterfly arbitrage, the penalised one: from there, or, where
 * that leads nowhere, from the other starts and at last from a plain wide smile. */
static void search_smile(struct job *job, struct vol_svifit *fit)
{
    struct vol_svisearch_state start[N_STARTS], best = {.cost = INFINITY};
    struct vol_svisearch merged;
    double room[3 * VOL_SVISEARCH_MERGED];
    bool done;
    int i;

    vol_svisearch_merge(&job->search, room, &merged);
    vol_svisearch_seed(&merged, start);
    for (i = 0; i < N_STARTS; i++) {
        if (!isfinite(start[i].cost))
            continue;
        vol_svisearch_descend(&merged, &start[i], FIRST);
        if (start[i].cost < best.cost)
            best = start[i];
    }
    if (!isfinite(best.cost))
        return;
    vol_svisearch_descend(&job->search, &best, MOST);
    done = settle(job, &best, fit);
    for (i = 0; i < N_STARTS && !done; i++)
        done = tame(job, start[i], fit);
    if (!done) {
        vol_svisearch_best_for(&merged, 0.0, 2.0, &best);
        done = tame(job, best, fit);
    }
    if (done)
        look_inside(job, &best, fit);
}

/* ---- the fit as a whole ---- */

static enum vol_status check_quotes(const struct vol_svifit_quote *q, size_t n, double t,
                                    struct vol_error *err)
{
    size_t i;

    if (!(t > 0.0) || !isfinite(t))
        return vol_error_set(err, VOL_EDATA, "svi: time to expiry %g is not positive", t);
    for (i = 0; i < n; i++) {
        if (!isfinite(q[i].k) || !(q[i].vol_bid > 0.0) || !(q[i].vol >= q[i].vol_bid) ||
            !(q[i].vol_ask >= q[i].vol) || !isfinite(q[i].vol_ask))
            return vol_error_set(err, VOL_EDATA,
                                 "svi: quote %zu is not a number or its vols are out of order", i);
        if (i > 0 && !(q[i].k >= q[i - 1].k))
            return vol_error_set(err, VOL_EDATA, "svi: quote %zu is not ascending in log-moneyness", i);
    }
    return VOL_OK;
}

/* The vol at k = 0 by a line between the quotes on both sides; they exist (checked before). */
static double vol_at_forward(const struct vol_svifit_quote *q, size_t n)
{
    size_t i;

    for (i = 1; i < n && q[i].k < 0.0; i++)
        ;
    if (!(q[i].k > q[i - 1].k))
        return q[i].vol;
    return q[i - 1].vol + (q[i].vol - q[i - 1].vol) * -q[i - 1].k / (q[i].k - q[i - 1].k);
}

/* The quotes in scaled units; the arrays of S have room for N + 1. */
static void prepare(struct vol_svisearch *s, const struct vol_svifit_quote *q, size_t n, double t)
{
    double unit;
    size_t i;

    s->n = n;
    s->s = vol_at_forward(q, n) * sqrt(t);
    unit = sqrt(t) / s->s;
    for (i = 0; i < n; i++) {
        s->x[i] = q[i].k / s->s;
        s->v[i] = q[i].vol * unit;
        s->h[i] = 1.0 / (fmax(0.5 * (q[i].vol_ask - q[i].vol_bid), VOL_SVIFIT_LEAST_HALF_SPREAD) * unit);
    }
    vol_svisearch_fill_up(s);
    s->low = s->x[0];
    s->high = s->x[n - 1];
}

/* How well the smile describes the quotes, and the status that follows. */
static void score(const struct job *job, struct vol_svifit *fit)
{
    const struct vol_svisearch *s = &job->search;
    double unit = s->s / sqrt(job->t), sum = 0.0;
    size_t i;

    for (i = 0; i < job->n; i++) {
        double miss = vol_svi_vol(&fit->svi, job->quotes[i].k, job->t) - job->quotes[i].vol;
        double spreads = miss / unit * s->h[i];

        sum += spreads * spreads;
    }
    fit->rmse_vol = miss_of(job, &fit->svi);
    fit->rmse_spread = sqrt(sum / (double)job->n);
    fit->inside = (double)count_inside(job, &fit->svi) / (double)job->n;
    if (!vol_svi_is_sane(&fit->svi) || !isfinite(fit->rmse_vol) || !isfinite(fit->rmse_spread))
        fit->status = VOL_SVIFIT_DEGENERATE;
    else if (fit->rmse_vol > VOL_SVIFIT_POOR_SHARE * unit && fit->rmse_spread > VOL_SVIFIT_POOR_SPREADS)
        fit->status = VOL_SVIFIT_POOR;
    else
        fit->status = VOL_SVIFIT_OK;
}

/* Fit quotes that are enough and in order. */
static enum vol_status fit_quotes(const struct vol_svifit_quote *quotes, size_t n, double t,
                                  struct vol_svifit *fit, struct vol_error *err)
{
    double few[3 * (AT_ONCE + 1)], *room = few;
    struct job job = {.quotes = quotes, .n = n, .t = t};

    if (n > AT_ONCE)
        room = malloc(3 * (n + 1) * sizeof *room);
    if (room == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    job.search.x = room;
    job.search.v = room + (n + 1);
    job.search.h = room + 2 * (n + 1);
    job.reach = VOL_SVIFIT_REACH * fmax(-quotes[0].k, quotes[n - 1].k);
    prepare(&job.search, quotes, n, t);
    search_smile(&job, fit);
    score(&job, fit);
    if (room != few)
        free(room);
    return VOL_OK;
}

enum vol_status vol_svifit_run(const struct vol_svifit_quote *quotes, size_t n, double t,
                               struct vol_svifit *out, struct vol_error *err)
{
    struct vol_svifit fit = {.status = VOL_SVIFIT_DEGENERATE, .points = n, .butterfly = {.min_g = NAN}};
    size_t left = 0;

    if (check_quotes(quotes, n, t, err) != VOL_OK)
        return VOL_EDATA;
    while (left < n && quotes[left].k < 0.0)
        left++;
    if (n < VOL_SVIFIT_MIN)
        fit.status = VOL_SVIFIT_TOO_FEW;
    else if (left < 2 || n - left < 2)
        fit.status = VOL_SVIFIT_ONE_SIDED;
    else if (fit_quotes(quotes, n, t, &fit, err) != VOL_OK)
        return VOL_EOS;
    if (n > 0) {
        fit.k_min = quotes[0].k;
        fit.k_max = quotes[n - 1].k;
    }
    *out = fit;
    return VOL_OK;
}
