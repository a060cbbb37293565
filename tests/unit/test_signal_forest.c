#include <stdlib.h>

#include "signal/forest.h"
#include "signal/random.h"
#include "unit.h"

enum { N = 900, D = 3, K = 3 };

static double x[N * D];
static uint32_t labels[N];

/* The class hangs on two columns, by a line and a step; the third is noise, and some values are missing. */
static void make(uint64_t seed)
{
    size_t i;

    for (i = 0; i < N; i++) {
        x[i * D] = vol_random_unit(&seed);
        x[i * D + 1] = vol_random_unit(&seed);
        x[i * D + 2] = vol_random_unit(&seed);
        labels[i] = x[i * D] + x[i * D + 1] > 1.2 ? 2 : x[i * D + 1] > 0.5 ? 1 : 0;
        if (i % 10 == 0)
            x[i * D + 2] = NAN;
    }
}

static double accuracy(const struct vol_forest *forest)
{
    size_t i, j, right = 0;
    double p[K], sum;

    for (i = 0; i < N; i++) {
        UNIT(vol_forest_predict(forest, x + i * D, p, NULL) == VOL_OK);
        for (j = 0, sum = 0; j < K; j++)
            sum += p[j];
        UNIT_NEAR(sum, 1, 1e-5);
        right += p[labels[i]] >= p[0] && p[labels[i]] >= p[1] && p[labels[i]] >= p[2];
    }
    return (double)right / N;
}

static void test_learns(void)
{
    struct vol_forest_options options = VOL_FOREST_OPTIONS;
    struct vol_forest *one = NULL, *two = NULL, *other = NULL, *loaded = NULL;
    struct vol_buf a = VOL_BUF_INIT, b = VOL_BUF_INIT, c = VOL_BUF_INIT;
    struct vol_error err = {0};
    double p[K], q[K];
    size_t i;

    make(1);
    options.trees = 50;
    UNIT(vol_forest_train(&one, x, labels, N, D, K, &options, &err) == VOL_OK);
    UNIT(vol_forest_train(&two, x, labels, N, D, K, &options, &err) == VOL_OK);
    options.seed = 43;
    UNIT(vol_forest_train(&other, x, labels, N, D, K, &options, &err) == VOL_OK);
    UNIT(vol_forest_save(one, &a, &err) == VOL_OK && vol_forest_save(two, &b, &err) == VOL_OK &&
         vol_forest_save(other, &c, &err) == VOL_OK);
    UNIT(a.len == b.len && memcmp(a.data, b.data, a.len) == 0); /* one seed, one model */
    UNIT(a.len != c.len || memcmp(a.data, c.data, a.len) != 0); /* another seed, another */
    UNIT(vol_forest_load(&loaded, a.data, a.len, D, K, &err) == VOL_OK);
    make(2); /* rows that it has not seen */
    UNIT(accuracy(one) > 0.95);
    for (i = 0; i < N; i += 7) {
        UNIT(vol_forest_predict(one, x + i * D, p, NULL) == VOL_OK &&
             vol_forest_predict(loaded, x + i * D, q, NULL) == VOL_OK);
        UNIT(memcmp(p, q, sizeof p) == 0);
    }
    vol_forest_free(loaded);
    loaded = NULL;
    UNIT(vol_forest_load(&loaded, a.data, a.len, D + 1, K, &err) == VOL_ECONFIG && loaded == NULL);
    UNIT(vol_forest_load(&loaded, a.data, a.len, D, K + 1, &err) == VOL_ECONFIG);
    UNIT(vol_forest_load(&loaded, "{}", 2, D, K, &err) == VOL_ECONFIG && err.text[0] != '\0');
    UNIT(vol_forest_load(&loaded, "nonsense", 8, D, K, &err) == VOL_ECONFIG && loaded == NULL);
    vol_forest_free(one);
    vol_forest_free(two);
    vol_forest_free(other);
    vol_buf_free(&a);
    vol_buf_free(&b);
    vol_buf_free(&c);
}

static void test_refused(void)
{
    struct vol_forest_options options = VOL_FOREST_OPTIONS, bad = options;
    struct vol_forest *forest = NULL;
    struct vol_error err = {0};

    make(1);
    UNIT(vol_forest_train(&forest, x, labels, N, D, K + 1, &options, &err) ==
         VOL_EDATA); /* a class without rows */
    UNIT(vol_forest_train(&forest, x, labels, N, D, K - 1, &options, &err) ==
         VOL_EDATA); /* a label too many */
    UNIT(vol_forest_train(&forest, x, labels, 0, D, K, &options, &err) == VOL_EUSAGE);
    bad.rows = NAN;
    UNIT(vol_forest_train(&forest, x, labels, N, D, K, &bad, &err) == VOL_EUSAGE);
    bad = options;
    bad.trees = 0;
    UNIT(vol_forest_train(&forest, x, labels, N, D, K, &bad, &err) == VOL_EUSAGE);
    x[4] = INFINITY;
    UNIT(vol_forest_train(&forest, x, labels, N, D, K, &options, &err) == VOL_EDATA && forest == NULL);
    vol_forest_free(NULL);
}

/* A build without XGBoost says so, and how to change it. */
static void test_absent(void)
{
    struct vol_forest_options options = VOL_FOREST_OPTIONS;
    struct vol_forest *forest = NULL;
    struct vol_error err = {0};

    make(1);
    UNIT(vol_forest_train(&forest, x, labels, N, D, K, &options, &err) == VOL_EUNAVAILABLE && forest == NULL);
    UNIT(strstr(err.text, "libxgboost-dev") != NULL);
    UNIT(vol_forest_load(&forest, "{}", 2, D, K, &err) == VOL_EUNAVAILABLE && forest == NULL);
}

int main(void)
{
    char version[VOL_FOREST_VERSION_MAX];

    if (vol_forest_version(version) == NULL) {
        test_absent();
        return unit_done("signal/forest (no XGBoost in this build)");
    }
    UNIT(strncmp(version, "xgboost ", 8) == 0);
    test_learns();
    test_refused();
    return unit_done("signal/forest");
}
