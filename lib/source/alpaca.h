/* alpaca.h: the answers of Alpaca's market data, read. */
#ifndef VOL_SOURCE_ALPACA_H
#define VOL_SOURCE_ALPACA_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "source/us_chain.h"

/* A page of /v1beta1/options/snapshots/…: an object with a member for each contract. NEXT becomes the token
 * of the next page (empty: it was the last). */
enum vol_status vol_alpaca_chain(const char *body, size_t n, struct vol_us_chain *chain, struct vol_buf *next,
                                 struct vol_error *err);

/* /v2/stocks/…/trades/latest: the price of the underlying. */
enum vol_status vol_alpaca_trade(const char *body, size_t n, struct vol_us_chain *chain,
                                 struct vol_error *err);

#endif
