#include "signal/forest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef VOL_HAVE_XGBOOST

#include <xgboost/c_api.h>

struct vol_forest {
    BoosterHandle booster;
    size_t d, k;
};

const char *vol_forest_version(char out[VOL_FOREST_VERSION_MAX])
{
    int major, minor, patch;

    XGBoostVersion(&major, &minor, &patch);
    snprintf(out, VOL_FOREST_VERSION_MAX, "xgboost %d.%d.%d", major, minor, patch);
    return out;
}

/* The first line of what XGBoost says; the rest is its stack. */
static enum vol_status say(struct vol_error *err, enum vol_status status)
{
    const char *words = XGBGetLastError();

    return vol_error_set(err, status, "xgboost: %.*s", (int)strcspn(words, "\n"), words);
}

static int set_size(BoosterHandle booster, const char *name, size_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%zu", value);
    return XGBoosterSetParam(booster, name, text);
}

/* A share in (0, 1], without a locale's decimal sign. */
static int set_share(BoosterHandle booster, const char *name, double value)
{
    char text[24];

    if (value >= 1)
        return XGBoosterSetParam(booster, name, "1");
    snprintf(text, sizeof text, "0.%06d", (int)(value * 1e6));
    return XGBoosterSetParam(booster, name, text);
}

/* One round of parallel trees, each on a share of the rows, each split on about sqrt(D) columns, no
 * shrinkage. */
static int configure(BoosterHandle b, size_t d, size_t k, const struct vol_forest_options *o)
{
    return XGBoosterSetParam(b, "booster", "gbtree") || XGBoosterSetParam(b, "verbosity", "0") ||
           XGBoosterSetParam(b, "nthread", "1") || XGBoosterSetParam(b, "tree_method", "exact") ||
           XGBoosterSetParam(b, "objective", "multi:softprob") || set_size(b, "num_class", k) ||
           set_size(b, "num_parallel_tree", o->trees) || set_size(b, "max_depth", o->depth) ||
           set_size(b, "seed", (size_t)(o->seed & 0x7fffffff)) ||
           XGBoosterSetParam(b, "learning_rate", "1") || XGBoosterSetParam(b, "reg_lambda", "0.00001") ||
           set_share(b, "subsample", o->rows) ||
           set_share(b, "colsample_bynode", ceil(sqrt((double)d)) / (double)d + 1e-6);
}

static int grow(BoosterHandle *booster, DMatrixHandle *matrix, const float *values, const float *labels,
                size_t n, size_t d, size_t k, const struct vol_forest_options *options)
{
    return XGDMatrixCreateFromMat(values, n, d, NAN, matrix) ||
           XGDMatrixSetFloatInfo(*matrix, "label", labels, n) || XGBoosterCreate(matrix, 1, booster) ||
           configure(*booster, d, k, options) || XGBoosterUpdateOneIter(*booster, 0, *matrix);
}

/* Sizes, options, values and labels. */
static enum vol_status check(const double *x, const uint32_t *labels, size_t n, size_t d, size_t k,
                             const struct vol_forest_options *o, struct vol_error *err)
{
    uint64_t seen = 0;
    size_t i;

    if (n == 0 || d == 0 || k < 2 || k > 64 || o->trees == 0 || o->trees > 10000 || o->depth == 0 ||
        o->depth > 16 || !(o->rows > 0 && o->rows <= 1))
        return vol_error_set(err, VOL_EUSAGE, "forest: sizes or options out of bounds");
    for (i = 0; i < n * d; i++)
        if (isinf(x[i]))
            return vol_error_set(err, VOL_EDATA, "forest: a value is infinite");
    for (i = 0; i < n; i++) {
        if (labels[i] >= k)
            return vol_error_set(err, VOL_EDATA, "forest: a label is none of %zu classes", k);
        seen |= (uint64_t)1 << labels[i];
    }
    if (seen != (k == 64 ? UINT64_MAX : ((uint64_t)1 << k) - 1))
        return vol_error_set(err, VOL_EDATA, "forest: a class has no rows");
    return VOL_OK;
}

enum vol_status vol_forest_train(struct vol_forest **out, const double *x, const uint32_t *labels, size_t n,
                                 size_t d, size_t k, const struct vol_forest_options *options,
                                 struct vol_error *err)
{
    enum vol_status status = check(x, labels, n, d, k, options, err);
    DMatrixHandle matrix = NULL;
    struct vol_forest *made;
    float *values;
    size_t i;

    if (status != VOL_OK)
        return status;
    made = calloc(1, sizeof *made);
    values = malloc(n * (d + 1) * sizeof *values);
    if (made == NULL || values == NULL) {
        status = vol_error_set(err, VOL_EOS, "out of memory");
        goto done;
    }
    made->d = d;
    made->k = k;
    for (i = 0; i < n * d; i++)
        values[i] = (float)x[i];
    for (i = 0; i < n; i++)
        values[n * d + i] = (float)labels[i];
    if (grow(&made->booster, &matrix, values, values + n * d, n, d, k, options) != 0) {
        status = say(err, VOL_EINTERNAL);
        goto done;
    }
    *out = made;
    made = NULL;
done:
    if (matrix != NULL)
        XGDMatrixFree(matrix);
    vol_forest_free(made);
    free(values);
    return status;
}

void vol_forest_free(struct vol_forest *forest)
{
    if (forest != NULL && forest->booster != NULL)
        XGBoosterFree(forest->booster);
    free(forest);
}

enum vol_status vol_forest_predict(const struct vol_forest *forest, const double *x, double *p,
                                   struct vol_error *err)
{
    static const char config[] = "{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
                                 "\"strict_shape\":true}";
    float *values = malloc(forest->d * sizeof *values);
    bst_ulong const *shape;
    bst_ulong dims;
    const float *result;
    DMatrixHandle matrix = NULL;
    enum vol_status status = VOL_OK;
    size_t i;

    if (values == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    for (i = 0; i < forest->d; i++)
        values[i] = (float)x[i];
    if (XGDMatrixCreateFromMat(values, 1, forest->d, NAN, &matrix) != 0 ||
        XGBoosterPredictFromDMatrix(forest->booster, matrix, config, &shape, &dims, &result) != 0)
        status = say(err, VOL_EINTERNAL);
    else if (dims != 2 || shape[0] != 1 || shape[1] != forest->k)
        status = vol_error_set(err, VOL_EINTERNAL, "xgboost: an answer of another shape");
    for (i = 0; i < forest->k && status == VOL_OK; i++)
        p[i] = (double)result[i];
    if (matrix != NULL)
        XGDMatrixFree(matrix);
    free(values);
    return status;
}

enum vol_status vol_forest_save(const struct vol_forest *forest, struct vol_buf *out, struct vol_error *err)
{
    const char *bytes;
    bst_ulong len;

    if (XGBoosterSaveModelToBuffer(forest->booster, "{\"format\":\"json\"}", &len, &bytes) != 0)
        return say(err, VOL_EINTERNAL);
    return vol_buf_add(out, bytes, len) == VOL_OK ? VOL_OK : vol_error_set(err, VOL_EOS, "out of memory");
}

/* The number of classes is told by the shape of an answer. */
static enum vol_status is_of(const struct vol_forest *forest, struct vol_error *err)
{
    double x[64], p[64];
    bst_ulong d = 0;
    size_t i;

    if (XGBoosterGetNumFeature(forest->booster, &d) != 0)
        return say(err, VOL_ECONFIG);
    if (d != forest->d || d > 64)
        return vol_error_set(err, VOL_ECONFIG, "the forest is of %llu columns, not of %zu",
                             (unsigned long long)d, forest->d);
    for (i = 0; i < d; i++)
        x[i] = 0;
    if (vol_forest_predict(forest, x, p, err) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "the forest is not of %zu classes", forest->k);
    return VOL_OK;
}

enum vol_status vol_forest_load(struct vol_forest **out, const char *json, size_t len, size_t d, size_t k,
                                struct vol_error *err)
{
    struct vol_forest *made = calloc(1, sizeof *made);
    enum vol_status status = VOL_OK;

    if (made == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    made->d = d;
    made->k = k;
    if (XGBoosterCreate(NULL, 0, &made->booster) != 0 ||
        XGBoosterSetParam(made->booster, "nthread", "1") != 0 ||
        XGBoosterSetParam(made->booster, "verbosity", "0") != 0 ||
        XGBoosterLoadModelFromBuffer(made->booster, json, len) != 0)
        status = say(err, VOL_ECONFIG);
    else
        status = is_of(made, err);
    if (status == VOL_OK)
        *out = made;
    else
        vol_forest_free(made);
    return status;
}

#else /* the same functions of a build that has no XGBoost */

static enum vol_status refuse(struct vol_error *err)
{
    return vol_error_set(err, VOL_EUNAVAILABLE,
                         "this build has no random forests: install libxgboost-dev and make again");
}

const char *vol_forest_version(char out[VOL_FOREST_VERSION_MAX])
{
    out[0] = '\0';
    return NULL;
}

enum vol_status vol_forest_train(struct vol_forest **out, const double *x, const uint32_t *labels, size_t n,
                                 size_t d, size_t k, const struct vol_forest_options *options,
                                 struct vol_error *err)
{
    (void)out, (void)x, (void)labels, (void)n, (void)d, (void)k, (void)options;
    return refuse(err);
}

void vol_forest_free(struct vol_forest *forest)
{
    (void)forest;
}

enum vol_status vol_forest_predict(const struct vol_forest *forest, const double *x, double *p,
                                   struct vol_error *err)
{
    (void)forest, (void)x, (void)p;
    return refuse(err);
}

enum vol_status vol_forest_save(const struct vol_forest *forest, struct vol_buf *out, struct vol_error *err)
{
    (void)forest, (void)out;
    return refuse(err);
}

enum vol_status vol_forest_load(struct vol_forest **out, const char *json, size_t len, size_t d, size_t k,
                                struct vol_error *err)
{
    (void)out, (void)json, (void)len, (void)d, (void)k;
    return refuse(err);
}

#endif
