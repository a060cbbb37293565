/* tradier.h: the answers of Tradier, read. Made from XML: a list of one element is that element, a list of
 * none is null or the text "null".
 */
#ifndef VOL_SOURCE_TRADIER_H
#define VOL_SOURCE_TRADIER_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "source/us_chain.h"

/* /v1/markets/options/expirations: the dates, a NUL behind each, appended to DATES; *N_DATES of them. */
enum vol_status vol_tradier_expirations(const char *body, size_t n, struct vol_buf *dates, size_t *n_dates,
                                        struct vol_error *err);

/* /v1/markets/options/chains?greeks=true: the contracts of one expiration into CHAIN. Its vols are decimals;
 * a mid_iv of 0 is none (smv_vol, a point of a fitted curve, does not stand in for it). */
enum vol_status vol_tradier_chain(const char *body, size_t n, struct vol_us_chain *chain,
                                  struct vol_error *err);

/* /v1/markets/quotes: the price of the underlying SYMBOL; none when the vendor does not know it. */
enum vol_status vol_tradier_quote(const char *body, size_t n, const char *symbol, struct vol_us_chain *chain,
                                  struct vol_error *err);

#endif
