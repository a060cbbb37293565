/* Executable arbitrage: none in prices of Black's formula with spreads, each kind where it is planted, the
 * same findings as by brute force, and positions that pay what is said whatever happens. */
#include "chain/static_arbitrage.h"

#include <stdlib.h>

#include "base/time.h"
#include "price/black.h"
#include "unit.h"

enum { TODAY = 18000, ALL = (1 << VOL_STATIC_N) - 1, STRIKES = 41, EXPIRIES = 5 };

static struct vol_ladders ladders;
static struct vol_static arbitrage;
static const int64_t ts = (int64_t)TODAY * VOL_DAY;

/* What the quotes are, by their index. */
static struct quote {
    double strike, bid, ask;
    int32_t days;
    bool put;
} quotes[2000];
static uint32_t n_quotes;

static uint32_t add(const char *root, int32_t days, bool american, bool put, double strike, double bid,
                    double ask)
{
    size_t slice;
    bool is_new;

    UNIT(vol_ladders_slice(&ladders, root, strlen(root), TODAY + days, &slice, &is_new) == VOL_OK);
    if (is_new) {
        struct vol_slice *s = &ladders.slice[slice];

        s->expires = ts + days * VOL_DAY;
        s->american = american;
        s->spot = s->forward = s->discount = NAN;
    }
    quotes[n_quotes] = (struct quote){strike, bid, ask, days, put};
    UNIT(vol_ladders_add(&ladders, &(struct vol_ladder_quote){strike, bid, ask, n_quotes, (uint32_t)slice,
                                                              put, false}) == VOL_OK);
    return n_quotes++;
}

static void start(void)
{
    vol_ladders_clear(&ladders);
    vol_static_clear(&arbitrage);
    n_quotes = 0;
}

static size_t find(int tests, double least_profit)
{
    const struct vol_static_config config = {least_profit, 0.01, tests};

    vol_ladders_build(&ladders);
    UNIT(vol_static_find_terms(&arbitrage, &ladders, ts) == VOL_OK);
    UNIT(vol_static_test(&arbitrage, &ladders, &config) == VOL_OK);
    return vol_static_count(&arbitrage);
}

static double discount_at(int32_t days)
{
    return exp(-0.03 * days / 365);
}

static double forward_at(int32_t days)
{
    return 100 * exp(0.02 * days / 365);
}

/* Prices of a smile with a spread; NOISE of the half-spread moves them. */
static void chain(bool american, double noise)
{
    static const int32_t days[EXPIRIES] = {7, 30, 60, 180, 365};
    int e, k, put;

    start();
    srand(7);
    for (e = 0; e < EXPIRIES; e++)
        for (k = 0; k < STRIKES; k++)
            for (put = 0; put < 2; put++) {
                double strike = 60 + 2 * k, x = log(strike / forward_at(days[e]));
                double vol = 0.2 - 0.15 * x + 0.2 * x * x, t = days[e] / 365.0;
                double price = american ? vol_black_price(put ? VOL_PUT : VOL_CALL, 100, strike, 1, t, vol)
                                        : vol_black_price(put ? VOL_PUT : VOL_CALL, forward_at(days[e]),
                                                          strike, discount_at(days[e]), t, vol);
                double half = 0.02 + 0.005 * price;

                price += noise * half * (2.0 * rand() / RAND_MAX - 1);
                add("R", days[e], american, put, strike, fmax(price - half, 0), price + half);
            }
}

static void test_none(void)
{
    double t = 0;

    chain(false, 0.9);
    UNIT(find(ALL, 0) == 0);
    UNIT_NEAR(arbitrage.terms[1].forward, forward_at(30), 0.02);
    UNIT_NEAR(arbitrage.terms[4].discount, discount_at(365), 2e-3);
    UNIT_NEAR(vol_static_spot(&arbitrage, &ladders, &t), 100, 0.05);
    UNIT_NEAR(t, 7 / 365.0, 1e-12);
    chain(true, 0.9);
    UNIT(find(ALL, 0) == 0);
    UNIT(isnan(arbitrage.terms[0].forward));
    UNIT_NEAR(vol_static_spot(&arbitrage, &ladders, &t), 100, 0.1);
}

static void check(size_t i, enum vol_static_kind kind, double profit, double tolerance, size_t n,
                  const struct vol_static_leg *leg)
{
    const struct vol_static_finding *f = vol_static_get(&arbitrage, i);
    size_t k;

    UNIT(f->kind == kind && f->n_legs == n);
    UNIT_NEAR(f->profit, profit, tolerance);
    for (k = 0; k < n; k++) {
        UNIT(f->leg[k].index == leg[k].index);
        UNIT_NEAR(f->leg[k].quantity, leg[k].quantity, 1e-9);
        UNIT_NEAR(f->leg[k].price, leg[k].price, 1e-9);
    }
}

/* By hand: a few quotes, what they give and what is just not enough. */
static void test_planted(void)
{
    /* the call at 110 is bid above the ask at 100; neither can the bid at 90 be sold for its ask */
    start();
    add("R", 30, false, false, 90, 11, 12);
    add("R", 30, false, false, 100, 4.8, 5);
    add("R", 30, false, false, 110, 5.3, 6);
    UNIT(find(1 << VOL_STATIC_VERTICAL, 0) == 1);
    check(0, VOL_STATIC_VERTICAL, 0.3, 1e-12, 2, (struct vol_static_leg[]){{1, 1, 5}, {2, -1, 5.3}});
    start();
    add("R", 30, false, false, 100, 4.8, 5);
    add("R", 30, false, false, 110, 5, 6);
    UNIT(find(ALL, 0) == 0); /* given away, not paid for */
    /* puts, American: 12 for what pays 10 at most, and at once if need be */
    start();
    add("R", 30, true, true, 100, 1, 2);
    add("R", 30, true, true, 110, 14, 15);
    UNIT(find(ALL, 0) == 1);
    check(0, VOL_STATIC_VERTICAL, 2, 1e-12, 2, (struct vol_static_leg[]){{1, -1, 14}, {0, 1, 2}});
    /* a butterfly of unequal wings: 3 at 100 against 2/3 of 4 at 90 and 1/3 of 0.2 at 120 */
    start();
    add("R", 30, true, false, 90, 3.9, 4);
    add("R", 30, true, false, 100, 3, 3.1);
    add("R", 30, true, false, 120, 0.1, 0.2);
    UNIT(find(ALL, 0) == 1);
    check(0, VOL_STATIC_BUTTERFLY, 3 - 8 / 3.0 - 0.2 / 3, 1e-12, 3,
          (struct vol_static_leg[]){{0, 2 / 3.0, 4}, {1, -1, 3}, {2, 1 / 3.0, 0.2}});
    UNIT(find(ALL, 0.3) == 1); /* the old one: findings add up until they are cleared */
    /* a calendar, American: the later call can be bought for less */
    start();
    add("R", 30, true, false, 100, 3, 3.1);
    add("R", 60, true, false, 98, 2.7, 2.8);
    add("S", 90, true, false, 100, 1, 1.1); /* another root */
    UNIT(find(ALL, 0) == 1);
    check(0, VOL_STATIC_CALENDAR, 0.2, 1e-12, 2, (struct vol_static_leg[]){{0, -1, 3}, {1, 1, 2.8}});
    /* what has no bid cannot be sold, what has no ask not be bought */
    start();
    add("R", 30, true, false, 90, 1, NAN);
    add("R", 30, true, false, 100, 1, 0);
    add("R", 30, true, false, 110, 5, 6);
    add("R", 30, true, false, 120, NAN, 1);
    add("R", 30, true, false, 130, 0, INFINITY);
    add("R", -1, true, false, 100, 1, 2); /* expired */
    add("R", -1, true, false, 110, 5, 6);
    UNIT(find(ALL, 0) == 0);
}

/* What the legs of expiry DAYS pay at its end with the underlying at S. */
static double payoff(const struct vol_static_finding *f, double s)
{
    double sum = 0;
    size_t i;

    for (i = 0; i < f->n_legs; i++) {
        const struct quote *q = &quotes[f->leg[i].index];

        sum += f->leg[i].quantity * fmax(q->put ? q->strike - s : s - q->strike, 0);
    }
    return sum;
}

static double paid(const struct vol_static_finding *f)
{
    double sum = 0;
    size_t i;

    for (i = 0; i < f->n_legs; i++) {
        const struct quote *q = &quotes[f->leg[i].index];

        UNIT_NEAR(f->leg[i].price, f->leg[i].quantity > 0 ? q->ask : q->bid, 1e-9 * q->ask);
        sum += f->leg[i].quantity * f->leg[i].price;
    }
    return sum;
}

/* Prices that contradict each other at random: each position pays its profit at once and the least of its
 * payoffs later (none is at calendars: they are looked at in terms of the earlier expiry). */
static void test_positions(void)
{
    size_t i, n_kind[VOL_STATIC_N] = {0};
    double s;

    chain(false, 3);
    UNIT(find(ALL, 0) > 50);
    for (i = 0; i < vol_static_count(&arbitrage); i++) {
        const struct vol_static_finding *f = vol_static_get(&arbitrage, i);
        const struct vol_static_terms *terms = &arbitrage.terms[f->slice];
        double least = INFINITY;

        n_kind[f->kind]++;
        UNIT(f->profit > 0);
        if (f->kind == VOL_STATIC_CALENDAR) {
            const struct quote *sold = &quotes[f->leg[0].index], *held = &quotes[f->leg[1].index];
            size_t other = f->slice + 1;

            while (ladders.slice[other].expiration != TODAY + held->days)
                other++;
            UNIT(sold->put == held->put && sold->days < held->days);
            UNIT(sold->put ? held->strike / arbitrage.terms[other].forward >=
                                 sold->strike / terms->forward * (1 - 1e-9)
                           : held->strike / arbitrage.terms[other].forward <=
                                 sold->strike / terms->forward * (1 + 1e-9));
            UNIT_NEAR(f->leg[1].quantity,
                      terms->discount * terms->forward /
                          (arbitrage.terms[other].discount * arbitrage.terms[other].forward),
                      1e-9);
            UNIT_NEAR(f->profit, -paid(f), 1e-9);
            continue;
        }
        for (s = 0; s < 400; s += 0.5)
            least = fmin(least, payoff(f, s));
        /* what is due later is discounted; an error of the rate only makes the profit smaller. Without a
         * discount nothing is due */
        if (isnan(terms->discount)) {
            UNIT(f->kind <= VOL_STATIC_BUTTERFLY);
            UNIT_NEAR(least, 0, 1e-9);
            UNIT_NEAR(f->profit, -paid(f), 1e-9);
            continue;
        }
        UNIT(f->profit <= -paid(f) + fmax(terms->discount * least, least) + 1e-9);
        UNIT(f->profit >=
             -paid(f) + terms->discount * least - (1.1 * terms->t + 100 * terms->discount_error));
    }
    for (i = 0; i < VOL_STATIC_N; i++)
        UNIT(n_kind[i] > 0);
}

/* The best of each kind over all pairs and triples, the plain way. */
static void test_brute_force(void)
{
    double best[2] = {0, 0}, found[2] = {0, 0};
    uint32_t a, b, c;
    size_t i;

    chain(true, 4);
    UNIT(find(ALL, 0) > 0);
    for (a = 0; a < n_quotes; a++)
        for (b = 0; b < n_quotes; b++) {
            const struct quote *x = &quotes[a], *y = &quotes[b];

            if (x->days != y->days || x->put != y->put || !(x->strike < y->strike))
                continue;
            best[0] = fmax(best[0], x->put ? x->bid - y->ask : y->bid - x->ask);
            best[0] = fmax(best[0], (x->put ? y->bid - x->ask : x->bid - y->ask) - (y->strike - x->strike));
            for (c = b + 1; c < n_quotes && quotes[c].days == x->days; c++) {
                const struct quote *z = &quotes[c];
                double w = (z->strike - y->strike) / (z->strike - x->strike);

                if (z->put == x->put && y->bid > 0)
                    best[1] = fmax(best[1], y->bid - w * x->ask - (1 - w) * z->ask);
            }
        }
    for (i = 0; i < vol_static_count(&arbitrage); i++) {
        const struct vol_static_finding *f = vol_static_get(&arbitrage, i);

        if (f->kind <= VOL_STATIC_BUTTERFLY)
            found[f->kind] = fmax(found[f->kind], f->profit);
    }
    UNIT(best[0] > 0 && best[1] > 0);
    UNIT_NEAR(found[0], best[0], 1e-9);
    UNIT_NEAR(found[1], best[1], 1e-9);
}

/* Forward and discount of the stream go before our own; an inverse option's price counts in its coin. */
static void test_terms(void)
{
    size_t i;

    chain(false, 0.5);
    for (i = 0; i < ladders.n_slices; i++) {
        ladders.slice[i].forward = 123;
        ladders.slice[i].discount = 0.5;
    }
    find(0, 0);
    UNIT(arbitrage.terms[2].forward == 123 && arbitrage.terms[2].discount == 0.5 &&
         arbitrage.terms[2].discount_error == 0);
    chain(false, 0.5);
    for (i = 0; i < ladders.n; i++) {
        ladders.quote[i].bid /= 100 * discount_at(180);
        ladders.quote[i].ask /= 100 * discount_at(180);
    }
    for (i = 0; i < ladders.n_slices; i++) {
        ladders.slice[i].inverse = true;
        ladders.slice[i].spot = 100;
    }
    find(0, 0);
    UNIT(arbitrage.terms[3].unit == 100 && arbitrage.terms[3].discount == 1);
    UNIT_NEAR(arbitrage.terms[3].forward, forward_at(180), 0.1);
}

int main(void)
{
    vol_ladders_init(&ladders);
    vol_static_init(&arbitrage);
    test_none();
    test_planted();
    test_positions();
    test_brute_force();
    test_terms();
    vol_ladders_free(&ladders);
    vol_static_free(&arbitrage);
    return unit_done("chain/static_arbitrage");
}
