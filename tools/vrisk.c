/* vrisk: hold back orders that would break a limit; report the greeks of the book. */
#include "tool.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "book/exposure.h"
#include "book/market.h"
#include "risk/gate.h"
#include "trade/holdings.h"

static const struct tool_info info = {
    "vrisk", "[FILE...]", "Hold back orders that would break a limit; report the greeks of the book."};

static const char *limits_name = "default", *positions_path;
static int check;

static const struct vol_opt options[] = {
    {VOL_OPT_STR, 'l', "limits", "NAME", &limits_name, NULL, 0, 0,
     "limits of share/limits, or a file (default)"},
    {VOL_OPT_FILE, 'p', "positions", "FILE", &positions_path, NULL, 0, 0,
     "what is held and what works, as `vorder positions` prints it (nothing)"},
    {VOL_OPT_FLAG, 'c', "check", NULL, &check, NULL, 0, 0, "exit with 1 if there was a breach"},
    {0},
};

static const struct vol_want wants[] = {VOL_MARKET_WANTS};
static const struct vol_want holdings_wants[] = {VOL_HOLDINGS_WANTS};

struct desk {
    struct vol_limits limits;
    struct vol_holdings held;
    struct vol_market market;
    struct vol_gate gate;
    uint64_t n_passed, n_held, n_breaches;
};

static void load(struct tool *t, struct desk *desk)
{
    struct vol_reader *reader;
    size_t i;

    if (vol_limits_load(tool_share_file(t, "limits", limits_name), &desk->limits, &t->err) != VOL_OK)
        tool_die_err(t);
    vol_gate_init(&desk->gate, &desk->limits, &desk->held.book, &desk->market);
    if (positions_path == NULL)
        return;
    reader = tool_open(t, positions_path, holdings_wants, sizeof holdings_wants / sizeof holdings_wants[0]);
    if (vol_holdings_read(&desk->held, reader, &t->err) != VOL_OK)
        tool_die_err(t);
    vol_reader_free(reader);
    for (i = 0; i < desk->held.working.n; i++)
        if (vol_gate_working(&desk->gate, &desk->held.working.list[i]) != VOL_OK)
            tool_die(t, VOL_EOS, "out of memory for orders");
}

static void put_breaches(struct tool *t, struct desk *desk, int64_t ts, const struct vol_breach *list,
                         size_t n, const struct vol_order *order)
{
    size_t i;

    for (i = 0; i < n; i++) {
        const struct vol_breach *b = &list[i];

        desk->n_breaches++;
        if (!tool_begin(t, "breach", ts))
            continue;
        vol_writer_str(t->out, VOL_KEY("scope"), b->scope, strlen(b->scope));
        vol_writer_str(t->out, VOL_KEY("limit"), b->limit, strlen(b->limit));
        vol_writer_num(t->out, VOL_KEY("value"), b->value);
        vol_writer_num(t->out, VOL_KEY("limit_value"), b->limit_value);
        vol_writer_str(t->out, VOL_KEY("unit"), b->unit, strlen(b->unit));
        if (order != NULL) {
            vol_writer_str(t->out, VOL_KEY("order_id"), order->id, strlen(order->id));
            vol_writer_str(t->out, VOL_KEY("strategy"), order->strategy, strlen(order->strategy));
            vol_writer_str(t->out, VOL_KEY("underlying"), order->underlying, strlen(order->underlying));
        }
        vol_writer_str(t->out, VOL_KEY("reason"), b->reason, strlen(b->reason));
        tool_end(t);
    }
}

static void put_risk(struct tool *t, const struct desk *desk, int64_t ts, const char *underlying)
{
    struct vol_exposure sum = {{0}};
    char scope[VOL_NAME_MAX + 12];
    size_t n;

    vol_exposure_of_book(&sum, &desk->held.book, &desk->market, underlying, &n);
    if (!tool_begin(t, "risk", ts))
        return;
    snprintf(scope, sizeof scope, "%s%s",
             underlying == NULL ? "portfolio" : "underlying:", underlying == NULL ? "" : underlying);
    vol_writer_str(t->out, VOL_KEY("scope"), scope, strlen(scope));
    if (underlying != NULL) {
        vol_writer_num(t->out, VOL_KEY("delta"), sum.value[VOL_DELTA]);
        vol_writer_num(t->out, VOL_KEY("gamma"), sum.value[VOL_GAMMA]);
    }
    vol_writer_num(t->out, VOL_KEY("theta"), sum.value[VOL_THETA]);
    vol_writer_num(t->out, VOL_KEY("vega"), sum.value[VOL_VEGA]);
    vol_writer_num(t->out, VOL_KEY("dollar_delta"), sum.value[VOL_DOLLAR_DELTA]);
    vol_writer_num(t->out, VOL_KEY("dollar_gamma"), sum.value[VOL_DOLLAR_GAMMA]);
    vol_writer_num(t->out, VOL_KEY("notional"), sum.value[VOL_NOTIONAL]);
    vol_writer_num(t->out, VOL_KEY("quantity"), sum.value[VOL_QUANTITY]);
    vol_writer_int(t->out, VOL_KEY("positions"), (int64_t)n);
    tool_end(t);
}

/* A chain is over: what the book is worth in greeks, and which limits it is over by itself. */
static void report(struct tool *t, struct desk *desk, const struct vol_chain *chain)
{
    struct vol_breach breaches[VOL_BREACHES_MAX];
    char ts[VOL_TIME_MAX];
    size_t n;

    if (chain == NULL)
        return;
    if (!chain->complete) {
        vol_time_print(ts, chain->ts);
        tool_note(t, "the chain of %s at %s is not known: no snap record with its number of quotes closes it",
                  chain->underlying, ts);
    }
    put_risk(t, desk, chain->ts, chain->underlying);
    put_risk(t, desk, chain->ts, NULL);
    vol_gate_book(&desk->gate, chain->underlying, breaches, &n);
    put_breaches(t, desk, chain->ts, breaches, n, NULL);
    vol_gate_book(&desk->gate, NULL, breaches, &n);
    put_breaches(t, desk, chain->ts, breaches, n, NULL);
}

static void judge(struct tool *t, struct desk *desk, const struct vol_rec *rec)
{
    struct vol_breach breaches[VOL_BREACHES_MAX];
    struct vol_order order;
    size_t n;
    enum vol_status status = vol_order_from_json(rec->line.bytes, rec->line.len, &order, &t->err);

    if (status == VOL_EDATA) {
        tool_malformed(t, rec, "%s", t->err.text);
        return;
    }
    if (status != VOL_OK)
        tool_die_err(t);
    status = vol_gate_check(&desk->gate, &order, breaches, &n, &t->err);
    if (status == VOL_OK) {
        desk->n_passed++;
        tool_pass(t, rec);
    } else if (status == VOL_NO) {
        desk->n_held++;
        put_breaches(t, desk, rec->ts, breaches, n, &order);
    } else {
        tool_die_err(t);
    }
}

int main(int argc, char **argv)
{
    struct tool t = {
        .info = &info, .options = options, .wants = wants, .n_wants = sizeof wants / sizeof wants[0]};
    static struct desk desk;
    struct vol_chain *chain;
    struct vol_rec *rec;

    tool_start(&t, argc, argv);
    vol_holdings_init(&desk.held);
    vol_market_init(&desk.market);
    load(&t, &desk);
    while ((rec = tool_next(&t)) != NULL) {
        report(&t, &desk, vol_market_before(&desk.market, rec));
        if (vol_rec_is(rec, "order")) {
            judge(&t, &desk, rec);
            continue;
        }
        if (vol_rec_is(rec, "quote") && vol_market_take(&desk.market, rec, &t.err) != VOL_OK)
            tool_die_err(&t);
        tool_pass(&t, rec);
        if (vol_rec_is(rec, "snap")) {
            if (vol_market_snap(&desk.market, rec, tool_snap_right(&t), &chain, &t.err) != VOL_OK)
                tool_die_err(&t);
            report(&t, &desk, chain);
        }
    }
    if (!tool_stopping(&t))
        report(&t, &desk, vol_market_end(&desk.market));
    tool_stat(&t, "orders_passed", (double)desk.n_passed);
    tool_stat(&t, "orders_held", (double)desk.n_held);
    tool_stat(&t, "breaches", (double)desk.n_breaches);
    if (desk.n_held > 0)
        tool_note(&t, "%llu orders held back", (unsigned long long)desk.n_held);
    if (check && desk.n_breaches > 0)
        tool_status(&t, VOL_NO);
    vol_gate_free(&desk.gate);
    vol_holdings_free(&desk.held);
    vol_market_free(&desk.market);
    return tool_finish(&t);
}
