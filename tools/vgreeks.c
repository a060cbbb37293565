/* vgreeks: forward, implied vols and greeks of each quote, snapshot by snapshot. */
#include "tool.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "chain/parity_report.h"
#include "chain/payouts.h"
#include "chain/publish.h"
#include "chain/quote.h"
#include "chain/rates.h"
#include "chain/valuation.h"
#include "record/snapshot.h"
#include "surface/svi.h"

static const struct tool_info info = {
    "vgreeks", "[FILE...]", "Add forward, implied vols and greeks to quotes, snapshot by snapshot."};

static const char *model = "auto", *forward_from = "auto", *rates_file = NULL, *clock_name = NULL;
static const char *dividends_file = NULL, *dividend_model = "spot", *given = NULL;
static double rate = NAN, yield = NAN, stickiness = NAN;
static int all, smile, report, by_strike;

static const struct vol_opt options[] = {
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Options of vgreeks"},
    {VOL_OPT_ENUM, 'm', "model", "MODEL", &model, "auto|black76|american|bs", 0, 0,
     "how options are exercised: as each quote says (auto, the default), all at expiry (black76), all early "
     "too "
     "(american); bs: black76 with --forward spot"},
    {VOL_OPT_ENUM, 0, "forward", "FROM", &forward_from, "auto|parity|quote|spot", 0, 0,
     "where the forward comes from: put-call parity, the quote's underlying_price, the spot carried at "
     "--rate less "
     "--yield, or auto: quote for inverse options with a price per expiry, parity for the rest"},
    {VOL_OPT_FILE, 0, "rates", "FILE", &rates_file, NULL, 0, 0,
     "rate records (tenor_days, rate): the discount curve, as of each snapshot"},
    {VOL_OPT_NUM, 'r', "rate", "RATE", &rate, NULL, -1, 10,
     "with --forward spot: continuously compounded rate as a decimal (from the curve of --rates)"},
    {VOL_OPT_NUM, 'y', "yield", "YIELD", &yield, NULL, -1, 10,
     "with --forward spot: continuously compounded dividend yield and borrow as a decimal (0)"},
    {VOL_OPT_FILE, 0, "dividends", "FILE", &dividends_file, NULL, 0, 0,
     "dividend records (underlying, ex_date, amount): cash that American options are priced with"},
    {VOL_OPT_ENUM, 0, "dividend-model", "MODEL", &dividend_model, "spot|escrowed", 0, 0,
     "what is lognormal between dividends: the spot (the default), or the spot less their worth (escrowed)"},
    {VOL_OPT_STR, 0, "clock", "NAME", &clock_name, NULL, 0, 0,
     "variance clock of the vols: a name of share/clocks or a file (the calendar, ACT/365)"},
    {VOL_OPT_STR, 'v', "vol", "VOL|FIELD", &given, NULL, 0, 0,
     "price and greeks at this vol, or at the one in a field of the quote (vendor_iv), in place of the "
     "mid's: adds "
     "model_price"},
    {VOL_OPT_FLAG, 'a', "all", NULL, &all, NULL, 0, 0,
     "add vanna, volga, charm, dual delta, forward, futures and premium-adjusted deltas, and the greeks of "
     "inverse options in their coin"},
    {VOL_OPT_FLAG, 0, "smile", NULL, &smile, NULL, 0, 0,
     "wait for the slices of vsurface that follow the snapshot: add smile_vol and smile_delta"},
    {VOL_OPT_NUM, 0, "stickiness", "X", &stickiness, NULL, -5, 5,
     "with --smile: how the smile moves with the spot: 0 with moneyness (the default), 1 not at all"},
    {VOL_OPT_FLAG, 0, "parity-report", NULL, &report, NULL, 0, 0,
     "print what put-call parity says of each expiry, in place of the stream"},
    {VOL_OPT_FLAG, 0, "by-strike", NULL, &by_strike, NULL, 0, 0, "with --parity-report: and of each strike"},
    {0},
};

enum {
    QUOTE = VOL_W_OWN,
    TENOR_DAYS = QUOTE + VOL_Q_N,
    RATE,
    EX_DATE,
    AMOUNT,
    FIT_STATUS,
    SVI_A,
    SVI_B,
    SVI_RHO,
    SVI_M,
    SVI_SIGMA,
    SOURCE,
    GIVEN
};
static struct vol_want wants[] = {VOL_QUOTE_WANTS,
                                  {"tenor_days", false},
                                  {"rate", false},
                                  {"ex_date", false},
                                  {"amount", false},
                                  {"fit_status", false},
                                  {"svi_a", false},
                                  {"svi_b", false},
                                  {"svi_rho", false},
                                  {"svi_m", false},
                                  {"svi_sigma", false},
                                  {"source", false},
                                  {"vendor_iv", false},
                                  {"mid", true},
                                  {"t", true},
                                  {"t_var", true},
                                  {"clock", true},
                                  {"forward", true},
                                  {"discount", true},
                                  {"implied_vol", true},
                                  {"iv_bid", true},
                                  {"iv_ask", true},
                                  {"iv_status", true},
                                  {"iv_distance", true},
                                  {"delta", true},
                                  {"gamma", true},
                                  {"theta", true},
                                  {"vega", true},
                                  {"rho", true},
                                  {"model_price", true},
                                  {"vanna", true},
                                  {"volga", true},
                                  {"charm", true},
                                  {"dual_delta", true},
                                  {"delta_forward", true},
                                  {"delta_futures", true},
                                  {"delta_pa", true},
                                  {"delta_forward_pa", true},
                                  {"coin_price", true},
                                  {"coin_delta", true},
                                  {"coin_gamma", true},
                                  {"coin_theta", true},
                                  {"coin_vega", true},
                                  {"coin_rho", true},
                                  {"smile_vol", true},
                                  {"smile_delta", true}};

/* Which of the owned fields the options ask for: the field table says whose they are. */
static bool writes(size_t i)
{
    const char *name = wants[i].name, *owner = vol_field_find(NULL, name, strlen(name))->owner;

    return strcmp(owner, "vgreeks --all") == 0     ? all != 0
           : strcmp(owner, "vgreeks --smile") == 0 ? smile != 0
           : strcmp(owner, "vgreeks --vol") == 0   ? given != NULL
           : strcmp(owner, "vgreeks --clock") == 0 ? clock_name != NULL
                                                   : true;
}

struct state {
    struct tool t;
    struct vol_snapshot snap;
    struct vol_valuation valuation;
    struct vol_rates rates;
    struct vol_payouts payouts;
    struct vol_dividends dividends; /* of the snapshot's underlying */
    struct vol_valuation_config config;
    struct vol_quote_memo memo;
    struct vol_clock_set *clocks; /* null: the calendar */
    struct vol_publish publish;
    struct vol_buf smiles; /* struct vol_svi of each group; sigma 0: none */
    struct vol_parity_report parity;
    struct vol_buf text;
    double given_vol; /* of --vol; NaN: each quote has its own in a field, or there is none */
    size_t own_snap;  /* the line of the open snapshot that closes it; SIZE_MAX: it has not come */
    struct vol_buf seen;
    int64_t seen_ts;
    double n_pieces;
    bool published; /* the forwards of the snapshot before were written: those that follow it are old ones */
    double n_status[VOL_IV_NO_FORWARD + 1], n_parity[VOL_PARITY_UNSETTLED + 1];
};

/* Vol and slope d vol / d k of the fitted smile at the strike; NaN without one. */
static void smile_at(const struct state *s, const struct vol_valued *q, double *vol, double *slope)
{
    const struct vol_svi *svi = (const struct vol_svi *)(const void *)s->smiles.data + q->group;
    double k = vol_black_log_ratio(q->strike, q->forward), w[3];

    *vol = *slope = NAN;
    if (!(svi->sigma > 0) || !isfinite(k))
        return;
    vol_svi_derivatives(svi, k, w);
    *vol = vol_svi_vol(svi, k, q->t_var);
    *slope = w[1] / (2 * *vol * q->t_var);
}

static void write_quote(struct state *s, const struct vol_line *line, const struct vol_valued *q)
{
    struct vol_writer *w = s->t.out;
    double vol, slope;

    s->n_status[q->status]++;
    if (!tool_edit(&s->t, line, "quote"))
        return;
    vol_publish_quote(&s->publish, w, q);
    if (all) {
        struct vol_greeks_all greeks;

        vol_valuation_all(q, &s->config, s->snap.ts, &greeks);
        vol_publish_all(w, q, &greeks);
    }
    if (smile) {
        double spot = q->underlying_price > 0 ? q->underlying_price : q->forward * q->discount;

        smile_at(s, q, &vol, &slope);
        vol_writer_num(w, VOL_KEY("smile_vol"), vol);
        vol_writer_num(w, VOL_KEY("smile_delta"),
                       vol_greeks_smile_delta(&q->greeks, spot, slope, stickiness));
    }
    tool_end(&s->t);
}

static void write_forward(struct state *s, const struct vol_valuation_group *g)
{
    if (!tool_begin(&s->t, "forward", s->snap.ts))
        return;
    vol_writer_str(s->t.out, VOL_KEY("underlying"), s->snap.underlying.data, s->snap.underlying.len);
    vol_publish_forward(&s->publish, s->t.out, &s->valuation, g);
    tool_end(&s->t);
}

/* The forwards of the snapshot, those of expiries that still live, by settlement. */
static void write_forwards(struct state *s)
{
    const struct vol_valuation *v = &s->valuation;
    size_t i;

    for (i = 0; i < v->n_groups; i++) {
        const struct vol_valuation_group *g = &v->group[v->group[i].nth];

        if (!(g->t > 0))
            continue;
        if (g->from == VOL_FORWARD_PARITY)
            s->n_parity[g->parity.status]++;
        if (!report)
            write_forward(s, g);
    }
    s->published = true;
}

static void write_report(struct state *s)
{
    vol_buf_clear(&s->text);
    if (vol_parity_report_add(&s->parity, &s->valuation, s->snap.ts, s->snap.underlying.data, by_strike,
                              &s->text) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    tool_text(&s->t, s->text.data, s->text.len);
}

/* The snapshot is complete: value it and send everything on in its order, the forwards behind the `snap`. */
static void close_snapshot(struct state *s)
{
    struct vol_snapshot *snap = &s->snap;
    struct vol_curve curve;
    size_t i, at = 0;
    bool written = false;

    if (!snap->open)
        return;
    if (s->clocks != NULL)
        s->config.clock = vol_clock_of(s->clocks, snap->underlying.data, snap->underlying.len);
    if (s->payouts.n > 0) {
        if (vol_payouts_of(&s->payouts, snap->ts, snap->underlying.data, snap->underlying.len,
                           &s->dividends) != VOL_OK)
            tool_die(&s->t, VOL_EOS, "out of memory");
        s->config.dividends = &s->dividends;
    }
    vol_rates_curve(&s->rates, snap->ts, &curve);
    if (vol_valuation_run(&s->valuation, &s->config, snap->ts, &curve) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    if (report)
        write_report(s);
    for (i = 0; i < vol_snapshot_count(snap); i++) {
        struct vol_line line;
        const char *kind = vol_snapshot_line(snap, i, &line);

        if (kind == NULL) {
            write_quote(s, &line, &s->valuation.quote[at++]);
            continue;
        }
        tool_pass_line(&s->t, &line, kind);
        if (i == s->own_snap) {
            write_forwards(s);
            written = true;
        }
    }
    if (!written)
        write_forwards(s);
    vol_snapshot_clear(snap);
    vol_valuation_clear(&s->valuation);
    vol_buf_clear(&s->smiles);
    s->own_snap = SIZE_MAX;
}

/* A snapshot is an uninterrupted run: one whose quotes come in pieces, between those of others, is several,
 * each with a forward of its own. That is told once. SEEN: the underlyings of this instant, each with a line
 * feed behind it. */
static void note_pieces(struct state *s, const struct vol_rec *rec, const struct vol_value *name)
{
    const char *at = s->seen.data;

    if (rec->ts != s->seen_ts)
        vol_buf_clear(&s->seen);
    s->seen_ts = rec->ts;
    for (at = s->seen.data; *at != '\0'; at += strcspn(at, "\n") + 1)
        if (strcspn(at, "\n") == name->len && memcmp(at, name->text, name->len) == 0) {
            if (s->n_pieces++ == 0)
                tool_warn(
                    &s->t,
                    "%s:%llu: a second run of quotes of %.*s at one instant: its forwards rest on a part of "
                    "the chain",
                    rec->file, (unsigned long long)rec->line_no, (int)name->len, name->text);
            return;
        }
    if (vol_buf_add(&s->seen, name->text, name->len) != VOL_OK || vol_buf_add_char(&s->seen, '\n') != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
}

static void take_quote(struct state *s, const struct vol_rec *rec)
{
    const struct vol_value *v = &rec->value[QUOTE], *root = &v[VOL_Q_ROOT];
    struct vol_valued q = {0};
    struct vol_svi none = {0};
    int32_t expiration;

    if (vol_quote_read(v, &s->memo, &q, &expiration, &s->t.err) != VOL_OK) {
        tool_malformed(&s->t, rec, "%s", s->t.err.text);
        return;
    }
    if (s->snap.open && !vol_snapshot_is(&s->snap, rec->ts, &v[VOL_Q_UNDERLYING]))
        close_snapshot(s);
    if (!s->snap.open)
        note_pieces(s, rec, &v[VOL_Q_UNDERLYING]);
    s->published = false;
    if (given != NULL)
        q.given_vol = isnan(s->given_vol) ? rec->value[GIVEN].num : s->given_vol;
    if (vol_snapshot_add_quote(&s->snap, &rec->line, rec->ts, &v[VOL_Q_UNDERLYING]) != VOL_OK ||
        vol_valuation_add(&s->valuation, &q, root->text, root->type == VOL_STRING ? root->len : 0,
                          expiration) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    while (s->smiles.len < s->valuation.n_groups * sizeof none)
        if (vol_buf_add(&s->smiles, &none, sizeof none) != VOL_OK)
            tool_die(&s->t, VOL_EOS, "out of memory");
}

/* The smile of one expiry of the open snapshot. */
static void take_slice(struct state *s, const struct vol_rec *rec)
{
    const struct vol_value *v = rec->value, *root = &v[QUOTE + VOL_Q_ROOT], *at = &v[QUOTE + VOL_Q_EXPIRES];
    int64_t expires;
    size_t group;

    if (!vol_value_is(&v[FIT_STATUS], "ok") || at->type != VOL_STRING ||
        vol_time_parse(at->text, at->len, &expires) != VOL_OK)
        return;
    group = vol_valuation_group(&s->valuation, root->text, root->type == VOL_STRING ? root->len : 0, expires);
    if (group < s->valuation.n_groups)
        ((struct vol_svi *)(void *)s->smiles.data)[group] =
            (struct vol_svi){v[SVI_A].num, v[SVI_B].num, v[SVI_RHO].num, v[SVI_M].num, v[SVI_SIGMA].num};
}

/* False: it is malformed. */
static bool take_dividend(struct state *s, const struct vol_rec *rec)
{
    const struct vol_value *name = &rec->value[QUOTE + VOL_Q_UNDERLYING], *date = &rec->value[EX_DATE];
    enum vol_status status = VOL_EDATA;
    int32_t ex_date;

    if (name->type == VOL_STRING && date->type == VOL_STRING &&
        vol_date_parse(date->text, date->len, &ex_date) == VOL_OK)
        status =
            vol_payouts_add(&s->payouts, rec->ts, name->text, name->len, ex_date, rec->value[AMOUNT].num);
    if (status == VOL_EOS)
        tool_die(&s->t, status, "out of memory");
    if (status != VOL_OK)
        tool_malformed(
            &s->t, rec,
            "dividend: it needs an underlying, an ex_date (2014-08-07) and an amount of 0 or more");
    return status == VOL_OK;
}

/* Whether REC is about the snapshot that is open, or was the last one. */
static bool is_about(const struct state *s, const struct vol_rec *rec)
{
    return rec->ts == s->snap.ts &&
           vol_value_is(&rec->value[QUOTE + VOL_Q_UNDERLYING], s->snap.underlying.data);
}

static void take_other(struct state *s, const struct vol_rec *rec)
{
    const struct vol_value *kind = &rec->value[VOL_W_KIND];
    bool about = is_about(s, rec), last = about && vol_rec_is(rec, smile ? "metrics" : "snap");

    if (vol_rec_is(rec, "rate") && rec->value[RATE].type != VOL_NULL &&
        vol_rates_add(&s->rates, rec->ts, rec->value[TENOR_DAYS].num, rec->value[RATE].num) != VOL_OK) {
        tool_malformed(
            &s->t, rec,
            "rate: it needs a positive tenor_days and a rate, and there is room for 64 tenors of two weeks");
        return;
    }
    if (vol_rec_is(rec, "dividend") && !take_dividend(s, rec))
        return;
    if (vol_rec_is(rec, "forward") && about && (s->snap.open || s->published) &&
        rec->value[SOURCE].type == VOL_ABSENT)
        return; /* an earlier vgreeks' own: written anew */
    /* A record of the same instant (a reject of vclean) does not cut a snapshot in two. */
    if (!s->snap.open || rec->ts != s->snap.ts) {
        close_snapshot(s);
        tool_pass(&s->t, rec);
        return;
    }
    if (smile && about && vol_rec_is(rec, "slice"))
        take_slice(s, rec);
    if (about && vol_rec_is(rec, "snap"))
        s->own_snap = vol_snapshot_count(&s->snap);
    if (vol_snapshot_add_other(&s->snap, &rec->line, kind) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    if (last)
        close_snapshot(s);
}

static void configure(struct state *s)
{
    struct tool *t = &s->t;
    bool bs = strcmp(model, "bs") == 0;

    vol_rates_init(&s->rates);
    vol_payouts_init(&s->payouts);
    vol_snapshot_init(&s->snap);
    vol_valuation_init(&s->valuation);
    vol_buf_init(&s->smiles);
    vol_buf_init(&s->seen);
    s->own_snap = SIZE_MAX;
    vol_parity_report_init(&s->parity);
    vol_buf_init(&s->text);
    if (rates_file != NULL && vol_rates_load(&s->rates, rates_file, &t->err) != VOL_OK)
        tool_die_err(t);
    if (dividends_file != NULL && vol_payouts_load(&s->payouts, dividends_file, &t->err) != VOL_OK)
        tool_die_err(t);
    if (strcmp(dividend_model, "escrowed") == 0)
        s->config.dividend_model = VOL_DIVIDENDS_ESCROWED;
    if (strcmp(model, "american") == 0)
        s->config.exercise = VOL_EXERCISE_AMERICAN;
    else if (strcmp(model, "auto") != 0)
        s->config.exercise = VOL_EXERCISE_EUROPEAN;
    if (bs && strcmp(forward_from, "auto") != 0)
        tool_die(t, VOL_EUSAGE, "--forward does not go with --model bs, which takes the spot");
    if (bs || strcmp(forward_from, "spot") == 0)
        s->config.forward_from = VOL_FORWARD_SPOT;
    else if (strcmp(forward_from, "parity") == 0)
        s->config.forward_from = VOL_FORWARD_PARITY;
    else if (strcmp(forward_from, "quote") == 0)
        s->config.forward_from = VOL_FORWARD_QUOTE;
    if (s->config.forward_from != VOL_FORWARD_SPOT && !(isnan(rate) && isnan(yield)))
        tool_die(t, VOL_EUSAGE, "--rate and --yield go with --forward spot or --model bs");
    if (by_strike && !report)
        tool_die(t, VOL_EUSAGE, "--by-strike goes with --parity-report");
    if (!smile && !isnan(stickiness))
        tool_die(t, VOL_EUSAGE, "--stickiness goes with --smile");
    if (isnan(stickiness))
        stickiness = 0;
    s->config.rate = rate;
    s->config.yield = isnan(yield) ? 0 : yield;
    s->config.isa = t->isa;
    s->given_vol = NAN;
    if (given != NULL && vol_num_parse_loose(given, strlen(given), &s->given_vol) != VOL_OK) {
        const struct vol_field *field = vol_field_find(vol_kind_find("quote", 5), given, strlen(given));

        if (field == NULL || field->type != VOL_FIELD_NUM)
            tool_die(t, VOL_EUSAGE, "--vol: neither a number nor a number field of quotes: \"%s\"", given);
        wants[GIVEN - VOL_W_OWN].name = given;
        tool_want(t, wants, sizeof wants / sizeof wants[0]);
    } else if (given != NULL && !(s->given_vol > 0 && s->given_vol < INFINITY)) {
        tool_die(t, VOL_EUSAGE, "--vol: not positive: \"%s\"", given);
    }
    if (clock_name != NULL) {
        const char *path = tool_share_file(t, "clocks", clock_name);

        if (vol_clock_load(path, VOLPIPE_PREFIX "/share/volpipe", &s->clocks, &t->err) != VOL_OK)
            tool_die_err(t);
    }
    vol_publish_init(&s->publish, t->precision, s->clocks != NULL ? vol_clock_name(s->clocks) : NULL,
                     given != NULL);
    s->config.at_given = given != NULL;
    if (report)
        tool_text(t, "", 0);
}

static void finish_report(struct state *s)
{
    vol_buf_clear(&s->text);
    if (vol_parity_report_end(&s->parity, &s->text) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    tool_text(&s->t, s->text.data, s->text.len);
}

int main(int argc, char **argv)
{
    struct state s = {.t = {.info = &info,
                            .options = options,
                            .wants = wants,
                            .n_wants = sizeof wants / sizeof wants[0],
                            .writes = writes}};
    struct vol_rec *rec;
    int i;

    tool_start(&s.t, argc, argv);
    configure(&s);
    while ((rec = tool_next(&s.t)) != NULL) {
        if (vol_rec_is(rec, "quote"))
            take_quote(&s, rec);
        else
            take_other(&s, rec);
    }
    close_snapshot(&s);
    for (i = VOL_IV_OK; i <= VOL_IV_NO_FORWARD; i++)
        tool_stat(&s.t, vol_iv_status_name((enum vol_iv_status)i), s.n_status[i]);
    tool_stat(&s.t, "expiries_without_pairs", s.n_parity[VOL_PARITY_NO_PAIRS]);
    tool_stat(&s.t, "expiries_inconsistent", s.n_parity[VOL_PARITY_INCONSISTENT]);
    tool_stat(&s.t, "expiries_unsettled", s.n_parity[VOL_PARITY_UNSETTLED]);
    tool_stat(&s.t, "pieces", s.n_pieces);
    if (report)
        finish_report(&s);
    vol_rates_free(&s.rates);
    vol_payouts_free(&s.payouts);
    vol_clock_free(s.clocks);
    vol_snapshot_free(&s.snap);
    vol_valuation_free(&s.valuation);
    vol_buf_free(&s.smiles);
    vol_buf_free(&s.seen);
    vol_buf_free(&s.text);
    return tool_finish(&s.t);
}
