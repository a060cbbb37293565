#include "chain/valuation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "chain/cash.h"
#include "chain/forwards.h"
#include "price/american_iv.h"
#include "price/fd.h"
#include "price/greeks_batch.h"

void vol_valuation_init(struct vol_valuation *v)
{
    memset(v, 0, sizeof *v);
    vol_buf_init(&v->names);
    vol_buf_init(&v->work);
    vol_buf_init(&v->fd);
    vol_pairs_init(&v->pairs);
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
    vol_buf_free(&v->fd);
    vol_pairs_free(&v->pairs);
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
size_t vol_valuation_group(const struct vol_valuation *v, const char *root, size_t len, int32_t expiration)
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
    g->spot = NAN;
    if (vol_buf_add(&v->names, root, len) != VOL_OK)
        return VOL_EOS;
    v->n_groups++;
    return VOL_OK;
}

enum vol_status vol_valuation_add(struct vol_valuation *v, const struct vol_valued *quote, const char *root,
                                  size_t root_len, int32_t expiration)
{
    size_t group = vol_valuation_group(v, root, root_len, expiration);

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
    if (!(v->group[group].spot > 0))
        v->group[group].spot = quote->underlying_price;
    return VOL_OK;
}

double vol_valuation_unit(const struct vol_valued *quote)
{
    return quote->inverse ? quote->underlying_price : 1;
}

/* ---- one quote after the other ------------------------------------------------------------------------ */

enum vol_forward_from vol_valuation_from(const struct vol_valuation *v,
                                         const struct vol_valuation_config *config,
                                         const struct vol_valued *quote)
{
    if (config->forward_from != VOL_FORWARD_AUTO)
        return config->forward_from;
    return quote->inverse && !v->one_price ? VOL_FORWARD_QUOTE : VOL_FORWARD_PARITY;
}

static void set_forward(const struct vol_valuation *v, const struct vol_valuation_config *config,
                        const struct vol_curve *curve, struct vol_valued *q)
{
    double rate;

    q->carried = q->underlying_price;
    switch (vol_valuation_from(v, config, q)) {
    case VOL_FORWARD_QUOTE:
        q->forward = q->underlying_price;
        /* a coin option is settled at the coin's price: its value in the coin is not discounted */
        q->discount = q->inverse || curve->n == 0 ? 1 : vol_curve_discount(curve, q->t);
        break;
    case VOL_FORWARD_SPOT:
        rate = isnan(config->rate) ? vol_curve_rate(curve, q->t) : config->rate;
        q->forward = vol_dividends_forward(config->dividends, q->underlying_price, rate, config->yield, q->t);
        q->discount = exp(-rate * q->t);
        break;
    case VOL_FORWARD_AUTO:
    case VOL_FORWARD_PARITY:
        q->forward = v->group[q->group].parity.forward;
        q->discount = v->group[q->group].parity.discount;
        q->carried = v->carried;
        break;
    }
    if (!(q->t > 0) || !(q->forward > 0 && q->forward < INFINITY) || !(q->discount > 0))
        q->forward = q->discount = NAN;
}

/* What goes into the kernels and comes out of them, for some quotes at a time. Mids, bids and asks stand one
 * behind the other: 3 n prices. */
enum { BLOCK = 128, N3 = 3 * BLOCK };
struct block {
    signed char type[N3];
    unsigned char status[N3];
    double price[N3], forward[N3], strike[N3], discount[N3], t[N3], t_var[N3], vol[N3], distance[N3],
        spot[N3];
    double value[BLOCK], delta[BLOCK], gamma[BLOCK], theta[BLOCK], vega[BLOCK], rho[BLOCK];
};

static void gather(const struct vol_valued *q, size_t n, struct block *b)
{
    size_t i, side;

    for (i = 0; i < n; i++) {
        double unit = vol_valuation_unit(&q[i]);

        b->price[i] = q[i].mid * unit;
        b->price[n + i] = q[i].bid * unit;
        b->price[2 * n + i] = q[i].ask * unit;
        for (side = 0; side < 3; side++) {
            b->type[side * n + i] = (signed char)q[i].type;
            b->forward[side * n + i] = q[i].forward;
            b->strike[side * n + i] = q[i].strike;
            b->discount[side * n + i] = q[i].discount;
            b->t[side * n + i] = q[i].t;
            b->t_var[side * n + i] = q[i].t_var;
            b->spot[side * n + i] = q[i].american ? q[i].carried : q[i].underlying_price;
        }
    }
}

static void set_greeks(struct block *b, size_t i, const struct vol_greeks *g)
{
    b->value[i] = g->price;
    b->delta[i] = g->delta;
    b->gamma[i] = g->gamma;
    b->theta[i] = g->theta;
    b->vega[i] = g->vega;
    b->rho[i] = g->rho;
}

static void scatter(const struct block *b, size_t n, struct vol_valued *q)
{
    size_t i;

    for (i = 0; i < n; i++) {
        q[i].status = (enum vol_iv_status)b->status[i];
        q[i].distance = b->distance[i];
        q[i].vol = b->vol[i];
        q[i].vol_bid = b->vol[n + i];
        q[i].vol_ask = b->vol[2 * n + i];
        q[i].greeks =
            (struct vol_greeks){b->value[i], b->delta[i], b->gamma[i], b->theta[i], b->vega[i], b->rho[i]};
        /* an inverse price without the coin's price says nothing: it is the forward that is missing */
        if (q[i].status == VOL_IV_NO_QUOTE && q[i].mid > 0 && !(vol_valuation_unit(&q[i]) > 0))
            q[i].status = VOL_IV_NO_FORWARD;
    }
}

static void european_greeks(const struct vol_valued *q, double speed, struct vol_greeks_all *out)
{
    struct vol_greeks_input in = {.type = q->type,
                                  .forward = q->forward,
                                  .strike = q->strike,
                                  .discount = q->discount,
                                  .t = q->t,
                                  .t_var = q->t_var,
                                  .speed = speed,
                                  .vol = q->vol_at,
                                  .spot = q->underlying_price};

    vol_greeks_all(&in, out);
}

static void solve_european(struct block *b, size_t n, enum vol_isa isa)
{
    struct vol_iv_batch iv = {.n = 3 * n,
                              .type = b->type,
                              .price = b->price,
                              .forward = b->forward,
                              .strike = b->strike,
                              .discount = b->discount,
                              .t = b->t_var,
                              .vol = b->vol,
                              .distance = b->distance,
                              .status = b->status,
                              .isa = isa};
    struct vol_greeks_batch greeks = {.n = n,
                                      .type = b->type,
                                      .forward = b->forward,
                                      .strike = b->strike,
                                      .discount = b->discount,
                                      .t = b->t,
                                      .vol = b->vol,
                                      .spot = b->spot,
                                      .price = b->value,
                                      .delta = b->delta,
                                      .gamma = b->gamma,
                                      .theta = b->theta,
                                      .vega = b->vega,
                                      .rho = b->rho,
                                      .isa = isa};

    vol_iv_solve(&iv);
    vol_greeks_solve(&greeks);
}

/* Quotes, all of them American. Early exercise is a matter of the calendar: the vol is found in its time. */
static void solve_american(struct block *b, size_t n)
{
    struct vol_american_iv_batch iv = {.n = 3 * n,
                                       .type = b->type,
                                       .price = b->price,
                                       .forward = b->forward,
                                       .strike = b->strike,
                                       .discount = b->discount,
                                       .t = b->t,
                                       .spot = b->spot,
                                       .vol = b->vol,
                                       .distance = b->distance,
                                       .status = b->status};
    size_t i;

    vol_american_iv_solve(&iv);
    for (i = 0; i < n; i++) {
        struct vol_greeks g;

        vol_american_greeks_forward(VOL_AMERICAN_FAST, b->type[i] > 0 ? VOL_CALL : VOL_PUT, b->forward[i],
                                    b->strike[i], b->discount[i], b->t[i], b->vol[i], b->spot[i], &g);
        set_greeks(b, i, &g);
    }
}

/* Greeks at a vol of calendar time to greeks at one of the clock's, over which the same variance is spread:
 * vega is per point of the new one, and theta's variance part runs at the clock's speed. */
static void change_clock(struct vol_valued *q, double speed)
{
    double change = sqrt(q->t / q->t_var), s = q->carried;
    double variance_now = q->vol_at * q->vol_at * speed,
           variance_then = q->vol_at * q->vol_at / (change * change);

    q->greeks.vega /= change;
    q->greeks.theta -= 0.5 * s * s * q->greeks.gamma * (variance_now - variance_then) / 365;
}

/* The vols were found in calendar time, as early exercise goes by it. */
static void set_clock(struct vol_valued *q, double speed)
{
    double change = sqrt(q->t / q->t_var);

    q->vol *= change;
    q->vol_bid *= change;
    q->vol_ask *= change;
    q->vol_at = q->vol;
    change_clock(q, speed);
}

/* Price and greeks at the vol that the caller gave. */
static void value_at_given(const struct vol_valuation *v, const struct vol_valuation_config *config,
                           double speed, struct vol_valued *q)
{
    struct vol_greeks_all all;
    double vol = q->given_vol * sqrt(q->t_var / q->t);

    q->vol_at = q->given_vol;
    if (q->cash) {
        vol_cash_greeks(v, config, vol, q);
    } else if (q->american) {
        vol_american_greeks_forward(VOL_AMERICAN_FAST, q->type, q->forward, q->strike, q->discount, q->t, vol,
                                    q->carried, &q->greeks);
    } else {
        european_greeks(q, speed, &all);
        q->greeks = all.first;
        return;
    }
    if (config->clock != NULL)
        change_clock(q, speed);
}

/* N quotes of V from Q on, of one nature: European, American, or American with cash dividends. */
static void value_block(const struct vol_valuation *v, struct vol_valued *q, size_t n,
                        const struct vol_valuation_config *config, double speed, struct block *b)
{
    size_t i;

    if (q->cash) {
        for (i = 0; i < n; i++)
            vol_cash_value(v, config, &q[i]);
    } else {
        gather(q, n, b);
        if (q->american)
            solve_american(b, n);
        else
            solve_european(b, n, config->isa);
        scatter(b, n, q);
    }
    for (i = 0; i < n; i++) {
        q[i].vol_at = q[i].vol;
        if (config->clock != NULL && q[i].american) {
            set_clock(&q[i], speed);
        } else if (config->clock != NULL) {
            struct vol_greeks_all all;

            european_greeks(&q[i], speed, &all);
            q[i].greeks = all.first;
        }
        if (q[i].given_vol > 0)
            value_at_given(v, config, speed, &q[i]);
    }
}

void vol_valuation_all(const struct vol_valued *q, const struct vol_valuation_config *config, int64_t ts,
                       struct vol_greeks_all *out)
{
    if (!q->american) {
        european_greeks(q, config->clock != NULL ? vol_clock_speed(config->clock, ts) : 1, out);
        return;
    }
    out->first = q->greeks;
    out->vanna = out->volga = out->charm = out->dual_delta = NAN;
    out->delta_forward = out->delta_futures = out->delta_forward_pa = NAN;
    out->delta_pa = q->greeks.delta - q->greeks.price / q->carried;
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

/* What the quotes of a group were valued with: all alike, but with a forward per quote. */
static void describe_groups(struct vol_valuation *v, const struct vol_valuation_config *config)
{
    size_t i;

    for (i = 0; i < v->n_groups; i++)
        v->group[i].forward = v->group[i].discount = NAN;
    for (i = 0; i < v->n; i++) {
        struct vol_valuation_group *g = &v->group[v->quote[i].group];

        g->from = vol_valuation_from(v, config, &v->quote[i]);
        if (isnan(g->forward)) {
            g->forward = v->quote[i].forward;
            g->discount = v->quote[i].discount;
        }
    }
}

static bool is_american(const struct vol_valuation_config *config, const struct vol_valued *q)
{
    return config->exercise == VOL_EXERCISE_AS_QUOTED ? q->american
                                                      : config->exercise == VOL_EXERCISE_AMERICAN;
}

static double variance_time(const struct vol_valuation_config *config, int64_t ts, int64_t expires, double t)
{
    return config->clock != NULL ? vol_clock_years(config->clock, ts, expires) : t;
}

/* What is known before any forward. */
static void prepare(struct vol_valuation *v, const struct vol_valuation_config *config, int64_t ts)
{
    size_t i;

    v->one_price = has_one_price(v);
    for (i = 0; i < v->n_groups; i++) {
        struct vol_valuation_group *g = &v->group[i];

        g->t = VOL_YEARS(ts, g->expires);
        g->t_var = variance_time(config, ts, g->expires, g->t);
        g->american = g->cash = false;
    }
    for (i = v->n; i-- > 0;) {
        struct vol_valued *q = &v->quote[i];
        struct vol_valuation_group *g = &v->group[q->group];

        q->t = q->expires == g->expires ? g->t : VOL_YEARS(ts, q->expires);
        q->t_var = q->expires == g->expires ? g->t_var : variance_time(config, ts, q->expires, q->t);
        q->mid = q->bid >= 0 && q->ask >= q->bid && q->ask < INFINITY ? 0.5 * q->bid + 0.5 * q->ask : NAN;
        q->american = g->american = is_american(config, q);
        q->cash = g->cash = vol_cash_is(config, q);
        q->carried = NAN;
    }
}

enum vol_status vol_valuation_run(struct vol_valuation *v, const struct vol_valuation_config *config,
                                  int64_t ts, const struct vol_curve *curve)
{
    double speed = config->clock != NULL ? vol_clock_speed(config->clock, ts) : 1;
    struct block block;
    size_t i, n;

    if (config->dividends != NULL && v->fd.cap == 0 &&
        vol_buf_reserve(&v->fd, sizeof(struct vol_fd_work)) != VOL_OK)
        return VOL_EOS;
    prepare(v, config, ts);
    if (vol_forwards_pair(v) != VOL_OK || vol_forwards_find(v, config, curve) != VOL_OK)
        return VOL_EOS;
    for (i = 0; i < v->n; i++)
        set_forward(v, config, curve, &v->quote[i]);
    for (i = 0; i < v->n; i += n) {
        for (n = 1; n < BLOCK && i + n < v->n && v->quote[i + n].american == v->quote[i].american &&
                    v->quote[i + n].cash == v->quote[i].cash;
             n++)
            ;
        value_block(v, v->quote + i, n, config, speed, &block);
    }
    describe_groups(v, config);
    return vol_forwards_judge(v, config);
}
