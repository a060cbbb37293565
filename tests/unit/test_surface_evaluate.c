#include "surface/evaluate.h"

#include "surface/grid.h"
#include "surface/slice.h"
#include "surface/varindex.h"
#include "surface/monotone.h"
#include "surface/varswap.h"
#include "unit.h"

static const struct vol_svi svi[2] = {
    {0.0008, 0.030, -0.40, 0.010, 0.04},
    {0.0011, 0.031, -0.42, 0.012, 0.05},
};

static void make(struct vol_slice s[2])
{
    s[0] = vol_slice_of_svi(&svi[0], 28.0 / 365, -0.1, 0.08);
    s[1] = vol_slice_of_svi(&svi[1], 35.0 / 365, -0.12, 0.1);
    s[0].forward = s[1].forward = 3000;
}

/* Density: the second derivative of the call price in the strike, local vol: Dupire's quotient of prices,
 * both by 40-digit differentiation (mpmath); total variance linear between the two slices, the forward flat.
 */
static void against_prices(void)
{
    static const struct {
        double strike, density, vol;
    } dense[] = {{2700, 0.00027464916488521121445, 0.27608602774074775908},
                 {2900, 0.00142327088240964264819, 0.20130159938188037057},
                 {3000, 0.00371935340047695486812, 0.16768167823131141145},
                 {3100, 0.00261580545287357172941, 0.15769344539479116036}};
    static const struct {
        double strike, local;
    } dupire[] = {{2700, 0.32462508818990811972},
                  {2900, 0.22564331940130322190},
                  {3000, 0.16770582303373113312},
                  {3050, 0.15671814823063311541}};
    struct vol_slice s[2];
    struct vol_evaluate v;
    size_t i;

    make(s);
    for (i = 0; i < 4; i++) {
        vol_evaluate_at(s, 2, 28.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_STRIKES, dense[i].strike, &v);
        UNIT(v.status == (dense[i].strike < 2800 ? VOL_EVALUATE_WING : VOL_EVALUATE_OK));
        UNIT_NEAR(v.density / dense[i].density, 1.0, 1e-11);
        UNIT_NEAR(v.vol, dense[i].vol, 1e-14);
        UNIT_NEAR(v.k, log(dense[i].strike / 3000), 1e-15);
        vol_evaluate_at(s, 2, 30.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_STRIKES, dupire[i].strike, &v);
        UNIT_NEAR(v.local_vol, dupire[i].local, 1e-12);
        UNIT_NEAR(v.forward, 3000.0, 1e-9);
    }
}

/* Delta to strike and back; the density sums to one and its mean is the forward. */
static void consistent(void)
{
    static const double deltas[] = {-0.1, -0.25, 0.5, 0.25, 0.1};
    struct vol_slice s[2];
    struct vol_evaluate v, back;
    double sum = 0, mean = 0, k;
    size_t i;

    make(s);
    for (i = 0; i < 5; i++) {
        vol_evaluate_at(s, 2, 30.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_DELTAS, deltas[i], &v);
        UNIT(v.status == VOL_EVALUATE_OK && v.delta == deltas[i]);
        vol_evaluate_at(s, 2, 30.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_K, v.k, &back);
        UNIT(back.vol == v.vol && back.strike == v.strike);
        UNIT_NEAR(deltas[i] - back.delta, deltas[i] > 0 && back.delta < 0 ? 1.0 : 0.0, 1e-9);
    }
    for (k = -3.0; k <= 3.0; k += 1.0 / 4096) {
        vol_evaluate_at(s, 2, 30.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_K, k, &v);
        sum += v.density * v.strike / 4096;
        mean += v.density * v.strike * v.strike / 4096;
    }
    UNIT_NEAR(sum, 1.0, 1e-9);
    UNIT_NEAR(mean / 3000, 1.0, 1e-9);
}

static void refusals(void)
{
    struct vol_slice s[2];
    struct vol_evaluate v;

    make(s);
    vol_evaluate_at(s, 2, 27.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_K, 0.0, &v);
    UNIT(v.status == VOL_EVALUATE_MATURITY && isnan(v.vol) && isnan(v.density));
    vol_evaluate_at(s, 2, NAN, VOL_TENOR_LINEAR, VOL_EVALUATE_K, 0.0, &v);
    UNIT(v.status == VOL_EVALUATE_MATURITY);
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_K, 0.09, &v);
    UNIT(v.status == VOL_EVALUATE_WING && v.vol > 0.1);
    s[0].reach_max = s[0].k_max;
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_K, 0.09, &v);
    UNIT(v.status == VOL_EVALUATE_STRIKE && isnan(v.vol) && v.strike > 3000);
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_K, NAN, &v);
    UNIT(v.status == VOL_EVALUATE_STRIKE);
    s[0].forward = NAN;
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_STRIKES, 3000, &v);
    UNIT(v.status == VOL_EVALUATE_NO_FORWARD && isnan(v.vol) && v.strike == 3000.0);
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_K, 0.0, &v);
    UNIT(v.status == VOL_EVALUATE_OK && isnan(v.strike) && isnan(v.density) && v.local_vol > 0.1);
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_DELTAS, 1e-12, &v);
    UNIT(v.status == VOL_EVALUATE_NO_DELTA && isnan(v.vol));
    s[1] = s[0]; /* the later smile below the earlier: calendar arbitrage has no local vol */
    s[0] = vol_slice_of_svi(&svi[1], 28.0 / 365, -0.1, 0.08);
    s[1].t = 35.0 / 365;
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_TENOR_LINEAR, VOL_EVALUATE_K, 0.0, &v);
    UNIT(v.status == VOL_EVALUATE_OK && v.vol > 0 && isnan(v.local_vol));
    UNIT_STR(vol_evaluate_status_name(VOL_EVALUATE_WING), "wing");
    UNIT_STR(vol_evaluate_status_name(VOL_EVALUATE_NEGATIVE), "not_positive");
}

/* ---- the variance swap ---- */

static const double demeterfi_t = 0.246575;

/* Demeterfi, Derman, Kamal and Zou's skew: 0.2 at 100, 0.1 more for 50 points less. */
static void demeterfi(const void *parameters, double k, double w[3])
{
    double forward = *(const double *)parameters, strike = forward * exp(k),
           vol = 0.2 - 0.002 * (strike - 100);
    double slope = -0.002 * strike;

    w[0] = vol * vol * demeterfi_t;
    w[1] = 2 * vol * slope * demeterfi_t;
    w[2] = 2 * (slope * slope + vol * slope) * demeterfi_t;
}

/* The undiscounted price of the option at STRIKE under SLICE. */
static double price(const struct vol_slice *slice, double strike, int call)
{
    double k = log(strike / slice->forward), s = sqrt(vol_slice_w(slice, k)), d1 = -k / s + s / 2;
    double value = slice->forward * 0.5 * erfc(-d1 / sqrt(2.0)) - strike * 0.5 * erfc((s - d1) / sqrt(2.0));

    return call ? value : value - slice->forward + strike;
}

static void variance_swap(void)
{
    double forward = 100 * exp(0.05 * demeterfi_t), variance = 0;
    struct vol_slice s = {
        .derivatives = demeterfi, .parameters = &forward, .t = demeterfi_t, .forward = forward};
    struct vol_varindex_option puts[11], calls[8];
    struct vol_varswap swap;
    struct vol_slice slices[2];
    int i;

    s.k_min = s.reach_min = log(45 / forward);
    s.k_max = s.reach_max = log(140 / forward);
    for (i = 0; i <= 10; i++)
        puts[i] = (struct vol_varindex_option){100 - 5 * i, price(&s, 100 - 5 * i, 0)};
    for (i = 0; i <= 7; i++)
        calls[i] = (struct vol_varindex_option){100 + 5 * i, price(&s, 100 + 5 * i, 1)};
    /* the published table, with its nineteen strikes: reference-values.md R8 */
    UNIT(vol_varindex_replicate(forward, 100, demeterfi_t, puts, 11, calls, 8, &variance, NULL) == VOL_OK);
    UNIT_NEAR(variance, 0.04189, 1e-4);
    /* the same skew with all strikes: scipy's quad over the same integrand */
    vol_varswap_run(&s, 1, demeterfi_t, &swap);
    UNIT(swap.status == VOL_VARSWAP_OK);
    UNIT_NEAR(swap.variance, 0.04018713131503069, 1e-8);
    UNIT(swap.wing == 0.0);
    make(slices);
    vol_varswap_run(slices, 2, 28.0 / 365, &swap);
    UNIT(swap.status == VOL_VARSWAP_OK);
    UNIT_NEAR(swap.variance, 0.04162298292571185, 1e-8);
    UNIT_NEAR(swap.wing, 0.1742191626349736,
              5e-3); /* the steps of the sum do not meet the ends of the quotes */
    vol_varswap_run(slices, 2, 27.0 / 365, &swap);
    UNIT(swap.status == VOL_VARSWAP_NO_SMILE && isnan(swap.variance));
    slices[0].reach_min = slices[0].k_min; /* it ends where puts are worth something: no value */
    vol_varswap_run(slices, 2, 28.0 / 365, &swap);
    UNIT(swap.status == VOL_VARSWAP_NO_WING && isnan(swap.variance));
}

/* The same rate by another formula: the mean of total variance over a normal d2 (Gatheral, "The Volatility
 * Surface", 2006, equation 11.5). */
static double mean_variance(const struct vol_svi *smile)
{
    double sum = 0.0, u, h = 1e-4;

    for (u = -7.0; u <= 7.0; u += h) {
        double k = 0.1 * sinh(u), w[3], s, d2;

        vol_svi_derivatives(smile, k, w);
        s = sqrt(w[0]);
        d2 = -k / s - s / 2.0;
        sum += exp(-d2 * d2 / 2.0) * w[0] * (1.0 / s - k * w[1] / (2.0 * s * w[0]) + w[1] / (4.0 * s)) * 0.1 *
               cosh(u) * h;
    }
    return sum / sqrt(2.0 * 3.14159265358979323846);
}

/* Wings whose options are worth something fifty and more standard deviations out. */
static void steep_wings(void)
{
    static const double slope[] = {0.05, 0.1, 0.13, 0.3};
    struct vol_varswap swap;
    int i;

    for (i = 0; i < 4; i++) {
        struct vol_svi smile = {0.0008, slope[i] / 1.4, -0.4, 0.0, 0.001};
        struct vol_slice slice = vol_slice_of_svi(&smile, 30.0 / 365, -0.3, 0.3);

        vol_varswap_run(&slice, 1, 30.0 / 365, &swap);
        UNIT(swap.status == (i < 3 ? VOL_VARSWAP_OK : VOL_VARSWAP_WING_SHARE));
        UNIT(isfinite(swap.wing) && (swap.wing > 1.0 / 3.0) == (i == 3));
        if (i < 3)
            UNIT_NEAR(swap.variance * 30.0 / 365, mean_variance(&smile), 1e-5 * mean_variance(&smile));
    }
    /* just below Lee's bound the strip does not end within reason */
    {
        struct vol_svi smile = {0.0008, 1.95 / 1.4, -0.4, 0.0, 0.001};
        struct vol_slice slice = vol_slice_of_svi(&smile, 30.0 / 365, -0.3, 0.3);

        vol_varswap_run(&slice, 1, 30.0 / 365, &swap);
        UNIT(swap.status == VOL_VARSWAP_STEEP_WING && isnan(swap.variance));
    }
}

/* Between expiries by the monotone curve: its vol, and derivatives that differences bear out. */
static void monotone_time(void)
{
    static const double times[] = {0.05, 0.1, 0.3, 0.5, 1.0}, level[] = {0.04, 0.05, 0.03, 0.06, 0.045};
    struct vol_svi smile[5];
    struct vol_slice s[5];
    struct vol_evaluate v, back, linear;
    double w[5], at[3], up[3], down[3], speed, later, out[2], k, t;
    int i;

    for (i = 0; i < 5; i++) {
        smile[i] = (struct vol_svi){level[i] * times[i], 0.1 * sqrt(times[i]) * 0.3, -0.5, 0.01 * i, 0.1};
        s[i] = vol_slice_of_svi(&smile[i], times[i], -1.0, 1.0);
        s[i].forward = 100.0 + i;
    }
    for (t = 0.051; t < 1.0; t += 0.0137)
        for (k = -0.2; k < 0.25; k += 0.083) {
            for (i = 0; i < 5; i++)
                w[i] = vol_slice_w(&s[i], k);
            vol_evaluate_at(s, 5, t, VOL_TENOR_MONOTONE, VOL_EVALUATE_K, k, &v);
            UNIT(v.status == VOL_EVALUATE_OK && vol_monotone_variance(5, times, w, t, out) == VOL_OK);
            UNIT_NEAR(v.vol * v.vol * t, out[0], 1e-15);
            UNIT(vol_tenor_derivatives_by(s, 5, VOL_TENOR_MONOTONE, t, k, at, &speed) == VOL_OK);
            UNIT_NEAR(speed, out[1], 1e-14);
            UNIT(vol_tenor_derivatives_by(s, 5, VOL_TENOR_MONOTONE, t, k + 1e-5, up, &later) == VOL_OK);
            UNIT(vol_tenor_derivatives_by(s, 5, VOL_TENOR_MONOTONE, t, k - 1e-5, down, &later) == VOL_OK);
            UNIT_NEAR((up[0] - down[0]) / 2e-5, at[1], 1e-7);
            UNIT_NEAR((up[1] - down[1]) / 2e-5, at[2], 1e-6);
            if (!isfinite(v.delta) || fabs(v.delta) < 0.01)
                continue;
            vol_evaluate_at(s, 5, t, VOL_TENOR_MONOTONE, VOL_EVALUATE_DELTAS, v.delta, &back);
            UNIT_NEAR(back.k, k, 1e-9);
        }
    /* at an expiry it is the expiry's own; between them it is not the line */
    vol_evaluate_at(s, 5, 0.3, VOL_TENOR_MONOTONE, VOL_EVALUATE_K, 0.1, &v);
    UNIT_NEAR(v.vol, vol_slice_vol(&s[2], 0.1), 1e-15);
    vol_evaluate_at(s, 5, 0.7, VOL_TENOR_MONOTONE, VOL_EVALUATE_K, 0.1, &v);
    vol_evaluate_at(s, 5, 0.7, VOL_TENOR_LINEAR, VOL_EVALUATE_K, 0.1, &linear);
    UNIT(fabs(v.vol - linear.vol) > 1e-5);
    vol_evaluate_at(s, 5, 1.1, VOL_TENOR_MONOTONE, VOL_EVALUATE_K, 0.1, &v);
    UNIT(v.status == VOL_EVALUATE_MATURITY);
    s[4].k_max = s[4].reach_max = 0.05; /* behind the two expiries around, but it bends the curve */
    vol_evaluate_at(s, 5, 0.4, VOL_TENOR_MONOTONE, VOL_EVALUATE_K, 0.1, &v);
    UNIT(v.status == VOL_EVALUATE_STRIKE && isnan(v.vol));
    vol_evaluate_at(s, 5, 0.4, VOL_TENOR_LINEAR, VOL_EVALUATE_K, 0.1, &v);
    UNIT(v.status == VOL_EVALUATE_OK);
    /* far out a delta is zero, not minus zero */
    vol_evaluate_at(s, 5, 0.3, VOL_TENOR_LINEAR, VOL_EVALUATE_K, -50.0, &v);
    UNIT(v.delta == 0.0 && !signbit(v.delta));
}

/* ---- the grid ---- */

static void grids(void)
{
    static const char *const wrong[] = {
        "",
        "k=0",
        "k@days=30",
        "vol=0@days=30",
        "k=@days=30",
        "k=0@days=",
        "k=0@days=0",
        "k=0@weeks=1",
        "k=0:1@days=30",
        "k=1:0:0.1@days=30",
        "k=0:1:0@days=30",
        "k=0:1:0.0001@days=30",
        "k=nan@days=30",
        "strike=-5@days=30",
        "delta=1@days=30",
        "delta=0@expiries",
        "k=0@dates=2019-02-30",
        "k=0@expiries=2",
    };
    struct vol_grid g;
    struct vol_error err;
    size_t i;

    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        err.text[0] = '\0';
        UNIT(vol_grid_parse(wrong[i], &g, &err) == VOL_EUSAGE && strncmp(err.text, "--grid: ", 8) == 0);
    }
    UNIT(vol_grid_parse("k=-0.3:0.3:0.1,0.5@days=7,30:60:30", &g, &err) == VOL_OK);
    UNIT(g.axis == VOL_EVALUATE_K && g.n_x == 8 && g.x[3] == 0.0 && g.x[7] == 0.5);
    UNIT_NEAR(g.x[6], 0.3, 1e-15);
    UNIT(g.tenors == VOL_GRID_DAYS && g.n_tenors == 3 && g.tenor[2] == 60.0);
    vol_grid_free(&g);
    UNIT(vol_grid_parse("delta=-0.25,.5@dates=2019-05-17,2019-06-21", &g, &err) == VOL_OK);
    UNIT(g.axis == VOL_EVALUATE_DELTAS && g.x[0] == -0.25 && g.tenors == VOL_GRID_DATES && g.n_tenors == 2);
    UNIT(g.tenor[1] - g.tenor[0] == 35.0);
    vol_grid_free(&g);
    UNIT(vol_grid_parse("strike=2900@expiries", &g, &err) == VOL_OK);
    UNIT(g.tenors == VOL_GRID_EXPIRIES && g.n_tenors == 0 && g.x[0] == 2900.0);
    UNIT_STR(vol_grid_axis_name(g.axis), "strike");
    vol_grid_free(&g);
}

int main(void)
{
    against_prices();
    consistent();
    refusals();
    variance_swap();
    steep_wings();
    monotone_time();
    grids();
    return unit_done("surface/evaluate");
}
