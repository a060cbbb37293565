#include <stdlib.h>
#include <unistd.h>

#include "signal/config.h"
#include "signal/explain.h"
#include "signal/intake.h"
#include "signal/models.h"
#include "unit.h"

static struct vol_models_config config;
static struct vol_steady steady[VOL_MODELS];
static const unsigned all = (1u << VOL_MODELS) - 1;

/* A judgement in which nothing is known. */
static struct vol_judgement nothing(void)
{
    struct vol_judgement j;
    size_t i;

    memset(&j, 0, sizeof j);
    for (i = 0; i < VOL_MEASURES; i++)
        j.measures.x[i] = NAN;
    j.measures.implied = j.measures.price = j.rank.percentile = NAN;
    j.regime.regime = VOL_REGIME_NONE;
    j.regime.reason = "warmup";
    memset(steady, 0, sizeof steady);
    return j;
}

static void test_unknown(void)
{
    struct vol_judgement j = nothing();
    size_t i;

    vol_models_judge(&config, all, 1, NAN, steady, &j);
    for (i = 0; i < VOL_MODELS; i++)
        UNIT(!j.opinion[i].known && j.opinion[i].level == 0 && isnan(j.opinion[i].value));
    UNIT_STR(j.opinion[VOL_MODEL_COMPOSITE].reason, "too_few_parts");
    UNIT_STR(j.opinion[VOL_MODEL_REGIME].reason, "warmup");
    UNIT_STR(j.opinion[VOL_MODEL_VRP].reason, "no_value");
    UNIT_STR(j.missing,
             "iv_mean_reversion (no_value), regime (warmup), momentum (no_value), term_structure (no_value)");
}

/* The chapter's weights: 0.3, 0.3, 0.2, 0.2; its thresholds 0.3 and 0.6, strict. */
static void test_composite(void)
{
    struct vol_judgement j = nothing();
    const struct vol_opinion *o = &j.opinion[VOL_MODEL_COMPOSITE];

    j.rank.percentile = 10;           /* buy strongly: 0.3 */
    j.measures.x[VOL_M_MOMENTUM] = 0; /* neutral: 0 */
    j.measures.x[VOL_M_TERM_MID] = 0.95;
    j.regime = (struct vol_regime_day){.regime = 1, .k = 3, .confidence = 0.9, .reason = "ok"};
    vol_models_judge(&config, all, 1, 12, steady, &j);
    UNIT(o->n == 4 && o->known && o->value == 0.3 && o->level == 0 && j.weight == 1 && j.missing[0] == '\0');
    UNIT_STR(o->reason, "score from -0.3 to 0.3");
    j.measures.x[VOL_M_TERM_MID] = 1.01; /* buy: 0.1 more */
    vol_models_judge(&config, all, 2, 12, steady, &j);
    UNIT(o->value == 0.4 && o->level == 1);
    j.regime.regime = 0; /* low, sure: moderate, 0.15 */
    j.measures.x[VOL_M_TERM_MID] = 1.06;
    vol_models_judge(&config, all, 3, 12, steady, &j);
    UNIT(o->value == 0.65 && o->level == 2);
    UNIT(j.opinion[VOL_MODEL_REGIME].level == 1 && j.opinion[VOL_MODEL_REGIME].value == 0.9);
    /* Without the regime the others share its weight: 0.5 / 0.7. */
    j.regime.regime = VOL_REGIME_NONE;
    j.regime.reason = "unfit";
    vol_models_judge(&config, all, 4, 12, steady, &j);
    UNIT_NEAR(o->value, 0.5 / 0.7, 1e-12);
    UNIT_NEAR(j.weight, 0.7, 1e-15);
    UNIT_STR(j.missing, "regime (unfit)");
    j.rank.percentile = NAN;
    vol_models_judge(&config, all, 5, NAN, steady, &j);
    UNIT(!o->known && o->level == 0);
    UNIT_NEAR(j.weight, 0.4, 1e-15);
}

/* A high regime sells only what pays, and never into an inversion; unknown is no. */
static void test_needs(void)
{
    static const struct {
        double vrp, mid;
        int level;
        const char *reason;
    } cases[] = {
        {0.01, 0.9, -1, "regime_score < -0.7"},
        {-0.01, 0.9, 0, "regime_score < -0.7, not sold: vrp not positive"},
        {NAN, 0.9, 0, "regime_score < -0.7, not sold: vrp unknown"},
        {0.01, 1, 0, "regime_score < -0.7, not sold: term structure inverted"},
        {0.01, NAN, 0, "regime_score < -0.7, not sold: term structure unknown"},
    };
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vol_judgement j = nothing();
        const struct vol_opinion *o = &j.opinion[VOL_MODEL_REGIME];

        j.regime = (struct vol_regime_day){.regime = 2, .k = 3, .confidence = 0.9, .reason = "ok"};
        j.measures.x[VOL_M_VRP] = cases[i].vrp;
        j.measures.x[VOL_M_TERM_MID] = cases[i].mid;
        vol_models_judge(&config, 1u << VOL_MODEL_REGIME, 1, NAN, steady, &j);
        UNIT(o->known && o->value == -0.9 && o->level == cases[i].level && o->raw == -1);
        UNIT_STR(o->reason, cases[i].reason);
    }
}

static struct vol_regime_config regime;

static enum vol_status load(const char *text, struct vol_models_config *out, struct vol_error *err)
{
    char path[] = "/tmp/volpipe-config-XXXXXX";
    int fd = mkstemp(path);
    enum vol_status status;

    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        return VOL_EIO;
    close(fd);
    status = vol_signal_config_load(path, out, &regime, err);
    unlink(path);
    return status;
}

static void test_config(void)
{
    static const char *const wrong[] = {
        "{\"model\": {}}",
        "{\"models\": {\"vix\": {}}}",
        "{\"models\": {\"vrp\": {\"sell\": 0.9}}}",
        "{\"models\": {\"vrp\": {\"hysteresis\": 0.3}}}",
        "{\"models\": {\"vrp\": {\"hysteresis\": -0.1}}}",
        "{\"models\": {\"vrp\": {\"min_hold\": 1.5}}}",
        "{\"models\": {\"vrp\": {\"needs_term\": 1}}}",
        "{\"weights\": {\"composite\": 1}}",
        "{\"weights\": {\"vrp\": -1}}",
        "{\"weights\": {\"vrp\": 0}}",
        "{\"min_weight\": 2}",
        "{\"windows\": {\"realized\": 1}}",
        "{\"windows\": {\"momentum\": 300}}",
        "{\"dealer\": \"me\"}",
        "{\"regime\": {\"refits\": 5}}",
        "{\"regime\": {\"refit\": 0}}",
        "{\"regime\": {\"regimes\": 1}}",
        "{\"regime\": {\"min_days\": 59}}",
        "{\"regime\": {\"dwell\": -1}}",
        "{\"regime\": {\"window\": 503}}",
    };
    struct vol_models_config made, before;
    struct vol_error err = {0};
    size_t i;

    vol_models_defaults(&made);
    vol_regime_defaults(&regime, VOL_REGIME_GMM);
    before = made;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        UNIT(load(wrong[i], &made, &err) == VOL_ECONFIG && err.text[0] != '\0');
        UNIT(regime.refit == 21 && regime.min_days == 504 && regime.window == 0 && regime.k == 3);
        UNIT(made.weight[0] == before.weight[0] && made.model[VOL_MODEL_VRP].levels.sell == 1.5);
    }
    UNIT(load("{\"comment\": \"x\", \"models\": {\"vrp\": {\"sell\": 1.2, \"hysteresis\": 0.1, \"min_hold\": "
              "4}},"
              "\"weights\": {\"vrp\": 2, \"skew\": 1}, \"dealer\": \"short_all\","
              "\"windows\": {\"realized\": 63, \"per_year\": 365},"
              "\"regime\": {\"refit\": 5, \"min_days\": 252, \"window\": 300, \"dwell\": 10}}",
              &made, &err) == VOL_OK);
    UNIT(made.model[VOL_MODEL_VRP].levels.sell == 1.2 && made.model[VOL_MODEL_VRP].levels.sell_strong == 1.8);
    UNIT(made.model[VOL_MODEL_VRP].steady.hysteresis == 0.1 &&
         made.model[VOL_MODEL_VRP].steady.min_hold == 4);
    UNIT(made.weight[VOL_MODEL_VRP] == 2 && made.weight[VOL_MODEL_SKEW] == 1 &&
         made.weight[VOL_MODEL_REGIME] == 0);
    UNIT(made.panel.rv_days == 63 && made.panel.per_year == 365 && made.panel.dealer == VOL_DEALER_SHORT_ALL);
    UNIT(regime.refit == 5 && regime.min_days == 252 && regime.window == 300 && regime.dwell == 10 &&
         regime.confirm == 2 && regime.k == 3);
    UNIT(vol_models_of_composite(&made) ==
         (1u << VOL_MODEL_VRP | 1u << VOL_MODEL_SKEW | 1u << VOL_MODEL_COMPOSITE));
}

static void test_roles(void)
{
    struct vol_roles roles = {.n = 0};
    struct vol_error err = {0};
    const char *name;
    size_t len;

    UNIT(vol_roles_find(&roles, "VIX9D", 5, &name, &len) == VOL_IN_VIX9D && len == 3 &&
         memcmp(name, "SPX", 3) == 0);
    UNIT(vol_roles_find(&roles, "VX/U6", 5, &name, &len) == VOL_ROLE_FUTURE && len == 3);
    UNIT(vol_roles_find(&roles, "AAPL", 4, &name, &len) == VOL_ROLE_PRICE && len == 4 &&
         memcmp(name, "AAPL", 4) == 0);
    UNIT(vol_roles_find(&roles, "VXX", 3, &name, &len) == VOL_ROLE_PRICE && len == 3);
    UNIT(vol_roles_add(&roles, "SPY=SPX", &err) == VOL_OK &&
         vol_roles_add(&roles, "DVOL*=BTC.vix", &err) == VOL_OK);
    UNIT(vol_roles_find(&roles, "SPY", 3, &name, &len) == VOL_ROLE_PRICE && memcmp(name, "SPX", 3) == 0);
    UNIT(vol_roles_find(&roles, "DVOL-BTC", 8, &name, &len) == VOL_IN_VIX && memcmp(name, "BTC", 4) == 0);
    UNIT(vol_roles_add(&roles, "SPY", &err) == VOL_EUSAGE &&
         vol_roles_add(&roles, "=SPX", &err) == VOL_EUSAGE);
    UNIT(vol_roles_add(&roles, "SPY=", &err) == VOL_EUSAGE &&
         vol_roles_add(&roles, "SPY=.vix", &err) == VOL_EUSAGE);
    UNIT(vol_roles_add(&roles, "SPY=SPX.vol", &err) == VOL_EUSAGE && roles.n == 2);
}

/* Every paragraph has its numbers, also where nothing is known. */
static void test_explain(void)
{
    struct vol_signal_about about = {"SPX", 3, "vix", 12, 0, 252, &config, NULL, 0};
    struct vol_judgement j = nothing();
    struct vol_buf text;

    vol_buf_init(&text);
    vol_models_judge(&config, all, 1, NAN, steady, &j);
    UNIT(vol_signal_explain(&text, &about, &j, all) == VOL_OK && vol_buf_add_char(&text, '\0') == VOL_OK);
    UNIT(strstr(text.data, "regime             weight 0.3  left out: warmup") != NULL);
    UNIT(strstr(text.data, "vrp: neutral, because no_value") != NULL);
    vol_buf_clear(&text);
    j.rank = (struct vol_rank){252, 5, 10, -1.5, 11, 36};
    vol_models_judge(&config, all, 2, 12, steady, &j);
    UNIT(vol_signal_explain(&text, &about, &j, 1u << VOL_MODEL_IV_MEAN_REVERSION) == VOL_OK);
    UNIT(vol_buf_add_char(&text, '\0') == VOL_OK);
    UNIT(strstr(text.data,
                "iv_mean_reversion: buy_vol strong, because iv_percentile < 20\n"
                "    vix is 12; it was between 11 and 36 over the last 252 days, today included\n"
                "    10.0 % of the 252 days before lie below it (percentile); rank 5.0, z-score -1.50\n") !=
         NULL);
    vol_buf_free(&text);
}

int main(void)
{
    vol_models_defaults(&config);
    test_unknown();
    test_composite();
    test_needs();
    test_config();
    test_roles();
    test_explain();
    return unit_done("signal/models");
}
