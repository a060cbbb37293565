/* A trained classifier of regimes as a JSON file: the one file of this room that knows how those are read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"
#include "record/conf.h"
#include "signal/regime.h"
#include "signal/regime_keep.h"

enum { FORMAT = 1 };
static const char kind[] = "volpipe regime model";

/* ---- writing; a buffer that could not grow is noticed once, at the end
 * ---------------------------------------- */

struct out {
    struct vol_buf buf;
    bool failed, first; /* no member or element stands before the next one */
};

static void put(struct out *o, const char *text)
{
    o->failed = vol_buf_add_str(&o->buf, text) != VOL_OK || o->failed;
}

static void put_json(struct out *o, const char *text)
{
    o->failed = vol_buf_add_json(&o->buf, text, strlen(text)) != VOL_OK || o->failed;
}

/* A comma where one is due, and the name; null in an array. */
static void name(struct out *o, const char *key)
{
    if (!o->first)
        put(o, ",");
    o->first = false;
    if (key != NULL) {
        put_json(o, key);
        put(o, ":");
    }
}

static void open_(struct out *o, const char *key, const char *bracket)
{
    name(o, key);
    put(o, bracket);
    o->first = true;
}

static void close_(struct out *o, const char *bracket)
{
    put(o, bracket);
    o->first = false;
}

static void number(struct out *o, const char *key, double x)
{
    char text[VOL_NUM_MAX];

    name(o, key);
    vol_num_print(text, x, VOL_NUM_SHORTEST);
    put(o, text);
}

static void string(struct out *o, const char *key, const char *text)
{
    name(o, key);
    put_json(o, text);
}

static void numbers(struct out *o, const char *key, const double *x, size_t n)
{
    size_t i;

    open_(o, key, "[");
    for (i = 0; i < n; i++)
        number(o, NULL, x[i]);
    close_(o, "]");
}

static void date(struct out *o, const char *key, int32_t day)
{
    char text[VOL_DATE_MAX];

    vol_date_print(text, day);
    string(o, key, text);
}

static void put_components(struct out *o, const struct vol_regime_fit *fit)
{
    const struct vol_gmm *g = &fit->hmm.emission;
    size_t i, j;

    open_(o, "components", "[");
    for (i = 0; i < fit->k; i++) {
        open_(o, NULL, "{");
        if (fit->model == VOL_REGIME_KMEANS) {
            numbers(o, "mean", fit->centre + i * fit->d, fit->d);
        } else {
            number(o, "weight", g->weight[i]);
            numbers(o, "mean", g->mean[i], fit->d);
            open_(o, "covariance", "[");
            for (j = 0; j < fit->d * fit->d; j++)
                number(o, NULL, g->covariance[i][j / fit->d][j % fit->d]);
            close_(o, "]");
        }
        close_(o, "}");
    }
    close_(o, "]");
    if (fit->model == VOL_REGIME_GMM || fit->model == VOL_REGIME_HMM)
        string(o, "shape", g->cov == VOL_GMM_FULL ? "full" : "diag");
    if (fit->model != VOL_REGIME_HMM)
        return;
    numbers(o, "start", fit->hmm.start, fit->k);
    open_(o, "turn", "[");
    for (i = 0; i < fit->k * fit->k; i++)
        number(o, NULL, fit->hmm.turn[i / fit->k][i % fit->k]);
    close_(o, "]");
}

static enum vol_status put_forest(struct out *o, const struct vol_regime_fit *fit, struct vol_error *err)
{
    char version[VOL_FOREST_VERSION_MAX];

    string(o, "engine", vol_forest_version(version) != NULL ? version : "");
    number(o, "horizon", (double)fit->horizon);
    numbers(o, "bounds", fit->bound, fit->k - 1);
    name(o, "forest");
    return vol_forest_save(fit->forest, &o->buf, err);
}

enum vol_status vol_regime_save(const struct vol_regime *r, const char *library, struct vol_buf *out,
                                struct vol_error *err)
{
    const struct vol_regime_fit *fit = &r->fit;
    struct out o = {.buf = VOL_BUF_INIT, .first = true};
    enum vol_status status = VOL_OK;
    size_t i;

    if (!r->trained)
        return vol_error_set(err, VOL_EUSAGE, "no model was trained");
    open_(&o, NULL, "{");
    string(&o, "kind", kind);
    number(&o, "format", FORMAT);
    string(&o, "library", library);
    string(&o, "model", vol_regime_model_name(fit->model));
    open_(&o, "regimes", "[");
    for (i = 0; i < fit->k; i++)
        string(&o, NULL, vol_regime_name(i, fit->k));
    close_(&o, "]");
    open_(&o, "features", "[");
    for (i = 0; i < fit->d; i++)
        string(&o, NULL, vol_feature_name((enum vol_feature)i));
    close_(&o, "]");
    open_(&o, "scaling", "{");
    numbers(&o, "mean", fit->scaler.mean, fit->d);
    numbers(&o, "deviation", fit->scaler.sd, fit->d);
    close_(&o, "}");
    open_(&o, "training", "{");
    date(&o, "first", fit->first);
    date(&o, "last", fit->last);
    date(&o, "seen", fit->seen);
    number(&o, "days", (double)fit->n);
    if (isfinite(fit->bic))
        number(&o, "bic", fit->bic);
    close_(&o, "}");
    number(&o, "dwell", (double)r->config.dwell);
    number(&o, "confirm", (double)r->config.confirm);
    if (fit->model == VOL_REGIME_FOREST)
        status = put_forest(&o, fit, err);
    else
        put_components(&o, fit);
    close_(&o, "}");
    put(&o, "\n");
    if (status == VOL_OK && (o.failed || vol_buf_add(out, o.buf.data, o.buf.len) != VOL_OK))
        status = vol_error_set(err, VOL_EOS, "out of memory");
    vol_buf_free(&o.buf);
    return status;
}

/* ---- reading
 * ------------------------------------------------------------------------------------------------ */

static enum vol_status get_size(const struct vol_conf *conf, const char *key, size_t lo, size_t hi,
                                size_t *out, struct vol_error *err)
{
    int64_t x;
    enum vol_status status = vol_conf_int(conf, key, true, (int64_t)lo, (int64_t)hi, &x, err);

    if (status == VOL_OK)
        *out = (size_t)x;
    return status;
}

static enum vol_status get_date(const struct vol_conf *conf, const char *key, int32_t *out,
                                struct vol_error *err)
{
    const char *text;
    enum vol_status status = vol_conf_str(conf, key, true, NULL, &text, err);

    if (status == VOL_OK && vol_date_parse(text, strlen(text), out) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "%s: %s: expected a date, got \"%.40s\"", conf->where, key,
                             text);
    return status;
}

/* The names of KEY must be those that this library would write; their number is *N. */
static enum vol_status get_names(const struct vol_conf *conf, const char *key, bool features, size_t lo,
                                 size_t hi, size_t *n, struct vol_error *err)
{
    enum vol_status status = vol_conf_array(conf, key, true, n, err);
    const char *text;
    size_t i;

    if (status == VOL_OK && (*n < lo || *n > hi))
        return vol_error_set(err, VOL_ECONFIG, "%s: %s: expected %zu to %zu names", conf->where, key, lo, hi);
    for (i = 0; status == VOL_OK && i < *n; i++)
        status = vol_conf_element_str(
            conf, key, i, features ? vol_feature_name((enum vol_feature)i) : vol_regime_name(i, *n), &text,
            err);
    return status;
}

static enum vol_status get_scaling(const struct vol_conf *conf, struct vol_regime_fit *fit,
                                   struct vol_error *err)
{
    static const char *const known[] = {"mean", "deviation", NULL};
    struct vol_conf scaling;
    enum vol_status status = vol_conf_object(conf, "scaling", true, &scaling, err);

    fit->scaler.d = fit->d;
    if (status == VOL_OK)
        status = vol_conf_known(&scaling, known, err);
    if (status == VOL_OK)
        status = vol_conf_numbers(&scaling, "mean", fit->d, -1e9, 1e9, fit->scaler.mean, err);
    return status == VOL_OK ? vol_conf_numbers(&scaling, "deviation", fit->d, 1e-12, 1e9, fit->scaler.sd, err)
                            : status;
}

static enum vol_status get_training(const struct vol_conf *conf, struct vol_regime_fit *fit,
                                    struct vol_error *err)
{
    static const char *const known[] = {"first", "last", "seen", "days", "bic", NULL};
    struct vol_conf training;
    enum vol_status status = vol_conf_object(conf, "training", true, &training, err);

    if (status == VOL_OK)
        status = vol_conf_known(&training, known, err);
    if (status == VOL_OK)
        status = get_date(&training, "first", &fit->first, err);
    if (status == VOL_OK)
        status = get_date(&training, "last", &fit->last, err);
    if (status == VOL_OK)
        status = get_date(&training, "seen", &fit->seen, err);
    fit->bic = NAN;
    if (status == VOL_OK)
        status = vol_conf_num(&training, "bic", false, -1e12, 1e12, &fit->bic, err);
    return status == VOL_OK ? get_size(&training, "days", 1, 1000000, &fit->n, err) : status;
}

static enum vol_status get_component(const struct vol_conf *conf, size_t i, struct vol_regime_fit *fit,
                                     struct vol_error *err)
{
    static const char *const known[] = {"weight", "mean", "covariance", NULL};
    static const char *const centre[] = {"mean", NULL};
    double cells[VOL_FEATURES * VOL_FEATURES];
    struct vol_gmm *g = &fit->hmm.emission;
    bool means = fit->model == VOL_REGIME_KMEANS;
    struct vol_conf one;
    enum vol_status status = vol_conf_element(conf, "components", i, &one, err);
    size_t j;

    if (status == VOL_OK)
        status = vol_conf_known(&one, means ? centre : known, err);
    if (status == VOL_OK)
        status = vol_conf_numbers(&one, "mean", fit->d, -1e9, 1e9,
                                  means ? fit->centre + i * fit->d : g->mean[i], err);
    if (status != VOL_OK || means)
        return status;
    status = vol_conf_num(&one, "weight", true, 0, 1, &g->weight[i], err);
    if (status == VOL_OK)
        status = vol_conf_numbers(&one, "covariance", fit->d * fit->d, -1e9, 1e9, cells, err);
    for (j = 0; status == VOL_OK && j < fit->d * fit->d; j++)
        g->covariance[i][j / fit->d][j % fit->d] = cells[j];
    return status;
}

static enum vol_status get_chain(const struct vol_conf *conf, struct vol_regime_fit *fit,
                                 struct vol_error *err)
{
    double cells[VOL_GMM_K_MAX * VOL_GMM_K_MAX];
    enum vol_status status = vol_conf_numbers(conf, "start", fit->k, 0, 1, fit->hmm.start, err);
    size_t i;

    if (status == VOL_OK)
        status = vol_conf_numbers(conf, "turn", fit->k * fit->k, 0, 1, cells, err);
    for (i = 0; status == VOL_OK && i < fit->k * fit->k; i++)
        fit->hmm.turn[i / fit->k][i % fit->k] = cells[i];
    if (status == VOL_OK && !vol_hmm_check(&fit->hmm))
        return vol_error_set(err, VOL_ECONFIG, "%s: start, turn: the probabilities do not sum to 1",
                             conf->where);
    return status;
}

static enum vol_status get_components(const struct vol_conf *conf, struct vol_regime_fit *fit,
                                      struct vol_error *err)
{
    struct vol_gmm *g = &fit->hmm.emission;
    const char *shape = "full";
    struct vol_error why;
    size_t n, i;
    enum vol_status status = vol_conf_array(conf, "components", true, &n, err);

    if (status == VOL_OK && n != fit->k)
        return vol_error_set(err, VOL_ECONFIG, "%s: components: %zu of them for %zu regimes", conf->where, n,
                             fit->k);
    for (i = 0; status == VOL_OK && i < n; i++)
        status = get_component(conf, i, fit, err);
    if (status != VOL_OK || fit->model == VOL_REGIME_KMEANS)
        return status;
    status = vol_conf_str(conf, "shape", true, "full|diag", &shape, err);
    if (status != VOL_OK)
        return status;
    g->k = fit->k;
    g->d = fit->d;
    g->cov = strcmp(shape, "diag") == 0 ? VOL_GMM_DIAG : VOL_GMM_FULL;
    if (vol_gmm_prepare(g, &why) != VOL_OK)
        return vol_error_set(err, VOL_ECONFIG, "%s: components: %s", conf->where, why.text);
    return fit->model == VOL_REGIME_HMM ? get_chain(conf, fit, err) : VOL_OK;
}

static enum vol_status get_forest(const struct vol_conf *conf, struct vol_regime_fit *fit,
                                  struct vol_error *err)
{
    struct vol_buf text = VOL_BUF_INIT;
    struct vol_conf forest;
    const char *engine;
    enum vol_status status = vol_conf_str(conf, "engine", true, NULL, &engine, err);

    if (status == VOL_OK)
        status = get_size(conf, "horizon", 1, 252, &fit->horizon, err);
    if (status == VOL_OK)
        status = vol_conf_numbers(conf, "bounds", fit->k - 1, 0, 100, fit->bound, err);
    if (status == VOL_OK)
        status = vol_conf_object(conf, "forest", true, &forest, err);
    if (status != VOL_OK)
        return status;
    status = vol_conf_text(&forest, &text) != VOL_OK
                 ? vol_error_set(err, VOL_EOS, "out of memory")
                 : vol_forest_load(&fit->forest, text.data, text.len, fit->d, fit->k, err);
    if (status != VOL_OK)
        vol_error_prefix(err, "%s", conf->where);
    vol_buf_free(&text);
    return status;
}

static enum vol_status get_model(const struct vol_conf *conf, struct vol_regime *r, struct vol_error *err)
{
    static const char *const known[] = {"kind",     "format",     "library", "model",   "regimes",
                                        "features", "scaling",    "dwell",   "confirm", "shape",
                                        "training", "components", "start",   "turn",    "engine",
                                        "bounds",   "horizon",    "forest",  NULL};
    struct vol_regime_fit *fit = &r->fit;
    const char *text = NULL;
    size_t format;
    enum vol_status status = vol_conf_str(conf, "kind", true, kind, &text, err);

    if (status == VOL_OK)
        status = get_size(conf, "format", FORMAT, FORMAT, &format, err);
    if (status == VOL_OK)
        status = vol_conf_known(conf, known, err);
    if (status == VOL_OK)
        status = vol_conf_str(conf, "library", true, NULL, &text, err);
    if (status == VOL_OK)
        status = vol_conf_str(conf, "model", true, "gmm|kmeans|hmm|forest", &text, err);
    if (status != VOL_OK)
        return status;
    (void)vol_regime_model_find(text, strlen(text), &fit->model);
    status = get_names(conf, "regimes", false, 2, VOL_GMM_K_MAX, &fit->k, err);
    if (status == VOL_OK)
        status = get_names(conf, "features", true, VOL_FEATURES_ALWAYS, VOL_FEATURES, &fit->d, err);
    if (status == VOL_OK)
        status = get_scaling(conf, fit, err);
    if (status == VOL_OK)
        status = get_training(conf, fit, err);
    if (status == VOL_OK)
        status = get_size(conf, "dwell", 0, 10000, &r->config.dwell, err);
    if (status == VOL_OK)
        status = get_size(conf, "confirm", 0, 10000, &r->config.confirm, err);
    if (status != VOL_OK)
        return status;
    return fit->model == VOL_REGIME_FOREST ? get_forest(conf, fit, err) : get_components(conf, fit, err);
}

enum vol_status vol_regime_load(const char *path, struct vol_regime **out, struct vol_error *err)
{
    struct vol_regime_config config;
    struct vol_regime *made = NULL;
    struct vol_conf conf;
    enum vol_status status = vol_conf_load(path, &conf, err);

    if (status != VOL_OK)
        return status;
    vol_regime_defaults(&config, VOL_REGIME_GMM);
    config.refit = 0;
    status = vol_regime_new(&config, &made, err);
    if (status == VOL_OK)
        status = get_model(&conf, made, err);
    vol_conf_free(&conf);
    if (status != VOL_OK) {
        vol_regime_free(made);
        return status;
    }
    made->config.model = made->fit.model;
    made->config.k = made->fit.k;
    made->config.horizon = made->fit.model == VOL_REGIME_FOREST ? made->fit.horizon : config.horizon;
    made->fitted = made->trained = true;
    *out = made;
    return VOL_OK;
}
