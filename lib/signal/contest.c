#include "signal/contest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

enum { N_MODELS = VOL_FORECAST_MODELS, PER_DAY = VOL_FORECAST_MODELS * VOL_FORECAST_HORIZONS };

void vol_contest_free(struct vol_contest *contest)
{
    free(contest->date);
    free(contest->y);
    free(contest->forecast);
    memset(contest, 0, sizeof *contest);
}

static enum vol_status grow(struct vol_contest *c)
{
    size_t cap = c->cap > 0 ? 2 * c->cap : 256;
    void *p;

    if (c->n < c->cap)
        return VOL_OK;
    p = realloc(c->date, cap * sizeof *c->date);
    if (p == NULL)
        return VOL_EOS;
    c->date = p;
    p = realloc(c->y, cap * sizeof *c->y);
    if (p == NULL)
        return VOL_EOS;
    c->y = p;
    p = realloc(c->forecast, cap * PER_DAY * sizeof *c->forecast);
    if (p == NULL)
        return VOL_EOS;
    c->forecast = p;
    c->cap = cap;
    return VOL_OK;
}

enum vol_status vol_contest_add(struct vol_contest *contest, int32_t date, double y,
                                const struct vol_forecast_day *day)
{
    enum vol_status status = grow(contest);

    if (status != VOL_OK)
        return status;
    contest->date[contest->n] = date;
    contest->y[contest->n] = y;
    memcpy(contest->forecast + contest->n * PER_DAY, day->variance, PER_DAY * sizeof *contest->forecast);
    contest->n++;
    return VOL_OK;
}

static double forecast(const struct vol_contest *c, size_t day, size_t model, size_t h)
{
    return c->forecast[day * PER_DAY + model * VOL_FORECAST_HORIZONS + h];
}

/* The days of the span whose variance is known: [*BEGIN, *END). */
static void span(const struct vol_contest *c, size_t horizon, int32_t from, int32_t to, size_t *begin,
                 size_t *end)
{
    size_t known = c->n > horizon ? c->n - horizon : 0;

    for (*begin = 0; *begin < known && c->date[*begin] < from; ++*begin)
        ;
    for (*end = *begin; *end < known && c->date[*end] <= to; ++*end)
        ;
}

/* Days of [BEGIN, END) on which all of the models that take PART have a forecast; LOSSES[(loss * N_MODELS +
 * model) * stride + i] of the i-th of them. */
static size_t collect(const struct vol_contest *c, const bool part[N_MODELS], size_t h, size_t horizon,
                      size_t begin, size_t end, double *losses, size_t stride, int32_t *first, int32_t *last)
{
    size_t day, n = 0, m, k, loss;

    for (day = begin; day < end; day++) {
        double y = 0;
        bool all = true;

        for (m = 0; m < N_MODELS; m++)
            all = all && (!part[m] || isfinite(forecast(c, day, m, h)));
        if (!all)
            continue;
        for (k = 1; k <= horizon; k++)
            y += c->y[day + k];
        y /= (double)horizon;
        for (m = 0; m < N_MODELS; m++)
            for (loss = 0; part[m] && loss < VOL_LOSS_N; loss++)
                losses[(loss * N_MODELS + m) * stride + n] =
                    vol_loss_of((enum vol_loss)loss, forecast(c, day, m, h), y);
        if (n++ == 0)
            *first = c->date[day];
        *last = c->date[day];
    }
    return n;
}

static double mean_of(const double *x, size_t n)
{
    double sum = 0;
    size_t i;

    for (i = 0; i < n; i++)
        sum += x[i];
    return n > 0 ? sum / (double)n : NAN;
}

enum vol_status vol_contest_judge(const struct vol_contest *contest, const struct vol_forecast_config *config,
                                  size_t h, int32_t from, int32_t to,
                                  struct vol_contest_row rows[VOL_FORECAST_MODELS], size_t *n_rows,
                                  int32_t *first, int32_t *last)
{
    size_t horizon = config->horizon[h], begin, end, stride, n, m, o, day, loss, k = 0;
    bool part[N_MODELS] = {false};
    double *losses;

    span(contest, horizon, from, to, &begin, &end);
    for (m = 0; m < N_MODELS; m++)
        for (day = begin; day < end && config->model[m] && !part[m]; day++)
            part[m] = isfinite(forecast(contest, day, m, h));
    stride = end - begin + 1;
    losses = malloc(VOL_LOSS_N * N_MODELS * stride * sizeof *losses);
    if (losses == NULL)
        return VOL_EOS;
    n = collect(contest, part, h, horizon, begin, end, losses, stride, first, last);
    for (m = 0; m < N_MODELS; m++) {
        struct vol_contest_row *row = &rows[k];

        if (!config->model[m])
            continue;
        memset(row, 0, sizeof *row);
        row->model = (enum vol_forecast_model)m;
        row->n = part[m] ? n : 0;
        for (loss = 0; loss < VOL_LOSS_N; loss++)
            row->loss[loss] = part[m] ? mean_of(losses + (loss * N_MODELS + m) * stride, n) : NAN;
        for (o = 0; o < N_MODELS; o++)
            if (o != m && part[m] && part[o])
                (void)vol_diebold_mariano(losses + m * stride, losses + o * stride, n, horizon,
                                          &row->against[o]);
        k++;
    }
    free(losses);
    *n_rows = k;
    return VOL_OK;
}

static enum vol_status print_row(const struct vol_contest_row *row, size_t horizon,
                                 const bool against[N_MODELS], struct vol_buf *out)
{
    enum vol_status status;
    size_t m;

    if (row->n == 0)
        status = vol_buf_addf(out, "| %zu | %s | 0 | | | |", horizon, vol_forecast_name(row->model));
    else
        status = vol_buf_addf(out, "| %zu | %s | %zu | %.5f | %.4g | %.4g |", horizon,
                              vol_forecast_name(row->model), row->n, row->loss[VOL_LOSS_QLIKE],
                              row->loss[VOL_LOSS_MSE], row->loss[VOL_LOSS_MAE]);
    for (m = 0; m < N_MODELS && status == VOL_OK; m++) {
        if (against[m] && row->against[m].n > 0)
            status = vol_buf_addf(out, " %.2f (%.2g) |", row->against[m].t, row->against[m].p);
        else if (against[m])
            status = vol_buf_add_str(out, " |");
    }
    return status == VOL_OK ? vol_buf_add_char(out, '\n') : status;
}

static enum vol_status print_head(const bool against[N_MODELS], struct vol_buf *out)
{
    enum vol_status status = vol_buf_add_str(out, "| horizon | model | days | QLIKE | MSE | MAE |");
    size_t m;

    for (m = 0; m < N_MODELS && status == VOL_OK; m++)
        if (against[m])
            status = vol_buf_addf(out, " t (p) against %s |", vol_forecast_name((enum vol_forecast_model)m));
    if (status == VOL_OK)
        status = vol_buf_add_str(out, "\n| --- | --- | --- | --- | --- | --- |");
    for (m = 0; m < N_MODELS && status == VOL_OK; m++)
        if (against[m])
            status = vol_buf_add_str(out, " --- |");
    return status == VOL_OK ? vol_buf_add_char(out, '\n') : status;
}

enum vol_status vol_contest_print(const struct vol_contest *contest, const struct vol_forecast_config *config,
                                  const char *symbol, int32_t from, int32_t to,
                                  const bool against[VOL_FORECAST_MODELS], struct vol_buf *out)
{
    struct vol_contest_row rows[N_MODELS];
    struct vol_buf table = VOL_BUF_INIT;
    enum vol_status status = print_head(against, &table);
    int32_t first = INT32_MAX, last = INT32_MIN, a, b;
    char from_text[VOL_DATE_MAX] = "", to_text[VOL_DATE_MAX] = "";
    size_t h, i, n_rows;

    for (h = 0; h < config->n_horizons && status == VOL_OK; h++) {
        a = INT32_MAX;
        b = INT32_MIN;
        status = vol_contest_judge(contest, config, h, from, to, rows, &n_rows, &a, &b);
        for (i = 0; status == VOL_OK && i < n_rows; i++)
            status = print_row(&rows[i], config->horizon[h], against, &table);
        first = a < first ? a : first;
        last = b > last ? b : last;
    }
    if (status == VOL_OK && first <= last) {
        vol_date_print(from_text, first);
        vol_date_print(to_text, last);
        status = vol_buf_addf(out, "%s, forecasts of %s to %s:\n\n", symbol, from_text, to_text);
    } else if (status == VOL_OK) {
        status = vol_buf_addf(out, "%s, no forecast whose days have come:\n\n", symbol);
    }
    if (status == VOL_OK)
        status = vol_buf_add(out, table.data, table.len);
    vol_buf_free(&table);
    return status;
}
