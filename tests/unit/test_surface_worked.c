/* Published surfaces of ../shared/data/worked-examples: SPX 2005-09-15 as Gatheral fitted it, SX5E 2010-03-01
 * of Andreasen and Huge's "Volatility interpolation", the DAX of Sepp's "Pricing European-style options under
 * jump diffusion". They have vols without spreads: half a vol point is taken for each. */
#include "surface/arbitrage.h"
#include "surface/essvifit.h"
#include "unit.h"

#include <stdlib.h>

#define DATA "../shared/data/worked-examples/"

enum { EXPIRIES = 24, POINTS = 64 };

struct smile {
    double t;
    size_t n;
    struct vol_svifit_quote quotes[POINTS];
};

static struct smile smile[EXPIRIES];
static struct vol_essvifit_expiry expiry[EXPIRIES];

static void add(size_t *n, double t, double k, double vol)
{
    size_t at = 0;
    struct smile *s;

    while (at < *n && fabs(smile[at].t - t) > 1e-9)
        at++;
    if (at == *n)
        smile[(*n)++] = (struct smile){.t = t};
    s = &smile[at];
    s->quotes[s->n++] = (struct vol_svifit_quote){k, vol, vol - 0.005, vol + 0.005};
}

static int by_k(const void *a, const void *b)
{
    const struct vol_svifit_quote *x = a, *y = b;

    return (x->k > y->k) - (x->k < y->k);
}

static int by_t(const void *a, const void *b)
{
    const struct smile *x = a, *y = b;

    return (x->t > y->t) - (x->t < y->t);
}

static void sort(size_t n)
{
    size_t i;

    qsort(smile, n, sizeof *smile, by_t);
    for (i = 0; i < n; i++)
        qsort(smile[i].quotes, smile[i].n, sizeof smile[i].quotes[0], by_k);
}

/* Fit SVI and eSSVI; the root mean square errors over all points of those that stand. */
static void fit(const char *name, size_t n, double most_svi, double most_essvi)
{
    double sum[2] = {0.0, 0.0}, count[2] = {0.0, 0.0};
    const struct vol_essvi *before = NULL;
    size_t i, refused = 0;

    for (i = 0; i < n; i++) {
        struct vol_svifit svi;

        expiry[i] = (struct vol_essvifit_expiry){.t = smile[i].t, .quotes = smile[i].quotes, .n = smile[i].n};
        UNIT(vol_svifit_run(smile[i].quotes, smile[i].n, smile[i].t, &svi, NULL) == VOL_OK);
        if (svi.status != VOL_SVIFIT_OK) {
            refused++;
            continue;
        }
        UNIT(svi.butterfly.free);
        sum[0] += svi.rmse_vol * svi.rmse_vol * (double)svi.points;
        count[0] += (double)svi.points;
    }
    UNIT(vol_essvifit_run(expiry, n, NULL) == VOL_OK);
    for (i = 0; i < n; i++) {
        if (!UNIT(expiry[i].status == VOL_ESSVIFIT_OK))
            continue;
        UNIT(vol_essvi_is_free(&expiry[i].slice) &&
             (before == NULL || vol_essvi_is_after(before, &expiry[i].slice)));
        before = &expiry[i].slice;
        sum[1] += expiry[i].rmse_vol * expiry[i].rmse_vol * (double)expiry[i].n;
        count[1] += (double)expiry[i].n;
    }
    printf("%s: %zu expiries, SVI rmse %.5f over %.0f points (%zu refused), eSSVI %.5f over %.0f\n", name, n,
           sqrt(sum[0] / count[0]), count[0], refused, sqrt(sum[1] / count[1]), count[1]);
    UNIT(sqrt(sum[0] / count[0]) <= most_svi && sqrt(sum[1] / count[1]) <= most_essvi);
}

/* Gatheral's slices at 41 strikes within three standard deviations: those that are free come back as they
 * are. */
static int gatheral(void)
{
    FILE *in = fopen(DATA "gatheral-svi/spx_svi_2005_09_15.csv", "r");
    char line[256];
    size_t n = 0, i;

    if (in == NULL)
        return 0;
    while (fgets(line, sizeof line, in) != NULL) {
        struct vol_svi svi, *p = &svi;
        struct vol_butterfly verdict;
        struct vol_svifit back;
        double t, s, reach;

        if (sscanf(line, "%*[^,],%lf,%lf,%lf,%lf,%lf,%lf", &t, &p->a, &p->b, &p->sigma, &p->rho, &p->m) != 6)
            continue;
        s = sqrt(vol_svi_w(p, 0.0));
        for (i = 0; i < 41; i++)
            add(&n, t, s * 0.15 * ((double)i - 20.0), vol_svi_vol(p, s * 0.15 * ((double)i - 20.0), t));
        reach = VOL_SVIFIT_REACH * 3.0 * s;
        UNIT(vol_arbitrage_butterfly(p, -reach, reach, 1e-9, &verdict, NULL) == VOL_OK);
        UNIT(vol_svifit_run(smile[n - 1].quotes, 41, t, &back, NULL) == VOL_OK &&
             back.status == VOL_SVIFIT_OK);
        if (!UNIT(verdict.free))
            continue;
        UNIT_NEAR(back.svi.a, p->a, 1e-4 * s * s);
        UNIT_NEAR(back.svi.b, p->b, 1e-4 * p->b);
        UNIT_NEAR(back.svi.rho, p->rho, 1e-4);
        UNIT_NEAR(back.svi.m, p->m, 1e-4 * s);
        UNIT_NEAR(back.svi.sigma, p->sigma, 1e-4 * p->sigma);
    }
    fclose(in);
    UNIT(n == 8);
    fit("SPX 2005-09-15", n, 1e-6, 0.002);
    return 1;
}

static int andreasen_huge(void)
{
    FILE *in = fopen(DATA "surfaces/andreasen_huge_sx5e_20100301.csv", "r");
    char line[256];
    double t, moneyness, vol;
    size_t n = 0;

    if (in == NULL)
        return 0;
    memset(smile, 0, sizeof smile);
    while (fgets(line, sizeof line, in) != NULL)
        if (sscanf(line, "%lf,%lf,%*f,%lf", &t, &moneyness, &vol) == 3)
            add(&n, t, log(moneyness), vol); /* r = q = 0 */
    fclose(in);
    sort(n);
    fit("SX5E 2010-03-01", n, 0.0012, 0.002);
    return 1;
}

static int sepp(void)
{
    FILE *in = fopen(DATA "surfaces/sepp_dax_surface.csv", "r");
    char line[256];
    double days, rate, strike, vol;
    size_t n = 0;

    if (in == NULL)
        return 0;
    memset(smile, 0, sizeof smile);
    while (fgets(line, sizeof line, in) != NULL)
        if (sscanf(line, "%lf,%lf,%lf,%lf", &days, &rate, &strike, &vol) == 4)
            add(&n, days / 365.0, log(strike / 4468.17) - rate * days / 365.0, vol);
    fclose(in);
    sort(n);
    fit("DAX of Sepp", n, 0.004, 0.007);
    return 1;
}

int main(void)
{
    int have = gatheral();

    have += andreasen_huge();
    have += sepp();
    if (have < 3)
        printf("surface/worked: " DATA " is not here: %d of 3 skipped\n", 3 - have);
    return unit_done("surface/worked");
}
