/* gmm_fit: fits of a Gaussian mixture of three full components.
 *
 *     gmm_fit make N D FILE       write N rows of D columns, a mixture that overlaps, as doubles
 *     gmm_fit fit N D FILE        k-means++, k-means and EM on them; prints milliseconds (the least of 20),
 *                                 the mean log-likelihood, steps of EM, microseconds of a step
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "signal/gmm.h"
#include "signal/random.h"

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double gauss(uint64_t *seed)
{
    double r = sqrt(-2 * log(1 - vol_random_unit(seed)));

    return r * cos(6.283185307179586 * vol_random_unit(seed));
}

/* Calm, usual and wild days: shares 0.45, 0.4, 0.15, each column a mix of a common and an own part. */
static void make(double *x, size_t n, size_t d)
{
    static const double level[] = {-0.8, 0.2, 1.8}, spread[] = {0.3, 0.6, 1.5};
    uint64_t seed = 11;
    size_t i, j;

    for (i = 0; i < n; i++) {
        double u = vol_random_unit(&seed), common = gauss(&seed);
        size_t part = u < 0.45 ? 0 : u < 0.85 ? 1 : 2;

        for (j = 0; j < d; j++)
            x[i * d + j] =
                (j % 2 ? -1 : 1) * level[part] + spread[part] * (0.6 * common + 0.8 * gauss(&seed));
    }
}

static int fit(const double *x, size_t n, size_t d)
{
    struct vol_gmm_options options = VOL_GMM_OPTIONS;
    struct vol_gmm gmm;
    struct vol_gmm_fit fitted;
    struct vol_error err;
    double least = INFINITY, start, step;
    size_t steps;
    int i;

    for (i = 0; i < 20; i++) {
        start = seconds();
        if (vol_gmm_fit(&gmm, x, n, d, 3, &options, &fitted, &err) != VOL_OK) {
            fprintf(stderr, "gmm_fit: %s\n", err.text);
            return 1;
        }
        least = fmin(least, seconds() - start);
    }
    steps = fitted.steps;
    options.max_steps = 50;
    options.tolerance = 1e-300;
    start = seconds();
    if (vol_gmm_refit(&gmm, x, n, &options, &fitted, &err) != VOL_OK)
        return 1;
    step = (seconds() - start) / (double)fitted.steps;
    printf("%.4f %.9f %zu %.2f\n", 1e3 * least, vol_gmm_score(&gmm, x, n), steps, 1e6 * step);
    return 0;
}

int main(int argc, char **argv)
{
    size_t n, d;
    double *x;
    FILE *file;
    int status = 1;

    if (argc != 5)
        return 64;
    n = strtoul(argv[2], NULL, 10);
    d = strtoul(argv[3], NULL, 10);
    x = malloc(n * d * sizeof *x);
    file = fopen(argv[4], strcmp(argv[1], "make") == 0 ? "wb" : "rb");
    if (x == NULL || file == NULL)
        return 71;
    if (strcmp(argv[1], "make") == 0) {
        make(x, n, d);
        status = fwrite(x, sizeof *x, n * d, file) != n * d;
    } else if (fread(x, sizeof *x, n * d, file) == n * d) {
        status = fit(x, n, d);
    }
    status = fclose(file) != 0 || status;
    free(x);
    return status;
}
