#include "surface/evaluate.h"

#include "surface/grid.h"
#include "surface/slice.h"
#include "surface/varindex.h"
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
        vol_evaluate_at(s, 2, 28.0 / 365, VOL_EVALUATE_STRIKES, dense[i].strike, &v);
        UNIT(v.status == (dense[i].strike < 2800 ? VOL_EVALUATE_WING : VOL_EVALUATE_OK));
        UNIT_NEAR(v.density / dense[i].density, 1.0, 1e-11);
        UNIT_NEAR(v.vol, dense[i].vol, 1e-14);
        UNIT_NEAR(v.k, log(dense[i].strike / 3000), 1e-15);
        vol_evaluate_at(s, 2, 30.0 / 365, VOL_EVALUATE_STRIKES, dupire[i].strike, &v);
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
        vol_evaluate_at(s, 2, 30.0 / 365, VOL_EVALUATE_DELTAS, deltas[i], &v);
        UNIT(v.status == VOL_EVALUATE_OK && v.delta == deltas[i]);
        vol_evaluate_at(s, 2, 30.0 / 365, VOL_EVALUATE_K, v.k, &back);
        UNIT(back.vol == v.vol && back.strike == v.strike);
        UNIT_NEAR(deltas[i] - back.delta, deltas[i] > 0 && back.delta < 0 ? 1.0 : 0.0, 1e-9);
    }
    for (k = -3.0; k <= 3.0; k += 1.0 / 4096) {
        vol_evaluate_at(s, 2, 30.0 / 365, VOL_EVALUATE_K, k, &v);
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
    vol_evaluate_at(s, 2, 27.0 / 365, VOL_EVALUATE_K, 0.0, &v);
    UNIT(v.status == VOL_EVALUATE_MATURITY && isnan(v.vol) && isnan(v.density));
    vol_evaluate_at(s, 2, NAN, VOL_EVALUATE_K, 0.0, &v);
    UNIT(v.status == VOL_EVALUATE_MATURITY);
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_EVALUATE_K, 0.09, &v);
    UNIT(v.status == VOL_EVALUATE_WING && v.vol > 0.1);
    s[0].reach_max = s[0].k_max;
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_EVALUATE_K, 0.09, &v);
    UNIT(v.status == VOL_EVALUATE_STRIKE && isnan(v.vol) && v.strike > 3000);
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_EVALUATE_K, NAN, &v);
    UNIT(v.status == VOL_EVALUATE_STRIKE);
    s[0].forward = NAN;
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_EVALUATE_STRIKES, 3000, &v);
    UNIT(v.status == VOL_EVALUATE_NO_FORWARD && isnan(v.vol) && v.strike == 3000.0);
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_EVALUATE_K, 0.0, &v);
    UNIT(v.status == VOL_EVALUATE_OK && isnan(v.strike) && isnan(v.density) && v.local_vol > 0.1);
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_EVALUATE_DELTAS, 1e-12, &v);
    UNIT(v.status == VOL_EVALUATE_NO_DELTA && isnan(v.vol));
    s[1] = s[0]; /* the later smile below the earlier: calendar arbitrage has no local vol */
    s[0] = vol_slice_of_svi(&svi[1], 28.0 / 365, -0.1, 0.08);
    s[1].t = 35.0 / 365;
    vol_evaluate_at(s, 2, 30.0 / 365, VOL_EVALUATE_K, 0.0, &v);
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
    UNIT(vol_varswap_run(&s, 1, demeterfi_t, &swap) == VOL_OK);
    UNIT_NEAR(swap.variance, 0.04018713131503069, 1e-8);
    UNIT(swap.wing == 0.0);
    make(slices);
    UNIT(vol_varswap_run(slices, 2, 28.0 / 365, &swap) == VOL_OK);
    UNIT_NEAR(swap.variance, 0.04162298292571185, 1e-8);
    UNIT_NEAR(swap.wing, 0.1742191626349736,
              5e-3); /* the steps of the sum do not meet the ends of the quotes */
    UNIT(vol_varswap_run(slices, 2, 27.0 / 365, &swap) == VOL_NO);
    slices[0].reach_min = slices[0].k_min; /* it ends where puts are worth something: no value */
    UNIT(vol_varswap_run(slices, 2, 28.0 / 365, &swap) == VOL_NO);
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
    grids();
    return unit_done("surface/evaluate");
}
