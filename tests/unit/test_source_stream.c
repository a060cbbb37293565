/* Deribit's feed as records: order, health, books, snapshots. Messages are invented in the vendor's shape;
 * what must come of a ticker is what the reader of the HTTP answers makes of the same object, byte for byte.
 */
#include "source/stream.h"

#include "feeds.h"
#include "source/deribit.h"
#include "source/gather.h"

#define OPT     "BTC-25DEC26-100000-C"
#define CHANNEL "ticker." OPT ".100ms"

/* ---- making messages ---- */

static char data_text[3072];

/* A ticker of OPT, MS milliseconds after the beginning. */
static const char *ticker(int ms, const char *bid, const char *ask)
{
    snprintf(
        data_text, sizeof data_text,
        "{\"timestamp\":%lld,\"stats\":{\"high\":0.1,\"low\":0.05,\"price_change\":-1.5,\"volume\":12.5},"
        "\"state\":\"open\",\"index_price\":92000.5,\"instrument_name\":\"" OPT "\",\"last_price\":0.0525,"
        "\"mark_price\":0.0531,\"open_interest\":310.1,\"best_ask_price\":%s,\"best_bid_price\":%s,"
        "\"best_ask_amount\":4.5,\"best_bid_amount\":7.0,\"mark_iv\":41.5,\"bid_iv\":40.25,\"ask_iv\":42.75,"
        "\"underlying_price\":93500.25,\"underlying_index\":\"BTC-25DEC26\",\"interest_rate\":0.0,"
        "\"greeks\":{\"delta\":0.41,\"gamma\":1e-05,\"rho\":80.5,\"theta\":-30.25,\"vega\":150.75}}",
        (long long)(FEEDS_T0 / 1000000) + ms, ask, bid);
    return data_text;
}

#define QUOTED_CHANNEL "\"" CHANNEL "\""

/* The instant of a line's FIELD. */
static int64_t time_in(const char *line, const char *field)
{
    const char *at = strstr(line, field);
    int64_t ts = 0;

    if (UNIT(at != NULL)) {
        at += strlen(field);
        UNIT(vol_time_parse(at, strcspn(at, "\""), &ts) == VOL_OK);
    }
    return ts;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    while ((text = strstr(text, what)) != NULL) {
        n++;
        text += strlen(what);
    }
    return n;
}

/* ---- the conversation ---- */

static void test_conversation(void)
{
    char *const channels[] = {(char[]){CHANNEL}, (char[]){"deribit_volatility_index.btc_usd"}};
    struct feeds f;

    UNIT(feeds_new(&f, "deribit", channels, 2, 0, false) == VOL_OK);
    UNIT(vol_stream_due(f.stream) == INT64_MAX);
    vol_stream_open(f.stream, f.now);
    UNIT_STR(f.sent.data,
             "{\"jsonrpc\":\"2.0\",\"id\":12,\"method\":\"public/set_heartbeat\",\"params\":{\"interval\":"
             "30}}\n{\"jsonrpc\":\"2.0\",\"id\":23,\"method\":\"public/subscribe\",\"params\":{\"channels\":"
             "[" QUOTED_CHANNEL ",\"deribit_volatility_index.btc_usd\"]}}\n");
    vol_buf_clear(&f.sent);
    feeds_message(&f, VOL_SECOND,
                  feeds_acknowledge(2, 500, QUOTED_CHANNEL ",\"deribit_volatility_index.btc_usd\""));
    UNIT_STR(feeds_text(&f), "{\"kind\":\"health\",\"ts\":\"2026-05-28T20:26:40.000500Z\",\"source\":"
                             "\"deribit\",\"status\":\"up\","
                             "\"message\":\"2 channels\",\"received\":\"2026-05-28T20:26:41Z\"}\n");
    UNIT(f.n_settled == 1);
    feeds_message(
        &f, 0,
        feeds_notify("deribit_volatility_index.btc_usd",
                     "{\"timestamp\":1780000000900,\"volatility\":42.36,\"index_name\":\"btc_usd\"}"));
    UNIT_STR(feeds_text(&f),
             "{\"kind\":\"bar\",\"ts\":\"2026-05-28T20:26:40.900Z\",\"symbol\":\"BTC-DVOL\",\"close\":"
             "42.36,\"received\":\"2026-05-28T20:26:41Z\",\"source\":\"deribit\"}\n");
    feeds_message(&f, 0,
                  "{\"jsonrpc\":\"2.0\",\"method\":\"heartbeat\",\"params\":{\"type\":\"heartbeat\"}}");
    UNIT_STR(f.sent.data, "");
    feeds_message(&f, 0,
                  "{\"jsonrpc\":\"2.0\",\"method\":\"heartbeat\",\"params\":{\"type\":\"test_request\"}}");
    UNIT_STR(f.sent.data, "{\"jsonrpc\":\"2.0\",\"id\":35,\"method\":\"public/test\",\"params\":{}}\n");
    feeds_complains(&f, "");
    UNIT(vol_stream_failed(f.stream, NULL) == VOL_OK);
    feeds_free(&f);
}

/* With keys: authentication first, the names of the keys in their places; raw channels are to be had. */
static void test_keys(void)
{
    char *const channels[] = {(char[]){"ticker." OPT ".raw"}};
    struct feeds f;

    UNIT(feeds_new(&f, "deribit", channels, 1, 0, false) == VOL_EPERM);
    UNIT(strstr(f.err.text, "DERIBIT_CLIENT_ID") != NULL);
    feeds_free(&f);
    UNIT(feeds_new(&f, "deribit", channels, 1, 0, true) == VOL_OK);
    vol_stream_open(f.stream, f.now);
    UNIT(strstr(f.sent.data, "\"client_secret\":\"{DERIBIT_CLIENT_SECRET}\"") != NULL);
    UNIT(strstr(f.sent.data, "subscribe") == NULL);
    feeds_message(&f, 0,
                  "{\"jsonrpc\":\"2.0\",\"id\":11,\"result\":{\"access_token\":\"x\",\"expires_in\":900}}");
    UNIT(strstr(f.sent.data, "private/subscribe") != NULL);
    feeds_free(&f);
    UNIT(feeds_new(&f, "deribit", channels, 1, 0, true) == VOL_OK);
    vol_stream_open(f.stream, f.now);
    feeds_message(
        &f, 0,
        "{\"jsonrpc\":\"2.0\",\"id\":11,\"error\":{\"code\":13004,\"message\":\"invalid_credentials\"}}");
    UNIT(vol_stream_failed(f.stream, &f.err) == VOL_EPERM);
    UNIT_STR(f.err.text, "Deribit: invalid_credentials (13004)");
    feeds_free(&f);
}

static void test_channels(void)
{
    static const struct {
        const char *name;
        enum vol_status status;
    } cases[] = {{"trades." OPT ".100ms", VOL_EUSAGE},
                 {"ticker." OPT, VOL_EUSAGE},
                 {"ticker.", VOL_EUSAGE},
                 {"", VOL_EUSAGE},
                 {"ticker.A\"B.100ms", VOL_EUSAGE},
                 {"ticker.ZZZ-25DEC26-100-C.100ms", VOL_EUSAGE}, /* no such root */
                 {"ticker.BTC-PERPETUAL.100ms", VOL_OK},
                 {"quote." OPT, VOL_OK},
                 {"book." OPT ".none.10.100ms", VOL_OK},
                 {"markprice.options.btc_usd", VOL_OK},
                 {"deribit_price_index.eth_usd", VOL_OK}};
    struct feeds f;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[100];
        char *const channels[] = {name};

        snprintf(name, sizeof name, "%s", cases[i].name);
        if (!UNIT(feeds_new(&f, "deribit", channels, 1, 0, false) == cases[i].status))
            printf("    %s: %s\n", name, f.err.text);
        feeds_free(&f);
    }
    UNIT(feeds_new(&f, "deribit", NULL, 0, 0, false) == VOL_EUSAGE);
    feeds_free(&f);
    UNIT(vol_stream_vendor_find("nobody") == NULL);
}

/* A channel that the vendor leaves out of its answer ends the stream; one that it no longer has later is a
 * gap. */
static void test_refused(void)
{
    char *const channels[] = {(char[]){CHANNEL}, (char[]){"ticker.BTC-1JAN20-1-C.100ms"}};
    struct feeds f;

    UNIT(feeds_new(&f, "deribit", channels, 2, 0, false) == VOL_OK);
    vol_stream_open(f.stream, f.now);
    feeds_message(&f, 0, feeds_acknowledge(2, 0, QUOTED_CHANNEL));
    UNIT(vol_stream_failed(f.stream, &f.err) == VOL_ENOINPUT);
    UNIT_STR(f.err.text, "deribit does not have the channel ticker.BTC-1JAN20-1-C.100ms");
    feeds_free(&f);

    UNIT(feeds_new(&f, "deribit", channels, 2, 0, false) == VOL_OK);
    vol_stream_open(f.stream, f.now);
    feeds_message(&f, 0, feeds_acknowledge(2, 0, QUOTED_CHANNEL ",\"ticker.BTC-1JAN20-1-C.100ms\""));
    vol_stream_closed(f.stream, f.now, "cut");
    vol_stream_open(f.stream, f.now + VOL_SECOND);
    feeds_message(&f, VOL_SECOND, feeds_acknowledge(4, 0, QUOTED_CHANNEL));
    UNIT(vol_stream_failed(f.stream, NULL) == VOL_OK);
    UNIT(strstr(feeds_text(&f), "ticker.BTC-1JAN20-1-C.100ms is no more") != NULL);
    UNIT(strstr(f.text.data, "\"reconnected\",\"message\":\"1 channels, after 1.0 s\"") != NULL);
    feeds_free(&f);
}

/* No answer in time, and too many requests: another connection. */
static void test_dropped(void)
{
    char *const channels[] = {(char[]){CHANNEL}};
    struct feeds f;

    UNIT(feeds_new(&f, "deribit", channels, 1, 0, false) == VOL_OK);
    vol_stream_open(f.stream, f.now);
    UNIT(vol_stream_due(f.stream) == f.now + 10 * VOL_SECOND);
    vol_stream_advance(f.stream, f.now + 10 * VOL_SECOND);
    UNIT_STR(f.dropped.data, "no answer to a request\n");
    vol_buf_clear(&f.dropped);
    feeds_message(
        &f, 0,
        "{\"jsonrpc\":\"2.0\",\"id\":23,\"error\":{\"code\":10028,\"message\":\"too_many_requests\",\"data\":"
        "null}}");
    UNIT_STR(f.dropped.data, "Deribit: too_many_requests (10028)\n");
    UNIT(vol_stream_failed(f.stream, NULL) == VOL_OK);
    feeds_free(&f);
}

/* ---- ticks ---- */

/* What the reader of HTTP answers makes of the same ticker. */
static void gathered(const struct feeds *f, const char *data, char *out, size_t size)
{
    struct vol_source_facts facts = f->facts;
    struct vol_gather_config config = {
        .source = "deribit", .facts = &facts, .since = INT64_MIN, .until = INT64_MAX};
    struct vol_deribit_market market;
    struct vol_gather_item item;
    struct vol_gather *gather = NULL;
    struct vol_error err = {VOL_OK, ""};
    struct vol_json root;
    json_t *json = NULL;

    UNIT(vol_gather_new(&gather, &config, NULL) == VOL_OK);
    vol_gather_received(gather, f->now);
    UNIT(vol_json_read(data, strlen(data), &json, &err) == VOL_OK);
    root = vol_json_root(json);
    UNIT(vol_deribit_ticker(&root, &market, &err) == VOL_OK &&
         vol_deribit_put(gather, &market, &err) == VOL_OK);
    UNIT(vol_gather_finish(gather, NULL) == VOL_OK && vol_gather_item(gather, 0, &item));
    snprintf(out, size, "%.*s\n", (int)item.line.len, item.line.bytes);
    json_decref(json);
    vol_gather_free(gather);
}

/* The quick reader against the one that builds a tree. */
static void test_same_as_http(void)
{
    static const char *const prices[] = {"0.0525", "0", "null", "1.5e-3", "0.04250000000001"};
    char expected[4096], other[3072];
    struct feeds f;
    int ms = 10;

    feeds_deribit(&f, CHANNEL, 0);
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 5; j++) {
            ticker(ms += 7, prices[i], prices[j]);
            gathered(&f, data_text, expected, sizeof expected);
            feeds_message(&f, 0, feeds_notify(CHANNEL, data_text));
            UNIT_STR(feeds_text(&f), expected);
        }
    /* Members that the other reader takes for absent too. */
    snprintf(other, sizeof other,
             "{\"timestamp\":%lld,\"instrument_name\":\"" OPT "\",\"last_price\":0,\"mark_price\":0.0531,"
             "\"best_ask_price\":0.06,\"best_bid_price\":0.05,\"best_ask_amount\":0.0,\"best_bid_amount\":2,"
             "\"mark_iv\":0,"
             "\"bid_iv\":0,\"ask_iv\":null,\"underlying_price\":null,\"greeks\":null,\"stats\":{}}",
             (long long)(FEEDS_T0 / 1000000) + 900);
    gathered(&f, other, expected, sizeof expected);
    feeds_message(&f, 0, feeds_notify(CHANNEL, other));
    UNIT_STR(feeds_text(&f), expected);
    feeds_complains(&f, "");
    feeds_free(&f);
}

/* A future's ticker is a bar, as over HTTP. */
static void test_future(void)
{
    static const char data[] =
        "{\"timestamp\":1780000000100,\"instrument_name\":\"BTC-PERPETUAL\",\"last_price\":92283.5,"
        "\"mark_price\":92281.78,\"best_ask_price\":92284.0,\"best_bid_price\":92283.5,"
        "\"best_ask_amount\":10.0,\"best_bid_amount\":20.0,\"funding_8h\":0.00001742}";
    char expected[4096];
    struct feeds f;

    feeds_deribit(&f, "ticker.BTC-PERPETUAL.100ms", 0);
    gathered(&f, data, expected, sizeof expected);
    feeds_message(&f, 0, feeds_notify("ticker.BTC-PERPETUAL.100ms", data));
    UNIT_STR(feeds_text(&f), expected);
    feeds_free(&f);
}

/* ts is the venue's stamp and never falls: one that is late says so in `quoted`. One from the future is
 * refused. */
static void test_order(void)
{
    struct feeds f;
    const char *text;

    feeds_deribit(&f, CHANNEL, 0);
    feeds_message(&f, VOL_SECOND, feeds_notify(CHANNEL, ticker(500, "0.05", "0.06")));
    text = feeds_text(&f);
    UNIT(time_in(text, "\"ts\":\"") == FEEDS_T0 + 500000000 && strstr(text, "quoted") == NULL);
    feeds_message(&f, 0, feeds_notify(CHANNEL, ticker(-90000, "0.05", "0.06")));
    text = feeds_text(&f);
    UNIT(time_in(text, "\"ts\":\"") == FEEDS_T0 + 500000000);
    UNIT(time_in(text, "\"quoted\":\"") == FEEDS_T0 - 90 * VOL_SECOND);
    UNIT(time_in(text, "\"received\":\"") == FEEDS_T0 + VOL_SECOND);
    feeds_message(&f, 0, feeds_notify(CHANNEL, ticker(61002, "0.05", "0.06")));
    feeds_complains(&f, OPT ": a stamp 60.0 s ahead of this machine's clock\n");
    feeds_message(&f, 0, feeds_notify(CHANNEL, ticker(501, "0.05", "0.06")));
    UNIT(time_in(feeds_text(&f), "\"ts\":\"") == FEEDS_T0 + 501000000);
    UNIT(vol_stream_last(f.stream) == FEEDS_T0 + 501000000);
    /* A clock that is set back stands still. */
    f.now -= VOL_DAY;
    feeds_message(&f, 0, feeds_notify(CHANNEL, ticker(502, "0.05", "0.06")));
    text = feeds_text(&f);
    UNIT(time_in(text, "\"ts\":\"") == FEEDS_T0 + 502000000);
    UNIT(time_in(text, "\"received\":\"") == FEEDS_T0 + VOL_SECOND);
    feeds_free(&f);
}

/* A message that is not what it should be is counted, named, and leaves no record. */
static void test_malformed(void)
{
    static const struct {
        const char *from, *to, *words;
    } cases[] = {
        {"\"best_bid_price\"", "\"best_bid\"", "data.best_bid_price: it is not there\n"},
        {"\"mark_iv\":41.5", "\"mark_iv\":\"41.5\"", "expected a number at byte "},
        {"\"mark_iv\":41.5", "\"mark_price\":41.5", "data.mark_price: it is there twice\n"},
        {"\"instrument_name\":\"" OPT, "\"instrument_name\":\"BTC-25DEC26-1-C",
         CHANNEL ": data of another instrument\n"},
        {"\"timestamp\":1780000000010", "\"timestamp\":1780000000.010",
         "data.timestamp: no milliseconds since 1970"},
        {"\"state\":\"open\"", "\"state\":open", "expected a number at byte "},
        {CHANNEL, "ticker.ETH-1JAN27-1-C.100ms",
         "a channel that was not asked for: ticker.ETH-1JAN27-1-C.100ms\n"},
        {"\"method\":\"subscription\"", "\"method\":\"other\"", "neither an answer nor a notification: "},
        {"\"jsonrpc\":\"2.0\",", "\"jsonrpc\":\"2.0\",,", "expected a string at byte "},
    };
    char text[4096];
    struct feeds f;

    feeds_deribit(&f, CHANNEL, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *whole = feeds_notify(CHANNEL, ticker(10, "0.05", "0.06")),
                   *at = strstr(whole, cases[i].from);

        if (!UNIT(at != NULL))
            continue;
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - whole), whole, cases[i].to,
                 at + strlen(cases[i].from));
        feeds_message(&f, 0, text);
        if (!UNIT(strncmp(f.malformed.data, cases[i].words, strlen(cases[i].words)) == 0))
            printf("    %s", f.malformed.data);
        vol_buf_clear(&f.malformed);
        UNIT_STR(feeds_text(&f), "");
    }
    /* Cut anywhere: refused, and nothing is read behind the end. */
    snprintf(text, sizeof text, "%s", feeds_notify(CHANNEL, ticker(10, "0.05", "0.06")));
    for (size_t n = strlen(text) - 1; n > 0; n -= n < 7 ? 1 : 7) {
        text[n] = '\0';
        feeds_message(&f, 0, text);
        UNIT(f.malformed.len > 0);
        vol_buf_clear(&f.malformed);
    }
    UNIT_STR(feeds_text(&f), "");
    feeds_free(&f);
}

/* All options of a currency at once; their iv is a decimal here, where all other channels have percent. */
static void test_marks(void)
{
    const char *text;
    struct feeds f;

    feeds_deribit(&f, "markprice.options.btc_usd", 0);
    feeds_message(
        &f, VOL_SECOND,
        feeds_notify(
            "markprice.options.btc_usd",
            "[{\"timestamp\":1780000000200,\"mark_price\":0.0525,\"iv\":0.3706,\"instrument_name\":"
            "\"BTC-25DEC26-100000-C\"},{\"instrument_name\":\"BTC-5JUN26-90000-P\",\"mark_price\":0.001,"
            "\"iv\":0.9,\"timestamp\":1780000000200}]"));
    text = feeds_text(&f);
    UNIT(count(text, "\"kind\":\"quote\",\"ts\":\"2026-05-28T20:26:40.200Z\"") == 2);
    UNIT(strstr(text, "\"mark\":0.0525,\"vendor_iv\":0.3706,\"received\"") != NULL);
    UNIT(strstr(text, "\"expires\":\"2026-06-05T08:00:00Z\"") != NULL &&
         strstr(text, "\"vendor_iv\":0.9,") != NULL);
    feeds_complains(&f, "");
    feeds_message(
        &f, 0,
        feeds_notify("markprice.options.btc_usd", "[{\"timestamp\":1780000000200,\"mark_price\":0.0525}]"));
    feeds_complains(
        &f, "markprice.options.btc_usd: an element without instrument_name, mark_price, iv and timestamp\n");
    feeds_free(&f);
}

/* ---- health ---- */

static void test_stale(void)
{
    const char *text;
    struct feeds f;

    feeds_deribit(&f, CHANNEL, 0);
    UNIT(vol_stream_due(f.stream) == f.now + 30 * VOL_SECOND);
    feeds_message(&f, VOL_SECOND, feeds_notify(CHANNEL, ticker(900, "0.05", "0.06")));
    feeds_text(&f);
    vol_stream_advance(f.stream, f.now + 30 * VOL_SECOND - 1);
    UNIT_STR(feeds_text(&f), "");
    vol_stream_advance(f.stream, f.now + 45 * VOL_SECOND); /* late: the instant is that of the deadline */
    text = feeds_text(&f);
    UNIT(strstr(text, "\"status\":\"stale\",\"message\":\"no tick for 30.0 s\"") != NULL);
    UNIT(time_in(text, "\"ts\":\"") == FEEDS_T0 + 900000000 + 30 * VOL_SECOND);
    UNIT(time_in(text, "\"received\":\"") == f.now + 30 * VOL_SECOND);
    UNIT(vol_stream_due(f.stream) == INT64_MAX);
    feeds_message(&f, 50 * VOL_SECOND, feeds_notify(CHANNEL, ticker(50900, "0.05", "0.06")));
    text = feeds_text(&f);
    UNIT(strstr(text, "\"status\":\"up\",\"message\":\"a tick after 50.0 s\"") != NULL &&
         count(text, "\n") == 2);
    feeds_free(&f);
}

static void test_lost(void)
{
    struct vol_stream_counts counts;
    const char *text;
    struct feeds f;

    feeds_deribit(&f, CHANNEL, 0);
    vol_stream_closed(f.stream, f.now + VOL_SECOND, "the connection was cut (1006)");
    text = feeds_text(&f);
    UNIT(strstr(text, "\"status\":\"gap\",\"message\":\"connection lost: the connection was cut (1006)\"") !=
         NULL);
    UNIT(vol_stream_due(f.stream) == INT64_MAX);
    vol_stream_closed(f.stream, f.now + 2 * VOL_SECOND, "again"); /* it was not up: nothing new */
    UNIT_STR(feeds_text(&f), "");
    vol_stream_open(f.stream, f.now + 3 * VOL_SECOND);
    feeds_message(&f, 4 * VOL_SECOND, feeds_acknowledge(4, 4000000, QUOTED_CHANNEL));
    UNIT(strstr(feeds_text(&f), "\"status\":\"reconnected\",\"message\":\"1 channels, after 3.0 s\"") !=
         NULL);
    vol_stream_counts_get(f.stream, &counts);
    UNIT(counts.connections == 2 && counts.gaps == 1 && counts.messages == 2);
    feeds_free(&f);
}

int main(void)
{
    test_conversation();
    test_keys();
    test_channels();
    test_refused();
    test_dropped();
    test_same_as_http();
    test_future();
    test_order();
    test_malformed();
    test_marks();
    test_stale();
    test_lost();
    return unit_done("source/stream");
}
