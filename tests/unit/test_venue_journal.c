#include "unit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "book/market.h"
#include "trade_world.h"
#include "venue/journal.h"
#include "venue/paper.h"

static char dir[] = "/tmp/test_venue_journal_XXXXXX", path[64];
static struct vol_cost cost;

static void forget(void)
{
    char text[128];

    snprintf(text, sizeof text, "%s.lock", path);
    unlink(text);
    snprintf(text, sizeof text, "%s-journal", path);
    unlink(text);
    unlink(path);
}

struct venue {
    struct vol_venue_paper venue;
    struct vol_paper_events events;
    struct vol_market market;
    struct vol_error err;
};

static enum vol_status open_it(struct venue *v, enum vol_journal_mode mode)
{
    memset(v, 0, sizeof *v);
    vol_market_init(&v->market);
    vol_paper_events_init(&v->events);
    return vol_venue_paper_open(&v->venue, path, "paper", &cost, mode, &v->err);
}

static void close_it(struct venue *v)
{
    vol_venue_paper_close(&v->venue);
    vol_paper_events_free(&v->events);
    vol_market_free(&v->market);
}

static enum vol_status send(struct venue *v, const struct vol_order *order)
{
    char why[VOL_ORDER_REASON_MAX];
    enum vol_order_status kept;

    return vol_venue_paper_send(&v->venue, order, &kept, why, &v->err);
}

/* A snapshot HOURS after T0 with the chain of 29 days. */
static enum vol_status snapshot(struct venue *v, double hours, const char *without)
{
    struct vol_chain *chain = world_chain(&v->market, WORLD_T0 + (int64_t)(hours * 3600e9));

    world_add(chain, "SPXW", 29);
    if (without != NULL)
        ((struct vol_market_quote *)vol_chain_find(chain, without))->ask = VOL_FIXED_NONE;
    chain->complete = true;
    return vol_venue_paper_snapshot(&v->venue, chain, &v->events, &v->err);
}

static struct vol_contract put(void)
{
    return world_contract("SPXW", 29, 2820, 'P');
}

static struct vol_contract call(void)
{
    return world_contract("SPXW", 29, 2980, 'C');
}

static struct vol_order strangle(const char *id)
{
    struct vol_contract p = put(), c = call();
    struct vol_order o = world_order(id, -1, 2, &p);

    world_leg(&o, -1, 1, &c);
    return o;
}

static enum vol_status count(void *arg, const struct vol_journal_order *order)
{
    int *counts = arg;

    counts[order->status]++;
    return VOL_OK;
}

static void test_life(void)
{
    struct vol_order o = strangle("a"), changed;
    struct venue v;
    const struct vol_position *p;
    int counts[5] = {0};
    int64_t latest;

    UNIT(open_it(&v, VOL_JOURNAL_WRITE) == VOL_ENOINPUT && open_it(&v, VOL_JOURNAL_READ) == VOL_ENOINPUT);
    UNIT(open_it(&v, VOL_JOURNAL_CREATE) == VOL_OK);
    UNIT(vol_journal_latest(v.venue.journal, &latest, NULL) == VOL_OK && latest == VOL_TIME_NONE);
    UNIT(send(&v, &o) == VOL_OK && send(&v, &o) == VOL_NO);
    changed = o;
    changed.quantity = 3;
    UNIT(send(&v, &changed) == VOL_EDATA);
    strcpy(changed.reason, "terms are what binds");
    changed.quantity = 2;
    UNIT(send(&v, &changed) == VOL_NO);
    /* not at its own instant, but at the next: sells 18.1 - 0.66 * 0.2 */
    UNIT(snapshot(&v, 0, NULL) == VOL_OK && v.events.n_fills == 0 && v.events.n_changes == 0);
    close_it(&v);
    UNIT(open_it(&v, VOL_JOURNAL_WRITE) == VOL_OK && v.venue.exchange.n == 1);
    UNIT(snapshot(&v, 24, NULL) == VOL_OK && v.events.n_fills == 2 && v.events.n_changes == 1);
    UNIT(v.events.fills[0].price == fixed(17.968) && v.events.fills[0].quantity == fixed(2));
    UNIT(v.events.fills[0].commission == fixed(1.3) && v.events.fills[0].fees == fixed(0.04));
    UNIT(v.events.fills[0].cash == fixed(2 * 1796.8 - 1.34));
    UNIT_STR(v.events.fills[0].trade_id, "a/1");
    UNIT_STR(v.events.fills[1].trade_id, "a/2");
    UNIT(snapshot(&v, 24, NULL) == VOL_NO && snapshot(&v, 23, NULL) == VOL_NO);
    UNIT(send(&v, &o) == VOL_NO && v.venue.exchange.n == 0);
    close_it(&v);
    /* what is rebuilt is what was */
    UNIT(open_it(&v, VOL_JOURNAL_WRITE) == VOL_OK && v.venue.exchange.n == 0 && v.venue.exchange.book.n == 2);
    p = vol_book_find(&v.venue.exchange.book, "paper", "s", put().symbol);
    UNIT(p != NULL && p->quantity == fixed(-2) && p->cash == fixed(2 * 1796.8 - 1.34) &&
         p->cash == p->realised - p->basis);
    UNIT(snapshot(&v, 48, NULL) == VOL_OK && v.events.n_fills == 0);
    /* settled in cash at the end: 2900 leaves both worthless, and once */
    UNIT(snapshot(&v, 29 * 24, NULL) == VOL_OK && v.events.n_fills == 2 && v.events.fills[0].price == 0);
    UNIT(snapshot(&v, 30 * 24, NULL) == VOL_OK && v.events.n_fills == 0);
    UNIT(vol_journal_orders(v.venue.journal, false, count, counts, NULL) == VOL_OK &&
         counts[VOL_ORDER_FILLED] == 1);
    close_it(&v);
    forget();
}

/* Day and gtc orders, limits, quotes that are not there. */
static void test_working(void)
{
    struct vol_order day = strangle("day"), gtc = strangle("gtc"), limit = strangle("limit");
    int counts[5] = {0};
    struct venue v;

    gtc.tif = limit.tif = VOL_TIF_GTC;
    limit.limit_price = fixed(-35.94); /* the net price is -35.936 */
    UNIT(open_it(&v, VOL_JOURNAL_CREATE) == VOL_OK);
    UNIT(send(&v, &limit) == VOL_OK && send(&v, &gtc) == VOL_OK && send(&v, &day) == VOL_OK);
    UNIT(snapshot(&v, 22, put().symbol) == VOL_OK && v.events.n_fills == 0 && v.events.n_changes == 3);
    UNIT_STR(v.events.changes[0].id, "day");
    UNIT_STR(v.events.changes[0].reason, "no_quote: SPXW190524P02820000");
    close_it(&v);
    UNIT(open_it(&v, VOL_JOURNAL_WRITE) == VOL_OK && v.venue.exchange.n == 3);
    UNIT(snapshot(&v, 23, put().symbol) == VOL_OK && v.events.n_changes == 0); /* the same day, nothing new */
    UNIT(snapshot(&v, 46, NULL) == VOL_OK && v.events.n_fills == 2);           /* the next day: gtc fills */
    UNIT(v.events.n_changes == 3 && v.events.changes[0].status == VOL_ORDER_EXPIRED);
    UNIT(v.events.changes[1].status == VOL_ORDER_FILLED && v.events.changes[2].status == VOL_ORDER_PENDING);
    UNIT_STR(v.events.changes[2].reason, "limit: net price -35.936");
    limit = strangle("fits");
    limit.ts = WORLD_T0 + 46 * (VOL_DAY / 24); /* one of before a snapshot that was worked is stale */
    limit.limit_price = fixed(-35.936);
    UNIT(send(&v, &limit) == VOL_OK && snapshot(&v, 70, NULL) == VOL_OK && v.events.n_fills == 2);
    UNIT(snapshot(&v, 29 * 24, NULL) == VOL_OK);
    UNIT(vol_journal_orders(v.venue.journal, false, count, counts, NULL) == VOL_OK);
    UNIT(counts[VOL_ORDER_FILLED] == 2 && counts[VOL_ORDER_EXPIRED] == 2 && counts[VOL_ORDER_PENDING] == 0);
    {
        struct vol_order late = strangle("late");
        char why[VOL_ORDER_REASON_MAX];
        enum vol_order_status kept;

        late.ts = late.legs[0].contract.expires;
        UNIT(vol_venue_paper_send(&v.venue, &late, &kept, why, &v.err) == VOL_OK &&
             kept == VOL_ORDER_REJECTED && why[0] != '\0');
        UNIT(v.venue.exchange.n == 0);
        UNIT(vol_venue_paper_send(&v.venue, &late, &kept, why, &v.err) == VOL_NO);
    }
    close_it(&v);
    forget();
}

/* Settlement in the money: a put of 2820 at 2801 is worth 19, to the cent of every position. */
static void test_settlement(void)
{
    struct vol_order o = strangle("a");
    struct vol_chain *chain;
    struct venue v;
    int64_t cash;

    UNIT(open_it(&v, VOL_JOURNAL_CREATE) == VOL_OK && send(&v, &o) == VOL_OK &&
         snapshot(&v, 24, NULL) == VOL_OK);
    chain = world_chain(&v.market, put().expires);
    chain->complete = true; /* no underlying price: it waits */
    UNIT(vol_venue_paper_snapshot(&v.venue, chain, &v.events, &v.err) == VOL_OK && v.events.n_fills == 0);
    chain->ts++;
    chain->underlying_price = fixed(2801);
    UNIT(vol_venue_paper_snapshot(&v.venue, chain, &v.events, &v.err) == VOL_OK && v.events.n_fills == 2);
    UNIT_STR(v.events.fills[1].contract.symbol, put().symbol);
    UNIT(v.events.fills[1].price == fixed(19) && v.events.fills[1].side == 1 &&
         v.events.fills[1].cash == fixed(-3800));
    UNIT(v.events.fills[0].price == 0 && v.events.fills[0].commission == 0 &&
         v.events.fills[0].reason[0] != '\0');
    UNIT(vol_book_totals(&v.venue.exchange.book, &cash, NULL, NULL) == VOL_OK);
    UNIT(cash == fixed(4 * 1796.8 - 2.68 - 3800));
    close_it(&v);
    UNIT(open_it(&v, VOL_JOURNAL_READ) == VOL_OK);
    UNIT(v.venue.exchange.book.positions[0].quantity == 0 &&
         v.venue.exchange.book.positions[1].quantity == 0);
    close_it(&v);
    forget();
}

static void test_cancel(void)
{
    struct vol_order o = strangle("a");
    enum vol_order_status status;
    struct venue v;

    UNIT(open_it(&v, VOL_JOURNAL_CREATE) == VOL_OK && send(&v, &o) == VOL_OK);
    UNIT(vol_journal_cancel(v.venue.journal, "b", 1, &status, &v.err) == VOL_EDATA);
    UNIT(vol_journal_cancel(v.venue.journal, "a", WORLD_T0, &status, &v.err) == VOL_OK);
    UNIT(vol_journal_cancel(v.venue.journal, "a", WORLD_T0, &status, &v.err) == VOL_NO &&
         status == VOL_ORDER_CANCELLED);
    /* the exchange in memory did not hear of it: the journal refuses the fill, and keeps nothing of the
     * snapshot */
    UNIT(snapshot(&v, 24, NULL) == VOL_EINTERNAL);
    close_it(&v);
    UNIT(open_it(&v, VOL_JOURNAL_WRITE) == VOL_OK && v.venue.exchange.n == 0 && v.venue.exchange.book.n == 0);
    UNIT(snapshot(&v, 24, NULL) == VOL_OK && v.events.n_fills == 0);
    close_it(&v);
    forget();
}

static void sql(const char *text, int expected)
{
    sqlite3 *db;
    int code;

    sqlite3_open(path, &db);
    code = sqlite3_exec(db, text, NULL, NULL, NULL);
    if (!UNIT((code == SQLITE_OK) == expected))
        printf("    %s: %s\n", text, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void damage(long at, size_t n, int byte)
{
    int fd = open(path, O_WRONLY);
    char text[4096];

    memset(text, byte, sizeof text);
    UNIT(pwrite(fd, text, n, at) == (ssize_t)n);
    close(fd);
}

/* What is not whole, not ours or not this account's is refused; nothing is sent on it. */
static void test_damage(void)
{
    static const char *const harm[] = {
        "DELETE FROM fills",
        "UPDATE fills SET price = 1",
        "DELETE FROM orders",
        "UPDATE orders SET status = 'pending', status_ts = NULL WHERE id = 'a'",
        "UPDATE orders SET ts = 5",
        "UPDATE orders SET status = 'lost'",
        "UPDATE snapshots SET ts = ts - 1",
        "INSERT INTO fills SELECT NULL, trade_id, ts, order_id, strategy, underlying, symbol, root, "
        "expiration, expires,"
        " strike, option_type, multiplier, side, quantity, price, commission, fees, cash, reason FROM fills",
    };
    struct vol_order o = strangle("a");
    struct venue v;
    size_t i;
    struct vol_journal *j;
    struct vol_error err;

    UNIT(open_it(&v, VOL_JOURNAL_CREATE) == VOL_OK && send(&v, &o) == VOL_OK &&
         snapshot(&v, 24, NULL) == VOL_OK);
    close_it(&v);
    for (i = 0; i < sizeof harm / sizeof harm[0]; i++)
        sql(harm[i], 0); /* the schema itself refuses */
    UNIT(vol_journal_open(&j, path, "other", VOL_JOURNAL_WRITE, &err) == VOL_ECONFIG);
    sql("DROP TRIGGER fills_stay; DELETE FROM fills WHERE trade_id = 'a/2'", 1);
    UNIT(open_it(&v, VOL_JOURNAL_WRITE) == VOL_EDATA);
    forget();
    UNIT(open_it(&v, VOL_JOURNAL_CREATE) == VOL_OK && send(&v, &o) == VOL_OK &&
         snapshot(&v, 24, NULL) == VOL_OK);
    close_it(&v);
    sql("DROP TRIGGER fills_are_fixed; UPDATE fills SET cash = cash + 1 WHERE trade_id = 'a/2'", 1);
    UNIT(open_it(&v, VOL_JOURNAL_WRITE) == VOL_EDATA);
    sql("PRAGMA user_version = 2", 1);
    UNIT(open_it(&v, VOL_JOURNAL_WRITE) == VOL_ECONFIG);
    sql("PRAGMA application_id = 1", 1);
    UNIT(open_it(&v, VOL_JOURNAL_READ) == VOL_ECONFIG);
    forget();
    UNIT(open_it(&v, VOL_JOURNAL_CREATE) == VOL_OK && send(&v, &o) == VOL_OK);
    close_it(&v);
    damage(3 * 4096, 4096, 0);
    UNIT(open_it(&v, VOL_JOURNAL_CREATE) == VOL_EDATA);
    damage(0, 16, 'x');
    UNIT(open_it(&v, VOL_JOURNAL_CREATE) == VOL_ECONFIG);
    UNIT(truncate(path, 0) == 0);
    UNIT(open_it(&v, VOL_JOURNAL_CREATE) == VOL_ECONFIG); /* an emptied journal is no new one */
    forget();
    UNIT(mkdir(path, 0700) == 0);
    UNIT(open_it(&v, VOL_JOURNAL_CREATE) != VOL_OK);
    rmdir(path);
    forget();
}

static void test_lock(void)
{
    struct venue a, b;

    UNIT(open_it(&a, VOL_JOURNAL_CREATE) == VOL_OK);
    UNIT(open_it(&b, VOL_JOURNAL_CREATE) == VOL_ETEMP && open_it(&b, VOL_JOURNAL_WRITE) == VOL_ETEMP);
    UNIT(open_it(&b, VOL_JOURNAL_READ) == VOL_OK); /* looking is free */
    close_it(&b);
    close_it(&a);
    UNIT(open_it(&b, VOL_JOURNAL_WRITE) == VOL_OK);
    close_it(&b);
    forget();
}

int main(void)
{
    if (mkdtemp(dir) == NULL)
        return 70;
    snprintf(path, sizeof path, "%s/journal.db", dir);
    vol_cost_default(&cost);
    test_life();
    test_working();
    test_settlement();
    test_cancel();
    test_damage();
    test_lock();
    UNIT(rmdir(dir) == 0);
    return unit_done("venue/journal");
}
