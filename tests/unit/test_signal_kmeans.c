#include "signal/kmeans.h"
#include "signal/random.h"
#include "regime_oracle.h"

enum { K = STARTS, D = ORACLE_D };

static double rows[N_ROWS * D];

/* Against sklearn's KMeans from the same start. */
static void test_sklearn(void)
{
    double centre[K * D];
    uint32_t labels[N_ROWS];
    struct vol_kmeans_fit fit;
    size_t i, j, count[K] = {0};

    for (j = 0; j < K; j++)
        memcpy(centre + j * D, rows + start_row[j] * D, D * sizeof *rows);
    UNIT(vol_kmeans_fit(centre, labels, K, rows, N_ROWS, D, 1e-4, 300, &fit) == VOL_OK);
    UNIT(oracle_gap(centre, kmeans_centre, K * D) < 1e-6);
    UNIT_NEAR(fit.inertia, kmeans_fit[0], 1e-6);
    UNIT(fit.steps == (size_t)kmeans_fit[1]);
    for (i = 0; i < N_ROWS; i++)
        count[labels[i]]++;
    for (j = 0; j < K; j++)
        UNIT(count[j] == (size_t)kmeans_fit[2 + j]);
    UNIT(vol_kmeans_nearest(centre, K, rows, D, NULL) == labels[0]);
}

/* The start: rows, all different, the same for the same seed. */
static void test_seed(void)
{
    double a[K * D], b[K * D], same[8] = {1, 1, 1, 1, 1, 1, 2, 2};
    uint64_t one = 7, two = 7, before;
    size_t i, j, found = 0;

    UNIT(vol_kmeans_seed(a, K, rows, N_ROWS, D, &one) == VOL_OK);
    UNIT(vol_kmeans_seed(b, K, rows, N_ROWS, D, &two) == VOL_OK && one == two && one != 7);
    UNIT(memcmp(a, b, sizeof a) == 0);
    for (j = 0; j < K; j++)
        for (i = 0; i < N_ROWS; i++)
            found += memcmp(a + j * D, rows + i * D, D * sizeof *rows) == 0 ? 1 : 0;
    UNIT(found == K && memcmp(a, a + D, D * sizeof *a) != 0);
    before = one;
    UNIT(vol_kmeans_seed(b, K, rows, N_ROWS, D, &one) == VOL_OK && memcmp(a, b, sizeof a) != 0 &&
         one != before);
    UNIT(vol_kmeans_seed(b, 3, same, 4, 2, &one) == VOL_EDATA); /* two different rows */
    UNIT(vol_kmeans_seed(b, 2, same, 4, 2, &one) == VOL_OK);
    UNIT(vol_kmeans_seed(b, 5, same, 4, 2, &one) == VOL_EUSAGE);
}

/* Three clear heaps, whatever the seed; a centre far from all rows gets some. */
static void test_heaps(void)
{
    double x[300 * 2], centre[6], stray[6] = {0, 0, 0.1, 0.1, 900, 900};
    uint32_t labels[300];
    uint64_t seed, noise = 3;
    struct vol_kmeans_fit fit;
    size_t i;

    for (i = 0; i < 300; i++) {
        x[2 * i] = (double)(i % 3) * 10 + vol_random_unit(&noise);
        x[2 * i + 1] = i % 5 == 0 ? NAN : (double)(i % 3) * -10 + vol_random_unit(&noise);
    }
    for (seed = 1; seed < 20; seed++) {
        uint64_t s = seed;

        UNIT(vol_kmeans_seed(centre, 3, x, 300, 2, &s) == VOL_OK);
        UNIT(vol_kmeans_fit(centre, labels, 3, x, 300, 2, 1e-4, 300, &fit) == VOL_OK && fit.inertia < 60);
        for (i = 3; i < 300; i++)
            UNIT(labels[i] == labels[i % 3]);
    }
    UNIT(vol_kmeans_fit(stray, labels, 3, x, 300, 2, 1e-4, 300, &fit) == VOL_OK && fit.inertia < 60);
    UNIT(vol_kmeans_fit(centre, labels, 3, x, 2, 2, 1e-4, 300, &fit) == VOL_EUSAGE);
    UNIT(vol_kmeans_fit(centre, labels, 3, x, 300, 2, NAN, 300, &fit) == VOL_EUSAGE);
}

int main(void)
{
    oracle_rows(rows);
    test_sklearn();
    test_seed();
    test_heaps();
    return unit_done("signal/kmeans");
}
