/* valuation.h: the quotes of one snapshot with forward, implied vols and greeks.
 *
 * Quotes are added one by one, then valued together: those of one root, expiration, settlement instant and
 * exercise form a group, whose forward and discount come from put-call parity (chain/forwards.h), from the
 * quotes' own underlying price, or from a spot with rate and yield. Each quote then gets three vols
 * (price/iv.h) and the greeks at the vol of its mid. Nothing is guessed: without a forward the status says so
 * and the numbers are NaN.
 */
#ifndef VOL_CHAIN_VALUATION_H
#define VOL_CHAIN_VALUATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "chain/clock.h"
#include "chain/pairs.h"
#include "price/agreement.h"
#include "price/curve.h"
#include "price/dividends.h"
#include "price/greeks.h"
#include "price/iv.h"
#include "price/parity.h"

enum vol_forward_from {
    VOL_FORWARD_AUTO,   /* the quote's own for inverse options with a price per expiry, else parity */
    VOL_FORWARD_PARITY, /* put-call parity of the group */
    VOL_FORWARD_QUOTE,  /* the underlying price of each quote is the forward of its expiry */
    VOL_FORWARD_SPOT    /* Black-Scholes-Merton: underlying price, rate and yield */
};

enum vol_exercise_as {
    VOL_EXERCISE_AS_QUOTED, /* each quote's own */
    VOL_EXERCISE_EUROPEAN,
    VOL_EXERCISE_AMERICAN
};

struct vol_valuation_config {
    enum vol_forward_from forward_from;
    double rate, yield; /* VOL_FORWARD_SPOT: continuously compounded; a NaN rate is taken from the curve */
    enum vol_exercise_as exercise;
    bool at_given; /* price and greeks at the given_vol of each quote; one without it has none */
    const struct vol_clock *clock;         /* of the vols (chain/clock.h); null: the calendar, ACT/365 */
    const struct vol_dividends *dividends; /* of the underlying, cash in the strike's currency; null: none */
    enum vol_dividends_model dividend_model;
    enum vol_isa isa; /* of the kernels; 0: the best */
};

struct vol_valued {
    /* what the caller gives; NaN: not there */
    double strike, bid, ask, underlying_price;
    double given_vol; /* of config.at_given */
    int64_t expires;
    enum vol_option_type type;
    bool inverse;   /* prices are in the coin: they count times the underlying price */
    bool american;  /* may be exercised early; vol_valuation_run sets it as the configuration says */
    bool cash;      /* american, and a cash dividend falls before its expiry; set by vol_valuation_run */
    uint32_t group; /* set by vol_valuation_add */

    /* what vol_valuation_run finds; NaN: unknown */
    enum vol_iv_status status; /* of the mid */
    double mid;                /* as quoted (an inverse option's is in the coin); NaN when crossed */
    double distance;           /* of the mid inside its bounds, in the strike's currency (price/iv.h) */
    double t, forward, discount;
    double t_var; /* variance time, in which the vols count; t without a clock */
    double escrow,
        escrow_rate; /* spot forwards: worth of the dividends until expiry, and how fast it grows */
    double carried;  /* american: the spot that early exercise is judged with (chain/forwards.h) */
    double vol, vol_bid, vol_ask;
    double vol_at;            /* of the greeks: vol or given_vol */
    struct vol_greeks greeks; /* in the strike's currency, per unit of the underlying */
};

struct vol_valuation_group {
    size_t root_at, root_len; /* in `names` */
    int32_t expiration;
    int64_t expires;
    bool given_american; /* as its quotes say; a group is one root, date, settlement and exercise */
    double carried;      /* american: the spot that its root's forwards imply (chain/forwards.h); NaN: none */
    size_t nth; /* the group that comes in this place, 0 for group[0] … when ordered by settlement */
    double t, t_var;
    bool american, cash;        /* its first quote is */
    enum vol_forward_from from; /* of its last quote; never VOL_FORWARD_AUTO */
    struct vol_parity parity;   /* status VOL_PARITY_NO_PAIRS when it was not asked for */
    double forward, discount;   /* what its first quote was valued with */
    double
        spot; /* the first underlying price that was given; american: implied (chain/forwards.h); NaN: none */
    double yield, yield_error;      /* implied by spot, forward and discount: dividends and borrow, 1/year */
    struct vol_agreement agreement; /* of its calls and puts with the forward that they were valued with */
};

struct vol_valuation {
    struct vol_valued *quote;
    size_t n, cap;
    struct vol_valuation_group *group;
    size_t n_groups, cap_groups;
    struct vol_pairs pairs; /* of the last run; `call` and `put` are indices of `quote` */
    /* private */
    bool one_price; /* the quotes of two or more expirations carry one underlying price: it is a spot */
    struct vol_buf names;
    struct vol_buf work;
    struct vol_buf fd; /* one struct vol_fd_work, when it is needed */
};

void vol_valuation_init(struct vol_valuation *v);
void vol_valuation_clear(struct vol_valuation *v); /* the next snapshot; memory is kept */
void vol_valuation_free(struct vol_valuation *v);

/* Copy the given members of QUOTE into the group of ROOT (may be empty) and EXPIRATION; it becomes quote[n -
 * 1]. VOL_EOS. */
enum vol_status vol_valuation_add(struct vol_valuation *v, const struct vol_valued *quote, const char *root,
                                  size_t root_len, int32_t expiration);

/* Value all quotes as of TS with CURVE (may be empty). VOL_EOS. */
enum vol_status vol_valuation_run(struct vol_valuation *v, const struct vol_valuation_config *config,
                                  int64_t ts, const struct vol_curve *curve);

/* The index of the first group of ROOT that settles at EXPIRES; n_groups: there is none. */
size_t vol_valuation_group(const struct vol_valuation *v, const char *root, size_t root_len, int64_t expires);

/* All greeks of a quote that vol_valuation_run has valued with CONFIG as of TS, in the strike's currency.
 * With cash dividends vanna, volga, charm and dual_delta are unknown: NaN. */
void vol_valuation_all(const struct vol_valued *quote, const struct vol_valuation_config *config, int64_t ts,
                       struct vol_greeks_all *out);

/* Where the forward of QUOTE comes from under CONFIG; never VOL_FORWARD_AUTO. After vol_valuation_run. */
enum vol_forward_from vol_valuation_from(const struct vol_valuation *v,
                                         const struct vol_valuation_config *config,
                                         const struct vol_valued *quote);

/* What an inverse option's price of 1 is worth in the strike's currency; 1 for all others. */
double vol_valuation_unit(const struct vol_valued *quote);

#endif
