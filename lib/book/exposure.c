#include "book/exposure.h"

#include <math.h>
#include <string.h>

static const char *const names[VOL_MEASURES][2] = {
    [VOL_DELTA] = {"delta", "underlying units"},    [VOL_GAMMA] = {"gamma", "underlying units per 1"},
    [VOL_THETA] = {"theta", "money per day"},       [VOL_VEGA] = {"vega", "money per vol point"},
    [VOL_DOLLAR_DELTA] = {"dollar_delta", "money"}, [VOL_DOLLAR_GAMMA] = {"dollar_gamma", "money per 1 %"},
    [VOL_NOTIONAL] = {"notional", "money"},         [VOL_QUANTITY] = {"quantity", "contracts"},
};

const char *vol_measure_name(enum vol_measure measure)
{
    return names[measure][0];
}

const char *vol_measure_unit(enum vol_measure measure)
{
    return names[measure][1];
}

bool vol_exposure_is_over(const struct vol_chain *chain, const struct vol_contract *contract)
{
    return chain != NULL && contract->expires != VOL_TIME_NONE && contract->expires <= chain->ts;
}

void vol_exposure_add(struct vol_exposure *sum, const struct vol_chain *chain,
                      const struct vol_contract *contract, double contracts)
{
    const struct vol_market_quote *quote;
    double units = contracts * vol_fixed_to(contract->multiplier), spot = (double)NAN;
    double g[4] = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    int i;

    if (chain != NULL && chain->complete) {
        quote = vol_chain_find(chain, contract->symbol);
        spot = vol_fixed_to(chain->underlying_price);
        if (quote != NULL) {
            if (quote->underlying_price != VOL_FIXED_NONE)
                spot = vol_fixed_to(quote->underlying_price);
            g[0] = quote->delta;
            g[1] = quote->gamma;
            g[2] = quote->theta;
            g[3] = quote->vega;
        }
    }
    for (i = VOL_DELTA; i <= VOL_VEGA; i++)
        sum->value[i] += units * g[i];
    sum->value[VOL_DOLLAR_DELTA] += units * g[0] * spot;
    sum->value[VOL_DOLLAR_GAMMA] += units * g[1] * spot * spot / 100;
    sum->value[VOL_NOTIONAL] += fabs(units) * spot;
    sum->value[VOL_QUANTITY] += fabs(contracts);
}

void vol_exposure_of_book(struct vol_exposure *sum, const struct vol_book *book,
                          const struct vol_market *market, const char *underlying, size_t *n)
{
    size_t i, count = 0;

    for (i = 0; i < book->n; i++) {
        const struct vol_position *p = &book->positions[i];
        const struct vol_chain *chain;

        if (p->quantity == 0 || (underlying != NULL && strcmp(underlying, p->contract.underlying) != 0))
            continue;
        chain = vol_market_chain(market, p->contract.underlying);
        if (vol_exposure_is_over(chain, &p->contract))
            continue;
        vol_exposure_add(sum, chain, &p->contract, vol_fixed_to(p->quantity));
        count++;
    }
    if (n != NULL)
        *n = count;
}

enum vol_status vol_exposure_mark(const struct vol_book *book, const struct vol_market *market,
                                  int64_t *value, size_t *unmarked)
{
    int64_t sum = 0, one;
    size_t i, missing = 0;
    enum vol_status status = VOL_OK;

    for (i = 0; i < book->n && status == VOL_OK; i++) {
        const struct vol_position *p = &book->positions[i];
        const struct vol_chain *chain;
        int64_t mid;

        if (p->quantity == 0)
            continue;
        chain = vol_market_chain(market, p->contract.underlying);
        mid = chain != NULL && chain->complete ? vol_market_mid(vol_chain_find(chain, p->contract.symbol))
                                               : VOL_FIXED_NONE;
        if (mid == VOL_FIXED_NONE) {
            missing++;
            continue;
        }
        status = vol_book_value(mid, p->quantity, p->contract.multiplier, &one);
        if (status == VOL_OK)
            status = vol_fixed_add(sum, one, &sum);
    }
    if (status != VOL_OK)
        return status;
    *value = sum;
    *unmarked = missing;
    return VOL_OK;
}
