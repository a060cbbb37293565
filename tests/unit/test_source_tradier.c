/* Tradier: lists in three shapes, chains with several roots, the price of the underlying. Expected records
 * are written by hand from the bodies. */
#include "sources.h"

#include "source/tradier.h"

static size_t dates_of(const char *body, struct vol_buf *dates)
{
    struct vol_error err = {0};
    size_t n = 99;

    vol_buf_clear(dates);
    UNIT(vol_tradier_expirations(body, strlen(body), dates, &n, &err) == VOL_OK);
    return n;
}

/* Many, one (no array then), none (three ways). */
static void test_lists(void)
{
    static const char *const none[] = {"{\"expirations\":null}", "{\"expirations\":\"null\"}",
                                       "{\"expirations\":{\"date\":[]}}",
                                       "{\"expirations\":{\"date\":null}}"};
    static const char *const wrong[] = {"{}",
                                        "{\"expirations\":[]}",
                                        "{\"expirations\":{\"date\":[20261218]}}",
                                        "{\"expirations\":{\"dates\":[]}}",
                                        "{\"expirations\":\"none\"}",
                                        "{\"expirations\":{\"date\":[\"2026-02-30\"]}}"};
    struct vol_buf dates = VOL_BUF_INIT, body = sources_body("tradier/expirations.json");
    struct vol_us_chain chain;
    struct vol_error err = {0};

    UNIT(dates_of(body.data, &dates) == 3);
    UNIT(dates.len == 33 && strcmp(dates.data, "2026-12-17") == 0 &&
         strcmp(dates.data + 22, "2027-01-15") == 0);
    vol_buf_free(&body);
    body = sources_body("tradier/expirations-one.json");
    UNIT(dates_of(body.data, &dates) == 1);
    UNIT_STR(dates.data, "2026-12-18");
    vol_buf_free(&body);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        UNIT(dates_of(none[i], &dates) == 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        size_t n = 0;

        UNIT(vol_tradier_expirations(wrong[i], strlen(wrong[i]), &dates, &n, &err) == VOL_EPROTOCOL);
    }
    vol_us_chain_init(&chain);
    body = sources_body("tradier/chain-2026-12-17.json"); /* one contract: an object */
    UNIT(vol_tradier_chain(body.data, body.len, &chain, &err) == VOL_OK && chain.n == 1);
    vol_buf_free(&body);
    body = sources_body("tradier/chain-2027-01-15.json"); /* none: the text "null" */
    UNIT(vol_tradier_chain(body.data, body.len, &chain, &err) == VOL_OK && chain.n == 1);
    UNIT(vol_tradier_chain("{\"options\":null}", 16, &chain, &err) == VOL_OK && chain.n == 1);
    vol_buf_free(&body);
    vol_buf_free(&dates);
    vol_us_chain_free(&chain);
}

static void test_chain(void)
{
    struct vol_buf body = sources_body("tradier/chain-2026-12-18.json"),
                   quote = sources_body("tradier/quotes.json");
    struct vol_us_chain chain;
    struct sources s;

    sources_begin(&s, "tradier");
    vol_us_chain_init(&chain);
    UNIT(vol_tradier_quote(quote.data, quote.len, "spx", &chain, &s.err) == VOL_OK);
    UNIT(vol_tradier_chain(body.data, body.len, &chain, &s.err) == VOL_OK);
    vol_us_chain_received(&chain, sources_time("2025-11-25T19:00:02Z"));
    UNIT(vol_us_chain_check(&chain, &s.err) == VOL_OK);
    UNIT(vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_OK);
    /* Milliseconds; a bid of 2019 beside today's ask does not make the chain old, a trade_date of 0 is none;
     * a mid_iv of 0 is none though smv_vol has one; the greeks stay what the vendor gave. Another session's
     * volume (SPXW: the day before) is left out. */
    UNIT_STR(
        sources_text(&s),
        "{\"kind\":\"quote\",\"ts\":\"2025-11-25T19:00:00.123Z\",\"underlying\":\"SPX\","
        "\"symbol\":\"SPX261218C05500000\",\"root\":\"SPX\",\"expiration\":\"2026-12-18\","
        "\"expires\":\"2026-12-18T14:30:00Z\",\"last_trade\":\"2026-12-17T21:15:00Z\",\"strike\":5500,"
        "\"option_type\":\"C\",\"exercise\":\"E\",\"multiplier\":100,\"currency\":\"USD\",\"bid\":310.1,"
        "\"ask\":312.4,\"bid_size\":14,\"ask_size\":22,\"last\":311.2,\"volume\":42,\"open_interest\":18244,"
        "\"underlying_price\":5731.2,\"vendor_iv\":0.1931,\"vendor_delta\":0.71,\"vendor_gamma\":0.00063,"
        "\"vendor_theta\":-1.11,\"vendor_vega\":6.42,\"vendor_rho\":3.1,"
        "\"received\":\"2025-11-25T19:00:02Z\",\"source\":\"tradier\"}\n"
        "{\"kind\":\"quote\",\"ts\":\"2025-11-25T19:00:00.123Z\",\"underlying\":\"SPX\","
        "\"symbol\":\"SPX261218P05500000\",\"root\":\"SPX\",\"expiration\":\"2026-12-18\","
        "\"expires\":\"2026-12-18T14:30:00Z\",\"last_trade\":\"2026-12-17T21:15:00Z\",\"strike\":5500,"
        "\"option_type\":\"P\",\"exercise\":\"E\",\"multiplier\":100,\"currency\":\"USD\",\"bid\":0,"
        "\"ask\":0.05,\"bid_size\":0,\"ask_size\":611,\"volume\":0,\"open_interest\":10,"
        "\"underlying_price\":5731.2,\"vendor_delta\":-0.01,\"vendor_gamma\":1.95546e-10,"
        "\"vendor_theta\":-0.002,\"vendor_vega\":3.5e-09,\"vendor_rho\":0.1,"
        "\"received\":\"2025-11-25T19:00:02Z\",\"source\":\"tradier\"}\n"
        "{\"kind\":\"quote\",\"ts\":\"2025-11-25T19:00:00.123Z\",\"underlying\":\"SPX\","
        "\"symbol\":\"SPXW261218C05500000\",\"root\":\"SPXW\",\"expiration\":\"2026-12-18\","
        "\"expires\":\"2026-12-18T21:00:00Z\",\"last_trade\":\"2026-12-18T21:00:00Z\",\"strike\":5500,"
        "\"option_type\":\"C\",\"exercise\":\"E\",\"multiplier\":100,\"currency\":\"USD\",\"bid\":309.8,"
        "\"ask\":312,\"bid_size\":5,\"ask_size\":9,\"last\":309,\"open_interest\":901,"
        "\"underlying_price\":5731.2,\"received\":\"2025-11-25T19:00:02Z\",\"source\":\"tradier\"}\n"
        "{\"kind\":\"snap\",\"ts\":\"2025-11-25T19:00:00.123Z\",\"underlying\":\"SPX\",\"quotes\":3,"
        "\"source\":\"tradier\"}\n");
    vol_us_chain_free(&chain);
    vol_buf_free(&body);
    vol_buf_free(&quote);
    sources_end(&s);
}

static void test_drift(void)
{
    static const struct {
        const char *from, *to, *words;
    } drift[] = {
        {"\"options\"", "\"chain\"", "options: is missing"},
        {"\"option\":[", "\"contracts\":[", "options.option: is missing"},
        {"\"bid\":310.1", "\"bid_price\":310.1", "options.option[0].bid: is missing"},
        {"\"bid\":310.1", "\"bid\":\"310.1\"",
         "options.option[0].bid: expected a number, got text \"310.1\""},
        {"\"mid_iv\":0.1931", "\"iv\":0.1931", "options.option[0].greeks.mid_iv: is missing"},
        {"\"root_symbol\":\"SPXW\"", "\"root_symbol\":\"SPX\"",
         "options.option[2]: root_symbol: not the root in the contract's name"},
        {"\"bid_date\":1764097200123", "\"bid_date\":1764097200",
         "options.option[0].bid_date: expected an instant between 1990 and 2200 in units of 1000000 ns, got "
         "1764097200"},
        {"\"ask\":312.4", "\"ask\":1e999", NULL},
        {"{\"symbol\":\"SPXW261218C05500000\"", "7,{\"symbol\":\"SPXW261218C05500000\"",
         "options.option[2]: expected an object"},
    };

    for (size_t i = 0; i < sizeof drift / sizeof drift[0]; i++) {
        struct vol_buf body = sources_edit("tradier/chain-2026-12-18.json", drift[i].from, drift[i].to);
        struct vol_us_chain chain;
        struct vol_error err = {0};

        vol_us_chain_init(&chain);
        UNIT(vol_tradier_chain(body.data, body.len, &chain, &err) == VOL_EPROTOCOL);
        if (drift[i].words)
            UNIT_STR(err.text, drift[i].words);
        vol_us_chain_free(&chain);
        vol_buf_free(&body);
    }
}

/* A symbol that the vendor does not know; another one's price is not taken. */
static void test_quote(void)
{
    static const char unmatched[] = "{\"quotes\":{\"unmatched_symbols\":{\"symbol\":\"XX\"}}}";
    struct vol_buf body = sources_body("tradier/quotes.json");
    struct vol_us_chain chain;
    struct vol_error err = {0};

    vol_us_chain_init(&chain);
    UNIT(vol_tradier_quote(unmatched, sizeof unmatched - 1, "XX", &chain, &err) == VOL_OK);
    UNIT(vol_tradier_quote(body.data, body.len, "SPY", &chain, &err) == VOL_OK);
    UNIT(isnan(chain.price));
    UNIT(vol_tradier_quote(body.data, body.len, "SPX", &chain, &err) == VOL_OK);
    UNIT_NEAR(chain.price, 5731.2, 0);
    vol_us_chain_free(&chain);
    vol_buf_free(&body);
}

int main(void)
{
    test_lists();
    test_chain();
    test_drift();
    test_quote();
    return unit_done("source/tradier");
}
