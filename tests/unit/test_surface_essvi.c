#include "surface/essvi.h"

#include "random.h"
#include "surface/arbitrage.h"
#include "unit.h"

/* R4 of ../shared/reference-values.md: SSVI theta .04, rho -.7, phi 5 (free) and 60 (theta phi (1 + |rho|) >
 * 4). */
static void published(void)
{
    const struct vol_essvi v4 = {0.04, -0.7, 0.2}, v5 = {0.04, -0.7, 2.4};
    const struct vol_essvi earlier = {0.04, -0.7, 0.2}, later = {0.09, -0.7, 0.45};
    struct vol_svi svi;
    double w[3];

    vol_essvi_to_svi(&v4, &svi);
    UNIT_NEAR(svi.a, 0.0102, 1e-15);
    UNIT_NEAR(svi.b, 0.1, 1e-15);
    UNIT_NEAR(svi.rho, -0.7, 1e-15);
    UNIT_NEAR(svi.m, 0.14, 1e-15);
    UNIT_NEAR(svi.sigma, 0.142828568571, 1e-12);
    vol_essvi_derivatives(&v4, -0.5, w);
    UNIT_NEAR(w[0], 0.120574385243, 1e-12);
    vol_essvi_derivatives(&v4, 0.5, w);
    UNIT_NEAR(w[0], 0.0237298334621, 1e-12);
    UNIT_NEAR(vol_essvi_vol(&v4, 0.0, 0.25), 0.4, 1e-15);
    UNIT(isnan(vol_essvi_vol(&v4, 0.0, 0.0)) && isnan(vol_essvi_vol(&v4, 0.0, NAN)));
    UNIT(vol_essvi_is_free(&v4) && !vol_essvi_is_free(&v5));
    vol_essvi_to_svi(&v5, &svi);
    UNIT_NEAR(svi.sigma, 0.0119023807142, 1e-12);
    UNIT_NEAR(vol_svi_w(&svi, 0.5), 0.18617403559, 1e-10);
    UNIT(vol_essvi_is_after(&earlier, &later) && !vol_essvi_is_after(&later, &earlier));
    UNIT(vol_essvi_is_after(&earlier, &earlier));
    UNIT(!vol_essvi_is_free(&(struct vol_essvi){NAN, 0.0, 0.1}) &&
         !vol_essvi_is_free(&(struct vol_essvi){0.1, NAN, 0.1}));
    UNIT(!vol_essvi_is_free(&(struct vol_essvi){0.1, 1.0, 0.1}) &&
         !vol_essvi_is_free(&(struct vol_essvi){0.1, 0.0, -0.1}));
    UNIT(!vol_essvi_is_after(&earlier, &(struct vol_essvi){NAN, -0.7, 0.45}));
}

static struct vol_essvi random_slice(uint64_t *seed)
{
    struct vol_essvi slice = {draw_log(seed, 1e-4, 0.5), 1.98 * draw(seed) - 0.99, 0.0};
    double most = fmin(4.0, 2.0 * sqrt(slice.theta * (1.0 + fabs(slice.rho)))) / (1.0 + fabs(slice.rho));

    slice.psi = most * draw_log(seed, 0.02, 1.0);
    return slice;
}

/* Derivatives against those of the raw SVI that it is, which differences hold (test_surface_svi.c). */
static void derivatives(void)
{
    uint64_t seed = 3;
    int i;

    for (i = 0; i < 500; i++) {
        struct vol_essvi slice = random_slice(&seed);
        struct vol_svi svi;
        double k = (2.0 * draw(&seed) - 1.0) * 6.0 * sqrt(slice.theta), w[3], raw[3];

        vol_essvi_to_svi(&slice, &svi);
        vol_essvi_derivatives(&slice, k, w);
        vol_svi_derivatives(&svi, k, raw);
        UNIT_NEAR(w[0], raw[0], 1e-12 * raw[0]);
        UNIT_NEAR(w[1], raw[1], 1e-11 * slice.psi);
        UNIT_NEAR(w[2], raw[2], 1e-9 * raw[2] + 1e-12);
    }
}

/* The least of (w_later - w_earlier) / w_earlier over all k, densely and far into the wings. */
static double least_rise(const struct vol_essvi *earlier, const struct vol_essvi *later)
{
    double least = INFINITY, z;

    for (z = -9.0; z <= 9.0; z += 0.02) {
        double k = sinh(z) * earlier->theta / earlier->psi, w0[3], w1[3];

        vol_essvi_derivatives(earlier, k, w0);
        vol_essvi_derivatives(later, k, w1);
        least = fmin(least, (w1[0] - w0[0]) / w0[0]);
    }
    return least;
}

/* The closed-form bounds of theta: on them and beyond slices do not cross, a hair inside nearly all do. The
 * two say the same from both sides. */
static void bounds(void)
{
    uint64_t seed = 17;
    int i, tried = 0, crossed = 0;

    for (i = 0; i < 4000; i++) {
        struct vol_essvi a = random_slice(&seed), b;
        double r = a.psi * (1.0 + a.rho) * (1.0 - 0.3 * log(1.0 - draw(&seed)));
        double l = a.psi * (1.0 - a.rho) * (1.0 - 0.3 * log(1.0 - draw(&seed))), least;

        b = (struct vol_essvi){NAN, (r - l) / (r + l), 0.5 * (r + l)};
        least = vol_essvi_least_theta(&a, &b);
        UNIT(least >= a.theta * (1.0 - 1e-12) && least <= a.theta * b.psi / a.psi * (1.0 + 1e-12));
        b.theta = least;
        UNIT(vol_essvi_is_after(&a, &b));
        UNIT(least_rise(&a, &b) >= -1e-11);
        UNIT_NEAR(vol_essvi_most_theta(&a, &b), a.theta, 1e-6 * a.theta);
        b.theta = least * (1.0 + draw(&seed));
        UNIT(vol_essvi_is_after(&a, &b) && least_rise(&a, &b) >= -1e-11);
        b.theta = least * 0.99;
        UNIT(!vol_essvi_is_after(&a, &b));
        tried++;
        crossed += least_rise(&a, &b) < 0.0;
        b.theta = least;
        b.psi *= 0.9; /* slopes that fall */
        UNIT(b.psi >= a.psi || !vol_essvi_is_after(&a, &b));
    }
    printf("surface/essvi: one per cent inside the bound %d of %d pairs cross\n", crossed, tried);
    UNIT(crossed > tried * 9 / 10);
}

/* Between, before and after two slices in order every time is free and in order. */
static void between(void)
{
    const double times[] = {0.1, 0.3};
    uint64_t seed = 29;
    int i, j, rising = 0;

    for (i = 0; i < 2000; i++) {
        struct vol_essvi pair[2] = {random_slice(&seed)}, before, now;
        double r = pair[0].psi * (1.0 + pair[0].rho) * (1.0 + draw(&seed));
        double l = pair[0].psi * (1.0 - pair[0].rho) * (1.0 + draw(&seed)), t;

        pair[1] = (struct vol_essvi){NAN, (r - l) / (r + l), 0.5 * (r + l)};
        pair[1].theta = fmax(vol_essvi_least_theta(&pair[0], &pair[1]),
                             0.25 * pair[1].psi * pair[1].psi * (1.0 + fabs(pair[1].rho)));
        if (i % 2)
            pair[1].theta *= 1.0 + draw(&seed);
        if (!vol_essvi_is_free(&pair[1]))
            continue;
        rising += pair[1].psi / pair[1].theta > pair[0].psi / pair[0].theta;
        UNIT(vol_essvi_at(pair, times, 2, 0.02, &before, NULL) == VOL_OK && vol_essvi_is_free(&before));
        for (j = 1, t = 0.04; t < 0.5; t += 0.02, j++) {
            UNIT(vol_essvi_at(pair, times, 2, t, &now, NULL) == VOL_OK);
            UNIT(vol_essvi_is_free(&now));
            UNIT(least_rise(&before, &now) >= -1e-11);
            before = now;
        }
        UNIT(vol_essvi_at(pair, times, 2, 0.1, &now, NULL) == VOL_OK);
        UNIT_NEAR(now.theta, pair[0].theta, 1e-15);
        UNIT_NEAR(now.psi, pair[0].psi, 1e-15);
        UNIT(vol_essvi_at(pair, times, 2, 0.3, &now, NULL) == VOL_OK);
        UNIT_NEAR(now.rho, pair[1].rho, 1e-14);
        UNIT_NEAR(now.psi, pair[1].psi, 1e-14);
    }
    UNIT(rising > 300);
}

/* The power law of SSVI: free, in order, and what Gatheral and Jacquier's formula says. */
static void power_law(void)
{
    struct vol_essvi slice = vol_essvi_power_law(0.04, -0.3, 1.1, 0.4), before = slice;
    double theta;

    UNIT_NEAR(slice.psi / slice.theta, 1.1 / (pow(0.04, 0.4) * pow(1.04, 0.6)), 1e-14);
    for (theta = 0.05; theta < 5.0; theta *= 1.2) {
        slice = vol_essvi_power_law(theta, -0.3, 1.1, 0.4);
        UNIT(vol_essvi_is_free(&slice) && vol_essvi_is_after(&before, &slice));
        before = slice;
    }
}

static void refusals(void)
{
    const struct vol_essvi slice = {0.04, -0.3, 0.2};
    const double time = 0.5;
    struct vol_essvi out = slice;
    struct vol_error err = {0};

    UNIT(vol_essvi_at(&slice, &time, 0, 0.5, &out, &err) == VOL_EDATA);
    UNIT(vol_essvi_at(&slice, &time, 1, 0.0, &out, &err) == VOL_EDATA);
    UNIT(vol_essvi_at(&slice, &time, 1, NAN, &out, &err) == VOL_EDATA);
    UNIT(vol_essvi_at(&slice, &time, 1, INFINITY, &out, &err) == VOL_EDATA && out.theta == 0.04);
    UNIT(vol_essvi_at(&slice, &time, 1, 1.0, &out, &err) == VOL_OK);
    UNIT_NEAR(out.theta, 0.08, 1e-15);
    UNIT_NEAR(out.psi, 0.2, 1e-15);
}

int main(void)
{
    published();
    derivatives();
    bounds();
    between();
    power_law();
    refusals();
    return unit_done("surface/essvi");
}
