/* Polygon's feed, snapshots out of ticks, recordings. */
#include "source/stream_tape.h"

#include "feeds.h"
#include "source/stream_run.h"

#define SPY "O:SPY261218P00560000"

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    while ((text = strstr(text, what)) != NULL) {
        n++;
        text += strlen(what);
    }
    return n;
}

/* ---- Polygon ---- */

static char polygon_q[] = "Q." SPY, polygon_t[] = "T." SPY, polygon_am[] = "AM.O:*",
            polygon_fmv[] = "FMV." SPY;
static char *const polygon_channels[] = {polygon_q, polygon_t, polygon_am, polygon_fmv};

static void polygon_begin(struct feeds *f, int64_t snap)
{
    UNIT(feeds_new(f, "polygon", polygon_channels, 4, snap, true) == VOL_OK);
    vol_stream_open(f->stream, f->now);
    UNIT_STR(f->sent.data, "");
    feeds_message(f, 0,
                  "[{\"ev\":\"status\",\"status\":\"connected\",\"message\":\"Connected Successfully\"}]");
    UNIT_STR(f->sent.data, "{\"action\":\"auth\",\"params\":\"{POLYGON_API_KEY}\"}\n");
    vol_buf_clear(&f->sent);
    feeds_message(f, 0, "[{\"ev\":\"status\",\"status\":\"auth_success\",\"message\":\"authenticated\"}]");
    UNIT_STR(f->sent.data,
             "{\"action\":\"subscribe\",\"params\":\"Q." SPY ",T." SPY ",AM.O:*,FMV." SPY "\"}\n");
    feeds_message(f, 0,
                  "[{\"ev\":\"status\",\"status\":\"success\",\"message\":\"subscribed to: Q." SPY "\"},"
                  "{\"ev\":\"status\",\"status\":\"success\",\"message\":\"subscribed to: T." SPY ",FMV." SPY
                  "\"}]");
    UNIT(f->n_settled == 0);
    feeds_message(f, 0, "[{\"ev\":\"status\",\"status\":\"success\",\"message\":\"subscribed to: AM.O:*\"}]");
    UNIT(f->n_settled == 1);
    UNIT_STR(feeds_text(f), ""); /* `up` waits for the venue's time */
}

#define SPY_CONTRACT                                                                                         \
    "\"underlying\":\"SPY\",\"symbol\":\"SPY261218P00560000\",\"root\":\"SPY\",\"expiration\":\"2026-12-"    \
    "18\",\"expires\":"                                                                                      \
    "\"2026-12-18T21:00:00Z\",\"last_trade\":\"2026-12-18T21:15:00Z\",\"strike\":560,\"option_type\":\"P\"," \
    "\"exercise\":"                                                                                          \
    "\"A\",\"multiplier\":100,\"currency\":\"USD\""
#define POLYGON_TAIL "\"received\":\"2026-05-28T20:26:41Z\",\"source\":\"polygon\"}\n"

static void test_polygon(void)
{
    struct feeds f;

    polygon_begin(&f, 0);
    feeds_message(&f, VOL_SECOND,
                  "[{\"ev\":\"Q\",\"sym\":\"" SPY
                  "\",\"bx\":302,\"ax\":313,\"bp\":4.1,\"ap\":4.14,\"bs\":12,\"as\":30,"
                  "\"t\":1780000000250,\"q\":44},{\"ev\":\"T\",\"sym\":\"" SPY
                  "\",\"x\":312,\"p\":4.12,\"s\":3,\"c\":[233,7],"
                  "\"t\":1780000000300,\"q\":45}]");
    UNIT_STR(
        feeds_text(&f),
        "{\"kind\":\"health\",\"ts\":\"2026-05-28T20:26:40.250Z\",\"source\":\"polygon\",\"status\":\"up\","
        "\"message\":\"4 channels\",\"received\":\"2026-05-28T20:26:41Z\"}\n"
        "{\"kind\":\"quote\",\"ts\":\"2026-05-28T20:26:40.250Z\"," SPY_CONTRACT
        ",\"bid\":4.1,\"ask\":4.14,\"bid_size\":12,\"ask_size\":30," POLYGON_TAIL
        "{\"kind\":\"quote\",\"ts\":\"2026-05-28T20:26:40.300Z\"," SPY_CONTRACT
        ",\"last\":4.12," POLYGON_TAIL);
    /* Milliseconds in bars, nanoseconds in fair values; a bar is known at its end. */
    feeds_message(&f, 0,
                  "[{\"ev\":\"AM\",\"sym\":\"O:SPX261218C06000000\",\"v\":7,\"av\":99,\"op\":1,\"vw\":80.5,"
                  "\"o\":80,\"c\":81,"
                  "\"h\":82,\"l\":79.5,\"a\":80.2,\"z\":1,\"s\":1779999940000,\"e\":1780000000400},"
                  "{\"ev\":\"FMV\",\"fmv\":4.121,\"sym\":\"" SPY "\",\"t\":1780000000500000000}]");
    UNIT_STR(feeds_text(&f), "{\"kind\":\"bar\",\"ts\":\"2026-05-28T20:26:40.400Z\",\"symbol\":"
                             "\"SPX261218C06000000\",\"open\":80,\"high\":"
                             "82,\"low\":79.5,\"close\":81,\"volume\":7," POLYGON_TAIL
                             "{\"kind\":\"quote\",\"ts\":\"2026-05-28T20:26:40.500Z\"," SPY_CONTRACT
                             ",\"mark\":4.121," POLYGON_TAIL);
    /* A bid of 0 is a quote without a bid, an ask of 0 none. */
    feeds_message(&f, 0,
                  "[{\"ev\":\"Q\",\"sym\":\"" SPY
                  "\",\"bp\":0,\"ap\":0,\"bs\":0,\"as\":0,\"t\":1780000000600}]");
    UNIT(strstr(feeds_text(&f), "\"currency\":\"USD\",\"bid\":0,\"bid_size\":0,\"received\"") != NULL);
    feeds_complains(&f, "");
    feeds_free(&f);
}

static void test_polygon_malformed(void)
{
    static const char *const cases[][2] = {
        {"[{\"ev\":\"Q\",\"sym\":\"" SPY "\",\"bp\":1,\"t\":1780000000250}]",
         "Q of " SPY ": expected bp, ap\n"},
        {"[{\"ev\":\"Q\",\"sym\":\"" SPY "\",\"bp\":1,\"ap\":2}]", "Q of " SPY ": no instant\n"},
        {"[{\"ev\":\"Q\",\"sym\":\"" SPY "\",\"bp\":1,\"ap\":2,\"t\":1780000000250000000}]",
         "Q of " SPY ": no instant\n"},
        {"[{\"ev\":\"Q\",\"sym\":\"O:QQQ261218P00560000\",\"bp\":1,\"ap\":2,\"t\":1780000000250}]",
         "Q of O:QQQ261218P00560000, which was not asked for\n"},
        {"[{\"ev\":\"AM\",\"sym\":\"SPY\",\"o\":1,\"h\":1,\"l\":1,\"c\":1,\"e\":1780000000250}]",
         "SPY: not the name of an option\n"},
        {"[{\"ev\":\"X\",\"sym\":\"" SPY "\"}]", "an event that was not asked for\n"},
        {"[{\"ev\":\"Q\",\"bp\":1,\"bp\":2}]", "an event with a member that is there twice\n"},
        {"[{\"ev\":\"Q\",\"bp\":\"1\"}]", "expected a number at byte 17\n"},
        {"[{\"ev\":\"Q\"", "expected a comma or a closing brace at byte 11\n"},
        {"{}", "expected an array at byte 1\n"},
    };
    struct feeds f;

    polygon_begin(&f, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        feeds_message(&f, 0, cases[i][0]);
        feeds_complains(&f, cases[i][1]);
        UNIT_STR(feeds_text(&f), "");
    }
    feeds_free(&f);
}

static void test_polygon_refused(void)
{
    static const struct {
        const char *status;
        enum vol_status expected;
    } cases[] = {{"auth_failed", VOL_EPERM}, {"error", VOL_ENOINPUT}, {"max_connections", VOL_OK}};
    char text[200];
    struct feeds f;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        UNIT(feeds_new(&f, "polygon", polygon_channels, 4, 0, true) == VOL_OK);
        vol_stream_open(f.stream, f.now);
        feeds_message(&f, 0, "[{\"ev\":\"status\",\"status\":\"connected\"}]");
        snprintf(text, sizeof text, "[{\"ev\":\"status\",\"status\":\"%s\",\"message\":\"words\"}]",
                 cases[i].status);
        feeds_message(&f, 0, text);
        UNIT(vol_stream_failed(f.stream, NULL) == cases[i].expected);
        UNIT((f.dropped.len > 0) == (cases[i].expected == VOL_OK));
        feeds_free(&f);
    }
    UNIT(feeds_new(&f, "polygon", (char *const[]){(char[]){"Q.SPY"}}, 1, 0, true) == VOL_EUSAGE);
    feeds_free(&f);
    UNIT(feeds_new(&f, "polygon", (char *const[]){(char[]){"XX." SPY}}, 1, 0, true) == VOL_EUSAGE);
    feeds_free(&f);
}

/* ---- snapshots ---- */

static void quote(struct feeds *f, int64_t later, const char *name, double bid, double ask, int64_t ms)
{
    char text[300];

    snprintf(text, sizeof text,
             "[{\"ev\":\"Q\",\"sym\":\"%s\",\"bp\":%g,\"ap\":%g,\"bs\":1,\"as\":1,\"t\":%lld}]", name, bid,
             ask, (long long)(FEEDS_T0 / 1000000 + ms));
    feeds_message(f, later, text);
}

static void snap_begin(struct feeds *f)
{
    static char all[] = "Q.O:*", bars[] = "A." SPY;
    static char *const channels[] = {all, bars};

    UNIT(feeds_new(f, "polygon", channels, 2, VOL_SECOND, true) == VOL_OK);
    vol_stream_open(f->stream, f->now);
    feeds_message(f, 0, "[{\"ev\":\"status\",\"status\":\"connected\"}]");
    feeds_message(f, 0, "[{\"ev\":\"status\",\"status\":\"auth_success\"}]");
    feeds_message(f, 0,
                  "[{\"ev\":\"status\",\"status\":\"success\",\"message\":\"subscribed to: Q.O:*\"},"
                  "{\"ev\":\"status\",\"status\":\"success\",\"message\":\"subscribed to: A." SPY "\"}]");
}

/* Ticks of two underlyings, out of order, become two chains at the next full second by the venue's clock:
 * sorted, closed, each quote with its own stamp; then only what has changed. */
static void test_snap(void)
{
    const char *text;
    struct feeds f;

    snap_begin(&f);
    quote(&f, 0, "O:SPY261218C00570000", 3, 3.1, 100);
    quote(&f, 0, "O:QQQ261218C00500000", 9, 9.2, 50);
    quote(&f, 0, SPY, 4.1, 4.14, 300);
    quote(&f, 0, SPY, 4.2, 4.24, 400);
    UNIT(count(feeds_text(&f), "\n") == 1); /* health */
    /* One channel has not been heard yet: what is there is no whole chain. */
    vol_stream_advance(f.stream, f.now + VOL_SECOND);
    UNIT_STR(feeds_text(&f), "");
    feeds_message(&f, VOL_SECOND,
                  "[{\"ev\":\"A\",\"sym\":\"" SPY
                  "\",\"o\":1,\"h\":2,\"l\":0.5,\"c\":1.5,\"v\":3,\"s\":1780000000000,\"e\":"
                  "1780000001200}]");
    UNIT_STR(feeds_text(&f), "");
    UNIT(vol_stream_due(f.stream) == f.now + 800000000);
    vol_stream_advance(f.stream, f.now + 800000000 - 1);
    UNIT_STR(feeds_text(&f), "");
    vol_stream_advance(f.stream, f.now + 2 * VOL_SECOND); /* late: the instant is that of the grid */
    text = feeds_text(&f);
    UNIT(count(text, "\"ts\":\"2026-05-28T20:26:42Z\"") == 6 && count(text, "\n") == 6);
    UNIT(strncmp(text, "{\"kind\":\"bar\"", 13) == 0);
    UNIT(strstr(text, "QQQ261218C00500000") <
         strstr(text, "\"kind\":\"snap\",\"ts\":\"2026-05-28T20:26:42Z\",\"underlying\":"
                      "\"QQQ\",\"quotes\":1,\"source\":\"polygon\"}"));
    UNIT(strstr(text, "\"symbol\":\"SPY261218P00560000\"") <
         strstr(text, "\"symbol\":\"SPY261218C00570000\""));
    UNIT(strstr(text, "\"bid\":4.2,\"ask\":4.24,\"bid_size\":1,\"ask_size\":1,\"quoted\":\"2026-05-28T20:26:"
                      "40.400Z\"") != NULL);
    UNIT(strstr(text, "\"underlying\":\"SPY\",\"quotes\":2,") != NULL);
    /* Nothing new: nothing is said. */
    vol_stream_advance(f.stream, f.now + 5 * VOL_SECOND);
    UNIT_STR(feeds_text(&f), "");
    /* A tick at or behind the instant of the grid is not of that snapshot; the chain is told whole. */
    quote(&f, 6 * VOL_SECOND, SPY, 4.3, 4.34, 7100);
    quote(&f, VOL_SECOND, SPY, 4.4, 4.44, 8000);
    text = feeds_text(&f);
    UNIT(count(text, "\"ts\":\"2026-05-28T20:26:48Z\"") == 3 && count(text, "\"bid\":4.3") == 1);
    UNIT(strstr(text, "\"underlying\":\"SPY\",\"quotes\":2,") != NULL && strstr(text, "QQQ") == NULL);
    feeds_free(&f);
}

/* What was known before a loss is not told as if it still held; what has expired is told no more. */
static void test_snap_lost(void)
{
    const char *text;
    struct feeds f;

    snap_begin(&f);
    quote(&f, 0, SPY, 4.1, 4.14, 100);
    quote(&f, 0, "O:SPY260528C00570000", 3, 3.1, 150);     /* it expired 27 minutes ago, at 20:00 */
    vol_stream_advance(f.stream, f.now + 11 * VOL_SECOND); /* the bars never came: ten seconds are enough */
    text = feeds_text(&f);
    UNIT(count(text, "\"quote\",\"ts\":\"2026-05-28T20:26:51Z\"") == 1 && count(text, "\"quote\"") == 1);
    quote(&f, 11 * VOL_SECOND, SPY, 4.1, 4.14, 11100);
    vol_stream_advance(f.stream, f.now + VOL_SECOND);
    text = feeds_text(&f);
    UNIT(count(text, "\"quote\"") == 1 && strstr(text, "\"quotes\":1,") != NULL);
    quote(&f, 0, SPY, 4.2, 4.24, 11200);
    quote(&f, 0, "O:SPY261218C00570000", 3, 3.1, 11300);
    vol_stream_closed(f.stream, f.now + 100000000, "cut");
    vol_stream_advance(f.stream, f.now + 5 * VOL_SECOND);
    text = feeds_text(&f);
    UNIT(count(text, "\n") == 1 && strstr(text, "\"gap\"") != NULL);
    vol_stream_open(f.stream, f.now + 6 * VOL_SECOND);
    feeds_message(&f, 6 * VOL_SECOND, "[{\"ev\":\"status\",\"status\":\"connected\"}]");
    feeds_message(&f, 0, "[{\"ev\":\"status\",\"status\":\"auth_success\"}]");
    feeds_message(&f, 0,
                  "[{\"ev\":\"status\",\"status\":\"success\",\"message\":\"subscribed to: Q.O:*\"},"
                  "{\"ev\":\"status\",\"status\":\"success\",\"message\":\"subscribed to: A." SPY "\"}]");
    quote(&f, 0, "O:SPY261218C00570000", 3, 3.1, 17500);
    vol_stream_advance(f.stream, f.now + 11 * VOL_SECOND);
    quote(&f, 11 * VOL_SECOND, "O:SPY261218C00570000", 3.5, 3.6, 28600);
    vol_stream_advance(f.stream, f.now + VOL_SECOND);
    text = feeds_text(&f);
    UNIT(count(text, "SPY261218C00570000") == 2 && count(text, "SPY261218P00560000") == 0);
    UNIT(strstr(text, "\"bid\":3.5") != NULL);
    feeds_free(&f);
}

/* ---- recordings ---- */

struct played {
    struct vol_buf text;
    size_t n, stop_at;
};

static bool take(void *data, enum vol_stream_event event, int64_t at, const char *text, size_t n)
{
    struct played *p = data;

    UNIT(text[n] == '\0' && text[n + VOL_STREAM_SLACK - 1] == '\0');
    UNIT(vol_buf_addf(&p->text, "%d %lld %s\n", (int)event, (long long)at, text) == VOL_OK);
    return ++p->n != p->stop_at;
}

static void record(const char *dir, int64_t now, const char *message, bool whole)
{
    struct vol_secrets secrets = {0};
    struct vol_stream_tape *tape = NULL;
    char *const channels[] = {(char[]){"Q.O:*"}};
    struct vol_error err;

    UNIT(vol_secrets_add(&secrets, "POLYGON_API_KEY", "s3cret-key", 10, NULL) == VOL_OK);
    UNIT(vol_stream_tape_new(&tape, dir, "polygon", now, channels, 1, &secrets, &err) == VOL_OK);
    UNIT(vol_stream_tape_new(&tape, dir, "polygon", now, channels, 1, &secrets, &err) == VOL_ECREATE);
    vol_stream_tape_add(tape, VOL_STREAM_OPEN, now, NULL, 0);
    vol_stream_tape_add(tape, VOL_STREAM_MESSAGE, now + 1, message, strlen(message));
    vol_stream_tape_add(tape, VOL_STREAM_CLOSED, now + 2, "cut", 3);
    if (whole)
        vol_stream_tape_add(tape, VOL_STREAM_STOP, now + 3, NULL, 0);
    UNIT(vol_stream_tape_free(tape, &err) == VOL_OK);
    vol_secrets_free(&secrets);
}

static void test_tape(void)
{
    char dir[] = "/tmp/volpipe-tape-XXXXXX", tapes[64], command[128];
    struct played p = {.text = VOL_BUF_INIT};
    struct vol_error err;

    UNIT(mkdtemp(dir) != NULL);
    snprintf(tapes, sizeof tapes, "%s/a/b", dir);
    UNIT(vol_stream_tape_play(tapes, "polygon", take, &p, &err) == VOL_ENOINPUT);
    record(tapes, FEEDS_T0, "[\"caf\xc3\xa9 \\\"q\\\"\",\"s3cret-key\"]", true);
    record(tapes, FEEDS_T0 + VOL_SECOND, "[2]", true);
    UNIT(vol_stream_tape_play(tapes, "deribit", take, &p, &err) == VOL_ENOINPUT);
    UNIT(vol_stream_tape_play(tapes, "polygon", take, &p, &err) == VOL_OK);
    UNIT_STR(p.text.data,
             "0 1780000000000000000 \n1 1780000000000000001 [\"caf\xc3\xa9 \\\"q\\\"\",\"**********\"]\n"
             "2 1780000000000000002 cut\n3 1780000000000000003 \n0 1780000001000000000 \n"
             "1 1780000001000000001 [2]\n2 1780000001000000002 cut\n3 1780000001000000003 \n");
    p.n = 0;
    p.stop_at = 2;
    UNIT(vol_stream_tape_play(tapes, "polygon", take, &p, &err) == VOL_OK && p.n == 2);
    p.stop_at = p.n = 0;
    record(tapes, FEEDS_T0 + 2 * VOL_SECOND, "[3]", false);
    UNIT(vol_stream_tape_play(tapes, "polygon", take, &p, &err) == VOL_EDATA && p.n == 11);
    UNIT(strstr(err.text, "the recording was cut short") != NULL);
    snprintf(command, sizeof command, "rm -r %s", dir);
    UNIT(system(command) == 0);
    vol_buf_free(&p.text);
}

static void test_interval(void)
{
    static const struct {
        const char *text;
        int64_t nanos; /* 0: refused */
    } cases[] = {{"1s", VOL_SECOND},
                 {"250ms", 250000000},
                 {"1.5m", 90 * VOL_SECOND},
                 {"24h", VOL_DAY},
                 {"2d", 2 * VOL_DAY},
                 {"10001d", 0},
                 {"0s", 0},
                 {"1", 0},
                 {"s", 0},
                 {"-1s", 0},
                 {"1e3s", 0},
                 {"1 s", 0},
                 {"1sec", 0},
                 {"", 0},
                 {"nans", 0}};
    int64_t out;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        out = 0;
        UNIT(vol_stream_interval(cases[i].text, &out, NULL) == (cases[i].nanos > 0 ? VOL_OK : VOL_EUSAGE));
        UNIT(out == cases[i].nanos);
    }
}

int main(void)
{
    test_polygon();
    test_polygon_malformed();
    test_polygon_refused();
    test_snap();
    test_snap_lost();
    test_tape();
    test_interval();
    return unit_done("source/stream, more");
}
