/* us_chain.h: what the vendors of US options have in common: a chain that is collected from answers.
 *
 * A chain is one snapshot, though its answers say the time of each quote, or none: it has the instant of its
 * newest quote (never later than the answer was received; when no quote has a time, that of the price of the
 * underlying, and without any the receive time). So a chain asked for at night is the one of the evening, and
 * asking twice gives the same records.
 */
#ifndef VOL_SOURCE_US_CHAIN_H
#define VOL_SOURCE_US_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "chain/symbol.h"
#include "source/gather.h"
#include "source/json.h"
#include "source/row.h"

/* NaN: the vendor gave none. */
struct vol_us_quote {
    struct vol_symbol symbol;
    double bid, ask, bid_size, ask_size, last, volume, open_interest;
    double iv; /* a decimal */
    double delta, gamma, theta, vega, rho;
    double multiplier; /* another one than the contract table's makes the contract an adjusted one */
    char exercise;     /* E, A; 0: that of the contract table */
    bool adjusted;     /* beside what root and multiplier say */
    int64_t traded;    /* session of `volume`, any instant of it; INT64_MIN: that of the chain */
};

struct vol_us_chain {
    struct vol_us_quote *quote;
    size_t n, cap;
    int64_t newest;     /* time of the newest quote; INT64_MIN: none has one */
    double price;       /* of the underlying; NaN */
    int64_t price_ts;   /* INT64_MIN: unknown */
    int64_t received;   /* of the last answer */
    const char *source; /* in place of the adapter's name; null */
};

void vol_us_chain_init(struct vol_us_chain *chain);
void vol_us_chain_free(struct vol_us_chain *chain);

/* An answer was received: the chain is known from then on. */
void vol_us_chain_received(struct vol_us_chain *chain, int64_t received);

/* Add the contract that the text KEY of AT names by its OSI name (`O:` and padding are passed over), without
 * any value; *QUOTE holds until the next call. VOL_EPROTOCOL: it is no such name; VOL_EOS. */
enum vol_status vol_us_chain_add(struct vol_us_chain *chain, const struct vol_json *at, const char *key,
                                 struct vol_us_quote **quote, struct vol_error *err);
/* The same for a NAME that was read already, at the place AT, and for a contract that is known. */
enum vol_status vol_us_chain_add_name(struct vol_us_chain *chain, const struct vol_json *at, const char *name,
                                      size_t n, struct vol_us_quote **quote, struct vol_error *err);

enum vol_status vol_us_chain_add_symbol(struct vol_us_chain *chain, const struct vol_symbol *symbol,
                                        struct vol_us_quote **quote, struct vol_error *err);

/* That members which say again what the name says do not contradict it; null keys are passed over, and so are
 * members that are not there. The expiration (YYYY-MM-DD, what follows is passed over) may be a day off: that
 * is the custom of some vendors for AM settlement, and the date of the name is taken. VOL_EPROTOCOL. */
enum vol_status vol_us_quote_agrees(const struct vol_us_quote *quote, const struct vol_json *at,
                                    const char *expiration, const char *strike, const char *type,
                                    struct vol_error *err);

/* A time that a vendor may not have: *OUT stays as it is when the member is absent, null, or no time after
 * 1970 (0, and what a zero of some language looks like); else as vol_json_time. */
enum vol_status vol_us_time(const struct vol_json *at, const char *key, int64_t unit, int64_t *out,
                            struct vol_error *err);

/* A quote or trade of the chain is of TS. */
void vol_us_chain_time(struct vol_us_chain *chain, int64_t ts);

/* The price of the underlying at TS (INT64_MIN: unknown); the newest one counts. One that is more than a
 * minute newer than the newest quote is left out of the records: it is not what the quotes were made at
 * (shares trade on when options have closed, delayed options stand beside live shares). */
void vol_us_chain_price(struct vol_us_chain *chain, double price, int64_t ts);

/* The instant of the chain. */
int64_t vol_us_chain_ts(const struct vol_us_chain *chain);

/* That the chain as a whole is what was promised. VOL_EPROTOCOL: no contract has a quote, a trade or a vol
 * (members were renamed, or the plan does not cover them); a number is beyond anything that is traded; the
 * median of ten or more vols is above 8: percent where decimals were promised. (A chain without contracts is
 * left to vol_us_chain_gather.) */
enum vol_status vol_us_chain_check(const struct vol_us_chain *chain, struct vol_error *err);

/* All quotes as records; FACTS are those of OUT. VOL_ENOINPUT: there are none. A bid and an ask that are both
 * 0 are no quote; an ask of 0, a last price of 0 and a vol that is not positive are "none", and so are greeks
 * that are all 0. The volume of another session than that of the chain is left out. */
enum vol_status vol_us_chain_gather(const struct vol_us_chain *chain, const struct vol_source_facts *facts,
                                    struct vol_gather *out, struct vol_error *err);

#endif
