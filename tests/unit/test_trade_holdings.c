#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "book/market.h"
#include "record/reader.h"
#include "record/writer.h"
#include "trade/holdings.h"
#include "trade/paper.h"
#include "trade/report.h"
#include "trade_world.h"

static const struct vol_want holdings_wants[] = {VOL_HOLDINGS_WANTS};
static const struct vol_want market_wants[] = {VOL_MARKET_WANTS};

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    fputs(text, file);
    fclose(file);
}

static enum vol_status load(const char *path, struct vol_holdings *h, struct vol_error *err)
{
    struct vol_reader_config config = {.wants = holdings_wants,
                                       .n_wants = sizeof holdings_wants / sizeof holdings_wants[0]};
    char *paths[] = {(char *)path};
    struct vol_reader *reader;
    struct vol_rec rec;
    enum vol_status status;

    memset(&rec, 0, sizeof rec);
    vol_holdings_init(h);
    UNIT(vol_reader_new(&reader, &config, paths, 1, err) == VOL_OK);
    while ((status = vol_reader_next(reader, &rec, err)) == VOL_OK)
        if ((status = vol_holdings_take(h, &rec, err)) != VOL_OK)
            break;
    vol_reader_free(reader);
    return status == VOL_END ? VOL_OK : status;
}

/* A book and a working order, written as records and read back, are the same to the last digit. */
static void test_round_trip(const char *path)
{
    struct vol_contract c = world_contract("SPXW", 29, 2900, 'C'), p = world_contract("SPXW", 29, 2900, 'P');
    struct vol_order order = world_order("o", 1, 3, &c);
    struct vol_writer_config config = {.format = VOL_NDJSON, .name = "test"};
    struct vol_trade first = {"paper", "s", &c, fixed(3), fixed(10.01), fixed(0.67)};
    struct vol_trade second = {"paper", "s", &c, fixed(-1), fixed(10.07), fixed(0.67)};
    struct vol_trade third = {"paper", "", &p, fixed(-7), fixed(0.05), 0};
    struct vol_holdings h;
    struct vol_book book;
    struct vol_writer *writer;
    struct vol_error err = {VOL_OK, ""};
    size_t i;

    world_leg(&order, -1, 2, &p);
    order.legs[0].bid = order.legs[0].ask = order.legs[1].delta = (double)NAN;
    vol_book_init(&book);
    UNIT(vol_book_apply(&book, &first, NULL, NULL) == VOL_OK &&
         vol_book_apply(&book, &second, NULL, NULL) == VOL_OK &&
         vol_book_apply(&book, &third, NULL, NULL) == VOL_OK);
    config.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    UNIT(vol_writer_new(&writer, &config, &err) == VOL_OK);
    vol_writer_begin(writer, "order", order.ts);
    UNIT(vol_order_write(&order, writer) == VOL_OK && vol_writer_end(writer, &err) == VOL_OK);
    for (i = 0; i < book.n; i++) {
        vol_writer_begin(writer, "position", WORLD_T0);
        vol_report_position(writer, &book.positions[i]);
        UNIT(vol_writer_end(writer, &err) == VOL_OK);
    }
    UNIT(vol_writer_close(writer, &err) == VOL_OK);
    close(config.fd);
    UNIT(load(path, &h, &err) == VOL_OK);
    UNIT_STR(err.text, "");
    UNIT(h.book.n == 2 && memcmp(h.book.positions, book.positions, 2 * sizeof *book.positions) == 0);
    UNIT(h.working.n == 1 && h.working.list[0].quantity == 3 && h.working.list[0].n_legs == 2);
    UNIT_STR(h.working.list[0].legs[1].contract.symbol, p.symbol);
    vol_holdings_free(&h);
    vol_book_free(&book);
}

static void test_refused(const char *path)
{
    static const char head[] = "{\"kind\":\"position\",\"ts\":\"2019-04-25T20:15:00Z\",";
    static const char good[] =
        "\"account\":\"a\",\"underlying\":\"SPX\",\"symbol\":\"X\",\"quantity\":-1,"
        "\"multiplier\":100,\"strike\":2900,\"option_type\":\"C\",\"expiration\":\"2019-05-24\","
        "\"expires\":\"2019-05-24T20:00:00Z\"}\n";
    static const char *const changes[][2] = {
        {"\"account\":\"a\",", ""},
        {"\"symbol\":\"X\",", ""},
        {"\"symbol\":\"X\"", "\"symbol\":\"X Y\""},
        {"\"quantity\":-1,", ""},
        {"\"quantity\":-1", "\"quantity\":null"},
        {"\"quantity\":-1", "\"quantity\":1e12"},
        {"\"multiplier\":100", "\"multiplier\":0"},
        {"\"multiplier\":100", "\"multiplier\":\"100\""},
        {"\"strike\":2900,", ""},
        {"\"C\"", "\"call\""},
        {"2019-05-24\"", "2019-05-34\""},
        {",\"expires\":\"2019-05-24T20:00:00Z\"", ""},
    };
    struct vol_holdings h;
    struct vol_error err;
    char text[2048];
    size_t i;

    snprintf(text, sizeof text, "%s%s", head, good);
    write_text(path, text);
    UNIT(load(path, &h, &err) == VOL_OK && h.book.n == 1);
    vol_holdings_free(&h);
    for (i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *at = strstr(good, changes[i][0]);

        UNIT(at != NULL);
        snprintf(text, sizeof text, "%s%.*s%s%s", head, (int)(at - good), good, changes[i][1],
                 at + strlen(changes[i][0]));
        write_text(path, text);
        if (!UNIT(load(path, &h, &err) == VOL_EDATA))
            printf("    %s", text);
        vol_holdings_free(&h);
    }
    snprintf(text, sizeof text, "%s%s%s%s", head, good, head, good);
    write_text(path, text);
    UNIT(load(path, &h, &err) == VOL_EDATA); /* the same contract twice */
    vol_holdings_free(&h);
    snprintf(text, sizeof text, "%s%s%s\"account\":\"b\"%s", head, good, head, strchr(good, ','));
    write_text(path, text);
    UNIT(load(path, &h, &err) == VOL_EDATA); /* two accounts */
    vol_holdings_free(&h);
}

/* When a chain is complete: by its snap, by another key, by a signal; at the end only in streams without
 * snaps. */
static void test_market(const char *path)
{
#define Q(ts, symbol)                                                                                       \
    "{\"kind\":\"quote\",\"ts\":\"2019-04-25T20:15:0" ts "Z\",\"underlying\":\"SPX\",\"symbol\":\"" symbol  \
    "\",\"expiration\":\"2019-05-24\",\"strike\":2900,\"option_type\":\"C\",\"bid\":1,\"ask\":2,\"delta\":" \
    "null}\n"
#define SNAP(ts) \
    "{\"kind\":\"snap\",\"ts\":\"2019-04-25T20:15:0" ts "Z\",\"underlying\":\"SPX\",\"quotes\":9}\n"
    static const char with_snap[] = Q("0", "A") Q("0", "B") Q("0", "B") SNAP("0") Q("1", "C")
        Q("2", "D") "{\"kind\":\"signal\",\"ts\":\"2019-04-25T20:15:02Z\",\"underlying\":\"SPX\"}\n" Q("3",
                                                                                                       "E");
    static const char without[] = Q("0", "A") "{\"kind\":\"bar\",\"ts\":\"2019-04-25T20:15:00Z\"}\n" Q(
        "0", "B") "{\"kind\":\"quote\",\"ts\":\"2019-04-25T20:15:00Z\",\"underlying\":\"SPX\",\"symbol\":"
                  "\"no strike\"}\n" SNAP("0");
    struct vol_reader_config config = {.wants = market_wants,
                                       .n_wants = sizeof market_wants / sizeof market_wants[0]};
    char *paths[] = {(char *)path}, log[256];
    int round;

    for (round = 0; round < 2; round++) {
        struct vol_reader *reader;
        struct vol_market market;
        struct vol_chain *done;
        struct vol_rec rec;
        struct vol_error err;
        size_t n = 0;

        memset(&rec, 0, sizeof rec);
        log[0] = '\0';
        write_text(path, round == 0 ? with_snap : without);
        vol_market_init(&market);
        UNIT(vol_reader_new(&reader, &config, paths, 1, &err) == VOL_OK);
        while (vol_reader_next(reader, &rec, &err) == VOL_OK) {
            done = vol_market_before(&market, &rec);
            if (done != NULL)
                n += (size_t)snprintf(log + n, sizeof log - n, "%zu+%zu ", done->n, done->n_unusable);
            if (vol_rec_is(&rec, "quote"))
                UNIT(vol_market_take(&market, &rec, &err) == VOL_OK);
            done = NULL;
            if (vol_rec_is(&rec, "snap"))
                UNIT(vol_market_snap(&market, &rec, round == 0, &done, &err) == VOL_OK);
            if (done != NULL)
                n += (size_t)snprintf(log + n, sizeof log - n, "snap:%zu+%zu%s ", done->n, done->n_unusable,
                                      done->complete ? "*" : "");
        }
        done = vol_market_end(&market);
        if (done != NULL)
            snprintf(log + n, sizeof log - n, "end:%zu+%zu", done->n, done->n_unusable);
        UNIT_STR(log, round == 0 ? "snap:2+0* 1+0 1+0 end:1+0" : "snap:2+1 ");
        UNIT(!vol_market_chain(&market, "SPX")->complete);
        UNIT(vol_market_chain(&market, "NDX") == NULL);
        UNIT(isnan(market.chains[0].quotes[0].delta) && market.chains[0].quotes[0].bid == fixed(1));
        UNIT(market.chains[0].quotes[0].contract.multiplier == VOL_FIXED_NONE);
        UNIT(market.chains[0].quotes[0].contract.expires == VOL_TIME_NONE);
        vol_market_free(&market);
        vol_reader_free(reader);
    }
}

/* A chain of 5,000 symbols finds each of them, also when it is opened again. */
static void test_find(void)
{
    struct vol_market market;
    int round, i;

    vol_market_init(&market);
    for (round = 0; round < 2; round++) {
        struct vol_chain *chain = world_chain(&market, WORLD_T0 + round);
        int missing = 0;

        for (i = 0; i < 5000; i++) {
            struct vol_market_quote q = world_quote("SPXW", 29, 100 + i, 'C');

            UNIT(vol_chain_add(chain, &q) == VOL_OK);
        }
        for (i = 0; i < 5000; i++)
            missing +=
                vol_chain_find(chain, world_contract("SPXW", 29, 100 + i, 'C').symbol) != &chain->quotes[i];
        UNIT(missing == 0 && chain->n == 5000);
        UNIT(vol_chain_find(chain, "nothing") == NULL);
    }
    vol_market_free(&market);
}

int main(void)
{
    char path[] = "/tmp/test_trade_holdings_XXXXXX";

    close(mkstemp(path));
    test_round_trip(path);
    test_refused(path);
    test_market(path);
    test_find();
    unlink(path);
    return unit_done("trade/holdings");
}
