/* vstrat: strategy files turn signals and chains into orders. */
#include "tool.h"

#include <stdlib.h>
#include <string.h>

#include "book/market.h"
#include "trade/decide.h"
#include "trade/holdings.h"
#include "trade/strategy.h"

static const struct tool_info info = {"vstrat", "[FILE...]", "Turn signals into orders, by strategy files."};

static struct vol_opt_list strategy_names;
static const char *positions_path;

static const struct vol_opt options[] = {
    {VOL_OPT_LIST, 's', "strategy", "NAME", &strategy_names, NULL, 0, 0,
     "strategy of share/strategies, or a file; may be given several times"},
    {VOL_OPT_FILE, 'p', "positions", "FILE", &positions_path, NULL, 0, 0,
     "what is held and what works, as `vorder positions` prints it (nothing)"},
    {0},
};

enum { MODEL = VOL_MARKET_OWN, SIGNAL, STRENGTH };
static const struct vol_want wants[] = {
    VOL_MARKET_WANTS, {"model", false}, {"signal", false}, {"strength", false}};
static const struct vol_want holdings_wants[] = {VOL_HOLDINGS_WANTS};

struct desk {
    struct vol_strategy strategies[VOL_OPT_LIST_MAX];
    size_t n;
    struct vol_holdings held; /* with the orders of this run among the working ones */
    struct vol_market market;
    struct vol_orders made;
};

static void load(struct tool *t, struct desk *desk)
{
    struct vol_reader *reader;
    size_t i, j;

    if (strategy_names.n == 0)
        tool_die(t, VOL_EUSAGE, "needs --strategy NAME");
    for (i = 0; i < strategy_names.n; i++) {
        if (vol_strategy_load(tool_share_file(t, "strategies", strategy_names.value[i]), &desk->strategies[i],
                              &t->err) != VOL_OK)
            tool_die_err(t);
        for (j = 0; j < i; j++)
            if (strcmp(desk->strategies[i].name, desk->strategies[j].name) == 0)
                tool_die(t, VOL_ECONFIG, "%s: two strategies of this name", desk->strategies[i].name);
    }
    desk->n = strategy_names.n;
    if (positions_path == NULL)
        return;
    reader = tool_open(t, positions_path, holdings_wants, sizeof holdings_wants / sizeof holdings_wants[0]);
    if (vol_holdings_read(&desk->held, reader, &t->err) != VOL_OK)
        tool_die_err(t);
    vol_reader_free(reader);
}

/* False, and reported: the record is no signal. */
static bool read_signal(struct tool *t, const struct vol_rec *rec, struct vol_signal *signal)
{
    const struct vol_value *underlying = &rec->value[VOL_MARKET_UNDERLYING], *model = &rec->value[MODEL];
    const struct vol_value *word = &rec->value[SIGNAL], *strength = &rec->value[STRENGTH];
    const char *what = NULL;

    memset(signal, 0, sizeof *signal);
    signal->ts = rec->ts;
    if (underlying->type != VOL_STRING ||
        vol_contract_name(signal->underlying, sizeof signal->underlying, underlying->text, underlying->len,
                          "", NULL) != VOL_OK)
        what = "underlying: is missing or no name";
    else if (model->type != VOL_STRING || vol_contract_name(signal->model, sizeof signal->model, model->text,
                                                            model->len, "", NULL) != VOL_OK)
        what = "model: is missing or no name";
    else if (word->type != VOL_STRING ||
             vol_strategy_direction(word->text, word->len, &signal->direction) != VOL_OK)
        what = "signal: not buy_vol, sell_vol or neutral";
    else if (strength->type != VOL_STRING ||
             vol_strategy_strength(strength->text, strength->len, &signal->strength) != VOL_OK)
        what = "strength: not none, weak, moderate or strong";
    if (what != NULL)
        tool_malformed(t, rec, "%s", what);
    return what == NULL;
}

static void emit(struct tool *t, struct desk *desk)
{
    size_t i;

    for (i = 0; i < desk->made.n; i++) {
        const struct vol_order *order = &desk->made.list[i];

        if (vol_orders_find(&desk->held.working, order->id) != NULL)
            continue; /* the same signal came before */
        if (vol_orders_add(&desk->held.working, order) != VOL_OK)
            tool_die(t, VOL_EOS, "out of memory for orders");
        if (!tool_begin(t, "order", order->ts))
            continue;
        if (vol_order_write(order, t->out) != VOL_OK)
            tool_die(t, VOL_EOS, "out of memory for an order");
        tool_end(t);
    }
}

static void decide(struct tool *t, struct desk *desk, const struct vol_signal *signal)
{
    const struct vol_chain *chain = vol_market_chain(&desk->market, signal->underlying);
    char why[VOL_ORDER_REASON_MAX];
    size_t i;

    for (i = 0; i < desk->n; i++) {
        const struct vol_strategy *s = &desk->strategies[i];

        if (strcmp(s->model, signal->model) != 0)
            continue;
        if (chain != NULL && chain->ts == signal->ts && !chain->complete) {
            tool_note(t, "%s: no order on %s: no snap record with its number of quotes closes its chain",
                      s->name, signal->underlying);
            continue;
        }
        if (chain == NULL || chain->ts != signal->ts) {
            tool_note(t, "%s: no order on %s: its chain at the instant of the signal is not in the stream",
                      s->name, signal->underlying);
            continue;
        }
        desk->made.n = 0;
        if (vol_decide(s, chain, signal, &desk->held.book, &desk->held.working, &desk->made, why, &t->err) !=
            VOL_OK)
            tool_die_err(t);
        emit(t, desk);
        if (why[0] != '\0')
            tool_note(t, "%s: no order on %s: %s", s->name, signal->underlying, why);
    }
}

int main(int argc, char **argv)
{
    struct tool t = {
        .info = &info, .options = options, .wants = wants, .n_wants = sizeof wants / sizeof wants[0]};
    static struct desk desk;
    struct vol_signal signal;
    struct vol_chain *chain;
    struct vol_rec *rec;

    tool_start(&t, argc, argv);
    vol_holdings_init(&desk.held);
    vol_market_init(&desk.market);
    vol_orders_init(&desk.made);
    load(&t, &desk);
    while ((rec = tool_next(&t)) != NULL) {
        vol_market_before(&desk.market, rec);
        if (vol_rec_is(rec, "quote") && vol_market_take(&desk.market, rec, &t.err) != VOL_OK)
            tool_die_err(&t);
        if (vol_rec_is(rec, "snap") &&
            vol_market_snap(&desk.market, rec, tool_snap_right(&t), &chain, &t.err) != VOL_OK)
            tool_die_err(&t);
        if (!vol_rec_is(rec, "signal")) {
            tool_pass(&t, rec);
        } else if (read_signal(&t, rec, &signal)) {
            tool_pass(&t, rec);
            decide(&t, &desk, &signal);
        }
    }
    vol_holdings_free(&desk.held);
    vol_market_free(&desk.market);
    vol_orders_free(&desk.made);
    return tool_finish(&t);
}
