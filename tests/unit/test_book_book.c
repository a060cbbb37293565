#include "unit.h"

#include <stdint.h>
#include <stdlib.h>

#include "book/book.h"
#include "book/exposure.h"

static struct vol_contract contract(const char *symbol)
{
    struct vol_contract c = {.underlying = "SPX",
                             .option_type = 'C',
                             .expiration = 18000,
                             .strike = 2900 * VOL_FIXED_ONE,
                             .multiplier = 100 * VOL_FIXED_ONE,
                             .expires = 1};

    strcpy(c.symbol, symbol);
    return c;
}

static int64_t fixed(double x)
{
    int64_t out = VOL_FIXED_NONE;

    vol_fixed_from(x, &out);
    return out;
}

static void test_fixed(void)
{
    char text[VOL_FIXED_MAX];
    int64_t x = 7;

    UNIT(fixed(0.1) == 10000000);
    UNIT(fixed(-3.335) == -333500000);
    UNIT(fixed(1e-9) == 0 && fixed(5e-9) == 1 && fixed(-5e-9) == -1);
    UNIT(vol_fixed_from((double)NAN, &x) == VOL_EDATA && x == 7);
    UNIT(vol_fixed_from((double)INFINITY, &x) == VOL_EDATA &&
         vol_fixed_from(-(double)INFINITY, &x) == VOL_EDATA);
    UNIT(vol_fixed_from(92233720368.54776, &x) == VOL_EDATA &&
         vol_fixed_from(-92233720368.54776, &x) == VOL_EDATA);
    UNIT(vol_fixed_from(92233720368.0, &x) == VOL_OK);
    UNIT(isnan(vol_fixed_to(VOL_FIXED_NONE)));
    UNIT(vol_fixed_add(INT64_MAX, 1, &x) == VOL_EDATA && vol_fixed_sub(INT64_MIN + 1, 1, &x) == VOL_EDATA);
    UNIT(vol_fixed_add(VOL_FIXED_NONE, 1, &x) == VOL_EDATA);
    UNIT(vol_fixed_muldiv(7, 1, 2, &x) == VOL_OK && x == 4);
    UNIT(vol_fixed_muldiv(-7, 1, 2, &x) == VOL_OK && x == -4);
    UNIT(vol_fixed_muldiv(7, 1, -2, &x) == VOL_OK && x == -4);
    UNIT(vol_fixed_muldiv(INT64_MAX, INT64_MAX, INT64_MAX, &x) == VOL_OK && x == INT64_MAX);
    UNIT(vol_fixed_muldiv(1, 1, 0, &x) == VOL_EDATA);
    UNIT(vol_fixed_floor(fixed(-4.52), fixed(0.05), &x) == VOL_OK && x == fixed(-4.55));
    UNIT(vol_fixed_floor(fixed(4.52), fixed(0.05), &x) == VOL_OK && x == fixed(4.50));
    UNIT(vol_fixed_floor(fixed(4.50), fixed(0.05), &x) == VOL_OK && x == fixed(4.50));
    vol_fixed_print(text, fixed(-12.5));
    UNIT_STR(text, "-12.5");
    vol_fixed_print(text, 1);
    UNIT_STR(text, "0.00000001");
    vol_fixed_print(text, -3 * VOL_FIXED_ONE);
    UNIT_STR(text, "-3");
    vol_fixed_print(text, 0);
    UNIT_STR(text, "0");
    vol_fixed_print(text, INT64_MAX);
    UNIT_STR(text, "92233720368.54775807");
    vol_fixed_print(text, VOL_FIXED_NONE);
    UNIT_STR(text, "null");
}

static enum vol_status trade(struct vol_book *book, const struct vol_contract *c, double quantity,
                             double price, double costs, int64_t *cash)
{
    struct vol_trade t = {"paper", "s", c, fixed(quantity), fixed(price), fixed(costs)};

    return vol_book_apply(book, &t, cash, NULL);
}

/* Open, add, reduce, cross zero, close: figures worked by hand. */
static void test_life(void)
{
    struct vol_contract c = contract("SPXW190524C02900000");
    struct vol_book book;
    const struct vol_position *p;
    int64_t cash;

    vol_book_init(&book);
    UNIT(trade(&book, &c, 2, 10, 1.34, &cash) == VOL_OK && cash == fixed(-2001.34));
    UNIT(trade(&book, &c, 1, 13, 0.67, &cash) == VOL_OK && cash == fixed(-1300.67));
    p = vol_book_find(&book, "paper", "s", c.symbol);
    UNIT(p->quantity == fixed(3) && vol_book_price(p) == fixed(11) && p->basis == fixed(3300));
    UNIT(trade(&book, &c, -1, 12, 0.67, &cash) == VOL_OK && cash == fixed(1199.33));
    p = vol_book_find(&book, "paper", "s", c.symbol);
    UNIT(p->quantity == fixed(2) && vol_book_price(p) == fixed(11) &&
         p->realised == fixed(100 - 1.34 - 0.67 - 0.67));
    /* sells 5 of 2: closes 2 with -2 each * 100, opens 3 short at 9 */
    UNIT(trade(&book, &c, -5, 9, 3.35, &cash) == VOL_OK && cash == fixed(4496.65));
    p = vol_book_find(&book, "paper", "s", c.symbol);
    UNIT(p->quantity == fixed(-3) && vol_book_price(p) == fixed(9) && p->basis == fixed(-2700));
    UNIT(p->realised == fixed(100 - 400 - 6.03) && p->costs == fixed(6.03));
    UNIT(p->cash == p->realised - p->basis);
    UNIT(trade(&book, &c, 3, 5, 2.01, &cash) == VOL_OK);
    p = vol_book_find(&book, "paper", "s", c.symbol);
    UNIT(p->quantity == 0 && p->basis == 0 && p->realised == fixed(-300 + 1200 - 8.04) &&
         p->cash == p->realised);
    UNIT(vol_book_price(p) == VOL_FIXED_NONE);
    vol_book_free(&book);
}

static void test_refusals(void)
{
    struct vol_contract c = contract("X"), other = contract("X");
    struct vol_book book;
    struct vol_position before;
    int64_t cash = 5;

    vol_book_init(&book);
    UNIT(trade(&book, &c, 0, 1, 0, NULL) == VOL_EDATA && trade(&book, &c, 1, -1, 0, NULL) == VOL_EDATA);
    UNIT(trade(&book, &c, 1, 1, -1, NULL) == VOL_EDATA && book.n == 0);
    UNIT(trade(&book, &c, 1e6, 9e6, 0, &cash) == VOL_EDATA && cash == 5 && book.n == 0);
    UNIT(trade(&book, &c, 900, 1e6, 0, &cash) == VOL_OK);
    before = book.positions[0];
    other.multiplier = fixed(10);
    UNIT(trade(&book, &other, 1, 1, 0, NULL) == VOL_EDATA);
    UNIT(trade(&book, &c, 100, 1e6, 0, NULL) == VOL_EDATA); /* the basis would leave the range */
    UNIT(memcmp(&before, &book.positions[0], sizeof before) == 0);
    vol_book_free(&book);
}

/* Random trades in many contracts: cash = realised - basis to the last digit, no drift when all is closed,
 * and the same book in whatever order trades of different contracts come. */
static void test_random(void)
{
    struct vol_contract c[5];
    struct vol_book a, b;
    double quantities[400], prices[400];
    int64_t sum = 0, cash, total;
    size_t i, k;
    int bad = 0;

    srand(7);
    vol_book_init(&a);
    vol_book_init(&b);
    for (i = 0; i < 5; i++) {
        char name[8] = "C0";

        name[1] = (char)('0' + i);
        c[i] = contract(name);
    }
    for (i = 0; i < 400; i++) {
        quantities[i] = rand() % 2 ? 1 + rand() % 7 : -1 - rand() % 7;
        prices[i] = (rand() % 100000) / 1000.0;
        UNIT(trade(&a, &c[i % 5], quantities[i], prices[i], 0.67, &cash) == VOL_OK);
        sum += cash;
        for (k = 0; k < a.n; k++)
            bad += a.positions[k].cash != a.positions[k].realised - a.positions[k].basis;
    }
    for (k = 5; k-- > 0;)
        for (i = k; i < 400; i += 5)
            UNIT(trade(&b, &c[k], quantities[i], prices[i], 0.67, NULL) == VOL_OK);
    UNIT(a.n == 5 && b.n == 5 && memcmp(a.positions, b.positions, 5 * sizeof *a.positions) == 0);
    UNIT(bad == 0);
    UNIT(vol_book_totals(&a, &total, NULL, NULL) == VOL_OK && total == sum);
    for (k = 0; k < a.n; k++)
        if (a.positions[k].quantity != 0)
            UNIT(trade(&a, &a.positions[k].contract, -vol_fixed_to(a.positions[k].quantity), 1, 0, NULL) ==
                 VOL_OK);
    for (k = 0; k < a.n; k++)
        UNIT(a.positions[k].basis == 0 && a.positions[k].cash == a.positions[k].realised);
    vol_book_free(&a);
    vol_book_free(&b);
}

static void test_exposure(void)
{
    struct vol_market market;
    struct vol_chain *chain;
    struct vol_market_quote q = {.bid = fixed(10),
                                 .ask = fixed(10.5),
                                 .underlying_price = fixed(2900),
                                 .delta = 0.5,
                                 .gamma = 0.004,
                                 .theta = -0.8,
                                 .vega = 3};
    struct vol_exposure e = {{0}};
    struct vol_book book;
    int64_t mark;
    size_t unmarked, n;

    vol_market_init(&market);
    vol_book_init(&book);
    q.contract = contract("X");
    q.contract.expires = 2000;
    UNIT(vol_market_open(&market, 1000, "SPX", 3, &chain, NULL) == VOL_OK &&
         vol_chain_add(chain, &q) == VOL_OK);
    UNIT(trade(&book, &q.contract, -2, 11, 0, NULL) == VOL_OK);
    vol_exposure_of_book(&e, &book, &market, NULL, &n);
    UNIT(isnan(e.value[VOL_DELTA])); /* the chain is not complete */
    chain->complete = true;
    memset(&e, 0, sizeof e);
    vol_exposure_of_book(&e, &book, &market, "SPX", &n);
    UNIT(n == 1);
    UNIT_NEAR(e.value[VOL_DELTA], -100, 1e-12);
    UNIT_NEAR(e.value[VOL_GAMMA], -0.8, 1e-12);
    UNIT_NEAR(e.value[VOL_THETA], 160, 1e-12);
    UNIT_NEAR(e.value[VOL_VEGA], -600, 1e-12);
    UNIT_NEAR(e.value[VOL_DOLLAR_DELTA], -290000, 1e-9);
    UNIT_NEAR(e.value[VOL_DOLLAR_GAMMA], -0.8 * 2900 * 2900 / 100, 1e-9);
    UNIT_NEAR(e.value[VOL_NOTIONAL], 580000, 1e-9);
    UNIT_NEAR(e.value[VOL_QUANTITY], 2, 0);
    UNIT(vol_exposure_mark(&book, &market, &mark, &unmarked) == VOL_OK && unmarked == 0 &&
         mark == fixed(-2050));
    /* another symbol without a quote: everything that needs it is unknown, the count of contracts is not */
    q.contract = contract("Y");
    q.contract.expires = 2000;
    UNIT(trade(&book, &q.contract, 1, 1, 0, NULL) == VOL_OK);
    memset(&e, 0, sizeof e);
    vol_exposure_of_book(&e, &book, &market, "SPX", &n);
    UNIT(isnan(e.value[VOL_DELTA]) && isnan(e.value[VOL_VEGA]) && e.value[VOL_QUANTITY] == 3);
    UNIT_NEAR(e.value[VOL_NOTIONAL], 870000, 1e-9);
    UNIT(vol_exposure_mark(&book, &market, &mark, &unmarked) == VOL_OK && unmarked == 1);
    /* at its end it carries no risk any more */
    chain->ts = 2000;
    memset(&e, 0, sizeof e);
    vol_exposure_of_book(&e, &book, &market, NULL, &n);
    UNIT(n == 0 && e.value[VOL_DELTA] == 0);
    vol_book_free(&book);
    vol_market_free(&market);
}

int main(void)
{
    test_fixed();
    test_life();
    test_refusals();
    test_random();
    test_exposure();
    return unit_done("book/book");
}
