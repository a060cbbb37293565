/* Prices that are those of another snapshot, and the table that a person reads. */
#include "chain/quality.h"

#include "base/time.h"
#include "unit.h"

static struct vol_prints prints;

/* N contracts whose prices are SHIFTED from the Nth on; what the comparison says. */
static struct vol_quality compare(const char *underlying, double hours, size_t n, size_t equal)
{
    static struct vol_price_print print[3000];
    struct vol_quality q = {.before = INT64_MIN};
    size_t i;

    for (i = 0; i < n; i++)
        print[i] = vol_print_of(i % 7, (double)i, i % 2, i < equal ? 1 : hours, 2);
    UNIT(vol_prints_compare(&prints, underlying, strlen(underlying), (int64_t)(hours * 3600 * 1e9), 1, 0.95,
                            print, n, &q) == VOL_OK);
    return q;
}

static void test_prints(void)
{
    struct vol_price_print a = vol_print_of(1, 100, false, 1, 2), b;
    struct vol_quality q;

    vol_prints_init(&prints);
    b = vol_print_of(1, 100, true, 1, 2);
    UNIT(a.contract != b.contract && a.prices == b.prices);
    b = vol_print_of(1, 100, false, 1, 2.5);
    UNIT(a.contract == b.contract && a.prices != b.prices);
    b = vol_print_of(1, 100, false, 2, 1);
    UNIT(a.prices != b.prices);
    UNIT(vol_print_of(1, 1, 0, -0.0, NAN).prices == vol_print_of(1, 1, 0, 0.0, -NAN).prices);

    q = compare("SPX", 0, 2000, 100);
    UNIT(q.before == INT64_MIN && isnan(vol_quality_unchanged(&q)));
    q = compare("NDX", 1, 5, 5); /* another underlying */
    UNIT(q.before == INT64_MIN);
    q = compare("SPX", 24, 3000, 100);
    UNIT(q.before == 0 && q.n_common == 2000 && q.n_equal == 100);
    UNIT_NEAR(vol_quality_unchanged(&q), 0.05, 0);
    /* a half hour later equal prices are no news, and the older snapshot stays the one to compare with */
    q = compare("SPX", 24.5, 2000, 2000);
    UNIT(q.before == INT64_MIN);
    q = compare("SPX", 25, 1000, 100);
    UNIT(q.before == 24 * 3600 * VOL_SECOND && q.n_common == 1000 && q.n_equal == 100);
    /* a stale one is compared with those that were there before it, again and again */
    q = compare("SPX", 48, 1000, 100);
    q = compare("SPX", 72, 100, 100);
    UNIT(q.n_common == 100 && q.n_equal == 100 && q.before == 48 * 3600 * VOL_SECOND);
    q = compare("SPX", 96, 100, 100);
    UNIT(q.n_equal == 100 && q.before == 48 * 3600 * VOL_SECOND);
    /* few common contracts say nothing */
    q = compare("NDX", 25, 5, 5);
    UNIT(q.n_common == 5 && isnan(vol_quality_unchanged(&q)));
    vol_prints_free(&prints);
}

static const char *symbol(const void *data, uint32_t index)
{
    return ((const char *const *)data)[index];
}

static void test_report(void)
{
    static const char *const names[] = {"A", "B"};
    struct vol_quality_report report = {0};
    struct vol_quality q = {.n = 200,
                            .n_refused = 50,
                            .n_tagged = 3,
                            .spot = 2648.98,
                            .implied_spot = 2627.066,
                            .spot_gap = 0.00834,
                            .n_common = 10,
                            .n_equal = 1,
                            .n_findings = {1, 0, 0, 12},
                            .profit = 0.3,
                            .snapshot = 1u << VOL_CHECK_SPOT_MISMATCH};
    struct vol_static_finding f = {
        .kind = VOL_STATIC_CALENDAR, .n_legs = 2, .leg = {{1, -1, 5.3}, {0, 0.99, 5}}, .profit = 0.35};
    struct vol_buf out = VOL_BUF_INIT;

    q.failed[VOL_CHECK_CROSSED] = 50;
    UNIT(vol_quality_report_add(&report, &q, 0, "SPX", &out) == VOL_OK);
    UNIT(strncmp(out.data, "ts ", 3) == 0);
    UNIT(strstr(out.data,
                "\n1970-01-01T00:00:00Z SPX        200      50  25.00       3   10.00   2648.980   2627.066"
                "   0.834    1    0    0   12    0.300       -  spot_mismatch\n") != NULL);
    vol_buf_clear(&out);
    q.snapshot = 0;
    q.spot = q.implied_spot = q.spot_gap = q.profit = NAN;
    q.n_common = 9;
    q.n_expiries = 4;
    q.n_repaired = 3;
    q.n_outside = 2;
    UNIT(vol_quality_report_add(&report, &q, 0, "NDX", &out) == VOL_OK);
    UNIT_STR(out.data,
             "1970-01-01T00:00:00Z NDX        200      50  25.00       3       -          -          -"
             "       -    1    0    0   12        -       2  ok\n");
    vol_buf_clear(&out);
    UNIT(vol_quality_report_finding(&f, symbol, names, &out) == VOL_OK);
    UNIT_STR(out.data, "    calendar 0.35: sell 1 B at 5.3, buy 0.99 A at 5\n");
    vol_buf_clear(&out);
    UNIT(vol_quality_report_end(&report, &out) == VOL_OK);
    UNIT_STR(out.data, "\n2 snapshots, 400 quotes, 100 refused, 6 tagged\n"
                       "    crossed                     100 quotes\n"
                       "executable arbitrage: vertical 2, butterfly 0, parity 0, calendar 24\n"
                       "repair: 4 expiries, 3 with arbitrage-free prices inside every bid and ask, 2 quotes "
                       "outside theirs\n");
    vol_buf_free(&out);
}

int main(void)
{
    test_prints();
    test_report();
    return unit_done("chain/quality");
}
