/* forecast.h: the variance of the days to come, by several models side by side, a day at a time.
 *
 * One struct vol_forecast follows one price. Each day brings its variance y, as measured (a range, a squared
 * return, a sum of intraday ones), and its return r; then every model gives the mean daily variance of the
 * next H days, for each horizon H, from that day and those before it alone. The unit is that of y, per day.
 *
 *   naive        the mean of the last H days (a random walk)
 *   mean22       the mean of the last 22 days
 *   ewma         s = lambda s + (1 - lambda) y, begun at the first day (RiskMetrics 1996: lambda 0.94)
 *   har har_log  har.h, levels and logarithms
 *   garch gjr egarch   garch.h on the returns, the mean of the variances ahead; times sum y / sum (r - mu)^2
 * of the sample of the fit, since a range measures less than the whole return where opens are missing lstm
 * lstm.h, trained beforehand on other days; none for the days it was trained on combination  combine.h of all
 * of the others that are asked for
 *
 * HAR and GARCH are fitted anew every `refit` days to all days, or to the last `window` ones; in between
 * their parameters stand while their state moves on. A fit that finds no maximum leaves the one before in
 * force.
 */
#ifndef VOL_SIGNAL_FORECAST_H
#define VOL_SIGNAL_FORECAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "signal/combine.h"
#include "signal/garchfit.h"
#include "signal/har.h"
#include "signal/lstm.h"

enum vol_forecast_model {
    VOL_FORECAST_NAIVE,
    VOL_FORECAST_MEAN22,
    VOL_FORECAST_EWMA,
    VOL_FORECAST_HAR,
    VOL_FORECAST_HAR_LOG,
    VOL_FORECAST_GARCH,
    VOL_FORECAST_GJR,
    VOL_FORECAST_EGARCH,
    VOL_FORECAST_LSTM,
    VOL_FORECAST_COMBINATION,
    VOL_FORECAST_MODELS
};

enum { VOL_FORECAST_HORIZONS = 6, VOL_FORECAST_HORIZON_MAX = 252 };

struct vol_forecast_config {
    bool model[VOL_FORECAST_MODELS];
    size_t horizon[VOL_FORECAST_HORIZONS], n_horizons; /* 1 to VOL_FORECAST_HORIZON_MAX, none twice */
    double lambda;                                     /* of ewma, in (0, 1) */
    double decay;                                      /* of combination, in (0, 1] */
    size_t refit;                                      /* days, >= 1 */
    size_t window;                                     /* days that a fit looks at; 0: all */
    size_t least; /* days before the first forecast, >= VOL_GARCH_LEAST and the lags and horizons */
    bool robust;  /* fits of HAR get robust standard errors, which take as long as the fits */
    bool squared; /* y are squared returns: GARCH forecasts stand as they are */
    const struct vol_lstm *lstm; /* null: none */
};

/* What one day brought: a forecast for each model and horizon that was asked for. */
struct vol_forecast_day {
    double variance[VOL_FORECAST_MODELS][VOL_FORECAST_HORIZONS]; /* NaN: none, and why: */
    const char *reason[VOL_FORECAST_MODELS]
                      [VOL_FORECAST_HORIZONS]; /* null, or warmup, no_fit, no_returns, in_sample */
    double weight[VOL_FORECAST_HORIZONS][VOL_FORECAST_MODELS]; /* of the combination */
    size_t n;                                                  /* days so far */
    int32_t fitted; /* date of the last day that HAR and GARCH were fitted to; 0 while there is none */
    bool refitted;  /* today */
};

struct vol_forecast {
    const struct vol_forecast_config *config; /* the caller's */
    double *y, *r; /* the days that are kept, oldest first; r is NaN where not known */
    size_t kept, cap;
    size_t n;        /* days ever */
    size_t fitted_n; /* n at the last fit */
    double ewma;
    struct vol_garch_fit garch[3]; /* n is 0 while there is none */
    double scale[3], next[3]; /* measure over squared returns of its sample; variance of tomorrow's return */
    struct vol_har_fit har[2][VOL_FORECAST_HORIZONS];
    struct vol_combine combine[VOL_FORECAST_HORIZONS];
    double *past; /* ring: forecasts of the last VOL_FORECAST_HORIZON_MAX days by horizon and model, for
                     combine */
    struct vol_forecast_day day;
};

const char *vol_forecast_name(enum vol_forecast_model model);
/* VOL_FORECAST_MODELS when there is none of that name. */
enum vol_forecast_model vol_forecast_find(const char *name, size_t len);

/* Whether the model is fitted to returns (and so has coefficients in `garch`), and which of the three it is.
 */
bool vol_forecast_is_garch(enum vol_forecast_model model, size_t *which);
bool vol_forecast_is_har(enum vol_forecast_model model, size_t *which);

/* Allocates nothing: an unused price costs nothing. */
void vol_forecast_init(struct vol_forecast *f, const struct vol_forecast_config *config);
void vol_forecast_free(struct vol_forecast *f);

/* The next day: DATE (later than the one before), variance Y >= 0 finite, return R or NaN. f->day tells what
 * follows from it. VOL_EDATA: Y is not such a number; nothing is taken then. VOL_EOS. */
enum vol_status vol_forecast_add(struct vol_forecast *f, int32_t date, double y, double r);

#endif
