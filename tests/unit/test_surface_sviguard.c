#include "surface/sviguard.h"

#include "random.h"
#include "unit.h"

/* Slices of ../shared/reference-values.md, R4: min g on [-6, 6], where, and the verdict. */
static void published(void)
{
    static const struct {
        struct vol_svi svi;
        bool free;
        double min_g, at;
    } slices[] = {
        {{-0.041, 0.1331, 0.306, 0.3586, 0.4153}, false, -0.03286357345, 0.87926254},
        {{0.00774091242037, 0.0692420344889, -0.334036480611, 0.0420337452296, 0.118607802913},
         true,
         0.256220714,
         -6.0},
        {{-0.0305199110319, 0.102716781781, 0.100717613203, 0.272344192925, 0.412398146911},
         true,
         0.008118278445,
         0.81133445},
        {{0.0102, 0.1, -0.7, 0.14, 0.142828568571}, true, 0.2578945011, -6.0},
        {{0.0102, 1.2, -0.7, 0.0116666666667, 0.0119023807142}, false, -10.07704881, -0.016299217},
        {{0.04, 1.5, 0.5, 0.0, 0.2}, false, -0.7177948265, 0.49972006},
        {{0.04, 0.4, -0.4, 0.1, 0.2}, true, 0.2089430881, -1.2818388},
        {{-0.0666, 0.229, 0.439, 0.193, 0.337}, false, -0.1026713518, 0.56225426},
        {{0.04, 0.0, 0.0, 0.0, 0.1}, true, 1.0, NAN},
    };
    size_t i;

    for (i = 0; i < sizeof slices / sizeof slices[0]; i++) {
        struct vol_butterfly v;
        double at, g = vol_sviguard_least_g(&slices[i].svi, -6.0, 6.0, &at);

        UNIT_NEAR(g, slices[i].min_g, 1e-8 * fmax(1.0, fabs(slices[i].min_g)));
        if (isfinite(slices[i].at))
            UNIT_NEAR(at, slices[i].at, 2e-4); /* g is flat at its bottom */
        UNIT(vol_sviguard_verdict(&slices[i].svi, -6.0, 6.0, 1e-9, &v, NULL) == VOL_OK);
        UNIT(v.free == slices[i].free);
        UNIT(slices[i].free == isnan(v.bad_low));
    }
}

/* On random smiles, many of them on the edge: never above the least g of arbitrage.h's dense grid, and the
 * same verdict. */
static void as_the_grid(void)
{
    uint64_t seed = 11;
    int i, free_ones = 0, close = 0;

    for (i = 0; i < 20000; i++) {
        struct vol_svi svi = {0.0, 0.0, 2.0 * draw(&seed) - 1.0, 0.0, 0.0};
        double s = 0.02 + 0.5 * draw(&seed), reach = s * (2.0 + 10.0 * draw(&seed)), at;
        struct vol_butterfly grid, ours;

        svi.b = fmin(s * 1.5 * draw(&seed), 2.0 / (1.0 + fabs(svi.rho)));
        svi.m = s * (4.0 * draw(&seed) - 2.0);
        svi.sigma = s * exp(-4.0 + 5.0 * draw(&seed));
        svi.a = s * s * draw(&seed) - svi.b * svi.sigma * sqrt(1.0 - svi.rho * svi.rho) * draw(&seed);
        if (!vol_svi_is_sane(&svi))
            continue;
        UNIT(vol_arbitrage_butterfly(&svi, -reach, reach, 1e-9, &grid, NULL) == VOL_OK);
        UNIT(vol_sviguard_verdict(&svi, -reach, reach, 1e-9, &ours, NULL) == VOL_OK);
        if (!UNIT(ours.free == grid.free) ||
            !UNIT(!grid.free || ours.min_g <= grid.min_g + 1e-7 * (1.0 + fabs(grid.min_g))))
            printf("%d: a %g b %g rho %g m %g sigma %g reach %g: %g, grid %g\n", i, svi.a, svi.b, svi.rho,
                   svi.m, svi.sigma, reach, vol_sviguard_least_g(&svi, -reach, reach, &at), grid.min_g);
        free_ones += grid.free;
        close += fabs(grid.min_g) < 0.05;
    }
    printf("surface/sviguard: %d of 20000 random smiles are free, %d have a least g within 0.05 of 0\n",
           free_ones, close);
    UNIT(free_ones > 2000 && close > 500);
}

/* The penalty's gradient is the derivative of its cost. */
static void gradient(void)
{
    struct vol_svisearch s = {.s = 0.3, .low = -3.0, .high = 3.0, .penalty = 7.0};
    uint64_t seed = 5;
    int i, j, active = 0;

    for (i = 0; i < 200; i++) {
        struct vol_svisearch_state st = {draw(&seed) - 0.3,       2.0 * draw(&seed), 2.0 * draw(&seed),
                                         2.0 * draw(&seed) - 1.0, 0.1 + draw(&seed), 0.0};
        double h[VOL_SVISEARCH_PARAMS][VOL_SVISEARCH_PARAMS] = {{0}}, g[VOL_SVISEARCH_PARAMS] = {0},
               cost = 0.0;

        vol_sviguard_place(&s, &st, 9.0);
        UNIT_NEAR(s.guard[0], -9.0, 1e-9);
        UNIT_NEAR(s.guard[VOL_SVISEARCH_GUARDS - 1], 9.0, 1e-9);
        vol_sviguard_add(&s, &st, h, g, &cost);
        if (!(cost > 0.0 && cost < 1e3)) /* nothing to see, or at the cap */
            continue;
        active++;
        for (j = 0; j < VOL_SVISEARCH_PARAMS; j++) {
            double dump[VOL_SVISEARCH_PARAMS][VOL_SVISEARCH_PARAMS] = {{0}}, none[VOL_SVISEARCH_PARAMS] = {0};
            double step = 1e-6, up = 0.0, down = 0.0;
            struct vol_svisearch_state a = st, b = st;

            *(j == 0   ? &a.a
              : j == 1 ? &a.right
              : j == 2 ? &a.left
              : j == 3 ? &a.m
                       : &a.sigma) += j == 4 ? st.sigma * step : step;
            *(j == 0   ? &b.a
              : j == 1 ? &b.right
              : j == 2 ? &b.left
              : j == 3 ? &b.m
                       : &b.sigma) -= j == 4 ? st.sigma * step : step;
            vol_sviguard_add(&s, &a, dump, none, &up);
            vol_sviguard_add(&s, &b, dump, none, &down);
            UNIT_NEAR(2.0 * g[j], (up - down) / (2.0 * step), 1e-4 * (1.0 + fabs(g[j])));
        }
    }
    UNIT(active > 20);
}

int main(void)
{
    published();
    as_the_grid();
    gradient();
    return unit_done("surface/sviguard");
}
