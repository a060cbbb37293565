#include "signal/features.h"
#include "regime_oracle.h"

/* Against pandas on real closes. */
static void test_real(void)
{
    static double rows[N_ROWS][VOL_FEATURES];
    size_t i, j, n = sizeof feature_rows / sizeof feature_rows[0] / 8;

    UNIT(oracle_features(rows) == N_ROWS && n > 20);
    for (i = 0; i < n; i++) {
        const double *expected = feature_rows + i * 8;

        for (j = 0; j < VOL_FEATURES_ALWAYS; j++)
            UNIT_NEAR(rows[(int)expected[0] - FIRST_ROW][j], expected[1 + j],
                      1e-9 * (1 + fabs(expected[1 + j])));
    }
}

/* A day's last value counts, whatever came before it on that day. */
static void test_again(void)
{
    struct vol_features once, twice;
    struct vol_features_day day = {.near = 20}, wrong;
    double a[VOL_FEATURES], b[VOL_FEATURES];
    int i, j;

    vol_features_init(&once);
    vol_features_init(&twice);
    for (i = 0; i < 150; i++) {
        day.date = i;
        day.price = spy_close[i];
        day.vix = vix_close[i];
        UNIT(vol_features_take(&once, &day, a, NULL) == VOL_OK);
        wrong = day;
        wrong.price *= 1.5;
        wrong.vix += 3;
        UNIT(vol_features_take(&twice, &wrong, b, NULL) == VOL_OK);
        UNIT(vol_features_take(&twice, &day, b, NULL) == VOL_OK);
        for (j = 0; j < VOL_FEATURES; j++)
            UNIT(a[j] == b[j] || (isnan(a[j]) && isnan(b[j])));
        UNIT(isnan(a[VOL_FEATURE_RV20]) == (i < 20) && isnan(a[VOL_FEATURE_RV60]) == (i < 60));
        UNIT(isnan(a[VOL_FEATURE_VOL_OF_VOL]) == (i < 19) && isnan(a[VOL_FEATURE_DRAWDOWN60]) == (i < 59));
        UNIT(a[VOL_FEATURE_TERM] == 20 - vix_close[i]);
    }
}

static void test_refused(void)
{
    static const double bad[] = {0, -1, NAN, INFINITY};
    struct vol_features features;
    struct vol_features_day day = {100, 10, 20, NAN};
    struct vol_error err = {0};
    double out[VOL_FEATURES] = {77};
    size_t i;

    vol_features_init(&features);
    for (i = 0; i < 4; i++) {
        struct vol_features_day no = day;

        no.price = bad[i];
        UNIT(vol_features_take(&features, &no, out, &err) == VOL_EDATA && strstr(err.text, "price") != NULL);
        no.price = 10;
        no.vix = bad[i];
        UNIT(vol_features_take(&features, &no, out, &err) == VOL_EDATA && strstr(err.text, "index") != NULL);
    }
    UNIT(out[0] == 77);
    UNIT(vol_features_take(&features, &day, out, &err) == VOL_OK && out[0] == 20 &&
         isnan(out[VOL_FEATURE_TERM]));
    day.date = 99;
    day.vix = 30;
    UNIT(vol_features_take(&features, &day, out, &err) == VOL_EDATA && out[0] == 20);
    day.date = 101;
    day.near = -3;
    UNIT(vol_features_take(&features, &day, out, &err) == VOL_OK && isnan(out[VOL_FEATURE_TERM]));
    UNIT_STR(vol_feature_name(VOL_FEATURE_VIX), "vix_level");
    UNIT_STR(vol_feature_name(VOL_FEATURE_TERM), "vol_term_structure");
}

int main(void)
{
    test_real();
    test_again();
    test_refused();
    return unit_done("signal/features");
}
