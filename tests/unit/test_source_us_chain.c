/* What the vendors of US markets have in common: the instant of a chain, what is no price, sessions. */
#include "sources.h"

#include "source/us_bars.h"
#include "source/us_chain.h"

static struct vol_us_quote *add(struct vol_us_chain *chain, const char *name)
{
    struct vol_us_quote *q = NULL;
    struct vol_symbol symbol;

    UNIT(vol_symbol_parse(VOL_SYMBOL_OSI, name, strlen(name), &symbol) == VOL_OK);
    UNIT(vol_us_chain_add_symbol(chain, &symbol, &q, NULL) == VOL_OK);
    return q;
}

static void test_instant(void)
{
    struct vol_us_chain chain;

    vol_us_chain_init(&chain);
    vol_us_chain_received(&chain, 1000);
    vol_us_chain_received(&chain, 900); /* pages may come in any order */
    UNIT(vol_us_chain_ts(&chain) == 1000);
    vol_us_chain_price(&chain, 5, 700);
    vol_us_chain_price(&chain, 4, 600); /* an older one */
    vol_us_chain_price(&chain, NAN, 800);
    vol_us_chain_price(&chain, 0, 800);
    UNIT(vol_us_chain_ts(&chain) == 700);
    UNIT_NEAR(chain.price, 5, 0);
    vol_us_chain_time(&chain, 300);
    vol_us_chain_time(&chain, 200);
    vol_us_chain_time(&chain, INT64_MIN); /* a quote without a time */
    UNIT(vol_us_chain_ts(&chain) == 300);
    vol_us_chain_time(&chain,
                      5000); /* the vendor's clock is ahead of ours: nothing is known before it came */
    UNIT(vol_us_chain_ts(&chain) == 1000);
    vol_us_chain_free(&chain);
}

/* Zeros that mean "none", and those that do not. */
static void test_zeros(void)
{
    static const struct {
        double bid, ask;
        const char *text;
    } is[] = {
        {0, 0, "\"currency\":\"USD\",\"received\""},
        {0, 0.05, "\"currency\":\"USD\",\"bid\":0,\"ask\":0.05,\"bid_size\":1,\"ask_size\":1,\"received\""},
        {0.05, 0, "\"currency\":\"USD\",\"bid\":0.05,\"bid_size\":1,\"received\""},
        {NAN, 0.05, "\"currency\":\"USD\",\"ask\":0.05,\"bid_size\":1,\"ask_size\":1,\"received\""},
        {NAN, NAN, "\"currency\":\"USD\",\"received\""},
        {2, 1, "\"currency\":\"USD\",\"bid\":2,\"ask\":1,\"bid_size\":1,\"ask_size\":1,\"received\""},
    };

    for (size_t i = 0; i < sizeof is / sizeof is[0]; i++) {
        struct vol_us_chain chain;
        struct vol_us_quote *q;
        struct sources s;

        sources_begin(&s, "x");
        vol_us_chain_init(&chain);
        vol_us_chain_received(&chain, 1000);
        q = add(&chain, "SPY261218P00560000");
        q->bid = is[i].bid;
        q->ask = is[i].ask;
        q->bid_size = q->ask_size = 1;
        q->iv = q->last = 0;
        q->delta = q->gamma = q->theta = q->vega = q->rho = 0;
        UNIT(vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_OK);
        UNIT(strstr(sources_text(&s), is[i].text) != NULL);
        vol_us_chain_free(&chain);
        sources_end(&s);
    }
}

/* A chain of names alone is none. */
static void test_check(void)
{
    struct vol_us_chain chain;
    struct vol_us_quote *q;
    struct vol_error err = {0};

    vol_us_chain_init(&chain);
    UNIT(vol_us_chain_check(&chain, &err) == VOL_OK);
    add(&chain, "SPY261218P00560000")->open_interest = 5;
    q = add(&chain, "SPY261218C00560000");
    UNIT(vol_us_chain_check(&chain, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "2 contracts, and no quote, trade or vol of any");
    q->iv = 0.2;
    UNIT(vol_us_chain_check(&chain, &err) == VOL_OK);
    q->ask = 1e300;
    UNIT(vol_us_chain_check(&chain, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "SPY261218C00560000: ask beyond anything that is traded");
    q->ask = 700000; /* a call on BRKA */
    UNIT(vol_us_chain_check(&chain, &err) == VOL_OK);
    q->open_interest = -1e13;
    UNIT(vol_us_chain_check(&chain, &err) == VOL_EPROTOCOL);
    vol_us_chain_free(&chain);
}

/* Percent where decimals were promised; a share in turmoil (GME in January 2021) has such vols here and
 * there, not everywhere. */
static void test_percent(void)
{
    struct vol_us_chain chain;
    struct vol_error err = {0};
    char name[32];

    vol_us_chain_init(&chain);
    for (int i = 0; i < 11; i++) {
        snprintf(name, sizeof name, "SPY261218P00%d000", 560 + i);
        add(&chain, name)->iv = i < 5 ? 0.18 : 18;
    }
    UNIT(vol_us_chain_check(&chain, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "the median of the vols is 18: percent where decimals were promised");
    chain.quote[5].iv = 0.18;
    UNIT(vol_us_chain_check(&chain, &err) == VOL_OK);
    chain.quote[5].iv = 18;
    chain.n = 9; /* too few to tell */
    UNIT(vol_us_chain_check(&chain, &err) == VOL_OK);
    vol_us_chain_free(&chain);
}

/* A multiplier that is not the table's: NANOS has 1, SPY 100. */
static void test_multiplier(void)
{
    struct vol_us_chain chain;
    struct sources s;

    sources_begin(&s, "x");
    vol_us_chain_init(&chain);
    vol_us_chain_received(&chain, 1000);
    add(&chain, "NANOS261218P00560000")->multiplier = 1;
    add(&chain, "SPY261218P00560000")->multiplier = 1;
    UNIT(vol_us_chain_gather(&chain, &s.facts, s.gather, &s.err) == VOL_OK);
    UNIT(strstr(sources_text(&s), "\"multiplier\":1,\"currency\":\"USD\",\"received\"") != NULL);
    UNIT(strstr(s.text.data, "\"multiplier\":null,\"currency\":\"USD\",\"adjusted\":true,\"received\"") !=
         NULL);
    vol_us_chain_free(&chain);
    sources_end(&s);
}

static void test_bars(void)
{
    struct sources s;
    struct vol_us_bar bar = {1, 2, 0.5, 1.5, NAN};
    int32_t from, to;
    struct vol_query query = {.now = sources_time("2025-12-01T15:00:00Z")};
    char *const good[] = {"SPY", "^VIX", "I:SPX", "BRK.B", "GC=F", "BTC-USD"};
    char *const bad[] = {"..", "",     "A/B",  "A B", "A?x=1",
                         "A#", "a\nb", "A%2F", "^",   "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG"};

    sources_begin(&s, "x");
    query.facts = &s.facts;
    UNIT(vol_us_close(&s.facts, 20420, false) == sources_time("2025-11-28T18:00:00Z")); /* early */
    UNIT(vol_us_close(&s.facts, 20420, true) == sources_time("2025-11-28T18:15:00Z"));
    UNIT(vol_us_close(&s.facts, 20279, true) == sources_time("2025-07-10T20:15:00Z"));
    UNIT(vol_us_is_index(&s.facts, "SPX") && vol_us_is_index(&s.facts, "VIX"));
    UNIT(!vol_us_is_index(&s.facts, "SPY") && !vol_us_is_index(&s.facts, "AAPL"));

    vol_us_range_days(&query, &from, &to);
    UNIT(to == 20423 && from == to - 365);
    query.has_since = query.has_until = true;
    query.since = sources_time("2025-11-25T00:00:00Z"); /* the evening of the 24th in New York */
    query.until = sources_time("2025-11-25T23:59:59Z");
    vol_us_range_days(&query, &from, &to);
    UNIT(from == 20417 && to == 20417);
    query.until = sources_time("2030-01-01T00:00:00Z"); /* nothing is asked for that is to come */
    vol_us_range_days(&query, &from, &to);
    UNIT(to == 20423);

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        query.symbols = &good[i];
        query.n_symbols = 1;
        UNIT(vol_us_query_check(&query, &s.err) == VOL_OK);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        query.symbols = &bad[i];
        UNIT(vol_us_query_check(&query, &s.err) == VOL_EUSAGE);
    }

    query.symbols = &good[0];
    query.interval = VOL_DAY;
    UNIT(vol_us_query_check(&query, &s.err) == VOL_OK);
    query.interval = VOL_MINUTE;
    UNIT(vol_us_query_check(&query, &s.err) == VOL_EUSAGE);

    UNIT(vol_us_bar_gather(s.gather, "A", 1000, 1000, &bar, &s.err) == VOL_OK);
    UNIT(vol_us_bar_gather(s.gather, "A", 1001, 1000, &bar, &s.err) == VOL_OK);
    bar.close = NAN;
    UNIT(vol_us_bar_gather(s.gather, "A", 900, 1000, &bar, &s.err) == VOL_OK);
    UNIT_STR(
        sources_text(&s),
        "no_value {\"symbol\":\"A\",\"ts\":\"1970-01-01T00:00:00.000000900Z\",\"close\":null}\n"
        "{\"kind\":\"bar\",\"ts\":\"1970-01-01T00:00:00.000001Z\",\"symbol\":\"A\",\"open\":1,\"high\":2,"
        "\"low\":0.5,\"close\":1.5,\"received\":\"1970-01-01T00:00:00.000001Z\",\"source\":\"x\"}\n"
        "unfinished {\"symbol\":\"A\",\"ts\":\"1970-01-01T00:00:00.000001001Z\",\"close\":1.5}\n");
    sources_end(&s);
}

int main(void)
{
    test_instant();
    test_zeros();
    test_check();
    test_percent();
    test_multiplier();
    test_bars();
    return unit_done("source/us_chain");
}
