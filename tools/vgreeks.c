/* vgreeks: forward, implied vols and greeks of each quote, snapshot by snapshot. */
#include "tool.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "chain/quote.h"
#include "chain/rates.h"
#include "chain/valuation.h"

static const struct tool_info info = {
    "vgreeks", "[FILE...]", "Add forward, implied vols and greeks to quotes, snapshot by snapshot."};

static const char *model = "black76", *forward_from = "auto", *rates_file = NULL;
static double rate = NAN, yield = NAN;

static const struct vol_opt options[] = {
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Options of vgreeks"},
    {VOL_OPT_FILE, 0, "rates", "FILE", &rates_file, NULL, 0, 0,
     "rate records (tenor_days, rate): the discount curve, as of each snapshot"},
    {VOL_OPT_ENUM, 'm', "model", "MODEL", &model, "black76|bs", 0, 0,
     "black76 (forward by --forward) or bs (spot, --rate, --yield)"},
    {VOL_OPT_ENUM, 0, "forward", "FROM", &forward_from, "auto|parity|quote", 0, 0,
     "where the forward comes from: put-call parity, the quote's underlying_price, or auto: the latter for "
     "inverse options with a price per expiry, parity for the rest"},
    {VOL_OPT_NUM, 'r', "rate", "RATE", &rate, NULL, -1, 10,
     "with --model bs: continuously compounded rate as a decimal (from the curve of --rates)"},
    {VOL_OPT_NUM, 'y', "yield", "YIELD", &yield, NULL, -1, 10,
     "with --model bs: continuously compounded dividend yield and borrow as a decimal (0)"},
    {0},
};

enum { QUOTE = VOL_W_OWN, TENOR_DAYS = QUOTE + VOL_Q_N, RATE };
static const struct vol_want wants[] = {
    VOL_QUOTE_WANTS,  {"tenor_days", false}, {"rate", false},     {"mid", true},
    {"t", true},      {"forward", true},     {"discount", true},  {"implied_vol", true},
    {"iv_bid", true}, {"iv_ask", true},      {"iv_status", true}, {"delta", true},
    {"gamma", true},  {"theta", true},       {"vega", true},      {"rho", true}};

/* A snapshot in the making. A held line that is no quote keeps its place; `item` tells them apart. */
struct snapshot {
    bool open;
    int64_t ts;
    struct vol_buf underlying;
    struct vol_hold hold;
    struct vol_buf items; /* ptrdiff_t per line: -1 for a quote, else where its kind stands in `kinds` */
    struct vol_buf kinds;
    struct vol_valuation valuation;
};

/* A number and its text. */
struct number {
    double x;
    char text[VOL_NUM_MAX];
    size_t len;
};

struct state {
    struct tool t;
    struct snapshot snap;
    struct vol_rates rates;
    struct vol_valuation_config config;
    struct vol_quote_memo memo;
    struct number t_text, forward_text, discount_text; /* of the quote before: a group shares them */
    double n_status[VOL_IV_NO_FORWARD + 1], n_parity[VOL_PARITY_INCONSISTENT + 1];
};

/* Written like vol_writer_num, but printed only when it is another number than the one before. */
static void write_shared(struct tool *t, const char *key, size_t key_len, double x, struct number *before)
{
    if (before->len == 0 || !(x == before->x))
        before->len = vol_num_print(before->text, x, t->precision);
    before->x = x;
    vol_writer_raw(t->out, key, key_len, before->text, before->len);
}

static void write_quote(struct state *s, const struct vol_line *line, const struct vol_valued *q)
{
    struct tool *t = &s->t;
    const char *status = vol_iv_status_name(q->status);

    s->n_status[q->status]++;
    if (!tool_edit(t, line, "quote"))
        return;
    vol_writer_num(t->out, VOL_KEY("mid"), q->mid);
    write_shared(t, VOL_KEY("t"), q->t, &s->t_text);
    write_shared(t, VOL_KEY("forward"), q->forward, &s->forward_text);
    write_shared(t, VOL_KEY("discount"), q->discount, &s->discount_text);
    vol_writer_num(t->out, VOL_KEY("implied_vol"), q->vol);
    vol_writer_num(t->out, VOL_KEY("iv_bid"), q->vol_bid);
    vol_writer_num(t->out, VOL_KEY("iv_ask"), q->vol_ask);
    vol_writer_str(t->out, VOL_KEY("iv_status"), status, strlen(status));
    vol_writer_num(t->out, VOL_KEY("delta"), q->greeks.delta);
    vol_writer_num(t->out, VOL_KEY("gamma"), q->greeks.gamma);
    vol_writer_num(t->out, VOL_KEY("theta"), q->greeks.theta);
    vol_writer_num(t->out, VOL_KEY("vega"), q->greeks.vega);
    vol_writer_num(t->out, VOL_KEY("rho"), q->greeks.rho);
    tool_end(t);
}

/* The snapshot is complete: value it and send everything on in its order. */
static void close_snapshot(struct state *s)
{
    struct snapshot *snap = &s->snap;
    const ptrdiff_t *item = (const ptrdiff_t *)(const void *)snap->items.data;
    struct vol_curve curve;
    size_t i, at = 0;

    if (!snap->open)
        return;
    vol_rates_curve(&s->rates, snap->ts, &curve);
    if (vol_valuation_run(&snap->valuation, &s->config, snap->ts, &curve) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
    for (i = 0; i < snap->hold.n; i++) {
        struct vol_line line = vol_hold_get(&snap->hold, i);

        if (item[i] < 0)
            write_quote(s, &line, &snap->valuation.quote[at++]);
        else
            tool_pass_line(&s->t, &line, snap->kinds.data + item[i]);
    }
    for (i = 0; i < snap->valuation.n_groups && s->config.forward_from <= VOL_FORWARD_PARITY; i++)
        if (snap->valuation.group[i].expires > snap->ts)
            s->n_parity[snap->valuation.group[i].parity.status]++;
    vol_hold_clear(&snap->hold);
    vol_buf_clear(&snap->items);
    vol_buf_clear(&snap->kinds);
    vol_valuation_clear(&snap->valuation);
    snap->open = false;
}

/* A line into the open snapshot: a quote (KIND null) or a record that stands among them. */
static void hold(struct state *s, const struct vol_line *line, const struct vol_value *kind)
{
    struct snapshot *snap = &s->snap;
    ptrdiff_t item = kind != NULL ? (ptrdiff_t)snap->kinds.len : -1;

    if (vol_hold_add(&snap->hold, line) != VOL_OK ||
        vol_buf_add(&snap->items, &item, sizeof item) != VOL_OK ||
        (kind != NULL && vol_buf_add(&snap->kinds, kind->text, kind->len) != VOL_OK) ||
        (kind != NULL && vol_buf_add_char(&snap->kinds, '\0') != VOL_OK))
        tool_die(&s->t, VOL_EOS, "out of memory");
}

static void take_quote(struct state *s, const struct vol_rec *rec)
{
    struct snapshot *snap = &s->snap;
    const struct vol_value *v = &rec->value[QUOTE], *name = &v[VOL_Q_UNDERLYING], *root = &v[VOL_Q_ROOT];
    struct vol_valued q = {0};
    int32_t expiration;

    if (vol_quote_read(v, &s->memo, &q, &expiration, &s->t.err) != VOL_OK) {
        tool_malformed(&s->t, rec, "%s", s->t.err.text);
        return;
    }
    if (snap->open && (snap->ts != rec->ts || snap->underlying.len != name->len ||
                       memcmp(snap->underlying.data, name->text, name->len) != 0))
        close_snapshot(s);
    if (!snap->open) {
        vol_buf_clear(&snap->underlying);
        if (vol_buf_add(&snap->underlying, name->text, name->len) != VOL_OK)
            tool_die(&s->t, VOL_EOS, "out of memory");
        snap->ts = rec->ts;
        snap->open = true;
    }
    hold(s, &rec->line, NULL);
    if (vol_valuation_add(&snap->valuation, &q, root->text, root->type == VOL_STRING ? root->len : 0,
                          expiration) != VOL_OK)
        tool_die(&s->t, VOL_EOS, "out of memory");
}

static void take_other(struct state *s, const struct vol_rec *rec)
{
    if (vol_rec_is(rec, "rate") &&
        vol_rates_add(&s->rates, rec->ts, rec->value[TENOR_DAYS].num, rec->value[RATE].num) != VOL_OK) {
        tool_malformed(&s->t, rec, "rate: it needs a positive tenor_days and a rate, of 64 tenors at most");
        return;
    }
    /* A record of the same instant (a reject of vclean) does not cut a snapshot in two. */
    if (s->snap.open && !vol_rec_is(rec, "snap") && rec->ts == s->snap.ts) {
        hold(s, &rec->line, &rec->value[VOL_W_KIND]);
        return;
    }
    close_snapshot(s);
    tool_pass(&s->t, rec);
}

static void configure(struct state *s)
{
    struct tool *t = &s->t;
    bool bs = strcmp(model, "bs") == 0;

    vol_rates_init(&s->rates);
    if (rates_file != NULL && vol_rates_load(&s->rates, rates_file, &t->err) != VOL_OK)
        tool_die_err(t);
    if (!bs && !(isnan(rate) && isnan(yield)))
        tool_die(t, VOL_EUSAGE, "--rate and --yield go with --model bs");
    if (bs && strcmp(forward_from, "auto") != 0)
        tool_die(t, VOL_EUSAGE, "--forward goes with --model black76: bs takes the spot");
    if (bs)
        s->config.forward_from = VOL_FORWARD_SPOT;
    else if (strcmp(forward_from, "parity") == 0)
        s->config.forward_from = VOL_FORWARD_PARITY;
    else if (strcmp(forward_from, "quote") == 0)
        s->config.forward_from = VOL_FORWARD_QUOTE;
    s->config.rate = rate;
    s->config.yield = isnan(yield) ? 0 : yield;
    vol_hold_init(&s->snap.hold);
    vol_buf_init(&s->snap.underlying);
    vol_buf_init(&s->snap.items);
    vol_buf_init(&s->snap.kinds);
    vol_valuation_init(&s->snap.valuation);
}

int main(int argc, char **argv)
{
    struct state s = {
        .t = {.info = &info, .options = options, .wants = wants, .n_wants = sizeof wants / sizeof wants[0]}};
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
    vol_rates_free(&s.rates);
    vol_hold_free(&s.snap.hold);
    vol_buf_free(&s.snap.underlying);
    vol_buf_free(&s.snap.items);
    vol_buf_free(&s.snap.kinds);
    vol_valuation_free(&s.snap.valuation);
    return tool_finish(&s.t);
}
