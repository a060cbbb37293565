/* cboe.h: what Cboe gives away: delayed chains (JSON), histories of its indices and settlements of its
 * futures (CSV), as records.
 *
 * The chains are an unofficial feed with two clocks: `timestamp` is when the file was made, in UTC, about a
 * quarter of an hour behind the quotes in it; `last_trade_time` is New York's, without a zone. A chain has
 * the instant of the newest trade in it, which its quotes are not older than: "now" would be too late by the
 * delay, and at night by hours.
 */
#ifndef VOL_SOURCE_CBOE_H
#define VOL_SOURCE_CBOE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "source/gather.h"
#include "source/row.h"

/* A chain, received at RECEIVED. VOL_EPROTOCOL: a member is missing or of another type, or a trade is later
 * than the file (a clock is not what it was taken for); VOL_ENOINPUT: no options. */
enum vol_status vol_cboe_chain(const struct vol_source_facts *facts, const char *body, size_t n,
                               int64_t received, struct vol_gather *out, struct vol_error *err);

/* NAME_History.csv: bars known at 16:15 in New York, with open, high, low and close or, in files with one
 * column of values, a close. A row without a close is refused (`no_value`). */
enum vol_status vol_cboe_index(const struct vol_source_facts *facts, const char *name, const char *body,
                               size_t n, struct vol_gather *out, struct vol_error *err);

/* The settlements of DATE: bars of the futures whose product is one of PRODUCT[0..N_PRODUCTS), known at 16:15
 * in New York. The server answers a day that it does not have with another one's: a file that is not of DATE
 * (it lacks the VX that is next to expire, or has contracts that had expired) is VOL_EPROTOCOL. A file
 * without rows is a day without settlements. */
enum vol_status vol_cboe_futures(const struct vol_source_facts *facts, int32_t date, char *const *product,
                                 size_t n_products, const char *body, size_t n, struct vol_gather *out,
                                 struct vol_error *err);

/* The close of index options on DATE: 16:15 in New York, earlier on early days. */
int64_t vol_cboe_close(const struct vol_source_facts *facts, int32_t date);

/* The first monthly expiration of VIX futures after DATE: 30 days before the third Friday of the month behind
 * it, or the trading day before. */
int32_t vol_cboe_vix_expiration(const struct vol_calendar *calendar, int32_t date);

#endif
