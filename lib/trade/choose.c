#include "trade/choose.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

struct expiry {
    int64_t expires;
    const char *root;
    double distance; /* days from dte_target */
};

static int by_distance(const void *left, const void *right)
{
    const struct expiry *a = left, *b = right;

    if (a->distance != b->distance)
        return a->distance < b->distance ? -1 : 1;
    if (a->expires != b->expires)
        return a->expires < b->expires ? -1 : 1;
    return strcmp(a->root, b->root);
}

static bool in_expiry(const struct vol_market_quote *q, const struct expiry *e)
{
    return q->contract.expires == e->expires && strcmp(q->contract.root, e->root) == 0;
}

/* The expirations of the window, nearest to the target first. VOL_NO: none. */
static enum vol_status list_expiries(const struct vol_strategy *s, const struct vol_chain *chain, int64_t ts,
                                     struct expiry **out, size_t *n_out)
{
    struct expiry *list = NULL;
    size_t n = 0, cap = 0, i, j;

    for (i = 0; i < chain->n; i++) {
        const struct vol_market_quote *q = &chain->quotes[i];
        double dte;

        if (q->contract.expires == VOL_TIME_NONE ||
            (s->root[0] != '\0' && strcmp(s->root, q->contract.root) != 0))
            continue;
        dte = (double)(q->contract.expires - ts) / (double)VOL_DAY;
        if (!(dte >= s->dte_min && dte <= s->dte_max))
            continue;
        for (j = 0; j < n && !in_expiry(q, &list[j]); j++)
            ;
        if (j < n)
            continue;
        if (n == cap) {
            struct expiry *bigger;

            cap = cap > 0 ? 2 * cap : 16;
            bigger = realloc(list, cap * sizeof *bigger);
            if (bigger == NULL) {
                free(list);
                return VOL_EOS;
            }
            list = bigger;
        }
        list[n++] = (struct expiry){q->contract.expires, q->contract.root, fabs(dte - s->dte_target)};
    }
    if (n == 0)
        return VOL_NO;
    qsort(list, n, sizeof *list, by_distance);
    *out = list;
    *n_out = n;
    return VOL_OK;
}

/* Whether a leg may be traded on this quote: both sides, a bid to sell to, all greeks known and of the sign
 * that they must have. A NaN fails every one of these comparisons. */
static bool is_fit(const struct vol_market_quote *q, const struct vol_strategy_leg *leg)
{
    double delta = leg->option_type == 'C' ? q->delta : -q->delta;

    return q->contract.option_type == leg->option_type && q->contract.multiplier > 0 && !q->inverse &&
           vol_market_two_sided(q) && (leg->side > 0 || q->bid > 0) && delta > 0 && delta < 1.5 &&
           q->gamma >= 0 && isfinite(q->gamma) && isfinite(q->theta) && q->vega > 0 && isfinite(q->vega);
}

/* Whether A is nearer to the aim than B: the order of decide.h. */
static bool is_nearer(const struct vol_market_quote *a, const struct vol_market_quote *b, double aim)
{
    double da = fabs(fabs(a->delta) - aim), db = fabs(fabs(b->delta) - aim);

    if (da != db)
        return da < db;
    if (fabs(a->delta) != fabs(b->delta))
        return fabs(a->delta) < fabs(b->delta);
    if (a->contract.strike != b->contract.strike)
        return a->contract.strike < b->contract.strike;
    return strcmp(a->contract.symbol, b->contract.symbol) < 0;
}

static const struct vol_market_quote *by_delta(const struct vol_chain *chain, const struct expiry *e,
                                               const struct vol_strategy_leg *leg, double tolerance)
{
    const struct vol_market_quote *best = NULL;
    size_t i;

    for (i = 0; i < chain->n; i++) {
        const struct vol_market_quote *q = &chain->quotes[i];

        if (in_expiry(q, e) && is_fit(q, leg) && (best == NULL || is_nearer(q, best, leg->delta)))
            best = q;
    }
    return best != NULL && fabs(fabs(best->delta) - leg->delta) <= tolerance ? best : NULL;
}

static const struct vol_market_quote *at_strike(const struct vol_chain *chain, const struct expiry *e,
                                                const struct vol_strategy_leg *leg, int64_t strike)
{
    const struct vol_market_quote *best = NULL;
    size_t i;

    for (i = 0; i < chain->n; i++) {
        const struct vol_market_quote *q = &chain->quotes[i];

        if (in_expiry(q, e) && q->contract.strike == strike && is_fit(q, leg) &&
            (best == NULL || strcmp(q->contract.symbol, best->contract.symbol) < 0))
            best = q;
    }
    return best;
}

/* The strike nearest to the forward at which every leg at the money is fit; VOL_FIXED_NONE: none. */
static int64_t atm_strike(const struct vol_strategy *s, const struct vol_chain *chain, const struct expiry *e,
                          const struct vol_strategy_leg *first)
{
    int64_t best = VOL_FIXED_NONE;
    double best_distance = INFINITY;
    size_t i, j;

    for (i = 0; i < chain->n; i++) {
        const struct vol_market_quote *q = &chain->quotes[i];
        double distance = fabs(vol_fixed_to(q->contract.strike) - q->forward);

        if (!in_expiry(q, e) || !(distance <= best_distance) || !is_fit(q, first) ||
            (distance == best_distance && q->contract.strike >= best))
            continue;
        for (j = 0; j < s->n_legs; j++)
            if (s->legs[j].atm && at_strike(chain, e, &s->legs[j], q->contract.strike) == NULL)
                break;
        if (j < s->n_legs)
            continue;
        best = q->contract.strike;
        best_distance = distance;
    }
    return best;
}

static bool choose_in(const struct vol_strategy *s, const struct vol_chain *chain, const struct expiry *e,
                      const struct vol_market_quote *chosen[VOL_ORDER_LEGS_MAX])
{
    int64_t strike = VOL_FIXED_NONE;
    size_t i, j;

    for (i = 0; i < s->n_legs; i++) {
        const struct vol_strategy_leg *leg = &s->legs[i];

        if (leg->atm && strike == VOL_FIXED_NONE && (strike = atm_strike(s, chain, e, leg)) == VOL_FIXED_NONE)
            return false;
        chosen[i] = leg->atm ? at_strike(chain, e, leg, strike) : by_delta(chain, e, leg, s->delta_tolerance);
        if (chosen[i] == NULL || chosen[i]->contract.multiplier != chosen[0]->contract.multiplier)
            return false;
        for (j = 0; j < i; j++)
            if (chosen[j] == chosen[i])
                return false;
    }
    return true;
}

enum vol_status vol_choose(const struct vol_strategy *s, const struct vol_chain *chain, int64_t ts,
                           const struct vol_market_quote *chosen[VOL_ORDER_LEGS_MAX],
                           char why[VOL_ORDER_REASON_MAX])
{
    struct expiry *list = NULL;
    size_t n = 0, i, inverse = 0;
    enum vol_status status = list_expiries(s, chain, ts, &list, &n);

    for (i = 0; i < chain->n; i++)
        inverse += chain->quotes[i].inverse;
    if (status == VOL_NO)
        snprintf(why, VOL_ORDER_REASON_MAX, "no expiration between %g and %g days", s->dte_min, s->dte_max);
    if (status != VOL_OK)
        return status;
    for (i = 0; i < n && !choose_in(s, chain, &list[i], chosen); i++)
        ;
    if (i == n) {
        if (inverse > 0)
            snprintf(why, VOL_ORDER_REASON_MAX,
                     "no contract between %g and %g days fits; inverse contracts are not traded: premium in "
                     "coin, the account is in money",
                     s->dte_min, s->dte_max);
        else
            snprintf(why, VOL_ORDER_REASON_MAX,
                     "no contract fits a leg in any of %zu expirations between %g and %g days", n, s->dte_min,
                     s->dte_max);
        status = VOL_NO;
    }
    free(list);
    return status;
}
