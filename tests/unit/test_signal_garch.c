/* GARCH, GJR and EGARCH: the DEM/GBP benchmark, scipy's maxima on simulated returns
 * (tests/oracle/forecast.py), and what has no maximum. */
#include <stdlib.h>

#include "signal/garch.h"
#include "signal/garchfit.h"
#include "signal/random.h"
#include "signal/small.h"
#include "unit.h"

#include "../oracle/forecast.inc"

#define BENCHMARK "../shared/data/worked-examples/garch-dem2gbp/dem2gbp.csv"

enum { N_RETURNS = sizeof returns / sizeof returns[0] };
enum { MU = VOL_GARCH_MU, OMEGA, ALPHA, GAMMA, BETA, N = VOL_GARCH_N };

/* Bollerslev-Ghysels 1996 as Fiorentini, Calzolari and Panattoni fit it (reference values R6: TSP 4.4,
 * fourteen digits of the likelihood). */
static void test_benchmark(void)
{
    static double r[1974];
    static const double p[] = {-0.006190408379994, 0.0107613978518, 0.153134061820, 0, 0.805973670305};
    static const double se[] = {0.00846212, 0.0028525, 0.026521, 0, 0.033550};
    static const double robust[] = {0.0091893540, 0.006493186, 0.053531703, 0, 0.07246145};
    FILE *file = fopen(BENCHMARK, "r");
    struct vol_garch_fit fit;
    struct vol_garch_pass pass;
    char line[64];
    double h[1974];
    size_t n = 0, i;

    if (file == NULL) {
        printf("signal/garch: " BENCHMARK " is not here: benchmark skipped\n");
        return;
    }
    UNIT(fgets(line, sizeof line, file) != NULL);
    while (n < 1974 && fgets(line, sizeof line, file) != NULL)
        r[n++] = strtod(line, NULL);
    fclose(file);
    UNIT(n == 1974);
    UNIT(vol_garch_fit(VOL_GARCH, r, n, NULL, &fit, NULL) == VOL_OK);
    UNIT_NEAR(fit.loglik, -1106.607881041288, 1e-9);
    for (i = 0; i < N; i++) {
        if (i == GAMMA)
            continue;
        UNIT_NEAR(fit.p[i], p[i], 1e-7 * fabs(p[i])); /* asked: 1e-5 */
        UNIT_NEAR(fit.se[i], se[i], 2e-4 * se[i]);    /* theirs are numerical second differences */
        UNIT_NEAR(fit.robust_se[i], robust[i], 1e-6 * robust[i]);
    }
    UNIT(fit.p[GAMMA] == 0 && isnan(fit.se[GAMMA]));
    UNIT_NEAR(fit.next, 0.14699256749883868, 1e-8);
    UNIT_NEAR(vol_garch_ahead(VOL_GARCH, fit.p, fit.next, 10), 0.18338201654036784, 1e-8);
    UNIT_NEAR(fit.p[OMEGA] / (1 - vol_garch_persistence(VOL_GARCH, fit.p)), 0.2631646130436095, 1e-7);
    vol_garch_filter(VOL_GARCH, fit.p, r, n, h, &pass);
    UNIT_NEAR(h[0], 0.22284180356740899, 1e-8);
    UNIT_NEAR(h[1], 0.19301499385057197, 1e-8);
    UNIT_NEAR(h[1973], 0.1147993559747697, 1e-8);
}

/* scipy finds the same maxima; its standard errors are by differences of the likelihood. */
static void test_scipy(void)
{
    static const enum vol_garch_kind kinds[] = {VOL_GARCH, VOL_GARCH_GJR, VOL_GARCH_EGARCH};
    size_t k, i;

    for (k = 0; k < 3; k++) {
        const double *o = garch_fits[k];
        struct vol_garch_fit fit;

        UNIT(vol_garch_fit(kinds[k], returns, N_RETURNS, NULL, &fit, NULL) == VOL_OK);
        UNIT(fit.n == N_RETURNS && fit.kind == kinds[k]);
        UNIT_NEAR(fit.loglik, o[15], k == 2 ? 1e-5 : 1e-7);
        for (i = 0; i < N; i++) {
            if (i == GAMMA && kinds[k] == VOL_GARCH) {
                UNIT(fit.p[i] == 0 && isnan(fit.se[i]) && isnan(fit.robust_se[i]));
                continue;
            }
            /* In standard errors; the likelihood of EGARCH has corners in mu. */
            UNIT_NEAR(fit.p[i], o[i], (k == 2 ? 5e-3 : 1e-4) * o[5 + i]);
            UNIT_NEAR(fit.se[i], o[5 + i], (k == 2 ? 0.02 : 2e-3) * o[5 + i]);
            UNIT_NEAR(fit.robust_se[i], o[10 + i], (k == 2 ? 0.05 : 5e-3) * o[10 + i]);
        }
        UNIT_NEAR(fit.next, o[16], 1e-4 * o[16]);
        /* EGARCH: the closed form against four million simulated paths. */
        UNIT_NEAR(vol_garch_ahead(kinds[k], fit.p, fit.next, 10), o[17], (k == 2 ? 1e-3 : 1e-4) * o[17]);
    }
    UNIT(garch_fits[1][15] > garch_fits[0][15] + 5); /* the leverage that was simulated is found */
}

/* Every gradient is the difference of its likelihood, and the step is the filter's. */
static void test_gradients(void)
{
    static const double p[3][N] = {
        {0.02, 0.03, 0.08, 0, 0.88}, {0.02, 0.03, 0.04, 0.09, 0.88}, {0.02, 0.01, 0.15, -0.08, 0.95}};
    size_t k, i;

    for (k = 0; k < 3; k++) {
        enum vol_garch_kind kind = (enum vol_garch_kind)k;
        struct vol_garch_pass at, up, down;
        double moved[N], h[200];

        vol_garch_score(kind, p[k], returns, 200, VOL_GARCH_OUTER, &at);
        vol_garch_filter(kind, p[k], returns, 200, h, &up);
        UNIT_NEAR(at.loglik, up.loglik, 1e-10);
        UNIT_NEAR(at.next, vol_garch_step(kind, p[k], h[199], returns[199]), 1e-13);
        for (i = 0; i < N; i++) {
            if (i == GAMMA && kind == VOL_GARCH)
                continue;
            memcpy(moved, p[k], sizeof moved);
            moved[i] = p[k][i] + 1e-6;
            vol_garch_filter(kind, moved, returns, 200, NULL, &up);
            moved[i] = p[k][i] - 1e-6;
            vol_garch_filter(kind, moved, returns, 200, NULL, &down);
            UNIT_NEAR(at.grad[i], (up.loglik - down.loglik) / 2e-6, 1e-5 * (1 + fabs(at.grad[i])));
        }
        UNIT_NEAR(vol_garch_mean_ahead(kind, p[k], at.next, 2),
                  (at.next + vol_garch_ahead(kind, p[k], at.next, 2)) / 2, 1e-13);
    }
}

/* QuantLib's test-suite/garch.cpp: alpha 0.2, beta 0.3, omega 0.2, ten returns of 0.1 from h = r^2. */
static void test_filter(void)
{
    static const double p[N] = {0, 0.2, 0.2, 0, 0.3};
    static const double root[] = {0.452769, 0.513323, 0.530141, 0.5350841, 0.536558,
                                  0.536999, 0.537132, 0.537171, 0.537183,  0.537187};
    double h = 0.01;
    size_t i;

    for (i = 0; i < 10; i++) {
        h = vol_garch_step(VOL_GARCH, p, h, 0.1);
        UNIT_NEAR(sqrt(h), root[i], 1e-6);
    }
}

/* Returns a hundred times smaller: the same fit in other units, also from a start. */
static void test_units(void)
{
    static double small[N_RETURNS];
    struct vol_garch_fit a, b, c;
    size_t k, i;

    for (i = 0; i < N_RETURNS; i++)
        small[i] = returns[i] / 100;
    for (k = 0; k < 3; k++) {
        enum vol_garch_kind kind = (enum vol_garch_kind)k;

        UNIT(vol_garch_fit(kind, returns, N_RETURNS, NULL, &a, NULL) == VOL_OK);
        UNIT(vol_garch_fit(kind, small, N_RETURNS, NULL, &b, NULL) == VOL_OK);
        UNIT(vol_garch_fit(kind, returns, N_RETURNS, &a, &c, NULL) == VOL_OK);
        UNIT_NEAR(b.loglik, a.loglik + N_RETURNS * log(100), 1e-6);
        UNIT_NEAR(b.next * 1e4, a.next, 1e-6 * a.next);
        UNIT_NEAR(b.se[MU] * 100, a.se[MU], 1e-4 * a.se[MU]);
        UNIT_NEAR(b.se[BETA], a.se[BETA], 1e-4 * a.se[BETA]);
        UNIT_NEAR(c.loglik, a.loglik, 1e-6);
        UNIT(c.iterations <= a.iterations);
    }
}

static void test_refusals(void)
{
    static double r[1000];
    struct vol_garch_fit fit = {.n = 77};
    struct vol_error err;
    size_t i;
    double walk = 0;

    UNIT(vol_garch_fit(VOL_GARCH, returns, VOL_GARCH_LEAST - 1, NULL, &fit, &err) == VOL_EDATA);
    UNIT_STR(err.text, "99 returns, fewer than 100");
    UNIT(vol_garch_fit(VOL_GARCH, r, 1000, NULL, &fit, &err) == VOL_EDATA); /* all zero */
    memcpy(r, returns, sizeof r);
    r[500] = NAN;
    UNIT(vol_garch_fit(VOL_GARCH_GJR, r, 1000, NULL, &fit, &err) == VOL_EDATA);
    /* A variance that only grows: no persistence below 1 is best. */
    for (i = 0; i < 1000; i++) {
        walk += 0.01;
        r[i] = returns[i] * exp(walk);
    }
    UNIT(vol_garch_fit(VOL_GARCH, r, 1000, NULL, &fit, &err) == VOL_EDATA);
    UNIT(fit.n == 77);
}

/* Returns whose falls make the days after wilder and whose rises calm them (SIGN 1), or the other way (-1).
 */
static void mirror(double *out, double sign)
{
    uint64_t state = 3;
    double h = 1;
    size_t i, k;

    for (i = 0; i < N_RETURNS; i++) {
        double z = -6;

        for (k = 0; k < 12; k++)
            z += vol_random_unit(&state);
        out[i] = sign * sqrt(h) * z;
        h = 0.1 + 0.65 * h + (z < 0 ? 0.4 * h * z * z : -0.2 * h * fmin(z * z, 1));
    }
}

/* Where the best alpha or alpha + gamma would be negative it is held at 0, and the rest is at its maximum. */
static void test_bound(void)
{
    static double r[N_RETURNS];
    struct vol_garch_fit fit;
    struct vol_garch_pass at, moved;
    double sign, p[N], up;
    size_t i, side;

    for (sign = -1; sign <= 1; sign += 2) {
        mirror(r, sign);
        UNIT(vol_garch_fit(VOL_GARCH_GJR, r, N_RETURNS, NULL, &fit, NULL) == VOL_OK);
        UNIT(sign * fit.p[GAMMA] > 0.1 && fit.p[ALPHA] >= 0 && fit.p[ALPHA] + fit.p[GAMMA] >= 0);
        UNIT(fit.at_bound[sign > 0 ? ALPHA : GAMMA] && !fit.at_bound[BETA]);
        UNIT(fit.p[ALPHA] == 0 || fit.p[ALPHA] == -fit.p[GAMMA]);
        UNIT(isnan(fit.se[sign > 0 ? ALPHA : GAMMA]) && fit.se[sign > 0 ? GAMMA : ALPHA] > 0);
        vol_garch_filter(VOL_GARCH_GJR, fit.p, r, N_RETURNS, NULL, &at);
        for (i = 0; i < N; i++) {
            for (side = 0; side < 2; side++) {
                up = (side ? 1e-3 : -1e-3) * (1 + fabs(fit.p[i]));
                memcpy(p, fit.p, sizeof p);
                p[i] += up;
                if (i == ALPHA && fit.at_bound[GAMMA])
                    p[GAMMA] -= up;
                if (p[ALPHA] < 0 || p[ALPHA] + p[GAMMA] < 0)
                    continue;
                vol_garch_filter(VOL_GARCH_GJR, p, r, N_RETURNS, NULL, &moved);
                UNIT(moved.loglik < at.loglik);
            }
        }
    }
}

static void test_small(void)
{
    static const double a[] = {4, 2, 0.6, 2, 3, 0.4, 0.6, 0.4, 2};
    double inverse[9], product = 0, out[9];
    size_t i, j, k;

    UNIT(vol_small_invert(a, 3, inverse) == VOL_OK);
    for (i = 0; i < 3; i++) {
        for (j = 0; j < 3; j++) {
            for (product = 0, k = 0; k < 3; k++)
                product += a[i * 3 + k] * inverse[k * 3 + j];
            UNIT_NEAR(product, i == j, 1e-14);
        }
    }
    vol_small_sandwich(inverse, a, 3, out); /* A^-1 A A^-1' = A^-1 */
    for (i = 0; i < 9; i++)
        UNIT_NEAR(out[i], inverse[i], 1e-14);
    UNIT(vol_small_invert((const double[]){1, 2, 2, 1}, 2, out) == VOL_EDATA);
    UNIT(vol_small_invert((const double[]){1, 1, 1, 1}, 2, out) == VOL_EDATA);
    UNIT(vol_small_invert((const double[]){1, 0, 0, NAN}, 2, out) == VOL_EDATA);
    UNIT(vol_small_invert(a, VOL_SMALL_MAX + 1, out) == VOL_EDATA);
}

int main(void)
{
    test_small();
    test_filter();
    test_gradients();
    test_scipy();
    test_units();
    test_benchmark();
    test_bound();
    test_refusals();
    return unit_done("signal/garch");
}
