#include "chain/forwards.h"

#include <math.h>

#include "price/carry.h"

enum vol_status vol_forwards_pair(struct vol_valuation *v)
{
    struct vol_pairs_quote *given;
    size_t i;

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

enum vol_status vol_forwards_find(struct vol_valuation *v, const struct vol_valuation_config *config,
                                  const struct vol_curve *curve)
{
    bool wanted = config->forward_from == VOL_FORWARD_AUTO || config->forward_from == VOL_FORWARD_PARITY;
    struct vol_parity_pair *pairs;
    double *scratch;
    size_t g, i;

    vol_buf_clear(&v->work);
    if (vol_buf_reserve(&v->work, v->pairs.n * (sizeof *pairs + 5 * sizeof *scratch)) != VOL_OK)
        return VOL_EOS;
    pairs = (struct vol_parity_pair *)(void *)v->work.data;
    scratch = (double *)(void *)(pairs + v->pairs.n);
    for (g = 0; g < v->n_groups; g++) {
        struct vol_valuation_group *group = &v->group[g];
        size_t first = v->pairs.start[g], n = wanted ? v->pairs.start[g + 1] - first : 0;

        for (i = 0; i < n; i++)
            pairs[i] = quoted(v, &v->pairs.pair[first + i]);
        vol_parity_estimate(pairs, n, group->t, vol_curve_discount(curve, group->t), scratch, &group->parity);
    }
    return VOL_OK;
}

struct vol_agreement_pair vol_forwards_sides(const struct vol_valuation *v, const struct vol_pair *pair)
{
    const struct vol_valued *call = &v->quote[pair->call], *put = &v->quote[pair->put];
    double call_unit = vol_valuation_unit(call), put_unit = vol_valuation_unit(put);
    /* without a bid the mid is no price */
    int two_sided = call->bid > 0 && put->bid > 0;

    return (struct vol_agreement_pair){
        .strike = pair->strike,
        .forward = call->forward,
        .discount = call->discount,
        .call = two_sided ? call->mid * call_unit : NAN,
        .put = put->mid * put_unit,
        .call_half = 0.5 * (call->ask - call->bid) * call_unit,
        .put_half = 0.5 * (put->ask - put->bid) * put_unit,
        .call_vol = call->vol,
        .put_vol = put->vol,
    };
}

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

enum vol_status vol_forwards_judge(struct vol_valuation *v)
{
    struct vol_agreement_pair *pairs;
    double *scratch;
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
        group->yield = vol_carry_yield(group->spot, group->forward, group->discount, group->t);
        group->yield_error = vol_carry_yield_error(group->forward, group->discount, group->t,
                                                   group->parity.forward_error, group->parity.discount_error);
    }
    order(v);
    return VOL_OK;
}
