/* track.h: the past of one field for each of many symbols, a sample a day.
 *
 * Values come in event time, with the date to which they belong. The last value of a date is that date's
 * sample; the dates before it are the window against which today's value is ranked (rank.h). So several
 * values a day (intraday snapshots, a bar and a chain of the same close) count once, and a value is never
 * compared with itself or with anything later. Memory: 8 bytes per symbol and day of lookback.
 */
#ifndef VOL_SIGNAL_TRACK_H
#define VOL_SIGNAL_TRACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/map.h"
#include "signal/rank.h"

/* One symbol's past. */
struct vol_track_series {
    struct vol_rank_window before; /* the dates before `date` */
    int32_t date;
    double value; /* the latest of `date`; NaN: none yet */
};

/* VOL_EUSAGE for a LOOKBACK that rank.h refuses, VOL_EOS. */
enum vol_status vol_track_series_init(struct vol_track_series *series, size_t lookback);
void vol_track_series_free(struct vol_track_series *series);

/* As vol_track_sample, of this series alone. */
enum vol_status vol_track_series_take(struct vol_track_series *series, int32_t date, double x,
                                      size_t min_samples, struct vol_rank *out);

struct vol_track {
    struct vol_map symbols;
    struct vol_track_series *series; /* by index in `symbols` */
    size_t cap, lookback;
};

/* VOL_EUSAGE for a LOOKBACK that rank.h refuses. */
enum vol_status vol_track_init(struct vol_track *track, size_t lookback);
void vol_track_free(struct vol_track *track);

/* Take X, finite, as SYMBOL's value of DATE (days since 1970-01-01) so far. With OUT: rank it against the
 * dates before. VOL_EDATA: X is not finite, or DATE is before SYMBOL's latest one; VOL_EOS. Nothing is taken
 * then. */
enum vol_status vol_track_sample(struct vol_track *track, const char *symbol, size_t len, int32_t date,
                                 double x, size_t min_samples, struct vol_rank *out);

/* How many dates before DATE are in SYMBOL's window. */
size_t vol_track_count(const struct vol_track *track, const char *symbol, size_t len, int32_t date);

#endif
