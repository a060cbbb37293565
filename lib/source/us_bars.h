/* us_bars.h: what the vendors of daily bars of US markets have in common: when a session is over, and what
 * range a user asks for.
 */
#ifndef VOL_SOURCE_US_BARS_H
#define VOL_SOURCE_US_BARS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/time.h"
#include "source/adapter.h"
#include "source/gather.h"

/* The instant at which the session of DATE has closed: 16:00 in New York, 16:15 for an index or option, both
 * earlier on early days. */
int64_t vol_us_close(const struct vol_source_facts *facts, int32_t date, bool late);

/* Whether SYMBOL is an index with options of its own (SPX, VIX), as the contract table has it. */
bool vol_us_is_index(const struct vol_source_facts *facts, const char *symbol);

/* A bar; NaN: the vendor gave none. */
struct vol_us_bar {
    double open, high, low, close, volume;
};

/* A bar of SYMBOL that is complete at TS. One that was still running when it was RECEIVED is refused
 * (`unfinished`), so that what is gathered does not depend on the hour of asking; one without a close is
 * (`no_value`). */
enum vol_status vol_us_bar_gather(struct vol_gather *out, const char *symbol, int64_t ts, int64_t received,
                                  const struct vol_us_bar *bar, struct vol_error *err);

/* The date that clocks in New York show at TS. */
int32_t vol_us_date(int64_t ts);

/* The days whose sessions close in the range that the user asks for, as clocks in New York show them; without
 * --since a year, without --until to today. */
void vol_us_range_days(const struct vol_query *query, int32_t *from, int32_t *to);
void vol_us_range(const struct vol_query *query, char from[VOL_DATE_MAX], char to[VOL_DATE_MAX]);

/* That every symbol of the query may stand in an address: 1 to 32 letters, digits and `.^=:-_`, at least one
 * of them a letter or digit; and that no other bars are asked for than daily ones. VOL_EUSAGE. */
enum vol_status vol_us_query_check(const struct vol_query *query, struct vol_error *err);

#endif
