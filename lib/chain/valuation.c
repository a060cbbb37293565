#include "chain/valuation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

void vol_valuation_init(struct vol_valuation *v)
{
    memset(v, 0, sizeof *v);
    vol_buf_init(&v->names);
    vol_buf_init(&v->work);
}

void vol_valuation_clear(struct vol_valuation *v)
{
    v->n = v->n_groups = 0;
    vol_buf_clear(&v->names);
}

void vol_valuation_free(struct vol_valuation *v)
{
    free(v->quote);
    free(v->group);
    vol_buf_free(&v->names);
    vol_buf_free(&v->work);
    vol_valuation_init(v);
}

static bool is_group(const struct vol_valuation *v, size_t i, const char *root, size_t len,
                     int32_t expiration)
{
    const struct vol_valuation_group *g = &v->group[i];

    return g->expiration == expiration && g->root_len == len &&
           (len == 0 || memcmp(v->names.data + g->root_at, root, len) == 0);
}

/* A chain comes sorted as a rule: the group of the quote before is asked first, then the one behind it. */
static size_t find_group(const struct vol_valuation *v, const char *root, size_t len, int32_t expiration)
{
    size_t last = v->n > 0 ? v->quote[v->n - 1].group : 0, i;

    for (i = last; i < v->n_groups && i < last + 2; i++)
        if (is_group(v, i, root, len, expiration))
            return i;
    for (i = 0; i < v->n_groups; i++)
        if (is_group(v, i, root, len, expiration))
            return i;
    return i;
}

static enum vol_status add_group(struct vol_valuation *v, const char *root, size_t len, int32_t expiration,
                                 int64_t expires)
{
    struct vol_valuation_group *g;

    if (v->n_groups == v->cap_groups) {
        size_t cap = v->cap_groups > 0 ? 2 * v->cap_groups : 64;

        g = realloc(v->group, cap * sizeof *g);
        if (g == NULL)
            return VOL_EOS;
        v->group = g;
        v->cap_groups = cap;
    }
    g = &v->group[v->n_groups];
    g->root_at = v->names.len;
    g->root_len = len;
    g->expiration = expiration;
    g->expires = expires;
    if (vol_buf_add(&v->names, root, len) != VOL_OK)
        return VOL_EOS;
    v->n_groups++;
    return VOL_OK;
}

enum vol_status vol_valuation_add(struct vol_valuation *v, const struct vol_valued *quote, const char *root,
                                  size_t root_len, int32_t expiration)
{
    size_t group = find_group(v, root, root_len, expiration);

    if (v->n == v->cap) {
        size_t cap = v->cap > 0 ? 2 * v->cap : 1024;
        struct vol_valued *grown = realloc(v->quote, cap * sizeof *grown);

        if (grown == NULL)
            return VOL_EOS;
        v->quote = grown;
        v->cap = cap;
    }
    if (group == v->n_groups && add_group(v, root, root_len, expiration, quote->expires) != VOL_OK)
        return VOL_EOS;
    v->quote[v->n] = *quote;
    v->quote[v->n++].group = (uint32_t)group;
    return VOL_OK;
}

/* ---- forwards
 * ------------------------------------------------------------------------------------------------- */

/* One side of a strike. */
struct side {
    double strike, bid, ask;
};

static int by_strike(const void *a, const void *b)
{
    const struct side *x = a, *y = b;

    return (x->strike > y->strike) - (x->strike < y->strike);
}

static void sort_sides(struct side *side, size_t n)
{
    size_t i;

    for (i = 1; i < n && side[i - 1].strike <= side[i].strike; i++)
        ;
    if (i < n)
        qsort(side, n, sizeof *side, by_strike);
}

/* The last of the sides that begin at SIDE[*I] with one strike: a contract that is quoted twice counts once.
 */
static const struct side *next_strike(const struct side *side, size_t n, size_t *i)
{
    while (*i + 1 < n && side[*i + 1].strike == side[*i].strike)
        ++*i;
    return &side[(*i)++];
}

static size_t join(const struct side *calls, size_t n_calls, const struct side *puts, size_t n_puts,
                   struct vol_parity_pair *pairs)
{
    size_t c = 0, p = 0, n = 0;

    while (c < n_calls && p < n_puts) {
        if (calls[c].strike < puts[p].strike) {
            c++;
        } else if (calls[c].strike > puts[p].strike) {
            p++;
        } else {
            const struct side *call = next_strike(calls, n_calls, &c), *put = next_strike(puts, n_puts, &p);

            pairs[n++] = (struct vol_parity_pair){call->strike, call->bid, call->ask, put->bid, put->ask};
        }
    }
    return n;
}

/* What an inverse option's price is worth in the strike's currency. */
static double unit_of(const struct vol_valued *q)
{
    return q->inverse ? q->underlying_price : 1;
}

/* Room for the work of the forwards, laid out in `work`. */
struct work {
    struct side *side; /* all quotes, group by group, calls before puts */
    struct vol_parity_pair *pairs;
    double *scratch;
    size_t *start; /* of each group's calls and puts: 2 n_groups + 1 */
};

static enum vol_status make_room(struct vol_valuation *v, struct work *w)
{
    size_t need = v->n * (sizeof *w->side + sizeof *w->pairs + 5 * sizeof *w->scratch) +
                  (2 * v->n_groups + 1) * sizeof *w->start;

    vol_buf_clear(&v->work);
    if (vol_buf_reserve(&v->work, need) != VOL_OK)
        return VOL_EOS;
    w->side = (struct side *)(void *)v->work.data;
    w->pairs = (struct vol_parity_pair *)(w->side + v->n);
    w->scratch = (double *)(w->pairs + v->n);
    w->start = (size_t *)(w->scratch + 5 * v->n);
    return VOL_OK;
}

/* Count, then place: the order of the quotes stays within calls and puts of a group. */
static void lay_out(const struct vol_valuation *v, struct work *w)
{
    size_t n_slots = 2 * v->n_groups, i;

    memset(w->start, 0, (n_slots + 1) * sizeof *w->start);
    for (i = 0; i < v->n; i++)
        w->start[2 * v->quote[i].group + (v->quote[i].type == VOL_PUT)]++;
    for (i = 1; i <= n_slots; i++)
        w->start[i] += w->start[i - 1];
    for (i = v->n; i-- > 0;) {
        const struct vol_valued *q = &v->quote[i];
        double unit = unit_of(q);

        w->side[--w->start[2 * q->group + (q->type == VOL_PUT)]] =
            (struct side){q->strike, q->bid * unit, q->ask * unit};
    }
}

static enum vol_status find_forwards(struct vol_valuation *v, int64_t ts, const struct vol_curve *curve)
{
    struct work w;
    size_t g;

    if (make_room(v, &w) != VOL_OK)
        return VOL_EOS;
    lay_out(v, &w);
    for (g = 0; g < v->n_groups; g++) {
        struct side *calls = w.side + w.start[2 * g], *puts = w.side + w.start[2 * g + 1];
        size_t n_calls = w.start[2 * g + 1] - w.start[2 * g],
               n_puts = w.start[2 * g + 2] - w.start[2 * g + 1];
        double t = VOL_YEARS(ts, v->group[g].expires);

        sort_sides(calls, n_calls);
        sort_sides(puts, n_puts);
        vol_parity_estimate(w.pairs, join(calls, n_calls, puts, n_puts, w.pairs), t,
                            vol_curve_discount(curve, t), w.scratch, &v->group[g].parity);
    }
    return VOL_OK;
}

/* ---- one quote
 * ------------------------------------------------------------------------------------------------ */

static void set_forward(const struct vol_valuation *v, const struct vol_valuation_config *config,
                        const struct vol_curve *curve, struct vol_valued *q)
{
    enum vol_forward_from from = config->forward_from;
    double rate;

    if (from == VOL_FORWARD_AUTO)
        from = q->inverse && !v->one_price ? VOL_FORWARD_QUOTE : VOL_FORWARD_PARITY;
    switch (from) {
    case VOL_FORWARD_QUOTE:
        q->forward = q->underlying_price;
        /* a coin option is settled at the coin's price: its value in the coin is not discounted */
        q->discount = q->inverse || curve->n == 0 ? 1 : vol_curve_discount(curve, q->t);
        break;
    case VOL_FORWARD_SPOT:
        rate = isnan(config->rate) ? vol_curve_rate(curve, q->t) : config->rate;
        q->forward = q->underlying_price * exp((rate - config->yield) * q->t);
        q->discount = exp(-rate * q->t);
        break;
    case VOL_FORWARD_AUTO:
    case VOL_FORWARD_PARITY:
        q->forward = v->group[q->group].parity.forward;
        q->discount = v->group[q->group].parity.discount;
        break;
    }
    if (!(q->t > 0) || !(q->forward > 0 && q->forward < INFINITY) || !(q->discount > 0))
        q->forward = q->discount = NAN;
}

static void value(const struct vol_valuation *v, const struct vol_valuation_config *config, int64_t ts,
                  const struct vol_curve *curve, struct vol_valued *q)
{
    double unit = unit_of(q);

    q->t = VOL_YEARS(ts, q->expires);
    q->mid = q->bid >= 0 && q->ask >= q->bid && q->ask < INFINITY ? 0.5 * q->bid + 0.5 * q->ask : NAN;
    set_forward(v, config, curve, q);
    q->status = vol_iv(q->type, q->mid * unit, q->forward, q->strike, q->discount, q->t, &q->vol, NULL);
    vol_iv(q->type, q->bid * unit, q->forward, q->strike, q->discount, q->t, &q->vol_bid, NULL);
    vol_iv(q->type, q->ask * unit, q->forward, q->strike, q->discount, q->t, &q->vol_ask, NULL);
    vol_greeks(q->type, q->forward, q->strike, q->discount, q->t, q->vol, q->underlying_price, &q->greeks);
    /* an inverse price without the coin's price says nothing: it is the forward that is missing */
    if (q->status == VOL_IV_NO_QUOTE && q->mid > 0 && !(unit > 0))
        q->status = VOL_IV_NO_FORWARD;
}

static bool has_one_price(const struct vol_valuation *v)
{
    bool expirations_differ = false;
    size_t i;

    for (i = 1; i < v->n; i++) {
        if (!(v->quote[i].underlying_price == v->quote[0].underlying_price))
            return false;
        expirations_differ |=
            v->group[v->quote[i].group].expiration != v->group[v->quote[0].group].expiration;
    }
    return expirations_differ;
}

enum vol_status vol_valuation_run(struct vol_valuation *v, const struct vol_valuation_config *config,
                                  int64_t ts, const struct vol_curve *curve)
{
    size_t i;

    if ((config->forward_from == VOL_FORWARD_AUTO || config->forward_from == VOL_FORWARD_PARITY) &&
        find_forwards(v, ts, curve) != VOL_OK)
        return VOL_EOS;
    v->one_price = has_one_price(v);
    for (i = 0; i < v->n; i++)
        value(v, config, ts, curve, &v->quote[i]);
    return VOL_OK;
}
