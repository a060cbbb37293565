/* panel.h: all that is known of one underlying, as of now: what comes in, day by day, and the measures of it.
 *
 * Everything runs in event time. A number belongs to a date; the last one of a date is that date's. Measures
 * of several numbers (a ratio of two indices, implied less forecast) want them of one date: yesterday's index
 * says nothing about today's slope. What is older makes them NaN.
 */
#ifndef VOL_SIGNAL_PANEL_H
#define VOL_SIGNAL_PANEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "signal/measures.h"
#include "signal/rank.h"
#include "signal/regime.h"
#include "signal/track.h"

enum vol_input {
    VOL_IN_VIX, /* thirty-day index, points */
    VOL_IN_VIX9D,
    VOL_IN_VIX3M,
    VOL_IN_VIX6M,
    VOL_IN_VVIX,
    VOL_IN_SKEW, /* Cboe's SKEW index */
    VOL_IN_RR25, /* the surface's risk reversal, call less put */
    VOL_IN_IV7,  /* constant maturities, decimals */
    VOL_IN_IV30,
    VOL_IN_IV91,
    VOL_IN_IV182,
    VOL_IN_FORECAST, /* realised vol expected of the next 30 days, a decimal */
    VOL_INPUTS
};

struct vol_panel_config {
    size_t rv_days, momentum_days, deviation_days, skew_days; /* windows: 21, 20, 252, 252 */
    size_t days;                                              /* of prices that are kept, at least */
    int32_t max_age; /* calendar days after which the latest price is too old (5) */
    double per_year; /* trading days of a year (252) */
    double band;     /* of vol_term_of (0.01) */
    enum vol_dealer dealer;
};

#define VOL_PANEL_DEFAULTS                                       \
    {                                                            \
        21, 20, 252, 252, 0, 5, 252, 0.01, VOL_DEALER_CALLS_LONG \
    }

enum { VOL_PANEL_FUTURES = 40 };

struct vol_panel_latest {
    double x; /* NaN: none yet */
    int32_t date;
    int64_t ts;
};

struct vol_panel_sample {
    int32_t date;
    double x;
};

struct vol_panel {
    struct vol_panel_config config;
    struct vol_days days;
    struct vol_panel_latest latest[VOL_INPUTS];
    struct vol_panel_sample *vix; /* the index (without one: iv30 in points), one a date, a ring of … */
    size_t vix_cap, vix_first, vix_n;
    bool vix_is_iv30, skew_is_rr25;
    struct vol_track_series skew;
    double skew_percentile; /* of the latest skew */
    size_t skew_n;
    struct vol_future futures[VOL_PANEL_FUTURES];
    size_t n_futures;
    int32_t futures_date;
    struct vol_gex gex;
    int64_t gex_ts;
    char forecast_model[VOL_MEASURES_NAME_MAX];
    int32_t today;                  /* the latest date of any input */
    struct vol_regime *regime;      /* freed with the panel; null: none is wanted */
    struct vol_features_day judged; /* what regime_day is the regime of */
    struct vol_regime_day regime_day;
};

/* REGIME, which may be null, becomes the panel's. VOL_EOS, and then it is still the caller's. */
enum vol_status vol_panel_init(struct vol_panel *panel, const struct vol_panel_config *config,
                               struct vol_regime *regime);
void vol_panel_free(struct vol_panel *panel);

/* Each: VOL_EDATA, and nothing is taken, for a number out of its domain (a vol, index or price must be
 * positive) or a date before the latest one of its kind; VOL_EOS. */
enum vol_status vol_panel_take(struct vol_panel *panel, enum vol_input input, int32_t date, int64_t ts,
                               double x);
enum vol_status vol_panel_bar(struct vol_panel *panel, int32_t date, int64_t ts, const struct vol_bar *bar);
enum vol_status vol_panel_future(struct vol_panel *panel, int32_t date, const struct vol_future *future);
/* Name the model that the next forecasts come from. */
void vol_panel_forecast_model(struct vol_panel *panel, const char *name, size_t len);
/* An option of the chain of TS; a new instant begins a new chain. Arguments as for vol_gex_add. */
void vol_panel_option(struct vol_panel *panel, int64_t ts, bool is_call, double delta, double gamma,
                      double open, double multiplier, double spot);

/* The measures on DATE, which no input is after; those of the chain only if it is of TS. */
void vol_panel_measure(const struct vol_panel *panel, int32_t date, int64_t ts, struct vol_measures *out);

/* The regime on DATE; with `regime` VOL_REGIME_NONE and a reason when the date has not both price and index.
 * VOL_EOS. */
enum vol_status vol_panel_regime(struct vol_panel *panel, int32_t date, struct vol_regime_day *out);

/* The latest instant of any of the inputs of MASK (bit I: vol_input I), and of the price with bit VOL_INPUTS;
 * INT64_MIN when there is none. */
int64_t vol_panel_as_of(const struct vol_panel *panel, unsigned mask);

#endif
