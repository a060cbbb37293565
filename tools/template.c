/* vtemplate: the smallest filter that does real work: a copy of it is how a new tool begins (HACKING.md).
 *
 * It reads three numbers of each quote and adds one field; everything else passes. It is built and tested
 * like the other tools (build/template/, the contract suite, the benches of a plain filter) but not
 * installed.
 */
#include "tool.h"

static const struct tool_info info = {"vtemplate", "[FILE...]",
                                      "Add the relative bid-ask spread to quotes; pass everything else."};

static double floor_price = 0;

static const struct vol_opt options[] = {
    {VOL_OPT_HEADING, 0, NULL, NULL, NULL, NULL, 0, 0, "Options of vtemplate"},
    {VOL_OPT_NUM, 'f', "floor", "PRICE", &floor_price, NULL, 0, 1e9,
     "add nothing to quotes whose mid is not above PRICE (0)"},
    {0},
};

/* What the tool reads; `true` marks what it writes anew. */
enum { BID = VOL_W_OWN, ASK, UNDERLYING_PRICE, RELATIVE_SPREAD };
static const struct vol_want wants[] = {
    {"bid", false}, {"ask", false}, {"underlying_price", false}, {"relative_spread", true}};

static void quote(struct tool *t, const struct vol_rec *rec)
{
    double bid = rec->value[BID].num, ask = rec->value[ASK].num, spot = rec->value[UNDERLYING_PRICE].num;

    /* Written so that a missing number (NaN) fails the test. */
    if (!((bid + ask) / 2 > floor_price && spot > 0)) {
        tool_pass(t, rec);
        return;
    }
    if (tool_edit(t, &rec->line, "quote")) {
        vol_writer_num(t->out, VOL_KEY("relative_spread"), (ask - bid) / spot);
        tool_end(t);
    }
}

int main(int argc, char **argv)
{
    struct tool t = {
        .info = &info, .options = options, .wants = wants, .n_wants = sizeof wants / sizeof wants[0]};
    struct vol_rec *rec;

    tool_start(&t, argc, argv);
    while ((rec = tool_next(&t)) != NULL) {
        if (vol_rec_is(rec, "quote"))
            quote(&t, rec);
        else
            tool_pass(&t, rec);
    }
    return tool_finish(&t);
}
