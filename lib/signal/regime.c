#include "signal/regime.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "signal/regime_keep.h"

/* ---- names and defaults
 * ------------------------------------------------------------------------------------- */

static const char *const models[] = {"gmm", "kmeans", "hmm", "forest"};

const char *vol_regime_model_name(enum vol_regime_model model)
{
    return models[model];
}

enum vol_status vol_regime_model_find(const char *name, size_t len, enum vol_regime_model *out)
{
    size_t i;

    for (i = 0; i < sizeof models / sizeof *models; i++)
        if (strlen(models[i]) == len && memcmp(models[i], name, len) == 0) {
            *out = (enum vol_regime_model)i;
            return VOL_OK;
        }
    return VOL_NO;
}

const char *vol_regime_name(size_t i, size_t k)
{
    static const char *const between[] = {"normal", "elevated", "high_3", "high_4", "high_5", "high_6"};

    return i == 0 ? "low" : i + 1 >= k ? "high" : between[i - 1];
}

void vol_regime_defaults(struct vol_regime_config *config, enum vol_regime_model model)
{
    const struct vol_gmm_options fit = VOL_GMM_OPTIONS;

    /* A chain has an inertia of its own. */
    *config = (struct vol_regime_config){.model = model,
                                         .k = 3,
                                         .min_days = 504,
                                         .near_days = 504,
                                         .refit = model == VOL_REGIME_FOREST ? 0 : 21,
                                         .dwell = model == VOL_REGIME_HMM ? 1 : 3,
                                         .confirm = model == VOL_REGIME_HMM ? 1 : 2,
                                         .horizon = 21,
                                         .trees = 100,
                                         .fit = fit};
}

static const struct vol_regime_state nothing = {.standing = VOL_REGIME_NONE, .likeliest = VOL_REGIME_NONE};

static enum vol_status check(const struct vol_regime_config *c, struct vol_error *err)
{
    if (c->k < 2 || c->k > VOL_GMM_K_MAX)
        return vol_error_set(err, VOL_EUSAGE, "regimes: from 2 to %d, not %zu", VOL_GMM_K_MAX, c->k);
    if (c->min_days < VOL_REGIME_DAYS_LEAST)
        return vol_error_set(err, VOL_EUSAGE, "a fit of regimes needs %d days, not %zu",
                             VOL_REGIME_DAYS_LEAST, c->min_days);
    if (c->window != 0 && c->window < c->min_days)
        return vol_error_set(err, VOL_EUSAGE,
                             "a rolling fit of %zu days has less than the %zu of the first one", c->window,
                             c->min_days);
    if (c->model == VOL_REGIME_FOREST && (c->horizon < 5 || c->horizon > 252))
        return vol_error_set(err, VOL_EUSAGE, "a forest foresees 5 to 252 days, not %zu", c->horizon);
    if (c->model == VOL_REGIME_FOREST && c->refit != 0)
        return vol_error_set(err, VOL_EUSAGE, "a forest is trained, not refitted from day to day");
    return VOL_OK;
}

enum vol_status vol_regime_new(const struct vol_regime_config *config, struct vol_regime **out,
                               struct vol_error *err)
{
    enum vol_status status = check(config, err);
    struct vol_regime *made;

    if (status != VOL_OK)
        return status;
    made = calloc(1, sizeof *made);
    if (made == NULL)
        return vol_error_set(err, VOL_EOS, "out of memory");
    made->config = *config;
    made->state = nothing;
    vol_features_init(&made->features);
    *out = made;
    return VOL_OK;
}

void vol_regime_free(struct vol_regime *r)
{
    if (r == NULL)
        return;
    vol_forest_free(r->fit.forest);
    free(r->x);
    free(r->price);
    free(r->date);
    free(r);
}

const struct vol_regime_config *vol_regime_config_of(const struct vol_regime *regime)
{
    return &regime->config;
}

/* ---- the rows that fits are made from
 * ------------------------------------------------------------------------ */

/* Room for one more row, the day in hand. A rolling fit forgets what lies before its window. */
static enum vol_status make_room(struct vol_regime *r)
{
    size_t cap = r->cap > 0 ? 2 * r->cap : 1024, drop = r->n - r->config.window;
    double *x, *price;
    int32_t *date;

    if (r->n < r->cap)
        return VOL_OK;
    if (r->config.window > 0 && r->n > r->config.window && drop > r->cap / 4) {
        memmove(r->x, r->x + drop * VOL_FEATURES, r->config.window * VOL_FEATURES * sizeof *r->x);
        memmove(r->price, r->price + drop, r->config.window * sizeof *r->price);
        memmove(r->date, r->date + drop, r->config.window * sizeof *r->date);
        r->n = r->config.window;
        return VOL_OK;
    }
    x = realloc(r->x, cap * VOL_FEATURES * sizeof *x);
    r->x = x != NULL ? x : r->x;
    price = realloc(r->price, cap * sizeof *price);
    r->price = price != NULL ? price : r->price;
    date = realloc(r->date, cap * sizeof *date);
    r->date = date != NULL ? date : r->date;
    if (x == NULL || price == NULL || date == NULL)
        return VOL_EOS;
    r->cap = cap;
    return VOL_OK;
}

/* The rows of a fit as of row N - 1: all, or the last `window` ones. */
static struct vol_regime_rows rows_to(const struct vol_regime *r, size_t n)
{
    size_t from = r->config.window > 0 && n > r->config.window ? n - r->config.window : 0;

    return (struct vol_regime_rows){r->x + from * VOL_FEATURES, r->price + from, r->date + from, n - from};
}

/* The latest day is over: what was provisional stands. */
static void commit(struct vol_regime *r)
{
    if (!r->any)
        return;
    if (r->full && !r->trained) {
        r->n++;
        r->since++;
    }
    if (r->refitted) {
        r->fit = r->next;
        r->fitted = true;
        r->since = 0;
    }
    r->state = r->now;
    r->refitted = r->full = false;
}

/* ---- the verdict of a day
 * ------------------------------------------------------------------------------------ */

/* The chain's probabilities of the day before, by the fit in hand: a new fit sees all days anew. */
static enum vol_status replay(const struct vol_regime_fit *fit, const struct vol_regime_rows *rows, double *p,
                              struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    size_t i;

    for (i = 0; i + 1 < rows->n && status == VOL_OK; i++)
        status = vol_regime_fit_judge(fit, rows->x + i * VOL_FEATURES, i > 0 ? p : NULL, p, err);
    return status;
}

static void settle(const struct vol_regime *r, struct vol_regime_state *now, int likeliest)
{
    bool may = now->standing == VOL_REGIME_NONE;

    now->streak = likeliest == now->likeliest ? now->streak + 1 : 1;
    now->likeliest = likeliest;
    may = may || (now->held >= r->config.dwell && now->streak >= r->config.confirm);
    now->changed = may && likeliest != now->standing;
    if (now->changed) {
        now->standing = likeliest;
        now->held = 0;
    }
    now->held++;
}

/* Fit if it is time to. VOL_EDATA is no error here: the fit before stays, and the next day tries again. */
static enum vol_status refit(struct vol_regime *r, struct vol_error *err)
{
    struct vol_regime_rows rows = rows_to(r, r->n + 1);
    enum vol_status status;

    r->refitted = false;
    if (r->trained || r->config.refit == 0 || rows.n < r->config.min_days ||
        (r->fitted && r->since + 1 < r->config.refit))
        return VOL_OK;
    status = vol_regime_fit_make(&r->next, &r->config, &rows, err);
    r->refitted = status == VOL_OK;
    return status == VOL_EDATA ? VOL_OK : status;
}

/* The day in hand, whose row is the one behind the last. */
static enum vol_status judge(struct vol_regime *r, const double *x, struct vol_regime_day *day,
                             struct vol_error *err)
{
    const struct vol_regime_fit *fit = r->refitted ? &r->next : &r->fit;
    struct vol_regime_rows rows = rows_to(r, r->n + 1);
    double before[VOL_GMM_K_MAX], p[VOL_GMM_K_MAX];
    bool has_before = r->state.has_p;
    enum vol_status status = VOL_OK;
    size_t i, best;

    day->reason = r->config.refit == 0 || rows.n < r->config.min_days ? "warmup" : "unfit";
    if (!r->fitted && !r->refitted)
        return VOL_OK;
    day->reason = "unfit";
    memcpy(before, r->state.p, sizeof before);
    if (r->refitted && fit->model == VOL_REGIME_HMM) {
        has_before = rows.n > 1;
        status = replay(fit, &rows, before, err);
    }
    if (status == VOL_OK)
        status = vol_regime_fit_judge(fit, x, has_before ? before : NULL, p, err);
    if (status != VOL_OK)
        return status == VOL_EDATA ? VOL_OK : status;
    for (i = 0, best = 0; i < fit->k; i++) {
        r->now.p[i] = p[i];
        if (p[i] > p[best])
            best = i;
    }
    r->now.has_p = true;
    settle(r, &r->now, (int)best);
    day->n = fit->n;
    day->n_features = fit->d;
    day->fitted = fit->last;
    if (r->trained && day->date <= fit->seen) { /* what the model knows of this day is hindsight */
        day->reason = "in_sample";
        return VOL_OK;
    }
    memcpy(day->p, p, fit->k * sizeof *p);
    day->likeliest = (int)best;
    day->regime = r->now.standing;
    day->confidence = p[day->regime];
    day->held = r->now.held;
    day->changed = r->now.changed;
    day->reason = "ok";
    return VOL_OK;
}

/* The answer to the day in hand, whose features are X. */
static enum vol_status answer(struct vol_regime *r, const struct vol_features_day *day, const double *x,
                              struct vol_regime_day *told, struct vol_error *err)
{
    enum vol_status status = VOL_OK;
    size_t i;

    *told = (struct vol_regime_day){.date = day->date,
                                    .regime = VOL_REGIME_NONE,
                                    .likeliest = VOL_REGIME_NONE,
                                    .k = r->config.k,
                                    .confidence = NAN,
                                    .reason = "warmup"};
    for (i = 0; i < VOL_GMM_K_MAX; i++)
        told->p[i] = NAN;
    memcpy(told->features, x, VOL_FEATURES * sizeof *x);
    for (i = 0, r->full = true; i < VOL_FEATURES_ALWAYS; i++)
        r->full = r->full && isfinite(x[i]);
    r->now = r->state;
    r->refitted = false;
    if (!r->full)
        return VOL_OK;
    if (!r->trained) {
        memcpy(r->x + r->n * VOL_FEATURES, x, VOL_FEATURES * sizeof *x);
        r->price[r->n] = day->price;
        r->date[r->n] = day->date;
    }
    status = refit(r, err);
    return status == VOL_OK ? judge(r, x, told, err) : status;
}

static bool is_answered(const struct vol_regime *r, const struct vol_features_day *day)
{
    const struct vol_features_day *latest = &r->features.latest;

    return r->answered && day->date == latest->date && day->price == latest->price &&
           day->vix == latest->vix &&
           (day->near == latest->near || (isnan(day->near) && isnan(latest->near)));
}

enum vol_status vol_regime_take(struct vol_regime *r, const struct vol_features_day *day,
                                struct vol_regime_day *out, struct vol_error *err)
{
    double x[VOL_FEATURES];
    struct vol_features features = r->features;
    enum vol_status status = VOL_OK;

    if (!is_answered(r, day)) {
        status = vol_features_take(&features, day, x, err);
        if (status != VOL_OK)
            return status;
        if (r->any && day->date > r->features.latest.date)
            commit(r);
        if (!r->trained && make_room(r) != VOL_OK)
            return vol_error_set(err, VOL_EOS, "out of memory");
        r->features = features;
        r->any = true;
        status = answer(r, day, x, &r->told, err);
        r->answered = status == VOL_OK;
    }
    if (status == VOL_OK && out != NULL)
        *out = r->told;
    return status;
}

/* ---- training
 * ------------------------------------------------------------------------------------------------ */

enum vol_status vol_regime_train(struct vol_regime *r, struct vol_error *err)
{
    struct vol_regime_fit made;
    struct vol_regime_rows rows;
    enum vol_status status;

    if (r->trained)
        return vol_error_set(err, VOL_EUSAGE, "this model is trained already");
    rows = rows_to(r, r->n + (r->full ? 1 : 0));
    if (rows.n == 0)
        return vol_error_set(err, VOL_EDATA, "no days with all features, and %zu are needed",
                             r->config.min_days);
    status = vol_regime_fit_make(&made, &r->config, &rows, err);
    if (status != VOL_OK)
        return status;
    commit(r);
    r->fit = made;
    r->fitted = r->trained = true;
    r->state = nothing;
    r->answered = false;
    return VOL_OK;
}
