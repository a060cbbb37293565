/* contest.h: forecasts judged by what came: mean losses, and Diebold-Mariano against chosen opponents.
 *
 * Days are taken with their forecasts and, as later days come, with the variance that those forecasts were
 * for. Models are compared on the same days: those of the span on which every model that has any forecast
 * there has one.
 */
#ifndef VOL_SIGNAL_CONTEST_H
#define VOL_SIGNAL_CONTEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "signal/diebold.h"
#include "signal/forecast.h"
#include "signal/qlike.h"

struct vol_contest {
    int32_t *date;
    double *y, *forecast; /* per day; per day, model and horizon */
    size_t n, cap;
};

struct vol_contest_row {
    enum vol_forecast_model model;
    size_t n;                /* days; 0: it has no forecast in the span */
    double loss[VOL_LOSS_N]; /* means */
    struct vol_diebold
        against[VOL_FORECAST_MODELS]; /* of its QLIKE less that of each; n is 0 where there is none */
};

void vol_contest_free(struct vol_contest *contest); /* {0} is an empty one */

/* The day DATE, its variance Y, and what was forecast on it. VOL_EOS. */
enum vol_status vol_contest_add(struct vol_contest *contest, int32_t date, double y,
                                const struct vol_forecast_day *day);

/* Judge the forecasts for horizon H (by index) that were made from FROM to TO, both included. ROWS gets one
 * row for each model of CONFIG, in their order; *N_ROWS how many. *FIRST and *LAST: the dates of the first
 * and the last day that was counted, if any. VOL_EOS. */
enum vol_status vol_contest_judge(const struct vol_contest *contest, const struct vol_forecast_config *config,
                                  size_t h, int32_t from, int32_t to,
                                  struct vol_contest_row rows[VOL_FORECAST_MODELS], size_t *n_rows,
                                  int32_t *first, int32_t *last);

/* Append the table of all horizons as Markdown to OUT, with a column of t for each model that AGAINST marks.
 * VOL_EOS. */
enum vol_status vol_contest_print(const struct vol_contest *contest, const struct vol_forecast_config *config,
                                  const char *symbol, int32_t from, int32_t to,
                                  const bool against[VOL_FORECAST_MODELS], struct vol_buf *out);

#endif
