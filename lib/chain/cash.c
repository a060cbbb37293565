#include "chain/cash.h"

#include <math.h>

#include "price/american_cash.h"
#include "price/parity_american.h"

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

static struct vol_fd_option option_of(const struct vol_valuation_config *config, enum vol_option_type type,
                                      double spot, double strike, double forward, double discount, double t)
{
    double r = -log(discount) / t;

    return (struct vol_fd_option){.type = type,
                                  .american = true,
                                  .spot = spot,
                                  .strike = strike,
                                  .r = r,
                                  .q = residual_yield(config->dividends, spot, forward, r, t),
                                  .t = t,
                                  .dividends = config->dividends,
                                  .model = config->dividend_model};
}

struct given {
    const struct vol_valuation_config *config;
    struct vol_fd_work *work;
    double t, spot;
};

static double european(enum vol_option_type type, double mid, double strike, double forward, double discount,
                       const void *data)
{
    const struct given *g = data;
    struct vol_fd_option option = option_of(g->config, type, g->spot, strike, forward, discount, g->t);
    double vol;

    if (vol_american_cash_iv(&option, mid, &vol_fd_fast, g->work, NULL, &vol, NULL, NULL) != VOL_IV_OK)
        return NAN;
    return vol_black_price(type, forward, strike, discount, g->t, vol);
}

void vol_cash_parity(const struct vol_valuation *v, const struct vol_valuation_config *config,
                     struct vol_parity_pair *pairs, size_t n, double t, double curve_discount, double spot,
                     double *scratch, struct vol_parity *out)
{
    struct given given = {config, (struct vol_fd_work *)(void *)v->fd.data, t, spot};

    if (out->tried_forward > 0)
        vol_parity_american_estimate(pairs, n, VOL_CASH_PAIRS, t, curve_discount, european, &given, scratch,
                                     out);
}

void vol_cash_value(const struct vol_valuation *v, const struct vol_valuation_config *config,
                    struct vol_valued *q)
{
    struct vol_fd_work *work = (struct vol_fd_work *)(void *)v->fd.data;
    struct vol_fd_option option =
        option_of(config, q->type, q->carried, q->strike, q->forward, q->discount, q->t);
    double unit = vol_valuation_unit(q), vol = NAN;

    q->status =
        vol_american_cash_iv(&option, q->mid * unit, &vol_fd_fast, work, &vol, &q->vol, &q->distance, NULL);
    vol_american_cash_iv(&option, q->bid * unit, &vol_fd_fast, work, NULL, &q->vol_bid, NULL, NULL);
    vol_american_cash_iv(&option, q->ask * unit, &vol_fd_fast, work, NULL, &q->vol_ask, NULL, NULL);
    option.vol = vol;
    vol_american_cash_greeks(&option, &vol_fd_fast, work, &q->greeks);
}

void vol_cash_greeks(const struct vol_valuation *v, const struct vol_valuation_config *config, double vol,
                     struct vol_valued *q)
{
    struct vol_fd_option option =
        option_of(config, q->type, q->carried, q->strike, q->forward, q->discount, q->t);

    option.vol = vol;
    vol_american_cash_greeks(&option, &vol_fd_fast, (struct vol_fd_work *)(void *)v->fd.data, &q->greeks);
}
