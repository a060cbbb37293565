#include "signal/panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HORIZON = 30, VIX_EXTRA = 40, EXPOST_SLACK = 5, VOL_OF_VOL_DAYS = 20 };

static size_t greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

enum vol_status vol_panel_init(struct vol_panel *panel, const struct vol_panel_config *config,
                               struct vol_regime *regime)
{
    size_t longest = greater(greater(config->rv_days, config->deviation_days + 1), config->days) + VIX_EXTRA;
    struct vol_panel made = {.config = *config, .today = INT32_MIN, .vix_is_iv30 = true, .gex_ts = INT64_MIN};
    enum vol_status status = VOL_EOS;
    size_t i;

    for (i = 0; i < VOL_INPUTS; i++)
        made.latest[i] = (struct vol_panel_latest){NAN, INT32_MIN, INT64_MIN};
    made.skew_percentile = NAN;
    made.vix_cap = config->deviation_days + config->momentum_days + VIX_EXTRA;
    made.vix = malloc(made.vix_cap * sizeof *made.vix);
    if (made.vix == NULL)
        return VOL_EOS;
    status = vol_days_init(&made.days, longest);
    if (status != VOL_OK)
        goto no_days;
    status = vol_track_series_init(&made.skew, config->skew_days);
    if (status != VOL_OK)
        goto no_skew;
    made.regime = regime;
    *panel = made;
    return VOL_OK;
no_skew:
    vol_days_free(&made.days);
no_days:
    free(made.vix);
    return status;
}

void vol_panel_free(struct vol_panel *panel)
{
    vol_regime_free(panel->regime);
    vol_track_series_free(&panel->skew);
    vol_days_free(&panel->days);
    free(panel->vix);
    memset(panel, 0, sizeof *panel);
}

/* ---- what comes in
 * ------------------------------------------------------------------------------------------ */

static const struct vol_panel_sample *vix_back(const struct vol_panel *panel, size_t i)
{
    return &panel->vix[(panel->vix_first + panel->vix_n - 1 - i) % panel->vix_cap];
}

/* The regime of the day in hand, if it has price and index. */
static enum vol_status judge_today(struct vol_panel *panel)
{
    const struct vol_panel_latest *vix = &panel->latest[VOL_IN_VIX], *near = &panel->latest[VOL_IN_VIX9D];
    struct vol_features_day day = {.date = panel->today, .near = NAN};
    enum vol_status status;

    if (panel->regime == NULL || panel->days.n == 0 || vix->date != panel->today ||
        vol_days_back(&panel->days, 0)->date != panel->today)
        return VOL_NO;
    day.price = vol_days_back(&panel->days, 0)->close * panel->days.factor; /* a split is no fall */
    day.vix = vix->x;
    if (near->date == panel->today)
        day.near = near->x;
    /* Asked again at the end of the day: a fit is not made twice of the same numbers. */
    if (panel->judged.price > 0 && panel->judged.date == day.date && panel->judged.price == day.price &&
        panel->judged.vix == day.vix &&
        (panel->judged.near == day.near || (isnan(panel->judged.near) && isnan(day.near))))
        return VOL_OK;
    status = vol_regime_take(panel->regime, &day, &panel->regime_day, NULL);
    if (status == VOL_OK)
        panel->judged = day;
    return status;
}

/* A number of DATE comes: what was the day in hand is over. */
static enum vol_status begin_date(struct vol_panel *panel, int32_t date)
{
    enum vol_status status = VOL_OK;

    if (date > panel->today) {
        if (panel->today != INT32_MIN)
            status = judge_today(panel);
        panel->today = date;
    }
    return status == VOL_EOS ? VOL_EOS : VOL_OK;
}

/* The level of thirty-day vol of DATE, in points. */
static void take_vix(struct vol_panel *panel, int32_t date, double x)
{
    if (panel->vix_n > 0 && vix_back(panel, 0)->date == date) {
        panel->vix[(panel->vix_first + panel->vix_n - 1) % panel->vix_cap].x = x;
        return;
    }
    if (panel->vix_n == panel->vix_cap)
        panel->vix_first = (panel->vix_first + 1) % panel->vix_cap;
    else
        panel->vix_n++;
    panel->vix[(panel->vix_first + panel->vix_n - 1) % panel->vix_cap] = (struct vol_panel_sample){date, x};
}

static void take_skew(struct vol_panel *panel, int32_t date, double x)
{
    struct vol_rank rank;

    if (vol_track_series_take(&panel->skew, date, x, panel->config.skew_days, &rank) == VOL_OK) {
        panel->skew_percentile = rank.percentile;
        panel->skew_n = rank.n;
    }
}

/* The better source of a series has come for the first time: what the other one gave is no past of it. */
static enum vol_status first_of_better(struct vol_panel *panel, enum vol_input input)
{
    struct vol_track_series fresh;
    enum vol_status status;

    if (input == VOL_IN_VIX && panel->vix_is_iv30) {
        panel->vix_is_iv30 = false;
        panel->vix_n = 0;
    }
    if (input == VOL_IN_RR25 && !panel->skew_is_rr25) {
        status = vol_track_series_init(&fresh, panel->config.skew_days);
        if (status != VOL_OK)
            return status;
        vol_track_series_free(&panel->skew);
        panel->skew = fresh;
        panel->skew_is_rr25 = true;
    }
    return VOL_OK;
}

enum vol_status vol_panel_take(struct vol_panel *panel, enum vol_input input, int32_t date, int64_t ts,
                               double x)
{
    struct vol_panel_latest *latest = &panel->latest[input];
    enum vol_status status;

    if (!isfinite(x) || (input != VOL_IN_RR25 && !(x > 0)) || date < latest->date)
        return VOL_EDATA;
    status = begin_date(panel, date);
    if (status == VOL_OK)
        status = first_of_better(panel, input);
    if (status != VOL_OK)
        return status;
    *latest = (struct vol_panel_latest){x, date, ts};
    if (input == VOL_IN_VIX || (input == VOL_IN_IV30 && panel->vix_is_iv30))
        take_vix(panel, date, input == VOL_IN_VIX ? x : 100 * x);
    if (input == VOL_IN_RR25 || (input == VOL_IN_SKEW && !panel->skew_is_rr25))
        take_skew(panel, date, input == VOL_IN_RR25 ? -x : x - 100);
    return VOL_OK;
}

enum vol_status vol_panel_bar(struct vol_panel *panel, int32_t date, int64_t ts, const struct vol_bar *bar)
{
    enum vol_status status;

    if (!(bar->close > 0) || !isfinite(bar->close))
        return VOL_EDATA;
    status = begin_date(panel, date);
    return status == VOL_OK ? vol_days_take(&panel->days, date, ts, bar) : status;
}

enum vol_status vol_panel_future(struct vol_panel *panel, int32_t date, const struct vol_future *future)
{
    size_t i;

    if (!(future->price > 0) || !isfinite(future->price) || date < panel->futures_date)
        return VOL_EDATA;
    if (date > panel->futures_date)
        panel->n_futures = 0;
    panel->futures_date = date;
    for (i = 0; i < panel->n_futures && panel->futures[i].expiration != future->expiration; i++)
        continue;
    if (i == VOL_PANEL_FUTURES)
        return VOL_EDATA;
    panel->futures[i] = *future;
    panel->n_futures += i == panel->n_futures;
    return begin_date(panel, date);
}

void vol_panel_forecast_model(struct vol_panel *panel, const char *name, size_t len)
{
    len = len < VOL_MEASURES_NAME_MAX - 1 ? len : VOL_MEASURES_NAME_MAX - 1;
    memcpy(panel->forecast_model, name, len);
    panel->forecast_model[len] = '\0';
}

void vol_panel_option(struct vol_panel *panel, int64_t ts, bool is_call, double delta, double gamma,
                      double open, double multiplier, double spot)
{
    if (ts != panel->gex_ts)
        memset(&panel->gex, 0, sizeof panel->gex);
    panel->gex_ts = ts;
    vol_gex_add(&panel->gex, panel->config.dealer, is_call, delta, gamma, open, multiplier, spot);
}

/* ---- measures
 * ----------------------------------------------------------------------------------------------- */

/* An input's value if it is of DATE. */
static double fresh(const struct vol_panel *panel, enum vol_input input, int32_t date)
{
    return panel->latest[input].date == date ? panel->latest[input].x : NAN;
}

static bool price_is_fresh(const struct vol_panel *panel, int32_t date)
{
    return panel->days.n > 0 && vol_days_back(&panel->days, 0)->date >= date - panel->config.max_age;
}

static void measure_realized(const struct vol_panel *panel, int32_t date, struct vol_measures *out)
{
    struct vol_realized rv;

    if (!price_is_fresh(panel, date))
        return;
    rv = vol_realized_of(&panel->days, panel->config.rv_days, panel->config.per_year);
    out->price = vol_days_back(&panel->days, 0)->close;
    out->rv_n = rv.n;
    out->rv_flags = rv.flags;
    out->x[VOL_M_RV_CC] = rv.close_close;
    out->x[VOL_M_RV_PARKINSON] = rv.parkinson;
    out->x[VOL_M_RV_GK] = rv.garman_klass;
    out->x[VOL_M_RV_RS] = rv.rogers_satchell;
    out->x[VOL_M_RV_YZ] = rv.yang_zhang;
    out->x[VOL_M_RV_INTRADAY] = rv.intraday;
    out->x[VOL_M_RV_OVERNIGHT] = rv.overnight;
}

static void measure_term(const struct vol_panel *panel, int32_t date, struct vol_measures *out)
{
    struct vol_term_points index = {fresh(panel, VOL_IN_VIX9D, date), fresh(panel, VOL_IN_VIX, date),
                                    fresh(panel, VOL_IN_VIX3M, date), fresh(panel, VOL_IN_VIX6M, date)};
    struct vol_term_points surface = {fresh(panel, VOL_IN_IV7, date), fresh(panel, VOL_IN_IV30, date),
                                      fresh(panel, VOL_IN_IV91, date), fresh(panel, VOL_IN_IV182, date)};
    bool has_index = !isnan(index.near) && !isnan(index.mid);
    struct vol_term term = vol_term_of(has_index ? &index : &surface, panel->config.band);
    struct vol_basis basis;

    if (!has_index && term.state == VOL_TERM_UNKNOWN)
        term = vol_term_of(&index, panel->config.band); /* what there is: the front alone */
    out->x[VOL_M_VIX9D] = index.front;
    out->x[VOL_M_VIX3M] = index.mid;
    out->x[VOL_M_VIX6M] = index.back;
    out->x[VOL_M_VVIX] = fresh(panel, VOL_IN_VVIX, date);
    out->x[VOL_M_TERM_FRONT] = term.front;
    out->x[VOL_M_TERM_MID] = term.mid;
    out->x[VOL_M_TERM_BACK] = term.back;
    out->term_state = term.state;
    out->term_n = term.n;
    if (term.state != VOL_TERM_UNKNOWN)
        out->term_source = has_index ? "index" : "surface";
    if (panel->n_futures > 0 && panel->futures_date == date &&
        vol_basis_of(panel->futures, panel->n_futures, index.near, date, &basis) == VOL_OK) {
        out->x[VOL_M_BASIS] = basis.basis;
        out->x[VOL_M_BASIS_30D] = basis.at_30d;
        out->x[VOL_M_FUTURES_SLOPE] = basis.slope;
        out->basis_expiration = basis.expiration;
    }
}

/* What was paid for the variance of the 30 days that end with the latest price, less what it was. */
static void measure_expost(const struct vol_panel *panel, int32_t date, struct vol_measures *out)
{
    int32_t newest, then;
    double realized, implied;
    size_t i;

    if (!price_is_fresh(panel, date))
        return;
    newest = vol_days_back(&panel->days, 0)->date;
    for (i = 0; i < panel->vix_n && vix_back(panel, i)->date > newest - HORIZON; i++)
        continue;
    if (i == panel->vix_n || vix_back(panel, i)->date < newest - HORIZON - EXPOST_SLACK)
        return;
    then = vix_back(panel, i)->date;
    implied = vix_back(panel, i)->x / 100;
    realized = vol_realized_since(&panel->days, then, newest - then, &out->expost_n);
    out->x[VOL_M_VRP_EXPOST] = implied * implied - realized;
}

static void measure_premium(const struct vol_panel *panel, int32_t date, struct vol_measures *out)
{
    double vix = fresh(panel, VOL_IN_VIX, date), forecast = fresh(panel, VOL_IN_FORECAST, date);
    const char *model = panel->forecast_model;

    out->implied = isnan(vix) ? fresh(panel, VOL_IN_IV30, date) : vix / 100;
    if (isnan(forecast)) {
        bool range = !isnan(out->x[VOL_M_RV_GK]);

        forecast = range ? out->x[VOL_M_RV_GK] : out->x[VOL_M_RV_CC];
        model = range ? "trailing_rv_gk" : "trailing_rv_cc";
    }
    if (isnan(forecast))
        return;
    strcpy(out->forecast_model, model);
    out->x[VOL_M_FORECAST_VOL] = forecast;
    out->x[VOL_M_VRP] = out->implied * out->implied - forecast * forecast;
    if (forecast > 0)
        out->x[VOL_M_VRP_RATIO] = out->implied / forecast;
    measure_expost(panel, date, out);
}

/* Log change of the index from I + 1 samples back to I. */
static double vix_change(const struct vol_panel *panel, size_t i)
{
    return log(vix_back(panel, i)->x / vix_back(panel, i + 1)->x);
}

/* Sample deviation of the latest N log changes of the index; NaN while there are fewer. */
static double vix_deviation(const struct vol_panel *panel, size_t n)
{
    double sum = 0, squares = 0, mean;
    size_t i;

    if (panel->vix_n < n + 1 || n < 2)
        return NAN;
    for (i = 0; i < n; i++)
        sum += vix_change(panel, i);
    mean = sum / (double)n;
    for (i = 0; i < n; i++)
        squares += (vix_change(panel, i) - mean) * (vix_change(panel, i) - mean);
    return sqrt(squares / (double)(n - 1));
}

static void measure_momentum(const struct vol_panel *panel, int32_t date, struct vol_measures *out)
{
    const struct vol_panel_config *c = &panel->config;
    double steps = sqrt((double)c->momentum_days), sum = 0;
    struct vol_realized rv;
    size_t i;

    if (panel->vix_n > 0 && vix_back(panel, 0)->date == date) {
        out->momentum_n = panel->vix_n - 1 < c->deviation_days ? panel->vix_n - 1 : c->deviation_days;
        out->x[VOL_M_VOL_OF_VOL] = sqrt(c->per_year) * vix_deviation(panel, VOL_OF_VOL_DAYS);
        if (panel->vix_n > c->momentum_days)
            out->x[VOL_M_VOL_MOMENTUM] = log(vix_back(panel, 0)->x / vix_back(panel, c->momentum_days)->x) /
                                         (steps * vix_deviation(panel, c->deviation_days));
    }
    if (price_is_fresh(panel, date) && panel->days.n > c->momentum_days) {
        rv = vol_realized_of(&panel->days, c->deviation_days, 1);
        for (i = 0; i < c->momentum_days; i++)
            sum += vol_days_back(&panel->days, i)->ret;
        out->x[VOL_M_PRICE_MOMENTUM] = sum / (steps * rv.close_close);
    }
    out->x[VOL_M_MOMENTUM] = (out->x[VOL_M_VOL_MOMENTUM] - out->x[VOL_M_PRICE_MOMENTUM]) / 2;
}

void vol_panel_measure(const struct vol_panel *panel, int32_t date, int64_t ts, struct vol_measures *out)
{
    double skew =
        panel->skew_is_rr25 ? -fresh(panel, VOL_IN_RR25, date) : fresh(panel, VOL_IN_SKEW, date) - 100;
    struct vol_measures made = {.implied = NAN, .price = NAN, .dealer = panel->config.dealer};
    size_t i;

    for (i = 0; i < VOL_MEASURES; i++)
        made.x[i] = NAN;
    measure_realized(panel, date, &made);
    measure_term(panel, date, &made);
    measure_premium(panel, date, &made);
    measure_momentum(panel, date, &made);
    if (!isnan(skew)) {
        made.x[VOL_M_SKEW] = skew;
        made.x[VOL_M_SKEW_PERCENTILE] = panel->skew_percentile;
        made.skew_source = panel->skew_is_rr25 ? "rr25" : "SKEW";
        made.skew_n = panel->skew_n;
    }
    if (panel->gex_ts == ts && panel->gex.gross > 0) {
        made.x[VOL_M_GEX] = panel->gex.net;
        made.x[VOL_M_DEX] = panel->gex.delta;
        made.x[VOL_M_GEX_RATIO] = panel->gex.net / panel->gex.gross;
        made.gex_n = panel->gex.n;
    }
    for (i = 0; i < VOL_MEASURES; i++)
        if (!isfinite(made.x[i]))
            made.x[i] = NAN;
    *out = made;
}

enum vol_status vol_panel_regime(struct vol_panel *panel, int32_t date, struct vol_regime_day *out)
{
    enum vol_status status = date == panel->today ? judge_today(panel) : VOL_NO;

    if (status == VOL_EOS)
        return status;
    if (status == VOL_OK) {
        *out = panel->regime_day;
        return VOL_OK;
    }
    memset(out, 0, sizeof *out);
    out->regime = out->likeliest = VOL_REGIME_NONE;
    out->confidence = NAN;
    out->reason = "no_value";
    return VOL_OK;
}

int64_t vol_panel_as_of(const struct vol_panel *panel, unsigned mask)
{
    int64_t ts = INT64_MIN;
    size_t i;

    for (i = 0; i < VOL_INPUTS; i++)
        if ((mask >> i & 1) && panel->latest[i].ts > ts)
            ts = panel->latest[i].ts;
    if ((mask >> VOL_INPUTS & 1) && panel->days.n > 0 && panel->days.last_ts > ts)
        ts = panel->days.last_ts;
    return ts;
}
