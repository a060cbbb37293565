/* ivolatility.h: rows of IVolatility made into records: end-of-day chains, prices, the IV index. */
#ifndef VOL_SOURCE_IVOLATILITY_H
#define VOL_SOURCE_IVOLATILITY_H

#include <stdint.h>

#include "base/error.h"
#include "source/gather.h"
#include "source/ivol_rows.h"
#include "source/us_chain.h"

/* Readers of rows (vol_ivol_reader); DATA is the struct named. */

/* A chain of one DATE: a row of options-rawiv is a contract of CHAIN. The date of expiration is that in the
 * contract's name, which differs by a day from the column's for AM settlement; names older than OSI (before
 * May 2010) are passed over for symbol, expiration, strike and type. A vol of 0 or below, and one that the
 * vendor marks as interpolated, is none, and then its greeks are. */
struct vol_ivol_chain {
    struct vol_us_chain *chain;
    int32_t date;
};
enum vol_status vol_ivol_read_quote(void *data, const struct vol_ivol_row *row, struct vol_error *err);

/* Daily bars of SYMBOL, known at the close: of its price, or (IVX) of its implied vol at constant maturities,
 * the mean of calls and puts, a decimal: SYMBOL.IVX30. */
struct vol_ivol_bars {
    const struct vol_source_facts *facts;
    struct vol_gather *out;
    const char *symbol;
    int64_t received;
};
enum vol_status vol_ivol_read_price(void *data, const struct vol_ivol_row *row, struct vol_error *err);
enum vol_status vol_ivol_read_ivx(void *data, const struct vol_ivol_row *row, struct vol_error *err);

#endif
