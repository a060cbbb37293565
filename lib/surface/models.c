#include "surface/models.h"

#include <math.h>
#include <string.h>

const char vol_smiles_models[] = "svi";
static const char *const names[] = {"svi"};

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

enum vol_status vol_models_fit(struct vol_smiles *smiles, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    size_t i;

    for (i = 0; i < smiles->n && status == VOL_OK; i++)
        if (smiles->expiry[i].status == VOL_SMILES_OK)
            status = fit_svi(&smiles->expiry[i], err);
    return status;
}
