/* forest.h: a random forest, by XGBoost in its forest mode.
 *
 * Many trees of one round, each grown on a sample of the rows and split on a sample of the columns (Breiman
 * 2001); a NaN is a missing value that each split sends where it does best. One thread and a seed: the same
 * rows give the same model. A build without XGBoost (the Makefile looks for libxgboost-dev) has these
 * functions too; they answer VOL_EUNAVAILABLE.
 */
#ifndef VOL_SIGNAL_FOREST_H
#define VOL_SIGNAL_FOREST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum { VOL_FOREST_VERSION_MAX = 32 };

struct vol_forest; /* private */

struct vol_forest_options {
    size_t trees; /* 1 to 10000 */
    size_t depth; /* of a tree, 1 to 16 */
    double rows;  /* share of the rows that a tree sees, in (0, 1] */
    uint64_t seed;
};

#define VOL_FOREST_OPTIONS \
    {                      \
        100, 6, 0.632, 42  \
    }

/* "xgboost 1.7.4"; null in a build without it, or where it cannot be loaded. */
const char *vol_forest_version(char out[VOL_FOREST_VERSION_MAX]);

/* Learn LABELS[N] (0 to K - 1, each there at least once; K up to 64) from N rows of D columns (up to 64), row
 * by row. VOL_EUSAGE: sizes and options; VOL_EDATA: a label, or an infinite value; VOL_EUNAVAILABLE, VOL_EOS.
 */
enum vol_status vol_forest_train(struct vol_forest **out, const double *x, const uint32_t *labels, size_t n,
                                 size_t d, size_t k, const struct vol_forest_options *options,
                                 struct vol_error *err);
void vol_forest_free(struct vol_forest *forest);

/* Probabilities of the K classes given X[D]. VOL_EINTERNAL: XGBoost failed. */
enum vol_status vol_forest_predict(const struct vol_forest *forest, const double *x, double *p,
                                   struct vol_error *err);

/* Append the model as XGBoost's JSON, an object. */
enum vol_status vol_forest_save(const struct vol_forest *forest, struct vol_buf *out, struct vol_error *err);

/* A model from that JSON, which must be of D columns and K classes. VOL_ECONFIG with words: it is no such
 * model; VOL_EUNAVAILABLE, VOL_EOS. */
enum vol_status vol_forest_load(struct vol_forest **out, const char *json, size_t len, size_t d, size_t k,
                                struct vol_error *err);

#endif
