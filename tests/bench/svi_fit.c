/* svi_fit.c: ours: vol_svifit_run with all its checks.
 *
 *     svi_fit SLICES COSTS     prints nanoseconds of CPU a slice
 */
#include <math.h>

#include "surface/svifit.h"
#include "svi_slices.h"

/* Fit all slices; false when one does not stand. */
static int fit_all(const struct svi_slices *s, double *cost)
{
    size_t i, j;

    for (i = 0; i < s->n; i++) {
        struct vol_svifit_quote q[SVI_QUOTES];
        struct vol_svifit fit;

        for (j = 0; j < SVI_QUOTES; j++) {
            const double *row = s->row[i][j];

            q[j] = (struct vol_svifit_quote){row[1], row[2], row[2] - row[3], row[2] + row[3]};
        }
        if (vol_svifit_run(q, SVI_QUOTES, s->row[i][0][0], &fit, NULL) != VOL_OK ||
            fit.status != VOL_SVIFIT_OK || !fit.butterfly.free)
            return 0;
        cost[i] = fit.rmse_spread * fit.rmse_spread * SVI_QUOTES;
    }
    return 1;
}

int main(int argc, char **argv)
{
    struct svi_slices s;
    double *cost, least = INFINITY;
    int run;

    if (argc != 3)
        return 64;
    svi_slices_read(&s, argv[1]);
    cost = calloc(s.n, sizeof *cost);
    if (cost == NULL)
        return 71;
    for (run = 0; run < SVI_RUNS; run++) {
        clock_t start = clock();

        if (!fit_all(&s, cost))
            return 70;
        least = fmin(least, options_ns(start, s.n));
    }
    printf("%.1f\n", least);
    options_write(argv[2], cost, s.n);
    free(cost);
    free(s.row);
    return 0;
}
