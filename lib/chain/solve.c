#include "chain/solve.h"

#include <math.h>

#include "chain/cash.h"
#include "price/american_all.h"
#include "price/american_iv.h"
#include "price/greeks_batch.h"

/* What goes into the kernels and comes out of them, for some quotes at a time. Mids, bids and asks stand one
 * behind the other: 3 n prices. */
enum { BLOCK = VOL_SOLVE_MOST, N3 = 3 * BLOCK };
struct block {
    signed char type[N3];
    unsigned char status[N3];
    double price[N3], forward[N3], strike[N3], discount[N3], t[N3], t_var[N3], vol[N3], distance[N3],
        spot[N3];
    double speed[BLOCK], value[BLOCK], delta[BLOCK], gamma[BLOCK], theta[BLOCK], vega[BLOCK], rho[BLOCK];
};

/* What moves with the spot: all of it, or, where cash dividends are known, what is left without them. */
static double spot_of(const struct vol_valued *q)
{
    return q->american ? q->carried : q->underlying_price - q->escrow;
}

/* The dividends to come gain worth as they come nearer: at a spot that stands still there is less left
 * without them. */
static void grow_escrow(struct vol_valued *q)
{
    if (!q->american && q->escrow > 0)
        q->greeks.theta -= q->greeks.delta * q->escrow * q->escrow_rate / 365;
}

static void gather(const struct vol_valued *q, size_t n, double speed, struct block *b)
{
    size_t i, side;

    for (i = 0; i < n; i++) {
        double unit = vol_valuation_unit(&q[i]);

        b->speed[i] = speed;
        b->price[i] = q[i].mid * unit;
        b->price[n + i] = q[i].bid * unit;
        b->price[2 * n + i] = q[i].ask * unit;
        for (side = 0; side < 3; side++) {
            b->type[side * n + i] = (signed char)q[i].type;
            b->forward[side * n + i] = q[i].forward;
            b->strike[side * n + i] = q[i].strike;
            b->discount[side * n + i] = q[i].discount;
            b->t[side * n + i] = q[i].t;
            b->t_var[side * n + i] = q[i].t_var;
            b->spot[side * n + i] = spot_of(&q[i]);
        }
    }
}

static void set_greeks(struct block *b, size_t i, const struct vol_greeks *g)
{
    b->value[i] = g->price;
    b->delta[i] = g->delta;
    b->gamma[i] = g->gamma;
    b->theta[i] = g->theta;
    b->vega[i] = g->vega;
    b->rho[i] = g->rho;
}

static void scatter(const struct block *b, size_t n, struct vol_valued *q)
{
    size_t i;

    for (i = 0; i < n; i++) {
        q[i].status = (enum vol_iv_status)b->status[i];
        q[i].distance = b->distance[i];
        q[i].vol = b->vol[i];
        q[i].vol_bid = b->vol[n + i];
        q[i].vol_ask = b->vol[2 * n + i];
        q[i].greeks =
            (struct vol_greeks){b->value[i], b->delta[i], b->gamma[i], b->theta[i], b->vega[i], b->rho[i]};
        /* an inverse price without the coin's price says nothing: it is the forward that is missing */
        if (q[i].status == VOL_IV_NO_QUOTE && q[i].mid > 0 && !(vol_valuation_unit(&q[i]) > 0))
            q[i].status = VOL_IV_NO_FORWARD;
    }
}

static void solve_european(struct block *b, size_t n, enum vol_isa isa)
{
    struct vol_iv_batch iv = {.n = 3 * n,
                              .type = b->type,
                              .price = b->price,
                              .forward = b->forward,
                              .strike = b->strike,
                              .discount = b->discount,
                              .t = b->t_var,
                              .vol = b->vol,
                              .distance = b->distance,
                              .status = b->status,
                              .isa = isa};
    struct vol_greeks_batch greeks = {.n = n,
                                      .type = b->type,
                                      .forward = b->forward,
                                      .strike = b->strike,
                                      .discount = b->discount,
                                      .t = b->t,
                                      .vol = b->vol,
                                      .spot = b->spot,
                                      .t_var = b->t_var,
                                      .speed = b->speed,
                                      .price = b->value,
                                      .delta = b->delta,
                                      .gamma = b->gamma,
                                      .theta = b->theta,
                                      .vega = b->vega,
                                      .rho = b->rho,
                                      .isa = isa};

    vol_iv_solve(&iv);
    vol_greeks_solve(&greeks);
}

/* Quotes, all of them American. Early exercise is a matter of the calendar: the vol is found in its time. */
static void solve_american(struct block *b, size_t n)
{
    struct vol_american_iv_batch iv = {.n = 3 * n,
                                       .type = b->type,
                                       .price = b->price,
                                       .forward = b->forward,
                                       .strike = b->strike,
                                       .discount = b->discount,
                                       .t = b->t,
                                       .spot = b->spot,
                                       .vol = b->vol,
                                       .distance = b->distance,
                                       .status = b->status};
    size_t i;

    vol_american_iv_solve(&iv);
    for (i = 0; i < n; i++) {
        struct vol_greeks g;

        vol_american_greeks_forward(VOL_AMERICAN_FAST, b->type[i] > 0 ? VOL_CALL : VOL_PUT, b->forward[i],
                                    b->strike[i], b->discount[i], b->t[i], b->vol[i], b->spot[i], &g);
        set_greeks(b, i, &g);
    }
}

/* Greeks at a vol of calendar time to greeks at one of the clock's, over which the same variance is spread:
 * the price is A(t, vol sqrt(t_var / t)), so that vega is per point of the new vol, and as time passes the
 * old one changes too. */
static void change_clock(struct vol_valued *q, double speed)
{
    double change = sqrt(q->t / q->t_var), flat = q->vol_at / change;

    q->greeks.theta += 100 * q->greeks.vega * 0.5 * flat * (1 / q->t - speed / q->t_var) / 365;
    q->greeks.vega /= change;
}

/* The vols were found in calendar time, as early exercise goes by it. A clock that has run out leaves no vol,
 * as for a European option. */
static void set_clock(struct vol_valued *q, double speed)
{
    double change = sqrt(q->t / q->t_var);

    if (!(q->t_var > 0)) {
        if (q->t > 0 && q->status == VOL_IV_OK)
            q->status = VOL_IV_EXPIRED;
        q->vol = q->vol_bid = q->vol_ask = q->vol_at = NAN;
        q->greeks = (struct vol_greeks){NAN, NAN, NAN, NAN, NAN, NAN};
        return;
    }
    q->vol *= change;
    q->vol_bid *= change;
    q->vol_ask *= change;
    q->vol_at = q->vol;
    change_clock(q, speed);
}

static struct vol_greeks_input input_of(const struct vol_valued *q, double speed)
{
    return (struct vol_greeks_input){.type = q->type,
                                     .forward = q->forward,
                                     .strike = q->strike,
                                     .discount = q->discount,
                                     .t = q->t,
                                     .t_var = q->t_var,
                                     .speed = speed,
                                     .vol = q->vol_at,
                                     .spot = spot_of(q)};
}

/* Price and greeks at the vol that the caller gave. */
static void value_at_given(const struct vol_valuation *v, const struct vol_valuation_config *config,
                           double speed, struct vol_valued *q)
{
    struct vol_greeks_all all;
    double vol = q->given_vol * sqrt(q->t_var / q->t);

    q->vol_at = q->given_vol;
    if (q->cash) {
        vol_cash_greeks(v, config, vol, q);
    } else if (q->american) {
        vol_american_greeks_forward(VOL_AMERICAN_FAST, q->type, q->forward, q->strike, q->discount, q->t, vol,
                                    q->carried, &q->greeks);
    } else {
        struct vol_greeks_input in = input_of(q, speed);

        vol_greeks_all(&in, &all);
        q->greeks = all.first;
        return;
    }
    if (config->clock != NULL)
        change_clock(q, speed);
}

void vol_solve(const struct vol_valuation *v, const struct vol_valuation_config *config, double speed,
               struct vol_valued *q, size_t n)
{
    struct block b;
    size_t i;

    if (q->cash) {
        for (i = 0; i < n; i++)
            vol_cash_value(v, config, &q[i]);
    } else {
        gather(q, n, speed, &b);
        if (q->american)
            solve_american(&b, n);
        else
            solve_european(&b, n, config->isa);
        scatter(&b, n, q);
    }
    for (i = 0; i < n; i++) {
        q[i].vol_at = q[i].vol;
        if (config->clock != NULL && q[i].american)
            set_clock(&q[i], speed);
        if (config->at_given)
            value_at_given(v, config, speed, &q[i]);
        grow_escrow(&q[i]);
    }
}

/* What follows from price and spot delta alone; no differences of finite-difference prices are taken. */
static void cash_greeks(const struct vol_valued *q, struct vol_greeks_all *out)
{
    double value = q->greeks.price, s = q->carried;

    out->vanna = out->volga = out->charm = out->dual_delta = NAN;
    out->delta_futures = q->greeks.delta * s / q->forward;
    out->delta_forward = out->delta_futures / q->discount;
    out->delta_pa = q->greeks.delta - value / s;
    out->delta_forward_pa = out->delta_forward - value / (q->discount * q->forward);
}

void vol_valuation_all(const struct vol_valued *q, const struct vol_valuation_config *config, int64_t ts,
                       struct vol_greeks_all *out)
{
    double speed = config->clock != NULL ? vol_clock_speed(config->clock, ts) : 1;
    struct vol_greeks_input in = input_of(q, speed);

    if (!q->american) {
        vol_greeks_all(&in, out);
        out->first = q->greeks;
        return;
    }
    if (q->cash)
        cash_greeks(q, out);
    else
        vol_american_greeks_all(VOL_AMERICAN_FAST, &in, out);
    out->first = q->greeks;
}
