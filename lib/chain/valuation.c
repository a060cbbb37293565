#include "chain/valuation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "chain/cash.h"
#include "chain/forwards.h"
#include "chain/solve.h"
#include "price/fd.h"

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

static bool has_root(const struct vol_valuation *v, size_t i, const char *root, size_t len)
{
    const struct vol_valuation_group *g = &v->group[i];

    return g->root_len == len && (len == 0 || memcmp(v->names.data + g->root_at, root, len) == 0);
}

size_t vol_valuation_group(const struct vol_valuation *v, const char *root, size_t len, int64_t expires)
{
    size_t i;

    for (i = 0; i < v->n_groups && !(v->group[i].expires == expires && has_root(v, i, root, len)); i++)
        ;
    return i;
}

static bool is_group(const struct vol_valuation *v, size_t i, const struct vol_valued *q, const char *root,
                     size_t len, int32_t expiration)
{
    const struct vol_valuation_group *g = &v->group[i];

    return g->expiration == expiration && g->expires == q->expires && g->given_american == q->american &&
           has_root(v, i, root, len);
}

/* A chain comes sorted as a rule: the group of the quote before is asked first, then the one behind it. */
static size_t find_group(const struct vol_valuation *v, const struct vol_valued *q, const char *root,
                         size_t len, int32_t expiration)
{
    size_t last = v->n > 0 ? v->quote[v->n - 1].group : 0, i;

    for (i = last; i < v->n_groups && i < last + 2; i++)
        if (is_group(v, i, q, root, len, expiration))
            return i;
    for (i = 0; i < v->n_groups; i++)
        if (is_group(v, i, q, root, len, expiration))
            return i;
    return i;
}

static enum vol_status add_group(struct vol_valuation *v, const struct vol_valued *q, const char *root,
                                 size_t len, int32_t expiration)
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
    g->expires = q->expires;
    g->given_american = q->american;
    g->spot = NAN;
    if (vol_buf_add(&v->names, root, len) != VOL_OK)
        return VOL_EOS;
    v->n_groups++;
    return VOL_OK;
}

enum vol_status vol_valuation_add(struct vol_valuation *v, const struct vol_valued *quote, const char *root,
                                  size_t root_len, int32_t expiration)
{
    size_t group = find_group(v, quote, root, root_len, expiration);

    if (v->n == v->cap) {
        size_t cap = v->cap > 0 ? 2 * v->cap : 1024;
        struct vol_valued *grown = realloc(v->quote, cap * sizeof *grown);

        if (grown == NULL)
            return VOL_EOS;
        v->quote = grown;
        v->cap = cap;
    }
    if (group == v->n_groups && add_group(v, quote, root, root_len, expiration) != VOL_OK)
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
        q->escrow = vol_dividends_value(config->dividends, rate, config->yield, 0, q->t);
        q->escrow_rate = rate - config->yield;
        q->discount = exp(-rate * q->t);
        break;
    case VOL_FORWARD_AUTO:
    case VOL_FORWARD_PARITY:
        q->forward = v->group[q->group].parity.forward;
        q->discount = v->group[q->group].parity.discount;
        q->carried = v->group[q->group].carried;
        break;
    }
    if (!(q->t > 0) || !(q->forward > 0 && q->forward < INFINITY) || !(q->discount > 0))
        q->forward = q->discount = NAN;
}

/* Quotes that bring no price say nothing of it. */
static bool has_one_price(const struct vol_valuation *v)
{
    const struct vol_valued *first = NULL;
    bool expirations_differ = false;
    size_t i;

    for (i = 0; i < v->n; i++) {
        const struct vol_valued *q = &v->quote[i];

        if (!(q->underlying_price > 0))
            continue;
        first = first == NULL ? q : first;
        if (q->underlying_price < first->underlying_price || q->underlying_price > first->underlying_price)
            return false;
        expirations_differ |= v->group[q->group].expiration != v->group[first->group].expiration;
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
        q->escrow = 0;
    }
}

enum vol_status vol_valuation_run(struct vol_valuation *v, const struct vol_valuation_config *config,
                                  int64_t ts, const struct vol_curve *curve)
{
    double speed = config->clock != NULL ? vol_clock_speed(config->clock, ts) : 1;
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
        for (n = 1; n < VOL_SOLVE_MOST && i + n < v->n && v->quote[i + n].american == v->quote[i].american &&
                    v->quote[i + n].cash == v->quote[i].cash;
             n++)
            ;
        vol_solve(v, config, speed, &v->quote[i], n);
    }
    describe_groups(v, config);
    return vol_forwards_judge(v, config);
}
