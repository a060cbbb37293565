/* Deribit's answers as records. The bodies are invented in the vendor's shape
 * (tests/oracle/deribit_answers.py); expected records are written by hand from them. Expiries are at 08:00
 * UTC by the contract table and by the bodies' expiration_timestamp. */
#include "sources.h"

#include "price/black.h"
#include "source/deribit.h"

#define RECEIVED "2026-11-20T20:00:01Z"
#define NOW      "\"ts\":\"2026-11-20T20:00:00.123Z\""
#define TAIL     "\"received\":\"" RECEIVED "\",\"source\":\"deribit\"}\n"
#define FILES    "deribit/"

static struct vol_deribit_body body_of(const struct vol_buf *text)
{
    return (struct vol_deribit_body){
        .text = text->data, .len = text->len, .received = sources_time(RECEIVED)};
}

static void begin(struct sources *s)
{
    sources_begin(s, "deribit");
    vol_gather_received(s->gather, sources_time(RECEIVED));
}

static enum vol_status chain(struct sources *s, const char *want, const struct vol_buf *summary,
                             const struct vol_buf *instruments)
{
    struct vol_deribit_body a = body_of(summary), b = body_of(instruments);
    char *name[] = {(char *)(uintptr_t)want};

    return vol_deribit_chain(&s->facts, &(struct vol_deribit_wanted){name, 1}, &a, &b, s->gather, &s->err);
}

/* The records of a chain that must be good; the caller ends S. */
static const char *good_chain(struct sources *s, const char *want, const char *summary,
                              const char *instruments)
{
    struct vol_buf a = sources_body(summary), b = sources_body(instruments);

    begin(s);
    UNIT(chain(s, want, &a, &b) == VOL_OK);
    vol_buf_free(&a);
    vol_buf_free(&b);
    return sources_text(s);
}

/* ---- chain
 * ------------------------------------------------------------------------------------------------------ */

#define BTC_CONTRACT "\"exercise\":\"E\",\"multiplier\":1,\"currency\":\"BTC\",\"inverse\":true,"
#define DEC4                                                                                              \
    "\"root\":\"BTC\",\"expiration\":\"2026-12-04\",\"expires\":\"2026-12-04T08:00:00Z\",\"last_trade\":" \
    "\"2026-12-04T08:00:00Z\","
#define DEC25                                                                                             \
    "\"root\":\"BTC\",\"expiration\":\"2026-12-25\",\"expires\":\"2026-12-25T08:00:00Z\",\"last_trade\":" \
    "\"2026-12-25T08:00:00Z\","

/* Vols in percent, prices in coin, sides that are null, a mark of 1.13e-06, a day without a leading zero; in
 * the order of a chain, closed by its snap. */
static void test_chain(void)
{
    struct sources s;
    const char *text = good_chain(&s, "BTC", FILES "book_summary_btc.json", FILES "instruments_btc.json");

    UNIT_STR(
        text,
        "{\"kind\":\"quote\"," NOW ",\"underlying\":\"BTC\",\"symbol\":\"BTC-4DEC26-90000-C\"," DEC4
        "\"strike\":90000,\"option_type\":\"C\"," BTC_CONTRACT "\"bid\":0.0375,\"ask\":0.038,\"last\":0.0375,"
        "\"mark\":0.03779507,\"volume\":12.3,\"open_interest\":310.4,\"underlying_price\":91120.5,"
        "\"vendor_iv\":0.4101," TAIL "{\"kind\":\"quote\"," NOW
        ",\"underlying\":\"BTC\",\"symbol\":\"BTC-4DEC26-90000-P\"," DEC4
        "\"strike\":90000,\"option_type\":\"P\"," BTC_CONTRACT "\"bid\":0.025,\"ask\":0.026,\"last\":0.0255,"
        "\"mark\":0.02549817,\"volume\":1.1,\"open_interest\":120,\"underlying_price\":91120.5,"
        "\"vendor_iv\":0.4101," TAIL "{\"kind\":\"quote\"," NOW
        ",\"underlying\":\"BTC\",\"symbol\":\"BTC-25DEC26-60000-P\"," DEC25
        "\"strike\":60000,\"option_type\":\"P\"," BTC_CONTRACT
        "\"bid\":0.0005,\"mark\":1.13e-06,\"volume\":0,"
        "\"open_interest\":0,\"underlying_price\":91633.25,\"vendor_iv\":0.6204," TAIL
        "{\"kind\":\"quote\"," NOW ",\"underlying\":\"BTC\",\"symbol\":\"BTC-25DEC26-100000-C\"," DEC25
        "\"strike\":100000,\"option_type\":\"C\"," BTC_CONTRACT
        "\"bid\":0.0215,\"ask\":0.0225,\"last\":0.022,"
        "\"mark\":0.02195339,\"volume\":5.2,\"open_interest\":1538.2,\"underlying_price\":91633.25,"
        "\"vendor_iv\":0.4388," TAIL "{\"kind\":\"quote\"," NOW
        ",\"underlying\":\"BTC\",\"symbol\":\"BTC-25DEC26-100000-P\"," DEC25
        "\"strike\":100000,\"option_type\":\"P\"," BTC_CONTRACT "\"mark\":0.11326031,\"volume\":0,"
        "\"open_interest\":0,\"underlying_price\":91633.25,\"vendor_iv\":0.4388," TAIL
        "{\"kind\":\"quote\"," NOW ",\"underlying\":\"BTC\",\"symbol\":\"BTC-25DEC26-250000-C\"," DEC25
        "\"strike\":250000,\"option_type\":\"C\"," BTC_CONTRACT
        "\"ask\":0.0001,\"mark\":9.3e-07,\"volume\":0,"
        "\"open_interest\":0,\"underlying_price\":91633.25,\"vendor_iv\":0.77," TAIL "{\"kind\":\"snap\"," NOW
        ",\"underlying\":\"BTC\",\"quotes\":6,\"source\":\"deribit\"}\n");
    sources_end(&s);
}

/* Linear books: USDC, not coin; `d` is the decimal point of a strike; a contract_size of 1000 multiplies no
 * price; one book of a currency can be asked for alone. */
static void test_linear(void)
{
    struct sources s;
    const char *text = good_chain(&s, "USDC", FILES "book_summary_usdc.json", FILES "instruments_usdc.json");

    UNIT(strstr(
             text,
             "\"symbol\":\"XRP_USDC-4DEC26-0d625-C\",\"root\":\"XRP_USDC\",\"expiration\":\"2026-12-04\"") &&
         strstr(text, "\"strike\":0.625,\"option_type\":\"C\",\"exercise\":\"E\",\"multiplier\":1,"
                      "\"currency\":\"USDC\",\"bid\":1.28,\"ask\":1.29,"));
    UNIT(strstr(text, "\"symbol\":\"BTC_USDC-25DEC26-100000-C\"") &&
         strstr(text, "\"bid\":1990,\"ask\":2030,"));
    UNIT(!strstr(text, "\"inverse\""));
    UNIT(strstr(text, "\"underlying\":\"BTC\",\"quotes\":1,") &&
         strstr(text, "\"underlying\":\"XRP\",\"quotes\":2,"));
    sources_end(&s);
    text = good_chain(&s, "XRP_USDC", FILES "book_summary_usdc.json", FILES "instruments_usdc.json");
    UNIT(!strstr(text, "BTC") && strstr(text, "\"underlying\":\"XRP\",\"quotes\":2,"));
    sources_end(&s);
}

/* All rows carry the instant of the latest; the settlement instant is the instrument's own, not the name's.
 */
static void test_instants(void)
{
    struct sources s;
    struct vol_buf a, b;

    a = sources_edit(
        FILES "book_summary_btc.json",
        "\"creation_timestamp\":1795204800123,\"estimated_delivery_price\":91010.55,\"price_change\":-3.5",
        "\"creation_timestamp\":1795204800999,\"estimated_delivery_price\":91010.55,\"price_change\":-3.5");
    b = sources_edit(FILES "instruments_btc.json", "1798185600000",
                     "1798189200000"); /* 25DEC26, an hour later */
    begin(&s);
    UNIT(chain(&s, "BTC", &a, &b) == VOL_OK);
    UNIT(strstr(sources_text(&s), "\"quotes\":6") && !strstr(s.text.data, NOW) &&
         strstr(s.text.data, "\"ts\":\"2026-11-20T20:00:00.999Z\",\"underlying\":\"BTC\",\"quotes\":6"));
    UNIT(strstr(s.text.data,
                "\"symbol\":\"BTC-25DEC26-60000-P\",\"root\":\"BTC\",\"expiration\":\"2026-12-25\","
                "\"expires\":\"2026-12-25T09:00:00Z\",\"last_trade\":\"2026-12-25T09:00:00Z\""));
    sources_end(&s);
    vol_buf_free(&b);
    /* listed between the two answers: the contract table's hour */
    b = sources_body(FILES "empty.json");
    begin(&s);
    UNIT(chain(&s, "BTC", &a, &b) == VOL_OK);
    UNIT(strstr(sources_text(&s), "\"expires\":\"2026-12-25T08:00:00Z\"") != NULL);
    sources_end(&s);
    vol_buf_free(&a);
    /* an empty array is a chain without options */
    a = sources_body(FILES "empty.json");
    begin(&s);
    UNIT(chain(&s, "BTC", &a, &b) == VOL_OK);
    UNIT_STR(sources_text(&s), "");
    sources_end(&s);
    vol_buf_free(&a);
    vol_buf_free(&b);
}

/* A row that comes twice is one record; a side of 0 is none; a root that nobody knows is refused by name. */
static void test_rows(void)
{
    struct sources s;
    struct vol_buf a, b = sources_body(FILES "instruments_btc.json");

    a = sources_edit(FILES "book_summary_btc.json", "BTC-4DEC26-90000-P", "BTC-4DEC26-90000-C");
    begin(&s);
    UNIT(chain(&s, "BTC", &a, &b) == VOL_OK && strstr(sources_text(&s), "\"quotes\":5"));
    sources_end(&s);
    vol_buf_free(&a);
    a = sources_edit(FILES "book_summary_btc.json", "\"bid_price\":0.0375", "\"bid_price\":0.0");
    begin(&s);
    UNIT(chain(&s, "BTC", &a, &b) == VOL_OK);
    UNIT(strstr(sources_text(&s), "\"inverse\":true,\"ask\":0.038,\"last\":0.0375") != NULL);
    sources_end(&s);
    vol_buf_free(&a);
    vol_buf_free(&b);
    a = sources_edit(FILES "book_summary_usdc.json", "XRP_USDC-4DEC26-2-P", "XRP_NOWHERE-4DEC26-2-P");
    b = sources_edit(FILES "instruments_usdc.json", "XRP_USDC-4DEC26-2-P", "XRP_NOWHERE-4DEC26-2-P");
    begin(&s);
    UNIT(chain(&s, "NOWHERE", &a, &b) == VOL_OK);
    UNIT(strncmp(sources_text(&s), "unknown_root {", 14) == 0 &&
         strstr(s.text.data, "XRP_NOWHERE-4DEC26-2-P"));
    sources_end(&s);
    vol_buf_free(&a);
    vol_buf_free(&b);
}

/* What would corrupt numbers is refused, with the place. */
static void test_refused(void)
{
    static const struct {
        const char *file, *from, *to, *words;
    } wrong[] = {
        {"book_summary_btc.json", "\"mark_iv\"", "\"mark_vol\"", "result[0].mark_iv: is missing"},
        {"book_summary_btc.json", "\"bid_price\":0.0215", "\"bid_price\":\"0.0215\"",
         "result[2].bid_price: expected a number, got text \"0.0215\""},
        {"book_summary_btc.json", "\"underlying_price\"", "\"forward\"",
         "result[0].underlying_price: is missing"},
        {"book_summary_btc.json", "\"mark_price\":0.02195339", "\"mark_price\":1e999", "line 1"},
        {"book_summary_btc.json", "\"mark_price\":0.02195339", "\"mark_price\":1e300",
         "result[2]: mark_price 1e+300: beyond anything that is traded"},
        {"book_summary_btc.json", "\"mark_iv\":43.88", "\"mark_iv\":438800",
         "result[2]: a vol above 100000 %"},
        {"book_summary_btc.json", "\"creation_timestamp\":1795204800123", "\"creation_timestamp\":1795204800",
         "result[0].creation_timestamp: expected an instant"},
        {"book_summary_btc.json", "\"quote_currency\":\"BTC\"", "\"quote_currency\":\"USD\"",
         "result[0]: prices in USD, where share/contracts/options.csv has BTC"},
        {"book_summary_btc.json", "BTC-4DEC26-90000-C", "BTC-CS-4DEC26-90000_95000",
         "result[0]: no name of an option: \"BTC-CS-4DEC26-90000_95000\""},
        {"book_summary_btc.json", "\"testnet\":false", "\"testnet\":true",
         "testnet: an answer of the test system"},
        {"book_summary_btc.json", "\"result\":[", "\"results\":[", "result: is missing"},
        {"instruments_btc.json", "\"expiration_timestamp\"", "\"expiry\"",
         "result[0].expiration_timestamp: is missing"},
        {"instruments_btc.json", "\"strike\":60000.0", "\"strike\":61000.0",
         "strike 61000, where the name says 60000"},
        {"instruments_btc.json", "1798185600000", "1798358400001",
         "more than a day from the date of its name"},
    };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        bool listing = strstr(wrong[i].file, "instruments") != NULL;
        char path[64];
        struct vol_buf edited, other;
        struct sources s;

        snprintf(path, sizeof path, FILES "%s", wrong[i].file);
        edited = sources_edit(path, wrong[i].from, wrong[i].to);
        other = sources_body(listing ? FILES "book_summary_btc.json" : FILES "instruments_btc.json");
        begin(&s);
        if (!UNIT(chain(&s, "BTC", listing ? &other : &edited, listing ? &edited : &other) == VOL_EPROTOCOL &&
                  strstr(s.err.text, wrong[i].words)))
            printf("    %s: %s\n", wrong[i].to, s.err.text);
        sources_end(&s);
        vol_buf_free(&edited);
        vol_buf_free(&other);
    }
}

/* A vendor that goes over from percent to decimals is seen: eight rows, none above 5 %. */
static void test_decimals(void)
{
    struct vol_buf a = VOL_BUF_INIT, b = sources_body(FILES "empty.json");
    struct sources s;

    UNIT(vol_buf_add_str(&a, "{\"testnet\":false,\"result\":[") == VOL_OK);
    for (int i = 0; i < 8; i++)
        UNIT(vol_buf_addf(
                 &a,
                 "%s{\"instrument_name\":\"BTC-25DEC26-%d000-C\",\"creation_timestamp\":1795204800123,"
                 "\"bid_price\":0.01,\"ask_price\":0.02,\"last\":null,\"mark_price\":0.015,"
                 "\"open_interest\":0,\"volume\":0,\"mark_iv\":0.%d,\"underlying_price\":91000,"
                 "\"quote_currency\":\"BTC\"}",
                 i ? "," : "", 90 + i, 40 + i) == VOL_OK);
    UNIT(vol_buf_add_str(&a, "]}") == VOL_OK);
    begin(&s);
    UNIT(chain(&s, "BTC", &a, &b) == VOL_EPROTOCOL &&
         strstr(s.err.text, "result: no mark_iv above 5: no percent"));
    sources_end(&s);
    vol_buf_free(&a);
    vol_buf_free(&b);
}

/* Ten unedited rows of 2026-09-08 (shared/data), not bundled: each mark is Black-76's in coin at the row's
 * own vol and forward. Tolerance: marks are rounded to 1e-8, vols to 0.005 points (vega below 0.0013 coin).
 */
static void test_real(void)
{
    struct vol_buf a = sources_shared("fixtures/deribit/real_get_book_summary_by_currency_extract.json");
    struct vol_buf b = sources_body(FILES "empty.json");
    struct vol_deribit_body body = body_of(&a);
    struct vol_deribit_answer answer;
    struct sources s;
    size_t n = 0;

    if (a.len == 0) {
        printf("source/deribit: shared/data/fixtures/deribit is not here: real rows skipped\n");
        vol_buf_free(&b);
        return;
    }
    begin(&s);
    UNIT(chain(&s, "BTC", &a, &b) == VOL_OK);
    UNIT(strstr(sources_text(&s), "\"underlying\":\"BTC\",\"quotes\":10,") != NULL);
    if (UNIT(vol_deribit_open(&body, &answer, &s.err) == VOL_OK)) {
        for (size_t i = 0; i < vol_json_size(&answer.result); i++) {
            struct vol_deribit_market m;
            struct vol_symbol symbol;
            struct vol_json at;
            double t, price;

            UNIT(vol_json_element(&answer.result, i, &at, &s.err) == VOL_OK &&
                 vol_deribit_summary(&at, &m, &s.err) == VOL_OK &&
                 vol_symbol_parse(VOL_SYMBOL_DERIBIT, m.name, strlen(m.name), &symbol) == VOL_OK);
            t = VOL_YEARS(m.ts, (int64_t)symbol.expiration * VOL_DAY + 8 * 60 * VOL_MINUTE);
            price = vol_black_price(symbol.option_type == 'C' ? VOL_CALL : VOL_PUT, m.underlying_price,
                                    symbol.strike, 1, t, m.iv) /
                    m.underlying_price;
            n += UNIT_NEAR(m.mark, price, 2e-5) ? 1 : 0;
        }
        vol_deribit_close(&answer);
    }
    UNIT(n == 10);
    sources_end(&s);
    vol_buf_free(&a);
    vol_buf_free(&b);
}

static void test_instruments(void)
{
    struct vol_buf a = sources_body(FILES "instruments_usdc.json");
    struct vol_deribit_body body = body_of(&a);
    char *name[] = {(char[]){"XRP_USDC"}};
    struct sources s;

    begin(&s);
    UNIT(vol_deribit_instruments(&s.facts, &(struct vol_deribit_wanted){name, 1}, &body, s.gather, &s.err) ==
         VOL_OK);
    UNIT_STR(sources_text(&s),
             "{\"kind\":\"quote\",\"ts\":\"2026-11-20T20:00:00.123789Z\",\"underlying\":\"XRP\","
             "\"symbol\":\"XRP_USDC-4DEC26-0d625-C\",\"root\":\"XRP_USDC\",\"expiration\":\"2026-12-04\","
             "\"expires\":\"2026-12-04T08:00:00Z\",\"last_trade\":\"2026-12-04T08:00:00Z\",\"strike\":0.625,"
             "\"option_type\":\"C\",\"exercise\":\"E\",\"multiplier\":1,\"currency\":\"USDC\"," TAIL
             "{\"kind\":\"quote\",\"ts\":\"2026-11-20T20:00:00.123789Z\",\"underlying\":\"XRP\","
             "\"symbol\":\"XRP_USDC-4DEC26-2-P\",\"root\":\"XRP_USDC\",\"expiration\":\"2026-12-04\","
             "\"expires\":\"2026-12-04T08:00:00Z\",\"last_trade\":\"2026-12-04T08:00:00Z\",\"strike\":2,"
             "\"option_type\":\"P\",\"exercise\":\"E\",\"multiplier\":1,\"currency\":\"USDC\"," TAIL
             "{\"kind\":\"snap\",\"ts\":\"2026-11-20T20:00:00.123789Z\",\"underlying\":\"XRP\",\"quotes\":2,"
             "\"source\":\"deribit\"}\n");
    sources_end(&s);
    vol_buf_free(&a);
}

/* ---- one instrument
 * --------------------------------------------------------------------------------------------- */

typedef enum vol_status reader(const struct vol_deribit_body *body, struct vol_gather *out,
                               struct vol_error *err);

/* The ticker of whatever instrument the answer is about. */
static enum vol_status ticker(const struct vol_deribit_body *body, struct vol_gather *out,
                              struct vol_error *err)
{
    const char *at = body->len > 0 ? strstr(body->text, "\"instrument_name\":\"") : NULL;
    char name[64] = "";

    if (at)
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at + 19, "\""), at + 19);
    return vol_deribit_read_ticker(body, name, out, err);
}

static enum vol_status book_of_two(const struct vol_deribit_body *body, struct vol_gather *out,
                                   struct vol_error *err)
{
    return vol_deribit_book(body, "BTC-25DEC26-100000-C", 2, out, err);
}

static enum vol_status index_of_btc(const struct vol_deribit_body *body, struct vol_gather *out,
                                    struct vol_error *err)
{
    return vol_deribit_index(body, "btc_usd", out, err);
}

/* The records of the file; the caller ends S. */
static const char *read_file(struct sources *s, reader *read, const char *name)
{
    struct vol_buf a = sources_body(name);
    struct vol_deribit_body body = body_of(&a);

    begin(s);
    UNIT(read(&body, s->gather, &s->err) == VOL_OK);
    vol_buf_free(&a);
    return sources_text(s);
}

static void read_wrong(reader *read, const char *name, const char *from, const char *to, const char *words)
{
    struct vol_buf a = sources_edit(name, from, to);
    struct vol_deribit_body body = body_of(&a);
    struct sources s;

    begin(&s);
    if (!UNIT(read(&body, s.gather, &s.err) == VOL_EPROTOCOL && strstr(s.err.text, words)))
        printf("    %s: %s\n", to, s.err.text);
    sources_end(&s);
    vol_buf_free(&a);
}

static void test_ticker(void)
{
    struct sources s;
    const char *text = read_file(&s, ticker, FILES "ticker_option.json");

    UNIT(strstr(text, NOW ",\"underlying\":\"BTC\",\"symbol\":\"BTC-25DEC26-100000-C\"," DEC25) &&
         strstr(text,
                "\"bid\":0.0215,\"ask\":0.0225,\"bid_size\":38,\"ask_size\":12.4,\"last\":0.022,"
                "\"mark\":0.02195339,\"volume\":5.2,\"open_interest\":1538.2,\"underlying_price\":91633.25,"
                "\"vendor_iv\":0.4388,\"vendor_iv_bid\":0.4291,\"vendor_iv_ask\":0.4411,"
                "\"vendor_delta\":0.21934,\"vendor_gamma\":2e-05,\"vendor_theta\":-52.21001,"
                "\"vendor_vega\":83.41551,\"vendor_rho\":18.03211," TAIL));
    sources_end(&s);
    /* no bid: a price of 0, an amount of 0 and a bid_iv of 0 */
    text = read_file(&s, ticker, FILES "ticker_no_bid.json");
    UNIT(strstr(text, "\"inverse\":true,\"ask\":0.0001,\"ask_size\":25,\"mark\":9.3e-07,\"volume\":0,"
                      "\"open_interest\":1538.2,\"underlying_price\":91633.25,\"vendor_iv\":0.77,"
                      "\"vendor_iv_ask\":0.7088,\"vendor_delta\"") &&
         !strstr(text, "\"bid") && !strstr(text, "iv_bid") && !strstr(text, "\"last\":"));
    sources_end(&s);
    /* an amount of 0 means no order, whatever the price beside it */
    {
        struct vol_buf a =
            sources_edit(FILES "ticker_option.json", "\"best_bid_amount\":38.0", "\"best_bid_amount\":0.0");
        struct vol_deribit_body body = body_of(&a);

        begin(&s);
        UNIT(ticker(&body, s.gather, &s.err) == VOL_OK);
        UNIT(!strstr(sources_text(&s), "\"bid") && !strstr(s.text.data, "iv_bid") &&
             strstr(s.text.data, "\"ask\":0.0225"));
        sources_end(&s);
        vol_buf_free(&a);
    }
    /* a future is a bar */
    text = read_file(&s, ticker, FILES "ticker_perpetual.json");
    UNIT_STR(text, "{\"kind\":\"bar\"," NOW
                   ",\"symbol\":\"BTC-PERPETUAL\",\"close\":91022.5,\"mark\":91020.78," TAIL);
    sources_end(&s);
    read_wrong(ticker, FILES "ticker_option.json", "\"best_bid_price\"", "\"bid\"",
               "result.best_bid_price: is missing");
    read_wrong(ticker, FILES "ticker_option.json", "\"greeks\":{\"delta\":0.21934",
               "\"greeks\":{\"delta\":\"x\"", "result.greeks.delta: expected a number");
}

static void test_book(void)
{
    struct sources s;
    const char *text = read_file(&s, book_of_two, FILES "order_book.json");
    const char *levels = strstr(text, "{\"kind\":\"level\"");

    UNIT(strstr(text, "{\"kind\":\"snap\"," NOW ",\"underlying\":\"BTC\",\"quotes\":1,") != NULL);
#define LEVEL(side, level, price, size)                                                                      \
    "{\"kind\":\"level\"," NOW ",\"symbol\":\"BTC-25DEC26-100000-C\",\"side\":\"" side "\",\"level\":" level \
    ",\"price\":" price ",\"size\":" size "," TAIL
    if (UNIT(levels != NULL))
        UNIT_STR(levels, LEVEL("bid", "1", "0.0215", "38") LEVEL("bid", "2", "0.021", "61.5")
                             LEVEL("ask", "1", "0.0225", "12.4") LEVEL("ask", "2", "0.023", "40"));
    sources_end(&s);
    read_wrong(book_of_two, FILES "order_book.json", "\"BTC-25DEC26-100000-C\"", "\"BTC-25DEC26-110000-C\"",
               "result: an answer about BTC-25DEC26-110000-C");
    read_wrong(book_of_two, FILES "order_book.json", "[0.021,61.5]", "[0.0216,61.5]",
               "result.bids[1]: the bids are not in order");
    read_wrong(book_of_two, FILES "order_book.json", "[0.023,40.0]", "[0.023,-1.0]",
               "result.asks[1]: the asks are not in order");
    read_wrong(book_of_two, FILES "order_book.json", "[0.021,61.5]", "[\"new\",0.021,61.5]",
               "result.bids[1]: expected [price, amount]");
    read_wrong(index_of_btc, FILES "index_price.json", "\"index_price\":91010.55", "\"index_price\":-5",
               "result.index_price: expected a price above 0, got -5");
    text = read_file(&s, index_of_btc, FILES "index_price.json");
    UNIT_STR(text, "{\"kind\":\"bar\",\"ts\":\"2026-11-20T20:00:00.123789Z\",\"symbol\":\"btc_usd\","
                   "\"close\":91010.55," TAIL);
    sources_end(&s);
}

/* ---- errors
 * ----------------------------------------------------------------------------------------------------- */

static void test_errors(void)
{
    static const struct {
        const char *text;
        enum vol_status status;
        const char *words;
    } answers[] = {
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"message\":\"Invalid "
         "params\",\"data\":{\"reason\":\"missing\","
         "\"param\":\"resolution\"},\"code\":-32602}}",
         VOL_ENOINPUT, "Invalid params (-32602): missing resolution"},
        {"{\"error\":{\"message\":\"too_many_requests\",\"code\":10028},\"testnet\":false}", VOL_ETEMP,
         "too_many_requests (10028)"},
        {"{\"error\":{\"message\":\"system_maintenance\",\"code\":11051,\"data\":null}}", VOL_EUNAVAILABLE,
         "system_maintenance (11051)"},
        {"{\"error\":{\"message\":\"invalid_credentials\",\"code\":13004}}", VOL_EPERM,
         "invalid_credentials"},
        {"{\"error\":{\"message\":\"bad \\u001b[31m\",\"code\":1}}", VOL_EPROTOCOL, "bad ?[31m (1)"},
        {"{\"error\":\"no\"}", VOL_EPROTOCOL, "error: expected an object"},
        {"[]", VOL_EPROTOCOL, "expected an object"},
        {"{\"result\":", VOL_EPROTOCOL, "line 1"},
        {"", VOL_EPROTOCOL, ""},
    };

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct vol_deribit_body body = {.text = answers[i].text, .len = strlen(answers[i].text)};
        struct sources s;

        begin(&s);
        if (!UNIT(ticker(&body, s.gather, &s.err) == answers[i].status &&
                  strstr(s.err.text, answers[i].words)))
            printf("    %s: %s\n", answers[i].text, s.err.text);
        sources_end(&s);
    }
    /* the test system's own host is asked for its prices on purpose */
    {
        struct vol_buf a = sources_edit(FILES "index_price.json", "\"testnet\":false", "\"testnet\":true");
        struct vol_deribit_body body = body_of(&a);
        struct sources s;

        begin(&s);
        UNIT(index_of_btc(&body, s.gather, &s.err) == VOL_EPROTOCOL);
        body.test = true;
        UNIT(index_of_btc(&body, s.gather, &s.err) == VOL_OK);
        sources_end(&s);
        vol_buf_free(&a);
    }
}

int main(void)
{
    test_chain();
    test_linear();
    test_instants();
    test_rows();
    test_refused();
    test_decimals();
    test_real();
    test_instruments();
    test_ticker();
    test_book();
    test_errors();
    return unit_done("source/deribit");
}
