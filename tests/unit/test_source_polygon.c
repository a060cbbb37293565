/* Polygon: pages of a chain, of contracts, of bars. Expected records are written by hand from the bodies; the
 * instants are New York's hours by the law (EST is UTC-5): SPX settles at 09:30, SPXW at 16:00, and on
 * 2025-11-28, the day after Thanksgiving, markets close at 13:00. */
#include "sources.h"

#include "source/polygon.h"

#define RECEIVED "2025-11-25T19:00:03Z"
#define CHAIN_TS "\"ts\":\"2025-11-25T19:00:00.123456789Z\""

typedef enum vol_status page_reader(const char *body, size_t n, struct vol_us_chain *chain,
                                    struct vol_buf *next, struct vol_error *err);

/* Read a page; the next page's address is given. */
static const char *page(page_reader *read, const char *name, struct vol_us_chain *chain, struct vol_buf *next,
                        struct vol_error *err)
{
    struct vol_buf body = sources_body(name);

    UNIT(read(body.data, body.len, chain, next, err) == VOL_OK);
    vol_us_chain_received(chain, sources_time(RECEIVED));
    vol_buf_free(&body);
    return next->data;
}

static void test_chain(void)
{
    struct vol_us_chain chain;
    struct vol_buf next = VOL_BUF_INIT;
    struct sources s;

    sources_begin(&s, "polygon");
    vol_us_chain_init(&chain);
    UNIT_STR(page(vol_polygon_chain, "polygon/chain-1.json", &chain, &next, &s.err),
             "https://api.massive.com/v3/snapshot/options/I:SPX?cursor=YXA9");
    UNIT_STR(page(vol_polygon_chain, "polygon/chain-2.json", &chain, &next, &s.err), "");
    UNIT(vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_OK);
    /* The newest quote's time, in nanoseconds, is that of all; an IV of 0, {} and absent members are no
     * values; volume of the session before (SPXW) is not this session's; SPX and SPXW settle hours apart. */
    UNIT_STR(
        sources_text(&s),
        "{\"kind\":\"quote\"," CHAIN_TS ",\"underlying\":\"SPX\",\"symbol\":\"SPX261218C05500000\","
        "\"root\":\"SPX\",\"expiration\":\"2026-12-18\",\"expires\":\"2026-12-18T14:30:00Z\","
        "\"last_trade\":\"2026-12-17T21:15:00Z\",\"strike\":5500,\"option_type\":\"C\",\"exercise\":\"E\","
        "\"multiplier\":100,\"currency\":\"USD\",\"bid\":310.1,\"ask\":312.4,\"bid_size\":14,\"ask_size\":22,"
        "\"last\":311.2,\"volume\":42,\"open_interest\":18244,\"underlying_price\":5731.2,\"vendor_iv\":0."
        "1931,"
        "\"vendor_delta\":0.71,\"vendor_gamma\":0.00063,\"vendor_theta\":-1.11,\"vendor_vega\":6.42,"
        "\"received\":\"" RECEIVED "\",\"source\":\"polygon\"}\n"
        "{\"kind\":\"quote\"," CHAIN_TS ",\"underlying\":\"SPX\",\"symbol\":\"SPX261218P05500000\","
        "\"root\":\"SPX\",\"expiration\":\"2026-12-18\",\"expires\":\"2026-12-18T14:30:00Z\","
        "\"last_trade\":\"2026-12-17T21:15:00Z\",\"strike\":5500,\"option_type\":\"P\",\"exercise\":\"E\","
        "\"multiplier\":100,\"currency\":\"USD\",\"bid\":0,\"ask\":0.05,\"bid_size\":0,\"ask_size\":3,"
        "\"open_interest\":0,\"underlying_price\":5731.2,\"received\":\"" RECEIVED
        "\",\"source\":\"polygon\"}\n"
        "{\"kind\":\"quote\"," CHAIN_TS ",\"underlying\":\"SPX\",\"symbol\":\"SPXW261218C05500000\","
        "\"root\":\"SPXW\",\"expiration\":\"2026-12-18\",\"expires\":\"2026-12-18T21:00:00Z\","
        "\"last_trade\":\"2026-12-18T21:00:00Z\",\"strike\":5500,\"option_type\":\"C\",\"exercise\":\"E\","
        "\"multiplier\":100,\"currency\":\"USD\",\"bid\":309.8,\"ask\":312,\"bid_size\":5,\"ask_size\":9,"
        "\"last\":309,\"open_interest\":901,\"underlying_price\":5731.2,\"vendor_iv\":0.1912,"
        "\"vendor_delta\":0.7,\"vendor_gamma\":0.00062,\"vendor_theta\":-1.1,\"vendor_vega\":6.4,"
        "\"received\":\"" RECEIVED "\",\"source\":\"polygon\"}\n"
        "{\"kind\":\"quote\"," CHAIN_TS ",\"underlying\":\"SPX\",\"symbol\":\"SPXW261218P05500000\","
        "\"root\":\"SPXW\",\"expiration\":\"2026-12-18\",\"expires\":\"2026-12-18T21:00:00Z\","
        "\"last_trade\":\"2026-12-18T21:00:00Z\",\"strike\":5500,\"option_type\":\"P\",\"exercise\":\"E\","
        "\"multiplier\":100,\"currency\":\"USD\",\"open_interest\":77,\"underlying_price\":5731.2,"
        "\"received\":\"" RECEIVED "\",\"source\":\"polygon\"}\n"
        "{\"kind\":\"snap\"," CHAIN_TS ",\"underlying\":\"SPX\",\"quotes\":4,\"source\":\"polygon\"}\n");
    vol_us_chain_free(&chain);
    vol_buf_free(&next);
    sources_end(&s);
}

/* A digit behind the root, or another number of shares than the table's: adjusted, without a multiplier. */
static void test_adjusted(void)
{
    struct vol_us_chain chain;
    struct vol_buf next = VOL_BUF_INIT;
    struct sources s;
    const char *text;

    sources_begin(&s, "polygon");
    vol_us_chain_init(&chain);
    page(vol_polygon_chain, "polygon/adjusted.json", &chain, &next, &s.err);
    page(vol_polygon_contracts, "polygon/contracts.json", &chain, &next, &s.err);
    UNIT(vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_OK);
    text = sources_text(&s);
    for (int i = 0; i < 2; i++) {
        static const char *const names[] = {"AAPL1261218C00150000", "AAPL261218C00150000"};
        const char *line = strstr(text, names[i]);

        if (!UNIT(line != NULL))
            continue;
        UNIT(strstr(line, "\"exercise\":\"A\",\"multiplier\":null,\"currency\":\"USD\",\"adjusted\":true,") !=
             NULL);
    }
    UNIT(strstr(text, "\"underlying\":\"AAPL\",\"quotes\":2") != NULL);
    UNIT(strstr(text, "EVRI261218C00002500\",\"root\":\"EVRI\",\"expiration\":\"2026-12-18\","
                      "\"expires\":\"2026-12-18T21:00:00Z\",\"last_trade\":\"2026-12-18T21:00:00Z\","
                      "\"strike\":2.5,\"option_type\":\"C\",\"exercise\":\"A\",\"multiplier\":100,"
                      "\"currency\":\"USD\",\"received\"") != NULL);
    UNIT(strstr(text, "\"underlying\":\"EVRI\",\"quotes\":2") != NULL);
    vol_us_chain_free(&chain);
    vol_buf_free(&next);
    sources_end(&s);
}

/* Shares trade on when options have closed, and delayed options stand beside live shares. */
static void test_price_time(void)
{
    struct vol_us_chain chain;
    struct vol_buf next = VOL_BUF_INIT, body;
    struct sources s;

    sources_begin(&s, "polygon");
    vol_us_chain_init(&chain);
    body =
        sources_edit("polygon/chain-1.json", "1764097199000000000", "1764098100000000000"); /* 15 min later */
    UNIT(vol_polygon_chain(body.data, body.len, &chain, &next, &s.err) == VOL_OK);
    vol_us_chain_received(&chain, sources_time("2025-11-25T19:15:03Z"));
    UNIT(vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_OK);
    UNIT(strstr(sources_text(&s), "underlying_price") == NULL);
    UNIT(strstr(s.text.data, CHAIN_TS) != NULL);
    vol_buf_free(&body);
    vol_buf_free(&next);
    vol_us_chain_free(&chain);
    sources_end(&s);
}

static void test_bars(void)
{
    struct vol_buf next = VOL_BUF_INIT, body = sources_body("polygon/aggs.json");
    struct sources s;

    sources_begin(&s, "polygon");
    UNIT(vol_polygon_bars(body.data, body.len, "SPY", sources_time("2025-12-01T15:00:00Z"), &s.facts,
                          s.gather, &next, &s.err) == VOL_OK);
    UNIT_STR(
        sources_text(&s),
        "{\"kind\":\"bar\",\"ts\":\"2025-11-25T21:00:00Z\",\"symbol\":\"SPY\",\"open\":599.5,\"high\":602,"
        "\"low\":598.4,\"close\":601.2,\"volume\":70000000,\"received\":\"2025-12-01T15:00:00Z\","
        "\"source\":\"polygon\"}\n"
        "{\"kind\":\"bar\",\"ts\":\"2025-11-26T21:00:00Z\",\"symbol\":\"SPY\",\"open\":601.2,\"high\":601.2,"
        "\"low\":601.2,\"close\":601.2,\"volume\":0,\"received\":\"2025-12-01T15:00:00Z\","
        "\"source\":\"polygon\"}\n"
        "{\"kind\":\"bar\",\"ts\":\"2025-11-28T18:00:00Z\",\"symbol\":\"SPY\",\"open\":601.5,\"high\":604,"
        "\"low\":601,\"close\":603.25,\"volume\":31000000,\"received\":\"2025-12-01T15:00:00Z\","
        "\"source\":\"polygon\"}\n"
        "unfinished {\"symbol\":\"SPY\",\"ts\":\"2025-12-01T21:00:00Z\",\"close\":604.1}\n");
    vol_buf_free(&body);
    sources_end(&s);

    /* An index closes at 16:15, and has no prefix in the records. */
    sources_begin(&s, "polygon");
    body = sources_edit("polygon/aggs.json", "\"SPY\"", "\"I:VIX\"");
    UNIT(vol_polygon_bars(body.data, body.len, "I:VIX", sources_time("2025-12-01T15:00:00Z"), &s.facts,
                          s.gather, &next, &s.err) == VOL_OK);
    UNIT(strstr(sources_text(&s), "\"ts\":\"2025-11-28T18:15:00Z\",\"symbol\":\"VIX\"") != NULL);
    UNIT(vol_polygon_bars(body.data, body.len, "I:SPX", 0, &s.facts, s.gather, &next, &s.err) ==
         VOL_EPROTOCOL);
    UNIT_STR(s.err.text, "ticker: asked for I:SPX, got another one");
    vol_buf_free(&body);
    vol_buf_free(&next);
    sources_end(&s);
}

/* No bars, and pages that the vendor's own client is tested with. */
static void test_fixtures(void)
{
    static const char none[] = "{\"ticker\":\"SPY\",\"queryCount\":0,\"resultsCount\":0,\"adjusted\":true,"
                               "\"status\":\"OK\",\"request_id\":\"e\",\"count\":0}";
    struct vol_buf next = VOL_BUF_INIT, body;
    struct vol_us_chain chain;
    struct sources s;

    sources_begin(&s, "polygon");
    vol_us_chain_init(&chain);
    UNIT(vol_polygon_bars(none, sizeof none - 1, "SPY", 0, &s.facts, s.gather, &next, &s.err) == VOL_OK);
    body = sources_shared("fixtures/polygon/v3_snapshot_options_AAPL.json");
    if (body.len > 0) {
        UNIT(vol_polygon_chain(body.data, body.len, &chain, &next, &s.err) == VOL_OK);
        UNIT(chain.n == 1 && chain.newest == INT64_C(1651254260800059648));
        UNIT_NEAR(chain.quote[0].bid, 28.9, 0);
        UNIT_NEAR(chain.quote[0].last, 29.25, 0);
        UNIT_NEAR(chain.price, 159.9606, 0);
        vol_buf_free(&body);
        body = sources_shared("fixtures/polygon/v3_reference_options_contracts_page1.json");
        UNIT(vol_polygon_contracts(body.data, body.len, &chain, &next, &s.err) == VOL_OK);
        UNIT(chain.n == 11);
        UNIT(strncmp(next.data, "https://api.massive.com/v3/reference/options/contracts?cursor=", 62) == 0);
        vol_buf_free(&body);
        body = sources_shared("fixtures/polygon/v2_aggs_AAPL_day_2005-04-01_2005-04-04.json");
        UNIT(vol_polygon_bars(body.data, body.len, "AAPL", INT64_MAX, &s.facts, s.gather, &next, &s.err) ==
             VOL_OK);
        /* 2005-04-03 is the first day of daylight saving: 16:00 is 20:00 UTC from then on, 21:00 before. */
        UNIT(strstr(sources_text(&s), "\"ts\":\"2005-04-01T21:00:00Z\",\"symbol\":\"AAPL\"") != NULL);
        UNIT(strstr(s.text.data, "\"ts\":\"2005-04-04T20:00:00Z\",\"symbol\":\"AAPL\"") != NULL);
    } else {
        puts("source/polygon: ../shared/data is not here: the recorded pages are not tested");
    }
    vol_buf_free(&body);
    vol_buf_free(&next);
    vol_us_chain_free(&chain);
    sources_end(&s);
}

/* What a vendor may change, and what is said then. Nothing comes out. */
static void test_drift(void)
{
    static const struct {
        const char *from, *to, *words;
        enum vol_status status;
    } drift[] = {
        {"\"results\"", "\"result\"", "results: is missing", VOL_EPROTOCOL},
        {"\"details\"", "\"detail\"", "results[0].details: is missing", VOL_EPROTOCOL},
        {"\"ticker\":\"O:SPX261218P05500000\"", "\"symbol\":\"O:SPX261218P05500000\"",
         "results[1].details.ticker: is missing", VOL_EPROTOCOL},
        {"O:SPX261218P05500000", "SPX.P.5500", "results[1].details.ticker: not the name of an option (OSI)",
         VOL_EPROTOCOL},
        {"\"strike_price\":5500", "\"strike_price\":5500000",
         "results[0].details.strike_price: 5500000 is not the strike in the contract's name", VOL_EPROTOCOL},
        {"\"contract_type\":\"put\"", "\"contract_type\":\"call\"",
         "results[1].details.contract_type: is not the type in the contract's name, P", VOL_EPROTOCOL},
        {"2026-12-18", "2026-12-11",
         "results[0].details.expiration_date: 2026-12-11 is not the date in the contract's name",
         VOL_EPROTOCOL},
        {"\"bid\":0,", "\"bid\":\"0\",", "results[1].last_quote.bid: expected a number, got text \"0\"",
         VOL_EPROTOCOL},
        {"1764097200123456789", "1764097200123",
         "results[0].last_quote.last_updated: expected an instant between 1990 and 2200 in units of 1 ns, "
         "got "
         "1764097200123",
         VOL_EPROTOCOL},
        {"0.1931", "1e400", NULL, VOL_EPROTOCOL},
        {"18244", "18446744073709551616", NULL, VOL_EPROTOCOL},
        {"\"open_interest\":0", "\"bid\":1,\"bid\":2", NULL, VOL_EPROTOCOL},
        {"\"status\":\"OK\"", "\"status\":\"NOT_AUTHORIZED\",\"message\":\"not in your plan\"",
         "status NOT_AUTHORIZED: not in your plan", VOL_EPERM},
        {"\"status\":\"OK\"", "\"status\":\"ERROR\",\"error\":\"oops\"", "status ERROR: oops", VOL_EPROTOCOL},
    };

    for (size_t i = 0; i < sizeof drift / sizeof drift[0]; i++) {
        struct vol_buf body = sources_edit("polygon/chain-1.json", drift[i].from, drift[i].to);
        struct vol_buf next = VOL_BUF_INIT;
        struct vol_us_chain chain;
        struct vol_error err = {0};

        vol_us_chain_init(&chain);
        UNIT(vol_polygon_chain(body.data, body.len, &chain, &next, &err) == drift[i].status);
        if (drift[i].words)
            UNIT_STR(err.text, drift[i].words);
        UNIT(next.len == 0);
        vol_us_chain_free(&chain);
        vol_buf_free(&next);
        vol_buf_free(&body);
    }
}

static void test_bars_drift(void)
{
    static const char *const drift[][3] = {
        {"\"adjusted\":true", "\"adjusted\":false",
         "adjusted: asked for bars adjusted for splits, got raw ones"},
        {"\"resultsCount\":4", "\"resultsCount\":5", "resultsCount: 5, and 4 results"},
        {"\"c\":603.25", "\"close\":603.25", "results[2].c: is missing"},
        {"1764306000000", "1764306000", NULL},
        {"1764306000000", "1764309600000",
         "results[2]: t: a day that begins neither at midnight in New York nor in UTC"},
    };

    for (size_t i = 0; i < sizeof drift / sizeof drift[0]; i++) {
        struct vol_buf body = sources_edit("polygon/aggs.json", drift[i][0], drift[i][1]),
                       next = VOL_BUF_INIT;
        struct sources s;

        sources_begin(&s, "polygon");
        UNIT(vol_polygon_bars(body.data, body.len, "SPY", INT64_MAX, &s.facts, s.gather, &next, &s.err) ==
             VOL_EPROTOCOL);
        if (drift[i][2])
            UNIT_STR(s.err.text, drift[i][2]);
        vol_buf_free(&next);
        vol_buf_free(&body);
        sources_end(&s);
    }
}

int main(void)
{
    test_chain();
    test_adjusted();
    test_price_time();
    test_bars();
    test_fixtures();
    test_drift();
    test_bars_drift();
    return unit_done("source/polygon");
}
