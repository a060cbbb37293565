/* regime_fit.h: a classifier of regimes as it was fitted to some rows, and its verdict on a row.
 *
 * Below regime.h, which feeds it day by day, and regime_file.h, which keeps it.
 */
#ifndef VOL_SIGNAL_REGIME_FIT_H
#define VOL_SIGNAL_REGIME_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "signal/features.h"
#include "signal/forest.h"
#include "signal/hmm.h"
#include "signal/regime.h"
#include "signal/scaler.h"

/* The rows to fit: VOL_FEATURES values each, the price and the date of each. */
struct vol_regime_rows {
    const double *x, *price;
    const int32_t *date;
    size_t n;
};

struct vol_regime_fit {
    enum vol_regime_model model;
    size_t k, d; /* regimes; features: 7, or 8 with the nine-day index */
    struct vol_scaler scaler;
    struct vol_hmm hmm;                          /* of a mixture only the `emission` is used */
    double centre[VOL_GMM_K_MAX * VOL_FEATURES]; /* k-means, k * d */
    struct vol_forest *forest;                   /* owned by whoever keeps the fit */
    double bound[VOL_GMM_K_MAX];                 /* forest: k - 1 realised vols between the regimes */
    size_t horizon;                              /* forest */
    double bic;          /* of a mixture that is trained: of its rows, the less the better; else NaN */
    size_t n;            /* rows that it was fitted to … */
    int32_t first, last; /* … their dates … */
    int32_t seen;        /* … and the last date whose prices went into it (the forest's outcomes) */
};

/* Fit CONFIG's model to ROWS. FIT->forest is new or null. VOL_EDATA with words: too few rows (min_days), or
 * the model cannot be fitted; VOL_EUNAVAILABLE, VOL_EOS. */
enum vol_status vol_regime_fit_make(struct vol_regime_fit *fit, const struct vol_regime_config *config,
                                    const struct vol_regime_rows *rows, struct vol_error *err);

/* The probabilities P[k] of the regimes given the row X[VOL_FEATURES] and, for a chain, those of the row
 * before (BEFORE, null: there was none). VOL_EDATA: they are not finite; VOL_EOS, VOL_EINTERNAL. */
enum vol_status vol_regime_fit_judge(const struct vol_regime_fit *fit, const double *x, const double *before,
                                     double *p, struct vol_error *err);

/* Sample realised vol of the HORIZON log returns after PRICE[0], a decimal per year, about 0. */
double vol_regime_outcome(const double *price, size_t horizon);

#endif
