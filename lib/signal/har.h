/* har.h: the heterogeneous autoregression of realised variance (Corsi 2009).
 *
 * The mean variance of the next H days on a constant and the means of the last 1, 5 and 22 days, by ordinary
 * least squares:
 *
 *   mean(y[t+1 .. t+H]) = b0 + b1 y[t] + b2 mean(y[t-4 .. t]) + b3 mean(y[t-21 .. t]) + e
 *
 * The log form takes logarithms of both sides (of the means), and forecasts exp(fit + s^2 / 2), s^2 the
 * residual variance: right for log-normal variances, as ranges and sums of many intraday returns nearly are,
 * and wrong for squared daily returns, whose logarithm falls without bound where a day closed unchanged.
 */
#ifndef VOL_SIGNAL_HAR_H
#define VOL_SIGNAL_HAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { VOL_HAR_K = 4, VOL_HAR_MONTH = 22, VOL_HAR_LEAST = 30 }; /* coefficients, longest lag, rows of a fit */

struct vol_har_fit {
    bool log;
    size_t horizon, n; /* n: rows of the regression */
    double b[VOL_HAR_K];
    double se[VOL_HAR_K];     /* classical */
    double hac_se[VOL_HAR_K]; /* NaN unless asked for; Newey-West, Bartlett weights over max(horizon - 1, 4
                                 (n/100)^(2/9)) lags */
    double r2, sigma;         /* of the regression; sigma^2 by n - 4 */
    double least;             /* the smallest target: no forecast of the level form is below it */
};

/* Fit to the daily variances Y[0..N), oldest first, all finite and not negative (above 0 for the log form).
 * Rows: every day with 22 days to look back on and HORIZON >= 1 to look forward to. VOL_EDATA with words:
 * fewer than VOL_HAR_LEAST rows, a value out of its domain, or regressors that do not vary; VOL_EOS (with
 * GSL's error handler off, which would else end the program when GSL is out of memory). */
enum vol_status vol_har_fit(const double *y, size_t n, size_t horizon, bool log, bool robust,
                            struct vol_har_fit *out, struct vol_error *err);

/* The forecast after the last of Y[0..N), N >= 22: mean variance of the next fit->horizon days. NaN when it
 * is not to be had (a zero among the log form's regressors). */
double vol_har_predict(const struct vol_har_fit *fit, const double *y, size_t n);

#endif
