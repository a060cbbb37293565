#include "surface/models.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surface/essvifit.h"

const char vol_smiles_models[] = "svi|essvi|spline|rbf";
static const char *const names[] = {"svi", "essvi", "spline", "rbf"};

/* As svifit.h judges: a g that rounding left below 0 is none. */
static const double butterfly_tolerance = 1e-10;

enum vol_status vol_smiles_model_find(const char *name, enum vol_smiles_model *model)
{
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0) {
            *model = (enum vol_smiles_model)i;
            return VOL_OK;
        }
    return VOL_NO;
}

const char *vol_smiles_model_name(enum vol_smiles_model model)
{
    return names[model];
}

/* ---- raw SVI, expiry by expiry ---- */

static enum vol_status fit_svi(struct vol_smiles_expiry *e, struct vol_error *err)
{
    static const enum vol_smiles_status status_of[] = {
        [VOL_SVIFIT_OK] = VOL_SMILES_OK,
        [VOL_SVIFIT_TOO_FEW] = VOL_SMILES_TOO_FEW,
        [VOL_SVIFIT_ONE_SIDED] = VOL_SMILES_ONE_SIDED,
        [VOL_SVIFIT_DEGENERATE] = VOL_SMILES_DEGENERATE,
        [VOL_SVIFIT_POOR] = VOL_SMILES_POOR,
    };
    struct vol_svifit fit = {.status = VOL_SVIFIT_DEGENERATE};
    enum vol_status status = vol_svifit_run(e->fitted, e->n_fitted, e->t_var, &fit, err);

    if (status == VOL_EOS)
        return status;
    e->status = status == VOL_OK ? status_of[fit.status] : VOL_SMILES_DEGENERATE;
    if (e->status != VOL_SMILES_OK)
        return VOL_OK;
    e->svi = fit.svi;
    e->butterfly = fit.butterfly;
    e->slice = vol_slice_of_svi(&e->svi, e->t_var, fit.k_min, fit.k_max);
    if (vol_score_run(&e->slice, e->fitted, e->n_fitted, &e->score) != VOL_OK)
        e->status = VOL_SMILES_DEGENERATE;
    return VOL_OK;
}

/* ---- extended SSVI, all expiries at once ---- */

static void essvi_derivatives(const void *parameters, double k, double w[3])
{
    vol_essvi_derivatives(parameters, k, w);
}

/* Take over what the fit says of an expiry. */
static void take_essvi(struct vol_smiles_expiry *e, const struct vol_essvifit_expiry *fit)
{
    static const enum vol_smiles_status status_of[] = {
        [VOL_ESSVIFIT_OK] = VOL_SMILES_OK,
        [VOL_ESSVIFIT_TOO_FEW] = VOL_SMILES_TOO_FEW,
        [VOL_ESSVIFIT_POOR] = VOL_SMILES_POOR,
    };
    double reach;

    e->status = status_of[fit->status];
    if (e->status != VOL_SMILES_OK)
        return;
    e->essvi = fit->slice;
    vol_essvi_to_svi(&e->essvi, &e->svi);
    e->slice = vol_slice_of_svi(&e->svi, e->t_var, e->fitted[0].k, e->fitted[e->n_fitted - 1].k);
    e->slice.model = "essvi";
    e->slice.parameters = &e->essvi;
    e->slice.derivatives = essvi_derivatives;
    reach = VOL_SVIFIT_REACH * fmax(-e->slice.k_min, e->slice.k_max);
    if (vol_arbitrage_butterfly(&e->svi, -reach, reach, butterfly_tolerance, &e->butterfly, NULL) != VOL_OK ||
        vol_score_run(&e->slice, e->fitted, e->n_fitted, &e->score) != VOL_OK)
        e->status = VOL_SMILES_DEGENERATE;
}

static enum vol_status fit_essvi(struct vol_smiles *s, struct vol_error *err)
{
    struct vol_essvifit_expiry *fit = calloc(s->n + 1, sizeof *fit);
    enum vol_status status;
    size_t i, n = 0;

    if (fit == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    for (i = 0; i < s->n; i++) {
        struct vol_smiles_expiry *e = &s->expiry[i];

        if (e->status != VOL_SMILES_OK)
            continue;
        if (n > 0 && !(e->t_var >= fit[n - 1].t))
            e->status = VOL_SMILES_DEGENERATE; /* the clock runs backwards between two settlements */
        else
            fit[n++] = (struct vol_essvifit_expiry){.t = e->t_var, .quotes = e->fitted, .n = e->n_fitted};
    }
    status = vol_essvifit_run(fit, n, err);
    for (i = 0, n = 0; i < s->n && status != VOL_EOS; i++) {
        struct vol_smiles_expiry *e = &s->expiry[i];

        if (e->status != VOL_SMILES_OK)
            continue;
        if (status == VOL_OK)
            take_essvi(e, &fit[n++]);
        else
            e->status = VOL_SMILES_DEGENERATE;
    }
    free(fit);
    return status == VOL_EOS ? status : VOL_OK;
}

/* ---- the arbitrage-free spline, expiry after expiry ---- */

/* The asks of the expiries behind I, below which an early smile should leave them room. Returns how many. */
static size_t list_ceilings(const struct vol_smiles *s, size_t i, struct vol_spline_ceiling *out)
{
    size_t j, n = 0;

    while (++i < s->n)
        for (j = 0; s->expiry[i].status == VOL_SMILES_OK && j < s->expiry[i].n_fitted; j++) {
            const struct vol_svifit_quote *q = &s->expiry[i].fitted[j];

            out[n++] = (struct vol_spline_ceiling){q->k, q->vol_ask * q->vol_ask * s->expiry[i].t_var};
        }
    return n;
}

static enum vol_status fit_spline(struct vol_smiles_expiry *e, const struct vol_spline *before,
                                  const struct vol_spline_ceiling *ceilings, size_t n_ceilings,
                                  struct vol_error *err)
{
    static const enum vol_smiles_status status_of[] = {
        [VOL_SPLINE_OK] = VOL_SMILES_OK,
        [VOL_SPLINE_TOO_FEW] = VOL_SMILES_TOO_FEW,
        [VOL_SPLINE_ONE_SIDED] = VOL_SMILES_ONE_SIDED,
        [VOL_SPLINE_UNSOLVED] = VOL_SMILES_DEGENERATE,
        [VOL_SPLINE_POOR] = VOL_SMILES_POOR,
        [VOL_SPLINE_ARBITRAGE] = VOL_SMILES_DEGENERATE,
    };
    struct vol_spline_fit fit = {.status = VOL_SPLINE_UNSOLVED};
    enum vol_status status =
        vol_spline_fit(e->fitted, e->n_fitted, e->t_var, before, ceilings, n_ceilings, &e->spline, &fit, err);

    if (status == VOL_EOS)
        return status;
    e->status = status == VOL_OK ? status_of[fit.status] : VOL_SMILES_DEGENERATE;
    if (e->status != VOL_SMILES_OK)
        return VOL_OK;
    e->slice = vol_spline_slice(&e->spline, e->t_var, fit.k_min, fit.k_max);
    e->butterfly = fit.butterfly;
    if (vol_score_run(&e->slice, e->fitted, e->n_fitted, &e->score) != VOL_OK)
        e->status = VOL_SMILES_DEGENERATE;
    return VOL_OK;
}

static enum vol_status fit_splines(struct vol_smiles *s, struct vol_error *err)
{
    struct vol_spline_ceiling *ceilings = calloc(s->quotes + 1, sizeof *ceilings);
    const struct vol_spline *before = NULL;
    enum vol_status status = VOL_OK;
    size_t i;

    if (ceilings == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    for (i = 0; i < s->n && status == VOL_OK; i++) {
        struct vol_smiles_expiry *e = &s->expiry[i];

        if (e->status != VOL_SMILES_OK)
            continue;
        status = fit_spline(e, before, ceilings, list_ceilings(s, i, ceilings), err);
        before = e->status == VOL_SMILES_OK ? &e->spline : before;
    }
    free(ceilings);
    return status;
}

/* ---- the thin-plate spline through all quotes ---- */

/* The matrix has the square of the points: of each expiry no more are taken than its share of this many,
 * evenly spread over its quotes. */
enum { RBF_POINTS = 1200, RBF_LEAST = 8 };
/* On the diagonal times the square of the half-spread in vol points: a quote of a vol point's half-spread is
 * known this badly. */
static const double rbf_smoothing = 0.03, vol_point = 0.01;

/* Points, vols and weights of all expiries that are to be fitted; returns how many. X has room for four
 * columns of N. */
static size_t list_points(struct vol_smiles *s, double *x, size_t room)
{
    size_t i, j, n = 0, expiries = 0, share;

    for (i = 0; i < s->n; i++)
        expiries += s->expiry[i].status == VOL_SMILES_OK;
    share = expiries > 0 ? RBF_POINTS / expiries : 0;
    share = share < RBF_LEAST ? RBF_LEAST : share;
    for (i = 0; i < s->n; i++) {
        const struct vol_smiles_expiry *e = &s->expiry[i];
        size_t m = e->n_fitted < share ? e->n_fitted : share;

        for (j = 0; e->status == VOL_SMILES_OK && j < m; j++, n++) {
            const struct vol_svifit_quote *q = &e->fitted[m < 2 ? 0 : j * (e->n_fitted - 1) / (m - 1)];
            double half = fmax(0.5 * (q->vol_ask - q->vol_bid), VOL_SVIFIT_LEAST_HALF_SPREAD) / vol_point;

            x[n] = q->k;
            x[room + n] = log(e->t_var);
            x[2 * room + n] = q->vol;
            x[3 * room + n] = half * half;
        }
    }
    return n;
}

/* The surface at one expiry: trusted where its quotes are, and of no use where it misses them. */
static void take_rbf(struct vol_smiles *s, struct vol_smiles_expiry *e)
{
    vol_rbf_smile_set(&e->rbf, s->rbf, e->t_var);
    e->slice = vol_rbf_slice(&e->rbf, e->fitted[0].k, e->fitted[e->n_fitted - 1].k);
    if (vol_score_run(&e->slice, e->fitted, e->n_fitted, &e->score) != VOL_OK ||
        !(e->slice.k_min <= 0.0 && e->slice.k_max >= 0.0) ||
        vol_arbitrage_slice(&e->slice, e->slice.k_min, e->slice.k_max, butterfly_tolerance, &e->butterfly,
                            NULL) != VOL_OK)
        e->status = VOL_SMILES_DEGENERATE;
    else if (e->score.rmse_vol > VOL_SVIFIT_POOR_SHARE * vol_slice_vol(&e->slice, 0.0) &&
             e->score.rmse_spread > VOL_SVIFIT_POOR_SPREADS)
        e->status = VOL_SMILES_POOR;
}

static enum vol_status fit_rbf(struct vol_smiles *s, enum vol_isa isa, struct vol_error *err)
{
    size_t i, n, room = s->quotes + 1;
    double *x = malloc(4 * room * sizeof *x);
    enum vol_status status = VOL_EOS;

    if (s->rbf == NULL && (s->rbf = malloc(sizeof *s->rbf)) != NULL)
        vol_rbf_init(s->rbf);
    if (x == NULL || s->rbf == NULL)
        goto done;
    n = list_points(s, x, room);
    status = vol_rbf_fit(n, x, x + room, x + 2 * room, rbf_smoothing, x + 3 * room, isa, s->rbf, err);
    for (i = 0; i < s->n && status != VOL_EOS; i++)
        if (s->expiry[i].status == VOL_SMILES_OK) {
            if (status == VOL_OK)
                take_rbf(s, &s->expiry[i]);
            else
                s->expiry[i].status = VOL_SMILES_DEGENERATE;
        }
done:
    free(x);
    return status == VOL_EOS ? vol_error_set(err, VOL_EOS, "out of memory") : VOL_OK;
}

enum vol_status vol_models_fit(struct vol_smiles *smiles, enum vol_isa isa, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    size_t i;

    switch (smiles->model) {
    case VOL_SMILES_ESSVI:
        return fit_essvi(smiles, err);
    case VOL_SMILES_SPLINE:
        return fit_splines(smiles, err);
    case VOL_SMILES_RBF:
        return fit_rbf(smiles, isa, err);
    case VOL_SMILES_SVI:
        break;
    }
    for (i = 0; i < smiles->n && status == VOL_OK; i++)
        if (smiles->expiry[i].status == VOL_SMILES_OK)
            status = fit_svi(&smiles->expiry[i], err);
    return status;
}
