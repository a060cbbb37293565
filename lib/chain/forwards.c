#include "chain/forwards.h"

#include <math.h>

#include "chain/early.h"
#include "price/carry.h"
#include "price/parity_american.h"

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

size_t vol_forwards_quoted(const struct vol_valuation *v, const struct vol_valuation_group *group,
                           struct vol_parity_pair *out)
{
    size_t g = (size_t)(group - v->group), i;

    for (i = v->pairs.start[g]; i < v->pairs.start[g + 1]; i++)
        *out++ = quoted(v, &v->pairs.pair[i]);
    return v->pairs.start[g + 1] - v->pairs.start[g];
}

enum vol_status vol_forwards_find(struct vol_valuation *v, const struct vol_valuation_config *config,
                                  const struct vol_curve *curve)
{
    bool wanted = config->forward_from == VOL_FORWARD_AUTO || config->forward_from == VOL_FORWARD_PARITY;
    struct vol_parity_pair *pairs;
    bool american = false;
    double *scratch;
    size_t g;

    vol_buf_clear(&v->work);
    if (vol_buf_reserve(&v->work, (v->pairs.n + 1) * (sizeof *pairs + 5 * sizeof *scratch)) != VOL_OK)
        return VOL_EOS;
    pairs = (struct vol_parity_pair *)(void *)v->work.data;
    scratch = (double *)(void *)(pairs + v->pairs.n + 1);
    for (g = 0; g < v->n_groups; g++) {
        struct vol_valuation_group *group = &v->group[g];
        size_t n = wanted && !group->american ? vol_forwards_quoted(v, group, pairs) : 0;

        vol_parity_estimate(pairs, n, group->t, vol_curve_discount(curve, group->t), scratch, &group->parity);
        american |= group->american;
    }
    if (wanted && american)
        vol_early_find(v, config, curve, pairs, scratch);
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
        if (group->american && group->carried > 0)
            group->spot = group->carried;
        cash = group->american
                   ? vol_dividends_value(config->dividends, -log(group->discount) / group->t, 0, 0, group->t)
                   : 0;
        group->yield = vol_carry_yield(group->spot - cash, group->forward, group->discount, group->t);
        if (group->from != VOL_FORWARD_PARITY)
            group->parity.forward_error = group->parity.discount_error = NAN;
        group->yield_error = vol_carry_yield_error(group->forward, group->discount, group->t,
                                                   group->parity.forward_error, group->parity.discount_error);
    }
    return VOL_OK;
}
