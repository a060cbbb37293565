#include "chain/early.h"

#include <math.h>
#include <string.h>

#include "chain/cash.h"
#include "chain/forwards.h"
#include "price/parity_american.h"

enum { YIELD_PAIRS = 96, EVALUATIONS_MOST = 30 };
#define STANDS     1e-6 /* of the spot: the search ends */
#define GOOD       1e-5 /* of the spot: what is left is far below any spread */
#define STEP_MOST  0.1  /* of the spot, of the secant */
#define YIELD_MOST 0.25 /* per year: a spot that leaves more is of another time than the quotes */

/* The work on the groups of one root. */
struct root {
    struct vol_valuation *v;
    const struct vol_valuation_config *config;
    const struct vol_curve *curve;
    struct vol_parity_pair *pairs;
    double *scratch;
    const struct vol_valuation_group *like;         /* any group of the root */
    const struct vol_valuation_group *first, *last; /* the expiries that imply the spot */
    bool cash_counts; /* fewer than two expiries come before the first dividend */
};

static bool is_of_root(const struct root *r, const struct vol_valuation_group *g)
{
    return g->american && g->root_len == r->like->root_len &&
           memcmp(r->v->names.data + g->root_at, r->v->names.data + r->like->root_at, g->root_len) == 0;
}

/* Parity of the root's expiries with SPOT (NaN: each its own, without yield); CASH_TOO: those that dividends
 * touch anew, with the cash. */
static void estimate(const struct root *r, double spot, bool cash_too)
{
    size_t nth, n;

    for (nth = 0; nth < r->v->n_groups; nth++) {
        struct vol_valuation_group *g = &r->v->group[r->v->group[nth].nth];
        struct vol_parity_yield yield = {g->t, spot};
        double discount = vol_curve_discount(r->curve, g->t);

        if (!is_of_root(r, g))
            continue;
        n = vol_forwards_quoted(r->v, g, r->pairs);
        if (!(g->cash && cash_too && g->parity.tried_forward > 0))
            vol_parity_american_estimate(r->pairs, n, YIELD_PAIRS, g->t, discount, vol_parity_with_yield,
                                         &yield, r->scratch, &g->parity);
        if (g->cash && cash_too && spot > 0) {
            n = vol_forwards_quoted(r->v, g, r->pairs);
            vol_cash_parity(r->v, r->config, r->pairs, n, g->t, discount, spot, r->scratch, &g->parity);
        }
    }
}

/* S exp(-q t) of an expiry: F D and what the dividends until then are worth. */
static double without_yield(const struct root *r, const struct vol_valuation_group *g)
{
    const struct vol_parity *p = &g->parity;

    return p->tried_forward * p->tried_discount +
           vol_dividends_value(r->config->dividends, -log(p->tried_discount) / g->t, 0, 0, g->t);
}

/* The first and the last expiry with a forward, and how many there are. STATUS_OK: only those whose quotes
 * bear it out; CASH: those that dividends touch as well. */
static size_t span(const struct root *r, bool status_ok, bool cash, const struct vol_valuation_group **first,
                   const struct vol_valuation_group **last)
{
    size_t nth, n = 0;

    *first = *last = NULL;
    for (nth = 0; nth < r->v->n_groups; nth++) {
        const struct vol_valuation_group *g = &r->v->group[r->v->group[nth].nth];

        if (!is_of_root(r, g) || !(g->t > 0) || !(g->parity.tried_forward > 0) || (g->cash && !cash) ||
            (status_ok && g->parity.status != VOL_PARITY_OK))
            continue;
        *first = *first == NULL ? g : *first;
        *last = g;
        n++;
    }
    return n;
}

static void choose(struct root *r)
{
    if (span(r, true, false, &r->first, &r->last) < 2 && span(r, true, true, &r->first, &r->last) < 2)
        span(r, false, true, &r->first, &r->last);
}

static double implied_spot(const struct root *r)
{
    const struct vol_valuation_group *first = r->first, *last = r->last;
    double near_money, yield;

    if (first == NULL)
        return NAN;
    near_money = without_yield(r, first);
    if (last->t > first->t)
        yield = log(near_money / without_yield(r, last)) / (last->t - first->t);
    else
        yield = log(first->spot / near_money) / first->t;
    return near_money * (fabs(yield) <= YIELD_MOST ? exp(yield * first->t) : 1);
}

/* The spot that the forwards imply which were found with SPOT. Which expiries say so is settled in the first
 * two rounds: quotes on the verge of being refused would have the search jump for ever. */
static double next_spot(struct root *r, double spot, int round)
{
    estimate(r, spot, r->cash_counts);
    if (round < 2)
        choose(r);
    return implied_spot(r);
}

/* The spot that implies itself; NaN: there is no forward at all. *OFF: how far it is from doing so, relative.
 */
static double search(struct root *r, double *off)
{
    double spot = next_spot(r, NAN, 0), before = NAN, gap_before = NAN, best = spot;
    int i;

    *off = INFINITY;
    for (i = 0; i < EVALUATIONS_MOST && spot > 0; i++) {
        double next = next_spot(r, spot, i + 1), gap = next - spot, step = gap;

        if (fabs(gap) / spot < *off) {
            *off = fabs(gap) / spot;
            best = spot;
        }
        if (!(fabs(gap) > STANDS * spot))
            break;
        if (isfinite(before) && fabs(gap - gap_before) > 0) {
            double secant = -gap * (spot - before) / (gap - gap_before);

            if (fabs(secant) <= STEP_MOST * spot)
                step = secant;
        }
        before = spot;
        gap_before = gap;
        spot += step;
    }
    return best;
}

static void settle(const struct root *r, double spot, double off)
{
    size_t i;

    estimate(r, spot, true);
    for (i = 0; i < r->v->n_groups; i++) {
        struct vol_valuation_group *g = &r->v->group[i];

        if (!is_of_root(r, g))
            continue;
        g->carried = spot;
        if (!(off <= GOOD) && g->parity.status == VOL_PARITY_OK) {
            g->parity.status = VOL_PARITY_UNSETTLED;
            g->parity.forward = g->parity.discount = NAN;
            g->parity.forward_error = g->parity.discount_error = NAN;
        }
    }
}

/* Whether a group before LIKE is of its root: the root has been searched, with or without success. */
static bool is_done(const struct root *r)
{
    const struct vol_valuation_group *g;

    for (g = r->v->group; g < r->like; g++)
        if (g->t > 0 && is_of_root(r, g))
            return true;
    return false;
}

void vol_early_find(struct vol_valuation *v, const struct vol_valuation_config *config,
                    const struct vol_curve *curve, struct vol_parity_pair *pairs, double *scratch)
{
    size_t i;

    for (i = 0; i < v->n_groups; i++) {
        v->group[i].carried = NAN;
        v->group[i].parity.tried_forward = NAN;
    }
    for (i = 0; i < v->n_groups; i++) {
        struct root r = {v, config, curve, pairs, scratch, &v->group[i], NULL, NULL, true};
        double spot, off;

        if (!v->group[i].american || !(v->group[i].t > 0) || is_done(&r))
            continue;
        estimate(&r, NAN, false);
        r.cash_counts = span(&r, true, false, &r.first, &r.last) < 2;
        spot = search(&r, &off);
        if (spot > 0)
            settle(&r, spot, off);
    }
}
