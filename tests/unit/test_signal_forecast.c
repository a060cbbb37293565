/* Forecasts side by side: what each model says, when it begins, and that none of it knows the future. */
#include <stdlib.h>
#include <unistd.h>

#include "signal/forecast.h"
#include "signal/forecast_records.h"
#include "signal/outlook.h"
#include "signal/realvar.h"
#include "unit.h"

#include "../oracle/forecast.inc"

enum { N_RETURNS = sizeof returns / sizeof returns[0] };

static struct vol_forecast_config everything(void)
{
    struct vol_forecast_config c = {
        .horizon = {1, 5, 22}, .n_horizons = 3, .lambda = 0.94, .decay = 0.99, .refit = 50, .least = 300};
    size_t i;

    for (i = 0; i < VOL_FORECAST_MODELS; i++)
        c.model[i] = i != VOL_FORECAST_LSTM;
    return c;
}

static double variance_of(size_t i)
{
    double y = 0;
    size_t j;

    for (j = 0; j < 3; j++)
        y += returns[(i + j) % N_RETURNS] * returns[(i + j) % N_RETURNS] / 3;
    return y + 0.01;
}

static void test_values(void)
{
    struct vol_forecast_config c = everything();
    struct vol_forecast f;
    double y[500], r[500], ewma = 0, sum;
    size_t i, h, j, m;

    vol_forecast_init(&f, &c);
    for (i = 0; i < 500; i++) {
        y[i] = variance_of(i);
        r[i] = returns[i];
        ewma = i == 0 ? y[i] : 0.94 * ewma + 0.06 * y[i];
        UNIT(vol_forecast_add(&f, (int32_t)i, y[i], r[i]) == VOL_OK);
        UNIT(f.day.refitted == (i >= 299 && (i - 299) % 50 == 0));
        if (i == 298) {
            UNIT(isnan(f.day.variance[VOL_FORECAST_EWMA][0]));
            UNIT_STR(f.day.reason[VOL_FORECAST_EWMA][0], "warmup");
        }
    }
    UNIT(f.n == 500 && f.day.n == 500 && f.day.fitted == 499);
    for (h = 0; h < 3; h++) {
        size_t horizon = c.horizon[h];
        struct vol_har_fit har;
        struct vol_garch_fit garch;
        double squares = 0, total = 0, weights = 0, mean = 0;

        for (sum = 0, i = 0; i < horizon; i++)
            sum += y[499 - i];
        UNIT_NEAR(f.day.variance[VOL_FORECAST_NAIVE][h], sum / (double)horizon, 1e-15);
        for (sum = 0, i = 0; i < 22; i++)
            sum += y[499 - i] / 22;
        UNIT_NEAR(f.day.variance[VOL_FORECAST_MEAN22][h], sum, 1e-14);
        UNIT_NEAR(f.day.variance[VOL_FORECAST_EWMA][h], ewma, 1e-14);
        for (j = 0; j < 2; j++) {
            UNIT(vol_har_fit(y, 500, horizon, j == 1, false, &har, NULL) == VOL_OK);
            UNIT_NEAR(f.day.variance[VOL_FORECAST_HAR + j][h], vol_har_predict(&har, y, 500), 1e-14);
        }
        UNIT(vol_garch_fit(VOL_GARCH, r, 500, NULL, &garch, NULL) == VOL_OK);
        for (i = 0; i < 500; i++) {
            total += y[i];
            squares += (r[i] - garch.p[VOL_GARCH_MU]) * (r[i] - garch.p[VOL_GARCH_MU]);
        }
        UNIT_NEAR(f.day.variance[VOL_FORECAST_GARCH][h],
                  total / squares * vol_garch_mean_ahead(VOL_GARCH, garch.p, garch.next, horizon), 1e-5);
        for (m = 0; m < VOL_FORECAST_COMBINATION; m++) {
            weights += f.day.weight[h][m];
            if (m != VOL_FORECAST_LSTM)
                mean += f.day.weight[h][m] * f.day.variance[m][h];
        }
        UNIT_NEAR(weights, 1, 1e-12);
        UNIT_NEAR(f.day.variance[VOL_FORECAST_COMBINATION][h], mean, 1e-12);
        UNIT(f.day.weight[h][VOL_FORECAST_LSTM] == 0);
    }
    vol_forecast_free(&f);
}

/* Between fits the state of GARCH moves on as its filter does. */
static void test_state(void)
{
    struct vol_forecast_config c = {.horizon = {1},
                                    .n_horizons = 1,
                                    .lambda = 0.94,
                                    .decay = 1,
                                    .refit = 1000,
                                    .least = 300,
                                    .squared = true};
    struct vol_forecast f;
    struct vol_garch_fit fit;
    struct vol_garch_pass pass;
    size_t i;

    c.model[VOL_FORECAST_GJR] = true;
    vol_forecast_init(&f, &c);
    for (i = 0; i < 301; i++)
        UNIT(vol_forecast_add(&f, (int32_t)i, returns[i] * returns[i], returns[i]) == VOL_OK);
    UNIT(vol_garch_fit(VOL_GARCH_GJR, returns, 300, NULL, &fit, NULL) == VOL_OK);
    vol_garch_filter(VOL_GARCH_GJR, fit.p, returns, 300, NULL, &pass);
    UNIT_NEAR(f.day.variance[VOL_FORECAST_GJR][0],
              vol_garch_step(VOL_GARCH_GJR, fit.p, pass.next, returns[300]), 1e-12);
    UNIT(f.day.fitted == 299);
    vol_forecast_free(&f);
}

/* Whatever comes after day 400 leaves all before it as it was, bit for bit. */
static void test_no_future(void)
{
    struct vol_forecast_config c = everything();
    struct vol_forecast a, b;
    size_t i;

    c.refit = 20;
    vol_forecast_init(&a, &c);
    vol_forecast_init(&b, &c);
    for (i = 0; i < 420; i++) {
        UNIT(vol_forecast_add(&a, (int32_t)i, variance_of(i), returns[i]) == VOL_OK);
        UNIT(vol_forecast_add(&b, (int32_t)i, i < 400 ? variance_of(i) : 1e6, i < 400 ? returns[i] : 99) ==
             VOL_OK);
        if (i < 400)
            UNIT(memcmp(a.day.variance, b.day.variance, sizeof a.day.variance) == 0);
    }
    UNIT(memcmp(a.day.variance, b.day.variance, sizeof a.day.variance) != 0);
    vol_forecast_free(&a);
    vol_forecast_free(&b);
}

/* With a window, memory is bounded and the fits see the last days alone. */
static void test_window(void)
{
    struct vol_forecast_config c = {.horizon = {1, 22},
                                    .n_horizons = 2,
                                    .lambda = 0.94,
                                    .decay = 1,
                                    .refit = 1,
                                    .least = 300,
                                    .window = 250};
    struct vol_forecast f;
    struct vol_har_fit har;
    static double y[250];
    size_t i;

    c.model[VOL_FORECAST_HAR_LOG] = true;
    vol_forecast_init(&f, &c);
    for (i = 0; i < 6000; i++)
        UNIT(vol_forecast_add(&f, (int32_t)i, variance_of(i), returns[i % N_RETURNS]) == VOL_OK);
    UNIT(f.cap <= 4096 && f.kept <= f.cap && f.n == 6000);
    for (i = 0; i < 250; i++)
        y[i] = variance_of(5750 + i);
    UNIT(vol_har_fit(y, 250, 22, true, false, &har, NULL) == VOL_OK);
    UNIT_NEAR(f.day.variance[VOL_FORECAST_HAR_LOG][1], vol_har_predict(&har, y, 250), 1e-14);
    vol_forecast_free(&f);
}

static void test_gaps_in_the_data(void)
{
    struct vol_forecast_config c = everything();
    struct vol_forecast f;
    size_t i;

    vol_forecast_init(&f, &c);
    UNIT(vol_forecast_add(&f, 1, -1, 0) == VOL_EDATA && vol_forecast_add(&f, 1, NAN, 0) == VOL_EDATA);
    UNIT(vol_forecast_add(&f, 1, INFINITY, 0) == VOL_EDATA && f.n == 0);
    for (i = 0; i < 300; i++) /* a zero and a return that is not known: log HAR and GARCH have no fit */
        UNIT(vol_forecast_add(&f, (int32_t)i, i == 250 ? 0 : variance_of(i), i == 100 ? NAN : returns[i]) ==
             VOL_OK);
    UNIT(isnan(f.day.variance[VOL_FORECAST_HAR_LOG][0]) && isnan(f.day.variance[VOL_FORECAST_GARCH][0]));
    UNIT_STR(f.day.reason[VOL_FORECAST_HAR_LOG][0], "no_fit");
    UNIT(f.day.variance[VOL_FORECAST_HAR][0] > 0 && f.day.variance[VOL_FORECAST_EWMA][0] > 0);
    UNIT(f.day.variance[VOL_FORECAST_COMBINATION][0] > 0 && f.day.weight[0][VOL_FORECAST_GARCH] == 0);
    vol_forecast_free(&f);
    UNIT(vol_forecast_find("har_log", 7) == VOL_FORECAST_HAR_LOG &&
         vol_forecast_find("har", 3) == VOL_FORECAST_HAR);
    UNIT(vol_forecast_find("ha", 2) == VOL_FORECAST_MODELS &&
         vol_forecast_find("", 0) == VOL_FORECAST_MODELS);
}

/* Garman-Klass and the overnight return squared, of a bar worked by hand. */
static void test_realvar(void)
{
    struct vol_day day = {.up = log(102.0 / 100),
                          .down = log(99.0 / 100),
                          .within = log(101.0 / 100),
                          .overnight = log(100.0 / 98),
                          .ret = log(101.0 / 98)};
    double y = -1, u = log(102.0 / 99), c = log(101.0 / 100), o = log(100.0 / 98);

    UNIT(vol_realvar_of(VOL_REALVAR_RANGE, &day, &y) == NULL);
    UNIT_NEAR(y, 0.5 * u * u - (2 * log(2) - 1) * c * c + o * o, 1e-17);
    UNIT(vol_realvar_of(VOL_REALVAR_SQUARED, &day, &y) == NULL);
    UNIT_NEAR(y, log(101.0 / 98) * log(101.0 / 98), 1e-18);
    day.flags = VOL_DAY_OPEN_IS_CLOSE;
    UNIT(vol_realvar_of(VOL_REALVAR_RANGE, &day, &y) == NULL);
    day.flags = VOL_DAY_BAD_BAR;
    y = -1;
    UNIT_STR(vol_realvar_of(VOL_REALVAR_RANGE, &day, &y), "bad_bar");
    UNIT(y == -1);
    UNIT(vol_realvar_of(VOL_REALVAR_SQUARED, &day, &y) == NULL); /* a close is a close */
    day.flags = VOL_DAY_NO_RANGE;
    UNIT_STR(vol_realvar_of(VOL_REALVAR_RANGE, &day, &y), "no_range");
    day.flags = VOL_DAY_GAP;
    UNIT_STR(vol_realvar_of(VOL_REALVAR_SQUARED, &day, &y), "gap");
    day.flags = VOL_DAY_SPLIT;
    UNIT_STR(vol_realvar_of(VOL_REALVAR_RANGE, &day, &y), "suspect_split");
    day.flags = 0;
    day.ret = NAN;
    UNIT_STR(vol_realvar_of(VOL_REALVAR_SQUARED, &day, &y), "no_return");
}

/* Symbols of their own, days that are none, and a split that was announced. */
static void test_outlook(void)
{
    struct vol_outlook_config c = {.forecast = everything(), .from = INT32_MIN, .until = INT32_MAX};
    struct vol_bar bar = {100, 102, 99, 101}, half = {50, 51, 49.5, 50.5};
    struct vol_outlook o;
    size_t a = 9, b = 9;

    vol_outlook_init(&o, &c);
    UNIT(vol_outlook_bar(&o, "A", 1, 100, 1, &bar, NAN, &a) == VOL_OK && a == 0);
    UNIT_STR(o.prices[a].reason, "no_return");
    UNIT(vol_outlook_bar(&o, "B", 1, 101, 2, &bar, NAN, &b) == VOL_OK && b == 1);
    UNIT(vol_outlook_bar(&o, "A", 1, 101, 2, &bar, NAN, &a) == VOL_OK && a == 0);
    UNIT(o.prices[a].reason == NULL && o.prices[a].forecast.n == 1 && o.prices[b].forecast.n == 0);
    UNIT(vol_outlook_bar(&o, "A", 1, 101, 3, &bar, NAN, &a) == VOL_OK);
    UNIT_STR(o.prices[a].reason, "repeated_date");
    UNIT(o.prices[a].forecast.n == 1 && isnan(o.prices[a].realised));
    bar.close = -1;
    UNIT(vol_outlook_bar(&o, "A", 1, 102, 4, &bar, NAN, &a) == VOL_OK);
    UNIT_STR(o.prices[a].reason, "bad_price");
    UNIT(vol_outlook_action(&o, "A", 1, true, 102, 2) == VOL_OK);
    UNIT(vol_outlook_bar(&o, "A", 1, 102, 4, &half, NAN, &a) == VOL_OK && o.prices[a].reason == NULL);
    UNIT(o.prices[a].realised < 0.01); /* without the split: ln(2)^2 = 0.48 */
    UNIT(vol_outlook_action(&o, "A", 1, true, 102, 2) == VOL_EDATA);
    half.open = half.high = half.low = half.close = 100;
    UNIT(vol_outlook_bar(&o, "A", 1, 103, 5, &half, NAN, &a) == VOL_OK);
    UNIT_STR(o.prices[a].reason, "suspect_split");
    UNIT_STR(o.reason[0], "no_return");
    UNIT(o.n_reason[0] == 2 && o.reason[4] == NULL);
    vol_outlook_free(&o);
}

/* A record of a day without a forecast, of one with, and of a fit. */
static void test_records(void)
{
    struct vol_outlook_config c = {
        .forecast = everything(), .given = true, .from = INT32_MIN, .until = INT32_MAX};
    struct vol_bar bar = {NAN, NAN, NAN, 100};
    char path[] = "/tmp/volpipe-forecast-XXXXXX", text[4096] = "";
    struct vol_writer_config out = {.fd = mkstemp(path), .precision = 3, .name = "test"};
    struct vol_writer *writer = NULL;
    struct vol_outlook o;
    size_t i, index = 0;
    ssize_t n;

    vol_outlook_init(&o, &c);
    UNIT(vol_writer_new(&writer, &out, NULL) == VOL_OK);
    for (i = 0; i < 301; i++) {
        bar.close *= exp(returns[i] / 100);
        UNIT(vol_outlook_bar(&o, "A", 1, (int32_t)i, (int64_t)i, &bar, variance_of(i), &index) == VOL_OK);
        if (i == 0)
            UNIT(!vol_forecast_records_has_fit(&o.prices[0].forecast, VOL_FORECAST_HAR, 0));
        if (i == 0 || i == 300) {
            UNIT(vol_writer_begin(writer, "forecast", 0) == VOL_OK);
            vol_forecast_records_write(writer, "A", "mine", 252, &o.prices[0], VOL_FORECAST_EWMA, 1);
            UNIT(vol_writer_end(writer, NULL) == VOL_OK);
        }
    }
    UNIT(vol_forecast_records_has_fit(&o.prices[0].forecast, VOL_FORECAST_HAR, 2));
    UNIT(!vol_forecast_records_has_fit(&o.prices[0].forecast, VOL_FORECAST_EWMA, 0));
    UNIT(vol_writer_begin(writer, "fit", 0) == VOL_OK);
    UNIT(vol_forecast_records_fit(writer, "A", &o.prices[0].forecast, VOL_FORECAST_HAR, 2));
    UNIT(vol_writer_end(writer, NULL) == VOL_OK && vol_writer_close(writer, NULL) == VOL_OK);
    n = pread(out.fd, text, sizeof text - 1, 0);
    UNIT(n > 0 && close(out.fd) == 0 && remove(path) == 0);
    UNIT(strstr(text, "\"horizon\":5,\"variance\":null,\"forecast_vol\":null,\"measure\":\"mine\"") != NULL);
    UNIT(strstr(text, "\"n\":1,\"reason\":\"warmup\"}") != NULL);
    UNIT(strstr(text, "\"n\":301}") != NULL);
    UNIT(strstr(text, "\"model\":\"har\",\"horizon\":22,\"n\":257,\"r2\":0.") != NULL); /* of 300 days */
    UNIT(strstr(text, "\"coefficients\":{\"const\":{\"value\":") != NULL);
    vol_outlook_free(&o);
}

int main(void)
{
    test_realvar();
    test_outlook();
    test_records();
    test_values();
    test_state();
    test_no_future();
    test_window();
    test_gaps_in_the_data();
    return unit_done("signal/forecast");
}
