#include "signal/forest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef VOL_HAVE_XGBOOST

#include <dlfcn.h>
#include <xgboost/c_api.h>

/* XGBoost is looked up when a forest is wanted: linked to the tool, it and the C++ behind it would double the
 * time that every start takes. */
#define XGBOOST_FUNCTIONS(f)                                                                                 \
    f(XGBoostVersion) f(XGBGetLastError) f(XGDMatrixCreateFromMat) f(XGDMatrixSetFloatInfo) f(XGDMatrixFree) \
        f(XGBoosterCreate) f(XGBoosterFree) f(XGBoosterSetParam) f(XGBoosterUpdateOneIter)                   \
            f(XGBoosterPredictFromDMatrix) f(XGBoosterGetNumFeature) f(XGBoosterSaveModelToBuffer)           \
                f(XGBoosterLoadModelFromBuffer)

struct api {
#define MEMBER(name) __typeof__(name) *name;
    XGBOOST_FUNCTIONS(MEMBER)
#undef MEMBER
};

enum { COLUMNS_MAX = 64, CLASSES_MAX = 64 };

struct vol_forest {
    struct api xgb;
    BoosterHandle booster;
    size_t d, k;
};

/* The library stays loaded until the process ends, since its threads do. */
static enum vol_status find_xgboost(struct api *xgb, struct vol_error *err)
{
    void *library = dlopen("libxgboost.so.0", RTLD_NOW | RTLD_LOCAL), *symbol;

    if (library == NULL)
        library = dlopen("libxgboost.so", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return vol_error_set(err, VOL_EUNAVAILABLE, "random forests need XGBoost (libxgboost-dev): %s",
                             dlerror());
#define FIND(name)                                                                    \
    symbol = dlsym(library, #name);                                                   \
    if (symbol == NULL)                                                               \
        return vol_error_set(err, VOL_EUNAVAILABLE, "this XGBoost has no %s", #name); \
    memcpy(&xgb->name, &symbol, sizeof symbol);
    XGBOOST_FUNCTIONS(FIND)
#undef FIND
    return VOL_OK;
}

/* A forest without trees. */
static enum vol_status make(struct vol_forest **out, size_t d, size_t k, struct vol_error *err)
{
    struct vol_forest *made = calloc(1, sizeof *made);
    enum vol_status status;

    if (made == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    made->d = d;
    made->k = k;
    status = find_xgboost(&made->xgb, err);
    if (status == VOL_OK)
        *out = made;
    else
        free(made);
    return status;
}

const char *vol_forest_version(char out[VOL_FOREST_VERSION_MAX])
{
    int major, minor, patch;
    struct api xgb;

    out[0] = '\0';
    if (find_xgboost(&xgb, NULL) != VOL_OK)
        return NULL;
    xgb.XGBoostVersion(&major, &minor, &patch);
    snprintf(out, VOL_FOREST_VERSION_MAX, "xgboost %d.%d.%d", major, minor, patch);
    return out;
}

/* The first line of what XGBoost says; the rest is its stack. */
static enum vol_status say(const struct vol_forest *forest, struct vol_error *err, enum vol_status status)
{
    const char *words = forest->xgb.XGBGetLastError();

    return vol_error_set(err, status, "xgboost: %.*s", (int)strcspn(words, "\n"), words);
}

static int set_size(const struct vol_forest *f, const char *name, size_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%zu", value);
    return f->xgb.XGBoosterSetParam(f->booster, name, text);
}

/* A share in (0, 1], without a locale's decimal sign. */
static int set_share(const struct vol_forest *f, const char *name, double value)
{
    char text[24];

    if (value >= 1)
        return f->xgb.XGBoosterSetParam(f->booster, name, "1");
    snprintf(text, sizeof text, "0.%06d", (int)(value * 1e6));
    return f->xgb.XGBoosterSetParam(f->booster, name, text);
}

/* One round of parallel trees, each on a share of the rows, each split on about sqrt(D) columns, no
 * shrinkage. */
static int configure(const struct vol_forest *f, const struct vol_forest_options *o)
{
    static const char *const fixed[][2] = {{"booster", "gbtree"},
                                           {"verbosity", "0"},
                                           {"nthread", "1"},
                                           {"tree_method", "exact"},
                                           {"objective", "multi:softprob"},
                                           {"learning_rate", "1"},
                                           {"reg_lambda", "0.00001"}};
    double d = (double)f->d;
    size_t i;

    for (i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (f->xgb.XGBoosterSetParam(f->booster, fixed[i][0], fixed[i][1]) != 0)
            return -1;
    return set_size(f, "num_class", f->k) || set_size(f, "num_parallel_tree", o->trees) ||
           set_size(f, "max_depth", o->depth) || set_size(f, "seed", (size_t)(o->seed & 0x7fffffff)) ||
           set_share(f, "subsample", o->rows) || set_share(f, "colsample_bynode", ceil(sqrt(d)) / d + 1e-6);
}

/* VALUES: n * d, then n labels. */
static int grow(struct vol_forest *f, DMatrixHandle *matrix, const float *values, size_t n,
                const struct vol_forest_options *options)
{
    return f->xgb.XGDMatrixCreateFromMat(values, n, f->d, NAN, matrix) ||
           f->xgb.XGDMatrixSetFloatInfo(*matrix, "label", values + n * f->d, n) ||
           f->xgb.XGBoosterCreate(matrix, 1, &f->booster) || configure(f, options) ||
           f->xgb.XGBoosterUpdateOneIter(f->booster, 0, *matrix);
}

/* Sizes, options, values and labels. */
static enum vol_status check(const double *x, const uint32_t *labels, size_t n, size_t d, size_t k,
                             const struct vol_forest_options *o, struct vol_error *err)
{
    uint64_t seen = 0;
    size_t i;

    if (n == 0 || d == 0 || d > COLUMNS_MAX || k < 2 || k > CLASSES_MAX || o->trees == 0 ||
        o->trees > 10000 || o->depth == 0 || o->depth > 16 || !(o->rows > 0 && o->rows <= 1))
        return vol_error_set(err, VOL_EUSAGE, "forest: sizes or options out of bounds");
    for (i = 0; i < n * d; i++)
        if (isinf(x[i]))
            return vol_error_set(err, VOL_EDATA, "forest: a value is infinite");
    for (i = 0; i < n; i++) {
        if (labels[i] >= k)
            return vol_error_set(err, VOL_EDATA, "forest: a label is none of %zu classes", k);
        seen |= (uint64_t)1 << labels[i];
    }
    if (seen != (k == CLASSES_MAX ? UINT64_MAX : ((uint64_t)1 << k) - 1))
        return vol_error_set(err, VOL_EDATA, "forest: a class has no rows");
    return VOL_OK;
}

enum vol_status vol_forest_train(struct vol_forest **out, const double *x, const uint32_t *labels, size_t n,
                                 size_t d, size_t k, const struct vol_forest_options *options,
                                 struct vol_error *err)
{
    enum vol_status status = check(x, labels, n, d, k, options, err);
    DMatrixHandle matrix = NULL;
    struct vol_forest *made = NULL;
    float *values;
    size_t i;

    if (status != VOL_OK)
        return status;
    values = malloc(n * (d + 1) * sizeof *values);
    status = values != NULL ? make(&made, d, k, err) : vol_error_set(err, VOL_EOS, "out of memory");
    if (status != VOL_OK)
        goto done;
    for (i = 0; i < n * d; i++)
        values[i] = (float)x[i];
    for (i = 0; i < n; i++)
        values[n * d + i] = (float)labels[i];
    if (grow(made, &matrix, values, n, options) != 0)
        status = say(made, err, VOL_EINTERNAL);
    if (matrix != NULL)
        made->xgb.XGDMatrixFree(matrix);
    if (status == VOL_OK)
        *out = made;
    else
        vol_forest_free(made);
done:
    free(values);
    return status;
}

void vol_forest_free(struct vol_forest *forest)
{
    if (forest != NULL && forest->booster != NULL)
        forest->xgb.XGBoosterFree(forest->booster);
    free(forest);
}

enum vol_status vol_forest_predict(const struct vol_forest *f, const double *x, double *p,
                                   struct vol_error *err)
{
    static const char config[] = "{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
                                 "\"strict_shape\":true}";
    float values[COLUMNS_MAX];
    bst_ulong const *shape;
    bst_ulong dims;
    const float *result;
    DMatrixHandle matrix = NULL;
    enum vol_status status = VOL_OK;
    size_t i;

    for (i = 0; i < f->d; i++)
        values[i] = (float)x[i];
    if (f->xgb.XGDMatrixCreateFromMat(values, 1, f->d, NAN, &matrix) != 0 ||
        f->xgb.XGBoosterPredictFromDMatrix(f->booster, matrix, config, &shape, &dims, &result) != 0)
        status = say(f, err, VOL_EINTERNAL);
    else if (dims != 2 || shape[0] != 1 || shape[1] != f->k)
        status = vol_error_set(err, VOL_EINTERNAL, "xgboost: an answer of another shape");
    for (i = 0; i < f->k && status == VOL_OK; i++)
        p[i] = (double)result[i];
    if (matrix != NULL)
        f->xgb.XGDMatrixFree(matrix);
    return status;
}

enum vol_status vol_forest_save(const struct vol_forest *f, struct vol_buf *out, struct vol_error *err)
{
    const char *bytes;
    bst_ulong len;

    if (f->xgb.XGBoosterSaveModelToBuffer(f->booster, "{\"format\":\"json\"}", &len, &bytes) != 0)
        return say(f, err, VOL_EINTERNAL);
    return vol_buf_add(out, bytes, len) == VOL_OK ? VOL_OK : vol_error_set(err, VOL_EOS, "out of memory");
}

/* The number of classes is told by the shape of an answer. */
static enum vol_status is_of(const struct vol_forest *f, struct vol_error *err)
{
    double x[COLUMNS_MAX] = {0}, p[CLASSES_MAX];
    bst_ulong d = 0;

    if (f->xgb.XGBoosterGetNumFeature(f->booster, &d) != 0)
        return say(f, err, VOL_ECONFIG);
    if (d != f->d)
        return vol_error_set(err, VOL_ECONFIG, "the forest is of %llu columns, not of %zu",
                             (unsigned long long)d, f->d);
    if (vol_forest_predict(f, x, p, err) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "the forest is not of %zu classes", f->k);
    return VOL_OK;
}

enum vol_status vol_forest_load(struct vol_forest **out, const char *json, size_t len, size_t d, size_t k,
                                struct vol_error *err)
{
    struct vol_forest *made;
    enum vol_status status;

    if (d == 0 || d > COLUMNS_MAX || k < 2 || k > CLASSES_MAX)
        return vol_error_set(err, VOL_ECONFIG, "a forest is of 1 to %d columns and 2 to %d classes",
                             COLUMNS_MAX, CLASSES_MAX);
    status = make(&made, d, k, err);
    if (status != VOL_OK)
        return status;
    if (made->xgb.XGBoosterCreate(NULL, 0, &made->booster) != 0 ||
        made->xgb.XGBoosterSetParam(made->booster, "nthread", "1") != 0 ||
        made->xgb.XGBoosterSetParam(made->booster, "verbosity", "0") != 0 ||
        made->xgb.XGBoosterLoadModelFromBuffer(made->booster, json, len) != 0)
        status = say(made, err, VOL_ECONFIG);
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
