#include <stdlib.h>
#include <unistd.h>

#include "signal/regime.h"
#include "signal/regime_keep.h"
#include "regime_oracle.h"

static const enum vol_regime_model fitted_models[] = {VOL_REGIME_GMM, VOL_REGIME_KMEANS, VOL_REGIME_HMM};

static struct vol_regime *make(enum vol_regime_model model, size_t refit, size_t dwell)
{
    struct vol_regime_config config;
    struct vol_regime *r = NULL;

    vol_regime_defaults(&config, model);
    config.min_days = 252;
    config.near_days = 100;
    config.refit = refit;
    config.dwell = dwell;
    UNIT(vol_regime_new(&config, &r, NULL) == VOL_OK);
    return r;
}

/* Day I of the oracle's closes; the nine-day index, which may not be bundled, is made up, from day 150 on. */
static struct vol_features_day day_of(size_t i)
{
    double before = vix_close[i > 5 ? i - 5 : 0];

    return (struct vol_features_day){(int32_t)i + 13514, spy_close[i], vix_close[i],
                                     i < 150 || i % 40 == 0 ? NAN : vix_close[i] * 1.5 - before * 0.5};
}

static struct vol_regime_day *run(struct vol_regime *r, size_t n)
{
    struct vol_regime_day *out = calloc(ORACLE_DAYS, sizeof *out);
    struct vol_features_day day;
    size_t i;

    for (i = 0; i < n; i++) {
        day = day_of(i);
        UNIT(vol_regime_take(r, &day, &out[i], NULL) == VOL_OK);
    }
    return out;
}

static int same(const struct vol_regime_day *a, const struct vol_regime_day *b)
{
    return a->date == b->date && a->regime == b->regime && a->likeliest == b->likeliest &&
           a->held == b->held && a->changed == b->changed && a->n == b->n && a->fitted == b->fitted &&
           a->n_features == b->n_features && memcmp(a->p, b->p, sizeof a->p) == 0 &&
           memcmp(a->features, b->features, sizeof a->features) == 0 &&
           memcmp(&a->confidence, &b->confidence, sizeof a->confidence) == 0 &&
           strcmp(a->reason, b->reason) == 0;
}

/* What every answer promises. */
static void test_promises(enum vol_regime_model model, size_t dwell)
{
    struct vol_regime *r = make(model, 21, dwell);
    struct vol_regime_day *days = run(r, ORACLE_DAYS);
    size_t i, j, changes = 0, high = 0;

    for (i = 0; i < ORACLE_DAYS; i++) {
        const struct vol_regime_day *d = &days[i];
        double sum = 0;

        if (i < FIRST_ROW + 251) {
            UNIT(d->regime == VOL_REGIME_NONE && isnan(d->p[0]) && isnan(d->confidence));
            UNIT_STR(d->reason, "warmup");
            continue;
        }
        for (j = 0; j < 3; j++)
            sum += d->p[j];
        UNIT_NEAR(sum, 1, 1e-12);
        UNIT(d->regime >= 0 && d->regime < 3 && d->confidence == d->p[d->regime] &&
             strcmp(d->reason, "ok") == 0);
        UNIT(d->p[d->likeliest] >= 1.0 / 3);
        UNIT((i - FIRST_ROW - 251) % 21 != 0 || d->fitted == d->date);
        UNIT(d->fitted <= d->date && d->n == (size_t)(d->fitted - 13514 - FIRST_ROW + 1));
        UNIT(d->n_features == 8);
        UNIT(d->changed == (d->held == 1));
        UNIT(!d->changed || i == FIRST_ROW + 251 || days[i - 1].held >= dwell);
        UNIT(d->changed || (d->regime == days[i - 1].regime && d->held == days[i - 1].held + 1));
        changes += d->changed;
        high += i >= 440 && i < 500 && d->regime == 2; /* autumn of 2008 */
    }
    UNIT(changes >= 2 && high >= 50);
    free(days);
    vol_regime_free(r);
}

/* Nothing from the future: an end, or nonsense, after day T changes no answer up to T. */
static void test_no_look_ahead(enum vol_regime_model model)
{
    static const size_t cuts[] = {311, 353, 354, 600};
    struct vol_regime *r = make(model, 42, 3);
    struct vol_regime_day *whole = run(r, ORACLE_DAYS);
    size_t c, i, differ = 0;

    vol_regime_free(r);
    for (c = 0; c < sizeof cuts / sizeof *cuts; c++) {
        struct vol_regime_day *cut;

        r = make(model, 42, 3);
        cut = run(r, cuts[c]);
        for (i = 0; i < cuts[c]; i++)
            differ += !same(&cut[i], &whole[i]);
        for (; i < ORACLE_DAYS; i++) {
            struct vol_features_day day = day_of(i);

            day.price = 1000 - day.price;
            day.vix = 1 + (double)(i % 7) * 30;
            UNIT(vol_regime_take(r, &day, &cut[i], NULL) == VOL_OK);
        }
        for (i = 0; i < cuts[c]; i++)
            differ += !same(&cut[i], &whole[i]);
        UNIT(!same(&cut[ORACLE_DAYS - 1], &whole[ORACLE_DAYS - 1]) || cuts[c] == ORACLE_DAYS - 1);
        free(cut);
        vol_regime_free(r);
    }
    UNIT(differ == 0);
    free(whole);
}

/* An early value of a day leaves no trace once the last one came; a refused day leaves none at all. */
static void test_provisional(enum vol_regime_model model)
{
    struct vol_regime *once = make(model, 42, 3), *twice = make(model, 42, 3);
    struct vol_regime_day *expected = run(once, ORACLE_DAYS), got;
    struct vol_error err;
    size_t i, differ = 0;

    for (i = 0; i < ORACLE_DAYS; i++) {
        struct vol_features_day day = day_of(i), early = day, bad = day;

        bad.date += 3;
        bad.price = 0;
        early.vix *= 2;
        early.near = NAN;
        UNIT(vol_regime_take(twice, &early, &got, NULL) == VOL_OK);
        UNIT(vol_regime_take(twice, &bad, &got, &err) == VOL_EDATA);
        UNIT(vol_regime_take(twice, &day, &got, NULL) == VOL_OK);
        differ += !same(&got, &expected[i]);
        UNIT(vol_regime_take(twice, &day, &got, NULL) == VOL_OK); /* the same once more: the same answer */
        differ += !same(&got, &expected[i]);
    }
    UNIT(differ == 0);
    free(expected);
    vol_regime_free(once);
    vol_regime_free(twice);
}

/* The chain's forward probabilities by a refit are those of all days anew; a rolling fit has its length. */
static void test_windows(void)
{
    struct vol_regime_config config;
    struct vol_regime *r;
    struct vol_regime_day *days;
    size_t i;

    vol_regime_defaults(&config, VOL_REGIME_KMEANS);
    config.min_days = 100;
    config.window = 120;
    config.refit = 1;
    UNIT(vol_regime_new(&config, &r, NULL) == VOL_OK);
    days = run(r, ORACLE_DAYS);
    for (i = FIRST_ROW + 119; i < ORACLE_DAYS; i++)
        UNIT(days[i].n == 120 && days[i].fitted == days[i].date);
    free(days);
    vol_regime_free(r);
}

/* ---- models that are kept
 * ----------------------------------------------------------------------------------- */

static const char path[] = "regime-test.json";

static enum vol_status load(const char *text, size_t n, struct vol_regime **out, struct vol_error *err)
{
    FILE *f = fopen(path, "w");

    UNIT(f != NULL && fwrite(text, 1, n, f) == n);
    if (f != NULL)
        fclose(f);
    return vol_regime_load(path, out, err);
}

/* A model of the first 500 days, kept and read again, judges all days as the one that was trained does. */
static void test_round_trip(enum vol_regime_model model)
{
    struct vol_regime *trained = make(model, 0, 3), *loaded = NULL, *again = make(model, 0, 3);
    struct vol_regime_day *days = run(trained, 500), a, b;
    struct vol_buf text = VOL_BUF_INIT, second = VOL_BUF_INIT;
    struct vol_error err = {0};
    size_t i, differ = 0, rows = 500 - FIRST_ROW - (model == VOL_REGIME_FOREST ? 21 : 0);

    UNIT(days[499].regime == VOL_REGIME_NONE); /* no fit of its own */
    UNIT(vol_regime_save(trained, "volpipe x", &text, &err) == VOL_EUSAGE && text.len == 0);
    if (!UNIT(vol_regime_train(trained, &err) == VOL_OK))
        printf("    %s\n", err.text);
    UNIT(vol_regime_train(trained, &err) == VOL_EUSAGE);
    UNIT(vol_regime_save(trained, "volpipe x", &text, &err) == VOL_OK);
    UNIT(strstr(text.data, "\"library\":\"volpipe x\"") != NULL &&
         strstr(text.data, "\"max_drawdown_60d\"") != NULL);
    UNIT((strstr(text.data, "\"bic\":") != NULL) == (model == VOL_REGIME_GMM));
    UNIT(strstr(text.data, "\"last\":\"2008-") != NULL && text.data[text.len - 1] == '\n');
    if (!UNIT(load(text.data, text.len, &loaded, &err) == VOL_OK))
        printf("    %s\n", err.text);
    UNIT(vol_regime_save(loaded, "volpipe x", &second, &err) == VOL_OK);
    UNIT(second.len == text.len && memcmp(second.data, text.data, text.len) == 0);
    free(days);
    days = run(again, 500); /* the same days and seed give the same bytes */
    vol_buf_clear(&second);
    UNIT(vol_regime_train(again, &err) == VOL_OK &&
         vol_regime_save(again, "volpipe x", &second, &err) == VOL_OK);
    UNIT(second.len == text.len && memcmp(second.data, text.data, text.len) == 0);
    for (i = 430; i < ORACLE_DAYS; i++) { /* the loaded one begins afresh and needs its 61 days */
        struct vol_features_day day = day_of(i);

        UNIT(vol_regime_take(loaded, &day, &b, &err) == VOL_OK);
        if (i < 500) { /* a day that the model was fitted to */
            UNIT(b.regime == VOL_REGIME_NONE && isnan(b.p[0]) && isnan(b.confidence));
            UNIT_STR(b.reason, i < 430 + FIRST_ROW ? "warmup" : "in_sample");
            continue;
        }
        UNIT(vol_regime_take(trained, &day, &a, &err) == VOL_OK);
        UNIT(a.regime >= 0 && b.regime >= 0 && a.n == rows &&
             a.fitted == 13514 + 499 - (500 - FIRST_ROW - (int)rows));
        if (model == VOL_REGIME_HMM) /* the loaded chain has seen other days before */
            differ += i > 560 && !(fabs(a.p[0] - b.p[0]) < 1e-6);
        else
            differ +=
                memcmp(a.p, b.p, sizeof a.p) != 0 || memcmp(a.features, b.features, sizeof a.features) != 0;
    }
    UNIT(differ == 0);
    free(days);
    vol_buf_free(&text);
    vol_buf_free(&second);
    vol_regime_free(trained);
    vol_regime_free(again);
    vol_regime_free(loaded);
}

/* Replace FROM, which is there, by TO in the model TEXT; it is refused with words that hold WORD. */
static void refuse(const char *text, const char *from, const char *to, const char *word)
{
    struct vol_regime *r = NULL;
    struct vol_error err = {0};
    struct vol_buf made = VOL_BUF_INIT;
    const char *at = strstr(text, from);

    if (!UNIT(at != NULL))
        return;
    UNIT(vol_buf_add(&made, text, (size_t)(at - text)) == VOL_OK && vol_buf_add_str(&made, to) == VOL_OK &&
         vol_buf_add_str(&made, at + strlen(from)) == VOL_OK);
    if (!UNIT(load(made.data, made.len, &r, &err) == VOL_ECONFIG && r == NULL &&
              strstr(err.text, word) != NULL && strstr(err.text, path) == err.text))
        printf("    %s -> %s: %s\n", from, to, err.text);
    vol_buf_free(&made);
}

static void test_refused_files(void)
{
    struct vol_regime *r = make(VOL_REGIME_HMM, 0, 3);
    struct vol_buf text = VOL_BUF_INIT;
    struct vol_error err;

    free(run(r, 500));
    UNIT(vol_regime_train(r, &err) == VOL_OK && vol_regime_save(r, "volpipe x", &text, &err) == VOL_OK);
    refuse(text.data, "volpipe regime model", "rules", "kind");
    refuse(text.data, "\"format\":1", "\"format\":2", "format");
    refuse(text.data, "\"model\":\"hmm\"", "\"model\":\"svm\"", "model");
    refuse(text.data, "\"model\":\"hmm\"", "\"model\":\"kmeans\"", "weight");
    refuse(text.data, "\"vix_ma_ratio\"", "\"vix_ratio\"", "features[3]");
    refuse(text.data, "\"low\",", "", "regimes");
    refuse(text.data, "\"dwell\":3", "\"dwell\":-3", "dwell");
    refuse(text.data, "\"dwell\":3", "\"dwel\":3", "dwel");
    refuse(text.data, "\"deviation\":[", "\"deviation\":[0,", "deviation");
    refuse(text.data, "\"deviation\":[", "\"deviation\":[-", "deviation[0]");
    refuse(text.data, "\"last\":\"2008", "\"last\":\"2x08", "last");
    refuse(text.data, "\"covariance\":[", "\"covariance\":[-", "not positive definite");
    refuse(text.data, "\"turn\":[0.", "\"turn\":[0.1", "turn");
    refuse(text.data, "\"start\":[", "\"stars\":[", "stars");
    refuse(text.data, "{", "[", "");
    vol_buf_free(&text);
    vol_regime_free(r);
    UNIT(vol_regime_load("no-such-file", &r, &err) == VOL_ECONFIG);
}

static void test_refused(void)
{
    struct vol_regime_config config;
    enum vol_regime_model model = VOL_REGIME_HMM;
    struct vol_regime *r = NULL;
    struct vol_error err;

    UNIT(vol_regime_model_find("gmm", 3, &model) == VOL_OK && model == VOL_REGIME_GMM);
    UNIT(vol_regime_model_find("gm", 2, &model) == VOL_NO && model == VOL_REGIME_GMM);
    UNIT_STR(vol_regime_model_name(VOL_REGIME_FOREST), "forest");
    UNIT_STR(vol_regime_name(0, 3), "low");
    UNIT_STR(vol_regime_name(1, 3), "normal");
    UNIT_STR(vol_regime_name(2, 3), "high");
    UNIT_STR(vol_regime_name(1, 2), "high");
    UNIT_STR(vol_regime_name(2, 4), "elevated");
    vol_regime_defaults(&config, VOL_REGIME_GMM);
    config.k = 1;
    UNIT(vol_regime_new(&config, &r, &err) == VOL_EUSAGE && r == NULL);
    vol_regime_defaults(&config, VOL_REGIME_GMM);
    config.window = 100;
    UNIT(vol_regime_new(&config, &r, &err) == VOL_EUSAGE);
    config.min_days = 59;
    UNIT(vol_regime_new(&config, &r, &err) == VOL_EUSAGE);
    vol_regime_defaults(&config, VOL_REGIME_FOREST);
    config.refit = 21;
    UNIT(vol_regime_new(&config, &r, &err) == VOL_EUSAGE && r == NULL);
    r = make(VOL_REGIME_GMM, 0, 3);
    UNIT(vol_regime_train(r, &err) == VOL_EDATA);
    free(run(r, FIRST_ROW + 251));
    UNIT(vol_regime_train(r, &err) == VOL_EDATA && strstr(err.text, "251") != NULL);
    UNIT(vol_regime_config_of(r)->min_days == 252);
    vol_regime_free(r);
    vol_regime_free(NULL);
}

int main(void)
{
    char dir[] = "/tmp/volpipe-regime-XXXXXX", version[VOL_FOREST_VERSION_MAX];
    size_t i;

    if (mkdtemp(dir) == NULL || chdir(dir) != 0)
        return 1;
    for (i = 0; i < sizeof fitted_models / sizeof *fitted_models; i++) {
        test_promises(fitted_models[i], 3);
        test_promises(fitted_models[i], 10);
        test_no_look_ahead(fitted_models[i]);
        test_provisional(fitted_models[i]);
        test_round_trip(fitted_models[i]);
    }
    if (vol_forest_version(version) != NULL)
        test_round_trip(VOL_REGIME_FOREST);
    test_windows();
    test_refused_files();
    test_refused();
    unlink(path);
    if (chdir("/") != 0 || rmdir(dir) != 0)
        return 1;
    return unit_done("signal/regime");
}
