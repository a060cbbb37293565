/* regime_walk: the regimes of a history, as of each day, for tests/quality/regimes.py.
 *
 *     regime_walk gmm|kmeans|hmm [KEY=NUMBER...] < DAYS    prints a line a day: DATE REGIME LIKELIEST
 * FEATURES regime_walk forest [KEY=NUMBER...] < DAYS            prints a line a day from 2000 on: DATE
 * FORETOLD PAST TRUE
 *
 * DAYS are lines of date (days since 1970), price, thirty-day and nine-day index (nan: none). The forest is
 * trained at the end of each year on what was known then, and tells of the days of the next. Keys: refit,
 * window, dwell, confirm, near (days that the nine-day index needs), diag, seed, trees.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "signal/regime.h"
#include "signal/regime_fit.h"

enum { MAX = 20000 };

static struct vol_features_day days[MAX];
static double x[MAX * VOL_FEATURES], price[MAX];
static int32_t date[MAX];

static int set(struct vol_regime_config *c, const char *text)
{
    const struct {
        const char *key;
        size_t *to;
    } keys[] = {{"refit=", &c->refit},     {"window=", &c->window},  {"dwell=", &c->dwell},
                {"confirm=", &c->confirm}, {"near=", &c->near_days}, {"trees=", &c->trees}};
    const char *value = strchr(text, '=');
    size_t i;

    if (value == NULL)
        return 0;
    for (i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strncmp(text, keys[i].key, strlen(keys[i].key)) == 0) {
            *keys[i].to = strtoul(value + 1, NULL, 10);
            return 1;
        }
    if (strncmp(text, "diag=", 5) == 0)
        c->fit.cov = strcmp(value, "=1") == 0 ? VOL_GMM_DIAG : VOL_GMM_FULL;
    else if (strncmp(text, "seed=", 5) == 0)
        c->fit.seed = strtoul(value + 1, NULL, 10);
    else
        return 0;
    return 1;
}

static size_t read_days(void)
{
    char line[128], near[32];
    size_t n = 0;

    while (n < MAX && fgets(line, sizeof line, stdin) != NULL) {
        struct vol_features_day *d = &days[n];

        if (sscanf(line, "%d %lf %lf %31s", &d->date, &d->price, &d->vix, near) == 4) {
            d->near = strtod(near, NULL);
            n++;
        }
    }
    return n;
}

static int walk(const struct vol_regime_config *config, size_t n)
{
    struct vol_regime *r;
    struct vol_regime_day told;
    struct vol_error err;
    char text[VOL_DATE_MAX];
    size_t i;

    if (vol_regime_new(config, &r, &err) != VOL_OK)
        goto failed;
    for (i = 0; i < n; i++) {
        if (vol_regime_take(r, &days[i], &told, &err) != VOL_OK)
            goto failed;
        vol_date_print(text, told.date);
        printf("%s %d %d %zu\n", text, told.regime, told.likeliest, told.n_features);
    }
    vol_regime_free(r);
    return 0;
failed:
    fprintf(stderr, "regime_walk: %s\n", err.text);
    return 1;
}

static size_t class_of(const struct vol_regime_fit *fit, double vol)
{
    size_t j, class = 0;

    for (j = 0; j + 1 < fit->k; j++)
        class += vol >= fit->bound[j] ? 1 : 0;
    return class;
}

/* The year that begins after row N0 - 1, by a forest of the rows before. */
static size_t foretell(const struct vol_regime_config *config, size_t n0, size_t n)
{
    struct vol_regime_rows rows = {x, price, date, n0};
    struct vol_regime_fit fit;
    struct vol_error err;
    char text[VOL_DATE_MAX];
    int year, at, month, day;
    double p[VOL_GMM_K_MAX];
    size_t i, j, guess;

    if (vol_regime_fit_make(&fit, config, &rows, &err) != VOL_OK) {
        fprintf(stderr, "regime_walk: %s\n", err.text);
        exit(1);
    }
    vol_date_to_ymd(date[n0], &year, &month, &day);
    for (i = n0; i < n; i++) {
        vol_date_to_ymd(date[i], &at, &month, &day);
        if (at != year)
            break;
        if (i + config->horizon >= n)
            continue;
        if (vol_regime_fit_judge(&fit, x + i * VOL_FEATURES, NULL, p, &err) != VOL_OK)
            exit(1);
        for (j = 1, guess = 0; j < fit.k; j++)
            guess = p[j] > p[guess] ? j : guess;
        vol_date_print(text, date[i]);
        printf("%s %zu %zu %zu\n", text, guess, class_of(&fit, x[i * VOL_FEATURES + VOL_FEATURE_RV20]),
               class_of(&fit, vol_regime_outcome(price + i, config->horizon)));
    }
    vol_forest_free(fit.forest);
    return i;
}

static int walk_forest(const struct vol_regime_config *config, size_t n_days)
{
    struct vol_features features;
    char version[VOL_FOREST_VERSION_MAX];
    size_t i, n = 0;
    int32_t from;

    if (vol_forest_version(version) == NULL)
        return 77;
    vol_features_init(&features);
    for (i = 0; i < n_days; i++) {
        if (vol_features_take(&features, &days[i], x + n * VOL_FEATURES, NULL) != VOL_OK)
            return 1;
        price[n] = days[i].price;
        date[n] = days[i].date;
        n += isfinite(x[n * VOL_FEATURES + VOL_FEATURE_RV60]) ? 1 : 0;
    }
    (void)vol_date_from_ymd(2000, 1, 1, &from);
    for (i = 0; i < n && date[i] < from;)
        i++;
    while (i < n)
        i = foretell(config, i, n);
    return 0;
}

int main(int argc, char **argv)
{
    struct vol_regime_config config;
    enum vol_regime_model model;
    size_t n;
    int i;

    if (argc < 2 || vol_regime_model_find(argv[1], strlen(argv[1]), &model) != VOL_OK)
        return 64;
    vol_regime_defaults(&config, model);
    for (i = 2; i < argc; i++)
        if (!set(&config, argv[i]))
            return 64;
    n = read_days();
    return model == VOL_REGIME_FOREST ? walk_forest(&config, n) : walk(&config, n);
}
