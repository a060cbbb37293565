/* vsurface: smiles, verdicts and index of each snapshot. */
#include "tool.h"

#include <math.h>
#include <string.h>

#include "base/calendar.h"
#include "base/share.h"
#include "base/time.h"
#include "chain/quote.h"
#include "chain/rates.h"
#include "plot/pictures.h"
#include "surface/smiles.h"

static const char *model = "svi", *vix_expiries = "friday", *rates_file;
static int check;
static struct vol_opt_list plots;

static const struct vol_opt options[] = {
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Options of vsurface"},
    {VOL_OPT_ENUM, 'm', "model", "MODEL", &model, "svi", 0, 0, "smile to fit: svi (the default)"},
    {VOL_OPT_FILE, 'r', "rates", "FILE", &rates_file, NULL, 0, 0,
     "rate records for the index; without any rate it takes each expiry's discount field"},
    {VOL_OPT_ENUM, 'x', "vix-expiries", "RULE", &vix_expiries, "friday|any", 0, 0,
     "expiries of the index: friday (the default: Cboe's, 23 to 37 days) or any beyond 7 days"},
    {VOL_OPT_FLAG, 'c', "check", NULL, &check, NULL, 0, 0,
     "exit with 1 when a smile has arbitrage, or none was fitted"},
    {VOL_OPT_LIST, 'p', "plot", "WHAT=FILE.svg", &plots, NULL, 0, 0,
     "draw smile, surface or term of the last snapshot to FILE.svg (may be given again)"},
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

/* What is known of the snapshot at hand. OPEN: it has not been summed up yet. */
struct snapshot {
    bool open;
    int64_t ts;
    struct vol_buf underlying, clock; /* the clock of the vols; empty: no quote had any yet */
    bool says_clock;                  /* the quotes name it, and so do the slices */
    double spot;
    struct vol_smiles smiles;
    struct vol_smiles_numbers numbers;
    struct vol_rates rates;
    struct vol_quote_memo memo;
    struct vol_calendar calendar;
    double unusable, violations, n_slices, n_snapshots; /* over the whole run */
};

static void begin(struct tool *t, struct snapshot *s, const struct vol_rec *rec)
{
    const struct vol_value *underlying = &rec->value[UNDERLYING];

    vol_smiles_clear(&s->smiles);
    vol_buf_clear(&s->underlying);
    vol_buf_clear(&s->clock);
    s->says_clock = false;
    if (vol_buf_add(&s->underlying, underlying->text, underlying->len) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    s->open = true;
    s->ts = rec->ts;
    s->spot = NAN;
}

/* A Friday, or the trading day before a Friday on which the exchange is closed. */
static bool is_weekly(const struct vol_calendar *calendar, int32_t date)
{
    int32_t friday = date + (5 - vol_date_weekday(date) + 7) % 7;

    return vol_calendar_on_or_before(calendar, friday) == date;
}

/* Set what is known of an expiry from its first quote. */
static void describe(const struct snapshot *s, struct vol_smiles_expiry *e, int32_t expiration)
{
    e->date = expiration;
    vol_date_print(e->expiration, expiration);
    e->years = VOL_YEARS(s->ts, e->expires);
    e->weekly = is_weekly(&s->calendar, e->date);
}

/* What a price of 1 is worth in the currency of the strikes: an inverse option is paid in the coin, whose
 * price is the discounted forward, or, where vgreeks gave none, the quote's underlying price. */
static double unit_of(const struct vol_value *v, const struct vol_valued *quote)
{
    double coin = v[FORWARD].num * v[DISCOUNT].num;

    if (!quote->inverse)
        return 1.0;
    return isfinite(coin) ? coin : quote->underlying_price;
}

/* Whether the vols of a quote count in the clock of the first one that had any: no name is the calendar's.
 * Total variances of two clocks do not belong on one surface. */
static bool same_clock(struct tool *t, struct snapshot *s, const struct vol_value *v)
{
    static const char calendar[] = "calendar";
    bool named = v[CLOCK].type == VOL_STRING;
    const char *name = named ? v[CLOCK].text : calendar;
    size_t len = named ? v[CLOCK].len : sizeof calendar - 1;

    if (!isfinite(v[VOL].num))
        return true;
    if (s->clock.len > 0)
        return len == s->clock.len && memcmp(name, s->clock.data, len) == 0;
    s->says_clock = named;
    if (vol_buf_add(&s->clock, name, len) != VOL_OK)
        tool_die(t, VOL_EOS, "out of memory");
    return true;
}

/* Keep what the fit needs of a quote. False: it cannot be used. */
static bool keep(struct tool *t, struct snapshot *s, const struct vol_rec *rec)
{
    const struct vol_value *v = rec->value;
    struct vol_valued given = {0};
    struct vol_smiles_quote q = {.vol = v[VOL].num, .vol_bid = v[VOL_BID].num, .vol_ask = v[VOL_ASK].num};
    struct vol_smiles_expiry *e;
    enum vol_status status;
    int32_t expiration;
    size_t at, root_len = v[ROOT].type == VOL_STRING ? v[ROOT].len : 0;
    bool fresh;

    s->spot = isfinite(s->spot) ? s->spot : v[SPOT].num;
    if (vol_quote_read(&v[QUOTE], &s->memo, &given, &expiration, &t->err) != VOL_OK || !same_clock(t, s, v))
        return false;
    q.strike = given.strike;
    q.call = given.type == VOL_CALL;
    q.bid = given.bid * unit_of(v, &given);
    q.ask = given.ask * unit_of(v, &given);
    status = vol_smiles_find(&s->smiles, v[ROOT].text, root_len, given.expires, &at, &fresh);
    if (status != VOL_OK)
        tool_die(t, status, "out of memory");
    e = &s->smiles.expiry[at];
    if (fresh)
        describe(s, e, expiration);
    e->t = isfinite(e->t) ? e->t : v[TIME].num;
    if (v[CLOCK].type == VOL_STRING) /* a time that names no clock is no one's */
        e->t_var = isfinite(e->t_var) ? e->t_var : v[TIME_VAR].num;
    e->forward = isfinite(e->forward) ? e->forward : v[FORWARD].num;
    e->discount = isfinite(e->discount) ? e->discount : v[DISCOUNT].num;
    status = vol_smiles_add(&s->smiles, at, &q);
    if (status == VOL_EOS)
        tool_die(t, status, "out of memory");
    return status == VOL_OK;
}

static void emit_slice(struct tool *t, const struct snapshot *s, const struct vol_smiles_expiry *e)
{
    const struct vol_svifit *fit = &e->fit;
    const char *reason = vol_smiles_reason(e), *calendar = vol_smiles_calendar_name(e->calendar);
    struct vol_writer *out = t->out;

    if (!tool_begin(t, "slice", s->ts))
        return;
    vol_writer_str(out, VOL_KEY("underlying"), s->underlying.data, s->underlying.len);
    if (e->root[0] != '\0')
        vol_writer_str(out, VOL_KEY("root"), e->root, strlen(e->root));
    vol_writer_str(out, VOL_KEY("expiration"), e->expiration, strlen(e->expiration));
    vol_writer_time(out, VOL_KEY("expires"), e->expires);
    vol_writer_num(out, VOL_KEY("t"), e->t);
    if (s->says_clock) {
        vol_writer_num(out, VOL_KEY("t_var"), e->t_var);
        vol_writer_str(out, VOL_KEY("clock"), s->clock.data, s->clock.len);
    }
    vol_writer_num(out, VOL_KEY("forward"), e->forward);
    vol_writer_num(out, VOL_KEY("discount"), e->discount);
    vol_writer_str(out, VOL_KEY("model"), model, strlen(model));
    vol_writer_str(out, VOL_KEY("fit_status"), reason, strlen(reason));
    vol_writer_int(out, VOL_KEY("points"), (int64_t)fit->points);
    if (vol_smiles_has_fit(e)) {
        const char *butterfly = fit->butterfly.free ? "free" : "arbitrage";

        vol_writer_num(out, VOL_KEY("svi_a"), fit->svi.a);
        vol_writer_num(out, VOL_KEY("svi_b"), fit->svi.b);
        vol_writer_num(out, VOL_KEY("svi_rho"), fit->svi.rho);
        vol_writer_num(out, VOL_KEY("svi_m"), fit->svi.m);
        vol_writer_num(out, VOL_KEY("svi_sigma"), fit->svi.sigma);
        vol_writer_num(out, VOL_KEY("atm_vol"), e->atm_vol);
        vol_writer_num(out, VOL_KEY("k_min"), fit->k_min);
        vol_writer_num(out, VOL_KEY("k_max"), fit->k_max);
        vol_writer_num(out, VOL_KEY("rmse_vol"), fit->rmse_vol);
        vol_writer_num(out, VOL_KEY("rmse_spread"), fit->rmse_spread);
        vol_writer_num(out, VOL_KEY("inside"), fit->inside);
        vol_writer_num(out, VOL_KEY("min_g"), fit->butterfly.min_g);
        vol_writer_str(out, VOL_KEY("butterfly"), butterfly, strlen(butterfly));
        vol_writer_str(out, VOL_KEY("calendar"), calendar, strlen(calendar));
        if (e->calendar == VOL_SMILES_CROSSES)
            vol_writer_num(out, VOL_KEY("calendar_k"), e->calendar_k);
    }
    tool_end(t);
}

static void emit_metrics(struct tool *t, const struct snapshot *s)
{
    const struct vol_smiles_numbers *m = &s->numbers;
    const char *status = vol_varindex_status_name(m->index_status);
    struct vol_writer *out = t->out;

    if (!tool_begin(t, "metrics", s->ts))
        return;
    vol_writer_str(out, VOL_KEY("underlying"), s->underlying.data, s->underlying.len);
    vol_writer_num(out, VOL_KEY("spot"), s->spot);
    vol_writer_int(out, VOL_KEY("quotes"), (int64_t)s->smiles.quotes);
    vol_writer_int(out, VOL_KEY("slices"), (int64_t)m->fitted);
    vol_writer_num(out, VOL_KEY("vix"), m->index);
    vol_writer_str(out, VOL_KEY("vix_status"), status, strlen(status));
    if (m->index_status != VOL_VARINDEX_NO_EXPIRIES) {
        const char *near = s->smiles.expiry[m->near].expiration, *next = s->smiles.expiry[m->next].expiration;

        vol_writer_str(out, VOL_KEY("vix_near"), near, strlen(near));
        vol_writer_str(out, VOL_KEY("vix_next"), next, strlen(next));
    }
    if (s->says_clock)
        vol_writer_str(out, VOL_KEY("clock"), s->clock.data, s->clock.len);
    vol_writer_num(out, VOL_KEY("iv7"), m->iv[0]);
    vol_writer_num(out, VOL_KEY("iv30"), m->iv[1]);
    vol_writer_num(out, VOL_KEY("iv60"), m->iv[2]);
    vol_writer_num(out, VOL_KEY("iv91"), m->iv[3]);
    vol_writer_num(out, VOL_KEY("iv182"), m->iv[4]);
    vol_writer_num(out, VOL_KEY("iv365"), m->iv[5]);
    vol_writer_num(out, VOL_KEY("rr25"), m->rr25);
    vol_writer_num(out, VOL_KEY("bf25"), m->bf25);
    vol_writer_num(out, VOL_KEY("term_slope"), m->term_slope);
    vol_writer_int(out, VOL_KEY("butterfly_violations"), (int64_t)m->butterfly_violations);
    vol_writer_int(out, VOL_KEY("calendar_violations"), (int64_t)m->calendar_violations);
    tool_end(t);
}

/* The snapshot is complete: fit, judge, measure, and write what came out. */
static void sum_up(struct tool *t, struct snapshot *s)
{
    bool any = strcmp(vix_expiries, "any") == 0;
    struct vol_curve curve;
    size_t i;

    if (!s->open)
        return;
    vol_rates_curve(&s->rates, s->ts, &curve);
    for (i = 0; i < s->smiles.n; i++)
        s->smiles.expiry[i].rate = vol_curve_rate(&curve, s->smiles.expiry[i].years);
    if (vol_smiles_run(&s->smiles, any ? VOL_VARINDEX_ANY : VOL_VARINDEX_FRIDAY, &s->numbers, &t->err) !=
        VOL_OK)
        tool_die_err(t);
    for (i = 0; i < s->smiles.n; i++)
        emit_slice(t, s, &s->smiles.expiry[i]);
    emit_metrics(t, s);
    s->n_snapshots++;
    s->n_slices += (double)s->numbers.fitted;
    s->violations += (double)(s->numbers.butterfly_violations + s->numbers.calendar_violations);
    s->open = false;
}

/* Whether REC has the underlying of the snapshot that is open. */
static bool same_underlying(const struct snapshot *s, const struct vol_rec *rec)
{
    const struct vol_value *u = &rec->value[UNDERLYING];

    return u->len == s->underlying.len && memcmp(u->text, s->underlying.data, u->len) == 0;
}

static void record(struct tool *t, struct snapshot *s, const struct vol_rec *rec)
{
    bool quote = vol_rec_is(rec, "quote"), snap = vol_rec_is(rec, "snap");

    if (s->open && (rec->ts != s->ts || ((quote || snap) && !same_underlying(s, rec))))
        sum_up(t, s);
    if ((quote || snap) && !s->open)
        begin(t, s, rec);
    if (quote && !keep(t, s, rec))
        s->unusable++;
    if (vol_rec_is(rec, "rate") &&
        vol_rates_add(&s->rates, rec->ts, rec->value[TENOR_DAYS].num, rec->value[RATE].num) != VOL_OK)
        tool_malformed(t, rec, "rate: no positive tenor_days with a rate, or too many tenors");
    tool_pass(t, rec);
    if (snap)
        sum_up(t, s);
}

/* The pictures that were asked for, of the last snapshot. */
static void draw(struct tool *t, const struct snapshot *s)
{
    struct vol_buf title = VOL_BUF_INIT;
    char ts[VOL_TIME_MAX];
    size_t i;

    if (plots.n > 0 && s->numbers.fitted == 0) {
        tool_warn(t, "there is no smile to draw");
        tool_status(t, VOL_ENOINPUT);
        return;
    }
    vol_time_print(ts, s->ts);
    if (vol_buf_addf(&title, "%s, %s", s->underlying.data, ts) != VOL_OK ||
        (s->says_clock && vol_buf_addf(&title, ", clock %s", s->clock.data) != VOL_OK))
        tool_die(t, VOL_EOS, "out of memory");
    for (i = 0; i < plots.n; i++) {
        const struct vol_pictures_title text = {title.data, title.len};
        enum vol_status status = vol_pictures_draw(plots.value[i], &s->smiles, &s->numbers, &text, &t->err);

        if (status != VOL_OK) {
            tool_warn(t, "%s", t->err.text);
            tool_status(t, status == VOL_NO ? VOL_ENOINPUT : status);
        }
    }
    vol_buf_free(&title);
}

/* --check: only smiles that were fitted, and have no arbitrage, are a yes. */
static void judge(struct tool *t, const struct snapshot *s)
{
    if (!check || tool_stopping(t))
        return;
    if (!(s->n_slices > 0))
        tool_warn(t, "no slice was fitted: nothing to check");
    if (!(s->n_slices > 0) || s->violations > 0)
        tool_status(t, VOL_NO);
}

int main(int argc, char **argv)
{
    struct tool t = {
        .info = &info, .options = options, .wants = wants, .n_wants = sizeof wants / sizeof wants[0]};
    struct snapshot s = {.underlying = VOL_BUF_INIT, .clock = VOL_BUF_INIT};
    struct vol_rec *rec;
    char path[4096];
    size_t i;

    tool_start(&t, argc, argv);
    vol_smiles_init(&s.smiles);
    vol_rates_init(&s.rates);
    for (i = 0; i < plots.n; i++)
        if (vol_pictures_check(plots.value[i], &t.err) != VOL_OK)
            tool_die_err(&t);
    if (vol_share_path(VOLPIPE_PREFIX "/share/volpipe", "calendars", "us-options.csv", path, sizeof path,
                       &t.err) != VOL_OK ||
        vol_calendar_load(path, &s.calendar, &t.err) != VOL_OK)
        tool_die_err(&t);
    if (rates_file != NULL && vol_rates_load(&s.rates, rates_file, &t.err) != VOL_OK)
        tool_die_err(&t);
    while ((rec = tool_next(&t)) != NULL)
        record(&t, &s, rec);
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
    tool_stat(&t, "unusable", s.unusable);
    vol_smiles_free(&s.smiles);
    vol_rates_free(&s.rates);
    vol_calendar_free(&s.calendar);
    vol_buf_free(&s.underlying);
    vol_buf_free(&s.clock);
    return tool_finish(&t);
}
