/* vsignal: where implied vol stands among its own past, and what that says. */
#include "tool.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/time.h"
#include "signal/meanrev.h"
#include "signal/track.h"

enum { UNDERLYING = VOL_W_OWN, SYMBOL, CLOSE, FIELD, N_WANTS = FIELD - VOL_W_OWN + 1 };

static struct vol_want wants[N_WANTS] = {
    {"underlying", false}, {"symbol", false}, {"close", false}, {"vix", false}};
static int64_t lookback = 252, min_samples = 0;
static int only_last;
static const char *thresholds = "80,60,40,20";
static struct vol_opt_list history, history_symbols;

static const struct vol_opt options[] = {
    {VOL_OPT_STR, 'f', "field", "NAME", &wants[FIELD - VOL_W_OWN].name, NULL, 0, 0,
     "field of metrics to rank (vix)"},
    {VOL_OPT_INT, 'n', "lookback", "DAYS", &lookback, NULL, 1, VOL_RANK_LOOKBACK_MAX,
     "days to compare with (252)"},
    {VOL_OPT_INT, 'm', "min-samples", "DAYS", &min_samples, NULL, 1, VOL_RANK_LOOKBACK_MAX,
     "days before today that an opinion needs (as many as --lookback)"},
    {VOL_OPT_STR, 't', "thresholds", "A,B,C,D", &thresholds, NULL, 0, 0,
     "percentiles above which vol is sold, strongly and moderately, and below which it is bought, moderately "
     "and "
     "strongly (80,60,40,20)"},
    {VOL_OPT_LIST, 'H', "history", "FILE", &history, NULL, 0, 0,
     "bar or metrics records of the days before the input; may be repeated"},
    {VOL_OPT_LIST, 's', "history-symbol", "SYMBOL[=NAME]", &history_symbols, NULL, 0, 0,
     "bars whose close is the field of underlying NAME (VIX=SPX when the field is vix); may be repeated"},
    {VOL_OPT_FLAG, 'l', "last", NULL, &only_last, NULL, 0, 0,
     "only the last signal of each underlying, at the end"},
    {0},
};

static const struct tool_info info = {"vsignal", "[FILE...]",
                                      "Rank implied vol against its past and add signal records."};

/* The opinion on one underlying. */
struct opinion {
    struct vol_rank rank;
    struct vol_meanrev verdict;
    double value; /* NaN: the metrics record had none */
    int64_t as_of;
};

struct state {
    struct tool t;
    struct vol_meanrev_config config;
    struct vol_track track;
    struct vol_map last;      /* --last: underlyings in order of appearance … */
    struct opinion *opinions; /* … and their latest */
    size_t cap;
    int64_t history_ts, ts; /* of the latest history record, of the record in hand */
    const char *history_file;
    uint64_t history_line, n_history, n_late, n_signals;
};

/* The underlyings of Cboe's indices, so that `--history-symbol VIX` suffices. */
static const char *known_underlying(const char *symbol, size_t len)
{
    static const char *const known[][2] = {{"VIX", "SPX"}, {"VXN", "NDX"}, {"RVX", "RUT"}, {"VXD", "DJX"}};
    size_t i;

    for (i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strlen(known[i][0]) == len && memcmp(known[i][0], symbol, len) == 0)
            return known[i][1];
    return NULL;
}

/* The underlying whose past the bars of SYMBOL are, or null: `SYMBOL=NAME`, or `SYMBOL` alone. */
static const char *underlying_of(const struct vol_value *symbol)
{
    size_t i;

    for (i = 0; i < history_symbols.n; i++) {
        const char *entry = history_symbols.value[i];
        size_t len = strcspn(entry, "=");

        if (symbol->type != VOL_STRING || len != symbol->len || memcmp(entry, symbol->text, len) != 0)
            continue;
        if (entry[len] == '=')
            return entry + len + 1;
        return known_underlying(entry, len) != NULL ? known_underlying(entry, len) : entry;
    }
    return NULL;
}

static void read_options(struct state *s)
{
    const struct vol_kind *metrics = vol_kind_find("metrics", 7);
    const char *name = wants[FIELD - VOL_W_OWN].name;
    const struct vol_field *field = vol_field_find(metrics, name, strlen(name));

    if (vol_meanrev_parse(thresholds, &s->config, &s->t.err) != VOL_OK)
        tool_die(&s->t, VOL_EUSAGE, "--thresholds: %s", s->t.err.text);
    if (field != NULL ? field->type != VOL_FIELD_NUM && field->type != VOL_FIELD_INT
                      : strcmp(name, "close") == 0)
        tool_die(&s->t, VOL_EUSAGE, "--field: %s is no number of a metrics record", name);
    if (field == NULL)
        tool_note(&s->t, "--field: %s is in no table of volpipe-records(5); it is read where a record has it",
                  name);
    if (min_samples == 0)
        min_samples = lookback;
    if (min_samples > lookback)
        tool_die(&s->t, VOL_EUSAGE, "--min-samples: %lld is more than the lookback, %lld",
                 (long long)min_samples, (long long)lookback);
    if (history_symbols.n == 0 && strcmp(name, "vix") == 0)
        history_symbols.value[history_symbols.n++] = "VIX=SPX";
    if (vol_track_init(&s->track, (size_t)lookback) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
}

/* Take the record's value as a sample: a metrics record's field, or the close of a bar that stands for it.
 * False: it is neither, or has no value. */
static bool sample(struct state *s, const struct vol_rec *rec, struct vol_rank *out)
{
    const struct vol_value *value = &rec->value[FIELD];
    const char *name = rec->value[UNDERLYING].text;
    size_t len = rec->value[UNDERLYING].len;
    enum vol_status status;
    int32_t date, seconds;

    if (vol_rec_is(rec, "bar")) {
        value = &rec->value[CLOSE];
        name = underlying_of(&rec->value[SYMBOL]);
        len = name != NULL ? strlen(name) : 0;
    } else if (!vol_rec_is(rec, "metrics") || rec->value[UNDERLYING].type != VOL_STRING) {
        return false;
    }
    if (name == NULL || value->type != VOL_NUMBER)
        return false;
    vol_time_to_new_york(rec->ts, &date, &seconds);
    status = vol_track_sample(&s->track, name, len, date, value->num, (size_t)min_samples, out);
    if (status == VOL_EOS)
        tool_die(&s->t, VOL_EOS, "out of memory");
    s->n_late += status == VOL_EDATA; /* only between history files: a date before the latest */
    return status == VOL_OK;
}

/* The histories come before the input; each is in order, as is what they have of one underlying. */
static void read_history(struct state *s)
{
    static struct vol_rec rec;
    size_t i;

    for (i = 0; i < history.n; i++) {
        struct vol_reader *reader = tool_open(&s->t, history.value[i], wants, N_WANTS);

        while (tool_read(&s->t, reader, &rec) != NULL) {
            if (!rec.in_order)
                tool_die(&s->t, VOL_EDATA, "%s:%llu: ts: earlier than the record before", rec.file,
                         (unsigned long long)rec.line_no);
            s->n_history += sample(s, &rec, NULL);
            if (s->history_file == NULL || rec.ts >= s->history_ts) {
                s->history_file = history.value[i];
                s->history_line = rec.line_no;
                s->history_ts = rec.ts;
            }
        }
        vol_reader_free(reader);
    }
    if (s->n_late > 0)
        tool_warn(&s->t,
                  "--history: %llu values of days before the latest one of the files before were not used",
                  (unsigned long long)s->n_late);
    if (history.n > 0 && s->n_history == 0)
        tool_warn(&s->t, "--history: no metrics with %s, and no bar of --history-symbol, in %zu file%s",
                  wants[FIELD - VOL_W_OWN].name, history.n, history.n == 1 ? "" : "s");
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

static void emit(struct state *s, const char *underlying, size_t len, int64_t ts, const struct opinion *o)
{
    const char *field = wants[FIELD - VOL_W_OWN].name;
    struct vol_writer *out = s->t.out;
    char reason[VOL_MEANREV_REASON_MAX] = "no_value";

    if (isfinite(o->value))
        vol_meanrev_reason(&s->config, o->rank.percentile, reason);
    s->n_signals++;
    if (!tool_begin(&s->t, "signal", ts))
        return;
    vol_writer_str(out, VOL_KEY("underlying"), underlying, len);
    vol_writer_str(out, VOL_KEY("model"), "iv_mean_reversion", 17);
    vol_writer_str(out, VOL_KEY("signal"), o->verdict.signal, strlen(o->verdict.signal));
    vol_writer_str(out, VOL_KEY("strength"), o->verdict.strength, strlen(o->verdict.strength));
    vol_writer_num(out, VOL_KEY("score"), o->verdict.score);
    vol_writer_str(out, VOL_KEY("field"), field, strlen(field));
    vol_writer_num(out, VOL_KEY("value"), o->value);
    vol_writer_num(out, VOL_KEY("iv_rank"), o->rank.rank);
    vol_writer_num(out, VOL_KEY("iv_percentile"), o->rank.percentile);
    vol_writer_num(out, VOL_KEY("iv_zscore"), o->rank.zscore);
    vol_writer_num(out, VOL_KEY("window_min"), o->rank.min);
    vol_writer_num(out, VOL_KEY("window_max"), o->rank.max);
    vol_writer_int(out, VOL_KEY("n"), (int64_t)o->rank.n);
    vol_writer_int(out, VOL_KEY("lookback"), lookback);
    vol_writer_time(out, VOL_KEY("as_of"), o->as_of);
    vol_writer_str(out, VOL_KEY("reason"), reason, strlen(reason));
    tool_end(&s->t);
}

static void keep(struct state *s, const char *underlying, size_t len, const struct opinion *o)
{
    size_t index;

    if (vol_map_add(&s->last, underlying, len, &index) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    if (index == s->cap) {
        s->cap = s->cap > 0 ? 2 * s->cap : 16;
        s->opinions = realloc(s->opinions, s->cap * sizeof *s->opinions);
        if (s->opinions == NULL)
            tool_die(&s->t, VOL_EOS, "out of memory");
    }
    s->opinions[index] = *o;
}

static void take_metrics(struct state *s, const struct vol_rec *rec)
{
    const struct vol_value *name = &rec->value[UNDERLYING];
    struct opinion o = {.rank = {0, NAN, NAN, NAN, NAN, NAN}, .value = NAN, .as_of = rec->ts};
    int32_t date, seconds;

    if (sample(s, rec, &o.rank)) {
        o.value = rec->value[FIELD].num;
    } else {
        vol_time_to_new_york(rec->ts, &date, &seconds);
        o.rank.n = vol_track_count(&s->track, name->text, name->len, date);
    }
    o.verdict = vol_meanrev_of(&s->config, o.rank.percentile);
    if (only_last)
        keep(s, name->text, name->len, &o);
    else
        emit(s, name->text, name->len, rec->ts, &o);
}

int main(int argc, char **argv)
{
    struct state s = {.t = {.info = &info, .options = options, .wants = wants, .n_wants = N_WANTS}};
    const struct vol_rec *rec;
    bool first = true;
    size_t i, len;

    tool_start(&s.t, argc, argv);
    read_options(&s);
    read_history(&s);
    while ((rec = tool_next(&s.t)) != NULL) {
        if (first)
            check_history(&s, rec);
        first = false;
        s.ts = rec->ts;
        if (vol_rec_is(rec, "metrics") && rec->value[UNDERLYING].type != VOL_STRING) {
            tool_malformed(&s.t, rec, "underlying: missing, expected a string");
            continue;
        }
        tool_pass(&s.t, rec);
        if (vol_rec_is(rec, "metrics"))
            take_metrics(&s, rec);
        else if (vol_rec_is(rec, "bar"))
            (void)sample(&s, rec, NULL);
    }
    for (i = 0; i < s.last.n && !tool_stopping(&s.t); i++) {
        const char *name = vol_map_name(&s.last, i, &len);

        emit(&s, name, len, s.ts, &s.opinions[i]);
    }
    tool_stat(&s.t, "history", (double)s.n_history);
    tool_stat(&s.t, "signals", (double)s.n_signals);
    vol_track_free(&s.track);
    vol_map_free(&s.last);
    free(s.opinions);
    return tool_finish(&s.t);
}
