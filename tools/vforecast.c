/* vforecast: the variance of the days to come, from daily bars. */
#include "tool.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "base/time.h"
#include "signal/forecast_records.h"
#include "signal/lstm_file.h"
#include "signal/lstmfit.h"
#include "signal/outlook.h"

enum { SYMBOL = VOL_W_OWN, UNDERLYING, OPEN, HIGH, LOW, CLOSE, EX_DATE, RATIO, AMOUNT, FIELD };

static const char no_field[] = "variance"; /* what stands in `wants` when none is asked for */
static struct vol_want wants[] = {
    {"symbol", false}, {"underlying", false}, {"open", false},  {"high", false},   {"low", false},
    {"close", false},  {"ex_date", false},    {"ratio", false}, {"amount", false}, {no_field, false}};
enum { N_WANTS = sizeof wants / sizeof wants[0] };

static const char *models = "har_log", *horizons = "1,5,22", *measure = "range", *lstm_path, *train_path,
                  *from, *until, *at, *against = "ewma,mean22";
static double lambda = 0.94, decay = 0.99, per_year = 252;
static int64_t refit = 22, window, least = 500, hidden = 16, lookback = 10, epochs = 200, seed = 1;
static int only_last, fits, score;
static struct vol_opt_list history, symbols;

static const struct vol_opt options[] = {
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Options of vforecast"},
    {VOL_OPT_STR, 'm', "model", "LIST", &models, NULL, 0, 0,
     "naive, mean22, ewma, har, har_log, garch, gjr, egarch, lstm, combination (har_log)"},
    {VOL_OPT_STR, 'z', "horizons", "DAYS", &horizons, NULL, 0, 0, "trading days ahead, at most 6 (1,5,22)"},
    {VOL_OPT_ENUM, 'M', "measure", "WORD", &measure, "range|squared", 0, 0,
     "a day's variance: range (Garman-Klass and overnight return squared), or squared (the return)"},
    {VOL_OPT_STR, 'f', "variance-field", "NAME", &wants[FIELD - VOL_W_OWN].name, NULL, 0, 0,
     "the bars' field that holds a day's variance, in place of --measure"},
    {VOL_OPT_LIST, 's', "symbol", "SYMBOL", &symbols, NULL, 0, 0,
     "only bars of SYMBOL (all); may be repeated"},
    {VOL_OPT_INT, 'r', "refit", "DAYS", &refit, NULL, 1, 100000, "days between two fits (22)"},
    {VOL_OPT_INT, 'w', "window", "DAYS", &window, NULL, 0, 100000, "days that a fit looks at (0: all)"},
    {VOL_OPT_INT, 'n', "min-samples", "DAYS", &least, NULL, VOL_GARCH_LEAST, 100000,
     "days before the first forecast (500)"},
    {VOL_OPT_NUM, 'L', "lambda", "X", &lambda, NULL, 0.01, 0.9999, "decay of ewma (0.94)"},
    {VOL_OPT_NUM, 'd', "decay", "X", &decay, NULL, 0.5, 1, "decay of the combination's memory (0.99)"},
    {VOL_OPT_NUM, 'y', "days-per-year", "DAYS", &per_year, NULL, 1, 366, "for forecast_vol (252)"},
    {VOL_OPT_LIST, 'H', "history", "FILE", &history, NULL, 0, 0,
     "bars of the days before the input; may be repeated"},
    {VOL_OPT_FLAG, 'l', "last", NULL, &only_last, NULL, 0, 0,
     "only the last forecasts of each symbol, at the end"},
    {VOL_OPT_STR, 'a', "at", "DATE", &at, NULL, 0, 0, "only the forecasts made on DATE"},
    {VOL_OPT_FLAG, 'F', "fits", NULL, &fits, NULL, 0, 0, "a fit record for each model that was fitted anew"},
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Judging"},
    {VOL_OPT_FLAG, 'S', "score", NULL, &score, NULL, 0, 0,
     "in place of the stream a table of losses and Diebold-Mariano tests"},
    {VOL_OPT_STR, 'A', "against", "LIST", &against, NULL, 0, 0, "models to test against (ewma,mean22)"},
    {VOL_OPT_STR, 0, "from", "DATE", &from, NULL, 0, 0, "first day that --score judges or --train learns"},
    {VOL_OPT_STR, 0, "until", "DATE", &until, NULL, 0, 0, "last such day"},
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "The network"},
    {VOL_OPT_FILE, 'N', "lstm", "FILE", &lstm_path, NULL, 0, 0, "the trained network of model lstm"},
    {VOL_OPT_FILE, 'T', "train", "FILE", &train_path, NULL, 0, 0,
     "train a network on the bars, in place of the stream, and write it to FILE"},
    {VOL_OPT_INT, 0, "hidden", "UNITS", &hidden, NULL, 1, VOL_LSTM_HIDDEN_MAX, "its hidden units (16)"},
    {VOL_OPT_INT, 0, "lookback", "DAYS", &lookback, NULL, 1, VOL_LSTM_LOOKBACK_MAX, "days it sees (10)"},
    {VOL_OPT_INT, 0, "epochs", "N", &epochs, NULL, 1, 100000, "passes over the days at most (200)"},
    {VOL_OPT_INT, 0, "seed", "N", &seed, NULL, 0, 9e15, "of its random numbers (1)"},
    {0},
};

static const struct tool_info info = {"vforecast", "[FILE...]",
                                      "Forecast the variance of the days to come from daily bars."};

struct state {
    struct tool t;
    struct vol_outlook_config config;
    struct vol_outlook outlook;
    struct vol_lstm_file lstm;
    bool against[VOL_FORECAST_MODELS];
    int32_t from, until, at; /* INT32_MIN, INT32_MAX: no bound */
    uint64_t n_forecasts, n_fits, n_history;
    int64_t history_ts; /* of the latest history record */
    const char *history_file;
    uint64_t history_line;
};

static bool field_given(void)
{
    return wants[FIELD - VOL_W_OWN].name != no_field;
}

static const char *measure_name(void)
{
    return field_given() ? wants[FIELD - VOL_W_OWN].name : measure;
}

/* ---- options ---------------------------------------------------------------------------------------------
 */

static void read_models(struct state *s, const char *option, const char *list, bool out[VOL_FORECAST_MODELS])
{
    const char *p = list;
    size_t len;

    for (;; p += len + 1) {
        enum vol_forecast_model model;

        len = strcspn(p, ",");
        model = vol_forecast_find(p, len);
        if (model == VOL_FORECAST_MODELS)
            tool_die(&s->t, VOL_EUSAGE, "%s: no model is called \"%.*s\"", option, (int)len, p);
        out[model] = true;
        if (p[len] == '\0')
            return;
    }
}

static void read_horizons(struct state *s)
{
    const char *p = horizons;
    size_t len, i;

    for (;; p += len + 1) {
        int64_t days;

        len = strcspn(p, ",");
        if (vol_num_parse_int(p, len, &days) != VOL_OK || days < 1 || days > VOL_FORECAST_HORIZON_MAX)
            tool_die(&s->t, VOL_EUSAGE, "--horizons: expected days from 1 to %d, got \"%.*s\"",
                     VOL_FORECAST_HORIZON_MAX, (int)len, p);
        for (i = 0; i < s->config.forecast.n_horizons; i++)
            if (s->config.forecast.horizon[i] == (size_t)days)
                tool_die(&s->t, VOL_EUSAGE, "--horizons: %.*s stands there twice", (int)len, p);
        if (s->config.forecast.n_horizons == VOL_FORECAST_HORIZONS)
            tool_die(&s->t, VOL_EUSAGE, "--horizons: more than %d", VOL_FORECAST_HORIZONS);
        s->config.forecast.horizon[s->config.forecast.n_horizons++] = (size_t)days;
        if (p[len] == '\0')
            break;
    }
    for (i = 0; i < s->config.forecast.n_horizons; i++) {
        size_t days = VOL_HAR_MONTH + VOL_HAR_LEAST + s->config.forecast.horizon[i];

        if (s->config.forecast.least < days || (window > 0 && s->config.forecast.window < days))
            tool_die(&s->t, VOL_EUSAGE, "--min-samples and --window: a horizon of %zu days needs %zu",
                     s->config.forecast.horizon[i], days);
    }
    if (window > 0 && window < VOL_GARCH_LEAST)
        tool_die(&s->t, VOL_EUSAGE, "--window: at least %d days, or 0 for all", VOL_GARCH_LEAST);
}

static int32_t read_date(struct state *s, const char *option, const char *text, int32_t otherwise)
{
    int32_t date = otherwise;

    if (text != NULL && vol_date_parse(text, strlen(text), &date) != VOL_OK)
        tool_die(&s->t, VOL_EUSAGE, "%s: expected a date such as 2019-04-26, got \"%s\"", option, text);
    return date;
}

static void read_network(struct state *s)
{
    bool *model = s->config.forecast.model;

    if (model[VOL_FORECAST_LSTM] != (lstm_path != NULL))
        tool_die(&s->t, VOL_EUSAGE,
                 lstm_path == NULL ? "--model: lstm needs a network (--lstm, --train)"
                                   : "--lstm: --model does not name lstm");
    if (lstm_path == NULL)
        return;
    if (vol_lstm_file_load(lstm_path, &s->lstm, &s->t.err) != VOL_OK)
        tool_die_err(&s->t);
    if (strcmp(s->lstm.measure, measure_name()) != 0)
        tool_die(&s->t, VOL_ECONFIG, "%s: measure: it was trained on %s, and this run is on %s", lstm_path,
                 s->lstm.measure, measure_name());
    s->config.forecast.lstm = &s->lstm.net;
}

static void read_options(struct state *s)
{
    bool *model = s->config.forecast.model;
    size_t i, members = 0;

    s->config.measure = strcmp(measure, "squared") == 0 ? VOL_REALVAR_SQUARED : VOL_REALVAR_RANGE;
    s->config.given = field_given();
    s->config.keep = score || train_path != NULL;
    s->config.from = INT32_MIN;
    s->config.until = INT32_MAX;
    s->config.forecast.lambda = lambda;
    s->config.forecast.decay = decay;
    s->config.forecast.refit = (size_t)refit;
    s->config.forecast.window = (size_t)window;
    s->config.forecast.least = (size_t)least;
    s->config.forecast.robust = fits;
    s->config.forecast.squared = !s->config.given && s->config.measure == VOL_REALVAR_SQUARED;
    s->from = read_date(s, "--from", from, INT32_MIN);
    s->until = read_date(s, "--until", until, INT32_MAX);
    s->at = read_date(s, "--at", at, INT32_MIN);
    if (score + (train_path != NULL) + only_last + (at != NULL) > 1)
        tool_die(&s->t, VOL_EUSAGE, "--score, --train, --last and --at: only one of them");
    if ((from != NULL || until != NULL) && !score && train_path == NULL)
        tool_die(&s->t, VOL_EUSAGE, "--from and --until: they are of --score and --train");
    read_horizons(s);
    if (train_path != NULL) {
        s->config.forecast.least = SIZE_MAX; /* days are kept, nothing is forecast */
        s->config.from = s->from;
        s->config.until = s->until;
        return;
    }
    read_models(s, "--model", models, model);
    if (model[VOL_FORECAST_HAR_LOG] && s->config.forecast.squared)
        tool_die(
            &s->t, VOL_EUSAGE,
            "--model: har_log loses on squared returns, whose logarithms fall without bound (vforecast(1)); "
            "use har");
    for (i = 0; i < VOL_FORECAST_COMBINATION; i++)
        members += model[i];
    if (model[VOL_FORECAST_COMBINATION] && members < 2)
        tool_die(&s->t, VOL_EUSAGE, "--model: a combination needs two other models");
    read_network(s);
    for (i = 0; score && i < VOL_FORECAST_MODELS; i++)
        if (i == 0)
            read_models(s, "--against", against, s->against);
}

/* ---- the stream ------------------------------------------------------------------------------------------
 */

static bool wanted(const struct vol_value *symbol)
{
    size_t i;

    for (i = 0; i < symbols.n; i++)
        if (vol_value_is(symbol, symbols.value[i]))
            return true;
    return symbols.n == 0 && symbol->type == VOL_STRING;
}

/* A split or a dividend: the return of its ex-date is not that of the price. */
static void take_action(struct state *s, const struct vol_rec *rec)
{
    const struct vol_value *name = &rec->value[UNDERLYING], *day = &rec->value[EX_DATE];
    bool split = vol_rec_is(rec, "split");
    int32_t date;
    enum vol_status status;

    if (!wanted(name) || day->type != VOL_STRING || vol_date_parse(day->text, day->len, &date) != VOL_OK)
        return;
    status = vol_outlook_action(&s->outlook, name->text, name->len, split, date,
                                rec->value[split ? RATIO : AMOUNT].num);
    if (status == VOL_EOS)
        tool_die(&s->t, VOL_EOS, "out of memory");
    if (status != VOL_OK)
        tool_warn(&s->t, "%s:%llu: not used: a bar of its ex_date has come already, or its number is none",
                  rec->file, (unsigned long long)rec->line_no);
}

/* Take a bar, a split or a dividend. False: it is no bar that is asked for; *INDEX: the bar's symbol. */
static bool take(struct state *s, const struct vol_rec *rec, size_t *index)
{
    const struct vol_value *v = rec->value;
    struct vol_bar bar = {v[OPEN].num, v[HIGH].num, v[LOW].num, v[CLOSE].num};
    enum vol_status status;
    int32_t date, seconds;

    if (vol_rec_is(rec, "split") || vol_rec_is(rec, "dividend"))
        take_action(s, rec);
    if (!vol_rec_is(rec, "bar") || !wanted(&v[SYMBOL]))
        return false;
    vol_time_to_new_york(rec->ts, &date, &seconds);
    status =
        vol_outlook_bar(&s->outlook, v[SYMBOL].text, v[SYMBOL].len, date, rec->ts, &bar, v[FIELD].num, index);
    if (status != VOL_OK)
        tool_die(&s->t, status, "out of memory");
    return true;
}

static void read_history(struct state *s)
{
    static struct vol_rec rec;
    size_t i, index;

    for (i = 0; i < history.n; i++) {
        struct vol_reader *reader = tool_open(&s->t, history.value[i], wants, N_WANTS);

        while (tool_read(&s->t, reader, &rec) != NULL) {
            if (!rec.in_order)
                tool_die(&s->t, VOL_EDATA, "%s:%llu: ts: earlier than the record before", rec.file,
                         (unsigned long long)rec.line_no);
            s->n_history += take(s, &rec, &index);
            if (s->history_file == NULL || rec.ts >= s->history_ts) {
                s->history_file = history.value[i];
                s->history_line = rec.line_no;
                s->history_ts = rec.ts;
            }
        }
        vol_reader_free(reader);
    }
    if (history.n > 0 && s->n_history == 0)
        tool_warn(&s->t, "--history: no bar that is asked for");
}

/* Yesterday's days must not come from tomorrow. */
static void check_history(struct state *s, const struct vol_rec *rec)
{
    char then[VOL_TIME_MAX], now[VOL_TIME_MAX];

    if (s->history_file == NULL || s->history_ts < rec->ts)
        return;
    vol_time_print(then, s->history_ts);
    vol_time_print(now, rec->ts);
    tool_die(&s->t, VOL_EDATA, "%s:%llu: history of %s is not before the first record of the input, of %s",
             s->history_file, (unsigned long long)s->history_line, then, now);
}

/* The fits of today, if they are asked for, and the forecasts of the symbol of INDEX. */
static void emit(struct state *s, size_t index)
{
    const struct vol_outlook_price *p = &s->outlook.prices[index];
    const struct vol_forecast_config *c = &s->config.forecast;
    size_t len, m, h, which;
    const char *symbol = vol_map_name(&s->outlook.names, index, &len);

    for (m = 0; fits && p->reason == NULL && p->forecast.day.refitted && m < VOL_FORECAST_MODELS; m++) {
        for (h = 0; c->model[m] && h < c->n_horizons; h++) {
            if ((h > 0 && !vol_forecast_is_har((enum vol_forecast_model)m, &which)) ||
                !vol_forecast_records_has_fit(&p->forecast, (enum vol_forecast_model)m, h))
                continue;
            s->n_fits++;
            if (tool_begin(&s->t, "fit", p->ts)) {
                (void)vol_forecast_records_fit(s->t.out, symbol, &p->forecast, (enum vol_forecast_model)m, h);
                tool_end(&s->t);
            }
        }
    }
    for (m = 0; m < VOL_FORECAST_MODELS; m++) {
        for (h = 0; c->model[m] && h < c->n_horizons; h++) {
            s->n_forecasts++;
            if (tool_begin(&s->t, "forecast", p->ts)) {
                vol_forecast_records_write(s->t.out, symbol, measure_name(), per_year, p,
                                           (enum vol_forecast_model)m, h);
                tool_end(&s->t);
            }
        }
    }
}

/* ---- ends ------------------------------------------------------------------------------------------------
 */

static void print_scores(struct state *s)
{
    struct vol_buf text = VOL_BUF_INIT;
    enum vol_status status = VOL_OK;
    size_t i, len;

    for (i = 0; i < s->outlook.names.n && status == VOL_OK; i++) {
        if (i > 0)
            status = vol_buf_add_char(&text, '\n');
        if (status == VOL_OK)
            status = vol_contest_print(&s->outlook.prices[i].contest, &s->config.forecast,
                                       vol_map_name(&s->outlook.names, i, &len), s->from, s->until,
                                       s->against, &text);
    }
    if (status != VOL_OK)
        tool_die(&s->t, status, "out of memory");
    tool_text(&s->t, text.data, text.len);
    vol_buf_free(&text);
}

/* Learn from the one symbol that came, and write the network. */
static void train(struct state *s)
{
    const struct vol_outlook_price *p = s->outlook.prices;
    struct vol_lstm_training how;
    struct vol_buf text = VOL_BUF_INIT;
    const char *symbol;
    size_t len;

    if (s->outlook.names.n == 0)
        tool_die(&s->t, VOL_EDATA, "--train: no bar that is asked for");
    if (s->outlook.names.n > 1)
        tool_die(&s->t, VOL_EUSAGE, "--train: bars of more than one symbol: name one with --symbol");
    symbol = vol_map_name(&s->outlook.names, 0, &len);
    vol_lstm_training_usual(&how);
    how.hidden = (size_t)hidden;
    how.lookback = (size_t)lookback;
    how.epochs = (size_t)epochs;
    how.seed = (uint64_t)seed;
    how.n_out = s->config.forecast.n_horizons;
    memcpy(how.horizon, s->config.forecast.horizon, sizeof how.horizon);
    if (vol_lstm_train(&how, p->contest.date, p->forecast.y, p->forecast.r, p->forecast.kept, &s->lstm.net,
                       &s->t.err) != VOL_OK)
        tool_die_err(&s->t);
    snprintf(s->lstm.symbol, sizeof s->lstm.symbol, "%s", symbol);
    snprintf(s->lstm.measure, sizeof s->lstm.measure, "%s", measure_name());
    snprintf(s->lstm.made_by, sizeof s->lstm.made_by, "vforecast %s", VOLPIPE_VERSION);
    if (vol_lstm_file_print(&s->lstm, &text) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    if (vol_file_replace(train_path, text.data, text.len, &s->t.err) != VOL_OK)
        tool_die_err(&s->t);
    vol_buf_free(&text);
    tool_note(&s->t, "%zu windows of %s, best of the passes: %zu, loss %.5f, on the days kept apart %.5f",
              s->lstm.net.samples, symbol, s->lstm.net.epochs, s->lstm.net.loss, s->lstm.net.validation_loss);
}

static void report_unused(struct state *s)
{
    const struct vol_outlook *o = &s->outlook;
    size_t i, len = 0;
    uint64_t n = 0;
    char words[VOL_OUTLOOK_REASONS * 40] = "";

    for (i = 0; i < VOL_OUTLOOK_REASONS && o->reason[i] != NULL; i++) {
        if (strcmp(o->reason[i], "no_return") == 0 || strcmp(o->reason[i], "out_of_span") == 0)
            continue; /* the first day of each symbol has none; the span was asked for */
        n += o->n_reason[i];
        len += (size_t)snprintf(words + len, sizeof words - len, "%s%s %llu", len > 0 ? ", " : "",
                                o->reason[i], (unsigned long long)o->n_reason[i]);
    }
    if (n > 0)
        tool_note(&s->t, "%llu bars brought no day: %s", (unsigned long long)n, words);
    tool_stat(&s->t, "unused", (double)n);
}

static void finish(struct state *s)
{
    size_t i;

    for (i = 0; only_last && i < s->outlook.names.n && !tool_stopping(&s->t); i++)
        if (s->outlook.prices[i].date != INT32_MIN &&
            (s->outlook.prices[i].ts > s->history_ts || s->history_file == NULL))
            emit(s, i);
    if (score)
        print_scores(s);
    if (train_path != NULL && !tool_stopping(&s->t))
        train(s);
    report_unused(s);
    tool_stat(&s->t, "history", (double)s->n_history);
    tool_stat(&s->t, "forecasts", (double)s->n_forecasts);
    tool_stat(&s->t, "fits", (double)s->n_fits);
    vol_outlook_free(&s->outlook);
    vol_lstm_free(&s->lstm.net);
}

int main(int argc, char **argv)
{
    struct state s = {.t = {.info = &info, .options = options, .wants = wants, .n_wants = N_WANTS}};
    const struct vol_rec *rec;
    bool first = true;
    size_t index = 0;

    gsl_set_error_handler_off(); /* what GSL refuses comes back as a status */
    tool_start(&s.t, argc, argv);
    read_options(&s);
    vol_outlook_init(&s.outlook, &s.config);
    if (score || train_path != NULL)
        tool_text(&s.t, "", 0);
    read_history(&s);
    while ((rec = tool_next(&s.t)) != NULL) {
        if (first)
            check_history(&s, rec);
        first = false;
        tool_pass(&s.t, rec);
        if (take(&s, rec, &index) && !score && train_path == NULL && !only_last &&
            (at == NULL || s.outlook.prices[index].date == s.at))
            emit(&s, index);
    }
    finish(&s);
    return tool_finish(&s.t);
}
