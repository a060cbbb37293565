/* trade_world.h: an invented chain of SPX for the tests of trading: strikes 2800 to 3000, greeks that are
 * plain functions of the strike, so that every choice and sum can be worked out by hand. */
#ifndef VOL_TESTS_TRADE_WORLD_H
#define VOL_TESTS_TRADE_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "book/market.h"
#include "book/order.h"

#define WORLD_T0 INT64_C(1556223300000000000) /* 2019-04-25T20:15:00Z */

static inline int64_t fixed(double x)
{
    int64_t out = VOL_FIXED_NONE;

    vol_fixed_from(x, &out);
    return out;
}

static inline struct vol_contract world_contract(const char *root, int days, int strike, char type)
{
    struct vol_contract c;
    int year, month, day;

    memset(&c, 0, sizeof c);
    strcpy(c.underlying, "SPX");
    strcpy(c.root, root);
    c.expires = WORLD_T0 + days * VOL_DAY;
    c.expiration = vol_date_of_time(c.expires);
    vol_date_to_ymd(c.expiration, &year, &month, &day);
    snprintf(c.symbol, sizeof c.symbol, "%s%02d%02d%02d%c%05d000", root, year % 100, month, day, type,
             strike);
    c.option_type = type;
    c.strike = fixed(strike);
    c.multiplier = fixed(100);
    return c;
}

/* Forward 2900; call delta 0.5 - (K - 2900) / 250, put delta less 1; bid and ask 0.1 around |delta| * 100. */
static inline struct vol_market_quote world_quote(const char *root, int days, int strike, char type)
{
    struct vol_market_quote q;
    double call = 0.5 - (strike - 2900) / 250.0;

    memset(&q, 0, sizeof q);
    q.contract = world_contract(root, days, strike, type);
    q.delta = type == 'C' ? call : call - 1;
    q.gamma = 0.004;
    q.theta = -0.5;
    q.vega = 3;
    q.forward = 2900;
    q.underlying_price = fixed(2900);
    q.bid = fixed((q.delta > 0 ? q.delta : -q.delta) * 100 - 0.1);
    q.ask = q.bid + fixed(0.2);
    return q;
}

/* Root SPXW at DAYS: strikes 2800, 2820 … 3000, both types. */
static inline void world_add(struct vol_chain *chain, const char *root, int days)
{
    int strike;

    for (strike = 2800; strike <= 3000; strike += 20) {
        struct vol_market_quote c = world_quote(root, days, strike, 'C'),
                                p = world_quote(root, days, strike, 'P');

        vol_chain_add(chain, &c);
        vol_chain_add(chain, &p);
    }
}

static inline struct vol_chain *world_chain(struct vol_market *market, int64_t ts)
{
    struct vol_chain *chain = NULL;

    if (vol_market_open(market, ts, "SPX", 3, &chain, NULL) != VOL_OK)
        exit(70);
    return chain;
}

static inline struct vol_market_quote *world_find(struct vol_chain *chain, const char *root, int days,
                                                  int strike, char type)
{
    struct vol_contract c = world_contract(root, days, strike, type);

    return (struct vol_market_quote *)vol_chain_find(chain, c.symbol);
}

/* An order of one leg. */
static inline struct vol_order world_order(const char *id, int side, int64_t quantity,
                                           const struct vol_contract *c)
{
    struct vol_order order;

    memset(&order, 0, sizeof order);
    snprintf(order.id, sizeof order.id, "%s", id);
    strcpy(order.strategy, "s");
    strcpy(order.underlying, c->underlying);
    order.ts = WORLD_T0;
    order.n_legs = 1;
    order.legs[0].contract = *c;
    order.legs[0].side = side;
    order.legs[0].ratio = 1;
    order.quantity = quantity;
    order.limit_price = VOL_FIXED_NONE;
    return order;
}

static inline void world_leg(struct vol_order *order, int side, int64_t ratio, const struct vol_contract *c)
{
    struct vol_leg *leg = &order->legs[order->n_legs++];

    leg->contract = *c;
    leg->side = side;
    leg->ratio = ratio;
}

#endif
