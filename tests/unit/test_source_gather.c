/* Gathered records: order, repetitions, snapshots, and that a wrong field or a missing one is no record. */
#include "unit.h"

#include <stdlib.h>

#include "base/time.h"
#include "source/gather.h"

static struct vol_source_facts facts;

static struct vol_gather *start(int64_t since, int64_t until)
{
    struct vol_gather_config config = {"test", &facts, since, until};
    struct vol_gather *g = NULL;

    UNIT(vol_gather_new(&g, &config, NULL) == VOL_OK);
    return g;
}

static enum vol_status quote(struct vol_gather *g, int64_t ts, const char *symbol, double bid)
{
    struct vol_error err = {0};

    vol_gather_begin(g, "quote", ts);
    if (vol_gather_contract(g, VOL_SYMBOL_OSI, "us", symbol, strlen(symbol), &err) != VOL_OK) {
        vol_gather_cancel(g);
        return err.status;
    }
    vol_gather_num(g, "bid", bid);
    return vol_gather_end(g, &err);
}

/* "KIND SYMBOL" (or "snap N") of the records, joined by blanks. */
static void list(struct vol_gather *g, char *out, size_t size)
{
    struct vol_gather_item item;
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; vol_gather_item(g, i, &item); i++) {
        const char *key = strcmp(item.kind, "snap") == 0 ? "\"quotes\":" : "\"symbol\":\"";
        char line[2048];
        const char *at;

        snprintf(line, sizeof line, "%.*s", (int)item.line.len, item.line.bytes);
        at = strstr(line, key);
        len += (size_t)snprintf(out + len, size - len, "%s%s:%.*s", i ? " " : "", item.kind,
                                at ? (int)strcspn(at + strlen(key), "\",") : 0, at ? at + strlen(key) : "");
    }
}

static void test_order(void)
{
    struct vol_gather *g = start(INT64_MIN, INT64_MAX);
    struct vol_gather_counts counts;
    char out[2048];

    vol_gather_received(g, 3000);
    UNIT(quote(g, 1000, "SPY261218P00560000", 1) == VOL_OK);
    UNIT(quote(g, 1000, "SPXW261218C05500000", 1) == VOL_OK);
    UNIT(quote(g, 1000, "SPX261218C05500000", 1) == VOL_OK);
    UNIT(quote(g, 1000, "SPX261120P05500000", 1) == VOL_OK);
    UNIT(quote(g, 1000, "SPX261120C05500000", 1) == VOL_OK);
    UNIT(quote(g, 1000, "SPX261120C00900000", 1) == VOL_OK);
    UNIT(quote(g, 2000, "SPY261218P00560000", 2) == VOL_OK);
    vol_gather_begin(g, "bar", 1000);
    vol_gather_str(g, "symbol", "VIX");
    UNIT(vol_gather_end(g, NULL) == VOL_OK);
    vol_gather_begin(g, "rate", 1000);
    vol_gather_str(g, "symbol", "DFF");
    vol_gather_int(g, "tenor_days", 1);
    vol_gather_num(g, "rate", 0.05);
    UNIT(vol_gather_end(g, NULL) == VOL_OK);
    UNIT(vol_gather_finish(g, NULL) == VOL_OK);
    list(g, out, sizeof out);
    UNIT_STR(out,
             "rate:DFF bar:VIX quote:SPX261120C00900000 quote:SPX261120C05500000 quote:SPX261120P05500000 "
             "quote:SPX261218C05500000 quote:SPXW261218C05500000 snap:5 quote:SPY261218P00560000 snap:1 "
             "quote:SPY261218P00560000 snap:1");
    vol_gather_counts_get(g, &counts);
    UNIT(counts.records == 9 && counts.repeated == 0);
    vol_gather_free(g);
}

static void test_line(void)
{
    struct vol_gather *g = start(INT64_MIN, INT64_MAX);
    struct vol_gather_item item;
    char line[2048];

    vol_gather_received(g, INT64_C(1764000000123000000));
    vol_gather_begin(g, "quote", INT64_C(1764000000000000000));
    vol_gather_num(g, "ask", 4.1);
    vol_gather_num(g, "bid", 4);
    vol_gather_num(g, "bid", 4.05); /* replaces */
    vol_gather_num(g, "vendor_iv", NAN);
    vol_gather_str(g, "flags", NULL);
    UNIT(vol_gather_contract(g, VOL_SYMBOL_OSI, "us", "O:SPY261218P00560000", 20, NULL) == VOL_OK);
    vol_gather_str(g, "exercise", "E"); /* of the vendor, in place of the table's */
    UNIT(vol_gather_end(g, NULL) == VOL_OK && vol_gather_finish(g, NULL) == VOL_OK);
    UNIT(vol_gather_item(g, 0, &item));
    snprintf(line, sizeof line, "%.*s", (int)item.line.len, item.line.bytes);
    UNIT_STR(
        line,
        "{\"kind\":\"quote\",\"ts\":\"2025-11-24T16:00:00Z\",\"underlying\":\"SPY\",\"symbol\":"
        "\"SPY261218P00560000\","
        "\"root\":\"SPY\",\"expiration\":\"2026-12-18\",\"expires\":\"2026-12-18T21:00:00Z\","
        "\"last_trade\":\"2026-12-18T21:15:00Z\",\"strike\":560,\"option_type\":\"P\",\"exercise\":\"E\","
        "\"multiplier\":100,\"currency\":\"USD\",\"bid\":4.05,\"ask\":4.1,"
        "\"received\":\"2025-11-24T16:00:00.123Z\",\"source\":\"test\"}");
    vol_gather_free(g);
}

static bool holds(const struct vol_gather_item *item, const char *what)
{
    char line[2048];

    snprintf(line, sizeof line, "%.*s", (int)item->line.len, item->line.bytes);
    return strstr(line, what) != NULL;
}

/* Pages that overlap, a vendor that sends a page twice. */
static void test_repeated(void)
{
    struct vol_gather *g = start(INT64_MIN, INT64_MAX);
    struct vol_gather_counts counts;
    struct vol_gather_item item;
    char out[1024];

    for (int page = 0; page < 3; page++) {
        vol_gather_received(g, 5000 + page);
        UNIT(quote(g, 1000, "SPY261218P00560000", page) == VOL_OK); /* moved meanwhile */
        UNIT(quote(g, 1000, "SPY261218C00560000", 7) == VOL_OK);
        vol_gather_begin(g, "bar", 1000);
        vol_gather_str(g, "symbol", "VIX");
        vol_gather_num(g, "close", 12.5);
        UNIT(vol_gather_end(g, NULL) == VOL_OK);
    }
    UNIT(vol_gather_finish(g, NULL) == VOL_OK);
    list(g, out, sizeof out);
    UNIT_STR(out, "bar:VIX quote:SPY261218C00560000 quote:SPY261218P00560000 snap:2");
    UNIT(vol_gather_item(g, 2, &item) && holds(&item, "\"bid\":2,"));
    vol_gather_counts_get(g, &counts);
    UNIT(counts.records == 3 && counts.repeated == 6);
    vol_gather_free(g);
}

static void test_refused(void)
{
    struct vol_gather *g = start(1000, 2000);
    struct vol_gather_counts counts;
    struct vol_gather_item item;
    struct vol_error err = {0};

    UNIT(quote(g, 1500, "SPY", 1) == VOL_EDATA && quote(g, 1500, "", 1) == VOL_EDATA);
    UNIT(quote(g, 1500, "SPY261318P00560000", 1) == VOL_EDATA); /* month 13 */
    vol_gather_begin(g, "quote", 1500);                         /* without a contract */
    vol_gather_num(g, "bid", 1);
    UNIT(vol_gather_end(g, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "a quote without underlying");
    vol_gather_begin(g, "bar", 1500);
    vol_gather_str(g, "symbol", "X");
    vol_gather_num(g, "strike", 1);
    UNIT(vol_gather_end(g, &err) == VOL_EINTERNAL);
    vol_gather_begin(g, "bar", 1500);
    vol_gather_str(g, "close", "12");
    UNIT(vol_gather_end(g, &err) == VOL_EINTERNAL);
    vol_gather_begin(g, "bar", 1500);
    vol_gather_str(g, "symbol", "A\xff");
    UNIT(vol_gather_end(g, &err) == VOL_EPROTOCOL);
    UNIT_STR(err.text, "symbol is no UTF-8");
    vol_gather_begin(g, "nothing", 1500);
    UNIT(vol_gather_end(g, &err) == VOL_EINTERNAL);
    UNIT(vol_gather_end(g, &err) == VOL_EINTERNAL); /* none was begun */
    /* outside of since and until */
    UNIT(quote(g, 999, "SPY261218P00560000", 1) == VOL_OK &&
         quote(g, 2001, "SPY261218P00560000", 1) == VOL_OK);
    UNIT(vol_gather_reject(g, "quote", 1500, "crossed", "{\"a\":1}", 7, NULL) == VOL_OK);
    UNIT(vol_gather_finish(g, NULL) == VOL_OK);
    vol_gather_counts_get(g, &counts);
    UNIT(counts.records == 0 && counts.outside == 2 && counts.rejected == 1);
    UNIT(vol_gather_item(g, 0, &item) && strcmp(item.reason, "crossed") == 0 && item.line.len == 7);
    UNIT(!vol_gather_item(g, 1, &item));
    vol_gather_free(g);
}

/* A quote that was refused ends no run: the snapshot around it has one closing line. */
static void test_reject_inside(void)
{
    struct vol_gather *g = start(INT64_MIN, INT64_MAX);
    char out[1024];

    UNIT(quote(g, 1000, "SPY261218P00560000", 1) == VOL_OK);
    UNIT(vol_gather_reject(g, "quote", 1000, "no_price", "{}", 2, NULL) == VOL_OK);
    UNIT(quote(g, 1000, "SPY261218C00560000", 1) == VOL_OK);
    UNIT(vol_gather_finish(g, NULL) == VOL_OK);
    list(g, out, sizeof out);
    UNIT_STR(out, "quote: quote:SPY261218C00560000 quote:SPY261218P00560000 snap:2");
    vol_gather_free(g);
}

/* 20,000 contracts over 40 pages: what it costs is linear. */
static void test_many(void)
{
    struct vol_gather *g = start(INT64_MIN, INT64_MAX);
    struct vol_gather_item item;
    char symbol[40];
    int bad = 0;

    for (int i = 0; i < 20000; i++) {
        snprintf(symbol, sizeof symbol, "SPXW26%02d%02d%c%08d", 1 + i % 12, 1 + i / 12 % 28,
                 i & 1 ? 'C' : 'P', (20000 - i) * 1000);
        bad += quote(g, 1000, symbol, i) != VOL_OK;
    }
    UNIT(bad == 0 && vol_gather_finish(g, NULL) == VOL_OK);
    UNIT(vol_gather_item(g, 20000, &item) && strcmp(item.kind, "snap") == 0 &&
         !vol_gather_item(g, 20001, &item));
    vol_gather_free(g);
}

/* -1 is none; a record of a time after it was received is a vendor's error, but for the rules' instants. */
static void test_nonsense(void)
{
    struct vol_gather *g = start(INT64_MIN, INT64_MAX);
    struct vol_gather_item item;
    struct vol_error err = {0};
    char line[2048] = "";

    vol_gather_received(g, 100 * VOL_DAY);
    UNIT(quote(g, 100 * VOL_DAY + VOL_MINUTE, "SPY261218P00560000", -1) == VOL_OK);
    UNIT(quote(g, 101 * VOL_DAY, "SPY261218P00570000", 1) == VOL_EPROTOCOL);
    vol_gather_begin(g, "rate", 104 * VOL_DAY);
    vol_gather_str(g, "symbol", "DGS1");
    vol_gather_num(g, "rate", -1); /* a rate may be anything */
    vol_gather_int(g, "tenor_days", 365);
    UNIT(vol_gather_end(g, &err) == VOL_OK);
    vol_gather_begin(g, "bar", 200 * VOL_DAY);
    vol_gather_str(g, "symbol", "VIX");
    UNIT(vol_gather_end(g, &err) == VOL_EPROTOCOL && strstr(err.text, "later than it was received"));
    UNIT(vol_gather_finish(g, NULL) == VOL_OK && vol_gather_item(g, 0, &item));
    snprintf(line, sizeof line, "%.*s", (int)item.line.len, item.line.bytes);
    UNIT(strstr(line, "\"symbol\"") && !strstr(line, "\"bid\""));
    UNIT(!vol_gather_item(g, 3, &item)); /* quote, snap, rate */
    vol_gather_free(g);
}

/* 20,000 levels of a book have one instant and no contract: what tells them apart is all that they say. */
static void test_many_levels(void)
{
    struct vol_gather *g = start(INT64_MIN, INT64_MAX);
    struct vol_gather_counts counts;
    struct vol_error err = {0};
    int bad = 0;

    for (int i = 0; i < 40000; i++) { /* each of them twice */
        vol_gather_received(g, 2000 + i);
        vol_gather_begin(g, "level", 1000);
        vol_gather_str(g, "symbol", "BTC-PERPETUAL");
        vol_gather_str(g, "side", i & 1 ? "bid" : "ask");
        vol_gather_int(g, "level", 1 + i % 20000 / 2);
        vol_gather_num(g, "price", 100 + i % 20000);
        vol_gather_num(g, "size", 1);
        bad += vol_gather_end(g, &err) != VOL_OK;
    }
    UNIT(bad == 0 && vol_gather_finish(g, NULL) == VOL_OK);
    vol_gather_counts_get(g, &counts);
    UNIT(counts.records == 20000 && counts.repeated == 20000);
    vol_gather_free(g);
}

int main(void)
{
    UNIT(vol_calendar_load("share/calendars/us-options.csv", &facts.markets, NULL) == VOL_OK);
    UNIT(vol_contracts_load("share/contracts/options.csv", &facts.contracts, NULL) == VOL_OK);
    test_order();
    test_line();
    test_repeated();
    test_refused();
    test_reject_inside();
    test_nonsense();
    test_many();
    test_many_levels();
    vol_calendar_free(&facts.markets);
    vol_contracts_free(&facts.contracts);
    return unit_done("source/gather");
}
