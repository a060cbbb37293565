#include "signal/forecast_records.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/time.h"

enum { DIGITS = 10 };

static void write_weights(struct vol_writer *out, const struct vol_forecast *f, size_t h)
{
    char text[VOL_FORECAST_MODELS * 24] = "";
    size_t i, len = 0;

    for (i = 0; i < VOL_FORECAST_COMBINATION; i++)
        if (f->config->model[i])
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s=%.4f", len > 0 ? "," : "",
                                    vol_forecast_name((enum vol_forecast_model)i), f->day.weight[h][i]);
    vol_writer_str(out, VOL_KEY("weights"), text, len);
}

static void write_fitted(struct vol_writer *out, const struct vol_forecast *f, enum vol_forecast_model model,
                         size_t h)
{
    char text[VOL_DATE_MAX];
    int32_t date = f->day.fitted;

    if (model == VOL_FORECAST_LSTM && f->config->lstm != NULL)
        date = f->config->lstm->trained_to;
    else if (!vol_forecast_records_has_fit(f, model, h))
        return;
    vol_writer_str(out, VOL_KEY("fitted"), text, vol_date_print(text, date));
}

void vol_forecast_records_write(struct vol_writer *out, const char *symbol, const char *measure,
                                double per_year, const struct vol_outlook_price *price,
                                enum vol_forecast_model model, size_t h)
{
    const struct vol_forecast *f = &price->forecast;
    double variance = price->reason == NULL ? f->day.variance[model][h] : NAN;
    const char *reason = price->reason != NULL ? price->reason : f->day.reason[model][h],
               *name = vol_forecast_name(model);

    vol_writer_str(out, VOL_KEY("underlying"), symbol, strlen(symbol));
    vol_writer_str(out, VOL_KEY("model"), name, strlen(name));
    vol_writer_int(out, VOL_KEY("horizon"), (int64_t)f->config->horizon[h]);
    vol_writer_num(out, VOL_KEY("variance"), variance);
    vol_writer_num(out, VOL_KEY("forecast_vol"), sqrt(variance * per_year));
    vol_writer_str(out, VOL_KEY("measure"), measure, strlen(measure));
    vol_writer_num(out, VOL_KEY("realised"), price->realised);
    vol_writer_int(out, VOL_KEY("n"), (int64_t)f->n);
    write_fitted(out, f, model, h);
    if (isfinite(variance) && model == VOL_FORECAST_COMBINATION)
        write_weights(out, f, h);
    if (!isfinite(variance) && reason != NULL)
        vol_writer_str(out, VOL_KEY("reason"), reason, strlen(reason));
}

bool vol_forecast_records_has_fit(const struct vol_forecast *forecast, enum vol_forecast_model model,
                                  size_t h)
{
    size_t which;

    if (vol_forecast_is_har(model, &which))
        return forecast->har[which][h].n > 0;
    return vol_forecast_is_garch(model, &which) && forecast->garch[which].n > 0;
}

/* {"alpha":{"value":…,"se":…,"robust_se":…},…} */
static void write_coefficients(struct vol_writer *out, const char *const *names, const double *value,
                               const double *se, const double *robust, size_t n)
{
    char text[VOL_GARCH_N * (3 * VOL_NUM_MAX + 64)], number[VOL_NUM_MAX];
    const double *columns[] = {value, se, robust};
    static const char *const keys[] = {"value", "se", "robust_se"};
    size_t i, j, len = 0;

    for (i = 0; i < n; i++) {
        if (names[i] == NULL)
            continue;
        len += (size_t)snprintf(text + len, sizeof text - len, "%s\"%s\":{", len > 0 ? "," : "{", names[i]);
        for (j = 0; j < 3; j++) {
            vol_num_print(number, columns[j][i], DIGITS);
            len += (size_t)snprintf(text + len, sizeof text - len, "%s\"%s\":%s", j > 0 ? "," : "", keys[j],
                                    number);
        }
        len += (size_t)snprintf(text + len, sizeof text - len, "}");
    }
    len += (size_t)snprintf(text + len, sizeof text - len, "}");
    vol_writer_raw(out, VOL_KEY("coefficients"), text, len);
}

static void write_har(struct vol_writer *out, const struct vol_har_fit *fit)
{
    static const char *const names[VOL_HAR_K] = {"const", "day", "week", "month"};

    vol_writer_int(out, VOL_KEY("horizon"), (int64_t)fit->horizon);
    vol_writer_int(out, VOL_KEY("n"), (int64_t)fit->n);
    vol_writer_num(out, VOL_KEY("r2"), fit->r2);
    vol_writer_num(out, VOL_KEY("sigma"), fit->sigma);
    write_coefficients(out, names, fit->b, fit->se, fit->hac_se, VOL_HAR_K);
}

static void write_garch(struct vol_writer *out, const struct vol_garch_fit *fit)
{
    const char *const names[VOL_GARCH_N] = {"mu", "omega", "alpha", fit->kind == VOL_GARCH ? NULL : "gamma",
                                            "beta"};

    vol_writer_int(out, VOL_KEY("n"), (int64_t)fit->n);
    vol_writer_num(out, VOL_KEY("loglik"), fit->loglik);
    vol_writer_num(out, VOL_KEY("persistence"), vol_garch_persistence(fit->kind, fit->p));
    write_coefficients(out, names, fit->p, fit->se, fit->robust_se, VOL_GARCH_N);
}

bool vol_forecast_records_fit(struct vol_writer *out, const char *symbol, const struct vol_forecast *forecast,
                              enum vol_forecast_model model, size_t h)
{
    const char *name = vol_forecast_name(model);
    size_t which;

    if (!vol_forecast_records_has_fit(forecast, model, h))
        return false;
    vol_writer_str(out, VOL_KEY("underlying"), symbol, strlen(symbol));
    vol_writer_str(out, VOL_KEY("model"), name, strlen(name));
    if (vol_forecast_is_har(model, &which))
        write_har(out, &forecast->har[which][h]);
    else if (vol_forecast_is_garch(model, &which))
        write_garch(out, &forecast->garch[which]);
    return true;
}
