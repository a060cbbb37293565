#include "signal/outlook.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void vol_outlook_init(struct vol_outlook *outlook, const struct vol_outlook_config *config)
{
    memset(outlook, 0, sizeof *outlook);
    outlook->config = *config;
    vol_map_init(&outlook->names);
}

void vol_outlook_free(struct vol_outlook *outlook)
{
    size_t i;

    for (i = 0; i < outlook->names.n; i++) {
        vol_days_free(&outlook->prices[i].days);
        vol_forecast_free(&outlook->prices[i].forecast);
        vol_contest_free(&outlook->prices[i].contest);
    }
    free(outlook->prices);
    vol_map_free(&outlook->names);
    memset(outlook, 0, sizeof *outlook);
}

/* The symbol's place, a new one when there is none. */
static enum vol_status place_of(struct vol_outlook *outlook, const char *symbol, size_t len, size_t *index)
{
    struct vol_outlook_price made = {.date = INT32_MIN, .realised = NAN};
    enum vol_status status;

    *index = vol_map_find(&outlook->names, symbol, len);
    if (*index != VOL_MAP_NONE)
        return VOL_OK;
    if (outlook->names.n == outlook->cap) {
        size_t cap = outlook->cap > 0 ? 2 * outlook->cap : 16;
        struct vol_outlook_price *prices = realloc(outlook->prices, cap * sizeof *prices);

        if (prices == NULL)
            return VOL_EOS;
        outlook->prices = prices;
        outlook->cap = cap;
    }
    status = vol_days_init(&made.days, 2);
    if (status != VOL_OK)
        return status;
    status = vol_map_add(&outlook->names, symbol, len, index);
    if (status != VOL_OK) {
        vol_days_free(&made.days);
        return status;
    }
    vol_forecast_init(&made.forecast, &outlook->config.forecast);
    outlook->prices[*index] = made;
    return VOL_OK;
}

/* The bar's day: its variance and return; or why it has none. */
static const char *measure(const struct vol_outlook_config *config, struct vol_outlook_price *p, int32_t date,
                           const struct vol_bar *bar, double variance, double *y, double *r)
{
    const struct vol_day *day;

    if (date <= p->date)
        return "repeated_date";
    if (vol_days_take(&p->days, date, p->ts, bar) != VOL_OK)
        return "bad_price";
    p->date = date;
    if (date < config->from || date > config->until)
        return "out_of_span";
    day = vol_days_back(&p->days, 0);
    *r = day->ret;
    if (!config->given)
        return vol_realvar_of(config->measure, day, y);
    *y = variance;
    return variance >= 0 && isfinite(variance) ? NULL : "no_variance_given";
}

static void count(struct vol_outlook *outlook, const char *reason)
{
    size_t i = 0;

    while (i < VOL_OUTLOOK_REASONS - 1 && outlook->reason[i] != NULL &&
           strcmp(outlook->reason[i], reason) != 0)
        i++;
    outlook->reason[i] = reason;
    outlook->n_reason[i]++;
}

enum vol_status vol_outlook_bar(struct vol_outlook *outlook, const char *symbol, size_t len, int32_t date,
                                int64_t ts, const struct vol_bar *bar, double variance, size_t *index)
{
    struct vol_outlook_price *p;
    enum vol_status status = place_of(outlook, symbol, len, index);
    double y = NAN, r = NAN;

    if (status != VOL_OK)
        return status;
    p = &outlook->prices[*index];
    p->ts = ts;
    p->reason = measure(&outlook->config, p, date, bar, variance, &y, &r);
    p->realised = p->reason == NULL ? y : NAN;
    if (p->reason != NULL) {
        count(outlook, p->reason);
        return VOL_OK;
    }
    status = vol_forecast_add(&p->forecast, date, y, r);
    if (status == VOL_OK && outlook->config.keep)
        status = vol_contest_add(&p->contest, date, y, &p->forecast.day);
    return status;
}

enum vol_status vol_outlook_action(struct vol_outlook *outlook, const char *symbol, size_t len, bool split,
                                   int32_t ex_date, double x)
{
    size_t index;
    enum vol_status status = place_of(outlook, symbol, len, &index);

    if (status != VOL_OK)
        return status;
    return split ? vol_days_split(&outlook->prices[index].days, ex_date, x)
                 : vol_days_dividend(&outlook->prices[index].days, ex_date, x);
}
