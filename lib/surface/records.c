#include "surface/records.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"

static void write_text(struct vol_writer *w, const char *key, size_t key_len, const char *text)
{
    vol_writer_str(w, key, key_len, text, strlen(text));
}

static void write_head(struct vol_writer *w, const struct vol_records_snapshot *of)
{
    vol_writer_str(w, VOL_KEY("underlying"), of->underlying, of->underlying_len);
}

static void write_clock(struct vol_writer *w, const struct vol_records_snapshot *of)
{
    if (of->clock != NULL)
        vol_writer_str(w, VOL_KEY("clock"), of->clock, of->clock_len);
}

/* Which expiry it is. */
static void write_expiry(struct vol_writer *w, const struct vol_smiles_expiry *e)
{
    if (e->root[0] != '\0')
        write_text(w, VOL_KEY("root"), e->root);
    write_text(w, VOL_KEY("expiration"), e->expiration);
    vol_writer_time(w, VOL_KEY("expires"), e->expires);
}

static void write_svi(struct vol_writer *w, const struct vol_svi *svi)
{
    vol_writer_num(w, VOL_KEY("svi_a"), svi->a);
    vol_writer_num(w, VOL_KEY("svi_b"), svi->b);
    vol_writer_num(w, VOL_KEY("svi_rho"), svi->rho);
    vol_writer_num(w, VOL_KEY("svi_m"), svi->m);
    vol_writer_num(w, VOL_KEY("svi_sigma"), svi->sigma);
}

void vol_records_slice(struct vol_writer *w, const struct vol_records_snapshot *of,
                       const struct vol_smiles *smiles, const struct vol_smiles_expiry *e)
{
    write_head(w, of);
    write_expiry(w, e);
    vol_writer_num(w, VOL_KEY("t"), e->t);
    if (of->clock != NULL)
        vol_writer_num(w, VOL_KEY("t_var"), e->t_var);
    write_clock(w, of);
    vol_writer_num(w, VOL_KEY("forward"), e->forward);
    vol_writer_num(w, VOL_KEY("discount"), e->discount);
    write_text(w, VOL_KEY("model"), vol_smiles_model_name(smiles->model));
    write_text(w, VOL_KEY("fit_status"), vol_smiles_reason(e));
    vol_writer_int(w, VOL_KEY("points"), (int64_t)e->n_fitted);
    if (!vol_smiles_has_fit(e))
        return;
    if (smiles->model == VOL_SMILES_SVI)
        write_svi(w, &e->svi);
    if (smiles->model == VOL_SMILES_ESSVI) {
        vol_writer_num(w, VOL_KEY("essvi_theta"), e->essvi.theta);
        vol_writer_num(w, VOL_KEY("essvi_rho"), e->essvi.rho);
        vol_writer_num(w, VOL_KEY("essvi_psi"), e->essvi.psi);
    }
    vol_writer_num(w, VOL_KEY("atm_vol"), e->atm_vol);
    vol_writer_num(w, VOL_KEY("forward_vol"), e->forward_vol);
    if (of->has_events)
        vol_writer_num(w, VOL_KEY("event_variance"), e->event_variance);
    vol_writer_num(w, VOL_KEY("k_min"), e->score.k_min);
    vol_writer_num(w, VOL_KEY("k_max"), e->score.k_max);
    vol_writer_num(w, VOL_KEY("rmse_vol"), e->score.rmse_vol);
    vol_writer_num(w, VOL_KEY("rmse_spread"), e->score.rmse_spread);
    vol_writer_num(w, VOL_KEY("inside"), e->score.inside);
    vol_writer_num(w, VOL_KEY("min_g"), e->butterfly.min_g);
    write_text(w, VOL_KEY("butterfly"), e->butterfly.free ? "free" : "arbitrage");
    write_text(w, VOL_KEY("calendar"), vol_smiles_calendar_name(e->calendar));
    if (e->calendar == VOL_SMILES_CROSSES)
        vol_writer_num(w, VOL_KEY("calendar_k"), e->crossing.worst_k);
}

/* ---- metrics ---- */

static void write_index(struct vol_writer *w, const struct vol_smiles *smiles, const struct vol_metrics *m)
{
    vol_writer_num(w, VOL_KEY("vix"), m->index);
    write_text(w, VOL_KEY("vix_status"), vol_varindex_status_name(m->index_status));
    if (m->index_status == VOL_VARINDEX_NO_EXPIRIES)
        return;
    write_text(w, VOL_KEY("vix_near"), smiles->expiry[m->near].expiration);
    write_text(w, VOL_KEY("vix_next"), smiles->expiry[m->next].expiration);
}

void vol_records_metrics(struct vol_writer *w, const struct vol_records_snapshot *of,
                         const struct vol_smiles *smiles, const struct vol_metrics *m)
{
    write_head(w, of);
    vol_writer_num(w, VOL_KEY("spot"), of->spot);
    vol_writer_int(w, VOL_KEY("quotes"), (int64_t)smiles->quotes);
    vol_writer_int(w, VOL_KEY("slices"), (int64_t)smiles->fitted);
    vol_writer_int(w, VOL_KEY("refused_slices"), (int64_t)smiles->refused);
    write_index(w, smiles, m);
    write_text(w, VOL_KEY("model"), vol_smiles_model_name(smiles->model));
    vol_writer_num(w, VOL_KEY("var_swap"), m->var_swap);
    vol_writer_num(w, VOL_KEY("var_swap_wing"), m->var_swap_wing);
    write_text(w, VOL_KEY("var_swap_status"), vol_varswap_status_name(m->var_swap_status));
    write_clock(w, of);
    vol_writer_num(w, VOL_KEY("iv7"), m->iv[0]);
    vol_writer_num(w, VOL_KEY("iv30"), m->iv[1]);
    vol_writer_num(w, VOL_KEY("iv60"), m->iv[2]);
    vol_writer_num(w, VOL_KEY("iv91"), m->iv[3]);
    vol_writer_num(w, VOL_KEY("iv182"), m->iv[4]);
    vol_writer_num(w, VOL_KEY("iv365"), m->iv[5]);
    if (of->has_events) {
        vol_writer_num(w, VOL_KEY("iv30_ex"), m->iv30_ex);
        write_text(w, VOL_KEY("event_status"), vol_event_status_name(m->event_status));
        vol_writer_num(w, VOL_KEY("event_move"), m->event_move);
    }
    if (of->has_before) {
        vol_writer_time(w, VOL_KEY("previous_ts"), of->before);
        vol_writer_num(w, VOL_KEY("iv30_change"), m->change.change);
        vol_writer_num(w, VOL_KEY("iv30_roll"), m->change.roll);
        vol_writer_num(w, VOL_KEY("iv30_move"), m->change.move);
    }
    vol_writer_num(w, VOL_KEY("rr25"), m->rr25);
    vol_writer_num(w, VOL_KEY("bf25"), m->bf25);
    vol_writer_num(w, VOL_KEY("rr10"), m->rr10);
    vol_writer_num(w, VOL_KEY("bf10"), m->bf10);
    vol_writer_num(w, VOL_KEY("term_slope"), m->term_slope);
    vol_writer_num(w, VOL_KEY("skew_slope"), m->skew_slope);
    vol_writer_int(w, VOL_KEY("butterfly_violations"), (int64_t)smiles->butterfly_violations);
    vol_writer_int(w, VOL_KEY("calendar_violations"), (int64_t)smiles->calendar_violations);
}

/* ---- violations ---- */

void vol_records_violation(struct vol_writer *w, const struct vol_records_snapshot *of,
                           const struct vol_smiles_expiry *e, const struct vol_violation *v)
{
    write_head(w, of);
    write_expiry(w, e);
    write_text(w, VOL_KEY("violation"), vol_violation_type_name(v->type));
    if (v->type == VOL_VIOLATION_LEE) {
        write_text(w, VOL_KEY("wing"), v->k < 0.0 ? "left" : "right");
    } else {
        vol_writer_num(w, VOL_KEY("k"), v->k);
        vol_writer_num(w, VOL_KEY("k_low"), v->k_low);
        vol_writer_num(w, VOL_KEY("k_high"), v->k_high);
        vol_writer_num(w, VOL_KEY("strike"), e->forward * exp(v->k));
    }
    vol_writer_num(w, VOL_KEY("size"), v->size);
    if (v->before == NULL)
        return;
    if (v->before->root[0] != '\0')
        write_text(w, VOL_KEY("before_root"), v->before->root);
    write_text(w, VOL_KEY("before_expiration"), v->before->expiration);
}

/* ---- points ---- */

void vol_records_vol(struct vol_writer *w, const struct vol_records_snapshot *of,
                     const struct vol_smiles *smiles, const struct vol_nodes *nodes, size_t tenor, size_t x,
                     bool corrected)
{
    const struct vol_evaluate *v = &nodes->point[tenor * nodes->n_x + x];
    const struct vol_nodes_tenor *row = &nodes->tenor[tenor];

    write_head(w, of);
    write_text(w, VOL_KEY("model"), vol_smiles_model_name(smiles->model));
    if (row->root[0] != '\0')
        write_text(w, VOL_KEY("root"), row->root);
    if (row->expiration[0] != '\0')
        write_text(w, VOL_KEY("expiration"), row->expiration);
    if (row->is_expiry)
        vol_writer_time(w, VOL_KEY("expires"), row->expires);
    vol_writer_num(w, VOL_KEY("t"), v->t);
    write_clock(w, of);
    vol_writer_num(w, VOL_KEY("dte"), 365.0 * v->t);
    vol_writer_num(w, VOL_KEY("forward"), v->forward);
    vol_writer_num(w, VOL_KEY("strike"), v->strike);
    vol_writer_num(w, VOL_KEY("k"), v->k);
    vol_writer_num(w, VOL_KEY("delta"), v->delta);
    write_text(w, VOL_KEY("vol_status"), vol_evaluate_status_name(v->status));
    vol_writer_num(w, VOL_KEY("implied_vol"), v->vol);
    if (corrected)
        vol_writer_num(w, VOL_KEY("corrected_vol"), nodes->corrected[tenor * nodes->n_x + x]);
    vol_writer_num(w, VOL_KEY("local_vol"), v->local_vol);
    vol_writer_num(w, VOL_KEY("density"), v->density);
}

static enum vol_status matrix_head(struct vol_buf *out, const struct vol_grid *grid)
{
    enum vol_status status = vol_buf_add_str(out, "ts,underlying,root,expiration,days");
    size_t i;

    for (i = 0; i < grid->n_x && status == VOL_OK; i++)
        status = vol_buf_addf(out, ",%s=%.10g", vol_grid_axis_name(grid->axis), grid->x[i]);
    return status == VOL_OK ? vol_buf_add_char(out, '\n') : status;
}

/* An underlying as a cell: in quotes where a comma or a quote is in it. */
static enum vol_status add_cell(struct vol_buf *out, const char *text, size_t n)
{
    bool plain = memchr(text, ',', n) == NULL && memchr(text, '"', n) == NULL;
    enum vol_status status = plain ? VOL_OK : vol_buf_add_char(out, '"');
    size_t i;

    for (i = 0; i < n && status == VOL_OK; i++) {
        status = vol_buf_add_char(out, text[i]);
        if (status == VOL_OK && text[i] == '"')
            status = vol_buf_add_char(out, '"');
    }
    return status != VOL_OK || plain ? status : vol_buf_add_char(out, '"');
}

static enum vol_status matrix_row(struct vol_buf *out, const struct vol_records_snapshot *of,
                                  const struct vol_nodes *nodes, size_t tenor, bool corrected, int precision)
{
    const struct vol_nodes_tenor *row = &nodes->tenor[tenor];
    char ts[VOL_TIME_MAX], number[VOL_NUM_MAX];
    enum vol_status status;
    size_t i;

    vol_time_print(ts, of->ts);
    status = vol_buf_addf(out, "%s,", ts);
    if (status == VOL_OK)
        status = add_cell(out, of->underlying, of->underlying_len);
    if (isfinite(row->t))
        vol_num_print(number, 365.0 * row->t, precision);
    if (status == VOL_OK)
        status = vol_buf_addf(out, ",%s,%s,%s", row->root, row->expiration, isfinite(row->t) ? number : "");
    for (i = 0; i < nodes->n_x && status == VOL_OK; i++) {
        const struct vol_evaluate *v = &nodes->point[tenor * nodes->n_x + i];
        double vol = corrected ? nodes->corrected[tenor * nodes->n_x + i] : v->vol;

        number[0] = '\0';
        if (isfinite(vol))
            vol_num_print(number, vol, precision);
        status =
            vol_buf_addf(out, ",%s%s", number, isfinite(vol) && v->status == VOL_EVALUATE_WING ? "*" : "");
    }
    return status == VOL_OK ? vol_buf_add_char(out, '\n') : status;
}

enum vol_status vol_records_matrix(struct vol_buf *out, const struct vol_records_snapshot *of,
                                   const struct vol_grid *grid, const struct vol_nodes *nodes, bool head,
                                   bool corrected, int precision)
{
    enum vol_status status = head ? matrix_head(out, grid) : VOL_OK;
    size_t i;

    for (i = 0; i < nodes->n_tenors && status == VOL_OK; i++)
        status = matrix_row(out, of, nodes, i, corrected, precision);
    return status;
}
