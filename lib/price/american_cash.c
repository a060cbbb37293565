#include "price/american_cash.h"

#include <math.h>

#include "price/american.h"
#include "price/american_iv.h"
#include "price/american_search.h"

#define BUMP_VOL  5e-3 /* of the vol */
#define BUMP_RATE 1e-3

struct context {
    struct vol_fd_option option;
    const struct vol_fd_grid *grid;
    struct vol_fd_work *work;
};

/* Whether a dividend goes ex before the expiry, or the yield makes two boundaries. */
static bool needs_grid(const struct vol_fd_option *o)
{
    size_t i;

    for (i = 0; o->dividends != NULL && i < o->dividends->n; i++)
        if (o->dividends->t[i] > 0 && o->dividends->t[i] <= o->t && o->dividends->amount[i] > 0)
            return true;
    return vol_american_exercise(o->type, o->r, o->q, o->t) == VOL_AMERICAN_TWO_BOUNDARIES;
}

static double price_of(const struct context *c)
{
    struct vol_fd_value value;

    return vol_fd_solve(&c->option, c->grid, c->work, &value) == 0 ? value.price : NAN;
}

double vol_american_cash_price(const struct vol_fd_option *option, const struct vol_fd_grid *grid,
                               struct vol_fd_work *work)
{
    struct context c = {*option, grid, work};

    c.option.american = true;
    if (vol_dividends_valid(option->dividends) && !needs_grid(option))
        return vol_american_price(VOL_AMERICAN_FAST, option->type, option->spot, option->strike, option->r,
                                  option->q, option->t, option->vol);
    return price_of(&c);
}

/* Central difference of the price by the member at X. */
static double slope(struct context *c, double *x, double bump)
{
    double at = *x, up, down;

    *x = at + bump;
    up = price_of(c);
    *x = at - bump;
    down = price_of(c);
    *x = at;
    return (up - down) / (2 * bump);
}

void vol_american_cash_greeks(const struct vol_fd_option *option, const struct vol_fd_grid *grid,
                              struct vol_fd_work *work, struct vol_greeks *out)
{
    struct context c = {*option, grid, work};
    struct vol_fd_value value;

    c.option.american = true;
    if (vol_dividends_valid(option->dividends) && !needs_grid(option)) {
        vol_american_greeks(VOL_AMERICAN_FAST, option->type, option->spot, option->strike, option->r,
                            option->q, option->t, option->vol, out);
        return;
    }
    if (vol_fd_solve(&c.option, grid, work, &value) != 0) {
        out->price = out->delta = out->gamma = out->theta = out->vega = out->rho = NAN;
        return;
    }
    out->price = value.price;
    out->delta = value.delta;
    out->gamma = value.gamma;
    out->theta = value.theta / 365;
    out->vega = 0.01 * slope(&c, &c.option.vol, BUMP_VOL * option->vol);
    out->rho = 0.01 * slope(&c, &c.option.r, BUMP_RATE);
}

/* The best exercise of a certain path: now, on either side of an ex-date, or at expiry. */
static double certain(const struct vol_fd_option *o)
{
    double sign = o->type, spot = o->spot, at = 0, best = sign * (spot - o->strike);
    size_t i;

    for (i = 0; o->dividends != NULL && i < o->dividends->n; i++) {
        double when = o->dividends->t[i];

        if (!(when > 0 && when <= o->t))
            continue;
        spot *= exp((o->r - o->q) * (when - at));
        at = when;
        best = fmax(best, sign * (spot - o->strike) * exp(-o->r * at));
        spot = fmax(spot - o->dividends->amount[i], 0);
        best = fmax(best, sign * (spot - o->strike) * exp(-o->r * at));
    }
    spot *= exp((o->r - o->q) * (o->t - at));
    return fmax(fmax(best, sign * (spot - o->strike) * exp(-o->r * o->t)), 0);
}

static double price_at(void *context, double vol)
{
    struct context *c = context;

    c->option.vol = vol;
    return price_of(c);
}

/* Black's vol of the European option of the model at the vol that C has. */
static double black_vol(struct context *c, double forward, double discount)
{
    const struct vol_fd_option *o = &c->option;
    double vol = NAN;

    if (o->model == VOL_DIVIDENDS_ESCROWED)
        return o->vol;
    c->option.american = false;
    vol_iv(o->type, price_of(c), forward, o->strike, discount, o->t, &vol, NULL);
    return vol;
}

/* The search proper, for an option that needs the grid and a price inside its bounds. */
static double search(struct context *c, double price, double forward, double discount, double *black,
                     int *prices)
{
    const struct vol_fd_option *o = &c->option;
    double european, vol;
    struct vol_american_search s = {.price_at = price_at,
                                    .context = c,
                                    .type = o->type,
                                    .price = price,
                                    .strike = o->strike,
                                    .forward = forward,
                                    .discount = discount,
                                    .t = o->t,
                                    .accuracy = 1e-8};

    s.intrinsic = fmax((double)o->type * (o->spot - o->strike), 0);
    vol_iv(o->type, price, forward, o->strike, discount, o->t, &european, NULL);
    if (o->model == VOL_DIVIDENDS_SPOT)
        european *= 1.05; /* this vol is of another model: leave room */
    vol = vol_american_search_vol(&s, european, prices);
    c->option.vol = vol;
    *black = vol > 0 ? black_vol(c, forward, discount) : NAN;
    return vol;
}

enum vol_iv_status vol_american_cash_iv(const struct vol_fd_option *option, double price,
                                        const struct vol_fd_grid *grid, struct vol_fd_work *work, double *vol,
                                        double *black, double *distance, int *prices)
{
    struct context c = {*option, grid, work};
    double forward = NAN, discount = exp(-option->r * option->t), answer = NAN, other = NAN, inside = NAN,
           least, most;
    bool valid = vol_dividends_valid(option->dividends) && option->spot > 0 && option->spot < INFINITY;
    enum vol_iv_status status;
    int took = 0;

    if (valid)
        forward = vol_dividends_forward(option->dividends, option->spot, option->r, option->q, option->t);
    if (valid && !needs_grid(option)) {
        status = vol_american_iv(option->type, price, forward, option->strike, discount, option->t,
                                 option->spot, &answer, &inside, &took);
        other = answer;
        goto out;
    }
    status = vol_iv(option->type, price, forward, option->strike, discount, option->t, NULL, &inside);
    if (status != VOL_IV_OK && status != VOL_IV_BELOW_INTRINSIC && status != VOL_IV_ABOVE_MAX)
        goto out;
    c.option.american = true;
    least = certain(option);
    most = option->type == VOL_CALL ? option->spot : option->strike;
    inside = fmin(price - least, most - price);
    if (!(price > least)) {
        status = VOL_IV_BELOW_INTRINSIC;
    } else if (!(price < most)) {
        status = VOL_IV_ABOVE_MAX;
    } else {
        answer = search(&c, price, forward, discount, &other, &took);
        status = answer > 0 ? VOL_IV_OK : VOL_IV_BELOW_INTRINSIC;
    }
out:
    if (vol != NULL)
        *vol = answer;
    if (black != NULL)
        *black = other;
    if (distance != NULL)
        *distance = inside;
    if (prices != NULL)
        *prices = took;
    return status;
}
