/* Each check on values at its edges, NaN among them; profiles read strictly. */
#include "chain/check.h"

#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

static const struct vol_check_quote usual = {
    .strike = 2940, .bid = 31.7, .ask = 32.3, .vol = 0.12, .delta = 0.5, .dte = 28, .option_type = 'C'};

/* A profile with one check on. */
static struct vol_profile only(enum vol_check check, enum vol_check_action action)
{
    struct vol_profile p = {
        .vol_min = 0.01, .vol_max = 5, .dte_min = 7, .dte_max = 365, .delta_min = 0.05, .delta_max = 0.95};

    p.action[check] = action;
    return p;
}

/* Whether QUOTE fails CHECK: refused by a profile that refuses, tagged by one that tags. */
static int fails(enum vol_check check, struct vol_check_quote quote)
{
    struct vol_profile rejects = only(check, VOL_CHECK_REJECT), tags = only(check, VOL_CHECK_TAG),
                       off = only(check, VOL_CHECK_OFF);
    uint32_t flags = 7;
    int refused = vol_check_one(&rejects, &quote, &flags) == check;

    UNIT(flags == 0);
    UNIT(vol_check_one(&tags, &quote, &flags) == VOL_CHECK_N && flags == (refused ? 1u << check : 0));
    UNIT(vol_check_one(&off, &quote, &flags) == VOL_CHECK_N && flags == 0);
    return refused;
}

static struct vol_check_quote prices(double bid, double ask)
{
    struct vol_check_quote q = usual;

    q.bid = bid;
    q.ask = ask;
    return q;
}

static void test_prices(void)
{
    static const struct {
        double bid, ask;
        uint32_t failed;
    } cases[] = {
        {31.7, 32.3, 0},
        {0, 0.05, 1u << VOL_CHECK_ZERO_BID},
        {-0.0, 0.05, 1u << VOL_CHECK_ZERO_BID},
        {-0.01, 0.05, 1u << VOL_CHECK_NEGATIVE_BID},
        {1, 1, 1u << VOL_CHECK_LOCKED},
        {1.01, 1, 1u << VOL_CHECK_CROSSED},
        {NAN, 1, 1u << VOL_CHECK_NO_BID},
        {1, NAN, 1u << VOL_CHECK_NO_ASK},
        {0, NAN, 1u << VOL_CHECK_ZERO_BID | 1u << VOL_CHECK_NO_ASK},
        {NAN, NAN, 1u << VOL_CHECK_NO_QUOTE},
        {0, 0, 1u << VOL_CHECK_NO_QUOTE | 1u << VOL_CHECK_ZERO_BID | 1u << VOL_CHECK_LOCKED},
        {NAN, 0, 1u << VOL_CHECK_NO_QUOTE | 1u << VOL_CHECK_NO_BID},
        {1, -1, 1u << VOL_CHECK_NO_QUOTE | 1u << VOL_CHECK_CROSSED},
        {INFINITY, INFINITY, 1u << VOL_CHECK_LOCKED},
    };
    size_t i;
    int c;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (c = VOL_CHECK_NEGATIVE_BID; c <= VOL_CHECK_LOCKED; c++)
            if (!UNIT(fails((enum vol_check)c, prices(cases[i].bid, cases[i].ask)) ==
                      ((cases[i].failed >> c & 1) != 0)))
                printf("    %s of %g %g\n", vol_check_name((enum vol_check)c), cases[i].bid, cases[i].ask);
}

static void test_fields(void)
{
    struct vol_check_quote q = usual;

    UNIT(!fails(VOL_CHECK_BAD_FIELD, q));
    q.strike = 0;
    UNIT(fails(VOL_CHECK_BAD_FIELD, q));
    q.strike = NAN;
    UNIT(fails(VOL_CHECK_BAD_FIELD, q));
    q = usual;
    q.option_type = 'X';
    UNIT(fails(VOL_CHECK_BAD_FIELD, q));
    q.option_type = 'P';
    UNIT(!fails(VOL_CHECK_BAD_FIELD, q));
    q.dte = NAN;
    UNIT(fails(VOL_CHECK_BAD_FIELD, q) && fails(VOL_CHECK_DTE_WINDOW, q));
    q = usual;
    UNIT(!fails(VOL_CHECK_EXPIRED, q));
    q.expired = 1;
    UNIT(fails(VOL_CHECK_EXPIRED, q));
}

static void test_windows(void)
{
    static const struct {
        double x;
        int vol, dte, delta; /* fails as vol, days and delta */
    } cases[] = {{NAN, 0, 1, 0},  {0, 0, 1, 1},    {0.01, 1, 1, 1},  {0.0101, 0, 1, 1},
                 {0.05, 0, 1, 0}, {0.95, 0, 1, 0}, {0.96, 0, 1, 1},  {4.99, 0, 1, 1},
                 {5, 1, 1, 1},    {6.99, 1, 1, 1}, {7, 1, 0, 1},     {365, 1, 0, 1},
                 {366, 1, 1, 1},  {-0.5, 0, 1, 0}, {-0.96, 0, 1, 1}, {INFINITY, 1, 1, 1}};
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vol_check_quote q = usual;

        q.vol = q.dte = q.delta = cases[i].x;
        if (!UNIT(fails(VOL_CHECK_VOL_RANGE, q) == cases[i].vol &&
                  fails(VOL_CHECK_DTE_WINDOW, q) == cases[i].dte &&
                  fails(VOL_CHECK_DELTA_WINDOW, q) == cases[i].delta))
            printf("    %g\n", cases[i].x);
    }
}

/* The first check in the order of the enum names the refusal; tags collect. */
static void test_order(void)
{
    struct vol_profile p = only(VOL_CHECK_EXPIRED, VOL_CHECK_REJECT);
    struct vol_check_quote q = prices(0, 0.05);
    struct vol_buf text = VOL_BUF_INIT;
    uint32_t flags;

    p.action[VOL_CHECK_ZERO_BID] = VOL_CHECK_REJECT;
    q.expired = 1;
    UNIT(vol_check_one(&p, &q, &flags) == VOL_CHECK_ZERO_BID);
    p.action[VOL_CHECK_ZERO_BID] = VOL_CHECK_TAG;
    UNIT(vol_check_one(&p, &q, &flags) == VOL_CHECK_EXPIRED && flags == 0);
    p.action[VOL_CHECK_EXPIRED] = VOL_CHECK_TAG;
    UNIT(vol_check_one(&p, &q, &flags) == VOL_CHECK_N);
    UNIT(vol_check_flags_text(flags, &text) == VOL_OK);
    UNIT_STR(text.data, "zero_bid,expired");
    vol_buf_clear(&text);
    UNIT(vol_check_flags_text(0, &text) == VOL_OK && text.len == 0);
    vol_buf_free(&text);
}

/* Marks of other parts of the reading, and what adds up over several calls. */
static void test_marks(void)
{
    struct vol_profile p = only(VOL_CHECK_STALE, VOL_CHECK_TAG);
    struct vol_check_quote q = usual;
    enum vol_check refused = VOL_CHECK_N;
    uint32_t flags = 0;

    q.holiday = 1;
    UNIT(fails(VOL_CHECK_HOLIDAY, q) && !fails(VOL_CHECK_HOLIDAY, usual));
    q.nonstandard = 1;
    UNIT(fails(VOL_CHECK_NONSTANDARD, q) && !fails(VOL_CHECK_NONSTANDARD, usual));
    q.inconsistent = 1;
    UNIT(fails(VOL_CHECK_INCONSISTENT_VENDOR, q) && !fails(VOL_CHECK_INCONSISTENT_VENDOR, usual));
    p.action[VOL_CHECK_VERTICAL] = VOL_CHECK_TAG;
    p.action[VOL_CHECK_PARITY] = p.action[VOL_CHECK_BUTTERFLY] = VOL_CHECK_REJECT;
    vol_check_enter(&p, 1u << VOL_CHECK_VERTICAL, &flags, &refused);
    vol_check_enter(&p, 1u << VOL_CHECK_STALE | 1u << VOL_CHECK_CALENDAR, &flags, &refused);
    UNIT(flags == (1u << VOL_CHECK_VERTICAL | 1u << VOL_CHECK_STALE) && refused == VOL_CHECK_N);
    vol_check_enter(&p, 1u << VOL_CHECK_PARITY, &flags, &refused);
    UNIT(flags == 0 && refused == VOL_CHECK_PARITY);
    /* the first in the order of the enum is the reason, whenever it is found; tags are over */
    vol_check_enter(&p, 1u << VOL_CHECK_BUTTERFLY | 1u << VOL_CHECK_VERTICAL, &flags, &refused);
    UNIT(flags == 0 && refused == VOL_CHECK_BUTTERFLY);
}

static void test_options(void)
{
    struct vol_profile p = only(VOL_CHECK_LOCKED, VOL_CHECK_REJECT), before;
    struct vol_error err;
    static const char *const bad[] = {"locked,zero", "zero", ",", "locked,,zero_bid", "ALL"};
    static const char *const wrong[] = {"dte_min",  "dte_min=",     "dte_min=x",    "dte_min=-1",
                                        "dte=7",    "dte_min=nan",  "spot_gap=1.1", "=1",
                                        "checks=1", "dte_min=1,x=2"};
    size_t i;

    UNIT(!vol_profile_holds(&p));
    UNIT(vol_profile_act(&p, "zero_bid,stale", VOL_CHECK_TAG, &err) == VOL_OK);
    UNIT(p.action[VOL_CHECK_ZERO_BID] == VOL_CHECK_TAG && p.action[VOL_CHECK_STALE] == VOL_CHECK_TAG);
    UNIT(p.action[VOL_CHECK_LOCKED] == VOL_CHECK_REJECT && p.action[VOL_CHECK_CROSSED] == VOL_CHECK_OFF);
    UNIT(vol_profile_holds(&p));
    before = p;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (!UNIT(vol_profile_act(&p, bad[i], VOL_CHECK_OFF, &err) == VOL_EUSAGE &&
                  memcmp(&p, &before, sizeof p) == 0))
            printf("    %s\n", bad[i]);
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (!UNIT(vol_profile_set(&p, wrong[i], &err) == VOL_EUSAGE && memcmp(&p, &before, sizeof p) == 0))
            printf("    %s\n", wrong[i]);
    UNIT(vol_profile_set(&p, "dte_min=3,spot_gap=0.01,least_profit=.5", &err) == VOL_OK);
    UNIT_NEAR(p.dte_min, 3, 0);
    UNIT_NEAR(p.spot_gap, 0.01, 0);
    UNIT_NEAR(p.least_profit, 0.5, 0);
    UNIT(vol_profile_act(&p, "all", VOL_CHECK_OFF, &err) == VOL_OK && !vol_profile_holds(&p));
    for (i = 0; i < VOL_CHECK_N; i++)
        UNIT(p.action[i] == VOL_CHECK_OFF);
    UNIT(vol_profile_windows(&p, "here", &err) == VOL_OK);
    UNIT(vol_profile_set(&p, "vol_min=6", &err) == VOL_OK);
    UNIT(vol_profile_windows(&p, "here", &err) == VOL_ECONFIG);
    UNIT_STR(err.text, "here: vol_min is not below vol_max");
}

static enum vol_status load(const char *text, struct vol_profile *p, struct vol_error *err)
{
    char path[] = "/tmp/volpipe-test-XXXXXX";
    int fd = mkstemp(path);
    enum vol_status status;

    UNIT(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    status = vol_profile_load(path, p, err);
    unlink(path);
    return status;
}

static void test_profiles(void)
{
    static const char *const bad[] = {"{}",
                                      "{\"checks\":{\"zero_bids\":\"tag\"}}",
                                      "{\"checks\":{\"zero_bid\":\"drop\"}}",
                                      "{\"checks\":{\"zero_bid\":1}}",
                                      "{\"checks\":[]}",
                                      "{\"checks\":{},\"dte_max\":-1}",
                                      "{\"checks\":{},\"dte_min\":8,\"dte_max\":7}",
                                      "{\"checks\":{},\"vol_min\":1,\"vol_max\":1}",
                                      "{\"checks\":{},\"delta_min\":0.5,\"delta_max\":0.4}",
                                      "{\"checks\":{},\"delta_max\":1.1}",
                                      "{\"checks\":{},\"dte_mim\":1}",
                                      "{\"checks\":{}",
                                      "[]",
                                      ""};
    struct vol_profile p;
    struct vol_error err;
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        memset(&p, 0x5a, sizeof p);
        if (!UNIT(load(bad[i], &p, &err) == VOL_ECONFIG && p.action[0] == 0x5a5a5a5a))
            printf("    %s: %s\n", bad[i], err.text);
    }
    UNIT(load("{\"comment\":\"x\",\"checks\":{\"zero_bid\":\"tag\",\"crossed\":\"reject\",\"locked\":\"off\"}"
              ",\"dte_min\":7}",
              &p, &err) == VOL_OK);
    UNIT(p.action[VOL_CHECK_ZERO_BID] == VOL_CHECK_TAG && p.action[VOL_CHECK_CROSSED] == VOL_CHECK_REJECT);
    UNIT(p.action[VOL_CHECK_LOCKED] == VOL_CHECK_OFF && p.action[VOL_CHECK_EXPIRED] == VOL_CHECK_OFF);
    UNIT_NEAR(p.dte_min, 7, 0);
    UNIT_NEAR(p.dte_max, 36500, 0);
    UNIT_NEAR(p.delta_max, 1, 0);
    UNIT(vol_profile_load("/no/such/profile.json", &p, &err) == VOL_ECONFIG);
}

int main(void)
{
    test_prices();
    test_fields();
    test_windows();
    test_order();
    test_marks();
    test_options();
    test_profiles();
    return unit_done("chain/check");
}
