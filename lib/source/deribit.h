/* deribit.h: Deribit's public answers (API v2, JSON-RPC) as records.
 *
 * What the vendor writes, and what becomes of it: vols in percent are decimals here; prices stay in the unit
 * of the book, the coin of inverse options, USDC of linear ones, and the record says which (currency,
 * inverse); a side without an order is absent (null in summaries, a price or amount of 0 in tickers); sizes
 * are in coin, so that the multiplier is 1 whatever the vendor's contract_size; a candle is known at its end,
 * and one that has not ended is refused (`unfinished`).
 *
 * A parser reads one answer into a gatherer. Failures: VOL_EPROTOCOL with the path in the answer, or what the
 * vendor's own error code means (vol_deribit_meaning).
 */
#ifndef VOL_SOURCE_DERIBIT_H
#define VOL_SOURCE_DERIBIT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "source/gather.h"
#include "source/json.h"
#include "source/row.h"

#define VOL_DERIBIT_MS INT64_C(1000000) /* nearly all of its times */

/* An answer. TEST: the host is the test system's, whose prices may be absurd: an answer that says something
 * else about itself is refused. */
struct vol_deribit_body {
    const char *text;
    size_t len;
    int64_t received;
    bool test;
};

/* An answer that was read. It must stay where it is while RESULT is used. */
struct vol_deribit_answer {
    json_t *json;
    struct vol_json root, result;
    int64_t ts; /* when it left the vendor, or was received where it does not say */
};

/* Read the envelope. On VOL_OK the caller gives ANSWER back to vol_deribit_close. */
enum vol_status vol_deribit_open(const struct vol_deribit_body *body, struct vol_deribit_answer *answer,
                                 struct vol_error *err);
void vol_deribit_close(struct vol_deribit_answer *answer);

/* What an error code of the vendor's means to the caller. */
enum vol_status vol_deribit_meaning(int64_t code);

/* The words of the error object AT: "not_found (13020): ...". */
void vol_deribit_words(const struct vol_json *at, char *out, size_t size);

/* VOL_EPROTOCOL when X (NaN: none) is beyond anything that is traded (1e12): NAME is what it is, AT where. */
enum vol_status vol_deribit_possible(const struct vol_json *at, double x, const char *name,
                                     struct vol_error *err);

/* ---- one instrument, as a ticker or a line of the book summary shows it (deribit_market.c) ---- */

/* NaN: none. */
struct vol_deribit_market {
    const char *name; /* lives as long as the answer */
    int64_t ts;
    double bid, ask, bid_size, ask_size, last, mark;
    double volume, open_interest; /* volume: of 24 hours */
    double underlying_price;      /* of options: the forward of the expiry */
    double index_price;
    double iv, iv_bid, iv_ask; /* decimals */
    double delta, gamma, theta, vega, rho;
};

/* A ticker or an order book: AT is its object (`result`, or `data` of the channel `ticker`). */
enum vol_status vol_deribit_ticker(const struct vol_json *at, struct vol_deribit_market *out,
                                   struct vol_error *err);

/* A line of get_book_summary_by_currency with kind=option. */
enum vol_status vol_deribit_summary(const struct vol_json *at, struct vol_deribit_market *out,
                                    struct vol_error *err);

/* Begin a `quote` of NAME and write what the contract is. VOL_NO: no option's name, or a root that
 * share/contracts does not know; the record is cancelled then. */
enum vol_status vol_deribit_begin_quote(struct vol_gather *out, const char *name, int64_t ts,
                                        struct vol_error *err);

/* A vol that came in percent, as a decimal of no more digits. */
void vol_deribit_put_vol(struct vol_gather *out, const char *name, double vol);

/* The fields of MARKET into the quote begun. */
void vol_deribit_put_quote(struct vol_gather *out, const struct vol_deribit_market *market);

/* MARKET as a record: a `quote` for an option, else a `bar` (future, perpetual, spot, combo) of the last
 * price and the mark. */
enum vol_status vol_deribit_put(struct vol_gather *out, const struct vol_deribit_market *market,
                                struct vol_error *err);

/* ---- answers of the HTTP methods as records ---- */

/* Which books: roots ("BTC", "SOL_USDC") or the currency of linear ones ("USDC"). */
struct vol_deribit_wanted {
    char *const *name;
    size_t n;
};

/* get_book_summary_by_currency, with get_instruments of the same currency for the settlement instants. All
 * quotes carry the instant of the latest of them. */
enum vol_status vol_deribit_chain(const struct vol_source_facts *facts, const struct vol_deribit_wanted *want,
                                  const struct vol_deribit_body *summary,
                                  const struct vol_deribit_body *instruments, struct vol_gather *out,
                                  struct vol_error *err);

/* get_instruments: quotes without prices. */
enum vol_status vol_deribit_instruments(const struct vol_source_facts *facts,
                                        const struct vol_deribit_wanted *want,
                                        const struct vol_deribit_body *body, struct vol_gather *out,
                                        struct vol_error *err);

/* ticker of NAME. VOL_EPROTOCOL: it is another instrument's. */
enum vol_status vol_deribit_read_ticker(const struct vol_deribit_body *body, const char *name,
                                        struct vol_gather *out, struct vol_error *err);

/* get_order_book of NAME: the ticker's record, and a `level` for each of the DEPTH best prices of either
 * side.
 */
enum vol_status vol_deribit_book(const struct vol_deribit_body *body, const char *name, int64_t depth,
                                 struct vol_gather *out, struct vol_error *err);

/* get_index_price of NAME. */
enum vol_status vol_deribit_index(const struct vol_deribit_body *body, const char *name,
                                  struct vol_gather *out, struct vol_error *err);

/* The symbol of a currency's volatility index: "BTC-DVOL". */
enum { VOL_DERIBIT_SYMBOL_MAX = 48 };
void vol_deribit_dvol_symbol(const char *currency, char out[VOL_DERIBIT_SYMBOL_MAX]);

/* get_volatility_index_data: candles of STEP nanoseconds into bars in points, as the VIX. Pages come newest
 * first: candles that begin at or after *BEFORE were in an earlier page; *BEFORE becomes the first of this
 * one, *MORE the end of the next page to ask for, 0 when there is none. VOL_EPROTOCOL: the pages do not go
 * back in time. */
enum vol_status vol_deribit_dvol(const struct vol_deribit_body *body, const char *currency, int64_t step,
                                 int64_t *before, int64_t *more, struct vol_gather *out,
                                 struct vol_error *err);

/* get_tradingview_chart_data: candles of STEP nanoseconds into bars of NAME. *FIRST and *LAST become the
 * beginnings of the first and the last candle, 0 when there are none (`no_data` is an answer like any other).
 */
enum vol_status vol_deribit_chart(const struct vol_deribit_body *body, const char *name, int64_t step,
                                  int64_t *first, int64_t *last, struct vol_gather *out,
                                  struct vol_error *err);

/* What a page of trades holds. */
struct vol_deribit_page {
    size_t n;                  /* trades in it */
    int64_t last_seq;          /* of the latest trade; 0: none */
    int64_t first_ts, last_ts; /* of the earliest and the latest */
    bool more;
};

/* get_last_trades_*: `trade` records, all of the instrument NAME unless that is null. The legs of a combo,
 * which are published as trades of their own, are not taken from the combo's. */
enum vol_status vol_deribit_trades(const struct vol_source_facts *facts, const struct vol_deribit_body *body,
                                   const char *name, struct vol_deribit_page *page, struct vol_gather *out,
                                   struct vol_error *err);

#endif
