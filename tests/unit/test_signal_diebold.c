/* Losses, Diebold-Mariano and the contest against numpy (tests/oracle/forecast.py), and the combination by
 * hand. */
#include <stdlib.h>

#include "signal/combine.h"
#include "signal/contest.h"
#include "signal/diebold.h"
#include "signal/qlike.h"
#include "unit.h"

#include "../oracle/forecast.inc"

enum { N_RETURNS = sizeof returns / sizeof returns[0] };

static void test_losses(void)
{
    UNIT_NEAR(vol_loss_of(VOL_LOSS_QLIKE, 2, 3), 0.69314718055994531 + 1.5, 1e-15);
    UNIT_NEAR(vol_loss_of(VOL_LOSS_MSE, 2, 3), 1, 0);
    UNIT_NEAR(vol_loss_of(VOL_LOSS_MAE, 2, 3.5), 1.5, 0);
    UNIT_NEAR(vol_loss_of(VOL_LOSS_QLIKE, 2, 0), 0.69314718055994531, 1e-15);
    UNIT(isnan(vol_loss_of(VOL_LOSS_QLIKE, 0, 1)) && isnan(vol_loss_of(VOL_LOSS_MSE, -1, 1)));
    UNIT(isnan(vol_loss_of(VOL_LOSS_MAE, 1, -1)) && isnan(vol_loss_of(VOL_LOSS_QLIKE, NAN, 1)));
    UNIT(isnan(vol_loss_of(VOL_LOSS_QLIKE, 1, INFINITY)) && isnan(vol_loss_of(VOL_LOSS_N, 1, 1)));
}

/* The numbers of the worksheet by the contest, which finds the days and the targets itself. */
static void test_worksheet(void)
{
    struct vol_forecast_config config = {.horizon = {1, 5, 22}, .n_horizons = 3};
    struct vol_contest contest = {.n = 0};
    struct vol_contest_row rows[VOL_FORECAST_MODELS];
    size_t t, h, i, n_rows;
    int32_t first, last;

    config.model[VOL_FORECAST_MEAN22] = config.model[VOL_FORECAST_EWMA] = config.model[VOL_FORECAST_LSTM] =
        true;
    for (t = 0; t < N_RETURNS; t++) {
        struct vol_forecast_day day;
        double month = 0, week = 0;

        for (i = 0; i < VOL_FORECAST_MODELS * VOL_FORECAST_HORIZONS; i++)
            (&day.variance[0][0])[i] = NAN;
        for (i = 0; t >= 21 && i < 22; i++) {
            month += returns[t - i] * returns[t - i] / 22;
            week += i < 5 ? returns[t - i] * returns[t - i] / 5 : 0;
        }
        for (h = 0; t >= 21 && h < 3; h++) {
            day.variance[VOL_FORECAST_MEAN22][h] = month;
            day.variance[VOL_FORECAST_EWMA][h] = week + 0.05; /* under that name */
        }
        UNIT(vol_contest_add(&contest, (int32_t)t, returns[t] * returns[t], &day) == VOL_OK);
    }
    for (h = 0; h < 3; h++) {
        const double *o = contests[h];

        UNIT(vol_contest_judge(&contest, &config, h, INT32_MIN, INT32_MAX, rows, &n_rows, &first, &last) ==
             VOL_OK);
        UNIT(n_rows == 3 && rows[0].model == VOL_FORECAST_MEAN22 && rows[1].model == VOL_FORECAST_EWMA);
        UNIT(rows[0].n == N_RETURNS - 21 - (size_t)o[0] && first == 21);
        UNIT(last == (int32_t)(N_RETURNS - 1 - (size_t)o[0]));
        UNIT(rows[2].n == 0 &&
             isnan(rows[2].loss[0])); /* a model without forecasts takes no days from others */
        for (i = 0; i < VOL_LOSS_N; i++) {
            UNIT_NEAR(rows[0].loss[i], o[1 + i], 1e-12);
            UNIT_NEAR(rows[1].loss[i], o[4 + i], 1e-12);
        }
        UNIT_NEAR(rows[0].against[VOL_FORECAST_EWMA].mean, o[7], 1e-12);
        UNIT_NEAR(rows[0].against[VOL_FORECAST_EWMA].t, o[8], 1e-10);
        UNIT_NEAR(rows[0].against[VOL_FORECAST_EWMA].p, o[9], 1e-10);
        UNIT_NEAR(rows[1].against[VOL_FORECAST_MEAN22].t, -o[8], 1e-10);
        UNIT(rows[0].against[VOL_FORECAST_LSTM].n == 0);
    }
    UNIT(vol_contest_judge(&contest, &config, 0, 100, 199, rows, &n_rows, &first, &last) == VOL_OK);
    UNIT(rows[0].n == 100 && first == 100 && last == 199);
    vol_contest_free(&contest);
    UNIT(vol_contest_judge(&contest, &config, 0, 100, 199, rows, &n_rows, &first, &last) == VOL_OK);
    UNIT(rows[0].n == 0); /* an empty contest has no days */
}

static void test_diebold_refusals(void)
{
    static double a[100], b[100];
    struct vol_diebold out = {.n = 77};
    size_t i;

    for (i = 0; i < 100; i++) {
        a[i] = returns[i];
        b[i] = returns[i] + 1;
    }
    UNIT(vol_diebold_mariano(a, b, 100, 1, &out) == VOL_OK || out.n == 77); /* one apart but for rounding */
    UNIT(vol_diebold_mariano(a, a, 100, 1, &out) == VOL_EDATA);
    UNIT(vol_diebold_mariano(a, b, 9, 1, &out) == VOL_EDATA);
    UNIT(vol_diebold_mariano(a, b, 100, 0, &out) == VOL_EDATA);
    b[50] = NAN;
    UNIT(vol_diebold_mariano(a, b, 100, 1, &out) == VOL_EDATA);
    b[50] = INFINITY;
    UNIT(vol_diebold_mariano(a, b, 100, 5, &out) == VOL_EDATA);
}

static void test_combination(void)
{
    struct vol_combine combine;
    double weight[3];

    vol_combine_init(&combine, 3, 0.5);
    UNIT_NEAR(vol_combine_mean(&combine, (const double[]){1, 2, 6}, weight), 3, 1e-15);
    UNIT_NEAR(weight[2], 1.0 / 3, 1e-15);
    UNIT_NEAR(vol_combine_mean(&combine, (const double[]){1, NAN, 6}, weight), 3.5, 1e-15);
    UNIT(weight[1] == 0);
    UNIT(isnan(vol_combine_mean(&combine, (const double[]){NAN, NAN, NAN}, weight)));
    /* QLIKE of y = 1: ln f + 1 / f. */
    vol_combine_learn(&combine, (const double[]){1, 2, 0.5}, 1);
    UNIT_NEAR(combine.sum[0], 1, 1e-15);
    UNIT_NEAR(combine.sum[1], 0.69314718055994531 + 0.5, 1e-15);
    vol_combine_mean(&combine, (const double[]){1, 1, 1}, weight);
    UNIT_NEAR(weight[0] / weight[1], exp(0.69314718055994531 - 0.5), 1e-14);
    vol_combine_learn(&combine, (const double[]){1, NAN, 1}, 1); /* one is missing: no one learns */
    UNIT_NEAR(combine.sum[0], 1, 1e-15);
    vol_combine_learn(&combine, (const double[]){2, 2, 2}, 0);
    UNIT_NEAR(combine.sum[0], 0.5 + 0.69314718055994531, 1e-15);
    UNIT_NEAR(combine.sum[2], 0.5 * (2 - 0.69314718055994531) + 0.69314718055994531, 1e-15);
}

int main(void)
{
    test_losses();
    test_worksheet();
    test_diebold_refusals();
    test_combination();
    return unit_done("signal/diebold");
}
