/* Cboe's delayed chains, index histories and settlements as records. The bodies are invented in the vendor's
 * shape (venues.md, section 4); instants are New York's hours by the law: in November UTC-5, from the second
 * Sunday of March UTC-4; on 2025-11-28 markets close at 13:00. */
#include "sources.h"

#include <math.h>

#include "source/cboe.h"

#define RECEIVED "2026-11-20T20:47:00Z"
#define FILES    "cboe/"

static void begin(struct sources *s)
{
    sources_begin(s, "cboe");
    vol_gather_received(s->gather, sources_time(RECEIVED));
}

/* ---- chain
 * ------------------------------------------------------------------------------------------------------ */

static enum vol_status chain(struct sources *s, const struct vol_buf *body)
{
    return vol_cboe_chain(&s->facts, body->data, body->len, sources_time(RECEIVED), s->gather, &s->err);
}

/* 15:30:50 in New York is 20:30:50 UTC: the newest trade of the file, not its 20:46:12, not now. SPX settles
 * on opening prints, SPXW at the close, on the same day and strike. */
#define TS   "\"ts\":\"2026-11-20T20:30:50Z\""
#define TAIL "\"received\":\"" RECEIVED "\",\"source\":\"cboe\"}\n"
#define QUOTE(symbol, contract, values)                                                     \
    "{\"kind\":\"quote\"," TS ",\"underlying\":\"SPX\",\"symbol\":\"" symbol "\"," contract \
    ",\"exercise\":\"E\","                                                                  \
    "\"multiplier\":100,\"currency\":\"USD\"," values "," TAIL
#define SPX                                                                                \
    "\"root\":\"SPX\",\"expiration\":\"2026-12-18\",\"expires\":\"2026-12-18T14:30:00Z\"," \
    "\"last_trade\":\"2026-12-17T21:15:00Z\""
#define SPXW                                                                                \
    "\"root\":\"SPXW\",\"expiration\":\"2026-12-18\",\"expires\":\"2026-12-18T21:00:00Z\"," \
    "\"last_trade\":\"2026-12-18T21:00:00Z\""

static void test_chain(void)
{
    struct vol_buf body = sources_body(FILES "chain_spx.json");
    struct sources s;

    begin(&s);
    UNIT(chain(&s, &body) == VOL_OK);
    UNIT_STR(
        sources_text(&s),
        QUOTE("SPX261218P05500000", SPX ",\"strike\":5500,\"option_type\":\"P\"",
              "\"bid\":60.9,\"ask\":61.6,\"bid_size\":14,\"ask_size\":22,\"last\":61.2,\"volume\":412,"
              "\"open_interest\":8123,\"underlying_price\":5731.2,\"vendor_iv\":0.1842,\"vendor_delta\":-0."
              "3127,"
              "\"vendor_gamma\":0.0008,\"vendor_theta\":-0.95,\"vendor_vega\":6.42,\"vendor_rho\":-1.3")
            QUOTE("SPX261218C05700000", SPX ",\"strike\":5700,\"option_type\":\"C\"",
                  "\"bid\":112.1,\"ask\":113.6,\"bid_size\":14,\"ask_size\":22,\"last\":111.5,\"volume\":412,"
                  "\"open_interest\":8123,\"underlying_price\":5731.2,\"vendor_iv\":0.1463,\"vendor_delta\":"
                  "0.5871,"
                  "\"vendor_gamma\":0.0008,\"vendor_theta\":-0.95,\"vendor_vega\":6.42,\"vendor_rho\":2.31")
        /* a bid of 0 and a vol of 0: quoted without a bid, no vol, and no greeks of one */
        QUOTE("SPXW261218P01000000", SPXW ",\"strike\":1000,\"option_type\":\"P\"",
              "\"bid\":0,\"ask\":0.05,\"bid_size\":14,\"ask_size\":22,\"last\":0.05,\"volume\":0,"
              "\"open_interest\":8123,\"underlying_price\":5731.2")
            QUOTE("SPXW261218P05500000", SPXW ",\"strike\":5500,\"option_type\":\"P\"",
                  "\"bid\":61.2,\"ask\":62,\"bid_size\":14,\"ask_size\":22,\"last\":61.2,\"volume\":412,"
                  "\"open_interest\":8123,\"underlying_price\":5731.2,\"vendor_iv\":0.1838,\"vendor_delta\":-"
                  "0.3127,"
                  "\"vendor_gamma\":0.0008,\"vendor_theta\":-0.95,\"vendor_vega\":6.42,\"vendor_rho\":-1.3")
                QUOTE("SPXW261218C05700000", SPXW ",\"strike\":5700,\"option_type\":\"C\"",
                      "\"bid\":112.9,\"ask\":113.5,\"bid_size\":14,\"ask_size\":22,\"last\":113.3,\"volume\":"
                      "412,"
                      "\"open_interest\":8123,\"underlying_price\":5731.2,\"vendor_iv\":0.146,"
                      "\"vendor_delta\":0.5869,\"vendor_gamma\":0.0008,\"vendor_theta\":-0.95,\"vendor_"
                      "vega\":6.42,"
                      "\"vendor_rho\":2.32")
        /* 0 and 0: no quote, and a last price of 0 is none */
        QUOTE("SPXW261218C09000000", SPXW ",\"strike\":9000,\"option_type\":\"C\"",
              "\"volume\":0,\"open_interest\":0,\"underlying_price\":5731.2")
        /* null everywhere */
        QUOTE("SPXW270115C05725500",
              "\"root\":\"SPXW\",\"expiration\":\"2027-01-15\",\"expires\":\"2027-01-15T21:00:00Z\","
              "\"last_trade\":\"2027-01-15T21:00:00Z\",\"strike\":5725.5,\"option_type\":\"C\"",
              "\"bid\":201,\"bid_size\":14,\"open_interest\":8123,\"underlying_price\":5731."
              "2") "{\"kind\":\"snap\"," TS ",\"underlying\":\"SPX\",\"quotes\":7,\"source\":\"cboe\"}\n");
    sources_end(&s);
    vol_buf_free(&body);
}

/* Where no trade has a time, the file is taken to be a quarter of an hour late; summer time is four hours. */
static void test_clocks(void)
{
    static const char file[] =
        "{\"timestamp\":\"2026-07-01 14:00:00\",\"data\":{\"symbol\":\"AAPL\",\"current_price\":201.5,"
        "\"last_trade_time\":%s,\"options\":[{\"option\":\"AAPL260717C00200000\",\"bid\":5,\"ask\":5.1,"
        "\"bid_size\":1,\"ask_size\":1,\"iv\":0.25,\"open_interest\":1,\"volume\":1,\"delta\":0.5,\"gamma\":"
        "0.01,"
        "\"theta\":-0.1,\"vega\":0.2,\"rho\":0.1,\"last_trade_price\":5.05,\"last_trade_time\":%s}]}}";
    static const struct {
        const char *price, *option, *ts;
        bool has_price;
    } clocks[] = {
        {"null", "null", "2026-07-01T13:45:00Z", true},
        {"null", "\"2026-07-01T09:44:30\"", "2026-07-01T13:44:30Z", true},
        {"\"2026-07-01T09:45:02\"", "\"2026-06-30T15:59:59\"", "2026-07-01T13:45:02Z", true},
        {"\"2026-06-30T16:00:00\"", "\"2026-07-01T03:30:00\"", "2026-07-01T07:30:00Z", false}, /* at night */
    };
    char text[1024], want[128];
    struct sources s;

    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        int n = snprintf(text, sizeof text, file, clocks[i].price, clocks[i].option);

        begin(&s);
        UNIT(vol_cboe_chain(&s.facts, text, (size_t)n, sources_time(RECEIVED), s.gather, &s.err) == VOL_OK);
        snprintf(want, sizeof want, "{\"kind\":\"quote\",\"ts\":\"%s\",\"underlying\":\"AAPL\"",
                 clocks[i].ts);
        if (!UNIT(strncmp(sources_text(&s), want, strlen(want)) == 0))
            printf("    %s\n", s.text.data);
        UNIT((strstr(s.text.data, "\"underlying_price\":201.5") != NULL) == clocks[i].has_price);
        sources_end(&s);
    }
}

static void test_refused(void)
{
    static const struct {
        const char *from, *to, *words;
    } wrong[] = {
        {"\"iv\":", "\"implied_vol\":", "data.options[0].iv: is missing"},
        {"\"options\":[", "\"contracts\":[", "data.options: is missing"},
        {"\"bid\":112.1", "\"bid\":\"112.1\"", "data.options[0].bid: expected a number, got text \"112.1\""},
        {"\"bid\":112.1", "\"bid\":1e400", "line 1"},
        {"SPX261218C05700000", "SPX 2026-12-18 5700 C", "data.options[0].option: not the name of an option"},
        {"\"timestamp\":\"2026-11-20 20:46:12\"", "\"timestamp\":\"2026-11-20 15:46:12\"",
         "later than the file's timestamp"},
        {"\"timestamp\":\"2026-11-20 20:46:12\"", "\"timestamp\":1795207572", "timestamp: expected text"},
        {"2026-11-20T15:21:07", "11/20/2026 15:21:07",
         "data.options[0].last_trade_time: expected YYYY-MM-DDTHH:MM:SS"},
    };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct vol_buf body = sources_edit(FILES "chain_spx.json", wrong[i].from, wrong[i].to);
        struct sources s;

        begin(&s);
        if (!UNIT(chain(&s, &body) == VOL_EPROTOCOL && strstr(s.err.text, wrong[i].words)))
            printf("    %s: %s\n", wrong[i].to, s.err.text);
        UNIT_STR(sources_text(&s), "");
        sources_end(&s);
        vol_buf_free(&body);
    }
}

/* A chain in which nothing is said is not what was asked for; one without options is none. */
static void test_nothing(void)
{
    static const char file[] =
        "{\"timestamp\":\"2026-07-01 "
        "14:00:00\",\"data\":{\"current_price\":201.5,\"last_trade_time\":null,\"options\":[%s]}}";
    static const char option[] = "{\"option\":\"AAPL260717C00200000\",\"bid\":null,\"ask\":null,\"bid_size\":"
                                 "1,\"ask_size\":1,\"iv\":null,"
                                 "\"open_interest\":1,\"volume\":1,\"delta\":null,\"gamma\":null,\"theta\":"
                                 "null,\"vega\":null,\"rho\":null,"
                                 "\"last_trade_price\":null,\"last_trade_time\":null}";
    char text[1024];
    struct sources s;
    int n = snprintf(text, sizeof text, file, option);

    begin(&s);
    UNIT(vol_cboe_chain(&s.facts, text, (size_t)n, sources_time(RECEIVED), s.gather, &s.err) ==
             VOL_EPROTOCOL &&
         strstr(s.err.text, "1 contracts, and no quote, trade or vol of any"));
    n = snprintf(text, sizeof text, file, "");
    UNIT(vol_cboe_chain(&s.facts, text, (size_t)n, sources_time(RECEIVED), s.gather, &s.err) == VOL_ENOINPUT);
    UNIT_STR(sources_text(&s), "");
    sources_end(&s);
}

/* ---- index
 * ------------------------------------------------------------------------------------------------------ */

static enum vol_status history(struct sources *s, const char *name, const char *text)
{
    return vol_cboe_index(&s->facts, name, text, strlen(text), s->gather, &s->err);
}

#define BAR(ts, symbol, prices) \
    "{\"kind\":\"bar\",\"ts\":\"" ts "\",\"symbol\":\"" symbol "\"," prices "," TAIL

static void test_index(void)
{
    static const struct {
        const char *text, *words;
    } wrong[] = {
        {"DATE,OPEN\n01/02/1990,1\n",
         "line 1: expected the columns DATE, OPEN, HIGH, LOW, CLOSE or DATE, VIX"},
        {"DATE,OPENING,HIGH,LOW,CLOSE\n01/02/1990,1,1,1,1\n", "line 1: expected the columns"},
        {"DATE,VIX\n13/02/1990,1\n", "line 2: DATE: expected a date, got \"13/02/1990\""},
        {"DATE,VIX\n01/02/1990,n/a\n", "line 2: CLOSE: expected a number, got \"n/a\""},
        {"DATE,VIX\n01/02/1990\n", "line 2: 1 cells where the header has 2"},
        {"\n", "no header"},
    };
    struct vol_buf body = sources_body(FILES "VIX_History.csv");
    struct sources s;

    begin(&s);
    UNIT(history(&s, "VIX", body.data) == VOL_OK);
    UNIT_STR(
        sources_text(&s),
        BAR("1990-01-02T21:15:00Z", "VIX", "\"open\":17.24,\"high\":17.24,\"low\":17.24,\"close\":17.24") BAR(
            "2025-11-28T18:15:00Z", "VIX", "\"open\":17.1,\"high\":17.9,\"low\":16.8,\"close\":17.21")
            BAR("2025-12-01T21:15:00Z", "VIX", "\"open\":17.3,\"high\":18.02,\"low\":17.05,\"close\":17.88"));
    sources_end(&s);
    vol_buf_free(&body);
    body = sources_body(FILES "VVIX_History.csv");
    begin(&s);
    UNIT(history(&s, "VVIX", body.data) == VOL_OK);
    UNIT_STR(sources_text(&s), BAR("2006-03-06T21:15:00Z", "VVIX", "\"close\":71.73")
                                   BAR("2026-11-20T21:15:00Z", "VVIX", "\"close\":92.11"));
    sources_end(&s);
    vol_buf_free(&body);
    /* a day without a value is named, not made a 0; one that comes twice is one */
    begin(&s);
    UNIT(history(&s, "SKEW",
                 "DATE,SKEW\r\n07/01/2026,130\r\n07/02/2026,\r\n07/01/2026,130\r\n07/03/2026,0\r\n") ==
         VOL_OK);
    UNIT_STR(sources_text(&s), BAR("2026-07-01T20:15:00Z", "SKEW",
                                   "\"close\":130") "no_value \"07/02/2026,\"\nno_value \"07/03/2026,0\"\n");
    sources_end(&s);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        begin(&s);
        if (!UNIT(history(&s, "VIX", wrong[i].text) == VOL_EPROTOCOL && strstr(s.err.text, wrong[i].words)))
            printf("    %s\n", s.err.text);
        sources_end(&s);
    }
}

/* ---- futures
 * ---------------------------------------------------------------------------------------------------- */

static enum vol_status futures(struct sources *s, const char *date, const char *product, const char *text)
{
    char *name[] = {(char *)(uintptr_t)product};
    int32_t day = 0;

    UNIT(vol_date_parse(date, strlen(date), &day) == VOL_OK);
    return vol_cboe_futures(&s->facts, day, name, 1, text, strlen(text), s->gather, &s->err);
}

static void test_futures(void)
{
    struct vol_buf body = sources_body(FILES "settlement_2026-11-20.csv");
    struct sources s;

    begin(&s);
    UNIT(futures(&s, "2026-11-20", "VX", body.data) == VOL_OK);
#define NOV20 "2026-11-20T21:15:00Z"
    UNIT_STR(sources_text(&s), BAR(NOV20, "VX47/X6", "\"close\":17.215,\"expiration\":\"2026-11-25\"")
                                   BAR(NOV20, "VX/Z6", "\"close\":18.025,\"expiration\":\"2026-12-16\"")
                                       BAR(NOV20, "VX/F7", "\"close\":18.91,\"expiration\":\"2027-01-20\""));
    sources_end(&s);
    begin(&s);
    UNIT(futures(&s, "2026-11-20", "VXM", body.data) == VOL_OK);
    UNIT_STR(sources_text(&s), BAR(NOV20, "VXM/Z6", "\"close\":18.025,\"expiration\":\"2026-12-16\""));
    sources_end(&s);
    /* another day's file under this day's name: contracts are missing, or had expired */
    begin(&s);
    UNIT(futures(&s, "2026-10-20", "VX", body.data) == VOL_EPROTOCOL &&
         strstr(s.err.text, "no VX of 2026-10-21: these are another day's settlements"));
    UNIT(futures(&s, "2026-12-01", "VX", body.data) == VOL_EPROTOCOL &&
         strstr(s.err.text, "line 2: a contract that had expired"));
    sources_end(&s);
    vol_buf_free(&body);
    begin(&s);
    UNIT(futures(&s, "2026-11-20", "VX", "Product,Symbol,Expiration Date,Price\n") == VOL_OK);
    UNIT(futures(&s, "2026-11-20", "VX", "Product,Symbol,Expiration,Price\n") == VOL_EPROTOCOL &&
         strstr(s.err.text, "line 1: no column \"Expiration Date\""));
    UNIT(futures(&s, "2026-11-20", "VX", "Product,Symbol,Expiration Date,Price\nVX,VX/Z6,2026-12-16,0\n") ==
             VOL_EPROTOCOL &&
         strstr(s.err.text, "line 2: a settlement without a price"));
    UNIT_STR(sources_text(&s), "");
    sources_end(&s);
}

/* Published expirations (venues.md, section 11.3): two of them on a Tuesday or moved by a holiday. */
static void test_expirations(void)
{
    static const char *const dates[] = {"2026-12-16", "2027-01-20", "2027-02-17", "2027-03-17", "2027-04-21",
                                        "2027-05-18", "2027-06-16", "2027-07-21", "2027-08-18", "2027-09-15",
                                        "2027-10-20", "2027-11-17", "2027-12-22"};
    struct sources s;
    int32_t day = 0;
    char text[VOL_DATE_MAX];

    begin(&s);
    UNIT(vol_date_parse("2026-11-20", 10, &day) == VOL_OK);
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        day = vol_cboe_vix_expiration(&s.facts.markets, day);
        vol_date_print(text, day);
        UNIT_STR(text, dates[i]);
    }
    sources_end(&s);
}

int main(void)
{
    test_chain();
    test_clocks();
    test_refused();
    test_nothing();
    test_index();
    test_futures();
    test_expirations();
    return unit_done("source/cboe");
}
