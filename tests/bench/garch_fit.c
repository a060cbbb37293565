/* garch_fit.c: fits of the three models of garch.h to simulated returns.
 *
 *     garch_fit FILE N ROUNDS
 *
 * The N returns go to FILE for the peer. Printed for each model: CPU milliseconds of a fit from no start, the
 * median of ROUNDS, and the log likelihood. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "signal/garchfit.h"
#include "signal/random.h"

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Daily returns with leverage and tails: a GJR with a mixture of two normals (each of twelve uniforms). */
static void simulate(double *r, size_t n)
{
    uint64_t state = 42;
    double h = 1e-4;
    size_t i, k;

    for (i = 0; i < n; i++) {
        double z = -6, e;

        for (k = 0; k < 12; k++)
            z += vol_random_unit(&state);
        z *= vol_random_unit(&state) < 0.1 ? 1.9 : 0.84;
        e = sqrt(h) * z;
        r[i] = 3e-4 + e;
        h = 2e-6 + (0.02 + (e < 0 ? 0.12 : 0)) * e * e + 0.9 * h;
    }
}

int main(int argc, char **argv)
{
    size_t n = argc > 3 ? (size_t)atol(argv[2]) : 0, rounds = argc > 3 ? (size_t)atol(argv[3]) : 0, i, k;
    double *r = malloc((n + 1) * sizeof *r), *taken = malloc((rounds + 1) * sizeof *taken);
    FILE *file = argc > 3 ? fopen(argv[1], "w") : NULL;

    if (r == NULL || taken == NULL || file == NULL || n < VOL_GARCH_LEAST || rounds < 1)
        return 64;
    simulate(r, n);
    for (i = 0; i < n; i++)
        fprintf(file, "%.17g\n", r[i]);
    if (fclose(file) != 0)
        return 74;
    for (k = 0; k < 3; k++) {
        struct vol_garch_fit fit;

        for (i = 0; i < rounds; i++) {
            double start = now();

            if (vol_garch_fit((enum vol_garch_kind)k, r, n, NULL, &fit, NULL) != VOL_OK)
                return 70;
            taken[i] = now() - start;
        }
        qsort(taken, rounds, sizeof *taken, by_size);
        printf("%.4f %.10f\n", taken[rounds / 2], fit.loglik);
    }
    free(r);
    free(taken);
    return 0;
}
