/* fred.h: the answers of FRED (St. Louis Fed) as records: yields, overnight rates, and copies of VIX indices.
 *
 * What a series is (tenor, how its yield counts, which index it copies) and when a value was known stand in
 * the layouts `fred` and `fred-index`: the vendor's files and its answers become the same records.
 */
#ifndef VOL_SOURCE_FRED_H
#define VOL_SOURCE_FRED_H

#include "source/adapter.h"

/* Gather the CSV of fredgraph.csv: `observation_date` (or DATE), then a column for each series. VOL_EPROTOCOL
 * naming line and column. */
enum vol_status vol_fred_csv(const struct vol_query *query, const char *body, size_t n,
                             struct vol_gather *out, struct vol_error *err);

/* Gather one page of series/observations of SERIES; *N_SEEN grows by its observations, *COUNT is what the
 * whole range has. VOL_EPROTOCOL naming the member. */
enum vol_status vol_fred_json(const struct vol_query *query, const char *series, const char *body, size_t n,
                              struct vol_gather *out, int64_t *n_seen, int64_t *count, struct vol_error *err);

#endif
