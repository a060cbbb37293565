#include "signal/forecast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_MODELS = VOL_FORECAST_MODELS, N_GARCH = 3, RING = VOL_FORECAST_HORIZON_MAX + 1 };

/* Numbers of one day in the ring. */
#define DAY (VOL_FORECAST_HORIZONS * N_MODELS)

static const char *const names[N_MODELS] = {"naive", "mean22", "ewma",   "har",  "har_log",
                                            "garch", "gjr",    "egarch", "lstm", "combination"};

const char *vol_forecast_name(enum vol_forecast_model model)
{
    return names[model];
}

enum vol_forecast_model vol_forecast_find(const char *name, size_t len)
{
    size_t i;

    for (i = 0; i < N_MODELS; i++)
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
            break;
    return (enum vol_forecast_model)i;
}

bool vol_forecast_is_garch(enum vol_forecast_model model, size_t *which)
{
    *which = (size_t)(model - VOL_FORECAST_GARCH);
    return model >= VOL_FORECAST_GARCH && model <= VOL_FORECAST_EGARCH;
}

bool vol_forecast_is_har(enum vol_forecast_model model, size_t *which)
{
    *which = (size_t)(model - VOL_FORECAST_HAR);
    return model == VOL_FORECAST_HAR || model == VOL_FORECAST_HAR_LOG;
}

void vol_forecast_init(struct vol_forecast *f, const struct vol_forecast_config *config)
{
    size_t h;

    memset(f, 0, sizeof *f);
    f->config = config;
    for (h = 0; h < config->n_horizons; h++)
        vol_combine_init(&f->combine[h], VOL_FORECAST_COMBINATION, config->decay);
}

void vol_forecast_free(struct vol_forecast *f)
{
    free(f->y);
    free(f->r);
    free(f->past);
    memset(f, 0, sizeof *f);
}

/* Room for one more day. With a window the days that no fit and no lag looks at any more make it. */
static enum vol_status make_room(struct vol_forecast *f)
{
    const struct vol_forecast_config *c = f->config;
    size_t keep = c->window + VOL_HAR_MONTH + VOL_FORECAST_HORIZON_MAX, cap = f->cap > 0 ? 2 * f->cap : 512;
    double *y, *r;

    if (f->past == NULL && c->model[VOL_FORECAST_COMBINATION]) {
        f->past = malloc(sizeof *f->past * RING * DAY);
        if (f->past == NULL)
            return VOL_EOS;
    }
    if (f->kept < f->cap)
        return VOL_OK;
    if (c->window > 0 && f->kept >= 2 * keep) {
        memmove(f->y, f->y + f->kept - keep, keep * sizeof *f->y);
        memmove(f->r, f->r + f->kept - keep, keep * sizeof *f->r);
        f->kept = keep;
        return VOL_OK;
    }
    y = realloc(f->y, cap * sizeof *y);
    if (y == NULL)
        return VOL_EOS;
    f->y = y;
    r = realloc(f->r, cap * sizeof *r);
    if (r == NULL)
        return VOL_EOS;
    f->r = r;
    f->cap = cap;
    return VOL_OK;
}

static double mean_of_last(const struct vol_forecast *f, size_t n)
{
    double sum = 0;
    size_t i;

    for (i = 0; i < n; i++)
        sum += f->y[f->kept - 1 - i];
    return sum / (double)n;
}

/* ---- fits ------------------------------------------------------------------------------------------------
 */

static enum vol_status fit_garch(struct vol_forecast *f, size_t which, const double *y, const double *r,
                                 size_t n)
{
    struct vol_garch_fit *fit = &f->garch[which], found;
    double measured = 0, squares = 0;
    enum vol_status status;
    size_t i;

    status = vol_garch_fit((enum vol_garch_kind)which, r, n, fit->n > 0 ? fit : NULL, &found, NULL);
    if (status == VOL_EDATA && fit->n > 0) /* from a bad start a search may fail where a fresh one does not */
        status = vol_garch_fit((enum vol_garch_kind)which, r, n, NULL, &found, NULL);
    if (status != VOL_OK)
        return status;
    for (i = 0; i < n; i++) {
        measured += y[i];
        squares += (r[i] - found.p[VOL_GARCH_MU]) * (r[i] - found.p[VOL_GARCH_MU]);
    }
    *fit = found;
    f->next[which] = found.next;
    f->scale[which] = f->config->squared ? 1 : measured / squares;
    return VOL_OK;
}

/* Fit everything anew. Models that cannot be fitted keep what they had. */
static enum vol_status refit(struct vol_forecast *f)
{
    const struct vol_forecast_config *c = f->config;
    size_t n = c->window > 0 && c->window < f->kept ? c->window : f->kept, i, h, which;
    const double *y = f->y + f->kept - n, *r = f->r + f->kept - n;
    enum vol_status status;

    for (i = 0; i < N_MODELS; i++) {
        if (!c->model[i])
            continue;
        if (vol_forecast_is_garch((enum vol_forecast_model)i, &which)) {
            status = fit_garch(f, which, y, r, n);
            if (status == VOL_EOS)
                return status;
        }
        for (h = 0; vol_forecast_is_har((enum vol_forecast_model)i, &which) && h < c->n_horizons; h++) {
            status = vol_har_fit(y, n, c->horizon[h], i == VOL_FORECAST_HAR_LOG, c->robust, &f->har[which][h],
                                 NULL);
            if (status == VOL_EOS)
                return status;
        }
    }
    f->fitted_n = f->n;
    return VOL_OK;
}

/* ---- forecasts -------------------------------------------------------------------------------------------
 */

/* One model's forecast for horizon H by index, and why there is none. */
static double forecast_of(const struct vol_forecast *f, enum vol_forecast_model model, size_t h,
                          const double *network, const char **reason)
{
    size_t horizon = f->config->horizon[h], which;

    if (model == VOL_FORECAST_NAIVE)
        return mean_of_last(f, horizon);
    if (model == VOL_FORECAST_MEAN22)
        return mean_of_last(f, VOL_HAR_MONTH);
    if (model == VOL_FORECAST_EWMA)
        return f->ewma;
    if (model == VOL_FORECAST_LSTM)
        return network[h];
    *reason = "no_fit";
    if (vol_forecast_is_har(model, &which))
        return f->har[which][h].n > 0 ? vol_har_predict(&f->har[which][h], f->y, f->kept) : NAN;
    if (!vol_forecast_is_garch(model, &which) || f->garch[which].n == 0)
        return NAN;
    return f->scale[which] *
           vol_garch_mean_ahead(f->garch[which].kind, f->garch[which].p, f->next[which], horizon);
}

/* The network's outputs in the order of the configured horizons; NaN and the reason where it has none. */
static void run_network(const struct vol_forecast *f, int32_t date, double out[VOL_FORECAST_HORIZONS],
                        const char **reason)
{
    const struct vol_lstm *lstm = f->config->lstm;
    double all[VOL_LSTM_OUT_MAX];
    size_t h, i;

    for (h = 0; h < VOL_FORECAST_HORIZONS; h++)
        out[h] = NAN;
    *reason = "no_fit";
    if (lstm == NULL)
        return;
    *reason = date <= lstm->trained_to ? "in_sample" : "warmup";
    if (date <= lstm->trained_to || f->kept < vol_lstm_days(lstm))
        return;
    *reason = "no_returns";
    if (vol_lstm_predict(lstm, f->y + f->kept - vol_lstm_days(lstm), f->r + f->kept - vol_lstm_days(lstm),
                         all) != VOL_OK)
        return;
    *reason = "no_fit"; /* a horizon that it was not trained for */
    for (h = 0; h < f->config->n_horizons; h++)
        for (i = 0; i < lstm->n_out; i++)
            if (lstm->horizon[i] == f->config->horizon[h])
                out[h] = all[i];
}

static double *ring(const struct vol_forecast *f, size_t day, size_t h)
{
    return f->past + (day % RING) * DAY + h * N_MODELS;
}

/* The variances of the days that earlier forecasts were for are known now. */
static void learn(struct vol_forecast *f)
{
    size_t h;

    for (h = 0; h < f->config->n_horizons; h++) {
        size_t horizon = f->config->horizon[h], k, i;
        double of_members[VOL_FORECAST_COMBINATION], *was;

        if (f->n <= horizon)
            continue;
        was = ring(f, f->n - 1 - horizon, h);
        for (k = 0, i = 0; i < VOL_FORECAST_COMBINATION; i++)
            if (f->config->model[i])
                of_members[k++] = was[i];
        f->combine[h].n = k;
        vol_combine_learn(&f->combine[h], of_members, mean_of_last(f, horizon));
    }
}

static void combine(struct vol_forecast *f, size_t h)
{
    double of_members[VOL_FORECAST_COMBINATION], weight[VOL_FORECAST_COMBINATION], mean;
    size_t k, i;

    for (k = 0, i = 0; i < VOL_FORECAST_COMBINATION; i++)
        if (f->config->model[i])
            of_members[k++] = f->day.variance[i][h];
    f->combine[h].n = k;
    mean = vol_combine_mean(&f->combine[h], of_members, weight);
    f->day.variance[VOL_FORECAST_COMBINATION][h] = mean;
    f->day.reason[VOL_FORECAST_COMBINATION][h] = isfinite(mean) ? NULL : "no_fit";
    for (k = 0, i = 0; i < VOL_FORECAST_COMBINATION; i++)
        f->day.weight[h][i] = f->config->model[i] ? weight[k++] : 0;
}

static void forecast_all(struct vol_forecast *f, int32_t date)
{
    const struct vol_forecast_config *c = f->config;
    double network[VOL_FORECAST_HORIZONS];
    const char *network_reason = "no_fit";
    size_t i, h;

    if (c->model[VOL_FORECAST_LSTM])
        run_network(f, date, network, &network_reason);
    for (h = 0; h < c->n_horizons; h++) {
        for (i = 0; i < VOL_FORECAST_COMBINATION; i++) {
            const char *reason = i == VOL_FORECAST_LSTM ? network_reason : "no_variance";
            double x = c->model[i] ? forecast_of(f, (enum vol_forecast_model)i, h, network, &reason) : NAN;

            f->day.variance[i][h] = x > 0 && isfinite(x) ? x : NAN;
            f->day.reason[i][h] = x > 0 && isfinite(x) ? NULL : reason;
        }
        if (c->model[VOL_FORECAST_COMBINATION])
            combine(f, h);
    }
}

/* What comes of the day that was just taken. */
static enum vol_status conclude(struct vol_forecast *f, int32_t date)
{
    const struct vol_forecast_config *c = f->config;
    enum vol_status status;
    size_t i, h;

    f->day.n = f->n;
    f->day.refitted = false;
    for (i = 0; i < N_MODELS; i++) {
        for (h = 0; h < VOL_FORECAST_HORIZONS; h++) {
            f->day.variance[i][h] = NAN;
            f->day.reason[i][h] = "warmup";
        }
    }
    if (f->n >= c->least) {
        if (f->fitted_n == 0 || f->n - f->fitted_n >= c->refit) {
            status = refit(f);
            if (status != VOL_OK)
                return status;
            f->day.fitted = date;
            f->day.refitted = true;
        }
        forecast_all(f, date);
    }
    for (h = 0; f->past != NULL && h < c->n_horizons; h++)
        for (i = 0; i < N_MODELS; i++)
            ring(f, f->n - 1, h)[i] = f->day.variance[i][h];
    return VOL_OK;
}

enum vol_status vol_forecast_add(struct vol_forecast *f, int32_t date, double y, double r)
{
    enum vol_status status;
    size_t i;

    if (!(y >= 0 && isfinite(y)))
        return VOL_EDATA;
    status = make_room(f);
    if (status != VOL_OK)
        return status;
    f->y[f->kept] = y;
    f->r[f->kept] = isfinite(r) ? r : NAN;
    f->kept++;
    f->ewma = f->n == 0 ? y : f->config->lambda * f->ewma + (1 - f->config->lambda) * y;
    f->n++;
    for (i = 0; i < N_GARCH; i++)
        if (f->garch[i].n > 0)
            f->next[i] = vol_garch_step(f->garch[i].kind, f->garch[i].p, f->next[i],
                                        isfinite(r) ? r : f->garch[i].p[VOL_GARCH_MU]);
    if (f->past != NULL)
        learn(f);
    return conclude(f, date);
}
