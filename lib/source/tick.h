/* tick.h: instruments of a live feed: what their contracts are, what is known of their prices, and both as
 * records.
 *
 * A message tells some groups of values (a book its top, a ticker everything); a value of those groups that
 * it does not have is gone, those of other groups stay as they were.
 */
#ifndef VOL_SOURCE_TICK_H
#define VOL_SOURCE_TICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/time.h"
#include "chain/contract.h"
#include "chain/symbol.h"
#include "record/writer.h"
#include "source/row.h"

enum vol_tick_group {
    VOL_TICK_TOP = 1,   /* bid, ask and their sizes */
    VOL_TICK_MARK = 2,  /* mark, and the vendor's vol of it */
    VOL_TICK_LAST = 4,  /* last */
    VOL_TICK_REST = 8,  /* volume, open_interest, underlying_price, greeks, vols of bid and ask */
    VOL_TICK_PRICE = 16 /* of what is no option: open, high, low, close, volume of a bar */
};

/* NaN: no value. */
struct vol_tick {
    unsigned groups;
    double bid, ask, bid_size, ask_size;
    double mark, iv;
    double last;
    double volume, open_interest, underlying_price, iv_bid, iv_ask, delta, gamma, theta, vega, rho;
    double open, high, low, close, bar_volume;
};

/* No group, every value NaN. */
void vol_tick_clear(struct vol_tick *tick);

/* Take over the groups that NEWS has. */
void vol_tick_merge(struct vol_tick *tick, const struct vol_tick *news);

enum { VOL_INSTRUMENT_NAME = 48 };

/* An option, or something with a price (a future, an index). */
struct vol_instrument {
    bool is_option;
    char name[VOL_INSTRUMENT_NAME]; /* the `symbol` of its records */
    struct vol_symbol symbol;       /* options only, down to last_trade */
    struct vol_contract_spec contract;
    int64_t expires, last_trade;
    char expiration_text[VOL_DATE_MAX], expires_text[VOL_TIME_MAX], last_trade_text[VOL_TIME_MAX];
};

/* An option of FAMILY and VENUE from its NAME (OSI: with or without `O:`); VOL_NO: NAME is no option's.
 * VOL_EDATA: a root that the venue does not have. */
enum vol_status vol_instrument_option(struct vol_instrument *out, enum vol_symbol_family family,
                                      const char *venue, const char *name, size_t n,
                                      const struct vol_source_facts *facts, struct vol_error *err);

/* Something else. VOL_EDATA: the name is empty or too long. */
enum vol_status vol_instrument_other(struct vol_instrument *out, const char *name, size_t n,
                                     struct vol_error *err);

/* Underlying, root, expiration, strike and type decide the order of a snapshot's quotes; < 0, 0, > 0. */
int vol_instrument_compare(const struct vol_instrument *a, const struct vol_instrument *b);

/* What a record says beside its kind, ts and values: QUOTED is the venue's own instant, written when it is
 * not TS. */
struct vol_tick_stamp {
    int64_t ts, quoted, received;
    const char *source;
};

/* The fields behind kind and ts: of the `quote` of an option; else of a `bar`, of a `level` (the best of the
 * bids, of the asks). */
void vol_tick_put_quote(const struct vol_instrument *option, const struct vol_tick *tick,
                        const struct vol_tick_stamp *stamp, struct vol_writer *out);
void vol_tick_put_bar(const struct vol_instrument *other, const struct vol_tick *tick,
                      const struct vol_tick_stamp *stamp, struct vol_writer *out);
void vol_tick_put_level(const struct vol_instrument *other, const struct vol_tick *tick, bool bid,
                        const struct vol_tick_stamp *stamp, struct vol_writer *out);

#endif
