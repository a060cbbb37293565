/* surface_day.c: the smiles of a real day of SPX, of all expiries at least a week away.
 *
 *     surface_day FILE.csv.gz     prints expiries, quotes, and milliseconds of CPU for SVI slices with their
 * verdicts and for the eSSVI surface; the least of nine runs each
 */
#include "../unit/spx_slices.h"
#include "options.h"
#include "surface/essvifit.h"

enum { RUNS = 9 };

static double ms_of(clock_t start)
{
    return 1e3 * (double)(clock() - start) / CLOCKS_PER_SEC;
}

int main(int argc, char **argv)
{
    static struct vol_essvifit_expiry expiry[SPX_SLICES];
    double svi = INFINITY, essvi = INFINITY;
    size_t n = argc == 2 ? spx_day(argv[1]) : 0, quotes = 0, i;
    int run;

    if (n == 0)
        return 64;
    for (run = 0; run < RUNS; run++) {
        clock_t start = clock();
        struct vol_svifit fit;

        for (i = 0, quotes = 0; i < n; i++) {
            if (vol_svifit_run(spx_slice[i].quotes, spx_slice[i].n, spx_slice[i].t, &fit, NULL) != VOL_OK ||
                fit.status != VOL_SVIFIT_OK || !fit.butterfly.free)
                return 70;
            quotes += fit.points;
        }
        svi = fmin(svi, ms_of(start));
        for (i = 0; i < n; i++)
            expiry[i] = (struct vol_essvifit_expiry){
                .t = spx_slice[i].t, .quotes = spx_slice[i].quotes, .n = spx_slice[i].n};
        start = clock();
        if (vol_essvifit_run(expiry, n, NULL) != VOL_OK)
            return 70;
        essvi = fmin(essvi, ms_of(start));
    }
    printf("%zu %zu %.3f %.3f\n", n, quotes, svi, essvi);
    return 0;
}
