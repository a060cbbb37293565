#include "unit.h"

#include "trade/decide.h"
#include "trade/strategy.h"
#include "trade_world.h"

static struct vol_strategy strangle, straddle;

static struct vol_signal signal_of(int direction, enum vol_strength strength)
{
    struct vol_signal s = {WORLD_T0, "SPX", "iv_mean_reversion", direction, strength};

    return s;
}

struct world {
    struct vol_market market;
    struct vol_chain *chain;
    struct vol_book book;
    struct vol_orders working, out;
    char why[VOL_ORDER_REASON_MAX];
};

static void make(struct world *w)
{
    vol_market_init(&w->market);
    vol_book_init(&w->book);
    vol_orders_init(&w->working);
    vol_orders_init(&w->out);
    w->chain = world_chain(&w->market, WORLD_T0);
}

static void drop(struct world *w)
{
    vol_market_free(&w->market);
    vol_book_free(&w->book);
    vol_orders_free(&w->working);
    vol_orders_free(&w->out);
}

static enum vol_status decide(struct world *w, const struct vol_strategy *s, int direction,
                              enum vol_strength strength)
{
    struct vol_signal signal = signal_of(direction, strength);

    w->out.n = 0;
    w->chain->complete = true;
    return vol_decide(s, w->chain, &signal, &w->book, &w->working, &w->out, w->why, NULL);
}

static void hold(struct world *w, const char *strategy, const struct vol_contract *c, double quantity)
{
    struct vol_trade t = {"paper", strategy, c, fixed(quantity), fixed(5), 0};

    UNIT(vol_book_apply(&w->book, &t, NULL, NULL) == VOL_OK);
}

/* 0.16: put delta -0.16 would be K = 2815, call delta 0.16 K = 2985: nearest strikes 2820 (-0.18), 2980
 * (0.18). */
static void test_strangle(void)
{
    struct world w;
    const struct vol_order *o;

    make(&w);
    world_add(w.chain, "SPXW", 22);
    world_add(w.chain, "SPXW", 29);
    world_add(w.chain, "SPXW", 60);
    UNIT(decide(&w, &strangle, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 1);
    o = &w.out.list[0];
    UNIT_STR(o->id, "short_strangle-SPX-20190425T201500Z");
    UNIT_STR(o->legs[0].contract.symbol, "SPXW190524P02820000");
    UNIT_STR(o->legs[1].contract.symbol, "SPXW190524C02980000");
    UNIT(o->legs[0].side == -1 && o->legs[1].side == -1 && o->quantity == 1 && o->intent == VOL_INTENT_OPEN);
    UNIT(vol_order_check(o, NULL) == VOL_OK);
    /* mids 18 and 18; 20 half-spreads of 0.1 through each: -(18 - 2) * 2 */
    UNIT(o->limit_price == fixed(-32));
    UNIT(decide(&w, &strangle, -1, VOL_STRENGTH_WEAK) == VOL_OK && w.out.n == 0 && w.why[0] == '\0');
    UNIT(decide(&w, &strangle, 0, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 0);
    UNIT(decide(&w, &strangle, 1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 0);
    UNIT(decide(&w, &straddle, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 0);
    drop(&w);
}

static void test_straddle(void)
{
    struct world w;

    make(&w);
    world_add(w.chain, "SPXW", 29);
    UNIT(decide(&w, &straddle, 1, VOL_STRENGTH_MODERATE) == VOL_OK && w.out.n == 1);
    UNIT_STR(w.out.list[0].legs[0].contract.symbol, "SPXW190524C02900000");
    UNIT_STR(w.out.list[0].legs[1].contract.symbol, "SPXW190524P02900000");
    /* without a put at 2900 both legs go to another strike; 2880 and 2920 are as near: the lower */
    world_find(w.chain, "SPXW", 29, 2900, 'P')->vega = (double)NAN;
    UNIT(decide(&w, &straddle, 1, VOL_STRENGTH_MODERATE) == VOL_OK && w.out.n == 1);
    UNIT_STR(w.out.list[0].legs[0].contract.symbol, "SPXW190524C02880000");
    UNIT_STR(w.out.list[0].legs[1].contract.symbol, "SPXW190524P02880000");
    drop(&w);
}

/* The same contracts in any order of the quotes: ties are broken by the contract, not by the stream. */
static void test_ties(void)
{
    static const char *const roots[2][3] = {{"SPXW", "SPX", "SPXQ"}, {"SPXQ", "SPX", "SPXW"}};
    struct world w;
    int k, i;

    for (k = 0; k < 2; k++) {
        make(&w);
        for (i = 0; i < 3; i++)
            world_add(w.chain, roots[k][i], 29); /* one settlement instant: the least root in byte order */
        world_add(w.chain, "SPXW", 31);          /* as far from 30 days: the earlier one */
        UNIT(decide(&w, &strangle, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 1);
        UNIT_STR(w.out.list[0].legs[0].contract.symbol, "SPX190524P02820000");
        drop(&w);
    }
    /* 0.125 lies in the middle of 0.1875 and 0.0625: the smaller delta wins */
    make(&w);
    world_add(w.chain, "SPXW", 29);
    {
        struct vol_strategy s = strangle;

        s.legs[0].delta = 0.125;
        s.delta_tolerance = 0.0625;
        world_find(w.chain, "SPXW", 29, 2820, 'P')->delta = -0.1875;
        world_find(w.chain, "SPXW", 29, 2800, 'P')->delta = -0.0625;
        UNIT(decide(&w, &s, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 1);
        UNIT_STR(w.out.list[0].legs[0].contract.symbol, "SPXW190524P02800000");
    }
    drop(&w);
}

/* A contract whose quote or greeks are not fit is never taken; the next best within the tolerance is, or
 * none. */
static void test_unfit(void)
{
    static const char *const best = "SPXW190524P02820000", *const next = "SPXW190524P02800000";
    int kind;

    for (kind = 0; kind < 12; kind++) {
        struct world w;
        struct vol_market_quote *q;

        make(&w);
        world_add(w.chain, "SPXW", 29);
        q = world_find(w.chain, "SPXW", 29, 2820, 'P');
        UNIT_STR(q->contract.symbol, best);
        switch (kind) {
        case 0:
            q->delta = (double)NAN;
            break;
        case 1:
            q->gamma = (double)NAN;
            break;
        case 2:
            q->theta = (double)INFINITY;
            break;
        case 3:
            q->vega = (double)NAN;
            break;
        case 4:
            q->bid = VOL_FIXED_NONE;
            break;
        case 5:
            q->ask = VOL_FIXED_NONE;
            break;
        case 6:
            q->bid = q->ask;
            break;
        case 7:
            q->bid = q->ask + 1;
            break;
        case 8:
            q->bid = 0;
            break;
        case 9:
            q->contract.multiplier = VOL_FIXED_NONE;
            break;
        case 10:
            q->delta = 0.16; /* a put cannot have it */
            break;
        default:
            q->contract.expires = VOL_TIME_NONE;
            break;
        }
        UNIT(decide(&w, &strangle, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 0 && w.why[0] != '\0');
        {
            struct vol_strategy loose = strangle;

            loose.delta_tolerance = 0.07;
            UNIT(decide(&w, &loose, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 1);
            UNIT_STR(w.out.list[0].legs[0].contract.symbol, next);
        }
        drop(&w);
    }
}

static void test_window(void)
{
    struct world w;

    make(&w);
    world_add(w.chain, "SPXW", 19);
    world_add(w.chain, "SPXW", 46);
    UNIT(decide(&w, &strangle, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 0 && w.why[0] != '\0');
    world_add(w.chain, "SPXW", 20);
    UNIT(decide(&w, &strangle, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 1);
    drop(&w);
    make(&w);
    world_add(w.chain, "SPXW", 45);
    UNIT(decide(&w, &strangle, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 1);
    w.chain->complete = false;
    {
        struct vol_signal signal = signal_of(-1, VOL_STRENGTH_STRONG);

        w.out.n = 0;
        UNIT(vol_decide(&strangle, w.chain, &signal, &w.book, &w.working, &w.out, w.why, NULL) == VOL_EDATA);
        UNIT(w.out.n == 0);
        strcpy(signal.model, "other");
        UNIT(vol_decide(&strangle, w.chain, &signal, &w.book, &w.working, &w.out, w.why, NULL) == VOL_OK);
        UNIT(w.out.n == 0);
    }
    drop(&w);
}

static void test_size(void)
{
    struct vol_strategy s = strangle;
    struct vol_contract c = world_contract("SPXW", 29, 2820, 'P');
    struct vol_order order;
    struct world w;

    make(&w);
    world_add(w.chain, "SPXW", 29);
    s.quantity = s.max_units = 9;
    s.max_vega = 600 * 4; /* a unit has 2 * 100 * 3 */
    UNIT(decide(&w, &s, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 1 && w.out.list[0].quantity == 4);
    s.max_vega = 599;
    UNIT(decide(&w, &s, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 0 && w.why[0] != '\0');
    s.max_vega = (double)INFINITY;
    s.max_premium = 3600 * 2 + 1; /* a unit has 36 * 100 */
    UNIT(decide(&w, &s, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 1 && w.out.list[0].quantity == 2);
    s.max_premium = (double)INFINITY;
    UNIT(decide(&w, &s, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.list[0].quantity == 9);
    /* held and working units count; those of another strategy do not */
    hold(&w, "other", &c, -50);
    hold(&w, s.name, &c, -4);
    c = world_contract("SPXW", 29, 2980, 'C');
    hold(&w, s.name, &c, -4);
    UNIT(decide(&w, &s, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.list[0].quantity == 5);
    order = world_order("x", -1, 7, &c);
    strcpy(order.strategy, s.name);
    vol_orders_add(&w.working, &order);
    UNIT(decide(&w, &s, -1, VOL_STRENGTH_STRONG) == VOL_OK &&
         w.out.list[0].quantity == 1); /* 15 contracts: 8 units */
    order.quantity = 9;
    w.working.n = 0;
    vol_orders_add(&w.working, &order);
    UNIT(decide(&w, &s, -1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 0 && w.why[0] != '\0');
    drop(&w);
}

static void test_exit(void)
{
    struct vol_contract p = world_contract("SPXW", 7, 2820, 'P'), c = world_contract("SPXW", 7, 2980, 'C');
    struct vol_contract far = world_contract("SPXW", 29, 2980, 'C');
    struct world w;
    struct vol_order *o;

    make(&w);
    world_add(w.chain, "SPXW", 7);
    world_add(w.chain, "SPXW", 29);
    hold(&w, strangle.name, &p, -4);
    hold(&w, strangle.name, &c, -6);
    hold(&w, strangle.name, &far, -1);
    hold(&w, "other", &p, -1);
    UNIT(decide(&w, &strangle, 0, VOL_STRENGTH_NONE) == VOL_OK && w.out.n == 1);
    o = &w.out.list[0];
    UNIT_STR(o->id, "short_strangle-SPX-20190425T201500Z-close-SPXW190502");
    UNIT(o->intent == VOL_INTENT_CLOSE && o->n_legs == 2 && o->quantity == 2 &&
         vol_order_check(o, NULL) == VOL_OK);
    UNIT_STR(o->legs[0].contract.symbol, c.symbol);
    UNIT(o->legs[0].side == 1 && o->legs[0].ratio == 3 && o->legs[1].ratio == 2);
    /* the same while that order works: nothing is closed twice */
    vol_orders_add(&w.working, o);
    UNIT(decide(&w, &strangle, 0, VOL_STRENGTH_NONE) == VOL_OK && w.out.n == 0);
    /* the opposite signal closes the other expiry as well */
    UNIT(decide(&w, &strangle, 1, VOL_STRENGTH_WEAK) == VOL_OK && w.out.n == 0);
    UNIT(decide(&w, &strangle, 1, VOL_STRENGTH_STRONG) == VOL_OK && w.out.n == 1);
    UNIT_STR(w.out.list[0].legs[0].contract.symbol, far.symbol);
    drop(&w);
}

/* More contracts in one expiry than an order has legs: several orders, each contract in one. */
static void test_many_legs(void)
{
    struct world w;
    int strike, seen = 0;
    size_t i;

    make(&w);
    world_add(w.chain, "SPXW", 7);
    for (strike = 2800; strike <= 3000; strike += 20) {
        struct vol_contract c = world_contract("SPXW", 7, strike, 'C');

        hold(&w, strangle.name, &c, -1);
    }
    UNIT(decide(&w, &strangle, 0, VOL_STRENGTH_NONE) == VOL_OK && w.out.n == 2);
    for (i = 0; i < w.out.n; i++) {
        UNIT(vol_order_check(&w.out.list[i], NULL) == VOL_OK);
        seen += (int)w.out.list[i].n_legs;
    }
    UNIT(seen == 11 && strcmp(w.out.list[0].id, w.out.list[1].id) != 0);
    drop(&w);
}

static void test_bad_files(void)
{
    static const char good[] =
        "{\"name\":\"x\",\"entry\":{\"model\":\"m\",\"signal\":\"sell_vol\"},"
        "\"expiry\":{\"dte_min\":20,\"dte_target\":30,\"dte_max\":45},"
        "\"legs\":[{\"side\":\"sell\",\"option_type\":\"P\",\"delta\":0.16}],"
        "\"size\":{\"quantity\":1,\"max_units\":1},\"exit\":{},\"order\":{\"limit\":false}}";
    static const char *const changes[][2] = {
        {"\"name\":\"x\"", "\"name\":\"a b\""},
        {"\"name\":\"x\",", ""},
        {"\"name\":\"x\"", "\"name\":\"x\",\"name\":\"x\""},
        {"\"name\":\"x\"", "\"name\":\"x\",\"colour\":1"},
        {"sell_vol", "short"},
        {"\"model\":\"m\",", ""},
        {"\"dte_min\":20", "\"dte_min\":31"},
        {"\"dte_max\":45", "\"dte_max\":\"45\""},
        {"\"side\":\"sell\",", ""},
        {"\"P\"", "\"put\""},
        {"\"delta\":0.16", "\"delta\":16"},
        {"\"delta\":0.16", "\"delta\":0.16,\"strike\":\"atm\""},
        {",\"delta\":0.16", ""},
        {"{\"side\":\"sell\",\"option_type\":\"P\",\"delta\":0.16}", ""},
        {"{\"side\":\"sell\",\"option_type\":\"P\",\"delta\":0.16}",
         "{\"side\":\"sell\",\"option_type\":\"P\",\"delta\":0.16},{\"side\":\"buy\",\"option_type\":\"P\","
         "\"delta\":0.16}"},
        {"\"quantity\":1", "\"quantity\":0"},
        {"\"quantity\":1", "\"quantity\":1.5"},
        {",\"max_units\":1", ""},
        {"\"max_units\":1", "\"max_units\":1,\"max_vega\":0"},
        {"\"exit\":{}", "\"exit\":{\"dte\":20}"},
        {"\"exit\":{}", "\"exit\":{\"profit_target\":0.5}"},
        {"\"exit\":{},", ""},
        {"\"limit\":false", "\"limit\":true"},
        {"\"limit\":false", "\"limit\":true,\"aggressiveness\":1,\"tick\":0"},
        {"\"limit\":false", "\"limit\":false,\"tif\":\"ioc\""},
    };
    struct vol_strategy s;
    struct vol_error err;
    char text[2048];
    size_t i;

    for (i = 0; i <= sizeof changes / sizeof changes[0]; i++) {
        char path[] = "/tmp/test_trade_decide_XXXXXX";
        FILE *file = fdopen(mkstemp(path), "w");
        enum vol_status status;

        strcpy(text, good);
        if (i > 0) {
            const char *at = strstr(good, changes[i - 1][0]);

            UNIT(at != NULL);
            snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, changes[i - 1][1],
                     at + strlen(changes[i - 1][0]));
        }
        fputs(text, file);
        fclose(file);
        err.text[0] = '\0';
        status = vol_strategy_load(path, &s, &err);
        if (!UNIT(i == 0 ? status == VOL_OK : status == VOL_ECONFIG && err.text[0] != '\0'))
            printf("    %s\n", text);
        remove(path);
    }
}

int main(void)
{
    struct vol_error err = {VOL_OK, ""};

    UNIT(vol_strategy_load("share/strategies/short_strangle.json", &strangle, &err) == VOL_OK);
    UNIT(vol_strategy_load("share/strategies/long_straddle.json", &straddle, &err) == VOL_OK);
    UNIT_STR(err.text, "");
    test_strangle();
    test_straddle();
    test_ties();
    test_unfit();
    test_window();
    test_size();
    test_exit();
    test_many_legs();
    test_bad_files();
    return unit_done("trade/decide");
}
