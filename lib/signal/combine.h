/* combine.h: a mean of forecasts, each weighted by how little it lost so far.
 *
 * The weight of a forecaster is proportional to exp(-S), S = sum over the days whose variance is known of
 * decay^age QLIKE: the exponentially weighted average forecaster (Vovk 1990), with a memory of 1 / (1 -
 * decay) days so that one that was good long ago does not stay on top. With QLIKE as loss the weight is the
 * Gaussian likelihood of the model, so that this is Bayesian model averaging with forgetting (Raftery et al.
 * 2010) in all but a factor. Before any day is known all weights are equal.
 */
#ifndef VOL_SIGNAL_COMBINE_H
#define VOL_SIGNAL_COMBINE_H

#include <stddef.h>

enum { VOL_COMBINE_MAX = 16 };

struct vol_combine {
    size_t n; /* forecasters, at most VOL_COMBINE_MAX */
    double decay;
    double sum[VOL_COMBINE_MAX];
};

/* N forecasters; DECAY in (0, 1]. */
void vol_combine_init(struct vol_combine *combine, size_t n, double decay);

/* The variance Y of the days that FORECAST[0..n) were for is known. A day on which one of them was missing
 * (NaN) counts for none. */
void vol_combine_learn(struct vol_combine *combine, const double *forecast, double y);

/* The weighted mean of FORECAST, WEIGHT[0..n) (may be null) its weights, which add up to 1. Missing ones
 * (NaN) weigh 0; NaN when all are missing. */
double vol_combine_mean(const struct vol_combine *combine, const double *forecast, double *weight);

#endif
