#include "surface/correct.h"

#include <stdint.h>
#include <stdlib.h>

#include "price/black.h"
#include "surface/isotonic.h"
#include "unit.h"

#include "../oracle/surface_grid.inc"

enum { EXPIRIES = 6, STRIKES = 9, NODES = EXPIRIES * STRIKES };

static void isotonic(void)
{
    double z[60], scratch[60];
    size_t count[60], i;
    const double t[] = {0.1, 0.2, 0.5}, vol[] = {0.3, 0.2, 0.1}, falling[] = {0.5, 0.2};

    UNIT(vol_isotonic(12, isotonic_y0, isotonic_w0, z, scratch, count) == VOL_OK);
    for (i = 0; i < 12; i++)
        UNIT_NEAR(z[i], isotonic_z0[i], 1e-12);
    UNIT(vol_isotonic(60, isotonic_y1, isotonic_w1, z, scratch, count) == VOL_OK);
    for (i = 0; i < 60; i++)
        UNIT_NEAR(z[i], isotonic_z1[i], 1e-12);
    /* By hand: u = vol sqrt(t) falls all the way, so one block: the mean of u with weights 1 / t. */
    UNIT(vol_isotonic_vols(3, t, vol, NULL, z, scratch, count) == VOL_OK);
    for (i = 0; i < 3; i++)
        UNIT_NEAR(z[i] * sqrt(t[i]),
                  (0.3 / sqrt(0.1) + 0.2 / sqrt(0.2) + 0.1 / sqrt(0.5)) / (1 / 0.1 + 1 / 0.2 + 1 / 0.5),
                  1e-15);
    z[0] = 7.0;
    UNIT(vol_isotonic(2, (double[]){1.0, NAN}, (double[]){1.0, 1.0}, z, scratch, count) == VOL_EDATA);
    UNIT(vol_isotonic(2, (double[]){1.0, 2.0}, (double[]){1.0, 0.0}, z, scratch, count) == VOL_EDATA);
    UNIT(vol_isotonic_vols(2, falling, vol, NULL, z, scratch, count) == VOL_EDATA);
    UNIT(vol_isotonic_vols(3, t, vol, (double[]){1.0, -1.0, 1.0}, z, scratch, count) == VOL_EDATA);
    UNIT(z[0] == 7.0);
}

static double otm(double k, double s)
{
    return exp(k / 2.0) * vol_black_norm(fabs(k), s);
}

/* The grid of the oracle: as many violations as it counts, none after, and as near as the optimum. */
static void nearest(void)
{
    const struct vol_correct_grid grid = {
        .expiries = EXPIRIES, .strikes = STRIKES, .t = grid_t, .k = grid_k, .vol = grid_vol};
    struct vol_correct_result r;
    double out[NODES], again[NODES], distance = 0.0;
    struct vol_correct_grid made = grid;
    int i;

    UNIT(vol_correct_grid(&grid, out, &r, NULL) == VOL_OK);
    UNIT(r.before.butterfly + r.before.vertical == (size_t)grid_butterfly &&
         r.before.calendar == (size_t)grid_calendar);
    UNIT(r.after.butterfly == 0 && r.after.vertical == 0 && r.after.calendar == 0);
    UNIT(r.most > 0.0 && r.most < 0.06 && r.steps > 0);
    for (i = 0; i < NODES; i++) {
        double k = grid_k[i % STRIKES], root = sqrt(grid_t[i / STRIKES]);
        double z = (otm(k, out[i] * root) - otm(k, grid_vol[i] * root)) / grid_unit[i];

        distance += z * z;
    }
    UNIT_NEAR(sqrt(distance), grid_distance, 1e-5 * grid_distance);
    /* Mended grids stay as they are, to the last bit. */
    made.vol = out;
    UNIT(vol_correct_grid(&made, again, &r, NULL) == VOL_OK);
    UNIT(r.steps == 0 && r.most == 0.0 && memcmp(again, out, sizeof out) == 0);
}

static double uniform(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (double)(*seed >> 11) / 9007199254740992.0;
}

/* Grids of all shapes and levels of noise, wings with prices of 1e-30 included: none of the violations are
 * left. */
static void all_shapes(void)
{
    static double t[24], k[24 * 24], vol[24 * 24], spread[24 * 24], out[24 * 24];
    uint64_t seed = 88172645463325252u;
    size_t round, i, j, before = 0;

    for (round = 0; round < 60; round++) {
        size_t m = 1 + round % 20, n = 3 + (round * 7) % 20;
        double noise = 0.002 + 0.05 * uniform(&seed);
        struct vol_correct_grid grid = {
            .expiries = m, .strikes = n, .t = t, .k = k, .own = round % 3 == 2, .vol = vol, .spread = spread};
        struct vol_correct_result r;

        for (i = 0; i < m; i++) {
            t[i] = (i > 0 ? t[i - 1] : 0.0) + 0.01 + 0.3 * uniform(&seed) * uniform(&seed);
            for (j = 0; j < n; j++) {
                double width = grid.own ? 0.2 + 0.5 * sqrt(t[i]) : 0.5;

                k[i * n + j] = width * (2.0 * (double)j / (double)(n - 1) - 1.1);
                vol[i * n + j] = fmax(0.2 - 0.1 * k[i * n + j] + noise * (uniform(&seed) - 0.5), 0.02);
                spread[i * n + j] = 0.002 + 0.02 * uniform(&seed);
            }
        }
        if (!UNIT(vol_correct_grid(&grid, out, &r, NULL) == VOL_OK))
            continue;
        before += r.before.butterfly + r.before.calendar + r.before.vertical;
        if (!UNIT(r.after.butterfly + r.after.vertical + r.after.calendar == 0))
            printf("    round %zu, %zu by %zu: %zu %zu %zu, %g at %zu %zu\n", round, m, n, r.after.butterfly,
                   r.after.vertical, r.after.calendar, r.after.worst, r.after.expiry, r.after.strike);
    }
    UNIT(before > 500);
}

/* A surface that is free of arbitrage has no violations, on equal log-moneynesses and on equal strikes with
 * forwards that differ: Black's with one vol, and SSVI (theta .04 and .09 of the project's table R4, and
 * between). */
static void no_false_alarm(void)
{
    static double t[12], k[12 * 15], vol[12 * 15];
    struct vol_correct_verdict v;
    size_t i, j, shape;

    for (shape = 0; shape < 4; shape++) {
        struct vol_correct_grid grid = {
            .expiries = 12, .strikes = 15, .t = t, .k = k, .own = shape % 2 == 1, .vol = vol};

        for (i = 0; i < 12; i++) {
            double theta = 0.04 + 0.0001 * (double)(i * i), forward = 1.0 + 0.002 * (double)i;

            t[i] = shape < 2 ? 0.05 + 0.0005 * (double)i : theta / 0.04;
            for (j = 0; j < 15; j++) {
                double at = log((0.6 + 0.06 * (double)j) / forward), w, u;

                if (shape % 2 == 0)
                    at = -0.45 + 0.06 * (double)j;
                u = 5.0 * at - 0.7;
                w = theta / 2.0 * (1.0 - 0.7 * 5.0 * at + sqrt(u * u + 1.0 - 0.49));
                k[i * 15 + j] = at;
                vol[i * 15 + j] = shape < 2 ? 0.2 : sqrt(w / t[i]);
            }
        }
        UNIT(vol_correct_check(&grid, 1e-12, &v, NULL) == VOL_OK);
        if (!UNIT(v.butterfly + v.vertical + v.calendar == 0))
            printf("    shape %zu: %zu %zu %zu, %g at %zu %zu\n", shape, v.butterfly, v.vertical, v.calendar,
                   v.worst, v.expiry, v.strike);
        vol[5 * 15 + 7] *= 1.2; /* one vol a fifth too high: a butterfly there, the later expiry below */
        UNIT(vol_correct_check(&grid, 1e-12, &v, NULL) == VOL_OK);
        if (!UNIT(v.butterfly + v.calendar >= 1 && v.expiry >= 5 && v.expiry <= 6))
            printf("    shape %zu: %zu %zu %zu, %g at %zu %zu\n", shape, v.butterfly, v.vertical, v.calendar,
                   v.worst, v.expiry, v.strike);
    }
}

static void calendar_alone(void)
{
    const double t[] = {0.1, 0.2, 0.4}, k[] = {-0.1, 0.1};
    const double vol[] = {0.2, 0.3, 0.12, 0.25, 0.15, 0.2}, spread[] = {0.01, 0.01, 0.02, 0.01, 0.01, 0.01};
    struct vol_correct_grid grid = {
        .expiries = 3, .strikes = 2, .t = t, .k = k, .vol = vol, .spread = spread};
    struct vol_correct_result r;
    double out[6] = {7.0}, u0 = 0.2 * sqrt(0.1), u1 = 0.12 * sqrt(0.2), u;
    int i;

    UNIT(vol_correct_calendar(&grid, out, &r, NULL) == VOL_OK);
    /* First column: 0.0632 and 0.0537 in total vol are pooled with weights 1 / (spread^2 t), the third stays.
     */
    u = (u0 / (1e-4 * 0.1) + u1 / (4e-4 * 0.2)) / (1 / (1e-4 * 0.1) + 1 / (4e-4 * 0.2));
    UNIT_NEAR(out[0], u / sqrt(0.1), 1e-15);
    UNIT_NEAR(out[2], u / sqrt(0.2), 1e-15);
    for (i = 1; i < 6; i++)
        if (i != 2)
            UNIT_NEAR(out[i], vol[i], 1e-15);
    UNIT(r.before.calendar == 1 && r.after.calendar == 0);
    out[0] = 7.0;
    grid.own = true;
    UNIT(vol_correct_calendar(&grid, out, &r, NULL) == VOL_EDATA);
    grid.own = false;
    grid.t = vol;
    UNIT(vol_correct_grid(&grid, out, &r, NULL) == VOL_EDATA);
    grid.t = t;
    grid.vol = (double[]){0.2, 0.3, NAN, 0.25, 0.15, 0.2};
    UNIT(vol_correct_grid(&grid, out, &r, NULL) == VOL_EDATA);
    UNIT(out[0] == 7.0);
    UNIT_STR(vol_correct_kind_name(VOL_CORRECT_CALENDAR), "calendar");
}

int main(void)
{
    isotonic();
    nearest();
    all_shapes();
    no_false_alarm();
    calendar_alone();
    return unit_done("surface/correct");
}
