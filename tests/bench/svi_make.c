/* svi_make.c: slices for the fits of SVI: smiles of many shapes without butterfly arbitrage, 40 strikes
 * within 2.85 standard deviations, each mid up to 0.6 half-spreads off.
 *
 *     svi_make N FILE
 */
#include "../unit/random.h"
#include "surface/sviguard.h"
#include "svi_slices.h"

static uint64_t seed = 1;

static double uniform(void)
{
    return draw(&seed);
}

/* A smile with the total variance S^2 at the forward; 0 when it is none that quotes could have. */
static int draw_smile(double s, struct vol_svi *p)
{
    double at;

    p->b = s * (0.3 + 0.5 * uniform());
    p->rho = -0.8 + 0.9 * uniform();
    p->sigma = s * (0.4 + 0.6 * uniform());
    p->m = s * 0.4 * (uniform() - 0.5);
    p->a = 0.0;
    p->a = s * s - vol_svi_w(p, 0.0);
    return p->a + p->b * p->sigma * sqrt(1.0 - p->rho * p->rho) > 0.1 * s * s &&
           vol_sviguard_least_g(p, -9.0 * s, 9.0 * s, &at) > 0.0;
}

int main(int argc, char **argv)
{
    size_t n = argc == 3 ? (size_t)strtoul(argv[1], NULL, 10) : 0, i, j;
    FILE *f = argc == 3 ? fopen(argv[2], "wb") : NULL;

    if (n == 0)
        return 64;
    options_or_die(f != NULL, argv[2]);
    for (i = 0; i < n; i++) {
        double t = 0.05 + uniform(), s = (0.1 + 0.3 * uniform()) * sqrt(t), row[SVI_QUOTES][SVI_ROW];
        struct vol_svi smile;

        while (!draw_smile(s, &smile))
            ;
        for (j = 0; j < SVI_QUOTES; j++) {
            double k = 2.85 * s * (2.0 * (double)j / (SVI_QUOTES - 1) - 1.0);
            double half = 0.002 + 0.006 * fabs(k) / (3.0 * s);

            row[j][0] = t;
            row[j][1] = k;
            row[j][2] = vol_svi_vol(&smile, k, t) + half * 1.2 * (uniform() - 0.5);
            row[j][3] = half;
        }
        options_or_die(fwrite(row, sizeof row, 1, f) == 1, argv[2]);
    }
    options_or_die(fclose(f) == 0, argv[2]);
    return 0;
}
