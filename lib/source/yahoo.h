/* yahoo.h: the answers of Yahoo Finance, read: option chains and daily bars. */
#ifndef VOL_SOURCE_YAHOO_H
#define VOL_SOURCE_YAHOO_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "source/gather.h"
#include "source/json.h"
#include "source/us_chain.h"

/* The one result of the envelope NAME ("optionChain", "chart") of ANSWER; ENVELOPE and LIST are the places on
 * the way to it. OUT has no value when the list is empty: nothing is known of the symbol. VOL_EPROTOCOL;
 * VOL_ENOINPUT: the envelope says that there is no such symbol. */
enum vol_status vol_yahoo_result(const struct vol_json *answer, const char *name, struct vol_json *envelope,
                                 struct vol_json *list, struct vol_json *out, struct vol_error *err);

/* The expirations that an underlying has, as Yahoo names them: midnight UTC, in seconds since 1970. */
struct vol_yahoo_dates {
    int64_t *date;
    size_t n;
};

void vol_yahoo_dates_free(struct vol_yahoo_dates *dates);

/* An answer of /v7/finance/options/…: the contracts of one expiration into CHAIN. WANTED: that expiration; 0:
 * any, and DATES becomes the list of all (the caller frees). Out of hours bid and ask are 0, which is no
 * quote, and the vols of contracts without a quote are steps of a search that found nothing (1e-5, 0.0078,
 * 0.0156 … 0.5): none. VOL_EPROTOCOL; VOL_ENOINPUT: the answer says that there is no such symbol. */
enum vol_status vol_yahoo_chain(const char *body, size_t n, int64_t wanted, struct vol_us_chain *chain,
                                struct vol_yahoo_dates *dates, struct vol_error *err);

/* An answer of /v8/finance/chart/…?interval=1d: the time of a bar is the opening of its session, or, of the
 * running one, the last trade. Prices are single-precision numbers printed as doubles: 213.97999572753906 is
 * 213.98. They are adjusted for splits, not for dividends. */
enum vol_status vol_yahoo_bars(const char *body, size_t n, const char *symbol, int64_t received,
                               const struct vol_source_facts *facts, struct vol_gather *out,
                               struct vol_error *err);

/* The name that a symbol has in the records: ^VIX is VIX, ^GSPC is SPX. */
const char *vol_yahoo_name(const char *symbol);

#endif
