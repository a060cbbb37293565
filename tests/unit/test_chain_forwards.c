/* Forwards of whole chains, what is said of them, and the report. */
#include "chain/forwards.h"

#include <stdlib.h>

#include "base/time.h"
#include "chain/parity_report.h"
#include "price/parity_american.h"
#include "price/american.h"
#include "price/american_cash.h"
#include "price/median.h"
#include "unit.h"

enum { EXPIRATION = 19906 }; /* 2024-07-02 */

static int64_t at(const char *text)
{
    int64_t ts = 0;

    UNIT(vol_time_parse(text, strlen(text), &ts) == VOL_OK);
    return ts;
}

static void add(struct vol_valuation *v, enum vol_option_type type, double strike, double price, double half,
                double spot, int64_t expires, bool american)
{
    struct vol_valued q = {.strike = strike,
                           .bid = price - half,
                           .ask = price + half,
                           .underlying_price = spot,
                           .expires = expires,
                           .type = type,
                           .american = american};

    UNIT(vol_valuation_add(v, &q, "X", 1, EXPIRATION + (int32_t)((expires / VOL_DAY) % 1000)) == VOL_OK);
}

static void test_median(void)
{
    double odd[] = {3, 1, 2}, even[] = {4, 1, 3, 2}, one[] = {5}, many[1001];
    int i;

    for (i = 0; i < 1001; i++)
        many[i] = (i * 7919) % 1001;
    UNIT(vol_median(odd, 3) == 2 && vol_median(even, 4) == 2.5 && vol_median(one, 1) == 5);
    UNIT(vol_median(many, 1001) == 500);
    UNIT(isnan(vol_median(one, 0)));
}

static void test_agreement(void)
{
    /* F = 100, D = 1: off by 0, 0.15 (within 0.2, the half of the wider spread), 0.25 (tradable at a profit
     * of nothing yet), 0.5 (free money), and one that is unknown */
    struct vol_agreement_pair p[5] = {{100, 100, 1, 5, 5, 0.1, 0.2, 0.20, 0.20},
                                      {101, 100, 1, 4.15, 5, 0.1, 0.2, 0.21, 0.20},
                                      {99, 100, 1, 6.25, 5, 0.1, 0.2, 0.23, 0.20},
                                      {110, 100, 1, 5.5, 15, 0.1, 0.2, 0.50, 0.20},
                                      {120, 100, 1, NAN, 15, 0.1, 0.2, 0.50, NAN}};
    struct vol_agreement a;
    double scratch[10];

    vol_agreement_judge(p, 5, scratch, &a);
    UNIT(a.n_pairs == 4 && a.n_within == 2 && a.n_outside == 1);
    UNIT_NEAR(a.error, 0.5 * (0.15 + 0.25) / 0.3, 1e-6);
    UNIT_NEAR(a.vol_gap, 0.01, 1e-12); /* of 0, 0.01 and 0.03: the fourth is far from the money */
    vol_agreement_judge(p + 4, 1, scratch, &a);
    UNIT(a.n_pairs == 0 && isnan(a.error) && isnan(a.vol_gap));
}

static void test_pairs(void)
{
    /* two groups, sides mixed, strikes falling; the call at 90 of group 1 comes twice: the later counts */
    struct vol_pairs_quote q[] = {{100, 1, 0, 0}, {90, 1, 1, 0},  {90, 1, 2, 1},
                                  {95, 0, 3, 1},  {95, 0, 4, 0},  {90, 1, 5, 0},
                                  {100, 1, 6, 1}, {105, 1, 7, 1}, {80, 0, 8, 0}};
    struct vol_pairs pairs;

    vol_pairs_init(&pairs);
    UNIT(vol_pairs_build(&pairs, q, 9, 3) == VOL_OK);
    UNIT(pairs.n == 3 && pairs.start[0] == 0 && pairs.start[1] == 1 && pairs.start[2] == 3 &&
         pairs.start[3] == 3);
    UNIT(pairs.pair[0].call == 4 && pairs.pair[0].put == 3);
    UNIT(pairs.pair[1].strike == 90 && pairs.pair[1].call == 5 && pairs.pair[1].put == 2);
    UNIT(pairs.pair[2].strike == 100 && pairs.pair[2].call == 0 && pairs.pair[2].put == 6);
    UNIT(vol_pairs_build(&pairs, q, 0, 0) == VOL_OK && pairs.n == 0);
    vol_pairs_free(&pairs);
}

/* American chains of a known spot, rate and yield: forwards come back within a thousandth of the spread, and
 * the vol of every quote with one; the spot that is given is stale and not used. */
static void test_american(double r, double q, double vol)
{
    struct vol_valuation_config config = {.rate = NAN};
    int64_t ts = at("2024-01-02T21:00:00Z"),
            expires[2] = {at("2024-01-19T21:00:00Z"), at("2024-06-21T20:00:00Z")};
    double spot = 100, stale = 101, worst = 0, worst_vol = 0;
    struct vol_valuation v;
    struct vol_curve curve;
    size_t i;
    int e, k;

    vol_valuation_init(&v);
    vol_curve_init(&curve);
    UNIT(vol_curve_set(&curve, 1, r) == VOL_OK);
    for (e = 0; e < 2; e++)
        for (k = 70; k <= 130; k += 2) {
            double t = VOL_YEARS(ts, expires[e]);
            double c = vol_american_price(VOL_AMERICAN_FAST, VOL_CALL, spot, k, r, q, t, vol);
            double p = vol_american_price(VOL_AMERICAN_FAST, VOL_PUT, spot, k, r, q, t, vol);

            if (c > 0.02)
                add(&v, VOL_CALL, k, c, 0.01, stale, expires[e], true);
            if (p > 0.02)
                add(&v, VOL_PUT, k, p, 0.01, stale, expires[e], true);
        }
    UNIT(vol_valuation_run(&v, &config, ts, &curve) == VOL_OK);
    UNIT(v.n_groups == 2);
    UNIT_NEAR(v.group[0].carried, spot, 0.002);
    for (i = 0; i < v.n_groups; i++) {
        const struct vol_valuation_group *g = &v.group[i];

        UNIT(g->parity.status == VOL_PARITY_OK && g->american);
        worst = fmax(worst, fabs(g->forward / (spot * exp((r - q) * g->t)) - 1));
        UNIT(g->agreement.n_pairs >= 8 &&
             (double)g->agreement.n_within >= 0.95 * (double)g->agreement.n_pairs);
        UNIT(g->agreement.error < 0.2 && g->agreement.vol_gap < 3e-4);
    }
    for (i = 0; i < v.n; i++)
        if (v.quote[i].status == VOL_IV_OK && v.quote[i].greeks.vega > 0.02)
            worst_vol = fmax(worst_vol, fabs(v.quote[i].vol - vol));
    printf("american chain, r %.3f q %.3f vol %.2f: forwards within %.1e, vols within %.1e\n", r, q, vol,
           worst, worst_vol);
    UNIT(worst < 1e-4);
    UNIT(worst_vol < 2e-3);

    config.exercise =
        VOL_EXERCISE_EUROPEAN; /* as if it were European: worse, which is why all this is done */
    UNIT(vol_valuation_run(&v, &config, ts, &curve) == VOL_OK);
    if (r > 0.03 && q == 0)
        for (i = 0; i < v.n_groups; i++)
            UNIT(!(fabs(v.group[i].forward / (spot * exp((r - q) * v.group[i].t)) - 1) <= 10 * worst));
    vol_valuation_free(&v);
}

/* A chain of one underlying, priced to the last digit, with HALF on either side; expiries T days away. */
static void add_priced(struct vol_valuation *v, const char *root, double spot, double r, double q, double vol,
                       const struct vol_dividends *dividends, double half, int days, double quoted_spot)
{
    static struct vol_fd_work work;
    int64_t ts = at("2026-01-09T15:00:00Z"), expires = ts + (int64_t)days * VOL_DAY;
    double t = VOL_YEARS(ts, expires);
    int k, type;

    for (k = 80; k <= 120; k += 5)
        for (type = -1; type <= 1; type += 2) {
            struct vol_fd_option option = {.type = type > 0 ? VOL_CALL : VOL_PUT,
                                           .american = true,
                                           .spot = spot,
                                           .strike = spot / 100 * k,
                                           .r = r,
                                           .q = q,
                                           .t = t,
                                           .vol = vol,
                                           .dividends = dividends,
                                           .model = VOL_DIVIDENDS_SPOT};
            double price = vol_american_cash_price(&option, &vol_fd_fast, &work);
            struct vol_valued one = {.strike = option.strike,
                                     .bid = price - half,
                                     .ask = price + half,
                                     .underlying_price = quoted_spot,
                                     .expires = expires,
                                     .type = option.type,
                                     .american = true};

            if (price > 2 * half)
                UNIT(vol_valuation_add(v, &one, root, strlen(root), 20000 + days) == VOL_OK);
        }
}

static void run_priced(struct vol_valuation *v, double r, const struct vol_dividends *dividends)
{
    struct vol_valuation_config config = {.rate = NAN, .dividends = dividends};
    struct vol_curve curve;

    vol_curve_init(&curve);
    UNIT(vol_curve_set(&curve, 1, r) == VOL_OK);
    UNIT(vol_valuation_run(v, &config, at("2026-01-09T15:00:00Z"), &curve) == VOL_OK);
}

static void is_right(const struct vol_valuation_group *g, double forward)
{
    UNIT(g->parity.status == VOL_PARITY_OK);
    UNIT_NEAR(g->forward / forward, 1, 3e-5);
    UNIT(g->agreement.n_pairs >= 5 && g->agreement.n_outside == 0);
}

/* Spreads so tight that the prices as they are contradict every forward. */
static void test_tight(void)
{
    double half = 0.01, r = 0.04, q = 0.02, cash = 0.4, when = 30 / 365.0;
    struct vol_dividends dividends = {1, &when, &cash};
    struct vol_valuation v;

    vol_valuation_init(&v);
    add_priced(&v, "X", 100, r, q, 0.25, NULL, half, 161, 100); /* alone: the spot of the quotes decides */
    run_priced(&v, r, NULL);
    is_right(&v.group[0], 100 * exp((r - q) * v.group[0].t));
    UNIT_NEAR(v.group[0].carried, 100, 1e-9);

    vol_valuation_clear(&v); /* two of them imply it; what the quotes say of it is stale */
    add_priced(&v, "X", 100, r, q, 0.25, NULL, half, 42, 103);
    add_priced(&v, "X", 100, r, q, 0.25, NULL, half, 161, 103);
    add_priced(&v, "X1", 150, r, q, 0.25, NULL, half, 7,
               103); /* another deliverable, and the nearest expiry */
    run_priced(&v, r, NULL);
    is_right(&v.group[0], 100 * exp((r - q) * v.group[0].t));
    is_right(&v.group[1], 100 * exp((r - q) * v.group[1].t));
    UNIT_NEAR(v.group[0].carried, 100, 2e-3);
    UNIT_NEAR(v.group[0].yield, q, 5e-4);
    UNIT_NEAR(v.group[2].carried, 150, 0.1);

    vol_valuation_clear(&v); /* a dividend before the second one; then it alone */
    add_priced(&v, "X", 100, r, 0, 0.25, &dividends, half, 14, NAN);
    add_priced(&v, "X", 100, r, 0, 0.25, &dividends, half, 42, NAN);
    add_priced(&v, "X", 100, r, 0, 0.25, &dividends, half, 161, NAN);
    run_priced(&v, r, &dividends);
    is_right(&v.group[0], vol_dividends_forward(&dividends, 100, r, 0, v.group[0].t));
    is_right(&v.group[1], vol_dividends_forward(&dividends, 100, r, 0, v.group[1].t));
    is_right(&v.group[2], vol_dividends_forward(&dividends, 100, r, 0, v.group[2].t));
    vol_valuation_clear(&v);
    add_priced(&v, "X", 100, r, 0, 0.25, &dividends, half, 161, 100);
    run_priced(&v, r, &dividends);
    is_right(&v.group[0], vol_dividends_forward(&dividends, 100, r, 0, v.group[0].t));
    vol_valuation_free(&v);
}

/* What belongs together: root, date, settlement and exercise. */
static void test_grouping(void)
{
    int64_t ts = at("2026-01-09T15:00:00Z");
    struct vol_valued q = {.strike = 100, .bid = 1, .ask = 2, .underlying_price = NAN, .type = VOL_CALL};
    struct vol_valuation v;
    int i;

    vol_valuation_init(&v);
    for (i = 0; i < 8; i++) {
        q.expires = ts + ((i & 1) ? 7 : 8) * VOL_DAY;
        q.american = (i & 2) != 0;
        UNIT(vol_valuation_add(&v, &q, i & 4 ? "A" : "", i & 4 ? 1 : 0, 20000) == VOL_OK);
    }
    UNIT(v.n_groups == 8);
    UNIT(vol_valuation_group(&v, "A", 1, ts + 7 * VOL_DAY) == 5);
    UNIT(vol_valuation_group(&v, "B", 1, ts + 7 * VOL_DAY) == 8);
    vol_valuation_free(&v);
}

/* The sides of one strike, as they are judged: at the right forward they obey parity to the accuracy of the
 * prices, also where the one in the money would be exercised at once. */
static void test_sides(void)
{
    double r = 0.06, q = 0.01, t = 0.5, vol = 0.3, spot = 100, f = spot * exp((r - q) * t), d = exp(-r * t);
    double worst = 0, call, put;
    int k;

    for (k = 60; k <= 180; k += 5) {
        vol_parity_american_sides(k, vol_american_price(VOL_AMERICAN_FAST, VOL_CALL, spot, k, r, q, t, vol),
                                  vol_american_price(VOL_AMERICAN_FAST, VOL_PUT, spot, k, r, q, t, vol), f, d,
                                  t, spot, &call, &put);
        worst = fmax(worst, fabs(call - put - d * (f - k)));
        UNIT_NEAR(call, vol_black_price(VOL_CALL, f, k, d, t, vol), 1e-6);
    }
    UNIT(worst < 1e-6);
    vol_parity_american_sides(100, NAN, 5, f, d, t, spot, &call, &put);
    UNIT(isnan(call));
}

static void test_report(void)
{
    struct vol_valuation_config config = {.rate = NAN};
    int64_t ts = at("2024-01-02T21:00:00Z"), expires = at("2024-07-02T20:00:00Z");
    double t = VOL_YEARS(ts, expires);
    struct vol_parity_report report;
    struct vol_buf out = VOL_BUF_INIT;
    struct vol_valuation v;
    struct vol_curve curve;
    int k;

    vol_valuation_init(&v);
    vol_curve_init(&curve);
    UNIT(vol_curve_set(&curve, 1, 0.03) == VOL_OK);
    for (k = 90; k <= 110; k += 5) {
        add(&v, VOL_CALL, k, vol_black_price(VOL_CALL, 101, k, exp(-0.03 * t), t, 0.2), 0.05, 100, expires,
            false);
        add(&v, VOL_PUT, k, vol_black_price(VOL_PUT, 101, k, exp(-0.03 * t), t, 0.2), 0.05, 100, expires,
            false);
    }
    UNIT(vol_valuation_run(&v, &config, ts, &curve) == VOL_OK);
    UNIT_NEAR(v.group[0].yield, 0.03 - log(1.01) / t, 1e-6);
    UNIT(v.group[0].yield_error > 0 && v.group[0].yield_error < 0.01);
    vol_parity_report_init(&report);
    UNIT(vol_parity_report_add(&report, &v, ts, "XYZ", true, &out) == VOL_OK);
    UNIT(strncmp(out.data, "XYZ 2024-01-02T21:00:00Z\nexpiration", 35) == 0);
    UNIT(strstr(out.data, "101.000") != NULL && strstr(out.data, "       110 ") != NULL);
    UNIT(strstr(out.data, "outside") == NULL && strstr(out.data, "nan") == NULL);
    UNIT(report.n_pairs == 5 && report.n_within == 5 && report.n_outside == 0 && report.n_expiries == 1);
    vol_buf_clear(&out);
    UNIT(vol_parity_report_end(&report, &out) == VOL_OK);
    UNIT(strncmp(out.data, "1 snapshots, 1 expiries (forward by parity: 1; ", 47) == 0);
    UNIT(strstr(out.data, "100.000") != NULL);
    vol_buf_clear(&out);
    vol_parity_report_init(&report); /* of nothing: dashes, no division */
    UNIT(vol_parity_report_end(&report, &out) == VOL_OK && strstr(out.data, "nan") == NULL);
    vol_buf_free(&out);
    vol_valuation_free(&v);
}

int main(void)
{
    test_median();
    test_agreement();
    test_pairs();
    test_american(0.05, 0, 0.25);
    test_american(0.05, 0.02, 0.4);
    test_american(0.01, 0.05, 0.2);
    test_american(0, 0, 0.3);
    test_tight();
    test_grouping();
    test_sides();
    test_report();
    return unit_done("chain/forwards");
}
