/* The smiles of every day of data/cboe-spx-daily-2019 through the library: what the fits must reach on real
 * quotes, and that no surface that stands has arbitrage. */
#include <dirent.h>

#include "spx_slices.h"
#include "surface/arbitrage.h"
#include "surface/essvifit.h"

#define DAYS "../shared/data/cboe-spx-daily-2019"

static double svi_inside, svi_quotes, essvi_inside, essvi_worst;
static size_t svi_slices, essvi_slices, essvi_refused, crossing_pairs;

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, ascending);
    return x[n / 2];
}

/* Free SVI, slice by slice; the share of the day's quotes that lie inside. */
static double day_of_svi(size_t n, double *median_share)
{
    double share[SPX_SLICES], inside = 0.0, quotes = 0.0;
    size_t i;

    for (i = 0; i < n; i++) {
        struct vol_svifit fit;

        UNIT(vol_svifit_run(spx_slice[i].quotes, spx_slice[i].n, spx_slice[i].t, &fit, NULL) == VOL_OK);
        UNIT(fit.status == VOL_SVIFIT_OK && fit.butterfly.free && fit.butterfly.lee);
        UNIT(fit.butterfly.slope_left < 2.0 && fit.butterfly.slope_right < 2.0);
        share[i] = fit.inside;
        inside += fit.inside * (double)fit.points;
        quotes += (double)fit.points;
    }
    svi_slices += n;
    svi_inside += inside;
    svi_quotes += quotes;
    *median_share = median(share, n);
    return inside / quotes;
}

/* Between two expiries the surface is free and in order too. */
static void between(const struct vol_essvifit_expiry *before, const struct vol_essvifit_expiry *after)
{
    const struct vol_essvi pair[2] = {before->slice, after->slice};
    const double times[2] = {before->t, after->t};
    double share;

    for (share = 0.1; share < 1.0; share += 0.2) {
        struct vol_essvi mid;

        UNIT(vol_essvi_at(pair, times, 2, before->t + share * (after->t - before->t), &mid, NULL) == VOL_OK);
        UNIT(vol_essvi_is_free(&mid) && vol_essvi_is_after(&pair[0], &mid) &&
             vol_essvi_is_after(&mid, &pair[1]));
    }
}

/* eSSVI over the day: no violation by its own conditions, nor by arbitrage.h on dense grids far beyond the
 * quotes. */
static double day_of_essvi(size_t n, double *share)
{
    static struct vol_essvifit_expiry expiry[SPX_SLICES];
    double rmse[SPX_SLICES], inside = 0.0, quotes = 0.0;
    const struct vol_essvifit_expiry *before = NULL;
    size_t i, kept = 0;

    for (i = 0; i < n; i++)
        expiry[i] = (struct vol_essvifit_expiry){
            .t = spx_slice[i].t, .quotes = spx_slice[i].quotes, .n = spx_slice[i].n};
    UNIT(vol_essvifit_run(expiry, n, NULL) == VOL_OK);
    for (i = 0; i < n; i++) {
        const struct vol_essvifit_expiry *e = &expiry[i];
        struct vol_svi earlier, later;
        struct vol_butterfly butterfly;
        struct vol_crossing crossing;

        essvi_refused += e->status != VOL_ESSVIFIT_OK;
        if (e->status != VOL_ESSVIFIT_OK)
            continue;
        vol_essvi_to_svi(&e->slice, &later);
        UNIT(vol_essvi_is_free(&e->slice));
        UNIT(vol_arbitrage_butterfly(&later, -4.0, 4.0, 1e-9, &butterfly, NULL) == VOL_OK && butterfly.free);
        if (before != NULL) {
            vol_essvi_to_svi(&before->slice, &earlier);
            UNIT(vol_essvi_is_after(&before->slice, &e->slice));
            UNIT(vol_arbitrage_calendar(&earlier, &later, -0.5, 0.5, 1e-9, &crossing, NULL) == VOL_OK &&
                 crossing.free);
            UNIT(vol_arbitrage_calendar(&earlier, &later, -4.0, 4.0, 1e-9, &crossing, NULL) == VOL_OK &&
                 crossing.free);
        }
        if (before != NULL)
            between(before, e);
        before = e;
        rmse[kept++] = e->rmse_vol;
        inside += e->inside * (double)e->n;
        quotes += (double)e->n;
    }
    essvi_slices += kept;
    essvi_inside += inside;
    *share = inside / quotes;
    return kept > 0 ? median(rmse, kept) : NAN;
}

/* Free slices cross on real days: that is why SVI carries a calendar verdict and eSSVI exists. */
static void count_crossings(size_t n)
{
    struct vol_svifit fit[2];
    struct vol_crossing crossing;
    size_t i;

    for (i = 0; i < n; i++) {
        UNIT(vol_svifit_run(spx_slice[i].quotes, spx_slice[i].n, spx_slice[i].t, &fit[i % 2], NULL) ==
             VOL_OK);
        if (i == 0)
            continue;
        UNIT(vol_arbitrage_calendar(&fit[(i + 1) % 2].svi, &fit[i % 2].svi, fmax(fit[0].k_min, fit[1].k_min),
                                    fmin(fit[0].k_max, fit[1].k_max), 1e-3, &crossing, NULL) == VOL_OK);
        crossing_pairs += !crossing.free;
    }
}

static int day(const char *path, const char *name)
{
    size_t n = spx_day(path);
    double svi, svi_median, essvi, essvi_share;

    if (n == 0)
        return 0;
    svi = day_of_svi(n, &svi_median);
    essvi = day_of_essvi(n, &essvi_share);
    count_crossings(n);
    printf("%s: %zu slices; SVI inside %.4f, median slice %.4f; eSSVI rmse of the median slice %.5f, inside "
           "%.4f\n",
           name, n, svi, svi_median, essvi, essvi_share);
    UNIT(essvi <= 0.008);
    if (strstr(name, "20190426") != NULL) {
        UNIT(svi_median >= 0.98);
        UNIT(essvi <= 0.003);
    }
    essvi_worst = fmax(essvi_worst, essvi);
    return 1;
}

int main(void)
{
    struct dirent **entry;
    int i, n = scandir(DAYS, &entry, NULL, alphasort), days = 0;
    char path[512];

    for (i = 0; i < n; i++) {
        if (strncmp(entry[i]->d_name, "SPX_", 4) == 0) {
            snprintf(path, sizeof path, DAYS "/%s", entry[i]->d_name);
            days += day(path, entry[i]->d_name);
        }
        free(entry[i]);
    }
    if (n >= 0)
        free(entry);
    if (days == 0) {
        printf("surface/spx: " DAYS " is not here: skipped\n");
        return unit_done("surface/spx");
    }
    printf("%d days: SVI inside %.4f of %.0f quotes in %zu slices; eSSVI inside %.4f, worst day %.5f, %zu "
           "slices, %zu "
           "refused; free SVI slices cross %zu times\n",
           days, svi_inside / svi_quotes, svi_quotes, svi_slices, essvi_inside / svi_quotes, essvi_worst,
           essvi_slices, essvi_refused, crossing_pairs);
    UNIT(days >= 29);
    UNIT(svi_inside / svi_quotes >= 0.87);
    UNIT(essvi_refused <= 3);
    UNIT(crossing_pairs > 0);
    return unit_done("surface/spx");
}
