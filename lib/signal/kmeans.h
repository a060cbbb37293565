/* kmeans.h: k centres, each the mean of the rows that are nearest to it.
 *
 * Lloyd's iteration (1982) from the centres that are given, or from a seeded k-means++ start (Arthur and
 * Vassilvitskii 2007). It stops as sklearn's KMeans does, to which the tests compare it from the same start:
 * when no row changes its centre, or when the centres together move (sum of squares) no more than the
 * tolerance times the mean variance of the columns. A centre without rows moves to the row that is farthest
 * from its own.
 *
 * Rows without gaps, x[i * d + j]; a NaN in the last column is a value that is missing: the distance is over
 * the others then.
 */
#ifndef VOL_SIGNAL_KMEANS_H
#define VOL_SIGNAL_KMEANS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct vol_kmeans_fit {
    double inertia; /* sum of squared distances to the centres */
    size_t steps;
};

/* Choose K rows of X as CENTRES[K * D]: the first at random, each further one with a probability that grows
 * with its squared distance to the nearest chosen one. Of 2 + ln K candidates the best is taken, as sklearn
 * does. VOL_EDATA: fewer than K different rows; VOL_EOS. */
enum vol_status vol_kmeans_seed(double *centres, size_t k, const double *x, size_t n, size_t d,
                                uint64_t *seed);

/* Move CENTRES[K * D] until they rest, at most MAX_STEPS times, and write each row's centre to LABELS[N].
 * VOL_EUSAGE: sizes (at least K rows); VOL_EOS; CENTRES are as they were then. FIT may
 * be null. */
enum vol_status vol_kmeans_fit(double *centres, uint32_t *labels, size_t k, const double *x, size_t n,
                               size_t d, double tolerance, size_t max_steps, struct vol_kmeans_fit *fit);

/* The centre that is nearest to X[D], and in *SQUARED (when not null) how far it is. */
size_t vol_kmeans_nearest(const double *centres, size_t k, const double *x, size_t d, double *squared);

#endif
