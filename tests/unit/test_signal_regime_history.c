/* The regimes of 1990 to 2026, walked forward: what every desk would call a crisis is one, and calm is calm.
 */
#include "signal/regime.h"
#include "signal/regime_fit.h"
#include "regime_history.h"

static size_t n_days;
static struct vol_regime_day told[HISTORY_MAX];

/* The share of days of a month, or of a year (month 0), on which regime I stood. */
static double share(int year, int month, int i)
{
    size_t from, to, at, with = 0;

    history_span(n_days, year, month, &from, &to);
    for (at = from; at < to; at++)
        with += told[at].regime == i;
    UNIT(to - from >= (month > 0 ? 19 : 240));
    return (double)with / (double)(to - from);
}

/* Fitted anew once a year instead of each month, for speed; `make quality` has the table of the defaults. */
static void test_as_of(enum vol_regime_model model, double calm, double most_changes)
{
    struct vol_regime_config config;
    struct vol_regime *r;
    size_t i, changes = 0, ok = 0;

    vol_regime_defaults(&config, model);
    config.refit = 252;
    UNIT(vol_regime_new(&config, &r, NULL) == VOL_OK);
    for (i = 0; i < n_days; i++) {
        UNIT(vol_regime_take(r, &history[i], &told[i], NULL) == VOL_OK);
        ok += told[i].regime != VOL_REGIME_NONE;
        changes += told[i].changed;
        UNIT(told[i].fitted <= told[i].date);
    }
    UNIT(ok == n_days - 60 - (config.min_days - 1));
    UNIT(told[n_days - 1].n_features == 8); /* the nine-day index has joined */
    UNIT(share(2008, 10, 2) >= 0.8);
    UNIT(share(2011, 8, 2) >= 0.8);
    UNIT(share(2018, 2, 2) >= 0.8);
    UNIT(share(2020, 3, 2) >= 0.8);
    UNIT(share(2022, 0, 0) <= 0.1);
    UNIT(share(2017, 0, 2) <= 0.05);
    UNIT((share(2013, 0, 2) + share(2014, 0, 2)) / 2 <= calm);
    UNIT((double)changes / ((double)ok / 252) <= most_changes);
    vol_regime_free(r);
}

/* ---- the forest
 * --------------------------------------------------------------------------------------------- */

enum { HORIZON = 21 };

static double x[HISTORY_MAX * VOL_FEATURES], price[HISTORY_MAX];
static int32_t date[HISTORY_MAX];

static size_t class_of(const struct vol_regime_fit *fit, double vol)
{
    return (vol >= fit->bound[0] ? 1 : 0) + (vol >= fit->bound[1] ? 1u : 0u);
}

/* Trained on 1990 to 2009, it foretells the tercile of the coming month's realised vol on the days after. */
static void test_forest(void)
{
    struct vol_features features;
    struct vol_regime_config config;
    struct vol_regime_fit fit;
    struct vol_regime_rows rows = {x, price, date, 0};
    struct vol_error err = {0};
    size_t i, n = 0, tested = 0, right = 0, by_past = 0, count[3] = {0};
    double p[3];
    int32_t cut;

    vol_features_init(&features);
    for (i = 0; i < n_days; i++) {
        UNIT(vol_features_take(&features, &history[i], x + n * VOL_FEATURES, NULL) == VOL_OK);
        price[n] = history[i].price;
        date[n] = history[i].date;
        n += isfinite(x[n * VOL_FEATURES + VOL_FEATURE_RV60]) ? 1 : 0;
    }
    (void)vol_date_from_ymd(2010, 1, 1, &cut);
    while (date[rows.n] < cut)
        rows.n++;
    vol_regime_defaults(&config, VOL_REGIME_FOREST);
    config.trees = 50;
    if (!UNIT(vol_regime_fit_make(&fit, &config, &rows, &err) == VOL_OK)) {
        printf("    %s\n", err.text);
        return;
    }
    UNIT(fit.n == rows.n - HORIZON && fit.seen < cut && fit.d == VOL_FEATURES_ALWAYS);
    UNIT(fit.bound[0] > 0.05 && fit.bound[0] < fit.bound[1] && fit.bound[1] < 0.3);
    for (i = rows.n; i + HORIZON < n; i += 5) { /* every week: the outcomes of neighbours overlap */
        size_t truth = class_of(&fit, vol_regime_outcome(price + i, HORIZON)), guess = 0, j;

        UNIT(vol_regime_fit_judge(&fit, x + i * VOL_FEATURES, NULL, p, NULL) == VOL_OK);
        for (j = 1; j < 3; j++)
            guess = p[j] > p[guess] ? j : guess;
        right += guess == truth;
        by_past += class_of(&fit, x[i * VOL_FEATURES + VOL_FEATURE_RV20]) == truth;
        count[truth]++;
        tested++;
    }
    printf("forest, 2010 on: right on %.1f %% of %zu weeks; the past month's class on %.1f %%; shares %.2f "
           "%.2f %.2f\n",
           100 * (double)right / (double)tested, tested, 100 * (double)by_past / (double)tested,
           (double)count[0] / (double)tested, (double)count[1] / (double)tested,
           (double)count[2] / (double)tested);
    UNIT(tested > 750);
    UNIT((double)right / (double)tested >= 0.55); /* chance is a third, the commonest class at most 45 % */
    UNIT(right > by_past);
    vol_forest_free(fit.forest);
}

int main(void)
{
    char version[VOL_FOREST_VERSION_MAX];

    n_days = history_load();
    if (n_days < 9000) {
        printf("signal/regime_history: skipped: the histories of ../shared/data are not there\n");
        return 0;
    }
    test_as_of(VOL_REGIME_GMM, 0.05, 10);
#ifndef __SANITIZE_ADDRESS__ /* the same lines as above, but for the chain, which other tests run */
    test_as_of(VOL_REGIME_HMM, 0.065, 8);
#endif
    if (vol_forest_version(version) != NULL)
        test_forest();
    return unit_done("signal/regime_history");
}
