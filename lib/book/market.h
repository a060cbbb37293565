/* market.h: the latest chain of each underlying, as decisions, limits, fills and marks need it.
 *
 * A chain is what one snapshot said: contracts, bid and ask, greeks. It is open while its quotes come in and
 * complete when a `snap` record closes it that announced as many quotes as came: nothing else tells a whole
 * chain from a cut one. Nothing may be decided or filled on a chain that is not complete. Memory is that of
 * one snapshot per underlying.
 */
#ifndef VOL_BOOK_MARKET_H
#define VOL_BOOK_MARKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "book/contract.h"
#include "record/rec.h"

/* A quote; what is missing or not finite is VOL_FIXED_NONE or NaN. Greeks are per unit of underlying
 * (volpipe-records(5): theta per day, vega per vol point). */
struct vol_market_quote {
    struct vol_contract contract;
    int64_t bid, ask;         /* fixed */
    int64_t underlying_price; /* fixed: price of the underlying, or of the forward on venues that give that */
    double forward;
    double delta, gamma, theta, vega;
    bool inverse; /* prices are in the coin: they are no amounts of the account's money */
};

struct vol_chain {
    char underlying[VOL_NAME_MAX];
    int64_t ts;
    bool complete;
    int64_t underlying_price; /* the first that a quote of the snapshot had; VOL_FIXED_NONE */
    struct vol_market_quote *quotes;
    size_t n, cap;
    size_t n_unusable; /* quotes that no contract could be made of (a field missing or out of its domain) */
    uint32_t *slots;   /* hash table of indices + 1 by symbol */
    size_t n_slots;    /* a power of 2 */
};

struct vol_market {
    struct vol_chain *chains;
    size_t n, cap;
    size_t open; /* index + 1 of the chain whose quotes come in; 0: none */
};

/* The wants of a tool that keeps a market, to be put first among its own. */
#define VOL_MARKET_WANTS                                                                                  \
    {"underlying", false}, {"symbol", false}, {"root", false}, {"expiration", false}, {"expires", false}, \
        {"strike", false}, {"option_type", false}, {"multiplier", false}, {"bid", false}, {"ask", false}, \
        {"underlying_price", false}, {"forward", false}, {"delta", false}, {"gamma", false},              \
        {"theta", false}, {"vega", false},                                                                \
    {                                                                                                     \
        "inverse", false                                                                                  \
    }

/* Indices of these wants in vol_rec.value. */
enum {
    VOL_MARKET_UNDERLYING = VOL_W_OWN,
    VOL_MARKET_SYMBOL,
    VOL_MARKET_ROOT,
    VOL_MARKET_EXPIRATION,
    VOL_MARKET_EXPIRES,
    VOL_MARKET_STRIKE,
    VOL_MARKET_TYPE,
    VOL_MARKET_MULTIPLIER,
    VOL_MARKET_BID,
    VOL_MARKET_ASK,
    VOL_MARKET_SPOT,
    VOL_MARKET_FORWARD,
    VOL_MARKET_DELTA,
    VOL_MARKET_GAMMA,
    VOL_MARKET_THETA,
    VOL_MARKET_VEGA,
    VOL_MARKET_INVERSE,
    VOL_MARKET_OWN /* the tool's own wants go on here */
};

void vol_market_init(struct vol_market *market);
void vol_market_free(struct vol_market *market);

/* The chain of an underlying, or null. The pointer holds until the next underlying is added. */
struct vol_chain *vol_market_chain(const struct vol_market *market, const char *underlying);

/* The chain of UNDERLYING emptied and opened at TS, made when it is new. VOL_EOS, VOL_EDATA (a bad name). */
enum vol_status vol_market_open(struct vol_market *market, int64_t ts, const char *underlying, size_t len,
                                struct vol_chain **out, struct vol_error *err);

/* Add a quote to an open chain. A symbol that stands there already is replaced. VOL_EOS. */
enum vol_status vol_chain_add(struct vol_chain *chain, const struct vol_market_quote *quote);

/* The quote of REC (wants as above) into *QUOTE. VOL_EDATA: a field that the contract needs is missing or out
 * of its domain. */
enum vol_status vol_market_read(const struct vol_rec *rec, struct vol_market_quote *quote);

/* To be called with every record before it is handled. The chain that the quote REC of another key shows to
 * be over without a `snap`, so not complete; null: none. */
struct vol_chain *vol_market_before(struct vol_market *market, const struct vol_rec *rec);

/* Take in the quote of REC: opens the chain when the key is new, and adds. VOL_EOS. */
enum vol_status vol_market_take(struct vol_market *market, const struct vol_rec *rec, struct vol_error *err);

/* The chain that the `snap` record REC closes in *OUT; complete if REC is RIGHT (it announced what came). A
 * right one without any quotes closes an empty chain; null: it is not of the quotes that came. VOL_EOS. */
enum vol_status vol_market_snap(struct vol_market *market, const struct vol_rec *rec, bool right,
                                struct vol_chain **out, struct vol_error *err);

/* At the end of the stream: the chain that no `snap` has closed, so not complete; null: none. */
struct vol_chain *vol_market_end(struct vol_market *market);

/* The quote of SYMBOL in a chain, or null. */
const struct vol_market_quote *vol_chain_find(const struct vol_chain *chain, const char *symbol);

/* Whether both sides are there and 0 <= bid < ask: neither missing nor locked nor crossed. */
bool vol_market_two_sided(const struct vol_market_quote *quote);

/* Half of bid + ask, fixed; VOL_FIXED_NONE unless 0 <= bid <= ask and ask > 0. */
int64_t vol_market_mid(const struct vol_market_quote *quote);

#endif
