/* Quote records as the checks see them: whose vol counts, days and settlement, and a snapshot that is held.
 */
#include "chain/clean.h"

#include "stream.h"

static const struct vol_want wants[] = {VOL_CLEAN_WANTS};
static struct vol_error err;
static struct vol_rec rec;

/* Read the records of TEXT one after the other; SEE is called with each. */
static void each(const char *text, void (*see)(size_t i))
{
    struct vol_reader_config config = {.wants = wants, .n_wants = sizeof wants / sizeof wants[0]};
    struct stream s = stream_file(text, strlen(text));
    char *paths[] = {s.path};
    struct vol_reader *reader;
    size_t i;

    UNIT(vol_reader_new(&reader, &config, paths, 1, &err) == VOL_OK);
    for (i = 0; vol_reader_next(reader, &rec, &err) == VOL_OK; i++)
        see(i);
    vol_reader_free(reader);
    stream_end(&s);
}

static struct vol_check_quote seen[20];
static struct vol_clean_memo memo;

static void keep(size_t i)
{
    vol_clean_read(&rec, &memo, &seen[i]);
}

static void test_values(void)
{
    memo = (struct vol_clean_memo)VOL_CLEAN_MEMO_INIT;
    each("{\"kind\":\"quote\",\"ts\":\"2019-04-26T20:15:00Z\",\"strike\":2940,\"option_type\":\"P\","
         "\"expiration\":\"2019-05-24\","
         "\"bid\":1,\"vendor_iv\":0.2,\"vendor_delta\":-0.3}\n"
         "{\"kind\":\"quote\",\"ts\":\"2019-04-26T20:15:00Z\",\"option_type\":\"PUT\",\"expiration\":\"2019-"
         "05-24\","
         "\"ask\":2,\"vendor_iv\":0.2,\"implied_vol\":0.25,\"vendor_delta\":-0.3,\"delta\":-0.35}\n"
         "{\"kind\":\"quote\",\"ts\":\"2019-04-26T20:15:00Z\",\"vendor_iv\":0.2,\"implied_vol\":null}\n",
         keep);
    UNIT(seen[0].option_type == 'P' && isnan(seen[0].ask) && !seen[0].expired);
    UNIT_NEAR(seen[0].strike, 2940, 0);
    UNIT_NEAR(seen[0].vol, 0.2, 0);
    UNIT_NEAR(seen[0].delta, -0.3, 0);
    UNIT_NEAR(seen[0].dte, 28, 0);
    UNIT(seen[1].option_type == '\0' && isnan(seen[1].bid) && isnan(seen[1].strike));
    UNIT_NEAR(seen[1].vol, 0.25, 0);
    UNIT_NEAR(seen[1].delta, -0.35, 0);
    UNIT_NEAR(seen[1].dte, 28, 0);
    UNIT_NEAR(seen[2].vol, 0.2, 0);
    UNIT(isnan(seen[2].dte));
}

static void test_expiries(void)
{
    static const struct {
        const char *ts, *members;
        double dte;
        int expired;
    } cases[] = {
        {"2019-04-26T20:15:00Z", "\"expiration\":\"2019-04-26\",\"expires\":\"2019-04-26T20:00:00Z\"", 0, 1},
        {"2019-04-26T20:15:00Z", "\"expiration\":\"2019-04-26\",\"expires\":\"2019-04-26T20:15:00Z\"", 0, 1},
        {"2019-04-26T20:15:00Z",
         "\"expiration\":\"2019-04-26\",\"expires\":\"2019-04-26T20:15:00.000000001Z\"", 0, 0},
        /* without an instant of settlement the whole day counts */
        {"2019-04-26T20:15:00Z", "\"expiration\":\"2019-04-26\"", 0, 0},
        {"2019-04-26T20:15:00Z", "\"expiration\":\"2019-04-25\"", -1, 1},
        /* the day in New York, where it is still the 26th */
        {"2019-04-27T03:00:00Z", "\"expiration\":\"2019-04-27\"", 1, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":\"2020-02-29\"", 309, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":\"2019-02-29\"", NAN, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":\"2019-05-24\",\"expires\":\"soon\"", NAN, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":\"2019-05-24\",\"expires\":\"2019-05-24T20:00:00Z\"", 28, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":\"2019-05-24 and far too long\"", NAN, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":\"\"", NAN, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":null", NAN, 0},
        /* instants are 64 bits of nanoseconds: dates behind and before them; the second of two alike too */
        {"2019-04-27T03:00:00Z", "\"expiration\":\"9999-12-31\"", NAN, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":\"9999-12-31\"", NAN, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":\"0001-01-01\"", NAN, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":\"2262-01-01\"", NAN, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":\"2261-12-31\"", 88638, 0},
        {"2019-04-27T03:00:00Z", "\"expiration\":\"2019-05-24\"", 28, 0},
    };
    struct vol_buf text = VOL_BUF_INIT;
    size_t i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        vol_buf_addf(&text, "{\"kind\":\"quote\",\"ts\":\"%s\",%s}\n", cases[i].ts, cases[i].members);
    memo = (struct vol_clean_memo)VOL_CLEAN_MEMO_INIT;
    each(text.data, keep);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (!UNIT(seen[i].expired == cases[i].expired &&
                  (isnan(cases[i].dte) ? isnan(seen[i].dte) : fabs(seen[i].dte - cases[i].dte) <= 0)))
            printf("    %s: %g days, expired %d\n", cases[i].members, seen[i].dte, seen[i].expired);
    vol_buf_free(&text);
}

static struct vol_clean_snapshot held;
static int went_on[20];

static void hold(size_t i)
{
    struct vol_clean_verdict v = {.is_quote = vol_rec_is(&rec, "quote"), .refused = VOL_CHECK_N};
    struct vol_check_quote q;

    went_on[i] = vol_clean_goes_on(&held, &rec);
    vol_clean_read(&rec, &memo, &q);
    if (went_on[i])
        UNIT(vol_clean_add(&held, &rec, &q, &v) == VOL_OK);
}

#define CALL(ts, under, root, strike, bid, ask)                                                       \
    "{\"kind\":\"quote\",\"ts\":\"2019-04-26T" ts "Z\",\"underlying\":\"" under "\",\"root\":\"" root \
    "\",\"expiration\":"                                                                              \
    "\"2019-05-24\",\"option_type\":\"C\",\"strike\":" strike ",\"bid\":" bid ",\"ask\":" ask "}\n"

static void test_snapshot(void)
{
    static const char text[] = CALL("20:15:00", "SPX", "SPXW", "2900", "60", "61")
        CALL("20:15:00", "SPX", "SPX", "2910", "99", "100") /* another root */
        "{\"kind\":\"reject\",\"ts\":\"2019-04-26T20:15:00Z\"}\n" CALL("20:15:00", "SPX", "SPXW", "2920",
                                                                       "61", "62")
            CALL("20:15:00", "SPX", "SPXW", "2910", "null", "99")
                CALL("20:15:00", "SPX", "SPXW", "2930", "50",
                     "51") "{\"kind\":\"snap\",\"ts\":\"2019-04-26T20:15:00Z\",\"underlying\":\"SPX\"}"
                           "\n" CALL("20:15:00", "NDX", "NDX", "1", "1", "2")
                               CALL("20:15:01", "SPX", "SPXW", "2930", "50", "51");
    static const int expected[9] = {1, 1, 1, 1, 1, 1, 0, 0, 0};
    struct vol_profile p = {.vertical_tolerance = 0.01};
    size_t i;

    vol_clean_init(&held);
    memo = (struct vol_clean_memo)VOL_CLEAN_MEMO_INIT;
    each(text, hold);
    UNIT(memcmp(went_on, expected, sizeof expected) == 0 && held.lines.n == 6);
    p.action[VOL_CHECK_VERTICAL] = VOL_CHECK_REJECT;
    UNIT(vol_clean_compare(&held, &p) == VOL_OK);
    for (i = 0; i < held.lines.n; i++)
        UNIT(held.verdicts[i].refused == (i == 3 ? VOL_CHECK_VERTICAL : VOL_CHECK_N) &&
             held.verdicts[i].tags == 0 && held.verdicts[i].is_quote == (i != 2));
    p.action[VOL_CHECK_VERTICAL] = VOL_CHECK_TAG;
    UNIT(vol_clean_compare(&held, &p) == VOL_OK && held.verdicts[3].tags == 1u << VOL_CHECK_VERTICAL);
    vol_clean_clear(&held);
    UNIT(held.lines.n == 0 && vol_clean_compare(&held, &p) == VOL_OK);
    vol_clean_free(&held);
}

int main(void)
{
    test_values();
    test_expiries();
    test_snapshot();
    return unit_done("chain/clean");
}
