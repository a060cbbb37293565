/* rank.h: where a value stands among those before it.
 *
 * Two figures that are often confused, both on 0 to 100, over a lookback of L values (252: a trading year):
 *
 * - rank: 100 (x - min) / (max - min), min and max over the L values that end with x itself. One high day a
 *   year ago holds it down until that day leaves. Undefined (NaN) when max = min.
 * - percentile: 100 times the share of the L values before x that are strictly less than x.
 *
 * The source chapter (l. 764) calls the second one "IV rank" and acts on it. Definitions as in tastytrade's
 * "IVR vs IVP" (2014). Pure arithmetic: exact counts, no clock, no I/O; the same on every CPU.
 */
#ifndef VOL_SIGNAL_RANK_H
#define VOL_SIGNAL_RANK_H

#include <stddef.h>

#include "base/error.h"
#include "signal/below.h"
#include "signal/order.h"

/* Up to VOL_RANK_COUNT_MAX, counting all values beats every structure that is kept sorted: a fourteenth of a
 * nanosecond a value with four lanes. Above, the sorted blocks of order.h win; `make bench` measures both. */
enum { VOL_RANK_LOOKBACK_MAX = 100000, VOL_RANK_COUNT_MAX = 2000 };

/* Mean and squared distances from it of a stretch of the ring, for the z-score of long windows. */
struct vol_rank_chunk {
    double mean, squares;
};

/* The last values of a series, at most `lookback` of them, in no particular order for the reader. */
struct vol_rank_window {
    double *values;  /* a ring of which n are filled */
    double min, max; /* of the values */
    size_t lookback, n, next;
    vol_below *below;
    struct vol_order order;        /* the values sorted, and … */
    struct vol_rank_chunk *chunks; /* … their moments: of a lookback above VOL_RANK_COUNT_MAX */
};

struct vol_rank {
    size_t n;          /* values before x that were there to compare with, at most the lookback */
    double rank;       /* NaN: fewer than the least number of samples, or max = min */
    double percentile; /* NaN: fewer than the least number of samples */
    double zscore; /* (x - mean) / standard deviation (n - 1) of the n values before x; NaN: no spread, or too
                      few */
    double min, max; /* of the rank's window, x included */
};

/* LOOKBACK in [1, VOL_RANK_LOOKBACK_MAX]. VOL_EUSAGE, VOL_EOS. */
enum vol_status vol_rank_window_init(struct vol_rank_window *window, size_t lookback);
void vol_rank_window_free(struct vol_rank_window *window);

/* Add X as the newest value; the oldest leaves a full window. VOL_EDATA: X is not finite. */
enum vol_status vol_rank_window_add(struct vol_rank_window *window, double x);

/* Where X, finite, stands against the window, which does not hold it yet. Rank, percentile and z-score are
 * NaN when the window holds fewer than MIN_SAMPLES (at least 1) values. VOL_EDATA: X is not finite. */
enum vol_status vol_rank_of(const struct vol_rank_window *window, double x, size_t min_samples,
                            struct vol_rank *out);

/* ---- kernel over arrays: rolling.c -----------------------------------------------------------------------
 */

/* Rank and percentile of each of X[0..N) against those before it, as the window above gives them. Values that
 * are not finite are no samples and get NaN. VOL_EUSAGE for a LOOKBACK out of bounds, VOL_EOS. */
enum vol_status vol_rank_rolling(const double *x, size_t n, size_t lookback, size_t min_samples,
                                 enum vol_isa isa, double *rank, double *percentile);

#endif
