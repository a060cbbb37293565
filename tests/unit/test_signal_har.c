/* HAR against statsmodels (tests/oracle/forecast.py), against R on SPY's realised variances, and on the
 * DEM/GBP returns. */
#include <stdlib.h>

#include "signal/har.h"
#include "unit.h"

#include "../oracle/forecast.inc"

#define DATA "../shared/data/worked-examples/"

enum { N_RETURNS = sizeof returns / sizeof returns[0], N_FITS = sizeof har_fits / sizeof har_fits[0] };

static void test_statsmodels(void)
{
    static double y[N_RETURNS], smooth[N_RETURNS];
    size_t i, j, k, n_smooth = N_RETURNS - 4;

    for (i = 0; i < N_RETURNS; i++)
        y[i] = returns[i] * returns[i];
    for (i = 0; i < n_smooth; i++)
        for (smooth[i] = 0.01, j = 0; j < 5; j++)
            smooth[i] += y[i + j] / 5;
    for (k = 0; k < N_FITS; k++) {
        const double *o = har_fits[k];
        bool log_form = o[1] > 0;
        const double *x = log_form ? smooth : y;
        size_t n = log_form ? n_smooth : N_RETURNS;
        struct vol_har_fit fit;

        UNIT(vol_har_fit(x, n, (size_t)o[0], log_form, true, &fit, NULL) == VOL_OK);
        for (i = 0; i < VOL_HAR_K; i++) {
            UNIT_NEAR(fit.b[i], o[2 + i], 1e-11);
            UNIT_NEAR(fit.se[i], o[6 + i], 1e-11);
            UNIT_NEAR(fit.hac_se[i], o[10 + i], 1e-11);
        }
        UNIT_NEAR(fit.r2, o[14], 1e-11);
        UNIT_NEAR(fit.sigma, o[15], 1e-11);
        UNIT((double)fit.n == o[16]);
        UNIT_NEAR(vol_har_predict(&fit, x, n), o[17], 1e-11);
        UNIT(vol_har_fit(x, n, (size_t)o[0], log_form, false, &fit, NULL) == VOL_OK && isnan(fit.hac_se[0]));
    }
}

/* Column NAME of a CSV; 0 rows when it is not there. */
static size_t read_column(const char *path, const char *name, double *out, size_t max)
{
    FILE *file = fopen(path, "r");
    char line[1024];
    size_t column = 0, n = 0, i;

    if (file == NULL)
        return 0;
    if (fgets(line, sizeof line, file) != NULL) {
        char *cell = line;

        for (; cell != NULL && strncmp(cell, name, strlen(name)) != 0; column++)
            cell = strchr(cell, ',') != NULL ? strchr(cell, ',') + 1 : NULL;
    }
    while (n < max && fgets(line, sizeof line, file) != NULL) {
        char *cell = line;

        for (i = 0; i < column; i++)
            cell = strchr(cell, ',') + 1;
        out[n++] = strtod(cell, NULL);
    }
    fclose(file);
    return n;
}

/* R's highfrequency on SPY's five-minute realised variances of 2014 to 2019; printed there with ten digits.
 */
static void test_highfrequency(void)
{
    static const double b[] = {1.160000921e-05, 2.953165771e-01, 2.813334173e-01, 1.471632893e-01};
    static double rv[2000];
    struct vol_har_fit fit;
    size_t n = read_column(DATA "har-rv/SPYRM.csv", "RV5", rv, 2000), i;

    if (n == 0) {
        printf("signal/har: " DATA "har-rv is not here: R's coefficients skipped\n");
        return;
    }
    UNIT(n == 1495);
    UNIT(vol_har_fit(rv, n, 1, false, false, &fit, NULL) == VOL_OK);
    UNIT(fit.n == 1473);
    for (i = 0; i < VOL_HAR_K; i++)
        UNIT_NEAR(fit.b[i], b[i], 5e-10 * b[i]);
    UNIT(vol_har_fit(rv, n, 22, true, true, &fit, NULL) == VOL_OK);
    UNIT(fit.b[1] > 0 && fit.b[2] > 0 && fit.b[3] > 0 && fit.hac_se[3] > fit.se[3]);
}

/* Reference values R7: OLS on the squared DEM/GBP returns. */
static void test_reference(void)
{
    static const double b[] = {0.07801882421284, 0.0871238081439, 0.285676290148, 0.2783823085526};
    static const double se[] = {0.01655760889, 0.02612900485, 0.05462618507, 0.0708372934};
    static double y[2000];
    struct vol_har_fit fit;
    size_t n = read_column(DATA "garch-dem2gbp/dem2gbp.csv", "DEM2GBP", y, 2000), i;

    if (n == 0) {
        printf("signal/har: " DATA "garch-dem2gbp is not here: reference R7 skipped\n");
        return;
    }
    for (i = 0; i < n; i++)
        y[i] *= y[i];
    UNIT(vol_har_fit(y, n, 1, false, false, &fit, NULL) == VOL_OK);
    UNIT(fit.n == 1952);
    for (i = 0; i < VOL_HAR_K; i++) {
        UNIT_NEAR(fit.b[i], b[i], 1e-12);
        UNIT_NEAR(fit.se[i], se[i], 1e-10);
    }
    UNIT_NEAR(fit.r2, 0.096022007862, 1e-11);
    UNIT_NEAR(fit.sigma, 0.503219362478, 1e-11);
}

static void test_refusals(void)
{
    static double y[200];
    struct vol_har_fit fit = {.n = 77};
    struct vol_error err;
    size_t i;

    for (i = 0; i < 200; i++)
        y[i] = returns[i] * returns[i] + 0.1;
    UNIT(vol_har_fit(y, VOL_HAR_MONTH + VOL_HAR_LEAST - 1, 1, false, false, &fit, &err) == VOL_EDATA);
    UNIT_STR(err.text, "51 days are too few for a horizon of 1");
    UNIT(vol_har_fit(y, 200, 0, false, false, &fit, &err) == VOL_EDATA);
    UNIT(vol_har_fit(y, 60, 22, false, false, &fit, &err) == VOL_EDATA);
    y[100] = 0;
    UNIT(vol_har_fit(y, 200, 1, true, false, &fit, &err) == VOL_EDATA);
    UNIT_STR(err.text, "variance 0 of day 100 is none that has a logarithm");
    UNIT(vol_har_fit(y, 200, 1, false, false, &fit, NULL) == VOL_OK && fit.n == 178);
    fit.n = 77;
    y[100] = -1e-9;
    UNIT(vol_har_fit(y, 200, 1, false, false, &fit, &err) == VOL_EDATA);
    y[100] = NAN;
    UNIT(vol_har_fit(y, 200, 1, false, false, &fit, &err) == VOL_EDATA);
    y[100] = INFINITY;
    UNIT(vol_har_fit(y, 200, 1, false, false, &fit, &err) == VOL_EDATA);
    for (i = 0; i < 200; i++)
        y[i] = 0.3;
    UNIT(vol_har_fit(y, 200, 1, false, false, &fit, &err) == VOL_EDATA); /* nothing varies */
    UNIT(fit.n == 77);
    /* A forecast of the level form does not fall below what has been. */
    fit = (struct vol_har_fit){.horizon = 1, .b = {-1, 0, 0, 0}, .least = 0.05};
    UNIT_NEAR(vol_har_predict(&fit, y, 200), 0.05, 0);
    fit = (struct vol_har_fit){.log = true, .horizon = 1, .b = {0, 1, 0, 0}};
    y[199] = 0;
    UNIT(isnan(vol_har_predict(&fit, y, 200)));
}

int main(void)
{
    test_statsmodels();
    test_highfrequency();
    test_reference();
    test_refusals();
    return unit_done("signal/har");
}
