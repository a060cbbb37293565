/* Repaired mids cost what scipy's linear programs say, have no arbitrage left, and lie inside bid and ask
 * wherever there are such prices. */
#include "chain/repair.h"

#include <stdlib.h>

#include "base/time.h"
#include "unit.h"

enum { N = 24 };

static const struct oracle {
    int american;
    double discount, cost, beyond;
    struct {
        double strike;
        int put;
        double bid, ask;
    } quote[N];
} cases[] = {
#include "../oracle/repair.inc"
};

static struct vol_ladders ladders;
static struct vol_repair repair;
static struct vol_static_terms terms[2];

static void add(bool american, bool put, double strike, double bid, double ask, uint32_t index)
{
    size_t slice;
    bool is_new;

    UNIT(vol_ladders_slice(&ladders, "R", 1, 100, &slice, &is_new) == VOL_OK);
    ladders.slice[slice].american = american;
    UNIT(vol_ladders_add(&ladders, &(struct vol_ladder_quote){strike, bid, ask, index, (uint32_t)slice, put,
                                                              false}) == VOL_OK);
}

static void load(const struct oracle *c, double scale)
{
    uint32_t i;

    vol_ladders_clear(&ladders);
    for (i = 0; i < N; i++) /* in an order of no order */
        add(c->american, c->quote[i * 7 % N].put, c->quote[i * 7 % N].strike * scale,
            c->quote[i * 7 % N].bid * scale, c->quote[i * 7 % N].ask * scale, i * 7 % N);
    vol_ladders_build(&ladders);
    terms[0] = (struct vol_static_terms){
        .t = 0.25, .forward = NAN, .discount = c->american ? NAN : c->discount, .unit = 1};
}

/* The prices of one type have the shape that they must have, to 1e-6. */
static void check_shape(const struct oracle *c, const double *mid, int put)
{
    double x[N], y[N], steepest = c->discount, before = -INFINITY;
    int n = 0, i;

    for (i = 0; i < N; i++)
        if (c->quote[i].put == put) {
            x[n] = c->quote[i].strike;
            y[n++] = mid[i];
        }
    for (i = 0; i + 1 < n; i++) {
        double slope = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);

        UNIT(slope >= before - 1e-6);
        UNIT(put ? slope >= -1e-6 && slope <= steepest + 1e-6 : slope <= 1e-6 && slope >= -steepest - 1e-6);
        before = slope;
    }
    UNIT(y[0] >= -1e-6 && y[n - 1] >= -1e-6);
}

static void test_oracle(const struct oracle *c)
{
    double mid[N], cost = 0, beyond = 0, profit = 0, pair = NAN;
    const struct vol_repair_reason *reason;
    const struct vol_static_leg *leg;
    size_t i, k;

    load(c, 1);
    UNIT(vol_repair_run(&repair, &ladders, terms) == VOL_OK);
    UNIT(repair.n == N && repair.n_expiries == 1);
    for (i = 0; i < N; i++) {
        const struct vol_repaired *r = &repair.quote[i];
        double bid = c->quote[r->index].bid, ask = c->quote[r->index].ask, half = 0.5 * (ask - bid);
        double out = fmax(fmax(bid - r->mid, r->mid - ask), 0);

        mid[r->index] = r->mid;
        UNIT(r->status == (out > 0 ? VOL_REPAIR_OUTSIDE : VOL_REPAIR_INSIDE));
        UNIT_NEAR(r->distance, out / half, 1e-9);
        cost += fmin(fabs(r->mid - 0.5 * (bid + ask)), half) / half + 100 * out / half;
        beyond += out;
    }
    UNIT_NEAR(cost, c->cost, 1e-6 * (1 + c->cost));
    UNIT((repair.n_inside == 1) == (repair.n_outside == 0) && (repair.n_outside > 0) == (c->beyond > 1e-9));
    UNIT(beyond >= c->beyond - 1e-9); /* the second program minimises the sum, the first its shares */
    check_shape(c, mid, 0);
    check_shape(c, mid, 1);
    for (i = 0; i + 1 < N && !c->american; i += 2) { /* parity: C - P + D K is D F at every strike */
        double now = mid[i] - mid[i + 1] + c->discount * c->quote[i].strike;

        if (i > 0)
            UNIT_NEAR(now, pair, 1e-6);
        pair = now;
    }
    /* the reasons: positions of one unit at most that earn, at executable prices, what must be moved */
    for (k = 0; k < repair.reasons.len / sizeof *reason; k++) {
        double s;

        reason = (const struct vol_repair_reason *)(const void *)repair.reasons.data + k;
        leg = (const struct vol_static_leg *)(const void *)repair.legs.data + reason->leg;
        profit += reason->profit;
        for (s = 0; s < 300; s += 2.5) {
            double paid = 0, pays = 0;

            for (i = 0; i < reason->n_legs; i++) {
                const double strike = c->quote[leg[i].index].strike;

                UNIT(fabs(leg[i].quantity) <= 1 + 1e-9);
                UNIT_NEAR(leg[i].price,
                          leg[i].quantity > 0 ? c->quote[leg[i].index].ask : c->quote[leg[i].index].bid, 0);
                paid += leg[i].quantity * leg[i].price;
                pays += leg[i].quantity * fmax(c->quote[leg[i].index].put ? strike - s : s - strike, 0);
            }
            UNIT(c->discount * pays - paid >= reason->profit - 1e-6);
        }
    }
    UNIT_NEAR(profit, c->beyond, 1e-6 * (1 + c->beyond));
}

/* Prices in another unit, strikes and all: the same moves. */
static void test_scale(const struct oracle *c)
{
    double mid[N];
    size_t i;

    load(c, 1);
    UNIT(vol_repair_run(&repair, &ladders, terms) == VOL_OK);
    for (i = 0; i < N; i++)
        mid[repair.quote[i].index] = repair.quote[i].mid;
    load(c, 1024);
    UNIT(vol_repair_run(&repair, &ladders, terms) == VOL_OK);
    for (i = 0; i < N; i++)
        UNIT_NEAR(repair.quote[i].mid / 1024, mid[repair.quote[i].index], 1e-5);
}

/* Two expiries whose mids cross, and whose quotes need not: the later one moves, inside of its quotes. Then
 * quotes that do cross: the later one leaves its own, and there is no reason in it alone. */
static void test_calendar(bool american, double later_ask, bool inside)
{
    static const double forward[] = {100, 102};
    double mid[2][7];
    uint32_t i;
    size_t slice, n_found = 0;
    bool is_new;
    int e, k;

    vol_ladders_clear(&ladders);
    for (e = 0; e < 2; e++) {
        UNIT(vol_ladders_slice(&ladders, "R", 1, 100 + 30 * e, &slice, &is_new) == VOL_OK);
        ladders.slice[slice].american = american;
        ladders.slice[slice].expires = (100 + 30 * e) * VOL_DAY;
        terms[e] = (struct vol_static_terms){.t = 0.1 * (e + 1), .forward = NAN, .discount = 1, .unit = 1};
        for (k = 0; k < 7; k++) {
            double x = 0.94 + 0.02 * k, scale = american ? 100 : forward[e];
            double time_value = 0.02 - 0.1 * fabs(x - 1), call = time_value + fmax(1 - x, 0);
            double low = e == 0 ? 0.0005 : 0.002, high = e == 0 ? 0.0005 : later_ask;

            for (i = 0; i < 2; i++)
                UNIT(vol_ladders_add(&ladders, &(struct vol_ladder_quote){
                                                   x * scale, (call - (i ? 1 - x : 0) - low) * scale,
                                                   (call - (i ? 1 - x : 0) + high) * scale,
                                                   (uint32_t)(e * 14 + 2 * k) + i, (uint32_t)slice, i,
                                                   false}) == VOL_OK);
        }
    }
    vol_ladders_build(&ladders);
    UNIT(vol_repair_run(&repair, &ladders, terms) == VOL_OK);
    UNIT(repair.n == 28 && repair.n_expiries == 2 && repair.n_inside == (inside ? 2 : 1));
    UNIT((repair.n_outside == 0) == inside && repair.reasons.len == 0);
    for (i = 0; i < repair.n; i++)
        if (repair.quote[i].index % 2 == 0) {
            e = repair.quote[i].index >= 14;
            mid[e][repair.quote[i].index % 14 / 2] = repair.quote[i].mid / (american ? 100 : forward[e]);
            n_found++;
        }
    UNIT(n_found == 14);
    for (k = 0; k < 7; k++) {
        UNIT(mid[1][k] >= mid[0][k] - 1e-7);
        UNIT_NEAR(mid[0][k], 0.02 - 0.1 * fabs(0.02 * k - 0.06) + fmax(0.06 - 0.02 * k, 0), 0.0005 + 1e-9);
    }
}

/* What is not tried: no two sides, crossed, expired, no discount of a European expiry. */
static void test_left_out(void)
{
    vol_ladders_clear(&ladders);
    add(true, false, 100, 1, NAN, 0);
    add(true, false, 101, NAN, 1, 1);
    add(true, false, 102, 2, 1, 2);
    add(true, false, 103, 0, 0, 3);
    add(true, false, 104, 1, INFINITY, 4);
    vol_ladders_build(&ladders);
    terms[0] = (struct vol_static_terms){.t = 0.1, .forward = NAN, .discount = NAN, .unit = 1};
    UNIT(vol_repair_run(&repair, &ladders, terms) == VOL_OK && repair.n == 0 && repair.n_expiries == 0);
    add(true, false, 105, 1, 1, 5); /* locked, alone: stays where it is */
    vol_ladders_build(&ladders);
    UNIT(vol_repair_run(&repair, &ladders, terms) == VOL_OK && repair.n == 1 && repair.n_inside == 1);
    UNIT_NEAR(repair.quote[0].mid, 1, 1e-9);
    UNIT(isnan(repair.worst));
    terms[0].t = 0;
    UNIT(vol_repair_run(&repair, &ladders, terms) == VOL_OK && repair.n == 0);
    terms[0].t = 0.1;
    ladders.slice[0].american = false;
    UNIT(vol_repair_run(&repair, &ladders, terms) == VOL_OK && repair.n == 0);
    UNIT_STR(vol_repair_status_name(VOL_REPAIR_NONE), "none");
    UNIT_STR(vol_repair_status_name(VOL_REPAIR_FAILED), "failed");
}

int main(void)
{
    size_t i;

    vol_ladders_init(&ladders);
    vol_repair_init(&repair);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_oracle(&cases[i]);
        test_scale(&cases[i]);
    }
    test_calendar(true, 0.001, true);
    test_calendar(false, 0.001, true);
    test_calendar(true, -0.001, false);
    test_calendar(false, -0.001, false);
    test_left_out();
    vol_ladders_free(&ladders);
    vol_repair_free(&repair);
    return unit_done("chain/repair");
}
