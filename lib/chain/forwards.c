#include "chain/forwards.h"

#include <math.h>

#include "chain/cash.h"
#include "price/carry.h"
#include "price/parity_american.h"

enum { YIELD_PAIRS = 96 };
#define STANDS      1e-6 /* of the implied spot */
#define ROUNDS_MOST 4
#define YIELD_MOST  0.25 /* per year: a spot that leaves more is of another time than the quotes */

/* Insertion: groups are tens, and come in order as a rule. */
static void order(struct vol_valuation *v)
{
    size_t i, at;

    for (i = 0; i < v->n_groups; i++) {
        for (at = i; at > 0 && v->group[v->group[at - 1].nth].expires > v->group[i].expires; at--)
            v->group[at].nth = v->group[at - 1].nth;
        v->group[at].nth = i;
    }
}

enum vol_status vol_forwards_pair(struct vol_valuation *v)
{
    struct vol_pairs_quote *given;
    size_t i;

    order(v);
    vol_buf_clear(&v->work);
    if (vol_buf_reserve(&v->work, v->n * sizeof *given) != VOL_OK)
        return VOL_EOS;
    given = (struct vol_pairs_quote *)(void *)v->work.data;
    for (i = 0; i < v->n; i++)
        given[i] = (struct vol_pairs_quote){v->quote[i].strike, v->quote[i].group, (uint32_t)i,
                                            v->quote[i].type == VOL_PUT};
    return vol_pairs_build(&v->pairs, given, v->n, v->n_groups);
}

static struct vol_parity_pair quoted(const struct vol_valuation *v, const struct vol_pair *pair)
{
    const struct vol_valued *call = &v->quote[pair->call], *put = &v->quote[pair->put];
    double call_unit = vol_valuation_unit(call), put_unit = vol_valuation_unit(put);

    return (struct vol_parity_pair){pair->strike, call->bid * call_unit, call->ask * call_unit,
                                    put->bid * put_unit, put->ask * put_unit};
}

/* Parity of all groups, earliest first, with v->carried as the spot of the American ones; CASH: those that
 * dividends touch anew, from where they stand, with the cash. */
static void estimate(struct vol_valuation *v, const struct vol_valuation_config *config,
                     const struct vol_curve *curve, bool cash, struct vol_parity_pair *pairs, double *scratch)
{
    size_t nth, i;

    for (nth = 0; nth < v->n_groups; nth++) {
        size_t g = v->group[nth].nth, first = v->pairs.start[g], n = v->pairs.start[g + 1] - first;
        struct vol_valuation_group *group = &v->group[g];
        double discount = vol_curve_discount(curve, group->t);
        struct vol_parity_yield yield = {group->t, v->carried};

        if (cash && !group->cash)
            continue;
        for (i = 0; i < n; i++)
            pairs[i] = quoted(v, &v->pairs.pair[first + i]);
        if (cash)
            vol_cash_parity(v, config, pairs, n, group->t, discount, scratch, &group->parity);
        else if (group->american)
            vol_parity_american_estimate(pairs, n, YIELD_PAIRS, group->t, discount, vol_parity_with_yield,
                                         &yield, scratch, &group->parity);
        else
            vol_parity_estimate(pairs, n, group->t, discount, scratch, &group->parity);
        if (isnan(v->carried) && group->t > 0 && group->parity.status == VOL_PARITY_OK)
            v->carried = group->parity.forward * group->parity.discount;
    }
}

/* S exp(-q t) of an expiry: F D and what the dividends until then are worth. */
static double without_yield(const struct vol_valuation_group *g, const struct vol_dividends *dividends)
{
    const struct vol_parity *p = &g->parity;

    return p->forward * p->discount + vol_dividends_value(dividends, -log(p->discount) / g->t, 0, 0, g->t);
}

/* The first and the last expiry that have a forward; CASH: those that dividends touch as well. */
static void span(const struct vol_valuation *v, bool cash, const struct vol_valuation_group **first,
                 const struct vol_valuation_group **last)
{
    size_t nth;

    *first = *last = NULL;
    for (nth = 0; nth < v->n_groups; nth++) {
        const struct vol_valuation_group *g = &v->group[v->group[nth].nth];

        if (!g->american || !(g->t > 0) || g->parity.status != VOL_PARITY_OK || (g->cash && !cash))
            continue;
        *first = *first == NULL ? g : *first;
        *last = g;
    }
}

/* The spot that the options imply: S exp(-q t) of the first and the last expiry gives S and a mean yield.
 * Those before any dividend know it best. One expiry alone says nothing of the yield; then the spot that the
 * quotes bring decides, where it leaves a yield that can be. */
static double implied_spot(const struct vol_valuation *v, const struct vol_dividends *dividends)
{
    const struct vol_valuation_group *first, *last;
    double near_money, yield;

    span(v, false, &first, &last);
    if (first == last)
        span(v, true, &first, &last);
    if (first == NULL)
        return NAN;
    near_money = without_yield(first, dividends);
    if (last->t > first->t)
        yield = log(near_money / without_yield(last, dividends)) / (last->t - first->t);
    else
        yield = log(first->spot / near_money) / first->t;
    return near_money * (fabs(yield) <= YIELD_MOST ? exp(yield * first->t) : 1);
}

enum vol_status vol_forwards_find(struct vol_valuation *v, const struct vol_valuation_config *config,
                                  const struct vol_curve *curve)
{
    struct vol_parity_pair *pairs;
    double *scratch, spot;
    size_t i;
    int round;

    v->carried = NAN;
    if (config->forward_from == VOL_FORWARD_QUOTE || config->forward_from == VOL_FORWARD_SPOT) {
        for (i = 0; i < v->n_groups; i++)
            vol_parity_estimate(NULL, 0, v->group[i].t, NAN, NULL, &v->group[i].parity);
        return VOL_OK;
    }
    vol_buf_clear(&v->work);
    if (vol_buf_reserve(&v->work, v->pairs.n * (sizeof *pairs + 5 * sizeof *scratch)) != VOL_OK)
        return VOL_EOS;
    pairs = (struct vol_parity_pair *)(void *)v->work.data;
    scratch = (double *)(void *)(pairs + v->pairs.n);
    for (i = 0; i < v->n_groups; i++)
        v->group[i].parity.tried_forward = NAN;
    estimate(v, config, curve, false, pairs, scratch);
    for (round = 0; round < ROUNDS_MOST && (spot = implied_spot(v, config->dividends)) > 0; round++) {
        if (fabs(spot - v->carried) <= STANDS * spot)
            break;
        v->carried = spot;
        estimate(v, config, curve, false, pairs, scratch);
    }
    estimate(v, config, curve, true, pairs, scratch);
    return VOL_OK;
}

/* With cash dividends the European prices are those of the two vols; near immediate exercise, with a bid
 * below what it pays, there is no such vol. */
static void judge_by_vols(const struct vol_valued *call, const struct vol_valued *put,
                          struct vol_agreement_pair *sides)
{
    double call_vol = isfinite(call->vol_bid) ? call->vol : NAN,
           put_vol = isfinite(put->vol_bid) ? put->vol : NAN;

    sides->call =
        vol_black_price(VOL_CALL, call->forward, call->strike, call->discount, call->t_var, call_vol);
    sides->put = vol_black_price(VOL_PUT, put->forward, put->strike, put->discount, put->t_var, put_vol);
}

struct vol_agreement_pair vol_forwards_sides(const struct vol_valuation *v, const struct vol_pair *pair)
{
    const struct vol_valued *call = &v->quote[pair->call], *put = &v->quote[pair->put];
    double call_unit = vol_valuation_unit(call), put_unit = vol_valuation_unit(put);
    struct vol_agreement_pair sides = {
        .strike = pair->strike,
        .forward = call->forward,
        .discount = call->discount,
        .call = call->mid * call_unit,
        .put = put->mid * put_unit,
        .call_half = 0.5 * (call->ask - call->bid) * call_unit,
        .put_half = 0.5 * (put->ask - put->bid) * put_unit,
        .call_vol = call->vol,
        .put_vol = put->vol,
    };

    if (!(call->bid > 0) || !(put->bid > 0)) /* without a bid the mid is no price */
        sides.call = NAN;
    else if (call->cash || put->cash)
        judge_by_vols(call, put, &sides);
    else if (call->american)
        vol_parity_american_sides(pair->strike, sides.call, sides.put, call->forward, call->discount, call->t,
                                  call->carried, &sides.call, &sides.put);
    return sides;
}

enum vol_status vol_forwards_judge(struct vol_valuation *v, const struct vol_valuation_config *config)
{
    struct vol_agreement_pair *pairs;
    double *scratch, cash;
    size_t g, i;

    vol_buf_clear(&v->work);
    if (vol_buf_reserve(&v->work, v->pairs.n * (sizeof *pairs + 2 * sizeof *scratch)) != VOL_OK)
        return VOL_EOS;
    pairs = (struct vol_agreement_pair *)(void *)v->work.data;
    scratch = (double *)(void *)(pairs + v->pairs.n);
    for (g = 0; g < v->n_groups; g++) {
        struct vol_valuation_group *group = &v->group[g];
        size_t first = v->pairs.start[g], n = v->pairs.start[g + 1] - first;

        for (i = 0; i < n; i++)
            pairs[i] = vol_forwards_sides(v, &v->pairs.pair[first + i]);
        vol_agreement_judge(pairs, n, scratch, &group->agreement);
        if (group->american && v->carried > 0)
            group->spot = v->carried;
        cash = group->american
                   ? vol_dividends_value(config->dividends, -log(group->discount) / group->t, 0, 0, group->t)
                   : 0;
        group->yield = vol_carry_yield(group->spot - cash, group->forward, group->discount, group->t);
        group->yield_error = vol_carry_yield_error(group->forward, group->discount, group->t,
                                                   group->parity.forward_error, group->parity.discount_error);
    }
    return VOL_OK;
}
