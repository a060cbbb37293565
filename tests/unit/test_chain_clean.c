/* Quote records as the checks see them: whose vol counts, days and settlement, and a snapshot that is held.
 */
#include "chain/clean.h"

#include "base/share.h"
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
static struct vol_clean_config config;

static void keep(size_t i)
{
    struct vol_clean_quote q;

    vol_clean_read(&config, &rec, &memo, &q);
    seen[i] = q.check;
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

/* Days without trading, contracts of other markets, deliverables that are not the standard one, and whose
 * figures a contradiction is. */
static void test_marks(void)
{
    static const struct {
        const char *ts, *members;
        int holiday, nonstandard, inconsistent;
    } cases[] = {
        {"2019-05-27T20:15:00Z", "\"symbol\":\"SPXW190531C02800000\"", 1, 0, 0},
        {"2019-05-28T20:15:00Z", "\"symbol\":\"SPXW190531C02800000\"", 0, 0, 0},
        /* a Sunday; Monday in London is still Sunday in New York */
        {"2019-05-26T20:15:00Z", "\"root\":\"SPXW\"", 1, 0, 0},
        {"2019-05-20T03:00:00Z", "\"root\":\"SPXW\"", 1, 0, 0},
        {"2019-05-27T08:00:00Z", "\"symbol\":\"BTC-31MAY19-8000-C\"", 0, 0, 0},
        {"2019-05-28T20:15:00Z", "\"root\":\"AAPL7\"", 0, 1, 0},
        {"2019-05-28T20:15:00Z", "\"root\":\"AAPL\",\"adjusted\":true", 0, 1, 0},
        {"2019-05-28T20:15:00Z", "\"root\":\"AAPL\",\"adjusted\":false", 0, 0, 0},
        {"2019-05-28T20:15:00Z", "\"symbol\":\"X1-USD-190628-1-C\",\"root\":\"X1\"", 0, 0, 0},
        /* the chapter's figures, a month before its expiration */
        {"2019-05-28T20:15:00Z", "\"implied_vol\":0.187,\"delta\":0.342,\"vega\":0.234", 0, 0, 1},
        {"2019-05-28T20:15:00Z", "\"vendor_iv\":0.187,\"vendor_delta\":0.342", 0, 0, 1},
        {"2019-05-28T20:15:00Z", "\"implied_vol\":0.187,\"delta\":0.342,\"iv_status\":\"ok\"", 0, 0, 0},
        {"2019-05-28T20:15:00Z", "\"vendor_iv\":0.437,\"vendor_delta\":0.342", 0, 0, 0},
    };
    struct vol_buf text = VOL_BUF_INIT;
    struct vol_calendar calendar;
    char path[4096];
    size_t i;

    UNIT(vol_share_path("/usr/share/volpipe", "calendars", "us-options.csv", path, sizeof path, &err) ==
         VOL_OK);
    UNIT(vol_calendar_load(path, &calendar, &err) == VOL_OK);
    config.calendar = &calendar;
    config.profile.action[VOL_CHECK_NONSTANDARD] = config.profile.action[VOL_CHECK_INCONSISTENT_VENDOR] =
        VOL_CHECK_TAG;
    config.profile.vendor_tolerance = 1;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        vol_buf_addf(&text,
                     "{\"kind\":\"quote\",\"ts\":\"%s\",\"expiration\":\"2019-06-28\",\"strike\":450,"
                     "\"option_type\":\"C\",\"bid\":12.5,\"ask\":12.65,%s}\n",
                     cases[i].ts, cases[i].members);
    memo = (struct vol_clean_memo)VOL_CLEAN_MEMO_INIT;
    each(text.data, keep);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (!UNIT(seen[i].holiday == cases[i].holiday && seen[i].nonstandard == cases[i].nonstandard &&
                  seen[i].inconsistent == cases[i].inconsistent))
            printf("    %s %s: %d %d %d\n", cases[i].ts, cases[i].members, seen[i].holiday,
                   seen[i].nonstandard, seen[i].inconsistent);
    vol_buf_free(&text);
    vol_calendar_free(&calendar);
    memset(&config, 0, sizeof config);
}

static struct vol_clean held;

static void hold(size_t i)
{
    struct vol_clean_verdict v = {.refused = VOL_CHECK_N, .mid_repaired = NAN};
    struct vol_clean_quote q;

    (void)i;
    if (!vol_rec_is(&rec, "quote")) {
        UNIT(vol_snapshot_add_other(&held.snap, &rec.line, &rec.value[VOL_W_KIND]) == VOL_OK);
        return;
    }
    vol_clean_read(&config, &rec, &memo, &q);
    v.refused = vol_check_one(&config.profile, &q.check, &v.tags);
    UNIT(vol_clean_add(&held, &rec, &q, &v) == VOL_OK);
}

#define QUOTE(symbol, root, type, strike, bid, ask)                                                          \
    "{\"kind\":\"quote\",\"ts\":\"2019-04-26T20:15:00Z\",\"underlying\":\"SPX\",\"symbol\":\"" symbol        \
    "\",\"root\":\"" root "\",\"expiration\":\"2019-05-24\",\"option_type\":\"" type "\",\"strike\":" strike \
    ",\"bid\":" bid ",\"ask\":" ask "}\n"

static enum vol_check refused(size_t i)
{
    return vol_clean_verdict_of(&held, i)->refused;
}

static void test_snapshot(void)
{
    static const char text[] = QUOTE("a", "SPXW", "C", "2900", "60", "61")
        QUOTE("b", "SPX", "C", "2910", "99", "100") /* another root */
        "{\"kind\":\"reject\",\"ts\":\"2019-04-26T20:15:00Z\"}\n" QUOTE(
            "c", "SPXW", "C", "2920", "61.5", "62") QUOTE("d", "SPXW", "C", "2910", "null", "99")
            QUOTE("e", "SPXW", "C", "2930", "52", "53") QUOTE("f", "SPXW", "P", "2900", "70", "71")
                QUOTE("g", "SPXW", "C", "2900", "60", "61.2") QUOTE("h", "SPXW", "C", "2940", "-1", "1");
    struct vol_profile *p = &config.profile;
    struct vol_buf legs = VOL_BUF_INIT;

    UNIT(!vol_clean_holds(&config));
    p->action[VOL_CHECK_MONOTONE] = p->action[VOL_CHECK_DUPLICATE] = p->action[VOL_CHECK_NEGATIVE_BID] =
        VOL_CHECK_REJECT;
    p->action[VOL_CHECK_VERTICAL] = VOL_CHECK_TAG;
    p->monotone_tolerance = 0.01;
    p->refused_share = p->stale_share = 1;
    UNIT(vol_clean_holds(&config));
    vol_clean_init(&held, &config);
    memo = (struct vol_clean_memo)VOL_CLEAN_MEMO_INIT;
    each(text, hold);
    UNIT(vol_snapshot_count(&held.snap) == 9);
    UNIT(vol_clean_judge(&held) == VOL_OK);
    /* a came again as g; c is dearer than g, and its bid above g's ask; b is of another root, d has no mid */
    UNIT(refused(0) == VOL_CHECK_DUPLICATE && refused(2) == VOL_CHECK_MONOTONE);
    UNIT(refused(1) == VOL_CHECK_N && refused(3) == VOL_CHECK_N && refused(4) == VOL_CHECK_N &&
         refused(5) == VOL_CHECK_N && refused(6) == VOL_CHECK_N && refused(7) == VOL_CHECK_NEGATIVE_BID);
    UNIT(vol_clean_verdict_of(&held, 6)->tags == 1u << VOL_CHECK_VERTICAL &&
         vol_clean_verdict_of(&held, 2)->tags == 0);
    UNIT(held.quality.n == 8 && held.quality.n_refused == 3 && held.quality.n_tagged == 1);
    UNIT(held.quality.failed[VOL_CHECK_DUPLICATE] == 1 && held.quality.failed[VOL_CHECK_VERTICAL] == 1);
    UNIT(held.quality.snapshot == 0 && held.quality.n_findings[VOL_STATIC_VERTICAL] == 1);
    UNIT_NEAR(held.quality.profit, 0.3, 1e-12);
    UNIT_STR(vol_clean_symbol(&held, 5), "f");
    UNIT(vol_clean_legs(&held, vol_static_get(&held.arbitrage, 0)->leg, 2, 10, &legs) == VOL_OK);
    UNIT_STR(legs.data, "[{\"symbol\":\"g\",\"side\":\"buy\",\"ratio\":1,\"price\":61.2},"
                        "{\"symbol\":\"c\",\"side\":\"sell\",\"ratio\":1,\"price\":61.5}]");
    vol_buf_free(&legs);
    vol_clean_clear(&held);
    /* three of eight are more than a third */
    p->refused_share = 0.3;
    p->action[VOL_CHECK_REFUSED_SHARE] = VOL_CHECK_REJECT;
    each(text, hold);
    UNIT(vol_clean_judge(&held) == VOL_OK && held.quality.n_refused == 8 &&
         held.quality.snapshot == 1u << VOL_CHECK_REFUSED_SHARE && refused(0) == VOL_CHECK_DUPLICATE &&
         refused(5) == VOL_CHECK_REFUSED_SHARE);
    vol_clean_free(&held);
}

int main(void)
{
    test_values();
    test_expiries();
    test_marks();
    test_snapshot();
    return unit_done("chain/clean");
}
