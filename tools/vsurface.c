/* vsurface: smiles, verdicts and index of each snapshot. */
#include "tool.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/share.h"
#include "base/time.h"
#include "chain/events.h"
#include "chain/quote.h"
#include "chain/rates.h"
#include "plot/pictures.h"
#include "surface/collect.h"
#include "surface/metrics.h"
#include "surface/records.h"
#include "surface/roll.h"

static const char *model_name = "svi", *vix_expiries = "friday", *rates_file, *events_file, *grid_spec,
                  *history_file, *correct, *in_time = "linear";
static int check, matrix;
static struct vol_opt_list plots;

static const struct vol_opt options[] = {
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Options of vsurface"},
    {VOL_OPT_ENUM, 'm', "model", "MODEL", &model_name, vol_smiles_models, 0, 0,
     "smile to fit (the default: svi)"},
    {VOL_OPT_STR, 'g', "grid", "SPEC", &grid_spec, NULL, 0, 0,
     "vol records of the points AXIS=LIST@TENORS: strike, k or delta at days=LIST, dates=LIST or expiries"},
    {VOL_OPT_FLAG, 'M', "matrix", NULL, &matrix, NULL, 0, 0,
     "write the vols of the grid as a CSV matrix in place of the stream"},
    {VOL_OPT_ENUM, 'C', "correct", "RULE", &correct, "calendar|all", 0, 0,
     "corrected_vol: the nearest vols of the grid without calendar, or all static, arbitrage"},
    {VOL_OPT_ENUM, 't', "time", "RULE", &in_time, "linear|monotone", 0, 0,
     "total variance of the grid between two expiries (the default: linear)"},
    {VOL_OPT_FILE, 'e', "events", "FILE", &events_file, NULL, 0, 0,
     "dates of events, as a file of share/clocks has them: iv30_ex, and the event variance of slices"},
    {VOL_OPT_FILE, 'H', "history", "FILE", &history_file, NULL, 0, 0,
     "quotes with vols of earlier snapshots: what the first snapshot's change compares with"},
    {VOL_OPT_FILE, 'r', "rates", "FILE", &rates_file, NULL, 0, 0,
     "rate records for the index; without any rate it takes each expiry's discount field"},
    {VOL_OPT_ENUM, 'x', "vix-expiries", "RULE", &vix_expiries, "friday|any", 0, 0,
     "expiries of the index: friday (the default: Cboe's, 23 to 37 days) or any beyond 7 days"},
    {VOL_OPT_FLAG, 'c', "check", NULL, &check, NULL, 0, 0,
     "violation records; exit with 1 when a smile has arbitrage, or none was fitted"},
    {VOL_OPT_LIST, 'p', "plot", "WHAT=FILE", &plots, NULL, 0, 0,
     "draw smile, surface, term or density of the last snapshot to FILE.svg or .png (may be given again)"},
    {0},
};

static const struct tool_info info = {
    "vsurface", "[FILE...]",
    "Fit the smiles of each snapshot, judge them, and sum the snapshot up in one row."};

enum {
    QUOTE = VOL_W_OWN,
    UNDERLYING = QUOTE + VOL_Q_UNDERLYING,
    ROOT = QUOTE + VOL_Q_ROOT,
    EXPIRATION = QUOTE + VOL_Q_EXPIRATION,
    SPOT = QUOTE + VOL_Q_UNDERLYING_PRICE,
    VOL = QUOTE + VOL_Q_N,
    VOL_BID,
    VOL_ASK,
    TIME,
    TIME_VAR,
    CLOCK,
    FORWARD,
    DISCOUNT,
    TENOR_DAYS,
    RATE
};

static const struct vol_want wants[] = {
    VOL_QUOTE_WANTS,     {"implied_vol", false}, {"iv_bid", false}, {"iv_ask", false},
    {"t", false},        {"t_var", false},       {"clock", false},  {"forward", false},
    {"discount", false}, {"tenor_days", false},  {"rate", false},
};

/* OPEN: the snapshot at hand has not been summed up yet. DONE: it has, and is the one before of the next. */
struct state {
    bool open, done;
    bool warming;       /* what comes in is history: nothing goes out */
    int64_t history_ts; /* of its last record */
    struct vol_collect now;
    struct vol_roll_memory before;
    struct vol_metrics metrics;
    enum vol_smiles_model model;
    struct vol_grid grid;
    struct vol_nodes nodes;
    struct vol_events events;
    double *event_years;
    struct vol_rates rates;
    struct vol_quote_memo memo;
    struct vol_calendar calendar;
    double unusable, violations, refused, n_slices, n_snapshots; /* over the whole run */
    bool clocks_differ;                                          /* told once */
};

static const char *clock_of(const struct state *s)
{
    return s->now.clock.len > 0 ? s->now.clock.data : "";
}

static void begin(struct tool *t, struct state *s, const struct vol_rec *rec)
{
    const struct vol_value *underlying = &rec->value[UNDERLYING];
    enum vol_status status = VOL_OK;

    if (s->done && s->now.smiles.fitted > 0)
        status = vol_roll_keep(&s->before, s->now.underlying.data, s->now.underlying.len, clock_of(s),
                               s->now.ts, &s->now.smiles);
    if (status != VOL_OK || vol_collect_begin(&s->now, rec->ts, underlying->text, underlying->len) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    s->open = true;
    s->done = false;
}

/* Keep what the fit needs of a quote. False: it cannot be used. */
static bool keep(struct tool *t, struct state *s, const struct vol_rec *rec)
{
    const struct vol_value *v = rec->value;
    struct vol_collect_quote q = {.root = v[ROOT].text,
                                  .root_len = v[ROOT].type == VOL_STRING ? v[ROOT].len : 0,
                                  .t = v[TIME].num,
                                  .t_var = v[TIME_VAR].num,
                                  .forward = v[FORWARD].num,
                                  .discount = v[DISCOUNT].num,
                                  .clock = v[CLOCK].type == VOL_STRING ? v[CLOCK].text : NULL,
                                  .clock_len = v[CLOCK].len};
    struct vol_valued given = {0};
    enum vol_status status;

    s->now.spot = isfinite(s->now.spot) ? s->now.spot : v[SPOT].num;
    if (vol_quote_read(&v[QUOTE], &s->memo, &given, &q.expiration, &t->err) != VOL_OK)
        return false;
    q.expires = given.expires;
    q.inverse = given.inverse;
    q.underlying_price = given.underlying_price;
    q.option = (struct vol_smiles_quote){.strike = given.strike,
                                         .call = given.type == VOL_CALL,
                                         .bid = given.bid,
                                         .ask = given.ask,
                                         .vol = v[VOL].num,
                                         .vol_bid = v[VOL_BID].num,
                                         .vol_ask = v[VOL_ASK].num};
    status = vol_collect_add(&s->now, &q);
    if (status == VOL_EOS)
        tool_die(t, status, "out of memory");
    return status == VOL_OK;
}

/* ---- a whole snapshot ---- */

/* Fit and measure. */
static void run(struct tool *t, struct state *s, const struct vol_roll_kept *before)
{
    struct vol_smiles *smiles = &s->now.smiles;
    struct vol_metrics_config config = {
        .rule = strcmp(vix_expiries, "any") == 0 ? VOL_VARINDEX_ANY : VOL_VARINDEX_FRIDAY,
        .before = before != NULL ? &before->smiles : NULL,
    };
    struct vol_curve curve;
    size_t i;

    vol_rates_curve(&s->rates, s->now.ts, &curve);
    for (i = 0; i < smiles->n; i++)
        smiles->expiry[i].rate = vol_curve_rate(&curve, smiles->expiry[i].years);
    if (events_file != NULL) {
        config.events = s->event_years;
        config.n_events = vol_events_list(&s->events, s->now.underlying.data, s->now.underlying.len,
                                          s->now.ts, s->event_years);
    }
    if (vol_smiles_run(smiles, s->model, t->isa, &t->err) != VOL_OK ||
        vol_metrics_run(smiles, &config, &s->metrics, &t->err) != VOL_OK)
        tool_die_err(t);
}

static void emit_violations(struct tool *t, const struct vol_records_snapshot *of,
                            const struct vol_smiles *smiles)
{
    struct vol_violation list[VOL_VIOLATION_MAX];
    size_t i, j, n;

    for (i = 0; i < smiles->n; i++)
        for (j = 0, n = vol_violation_list(smiles, i, list); j < n; j++)
            if (tool_begin(t, "violation", of->ts)) {
                vol_records_violation(t->out, of, &smiles->expiry[i], &list[j]);
                tool_end(t);
            }
}

/* Evaluate the points that were asked for, and correct them when asked. */
static void evaluate(struct tool *t, struct state *s)
{
    enum vol_tenor_time time = strcmp(in_time, "monotone") == 0 ? VOL_TENOR_MONOTONE : VOL_TENOR_LINEAR;
    enum vol_status status =
        vol_nodes_evaluate(&s->nodes, &s->grid, time, &s->now.smiles, s->now.ts, &t->err);

    if (status == VOL_OK && correct != NULL)
        status = vol_nodes_correct(
            &s->nodes, strcmp(correct, "calendar") == 0 ? VOL_NODES_CALENDAR : VOL_NODES_ALL, &t->err);
    if (status == VOL_EOS)
        tool_die_err(t);
    if (status == VOL_NO)
        tool_note(t, "no tenor of the grid has a vol at every point: nothing to correct");
}

static void emit_grid(struct tool *t, const struct state *s, const struct vol_records_snapshot *of)
{
    size_t i, j;

    for (i = 0; i < s->nodes.n_tenors; i++)
        for (j = 0; j < s->nodes.n_x && tool_begin(t, "vol", of->ts); j++) {
            vol_records_vol(t->out, of, &s->now.smiles, &s->nodes, i, j, correct != NULL);
            tool_end(t);
        }
}

static void emit_matrix(struct tool *t, const struct state *s, const struct vol_records_snapshot *of)
{
    struct vol_buf text = VOL_BUF_INIT;

    if (vol_records_matrix(&text, of, &s->grid, &s->nodes, s->n_snapshots == 0, correct != NULL,
                           t->precision) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    tool_text(t, text.data, text.len);
    vol_buf_free(&text);
}

static void emit(struct tool *t, const struct state *s, const struct vol_records_snapshot *of)
{
    const struct vol_smiles *smiles = &s->now.smiles;
    size_t i;

    for (i = 0; i < smiles->n; i++)
        if (tool_begin(t, "slice", of->ts)) {
            vol_records_slice(t->out, of, smiles, &smiles->expiry[i]);
            tool_end(t);
        }
    if (check)
        emit_violations(t, of, smiles);
    if (grid_spec != NULL)
        emit_grid(t, s, of);
    if (tool_begin(t, "metrics", of->ts)) {
        vol_records_metrics(t->out, of, smiles, &s->metrics);
        tool_end(t);
    }
}

/* The snapshot before is there, but its vols are those of another clock: say why there is no change. */
static void compare_clocks(struct tool *t, struct state *s)
{
    const char *then = vol_roll_clock(&s->before, s->now.underlying.data, s->now.underlying.len);

    if (then == NULL || s->clocks_differ || s->now.clock.len == 0)
        return;
    s->clocks_differ = true;
    tool_warn(t, "%s: the vols of the snapshot before count by the clock %s, these by %s: no iv30_change",
              s->now.underlying.data, then, clock_of(s));
}

/* The snapshot is complete: fit, judge, measure, and write what came out. */
static void sum_up(struct tool *t, struct state *s)
{
    const struct vol_collect *now = &s->now;
    const struct vol_roll_kept *before;

    if (!s->open)
        return;
    s->open = false;
    s->done = true;
    before = vol_roll_find(&s->before, now->underlying.data, now->underlying.len, clock_of(s));
    run(t, s, before);
    if (s->warming)
        return;
    if (before == NULL)
        compare_clocks(t, s);
    struct vol_records_snapshot of = {.underlying = now->underlying.data,
                                      .underlying_len = now->underlying.len,
                                      .clock = now->names_clock ? now->clock.data : NULL,
                                      .clock_len = now->clock.len,
                                      .ts = now->ts,
                                      .spot = now->spot,
                                      .before = before != NULL ? before->ts : 0,
                                      .has_before = before != NULL,
                                      .has_events = events_file != NULL};
    if (grid_spec != NULL)
        evaluate(t, s);
    if (matrix)
        emit_matrix(t, s, &of);
    else
        emit(t, s, &of);
    s->n_snapshots++;
    s->n_slices += (double)now->smiles.fitted;
    s->refused += (double)now->smiles.refused;
    s->violations += (double)(now->smiles.butterfly_violations + now->smiles.calendar_violations);
}

/* Whether REC has the underlying of the snapshot that is open. */
static bool same_underlying(const struct state *s, const struct vol_rec *rec)
{
    const struct vol_value *u = &rec->value[UNDERLYING];

    return u->len == s->now.underlying.len && memcmp(u->text, s->now.underlying.data, u->len) == 0;
}

static void record(struct tool *t, struct state *s, const struct vol_rec *rec)
{
    bool quote = vol_rec_is(rec, "quote"), snap = vol_rec_is(rec, "snap");

    if (s->open && (rec->ts != s->now.ts || ((quote || snap) && !same_underlying(s, rec))))
        sum_up(t, s);
    if ((quote || snap) && !s->open)
        begin(t, s, rec);
    if (quote && !keep(t, s, rec))
        s->unusable++;
    if (vol_rec_is(rec, "rate") && rec->value[RATE].type != VOL_NULL &&
        vol_rates_add(&s->rates, rec->ts, rec->value[TENOR_DAYS].num, rec->value[RATE].num) != VOL_OK)
        tool_malformed(t, rec, "rate: no positive tenor_days with a rate, or too many tenors");
    if (!matrix && !s->warming)
        tool_pass(t, rec);
    if (snap)
        sum_up(t, s);
}

/* ---- the run ---- */

/* The pictures that were asked for, of the last snapshot. */
static void draw(struct tool *t, const struct state *s)
{
    struct vol_buf title = VOL_BUF_INIT, text = VOL_BUF_INIT;
    char ts[VOL_TIME_MAX];
    size_t i;

    if (plots.n == 0)
        return;
    if (s->now.smiles.fitted == 0) {
        tool_warn(t, "there is no smile to draw");
        tool_status(t, VOL_ENOINPUT);
        return;
    }
    vol_time_print(ts, s->now.ts);
    if (vol_buf_addf(&title, "%s, %s", s->now.underlying.data, ts) != VOL_OK ||
        (s->now.names_clock && vol_buf_addf(&title, ", clock %s", clock_of(s)) != VOL_OK))
        tool_die(t, VOL_EOS, "out of memory");
    for (i = 0; i < plots.n; i++) {
        const struct vol_pictures_title head = {.text = title.data, .len = title.len};
        enum vol_status status =
            vol_pictures_draw(plots.value[i], &s->now.smiles, &s->metrics, &head, &text, &t->err);

        if (status != VOL_OK) {
            tool_warn(t, "%s", t->err.text);
            tool_status(t, status == VOL_NO ? VOL_ENOINPUT : status);
        }
    }
    if (text.len > 0) /* standard output is the stream's */
        fwrite(text.data, 1, text.len, stderr);
    vol_buf_free(&title);
    vol_buf_free(&text);
}

/* --check: only smiles that were fitted, and have no arbitrage, are a yes. */
static void judge(struct tool *t, const struct state *s)
{
    if (!check || tool_stopping(t))
        return;
    if (!(s->n_slices > 0))
        tool_warn(t, "no slice was fitted: nothing to check");
    if (s->refused > 0)
        tool_warn(t, "%.0f slices were refused (degenerate or poor_fit): nobody checked them", s->refused);
    if (!(s->n_slices > 0) || s->violations > 0)
        tool_status(t, VOL_NO);
}

static void read_history(struct tool *t, struct state *s)
{
    struct vol_reader *reader = tool_open(t, history_file, wants, sizeof wants / sizeof wants[0]);
    static struct vol_rec rec;

    s->warming = true;
    while (tool_read(t, reader, &rec) != NULL) {
        if (!rec.in_order)
            tool_die(t, VOL_EDATA, "%s:%llu: ts: earlier than the record before", rec.file,
                     (unsigned long long)rec.line_no);
        record(t, s, &rec);
        s->history_ts = rec.ts;
    }
    sum_up(t, s);
    s->warming = false;
    vol_reader_free(reader);
    if (!s->done)
        tool_warn(t, "--history: %s: no quotes", history_file);
}

/* History is what was before: yesterday's smiles must not be today's. */
static void check_history(struct tool *t, const struct state *s, const struct vol_rec *rec)
{
    char then[VOL_TIME_MAX], now[VOL_TIME_MAX];

    if (s->history_ts < rec->ts)
        return;
    vol_time_print(then, s->history_ts);
    vol_time_print(now, rec->ts);
    tool_die(t, VOL_EDATA, "%s: history of %s is not before the first record of the input, of %s",
             history_file, then, now);
}

static void configure(struct tool *t, struct state *s)
{
    char path[4096];
    size_t i;

    if (vol_smiles_model_find(model_name, &s->model) != VOL_OK)
        tool_die(t, VOL_EINTERNAL, "--model: %s", model_name);
    if ((matrix || correct != NULL) && grid_spec == NULL)
        tool_die(t, VOL_EUSAGE, "--%s: of which points? --grid is missing", matrix ? "matrix" : "correct");
    if (grid_spec != NULL && vol_grid_parse(grid_spec, &s->grid, &t->err) != VOL_OK)
        tool_die_err(t);
    if (correct != NULL && strcmp(correct, "calendar") == 0 && s->grid.axis != VOL_EVALUATE_K)
        tool_die(t, VOL_EUSAGE, "--correct calendar: total variance is compared at equal k: --grid k=…");
    for (i = 0; i < plots.n; i++)
        if (vol_pictures_check(plots.value[i], &t->err) != VOL_OK)
            tool_die_err(t);
    if (vol_share_path(VOLPIPE_PREFIX "/share/volpipe", "calendars", "us-options.csv", path, sizeof path,
                       &t->err) != VOL_OK ||
        vol_calendar_load(path, &s->calendar, &t->err) != VOL_OK)
        tool_die_err(t);
    if (events_file != NULL) {
        if (vol_events_load(events_file, &s->events, &t->err) != VOL_OK)
            tool_die_err(t);
        s->event_years = calloc(s->events.n + 1, sizeof *s->event_years);
        if (s->event_years == NULL)
            tool_die(t, VOL_EOS, "out of memory");
    }
    if (rates_file != NULL && vol_rates_load(&s->rates, rates_file, &t->err) != VOL_OK)
        tool_die_err(t);
}

int main(int argc, char **argv)
{
    struct tool t = {
        .info = &info, .options = options, .wants = wants, .n_wants = sizeof wants / sizeof wants[0]};
    struct state s = {0};
    struct vol_rec *rec;
    bool seen = false;

    tool_start(&t, argc, argv);
    vol_collect_init(&s.now, &s.calendar);
    vol_roll_init(&s.before);
    vol_nodes_init(&s.nodes);
    vol_rates_init(&s.rates);
    configure(&t, &s);
    if (history_file != NULL)
        read_history(&t, &s);
    while ((rec = tool_next(&t)) != NULL) {
        if (history_file != NULL && !seen)
            check_history(&t, &s, rec);
        seen = true;
        record(&t, &s, rec);
    }
    if (!tool_stopping(&t)) { /* stopped in the middle of a chain there is nothing to sum up */
        sum_up(&t, &s);
        draw(&t, &s);
    }
    if (s.unusable > 0)
        tool_note(&t,
                  "%.0f quotes without a usable underlying, strike, option_type, expiration or expires, or "
                  "with vols of another clock, were not used",
                  s.unusable);
    judge(&t, &s);
    tool_stat(&t, "snapshots", s.n_snapshots);
    tool_stat(&t, "slices", s.n_slices);
    tool_stat(&t, "violations", s.violations);
    tool_stat(&t, "refused", s.refused);
    tool_stat(&t, "unusable", s.unusable);
    vol_collect_free(&s.now);
    vol_roll_free(&s.before);
    vol_nodes_free(&s.nodes);
    vol_grid_free(&s.grid);
    vol_events_free(&s.events);
    free(s.event_years);
    vol_rates_free(&s.rates);
    vol_calendar_free(&s.calendar);
    return tool_finish(&t);
}
