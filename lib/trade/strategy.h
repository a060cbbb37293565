/* strategy.h: a strategy file: when to trade, which legs, how much, when to leave.
 *
 * The file is JSON, read strictly (record/conf.h). vstrat(1) describes every key; share/strategies has
 * examples.
 */
#ifndef VOL_TRADE_STRATEGY_H
#define VOL_TRADE_STRATEGY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "book/order.h"

enum vol_strength { VOL_STRENGTH_NONE, VOL_STRENGTH_WEAK, VOL_STRENGTH_MODERATE, VOL_STRENGTH_STRONG };

/* -1 sell_vol, 0 neutral, 1 buy_vol; VOL_EDATA for another word. */
enum vol_status vol_strategy_direction(const char *word, size_t len, int *out);
enum vol_status vol_strategy_strength(const char *word, size_t len, enum vol_strength *out);

struct vol_strategy_leg {
    int side;         /* 1 buys, -1 sells */
    char option_type; /* 'C' or 'P' */
    int64_t ratio;
    bool atm;     /* at the strike nearest to the forward; else by delta */
    double delta; /* |delta| that is aimed at, 0 to 1 */
};

struct vol_strategy {
    char name[VOL_NAME_MAX];
    /* entry */
    char model[VOL_NAME_MAX]; /* of the signal */
    int direction;            /* 1: on buy_vol, -1: on sell_vol */
    enum vol_strength min_strength;
    /* which expiration, in days of 24 h from the snapshot to the settlement */
    double dte_min, dte_target, dte_max;
    char root[VOL_NAME_MAX]; /* "": any */
    struct vol_strategy_leg legs[VOL_ORDER_LEGS_MAX];
    size_t n_legs;
    double delta_tolerance; /* |delta| of a leg may miss its aim by so much */
    /* how much */
    int64_t quantity;   /* units per trade at most */
    double max_vega;    /* money per vol point of a trade; infinity: no bound */
    double max_premium; /* money, net premium of a trade at mid; infinity: no bound */
    int64_t max_units;  /* open units per underlying, working orders counted */
    /* when to leave */
    double exit_dte;    /* close when so many days or fewer are left; -1: never */
    bool exit_opposite; /* close when the opposite signal comes, of at least min_strength */
    /* the order */
    bool limit;            /* with a limit price */
    double aggressiveness; /* of it: 0 mid, 1 the far side of every leg; beyond 1 through it */
    int64_t tick;          /* fixed: of the net price */
    enum vol_tif tif;
};

/* VOL_ECONFIG with words; *OUT untouched. */
enum vol_status vol_strategy_load(const char *path, struct vol_strategy *out, struct vol_error *err);

#endif
