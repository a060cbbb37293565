#include "chain/publish.h"

#include <math.h>
#include <string.h>

#include "base/time.h"
#include "price/inverse.h"

void vol_publish_init(struct vol_publish *publish, int precision, const char *clock, bool at_given)
{
    memset(publish, 0, sizeof *publish);
    publish->precision = precision;
    publish->clock = clock;
    publish->at_given = at_given;
}

/* Written like vol_writer_num, but printed only when it is another number than the one before. */
static void write_shared(struct vol_writer *w, const char *key, size_t key_len, double x, int precision,
                         struct vol_publish_number *before)
{
    if (!isfinite(x)) {
        vol_writer_null(w, key, key_len);
        return;
    }
    if (before->len == 0 || !(x == before->x))
        before->len = vol_num_print(before->text, x, precision);
    before->x = x;
    vol_writer_raw(w, key, key_len, before->text, before->len);
}

void vol_publish_quote(struct vol_publish *p, struct vol_writer *w, const struct vol_valued *q)
{
    const char *status = vol_iv_status_name(q->status);

    vol_writer_num(w, VOL_KEY("mid"), q->mid);
    write_shared(w, VOL_KEY("t"), q->t, p->precision, &p->t);
    if (p->clock != NULL) {
        write_shared(w, VOL_KEY("t_var"), q->t_var, p->precision, &p->t_var);
        vol_writer_str(w, VOL_KEY("clock"), p->clock, strlen(p->clock));
    }
    write_shared(w, VOL_KEY("forward"), q->forward, p->precision, &p->forward);
    write_shared(w, VOL_KEY("discount"), q->discount, p->precision, &p->discount);
    vol_writer_num(w, VOL_KEY("implied_vol"), q->vol);
    vol_writer_num(w, VOL_KEY("iv_bid"), q->vol_bid);
    vol_writer_num(w, VOL_KEY("iv_ask"), q->vol_ask);
    vol_writer_str(w, VOL_KEY("iv_status"), status, strlen(status));
    vol_writer_num(w, VOL_KEY("iv_distance"), q->distance);
    if (p->at_given)
        vol_writer_num(w, VOL_KEY("model_price"), q->greeks.price);
    vol_writer_num(w, VOL_KEY("delta"), q->greeks.delta);
    vol_writer_num(w, VOL_KEY("gamma"), q->greeks.gamma);
    vol_writer_num(w, VOL_KEY("theta"), q->greeks.theta);
    vol_writer_num(w, VOL_KEY("vega"), q->greeks.vega);
    vol_writer_num(w, VOL_KEY("rho"), q->greeks.rho);
}

void vol_publish_all(struct vol_writer *w, const struct vol_valued *q, const struct vol_greeks_all *all)
{
    struct vol_greeks coin;

    vol_writer_num(w, VOL_KEY("vanna"), all->vanna);
    vol_writer_num(w, VOL_KEY("volga"), all->volga);
    vol_writer_num(w, VOL_KEY("charm"), all->charm);
    vol_writer_num(w, VOL_KEY("dual_delta"), all->dual_delta);
    vol_writer_num(w, VOL_KEY("delta_forward"), all->delta_forward);
    vol_writer_num(w, VOL_KEY("delta_futures"), all->delta_futures);
    vol_writer_num(w, VOL_KEY("delta_pa"), all->delta_pa);
    vol_writer_num(w, VOL_KEY("delta_forward_pa"), all->delta_forward_pa);
    if (!q->inverse)
        return;
    vol_inverse_greeks(all, q->underlying_price, &coin);
    vol_writer_num(w, VOL_KEY("coin_price"), coin.price);
    vol_writer_num(w, VOL_KEY("coin_delta"), coin.delta);
    vol_writer_num(w, VOL_KEY("coin_gamma"), coin.gamma);
    vol_writer_num(w, VOL_KEY("coin_theta"), coin.theta);
    vol_writer_num(w, VOL_KEY("coin_vega"), coin.vega);
    vol_writer_num(w, VOL_KEY("coin_rho"), coin.rho);
}

void vol_publish_forward(const struct vol_publish *p, struct vol_writer *w, const struct vol_valuation *v,
                         const struct vol_valuation_group *g)
{
    static const char *const from[] = {"", "parity", "quote", "spot"};
    const struct vol_agreement *a = &g->agreement;
    const char *status = vol_parity_status_name(g->parity.status);
    char date[VOL_DATE_MAX];

    if (g->root_len > 0)
        vol_writer_str(w, VOL_KEY("root"), v->names.data + g->root_at, g->root_len);
    vol_writer_str(w, VOL_KEY("expiration"), date, vol_date_print(date, g->expiration));
    vol_writer_time(w, VOL_KEY("expires"), g->expires);
    vol_writer_num(w, VOL_KEY("t"), g->t);
    if (p->clock != NULL) {
        vol_writer_num(w, VOL_KEY("t_var"), g->t_var);
        vol_writer_str(w, VOL_KEY("clock"), p->clock, strlen(p->clock));
    }
    vol_writer_str(w, VOL_KEY("forward_from"), from[g->from], strlen(from[g->from]));
    if (g->from == VOL_FORWARD_PARITY)
        vol_writer_str(w, VOL_KEY("parity_status"), status, strlen(status));
    else
        vol_writer_null(w, VOL_KEY("parity_status"));
    vol_writer_num(w, VOL_KEY("forward"), g->forward);
    vol_writer_num(w, VOL_KEY("forward_error"), g->parity.forward_error);
    vol_writer_num(w, VOL_KEY("discount"), g->discount);
    vol_writer_num(w, VOL_KEY("discount_error"), g->parity.discount_error);
    vol_writer_num(w, VOL_KEY("rate"),
                   g->discount < 1 || g->discount > 1 ? -log(g->discount) / g->t : g->discount - 1);
    vol_writer_num(w, VOL_KEY("spot"), g->spot);
    vol_writer_num(w, VOL_KEY("yield"), g->yield);
    vol_writer_num(w, VOL_KEY("yield_error"), g->yield_error);
    vol_writer_int(w, VOL_KEY("pairs"), (int64_t)a->n_pairs);
    vol_writer_int(w, VOL_KEY("pairs_used"), (int64_t)g->parity.n_used);
    vol_writer_num(w, VOL_KEY("parity_error"), a->error);
    vol_writer_num(w, VOL_KEY("parity_within"), (double)a->n_within / (double)a->n_pairs);
    vol_writer_num(w, VOL_KEY("parity_outside"), (double)a->n_outside / (double)a->n_pairs);
    vol_writer_num(w, VOL_KEY("vol_gap"), a->vol_gap);
}
