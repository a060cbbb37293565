#include "chain/cash.h"

#include <math.h>

#include "price/american_cash.h"

bool vol_cash_is(const struct vol_valuation_config *config, const struct vol_valued *q)
{
    return q->american && config->dividends != NULL && config->dividends->n > 0 &&
           config->dividends->t[0] <= q->t;
}

/* What is paid all the time beside the cash: q with (S - value(q)) exp((r - q) t) = F. The cash's worth
 * hardly depends on q, so that its last value gives the next q, to the last digits in a few rounds. */
static double residual_yield(const struct vol_dividends *dividends, double spot, double forward, double r,
                             double t)
{
    double q = 0, last = NAN;
    int round;

    for (round = 0; round < 50 && !(fabs(q - last) <= 1e-14); round++) {
        last = q;
        q = r - log(forward / (spot - vol_dividends_value(dividends, r, q, 0, t))) / t;
    }
    return q;
}

void vol_cash_value(const struct vol_valuation_config *config, struct vol_fd_work *work, struct vol_valued *q)
{
    double r = -log(q->discount) / q->t, unit = vol_valuation_unit(q), vol = NAN;
    struct vol_fd_option option = {.type = q->type,
                                   .american = true,
                                   .spot = q->carried,
                                   .strike = q->strike,
                                   .r = r,
                                   .q = residual_yield(config->dividends, q->carried, q->forward, r, q->t),
                                   .t = q->t,
                                   .dividends = config->dividends,
                                   .model = config->dividend_model};

    q->status =
        vol_american_cash_iv(&option, q->mid * unit, &vol_fd_fast, work, &vol, &q->vol, &q->distance, NULL);
    vol_american_cash_iv(&option, q->bid * unit, &vol_fd_fast, work, NULL, &q->vol_bid, NULL, NULL);
    vol_american_cash_iv(&option, q->ask * unit, &vol_fd_fast, work, NULL, &q->vol_ask, NULL, NULL);
    option.vol = vol;
    vol_american_cash_greeks(&option, &vol_fd_fast, work, &q->greeks);
}
