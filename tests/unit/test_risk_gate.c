#include "unit.h"

#include "risk/gate.h"
#include "risk/limits.h"
#include "trade_world.h"

static struct vol_limits wide(void)
{
    struct vol_limits limits;
    int s, m;

    for (s = 0; s < VOL_SCOPES; s++)
        for (m = 0; m < VOL_MEASURES; m++)
            limits.max[s][m] = vol_limits_has((enum vol_scope)s, (enum vol_measure)m) ? 1e12 : (double)NAN;
    limits.max_orders = 1000;
    return limits;
}

struct world {
    struct vol_market market;
    struct vol_chain *chain;
    struct vol_book book;
    struct vol_limits limits;
    struct vol_gate gate;
    struct vol_breach breaches[VOL_BREACHES_MAX];
    size_t n;
};

static void make(struct world *w)
{
    vol_market_init(&w->market);
    vol_book_init(&w->book);
    w->chain = world_chain(&w->market, WORLD_T0);
    world_add(w->chain, "SPXW", 29);
    w->chain->complete = true;
    w->limits = wide();
    vol_gate_init(&w->gate, &w->limits, &w->book, &w->market);
}

static void drop(struct world *w)
{
    vol_gate_free(&w->gate);
    vol_market_free(&w->market);
    vol_book_free(&w->book);
}

static void hold(struct world *w, const struct vol_contract *c, double quantity)
{
    struct vol_trade t = {"paper", "s", c, fixed(quantity), fixed(5), 0};

    UNIT(vol_book_apply(&w->book, &t, NULL, NULL) == VOL_OK);
}

static enum vol_status check(struct world *w, const struct vol_order *order)
{
    return vol_gate_check(&w->gate, order, w->breaches, &w->n, NULL);
}

/* Buys 4 calls at K = 2900 of delta 0.5, gamma 0.004, theta -0.5, vega 3 on 2900: every measure exactly at
 * its limit passes, and the limit one part in 2^40 lower refuses. */
static void test_edges(void)
{
    static const double values[VOL_MEASURES] = {200, 1.6, 200, 1200, 580000, 1.6 * 29 * 2900, 1160000, 4};
    struct vol_contract c = world_contract("SPXW", 29, 2900, 'C');
    struct vol_order order = world_order("o", 1, 4, &c);
    int s, m;

    for (s = 0; s < VOL_SCOPES; s++)
        for (m = 0; m < VOL_MEASURES; m++) {
            struct world w;
            struct vol_exposure e;

            if (!vol_limits_has((enum vol_scope)s, (enum vol_measure)m))
                continue;
            make(&w);
            UNIT(vol_gate_worst(&w.gate, NULL, &order, &e) == VOL_OK);
            UNIT_NEAR(e.value[m], values[m], 1e-9 * values[m]);
            w.limits.max[s][m] = e.value[m] * (1 - 0x1p-40);
            UNIT(check(&w, &order) == VOL_NO && w.n == 1);
            UNIT_STR(w.breaches[0].limit, vol_limits_name((enum vol_measure)m));
            UNIT(w.breaches[0].value == e.value[m] && w.breaches[0].limit_value == w.limits.max[s][m]);
            UNIT_STR(w.breaches[0].unit, vol_measure_unit((enum vol_measure)m));
            UNIT_STR(w.breaches[0].scope, s == VOL_SCOPE_ORDER        ? "order"
                                          : s == VOL_SCOPE_UNDERLYING ? "underlying:SPX"
                                                                      : "portfolio");
            UNIT(w.gate.out.n == 0 && w.gate.n_approved == 0);
            w.limits.max[s][m] = e.value[m];
            UNIT(check(&w, &order) == VOL_OK && w.n == 0 && w.gate.out.n == 1);
            drop(&w);
        }
}

/* Numbers that are not known, for every number that is looked at. */
static void test_unknown(void)
{
    struct vol_contract c = world_contract("SPXW", 29, 2900, 'C'),
                        absent = world_contract("SPXW", 29, 2905, 'C');
    struct vol_order order = world_order("o", 1, 1, &c), stranger = world_order("p", 1, 1, &absent);
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    int kind, b;

    for (b = 0; b < 3; b++)
        for (kind = 0; kind < 4; kind++) {
            struct world w;
            struct vol_market_quote *q;

            make(&w);
            q = world_find(w.chain, "SPXW", 29, 2900, 'C');
            *(kind == 0 ? &q->delta : kind == 1 ? &q->gamma : kind == 2 ? &q->theta : &q->vega) = bad[b];
            UNIT(check(&w, &order) == VOL_NO && w.n >= 1 && isnan(w.breaches[0].value));
            UNIT(w.breaches[0].reason[0] != '\0' && isfinite(w.breaches[0].limit_value));
            drop(&w);
        }
    {
        struct world w;

        make(&w);
        UNIT(check(&w, &stranger) == VOL_NO && isnan(w.breaches[0].value)); /* no quote */
        w.chain->complete = false;
        UNIT(check(&w, &order) == VOL_NO);
        w.chain->complete = true;
        w.limits.max[VOL_SCOPE_PORTFOLIO][VOL_VEGA] = (double)NAN; /* as if a limit were lost */
        UNIT(check(&w, &order) == VOL_NO);
        w.limits = wide();
        world_find(w.chain, "SPXW", 29, 2900, 'C')->underlying_price = VOL_FIXED_NONE;
        w.chain->underlying_price = VOL_FIXED_NONE;
        UNIT(check(&w, &order) == VOL_NO);
        strcpy(order.underlying, "NDX");
        strcpy(order.legs[0].contract.underlying, "NDX");
        UNIT(check(&w, &order) == VOL_NO);
        drop(&w);
    }
    /* a position whose quote is gone makes the book unknown: nothing opens, closing it passes, once */
    {
        struct world w;
        struct vol_order open = world_order("open", 1, 1, &c), more = world_order("more", 1, 1, &absent);
        struct vol_order close = world_order("close", -1, 2, &absent),
                         again = world_order("again", -1, 1, &absent);

        strcpy(open.underlying, "SPX");
        make(&w);
        hold(&w, &absent, 2);
        UNIT(check(&w, &open) == VOL_NO && check(&w, &more) == VOL_NO);
        UNIT(check(&w, &close) == VOL_OK);
        UNIT(check(&w, &again) == VOL_NO);
        drop(&w);
    }
}

/* The worst case of the gate is the greatest magnitude over all subsets of the orders out. */
static void test_worst(void)
{
    int round;

    srand(11);
    for (round = 0; round < 300; round++) {
        struct world w;
        struct vol_exposure got, best = {{0}};
        struct vol_order orders[6];
        int i, k, m, n = 1 + rand() % 6;

        make(&w);
        for (i = rand() % 4; i > 0; i--) {
            struct vol_contract c =
                world_contract("SPXW", 29, 2800 + 20 * (rand() % 11), rand() % 2 ? 'C' : 'P');

            hold(&w, &c, rand() % 2 ? 1 + rand() % 5 : -1 - rand() % 5);
        }
        for (i = 0; i < n; i++) {
            char id[8];
            struct vol_contract c =
                world_contract("SPXW", 29, 2800 + 20 * (rand() % 11), rand() % 2 ? 'C' : 'P');
            struct vol_contract d =
                world_contract("SPXW", 29, 2800 + 20 * (rand() % 11), rand() % 2 ? 'C' : 'P');

            snprintf(id, sizeof id, "o%d", i);
            orders[i] = world_order(id, rand() % 2 ? 1 : -1, 1 + rand() % 3, &c);
            if (strcmp(c.symbol, d.symbol) != 0)
                world_leg(&orders[i], rand() % 2 ? 1 : -1, 1 + rand() % 2, &d);
            if (i + 1 < n)
                UNIT(vol_gate_working(&w.gate, &orders[i]) == VOL_OK);
        }
        UNIT(vol_gate_worst(&w.gate, "SPX", &orders[n - 1], &got) == VOL_OK);
        for (k = 0; k < 1 << n; k++) {
            struct vol_book book;
            struct vol_exposure e = {{0}};
            size_t j, l;

            vol_book_init(&book);
            for (j = 0; j < w.book.n; j++)
                vol_book_put(&book, &w.book.positions[j], NULL);
            for (i = 0; i < n; i++)
                for (l = 0; (k >> i & 1) && l < orders[i].n_legs; l++) {
                    struct vol_trade t = {
                        "paper",  "s", &orders[i].legs[l].contract, vol_order_contracts(&orders[i], l),
                        fixed(1), 0};

                    UNIT(vol_book_apply(&book, &t, NULL, NULL) == VOL_OK);
                }
            vol_exposure_of_book(&e, &book, &w.market, "SPX", NULL);
            for (m = 0; m < VOL_MEASURES; m++)
                if (fabs(e.value[m]) > best.value[m])
                    best.value[m] = fabs(e.value[m]);
            vol_book_free(&book);
        }
        for (m = 0; m <= VOL_DOLLAR_GAMMA; m++)
            UNIT_NEAR(got.value[m], best.value[m], 1e-9 * (1 + best.value[m]));
        /* sizes are bounded contract by contract: never below the worst subset */
        UNIT(got.value[VOL_QUANTITY] >= best.value[VOL_QUANTITY] - 1e-9);
        UNIT(got.value[VOL_NOTIONAL] >= best.value[VOL_NOTIONAL] - 1e-6);
        drop(&w);
    }
}

static void test_over(void)
{
    struct vol_contract c = world_contract("SPXW", 29, 2900, 'C'), p = world_contract("SPXW", 29, 2900, 'P');
    struct vol_order less = world_order("less", -1, 4, &c), more = world_order("more", 1, 1, &c);
    struct vol_order through = world_order("through", -1, 21, &c), other = world_order("other", 1, 1, &p);
    struct world w;

    make(&w);
    hold(&w, &c, 10); /* delta 500, vega 3000 */
    w.limits.max[VOL_SCOPE_UNDERLYING][VOL_DELTA] = 400;
    w.limits.max[VOL_SCOPE_PORTFOLIO][VOL_VEGA] = 2000;
    vol_gate_book(&w.gate, "SPX", w.breaches, &w.n);
    UNIT(w.n == 1 && w.breaches[0].value == 500);
    UNIT_STR(w.breaches[0].limit, "max_delta");
    vol_gate_book(&w.gate, NULL, w.breaches, &w.n);
    UNIT(w.n == 1);
    UNIT_STR(w.breaches[0].limit, "max_vega");
    UNIT(check(&w, &more) == VOL_NO && w.n == 2);
    UNIT(check(&w, &through) == VOL_NO);           /* over the limit on the other side: -550 */
    UNIT(check(&w, &other) == VOL_NO && w.n == 1); /* takes delta off, adds vega */
    UNIT(check(&w, &less) == VOL_OK);
    UNIT(check(&w, &less) == VOL_OK && w.gate.n_approved == 1); /* the same id: not counted again */
    UNIT(check(&w, &more) == VOL_NO);                           /* what closes may not fill */
    drop(&w);
}

static void test_run(void)
{
    struct vol_contract c = world_contract("SPXW", 29, 2900, 'C');
    struct world w;
    int i;

    make(&w);
    w.limits.max_orders = 2;
    for (i = 0; i < 4; i++) {
        char id[8];
        struct vol_order order;

        snprintf(id, sizeof id, "o%d", i);
        order = world_order(id, 1, 1, &c);
        UNIT((check(&w, &order) == VOL_OK) == (i < 2));
    }
    UNIT_STR(w.breaches[0].limit, "max_orders");
    UNIT_STR(w.breaches[0].scope, "run");
    w.chain->ts = c.expires;
    w.limits.max_orders = 9;
    {
        struct vol_order late = world_order("late", 1, 1, &c);

        UNIT(check(&w, &late) == VOL_NO);
        UNIT_STR(w.breaches[0].limit, "expired");
    }
    drop(&w);
}

/* Two underlyings: each has its own scope, the portfolio has both in money. */
static void test_two(void)
{
    struct vol_contract c = world_contract("SPXW", 29, 2900, 'C'), d = c;
    struct vol_market_quote q = world_quote("SPXW", 29, 2900, 'C');
    struct vol_chain *ndx = NULL;
    struct vol_order first, second, third;
    struct vol_exposure e;
    struct world w;

    strcpy(d.underlying, "NDX");
    strcpy(d.symbol, "NDX190524C02900000");
    q.contract = d;
    q.underlying_price = fixed(7700);
    first = world_order("first", 1, 2, &d);
    second = world_order("second", 1, 2, &c);
    third = world_order("third", 1, 2, &d);
    make(&w);
    UNIT(vol_market_open(&w.market, WORLD_T0, "NDX", 3, &ndx, NULL) == VOL_OK &&
         vol_chain_add(ndx, &q) == VOL_OK);
    ndx->complete = true;
    hold(&w, &c, 1);
    hold(&w, &d, 1);
    w.limits.max[VOL_SCOPE_UNDERLYING][VOL_QUANTITY] = 3;
    UNIT(check(&w, &first) == VOL_OK && check(&w, &second) == VOL_OK);
    UNIT(vol_gate_worst(&w.gate, "NDX", NULL, &e) == VOL_OK && e.value[VOL_QUANTITY] == 3);
    UNIT_NEAR(e.value[VOL_DELTA], 150, 1e-9);
    UNIT(vol_gate_worst(&w.gate, "NDX", &second, &e) == VOL_OK && e.value[VOL_QUANTITY] == 3);
    UNIT(vol_gate_worst(&w.gate, NULL, NULL, &e) == VOL_OK && e.value[VOL_QUANTITY] == 6);
    UNIT_NEAR(e.value[VOL_DOLLAR_DELTA], 150 * 2900.0 + 150 * 7700.0, 1e-6);
    UNIT(check(&w, &third) == VOL_NO && w.n == 1);
    UNIT_STR(w.breaches[0].scope, "underlying:NDX");
    vol_gate_book(&w.gate, "NDX", w.breaches, &w.n);
    UNIT(w.n == 0);
    drop(&w);
}

/* A short position whose quote is gone: buying back what is held passes, more or selling does not. */
static void test_short(void)
{
    struct vol_contract absent = world_contract("SPXW", 29, 2905, 'C'),
                        c = world_contract("SPXW", 29, 2900, 'C');
    struct vol_order some = world_order("some", 1, 2, &absent), rest = world_order("rest", 1, 2, &absent);
    struct vol_order sell = world_order("sell", -1, 1, &absent), pair = world_order("pair", 1, 1, &absent);
    struct vol_order one = world_order("one", 1, 1, &absent);
    struct world w;

    world_leg(&pair, 1, 1, &c); /* closes one leg and opens another */
    make(&w);
    hold(&w, &absent, -3);
    hold(&w, &c, 1);
    UNIT(check(&w, &sell) == VOL_NO && check(&w, &pair) == VOL_NO);
    UNIT(check(&w, &some) == VOL_OK && check(&w, &rest) == VOL_NO && check(&w, &one) == VOL_OK);
    drop(&w);
}

/* A limits file is whole and understood, or refused. */
static void test_files(void)
{
    struct vol_limits limits, before;
    struct vol_error err;
    char text[8192], changed[8192];
    static const char *const changes[][2] = {
        {"\"max_vega\"", "\"max_Vega\""},
        {"\"unit\": \"money per vol point\"", "\"unit\": \"money\""},
        {", \"unit\": \"money per vol point\"", ""},
        {"\"value\": 5000,", ""},
        {"\"value\": 5000,", "\"value\": \"5000\","},
        {"\"value\": 5000,", "\"value\": -1,"},
        {"\"value\": 5000,", "\"value\": null,"},
        {"\"value\": 5000,", "\"value\": 1e999,"},
        {"\"value\": 5000,", "\"value\": NaN,"},
        {"\"value\": 5000,", "\"value\": 5000, \"value\": 6000,"},
        {"\"value\": 5000,", "\"value\": 5000, \"soft\": 1,"},
        {"\"underlying\":", "\"underlyings\":"},
        {"\"run\":", "\"portfolio\":"},
        {"\"value\": 20, \"unit\": \"orders\"", "\"value\": 2.5, \"unit\": \"orders\""},
        {"\"order\": {", "\"order\": {\"max_delta\": {\"value\": 1, \"unit\": \"underlying units\"},"},
        {"\"portfolio\": {",
         "\"portfolio\": {\"max_delta\": {\"value\": 1, \"unit\": \"underlying units\"},"},
        {"{", ""},
        {"{", "[{"},
    };
    FILE *file = fopen("share/limits/default.json", "r");
    size_t i, n;

    UNIT(vol_limits_load("share/limits/default.json", &limits, &err) == VOL_OK);
    UNIT(limits.max[VOL_SCOPE_UNDERLYING][VOL_VEGA] == 5000 && limits.max_orders == 20);
    UNIT(isnan(limits.max[VOL_SCOPE_PORTFOLIO][VOL_DELTA]));
    before = limits;
    n = fread(text, 1, sizeof text - 1, file);
    text[n] = '\0';
    fclose(file);
    for (i = 0; i <= sizeof changes / sizeof changes[0]; i++) {
        char path[] = "/tmp/test_risk_gate_XXXXXX";
        const char *at = i == 0 ? text : strstr(text, changes[i - 1][0]);

        UNIT(at != NULL);
        if (at == NULL)
            continue;
        file = fdopen(mkstemp(path), "w");
        if (i > 0) {
            snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, changes[i - 1][1],
                     at + strlen(changes[i - 1][0]));
            fputs(changed, file);
        } /* else an empty file */
        fclose(file);
        err.text[0] = '\0';
        if (!UNIT(vol_limits_load(path, &limits, &err) == VOL_ECONFIG && err.text[0] != '\0'))
            printf("    %s -> %s\n", i == 0 ? "" : changes[i - 1][0], i == 0 ? "empty" : changes[i - 1][1]);
        remove(path);
    }
    UNIT(vol_limits_load("/nonexistent.json", &limits, &err) == VOL_ECONFIG);
    UNIT(vol_limits_load("/tmp", &limits, &err) == VOL_ECONFIG);
    UNIT(memcmp(&limits, &before, sizeof limits) == 0);
}

int main(void)
{
    test_edges();
    test_unknown();
    test_worst();
    test_over();
    test_run();
    test_two();
    test_short();
    test_files();
    return unit_done("risk/gate");
}
