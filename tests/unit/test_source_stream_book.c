/* Order books of a feed, kept from their changes. */
#include "feeds.h"
#include "random.h"

#define OPT "BTC-25DEC26-100000-C"

static char data_text[3072];

#define BOOK_CHANNEL "book." OPT ".100ms"

static const char *book(const char *type, long id, const char *before, const char *bids, const char *asks)
{
    snprintf(data_text, sizeof data_text,
             "{\"type\":\"%s\",\"instrument_name\":\"" OPT "\",\"timestamp\":1780000000100,\"change_id\":%ld,"
             "\"prev_change_id\":%s,\"bids\":%s,\"asks\":%s}",
             type, id, before, bids, asks);
    return feeds_notify(BOOK_CHANNEL, data_text);
}

#define FIRST_BIDS "[[\"new\",0.05,10.0],[\"new\",0.0495,5.0]]"
#define FIRST_ASKS "[[\"new\",0.051,8.0],[\"new\",0.0515,6.0]]"

static void tops(struct feeds *f, const char *expected)
{
    const char *text = feeds_text(f);

    if (!UNIT(strstr(text, expected) != NULL))
        printf("    %s    lacks %s\n", text, expected);
}

static void test_book(void)
{
    struct feeds f;

    feeds_deribit(&f, BOOK_CHANNEL, 0);
    feeds_message(&f, 0, book("change", 4, "3", "[]", "[]")); /* of a book that is not here yet */
    UNIT_STR(feeds_text(&f), "");
    feeds_message(&f, 0, book("snapshot", 5, "null", FIRST_BIDS, FIRST_ASKS));
    tops(&f, "\"bid\":0.05,\"ask\":0.051,\"bid_size\":10,\"ask_size\":8,\"received\"");
    feeds_message(&f, 0, book("change", 7, "5", "[[\"delete\",0.05,0.0]]", "[[\"change\",0.051,1.5]]"));
    tops(&f, "\"bid\":0.0495,\"ask\":0.051,\"bid_size\":5,\"ask_size\":1.5,\"received\"");
    feeds_message(&f, 0, book("change", 8, "7", "[[\"delete\",0.0495,0.0]]", "[[\"new\",0.0505,2]]"));
    tops(&f, "\"ask\":0.0505,\"ask_size\":2,\"received\"");
    UNIT(strstr(f.text.data, "\"bid\"") == NULL);
    UNIT_STR(f.sent.data, "");
    /* 9 is missing: the book is not right any more, and is asked for anew. */
    feeds_message(&f, 0, book("change", 10, "9", "[[\"new\",0.05,1]]", "[]"));
    tops(&f,
         "\"status\":\"gap\",\"message\":\"" BOOK_CHANNEL ": change 10 follows 9, the last one here is 8\"");
    UNIT(strstr(f.text.data, "\"quote\"") == NULL);
    UNIT(strstr(f.sent.data, "public/unsubscribe\",\"params\":{\"channels\":[\"" BOOK_CHANNEL "\"]}}") !=
         NULL);
    UNIT(strstr(f.sent.data, "public/subscribe\",\"params\":{\"channels\":[\"" BOOK_CHANNEL "\"]}}") != NULL);
    feeds_message(&f, 0, book("change", 11, "10", "[[\"new\",0.05,1]]", "[]"));
    UNIT_STR(feeds_text(&f), "");
    feeds_message(&f, 0, book("snapshot", 12, "null", FIRST_BIDS, FIRST_ASKS));
    tops(&f, "\"bid\":0.05,\"ask\":0.051,\"bid_size\":10,");
    feeds_complains(&f, "");
    /* A book that crosses was not kept right. */
    feeds_message(&f, 0, book("change", 13, "12", "[[\"new\",0.06,1]]", "[]"));
    tops(&f, BOOK_CHANNEL ": the book does not hold together at change 13");
    feeds_free(&f);
}

/* Whole books of a few levels have no change ids to keep. */
static void test_grouped(void)
{
    struct feeds f;

    feeds_deribit(&f, "book." OPT ".none.10.100ms", 0);
    feeds_message(&f, 0,
                  feeds_notify("book." OPT ".none.10.100ms",
                               "{\"timestamp\":1780000000100,\"instrument_name\":\"" OPT
                               "\",\"change_id\":77,"
                               "\"bids\":[[0.05,3],[0.049,4]],\"asks\":[[0.052,1.5]]}"));
    tops(&f, "\"bid\":0.05,\"ask\":0.052,\"bid_size\":3,\"ask_size\":1.5,\"received\"");
    feeds_message(&f, 0,
                  feeds_notify("book." OPT ".none.10.100ms",
                               "{\"timestamp\":1780000000200,\"instrument_name\":\"" OPT
                               "\",\"change_id\":99,"
                               "\"bids\":[],\"asks\":[[0.052,1.5]]}"));
    tops(&f, "\"ask\":0.052,\"ask_size\":1.5,\"received\"");
    feeds_free(&f);
}

/* A future's book: the best level of each side. */
static void test_levels(void)
{
    struct feeds f;

    feeds_deribit(&f, "book.BTC-PERPETUAL.100ms", 0);
    feeds_message(
        &f, 0,
        feeds_notify(
            "book.BTC-PERPETUAL.100ms",
            "{\"type\":\"snapshot\",\"timestamp\":1780000000100,\"instrument_name\":\"BTC-PERPETUAL\","
            "\"change_id\":1,\"bids\":[[\"new\",42500.0,1000.0]],\"asks\":[[\"new\",42500.5,20.0]]}"));
    UNIT_STR(feeds_text(&f), "{\"kind\":\"level\",\"ts\":\"2026-05-28T20:26:40.100Z\",\"symbol\":\"BTC-"
                             "PERPETUAL\",\"side\":\"bid\","
                             "\"level\":1,\"price\":42500,\"size\":1000,\"received\":\"2026-05-28T20:26:"
                             "40Z\",\"source\":\"deribit\"}\n"
                             "{\"kind\":\"level\",\"ts\":\"2026-05-28T20:26:40.100Z\",\"symbol\":\"BTC-"
                             "PERPETUAL\",\"side\":\"ask\","
                             "\"level\":1,\"price\":42500.5,\"size\":20,\"received\":\"2026-05-28T20:26:"
                             "40Z\",\"source\":\"deribit\"}\n");
    feeds_free(&f);
}

/* Random changes to a book, every fourth message lost: what is written is always the top of the vendor's own
 * book. */
static void test_book_random(void)
{
    enum { LEVELS = 60 };
    double bid[LEVELS], ask[LEVELS];
    char change[100], before[24], expected[200];
    uint64_t state = 11;
    struct feeds f;
    long id = 100;
    size_t n_quotes = 0, n_gaps = 0;

    feeds_deribit(&f, BOOK_CHANNEL, 0);
    for (int step = 0; step < 3000; step++) {
        bool snapshot = strstr(f.sent.data, "subscribe") != NULL || step == 0, lost = draw(&state) < 0.1;
        size_t i = (size_t)(draw(&state) * LEVELS), b = LEVELS, a = LEVELS;
        double amount = floor(draw(&state) * 3) + 1;

        snprintf(before, sizeof before, "%ld", id);
        id += 1 + (long)(draw(&state) * 5);
        if (snapshot) {
            for (size_t k = 0; k < LEVELS; k++)
                bid[k] = ask[k] = 0;
            bid[LEVELS - 1] = ask[LEVELS - 1] = 7;
            vol_buf_clear(&f.sent);
            feeds_message(&f, 0, book("snapshot", id, "null", "[[\"new\",0.001,7]]", "[[\"new\",0.16,7]]"));
        } else if (draw(&state) < 0.5) { /* bids at 0.06 and below, asks above 0.1 */
            bid[i] = bid[i] > 0 && i < LEVELS - 1 ? 0 : amount;
            snprintf(change, sizeof change, "[[\"%s\",%.3f,%.1f]]", bid[i] > 0 ? "new" : "delete",
                     0.001 * (double)(LEVELS - i), bid[i]);
            if (!lost)
                feeds_message(&f, 0, book("change", id, before, change, "[]"));
        } else {
            ask[i] = ask[i] > 0 && i < LEVELS - 1 ? 0 : amount;
            snprintf(change, sizeof change, "[[\"%s\",%.3f,%.1f]]", ask[i] > 0 ? "new" : "delete",
                     0.1 + 0.001 * (double)(i + 1), ask[i]);
            if (!lost)
                feeds_message(&f, 0, book("change", id, before, "[]", change));
        }
        for (size_t k = LEVELS; k-- > 0;) {
            b = bid[k] > 0 ? k : b;
            a = ask[k] > 0 ? k : a;
        }
        snprintf(expected, sizeof expected, "\"bid\":%.10g,\"ask\":%.10g,\"bid_size\":%g,\"ask_size\":%g,",
                 0.001 * (double)(LEVELS - b), 0.1 + 0.001 * (double)(a + 1), bid[b], ask[a]);
        feeds_text(&f);
        if (strstr(f.text.data, "\"quote\"") != NULL) {
            n_quotes++;
            if (!UNIT(strstr(f.text.data, expected) != NULL))
                printf("    step %d: %s    expected %s\n", step, f.text.data, expected);
        }
        n_gaps += strstr(f.text.data, "\"gap\"") != NULL;
    }
    UNIT(n_quotes > 1000 && n_gaps > 100);
    feeds_complains(&f, "");
    feeds_free(&f);
}

int main(void)
{
    test_book();
    test_grouped();
    test_levels();
    test_book_random();
    return unit_done("source/stream, books");
}
