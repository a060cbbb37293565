/* Yahoo: chains and daily bars. Expected records are written by hand from the bodies. */
#include "sources.h"

#include "source/yahoo.h"

enum { DEC19 = 1766102400, JAN16 = 1768521600 }; /* midnights UTC */

#define RECEIVED "2025-11-25T19:00:05Z"

static bool starts(const char *text, const char *with)
{
    return text && strncmp(text, with, strlen(with)) == 0;
}

static void test_chain(void)
{
    struct vol_buf first = sources_body("yahoo/chain-1.json"), second = sources_body("yahoo/chain-2.json");
    struct vol_yahoo_dates dates = {0};
    struct vol_us_chain chain;
    struct sources s;
    const char *text, *line;

    sources_begin(&s, "yahoo");
    vol_us_chain_init(&chain);
    UNIT(vol_yahoo_chain(first.data, first.len, 0, &chain, &dates, &s.err) == VOL_OK);
    UNIT(dates.n == 2 && dates.date[0] == DEC19 && dates.date[1] == JAN16);
    UNIT(vol_yahoo_chain(second.data, second.len, JAN16, &chain, NULL, &s.err) == VOL_OK);
    vol_us_chain_received(&chain, sources_time(RECEIVED));
    UNIT(vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_OK);
    text = sources_text(&s);
    /* Both answers are one snapshot, with the newest price of the underlying. */
    UNIT(strstr(text,
                "\"kind\":\"snap\",\"ts\":\"2025-11-25T19:00:01Z\",\"underlying\":\"AAPL\",\"quotes\":6") !=
         NULL);
    UNIT(starts(text, "{\"kind\":\"quote\",\"ts\":\"2025-11-25T19:00:01Z\",\"underlying\":\"AAPL\","
                      "\"symbol\":\"AAPL251219P00100000\""));
    line = strstr(text, "AAPL251219C00230000");
    UNIT(starts(line, "AAPL251219C00230000\",\"root\":\"AAPL\",\"expiration\":\"2025-12-19\","
                      "\"expires\":\"2025-12-19T21:00:00Z\",\"last_trade\":\"2025-12-19T21:00:00Z\","
                      "\"strike\":230,\"option_type\":\"C\",\"exercise\":\"A\",\"multiplier\":100,"
                      "\"currency\":\"USD\",\"bid\":6.1,\"ask\":6.3,\"last\":6.2,"));
    UNIT(line &&
         strstr(line, "\"open_interest\":812,\"underlying_price\":231.27,\"vendor_iv\":0.2512,") != NULL);
    /* lastTradeDate is of 2025-11-24: no volume of this session. Neither quote nor vol out of hours. */
    UNIT(strstr(text, "\"volume\"") == NULL);
    line = strstr(text, "AAPL251219P00230000");
    UNIT(line &&
         strstr(line, "\"currency\":\"USD\",\"last\":4.9,\"open_interest\":0,\"underlying_price\":231.27,"
                      "\"received\"") != NULL);
    /* yfinance's 1e-5 is no vol, beside a quote too; a bid of 0 below an ask is a quote. */
    line = strstr(text, "AAPL251219P00100000");
    UNIT(line && strstr(line, "\"bid\":0,\"ask\":0.01,\"last\":0.01,\"open_interest\":5,"
                              "\"underlying_price\":231.27,\"received\"") != NULL);
    /* A mini contract is no standard one. */
    line = strstr(text, "AAPL7260116C00230000");
    UNIT(line && strstr(line, "\"multiplier\":null,\"currency\":\"USD\",\"adjusted\":true") != NULL);
    vol_yahoo_dates_free(&dates);
    vol_us_chain_free(&chain);
    vol_buf_free(&first);
    vol_buf_free(&second);
    sources_end(&s);
}

/* Bodies as they were recorded: out of hours, a symbol without options, an expiration that is over. */
static void test_fixtures(void)
{
    static const struct {
        const char *name;
        int64_t wanted;
        size_t n, with_vol, with_ask, dates;
    } is[] = {
        {"fixtures/yahoo/options-AAPL.json", 0, 102, 1, 1, 20},
        {"fixtures/yahoo/options-AAPL-expire-2022-03-01.json", 1646092800, 0, 0, 0, 0},
        {"fixtures/yahoo/options-GC=F.json", 0, 0, 0, 0, 0},
        {"fixtures/yahoo/options-BTC-USD.json", 0, 0, 0, 0, 0},
    };

    for (size_t i = 0; i < sizeof is / sizeof is[0]; i++) {
        struct vol_buf body = sources_shared(is[i].name);
        struct vol_yahoo_dates dates = {0};
        struct vol_us_chain chain;
        struct vol_error err = {0};
        size_t with_vol = 0, with_ask = 0;

        if (body.len == 0) {
            puts("source/yahoo: ../shared/data is not here: the recorded bodies are not tested");
            return;
        }
        vol_us_chain_init(&chain);
        UNIT(vol_yahoo_chain(body.data, body.len, is[i].wanted, &chain, &dates, &err) == VOL_OK);
        for (size_t k = 0; k < chain.n; k++) {
            with_vol += chain.quote[k].iv > 0;
            with_ask += chain.quote[k].ask > 0;
        }
        UNIT(chain.n == is[i].n && with_vol == is[i].with_vol && with_ask == is[i].with_ask);
        UNIT(dates.n == is[i].dates);
        vol_yahoo_dates_free(&dates);
        vol_us_chain_free(&chain);
        vol_buf_free(&body);
    }
}

static void test_bars(void)
{
    struct vol_buf body = sources_body("yahoo/chart.json");
    struct sources s;

    sources_begin(&s, "yahoo");
    UNIT(vol_yahoo_bars(body.data, body.len, "aapl", sources_time("2025-12-01T15:00:00Z"), &s.facts, s.gather,
                        &s.err) == VOL_OK);
    /* Summer time, a row of nulls, an early close, the running session; single-precision numbers as people
     * write them. */
    UNIT_STR(sources_text(&s),
             "{\"kind\":\"bar\",\"ts\":\"2025-07-10T20:00:00Z\",\"symbol\":\"AAPL\",\"open\":210.51,"
             "\"high\":213.48,\"low\":210.03,\"close\":212.41,\"volume\":44443600,"
             "\"received\":\"2025-12-01T15:00:00Z\",\"source\":\"yahoo\"}\n"
             "{\"kind\":\"bar\",\"ts\":\"2025-11-25T21:00:00Z\",\"symbol\":\"AAPL\",\"open\":275.27,"
             "\"high\":280.38,\"low\":275.25,\"close\":276.97,\"volume\":46914200,"
             "\"received\":\"2025-12-01T15:00:00Z\",\"source\":\"yahoo\"}\n"
             "no_value {\"symbol\":\"AAPL\",\"ts\":\"2025-11-26T21:00:00Z\",\"close\":null}\n"
             "{\"kind\":\"bar\",\"ts\":\"2025-11-28T18:00:00Z\",\"symbol\":\"AAPL\",\"open\":277.26,"
             "\"high\":279,\"low\":275.99,\"close\":278.85,\"volume\":20135600,"
             "\"received\":\"2025-12-01T15:00:00Z\",\"source\":\"yahoo\"}\n"
             "unfinished {\"symbol\":\"AAPL\",\"ts\":\"2025-12-01T21:00:00Z\",\"close\":283.1}\n");
    vol_buf_free(&body);
    sources_end(&s);

    /* While a session runs there may be two rows of it: the last one is the day's. */
    sources_begin(&s, "yahoo");
    body = sources_edit("yahoo/chart.json", "1764340200", "1764604800");
    UNIT(vol_yahoo_bars(body.data, body.len, "AAPL", sources_time("2025-12-02T15:00:00Z"), &s.facts, s.gather,
                        &s.err) == VOL_OK);
    UNIT(strstr(sources_text(&s), "278.85") == NULL && strstr(s.text.data, "\"close\":283.1") != NULL);
    vol_buf_free(&body);
    sources_end(&s);

    /* ^VIX: another name in the records, closes at 16:15. Elsewhere: the opening and the length of a session
     * (Yahoo's gmtoffset is today's, not the bar's, and is not used). */
    sources_begin(&s, "yahoo");
    body = sources_edit("yahoo/chart.json", "\"AAPL\"", "\"^VIX\"");
    UNIT(vol_yahoo_bars(body.data, body.len, "^VIX", INT64_MAX, &s.facts, s.gather, &s.err) == VOL_OK);
    UNIT(strstr(sources_text(&s), "\"ts\":\"2025-11-28T18:00:00Z\",\"symbol\":\"VIX\"") != NULL);
    vol_buf_free(&body);
    sources_end(&s);
    sources_begin(&s, "yahoo");
    body = sources_edit("yahoo/chart.json", "\"EQUITY\"", "\"INDEX\"");
    UNIT(vol_yahoo_bars(body.data, body.len, "AAPL", INT64_MAX, &s.facts, s.gather, &s.err) == VOL_OK);
    UNIT(strstr(sources_text(&s), "\"ts\":\"2025-11-28T18:15:00Z\"") != NULL);
    vol_buf_free(&body);
    sources_end(&s);
    sources_begin(&s, "yahoo");
    body = sources_edit("yahoo/chart.json", "America/New_York", "Europe/London");
    UNIT(vol_yahoo_bars(body.data, body.len, "AAPL", INT64_MAX, &s.facts, s.gather, &s.err) == VOL_OK);
    UNIT(strstr(sources_text(&s), "\"ts\":\"2025-11-28T21:00:00Z\"") != NULL);
    UNIT_STR(vol_yahoo_name("^GSPC"), "SPX");
    UNIT_STR(vol_yahoo_name("BTC-USD"), "BTC-USD");
    vol_buf_free(&body);
    sources_end(&s);
}

static void test_recorded_bars(void)
{
    struct vol_buf body = sources_shared("fixtures/yahoo/chart-AAPL-2020-08-31-to-2020-11-07.json");
    struct sources s;

    if (body.len == 0)
        return;
    sources_begin(&s, "yahoo");
    UNIT(vol_yahoo_bars(body.data, body.len, "AAPL", INT64_MAX, &s.facts, s.gather, &s.err) == VOL_OK);
    /* The days on both sides of the end of daylight saving, 2020-11-01. AAPL closed at 108.86 on 10-30. */
    UNIT(strstr(sources_text(&s), "\"ts\":\"2020-10-30T20:00:00Z\",\"symbol\":\"AAPL\"") != NULL);
    UNIT(strstr(s.text.data, "\"close\":108.86,") != NULL);
    UNIT(strstr(s.text.data, "\"ts\":\"2020-11-02T21:00:00Z\",\"symbol\":\"AAPL\"") != NULL);
    vol_buf_free(&body);
    sources_end(&s);
}

static void test_drift(void)
{
    static const struct {
        const char *from, *to, *words;
    } drift[] = {
        {"\"optionChain\"", "\"options\"", "optionChain: is missing"},
        {"\"expirationDates\"", "\"expirations\"", "optionChain.result[0].expirationDates: is missing"},
        {"\"calls\"", "\"call\"", "optionChain.result[0].options[0].calls: is missing"},
        {"\"impliedVolatility\"", "\"iv\"",
         "optionChain.result[0].options[0].calls[0].impliedVolatility: is missing"},
        {"\"bid\":6.1", "\"bid\":{\"raw\":6.1}",
         "optionChain.result[0].options[0].calls[0].bid: expected a number, got an object"},
        {"\"strike\":230,", "\"strike\":23.0,",
         "optionChain.result[0].options[0].calls[0].strike: 23 is not the strike in the contract's name"},
        {"AAPL251219C00250000", "AAPL251219P00250000",
         "optionChain.result[0].options[0].calls[1]: contractSymbol: among the calls"},
        {"\"expiration\":1766102400", "\"expiration\":1766102400000",
         "optionChain.result[0].options[0].calls[0].expiration: expected an instant between 1990 and 2200 in "
         "units of 1000000000 ns, got 1766102400000"},
        {"\"currency\":\"USD\",\"lastPrice\"", "\"currency\":\"EUR\",\"lastPrice\"",
         "optionChain.result[0].options[0].calls[0]: currency: expected USD"},
        {"[1766102400,", "[1766102401,",
         "optionChain.result[0].expirationDates: element 0 is no midnight in seconds"},
        {"\"error\":null", "\"error\":{\"code\":\"Bad Request\",\"description\":\"no\"}", "Bad Request: no"},
    };

    for (size_t i = 0; i < sizeof drift / sizeof drift[0]; i++) {
        struct vol_buf body = sources_edit("yahoo/chain-1.json", drift[i].from, drift[i].to);
        struct vol_yahoo_dates dates = {0};
        struct vol_us_chain chain;
        struct vol_error err = {0};

        vol_us_chain_init(&chain);
        UNIT(vol_yahoo_chain(body.data, body.len, 0, &chain, &dates, &err) == VOL_EPROTOCOL);
        UNIT_STR(err.text, drift[i].words);
        vol_yahoo_dates_free(&dates);
        vol_us_chain_free(&chain);
        vol_buf_free(&body);
    }
}

/* Another expiration than the one asked for; a symbol that is none. */
static void test_answers(void)
{
    static const char none[] =
        "{\"chart\":{\"result\":null,\"error\":{\"code\":\"Not Found\",\"description\":"
        "\"No data found, symbol may be delisted\"}}}";
    struct vol_buf body = sources_body("yahoo/chain-1.json"), empty = sources_body("yahoo/empty.json");
    struct vol_yahoo_dates dates = {0};
    struct vol_us_chain chain;
    struct sources s;

    sources_begin(&s, "yahoo");
    vol_us_chain_init(&chain);
    UNIT(vol_yahoo_chain(body.data, body.len, JAN16, &chain, NULL, &s.err) == VOL_EPROTOCOL);
    UNIT_STR(s.err.text,
             "optionChain.result[0].options[0]: expirationDate: asked for 1768521600, got 1766102400");
    UNIT(vol_yahoo_chain(empty.data, empty.len, 0, &chain, &dates, &s.err) == VOL_OK);
    UNIT(chain.n == 0 && vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_ENOINPUT);
    UNIT_STR(s.err.text, "no options");
    UNIT(vol_yahoo_bars(none, sizeof none - 1, "XXXX", 0, &s.facts, s.gather, &s.err) == VOL_ENOINPUT);
    UNIT_STR(s.err.text, "Not Found: No data found, symbol may be delisted");
    vol_yahoo_dates_free(&dates);
    vol_us_chain_free(&chain);
    vol_buf_free(&body);
    vol_buf_free(&empty);
    sources_end(&s);
}

static void test_bars_drift(void)
{
    static const char *const drift[][3] = {
        {"\"volume\":[44443600,", "\"volume\":[",
         "chart.result[0].indicators.quote[0].volume: 4 elements, and 5 times"},
        {"\"timestamp\"", "\"timestamps\"", "chart.result[0].timestamp: is missing"},
        {"[1752154200,", "[1752154200000,", "chart.result[0].timestamp: element 0 is no time in seconds"},
        {"\"dataGranularity\":\"1d\"", "\"dataGranularity\":\"1h\"",
         "chart.result[0].meta: dataGranularity: expected 1d"},
        {"\"symbol\":\"AAPL\"", "\"symbol\":\"AAPB\"",
         "chart.result[0].meta: symbol: asked for AAPL, got another one"},
    };

    for (size_t i = 0; i < sizeof drift / sizeof drift[0]; i++) {
        struct vol_buf body = sources_edit("yahoo/chart.json", drift[i][0], drift[i][1]);
        struct sources s;

        sources_begin(&s, "yahoo");
        UNIT(vol_yahoo_bars(body.data, body.len, "AAPL", INT64_MAX, &s.facts, s.gather, &s.err) ==
             VOL_EPROTOCOL);
        UNIT_STR(s.err.text, drift[i][2]);
        vol_buf_free(&body);
        sources_end(&s);
    }
}

int main(void)
{
    test_chain();
    test_fixtures();
    test_bars();
    test_recorded_bars();
    test_drift();
    test_answers();
    test_bars_drift();
    return unit_done("source/yahoo");
}
