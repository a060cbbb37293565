/* vsignal: opinions on volatility, from its past, its price, its structure and its regime. */
#include "tool.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "base/time.h"
#include "signal/config.h"
#include "signal/docket.h"
#include "signal/explain.h"
#include "signal/intake.h"

enum { FIELD = VOL_INTAKE_FIELD - VOL_W_OWN, CONES_MAX = 16 };

static struct vol_want wants[] = {VOL_INTAKE_WANTS};
static int64_t lookback = 252, min_samples = 0;
static int only_last, explain, measures;
static const char *field = "vix", *thresholds, *models = "iv_mean_reversion", *config_name, *forecast,
                  *regime_model = "gmm", *regime_file, *train_file, *at, *cones;
static struct vol_opt_list history, history_symbols, on, role_list;

static const struct vol_opt options[] = {
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Options of vsignal"},
    {VOL_OPT_STR, 'M', "model", "LIST", &models, NULL, 0, 0,
     "iv_mean_reversion, regime, momentum, term_structure, vrp, skew, gamma, composite, or all "
     "(iv_mean_reversion)"},
    {VOL_OPT_STR, 'c', "config", "NAME", &config_name, NULL, 0, 0,
     "thresholds, weights and windows: a name of share/signals (chapter, desk), or a file"},
    {VOL_OPT_LIST, 'b', "on", "SYMBOL", &on, NULL, 0, 0,
     "bars of SYMBOL make signals too, at the end of their instant; `*`: those of every one; may be "
     "repeated"},
    {VOL_OPT_LIST, 'r', "role", "SYMBOL=NAME.WHAT", &role_list, NULL, 0, 0,
     "bars of SYMBOL are vix, vix9d, vix3m, vix6m, vvix, skew, price or future of NAME; may be repeated"},
    {VOL_OPT_LIST, 'H', "history", "FILE", &history, NULL, 0, 0,
     "records of the days before the input, which warm and emit nothing; may be repeated"},
    {VOL_OPT_FLAG, 'l', "last", NULL, &only_last, NULL, 0, 0,
     "only the last signals of each underlying, at the end"},
    {VOL_OPT_STR, 'a', "at", "DATE", &at, NULL, 0, 0, "only the signals of DATE"},
    {VOL_OPT_FLAG, 'e', "explain", NULL, &explain, NULL, 0, 0,
     "in place of the stream say in words why the last signals are what they are"},
    {VOL_OPT_FLAG, 0, "measures", NULL, &measures, NULL, 0, 0,
     "a measures record before the signals: all figures that they are made from"},
    {VOL_OPT_STR, 'C', "cones", "DAYS", &cones, NULL, 0, 0,
     "cone records at the end: realised vol of 5,21,63 … days among all its windows"},
    {VOL_OPT_STR, 'F', "forecast", "MODEL", &forecast, NULL, 0, 0,
     "forecasts of vforecast that vrp takes (the latest of any model, of 20 to 31 days)"},
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Mean reversion"},
    {VOL_OPT_STR, 'f', "field", "NAME", &field, NULL, 0, 0, "field of metrics, or measure, to rank (vix)"},
    {VOL_OPT_INT, 'n', "lookback", "DAYS", &lookback, NULL, 1, VOL_RANK_LOOKBACK_MAX,
     "days to compare with (252)"},
    {VOL_OPT_INT, 'm', "min-samples", "DAYS", &min_samples, NULL, 1, VOL_RANK_LOOKBACK_MAX,
     "days before today that an opinion needs (as many as --lookback)"},
    {VOL_OPT_STR, 't', "thresholds", "A,B,C,D", &thresholds, NULL, 0, 0,
     "percentiles above which vol is sold, strongly and moderately, and below which it is bought, moderately "
     "and strongly (80,60,40,20)"},
    {VOL_OPT_LIST, 's', "history-symbol", "SYMBOL[=NAME]", &history_symbols, NULL, 0, 0,
     "bars whose close is the field of underlying NAME (VIX=SPX when the field is vix); may be repeated"},
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Regimes"},
    {VOL_OPT_ENUM, 'R', "regime", "MODEL", &regime_model, "gmm|kmeans|hmm|forest", 0, 0,
     "what tells the regimes apart (gmm)"},
    {VOL_OPT_FILE, 0, "regime-file", "FILE", &regime_file, NULL, 0, 0,
     "a model that --train made, in its place"},
    {VOL_OPT_FILE, 'T', "train", "FILE", &train_file, NULL, 0, 0,
     "in place of the stream fit the --regime model to all days of the input and write it to FILE"},
    {0},
};

static const struct tool_info info = {"vsignal", "[FILE...]",
                                      "Say whether to buy or sell volatility, and why, in signal records."};

struct state {
    struct tool t;
    struct vol_desk desk;
    struct vol_intake intake;
    struct vol_roles roles;
    unsigned mask; /* of the models whose signals are written */
    int32_t at;
    size_t cone[CONES_MAX], n_cones;
    struct vol_docket docket;
    int64_t ts, history_ts; /* of the record in hand, of the latest history record */
    const char *history_file;
    uint64_t history_line, n_history, n_signals;
};

/* ---- options
 * ------------------------------------------------------------------------------------------------ */

/* The underlying whose ranked field the bars of SYMBOL are, or null: `SYMBOL=NAME`, or `SYMBOL` alone. */
static const char *field_of(void *data, const char *symbol, size_t len)
{
    const struct vol_roles *roles = data;
    size_t i, name_len;
    const char *name;

    for (i = 0; i < history_symbols.n; i++) {
        const char *entry = history_symbols.value[i];

        if (len != strcspn(entry, "=") || memcmp(entry, symbol, len) != 0)
            continue;
        if (entry[len] == '=')
            return entry + len + 1;
        (void)vol_roles_find(roles, symbol, len, &name, &name_len);
        return name != symbol ? name : entry; /* Cboe's indices are known */
    }
    return NULL;
}

/* Call EACH with every item of a comma-separated LIST; the tool dies on what it refuses. */
static void each_item(struct state *s, const char *list, void (*each)(struct state *, const char *, size_t))
{
    const char *p = list;

    for (;; p++) {
        size_t len = strcspn(p, ",");

        each(s, p, len);
        p += len;
        if (*p == '\0')
            return;
    }
}

static void add_model(struct state *s, const char *name, size_t len)
{
    enum vol_model model = vol_model_find(name, len);

    if (len == 3 && memcmp(name, "all", 3) == 0)
        s->mask = (1u << VOL_MODELS) - 1;
    else if (model == VOL_MODELS)
        tool_die(&s->t, VOL_EUSAGE, "--model: there is no %.*s", (int)len, name);
    else
        s->mask |= 1u << model;
}

static void add_cone(struct state *s, const char *text, size_t len)
{
    int64_t days;

    if (vol_num_parse_int(text, len, &days) != VOL_OK || days < 2 || days > 10000 || s->n_cones == CONES_MAX)
        tool_die(&s->t, VOL_EUSAGE, "--cones: expected up to %d numbers of days from 2 to 10000, got \"%s\"",
                 CONES_MAX, cones);
    s->cone[s->n_cones++] = (size_t)days;
}

/* What iv_mean_reversion ranks: a measure of ours, or a number of metrics records. */
static void read_field(struct state *s, struct vol_desk_config *config)
{
    const struct vol_field *known = vol_field_find(vol_kind_find("metrics", 7), field, strlen(field));

    config->field = vol_measure_find(field, strlen(field));
    if (config->field == VOL_MEASURES) {
        if (known != NULL ? known->type != VOL_FIELD_NUM && known->type != VOL_FIELD_INT
                          : strcmp(field, "close") == 0)
            tool_die(&s->t, VOL_EUSAGE, "--field: %s is no number of a metrics record", field);
        if (known == NULL)
            tool_note(&s->t,
                      "--field: %s is in no table of volpipe-records(5); it is read where a record has it",
                      field);
    }
    if (min_samples == 0)
        min_samples = lookback;
    if (min_samples > lookback)
        tool_die(&s->t, VOL_EUSAGE, "--min-samples: %lld is more than the lookback, %lld",
                 (long long)min_samples, (long long)lookback);
    if (history_symbols.n == 0 && strcmp(field, "vix") == 0)
        history_symbols.value[history_symbols.n++] = "VIX=SPX";
    config->lookback = (size_t)lookback;
    config->min_samples = (size_t)min_samples;
}

/* The fields to read, as many as the models need: a scan for fewer is faster. */
static void read_wants(struct state *s, const struct vol_desk_config *config)
{
    size_t n = VOL_INTAKE_PLAIN, i;

    if (config->panels)
        n = config->mask >> VOL_MODEL_GAMMA & 1 ? VOL_INTAKE_END : VOL_INTAKE_OPTION_TYPE;
    s->intake.field = VOL_INTAKE_FIELD;
    wants[FIELD].name = field;
    for (i = VOL_INTAKE_PLAIN; i < n; i++)
        if (strcmp(wants[i - VOL_W_OWN].name, field) == 0) {
            s->intake.field = (int)i;
            wants[FIELD].name = "-"; /* a name can be wanted only once */
        }
    if (config->field != VOL_MEASURES)
        s->intake.field = VOL_INTAKE_FIELD, wants[FIELD].name = "-";
    s->t.n_wants = n - VOL_W_OWN;
    tool_want(&s->t, wants, s->t.n_wants);
}

static void read_regime(struct state *s, struct vol_desk_config *config)
{
    struct vol_regime *trained;

    config->regime_file = regime_file;
    if (regime_file != NULL) { /* it is read for each underlying; what is wrong with it is said before */
        if (train_file != NULL || (config->mask >> VOL_MODEL_REGIME & 1) == 0)
            tool_die(&s->t, VOL_EUSAGE, "--regime-file: %s",
                     train_file != NULL ? "--train makes its own"
                                        : "no model of --model looks at the regime");
        if (vol_regime_load(regime_file, &trained, &s->t.err) != VOL_OK)
            tool_die_err(&s->t);
        vol_regime_free(trained);
    }
    if (train_file != NULL) {
        config->mask |= 1u << VOL_MODEL_REGIME;
        config->regime.refit = 0;
    } else if ((config->mask >> VOL_MODEL_REGIME & 1) && config->regime.model == VOL_REGIME_FOREST &&
               regime_file == NULL) {
        tool_die(&s->t, VOL_EUSAGE,
                 "--regime forest: it is trained first (--train), then read (--regime-file)");
    }
}

static void read_options(struct state *s)
{
    struct vol_desk_config config = {.field = VOL_MEASURES};
    enum vol_regime_model model;
    size_t i;

    (void)vol_regime_model_find(regime_model, strlen(regime_model), &model); /* one of the option's words */
    vol_regime_defaults(&config.regime, model);
    vol_models_defaults(&config.models);
    if (config_name != NULL && vol_signal_config_load(tool_share_file(&s->t, "signals", config_name),
                                                      &config.models, &config.regime, &s->t.err) != VOL_OK)
        tool_die_err(&s->t);
    if (thresholds != NULL &&
        vol_levels_parse(thresholds, &config.models.model[VOL_MODEL_IV_MEAN_REVERSION].levels, &s->t.err) !=
            VOL_OK)
        tool_die(&s->t, VOL_EUSAGE, "--thresholds: %s", s->t.err.text);
    for (i = 0; i < role_list.n; i++)
        if (vol_roles_add(&s->roles, role_list.value[i], &s->t.err) != VOL_OK)
            tool_die(&s->t, VOL_EUSAGE, "--role: %s", s->t.err.text);
    if (at != NULL && vol_date_parse(at, strlen(at), &s->at) != VOL_OK)
        tool_die(&s->t, VOL_EUSAGE, "--at: %s is no date", at);
    each_item(s, models, add_model);
    if (cones != NULL) {
        each_item(s, cones, add_cone);
        config.models.panel.days = 20000;
    }
    read_field(s, &config);
    config.mask = s->mask;
    if (s->mask >> VOL_MODEL_COMPOSITE & 1)
        config.mask |= vol_models_of_composite(&config.models);
    read_regime(s, &config);
    config.panels = config.mask != 1u << VOL_MODEL_IV_MEAN_REVERSION || measures || cones != NULL ||
                    config.field != VOL_MEASURES;
    read_wants(s, &config);
    if (vol_desk_init(&s->desk, &config) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    vol_docket_init(&s->docket);
    s->intake.desk = &s->desk;
    s->intake.roles = &s->roles;
    s->intake.field_of = field_of;
    s->intake.data = &s->roles;
    s->intake.forecast = forecast;
}

/* ---- signals
 * ------------------------------------------------------------------------------------------------ */

static struct vol_signal_about about(const struct state *s, size_t index, int64_t ts, double value,
                                     int64_t value_ts)
{
    struct vol_signal_about made = {.field = field,
                                    .value = value,
                                    .field_ts = value_ts,
                                    .lookback = lookback,
                                    .config = &s->desk.config.models,
                                    .panel = s->desk.entry[index].panel,
                                    .ts = ts};

    made.underlying = vol_map_name(&s->desk.names, index, &made.underlying_len);
    return made;
}

static void emit(struct state *s, const struct vol_signal_about *of, const struct vol_judgement *j)
{
    size_t i;

    if (measures && tool_begin(&s->t, "measures", of->ts)) {
        vol_signal_records_measures(s->t.out, of, &j->measures);
        tool_end(&s->t);
    }
    for (i = 0; i < VOL_MODELS; i++) {
        if (!(s->mask >> i & 1))
            continue;
        s->n_signals++;
        if (!tool_begin(&s->t, "signal", of->ts))
            continue;
        vol_signal_records_opinion(s->t.out, of, j, (enum vol_model)i);
        tool_end(&s->t);
    }
}

/* Judge an underlying; WRITE: and say so, or keep it for the end. */
static void judge(struct state *s, size_t index, int32_t date, int64_t ts, bool sampled, bool write)
{
    struct vol_docket_kept made = {.ts = ts};
    struct vol_signal_about of;

    if (vol_desk_judge(&s->desk, index, date, ts, sampled, &made.judgement, &made.value, &made.value_ts) !=
        VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    if (!write || (at != NULL && date != s->at))
        return;
    if (only_last || explain) {
        if (vol_docket_keep(&s->docket, index, &made) != VOL_OK)
            tool_die(&s->t, VOL_EOS, "out of memory");
        return;
    }
    of = about(s, index, ts, made.value, made.value_ts);
    emit(s, &of, &made.judgement);
}

/* The bars of --on, once all of their instant are in. */
static void judge_pending(struct state *s, bool write)
{
    int32_t date, seconds;
    size_t i;

    vol_time_to_new_york(s->docket.ts, &date, &seconds);
    while (vol_docket_next(&s->docket, &i))
        judge(s, i, date, s->docket.ts, s->desk.entry[i].date == date, write);
}

static bool is_on(const struct vol_value *symbol)
{
    size_t i;

    for (i = 0; i < on.n; i++)
        if (strcmp(on.value[i], "*") == 0 || vol_value_is(symbol, on.value[i]))
            return true;
    return false;
}

/* Take a record of the input, or with WRITE false of the history; how many values that are ranked it gave. */
static uint64_t take(struct state *s, const struct vol_rec *rec, bool write)
{
    struct vol_intake_got got;

    if (vol_intake_take(&s->intake, rec, &got, &s->t.err) != VOL_OK)
        tool_die_err(&s->t);
    if (!got.any)
        return 0;
    if (vol_rec_is(rec, "metrics")) {
        vol_docket_drop(&s->docket, got.index);
        judge(s, got.index, got.date, rec->ts, got.sampled, write);
    } else if (vol_rec_is(rec, "bar") && is_on(&rec->value[VOL_INTAKE_SYMBOL])) {
        if (vol_docket_put(&s->docket, got.index, rec->ts) != VOL_OK)
            tool_die(&s->t, VOL_EOS, "out of memory");
    }
    return got.sampled || s->desk.config.panels;
}

/* ---- history
 * ------------------------------------------------------------------------------------------------ */

/* The histories come before the input; each is in order, as is what they have of one underlying. */
static void read_history(struct state *s)
{
    static struct vol_rec rec;
    size_t i;

    for (i = 0; i < history.n; i++) {
        struct vol_reader *reader = tool_open(&s->t, history.value[i], wants, s->t.n_wants);

        while (tool_read(&s->t, reader, &rec) != NULL) {
            if (!rec.in_order)
                tool_die(&s->t, VOL_EDATA, "%s:%llu: ts: earlier than the record before", rec.file,
                         (unsigned long long)rec.line_no);
            if (vol_docket_is_due(&s->docket, rec.ts))
                judge_pending(s, false);
            s->n_history += take(s, &rec, false);
            if (s->history_file == NULL || rec.ts >= s->history_ts) {
                s->history_file = history.value[i];
                s->history_line = rec.line_no;
                s->history_ts = rec.ts;
            }
        }
        vol_reader_free(reader);
    }
    judge_pending(s, false);
    if (s->intake.n_refused > 0)
        tool_warn(&s->t,
                  "--history: %llu values of days before the latest one of the files before, or without a "
                  "meaning, were not used",
                  (unsigned long long)s->intake.n_refused);
    s->intake.n_refused = 0;
    if (history.n > 0 && s->n_history == 0)
        tool_warn(&s->t, "--history: no metrics with %s, and no bar of --history-symbol, in %zu file%s",
                  field, history.n, history.n == 1 ? "" : "s");
}

/* Yesterday's value must not come from tomorrow. */
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

/* ---- the end
 * ------------------------------------------------------------------------------------------------ */

static void write_kept(struct state *s)
{
    struct vol_buf text;
    size_t i;

    vol_buf_init(&text);
    for (i = 0; i < s->docket.n_kept; i++) {
        struct vol_docket_kept *k = &s->docket.kept[i];
        struct vol_signal_about of;

        if (!k->any)
            continue;
        of = about(s, i, explain ? k->ts : s->ts, k->value, k->value_ts);
        if (!explain)
            emit(s, &of, &k->judgement);
        else if (vol_signal_explain(&text, &of, &k->judgement, s->mask) != VOL_OK)
            tool_die(&s->t, VOL_EOS, "out of memory");
    }
    if (explain && text.len > 0)
        tool_text(&s->t, text.data, text.len);
    vol_buf_free(&text);
}

static void write_cones(struct state *s)
{
    struct vol_cone cone;
    const char *name;
    size_t i, k, len;

    for (i = 0; i < s->desk.names.n; i++)
        for (k = 0; k < s->n_cones; k++) {
            const struct vol_panel *panel = s->desk.entry[i].panel;

            if (vol_realized_cone(&panel->days, s->cone[k], panel->config.per_year, &cone) != VOL_OK ||
                !tool_begin(&s->t, "cone", s->ts))
                continue;
            name = vol_map_name(&s->desk.names, i, &len);
            vol_signal_records_cone(s->t.out, name, len, s->cone[k], &cone);
            tool_end(&s->t);
        }
}

/* Fit the model to the days of the one underlying that has any, and keep it. */
static void train(struct state *s)
{
    struct vol_buf text;

    vol_buf_init(&text);
    if (vol_desk_train(&s->desk, "volpipe " VOLPIPE_VERSION, &text, &s->t.err) != VOL_OK ||
        vol_file_replace(train_file, text.data, text.len, &s->t.err) != VOL_OK)
        tool_die_err(&s->t);
    vol_buf_free(&text);
    tool_note(&s->t, "%s: a %s of the days up to the last of the input", train_file, regime_model);
}

int main(int argc, char **argv)
{
    struct state s = {
        .t = {.info = &info, .options = options, .wants = wants, .n_wants = VOL_INTAKE_PLAIN - VOL_W_OWN}};
    const struct vol_rec *rec;
    bool first = true;

    tool_start(&s.t, argc, argv);
    read_options(&s);
    if (explain || train_file != NULL)
        tool_text(&s.t, "", 0);
    read_history(&s);
    while ((rec = tool_next(&s.t)) != NULL) {
        if (first)
            check_history(&s, rec);
        first = false;
        if (vol_docket_is_due(&s.docket, rec->ts))
            judge_pending(&s, true);
        s.ts = rec->ts;
        if (vol_rec_is(rec, "metrics") && rec->value[VOL_INTAKE_UNDERLYING].type != VOL_STRING) {
            tool_malformed(&s.t, rec, "underlying: missing, expected a string");
            continue;
        }
        tool_pass(&s.t, rec);
        (void)take(&s, rec, true);
    }
    if (!tool_stopping(&s.t)) {
        judge_pending(&s, true);
        write_kept(&s);
        write_cones(&s);
        if (train_file != NULL)
            train(&s);
    }
    tool_stat(&s.t, "history", (double)s.n_history);
    tool_stat(&s.t, "signals", (double)s.n_signals);
    tool_stat(&s.t, "refused_values", (double)s.intake.n_refused);
    vol_desk_free(&s.desk);
    vol_docket_free(&s.docket);
    return tool_finish(&s.t);
}
