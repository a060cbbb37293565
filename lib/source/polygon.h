/* polygon.h: the answers of Polygon.io (Massive), read: chain snapshot, contracts, aggregates. */
#ifndef VOL_SOURCE_POLYGON_H
#define VOL_SOURCE_POLYGON_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "source/gather.h"
#include "source/us_chain.h"

/* A page of /v3/snapshot/options/…: its contracts into CHAIN, the address of the next page into NEXT (empty:
 * it was the last). VOL_EPROTOCOL; VOL_EPERM and VOL_ENOINPUT when the page itself says so. */
enum vol_status vol_polygon_chain(const char *body, size_t n, struct vol_us_chain *chain,
                                  struct vol_buf *next, struct vol_error *err);

/* A page of /v3/reference/options/contracts: contracts without prices. */
enum vol_status vol_polygon_contracts(const char *body, size_t n, struct vol_us_chain *chain,
                                      struct vol_buf *next, struct vol_error *err);

/* A page of /v2/aggs/ticker/TICKER/range/1/day/…. The time of a daily bar is the midnight with which its day
 * begins; the record has the instant at which the session closes. A symbol is written without `I:` and `O:`.
 */
enum vol_status vol_polygon_bars(const char *body, size_t n, const char *ticker, int64_t received,
                                 const struct vol_source_facts *facts, struct vol_gather *out,
                                 struct vol_buf *next, struct vol_error *err);

#endif
