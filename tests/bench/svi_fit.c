/* svi_fit.c: ours: vol_svifit_run with all its checks.
 *
 *     svi_fit SLICES COSTS     prints nanoseconds of CPU a slice
 */
#include <math.h>

#include "surface/svifit.h"
#include "svi_slices.h"

int main(int argc, char **argv)
{
    struct svi_slices s;
    double *cost;
    clock_t start;
    size_t i, j;

    if (argc != 3)
        return 64;
    svi_slices_read(&s, argv[1]);
    cost = calloc(s.n, sizeof *cost);
    if (cost == NULL)
        return 71;
    start = clock();
    for (i = 0; i < s.n; i++) {
        struct vol_svifit_quote q[SVI_QUOTES];
        struct vol_svifit fit;

        for (j = 0; j < SVI_QUOTES; j++)
            q[j] = (struct vol_svifit_quote){s.row[i][j][1], s.row[i][j][2], s.row[i][j][2] - s.row[i][j][3],
                                             s.row[i][j][2] + s.row[i][j][3]};
        if (vol_svifit_run(q, SVI_QUOTES, s.row[i][0][0], &fit, NULL) != VOL_OK ||
            fit.status != VOL_SVIFIT_OK || !fit.butterfly.free)
            return 70;
        cost[i] = fit.rmse_spread * fit.rmse_spread * SVI_QUOTES;
    }
    printf("%.1f\n", options_ns(start, s.n));
    options_write(argv[2], cost, s.n);
    free(cost);
    free(s.row);
    return 0;
}
