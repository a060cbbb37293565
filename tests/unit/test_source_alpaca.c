/* Alpaca: pages of snapshots, an object with a member for each contract. Expected records are written by hand
 * from the bodies. */
#include "sources.h"

#include "source/alpaca.h"

static void test_chain(void)
{
    struct vol_buf first = sources_body("alpaca/chain-1.json"), second = sources_body("alpaca/chain-2.json"),
                   trade = sources_body("alpaca/trade.json"), next = VOL_BUF_INIT;
    struct vol_us_chain chain;
    struct sources s;

    sources_begin(&s, "alpaca");
    vol_us_chain_init(&chain);
    chain.source = "alpaca-indicative";
    UNIT(vol_alpaca_trade(trade.data, trade.len, &chain, &s.err) == VOL_OK);
    UNIT(vol_alpaca_chain(first.data, first.len, &chain, &next, &s.err) == VOL_OK);
    UNIT_STR(next.data, "U1BZMjYxMjE4");
    UNIT(vol_alpaca_chain(second.data, second.len, &chain, &next, &s.err) == VOL_OK);
    UNIT_STR(next.data, "");
    vol_us_chain_received(&chain, sources_time("2025-11-25T19:00:02Z"));
    UNIT(vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_OK);
    /* SPY trades until 16:15; a bid of 0 is no bidder; the volume of 11-20 is not today's; the free feed's
     * modified quotes carry a name of their own. */
    UNIT_STR(
        sources_text(&s),
        "{\"kind\":\"quote\",\"ts\":\"2025-11-25T19:00:00.123456789Z\",\"underlying\":\"SPY\","
        "\"symbol\":\"SPY261218C00560000\",\"root\":\"SPY\",\"expiration\":\"2026-12-18\","
        "\"expires\":\"2026-12-18T21:00:00Z\",\"last_trade\":\"2026-12-18T21:15:00Z\",\"strike\":560,"
        "\"option_type\":\"C\",\"exercise\":\"A\",\"multiplier\":100,\"currency\":\"USD\",\"bid\":0,"
        "\"ask\":45.2,\"bid_size\":0,\"ask_size\":1,\"underlying_price\":589.2,"
        "\"received\":\"2025-11-25T19:00:02Z\",\"source\":\"alpaca-indicative\"}\n"
        "{\"kind\":\"quote\",\"ts\":\"2025-11-25T19:00:00.123456789Z\",\"underlying\":\"SPY\","
        "\"symbol\":\"SPY261218P00560000\",\"root\":\"SPY\",\"expiration\":\"2026-12-18\","
        "\"expires\":\"2026-12-18T21:00:00Z\",\"last_trade\":\"2026-12-18T21:15:00Z\",\"strike\":560,"
        "\"option_type\":\"P\",\"exercise\":\"A\",\"multiplier\":100,\"currency\":\"USD\",\"bid\":4.1,"
        "\"ask\":4.14,\"bid_size\":14,\"ask_size\":22,\"last\":4.12,\"volume\":412,"
        "\"underlying_price\":589.2,\"vendor_iv\":0.1931,\"vendor_delta\":-0.21,\"vendor_gamma\":0.0063,"
        "\"vendor_theta\":-0.11,\"vendor_vega\":0.42,\"vendor_rho\":-1.2,"
        "\"received\":\"2025-11-25T19:00:02Z\",\"source\":\"alpaca-indicative\"}\n"
        "{\"kind\":\"quote\",\"ts\":\"2025-11-25T19:00:00.123456789Z\",\"underlying\":\"SPY\","
        "\"symbol\":\"SPY261219C00560000\",\"root\":\"SPY\",\"expiration\":\"2026-12-19\","
        "\"expires\":\"2026-12-18T21:00:00Z\",\"last_trade\":\"2026-12-18T21:15:00Z\",\"strike\":560,"
        "\"option_type\":\"C\",\"exercise\":\"A\",\"multiplier\":100,\"currency\":\"USD\",\"last\":46,"
        "\"underlying_price\":589.2,\"received\":\"2025-11-25T19:00:02Z\","
        "\"source\":\"alpaca-indicative\"}\n"
        "{\"kind\":\"snap\",\"ts\":\"2025-11-25T19:00:00.123456789Z\",\"underlying\":\"SPY\",\"quotes\":3,"
        "\"source\":\"alpaca\"}\n");
    vol_us_chain_free(&chain);
    vol_buf_free(&first);
    vol_buf_free(&second);
    vol_buf_free(&trade);
    vol_buf_free(&next);
    sources_end(&s);
}

static void test_drift(void)
{
    static const struct {
        const char *from, *to, *words;
    } drift[] = {
        {"\"snapshots\"", "\"snapshot\"", "snapshots: is missing"},
        {"\"next_page_token\"", "\"next\"", "next_page_token: is missing"},
        {"SPY261218P00560000", "SPY-2026-12-18-P-560",
         "snapshots.SPY-2026-12-18-P-560: not the name of an option (OSI)"},
        {"\"bp\":4.1,", "\"bid\":4.1,", "snapshots.SPY261218P00560000.latestQuote.bp: is missing"},
        {"2025-11-25T19:00:00.123456789Z", "1764097200",
         "snapshots.SPY261218P00560000.latestQuote.t: expected an instant (RFC 3339)"},
        {"\"delta\"", "\"Delta\"", "snapshots.SPY261218P00560000.greeks.delta: is missing"},
        {"SPY261218C00560000", "SPY261218P00560000", NULL}, /* the same key twice */
    };

    for (size_t i = 0; i < sizeof drift / sizeof drift[0]; i++) {
        struct vol_buf body = sources_edit("alpaca/chain-1.json", drift[i].from, drift[i].to),
                       next = VOL_BUF_INIT;
        struct vol_us_chain chain;
        struct vol_error err = {0};

        vol_us_chain_init(&chain);
        UNIT(vol_alpaca_chain(body.data, body.len, &chain, &next, &err) == VOL_EPROTOCOL);
        if (drift[i].words)
            UNIT_STR(err.text, drift[i].words);
        vol_us_chain_free(&chain);
        vol_buf_free(&body);
        vol_buf_free(&next);
    }
}

/* No snapshots, and a zero time of the vendor's language. */
static void test_none(void)
{
    static const char none[] = "{\"snapshots\":null,\"next_page_token\":null}";
    static const char zero[] =
        "{\"snapshots\":{\"SPY261218C00560000\":{\"latestQuote\":{\"t\":\"0001-01-01T00:00:"
        "00Z\",\"ap\":0,\"as\":0,\"bp\":0,\"bs\":0}}},\"next_page_token\":null}";
    struct vol_buf next = VOL_BUF_INIT;
    struct vol_us_chain chain;
    struct sources s;

    sources_begin(&s, "alpaca");
    vol_us_chain_init(&chain);
    UNIT(vol_alpaca_chain(none, sizeof none - 1, &chain, &next, &s.err) == VOL_OK && chain.n == 0);
    UNIT(vol_alpaca_chain(zero, sizeof zero - 1, &chain, &next, &s.err) == VOL_OK && chain.n == 1);
    vol_us_chain_received(&chain, sources_time("2025-11-25T19:00:02Z"));
    UNIT(vol_us_chain_ts(&chain) == sources_time("2025-11-25T19:00:02Z"));
    UNIT(vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_OK);
    UNIT(strstr(sources_text(&s), "\"bid\"") == NULL && strstr(s.text.data, "\"ask") == NULL);
    vol_buf_free(&next);
    vol_us_chain_free(&chain);
    sources_end(&s);
}

int main(void)
{
    test_chain();
    test_drift();
    test_none();
    return unit_done("source/alpaca");
}
