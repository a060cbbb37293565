/* Deribit's histories as records: the volatility index, candles, trades. The bodies are invented in the
 * vendor's shape (tests/oracle/deribit_answers.py); expected records are written by hand from them. */
#include "sources.h"

#include "source/deribit.h"

#define RECEIVED "2026-11-20T20:00:01Z"
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

/* ---- histories
 * -------------------------------------------------------------------------------------------------- */

static enum vol_status dvol(struct sources *s, const char *name, const char *from, const char *to,
                            int64_t *before, int64_t *more)
{
    struct vol_buf a = from ? sources_edit(name, from, to) : sources_body(name);
    struct vol_deribit_body body = body_of(&a);
    enum vol_status status = vol_deribit_dvol(&body, "BTC", VOL_DAY, before, more, s->gather, &s->err);

    vol_buf_free(&a);
    return status;
}

/* Two pages, the newest first, that share a candle; the last one has not ended. In points, known at its end.
 */
static void test_dvol(void)
{
    int64_t before = INT64_MAX, more = 0;
    struct sources s;
    size_t n = 0;

    begin(&s);
    UNIT(dvol(&s, FILES "dvol_1.json", NULL, NULL, &before, &more) == VOL_OK);
    UNIT(more == sources_time("2026-11-17T00:00:00Z") && before == more);
    UNIT(dvol(&s, FILES "dvol_2.json", NULL, NULL, &before, &more) == VOL_OK);
    UNIT(more == 0 && before == sources_time("2026-11-14T00:00:00Z"));
    UNIT(
        strncmp(
            sources_text(&s),
            "{\"kind\":\"bar\",\"ts\":\"2026-11-15T00:00:00Z\",\"symbol\":\"BTC-DVOL\",\"open\":49.15,"
            "\"high\":50.75,\"low\":48.45,\"close\":49.55,",
            strlen("{\"kind\":\"bar\",\"ts\":\"2026-11-15T00:00:00Z\",\"symbol\":\"BTC-DVOL\",\"open\":49.15,"
                   "\"high\":50.75,\"low\":48.45,\"close\":49.55,")) == 0);
    for (const char *p = s.text.data; (p = strstr(p, "\"kind\":\"bar\"")) != NULL; p++)
        n++;
    UNIT(n == 6 && strstr(s.text.data, "\"ts\":\"2026-11-20T00:00:00Z\"") &&
         !strstr(s.text.data, "\"ts\":\"2026-11-21T00:00:00Z\""));
    UNIT(strstr(s.text.data, "unfinished {\"symbol\":\"BTC-DVOL\",\"open\":44.6,\"high\":46.2,\"low\":43.9,"
                             "\"close\":45}\n"));
    sources_end(&s);
    /* pages that lead back to themselves */
    begin(&s);
    before = INT64_MAX;
    UNIT(dvol(&s, FILES "dvol_1.json", NULL, NULL, &before, &more) == VOL_OK);
    UNIT(dvol(&s, FILES "dvol_1.json", NULL, NULL, &before, &more) == VOL_EPROTOCOL &&
         strstr(s.err.text, "do not go back in time"));
    before = INT64_MAX;
    UNIT(dvol(&s, FILES "dvol_1.json", "\"continuation\"", "\"next\"", &before, &more) == VOL_EPROTOCOL &&
         strstr(s.err.text, "result.continuation: is missing"));
    UNIT(dvol(&s, FILES "dvol_1.json", "48.81,50.41", "58.81,50.41", &before, &more) == VOL_EPROTOCOL &&
         strstr(s.err.text, "result.data[0]: open 58.81 high 50.41"));
    UNIT(dvol(&s, FILES "dvol_1.json", "[1794873600000,", "[1794873600,", &before, &more) == VOL_EPROTOCOL &&
         strstr(s.err.text, "result.data[0]: expected an instant in milliseconds"));
    UNIT(before == INT64_MAX);
    sources_end(&s);
}

static void test_chart(void)
{
    static const struct {
        const char *from, *to, *words;
    } wrong[] = {
        {"\"status\":\"ok\"", "\"status\":\"error\"", "status: expected ok or no_data"},
        {"\"volume\":[151.29318,0.0,", "\"volume\":[151.29318,", "result.volume: 2 values for 3 ticks"},
        {"90800.0", "9e15", "result.ticks[0]: high 9e+15: beyond anything that is traded"},
        {"\"open\":[90500.0", "\"open\":[90900.0", "result.ticks[0]: open 90900 high 90800"},
        {"[1795122000000,1795125600000", "[1795125600000,1795125600000",
         "result.ticks[1]: the ticks do not ascend"},
    };
    int64_t first = -1, last = -1;
    struct sources s;
    struct vol_buf a = sources_body(FILES "chart.json");
    struct vol_deribit_body body = body_of(&a);
#define HOUR (60 * VOL_MINUTE)

    begin(&s);
    UNIT(vol_deribit_chart(&body, "BTC-PERPETUAL", HOUR, &first, &last, s.gather, &s.err) == VOL_OK);
    UNIT(first == sources_time("2026-11-19T21:00:00Z") && last == sources_time("2026-11-19T23:00:00Z"));
#define BAR(ts, rest) "{\"kind\":\"bar\",\"ts\":\"" ts "\",\"symbol\":\"BTC-PERPETUAL\"," rest "," TAIL
    UNIT_STR(
        sources_text(&s),
        BAR("2026-11-19T22:00:00Z",
            "\"open\":90500,\"high\":90800,\"low\":90400.5,\"close\":90720.5,\"volume\":151.29318")
            BAR("2026-11-19T23:00:00Z",
                "\"open\":90720.5,\"high\":90720.5,\"low\":90720.5,\"close\":90720.5,\"volume\":0")
                BAR("2026-11-20T00:00:00Z",
                    "\"open\":90720.5,\"high\":91100,\"low\":90700,\"close\":91005,\"volume\":203.0021"));
    sources_end(&s);
    vol_buf_free(&a);
    /* no_data is an answer */
    a = sources_body(FILES "chart_no_data.json");
    body = body_of(&a);
    begin(&s);
    UNIT(vol_deribit_chart(&body, "X", HOUR, &first, &last, s.gather, &s.err) == VOL_OK && first == 0 &&
         last == 0);
    UNIT_STR(sources_text(&s), "");
    sources_end(&s);
    vol_buf_free(&a);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        a = sources_edit(FILES "chart.json", wrong[i].from, wrong[i].to);
        body = body_of(&a);
        begin(&s);
        if (!UNIT(vol_deribit_chart(&body, "X", HOUR, &first, &last, s.gather, &s.err) == VOL_EPROTOCOL &&
                  strstr(s.err.text, wrong[i].words)))
            printf("    %s\n", s.err.text);
        sources_end(&s);
        vol_buf_free(&a);
    }
}

static enum vol_status trades(struct sources *s, const char *name, struct vol_deribit_page *page)
{
    struct vol_buf a = sources_body(name);
    struct vol_deribit_body body = body_of(&a);
    enum vol_status status = vol_deribit_trades(&s->facts, &body, NULL, page, s->gather, &s->err);

    vol_buf_free(&a);
    return status;
}

/* Pages that overlap by a trade and cut a millisecond in two; vols in percent; a combo's legs are trades of
 * their own and are not taken a second time. */
static void test_trades(void)
{
    struct vol_deribit_page page;
    struct sources s;
    size_t n = 0;

    begin(&s);
    UNIT(trades(&s, FILES "trades_1.json", &page) == VOL_OK);
    UNIT(page.more && page.n == 3 && page.last_seq == 3 &&
         page.first_ts == sources_time("2026-11-20T19:59:51.123Z") &&
         page.last_ts == sources_time("2026-11-20T19:59:55.123Z"));
    UNIT(trades(&s, FILES "trades_2.json", &page) == VOL_OK && !page.more && page.last_seq == 5);
    sources_text(&s);
    for (const char *p = s.text.data; (p = strstr(p, "\"trade_seq\":")) != NULL; p++)
        UNIT((size_t)(p[12] - '0') == ++n); /* in the order of trading, one each */
    UNIT(n == 5);
    UNIT(strstr(s.text.data,
                "{\"kind\":\"trade\",\"ts\":\"2026-11-20T19:59:55.123Z\",\"symbol\":\"BTC-25DEC26-100000-C\","
                "\"underlying\":\"BTC\",\"currency\":\"BTC\",\"inverse\":true,\"price\":0.0218,\"size\":0.4,"
                "\"side\":\"sell\",\"vendor_iv\":0.4354,\"mark\":0.0217,\"index_price\":91010.55,"
                "\"combo\":\"BTC-CS-25DEC26-100000_110000\",\"block\":true,\"trade_id\":\"244365004\","
                "\"trade_seq\":4," TAIL));
    UNIT(strstr(s.text.data, "\"liquidation\":\"T\",\"trade_id\":\"244365005\"") != NULL);
    sources_end(&s);
    begin(&s);
    UNIT(trades(&s, FILES "trades_combo.json", &page) == VOL_OK && page.n == 1);
    UNIT_STR(
        sources_text(&s),
        "{\"kind\":\"trade\",\"ts\":\"2026-11-20T19:59:59.722Z\",\"symbol\":\"BTC-CS-25DEC26-100000_110000\","
        "\"price\":0.0639,\"size\":0.1,\"side\":\"buy\",\"mark\":0.0638,\"index_price\":91010.55,"
        "\"trade_id\":\"244365001\",\"trade_seq\":1," TAIL);
    sources_end(&s);
}

/* The latest trades come latest first; records of one instant leave in the order of trading. */
static void test_backwards(void)
{
    static const char text[] =
        "{\"testnet\":false,\"result\":{\"has_more\":true,\"trades\":["
        "{\"trade_seq\":3,\"trade_id\":\"3\",\"timestamp\":1795204795123,\"price\":0.03,\"amount\":1,"
        "\"direction\":\"buy\",\"instrument_name\":\"BTC-25DEC26-100000-C\"},"
        "{\"trade_seq\":2,\"trade_id\":\"2\",\"timestamp\":1795204795123,\"price\":0.02,\"amount\":1,"
        "\"direction\":\"buy\",\"instrument_name\":\"BTC-25DEC26-100000-C\"}]}}";
    struct vol_deribit_body body = {.text = text, .len = sizeof text - 1, .received = sources_time(RECEIVED)};
    struct vol_deribit_page page;
    struct sources s;

    begin(&s);
    UNIT(vol_deribit_trades(&s.facts, &body, "BTC-25DEC26-100000-C", &page, s.gather, &s.err) == VOL_OK &&
         page.last_seq == 3);
    UNIT(strstr(sources_text(&s), "\"trade_seq\":2") < strstr(s.text.data, "\"trade_seq\":3"));
    UNIT(vol_deribit_trades(&s.facts, &body, "BTC-PERPETUAL", &page, s.gather, &s.err) == VOL_EPROTOCOL &&
         strstr(s.err.text, "result.trades[1]: a trade of BTC-25DEC26-100000-C"));
    sources_end(&s);
}

int main(void)
{
    test_dvol();
    test_chart();
    test_trades();
    test_backwards();
    return unit_done("source/deribit_history");
}
